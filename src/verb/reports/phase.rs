//! `report phase`: one phase or epic of the plan, with its parts, gates, handoffs and decisions.

use super::{Material, parts, section};
use crate::diag::Failure;
use crate::evidence::Outcome;
use crate::plan::Kind;
use crate::record::{Record, kinds};
use crate::verb::document::{Block, Section, Words};
use crate::verb::status::Counts;
use crate::verb::survey::Survey;
use std::collections::BTreeMap;

/// The part of the plan whose work goes on: the first phase that is not done, else the first epic.
pub(super) fn current(survey: &Survey<'_>) -> Result<usize, Failure> {
    let plan = survey.plan;
    let first = |kind| (0..plan.items.len()).find(|&index| plan.items[index].kind == kind && !plan.is_closed(index));
    first(Kind::Phase).or_else(|| first(Kind::Epic)).ok_or_else(|| {
        Failure::usage("no phase and no epic of the plan is open").hint("name one: `passmuster report phase ID`")
    })
}

pub(super) fn sections(material: &Material<'_, '_>, index: usize) -> Vec<Section> {
    let survey = material.survey;
    let tasks = tasks(survey, index);
    vec![
        head(material, index, &tasks),
        section("items", "Parts", vec![items(survey, index)]),
        section("gates", "Gates", vec![gates(survey, &tasks)]),
        section("blockers", "Blockers", vec![records(survey, &kinds::BLOCKER, index)]),
        section("handoffs", "Handoffs", vec![records(survey, &kinds::HANDOFF, index)]),
        section("decisions", "Decisions", vec![records(survey, &kinds::DECISION, index)]),
        section("risks", "Risks", vec![records(survey, &kinds::RISK, index)]),
        section("waivers", "Waivers", vec![records(survey, &kinds::WAIVER, index)]),
    ]
}

/// The tasks of a part of the plan that were not dropped.
pub(super) fn tasks(survey: &Survey<'_>, index: usize) -> Vec<usize> {
    let plan = survey.plan;
    survey.tasks().filter(|&task| task == index || plan.ancestors(task).any(|above| above == index)).collect()
}

fn head(material: &Material<'_, '_>, index: usize, tasks: &[usize]) -> Section {
    let survey = material.survey;
    let item = &survey.plan.items[index];
    let mut counts = Counts::default();
    tasks.iter().for_each(|&task| counts.add(Counts::one(survey.standings.of(task))));
    let mut facts = vec![
        ("As of", Words::from(parts::time(survey.now))),
        ("State", survey.standings.of(index).name().into()),
        (
            "Progress",
            format!(
                "{} of {} tasks done, {} ready, {} blocked",
                counts.done,
                counts.total(),
                counts.ready,
                counts.blocked
            )
            .into(),
        ),
        ("Hours", parts::time_spent(survey, tasks).into()),
        ("Critical path", parts::critical_path(material.survey, material.readings).into()),
    ];
    facts.extend(item.goal().map(|goal| ("Goal", Words::from(goal.value))));
    facts.extend(item.due().map(|due| ("Due", Words::from(due.value.to_string()))));
    section("head", "", vec![Block::facts(facts)])
}

/// What it is made of, down to the tasks.
fn items(survey: &Survey<'_>, index: usize) -> Block {
    let plan = survey.plan;
    let below = (0..plan.items.len()).filter(|&item| plan.ancestors(item).any(|above| above == index));
    let rows = below.map(|item| {
        let one = &plan.items[item];
        let criteria: Vec<bool> = one.criteria().map(|criterion| criterion.ticked).collect();
        let ticked = criteria.iter().filter(|ticked| **ticked).count();
        let criteria = if criteria.is_empty() { String::new() } else { format!("{ticked} of {}", criteria.len()) };
        let owner = one.owner().map_or_else(String::new, |owner| owner.value.to_owned());
        [
            one.id.value.as_str().to_owned(),
            one.title().value.to_owned(),
            survey.standings.of(item).name().to_owned(),
            owner,
            criteria,
        ]
    });
    Block::table(["item", "title", "state", "owner", "criteria"], rows, "It has no parts.")
}

/// How the newest result of each gate stands, over its tasks.
fn gates(survey: &Survey<'_>, tasks: &[usize]) -> Block {
    let mut counts: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
    for &task in tasks {
        let item = &survey.plan.items[task];
        let mut newest: BTreeMap<&str, (jiff::Timestamp, Outcome)> = BTreeMap::new();
        for run in survey.past(item).into_iter().flat_map(|past| &past.gates) {
            let known = newest.entry(&run.gate).or_insert((run.at, run.outcome));
            if known.0 <= run.at {
                *known = (run.at, run.outcome);
            }
        }
        for (gate, (_, outcome)) in newest {
            let (passed, red) = counts.entry(gate).or_default();
            match outcome {
                Outcome::Pass => *passed += 1,
                _ => red.push(item.id.value.as_str()),
            }
        }
    }
    let rows = counts.into_iter().map(|(gate, (passed, red))| [gate.to_owned(), passed.to_string(), red.join(", ")]);
    Block::table(["gate", "tasks that passed it", "not passed"], rows, "No result of a gate has landed.")
}

/// The records of a kind that name the part or something in it.
fn records(survey: &Survey<'_>, kind: &'static crate::record::Kind, index: usize) -> Block {
    let plan = survey.plan;
    let within =
        |id: &str| plan.find(id).is_some_and(|item| item == index || plan.ancestors(item).any(|above| above == index));
    let names = |record: &&Record| {
        let items = record.list("items").iter().map(|item| item.value.as_str());
        items.chain(record.text("item")).any(within)
    };
    let found: Vec<&Record> = survey.of(kind).filter(names).collect();
    let line = |record: &&Record| {
        Words::strong(record.state())
            .and(": ")
            .and(record.title.value.as_str())
            .and(" (")
            .and(Words::code(record.path()))
            .and(")")
    };
    Block::list(found.iter().take(parts::LINES).map(line).chain(parts::more(found.len())), "None.")
}
