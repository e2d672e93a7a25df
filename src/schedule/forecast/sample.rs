//! Samples: the network passed through again and again, each time with other durations.
//!
//! Domain layer; knows no plan. Sixteen samples go side by side, an array of their numbers for each activity, so that one
//! reading of the network serves all of them; the compiler makes wide instructions of the loops over the lanes. Samples
//! are dealt to threads in parcels whose number does not depend on that of the threads, and parcels are joined in their
//! order: the same seed gives the same figures on any number of threads.

use super::LONGEST;
use super::dial::BEYOND;
use super::draw::{LANES, Lanes, Stream, Table, Tables};
use super::spread::Spread;
use super::timed::{Timetable, YEARS};
use crate::schedule::network::Network;
use crate::schedule::work::Tie;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How long one activity may take.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Duration {
    /// What its draws are numbered by: the same number under the same seed gives the same draws.
    pub number: u64,
    pub spread: Spread,
    /// Minutes that have passed of it.
    pub spent: f64,
}

/// Where an activity's duration comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Fixed(i32),
    Drawn { table: u32, stream: Stream },
}

/// One arc, as the activity it leads to sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bond {
    pub from: u32,
    pub lag: i32,
    pub from_finish: bool,
    pub to_finish: bool,
}

/// A network ready to be sampled; everything stands by position in its order.
#[derive(Debug)]
pub(super) struct Model {
    sources: Vec<Source>,
    tables: Vec<Table>,
    starts: Vec<u32>,
    bonds: Vec<Bond>,
    /// When it can be worked on; none: minutes of work are counted, and everybody has the same.
    timetable: Option<Timetable>,
}

/// How many samples, and of what.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub samples: usize,
    pub seed: u64,
    pub threads: usize,
    /// Positions whose finish is kept for every sample.
    pub watched: &'a [u32],
    /// Whether it is asked which activities decide.
    pub drivers: bool,
}

/// What the samples came to.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// When all is done, sample by sample.
    pub finish: Vec<i32>,
    /// When each watched activity is done, sample by sample.
    pub watched: Vec<Vec<i32>>,
    /// By position; empty unless asked for.
    pub sums: Vec<Sums>,
    /// The mean of all finishes in working time, from the middle that the sums take theirs from, and their spread.
    pub mean_from_middle: f64,
    pub sd: f64,
}

/// What is added up over the samples of one activity. Durations and finishes are taken from their middles, so that
/// squares of long plans keep their digits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Samples in which any delay of the activity would have delayed the whole.
    pub critical: u32,
    pub duration: f64,
    pub squared: f64,
    pub with_finish: f64,
}

/// Into how many parcels samples are dealt, at most.
const PARCELS: usize = 16;

impl Model {
    /// None when the plan is longer than samples can count ([`LONGEST`]).
    pub fn new(network: &Network, durations: &[Duration], ties: &[Tie]) -> Option<Self> {
        let mut tables = Tables::default();
        // Estimates repeat, and what many tasks share stays in the processor's cache.
        let mut known: HashMap<(Vec<u64>, u64), Result<u32, i32>> = HashMap::new();
        let mut model =
            Self { sources: Vec::new(), tables: Vec::new(), starts: vec![0], bonds: Vec::new(), timetable: None };
        for position in 0..network.len() {
            let duration = &durations[network.activity(position)];
            let key = (duration.spread.key(), duration.spent.to_bits());
            let table = *known.entry(key).or_insert_with(|| {
                tables.of(&duration.spread, duration.spent).map(|table| {
                    model.tables.push(table);
                    narrow(model.tables.len() - 1)
                })
            });
            model.sources.push(match table {
                Err(fixed) => Source::Fixed(fixed),
                Ok(table) => Source::Drawn { table, stream: Stream::new(duration.number) },
            });
            for arc in network.incoming(position) {
                let Tie { from_finish, to_finish, lag } = ties[arc.arc as usize];
                let lag = i32::try_from(lag).ok().filter(|lag| lag.abs() <= LONGEST)?;
                model.bonds.push(Bond { from: arc.from, lag, from_finish, to_finish });
            }
            model.starts.push(narrow(model.bonds.len()));
        }
        model.fits().then_some(model)
    }

