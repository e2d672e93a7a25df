//! Short schedules under scarce resources.
//!
//! Domain layer; knows no plan, no calendar and no clock. What can be done beside what is asked of a [`Decoder`], so
//! the same search serves benchmark problems and people with calendars: [`improve`] turns its lists into a
//! [`Solution`] that says how far from the best it may be. Whole minutes throughout, and the same bytes for the same
//! seed on any number of threads.

mod bound;
mod budget;
mod decoder;
mod island;
mod justify;
mod precedence;
mod problem;
mod profile;
mod rules;
mod search;
mod serial;
mod timeline;

pub use budget::{Budget, Solution};
pub use decoder::{Decoder, Schedule};
pub use precedence::Precedence;
pub use problem::{Activity, Problem, Unfit};
pub use search::improve;
pub use timeline::Timeline;

use profile::{Lines, Slots};
use serial::Serial;

/// Solves a problem as well as the budget allows.
///
/// The times of the solution stand in the order the activities were given in.
pub fn solve(problem: &Problem, budget: &Budget<'_>) -> Solution {
    let mut solution = match Slots::of(problem) {
        Some(slots) => improve(&Serial::new(problem, slots), budget),
        None => improve(&Serial::new(problem, Lines::of(problem)), budget),
    };
    let by_position = solution.schedule;
    let order = |times: &[i64]| (0..problem.len()).map(|activity| times[problem.network.position(activity)]).collect();
    solution.schedule = Schedule { starts: order(&by_position.starts), finishes: order(&by_position.finishes) };
    solution
}

#[cfg(test)]
mod tests;
