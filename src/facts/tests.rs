//! The history of items, told from commits in memory.

use super::*;
use crate::evidence::Outcome;
use crate::port::memory::{MemoryHistory, MemoryTree};
use proptest::prelude::*;

const PLAN: &str = "plan/03-execution-plan.md";
const HOUR: i64 = 3600;
/// 2026-01-05, a Monday, at midnight.
const MONDAY: i64 = 1_767_571_200;

/// A line of commits, each of which replaces all files.
#[derive(Default)]
struct Story {
    history: MemoryHistory,
    tip: Option<ObjectId>,
}

impl Story {
    fn commit(&mut self, hours: i64, message: &str, files: &[(&str, &str)]) -> ObjectId {
        let tree = tree(files);
        let parents: Vec<ObjectId> = self.tip.iter().cloned().collect();
        let parents: Vec<&ObjectId> = parents.iter().collect();
        let id = self.history.commit(&parents, MONDAY + hours * HOUR, message, &tree);
        self.tip = Some(id.clone());
        id
    }

    fn merge(&mut self, hours: i64, side: &ObjectId, files: &[(&str, &str)]) {
        let tip = self.tip.clone().unwrap();
        self.tip = Some(self.history.commit(&[&tip, side], MONDAY + hours * HOUR, "Merge", &tree(files)));
    }

    fn facts(&self) -> Facts {
        Facts::new(Ledger::read(&self.history, self.tip.as_ref().unwrap(), None).unwrap())
    }
}

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(crate::port::EntryKind::File, *path, text))
}

fn hours(moment: Option<Moment>) -> Option<i64> {
    moment.map(|moment| (moment.at.as_second() - MONDAY) / HOUR)
}

