//! Client hooks that see a branch move, or a merge that is about to move it.

use super::call::Call;
use super::store::{Names, Store};
use super::{Answer, mend, say, server};
use crate::diag::{Diagnostic, Failure, Purpose as _};
use crate::git::Repository;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, Verdict, World, judge, names};
use crate::port::{Head, History as _, MergeTree};
use crate::sign::Verifier;
use crate::verb::land;
use jiff::Timestamp;

/// What a line of `reference-transaction` (and of the receiving hooks) says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub old: String,
    pub new: String,
    pub name: RefName,
}

impl Line {
    pub fn deletes(&self) -> bool {
        self.new.bytes().all(|b| b == b'0')
    }
}

/// Reads `old new ref` lines. A byte that is not UTF-8 in a name is replaced: such a name matches no ref later, and
/// is then not let through unseen.
///
/// # Errors
/// A line has another form: what cannot be read cannot be judged.
pub fn read_lines(input: &[u8]) -> Result<Vec<Line>, Failure> {
    let text = String::from_utf8_lossy(input);
    text.lines()
        .map(|line| {
            let mut fields = line.splitn(3, ' ');
            match (fields.next(), fields.next(), fields.next()) {
                (Some(old), Some(new), Some(name)) if !name.is_empty() => {
                    Ok(Line { old: old.to_owned(), new: new.to_owned(), name: RefName::new(name) })
                }
                _ => Err(Failure::new("could not read what Git tells about refs")
                    .because(format!("a line says `{line}`, not `old new ref`"))
                    .hint("install a newer passmuster, one that knows this Git")),
            }
        })
        .collect()
}

/// The object id a hook was given.
///
/// # Errors
/// It is none.
pub fn object_id(text: &str) -> Result<ObjectId, Failure> {
    ObjectId::parse(text).ok_or_else(|| Failure::new(format!("Git named the object `{text}`, which is no id")))
}

/// Decides in `prepared`, when all names are resolved and locked.
pub fn reference_transaction(call: &Call) -> Result<Answer, Failure> {
    let lines = read_lines(call.input()?)?;
    let protected = Names::from_env();
    let merges = lines.iter().any(|line| line.name.as_str() == "ORIG_HEAD") && !merge_heads_from_env().is_empty();
    // Deletions pass here: `pack-refs` looks like one, and refusing one half of a rename destroys a branch.
    let concerned: Vec<&Line> =
        lines.iter().filter(|line| !line.deletes() && protected.may_be_protected(line.name.as_str())).collect();
    if concerned.is_empty() && !merges {
        return Ok(Answer::Pass);
    }
    let repo = Repository::open_from_env()?;
    if repo.is_bare() {
        return server::last_look(&repo, &concerned);
    }
    if merges && judge_coming_merge(&repo)? == Answer::Refuse {
        return Ok(Answer::Refuse);
    }
    for line in concerned {
        if judge_line(&repo, line)? == Answer::Refuse {
            return Ok(Answer::Refuse);
        }
    }
    Ok(Answer::Pass)
}

fn judge_line(repo: &Repository, line: &Line) -> Result<Answer, Failure> {
    let name = &line.name;
    if let Some(finding) = look_alike(repo, name)? {
        say::refusal(&format!("`{name}` was not written"), &[finding], &[]);
        return Ok(Answer::Refuse);
    }
    // The old value of the line is zero for forced updates; the ref is locked, so what it holds now is the truth.
    let current = repo.read_ref(name)?;
    let proposal = match line.new.strip_prefix("ref:") {
        Some(target) => Proposal::Symbolic(target.to_owned()),
        None => {
            let new = object_id(&line.new)?;
            if current.as_ref() == Some(&new) {
                return Ok(Answer::Pass);
            }
            Proposal::Commit(new)
        }
    };
    let Some(verdict) = judge_client(repo, name, current, proposal.clone())? else { return Ok(Answer::Pass) };
    if verdict.passes() {
        say::warnings(&verdict.findings);
        if let Proposal::Commit(new) = &proposal {
            remember(repo, name, new);
        }
        return Ok(Answer::Pass);
    }
    let after = match &proposal {
        Proposal::Commit(new) => mend::after_move(repo, name, new)?,
        _ => Vec::new(),
    };
    say::refusal(&format!("`{name}` was not moved"), &verdict.findings, &after);
    Ok(Answer::Refuse)
}

