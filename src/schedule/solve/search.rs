//! The search: from the rules' schedules to better ones, as far as the budget goes.
//!
//! Domain layer; the same for every [`Decoder`]. Large populations find shorter schedules and need longer to do so.
//! Hence stages: each begins anew, has several times the population of the one before and several times its
//! schedules. No stage knows the budget, which only cuts the last one short; so a larger budget is never worse. Nor
//! does a stage know what those before it found: descendants of one good schedule soon are all there is.

use super::super::network::narrow;
use super::budget::{Budget, Solution};
use super::decoder::{Decoder, Schedule};
use super::island::Island;
use super::justify::{Sorter, justify};
use fastrand::Rng;

/// How the stages follow each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stages {
    /// How many members each half has in the first stages, and how many schedules are made there.
    pub sizes: &'static [(usize, u64)],
    /// From this stage on, the population lives on two islands or more.
    pub apart: u32,
    /// So many islands, and so many threads that can be at work.
    pub islands: usize,
    /// After so many schedules of each, islands exchange their best.
    pub epoch: u64,
}

impl Stages {
    /// What gave the shortest schedules on problems of 30 to 120 activities. The stages end at 1,000, 5,000 and 50,000
    /// schedules, where the field compares searches.
    const MEASURED: Self =
        Self { sizes: &[(35, 1_000), (95, 4_000), (420, 45_000)], apart: 3, islands: 2, epoch: 2_000 };

    /// All stages, without end.
    fn all(self) -> impl Iterator<Item = (usize, u64)> {
        let last = self.sizes.last().copied();
        let grow = |&(size, schedules): &(usize, u64)| Some((size.saturating_mul(4), schedules.saturating_mul(10)));
        self.sizes.iter().copied().chain(std::iter::successors(last, grow).skip(1))
    }
}

/// A population has no more entries in all its lists than this, for the sake of memory.
const ENTRIES: usize = 1 << 24;

/// Looks for a short schedule.
///
/// The rules of the decoder are tried in any case, whatever the budget says, so there always is a schedule and it is
/// never longer than the best of them. The search ends when the budget does, or when nothing shorter can exist.
pub fn improve<D: Decoder>(decoder: &D, budget: &Budget<'_>) -> Solution {
    improve_by(decoder, budget, Stages::MEASURED)
}

/// The same with other stages.
pub(super) fn improve_by<D: Decoder>(decoder: &D, budget: &Budget<'_>, stages: Stages) -> Solution {
    let bound = decoder.bound();
    let mut search = Search { decoder, budget, stages, bound, made: 0, first: Vec::new(), later: None };
    search.rules();
    let priority = decoder.priority();
    for (stage, (size, schedules)) in (0..).zip(stages.all()) {
        if search.is_over() {
            break;
        }
        search.stage(stage, size, schedules, &priority);
    }
    let made = search.made;
    let (makespan, schedule) = search.into_best();
    Solution { schedule, makespan, bound, schedules: made }
}

struct Search<'a, D> {
    decoder: &'a D,
    budget: &'a Budget<'a>,
    stages: Stages,
    bound: i64,
    made: u64,
    /// What every stage begins with: the rules' schedules.
    first: Vec<(i64, Schedule)>,
    /// The shortest that a stage has found.
    later: Option<(i64, Schedule)>,
}

impl<D: Decoder> Search<'_, D> {
    fn is_over(&self) -> bool {
        let shortest = self.found().map(|(length, _)| *length).min();
        self.made >= self.budget.schedules
            || self.decoder.precedence().len() < 2
            || shortest.is_none_or(|length| length <= self.bound)
            || (self.budget.stop)()
    }

    /// The schedules of the rules, and the best of the stages.
    fn found(&self) -> impl Iterator<Item = &(i64, Schedule)> {
        self.first.iter().chain(&self.later)
    }

    fn into_best(self) -> (i64, Schedule) {
        let found = self.first.into_iter().chain(self.later);
        found.min_by_key(|(length, _)| *length).expect("a decoder has at least one rule")
    }

    /// Tries the rules, and justifies what they give while that makes it shorter.
    fn rules(&mut self) {
        let len = self.decoder.precedence().len();
        let (mut room, mut sorter) = (self.decoder.room(), Sorter::default());
        let (mut right, mut list) = (Schedule::new(len), Vec::with_capacity(len));
        let one_pass = self.decoder.rules().into_iter().map(|list| {
            let mut schedule = Schedule::new(len);
            let length = self.decoder.left(&list, &mut schedule, &mut room);
            (length, schedule)
        });
        self.first = one_pass.collect();
        self.made = narrow(self.first.len()).into();
        for rule in 0..self.first.len() {
            let mut shorter = true;
            while shorter && !self.is_over() && self.made + 2 <= self.budget.schedules {
                let mut schedule = self.first[rule].1.clone();
                let length = justify(self.decoder, &mut schedule, &mut right, &mut list, &mut sorter, &mut room);
                self.made += 2;
                shorter = length < self.first[rule].0;
                if length <= self.first[rule].0 {
                    self.first[rule] = (length, schedule);
                }
            }
        }
    }

    /// One stage, from an own population to its share of the schedules.
    fn stage(&mut self, stage: u32, size: usize, schedules: u64, priority: &[i64]) {
        let mut random = Rng::with_seed(self.budget.seed ^ u64::from(stage) << 32);
        let count = if stage < self.stages.apart { 1 } else { self.stages.islands };
        let most = ENTRIES / self.decoder.precedence().len().max(1) / 2;
        let size = (size.min(most) / count).max(8);
        let mut islands: Vec<_> =
            (0..count).map(|_| Island::new(self.decoder, priority, size, random.fork(), &self.first)).collect();
        let share = |all: u64, index: usize| all / count as u64 + u64::from((index as u64) < all % count as u64);
        let last = schedules.min(self.budget.schedules - self.made);
        let mut until = 0;
        while until < last {
            until = (until + self.stages.epoch * count as u64).min(last);
            let goals: Vec<u64> = (0..count).map(|index| share(until, index)).collect();
            self.epoch(&mut islands, &goals);
            if islands.iter().any(|island| island.length <= self.bound) || (self.budget.stop)() {
                break;
            }
            for index in 1..count {
                let (one, other) = islands.split_at_mut(index);
                one[index - 1].send(&mut other[0]);
            }
        }
        self.made += islands.iter().map(|island| island.made).sum::<u64>();
        let best = islands.into_iter().min_by_key(|island| island.length).expect("there is an island");
        if self.found().all(|(length, _)| best.length < *length) {
            self.later = Some((best.length, best.best));
        }
    }

    /// Lets every island make its schedules, as many at a time as there may be threads.
    fn epoch(&self, islands: &mut [Island<'_, D>], goals: &[u64]) {
        let (bound, stop) = (self.bound, self.budget.stop);
        let threads = self.budget.threads.clamp(1, islands.len());
        let each = islands.len().div_ceil(threads);
        if threads == 1 {
            islands.iter_mut().zip(goals).for_each(|(island, &goal)| island.run(goal, bound, &stop));
            return;
        }
        std::thread::scope(|scope| {
            for (islands, goals) in islands.chunks_mut(each).zip(goals.chunks(each)) {
                scope.spawn(move || {
                    islands.iter_mut().zip(goals).for_each(|(island, &goal)| island.run(goal, bound, &stop));
                });
            }
        });
    }
}
