//! The one place where pass or refuse is decided.
//!
//! Domain layer, on top of everything else in it. [`judge`] is a pure function of Git objects, keys and a clock: it
//! reads no work tree and no network, runs no repository code, writes nothing. So the same function answers in a
//! hook, in a server's pre-receive, in CI for a stranger's fork, and on the command line.
//!
//! The policy, the roster and the gates' definitions come from the protected side ([`Move::guard`]), never from
//! what is proposed: a change cannot help itself.

mod claims;
pub mod codes;
mod commits;
mod delegation;
mod freeze;
mod guarded;
pub mod names;
mod phase;
mod precautions;
mod records;
mod revision;

use crate::diag::{Diagnostic, Failure, Place, Severity, Sink};
use crate::gate::assess::{Remedy, Requirement, Scene, State, Subject};
use crate::gate::inputs::Inputs;
use crate::gate::reports::{self, Reports};
use crate::gate::work::Earlier;
use crate::id::{ObjectId, RefName, RepoPath};
use crate::plan::Reader;
use crate::policy::{Level, Policy, Trust};
use crate::port::{History, PathChange, Signatures, Tree};
use crate::project::{self, Project};
use crate::record::book::Book;
use crate::record::{Record, kinds};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// More changed paths than this are not judged.
pub const MAX_CHANGED_PATHS: usize = 1_000_000;

/// More new commits than this are not judged.
pub const MAX_COMMITS: usize = 200_000;

/// What the judge may ask.
pub struct World<'a> {
    pub history: &'a dyn History,
    pub signatures: &'a dyn Signatures,
    /// The verifier's own clock.
    pub now: Timestamp,
}

/// One ref that is to move.
#[derive(Clone, Debug)]
pub struct Move {
    pub target: RefName,
    /// Where the ref stands; `None`: it does not exist yet.
    pub old: Option<ObjectId>,
    /// The commit whose policy decides: the ref's own value or, where that has none, the default branch's.
    /// `None`: nothing is protected yet, the change may adopt passmuster.
    pub guard: Option<ObjectId>,
    pub proposal: Proposal,
    /// Commits known to be published on the protected ref: moving back to what they contain is no rewrite.
    pub published: Vec<ObjectId>,
}

/// What the ref is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    Commit(ObjectId),
    /// A merge that is not made yet: its heads, and the tree it would give.
    Merge {
        heads: Vec<ObjectId>,
        tree: ObjectId,
    },
    Delete,
    /// A symbolic ref to this name.
    Symbolic(String),
}

/// What judging a move gave.
#[derive(Debug)]
pub struct Verdict {
    pub target: RefName,
    /// Where the policy came from; `None` when there is none.
    pub guard: Option<ObjectId>,
    /// The ids of the items that the move newly claims.
    pub claims: Vec<String>,
    pub requirements: Vec<Requirement>,
    /// Sorted findings; the unsatisfied requirements are among them.
    pub findings: Vec<Diagnostic>,
    pub commits: usize,
    pub changed_paths: usize,
}

impl Verdict {
    /// Whether the move may happen.
    pub fn passes(&self) -> bool {
        !self.findings.iter().any(Diagnostic::is_error)
            && self.requirements.iter().all(|requirement| requirement.state.passes())
    }

    fn of(target: &RefName, guard: Option<&ObjectId>) -> Self {
        Self {
            target: target.clone(),
            guard: guard.cloned(),
            claims: Vec::new(),
            requirements: Vec::new(),
            findings: Vec::new(),
            commits: 0,
            changed_paths: 0,
        }
    }

    /// A refusal for one reason, where nothing else was looked at.
    pub fn refused(target: &RefName, guard: Option<&ObjectId>, finding: Diagnostic) -> Self {
        Self { findings: vec![finding], ..Self::of(target, guard) }
    }
}

