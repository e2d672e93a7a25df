//! What is asked before dangerous work counts as done: a way back, and that who did the work has read what there is
//! to read.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::Scene;
use crate::id::RepoPath;
use crate::plan::Item;
use crate::policy::PLAN_FOLDER;
use crate::project::reading;
use std::collections::BTreeSet;

/// Looks at one claim.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    if !scene.plan.children(index).is_empty() {
        return Ok(());
    }
    way_back(scene, index, sink)?;
    read_first(scene, index, sink)
}

/// An item that is risky says how it is taken back, and the way is there.
fn way_back(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let item = &scene.plan.items[index];
    if !is_risky(scene, item) {
        return Ok(());
    }
    let id = &item.id.value;
    let from = scene.policy.precautions.rollback_from.name();
    let asked = format!("asked for by `rollback: {{ from: {from} }}` of the policy");
    let Some(rollback) = item.rollback() else {
        sink.push(
            finding(scene, item, format!("`{id}` is claimed, and nothing says how it is taken back"))
                .cause(format!("its risk is {}; {asked}", risk(scene, item)))
                .hint(format!("write the way back, and name it: `passmuster set {id} rollback=PATH`")),
        );
        return Ok(());
    };
    // A way back may be told in words; one word is a file.
    let path = RepoPath::from(rollback.value.trim_start_matches("./"));
    if !rollback.value.contains(char::is_whitespace)
        && !scene.tree.kind(&path)?.is_some_and(crate::port::EntryKind::is_regular)
    {
        sink.push(
            finding(scene, item, format!("`{id}` is claimed, and its way back is not there"))
                .label(Place::text(&scene.plan.files[item.file].source, rollback.span), "named here")
                .cause(format!("there is no file `{}` in what would land; {asked}", rollback.value))
                .hint("add the file, or correct its path"),
        );
    }
    Ok(())
}

/// Whether an item needs a way back, as the protected side's plan or the proposed one says its risk: the change that
/// claims an item cannot make it harmless.
pub fn is_risky(scene: &Scene<'_>, item: &Item) -> bool {
    let before = scene.base_plan.find(item.id.value.as_str()).map(|index| &scene.base_plan.items[index]);
    let asks = |item: &Item| scene.policy.precautions.needs_rollback(item.risk().map(|risk| risk.value));
    asks(item) || before.is_some_and(asks)
}

fn risk<'a>(scene: &Scene<'a>, item: &'a Item) -> &'a str {
    let before = || {
        let index = scene.base_plan.find(item.id.value.as_str())?;
        scene.base_plan.items[index].risk()
    };
    item.risk().or_else(before).map_or("", |risk| risk.value)
}

/// Who worked on the item has read what is to be read first, as the protected side has it.
fn read_first(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let item = &scene.plan.items[index];
    let id = item.id.value.folded();
    let plan_folder = RepoPath::from(PLAN_FOLDER);
    let mut seen = BTreeSet::new();
    for work in scene.work.iter().filter(|work| work.items.contains(&id)) {
        if work.paths(scene.history)?.iter().all(|path| path.is_within(&plan_folder)) {
            continue;
        }
        let Some(reader) = reading::reader(scene.roster, &work.commit.author) else { continue };
        if !seen.insert(reader.clone()) {
            continue;
        }
        let list = reading::list(scene.policy, scene.roster, &reader, scene.base_tree)?;
        let unread = reading::unread(&list, scene.records, scene.roster, &reader)?;
        let Some(first) = unread.first() else { continue };
        let more = if unread.len() > 1 { format!(" and {} more", unread.len() - 1) } else { String::new() };
        let message = format!("`{}` is claimed, and `{reader}` has not read `{}`{more}", item.id.value, first.path);
        let source = &scene.plan.files[item.file].source;
        let place = Place::text(source, item.mark_span.unwrap_or(item.id.span));
        let finding = Diagnostic::error(&codes::UNREAD, place, message);
        let finding = match &first.id {
            Some(id) => finding
                .cause(format!("no receipt of theirs says that they read it as it is now ({})", id.short()))
                .hint(format!("`{reader}` reads it, then runs `passmuster preflight {} --read`", item.id.value)),
            None => finding
                .cause("the protected side does not have it, so nobody can have read it")
                .hint("land the document first, or take it from the list"),
        };
        sink.push(finding.cause(format!("asked for by {}", first.asked)));
    }
    Ok(())
}

fn finding(scene: &Scene<'_>, item: &Item, message: String) -> Diagnostic {
    let source = &scene.plan.files[item.file].source;
    Diagnostic::error(&codes::NO_WAY_BACK, Place::text(source, item.mark_span.unwrap_or(item.id.span)), message)
}
