//! The files of a folder as they are now, seen as a tree and changed one whole file at a time.

use super::write;
use crate::diag::{Failure, Purpose};
use crate::id::{ObjectId, RepoPath};
use crate::port::{Blob, Child, Entry, EntryKind, Tree};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Gives the id that a blob of these bytes has.
type BlobId<'h> = dyn Fn(&[u8]) -> ObjectId + Send + Sync + 'h;

/// A folder with everything below it, except what is called `.git`.
///
/// Symlinks are entries and never followed: a path through one does not exist here, and nothing is written
/// through one. Sockets, pipes and devices do not exist either.
///
/// Ids are computed by the function given to [`WorkTree::new`], over the raw bytes on disk (no line end or
/// other filters), and only when [`Tree::entry`] is asked about a file or symlink. Folders and everything
/// [`Tree::children`] lists carry the zero id, because finding theirs would mean reading every file; ask
/// `entry` where the id matters.
pub struct WorkTree<'h> {
    root: PathBuf,
    blob_id: Box<BlobId<'h>>,
    zero: ObjectId,
}

impl<'h> WorkTree<'h> {
    /// Takes a folder and the function that gives a blob's id.
    pub fn new(root: impl Into<PathBuf>, blob_id: impl Fn(&[u8]) -> ObjectId + Send + Sync + 'h) -> Self {
        let digits = blob_id(b"").as_str().len();
        let zero = ObjectId::parse(&"0".repeat(digits)).expect("as many zeros as an id has digits are an id");
        Self { root: root.into(), blob_id: Box::new(blob_id), zero }
    }

    /// The folder on disk.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Writes a file whole; see [`write_atomic`](super::write_atomic).
    ///
    /// # Errors
    /// The path leaves the tree or runs through a symlink, or writing failed.
    pub fn write(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), Failure> {
        write::write_atomic(&self.writable(path)?, bytes)
    }

    /// Writes a file that must not be there yet; see [`create_new`](super::create_new).
    ///
    /// # Errors
    /// The path leaves the tree, runs through a symlink or exists, or writing failed.
    pub fn create(&self, path: &RepoPath, bytes: &[u8]) -> Result<(), Failure> {
        write::create_new(&self.writable(path)?, bytes)
    }

    /// Removes a file; returns whether there was one.
    ///
    /// # Errors
    /// The path leaves the tree or runs through a symlink, or removing failed.
    pub fn remove(&self, path: &RepoPath) -> Result<bool, Failure> {
        write::remove(&self.writable(path)?)
    }

    /// The place of a path on disk, if writing there stays inside the tree.
    fn writable(&self, path: &RepoPath) -> Result<PathBuf, Failure> {
        let refused = |cause: String| {
            Failure::new(format!("`{path}` is not written"))
                .because(cause)
                .hint("replace it by a path of plain folders")
        };
        let mut place = self.root.clone();
        for (depth, name) in path.names().enumerate() {
            let is_barred = depth > 0 && metadata(&place)?.is_some_and(|found| !found.is_dir());
            if is_barred {
                return Err(refused(format!("`{}` is a symlink or a file, not a folder", place.display())));
            }
            let name = disk_name(name)
                .ok_or_else(|| refused(format!("`{}` is no file name here", String::from_utf8_lossy(name))))?;
            place.push(name);
        }
        if path.is_root() {
            return Err(refused("it is the root of the tree".to_owned()));
        }
        Ok(place)
    }