/// Decides whether a protected ref may make this move.
///
/// # Errors
/// Something that decides could not be read: the move was not judged, and must not happen.
pub fn judge(world: &World<'_>, change: &Move) -> Result<Verdict, Failure> {
    let guard = change.guard.as_ref();
    let (heads, tree_id) = match &change.proposal {
        Proposal::Delete => return Ok(Verdict::refused(&change.target, guard, deletion(&change.target))),
        Proposal::Symbolic(to) => return Ok(Verdict::refused(&change.target, guard, symbolic(&change.target, to))),
        Proposal::Commit(id) => (vec![id.clone()], id.clone()),
        Proposal::Merge { heads, tree } => (heads.clone(), tree.clone()),
    };
    let mut sink = Sink::new();
    let tree = world.history.tree(&tree_id)?;
    let mut verdict = match guard {
        None => adoption(change, tree.as_ref(), &mut sink)?,
        Some(guard) => guarded_move(world, change, guard, &heads, &tree_id, tree.as_ref(), &mut sink)?,
    };
    sink.extend(verdict.requirements.iter().filter(|requirement| !requirement.state.passes()).map(unsatisfied));
    verdict.findings = sink.into_sorted();
    Ok(verdict)
}

/// The first policy of a ref: what is there must be well-formed; nothing else is asked yet.
fn adoption(change: &Move, tree: &dyn Tree, sink: &mut Sink) -> Result<Verdict, Failure> {
    let verdict = Verdict::of(&change.target, None);
    let project = Project::read(tree, Reader::Full, sink)?;
    let Some(policy) = &project.policy else { return Ok(verdict) };
    check_plan(&project, sink);
    if !project.has_plan {
        sink.push(plan_missing());
    }
    let ticked = (0..project.plan.items.len()).filter(|&index| project.plan.claimed(index)).count();
    sink.push(
        Diagnostic::new(
            &codes::ADOPTION,
            Severity::Note,
            Place::text(&policy.source, policy.repository.span),
            format!("`{}` adopts passmuster", change.target),
        )
        .cause(format!("it had no policy so far; {ticked} ticked items are taken as history"))
        .hint("from the next change on, claims need evidence"),
    );
    Ok(verdict)
}

fn guarded_move(
    world: &World<'_>,
    change: &Move,
    guard: &ObjectId,
    heads: &[ObjectId],
    tree_id: &ObjectId,
    tree: &dyn Tree,
    sink: &mut Sink,
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::of(&change.target, Some(guard));
    if !goes_forward(world, change, heads, sink)? {
        return Ok(verdict);
    }
    let sides = Sides { guard, heads, tree_id, tree };
    survey_sides(world, change, &sides, sink, |scene, survey, sink| {
        names::check_paths(tree, survey.changes, sink)?;
        if survey.plan_changed {
            if !survey.has_plan && survey.had_plan {
                sink.push(plan_missing());
            }
            check_plan(survey.proposed, sink);
        }
        changed_reports(scene, survey.changes, sink)?;
        guarded::check(scene, &change.target, sink)?;
        commits::check(scene, sink)?;
        if survey.plan_changed {
            delegation::assignments(scene, sink);
        }
        let incidents = scene.base_records.of(&kinds::INCIDENT)?;
        let open: Vec<&Record> = incidents.iter().filter(|incident| !incident.is_closed()).collect();
        records::check(scene, survey.changes, &open, sink)?;
        let mut needed = merge_requirements(scene, sink)?;
        let claims = claims::new_claims(scene);
        freeze::check(scene, &claims, &open, sink)?;
        claims::renamed(scene, &claims, sink);
        phase::check(scene, survey.changes, &claims, sink)?;
        revision::check(scene, survey.changes, &claims, sink)?;
        for &index in &claims {
            claims::check(scene, index, sink)?;
            precautions::check(scene, index, sink)?;
            delegation::claim(scene, index, sink)?;
            needed.extend(claims::requirements(scene, index, sink)?);
        }
        verdict.claims = claims.iter().map(|&index| scene.plan.items[index].id.value.to_string()).collect();
        records::waivers(scene, survey.changes, &needed, sink)?;
        verdict.requirements = needed;
        verdict.changed_paths = scene.changed.len();
        verdict.commits = scene.work.len();
        Ok(())
    })?;
    Ok(verdict)
}

