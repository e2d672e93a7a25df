//! `plan parallel`: what can be done side by side, what puts the rest in a row, and whether the reasons for that hold.

use super::schedule::Question;
use crate::diag::{Diagnostic, Sink};
use crate::plan::Plan;
use crate::project::ground::{Ground, Grounds};
use crate::schedule::level::{Because, Cause, Changes, Levelled};
use crate::schedule::{Minutes, NeedOf, Waves, most_at_once, waves};
use std::collections::BTreeMap;

/// What keeps tasks from starting earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// Another task has to be done first.
    Need,
    /// A person, an index in [`Levelled::people`], is busy.
    Person(usize),
    /// A thing, an index in [`Levelled::things`], is taken.
    Thing(usize),
    /// A day has to come.
    Day,
    /// The turn of their team has to come.
    Turn,
}

/// A need that decides when all is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serial<'a> {
    /// Index of the item that has it.
    pub item: usize,
    /// Index of the item that is waited for.
    pub target: usize,
    /// By how much all would be done earlier without it, if somebody were always free.
    pub gain: Minutes,
    pub ground: Ground<'a>,
}

/// How wide a plan is.
#[derive(Debug)]
pub struct Outcome<'a> {
    pub waves: Waves,
    /// With the people there are; none where somebody has to do what nobody can.
    pub levelled: Option<Levelled>,
    /// The most tasks that are worked on at once with the people there are.
    pub width: usize,
    /// How many tasks each holds, most first.
    pub holders: Vec<(Holder, usize)>,
    /// The costliest first.
    pub serial: Vec<Serial<'a>>,
}

/// Looks at a plan. An error among the findings means that there is no outcome.
pub fn run<'a>(question: &Question<'a>) -> (Option<Outcome<'a>>, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let plan = question.plan;
    let waves = match waves(plan, question.figure, &mut sink) {
        Ok(waves) => waves,
        Err(fault) => {
            sink.push(*fault);
            return (None, sink.into_sorted());
        }
    };
    // The figures were looked at above; what the people add is whether somebody can do each task.
    let levelled = question.under(&Changes::default(), &mut Sink::new()).map_err(|findings| sink.extend(findings)).ok();
    let grounds = Grounds::new(plan);
    let serial = waves.serial.iter().filter_map(|one| serial(plan, &grounds, one.need, one.gain)).collect();
    let outcome = Outcome {
        width: levelled
            .as_ref()
            .map_or(0, |levelled| most_at_once(levelled.rows.iter().map(|row| (row.start.0, row.finish.0)))),
        holders: levelled.as_ref().map_or_else(Vec::new, holders),
        levelled,
        serial,
        waves,
    };
    (Some(outcome), sink.into_sorted())
}

fn serial<'a>(plan: &'a Plan, grounds: &Grounds<'a>, of: NeedOf, gain: Minutes) -> Option<Serial<'a>> {
    let need = plan.needs(of.item).nth(of.need)?;
    let target = plan.target(&need)?;
    Some(Serial { item: of.item, target, gain, ground: grounds.of(of.item, &need, target) })
}

fn holders(levelled: &Levelled) -> Vec<(Holder, usize)> {
    let mut counts: BTreeMap<Holder, usize> = BTreeMap::new();
    for row in &levelled.rows {
        let holder = match row.because {
            Because::Begin => continue,
            Because::Day => Holder::Day,
            Because::Turn => Holder::Turn,
            Because::Need(_) => Holder::Need,
            Because::After { cause: Cause::Thing(thing), .. } => Holder::Thing(thing),
            Because::After { cause: Cause::Person, .. } => match row.person {
                Some(person) => Holder::Person(person),
                None => continue,
            },
        };
        *counts.entry(holder).or_default() += 1;
    }
    let mut counts: Vec<(Holder, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(holder, count)| (std::cmp::Reverse(*count), *holder));
    counts
}
