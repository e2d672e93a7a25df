//! From numbers and days to places, and the round ones among them.
//!
//! Domain layer.

use super::canvas::Area;
use jiff::civil::{Date, DateTime};

/// A day as a number that scales take: days since 1970-01-01.
///
/// ```
/// use jiff::civil::date;
/// assert_eq!(passmuster::picture::day(date(1970, 1, 11)), 10.0);
/// ```
pub fn day(date: Date) -> f64 {
    f64::from(day_number(date))
}

/// A moment as a number that scales take: days since 1970-01-01, by the clock on the wall.
pub fn moment(at: DateTime) -> f64 {
    let time = at.time();
    let minutes = i32::from(time.hour()) * 60 + i32::from(time.minute());
    day(at.date()) + (f64::from(minutes) + f64::from(time.second()) / 60.0) / 1440.0
}

fn day_number(date: Date) -> i32 {
    date.duration_since(Date::constant(1970, 1, 1)).as_hours().div_euclid(24) as i32
}

/// The date of a number of days since 1970-01-01; none beyond the years that have four digits.
fn date_of(number: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(number).ok()?;
    Date::constant(1970, 1, 1).checked_add(days).ok()
}

/// A round value of a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
}

/// A straight way from values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    values: (f64, f64),
    pixels: (f64, f64),
}

impl Scale {
    /// From the left of an area to its right. A single value gets room on both sides.
    pub fn across(area: Area, from: f64, to: f64) -> Self {
        Self::new(from, to, (area.left, area.right()))
    }

    /// From the bottom of an area to its top.
    pub fn up(area: Area, from: f64, to: f64) -> Self {
        Self::new(from, to, (area.bottom(), area.top))
    }

    fn new(from: f64, to: f64, pixels: (f64, f64)) -> Self {
        let values = match (from.is_finite() && to.is_finite(), to > from) {
            (true, true) => (from, to),
            (true, false) => (from - 0.5, from + 0.5),
            (false, _) => (0.0, 1.0),
        };
        Self { values, pixels }
    }

    /// The pixel of a value; one that is no number stands at the beginning.
    pub fn at(&self, value: f64) -> f64 {
        let ((from, to), (low, high)) = (self.values, self.pixels);
        let share = (value - from) / (to - from);
        if share.is_nan() { low } else { low + share.clamp(-10.0, 10.0) * (high - low) }
    }

    /// The first and the last value.
    pub fn values(&self) -> (f64, f64) {
        self.values
    }

    /// Round numbers: steps of 1, 2 or 5 times a power of ten, about `count` of them.
    pub fn ticks(&self, count: usize) -> Vec<Tick> {
        let (from, to) = self.values;
        let step = round_step((to - from) / count.max(1) as f64);
        let digits = if step < 1.0 { (-step.log10()).ceil().min(12.0) as usize } else { 0 };
        let first = (from / step - 1e-9).ceil();
        let last = (to / step + 1e-9).floor();
        // A span far from zero that is too narrow for numbers of this size has no steps.
        let count = if last - first < 1000.0 { (last - first) as usize + 1 } else { 0 };
        let values = (0..count).map(|index| (first + index as f64) * step);
        // Minus zero would be written with its sign.
        values.map(|value| Tick { value, label: format!("{:.digits$}", value + 0.0) }).collect()
    }

