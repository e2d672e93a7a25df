//! Time: the schedule, the forecast, the buffers, and how it went so far.

use super::sheet::{Cell, Table, Tone};
use super::{Chart, Request, Section, Survey, Tile};
use crate::diag::{Diagnostic, Failure};
use crate::picture::gantt::{Bar, Gantt};
use crate::picture::moment;
use crate::plan::Kind;
use crate::policy::{Band, Time};
use crate::schedule::buffer::Zone;
use crate::schedule::calendar::Minute;
use crate::schedule::forecast::{Distribution, Level};
use crate::schedule::level::{Levelled, Row};
use crate::schedule::{Figure, Minutes};
use crate::verb::gantt::part_of;
use crate::verb::progress::{Day, Progress};
use crate::verb::schedule::stamp;
use crate::verb::{buffer, forecast, gantt, load, pictures, schedule};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// More open tasks are drawn as the epics they stand in.
const BARS: usize = 80;

/// Rows of any picture; more would not be read.
const ROWS: usize = 60;

/// Weeks and people whose load is drawn.
const WEEKS: usize = 12;
const PEOPLE: usize = 40;

/// Schedules that are made in search of a short one, and samples of a forecast, over all tasks.
const SCHEDULES: u64 = 20_000;
const SAMPLES: usize = 3_000_000;

/// What is known about time.
pub(super) struct Outlook<'a> {
    schedule: schedule::Question<'a>,
    levelled: Option<Levelled>,
    /// Why there is no schedule.
    findings: Vec<Diagnostic>,
    forecast: forecast::Question<'a>,
    found: Option<forecast::Outcome>,
    buffer: buffer::Question<'a>,
    buffers: Option<buffer::Outcome>,
    days: Vec<Day>,
    time: Time,
}

impl<'a> Outlook<'a> {
    pub(super) fn of(request: &Request<'a>) -> Result<Self, Failure> {
        let Survey { plan, roster, facts, now, policy, .. } = *request.survey;
        let time = policy.map_or_else(Time::default, |policy| policy.time.clone());
        let open = request.survey.tasks().filter(|&index| !plan.is_closed(index)).count().max(1);
        let effort = (SCHEDULES / u64::try_from(open).unwrap_or(u64::MAX)).clamp(1, 200);
        let schedule = schedule::Question {
            plan,
            roster,
            figure: Figure::Expected,
            start: None,
            now,
            effort: Some(effort),
            seed: 0,
        };
        let (levelled, findings) = schedule::run(&schedule);
        let has_epics = plan.items.iter().any(|item| item.kind == Kind::Epic);
        let forecast = forecast::Question {
            plan,
            roster,
            facts: Some(facts),
            now,
            free: false,
            start: None,
            distribution: Distribution::default(),
            samples: (SAMPLES / open).clamp(200, 10_000),
            seed: 1,
            threads: request.threads,
            level: if has_epics { Level::Epic } else { Level::Phase },
            drivers: true,
            due: None,
        };
        let (found, _) = forecast::run(&forecast);
        let history = request.world.history;
        let buffer =
            buffer::Question { past: true, ..buffer::Question::of((plan, roster, &time), history, facts, now) };
        let (buffers, _) = buffer::run(&buffer)?;
        let days = Progress::of(facts, now, &schedule.zone()).days;
        Ok(Self { schedule, levelled, findings, forecast, found, buffer, buffers, days, time })
    }

    pub(super) fn levelled(&self) -> Option<&Levelled> {
        self.levelled.as_ref()
    }

    fn zone(&self) -> TimeZone {
        self.schedule.zone()
    }

    fn is_over(&self) -> bool {
        self.levelled.as_ref().is_some_and(|levelled| levelled.rows.is_empty())
    }

    pub(super) fn tiles(&self) -> Vec<Tile> {
        let unknown =
            |name, note: &str| Tile { name, value: "unknown".to_owned(), note: note.to_owned(), tone: Tone::Quiet };
        if self.is_over() {
            return Vec::new();
        }
        let end = match &self.found {
            Some(found) => {
                let [p50, p80, p95] = found.forecast.quantiles().map(|at| {
                    found.clock.day(at).map_or_else(|| "beyond all calendars".to_owned(), |day| day.to_string())
                });
                Tile { name: "Done by (P80)", value: p80, note: format!("P50 {p50}, P95 {p95}"), tone: Tone::Plain }
            }
            None => unknown("Done by", "there is no forecast of this plan"),
        };
        let buffer = match self.course() {
            Some(course) => {
                let now = course.now();
                let tone = match now.zone {
                    Zone::Green => Tone::Good,
                    Zone::Yellow => Tone::Warn,
                    Zone::Red => Tone::Bad,
                };
                let value = format!("{} %", now.fever.used.round() + 0.0);
                let note = format!("{}, with {:.0} % of the chain done", now.zone, now.fever.done);
                Tile { name: "Buffer used", value, note, tone }
            }
            None => unknown("Buffer used", "nothing was planned in a commit yet"),
        };
        let path = match &self.levelled {
            Some(levelled) => Tile {
                name: "Critical chain",
                value: schedule::length(levelled).to_string(),
                note: format!("done {}", stamp(levelled.finish, &self.zone())),
                tone: Tone::Plain,
            },
            None => unknown("Critical chain", "there is no schedule of this plan"),
        };
        vec![end, path, buffer]
    }

