//! `no-new-debt`: lines that put work off, or silence a check, stand in the ledger.

use super::{Answer, Scene, State};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::policy;
use crate::port::{Blob, Tree};
use crate::record::{Record, kinds};
use std::collections::BTreeMap;

/// A file larger than this is not looked through: nobody writes it by hand.
const MAX_BYTES: u64 = 1024 * 1024;

/// How many changed files are looked through at most.
const MAX_FILES: usize = 20_000;

/// How many new lines are named.
const NAMED: usize = 3;

impl Scene<'_> {
    /// Lines count by what they say: one that only moved is not new. A line may name the open debt that stands for it.
    pub(super) fn no_new_debt(&self) -> Result<Answer, Failure> {
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let changed: Vec<&RepoPath> = self.changed.iter().filter(|path| !path.is_within(&plan_folder)).collect();
        if changed.len() > MAX_FILES {
            let why = format!("{} files changed, and at most {MAX_FILES} are looked through", changed.len());
            return Ok(Answer::of(State::Error, why));
        }
        let mut before: BTreeMap<String, usize> = BTreeMap::new();
        let mut after = Vec::new();
        for path in changed {
            for line in self.marked(self.base_tree, path)? {
                *before.entry(line).or_default() += 1;
            }
            after.extend(self.marked(self.tree, path)?.into_iter().map(|line| (path, line)));
        }
        let ledger = self.records.of(&kinds::RISK)?;
        let open: Vec<&str> = ledger
            .iter()
            .filter(|record| record.text("type") == Some("debt") && !record.is_closed())
            .map(Record::name)
            .collect();
        let mut new = Vec::new();
        for (path, line) in after {
            match before.get_mut(&line).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None if open.iter().any(|debt| line.contains(debt)) => {}
                None => new.push(format!("`{path}`: {}", shortened(&line))),
            }
        }
        Ok(match new.len() {
            0 => Answer::of(State::Satisfied, "no line puts work off unseen"),
            more => {
                let shown = new[..more.min(NAMED)].join("; ");
                let rest = if more > NAMED { format!("; and {} more", more - NAMED) } else { String::new() };
                Answer::of(State::Unsatisfied, format!("new, and in no ledger: {shown}{rest}"))
            }
        })
    }

    /// The lines of a file that carry a marker of debt, without the blanks around them.
    fn marked(&self, tree: &dyn Tree, path: &RepoPath) -> Result<Vec<String>, Failure> {
        if !tree.entry(path)?.is_some_and(|entry| entry.kind.is_regular()) {
            return Ok(Vec::new());
        }
        let Blob::Bytes(bytes) = tree.blob(path, MAX_BYTES)? else { return Ok(Vec::new()) };
        if bytes.contains(&0) {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&bytes);
        let markers = &self.policy.precautions.markers;
        let marked = text.lines().filter(|line| markers.iter().any(|marker| carries(line, marker)));
        Ok(marked.map(|line| line.trim().to_owned()).collect())
    }
}

/// Whether a line has the marker, not as part of a longer word: `TODO` is not in `TODOS_TABLE`.
fn carries(line: &str, marker: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(marker).any(|(at, _)| {
        let joined =
            |inner: Option<char>, outer: Option<char>| inner.is_some_and(is_word) && outer.is_some_and(is_word);
        let before = joined(marker.chars().next(), line[..at].chars().next_back());
        let after = joined(marker.chars().next_back(), line[at + marker.len()..].chars().next());
        !before && !after
    })
}

fn shortened(line: &str) -> String {
    const MOST: usize = 60;
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    line.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::carries;

    #[test]
    fn markers_are_whole_words() {
        for (line, marker, expected) in [
            ("// TODO: later", "TODO", true),
            ("# TODO(debt)", "TODO", true),
            ("TODOS_TABLE", "TODO", false),
            ("let a_TODO = 1", "TODO", false),
            ("#[allow(dead_code)]", "#[allow(", true),
            ("x = 1  # noqa: E501", "# noqa", true),
            ("# noqaish", "# noqa", false),
            ("", "TODO", false),
        ] {
            assert_eq!(carries(line, marker), expected, "{line}");
        }
    }
}
