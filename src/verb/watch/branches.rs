//! Work on branches that has not landed: its gates, and where two of them will not merge.
//!
//! A look at HEAD alone would leave whoever watches a shared repository blind to what others have in hand. Only
//! branches that are still worked on count, and what was found out about two commits is kept until one of them moves.

use super::view::gates;
use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};
use crate::judge::{Move, Proposal, World};
use crate::policy::{self, Policy, Trigger};
use crate::port::{MergeTree, Repo};
use crate::verb::branches::{Branch, branch_name, short, worked_on};
use crate::verb::land::{Destination, Landing, landing};
use crate::verb::triggers::{Clash, GateFact};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A branch that changes more paths than this is a move of the whole house, and not compared with others.
const MOST_PATHS: usize = 10_000;

/// What is known about branches; it lasts from look to look.
#[derive(Debug, Default)]
pub struct Branches {
    /// By the commit and the one it would land on.
    works: BTreeMap<(ObjectId, ObjectId), Work>,
    /// By two commits: the paths that keep them from being merged.
    pairs: BTreeMap<(ObjectId, ObjectId), Vec<RepoPath>>,
}

/// What stands on branches other than that of HEAD, and what does not fit together.
#[derive(Debug, Default)]
pub struct Elsewhere {
    pub gates: Vec<GateFact>,
    pub clashes: Vec<Clash>,
}

/// What a branch would bring.
#[derive(Clone, Debug, Default)]
struct Work {
    gates: Vec<GateFact>,
    /// Outside the plan folder.
    paths: BTreeSet<RepoPath>,
    conflict: Vec<RepoPath>,
}

impl Branches {
    /// Forgets everything: time may have changed what gates say.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Looks at the branches that would land where HEAD would, by the policy that decides there.
    ///
    /// # Errors
    /// The refs cannot be read. A branch that cannot be judged tells nothing.
    pub fn look(
        &mut self,
        world: &World<'_>,
        repo: &dyn Repo,
        policy: &Policy,
        destination: &Destination,
    ) -> Result<Elsewhere, Failure> {
        let tip = &destination.tip;
        let asks = |trigger: Trigger| policy.call(trigger).is_on;
        if ![Trigger::GateFailed, Trigger::ApprovalStale, Trigger::PathConflict].into_iter().any(asks) {
            return Ok(Elsewhere::default());
        }
        let head = repo.head()?;
        let branches = candidates(world, repo, policy, tip)?;
        let mut known = Self::default();
        let mut found = Elsewhere::default();
        for branch in &branches {
            let key = (branch.tip.clone(), tip.clone());
            let work = match self.works.remove(&key) {
                Some(work) => work,
                None => work(world, repo, destination, &branch.tip).unwrap_or_default(),
            };
            if head.branch() != Some(&branch.name) {
                let gates = work.gates.iter().cloned();
                found.gates.extend(gates.map(|fact| GateFact { branch: Some(branch.short().to_owned()), ..fact }));
            }
            if !work.conflict.is_empty() {
                let with = short(&destination.target);
                found.clashes.push(clash(branch, with, work.conflict.clone(), branch.seconds));
            }
            known.works.insert(key, work);
        }
        for (index, one) in branches.iter().enumerate() {
            for other in &branches[index + 1..] {
                let paths = self.between(repo, tip, &mut known, (one, other))?;
                if !paths.is_empty() {
                    let since = one.seconds.max(other.seconds);
                    found.clashes.push(clash(one, other.short(), paths, since));
                }
            }
        }
        *self = known;
        Ok(found)
    }

    /// The paths that keep two branches from being merged.
    fn between(
        &mut self,
        repo: &dyn Repo,
        tip: &ObjectId,
        known: &mut Self,
        (one, other): (&Branch, &Branch),
    ) -> Result<Vec<RepoPath>, Failure> {
        let paths = |branch: &Branch| known.works.get(&(branch.tip.clone(), tip.clone())).map(|work| &work.paths);
        let (Some(mine), Some(theirs)) = (paths(one), paths(other)) else { return Ok(Vec::new()) };
        if mine.is_disjoint(theirs) {
            return Ok(Vec::new());
        }
        let key = (one.tip.clone(), other.tip.clone());
        let paths = match self.pairs.remove(&key) {
            Some(paths) => paths,
            None => match repo.merge_tree(&one.tip, &other.tip)? {
                MergeTree::Clean(_) => Vec::new(),
                MergeTree::Conflict(paths) => outside_plan(paths),
            },
        };
        known.pairs.insert(key, paths.clone());
        Ok(paths)
    }
}

/// The branches that would land where HEAD would, by name, each name once: a branch of this repository comes before one
/// of a remote.
fn candidates(world: &World<'_>, repo: &dyn Repo, policy: &Policy, tip: &ObjectId) -> Result<Vec<Branch>, Failure> {
    let found = worked_on(world.history, repo, tip, world.now, &|own| !policy.protects(own))?;
    let mut names = BTreeSet::new();
    let once = |branch: &Branch| names.insert(branch_name(&branch.name).to_owned());
    let mut branches: Vec<Branch> = found.branches.into_iter().filter(once).collect();
    branches.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(branches)
}

/// What a commit would bring to the protected branch.
fn work(
    world: &World<'_>,
    repo: &dyn Repo,
    Destination { target, tip, guard }: &Destination,
    commit: &ObjectId,
) -> Result<Work, Failure> {
    let proposal = match landing(repo, tip, commit)? {
        Landing::Nothing => return Ok(Work::default()),
        Landing::Conflict(paths) => return Ok(Work { conflict: outside_plan(paths), ..Work::default() }),
        Landing::Lands(proposal) => proposal,
    };
    let paths = match &proposal {
        Proposal::Commit(tree) | Proposal::Merge { tree, .. } => world.history.changes(Some(tip), tree, MOST_PATHS),
        Proposal::Delete | Proposal::Symbolic(_) => Ok(Vec::new()),
    };
    let paths = paths.map_or_else(|_| Vec::new(), |changes| changes.into_iter().map(|change| change.path).collect());
    let change = Move {
        target: target.clone(),
        old: Some(tip.clone()),
        guard: Some(guard.clone()),
        proposal,
        published: Vec::new(),
    };
    let facts = gates(world, &change, &BTreeSet::new()).unwrap_or_default();
    Ok(Work {
        gates: facts.into_iter().map(|(fact, _)| fact).collect(),
        paths: outside_plan(paths).into_iter().collect(),
        conflict: Vec::new(),
    })
}

/// Plan and records are made to be merged, and a conflict there is nobody's work.
fn outside_plan(paths: Vec<RepoPath>) -> Vec<RepoPath> {
    let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
    paths.into_iter().filter(|path| !path.is_within(&plan_folder)).collect()
}

/// A branch that does not merge with another one, or with the protected one.
fn clash(branch: &Branch, with: &str, paths: Vec<RepoPath>, seconds: i64) -> Clash {
    let since = Timestamp::from_second(seconds).unwrap_or_default();
    Clash { branch: branch.short().to_owned(), with: with.to_owned(), paths, since }
}
