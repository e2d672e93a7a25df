//! The work trees of a repository.

use super::Repository;
use std::path::PathBuf;

impl Repository {
    /// Opens this repository in each of its work trees: in this one first, then by their folders. One whose folder is
    /// gone, or that cannot be opened, is left out: whoever removes a folder leaves its name behind.
    pub fn work_trees(&self) -> Vec<Self> {
        let linked = {
            let inner = self.libgit2();
            let names = inner.worktrees().into_iter().flat_map(|names| {
                let names: Vec<String> = names.iter().flatten().flatten().map(str::to_owned).collect();
                names
            });
            let folders: Vec<PathBuf> = names
                .filter_map(|name| inner.find_worktree(&name).ok().map(|tree| tree.path().to_path_buf()))
                .collect();
            folders
        };
        let real = |path: &std::path::Path| path.canonicalize().ok();
        let mut folders: Vec<PathBuf> = linked.iter().filter_map(|folder| real(folder)).collect();
        // The first work tree has no entry of its own.
        let first = Self::open_at(&self.env, &self.common_dir).ok();
        folders.extend(first.and_then(|first| real(first.work_dir()?)));
        let here = self.work_dir().and_then(real);
        folders.sort();
        folders.dedup();
        folders.retain(|folder| Some(folder) != here.as_ref());
        here.into_iter().chain(folders).filter_map(|folder| Self::open_at(&self.env, &folder).ok()).collect()
    }
}
