//! Rules about records that need other nouns: what they name exists.

use crate::diag::{Diagnostic, Place, Sink};
use crate::gate::waivers;
use crate::plan::Plan;
use crate::policy::Policy;
use crate::record::kind::Type;
use crate::record::{Record, codes, kinds};
use crate::roster::Roster;

/// Checks that what a record names exists, and that a waiver is for a gate that may be waived.
pub fn check_record(record: &Record, plan: &Plan, policy: Option<&Policy>, roster: Option<&Roster>, sink: &mut Sink) {
    names(record, plan, roster, sink);
    if let Some(policy) = policy.filter(|_| record.kind.name == kinds::WAIVER.name) {
        waiver(record, plan, policy, sink);
    }
}

/// Items in the plan, people on the roster.
fn names(record: &Record, plan: &Plan, roster: Option<&Roster>, sink: &mut Sink) {
    for (field, rule) in record.fields.iter().filter_map(|field| Some((field, record.kind.field(field.name)?))) {
        for value in &field.values {
            let place = Place::text(&record.source, value.span);
            let text = value.value.as_str();
            match rule.kind {
                Type::Items if plan.find(text).is_none() => sink.push(
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
    if let Some(why) = waivers::too_long(record, policy.waiver_days) {
        sink.push(
            Diagnostic::error(&codes::LIFETIME, place("expires"), "the waiver lasts too long")
                .cause(why)
                .hint("write an earlier `expires`, and let it be granted again"),
        );
    }
}
