//! `status`: how far the plan is.

use super::workspace::{self, Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::Plan;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style};
use crate::verb::status::{self, Counts, Overview};

#[derive(Debug, clap::Args)]
pub struct StatusArgs {}

/// Prints one table.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, _: StatusArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => {
            let exit = context.report(&errors)?;
            context.output.say("a plan with errors is not counted");
            return Ok(exit);
        }
    };
    let plan = &checked.project.plan;
    let overview = status::run(plan, &workspace.tree)?;
    context.output.print(&match context.format {
        Format::Json => envelope("status", &answer(plan, &overview)),
        _ => text(plan, &overview, context.output.style()),
    })?;
    Ok(Exit::Passed)
}

fn answer<'a>(plan: &'a Plan, overview: &Overview) -> v1::Status<'a> {
    let parts = overview.parts.iter().map(|part| v1::Part {
        item: workspace::item(plan, &plan.items[part.index], part.standing),
        depth: part.depth,
        tasks: tasks(part.counts),
    });
    v1::Status { tasks: tasks(overview.all), parts: parts.collect(), loose: tasks(overview.loose) }
}

fn tasks(counts: Counts) -> v1::Tasks {
    let Counts { done, ready, blocked, waiting, dropped } = counts;
    v1::Tasks { total: counts.total(), done, ready, blocked, waiting, dropped }
}

fn text(plan: &Plan, overview: &Overview, style: Style) -> String {
    let mut table = Table::new([
        ("part", Align::Left),
        ("done", Align::Right),
        ("ready", Align::Right),
        ("blocked", Align::Right),
        ("waiting", Align::Right),
        ("title", Align::Left),
    ]);
    let mut row = |name: &str, counts: Counts, title: &str| {
        let done = format!("{}/{}", counts.done, counts.total());
        let [ready, blocked, waiting] = [counts.ready, counts.blocked, counts.waiting].map(|count| count.to_string());
        table.row([name, &done, &ready, &blocked, &waiting, title]);
    };
    for part in &overview.parts {
        let item = &plan.items[part.index];
        row(&format!("{}{}", "  ".repeat(part.depth), item.id.value), part.counts, item.title().value);
    }
    if overview.loose.total() > 0 && !overview.parts.is_empty() {
        row("other", overview.loose, "tasks outside of every part");
    }
    row("all", overview.all, "");
    table.render(style)
}
