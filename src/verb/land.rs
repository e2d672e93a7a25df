//! What would land where, and by whose policy: the questions every door asks before it judges.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::{ObjectId, RefName, RepoPath};
use crate::judge::{Move, Proposal, Verdict, World, codes, judge};
use crate::policy::{self, Policy};
use crate::port::{EntryKind, Head, MergeTree, Refs, Repo, Tree};
use crate::project;
use std::collections::{BTreeSet, HashMap, hash_map};

/// The protected side of a ref.
#[derive(Debug)]
pub struct Guard {
    /// The commit whose policy decides.
    pub commit: ObjectId,
    pub policy: Policy,
}

/// Branches that may carry the policy when the asked one does not, besides HEAD and the remotes' HEAD.
const DEFAULT_BRANCHES: [&str; 2] = ["refs/heads/main", "refs/heads/master"];

/// The policy that protects `target`: that of the ref itself, else that of the default branch. `None`: the ref is
/// not protected.
///
/// # Errors
/// A policy that may protect the ref cannot be read: then nothing about the ref can be judged.
pub fn guard_of(repo: &dyn Repo, target: &RefName) -> Result<Option<Guard>, Failure> {
    let mut asked = BTreeSet::new();
    for candidate in candidates(repo, target)? {
        if !asked.insert(candidate.clone()) {
            continue;
        }
        let Some(policy) = policy_at(repo, &candidate)? else { continue };
        if policy.protects(target) {
            return Ok(Some(Guard { commit: candidate, policy }));
        }
    }
    Ok(None)
}

/// Tells at little cost which moves concern a policy: one push may move thousands of refs, and all of them are asked
/// of the same few policies, which are read once each.
#[derive(Debug, Default)]
pub struct Concerns {
    /// By entry of the tree; `None`: it cannot be used.
    policies: HashMap<(ObjectId, EntryKind), Option<Policy>>,
}

impl Concerns {
    /// Whether [`judge_move`] has something to judge (or to refuse to judge).
    ///
    /// # Errors
    /// Something cannot be read.
    pub fn concerned(&mut self, repo: &dyn Repo, target: &RefName, proposal: &Proposal) -> Result<bool, Failure> {
        for candidate in candidates(repo, target)? {
            if self.policy_protects(repo.tree(&candidate)?.as_ref(), target)? {
                return Ok(true);
            }
        }
        match proposal {
            Proposal::Commit(id) | Proposal::Merge { tree: id, .. } => {
                self.policy_protects(repo.tree(id)?.as_ref(), target)
            }
            Proposal::Delete | Proposal::Symbolic(_) => Ok(false),
        }
    }

    fn policy_protects(&mut self, tree: &dyn Tree, target: &RefName) -> Result<bool, Failure> {
        let Some(entry) = tree.entry(&RepoPath::from(policy::PATH))? else { return Ok(false) };
        let policy = match self.policies.entry((entry.id, entry.kind)) {
            hash_map::Entry::Occupied(known) => known.into_mut(),
            hash_map::Entry::Vacant(new) => new.insert(project::read_policy(tree, &mut Sink::new())?),
        };
        Ok(policy.as_ref().is_none_or(|policy| policy.protects(target)))
    }
}

/// The commits whose policy may protect `target`, nearest first. Where others push to, a ref is nothing to go by unless
/// it is the target or the default branch: anybody may push `refs/remotes/…`, or a branch called like a default one.
fn candidates(repo: &dyn Repo, target: &RefName) -> Result<Vec<ObjectId>, Failure> {
    let mut found = Vec::new();
    found.extend(repo.read_ref(target)?);
    let head = match repo.head()? {
        Head::Branch(_, id) => Some(id),
        _ => None,
    };
    if repo.is_bare() {
        found.extend(head.clone());
    } else {
        if let Some(short) = target.short() {
            found.extend(repo.read_ref(&RefName::new(format!("refs/remotes/origin/{short}")))?);
        }
        found.extend(repo.read_ref(&RefName::new("refs/remotes/origin/HEAD"))?);
    }
    for name in DEFAULT_BRANCHES {
        found.extend(repo.read_ref(&RefName::new(name))?);
    }
    found.extend(head);
    Ok(found)
}

/// The policy of a commit, if it has one.
///
/// # Errors
/// There is one, and it cannot be used.
pub fn policy_at(repo: &dyn Repo, commit: &ObjectId) -> Result<Option<Policy>, Failure> {
    let tree = repo.tree(commit)?;
    let path = RepoPath::from(policy::PATH);
    if tree.entry(&path)?.is_none() {
        return Ok(None);
    }
    let mut sink = Sink::new();
    let found = project::read_policy(tree.as_ref(), &mut sink)?;
    if found.is_some() {
        return Ok(found);
    }
    let mut failure = Failure::new(format!("the policy in commit {} cannot be used", commit.short()));
    if let Some(first) = sink.into_sorted().first() {
        failure = failure.because(format!("{}: {}", first.place, first.message));
    }
    Err(failure.hint("repair `passmuster.yaml` there, or ask an administrator: nothing can be judged until then"))
}

