//! What a gate reads: the declared inputs of one tree, as few lines as possible, and their digest.
//!
//! Domain layer. A folder that is wholly covered is one line (its tree id vouches for everything below), so
//! the cost follows the declaration, not the size of the repository. The plan folder never counts: a folder
//! that holds it is always listed by its other children, whether or not a plan is there, and so a commit that
//! only plans keeps every digest. The attribute and module files above a covered path count, because Git reads
//! them when it writes the path out.

use crate::diag::Failure;
use crate::evidence::{Digest, InputLine};
use crate::id::{ObjectId, RepoPath};
use crate::pattern::{BadPattern, Pattern};
use crate::policy;
use crate::port::{Entry, EntryKind, History, Tree};
use crate::text::visible;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The first part of every input digest; it changes when the meaning of a line changes.
const FORMAT: &[u8] = b"passmuster-inputs/1";

/// Files of the folders above a covered path that change how Git writes it out.
const ANCESTOR_FILES: [&str; 2] = [".gitattributes", ".gitmodules"];

/// The most that listing folders may cost, in bytes of paths plus [`ENTRY_COST`] for each; some 400 000
/// files. A tree object can stand in another one a thousandfold, and soon has more paths than a machine can list.
const MAX_LISTED: usize = 32 << 20;
const ENTRY_COST: usize = 32;

/// The longest path that is followed, in bytes: what most systems can write to a disk.
const MAX_PATH: usize = 4096;

/// At most this many files of one changed folder are named; beyond that the folder is.
const MAX_NAMED: usize = 50;

/// The inputs of any number of gates in one tree. Several gates, and every claim of them, declare the same: what was
/// read once is kept.
pub struct Inputs<'a> {
    tree: &'a dyn Tree,
    known: RefCell<HashMap<Vec<String>, Arc<InputSet>>>,
}

impl<'a> Inputs<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self { tree, known: RefCell::default() }
    }

    /// What the patterns cover, without the plan folder.
    ///
    /// # Errors
    /// As [`InputSet::read`].
    pub fn of(&self, patterns: &[&str]) -> Result<Arc<InputSet>, Failure> {
        let key: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        let read = Arc::new(InputSet::read(self.tree, patterns, &RepoPath::from(policy::PLAN_FOLDER))?);
        self.known.borrow_mut().insert(key, Arc::clone(&read));
        Ok(read)
    }
}

/// The declared inputs of a gate as one tree has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSet {
    /// `None`: a declared path that does not exist.
    lines: BTreeMap<RepoPath, Option<Entry>>,
    /// Globs that matched nothing, as written.
    unmatched: BTreeSet<String>,
}

impl InputSet {
    /// Reads which objects the patterns cover in `tree`, leaving `plan_folder` out.
    ///
    /// Patterns are those of [`pattern`](crate::pattern). Neither their order nor a pattern inside another one
    /// changes what is read.
    ///
    /// # Errors
    /// A pattern is malformed, an object is missing or damaged, or a tree holds a name that is no file name.
    pub fn read(tree: &dyn Tree, patterns: &[&str], plan_folder: &RepoPath) -> Result<Self, Failure> {
        let mut wholes = BTreeSet::new();
        let mut globs = BTreeMap::new();
        for pattern in patterns {
            let parsed = Pattern::parse(pattern).map_err(bad_pattern)?;
            if parsed.is_literal() {
                wholes.insert(parsed.literal_root());
            } else {
                globs.insert(*pattern, parsed);
            }
        }
        let covered =
            |path: &RepoPath| std::iter::successors(Some(path.clone()), RepoPath::parent).any(|p| wholes.contains(&p));
        globs.retain(|_, glob| !covered(&glob.literal_root()));

        let mut reading = Reading { tree, plan_folder, lines: BTreeMap::new(), listed: 0 };
        for whole in &wholes {
            let inside_another = whole.parent().is_some_and(|parent| covered(&parent));
            if inside_another || whole.is_within(plan_folder) {
                continue;
            }
            let found = match tree.entry(whole)? {
                Some(entry) => reading.cover(whole, &entry)?,
                None => false,
            };
            if !found && !globs.values().any(|glob| glob.matches(whole)) {
                reading.lines.insert(whole.clone(), None);
            }
        }
        let mut unmatched = BTreeSet::new();
        for glob in globs.values().filter(|glob| !glob.literal_root().is_within(plan_folder)) {
            if !reading.walk(glob)? {
                unmatched.insert(glob.as_str().to_owned());
            }
        }
        reading.drop_lines_below_lines();
        reading.add_ancestor_files()?;
        Ok(Self { lines: reading.lines, unmatched })
    }

