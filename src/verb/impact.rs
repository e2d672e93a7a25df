//! What a proposal means for the plan: the items it changes, what they hang on, and how it moves the end.
//!
//! Decides nothing: the verdict comes from `judge`.

use super::document::Words;
use super::{diff, forecast, gantt, log, schedule};
use crate::diag::Failure;
use crate::export::{self, schedule as chart};
use crate::facts::What;
use crate::id::ObjectId;
use crate::plan::Reader;
use crate::port::History;
use crate::project::Project;
use crate::schedule::Figure;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Items that are drawn, at most: more cannot be read on a page.
const DRAWN: usize = 40;

/// Open tasks above which no forecast is made: nobody waits a minute for a side remark.
const MANY: usize = 5_000;

/// How often each plan is played.
const SAMPLES: usize = 1_000;

/// Schedules made in search of a short one.
const EFFORT: u64 = 40;

/// One changed item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub id: String,
    /// As it would be, or was.
    pub title: String,
    /// `done`, `dropped`, `waiting` or `open`; `None` when it was not in the plan.
    pub before: Option<&'static str>,
    pub after: Option<&'static str>,
    /// What happened to it, in words.
    pub what: Vec<String>,
}

/// When all is done, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Even odds (P50) and likely (P80). `None`: nothing is left, or nothing can be said.
    pub before: Option<[Date; 2]>,
    pub after: Option<[Date; 2]>,
}

/// What a proposal means for the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    pub items: Vec<Changed>,
    /// Mermaid; `None` when no item is changed.
    pub graph: Option<String>,
    /// Mermaid; `None` when nothing that is open is changed, or there is no schedule.
    pub gantt: Option<String>,
    pub shift: Option<Shift>,
}

/// Compares the plan of a commit with that of a proposed tree or commit.
///
/// # Errors
/// An object could not be read.
pub fn run(history: &dyn History, before: &ObjectId, after: &ObjectId, now: Timestamp) -> Result<Impact, Failure> {
    let read = |id: &ObjectId| Project::read(history.tree(id)?.as_ref(), Reader::Full, &mut crate::diag::Sink::new());
    let (old, new) = (read(before)?, read(after)?);
    let items = changed(&diff::run(history, before, after)?.changes, &old, &new);
    if items.is_empty() {
        return Ok(Impact::default());
    }
    let own: BTreeSet<usize> = items.iter().filter_map(|item| new.plan.find(&item.id)).collect();
    let drawn = around(&own, &new);
    let shift = Shift { before: finish(&old, now), after: finish(&new, now) };
    Ok(Impact {
        graph: (!drawn.is_empty()).then(|| export::part(&new.plan, &drawn, &own)),
        gantt: bars(&new, &drawn, now),
        shift: (shift.before.is_some() || shift.after.is_some()).then_some(shift),
        items,
    })
}

/// The items among the changes, each once, in their order.
fn changed(changes: &[(String, What)], old: &Project, new: &Project) -> Vec<Changed> {
    let mut found: Vec<Changed> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (subject, what) in changes {
        let of = |project: &Project| {
            let index = project.plan.find(subject)?;
            Some((project.plan.items[index].title().value.to_owned(), export::state(&project.plan, index)))
        };
        let (before, after) = (of(old), of(new));
        let Some((title, _)) = after.clone().or_else(|| before.clone()) else { continue };
        let place = *places.entry(subject.to_ascii_lowercase()).or_insert_with(|| {
            let state = |side: Option<(String, &'static str)>| side.map(|(_, state)| state);
            let (before, after) = (state(before), state(after));
            found.push(Changed { id: subject.clone(), title, before, after, what: Vec::new() });
            found.len() - 1
        });
        // A gate report or a commit is no change of the item itself.
        if !matches!(what, What::Work { .. } | What::Gate { .. }) {
            found[place].what.push(log::text(what));
        }
    }
    found.retain(|item| !item.what.is_empty());
    found
}

/// Those items with what they need and what needs them; themselves first when there are too many.
fn around(own: &BTreeSet<usize>, new: &Project) -> BTreeSet<usize> {
    let plan = &new.plan;
    let near = own.iter().flat_map(|&index| plan.needed_items(index).into_iter().chain(plan.dependants(index)));
    let mut drawn = BTreeSet::new();
    for index in own.iter().copied().chain(near) {
        if drawn.len() == DRAWN {
            break;
        }
        drawn.insert(index);
    }
    drawn
}

/// The schedule of those items.
fn bars(project: &Project, drawn: &BTreeSet<usize>, now: Timestamp) -> Option<String> {
    let (plan, roster) = (&project.plan, project.roster.as_ref());
    let open = drawn.iter().any(|&index| !plan.is_closed(index));
    if !open || open_tasks(project) > MANY {
        return None;
    }
    let figure = Figure::Expected;
    let question = schedule::Question { plan, roster, figure, start: None, now, effort: Some(EFFORT), seed: 0 };
    let (levelled, _) = schedule::run(&question);
    let mut entries = gantt::entries(plan, &levelled?, |index| drawn.contains(&index));
    entries.sort_by_key(|entry| (entry.start, entry.finish));
    (!entries.is_empty()).then(|| chart::mermaid("what the change touches", &entries, &question.zone()))
}

fn open_tasks(project: &Project) -> usize {
    let plan = &project.plan;
    (0..plan.items.len()).filter(|&index| plan.children(index).is_empty() && !plan.is_closed(index)).count()
}

/// When all is done at even odds and likely; `None` when nothing is left or no task says how long it takes.
fn finish(project: &Project, now: Timestamp) -> Option<[Date; 2]> {
    let plan = &project.plan;
    let open = (0..plan.items.len()).filter(|&index| !plan.is_closed(index));
    if open.filter_map(|index| plan.items[index].estimate()).next().is_none() || open_tasks(project) > MANY {
        return None;
    }
    let quick = forecast::Question::quick(plan, project.roster.as_ref(), now);
    let question = forecast::Question { samples: SAMPLES, seed: 0, drivers: false, ..quick };
    let outcome = forecast::run(&question).0?;
    let day = |share: f64| outcome.clock.day(outcome.forecast.finish().quantile(share));
    Some([day(0.5)?, day(0.8)?])
}

impl Shift {
    /// The shift in a sentence.
    pub fn words(&self) -> Words {
        let dates = |[even, likely]: [Date; 2]| format!("{even} (even odds), {likely} (likely)");
        match (self.before, self.after) {
            (Some(before), Some(after)) if before == after => format!("all is done as before: {}", dates(after)).into(),
            (Some(before), Some(after)) => {
                let days = after[1].duration_since(before[1]).as_hours() / 24;
                let word = if days > 0 { "later" } else { "earlier" };
                let by = match days.abs() {
                    0 => String::new(),
                    1 => format!(", likely a day {word}"),
                    days => format!(", likely {days} days {word}"),
                };
                format!("all is done {}, instead of {}{by}", dates(after), dates(before)).into()
            }
            (None, Some(after)) => format!("all is done {}; before, nothing could be said", dates(after)).into(),
            (Some(before), None) => {
                format!("nothing is left to forecast; before, all was done {}", dates(before)).into()
            }
            (None, None) => "when all is done is not known".into(),
        }
    }
}
