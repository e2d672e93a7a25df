//! What makes a project green, yellow or red: each indicator with its reason and the command that shows more.
//!
//! The worst one wins. What is not known makes nothing green: it is counted and said.

use super::blockers::ESCALATED;
use super::metrics::{Light, Reading};
use super::overdue;
use super::survey::Survey;
use crate::evidence::Outcome;
use crate::plan::Item;
use crate::record::kinds;
use jiff::tz::TimeZone;

/// One thing that speaks for or against how it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    pub name: &'static str,
    pub light: Light,
    /// The fact behind it, with values. Foreign text in it is not escaped.
    pub reason: String,
    /// To be typed.
    pub more: String,
}

/// All indicators with how the whole stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicators {
    /// The worst of those that are known; unknown when none is.
    pub light: Light,
    /// Worst first.
    pub all: Vec<Indicator>,
}

impl Indicators {
    /// How many are not known.
    pub fn unknown(&self) -> usize {
        self.all.iter().filter(|one| one.light == Light::Unknown).count()
    }

    /// Those that are yellow or red.
    pub fn amiss(&self) -> impl Iterator<Item = &Indicator> {
        self.all.iter().filter(|one| one.light > Light::Unknown)
    }
}

/// How many names a reason has at most.
const NAMED: usize = 3;

/// The figures that other indicators say better.
const SAID: [&str; 2] = ["open-blockers", "open-blockers-p0"];

/// Looks at everything that can be amiss.
pub fn run(survey: &Survey<'_>, readings: &[Reading]) -> Indicators {
    let mut all: Vec<Indicator> =
        [incidents(survey), blockers(survey), overdue(survey), gates(survey), late(survey)].into_iter().collect();
    let figures = readings.iter().filter(|reading| !SAID.contains(&reading.metric.name));
    all.extend(figures.filter_map(figure));
    // The order of those that stand alike is kept.
    all.sort_by_key(|one| std::cmp::Reverse(one.light));
    let known = all.iter().map(|one| one.light).filter(|light| *light != Light::Unknown);
    Indicators { light: known.max().unwrap_or(Light::Unknown), all }
}

fn indicator(name: &'static str, light: Light, reason: String, more: &str) -> Indicator {
    Indicator { name, light, reason, more: more.to_owned() }
}

/// Some names, and how many more there are.
fn names<'a>(names: &[&'a str]) -> String {
    let shown: Vec<&'a str> = names.iter().copied().take(NAMED).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn incidents(survey: &Survey<'_>) -> Indicator {
    let open: Vec<&str> = survey
        .of(&kinds::INCIDENT)
        .filter(|record| !record.is_closed())
        .map(|record| record.title.value.as_str())
        .collect();
    let (light, reason) = match &open[..] {
        [] => (Light::Green, "none is open".to_owned()),
        open => (Light::Red, format!("nothing but its items lands: {}", names(open))),
    };
    indicator("incidents", light, reason, "passmuster incident status")
}

fn blockers(survey: &Survey<'_>) -> Indicator {
    let more = "passmuster blocker list";
    let open: Vec<_> = survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed()).collect();
    if open.is_empty() {
        return indicator("blockers", Light::Green, "none is open".to_owned(), more);
    }
    let Some(situation) = survey.situation() else {
        return indicator(
            "blockers",
            Light::Yellow,
            format!("{} open; without a policy they have no level", open.len()),
            more,
        );
    };
    let standings: Vec<_> = open.into_iter().map(|record| situation.of(record)).collect();
    let level = standings.iter().map(|standing| standing.level).max().unwrap_or(1);
    let critical = standings.iter().filter(|standing| standing.priority == 0).count();
    let light = if critical > 0 || level >= ESCALATED { Light::Red } else { Light::Yellow };
    let delaying = if critical > 0 { format!(", {critical} of them P0") } else { String::new() };
    indicator("blockers", light, format!("{} open{delaying}, the highest at L{level}", standings.len()), more)
}

fn overdue(survey: &Survey<'_>) -> Indicator {
    let more = "passmuster overdue";
    let Some(situation) = survey.situation() else {
        return indicator(
            "overdue",
            Light::Unknown,
            "there is no policy that says how long things may take".to_owned(),
            more,
        );
    };
    let late = overdue::run(&survey.records, &situation);
    // Blockers and incidents have indicators of their own.
    let late: Vec<&str> = late
        .iter()
        .filter(|late| !std::ptr::eq(late.record.kind, &kinds::BLOCKER))
        .map(|late| late.record.title.value.as_str())
        .collect();
    match &late[..] {
        [] => indicator("overdue", Light::Green, "no record is past its time".to_owned(), more),
        late => indicator("overdue", Light::Yellow, format!("{} past their time: {}", late.len(), names(late)), more),
    }
}

/// The items whose newest result of some gate, as far as it landed, is not a pass.
fn gates(survey: &Survey<'_>) -> Indicator {
    let more = "passmuster query \"SELECT * FROM quality_gates WHERE gate_status = 'failed'\"";
    let mut seen = false;
    let mut red: Vec<&str> = Vec::new();
    for item in &survey.plan.items {
        let Some(past) = survey.past(item) else { continue };
        let newest = past.newest_runs();
        seen |= !newest.is_empty();
        if newest.values().any(|run| run.outcome != Outcome::Pass) {
            red.push(item.id.value.as_str());
        }
    }
    match (&red[..], seen) {
        ([], false) => indicator("gates", Light::Unknown, "no result of a gate has landed".to_owned(), more),
        ([], true) => indicator("gates", Light::Green, "the newest results pass".to_owned(), more),
        (red, _) => indicator("gates", Light::Red, format!("the newest result is no pass: {}", names(red)), more),
    }
}

fn late(survey: &Survey<'_>) -> Indicator {
    let more = "passmuster query \"SELECT id, due FROM tasks WHERE done IS NULL AND due < date('now')\"";
    let today = survey.now.to_zoned(TimeZone::UTC).date();
    let plan = survey.plan;
    let open = plan.items.iter().enumerate().filter(|(index, _)| !plan.is_closed(*index));
    let dated: Vec<(&Item, bool)> = open.filter_map(|(_, item)| Some((item, item.due()?.value < today))).collect();
    let late: Vec<&Item> = dated.iter().filter(|(_, late)| *late).map(|(item, _)| *item).collect();
    let ids: Vec<&str> = late.iter().map(|item| item.id.value.as_str()).collect();
    let delays = |id: &&str| survey.critical.as_ref().is_some_and(|critical| critical.is_critical(id));
    match &ids[..] {
        [] if dated.is_empty() => indicator("due dates", Light::Unknown, "no open item has one".to_owned(), more),
        [] => indicator("due dates", Light::Green, "none has passed".to_owned(), more),
        ids => {
            let light = if ids.iter().any(delays) { Light::Red } else { Light::Yellow };
            indicator("due dates", light, format!("passed for {}", names(ids)), more)
        }
    }
}

/// A figure that aims at something.
fn figure(reading: &Reading) -> Option<Indicator> {
    let metric = reading.metric;
    let light = reading.light()?;
    let reason = match reading.value {
        Some(_) => format!("{}, target {}", reading.value_shown(), reading.target_shown()),
        None => "not known".to_owned(),
    };
    Some(indicator(metric.name, light, reason, &format!("passmuster metrics {}", metric.name)))
}
