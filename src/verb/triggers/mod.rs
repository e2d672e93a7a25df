//! `triggers`: what calls for somebody now, by the files, the history and the clock alone.
//!
//! Nothing is remembered: whoever asks, and whenever, finds the same, so a watcher that was off misses nothing and
//! two watchers agree. Whether somebody has seen a trigger is a record like any other, which every clone gets with
//! the next fetch. [`run`] applies the table of rules in `rules` to one set of [`Facts`]; a further fact is a field
//! there and a row here.
//!
//! Verb layer. Telling people is left to `watch` and the edges.

mod rules;
pub mod silence;

use super::blockers::Situation;
use super::buffer::Course;
use super::slip::Alarm;
use crate::diag::{Failure, Sink};
use crate::evidence::Digest;
use crate::gate::assess::Requirement;
use crate::id::RepoPath;
use crate::policy::{Power, Trigger, Urgency};
use crate::port::Tree;
use crate::record::book::read_folder;
use crate::record::{Record, kinds};
use crate::roster::Roster;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use silence::Silence;
use std::collections::BTreeMap;

/// How far up the line a trigger goes when nobody answers.
const MOST_ABOVE: u32 = 4;

/// Everything that rules look at.
pub struct Facts<'a> {
    pub situation: &'a Situation<'a>,
    /// The records that have a clock, as [`overdue::read`](super::overdue::read) finds them.
    pub records: &'a [Record],
    /// The gates that HEAD and other branches need to land.
    pub gates: &'a [GateFact],
    /// What will not merge.
    pub clashes: &'a [Clash],
    /// How the plan's longest chain goes; none where nobody asks, or nothing was planned yet.
    pub course: Option<&'a Course>,
    /// How much later all is done than planned; none where nobody asks, or nothing is left.
    pub slip: Option<&'a Alarm>,
    /// A sync that nobody opened; none where nobody expects one.
    pub silence: Option<&'a Silence>,
}

/// How a gate stands, and since when.
#[derive(Clone, Debug)]
pub struct GateFact {
    pub requirement: Requirement,
    /// Whether somebody approves it.
    pub is_approval: bool,
    /// Since when its evidence is what it is: when it was made or, for stale one, when its files changed.
    pub since: Timestamp,
    /// The branch it stands on; none: that of HEAD.
    pub branch: Option<String>,
}

/// Work on a branch that does not merge with that on another, or with the protected one.
#[derive(Clone, Debug)]
pub struct Clash {
    pub branch: String,
    pub with: String,
    /// Where somebody has to decide.
    pub paths: Vec<RepoPath>,
    /// Since when it is so.
    pub since: Timestamp,
}

/// Something that calls for somebody, or will.
struct Cause {
    trigger: Trigger,
    /// What it is about: the path of a record, an item's id, or an item and its gate.
    subject: String,
    /// What makes this one another than the last of its kind about the same subject.
    anchor: String,
    what: String,
    since: Timestamp,
    /// What was seen before this was another one of the same name.
    anew: Option<Timestamp>,
    to: Vec<String>,
    then: String,
}

/// Something that calls for somebody now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// The trigger's name and six digits: the same for whoever looks.
    pub id: String,
    /// The name under `triggers:`.
    pub trigger: String,
    pub subject: String,
    /// One sentence. Foreign text in it is not escaped.
    pub what: String,
    pub since: Timestamp,
    /// The name of its [`Urgency`].
    pub urgency: String,
    /// Members, roles or teams; empty: whoever is there.
    pub to: Vec<String>,
    /// How often it was raised again since.
    pub again: u32,
    /// What settles it, to be typed.
    pub then: String,
    /// Who has seen it and sees to it.
    pub acknowledged: Option<Acknowledged>,
}

/// That somebody has seen a trigger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    pub by: String,
    pub at: Timestamp,
    /// Until when that holds; then it is raised again.
    pub until: Option<Timestamp>,
}

/// What calls for somebody, and when that will change if nothing happens before.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// By id; acknowledged ones are among them.
    pub raised: BTreeMap<String, Raised>,
    pub next: Option<Timestamp>,
}

impl Raised {
    /// Whether somebody still has to look.
    pub fn is_open(&self) -> bool {
        self.acknowledged.is_none()
    }

    /// The loudest first, then the oldest.
    pub fn rank(&self) -> impl Ord + use<> {
        let urgency = Urgency::ALL.iter().position(|urgency| urgency.name() == self.urgency);
        (std::cmp::Reverse(urgency), self.since, self.id.clone())
    }
}

