//! Reads the line into a ledger.
//!
//! Domain layer. Of each commit only what its plan folder changed is read, and of that only the files; what was read is
//! told in the order of the commits. Reading from the first commit on and continuing an older ledger take the same
//! steps, and give the same.

use super::ahead::ahead;
use super::ledger::{Entry, Ledger, Mark, What};
use super::snapshot::{File, Snapshot};
use crate::diag::{Failure, Sink};
use crate::evidence;
use crate::gate::reports;
use crate::gate::work::{id_words, names_item};
use crate::id::{ObjectId, RepoPath};
use crate::policy::PLAN_FOLDER;
use crate::port::{Blob, Commit, EntryKind, History, PathChange, Tree};
use crate::project::{self, MAX_PLAN_BYTES};
use crate::record::{Record, book};
use crate::text::Source;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// At most so many commits are followed back.
const MAX_LINE: usize = 1_000_000;

/// At most so many paths of one commit's plan folder are compared.
const MAX_PATHS: usize = 1_000_000;

/// So many commits are looked at by one thread before it takes others.
const COMMITS_AT_ONCE: usize = 256;

/// At most so many characters of a commit's subject are kept.
const MAX_SUBJECT: usize = 120;

impl Ledger {
    /// Reads the line that ends at `head`. With `known`, an older ledger of any line, what both have in common is not
    /// read again.
    ///
    /// # Errors
    /// An object of a commit that is there could not be read.
    pub fn read(history: &dyn History, head: &ObjectId, known: Option<Self>) -> Result<Self, Failure> {
        let known = known.filter(|known| known.complete).unwrap_or_default();
        if known.line.last().is_some_and(|mark| mark.id == *head) {
            return Ok(known);
        }
        let (commits, complete, common) = line(history, head, &known)?;
        let ledger = known.cut(common);
        // What could not be read at the last step hides what was known before it.
        match Walk::resume(history, ledger)? {
            Some(walk) => walk.through(commits, complete),
            None => Self::read(history, head, None),
        }
    }
}

/// What differs between the plan folders of two commits, as if the second had followed the first. What was done in
/// commits between them is not told.
///
/// # Errors
/// An object could not be read.
pub fn difference(history: &dyn History, before: &ObjectId, after: &ObjectId) -> Result<Vec<(String, What)>, Failure> {
    let base = history.commit(before)?;
    let mark = Mark { id: base.id, seconds: base.seconds };
    let ledger = Ledger { complete: true, line: vec![mark], entries: Vec::new() };
    let unreadable = || {
        Failure::new(format!("the plan at commit `{}` cannot be compared", before.short()))
            .because("one of its files is no text")
            .hint("run `passmuster check` there")
    };
    let mut walk = Walk::resume(history, ledger)?.ok_or_else(unreadable)?;
    let tree = history.tree(after)?;
    let version = Version::read(history, &*tree, walk.folder.as_ref(), plan_folder(&*tree)?.as_ref())?;
    let earlier = history.tree(before)?;
    for change in version.changes.iter().filter(|change| change.before.is_some()) {
        if let Some(kind) = book::kind_of(&change.path)
            && let Some(record) = book::read_one(&*earlier, kind, &change.path, &mut Sink::new())?
        {
            walk.steps.insert(change.path.to_string(), record.steps.len());
        }
    }
    let mut documents = Vec::new();
    let mut told = walk.plan(&*tree, version, &mut documents)?;
    told.extend(documents);
    Ok(told)
}

/// The new commits of a line, oldest first, whether it is whole, and how many commits of the known one stand before
/// them.
fn line(history: &dyn History, head: &ObjectId, known: &Ledger) -> Result<(Vec<Commit>, bool, usize), Failure> {
    let places: HashMap<&ObjectId, usize> =
        known.line.iter().enumerate().map(|(index, mark)| (&mark.id, index)).collect();
    let mut commits = Vec::new();
    let mut next = Some(head.clone());
    let mut complete = true;
    let mut common = 0;
    while let Some(id) = next {
        if let Some(place) = places.get(&id) {
            common = place + 1;
            break;
        }
        let commit = match history.commit(&id) {
            Ok(commit) => commit,
            Err(failure) if commits.is_empty() => return Err(failure),
            // The border of a shallow clone.
            Err(_) => {
                complete = false;
                break;
            }
        };
        next = commit.parents.first().cloned();
        commits.push(commit);
        if commits.len() == MAX_LINE && next.is_some() {
            complete = false;
            break;
        }
    }
    commits.reverse();
    Ok((commits, complete, common))
}

