//! The levelled schedule: who does what when, with the people, things and hours there are.
//!
//! Domain layer; reads plan and roster, knows no clock: the beginning is an argument. `crew` says who can do an item,
//! `things` what only so many can have at a time, `problem` puts both beside the network of the plan, `place` turns a
//! list into a schedule, [`solve`](super::solve) looks for a good list, `bound` says how good any could be, and `chain`
//! what holds what in the one that was found.
//!
//! What is computed:
//! - A task lies in one piece in the working time of whoever does it, over nights, weekends and holidays.
//! - The owner does it; where a role or a team is named, whoever of them finishes it first; where nobody is, whoever
//!   of all that do work. A team, or the owner of an item around, stands in for an owner.
//! - Each person works on as many tasks at once as their capacity says, one where it says nothing; hours a day make
//!   their days shorter.
//! - Tasks that use the same resource, or touch paths that can be the same, do not overlap.
//! - A team that is active after something begins then. What has a day to start on does not begin before.
//! - Lags are minutes of work on the roster's calendar. What is under way goes on first; what is done binds nothing.

mod bound;
mod chain;
mod changes;
mod clock;
mod crew;
pub mod overload;
mod place;
mod problem;
pub mod slip;
mod things;
mod turns;

pub use changes::Changes;
pub use crew::Person;
pub use things::{Thing, ThingKind};
pub(in crate::schedule) use turns::turns;

use super::Minutes;
use super::calendar::{Calendar, MAX_YEARS, Minute};
use super::codes;
use super::solve::{Budget, Decoder as _, Schedule, improve};
use super::work::{Figure, NeedOf, Part, Turn};
use crate::diag::{Diagnostic, Place, Sink};
use crate::plan::Plan;
use crate::roster::{Hours, Roster};
use clock::FAR;
use place::Search;
use problem::Problem;

/// How many places may be looked at when nobody says how long to search: a fraction of a second. Plans of 1,000 tasks
/// gain nothing from four times as many.
const PLACES: u64 = 1_000_000;

/// The fewest and the most schedules that are made when nobody says.
const SCHEDULES: (u64, u64) = (12, 1_000);

/// How many years calendars reach, tried in turn.
const YEARS: [u32; 4] = [3, 12, 60, MAX_YEARS];

/// An open item has little float when it is at most one part in so many of the time left.
const NEAR: i64 = 10;

/// What is to be scheduled.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub plan: &'a Plan,
    pub roster: Option<&'a Roster>,
    pub figure: Figure,
    /// Nothing that is not under way starts before.
    pub begin: Minute,
    /// What is assumed to be other than the plan says.
    pub changes: &'a Changes,
    /// How many schedules are made in search of a short one; none: as many as take a fraction of a second.
    pub effort: Option<u64>,
    /// Picks one of the possible searches.
    pub seed: u64,
}

/// One open task in the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Index of the item.
    pub item: usize,
    /// Index in [`Levelled::people`]; none for what takes no time.
    pub person: Option<usize>,
    /// Which of the tasks they do at once, from zero.
    pub lane: usize,
    pub start: Minute,
    pub finish: Minute,
    /// Of work.
    pub minutes: Minutes,
    /// How far it can move without moving the end of the whole, in working time of whoever does it.
    pub float: Minutes,
    /// Whether it is under way.
    pub begun: bool,
    /// The day before which it does not start, if one is said.
    pub held_until: Option<Minute>,
    /// Why it does not start earlier.
    pub because: Because,
}

impl Row {
    /// Whether any delay of the task delays the whole.
    pub fn is_critical(&self) -> bool {
        self.float <= Minutes(0)
    }
}

/// What is handed from one task to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Whoever does both.
    Person,
    /// Index in [`Levelled::things`].
    Thing(usize),
}

/// Why a task does not start earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It starts as soon as there is work.
    Begin,
    /// It, or what it stands in, cannot begin before that day.
    Day,
    /// The turn of its team has come.
    Turn,
    /// A need, its own or one of an item it stands in.
    Need(NeedOf),
    /// Somebody or something it takes was busy with another item.
    After { item: usize, cause: Cause },
}

/// Something handed on between two tasks of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index of the item that let go.
    pub from: usize,
    /// Index of the item that took over.
    pub to: usize,
    pub cause: Cause,
}

