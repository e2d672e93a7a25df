//! From a list of activities to a schedule: each in turn gets the first place that those before it leave.
//!
//! Domain layer. People work on one thing at a time in each of their lanes; what they work on lies in one piece in
//! *their* working time, over nights and holidays. Who finishes it first gets it; of equals, who has less to do.

use super::super::solve::{Decoder, Precedence, Schedule};
use super::clock::Clock;
use super::problem::{Problem, Side};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

/// A place in somebody's working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub person: u32,
    pub lane: u32,
    /// In their minutes of work.
    pub work: i64,
    pub start: i64,
    pub finish: i64,
}

/// Memory of one pass.
pub(super) struct Room {
    /// By person and lane: the work that is given away, ascending.
    lanes: Vec<Vec<Vec<(i64, i64)>>>,
    /// By person: minutes of work in all, what only they can do included from the beginning.
    load: Vec<i64>,
    /// By thing and lane: when it is held, ascending.
    held: Vec<Vec<Vec<(i64, i64)>>>,
    starts: Vec<i64>,
    finishes: Vec<i64>,
    placed: Vec<bool>,
    places: Vec<Option<Place>>,
}

/// The shortest schedule so far, with who does what.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub starts: Vec<i64>,
    pub finishes: Vec<i64>,
    pub places: Vec<Option<Place>>,
    pub length: i64,
}

/// The problem as a search sees it.
pub(super) struct Search<'p, 'a> {
    pub problem: &'p Problem<'a>,
    shortest: AtomicI64,
    best: Mutex<Option<Best>>,
}

impl<'p, 'a> Search<'p, 'a> {
    pub fn new(problem: &'p Problem<'a>) -> Self {
        Self { problem, shortest: AtomicI64::new(i64::MAX), best: Mutex::new(None) }
    }

    /// The first of the shortest schedules that were made.
    pub fn into_best(self) -> Option<Best> {
        self.best.into_inner().expect("nobody panics while a schedule is kept")
    }

    /// What one pass costs, in places looked at.
    pub fn cost(&self) -> u64 {
        let lanes = |person: &u32| u64::from(self.problem.crew.people[*person as usize].at_once);
        let looked_at = |position: usize| self.problem.pool(position).iter().map(lanes).sum::<u64>() + 1;
        (0..self.problem.durations.len()).map(looked_at).sum()
    }

    fn pass(&self, side: &Side, list: &[u32], origin: i64, room: &mut Room) {
        room.clear(&self.problem.committed);
        let under_way = if std::ptr::eq(side, &self.problem.ahead) { &*self.problem.under_way } else { &[] };
        for &position in under_way.iter().chain(list) {
            if !std::mem::replace(&mut room.placed[position as usize], true) {
                self.place(side, position as usize, origin, room);
            }
        }
    }

    fn place(&self, side: &Side, position: usize, origin: i64, room: &mut Room) {
        let duration = self.problem.durations[position];
        let (mut begin, end) = side.bounds(position, &room.starts, &room.finishes, origin);
        let pool = self.problem.pool(position);
        if pool.is_empty() {
            let start = begin.max(end.saturating_sub(duration));
            (room.starts[position], room.finishes[position]) = (start, start + duration);
            return;
        }
        let place = loop {
            let place = room.first(pool, &side.clocks, (begin, end), duration);
            match self.held_until(position, place.start, place.finish, room) {
                Some(until) => begin = until,
                None => break place,
            }
        };
        self.book(position, place, duration, room);
    }

    /// When the things of an activity that somebody else holds in a span of time are free again.
    fn held_until(&self, position: usize, start: i64, finish: i64, room: &Room) -> Option<i64> {
        let until = |thing: u32| {
            let lanes = room.held[thing as usize].iter().map(|lane| busy_until(lane, start, finish));
            lanes.min_by_key(|until| until.unwrap_or(i64::MIN)).flatten()
        };
        let held = &self.problem.holds[position];
        held.iter()
            .flat_map(|&thing| {
                let rivals = &self.problem.things.all[thing as usize].rivals;
                std::iter::once(thing).chain(rivals.iter().copied()).filter_map(until)
            })
            .max()
    }

    fn book(&self, position: usize, place: Place, duration: i64, room: &mut Room) {
        let Place { person, lane, work, start, finish } = place;
        insert(&mut room.lanes[person as usize][lane as usize], (work, work + duration));
        // What only they can do was counted before.
        if self.problem.pool(position).len() > 1 {
            room.load[person as usize] += duration;
        }
        for &thing in &self.problem.holds[position] {
            let lanes = &mut room.held[thing as usize];
            let free = lanes.iter_mut().find(|lane| busy_until(lane, start, finish).is_none());
            insert(free.expect("the place was chosen where one is free"), (start, finish));
        }
        room.starts[position] = start;
        room.finishes[position] = finish;
        room.places[position] = Some(place);
    }
}

