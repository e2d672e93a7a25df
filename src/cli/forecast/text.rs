//! A forecast as text for people.

use crate::report::table::{Align, Table};
use crate::report::{Style, plural};
use crate::schedule::Minutes;
use crate::schedule::forecast::Distribution;
use crate::verb::forecast::{Clock, Honesty, Outcome, Pace, Question};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Rows of the histogram.
const ROWS: i64 = 16;

/// Columns of its longest bar.
const BAR: f64 = 36.0;

/// Tasks that are named as deciding.
const DRIVERS: usize = 10;

/// Everything that was found.
pub(super) fn forecast(question: &Question<'_>, outcome: &Outcome, style: Style) -> String {
    if outcome.forecast.finish().quantile(1.0) == Minutes(0) {
        return "nothing is open\n".to_owned();
    }
    let mut out = format!("{}\n\n", basis(question, outcome));
    out.push_str(&finish(outcome, style));
    out.push_str(&histogram(outcome, style));
    out.push_str(&parts(question, outcome, style));
    out.push_str(&drivers(question, outcome, style));
    if let Some(pace) = &outcome.pace {
        out.push_str(&format!("\n{}\n", by_pace(pace)));
    }
    if let Some(honesty) = &outcome.honesty {
        out.push_str(&format!("\n{}\n", held(honesty)));
    }
    out
}

/// What the figures rest on, in a sentence or two.
pub(super) fn basis(question: &Question<'_>, outcome: &Outcome) -> String {
    let basis = outcome.forecast.basis;
    let samples = outcome.forecast.finish().len();
    let drawn = match outcome.distribution {
        Distribution::Pert => "PERT beta",
        Distribution::Triangular => "triangular",
        Distribution::History => "actual by estimated time",
    };
    let mut notes = Vec::new();
    if basis.single > 0 {
        notes.push(if basis.ratios > 0 && outcome.distribution != Distribution::History {
            format!(
                "{} with one figure: times the ratios of {}",
                plural(basis.single, "task"),
                plural(basis.ratios, "finished task")
            )
        } else if basis.ratios > 0 {
            format!("drawn from {}", plural(basis.ratios, "finished task"))
        } else {
            format!("{} with one figure: taken at its word", plural(basis.single, "task"))
        });
    }
    if basis.none > 0 {
        notes.push(format!("{} without an estimate: like the others", plural(basis.none, "task")));
    }
    if !outcome.forecast.by_people {
        notes.push("as if somebody were always free".to_owned());
    } else {
        notes.push("people take tasks as `schedule` has them".to_owned());
    }
    if outcome.clock.assumed {
        notes.push("no calendar says when people work: Monday to Friday, 9 to 17 UTC".to_owned());
    }
    let open = basis.three + basis.single + basis.none;
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    format!("{samples} samples of {}, seed {}, {drawn}{notes}", plural(open, "open task"), question.seed)
}

fn day(clock: &Clock, minutes: Minutes) -> String {
    clock.day(minutes).map_or_else(|| "beyond all calendars".to_owned(), |day| day.to_string())
}

fn finish(outcome: &Outcome, style: Style) -> String {
    let columns = [("all done", Align::Left), ("by", Align::Left), ("work", Align::Right)];
    let mut table = Table::new(columns);
    let names = ["P50, even odds", "P80, likely", "P95, all but sure"];
    for (name, minutes) in names.into_iter().zip(outcome.forecast.quantiles()) {
        table.row([name, &day(&outcome.clock, minutes), &outcome.clock.work(minutes).to_string()]);
    }
    let mut out = table.render(style);
    let [even, .., sure] = outcome.forecast.quantiles();
    if even == sure {
        out.push_str("what decides has one figure each, which is taken at its word: write `~2h/4h/9h` to see how likely that is\n");
    }
    if let Some((day, chance)) = outcome.due {
        out.push_str(&format!("by {day}: {}\n", percent(chance)));
    }
    out
}

/// A share of samples, with no more certainty than samples give.
fn percent(share: f64) -> String {
    match share {
        0.0 => "no sample ends by then".to_owned(),
        1.0 => "every sample ends by then".to_owned(),
        share => format!("{:.0} % of the samples end by then", (share * 100.0).clamp(1.0, 99.0)),
    }
}

