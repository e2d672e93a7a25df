//! What the tool has to say: [`Diagnostic`] about the user's files, [`Failure`] about this run.
//!
//! Ground layer: knows no noun of the field. Codes are constants of the module that raises them, made by
//! [`codes!`](crate::codes); rendering belongs to `report/`.

use crate::text::{LineColumn, Source, Span};
use std::cmp::Ordering;
use std::fmt;

/// A stable name for one kind of finding, with its page of explanation.
pub struct Code {
    /// `noun/what-is-wrong`
    pub name: &'static str,
    /// What it means, why it matters, an example, how to fix it (Markdown).
    pub page: &'static str,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares the codes of a module. The doc comment of each is its page; `ALL` lists them.
#[macro_export]
macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $name:ident = $code:literal; )+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: $crate::diag::Code = $crate::diag::Code {
                name: $code,
                page: concat!($($doc, "\n"),+),
            };
        )+
        /// Every code of this module.
        pub static ALL: &[&$crate::diag::Code] = &[$(&$name),+];
    };
}

/// How much a finding weighs. Only errors refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where a finding points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A span in a text that was read.
    Text { source: Source, span: Span },
    /// A path whose text could not be read, or that is missing.
    Path(String),
    /// A commit, by its object id.
    Commit(String),
    /// A ref, by its full name.
    Ref(String),
    /// A command line argument.
    Argument(String),
    /// Anything else that has a name: an environment variable, a process, a folder outside the repository.
    Named(String),
}

impl Place {
    pub fn text(source: &Source, span: Span) -> Self {
        Self::Text { source: source.clone(), span }
    }

    /// The path, if the place is in a file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Text { source, .. } => Some(source.path()),
            Self::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Line and column of the start, if the place is in a text.
    pub fn line_column(&self) -> Option<LineColumn> {
        match self {
            Self::Text { source, span } => Some(source.line_column(span.start)),
            _ => None,
        }
    }

    fn sort_key(&self) -> (u8, &str, usize) {
        match self {
            Self::Text { source, span } => (0, source.path(), span.start),
            Self::Path(path) => (0, path, 0),
            Self::Commit(id) => (1, id, 0),
            Self::Ref(name) => (2, name, 0),
            Self::Argument(name) => (3, name, 0),
            Self::Named(name) => (4, name, 0),
        }
    }
}

impl fmt::Display for Place {
    /// `path:line:column`, or the name of what is meant. Not escaped: renderers do that.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { source, span } => {
                let LineColumn { line, column } = source.line_column(span.start);
                write!(f, "{}:{line}:{column}", source.path())
            }
            Self::Path(path) => f.write_str(path),
            Self::Commit(id) => write!(f, "commit {}", id.get(..12).unwrap_or(id)),
            Self::Ref(name) => f.write_str(name),
            Self::Argument(name) => write!(f, "argument {name}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// A further place that belongs to a finding, with what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub place: Place,
    pub text: String,
}

/// One finding about the user's files or repository.
///
/// ```
/// use passmuster::diag::{Diagnostic, Place};
/// use passmuster::text::{Source, Span};
/// passmuster::codes! {
///     /// An owner nobody knows.
///     UNKNOWN_OWNER = "plan/unknown-owner";
/// }
/// let source = Source::new("plan.md", "- owner: ada-l\n");
/// let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(9, 14)), "`ada-l` is not on the roster")
///     .inline("no such member")
///     .cause("the roster lists 6 members; the nearest name is `ada`")
///     .hint("write `owner: ada`");
/// assert_eq!(finding.place.to_string(), "plan.md:1:10");
/// ```
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: &'static Code,
    pub severity: Severity,
    /// One short sentence that stands alone: lower case, no full stop, user's names in backticks.
    pub message: String,
    pub place: Place,
    /// What is to be seen at the place itself.
    pub inline: Option<String>,
    pub labels: Vec<Label>,
    /// The facts that led here, with values.
    pub causes: Vec<String>,
    /// Something to type or change.
    pub hint: Option<String>,
    /// The hint as a change of the text the finding points into, where a program can make it.
    pub fix: Option<Fix>,
}

/// A change of one text that does what the hint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced, in the text of the finding's place.
    pub span: Span,
    pub text: String,
    pub safety: Safety,
}

/// Whether a fix may be made without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Meaning and comments are kept.
    Safe,
    /// It is a guess at what was meant, or takes something away.
    Unsafe,
}

