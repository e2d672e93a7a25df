//! Figures of how tasks go through the plan.

use super::{View, hours, median, number, percent};
use crate::facts::{ItemFacts, Tick};
use crate::plan::Kind;
use crate::record::kinds;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// The ticks of tasks that landed within so many days before, and stood then.
fn finished<'v>(view: &'v View<'_, '_>, days: i64) -> impl Iterator<Item = (&'v ItemFacts, Timestamp)> {
    let stood = |tick: &&Tick| tick.reopened.is_none_or(|reopened| reopened.at > view.at);
    let ticked = move |item: &'v ItemFacts| {
        let ticks = item.ticks.iter().filter(stood).filter_map(|tick| tick.ticked);
        let at = ticks.map(|ticked| ticked.at).find(|&at| view.is_within(at, days))?;
        Some((item, at))
    };
    view.survey.facts.items().filter(|item| item.is_leaf).filter_map(ticked)
}

/// The due dates of the plan as it is, by folded id.
fn due_dates(view: &View<'_, '_>) -> HashMap<String, Date> {
    let items = view.survey.plan.items.iter();
    items.filter_map(|item| Some((item.id.value.folded(), item.due()?.value))).collect()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

pub(super) fn on_time(view: &View<'_, '_>) -> Option<f64> {
    let due = due_dates(view);
    let dated: Vec<bool> = finished(view, super::WINDOW)
        .filter_map(|(item, at)| Some(day(at) <= *due.get(&item.id.to_ascii_lowercase())?))
        .collect();
    percent(dated.iter().filter(|in_time| **in_time).count(), dated.len())
}

pub(super) fn predictability(view: &View<'_, '_>) -> Option<f64> {
    let (from, until) = (day(view.days_before(super::WINDOW)), day(view.at));
    let due = due_dates(view);
    let met: Vec<bool> = view
        .survey
        .facts
        .items()
        .filter(|item| item.is_leaf && item.stood(view.at))
        .filter_map(|item| Some((item, *due.get(&item.id.to_ascii_lowercase())?)))
        // What is due today can still be done.
        .filter(|(_, due)| from < *due && *due < until)
        .map(|(item, due)| item.ticks.iter().any(|tick| stands(tick, view) && in_time(tick, due)))
        .collect();
    percent(met.iter().filter(|met| **met).count(), met.len())
}

fn stands(tick: &Tick, view: &View<'_, '_>) -> bool {
    tick.reopened.is_none_or(|reopened| reopened.at > view.at)
}

/// What came ticked was done before.
fn in_time(tick: &Tick, due: Date) -> bool {
    tick.ticked.is_none_or(|ticked| day(ticked.at) <= due)
}

/// The days of the last week that the history tells of, at least one; none before it begins.
fn days(view: &View<'_, '_>) -> Option<f64> {
    let first = view.survey.facts.line().next()?.1.at;
    (first <= view.at).then(|| (hours(view.at.duration_since(first)) / 24.0).clamp(1.0, 7.0))
}

pub(super) fn velocity(view: &View<'_, '_>) -> Option<f64> {
    Some(number(finished(view, 7).count()) / days(view)?)
}

pub(super) fn feature_velocity(view: &View<'_, '_>) -> Option<f64> {
    let features = || view.survey.facts.items().filter(|item| item.kind == Kind::Feature);
    features().next()?;
    let claimed = features().filter(|item| {
        let ticks = item.ticks.iter().filter(|tick| stands(tick, view)).filter_map(|tick| tick.ticked);
        ticks.map(|ticked| ticked.at).any(|at| view.is_within(at, 7))
    });
    Some(number(claimed.count()))
}

pub(super) fn burn_rate(view: &View<'_, '_>) -> Option<f64> {
    let minutes: Vec<u32> = finished(view, 7).filter_map(|(item, _)| item.likely_minutes()).collect();
    let days = days(view).filter(|_| !minutes.is_empty())?;
    Some(minutes.into_iter().map(f64::from).sum::<f64>() / 60.0 / days)
}

pub(super) fn critical_health(view: &View<'_, '_>) -> Option<f64> {
    let survey = view.survey;
    let critical = survey.critical.as_ref()?;
    let mut open = survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed());
    if open.any(|record| record.list("items").iter().any(|item| critical.is_critical(&item.value))) {
        return Some(0.0);
    }
    let today = day(view.at);
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

pub(super) fn rework(view: &View<'_, '_>) -> Option<f64> {
    let ticks = view.survey.facts.items().filter(|item| item.is_leaf).flat_map(|item| &item.ticks);
    let recent = ticks.filter(|tick| tick.ticked.is_some_and(|ticked| view.is_recent(ticked.at)));
    let taken_back: Vec<bool> = recent.map(|tick| !stands(tick, view)).collect();
    percent(taken_back.iter().filter(|back| **back).count(), taken_back.len())
}

pub(super) fn unplanned(view: &View<'_, '_>) -> Option<f64> {
    let first = view.survey.facts.line().next()?.1.at;
    // While the plan itself is younger than the window, all of it would look unplanned.
    if first > view.days_before(super::WINDOW) {
        return None;
    }
    let new: Vec<bool> = finished(view, super::WINDOW)
        .map(|(item, _)| item.created.is_some_and(|created| view.is_recent(created.at)))
        .collect();
    percent(new.iter().filter(|new| **new).count(), new.len())
}

pub(super) fn scope_change(view: &View<'_, '_>) -> Option<f64> {
    let count = |at| number(view.survey.facts.progress(at).tasks);
    let before = count(view.days_before(7));
    (before > 0.0).then(|| (count(view.at) - before) * 100.0 / before)
}

fn between(from: Timestamp, until: Timestamp) -> Option<f64> {
    let duration = until.duration_since(from);
    (duration >= SignedDuration::ZERO).then(|| hours(duration))
}

pub(super) fn cycle_time(view: &View<'_, '_>) -> Option<f64> {
    median(finished(view, super::WINDOW).filter_map(|(item, at)| between(item.begun?.at, at)).collect())
}

pub(super) fn wait_time(view: &View<'_, '_>) -> Option<f64> {
    let items = view.survey.facts.items().filter(|item| item.is_leaf);
    let begun = items.filter_map(|item| Some((item.created?, item.begun?)));
    let recent = begun.filter(|(_, begun)| view.is_recent(begun.at));
    median(recent.filter_map(|(created, begun)| between(created.at, begun.at)).collect())
}

pub(super) fn lead_time(view: &View<'_, '_>) -> Option<f64> {
    let work = view.survey.facts.items().flat_map(|item| &item.work);
    let recent = work.filter(|work| view.is_recent(work.landed.at));
    median(recent.filter_map(|work| between(work.at.at, work.landed.at)).collect())
}

pub(super) fn buffer(view: &View<'_, '_>) -> Option<f64> {
    view.survey.beyond.buffer
}
