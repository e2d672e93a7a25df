//! A forecast as pictures.

use super::text;
use crate::picture::{self, Band, BurnUp, Force, Histogram, Tick};
use crate::schedule::Minutes;
use crate::verb::forecast::{Clock, Outcome, Question};
use crate::verb::progress::{Day, Progress};
use jiff::civil::Date;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Picture {
    /// How often each finish came up, and the share that is done by then
    Finish,
    /// The tasks that decide most
    Tornado,
    /// Tasks done against tasks there are, and where they may meet
    BurnUp,
    /// How many tasks stood where, day by day
    Flow,
    /// How long tasks took, and how old those under way are
    CycleTime,
}

/// Bars of the histogram.
const BARS: usize = 60;

/// Rows of the tornado.
const ROWS: usize = 10;

pub(super) fn draw(what: Picture, question: &Question<'_>, outcome: &Outcome) -> String {
    let subtitle = text::basis(question, outcome);
    match what {
        Picture::Finish => finish(question, outcome, &subtitle),
        Picture::Tornado => tornado(question, outcome, &subtitle),
        Picture::BurnUp => burn_up(question, outcome),
        Picture::Flow => flow(question, outcome),
        Picture::CycleTime => cycle_time(question, outcome),
    }
}

fn finish(question: &Question<'_>, outcome: &Outcome, subtitle: &str) -> String {
    let (finish, clock) = (outcome.forecast.finish(), &outcome.clock);
    let work = |minutes: Minutes| minutes.0 as f64;
    let spans = finish.histogram(BARS);
    let count = finish.len() as f64;
    let spans: Vec<(f64, f64)> = spans.into_iter().map(|(end, samples)| (work(end), samples as f64 / count)).collect();
    let marks: Vec<(f64, String)> = ["P50", "P80", "P95"]
        .into_iter()
        .zip(outcome.forecast.quantiles())
        .map(|(name, at)| (work(at), format!("{name} {}", day(clock, at))))
        .collect();
    let deadline = question.due.zip(outcome.due).and_then(|(day, (_, chance))| {
        let at = clock.until(day)?;
        Some((work(at), format!("{day}: {:.0} %", chance * 100.0)))
    });
    let first = work(finish.quantile(0.0)).min(deadline.as_ref().map_or(f64::INFINITY, |(at, _)| *at)) - 1.0;
    let last = deadline.as_ref().map_or(0.0, |(at, _)| *at).max(work(finish.quantile(1.0)));
    let ticks = ticks(clock, first, last);
    let title = "When all is done";
    Histogram { title, subtitle, from: first, spans: &spans, ticks: &ticks, axis: "", marks: &marks, deadline }.draw()
}

fn day(clock: &Clock, at: Minutes) -> String {
    clock.day(at).map_or_else(|| "beyond all calendars".to_owned(), |day| day.strftime("%-d %b %Y").to_string())
}

/// Days at round distances in working time.
fn ticks(clock: &Clock, first: f64, last: f64) -> Vec<Tick> {
    const DAY: f64 = 480.0;
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 250.0].map(|days| days * DAY);
    let step = steps.into_iter().find(|step| (last - first) / step <= 8.0).unwrap_or((last - first) / 8.0);
    let mut ticks: Vec<Tick> = Vec::new();
    let mut value = (first / step).ceil() * step;
    while value <= last && ticks.len() < 20 {
        if let Some(day) = clock.day(Minutes(value as i64)) {
            let label = day.strftime("%-d %b %Y").to_string();
            if ticks.last().is_none_or(|tick| tick.label != label) {
                ticks.push(Tick { value, label });
            }
        }
        value += step;
    }
    ticks
}

fn tornado(question: &Question<'_>, outcome: &Outcome, subtitle: &str) -> String {
    let name = |index: usize| {
        let item = &question.plan.items[index];
        format!("{} {}", item.id.as_str(), item.title().value)
    };
    let drivers: Vec<_> = outcome.forecast.deciding().take(ROWS).map(|driver| (name(driver.item), driver)).collect();
    let forces: Vec<Force<'_>> = drivers
        .iter()
        .map(|(name, driver)| Force {
            name,
            sensitivity: driver.sensitivity,
            cruciality: driver.cruciality,
            criticality: driver.criticality,
        })
        .collect();
    picture::tornado("What decides when all is done", subtitle, &forces)
}

fn progress(question: &Question<'_>, outcome: &Outcome) -> Progress {
    question.facts.map_or_else(Progress::default, |facts| Progress::of(facts, question.now, &outcome.clock.zone))
}

/// What the past is called that a picture is drawn from.
const PAST: &str = "tasks as the history of the plan tells";

fn burn_up(question: &Question<'_>, outcome: &Outcome) -> String {
    let days = progress(question, outcome).days;
    let line = |value: fn(Day) -> usize| -> Vec<(f64, f64)> {
        days.iter().map(|day| (picture::day(day.date), value(*day) as f64)).collect()
    };
    let cone = outcome.pace.as_ref().and_then(|pace| pace.cone);
    let end = |at: usize, name: &str| {
        let day: Date = cone?[at];
        Some((picture::day(day), format!("{name} {}", day.strftime("%-d %b %Y"))))
    };
    let subtitle = match &outcome.pace {
        Some(pace) => format!("{PAST}; the cone plays {} past days again, seed {}", pace.over_days, question.seed),
        None => PAST.to_owned(),
    };
    BurnUp {
        title: "Done and to do",
        subtitle: &subtitle,
        unit: "tasks",
        scope: &line(Day::scope),
        done: &line(|day| day.done),
        today: picture::day(question.now.to_zoned(outcome.clock.zone.clone()).date()),
        soon: end(0, "P20"),
        late: end(1, "P95"),
    }
    .draw()
}

fn flow(question: &Question<'_>, outcome: &Outcome) -> String {
    let days = progress(question, outcome).days;
    let band =
        |name, value: fn(&Day) -> usize| Band { name, items: days.iter().map(|day| value(day) as f64).collect() };
    let bands = [
        band("not begun", |day| day.open),
        band("waiting", |day| day.waiting),
        band("under way", |day| day.under_way),
        band("done", |day| day.done),
    ];
    let dates: Vec<f64> = days.iter().map(|day| picture::day(day.date)).collect();
    picture::flow("Cumulative flow", PAST, &dates, &bands)
}

fn cycle_time(question: &Question<'_>, outcome: &Outcome) -> String {
    let progress = progress(question, outcome);
    let taken = |taken: &crate::verb::progress::Taken| picture::Taken {
        on: picture::moment(taken.until.to_zoned(outcome.clock.zone.clone()).datetime()),
        days: taken.days,
        name: taken.id.clone(),
        open: taken.is_open,
    };
    let items: Vec<picture::Taken> = progress.taken.iter().map(taken).collect();
    let subtitle = format!("days from the first commit that names a task until its tick; {PAST}");
    picture::scatter("How long tasks take", &subtitle, &items, progress.within())
}
