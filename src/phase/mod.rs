//! The phases 0 to 5 of a project under command: what each needs to begin, and what it needs to end.
//!
//! Domain layer. Where the policy says `phases: true`, work goes through them one after the other, and the gate at the
//! end of each is decided by somebody: GO or NO-GO. Nothing about a phase is stored but those decisions; where the
//! project stands is computed from records, documents and plan, so it is the same for everybody.
//!
//! `condition` lists what a phase needs, `ready` looks at the plan before work begins, `board` adds up the reviews of
//! the board, `package` pins what a finished phase delivers.

pub mod board;
pub mod codes;
mod condition;
mod document;
pub mod package;
mod ready;

pub use condition::{Condition, all_done, conditions, entry, exit};
pub use document::opening;

use crate::diag::Failure;
use crate::plan::{Kind, Plan};
use crate::policy::Policy;
use crate::port::Tree;
use crate::record::book::Book;
use crate::record::{Record, kinds};
use crate::roster::Roster;

/// A phase of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Brief,
    Vision,
    Mission,
    Planning,
    Implementation,
    Testing,
}

impl Phase {
    pub const ALL: [Self; 6] =
        [Self::Brief, Self::Vision, Self::Mission, Self::Planning, Self::Implementation, Self::Testing];

    /// 0 to 5.
    pub fn number(self) -> usize {
        self as usize
    }

    /// The phase of that number.
    pub fn numbered(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.number().to_string() == text)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Brief => "brief",
            Self::Vision => "vision",
            Self::Mission => "mission",
            Self::Planning => "execution planning",
            Self::Implementation => "implementation",
            Self::Testing => "testing",
        }
    }

    /// The path of its document.
    pub fn document(self) -> &'static str {
        match self {
            Self::Brief => "plan/00-project-brief.md",
            Self::Vision => "plan/01-vision.md",
            Self::Mission => "plan/02-mission.md",
            Self::Planning => crate::project::PLAN_PATH,
            Self::Implementation => "plan/04-implementation-report.md",
            Self::Testing => "plan/05-test-plan.md",
        }
    }

    /// The phase before.
    pub fn before(self) -> Option<Self> {
        self.number().checked_sub(1).map(|number| Self::ALL[number])
    }
}

/// What phases are judged by: one revision.
pub struct View<'a> {
    pub plan: &'a Plan,
    pub tree: &'a dyn Tree,
    pub records: &'a Book<'a>,
    pub policy: &'a Policy,
    /// Who is who: two names may be one person's.
    pub roster: Option<&'a Roster>,
}

/// Where a phase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Decided GO.
    Done,
    /// Its gate is open: other work rests.
    AtGate,
    /// Its work goes on.
    Active,
    /// The phases before it are not done, or something else keeps it from beginning.
    Waiting,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AtGate => "gate",
            Self::Active => "active",
            Self::Waiting => "waiting",
        }
    }
}

impl View<'_> {
    /// Where a phase stands.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn standing(&self, phase: Phase) -> Result<Standing, Failure> {
        let number = phase.number().to_string();
        Ok(if self.decided(&number)? {
            Standing::Done
        } else if self.open_gates()?.iter().any(|gate| gate.text("phase") == Some(&number)) {
            Standing::AtGate
        } else if entry(phase, self)?.iter().all(|condition| condition.met) {
            Standing::Active
        } else {
            Standing::Waiting
        })
    }

    /// Whether a phase, by its number or by the id of a phase of the plan, was decided GO.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn decided(&self, phase: &str) -> Result<bool, Failure> {
        let gates = self.records.of(&kinds::PHASE)?;
        Ok(gates.iter().any(|gate| gate.state() == "go" && is_about(gate, phase)))
    }

    /// The gates that are open.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn open_gates(&self) -> Result<Vec<Record>, Failure> {
        Ok(self.records.of(&kinds::PHASE)?.iter().filter(|gate| !gate.is_closed()).cloned().collect())
    }

    /// The phase of the plan that a gate is about, if it is one of the plan's own.
    pub fn plan_phase(&self, gate: &Record) -> Option<usize> {
        let text = gate.text("phase")?;
        let found = self.plan.find(text).filter(|_| Phase::numbered(text).is_none());
        found.filter(|&index| self.plan.items[index].kind == Kind::Phase)
    }
}

fn is_about(gate: &Record, phase: &str) -> bool {
    gate.text("phase").is_some_and(|text| text.eq_ignore_ascii_case(phase))
}
