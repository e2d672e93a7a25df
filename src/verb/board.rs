//! `board`: the war room in five lists: the plan, gates, what calls for somebody, who works, and what happened.
//!
//! Verb layer; a pure function of what was read, as a terminal shows it. What can be done about a row is a command line of
//! this program, so the board does nothing that could not be typed.

use super::dashboard::{Cell, Tone};
use super::indicators;
use super::log;
use super::metrics::{self, Light};
use super::standing::Standing;
use super::status::{Group, groups, whole};
use super::survey::Survey;
use super::triggers::Raised;
use super::watch::View;
use crate::record::kinds;
use jiff::Timestamp;
use std::cmp::Reverse;

/// Lines of the log.
const LOG: usize = 300;

/// Everything the board shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    pub title: String,
    pub light: Light,
    /// The first thing that is amiss; where nothing is, how much of that is known.
    pub why: String,
    /// The tasks, all of them.
    pub tasks: Group,
    pub at: Timestamp,
    pub panes: [Pane; 5],
}

/// One of the lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    pub name: &'static str,
    /// What is said when there is nothing in it.
    pub empty: &'static str,
    pub rows: Vec<Row>,
}

/// One line, with what can be done about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The first is narrow, the last takes what room there is.
    pub cells: Vec<Cell>,
    pub acts: Vec<Act>,
}

/// Something to be done, as it would be typed after the program's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub key: char,
    /// In a word or two.
    pub name: &'static str,
    pub line: Vec<String>,
    /// Whether it only shows something; else it is asked about first.
    pub shows: bool,
}

impl Act {
    fn new(key: char, name: &'static str, line: &[&str]) -> Self {
        Self { key, name, line: line.iter().map(|&word| word.to_owned()).collect(), shows: false }
    }

    fn shows(key: char, name: &'static str, line: &[&str]) -> Self {
        Self { shows: true, ..Self::new(key, name, line) }
    }
}

/// Looks at everything; `view` is that of a watcher.
pub fn run(survey: &Survey<'_>, view: &View) -> Board {
    let readings = metrics::now(survey);
    let indicators = indicators::run(survey, &readings);
    let titles = survey.plan.files.iter().filter_map(|file| file.title.as_ref());
    let why = indicators.amiss().next().map(|one| format!("{}: {}", one.name, one.reason));
    let unknown = indicators.unknown();
    let far = || {
        (unknown > 0).then(|| format!("as far as is known: {unknown} of {} indicators are not", indicators.all.len()))
    };
    Board {
        title: titles.map(|title| title.value.clone()).next().unwrap_or_else(|| "plan".to_owned()),
        light: indicators.light,
        why: why.or_else(far).unwrap_or_default(),
        tasks: whole(survey),
        at: survey.now,
        panes: [plan(survey), gates(view), calls(survey, view), agents(survey), events(survey)],
    }
}

/// The tasks: those under way first, then what is ready, then the rest, each in the order of the plan.
fn plan(survey: &Survey<'_>) -> Pane {
    let mut rows: Vec<(usize, Row)> = Vec::new();
    for index in survey.tasks() {
        let item = &survey.plan.items[index];
        let (id, standing) = (item.id.as_str(), survey.standings.of(index));
        let under_way = survey.is_under_way(index);
        let (rank, name, tone) = match standing {
            Standing::Blocked => (2, "blocked", Tone::Warn),
            Standing::Waiting => (3, "waiting", Tone::Warn),
            Standing::Done => (4, "done", Tone::Good),
            Standing::Dropped => (5, "dropped", Tone::Quiet),
            Standing::Ready | Standing::Open if under_way => (0, "under way", Tone::Code),
            Standing::Ready | Standing::Open => (1, "ready", Tone::Plain),
        };
        let critical = survey
            .critical
            .as_ref()
            .and_then(|critical| critical.times(index))
            .is_some_and(|times| times.is_critical());
        let mark = if critical { Cell::text("!").tone(Tone::Bad) } else { Cell::text(" ") };
        let close = if standing == Standing::Done {
            Act::new('r', "reopen", &["reopen", id])
        } else {
            Act::new('d', "done", &["done", id])
        };
        let mut acts = vec![
            Act::shows('\n', "show", &["show", id]),
            close,
            Act::new('g', "run gates", &["gate", "run", id]),
            Act::shows('b', "blame", &["blame", id]),
        ];
        if standing == Standing::Ready {
            acts.insert(1, Act::new('s', "start", &["start", id]));
        }
        let owner = survey.hand(index).unwrap_or_default();
        let cells = vec![
            mark,
            Cell::text(id),
            Cell::text(name).tone(tone),
            Cell::text(owner).tone(Tone::Quiet),
            Cell::text(item.title().value),
        ];
        rows.push((rank, Row { cells, acts }));
    }
    rows.sort_by_key(|(rank, _)| *rank);
    Pane { name: "plan", empty: "the plan has no tasks", rows: rows.into_iter().map(|(_, row)| row).collect() }
}

