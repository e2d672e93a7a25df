//! Random problems against a slow checker that shares nothing with what it checks.

use super::super::network::Arc;
use super::search::{Stages, improve_by};
use super::*;
use proptest::prelude::*;

/// A problem as it was given.
#[derive(Clone, Debug)]
struct Given {
    activities: Vec<Activity>,
    arcs: Vec<Arc>,
    capacities: Vec<i64>,
}

impl Given {
    fn problem(&self) -> Problem {
        Problem::new(&self.activities, &self.arcs, &self.capacities).unwrap()
    }

    /// What is wrong with a schedule, if anything.
    fn fault(&self, schedule: &Schedule) -> Option<String> {
        let starts = &schedule.starts;
        for (index, activity) in self.activities.iter().enumerate() {
            if schedule.finishes[index] != starts[index] + activity.duration {
                return Some(format!("{index} does not take its time"));
            }
            if starts[index] < activity.release {
                return Some(format!("{index} starts before its release"));
            }
        }
        if let Some(arc) = self.arcs.iter().find(|arc| starts[arc.to] - starts[arc.from] < arc.weight) {
            return Some(format!("{arc:?} is not kept"));
        }
        // What is taken changes only where something starts.
        for &moment in starts {
            for (resource, &capacity) in self.capacities.iter().enumerate() {
                let running = self
                    .activities
                    .iter()
                    .zip(starts)
                    .filter(|(activity, start)| **start <= moment && moment < **start + activity.duration);
                let demands = running.flat_map(|(activity, _)| &activity.demands);
                let taken: i64 = demands.filter(|demand| demand.0 == resource).map(|demand| demand.1).sum();
                if taken > capacity {
                    return Some(format!("{taken} of resource {resource} are taken at {moment}, of {capacity}"));
                }
            }
        }
        None
    }
}

/// Problems of up to `most` activities: distances of any sign, releases, what takes no time, unit and wide resources.
fn given(most: usize) -> impl Strategy<Value = Given> {
    let capacities = prop_oneof![prop::collection::vec(1i64..=4, 0..=4), prop::collection::vec(Just(1i64), 5..=6)];
    (1..=most, capacities, 1i64..=1_000).prop_flat_map(|(len, capacities, unit)| {
        let demand = (0..capacities.len().max(1), 0i64..=4);
        let activity = (0i64..=9, prop_oneof![4 => Just(0i64), 1 => 0i64..30], prop::collection::vec(demand, 0..=3));
        let arc = (0..len, 0..len, -3i64..=6, any::<bool>());
        (prop::collection::vec(activity, len), prop::collection::vec(arc, 0..=len * 2)).prop_map(
            move |(activities, arcs)| {
                let activities: Vec<Activity> = activities
                    .into_iter()
                    .map(|(duration, release, demands)| Activity {
                        duration: duration * unit,
                        release: release * unit,
                        demands: fitting(demands, &capacities),
                    })
                    .collect();
                let arcs = arcs.into_iter().filter(|(from, to, ..)| from < to).map(|(from, to, lag, plain)| {
                    let weight = if plain { activities[from].duration } else { lag * unit };
                    Arc { from, to, weight }
                });
                Given { arcs: arcs.collect(), activities: activities.clone(), capacities: capacities.clone() }
            },
        )
    })
}

/// Demands for what there is, each resource once.
fn fitting(demands: Vec<(usize, i64)>, capacities: &[i64]) -> Vec<(usize, i64)> {
    let mut fitting: Vec<(usize, i64)> = Vec::new();
    for (resource, amount) in demands {
        if resource < capacities.len() && fitting.iter().all(|(other, _)| *other != resource) {
            fitting.push((resource, amount.min(capacities[resource])));
        }
    }
    fitting
}

/// The shortest schedule there is: every list gives one, and one of them the shortest.
fn shortest<P: serial::Profile>(serial: &Serial<'_, P>) -> i64 {
    fn extend<P: serial::Profile>(serial: &Serial<'_, P>, list: &mut Vec<u32>, best: &mut i64) {
        let len = serial.precedence().len();
        if list.len() == len {
            *best = (*best).min(serial.left(list, &mut Schedule::new(len), &mut serial.room()));
        }
        for next in 0..u32::try_from(len).unwrap() {
            if !list.contains(&next) && serial.precedence().before(next).iter().all(|before| list.contains(before)) {
                list.push(next);
                extend(serial, list, best);
                list.pop();
            }
        }
    }
    let mut best = i64::MAX;
    extend(serial, &mut Vec::new(), &mut best);
    best
}

