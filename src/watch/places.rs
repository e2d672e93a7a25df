//! Which folders can hold something that changes an answer.
//!
//! Folders, never single files: editors save by renaming a new file into place, and a watch on a file stays with the
//! old one. The objects of Git are never watched: whatever matters among them becomes so by a ref.

use std::path::{Path, PathBuf};

/// A folder to watch.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub folder: PathBuf,
    /// With everything below it.
    pub deep: bool,
}

/// The folders of one repository that matter. All paths are absolute and free of symlinks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The work tree's own Git folder: HEAD and the index.
    pub git_dir: PathBuf,
    /// The Git folder that linked work trees share: refs.
    pub common_dir: PathBuf,
    /// The work tree; none in a bare repository.
    pub work_dir: Option<PathBuf>,
    /// Folders of the work tree that count with everything below them.
    pub deep: Vec<PathBuf>,
}

/// Files directly in a Git folder that tell of a change.
const GIT_FILES: [&str; 3] = ["HEAD", "index", "packed-refs"];

/// Folders of the shared Git folder that hold refs.
const REF_FOLDERS: [&str; 2] = ["refs", "reftable"];

impl Places {
    /// Every folder to watch; those that are not there yet are among them.
    pub fn folders(&self) -> Vec<Place> {
        let flat = [&self.git_dir, &self.common_dir].into_iter().chain(&self.work_dir);
        let mut places: Vec<Place> = flat.map(|folder| Place { folder: folder.clone(), deep: false }).collect();
        let deep = REF_FOLDERS.iter().map(|name| self.common_dir.join(name)).chain(self.deep.iter().cloned());
        places.extend(deep.map(|folder| Place { folder, deep: true }));
        places.sort();
        // Of the same folder the deep watch sees everything.
        places.dedup_by(|later, first| {
            let same = later.folder == first.folder;
            first.deep |= same && later.deep;
            same
        });
        places
    }

    /// Whether a change of this path can change an answer.
    pub fn counts(&self, path: &Path) -> bool {
        let is_lock = path.extension().is_some_and(|extension| extension == "lock");
        for folder in [&self.git_dir, &self.common_dir] {
            if let Ok(inside) = path.strip_prefix(folder) {
                let first = inside.components().next().and_then(|part| part.as_os_str().to_str());
                return !is_lock
                    && first.is_some_and(|first| {
                        GIT_FILES.contains(&first) || (REF_FOLDERS.contains(&first) && *folder == self.common_dir)
                    });
            }
        }
        let in_root = self.work_dir.as_ref().is_some_and(|root| path.parent() == Some(root));
        in_root || self.deep.iter().any(|folder| path.starts_with(folder))
    }

    /// Whether Git is in the middle of a change: it holds the lock of the index or of HEAD.
    pub fn in_motion(&self) -> bool {
        ["index.lock", "HEAD.lock"].iter().any(|lock| self.git_dir.join(lock).symlink_metadata().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places {
            git_dir: "/r/.git/worktrees/w".into(),
            common_dir: "/r/.git".into(),
            work_dir: Some("/w".into()),
            deep: vec!["/w/plan".into(), "/w/src".into()],
        }
    }

    #[test]
    fn only_what_can_change_an_answer_counts() {
        for (path, counts) in [
            ("/r/.git/worktrees/w/HEAD", true),
            ("/r/.git/worktrees/w/index", true),
            ("/r/.git/worktrees/w/index.lock", false),
            ("/r/.git/worktrees/w/ORIG_HEAD", false),
            ("/r/.git/worktrees/other/HEAD", false),
            ("/r/.git/HEAD", true),
            ("/r/.git/packed-refs", true),
            ("/r/.git/refs/heads/main", true),
            ("/r/.git/refs/heads/a/b", true),
            ("/r/.git/refs/heads/main.lock", false),
            ("/r/.git/reftable/tables.list", true),
            ("/r/.git/objects/ab/cd", false),
            ("/r/.git/passmuster/view.json", false),
            ("/r/.git", false),
            ("/w/passmuster.yaml", true),
            ("/w/docs/a.md", false),
            ("/w/plan/epics/a.md", true),
            ("/w/src", true),
            ("/w/src/a/b.rs", true),
            ("/w/srcs/a.rs", false),
            ("/elsewhere/plan/a.md", false),
        ] {
            assert_eq!(places().counts(Path::new(path)), counts, "{path}");
        }
    }

    #[test]
    fn one_folder_is_watched_once_and_as_deep_as_needed() {
        let same = Places { git_dir: "/r/.git".into(), work_dir: None, deep: vec!["/r/.git".into()], ..places() };
        let shown: Vec<(String, bool)> =
            same.folders().into_iter().map(|place| (place.folder.display().to_string(), place.deep)).collect();
        let expected = [("/r/.git", true), ("/r/.git/refs", true), ("/r/.git/reftable", true)];
        assert_eq!(shown, expected.map(|(folder, deep)| (folder.to_owned(), deep)));
    }
}
