//! What was known at an earlier moment: the files as they stood on the line, and what had happened by then.
//!
//! Nothing that was written down later is looked at, so the figures of then are those that were shown then.

use crate::diag::{Failure, Sink};
use crate::facts::Facts;
use crate::plan::{self, Reader};
use crate::port::{History, Tree};
use crate::project::Project;
use crate::verb::check;
use crate::verb::survey::{Beyond, Survey};
use jiff::Timestamp;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// Why nobody knows what a figure was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// Nobody asked.
    NotAsked,
    /// There was no commit yet.
    Young(Timestamp),
    /// The clone has no commit that old.
    Shallow(Timestamp),
    NoPlan,
    /// The plan could not be built on.
    Mistakes,
    /// What the figure is computed from was not there.
    Nothing,
}

impl Unknown {
    /// Whether it is so for every figure.
    pub fn is_of_all(self) -> bool {
        self != Self::Nothing
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("it was not looked at"),
            Self::Young(begins) => write!(f, "the history begins on {}", begins.strftime("%Y-%m-%d")),
            Self::Shallow(begins) => {
                write!(f, "this clone has no commits from before {}", begins.strftime("%Y-%m-%d"))
            }
            Self::NoPlan => f.write_str("there was no plan yet"),
            Self::Mistakes => f.write_str("the plan had mistakes then"),
            Self::Nothing => f.write_str("there was nothing to compute it from"),
        }
    }
}

/// The files and facts of a moment, for a survey to look at.
pub(super) struct Past<'h> {
    tree: Arc<dyn Tree + 'h>,
    project: Project,
    facts: Facts,
    at: Timestamp,
    beyond: Beyond,
}

impl<'h> Past<'h> {
    /// Goes back from a survey to a moment before it.
    ///
    /// # Errors
    /// An object could not be read.
    pub(super) fn read(
        survey: &Survey<'_>,
        history: &'h dyn History,
        at: Timestamp,
    ) -> Result<Result<Self, Unknown>, Failure> {
        let facts = survey.facts.until(at);
        let Some((tip, _)) = facts.line().next_back() else {
            let begins = survey.facts.line().next().map_or(survey.now, |(_, moment)| moment.at);
            let is_whole = survey.facts.is_complete();
            return Ok(Err(if is_whole { Unknown::Young(begins) } else { Unknown::Shallow(begins) }));
        };
        let tree = history.tree(tip)?;
        let mut sink = Sink::new();
        let project = Project::read(&*tree, Reader::Fast, &mut sink)?;
        if !project.has_plan {
            return Ok(Err(Unknown::NoPlan));
        }
        plan::check_errors(&project.plan, &mut sink);
        if sink.into_sorted().iter().any(check::is_in_the_way) {
            return Ok(Err(Unknown::Mistakes));
        }
        // Nobody knows when a tag was made; a deployment is when its commit landed.
        let deployments = survey.beyond.deployments.as_ref();
        let deployments = deployments.map(|known| known.iter().copied().filter(|landed| *landed <= at).collect());
        let beyond = Beyond { deployments, ..Beyond::ask(&project, &facts, (history, &HashSet::new()), at)? };
        Ok(Ok(Self { tree, project, facts, at, beyond }))
    }

    /// What was known then.
    ///
    /// # Errors
    /// A file could not be read.
    pub(super) fn survey(&self) -> Result<Survey<'_>, Failure> {
        let survey = Survey::new(&self.project, &*self.tree, &self.facts, self.at, &mut Sink::new())?;
        Ok(Survey { beyond: self.beyond.clone(), ..survey })
    }
}
