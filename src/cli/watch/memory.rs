//! The last view, kept from look to look and from run to run: a watcher that was off tells what it missed.

use crate::diag::Failure;
use crate::disk::{self, Lock};
use crate::git::Repository;
use crate::verb::watch::View;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// The last view of one work tree.
pub struct Memory {
    file: PathBuf,
    last: Option<Last>,
    /// Held by one watcher of a work tree; only that one reacts and remembers.
    lock: Option<Lock>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Last {
    view: View,
    /// The view with what it could not tell as it was told before; none where it told everything.
    known: Option<View>,
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

    /// The last view, as far as it could be told.
    pub fn last(&self) -> Option<&View> {
        self.last.as_ref().map(|last| &last.view)
    }

    /// What was last known of everything.
    pub fn known(&self) -> Option<&View> {
        self.last.as_ref().map(|last| last.known.as_ref().unwrap_or(&last.view))
    }

    /// Keeps a view for the next look, with what is known beyond it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&mut self, view: View, known: View) -> Result<(), Failure> {
        let last = Last { known: (known != view).then_some(known), view };
        if self.last.as_ref() != Some(&last) {
            if self.is_ours() {
                let bytes = serde_json::to_vec(&last).expect("a view is plain data");
                disk::write_atomic(&self.file, &bytes)?;
            }
            self.last = Some(last);
        }
        Ok(())
    }
}
