//! The audit of procedures: what was to be done, step by step, and what history and records tell of it.
//!
//! Verb layer, pure: facts of a line, records, plan, policy and roster in, courses out. A *course* is one procedure
//! carried out once: for one task, one handoff, one blocker, one day. Each step of it was done, was not done, was not
//! called for, or left no trace; what left no trace is never counted as a violation, and never as proof. One file per
//! procedure.

mod completion;
mod escalation;
mod handoff;
mod sync;

#[cfg(test)]
mod tests;

use crate::diag::Failure;
use crate::facts::Facts;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::record::book::Book;
use crate::roster::Roster;
use jiff::Timestamp;

/// A procedure that is audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sop {
    Completion,
    Handoff,
    Gates,
    Escalation,
    Sync,
}

impl Sop {
    pub const ALL: [Self; 5] = [Self::Completion, Self::Handoff, Self::Gates, Self::Escalation, Self::Sync];

    pub fn name(self) -> &'static str {
        match self {
            Self::Completion => "task-completion",
            Self::Handoff => "handoff",
            Self::Gates => "gate-enforcement",
            Self::Escalation => "blocker-escalation",
            Self::Sync => "daily-sync",
        }
    }
}

/// How a step was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    Done,
    /// It was called for, and not done: why that is known.
    Missing(String),
    /// Nothing called for it.
    NotCalledFor,
    /// It left no trace, or its time has not come.
    Unknown(String),
}

impl How {
    /// Done when there is no fault.
    fn unless(fault: Option<String>) -> Self {
        fault.map_or(Self::Done, Self::Missing)
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missing(_) => "missing",
            Self::NotCalledFor => "not-called-for",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// One step of a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub how: How,
}

/// How a course compares with its procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compliance {
    Compliant,
    /// Nothing is known to be missing, and not all of it is known.
    Warning,
    Violation,
}

impl Compliance {
    pub fn name(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Warning => "warning",
            Self::Violation => "violation",
        }
    }
}

/// A procedure carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub sop: Sop,
    /// The id of an item, the name of a record, or a day.
    pub subject: String,
    /// Who answers for it, where somebody is named.
    pub agent: Option<String>,
    /// In the order of the procedure.
    pub steps: Vec<Step>,
}

impl Course {
    fn new(sop: Sop, subject: &str, agent: Option<&str>) -> Self {
        Self { sop, subject: subject.to_owned(), agent: agent.map(str::to_owned), steps: Vec::new() }
    }

    #[must_use]
    fn step(mut self, name: impl Into<String>, how: How) -> Self {
        self.steps.push(Step { name: name.into(), how });
        self
    }

    pub fn compliance(&self) -> Compliance {
        let worst = self.steps.iter().map(|step| match step.how {
            How::Missing(_) => Compliance::Violation,
            How::Unknown(_) => Compliance::Warning,
            How::Done | How::NotCalledFor => Compliance::Compliant,
        });
        worst.max().unwrap_or(Compliance::Compliant)
    }

    /// What is missing, a sentence each.
    pub fn violations(&self) -> Vec<String> {
        let missing = |step: &Step| match &step.how {
            How::Missing(why) => Some(format!("{}: {why}", step.name)),
            _ => None,
        };
        self.steps.iter().filter_map(missing).collect()
    }

    /// What nothing tells, a sentence each.
    pub fn unknown(&self) -> Vec<String> {
        let unknown = |step: &Step| match &step.how {
            How::Unknown(why) => Some(format!("{}: {why}", step.name)),
            _ => None,
        };
        self.steps.iter().filter_map(unknown).collect()
    }
}

/// What is looked at.
pub struct Past<'a> {
    pub facts: &'a Facts,
    pub plan: &'a Plan,
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    pub records: &'a Book<'a>,
    pub now: Timestamp,
}

/// Every course of every procedure, in the order of [`Sop::ALL`].
///
/// # Errors
/// A file could not be read.
pub fn run(past: &Past<'_>) -> Result<Vec<Course>, Failure> {
    let mut courses = completion::courses(past)?;
    courses.extend(handoff::courses(past)?);
    courses.extend(escalation::courses(past)?);
    courses.extend(sync::courses(past)?);
    courses.sort_by_key(|course| course.sop);
    Ok(courses)
}

/// What the courses of one procedure come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    pub sop: Sop,
    pub courses: usize,
    pub violations: usize,
    pub warnings: usize,
}

impl Total {
    /// The share without a violation, in percent, rounded down; `None` when it was never carried out.
    pub fn percent(&self) -> Option<u32> {
        let share = (self.courses - self.violations) * 100;
        share.checked_div(self.courses).and_then(|percent| u32::try_from(percent).ok())
    }
}

/// The totals of every procedure.
pub fn totals(courses: &[Course]) -> [Total; 5] {
    Sop::ALL.map(|sop| {
        let of_sop = || courses.iter().filter(|course| course.sop == sop).map(Course::compliance);
        Total {
            sop,
            courses: of_sop().count(),
            violations: of_sop().filter(|compliance| *compliance == Compliance::Violation).count(),
            warnings: of_sop().filter(|compliance| *compliance == Compliance::Warning).count(),
        }
    })
}
