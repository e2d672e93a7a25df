//! Which items a change newly claims, and what each claim needs.
//!
//! A claim is measured by the protected side's plan *and* the proposed one: the change that ticks a box cannot take
//! away criteria, needs or gates of the same item.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::{Requirement, Scene, Subject};
use crate::id::{GateName, RepoPath};
use crate::plan::{Item, Need, NeedKind, Status};
use crate::policy::{Gate, Level};
use std::collections::BTreeSet;

/// The items (by index in the proposed plan) that are claimed now and were not before, in plan order. A feature,
/// epic or phase is claimed by its own mark or when everything below it is closed.
pub fn new_claims(scene: &Scene<'_>) -> Vec<usize> {
    let was_claimed =
        |item: &Item| scene.base_plan.find(item.id.value.as_str()).is_some_and(|index| scene.base_plan.claimed(index));
    (0..scene.plan.items.len())
        .filter(|&index| scene.plan.claimed(index) && !was_claimed(&scene.plan.items[index]))
        .collect()
}

/// The gates a claim of this item needs: those of its level, those it adds on either side, less those it takes away
/// on the protected side.
pub fn claim_gates<'a>(scene: &Scene<'a>, index: usize) -> Vec<&'a Gate> {
    let item = &scene.plan.items[index];
    let before = base_item(scene, item);
    let removed: BTreeSet<&GateName> = before.map_or_else(BTreeSet::new, |before| {
        let still = |name: &&GateName| item.gates.remove.iter().any(|choice| choice.value == **name);
        before.gates.remove.iter().map(|choice| &choice.value).filter(still).collect()
    });
    let mut gates: Vec<&Gate> = scene
        .policy
        .gates_for(Level::Item(item.kind))
        .filter(|gate| !(gate.waivable && removed.contains(&gate.name.value)))
        .collect();
    for choice in before.iter().flat_map(|before| &before.gates.add).chain(&item.gates.add) {
        if let Some(gate) = scene.policy.gate(choice.value.as_str())
            && !gates.iter().any(|known| known.name.value == gate.name.value)
        {
            gates.push(gate);
        }
    }
    gates
}

/// How the gates of a claim stand.
///
/// # Errors
/// Something that decides could not be read.
pub fn requirements(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<Vec<Requirement>, Failure> {
    let level = Level::Item(scene.plan.items[index].kind);
    claim_gates(scene, index).into_iter().map(|gate| scene.assess(Subject::Item(index), level, gate, sink)).collect()
}

/// What a claim needs besides its gates: criteria, needs, and a plan that was not loosened on the way.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let item = &scene.plan.items[index];
    criteria(scene, item, sink);
    status(scene, item, sink);
    let before = base_item(scene, item);
    let mut seen = BTreeSet::new();
    for (need, own) in
        item.needs.iter().map(|need| (need, true)).chain(before.iter().flat_map(|b| &b.needs).map(|need| (need, false)))
    {
        if seen.insert((need.kind, need.target.value.to_lowercase())) {
            check_need(scene, item, need, own, sink)?;
        }
    }
    // What stands around an item holds for the item too.
    let around = std::iter::once(index).chain(scene.plan.ancestors(index));
    let needed: BTreeSet<usize> = around.flat_map(|one| scene.plan.needed_items(one)).collect();
    for waiting in needed.into_iter().filter(|&needed| !scene.plan.claimed(needed)) {
        let needed = &scene.plan.items[waiting];
        sink.push(
            claim_finding(
                scene,
                &codes::CLAIM_NEEDS,
                item,
                format!("`{}` is claimed, but `{}` is not done", item.id.value, needed.id.value),
            )
            .label(Place::text(&scene.plan.files[needed.file].source, needed.line), "needed, and open")
            .cause(match needed.status.as_ref().map(|status| &status.value) {
                Some(Status::Dropped) => format!("`{}` was dropped: nobody did the work", needed.id.value),
                _ => format!("`{}` is still open", needed.id.value),
            })
            .hint(format!(
                "finish `{}` first, or untick `{}`: `passmuster reopen {}`",
                needed.id.value, item.id.value, item.id.value
            )),
        );
    }
    loosened(scene, item, sink);
    Ok(())
}

fn base_item<'a>(scene: &Scene<'a>, item: &Item) -> Option<&'a Item> {
    scene.base_plan.find(item.id.value.as_str()).map(|index| &scene.base_plan.items[index])
}

