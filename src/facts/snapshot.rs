//! What the files of a plan say at one revision, and what differs between two.
//!
//! Domain layer. Files are read one by one, so a commit costs the files it changes; an item that stands in two files
//! counts where the plan reads it first.

use super::ledger::{What, kind};
use crate::diag::Sink;
use crate::id::RepoPath;
use crate::plan::{self, Kind, Plan, Reader, Status};
use crate::text::Source;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

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
#[derive(Clone, Debug, Default)]
struct File {
    /// Folded, in the order they are written, each once.
    order: Vec<String>,
    items: HashMap<String, Said>,
}

impl File {
    fn read(source: Source) -> Self {
        let plan = plan::read(vec![source], Reader::Fast, &mut Sink::new());
        let mut file = Self::default();
        for index in 0..plan.items.len() {
            let said = Said::new(&plan, index);
            let folded = said.id.to_ascii_lowercase();
            if !file.items.contains_key(&folded) {
                file.order.push(folded.clone());
                file.items.insert(folded, said);
            }
        }
        file
    }
}

/// All plan files of one revision.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    files: HashMap<RepoPath, File>,
    /// The files that hold an id; the first is the one that counts. The plan reads its files in this order.
    holders: HashMap<String, BTreeSet<RepoPath>>,
}

impl Snapshot {
    fn item(&self, folded: &str) -> Option<&Said> {
        let first = self.holders.get(folded)?.first()?;
        self.files.get(first)?.items.get(folded)
    }

    /// The id of an item as the plan writes it.
    pub fn id(&self, folded: &str) -> Option<&str> {
        self.item(folded).map(|said| said.id.as_str())
    }

    /// Takes new texts of some files (`None`: the file is gone) and tells what happened, with the id of each item.
    pub fn change(&mut self, texts: Vec<(RepoPath, Option<Source>)>) -> Vec<(String, What)> {
        let mut touched: Vec<String> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut files: Vec<(RepoPath, Option<File>)> = Vec::new();
        for (path, source) in texts {
            let file = source.map(File::read);
            let old = self.files.get(&path);
            for order in [file.as_ref(), old].into_iter().flatten() {
                touched.extend(order.order.iter().filter(|id| seen.insert((*id).clone())).cloned());
            }
            files.push((path, file));
        }
        let before: Vec<Option<Said>> = touched.iter().map(|id| self.item(id).cloned()).collect();
        for (path, file) in files {
            self.replace(path, file);
        }
        self.differences(&touched, before)
    }

    fn replace(&mut self, path: RepoPath, file: Option<File>) {
        for id in self.files.remove(&path).into_iter().flat_map(|old| old.order) {
            if let Some(holders) = self.holders.get_mut(&id) {
                holders.remove(&path);
            }
        }
        let Some(file) = file else { return };
        for id in &file.order {
            self.holders.entry(id.clone()).or_default().insert(path.clone());
        }
        self.files.insert(path, file);
    }

    fn differences(&self, touched: &[String], before: Vec<Option<Said>>) -> Vec<(String, What)> {
        let (mut changed, mut created, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for (id, before) in touched.iter().zip(before) {
            match (before, self.item(id)) {
                (Some(before), Some(after)) => {
                    let mut found = Vec::new();
                    before.until(after, &mut found);
                    changed.extend(found.into_iter().map(|what| (after.id.clone(), what)));
                }
                (None, Some(after)) => created.push(after),
                (Some(before), None) => removed.push(before),
                (None, None) => {}
            }
        }
        let renamed = renames(&created, &removed);
        let mut told = Vec::new();
        for (index, said) in created.iter().enumerate() {
            let Some(&(_, was)) = renamed.iter().find(|(new, _)| *new == index) else {
                told.push((said.id.clone(), What::Created((*said).clone())));
                continue;
            };
            let was = &removed[was];
            told.push((said.id.clone(), What::Renamed(was.id.clone())));
            let mut found = Vec::new();
            was.until(said, &mut found);
            told.extend(found.into_iter().map(|what| (said.id.clone(), what)));
        }
        told.extend(changed);
        let gone = removed.iter().enumerate().filter(|(index, _)| !renamed.iter().any(|(_, old)| old == index));
        told.extend(gone.map(|(_, said)| (said.id.clone(), What::Removed)));
        told
    }
}

/// Pairs of new and old items that are the same under another id: those of one kind and title, where only one of each
/// is there. Nobody can tell others apart.
fn renames(created: &[&Said], removed: &[Said]) -> Vec<(usize, usize)> {
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
    let old = unique(removed.iter());
    let new = unique(created.iter().copied());
    let mut pairs: Vec<(usize, usize)> = new
        .into_iter()
        .filter(|((_, title), _)| !title.is_empty())
        .filter_map(|(key, new)| Some((new?, (*old.get(&key)?)?)))
        .collect();
    pairs.sort_unstable();
    pairs
}
