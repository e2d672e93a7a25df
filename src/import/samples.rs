//! One small source of each format, what it gives, and what becomes of it when it is cut, mutated or absurd.

use super::tests::plan_of;
use super::*;
use crate::plan::{Kind, Mark};
use crate::port::EntryKind;
use crate::port::memory::MemoryTree;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type Files = Vec<(String, Vec<u8>)>;

fn files(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn tree(files: &Files) -> MemoryTree {
    let add = |tree: MemoryTree, (path, bytes): &(String, Vec<u8>)| {
        tree.with(EntryKind::File, path.as_bytes(), bytes.as_slice())
    };
    files.iter().fold(MemoryTree::default(), add)
}

/// Imports what lies at the root, checks that the account adds up and the plan holds every item, and returns both.
fn import(files: &Files, origin: Origin, at: &str) -> (Outline, Report, String) {
    let tree = tree(files);
    let at = RepoPath::from(at);
    let Some((draft, mut report)) = read(&tree, origin, &at).unwrap() else {
        return (Outline { title: "", entries: Vec::new() }, Report::default(), String::new());
    };
    let outline = settle(draft, &Settings { prefix: "x".into(), ..Settings::default() }, &mut report);
    for unit in Unit::ALL {
        let tally = report.tally(unit);
        let lost: usize = report.losses().iter().filter(|loss| loss.unit == unit).map(|loss| loss.count).sum();
        assert_eq!((tally.read, lost), (tally.mapped + tally.dropped, tally.dropped), "{unit:?}");
    }
    assert_eq!(report.tally(Unit::Record).mapped, outline.entries.len());
    let text = write(&outline, Notes::All);
    let (plan, findings) = plan_of(&text);
    assert_eq!(plan.items.len(), outline.entries.len(), "{text}");
    let wrong = findings.iter().find(|finding| finding.is_error() && finding.code.name != "plan/cycle");
    assert!(wrong.is_none(), "{wrong:?}\n{text}");
    (outline, report, text)
}

const BEADS: &str = r#"{"id":"bd-1","title":"Store","status":"open","priority":1,"issue_type":"epic","labels":["db","core team"],"comments":[{"author":"ada","text":"hm","created_at":"2026-01-02T00:00:00Z"}]}
{"id":"bd-1.1","title":"Column","status":"closed","priority":0,"issue_type":"task","closed_at":"2026-01-05T00:00:00Z"}
{"id":"bd-3","title":"old","status":"open","priority":4,"issue_type":"bug","updated_at":"2026-01-01T00:00:00-07:00","dependencies":[{"issue_id":"bd-3","depends_on_id":"bd-1","type":"related"},{"issue_id":"bd-3","depends_on_id":"bd-1.1","type":"blocks"},{"issue_id":"bd-3","depends_on_id":"external:x:y","type":"blocks"}]}
{"id":"bd-3","title":"new","status":"in_progress","priority":2,"issue_type":"bug","updated_at":"2026-01-01T09:00:00Z"}
{"id":"bd-5","title":"x","status":"tombstone","deleted_at":"2026-01-01T00:00:00Z"}
"#;

const TASK_MASTER: &str = r#"{"master":{"tasks":[
 {"id":1,"title":"Set up","description":"d","status":"done","dependencies":[],"priority":"high","details":"x","subtasks":[
   {"id":1,"title":"a","status":"done","dependencies":[]},
   {"id":2,"title":"b","status":"done","dependencies":[1,"1.1"]}]},
 {"id":"2","title":"Use it","status":"in-progress","dependencies":[1,9],"priority":"critical","effort":"3h","subtasks":[]}],
 "metadata":{"created":"2026-01-01"}},
 "other":{"tasks":[{"id":1,"title":"Same number","status":"deferred","dependencies":[]}],"metadata":{"description":"Another"}}}"#;