/// A schedule with what decides it.
#[derive(Clone, Debug)]
pub struct Levelled {
    pub begin: Minute,
    /// When the last task is done.
    pub finish: Minute,
    /// No schedule is done before.
    pub bound: Minute,
    /// By how much a better schedule could be shorter at most, in hundredths of a percent of the bound.
    pub gap: Option<u64>,
    /// How many schedules were made in search of this one.
    pub schedules: u64,
    pub seed: u64,
    pub people: Vec<Person>,
    /// By person: their working time, as far as the schedule needs it.
    pub calendars: Vec<Calendar>,
    /// When those work who say nothing else.
    pub hours: Hours,
    /// Their calendar, on which lags and the float of milestones are counted.
    pub common: Calendar,
    pub things: Vec<Thing>,
    /// The open items without parts, in the order of the plan.
    pub rows: Vec<Row>,
    /// What is handed from one task to the next, in no particular order.
    pub links: Vec<Link>,
    /// The items that decide when the whole is done, first to last.
    pub chain: Vec<(usize, Because)>,
    /// Tasks without an estimate, and what each counts as.
    pub unestimated: (Vec<usize>, Minutes),
    /// What was assumed.
    pub(super) changes: Changes,
    /// What some wait for, whatever the plan says.
    pub(super) turns: Vec<Turn>,
    /// By item: its place in `rows`.
    places: Vec<Option<u32>>,
}

/// Why there is no schedule.
enum Fault {
    Plan(Box<Diagnostic>),
    /// Nobody can do some items.
    Nobody(Vec<Diagnostic>),
    TooFar,
}

impl From<Box<Diagnostic>> for Fault {
    fn from(finding: Box<Diagnostic>) -> Self {
        Self::Plan(finding)
    }
}

/// Makes a schedule. What looks wrong with figures and dates goes to `sink`.
///
/// # Errors
/// Tasks wait for each other, nobody can do one of them, or one would not be done in any year we count.
pub fn level(request: &Request<'_>, sink: &mut Sink) -> Result<Levelled, Vec<Diagnostic>> {
    // Dates that rest on hours that could not be read are told with that.
    sink.extend(request.roster.into_iter().flat_map(Roster::unread_hours).cloned());
    for years in YEARS {
        let mut found = Sink::new();
        match attempt(request, years, &mut found) {
            Ok(Ok(levelled)) => {
                sink.extend(found.into_sorted());
                sink.extend(late(request, &levelled));
                return Ok(levelled);
            }
            Ok(Err(never)) if years == MAX_YEARS => return Err(vec![never]),
            Ok(Err(_)) => {}
            Err(Fault::Plan(finding)) => return Err(vec![*finding]),
            Err(Fault::Nobody(findings)) => return Err(findings),
            Err(Fault::TooFar) => break,
        }
    }
    let message = format!("there is no calendar for a schedule that begins on {}", request.begin);
    Err(vec![
        Diagnostic::error(&codes::NO_TIME, Place::Argument("--start".to_owned()), message)
            .cause("the years of dates end with 9999")
            .hint("begin on another day"),
    ])
}

/// A schedule with calendars of so many years; the inner error says what does not fit into them.
fn attempt(request: &Request<'_>, years: u32, sink: &mut Sink) -> Result<Result<Levelled, Diagnostic>, Fault> {
    let problem = Problem::new(request, years, sink)?;
    let search = Search::new(&problem);
    let cost = search.cost().max(1);
    // One pass tells whether the calendars reach far enough.
    let first = search.rules().swap_remove(0);
    if search.left(&first, &mut Schedule::new(first.len()), &mut search.room()) >= FAR {
        let best = search.into_best().expect("a schedule was just made");
        return Ok(Err(never(request, &problem, &best)));
    }
    let effort = request.effort.unwrap_or((PLACES / cost).clamp(SCHEDULES.0, SCHEDULES.1));
    let solution = improve(&search, &Budget::schedules(effort).seed(request.seed));
    let best = search.into_best().expect("a search makes a schedule");
    Ok(Ok(levelled(request, &problem, &best, solution.bound, solution.schedules, years)))
}

