//! Keeping the generated files fresh that the policy names.

use super::repeats::{MOST, Repeats};
use crate::cli::past::{self, LineArgs};
use crate::cli::report;
use crate::cli::wire::Bench;
use crate::diag::{Failure, Sink};
use crate::id::RepoPath;
use crate::policy::Policy;
use crate::project::Project;
use crate::verb::views::{self, Clock};
use crate::verb::watch::Event;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::time::Instant;

/// Writes generated files, each only when it is not what it should be.
pub struct Keeper {
    repeats: Repeats<RepoPath>,
    /// Files that somebody else keeps changing, or that cannot be written: they are left alone until the next start.
    resting: BTreeSet<RepoPath>,
}

impl Keeper {
    pub fn new() -> Self {
        Self { repeats: Repeats::new(), resting: BTreeSet::new() }
    }

    /// Writes what is stale. Returns what was written, and what there is to complain about.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn refresh(
        &mut self,
        bench: &Bench,
        policy: &Policy,
        project: &Project,
    ) -> Result<(Vec<Event>, Vec<String>), Failure> {
        let files = bench.work_tree()?;
        let (mut written, mut complaints) = (Vec::new(), Vec::new());
        // The past is read when a view asks for it, and once.
        let past = OnceCell::new();
        let tell = |view, at| {
            let facts = match past.get() {
                Some(known) => known,
                None => {
                    let facts = past::facts(bench, &LineArgs { at: None })?;
                    past.get_or_init(|| facts)
                }
            };
            let survey = past::survey_of(bench, &files, (project, facts), at, &mut Sink::new())?;
            report::told(bench, &files, &survey, view)
        };
        for stale in views::run(&files, policy, project, &Clock { now: bench.now(), tell: &tell })? {
            let path = stale.path;
            if self.resting.contains(&path) {
                continue;
            }
            let text = match stale.text {
                Ok(text) => text,
                Err(failure) => {
                    complaints.push(format!("could not refresh `{path}`: {}", failure.message));
                    self.resting.insert(path);
                    continue;
                }
            };
            if self.repeats.too_many(path.clone(), Instant::now()) {
                complaints.push(format!(
                    "`{path}` had to be written {} times within a minute: something else writes it too; it is left alone until the next start",
                    MOST + 1
                ));
                self.resting.insert(path);
                continue;
            }
            match files.write(&path, text.as_bytes()) {
                Ok(()) => written.push(Event::view_refreshed(&path)),
                Err(failure) => {
                    let causes = failure.causes.join("; ");
                    complaints.push(format!("could not refresh `{path}`: {}: {causes}", failure.message));
                    self.resting.insert(path);
                }
            }
        }
        Ok((written, complaints))
    }
}