const BACKLOG: &[(&str, &str)] = &[
    ("backlog/config.yml", "project_name: x\nstatuses: [\"To Do\", \"Doing\", \"Shipped\"]\n"),
    (
        "backlog/tasks/task-1 - First-one.md",
        "---\nid: task-1\ntitle: First one\nstatus: Shipped\nassignee: @ada\nlabels: [db]\ndependencies: []\nmilestone: v1\n---\n\n## Description\n\n<!-- SECTION:DESCRIPTION:BEGIN -->\nIt is.\n<!-- SECTION:DESCRIPTION:END -->\n\n## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [x] #1 holds\n- [ ] #2 open\n<!-- AC:END -->\n",
    ),
    (
        "backlog/tasks/task-2 - Second.md",
        "\u{feff}---\r\nid: TASK-2\r\ntitle: Second\r\nstatus: Doing\r\ndependencies:\r\n  - task-1\r\npriority: low\r\ncompleted_date: 31-01-26\r\n---\r\n## Notes\r\ntext\r\n",
    ),
    ("backlog/tasks/readme.md", "# no task\n"),
    (
        "backlog/completed/task-3 - Third.md",
        "---\nid: task-3\ntitle: Third\nparent_task_id: task-2\nstatus: To Do\n---\n",
    ),
    ("backlog/decisions/decision-1.md", "---\nid: decision-1\n---\n"),
];

const CCPM: &[(&str, &str)] = &[
    (
        ".claude/epics/store/epic.md",
        "---\nname: store\nstatus: in-progress\nprogress: 0%\n---\n# Epic: store\n\n## Overview\nKeep.\n",
    ),
    (
        ".claude/epics/store/001.md",
        "---\nname: Column\nstatus: closed\ndepends_on: []\nparallel: true\n---\n# Task: Column\n## Acceptance Criteria\n- [x] a\n## Effort Estimate\n- Size: S\n- Hours: 6 hours\n",
    ),
    (".claude/epics/store/002.md", "---\nname: Fill\nstatus: open\ndepends_on: [001, 008]\nparallel: false\n---\n"),
    (".claude/epics/store/001-analysis.md", "x"),
    (".claude/epics/other/epic.md", "---\nname: other\nstatus: backlog\n---\n"),
    (".claude/epics/other/7.md", "---\nname: Late\nstatus: odd\ndepends_on: [008]\n---\n"),
    (".claude/epics/other/8.md", "---\nname: Later\nstatus: open\ndepends_on: [7]\n---\n"),
];

const SPEC_KIT: &str = "---\ndescription: x\n---\n# Tasks: Keep chunks\n\n**Input**: y\n\n## Phase 1: Setup\n\n- [x] T001 Make src/a.rs\n- [X] T002 [P] Lint\n\n## Phase 2: Foundational\n\n- [ ] T003 Base\n- [ ] T004 [P] Beside in src/b.rs\n- [ ] T005 [P] Beside\n- [~] T006 After both\n\n## Phase 3: User Story 1 - Read (Priority: P1) 🎯 MVP\n\n**Goal**: reads\n\n- [ ] T007 [US1] Read (depends on T003–T005) at once\n  - [ ] a condition\n  more\n```accept\nrun\n```\n- [ ] T008 [P] [US1] Depends on T7 and others\n\n## Phase 4: Polish\n\n- [ ] T009 Docs in docs/\n- [ ] nothing\n\n## Dependencies\n\n- Phase 1 first\n";

const TODO: &str = "# To do\n\n## Backend\n\n- [ ] Log in\n  - [x] a condition\n  more about it\n- [x] Fix\n\n### Deep\n\n- [ ] T5: Known @ada ~2h\n  - needs: T6 (technical: x)\n  - touches: src/a.rs\n- [ ] T6: Other\n  - risk: late\n\n## Backend\n\n- [ ] Again\n\nprose\n";

const GITHUB: &str = r##"[{"number":12,"title":"Crash [P]","body":"It crashes.\n\n- [ ] a test\n\nblocked by #3, #99","state":"OPEN","labels":[{"name":"bug"},{"name":"priority: high"}],"assignees":[{"login":"ada"},{"login":"bob"}],"milestone":{"number":1,"title":"v1 now","dueOn":"2026-02-01T00:00:00Z"},"url":"https://github.com/a/b/issues/12"},
{"number":3,"title":"Base","state":"CLOSED","stateReason":"COMPLETED","closedAt":"2026-01-03T00:00:00Z","labels":[],"assignees":[],"milestone":{"title":"v1 now"}},
{"number":4,"title":"No","state":"closed","state_reason":"not_planned"},
{"number":5,"title":"PR","state":"open","pull_request":{"url":"x"}}]
[{"number":6,"title":"page two","state":"open"}]"##;

