//! Figures of how tasks go through the plan.

use super::{hours, median, number, percent};
use crate::facts::{ItemFacts, Tick};
use crate::plan::Kind;
use crate::record::kinds;
use crate::verb::survey::Survey;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// The ticks of tasks that landed within so many days before, and stood then.
fn finished<'v>(survey: &'v Survey<'_>, days: i64) -> impl Iterator<Item = (&'v ItemFacts, Timestamp)> {
    let stood = |tick: &&Tick| tick.reopened.is_none_or(|reopened| reopened.at > survey.now);
    let ticked = move |item: &'v ItemFacts| {
        let ticks = item.ticks.iter().filter(stood).filter_map(|tick| tick.ticked);
        let at = ticks.map(|ticked| ticked.at).find(|&at| survey.is_within(at, days))?;
        Some((item, at))
    };
    survey.facts.items().filter(|item| item.is_leaf).filter_map(ticked)
}

/// The due dates of the plan as it is, by folded id.
fn due_dates(survey: &Survey<'_>) -> HashMap<String, Date> {
    let items = survey.plan.items.iter();
    items.filter_map(|item| Some((item.id.value.folded(), item.due()?.value))).collect()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

pub(super) fn on_time(survey: &Survey<'_>) -> Option<f64> {
    let due = due_dates(survey);
    let dated: Vec<bool> = finished(survey, super::WINDOW)
        .filter_map(|(item, at)| Some(day(at) <= *due.get(&item.id.to_ascii_lowercase())?))
        .collect();
    percent(dated.iter().filter(|in_time| **in_time).count(), dated.len())
}

pub(super) fn predictability(survey: &Survey<'_>) -> Option<f64> {
    let (from, until) = (day(survey.days_before(super::WINDOW)), day(survey.now));
    let due = due_dates(survey);
    let met: Vec<bool> = survey
        .facts
        .items()
        .filter(|item| item.is_leaf && item.stood(survey.now))
        .filter_map(|item| Some((item, *due.get(&item.id.to_ascii_lowercase())?)))
        // What is due today can still be done.
        .filter(|(_, due)| from < *due && *due < until)
        .map(|(item, due)| item.ticks.iter().any(|tick| stands(tick, survey) && in_time(tick, due)))
        .collect();
    percent(met.iter().filter(|met| **met).count(), met.len())
}

fn stands(tick: &Tick, survey: &Survey<'_>) -> bool {
    tick.reopened.is_none_or(|reopened| reopened.at > survey.now)
}

/// What came ticked was done before.
fn in_time(tick: &Tick, due: Date) -> bool {
    tick.ticked.is_none_or(|ticked| day(ticked.at) <= due)
}

/// The days of the last week that the history tells of, at least one; none before it begins, and none where it is only
/// known for a part of them.
fn days(survey: &Survey<'_>) -> Option<f64> {
    let first = survey.facts.line().next()?.1.at;
    let is_known = survey.knows(7) && first <= survey.now;
    is_known.then(|| (hours(survey.now.duration_since(first)) / 24.0).clamp(1.0, 7.0))
}

pub(super) fn velocity(survey: &Survey<'_>) -> Option<f64> {
    Some(number(finished(survey, 7).count()) / days(survey)?)
}

pub(super) fn feature_velocity(survey: &Survey<'_>) -> Option<f64> {
    let features = || survey.facts.items().filter(|item| item.kind == Kind::Feature);
    features().next().filter(|_| survey.knows(7))?;
    let claimed = features().filter(|item| {
        let ticks = item.ticks.iter().filter(|tick| stands(tick, survey)).filter_map(|tick| tick.ticked);
        ticks.map(|ticked| ticked.at).any(|at| survey.is_within(at, 7))
    });
    Some(number(claimed.count()))
}

pub(super) fn burn_rate(survey: &Survey<'_>) -> Option<f64> {
    let minutes: Vec<u32> = finished(survey, 7).filter_map(|(item, _)| item.likely_minutes()).collect();
    let days = days(survey).filter(|_| !minutes.is_empty())?;
    Some(minutes.into_iter().map(f64::from).sum::<f64>() / 60.0 / days)
}

pub(super) fn critical_health(survey: &Survey<'_>) -> Option<f64> {
    let critical = survey.critical.as_ref()?;
    let mut open = survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed());
    if open.any(|record| record.list("items").iter().any(|item| critical.is_critical(&item.value))) {
        return Some(0.0);
    }
    let today = day(survey.now);
    let plan = survey.plan;
    let met: Vec<bool> = survey
        .tasks()
        .filter(|&index| plan.claimed(index) || critical.is_critical(plan.items[index].id.value.as_str()))
        .filter_map(|index| Some((index, plan.items[index].due()?.value)))
        .filter(|(_, due)| *due < today)
        .map(|(index, due)| {
            let past = survey.past(&plan.items[index]);
            plan.claimed(index) && past.and_then(|past| past.done).is_none_or(|done| day(done.at) <= due)
        })
        .collect();
    percent(met.iter().filter(|met| **met).count(), met.len())
}

pub(super) fn rework(survey: &Survey<'_>) -> Option<f64> {
    let ticks = survey.facts.items().filter(|item| item.is_leaf).flat_map(|item| &item.ticks);
    let recent = ticks.filter(|tick| tick.ticked.is_some_and(|ticked| survey.is_recent(ticked.at)));
    let taken_back: Vec<bool> = recent.map(|tick| !stands(tick, survey)).collect();
    percent(taken_back.iter().filter(|back| **back).count(), taken_back.len())
}

pub(super) fn unplanned(survey: &Survey<'_>) -> Option<f64> {
    let first = survey.facts.line().next()?.1.at;
    // While the plan itself is younger than the window, all of it would look unplanned.
    if first > survey.days_before(super::WINDOW) {
        return None;
    }
    let new: Vec<bool> = finished(survey, super::WINDOW)
        .map(|(item, _)| item.created.is_some_and(|created| survey.is_recent(created.at)))
        .collect();
    percent(new.iter().filter(|new| **new).count(), new.len())
}

pub(super) fn scope_change(survey: &Survey<'_>) -> Option<f64> {
    let count = |at| number(survey.facts.progress(at).tasks);
    let before = count(survey.days_before(7));
    (before > 0.0 && survey.knows(7)).then(|| (count(survey.now) - before) * 100.0 / before)
}

fn between(from: Timestamp, until: Timestamp) -> Option<f64> {
    let duration = until.duration_since(from);
    (duration >= SignedDuration::ZERO).then(|| hours(duration))
}

pub(super) fn cycle_time(survey: &Survey<'_>) -> Option<f64> {
    median(finished(survey, super::WINDOW).filter_map(|(item, at)| between(item.begun?.at, at)).collect())
}

pub(super) fn wait_time(survey: &Survey<'_>) -> Option<f64> {
    let items = survey.facts.items().filter(|item| item.is_leaf);
    let begun = items.filter_map(|item| Some((item.created?, item.begun?)));
    let recent = begun.filter(|(_, begun)| survey.is_recent(begun.at));
    median(recent.filter_map(|(created, begun)| between(created.at, begun.at)).collect())
}

pub(super) fn lead_time(survey: &Survey<'_>) -> Option<f64> {
    let work = survey.facts.items().flat_map(|item| &item.work);
    let recent = work.filter(|work| survey.is_recent(work.landed.at));
    median(recent.filter_map(|work| between(work.at.at, work.landed.at)).collect())
}

pub(super) fn buffer(survey: &Survey<'_>) -> Option<f64> {
    survey.beyond.buffer
}
