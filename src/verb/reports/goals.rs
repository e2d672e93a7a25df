//! `report goals`: every goal of the plan, and what shows that it is met.
//!
//! As the gate `goals-met` has it: a goal is met when a ticked criterion of an item around it names it. A tick is a claim;
//! whether it was proven is what the gate says.

use crate::plan::Criterion;
use crate::verb::document::{Block, Section, Words};
use crate::verb::survey::Survey;

/// A goal with the item that names it.
pub struct Goal<'a> {
    pub text: &'a str,
    pub item: usize,
    /// The criterion that shows it: its item, its text, and whether it is ticked.
    pub shown: Option<(usize, String, bool)>,
}

pub fn goals<'a>(survey: &Survey<'a>) -> Vec<Goal<'a>> {
    let plan = survey.plan;
    let goals = plan.items.iter().enumerate().filter_map(|(index, item)| Some((index, item.goal()?.value.trim())));
    goals
        .map(|(item, text)| {
            let wanted = text.to_lowercase();
            let around = std::iter::once(item).chain(plan.ancestors(item));
            let criteria =
                around.flat_map(|above| plan.items[above].criteria().map(move |criterion| (above, criterion)));
            let named = |criterion: &Criterion<'_>| criterion.text.value.to_lowercase().contains(&wanted);
            let found = criteria.filter(|(_, criterion)| named(criterion));
            // A ticked one says more than an open one.
            let shown = found.max_by_key(|(_, criterion)| criterion.ticked);
            let shown = shown.map(|(above, criterion)| (above, criterion.text.value.to_owned(), criterion.ticked));
            Goal { text, item, shown }
        })
        .collect()
}

impl Goal<'_> {
    pub fn is_met(&self) -> bool {
        self.shown.as_ref().is_some_and(|(_, _, ticked)| *ticked)
    }
}

pub(super) fn section_of(survey: &Survey<'_>, goals: &[Goal<'_>]) -> Section {
    let plan = survey.plan;
    let rows = goals.iter().map(|goal| {
        let state = match &goal.shown {
            Some((_, _, true)) => "✅ met",
            Some((_, _, false)) => "open",
            None => "⚪ nothing would show it",
        };
        let shown = goal.shown.as_ref().map_or_else(Words::default, |(item, text, _)| {
            Words::strong(plan.items[*item].id.value.as_str()).and(": ").and(text.as_str())
        });
        [Words::from(goal.text), plan.items[goal.item].id.value.as_str().into(), state.into(), shown]
    });
    let met = goals.iter().filter(|goal| goal.is_met()).count();
    let mut blocks = vec![Block::table(
        ["goal", "item", "state", "shown by"],
        rows,
        "Nothing in the plan names a goal; write `goal: …`.",
    )];
    if !goals.is_empty() {
        blocks.push(Block::text(format!("{met} of {} are met.", goals.len())));
    }
    Section::new("goals", "Goals", blocks)
}

pub(super) fn section(survey: &Survey<'_>) -> Section {
    section_of(survey, &goals(survey))
}
