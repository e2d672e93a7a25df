//! Which refs are protected, and by whose policy, as all refs stand at one moment.

use super::unusable;
use crate::diag::{Failure, Sink};
use crate::id::{ObjectId, RefName, RepoPath};
use crate::judge::{Move, Proposal, Verdict, World, judge};
use crate::policy::{self, Policy};
use crate::port::{EntryKind, Head, Repo, Tree};
use crate::project;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// The protected side of a ref.
#[derive(Debug)]
pub struct Guard {
    /// The commit whose policy decides.
    pub commit: ObjectId,
    pub policy: Arc<Policy>,
}

/// Branches that may carry the policy when the asked one does not, besides HEAD and the remotes' HEAD.
const DEFAULT_BRANCHES: [&str; 2] = ["refs/heads/main", "refs/heads/master"];

/// Answers for any number of refs: one push may move thousands, and all of them are asked of the same few policies,
/// which are read once each.
pub struct Protection<'r> {
    repo: &'r dyn Repo,
    head: Option<ObjectId>,
    /// Where the remote's HEAD and the branches usually called so stand.
    defaults: Vec<ObjectId>,
    /// The place of the policy in each commit that was asked.
    places: RefCell<HashMap<ObjectId, Option<Place>>>,
    policies: RefCell<HashMap<Place, Option<Arc<Policy>>>>,
}

/// What stands where the policy is looked for.
type Place = (ObjectId, EntryKind);

impl<'r> Protection<'r> {
    /// # Errors
    /// Refs could not be read.
    pub fn of(repo: &'r dyn Repo) -> Result<Self, Failure> {
        Self::after(repo, &[])
    }

    /// As it will be when these refs stand there.
    ///
    /// # Errors
    /// Refs could not be read.
    pub fn after(repo: &'r dyn Repo, moves: &[(RefName, ObjectId)]) -> Result<Self, Failure> {
        let moved = |name: &RefName| moves.iter().find(|(moved, _)| moved == name).map(|(_, id)| id.clone());
        let value = |name: &RefName| moved(name).map_or_else(|| repo.read_ref(name), |id| Ok(Some(id)));
        let head = match repo.head()? {
            Head::Branch(name, id) => Some(moved(&name).unwrap_or(id)),
            Head::Unborn(name) => moved(&name),
            Head::Detached(_) => None,
        };
        let mut defaults = Vec::new();
        if !repo.is_bare() {
            defaults.extend(value(&RefName::new("refs/remotes/origin/HEAD"))?);
        }
        for name in DEFAULT_BRANCHES {
            defaults.extend(value(&RefName::new(name))?);
        }
        Ok(Self { repo, head, defaults, places: RefCell::default(), policies: RefCell::default() })
    }

    /// Whether a ref that does not carry its policy itself is asked of the same commits.
    pub fn is_like(&self, other: &Self) -> bool {
        self.head == other.head && self.defaults == other.defaults
    }

    /// The policy of the default branch; it says which other names could be taken for protected ones.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn default_policy(&self) -> Result<Option<Arc<Policy>>, Failure> {
        for commit in self.head.iter().chain(&self.defaults) {
            if let Some(policy) = self.policy_at(commit)? {
                return Ok(Some(policy));
            }
        }
        Ok(None)
    }

    /// The policy that protects `target`, which holds `own`: that of the ref itself, else that of the default branch.
    /// `None`: the ref is not protected.
    ///
    /// # Errors
    /// A policy that may protect the ref cannot be read: then nothing about the ref can be judged.
    pub fn guard_of(&self, target: &RefName, own: Option<&ObjectId>) -> Result<Option<Guard>, Failure> {
        for commit in self.candidates(target, own)? {
            let Some(policy) = self.policy_at(&commit)? else { continue };
            if policy.protects(target) {
                return Ok(Some(Guard { commit, policy }));
            }
        }
        Ok(None)
    }

    /// The commits whose policy may protect `target`, nearest first. Where others push to, a ref is nothing to go by
    /// unless it is the target or the default branch: anybody may push `refs/remotes/…`, or a branch called like a
    /// default one.
    fn candidates(&self, target: &RefName, own: Option<&ObjectId>) -> Result<Vec<ObjectId>, Failure> {
        let mut found: Vec<ObjectId> = own.cloned().into_iter().collect();
        if self.repo.is_bare() {
            found.extend(self.head.clone());
        } else if let Some(short) = target.short() {
            found.extend(self.repo.read_ref(&RefName::new(format!("refs/remotes/origin/{short}")))?);
        }
        found.extend(self.defaults.iter().cloned());
        if !self.repo.is_bare() {
            found.extend(self.head.clone());
        }
        Ok(found)
    }

    /// Judges the move of a ref that holds `own`, by the policy that protects it; `None` when there is none and the
    /// proposal does not adopt passmuster for the ref. The guard of `change` is filled in here.
    ///
    /// # Errors
    /// It could not be judged: the move must not happen.
    pub fn judge(
        &self,
        world: &World<'_>,
        own: Option<&ObjectId>,
        mut change: Move,
    ) -> Result<Option<Verdict>, Failure> {
        let guard = self.guard_of(&change.target, own)?;
        if guard.is_none() && !self.adopts(&change.target, &change.proposal)? {
            return Ok(None);
        }
        change.guard = guard.map(|guard| guard.commit);
        judge(world, &change).map(Some)
    }

    /// Whether a proposal brings the first policy for the ref. A policy that cannot be read counts: it must be seen.
    fn adopts(&self, target: &RefName, proposal: &Proposal) -> Result<bool, Failure> {
        let id = match proposal {
            Proposal::Commit(id) => id,
            Proposal::Merge { tree, .. } => tree,
            Proposal::Delete | Proposal::Symbolic(_) => return Ok(false),
        };
        let tree = self.repo.tree(id)?;
        let Some(place) = place(tree.as_ref())?.filter(|(_, kind)| *kind != EntryKind::Directory) else {
            return Ok(false);
        };
        Ok(self.policy_in(tree.as_ref(), &place)?.is_none_or(|policy| policy.protects(target)))
    }

    /// The policy of a commit, if it has one.
    fn policy_at(&self, commit: &ObjectId) -> Result<Option<Arc<Policy>>, Failure> {
        let known = self.places.borrow().get(commit).cloned();
        let place = match known {
            Some(place) => place,
            None => {
                let found = place(self.repo.tree(commit)?.as_ref())?;
                self.places.borrow_mut().insert(commit.clone(), found.clone());
                found
            }
        };
        let Some(place) = place else { return Ok(None) };
        let known = self.policies.borrow().get(&place).cloned();
        let policy = match known {
            Some(policy) => policy,
            None => self.policy_in(self.repo.tree(commit)?.as_ref(), &place)?,
        };
        policy.map_or_else(|| Err(unusable(self.repo, commit)), |policy| Ok(Some(policy)))
    }

    /// The policy at its place; `None`: it cannot be used.
    fn policy_in(&self, tree: &dyn Tree, place: &Place) -> Result<Option<Arc<Policy>>, Failure> {
        if let Some(known) = self.policies.borrow().get(place) {
            return Ok(known.clone());
        }
        let read = project::read_policy(tree, &mut Sink::new())?.map(Arc::new);
        self.policies.borrow_mut().insert(place.clone(), read.clone());
        Ok(read)
    }
}

fn place(tree: &dyn Tree) -> Result<Option<Place>, Failure> {
    Ok(tree.entry(&RepoPath::from(policy::PATH))?.map(|entry| (entry.id, entry.kind)))
}
