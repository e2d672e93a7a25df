//! How short a schedule could be at best.
//!
//! Domain layer. Bounds are cheap and certain, never a guess: a schedule that reaches one is optimal.

use super::super::cpm::Dates;
use super::problem::Problem;

/// So many different beginnings of the work on one resource are looked at.
const BEGINNINGS: usize = 64;

/// What one activity asks of a resource.
#[derive(Clone, Copy)]
struct Part {
    /// No schedule starts it earlier.
    head: i64,
    /// So long the whole takes at least after it finishes.
    tail: i64,
    /// Duration times amount.
    work: i128,
}

/// The larger of the critical path and the work on each resource.
pub(super) fn of(problem: &Problem) -> i64 {
    let (heads, tails) = (heads(problem), tails(problem));
    let durations = problem.network.durations();
    let path = (0..problem.len()).map(|a| heads[a] + durations[a] + tails[a]).max().unwrap_or(0);
    let mut parts: Vec<Vec<Part>> = vec![Vec::new(); problem.capacities.len()];
    for (activity, demands) in problem.demands.iter().enumerate() {
        for &(resource, amount) in demands {
            let work = i128::from(durations[activity]) * i128::from(amount);
            parts[resource as usize].push(Part { head: heads[activity], tail: tails[activity], work });
        }
    }
    let work = parts.iter_mut().zip(&problem.capacities).map(|(parts, &capacity)| energy(parts, capacity));
    work.fold(path, i64::max)
}

/// When each activity can start at the earliest, capacity aside.
fn heads(problem: &Problem) -> Vec<i64> {
    let mut heads = problem.releases.clone();
    for to in 0..problem.len() {
        let starts = problem.network.incoming(to).iter().map(|arc| heads[arc.from as usize] + arc.weight);
        heads[to] = starts.fold(heads[to], i64::max);
    }
    heads
}

/// How long the whole takes at least after each activity finishes.
fn tails(problem: &Problem) -> Vec<i64> {
    let dates = Dates::of(&problem.network);
    let durations = problem.network.durations();
    let late = |at: usize| dates.early_start(at) + dates.total_float(at);
    (0..problem.len()).map(|at| dates.makespan() - late(at) - durations[at]).collect()
}

/// Any part of the work on a resource begins with its least head and ends with its least tail, and all of it must
/// fit between them.
fn energy(parts: &mut [Part], capacity: i64) -> i64 {
    let mut heads: Vec<i64> = parts.iter().map(|part| part.head).collect();
    heads.sort_unstable();
    heads.dedup();
    parts.sort_unstable_by_key(|part| std::cmp::Reverse(part.tail));
    let stride = heads.len().div_ceil(BEGINNINGS).max(1);
    let mut best = 0;
    for &head in heads.iter().step_by(stride) {
        let mut work = 0i128;
        for part in parts.iter().filter(|part| part.head >= head) {
            work += part.work;
            let capacity = i128::from(capacity.max(1));
            let length = i64::try_from((work + capacity - 1) / capacity).unwrap_or(i64::MAX / 4);
            best = best.max(head + length + part.tail);
        }
    }
    best
}