/// What one commit changed in its plan folder.
struct Version {
    /// In the order of their paths.
    changes: Vec<PathChange>,
    /// Those files among them that are the plan's.
    plan: HashMap<RepoPath, Text>,
}

enum Text {
    Read(Arc<File>),
    Unreadable,
    Gone,
}

impl Version {
    /// Reads the files of a commit's tree where its plan folder differs from the one before.
    fn read(
        history: &dyn History,
        tree: &dyn Tree,
        before: Option<&ObjectId>,
        after: Option<&ObjectId>,
    ) -> Result<Self, Failure> {
        let changes = changes(history, before, after)?;
        let mut plan = HashMap::new();
        for PathChange { path, after, .. } in changes.iter().filter(|change| project::is_plan_file(&change.path)) {
            let text = match after {
                None => Text::Gone,
                Some(_) => text(tree, path)?.map_or(Text::Unreadable, |text| Text::Read(Arc::new(File::read(text)))),
            };
            plan.insert(path.clone(), text);
        }
        Ok(Self { changes, plan })
    }
}

/// The paths that differ between two plan folders, in order.
fn changes(
    history: &dyn History,
    before: Option<&ObjectId>,
    after: Option<&ObjectId>,
) -> Result<Vec<PathChange>, Failure> {
    let inside = RepoPath::from(PLAN_FOLDER);
    let below = |path: &RepoPath| path.names().fold(inside.clone(), |path, name| path.join(name));
    let changes = match (before, after) {
        (before, Some(after)) => history.changes(before, after, MAX_PATHS)?,
        // The whole folder is gone.
        (Some(before), None) => {
            let gone = history.changes(None, before, MAX_PATHS)?.into_iter();
            gone.map(|change| PathChange { before: change.after, after: None, ..change }).collect()
        }
        (None, None) => Vec::new(),
    };
    Ok(changes.into_iter().map(|change| PathChange { path: below(&change.path), ..change }).collect())
}

/// The plan folder of each commit.
fn folders(history: &dyn History, commits: &[Commit]) -> Result<Vec<Option<ObjectId>>, Failure> {
    let parts: Vec<&[Commit]> = commits.chunks(COMMITS_AT_ONCE).collect();
    let read = |part: &&[Commit]| part.iter().map(|commit| plan_folder(&*history.tree_of(commit)?)).collect();
    let read: Result<Vec<Vec<_>>, Failure> = ahead(&parts, read, |folders| folders.collect());
    Ok(read?.concat())
}

/// What tells results apart: subject, gate, key and time.
type ResultId = (String, String, String, i64);

struct Walk<'a> {
    history: &'a dyn History,
    ledger: Ledger,
    snapshot: Snapshot,
    /// How many steps of a record were told, by its path.
    steps: HashMap<String, usize>,
    /// Results that were told.
    results: HashSet<ResultId>,
    /// The plan folder of the commit where it began.
    folder: Option<ObjectId>,
}

impl<'a> Walk<'a> {
    /// Stands where a ledger ends; `None` when a plan file there cannot be read.
    fn resume(history: &'a dyn History, ledger: Ledger) -> Result<Option<Self>, Failure> {
        let mut walk = Self {
            history,
            ledger: Ledger::default(),
            snapshot: Snapshot::default(),
            steps: HashMap::new(),
            results: HashSet::new(),
            folder: None,
        };
        for entry in &ledger.entries {
            walk.remember(&entry.subject, &entry.what);
        }
        if let Some(last) = ledger.line.last() {
            let tree = history.tree(&last.id)?;
            walk.folder = plan_folder(&*tree)?;
            let mut files = Vec::new();
            for path in project::plan_paths(&*tree)? {
                match text(&*tree, &path)? {
                    Some(source) => files.push((path, Arc::new(File::read(source)))),
                    None => return Ok(None),
                }
            }
            walk.snapshot = Snapshot::of(files);
        }
        walk.ledger = ledger;
        Ok(Some(walk))
    }

