//! The plan: phases, epics, features and tasks, and the needs between them.
//!
//! Domain layer. [`read`] takes the texts of a plan folder and gives the linked [`Plan`]; [`check()`] holds the
//! rules about the plan alone; rules that also look at policy or roster live in `project/`. [`edit`] changes
//! marks, [`format()`] rewrites a file to the canonical form. The plan knows no file system and no clock.
//!
//! # Carriers and claims
//!
//! An item is written as a box, a heading, a row of a table, a bold bullet or a file of its own ([`Carrier`]); all of
//! them become the same [`Item`] and are judged alike. What claims that an item is done:
//!
//! - its box, where it has one. A word or a picture that disagrees is a finding, and changes nothing;
//! - without a box, a word or a picture that says so: `Status: done`, `✅` in a heading or a cell, front matter. Whoever
//!   reads it takes the item for done, so it has to be proven like a tick. A word that says it is open claims nothing,
//!   and does not keep a parent whose children are all done from being claimed by them;
//! - without either, the children: all closed, one of them claimed.
//!
//! So a plan in any form can only be judged more strictly for what it says, never less. A row or bullet that has the id
//! of a box, heading or file in the same document mentions that item and is none itself.
//!
//! # Map
//!
//! `parse` turns blocks into items, with `line` for an item's first line (`level` for the words of headings, `sugar` for what
//! a title carries) and `field` for its `key: value` lines. What
//! these say is read when it is asked for: `item` asks, `value` knows the words, `check_fields` finds what is wrong
//! with them. `link` answers questions about the whole. `carrier` knows the
//! forms beside boxes and headings, `edges` the sections about order, `paths` the files a title names, `naming` ids for
//! boxes without one, `meaning` what must not change when a text does, `missed` what looks like an item and is none.

mod carrier;
mod check;
mod check_fields;
mod check_parallel;
pub mod codes;
mod edges;
pub mod edit;
mod field;
mod format;
mod ids;
mod item;
mod level;
mod line;
mod link;
mod meaning;
mod missed;
mod naming;
mod order;
mod overlap;
mod parse;
mod paths;
pub mod schema;
mod sugar;
mod value;

pub use check::{check, check_errors, is_ordered, is_reserved};
pub use field::{field_of, keys};
pub use format::format;
pub use item::{Criterion, GateChoice, Item, Need, Status};
pub use missed::lines_like_tasks;
pub use naming::name_boxes;
pub use parse::{Reader, is_item_id, read};

use crate::text::{Source, Spanned};
use std::fmt;

/// The level of an item; also the level gates are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Task,
    Feature,
    Epic,
    Phase,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Task, Self::Feature, Self::Epic, Self::Phase];

    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Feature => "feature",
            Self::Epic => "epic",
            Self::Phase => "phase",
        }
    }
}

/// Which way of writing an item was found; edits and `fmt` need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// `- [ ] DB-001: title`
    Checkbox,
    /// `### Feature DB: title` or `### T-004: title` with fields below.
    Heading,
    /// A row of a table: `| T1 | title | P1 | T0 | 4h |`.
    Row,
    /// `- **T6** — title`
    Bullet,
    /// A file of its own, whose front matter says `id`, `title`, `status`.
    File,
}

/// Whether the item is claimed done, as its own mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// `[ ]`
    Open,
    /// `[x]` or `[X]`: a claim.
    Ticked,
    /// No box at all (a heading without one).
    None,
}

/// The four types of a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeedKind {
    /// An item, done and gated.
    Technical,
    /// A document exists.
    Information,
    /// A resource is available.
    Resource,
    /// A handoff was accepted.
    Team,
}

impl NeedKind {
    pub const ALL: [Self; 4] = [Self::Technical, Self::Information, Self::Resource, Self::Team];

    pub fn name(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Information => "information",
            Self::Resource => "resource",
            Self::Team => "team",
        }
    }
}

/// How two items are ordered in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Relation {
    #[default]
    FinishToStart,
    StartToStart,
    FinishToFinish,
    StartToFinish,
}

/// An estimate in minutes of work (8 h a day, 5 d a week).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Estimate {
    pub optimistic: u32,
    pub likely: u32,
    pub pessimistic: u32,
}

impl Estimate {
    /// A single figure.
    pub fn single(minutes: u32) -> Self {
        Self { optimistic: minutes, likely: minutes, pessimistic: minutes }
    }
}

impl fmt::Display for Estimate {
    /// `4h`, or `2h / 4h / 9h`, as a plan says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |minutes: u32| match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}m"),
            (hours, 0) => format!("{hours}h"),
            (hours, minutes) => format!("{hours}h{minutes}m"),
        };
        if self.optimistic == self.pessimistic {
            return f.write_str(&shown(self.likely));
        }
        write!(f, "{} / {} / {}", shown(self.optimistic), shown(self.likely), shown(self.pessimistic))
    }
}

/// One file of the plan with its front matter.
#[derive(Clone, Debug)]
pub struct PlanFile {
    pub source: Source,
    /// The number after `plan/`; `None` when the file does not say.
    pub format: Option<u32>,
    pub title: Option<Spanned<String>>,
    pub start: Option<Spanned<jiff::civil::Date>>,
    /// The commit with what was planned, to which what comes is compared.
    pub baseline: Option<Spanned<crate::id::ObjectId>>,
    pub(crate) missed: Vec<missed::Missed>,
}

/// All items of a plan in the order they are written, over all its files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub files: Vec<PlanFile>,
    pub items: Vec<Item>,
    /// What linking found out; see the methods.
    pub(crate) links: link::Links,
}

impl Plan {
    /// What the plan is called, where a file says so.
    pub fn title(&self) -> Option<&str> {
        self.files.iter().find_map(|file| file.title.as_ref()).map(|title| title.value.as_str())
    }

    /// The commit with what was planned, where a file names one.
    pub fn baseline(&self) -> Option<&crate::id::ObjectId> {
        self.files.iter().find_map(|file| file.baseline.as_ref()).map(|said| &said.value)
    }
}

#[cfg(test)]
mod tests;
