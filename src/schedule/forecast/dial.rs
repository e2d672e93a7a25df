//! Working time as samples read it: from moments to minutes of work and back, by look-up.
//!
//! Domain layer. Moments are minutes after the beginning of the forecast. A [`Calendar`] answers the same questions by
//! bisection; a sample asks them twice for every task, so here a small table leads to the interval or next to it. What
//! does not fit into the calendar lies behind [`BEYOND`], where work goes on without a break: samples meet no special
//! case there, and who reads the result can tell.

use crate::schedule::calendar::{Calendar, Minute};

/// No calendar reaches so far: 500 years.
pub const BEYOND: i32 = 1 << 28;

/// Moments, and minutes of work, that share an entry of a table: the exponent of two.
const MOMENTS: u32 = 10;
const WORK: u32 = 9;

/// Somebody's working time.
#[derive(Clone, Debug)]
pub(super) struct Dial {
    /// Intervals of work in order; the last one begins at [`BEYOND`] and never ends.
    from: Vec<i32>,
    to: Vec<i32>,
    /// Minutes of work before each interval.
    before: Vec<i32>,
    /// The first interval that ends after the first of some moments.
    by_moment: Vec<u32>,
    /// The interval in which the first of some minutes of work lies.
    by_work: Vec<u32>,
}

impl Dial {
    /// The working time of a calendar from a moment on.
    pub fn new(calendar: &Calendar, begin: Minute) -> Self {
        let (mut from, mut to, mut before) = (Vec::new(), Vec::new(), Vec::new());
        let mut done = 0;
        let end = Minute(begin.0.saturating_add(i64::from(BEYOND)));
        let after = |at: Minute| i32::try_from(at.0 - begin.0).unwrap_or(BEYOND);
        for (first, last) in calendar.intervals(begin, end) {
            from.push(after(first));
            to.push(after(last));
            before.push(done);
            done += after(last) - after(first);
        }
        from.push(BEYOND);
        to.push(i32::MAX);
        before.push(done);
        let table = |keys: &[i32], shift: u32| -> Vec<u32> {
            let last = keys.last().map_or(0, |&key| key >> shift);
            let mut at = 0u32;
            let entry = |bucket: i32| {
                while keys.get(at as usize).is_some_and(|&key| key <= bucket << shift) {
                    at += 1;
                }
                at
            };
            (0..=last).map(entry).collect()
        };
        // Both are searched by where intervals end, in moments and in work; the endless one ends neither.
        let intervals = from.len() - 1;
        let by_moment = table(&to[..intervals], MOMENTS);
        let by_work = table(&before[1..], WORK);
        Self { from, to, before, by_moment, by_work }
    }

    /// The interval to search from.
    #[inline]
    fn hint(table: &[u32], place: i32, shift: u32) -> usize {
        table[((place >> shift) as usize).min(table.len() - 1)] as usize
    }

    /// Minutes of work before a moment: the number of the next minute of work.
    #[inline]
    pub fn work_at(&self, at: i32) -> i32 {
        let at = at.max(0);
        let mut interval = Self::hint(&self.by_moment, at, MOMENTS);
        while self.to[interval] <= at {
            interval += 1;
        }
        self.before[interval] + (at - self.from[interval]).max(0)
    }

    /// When a minute of work begins; at the earliest the first.
    #[inline]
    pub fn start_of(&self, work: i32) -> i32 {
        let work = work.max(0);
        let mut interval = Self::hint(&self.by_work, work, WORK);
        while self.before.get(interval + 1).is_some_and(|&before| before <= work) {
            interval += 1;
        }
        self.from[interval] + (work - self.before[interval])
    }

    /// When so much work is done; the beginning of the first minute for none.
    #[inline]
    pub fn end_of(&self, work: i32) -> i32 {
        if work <= 0 { self.start_of(0) } else { self.start_of(work - 1) + 1 }
    }

    /// The least work that is not done before a moment.
    #[inline]
    pub fn work_until(&self, at: i32) -> i32 {
        let work = self.work_at(at);
        if self.end_of(work) < at { work + 1 } else { work }
    }

    /// The moment some minutes of work later, or earlier when they are negative.
    #[inline]
    pub fn after(&self, at: i32, minutes: i32) -> i32 {
        let work = self.work_at(at) + minutes;
        match minutes {
            0 => at,
            1.. => self.end_of(work),
            // Before the beginning nobody works, and nothing is placed there.
            _ if work < 0 => self.start_of(0).min(at) + work,
            _ => self.start_of(work).min(at),
        }
    }

    /// The latest moment from which some minutes of work are done by another.
    #[inline]
    pub fn latest(&self, until: i32, minutes: i32) -> i32 {
        if minutes == 0 { until } else { self.start_of(self.work_at(until) - minutes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::{Hours, Shift};
    use jiff::civil::date;
    use proptest::prelude::*;

    fn calendar(from: u16, length: u16) -> Calendar {
        let hours = Hours { shifts: vec![Shift { from, to: from + length }], ..Hours::default() };
        Calendar::new(&hours, date(2026, 11, 20), 1)
    }

    proptest! {
        #[test]
        fn a_dial_says_what_its_calendar_says(
            from in 0u16..1200,
            length in 1u16..240,
            late in 0i64..20_000,
            at in 0i32..400_000,
            work in 0i32..20_000,
        ) {
            let calendar = calendar(from, length);
            let begin = Minute(29_800_000 + late);
            let dial = Dial::new(&calendar, begin);
            let gone = calendar.work_at(begin);
            let left = calendar.total() - gone;
            prop_assert_eq!(i64::from(dial.work_at(at)), calendar.work_at(Minute(begin.0 + i64::from(at))) - gone);
            if i64::from(work) < left {
                let start = calendar.start_of(gone + i64::from(work)).unwrap();
                prop_assert_eq!(i64::from(dial.start_of(work)), (start.0 - begin.0).max(0));
                prop_assert_eq!(dial.work_at(dial.start_of(work)), work);
                prop_assert!(dial.start_of(work) < dial.end_of(work + 1));
            }
            prop_assert!(dial.end_of(dial.work_until(at)) >= at.min(dial.start_of(0)));
        }
    }

    #[test]
    fn what_no_calendar_holds_lies_beyond_it() {
        let dial = Dial::new(&Calendar::default(), Minute(0));
        assert_eq!((dial.start_of(0), dial.end_of(480)), (BEYOND, BEYOND + 480));
        let dial =
            Dial::new(&calendar(540, 480), Minute::of_day(date(2027, 11, 18), &jiff::tz::TimeZone::UTC).unwrap());
        assert_eq!(dial.end_of(480), 17 * 60, "the last day");
        assert_eq!(dial.end_of(481 + 480), BEYOND + 1);
    }
}
