//! What items say, without the places they say it at: how an edit or a new form of a text is checked.
//!
//! Domain layer. Whoever changes a text reads it again and compares; what was not meant to change must not have.

use super::{Need, Plan};
use crate::text::Spanned;
use std::fmt::Debug;

/// One thing an item says: its name, and the value in a form that can be compared.
pub(super) type Fact = (&'static str, String);

/// Everything an item says, always in the same order. Its parent is named by its id.
pub(super) fn facts(plan: &Plan, index: usize) -> Vec<Fact> {
    let item = &plan.items[index];
    let parent = item.parent.and_then(|parent| plan.items.get(parent)).map(|parent| parent.id.as_str());
    let needs: Vec<_> = plan.needs(index).map(need).collect();
    let criteria: Vec<_> = item.criteria().map(|criterion| (criterion.text.value, criterion.ticked)).collect();
    let gates = item.gates();
    let gates = [&gates.add, &gates.remove].map(|gates| gates.iter().map(|gate| gate.as_str()).collect::<Vec<_>>());
    vec![
        ("id", item.id.as_str().to_owned()),
        ("kind", item.kind.name().to_owned()),
        ("carrier", format!("{:?}", item.carrier)),
        ("parent", format!("{parent:?}")),
        ("title", item.title().value.to_owned()),
        ("mark", format!("{:?}", item.mark)),
        ("status", value(item.status())),
        ("owner", value(item.owner())),
        ("team", value(item.team())),
        ("estimate", value(item.estimate())),
        ("actual", value(item.actual())),
        ("priority", value(item.priority())),
        ("parallel", item.parallel.to_string()),
        ("tags", list(item.tags())),
        ("needs", format!("{needs:?} {} {:?}", item.needs_none(), item.needs_human().map(|said| said.value))),
        ("uses", list(item.uses())),
        ("touches", list(item.touches())),
        ("provides", list(item.provides())),
        ("consumes", list(item.consumes())),
        ("gates", format!("{gates:?}")),
        ("risk", value(item.risk())),
        ("rollback", value(item.rollback())),
        ("goal", value(item.goal())),
        ("start", value(item.start())),
        ("due", value(item.due())),
        ("why", value(item.why())),
        ("stretch", value(item.stretch())),
        ("criteria", format!("{criteria:?}")),
    ]
}

/// The facts of all items, in order.
pub(super) fn all(plan: &Plan) -> Vec<Vec<Fact>> {
    (0..plan.items.len()).map(|index| facts(plan, index)).collect()
}

/// The value of one fact.
pub(super) fn fact<'a>(facts: &'a [Fact], name: &str) -> &'a str {
    facts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

fn need(need: Need<'_>) -> impl Debug {
    (need.kind, need.target.value, need.reason, need.relation, need.lag_minutes)
}

fn value<T: Debug>(value: Option<Spanned<T>>) -> String {
    value.map_or_else(String::new, |value| format!("{:?}", value.value))
}

fn list<'a>(list: impl IntoIterator<Item = Spanned<&'a str>>) -> String {
    format!("{:?}", list.into_iter().map(|text| text.value).collect::<Vec<_>>())
}
