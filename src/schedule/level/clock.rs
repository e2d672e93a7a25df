//! Somebody's working time as a search sees it: minutes after the beginning, forwards or mirrored, without an end.
//!
//! Domain layer. A search from the right is one from the left in a mirror, so there is one way to place work.

use super::super::calendar::{Calendar, Minute};

/// No calendar reaches so far: what lies past the end of somebody's calendar lies behind this.
pub(super) const FAR: i64 = 1 << 40;

/// A calendar whose minutes are counted from the beginning of the schedule. Past its horizon work goes on without a
/// break, but far away: a search meets no special case there, and who looks at the result can tell.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    calendar: Calendar,
    begin: i64,
}

impl Clock {
    pub fn new(calendar: Calendar, begin: Minute) -> Self {
        Self { calendar, begin: begin.0 }
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The same time, last minute first.
    pub fn mirrored(&self) -> Self {
        Self { calendar: self.calendar.mirrored(), begin: -self.begin }
    }

    /// Minutes of work before a moment.
    pub fn work_at(&self, at: i64) -> i64 {
        if at >= FAR { self.calendar.total() + (at - FAR) } else { self.calendar.work_at(Minute(self.begin + at)) }
    }

    /// The least work that is not done before a moment.
    pub fn work_until(&self, end: i64) -> i64 {
        let work = self.work_at(end);
        if self.end_of(work) < end { work + 1 } else { work }
    }

    /// When a minute of work begins.
    pub fn start_of(&self, work: i64) -> i64 {
        self.calendar.start_of(work).map_or_else(|| self.past(work), |start| start.0 - self.begin)
    }

    /// When so much work is done.
    pub fn end_of(&self, work: i64) -> i64 {
        match self.calendar.end_of(work) {
            Some(end) => end.0 - self.begin,
            None if work <= 0 => self.start_of(0),
            None => self.past(work),
        }
    }

    fn past(&self, work: i64) -> i64 {
        FAR + (work - self.calendar.total())
    }

    /// The moment some minutes of work later, or earlier when they are negative.
    pub fn after(&self, at: i64, minutes: i64) -> i64 {
        match minutes {
            0 => at,
            1.. => self.end_of(self.work_at(at) + minutes),
            _ => {
                let work = self.work_at(at) + minutes;
                // Before the first day nobody works, and nothing is placed there.
                if work < 0 { self.start_of(0).min(at) + work } else { self.start_of(work).min(at) }
            }
        }
    }
}
