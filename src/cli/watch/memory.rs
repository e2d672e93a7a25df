//! The last view, kept from look to look and from run to run: a watcher that was off tells what it missed.

use crate::diag::Failure;
use crate::disk::{self, Lock};
use crate::git::Repository;
use crate::verb::watch::View;
use std::path::PathBuf;
use std::time::Duration;

/// The last view of one work tree.
pub struct Memory {
    file: PathBuf,
    last: Option<View>,
    /// Held by one watcher of a work tree; only that one reacts and remembers.
    lock: Option<Lock>,
}

impl Memory {
    /// Reads what the last watcher left. A file that is missing or damaged is no view: the watcher starts anew.
    ///
    /// # Errors
    /// The Git folder cannot be read.
    pub fn open(repository: &Repository) -> Result<Self, Failure> {
        let folder = repository.git_dir().join("passmuster");
        let lock = disk::lock(&folder.join("watch.lock"), Duration::ZERO).ok();
        let file = folder.join("watch.json");
        let last = disk::read(&file)?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Self { file, last, lock })
    }

    /// Whether this is the watcher that reacts.
    pub fn is_ours(&self) -> bool {
        self.lock.is_some()
    }

    pub fn last(&self) -> Option<&View> {
        self.last.as_ref()
    }

    /// Keeps a view for the next look.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&mut self, view: View) -> Result<(), Failure> {
        if self.last.as_ref() != Some(&view) {
            if self.is_ours() {
                let bytes = serde_json::to_vec(&view).expect("a view is plain data");
                disk::write_atomic(&self.file, &bytes)?;
            }
            self.last = Some(view);
        }
        Ok(())
    }
}
