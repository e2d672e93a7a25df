//! `metrics`: figures about how the work goes, each with its target, its alarm and how it moved in seven days.
//!
//! Verb layer. A figure is a pure function of a [`Survey`], so what it was a week ago is the same function of what was
//! known then. What cannot be known is no figure: it is never zero, and never green. Figures are about the work and about
//! teams; people are not measured against each other.
//!
//! `list` says what there is, `flow`, `quality` and `people` compute it, and `past` surveys what was known a week ago.

mod flow;
mod list;
mod past;
mod people;
mod quality;

pub use list::METRICS;
pub use past::Unknown;

use super::survey::Survey;
use crate::diag::Failure;
pub use crate::policy::Aim;
use crate::port::History;
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
    /// What the number counts: `%`, `h`, `tasks/day` …; empty where the title says it.
    pub unit: &'static str,
    /// What it aims at where the policy does not say.
    pub usual: Aim,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// The command that shows what it is made of.
    pub more: &'static str,
    figure: fn(&Survey<'_>) -> Option<f64>,
}

/// One figure as it is.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub metric: &'static Metric,
    pub aim: Aim,
    pub value: Option<f64>,
    /// What it was seven days before.
    pub week_ago: Result<f64, Unknown>,
}

impl Reading {
    pub fn light(&self) -> Option<Light> {
        self.aim.light(self.value)
    }

    /// By how much it changed in seven days.
    pub fn trend(&self) -> Option<f64> {
        Some(self.value? - self.week_ago.ok()?)
    }

    /// The value for people, with its unit.
    pub fn value_shown(&self) -> String {
        self.shown(self.value)
    }

    /// What is aimed at, with its unit; nothing where nothing is.
    pub fn target_shown(&self) -> String {
        let target = self.aim.target().map(|target| format!("{target} {}", self.metric.unit));
        target.map(|target| target.trim_end().to_owned()).unwrap_or_default()
    }

    /// What it was seven days before, for people; without a value, why there is none.
    pub fn week_ago_shown(&self) -> String {
        match self.week_ago {
            Ok(value) => self.shown(Some(value)),
            Err(why) => format!("unknown: {why}"),
        }
    }

    fn shown(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return "unknown".to_owned() };
        let number = match rounded(value) {
            // A little is not nothing.
            0.0 if value > 0.0 => "< 0.1".to_owned(),
            rounded => rounded.to_string(),
        };
        format!("{number} {}", self.metric.unit).trim_end().to_owned()
    }

    /// For people, by how much it changed in seven days; nothing where the value itself is not known.
    pub fn trend_shown(&self) -> String {
        match self.trend().map(rounded) {
            Some(0.0) => "=".to_owned(),
            Some(trend) => format!("{trend:+}"),
            None if self.value.is_some() => "unknown".to_owned(),
            None => String::new(),
        }
    }
}

/// With one decimal; minus nothing is nothing.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// The days that rates and medians look back.
const WINDOW: i64 = 28;

/// The days over which it is said how figures moved.
const TREND: i64 = 7;

impl Survey<'_> {
    fn days_before(&self, days: i64) -> Timestamp {
        self.now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN)
    }

    /// Whether a moment lies within so many days before.
    fn is_within(&self, moment: Timestamp, days: i64) -> bool {
        self.days_before(days) < moment && moment <= self.now
    }

    /// Whether a moment lies within the days that rates look back.
    fn is_recent(&self, moment: Timestamp) -> bool {
        self.is_within(moment, WINDOW)
    }

    /// Whether all is known that happened in so many days: a shallow clone has no commits from before its border, and
    /// what is not there did not happen less often for it.
    fn knows(&self, days: i64) -> bool {
        let begins = || self.facts.line().next().map(|(_, moment)| moment.at);
        self.facts.is_complete() || begins().is_some_and(|begins| begins <= self.days_before(days))
    }
}

/// Every figure as it is now, in the order of [`METRICS`]. What it was before is not looked at.
pub fn now(survey: &Survey<'_>) -> Vec<Reading> {
    readings(survey, |_| Err(Unknown::NotAsked))
}

/// Every figure as it is now and was a week ago, in the order of [`METRICS`].
///
/// # Errors
/// An object of the history could not be read.
pub fn run(survey: &Survey<'_>, history: &dyn History) -> Result<Vec<Reading>, Failure> {
    let past = past::Past::read(survey, history, survey.days_before(TREND))?;
    let before = match &past {
        Ok(past) => past.survey().map(Ok)?,
        Err(why) => Err(*why),
    };
    Ok(readings(survey, |metric| match &before {
        Ok(before) => (metric.figure)(before).ok_or(Unknown::Nothing),
        Err(why) => Err(*why),
    }))
}

fn readings(survey: &Survey<'_>, week_ago: impl Fn(&Metric) -> Result<f64, Unknown>) -> Vec<Reading> {
    let aims = survey.policy.map(|policy| &policy.aims);
    let reading = |metric: &'static Metric| Reading {
        metric,
        aim: aims.and_then(|aims| aims.get(metric.name)).copied().unwrap_or(metric.usual),
        value: (metric.figure)(survey),
        week_ago: week_ago(metric),
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