/// What calls for somebody. `seen` holds the acknowledgements.
pub fn run(facts: &Facts<'_>, seen: &[Record]) -> Outcome {
    let situation = facts.situation;
    let now = situation.now;
    let mut outcome = Outcome::default();
    let mut at = |moment: Option<Timestamp>| {
        let sooner = |old: Timestamp| moment.is_none_or(|moment| old <= moment);
        if moment.is_some_and(|moment| moment > now) && !outcome.next.is_some_and(sooner) {
            outcome.next = moment;
        }
    };
    for cause in rules::ALL.iter().flat_map(|rule| rule(facts)) {
        let call = situation.policy.call(cause.trigger);
        if !call.is_on {
            continue;
        }
        at(Some(cause.since));
        if cause.since > now {
            continue;
        }
        let id = id(&cause);
        let anew = cause.anew.unwrap_or(Timestamp::MIN);
        let seen: Vec<&Record> =
            seen.iter().filter(|record| is_of(record, &id) && record.opener().at.value >= anew).collect();
        let acknowledged = acknowledged(&seen, now);
        // It is not louder for having waited while somebody saw to it.
        let counts_from = lapsed(&seen, now).unwrap_or(cause.since).max(cause.since);
        let again = if acknowledged.is_some() { 0 } else { times(counts_from, now, call.again) };
        match &acknowledged {
            Some(acknowledged) => at(acknowledged.until),
            None => at(after(counts_from, i64::from(call.again) * (i64::from(again) + 1))),
        }
        let own = call.to.iter().map(|name| name.value.to_string()).collect::<Vec<_>>();
        let to = if own.is_empty() { cause.to } else { own };
        let raised = Raised {
            trigger: cause.trigger.name().to_owned(),
            subject: cause.subject,
            what: cause.what,
            since: cause.since,
            urgency: call.urgency.raised(again).name().to_owned(),
            to: with_those_above(to, again, situation),
            again,
            then: cause.then,
            acknowledged,
            id,
        };
        outcome.raised.insert(raised.id.clone(), raised);
    }
    outcome
}

/// The acknowledgements of a tree; what is wrong with their files goes to `sink`.
///
/// # Errors
/// A file could not be read.
pub fn acknowledgements(tree: &dyn Tree, sink: &mut Sink) -> Result<Vec<Record>, Failure> {
    read_folder(tree, &kinds::ACK, sink)
}

/// The same for everybody who sees the same cause.
fn id(cause: &Cause) -> String {
    let name = cause.trigger.name();
    let digits = Digest::of(&[name.as_bytes(), cause.subject.as_bytes(), cause.anchor.as_bytes()]);
    format!("{name}-{}", &digits.as_str()[..6])
}

fn is_of(record: &Record, id: &str) -> bool {
    record.text("trigger") == Some(id)
}

/// The acknowledgement that holds longest.
fn acknowledged(seen: &[&Record], now: Timestamp) -> Option<Acknowledged> {
    let holds = seen.iter().filter(|record| record.time("until").is_none_or(|until| until > now));
    let longest = holds.max_by_key(|record| (record.time("until").unwrap_or(Timestamp::MAX), record.path()))?;
    let opener = longest.opener();
    let (by, at) = (opener.by.value.clone(), opener.at.value);
    Some(Acknowledged { by, at, until: longest.time("until") })
}

/// When the last of the acknowledgements ended that hold no more.
fn lapsed(seen: &[&Record], now: Timestamp) -> Option<Timestamp> {
    seen.iter().filter_map(|record| record.time("until")).filter(|until| *until <= now).max()
}

/// How often a span has passed.
fn times(since: Timestamp, now: Timestamp, minutes: u32) -> u32 {
    let passed = (now.as_second() - since.as_second()).max(0) / (60 * i64::from(minutes.max(1)));
    u32::try_from(passed).unwrap_or(u32::MAX)
}

fn after(start: Timestamp, minutes: i64) -> Option<Timestamp> {
    start.checked_add(SignedDuration::from_mins(minutes)).ok()
}

/// Who is called, and with each time it is raised again those they report to; where that is not known, those who
/// decide.
fn with_those_above(mut to: Vec<String>, again: u32, situation: &Situation<'_>) -> Vec<String> {
    let mut from = 0;
    for _ in 0..again.min(MOST_ABOVE) {
        let above: Vec<String> = to[from..].iter().flat_map(|name| above(name, situation.roster)).collect();
        from = to.len();
        add(&mut to, above);
        if to.len() == from {
            add(&mut to, situation.policy.powers(Power::Decide).iter().map(|name| name.value.to_string()));
            break;
        }
    }
    to
}

fn add(to: &mut Vec<String>, names: impl IntoIterator<Item = String>) {
    for name in names {
        if !to.contains(&name) {
            to.push(name);
        }
    }
}

/// To whom those report that a name means.
fn above(name: &str, roster: Option<&Roster>) -> Vec<String> {
    let members = roster.into_iter().flat_map(|roster| &roster.members);
    let meant = members.filter(|member| crate::record::is_party(roster, member.name.as_str(), name));
    meant.filter_map(|member| member.reports_to.as_ref()).map(|name| name.value.to_string()).collect()
}

#[cfg(test)]
mod tests;
