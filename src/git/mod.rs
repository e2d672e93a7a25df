//! The repository: objects, history, refs, and the few calls to the `git` program.
//!
//! Edge; home of git2 and, for Git, of `std::process`. Implements the domain's ports [`History`] and
//! [`Tree`]. Nothing here decides anything, runs hooks of its own accord, or loads the index in process.
//!
//! Objects are always read in process, straight from the object store, so that a receiving hook sees its
//! quarantine and a verdict sees no replace refs, grafts or shallow borders. Refs are read in process from
//! files, and through the `git` program from any other ref storage (reftable), which libgit2 would show as
//! empty without a word.

mod alternates;
mod env;
mod merge;
mod objects;
mod people;
mod program;
mod refs;
mod settings;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod work_trees;

pub use env::Env;
pub use merge::MergeTree;
pub use objects::ObjectFormat;
pub use program::{Git, Output};
pub use refs::{Head, RefMove};

use crate::diag::{Failure, Purpose};
use crate::id::ObjectId;
use crate::port::{Commit, History, PathChange, Tree};
use git2::{ErrorCode, RepositoryOpenFlags};
use objects::{Objects, object_id};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};
use walk::Walk;

/// An opened repository.
pub struct Repository {
    /// For refs and reflogs in files; objects are read through `objects`.
    inner: Mutex<git2::Repository>,
    env: Env,
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    refs_in_files: bool,
    objects: Objects,
    version: OnceLock<(u32, u32, u32)>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repository({})", self.git_dir.display())
    }
}

impl Repository {
    /// Opens the repository the process environment names or the working directory lies in; in a receiving
    /// hook it sees the quarantined objects.
    ///
    /// # Errors
    /// There is no repository, it belongs to somebody else, or it uses something this version cannot read.
    pub fn open_from_env() -> Result<Self, Failure> {
        Self::open(&Env::process()?)
    }

    /// Opens the repository that `GIT_DIR` names, else the one that holds the folder `start`.
    ///
    /// # Errors
    /// As [`open_from_env`](Self::open_from_env).
    pub fn discover(start: &Path) -> Result<Self, Failure> {
        Self::open(&Env::process()?.at(start))
    }

    /// Opens the repository at exactly this path (its work tree or its Git folder), whatever the environment
    /// names.
    ///
    /// # Errors
    /// As [`open_from_env`](Self::open_from_env).
    pub fn at(path: &Path) -> Result<Self, Failure> {
        Self::open_at(&Env::process()?, path)
    }

    /// [`at`](Self::at) with an explicit environment.
    ///
    /// # Errors
    /// As [`open_from_env`](Self::open_from_env).
    pub fn open_at(env: &Env, path: &Path) -> Result<Self, Failure> {
        let env = env.clone().without_repository().at(path);
        let opened = open_libgit2(env.cwd(), RepositoryOpenFlags::NO_SEARCH, &[])?;
        Self::assemble(opened, env)
    }

    /// [`open_from_env`](Self::open_from_env) with an explicit environment.
    ///
    /// # Errors
    /// As [`open_from_env`](Self::open_from_env).
    pub fn open(env: &Env) -> Result<Self, Failure> {
        for name in ["GIT_NAMESPACE", "GIT_COMMON_DIR"] {
            if let Some(value) = env.get(name) {
                return Err(Failure::new(format!("repositories with `{name}` cannot be judged"))
                    .because(format!("it is set to `{}`", value.to_string_lossy()))
                    .hint(format!("run `unset {name}`")));
            }
        }
        let opened = match env.path("GIT_DIR") {
            Some(dir) => open_libgit2(&dir, RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT, &[])?,
            None => {
                let ceilings: Vec<PathBuf> = env
                    .get("GIT_CEILING_DIRECTORIES")
                    .map(|list| std::env::split_paths(list).collect())
                    .unwrap_or_default();
                open_libgit2(env.cwd(), RepositoryOpenFlags::empty(), &ceilings)?
            }
        };
        Self::assemble(opened, env.clone())
    }

