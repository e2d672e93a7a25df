//! Branches that are worked on: those that have something to land, and were not left behind.
//!
//! Verb layer. `engaged` tells who is at what, `view` what the plan says on them; what their gates say and which of them
//! do not merge is told to those who watch.

mod engaged;
mod view;

pub use engaged::{Engaged, Field, engaged};
pub use view::{Account, Checkout, Outcome, Place, PlaceKind, Question, Row, State, run};

use crate::diag::Failure;
use crate::id::{ObjectId, RefName};
use crate::port::{History, Refs};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// So many branches are looked at, the newest.
const MOST: usize = 32;

/// Whether so many branches have landed is found out, at most, to find those that have not.
const MOST_ASKED: usize = 512;

/// At most so many commits of one branch are read to learn who did what.
const MOST_COMMITS: usize = 2_000;

/// A branch whose last commit is so many seconds older than that of the protected one is not worked on any more.
const LEFT_BEHIND: i64 = 30 * 24 * 60 * 60;

/// A branch that is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub name: RefName,
    pub tip: ObjectId,
    /// The date of its last commit in seconds since 1970; one in the future counts as now.
    pub seconds: i64,
}

impl Branch {
    /// The name as people type it.
    pub fn short(&self) -> &str {
        short(&self.name)
    }

    pub fn is_remote(&self) -> bool {
        self.name.short().is_none()
    }
}

/// The branches of a repository that are worked on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkedOn {
    /// The newest first. Of a branch here and one of a remote with its name, what the other has all of is left out; where
    /// they have grown apart, both are here, and the remote one counts as no newer.
    pub branches: Vec<Branch>,
    /// How many were not looked at, because they are too old or too many.
    pub left_out: usize,
}

/// The branches here and on remotes that would bring something to `tip` and were not left behind. `wanted` is asked by
/// the name that a branch has, or would have here.
///
/// # Errors
/// The refs cannot be read. A branch whose objects cannot be read is left out.
pub fn worked_on(
    history: &dyn History,
    refs: &dyn Refs,
    tip: &ObjectId,
    now: Timestamp,
    wanted: &dyn Fn(&RefName) -> bool,
) -> Result<WorkedOn, Failure> {
    let mut named: BTreeMap<String, Vec<Branch>> = BTreeMap::new();
    let believed = |id: &ObjectId| history.commit(id).map(|commit| commit.seconds.min(now.as_second()));
    for (name, tip) in refs.refs("refs/heads/")?.into_iter().chain(refs.refs("refs/remotes/")?) {
        let own = branch_name(&name);
        if own == "HEAD" || !wanted(&RefName::branch(own)) {
            continue;
        }
        // What cannot be read is told by `git fsck`.
        if let Ok(seconds) = believed(&tip) {
            named.entry(own.to_owned()).or_default().push(Branch { name, tip, seconds });
        }
    }
    let oldest = believed(tip)?.saturating_sub(LEFT_BEHIND);
    let (mut branches, mut left_out) = (Vec::new(), 0);
    for twins in named.into_values() {
        if twins.iter().any(|twin| twin.seconds >= oldest) {
            branches.extend(apart(history, twins));
        } else {
            left_out += twins.len();
        }
    }
    // Of those that are as new, a branch here stands before one of a remote already.
    branches.sort_by_key(|branch| std::cmp::Reverse(branch.seconds));
    let mut open = Vec::new();
    for (asked, branch) in branches.into_iter().enumerate() {
        if open.len() == MOST || asked >= MOST_ASKED {
            left_out += 1;
        } else if !history.is_ancestor(&branch.tip, tip).unwrap_or(true) {
            open.push(branch);
        }
    }
    Ok(WorkedOn { branches: open, left_out })
}

/// The branches of one name, that of this repository first, without those that another one has all of.
fn apart(history: &dyn History, twins: Vec<Branch>) -> Vec<Branch> {
    let mut kept: Vec<Branch> = Vec::new();
    for mut twin in twins {
        let within = |one: &Branch, other: &Branch| history.is_ancestor(&one.tip, &other.tip).unwrap_or(false);
        if kept.iter().any(|known| within(&twin, known)) {
            continue;
        }
        kept.retain(|known| !within(known, &twin));
        if let Some(first) = kept.first() {
            twin.seconds = twin.seconds.min(first.seconds);
        }
        kept.push(twin);
    }
    kept
}

/// The name of a branch wherever it is: `main` of `refs/remotes/origin/main`.
pub fn branch_name(name: &RefName) -> &str {
    let remote = || name.as_str().strip_prefix("refs/remotes/")?.split_once('/').map(|(_, branch)| branch);
    name.short().or_else(remote).unwrap_or(name.as_str())
}

/// A branch as people type it: `origin/main` where it is one of a remote.
pub fn short(name: &RefName) -> &str {
    name.short().or_else(|| name.as_str().strip_prefix("refs/remotes/")).unwrap_or(name.as_str())
}
