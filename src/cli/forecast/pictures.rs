//! A forecast as pictures.

use super::text;
use crate::picture::{self, Force, Histogram, Tick};
use crate::schedule::Minutes;
use crate::verb::forecast::{Clock, Outcome, Question};

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Picture {
    /// How often each finish came up, and the share that is done by then
    Finish,
    /// The tasks that decide most
    Tornado,
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