fn samples() -> Vec<(Origin, Files)> {
    vec![
        (Origin::Beads, files(&[(".beads/issues.jsonl", BEADS)])),
        (Origin::TaskMaster, files(&[(".taskmaster/tasks/tasks.json", TASK_MASTER)])),
        (Origin::Backlog, files(BACKLOG)),
        (Origin::Ccpm, files(CCPM)),
        (Origin::SpecKit, files(&[("specs/001-keep/tasks.md", SPEC_KIT), ("specs/001-keep/plan.md", "x")])),
        (Origin::Todo, files(&[("TODO.md", TODO)])),
        (Origin::Github, files(&[("issues.json", GITHUB)])),
    ]
}

fn place(origin: Origin) -> &'static str {
    if origin == Origin::Github { "issues.json" } else { "" }
}

/// `id mark kind parent < needs`, for every entry.
fn outline_of(outline: &Outline) -> Vec<String> {
    let entries = outline.entries.iter().map(|entry| {
        let mark = match entry.mark {
            Mark::Ticked => "x",
            Mark::Open => "o",
            Mark::None => "-",
        };
        let id = |index: usize| outline.entries[index].id.as_str();
        let parent = entry.parent.map_or("", id);
        let needs: Vec<&str> = entry.needs.iter().map(|edge| id(edge.target)).collect();
        format!("{} {mark} {} {parent} < {}", entry.id, entry.kind.name(), needs.join(" "))
    });
    entries.collect()
}

fn of(wanted: Origin) -> (Outline, Report, String) {
    let (origin, files) = samples().into_iter().find(|(origin, _)| *origin == wanted).unwrap();
    import(&files, origin, place(origin))
}

fn losses(report: &Report) -> Vec<String> {
    report.losses().iter().map(|loss| format!("{} {}: {}", loss.spot, loss.what, loss.reason)).collect()
}

#[test]
fn each_is_found_by_its_files() {
    for (origin, files) in samples() {
        assert_eq!(detect(&tree(&files), &RepoPath::from(place(origin))).unwrap(), [origin]);
        let single: &[Origin] = match origin {
            Origin::Ccpm => &[Origin::Todo],
            _ => &[origin],
        };
        let at = files.iter().find(|(path, _)| !path.ends_with(".yml")).unwrap();
        assert_eq!(detect(&tree(&files), &RepoPath::from(at.0.as_str())).unwrap(), single, "{}", at.0);
    }
    let mut all: Files = Vec::new();
    samples().into_iter().for_each(|(_, files)| all.extend(files));
    let found = detect(&tree(&all), &RepoPath::root()).unwrap();
    assert_eq!(found, [Origin::SpecKit, Origin::Beads, Origin::TaskMaster, Origin::Backlog, Origin::Ccpm]);
}

#[test]
fn beads() {
    let (outline, report, text) = of(Origin::Beads);
    assert_eq!(outline_of(&outline), ["bd-1 o epic  < ", "bd-1.1 x task bd-1 < ", "bd-3 o task  < "]);
    assert!(
        text.contains("bd-3: new") && text.contains("- tags: db, core team") && text.contains("> **ada, 2026-01-02**")
    );
    assert_eq!(report.tally(Unit::Record), Tally { read: 5, mapped: 3, dropped: 2 });
    assert_eq!(report.tally(Unit::Need), Tally { read: 2, mapped: 0, dropped: 2 });
}

#[test]
fn task_master() {
    let (outline, report, _) = of(Origin::TaskMaster);
    assert_eq!(
        outline_of(&outline),
        [
            "master - epic  < ",
            "1 x feature master < ",
            "1.1 x task 1 < ",
            "1.2 x task 1 < 1.1",
            "2 o task master < 1",
            "other - epic  < ",
            "tag-other-1 o task other < ",
        ]
    );
    let lost = losses(&report);
    let file = ".taskmaster/tasks/tasks.json";
    assert!(lost.contains(&format!("{file} 2 needs 9: the source does not hold it")), "{lost:?}");
    assert!(lost.contains(&format!("{file} 1.2 needs 1.1: it is named twice")), "{lost:?}");
}

