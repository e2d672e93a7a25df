//! Whole plans: what is an item, what belongs to it, and that both readers see the same.

use super::*;
use crate::diag::Sink;
use proptest::prelude::*;

/// Reads one text as the main file; findings as `line:column code`.
pub(super) fn read_text(text: &str, reader: Reader) -> (Plan, Vec<String>) {
    let mut sink = Sink::new();
    let plan = read(vec![Source::new("plan.md", text)], reader, &mut sink);
    check_fields::fields(&plan, &mut sink);
    let found = sink
        .into_sorted()
        .iter()
        .map(|d| format!("{} {}", d.place.to_string().trim_start_matches("plan.md:"), d.code))
        .collect();
    (plan, found)
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.items.iter().map(|item| item.id.value.as_str()).collect()
}

const CANONICAL: &str = "\
---
passmuster: plan/1
title: Chunking remediation
start: 2026-11-23
---
# Chunking remediation

## Epic DB: Database matches the models
- goal: no data lost
- team: foundation

### Feature DB-SCHEMA: Models match the schema

- [ ] DB-001: Expand migration for chunks @database-architect ~4h P0 #migration
  - estimate: 2h / 4h / 9h
  - needs: DB-000 (technical: its column names), staging-db (resource), docs/a.md
  - touches: migrations/**, models/chunk.py
  - gates: +coverage, -docs
  - [ ] old rows readable after the expand step
- [x] DB-000: Name the columns
";

#[test]
fn the_canonical_form_is_read_whole() {
    let (plan, findings) = read_text(CANONICAL, Reader::Fast);
    assert_eq!(findings, [""; 0]);
    assert_eq!(ids(&plan), ["DB", "DB-SCHEMA", "DB-001", "DB-000"]);
    assert_eq!(plan.files[0].title.as_ref().unwrap().value, "Chunking remediation");
    assert!(plan.files[0].format == Some(1) && plan.files[0].start.is_some());
    let task = &plan.items[2];
    assert_eq!(task.title().value, "Expand migration for chunks");
    assert_eq!((task.owner().unwrap().value, task.parent), ("database-architect", Some(1)));
    let estimate = Estimate { optimistic: 120, likely: 240, pessimistic: 540 };
    assert_eq!(task.estimate().unwrap().value, estimate);
    assert_eq!((task.priority().unwrap().value, task.tags()[0].value), (0, "migration"));
    let kinds: Vec<NeedKind> = plan.needs(2).map(|need| need.kind).collect();
    assert_eq!(kinds, [NeedKind::Technical, NeedKind::Resource, NeedKind::Information]);
    let touches: Vec<&str> = task.touches().map(|path| path.value).collect();
    assert_eq!(touches, ["migrations/**", "models/chunk.py"]);
    assert_eq!((task.gates().add[0].as_str(), task.gates().remove[0].as_str()), ("coverage", "docs"));
    assert_eq!(task.criteria().count(), 1);
    assert_eq!(plan.needed_items(2), [3]);
    assert_eq!(plan.dependants(3), [2]);
    assert_eq!(plan.children(1), [2, 3]);
    assert_eq!(plan.ancestors(2).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(
        plan.items.iter().map(|item| item.kind).collect::<Vec<_>>(),
        [Kind::Epic, Kind::Feature, Kind::Task, Kind::Task]
    );
    let source = &plan.files[0].source;
    assert!(source.slice(task.body).starts_with("- [ ] DB-001") && source.slice(task.body).ends_with("step\n"));
    assert_eq!(source.slice(task.mark_span.unwrap()), "[ ]");
}

#[test]
fn two_values_for_one_key_are_reported_unless_they_agree() {
    assert_eq!(read_text(&CANONICAL.replace("~4h", "~5h"), Reader::Fast).1, ["15:5 plan/repeated-key"]);
}

#[test]
fn headings_with_fields_are_items() {
    let text = "\
## Phase 1: Set up
### T-001: Base
**Status**: [x]
### T-004: Top
**Dependencies**: T-001
**Estimated**: 3 hours
**Files**:
- src/a.rs
- src/b.rs

#### Acceptance Criteria
- [ ] DB-7: looks like a task
- [x] works

## Phase 2: Go on
- [ ] T9 last (depends on Phase 1)
";
    let (plan, findings) = read_text(text, Reader::Fast);
    assert_eq!(findings, [""; 0]);
    assert_eq!(ids(&plan), ["phase-1", "T-001", "T-004", "phase-2", "T9"]);
    let top = &plan.items[2];
    assert_eq!((top.touches().count(), top.criteria().count()), (2, 2));
    assert_eq!(top.estimate().unwrap().value.likely, 180);
    assert!(plan.claimed(1) && !plan.is_closed(0));
    assert_eq!(plan.needed_items(2), [1]);
    assert_eq!(plan.needed_items(4), [1, 2]);
    assert_eq!(plan.find("Phase 2"), Some(3));
    assert_eq!(plan.find("#t9"), Some(4));
}

#[test]
fn headings_that_begin_with_an_id_are_items_when_fields_follow() {
    for (heading, id) in [
        ("### 3. Set up", "task-3"),
        ("### 1.2 Set up", "task-1.2"),
        ("### T-4 Set up", "T-4"),
        ("### [T-4] Set up", "T-4"),
        ("### Ticket T-4: set up", "T-4"),
        ("### Step 13: set up", "task-13"),
        ("### 14) Set up", "task-14"),
    ] {
        let (plan, findings) = read_text(&format!("{heading}\n**Owner**: ann\n"), Reader::Fast);
        assert_eq!((ids(&plan), findings.len()), (vec![id], 0), "{heading}");
        assert!(plan.items[0].title().value.ends_with("et up") && plan.items[0].owner().is_some(), "{heading}");
        assert_eq!(ids(&read_text(&format!("{heading}\nprose\n"), Reader::Fast).0), [""; 0], "{heading}");
    }
}

#[test]
fn what_is_no_item() {
    for text in [
        "```\n- [ ] T1: a\n```\n",
        "<!-- - [ ] T1: a -->\n",
        "> - [ ] T1: a\n",
        "    - [ ] T1: a\n",
        "- [-] T1: a\n",
        "- [ ]T1: a\n",
        "- [ ] plain prose\n",
        "## Acceptance criteria\n- [ ] T1: a\n",
        "---\n- [ ] T1: a\n---\n",
    ] {
        for reader in [Reader::Fast, Reader::Full] {
            assert_eq!(ids(&read_text(text, reader).0), [""; 0], "{text:?}");
        }
    }
    let (plan, _) = read_text("- [ ] T1: a\n  - [ ] T2: b\n    - [ ] T3: c\n", Reader::Fast);
    assert_eq!((ids(&plan), plan.items[0].criteria().count()), (vec!["T1"], 2));
    // A number that goes on from the one above is a task.
    let (plan, _) =
        read_text("- [ ] 1. a\n  - [ ] 1.1 b\n    - [ ] c\n  - [x] 1.2 d\n  - [ ] e\n- [ ] 2. f\n", Reader::Fast);
    assert_eq!(ids(&plan), ["1", "1.1", "1.2", "2"]);
    assert_eq!(plan.items.iter().map(|item| item.parent).collect::<Vec<_>>(), [None, Some(0), Some(0), None]);
    assert_eq!((plan.items[0].kind, plan.items[1].criteria().count()), (Kind::Feature, 1));
}

#[test]
fn closed_and_claimed_follow_marks_and_children() {
    let text = "\
## Feature F1: a
- [x] T1: a
- [ ] T2: b
  - status: dropped
## Feature F2: b
- [ ] T3: a
  - status: dropped
## [ ] Feature F3: c
- [x] T4: a
## Feature F4: no children
";
    let (plan, _) = read_text(text, Reader::Fast);
    let state = |id: &str| plan.find(id).map(|i| (plan.is_closed(i), plan.claimed(i))).unwrap();
    assert_eq!(state("F1"), (true, true));
    assert_eq!(state("F2"), (true, false));
    assert_eq!(state("F3"), (false, false));
    assert_eq!(state("F4"), (false, false));
    assert_eq!(state("T2"), (true, false));
}

#[test]
fn findings_of_single_lines() {
    for (text, expected) in [
        ("- [ ] T1: a ~4x\n", "1:14 plan/bad-estimate"),
        ("- [ ] T1: a\n  - due: soon\n", "2:10 plan/bad-date"),
        ("- [ ] T1: a\n  - priority: soonish\n", "2:15 plan/bad-priority"),
        ("- [ ] T1: a\n  - status: maybe\n", "2:13 plan/bad-status"),
        ("- [ ] T1: a\n  - status: done\n", "2:13 plan/status-disagrees"),
        ("- [ ] T1: a\n  - neds: T2\n", "2:5 plan/unknown-key"),
        ("- [ ] T1: a\n  - needs: x (resorce)\n", "2:15 plan/unknown-need-type"),
        ("- [ ] T1: a\n  - needs: T2 (SS+soon)\n", "2:16 plan/bad-lag"),
        ("- [ ] T1: a\n  - gates: +a/b\n", "2:12 plan/bad-gate"),
        ("- [ ] nul1: a\n- [ ] com1: a\n", "2:7 plan/bad-id"),
        ("- [ ] T\u{1b}1: a\n", "1:7 plan/bad-id"),
        ("a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n", "2:1 plan/conflict-marker"),
        ("Title\n=======\n", ""),
        ("---\npassmuster: plan/2\n---\n- [ ] T1: a\n", "2:13 plan/format"),
        ("---\npassmuster: roster/1\n---\n", "2:13 plan/format"),
        ("---\npassmuster: plan/1\nstart: monday\n---\n", "3:8 plan/bad-front-matter"),
    ] {
        let (_, findings) = read_text(text, Reader::Fast);
        assert_eq!(findings.join(","), expected, "{text:?}");
    }
}

#[test]
fn a_newer_format_is_read_anyway() {
    let (plan, _) = read_text("---\npassmuster: plan/2\n---\n- [ ] T1: a\n", Reader::Fast);
    assert_eq!((ids(&plan), plan.files[0].format), (vec!["T1"], Some(2)));
}

/// Everything a plan says, for comparison.
pub(super) fn projection(plan: &Plan) -> String {
    plan.items.iter().map(|item| format!("{item:?}\n")).collect()
}

#[test]
fn both_readers_give_the_same_plan_for_real_plans() {
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let Some(entries) = above.map(|folder| folder.join("shared/data/plans")).find_map(|folder| folder.read_dir().ok())
    else {
        println!("skipped: no folder of real plans beside the repository");
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(&path).expect("readable");
        let (fast, fast_findings) = read_text(&text, Reader::Fast);
        let (full, full_findings) = read_text(&text, Reader::Full);
        println!("{}: {} items, {} findings", path.display(), fast.items.len(), fast_findings.len());
        assert_eq!(projection(&fast), projection(&full), "{}", path.display());
        assert_eq!(fast_findings, full_findings, "{}", path.display());
    }
}

/// Lines of plans, right and wrong.
pub(super) fn plan_line() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "# Title",
        "## Epic DB: Data",
        "### Feature DB-S: Schema",
        "### [x] Feature DB-T: x",
        "## Phase 1: a",
        "### T-004: x",
        "#### Acceptance criteria",
        "- [ ] DB-001: a @ann ~4h P0 #x",
        "- [x] DB-002: b (depends on DB-001)",
        "- [ ] T014 [P] [US1] c",
        "* [x] **T1** d",
        "- [ ] prose",
        "  - [ ] criterion",
        "  - [x] criterion",
        "  - needs: DB-001 (technical: x), Phase 1",
        "  - estimate: 2h-4h",
        "  - touches: a/**, b",
        "  - neds: x",
        "  - Depends On:  `DB-002`",
        "    - deep: x",
        "**Dependencies**: T-004",
        "- estimate: 3h",
        "- team: x",
        "",
        "",
        "prose",
        "  more prose",
        "```",
        "<!-- c -->",
        "<!--",
        "-->",
        "> quote",
        "- files:",
        "  - a.rs",
        "1. list",
        "- [ ] 1. a",
        "  - [x] 1.1 b",
        "    - [ ] 1.1.1 b",
        "  - status: dropped",
        "  - gates: +a -b",
        "---",
        "<<<<<<< x",
        "\t- tab",
        "| ID | Task | Priority | Depends | Status |",
        "|----|------|---|:-:|---|",
        "| WP01 | row | P1 | None | ✅ done |",
        "| **T7** | row | - | WP01 | todo |",
        "- **T6** — bullet. Depends only on T7.",
        "- **T8**: bullet",
        "  - depends on T6",
        "## Dependencies",
        "T6 → T7, T8 → T1",
        "- **Phase 1**: needs T014–T016; T8 after T6",
        "## Sprint 2: b ✅ DONE",
        "### 3. Numbered",
        "**Status**: ✅ Done",
        "**依赖**：T1",
        "- [ ] T9 [P] in src/a.rs ✅",
        "- [ ] T10 [P] in src/a.rs",
        "  - blocks: T9",
        "- [ ] \u{1b}1: x",
        "- [ ] T21：宽 (depends on T1)",
        "  - needs：T1、T9",
        "## 阶段 3：x",
        "### T-31 By its fields",
        "### [T-32] x",
        "- [✓] T33: x",
        "    indented",
        "> - [ ] T34: x",
        "<div>",
    ])
    .prop_map(str::to_owned)
}

pub(super) fn plan_text() -> impl Strategy<Value = String> {
    (prop::collection::vec(plan_line(), 0..24), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(lines, crlf, front, last)| {
            let end = if crlf { "\r\n" } else { "\n" };
            let front = if front { format!("---{end}passmuster: plan/1{end}---{end}") } else { String::new() };
            format!("{front}{}{}", lines.join(end), if last { end } else { "" })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_readers_give_the_same_plan(text in plan_text()) {
        let (fast, fast_findings) = read_text(&text, Reader::Fast);
        let (full, full_findings) = read_text(&text, Reader::Full);
        prop_assert_eq!(projection(&fast), projection(&full));
        prop_assert_eq!(fast_findings, full_findings);
    }

    #[test]
    fn any_text_is_read(text in "(- \\[[ x]\\] |## |  - |\n|T1|: |needs|status|\\(|\\)|~|P0|[a-z\u{e9}\u{202e}*`#@,;\\[\\]{}-]){0,30}") {
        let (plan, _) = read_text(&text, Reader::Fast);
        let mut sink = Sink::new();
        check(&plan, &mut sink);
        for finding in sink.into_sorted() {
            prop_assert!(finding.place.line_column().is_some() && finding.hint.is_some());
        }
        format(&plan.files[0].source);
        for (index, item) in plan.items.iter().enumerate() {
            prop_assert!(text.get(item.body.range()).is_some());
            prop_assert_eq!(text.get(item.id.span.range()).map(|id| item.id.value.as_str().ends_with(id)), Some(true));
            for need in plan.needs(index) {
                prop_assert_eq!(text.get(need.target.span.range()), Some(need.target.value));
            }
            for said in item.owner().into_iter().chain(item.tags()).chain(item.touches()) {
                prop_assert_eq!(text.get(said.span.range()), Some(said.value));
            }
        }
    }
}

#[test]
fn long_lines_of_brackets_and_marks_take_linear_time() {
    for piece in [
        "(",
        "[",
        "(needs ",
        "*",
        "`",
        "#",
        "@a ",
        "~1h ",
        ",",
        "{",
        "a:",
        "- ",
        "> ",
        "(depends on a)",
        "[P]",
        "P1 ",
        "_",
        "<!--",
        "\u{e9}",
    ] {
        let many = piece.repeat(100_000);
        let text =
            format!("- [ ] T1: {many}\n  - needs: {many}\n  - touches: {many}\n## {many}\n{many}\n- [ ] {many}\n");
        let (plan, _) = read_text(&text, Reader::Fast);
        assert_eq!(plan.items[0].id.value.as_str(), "T1", "{piece}");
        check(&plan, &mut Sink::new());
    }
}
