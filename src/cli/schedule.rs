//! `schedule`: who does what when.

use super::baseline;
use super::benchmark::{self, BenchmarkArgs};
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan_or};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::export::schedule as export;
use crate::picture::Picture;
use crate::plan::Plan;
use crate::policy::{Policy, Sizing};
use crate::report::chart::chart;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign, plural};
use crate::roster::Roster;
use crate::schedule::Figure;
use crate::schedule::buffer::{self, Chains};
use crate::schedule::calendar::Minute;
use crate::schedule::level::{Levelled, Row};
use crate::verb::check::Checked;
use crate::verb::gantt::{self, Group, gantt};
use crate::verb::schedule::{self, Question, stamp};
use crate::verb::slip::Baseline;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// What every verb that makes schedules can be told.
#[derive(Debug, clap::Args)]
pub struct TimeArgs {
    /// Begin on that day instead of now
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,

    /// Which figure of an estimate counts; expected is the mean of the three
    #[arg(long, value_name = "FIGURE", value_parser = super::plan::figure_parser(), default_value = "expected")]
    pub estimate: Figure,

    /// Make that many schedules in search of a short one, instead of as many as take a moment
    #[arg(long, value_name = "SCHEDULES")]
    effort: Option<u64>,

    /// Search another way
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
}

impl TimeArgs {
    /// The question about a checked plan.
    pub fn question<'a>(&self, checked: &'a Checked) -> Question<'a> {
        Question {
            plan: &checked.project.plan,
            roster: checked.project.roster.as_ref(),
            figure: self.estimate,
            start: self.start,
            now: Timestamp::now(),
            effort: self.effort,
            seed: self.seed,
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct ScheduleArgs {
    #[command(flatten)]
    time: TimeArgs,

    #[command(flatten)]
    benchmark: BenchmarkArgs,

    /// How rows are put together
    #[arg(long, value_enum, value_name = "WHAT", default_value = "start")]
    by: By,

    /// Commit with what was planned, to be drawn below the bars of a picture; without it, the one the plan names
    #[arg(long, value_name = "REVISION")]
    baseline: Option<String>,

    /// Draw the buffers into a picture: behind the end of all, and behind each chain that feeds the one that decides
    #[arg(long)]
    buffers: bool,

    /// Form of the results
    #[arg(long, value_parser = form_parser(), default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// In the order they start
    Start,
    /// In the order of the plan
    Plan,
    /// A table for each member
    Member,
    /// A table for each team
    Team,
}

/// The forms of a schedule: those of every verb that fit, and some of its own.
fn form_parser() -> impl TypedValueParser<Value = Format> {
    let forms = [Format::Json, Format::Csv, Format::Mermaid, Format::Ical, Format::Svg, Format::Chart];
    let table = PossibleValue::new("table").alias(Format::Human.name());
    let names = std::iter::once(table).chain(forms.map(|form| PossibleValue::new(form.name())));
    let find = move |name: String| forms.into_iter().find(|form| form.name() == name).unwrap_or(Format::Human);
    PossibleValuesParser::new(names).map(find)
}

/// Makes and prints a schedule.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: &ScheduleArgs) -> Result<Exit, Failure> {
    if !args.benchmark.psplib.is_empty() {
        return benchmark::run(context, &args.benchmark, args.time.effort, args.time.seed, args.format);
    }
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan_or(context, &workspace, "there is no schedule of a plan with errors")? {
        Ok(checked) => checked,
        Err(exit) => return Ok(exit),
    };
    let question = args.time.question(checked);
    let (levelled, findings) = schedule::run(&question);
    let Some(levelled) = levelled else {
        let exit = context.report(&findings)?;
        context.output.say("there is no schedule");
        return Ok(exit);
    };
    let plan = question.plan;
    let zone = question.zone();
    let said = match args.format {
        Format::Json => envelope("schedule", &answer(plan, &levelled, args.time.estimate, &findings)),
        Format::Csv => export::csv(&gantt::entries(plan, &levelled, |_| true)),
        Format::Mermaid => export::mermaid(title(plan), &gantt::entries(plan, &levelled, |_| true), &zone),
        Format::Ical => export::ical(&gantt::entries(plan, &levelled, |_| true), question.now),
        Format::Svg | Format::Chart => {
            let baseline = planned(context, &question, args.baseline.as_deref())?;
            let buffers =
                if args.buffers { chains(&question, &levelled, checked.project.policy.as_ref()) } else { None };
            let picture = picture(&question, &levelled, (baseline.as_ref(), buffers.as_ref()), args.by, &zone);
            if args.format == Format::Svg { picture.svg().into() } else { chart(&picture, context.output.style()) }
        }
        _ => text(plan, &levelled, args.by, &zone, context.output.style()),
    };
    context.output.print(&said)?;
    match args.format {
        Format::Human if !findings.is_empty() => {
            context.output.print("\n")?;
            context.report(&findings)
        }
        Format::Human | Format::Json => Ok(Exit::Passed),
        _ => {
            for finding in &findings {
                context.output.say(&finding.message);
            }
            context.output.say(&schedule::quality(&levelled, &zone));
            Ok(Exit::Passed)
        }
    }
}

