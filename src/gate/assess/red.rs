//! `failures-decided`: after a red gate somebody looked into it and decided what to do.
//!
//! A red result leaves a trace when its report was committed: on the protected side, or in a commit of the change.
//! What answers it is a decision about the item that was made after it, or a finished task that remediates it.

use super::{Answer, Scene, State};
use crate::diag::{Failure, Sink};
use crate::evidence::{self, GateReport, GateResult, Outcome};
use crate::gate::reports;
use crate::id::RepoPath;
use crate::record::kinds;

impl Scene<'_> {
    pub(super) fn failures_decided(&self, index: usize) -> Result<Answer, Failure> {
        let Some(red) = self.last_red(index)? else {
            return Ok(Answer::of(State::Satisfied, "no red gate of it was committed"));
        };
        let id = self.plan.items[index].id.value.as_str();
        let decisions = self.records.of(&kinds::DECISION)?;
        // Records tell whole seconds.
        let red_at = red.at.as_second();
        let after = |decision: &&crate::record::Record| {
            let decided_at = decision.step_to("decided").map(|step| step.at.value.as_second());
            decision.lists("items", id) && decided_at.is_some_and(|at| at >= red_at)
        };
        if let Some(decision) = decisions.iter().find(after) {
            return Ok(Answer::of(State::Satisfied, format!("`{}` decided about it", decision.name())));
        }
        let why = format!("the gate `{}` of {id} is red", red.gate);
        let fixes = |other: &usize| {
            let item = &self.plan.items[*other];
            item.why().is_some_and(|said| said.value.trim().eq_ignore_ascii_case(&why)) && self.plan.claimed(*other)
        };
        if let Some(fix) = (0..self.plan.items.len()).find(fixes) {
            let fix = &self.plan.items[fix].id.value;
            return Ok(Answer::of(State::Satisfied, format!("`{fix}` mended `{}`", red.gate)));
        }
        let why = format!("`{}` was {} at {}, and nobody decided what to do", red.gate, red.outcome.name(), red.at);
        Ok(Answer::of(State::Unsatisfied, why))
    }

    /// The newest red result of an item that was committed.
    fn last_red(&self, index: usize) -> Result<Option<GateResult>, Failure> {
        let id = self.plan.items[index].id.value.as_str();
        let mut last: Option<GateResult> = None;
        let mut look = |report: GateReport| {
            let red = |result: &GateResult| {
                result.subject.eq_ignore_ascii_case(id) && matches!(result.outcome, Outcome::Fail | Outcome::Error)
            };
            for result in report.results.into_iter().filter(red) {
                if last.as_ref().is_none_or(|last| last.at < result.at) {
                    last = Some(result);
                }
            }
        };
        for report in reports::Reports::new(self.base_tree).of(id, &mut Sink::new())? {
            look(report);
        }
        let folder = RepoPath::from(evidence::FOLDER);
        for work in self.work {
            let is_its = |path: &&RepoPath| {
                path.is_within(&folder)
                    && reports::subject_of(path.file_name()).is_some_and(|of| of.eq_ignore_ascii_case(id))
            };
            let paths: Vec<&RepoPath> = work.paths(self.history)?.iter().filter(is_its).collect();
            if paths.is_empty() {
                continue;
            }
            let tree = self.history.tree(&work.commit.id)?;
            for path in paths {
                if let Some(report) = reports::read_one(tree.as_ref(), path, &mut Sink::new())? {
                    look(report);
                }
            }
        }
        Ok(last)
    }
}
