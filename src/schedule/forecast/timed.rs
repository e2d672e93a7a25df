//! Samples by the clock: each task lies in the working time of whoever does it, and nothing starts before its day.
//!
//! Domain layer. Where everybody works the same hours, minutes of work can be added up as they are, see `sample`; here
//! every finish is a moment, so that somebody's half day is not taken for a whole one. Who does what after what is what
//! the schedule had.

use super::dial::{BEYOND, Dial};
use super::draw::{LANES, Lanes};
use super::sample::{Bond, Model, Row};
use crate::roster::Hours;
use crate::schedule::calendar::{Calendar, MAX_YEARS};
use crate::schedule::level::Levelled;
use crate::schedule::work::{Part, Work};
use jiff::tz::TimeZone;

/// How many years calendars reach, tried in turn.
pub(super) const YEARS: [u32; 3] = [4, 40, MAX_YEARS];

/// No moment binds an end.
const NEVER: i32 = i32::MIN / 2;

/// When the activities of a network can be worked on; by position.
#[derive(Debug)]
pub(super) struct Timetable {
    /// Each of the different calendars once; the first is the common one, on which lags are counted.
    dials: Vec<Dial>,
    /// Index of the dial of whoever does it; none for moments.
    own: Vec<Option<u32>>,
    /// The moment before which it does not start.
    from: Vec<i32>,
    /// Whether something waits for its start.
    starts: Vec<bool>,
}

impl Timetable {
    /// The hours of a schedule's people, for calendars of so many years.
    pub fn new(levelled: &Levelled, work: &Work, position: impl Fn(usize) -> usize, years: u32) -> Self {
        let first = levelled.begin.day(&TimeZone::UTC).and_then(|day| day.yesterday().ok()).unwrap_or_default();
        let dial = |hours: &Hours| Dial::new(&Calendar::new(hours, first, years), levelled.begin);
        let mut known: Vec<&Hours> = vec![&levelled.hours];
        let mut dials = vec![dial(&levelled.hours)];
        let len = work.activities.len();
        let (mut own, mut from) = (vec![None; len], vec![0; len]);
        for row in &levelled.rows {
            let Part::Task(activity) = work.parts[row.item] else { continue };
            let hours = row.person.map_or(&levelled.hours, |person| &levelled.people[person].hours);
            let place = known.iter().position(|one| *one == hours).unwrap_or_else(|| {
                known.push(hours);
                dials.push(dial(hours));
                dials.len() - 1
            });
            own[position(activity)] = u32::try_from(place).ok();
            let held = row.held_until.map_or(0, |until| until.0 - levelled.begin.0);
            from[position(activity)] = i32::try_from(held).unwrap_or(BEYOND).min(BEYOND);
        }
        Self { dials, own, from, starts: vec![false; len] }
    }

    /// Marks what something waits for the start of.
    pub fn watch_starts<'a>(&mut self, bonds: impl Iterator<Item = &'a Bond>) {
        bonds.filter(|bond| !bond.from_finish).for_each(|bond| self.starts[bond.from as usize] = true);
    }

    /// When an activity can begin at the earliest, and so finish, if it takes so long.
    fn place(&self, position: usize, (begin, end): (i32, i32), duration: i32) -> (i32, i32) {
        match self.own[position].filter(|_| duration > 0) {
            None => {
                let start = begin.max(end - duration);
                (start, start + duration)
            }
            Some(dial) => {
                let dial = &self.dials[dial as usize];
                let least = dial.work_at(begin);
                let work = if end > NEVER { least.max(dial.work_until(end) - duration) } else { least };
                let start = if self.starts[position] { dial.start_of(work) } else { begin };
                (start, dial.end_of(work + duration))
            }
        }
    }

    /// The early pass: fills the durations, starts and finishes of a block, and returns when all is done.
    pub fn forward(&self, model: &Model, duration: impl Fn(usize) -> Lanes, row: &mut Row) -> Lanes {
        row.starts.resize(model.len(), [0; LANES]);
        let mut all = [0; LANES];
        for position in 0..model.len() {
            let duration = duration(position);
            let (mut begin, mut end) = ([self.from[position]; LANES], [NEVER; LANES]);
            for bond in model.bonds(position) {
                let from = bond.from as usize;
                let mut at = if bond.from_finish { row.finishes[from] } else { row.starts[from] };
                if bond.lag != 0 {
                    at = at.map(|at| self.dials[0].after(at, bond.lag));
                }
                let bound = if bond.to_finish { &mut end } else { &mut begin };
                (0..LANES).for_each(|lane| bound[lane] = bound[lane].max(at[lane]));
            }
            for lane in 0..LANES {
                let (start, finish) = self.place(position, (begin[lane], end[lane]), duration[lane]);
                (row.starts[position][lane], row.finishes[position][lane]) = (start, finish);
                all[lane] = all[lane].max(finish);
            }
            row.durations[position] = duration;
        }
        all
    }

    /// A moment in common working time.
    pub fn worked(&self, at: i32) -> i32 {
        self.dials[0].work_at(at)
    }

    /// Makes the durations of a block those that everybody sees: half a day of somebody who works half days is a day.
    pub fn as_common_work(&self, row: &mut Row) {
        let times = row.starts.iter().zip(&row.finishes);
        for ((own, duration), (start, finish)) in self.own.iter().zip(&mut row.durations).zip(times) {
            let Some(dial) = own.map(|own| &self.dials[own as usize]) else { continue };
            let start = start.map(|start| dial.start_of(dial.work_at(start)).min(BEYOND));
            *duration = std::array::from_fn(|lane| (self.worked(finish[lane]) - self.worked(start[lane])).max(0));
        }
    }

    /// The late pass: the latest moment at which the work of each activity is done when all is done at `end`.
    pub fn backward(&self, model: &Model, end: &Lanes, row: &mut Row) {
        row.late.fill(*end);
        for position in (0..model.len()).rev() {
            let dial = self.own[position].map(|dial| &self.dials[dial as usize]);
            let (late_finish, duration) = (row.late[position], row.durations[position]);
            let late_start: Lanes = std::array::from_fn(|lane| match dial.filter(|_| duration[lane] > 0) {
                None => late_finish[lane] - duration[lane],
                Some(dial) => dial.start_of(dial.work_at(late_finish[lane]) - duration[lane]),
            });
            for bond in model.bonds(position) {
                let from = bond.from as usize;
                let at = if bond.to_finish { late_finish } else { late_start };
                let before = self.own[from].map(|dial| &self.dials[dial as usize]);
                for lane in 0..LANES {
                    let at = self.dials[0].latest(at[lane], bond.lag);
                    let whole = row.durations[from][lane];
                    let at = match before.filter(|_| whole > 0) {
                        _ if bond.from_finish => at,
                        None => at + whole,
                        Some(dial) => {
                            let work = dial.work_at(at);
                            dial.end_of(work - i32::from(dial.start_of(work) > at) + whole)
                        }
                    };
                    row.late[from][lane] = row.late[from][lane].min(at);
                }
            }
            // Work that must be done by Monday morning is done on Friday.
            if let Some(dial) = dial {
                let done = |lane: usize| match duration[lane] {
                    0 => late_finish[lane],
                    _ => dial.end_of(dial.work_at(late_finish[lane])),
                };
                row.late[position] = std::array::from_fn(done);
            }
        }
    }
}
