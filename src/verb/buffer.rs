//! `buffer`: how large the plan's buffers are, and how fast they are used up.
//!
//! What was planned is read at a commit, the baseline: the length of the critical chain with trimmed durations, and the
//! buffer behind it. Each later state of the plan says how much of that remains; the working time that went by and what
//! remains, less what was planned, is what the buffer had to give.

use super::forecast::{self, Clock};
use super::slip;
use crate::diag::{Diagnostic, Failure, Sink};
use crate::facts::Facts;
use crate::id::ObjectId;
use crate::plan::{Plan, Reader};
use crate::policy::Time;
use crate::port::History;
use crate::project;
use crate::roster::Roster;
use crate::schedule::Minutes;
use crate::schedule::buffer::{Chains, Fever, Sizing, Zone, Zones, chains};
use crate::schedule::calendar::Minute;
use crate::schedule::level::Levelled;
use jiff::Timestamp;
use jiff::civil::Date;

/// How many past states are looked at, evenly spread over the days.
const STATES: usize = 60;

/// The same in a plan with more than so many items: each is scheduled.
const FEW_STATES: usize = 10;
const LARGE: usize = 2_000;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub plan: &'a Plan,
    pub roster: Option<&'a Roster>,
    pub history: &'a dyn History,
    pub facts: Option<&'a Facts>,
    /// The commit with what was planned, and its time; without one, the one the plan names, else the first that has items.
    pub baseline: Option<(&'a ObjectId, Timestamp)>,
    pub now: Timestamp,
    /// Whether somebody is taken to be always free, instead of those of the roster.
    pub free: bool,
    pub sizing: Sizing,
    pub zones: Zones,
    /// Whether the states before now are asked for as well; each is a plan to be read.
    pub past: bool,
}

impl<'a> Question<'a> {
    /// What is usually asked: how the buffers stand now, by the policy and with the people there are.
    pub fn of(
        (plan, roster, time): (&'a Plan, Option<&'a Roster>, &Time),
        history: &'a dyn History,
        facts: &'a Facts,
        now: Timestamp,
    ) -> Self {
        let (sizing, zones, facts) = (time.sizing, time.zones, Some(facts));
        Self { plan, roster, history, facts, baseline: None, now, free: false, sizing, zones, past: false }
    }
}

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "buffers by {} since {:?}", self.sizing, self.baseline)
    }
}

/// The state of the buffer at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub at: Timestamp,
    /// None for the work tree as it lies there now.
    pub commit: Option<ObjectId>,
    pub fever: Fever,
    pub zone: Zone,
    /// Working time left on the longest chain.
    pub remaining: Minutes,
    /// By how much its end lies after the planned one; negative when it is ahead.
    pub late: Minutes,
}

/// What was planned, and how it went since.
#[derive(Clone, Debug)]
pub struct Course {
    pub baseline: ObjectId,
    pub begun: Timestamp,
    /// The planned length of the critical chain.
    pub length: Minutes,
    pub buffer: Minutes,
    /// From the baseline on.
    pub clock: Clock,
    /// Oldest first; the last is now.
    pub points: Vec<Point>,
}

impl Course {
    /// How it stands now.
    pub fn now(&self) -> &Point {
        self.points.last().expect("the state of now is always a point")
    }

    /// The day of a point, where the plan is worked on.
    pub fn date(&self, point: &Point) -> Date {
        point.at.to_zoned(self.clock.zone.clone()).date()
    }
}

/// The buffers of a plan.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Of what is left.
    pub left: Chains,
    /// None before there is a commit with items.
    pub course: Option<Course>,
}

/// Sizes the buffers and follows their use. An error among the findings means that there is no outcome.
///
/// # Errors
/// The history could not be read.
pub fn run(question: &Question<'_>) -> Result<(Option<Outcome>, Vec<Diagnostic>), Failure> {
    let mut sink = Sink::new();
    let ratios = question.facts.map_or_else(Vec::new, forecast::usable_ratios);
    let left = match chains(
        question.plan,
        question.sizing,
        &ratios,
        hands(question, question.plan, question.now).as_ref(),
        &mut sink,
    ) {
        Ok(left) => left,
        Err(fault) => {
            sink.push(*fault);
            return Ok((None, sink.into_sorted()));
        }
    };
    let course = course(question, &left, &ratios)?;
    Ok((Some(Outcome { left, course }), sink.into_sorted()))
}

fn course(question: &Question<'_>, left: &Chains, ratios: &[f64]) -> Result<Option<Course>, Failure> {
    let chosen = match question.baseline {
        Some((id, at)) => Some((id.clone(), at)),
        None => slip::first_planned(question.plan, question.history, question.facts)?,
    };
    let Some((baseline, begun)) = chosen else { return Ok(None) };
    let Some(planned) = chains_at(question, &baseline, begun, ratios)? else { return Ok(None) };
    let clock = Clock::from(question.roster, begun, planned.length);
    let point = |at: Timestamp, commit: Option<ObjectId>, remaining: Minutes| {
        let late = Minutes(clock.worked(at).0 + remaining.0 - planned.length.0);
        let fever = Fever::of(planned.length, remaining, late, planned.critical.buffer);
        Point { at, commit, fever, zone: question.zones.of(fever), remaining, late }
    };
    let mut points = Vec::new();
    let most = if question.plan.items.len() > LARGE { FEW_STATES } else { STATES };
    let before = if question.past { states(question.facts, begun, most) } else { Vec::new() };
    for (id, at) in before {
        if let Some(then) = chains_at(question, &id, at, ratios)? {
            points.push(point(at, Some(id), then.length));
        }
    }
    let newest = points.last().map_or(begun, |point| point.at);
    points.push(point(question.now.max(newest), None, left.length));
    let (length, buffer) = (planned.length, planned.critical.buffer);
    Ok(Some(Course { baseline, begun, length, buffer, clock, points }))
}

/// The chains of the plan as a commit has it; none where it cannot be scheduled.
fn chains_at(
    question: &Question<'_>,
    commit: &ObjectId,
    at: Timestamp,
    ratios: &[f64],
) -> Result<Option<Chains>, Failure> {
    let tree = question.history.tree(commit)?;
    let (plan, _) = project::read_plan(&*tree, Reader::Fast, &mut Sink::new())?;
    let hands = hands(question, &plan, at);
    Ok(chains(&plan, question.sizing, ratios, hands.as_ref(), &mut Sink::new()).ok())
}

/// Who does what in a state of the plan; the people are those of today.
fn hands(question: &Question<'_>, plan: &Plan, at: Timestamp) -> Option<Levelled> {
    if question.free { None } else { forecast::hands(plan, question.roster, Minute::of(at)) }
}

/// The last commit of each day since the baseline; of many days, some.
fn states(facts: Option<&Facts>, since: Timestamp, most: usize) -> Vec<(ObjectId, Timestamp)> {
    let mut days: Vec<(ObjectId, Timestamp)> = Vec::new();
    let line = facts.into_iter().flat_map(Facts::line).filter(|(_, moment)| moment.at >= since);
    for (id, moment) in line {
        let day = |at: Timestamp| at.as_second().div_euclid(24 * 60 * 60);
        if days.last().is_some_and(|(_, at)| day(*at) == day(moment.at)) {
            days.pop();
        }
        days.push((id.clone(), moment.at));
    }
    let step = days.len().div_ceil(most).max(1);
    let last = days.len().saturating_sub(1);
    days.into_iter()
        .enumerate()
        .filter(|(index, _)| (last - index).is_multiple_of(step))
        .map(|(_, state)| state)
        .collect()
}
