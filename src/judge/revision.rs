//! What the last rung of the ladder means where work goes through phases: the part of the plan that a blocker holds up
//! goes back to planning, until somebody decides about it.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::escalation::{Measure, REVISION};
use crate::gate::assess::Scene;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::PathChange;
use crate::project::is_about;
use crate::record::{Record, book, kinds};

/// Refuses claims beside a blocker on the last level, and its end without a decision.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, changes: &[PathChange], claims: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    if !scene.policy.phases {
        return Ok(());
    }
    let blockers = scene.records.of(&kinds::BLOCKER)?;
    if blockers.is_empty() {
        return Ok(());
    }
    let is_new = |record: &Record| changes.iter().any(|change| change.path == RepoPath::from(record.path()));
    let concerned = blockers.iter().filter(|blocker| !blocker.is_closed() || is_new(blocker));
    let mut measure = None;
    for blocker in concerned {
        let measure = measure.get_or_insert_with(|| Measure::new(scene.base_plan, scene.policy));
        let height = measure.of(blocker, scene.now);
        if height.level < REVISION || decided(scene, blocker)? {
            continue;
        }
        if blocker.is_closed() {
            if !was_closed(scene, blocker)? {
                sink.push(undecided(blocker));
            }
            continue;
        }
        for &index in claims {
            if in_slice(scene, blocker, &height.blocked, index) {
                sink.push(claimed(scene, blocker, index));
            }
        }
    }
    Ok(())
}

/// Whether a decision about an item of the blocker was made since it was raised.
fn decided(scene: &Scene<'_>, blocker: &Record) -> Result<bool, Failure> {
    let raised = blocker.opener().at.value;
    let decisions = scene.records.of(&kinds::DECISION)?;
    let about = |decision: &Record| blocker.list("items").iter().any(|item| decision.lists("items", &item.value));
    let since = |decision: &Record| decision.step_to("decided").is_some_and(|step| step.at.value >= raised);
    Ok(decisions.iter().any(|decision| about(decision) && since(decision)))
}

fn was_closed(scene: &Scene<'_>, blocker: &Record) -> Result<bool, Failure> {
    let path = RepoPath::from(blocker.path());
    if scene.base_tree.kind(&path)?.is_none() {
        return Ok(false);
    }
    let before = book::read_one(scene.base_tree, &kinds::BLOCKER, &path, &mut Sink::new())?;
    Ok(before.is_some_and(|before| before.is_closed()))
}

/// What a blocker holds up: its items, what waits for them, and the epics they stand in.
fn in_slice(scene: &Scene<'_>, blocker: &Record, waiting: &[usize], index: usize) -> bool {
    let plan = scene.plan;
    if is_about(blocker, plan, index) {
        return true;
    }
    let id = &plan.items[index].id.value;
    if waiting.iter().any(|&waiting| scene.base_plan.items[waiting].id.value == *id) {
        return true;
    }
    let epic = |index: usize| {
        let mut around = std::iter::once(index).chain(plan.ancestors(index));
        around.find(|&one| plan.items[one].kind == Kind::Epic)
    };
    let Some(own) = epic(index) else { return false };
    blocker.list("items").iter().filter_map(|item| plan.find(&item.value)).any(|item| epic(item) == Some(own))
}

fn claimed(scene: &Scene<'_>, blocker: &Record, index: usize) -> Diagnostic {
    let item = &scene.plan.items[index];
    let source = &scene.plan.files[item.file].source;
    let message = format!("`{}` is claimed while its part of the plan is being revised", item.id.value);
    Diagnostic::error(&codes::IN_REVISION, Place::text(source, item.mark_span.unwrap_or(item.id.span)), message)
        .label(Place::text(&blocker.source, blocker.title.span), "on the last level")
        .cause(format!("the blocker `{}` has climbed to L{REVISION}, and nobody has decided about it", blocker.name()))
        .hint(decide(blocker))
}

fn undecided(blocker: &Record) -> Diagnostic {
    let message = format!("`{}` is resolved, and nobody decided how the plan goes on", blocker.name());
    Diagnostic::error(&codes::IN_REVISION, Place::text(&blocker.source, blocker.state.span), message)
        .cause(format!("it had climbed to L{REVISION}, where the planner decides"))
        .hint(decide(blocker))
}

fn decide(blocker: &Record) -> String {
    let item = blocker.list("items").first().map_or("ITEM", |item| item.value.as_str());
    format!("run `passmuster decide new --item {item} TITLE`, and have it confirmed")
}