    /// The digest over all lines: equal exactly when the inputs are.
    pub fn digest(&self) -> Digest {
        let present = self.lines.iter().map(|(path, entry)| {
            let mut line = match entry {
                Some(entry) => {
                    format!("{:06o} {} {}", entry.kind.mode(), object_type(entry.kind), entry.id).into_bytes()
                }
                None => b"absent".to_vec(),
            };
            line.push(0);
            line.extend_from_slice(path.as_bytes());
            line
        });
        let unmatched = self.unmatched.iter().map(|pattern| [b"unmatched\0", pattern.as_bytes()].concat());
        let lines: Vec<Vec<u8>> = std::iter::once(FORMAT.to_vec()).chain(present).chain(unmatched).collect();
        Digest::of(&lines.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// The lines as a gate report shows them, sorted by path; globs that matched nothing come last.
    pub fn lines(&self) -> Vec<InputLine> {
        let present = self.lines.iter().map(|(path, entry)| InputLine {
            path: shown(path),
            mode: entry.as_ref().map(|entry| entry.kind.mode()),
            id: entry.as_ref().map(|entry| entry.id.clone()),
        });
        let unmatched =
            self.unmatched.iter().map(|text| InputLine { path: visible(text).into_owned(), mode: None, id: None });
        present.chain(unmatched).collect()
    }

    /// The paths an export must contain, each with all that lies below it; the root is the empty path.
    pub fn covered(&self) -> Vec<RepoPath> {
        self.lines.iter().filter(|(_, entry)| entry.is_some()).map(|(path, _)| path.clone()).collect()
    }

    /// Which paths changed since `recorded` was read. A changed folder is named by its files where both its
    /// states can still be read and few files differ, else as a folder. Nothing recorded, nothing named.
    pub fn explain(&self, recorded: &[InputLine], history: &dyn History) -> Vec<RepoPath> {
        if recorded.is_empty() {
            return Vec::new();
        }
        let before: BTreeMap<&str, &InputLine> = recorded.iter().map(|line| (line.path.as_str(), line)).collect();
        let lines = self.lines();
        let after: BTreeMap<&str, &InputLine> = lines.iter().map(|line| (line.path.as_str(), line)).collect();
        let paths: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let mut changed = Vec::new();
        for path in paths {
            let folder = |line: Option<&&InputLine>| {
                line.and_then(|line| line.id.clone().filter(|_| line.mode == Some(EntryKind::Directory.mode())))
            };
            let (old, new) = (before.get(path), after.get(path));
            if same(old, new) {
                continue;
            }
            let place = if path == "." { RepoPath::root() } else { RepoPath::from(path) };
            match folder(old).zip(folder(new)).and_then(|(old, new)| changed_files(&place, &old, &new, history)) {
                Some(files) => changed.extend(files),
                None => changed.push(place),
            }
        }
        changed
    }
}

fn bad_pattern(error: BadPattern) -> Failure {
    Failure::new(format!("could not read the input pattern `{}`", error.pattern))
        .because(format!("it {}", error.reason))
        .hint("write a path from the root of the repository, such as `src/`, `docs/**` or `.`")
}

/// Whether a path reads the same; never having been listed is the same as being absent.
fn same(old: Option<&&InputLine>, new: Option<&&InputLine>) -> bool {
    let content = |line: Option<&&InputLine>| line.and_then(|line| line.mode.zip(line.id.clone()));
    content(old) == content(new)
}

fn changed_files(folder: &RepoPath, old: &ObjectId, new: &ObjectId, history: &dyn History) -> Option<Vec<RepoPath>> {
    // A state that cannot be read any more is no failure here: the folder's name explains enough.
    let changes = history.changes(Some(old), new, MAX_NAMED).ok()?;
    Some(changes.iter().map(|change| folder.join(change.path.as_bytes())).collect())
}

fn object_type(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File | EntryKind::Executable | EntryKind::Symlink => "blob",
        EntryKind::Directory => "tree",
        EntryKind::Gitlink => "commit",
    }
}

fn shown(path: &RepoPath) -> String {
    if path.is_root() { ".".to_owned() } else { visible(&path.to_string()).into_owned() }
}

/// The lines while they are gathered.
struct Reading<'a> {
    tree: &'a dyn Tree,
    plan_folder: &'a RepoPath,
    lines: BTreeMap<RepoPath, Option<Entry>>,
    /// What listing folders has cost so far, see [`MAX_LISTED`].
    listed: usize,
}

