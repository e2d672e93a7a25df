//! What is written reads back: whatever strangers put into titles and texts, the plan has the same items.

use super::*;
use crate::diag::Sink;
use crate::plan::{self, Estimate, Kind, Mark, Plan, Reader};
use crate::text::Source;
use proptest::prelude::*;
use std::sync::Arc;

fn spot() -> Spot {
    Spot::file(&Arc::from("source"))
}

pub(super) fn plan_of(text: &str) -> (Plan, Vec<crate::diag::Diagnostic>) {
    let mut sink = Sink::new();
    let plan = plan::read(vec![Source::new("plan/epics/x.md", text)], Reader::Full, &mut sink);
    plan::check(&plan, &mut sink);
    (plan, sink.into_sorted())
}

/// Texts that want to be something else.
const HOSTILE: &[&str] = &[
    "- [x] T9: done",
    "\n- [x] T9: done\n",
    "\n\n## Epic E9: mine\n\n",
    "---",
    "\n---\npassmuster: plan/9\n---\n",
    "- needs: T9",
    "needs:T9",
    "(depends on T9)",
    "(after all) of it",
    "(Priority: P0)",
    "@owner",
    "~4h",
    "P1",
    "p0",
    "#tag",
    "[P]",
    "[US1]",
    "[x]",
    "[ ]",
    "x [ ]",
    "<!-- comment",
    "-->",
    "<script>",
    "```",
    "```\n",
    "~~~",
    "> quote",
    ">",
    "| a | b |\n|---|---|\n",
    "**bold",
    "`code",
    "\u{202e}gnp.exe",
    "\x1b[2J",
    "\u{0}",
    "\u{2028}",
    "\t",
    "\r\n",
    "\r",
    "<<<<<<< HEAD",
    "\n<<<<<<< HEAD\n",
    ">>>>>>> x",
    "=======",
    "#",
    "##",
    " ##",
    "\\",
    ":",
    "T9:",
    "1.",
    "acceptance criteria:",
    "Acceptance criteria:\n\n- [ ] mine",
    "status: done",
    "\u{feff}",
    "é👍",
    " ",
    "",
    "a",
    "word",
    "touches: ../x",
    "[a]: /b",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![3 => prop::sample::select(HOSTILE).prop_map(str::to_owned), 1 => ".{0,8}"];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.join(" "))
}

fn state() -> impl Strategy<Value = State> {
    prop_oneof![
        Just(State::Open),
        Just(State::OfParts),
        Just(State::Started),
        Just(State::Done),
        Just(State::Dropped),
        text().prop_map(State::Waiting),
    ]
}

prop_compose! {
    fn item(index: usize)(
        title in text(),
        id in prop_oneof![4 => Just(format!("T{index}")), 1 => Just(index.to_string()), 1 => text()],
        kind in prop::option::weighted(0.2, prop::sample::select(&Kind::ALL[..])),
        parent in prop::option::weighted(0.5, 0..12usize),
        needs in prop::collection::vec(0..14usize, 0..3),
        state in state(),
        notes in prop::collection::vec((prop::option::of(text()), text()), 0..3),
        criteria in prop::collection::vec((text(), any::<bool>()), 0..3),
        tags in prop::collection::vec(text(), 0..3),
        owner in prop::option::of(text()),
        goal in prop::option::of(text()),
        touches in prop::collection::vec(prop_oneof![text(), Just("src/**".to_owned())], 0..2),
        links in prop::collection::vec(text(), 0..2),
        (minutes, priority, parallel) in (prop::option::of(1..9999u32), prop::option::of(0..4u8), any::<bool>()),
    ) -> DraftItem {
        let mut item = DraftItem::new(id, "", spot());
        (item.title, item.kind, item.state) = (title, kind, state);
        item.parent = parent.map(|parent| format!("T{parent}"));
        for need in needs {
            item.needs(format!("T{need}"), "blocks", &spot());
        }
        for (label, note) in notes {
            item.note(label.as_deref(), &note);
        }
        item.criteria = criteria.into_iter().map(|(text, ticked)| DraftCriterion { text, ticked }).collect();
        item.tags = tags.iter().filter_map(|tag| write::tag_name(tag)).collect();
        item.touches = touches.iter().filter_map(|path| write::pattern(path)).collect();
        item.owner = owner.as_deref().and_then(write::owner);
        item.estimate = minutes.map(Estimate::single);
        (item.priority, item.parallel, item.goal, item.links) = (priority, parallel, goal, links);
        item
    }
}

fn draft() -> impl Strategy<Value = Draft> {
    let items = (0..10usize).prop_flat_map(|count| (0..count).map(item).collect::<Vec<_>>());
    items.prop_map(|items| Draft { title: "Imported", items })
}

/// What the plan says of an item, as far as an import decides it.
fn seen(plan: &Plan, index: usize) -> String {
    let item = &plan.items[index];
    let needs: Vec<&str> = plan.needs(index).map(|need| need.target.value).collect();
    let parent = item.parent.map(|parent| plan.items[parent].id.value.as_str());
    let tags: Vec<&str> = item.tags().iter().map(|tag| tag.value).collect();
    let touches: Vec<&str> = item.touches().map(|path| path.value).collect();
    let criteria = item.criteria().filter(|criterion| criterion.ticked).count();
    let values = (
        item.owner().map(|owner| owner.value),
        item.estimate().map(|estimate| estimate.value.likely),
        item.priority().map(|priority| priority.value),
        item.parallel,
        item.is_dropped(),
    );
    format!("{:?}", ((&item.id.value, item.kind, item.mark, parent), needs, tags, touches, criteria, values))
}

