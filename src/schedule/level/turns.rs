//! Teams that wait for their turn: `activate: after` of the roster.
//!
//! Domain layer.

use super::super::work::Turn;
use crate::plan::Plan;
use crate::roster::{Activation, Roster, Team};

/// What the open tasks of each team wait for, whose turn has not come.
pub(in crate::schedule) fn turns(plan: &Plan, roster: Option<&Roster>) -> Vec<Turn> {
    let Some(roster) = roster else { return Vec::new() };
    let turn = |team: &Team| {
        let Activation::After(name) = &team.activate.value else { return None };
        let tasks = |name: &str| -> Vec<usize> {
            let is_of = |index: &usize| team_of(plan, roster, *index).is_some_and(|of| of.name.as_str() == name);
            (0..plan.items.len()).filter(|&index| plan.children(index).is_empty()).filter(is_of).collect()
        };
        let after = tasks(team.name.as_str());
        let before = if roster.team(name).is_some() {
            tasks(name)
        } else {
            // A team that waits for an item with work of its own does that work.
            let leaves = plan.find(name).map_or_else(Vec::new, |item| plan.leaves(item));
            leaves.into_iter().filter(|item| !after.contains(item)).collect()
        };
        (!before.is_empty() && !after.is_empty()).then_some(Turn { before, after })
    };
    roster.teams.iter().filter_map(turn).collect()
}

/// The team of an item: its own, that of what it stands in, or its owner's.
fn team_of<'a>(plan: &Plan, roster: &'a Roster, index: usize) -> Option<&'a Team> {
    let mut around = std::iter::once(index).chain(plan.ancestors(index));
    let said = around.find_map(|one| roster.team(plan.items[one].team()?.value));
    said.or_else(|| {
        let member = roster.member(plan.items[index].owner()?.value)?;
        roster.teams_of(member).first().and_then(|team| roster.team(team))
    })
}
