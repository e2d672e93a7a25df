//! `plan`: questions about the plan as a whole.

use super::workspace::{self, Workspace, sound_plan_or};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::plan::Plan;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, plural};
use crate::schedule::Figure;
use crate::verb::critical::{self, Outcome, Timed};
use crate::verb::playbook;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// How many tasks with little float are shown when not all are asked for.
const SHOWN: usize = 10;

#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show which items decide when the plan is done, and by how much the others can slip
    ///
    /// Who does what, and what they share, counts: a task can be critical because somebody has no other time for it.
    /// What is done counts no more; of what has begun (`actual:`), the rest counts.
    Critical(CriticalArgs),

    /// Show what can be done side by side, what puts the rest in a row, and whether the reasons for that hold
    ///
    /// Tasks stand in waves: each waits for a task of the wave before. A need holds when the plan itself shows why: what
    /// one provides and the other consumes, a resource both use, paths both touch. A reason in words is only said.
    Parallel(super::parallel::ParallelArgs),

    /// Show the commit that what comes is compared with, or choose another
    ///
    /// The plan names it in its front matter (`baseline:`), so that everybody compares with the same. `plan slip`, `buffer`
    /// and the pictures of `schedule` use it unless told otherwise.
    Baseline(super::baseline::BaselineArgs),

    /// Tell how the scope changed between two commits: what was added, removed and moved
    Diff(super::diff::DiffArgs),

    /// Tell how much later all is done than a commit planned, and why
    Slip(super::slip::SlipArgs),

    /// Begin an epic from a playbook, as a plan file of its own
    ///
    /// Playbooks: epic, feature, incident, security-incident, migration, debt. A file
    /// `plan/templates/playbook-NAME.md` of your own comes before them; in it `{id}`, `{title}` and `{slug}` (the id in
    /// lower case, for paths) are replaced.
    New(NewArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// Id of the epic; those of its tasks begin with it
    #[arg(value_name = "ID")]
    id: String,

    /// What it is called
    #[arg(value_name = "TITLE")]
    title: String,

    /// Playbook to begin from
    #[arg(long, value_name = "NAME", default_value = "epic")]
    playbook: String,
}

#[derive(Debug, clap::Args)]
struct CriticalArgs {
    #[command(flatten)]
    time: super::schedule::TimeArgs,

    /// Count as if somebody were always free to do what can be done; times are working time from now on
    #[arg(long)]
    unlimited: bool,

    /// Show every task with its float
    #[arg(long)]
    all: bool,
}

pub(super) fn figure_parser() -> impl TypedValueParser<Value = Figure> {
    let find = |name: String| Figure::ALL.into_iter().find(|figure| figure.name() == name).ok_or("no figure");
    PossibleValuesParser::new(Figure::ALL.map(Figure::name)).try_map(find)
}

/// Answers one question.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: PlanArgs) -> Result<Exit, Failure> {
    match args.what {
        What::Critical(args) => run_critical(context, &args),
        What::Parallel(args) => super::parallel::run(context, &args),
        What::Baseline(args) => super::baseline::run(context, &args),
        What::Diff(args) => super::diff::run(context, &args),
        What::Slip(args) => super::slip::run(context, &args),
        What::New(args) => run_new(context, &args),
    }
}

fn run_new(context: &Context, args: &NewArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let checked = match sound_plan_or(context, &workspace, "nothing is added to a plan with errors")? {
        Ok(checked) => checked,
        Err(exit) => return Ok(exit),
    };
    let request = playbook::Request { id: &args.id, title: &args.title, playbook: &args.playbook };
    let made = match playbook::run(&workspace.tree, &checked.project.plan, &request)? {
        Ok(made) => made,
        Err(errors) => return context.report(&errors),
    };
    workspace.tree.create(&made.path, made.text.as_bytes())?;
    context.output.say(&format!("wrote {}; make it yours, then run `passmuster check`", made.path));
    Ok(Exit::Passed)
}

fn run_critical(context: &Context, args: &CriticalArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan_or(context, &workspace, "there is no critical path in a plan with errors")? {
        Ok(checked) => checked,
        Err(exit) => return Ok(exit),
    };
    if !args.unlimited {
        return super::chain::run(context, checked, &args.time, args.all);
    }
    let plan = &checked.project.plan;
    let (outcome, findings) = critical::run(plan, &workspace.tree, args.time.estimate)?;
    let Some(outcome) = outcome else { return context.report(&findings) };
    if context.format == Format::Json {
        context.output.print(&envelope("critical", &answer(plan, &outcome, args.time.estimate, &findings)))?;
        return Ok(Exit::Passed);
    }
    context.output.print(&text(plan, &outcome, args.all, context.output.style()))?;
    if findings.is_empty() { Ok(Exit::Passed) } else { context.report(&findings) }
}

