//! The order of phases, where the policy asks for one: what may land while a gate is open, before work has begun, and
//! when a phase is decided.
//!
//! Policy and the open gates come from the protected side; decisions, handoffs and kickoffs count from the proposal,
//! whose records are judged like everything else in it.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::Scene;
use crate::id::RepoPath;
use crate::phase::{self, Condition, Phase, View, codes};
use crate::plan::{Item, Kind, Mark};
use crate::port::PathChange;
use crate::record::{Record, book, kinds};
use std::collections::BTreeSet;

/// How many commits of one kind are named.
const NAMED: usize = 20;

/// Checks a move against the phases; nothing where the policy does not ask for them.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, changes: &[PathChange], claims: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    if !scene.policy.phases {
        return Ok(());
    }
    let Scene { plan, tree, records, policy, roster, .. } = *scene;
    let view = View { plan, tree, records, policy, roster };
    frozen(scene, claims, sink)?;
    let tasks: Vec<usize> =
        claims.iter().copied().filter(|&index| scene.plan.items[index].kind == Kind::Task).collect();
    begun(scene, &view, &tasks, sink)?;
    kicked_off(scene, &tasks, sink)?;
    in_order(scene, &view, claims, sink)?;
    for change in changes.iter().filter(|change| change.after.is_none()) {
        taken_away(scene, change, sink)?;
    }
    for change in changes.iter().filter(|change| change.after.is_some()) {
        document(&view, change, sink)?;
        decision(scene, &view, change, sink)?;
        too_many_epics(scene, change, sink)?;
    }
    Ok(())
}

/// No epic is let begin while as many are under way as the policy allows: kicked off, and neither done nor dropped.
fn too_many_epics(scene: &Scene<'_>, change: &PathChange, sink: &mut Sink) -> Result<(), Failure> {
    let Some(most) = scene.policy.conduct.active_epics else { return Ok(()) };
    if book::kind_of(&change.path).is_none_or(|kind| kind.name != kinds::KICKOFF.name) {
        return Ok(());
    }
    let kickoffs = scene.records.of(&kinds::KICKOFF)?;
    let authorised = || kickoffs.iter().filter(|kickoff| kickoff.state() == "authorised");
    let path = change.path.to_string();
    let Some(new) = authorised().find(|kickoff| kickoff.path() == path) else { return Ok(()) };
    let epics = authorised().flat_map(|kickoff| kickoff.list("items")).filter_map(|id| scene.plan.find(&id.value));
    let active: BTreeSet<usize> = epics.filter(|&epic| !scene.plan.is_closed(epic)).collect();
    if active.len() <= most as usize {
        return Ok(());
    }
    let names: Vec<&str> = active.iter().map(|&epic| scene.plan.items[epic].id.as_str()).collect();
    sink.push(
        Diagnostic::error(
            &codes::TOO_MANY_EPICS,
            Place::text(&new.source, new.state.span),
            format!("{} epics would be under way at once", active.len()),
        )
        .cause(format!("they are {}; `epics: {{ active: {most} }}` of the policy allows {most}", names.join(", ")))
        .hint("finish one first, or land a change of the policy"),
    );
    Ok(())
}

fn claimed(scene: &Scene<'_>, item: &Item, code: &'static crate::diag::Code, message: String) -> Diagnostic {
    Diagnostic::error(code, Place::text(&scene.plan.files[item.file].source, item.line), message)
}

