//! `report stakeholder` and `report executive`: the whole for people who do not do the work.

use super::{Material, daily, goals, parts, section};
use crate::plan::Kind;
use crate::policy::key_figures;
use crate::record::kinds;
use crate::verb::document::{Block, Section, Words};
use crate::verb::status;

/// Hours of a week that counts back from now.
const WEEK: i64 = 7 * 24;

pub(super) fn stakeholder(material: &Material<'_, '_>) -> Vec<Section> {
    let survey = material.survey;
    vec![
        summary(material),
        section("parts", "What is delivered", vec![delivered(material)]),
        section("completed", "Done in the last seven days", vec![parts::completed_list(survey, WEEK)]),
        section("next", "What comes next", vec![next(material)]),
        goals::section(survey),
        section("risks", "Risks", vec![parts::risks(survey)]),
        section(
            "decisions",
            "Decisions of the last seven days",
            vec![parts::decisions(survey, parts::since(survey, WEEK))],
        ),
        section("asks", "What is asked of you", vec![asks(material)]),
    ]
}

pub(super) fn executive(material: &Material<'_, '_>) -> Vec<Section> {
    let survey = material.survey;
    let names = [key_figures(), &["buffer-consumed"]].concat();
    vec![
        summary(material),
        section("status", "How it stands, and why", vec![daily::status(material)]),
        section("metrics", "Key figures", vec![parts::figures(material, &names)]),
        section("parts", "Progress", vec![delivered(material)]),
        section("blockers", "What is in the way", vec![parts::blockers(survey)]),
        section("risks", "Risks", vec![parts::risks(survey)]),
        section("asks", "Decisions that are asked for", vec![asks(material)]),
    ]
}

fn summary(material: &Material<'_, '_>) -> Section {
    let survey = material.survey;
    let counts = status::whole(survey).counts;
    let share = match counts.total() {
        0 => "there are no tasks".to_owned(),
        all => format!("{} of {all} tasks done, {} %", counts.done, counts.done * 100 / all),
    };
    let left = survey.critical.as_ref().map_or_else(|| "unknown".to_owned(), |critical| critical.finish().to_string());
    let facts = vec![
        ("As of", Words::from(parts::time(survey.now))),
        ("Status", parts::whole(material)),
        ("Progress", share.into()),
        (
            "Critical path",
            format!("{}, {left} of work left", parts::critical_path(material.survey, material.readings)).into(),
        ),
    ];
    section("summary", "", vec![Block::facts(facts)])
}

/// The phases and epics with how far they are.
fn delivered(material: &Material<'_, '_>) -> Block {
    let survey = material.survey;
    let overview = status::run(&survey.standings);
    let rows = overview.parts.iter().filter(|part| survey.plan.items[part.index].kind >= Kind::Epic).map(|part| {
        let item = &survey.plan.items[part.index];
        let done = format!("{} of {}", part.counts.done, part.counts.total());
        [item.id.value.as_str().to_owned(), item.title().value.to_owned(), part.standing.name().to_owned(), done]
    });
    Block::table(["part", "title", "state", "tasks done"], rows, "The plan has no phases and no epics.")
}

fn next(material: &Material<'_, '_>) -> Block {
    let plan = material.survey.plan;
    Block::list(
        parts::next(material.survey, 5).into_iter().map(|index| parts::named(&plan.items[index])),
        "Nothing can be begun.",
    )
}

/// What waits for somebody's word.
fn asks(material: &Material<'_, '_>) -> Block {
    let survey = material.survey;
    let open = |kind| survey.of(kind).filter(|record| !record.is_closed());
    let decisions = open(&kinds::DECISION).map(|record| ("decide", record));
    let waivers = survey
        .of(&kinds::WAIVER)
        .filter(|record| record.state() == "requested")
        .map(|record| ("grant or refuse", record));
    let gates = open(&kinds::PHASE).map(|record| ("decide GO or NO-GO", record));
    let lines = decisions.chain(waivers).chain(gates).map(|(what, record)| {
        Words::strong(what)
            .and(": ")
            .and(record.title.value.as_str())
            .and(" (")
            .and(Words::code(record.path()))
            .and(")")
    });
    Block::list(lines.take(parts::LINES).collect::<Vec<_>>(), "Nothing.")
}
