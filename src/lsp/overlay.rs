//! A tree in which open documents stand before the files.

use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};
use crate::port::{Blob, Child, Entry, EntryKind, Tree};
use std::collections::BTreeMap;

/// The files of `below` with some texts put over them.
///
/// A text covers a regular file, or stands where nothing does. What else stands there (a symlink, a folder) stays what
/// it is, since saving the text would not change that.
pub(super) struct Overlay<'a> {
    pub below: &'a dyn Tree,
    pub texts: BTreeMap<RepoPath, &'a str>,
}

impl Overlay<'_> {
    fn text(&self, path: &RepoPath) -> Result<Option<&str>, Failure> {
        let Some(text) = self.texts.get(path) else { return Ok(None) };
        let stands = self.below.kind(path)?.is_none_or(EntryKind::is_regular);
        Ok(Some(*text).filter(|_| stands))
    }

    /// Whether a text lies somewhere in this folder.
    fn is_folder(&self, path: &RepoPath) -> bool {
        self.texts.keys().any(|text| text != path && text.is_within(path))
    }

    /// The entry of something that is only in the editor; its id is as unknown as that of a work tree's folder.
    fn entry_of(&self, kind: EntryKind) -> Result<Entry, Failure> {
        let root = self.below.entry(&RepoPath::root())?;
        let id = root.map(|root| root.id).or_else(|| ObjectId::parse(&"0".repeat(40)));
        Ok(Entry { kind, id: id.expect("zeros are an id") })
    }
}

impl Tree for Overlay<'_> {
    fn root(&self) -> Option<ObjectId> {
        None
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        match self.below.entry(path)? {
            Some(entry) => Ok(Some(entry)),
            None => self.kind(path)?.map(|kind| self.entry_of(kind)).transpose(),
        }
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, Failure> {
        if let Some(kind) = self.below.kind(path)? {
            return Ok(Some(kind));
        }
        let is_text = self.texts.contains_key(path);
        Ok(if is_text { Some(EntryKind::File) } else { self.is_folder(path).then_some(EntryKind::Directory) })
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let mut children = self.below.children(folder)?;
        for path in self.texts.keys().filter(|path| path.is_within(folder) && *path != folder) {
            let Some(name) = path.names().nth(folder.names().count()) else { continue };
            if !children.iter().any(|child| child.name == name) {
                let kind = if folder.join(name) == *path { EntryKind::File } else { EntryKind::Directory };
                children.push(Child { name: name.to_vec(), entry: self.entry_of(kind)? });
            }
        }
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        match self.text(path)? {
            Some(text) if text.len() as u64 > limit => Ok(Blob::TooLarge(text.len() as u64)),
            Some(text) => Ok(Blob::Bytes(text.as_bytes().to_vec())),
            None => self.below.blob(path, limit),
        }
    }

    fn link(&self, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        self.below.link(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::memory::MemoryTree;

    #[test]
    fn texts_stand_before_files_and_where_nothing_does() {
        let below = MemoryTree::from([("plan/a.md", "old"), ("b", "1")]).with(EntryKind::Symlink, "link", "b");
        let texts = [("plan/a.md", "new"), ("plan/epics/c.md", "c"), ("link", "text")];
        let tree = Overlay { below: &below, texts: texts.map(|(path, text)| (path.into(), text)).into() };
        assert_eq!(tree.blob(&"plan/a.md".into(), 3).unwrap(), Blob::Bytes(b"new".to_vec()));
        assert_eq!(tree.blob(&"plan/a.md".into(), 2).unwrap(), Blob::TooLarge(3));
        assert_eq!(tree.kind(&"plan/epics".into()).unwrap(), Some(EntryKind::Directory));
        assert_eq!(tree.kind(&"link".into()).unwrap(), Some(EntryKind::Symlink));
        assert!(tree.blob(&"link".into(), 9).is_err() && tree.kind(&"plan/x".into()).unwrap().is_none());
        let names = |folder: &str| -> Vec<Vec<u8>> {
            tree.children(&folder.into()).unwrap().into_iter().map(|child| child.name).collect()
        };
        assert_eq!(names("plan"), [b"a.md".to_vec(), b"epics".to_vec()]);
        assert_eq!(names("plan/epics"), [b"c.md".to_vec()]);
        assert_eq!(tree.entry(&"plan/epics/c.md".into()).unwrap().unwrap().kind, EntryKind::File);
    }
}
