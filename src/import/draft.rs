//! The neutral model between the formats: what a foreign tracker says about its work, before ids, parents and needs
//! are settled.
//!
//! Domain layer. Texts are as the source has them; making them fit for a plan is left to `write`.

use crate::plan::{Estimate, Kind};
use jiff::civil::Date;
use std::fmt;
use std::sync::Arc;

/// What a source says about its work, in the order it says it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The heading of the plan file.
    pub title: &'static str,
    pub items: Vec<DraftItem>,
}

/// Where in a source something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub path: Arc<str>,
    /// From 1; `None` where the format has no lines to speak of.
    pub line: Option<usize>,
}

impl Spot {
    pub fn file(path: &Arc<str>) -> Self {
        Self { path: path.clone(), line: None }
    }

    pub fn line(path: &Arc<str>, line: usize) -> Self {
        Self { path: path.clone(), line: Some(line) }
    }
}

impl fmt::Display for Spot {
    /// `path:line`, not escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// How far an item is, as the source says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Open,
    /// Nothing is said of the item itself: it is as far as its parts are.
    OfParts,
    Started,
    Done,
    /// Cancelled: stays in the plan as dropped.
    Dropped,
    /// Waits for what the text names.
    Waiting(String),
}

/// A condition of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftCriterion {
    pub text: String,
    pub ticked: bool,
}

/// One item needs another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftNeed {
    /// The other item as the source calls it.
    pub target: String,
    /// The kind of edge in the source's own words.
    pub reason: &'static str,
    pub spot: Spot,
    /// Not written in the source but follows from its rules; of no account when it cannot be kept.
    pub inferred: bool,
}

/// Prose that belongs to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What the source calls it, unless it is the description itself.
    pub label: Option<String>,
    pub text: String,
}

/// One piece of work.
#[derive(Clone, Debug)]
pub struct DraftItem {
    /// As the source calls it.
    pub id: String,
    /// What ids are unique in: a tag, a feature, an epic; empty when they are unique in the whole source.
    pub space: String,
    pub title: String,
    /// The least level, where the source tells one. What has children is more than a task anyway.
    pub kind: Option<Kind>,
    /// The id of what it is a part of, in the same space.
    pub parent: Option<String>,
    pub state: State,
    pub parallel: bool,
    pub needs: Vec<DraftNeed>,
    pub owner: Option<String>,
    pub estimate: Option<Estimate>,
    /// 0 (most urgent) to 3.
    pub priority: Option<u8>,
    pub due: Option<Date>,
    pub started: Option<Date>,
    pub completed: Option<Date>,
    pub goal: Option<String>,
    pub tags: Vec<String>,
    pub touches: Vec<String>,
    pub criteria: Vec<DraftCriterion>,
    /// What it has to do with otherwise: `related bd-5`, an address.
    pub links: Vec<String>,
    pub notes: Vec<Note>,
    pub spot: Spot,
}

impl DraftItem {
    /// An item that says nothing but its id.
    pub fn new(id: impl Into<String>, space: impl Into<String>, spot: Spot) -> Self {
        Self {
            id: id.into(),
            space: space.into(),
            title: String::new(),
            kind: None,
            parent: None,
            state: State::Open,
            parallel: false,
            needs: Vec::new(),
            owner: None,
            estimate: None,
            priority: None,
            due: None,
            started: None,
            completed: None,
            goal: None,
            tags: Vec::new(),
            touches: Vec::new(),
            criteria: Vec::new(),
            links: Vec::new(),
            notes: Vec::new(),
            spot,
        }
    }

    /// Adds prose; empty texts are none.
    pub fn note(&mut self, label: Option<&str>, text: &str) {
        if !text.trim().is_empty() {
            self.notes.push(Note { label: label.map(str::to_owned), text: text.trim_matches('\n').to_owned() });
        }
    }

    /// Adds a need the source states.
    pub fn needs(&mut self, target: impl Into<String>, reason: &'static str, spot: &Spot) {
        self.needs.push(DraftNeed { target: target.into(), reason, spot: spot.clone(), inferred: false });
    }

    /// Adds a need that follows from the rules of the source.
    pub fn needs_by_rule(&mut self, target: impl Into<String>, reason: &'static str) {
        let spot = self.spot.clone();
        self.needs.push(DraftNeed { target: target.into(), reason, spot, inferred: true });
    }
}