proptest! {
    #[test]
    fn schedules_keep_everything_that_was_asked(given in given(25), seed in any::<u64>()) {
        let problem = given.problem();
        let solution = solve(&problem, &Budget::schedules(100).seed(seed));
        prop_assert_eq!(given.fault(&solution.schedule), None);
        prop_assert_eq!(solution.schedule.makespan(), solution.makespan);
        prop_assert!(solution.bound <= solution.makespan);
    }

    #[test]
    fn both_profiles_give_the_same_schedule_of_a_list(given in given(20), numbers in prop::collection::vec(any::<i32>(), 20)) {
        let problem = given.problem();
        let Some(slots) = Slots::of(&problem) else { return Ok(()) };
        let (slots, lines) = (Serial::new(&problem, slots), Serial::new(&problem, Lines::of(&problem)));
        let priority: Vec<i64> = numbers.into_iter().map(i64::from).collect();
        let list = slots.precedence().list(&priority[..problem.len()]);
        let [mut one, mut other] = [(); 2].map(|()| Schedule::new(problem.len()));
        let length = slots.left(&list, &mut one, &mut slots.room());
        prop_assert_eq!(length, lines.left(&list, &mut other, &mut lines.room()));
        prop_assert_eq!(&one, &other);
        let list: Vec<u32> = list.into_iter().rev().collect();
        prop_assert_eq!(slots.right(&list, length, &mut one, &mut slots.room()), lines.right(&list, length, &mut other, &mut lines.room()));
        prop_assert_eq!(&one, &other);
    }

    #[test]
    fn justification_is_never_longer(mut given in given(25), numbers in prop::collection::vec(any::<i32>(), 25)) {
        // From the right nothing is held back by its release.
        given.activities.iter_mut().for_each(|activity| activity.release = 0);
        let problem = given.problem();
        let serial = Serial::new(&problem, Lines::of(&problem));
        let (mut room, mut sorter) = (serial.room(), justify::Sorter::default());
        let priority: Vec<i64> = numbers.into_iter().map(i64::from).collect();
        let mut list = serial.precedence().list(&priority[..problem.len()]);
        prop_assert!(serial.precedence().is_list(&list));
        let [mut schedule, mut right] = [(); 2].map(|()| Schedule::new(problem.len()));
        let before = serial.left(&list, &mut schedule, &mut room);
        let after = justify::justify(&serial, &mut schedule, &mut right, &mut list, &mut sorter, &mut room);
        prop_assert!(after <= before, "{} > {}", after, before);
        prop_assert!(serial.precedence().is_list(&list));
    }

    #[test]
    fn more_effort_is_never_worse_and_threads_change_nothing(given in given(20), seed in any::<u64>(), effort in 1u64..200) {
        let problem = given.problem();
        let budget = Budget::schedules(effort).seed(seed);
        let solution = solve(&problem, &budget);
        prop_assert_eq!(&solution, &solve(&problem, &budget.threads(5)));
        prop_assert!(solve(&problem, &Budget::schedules(effort * 2).seed(seed)).makespan <= solution.makespan);
        prop_assert!(solution.schedules <= effort.max(6));
    }

    #[test]
    fn small_problems_are_solved_and_no_bound_is_too_high(given in given(5)) {
        let problem = given.problem();
        let shortest = shortest(&Serial::new(&problem, Lines::of(&problem)));
        prop_assert_eq!(solve(&problem, &Budget::schedules(1_000)).makespan, shortest);
        prop_assert!(bound::of(&problem) <= shortest);
    }
}

