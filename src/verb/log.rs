//! `log`: what happened to the plan, newest first.
//!
//! Says each change in a few words; `blame` and `diff` use the same ones.

use crate::facts::{Event, Facts, What};
use crate::id::ObjectId;
use crate::plan::Estimate;
use jiff::Timestamp;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// Only this item, under whatever id it had; or the records and files whose path has this in it.
    pub subject: Option<&'a str>,
    /// Only what landed from then on.
    pub since: Option<Timestamp>,
    /// At most so many lines.
    pub limit: Option<usize>,
}

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    pub at: Timestamp,
    /// Whether the commit's own date was out of order, and `at` is that of one before it.
    pub settled: bool,
    /// The commit of the line it landed with.
    pub commit: &'a ObjectId,
    pub subject: &'a str,
    /// A word for programs.
    pub event: &'static str,
    /// In a few words, for people. Foreign text in it is not escaped.
    pub text: String,
}

/// The lines of the log, newest first.
pub fn run<'a>(facts: &'a Facts, request: &Request<'_>) -> Vec<Line<'a>> {
    let commits: Vec<&ObjectId> = facts.line().map(|(id, _)| id).collect();
    let asked = request.subject.map(|subject| (subject, names(facts, subject)));
    let wanted = |event: &Event<'_>| {
        asked.as_ref().is_none_or(|(subject, names)| {
            let is_item = names.iter().any(|name| name.eq_ignore_ascii_case(event.subject));
            is_item || (event.subject.contains('/') && event.subject.contains(subject)) || concerns(event.what, names)
        })
    };
    let events = facts.events().rev().filter(wanted);
    let events = events.take_while(|event| request.since.is_none_or(|since| since <= event.landed.at));
    events
        .take(request.limit.unwrap_or(usize::MAX))
        .map(|event| Line {
            at: event.landed.at,
            settled: event.landed.settled,
            commit: commits[event.step],
            subject: event.subject,
            event: word(event.what),
            text: text(event.what),
        })
        .collect()
}

/// The ids an item has and had.
fn names(facts: &Facts, id: &str) -> Vec<String> {
    let item = facts.item(id);
    item.map_or_else(|| vec![id.to_owned()], |item| std::iter::once(&item.id).chain(&item.former).cloned().collect())
}

/// Whether a record's step names one of the items.
fn concerns(what: &What, names: &[String]) -> bool {
    let What::Step { items, .. } = what else { return false };
    items.iter().any(|item| names.iter().any(|name| name.eq_ignore_ascii_case(item)))
}

/// A change as a word for programs.
pub fn word(what: &What) -> &'static str {
    match what {
        What::Created(_) => "created",
        What::Renamed(_) => "renamed",
        What::Removed => "removed",
        What::Ticked => "ticked",
        What::Reopened => "reopened",
        What::Dropped => "dropped",
        What::Restored => "restored",
        What::Begun => "begun",
        What::Paused => "paused",
        What::Owner(_) => "owner",
        What::Waits(_) => "waits",
        What::Estimate(_) => "estimate",
        What::Actual(_) => "actual",
        What::Priority(_) => "priority",
        What::Title(_) => "title",
        What::Parent(_) => "parent",
        What::Team(_) => "team",
        What::Parts(_) => "parts",
        What::Work { .. } => "work",
        What::Gate { .. } => "gate",
        What::Step { .. } => "record",
        What::Moved(_) => "moved",
        What::Unreadable => "unreadable",
    }
}

/// A change in a few words.
pub fn text(what: &What) -> String {
    let or = |value: &Option<String>, none: &str| value.clone().unwrap_or_else(|| none.to_owned());
    match what {
        What::Created(said) => {
            let mark = if said.claimed { ", ticked already" } else { "" };
            format!("new {}: {}{mark}", said.kind.name(), said.title)
        }
        What::Renamed(from) => format!("was {from}"),
        What::Removed => "taken out of the plan".to_owned(),
        What::Ticked => "claimed done".to_owned(),
        What::Reopened => "reopened".to_owned(),
        What::Dropped => "dropped".to_owned(),
        What::Restored => "no longer dropped".to_owned(),
        What::Begun => "begun".to_owned(),
        What::Paused => "no longer under way".to_owned(),
        What::Owner(owner) => format!("owner: {}", or(owner, "nobody")),
        What::Waits(Some(who)) if who.is_empty() => "waits".to_owned(),
        What::Waits(Some(who)) => format!("waits for {who}"),
        What::Waits(None) => "waits no longer".to_owned(),
        What::Estimate(None) => "no estimate".to_owned(),
        What::Estimate(Some([optimistic, likely, pessimistic])) => {
            let (optimistic, likely, pessimistic) = (*optimistic, *likely, *pessimistic);
            format!("estimate: {}", Estimate { optimistic, likely, pessimistic })
        }
        What::Actual(None) => "no time stated".to_owned(),
        What::Actual(Some(minutes)) => format!("took {}, as stated", Estimate::single(*minutes)),
        What::Priority(None) => "no priority".to_owned(),
        What::Priority(Some(priority)) => format!("priority: P{priority}"),
        What::Title(title) => format!("title: {title}"),
        What::Parent(parent) => format!("stands in {}", or(parent, "nothing")),
        What::Team(team) => format!("team: {}", or(team, "none")),
        What::Parts(true) => "has parts now".to_owned(),
        What::Parts(false) => "has no parts any more".to_owned(),
        What::Work { by, subject, .. } => format!("work by {by}: {subject}"),
        What::Gate { gate, outcome, by, tests, reused, .. } => {
            let tests = tests.map_or_else(String::new, |tests| format!(", {tests} tests"));
            let again = if *reused { ", used again" } else { "" };
            format!("gate {gate}: {} by {by}{tests}{again}", outcome.name())
        }
        What::Step { kind, title, to, by, note, .. } => {
            let note = note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
            format!("{kind} {to} by {by}: {title}{note}")
        }
        What::Moved(from) => format!("moved from {from}"),
        What::Unreadable => "cannot be read; what it said before still counts".to_owned(),
    }
}
