//! One line per finding: `path:line:column: error[code]: message`. The form `grep` and editors like.

use super::{Style, foreign, human};
use crate::diag::Diagnostic;
use std::fmt::Write as _;

/// Renders one line per finding.
pub fn findings(found: &[Diagnostic], style: Style) -> String {
    let mut out = String::new();
    for diagnostic in found {
        let severity = style.paint(human::severity_style(diagnostic.severity), diagnostic.severity.name());
        let place = diagnostic.place.to_string();
        let message = foreign::line(&diagnostic.message);
        let _ = writeln!(out, "{}: {severity}[{}]: {message}", foreign::line(&place), diagnostic.code);
    }
    out
}
