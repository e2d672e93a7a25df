//! `forecast`: how likely what is left is done by when.

mod pictures;
mod text;

use super::args::format_among;
use super::past::{self, LineArgs};
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan_or};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::export;
use crate::plan::{Kind, Plan};
use crate::report::Format;
use crate::report::chart::chart;
use crate::report::json::{envelope, v1};
use crate::schedule::Minutes;
use crate::schedule::forecast::{Distribution, Level};
use crate::verb::forecast::{self, Clock, Outcome, Question};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use pictures::Picture;

#[derive(Debug, clap::Args)]
pub struct ForecastArgs {
    /// Forecast each of these on its own
    ///
    /// Without it, epics; where there are none, phases.
    #[arg(long, value_name = "LEVEL", value_parser = level_parser())]
    by: Option<Level>,

    /// Tell the probability that all is done by the end of that day
    #[arg(long, value_name = "DATE")]
    due: Option<Date>,

    /// Take somebody to be always free, instead of the people of the roster
    #[arg(long)]
    free: bool,

    /// Begin on that day instead of now
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,

    /// How often the rest of the plan is played
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    samples: u32,

    /// Draw other samples; the same number draws the same
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// What durations are drawn from
    #[arg(long, value_name = "NAME", value_parser = distribution_parser(), default_value = "pert")]
    distribution: Distribution,

    #[command(flatten)]
    line: LineArgs,

    /// Form of the results
    #[arg(long, value_parser = format_among(&[Format::Human, Format::Json, Format::Csv, Format::Svg, Format::Chart]), default_value = "human")]
    format: Format,

    /// What a picture (--format svg, or chart in the terminal) shows
    #[arg(long, value_enum, value_name = "WHAT", default_value = "finish")]
    picture: Picture,
}

fn level_parser() -> impl TypedValueParser<Value = Level> {
    let find = |name: String| Level::ALL.into_iter().find(|level| level.name() == name).ok_or("no level");
    PossibleValuesParser::new(Level::ALL.map(Level::name)).try_map(find)
}

fn distribution_parser() -> impl TypedValueParser<Value = Distribution> {
    let help = |distribution: Distribution| match distribution {
        Distribution::Pert => "the beta distribution of PERT between the three figures of an estimate",
        Distribution::Triangular => "a triangle over the three figures, which trusts the extremes more",
        Distribution::History => "the likely figure times what finished tasks took of theirs",
    };
    let value = |distribution: Distribution| PossibleValue::new(distribution.name()).help(help(distribution));
    let find = |name: String| Distribution::ALL.into_iter().find(|one| one.name() == name).ok_or("no distribution");
    PossibleValuesParser::new(Distribution::ALL.map(value)).try_map(find)
}

/// Makes and prints a forecast.
///
/// # Errors
/// A file or the history could not be read.
pub fn run(context: &Context, args: &ForecastArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan_or(context, &workspace, "there is no forecast of a plan with errors")? {
        Ok(checked) => checked,
        Err(exit) => return Ok(exit),
    };
    let bench = Bench::open(context)?;
    let facts = past::facts(&bench, &args.line)?;
    let question = Question {
        plan: &checked.project.plan,
        roster: checked.project.roster.as_ref(),
        facts: Some(&facts),
        now: bench.now(),
        free: args.free,
        start: args.start,
        distribution: args.distribution,
        samples: args.samples as usize,
        seed: args.seed,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        level: args.by.unwrap_or_else(|| usual_level(&checked.project.plan)),
        drivers: true,
        due: args.due,
    };
    let (outcome, findings) = forecast::run(&question);
    let Some(outcome) = outcome else { return context.report(&findings) };
    let plan = question.plan;
    context.output.print(&match args.format {
        Format::Json => envelope("forecast", &answer(&question, &outcome, &findings)),
        Format::Csv => csv(plan, &outcome),
        Format::Svg => pictures::draw(args.picture, &question, &outcome).svg().into(),
        Format::Chart => chart(&pictures::draw(args.picture, &question, &outcome), context.output.style()),
        _ => text::forecast(&question, &outcome, context.output.style()),
    })?;
    match args.format {
        Format::Human if !findings.is_empty() => {
            context.output.print("\n")?;
            context.report(&findings)
        }
        Format::Human | Format::Json => Ok(Exit::Passed),
        _ => {
            findings.iter().for_each(|finding| context.output.say(&finding.message));
            context.output.say(&text::basis(&question, &outcome));
            Ok(Exit::Passed)
        }
    }
}

