//! What people and programs read: findings, failures and tables as text.
//!
//! One file per output: `human` (source excerpts), `concise` (one line each), `json` (a promise, with types of
//! its own), `github` (workflow commands), `sarif`. Nothing here prints; `cli` does. Every text that comes from
//! files, paths or Git goes through [`foreign`] first.
//!
//! Edges layer, over the ground; `json` also puts the domain's values into its types.

pub mod chart;
pub mod concise;
mod excerpt;
pub mod foreign;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod markdown;
mod page;
pub mod sarif;
pub mod table;
pub mod template;
pub mod verdict;

pub use human::failure;
pub use page::{page, summary};

use crate::diag::{Diagnostic, Severity};

/// The form results are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// For people: excerpts, causes and hints. May change any day.
    #[default]
    Human,
    /// One line per finding.
    Concise,
    /// The envelope of [`json`]: a promise.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// Comma-separated values. This and what follows are forms of verbs that say so.
    Csv,
    /// A diagram in Mermaid.
    Mermaid,
    /// A calendar file.
    Ical,
    /// A picture.
    Svg,
    /// A picture in characters.
    Chart,
    Markdown,
    /// A page for a browser.
    Html,
}

impl Format {
    /// The forms of every verb.
    pub const ALL: [Self; 5] = [Self::Human, Self::Concise, Self::Json, Self::Github, Self::Sarif];

    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Csv => "csv",
            Self::Mermaid => "mermaid",
            Self::Ical => "ical",
            Self::Svg => "svg",
            Self::Chart => "chart",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How text for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether SGR sequences are written.
    pub colour: bool,
    /// Columns of the terminal; `None` when the output is no terminal, and then tables are not cut.
    pub width: Option<usize>,
}

impl Style {
    /// No colours, no terminal.
    pub const PLAIN: Self = Self { colour: false, width: None };

    /// `text` as it is to be seen first.
    pub fn strong(self, text: &str) -> String {
        self.paint(anstyle::Style::new().bold(), text)
    }

    /// `text` in `style`, or as it is when colours are off.
    fn paint(self, style: anstyle::Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Renders findings; the text ends with a line feed unless it is empty.
///
/// The findings come in the order given: sort them first ([`crate::diag::Sink::into_sorted`]). For no findings
/// the forms for people are empty, those for programs a document that says so.
///
/// ```
/// use passmuster::diag::{Diagnostic, Place};
/// use passmuster::report::{Format, Style, findings};
/// passmuster::codes! {
///     /// An owner nobody knows.
///     UNKNOWN_OWNER = "plan/unknown-owner";
/// }
/// let found = [Diagnostic::error(&UNKNOWN_OWNER, Place::Path("plan/a.md".into()), "`ada-l` is not on the roster")];
/// let text = findings(&found, Format::Concise, Style::PLAIN);
/// assert_eq!(text, "plan/a.md: error[plan/unknown-owner]: `ada-l` is not on the roster\n");
/// ```
pub fn findings(found: &[Diagnostic], format: Format, style: Style) -> String {
    match format {
        // What has a form of its own says what is wrong to people.
        Format::Human
        | Format::Csv
        | Format::Mermaid
        | Format::Ical
        | Format::Svg
        | Format::Chart
        | Format::Markdown
        | Format::Html => human::findings(found, style),
        Format::Concise => concise::findings(found, style),
        Format::Json => json::findings(found),
        Format::Github => github::findings(found),
        Format::Sarif => sarif::findings(found),
    }
}

/// The closing line for people: `3 errors, 1 warning`, or `no findings`.
pub fn tally(found: &[Diagnostic]) -> String {
    let counts = Counts::of(found);
    let parts: Vec<String> = [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| plural(count, noun))
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

impl Counts {
    pub fn of(found: &[Diagnostic]) -> Self {
        let mut counts = Self::default();
        for diagnostic in found {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }
}

/// A count with its noun: `1 gate`, `3 gates`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests;