/// The same of an entry.
fn meant(outline: &Outline, entry: &Entry) -> String {
    let needs: Vec<&str> = entry.needs.iter().map(|edge| outline.entries[edge.target].id.as_str()).collect();
    let parent = entry.parent.map(|parent| outline.entries[parent].id.as_str());
    let item = &entry.item;
    let criteria = item.criteria.iter().filter(|criterion| criterion.ticked).count();
    let values = (
        item.owner.as_deref(),
        item.estimate.map(|estimate| estimate.likely),
        item.priority,
        item.parallel,
        item.state == State::Dropped,
    );
    format!("{:?}", ((&entry.id, entry.kind, entry.mark, parent), needs, &item.tags, &item.touches, criteria, values))
}

/// Errors that are the source's own: needs in a circle.
fn is_of_the_source(code: &str) -> bool {
    code == "plan/cycle"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back(draft in draft(), skip_done in any::<bool>()) {
        let mut report = Report::default();
        let count = draft.items.len();
        let settings = Settings { skip_done, prefix: "x".into(), ..Settings::default() };
        let outline = settle(draft, &settings, &mut report);
        for notes in [Notes::All, Notes::Brief, Notes::None] {
            let text = write(&outline, notes);
            let (plan, findings) = plan_of(&text);
            let mut seen: Vec<String> = (0..plan.items.len()).map(|index| seen(&plan, index)).collect();
            let mut meant: Vec<String> = outline.entries.iter().map(|entry| meant(&outline, entry)).collect();
            seen.sort();
            meant.sort();
            prop_assert_eq!(seen, meant, "{}", text);
            let wrong: Vec<String> = findings
                .iter()
                .filter(|finding| finding.is_error() && !is_of_the_source(finding.code.name))
                .map(|finding| format!("{} {}", finding.place, finding.message))
                .collect();
            prop_assert!(wrong.is_empty(), "{:?}\n{}", wrong, text);
            prop_assert!(!text.chars().any(|c| crate::text::is_hostile(c) && c != '\n'), "{:?}", text);
        }
        prop_assert_eq!(report.tally(Unit::Record).read, count);
        for unit in Unit::ALL {
            let tally = report.tally(unit);
            let lost: usize = report.losses().iter().filter(|loss| loss.unit == unit).map(|loss| loss.count).sum();
            prop_assert_eq!((tally.read, lost), (tally.mapped + tally.dropped, tally.dropped));
        }
    }
}

#[test]
fn deep_and_looping_parts_are_flattened() {
    let mut draft = Draft::default();
    for index in 0..3000 {
        let mut item = DraftItem::new(format!("T{index}"), "", spot());
        item.parent = Some(format!("T{}", if index == 0 { 2999 } else { index - 1 }));
        draft.items.push(item);
    }
    let mut report = Report::default();
    let outline = settle(draft, &Settings::default(), &mut report);
    let (plan, _) = plan_of(&write(&outline, Notes::All));
    assert_eq!(plan.items.len(), 3000);
    assert!(report.losses().iter().all(|loss| loss.code.name == codes::STRUCTURE.name));
}

#[test]
fn ids_are_kept_where_a_plan_can_hold_them() {
    let mut draft = Draft::default();
    for (space, id) in
        [("", "T1"), ("a", "t1"), ("b", "T1"), ("", "no"), ("", "a b/c"), ("", "1"), ("", "x..y"), ("", "é")]
    {
        draft.items.push(DraftItem::new(id, space, spot()));
    }
    let settings = Settings { taken: ["1".to_owned()].into(), prefix: "beads".into(), skip_done: false };
    let mut report = Report::default();
    let outline = settle(draft, &settings, &mut report);
    let ids: Vec<&str> = outline.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["T1", "a-t1", "b-T1", "beads-no", "a-b-c", "beads-1", "x.y", "item"]);
    let reasons: Vec<(&str, &str)> = report.renamed.iter().map(|one| (one.from.as_str(), one.reason)).collect();
    assert_eq!(reasons[3], ("a b/c", "it is no id in a plan"));
    assert_eq!(reasons[4], ("1", "the plan has it already"));
}

#[test]
fn done_work_can_stay_behind() {
    let mut draft = Draft::default();
    for (id, parent, state) in [
        ("E1", None, State::Done),
        ("T1", Some("E1"), State::Done),
        ("T2", Some("E1"), State::Open),
        ("T3", None, State::Done),
    ] {
        let mut item = DraftItem::new(id, "", spot());
        (item.parent, item.state) = (parent.map(str::to_owned), state);
        item.needs("T3", "blocks", &spot());
        draft.items.push(item);
    }
    let mut report = Report::default();
    let settings = Settings { skip_done: true, ..Settings::default() };
    let outline = settle(draft, &settings, &mut report);
    let ids: Vec<&str> = outline.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["E1", "T2"]);
    assert_eq!(outline.entries[0].mark, Mark::None);
    assert_eq!(report.tally(Unit::Record), Tally { read: 4, mapped: 2, dropped: 2 });
}
