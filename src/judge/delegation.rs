//! Who may do what: who coordinates leaves the work to others, a domain's work goes to its holders, a team works when
//! it is active, and what only a person may decide is closed by a person.

use super::codes;
use crate::diag::{Code, Diagnostic, Failure, Place, Sink};
use crate::gate::assess::Scene;
use crate::gate::work::Work;
use crate::id::RepoPath;
use crate::plan::{Item, Plan, Reader, read};
use crate::policy::Separation;
use crate::port::Blob;
use crate::project::assignment;
use crate::project::{MAX_PLAN_BYTES, codes as project_codes};
use crate::roster::{Activation, Member, MemberKind, Roster, Team};
use crate::text::Source;

/// A commit with paths outside of the plan folder comes from somebody who may implement.
pub(super) fn separation(scene: &Scene<'_>, work: &Work, outside: &[&RepoPath], sink: &mut Sink) {
    let Some(roster) = scene.roster.filter(|_| scene.policy.separation != Separation::Off) else { return };
    let Some(member) = roster.by_email(&work.commit.author.email).filter(|member| !member.implements) else { return };
    let Some(why) = over_threshold(scene, roster, work, outside) else { return };
    let message = format!("commit {} is the work of `{}`, who coordinates", work.commit.id.short(), member.name.value);
    let place = Place::Commit(work.commit.id.to_string());
    let mut finding = Diagnostic::error(&codes::COORDINATOR, place, message)
        .label(Place::text(&roster.source, member.name.span), "says `implements: false`")
        .cause(why)
        .cause(format!("asked for by `separation: {}` of the policy", scene.policy.separation.name()));
    if let Some(path) = outside.first() {
        finding = finding.cause(format!("it changes `{path}`"));
    }
    sink.push(finding.hint("give it to a specialist: `passmuster suggest ITEM`, then `passmuster assign`"));
}

/// What makes a commit too much for a coordinator, if anything.
fn over_threshold(scene: &Scene<'_>, roster: &Roster, work: &Work, outside: &[&RepoPath]) -> Option<String> {
    if scene.policy.separation == Separation::Strict {
        return Some("who coordinates changes nothing outside of the plan".to_owned());
    }
    let items = work.items.iter().filter_map(|id| scene.plan.find(id)).map(|index| &scene.plan.items[index]);
    let items: Vec<&Item> = items.collect();
    let specialist = |item: &&Item| {
        let owner = item.owner();
        let meant = |member: &Member| owner.is_some_and(|owner| roster.is_meant(member, owner.value));
        roster.members.iter().any(|member| member.implements && meant(member))
    };
    if items.iter().any(specialist) {
        return None;
    }
    let (files, minutes) = (scene.policy.threshold.files, scene.policy.threshold.minutes);
    if outside.len() > files as usize {
        return Some(format!("it changes {} files, more than the {files} of the threshold", outside.len()));
    }
    let long = items.iter().filter_map(|item| item.estimate()).map(|estimate| estimate.value.likely).max()?;
    (long > minutes).then(|| format!("its item takes {long} minutes, more than the {minutes} of the threshold"))
}

/// Items that the change gives to somebody: within a domain, to one who holds it.
pub(super) fn assignments(scene: &Scene<'_>, sink: &mut Sink) {
    let Some(roster) = scene.roster.filter(|_| scene.policy.enforce_owners) else { return };
    for (_, item) in scene.plan.items.iter().enumerate().filter(|(index, _)| !scene.plan.is_closed(*index)) {
        let Some(owner) = item.owner() else { continue };
        let before = scene.base_plan.find(item.id.value.as_str()).map(|index| &scene.base_plan.items[index]);
        if before.and_then(Item::owner).is_some_and(|old| old.value == owner.value) {
            continue;
        }
        let Some(domains) = assignment::taken_from(item, owner.value, scene.policy, roster) else { continue };
        let place = Place::text(&scene.plan.files[item.file].source, owner.span);
        let message = format!("`{}` lies in a domain that is not `{}`'s", item.id.value, owner.value);
        let mut finding = Diagnostic::error(&project_codes::NOT_DOMAIN_OWNER, place, message);
        for domain in domains {
            let holders: Vec<&str> = domain.holders.iter().map(|holder| holder.name.as_str()).collect();
            finding = finding.cause(format!("`{}` belongs to {} ({})", domain.what, holders.join(", "), domain.said));
        }
        sink.push(finding.hint(format!("assign one who holds it: `passmuster suggest {}`", item.id.value)));
    }
}

/// What a claim needs from who does the work.
///
/// # Errors
/// Something that decides could not be read.
pub(super) fn claim(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let Some(roster) = scene.roster else {
        return closed_by_a_person(scene, None, index, sink);
    };
    team_is_active(scene, roster, index, sink);
    closed_by_a_person(scene, Some(roster), index, sink)
}

/// The team of an item: its own, that of what it stands in, or its owner's.
fn team_of<'a>(plan: &Plan, roster: &'a Roster, index: usize) -> Option<&'a Team> {
    let mut around = std::iter::once(index).chain(plan.ancestors(index));
    let said = around.find_map(|one| roster.team(plan.items[one].team()?.value));
    said.or_else(|| {
        let owner = plan.items[index].owner()?;
        let member = roster.member(owner.value)?;
        roster.teams_of(member).first().and_then(|team| roster.team(team))
    })
}

