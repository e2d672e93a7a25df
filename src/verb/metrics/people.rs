//! Figures of teams, and of how work goes from hand to hand. Nobody is named, and nobody is compared.

use super::{number, percent};
use crate::record::kinds;
use crate::verb::survey::Survey;
use crate::verb::tables;
use std::collections::BTreeMap;

pub(super) fn utilisation(survey: &Survey<'_>) -> Option<f64> {
    survey.knows(super::WINDOW).then_some(())?;
    let loads: Vec<f64> = tables::teams(survey)
        .into_iter()
        .filter_map(|team| {
            let capacity = tables::capacity(survey, team).filter(|&capacity| capacity > 0)?;
            let own = survey.tasks().filter(|&index| {
                let is_theirs = survey.team(index).is_some_and(|own| own.eq_ignore_ascii_case(team));
                is_theirs && survey.past(&survey.plan.items[index]).is_some_and(|past| past.was_under_way(survey.now))
            });
            Some(number(own.count()) * 100.0 / f64::from(capacity))
        })
        .collect();
    (!loads.is_empty()).then(|| loads.iter().sum::<f64>() / number(loads.len()))
}

pub(super) fn handoffs(survey: &Survey<'_>) -> Option<f64> {
    let answered: Vec<bool> = survey
        .of(&kinds::HANDOFF)
        .filter_map(|record| {
            let answer = record.steps.iter().find(|step| matches!(step.to.value.as_str(), "accepted" | "rejected"))?;
            survey.is_recent(answer.at.value).then(|| answer.to.value == "accepted")
        })
        .collect();
    percent(answered.iter().filter(|accepted| **accepted).count(), answered.len())
}

pub(super) fn bus_factor(survey: &Survey<'_>) -> Option<f64> {
    survey.knows(super::WINDOW).then_some(())?;
    let mut commits: BTreeMap<&str, &str> = BTreeMap::new();
    for work in survey.facts.items().flat_map(|item| &item.work) {
        if survey.is_recent(work.landed.at) {
            commits.insert(work.commit.as_str(), &work.by);
        }
    }
    let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
    for author in commits.values() {
        *shares.entry(author).or_default() += 1;
    }
    let mut shares: Vec<usize> = shares.into_values().collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    let needed = shares.iter().position(|share| {
        sum += share;
        sum * 2 > commits.len()
    })?;
    Some(number(needed + 1))
}

pub(super) fn coordination(survey: &Survey<'_>) -> Option<f64> {
    survey.knows(super::WINDOW).then_some(())?;
    let records = survey.records.iter();
    let steps = records.flat_map(|record| &record.steps).filter(|step| survey.is_recent(step.at.value)).count();
    let work = survey.facts.items().flat_map(|item| &item.work).filter(|work| survey.is_recent(work.landed.at));
    let commits: std::collections::BTreeSet<&str> = work.map(|work| work.commit.as_str()).collect();
    percent(steps, steps + commits.len())
}
