//! Plans as people wrote them: what is read in each, and why that is right.
//!
//! The documents belong to others, so none is here; the test looks for them beside the repository and says so when
//! they are missing. Only ids and counts stand in the expectations.

use passmuster::diag::Sink;
use passmuster::plan::{self, Carrier, Kind, Mark, Plan, Reader};
use passmuster::text::Source;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    above.map(|folder| folder.join("shared/data/plans")).find(|folder| folder.is_dir())
}

fn read(text: &str, reader: Reader) -> (Plan, Sink) {
    let mut sink = Sink::new();
    let plan = plan::read(vec![Source::new("plan.md", text)], reader, &mut sink);
    (plan, sink)
}

/// One line of counts: items by kind and carrier, claims, criteria, needs, findings by code.
fn summary(text: &str) -> String {
    summary_by(text, Reader::Fast)
}

fn summary_by(text: &str, reader: Reader) -> String {
    let (plan, mut sink) = read(text, reader);
    plan::check(&plan, &mut sink);
    let count = |is: &dyn Fn(&plan::Item) -> bool| plan.items.iter().filter(|item| is(item)).count();
    let kinds: Vec<String> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.name(), count(&|item| item.kind == kind)))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let carriers = [Carrier::Checkbox, Carrier::Heading, Carrier::Row, Carrier::Bullet, Carrier::File];
    let carriers: Vec<String> = carriers
        .into_iter()
        .map(|carrier| (carrier, count(&|item| item.carrier == carrier)))
        .filter(|(_, count)| *count > 0)
        .map(|(carrier, count)| format!("{count} {carrier:?}"))
        .collect();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in sink.into_sorted() {
        *codes.entry(finding.code.name).or_default() += 1;
    }
    let codes: Vec<String> = codes.into_iter().map(|(code, count)| format!("{count} {code}")).collect();
    let ids = match plan.items.as_slice() {
        [] => String::new(),
        [first, .., last] => format!("{}…{}", first.id.value, last.id.value),
        [only] => only.id.value.to_string(),
    };
    format!(
        "{ids}: {} ({}), {} ticked, {} criteria, {} needs; {}",
        kinds.join(" "),
        carriers.join(" "),
        count(&|item| item.mark == Mark::Ticked),
        plan.items.iter().map(|item| item.criteria().count()).sum::<usize>(),
        (0..plan.items.len()).map(|index| plan.needs(index).count()).sum::<usize>(),
        codes.join(", "),
    )
}

/// Everything the items say, and what follows from it.
fn model(text: &str) -> Vec<String> {
    let (plan, _) = read(text, Reader::Full);
    let facts = |index: usize| {
        let item = &plan.items[index];
        let names: Vec<&str> = item.touches().chain(item.tags()).chain(item.uses()).map(|said| said.value).collect();
        let criteria: Vec<_> = item.criteria().map(|criterion| (criterion.text.value, criterion.ticked)).collect();
        let needs: Vec<_> = plan.needs(index).map(|need| (need.kind, need.target.value, need.lag_minutes)).collect();
        format!(
            "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {} {names:?} {criteria:?} {needs:?} {:?} {} {}",
            item.id.value,
            item.kind,
            item.parent,
            item.mark,
            item.title().value,
            item.status().map(|said| said.value),
            item.owner().map(|said| said.value),
            item.estimate().map(|said| said.value),
            item.priority().map(|said| said.value),
            item.due().map(|said| said.value),
            item.parallel,
            plan.needed_items(index),
            plan.claimed(index),
            plan.is_closed(index),
        )
    };
    (0..plan.items.len()).map(facts).collect()
}