#[test]
fn backlog() {
    let (outline, report, text) = of(Origin::Backlog);
    assert_eq!(
        outline_of(&outline),
        [
            "milestone-v1 - epic  < ",
            "task-1 x task milestone-v1 < ",
            "TASK-2 o feature  < task-1",
            "task-3 x task TASK-2 < "
        ]
    );
    assert!(
        text.contains("First one @ada") && text.contains("  - [x] holds\n") && text.contains("> - open\n"),
        "{text}"
    );
    assert!(losses(&report).iter().any(|lost| lost.contains("decision-1")));
}

#[test]
fn ccpm() {
    let (outline, report, _) = of(Origin::Ccpm);
    assert_eq!(
        outline_of(&outline),
        [
            "other - epic  < ",
            "7 o task other < ",
            "8 o task other < 7",
            "store - epic  < ",
            "001 x task store < ",
            "002 o task store < 001",
        ]
    );
    let lost = losses(&report);
    assert!(lost.iter().any(|lost| lost.contains("7 needs 008: the number is from before")), "{lost:?}");
    assert!(lost.iter().any(|lost| lost.contains("002 needs 008: the source does not hold it")), "{lost:?}");
    assert!(lost.iter().any(|lost| lost.contains("status `odd`")), "{lost:?}");
}

#[test]
fn spec_kit() {
    let (outline, report, text) = of(Origin::SpecKit);
    assert_eq!(
        outline_of(&outline),
        [
            "001-keep - epic  < ",
            "001-phase-1 - feature 001-keep < ",
            "T001 x task 001-phase-1 < ",
            "T002 x task 001-phase-1 < ",
            "001-phase-2 - feature 001-keep < 001-phase-1",
            "T003 o task 001-phase-2 < ",
            "T004 o task 001-phase-2 < ",
            "T005 o task 001-phase-2 < ",
            "T006 o task 001-phase-2 < T003 T004 T005",
            "001-phase-3 - feature 001-keep < 001-phase-2",
            "T007 o task 001-phase-3 < T003 T004 T005",
            "T008 o task 001-phase-3 < ",
            "001-phase-4 - feature 001-keep < 001-phase-3",
            "T009 o task 001-phase-4 < ",
        ]
    );
    assert!(
        text.contains("T007: Read at once") && text.contains("- [ ] a condition") && text.contains("> ```accept"),
        "{text}"
    );
    assert_eq!(outline.entries[0].item.title, "Keep chunks");
    let lost = losses(&report);
    assert!(lost.iter().any(|lost| lost.contains("nothing: the box has no id")), "{lost:?}");
    assert!(lost.iter().any(|lost| lost.contains("T008 needs T7")), "{lost:?}");
}

#[test]
fn to_do() {
    let (outline, report, text) = of(Origin::Todo);
    assert_eq!(
        outline_of(&outline),
        [
            "backend - epic  < ",
            "todo-1 o task backend < ",
            "todo-2 x task backend < ",
            "deep - feature backend < ",
            "T5 o task deep < T6",
            "T6 o task deep < ",
            "backend-2 - feature  < ",
            "todo-3 o task backend-2 < ",
        ],
        "{text}"
    );
    assert!(
        text.contains("  > more about it") && text.contains("- touches: src/a.rs") && text.contains("> risk: late"),
        "{text}"
    );
    assert_eq!(losses(&report), ["TODO.md:22 prose: it belongs to no box"]);
}

#[test]
fn to_do_lists_of_features() {
    let kiro =
        "# Implementation Plan\n\n- [x] 1. Set up\n  - _Requirements: 1.1_\n- [-] 2. Log in\n- [ ]* 2.1 Test it\n";
    let openspec = "## 1. Setup\n- [✓] 1.1 Schema\n- [ ] 1.2 Migrate\n";
    for (path, text, expected) in [
        (
            ".kiro/specs/login/tasks.md",
            kiro,
            &["login - epic  < ", "1 x task login < ", "2 o task login < ", "2.1 o task login < "][..],
        ),
        (
            "openspec/changes/add-x/tasks.md",
            openspec,
            &["add-x - epic  < ", "1.setup - feature add-x < ", "1.1 x task 1.setup < ", "1.2 o task 1.setup < "],
        ),
    ] {
        let files = files(&[(path, text), ("openspec/changes/archive/old.md", "")]);
        assert_eq!(detect(&tree(&files), &RepoPath::root()).unwrap(), [Origin::Todo], "{path}");
        let (outline, report, text) = import(&files, Origin::Todo, "");
        assert_eq!(outline_of(&outline), expected, "{text}");
        assert_eq!(losses(&report), [""; 0]);
        assert!(
            !path.starts_with(".kiro") || text.contains("- tags: optional") && text.contains("_Requirements: 1.1_"),
            "{text}"
        );
    }
}

