//! What a watcher looks at: the folders of one repository that matter, and which files differ from HEAD.

use crate::cli::past::{self, LineArgs};
use crate::cli::wire::Bench;
use crate::diag::{Failure, Sink};
use crate::git::Repository;
use crate::id::RepoPath;
use crate::judge::Move;
use crate::policy::{self, Policy};
use crate::port::{EntryKind, History as _, Tree};
use crate::project;
use crate::verb::land;
use crate::verb::watch::{self, Branches, Elsewhere, Look};
use crate::watch::{Changed, How, Places};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What lasts from look to look about the files.
#[derive(Default)]
pub struct Ground {
    /// The paths of gate inputs that differ from HEAD; `None` when it has to be found out.
    dirty: Option<BTreeSet<RepoPath>>,
    /// Paths that changed since `dirty` was found out.
    touched: BTreeSet<PathBuf>,
    branches: Branches,
    /// How changes were noticed last time.
    pub how: Option<How>,
}

impl Ground {
    /// Takes note of what may have changed.
    pub fn note(&mut self, changed: &Changed) {
        if changed.all {
            self.note_everything();
        } else {
            self.touched.extend(changed.paths.iter().cloned());
        }
    }

    /// Anything may have changed.
    pub fn note_everything(&mut self) {
        self.dirty = None;
        self.note_time();
    }

    /// Time alone may have changed what gates say.
    pub fn note_time(&mut self) {
        self.branches.forget();
    }

    /// The folders to follow.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn places(bench: &Bench) -> Result<Places, Failure> {
        let repo = &bench.repo;
        let mut places = Places {
            git_dir: real(repo.git_dir()),
            common_dir: real(repo.common_dir()),
            work_dir: repo.work_dir().map(real),
            deep: Vec::new(),
        };
        let Some(root) = places.work_dir.clone() else { return Ok(places) };
        let files = bench.work_tree()?;
        let mut folders = BTreeSet::from([RepoPath::from(policy::PLAN_FOLDER)]);
        for root in inputs(bench)? {
            if root.is_root() {
                folders.extend(tracked_folders(repo)?);
            } else {
                folders.extend(nearest_folder(&files, &root)?);
            }
        }
        places.deep = folders.iter().filter_map(|folder| Some(root.join(folder.as_str()?))).collect();
        Ok(places)
    }

    /// Takes a view of the project.
    ///
    /// # Errors
    /// Something could not be read.
    pub fn view(&mut self, bench: &Bench, landing: Result<Move, Failure>) -> Result<Look, Failure> {
        let past = || past::facts(bench, &LineArgs { at: None }).ok();
        let elsewhere = self.elsewhere(bench)?;
        let landing = (landing, &elsewhere);
        if bench.repo.is_bare() {
            let tree = bench.repo.tree(&bench.head()?.1)?;
            return watch::look(&bench.world(), &bench.repo, tree.as_ref(), &BTreeSet::new(), landing, &past);
        }
        self.find_dirty(bench)?;
        let dirty = self.dirty.as_ref().expect("it was found out");
        watch::look(&bench.world(), &bench.repo, &bench.work_tree()?, dirty, landing, &past)
    }

    /// What stands on other branches, by the policy of the side that decides.
    fn elsewhere(&mut self, bench: &Bench) -> Result<Elsewhere, Failure> {
        let Ok(destination) = bench.destination(None) else { return Ok(Elsewhere::default()) };
        let Some(policy) = land::policy_at(&bench.repo, &destination.guard)? else { return Ok(Elsewhere::default()) };
        self.branches.look(&bench.world(), &bench.repo, &policy, &destination)
    }

    /// Asks Git about the paths that changed or, when Git's own files did, about all that gates read.
    fn find_dirty(&mut self, bench: &Bench) -> Result<(), Failure> {
        let touched = std::mem::take(&mut self.touched);
        let root = bench.repo.work_dir().map(real).unwrap_or_default();
        let git = [real(bench.repo.git_dir()), real(bench.repo.common_dir())];
        let in_git = |path: &Path| git.iter().any(|folder| path.starts_with(folder));
        let known = self.dirty.take().filter(|_| !touched.iter().any(|path| in_git(path)));
        let Some(mut dirty) = known else {
            let inputs: Vec<RepoPath> = inputs(bench)?.into_iter().collect();
            let all = if inputs.is_empty() { Vec::new() } else { bench.repo.dirty_paths(&inputs)? };
            self.dirty = Some(all.into_iter().collect());
            return Ok(());
        };
        let paths: Vec<RepoPath> = touched.iter().filter_map(|path| inside(&root, path)).collect();
        if !paths.is_empty() {
            dirty.retain(|known| !paths.iter().any(|path| known.is_within(path)));
            dirty.extend(bench.repo.dirty_paths(&paths)?);
        }
        self.dirty = Some(dirty);
        Ok(())
    }
}

/// Where the patterns of all gates begin, by the policy of the work tree.
fn inputs(bench: &Bench) -> Result<BTreeSet<RepoPath>, Failure> {
    let policy: Option<Policy> = project::read_policy(&bench.work_tree()?, &mut Sink::new())?;
    let patterns = policy.as_ref().map(watch::patterns_read).unwrap_or_default();
    Ok(patterns.iter().map(crate::pattern::Pattern::literal_root).collect())
}

/// A path below the work tree, as the repository calls it; the plan is no input of any gate.
fn inside(root: &Path, path: &Path) -> Option<RepoPath> {
    let names = path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().as_encoded_bytes());
    let path = names.fold(RepoPath::root(), |path, name| path.join(name));
    let is_plan = path.is_within(&RepoPath::from(policy::PLAN_FOLDER));
    (!path.is_root() && !is_plan && path.as_str().is_some()).then_some(path)
}

/// The folders at the root that hold something that Git keeps. Folders that are ignored hold build output.
fn tracked_folders(repo: &Repository) -> Result<Vec<RepoPath>, Failure> {
    let Some(head) = repo.head()?.id().cloned() else { return Ok(Vec::new()) };
    let children = repo.tree(&head)?.children(&RepoPath::root())?;
    let folders = children.into_iter().filter(|child| child.entry.kind == EntryKind::Directory);
    Ok(folders.map(|child| RepoPath::root().join(&child.name)).collect())
}

/// The folder itself, or the nearest one above that is there and is not the root.
fn nearest_folder(files: &dyn Tree, path: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let mut names: Vec<&[u8]> = path.names().collect();
    while !names.is_empty() {
        let folder = names.iter().fold(RepoPath::root(), |path, name| path.join(name));
        if files.kind(&folder)? == Some(EntryKind::Directory) {
            return Ok(Some(folder));
        }
        names.pop();
    }
    Ok(None)
}

/// The path that the system names in its events.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