    /// What has to be known of an entry to tell later ones.
    fn remember(&mut self, subject: &str, what: &What) {
        match what {
            What::Step { .. } => *self.steps.entry(subject.to_owned()).or_default() += 1,
            What::Moved(from) => {
                let known = self.steps.get(from).copied().unwrap_or(0);
                self.steps.insert(subject.to_owned(), known);
            }
            What::Gate { gate, key, at, .. } => {
                self.results.insert((subject.to_owned(), gate.clone(), key.clone(), *at));
            }
            _ => {}
        }
    }

    fn tell(&mut self, subject: String, what: What) {
        self.remember(&subject, &what);
        let step = u32::try_from(self.ledger.line.len() - 1).expect("a line is shorter than MAX_LINE");
        self.ledger.entries.push(Entry { step, subject, what });
    }

    fn tell_all(&mut self, told: Vec<(String, What)>) {
        for (subject, what) in told {
            self.tell(subject, what);
        }
    }

    fn through(mut self, commits: Vec<Commit>, complete: bool) -> Result<Ledger, Failure> {
        let (history, first) = (self.history, self.folder.clone());
        let folders = folders(history, &commits)?;
        let before = |index: usize| index.checked_sub(1).map_or(first.as_ref(), |earlier| folders[earlier].as_ref());
        let changed: Vec<usize> =
            (0..commits.len()).filter(|&index| before(index) != folders[index].as_ref()).collect();
        let read = |&index: &usize| {
            Version::read(history, &*history.tree_of(&commits[index])?, before(index), folders[index].as_ref())
        };
        ahead(&changed, read, |versions| {
            let mut next = changed.iter().peekable();
            for (index, commit) in commits.iter().enumerate() {
                let version = next.next_if(|&&changed| changed == index).and_then(|_| versions.next()).transpose()?;
                let is_border = self.ledger.line.is_empty() && !complete;
                self.step(commit, version, is_border)?;
            }
            Ok(())
        })?;
        self.ledger.complete = complete;
        Ok(self.ledger)
    }

    fn step(&mut self, commit: &Commit, version: Option<Version>, is_border: bool) -> Result<(), Failure> {
        let before = self.ledger.line.last().map(|mark| mark.id.clone());
        self.ledger.line.push(Mark { id: commit.id.clone(), seconds: commit.seconds });
        let mut documents = Vec::new();
        let items = match version {
            Some(version) => self.plan(&*self.history.tree_of(commit)?, version, &mut documents)?,
            None => Vec::new(),
        };
        // An item is there before anything is done about it, and what was done is told before its tick.
        let is_new = |(_, what): &(String, What)| matches!(what, What::Created(_) | What::Renamed(_));
        let (new, changed): (Vec<_>, Vec<_>) = items.into_iter().partition(is_new);
        self.tell_all(new);
        if !is_border {
            self.work(before.as_ref(), commit)?;
        }
        self.tell_all(documents);
        self.tell_all(changed);
        Ok(())
    }

    /// What happened to items; what happened to documents is added to `told`.
    fn plan(
        &mut self,
        tree: &dyn Tree,
        Version { changes, mut plan }: Version,
        told: &mut Vec<(String, What)>,
    ) -> Result<Vec<(String, What)>, Failure> {
        let mut files = Vec::new();
        let mut results = HashSet::new();
        for change in &changes {
            let path = &change.path;
            if let Some(text) = plan.remove(path) {
                match text {
                    Text::Gone => files.push((path.clone(), None)),
                    Text::Read(file) => files.push((path.clone(), Some(file))),
                    Text::Unreadable => told.push((path.to_string(), What::Unreadable)),
                }
            } else if change.after.is_some() && path.parent() == Some(RepoPath::from(evidence::FOLDER)) {
                self.report(tree, path, &mut results, told)?;
            } else if let Some(kind) = book::kind_of(path).filter(|_| change.after.is_some()) {
                let was = changes
                    .iter()
                    .find(|other| change.before.is_none() && other.after.is_none() && other.before == change.after);
                if let Some(was) = was {
                    let moved = What::Moved(was.path.to_string());
                    self.remember(&path.to_string(), &moved);
                    told.push((path.to_string(), moved));
                }
                if let Some(record) = book::read_one(tree, kind, path, &mut Sink::new())? {
                    let from = self.steps.get(record.path()).copied().unwrap_or(0);
                    steps(&record, from, told);
                }
            }
        }
        Ok(self.snapshot.change(files))
    }

