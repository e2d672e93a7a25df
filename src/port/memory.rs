//! A [`Tree`] held in memory, for the tests of every module that reads trees.

use super::{Blob, Child, Entry, EntryKind, Tree};
use crate::diag::Failure;
use crate::evidence::Digest;
use crate::id::{ObjectId, RepoPath};
use std::collections::BTreeMap;

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