/// A task of a team that is not active yet, or of a step whose turn has not come, cannot be closed.
fn team_is_active(scene: &Scene<'_>, roster: &Roster, index: usize, sink: &mut Sink) {
    let plan = scene.plan;
    if !plan.children(index).is_empty() {
        return;
    }
    let item = &plan.items[index];
    let Some(team) = team_of(plan, roster, index) else { return };
    if let Activation::After(name) = &team.activate.value
        && let Some(open) = first_open(plan, roster, name).filter(|&open| open != index)
    {
        let message = format!("`{}` is claimed, and its team `{}` is not active yet", item.id.value, team.name.value);
        let cause = format!("it is active after `{name}`, and `{}` is open", plan.items[open].id.value);
        let hint = format!("finish `{}` first, or change `activate` in a change of its own", plan.items[open].id.value);
        let place = Place::text(&roster.source, team.activate.span);
        sink.push(
            finding(scene, &codes::TEAM_INACTIVE, item, message).label(place, "said here").cause(cause).hint(hint),
        );
    }
    let step = |index: usize| {
        let owner = plan.items[index].owner()?;
        let member = roster.member(owner.value)?;
        team.flow.iter().position(|step| roster.has_role(member, step.as_str()))
    };
    let Some((own, parent)) = step(index).zip(item.parent) else { return };
    let before = plan
        .children(parent)
        .iter()
        .copied()
        .find(|&other| other != index && !plan.is_closed(other) && step(other).is_some_and(|theirs| theirs < own));
    if let Some(before) = before {
        let before = &plan.items[before];
        let message = format!("`{}` is claimed before its turn in the team `{}`", item.id.value, team.name.value);
        let steps: Vec<&str> = team.flow.iter().map(|step| step.as_str()).collect();
        let cause = format!("the team works in the order {}, and `{}` is open", steps.join(" → "), before.id.value);
        let hint = format!("finish `{}` first", before.id.value);
        sink.push(finding(scene, &codes::TEAM_INACTIVE, item, message).cause(cause).hint(hint));
    }
}

/// The first open task of a team, or of the item of that name. Neither there: nothing to wait for.
fn first_open(plan: &Plan, roster: &Roster, name: &str) -> Option<usize> {
    if roster.team(name).is_some() {
        let of_team = |index: usize| {
            plan.children(index).is_empty()
                && team_of(plan, roster, index).is_some_and(|team| team.name.as_str() == name)
        };
        return (0..plan.items.len()).find(|&index| !plan.is_closed(index) && of_team(index));
    }
    plan.find(name).filter(|&index| !plan.claimed(index))
}

/// `needs: human`: the commit that closes the item is by a person of the roster.
fn closed_by_a_person(
    scene: &Scene<'_>,
    roster: Option<&Roster>,
    index: usize,
    sink: &mut Sink,
) -> Result<(), Failure> {
    let item = &scene.plan.items[index];
    let before = scene.base_plan.find(item.id.value.as_str()).map(|index| &scene.base_plan.items[index]);
    let said = item.needs_human().is_some();
    if !said && before.is_none_or(|before| before.needs_human().is_none()) {
        return Ok(());
    }
    let path = RepoPath::from(scene.plan.files[item.file].source.path());
    let mut by: Option<&Work> = None;
    for work in scene.work {
        if work.paths(scene.history)?.contains(&path) && closes(scene, work, &path, item.id.value.as_str())? {
            by = Some(work);
            break;
        }
    }
    let member = by.zip(roster).and_then(|(work, roster)| roster.by_email(&work.commit.author.email));
    if member.is_some_and(|member| member.kind == MemberKind::Human) {
        return Ok(());
    }
    let message = format!("`{}` needs a person, and no person closed it", item.id.value);
    let cause = match (by, member) {
        (Some(_), Some(member)) => format!("`{}` closed it, who is of kind {}", member.name.value, member.kind.name()),
        (Some(work), None) => {
            format!(
                "commit {} closed it, and <{}> is nobody on the roster",
                work.commit.id.short(),
                work.commit.author.email
            )
        }
        (None, _) => "no commit of the change ticks it".to_owned(),
    };
    let hint = "let a person of the roster decide, and tick the item in a commit of their own";
    sink.push(finding(scene, &codes::NEEDS_HUMAN, item, message).cause(cause).hint(hint));
    Ok(())
}

/// Whether an item is claimed in the file as a commit leaves it, and in none of its parents.
fn closes(scene: &Scene<'_>, work: &Work, path: &RepoPath, id: &str) -> Result<bool, Failure> {
    let claimed = |commit: &crate::id::ObjectId| -> Result<bool, Failure> {
        let tree = scene.history.tree(commit)?;
        if !tree.kind(path)?.is_some_and(crate::port::EntryKind::is_regular) {
            return Ok(false);
        }
        let Blob::Bytes(bytes) = tree.blob(path, MAX_PLAN_BYTES)? else { return Ok(false) };
        let Ok(source) = Source::from_bytes(path.to_string(), bytes) else { return Ok(false) };
        let plan = read(vec![source], Reader::Full, &mut Sink::new());
        Ok(plan.find(id).is_some_and(|index| plan.claimed(index)))
    };
    if !claimed(&work.commit.id)? {
        return Ok(false);
    }
    for parent in &work.commit.parents {
        if claimed(parent)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn finding(scene: &Scene<'_>, code: &'static Code, item: &Item, message: String) -> Diagnostic {
    let source = &scene.plan.files[item.file].source;
    Diagnostic::error(code, Place::text(source, item.mark_span.unwrap_or(item.id.span)), message)
}
