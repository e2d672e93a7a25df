//! `dashboard`: everything one page shows of a project, from the same verbs that answer one question each.
//!
//! A [`Dashboard`] is sections of charts and tables, in words and figures for people; how the page looks is the business
//! of `report`. It is a pure function of the files, the history and the moment of its survey. What nobody knows is said to
//! be unknown.
//!
//! `sheet` holds the tables, `time` asks the schedule, the forecast and the buffers, `work` shows items, gates and what
//! waits for what, and `records` what people wrote down.

mod records;
mod sheet;
mod time;
mod work;

pub use sheet::{Cell, Column, Kind, Table, Tone};

use super::freshness::{self, Freshness};
use super::indicators::{self, Indicator};
use super::metrics::{self, Light, Reading};
use super::status::{Group, whole};
use super::survey::Survey;
use crate::diag::{Diagnostic, Failure};
use crate::judge::World;
use crate::picture::{Picture, Svg};
use crate::plan::Plan;
use crate::roster::Hours;
use crate::schedule::buffer::Zone;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Everything a page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// What the plan is called.
    pub title: String,
    pub light: Light,
    /// The newest commit of the branch that is looked at; none before the first.
    pub commit: Option<String>,
    pub at: Timestamp,
    pub zone: TimeZone,
    /// The first of them is the overview.
    pub sections: Vec<Section>,
}

/// A part of the page that can be gone to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    pub title: &'static str,
    /// What it says, in a sentence or two; foreign text in it is not escaped.
    pub lead: String,
    pub tiles: Vec<Tile>,
    pub charts: Vec<Chart>,
    pub tables: Vec<Table>,
}

/// One figure that is seen at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    pub name: &'static str,
    pub value: String,
    /// What it rests on.
    pub note: String,
    pub tone: Tone,
}

/// A picture, with what it shows in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it is called as a file.
    pub name: &'static str,
    pub svg: Svg,
    /// It keeps its size where there is less room, and is scrolled.
    pub is_wide: bool,
    /// It shows epics only, and their tasks when they are asked for.
    pub is_drilled: bool,
    pub table: Table,
}

impl Chart {
    fn new(name: &'static str, picture: &Picture, table: Table) -> Self {
        Self { name, svg: picture.svg(), is_wide: false, is_drilled: false, table }
    }
}

/// What is looked at.
pub struct Request<'a> {
    pub survey: &'a Survey<'a>,
    /// Whose clock is not asked: the survey has its moment.
    pub world: World<'a>,
    /// How many threads a forecast may use; its figures do not depend on it.
    pub threads: usize,
}

/// Looks at everything.
///
/// # Errors
/// The history could not be read.
pub fn run(request: &Request<'_>) -> Result<Dashboard, Failure> {
    let survey = request.survey;
    let readings = metrics::run(survey, request.world.history)?;
    let indicators = indicators::run(survey, &readings);
    let time = time::Outlook::of(request)?;
    let mut sections = vec![overview(survey, &indicators.all, indicators.light, &time)];
    sections.extend(time.sections(survey));
    let freshness = freshness(request);
    sections.extend(work::sections(survey, time.levelled(), freshness.as_ref()));
    sections.extend(records::sections(survey));
    sections.push(figures(&readings));
    Ok(Dashboard {
        title: title(survey.plan),
        light: indicators.light,
        commit: survey.facts.line().next_back().map(|(id, _)| id.to_string()),
        at: survey.now,
        zone: Hours::of_all(survey.roster).zone,
        sections,
    })
}

/// Which results still count; `None` where nobody can say. Where none has landed nothing is looked at.
fn freshness(request: &Request<'_>) -> Option<Freshness> {
    let Request { survey, world, .. } = request;
    let any = survey.facts.items().any(|item| !item.gates.is_empty());
    let world = World { now: survey.now, ..*world };
    any.then(|| freshness::run(&world, survey.facts).ok()).flatten()
}