    /// What stands at a path, without following symlinks anywhere below the root.
    fn find(&self, path: &RepoPath) -> Result<Option<(PathBuf, Metadata)>, Failure> {
        let mut place = self.root.clone();
        let Some(mut found) = root_metadata(&place)? else { return Ok(None) };
        for name in path.names() {
            let Some(name) = disk_name(name).filter(|_| found.is_dir()) else { return Ok(None) };
            place.push(name);
            match metadata(&place)? {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some((place, found)))
    }

    /// What the file system says about a path; `None` where nothing stands.
    ///
    /// # Errors
    /// The file system does not say.
    pub fn metadata(&self, path: &RepoPath) -> Result<Option<Metadata>, Failure> {
        Ok(self.find(path)?.map(|(_, found)| found))
    }

    fn id_of(&self, place: &Path, kind: EntryKind) -> Result<ObjectId, Failure> {
        Ok(match kind {
            EntryKind::File | EntryKind::Executable => {
                let mut bytes = Vec::new();
                open_file(place)?.read_to_end(&mut bytes).purpose(|| cannot_read(place))?;
                (self.blob_id)(&bytes)
            }
            EntryKind::Symlink => {
                let target = std::fs::read_link(place).purpose(|| cannot_read(place))?;
                (self.blob_id)(&name_bytes(target.as_os_str()))
            }
            EntryKind::Directory | EntryKind::Gitlink => self.zero.clone(),
        })
    }
}

impl Tree for WorkTree<'_> {
    fn root(&self) -> Option<ObjectId> {
        None
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        let Some((place, found)) = self.find(path)? else { return Ok(None) };
        let Some(kind) = kind_of(&found) else { return Ok(None) };
        Ok(Some(Entry { kind, id: self.id_of(&place, kind)? }))
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, Failure> {
        Ok(self.find(path)?.and_then(|(_, found)| kind_of(&found)))
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let place = match self.find(folder)? {
            Some((place, found)) if found.is_dir() => place,
            _ => return Ok(Vec::new()),
        };
        let mut children = Vec::new();
        for found in WalkDir::new(&place).min_depth(1).max_depth(1) {
            let found = found.purpose(|| cannot_read(&place))?;
            let name = name_bytes(found.file_name());
            if disk_name(&name).is_none() {
                continue;
            }
            let Some(found) = metadata(found.path())? else { continue };
            if let Some(kind) = kind_of(&found) {
                children.push(Child { name, entry: Entry { kind, id: self.zero.clone() } });
            }
        }
        children.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(children)
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        let Some((place, found)) = self.find(path)? else {
            return Err(Failure::new(format!("there is no `{path}` in `{}`", self.root.display())));
        };
        if !found.is_file() {
            return Err(
                Failure::new(format!("`{path}` is no regular file")).because("it is a symlink, a folder or a device")
            );
        }
        // The file may grow while it is read: one byte beyond the limit tells, whatever the size was.
        let expected = found.len().min(limit).saturating_add(1);
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        let file = open_file(&place)?;
        (&file).take(limit.saturating_add(1)).read_to_end(&mut bytes).purpose(|| cannot_read(&place))?;
        if bytes.len() as u64 > limit {
            let size = file.metadata().purpose(|| cannot_read(&place))?.len();
            return Ok(Blob::TooLarge(size.max(bytes.len() as u64)));
        }
        Ok(Blob::Bytes(bytes))
    }
}

fn kind_of(found: &Metadata) -> Option<EntryKind> {
    if found.is_symlink() {
        Some(EntryKind::Symlink)
    } else if found.is_dir() {
        Some(EntryKind::Directory)
    } else if found.is_file() {
        Some(if is_executable(found) { EntryKind::Executable } else { EntryKind::File })
    } else {
        None
    }
}

#[cfg(unix)]
fn is_executable(found: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

/// The name as the file system takes it; `None` for names that would leave the folder, are Git's own, or mean
/// something else on this system.
fn disk_name(name: &[u8]) -> Option<OsString> {
    let special = matches!(name, b"" | b"." | b"..") || name.eq_ignore_ascii_case(b".git");
    let foreign = name.iter().any(|b| matches!(b, 0 | b'/'));
    if special || foreign || (cfg!(windows) && is_foreign_to_windows(name)) { None } else { os_name(name) }
}

/// Windows drops dots and spaces at a name's end, and gives `.git` a second, short name.
fn is_foreign_to_windows(name: &[u8]) -> bool {
    name.iter().any(|b| b"\\:".contains(b))
        || matches!(name.last(), Some(b'.' | b' '))
        || name.eq_ignore_ascii_case(b"git~1")
}

#[cfg(unix)]
fn os_name(name: &[u8]) -> Option<OsString> {
    Some(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(name).to_owned())
}

#[cfg(not(unix))]
fn os_name(name: &[u8]) -> Option<OsString> {
    std::str::from_utf8(name).ok().map(OsString::from)
}

#[cfg(unix)]
fn name_bytes(name: &OsStr) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(name).to_vec()
}

#[cfg(not(unix))]
fn name_bytes(name: &OsStr) -> Vec<u8> {
    name.to_string_lossy().replace('\\', "/").into_bytes()
}

/// What stands at a place, itself and not what it points to; `None` if nothing does.
fn metadata(place: &Path) -> Result<Option<Metadata>, Failure> {
    present(place, place.symlink_metadata())
}

/// The same for the root of the tree, which may be reached through a symlink.
fn root_metadata(place: &Path) -> Result<Option<Metadata>, Failure> {
    present(place, place.metadata())
}

fn present(place: &Path, found: io::Result<Metadata>) -> Result<Option<Metadata>, Failure> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).purpose(|| cannot_read(place)),
    }
}

