//! `rename`: gives an item another id, wherever the plan names it.

use super::change::Changed;
use super::mark::find;
use crate::diag::Failure;
use crate::id::{ItemId, RepoPath};
use crate::plan::edit;
use crate::plan::{self, Plan};
use crate::port::{Blob, EntryKind, Tree};

/// The folder whose documents are looked through.
const FOLDER: &str = "plan";

/// Larger documents are not looked through.
const MAX_BYTES: u64 = 1024 * 1024;

/// How many places are named.
const SHOWN: usize = 200;

/// A line that still says the old id. It is left as it is: reports and records tell what was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub path: String,
    /// From 1.
    pub line: usize,
}

#[derive(Debug)]
pub struct Outcome {
    pub changed: Changed,
    pub mentions: Vec<Mention>,
}

/// Renames an item.
///
/// # Errors
/// The id names no item or two, the new one is taken or none, a place cannot be rewritten, or the tree cannot be read.
pub fn run(plan: &Plan, tree: &dyn Tree, old: &str, new: &str) -> Result<Outcome, Failure> {
    let index = find(plan, old)?;
    let id = ItemId::parse(new).filter(|id| !plan::is_reserved(id)).ok_or_else(|| {
        Failure::usage(format!("`{new}` cannot be the id of an item"))
            .because("an id is letters, digits, `.`, `_` and `-`, at most 64, and no name the tool uses itself")
            .hint("write for example `DB-001`")
    })?;
    edit::writable(&plan.files[plan.items[index].file])?;
    let changes = edit::rename(plan, index, &id)?;
    let changed = Changed::apply(plan, &changes, id.as_str())?;
    let old = plan.items[index].id.as_str();
    let mentions = if old.eq_ignore_ascii_case(new) { Vec::new() } else { mentions(&changed.plan, tree, old)? };
    Ok(Outcome { changed, mentions })
}

/// Where the plan's prose and the documents beside it still say an id.
fn mentions(plan: &Plan, tree: &dyn Tree, id: &str) -> Result<Vec<Mention>, Failure> {
    let mut found = Vec::new();
    let mut plan_paths = Vec::new();
    for file in &plan.files {
        plan_paths.push(file.source.path());
        mention(file.source.path(), file.source.text(), id, &mut found);
    }
    let mut folders = vec![RepoPath::from(FOLDER)];
    while let Some(folder) = folders.pop() {
        for child in tree.children(&folder)? {
            let path = folder.join(&child.name);
            let shown = path.to_string();
            match child.entry.kind {
                EntryKind::Directory => folders.push(path),
                EntryKind::File if !plan_paths.contains(&shown.as_str()) && found.len() < SHOWN => {
                    if let Blob::Bytes(bytes) = tree.blob(&path, MAX_BYTES)? {
                        mention(&shown, &String::from_utf8_lossy(&bytes), id, &mut found);
                    }
                }
                _ => {}
            }
        }
    }
    found.truncate(SHOWN);
    found.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(found)
}

/// Adds the lines of a text that hold an id as a word.
fn mention(path: &str, text: &str, id: &str, found: &mut Vec<Mention>) {
    let id = id.to_ascii_lowercase();
    for (number, line) in text.lines().enumerate() {
        if names(&line.to_ascii_lowercase(), &id) {
            found.push(Mention { path: path.to_owned(), line: number + 1 });
        }
    }
}

/// Whether a line holds an id as a word of its own. A full stop after it is no part of it.
fn names(line: &str, id: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    line.match_indices(id).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + id.len()..]);
        let goes_on = after.starts_with(part) || after.strip_prefix('.').is_some_and(|rest| rest.starts_with(part));
        // A gate report is named after the item: `T1.0a1b2c.md`.
        !before.ends_with(part) && !before.ends_with('.') && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_of_their_own() {
        for (line, found) in [
            ("item: t1", true),
            ("see t1.", true),
            ("(t1)", true),
            ("t1.2 is another", false),
            ("t10", false),
            ("x-t1", false),
            ("1.t1", false),
            ("", false),
        ] {
            assert_eq!(names(line, "t1"), found, "{line:?}");
        }
    }
}
