//! What hooks tell: plain text on standard error, which a server's client shows line by line.

use super::call::Call;
use crate::diag::{Diagnostic, Failure, Severity};
use crate::report::{self, Format, Style, foreign};
use std::io::Write as _;

/// Writes lines that are fit to be shown.
pub fn lines(text: &str) {
    // Nobody reads it: the status still tells.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Writes why a move is refused, headed by one line and followed by what is left to do.
pub fn refusal(what: &str, findings: &[Diagnostic], after: &[String]) {
    let mut text = format!("\npassmuster: {}\n\n", foreign::line(what));
    text.push_str(&report::findings(findings, Format::Human, Style::PLAIN));
    for line in after {
        text.push_str(&format!("passmuster: {}\n", foreign::line(line)));
    }
    lines(&text);
}

/// Writes the warnings of something that passes.
pub fn warnings(findings: &[Diagnostic]) {
    let warnings: Vec<Diagnostic> =
        findings.iter().filter(|finding| finding.severity == Severity::Warning).cloned().collect();
    lines(&report::findings(&warnings, Format::Concise, Style::PLAIN));
}

/// Writes why a hook could not judge.
pub fn failure(call: &Call, failure: &Failure) {
    lines(&report::failure(failure, Style::PLAIN));
    lines(&format!("passmuster: hook `{}` could not judge, so nothing is let through\n", call.name()));
}
