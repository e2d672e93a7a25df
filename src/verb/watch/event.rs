//! What happened between two views.

use super::{GateView, View};
use crate::gate;
use crate::id::RepoPath;
use crate::policy::Occasion;
use crate::verb::triggers::Raised;
use std::collections::BTreeMap;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub occasion: Occasion,
    /// What it happened to: a ref, a finding's path and code, an item's id, or an item and its gate.
    pub subject: String,
    /// What stood before, where that says something.
    pub before: Option<String>,
    pub after: Option<String>,
    /// One sentence for people. Foreign text in it is not escaped.
    pub text: String,
    /// The path that made evidence stale.
    pub path: Option<String>,
    /// What calls for somebody.
    pub call: Option<Raised>,
}

impl Event {
    fn new(occasion: Occasion, subject: impl Into<String>, text: impl Into<String>) -> Self {
        let (subject, text) = (subject.into(), text.into());
        Self { occasion, subject, before: None, after: None, text, path: None, call: None }
    }

    /// A generated file was written anew.
    pub fn view_refreshed(path: &RepoPath) -> Self {
        Self::new(Occasion::ViewRefreshed, path.to_string(), format!("{path} was written anew"))
    }

    fn turning(self, before: Option<&String>, after: Option<&String>) -> Self {
        Self { before: before.cloned(), after: after.cloned(), ..self }
    }
}

/// The events that lead from one view to the next, refs first, then findings, items and gates. Every difference
/// gives one event, and equal views give none.
pub fn between(before: &View, after: &View) -> Vec<Event> {
    let mut events = Vec::new();
    for (name, old, new) in differences(&before.refs, &after.refs) {
        let text = match (old, new) {
            (Some(old), Some(new)) => format!("{} moved from {} to {}", short(name), short(old), short(new)),
            (None, Some(new)) => format!("{} stands at {}", short(name), short(new)),
            _ => format!("{} is gone", short(name)),
        };
        events.push(Event::new(Occasion::RefMoved, name, text).turning(old, new));
    }
    for (key, old, new) in differences(&before.findings, &after.findings) {
        match (old, new) {
            (None, Some(line)) => events.push(Event::new(Occasion::Finding, key, line)),
            (Some(line), None) => events.push(Event::new(Occasion::FindingGone, key, format!("mended: {line}"))),
            // It is the same finding on another line.
            _ => {}
        }
    }
    items(before, after, &mut events);
    gates(before, after, &mut events);
    blockers(before, after, &mut events);
    calls(before, after, &mut events);
    if after.not_judged != before.not_judged
        && let Some(why) = &after.not_judged
    {
        events.push(Event::new(Occasion::NotJudged, "HEAD", format!("what would land is not judged: {why}")));
    }
    events
}

/// The events for what called for somebody before anybody looked.
pub fn standing_calls(view: &View) -> Vec<Event> {
    let mut events = Vec::new();
    calls(&View::default(), view, &mut events);
    events
}

fn blockers(before: &View, after: &View, events: &mut Vec<Event>) {
    for (path, old, new) in differences(&before.blockers, &after.blockers) {
        let Some(new) = new else { continue };
        let level = |level: &u8| format!("L{level}");
        let text = format!("{path} is at L{new}");
        let event = Event::new(Occasion::BlockerLevel, path, text);
        events.push(event.turning(old.map(level).as_ref(), Some(&level(new))));
    }
}

/// What calls is told again when it is louder; that somebody has seen it, and that it is settled, once.
fn calls(before: &View, after: &View, events: &mut Vec<Event>) {
    for (id, old, new) in differences(&before.triggers, &after.triggers) {
        let was_open = old.is_some_and(Raised::is_open);
        let (occasion, call, text) = match (old, new) {
            (_, Some(new)) if new.is_open() => {
                // Its clock may begin anew without anything new to tell: one of two branches got another commit.
                if was_open && old.is_some_and(|old| old.again >= new.again) {
                    continue;
                }
                let to = if new.to.is_empty() { String::new() } else { format!(" for {}", new.to.join(", ")) };
                (Occasion::TriggerRaised, new, format!("{} ({}{to}) {} → {}", new.id, new.urgency, new.what, new.then))
            }
            (_, Some(new)) if was_open => {
                let by = new.acknowledged.as_ref().map_or("", |seen| &seen.by);
                (Occasion::TriggerSettled, new, format!("{id} was seen by {by}: {}", new.what))
            }
            (Some(old), None) if was_open => {
                (Occasion::TriggerSettled, old, format!("{id} calls no more: {}", old.what))
            }
            _ => continue,
        };
        events.push(Event { call: Some(call.clone()), ..Event::new(occasion, id, text) });
    }
}