#[test]
fn github() {
    let (outline, report, text) = of(Origin::Github);
    assert_eq!(
        outline_of(&outline),
        [
            "milestone-v1-now - epic  < ",
            "12 o task milestone-v1-now < 3",
            "3 x task milestone-v1-now < ",
            "4 o task  < ",
            "6 o task  < "
        ]
    );
    assert!(
        text.contains("12: Crash \\[P] P1 @ada")
            && text.contains("due: 2026-02-01")
            && text.contains("status: dropped")
    );
    assert!(losses(&report).iter().any(|lost| lost.contains("#5: it is a pull request")));
}

/// Imports must end soon whatever they are given.
fn within(limit: Duration, what: &str, act: impl FnOnce()) {
    let start = Instant::now();
    act();
    assert!(start.elapsed() < limit, "{what}: {:?}", start.elapsed());
}

#[test]
fn files_that_are_cut_anywhere_lose_what_is_gone_and_no_more() {
    for (origin, files) in samples() {
        for index in 0..files.len() {
            let whole = &files[index].1;
            let step = (whole.len() / 60).max(1);
            for end in (0..whole.len()).step_by(step) {
                let mut cut = files.clone();
                cut[index].1.truncate(end);
                import(&cut, origin, place(origin));
            }
        }
    }
}

#[test]
fn mutated_files_are_read_or_refused() {
    const BYTES: &[u8] = b"\0\xff\"'{}[]():,-#>*`|\n\r\t @~x1\\<&";
    for (origin, files) in samples() {
        for index in 0..files.len() {
            let whole = &files[index].1;
            let step = (whole.len() / 50).max(1);
            for (turn, at) in (0..whole.len()).step_by(step).enumerate() {
                let mut changed = files.clone();
                changed[index].1[at] = BYTES[turn % BYTES.len()];
                import(&changed, origin, place(origin));
                let mut changed = files.clone();
                changed[index].1.insert(at, BYTES[(turn * 7) % BYTES.len()]);
                import(&changed, origin, place(origin));
                let mut changed = files.clone();
                let copy: Vec<u8> = whole[at..whole.len().min(at + 40)].to_vec();
                changed[index].1.splice(at..at, copy);
                import(&changed, origin, place(origin));
            }
        }
    }
}

#[test]
fn absurd_files_end_soon() {
    let absurd = [
        "[".repeat(50_000),
        "{\"a\":".repeat(25_000),
        "- ".repeat(25_000),
        "> ".repeat(25_000),
        "---\n".repeat(12_000),
        format!("---\n{}\n---\n", "a: ".repeat(12_000)),
        "- [ ] T001 (depends on T1-T2) ".repeat(5_000),
        "# Phase 1\n".repeat(5_000),
        "- [ ] x\n".repeat(5_000),
        "\u{202e}".repeat(12_000),
        "\0".repeat(25_000),
        "\n".repeat(75_000),
        "(after ".repeat(12_000),
        format!("- [ ] T001 {}", "(after x) [P] ".repeat(5_000)),
    ];
    for (origin, files) in samples() {
        for (turn, text) in absurd.iter().enumerate() {
            let mut changed = files.clone();
            let last = changed.len() - 1;
            changed[last].1 = text.clone().into_bytes();
            within(Duration::from_secs(10), &format!("{origin:?} {turn}"), || {
                import(&changed, origin, place(origin));
            });
        }
    }
}

#[test]
fn line_ends_and_marks_of_byte_order_change_nothing() {
    for (origin, files) in samples() {
        let (plain, _, _) = import(&files, origin, place(origin));
        let windows: Files = files
            .iter()
            .map(|(path, bytes)| {
                let text = String::from_utf8(bytes.clone()).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
                (path.clone(), format!("\u{feff}{}", text.trim_start_matches('\u{feff}')).into_bytes())
            })
            .collect();
        let (other, _, _) = import(&windows, origin, place(origin));
        assert_eq!(outline_of(&plain), outline_of(&other));
    }
}

