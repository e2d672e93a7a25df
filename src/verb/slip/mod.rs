//! `plan slip`: how much later all is done than a commit planned, and why.
//!
//! `alarm` says when that is more than others can be left without word of.

mod alarm;

pub use alarm::{Alarm, alarm, bound};

use super::schedule::{Question, stamp};
use super::standing::Standings;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::facts::Facts;
use crate::id::ObjectId;
use crate::picture::{self, Picture};
use crate::plan::{Plan, Reader};
use crate::port::{History, Tree};
use crate::project;
use crate::schedule::Minutes;
use crate::schedule::codes;
use crate::schedule::level::slip::{Slip, SlipCause, slip};
use crate::schedule::level::{Changes, Levelled};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What a commit planned.
#[derive(Debug)]
pub struct Baseline {
    pub plan: Plan,
    pub levelled: Levelled,
}

/// The commit with what was planned, and its time: the one that the plan names, else the first that has items.
///
/// # Errors
/// The commit that the plan names could not be read.
pub fn first_planned(
    plan: &Plan,
    history: &dyn History,
    facts: Option<&Facts>,
) -> Result<Option<(ObjectId, Timestamp)>, Failure> {
    let Some(named) = plan.baseline() else {
        return Ok(facts.and_then(Facts::beginning).map(|(id, moment)| (id.clone(), moment.at)));
    };
    let commit = history.commit(named).map_err(|failure| {
        failure
            .while_doing(format!("the baseline {} cannot be read", named.short()))
            .hint("fetch that commit, or choose another: `passmuster plan baseline REVISION`")
    })?;
    // A date no calendar has is that of the end of all.
    Ok(Some((named.clone(), Timestamp::from_second(commit.seconds).unwrap_or(Timestamp::MAX))))
}

/// Schedules the plan of a commit with the roster of that time, from that time on.
///
/// # Errors
/// The commit could not be read. The inner error holds the findings when there is no schedule of its plan.
pub fn baseline(
    question: &Question<'_>,
    history: &dyn History,
    commit: &ObjectId,
) -> Result<Result<Baseline, Vec<Diagnostic>>, Failure> {
    let seconds = history.commit(commit)?.seconds;
    let then = Timestamp::from_second(seconds).unwrap_or(question.now);
    planned(question, history, commit, then)
}

/// Schedules the plan of a commit with the roster of that time, from a moment on.
fn planned(
    question: &Question<'_>,
    history: &dyn History,
    commit: &ObjectId,
    now: Timestamp,
) -> Result<Result<Baseline, Vec<Diagnostic>>, Failure> {
    let tree = history.tree(commit)?;
    let (plan, _) = project::read_plan(&*tree, Reader::Fast, &mut Sink::new())?;
    let roster = project::read_roster(&*tree, &mut Sink::new())?;
    if plan.items.is_empty() {
        let place = Place::Commit(commit.to_string());
        return Ok(Err(vec![
            Diagnostic::error(&codes::EMPTY_BASELINE, place, format!("nothing is planned at {}", commit.short()))
                .cause("its tree has no plan with items")
                .hint("choose a commit with the plan: `passmuster log`"),
        ]));
    }
    let then = Question { plan: &plan, roster: roster.as_ref(), start: None, now, ..question.clone() };
    let levelled = then.under(&Changes::default(), &mut Sink::new());
    Ok(levelled.map(|levelled| Baseline { plan, levelled }))
}

/// Compares the schedule of now with what was planned.
///
/// # Errors
/// The tree could not be read.
pub fn run(plan: &Plan, levelled: &Levelled, baseline: &Baseline, tree: &dyn Tree) -> Result<Slip, Failure> {
    let standings = Standings::new(plan, tree)?;
    let blocked = |item: usize| standings.blockers(item).next().is_some();
    Ok(slip((&baseline.plan, &baseline.levelled), (plan, levelled), blocked))
}

/// The slip by its causes.
pub fn picture(plan: &Plan, slip: &Slip, baseline: &Baseline, zone: &TimeZone) -> Picture {
    let mut causes: BTreeMap<SlipCause, Minutes> = BTreeMap::new();
    for part in &slip.parts {
        causes.entry(part.cause).or_default().0 += part.minutes.0;
    }
    let causes: Vec<(&str, f64)> =
        causes.into_iter().map(|(cause, minutes)| (cause.name(), minutes.0 as f64 / 60.0)).collect();
    let title = format!("{}: slip by cause", plan.title().unwrap_or("the plan"));
    let planned = stamp(baseline.levelled.finish, zone);
    picture::slip(&title, &format!("hours of work along the chain that decides; planned to be done {planned}"), &causes)
}