    /// The same model by the clock. What takes longer than all calendars is done behind them.
    pub fn timed(mut self, mut timetable: impl FnMut(u32) -> Timetable) -> Self {
        for years in YEARS {
            let mut timetable = timetable(years);
            timetable.watch_starts(self.bonds.iter());
            self.timetable = Some(timetable);
            if self.slowest() < BEYOND {
                break;
            }
        }
        self
    }

    /// When all is done if everything takes as long as it can.
    fn slowest(&self) -> i32 {
        let Some(timetable) = &self.timetable else { return 0 };
        let longest = |position: usize| [self.longest(self.sources[position]); LANES];
        timetable.forward(self, longest, &mut Row::new(self.len(), false))[0]
    }

    /// A finish in working time.
    fn worked(&self, finish: i32) -> i32 {
        self.timetable.as_ref().map_or(finish, |timetable| timetable.worked(finish))
    }

    /// How many activities there are.
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    /// How long an activity takes in each sample of a block.
    #[inline]
    fn duration(&self, position: usize, seed: u64, block: u64) -> Lanes {
        match self.sources[position] {
            Source::Fixed(minutes) => [minutes; LANES],
            Source::Drawn { table, stream } => self.tables[table as usize].draw(stream.under(seed), block),
        }
    }

    /// Whether even the longest of all durations add up to a number of minutes that lanes hold.
    fn fits(&self) -> bool {
        let mut finish: Vec<i64> = Vec::with_capacity(self.sources.len());
        let longest: Vec<i64> = self.sources.iter().map(|source| i64::from(self.longest(*source))).collect();
        for (position, duration) in longest.iter().enumerate() {
            // As long as each bond could push, whichever ends it ties.
            let pushes = self.bonds(position).iter().map(|bond| finish[bond.from as usize] + i64::from(bond.lag));
            let end = pushes.fold(0, i64::max) + duration;
            if end > i64::from(LONGEST) {
                return false;
            }
            finish.push(end);
        }
        true
    }

    fn longest(&self, source: Source) -> i32 {
        match source {
            Source::Fixed(minutes) => minutes,
            Source::Drawn { table, .. } => self.tables[table as usize].longest(),
        }
    }

    pub fn bonds(&self, position: usize) -> &[Bond] {
        &self.bonds[self.starts[position] as usize..self.starts[position + 1] as usize]
    }