/// A problem whose bound is out of reach.
fn wide() -> Given {
    let activity = |index: usize| Activity {
        duration: (index as i64 * 7) % 9 + 1,
        release: 0,
        demands: vec![(index % 3, (index as i64 * 5) % 4 + 1), ((index + 1) % 3, 1)],
    };
    let activities: Vec<Activity> = (0..40).map(activity).collect();
    let arcs = (0..40usize).flat_map(|to| [to / 2, to * 3 / 4].map(|from| (from, to))).filter(|(from, to)| from < to);
    let arcs = arcs.map(|(from, to)| Arc { from, to, weight: activities[from].duration }).collect();
    Given { activities, arcs, capacities: vec![5, 4, 6] }
}

#[test]
fn islands_give_the_same_on_any_number_of_threads() {
    let given = wide();
    let problem = given.problem();
    let serial = Serial::new(&problem, Slots::of(&problem).unwrap());
    let stages = Stages { sizes: &[(30, 500)], apart: 0, islands: 4, epoch: 50 };
    let budget = Budget::schedules(2_000).seed(3);
    let solution = improve_by(&serial, &budget, stages);
    assert!(!solution.is_optimal(), "the bound ends the search early");
    for threads in [2, 5] {
        assert_eq!(solution, improve_by(&serial, &budget.threads(threads), stages), "{threads} threads");
    }
    let longer = improve_by(&serial, &Budget::schedules(3_000).seed(3), stages);
    assert!(longer.makespan <= solution.makespan);
}

#[test]
fn the_search_ends_when_it_is_told_to() {
    let asked = std::sync::atomic::AtomicU64::new(0);
    let stop = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 40;
    let solution = solve(&wide().problem(), &Budget::schedules(u64::MAX).until(&stop));
    assert!(solution.schedules < 100, "{}", solution.schedules);
    assert_eq!(solve(&wide().problem(), &Budget::schedules(0)).schedules, 6, "the rules are tried in any case");
}

#[test]
fn what_has_no_solution_is_named() {
    let activity = |duration, demands: &[(usize, i64)]| Activity { duration, release: 0, demands: demands.to_vec() };
    let fault = |activities: &[Activity], arcs: &[Arc], capacities: &[i64]| {
        Problem::new(activities, arcs, capacities).unwrap_err().to_string()
    };
    let twice = activity(1, &[(1, 2), (0, 1), (1, 3)]);
    assert_eq!(fault(&[twice], &[], &[1, 4]), "activity 1 needs 5 of resource 2, which has 4");
    assert_eq!(fault(&[activity(1, &[(1, 0)])], &[], &[1]), "activity 1 needs resource 2, which there is not");
    assert_eq!(fault(&[activity(-1, &[])], &[], &[]), "activity 1 has -1, which is below zero");
    assert_eq!(fault(&[], &[], &[-2]), "a capacity is -2, which is below zero");
    let arc = |from, to| Arc { from, to, weight: 0 };
    let two = [activity(1, &[]), activity(1, &[])];
    assert_eq!(fault(&two, &[arc(0, 1), arc(1, 0)], &[]), "activity 1 waits for itself → 2 → 1");
    assert_eq!(fault(&two, &[arc(0, 2)], &[]), "arc 1 leads to or from no activity");
    let late = Activity { duration: 1, release: i64::MAX, demands: Vec::new() };
    assert_eq!(fault(&[late], &[], &[]), "the numbers are too large to be added up");
    assert_eq!(fault(&[activity(i64::MAX / 2, &[])], &[], &[]), "the numbers are too large to be added up");
}

#[test]
fn nothing_to_do_takes_no_time() {
    let solution = solve(&Problem::new(&[], &[], &[]).unwrap(), &Budget::schedules(10));
    assert_eq!((solution.makespan, solution.is_optimal(), solution.gap()), (0, true, None));
    let one = Activity { duration: 480, release: 60, demands: vec![(0, 2)] };
    let solution = solve(&Problem::new(&[one], &[], &[2]).unwrap(), &Budget::schedules(10));
    assert_eq!((solution.schedule.starts, solution.makespan, solution.bound), (vec![60], 540, 540));
}

#[test]
fn the_gap_is_rounded_up() {
    let solution = |makespan, bound| Solution { schedule: Schedule::new(0), makespan, bound, schedules: 1 };
    assert_eq!(solution(100, 100).gap(), Some(0));
    assert_eq!(solution(30_001, 30_000).gap(), Some(1));
    assert_eq!(solution(125, 100).gap(), Some(2_500));
}
