//! Who is at an item before anything of it has landed: who took it with `start`, and whose branch names it.

use super::{MOST_COMMITS, branch_name, worked_on};
use crate::diag::Failure;
use crate::gate::work::{id_words, names_item};
use crate::id::{ObjectId, RefName};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::port::{Commit, Repo};
use crate::roster::Roster;
use crate::verb::start;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Who is at an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Engaged {
    /// Who took it, else who made the newest commit that names it: a member, or the address of somebody who is none.
    pub by: String,
    /// Until when it is taken.
    pub until: Option<Timestamp>,
    /// The newest branch that has something to land for it, as people type it.
    pub branch: Option<String>,
}

/// What is looked at.
pub struct Field<'q> {
    pub repo: &'q dyn Repo,
    pub plan: &'q Plan,
    pub policy: Option<&'q Policy>,
    pub roster: Option<&'q Roster>,
    /// The branch that others land on, and where it stands.
    pub target: &'q RefName,
    pub tip: &'q ObjectId,
    pub now: Timestamp,
}

/// Who is at which open item, by its position in the plan.
///
/// # Errors
/// The refs cannot be read. A branch that cannot be read is left out.
pub fn engaged(field: &Field<'_>) -> Result<BTreeMap<usize, Engaged>, Failure> {
    let Field { repo, plan, policy, target, tip, now, .. } = *field;
    let mut found: BTreeMap<usize, Engaged> = BTreeMap::new();
    for taken in start::taken(repo, now)?.into_iter().filter(|taken| taken.counts(plan, now)) {
        if let Some(index) = plan.find(&taken.item) {
            found.insert(index, Engaged { by: taken.by, until: Some(taken.until), branch: None });
        }
    }
    let wanted = |own: &RefName| own != target && !policy.is_some_and(|policy| policy.protects(own));
    for branch in worked_on(repo, repo, tip, now, &wanted)?.branches {
        let Ok(commits) = repo.between(std::slice::from_ref(tip), std::slice::from_ref(&branch.tip), MOST_COMMITS)
        else {
            continue;
        };
        for (index, commit) in field.named(branch_name(&branch.name), &commits) {
            let here = found.entry(index).or_insert_with(|| Engaged { by: field.author(commit), ..Engaged::default() });
            here.branch.get_or_insert_with(|| branch.short().to_owned());
        }
    }
    Ok(found)
}

impl Field<'_> {
    /// The open items without parts that a branch is about, by its name or by a commit, each with the newest commit that
    /// says so.
    fn named<'c>(&self, name: &str, commits: &'c [Commit]) -> BTreeMap<usize, &'c Commit> {
        let mut named = BTreeMap::new();
        let open = |word: &str| {
            let index = self.plan.find(word)?;
            (self.plan.children(index).is_empty() && !self.plan.is_closed(index)).then_some(index)
        };
        for commit in commits.iter().filter(|commit| commit.parents.len() < 2) {
            for word in id_words(&commit.message) {
                if let Some(index) = open(&word).filter(|_| names_item(&commit.message, &word)) {
                    named.entry(index).or_insert(commit);
                }
            }
        }
        let own = name.rsplit('/').next().and_then(open);
        if let (Some(index), Some(newest)) = (own, commits.first()) {
            named.entry(index).or_insert(newest);
        }
        named
    }

    fn author(&self, commit: &Commit) -> String {
        let email = &commit.author.email;
        self.roster
            .and_then(|roster| roster.by_email(email))
            .map_or_else(|| email.clone(), |member| member.name.to_string())
    }
}
