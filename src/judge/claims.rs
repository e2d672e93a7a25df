//! Which items a change newly claims, and what each claim needs.
//!
//! A claim is measured by the protected side's plan *and* the proposed one: the change that ticks a box cannot take
//! away criteria, needs or gates of the same item.

use super::{codes, precautions};
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::{Requirement, Scene, Subject};
use crate::id::{GateName, RepoPath};
use crate::plan::{Item, Need, NeedKind, Status};
use crate::policy::{Gate, Level};
use crate::project::is_about;
use crate::record::{Record, kinds};
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

/// The gates a claim of this item needs: those of its level on either side (a task that becomes a heading stays
/// measured as a task too), those it adds on either side, less those it takes away on both.
pub fn claim_gates<'a>(scene: &Scene<'a>, index: usize) -> Vec<&'a Gate> {
    let item = &scene.plan.items[index];
    let before = base_item(scene, item);
    let (chosen, chosen_before) = (item.gates(), before.map(Item::gates).unwrap_or_default());
    let still = |name: &&GateName| chosen.remove.iter().any(|choice| choice.value == **name);
    let removed: BTreeSet<&GateName> = chosen_before.remove.iter().map(|choice| &choice.value).filter(still).collect();
    let was = before.map(|before| before.kind).filter(|kind| *kind != item.kind);
    let of_levels = std::iter::once(item.kind)
        .chain(was)
        .flat_map(|kind| scene.policy.gates_for(Level::Item(kind)))
        .filter(|gate| !(gate.waivable && removed.contains(&gate.name.value)));
    let added = chosen_before.add.iter().chain(&chosen.add).map(|choice| &choice.value);
    let mut gates: Vec<&Gate> = Vec::new();
    for gate in of_levels.chain(added.chain(beside(scene, index)).filter_map(|name| scene.policy.gate(name.as_str()))) {
        if !gates.iter().any(|known| known.name.value == gate.name.value) {
            gates.push(gate);
        }
    }
    gates
}

/// The gates that a task needs because of what it is: the rehearsal of its way back, where it is risky, and the checks
/// of the resources it needs or uses.
pub fn beside<'a>(scene: &Scene<'a>, index: usize) -> Vec<&'a GateName> {
    let item = &scene.plan.items[index];
    if !scene.plan.children(index).is_empty() {
        return Vec::new();
    }
    let rehearsal = scene.policy.precautions.rehearse.as_ref().filter(|_| precautions::is_risky(scene, item));
    let before = scene.base_plan.find(item.id.value.as_str());
    let of = |plan: &'a crate::plan::Plan, index: usize| {
        let needed = plan.needs(index).filter(|need| need.kind == NeedKind::Resource).map(|need| need.target.value);
        needed.chain(plan.items[index].uses().map(|used| used.value)).collect::<Vec<&str>>()
    };
    let named =
        of(scene.plan, index).into_iter().chain(before.into_iter().flat_map(|before| of(scene.base_plan, before)));
    let checks = named.filter_map(|name| scene.roster?.check_of(name));
    rehearsal.into_iter().chain(checks).map(|name| &name.value).collect()
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
    let mut seen = BTreeSet::new();
    let base_needs = scene.base_plan.find(item.id.as_str()).map(|before| scene.base_plan.needs(before));
    for need in scene.plan.needs(index).chain(base_needs.into_iter().flatten()) {
        if seen.insert((need.kind, need.target.value.to_lowercase())) {
            check_need(scene, item, &need, sink)?;
        }
    }
    // What stands around an item holds for the item too.
    let around = std::iter::once(index).chain(scene.plan.ancestors(index));
    let needed: BTreeSet<usize> = around.flat_map(|one| scene.plan.needed_items(one)).collect();
    for waiting in needed.iter().copied().filter(|&needed| !scene.plan.claimed(needed)) {
        let needed = &scene.plan.items[waiting];
        sink.push(
            claim_finding(
                scene,
                &codes::CLAIM_NEEDS,
                item,
                format!("`{}` is claimed, but `{}` is not done", item.id.value, needed.id.value),
            )
            .label(Place::text(&scene.plan.files[needed.file].source, needed.line), "needed, and open")
            .cause(match needed.status().map(|status| status.value) {
                Some(Status::Dropped) => format!("`{}` was dropped: nobody did the work", needed.id.value),
                _ => format!("`{}` is still open", needed.id.value),
            })
            .hint(format!(
                "finish `{}` first, or untick `{}`: `passmuster reopen {}`",
                needed.id.value, item.id.value, item.id.value
            )),
        );
    }
    blocked(scene, index, sink)?;
    loosened(scene, item, sink);
    taken_needs(scene, index, &needed, sink);
    taken_parts(scene, index, sink);
    Ok(())
}

/// No open blocker names the item or what it stands in, as the records would land.
fn blocked(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let item = &scene.plan.items[index];
    let id = item.id.value.as_str();
    let blockers = scene.records.of(&kinds::BLOCKER)?;
    for blocker in blockers.iter().filter(|blocker| !blocker.is_closed() && is_about(blocker, scene.plan, index)) {
        sink.push(
            claim_finding(scene, &codes::CLAIM_BLOCKED, item, format!("`{id}` is claimed, but it is blocked"))
                .label(Place::text(&blocker.source, blocker.title.span), "by this")
                .cause(format!("the blocker `{}` is active", blocker.name()))
                .hint(format!("run `passmuster unblock {} -m HOW`", blocker.name())),
        );
    }
    Ok(())
}

fn loosened_finding(scene: &Scene<'_>, item: &Item, message: String) -> Diagnostic {
    claim_finding(scene, &codes::CLAIM_LOOSENED, item, message)
        .hint("land the change of the plan first, on its own: `passmuster reopen` the claim until then")
}

