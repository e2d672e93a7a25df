//! How far an outline is covered, as programs see it.

use super::Findings;
use serde::Serialize;

/// The data of kind `coverage`.
#[derive(Debug, Serialize)]
pub struct Coverage<'a> {
    pub whole: CoverageTally,
    pub groups: Vec<CoverageGroup<'a>>,
    pub topics: Vec<CoverageTopic<'a>>,
    pub findings: Findings<'a>,
}

/// How many topics stand how.
#[derive(Debug, Serialize)]
pub struct CoverageTally {
    pub covered: usize,
    pub stale: usize,
    pub empty: usize,
    pub not_applicable: usize,
    /// The covered share of what applies, rounded down.
    pub percent: usize,
}

#[derive(Debug, Serialize)]
pub struct CoverageGroup<'a> {
    pub title: &'a str,
    pub depth: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<&'a str>,
    /// With all that is below.
    pub tally: CoverageTally,
}

#[derive(Debug, Serialize)]
pub struct CoverageTopic<'a> {
    pub title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'a str>,
    /// The tag by which items of the plan name the topic.
    pub tag: String,
    /// `covered`, `stale`, `empty` or `not-applicable`
    pub state: &'static str,
    pub why: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<&'a str>,
    pub evidence: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_days: Option<u32>,
    pub files: usize,
    /// When a file of it was last touched, if that was looked for and found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touched: Option<String>,
    /// Open items of the plan that carry the tag.
    pub items: usize,
    pub line: usize,
}
