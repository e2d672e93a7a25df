//! Items: the parts of the plan, its tasks, the gates they passed, and what waits for what.

use super::sheet::{Cell, Table, Tone, span};
use super::{Chart, Section, Survey};
use crate::evidence::Outcome;
use crate::facts::ItemFacts;
use crate::picture::graph::{Graph, Node, State};
use crate::plan::Plan;
use crate::schedule::level::Levelled;
use crate::verb::freshness::{Fit, Freshness};
use crate::verb::gantt::part_of;
use crate::verb::standing::Standing;
use crate::verb::status;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// More tasks are drawn as the epics they stand in.
const BOXES: usize = 60;

/// Columns of the matrix of gates; more are left out, and said.
const GATES: usize = 16;

pub(super) fn sections(
    survey: &Survey<'_>,
    levelled: Option<&Levelled>,
    freshness: Option<&Freshness>,
) -> Vec<Section> {
    vec![tasks(survey, levelled), gates(survey, freshness), graph(survey, levelled)]
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Done => Tone::Good,
        Standing::Blocked | Standing::Waiting => Tone::Warn,
        Standing::Dropped => Tone::Quiet,
        Standing::Open | Standing::Ready => Tone::Plain,
    }
}

/// Phases and epics with how far they are.
pub(super) fn parts(survey: &Survey<'_>, levelled: Option<&Levelled>) -> Table {
    let plan = survey.plan;
    let mut table = Table::new("parts", "How far the parts of the plan are", "The plan has no phases and no epics.")
        .column("part")
        .text("title")
        .choice("state")
        .number("done")
        .number("ready")
        .number("blocked")
        .column("done by");
    for part in status::run(&survey.standings).parts {
        let item = &plan.items[part.index];
        let (done, total) = (part.counts.done, part.counts.total());
        let share = if total == 0 {
            Cell::none()
        } else {
            Cell::text(&format!("{done} of {total}")).rank(done as f64 / total as f64)
        };
        table.row([
            Cell::text(item.id.as_str()),
            Cell::text(item.title().value),
            Cell::text(part.standing.name()).tone(tone(part.standing)),
            share,
            Cell::count(part.counts.ready),
            Cell::count(part.counts.blocked + part.counts.waiting),
            when(plan, levelled, part.index),
        ]);
    }
    table
}

/// The day on which an item is done by the schedule; none for what is closed.
fn when(plan: &Plan, levelled: Option<&Levelled>, index: usize) -> Cell {
    if plan.is_closed(index) {
        return Cell::none();
    }
    let Some(levelled) = levelled else { return Cell::unknown() };
    let finish = levelled.times(plan, index).map(|(_, finish)| finish);
    finish.map_or_else(Cell::none, |at| Cell::text(&at.day(&TimeZone::UTC).unwrap_or_default().to_string()))
}