/// The gates that HEAD needs to land.
fn gates(view: &View) -> Pane {
    let passes = |state: &str| matches!(state, "satisfied" | "waived" | "not-applicable");
    let mut gates: Vec<_> = view.gates.values().collect();
    gates.sort_by_key(|gate| passes(&gate.state));
    let row = |gate: &&super::watch::GateView| {
        let tone = if passes(&gate.state) { Tone::Good } else { Tone::Bad };
        let why = gate
            .soon_stale
            .as_ref()
            .map_or_else(|| gate.why.clone(), |path| format!("stale once `{path}` is committed"));
        let acts = vec![
            Act::shows('\n', "explain", &["gate", "explain", &gate.subject]),
            Act::new('g', "run what is missing", &["gate", "run", "--missing"]),
        ];
        let cells =
            [Cell::text(&gate.subject), Cell::text(&gate.gate), Cell::text(&gate.state).tone(tone), Cell::text(&why)];
        Row { cells: cells.into(), acts }
    };
    let mut rows: Vec<Row> = gates.iter().map(row).collect();
    if let Some(why) = &view.not_judged {
        let cells = vec![Cell::text("not judged").tone(Tone::Warn), Cell::text(why)];
        rows.insert(0, Row { cells, acts: Vec::new() });
    }
    Pane { name: "gates", empty: "nothing has to land", rows }
}

/// Open blockers, and what calls for somebody, the loudest first.
fn calls(survey: &Survey<'_>, view: &View) -> Pane {
    let situation = survey.situation();
    let mut rows = Vec::new();
    for record in survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed()) {
        let level = situation.as_ref().map(|situation| situation.of(record));
        let (level, tone) = match &level {
            Some(one) => (
                format!("L{} P{}", one.level, one.priority),
                if one.priority == 0 || one.level >= 4 { Tone::Bad } else { Tone::Warn },
            ),
            None => ("unknown".to_owned(), Tone::Quiet),
        };
        let items: Vec<&str> = record.list("items").iter().map(|item| item.value.as_str()).collect();
        let cells = vec![
            Cell::text(&level).tone(tone),
            Cell::text("blocker"),
            Cell::text(&format!("{}: {}", items.join(", "), record.title.value)),
        ];
        rows.push(Row { cells, acts: vec![Act::shows('\n', "list", &["blocker", "list"])] });
    }
    let mut calls: Vec<&Raised> = view.triggers.values().filter(|raised| raised.is_open()).collect();
    calls.sort_by_key(|raised| raised.rank());
    for raised in calls {
        let tone = if raised.urgency == "critical" { Tone::Bad } else { Tone::Warn };
        let cells = vec![Cell::text(&raised.urgency).tone(tone), Cell::text(&raised.trigger), Cell::text(&raised.what)];
        let acts = vec![
            Act::shows('\n', "triggers", &["triggers"]),
            Act::new('a', "I see to it", &["triggers", "ack", &raised.id]),
        ];
        rows.push(Row { cells, acts });
    }
    for line in view.findings.values() {
        let cells = vec![Cell::text("finding").tone(Tone::Bad), Cell::text(line)];
        rows.push(Row { cells, acts: vec![Act::shows('\n', "check", &["check"])] });
    }
    Pane { name: "blockers and calls", empty: "nothing is blocked, and nothing calls for anybody", rows }
}

/// Who has what to do.
fn agents(survey: &Survey<'_>) -> Pane {
    let mut groups = groups(survey, |index| survey.hand(index).map(str::to_owned));
    groups.sort_by_key(|group| Reverse((group.under_way, group.free)));
    let row = |group: &Group| {
        let member = survey.roster.and_then(|roster| roster.member(&group.name));
        let kind = member.map_or("not on the roster", |member| member.kind.name());
        let now: Vec<&str> = survey
            .tasks()
            .filter(|&index| survey.is_under_way(index))
            .filter(|&index| survey.hand(index).is_some_and(|who| who.eq_ignore_ascii_case(&group.name)))
            .map(|index| survey.plan.items[index].id.as_str())
            .collect();
        let counts = format!(
            "{} under way, {} ready, {}/{} done",
            group.under_way,
            group.free,
            group.counts.done,
            group.counts.total()
        );
        let what = if now.is_empty() { counts } else { format!("{counts}: {}", now.join(", ")) };
        let tone = if group.under_way > 0 { Tone::Code } else { Tone::Quiet };
        Row {
            cells: vec![Cell::text(&group.name).tone(tone), Cell::text(kind).tone(Tone::Quiet), Cell::text(&what)],
            acts: vec![Act::shows('\n', "load", &["load"])],
        }
    };
    Pane { name: "agents", empty: "no task has an owner", rows: groups.iter().map(row).collect() }
}

/// What happened, newest first.
fn events(survey: &Survey<'_>) -> Pane {
    let lines = log::run(survey.facts, &log::Request { limit: Some(LOG), ..log::Request::default() });
    let row = |line: &log::Line<'_>| {
        let known = survey.plan.find(line.subject).is_some();
        Row {
            cells: vec![
                Cell::text(&line.at.strftime("%m-%d %H:%M").to_string()).tone(Tone::Quiet),
                Cell::text(line.subject),
                Cell::text(&line.text),
            ],
            acts: if known { vec![Act::shows('\n', "blame", &["blame", line.subject])] } else { Vec::new() },
        }
    };
    Pane { name: "log", empty: "nothing has landed yet", rows: lines.iter().map(row).collect() }
}
