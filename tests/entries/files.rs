//! A tree of a few files in memory.

use passmuster::diag::Failure;
use passmuster::id::{ObjectId, RepoPath};
use passmuster::port::{Blob, Child, Entry, EntryKind, Tree};
use std::collections::BTreeMap;

/// Regular files by path; folders are implied. Nobody asks for ids, so all have the same.
pub struct Files<'a>(pub Vec<(&'a str, &'a [u8])>);

impl Files<'_> {
    fn entry_of(kind: EntryKind) -> Entry {
        let id = "0123456789012345678901234567890123456789";
        Entry { kind, id: ObjectId::parse(id).expect("forty digits are an id") }
    }
}

impl Tree for Files<'_> {
    fn root(&self) -> Option<ObjectId> {
        None
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        let is_file = self.0.iter().any(|(file, _)| RepoPath::from(*file) == *path);
        let is_folder = path.is_root() || self.0.iter().any(|(file, _)| RepoPath::from(*file).is_within(path));
        Ok(match (is_file, is_folder) {
            (true, _) => Some(Self::entry_of(EntryKind::File)),
            (false, true) => Some(Self::entry_of(EntryKind::Directory)),
            (false, false) => None,
        })
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let skip = if folder.is_root() { 0 } else { folder.as_bytes().len() + 1 };
        let mut children = BTreeMap::new();
        for (file, _) in &self.0 {
            let path = RepoPath::from(*file);
            if path.is_within(folder) && path != *folder {
                let (name, below) =
                    file[skip..].split_once('/').map_or((&file[skip..], false), |(name, _)| (name, true));
                let kind = if below { EntryKind::Directory } else { EntryKind::File };
                children.insert(name.as_bytes().to_vec(), Self::entry_of(kind));
            }
        }
        Ok(children.into_iter().map(|(name, entry)| Child { name, entry }).collect())
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        let found = self.0.iter().find(|(file, _)| RepoPath::from(*file) == *path);
        let (_, bytes) = found.ok_or_else(|| Failure::new(format!("no file stands at `{path}`")))?;
        let size = bytes.len() as u64;
        Ok(if size > limit { Blob::TooLarge(size) } else { Blob::Bytes(bytes.to_vec()) })
    }
}
