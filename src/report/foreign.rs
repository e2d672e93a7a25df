//! Text written by others, made fit for an output: it must not move a cursor, hide itself, or become a command
//! of the CI runner that shows it.

use crate::text;
use std::borrow::Cow;

/// `text` as part of one line: control and direction characters appear as `\u{…}`, and nothing in it is taken
/// for a workflow command, wherever in a line it stands.
///
/// ```
/// use passmuster::report::foreign::line;
/// assert_eq!(line("a\nb"), "a\\u{a}b");
/// assert_eq!(line(" ::error::x"), " \\u{3a}:error::x");
/// assert_eq!(line("x ##[error]y"), "x ##\\u{5b}error]y");
/// assert_eq!(line("std::fs"), "std::fs");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    defused(text::visible(text))
}

/// `text` as lines of its own: line feeds stay, tabs become spaces, each line is as safe as [`line()`] makes it.
pub fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(&line(&part.trim_end_matches('\r').replace('\t', "    ")));
    }
    out
}

/// GitHub's runner obeys `::name …::` at the start of a line (after any white space) and `##[name …]` anywhere.
fn defused(text: Cow<'_, str>) -> Cow<'_, str> {
    let starts = text.trim_start().starts_with("::");
    if !starts && !text.contains("##[") {
        return text;
    }
    let mut text = text.replace("##[", "##\\u{5b}");
    if starts {
        let at = text.len() - text.trim_start().len();
        text.replace_range(at..=at, "\\u{3a}");
    }
    Cow::Owned(text)
}