/// What was planned at the commit that was typed, or that the plan names.
fn planned(context: &Context, question: &Question<'_>, typed: Option<&str>) -> Result<Option<Baseline>, Failure> {
    if typed.is_none() && question.plan.baseline().is_none() {
        return Ok(None);
    }
    let bench = Bench::open(context)?;
    let Some(commit) = baseline::chosen(question.plan, &bench, typed)? else { return Ok(None) };
    baseline::read(question, &bench, &commit)?.map(Some).map_err(|findings| {
        let cause = findings.first().map_or_else(|| "its plan has errors".to_owned(), |first| first.message.clone());
        Failure::new(format!("there is no schedule of what {} planned", commit.short())).because(cause)
    })
}

/// Tells which hours could not be read, where dates are shown that rest on them.
///
/// # Errors
/// Nobody reads it.
pub(super) fn tell_unread_hours(context: &Context, question: &Question<'_>) -> Result<(), Failure> {
    let unread: Vec<Diagnostic> = question.roster.into_iter().flat_map(Roster::unread_hours).cloned().collect();
    if !unread.is_empty() {
        context.output.print("\n")?;
        context.report(&unread)?;
    }
    Ok(())
}

/// The buffers of what is left, sized by the policy. There is a schedule, so no tasks wait for each other.
fn chains(question: &Question<'_>, levelled: &Levelled, policy: Option<&Policy>) -> Option<Chains> {
    let sizing = policy.map_or_else(Sizing::default, |policy| policy.time.sizing);
    buffer::chains(question.plan, sizing, &[], Some(levelled), &mut Sink::new()).ok()
}

/// The schedule as bars on a calendar.
fn picture(
    question: &Question<'_>,
    levelled: &Levelled,
    (baseline, buffers): (Option<&Baseline>, Option<&Chains>),
    by: By,
    zone: &TimeZone,
) -> Picture {
    let subtitle = format!("done {}; {}", stamp(levelled.finish, zone), schedule::quality(levelled, zone));
    gantt(&gantt::Request {
        plan: question.plan,
        levelled,
        baseline: baseline.map(|baseline| (&baseline.plan, &baseline.levelled)),
        buffers,
        zone,
        group: match by {
            By::Start | By::Plan => Group::None,
            By::Member => Group::Member,
            By::Team => Group::Team,
        },
        title: title(question.plan),
        subtitle: &subtitle,
        now: Minute::of(question.now),
    })
    .draw()
}

/// What a picture of the plan is called.
pub(super) fn title(plan: &Plan) -> &str {
    plan.title().unwrap_or("Schedule")
}

pub(super) fn answer<'a>(
    plan: &'a Plan,
    levelled: &'a Levelled,
    figure: Figure,
    findings: &'a [Diagnostic],
) -> v1::Schedule<'a> {
    let id = |item: usize| plan.items[item].id.as_str();
    v1::Schedule {
        estimate: figure.name(),
        begin: levelled.begin.to_string(),
        finish: levelled.finish.to_string(),
        bound: levelled.bound.to_string(),
        optimal: levelled.is_optimal(),
        gap: levelled.gap,
        schedules: levelled.schedules,
        seed: levelled.seed,
        tasks: levelled
            .rows
            .iter()
            .map(|row| v1::ScheduledTask {
                id: id(row.item),
                title: plan.items[row.item].title().value,
                who: row.person.map(|person| &*levelled.people[person].name),
                start: row.start.to_string(),
                finish: row.finish.to_string(),
                work: row.minutes.0,
                float: row.float.0,
                critical: row.is_critical(),
                begun: row.begun,
            })
            .collect(),
        chain: levelled
            .chain
            .iter()
            .map(|(item, because)| v1::ScheduledLink {
                id: id(*item),
                because: schedule::because(plan, levelled, *item, *because),
            })
            .collect(),
        near: levelled.near().into_iter().map(|row| id(row.item)).collect(),
        assumed_hours: levelled.assumed_hours(),
        unestimated: levelled.unestimated.0.len(),
        assumed: levelled.unestimated.1.0,
        findings: v1::Findings::of(findings),
    }
}