/// A branch whose name could be taken for a protected one, by the policy of HEAD.
fn look_alike(repo: &Repository, name: &RefName) -> Result<Option<Diagnostic>, Failure> {
    if repo.read_ref(name)?.is_some() {
        return Ok(None);
    }
    let Some(head) = repo.head()?.id().cloned() else { return Ok(None) };
    // HEAD may be on somebody's branch with a broken policy; whether the name itself is protected is asked next.
    let policy = land::policy_at(repo, &head).unwrap_or(None);
    Ok(policy.and_then(|policy| names::check_ref(&policy, name)))
}

/// Judges a move of a branch in a clone; `None` when the branch is not protected.
///
/// The move is measured against the last value that was judged here or that a remote holds: what came there past
/// the hooks is judged together with what comes next.
///
/// # Errors
/// It could not be judged.
pub fn judge_client(
    repo: &Repository,
    name: &RefName,
    current: Option<ObjectId>,
    proposal: Proposal,
) -> Result<Option<Verdict>, Failure> {
    let world = World { history: repo, signatures: &Verifier, now: Timestamp::now() };
    let published = land::published(repo, name)?;
    let known = Store::of(repo.common_dir()).judged(name);
    let trusted = match &current {
        Some(id) if known.contains(id) => true,
        Some(id) => contained_in_any(repo, id, &published)?,
        None => false,
    };
    // A value that a broken-off transaction left behind may be gone from the object store.
    let last = known.into_iter().rev().find(|id| repo.commit(id).is_ok());
    match last {
        Some(last) if !trusted && land::policy_at(repo, &last)?.is_some_and(|policy| policy.protects(name)) => {
            let guard = Some(last.clone());
            judge(&world, &Move { target: name.clone(), old: Some(last), guard, proposal, published }).map(Some)
        }
        _ => {
            let old = current.or_else(|| published.first().cloned());
            land::judge_move(&world, repo, name, old, proposal, published)
        }
    }
}

