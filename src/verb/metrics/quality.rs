//! Figures of gates, reviews, blockers, incidents and waivers.

use super::{hours, median, number, percent};
use crate::evidence::Outcome;
use crate::facts::GateRun;
use crate::pattern::PatternSet;
use crate::policy::GateKind;
use crate::record::{Record, kinds};
use crate::text::Spanned;
use crate::verb::sop::Compliance;
use crate::verb::survey::Survey;
use crate::verb::tables;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The results that were made for themselves, not used again.
fn runs<'v>(survey: &'v Survey<'_>) -> impl Iterator<Item = (&'v str, &'v GateRun)> {
    let items = survey.facts.items();
    let runs = items.flat_map(|item| item.gates.iter().map(move |run| (item.id.as_str(), run)));
    runs.filter(|(_, run)| !run.reused && run.landed.at <= survey.now)
}

pub(super) fn pass_rate(survey: &Survey<'_>) -> Option<f64> {
    let recent: Vec<bool> =
        runs(survey).filter(|(_, run)| survey.is_recent(run.at)).map(|(_, run)| run.outcome == Outcome::Pass).collect();
    percent(recent.iter().filter(|passed| **passed).count(), recent.len())
}

pub(super) fn first_time(survey: &Survey<'_>) -> Option<f64> {
    let mut first: BTreeMap<(&str, &str), &GateRun> = BTreeMap::new();
    for (item, run) in runs(survey) {
        let known = first.entry((item, &run.gate)).or_insert(run);
        if run.at < known.at {
            *known = run;
        }
    }
    let recent: Vec<&GateRun> = first.into_values().filter(|run| survey.is_recent(run.at)).collect();
    percent(recent.iter().filter(|run| run.outcome == Outcome::Pass).count(), recent.len())
}

pub(super) fn review_turnaround(survey: &Survey<'_>) -> Option<f64> {
    let recent = tables::approvals(survey).filter(|(_, run)| survey.is_recent(run.at));
    let waited = recent.filter_map(|(item, run)| {
        let before = item.work.iter().map(|work| work.at.at).filter(|at| *at <= run.at);
        Some(hours(run.at.duration_since(before.max()?)))
    });
    median(waited.collect())
}

/// The hours from the opening of records to a state they reached in the window.
fn lasted<'r>(survey: &Survey<'_>, records: impl Iterator<Item = &'r Record>, state: &str) -> Option<f64> {
    let hours = records.filter_map(|record| {
        let end = record.step_to(state)?.at.value;
        survey.is_recent(end).then(|| hours(end.duration_since(record.opener().at.value)))
    });
    median(hours.filter(|hours| *hours >= 0.0).collect())
}

pub(super) fn resolution(survey: &Survey<'_>) -> Option<f64> {
    lasted(survey, survey.of(&kinds::BLOCKER), "resolved")
}

fn resolution_of(survey: &Survey<'_>, priority: &str) -> Option<f64> {
    let of = survey.of(&kinds::BLOCKER).filter(|record| record.text("priority") == Some(priority));
    lasted(survey, of, "resolved")
}

pub(super) fn resolution_p0(survey: &Survey<'_>) -> Option<f64> {
    resolution_of(survey, "P0")
}

pub(super) fn resolution_p1(survey: &Survey<'_>) -> Option<f64> {
    resolution_of(survey, "P1")
}

pub(super) fn resolution_p2(survey: &Survey<'_>) -> Option<f64> {
    resolution_of(survey, "P2")
}

pub(super) fn open_blockers(survey: &Survey<'_>) -> Option<f64> {
    let open = survey.of(&kinds::BLOCKER).filter(|record| {
        let resolved = record.step_to("resolved");
        record.opener().at.value <= survey.now && resolved.is_none_or(|step| step.at.value > survey.now)
    });
    Some(number(open.count()))
}

fn open_of(survey: &Survey<'_>, priority: u8) -> Option<f64> {
    let situation = survey.situation()?;
    let open = survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed());
    Some(number(open.filter(|record| situation.of(record).priority == priority).count()))
}

pub(super) fn open_p0(survey: &Survey<'_>) -> Option<f64> {
    open_of(survey, 0)
}

pub(super) fn open_p1(survey: &Survey<'_>) -> Option<f64> {
    open_of(survey, 1)
}

pub(super) fn open_p2(survey: &Survey<'_>) -> Option<f64> {
    open_of(survey, 2)
}

pub(super) fn procedures(survey: &Survey<'_>) -> Option<f64> {
    let courses = survey.courses.as_ref()?;
    let kept = courses.iter().filter(|course| course.compliance() != Compliance::Violation);
    percent(kept.count(), courses.len())
}

pub(super) fn restore_time(survey: &Survey<'_>) -> Option<f64> {
    lasted(survey, survey.of(&kinds::INCIDENT), "closed")
}

/// The moments of the deployments that are known then, in order.
fn deployed(survey: &Survey<'_>) -> Option<Vec<Timestamp>> {
    let known = survey.beyond.deployments.as_ref()?;
    let known: Vec<Timestamp> = known.iter().copied().filter(|at| *at <= survey.now).collect();
    (!known.is_empty()).then_some(known)
}

pub(super) fn deployments(survey: &Survey<'_>) -> Option<f64> {
    survey.knows(super::WINDOW).then_some(())?;
    Some(number(deployed(survey)?.into_iter().filter(|at| survey.is_recent(*at)).count()) / 4.0)
}

pub(super) fn change_failure(survey: &Survey<'_>) -> Option<f64> {
    let known = deployed(survey)?;
    let incidents: Vec<Timestamp> =
        survey.of(&kinds::INCIDENT).map(|record| record.opener().at.value).filter(|at| *at <= survey.now).collect();
    let failed: Vec<bool> = known
        .iter()
        .enumerate()
        .filter(|(_, at)| survey.is_recent(**at))
        .map(|(index, at)| {
            let next = known.get(index + 1).copied().unwrap_or(Timestamp::MAX);
            incidents.iter().any(|opened| at <= opened && *opened < next)
        })
        .collect();
    percent(failed.iter().filter(|failed| **failed).count(), failed.len())
}

pub(super) fn documentation(survey: &Survey<'_>) -> Option<f64> {
    let changed = survey.beyond.changed.as_ref()?;
    let touched = |patterns: &[Spanned<String>]| {
        let patterns = PatternSet::of_valid(patterns.iter().map(|pattern| pattern.value.as_str()));
        changed.iter().any(|path| patterns.matches(path))
    };
    let gates = survey.policy?.gates.values().filter_map(|gate| match &gate.kind {
        GateKind::Changed { paths, .. } if touched(&gate.when) => Some(touched(paths)),
        _ => None,
    });
    let current: Vec<bool> = gates.collect();
    percent(current.iter().filter(|current| **current).count(), current.len())
}

pub(super) fn waivers(survey: &Survey<'_>) -> Option<f64> {
    let granted = survey.of(&kinds::WAIVER).filter_map(|record| record.step_to("granted"));
    Some(number(granted.filter(|step| survey.is_within(step.at.value, 7)).count()))
}
