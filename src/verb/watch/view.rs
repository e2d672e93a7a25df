//! What stands at one moment.

use crate::diag::{Diagnostic, Failure, Sink};
use crate::gate::assess::{Requirement, Scene, State, Subject};
use crate::gate::reports::subject_of;
use crate::id::{ObjectId, RefName, RepoPath};
use crate::judge::{self, Move, World};
use crate::pattern::PatternSet;
use crate::plan::{Plan, Reader};
use crate::policy::{self, Gate, GateKind, Policy};
use crate::port::{Refs, Tree};
use crate::verb::standing::Standings;
use crate::verb::{check, gate};
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
    /// The gates that HEAD needs to land, by item and gate.
    pub gates: BTreeMap<String, GateView>,
    /// Why `gates` could not be told.
    pub not_judged: Option<String>,
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

/// Takes a view. `files` is the work tree, `dirty` holds its paths that differ from HEAD, and `landing` is what HEAD
/// would bring to its protected branch, or why that cannot be told.
///
/// # Errors
/// The work tree or the refs could not be read. What only keeps gates from being judged is part of the view.
pub fn look(
    world: &World<'_>,
    refs: &dyn Refs,
    files: &dyn Tree,
    dirty: &BTreeSet<RepoPath>,
    landing: Result<Move, Failure>,
) -> Result<View, Failure> {
    let checked = check::run(files, Reader::Full)?;
    let mut view = View { findings: findings(&checked.findings), ..View::default() };
    view.refs = places(refs, checked.project.policy.as_ref())?;
    if !checked.findings.iter().any(|finding| finding.is_error() && finding.place.path() != Some(policy::PATH)) {
        view.items = items(&checked.project.plan, files)?;
    }
    match landing.and_then(|change| gates(world, &change, dirty)) {
        Ok(gates) => view.gates = gates,
        Err(failure) => {
            view.not_judged =
                Some(std::iter::once(failure.message).chain(failure.causes).collect::<Vec<_>>().join(": "));
        }
    }
    Ok(view)
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
fn gates(world: &World<'_>, change: &Move, dirty: &BTreeSet<RepoPath>) -> Result<BTreeMap<String, GateView>, Failure> {
    judge::survey(world, change, &mut Sink::new(), |scene, sink| {
        let mut views = BTreeMap::new();
        for subject in subjects(scene) {
            let (level, gates) = gate::gates_of(scene, subject);
            for gate in gates {
                let requirement = scene.assess(subject, level, gate, sink)?;
                let soon_stale = if requirement.state == State::Satisfied && requirement.evidence.is_some() {
                    first_read(scene, subject, gate, dirty)
                } else {
                    None
                };
                views.insert(format!("{} {}", requirement.subject, requirement.gate), view(requirement, soon_stale));
            }
        }
        Ok(views)
    })
}

fn subjects(scene: &Scene<'_>) -> Vec<Subject> {
    let mut indexes: BTreeSet<usize> = judge::new_claims(scene).into_iter().collect();
    let reports = scene.changed.iter().filter(|path| path.is_within(&RepoPath::from(crate::evidence::FOLDER)));
    indexes.extend(reports.filter_map(|path| scene.plan.find(subject_of(path.file_name())?)));
    std::iter::once(Subject::Merge).chain(indexes.into_iter().map(Subject::Item)).collect()
}

fn view(requirement: Requirement, soon_stale: Option<RepoPath>) -> GateView {
    GateView {
        subject: requirement.subject,
        gate: requirement.gate.to_string(),
        state: requirement.state.name().to_owned(),
        code: requirement.code.name.to_owned(),
        why: requirement.why,
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