/// Judges the move of a ref; `None` when the ref is not protected and the proposal does not adopt passmuster for
/// it.
///
/// # Errors
/// It could not be judged: the move must not happen.
pub fn judge_move(
    world: &World<'_>,
    repo: &dyn Repo,
    target: &RefName,
    old: Option<ObjectId>,
    proposal: Proposal,
    published: Vec<ObjectId>,
) -> Result<Option<Verdict>, Failure> {
    let guard = guard_of(repo, target)?;
    if guard.is_none() && !adopts(repo, target, &proposal)? {
        return Ok(None);
    }
    let change = Move { target: target.clone(), old, guard: guard.map(|guard| guard.commit), proposal, published };
    judge(world, &change).map(Some)
}

/// Whether a proposal brings the first policy for the ref. A policy that cannot be read counts: it must be seen.
fn adopts(repo: &dyn Repo, target: &RefName, proposal: &Proposal) -> Result<bool, Failure> {
    let id = match proposal {
        Proposal::Commit(id) => id,
        Proposal::Merge { tree, .. } => tree,
        Proposal::Delete | Proposal::Symbolic(_) => return Ok(false),
    };
    let tree = repo.tree(id)?;
    if tree.entry(&RepoPath::from(policy::PATH))?.is_none_or(|entry| entry.kind == EntryKind::Directory) {
        return Ok(false);
    }
    Ok(project::read_policy(tree.as_ref(), &mut Sink::new())?.is_none_or(|policy| policy.protects(target)))
}

/// What would stand on `tip` after `head` is merged there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Everything is there already.
    Nothing,
    Lands(Proposal),
    /// A person has to solve conflicts in these paths first.
    Conflict(Vec<RepoPath>),
}

/// Works out what merging `head` into `tip` would give; no ref, index or work tree is touched.
///
/// # Errors
/// Objects could not be read, or the merge could not be tried.
pub fn landing(repo: &dyn Repo, tip: &ObjectId, head: &ObjectId) -> Result<Landing, Failure> {
    if repo.is_ancestor(head, tip)? {
        return Ok(Landing::Nothing);
    }
    if repo.is_ancestor(tip, head)? {
        return Ok(Landing::Lands(Proposal::Commit(head.clone())));
    }
    Ok(match repo.merge_tree(tip, head)? {
        MergeTree::Clean(tree) => Landing::Lands(Proposal::Merge { heads: vec![head.clone()], tree }),
        MergeTree::Conflict(paths) => Landing::Conflict(paths),
    })
}

/// The finding of a merge that has no result.
pub fn conflict(target: &RefName, paths: &[RepoPath]) -> Diagnostic {
    let mut finding = Diagnostic::error(
        &codes::CONFLICT,
        Place::Ref(target.to_string()),
        format!("merging into `{target}` gives conflicts, so there is nothing to judge"),
    );
    for path in paths.iter().take(5) {
        finding = finding.cause(format!("conflict in {path}"));
    }
    if paths.len() > 5 {
        finding = finding.cause(format!("and {} more", paths.len() - 5));
    }
    finding.hint(format!(
        "merge `{}` into your branch first and solve them there",
        target.short().unwrap_or(target.as_str())
    ))
}

/// The protected branch that work at HEAD is meant for, with its tip: the one HEAD is on if that is protected, else
/// the first protected branch of the policy that exists here or on a remote.
///
/// # Errors
/// Refs or policies could not be read, or no protected branch is to be found.
pub fn default_target(repo: &dyn Repo) -> Result<(RefName, ObjectId), Failure> {
    let head = repo.head()?;
    if let Head::Branch(name, id) = &head
        && guard_of(repo, name)?.is_some()
    {
        return Ok((name.clone(), id.clone()));
    }
    let own = head.id().map(|id| policy_at(repo, id)).transpose()?.flatten();
    let names = own.iter().flat_map(|policy| &policy.protect).map(|name| name.value.as_str().to_owned());
    for short in names.chain(["main".to_owned(), "master".to_owned()]) {
        let branch = RefName::branch(&short);
        for place in [branch.clone(), RefName::new(format!("refs/remotes/origin/{short}"))] {
            let Some(id) = repo.read_ref(&place)? else { continue };
            if guard_of(repo, &branch)?.is_some() {
                return Ok((branch, id));
            }
        }
    }
    Err(Failure::new("there is no protected branch here")
        .hint("name one: `--against BRANCH`; `passmuster init` sets one up"))
}

/// The tips of a branch on all remotes: what is known to be published.
///
/// # Errors
/// The refs could not be read.
pub fn published(refs: &dyn Refs, target: &RefName) -> Result<Vec<ObjectId>, Failure> {
    let Some(short) = target.short() else { return Ok(Vec::new()) };
    let ending = format!("/{short}");
    Ok(refs
        .refs("refs/remotes/")?
        .into_iter()
        .filter(|(name, _)| {
            name.as_str().strip_prefix("refs/remotes/").is_some_and(|rest| {
                rest.strip_suffix(&ending).is_some_and(|remote| !remote.is_empty() && !remote.contains('/'))
            })
        })
        .map(|(_, id)| id)
        .collect())
}