impl Diagnostic {
    pub fn new(code: &'static Code, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            place,
            inline: None,
            labels: Vec::new(),
            causes: Vec::new(),
            hint: None,
            fix: None,
        }
    }

    pub fn error(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, place, message)
    }

    pub fn warning(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, place, message)
    }

    #[must_use]
    pub fn inline(mut self, text: impl Into<String>) -> Self {
        self.inline = Some(text.into());
        self
    }

    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    #[must_use]
    pub fn cause(mut self, text: impl Into<String>) -> Self {
        self.causes.push(text.into());
        self
    }

    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// Adds the hint to write `text` in the place of `span`, which a program can do but should ask about: it is a
    /// guess at what was meant.
    #[must_use]
    pub fn instead(self, span: Span, text: &str) -> Self {
        let fix = Fix { span, text: text.to_owned(), safety: Safety::Unsafe };
        self.hint(format!("write `{text}`")).fixed_by(Some(fix))
    }

    /// Adds the hint as a change, where there is one.
    #[must_use]
    pub fn fixed_by(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn order(&self, other: &Self) -> Ordering {
        (self.place.sort_key(), self.code.name, &self.message).cmp(&(
            other.place.sort_key(),
            other.code.name,
            &other.message,
        ))
    }
}

/// Where rules put their findings.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(other);
    }

    pub fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The findings sorted by path, offset and code, each once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(Diagnostic::order);
        self.found.dedup_by(|a, b| a.order(b) == Ordering::Equal);
        self.found
    }
}

/// What kind of end a run came to; decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The arguments do not make sense (2).
    Usage,
    /// Something needed could not be read, run or written (3).
    CouldNotJudge,
    /// The user ended it (130).
    Interrupted,
}

/// This run cannot go on. One per run, with the chain of what led here.
///
/// ```
/// use passmuster::diag::Failure;
/// let failure = Failure::new("could not read the policy of `refs/heads/main`")
///     .because("object 1234 is missing")
///     .hint("run `git fetch --unshallow`");
/// assert_eq!(failure.to_string(), "could not read the policy of `refs/heads/main`: object 1234 is missing");
/// ```
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: FailureKind,
    pub message: String,
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

impl Failure {
    /// A run that could not be judged (exit status 3).
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::CouldNotJudge, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// Arguments that make no sense (exit status 2).
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Usage, ..Self::new(message) }
    }

    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts a purpose above a failure from below; the old message becomes the first cause.
    #[must_use]
    pub fn while_doing(mut self, purpose: impl Into<String>) -> Self {
        let below = std::mem::replace(&mut self.message, purpose.into());
        self.causes.insert(0, below);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// Gives an error from below a purpose: which file, which ref, to do what.
pub trait Purpose<T> {
    /// # Errors
    /// The error from below as the cause of a [`Failure`] that names the purpose.
    fn purpose(self, purpose: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: std::error::Error> Purpose<T> for Result<T, E> {
    fn purpose(self, purpose: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| {
            let mut failure = Failure::new(purpose()).because(&error);
            let mut below = error.source();
            while let Some(cause) = below {
                failure = failure.because(cause);
                below = cause.source();
            }
            failure
        })
    }
}

/// Returns the known name nearest to `word`, if one is near enough to be meant (edit distance with
/// transpositions at most a third of the length, at least one).
///
/// ```
/// assert_eq!(passmuster::diag::nearest("ownr", ["owner", "needs"]), Some("owner"));
/// assert_eq!(passmuster::diag::nearest("zzz", ["owner", "needs"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    known
        .into_iter()
        .map(|name| (distance(&word, &name.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>()), name))
        .filter(|(distance, name)| *distance <= (name.chars().count().max(word.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Edit distance where a swap of neighbours counts once.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    codes! {
        /// A test code.
        TEST = "diag/test";
    }

    #[test]
    fn codes_know_their_page_and_their_list() {
        assert_eq!((ALL.len(), ALL[0].name, ALL[0].page), (1, "diag/test", " A test code.\n"));
    }

    #[test]
    fn findings_come_sorted_and_once() {
        let b = Source::new("b", "xxxx");
        let a = Source::new("a", "xxxx");
        let mut sink = Sink::new();
        for (source, offset) in [(&b, 0), (&a, 2), (&a, 1), (&a, 2)] {
            sink.push(Diagnostic::error(&TEST, Place::text(source, Span::at(offset)), "m"));
        }
        let places: Vec<String> = sink.into_sorted().iter().map(|d| d.place.to_string()).collect();
        assert_eq!(places, ["a:1:2", "a:1:3", "b:1:1"]);
    }

    #[test]
    fn nearest_takes_swaps_and_refuses_strangers() {
        assert_eq!(nearest("onwer", ["owner", "other"]), Some("owner"));
        assert_eq!(nearest("x", ["owner"]), None);
        assert_eq!(nearest("", ["owner"]), None);
    }
}