    /// Draws all samples.
    pub fn run(&self, wanted: &Wanted<'_>) -> Samples {
        let blocks = wanted.samples.div_ceil(LANES);
        let parcels = PARCELS.min(blocks).max(1);
        let middle = self.middle(wanted.seed);
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Samples)>> = Mutex::default();
        let work = || {
            let mut row = Row::new(self.sources.len(), wanted.drivers);
            loop {
                let parcel = next.fetch_add(1, Ordering::Relaxed);
                if parcel >= parcels {
                    return;
                }
                let range = parcel * blocks / parcels..(parcel + 1) * blocks / parcels;
                let samples = self.parcel(wanted, range, &middle, &mut row);
                done.lock().expect("nobody panics while holding it").push((parcel, samples));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..wanted.threads.clamp(1, parcels) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().expect("nobody panicked while holding it");
        done.sort_by_key(|(parcel, _)| *parcel);
        let mut all = Samples { watched: vec![Vec::new(); wanted.watched.len()], ..Samples::default() };
        done.into_iter().for_each(|(_, samples)| all.join(samples));
        let count = all.finish.len().max(1) as f64;
        let off = |finish: &i32| f64::from(self.worked(*finish)) - f64::from(middle.finish);
        all.mean_from_middle = all.finish.iter().map(off).sum::<f64>() / count;
        let squares = all.finish.iter().map(|finish| (off(finish) - all.mean_from_middle).powi(2));
        all.sd = (squares.sum::<f64>() / count).sqrt();
        all
    }

    /// Durations and finish of one sample that lies somewhere in the middle of all.
    fn middle(&self, seed: u64) -> Middle {
        let mut row = Row::new(self.sources.len(), false);
        let finish = self.forward(seed, u64::MAX / LANES as u64, &mut row);
        let finish = finish.map(|finish| self.worked(finish));
        if let Some(timetable) = &self.timetable {
            timetable.as_common_work(&mut row);
        }
        let mean = |lanes: &Lanes| (lanes.iter().map(|&x| i64::from(x)).sum::<i64>() / LANES as i64) as i32;
        Middle { finish: mean(&finish), durations: row.durations.iter().map(mean).collect() }
    }

    fn parcel(&self, wanted: &Wanted<'_>, blocks: std::ops::Range<usize>, middle: &Middle, row: &mut Row) -> Samples {
        let mut out = Samples { watched: vec![Vec::new(); wanted.watched.len()], ..Samples::default() };
        let mut parts = vec![Partial::default(); if wanted.drivers { self.len() } else { 0 }];
        for block in blocks {
            let live = (wanted.samples - block * LANES).min(LANES);
            let finish = self.forward(wanted.seed, block as u64, row);
            out.finish.extend_from_slice(&finish[..live]);
            for (kept, &position) in out.watched.iter_mut().zip(wanted.watched) {
                kept.extend_from_slice(&row.finishes[position as usize][..live]);
            }
            if wanted.drivers {
                let mut adder = Adder::new(&finish.map(|finish| self.worked(finish)), live, middle, &mut parts);
                self.backward(&finish, row, &mut adder);
            }
        }
        out.sums = parts.iter().map(Partial::sums).collect();
        out
    }

    /// The early pass: fills the durations and finishes of a block, and returns when all is done.
    fn forward(&self, seed: u64, block: u64, row: &mut Row) -> Lanes {
        if let Some(timetable) = &self.timetable {
            return timetable.forward(self, |position| self.duration(position, seed, block), row);
        }
        // All draws at first: where tables are many, each is far away, and the processor fetches several at once.
        for (position, duration) in row.durations.iter_mut().enumerate() {
            *duration = self.duration(position, seed, block);
        }
        let mut all = [0; LANES];
        for position in 0..self.len() {
            let duration = row.durations[position];
            let mut start = [0; LANES];
            for bond in self.bonds(position) {
                let from = bond.from as usize;
                let mut at = row.finishes[from];
                if !bond.from_finish {
                    let whole = row.durations[from];
                    (0..LANES).for_each(|lane| at[lane] -= whole[lane]);
                }
                if bond.to_finish {
                    (0..LANES).for_each(|lane| at[lane] -= duration[lane]);
                }
                (0..LANES).for_each(|lane| start[lane] = start[lane].max(at[lane] + bond.lag));
            }
            (0..LANES).for_each(|lane| start[lane] += duration[lane]);
            (0..LANES).for_each(|lane| all[lane] = all[lane].max(start[lane]));
            row.finishes[position] = start;
        }
        all
    }

    /// The late pass: how late each activity of a block may finish when all is done at `end`. What becomes known of an
    /// activity is added up while it is at hand.
    fn backward(&self, end: &Lanes, row: &mut Row, adder: &mut Adder<'_>) {
        if let Some(timetable) = &self.timetable {
            timetable.backward(self, end, row);
            timetable.as_common_work(row);
            for position in 0..self.len() {
                self.add(position, row, adder);
            }
            return;
        }
        row.late.fill(*end);
        for position in (0..self.len()).rev() {
            let late_finish = row.late[position];
            let mut late_start = late_finish;
            let duration = row.durations[position];
            (0..LANES).for_each(|lane| late_start[lane] -= duration[lane]);
            for bond in self.bonds(position) {
                let from = bond.from as usize;
                let mut at = if bond.to_finish { late_finish } else { late_start };
                if !bond.from_finish {
                    let whole = row.durations[from];
                    (0..LANES).for_each(|lane| at[lane] += whole[lane]);
                }
                let late = &mut row.late[from];
                (0..LANES).for_each(|lane| late[lane] = late[lane].min(at[lane] - bond.lag));
            }
            self.add(position, row, adder);
        }
    }

    #[inline]
    fn add(&self, position: usize, row: &Row, adder: &mut Adder<'_>) {
        adder.criticality(position, &row.finishes[position], &row.late[position]);
        if matches!(self.sources[position], Source::Drawn { .. }) || self.timetable.is_some() {
            adder.duration(position, &row.durations[position]);
        }
    }
}

/// What is added up over some blocks, four lanes side by side: what each column comes to is only asked at the end.
#[derive(Clone, Copy, Debug, Default)]
struct Partial {
    critical: [i32; COLUMNS],
    duration: [f32; COLUMNS],
    squared: [f32; COLUMNS],
    with_finish: [f32; COLUMNS],
}

const COLUMNS: usize = 4;

impl Partial {
    fn sums(&self) -> Sums {
        let sum = |columns: &[f32; COLUMNS]| columns.iter().map(|&column| f64::from(column)).sum();
        Sums {
            critical: self.critical.iter().sum::<i32>().unsigned_abs(),
            duration: sum(&self.duration),
            squared: sum(&self.squared),
            with_finish: sum(&self.with_finish),
        }
    }
}

/// Adds a block to the sums of each activity.
struct Adder<'a> {
    middle: &'a Middle,
    /// Lanes behind the last sample count nothing.
    ones: Lanes,
    counts: [f32; LANES],
    /// When all is done, from the middle.
    end: [f32; LANES],
    parts: &'a mut [Partial],
}

