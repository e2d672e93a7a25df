//! `plan parallel`: what can be done side by side, and what puts the rest in a row.

use super::schedule::TimeArgs;
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::plan::Plan;
use crate::project::ground::Ground;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign, plural};
use crate::schedule::Minutes;
use crate::schedule::level::{Levelled, ThingKind};
use crate::verb::parallel::{self, Holder, Outcome, Serial};
use crate::verb::schedule;

/// Needs and holders that are shown when not all are asked for.
const SHOWN: usize = 10;

/// Ids of a wave that are shown when not all are asked for.
const IDS: usize = 8;

#[derive(Debug, clap::Args)]
pub struct ParallelArgs {
    #[command(flatten)]
    time: TimeArgs,

    /// Show every task of each wave, and every need
    #[arg(long)]
    all: bool,
}

/// Tells how wide the plan is.
///
/// # Errors
/// A file could not be read.
pub(super) fn run(context: &Context, args: &ParallelArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let question = args.time.question(checked);
    let (outcome, findings) = parallel::run(&question);
    let Some(outcome) = outcome else { return context.report(&findings) };
    if context.format == Format::Json {
        context.output.print(&envelope("parallel", &answer(question.plan, &outcome, &findings)))?;
        return Ok(Exit::Passed);
    }
    context.output.print(&text(question.plan, &outcome, args.all, context.output.style()))?;
    if findings.is_empty() {
        return Ok(Exit::Passed);
    }
    context.output.print("\n")?;
    context.report(&findings)
}

fn text(plan: &Plan, outcome: &Outcome<'_>, all: bool, style: Style) -> String {
    if outcome.waves.waves.is_empty() {
        return "nothing is open\n".to_owned();
    }
    let mut out = head(outcome);
    out.push('\n');
    out.push_str(&waves(plan, outcome, all, style));
    if let Some(levelled) = outcome.levelled.as_ref().filter(|_| !outcome.holders.is_empty()) {
        let mut table = Table::new([("held by", Align::Left), ("tasks", Align::Right)]);
        let shown = if all { usize::MAX } else { SHOWN };
        for (holder, count) in outcome.holders.iter().take(shown) {
            table.row([held_by(levelled, *holder), count.to_string()]);
        }
        out.push_str(&format!("\nwhat keeps tasks from starting earlier:\n{}", table.render(style)));
    }
    out.push_str(&needs(plan, outcome, all, style));
    out
}

fn head(outcome: &Outcome<'_>) -> String {
    let waves = &outcome.waves;
    let tasks = waves.waves.iter().map(Vec::len).sum();
    let mut out = format!(
        "{} in {}\nif somebody were always free: {} of work from first to last, up to {} at once\n",
        plural(tasks, "open task"),
        plural(waves.waves.len(), "wave"),
        waves.length,
        waves.width
    );
    if let Some(levelled) = &outcome.levelled {
        out.push_str(&format!(
            "with the people there are: {} of work from first to last, up to {} at once\n",
            schedule::length(levelled),
            outcome.width
        ));
    }
    out
}

fn waves(plan: &Plan, outcome: &Outcome<'_>, all: bool, style: Style) -> String {
    let mut table = Table::new([("wave", Align::Right), ("tasks", Align::Right), ("side by side", Align::Left)]);
    for (number, wave) in outcome.waves.waves.iter().enumerate() {
        let shown = if all { wave.len() } else { IDS };
        let mut ids: Vec<&str> = wave.iter().take(shown).map(|&item| plan.items[item].id.as_str()).collect();
        let more = format!("and {} more", wave.len().saturating_sub(shown));
        if wave.len() > shown {
            ids.push(&more);
        }
        table.row([(number + 1).to_string(), wave.len().to_string(), ids.join(", ")]);
    }
    table.render(style)
}

