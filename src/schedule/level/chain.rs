//! What holds what in a levelled schedule: who and what is handed on from one task to the next, how far each can still
//! move, and the chain that decides when the whole is done.
//!
//! Domain layer. Float is counted over needs *and* over hands and things: in a schedule with people, a task that could
//! move as far as the plan alone allows may well be in somebody else's way.

use super::place::Best;
use super::problem::Problem;
use super::{Because, Cause};
use std::cmp::Reverse;

/// How often the latest dates are gone over: once suffices unless a negative lag points backwards in time.
const ROUNDS: usize = 64;

/// One activity can begin because another let go of somebody or something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HandOn {
    pub from: u32,
    /// The thing that is handed on; none: it is the person.
    pub thing: Option<u32>,
}

/// By position: what each activity took over, and from which.
pub(super) fn hand_ons(problem: &Problem<'_>, best: &Best) -> Vec<Vec<HandOn>> {
    let mut all = vec![Vec::new(); best.starts.len()];
    let mut placed: Vec<(u32, u32, i64, u32)> = (0u32..)
        .zip(&best.places)
        .filter_map(|(position, place)| place.map(|place| (place.person, place.lane, place.work, position)))
        .collect();
    placed.sort_unstable();
    for pair in placed.windows(2).filter(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
        all[pair[1].3 as usize].push(HandOn { from: pair[0].3, thing: None });
    }
    let holders = holders(problem, best);
    for (thing, lanes) in (0u32..).zip(&holders) {
        for lane in lanes {
            for pair in lane.windows(2) {
                all[pair[1] as usize].push(HandOn { from: pair[0], thing: Some(thing) });
            }
        }
        for &rival in &problem.things.all[thing as usize].rivals {
            let theirs = &holders[rival as usize];
            for &position in lanes.iter().flatten() {
                let start = best.starts[position as usize];
                for lane in theirs {
                    let done = lane.partition_point(|&other| best.finishes[other as usize] <= start);
                    let before = lane[..done].iter().rev().find(|&&other| other != position);
                    all[position as usize].extend(before.map(|&from| HandOn { from, thing: Some(rival) }));
                }
            }
        }
    }
    all
}

/// By thing and lane: who has it, one after the other.
fn holders(problem: &Problem<'_>, best: &Best) -> Vec<Vec<Vec<u32>>> {
    let things = &problem.things.all;
    let mut lanes: Vec<Vec<Vec<u32>>> = things.iter().map(|thing| vec![Vec::new(); thing.at_once as usize]).collect();
    let mut order: Vec<u32> =
        (0u32..).zip(&best.places).filter(|(_, place)| place.is_some()).map(|(position, _)| position).collect();
    order.sort_by_key(|&position| (best.starts[position as usize], position));
    for position in order {
        let start = best.starts[position as usize];
        for &thing in &problem.holds[position as usize] {
            // The lane that became free last leaves the others to those that come later.
            let end = |lane: &Vec<u32>| lane.last().map_or(i64::MIN, |&last| best.finishes[last as usize]);
            let free = lanes[thing as usize].iter_mut().filter(|lane| end(lane) <= start).max_by_key(|lane| end(lane));
            free.expect("the schedule keeps every capacity").push(position);
        }
    }
    lanes
}

/// By position: how far an activity can move without moving the end of the whole, in minutes of work of whoever does
/// it; everybody keeps what they do, and the order they do it in.
pub(super) fn floats(problem: &Problem<'_>, best: &Best, hand_ons: &[Vec<HandOn>]) -> Vec<i64> {
    let len = best.starts.len();
    let mut taken_by: Vec<Vec<u32>> = vec![Vec::new(); len];
    for (to, all) in (0u32..).zip(hand_ons) {
        all.iter().for_each(|one| taken_by[one.from as usize].push(to));
    }
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by_key(|&position| Reverse((best.starts[position], best.finishes[position], position)));
    let origin = -best.length;
    // In the mirror the latest dates are the earliest ones.
    let (mut starts, mut finishes) = (vec![origin; len], vec![origin; len]);
    for _ in 0..ROUNDS {
        let mut changed = false;
        for &position in &order {
            let duration = problem.durations[position];
            let (begin, end) = problem.mirror.bounds(position, &starts, &finishes, origin);
            let begin = taken_by[position].iter().map(|&to| finishes[to as usize]).fold(begin, i64::max);
            let times = match best.places[position] {
                None => {
                    let start = begin.max(end.saturating_sub(duration));
                    (start, start + duration)
                }
                Some(place) => {
                    let clock = &problem.mirror.clocks[place.person as usize];
                    let least = clock.work_at(begin);
                    let work = if end > i64::MIN { least.max(clock.work_until(end) - duration) } else { least };
                    (clock.start_of(work), clock.end_of(work + duration))
                }
            };
            changed |= times != (starts[position], finishes[position]);
            (starts[position], finishes[position]) = times;
        }
        if !changed {
            break;
        }
    }
    let float = |position: usize| {
        let clock = match best.places[position] {
            Some(place) => &problem.ahead.clocks[place.person as usize],
            None => &problem.ahead.common,
        };
        (clock.work_at(-finishes[position]) - clock.work_at(best.starts[position])).max(0)
    };
    (0..len).map(float).collect()
}

