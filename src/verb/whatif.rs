//! `whatif` and `suggest --reallocate`: what would come of a change, each scheduled in full.

use super::schedule::Question;
use super::{forecast, load};
use crate::diag::{Diagnostic, Sink};
use crate::schedule::Minutes;
use crate::schedule::calendar::Minute;
use crate::schedule::codes;
use crate::schedule::level::{Changes, Levelled};
use jiff::tz::TimeZone;

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
    /// When all is done at even odds and likely (P50 and P80); none where estimates do not tell.
    pub odds: Option<[Minute; 2]>,
}

impl Effect {
    fn of(question: &Question<'_>, levelled: &Levelled, gain: Minutes, sink: Sink) -> Self {
        let is_late = |finding: &&Diagnostic| finding.code.name == codes::LATE.name;
        let late = sink.into_sorted().iter().filter(is_late).count();
        let odds = forecast::odds(question.plan, question.roster, levelled);
        Self { finish: levelled.finish, gain, late, odds }
    }
}

/// Schedules the plan as it is.
///
/// # Errors
/// There is no schedule; the findings say why.
pub fn as_planned(question: &Question<'_>) -> Result<(Levelled, Effect), Vec<Diagnostic>> {
    let mut sink = Sink::new();
    let levelled = question.under(&Changes::default(), &mut sink)?;
    let effect = Effect::of(question, &levelled, Minutes(0), sink);
    Ok((levelled, effect))
}

/// Schedules the plan under an assumption.
///
/// # Errors
/// There is no schedule; the findings say why.
pub fn effect(question: &Question<'_>, base: &Levelled, changes: &Changes) -> Result<Effect, Vec<Diagnostic>> {
    let mut sink = Sink::new();
    let levelled = question.under(changes, &mut sink)?;
    Ok(Effect::of(question, &levelled, gain(base, &levelled), sink))
}

/// By how much working time a schedule is done before another.
fn gain(base: &Levelled, levelled: &Levelled) -> Minutes {
    // Both moments lie within the longer of the two calendars.
    let longer = if levelled.finish > base.finish { &levelled.common } else { &base.common };
    Minutes(longer.between(levelled.finish, base.finish))
}

/// The share of their time that somebody has to do until all is done, in percent.
fn load(levelled: &Levelled, name: &str, zone: &TimeZone) -> Option<u32> {
    let load = load::run(levelled, &levelled.people, zone);
    load.rows.iter().find(|(person, ..)| levelled.people[*person].name == name)?.1.percent()
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
    /// Percent of their time that both have to do, without the move and with it: first of who gives, then of who takes.
    pub load: [[Option<u32>; 2]; 2],
}

/// The moves after which all is done earlier, best first. `able` names those who could do an item, each with what
/// speaks for them, the best first. Each move is scheduled as the plan would be once it is made.
pub fn moves(question: &Question<'_>, base: &Levelled, able: impl Fn(usize) -> Vec<(String, String)>) -> Vec<Move> {
    let quick = Question { effort: Some(SCREEN), ..question.clone() };
    let mut tried = Vec::new();
    let critical = base.rows.iter().filter(|row| row.is_critical() && !row.begun).take(TASKS);
    for row in critical {
        let Some(from) = row.person.map(|person| &base.people[person].name) else { continue };
        for (to, why) in able(row.item).into_iter().filter(|(to, _)| to != from) {
            if let Ok(levelled) = quick.under(&to_owner(row.item, &to), &mut Sink::new()) {
                tried.push((gain(base, &levelled), row.item, from, to, why));
            }
        }
    }
    tried.sort_by(|a, b| (b.0, a.1, &a.3).cmp(&(a.0, b.1, &b.3)));
    let zone = question.zone();
    let closer = tried.into_iter().take(CLOSER).filter_map(|(_, item, from, to, why)| {
        let mut sink = Sink::new();
        let levelled = question.under(&to_owner(item, &to), &mut sink).ok()?;
        let gain = gain(base, &levelled);
        (gain > Minutes(0)).then(|| Move {
            load: [from, &to].map(|name| [base, &levelled].map(|levelled| load(levelled, name, &zone))),
            effect: Effect::of(question, &levelled, gain, sink),
            from: from.clone(),
            item,
            to,
            why,
        })
    });
    let mut found: Vec<Move> = closer.collect();
    best_first(&mut found);
    found
}

fn best_first(moves: &mut [Move]) {
    moves.sort_by(|a, b| (b.effect.gain, a.item, &a.to).cmp(&(a.effect.gain, b.item, &b.to)));
}

fn to_owner(item: usize, to: &str) -> Changes {
    Changes { owners: [(item, to.to_owned())].into(), ..Changes::default() }
}
