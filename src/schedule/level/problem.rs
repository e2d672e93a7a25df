//! The plan, the people and the things as a problem to be solved: everything by the position of an activity.
//!
//! Domain layer.

use super::super::calendar::{Calendar, Minute};
use super::super::cpm::Dates;
use super::super::network::narrow;
use super::super::solve::Precedence;
use super::super::work::{Part, Turn, Work};
use super::clock::{Clock, FAR};
use super::crew::Crew;
use super::things::Things;
use super::turns::turns;
use super::{Fault, Request};
use crate::diag::Sink;
use crate::roster::Hours;
use jiff::civil::Date;

/// One moment waits for another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    /// Position of the activity waited for.
    pub from: u32,
    /// Whether its end is waited for, not its start.
    pub from_end: bool,
    /// Whether the end waits, not the start.
    pub to_end: bool,
    /// Minutes of work on the plan's calendar.
    pub lag: i64,
    /// Index among the arcs of the work.
    pub arc: u32,
}

/// What a search needs in one direction.
#[derive(Debug)]
pub(super) struct Side {
    /// By person.
    pub clocks: Vec<Clock>,
    /// The plan's calendar, on which lags are counted.
    pub common: Clock,
    /// By position.
    pub incoming: Vec<Vec<Incoming>>,
    /// By position: no start before this.
    pub release: Vec<i64>,
}

impl Side {
    /// The earliest moments at which an activity can start and end, as far as those it waits for say.
    pub fn bounds(&self, position: usize, starts: &[i64], finishes: &[i64], origin: i64) -> (i64, i64) {
        let (mut begin, mut end) = (origin.max(self.release[position]), i64::MIN);
        for incoming in &self.incoming[position] {
            let at = self.moment(incoming, starts, finishes);
            let bound = if incoming.to_end { &mut end } else { &mut begin };
            *bound = at.max(*bound);
        }
        (begin, end)
    }

    /// When what is waited for lets go.
    pub fn moment(&self, incoming: &Incoming, starts: &[i64], finishes: &[i64]) -> i64 {
        let from = incoming.from as usize;
        self.common.after(if incoming.from_end { finishes[from] } else { starts[from] }, incoming.lag)
    }
}

/// Everything by position in the order of the network.
pub(super) struct Problem<'a> {
    pub work: Work,
    pub turns: Vec<Turn>,
    pub crew: Crew<'a>,
    pub things: Things,
    pub precedence: Precedence,
    /// Minutes of work.
    pub durations: Vec<i64>,
    /// Index of the set of people who can do it; none for moments and for what takes no time.
    pub pools: Vec<Option<u32>>,
    pub holds: Vec<Vec<u32>>,
    /// By person: minutes of work that nobody else can do.
    pub committed: Vec<i64>,
    /// What is under way and waits for nothing goes on before anything else begins.
    pub under_way: Vec<u32>,
    pub late_starts: Vec<i64>,
    pub late_finishes: Vec<i64>,
    pub ahead: Side,
    pub mirror: Side,
}

