//! A [`Tree`] and a [`History`] held in memory, for the tests of every module that reads them.

use super::{Blob, Child, Commit, Entry, EntryKind, History, Identity, PathChange, Tree};
use crate::diag::Failure;
use crate::evidence::Digest;
use crate::id::{ObjectId, RepoPath};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Files by path; folders are implied. Ids follow content, as in Git, but are not Git's.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    entries: BTreeMap<RepoPath, (EntryKind, Vec<u8>)>,
}

impl MemoryTree {
    /// Adds an entry of any kind but a folder; a symlink's bytes are its target. Names are taken as they are.
    #[must_use]
    pub fn with(mut self, kind: EntryKind, path: impl Into<Vec<u8>>, bytes: impl AsRef<[u8]>) -> Self {
        assert_ne!(kind, EntryKind::Directory, "folders are implied by what they hold");
        self.entries.insert(RepoPath::new(path), (kind, bytes.as_ref().to_vec()));
        self
    }

    fn id(&self, path: &RepoPath) -> ObjectId {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for (below, (kind, bytes)) in self.entries.iter().filter(|(below, _)| below.is_within(path)) {
            let name = if below == path { &[][..] } else { &below.as_bytes()[path.as_bytes().len()..] };
            let mode = if below == path { 0 } else { kind.mode() };
            parts.extend([name.to_vec(), mode.to_be_bytes().to_vec(), bytes.clone()]);
        }
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        ObjectId::parse(&Digest::of(&parts).as_str()[..40]).expect("a digest is lower case hex")
    }

    fn bytes(&self, path: &RepoPath, wanted: fn(EntryKind) -> bool) -> Result<&[u8], Failure> {
        match self.entries.get(path) {
            Some((kind, bytes)) if wanted(*kind) => Ok(bytes),
            _ => Err(Failure::new(format!("nothing of that kind stands at `{path}`"))),
        }
    }
}

impl<P: Into<Vec<u8>>, B: AsRef<[u8]>, const N: usize> From<[(P, B); N]> for MemoryTree {
    /// Regular files by path.
    fn from(files: [(P, B); N]) -> Self {
        files.into_iter().fold(Self::default(), |tree, (path, bytes)| tree.with(EntryKind::File, path, bytes))
    }
}

impl Tree for MemoryTree {
    fn root(&self) -> Option<ObjectId> {
        Some(self.id(&RepoPath::root()))
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        let kind = match self.entries.get(path) {
            Some((kind, _)) => *kind,
            None if path.is_root() || self.entries.keys().any(|below| below.is_within(path)) => EntryKind::Directory,
            None => return Ok(None),
        };
        Ok(Some(Entry { kind, id: self.id(path) }))
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let mut children = BTreeMap::new();
        for below in self.entries.keys().filter(|below| below.is_within(folder) && *below != folder) {
            let skip = if folder.is_root() { 0 } else { folder.as_bytes().len() + 1 };
            let rest = &below.as_bytes()[skip..];
            let name = rest.split(|&b| b == b'/').next().expect("splitting gives at least one part").to_vec();
            if let Some(entry) = self.entry(&folder.join(&name))? {
                children.insert(name, entry);
            }
        }
        Ok(children.into_iter().map(|(name, entry)| Child { name, entry }).collect())
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        let bytes = self.bytes(path, EntryKind::is_regular)?;
        let size = bytes.len() as u64;
        Ok(if size > limit { Blob::TooLarge(size) } else { Blob::Bytes(bytes.to_vec()) })
    }

    fn link(&self, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        Ok(self.bytes(path, |kind| kind == EntryKind::Symlink)?.to_vec())
    }
}

/// Commits and their trees. Ids follow content, as in Git, but are not Git's.
#[derive(Clone, Debug, Default)]
pub struct MemoryHistory {
    commits: HashMap<ObjectId, Commit>,
    trees: HashMap<ObjectId, MemoryTree>,
    /// The order in which commits were made, parents before children.
    order: Vec<ObjectId>,
}

impl MemoryHistory {
    /// Makes a commit by one author.
    pub fn commit(&mut self, parents: &[&ObjectId], seconds: i64, message: &str, tree: &MemoryTree) -> ObjectId {
        let root = tree.id(&RepoPath::root());
        self.keep(tree);
        let parents: Vec<ObjectId> = parents.iter().copied().cloned().collect();
        let mut parts = vec![root.as_str().as_bytes().to_vec(), seconds.to_be_bytes().to_vec(), message.into()];
        parts.extend(parents.iter().map(|parent| parent.as_str().into()));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let id = ObjectId::parse(&Digest::of(&parts).as_str()[..40]).expect("a digest is lower case hex");
        let author = Identity { name: "Ada".to_owned(), email: "ada@example.org".to_owned() };
        let message = message.to_owned();
        let commit =
            Commit { id: id.clone(), tree: root, parents, committer: author.clone(), author, seconds, message };
        if self.commits.insert(id.clone(), commit).is_none() {
            self.order.push(id.clone());
        }
        id
    }