fn items(before: &View, after: &View, events: &mut Vec<Event>) {
    // A plan that cannot be read has no items; that is a finding, and says nothing about each of them.
    if before.items.is_empty() || after.items.is_empty() {
        return;
    }
    for (id, old, new) in differences(&before.items, &after.items) {
        let Some(new) = new else { continue };
        let was = old.map(|old| old.standing.as_str());
        if was == Some(new.standing.as_str()) {
            continue;
        }
        let occasion = match (was, new.standing.as_str()) {
            (_, "done" | "dropped") => Occasion::ItemDone,
            (Some("done" | "dropped"), _) => Occasion::ItemReopened,
            (_, "ready") => Occasion::ItemReady,
            (_, "blocked" | "waiting") => Occasion::ItemBlocked,
            _ => continue,
        };
        let text = format!("{id} is {}: {}", new.standing, new.title);
        let event = Event::new(occasion, id, text);
        events.push(event.turning(old.map(|old| &old.standing), Some(&new.standing)));
    }
}

fn gates(before: &View, after: &View, events: &mut Vec<Event>) {
    for (key, old, new) in differences(&before.gates, &after.gates) {
        let Some(new) = new else { continue };
        let stale = |view: &GateView| view.code == gate::codes::STALE.name && view.state == "unsatisfied";
        let red = |view: &GateView| view.code == gate::codes::RED.name && view.state == "unsatisfied";
        let is_new = |holds: &dyn Fn(&GateView) -> bool| holds(new) && !old.is_some_and(holds);
        let mut tell = |occasion, text: String, path: Option<&String>| {
            let event = Event { path: path.cloned(), ..Event::new(occasion, key, text) };
            events.push(event.turning(old.map(|old| &old.state), Some(&new.state)));
        };
        let name = format!("gate {} of {}", new.gate, new.subject);
        if is_new(&|view| matches!(view.state.as_str(), "satisfied" | "waived")) {
            tell(Occasion::GatePassed, format!("{name} is {}: {}", new.state, new.why), None);
        }
        if is_new(&red) || is_new(&|view| view.state == "error") {
            tell(Occasion::GateFailed, format!("{name} did not pass: {}", new.why), None);
        }
        if is_new(&stale) {
            let because = new.changed.first().map_or_else(|| new.why.clone(), |path| format!("{path} changed"));
            tell(Occasion::EvidenceStale, format!("evidence of {name} is stale: {because}"), new.changed.first());
        }
        if let Some(path) = new.soon_stale.as_ref().filter(|_| is_new(&|view| view.soon_stale.is_some())) {
            let text = format!("evidence of {name} will be stale: {path} differs from HEAD");
            tell(Occasion::EvidenceStale, text, Some(path));
        }
    }
}

/// A ref or commit id as people know it.
fn short(name: &str) -> &str {
    let is_id = name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { &name[..10] } else { name.strip_prefix("refs/heads/").unwrap_or(name) }
}

