//! What forecasts and buffers found, as pictures.
//!
//! Verb layer: says which figures go into a chart and what it is called; how charts look is the business of `picture`.

use super::buffer::{self, Course};
use super::forecast::{Clock, Outcome, Question};
use super::progress::{Day, Progress};
use crate::picture::{self, Band, BurnUp, Fever, Force, Histogram, Picture, Tick};
use crate::schedule::Minutes;
use crate::schedule::buffer::{Zone, Zones};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Bars of the histogram.
const BARS: usize = 60;

/// Rows of the tornado.
const ROWS: usize = 10;

/// When all is done: how often each finish came up. `subtitle` says what the samples rest on.
pub fn finish(question: &Question<'_>, outcome: &Outcome, subtitle: &str) -> Picture {
    let (finish, clock) = (outcome.forecast.finish(), &outcome.clock);
    // Nights and weekends take no room.
    let work = |minutes: Minutes| clock.work(minutes).0 as f64;
    let worked = finish.map(|finish| clock.work(finish));
    let spans = worked.histogram(BARS);
    let count = finish.len() as f64;
    let spans: Vec<(f64, f64)> =
        spans.into_iter().map(|(end, samples)| (end.0 as f64, samples as f64 / count)).collect();
    let marks: Vec<(f64, String)> = ["P50", "P80", "P95"]
        .into_iter()
        .zip(outcome.forecast.quantiles())
        .map(|(name, at)| (work(at), format!("{name} {}", day(clock, at))))
        .collect();
    let deadline = question.due.zip(outcome.due).and_then(|(day, (_, chance))| {
        let at = clock.until(day)?;
        Some((work(at), format!("{day}: {:.0} %", chance * 100.0)))
    });
    let due = question.due.and_then(|day| clock.until(day));
    let (first, last) = (finish.quantile(0.0), finish.quantile(1.0));
    let (first, last) = (due.map_or(first, |due| due.min(first)), due.map_or(last, |due| due.max(last)));
    let ticks = ticks(clock, Minutes(first.0.max(0)), last);
    let first = work(first) - 1.0;
    let title = "When all is done";
    Histogram { title, subtitle, from: first, spans: &spans, ticks: &ticks, axis: "", marks: &marks, deadline }.draw()
}

fn day(clock: &Clock, at: Minutes) -> String {
    clock.day(at).map_or_else(|| "beyond all calendars".to_owned(), |day| day.strftime("%-d %b %Y").to_string())
}

/// How many days name their place on the axis, at most; and among how many days they are picked.
const TICKS: usize = 8;
const DAYS: i64 = 2_000;

/// The beginnings of days on which somebody works, in working time; of many days some.
fn ticks(clock: &Clock, first: Minutes, last: Minutes) -> Vec<Tick> {
    let Some((from, to)) = clock.day(first).zip(clock.day(last)) else { return Vec::new() };
    let step = (to.duration_since(from).as_hours() / 24 / DAYS + 1).days();
    let days = std::iter::successors(Some(from), |day| day.checked_add(step).ok()).take_while(|day| *day <= to);
    let works = days.filter_map(|day| {
        let (before, after) = (clock.until(day.yesterday().ok()?)?, clock.until(day)?);
        let (before, after) = (clock.work(before).0.max(0), clock.work(after).0);
        let value = before as f64;
        (after > before && value >= clock.work(first).0 as f64)
            .then(|| Tick { value, label: day.strftime("%-d %b %Y").to_string() })
    });
    let works: Vec<Tick> = works.collect();
    let each = works.len().div_ceil(TICKS).max(1);
    works.into_iter().step_by(each).collect()
}

/// The tasks that decide most.
pub fn tornado(question: &Question<'_>, outcome: &Outcome, subtitle: &str) -> Picture {
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

/// How the work went so far.
pub fn progress(question: &Question<'_>, outcome: &Outcome) -> Progress {
    question.facts.map_or_else(Progress::default, |facts| Progress::of(facts, question.now, &outcome.clock.zone))
}

/// What the past is called that a picture is drawn from.
const PAST: &str = "tasks as the history of the plan tells";

/// Tasks done against tasks there are, and where they may meet.
pub fn burn_up(question: &Question<'_>, outcome: &Outcome, days: &[Day]) -> Picture {
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

/// How many tasks stood where, day by day.
pub fn flow(days: &[Day]) -> Picture {
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

/// How long tasks took, and how old those under way are.
pub fn cycle_time(outcome: &Outcome, progress: &Progress) -> Picture {
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

/// Whether the buffer holds, and why that is so.
pub fn buffer_reason(question: &buffer::Question<'_>, course: &Course) -> String {
    let point = course.now();
    let fever = point.fever;
    let zones = question.zones;
    let next = match point.zone {
        Zone::Green => format!("yellow begins at {:.0} %", zones.yellow.at(fever.done)),
        Zone::Yellow => format!(
            "green ends at {:.0} %, red begins at {:.0} %",
            zones.yellow.at(fever.done),
            zones.red.at(fever.done)
        ),
        Zone::Red => format!("red begins at {:.0} %", zones.red.at(fever.done)),
    };
    let burn = fever.burn_ratio().map_or_else(String::new, |ratio| format!(", burn ratio {ratio:.1}"));
    format!(
        "{}: {:.0} % of the buffer used with {:.0} % of the critical chain done ({next}{burn})",
        point.zone, fever.used, fever.done
    )
}

/// How fast the buffer was used up against the work done, with the zones. `name` is what the plan is called.
pub fn fever(question: &buffer::Question<'_>, course: Option<&Course>, name: &str) -> Picture {
    let subtitle =
        course.map_or_else(|| "nothing was planned yet".to_owned(), |course| buffer_reason(question, course));
    let point =
        |course: &Course, point: &buffer::Point| (point.fever.done, point.fever.used, course.date(point).to_string());
    let points =
        course.iter().flat_map(|course| course.points.iter().map(move |one| point(course, one))).collect::<Vec<_>>();
    let (yellow, red) = borders(question.zones);
    picture::fever("Fever chart", &subtitle, yellow, red, &[Fever { name, points }])
}

/// How several plans stand, each as one dot with its name.
pub fn portfolio(zones: Zones, plans: &[(String, Option<Course>)]) -> Picture {
    let ways = plans.iter().filter_map(|(name, course)| {
        let course = course.as_ref()?;
        let now = course.now();
        Some(Fever { name, points: vec![(now.fever.done, now.fever.used, course.date(now).to_string())] })
    });
    let ways: Vec<Fever<'_>> = ways.collect();
    let subtitle = format!("how {} of {} plans use their buffers", ways.len(), plans.len());
    let (yellow, red) = borders(zones);
    picture::fever("Fever chart", &subtitle, yellow, red, &ways)
}

fn borders(zones: Zones) -> (picture::Border, picture::Border) {
    let border = |border: crate::schedule::buffer::Border| (border.begin, border.end);
    (border(zones.yellow), border(zones.red))
}
