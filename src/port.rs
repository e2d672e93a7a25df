//! What the domain asks of the world, as a few small traits. Edges implement them; tests wrap them.
//!
//! Domain layer. Nothing here reads a file, starts a process or knows the time by itself.

use crate::diag::Failure;
use crate::id::{ObjectId, RefName, RepoPath};
use std::sync::Arc;

#[cfg(test)]
pub mod memory;

/// The kind of a tree entry, from its mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    File,
    Executable,
    Symlink,
    Directory,
    /// A submodule's commit.
    Gitlink,
}

impl EntryKind {
    /// The mode as Git writes it.
    pub fn mode(self) -> u32 {
        match self {
            Self::File => 0o100644,
            Self::Executable => 0o100755,
            Self::Symlink => 0o120000,
            Self::Directory => 0o040000,
            Self::Gitlink => 0o160000,
        }
    }

    /// The kind of a mode; older group-writable files (100664) count as files.
    pub fn from_mode(mode: u32) -> Option<Self> {
        match mode {
            0o100644 | 0o100664 => Some(Self::File),
            0o100755 => Some(Self::Executable),
            0o120000 => Some(Self::Symlink),
            0o040000 => Some(Self::Directory),
            0o160000 => Some(Self::Gitlink),
            _ => None,
        }
    }

    /// Whether the entry is a file with bytes of its own (not a symlink).
    pub fn is_regular(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// What stands at one path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: EntryKind,
    pub id: ObjectId,
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The raw name: not checked, may hold any byte but NUL.
    pub name: Vec<u8>,
    pub entry: Entry,
}

/// What reading a blob gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blob {
    Bytes(Vec<u8>),
    /// The blob is larger than the reader allowed; its size in bytes.
    TooLarge(u64),
}

/// The longest symlink target that is read, in bytes: what the common systems can hold.
pub const MAX_LINK: u64 = 4096;

/// One state of the files: a Git tree object, or the work tree.
///
/// Symlinks are never followed: a path that runs through one does not exist.
pub trait Tree {
    /// The id of the root; for a work tree, where none is known, `None`.
    fn root(&self) -> Option<ObjectId>;

    /// What stands at `path`; `Ok(None)` if nothing does. The root is a directory.
    ///
    /// # Errors
    /// An object on the way is missing or damaged.
    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure>;

    /// What kind of thing stands at `path`; cheaper than [`Tree::entry`] where ids have to be computed.
    ///
    /// # Errors
    /// As [`Tree::entry`].
    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, Failure> {
        Ok(self.entry(path)?.map(|entry| entry.kind))
    }

    /// The entries of a folder in byte order of their names; empty when it is no folder.
    ///
    /// # Errors
    /// An object is missing or damaged.
    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure>;

    /// The raw bytes of the file at `path` (no filters), or its size when that is over `limit` bytes.
    ///
    /// # Errors
    /// The path holds no regular file, or the object is missing or damaged.
    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure>;

    /// The raw target of the symlink at `path`. Trees that are never written out need not give targets.
    ///
    /// # Errors
    /// The path holds no symlink, its target is longer than [`MAX_LINK`], or the object is missing or damaged.
    fn link(&self, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        Err(Failure::new(format!("the target of `{path}` cannot be read"))
            .because("this tree gives no symlink targets"))
    }
}

/// A name and address as a commit carries them; both may be any text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub name: String,
    pub email: String,
}

/// Somebody who wrote commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub identity: Identity,
    pub commits: usize,
    /// The date of the last commit in seconds since 1970.
    pub seconds: i64,
}

/// One commit object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Identity,
    pub committer: Identity,
    /// The committer's date in seconds since 1970. For display only: verdicts never use it.
    pub seconds: i64,
    /// The raw message, with bytes that are not UTF-8 replaced.
    pub message: String,
}

/// What happened to one path between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    pub path: RepoPath,
    /// `None`: the path is new.
    pub before: Option<Entry>,
    /// `None`: the path is gone.
    pub after: Option<Entry>,
}

/// Commits and trees of a repository, read only. Replace refs, grafts and shallow borders never count:
/// what these answer is what the objects say, and a missing object is a failure. Several threads may ask at once.
pub trait History: Sync {
    /// # Errors
    /// The object is missing, damaged or no commit.
    fn commit(&self, id: &ObjectId) -> Result<Commit, Failure>;

