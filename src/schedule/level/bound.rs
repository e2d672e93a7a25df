//! What no schedule can be shorter than.
//!
//! Domain layer.

use super::problem::Problem;

/// How many sets of people are asked whether they can do all that only they can do.
const MAX_SETS: usize = 256;

/// Minutes after the beginning before which not everything can be done: the longest chain, each link done by whoever
/// is quickest, and for each set of people all the work that nobody else can do.
pub(super) fn bound(problem: &Problem<'_>) -> i64 {
    let (starts, finishes) = earliest(problem);
    let chain = finishes.iter().copied().max().unwrap_or(0);
    let sets = problem.crew.pools.iter().take(MAX_SETS);
    sets.map(|set| all_done(problem, set, &starts)).fold(chain, i64::max)
}

/// The earliest moments of each activity, as if everybody could do everything at once.
fn earliest(problem: &Problem<'_>) -> (Vec<i64>, Vec<i64>) {
    let len = problem.durations.len();
    let (mut starts, mut finishes) = (vec![0; len], vec![0; len]);
    for position in 0..len {
        let duration = problem.durations[position];
        let (begin, end) = problem.ahead.bounds(position, &starts, &finishes, 0);
        let times = problem.pool(position).iter().map(|&person| {
            let clock = &problem.ahead.clocks[person as usize];
            let least = clock.work_at(begin);
            let work = if end > i64::MIN { least.max(clock.work_until(end) - duration) } else { least };
            (clock.start_of(work), clock.end_of(work + duration))
        });
        let none = begin.max(end.saturating_sub(duration));
        (starts[position], finishes[position]) = times
            .reduce(|(start, finish), (other, end)| (start.min(other), finish.min(end)))
            .unwrap_or((none, none + duration));
    }
    (starts, finishes)
}

/// When a set of people can have done all that only they can do.
fn all_done(problem: &Problem<'_>, set: &[u32], starts: &[i64]) -> i64 {
    let only_they = |position: &usize| {
        let pool = problem.pool(*position);
        !pool.is_empty() && pool.iter().all(|person| set.binary_search(person).is_ok())
    };
    let mine: Vec<usize> = (0..problem.durations.len()).filter(only_they).collect();
    let Some(first) = mine.iter().map(|&position| starts[position]).min() else { return 0 };
    let needed: i64 = mine.iter().map(|&position| problem.durations[position]).sum();
    let done_at = |at: i64| {
        let each = set.iter().map(|&person| {
            let clock = &problem.ahead.clocks[person as usize];
            let lanes = i64::from(problem.crew.people[person as usize].at_once);
            (clock.work_at(at) - clock.work_at(first)).saturating_mul(lanes)
        });
        each.fold(0, i64::saturating_add)
    };
    let (mut early, mut late) = (first, super::clock::FAR);
    if done_at(late) < needed {
        return first;
    }
    while early < late {
        let middle = early + (late - early) / 2;
        if done_at(middle) >= needed {
            late = middle;
        } else {
            early = middle + 1;
        }
    }
    late
}