fn answer<'a>(
    plan: &'a Plan,
    outcome: &'a Outcome,
    figure: Figure,
    findings: &'a [Diagnostic],
) -> v1::CriticalPath<'a> {
    let id = |timed: &Timed| plan.items[timed.index].id.as_str();
    v1::CriticalPath {
        estimate: figure.name(),
        finish: outcome.finish.0,
        chain: outcome
            .chain
            .iter()
            .map(|link| v1::ChainLink {
                id: id(&link.task),
                because: (!link.because.is_empty()).then_some(&*link.because),
            })
            .collect(),
        near: outcome.near.iter().map(id).collect(),
        tasks: outcome
            .tasks
            .iter()
            .map(|timed| v1::TimedItem {
                item: workspace::item(plan, &plan.items[timed.index], timed.standing),
                start: timed.times.start.0,
                finish: timed.times.finish.0,
                float: timed.times.float.0,
                free_float: timed.times.free.0,
                critical: timed.times.is_critical(),
            })
            .collect(),
        unestimated: outcome.unestimated.0,
        assumed: outcome.unestimated.1.0,
        findings: v1::Findings::of(findings),
    }
}

fn text(plan: &Plan, outcome: &Outcome, all: bool, style: Style) -> String {
    if outcome.tasks.is_empty() {
        return "nothing is open\n".to_owned();
    }
    let critical = outcome.tasks.iter().filter(|timed| timed.times.is_critical()).count();
    let mut out = format!(
        "{} of work lie one behind the other: {critical} of {} decide when all is done\n\n",
        outcome.finish,
        plural(outcome.tasks.len(), "open task")
    );
    out.push_str(&chain(plan, outcome, style));
    if !outcome.also.is_empty() {
        out.push_str("\nas long as that, and critical too:\n");
        out.push_str(&floats(plan, &outcome.also, if all { usize::MAX } else { SHOWN }, style));
    }
    if all {
        let rest: Vec<Timed> = outcome.tasks.iter().filter(|timed| !timed.times.is_critical()).cloned().collect();
        if !rest.is_empty() {
            out.push_str("\nthe others:\n");
            out.push_str(&floats(plan, &rest, usize::MAX, style));
        }
    } else if !outcome.near.is_empty() {
        out.push_str("\nnext to become critical:\n");
        out.push_str(&floats(plan, &outcome.near, SHOWN, style));
    }
    let (unestimated, assumed) = outcome.unestimated;
    if unestimated > 0 {
        let counts = if unestimated == 1 { "has no estimate and counts" } else { "have no estimate and count" };
        out.push_str(&format!("\n{} {counts} as {assumed}\n", plural(unestimated, "task")));
    }
    out
}

fn chain(plan: &Plan, outcome: &Outcome, style: Style) -> String {
    let mut table = Table::new([
        ("critical", Align::Left),
        ("from", Align::Right),
        ("to", Align::Right),
        ("because it", Align::Left),
        ("title", Align::Left),
    ]);
    for link in &outcome.chain {
        let item = &plan.items[link.task.index];
        let because = if link.because.is_empty() { "can be worked on now" } else { &link.because };
        let times = link.task.times;
        table.row([item.id.as_str(), &times.start.to_string(), &times.finish.to_string(), because, item.title().value]);
    }
    table.render(style)
}

fn floats(plan: &Plan, tasks: &[Timed], limit: usize, style: Style) -> String {
    let mut table = Table::new([
        ("task", Align::Left),
        ("from", Align::Right),
        ("to", Align::Right),
        ("can slip", Align::Right),
        ("title", Align::Left),
    ]);
    for timed in tasks.iter().take(limit) {
        let item = &plan.items[timed.index];
        let [from, to, float] = [timed.times.start, timed.times.finish, timed.times.float].map(|at| at.to_string());
        table.row([item.id.as_str(), &from, &to, &float, item.title().value]);
    }
    let mut out = table.render(style);
    let more = tasks.len().saturating_sub(limit);
    if more > 0 {
        out.push_str(&format!("… and {more} more: `passmuster plan critical --all`\n"));
    }
    out
}
