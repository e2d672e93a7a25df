//! `metrics`: figures about how the work goes.

use super::past::{LineArgs, surveyed, when};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, nearest};
use crate::export;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::metrics::{self, Light, METRICS, Metric, Reading};
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct MetricsArgs {
    /// Explain this one: how it is computed, and what shows more
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Print comma-separated values
    #[arg(long)]
    csv: bool,

    /// Compute as if it were then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when)]
    now: Option<Timestamp>,

    #[command(flatten)]
    line: LineArgs,
}

/// Prints every figure, or explains one.
///
/// # Errors
/// There is no figure of that name, or a file or the history could not be read.
pub fn run(context: &Context, args: &MetricsArgs) -> Result<Exit, Failure> {
    let asked = args.name.as_deref().map(named).transpose()?;
    let bench = Bench::open(context)?;
    let mut readings = match surveyed(context, &args.line, args.now, |survey| metrics::run(survey, &bench.repo))? {
        Ok(readings) => readings,
        Err(errors) => return context.report(&errors),
    };
    readings.retain(|reading| asked.is_none_or(|asked| std::ptr::eq(asked, reading.metric)));
    context.output.print(&match (context.format, &readings[..]) {
        (Format::Json, _) => envelope("metrics", &readings.iter().map(answer).collect::<Vec<_>>()),
        _ if args.csv => csv(&readings),
        (_, [reading]) if asked.is_some() => page(reading),
        _ => table(context, &readings),
    })?;
    Ok(Exit::Passed)
}

fn named(name: &str) -> Result<&'static Metric, Failure> {
    METRICS.iter().find(|metric| metric.name == name).ok_or_else(|| {
        let near = nearest(name, METRICS.iter().map(|metric| metric.name));
        let hint =
            near.map_or_else(|| "run `passmuster metrics` to see them".to_owned(), |near| format!("write `{near}`"));
        Failure::usage(format!("there is no figure `{name}`")).hint(hint)
    })
}

fn answer(reading: &Reading) -> v1::Metric {
    let metric = reading.metric;
    v1::Metric {
        name: metric.name,
        title: metric.title,
        unit: metric.unit,
        value: reading.value,
        week_ago: reading.week_ago.ok(),
        week_ago_unknown: reading.week_ago.err().map(|why| why.to_string()),
        target: reading.aim.target(),
        alarm: reading.aim.alarm(),
        better: reading.aim.direction(),
        status: reading.light().map(Light::name),
        formula: metric.formula,
    }
}

fn csv(readings: &[Reading]) -> String {
    let columns = ["name", "value", "unit", "week_ago", "target", "alarm", "better", "status"];
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let rows = readings.iter().map(|reading| {
        let aim = reading.aim;
        vec![
            reading.metric.name.to_owned(),
            number(reading.value),
            reading.metric.unit.to_owned(),
            number(reading.week_ago.ok()),
            aim.target().unwrap_or_default(),
            aim.alarm().unwrap_or_default(),
            aim.direction().to_owned(),
            reading.light().map_or("", |light| light.name()).to_owned(),
        ]
    });
    export::rows(&columns, rows)
}

fn table(context: &Context, readings: &[Reading]) -> String {
    let mut table = Table::new([
        ("figure", Align::Left),
        ("value", Align::Right),
        ("in 7 days", Align::Right),
        ("target", Align::Left),
        ("alarm", Align::Left),
        ("status", Align::Left),
        ("what", Align::Left),
    ]);
    for reading in readings {
        let metric = reading.metric;
        table.row([
            metric.name,
            &reading.value_shown(),
            &reading.trend_shown(),
            &reading.aim.target().unwrap_or_default(),
            &reading.aim.alarm().unwrap_or_default(),
            reading.light().map_or("", |light| light.name()),
            metric.title,
        ]);
    }
    let table = table.render(context.output.style());
    match readings.iter().find_map(|reading| reading.week_ago.err().filter(|why| why.is_of_all())) {
        Some(why) => format!("{table}\nHow they moved in 7 days is not known: {why}.\n"),
        None => table,
    }
}

/// Everything about one figure.
fn page(reading: &Reading) -> String {
    let metric = reading.metric;
    let mut page = format!("{}: {}\n\n", metric.name, metric.title);
    let mut row = |name: &str, what: &str| {
        if !what.is_empty() {
            page.push_str(&format!("  {name:<10} {what}\n"));
        }
    };
    row("value", &reading.value_shown());
    row("week ago", &reading.week_ago_shown());
    row("status", reading.light().map_or("", |light| light.name()));
    row("target", &reading.target_shown());
    row("alarm", &reading.aim.alarm().unwrap_or_default());
    row("formula", metric.formula);
    row("see", metric.more);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Args;
    use clap::Parser as _;

    #[test]
    fn what_shows_more_can_be_typed() {
        for metric in METRICS {
            let (words, question) = metric.more.split_once(" \"").unwrap_or((metric.more, ""));
            let question = question.strip_suffix('"');
            let args: Vec<&str> = words.split(' ').chain(question).collect();
            assert!(Args::try_parse_from(&args).is_ok(), "{}: {args:?}", metric.name);
        }
    }
}