    /// The zone the buffer is in; none before anything was planned, and when all is done.
    pub(super) fn zone_of_buffer(&self) -> Option<Zone> {
        self.course().filter(|_| !self.is_over()).map(|course| course.now().zone)
    }

    fn course(&self) -> Option<&buffer::Course> {
        self.buffers.as_ref()?.course.as_ref()
    }

    pub(super) fn sections(&self, survey: &Survey<'_>) -> Vec<Section> {
        vec![self.schedule(survey), self.forecast(), self.flow(), self.load()]
    }

    fn schedule(&self, survey: &Survey<'_>) -> Section {
        let section = Section { id: "schedule", title: "Schedule", ..Section::default() };
        let Some(levelled) = &self.levelled else {
            let why: Vec<&str> = self.findings.iter().map(|finding| finding.message.as_str()).collect();
            return Section { lead: format!("There is no schedule: {}", why.join("; ")), ..section };
        };
        if levelled.rows.is_empty() {
            return Section { lead: "Nothing is open.".to_owned(), ..section };
        }
        let zone = self.zone();
        let lead = format!("All is done {}; {}.", stamp(levelled.finish, &zone), schedule::quality(levelled, &zone));
        let chart = self.gantt(survey, levelled, &zone);
        Section { lead, charts: vec![chart], tables: vec![self.chain(levelled, &zone)], ..section }
    }

