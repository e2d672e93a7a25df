//! Rules about records that need other nouns: what they name exists.

use crate::diag::{Diagnostic, Place, Sink};
use crate::gate::waivers;
use crate::plan::Plan;
use crate::policy::{Board, Comms, Policy};
use crate::record::kind::Type;
use crate::record::kinds::review::points;
use crate::record::{Record, codes, is_party, kinds};
use crate::roster::Roster;

/// The role of whom all messages go through where the policy says `comms: hub`.
const HUB: &str = "hub";

/// Checks that what a record names exists, and that a waiver is for a gate that may be waived.
pub fn check_record(record: &Record, plan: &Plan, policy: Option<&Policy>, roster: Option<&Roster>, sink: &mut Sink) {
    names(record, plan, roster, sink);
    if let Some(policy) = policy.filter(|_| record.kind.name == kinds::WAIVER.name) {
        waiver(record, plan, policy, sink);
    }
    check_conduct(record, policy, roster, sink);
}

/// Whether a record names an item or something that the item stands in.
///
/// What a blocker says of a whole holds for its parts, and what is handed over for a whole is there for its parts.
pub fn is_about(record: &Record, plan: &Plan, index: usize) -> bool {
    let mut around = std::iter::once(index).chain(plan.ancestors(index));
    around.any(|one| record.lists("items", plan.items[one].id.value.as_str()))
}

/// What policy and roster ask of a record, whatever the plan is.
pub fn check_conduct(record: &Record, policy: Option<&Policy>, roster: Option<&Roster>, sink: &mut Sink) {
    if policy.is_some_and(|policy| policy.comms == Comms::Hub) && record.kind.name == kinds::MESSAGE.name {
        past_hub(record, roster, sink);
    }
    if record.kind.name == kinds::SYNC.name && record.is_closed() {
        unnamed(record, roster, sink);
    }
    if let Some(policy) = policy.filter(|_| record.kind.name == kinds::REVIEW.name && record.is_closed()) {
        concerns(record, policy.conduct.board, sink);
    }
}

/// Who approves with concerns says which: they become tasks.
fn concerns(record: &Record, board: Board, sink: &mut Sink) {
    let Ok(total) = points(record) else { return };
    let boxes = record.section("Concerns").map_or(0, |section| section.boxes.len());
    if boxes > 0 || !(board.concerns..board.approved).contains(&total) {
        return;
    }
    let span = record.section("Concerns").map_or(record.state.span, |section| section.title.span);
    sink.push(
        Diagnostic::error(&codes::BOXES, Place::text(&record.source, span), "the concerns are not named")
            .cause(format!("{total} points approve with concerns, and no box stands there"))
            .hint("write one `- [ ] …` for each: work may begin when they are tasks of the plan"),
    );
}

/// Items in the plan, people on the roster.
fn names(record: &Record, plan: &Plan, roster: Option<&Roster>, sink: &mut Sink) {
    for (field, rule) in record.fields.iter().filter_map(|field| Some((field, record.kind.field(field.name)?))) {
        for value in &field.values {
            let place = Place::text(&record.source, value.span);
            let text = value.value.as_str();
            match rule.kind {
                // What is over tells of what was, and names it as it was.
                Type::Items if plan.find(text).is_none() && !record.is_closed() => sink.push(
                    Diagnostic::error(&codes::UNKNOWN_ITEM, place, format!("there is no item `{text}` in the plan"))
                        .cause(format!("the record names it under `{}`", field.name))
                        .hint("write the id as the plan has it"),
                ),
                Type::Party | Type::Parties if !roster.is_none_or(|roster| knows(roster, text)) => sink.push(
                    Diagnostic::warning(&codes::UNKNOWN_PARTY, place, format!("the roster does not know `{text}`"))
                        .cause(format!("`{}` names a member, a role or a team", field.name))
                        .hint(format!("write one of {}", crate::roster::PATH)),
                ),
                _ => {}
            }
        }
    }
}

fn knows(roster: &Roster, name: &str) -> bool {
    roster.with_role(name).next().is_some()
        || roster
            .members
            .iter()
            .any(|member| member.team.as_ref().is_some_and(|team| team.value.eq_ignore_ascii_case(name)))
}

