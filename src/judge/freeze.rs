//! The freeze of an open incident: nothing lands but what belongs to it.
//!
//! An incident counts as it stands on the protected side, so the change that closes it, or that adds an item to it,
//! does not profit from that itself. So do its items: other work does not land under the id of one. Records and gate
//! reports land all the same: else nobody could go on.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::Scene;
use crate::gate::work::Work;
use crate::id::RepoPath;
use crate::record::{Record, book};
use crate::{evidence, plan};

/// Refuses commits and claims that belong to no open incident.
///
/// # Errors
/// An object could not be read.
pub fn check(scene: &Scene<'_>, claims: &[usize], incidents: &[&Record], sink: &mut Sink) -> Result<(), Failure> {
    let Some(first) = incidents.first() else { return Ok(()) };
    let items: Vec<String> = incidents
        .iter()
        .flat_map(|incident| incident.list("items"))
        .map(|item| item.value.to_ascii_lowercase())
        .collect();
    for work in scene.work {
        if belongs(scene, work, &items)? {
            continue;
        }
        let subject = work.commit.message.lines().next().unwrap_or("");
        let message = format!("commit {} does not belong to the open incident", work.commit.id.short());
        sink.push(
            because(
                Diagnostic::error(&codes::FROZEN, Place::Commit(work.commit.id.to_string()), message),
                first,
                &items,
            )
            .cause(format!("its subject is “{subject}”")),
        );
    }
    for (place, message) in replaced(scene, &items) {
        sink.push(because(Diagnostic::error(&codes::FROZEN, place, message), first, &items));
    }
    for &index in claims {
        let item: &plan::Item = &scene.plan.items[index];
        if items.contains(&item.id.value.folded()) {
            continue;
        }
        let place = Place::text(&scene.plan.files[item.file].source, item.line);
        let message = format!("`{}` is claimed while an incident is open", item.id.value);
        sink.push(because(Diagnostic::error(&codes::FROZEN, place, message), first, &items));
    }
    Ok(())
}

fn because(finding: Diagnostic, incident: &Record, items: &[String]) -> Diagnostic {
    let items = if items.is_empty() { "no items".to_owned() } else { items.join(", ") };
    finding.cause(format!("`{}` is {}; it has {items}", incident.name(), incident.state())).hint(format!(
        "wait until it is closed, or let its commander run `passmuster incident note {} --item ID`",
        incident.name()
    ))
}

/// Items that may land during a freeze and are not what they were on the protected side: taken away, or with another
/// title, as when two ids change places.
pub(super) fn replaced(scene: &Scene<'_>, free: &[String]) -> Vec<(Place, String)> {
    let base = scene.base_plan;
    let known = free.iter().filter_map(|id| base.find(id)).map(|index| &base.items[index]);
    known
        .filter_map(|before| {
            let id = &before.id.value;
            let Some(now) = scene.plan.find(id.as_str()).map(|index| &scene.plan.items[index]) else {
                let place = Place::text(&base.files[before.file].source, before.line);
                return Some((place, format!("`{id}` is taken away, and only it may land")));
            };
            let same = before.title().value.split_whitespace().eq(now.title().value.split_whitespace());
            let place = || Place::text(&scene.plan.files[now.file].source, now.line);
            let message = || format!("`{id}` is another item than “{}”, which alone may land", before.title().value);
            (!same).then(|| (place(), message()))
        })
        .collect()
}

/// Whether a commit is for items of the incident and no others, or changes nothing but records and gate reports.
fn belongs(scene: &Scene<'_>, work: &Work, items: &[String]) -> Result<bool, Failure> {
    if !work.items.is_empty() && work.items.iter().all(|item| items.contains(item)) {
        return Ok(true);
    }
    let reports = RepoPath::from(evidence::FOLDER);
    let free = |path: &RepoPath| book::kind_of(path).is_some() || path.is_within(&reports);
    Ok(work.paths(scene.history)?.iter().all(free))
}
