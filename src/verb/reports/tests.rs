//! Reports of small histories. How they look is tested where they are written.

use super::*;
use crate::diag::Sink;
use crate::facts::{Facts, Ledger};
use crate::id::ObjectId;
use crate::plan::Reader;
use crate::port::EntryKind;
use crate::port::memory::{MemoryHistory, MemoryTree};
use crate::project::Project;
use crate::verb::document::Block;
use crate::verb::{indicators, metrics};
use jiff::Timestamp;

const PLAN: &str = "plan/03-execution-plan.md";
const HOUR: i64 = 3600;
/// 2026-01-05, a Monday, at midnight.
const MONDAY: i64 = 1_767_571_200;

/// A report after commits (hours after Monday, message, text of the plan), some hours after Monday.
fn report(purpose: Purpose, commits: &[(i64, &str, &str)], now: i64, item: Option<&str>) -> Result<Document, Failure> {
    let mut history = MemoryHistory::default();
    let mut tip: Option<ObjectId> = None;
    let mut tree = MemoryTree::default();
    for (hours, message, text) in commits {
        tree = MemoryTree::default().with(EntryKind::File, PLAN, *text);
        let parents: Vec<&ObjectId> = tip.iter().collect();
        tip = Some(history.commit(&parents, MONDAY + hours * HOUR, message, &tree));
    }
    let ledger = tip.map_or_else(
        || Ledger { complete: true, ..Ledger::default() },
        |tip| Ledger::read(&history, &tip, None).unwrap(),
    );
    let facts = Facts::new(ledger);
    let project = Project::read(&tree, Reader::Fast, &mut Sink::new()).unwrap();
    let now = Timestamp::from_second(MONDAY + now * HOUR).unwrap();
    let survey = Survey::new(&project, &tree, &facts, now, &mut Sink::new()).unwrap();
    let readings = metrics::run(&survey, &history).unwrap();
    let indicators = indicators::run(&survey, &readings);
    run(purpose, &Material { survey: &survey, readings: &readings, indicators: &indicators }, item)
}

const BEFORE: &str = "\
## Phase 1: Build

### Acceptance criteria

- [x] restore shows: no data lost

### Epic DB: The store
- goal: no data lost

- [ ] DB-1: Write ~4h P0
  - provides: a store
  - [ ] it is written
- [ ] DB-2: Read ~2h
  - needs: DB-1
";

fn commits() -> [(i64, &'static str, &'static str); 3] {
    const AFTER: &str = "\
## Phase 1: Build

### Acceptance criteria

- [x] restore shows: no data lost

### Epic DB: The store
- goal: no data lost

- [x] DB-1: Write ~4h P0
  - provides: a store
  - [x] it is written
- [ ] DB-2: Read ~2h
  - needs: DB-1
";
    [(0, "plan", BEFORE), (26, "DB-1: begin", BEFORE), (30, "DB-1: done", AFTER)]
}

/// A document in short lines.
fn text(document: &Document) -> String {
    let mut out = format!("{}\n", document.title);
    for section in &document.sections {
        out.push_str(&format!("[{}]\n", section.name));
        for block in &section.blocks {
            match block {
                Block::Paragraph(words) => out.push_str(&format!("{}\n", words.plain())),
                Block::Facts(facts) => {
                    facts.iter().for_each(|(name, value)| out.push_str(&format!("{name}: {}\n", value.plain())));
                }
                Block::List(list) if list.items.is_empty() => out.push_str(&format!("{}\n", list.none)),
                Block::List(list) => list.items.iter().for_each(|item| out.push_str(&format!("- {}\n", item.plain()))),
                Block::Table(table) if table.rows.is_empty() => out.push_str(&format!("{}\n", table.none)),
                Block::Table(table) => table.rows.iter().for_each(|row| {
                    let cells: Vec<String> = row.iter().map(super::super::document::Words::plain).collect();
                    out.push_str(&format!("{}\n", cells.join(" | ")));
                }),
                Block::Diagram(diagram) => out.push_str(diagram),
            }
        }
    }
    out
}

#[test]
fn a_day_is_told_as_it_was() {
    insta::assert_snapshot!(text(&report(Purpose::Daily, &commits(), 40, None).unwrap()));
}

#[test]
fn the_end_is_told_with_what_shows_it() {
    insta::assert_snapshot!(text(&report(Purpose::Final, &commits(), 40, None).unwrap()));
}

#[test]
fn an_epic_is_collected_with_its_evidence() {
    insta::assert_snapshot!(text(&report(Purpose::Collect, &commits(), 40, Some("DB")).unwrap()));
}

#[test]
fn templates_name_every_section_and_no_other() {
    for purpose in Purpose::ALL {
        let document = report(purpose, &commits(), 40, Some("DB")).unwrap();
        let template = purpose.template();
        let named: Vec<&str> = template.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)).collect();
        let sections: Vec<&str> =
            std::iter::once("title").chain(document.sections.iter().map(|section| section.name)).collect();
        assert_eq!(named, sections, "{}", purpose.name());
    }
    let daily = report(Purpose::Daily, &commits(), 40, None).unwrap();
    for (name, template) in styles() {
        for named in template.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)) {
            assert!(named == "title" || daily.sections.iter().any(|section| section.name == named), "{name}: {named}");
        }
    }
}

#[test]
fn what_nobody_knows_is_unknown_and_never_good() {
    for purpose in Purpose::ALL {
        let plan = [(0, "plan", "### Epic EA: a\n- [ ] T-1: b\n")];
        let told = text(&report(purpose, &plan, 1, Some("EA")).unwrap());
        assert!(!told.contains("ON TRACK") && !told.contains("Verdict: everything was reached"), "{told}");
    }
    let empty = text(&report(Purpose::Final, &[], 0, None).unwrap());
    assert!(empty.contains("goals | every goal is met | ⚪ unknown"), "{empty}");
    assert!(empty.contains("on time | everything planned is done | ⚪ unknown"), "{empty}");
}

#[test]
fn what_is_not_there_is_told() {
    let failure = report(Purpose::Collect, &commits(), 40, Some("DBB")).unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("did you mean `DB`?"));
    assert!(report(Purpose::Collect, &commits(), 40, None).is_err());
    assert!(report(Purpose::Phase, &[(0, "plan", "- [ ] T-1: a\n")], 1, None).is_err());
}
