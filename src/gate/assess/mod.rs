//! Whether one gate of one subject is satisfied in one scene: the heart of every verdict.
//!
//! Nothing that is missing, malformed or unreadable counts; what cannot be found out is [`State::Error`].

mod baseline;
mod builtin;
mod debt;
mod red;
mod references;
mod session;
mod weigh;

use super::inputs::{InputSet, Inputs};
use super::reports::Reports;
use super::work::{Earlier, Work};
use super::{codes, definition, waivers};
use crate::diag::{Code, Failure, Sink};
use crate::evidence::{self, Digest, Outcome};
use crate::id::{GateName, RepoPath};
use crate::pattern::{Pattern, PatternSet};
use crate::plan::{Item, Plan};
use crate::policy::{Builtin, Gate, GateKind, Level, Policy, Trust};
use crate::port::{History, Signatures, Tree};
use crate::record::book::Book;
use crate::roster::Roster;
use jiff::Timestamp;
use std::sync::Arc;
pub use weigh::{trust_name, trust_of};

/// How far a result's time may lie ahead of the verifier's clock, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 300;

/// Everything a requirement is judged against. Policy and roster come from the protected side.
pub struct Scene<'a> {
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    /// The plan as it would land.
    pub plan: &'a Plan,
    /// The plan on the protected side.
    pub base_plan: &'a Plan,
    /// The files as they would land.
    pub tree: &'a dyn Tree,
    /// The files on the protected side.
    pub base_tree: &'a dyn Tree,
    pub reports: &'a Reports<'a>,
    /// What gates read of the files as they would land.
    pub inputs: &'a Inputs<'a>,
    /// What gates read of the protected side's files.
    pub base_inputs: &'a Inputs<'a>,
    /// The records as they would land.
    pub records: &'a Book<'a>,
    /// The records on the protected side.
    pub base_records: &'a Book<'a>,
    pub history: &'a dyn History,
    pub signatures: &'a dyn Signatures,
    /// The paths that the move changes.
    pub changed: &'a [RepoPath],
    /// The new commits.
    pub work: &'a [Work],
    /// The protected side's commit.
    pub base: Option<&'a crate::id::ObjectId>,
    /// Where to look further for commits that name an item.
    pub earlier: &'a Earlier<'a>,
    /// Least trust on the ref.
    pub trust: Trust,
    pub now: Timestamp,
}

/// What a gate is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The move itself.
    Merge,
    /// An item of the proposed plan, by index.
    Item(usize),
    /// The protected side as it stands: what was red there already.
    Baseline,
}

/// How a requirement stands. Only the first three let a merge through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    NotApplicable,
    Satisfied,
    Waived,
    Unsatisfied,
    /// It could not be found out.
    Error,
}

impl State {
    pub fn passes(self) -> bool {
        matches!(self, Self::NotApplicable | Self::Satisfied | Self::Waived)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Satisfied => "satisfied",
            Self::Waived => "waived",
            Self::Unsatisfied => "unsatisfied",
            Self::Error => "error",
        }
    }
}

impl Remedy {
    fn of(gate: &Gate) -> Self {
        match &gate.kind {
            GateKind::Run { .. } => Self::RunGate,
            GateKind::Approve { .. } => Self::Approve,
            GateKind::Changed { .. } => Self::ChangeTogether,
            GateKind::Checklist { document } => Self::TickDocument(document.value.clone()),
            GateKind::Builtin(Builtin::Committed) => Self::Commit,
            GateKind::Builtin(Builtin::SelfReview) => Self::TickReview,
            GateKind::Builtin(Builtin::TasksDone | Builtin::FeaturesDone | Builtin::EpicsDone) => Self::FinishChildren,
            GateKind::Builtin(Builtin::NoOpenBlockers) => Self::Unblock,
            GateKind::Builtin(Builtin::HandoffsClosed) => Self::CloseHandoffs,
            GateKind::Builtin(Builtin::RetroHeld) => Self::HoldRetro,
            GateKind::Builtin(Builtin::GoalsMet) => Self::TickGoals,
            GateKind::Builtin(Builtin::FailuresDecided) => Self::Decide,
            GateKind::Builtin(Builtin::FreshSession) => Self::BeginAfresh,
            GateKind::Builtin(Builtin::NoNewDebt) => Self::PayDebt,
            GateKind::Builtin(Builtin::ReferencesHold) => Self::MendReferences,
        }
    }
}

/// The evidence that decided a requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The path of the report.
    pub report: String,
    pub outcome: Outcome,
    pub by: String,
    pub at: Timestamp,
    /// How much it is believed, where that was looked at: results that do not fit are not.
    pub trust: Option<Trust>,
}

/// What helps an unsatisfied requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    RunGate,
    Approve,
    /// Name the item in a commit that does its work.
    Commit,
    TickReview,
    FinishChildren,
    ChangeTogether,
    /// Tick the boxes of this document.
    TickDocument(String),
    Unblock,
    CloseHandoffs,
    HoldRetro,
    TickGoals,
    /// Decide what to do about a red gate.
    Decide,
    BeginAfresh,
    PayDebt,
    MendReferences,
}

/// One gate of one subject and how it stands.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The item's id, or `merge`.
    pub subject: String,
    pub level: Level,
    pub gate: GateName,
    pub state: State,
    /// One sentence: why it stands so.
    pub why: String,
    /// Paths that changed since the nearest evidence.
    pub changed: Vec<RepoPath>,
    pub evidence: Option<Evidence>,
    /// What kind of finding an unsatisfied requirement is.
    pub code: &'static Code,
    pub remedy: Remedy,
    /// The path of the waiver that excuses it.
    pub waiver: Option<String>,
}