fn text(plan: &Plan, levelled: &Levelled, by: By, zone: &TimeZone, style: Style) -> String {
    if levelled.rows.is_empty() {
        return "nothing is open\n".to_owned();
    }
    let mut out = head(levelled, zone);
    let mut rows: Vec<&Row> = levelled.rows.iter().collect();
    if by != By::Plan {
        rows.sort_by_key(|row| (row.start, row.finish, row.item));
    }
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let person = row.person.map(|person| &levelled.people[person]);
        let group = match (by, person) {
            (By::Start | By::Plan, _) => String::new(),
            (By::Member, Some(person)) => person.name.clone(),
            (By::Team, Some(person)) => person.team.clone().unwrap_or_else(|| "no team".to_owned()),
            (By::Member | By::Team, None) => "takes no time".to_owned(),
        };
        groups.entry(group).or_default().push(row);
    }
    for (group, rows) in &groups {
        out.push('\n');
        if !group.is_empty() {
            out.push_str(&format!("{}:\n", foreign::line(group)));
        }
        out.push_str(&table(plan, levelled, rows, zone, style));
    }
    out.push_str(&foot(levelled));
    out
}

/// When all is done, and how sure that is the best.
fn head(levelled: &Levelled, zone: &TimeZone) -> String {
    format!(
        "{} done {}, {} of work after {}\n{}\n{} tried, seed {}; times are {}\n",
        plural(levelled.rows.len(), "open task"),
        stamp(levelled.finish, zone),
        schedule::length(levelled),
        stamp(levelled.begin, zone),
        schedule::quality(levelled, zone),
        plural(usize::try_from(levelled.schedules).unwrap_or(usize::MAX), "schedule"),
        levelled.seed,
        zone.iana_name().unwrap_or("UTC"),
    )
}

fn table(plan: &Plan, levelled: &Levelled, rows: &[&Row], zone: &TimeZone, style: Style) -> String {
    let mut table = Table::new([
        ("task", Align::Left),
        ("who", Align::Left),
        ("from", Align::Left),
        ("to", Align::Left),
        ("work", Align::Right),
        ("can slip", Align::Right),
        ("title", Align::Left),
    ]);
    for row in rows {
        let item = &plan.items[row.item];
        let who = row.person.map_or("", |person| &levelled.people[person].name);
        let float = if row.is_critical() { "critical".to_owned() } else { row.float.to_string() };
        let (from, to) = (stamp(row.start, zone), stamp(row.finish, zone));
        table.row([item.id.as_str(), who, &from, &to, &row.minutes.to_string(), &float, item.title().value]);
    }
    table.render(style)
}

/// What was assumed.
fn foot(levelled: &Levelled) -> String {
    let mut out = String::new();
    let (unestimated, assumed) = (levelled.unestimated.0.len(), levelled.unestimated.1);
    if unestimated > 0 {
        let counts = if unestimated == 1 { "has no estimate and counts" } else { "have no estimate and count" };
        out.push_str(&format!("\n{} {counts} as {assumed}\n", plural(unestimated, "task")));
    }
    let names = levelled.assumed_hours();
    if !names.is_empty() {
        let shown: Vec<_> = names.iter().take(5).map(|name| foreign::line(name).into_owned()).collect();
        let more =
            if names.len() > shown.len() { format!(" and {} more", names.len() - shown.len()) } else { String::new() };
        let works = if names.len() == 1 { "works" } else { "work" };
        out.push_str(&format!(
            "\nnobody says when {}{more} {works}: Monday to Friday from 9 to 17 counts\n",
            shown.join(", ")
        ));
    }
    out
}
