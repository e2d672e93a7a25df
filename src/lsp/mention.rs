//! Where a text names a thing: an item, a member, a gate, a path, or a value worth a colour.
//!
//! Hover, definition, references, rename and the tokens all ask the same question, so it is answered once.

use super::state::Snapshot;
use crate::id::MemberName;
use crate::plan::{Item, NeedKind, Plan};
use crate::policy::{GateKind, Policy};
use crate::record::Record;
use crate::record::kind::Type;
use crate::roster::Roster;
use crate::text::{Source, Span, Spanned};

/// What is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// An item, by its index in the plan.
    Item(usize),
    /// A member, a role or a team.
    Member(String),
    Gate(String),
    /// A path or path pattern of the repository.
    Path(String),
    Priority,
    Estimate,
    Date,
    Tag,
}

/// One place that names a thing.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    pub thing: Thing,
    pub span: Span,
    /// Whether the thing is made here, and not only spoken of.
    pub defines: bool,
}

impl Mention {
    fn of(thing: Thing, span: Span) -> Self {
        Self { thing, span, defines: false }
    }

    fn defining(thing: Thing, span: Span) -> Self {
        Self { thing, span, defines: true }
    }
}

/// All mentions of one text, in the order they stand there.
pub(super) fn all(snapshot: &Snapshot, path: &str) -> Vec<Mention> {
    let project = snapshot.project();
    let mut found = Vec::new();
    let file = project.plan.files.iter().position(|file| file.source.path() == path);
    for (index, item) in project.plan.items.iter().enumerate().filter(|(_, item)| Some(item.file) == file) {
        in_item(&project.plan, index, item, &mut found);
    }
    if let Some(policy) = project.policy.as_ref().filter(|policy| policy.source.path() == path) {
        in_policy(policy, &mut found);
    }
    if let Some(roster) = project.roster.as_ref().filter(|roster| roster.source.path() == path) {
        in_roster(roster, &mut found);
    }
    for record in snapshot.records.iter().filter(|record| record.path() == path) {
        in_record(&project.plan, record, &mut found);
    }
    found.sort_by_key(|mention| mention.span);
    found.dedup_by_key(|mention| mention.span);
    found
}

/// The mention around a byte offset.
pub(super) fn at(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Mention> {
    let around = |mention: &Mention| mention.span.start <= offset && offset <= mention.span.end;
    all(snapshot, path).into_iter().filter(around).min_by_key(|mention| mention.span.len())
}

/// Every text that was read and can name things.
pub(super) fn sources(snapshot: &Snapshot) -> impl Iterator<Item = &Source> {
    let project = snapshot.project();
    let files = project.plan.files.iter().map(|file| &file.source);
    let policy = project.policy.iter().map(|policy| &policy.source);
    let roster = project.roster.iter().map(|roster| &roster.source);
    files.chain(policy).chain(roster).chain(snapshot.records.iter().map(|record| &record.source))
}

/// Every place that names a thing.
pub(super) fn of_thing<'s>(snapshot: &'s Snapshot, thing: &Thing) -> Vec<(&'s Source, Mention)> {
    let mut found = Vec::new();
    for source in sources(snapshot) {
        let mentions = all(snapshot, source.path());
        found.extend(mentions.into_iter().filter(|mention| mention.thing == *thing).map(|mention| (source, mention)));
    }
    found
}

fn in_item(plan: &Plan, index: usize, item: &Item, found: &mut Vec<Mention>) {
    // Of two items with one id, the first is meant.
    let named = plan.find(item.id.as_str()).unwrap_or(index);
    found.push(Mention { thing: Thing::Item(named), span: item.id.span, defines: true });
    for need in plan.needs(index) {
        let thing = match (need.kind, plan.target(&need)) {
            (_, Some(target)) => Thing::Item(target),
            (NeedKind::Information, None) => Thing::Path(need.target.value.to_owned()),
            (NeedKind::Team, None) => Thing::Member(need.target.value.to_owned()),
            (NeedKind::Technical | NeedKind::Resource, None) => continue,
        };
        found.push(Mention::of(thing, need.target.span));
    }
    for name in item.owner().into_iter().chain(item.team()) {
        found.push(Mention::of(Thing::Member(name.value.to_owned()), name.span));
    }
    let gates = item.gates();
    let source = &plan.files[item.file].source;
    for gate in gates.add.iter().chain(&gates.remove) {
        let sign = usize::from(source.slice(gate.span).starts_with(['+', '-']));
        let span = Span::new(gate.span.start + sign, gate.span.end);
        found.push(Mention::of(Thing::Gate(gate.value.to_string()), span));
    }
    let paths = item.touches().chain(item.provides()).chain(item.consumes()).chain(item.rollback());
    found.extend(paths.map(|path| Mention::of(Thing::Path(path.value.to_owned()), path.span)));
    found.extend(item.priority().map(|priority| Mention::of(Thing::Priority, priority.span)));
    found.extend(item.estimate().map(|estimate| Mention::of(Thing::Estimate, estimate.span)));
    found.extend(item.due().map(|due| Mention::of(Thing::Date, due.span)));
    found.extend(item.tags().iter().map(|tag| Mention::of(Thing::Tag, tag.span)));
}