#[test]
fn a_line_that_is_too_long_is_one_loss() {
    let long = format!("{{\"id\":\"bd-9\",\"title\":\"{}\",\"status\":\"open\"}}\n{BEADS}", "x".repeat(17 << 20));
    let (outline, report, _) = import(&files(&[("issues.jsonl", &long)]), Origin::Beads, "");
    assert_eq!(outline.entries.len(), 3);
    assert!(report.has_faults() && report.losses()[0].reason.contains("at most"));
}

#[test]
fn headings_are_features_even_when_empty_below() {
    let (outline, _, _) = import(&files(&[("TODO.md", "## A\n### B\n- [ ] x\n")]), Origin::Todo, "");
    let kinds: Vec<Kind> = outline.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Epic, Kind::Feature, Kind::Task]);
}

/// The real samples, where they lie beside the project.
#[test]
fn real_sources_lose_no_task_silently() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/imports");
    let sources = [
        (Origin::Beads, "beads/2025-10_numeric-ids_steveyegge-beads.issues.jsonl", 278),
        (Origin::Beads, "beads/2026-04_dolt-backup_gastown", 677),
        (Origin::TaskMaster, "task-master/2025-06_tagged_5dlabs-taskmaster-sync.tasks.json", 54),
        (Origin::Backlog, "backlog-md/AIToolsLab_writing-tools", 5),
        (Origin::Ccpm, "ccpm/automazeio_ccpm", 11),
        (Origin::SpecKit, "spec-kit/spec-kit-verify-tasks", 32),
    ];
    for (origin, path, records) in sources {
        let place = root.join(path);
        if !place.exists() {
            // Told to whoever looks; the samples are not a part of the project.
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "skipped: {path} is not there");
            continue;
        }
        let mut files = Files::new();
        gather(&place, &place, &mut files);
        let at = if place.is_file() { files[0].0.clone() } else { String::new() };
        let (_, report, _) = import(&files, origin, &at);
        assert_eq!(report.tally(Unit::Record).read, records, "{path}");
    }
}

fn gather(root: &Path, place: &Path, files: &mut Files) {
    if place.is_file() {
        let name = place.strip_prefix(root).ok().filter(|name| !name.as_os_str().is_empty());
        let name = name.map_or_else(|| PathBuf::from(place.file_name().unwrap()), Path::to_owned);
        files.push((name.to_string_lossy().into_owned(), std::fs::read(place).unwrap()));
        return;
    }
    for entry in std::fs::read_dir(place).unwrap() {
        gather(root, &entry.unwrap().path(), files);
    }
}

/// What looks like a task and was not taken over is in the account, with its line.
#[test]
fn nothing_that_looks_like_a_task_is_dropped_in_silence() {
    let told = |origin, path: &str, text: &str| {
        let (_, report, _) = import(&files(&[(path, text)]), origin, "");
        let losses = report.losses().iter().filter(|loss| loss.unit == Unit::Record);
        losses.map(|loss| format!("{} {}", loss.spot.line.unwrap_or(0), loss.what)).collect::<Vec<_>>()
    };
    let list =
        "- [ ] a\n  - [ ] b\n☐ c\n\n> - [ ] d\n\n    - [ ] e\n\n```\n- [ ] f\n```\n<!-- - [ ] g -->\n| [ ] | h |\n";
    assert_eq!(told(Origin::Todo, "TODO.md", list), ["3 c", "5 d", "7 e", "13 h |"]);
    let tasks = "- [ ] T001 a\n  - [ ] b\nT002 c\n\n> - [ ] T003 d\n\n```\n- [ ] T004 e\n```\n";
    assert_eq!(told(Origin::SpecKit, "tasks.md", tasks), ["3 T002 c", "5 T003 d"]);
    assert_eq!(told(Origin::Beads, "issues.jsonl", "[{\"id\":\"a-1\",\"title\":7}, 8]"), ["0 an entry"]);
    assert_eq!(
        told(Origin::TaskMaster, "tasks.json", "[{\"id\":1,\"title\":\"a\",\"dependencies\":[]}, 8]"),
        ["0 a task"]
    );
    assert_eq!(told(Origin::TaskMaster, "tasks.json", "7"), ["0 the file"]);
}