    /// The results of one report; `seen` holds those of the same commit, which several reports may carry.
    fn report(
        &self,
        tree: &dyn Tree,
        path: &RepoPath,
        seen: &mut HashSet<ResultId>,
        told: &mut Vec<(String, What)>,
    ) -> Result<(), Failure> {
        let Some(report) = reports::read_one(tree, path, &mut Sink::new())? else { return Ok(()) };
        let subject = reports::subject_of(path.file_name());
        for result in report.results {
            // A result may stand for another item too, whose gate has the same key; it keeps the name it was made for.
            let subject = subject.unwrap_or(&result.subject).to_owned();
            let (gate, key, at) = (result.gate.to_string(), result.key.to_string(), result.at.as_second());
            let id = (subject.clone(), gate.clone(), key.clone(), at);
            // A result that stands unchanged in a later report was not made again.
            let reused = self.results.contains(&id) || subject != result.subject;
            if !seen.insert(id) {
                continue;
            }
            told.push((
                subject,
                What::Gate {
                    gate,
                    outcome: result.outcome,
                    key,
                    at,
                    by: result.by,
                    milliseconds: result.milliseconds,
                    tests: result.tests,
                    reused,
                },
            ));
        }
        Ok(())
    }

    /// The commits that landed with this one, oldest first, where they name items.
    fn work(&mut self, before: Option<&ObjectId>, commit: &Commit) -> Result<(), Failure> {
        let mut landed = match commit.parents.len() {
            0 | 1 => vec![commit.clone()],
            _ => {
                let hidden: Vec<ObjectId> = before.into_iter().cloned().collect();
                // A side branch whose own past is cut off still tells of its tip.
                self.history
                    .between(&hidden, std::slice::from_ref(&commit.id), usize::MAX)
                    .unwrap_or_else(|_| vec![commit.clone()])
            }
        };
        landed.reverse();
        for one in landed.iter().filter(|one| one.parents.len() < 2) {
            for word in id_words(&one.message) {
                let Some(id) = self.snapshot.id(&word).map(str::to_owned) else { continue };
                if names_item(&one.message, &word) {
                    let (seconds, by) = (one.seconds, one.author.email.clone());
                    let subject = subject(&one.message);
                    self.tell(id, What::Work { commit: one.id.clone(), seconds, by, subject });
                }
            }
        }
        Ok(())
    }
}

/// The first line of a message, as far as it helps to know the commit again.
fn subject(message: &str) -> String {
    message.lines().next().unwrap_or("").chars().take(MAX_SUBJECT).collect()
}

fn plan_folder(tree: &dyn Tree) -> Result<Option<ObjectId>, Failure> {
    let entry = tree.entry(&RepoPath::from(PLAN_FOLDER))?;
    Ok(entry.filter(|entry| entry.kind == EntryKind::Directory).map(|entry| entry.id))
}

/// The text of a plan file; `None` when it cannot be read as one.
pub(super) fn text(tree: &dyn Tree, path: &RepoPath) -> Result<Option<Source>, Failure> {
    if !tree.kind(path)?.is_some_and(EntryKind::is_regular) {
        return Ok(None);
    }
    Ok(match tree.blob(path, MAX_PLAN_BYTES)? {
        Blob::Bytes(bytes) => Source::from_bytes(path.to_string(), bytes).ok(),
        Blob::TooLarge(_) => None,
    })
}

/// The steps of a record from one on.
fn steps(record: &Record, from: usize, told: &mut Vec<(String, What)>) {
    let items = record.list("items").iter().chain(record.list("item"));
    let items: Vec<String> = items.map(|item| item.value.clone()).collect();
    for step in record.steps.iter().skip(from) {
        told.push((
            record.path().to_owned(),
            What::Step {
                kind: record.kind.name.to_owned(),
                title: record.title.value.clone(),
                to: step.to.value.clone(),
                by: step.by.value.clone(),
                at: step.at.value.as_second(),
                note: step.note.as_ref().map(|note| note.value.clone()),
                items: items.clone(),
            },
        ));
    }
}
