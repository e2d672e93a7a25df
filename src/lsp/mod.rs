//! The language server: what an editor shows while plan, policy and roster are written.
//!
//! Edges layer; the home of lsp-server and of the protocol's types. [`serve`] is one loop on one thread: it takes what
//! has arrived, answers requests in order, and checks again when nothing else waits. Findings come from the same verb
//! as on the command line, over a tree in which open documents stand before the files; nothing is decided here. What
//! the server asks of the world comes through [`Host`], so that tests and the command line can give it.
//!
//! `server` holds the loop, `state` what is known between messages, `stdio` the framing, `documents` the open texts,
//! `overlay` the tree over them; `uri`, `place` and `edit` convert. Where a text names a thing is found by `mention`,
//! and where a half-typed line of YAML stands by `yaml`. Each request has a file of its own.

mod documents;
mod edit;
mod mention;
mod overlay;
mod place;
mod server;
mod state;
mod stdio;
mod uri;
mod yaml;

mod code_action;
mod code_lens;
mod completion;
mod definition;
mod diagnostics;
mod folding;
mod hover;
mod initialize;
mod inlay_hint;
mod references;
mod rename;
mod semantic_tokens;
mod symbols;

pub use server::{End, serve};
pub use stdio::{Stdio, read as read_messages};

use crate::diag::Failure;
use crate::gate::assess::Requirement;
use crate::id::{ItemId, RepoPath};
use crate::port::Tree;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Where a file belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The folder of the project.
    pub folder: PathBuf,
    /// The path of the file in it.
    pub path: RepoPath,
}

/// How the gates of one item stand.
#[derive(Clone, Debug)]
pub struct Gates {
    pub id: ItemId,
    /// Whether the protected side claims the item already: then nothing is asked of it any more.
    pub landed: bool,
    pub requirements: Vec<Requirement>,
}

/// What the server asks of the world it runs in.
pub trait Host {
    /// The project that a file belongs to, which need not be there yet; `None` outside of any.
    fn locate(&self, file: &Path) -> Option<Located>;

    /// The files of a project as they are on disk.
    ///
    /// # Errors
    /// The folder cannot be opened.
    fn tree(&self, folder: &Path) -> Result<Box<dyn Tree>, Failure>;

    /// What the answers of [`Host::gates`] depend on; while it stays the same, so do they.
    ///
    /// # Errors
    /// The repository cannot be read, or there is none.
    fn revision(&self, folder: &Path) -> Result<String, Failure>;

    /// How the gates of items stand in what would land; items that would not are left out.
    ///
    /// # Errors
    /// There is nothing to land on, or something could not be read.
    fn gates(&self, folder: &Path, ids: &[ItemId]) -> Result<Vec<Gates>, Failure>;

    fn now(&self) -> Timestamp;
}
