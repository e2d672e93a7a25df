//! `plan slip`: how much later all is done than was planned.

use super::args::format_among;
use super::baseline;
use super::schedule::TimeArgs;
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::policy::Trigger;
use crate::report::Format;
use crate::report::chart::chart;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::schedule::Minutes;
use crate::schedule::level::slip::is_raised;
use crate::verb::schedule::{self, stamp};
use crate::verb::slip::{self, Baseline};

#[derive(Debug, clap::Args)]
pub struct SlipArgs {
    /// Commit with what was planned; without it, the one the plan names
    #[arg(long, value_name = "REVISION")]
    baseline: Option<String>,

    #[command(flatten)]
    time: TimeArgs,

    /// Form of the results; a picture (svg, or chart in the terminal) shows the slip by cause
    #[arg(long, value_parser = format_among(&[Format::Human, Format::Json, Format::Svg, Format::Chart]), default_value = "human")]
    format: Format,
}

/// Tells the slip and its causes.
///
/// # Errors
/// The commit does not exist, or a file could not be read.
pub(super) fn run(context: &Context, args: &SlipArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let bound = slip::bound(
        &checked.project.policy.as_ref().map_or(Trigger::Slip.default(), |policy| policy.call(Trigger::Slip)),
    );
    let question = args.time.question(checked);
    let (levelled, findings) = schedule::run(&question);
    let Some(levelled) = levelled else { return context.report(&findings) };
    let bench = Bench::open(context)?;
    let Some(commit) = baseline::chosen(question.plan, &bench, args.baseline.as_deref())? else {
        return Err(Failure::usage("there is nothing to compare with")
            .because("the plan names no baseline")
            .hint("`passmuster plan baseline HEAD` takes what is planned now; `--baseline REVISION` another commit"));
    };
    let baseline = match baseline::read(&question, &bench, &commit)? {
        Ok(baseline) => baseline,
        Err(findings) => {
            let exit = context.report(&findings)?;
            context.output.say(&format!("there is no schedule of what {} planned", commit.short()));
            return Ok(exit);
        }
    };
    let found = slip::run(question.plan, &levelled, &baseline, &workspace.tree)?;
    let Baseline { levelled: planned, .. } = &baseline;
    let id = |item: usize| question.plan.items[item].id.as_str();
    if matches!(args.format, Format::Svg | Format::Chart) {
        let picture = slip::picture(question.plan, &found, &baseline, &question.zone());
        let style = context.output.style();
        context.output.print(&if args.format == Format::Svg {
            picture.svg().into()
        } else {
            chart(&picture, style)
        })?;
        return Ok(Exit::Passed);
    }
    if args.format == Format::Json {
        context.output.print(&envelope(
            "slip",
            &v1::Slip {
                planned: planned.finish.to_string(),
                finish: levelled.finish.to_string(),
                slip: found.minutes.0,
                raised: is_raised(false, found.minutes, bound),
                parts: found
                    .parts
                    .iter()
                    .map(|part| v1::SlipPart { id: id(part.item), cause: part.cause.name(), minutes: part.minutes.0 })
                    .collect(),
            },
        ))?;
        return Ok(Exit::Passed);
    }
    let zone = question.zone();
    let how = match found.minutes {
        Minutes(0) => "as planned".to_owned(),
        Minutes(minutes) if minutes > 0 => format!("{} of work later than planned", found.minutes),
        Minutes(minutes) => format!("{} of work earlier than planned", Minutes(-minutes)),
    };
    let (done, then) = (stamp(levelled.finish, &zone), stamp(planned.finish, &zone));
    let mut out = format!("all is done {done}, planned {then}: {how}\n");
    let columns = [("task", Align::Left), ("because of", Align::Left), ("slip", Align::Right), ("title", Align::Left)];
    let mut table = Table::new(columns);
    for part in &found.parts {
        let title = question.plan.items[part.item].title().value;
        table.row([id(part.item), part.cause.name(), &part.minutes.to_string(), title]);
    }
    if !table.is_empty() {
        out.push('\n');
        out.push_str(&table.render(context.output.style()));
    }
    context.output.print(&out)?;
    Ok(Exit::Passed)
}