fn held_by(levelled: &Levelled, holder: Holder) -> String {
    match holder {
        Holder::Need => "needs".to_owned(),
        Holder::Day => "the first day they may begin".to_owned(),
        Holder::Turn => "the turn of their team, which comes later".to_owned(),
        Holder::Person(person) => format!("{}, who is busy", levelled.people[person].name),
        Holder::Thing(thing) => {
            let thing = &levelled.things[thing];
            match thing.kind {
                ThingKind::Resource => format!("{}, which is in use", thing.name),
                ThingKind::Paths => format!("`{}`, which others touch", thing.name),
                ThingKind::Team => format!("{}, which takes no more at once", thing.name),
            }
        }
    }
}

fn needs(plan: &Plan, outcome: &Outcome<'_>, all: bool, style: Style) -> String {
    if outcome.serial.is_empty() {
        return String::new();
    }
    let id = |item: usize| plan.items[item].id.as_str();
    let mut table = Table::new(["task", "waits for", "without it", "because"].map(|column| (column, Align::Left)));
    let shown = if all { usize::MAX } else { SHOWN };
    for one in outcome.serial.iter().take(shown) {
        let gain = match one.gain {
            Minutes(0) => "no earlier".to_owned(),
            gain => format!("{gain} earlier"),
        };
        table.row([id(one.item), id(one.target), &gain, &because(plan, one)]);
    }
    let mut out = format!("\nneeds that decide when all is done:\n{}", table.render(style));
    let more = outcome.serial.len().saturating_sub(shown);
    if more > 0 {
        out.push_str(&format!("… and {more} more: `passmuster plan parallel --all`\n"));
    }
    if let Some(first) = outcome.serial.iter().find(|one| one.gain > Minutes(0) && !one.ground.is_shown()) {
        let (item, target) = (foreign::line(id(first.item)), foreign::line(id(first.target)));
        out.push_str(&format!("with people and hours: `passmuster whatif --parallel {item}:{target}`\n"));
    }
    out
}

/// Whether the reason of a need holds, in words.
fn because(plan: &Plan, one: &Serial<'_>) -> String {
    match &one.ground {
        Ground::Output(output) => format!("holds: it takes {output}"),
        Ground::Resource(resource) => format!("holds: both use {resource}"),
        Ground::Paths(pattern) => format!("holds: both touch {pattern}"),
        Ground::Elsewhere { output, by } => {
            format!("does not hold: {output} comes from {}", plan.items[*by].id.value)
        }
        Ground::Said(reason) => format!("only said: {reason}"),
        Ground::Nothing => "no reason is given".to_owned(),
    }
}

fn answer<'a>(plan: &'a Plan, outcome: &'a Outcome<'_>, findings: &'a [Diagnostic]) -> v1::Parallel<'a> {
    let id = |item: usize| plan.items[item].id.as_str();
    v1::Parallel {
        waves: outcome.waves.waves.iter().map(|wave| wave.iter().map(|&item| id(item)).collect()).collect(),
        length: outcome.waves.length.0,
        width: outcome.waves.width,
        with_people: outcome
            .levelled
            .as_ref()
            .map(|levelled| v1::ParallelPeople { length: schedule::length(levelled).0, width: outcome.width }),
        held_by: outcome
            .levelled
            .iter()
            .flat_map(|levelled| {
                let holders = outcome.holders.iter();
                holders.map(|(holder, tasks)| v1::ParallelHolder { what: held_by(levelled, *holder), tasks: *tasks })
            })
            .collect(),
        needs: outcome
            .serial
            .iter()
            .map(|one| v1::ParallelNeed {
                id: id(one.item),
                waits_for: id(one.target),
                gain: one.gain.0,
                ground: match &one.ground {
                    Ground::Output(_) => "output",
                    Ground::Resource(_) => "resource",
                    Ground::Paths(_) => "paths",
                    Ground::Elsewhere { .. } => "elsewhere",
                    Ground::Said(_) => "said",
                    Ground::Nothing => "none",
                },
                because: because(plan, one),
            })
            .collect(),
        findings: v1::Findings::of(findings),
    }
}