    /// Days, weeks, months, quarters or years: the finest of which at most `count` begin in the scale. Values are
    /// days since 1970-01-01, see [`day`].
    pub fn dates(&self, count: usize) -> Vec<Tick> {
        let (from, to) = (self.values.0.ceil() as i64, self.values.1.floor() as i64);
        let (Some(first), Some(_)) = (date_of(from), date_of(to)) else { return Vec::new() };
        let days = (to - from).max(0) as usize;
        let count = count.max(1);
        // Weeks begin on Mondays, and 1970-01-05 is one.
        for step in [1, 7, 14] {
            if days / step <= count {
                let step = step as i64;
                let start = from + (4 - from).rem_euclid(step);
                let numbers = (0..).map(|index| start + index * step).take_while(|number| *number <= to);
                let all = numbers.filter_map(|number| Some((number, date_of(number)?)));
                return labelled(all, |date| date.strftime("%-d %b").to_string());
            }
        }
        let months = [1i32, 3, 6, 12, 24, 60, 120, 600, 1200, 6000];
        let step = months.into_iter().find(|step| days / (30 * *step as usize) <= count).unwrap_or(12_000);
        let label = |date: Date| date.strftime("%b").to_string();
        let begins = |index: i32| {
            let month = i32::from(first.year()) * 12 + i32::from(first.month()) - 1;
            let month = (month.div_euclid(step) + index) * step;
            let date = Date::new(i16::try_from(month.div_euclid(12)).ok()?, month.rem_euclid(12) as i8 + 1, 1).ok()?;
            Some((i64::from(day_number(date)), date))
        };
        let all = (0..).map_while(begins).take_while(|(number, _)| *number <= to);
        labelled(all.filter(|(number, _)| *number >= from), label)
    }
}

/// Ticks whose first, and every first of a year, tells the year.
fn labelled(all: impl Iterator<Item = (i64, Date)>, label: impl Fn(Date) -> String) -> Vec<Tick> {
    let mut year = None;
    let tick = |(number, date): (i64, Date)| {
        let is_new = year.replace(date.year()) != Some(date.year());
        let label = if is_new { format!("{} {}", label(date), date.year()) } else { label(date) };
        Tick { value: number as f64, label }
    };
    all.map(tick).collect()
}

/// The least of 1, 2, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * 0.999_999).unwrap_or(steps[3])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const WIDE: Area = Area { left: 0.0, top: 0.0, width: 100.0, height: 50.0 };

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn numbers_are_round() {
        for (from, to, expected) in [
            (0.0, 10.0, &["0", "2", "4", "6", "8", "10"][..]),
            (-0.3, 0.3, &["-0.2", "0.0", "0.2"]),
            (3.0, 97.0, &["20", "40", "60", "80"]),
            (0.0, 1.0, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        ] {
            assert_eq!(labels(&Scale::across(WIDE, from, to).ticks(5)), expected, "{from} to {to}");
        }
    }

    #[test]
    fn days_weeks_months_and_years_are_chosen_by_their_number() {
        let ticks = |from: Date, to: Date| Scale::across(WIDE, day(from), day(to)).dates(6);
        assert_eq!(
            labels(&ticks(date(2025, 12, 30), date(2026, 1, 2))),
            ["30 Dec 2025", "31 Dec", "1 Jan 2026", "2 Jan"]
        );
        let weeks = ticks(date(2026, 3, 1), date(2026, 4, 1));
        assert_eq!(labels(&weeks), ["2 Mar 2026", "9 Mar", "16 Mar", "23 Mar", "30 Mar"]);
        assert_eq!(labels(&ticks(date(2026, 1, 15), date(2026, 5, 2))), ["Feb 2026", "Mar", "Apr", "May"]);
        assert_eq!(labels(&ticks(date(2024, 6, 1), date(2027, 6, 1)))[..3], ["Jul 2024", "Jan 2025", "Jul"]);
        assert!(ticks(date(1, 1, 1), date(9999, 12, 31)).len() < 12);
    }

    #[test]
    fn scales_have_an_answer_for_every_number() {
        let wild = [f64::NAN, f64::INFINITY, -1e300, 1e300, 0.0, 1e-300, -5.0, 3.5e9];
        for from in wild {
            for to in wild {
                let scale = Scale::across(WIDE, from, to);
                assert!(wild.iter().all(|value| scale.at(*value).is_finite()), "{from} to {to}");
                assert!(scale.ticks(6).len() < 20 && scale.dates(6).len() < 20, "{from} to {to}");
            }
        }
        let up = Scale::up(WIDE, 0.0, 10.0);
        assert_eq!((up.at(0.0), up.at(10.0)), (50.0, 0.0));
    }
}
