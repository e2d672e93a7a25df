//! Writes the declared inputs of a tree into a fresh folder, byte for byte as the objects have them.
//!
//! Edge. No filters, no attributes, no index: what a gate sees is what its key names. What was not declared is
//! not there, so a gate that reads it fails here instead of passing. Nothing is ever written through a symlink.

use crate::diag::{Failure, Purpose};
use crate::id::RepoPath;
use crate::port::{Blob, Entry, EntryKind, Tree};
use crate::text::is_hostile;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// How much an export may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All files together, in bytes.
    pub bytes: u64,
    /// One file, in bytes; files are held in memory one at a time.
    pub file_bytes: u64,
    /// Files, folders and symlinks.
    pub entries: usize,
}

impl Default for Limits {
    /// 4 GiB in all, 1 GiB a file, a million entries.
    fn default() -> Self {
        Self { bytes: 4 << 30, file_bytes: 1 << 30, entries: 1_000_000 }
    }
}

/// A written export; the folder goes away with it.
#[derive(Debug)]
pub struct Export {
    /// Holds the export one level below, so that its parent is ours as well.
    folder: TempDir,
}

impl Export {
    /// The folder that stands for the root of the tree.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(ROOT)
    }

    /// The private folder above the export.
    pub fn parent(&self) -> &Path {
        self.folder.path()
    }
}

const ROOT: &str = "tree";

/// Writes `inputs` of `tree`: files, or folders with all that is below them; a path that does not exist is left
/// out. Paths within `except` (the plan folder) are never written.
///
/// # Errors
/// The failure names the path: a name that could leave the folder or wake Git, a symlink that leads out, more
/// than `limits` allow, a damaged object, or a disk that refuses.
pub fn export(tree: &dyn Tree, inputs: &[RepoPath], except: &RepoPath, limits: Limits) -> Result<Export, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("passmuster-")
        .tempdir()
        .purpose(|| format!("could not make a folder in `{}`", std::env::temp_dir().display()))?;
    let export = Export { folder };
    let mut writer = Writer { tree, root: export.path(), except, limits, bytes: 0, entries: 0 };
    writer.folder(&RepoPath::root())?;
    for input in outermost(inputs) {
        writer.input(input)?;
    }
    Ok(export)
}

/// The inputs that lie within no other one, each once.
fn outermost(inputs: &[RepoPath]) -> Vec<&RepoPath> {
    let mut sorted: Vec<&RepoPath> = inputs.iter().collect();
    // By names, not by bytes: `a-b` sorts before `a/c`, and must not stand between `a` and what it holds.
    sorted.sort_by(|a, b| a.names().cmp(b.names()));
    let mut kept: Vec<&RepoPath> = Vec::new();
    for input in sorted {
        if kept.last().is_none_or(|last| !input.is_within(last)) {
            kept.push(input);
        }
    }
    kept
}

struct Writer<'a> {
    tree: &'a dyn Tree,
    root: PathBuf,
    except: &'a RepoPath,
    limits: Limits,
    bytes: u64,
    entries: usize,
}

impl Writer<'_> {
    fn input(&mut self, input: &RepoPath) -> Result<(), Failure> {
        if self.is_left_out(input) {
            return Ok(());
        }
        let Some(entry) = self.tree.entry(input)? else { return Ok(()) };
        let mut above = RepoPath::root();
        for name in input.names() {
            check_name(&above, name)?;
            self.folder(&above)?;
            above = above.join(name);
        }
        let mut open = vec![(input.clone(), entry)];
        while let Some((path, entry)) = open.pop() {
            if self.is_left_out(&path) {
                continue;
            }
            self.entry(&path, &entry)?;
            if entry.kind == EntryKind::Directory {
                for child in self.tree.children(&path)?.into_iter().rev() {
                    check_name(&path, &child.name)?;
                    open.push((path.join(&child.name), child.entry));
                }
            }
        }
        Ok(())
    }

    fn is_left_out(&self, path: &RepoPath) -> bool {
        !self.except.is_root() && path.is_within(self.except)
    }

    fn entry(&mut self, path: &RepoPath, entry: &Entry) -> Result<(), Failure> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(Failure::new("the declared inputs are too many to write out")
                .because(format!("`{path}` is past the limit of {} entries", self.limits.entries))
                .hint("declare fewer inputs for this gate"));
        }
        match entry.kind {
            EntryKind::File => self.file(path, 0o666),
            EntryKind::Executable => self.file(path, 0o777),
            EntryKind::Symlink => self.symlink(path),
            EntryKind::Directory | EntryKind::Gitlink => self.folder(path),
        }
    }

    fn file(&mut self, path: &RepoPath, mode: u32) -> Result<(), Failure> {
        let allowed = self.limits.file_bytes.min(self.limits.bytes - self.bytes);
        let bytes = match self.tree.blob(path, allowed)? {
            Blob::Bytes(bytes) => bytes,
            Blob::TooLarge(size) => {
                return Err(Failure::new(format!("`{path}` is too large to write out"))
                    .because(format!(
                        "it has {size} bytes; {} bytes a file and {} bytes in all are allowed",
                        self.limits.file_bytes, self.limits.bytes
                    ))
                    .hint("declare fewer inputs for this gate"));
            }
        };
        self.bytes += bytes.len() as u64;
        let place = self.place(path)?;
        create(&place, mode).and_then(|mut file| file.write_all(&bytes)).purpose(|| cannot_write(path))
    }

    /// Makes a folder; one that is there already is kept, anything else in its place is not.
    fn folder(&self, path: &RepoPath) -> Result<(), Failure> {
        let place = self.place(path)?;
        match std::fs::create_dir(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = place.symlink_metadata().purpose(|| cannot_write(path))?;
                if found.is_dir() {
                    return Ok(());
                }
                // Two names that differ, but not to this file system.
                Err(Failure::new(cannot_write(path)).because("another input stands in its place"))
            }
            made => made.purpose(|| cannot_write(path)),
        }
    }

    fn symlink(&self, path: &RepoPath) -> Result<(), Failure> {
        let target = self.tree.link(path)?;
        if let Err(cause) = stays_inside(path, &target) {
            return Err(Failure::new(format!("the symlink `{path}` is not written out"))
                .because(format!("its target `{}` {cause}", String::from_utf8_lossy(&target)))
                .hint("let it point to a path inside the repository, or leave it out of the gate's inputs"));
        }
        make_symlink(&target, &self.place(path)?).purpose(|| cannot_write(path))
    }

    fn place(&self, path: &RepoPath) -> Result<PathBuf, Failure> {
        let mut place = self.root.clone();
        for name in path.names() {
            place.push(os_name(name).ok_or_else(|| Failure::new(cannot_write(path)).because("its name is not UTF-8"))?);
        }
        Ok(place)
    }
}