/// Looks at a move the way [`judge`] does, without deciding: for verbs that run gates or explain them. The policy
/// is that of [`Move::guard`].
///
/// # Errors
/// Something could not be read, the move has no guard, or it proposes no files.
pub fn survey<T>(
    world: &World<'_>,
    change: &Move,
    sink: &mut Sink,
    look: impl FnOnce(&Scene<'_>, &mut Sink) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let guard = change.guard.as_ref().ok_or_else(|| {
        Failure::new("there is no policy to go by").hint("run `passmuster init` and commit what it writes")
    })?;
    let (heads, tree_id) = match &change.proposal {
        Proposal::Commit(id) => (vec![id.clone()], id.clone()),
        Proposal::Merge { heads, tree } => (heads.clone(), tree.clone()),
        Proposal::Delete | Proposal::Symbolic(_) => return Err(Failure::usage("nothing would land")),
    };
    let tree = world.history.tree(&tree_id)?;
    let sides = Sides { guard, heads: &heads, tree_id: &tree_id, tree: tree.as_ref() };
    survey_sides(world, change, &sides, sink, |scene, _, sink| look(scene, sink))
}

/// The two sides of a move.
struct Sides<'a> {
    guard: &'a ObjectId,
    heads: &'a [ObjectId],
    tree_id: &'a ObjectId,
    tree: &'a dyn Tree,
}

/// What was seen besides the scene.
struct Survey<'a> {
    changes: &'a [PathChange],
    proposed: &'a Project,
    plan_changed: bool,
    had_plan: bool,
    has_plan: bool,
}

fn survey_sides<T>(
    world: &World<'_>,
    change: &Move,
    sides: &Sides<'_>,
    sink: &mut Sink,
    look: impl FnOnce(&Scene<'_>, &Survey<'_>, &mut Sink) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (history, tree) = (world.history, sides.tree);
    let base_tree = history.tree(sides.guard)?;
    let (policy, roster) = protected_side(base_tree.as_ref(), sides.guard)?;
    let changes = history
        .changes(Some(sides.guard), sides.tree_id, MAX_CHANGED_PATHS)
        .map_err(|failure| failure.while_doing(format!("could not compare the change of `{}`", change.target)))?;
    let hidden: Vec<ObjectId> = change.old.iter().chain([sides.guard]).chain(&change.published).cloned().collect();
    let new_commits = history.between(&hidden, sides.heads, MAX_COMMITS)?;
    let changed: Vec<RepoPath> = changes.iter().map(|change| change.path.clone()).collect();
    let (before, after) = read_plans(base_tree.as_ref(), tree, &changes, sink)?;
    let proposed = after.as_ref().unwrap_or(&before);
    let work = commits::work(new_commits, &[&before.plan, &proposed.plan]);
    let reports = Reports::new(tree);
    let (inputs, base_inputs) = (Inputs::new(tree), Inputs::new(base_tree.as_ref()));
    let earlier = Earlier::new(history, Some(sides.guard));
    let (records, base_records) = (Book::new(tree), Book::new(base_tree.as_ref()));
    let scene = Scene {
        policy: &policy,
        roster: roster.as_ref(),
        plan: &proposed.plan,
        base_plan: &before.plan,
        tree,
        base_tree: base_tree.as_ref(),
        reports: &reports,
        inputs: &inputs,
        base_inputs: &base_inputs,
        records: &records,
        base_records: &base_records,
        history,
        signatures: world.signatures,
        changed: &changed,
        work: &work,
        base: Some(sides.guard),
        earlier: &earlier,
        trust: policy.trust_for(&change.target),
        now: world.now,
    };
    let survey = Survey {
        changes: &changes,
        proposed,
        plan_changed: after.is_some(),
        had_plan: before.has_plan,
        has_plan: proposed.has_plan,
    };
    look(&scene, &survey, sink)
}

/// The gates that every move of a protected ref needs.
///
/// # Errors
/// Something that decides could not be read.
pub fn merge_requirements(scene: &Scene<'_>, sink: &mut Sink) -> Result<Vec<Requirement>, Failure> {
    scene.policy.gates_for(Level::Merge).map(|gate| scene.assess(Subject::Merge, Level::Merge, gate, sink)).collect()
}

