//! Where bytes of strangers come in: one function each, which returns for any bytes and panics only on a broken
//! promise. The suite runs them over cut and random bytes; `tests/fuzz` runs them under a coverage-guided fuzzer.

mod files;

use files::Files;
use passmuster::diag::{Place, Sink};
use passmuster::id::RepoPath;
use passmuster::import::{self, Notes, Origin, Settings, Unit};
use passmuster::lsp;
use passmuster::plan::{self, Reader};
use passmuster::text::Source;
use passmuster::verb::check;

const POLICY: &str = "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\n";

/// A plan file: both readers see the same, findings lie in their texts, and formatting twice is formatting once.
pub fn plan(bytes: &[u8]) {
    checked(&[("plan/03-execution-plan.md", bytes)]);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = |reader| {
        let mut sink = Sink::new();
        let plan = plan::read(vec![Source::new("plan.md", text)], reader, &mut sink);
        (format!("{:?}", plan.items), format!("{:?}", sink.into_sorted()))
    };
    assert_eq!(read(Reader::Fast), read(Reader::Full));
    let once = plan::format(&Source::new("plan.md", text));
    assert_eq!(plan::format(&Source::new("plan.md", once.as_str())), once);
}

/// The front matter of a task file, a record and a roster.
pub fn front_matter(bytes: &[u8]) {
    let page = [b"---\n", bytes, b"\n---\n# A\n"].concat();
    checked(&[
        ("plan/epics/a.md", &page),
        ("plan/waivers/2026-11-21-a.md", &page),
        ("plan/handoffs/2026-11-21-a.md", &page),
        ("plan/roster.yaml", bytes),
    ]);
}

/// What an editor sends, from the first header on.
pub fn messages(mut bytes: &[u8]) {
    let mut taken = 0;
    let take = |_| {
        taken += 1;
        true
    };
    lsp::read_messages(&mut bytes, take, |refusal| assert!(refusal["error"]["code"].is_number()));
    assert!(bytes.is_empty(), "everything was read");
}

/// A file of another tool, at the place where the tool keeps it: what is read is either mapped or told as lost.
pub fn import(origin: Origin, bytes: &[u8]) {
    let path = match origin {
        Origin::SpecKit => "specs/001-a/tasks.md",
        Origin::Beads => ".beads/issues.jsonl",
        Origin::TaskMaster => ".taskmaster/tasks/tasks.json",
        Origin::Backlog => "backlog/tasks/task-1 - A.md",
        Origin::Ccpm => ".claude/epics/a/001.md",
        Origin::Github => "issues.json",
        Origin::Todo => "TODO.md",
    };
    let tree = Files(vec![(path, bytes)]);
    let at = RepoPath::from(if origin == Origin::Github { path } else { "" });
    import::detect(&tree, &RepoPath::from(path)).expect("the tree is in memory");
    let Some((draft, mut report)) = import::read(&tree, origin, &at).expect("the tree is in memory") else { return };
    let outline = import::settle(draft, &Settings { prefix: "x".into(), ..Settings::default() }, &mut report);
    for unit in Unit::ALL {
        let tally = report.tally(unit);
        let lost: usize = report.losses().iter().filter(|loss| loss.unit == unit).map(|loss| loss.count).sum();
        assert_eq!((tally.read, lost), (tally.mapped + tally.dropped, tally.dropped));
    }
    let text = import::write(&outline, Notes::All);
    let plan = plan::read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
    assert_eq!(plan.items.len(), outline.entries.len());
}

fn checked(files: &[(&str, &[u8])]) {
    for reader in [Reader::Fast, Reader::Full] {
        let tree = Files([&[("passmuster.yaml", POLICY.as_bytes())], files].concat());
        let checked = check::run(&tree, reader).expect("the tree is in memory");
        for finding in &checked.findings {
            let labels = finding.labels.iter().map(|label| &label.place);
            for place in std::iter::once(&finding.place).chain(labels) {
                if let Place::Text { source, span } = place {
                    assert!(source.text().get(span.range()).is_some(), "{finding:?}");
                }
            }
        }
    }
}
