//! Version 1 of the JSON output.

mod benchmark;
mod branches;
mod coverage;
mod dashboard;
mod document;
mod exchange;
mod forecast;
mod past;
mod phase;
mod plan;
mod record;
mod roster;
mod schedule;
mod sop;
mod watch;

pub use benchmark::*;
pub use branches::*;
pub use coverage::*;
pub use dashboard::*;
pub use document::*;
pub use exchange::*;
pub use forecast::*;
pub use past::*;
pub use phase::*;
pub use plan::*;
pub use record::*;
pub use roster::*;
pub use schedule::*;
pub use sop::*;
pub use watch::*;

use crate::diag::{Code, Diagnostic, Place};
use crate::report::{self, Counts};
use crate::text::{LineColumn, Source, Span};
use serde::Serialize;

pub const VERSION: u32 = 1;

/// What every answer is wrapped in.
#[derive(Debug, Serialize)]
pub struct Envelope<'a, T> {
    pub version: u32,
    /// What `data` is: `findings`, `explanation`, …
    pub kind: &'a str,
    pub data: &'a T,
}

/// The data of kind `findings`.
#[derive(Debug, Serialize)]
pub struct Findings<'a> {
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    /// Sorted by path, offset and code.
    pub findings: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    /// `noun/what-is-wrong`
    pub code: &'static str,
    /// `error`, `warning` or `note`
    pub severity: &'static str,
    pub message: &'a str,
    pub place: Location<'a>,
    /// What is to be seen at the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline: Option<&'a str>,
    pub labels: Vec<Label<'a>>,
    pub causes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<&'a str>,
}

/// A further place of a finding.
#[derive(Debug, Serialize)]
pub struct Label<'a> {
    pub text: &'a str,
    pub place: Location<'a>,
}

/// A place. `kind` tells which other fields are there: `text` has `path` and the range, `path` has `path`,
/// the others have `name`.
#[derive(Debug, Serialize)]
pub struct Location<'a> {
    /// `text`, `path`, `commit`, `ref`, `argument` or `named`
    pub kind: &'static str,
    /// The place as text for people: `path:line:column`, or a name.
    pub shown: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Position>,
    /// Half-open: the position after the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
}

/// A position in a UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in Unicode scalar values.
    pub column: usize,
    /// Bytes from the start of the file.
    pub offset: usize,
}

/// The data of kind `explanation`.
#[derive(Debug, Serialize)]
pub struct Explanation {
    pub code: &'static str,
    /// The first paragraph of the page in one line.
    pub summary: String,
    /// Markdown.
    pub page: String,
}

/// One entry of the data of kind `schemas`.
#[derive(Debug, Serialize)]
pub struct Schema<'a> {
    pub name: &'a str,
    /// The files of that format.
    pub files: &'a str,
    pub about: &'a str,
}

impl<'a> Findings<'a> {
    pub fn of(found: &'a [Diagnostic]) -> Self {
        let Counts { errors, warnings, notes } = Counts::of(found);
        Self { errors, warnings, notes, findings: found.iter().map(Finding::of).collect() }
    }
}

impl<'a> Finding<'a> {
    pub fn of(diagnostic: &'a Diagnostic) -> Self {
        Self {
            code: diagnostic.code.name,
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            place: Location::of(&diagnostic.place),
            inline: diagnostic.inline.as_deref(),
            labels: diagnostic
                .labels
                .iter()
                .map(|label| Label { text: &label.text, place: Location::of(&label.place) })
                .collect(),
            causes: &diagnostic.causes,
            hint: diagnostic.hint.as_deref(),
        }
    }
}

impl<'a> Location<'a> {
    pub fn of(place: &'a Place) -> Self {
        let (kind, path, name, range) = match place {
            Place::Text { source, span } => ("text", Some(source.path()), None, Some(range(source, *span))),
            Place::Path(path) => ("path", Some(path.as_str()), None, None),
            Place::Commit(id) => ("commit", None, Some(id.as_str()), None),
            Place::Ref(name) => ("ref", None, Some(name.as_str()), None),
            Place::Argument(name) => ("argument", None, Some(name.as_str()), None),
            Place::Named(name) => ("named", None, Some(name.as_str()), None),
        };
        let (start, end) = range.unzip();
        Self { kind, shown: place.to_string(), path, name, start, end }
    }
}

