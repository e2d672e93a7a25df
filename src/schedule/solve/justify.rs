//! Lists out of schedules, and double justification.
//!
//! Domain layer. A schedule is pushed to the right against its own end, activities taken by decreasing finish, then to
//! the left, taken by increasing start. What comes out is never longer than what went in, and often shorter.

use super::super::network::narrow;
use super::decoder::{Decoder, Schedule};
use super::precedence::Precedence;

/// Times are counted rather than compared where there are at most so many different ones for each activity.
const MOMENTS: usize = 16;

/// Sorts activities by the times of a schedule, again and again in the same memory.
#[derive(Debug, Default)]
pub(super) struct Sorter {
    /// By activity.
    times: Vec<i64>,
    /// How many activities have an earlier time, by time.
    earlier: Vec<u32>,
    keys: Vec<(i64, u32)>,
}

impl Sorter {
    /// The list of a schedule from the left: by start, ties by number.
    pub fn by_start(&mut self, precedence: &Precedence, schedule: &Schedule, list: &mut Vec<u32>) {
        self.times.clear();
        for (activity, &start) in schedule.starts.iter().enumerate() {
            // With a negative distance an activity may start before one it waits for, but not stand before it.
            let before = precedence.before(narrow(activity)).iter();
            let start = before.fold(start, |start, &before| start.max(self.times[before as usize]));
            self.times.push(start);
        }
        self.sort(list);
    }

    /// The list of a schedule from the right: by decreasing finish, ties by decreasing number.
    pub fn by_finish(&mut self, precedence: &Precedence, schedule: &Schedule, list: &mut Vec<u32>) {
        self.times.clone_from(&schedule.finishes);
        for activity in (0..self.times.len()).rev() {
            let after = precedence.after(narrow(activity)).iter();
            self.times[activity] =
                after.fold(self.times[activity], |finish, &after| finish.min(self.times[after as usize]));
        }
        self.sort(list);
        list.reverse();
    }

    /// The activities by time, ties by number.
    fn sort(&mut self, list: &mut Vec<u32>) {
        list.clear();
        let (least, most) =
            self.times.iter().fold((i64::MAX, i64::MIN), |(least, most), &time| (least.min(time), most.max(time)));
        let moments = most.checked_sub(least).and_then(|span| usize::try_from(span).ok());
        match moments {
            Some(span) if span / MOMENTS < self.times.len() => self.count(least, span + 1, list),
            _ => self.compare(list),
        }
    }

    fn count(&mut self, least: i64, moments: usize, list: &mut Vec<u32>) {
        let moment = |time: i64| usize::try_from(time - least).expect("no time lies before the least");
        self.earlier.clear();
        self.earlier.resize(moments + 1, 0);
        self.times.iter().for_each(|&time| self.earlier[moment(time) + 1] += 1);
        (1..moments).for_each(|at| self.earlier[at] += self.earlier[at - 1]);
        list.resize(self.times.len(), 0);
        for (activity, &time) in self.times.iter().enumerate() {
            let place = &mut self.earlier[moment(time)];
            list[*place as usize] = narrow(activity);
            *place += 1;
        }
    }

    fn compare(&mut self, list: &mut Vec<u32>) {
        self.keys.clear();
        self.keys.extend(self.times.iter().copied().zip(0..));
        self.keys.sort_unstable();
        list.extend(self.keys.iter().map(|&(_, activity)| activity));
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