impl<'a> Problem<'a> {
    /// Reads a plan as a problem whose calendars reach so many years.
    pub fn new(request: &Request<'a>, years: u32, sink: &mut Sink) -> Result<Self, Fault> {
        let plan = request.plan;
        let turns = turns(plan, request.roster);
        let work = Work::new(plan, request.figure, request.changes, &turns, sink)?;
        let first =
            request.begin.day(&jiff::tz::TimeZone::UTC).and_then(|day| day.yesterday().ok()).ok_or(Fault::TooFar)?;
        let mut crew = Crew::new(plan, request.roster, request.changes, first);
        let mut things = Things::default();
        let len = work.network.len();
        let (mut pools, mut holds) = (vec![None; len], vec![Vec::new(); len]);
        let mut under_way = Vec::new();
        let mut missing = Vec::new();
        for (item, part) in work.parts.iter().enumerate() {
            let Part::Task(activity) = *part else { continue };
            let position = work.network.position(activity);
            if work.network.durations()[position] == 0 {
                continue;
            }
            match crew.pool(plan, item, request.changes) {
                Ok(pool) => pools[position] = Some(pool),
                Err(finding) => missing.push(*finding),
            }
            holds[position] = things.of(plan, item, request.roster);
            if work.begun[item] && work.network.incoming(position).is_empty() {
                under_way.push(narrow(position));
            }
        }
        if !missing.is_empty() {
            return Err(Fault::Nobody(missing));
        }
        things.compare(plan, sink);
        let clocks = clocks(&crew, request.begin, first, years);
        let common = Clock::new(Calendar::new(&Hours::of_all(request.roster), first, years), request.begin);
        let releases = releases(request, &work, &common);
        let ahead = Side { incoming: incoming(&work, false), clocks, common, release: releases };
        let mirror = Side {
            clocks: ahead.clocks.iter().map(Clock::mirrored).collect(),
            common: ahead.common.mirrored(),
            incoming: incoming(&work, true),
            release: vec![i64::MIN; len],
        };
        let dates = Dates::of(&work.network);
        let durations = work.network.durations().to_vec();
        let mut committed = vec![0; crew.people.len()];
        for (pool, duration) in pools.iter().zip(&durations) {
            if let Some([only]) = pool.map(|pool: u32| &*crew.pools[pool as usize]) {
                committed[*only as usize] += duration;
            }
        }
        let late_starts: Vec<i64> = (0..len).map(|at| dates.early_start(at) + dates.total_float(at)).collect();
        Ok(Self {
            precedence: Precedence::of(&work.network),
            late_finishes: late_starts.iter().zip(&durations).map(|(start, duration)| start + duration).collect(),
            late_starts,
            work,
            turns,
            crew,
            things,
            durations,
            pools,
            holds,
            committed,
            under_way,
            ahead,
            mirror,
        })
    }

    pub fn pool(&self, position: usize) -> &[u32] {
        self.pools[position].map_or(&[], |pool| &self.crew.pools[pool as usize])
    }
}

/// Everybody's working time; people with the same hours share the work of counting them.
fn clocks(crew: &Crew<'_>, begin: Minute, first: Date, years: u32) -> Vec<Clock> {
    let mut made: Vec<(&Hours, Clock)> = Vec::new();
    let people = crew.people.iter().map(|person| {
        if let Some((_, clock)) = made.iter().find(|(hours, _)| **hours == person.hours) {
            return clock.clone();
        }
        let clock = Clock::new(Calendar::new(&person.hours, first, years), begin);
        made.push((&person.hours, clock.clone()));
        clock
    });
    people.collect()
}

fn incoming(work: &Work, mirrored: bool) -> Vec<Vec<Incoming>> {
    let mut all = vec![Vec::new(); work.network.len()];
    for (index, (arc, tie)) in work.arcs.iter().zip(&work.ties).enumerate() {
        let (from, to) = (work.network.position(arc.from), work.network.position(arc.to));
        let (lag, arc) = (tie.lag, narrow(index));
        let (at, one) = match mirrored {
            false => (to, Incoming { from: narrow(from), from_end: tie.from_finish, to_end: tie.to_finish, lag, arc }),
            true => (from, Incoming { from: narrow(to), from_end: !tie.to_finish, to_end: !tie.from_finish, lag, arc }),
        };
        all[at].push(one);
    }
    all
}

/// What the start of an item, of what it stands in, or of its plan file holds back.
fn releases(request: &Request<'_>, work: &Work, common: &Clock) -> Vec<i64> {
    let plan = request.plan;
    let zone = Hours::of_all(request.roster).zone;
    let mut releases = vec![0; work.network.len()];
    for (item, part) in work.parts.iter().enumerate() {
        let Part::Task(activity) = *part else { continue };
        if work.begun[item] {
            continue;
        }
        let around = std::iter::once(item).chain(plan.ancestors(item));
        let said = around.filter_map(|item| plan.items[item].start()).map(|start| start.value);
        let file = plan.files[plan.items[item].file].start.as_ref().map(|start| start.value);
        // The last day of all lies in no time zone; it is as far as any.
        let minute = |day: Date| Minute::of_day(day, &zone).map_or(FAR, |minute| minute.0 - request.begin.0);
        let held = said.chain(file).filter(|day| day.year() > 0).max().map_or(0, |day| minute(day).max(0));
        // The first minute of work of that day; a start far in the future is as far as there are calendars.
        releases[work.network.position(activity)] = if held > 0 { common.start_of(common.work_at(held)) } else { 0 };
    }
    releases
}
