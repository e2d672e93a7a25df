//! Version 1 of the JSON output.

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
