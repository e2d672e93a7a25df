//! What would land where, and by whose policy: the questions every door asks before it judges.

mod protection;

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::{ObjectId, RefName, RepoPath};
use crate::judge::{Move, Proposal, Verdict, World, codes};
use crate::policy::{self, Policy};
use crate::port::{Head, MergeTree, Refs, Repo};
use crate::project;
pub use protection::{Guard, Protection};

/// The policy that protects `target`: that of the ref itself, else that of the default branch. `None`: the ref is
/// not protected.
///
/// # Errors
/// A policy that may protect the ref cannot be read: then nothing about the ref can be judged.
pub fn guard_of(repo: &dyn Repo, target: &RefName) -> Result<Option<Guard>, Failure> {
    Protection::of(repo)?.guard_of(target, repo.read_ref(target)?.as_ref())
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
    let found = project::read_policy(tree.as_ref(), &mut Sink::new())?;
    found.map_or_else(|| Err(unusable(repo, commit)), |policy| Ok(Some(policy)))
}

/// What keeps everybody from judging by the policy of a commit.
fn unusable(repo: &dyn Repo, commit: &ObjectId) -> Failure {
    let mut sink = Sink::new();
    let read = repo.tree(commit).and_then(|tree| project::read_policy(tree.as_ref(), &mut sink));
    let mut failure = Failure::new(format!("the policy in commit {} cannot be used", commit.short()));
    match (read, sink.into_sorted().first()) {
        (Err(why), _) => failure = failure.because(why.message),
        (Ok(_), Some(first)) => failure = failure.because(format!("{}: {}", first.place, first.message)),
        (Ok(_), None) => {}
    }
    failure.hint("repair `passmuster.yaml` there, or ask an administrator: nothing can be judged until then")
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
    let own = repo.read_ref(target)?;
    let change = Move { target: target.clone(), old, guard: None, proposal, published };
    Protection::of(repo)?.judge(world, own.as_ref(), change)
}

/// A branch that work is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub target: RefName,
    /// The commit it stands at.
    pub tip: ObjectId,
    /// The commit whose policy decides there.
    pub guard: ObjectId,
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
