//! What the verbs share that change the plan: which files they may write, and what a change brings about.
//!
//! Verb layer. The changes themselves are made in [`crate::plan::edit`].

use super::fmt::Rewritten;
use crate::diag::{Diagnostic, Failure, Sink};
use crate::plan::edit::{self, Changes};
use crate::plan::{self, Plan, Reader};
use std::collections::HashMap;

/// A plan before and after a change; nothing is written yet.
#[derive(Debug)]
pub struct Changed {
    /// The plan as it will be.
    pub plan: Plan,
    /// Index of the item the change is about, in the plan as it will be.
    pub index: usize,
    pub files: Vec<Rewritten>,
    /// What is wrong, or to be known, only since the change.
    pub findings: Vec<Diagnostic>,
}

impl Changed {
    /// Compares the plan before and after; `after` has the same files.
    ///
    /// # Errors
    /// A file that would be written must not be.
    pub fn new(before: &Plan, after: Plan, index: usize) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for (file, (old, new)) in before.files.iter().zip(&after.files).enumerate() {
            if old.source.text() != new.source.text() {
                edit::writable(old)?;
                files.push(Rewritten { file, text: new.source.text().to_owned() });
            }
        }
        let findings = if files.is_empty() { Vec::new() } else { new_findings(before, &after) };
        Ok(Self { plan: after, index, files, findings })
    }

    /// Applies changes to a plan; `id` is the item they are about.
    ///
    /// # Errors
    /// As [`Changed::new`].
    pub fn apply(before: &Plan, changes: &Changes, id: &str) -> Result<Self, Failure> {
        let after = edit::with_changes(before, changes);
        let index = after.find(id).expect("an edit was checked to keep its item");
        Self::new(before, after, index)
    }
}

/// The files that edits change, with their new texts.
///
/// # Errors
/// A file that would be written must not be.
pub fn rewritten(plan: &Plan, changes: &Changes) -> Result<Vec<Rewritten>, Failure> {
    let rewrite = |(&file, edits): (&usize, &Vec<edit::Edit>)| {
        edit::writable(&plan.files[file])?;
        Ok(Rewritten { file, text: edit::apply(plan.files[file].source.text(), edits) })
    };
    changes.iter().map(rewrite).collect()
}

/// The findings of a plan, all of them.
fn findings(plan: &Plan) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    let sources = plan.files.iter().map(|file| file.source.clone()).collect();
    plan::check(&plan::read(sources, Reader::Fast, &mut sink), &mut sink);
    sink.into_sorted()
}

/// The findings that were not there before, told apart by code and message, since their places move.
fn new_findings(before: &Plan, after: &Plan) -> Vec<Diagnostic> {
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for finding in findings(before) {
        *known.entry((finding.code.name, finding.message)).or_default() += 1;
    }
    let mut new = findings(after);
    new.retain(|finding| match known.get_mut(&(finding.code.name, finding.message.clone())) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    new
}