    /// The files of a commit or tree object.
    ///
    /// # Errors
    /// The object is missing, damaged or has no tree.
    fn tree(&self, id: &ObjectId) -> Result<Arc<dyn Tree + '_>, Failure>;

    /// The files of a commit that was read already; its object is not read again.
    ///
    /// # Errors
    /// As [`tree`](Self::tree), or else later, when the first file is asked for.
    fn tree_of(&self, commit: &Commit) -> Result<Arc<dyn Tree + '_>, Failure> {
        self.tree(&commit.id)
    }

    /// The commits reachable from `heads` and not from `hidden`, newest first, at most `limit`.
    ///
    /// # Errors
    /// An object is missing, or there are more than `limit`.
    fn between(&self, hidden: &[ObjectId], heads: &[ObjectId], limit: usize) -> Result<Vec<Commit>, Failure>;

    /// Whether `ancestor` can be reached from `descendant` (a commit reaches itself).
    ///
    /// # Errors
    /// An object is missing.
    fn is_ancestor(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, Failure>;

    /// The paths that differ between two commits or trees; `None` is the empty tree. Subtrees with equal ids
    /// are not visited; a changed folder is reported by its files.
    ///
    /// # Errors
    /// An object is missing, or more than `limit` paths differ.
    fn changes(&self, before: Option<&ObjectId>, after: &ObjectId, limit: usize) -> Result<Vec<PathChange>, Failure>;
}

/// Where HEAD stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// On a branch; the name is the one at the end of all symbolic refs.
    Branch(RefName, ObjectId),
    /// On a branch that has no commit yet.
    Unborn(RefName),
    /// On a commit.
    Detached(ObjectId),
}

impl Head {
    /// The commit, if there is one.
    pub fn id(&self) -> Option<&ObjectId> {
        match self {
            Self::Branch(_, id) | Self::Detached(id) => Some(id),
            Self::Unborn(_) => None,
        }
    }

    /// The branch, if HEAD is on one.
    pub fn branch(&self) -> Option<&RefName> {
        match self {
            Self::Branch(name, _) | Self::Unborn(name) => Some(name),
            Self::Detached(_) => None,
        }
    }
}

/// What merging two commits gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeTree {
    /// The tree of the merge.
    Clean(ObjectId),
    /// The paths that a person has to look at.
    Conflict(Vec<RepoPath>),
}

/// The refs of a repository, and merges that are not made.
pub trait Refs {
    /// # Errors
    /// HEAD cannot be read.
    fn head(&self) -> Result<Head, Failure>;

    /// The commit a ref holds, symbolic refs followed.
    ///
    /// # Errors
    /// The ref is damaged.
    fn read_ref(&self, name: &RefName) -> Result<Option<ObjectId>, Failure>;

    /// The refs below a folder such as `refs/remotes/`.
    ///
    /// # Errors
    /// The refs cannot be read.
    fn refs(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure>;

    /// Whether it has no work tree. Others push to such a repository, also below `refs/remotes/`.
    fn is_bare(&self) -> bool;

    /// The nearest commit that both descend from; `None` when their histories have nothing in common.
    ///
    /// # Errors
    /// An object is missing.
    fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Failure>;

    /// What merging `theirs` into `ours` would give. Writes objects only.
    ///
    /// # Errors
    /// The merge could not be tried.
    fn merge_tree(&self, ours: &ObjectId, theirs: &ObjectId) -> Result<MergeTree, Failure>;
}

/// A repository, for verbs.
pub trait Repo: History + Refs {}

impl<T: History + Refs> Repo for T {}

/// Checks signatures. Purely a question of bytes; keys come from the caller.
pub trait Signatures {
    /// Whether `signature` (armored SSHSIG) is one of `public_key` (an OpenSSH public key line) over
    /// `message` in `namespace`.
    ///
    /// # Errors
    /// The key type needs a program that could not be run. Malformed keys and signatures are `Ok(false)`.
    fn verify(&self, public_key: &str, namespace: &str, message: &[u8], signature: &str) -> Result<bool, Failure>;
}