    fn assemble(inner: git2::Repository, env: Env) -> Result<Self, Failure> {
        let git_dir = inner.path().to_path_buf();
        let common_dir = inner.commondir().to_path_buf();
        let extensions = Extensions::read(&common_dir)?;
        let work_dir = match env.path("GIT_WORK_TREE") {
            Some(dir) => {
                Some(dir.canonicalize().purpose(|| format!("could not find the work tree `{}`", dir.display()))?)
            }
            None => inner.workdir().map(Path::to_path_buf),
        };
        let format = match inner.object_format() {
            git2::ObjectFormat::Sha1 => ObjectFormat::Sha1,
            git2::ObjectFormat::Sha256 => ObjectFormat::Sha256,
        };
        let objects = Objects::open(&env, &common_dir, format, extensions.partial_clone)?;
        Ok(Self {
            inner: Mutex::new(inner),
            env,
            git_dir,
            common_dir,
            work_dir,
            refs_in_files: extensions.refs_in_files,
            objects,
            version: OnceLock::new(),
        })
    }

    /// The Git folder of this work tree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The Git folder that all linked work trees share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The top of the work tree; `None` in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    pub fn is_bare(&self) -> bool {
        self.work_dir.is_none()
    }

    /// Whether the history is cut off somewhere.
    pub fn is_shallow(&self) -> bool {
        self.objects.is_shallow()
    }

    pub fn format(&self) -> ObjectFormat {
        self.objects.format()
    }

    /// The environment the repository was opened from.
    pub fn env(&self) -> &Env {
        &self.env
    }

    /// A user's work with the `git` program in a folder: with the user's settings and hooks, and without what
    /// an outer hook says about the repository.
    pub fn git_in(&self, dir: &Path) -> Git {
        Git::in_dir(&self.env, dir)
    }

    fn store_vars(&self) -> &[(&'static str, OsString)] {
        self.objects.vars()
    }

    fn libgit2(&self) -> MutexGuard<'_, git2::Repository> {
        // libgit2 keeps its own state whole; a panic of ours between two calls breaks nothing in it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the commit both descend from that is nearest to them; the newest if there are several, `None`
    /// if the histories have nothing in common.
    ///
    /// # Errors
    /// An object is missing.
    pub fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Failure> {
        Ok(self.merge_bases(one, other)?.into_iter().next())
    }

    /// Returns every common ancestor that no other one reaches, newest first.
    ///
    /// # Errors
    /// An object is missing.
    pub fn merge_bases(&self, one: &ObjectId, other: &ObjectId) -> Result<Vec<ObjectId>, Failure> {
        let (one, other) = (self.objects.oid(one)?, self.objects.oid(other)?);
        Ok(Walk::new(&self.objects).merge_bases(one, other)?.into_iter().map(object_id).collect())
    }
}

impl History for Repository {
    fn commit(&self, id: &ObjectId) -> Result<Commit, Failure> {
        self.objects.commit(self.objects.oid(id)?)
    }

    fn tree(&self, id: &ObjectId) -> Result<Arc<dyn Tree + '_>, Failure> {
        let root = self.objects.tree_of(self.objects.oid(id)?)?;
        Ok(Arc::new(tree::GitTree::new(&self.objects, root)))
    }

    fn tree_of(&self, commit: &Commit) -> Result<Arc<dyn Tree + '_>, Failure> {
        Ok(Arc::new(tree::GitTree::new(&self.objects, self.objects.oid(&commit.tree)?)))
    }

    fn between(&self, hidden: &[ObjectId], heads: &[ObjectId], limit: usize) -> Result<Vec<Commit>, Failure> {
        let oids = |ids: &[ObjectId]| ids.iter().map(|id| self.objects.oid(id)).collect::<Result<Vec<_>, _>>();
        let found = Walk::new(&self.objects).between(&oids(hidden)?, &oids(heads)?)?;
        if found.len() > limit {
            return Err(Failure::new(format!("{} commits are new, more than the {limit} allowed", found.len())));
        }
        found.into_iter().map(|oid| self.objects.commit(oid)).collect()
    }

    fn is_ancestor(&self, ancestor: &ObjectId, descendant: &ObjectId) -> Result<bool, Failure> {
        let (ancestor, descendant) = (self.objects.oid(ancestor)?, self.objects.oid(descendant)?);
        Walk::new(&self.objects).reaches(&[descendant], ancestor)
    }

    fn changes(&self, before: Option<&ObjectId>, after: &ObjectId, limit: usize) -> Result<Vec<PathChange>, Failure> {
        let root = |id: &ObjectId| self.objects.tree_of(self.objects.oid(id)?);
        tree::changes(&self.objects, before.map(root).transpose()?, Some(root(after)?), limit)
    }
}

