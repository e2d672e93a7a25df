//! `diff`: what differs in the project's state between two commits, and how its scope changed.

use crate::diag::Failure;
use crate::facts::{self, Revisions, What};
use crate::id::{ObjectId, RepoPath};
use crate::port::History;
use crate::{policy, roster};

/// The differences, and what they mean for the amount of work.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// The item's id or the record's path, with what happened; items first.
    pub changes: Vec<(String, What)>,
    pub scope: Scope,
    /// The files that say by which rules and by whom, where they differ.
    pub rules: Vec<&'static str>,
}

/// How much work came and went. Only tasks count: items without parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub added: usize,
    /// Removed, or dropped.
    pub removed: usize,
    pub ticked: usize,
    pub reopened: usize,
    /// Those that stand in another part of the plan.
    pub moved: usize,
    /// The likely minutes of what was added, where an estimate says so.
    pub added_minutes: u64,
    /// The same of what was removed, or dropped.
    pub removed_minutes: u64,
}

/// Compares two commits.
///
/// # Errors
/// An object could not be read, or the plan of the first is no text.
pub fn run(history: &dyn History, before: &ObjectId, after: &ObjectId) -> Result<Difference, Failure> {
    let changes = facts::difference(history, before, after)?;
    let (old, new) = (history.tree(before)?, history.tree(after)?);
    let mut revisions = Revisions::default();
    let (was, is) = (revisions.plan(&*old)?, revisions.plan(&*new).unwrap_or_default());
    let mut scope = Scope::default();
    for (id, what) in &changes {
        // Only tasks count: a part of the plan is as large as its tasks.
        let Some(said) = is.said(id).or_else(|| was.said(id)).filter(|said| !said.has_parts) else { continue };
        let minutes = said.estimate.map_or(0, |[_, likely, _]| u64::from(likely));
        match what {
            What::Created(_) => {
                scope.added += 1;
                scope.added_minutes += minutes;
            }
            What::Removed | What::Dropped => {
                scope.removed += 1;
                scope.removed_minutes += minutes;
            }
            What::Ticked => scope.ticked += 1,
            What::Reopened => scope.reopened += 1,
            What::Parent(_) => scope.moved += 1,
            _ => {}
        }
    }
    let mut rules = Vec::new();
    for path in [policy::PATH, roster::PATH] {
        if old.entry(&RepoPath::from(path))? != new.entry(&RepoPath::from(path))? {
            rules.push(path);
        }
    }
    Ok(Difference { changes, scope, rules })
}
