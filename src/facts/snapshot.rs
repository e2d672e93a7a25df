//! What the files of a plan say at one revision, and what differs between two.
//!
//! Domain layer. Files are read one by one, so a commit costs the files it changes; an item that stands in two files
//! counts where the plan reads it first.

use super::ledger::{What, kind};
use crate::diag::Sink;
use crate::id::RepoPath;
use crate::plan::{self, Item, Kind, Plan, Reader, Status};
use crate::text::Source;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What an item says at one revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// As it is written.
    pub id: String,
    pub title: String,
    #[serde(with = "kind")]
    pub kind: Kind,
    /// The item it stands in.
    pub parent: Option<String>,
    /// Whether it has parts of its own.
    pub has_parts: bool,
    /// Whether the plan claims it done.
    pub claimed: bool,
    pub dropped: bool,
    /// Whether its status says that somebody works on it.
    pub under_way: bool,
    pub waits: Option<String>,
    pub owner: Option<String>,
    pub team: Option<String>,
    pub priority: Option<u8>,
    /// In minutes: optimistic, likely, pessimistic.
    pub estimate: Option<[u32; 3]>,
    /// Minutes spent, as the plan says.
    pub actual: Option<u32>,
}

impl Said {
    fn new(plan: &Plan, index: usize) -> Self {
        let item = &plan.items[index];
        let text = |said: crate::text::Spanned<&str>| said.value.to_owned();
        let waits = |status: crate::text::Spanned<Status<'_>>| match status.value {
            Status::Waiting(who) => Some(who.to_owned()),
            Status::Dropped => None,
        };
        Self {
            id: item.id.value.to_string(),
            title: item.title().value.to_owned(),
            kind: item.kind,
            parent: item.parent.map(|parent| plan.items[parent].id.value.to_string()),
            has_parts: !plan.children(index).is_empty(),
            claimed: plan.claimed(index),
            dropped: item.is_dropped(),
            under_way: item.is_under_way(),
            waits: item.status().and_then(waits),
            owner: item.owner().map(text),
            team: item.team().map(text),
            priority: item.priority().map(|priority| priority.value),
            estimate: item.estimate().map(|said| [said.value.optimistic, said.value.likely, said.value.pessimistic]),
            actual: item.actual().map(|actual| actual.value),
        }
    }

    /// What happened between two states of one item.
    fn until(&self, after: &Self, found: &mut Vec<What>) {
        fn told<T: PartialEq + Clone>(before: &T, after: &T, what: impl Fn(T) -> What, found: &mut Vec<What>) {
            if before != after {
                found.push(what(after.clone()));
            }
        }
        let either = |yes: What, no: What| move |now: bool| if now { yes.clone() } else { no.clone() };
        told(&self.title, &after.title, What::Title, found);
        told(&self.parent, &after.parent, What::Parent, found);
        told(&self.has_parts, &after.has_parts, What::Parts, found);
        told(&self.team, &after.team, What::Team, found);
        told(&self.priority, &after.priority, What::Priority, found);
        told(&self.estimate, &after.estimate, What::Estimate, found);
        told(&self.owner, &after.owner, What::Owner, found);
        told(&self.waits, &after.waits, What::Waits, found);
        told(&self.under_way, &after.under_way, either(What::Begun, What::Paused), found);
        told(&self.dropped, &after.dropped, either(What::Dropped, What::Restored), found);
        told(&self.actual, &after.actual, What::Actual, found);
        told(&self.claimed, &after.claimed, either(What::Ticked, What::Reopened), found);
    }
}

/// The items of one file.
#[derive(Debug)]
pub(super) struct File {
    plan: Plan,
}

impl File {
    pub fn read(source: Source) -> Self {
        Self { plan: plan::read(vec![source], Reader::Fast, &mut Sink::new()) }
    }

    /// Each id once, in the order they are written.
    fn items(&self) -> impl Iterator<Item = Written<'_>> {
        let written = |index| Written { plan: &self.plan, index };
        (0..self.plan.items.len()).map(written).filter(|item| self.plan.with_id(item.id()) == Some(item.index))
    }

    fn item(&self, id: &str) -> Option<Written<'_>> {
        Some(Written { plan: &self.plan, index: self.plan.with_id(id)? })
    }
}

/// An item as a file has it. Nothing of it is copied before somebody asks what it says.
#[derive(Clone, Copy)]
struct Written<'a> {
    plan: &'a Plan,
    index: usize,
}