/// What the protected side's plan wants done first, also by what stands around the item there and as the parts of a
/// phase: moving an item out, or dropping what a phase still has, is no way round it.
fn taken_needs(scene: &Scene<'_>, index: usize, known: &BTreeSet<usize>, sink: &mut Sink) {
    let item = &scene.plan.items[index];
    let Some(before) = scene.base_plan.find(item.id.value.as_str()) else { return };
    let around = std::iter::once(before).chain(scene.base_plan.ancestors(before));
    let needed: BTreeSet<usize> = around.flat_map(|one| scene.base_plan.needed_items(one)).collect();
    for needed in needed.into_iter().filter(|&needed| needed != before) {
        let needed = &scene.base_plan.items[needed];
        let now = scene.plan.find(needed.id.value.as_str());
        if now.is_some_and(|now| scene.plan.claimed(now) || known.contains(&now)) {
            continue;
        }
        sink.push(
            loosened_finding(
                scene,
                item,
                format!("`{}` is claimed, and its need `{}` was taken away", item.id.value, needed.id.value),
            )
            .cause("the protected side's plan wants it done first, and it is not done"),
        );
    }
}

/// What was open below the item on the protected side is done, dropped, or still below it.
fn taken_parts(scene: &Scene<'_>, index: usize, sink: &mut Sink) {
    let item = &scene.plan.items[index];
    let Some(before) = scene.base_plan.find(item.id.value.as_str()) else { return };
    for &part in scene.base_plan.children(before).iter().filter(|&&part| !scene.base_plan.is_closed(part)) {
        let part = &scene.base_plan.items[part];
        let accounted = scene
            .plan
            .find(part.id.value.as_str())
            .is_some_and(|now| scene.plan.is_closed(now) || scene.plan.ancestors(now).any(|above| above == index));
        if !accounted {
            sink.push(
                loosened_finding(
                    scene,
                    item,
                    format!("`{}` is claimed, and `{}` was taken out of it", item.id.value, part.id.value),
                )
                .cause(format!("on the protected side `{}` is an open part of it", part.id.value)),
            );
        }
    }
}

/// An item that the protected side does not know is measured by nothing but what the change says. That is how new
/// work begins; it is no way to finish old work under another id.
pub fn renamed(scene: &Scene<'_>, claims: &[usize], sink: &mut Sink) {
    let base = scene.base_plan;
    let mut open = (0..base.items.len()).filter(|&old| {
        !base.is_closed(old)
            && base.children(old).is_empty()
            && !base.ancestors(old).any(|above| base.items[above].is_dropped())
    });
    let Some(gone) = open.find(|&old| scene.plan.find(base.items[old].id.value.as_str()).is_none()) else { return };
    let gone = &base.items[gone].id.value;
    for item in claims.iter().map(|&index| &scene.plan.items[index]) {
        if base_item(scene, item).is_none() {
            sink.push(
                loosened_finding(
                    scene,
                    item,
                    format!("`{}` is new and claimed, and the open `{gone}` was taken away", item.id.value),
                )
                .cause(format!("a new id is not measured by what the protected side's plan says of `{gone}`")),
            );
        }
    }
}

fn base_item<'a>(scene: &Scene<'a>, item: &Item) -> Option<&'a Item> {
    scene.base_plan.find(item.id.value.as_str()).map(|index| &scene.base_plan.items[index])
}

fn claim_finding(scene: &Scene<'_>, code: &'static crate::diag::Code, item: &Item, message: String) -> Diagnostic {
    let source = &scene.plan.files[item.file].source;
    Diagnostic::error(code, Place::text(source, item.mark_span.unwrap_or(item.id.span)), message)
}

fn criteria(scene: &Scene<'_>, item: &Item, sink: &mut Sink) {
    let open: Vec<_> = item.criteria().filter(|criterion| !criterion.ticked).collect();
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
    let Some(status) = item.status() else { return };
    let word = match status.value {
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

/// Needs that are no items: documents, resources, teams.
fn check_need(scene: &Scene<'_>, item: &Item, need: &Need<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let target = need.target.value;
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
        // Items are looked up over both linked plans, see `check` and `taken_needs`.
        NeedKind::Technical => {}
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
            let index = scene.plan.find(item.id.value.as_str()).expect("the item is one of the plan");
            let handoffs = scene.records.of(&kinds::HANDOFF)?;
            let meant = |handoff: &&Record| handoff.lists("from", target) && is_about(handoff, scene.plan, index);
            if handoffs.iter().filter(meant).any(|handoff| handoff.state() == "accepted") {
                return Ok(());
            }
            let id = &item.id.value;
            sink.push(match handoffs.iter().find(meant) {
                Some(open) => unproven(
                    format!("the handoff `{}` from `{target}` is {}, not accepted", open.name(), open.state()),
                    &format!("bring it to its end: `passmuster handoff show {}`", open.name()),
                ),
                None => unproven(
                    format!("no handoff from `{target}` lists `{id}` under `items`"),
                    &format!("`{target}` runs `passmuster handoff new --from {target} --to TEAM --item {id} TITLE`"),
                ),
            });
        }
    }
    Ok(())
}

fn loosened(scene: &Scene<'_>, item: &Item, sink: &mut Sink) {
    let Some(before) = base_item(scene, item) else { return };
    let now: BTreeSet<&str> = item.criteria().map(|criterion| criterion.text.value.trim()).collect();
    for gone in before.criteria().map(|criterion| criterion.text.value.trim()).filter(|text| !now.contains(text)) {
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
