//! `preflight`: what has to be so before work on an item begins, and what is to be read.
//!
//! What a claim would be asked later is said here, while it still costs nothing.

use crate::diag::{Failure, Sink};
use crate::gate::assess::{Scene, Subject};
use crate::judge::{gates_beside, is_risky};
use crate::phase::Condition;
use crate::policy::Level;
use crate::project::is_about;
use crate::project::reading::{self, Document};
use crate::record::{Record, kinds};

/// Where an item stands before work on it.
#[derive(Debug)]
pub struct Outcome {
    pub id: String,
    pub points: Vec<Condition>,
    /// What the reader is to read, and whether they have.
    pub reading: Vec<(Document, bool)>,
}

impl Outcome {
    /// Whether work can begin.
    pub fn is_clear(&self) -> bool {
        self.points.iter().all(|point| point.met) && self.reading.iter().all(|(_, read)| *read)
    }

    /// What is there and still to be read, as a receipt names it.
    pub fn unread(&self) -> Vec<String> {
        self.reading.iter().filter(|(_, read)| !read).filter_map(|(document, _)| document.receipt()).collect()
    }
}

/// Looks at an item as `reader` would begin it.
///
/// # Errors
/// The item is unknown, or something could not be read.
pub fn run(scene: &Scene<'_>, id: &str, reader: &str, sink: &mut Sink) -> Result<Outcome, Failure> {
    let index = super::mark::find(scene.plan, id)?;
    let id = scene.plan.items[index].id.value.to_string();
    let mut points = vec![needs(scene, index), unblocked(scene, index)?, way_back(scene, index)];
    for name in gates_beside(scene, index) {
        let Some(gate) = scene.policy.gate(name.as_str()) else { continue };
        let level = Level::Item(scene.plan.items[index].kind);
        let found = scene.assess(Subject::Item(index), level, gate, sink)?;
        let fault = (!found.state.passes()).then_some(found.why);
        points.push(Condition::new(format!("gate `{name}` passes"), fault, format!("run `passmuster gate run {id}`")));
    }
    let list = reading::list(scene.policy, scene.roster, reader, scene.base_tree)?;
    let unread = reading::unread(&list, scene.records, scene.roster, reader)?;
    let reading = list.into_iter().map(|document| (!unread.contains(&document), document));
    Ok(Outcome { id, points, reading: reading.map(|(read, document)| (document, read)).collect() })
}

fn needs(scene: &Scene<'_>, index: usize) -> Condition {
    let around = std::iter::once(index).chain(scene.plan.ancestors(index));
    let open = around.flat_map(|one| scene.plan.needed_items(one)).filter(|&needed| !scene.plan.claimed(needed));
    let mut open: Vec<&str> = open.map(|needed| scene.plan.items[needed].id.as_str()).collect();
    open.sort_unstable();
    open.dedup();
    let fault = (!open.is_empty()).then(|| format!("open: {}", open.join(", ")));
    Condition::new("what it needs is done", fault, "finish that first: `passmuster next`")
}

fn unblocked(scene: &Scene<'_>, index: usize) -> Result<Condition, Failure> {
    let blockers = scene.records.of(&kinds::BLOCKER)?;
    let open = blockers.iter().filter(|blocker| !blocker.is_closed() && is_about(blocker, scene.plan, index));
    let open: Vec<&str> = open.map(Record::name).collect();
    let fault = (!open.is_empty()).then(|| format!("active: {}", open.join(", ")));
    Ok(Condition::new("nothing blocks it", fault, "run `passmuster blocker list`"))
}

fn way_back(scene: &Scene<'_>, index: usize) -> Condition {
    let item = &scene.plan.items[index];
    let fault = match (is_risky(scene, item), item.rollback()) {
        (true, None) => Some("it is risky, and says no `rollback`".to_owned()),
        _ => None,
    };
    let hint = format!("run `passmuster set {} rollback=PATH`", item.id.value);
    Condition::new("the way back is known, where it is risky", fault, hint)
}