    fn gantt(&self, survey: &Survey<'_>, levelled: &Levelled, zone: &TimeZone) -> Chart {
        let plan = survey.plan;
        let mut drawn = if levelled.rows.len() <= BARS {
            gantt::gantt(&gantt::Request {
                plan,
                levelled,
                baseline: None,
                buffers: None,
                zone,
                group: gantt::Group::Epic,
                title: "What is done when",
                subtitle: "open tasks by epic",
                now: Minute::of(survey.now),
            })
        } else {
            epics(survey, levelled, zone)
        };
        let buffers = self.buffer_bars(levelled, zone);
        if !buffers.is_empty() {
            drawn.groups.push(("Buffers".to_owned(), buffers));
        }
        let mut table = Table::new("gantt-data", "What is done when", "Nothing is open.")
            .text("what")
            .text("part of")
            .column("starts")
            .column("done")
            .choice("decides the end");
        let days = |day: f64| jiff::civil::Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(day as i64));
        let day = |at: f64| days(at).map_or_else(|_| Cell::unknown(), |day| Cell::text(&day.to_string()));
        for (group, bars) in &drawn.groups {
            for bar in bars {
                let decides = if bar.critical { Cell::text("yes").tone(Tone::Bad) } else { Cell::text("no") };
                table.row([Cell::text(&bar.label), Cell::said(Some(group)), day(bar.start), day(bar.finish), decides]);
            }
        }
        Chart { is_drilled: levelled.rows.len() > BARS, ..Chart::new("gantt", &drawn.draw(), table) }
    }

    /// What protects the end, and the larger chains that feed the critical one.
    fn buffer_bars(&self, levelled: &Levelled, zone: &TimeZone) -> Vec<Bar> {
        const FEEDING: usize = 6;
        let Some(buffers) = &self.buffers else { return Vec::new() };
        let plan = self.schedule.plan;
        let bar = |label: String, from: Minute, minutes: Minutes| {
            let to = levelled.common.add(from, minutes.0)?;
            let (start, finish) = (day_of(from, zone), day_of(to, zone));
            let tip = format!("{label}: {minutes}, until {}", stamp(to, zone));
            (finish > start).then_some(Bar { label, tip, start, finish, slack: finish, buffer: true, ..Bar::default() })
        };
        let project = bar("project buffer".to_owned(), levelled.finish, buffers.left.critical.buffer);
        let feeding = buffers.left.feeding.iter().take(FEEDING).filter_map(|feeding| {
            let last = *feeding.chain.tasks.last()?;
            let (_, end) = levelled.times(plan, last)?;
            bar(format!("after {}", plan.items[last].id.as_str()), end, feeding.chain.buffer)
        });
        project.into_iter().chain(feeding).collect()
    }

    fn chain(&self, levelled: &Levelled, zone: &TimeZone) -> Table {
        let plan = self.schedule.plan;
        let mut table = Table::new("critical-chain", "The chain that decides when all is done", "Nothing decides.")
            .column("item")
            .text("title")
            .column("who")
            .column("starts")
            .column("done")
            .number("work")
            .text("why not earlier");
        let time = |at: Minute| {
            let zoned = at.timestamp().map(|at| at.to_zoned(zone.clone()));
            zoned.map(|at| Cell::text(&at.strftime("%Y-%m-%d %H:%M").to_string())).into()
        };
        for (item, because) in &levelled.chain {
            let Some(row) = levelled.row(*item) else { continue };
            table.row([
                Cell::text(plan.items[*item].id.as_str()),
                Cell::text(plan.items[*item].title().value),
                Cell::said(row.person.map(|person| levelled.people[person].name.as_str())),
                time(row.start),
                time(row.finish),
                Cell::work(row.minutes),
                Cell::text(&schedule::because(plan, levelled, *item, *because)),
            ]);
        }
        table
    }

    fn forecast(&self) -> Section {
        let mut section = Section { id: "forecast", title: "Forecast and buffer", ..Section::default() };
        let fever = Chart::new("fever", &pictures::fever(&self.buffer, self.course(), "the plan"), self.fever_table());
        match &self.found {
            Some(found) if !self.is_over() => {
                let samples = found.forecast.finish().len();
                let basis = format!("{samples} samples of what is open, seed {}", self.forecast.seed);
                section.charts.push(Chart::new(
                    "finish",
                    &pictures::finish(&self.forecast, found, &basis),
                    finish_table(found),
                ));
            }
            Some(_) => section.lead = "Nothing is open.".to_owned(),
            None => section.lead = "There is no forecast: tasks wait for each other, or have no figures.".to_owned(),
        }
        section.charts.push(fever);
        section
    }

    fn fever_table(&self) -> Table {
        let mut table = Table::new("fever-data", "How the buffer was used", "Nothing was planned in a commit yet.")
            .column("day")
            .choice("zone")
            .number("% of the chain done")
            .number("% of the buffer used")
            .number("work left");
        for (course, point) in
            self.course().into_iter().flat_map(|course| course.points.iter().map(move |one| (course, one)))
        {
            let tone = match point.zone {
                Zone::Green => Tone::Good,
                Zone::Yellow => Tone::Warn,
                Zone::Red => Tone::Bad,
            };
            table.row([
                Cell::text(&course.date(point).to_string()),
                Cell::text(&point.zone.to_string()).tone(tone),
                percent(point.fever.done),
                percent(point.fever.used),
                Cell::work(point.remaining),
            ]);
        }
        table
    }

    fn flow(&self) -> Section {
        let mut section = Section { id: "progress", title: "Progress", ..Section::default() };
        if self.days.len() < 2 {
            section.lead = match self.days.len() {
                0 => "No commit says anything about the plan yet.".to_owned(),
                _ => "All that is known happened today; pictures of progress need a second day.".to_owned(),
            };
            return section;
        }
        let mut table = Table::new("flow-data", "Tasks by where they stood", "There is no history yet.")
            .column("day")
            .number("not begun")
            .number("waiting")
            .number("under way")
            .number("done");
        for day in &self.days {
            let counts = [day.open, day.waiting, day.under_way, day.done].map(Cell::count);
            table.row(std::iter::once(Cell::text(&day.date.to_string())).chain(counts));
        }
        section.lead = "A band of the flow that grows is where work piles up.".to_owned();
        if let Some(found) = &self.found {
            let drawn = pictures::burn_up(&self.forecast, found, &self.days);
            section.charts.push(Chart::new("burn-up", &drawn, burn_up_table(&self.days)));
        }
        section.charts.push(Chart::new("flow", &pictures::flow(&self.days), table));
        section
    }

    fn load(&self) -> Section {
        let section = Section { id: "load", title: "Load", ..Section::default() };
        let Some(levelled) = self.levelled.as_ref().filter(|levelled| !levelled.rows.is_empty()) else {
            return Section { lead: "Without open tasks and a schedule nobody has a load.".to_owned(), ..section };
        };
        let mut load = load::run(levelled, &levelled.people, &self.zone());
        load.rows.retain(|(_, whole, _)| whole.given.0 > 0);
        let (people, weeks) = (load.rows.len(), load.weeks.len());
        let Band { least, most } = self.time.load;
        let mut table =
            Table::new("load-data", "Share of working time that is given away", "Nobody has anything to do.")
                .column("who")
                .number("until the end")
                .choice("verdict");
        load.weeks.truncate(WEEKS);
        for week in &load.weeks {
            table = table.number(format!("week of {}", week.strftime("%-d %b")));
        }
        let share = |share: &load::Share| {
            let tone = match share.percent() {
                Some(101..) => Tone::Bad,
                Some(percent) if percent > most => Tone::Warn,
                _ => Tone::Plain,
            };
            let cell = share.percent().map(|percent| Cell::text(&format!("{percent} %")).rank(percent.into()));
            cell.map_or_else(Cell::none, |cell| cell.tone(tone))
        };
        for (person, whole, weeks) in &mut load.rows {
            weeks.truncate(WEEKS);
            let head = [
                Cell::text(&levelled.people[*person].name),
                share(whole),
                Cell::said(Some(whole.verdict(self.time.load))),
            ];
            table.row(head.into_iter().chain(weeks.iter().map(share)));
        }
        load.rows.truncate(PEOPLE);
        let mut lead =
            format!("{least} to {most} % is a good load: less is idle, more leaves no room for what comes in between.");
        if weeks > WEEKS || people > PEOPLE {
            lead.push_str(&format!(
                " Drawn are the first {WEEKS} of {weeks} weeks and {} of {people} people.",
                people.min(PEOPLE)
            ));
        }
        let drawn = load::picture(self.schedule.plan, levelled, &load, self.time.load, "Who is how busy");
        Section { lead, charts: vec![Chart::new("load", &drawn, table)], ..section }
    }
}