/// What the repository's own configuration says about its storage.
struct Extensions {
    refs_in_files: bool,
    partial_clone: bool,
}

impl Extensions {
    fn read(common_dir: &Path) -> Result<Self, Failure> {
        let path = common_dir.join("config");
        let config = git2::Config::open(&path).purpose(|| format!("could not read `{}`", path.display()))?;
        let value = |name: &str| match config.get_string(name) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).purpose(|| format!("could not read `{name}` in `{}`", path.display())),
        };
        // Git marks partial clones by the extension, by their remote, or by both.
        let has_promisor = config
            .entries(Some(r"^remote\..*\.promisor$"))
            .map(|mut entries| entries.next().is_some())
            .purpose(|| format!("could not read `{}`", path.display()))?;
        Ok(Self {
            refs_in_files: value("extensions.refstorage")?.is_none_or(|storage| storage == "files"),
            partial_clone: has_promisor || value("extensions.partialclone")?.is_some(),
        })
    }
}

/// Lets libgit2 open repositories with storage it does not know; we then keep it from touching that storage. Nor does it
/// keep what it read: the walks and trees here remember what they will need again.
#[expect(unsafe_code, reason = "libgit2 has no other way to say which extensions the caller handles")]
fn settle_libgit2() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the call changes a static list that libgit2 reads only while it opens a repository, and
        // every opening in this program comes through here first and waits for the `Once`.
        let allowed = unsafe { git2::opts::set_extensions(&["refstorage", "partialclone"]) };
        allowed.expect("two short names fit libgit2's list");
        git2::opts::enable_caching(false);
    });
}

fn open_libgit2(path: &Path, flags: RepositoryOpenFlags, ceilings: &[PathBuf]) -> Result<git2::Repository, Failure> {
    settle_libgit2();
    git2::Repository::open_ext(path, flags, ceilings).map_err(|error| {
        let shown = path.display();
        match error.code() {
            ErrorCode::NotFound => Failure::new(format!("there is no Git repository at `{shown}`"))
                .because(error.message())
                .hint("run it inside a repository, or `git init` first"),
            ErrorCode::Owner => Failure::new(format!("the repository at `{shown}` belongs to another user"))
                .because(error.message())
                .hint(format!(
                    "if you trust it, run `git config --global --add safe.directory {}`",
                    owned_folder(path, &error)
                )),
            _ => {
                let failure =
                    Failure::new(format!("could not open the repository at `{shown}`")).because(error.message());
                match error.message().contains("unsupported extension") {
                    true => failure.hint("install a newer passmuster, one that knows this kind of repository"),
                    false => failure,
                }
            }
        }
    })
}

/// From here on this process reads objects as Git does: their ids were computed when they came into the store, and are not
/// computed again, which would be a fifth of the work. For what a push brings, whose ids Git has just computed, and for
/// what only tells of the past; what is judged in a clone somebody works in is hashed again.
pub fn trust_ids() {
    git2::opts::strict_hash_verification(false);
}

/// The folder Git wants to see under `safe.directory`; libgit2 names it in its message.
fn owned_folder(path: &Path, error: &git2::Error) -> String {
    let named = error.message().split('\'').nth(1).map(|folder| folder.trim_end_matches('/').to_owned());
    named.filter(|folder| !folder.is_empty()).unwrap_or_else(|| path.display().to_string())
}
