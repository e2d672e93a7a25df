//! The plan: phases, epics, features and tasks, and the needs between them.
//!
//! Domain layer. [`read`] takes the texts of a plan folder and gives the linked [`Plan`]; [`check()`] holds the
//! rules about the plan alone; rules that also look at policy or roster live in `project/`. [`edit`] changes
//! marks, [`format()`] rewrites a file to the canonical form. The plan knows no file system and no clock.
//!
//! `parse` turns blocks into items, with `line` for an item's first line, `field` for its `key: value` lines,
//! `value` for what they say and `assign` for what that does to the item; `link` answers questions about the whole.

mod assign;
mod check;
pub mod codes;
pub mod edit;
mod field;
mod format;
mod line;
mod link;
mod order;
mod parse;
mod value;

pub use check::check;
pub use format::format;
pub use parse::{Reader, read};

use crate::id::{GateName, ItemId};
use crate::text::{Source, Span, Spanned};
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

/// Who or what the state of an item depends on besides its tick.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Taken out of the plan; counts as closed for its parent, satisfies no need.
    Dropped,
    /// Waits for somebody or something, named by the text.
    Waiting(String),
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

/// One need of an item, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub kind: NeedKind,
    /// What is needed: an item's id (or `Phase 1`), a path, a resource's name, a team's name.
    pub target: Spanned<String>,
    /// The named output, resource or integration that justifies the edge.
    pub reason: Option<String>,
    pub relation: Relation,
    /// Minutes after (or, negative, before) the related moment.
    pub lag_minutes: i64,
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

/// Which gates an item adds to or takes from those of its level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateChoice {
    pub add: Vec<Spanned<GateName>>,
    pub remove: Vec<Spanned<GateName>>,
}

/// A condition of an item: a box under a task or in a section of acceptance criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub text: Spanned<String>,
    pub ticked: bool,
    /// The three characters of the box.
    pub mark: Span,
}

/// One item of the plan. Optional parts are `None` or empty when the plan does not say.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: Spanned<ItemId>,
    pub kind: Kind,
    pub carrier: Carrier,
    pub title: Spanned<String>,
    /// Index of the file in [`Plan::files`].
    pub file: usize,
    /// Index of the parent in [`Plan::items`]; the parent stands before its children.
    pub parent: Option<usize>,
    pub mark: Mark,
    /// The three characters of the box, where there is one.
    pub mark_span: Option<Span>,
    /// The first line of the item.
    pub line: Span,
    /// Everything that belongs to the item itself: its first line, fields, criteria and prose, not its children.
    pub body: Span,
    pub status: Option<Spanned<Status>>,
    pub owner: Option<Spanned<String>>,
    pub team: Option<Spanned<String>>,
    pub estimate: Option<Spanned<Estimate>>,
    /// Minutes really spent.
    pub actual: Option<Spanned<u32>>,
    /// 0 (most urgent) to 3.
    pub priority: Option<Spanned<u8>>,
    pub tags: Vec<Spanned<String>>,
    /// `[P]`: may run beside its neighbours.
    pub parallel: bool,
    pub needs: Vec<Need>,
    /// `needs: none` was written.
    pub needs_none: bool,
    pub uses: Vec<Spanned<String>>,
    /// Path patterns the work stays inside.
    pub touches: Vec<Spanned<String>>,
    pub provides: Vec<Spanned<String>>,
    pub consumes: Vec<Spanned<String>>,
    pub gates: GateChoice,
    pub risk: Option<Spanned<String>>,
    pub rollback: Option<Spanned<String>>,
    pub goal: Option<Spanned<String>>,
    pub due: Option<Spanned<jiff::civil::Date>>,
    pub why: Option<Spanned<String>>,
    pub criteria: Vec<Criterion>,
    /// Every `key: value` line in order, known or not, with the spans of key and value.
    pub fields: Vec<Field>,
}

impl Item {
    /// An item that says nothing but its id.
    pub(crate) fn new(id: Spanned<ItemId>, kind: Kind, carrier: Carrier, file: usize, line: Span) -> Self {
        Self {
            title: Spanned::new(String::new(), Span::at(id.span.end)),
            id,
            kind,
            carrier,
            file,
            parent: None,
            mark: Mark::None,
            mark_span: None,
            line,
            body: line,
            status: None,
            owner: None,
            team: None,
            estimate: None,
            actual: None,
            priority: None,
            tags: Vec::new(),
            parallel: false,
            needs: Vec::new(),
            needs_none: false,
            uses: Vec::new(),
            touches: Vec::new(),
            provides: Vec::new(),
            consumes: Vec::new(),
            gates: GateChoice::default(),
            risk: None,
            rollback: None,
            goal: None,
            due: None,
            why: None,
            criteria: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Whether the item was taken out of the plan.
    pub fn is_dropped(&self) -> bool {
        matches!(self.status, Some(Spanned { value: Status::Dropped, .. }))
    }
}

/// One `key: value` line of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: Spanned<String>,
    pub value: Spanned<String>,
}

/// One file of the plan with its front matter.
#[derive(Clone, Debug)]
pub struct PlanFile {
    pub source: Source,
    /// The number after `plan/`; `None` when the file does not say.
    pub format: Option<u32>,
    pub title: Option<Spanned<String>>,
    pub start: Option<Spanned<jiff::civil::Date>>,
}

/// All items of a plan in the order they are written, over all its files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub files: Vec<PlanFile>,
    pub items: Vec<Item>,
    /// What linking found out; see the methods.
    pub(crate) links: link::Links,
}

#[cfg(test)]
mod tests;