/// The number a document's name begins with, and what is found in it. Boxes without an id are counted in one note.
const EXPECTED: &[(&str, &str)] = &[
    // Boxes T001 to T024 under seven phases. The legend of `[P]` and the examples in fences are none. What the section
    // about dependencies says of phases by name (`Depends on Setup completion`) is read through its labels.
    ("03", "phase-1…T024: 24 task 7 phase (24 Checkbox 7 Heading), 24 ticked, 0 criteria, 5 needs; "),
    // The same shape; its section about dependencies tells chains of tasks with arrows, ranges and `after`, and takes
    // `independent of` back.
    ("04", "phase-1…T029: 29 task 6 phase (29 Checkbox 6 Heading), 29 ticked, 0 criteria, 23 needs; "),
    // Numbered boxes, main ones and parts on the same level of the list, so they stand beside each other. The bullets
    // below are details, `_Requirements_` a remark.
    ("10", "1…13.3: 41 task (41 Checkbox), 0 ticked, 0 criteria, 0 needs; "),
    // The same in Japanese, with the parts below their main task: `1.1` goes on from `1`, so both are items.
    ("12", "1…7.3: 22 task 7 feature (29 Checkbox), 0 ticked, 0 criteria, 0 needs; "),
    // A record of progress: boxes without ids, which only `fmt --ids` makes items.
    ("14", ":  (), 0 ticked, 0 criteria, 0 needs; 1 plan/box-without-id"),
    // A design document with four phases whose headings claim `✅ COMPLETED`. Its boxes have no ids; the tables are about
    // properties, and the headings inside fences are code. The list of next steps has no boxes, which is told.
    (
        "24",
        "phase-1…phase-4: 4 phase (4 Heading), 4 ticked, 0 criteria, 0 needs; 1 plan/almost-an-item, 1 plan/box-without-id",
    ),
    // Ten numbered headings with `**Status**` and `**Priority**`; their boxes are acceptance criteria. The list of
    // things done has no fields and is prose. One need and one status are words that mean nothing to a tool.
    (
        "25",
        "task-1…task-10: 10 task (10 Heading), 0 ticked, 42 criteria, 1 needs; 1 plan/bad-status, 1 plan/box-without-id, 1 plan/dangling-need, 1 plan/unknown-key",
    ),
    // Requirements: eleven user stories as headings, each with its criteria. Functional requirements are no tasks.
    ("29", "US-001…US-011: 11 task (11 Heading), 0 ticked, 59 criteria, 0 needs; "),
    // A roadmap in prose; its tables and headings number epics that nobody could tick.
    ("31", ":  (), 0 ticked, 0 criteria, 0 needs; "),
    // The description of a data format: tables of attributes, and a word `depends` that is one of them.
    ("53", ":  (), 0 ticked, 0 criteria, 0 needs; "),
    // A form to be filled in: `Epic 1: [Epic Name]`. Its own next steps are told as in 24, and so are the phases that
    // some of them name in bold.
    ("61", ":  (), 0 ticked, 0 criteria, 0 needs; 2 plan/almost-an-item, 1 plan/box-without-id"),
];

#[test]
fn every_document_gives_what_a_person_would_see_in_it() {
    let Some(folder) = folder() else {
        println!("skipped: no folder of real plans beside the repository");
        return;
    };
    let mut seen = BTreeMap::new();
    for entry in folder.read_dir().expect("the folder can be read").flatten() {
        let path = entry.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((number, _)) = name.split_once("__").filter(|_| name.ends_with(".md")) else { continue };
        let text = std::fs::read_to_string(&path).expect("it can be read");
        seen.insert(number.to_owned(), summary(&text));
        let (fast, full) = (read(&text, Reader::Fast).0, read(&text, Reader::Full).0);
        assert_eq!(format!("{:?}", fast.items), format!("{:?}", full.items), "{name}: both readers see the same");
        for part in 1..8 {
            let cut = &text[..text.floor_char_boundary(text.len() * part / 8)];
            assert_eq!(
                summary_by(cut, Reader::Fast),
                summary_by(cut, Reader::Full),
                "{name}: cut after {} bytes",
                cut.len()
            );
        }
        let source = Source::new("plan.md", text.as_str());
        let once = plan::format(&source);
        assert_eq!(plan::format(&Source::new("plan.md", once.as_str())), once, "{name}: formatting twice is once");
        assert_eq!(model(&once), model(&text), "{name}: every item says the same");
        assert_eq!(summary(&once), summary(&text), "{name}: the same findings");
    }
    let expected: BTreeMap<String, String> =
        EXPECTED.iter().map(|(number, summary)| ((*number).to_owned(), (*summary).to_owned())).collect();
    let shown = |map: &BTreeMap<String, String>| map.iter().map(|(n, s)| format!("{n} {s}\n")).collect::<String>();
    assert_eq!(shown(&seen), shown(&expected));
}
