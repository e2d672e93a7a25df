//! Priority rules, and the one-pass schedules they give.
//!
//! Domain layer.

use super::super::cpm::Dates;
use super::super::network::narrow;
use super::precedence::Precedence;
use super::problem::Problem;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// The rules' lists, for the serial scheme and as the parallel scheme starts them.
pub(super) fn lists(problem: &Problem, precedence: &Precedence) -> Vec<Vec<u32>> {
    let rules = [latest_finish(problem), latest_start(problem), scarce_path(problem, precedence)];
    let serial = rules.iter().map(|priority| precedence.list(priority));
    let started = rules.iter().filter_map(|priority| parallel(problem, precedence, priority));
    serial.chain(started).collect()
}

/// When each activity must be finished, capacity aside.
pub(super) fn latest_finish(problem: &Problem) -> Vec<i64> {
    latest_start(problem).iter().zip(problem.network.durations()).map(|(start, duration)| start + duration).collect()
}

/// When each activity must start, capacity aside.
fn latest_start(problem: &Problem) -> Vec<i64> {
    let dates = Dates::of(&problem.network);
    (0..problem.len()).map(|position| dates.early_start(position) + dates.total_float(position)).collect()
}

/// The longest way to the end, each activity counted by its duration and by how much it takes of what is scarce.
///
/// On a plan with many specialists this says more than float does: who has much to do comes first.
fn scarce_path(problem: &Problem, precedence: &Precedence) -> Vec<i64> {
    let durations = problem.network.durations();
    let mut load = vec![0i128; problem.capacities.len()];
    for (duration, demands) in durations.iter().zip(&problem.demands) {
        for &(resource, amount) in demands {
            load[resource as usize] += i128::from(*duration) * i128::from(amount);
        }
    }
    let scarcity = |&(resource, amount): &(u32, i64)| {
        let capacity = i128::from(problem.capacities[resource as usize]);
        (load[resource as usize] / capacity) * i128::from(amount) / capacity
    };
    let most = problem.demands.iter().flatten().map(scarcity).max().unwrap_or(0).max(1);
    let mut path = vec![0i64; problem.len()];
    for activity in (0..problem.len()).rev() {
        let scarce: i128 = problem.demands[activity].iter().map(scarcity).sum::<i128>().min(most * 64);
        let own = i128::from(durations[activity]) * (most + scarce) / most;
        let after = precedence.after(narrow(activity)).iter().map(|&after| path[after as usize]).max().unwrap_or(0);
        path[activity] = after.saturating_add(i64::try_from(own).unwrap_or(i64::MAX));
    }
    path.iter().map(|path| -path).collect()
}

/// The parallel scheme looks at no more candidates than this: where thousands wait for one person it would take long.
const CANDIDATES: usize = 1 << 25;

/// The parallel scheme: whenever something ends, all start that can, the least `priority` first.
///
/// Returns the activities in the order they start, of which the serial scheme makes a schedule that is no longer;
/// nothing when that takes too long.
fn parallel(problem: &Problem, precedence: &Precedence, priority: &[i64]) -> Option<Vec<u32>> {
    let waits: Vec<usize> = (0..narrow(problem.len())).map(|activity| precedence.before(activity).len()).collect();
    let free = (0..).zip(&waits).filter(|(_, waits)| **waits == 0).map(|(activity, _)| activity);
    let mut dispatch = Dispatch {
        problem,
        precedence,
        priority,
        later: free.map(|activity: u32| Reverse((problem.releases[activity as usize], activity))).collect(),
        waits,
        free: problem.capacities.clone(),
        starts: vec![0; problem.len()],
        running: BinaryHeap::new(),
        ready: BTreeSet::new(),
        list: Vec::with_capacity(problem.len()),
    };
    let mut candidates = 0;
    while let Some(now) = dispatch.next_moment() {
        dispatch.finish(now);
        while dispatch.start_ready(now, &mut candidates) {}
        if candidates > CANDIDATES {
            return None;
        }
    }
    Some(dispatch.list)
}

/// The parallel scheme at some moment.
struct Dispatch<'a> {
    problem: &'a Problem,
    precedence: &'a Precedence,
    priority: &'a [i64],
    /// How many predecessors of each have not started.
    waits: Vec<usize>,
    starts: Vec<i64>,
    free: Vec<i64>,
    /// What may start later, by time.
    later: BinaryHeap<Reverse<(i64, u32)>>,
    /// What may start now, by priority.
    ready: BTreeSet<(i64, u32)>,
    /// What runs, by its end.
    running: BinaryHeap<Reverse<(i64, u32)>>,
    list: Vec<u32>,
}

impl Dispatch<'_> {
    /// When something ends or may start.
    fn next_moment(&self) -> Option<i64> {
        [self.later.peek(), self.running.peek()].into_iter().flatten().map(|Reverse((time, _))| *time).min()
    }

    /// Gives back what has ended.
    fn finish(&mut self, now: i64) {
        while let Some(&Reverse((end, activity))) = self.running.peek()
            && end <= now
        {
            self.running.pop();
            for &(resource, amount) in &self.problem.demands[activity as usize] {
                self.free[resource as usize] += amount;
            }
        }
    }

    /// Starts what can start; whether that may have made more ready.
    fn start_ready(&mut self, now: i64, candidates: &mut usize) -> bool {
        while let Some(&Reverse((time, activity))) = self.later.peek()
            && time <= now
        {
            self.later.pop();
            self.ready.insert((self.priority[activity as usize], activity));
        }
        *candidates += self.ready.len();
        let fitting: Vec<(i64, u32)> = self
            .ready
            .iter()
            .copied()
            .filter(|&(_, activity)| {
                let demands = &self.problem.demands[activity as usize];
                let fits = demands.iter().all(|&(resource, amount)| self.free[resource as usize] >= amount);
                if fits {
                    demands.iter().for_each(|&(resource, amount)| self.free[resource as usize] -= amount);
                }
                fits
            })
            .collect();
        for &(_, activity) in &fitting {
            self.start(activity, now);
        }
        fitting.iter().for_each(|started| {
            self.ready.remove(started);
        });
        self.later.peek().is_some_and(|Reverse((time, _))| *time <= now)
    }

    fn start(&mut self, activity: u32, now: i64) {
        self.list.push(activity);
        self.starts[activity as usize] = now;
        let duration = self.problem.network.durations()[activity as usize];
        if duration > 0 {
            self.running.push(Reverse((now + duration, activity)));
        }
        for &after in self.precedence.after(activity) {
            self.waits[after as usize] -= 1;
            if self.waits[after as usize] == 0 {
                let arcs = self.problem.network.incoming(after as usize).iter();
                let least = arcs.map(|arc| self.starts[arc.from as usize] + arc.weight);
                let earliest = least.fold(self.problem.releases[after as usize], i64::max);
                self.later.push(Reverse((earliest, after)));
            }
        }
    }
}
