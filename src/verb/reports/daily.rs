//! `report daily`: what was done in a day, what comes next, and what is in the way.

use super::parts::{self, DAY};
use super::{Material, section};
use crate::plan::Kind;
use crate::verb::document::{Block, Section, Words};
use crate::verb::status::{groups, whole};

/// How many tasks are named for the next day.
const NEXT: usize = 5;

pub(super) fn sections(material: &Material<'_, '_>) -> Vec<Section> {
    let survey = material.survey;
    vec![
        head(material),
        section("teams", "Active teams", vec![teams(material)]),
        section("completed", "Completed in the last 24 hours", vec![parts::completed_list(survey, DAY)]),
        section("progress", "In progress", vec![parts::in_progress(survey)]),
        section("blockers", "Blockers", vec![parts::blockers(survey)]),
        section("next", "Priorities of the next 24 hours", vec![next(material)]),
        section("risks", "Risks and issues", vec![parts::risks(survey)]),
        section("decisions", "Decisions", vec![parts::decisions(survey, parts::since(survey, DAY))]),
        section(
            "metrics",
            "Metrics",
            vec![parts::figures(material, &["velocity", "gate-pass-rate", "buffer-consumed", "blocker-resolution"])],
        ),
        section("status", "Go or no-go", vec![status(material)]),
    ]
}

fn head(material: &Material<'_, '_>) -> Section {
    let survey = material.survey;
    let counts = whole(survey).counts;
    let tasks: Vec<usize> = survey.tasks().collect();
    let none = || Words::from("none");
    let facts = vec![
        ("Date", Words::from(parts::time(survey.now))),
        ("Day", parts::day_number(survey).map_or_else(|| "unknown".to_owned(), |day| day.to_string()).into()),
        ("Phase", parts::current(survey, Kind::Phase).map_or_else(none, parts::named)),
        ("Epic", parts::current(survey, Kind::Epic).map_or_else(none, parts::named)),
        ("Critical path", parts::critical_path(material.survey, material.readings).into()),
        ("Progress", format!("{} of {} tasks completed", counts.done, counts.total()).into()),
        ("Hours", parts::time_spent(survey, &tasks).into()),
    ];
    section("head", "", vec![Block::facts(facts)])
}

/// Each team that has work: how it stands, and what it works on.
fn teams(material: &Material<'_, '_>) -> Block {
    let survey = material.survey;
    let lines = groups(survey, |index| survey.team(index).map(str::to_owned)).into_iter().map(|group| {
        let own = |index: &usize| survey.team(*index).is_some_and(|team| team.eq_ignore_ascii_case(&group.name));
        let tasks: Vec<usize> = parts::under_way(survey).into_iter().filter(own).collect();
        let ids: Vec<&str> = tasks.iter().take(5).map(|&index| survey.plan.items[index].id.value.as_str()).collect();
        let stands = match (&group.counts, group.under_way) {
            (counts, _) if counts.done == counts.total() => "done",
            (_, 1..) => "working",
            _ if group.free > 0 => "free",
            _ => "waits",
        };
        let work = if ids.is_empty() { String::new() } else { format!(", on {}", ids.join(", ")) };
        Words::strong(group.name.as_str()).and(format!(
            ": {stands}{work} ({} of {} done, {} blocked)",
            group.counts.done,
            group.counts.total(),
            group.counts.blocked
        ))
    });
    Block::list(lines.collect::<Vec<_>>(), "No task is for a team.")
}

fn next(material: &Material<'_, '_>) -> Block {
    let plan = material.survey.plan;
    Block::numbered(
        parts::next(material.survey, NEXT).into_iter().map(|index| parts::named(&plan.items[index])),
        "Nothing can be begun.",
    )
}

/// The light of the whole, with each reason that is not green.
pub(super) fn status(material: &Material<'_, '_>) -> Block {
    let indicators = material.indicators;
    let unknown = indicators.unknown();
    let reasons = indicators.amiss().map(|one| {
        let words = Words::from(format!("{}: ", parts::light(one.light))).and(format!("{}, {}", one.name, one.reason));
        words.and(" → ").and(Words::code(one.more.as_str()))
    });
    let whole = parts::whole(material);
    let unknown =
        (unknown > 0).then(|| format!("{unknown} of {} indicators are not known", indicators.all.len()).into());
    Block::list(std::iter::once(whole).chain(reasons).chain(unknown), "")
}
