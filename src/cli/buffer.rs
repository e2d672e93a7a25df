//! `buffer`: how large the plan's buffers are, and whether they hold.

use super::args::format_among;
use super::past::{self, LineArgs};
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan, sound_plan_or};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::export;
use crate::picture::Picture;
use crate::policy::Time;
use crate::port::History as _;
use crate::report::chart::chart;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, plural};
use crate::roster::Hours;
use crate::schedule::Minutes;
use crate::schedule::buffer::{Chain, Sizing};
use crate::verb::buffer::{self, Course, Outcome, Point, Question};
use crate::verb::pictures;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// Feeding chains that are shown.
const SHOWN: usize = 10;

#[derive(Debug, clap::Args)]
pub struct BufferArgs {
    /// How buffers are sized: guarded, root-square, cut-and-paste, half-trimmed, per-task, or a share of the chain such as 25%
    ///
    /// Tasks are planned at what they take in half of all cases; what a safe figure (nine of ten) adds is trimmed.
    /// root-square is the root of the summed squares of what was trimmed, guarded the same but at least 25 % of the
    /// chain, half-trimmed half of what was trimmed, cut-and-paste half of the chain. per-task adds a percentage to each
    /// task: more when it is tagged #high-complexity or #new-technology or needs another team, less when #low-complexity.
    /// Without it, the rule of the policy (`time: buffer`), which is guarded unless it says so.
    #[arg(long, value_name = "RULE", value_parser = sizing)]
    sizing: Option<Sizing>,

    /// Take somebody to be always free, instead of the people of the roster
    #[arg(long)]
    free: bool,

    /// Commit with what was planned; without it, the one the plan names, else the first that has items
    #[arg(long, value_name = "REVISION")]
    baseline: Option<String>,

    /// Tell how it stood at the end of that day instead of now, with the plan as it is now
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,

    /// Show the plan of another repository as well, as one dot in a picture
    #[arg(long = "with", value_name = "FOLDER")]
    others: Vec<PathBuf>,

    #[command(flatten)]
    line: LineArgs,

    /// Form of the results
    #[arg(long, value_parser = format_among(&[Format::Human, Format::Json, Format::Csv, Format::Svg, Format::Chart]), default_value = "human")]
    format: Format,
}

fn sizing(name: &str) -> Result<Sizing, &'static str> {
    Sizing::from_name(name)
        .ok_or("write guarded, root-square, cut-and-paste, half-trimmed, per-task, or a percentage such as 25%")
}

/// Shows the buffers.
///
/// # Errors
/// A file or the history could not be read.
pub fn run(context: &Context, args: &BufferArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan_or(context, &workspace, "there are no buffers in a plan with errors")? {
        Ok(checked) => checked,
        Err(exit) => return Ok(exit),
    };
    let bench = Bench::open(context)?;
    let facts = past::facts(&bench, &args.line)?;
    let baseline = match &args.baseline {
        Some(revision) => {
            let id = bench.repo.resolve(revision)?;
            let seconds = bench.repo.commit(&id)?.seconds;
            // A date no calendar has is that of the end of all.
            Some((id, Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)))
        }
        None => None,
    };
    let time = checked.project.policy.as_ref().map_or_else(Time::default, |policy| policy.time.clone());
    let zone = Hours::of_all(checked.project.roster.as_ref()).zone;
    let question = Question {
        plan: &checked.project.plan,
        roster: checked.project.roster.as_ref(),
        history: &bench.repo,
        facts: Some(&facts),
        baseline: baseline.as_ref().map(|(id, at)| (id, *at)),
        now: args.on.and_then(|day| end_of(day, &zone)).unwrap_or_else(|| bench.now()),
        free: args.free,
        sizing: match args.sizing {
            Some(Sizing::PerTask(_)) => Sizing::PerTask(time.realistic),
            typed => typed.unwrap_or(time.sizing),
        },
        zones: time.zones,
        past: true,
    };
    let (outcome, findings) = buffer::run(&question)?;
    let Some(outcome) = outcome else { return context.report(&findings) };
    let picture = || match args.others.as_slice() {
        [] => Ok(pictures::fever(&question, outcome.course.as_ref(), question.plan.title().unwrap_or("plan"))),
        others => portfolio(&question, &outcome, others),
    };
    context.output.print(&match args.format {
        Format::Json => envelope("buffer", &answer(&question, &outcome, &findings)),
        Format::Csv => csv(&outcome),
        Format::Svg => picture()?.svg().into(),
        Format::Chart => chart(&picture()?, context.output.style()),
        _ => text(&question, &outcome, context.output.style()),
    })?;
    match args.format {
        Format::Human if !findings.is_empty() => {
            context.output.print("\n")?;
            context.report(&findings)
        }
        _ => Ok(Exit::Passed),
    }
}

