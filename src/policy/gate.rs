//! What the policy says of one gate: what it checks, on what, and how far it counts.

use super::{Level, Trust};
use crate::id::{GateName, MemberName};
use crate::plan::Kind;
use crate::text::{Span, Spanned};
use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

/// How long a command may run when its gate does not say.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The gates that need no entry in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// A commit names the item and changes something inside its `touches`.
    Committed,
    /// A criterion that speaks of a self-review stands under the item and is ticked.
    SelfReview,
    TasksDone,
    FeaturesDone,
    EpicsDone,
    /// No open blocker names the item or what is below it.
    NoOpenBlockers,
    /// No handoff for the item or what is below it is on its way.
    HandoffsClosed,
    /// A closed retrospective names the item.
    RetroHeld,
    /// A ticked criterion names each goal of what is below it.
    GoalsMet,
    /// After a red gate, somebody decided what to do about it.
    FailuresDecided,
    /// Agents took the item up afresh, not in a session in which they worked for another phase.
    FreshSession,
    /// No line was added that puts work off, unless the ledger knows.
    NoNewDebt,
    /// What context files refer to is there.
    ReferencesHold,
}

impl Builtin {
    pub const ALL: [Self; 13] = [
        Self::Committed,
        Self::SelfReview,
        Self::TasksDone,
        Self::FeaturesDone,
        Self::EpicsDone,
        Self::NoOpenBlockers,
        Self::HandoffsClosed,
        Self::RetroHeld,
        Self::GoalsMet,
        Self::FailuresDecided,
        Self::FreshSession,
        Self::NoNewDebt,
        Self::ReferencesHold,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::SelfReview => "self-review",
            Self::TasksDone => "tasks-done",
            Self::FeaturesDone => "features-done",
            Self::EpicsDone => "epics-done",
            Self::NoOpenBlockers => "no-open-blockers",
            Self::HandoffsClosed => "handoffs-closed",
            Self::RetroHeld => "retro-held",
            Self::GoalsMet => "goals-met",
            Self::FailuresDecided => "failures-decided",
            Self::FreshSession => "fresh-session",
            Self::NoNewDebt => "no-new-debt",
            Self::ReferencesHold => "references-hold",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|builtin| builtin.name() == name)
    }

    /// The lowest level with something to check.
    pub fn lowest(self) -> Kind {
        match self {
            Self::Committed
            | Self::SelfReview
            | Self::NoOpenBlockers
            | Self::HandoffsClosed
            | Self::FailuresDecided
            | Self::FreshSession
            | Self::NoNewDebt
            | Self::ReferencesHold => Kind::Task,
            Self::TasksDone | Self::RetroHeld | Self::GoalsMet => Kind::Feature,
            Self::FeaturesDone => Kind::Epic,
            Self::EpicsDone => Kind::Phase,
        }
    }

    /// Whether there is something to check at `level`.
    pub fn fits(self, level: Level) -> bool {
        match level {
            Level::Merge => matches!(self, Self::NoNewDebt | Self::ReferencesHold),
            Level::Item(kind) => kind >= self.lowest(),
        }
    }

    /// The gate, as if the policy defined it.
    pub fn gate(self) -> &'static Gate {
        static GATES: LazyLock<Vec<Gate>> = LazyLock::new(|| {
            let name = |builtin: Builtin| GateName::parse(builtin.name()).expect("names of built-in gates are ids");
            let make = |builtin| Gate::new(Spanned::new(name(builtin), Span::default()), GateKind::Builtin(builtin));
            Builtin::ALL.into_iter().map(make).collect()
        });
        &GATES[self as usize]
    }
}

/// Where a metric's number is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Line coverage in percent from an LCOV file.
    Lcov { file: String },
    /// Line coverage in percent from a Cobertura XML file.
    Cobertura { file: String },
    /// The share of passed tests in percent from a JUnit XML file.
    Junit { file: String },
    /// A number at an RFC 6901 pointer of a JSON file.
    Json { file: String, pointer: String },
    /// The first capture group of a regular expression in the command's output.
    Regex { pattern: String },
}