/// While a gate is open nothing lands but its own work, and that of open incidents.
fn frozen(scene: &Scene<'_>, claims: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    let gates = scene.base_records.of(&kinds::PHASE)?;
    let Some(gate) = gates.iter().find(|gate| !gate.is_closed()) else { return Ok(()) };
    let mut free: Vec<String> = Vec::new();
    let mut free_of = |record: &Record| free.extend(record.list("items").iter().map(|item| item.value.to_lowercase()));
    gates.iter().filter(|gate| !gate.is_closed()).for_each(&mut free_of);
    let incidents = scene.base_records.of(&kinds::INCIDENT)?;
    incidents.iter().filter(|incident| !incident.is_closed()).for_each(&mut free_of);
    let phase = gate.text("phase").unwrap_or_default();
    let finding = |place: Place, message: String| {
        Diagnostic::error(&codes::FROZEN, place, message)
            .cause(format!(
                "`{}` is open since {}: other work rests until it is decided",
                gate.name(),
                gate.opener().at.value
            ))
            .hint(format!("wait for the decision about phase {phase}, or have the item added to the gate's `items`"))
    };
    for (place, message) in super::freeze::replaced(scene, &free) {
        sink.push(finding(place, message));
    }
    for &index in claims {
        let item = &scene.plan.items[index];
        // What has no box of its own is claimed by its parts.
        if item.mark == Mark::Ticked && !free.contains(&item.id.folded()) {
            let place = Place::text(&scene.plan.files[item.file].source, item.line);
            sink.push(finding(
                place,
                format!("`{}` is claimed while the gate of phase {phase} is open", item.id.value),
            ));
        }
    }
    let plan_folder = RepoPath::from(crate::policy::PLAN_FOLDER);
    let mut named = 0;
    for work in scene.work {
        let is_free = !work.items.is_empty() && work.items.iter().all(|item| free.contains(item));
        if is_free || named == NAMED || work.paths(scene.history)?.iter().all(|path| path.is_within(&plan_folder)) {
            continue;
        }
        named += 1;
        let place = Place::Commit(work.commit.id.to_string());
        sink.push(finding(place, format!("work lands while the gate of phase {phase} is open")));
    }
    Ok(())
}

/// No task is done before the implementation has begun.
fn begun(scene: &Scene<'_>, view: &View<'_>, tasks: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    let Some(&first) = tasks.first() else { return Ok(()) };
    let missing = unmet(phase::entry(Phase::Implementation, view)?);
    let item = &scene.plan.items[first];
    for condition in missing {
        sink.push(
            claimed(
                scene,
                item,
                &codes::NOT_BEGUN,
                format!("`{}` is claimed before the implementation has begun: {}", item.id.value, not(&condition)),
            )
            .cause(condition.why)
            .hint(condition.hint),
        );
    }
    Ok(())
}

/// Every claimed task's epic was kicked off, with its team.
fn kicked_off(scene: &Scene<'_>, tasks: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    let kickoffs = scene.records.of(&kinds::KICKOFF)?;
    for &task in tasks {
        let around = || std::iter::once(task).chain(scene.plan.ancestors(task)).map(|one| &scene.plan.items[one]);
        let Some(epic) = around().find(|item| item.kind == Kind::Epic) else { continue };
        let of_epic =
            || kickoffs.iter().filter(|one| one.state() == "authorised" && one.lists("items", epic.id.as_str()));
        let item = &scene.plan.items[task];
        let team = around().find_map(Item::team).map(|team| team.value);
        let fault = match team {
            _ if of_epic().next().is_none() => format!("no authorised kickoff names the epic `{}`", epic.id.value),
            Some(team) if !of_epic().any(|kickoff| kickoff.lists("teams", team)) => {
                format!("the kickoff of `{}` does not name the team `{team}`", epic.id.value)
            }
            _ => continue,
        };
        let team = team.unwrap_or("TEAM");
        sink.push(
            claimed(
                scene,
                item,
                &codes::NO_KICKOFF,
                format!("`{}` is claimed, and its work was not kicked off", item.id.value),
            )
            .cause(fault)
            .hint(format!("run `passmuster kickoff new {} --team {team}`, and have it authorised", epic.id.value)),
        );
    }
    Ok(())
}

/// The plan's own phases end one after the other.
fn in_order(scene: &Scene<'_>, view: &View<'_>, claims: &[usize], sink: &mut Sink) -> Result<(), Failure> {
    let phases = (0..scene.plan.items.len()).filter(|&index| scene.plan.items[index].kind == Kind::Phase);
    let phases: Vec<usize> = phases.filter(|&index| !scene.plan.items[index].is_dropped()).collect();
    for &claim in claims {
        let around = || std::iter::once(claim).chain(scene.plan.ancestors(claim));
        let Some(own) = around().find(|index| phases.contains(index)) else { continue };
        for &earlier in phases.iter().take_while(|&&earlier| earlier != own) {
            let (item, earlier) = (&scene.plan.items[claim], &scene.plan.items[earlier]);
            if view.decided(earlier.id.as_str())? {
                continue;
            }
            sink.push(
                claimed(
                    scene,
                    item,
                    &codes::ORDER,
                    format!("`{}` is claimed before `{}` was decided", item.id.value, earlier.id.value),
                )
                .label(Place::text(&scene.plan.files[earlier.file].source, earlier.line), "nobody decided GO for it")
                .cause("the phases of the plan follow each other")
                .hint(format!("run `passmuster phase gate {}`", earlier.id.value)),
            );
            break;
        }
    }
    Ok(())
}

