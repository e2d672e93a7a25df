//! How long to search, and what came of it.
//!
//! Domain layer.

use super::decoder::Schedule;
use std::fmt;

/// How much effort a search may take.
///
/// Effort is counted in schedules: each pass over a list, from the left or from the right, is one. The same problem,
/// seed and number of schedules give the same result on any number of threads; a larger number never a worse one.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    pub schedules: u64,
    /// Picks one of the possible searches.
    pub seed: u64,
    /// How many threads may work at a time.
    pub threads: usize,
    /// Asked between schedules: whether to end before all of them are made.
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Budget<'static> {
    /// So many schedules, seed 0, one thread.
    pub fn schedules(schedules: u64) -> Self {
        Self { schedules, seed: 0, threads: 1, stop: &|| false }
    }
}

impl<'a> Budget<'a> {
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// Ends as soon as `stop` says so: a deadline, which only the caller's clock knows, or an interruption.
    #[must_use]
    pub fn until<'b>(self, stop: &'b (dyn Fn() -> bool + Sync)) -> Budget<'b> {
        Budget { schedules: self.schedules, seed: self.seed, threads: self.threads, stop }
    }
}

impl fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schedules, seed, threads, .. } = self;
        f.debug_struct("Budget")
            .field("schedules", schedules)
            .field("seed", seed)
            .field("threads", threads)
            .finish_non_exhaustive()
    }
}

/// The best schedule found, and how good it is for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    pub schedule: Schedule,
    /// Its length, as the decoder measures it.
    pub makespan: i64,
    /// No schedule is shorter than this.
    pub bound: i64,
    /// How many schedules were made on the way.
    pub schedules: u64,
}

impl Solution {
    /// Whether no schedule can be shorter.
    pub fn is_optimal(&self) -> bool {
        self.makespan <= self.bound
    }

    /// By how much a better schedule could be shorter at the very most, in hundredths of a percent of the bound,
    /// rounded up; none when the bound is not positive.
    pub fn gap(&self) -> Option<u64> {
        let (over, bound) = (self.makespan.checked_sub(self.bound)?.max(0), self.bound);
        let gap = u128::from(over.unsigned_abs()) * 10_000;
        (bound > 0).then(|| u64::try_from(gap.div_ceil(u128::from(bound.unsigned_abs()))).unwrap_or(u64::MAX))
    }
}