pub use claims::{beside as gates_beside, claim_gates, new_claims, requirements as claim_requirements};
pub use commits::{Work, speaks_for_itself, work};
pub use guarded::{approval_key, guarded_change};
pub use precautions::is_risky;
pub use records::relying_on_the_past;

/// Policy and roster of the protected side. They were judged when they landed: if they cannot be read now, nothing
/// can be judged.
fn protected_side(tree: &dyn Tree, guard: &ObjectId) -> Result<(Policy, Option<crate::roster::Roster>), Failure> {
    let mut sink = Sink::new();
    let policy = project::read_policy(tree, &mut sink)?;
    let roster = project::read_roster(tree, &mut sink)?;
    if let Some(error) = sink.into_sorted().into_iter().find(Diagnostic::is_error) {
        return Err(Failure::new(format!(
            "the policy of the protected side (commit {}) cannot be used",
            guard.short()
        ))
        .because(format!("{}: {}", error.place, error.message))
        .hint("an administrator of the repository must repair it: nothing can be judged until then"));
    }
    let policy = policy.ok_or_else(|| Failure::new(format!("commit {} has no policy", guard.short())))?;
    Ok((policy, roster))
}

/// Whether the move contains what the ref holds now; a finding if not.
fn goes_forward(world: &World<'_>, change: &Move, heads: &[ObjectId], sink: &mut Sink) -> Result<bool, Failure> {
    let Some(old) = &change.old else { return Ok(true) };
    if let Proposal::Commit(new) = &change.proposal {
        if world.history.is_ancestor(old, new)? {
            return Ok(true);
        }
        for published in &change.published {
            if world.history.is_ancestor(new, published)? {
                return Ok(true);
            }
        }
        sink.push(
            Diagnostic::error(
                &codes::REWIND,
                Place::Ref(change.target.to_string()),
                format!("`{}` would lose commits", change.target),
            )
            .cause(format!("it stands at {}, which {} does not contain", old.short(), new.short()))
            .hint(format!(
                "bring it up to date first: `git rebase {}`",
                change.target.short().unwrap_or("the protected branch")
            )),
        );
        return Ok(false);
    }
    debug_assert!(!heads.is_empty(), "a merge has heads");
    Ok(true)
}

/// The plan before and, if any plan file changed, after. Findings are about the plan as it would land.
fn read_plans(
    base: &dyn Tree,
    tree: &dyn Tree,
    changes: &[PathChange],
    sink: &mut Sink,
) -> Result<(Project, Option<Project>), Failure> {
    let mut old_findings = Sink::new();
    let before = Project::read(base, Reader::Full, &mut old_findings)?;
    let own = [RepoPath::from(crate::policy::PATH), RepoPath::from(crate::roster::PATH)];
    let plan_folder = RepoPath::from(crate::policy::PLAN_FOLDER);
    let concerned = changes
        .iter()
        .any(|change| project::concerns_plan(&change.path) || own.contains(&change.path) || change.path == plan_folder);
    let after = if concerned { Some(Project::read(tree, Reader::Full, sink)?) } else { None };
    Ok((before, after))
}

fn check_plan(project: &Project, sink: &mut Sink) {
    crate::plan::check(&project.plan, sink);
    project::check(project, sink);
}

/// Every new or changed gate report must be one, and one of not too many: else anybody could keep later claims of an
/// item from being proven.
fn changed_reports(scene: &Scene<'_>, changes: &[PathChange], sink: &mut Sink) -> Result<(), Failure> {
    let folder = RepoPath::from(crate::evidence::FOLDER);
    let mut subjects = BTreeSet::new();
    for change in changes.iter().filter(|change| change.after.is_some() && change.path.is_within(&folder)) {
        if let Some(subject) = reports::subject_of(change.path.file_name()) {
            reports::read_one(scene.tree, &change.path, sink)?;
            if change.before.is_none() {
                subjects.insert(subject);
            }
        }
    }
    for subject in subjects {
        sink.extend(scene.reports.too_many(subject)?);
    }
    Ok(())
}

