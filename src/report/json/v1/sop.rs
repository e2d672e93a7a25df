//! Answers of `audit sop`.

use serde::Serialize;

/// The data of kind `sop`.
#[derive(Debug, Serialize)]
pub struct Procedures<'a> {
    pub totals: Vec<Procedure>,
    pub courses: Vec<Course<'a>>,
}

/// How often a procedure was carried out.
#[derive(Debug, Serialize)]
pub struct Procedure {
    /// `task-completion`, `handoff`, `gate-enforcement`, `blocker-escalation` or `daily-sync`
    pub sop: &'static str,
    pub courses: usize,
    pub violations: usize,
    /// Courses of which nobody knows the whole.
    pub warnings: usize,
    /// The share without a violation; absent where it was never carried out.
    pub percent: Option<u32>,
}

/// A procedure carried out once.
#[derive(Debug, Serialize)]
pub struct Course<'a> {
    pub sop: &'static str,
    /// An item, a record or a day.
    pub subject: &'a str,
    pub agent: Option<&'a str>,
    /// `compliant`, `warning` or `violation`
    pub compliance: &'static str,
    pub steps: Vec<CourseStep<'a>>,
}

#[derive(Debug, Serialize)]
pub struct CourseStep<'a> {
    pub step: &'a str,
    /// `done`, `missing`, `not-called-for` or `unknown`
    pub how: &'static str,
    pub why: Option<&'a str>,
}
