//! The plan for other programs: tables, graphs, and the files of other trackers.
//!
//! Domain layer: a plan in, a text out. Every text of the plan is escaped for where it goes. What `import` reads of the
//! trackers' files gives the same items again.

mod graph;
pub mod schedule;
pub mod starts;
mod table;
mod tracker;

use crate::plan::{Mark, NeedKind, Plan, Status};
use std::collections::BTreeSet;

/// A form a plan can be handed out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// One row an item, safe to open in a spreadsheet.
    Csv,
    Mermaid,
    /// For Graphviz.
    Dot,
    Beads,
    TaskMaster,
}

impl Form {
    pub const ALL: [Self; 5] = [Self::Csv, Self::Mermaid, Self::Dot, Self::Beads, Self::TaskMaster];

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Beads => "beads",
            Self::TaskMaster => "task-master",
        }
    }

    /// The form with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// Writes the plan in a form.
pub fn write(plan: &Plan, form: Form) -> String {
    match form {
        Form::Csv => table::csv(plan),
        Form::Mermaid => graph::mermaid(plan),
        Form::Dot => graph::dot(plan),
        Form::Beads => tracker::beads(plan),
        Form::TaskMaster => tracker::task_master(plan),
    }
}

/// Draws some items of the plan, by index, with the needs among them, as a flow chart in Mermaid; those that `marked`
/// holds stand out.
pub fn part(plan: &Plan, drawn: &BTreeSet<usize>, marked: &BTreeSet<usize>) -> String {
    graph::part(plan, drawn, marked)
}

/// Writes rows under named columns as comma-separated values, safe to open in a spreadsheet. Every row has as many cells
/// as there are columns.
pub fn rows(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    table::rows(columns, rows)
}

/// How far an item is, as the plan alone tells: `done`, `dropped`, `waiting` or `open`.
pub fn state(plan: &Plan, index: usize) -> &'static str {
    let item = &plan.items[index];
    match item.status().map(|status| status.value) {
        _ if plan.claimed(index) => "done",
        Some(Status::Dropped) => "dropped",
        Some(Status::Waiting(_)) => "waiting",
        None if item.mark == Mark::None && plan.is_closed(index) => "dropped",
        None => "open",
    }
}

/// The items that the technical needs of an item name.
fn targets(plan: &Plan, index: usize) -> impl Iterator<Item = usize> + '_ {
    plan.needs(index).filter(|need| need.kind == NeedKind::Technical).filter_map(|need| plan.target(&need))
}

#[cfg(test)]
mod tests;