impl Reading<'_> {
    /// Adds an entry with all that lies below it, without the plan folder; whether anything was added.
    fn cover(&mut self, path: &RepoPath, entry: &Entry) -> Result<bool, Failure> {
        if path.is_within(self.plan_folder) {
            return Ok(false);
        }
        if !self.plan_folder.is_within(path) || entry.kind != EntryKind::Directory {
            self.lines.insert(path.clone(), Some(entry.clone()));
            return Ok(true);
        }
        let mut found = false;
        for (child, entry) in self.children(path)? {
            // As deep as the plan folder at most: other children are no longer above it.
            found |= self.cover(&child, &entry)?;
        }
        Ok(found)
    }

    /// Adds what a glob matches; whether anything was added.
    fn walk(&mut self, glob: &Pattern) -> Result<bool, Failure> {
        let mut found = false;
        let mut folders = vec![glob.literal_root()];
        while let Some(folder) = folders.pop() {
            for (path, entry) in self.children(&folder)? {
                if path.is_within(self.plan_folder) {
                    continue;
                }
                if glob.matches_exactly(&path) {
                    found |= self.cover(&path, &entry)?;
                } else if entry.kind == EntryKind::Directory {
                    folders.push(path);
                }
            }
        }
        Ok(found)
    }

    /// The entries of a folder with their paths.
    fn children(&mut self, folder: &RepoPath) -> Result<Vec<(RepoPath, Entry)>, Failure> {
        let children = self.tree.children(folder)?;
        let start: String = shown(folder).chars().take(120).collect();
        let refuse = |cause: String| Failure::new(format!("could not list the folder `{start}`")).because(cause);
        self.listed +=
            children.iter().map(|child| folder.as_bytes().len() + child.name.len() + ENTRY_COST).sum::<usize>();
        if self.listed > MAX_LISTED {
            return Err(refuse(format!("the patterns look at more than {} MiB of paths", MAX_LISTED >> 20))
                .hint("name folders in `inputs:`, such as `src/`, in place of globs"));
        }
        let mut names = HashSet::new();
        for child in &children {
            let name = child.name.as_slice();
            let is_name = !matches!(name, b"" | b"." | b"..") && !name.contains(&b'/') && !name.contains(&0);
            if !is_name || !names.insert(name) {
                let name = RepoPath::new(name);
                return Err(refuse(format!("`{name}` is no file name, or is there twice")).hint("run `git fsck`"));
            }
        }
        if let Some(long) = children.iter().find(|child| folder.as_bytes().len() + child.name.len() > MAX_PATH) {
            let bytes = folder.as_bytes().len() + long.name.len();
            return Err(
                refuse(format!("a path of {bytes} bytes; at most {MAX_PATH} are followed")).hint("run `git fsck`")
            );
        }
        Ok(children.into_iter().map(|child| (folder.join(&child.name), child.entry)).collect())
    }

    /// Two patterns may have covered a folder and something inside it.
    fn drop_lines_below_lines(&mut self) {
        let inside: Vec<RepoPath> = self
            .lines
            .keys()
            .filter(|path| {
                let above = std::iter::successors(path.parent(), RepoPath::parent);
                above.into_iter().any(|folder| matches!(self.lines.get(&folder), Some(Some(_))))
            })
            .cloned()
            .collect();
        for path in inside {
            self.lines.remove(&path);
        }
    }

    fn add_ancestor_files(&mut self) -> Result<(), Failure> {
        let covered = self.lines.iter().filter(|(_, entry)| entry.is_some()).map(|(path, _)| path);
        let folders: BTreeSet<RepoPath> =
            covered.flat_map(|path| std::iter::successors(path.parent(), RepoPath::parent)).collect();
        for folder in folders {
            for name in ANCESTOR_FILES {
                let path = folder.join(name);
                if let Some(entry) = self.tree.entry(&path)?.filter(|entry| entry.kind != EntryKind::Directory) {
                    self.lines.insert(path, Some(entry));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
