//! What happened, as programs see it.

use serde::Serialize;

/// One line of kind `log`.
#[derive(Debug, Serialize)]
pub struct Happening<'a> {
    /// When it landed, RFC 3339.
    pub at: String,
    /// `false`: the commit's own date is out of order, and this is that of one before it.
    pub date_in_order: bool,
    /// The commit of the first-parent history.
    pub commit: &'a str,
    /// An item's id, or a record's path.
    pub subject: &'a str,
    pub event: &'static str,
    /// For people.
    pub text: &'a str,
}

/// The data of kind `blame`.
#[derive(Debug, Serialize)]
pub struct Blame<'a> {
    pub item: &'a str,
    /// The ids it had before.
    pub former: &'a [String],
    pub title: &'a str,
    /// `null`: before the history that is known.
    pub created: Option<String>,
    pub begun: Option<String>,
    pub removed: Option<String>,
    /// The commits that name it.
    pub commits: Vec<&'a str>,
    /// The paths that these touched, outside of the plan folder.
    pub touched: Vec<String>,
    pub minutes: Option<Spent>,
    /// Oldest first.
    pub claims: Vec<Claim<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Spent {
    pub minutes: u32,
    /// `stated` by the plan, or `estimated` from its commits.
    pub how: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Claim<'a> {
    /// `null`: it came into the plan ticked.
    pub ticked: Option<Deed<'a>>,
    pub reopened: Option<Deed<'a>>,
    pub evidence: Vec<Run<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Deed<'a> {
    pub at: String,
    pub date_in_order: bool,
    /// The commit of the first-parent history.
    pub landed_with: &'a str,
    /// The commit that made the change.
    pub commit: &'a str,
    pub by: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Run<'a> {
    pub gate: &'a str,
    pub outcome: &'static str,
    pub at: String,
    pub by: &'a str,
    pub reused: bool,
}

/// The data of kind `diff`.
#[derive(Debug, Serialize)]
pub struct Difference<'a> {
    pub before: &'a str,
    pub after: &'a str,
    /// Tasks.
    pub added: usize,
    pub removed: usize,
    pub ticked: usize,
    pub reopened: usize,
    /// To another part of the plan.
    pub moved: usize,
    /// The likely minutes of what was added, where estimates say so.
    pub added_minutes: u64,
    /// The same of what was removed.
    pub removed_minutes: u64,
    /// Of policy and roster, those that differ.
    pub rules: &'a [&'static str],
    pub changes: Vec<Differing<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Differing<'a> {
    pub subject: &'a str,
    pub event: &'static str,
    /// For people.
    pub text: String,
}

/// The data of kind `query`.
#[derive(Debug, Serialize)]
pub struct Rows<'a> {
    pub columns: &'a [String],
    /// Each as long as `columns`; what is not known is `null`.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// Whether there were more.
    pub cut: bool,
}

/// The data of kind `figure`: what a figure is where the policy says nothing else.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub target: Option<String>,
    pub alarm: Option<String>,
    /// `higher`, `lower`, `within` or `none`
    pub better: &'static str,
    pub formula: &'static str,
    /// The command that shows what it is made of.
    pub more: &'static str,
}

/// One figure of kind `metrics`.
#[derive(Debug, Serialize)]
pub struct Metric {
    pub name: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    /// `null`: it cannot be known.
    pub value: Option<f64>,
    /// `null`: it cannot be known, and `week_ago_unknown` says why.
    pub week_ago: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week_ago_unknown: Option<String>,
    pub target: Option<String>,
    pub alarm: Option<String>,
    /// `higher`, `lower`, `within` or `none`
    pub better: &'static str,
    /// `green`, `yellow`, `red` or `unknown`; `null` where nothing is aimed at.
    pub status: Option<&'static str>,
    pub formula: &'static str,
}