fn levelled(
    request: &Request<'_>,
    problem: &Problem<'_>,
    best: &place::Best,
    bound: i64,
    schedules: u64,
    years: u32,
) -> Levelled {
    let at = |minutes: i64| Minute(request.begin.0 + minutes);
    let hand_ons = chain::hand_ons(problem, best);
    let floats = chain::floats(problem, best, &hand_ons);
    let item = |position: usize| problem.work.activities[problem.work.network.activity(position)].item;
    let mut rows = Vec::new();
    let mut places = vec![None; request.plan.items.len()];
    for (index, part) in problem.work.parts.iter().enumerate() {
        let Part::Task(activity) = *part else { continue };
        let position = problem.work.network.position(activity);
        places[index] = u32::try_from(rows.len()).ok();
        rows.push(Row {
            item: index,
            person: best.places[position].map(|place| place.person as usize),
            lane: best.places[position].map_or(0, |place| place.lane as usize),
            start: at(best.starts[position]),
            finish: at(best.finishes[position]),
            minutes: Minutes(problem.durations[position]),
            float: Minutes(floats[position]),
            begun: problem.work.begun[index],
            held_until: Some(problem.ahead.release[position]).filter(|until| *until > 0).map(at),
            because: chain::because(problem, best, position, &hand_ons),
        });
    }
    let links = hand_ons.iter().enumerate().flat_map(|(to, all)| {
        all.iter().map(move |one| Link {
            from: item(one.from as usize),
            to: item(to),
            cause: one.thing.map_or(Cause::Person, |thing| Cause::Thing(thing as usize)),
        })
    });
    // What no schedule can be shorter than can only be longer than this one by a fault of ours.
    let bound = bound.min(best.length);
    let over = u128::from((best.length - bound).unsigned_abs()) * 10_000;
    let bound_size = u128::from(bound.unsigned_abs());
    let first = request.begin.day(&jiff::tz::TimeZone::UTC).unwrap_or_default();
    let calendar = |hours: &Hours| Calendar::new(hours, first.yesterday().unwrap_or(first), years);
    Levelled {
        begin: request.begin,
        finish: at(best.length),
        bound: at(bound),
        gap: (bound > 0).then(|| u64::try_from(over.div_ceil(bound_size)).unwrap_or(u64::MAX)),
        schedules,
        seed: request.seed,
        calendars: problem.ahead.clocks.iter().map(|clock| clock.calendar().clone()).collect(),
        common: calendar(&Hours::of_all(request.roster)),
        hours: Hours::of_all(request.roster),
        changes: request.changes.clone(),
        turns: problem.turns.clone(),
        people: problem.crew.people.clone(),
        things: problem.things.all.clone(),
        links: links.collect(),
        chain: chain::chain(problem, best, &hand_ons),
        unestimated: (problem.work.unestimated.clone(), Minutes(problem.work.assumed)),
        rows,
        places,
    }
}

/// The first task that is never done.
fn never(request: &Request<'_>, problem: &Problem<'_>, best: &place::Best) -> Diagnostic {
    let plan = request.plan;
    let tasks = (0..best.finishes.len()).filter(|&position| best.finishes[position] >= FAR);
    let first = tasks
        .filter_map(|position| Some((best.starts[position], position, best.places[position]?)))
        .min_by_key(|(start, position, _)| (*start, *position));
    let Some((_, position, place)) = first else {
        return Diagnostic::error(&codes::NO_TIME, Place::Named("the plan".to_owned()), "the plan is never done")
            .cause("a plan file begins after the last year we count")
            .hint("correct its `start`");
    };
    let item = &plan.items[problem.work.activities[problem.work.network.activity(position)].item];
    let person = &problem.crew.people[place.person as usize];
    let minutes = Minutes(problem.durations[position]);
    let place = Place::text(&plan.files[item.file].source, item.id.span);
    let cause = match problem.ahead.clocks[place_person(&best.places[position])].calendar().total() {
        0 => format!("`{}` never works: no hours are left of their calendar", person.name),
        total => format!("it takes {minutes} of `{}`, who works {} in {MAX_YEARS} years", person.name, Minutes(total)),
    };
    Diagnostic::error(&codes::NO_TIME, place, format!("`{}` is never done", item.id.value))
        .cause(cause)
        .hint("correct days, hours and holidays of their `calendar` in plan/roster.yaml, or the estimate")
}