/// Opens a file that was regular a moment ago, and fails if a symlink or a pipe has taken its place.
fn open_file(place: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).expect("open flags fit an int");
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    let file = options.open(place).purpose(|| cannot_read(place))?;
    if file.metadata().purpose(|| cannot_read(place))?.is_file() {
        Ok(file)
    } else {
        Err(Failure::new(cannot_read(place)).because("it is no regular file any more"))
    }
}

fn cannot_read(place: &Path) -> String {
    format!("could not read `{}`", place.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folder: &Path) -> WorkTree<'static> {
        WorkTree::new(folder, |bytes| ObjectId::parse(&format!("{:040x}", bytes.len())).unwrap())
    }

    #[test]
    fn files_are_listed_and_read_and_git_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let tree = tree(folder.path());
        tree.write(&"plan/a.md".into(), b"abc").unwrap();
        for hidden in [".git", "plan/.GIT"] {
            std::fs::create_dir_all(folder.path().join(hidden)).unwrap();
        }
        let names = |path: &str| -> Vec<Vec<u8>> {
            tree.children(&path.into()).unwrap().into_iter().map(|child| child.name).collect()
        };
        assert_eq!(names(""), [b"plan".to_vec()]);
        assert_eq!(names("plan"), [b"a.md".to_vec()]);
        assert_eq!(tree.blob(&"plan/a.md".into(), 3).unwrap(), Blob::Bytes(b"abc".to_vec()));
        assert_eq!(tree.blob(&"plan/a.md".into(), 2).unwrap(), Blob::TooLarge(3));
        let entry = tree.entry(&"plan/a.md".into()).unwrap().unwrap();
        assert!(entry.kind == EntryKind::File && entry.id.as_str().ends_with('3'));
        for nothing in [".git", "plan/.GIT", "plan/../plan", "plan/a.md/x", "x"] {
            assert_eq!(tree.entry(&nothing.into()).unwrap(), None, "{nothing}");
        }
        assert_eq!(tree.entry(&RepoPath::root()).unwrap().unwrap().kind, EntryKind::Directory);
    }

    #[test]
    fn nothing_is_written_outside_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        let tree = tree(folder.path());
        for path in ["", "../x", "a/../../x", ".git/config", ".Git/hooks/pre-commit"] {
            assert!(tree.write(&path.into(), b"x").is_err() && tree.remove(&path.into()).is_err(), "{path}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn symlinks_are_entries_and_lead_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("f"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        let tree = tree(folder.path());
        assert_eq!(tree.entry(&"link".into()).unwrap().unwrap().kind, EntryKind::Symlink);
        assert_eq!(tree.entry(&"link/f".into()).unwrap(), None);
        assert!(tree.children(&"link".into()).unwrap().is_empty());
        assert!(tree.blob(&"link".into(), 9).is_err() && tree.blob(&"link/f".into(), 9).is_err());
        for path in ["link", "link/f", "link/new/f"] {
            assert!(tree.write(&path.into(), b"x").is_err(), "{path}");
        }
        assert!(tree.remove(&"link/f".into()).is_err());
        assert_eq!(std::fs::read(outside.path().join("f")).unwrap(), b"secret");
    }
}