/// The keys whose values differ, with both values.
fn differences<'a, T: PartialEq>(
    before: &'a BTreeMap<String, T>,
    after: &'a BTreeMap<String, T>,
) -> impl Iterator<Item = (&'a String, Option<&'a T>, Option<&'a T>)> {
    let gone = before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(key, old)| (key, Some(old), None));
    let new = after.iter().filter_map(|(key, new)| {
        let old = before.get(key);
        (old != Some(new)).then_some((key, old, Some(new)))
    });
    gone.chain(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verb::watch::ItemView;

    fn map<T: Clone>(entries: &[(&str, T)]) -> BTreeMap<String, T> {
        entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    fn item(standing: &str) -> ItemView {
        ItemView { title: "a task".to_owned(), standing: standing.to_owned() }
    }

    fn gate(state: &str, code: &str) -> GateView {
        GateView {
            subject: "T-01".to_owned(),
            gate: "unit-tests".to_owned(),
            state: state.to_owned(),
            code: code.to_owned(),
            why: "because".to_owned(),
            changed: Vec::new(),
            soon_stale: None,
        }
    }

    fn said(before: &View, after: &View) -> Vec<String> {
        between(before, after).iter().map(|event| format!("{}: {}", event.occasion.name(), event.text)).collect()
    }

    #[test]
    fn items_are_told_by_where_they_stand_now() {
        for (before, after, expected) in [
            ("blocked", "ready", "item-ready: T-01 is ready: a task"),
            ("ready", "blocked", "item-blocked: T-01 is blocked: a task"),
            ("ready", "done", "item-done: T-01 is done: a task"),
            ("done", "blocked", "item-reopened: T-01 is blocked: a task"),
            ("dropped", "ready", "item-reopened: T-01 is ready: a task"),
            ("ready", "ready", ""),
            ("ready", "open", ""),
        ] {
            let view = |standing| View { items: map(&[("T-01", item(standing))]), ..View::default() };
            assert_eq!(said(&view(before), &view(after)).join("; "), expected, "{before} to {after}");
        }
    }

    #[test]
    fn what_a_plan_says_after_it_was_unreadable_is_compared_with_what_it_said_before() {
        let view = |standing| View { items: map(&[("T-01", item(standing))]), ..View::default() };
        let (before, after) = (view("ready"), view("done"));
        let known = View::default().or_as_in(&before);
        assert_eq!(said(&before, &known), [""; 0]);
        assert_eq!(said(&known, &after.or_as_in(&known)), ["item-done: T-01 is done: a task"]);
    }

    #[test]
    fn what_could_not_be_judged_meanwhile_is_not_told_again() {
        let stale = gate("unsatisfied", "gate/stale");
        let before = View { gates: map(&[("T-01 unit-tests", stale)]), ..View::default() };
        let unjudged = View { not_judged: Some("the merge has conflicts".to_owned()), ..View::default() };
        let known = unjudged.or_as_in(&before);
        assert_eq!(said(&before, &known).len(), 1, "that it is not judged is told");
        assert_eq!(said(&known, &before.or_as_in(&known)), [""; 0]);
    }

    #[test]
    fn an_unreadable_plan_closes_and_opens_nothing() {
        let view = View { items: map(&[("T-01", item("ready"))]), ..View::default() };
        assert_eq!(said(&view, &View::default()), [""; 0]);
        assert_eq!(said(&View::default(), &view), [""; 0]);
    }

    #[test]
    fn a_finding_that_only_moves_is_no_event() {
        let view = |line: &str| View { findings: map(&[("plan/a.md x/y bad", line.to_owned())]), ..View::default() };
        assert_eq!(said(&view("plan/a.md:1:1: bad"), &view("plan/a.md:2:1: bad")), [""; 0]);
        assert_eq!(said(&View::default(), &view("l")), ["finding: l"]);
        assert_eq!(said(&view("l"), &View::default()), ["finding-gone: mended: l"]);
    }

    #[test]
    fn gates_are_told_when_they_turn() {
        let view = |gate: &GateView| View { gates: map(&[("T-01 unit-tests", gate.clone())]), ..View::default() };
        let open = view(&gate("unsatisfied", "gate/unsatisfied"));
        let passed = view(&gate("satisfied", "gate/unsatisfied"));
        let red = view(&gate("unsatisfied", "gate/red"));
        let mut stale = gate("unsatisfied", "gate/stale");
        stale.changed = vec!["src/a.rs".to_owned()];
        let mut soon = gate("satisfied", "gate/unsatisfied");
        soon.soon_stale = Some("src/b.rs".to_owned());
        let (stale, soon) = (view(&stale), view(&soon));
        assert_eq!(said(&open, &passed), ["gate-passed: gate unit-tests of T-01 is satisfied: because"]);
        assert_eq!(said(&open, &red), ["gate-failed: gate unit-tests of T-01 did not pass: because"]);
        let told = "evidence-stale: evidence of gate unit-tests of T-01";
        assert_eq!(said(&passed, &stale), [format!("{told} is stale: src/a.rs changed")]);
        assert_eq!(said(&passed, &soon), [format!("{told} will be stale: src/b.rs differs from HEAD")]);
        assert_eq!(said(&soon, &soon), [""; 0]);
        assert_eq!(said(&red, &open), [""; 0]);
    }

    #[test]
    fn what_calls_is_told_when_it_is_louder_and_not_when_its_clock_begins_anew() {
        let view = |again| {
            let raised = Raised {
                id: "path-conflict-1".to_owned(),
                trigger: "path-conflict".to_owned(),
                subject: "a b".to_owned(),
                what: "`a` does not merge with `b`".to_owned(),
                since: jiff::Timestamp::UNIX_EPOCH,
                urgency: "normal".to_owned(),
                to: Vec::new(),
                again,
                then: "look".to_owned(),
                acknowledged: None,
            };
            View { triggers: map(&[("path-conflict-1", raised)]), ..View::default() }
        };
        let told = ["trigger-raised: path-conflict-1 (normal) `a` does not merge with `b` → look"];
        assert_eq!(said(&View::default(), &view(1)), told);
        assert_eq!(said(&view(1), &view(2)), told);
        assert_eq!(said(&view(2), &view(0)), [""; 0]);
        assert_eq!(said(&view(0), &view(1)), told);
    }

    #[test]
    fn refs_are_told_by_their_short_names() {
        let view = |id: &str| View { refs: map(&[("refs/heads/main", id.to_owned())]), ..View::default() };
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        assert_eq!(said(&view(&a), &view(&b)), ["ref-moved: main moved from aaaaaaaaaa to bbbbbbbbbb"]);
        assert_eq!(said(&view(&a), &View::default()), ["ref-moved: main is gone"]);
    }
}
