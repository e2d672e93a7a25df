//! `collect`: what an epic gave, put together from its parts: what was promised, what was done, and what proves it.

use super::{phase, section};
use crate::evidence::Outcome;
use crate::facts::Spent;
use crate::verb::document::{Block, Section, Words};
use crate::verb::survey::Survey;

use super::parts;

pub(super) fn sections(survey: &Survey<'_>, index: usize) -> Vec<Section> {
    let tasks = phase::tasks(survey, index);
    let open: Vec<usize> = tasks.iter().copied().filter(|&task| !survey.plan.claimed(task)).collect();
    let item = &survey.plan.items[index];
    let facts = vec![
        ("As of", Words::from(parts::time(survey.now))),
        ("Claimed done", if survey.plan.claimed(index) { "yes" } else { "no" }.into()),
        ("Tasks", format!("{} of {} done", tasks.len() - open.len(), tasks.len()).into()),
        ("Hours", parts::time_spent(survey, &tasks).into()),
        ("Goal", item.goal().map_or_else(|| "none is named".into(), |goal| Words::from(goal.value))),
    ];
    let line = |&task: &usize| parts::named(&survey.plan.items[task]);
    vec![
        section("head", "", vec![Block::facts(facts)]),
        section("results", "Results", vec![results(survey, &tasks)]),
        section("criteria", "Criteria", vec![criteria(survey, index, &tasks)]),
        section("provides", "What others can build on", vec![provides(survey, index, &tasks)]),
        section("open", "Still open", vec![Block::list(open.iter().map(line), "Nothing.")]),
    ]
}

/// Each task with its commits, the time it took, and its newest result of every gate.
fn results(survey: &Survey<'_>, tasks: &[usize]) -> Block {
    let rows = tasks.iter().map(|&task| {
        let item = &survey.plan.items[task];
        let past = survey.past(item);
        let commits = past.map_or_else(String::new, |past| {
            let ids: Vec<&str> = past.work.iter().take(5).map(|work| work.commit.short()).collect();
            let more = past.work.len().saturating_sub(5);
            if more > 0 { format!("{} and {more} more", ids.join(", ")) } else { ids.join(", ") }
        });
        let spent = item.actual().map(|actual| Spent::Stated(actual.value)).or_else(|| past?.spent());
        let spent = spent.map_or_else(
            || "unknown".to_owned(),
            |spent| {
                let how = if matches!(spent, Spent::Estimated(_)) { " (from commits)" } else { "" };
                format!("{}{how}", parts::hours(spent.minutes().into()))
            },
        );
        let mut gates: Vec<(&str, Outcome)> = Vec::new();
        for run in past.into_iter().flat_map(|past| &past.gates) {
            match gates.iter_mut().find(|(gate, _)| *gate == run.gate) {
                Some(known) => known.1 = run.outcome,
                None => gates.push((&run.gate, run.outcome)),
            }
        }
        let gates: Vec<String> =
            gates.into_iter().map(|(gate, outcome)| format!("{gate} {}", outcome.name())).collect();
        let evidence = if gates.is_empty() { "none landed".to_owned() } else { gates.join(", ") };
        [
            item.id.value.as_str().to_owned(),
            item.title().value.to_owned(),
            survey.standings.of(task).name().to_owned(),
            commits,
            spent,
            evidence,
        ]
    });
    Block::table(["task", "title", "state", "commits", "time", "evidence"], rows, "It has no tasks.")
}

fn criteria(survey: &Survey<'_>, index: usize, tasks: &[usize]) -> Block {
    let items = std::iter::once(index).chain(tasks.iter().copied().filter(|&task| task != index));
    let rows = items.flat_map(|item| {
        let one = &survey.plan.items[item];
        one.criteria().map(|criterion| {
            let sign = if criterion.ticked { "✅" } else { "open" };
            [one.id.value.as_str().to_owned(), criterion.text.value.to_owned(), sign.to_owned()]
        })
    });
    Block::table(["item", "criterion", "state"], rows.collect::<Vec<_>>(), "Nothing in it has a criterion.")
}

fn provides(survey: &Survey<'_>, index: usize, tasks: &[usize]) -> Block {
    let items = std::iter::once(index).chain(tasks.iter().copied().filter(|&task| task != index));
    let lines = items.flat_map(|item| {
        let one = &survey.plan.items[item];
        one.provides().map(|what| Words::strong(one.id.value.as_str()).and(": ").and(what.value))
    });
    Block::list(lines.collect::<Vec<_>>(), "Nothing says what it provides.")
}
