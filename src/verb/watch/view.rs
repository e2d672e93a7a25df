//! What stands at one moment.

use super::{Elsewhere, going};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::facts::Facts;
use crate::gate;
use crate::gate::assess::{Requirement, Scene, State, Subject};
use crate::gate::reports::subject_of;
use crate::id::{ObjectId, RefName, RepoPath};
use crate::judge::{self, Move, World};
use crate::pattern::PatternSet;
use crate::plan::{Plan, Reader};
use crate::policy::{self, Gate, GateKind, Policy, Trigger};
use crate::port::{Refs, Tree};
use crate::project::Project;
use crate::record::{book, kinds};
use crate::verb::blockers::Situation;
use crate::verb::gate::gates_of;
use crate::verb::standing::Standings;
use crate::verb::triggers::{self, Clash, GateFact, Raised};
use crate::verb::{check, overdue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The state of a project as a watcher compares it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Where HEAD and the protected refs stand, by name: a commit id, or a branch for HEAD.
    pub refs: BTreeMap<String, String>,
    /// What `check` says. The key names a finding whatever line it stands on, the value is its line of text.
    pub findings: BTreeMap<String, String>,
    /// Every item by its id; empty while the plan cannot be built on.
    pub items: BTreeMap<String, ItemView>,
    /// The levels of open blockers, by the path of the record.
    pub blockers: BTreeMap<String, u8>,
    /// What calls for somebody, by id.
    pub triggers: BTreeMap<String, Raised>,
    /// The gates that HEAD needs to land, by item and gate.
    pub gates: BTreeMap<String, GateView>,
    /// Why `gates` could not be told.
    pub not_judged: Option<String>,
    /// Whether `blockers` and `triggers` could not be told, for want of a policy.
    pub not_called: bool,
}

impl View {
    /// This view, with what it could not tell as it was told before: a plan in the middle of a save, or a merge with
    /// conflicts, says nothing about what stood in it.
    #[must_use]
    pub fn or_as_in(&self, before: &Self) -> Self {
        let mut known = self.clone();
        if known.items.is_empty() {
            known.items.clone_from(&before.items);
        }
        if known.not_judged.is_some() {
            known.gates.clone_from(&before.gates);
        }
        if known.not_called {
            known.triggers.clone_from(&before.triggers);
            known.blockers.clone_from(&before.blockers);
        } else if known.not_judged.is_some() {
            let of_gates = [Trigger::GateFailed, Trigger::ApprovalStale, Trigger::PathConflict].map(Trigger::name);
            let kept = before.triggers.iter().filter(|(_, raised)| of_gates.contains(&raised.trigger.as_str()));
            known.triggers.extend(kept.map(|(id, raised)| (id.clone(), raised.clone())));
        }
        known
    }
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemView {
    pub title: String,
    /// The name of its [`Standing`](crate::verb::standing::Standing).
    pub standing: String,
}

/// One gate of one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateView {
    pub subject: String,
    pub gate: String,
    /// The name of its [`State`].
    pub state: String,
    /// The code of what is missing.
    pub code: String,
    pub why: String,
    /// The paths that made evidence stale: between the commit that was tested and what would land.
    pub changed: Vec<String>,
    /// A path that will make it stale as soon as it is committed.
    pub soon_stale: Option<String>,
}

/// A view, and what else was seen on the way.
#[derive(Debug)]
pub struct Look {
    pub view: View,
    /// When the clock alone will change it.
    pub next: Option<Timestamp>,
    /// The project as the files have it; `None` while they hold errors: nothing is made from half a plan.
    pub project: Option<Project>,
    /// How many mistakes keep records from being read.
    pub broken: usize,
}