/// A waiver is for a gate that exists and may be waived, for something that exists, and not for too long.
fn waiver(record: &Record, plan: &Plan, policy: &Policy, sink: &mut Sink) {
    let place = |name: &str| {
        let span = record.field(name).map_or(record.state.span, |field| field.span);
        Place::text(&record.source, span)
    };
    let name = record.text("gate").unwrap_or_default();
    match policy.gate(name) {
        None => sink.push(
            Diagnostic::error(&codes::WAIVED_NOTHING, place("gate"), format!("there is no gate `{name}`"))
                .cause("the policy does not define it")
                .hint("run `passmuster policy` to see the gates"),
        ),
        Some(gate) if !gate.may_be_waived() => sink.push(
            Diagnostic::error(&codes::NEVER_WAIVED, place("gate"), format!("the gate `{name}` is never waived"))
                .cause(format!(
                    "it {}",
                    if gate.waivable {
                        "is the approval of a role that nobody overrides"
                    } else {
                        "says `waivable: false`"
                    }
                ))
                .hint("satisfy the gate"),
        ),
        Some(_) => {}
    }
    let item = record.text("item").unwrap_or_default();
    if item != crate::evidence::MERGE && plan.find(item).is_none() {
        sink.push(
            Diagnostic::error(&codes::UNKNOWN_ITEM, place("item"), format!("there is no item `{item}` in the plan"))
                .cause("a waiver is for one item, or for `merge`")
                .hint("write the id as the plan has it"),
        );
    }
    if record.state() != "granted" {
        return;
    }
    let granted = record.step_to("granted").map(|step| step.at.value);
    if let Some((granted, expires)) =
        granted.zip(record.time("expires")).filter(|(granted, expires)| expires <= granted)
    {
        sink.push(
            Diagnostic::error(&codes::LIFETIME, place("expires"), "the waiver is over before it begins")
                .cause(format!("it was granted at {granted} and ends at {expires}"))
                .hint("let it be asked for again, until a later day"),
        );
    }
    if let Some(why) = waivers::too_long(record, policy.waiver_days) {
        sink.push(
            Diagnostic::error(&codes::LIFETIME, place("expires"), "the waiver lasts too long")
                .cause(why)
                .hint("write an earlier `expires`, and let it be granted again"),
        );
    }
}

/// Where everything goes through a hub, each message comes from it or goes to it.
fn past_hub(record: &Record, roster: Option<&Roster>, sink: &mut Sink) {
    let hubs: Vec<&str> =
        roster.into_iter().flat_map(|roster| roster.with_role(HUB)).map(|member| member.name.as_str()).collect();
    let from = &record.opener().by;
    let goes_there = |hub: &&str| record.list("to").iter().any(|party| is_party(roster, hub, &party.value));
    if hubs.contains(&from.value.as_str()) || hubs.iter().any(goes_there) {
        return;
    }
    let place = Place::text(&record.source, record.field("to").map_or(from.span, |to| to.span));
    let finding = Diagnostic::error(&codes::PAST_HUB, place, "the message goes past the hub")
        .cause("the policy says `comms: hub`, so messages come from the hub or go to it");
    sink.push(match hubs.first() {
        Some(hub) => finding.hint(format!("send it to `{hub}`, who passes it on")),
        None => finding
            .cause(format!("nobody on the roster has the role `{HUB}`"))
            .hint(format!("give a member of {} the role `{HUB}`", crate::roster::PATH)),
    });
}

/// Everybody who was expected at a closed sync has reported or is named as missing.
fn unnamed(record: &Record, roster: Option<&Roster>, sink: &mut Sink) {
    let reported = record.noted("opened");
    for party in record.list("expected") {
        let came = reported.iter().any(|step| is_party(roster, &step.by.value, &party.value));
        if came || record.lists("missing", &party.value) {
            continue;
        }
        let place = Place::text(&record.source, party.span);
        sink.push(
            Diagnostic::error(&codes::UNNAMED, place, format!("`{}` has not reported, and is not named", party.value))
                .cause("a closed sync names under `missing` who did not report")
                .hint("close it with `passmuster sync close`, which names them"),
        );
    }
}