impl<'a> Written<'a> {
    fn item(self) -> &'a Item {
        &self.plan.items[self.index]
    }

    fn id(self) -> &'a str {
        self.item().id.value.as_str()
    }

    fn said(self) -> Said {
        Said::new(self.plan, self.index)
    }

    /// Whether both say the same. What is written alike in the same surroundings is not read once more.
    fn is_as(self, other: Self) -> bool {
        let around = |it: Self| {
            let parent = it.item().parent.map(|parent| it.plan.items[parent].id.value.as_str());
            (parent, it.plan.children(it.index).is_empty(), it.plan.claimed(it.index))
        };
        let is_alike = around(self) == around(other) && self.item().is_written_as(other.item());
        debug_assert!(!is_alike || self.said() == other.said(), "what an item says is written in it and around it");
        is_alike || self.said() == other.said()
    }
}

fn are_alike(one: Option<Written<'_>>, other: Option<Written<'_>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.is_as(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// What became of one item of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Came,
    Changed,
    Went,
}

/// What differs between two texts of a file, by folded id: what is in the later one in its order, then what is gone.
fn turns(before: Option<&File>, after: Option<&File>) -> Vec<(String, Turn)> {
    let turn = |now: Written<'_>| match before.and_then(|before| before.item(now.id())) {
        None => Some(Turn::Came),
        Some(was) => (!now.is_as(was)).then_some(Turn::Changed),
    };
    let came = after.into_iter().flat_map(File::items).filter_map(|now| Some((now.id(), turn(now)?)));
    let is_gone = |was: &Written<'_>| after.is_none_or(|after| after.item(was.id()).is_none());
    let went = before.into_iter().flat_map(File::items).filter(is_gone).map(|was| (was.id(), Turn::Went));
    came.chain(went).map(|(id, turn)| (id.to_ascii_lowercase(), turn)).collect()
}

/// All plan files of one revision.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    files: HashMap<RepoPath, Arc<File>>,
    /// The files that hold an id; the first is the one that counts. The plan reads its files in this order.
    holders: HashMap<String, BTreeSet<RepoPath>>,
}

/// An item before and after a change. What has another id after it is still one.
#[derive(Clone, Debug)]
pub struct Pair {
    /// `None`: it is new.
    pub before: Option<Said>,
    /// `None`: it is gone.
    pub after: Option<Said>,
}

impl Pair {
    /// The id it had before, where it has another one now.
    pub fn former(&self) -> Option<&str> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        (!before.id.eq_ignore_ascii_case(&after.id)).then_some(before.id.as_str())
    }
}

impl Snapshot {
    /// The files of a revision that were read already.
    pub(super) fn of(files: impl IntoIterator<Item = (RepoPath, Arc<File>)>) -> Self {
        let mut snapshot = Self::default();
        for (path, file) in files {
            let turns = turns(None, Some(&file));
            snapshot.replace(path, Some(file), &turns);
        }
        snapshot
    }

    /// What an item says, by its id without regard to case.
    pub fn said(&self, id: &str) -> Option<Said> {
        self.item(&id.to_ascii_lowercase()).map(Written::said)
    }

    /// The items that say something else in a later state, first the new ones, then those that are in both, then those
    /// that are gone. Files that both have in common are not looked at.
    pub fn pairs(&self, after: &Self) -> Vec<Pair> {
        let mut paths: Vec<&RepoPath> = after.files.keys().chain(self.files.keys()).collect();
        paths.sort();
        paths.dedup();
        let mut turned: Vec<(String, Turn)> = Vec::new();
        for path in paths {
            let (was, is) = (self.files.get(path), after.files.get(path));
            if !was.zip(is).is_some_and(|(was, is)| Arc::ptr_eq(was, is)) {
                turned.extend(turns(was.map(|file| &**file), is.map(|file| &**file)));
            }
        }
        let mut touched = each_once(turned);
        touched.retain(|id| !are_alike(self.item(id), after.item(id)));
        let before = touched.iter().map(|id| self.item(id).map(Written::said)).collect();
        after.paired(&touched, before)
    }