/// A number that must stay within bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub reading: Reading,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// What a gate checks.
#[derive(Clone, Debug, PartialEq)]
pub enum GateKind {
    /// A command that must end with status 0; with a metric, also leave a number within bounds.
    Run {
        command: Spanned<String>,
        metric: Option<Metric>,
    },
    /// A named role approves.
    Approve {
        role: Spanned<MemberName>,
    },
    /// Every box of a document is ticked (and there is one).
    Checklist {
        document: Spanned<String>,
    },
    /// When a path of `when` changed, a path of `paths` changed too, or a commit says `or`.
    Changed {
        paths: Vec<Spanned<String>>,
        or: Option<String>,
    },
    Builtin(Builtin),
}

impl fmt::Display for GateKind {
    /// What the gate checks, in a few words; names are shown as the policy has them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run { command, metric: None } => write!(f, "runs `{}`", command.value),
            Self::Run { command, metric: Some(_) } => write!(f, "runs `{}` and reads a number", command.value),
            Self::Approve { role } => write!(f, "`{}` approves", role.value),
            Self::Checklist { document } => write!(f, "every box of `{}` is ticked", document.value),
            Self::Changed { .. } => f.write_str("paths change together"),
            Self::Builtin(builtin) => f.write_str(match builtin {
                Builtin::Committed => "a commit names the item and changes what it touches",
                Builtin::SelfReview => "the self-review is ticked",
                Builtin::TasksDone => "its tasks are done",
                Builtin::FeaturesDone => "its features are done",
                Builtin::EpicsDone => "its epics are done",
                Builtin::NoOpenBlockers => "nothing blocks it",
                Builtin::HandoffsClosed => "its handoffs are closed",
                Builtin::RetroHeld => "its retrospective was held",
                Builtin::GoalsMet => "its goals are met",
                Builtin::FailuresDecided => "what to do about red gates was decided",
                Builtin::FreshSession => "agents took it up afresh",
                Builtin::NoNewDebt => "no work was put off unseen",
                Builtin::ReferencesHold => "what context files refer to is there",
            }),
        }
    }
}

/// One entry under `gates:`, or a built-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// The name with its place in the policy (empty for built-ins).
    pub name: Spanned<GateName>,
    pub kind: GateKind,
    /// Paths the command reads: files, folders (`src/`), globs (`docs/**`), or `.` for everything.
    pub inputs: Vec<Spanned<String>>,
    /// Path patterns; the gate does not apply when none of the changed paths matches. Empty: always applies.
    pub when: Vec<Spanned<String>>,
    pub timeout: Duration,
    pub min_tests: Option<u32>,
    /// Environment variables passed on to the command besides PATH, HOME, LANG and TMPDIR.
    pub env: Vec<String>,
    /// Environment classes whose results count (`linux-x86_64`); empty: any.
    pub on: Vec<String>,
    pub waivable: bool,
    /// A red result is excused by one that is red on the protected side as well (commands only).
    pub baseline: bool,
    /// The approver must not have authored or committed any of the work (approvals only; the author never counts).
    pub independent: bool,
    /// Least trust for this gate's results, over the ref's.
    pub trust: Option<Trust>,
    /// Results older than so many minutes no longer count (commands and approvals).
    pub max_age: Option<u32>,
}

impl Gate {
    /// Whether a waiver can excuse it.
    pub fn may_be_waived(&self) -> bool {
        let guarded = matches!(&self.kind, GateKind::Approve { role } if NEVER_OVERRIDDEN.contains(&role.as_str()));
        self.waivable && !guarded
    }

    /// A gate that says nothing but what it checks.
    pub(crate) fn new(name: Spanned<GateName>, kind: GateKind) -> Self {
        Self {
            name,
            kind,
            inputs: Vec::new(),
            when: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            min_tests: None,
            env: Vec::new(),
            on: Vec::new(),
            waivable: true,
            baseline: false,
            independent: false,
            trust: None,
            max_age: None,
        }
    }
}

/// The roles whose approval nobody overrides: security and law.
pub const NEVER_OVERRIDDEN: [&str; 4] = ["security-auditor", "compliance", "compliance-specialist", "legal"];
