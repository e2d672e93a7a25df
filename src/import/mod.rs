//! Plans of other tools: read, settled, and written as a plan file, with an account of what was lost on the way.
//!
//! Domain layer; reads through [`Tree`]. One file per format gives a [`Draft`]; [`settle()`] makes it something a
//! plan can hold; [`write()`] gives the text. What a format cannot say in a plan goes to the [`Report`]. Writing
//! files is left to the edges.

mod beads;
pub mod codes;
mod draft;
mod files;
mod github;
mod json;
mod report;
mod settle;
mod task_master;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub use draft::{Draft, DraftCriterion, DraftItem, DraftNeed, Note, Spot, State};
pub use report::{Loss, Renamed, Report, Tally, Unit};
pub use settle::{Edge, Entry, Outline, Settings, settle};
pub use values::priority_word;
pub use write::{Notes, write};

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::Tree;
use json::Json;

/// A tool, or a format, that plans come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    Beads,
    TaskMaster,
    Github,
}

impl Origin {
    pub const ALL: [Self; 3] = [Self::Beads, Self::TaskMaster, Self::Github];

    /// The word for it on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beads => "beads",
            Self::TaskMaster => "task-master",
            Self::Github => "github",
        }
    }

    /// The origin with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }

    /// Where it usually keeps its files.
    pub fn usual_place(self) -> &'static str {
        match self {
            Self::Beads => ".beads/issues.jsonl",
            Self::TaskMaster => ".taskmaster/tasks/tasks.json",
            Self::Github => "the file that `gh issue list --json …` was written to",
        }
    }

    /// Where its work begins, in or at a folder.
    fn find(self, tree: &dyn Tree, folder: &RepoPath) -> Result<Option<RepoPath>, Failure> {
        match self {
            Self::Beads => beads::find(tree, folder),
            Self::TaskMaster => task_master::find(tree, folder),
            Self::Github => Ok(None),
        }
    }

    fn read(self, tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
        match self {
            Self::Beads => beads::read(tree, path, report),
            Self::TaskMaster => task_master::read(tree, path, report),
            Self::Github => github::read(tree, path, report),
        }
    }
}

/// The origins whose files are at or below `at`, which is a folder or one file.
///
/// # Errors
/// The tree could not be read.
pub fn detect(tree: &dyn Tree, at: &RepoPath) -> Result<Vec<Origin>, Failure> {
    if files::is_file(tree, at)? {
        let unread = &mut Report::default();
        return Ok(files::text(tree, at, unread)?.map(|text| sniff(at, text.text())).unwrap_or_default());
    }
    let mut found = Vec::new();
    for origin in Origin::ALL {
        if origin.find(tree, at)?.is_some() {
            found.push(origin);
        }
    }
    Ok(found)
}

/// What one file looks like.
fn sniff(path: &RepoPath, text: &str) -> Vec<Origin> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if path.file_name().ends_with(b".jsonl") || beads::looks_like(first) {
        return vec![Origin::Beads];
    }
    let start = text.trim_start();
    if start.starts_with(['[', '{']) {
        let Some(Ok(json)) = serde_json::Deserializer::from_str(start).into_iter::<Json<'_>>().next() else {
            return Vec::new();
        };
        let found = [(Origin::Github, github::looks_like(&json)), (Origin::TaskMaster, task_master::looks_like(&json))];
        return found.into_iter().filter(|(_, fits)| *fits).map(|(origin, _)| origin).collect();
    }
    Vec::new()
}

/// Reads what an origin has at or below `at`; `None` when there is nothing of it.
///
/// # Errors
/// The tree could not be read. What is wrong with single files and records is in the report.
pub fn read(tree: &dyn Tree, origin: Origin, at: &RepoPath) -> Result<Option<(Draft, Report)>, Failure> {
    let place = if files::is_file(tree, at)? { Some(at.clone()) } else { origin.find(tree, at)? };
    let Some(place) = place else { return Ok(None) };
    let mut report = Report::default();
    let draft = origin.read(tree, &place, &mut report)?;
    Ok(Some((draft, report)))
}
