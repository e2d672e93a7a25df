//! `schedule`: who does what when, and in plain words why not earlier.

use super::critical;
use crate::diag::{Diagnostic, Sink};
use crate::plan::Plan;
use crate::roster::{Hours, Roster};
use crate::schedule::calendar::Minute;
use crate::schedule::level::{Because, Cause, Changes, Levelled, Request, Row, ThingKind, level};
use crate::schedule::{Figure, Minutes};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How many schedules tell what decides, where nobody waits for the best of them.
const QUICK: u64 = 40;

/// What is asked of a schedule, whatever is done with it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub plan: &'a Plan,
    pub roster: Option<&'a Roster>,
    pub figure: Figure,
    /// The day to begin; none: now.
    pub start: Option<Date>,
    pub now: Timestamp,
    /// How many schedules are made; none: as many as take a moment.
    pub effort: Option<u64>,
    pub seed: u64,
}

impl<'a> Question<'a> {
    /// A schedule from now on for an answer that nobody waits for the best of.
    pub fn quick(plan: &'a Plan, roster: Option<&'a Roster>, now: Timestamp) -> Self {
        Self { plan, roster, figure: Figure::Expected, start: None, now, effort: Some(QUICK), seed: 0 }
    }

    /// The time zone that dates are said in: the roster's.
    pub fn zone(&self) -> TimeZone {
        Hours::of_all(self.roster).zone
    }

    /// The moment at which the schedule begins.
    pub fn begin(&self) -> Minute {
        let day = self.start.and_then(|day| Minute::of_day(day, &self.zone()));
        day.unwrap_or_else(|| Minute::of(self.now))
    }

    /// The schedule under some changes.
    ///
    /// # Errors
    /// There is none; the findings say why.
    pub fn under(&self, changes: &Changes, sink: &mut Sink) -> Result<Levelled, Vec<Diagnostic>> {
        let request: Request<'_> = Request {
            plan: self.plan,
            roster: self.roster,
            figure: self.figure,
            begin: self.begin(),
            changes,
            effort: self.effort,
            seed: self.seed,
        };
        level(&request, sink)
    }
}

/// Makes the schedule. The findings are about what looks wrong in it; an error among them means that there is none.
pub fn run(question: &Question<'_>) -> (Option<Levelled>, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let made = question.under(&Changes::default(), &mut sink);
    let levelled = made.map_err(|findings| sink.extend(findings)).ok();
    (levelled, sink.into_sorted())
}

/// Whether any delay of an item, or of a part of it, delays the end of the whole.
pub fn decides(plan: &Plan, roster: Option<&Roster>, item: usize, now: Timestamp) -> bool {
    match Question::quick(plan, roster, now).under(&Changes::default(), &mut Sink::new()) {
        Ok(levelled) => plan.leaves(item).into_iter().filter_map(|leaf| levelled.row(leaf)).any(Row::is_critical),
        // Where nobody can do some task, what the plan alone tells is better than nothing.
        Err(_) => crate::schedule::critical(plan, Figure::Expected, &mut Sink::new())
            .is_ok_and(|critical| critical.is_critical(plan.items[item].id.as_str())),
    }
}

/// A moment for people, in a time zone: `Mon 2026-11-23 09:00`.
pub fn stamp(at: Minute, zone: &TimeZone) -> String {
    let zoned = at.timestamp().map(|timestamp| timestamp.to_zoned(zone.clone()));
    zoned.map_or_else(|| "never".to_owned(), |zoned| zoned.strftime("%a %Y-%m-%d %H:%M").to_string())
}

/// What keeps an item from starting earlier, in words.
pub fn because(plan: &Plan, levelled: &Levelled, item: usize, because: Because) -> String {
    let id = |item: usize| &plan.items[item].id.value;
    match because {
        Because::Begin => "can be worked on from the beginning".to_owned(),
        Because::Day => "starts on the first day it may".to_owned(),
        Because::Turn => "starts when the turn of its team comes".to_owned(),
        Because::Need(need) => critical::because(plan, item, need),
        Because::After { item: before, cause: Cause::Person } => {
            let who = levelled.row(item).and_then(|row| row.person).map(|person| &levelled.people[person].name);
            format!("starts when {} is done with `{}`", who.map_or("somebody", String::as_str), id(before))
        }
        Because::After { item: before, cause: Cause::Thing(thing) } => {
            let thing = &levelled.things[thing];
            match thing.kind {
                ThingKind::Resource => format!("starts when `{}` has given back {}", id(before), thing.name),
                ThingKind::Paths => format!("starts when `{}` is done, which touches `{}` too", id(before), thing.name),
                ThingKind::Team => {
                    format!("starts when `{}` is done: {} takes no more at once", id(before), thing.name)
                }
            }
        }
    }
}

/// How good the schedule is, in words.
pub fn quality(levelled: &Levelled, zone: &TimeZone) -> String {
    if levelled.is_optimal() {
        return "no schedule is shorter: proven".to_owned();
    }
    let gap = levelled
        .gap
        .map_or_else(String::new, |gap| format!(", so it is at most {}.{:02} % too long", gap / 100, gap % 100));
    format!("no schedule is done before {}{gap}", stamp(levelled.bound, zone))
}

/// The working time of the chain that decides, on the calendar of those who say nothing else.
pub fn length(levelled: &Levelled) -> Minutes {
    Minutes(levelled.common.between(levelled.begin, levelled.finish))
}
