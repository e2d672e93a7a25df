//! Where the files of a plan lie.
//!
//! Domain layer. One main file, and below the plan folder as many further files as people like: one for each epic, one
//! for each task, in folders of their own. Every door asks here, so that no file is a part of the plan for one of them only.

use crate::diag::{Failure, Sink};
use crate::id::RepoPath;
use crate::port::{EntryKind, Tree};

/// The main file of the plan.
pub const PLAN_PATH: &str = "plan/03-execution-plan.md";

/// The folder of further plan files.
pub const EPICS_FOLDER: &str = "plan/epics";

/// The folder for plans that are one file a task.
pub const TASKS_FOLDER: &str = "plan/tasks";

/// The folders whose Markdown files are plan files, at any depth.
pub const PLAN_FOLDERS: [&str; 2] = [EPICS_FOLDER, TASKS_FOLDER];

/// Whether a file at this path is a part of the plan.
///
/// ```
/// use passmuster::project::is_plan_file;
/// assert!(is_plan_file(&"plan/tasks/auth/T-1.md".into()) && !is_plan_file(&"plan/01-vision-document.md".into()));
/// ```
pub fn is_plan_file(path: &RepoPath) -> bool {
    let in_folder = || PLAN_FOLDERS.iter().any(|folder| path.is_within(&RepoPath::from(*folder)));
    *path == RepoPath::from(PLAN_PATH) || path.file_name().ends_with(b".md") && in_folder()
}

/// Whether a change at this path can change which items there are: a plan file, or one of the folders that hold them.
pub fn concerns_plan(path: &RepoPath) -> bool {
    *path == RepoPath::from(PLAN_PATH) || PLAN_FOLDERS.iter().any(|folder| path.is_within(&RepoPath::from(*folder)))
}

/// The paths of the plan files that a tree holds, the main file first.
///
/// # Errors
/// An object could not be read.
pub fn plan_paths(tree: &dyn Tree) -> Result<Vec<RepoPath>, Failure> {
    find(tree, &mut Sink::new())
}

/// Like [`plan_paths`]; a folder that is something else is a finding, since all its items would vanish without a word.
pub(super) fn find(tree: &dyn Tree, sink: &mut Sink) -> Result<Vec<RepoPath>, Failure> {
    let mut paths = Vec::new();
    let main = RepoPath::from(PLAN_PATH);
    if tree.kind(&main)?.is_some() {
        paths.push(main);
    }
    for folder in PLAN_FOLDERS.map(RepoPath::from) {
        match tree.kind(&folder)? {
            Some(EntryKind::Directory) => below(tree, folder, &mut paths, sink)?,
            Some(_) => sink.push(super::not_a_file(&folder)),
            None => {}
        }
    }
    Ok(paths)
}

/// The plan files in a folder and its folders: a folder's own files stand before those of its folders.
fn below(tree: &dyn Tree, folder: RepoPath, paths: &mut Vec<RepoPath>, sink: &mut Sink) -> Result<(), Failure> {
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        let first = open.len();
        for child in tree.children(&folder)? {
            let path = folder.join(&child.name);
            match child.entry.kind {
                // What is no regular file is told when it is read.
                _ if child.name.ends_with(b".md") => paths.push(path),
                EntryKind::Directory => open.push(path),
                kind if !kind.is_regular() => sink.push(super::not_a_file(&path)),
                _ => {}
            }
        }
        open[first..].reverse();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::memory::MemoryTree;

    #[test]
    fn files_lie_in_folders_of_any_depth() {
        let files = [
            "plan/03-execution-plan.md",
            "plan/epics/b.md",
            "plan/epics/a/T-2.md",
            "plan/epics/a/deep/T-3.md",
            "plan/epics/a/notes.txt",
            "plan/tasks/T-1.md",
            "plan/gates/T-1.abcdef.md",
        ];
        let tree = MemoryTree::from(files.map(|path| (path, "x\n")));
        let found: Vec<String> = plan_paths(&tree).unwrap().iter().map(RepoPath::to_string).collect();
        let expected = [0, 1, 2, 3, 5].map(|index| files[index].to_owned());
        assert_eq!(found, expected);
        for path in files {
            assert_eq!(is_plan_file(&path.into()), expected.iter().any(|found| found == path), "{path}");
        }
    }
}