/// The last minute of a day, where the plan is worked on.
fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.at(23, 59, 0, 0).to_zoned(zone.clone()).ok().map(|end| end.timestamp())
}

fn day(course: &Course, after: Minutes) -> String {
    course.clock.day(after).map_or_else(|| "beyond all calendars".to_owned(), |day| day.to_string())
}

fn text(question: &Question<'_>, outcome: &Outcome, style: Style) -> String {
    let mut out = String::new();
    if let Some(course) = &outcome.course {
        out.push_str(&format!("{}\n\n", pictures::buffer_reason(question, course)));
        out.push_str(&dates(course, style));
        if course.points.len() > 1 {
            out.push_str(&format!("\n{}", history(course, style)));
        }
        out.push('\n');
    }
    if outcome.left.critical.tasks.is_empty() {
        out.push_str("nothing is open\n");
        return out;
    }
    out.push_str(&chains(question, outcome, style));
    out.push_str(&format!("\nbuffers are {}\n", question.sizing));
    if outcome.left.links == 0 {
        out.push_str("chains are those of needs alone, as if somebody were always free\n");
    }
    if outcome.left.single > 0 {
        out.push_str(&format!(
            "{} with one figure: there is nothing to trim; write `~2h/4h/9h` for what may happen\n",
            plural(outcome.left.single, "task")
        ));
    }
    out
}

fn dates(course: &Course, style: Style) -> String {
    let now = course.now();
    let mut table = Table::new([("critical chain", Align::Left), ("ends", Align::Left), ("work", Align::Right)]);
    table.row(["as planned", &day(course, course.length), &course.length.to_string()]);
    let with_buffer = Minutes(course.length.0 + course.buffer.0);
    table.row(["with its buffer", &day(course, with_buffer), &course.buffer.to_string()]);
    let projected = Minutes(course.length.0 + now.late.0);
    table.row(["as it goes now", &day(course, projected), &now.remaining.to_string()]);
    table.render(style)
}

/// The way of the fever, a row a state.
fn history(course: &Course, style: Style) -> String {
    const ROWS: usize = 12;
    let mut table = Table::new([
        ("day", Align::Left),
        ("chain done", Align::Right),
        ("buffer used", Align::Right),
        ("zone", Align::Left),
        ("", Align::Left),
    ]);
    for point in &course.points[course.points.len().saturating_sub(ROWS)..] {
        let bar = "█".repeat((point.fever.used.clamp(0.0, 120.0) / 4.0).round() as usize);
        let used = format!("{:.0} %", point.fever.used);
        table.row([
            &course.date(point).to_string(),
            &format!("{:.0} %", point.fever.done),
            &used,
            &point.zone.to_string(),
            &bar,
        ]);
    }
    table.render(style)
}

fn chains(question: &Question<'_>, outcome: &Outcome, style: Style) -> String {
    let plan = question.plan;
    let id = |index: usize| plan.items[index].id.as_str();
    let through = |chain: &Chain| {
        let names: Vec<&str> = chain.tasks.iter().map(|&task| id(task)).collect();
        match &names[..] {
            [first, .., last] if names.len() > 6 => format!("{first} → … {} more … → {last}", names.len() - 2),
            all => all.join(" → "),
        }
    };
    let mut table = Table::new([
        ("chain", Align::Left),
        ("work", Align::Right),
        ("buffer", Align::Right),
        ("float", Align::Right),
        ("before", Align::Left),
        ("tasks", Align::Left),
    ]);
    let critical = &outcome.left.critical;
    let figures = |chain: &Chain| [chain.work.to_string(), chain.buffer.to_string()];
    let [work, buffer] = figures(critical);
    table.row(["critical", &work, &buffer, "", "the end", &through(critical)]);
    for feeding in outcome.left.feeding.iter().take(SHOWN) {
        let [work, buffer] = figures(&feeding.chain);
        let into = feeding.into.map_or("the end", id);
        table.row(["feeding", &work, &buffer, &feeding.float.to_string(), into, &through(&feeding.chain)]);
    }
    let mut out = table.render(style);
    let more = outcome.left.feeding.len().saturating_sub(SHOWN);
    if more > 0 {
        out.push_str(&format!("… and {} more\n", plural(more, "feeding chain")));
    }
    let tight = outcome.left.feeding.iter().filter(|feeding| feeding.chain.buffer > feeding.float).count();
    if tight > 0 {
        let verb = if tight == 1 { "has" } else { "have" };
        out.push_str(&format!(
            "{} {verb} less float than buffer: when late, it uses the project's\n",
            plural(tight, "feeding chain")
        ));
    }
    out
}