/// A document of a phase comes when the phase begins. The plan itself is there from the start.
fn document(view: &View<'_>, change: &PathChange, sink: &mut Sink) -> Result<(), Failure> {
    let is_it = |phase: &Phase| *phase != Phase::Planning && change.path == RepoPath::from(phase.document());
    let Some(phase) = Phase::ALL.into_iter().find(is_it).filter(|_| change.before.is_none()) else { return Ok(()) };
    for condition in unmet(phase::entry(phase, view)?) {
        sink.push(
            Diagnostic::error(
                &codes::EARLY_DOCUMENT,
                Place::Path(change.path.to_string()),
                format!("phase {} has not begun: {}", phase.number(), not(&condition)),
            )
            .cause(condition.why)
            .hint(condition.hint),
        );
    }
    Ok(())
}

/// The document of a phase that was decided GO stays.
fn taken_away(scene: &Scene<'_>, change: &PathChange, sink: &mut Sink) -> Result<(), Failure> {
    let Scene { plan, tree, policy, roster, .. } = *scene;
    let decided = View { plan, tree, records: scene.base_records, policy, roster };
    let Some(phase) = Phase::ALL.into_iter().find(|phase| change.path == RepoPath::from(phase.document())) else {
        return Ok(());
    };
    if decided.decided(&phase.number().to_string())? {
        let message = format!("`{}` is taken away, and phase {} was decided on it", change.path, phase.number());
        sink.push(
            Diagnostic::error(&super::codes::DOCUMENT_GONE, Place::Path(change.path.to_string()), message)
                .cause("whoever looks back has to find what was looked at")
                .hint(format!("put it back: `git checkout HEAD~1 -- {}`", change.path)),
        );
    }
    Ok(())
}

/// Who decides GO has everything that the phase needs.
fn decision(scene: &Scene<'_>, view: &View<'_>, change: &PathChange, sink: &mut Sink) -> Result<(), Failure> {
    if book::kind_of(&change.path).is_none_or(|kind| kind.name != kinds::PHASE.name) {
        return Ok(());
    }
    let path = change.path.to_string();
    let now = scene.records.of(&kinds::PHASE)?;
    let Some(gate) = now.iter().find(|gate| gate.path() == path) else { return Ok(()) };
    let before = scene.base_records.of(&kinds::PHASE)?;
    if before.iter().any(|before| before.path() == path && before.is_closed()) {
        return Ok(());
    }
    let field = gate.field("phase").map_or(gate.state.span, |field| field.span);
    let Some(needed) = phase::conditions(gate, view)? else {
        let text = gate.text("phase").unwrap_or_default();
        sink.push(
            Diagnostic::error(&codes::UNKNOWN, Place::text(&gate.source, field), format!("there is no phase `{text}`"))
                .cause("it is no number from 0 to 5, and the plan has no phase of that id")
                .hint("write the number, or the id as the plan has it"),
        );
        return Ok(());
    };
    if gate.state() != "go" {
        return Ok(());
    }
    for condition in unmet(needed) {
        let place = Place::text(&gate.source, gate.state.span);
        let phase = gate.text("phase").unwrap_or_default();
        sink.push(
            Diagnostic::error(
                &codes::NOT_READY,
                place,
                format!("phase {phase} is not ready to end: {}", not(&condition)),
            )
            .cause(condition.why)
            .hint(condition.hint),
        );
    }
    Ok(())
}

fn unmet(conditions: Vec<Condition>) -> Vec<Condition> {
    conditions.into_iter().filter(|condition| !condition.met).collect()
}

/// A condition that is not met, as the end of a sentence about a phase.
fn not(condition: &Condition) -> String {
    format!("it asks that {}", condition.what)
}
