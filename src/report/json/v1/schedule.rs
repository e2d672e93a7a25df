//! Answers of the verbs about time and people.

use serde::Serialize;

/// The data of kind `schedule`.
#[derive(Debug, Serialize)]
pub struct Schedule<'a> {
    /// `optimistic`, `likely`, `expected` or `pessimistic`: the figure of the estimates that counts
    pub estimate: &'static str,
    pub begin: String,
    pub finish: String,
    /// No schedule is done before.
    pub bound: String,
    /// Whether it is proven that no schedule is shorter.
    pub optimal: bool,
    /// Hundredths of a percent by which a better schedule could be shorter at most.
    pub gap: Option<u64>,
    /// How many schedules were made in search of this one.
    pub schedules: u64,
    pub seed: u64,
    /// Every open task, in the order of the plan.
    pub tasks: Vec<ScheduledTask<'a>>,
    /// The tasks that decide when all is done, first to last.
    pub chain: Vec<ScheduledLink<'a>>,
    /// The ids of tasks that can slip by less than a tenth of the whole, least first.
    pub near: Vec<&'a str>,
    /// Those whose days and hours nobody said: Monday to Friday from 9 to 17 counts.
    pub assumed_hours: Vec<&'a str>,
    /// How many tasks have no estimate.
    pub unestimated: usize,
    /// What each of those counts as, in minutes.
    pub assumed: i64,
    pub findings: super::Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct ScheduledTask<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub who: Option<&'a str>,
    pub start: String,
    pub finish: String,
    /// Minutes of work.
    pub work: i64,
    /// Minutes of work by which it can slip without moving the end of the whole.
    pub float: i64,
    pub critical: bool,
    /// Whether it is under way.
    pub begun: bool,
}

#[derive(Debug, Serialize)]
pub struct ScheduledLink<'a> {
    pub id: &'a str,
    /// What keeps it from being earlier, in words.
    pub because: String,
}