fn claim_finding(scene: &Scene<'_>, code: &'static crate::diag::Code, item: &Item, message: String) -> Diagnostic {
    let source = &scene.plan.files[item.file].source;
    Diagnostic::error(code, Place::text(source, item.mark_span.unwrap_or(item.id.span)), message)
}

fn criteria(scene: &Scene<'_>, item: &Item, sink: &mut Sink) {
    let open: Vec<_> = item.criteria.iter().filter(|criterion| !criterion.ticked).collect();
    let Some(first) = open.first() else { return };
    let source = &scene.plan.files[item.file].source;
    sink.push(
        claim_finding(
            scene,
            &codes::CLAIM_CRITERIA,
            item,
            format!("`{}` is claimed over {} open criteria", item.id.value, open.len()),
        )
        .label(Place::text(source, first.mark), "open")
        .cause(format!("open: {}", first.text.value))
        .hint(format!("meet the criteria and tick them, or `passmuster reopen {}`", item.id.value)),
    );
}

fn status(scene: &Scene<'_>, item: &Item, sink: &mut Sink) {
    let Some(status) = &item.status else { return };
    let word = match &status.value {
        Status::Dropped => "dropped".to_owned(),
        Status::Waiting(who) => format!("waiting for {who}"),
    };
    sink.push(
        claim_finding(
            scene,
            &codes::CLAIM_STATUS,
            item,
            format!("`{}` is claimed, and its status is `{word}`", item.id.value),
        )
        .label(Place::text(&scene.plan.files[item.file].source, status.span), "says so here")
        .cause("an item is either done, or dropped or waiting")
        .hint("remove the status, or untick the item"),
    );
}

/// Needs that are no items: documents, resources, teams. Items are checked over the linked plan, but a need that
/// only the protected side states is looked up here.
fn check_need(scene: &Scene<'_>, item: &Item, need: &Need, own: bool, sink: &mut Sink) -> Result<(), Failure> {
    let target = need.target.value.as_str();
    let unproven = |why: String, hint: &str| {
        claim_finding(
            scene,
            &codes::CLAIM_UNPROVEN_NEED,
            item,
            format!("`{}` is claimed, but its {} need `{target}` is not met", item.id.value, need.kind.name()),
        )
        .cause(why)
        .hint(hint)
    };
    match need.kind {
        NeedKind::Technical if own => {}
        NeedKind::Technical => {
            // Stated by the protected side only: the change took the need away and claims the item.
            let open = scene.plan.find(target).is_none_or(|index| !scene.plan.claimed(index));
            if open {
                sink.push(
                    claim_finding(
                        scene,
                        &codes::CLAIM_LOOSENED,
                        item,
                        format!("`{}` is claimed, and its need `{target}` was taken away", item.id.value),
                    )
                    .cause("the protected side's plan needs it, and it is not done")
                    .hint("land the change of the needs first, on its own"),
                );
            }
        }
        NeedKind::Information => {
            let path = RepoPath::from(target.trim_start_matches("./"));
            if scene.tree.entry(&path)?.is_none() {
                sink.push(unproven(
                    format!("there is no `{target}` in what would land"),
                    "add the document, or correct its path",
                ));
            }
        }
        // Whether a resource is there is known where the work happens, not in Git objects.
        NeedKind::Resource => {}
        NeedKind::Team => {
            sink.push(unproven(
                "a team need is satisfied by an accepted handoff, and handoffs are not read yet".to_owned(),
                "state what is needed as an item, and need that",
            ));
        }
    }
    Ok(())
}

fn loosened(scene: &Scene<'_>, item: &Item, sink: &mut Sink) {
    let Some(before) = base_item(scene, item) else { return };
    let now: BTreeSet<&str> = item.criteria.iter().map(|criterion| criterion.text.value.trim()).collect();
    for gone in before.criteria.iter().map(|criterion| criterion.text.value.trim()).filter(|text| !now.contains(text)) {
        sink.push(
            claim_finding(
                scene,
                &codes::CLAIM_LOOSENED,
                item,
                format!("`{}` is claimed, and a criterion of it was taken away", item.id.value),
            )
            .cause(format!("the protected side's plan says: {gone}"))
            .hint("put the criterion back, or land the change of the plan first, on its own"),
        );
    }
}
