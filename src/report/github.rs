//! Workflow commands of GitHub Actions, which become annotations on the changed lines.
//!
//! A step shows ten annotations of each kind, in the order they are printed. So the first nine of each kind are
//! printed, then one line with the number of the rest; the rest itself stands in the log as plain lines.

use super::{Style, concise, plural};
use crate::diag::{Diagnostic, Place, Severity};
use crate::text::{visible, visible_lines};
use std::fmt::Write as _;

/// Annotations of one kind that are printed in full.
const SHOWN: usize = 9;

/// The runner cuts messages here, in characters.
const MAX_MESSAGE: usize = 4096;

/// Renders findings as workflow commands.
pub fn findings(found: &[Diagnostic]) -> String {
    let mut out = String::new();
    let mut rest = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let kind: Vec<&Diagnostic> = found.iter().filter(|diagnostic| diagnostic.severity == severity).collect();
        let (shown, more) = kind.split_at(kind.len().min(SHOWN));
        for diagnostic in shown {
            annotate(&mut out, diagnostic);
        }
        if !more.is_empty() {
            let count = plural(more.len(), &format!("more {}", severity.name()));
            let _ = writeln!(out, "::{} title=passmuster::{count}: see the log of this step", command(severity));
            rest.extend(more.iter().map(|diagnostic| (*diagnostic).clone()));
        }
    }
    if !rest.is_empty() {
        let _ = writeln!(out, "::group::{}", plural(rest.len(), "more finding"));
        out.push_str(&concise::findings(&rest, Style::PLAIN));
        out.push_str("::endgroup::\n");
    }
    out
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn annotate(out: &mut String, diagnostic: &Diagnostic) {
    let _ = write!(out, "::{} ", command(diagnostic.severity));
    let mut message = String::new();
    match &diagnostic.place {
        Place::Text { source, span } => {
            let (start, end) = (source.line_column(span.start), source.line_column(span.end));
            let _ = write!(out, "file={},line={},endLine={}", property(source.path()), start.line, end.line);
            // The runner takes columns only for a range within one line.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
            }
            out.push(',');
        }
        Place::Path(path) => {
            let _ = write!(out, "file={},", property(path));
        }
        place => {
            let _ = write!(message, "{place}: ");
        }
    }
    message.push_str(&diagnostic.message);
    if let Some(inline) = &diagnostic.inline {
        let _ = write!(message, " ({inline})");
    }
    for label in &diagnostic.labels {
        let _ = write!(message, "\n{}: {}", label.place, label.text);
    }
    for cause in &diagnostic.causes {
        let _ = write!(message, "\ncause: {cause}");
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = write!(message, "\nhint: {hint}");
    }
    let _ = writeln!(out, "title={}::{}", property(diagnostic.code.name), data(&cut(&message)));
}

fn cut(message: &str) -> String {
    match message.char_indices().nth(MAX_MESSAGE - 1) {
        Some((at, _)) => format!("{}…", &message[..at]),
        None => message.to_owned(),
    }
}

/// The text after `::`: percent first, then what would end the line.
fn data(text: &str) -> String {
    let text = visible_lines(text).replace('\t', "    ").replace("##[", "##\\u{5b}");
    text.replace('%', "%25").replace('\n', "%0A")
}

/// A value among `key=value,…`: also what would end it.
fn property(text: &str) -> String {
    let text = visible(text).replace("##[", "##\\u{5b}");
    text.replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
