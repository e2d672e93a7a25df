//! Working time: from the hours somebody works to minutes that can be counted, and back.
//!
//! Domain layer; knows no clock: the first day is an argument. A [`Calendar`] is a list of intervals of absolute
//! minutes, from its first day to a horizon. Each minute of work has a number, counted from the beginning, so work is
//! added and taken away by whole numbers, and nights, holidays and clock changes only matter where a number becomes a
//! [`Minute`] again. What is past the horizon has no date: a schedule that runs into it asks for a longer calendar,
//! and no calendar reaches further than [`MAX_YEARS`].

use crate::roster::{Hours, place_in_week};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::fmt;

/// How many years a calendar can be long.
pub const MAX_YEARS: u32 = 256;

/// A minute of absolute time, counted from the beginning of 1970 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(pub i64);

impl Minute {
    /// The minute a timestamp lies in.
    pub fn of(timestamp: Timestamp) -> Self {
        Self(timestamp.as_second().div_euclid(60))
    }

    /// The beginning of a day in a time zone.
    pub fn of_day(day: Date, zone: &TimeZone) -> Option<Self> {
        day.to_zoned(zone.clone()).ok().map(|zoned| Self::of(zoned.timestamp()))
    }

    /// Its beginning; none outside of the years that dates have.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_second(self.0.checked_mul(60)?).ok()
    }

    /// The day it lies in, in a time zone.
    pub fn day(self, zone: &TimeZone) -> Option<Date> {
        Some(self.timestamp()?.to_zoned(zone.clone()).date())
    }
}

impl fmt::Display for Minute {
    /// In UTC: `2026-11-23T09:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(timestamp) = self.timestamp() else { return f.write_str("never") };
        let time = timestamp.to_zoned(TimeZone::UTC).datetime();
        write!(f, "{}T{:02}:{:02}Z", time.date(), time.hour(), time.minute())
    }
}

/// The working time of somebody between its first day and its horizon.
///
/// ```
/// use jiff::civil::date;
/// use passmuster::roster::Hours;
/// use passmuster::schedule::calendar::Calendar;
///
/// // Monday to Friday from 9 to 17, in UTC.
/// let calendar = Calendar::new(&Hours::default(), date(2026, 11, 20), 1);
/// let friday = calendar.start_of(0).unwrap();
/// assert_eq!(friday.to_string(), "2026-11-20T09:00Z");
/// // Ten hours later in working time it is Monday.
/// assert_eq!(calendar.add(friday, 600).unwrap().to_string(), "2026-11-23T11:00Z");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Intervals of work in order; none is empty, none touches the next.
    from: Vec<i64>,
    to: Vec<i64>,
    /// Minutes of work before each interval.
    before: Vec<i64>,
    total: i64,
}