impl<'a> Adder<'a> {
    fn new(finish: &Lanes, live: usize, middle: &'a Middle, parts: &'a mut [Partial]) -> Self {
        let ones: Lanes = std::array::from_fn(|lane| i32::from(lane < live));
        let counts = ones.map(|one| one as f32);
        let end = std::array::from_fn(|lane| (finish[lane] - middle.finish) as f32 * counts[lane]);
        Self { middle, ones, counts, end, parts }
    }

    #[inline]
    fn criticality(&mut self, position: usize, early: &Lanes, late: &Lanes) {
        let critical = &mut self.parts[position].critical;
        for lane in 0..LANES {
            critical[lane % COLUMNS] += i32::from(late[lane] <= early[lane]) & self.ones[lane];
        }
    }

    #[inline]
    fn duration(&mut self, position: usize, duration: &Lanes) {
        let own = self.middle.durations[position];
        let part = &mut self.parts[position];
        let off: [f32; LANES] = std::array::from_fn(|lane| (duration[lane] - own) as f32 * self.counts[lane]);
        for (lane, off) in off.into_iter().enumerate() {
            part.duration[lane % COLUMNS] += off;
            part.squared[lane % COLUMNS] += off * off;
            part.with_finish[lane % COLUMNS] += off * self.end[lane];
        }
    }
}

impl Samples {
    fn join(&mut self, other: Self) {
        self.finish.extend(other.finish);
        for (mine, more) in self.watched.iter_mut().zip(other.watched) {
            mine.extend(more);
        }
        if self.sums.is_empty() {
            self.sums = other.sums;
            return;
        }
        for (mine, more) in self.sums.iter_mut().zip(other.sums) {
            mine.critical += more.critical;
            mine.duration += more.duration;
            mine.squared += more.squared;
            mine.with_finish += more.with_finish;
        }
    }
}

/// Networks have fewer than 2³² of anything, see [`Network::new`].
fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("a network has fewer than 2^32 of anything")
}

/// What sums are taken from.
#[derive(Debug)]
struct Middle {
    finish: i32,
    durations: Vec<i32>,
}

/// One block of samples: the numbers of every activity, side by side.
#[derive(Debug)]
pub(super) struct Row {
    pub durations: Vec<Lanes>,
    /// Only by the clock: otherwise a duration before the finish.
    pub starts: Vec<Lanes>,
    pub finishes: Vec<Lanes>,
    pub late: Vec<Lanes>,
}

impl Row {
    fn new(len: usize, drivers: bool) -> Self {
        let lanes = |is_needed: bool| vec![[0; LANES]; if is_needed { len } else { 0 }];
        Self { durations: lanes(true), starts: Vec::new(), finishes: lanes(true), late: lanes(drivers) }
    }
}