fn range(source: &Source, span: Span) -> (Position, Position) {
    let position = |offset: usize| {
        let LineColumn { line, column } = source.line_column(offset);
        Position { line, column, offset }
    };
    (position(span.start), position(span.end))
}

impl Explanation {
    pub fn of(code: &'static Code) -> Self {
        Self { code: code.name, summary: report::summary(code), page: report::page(code) }
    }
}

/// One gate that was run; the data of kind `gate-run` holds a list of them.
#[derive(Debug, Serialize)]
pub struct Ran {
    /// The item's id, or `merge`.
    pub item: String,
    pub gate: String,
    /// `pass`, `fail`, `error` or `not-run`
    pub verdict: &'static str,
    /// Whether a result for the same key was taken instead of running the command.
    pub reused: bool,
    pub key: String,
    pub note: String,
    /// The path of the report.
    pub report: String,
}

/// The data of kind `gate-run`.
#[derive(Debug, Serialize)]
pub struct GateRun {
    pub results: Vec<Ran>,
}

/// A gate of the policy; the data of kind `gates` is a list of them.
#[derive(Debug, Serialize)]
pub struct GateEntry {
    pub gate: String,
    pub kind: &'static str,
    pub levels: Vec<String>,
    pub asks: String,
}

/// One gate of one item and how it stands.
#[derive(Debug, Serialize)]
pub struct RequirementEntry {
    pub item: String,
    pub level: &'static str,
    pub gate: String,
    /// `not-applicable`, `satisfied`, `waived`, `unsatisfied` or `error`
    pub state: &'static str,
    pub why: String,
    pub changed: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceEntry>,
}

#[derive(Debug, Serialize)]
pub struct EvidenceEntry {
    pub report: String,
    pub verdict: &'static str,
    pub by: String,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<&'static str>,
}

/// The data of kind `requirements`.
pub fn requirements(found: &[crate::gate::assess::Requirement]) -> Vec<RequirementEntry> {
    found
        .iter()
        .map(|one| RequirementEntry {
            item: one.subject.clone(),
            level: one.level.name(),
            gate: one.gate.to_string(),
            state: one.state.name(),
            why: one.why.clone(),
            changed: one.changed.iter().map(ToString::to_string).collect(),
            evidence: one.evidence.as_ref().map(|evidence| EvidenceEntry {
                report: evidence.report.clone(),
                verdict: evidence.outcome.name(),
                by: evidence.by.clone(),
                at: evidence.at.to_string(),
                trust: evidence.trust.map(crate::gate::assess::trust_name),
            }),
        })
        .collect()
}

/// The data of kind `verdict`.
#[derive(Debug, Serialize)]
pub struct VerdictEntry<'a> {
    pub target: String,
    pub passes: bool,
    /// The commit the policy was read from.
    pub policy_from: Option<String>,
    pub commits: usize,
    pub changed_paths: usize,
    /// The items that are newly claimed.
    pub claims: &'a [String],
    pub requirements: Vec<RequirementEntry>,
    pub findings: Findings<'a>,
}

impl<'a> VerdictEntry<'a> {
    pub fn of(verdict: &'a crate::judge::Verdict) -> Self {
        Self {
            target: verdict.target.to_string(),
            passes: verdict.passes(),
            policy_from: verdict.guard.as_ref().map(ToString::to_string),
            commits: verdict.commits,
            changed_paths: verdict.changed_paths,
            claims: &verdict.claims,
            requirements: requirements(&verdict.requirements),
            findings: Findings::of(&verdict.findings),
        }
    }
}

/// One past move; the data of kind `audit` is a list of them.
#[derive(Debug, Serialize)]
pub struct PastMove {
    pub from: Option<String>,
    pub to: String,
    /// `adoption`, `verified`, `waived` or `unverified`
    pub standing: &'static str,
    pub subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What tells of the move: `server`, `reflog`, `history` or `nothing`
    pub recorded_by: &'static str,
}

/// One hook of the kind `hooks`.
#[derive(Debug, Serialize)]
pub struct Hook {
    pub name: &'static str,
    /// `installed`, `foreign`, `missing` or `not executable`
    pub state: &'static str,
    pub path: String,
    /// The hook of somebody else that runs before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs_first: Option<String>,
}

/// One check of the kind `doctor`.
#[derive(Debug, Serialize)]
pub struct Check {
    pub what: String,
    /// `ok`, `weak` or `bad`
    pub state: String,
    pub detail: String,
}