impl Calendar {
    /// The working time from a day on, for so many years (at most [`MAX_YEARS`]).
    pub fn new(hours: &Hours, first: Date, years: u32) -> Self {
        let years = i64::from(years.min(MAX_YEARS));
        let last = first.checked_add(years.years()).unwrap_or(Date::MAX);
        let off = merged_days(hours);
        let mut calendar = Self::default();
        let mut next_off = off.partition_point(|(_, end)| *end < first);
        let mut day = first;
        while day < last {
            while off.get(next_off).is_some_and(|(_, end)| *end < day) {
                next_off += 1;
            }
            let is_off = off.get(next_off).is_some_and(|(begin, _)| *begin <= day);
            if !is_off && hours.days[place_in_week(day.weekday())] {
                calendar.push_day(hours, day);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        calendar
    }

    fn push_day(&mut self, hours: &Hours, day: Date) {
        let mut left = hours.daily.map_or(i64::MAX, i64::from);
        for shift in &hours.shifts {
            let at = |minute: u16| {
                let days = i64::from(minute / (24 * 60));
                let (hour, minute) = (minute / 60 % 24, minute % 60);
                let time = day.checked_add(days.days()).ok()?.at(narrow(hour), narrow(minute), 0, 0);
                let timestamp = hours.zone.to_ambiguous_timestamp(time).compatible().ok()?;
                Some(Minute::of(timestamp).0)
            };
            let (Some(from), Some(to)) = (at(shift.from), at(shift.to)) else { continue };
            let to = to.min(from.saturating_add(left));
            left -= (to - from).max(0);
            self.push(from, to);
        }
    }

    /// Adds an interval behind all others; where clocks are set forwards or two shifts meet, less of it is new.
    fn push(&mut self, from: i64, to: i64) {
        let from = self.to.last().map_or(from, |last| from.max(*last));
        if from >= to {
            return;
        }
        if self.to.last() == Some(&from) {
            *self.to.last_mut().expect("it was just read") = to;
        } else {
            self.from.push(from);
            self.to.push(to);
            self.before.push(self.total);
        }
        self.total += to - from;
    }

    /// The same time in a mirror: the last minute comes first, and moments are negative.
    #[must_use]
    pub(super) fn mirrored(&self) -> Self {
        let intervals = self.from.iter().zip(&self.to).rev();
        let mut mirrored = Self::default();
        for (from, to) in intervals {
            mirrored.push(-to, -from);
        }
        mirrored
    }

    /// Minutes of work up to the horizon.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Minutes of work before a moment: the number of the next minute of work.
    pub fn work_at(&self, at: Minute) -> i64 {
        let next = self.to.partition_point(|to| *to <= at.0);
        self.before.get(next).map_or(self.total, |before| before + (at.0 - self.from[next]).max(0))
    }

    /// When a minute of work begins; none past the horizon.
    pub fn start_of(&self, work: i64) -> Option<Minute> {
        if !(0..self.total).contains(&work) {
            return None;
        }
        let interval = self.before.partition_point(|before| *before <= work) - 1;
        Some(Minute(self.from[interval] + work - self.before[interval]))
    }

    /// When so much work is done, at the earliest; none past the horizon, nor before any work was done.
    pub fn end_of(&self, work: i64) -> Option<Minute> {
        if !(1..=self.total).contains(&work) {
            return None;
        }
        let interval = self.before.partition_point(|before| *before < work) - 1;
        Some(Minute(self.from[interval] + work - self.before[interval]))
    }

    /// When so many minutes of work are done, begun at a moment; the moment itself for none. Takes them back when
    /// they are negative. None past the horizon, or before the first day.
    pub fn add(&self, at: Minute, minutes: i64) -> Option<Minute> {
        let work = self.work_at(at).checked_add(minutes)?;
        match minutes {
            0 => Some(at),
            1.. => self.end_of(work),
            _ => self.start_of(work),
        }
    }

    /// Minutes of work from one moment to another; negative when that lies before.
    pub fn between(&self, from: Minute, to: Minute) -> i64 {
        self.work_at(to) - self.work_at(from)
    }

    /// The intervals of work that lie at least in part between two moments, cut to them.
    pub fn intervals(&self, from: Minute, to: Minute) -> impl Iterator<Item = (Minute, Minute)> + '_ {
        let first = self.to.partition_point(|end| *end <= from.0);
        let all = self.from[first..].iter().zip(&self.to[first..]);
        all.take_while(move |(begin, _)| **begin < to.0)
            .map(move |(begin, end)| (Minute(from.0.max(*begin)), Minute(to.0.min(*end))))
    }
}

fn narrow(number: u16) -> i8 {
    i8::try_from(number).expect("hours and minutes are below 60")
}

/// The days off in order, those that overlap joined.
fn merged_days(hours: &Hours) -> Vec<(Date, Date)> {
    let mut off: Vec<(Date, Date)> = hours.off.iter().map(|off| (off.first, off.last)).collect();
    off.sort_unstable();
    let mut merged: Vec<(Date, Date)> = Vec::with_capacity(off.len());
    for (first, last) in off {
        match merged.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::{Off, Shift};
    use jiff::civil::date;
    use proptest::prelude::*;

    fn hours(zone: &str, shifts: &[(u16, u16)]) -> Hours {
        let zone = if zone == "UTC" { TimeZone::UTC } else { TimeZone::get(zone).unwrap() };
        let shifts = shifts.iter().map(|&(from, to)| Shift { from, to }).collect();
        Hours { zone, shifts, ..Hours::default() }
    }

    fn shown(minute: Option<Minute>) -> String {
        minute.map_or("none".to_owned(), |minute| minute.to_string())
    }

    #[test]
    fn nights_weekends_and_holidays_are_no_work() {
        let mut hours = hours("UTC", &[(540, 720), (780, 1080)]);
        hours.off = vec![
            Off { first: date(2026, 11, 24), last: date(2026, 11, 25) },
            Off { first: date(2026, 11, 25), last: date(2026, 11, 25) },
        ];
        let calendar = Calendar::new(&hours, date(2026, 11, 20), 1);
        let friday = Minute::of("2026-11-20T16:00Z".parse().unwrap());
        for (minutes, expected) in [
            (0, "2026-11-20T16:00Z"),
            (120, "2026-11-20T18:00Z"),
            (121, "2026-11-23T09:01Z"),
            (120 + 180, "2026-11-23T12:00Z"),
            (120 + 181, "2026-11-23T13:01Z"),
            (120 + 480 + 1, "2026-11-26T09:01Z"),
            (-60, "2026-11-20T15:00Z"),
            (-180, "2026-11-20T13:00Z"),
            (-181, "2026-11-20T11:59Z"),
            (-360, "2026-11-20T09:00Z"),
            (-361, "none"),
        ] {
            assert_eq!(shown(calendar.add(friday, minutes)), expected, "{minutes}");
        }
    }

    #[test]
    fn clock_changes_neither_make_nor_lose_work() {
        // In Berlin clocks go forwards on 28 March and back on 25 October; both are Sundays.
        let mut hours = hours("Europe/Berlin", &[(0, 1440)]);
        hours.days = [true; 7];
        let calendar = Calendar::new(&hours, date(2027, 3, 27), 1);
        let at = |text: &str| Minute::of(text.parse().unwrap());
        assert_eq!(calendar.between(at("2027-03-27T00:00+01:00"), at("2027-03-29T00:00+02:00")), 47 * 60);
        assert_eq!(calendar.between(at("2027-10-30T00:00+02:00"), at("2027-11-01T00:00+01:00")), 49 * 60);
        // A shift in the hour that is not there is none.
        let mut night = self::hours("Europe/Berlin", &[(120, 180)]);
        night.days = [true; 7];
        let calendar = Calendar::new(&night, date(2027, 3, 27), 1);
        assert_eq!(calendar.between(at("2027-03-27T00:00+01:00"), at("2027-03-30T00:00+02:00")), 2 * 60);
    }

    #[test]
    fn a_night_shift_ends_the_next_morning_also_after_the_last_day() {
        let calendar = Calendar::new(&hours("UTC", &[(1320, 1800)]), date(2026, 11, 20), 1);
        assert_eq!(shown(calendar.start_of(0)), "2026-11-20T22:00Z");
        assert_eq!(shown(calendar.end_of(480)), "2026-11-21T06:00Z");
        assert_eq!(shown(calendar.start_of(480)), "2026-11-23T22:00Z");
    }

    #[test]
    fn a_daily_capacity_takes_the_first_hours() {
        let hours = Hours { daily: Some(300), ..hours("UTC", &[(540, 720), (780, 1080)]) };
        let calendar = Calendar::new(&hours, date(2026, 11, 23), 1);
        assert_eq!(shown(calendar.end_of(300)), "2026-11-23T15:00Z");
        assert_eq!(shown(calendar.start_of(300)), "2026-11-24T09:00Z");
    }

    #[test]
    fn holidays_can_swallow_everything_and_years_are_bounded() {
        let hours = Hours { off: vec![Off { first: date(1, 1, 1), last: date(9999, 12, 31) }], ..Hours::default() };
        assert_eq!(Calendar::new(&hours, date(2026, 1, 1), 10).total(), 0);
        assert_eq!(Calendar::new(&hours, date(2026, 1, 1), 10).add(Minute(0), 1), None);
        let end = Calendar::new(&Hours::default(), date(9999, 12, 1), u32::MAX);
        assert!(end.total() > 0 && end.start_of(end.total()).is_none() && end.end_of(end.total() + 1).is_none());
        assert_eq!(Minute(i64::MAX).timestamp(), None);
        assert_eq!(Minute(i64::MAX).to_string(), "never");
    }

    proptest! {
        /// Counting forwards and back agree, whatever the hours.
        #[test]
        fn numbers_of_work_and_moments_agree(
            zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
            cuts in prop::collection::btree_set(0u16..1440, 2..8),
            days in prop::array::uniform7(any::<bool>()),
            (work, more) in (0i64..100_000, 1i64..20_000),
        ) {
            let cuts: Vec<u16> = cuts.into_iter().collect();
            let shifts: Vec<(u16, u16)> = cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let hours = Hours { days, ..hours(zone, &shifts) };
            let calendar = Calendar::new(&hours, date(2027, 1, 1), 1);
            if let (Some(start), Some(end)) = (calendar.start_of(work), calendar.end_of(work + more)) {
                prop_assert_eq!(calendar.work_at(start), work);
                prop_assert_eq!(calendar.work_at(end), work + more);
                prop_assert!(start < end);
                prop_assert_eq!(calendar.add(start, more), Some(end));
                prop_assert_eq!(calendar.add(end, -more), Some(start));
                prop_assert_eq!(calendar.between(start, end), more);
                let sum: i64 = calendar.intervals(start, end).map(|(from, to)| to.0 - from.0).sum();
                prop_assert_eq!(sum, more);
            }
        }
    }
}