fn answer<'a>(question: &Question<'a>, outcome: &Outcome, findings: &'a [Diagnostic]) -> v1::Buffer<'a> {
    let plan = question.plan;
    let id = |index: &usize| plan.items[*index].id.as_str();
    let chain = |chain: &Chain, into: Option<usize>, float: Minutes| v1::BufferChain {
        tasks: chain.tasks.iter().map(id).collect(),
        work: chain.work.0,
        buffer: chain.buffer.0,
        into: into.as_ref().map(id),
        float: float.0,
    };
    let point = |point: &Point| v1::BufferPoint {
        at: point.at.to_string(),
        commit: point.commit.as_ref().map(ToString::to_string),
        done: point.fever.done,
        used: point.fever.used,
        zone: point.zone.to_string(),
        remaining: point.remaining.0,
        late: point.late.0,
    };
    v1::Buffer {
        sizing: question.sizing.to_string(),
        length: outcome.left.length.0,
        critical: chain(&outcome.left.critical, None, Minutes(0)),
        feeding: outcome
            .left
            .feeding
            .iter()
            .map(|feeding| chain(&feeding.chain, feeding.into, feeding.float))
            .collect(),
        course: outcome.course.as_ref().map(|course| v1::BufferCourse {
            baseline: course.baseline.to_string(),
            begun: course.begun.to_string(),
            length: course.length.0,
            buffer: course.buffer.0,
            zone: course.now().zone.to_string(),
            reason: pictures::buffer_reason(question, course),
            burn_ratio: course.now().fever.burn_ratio(),
            points: course.points.iter().map(point).collect(),
        }),
        findings: v1::Findings::of(findings),
    }
}

fn csv(outcome: &Outcome) -> String {
    let points = outcome.course.iter().flat_map(|course| &course.points);
    let row = |point: &Point| {
        vec![
            point.at.to_string(),
            point.commit.as_ref().map_or_else(String::new, ToString::to_string),
            format!("{:.2}", point.fever.done),
            format!("{:.2}", point.fever.used),
            point.zone.to_string(),
            point.remaining.0.to_string(),
            point.late.0.to_string(),
        ]
    };
    const COLUMNS: [&str; 7] =
        ["at", "commit", "chain_done_percent", "buffer_used_percent", "zone", "remaining_minutes", "late_minutes"];
    export::rows(&COLUMNS, points.map(row))
}

/// This plan and those of other repositories, each judged with its own people and history by the rules of this one.
fn portfolio(question: &Question<'_>, outcome: &Outcome, folders: &[PathBuf]) -> Result<Picture, Failure> {
    let mut plans = vec![(question.plan.title().unwrap_or("this plan").to_owned(), outcome.course.clone())];
    for folder in folders {
        plans.push(other(question, folder).map_err(|failure| {
            failure.while_doing(format!("the plan of `{}` cannot be looked at", folder.display()))
        })?);
    }
    Ok(pictures::portfolio(question.zones, &plans))
}

/// What the plan of another repository is called, and how it goes; none where there is nothing to judge.
fn other(question: &Question<'_>, folder: &Path) -> Result<(String, Option<Course>), Failure> {
    let (workspace, bench) = (Workspace::at(folder)?, Bench::at(folder)?);
    let checked = sound_plan(&workspace)?.map_err(|findings| {
        let cause = findings.first().map_or_else(String::new, |first| format!("{}: {}", first.place, first.message));
        Failure::new("its plan has errors").because(cause).hint("run `passmuster check` there")
    })?;
    let facts = past::facts(&bench, &LineArgs { at: None })?;
    let plan = &checked.project.plan;
    let there = Question {
        plan,
        roster: checked.project.roster.as_ref(),
        history: &bench.repo,
        facts: Some(&facts),
        baseline: None,
        past: false,
        ..*question
    };
    let name = plan.title().map_or_else(|| folder.display().to_string(), str::to_owned);
    Ok((name, buffer::run(&there)?.0.and_then(|outcome| outcome.course)))
}
