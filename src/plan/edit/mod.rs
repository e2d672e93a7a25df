//! Changing a plan byte by byte: everything an edit does not mean stays as the person left it.
//!
//! Domain layer: text in, text out. Writing files is left to `disk/`.
//!
//! Ticks are in [`mark`](set_mark), the front matter's baseline in `baseline`, fields in `set` (told by a [`Setting`]), new items in `add`, items at another place in `relocate`, other ids
//! in `rename`; `place` knows where an item begins and ends and where something new can stand. Each but the ticks
//! reads what it made again and gives it back only when nothing else has changed its meaning.

mod add;
mod baseline;
mod mark;
mod place;
mod relocate;
mod rename;
mod set;
mod setting;

pub use add::{Addition, add, next_id};
pub use baseline::set_baseline;
pub use mark::set_mark;
pub use place::Position;
pub use relocate::relocate;
pub use rename::rename;
pub use set::set;
pub use setting::Setting;

use super::parse::conflicts;
use super::{Plan, PlanFile, Reader, read};
use crate::diag::{Failure, Sink};
use crate::text::{Source, Span};
use std::collections::BTreeMap;

/// The newest plan format that is written.
const FORMAT: u32 = 1;

/// Replaces one span of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Applies edits to a text. Their order does not matter; of edits that overlap the one that begins first is
/// applied, and one that does not fit the text is left out.
///
/// ```
/// use passmuster::{plan::edit::{apply, Edit}, text::Span};
/// let edits = [Edit { span: Span::new(3, 4), text: "x".into() }];
/// assert_eq!(apply("- [ ] a\r\n", &edits), "- [x] a\r\n");
/// ```
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in sorted {
        if edit.span.start < at || text.get(edit.span.range()).is_none() {
            continue;
        }
        out.push_str(&text[at..edit.span.start]);
        out.push_str(&edit.text);
        at = edit.span.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Why a file must not be changed, if it must not: a newer version wrote it, or a merge in it is not finished.
///
/// # Errors
/// It must not.
pub fn writable(file: &PlanFile) -> Result<(), Failure> {
    let path = file.source.path();
    if file.format.is_some_and(|format| format > FORMAT) {
        return Err(Failure::new(format!("`{path}` is not changed"))
            .because("it was written by a newer version of passmuster")
            .hint("install the newer version"));
    }
    let mut sink = Sink::new();
    conflicts(&file.source, &mut sink);
    match sink.into_sorted().first() {
        Some(conflict) => Err(Failure::new(format!("`{path}` is not changed"))
            .because(format!("{} at {}", conflict.message, conflict.place))
            .hint("choose one version, delete the marker lines, and run this again")),
        None => Ok(()),
    }
}

/// Edits by file: the key is an index in [`Plan::files`].
pub type Changes = BTreeMap<usize, Vec<Edit>>;

/// The plan as it reads with changes applied.
pub fn with_changes(plan: &Plan, changes: &Changes) -> Plan {
    let sources = plan.files.iter().enumerate().map(|(index, file)| match changes.get(&index) {
        Some(edits) => Source::new(file.source.path(), apply(file.source.text(), edits)),
        None => file.source.clone(),
    });
    read(sources.collect(), Reader::Fast, &mut Sink::new())
}

/// A change that cannot be made without changing something else.
fn refused(what: impl Into<String>) -> Failure {
    Failure::new(what).because("every way to write it would change what something else in the file means")
}

#[cfg(test)]
mod tests;