/// Takes a view. `files` is the work tree, `dirty` holds its paths that differ from HEAD, and `landing` is what HEAD
/// would bring to its protected branch, or why that cannot be told, beside what stands elsewhere. `past` reads the history of the plan, where the
/// policy asks how the plan goes.
///
/// # Errors
/// The work tree or the refs could not be read. What only keeps gates from being judged is part of the view.
pub fn look(
    world: &World<'_>,
    refs: &dyn Refs,
    files: &dyn Tree,
    dirty: &BTreeSet<RepoPath>,
    (landing, elsewhere): (Result<Move, Failure>, &Elsewhere),
    past: &dyn Fn() -> Option<Facts>,
) -> Result<Look, Failure> {
    let checked = check::run(files, Reader::Full)?;
    let mut view = View { findings: findings(&checked.findings), ..View::default() };
    view.refs = places(refs, checked.project.policy.as_ref())?;
    if !checked.findings.iter().any(check::is_in_the_way) {
        view.items = items(&checked.project.plan, files)?;
    }
    let mut facts = Vec::new();
    match landing.and_then(|change| gates(world, &change, dirty)) {
        Ok(gates) => {
            for (fact, soon_stale) in gates {
                let requirement = &fact.requirement;
                let key = format!("{} {}", requirement.subject, requirement.gate);
                view.gates.insert(key, gate_view(requirement, soon_stale));
                facts.push(fact);
            }
        }
        Err(failure) => {
            view.not_judged =
                Some(std::iter::once(failure.message).chain(failure.causes).collect::<Vec<_>>().join(": "));
        }
    }
    let is_record = |path: &str| book::kind_of(&RepoPath::from(path)).is_some();
    let broken = checked.findings.iter().filter(|found| found.is_error() && found.place.path().is_some_and(is_record));
    let broken = broken.count();
    // An item that stands on two branches with the same evidence is one.
    facts.extend(elsewhere.gates.iter().cloned());
    let gates = Gates { facts: &facts, clashes: &elsewhere.clashes };
    let next = calls(world, &checked.project, files, (&gates, past), &mut view)?;
    let sound = !checked.findings.iter().any(Diagnostic::is_error);
    Ok(Look { view, next, broken, project: sound.then_some(checked.project) })
}

/// What is known about work that has not landed.
struct Gates<'a> {
    facts: &'a [GateFact],
    clashes: &'a [Clash],
}