fn cannot_write(path: &RepoPath) -> String {
    if path.is_root() { "could not make the export".to_owned() } else { format!("could not write out `{path}`") }
}

/// Refuses names that would leave the folder, or that some file system takes for `.git`.
fn check_name(folder: &RepoPath, name: &[u8]) -> Result<(), Failure> {
    let refused = |cause: &str| {
        Err(Failure::new(format!("`{}` is not written out", folder.join(name)))
            .because(cause)
            .hint("rename it in the repository"))
    };
    if matches!(name, b"" | b"." | b"..") || name.iter().any(|b| matches!(b, 0 | b'/')) {
        return refused("a name in the tree would lead out of its folder");
    }
    if is_git_folder(name) {
        return refused("a folder of this name would be taken for a Git repository");
    }
    let reserved = |b: &u8| b.is_ascii_control() || br#"\:*?"<>|"#.contains(b);
    if cfg!(windows) && (name.iter().any(reserved) || name.ends_with(b".") || name.ends_with(b" ")) {
        return refused("the name cannot be written on this system");
    }
    Ok(())
}

/// `.git` in any case, also as HFS+ (which drops invisible characters) and NTFS (short names, final dots and
/// spaces, streams) see it.
fn is_git_folder(name: &[u8]) -> bool {
    let text = String::from_utf8_lossy(name);
    let seen: String = text.chars().filter(|&c| !is_hostile(c)).flat_map(char::to_lowercase).collect();
    let seen = seen.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    matches!(seen, ".git" | "git~1")
}

/// Whether a symlink at `path` can only lead to places inside the export.
///
/// Going up is allowed at the start of the target only. There it counts from the folder the link really stands
/// in; after a name it would count from wherever another link leads, and that is not known from the text.
fn stays_inside(path: &RepoPath, target: &[u8]) -> Result<(), &'static str> {
    let is_absolute =
        target.starts_with(b"/") || (cfg!(windows) && (target.starts_with(b"\\") || target.get(1) == Some(&b':')));
    if is_absolute {
        return Err("is absolute");
    }
    if target.is_empty() || target.contains(&0) {
        return Err("is no path");
    }
    let depth = path.names().count() - 1;
    let mut names = target.split(|&b| b == b'/').filter(|name| !matches!(*name, b"" | b".")).peekable();
    let mut ups = 0;
    while names.next_if_eq(&&b".."[..]).is_some() {
        ups += 1;
    }
    if ups > depth {
        return Err("leads out of the inputs");
    }
    if names.any(|name| name == b"..") {
        return Err("goes up after a name");
    }
    Ok(())
}

#[cfg(unix)]
fn create(place: &Path, mode: u32) -> io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(mode).open(place)
}

#[cfg(not(unix))]
fn create(place: &Path, _mode: u32) -> io::Result<std::fs::File> {
    OpenOptions::new().write(true).create_new(true).open(place)
}

#[cfg(unix)]
fn make_symlink(target: &[u8], place: &Path) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), place)
}

#[cfg(not(unix))]
fn make_symlink(_target: &[u8], _place: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "symlinks are not written on this system"))
}

#[cfg(unix)]
fn os_name(name: &[u8]) -> Option<&std::ffi::OsStr> {
    Some(std::os::unix::ffi::OsStrExt::from_bytes(name))
}

#[cfg(not(unix))]
fn os_name(name: &[u8]) -> Option<&str> {
    std::str::from_utf8(name).ok()
}

#[cfg(all(test, unix))]
#[path = "export_tests.rs"]
mod tests;
