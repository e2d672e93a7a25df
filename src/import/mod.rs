//! Plans of other tools: read, settled, and written as a plan file, with an account of what was lost on the way.
//!
//! Domain layer; reads through [`Tree`]. One file per format gives a [`Draft`]; [`settle()`] makes it something a
//! plan can hold; [`write()`] gives the text. What a format cannot say in a plan goes to the [`Report`]. Writing
//! files is left to the edges.

mod backlog;
mod beads;
mod ccpm;
pub mod codes;
mod draft;
mod files;
mod github;
mod json;
mod page;
mod report;
mod salvage;
#[cfg(test)]
mod samples;
mod settle;
mod signs;
mod spec_kit;
mod task_master;
#[cfg(test)]
mod tests;
mod todo;
mod values;
mod write;

pub use draft::{Draft, DraftCriterion, DraftItem, DraftNeed, Note, Spot, State};
pub use report::{Loss, Renamed, Report, Tally, Unit};
pub use settle::{Edge, Entry, Outline, Settings, settle};
pub use write::{Notes, write};

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::Tree;
use files::Text;
use json::Json;

/// A tool, or a format, that plans come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    SpecKit,
    Beads,
    TaskMaster,
    Backlog,
    Ccpm,
    Github,
    /// A to-do list in Markdown.
    Todo,
}

impl Origin {
    pub const ALL: [Self; 7] =
        [Self::SpecKit, Self::Beads, Self::TaskMaster, Self::Backlog, Self::Ccpm, Self::Github, Self::Todo];

    /// The word for it on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::SpecKit => "spec-kit",
            Self::Beads => "beads",
            Self::TaskMaster => "task-master",
            Self::Backlog => "backlog",
            Self::Ccpm => "ccpm",
            Self::Github => "github",
            Self::Todo => "todo",
        }
    }

    /// The origin with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }

    /// Where it usually keeps its files.
    pub fn usual_place(self) -> &'static str {
        match self {
            Self::SpecKit => "specs/*/tasks.md",
            Self::Beads => ".beads/issues.jsonl",
            Self::TaskMaster => ".taskmaster/tasks/tasks.json",
            Self::Backlog => "backlog/tasks/",
            Self::Ccpm => ".claude/epics/",
            Self::Todo => "TODO.md",
            Self::Github => "the file that `gh issue list --json …` was written to",
        }
    }

    /// Where its work begins, in or at a folder.
    fn find(self, tree: &dyn Tree, folder: &RepoPath) -> Result<Option<RepoPath>, Failure> {
        match self {
            Self::SpecKit => spec_kit::find(tree, folder),
            Self::Beads => beads::find(tree, folder),
            Self::TaskMaster => task_master::find(tree, folder),
            Self::Backlog => backlog::find(tree, folder),
            Self::Ccpm => ccpm::find(tree, folder),
            Self::Todo => todo::find(tree, folder),
            Self::Github => Ok(None),
        }
    }

    fn read(self, tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
        match self {
            Self::SpecKit => spec_kit::read(tree, path, report),
            Self::Beads => beads::read(tree, path, report),
            Self::TaskMaster => task_master::read(tree, path, report),
            Self::Backlog => backlog::read(tree, path, report),
            Self::Ccpm => ccpm::read(tree, path, report),
            Self::Todo => todo::read(tree, path, report),
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
        let text = files::text(tree, at, &mut Report::default())?;
        return Ok(text.and_then(|text| sniff(at, &text)).into_iter().collect());
    }
    let mut found = Vec::new();
    for origin in Origin::ALL {
        if origin.find(tree, at)?.is_some() {
            found.push(origin);
        }
    }
    // Many projects have such a list beside their tracker.
    if found.len() > 1 {
        found.retain(|origin| *origin != Origin::Todo);
    }
    Ok(found)
}

/// What one file looks like.
fn sniff(path: &RepoPath, text: &Text) -> Option<Origin> {
    let said = text.text();
    if path.file_name().to_ascii_lowercase().ends_with(b".md") {
        let page = page::read(text, &mut Report::default());
        return Some(match said {
            _ if backlog::looks_like(&page) => Origin::Backlog,
            said if said.lines().any(spec_kit::looks_like) => Origin::SpecKit,
            _ => Origin::Todo,
        });
    }
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if path.file_name().ends_with(b".jsonl") || beads::looks_like(first) {
        return Some(Origin::Beads);
    }
    // A document that is broken further down is still what its beginning says.
    let json = match serde_json::Deserializer::from_str(said).into_iter::<Json<'_>>().next()? {
        Ok(json) => json,
        Err(_) if said.trim_start().starts_with('{') && said.contains("\"tasks\"") => return Some(Origin::TaskMaster),
        Err(_) if said.trim_start().starts_with('[') && said.contains("\"number\"") => return Some(Origin::Github),
        Err(_) => return None,
    };
    if github::looks_like(&json) {
        Some(Origin::Github)
    } else {
        task_master::looks_like(&json).then_some(Origin::TaskMaster)
    }
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