/// Fills in what calls for somebody and how far blockers have climbed; returns when time will change that.
fn calls(
    world: &World<'_>,
    project: &Project,
    files: &dyn Tree,
    (gates, past): (&Gates<'_>, &dyn Fn() -> Option<Facts>),
    view: &mut View,
) -> Result<Option<Timestamp>, Failure> {
    let Some(policy) = &project.policy else {
        view.not_called = true;
        return Ok(None);
    };
    let situation = Situation::new(&project.plan, policy, project.roster.as_ref(), world.now);
    // What is wrong with the files of records is among the findings already.
    let records = overdue::read(files, &mut Sink::new())?;
    let seen = triggers::acknowledgements(files, &mut Sink::new())?;
    let going = going::look(world, (project, policy), (files, &records), past)?;
    let facts = triggers::Facts {
        situation: &situation,
        records: &records,
        gates: gates.facts,
        clashes: gates.clashes,
        course: going.course.as_ref(),
        slip: going.slip.as_ref(),
        silence: going.silence.as_ref(),
    };
    let outcome = triggers::run(&facts, &seen);
    view.triggers = outcome.raised;
    let mut next = outcome.next;
    for record in records.iter().filter(|record| record.kind.name == kinds::BLOCKER.name && !record.is_closed()) {
        let standing = situation.of(record);
        view.blockers.insert(record.path().to_owned(), standing.level);
        next = next.into_iter().chain(situation.climbs(&standing)).min();
    }
    Ok(next)
}

fn findings(found: &[Diagnostic]) -> BTreeMap<String, String> {
    let key = |finding: &Diagnostic| {
        let path = finding.place.path().map_or_else(|| finding.place.to_string(), str::to_owned);
        format!("{path} {} {}", finding.code.name, finding.message)
    };
    let line = |finding: &Diagnostic| {
        let (place, severity, code) = (&finding.place, finding.severity.name(), finding.code.name);
        format!("{place}: {severity}[{code}]: {}", finding.message)
    };
    found.iter().map(|finding| (key(finding), line(finding))).collect()
}

fn places(refs: &dyn Refs, policy: Option<&Policy>) -> Result<BTreeMap<String, String>, Failure> {
    let mut places = BTreeMap::new();
    let head = refs.head()?;
    let stands = match (head.branch(), head.id()) {
        (Some(branch), _) => branch.short().unwrap_or(branch.as_str()).to_owned(),
        (None, Some(id)) => id.to_string(),
        (None, None) => String::new(),
    };
    places.insert("HEAD".to_owned(), stands);
    let mut put = |name: &RefName, id: &ObjectId| places.insert(name.as_str().to_owned(), id.to_string());
    if let (Some(branch), Some(id)) = (head.branch(), head.id()) {
        put(branch, id);
    }
    if let Some(policy) = policy {
        for (name, id) in refs.refs("refs/")? {
            if policy.protects(&name) {
                put(&name, &id);
            }
        }
    }
    Ok(places)
}

fn items(plan: &Plan, files: &dyn Tree) -> Result<BTreeMap<String, ItemView>, Failure> {
    let standings = Standings::new(plan, files)?;
    let view = |index: usize| ItemView {
        title: plan.items[index].title().value.to_owned(),
        standing: standings.of(index).name().to_owned(),
    };
    Ok(plan.items.iter().enumerate().map(|(index, item)| (item.id.value.to_string(), view(index))).collect())
}

/// The gates of every move, of what the branch claims, and of the items it brings reports for.
pub(super) fn gates(
    world: &World<'_>,
    change: &Move,
    dirty: &BTreeSet<RepoPath>,
) -> Result<Vec<(GateFact, Option<RepoPath>)>, Failure> {
    judge::survey(world, change, &mut Sink::new(), |scene, sink| {
        let mut found = Vec::new();
        for subject in subjects(scene) {
            let (level, gates) = gates_of(scene, subject);
            for gate in gates {
                let requirement = scene.assess(subject, level, gate, sink)?;
                let soon_stale = if requirement.state == State::Satisfied && requirement.evidence.is_some() {
                    first_read(scene, subject, gate, dirty)
                } else {
                    None
                };
                let is_approval = matches!(gate.kind, GateKind::Approve { .. });
                let since = since(scene, &requirement)?;
                found.push((GateFact { requirement, is_approval, since, branch: None }, soon_stale));
            }
        }
        Ok(found)
    })
}

fn subjects(scene: &Scene<'_>) -> Vec<Subject> {
    let mut indexes: BTreeSet<usize> = judge::new_claims(scene).into_iter().collect();
    let reports = scene.changed.iter().filter(|path| path.is_within(&RepoPath::from(crate::evidence::FOLDER)));
    indexes.extend(reports.filter_map(|path| scene.plan.find(subject_of(path.file_name())?)));
    std::iter::once(Subject::Merge).chain(indexes.into_iter().map(Subject::Item)).collect()
}

/// Since when the evidence of a gate is what it is.
fn since(scene: &Scene<'_>, requirement: &Requirement) -> Result<Timestamp, Failure> {
    let Some(evidence) = &requirement.evidence else { return Ok(scene.now) };
    if requirement.code.name != gate::codes::STALE.name {
        return Ok(evidence.at);
    }
    // The first commit after it that changed what it was made for.
    let mut since = None;
    for work in scene.work.iter().filter(|work| work.commit.seconds >= evidence.at.as_second()) {
        if work.paths(scene.history)?.iter().any(|path| requirement.changed.contains(path)) {
            since = since.into_iter().chain([work.commit.seconds]).min();
        }
    }
    Ok(since.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(evidence.at))
}

fn gate_view(requirement: &Requirement, soon_stale: Option<RepoPath>) -> GateView {
    GateView {
        subject: requirement.subject.clone(),
        gate: requirement.gate.to_string(),
        state: requirement.state.name().to_owned(),
        code: requirement.code.name.to_owned(),
        why: requirement.why.clone(),
        changed: requirement.changed.iter().map(ToString::to_string).collect(),
        soon_stale: soon_stale.map(|path| path.to_string()),
    }
}

/// The first of `paths` that a gate reads.
fn first_read(scene: &Scene<'_>, subject: Subject, gate: &Gate, paths: &BTreeSet<RepoPath>) -> Option<RepoPath> {
    let patterns: Vec<&str> = match gate.kind {
        GateKind::Approve { .. } => scene.touches(subject),
        _ => gate.inputs.iter().map(|input| input.value.as_str()).collect(),
    };
    let read = PatternSet::of_valid(patterns);
    let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
    paths.iter().find(|path| read.matches(path) && !path.is_within(&plan_folder)).cloned()
}

/// Everything that the gates of a policy read: where a change can make evidence stale.
pub fn patterns_read(policy: &Policy) -> PatternSet {
    let inputs = policy.gates.values().flat_map(|gate| &gate.inputs);
    PatternSet::of_valid(inputs.map(|input| input.value.as_str()))
}
