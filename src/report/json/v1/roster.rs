//! The roster as programs see it.

use super::Findings;
use serde::Serialize;

/// The data of kind `roster-import`.
#[derive(Debug, Serialize)]
pub struct RosterImport<'a> {
    pub files: Vec<AgentFile<'a>>,
    /// Files of other kinds in the folders that were named.
    pub passed_over: &'a [String],
    /// The names of the new members.
    pub added: Vec<&'a str>,
    /// How many were found that are on the roster already.
    pub kept: usize,
    /// Files that were rewritten with their characters put right.
    pub repaired: &'a [String],
    /// Whether the roster was written.
    pub written: bool,
    pub findings: Findings<'a>,
}

/// One agent file.
#[derive(Debug, Serialize)]
pub struct AgentFile<'a> {
    pub path: &'a str,
    /// `claude`, `codex`, `copilot`, `opencode`, `gemini`, `cursor` or `rule`
    pub tool: &'static str,
    /// `added`, `kept`, `second` (another file defines the name) or `none` (a finding says why)
    pub fate: &'static str,
    /// `strict`, `lines` (the front matter is no YAML) or `unstructured`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// The description in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<&'a str>,
    /// Missing: the file does not say, which the tools take for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<&'a [String]>,
}

/// One member; the data of kind `roster` is a list of them.
#[derive(Debug, Serialize)]
pub struct MemberEntry<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    /// `human`, `agent` or `ci`
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<&'a str>,
    pub roles: Vec<&'a str>,
    /// `false`: the member coordinates and leaves the work to others.
    pub implements: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub division: Option<&'a str>,
    pub teams: Vec<&'a str>,
    pub domains: Vec<&'a str>,
    pub competencies: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<&'a str>,
    pub deputies: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<&'a str>,
    /// How many public keys.
    pub keys: usize,
}

/// The data of kind `assigned`.
#[derive(Debug, Serialize)]
pub struct Assigned<'a> {
    pub id: &'a str,
    pub member: &'a str,
    /// `false`: the item was theirs already.
    pub changed: bool,
    pub warnings: &'a [String],
}

/// The data of kind `started`.
#[derive(Debug, Serialize)]
pub struct Started<'a> {
    pub item: &'a str,
    pub by: &'a str,
    /// Until when it is taken.
    pub until: &'a str,
    pub branch: &'a str,
    /// Whether others see it: there is a remote.
    pub shared: bool,
}

/// The data of kind `suggestions`.
#[derive(Debug, Serialize)]
pub struct Suggestions<'a> {
    pub id: &'a str,
    /// The domains that the item lies in.
    pub domains: &'a [String],
    /// The best first.
    pub candidates: Vec<Candidate<'a>>,
    /// Members who cannot take anything.
    pub unfit: Vec<Unfit<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Candidate<'a> {
    pub name: &'a str,
    pub points: i64,
    /// The closest match rather than a specialist.
    pub stretch: bool,
    pub why: Vec<Reason<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Reason<'a> {
    pub points: i64,
    pub why: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Unfit<'a> {
    pub name: &'a str,
    pub why: &'a str,
}

/// Each of those of kind `gaps`.
#[derive(Debug, Serialize)]
pub struct Gap<'a> {
    pub tag: &'a str,
    pub items: &'a [String],
    /// Whether somebody could, who is away.
    pub away: bool,
}