fn told(facts: &Facts) -> Vec<String> {
    let name = |what: &What| format!("{what:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    facts.events().map(|event| format!("{} {} {}", event.step, event.subject, name(event.what))).collect()
}

#[test]
fn an_item_is_created_taken_worked_on_ticked_and_reopened() {
    let mut story = Story::default();
    story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a ~4h\n- [x] T-2: b\n")]);
    story.commit(1, "give", &[(PLAN, "- [ ] T-1: a @ada ~4h\n- [x] T-2: b\n")]);
    story.commit(2, "T-1: work", &[(PLAN, "- [ ] T-1: a @ada ~4h\n- [x] T-2: b\n"), ("src/a", "1")]);
    story.commit(5, "T-1: done", &[(PLAN, "- [x] T-1: a @ada ~4h\n- [x] T-2: b\n")]);
    story.commit(9, "no", &[(PLAN, "- [ ] T-1: a @ada ~4h\n- [x] T-2: b\n")]);
    story.commit(10, "yes", &[(PLAN, "- [x] T-1: a @ada ~4h\n- [x] T-2: b\n")]);
    let facts = story.facts();
    let item = facts.item("t-1").unwrap();
    let found = [item.created, item.owned, item.begun, item.ticks[0].ticked, item.ticks[0].reopened, item.done];
    assert_eq!(found.map(hours), [Some(0), Some(1), Some(2), Some(5), Some(9), Some(10)]);
    assert_eq!(item.work.len(), 2);
    assert_eq!(item.spent(), Some(Spent::Estimated(480)));
    assert_eq!(item.ratio().map(|(ratio, _)| ratio), Some(2.0));
    // What came ticked was done nobody knows when.
    let other = facts.item("T-2").unwrap();
    assert!(other.is_done() && other.done.is_none() && other.spent().is_none());
    assert_eq!(facts.finished().count(), 1);
    let at = |hours: i64| facts.progress(Timestamp::from_second(MONDAY + hours * HOUR).unwrap());
    assert_eq!([at(-1).tasks, at(0).tasks, at(0).done, at(5).done, at(9).done, at(10).done], [0, 2, 1, 2, 1, 2]);
    assert_eq!((at(10).minutes, at(10).done_minutes), (240, 240));
}

#[test]
fn another_id_with_the_same_title_is_a_rename_and_another_file_nothing() {
    let mut story = Story::default();
    story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a\n- [ ] T-2: b\n- [ ] T-3: c\n- [ ] T-4: c\n")]);
    story.commit(1, "T-1: x", &[(PLAN, "- [ ] T-1: a\n- [ ] T-2: b\n- [ ] T-3: c\n- [ ] T-4: c\n"), ("s", "1")]);
    story.commit(2, "ids", &[(PLAN, "- [x] N-1: a\n- [ ] T-2: b\n- [ ] N-3: c\n- [ ] N-4: c\n")]);
    story.commit(3, "file", &[("plan/epics/e.md", "- [x] N-1: a\n- [ ] T-2: b\n- [ ] N-3: c\n- [ ] N-4: c\n")]);
    let facts = story.facts();
    let item = facts.item("N-1").unwrap();
    assert_eq!((item.former.as_slice(), item.work.len()), (&["T-1".to_owned()][..], 1));
    assert_eq!((hours(item.created), hours(item.done)), (Some(0), Some(2)));
    assert_eq!(facts.item("T-1").unwrap().id, "N-1");
    // Two with one title cannot be told apart.
    assert_eq!(hours(facts.item("T-3").unwrap().removed), Some(2));
    assert_eq!(hours(facts.item("N-3").unwrap().created), Some(2));
    assert!(facts.events().all(|event| event.step < 3), "{:?}", told(&facts));
}

#[test]
fn what_a_merge_brings_landed_with_the_merge() {
    let mut story = Story::default();
    let base = story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a\n")]);
    let one =
        story.history.commit(&[&base], MONDAY + 2 * HOUR, "T-1: one", &tree(&[(PLAN, "- [ ] T-1: a\n"), ("s", "1")]));
    let two =
        story.history.commit(&[&one], MONDAY + 90 * HOUR, "T-1: two", &tree(&[(PLAN, "- [x] T-1: a\n"), ("s", "2")]));
    story.commit(4, "else", &[(PLAN, "- [ ] T-1: a\n"), ("o", "1")]);
    story.merge(6, &two, &[(PLAN, "- [x] T-1: a\n"), ("s", "2"), ("o", "1")]);
    let facts = story.facts();
    let item = facts.item("T-1").unwrap();
    assert_eq!((hours(item.begun), hours(item.done)), (Some(2), Some(6)));
    let work: Vec<_> = item.work.iter().map(|work| (hours(Some(work.at)), work.at.settled)).collect();
    // The second says it was made after it landed.
    assert_eq!(work, [(Some(2), false), (Some(6), true)]);
    assert_eq!(facts.line().count(), 3);
}

#[test]
fn a_file_that_cannot_be_read_takes_nothing_away() {
    let mut story = Story::default();
    story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a\n")]);
    let broken = MemoryTree::default().with(crate::port::EntryKind::File, PLAN, b"- [ ] T-1: \xff\n");
    let tip = story.tip.clone().unwrap();
    story.tip = Some(story.history.commit(&[&tip], MONDAY + HOUR, "broken", &broken));
    let until_broken = story.facts();
    story.commit(2, "mended", &[(PLAN, "- [x] T-1: a\n")]);
    let facts = story.facts();
    assert_eq!(told(&facts), ["0 T-1 Created", "1 plan/03-execution-plan.md Unreadable", "2 T-1 Ticked"]);
    let continued =
        Ledger::read(&story.history, story.tip.as_ref().unwrap(), Some(until_broken.ledger().clone())).unwrap();
    assert_eq!(continued, *facts.ledger());
}

#[test]
fn at_a_shallow_border_nobody_knows_since_when() {
    let mut story = Story::default();
    let first = story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a\n")]);
    story.commit(1, "T-1: more", &[(PLAN, "- [x] T-1: a\n- [ ] T-2: b\n")]);
    story.commit(2, "T-2: more", &[(PLAN, "- [x] T-1: a\n- [x] T-2: b\n")]);
    story.history.forget(&first);
    let facts = story.facts();
    assert!(!facts.is_complete());
    let item = facts.item("T-1").unwrap();
    assert!(item.created.is_none() && item.begun.is_none() && item.is_done() && item.done.is_none());
    assert_eq!(hours(facts.item("T-2").unwrap().done), Some(2));
}

#[test]
fn records_tell_their_steps_once() {
    const PATH: &str = "plan/blockers/2026-01-05-db.md";
    let record = |more: &str| {
        format!(
            "---\npassmuster: blocker/1\ntitle: db is down\nstate: {}\nby: ada\nat: 2026-01-05T01:00:00Z\nitems: [T-1]\ntype: \
             technical\nowner: ada\n{more}---\n\n## What is blocked\n\nall\n",
            if more.is_empty() { "active" } else { "resolved" }
        )
    };
    let (open, closed) =
        (record(""), record("steps:\n  - { to: resolved, by: ada, at: 2026-01-05T03:00:00Z, note: restarted }\n"));
    let mut story = Story::default();
    story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a\n")]);
    story.commit(1, "block", &[(PLAN, "- [ ] T-1: a\n"), (PATH, &open)]);
    story.commit(2, "move", &[(PLAN, "- [ ] T-1: a\n"), ("plan/blockers/2026-01-05-x.md", &open)]);
    story.commit(3, "solve", &[(PLAN, "- [ ] T-1: a\n"), ("plan/blockers/2026-01-05-x.md", &closed)]);
    let facts = story.facts();
    let steps: Vec<_> = facts
        .events()
        .filter_map(|event| match event.what {
            What::Step { to, items, .. } => Some((event.step, to.as_str(), items.len())),
            _ => None,
        })
        .collect();
    assert_eq!(steps, [(1, "active", 1), (3, "resolved", 1)]);
}

#[test]
fn kept_ledgers_are_believed_only_whole() {
    let mut story = Story::default();
    story.commit(0, "plan", &[(PLAN, "- [ ] T-1: a ~1h / 2h / 3h\n  - status: waiting: bob\n")]);
    let ledger = story.facts().ledger().clone();
    let bytes = ledger.encode();
    assert_eq!(Ledger::decode(&bytes), Some(ledger));
    for end in 0..bytes.len() {
        assert_eq!(Ledger::decode(&bytes[..end]), None);
    }
    for place in 0..bytes.len() {
        let mut other = bytes.clone();
        other[place] ^= 0x10;
        assert_eq!(Ledger::decode(&other), None, "byte {place}");
    }
    let mut beyond = Ledger::decode(&bytes).unwrap();
    beyond.entries[0].step = 9;
    assert_eq!(Ledger::decode(&beyond.encode()), None, "there is no such commit");
}

/// One commit of a made-up history.
#[derive(Clone, Debug)]
struct Turn {
    /// Bits of the plan: which items are there, ticked, owned, under another id or in another file.
    bits: u32,
    seconds: i64,
    message: &'static str,
    /// Whether a side branch with a commit of its own is merged.
    merges: bool,
}

fn turn() -> impl Strategy<Value = Turn> {
    let messages = prop_oneof![Just("T-1: work"), Just("else"), Just("Item: T-2"), Just("t-3, N-1: both")];
    (any::<u32>(), prop_oneof![0..100_000_i64, any::<i64>()], messages, any::<bool>())
        .prop_map(|(bits, seconds, message, merges)| Turn { bits, seconds, message, merges })
}

fn files(bits: u32) -> MemoryTree {
    let mut texts = [String::new(), String::new()];
    for item in 0..4_u32 {
        let bit = |place: u32| bits >> (item * 6 + place) & 1 == 1;
        if bit(0) {
            let prefix = if bit(1) { 'N' } else { 'T' };
            let mark = if bit(2) { 'x' } else { ' ' };
            let owner = if bit(3) { " @ada" } else { "" };
            texts[usize::from(bit(4))] += &format!("- [{mark}] {prefix}-{item}: title {item}{owner}\n");
        }
    }
    let mut tree = MemoryTree::default();
    for (path, text) in [PLAN, "plan/epics/e.md"].into_iter().zip(&texts) {
        let bytes = if bits >> 24 & 15 == 15 { b"\xff".to_vec() } else { text.clone().into_bytes() };
        if !text.is_empty() {
            tree = tree.with(crate::port::EntryKind::File, path, bytes);
        }
    }
    tree.with(crate::port::EntryKind::File, "src/a", bits.to_string())
}

proptest! {
    #[test]
    fn a_continued_ledger_is_the_cold_one(turns in proptest::collection::vec(turn(), 1..7), from in 0..7_usize, at in 0..7_usize) {
        let mut history = MemoryHistory::default();
        let mut line: Vec<ObjectId> = Vec::new();
        for turn in &turns {
            let tip = line.last().cloned();
            let side = tip.as_ref().filter(|_| turn.merges).map(|tip| {
                history.commit(&[tip], turn.seconds / 2, turn.message, &files(turn.bits.rotate_left(5)))
            });
            let parents: Vec<&ObjectId> = tip.iter().chain(&side).collect();
            line.push(history.commit(&parents, turn.seconds, turn.message, &files(turn.bits)));
        }
        let (from, at) = (&line[from % line.len()], &line[at % line.len()]);
        let known = Ledger::read(&history, from, None).unwrap();
        let cold = Ledger::read(&history, at, None).unwrap();
        let kept = Ledger::decode(&known.encode()).unwrap();
        prop_assert_eq!(&Ledger::read(&history, at, Some(kept)).unwrap(), &cold);
        // What is claimed at the end is what the last plan that could be read says.
        let facts = Facts::new(cold);
        for item in facts.items() {
            prop_assert!(item.ticks.iter().rev().skip(1).all(|tick| tick.reopened.is_some()));
            prop_assert!(item.done.is_none() || item.is_done());
        }
        let rows: Vec<Moment> = facts.line().map(|(_, moment)| moment).collect();
        prop_assert!(rows.is_sorted_by_key(|moment| moment.at));
    }
}

#[test]
fn an_outcome_is_kept_by_its_name() {
    for outcome in Outcome::ALL {
        let what = What::Gate {
            gate: "lint".to_owned(),
            outcome,
            key: String::new(),
            at: 0,
            by: String::new(),
            milliseconds: 0,
            tests: None,
            reused: false,
        };
        let text = serde_json::to_string(&what).unwrap();
        assert_eq!(serde_json::from_str::<What>(&text).unwrap(), what);
    }
}