fn tasks(survey: &Survey<'_>, levelled: Option<&Levelled>) -> Section {
    let plan = survey.plan;
    let mut table = Table::new("task-list", "All tasks", "The plan has no tasks.")
        .column("item")
        .text("title")
        .choice("state")
        .choice("epic")
        .choice("owner")
        .choice("priority")
        .number("estimate")
        .column("starts")
        .column("done")
        .number("can slip")
        .column("due");
    let zone = crate::roster::Hours::of_all(survey.roster).zone;
    let time = |at: Option<jiff::Timestamp>| {
        at.map(|at| Cell::text(&at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()))
    };
    let today = survey.now.to_zoned(zone.clone()).date();
    for index in survey.tasks() {
        let item = &plan.items[index];
        let standing = survey.standings.of(index);
        let under_way = survey.is_under_way(index) && matches!(standing, Standing::Ready | Standing::Open);
        let row = levelled.and_then(|levelled| levelled.row(index));
        let past = survey.past(item);
        let closed = plan.is_closed(index);
        let (starts, done) = if closed {
            (
                time(past.and_then(|past| past.begun).map(|begun| begun.at)),
                time(past.and_then(|past| past.done).map(|done| done.at)),
            )
        } else {
            (time(row.and_then(|row| row.start.timestamp())), time(row.and_then(|row| row.finish.timestamp())))
        };
        let slip = match row {
            _ if closed => Cell::none(),
            None => Cell::unknown(),
            Some(row) if row.is_critical() => Cell::text("decides the end").tone(Tone::Bad).rank(0.0),
            Some(row) => Cell::work(row.float),
        };
        let due = item.due().map(|due| due.value);
        let late = due.is_some_and(|due| due < today) && !closed;
        let part = part_of(plan, index);
        table.row([
            Cell::text(item.id.as_str()),
            Cell::text(item.title().value),
            if under_way { Cell::text("under way") } else { Cell::text(standing.name()).tone(tone(standing)) },
            if part == index { Cell::none() } else { Cell::text(plan.items[part].id.as_str()) },
            Cell::said(survey.hand(index)),
            item.priority().map_or_else(Cell::none, |priority| Cell::text(&format!("P{}", priority.value))),
            item.estimate()
                .map(|estimate| Cell::work(crate::schedule::Minutes(i64::from(estimate.value.likely))))
                .into(),
            starts.into(),
            done.into(),
            slip,
            due.map_or_else(Cell::none, |due| Cell::text(&due.to_string())).tone(if late {
                Tone::Bad
            } else {
                Tone::Plain
            }),
        ]);
    }
    let lead = match table.rows.is_empty() {
        true => String::new(),
        false => {
            format!("Times are planned for what is open and real for what is done, by the clock of {}.", name(&zone))
        }
    };
    Section { id: "tasks", title: "Tasks", lead, tables: vec![table], ..Section::default() }
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// Items that were begun or claimed, or have results, with the newest result of each gate, its age, and whether it is
/// still about what stands there.
fn gates(survey: &Survey<'_>, freshness: Option<&Freshness>) -> Section {
    let plan = survey.plan;
    let mut rows = Vec::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut left_out = 0;
    for (index, item) in plan.items.iter().enumerate() {
        let newest = survey.past(item).map(ItemFacts::newest_runs).unwrap_or_default();
        let asked = survey.asked(item);
        let begun = plan.claimed(index) || survey.is_under_way(index);
        if newest.is_empty() && (asked.is_empty() || !begun) {
            left_out += usize::from(!asked.is_empty());
            continue;
        }
        names.extend(newest.keys().chain(&asked));
        rows.push((index, newest, asked));
    }
    let hidden = names.len().saturating_sub(GATES);
    let names: Vec<&str> = names.into_iter().take(GATES).collect();
    let mut table = Table::new(
        "gate-matrix",
        "The newest results that landed, how old they are, and whether they still count",
        "No item was begun, and no result of a gate has landed.",
    )
    .column("item")
    .text("title")
    .choice("state");
    for name in &names {
        table = table.column(*name);
    }
    for (index, newest, asked) in rows {
        let item = &plan.items[index];
        let standing = survey.standings.of(index);
        let cell = |name: &&str| match newest.get(name) {
            Some(run) => {
                let fit = freshness.and_then(|freshness| freshness.of(item.id.as_str(), name));
                let tone = match (run.outcome, fit) {
                    (Outcome::Pass, Some(Fit::Stale { .. } | Fit::Old)) | (Outcome::NotRun, _) => Tone::Warn,
                    (Outcome::Pass, _) => Tone::Good,
                    (Outcome::Fail | Outcome::Error, _) => Tone::Bad,
                };
                let again = if run.reused { ", used again" } else { "" };
                let age = survey.now.duration_since(run.at);
                let fit = fit.map_or_else(String::new, |fit| format!(" · {}", fit.words()));
                Cell::text(&format!("{} · {}{again}{fit}", run.outcome.name(), span(age))).tone(tone)
            }
            None if asked.contains(name) => Cell::text("no result").tone(Tone::Warn),
            None => Cell::none(),
        };
        let head = [
            Cell::text(item.id.as_str()),
            Cell::text(item.title().value),
            Cell::text(standing.name()).tone(tone(standing)),
        ];
        table.row(head.into_iter().chain(names.iter().map(cell)));
    }
    let mut lead =
        "What a gate says is fresh while the gate and what it reads are the same, as far as they have landed; stale \
                    names what changed. `passmuster gate explain ITEM` tells what a change would need."
            .to_owned();
    if left_out > 0 {
        lead.push_str(&format!(" {left_out} items that nobody began are left out."));
    }
    if hidden > 0 {
        lead.push_str(&format!(" {hidden} more gates are left out."));
    }
    Section { id: "gates", title: "Gates", lead, tables: vec![table], ..Section::default() }
}

/// What waits for what: tasks, or, where there are many, the epics they stand in.
fn graph(survey: &Survey<'_>, levelled: Option<&Levelled>) -> Section {
    let plan = survey.plan;
    let tasks: Vec<usize> = survey.tasks().collect();
    let by_part = tasks.len() > BOXES;
    let shown = |index: usize| if by_part { part_of(plan, index) } else { index };
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    tasks.iter().for_each(|&task| members.entry(shown(task)).or_default().push(task));
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    for &task in &tasks {
        let around = std::iter::once(task).chain(plan.ancestors(task));
        for target in around.flat_map(|one| plan.targets(one)) {
            // A part that is needed is needed with all of its tasks.
            let before = if by_part { vec![part_of(plan, target)] } else { plan.leaves(target) };
            edges
                .extend(before.into_iter().filter(|before| *before != shown(task)).map(|before| (before, shown(task))));
        }
    }
    let linked: BTreeSet<usize> =
        edges.iter().flat_map(|(from, to)| [*from, *to]).filter(|one| members.contains_key(one)).collect();
    let boxes: Vec<usize> = linked.iter().copied().take(BOXES).collect();
    let place = |index: &usize| boxes.binary_search(index).ok();
    let lines: Vec<(usize, usize)> = edges.iter().filter_map(|(from, to)| Some((place(from)?, place(to)?))).collect();
    let nodes = boxes.iter().map(|&index| node(survey, levelled, index, &members[&index])).collect();
    let what = if by_part { "epics" } else { "tasks" };
    let mut table =
        Table::new("graph-data", "What waits for what", "Nothing waits for anything.").text("what").text("waits for");
    for (from, to) in &edges {
        let name = |index: usize| {
            Cell::text(&format!("{} {}", plan.items[index].id.as_str(), plan.items[index].title().value))
        };
        table.row([name(*to), name(*from)]);
    }
    let alone = members.len() - linked.len();
    let mut lead = match alone {
        0 => String::new(),
        alone => format!(
            "Not drawn are {alone} of {} {what}: they wait for nothing, and nothing waits for them.",
            members.len()
        ),
    };
    if linked.len() > boxes.len() {
        lead.push_str(&format!(" Drawn are the first {} of {}.", boxes.len(), linked.len()));
    }
    let graph = Graph { title: "What waits for what".to_owned(), subtitle: what.to_owned(), nodes, edges: lines };
    let charts = if boxes.is_empty() {
        Vec::new()
    } else {
        vec![Chart { is_wide: true, ..Chart::new("dependencies", &graph.draw(), table) }]
    };
    if charts.is_empty() {
        lead = "Nothing waits for anything else.".to_owned();
    }
    Section { id: "dependencies", title: "Dependencies", lead, charts, ..Section::default() }
}

fn node(survey: &Survey<'_>, levelled: Option<&Levelled>, index: usize, tasks: &[usize]) -> Node {
    let item = &survey.plan.items[index];
    let standing = survey.standings.of(index);
    let done = tasks.iter().filter(|&&task| survey.standings.of(task) == Standing::Done).count();
    let state = match standing {
        Standing::Done => State::Done,
        Standing::Blocked | Standing::Waiting => State::Held,
        Standing::Ready => State::Ready,
        Standing::Open | Standing::Dropped => State::Open,
    };
    let critical = levelled.is_some_and(|levelled| {
        tasks.iter().filter_map(|&task| levelled.row(task)).any(crate::schedule::level::Row::is_critical)
    });
    let (id, title) = (item.id.as_str(), item.title().value);
    let many = tasks.len() > 1 || tasks.first() != Some(&index);
    let progress = if many { format!(", {done} of {} tasks done", tasks.len()) } else { String::new() };
    Node {
        name: id.to_owned(),
        note: title.to_owned(),
        tip: format!("{id} {title}: {}{progress}", standing.name()),
        state,
        critical,
    }
}