impl Room {
    fn clear(&mut self, committed: &[i64]) {
        self.lanes.iter_mut().flatten().for_each(Vec::clear);
        self.held.iter_mut().flatten().for_each(Vec::clear);
        self.load.copy_from_slice(committed);
        self.placed.fill(false);
    }

    /// The place that finishes first, of equals with who has least to do.
    fn first(&self, pool: &[u32], clocks: &[Clock], (begin, end): (i64, i64), duration: i64) -> Place {
        let mut best: Option<(i64, i64, Place)> = None;
        for &person in pool {
            let clock = &clocks[person as usize];
            let mut least = clock.work_at(begin);
            if end > i64::MIN {
                least = least.max(clock.work_until(end) - duration);
            }
            for (lane, booked) in (0u32..).zip(&self.lanes[person as usize]) {
                let work = gap(booked, least, duration);
                let finish = clock.end_of(work + duration);
                let load = self.load[person as usize];
                if best.as_ref().is_none_or(|(least, other, _)| (finish, load) < (*least, *other)) {
                    let start = clock.start_of(work);
                    best = Some((finish, load, Place { person, lane, work, start, finish }));
                }
                // Empty lanes are alike.
                if booked.is_empty() {
                    break;
                }
            }
        }
        best.expect("somebody is in every set of people").2
    }
}

/// The first work at or after `least` where so many minutes are free.
fn gap(booked: &[(i64, i64)], least: i64, duration: i64) -> i64 {
    let next = booked.partition_point(|(_, to)| *to <= least);
    let mut work = least;
    for (from, to) in &booked[next..] {
        if work + duration <= *from {
            break;
        }
        work = *to;
    }
    work
}

/// When a lane is free again that is held somewhere in a span of time.
fn busy_until(lane: &[(i64, i64)], start: i64, finish: i64) -> Option<i64> {
    let next = lane.partition_point(|(_, to)| *to <= start);
    lane.get(next).filter(|(from, _)| *from < finish).map(|(_, to)| *to)
}

fn insert(lane: &mut Vec<(i64, i64)>, span: (i64, i64)) {
    let at = lane.partition_point(|other| *other < span);
    lane.insert(at, span);
}

impl Decoder for Search<'_, '_> {
    type Room = Room;

    fn precedence(&self) -> &Precedence {
        &self.problem.precedence
    }

    fn room(&self) -> Room {
        let len = self.problem.durations.len();
        let people = &self.problem.crew.people;
        let lanes = |count: u32| vec![Vec::new(); count as usize];
        Room {
            lanes: people.iter().map(|person| lanes(person.at_once)).collect(),
            load: vec![0; people.len()],
            held: self.problem.things.all.iter().map(|thing| lanes(thing.at_once)).collect(),
            starts: vec![0; len],
            finishes: vec![0; len],
            placed: vec![false; len],
            places: vec![None; len],
        }
    }

    fn rules(&self) -> Vec<Vec<u32>> {
        [&self.problem.late_finishes, &self.problem.late_starts].map(|rule| self.problem.precedence.list(rule)).into()
    }

    fn priority(&self) -> Vec<i64> {
        self.problem.late_finishes.clone()
    }

    fn bound(&self) -> i64 {
        super::bound::bound(self.problem)
    }

    fn left(&self, list: &[u32], schedule: &mut Schedule, room: &mut Room) -> i64 {
        self.pass(&self.problem.ahead, list, 0, room);
        schedule.starts.copy_from_slice(&room.starts);
        schedule.finishes.copy_from_slice(&room.finishes);
        let length = schedule.makespan();
        if self.shortest.fetch_min(length, Ordering::Relaxed) > length {
            let best = Best {
                starts: room.starts.clone(),
                finishes: room.finishes.clone(),
                places: room.places.clone(),
                length,
            };
            *self.best.lock().expect("nobody panics while a schedule is kept") = Some(best);
        }
        length
    }

    fn right(&self, list: &[u32], end: i64, schedule: &mut Schedule, room: &mut Room) -> i64 {
        self.pass(&self.problem.mirror, list, -end, room);
        let times = room.starts.iter().zip(&room.finishes);
        for (position, (start, finish)) in times.enumerate() {
            (schedule.starts[position], schedule.finishes[position]) = (-finish, -start);
        }
        end - schedule.starts.iter().copied().min().unwrap_or(end)
    }
}
