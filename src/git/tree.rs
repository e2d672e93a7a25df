//! The files of one tree object, and what differs between two of them.
//!
//! Edge. Trees are compared by id, folder by folder, so the cost follows the change and not the repository;
//! no diff of libgit2 or Git, whose results hang on settings, attributes and submodule rules.

use super::objects::{Objects, RawEntry, object_id};
use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};
use crate::port::{Blob, Child, Entry, EntryKind, MAX_LINK, PathChange, Tree};
use git2::{ObjectType, Oid};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The deepest folder that is visited.
const MAX_DEPTH: usize = 1000;

/// The files of a tree object. Reads each folder once.
pub(super) struct GitTree<'r> {
    objects: &'r Objects,
    root: Oid,
    folders: Mutex<HashMap<Oid, Arc<Vec<u8>>>>,
}

impl<'r> GitTree<'r> {
    pub fn new(objects: &'r Objects, root: Oid) -> Self {
        Self { objects, root, folders: Mutex::default() }
    }

    fn folder(&self, oid: Oid) -> Result<Arc<Vec<u8>>, Failure> {
        // A panic while the map was held leaves it whole: entries are inserted in one step.
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(raw) = folders.get(&oid) {
            return Ok(Arc::clone(raw));
        }
        let raw = Arc::new(self.objects.tree_bytes(oid)?);
        folders.insert(oid, Arc::clone(&raw));
        Ok(raw)
    }

    fn find(&self, path: &RepoPath) -> Result<Option<(EntryKind, Oid)>, Failure> {
        let mut at = (EntryKind::Directory, self.root);
        for name in path.names() {
            if at.0 != EntryKind::Directory {
                return Ok(None);
            }
            let raw = self.folder(at.1)?;
            let mut named = self.objects.entries(at.1, &raw)?.into_iter().filter(|entry| entry.name == name);
            let Some(entry) = named.next() else { return Ok(None) };
            if named.next().is_some() {
                return Err(Failure::new(format!("tree `{}` holds one name twice", at.1))
                    .because(format!("the path is `{path}`"))
                    .hint("run `git fsck` and rewrite the commit that made it"));
            }
            at = (entry.kind, entry.id);
        }
        Ok(Some(at))
    }
}

impl Tree for GitTree<'_> {
    fn root(&self) -> Option<ObjectId> {
        Some(object_id(self.root))
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        Ok(self.find(path)?.map(|(kind, id)| Entry { kind, id: object_id(id) }))
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let Some((EntryKind::Directory, oid)) = self.find(folder)? else { return Ok(Vec::new()) };
        let raw = self.folder(oid)?;
        let entries = self.objects.entries(oid, &raw)?;
        let mut children: Vec<Child> = entries
            .into_iter()
            .map(|entry| Child {
                name: entry.name.to_vec(),
                entry: Entry { kind: entry.kind, id: object_id(entry.id) },
            })
            .collect();
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        let oid = match self.find(path)? {
            Some((kind, oid)) if kind.is_regular() => oid,
            Some((kind, _)) => {
                return Err(Failure::new(format!("`{path}` is no regular file"))
                    .because(format!("its mode is {:o}", kind.mode())));
            }
            None => return Err(Failure::new(format!("there is no `{path}` in tree `{}`", self.root))),
        };
        let (size, _) = self.objects.header(oid)?;
        if size as u64 > limit {
            return Ok(Blob::TooLarge(size as u64));
        }
        Ok(Blob::Bytes(self.objects.read(oid, ObjectType::Blob, size)?))
    }

    fn link(&self, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        let Some((EntryKind::Symlink, oid)) = self.find(path)? else {
            return Err(Failure::new(format!("there is no symlink `{path}` in tree `{}`", self.root)));
        };
        let (size, _) = self.objects.header(oid)?;
        if size as u64 > MAX_LINK {
            return Err(Failure::new(format!("the target of `{path}` is not read"))
                .because(format!("it has {size} bytes; a symlink may have {MAX_LINK}")));
        }
        self.objects.read(oid, ObjectType::Blob, size)
    }
}

/// What one side of a comparison holds under one path.
type Side = Option<(EntryKind, Oid)>;

/// The differing paths of two trees in byte order; `None` is the empty tree.
pub(super) fn changes(
    objects: &Objects,
    before: Option<Oid>,
    after: Option<Oid>,
    limit: usize,
) -> Result<Vec<PathChange>, Failure> {
    let as_side = |tree: Option<Oid>| tree.map(|oid| (EntryKind::Directory, oid));
    // A few tree objects can stand for billions of folders without a file, which `limit` would never see.
    let mut folders_left = limit.saturating_mul(4).saturating_add(10_000);
    let mut found = Vec::new();
    let mut todo: Vec<(RepoPath, usize, Side, Side)> = vec![(RepoPath::root(), 0, as_side(before), as_side(after))];
    while let Some((path, depth, before, after)) = todo.pop() {
        if before == after {
            continue;
        }
        if depth > MAX_DEPTH {
            return Err(Failure::new(format!("folders are nested more than {MAX_DEPTH} deep"))
                .because(format!("the path starts with `{}`", RepoPath::new(path.as_bytes()[..80].to_vec()))));
        }
        let file = |side: Side| {
            side.filter(|(kind, _)| *kind != EntryKind::Directory).map(|(kind, id)| Entry { kind, id: object_id(id) })
        };
        let folder = |side: Side| side.and_then(|(kind, id)| (kind == EntryKind::Directory).then_some(id));
        let (file_before, file_after) = (file(before), file(after));
        if file_before.is_some() || file_after.is_some() {
            if found.len() == limit {
                return Err(Failure::new(format!("more than {limit} paths differ")));
            }
            found.push(PathChange { path: path.clone(), before: file_before, after: file_after });
        }
        folders_left = folders_left
            .checked_sub(1)
            .ok_or_else(|| Failure::new(format!("too many folders differ for a limit of {limit} paths")))?;
        for (name, before, after) in pair_up(objects, folder(before), folder(after))? {
            todo.push((path.join(name), depth + 1, before, after));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Pairs the entries of two folders by name, leaving out equal ones. A name that stands twice in a malformed
/// tree gives as many pairs, so that nothing hides behind its twin.
fn pair_up(objects: &Objects, before: Option<Oid>, after: Option<Oid>) -> Result<Vec<(Vec<u8>, Side, Side)>, Failure> {
    if before == after {
        return Ok(Vec::new());
    }
    let mut names: BTreeMap<Vec<u8>, (Vec<Side>, Vec<Side>)> = BTreeMap::new();
    for (oid, is_before) in [(before, true), (after, false)] {
        let Some(oid) = oid else { continue };
        let raw = objects.tree_bytes(oid)?;
        for RawEntry { name, kind, id } in objects.entries(oid, &raw)? {
            if name.is_empty() || name.contains(&b'/') {
                return Err(Failure::new(format!("tree `{oid}` holds a name that is no name"))
                    .because(format!("`{}` is empty or contains `/`", String::from_utf8_lossy(name)))
                    .hint("run `git fsck` and rewrite the commit that made it"));
            }
            let (befores, afters) = names.entry(name.to_vec()).or_default();
            if is_before { befores } else { afters }.push(Some((kind, id)));
        }
    }
    let mut pairs = Vec::new();
    for (name, (befores, afters)) in names {
        for at in 0..befores.len().max(afters.len()) {
            let (before, after) = (befores.get(at).copied().flatten(), afters.get(at).copied().flatten());
            if before != after {
                pairs.push((name.clone(), before, after));
            }
        }
    }
    Ok(pairs)
}
