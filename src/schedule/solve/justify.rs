//! Lists out of schedules, and double justification.
//!
//! Domain layer. A schedule is pushed to the right against its own end, activities taken by decreasing finish, then to
//! the left, taken by increasing start. What comes out is never longer than what went in, and often shorter.

use super::super::network::narrow;
use super::decoder::{Decoder, Schedule};
use super::precedence::Precedence;

/// Sorts activities by the times of a schedule, again and again in the same memory.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    keys: Vec<(i64, u32)>,
}

impl Sorter {
    /// The list of a schedule from the left: by start, ties by number.
    pub fn by_start(&mut self, precedence: &Precedence, schedule: &Schedule, list: &mut Vec<u32>) {
        self.keys.clear();
        for (activity, &start) in schedule.starts.iter().enumerate() {
            // With a negative distance an activity may start before one it waits for, but not stand before it.
            let before = precedence.before(narrow(activity)).iter();
            let start = before.fold(start, |start, &before| start.max(self.keys[before as usize].0));
            self.keys.push((start, narrow(activity)));
        }
        self.keys.sort_unstable();
        list.clear();
        list.extend(self.keys.iter().map(|&(_, activity)| activity));
    }

    /// The list of a schedule from the right: by decreasing finish, ties by decreasing number.
    pub fn by_finish(&mut self, precedence: &Precedence, schedule: &Schedule, list: &mut Vec<u32>) {
        self.keys.clear();
        self.keys.extend(schedule.finishes.iter().zip(0..).map(|(&finish, activity)| (finish, activity)));
        for activity in (0..self.keys.len()).rev() {
            let after = precedence.after(narrow(activity)).iter();
            self.keys[activity].0 =
                after.fold(self.keys[activity].0, |finish, &after| finish.min(self.keys[after as usize].0));
        }
        self.keys.sort_unstable();
        list.clear();
        list.extend(self.keys.iter().rev().map(|&(_, activity)| activity));
    }
}

/// Justifies a schedule to the right and again to the left, in place; returns its length.
///
/// `list` and `right` are memory only.
pub(super) fn justify<D: Decoder>(
    decoder: &D,
    schedule: &mut Schedule,
    right: &mut Schedule,
    list: &mut Vec<u32>,
    sorter: &mut Sorter,
    room: &mut D::Room,
) -> i64 {
    let end = schedule.makespan();
    sorter.by_finish(decoder.precedence(), schedule, list);
    decoder.right(list, end, right, room);
    sorter.by_start(decoder.precedence(), right, list);
    decoder.left(list, schedule, room)
}
