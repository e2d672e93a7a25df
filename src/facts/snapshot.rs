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
use std::rc::Rc;

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
pub(super) struct File {
    /// Folded, in the order they are written, each once.
    order: Vec<String>,
    items: HashMap<String, Said>,
}

impl File {
    pub fn read(source: Source) -> Self {
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
pub struct Snapshot {
    files: HashMap<RepoPath, Rc<File>>,
    /// The files that hold an id; the first is the one that counts. The plan reads its files in this order.
    holders: HashMap<String, BTreeSet<RepoPath>>,
}

/// An item before and after a change. What has another id after it is still one.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// `None`: it is new.
    pub before: Option<Said>,
    /// `None`: it is gone.
    pub after: Option<&'a Said>,
}

impl Pair<'_> {
    /// The id it had before, where it has another one now.
    pub fn former(&self) -> Option<&str> {
        let (before, after) = (self.before.as_ref()?, self.after?);
        (!before.id.eq_ignore_ascii_case(&after.id)).then_some(before.id.as_str())
    }
}

impl Snapshot {
    /// The files of a revision that were read already.
    pub(super) fn of(files: impl IntoIterator<Item = (RepoPath, Rc<File>)>) -> Self {
        let mut snapshot = Self::default();
        for (path, file) in files {
            snapshot.replace(path, Some(file));
        }
        snapshot
    }

    /// What an item says, by its id without regard to case.
    pub fn said(&self, id: &str) -> Option<&Said> {
        self.item(&id.to_ascii_lowercase())
    }

    /// The items that say something else in a later state, first the new ones, then those that are in both, then those
    /// that are gone. Files that both have in common are not looked at.
    pub fn pairs<'a>(&self, after: &'a Self) -> Vec<Pair<'a>> {
        let unread = |path: &RepoPath, file: &Rc<File>, other: &Self| {
            other.files.get(path).is_none_or(|theirs| !Rc::ptr_eq(file, theirs))
        };
        let of = |one: &Self, other: &Self| {
            let files = one.files.iter().filter(|(path, file)| unread(path, file, other));
            let mut files: Vec<(RepoPath, Rc<File>)> = files.map(|(path, file)| (path.clone(), file.clone())).collect();
            files.sort_by(|one, other| one.0.cmp(&other.0));
            files
        };
        let mut seen = BTreeSet::new();
        let mut touched: Vec<String> = Vec::new();
        for (_, file) in of(after, self).into_iter().chain(of(self, after)) {
            touched.extend(file.order.iter().filter(|id| seen.insert((*id).clone())).cloned());
        }
        touched.retain(|id| self.item(id) != after.item(id));
        let before = touched.iter().map(|id| self.item(id).cloned()).collect();
        after.paired(&touched, before)
    }

    pub(super) fn item(&self, folded: &str) -> Option<&Said> {
        let first = self.holders.get(folded)?.first()?;
        self.files.get(first)?.items.get(folded)
    }

    /// The id of an item as the plan writes it.
    pub(super) fn id(&self, folded: &str) -> Option<&str> {
        self.item(folded).map(|said| said.id.as_str())
    }

    /// Takes new texts of some files (`None`: the file is gone) and tells what happened, with the id of each item.
    pub(super) fn change(&mut self, texts: Vec<(RepoPath, Option<Source>)>) -> Vec<(String, What)> {
        let mut touched: Vec<String> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut files: Vec<(RepoPath, Option<Rc<File>>)> = Vec::new();
        for (path, source) in texts {
            let file = source.map(File::read).map(Rc::new);
            let old = self.files.get(&path);
            // What a file says of an item as before leaves the item as it was.
            let in_both = |id: &str| Some((file.as_ref()?.items.get(id)?, old?.items.get(id)?));
            let differs = |id: &&String| in_both(id).is_none_or(|(now, before)| now != before);
            for order in [file.as_ref(), old].into_iter().flatten() {
                let changed = order.order.iter().filter(differs);
                touched.extend(changed.filter(|id| seen.insert((*id).clone())).cloned());
            }
            files.push((path, file));
        }
        let before: Vec<Option<Said>> = touched.iter().map(|id| self.item(id).cloned()).collect();
        for (path, file) in files {
            self.replace(path, file);
        }
        self.differences(&touched, before)
    }

    fn replace(&mut self, path: RepoPath, file: Option<Rc<File>>) {
        let old = self.files.remove(&path);
        let holds = |file: &Option<Rc<File>>, id: &str| file.as_ref().is_some_and(|file| file.items.contains_key(id));
        for id in old.iter().flat_map(|old| &old.order).filter(|id| !holds(&file, id)) {
            if let Some(holders) = self.holders.get_mut(id) {
                holders.remove(&path);
            }
        }
        for id in file.iter().flat_map(|file| &file.order).filter(|id| !holds(&old, id)) {
            self.holders.entry(id.clone()).or_default().insert(path.clone());
        }
        if let Some(file) = file {
            self.files.insert(path, file);
        }
    }

    fn differences(&self, touched: &[String], before: Vec<Option<Said>>) -> Vec<(String, What)> {
        let mut told = Vec::new();
        for pair in self.paired(touched, before) {
            match (&pair.before, pair.after) {
                (Some(before), Some(after)) => {
                    let renamed = pair.former().map(|former| What::Renamed(former.to_owned()));
                    let mut found = Vec::from_iter(renamed);
                    before.until(after, &mut found);
                    told.extend(found.into_iter().map(|what| (after.id.clone(), what)));
                }
                (None, Some(after)) => told.push((after.id.clone(), What::Created(after.clone()))),
                (Some(before), None) => told.push((before.id.clone(), What::Removed)),
                (None, None) => {}
            }
        }
        told
    }

    /// What became of items of an earlier state: the new ones and those with another id, then those that are in both, then
    /// those that are gone.
    fn paired(&self, touched: &[String], before: Vec<Option<Said>>) -> Vec<Pair<'_>> {
        let (mut changed, mut created, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for (id, before) in touched.iter().zip(before) {
            match (before, self.item(id)) {
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
        let mut pairs: Vec<Pair<'_>> = new.collect();
        pairs.append(&mut changed);
        pairs.extend(removed.into_iter().flatten().map(|before| Pair { before: Some(before), after: None }));
        pairs
    }
}

/// Pairs of new and old items that are the same under another id: those of one kind and title, where only one of each
/// is there. Nobody can tell others apart.
fn renames(created: &[&Said], removed: &[Option<Said>]) -> Vec<(usize, usize)> {
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
    let new = unique(created.iter().copied());
    let mut pairs: Vec<(usize, usize)> = new
        .into_iter()
        .filter(|((_, title), _)| !title.is_empty())
        .filter_map(|(key, new)| Some((new?, (*old.get(&key)?)?)))
        .collect();
    pairs.sort_unstable();
    pairs
}