/// The chain that decides when all is done, first to last: each activity with why it does not start earlier.
pub(super) fn chain(problem: &Problem<'_>, best: &Best, hand_ons: &[Vec<HandOn>]) -> Vec<(usize, Because)> {
    let activity = |position: usize| problem.work.activities[problem.work.network.activity(position)];
    let last = (0..best.starts.len())
        .filter(|&position| best.finishes[position] == best.length && activity(position).is_task)
        .min_by_key(|&position| problem.work.network.activity(position));
    let mut chain: Vec<(usize, Because)> = Vec::new();
    let mut seen = vec![false; best.starts.len()];
    let mut next = last;
    while let Some(position) = next.filter(|&position| !std::mem::replace(&mut seen[position], true)) {
        if activity(position).is_task {
            chain.push((activity(position).item, Because::Begin));
        }
        let (because, before) = binding(problem, best, position, &hand_ons[position]);
        // Between two tasks of the chain stand the beginnings and ends of what they are part of.
        if let Some((_, known)) = chain.last_mut().filter(|(_, known)| *known == Because::Begin) {
            *known = because;
        }
        next = before;
    }
    chain.reverse();
    chain
}

/// Why the task at a position does not start earlier: its own reason, or that of what it stands in.
pub(super) fn because(problem: &Problem<'_>, best: &Best, position: usize, hand_ons: &[Vec<HandOn>]) -> Because {
    let is_task = |position: usize| problem.work.activities[problem.work.network.activity(position)].is_task;
    let mut at = position;
    // What holds an activity stands before it in the order of the network, or is handed on; neither comes back.
    for _ in 0..best.starts.len() {
        match binding(problem, best, at, &hand_ons[at]) {
            (Because::Begin, Some(before)) if !is_task(before) => at = before,
            (because, _) => return because,
        }
    }
    Because::Begin
}

/// Why an activity does not start earlier, and the activity that holds it.
fn binding(problem: &Problem<'_>, best: &Best, position: usize, hand_ons: &[HandOn]) -> (Because, Option<usize>) {
    let place = best.places[position];
    let start = best.starts[position];
    let clock = place.map(|place| &problem.ahead.clocks[place.person as usize]);
    let starts_at =
        |at: i64| clock.map_or(at == start, |clock| place.is_some_and(|place| clock.work_at(at) == place.work));
    if starts_at(0) {
        return (Because::Begin, None);
    }
    let duration = problem.durations[position];
    let ends_at = |at: i64| match (clock, place) {
        (Some(clock), Some(place)) => clock.work_until(at) == place.work + duration,
        _ => at == best.finishes[position],
    };
    let bonds = problem.ahead.incoming[position].iter();
    let held = bonds.filter(|incoming| {
        let at = problem.ahead.moment(incoming, &best.starts, &best.finishes);
        if incoming.to_end { ends_at(at) } else { starts_at(at) }
    });
    let held = held.max_by_key(|incoming| (best.finishes[incoming.from as usize], Reverse(incoming.arc)));
    if let Some(incoming) = held {
        let need = problem.work.needs[incoming.arc as usize];
        let is_turn = incoming.arc as usize >= problem.work.turns_from;
        let none = if is_turn { Because::Turn } else { Because::Begin };
        return (need.map_or(none, Because::Need), Some(incoming.from as usize));
    }
    let taken = hand_ons.iter().filter(|one| starts_at(best.finishes[one.from as usize]));
    let taken = taken.max_by_key(|one| (best.finishes[one.from as usize], one.thing.is_none()));
    if let Some(one) = taken {
        let from = one.from as usize;
        let after = problem.work.activities[problem.work.network.activity(from)].item;
        let cause = one.thing.map_or(Cause::Person, |thing| Cause::Thing(thing as usize));
        return (Because::After { item: after, cause }, Some(from));
    }
    (if starts_at(problem.ahead.release[position]) { Because::Day } else { Because::Begin }, None)
}
