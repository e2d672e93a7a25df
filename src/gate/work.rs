//! The work of a change: its new commits, what each changes, and which items its message names.

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::{Commit, History};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// At most this many paths of one commit are compared.
const MAX_PATHS: usize = 1_000_000;

/// One new commit.
#[derive(Clone, Debug)]
pub struct Work {
    pub commit: Commit,
    /// The folded ids of the items the message names.
    pub items: Vec<String>,
    /// Compared when first asked for.
    paths: OnceCell<Vec<RepoPath>>,
}

impl Work {
    pub fn new(commit: Commit, items: Vec<String>) -> Self {
        Self { commit, items, paths: OnceCell::new() }
    }

    /// The paths the commit itself changes: against its parent; a merge: those that differ from every parent.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn paths(&self, history: &dyn History) -> Result<&[RepoPath], Failure> {
        if let Some(paths) = self.paths.get() {
            return Ok(paths);
        }
        let paths = self.compare(history)?;
        Ok(self.paths.get_or_init(|| paths))
    }

    fn compare(&self, history: &dyn History) -> Result<Vec<RepoPath>, Failure> {
        let commit = &self.commit;
        let against = |parent| -> Result<BTreeSet<RepoPath>, Failure> {
            Ok(history.changes(parent, &commit.id, MAX_PATHS)?.into_iter().map(|change| change.path).collect())
        };
        let Some((first, others)) = commit.parents.split_first() else {
            return Ok(against(None)?.into_iter().collect());
        };
        let mut paths = against(Some(first))?;
        for parent in others {
            if paths.is_empty() {
                break;
            }
            let other = against(Some(parent))?;
            paths.retain(|path| other.contains(path));
        }
        Ok(paths.into_iter().collect())
    }
}

/// Whether a commit message names an item: in a line `Item: ID, ID`, or as a word of the subject. Ids without a
/// letter (`1.2`, `15`) count in the subject only as `#15` or before a colon.
pub fn names_item(message: &str, folded_id: &str) -> bool {
    let mut lines = message.lines();
    let subject = lines.next().unwrap_or("");
    let plain_number = !folded_id.bytes().any(|b| b.is_ascii_alphabetic());
    let in_subject = tokens(subject).any(|(token, before, after)| {
        same_id(token, folded_id) && (!plain_number || before == Some('#') || after == Some(':'))
    });
    in_subject
        || lines.chain(std::iter::once(subject)).any(|line| {
            line.split_once(':').is_some_and(|(key, value)| {
                key.trim().eq_ignore_ascii_case("item")
                    && value.split([',', ' ']).any(|word| same_id(word.trim(), folded_id))
            })
        })
}

fn same_id(token: &str, folded: &str) -> bool {
    token.eq_ignore_ascii_case(folded) || token.trim_end_matches(['.', '-', '_']).eq_ignore_ascii_case(folded)
}

/// The id-like words of a line with the characters around them.
fn tokens(line: &str) -> impl Iterator<Item = (&str, Option<char>, Option<char>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    line.split(move |c: char| !is_part(c)).filter(|token| !token.is_empty()).map(move |token| {
        let start = token.as_ptr() as usize - line.as_ptr() as usize;
        (token, line[..start].chars().next_back(), line[start + token.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::names_item;

    #[test]
    fn messages_name_items() {
        for (message, id) in [
            ("DB-001: expand", "db-001"),
            ("feat(db-001): expand", "db-001"),
            ("Merge branch 'task/DB-001'", "db-001"),
            ("expand\n\nItem: BE-002, DB-001\n", "db-001"),
            ("fix #15", "15"),
            ("1.2: set up", "1.2"),
            ("closes DB-001.", "db-001"),
        ] {
            assert!(names_item(message, id), "{message}");
        }
        for (message, id) in [
            ("DB-0011: expand", "db-001"),
            ("XDB-001", "db-001"),
            ("expand\n\nsee DB-001\n", "db-001"),
            ("bump to 1.2", "1.2"),
            ("", "db-001"),
        ] {
            assert!(!names_item(message, id), "{message}");
        }
    }
}
