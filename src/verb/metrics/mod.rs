//! `metrics`: figures about how the work goes, each with its target, its alarm and how it moved in seven days.
//!
//! Verb layer. A figure is a pure function of a [`Survey`] and a moment, so what it was a week ago is computed from the
//! same history. What cannot be known is no figure: it is never zero, and never green. Figures are about the work and
//! about teams; people are not measured against each other.
//!
//! `list` says what there is, `flow`, `quality` and `people` compute it.

mod flow;
mod list;
mod people;
mod quality;

pub use list::METRICS;

use super::survey::Survey;
pub use crate::policy::Aim;
use jiff::{SignedDuration, Timestamp};

impl Aim {
    /// How a value stands; `None` where nothing is aimed at.
    pub fn light(self, value: Option<f64>) -> Option<Light> {
        let Some(value) = value else { return (self != Self::None).then_some(Light::Unknown) };
        let (good, bad) = match self {
            Self::AtLeast { target, alarm } => (value >= target, value < alarm),
            Self::AtMost { target, alarm } => (value <= target, value > alarm),
            Self::Within { target, alarm } => {
                ((target.0..=target.1).contains(&value), !(alarm.0..=alarm.1).contains(&value))
            }
            Self::None => return None,
        };
        Some(match (good, bad) {
            (true, _) => Light::Green,
            (_, true) => Light::Red,
            _ => Light::Yellow,
        })
    }
}

/// How something stands. What is not known stands between good and worrying: it is no reason for alarm, and no comfort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Light {
    Green,
    Unknown,
    Yellow,
    Red,
}

impl Light {
    pub fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Unknown => "unknown",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// One figure.
#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub title: &'static str,
    /// What the number counts: `%`, `h`, `tasks a day` …; empty where the title says it.
    pub unit: &'static str,
    /// What it aims at where the policy does not say.
    pub usual: Aim,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// The command that shows what it is made of.
    pub more: &'static str,
    figure: fn(&View<'_, '_>) -> Option<f64>,
    /// Whether what it needs is known of the past as well.
    has_past: bool,
}

/// One figure as it is.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub metric: &'static Metric,
    pub aim: Aim,
    pub value: Option<f64>,
    /// What it was seven days before.
    pub week_ago: Option<f64>,
}

impl Reading {
    pub fn light(&self) -> Option<Light> {
        self.aim.light(self.value)
    }

    /// By how much it changed in seven days.
    pub fn trend(&self) -> Option<f64> {
        Some(self.value? - self.week_ago?)
    }
}

/// The days that rates and medians look back.
const WINDOW: i64 = 28;

/// What is known, as it was at a moment.
struct View<'s, 'a> {
    survey: &'s Survey<'a>,
    at: Timestamp,
}

impl View<'_, '_> {
    fn days_before(&self, days: i64) -> Timestamp {
        self.at.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
    }

    /// Whether a moment lies within so many days before.
    fn is_within(&self, moment: Timestamp, days: i64) -> bool {
        self.days_before(days) < moment && moment <= self.at
    }

    /// Whether a moment lies within the days that rates look back.
    fn is_recent(&self, moment: Timestamp) -> bool {
        self.is_within(moment, WINDOW)
    }
}

/// Every figure as it is now and was a week ago, in the order of [`METRICS`].
pub fn run(survey: &Survey<'_>) -> Vec<Reading> {
    let now = View { survey, at: survey.now };
    let before = View { survey, at: now.days_before(7) };
    let begins = survey.facts.line().next().map(|(_, moment)| moment.at);
    // Before the history begins nothing is known, and nothing is not zero.
    let has_past = begins.is_some_and(|begins| begins <= before.at);
    let aims = survey.policy.map(|policy| &policy.aims);
    let reading = |metric: &'static Metric| Reading {
        metric,
        aim: aims.and_then(|aims| aims.get(metric.name)).copied().unwrap_or(metric.usual),
        value: (metric.figure)(&now),
        week_ago: (has_past && metric.has_past).then(|| (metric.figure)(&before)).flatten(),
    };
    METRICS.iter().map(reading).collect()
}

/// A share in percent; of nothing there is none.
fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| number(part) * 100.0 / number(whole))
}

#[expect(clippy::cast_precision_loss, reason = "nothing that is counted here is so many")]
fn number(count: usize) -> f64 {
    count as f64
}

fn hours(duration: SignedDuration) -> f64 {
    duration.as_secs_f64() / 3600.0
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests;