    /// Takes a commit away, as at the border of a shallow clone.
    pub fn forget(&mut self, id: &ObjectId) {
        self.commits.remove(id);
    }

    /// Keeps a tree and every folder in it under their ids.
    fn keep(&mut self, tree: &MemoryTree) {
        self.trees.insert(tree.id(&RepoPath::root()), tree.clone());
        let folders: BTreeSet<RepoPath> =
            tree.entries.keys().flat_map(|path| std::iter::successors(path.parent(), RepoPath::parent)).collect();
        for folder in folders.iter().filter(|folder| !folder.is_root()) {
            let below = tree.entries.iter().filter(|(path, _)| path.is_within(folder));
            let cut = |path: &RepoPath| RepoPath::new(&path.as_bytes()[folder.as_bytes().len() + 1..]);
            let entries = below.map(|(path, entry)| (cut(path), entry.clone())).collect();
            self.trees.insert(tree.id(folder), MemoryTree { entries });
        }
    }

    fn files(&self, id: &ObjectId) -> Result<&MemoryTree, Failure> {
        let root = self.commits.get(id).map_or(id, |commit| &commit.tree);
        self.trees.get(root).ok_or_else(|| Failure::new(format!("object `{id}` is missing")))
    }

    fn reachable(&self, from: &[ObjectId]) -> HashSet<ObjectId> {
        let mut open = from.to_vec();
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            if seen.insert(next.clone()) {
                open.extend(self.commits.get(&next).into_iter().flat_map(|commit| commit.parents.clone()));
            }
        }
        seen
    }
}

impl History for MemoryHistory {
    fn commit(&self, id: &ObjectId) -> Result<Commit, Failure> {
        self.commits.get(id).cloned().ok_or_else(|| Failure::new(format!("object `{id}` is missing")))
    }

    fn tree(&self, id: &ObjectId) -> Result<Arc<dyn Tree + '_>, Failure> {
        Ok(Arc::new(self.files(id)?.clone()))
    }

    fn between(&self, hidden: &[ObjectId], heads: &[ObjectId], _: usize) -> Result<Vec<Commit>, Failure> {
        let (old, new) = (self.reachable(hidden), self.reachable(heads));
        let wanted = self.order.iter().rev().filter(|id| new.contains(id) && !old.contains(id));
        wanted.map(|id| History::commit(self, id)).collect()
    }

    fn is_ancestor(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, Failure> {
        Ok(self.reachable(std::slice::from_ref(descendant)).contains(ancestor))
    }

    fn changes(&self, before: Option<&ObjectId>, after: &ObjectId, _: usize) -> Result<Vec<PathChange>, Failure> {
        let empty = MemoryTree::default();
        let before = before.map_or(Ok(&empty), |id| self.files(id))?;
        let after = self.files(after)?;
        let paths: BTreeSet<&RepoPath> = before.entries.keys().chain(after.entries.keys()).collect();
        let mut changes = Vec::new();
        for path in paths {
            let at = |tree: &MemoryTree| tree.entries.contains_key(path).then(|| tree.entry(path)).transpose();
            let (before, after) = (at(before)?.flatten(), at(after)?.flatten());
            if before != after {
                changes.push(PathChange { path: path.clone(), before, after });
            }
        }
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_follow_from_their_files() {
        let tree = MemoryTree::from([("a/b/c", "1"), ("a/d", "2"), ("e", "3")]);
        let names = |path: &str| -> Vec<Vec<u8>> {
            tree.children(&path.into()).unwrap().into_iter().map(|child| child.name).collect()
        };
        assert_eq!(names(""), [b"a", b"e"]);
        assert_eq!(names("a"), [b"b", b"d"]);
        assert_eq!(tree.entry(&"a/b".into()).unwrap().unwrap().kind, EntryKind::Directory);
        assert!(tree.entry(&"a/x".into()).unwrap().is_none());
        let other = MemoryTree::from([("a/b/c", "1"), ("a/d", "X"), ("e", "3")]);
        assert_eq!(tree.id(&"a/b".into()), other.id(&"a/b".into()));
        assert_ne!(tree.root(), other.root());
    }
}