/// A bar for each day on which samples end, or for as many days together as make few bars.
fn histogram(outcome: &Outcome, style: Style) -> String {
    let (finish, clock) = (outcome.forecast.finish(), &outcome.clock);
    let ends = [0.0, 1.0].map(|share| clock.day(finish.quantile(share)));
    let [Some(first), Some(last)] = ends else { return String::new() };
    if first == last {
        return String::new();
    }
    let days = i64::from(last.duration_since(first).as_hours() as i32 / 24);
    let step = days / ROWS + 1;
    let until = |day: Date| clock.until(day).map_or(1.0, |minutes| finish.chance(minutes));
    let row = |index: i64| {
        let end = first.checked_add(((index + 1) * step - 1).days()).unwrap_or(last).min(last);
        (end, until(end))
    };
    let rows: Vec<(Date, f64)> = (0..=days / step).map(row).collect();
    let before = std::iter::once(0.0).chain(rows.iter().map(|(_, share)| *share));
    let bars: Vec<(Date, f64, f64)> =
        rows.iter().zip(before).map(|(&(day, by), before)| (day, by - before, by)).collect();
    let most = bars.iter().map(|(_, share, _)| *share).fold(0.0, f64::max).max(1e-9);
    let columns = [("ends by", Align::Left), ("of 100", Align::Right), ("so far", Align::Right), ("", Align::Left)];
    let mut table = Table::new(columns);
    // A weekend is no bar.
    for (day, share, by) in bars.into_iter().filter(|(_, share, _)| *share > 0.0) {
        let bar = "█".repeat((share / most * BAR).ceil() as usize);
        table.row([&day.to_string(), &format!("{:.1}", share * 100.0), &format!("{:.1}", by * 100.0), &bar]);
    }
    format!("\n{}", table.render(style))
}

fn parts(question: &Question<'_>, outcome: &Outcome, style: Style) -> String {
    if outcome.forecast.parts.is_empty() {
        return String::new();
    }
    let has_due = outcome.forecast.parts.iter().any(|part| part.chance.is_some());
    let mut columns = vec![(question.level.name(), Align::Left), ("P50", Align::Left), ("P80", Align::Left)];
    columns.push(("P95", Align::Left));
    if has_due {
        columns.extend([("due", Align::Left), ("in time", Align::Right)]);
    }
    columns.push(("title", Align::Left));
    let mut table = Table::new(columns);
    for part in &outcome.forecast.parts {
        let item = &question.plan.items[part.item];
        let mut row = vec![item.id.as_str().to_owned()];
        row.extend(part.quantiles.map(|minutes| day(&outcome.clock, minutes)));
        if has_due {
            let due = item.due().map(|due| due.value).zip(part.chance);
            row.push(due.map_or_else(String::new, |(day, _): (Date, f64)| day.to_string()));
            row.push(due.map_or_else(String::new, |(_, chance)| format!("{:.0} %", chance * 100.0)));
        }
        row.push(item.title().value.to_owned());
        table.row(row);
    }
    format!("\n{}", table.render(style))
}

fn drivers(question: &Question<'_>, outcome: &Outcome, style: Style) -> String {
    let drivers: Vec<_> = outcome.forecast.deciding().take(DRIVERS).collect();
    if drivers.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        ("decides most", Align::Left),
        ("critical", Align::Right),
        ("sensitivity", Align::Right),
        ("cruciality", Align::Right),
        ("title", Align::Left),
    ]);
    for driver in drivers {
        let item = &question.plan.items[driver.item];
        table.row([
            item.id.as_str(),
            &format!("{:.0} %", driver.criticality * 100.0),
            &format!("{:.2}", driver.sensitivity),
            &format!("{:.2}", driver.cruciality),
            item.title().value,
        ]);
    }
    format!("\n{}", table.render(style))
}

fn by_pace(pace: &Pace) -> String {
    let past = format!("{} done in the past {}", plural(pace.done as usize, "task"), plural(pace.over_days, "day"));
    let thin = if pace.is_thin { " (too few to rely on: 30 tasks and five weeks say something)" } else { "" };
    match pace.days {
        Some([p50, p80, p95]) => {
            format!("at that pace, {past}, the {} left are done by P50 {p50}, P80 {p80}, P95 {p95}{thin}", pace.left)
        }
        None => format!("at that pace, {past}, the {} left take more than ten years{thin}", pace.left),
    }
}

fn held(honesty: &Honesty) -> String {
    let calibration = honesty.calibration;
    let inside = calibration.inside.map(|share| format!("{:.0} %", share * 100.0));
    let verdict = match calibration.inside[1] {
        _ if calibration.is_honest() => "that is how a P80 should hold",
        share if share < 0.8 => "the estimates are too bold",
        _ => "the estimates are too wide",
    };
    let loss = calibration.loss.map(|loss| Minutes(loss.round() as i64).to_string());
    let measured = match honesty.measured {
        0 => String::new(),
        some => format!("; {} of the times were worked out from commits and ticks", some),
    };
    format!(
        "of {} before, {} took at most their P50, {} their P80, {} their P95: {verdict} (mean pinball loss {}, {}, {}{measured})",
        plural(calibration.count, "task"),
        inside[0],
        inside[1],
        inside[2],
        loss[0],
        loss[1],
        loss[2]
    )
}
