//! The plan at several revisions at once: branches, and the files of work trees.
//!
//! Domain layer. A file is known by its path and object id, so what many revisions have in common is read once.

use super::snapshot::{File, Snapshot};
use super::walk::text;
use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};
use crate::port::Tree;
use crate::project;
use std::collections::HashMap;
use std::sync::Arc;

/// The plan files that were read, whichever revision has them.
#[derive(Debug, Default)]
pub struct Revisions {
    /// `None`: it is no text.
    files: HashMap<(RepoPath, ObjectId), Option<Arc<File>>>,
}

impl Revisions {
    /// The plan of a tree.
    ///
    /// # Errors
    /// An object could not be read, or a file of the plan is no text: then nobody can say what the plan says.
    pub fn plan(&mut self, tree: &dyn Tree) -> Result<Snapshot, Failure> {
        let mut files = Vec::new();
        for path in project::plan_paths(tree)? {
            let Some(entry) = tree.entry(&path)? else { continue };
            let key = (path.clone(), entry.id);
            let file = match self.files.get(&key) {
                Some(known) => known.clone(),
                None => {
                    let file = text(tree, &path)?.map(File::read).map(Arc::new);
                    self.files.insert(key, file.clone());
                    file
                }
            };
            let file = file.ok_or_else(|| no_text(&path))?;
            files.push((path, file));
        }
        Ok(Snapshot::of(files))
    }
}

fn no_text(path: &RepoPath) -> Failure {
    Failure::new(format!("`{path}` cannot be read")).because("it is too large, no file, or no UTF-8 text")
}