fn place_person(place: &Option<place::Place>) -> usize {
    place.map_or(0, |place| place.person as usize)
}

/// What is done after the day it is due.
fn late(request: &Request<'_>, levelled: &Levelled) -> Vec<Diagnostic> {
    let plan = request.plan;
    let zone = Hours::of_all(request.roster).zone;
    let finding = |(index, item): (usize, &crate::plan::Item)| {
        let due = item.due()?;
        let (_, finish) = levelled.times(plan, index)?;
        let end = request.changes.due(due.value).tomorrow().ok().and_then(|day| Minute::of_day(day, &zone))?;
        if finish <= end {
            return None;
        }
        let place = Place::text(&plan.files[item.file].source, due.span);
        let behind = Minutes(levelled.common.between(end, finish).max(1));
        let cause = if end <= request.begin {
            format!("that day is over when the schedule begins, {}", request.begin)
        } else {
            format!("in this schedule it is done {finish}, {behind} of work after that day")
        };
        Some(
            Diagnostic::warning(&codes::LATE, place, format!("`{}` is late: due {}", item.id.value, due.value))
                .cause(cause)
                .hint("see what would help: `passmuster whatif`"),
        )
    };
    plan.items.iter().enumerate().filter_map(finding).collect()
}

impl Levelled {
    /// Whether no schedule can be shorter.
    pub fn is_optimal(&self) -> bool {
        self.finish <= self.bound
    }

    /// Pairs of items, the second of which takes over who or what the first lets go.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        self.links.iter().map(|link| (link.from, link.to)).collect()
    }

    /// How much longer than others whoever does an item takes for the same work, because they work fewer hours a week.
    pub fn stretch(&self, item: usize) -> f64 {
        let person = self.row(item).and_then(|row| row.person);
        let own = person.map_or(0, |person| self.people[person].hours.weekly());
        if own == 0 { 1.0 } else { f64::from(self.hours.weekly()) / f64::from(own) }
    }

    /// The working time that goes by before an item may start, because of the day it has to wait for.
    pub(in crate::schedule) fn release(&self, item: usize) -> Minutes {
        let until = self.row(item).and_then(|row| row.held_until);
        Minutes(until.map_or(0, |until| self.common.between(self.begin, until)))
    }

    /// Whether minutes of work tell all about time: everybody who does something works the common hours, and nothing
    /// waits for a day.
    pub fn is_by_common_hours(&self) -> bool {
        self.rows.iter().all(|row| {
            row.held_until.is_none() && row.person.is_none_or(|person| self.people[person].hours == self.hours)
        })
    }

    /// The row of an open item without parts.
    pub fn row(&self, item: usize) -> Option<&Row> {
        self.places.get(item).copied().flatten().map(|row| &self.rows[row as usize])
    }

    /// When an item starts and is done; one with parts with the first and the last of them. None for what is closed.
    pub fn times(&self, plan: &Plan, item: usize) -> Option<(Minute, Minute)> {
        if let Some(row) = self.row(item) {
            return Some((row.start, row.finish));
        }
        let rows = plan.leaves(item).into_iter().filter_map(|leaf| self.row(leaf));
        rows.map(|row| (row.start, row.finish))
            .reduce(|(start, finish), (other, end)| (start.min(other), finish.max(end)))
    }

    /// The tasks with float, but less than a tenth of the working time left. Least float first.
    pub fn near(&self) -> Vec<&Row> {
        let limit = Minutes(self.common.between(self.begin, self.finish) / NEAR);
        let mut near: Vec<&Row> = self.rows.iter().filter(|row| !row.is_critical() && row.float <= limit).collect();
        near.sort_by_key(|row| (row.float, row.start, row.item));
        near
    }

    /// Everybody whose days and hours nobody said, and who has something to do.
    pub fn assumed_hours(&self) -> Vec<&str> {
        let busy = |index: usize| self.rows.iter().any(|row| row.person == Some(index));
        let people = self.people.iter().enumerate();
        people.filter(|(index, person)| person.hours.assumed && busy(*index)).map(|(_, person)| &*person.name).collect()
    }
}

#[cfg(test)]
mod tests;
