//! `roster gaps`: what open work asks for by tag, and nobody is good at.

use crate::plan::Plan;
use crate::roster::{Member, Roster};
use std::collections::BTreeMap;

/// A tag of open items that no member answers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub tag: String,
    /// The ids of the items.
    pub items: Vec<String>,
    /// Whether somebody would, who is away.
    pub away: bool,
}

/// The gaps, those of most items first.
pub fn run(plan: &Plan, roster: &Roster) -> Vec<Gap> {
    let mut asked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, item) in plan.items.iter().enumerate().filter(|(index, _)| !plan.is_closed(*index)) {
        if plan.children(index).is_empty() {
            for tag in item.tags() {
                asked.entry(tag.value.to_lowercase()).or_default().push(item.id.to_string());
            }
        }
    }
    let mut gaps: Vec<Gap> = asked
        .into_iter()
        .filter_map(|(tag, items)| {
            let able: Vec<&Member> = roster.members.iter().filter(|member| answers(member, &tag)).collect();
            let away = !able.is_empty() && able.iter().all(|member| member.away.is_some());
            (able.is_empty() || away).then_some(Gap { tag, items, away })
        })
        .collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.items.len()));
    gaps
}

/// Whether a tag is a competency, a domain or a role of a member.
fn answers(member: &Member, tag: &str) -> bool {
    let competency = member.competencies.iter().any(|own| own.eq_ignore_ascii_case(tag));
    let domain =
        member.domains.iter().any(|own| own.strip_prefix('#').is_some_and(|own| own.eq_ignore_ascii_case(tag)));
    competency || domain || member.roles.iter().any(|role| role.as_str().eq_ignore_ascii_case(tag))
}
