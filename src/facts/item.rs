//! What happened to each item.
//!
//! Domain layer.

use super::clock::{Moment, timestamp};
use super::ledger::{Entry, Ledger, What};
use super::snapshot::Said;
use crate::evidence::Outcome;
use crate::id::ObjectId;
use crate::plan::Kind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

/// The most minutes of one day that count as work where nobody says how long it took.
const DAY: i64 = 480;

/// A commit that names an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkDone {
    pub commit: ObjectId,
    /// When it was made, not before the item was in the plan.
    pub at: Moment,
    pub landed: Moment,
    /// The author's address.
    pub by: String,
}

/// One result of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateRun {
    pub gate: String,
    pub outcome: Outcome,
    /// When it was run, as the report says.
    pub at: Timestamp,
    pub by: String,
    pub milliseconds: u64,
    pub landed: Moment,
    /// An earlier result that was used again.
    pub reused: bool,
}

/// A time in which an item was claimed done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// `None`: it came into the plan so.
    pub ticked: Option<Moment>,
    pub reopened: Option<Moment>,
}

/// The time an item took, in minutes of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// As the plan says (`actual: 3h`).
    Stated(u32),
    /// From the first commit that names it to its tick, at most eight hours of each day, weekends between left out.
    Estimated(u32),
}

impl Spent {
    pub fn minutes(self) -> u32 {
        let (Self::Stated(minutes) | Self::Estimated(minutes)) = self;
        minutes
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Stated(_) => "stated",
            Self::Estimated(_) => "estimated",
        }
    }
}

/// The history of one item.
#[derive(Clone, Debug)]
pub struct ItemFacts {
    pub id: String,
    /// The ids it had before, oldest first.
    pub former: Vec<String>,
    pub title: String,
    pub kind: Kind,
    pub parent: Option<String>,
    /// Whether it has no parts of its own.
    pub is_leaf: bool,
    pub owner: Option<String>,
    pub team: Option<String>,
    pub priority: Option<u8>,
    /// In minutes: optimistic, likely, pessimistic, as it is now.
    pub estimate: Option<[u32; 3]>,
    /// As it was first said.
    pub first_estimate: Option<[u32; 3]>,
    /// Minutes, as the plan says.
    pub actual: Option<u32>,
    /// When it came into the plan; `None` when it was there before the line is known.
    pub created: Option<Moment>,
    pub removed: Option<Moment>,
    pub dropped: Option<Moment>,
    /// When it first had an owner.
    pub owned: Option<Moment>,
    /// When work on it began: the first commit that names it, or a status that says so.
    pub begun: Option<Moment>,
    pub ticks: Vec<Tick>,
    /// When it was ticked, while it stands so; `None` also when nobody knows when.
    pub done: Option<Moment>,
    /// When it waited for somebody, from and until.
    pub waited: Vec<(Moment, Option<Moment>)>,
    /// Oldest landing first.
    pub work: Vec<WorkDone>,
    pub gates: Vec<GateRun>,
}

impl ItemFacts {
    fn new(said: &Said, created: Option<Moment>) -> Self {
        let mut item = Self {
            id: String::new(),
            former: Vec::new(),
            title: String::new(),
            kind: said.kind,
            parent: None,
            is_leaf: true,
            owner: None,
            team: None,
            priority: None,
            estimate: None,
            first_estimate: said.estimate,
            actual: None,
            created,
            removed: None,
            dropped: None,
            owned: None,
            begun: None,
            ticks: Vec::new(),
            done: None,
            waited: Vec::new(),
            work: Vec::new(),
            gates: Vec::new(),
        };
        item.appear(said, created);
        item
    }

    /// Takes what it says when it comes into the plan, or comes back.
    fn appear(&mut self, said: &Said, at: Option<Moment>) {
        self.id.clone_from(&said.id);
        self.title.clone_from(&said.title);
        self.kind = said.kind;
        self.parent.clone_from(&said.parent);
        self.is_leaf = !said.has_parts;
        self.owner.clone_from(&said.owner);
        self.team.clone_from(&said.team);
        self.priority = said.priority;
        self.estimate = said.estimate;
        self.actual = said.actual;
        self.removed = None;
        self.dropped = at.filter(|_| said.dropped);
        self.owned = self.owned.or(at.filter(|_| said.owner.is_some()));
        self.begun = self.begun.or(at.filter(|_| said.under_way));
        match self.ticks.last_mut().filter(|tick| tick.reopened.is_none()) {
            Some(tick) if !said.claimed => tick.reopened = at,
            None if said.claimed => self.ticks.push(Tick { ticked: None, reopened: None }),
            _ => {}
        }
        if let (Some(at), Some(_)) = (at, &said.waits) {
            self.waited.push((at, None));
        }
    }

