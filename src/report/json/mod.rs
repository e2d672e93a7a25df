//! JSON for programs: every verb answers with one envelope,
//! `{"version": 1, "kind": "findings", "data": {…}}`. The types in [`v1`] are a promise: fields are added,
//! never renamed, removed or given another meaning.

pub mod v1;

use crate::diag::Diagnostic;
use crate::text::is_hostile;
use serde::Serialize;
use std::fmt::Write as _;

/// Puts `data` in the envelope and renders it, with a line feed at the end.
///
/// ```
/// let text = passmuster::report::json::envelope("answer", &[42]);
/// assert_eq!(text, "{\n  \"version\": 1,\n  \"kind\": \"answer\",\n  \"data\": [\n    42\n  ]\n}\n");
/// ```
///
/// # Panics
/// When `data` cannot be JSON: maps whose keys are no text, or a `Serialize` that fails by itself.
pub fn envelope(kind: &str, data: &impl Serialize) -> String {
    document(&v1::Envelope { version: v1::VERSION, kind, data })
}

/// Renders findings with their counts, as kind `findings`.
pub fn findings(found: &[Diagnostic]) -> String {
    envelope("findings", &v1::Findings::of(found))
}

/// Renders a document in ASCII-safe JSON: characters that could change what a reader of the raw text sees, and
/// what a CI runner would obey, are written as `\uXXXX`.
pub(super) fn document(value: &impl Serialize) -> String {
    safe(&serde_json::to_string_pretty(value).expect("our own types have text keys and do not fail"))
}

/// [`envelope`] on one line, for streams of answers.
pub fn line(kind: &str, data: &impl Serialize) -> String {
    let envelope = v1::Envelope { version: v1::VERSION, kind, data };
    safe(&serde_json::to_string(&envelope).expect("our own types have text keys and do not fail"))
}

fn safe(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len() + 1);
    for c in plain.chars() {
        match c {
            // Only the layout between values holds raw line feeds: in strings they are escaped already.
            '\n' => out.push('\n'),
            // `##` occurs in strings only, so the escape is always inside one.
            '[' if out.ends_with("##") => out.push_str("\\u005b"),
            c if is_hostile(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('\n');
    out
}