/// What a gate would read and be in this scene: all of a key but the environment.
pub struct Keyed {
    pub definition: Digest,
    pub inputs: Arc<InputSet>,
    pub input_digest: Digest,
}

impl Keyed {
    pub fn key(&self, policy: &Policy, gate: &Gate, environment: &str) -> Digest {
        evidence::key::key(
            &policy.repository,
            gate.name.value.as_str(),
            &self.definition,
            &self.input_digest,
            environment,
        )
    }
}

impl<'a> Scene<'a> {
    fn item(&self, subject: Subject) -> Option<&'a Item> {
        match subject {
            Subject::Merge | Subject::Baseline => None,
            Subject::Item(index) => self.plan.items.get(index),
        }
    }

    /// The id of a subject as reports carry it.
    pub fn name(&self, subject: Subject) -> String {
        match self.item(subject) {
            Some(item) => item.id.value.to_string(),
            None if subject == Subject::Baseline => evidence::BASELINE.to_owned(),
            None => evidence::MERGE.to_owned(),
        }
    }

    /// The item as the protected side has it, if it does.
    fn base_item(&self, subject: Subject) -> Option<&'a Item> {
        let id = &self.item(subject)?.id.value;
        self.base_plan.find(id.as_str()).map(|index| &self.base_plan.items[index])
    }

    /// The path patterns of an item's work: those of the protected side where it has any.
    pub fn touches(&self, subject: Subject) -> Vec<&'a str> {
        let of = |item: &'a Item| item.touches().map(|touch| touch.value).collect::<Vec<_>>();
        match self.base_item(subject).map(of) {
            Some(touches) if !touches.is_empty() => touches,
            _ => self.item(subject).map(of).unwrap_or_default(),
        }
    }

    /// What the gate is and reads in this scene.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn keyed(&self, subject: Subject, gate: &Gate) -> Result<Keyed, Failure> {
        let (tree, inputs) = match subject {
            Subject::Baseline => (self.base_tree, self.base_inputs),
            _ => (self.tree, self.inputs),
        };
        let definition = definition::digest(self.policy, gate, tree)?;
        if let GateKind::Approve { .. } = gate.kind {
            // What was reviewed: the files the item touches, and what it promises.
            let mut touches = self.touches(subject);
            touches.retain(|touch| Pattern::parse(touch).is_ok());
            if touches.is_empty() {
                touches.push(".");
            }
            let inputs = inputs.of(&touches)?;
            let name = self.name(subject);
            let files = inputs.digest();
            let mut parts: Vec<&[u8]> = vec![b"approve", name.as_bytes(), files.as_str().as_bytes()];
            if let Some(item) = self.item(subject) {
                parts.push(item.title().value.as_bytes());
                parts.extend(item.criteria().map(|criterion| criterion.text.value.as_bytes()));
            }
            let input_digest = Digest::of(&parts);
            return Ok(Keyed { definition, inputs, input_digest });
        }
        let patterns: Vec<&str> = gate.inputs.iter().map(|input| input.value.as_str()).collect();
        let inputs = inputs.of(&patterns)?;
        let input_digest = inputs.digest();
        Ok(Keyed { definition, inputs, input_digest })
    }

    /// How one gate of one subject stands. What is wrong with reports on the way goes to `sink`.
    ///
    /// # Errors
    /// Something that decides could not be read.
    pub fn assess(&self, subject: Subject, level: Level, gate: &Gate, sink: &mut Sink) -> Result<Requirement, Failure> {
        let mut answer = if self.applies(subject, gate) {
            match &gate.kind {
                GateKind::Builtin(builtin) => self.builtin(subject, *builtin)?,
                GateKind::Changed { paths, or } => self.changed_together(paths, or.as_deref()),
                GateKind::Checklist { document } => self.checklist(&document.value)?,
                GateKind::Run { .. } | GateKind::Approve { .. } => self.evidence(subject, gate, sink)?,
            }
        } else {
            Answer::of(State::NotApplicable, "none of the changed paths concerns it")
        };
        let mut waiver = None;
        if answer.state == State::Unsatisfied {
            match waivers::find(self, subject, gate)? {
                waivers::Found::Excuse { path, why } => {
                    answer = Answer::of(State::Waived, why);
                    waiver = Some(path);
                }
                waivers::Found::Not(why) => answer.why = format!("{}; {why}", answer.why),
                waivers::Found::Nothing => {}
            }
        }
        let Answer { state, why, changed, evidence, code } = answer;
        Ok(Requirement {
            subject: self.name(subject),
            level,
            gate: gate.name.value.clone(),
            state,
            why,
            changed,
            evidence,
            code,
            remedy: Remedy::of(gate),
            waiver,
        })
    }

    /// Whether `when` of a gate is met: by a changed path, or by what the item says it touches.
    fn applies(&self, subject: Subject, gate: &Gate) -> bool {
        if gate.when.is_empty() {
            return true;
        }
        let when = PatternSet::of_valid(gate.when.iter().map(|pattern| pattern.value.as_str()));
        if self.changed.iter().any(|path| when.matches(path)) {
            return true;
        }
        // The change that claims an item cannot say for the first time that it touches nothing of concern.
        let touches = match self.base_item(subject) {
            Some(before) if before.touches().next().is_none() => Vec::new(),
            _ => self.touches(subject),
        };
        subject != Subject::Merge && (touches.is_empty() || when.overlaps(&PatternSet::of_valid(touches)))
    }
}

struct Answer {
    state: State,
    why: String,
    changed: Vec<RepoPath>,
    evidence: Option<Evidence>,
    code: &'static Code,
}

impl Answer {
    fn of(state: State, why: impl Into<String>) -> Self {
        Self { state, why: why.into(), changed: Vec::new(), evidence: None, code: &codes::UNSATISFIED }
    }
}