    /// Whether the newest commit of the line claims it done, whenever that was.
    pub fn is_done(&self) -> bool {
        self.ticks.last().is_some_and(|tick| tick.reopened.is_none())
    }

    /// Whether it is in the plan, and was not dropped.
    pub fn is_there(&self) -> bool {
        self.removed.is_none() && self.dropped.is_none()
    }

    /// How often a tick was taken back.
    pub fn reopenings(&self) -> impl Iterator<Item = Moment> {
        self.ticks.iter().filter_map(|tick| tick.reopened)
    }

    /// The newest result of each gate.
    pub fn newest_runs(&self) -> BTreeMap<&str, &GateRun> {
        let mut newest: BTreeMap<&str, &GateRun> = BTreeMap::new();
        for run in &self.gates {
            let known = newest.entry(&run.gate).or_insert(run);
            if known.at <= run.at {
                *known = run;
            }
        }
        newest
    }

    /// Whether it was in the plan, and not dropped, at a moment.
    pub fn stood(&self, at: Timestamp) -> bool {
        self.created.is_none_or(|created| created.at <= at)
            && self.removed.is_none_or(|removed| removed.at > at)
            && self.dropped.is_none_or(|dropped| dropped.at > at)
    }

    /// Whether it was claimed done at a moment.
    pub fn was_ticked(&self, at: Timestamp) -> bool {
        let within = |tick: &Tick| {
            tick.ticked.is_none_or(|ticked| ticked.at <= at) && tick.reopened.is_none_or(|reopened| reopened.at > at)
        };
        self.stood(at) && self.ticks.iter().any(within)
    }

    /// Whether somebody worked on it at a moment: it was begun, and not claimed done.
    pub fn was_under_way(&self, at: Timestamp) -> bool {
        self.stood(at) && self.begun.is_some_and(|begun| begun.at <= at) && !self.was_ticked(at)
    }

    /// The likely figure of the estimate.
    pub fn likely_minutes(&self) -> Option<u32> {
        self.estimate.map(|[_, likely, _]| likely)
    }

    /// The time it took, where that is known.
    pub fn spent(&self) -> Option<Spent> {
        if let Some(minutes) = self.actual {
            return Some(Spent::Stated(minutes));
        }
        let (begun, done) = (self.begun?, self.done?);
        (begun.at < done.at).then(|| Spent::Estimated(working_minutes(begun.at, done.at)))
    }

    /// What it took, as a share of the likely figure that was first said.
    pub fn ratio(&self) -> Option<(f64, Spent)> {
        let [_, likely, _] = self.first_estimate.filter(|[_, likely, _]| *likely > 0)?;
        let spent = self.done.and(self.spent())?;
        Some((f64::from(spent.minutes()) / f64::from(likely), spent))
    }
}

/// Minutes between two moments, at most [`DAY`] of each day in UTC; the days between count when they are no weekend.
fn working_minutes(from: Timestamp, until: Timestamp) -> u32 {
    let (from, until) = (from.to_zoned(TimeZone::UTC).datetime(), until.to_zoned(TimeZone::UTC).datetime());
    let minute = |at: jiff::civil::DateTime| i64::from(at.hour()) * 60 + i64::from(at.minute());
    let minutes = if from.date() == until.date() {
        (minute(until) - minute(from)).min(DAY)
    } else {
        let first = (24 * 60 - minute(from)).min(DAY);
        let last = minute(until).min(DAY);
        first + last + DAY * weekdays_between(from.date(), until.date())
    };
    u32::try_from(minutes.max(1)).unwrap_or(u32::MAX)
}

/// The days after one date and before a later one that are no weekend.
fn weekdays_between(from: Date, until: Date) -> i64 {
    let days = from.until(until).map_or(0, |span| i64::from(span.get_days())) - 1;
    let first = i64::from(from.weekday().to_monday_zero_offset()) + 1;
    let rest = (0..days % 7).filter(|day| (first + day) % 7 < 5).count();
    days / 7 * 5 + i64::try_from(rest).expect("it is below 7")
}

/// The items a line knows: every one its plan ever had.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// By folded id, in its order.
    sorted: Vec<(String, ItemFacts)>,
}