fn plan_missing() -> Diagnostic {
    Diagnostic::error(&codes::PLAN_MISSING, Place::Path(project::PLAN_PATH.to_owned()), "there is no plan")
        .cause("the policy protects this ref, and the plan is what decides")
        .hint("keep the plan, or write one: `passmuster init`")
}

fn deletion(target: &RefName) -> Diagnostic {
    Diagnostic::error(
        &codes::DELETE,
        Place::Ref(target.to_string()),
        format!("`{target}` is protected and cannot be deleted"),
    )
    .cause("deleting and creating it again would be a way round every rule")
    .hint("keep the branch")
}

fn symbolic(target: &RefName, to: &str) -> Diagnostic {
    Diagnostic::error(
        &codes::SYMREF,
        Place::Ref(target.to_string()),
        format!("`{target}` would become a symbolic ref to `{to}`"),
    )
    .cause("a symbolic ref moves unseen when its target moves")
    .hint(format!("merge instead: `git merge {to}`"))
}

/// The finding of a requirement that does not let a merge through.
pub fn unsatisfied(requirement: &Requirement) -> Diagnostic {
    let Requirement { subject, gate, level, state, why, changed, evidence, code, .. } = requirement;
    let verb = if *state == State::Error { "could not be judged" } else { "is not satisfied" };
    let place = Place::Path(
        evidence.as_ref().map_or_else(|| format!("{}/{subject}", crate::evidence::FOLDER), |e| e.report.clone()),
    );
    let mut finding = Diagnostic::error(code, place, format!("gate `{gate}` of {} {verb}", subject_words(subject)))
        .cause(why.clone());
    for path in changed.iter().take(5) {
        finding = finding.cause(format!("changed: {path}"));
    }
    if changed.len() > 5 {
        finding = finding.cause(format!("changed: {} more paths", changed.len() - 5));
    }
    finding.cause(format!("asked for by `levels: {}` in {}", level.name(), crate::policy::PATH)).hint(hint(requirement))
}

fn subject_words(subject: &str) -> String {
    if subject == crate::evidence::MERGE { "this merge".to_owned() } else { format!("`{subject}`") }
}

fn hint(requirement: &Requirement) -> String {
    let Requirement { subject, gate, remedy, .. } = requirement;
    match remedy {
        Remedy::RunGate if *subject == crate::evidence::MERGE => {
            "run `passmuster gate run --missing` and commit the report".to_owned()
        }
        Remedy::RunGate => format!("run `passmuster gate run {subject}` and commit the report"),
        Remedy::Approve => format!("ask for `passmuster approve {subject} --gate {gate}`, and commit the report"),
        Remedy::Commit => format!("name the item in a commit that does its work: `{subject}: …`"),
        Remedy::TickReview => format!("review the work, then tick the self-review box under `{subject}`"),
        Remedy::FinishChildren => "finish or drop what is open".to_owned(),
        Remedy::ChangeTogether => "change what the gate asks for in the same change".to_owned(),
        Remedy::Unblock => "resolve it: `passmuster unblock NAME -m HOW`".to_owned(),
        Remedy::CloseHandoffs => "bring them to their end: `passmuster handoff list`".to_owned(),
        Remedy::HoldRetro => format!("run `passmuster retro new --item {subject} TITLE`, and close it"),
        Remedy::Decide => format!(
            "look into it, then `passmuster decide new --item {subject} TITLE` and `passmuster decide confirm`, or `passmuster remediate {subject}`"
        ),
        Remedy::BeginAfresh => "begin the work in a new session, and say it in each commit: `Session: ID`".to_owned(),
        Remedy::PayDebt => {
            "do it now, or keep it: `passmuster risk new --debt-due DAY TITLE`, and name that debt in the line"
                .to_owned()
        }
        Remedy::MendReferences => "correct the reference, or put back what it leads to".to_owned(),
        Remedy::TickGoals => "add a criterion that names each goal, and tick it when it is met".to_owned(),
        Remedy::TickDocument(document) => format!("tick the boxes of `{document}` that hold"),
    }
}

/// What [`Trust`] a ref asks for, as a word.
pub fn trust_word(trust: Trust) -> &'static str {
    crate::gate::assess::trust_name(trust)
}