fn contained_in_any(repo: &Repository, id: &ObjectId, heads: &[ObjectId]) -> Result<bool, Failure> {
    for head in heads {
        if repo.is_ancestor(id, head)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps what was judged and the names it protects. A folder that cannot be written makes later calls slower and
/// stricter, never laxer, so it is no reason to stop the move.
fn remember(repo: &Repository, name: &RefName, new: &ObjectId) {
    let store = Store::of(repo.common_dir());
    let _ = store.remember_judged(name, new);
    if let Ok(Some(policy)) = land::policy_at(repo, new) {
        let _ = store.remember_names(&policy);
    }
}

/// The heads Git says it is merging (`GITHEAD_<id>`), in order of their ids.
fn merge_heads_from_env() -> Vec<ObjectId> {
    let heads = std::env::vars_os().filter_map(|(name, _)| ObjectId::parse(name.to_str()?.strip_prefix("GITHEAD_")?));
    let mut heads: Vec<ObjectId> = heads.collect();
    heads.sort();
    heads
}

/// Git writes ORIG_HEAD before a merge touches anything: the moment to refuse.
fn judge_coming_merge(repo: &Repository) -> Result<Answer, Failure> {
    let Head::Branch(name, tip) = repo.head()? else { return Ok(Answer::Pass) };
    let (proposal, conflict) = coming_merge(repo, &name, &tip)?;
    let findings = match (proposal, conflict) {
        (None, None) => return Ok(Answer::Pass),
        (None, Some(finding)) => {
            if land::guard_of(repo, &name)?.is_none() {
                return Ok(Answer::Pass);
            }
            vec![finding]
        }
        (Some(proposal), _) => match judge_client(repo, &name, Some(tip), proposal)? {
            Some(verdict) if !verdict.passes() => verdict.findings,
            _ => return Ok(Answer::Pass),
        },
    };
    let after = ["nothing was merged: HEAD, index and work tree are as they were".to_owned()];
    say::refusal(&format!("the merge into `{name}` is refused"), &findings, &after);
    Ok(Answer::Refuse)
}

/// What merging all heads into `tip` would give, or why there is no result. Neither: all is there already.
fn coming_merge(
    repo: &Repository,
    name: &RefName,
    tip: &ObjectId,
) -> Result<(Option<Proposal>, Option<Diagnostic>), Failure> {
    let mut heads = Vec::new();
    for head in merge_heads_from_env() {
        if !repo.is_ancestor(&head, tip)? {
            heads.push(head);
        }
    }
    if let [head] = heads.as_slice() {
        return Ok(match land::landing(repo, tip, head)? {
            land::Landing::Nothing => (None, None),
            land::Landing::Lands(proposal) => (Some(proposal), None),
            land::Landing::Conflict(paths) => (None, Some(land::conflict(name, &paths))),
        });
    }
    let (mut at, mut tree) = (tip.clone(), None);
    for head in &heads {
        if repo.is_ancestor(head, &at)? {
            continue;
        }
        let merged = match repo.merge_tree(&at, head)? {
            MergeTree::Clean(tree) => tree,
            MergeTree::Conflict(paths) => return Ok((None, Some(land::conflict(name, &paths)))),
        };
        at = repo.commit_tree(&merged, &[at, head.clone()])?;
        tree = Some(merged);
    }
    Ok((tree.map(|tree| Proposal::Merge { heads, tree }), None))
}

/// A merge that made its tree and is about to be committed. The early check has seen it; this one is for
/// repositories where only the merge hooks run.
pub fn pre_merge_commit() -> Result<Answer, Failure> {
    let repo = Repository::open_from_env()?;
    let mut heads = merge_heads_from_env();
    if heads.is_empty() {
        heads = merge_heads_in(&repo)?;
    }
    judge_made_merge(&repo, heads)
}

/// Judges the merge whose tree is in the index.
///
/// # Errors
/// It could not be judged.
pub fn judge_made_merge(repo: &Repository, heads: Vec<ObjectId>) -> Result<Answer, Failure> {
    let Head::Branch(name, tip) = repo.head()? else { return Ok(Answer::Pass) };
    if heads.is_empty() || land::guard_of(repo, &name)?.is_none() {
        return Ok(Answer::Pass);
    }
    let proposal = Proposal::Merge { heads, tree: repo.index_tree()? };
    match judge_client(repo, &name, Some(tip), proposal)? {
        Some(verdict) if !verdict.passes() => {
            let after = ["nothing was merged; to go back run `git merge --abort`".to_owned()];
            say::refusal(&format!("the merge into `{name}` is refused"), &verdict.findings, &after);
            Ok(Answer::Refuse)
        }
        _ => Ok(Answer::Pass),
    }
}

/// The heads of a merge that waits to be concluded.
///
/// # Errors
/// `MERGE_HEAD` cannot be read.
pub fn merge_heads_in(repo: &Repository) -> Result<Vec<ObjectId>, Failure> {
    let path = repo.git_dir().join("MERGE_HEAD");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().map(object_id).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).purpose(|| format!("could not read `{}`", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_git_are_read_and_others_are_not_guessed_at() {
        let zero = "0".repeat(40);
        let lines =
            read_lines(format!("{zero} ref:refs/heads/x refs/heads/main\n{zero} {zero} refs/heads/a b\n").as_bytes());
        let lines = lines.expect("well-formed");
        assert_eq!((lines[0].new.as_str(), lines[0].deletes()), ("ref:refs/heads/x", false));
        assert_eq!((lines[1].name.as_str(), lines[1].deletes()), ("refs/heads/a b", true));
        assert_eq!(read_lines(b"").expect("empty happens"), []);
        for bad in ["x\n", "a b\n", "a b \n"] {
            assert!(read_lines(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }
}