impl Items {
    /// Draws the conclusions from a ledger, whose commits have these times.
    pub fn of(ledger: &Ledger, times: &[Moment]) -> Self {
        let mut known: HashMap<String, ItemFacts> = HashMap::new();
        for entry in &ledger.entries {
            let at = times[entry.step as usize];
            let folded = entry.subject.to_ascii_lowercase();
            match &entry.what {
                What::Created(said) => {
                    let since = (entry.step > 0 || ledger.complete).then_some(at);
                    known
                        .entry(folded)
                        .and_modify(|item| item.appear(said, since))
                        .or_insert_with(|| ItemFacts::new(said, since));
                }
                What::Renamed(from) => {
                    if let Some(mut item) = known.remove(&from.to_ascii_lowercase()) {
                        item.former.push(std::mem::replace(&mut item.id, entry.subject.clone()));
                        known.insert(folded, item);
                    }
                }
                _ => {
                    if let Some(item) = known.get_mut(&folded) {
                        happen(item, entry, at, times[0]);
                    }
                }
            }
        }
        let mut sorted: Vec<(String, ItemFacts)> = known.into_iter().collect();
        sorted.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        for (_, item) in &mut sorted {
            item.done = item.ticks.last().filter(|tick| tick.reopened.is_none()).and_then(|tick| tick.ticked);
            let first = item.work.iter().map(|work| work.at).min();
            item.begun = [item.begun, first].into_iter().flatten().min();
        }
        Self { sorted }
    }

    pub fn iter(&self) -> impl Iterator<Item = &ItemFacts> {
        self.sorted.iter().map(|(_, item)| item)
    }

    pub fn get(&self, folded: &str) -> Option<&ItemFacts> {
        let place = self.sorted.binary_search_by(|(id, _)| id.as_str().cmp(folded)).ok()?;
        Some(&self.sorted[place].1)
    }
}

fn happen(item: &mut ItemFacts, entry: &Entry, at: Moment, start: Moment) {
    match &entry.what {
        What::Removed => item.removed = Some(at),
        What::Ticked => item.ticks.push(Tick { ticked: Some(at), reopened: None }),
        What::Reopened => {
            if let Some(tick) = item.ticks.last_mut() {
                tick.reopened.get_or_insert(at);
            }
        }
        What::Dropped => item.dropped = Some(at),
        What::Restored => item.dropped = None,
        What::Begun => item.begun = item.begun.or(Some(at)),
        What::Owner(owner) => {
            item.owner.clone_from(owner);
            item.owned = item.owned.or(owner.as_ref().map(|_| at));
        }
        What::Waits(who) => {
            if let Some((_, until @ None)) = item.waited.last_mut() {
                *until = Some(at);
            }
            if who.is_some() {
                item.waited.push((at, None));
            }
        }
        What::Estimate(estimate) => {
            item.estimate = *estimate;
            item.first_estimate = item.first_estimate.or(*estimate);
        }
        What::Actual(actual) => item.actual = *actual,
        What::Priority(priority) => item.priority = *priority,
        What::Title(title) => item.title.clone_from(title),
        What::Parent(parent) => item.parent.clone_from(parent),
        What::Team(team) => item.team.clone_from(team),
        What::Parts(has) => item.is_leaf = !has,
        What::Work { commit, seconds, by, .. } => {
            let own = timestamp(*seconds);
            // A commit is no older than the item it names (unless both landed together), nor younger than its landing.
            let floor = item.created.filter(|created| created.at < at.at).unwrap_or(start);
            let made = own.max(floor.at).min(at.at);
            let made = Moment { at: made, settled: made != own };
            item.work.push(WorkDone { commit: commit.clone(), at: made, landed: at, by: by.clone() });
        }
        What::Gate { gate, outcome, at: run, by, milliseconds, reused, .. } => item.gates.push(GateRun {
            gate: gate.clone(),
            outcome: *outcome,
            at: timestamp(*run),
            by: by.clone(),
            milliseconds: *milliseconds,
            landed: at,
            reused: *reused,
        }),
        What::Created(_) | What::Renamed(_) | What::Paused | What::Step { .. } | What::Moved(_) | What::Unreadable => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_holds_eight_hours_and_weekends_none() {
        let minutes = |from: &str, until: &str| working_minutes(from.parse().unwrap(), until.parse().unwrap());
        for (from, until, expected) in [
            ("2026-01-05T09:00:00Z", "2026-01-05T10:30:00Z", 90),
            ("2026-01-05T09:00:00Z", "2026-01-05T22:00:00Z", 480),
            // Monday evening to Tuesday at two.
            ("2026-01-05T23:00:00Z", "2026-01-06T02:00:00Z", 180),
            // Friday noon to Monday noon: the weekend between is free.
            ("2026-01-09T12:00:00Z", "2026-01-12T12:00:00Z", 960),
            // Two whole weeks.
            ("2026-01-05T00:00:00Z", "2026-01-19T08:00:00Z", 480 * 11),
            ("2026-01-05T09:00:00Z", "2026-01-05T09:00:01Z", 1),
        ] {
            assert_eq!(minutes(from, until), expected, "{from} {until}");
        }
    }
}