    fn item(&self, folded: &str) -> Option<Written<'_>> {
        let first = self.holders.get(folded)?.first()?;
        self.files.get(first)?.item(folded)
    }

    /// The id of an item as the plan writes it.
    pub(super) fn id(&self, folded: &str) -> Option<&str> {
        self.item(folded).map(Written::id)
    }

    /// Takes new texts of some files (`None`: the file is gone) and tells what happened, with the id of each item.
    pub(super) fn change(&mut self, files: Vec<(RepoPath, Option<Arc<File>>)>) -> Vec<(String, What)> {
        let turn = |(path, file): &(RepoPath, Option<Arc<File>>)| {
            turns(self.files.get(path).map(|file| &**file), file.as_deref())
        };
        let turned: Vec<Vec<(String, Turn)>> = files.iter().map(turn).collect();
        let touched = each_once(turned.iter().flatten().cloned());
        let before: Vec<Option<Said>> = touched.iter().map(|id| self.item(id).map(Written::said)).collect();
        for ((path, file), turns) in files.into_iter().zip(&turned) {
            self.replace(path, file, turns);
        }
        self.differences(&touched, before)
    }

    /// Takes another text of a file, from which it differs by these turns.
    fn replace(&mut self, path: RepoPath, file: Option<Arc<File>>, turns: &[(String, Turn)]) {
        for (id, turn) in turns {
            match turn {
                Turn::Came => {
                    self.holders.entry(id.clone()).or_default().insert(path.clone());
                }
                Turn::Went => {
                    if let Some(holders) = self.holders.get_mut(id) {
                        holders.remove(&path);
                    }
                }
                Turn::Changed => {}
            }
        }
        match file {
            Some(file) => self.files.insert(path, file),
            None => self.files.remove(&path),
        };
    }

    fn differences(&self, touched: &[String], before: Vec<Option<Said>>) -> Vec<(String, What)> {
        let mut told = Vec::new();
        for pair in self.paired(touched, before) {
            let renamed = pair.former().map(|former| What::Renamed(former.to_owned()));
            match (pair.before, pair.after) {
                (Some(before), Some(after)) => {
                    let mut found = Vec::from_iter(renamed);
                    before.until(&after, &mut found);
                    told.extend(found.into_iter().map(|what| (after.id.clone(), what)));
                }
                (None, Some(after)) => told.push((after.id.clone(), What::Created(after))),
                (Some(before), None) => told.push((before.id, What::Removed)),
                (None, None) => {}
            }
        }
        told
    }

    /// What became of items of an earlier state: the new ones and those with another id, then those that are in both, then
    /// those that are gone.
    fn paired(&self, touched: &[String], before: Vec<Option<Said>>) -> Vec<Pair> {
        let (mut changed, mut created, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for (id, before) in touched.iter().zip(before) {
            match (before, self.item(id).map(Written::said)) {
                (before @ Some(_), after @ Some(_)) => changed.push(Pair { before, after }),
                (None, Some(after)) => created.push(after),
                (Some(before), None) => removed.push(Some(before)),
                (None, None) => {}
            }
        }
        let renamed: HashMap<usize, usize> = renames(&created, &removed).into_iter().collect();
        let new = created.into_iter().enumerate().map(|(index, after)| {
            let before = renamed.get(&index).and_then(|&was| removed[was].take());
            Pair { before, after: Some(after) }
        });
        let mut pairs: Vec<Pair> = new.collect();
        pairs.append(&mut changed);
        pairs.extend(removed.into_iter().flatten().map(|before| Pair { before: Some(before), after: None }));
        pairs
    }
}

/// The ids of what turned, without those that turned in an earlier file already.
fn each_once(turned: impl IntoIterator<Item = (String, Turn)>) -> Vec<String> {
    let mut seen = HashSet::new();
    turned.into_iter().map(|(id, _)| id).filter(|id| seen.insert(id.clone())).collect()
}

/// Pairs of new and old items that are the same under another id: those of one kind and title, where only one of each
/// is there. Nobody can tell others apart.
fn renames(created: &[Said], removed: &[Option<Said>]) -> Vec<(usize, usize)> {
    fn unique<'a>(items: impl Iterator<Item = &'a Said>) -> HashMap<(Kind, &'a str), Option<usize>> {
        let mut found = HashMap::new();
        for (index, said) in items.enumerate() {
            let entry = found.entry((said.kind, said.title.as_str())).or_insert(Some(index));
            if *entry != Some(index) {
                *entry = None;
            }
        }
        found
    }
    let old = unique(removed.iter().flatten());
    let new = unique(created.iter());
    let mut pairs: Vec<(usize, usize)> = new
        .into_iter()
        .filter(|((_, title), _)| !title.is_empty())
        .filter_map(|(key, new)| Some((new?, (*old.get(&key)?)?)))
        .collect();
    pairs.sort_unstable();
    pairs
}
