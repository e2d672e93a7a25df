//! Forecasts and buffers.

use serde::Serialize;

/// The data of kind `forecast`. Minutes are those of work after the beginning.
#[derive(Debug, Serialize)]
pub struct Forecast<'a> {
    pub samples: usize,
    pub seed: u64,
    /// `pert`, `triangular` or `history`
    pub distribution: &'static str,
    /// RFC 3339, in UTC.
    pub begin: String,
    /// No calendar says when people work: Monday to Friday, 9:00 to 17:00 in UTC.
    pub calendar_assumed: bool,
    pub basis: ForecastBasis,
    pub finish: ForecastDates,
    /// The day that was asked about.
    pub due: Option<ForecastDue>,
    pub parts: Vec<ForecastPart<'a>>,
    /// Those that decide most come first.
    pub drivers: Vec<ForecastDriver<'a>>,
    /// From the number of tasks done a day, without estimates.
    pub throughput: Option<ForecastPace>,
    /// Past forecasts of single tasks against what came.
    pub calibration: Option<ForecastCalibration>,
    /// Figures that look wrong.
    pub findings: super::Findings<'a>,
}

/// How many open tasks have three figures, one, or none.
#[derive(Debug, Serialize)]
pub struct ForecastBasis {
    pub three: usize,
    pub single: usize,
    pub none: usize,
    /// How many ratios of actual to estimated time were drawn from.
    pub ratios: usize,
}

#[derive(Debug, Serialize)]
pub struct ForecastDates {
    pub p50: ForecastMoment,
    pub p80: ForecastMoment,
    pub p95: ForecastMoment,
}

#[derive(Debug, Serialize)]
pub struct ForecastMoment {
    pub minutes: i64,
    /// RFC 3339, in UTC; `null` past all calendars.
    pub at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ForecastDue {
    pub date: String,
    /// 0 to 1.
    pub chance: f64,
}

#[derive(Debug, Serialize)]
pub struct ForecastPart<'a> {
    pub id: &'a str,
    pub kind: &'static str,
    pub title: &'a str,
    pub finish: ForecastDates,
    pub due: Option<ForecastDue>,
}

#[derive(Debug, Serialize)]
pub struct ForecastDriver<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// Share of samples in which the task is critical.
    pub criticality: f64,
    /// Schedule sensitivity index.
    pub sensitivity: f64,
    pub cruciality: f64,
}

#[derive(Debug, Serialize)]
pub struct ForecastPace {
    pub left: usize,
    pub done: u32,
    pub over_days: usize,
    /// Fewer than 30 tasks, or than five weeks.
    pub thin: bool,
    /// `null` when it would take more than ten years.
    pub p50: Option<String>,
    pub p80: Option<String>,
    pub p95: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ForecastCalibration {
    pub tasks: usize,
    /// How many of the actual times were worked out from commits and ticks.
    pub measured: usize,
    /// Share of tasks that took at most the forecast.
    pub inside_p50: f64,
    pub inside_p80: f64,
    pub inside_p95: f64,
    /// In minutes.
    pub pinball_p50: f64,
    pub pinball_p80: f64,
    pub pinball_p95: f64,
}

/// The data of kind `buffer`. Times without a zone are minutes of work.
#[derive(Debug, Serialize)]
pub struct Buffer<'a> {
    /// How buffers are sized, in words.
    pub sizing: String,
    /// Until the critical chain ends, without its buffer.
    pub length: i64,
    pub critical: BufferChain<'a>,
    /// Longest first.
    pub feeding: Vec<BufferChain<'a>>,
    /// `null` before there is a commit with items.
    pub course: Option<BufferCourse>,
    /// Figures that look wrong.
    pub findings: super::Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct BufferChain<'a> {
    /// First to last.
    pub tasks: Vec<&'a str>,
    pub work: i64,
    pub buffer: i64,
    /// The critical task that waits for the chain; `null` for the end of all.
    pub into: Option<&'a str>,
    /// How far the chain can slip before a critical task moves.
    pub float: i64,
}

#[derive(Debug, Serialize)]
pub struct BufferCourse {
    /// The commit with what was planned.
    pub baseline: String,
    pub begun: String,
    pub length: i64,
    pub buffer: i64,
    /// `GREEN`, `YELLOW` or `RED`, now
    pub zone: String,
    /// In words.
    pub reason: String,
    /// Percent of the buffer for each percent of the chain; `null` before anything is done.
    pub burn_ratio: Option<f64>,
    /// Oldest first; the last is now.
    pub points: Vec<BufferPoint>,
}

#[derive(Debug, Serialize)]
pub struct BufferPoint {
    pub at: String,
    /// `null` for the work tree.
    pub commit: Option<String>,
    /// Percent of the chain.
    pub done: f64,
    /// Percent of the buffer.
    pub used: f64,
    pub zone: String,
    pub remaining: i64,
    pub late: i64,
}