/// What is shown instead of a project whose plan has mistakes.
pub fn of_mistakes(mistakes: &[Diagnostic], now: Timestamp) -> Dashboard {
    let mut table = Table::new("mistakes", "What has to be mended first", "There is none.")
        .column("code")
        .text("place")
        .text("message")
        .text("hint");
    for mistake in mistakes {
        table.row([
            Cell::text(mistake.code.name).tone(Tone::Code),
            Cell::text(&mistake.place.to_string()),
            Cell::text(&mistake.message),
            Cell::said(mistake.hint.as_deref()),
        ]);
    }
    let lead = "Nothing is computed from a plan with mistakes; `passmuster check` shows where each stands.".to_owned();
    Dashboard {
        title: "The plan has mistakes".to_owned(),
        light: Light::Red,
        commit: None,
        at: now,
        zone: TimeZone::UTC,
        sections: vec![Section { id: "overview", title: "Mistakes", lead, tables: vec![table], ..Section::default() }],
    }
}

/// What a plan is called: by its first title.
fn title(plan: &Plan) -> String {
    let titles = plan.files.iter().filter_map(|file| file.title.as_ref());
    titles.map(|title| title.value.clone()).next().unwrap_or_else(|| "Plan without a title".to_owned())
}

fn overview(survey: &Survey<'_>, indicators: &[Indicator], light: Light, time: &time::Outlook<'_>) -> Section {
    let Group { counts, under_way, free, .. } = whole(survey);
    let share = |part: usize| match counts.total() {
        0 => "the plan has no tasks".to_owned(),
        total => format!("{} % of {total}", part * 100 / total),
    };
    let mut tiles = vec![
        Tile { name: "Done", value: counts.done.to_string(), note: share(counts.done), tone: Tone::Good },
        Tile { name: "Under way", value: under_way.to_string(), note: share(under_way), tone: Tone::Plain },
        Tile { name: "Ready", value: free.to_string(), note: share(free), tone: Tone::Plain },
        Tile {
            name: "Blocked or waiting",
            value: (counts.blocked + counts.waiting).to_string(),
            note: share(counts.blocked + counts.waiting),
            tone: if counts.blocked + counts.waiting > 0 { Tone::Warn } else { Tone::Plain },
        },
    ];
    tiles.extend(time.tiles());
    let amiss = indicators.iter().filter(|one| one.light > Light::Unknown).count();
    let unknown = indicators.iter().filter(|one| one.light == Light::Unknown).count();
    let mut lead = format!(
        "{}: {} of {} indicators call for somebody{}.",
        light.name(),
        amiss,
        indicators.len(),
        if unknown > 0 { format!(", {unknown} are not known") } else { String::new() }
    );
    // A policy decides when the buffer is an indicator that calls for somebody; its zone is said whatever it decides.
    if let Some(zone) = time.zone_of_buffer().filter(|zone| *zone != Zone::Green) {
        lead.push_str(&format!(" The buffer is in its {} zone.", zone.to_string().to_lowercase()));
    }
    let tables = vec![work::parts(survey, time.levelled()), indicator_table(indicators)];
    Section { id: "overview", title: "Overview", lead, tiles, tables, ..Section::default() }
}

fn indicator_table(indicators: &[Indicator]) -> Table {
    let mut table = Table::new("indicators", "Indicators, worst first", "There is none.")
        .column("indicator")
        .choice("light")
        .text("why")
        .text("shows more");
    for one in indicators {
        table.row([
            Cell::text(one.name),
            Cell::text(one.light.name()).tone(one.light.into()),
            Cell::text(&one.reason),
            Cell::text(&one.more).tone(Tone::Code),
        ]);
    }
    table
}

fn figures(readings: &[Reading]) -> Section {
    let mut table = Table::new("figure-list", "Figures with their targets", "There is none.")
        .column("figure")
        .choice("status")
        .number("now")
        .number("in 7 days")
        .column("target")
        .text("how it is computed");
    // What nobody aims at and nobody knows says nothing.
    for reading in readings.iter().filter(|reading| reading.light().is_some() || reading.value.is_some()) {
        let metric = reading.metric;
        let light = reading.light();
        table.row([
            Cell::text(metric.title),
            light.map_or_else(
                || Cell::text("no target").tone(Tone::Quiet),
                |light| Cell::text(light.name()).tone(light.into()),
            ),
            reading.value.map(|value| Cell::text(&reading.value_shown()).rank(value)).into(),
            reading.trend().map(|trend| Cell::text(&reading.trend_shown()).rank(trend)).into(),
            reading.aim.target().map_or_else(Cell::none, |_| Cell::text(&reading.target_shown())),
            Cell::text(metric.formula),
        ]);
    }
    let lead = "They are about the work and about teams; people are not measured against each other.".to_owned();
    Section { id: "figures", title: "Figures", lead, tables: vec![table], ..Section::default() }
}