fn in_policy(policy: &Policy, found: &mut Vec<Mention>) {
    // What a profile fills in stands nowhere.
    let written = |span: &Span| !span.is_empty();
    for gate in policy.gates.values() {
        found.push(Mention::defining(Thing::Gate(gate.name.value.to_string()), gate.name.span));
        if let GateKind::Approve { role } = &gate.kind {
            found.push(Mention::of(Thing::Member(role.value.to_string()), role.span));
        }
        let paths = gate.inputs.iter().chain(&gate.when);
        found.extend(paths.map(|path| Mention::of(Thing::Path(path.value.clone()), path.span)));
        if let GateKind::Checklist { document } = &gate.kind {
            found.push(Mention::of(Thing::Path(document.value.clone()), document.span));
        }
    }
    for name in policy.levels.values().flatten().filter(|name| written(&name.span)) {
        found.push(Mention::of(Thing::Gate(name.value.to_string()), name.span));
    }
    let owners = policy.owners.iter().map(|(_, owner)| owner).chain(&policy.policy_approvers);
    for name in owners.filter(|name| written(&name.span)) {
        found.push(Mention::of(Thing::Member(name.value.to_string()), name.span));
    }
}

fn in_roster(roster: &Roster, found: &mut Vec<Mention>) {
    let of = |name: &Spanned<MemberName>| (name.value.to_string(), name.span);
    for team in &roster.teams {
        found.push(Mention::defining(Thing::Member(team.name.value.to_string()), team.name.span));
        let parts = team.members.iter().chain(&team.flow).map(of);
        found.extend(parts.map(|(name, span)| Mention::of(Thing::Member(name), span)));
    }
    let holders = roster.support.iter().map(|(_, holder)| of(holder));
    found.extend(holders.map(|(name, span)| Mention::of(Thing::Member(name), span)));
    for member in &roster.members {
        let others = member.reports_to.iter().chain(&member.deputies).map(of);
        found.extend(others.map(|(name, span)| Mention::of(Thing::Member(name), span)));
        found.push(Mention::defining(Thing::Member(member.name.value.to_string()), member.name.span));
        // A role or team is what its members make it.
        let roles = member.roles.iter().map(|role| (role.value.to_string(), role.span));
        let team = member.team.iter().map(|team| (team.value.clone(), team.span));
        found.extend(roles.chain(team).map(|(name, span)| Mention::defining(Thing::Member(name), span)));
    }
}

fn in_record(plan: &Plan, record: &Record, found: &mut Vec<Mention>) {
    let member = |name: &Spanned<String>| Mention::of(Thing::Member(name.value.clone()), name.span);
    found.extend(record.steps.iter().map(|step| member(&step.by)));
    for said in &record.fields {
        let Some(field) = record.kind.field(said.name) else { continue };
        for value in &said.values {
            let thing = match field.kind {
                Type::Party | Type::Parties => Thing::Member(value.value.clone()),
                Type::Gate => Thing::Gate(value.value.clone()),
                Type::Record => Thing::Path(value.value.clone()),
                Type::Time => Thing::Date,
                Type::Items | Type::Text => match plan.find(&value.value) {
                    Some(index) => Thing::Item(index),
                    None => continue,
                },
                Type::Texts | Type::Word(_) => continue,
            };
            found.push(Mention::of(thing, value.span));
        }
    }
}

/// The item that a line belongs to: the innermost whose own text holds the offset.
pub(super) fn item_around(plan: &Plan, file: usize, offset: usize) -> Option<usize> {
    let holds = |item: &Item| item.file == file && item.body.start <= offset && offset <= item.body.end;
    plan.items.iter().rposition(holds)
}
