//! What the plan says before it lands, as programs see it.

use serde::Serialize;

/// The data of kind `branches`.
#[derive(Debug, Serialize)]
pub struct Branches<'a> {
    /// The branch that others land on.
    pub target: &'a str,
    pub tip: &'a str,
    /// Which of several places counts, in words.
    pub rule: &'static str,
    /// Those about which some place says something else than has landed.
    pub items: Vec<Elsewhere<'a>>,
    /// All that were looked at, in the order in which they count.
    pub places: Vec<Stand<'a>>,
    /// Branches that were not looked at, because they are too old or too many.
    pub left_out: usize,
}

#[derive(Debug, Serialize)]
pub struct Elsewhere<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// `not in the plan`, `open`, `under way`, `waiting`, `done` or `dropped`
    pub landed: &'static str,
    /// The first one counts.
    pub accounts: Vec<Account<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Account<'a> {
    /// Its position in `places`.
    pub place: usize,
    /// As `landed`.
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<&'a str>,
    /// The id the item has there, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renamed: Option<&'a str>,
    /// The author's address; `null`: not committed.
    pub by: Option<&'a str>,
    /// RFC 3339, UTC.
    pub at: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Stand<'a> {
    /// `work tree`, `branch`, `remote branch` or `detached commit`
    pub kind: &'static str,
    pub name: &'a str,
    /// For a work tree the commit it was taken from.
    pub commit: &'a str,
    pub at: Option<String>,
    /// Commits that have not landed; `null`: for files, or where they are too many to count.
    pub ahead: Option<usize>,
    pub note: Option<&'a str>,
}
