//! The search: from the rules' schedules to better ones, as far as the budget goes.
//!
//! Domain layer; the same for every [`Decoder`].

use super::budget::{Budget, Solution};
use super::decoder::{Decoder, Schedule};
use super::justify::{Sorter, justify};

/// Looks for a short schedule.
///
/// The rules of the decoder are tried in any case, whatever the budget says, so there always is a schedule and it is
/// never longer than the best of them. The search ends when the budget does, or when nothing shorter can exist.
pub fn improve<D: Decoder>(decoder: &D, budget: &Budget<'_>) -> Solution {
    let len = decoder.precedence().len();
    let bound = decoder.bound();
    let mut room = decoder.room();
    let mut sorter = Sorter::default();
    let (mut schedule, mut right, mut scratch) = (Schedule::new(len), Schedule::new(len), Vec::with_capacity(len));
    let mut best: Option<Solution> = None;
    let mut made = 0;
    for list in decoder.rules() {
        let mut makespan = decoder.left(&list, &mut schedule, &mut room);
        made += 1;
        if best.as_ref().is_none_or(|best| makespan < best.makespan) {
            best = Some(Solution { schedule: schedule.clone(), makespan, bound, schedules: made });
        }
        while makespan > bound && made + 2 <= budget.schedules && !(budget.stop)() {
            let shorter = justify(decoder, &mut schedule, &mut right, &mut scratch, &mut sorter, &mut room);
            made += 2;
            if best.as_ref().is_none_or(|best| shorter < best.makespan) {
                best = Some(Solution { schedule: schedule.clone(), makespan: shorter, bound, schedules: made });
            }
            if shorter >= makespan {
                break;
            }
            makespan = shorter;
        }
    }
    let mut best = best.expect("a decoder has at least one rule");
    best.schedules = made;
    best
}
