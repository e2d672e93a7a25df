//! Audit: every past move of a protected ref, judged again.
//!
//! Evidence lives in the tree, so a past move can be judged from Git objects alone, in any clone. Where moves were
//! recorded (a reflog, the server's record) they are the moves; elsewhere they are read from the first-parent
//! history: from a verified commit on, the nearest later commit that proves itself closes a move.

use crate::diag::Failure;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, Verdict, World, judge};
use crate::port::Repo;
use crate::verb::land;

/// How a past move stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Before the policy, or the commit that brought it.
    Adoption,
    Verified,
    /// Something the policy asks for is not proven.
    Unverified,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Adoption => "adoption",
            Self::Verified => "verified",
            Self::Unverified => "unverified",
        }
    }
}

/// One past move.
#[derive(Debug)]
pub struct Past {
    pub from: Option<ObjectId>,
    pub to: ObjectId,
    pub standing: Standing,
    /// The subject of the commit it moved to.
    pub subject: String,
    /// The first thing that is not proven.
    pub why: Option<String>,
}

/// How many first-parent commits are looked at.
pub const MAX_COMMITS: usize = 100_000;

/// Classifies every move of `target` up to `tip`, oldest first.
///
/// # Errors
/// An object could not be read, or the history is longer than [`MAX_COMMITS`].
pub fn run(world: &World<'_>, repo: &dyn Repo, target: &RefName, tip: &ObjectId) -> Result<Vec<Past>, Failure> {
    let mut line = first_parents(repo, tip)?;
    line.reverse();
    let mut moves: Vec<Past> = Vec::new();
    let mut verified: Option<ObjectId> = None;
    // Moves since the last verified commit that do not prove themselves (yet).
    let mut pending: Vec<Past> = Vec::new();
    for commit in line {
        let subject = commit.message.lines().next().unwrap_or("").to_owned();
        let guard = verified.clone().filter(|id| land::policy_at(repo, id).is_ok_and(|policy| policy.is_some()));
        let past = |standing, why| Past {
            from: verified.clone(),
            to: commit.id.clone(),
            standing,
            subject: subject.clone(),
            why,
        };
        let change = Move {
            target: target.clone(),
            old: verified.clone(),
            guard: guard.clone(),
            proposal: Proposal::Commit(commit.id.clone()),
            published: Vec::new(),
        };
        let verdict = judge(world, &change)?;
        if guard.is_none() && verdict.passes() {
            moves.push(past(Standing::Adoption, None));
            verified = Some(commit.id);
        } else if verdict.passes() {
            // What led here landed in one push, or was proven by it.
            pending.clear();
            moves.push(past(Standing::Verified, None));
            verified = Some(commit.id);
        } else {
            pending.push(past(Standing::Unverified, first_reason(&verdict)));
        }
    }
    moves.append(&mut pending);
    Ok(moves)
}

fn first_reason(verdict: &Verdict) -> Option<String> {
    verdict.findings.iter().find(|finding| finding.is_error()).map(|finding| finding.message.clone())
}

/// The first-parent line from `tip` back to the root, newest first.
fn first_parents(repo: &dyn Repo, tip: &ObjectId) -> Result<Vec<crate::port::Commit>, Failure> {
    let mut line = Vec::new();
    let mut next = Some(tip.clone());
    while let Some(id) = next {
        if line.len() >= MAX_COMMITS {
            return Err(Failure::new(format!("the history has more than {MAX_COMMITS} commits")));
        }
        let commit = repo.commit(&id)?;
        next = commit.parents.first().cloned();
        line.push(commit);
    }
    Ok(line)
}
