//! `blame`: who claimed an item done, when, and on which evidence.

use crate::diag::{Failure, Sink};
use crate::facts::{Facts, GateRun, ItemFacts, Moment, WorkDone};
use crate::id::{ObjectId, RepoPath};
use crate::plan::Reader;
use crate::policy::PLAN_FOLDER;
use crate::port::{Commit, History};
use crate::project;
use std::collections::BTreeSet;

/// One claim of an item.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// `None`: it came into the plan ticked.
    pub ticked: Option<Deed>,
    pub reopened: Option<Deed>,
    /// Of each gate the newest result that landed before the claim was taken back, in the order of their names.
    pub evidence: Vec<&'a GateRun>,
}

/// Who did something, and with which commit.
#[derive(Clone, Debug)]
pub struct Deed {
    /// When it landed.
    pub landed: Moment,
    /// The commit of the line.
    pub step: ObjectId,
    /// The commit that made the change: the same, or one that a merge brought.
    pub commit: Commit,
}

/// What is known of an item's claims.
#[derive(Clone, Debug)]
pub struct Blame<'a> {
    pub item: &'a ItemFacts,
    /// The paths that the commits touched that name it, outside of the plan folder.
    pub touched: BTreeSet<RepoPath>,
    pub claims: Vec<Claim<'a>>,
}

/// At most so many commits of one merge are searched for the one that made a change.
const SEARCHED: usize = 2_000;

/// At most so many paths of one commit are named.
const MOST_PATHS: usize = 10_000;

/// Finds the claims of an item.
///
/// # Errors
/// No plan of the line ever had the item, or an object could not be read.
pub fn run<'a>(history: &dyn History, facts: &'a Facts, id: &str) -> Result<Blame<'a>, Failure> {
    let item = facts.item(id).ok_or_else(|| {
        Failure::usage(format!("`{id}` was never in the plan"))
            .because("no commit of this line has it in a plan file")
            .hint("run `passmuster log` to see what is there, or name another line with `--at`")
    })?;
    let search = Search { history, facts, item };
    let mut claims = Vec::new();
    for tick in &item.ticks {
        // Evidence is often committed right after the tick that it proves.
        let before = |run: &&GateRun| tick.reopened.is_none_or(|reopened| run.landed.at < reopened.at);
        let mut evidence: Vec<&GateRun> = Vec::new();
        for run in item.gates.iter().filter(before) {
            match evidence.iter_mut().find(|known| known.gate == run.gate) {
                Some(known) if known.at <= run.at => *known = run,
                Some(_) => {}
                None => evidence.push(run),
            }
        }
        evidence.sort_by(|one, other| one.gate.cmp(&other.gate));
        claims.push(Claim {
            ticked: tick.ticked.map(|at| search.deed(at, true)).transpose()?,
            reopened: tick.reopened.map(|at| search.deed(at, false)).transpose()?,
            evidence,
        });
    }
    let mut paths = BTreeSet::new();
    for work in &item.work {
        paths.extend(touched(history, work)?);
    }
    let plan_folder = RepoPath::from(PLAN_FOLDER);
    paths.retain(|path| !path.is_within(&plan_folder));
    Ok(Blame { item, touched: paths, claims })
}

/// What a commit touched, against its first parent; one that touched more than anybody wants to read tells nothing.
///
/// # Errors
/// The commit could not be read.
pub fn touched(history: &dyn History, work: &WorkDone) -> Result<Vec<RepoPath>, Failure> {
    let commit = history.commit(&work.commit)?;
    let changes = history.changes(commit.parents.first(), &commit.id, MOST_PATHS).unwrap_or_default();
    Ok(changes.into_iter().map(|change| change.path).collect())
}

struct Search<'a> {
    history: &'a dyn History,
    facts: &'a Facts,
    item: &'a ItemFacts,
}

impl Search<'_> {
    /// The commit that ticked the item, or took the tick away, and landed at a moment.
    fn deed(&self, landed: Moment, ticks: bool) -> Result<Deed, Failure> {
        let changes = self.facts.events().find(|event| {
            let is_ours = event.subject.eq_ignore_ascii_case(&self.item.id)
                || self.item.former.iter().any(|former| former.eq_ignore_ascii_case(event.subject));
            let word = super::log::word(event.what);
            event.landed == landed && is_ours && matches!((word, ticks), ("ticked", true) | ("reopened", false))
        });
        let place = changes.map(|event| event.step);
        let step = self.facts.line().enumerate().find(|(index, (_, at))| match place {
            Some(place) => *index == place,
            // It came back into the plan without its tick.
            None => *at == landed,
        });
        let step = step.map(|(_, (id, _))| id.clone()).expect("what landed has its commit on the line");
        let commit = self.history.commit(&step)?;
        let commit = self.brought(&commit, ticks)?.unwrap_or(commit);
        Ok(Deed { landed, step, commit })
    }

    /// The first of the commits that a merge brought in which the item stands so, and not in its parent.
    fn brought(&self, merge: &Commit, ticks: bool) -> Result<Option<Commit>, Failure> {
        let [first, _, ..] = &merge.parents[..] else { return Ok(None) };
        let Ok(mut brought) =
            self.history.between(std::slice::from_ref(first), std::slice::from_ref(&merge.id), SEARCHED)
        else {
            return Ok(None);
        };
        brought.reverse();
        for commit in brought {
            if let [parent] = &commit.parents[..]
                && self.claimed(&commit.id)? == ticks
                && self.claimed(parent)? != ticks
            {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    fn claimed(&self, commit: &ObjectId) -> Result<bool, Failure> {
        let tree = self.history.tree(commit)?;
        let (plan, _) = project::read_plan(&*tree, Reader::Fast, &mut Sink::new())?;
        let ids = std::iter::once(&self.item.id).chain(&self.item.former);
        let index = ids.filter_map(|id| plan.find(id)).next();
        Ok(index.is_some_and(|index| plan.claimed(index)))
    }
}
