//! `diff`: what differs in the project's state between two commits, and how its scope changed.

use crate::diag::Failure;
use crate::facts::{self, What};
use crate::id::ObjectId;
use crate::port::History;

/// The differences, and what they mean for the amount of work.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// The item's id or the record's path, with what happened; items first.
    pub changes: Vec<(String, What)>,
    pub scope: Scope,
}

/// How much work came and went. Only tasks count: items without parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub added: usize,
    /// Removed, or dropped.
    pub removed: usize,
    pub ticked: usize,
    pub reopened: usize,
    /// The likely minutes of what was added, where an estimate says so.
    pub added_minutes: u64,
}

/// Compares two commits.
///
/// # Errors
/// An object could not be read, or the plan of the first is no text.
pub fn run(history: &dyn History, before: &ObjectId, after: &ObjectId) -> Result<Difference, Failure> {
    let changes = facts::difference(history, before, after)?;
    let mut scope = Scope::default();
    for (_, what) in &changes {
        match what {
            What::Created(said) if !said.has_parts => {
                scope.added += 1;
                scope.added_minutes += said.estimate.map_or(0, |[_, likely, _]| u64::from(likely));
            }
            What::Removed | What::Dropped => scope.removed += 1,
            What::Ticked => scope.ticked += 1,
            What::Reopened => scope.reopened += 1,
            _ => {}
        }
    }
    Ok(Difference { changes, scope })
}
