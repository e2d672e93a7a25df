//! `whatif` and `suggest --reallocate`: what would come of a change, each scheduled in full.

use super::schedule::Question;
use crate::diag::{Diagnostic, Sink};
use crate::schedule::Minutes;
use crate::schedule::calendar::Minute;
use crate::schedule::codes;
use crate::schedule::level::{Changes, Levelled};

/// How many schedules tell whether a move is worth a closer look.
const SCREEN: u64 = 12;

/// How many tasks are tried with somebody else.
const TASKS: usize = 40;

/// How many moves are scheduled as carefully as the plan itself.
const CLOSER: usize = 8;

/// Something that is assumed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    pub words: String,
    pub changes: Changes,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    pub finish: Minute,
    /// Working time by which all is done earlier; negative: later.
    pub gain: Minutes,
    /// How many items are done after the day they are due.
    pub late: usize,
}

/// Schedules the plan as it is.
///
/// # Errors
/// There is no schedule; the findings say why.
pub fn as_planned(question: &Question<'_>) -> Result<(Levelled, Effect), Vec<Diagnostic>> {
    let mut sink = Sink::new();
    let levelled = question.under(&Changes::default(), &mut sink)?;
    let effect = Effect { finish: levelled.finish, gain: Minutes(0), late: late(sink) };
    Ok((levelled, effect))
}

/// Schedules the plan under an assumption.
///
/// # Errors
/// There is no schedule; the findings say why.
pub fn effect(question: &Question<'_>, base: &Levelled, changes: &Changes) -> Result<Effect, Vec<Diagnostic>> {
    let mut sink = Sink::new();
    let levelled = question.under(changes, &mut sink)?;
    // Both moments lie within the longer of the two calendars.
    let longer = if levelled.finish > base.finish { &levelled.common } else { &base.common };
    let gain = Minutes(longer.between(levelled.finish, base.finish));
    Ok(Effect { finish: levelled.finish, gain, late: late(sink) })
}

fn late(sink: Sink) -> usize {
    sink.into_sorted().iter().filter(|finding| finding.code.name == codes::LATE.name).count()
}

/// A task that somebody else could do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Index of the item.
    pub item: usize,
    /// Who does it now.
    pub from: String,
    pub to: String,
    /// What speaks for them.
    pub why: String,
    pub effect: Effect,
}

/// The moves after which all is done earlier, best first. `able` names those who could do an item, each with what
/// speaks for them, the best first. Each move is scheduled as the plan would be once it is made.
pub fn moves(question: &Question<'_>, base: &Levelled, able: impl Fn(usize) -> Vec<(String, String)>) -> Vec<Move> {
    let quick = Question { effort: Some(SCREEN), ..question.clone() };
    let mut found: Vec<Move> = Vec::new();
    let critical = base.rows.iter().filter(|row| row.is_critical() && !row.begun).take(TASKS);
    for row in critical {
        let Some(from) = row.person.map(|person| &base.people[person].name) else { continue };
        for (to, why) in able(row.item).into_iter().filter(|(to, _)| to != from) {
            let changes = to_owner(row.item, &to);
            if let Ok(effect) = self::effect(&quick, base, &changes) {
                found.push(Move { item: row.item, from: from.clone(), to, why, effect });
            }
        }
    }
    best_first(&mut found);
    found.truncate(CLOSER);
    found.retain_mut(|one| match effect(question, base, &to_owner(one.item, &one.to)) {
        Ok(effect) => {
            one.effect = effect;
            one.effect.gain > Minutes(0)
        }
        Err(_) => false,
    });
    best_first(&mut found);
    found
}

fn best_first(moves: &mut [Move]) {
    moves.sort_by(|a, b| (b.effect.gain, a.item, &a.to).cmp(&(a.effect.gain, b.item, &b.to)));
}

fn to_owner(item: usize, to: &str) -> Changes {
    Changes { owners: [(item, to.to_owned())].into(), ..Changes::default() }
}