fn percent(value: f64) -> Cell {
    Cell::text(&format!("{:.0}", value + 0.0)).rank(value)
}

fn day_of(at: Minute, zone: &TimeZone) -> f64 {
    at.timestamp().map_or(0.0, |timestamp| moment(timestamp.to_zoned(zone.clone()).datetime()))
}

/// Epics, and what stands in none, as one bar each from the first open task to the last.
fn epics(survey: &Survey<'_>, levelled: &Levelled, zone: &TimeZone) -> Gantt {
    let plan = survey.plan;
    let mut parts: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
    for row in &levelled.rows {
        parts.entry(part_of(plan, row.item)).or_default().push(row);
    }
    let bar = |(part, rows): (usize, Vec<&Row>)| {
        let item = &plan.items[part];
        let start = rows.iter().map(|row| row.start).min().unwrap_or(levelled.begin);
        let finish = rows.iter().map(|row| row.finish).max().unwrap_or(levelled.finish);
        let (from, to) = (day_of(start, zone), day_of(finish, zone));
        let deciding = rows.iter().filter(|row| row.is_critical()).count();
        let (start, finish) = (stamp(start, zone), stamp(finish, zone));
        Bar {
            label: format!("{} {}", item.id.as_str(), item.title().value),
            tip: format!(
                "{} {}: {} open, {start} to {finish}, {deciding} decide the end",
                item.id.as_str(),
                item.title().value,
                rows.len()
            ),
            start: from,
            finish: to,
            slack: to,
            critical: deciding > 0,
            begun: rows.iter().any(|row| survey.is_under_way(row.item)),
            ..Bar::default()
        }
    };
    let all = parts.len();
    let mut bars: Vec<Bar> = parts.into_iter().map(bar).collect();
    bars.sort_by(|one, other| one.start.total_cmp(&other.start).then(one.finish.total_cmp(&other.finish)));
    bars.truncate(ROWS);
    let left_out = all.saturating_sub(ROWS);
    let more = if left_out > 0 { format!("; {left_out} that begin later are left out") } else { String::new() };
    Gantt {
        title: "What is done when".to_owned(),
        subtitle: format!("{} open tasks, by epic{more}; full: a task in it decides the end", levelled.rows.len()),
        groups: vec![(String::new(), bars)],
        today: Some(day_of(Minute::of(survey.now), zone)),
    }
}

fn finish_table(found: &forecast::Outcome) -> Table {
    let mut table = Table::new("finish-data", "When all is done", "There is no forecast.")
        .number("in so many of 100 cases")
        .column("done by")
        .number("work until then");
    for share in [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99] {
        let at = found.forecast.finish().quantile(f64::from(share) / 100.0);
        let day = found.clock.day(at).map(|day| Cell::text(&day.to_string()));
        table.row([Cell::text(&share.to_string()), day.into(), Cell::work(at)]);
    }
    table
}

fn burn_up_table(days: &[Day]) -> Table {
    let mut table = Table::new("burn-up-data", "Tasks done against tasks there are", "There is no history yet.")
        .column("day")
        .number("done")
        .number("all there is");
    for day in days {
        table.row([Cell::text(&day.date.to_string()), Cell::count(day.done), Cell::count(day.scope())]);
    }
    table
}
