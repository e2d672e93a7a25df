//! `references-hold`: what the context files of people and agents refer to is there.
//!
//! Only a reference that the change breaks counts: one that led nowhere before is nobody's news.

use super::{Answer, Scene, State};
use crate::diag::Failure;
use crate::doc::references;
use crate::id::RepoPath;
use crate::port::{Blob, Tree};
use std::collections::BTreeSet;

/// The files that agents are given before they begin.
const CONTEXT: [&str; 5] =
    ["**/AGENTS.md", "**/CLAUDE.md", "**/GEMINI.md", "**/copilot-instructions.md", "**/CONTRIBUTING.md"];

/// A context file larger than this is not read, and that is an error.
const MAX_BYTES: u64 = 1024 * 1024;

/// How many broken references are named.
const NAMED: usize = 5;

impl Scene<'_> {
    pub(super) fn references_hold(&self) -> Result<Answer, Failure> {
        if !self.may_break()? {
            return Ok(Answer::of(State::Satisfied, "no context file changed, and nothing was taken away"));
        }
        let mut broken = Vec::new();
        for file in self.inputs.of(&CONTEXT)?.covered().into_iter().filter(is_context) {
            let now = match dangling(self.tree, &file)? {
                Ok(now) => now,
                Err(why) => return Ok(Answer::of(State::Error, why)),
            };
            if now.is_empty() {
                continue;
            }
            let before = dangling(self.base_tree, &file)?.unwrap_or_default();
            broken.extend(now.difference(&before).map(|path| format!("`{file}` refers to `{path}`")));
        }
        Ok(match broken.len() {
            0 => Answer::of(State::Satisfied, "what context files refer to is there"),
            more if more > NAMED => {
                let shown = broken[..NAMED].join(", ");
                Answer::of(State::Unsatisfied, format!("{shown} and {} more, which are not there", more - NAMED))
            }
            1 => Answer::of(State::Unsatisfied, format!("{}, which is not there", broken[0])),
            _ => Answer::of(State::Unsatisfied, format!("{}, which are not there", broken.join(", "))),
        })
    }

    /// A reference breaks when its file changes, or when something goes away.
    fn may_break(&self) -> Result<bool, Failure> {
        for path in self.changed {
            if is_context(path) || self.tree.kind(path)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn is_context(path: &RepoPath) -> bool {
    CONTEXT.iter().any(|pattern| pattern.trim_start_matches("**/").as_bytes() == path.file_name())
}

/// The references of a file that lead nowhere; the inner error says why it cannot be read.
fn dangling(tree: &dyn Tree, file: &RepoPath) -> Result<Result<BTreeSet<String>, String>, Failure> {
    if !tree.entry(file)?.is_some_and(|entry| entry.kind.is_regular()) {
        return Ok(Ok(BTreeSet::new()));
    }
    let Blob::Bytes(bytes) = tree.blob(file, MAX_BYTES)? else {
        return Ok(Err(format!("`{file}` is larger than {MAX_BYTES} bytes")));
    };
    let mut nowhere = BTreeSet::new();
    for path in references::paths(&String::from_utf8_lossy(&bytes)) {
        let there = match target(file, &path) {
            Some(target) => target.is_root() || tree.kind(&target)?.is_some(),
            None => false,
        };
        if !there {
            nowhere.insert(path);
        }
    }
    Ok(Ok(nowhere))
}

/// Where a reference leads; `None`: out of the repository.
fn target(file: &RepoPath, path: &str) -> Option<RepoPath> {
    let from_root = path.starts_with('/');
    let mut at = if from_root { RepoPath::root() } else { file.parent().unwrap_or_else(RepoPath::root) };
    for name in path.split('/') {
        at = match name {
            "" | "." => at,
            ".." => at.parent()?,
            name => at.join(name),
        };
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::memory::MemoryTree;

    #[test]
    fn references_lead_from_their_file() {
        let text = "[a](b.md) [b](../c.md) [c](/d/e.md) [d](../../x.md) [e](.) @f.md [g](gone.md)\n";
        let tree =
            MemoryTree::from([("d/AGENTS.md", text), ("d/b.md", ""), ("c.md", ""), ("d/e.md", ""), ("d/f.md", "")]);
        let nowhere = dangling(&tree, &RepoPath::from("d/AGENTS.md")).expect("readable").expect("small");
        assert_eq!(nowhere.into_iter().collect::<Vec<_>>(), ["../../x.md", "gone.md"]);
    }
}