fn usual_level(plan: &Plan) -> Level {
    let has_epics = plan.items.iter().any(|item| item.kind == Kind::Epic);
    if has_epics { Level::Epic } else { Level::Phase }
}

fn moment(clock: &Clock, minutes: Minutes) -> v1::ForecastMoment {
    let at = clock.at(minutes).and_then(crate::schedule::calendar::Minute::timestamp);
    v1::ForecastMoment { minutes: clock.work(minutes).0, at: at.map(|at| at.to_string()) }
}

fn dates(clock: &Clock, [p50, p80, p95]: [Minutes; 3]) -> v1::ForecastDates {
    v1::ForecastDates { p50: moment(clock, p50), p80: moment(clock, p80), p95: moment(clock, p95) }
}

fn answer<'a>(question: &Question<'a>, outcome: &'a Outcome, findings: &'a [Diagnostic]) -> v1::Forecast<'a> {
    let plan = question.plan;
    let (found, clock) = (&outcome.forecast, &outcome.clock);
    let due = |(day, chance): (Date, f64)| v1::ForecastDue { date: day.to_string(), chance };
    v1::Forecast {
        samples: found.finish().len(),
        seed: question.seed,
        distribution: outcome.distribution.name(),
        begin: clock.begin().timestamp().map_or_else(String::new, |at| at.to_string()),
        calendar_assumed: clock.assumed,
        basis: v1::ForecastBasis {
            three: found.basis.three,
            single: found.basis.single,
            none: found.basis.none,
            ratios: found.basis.ratios,
        },
        finish: dates(clock, found.quantiles()),
        due: outcome.due.map(due),
        parts: found
            .parts
            .iter()
            .map(|part| {
                let item = &plan.items[part.item];
                v1::ForecastPart {
                    id: item.id.as_str(),
                    kind: item.kind.name(),
                    title: item.title().value,
                    finish: dates(clock, part.quantiles),
                    due: item.due().zip(part.chance).map(|(day, chance)| due((day.value, chance))),
                }
            })
            .collect(),
        drivers: found
            .drivers
            .iter()
            .map(|driver| v1::ForecastDriver {
                id: plan.items[driver.item].id.as_str(),
                title: plan.items[driver.item].title().value,
                criticality: driver.criticality,
                sensitivity: driver.sensitivity,
                cruciality: driver.cruciality,
            })
            .collect(),
        throughput: outcome.pace.as_ref().map(|pace| {
            let day = |at: usize| pace.days.map(|days| days[at].to_string());
            v1::ForecastPace {
                left: pace.left,
                done: pace.done,
                over_days: pace.over_days,
                thin: pace.is_thin,
                p50: day(0),
                p80: day(1),
                p95: day(2),
            }
        }),
        calibration: outcome.honesty.map(|honesty| {
            let [inside_p50, inside_p80, inside_p95] = honesty.calibration.inside;
            let [pinball_p50, pinball_p80, pinball_p95] = honesty.calibration.loss;
            v1::ForecastCalibration {
                tasks: honesty.calibration.count,
                measured: honesty.measured,
                inside_p50,
                inside_p80,
                inside_p95,
                pinball_p50,
                pinball_p80,
                pinball_p95,
            }
        }),
        findings: v1::Findings::of(findings),
    }
}

/// A row for the plan, then one for each part.
fn csv(plan: &Plan, outcome: &Outcome) -> String {
    const COLUMNS: [&str; 11] =
        ["id", "kind", "title", "p50", "p80", "p95", "p50_minutes", "p80_minutes", "p95_minutes", "due", "chance"];
    let clock = &outcome.clock;
    let at = |minutes: Minutes| clock.at(minutes).map_or_else(String::new, |at| at.to_string());
    let row = |[id, kind, title]: [&str; 3], quantiles: [Minutes; 3], due: Option<(Date, f64)>| {
        let mut row = vec![id.to_owned(), kind.to_owned(), title.to_owned()];
        row.extend(quantiles.map(at));
        row.extend(quantiles.map(|minutes| clock.work(minutes).0.to_string()));
        row.push(due.map_or_else(String::new, |(day, _)| day.to_string()));
        row.push(due.map_or_else(String::new, |(_, chance)| format!("{chance:.4}")));
        row
    };
    let whole = row(["", "plan", ""], outcome.forecast.quantiles(), outcome.due);
    let parts = outcome.forecast.parts.iter().map(|part| {
        let item = &plan.items[part.item];
        let due = item.due().map(|due| due.value).zip(part.chance);
        row([item.id.as_str(), item.kind.name(), item.title().value], part.quantiles, due)
    });
    export::rows(&COLUMNS, std::iter::once(whole).chain(parts))
}
