//! `done` and `reopen`: ticks items, or takes their ticks away.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::{Plan, Reader};
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::verb::mark::{self, Outcome, Turn};

#[derive(Debug, clap::Args)]
pub struct DoneArgs {
    /// Items to tick
    #[arg(value_name = "ITEM", required = true)]
    ids: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct ReopenArgs {
    /// Items whose ticks are taken away
    #[arg(value_name = "ITEM", required = true)]
    ids: Vec<String>,
}

/// Ticks the items.
///
/// # Errors
/// An id names no item, or a file could not be read or written.
pub fn run(context: &Context, args: DoneArgs) -> Result<Exit, Failure> {
    turn(context, &args.ids, Turn::Done)
}

/// Takes the ticks of the items away.
///
/// # Errors
/// As [`run`].
pub fn reopen(context: &Context, args: ReopenArgs) -> Result<Exit, Failure> {
    turn(context, &args.ids, Turn::Reopen)
}

fn turn(context: &Context, ids: &[String], turn: Turn) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let outcome = mark::run(plan, &workspace.tree, ids, turn)?;
    workspace.rewrite(plan, &outcome.files)?;
    context.output.print(&match context.format {
        Format::Json => envelope("marked", &answer(plan, &outcome, turn)),
        _ => text(plan, &outcome, turn),
    })?;
    advise(context, plan, &outcome, turn);
    Ok(Exit::Passed)
}

fn answer<'a>(plan: &'a Plan, outcome: &'a Outcome, turn: Turn) -> v1::Marks<'a> {
    let items = outcome.items.iter().map(|item| v1::Marked {
        id: plan.items[item.index].id.as_str(),
        ticked: turn == Turn::Done,
        changed: item.changed,
        warnings: &item.warnings,
    });
    let written = outcome.files.iter().map(|file| plan.files[file.file].source.path());
    v1::Marks { items: items.collect(), written: written.collect() }
}

fn text(plan: &Plan, outcome: &Outcome, turn: Turn) -> String {
    let word = if turn == Turn::Done { "done" } else { "open" };
    let line = |item: &mark::Marked| {
        let id = &plan.items[item.index].id.value;
        let title = foreign::line(plan.items[item.index].title().value);
        let already = if item.changed { "" } else { "already " };
        format!("{id} is {already}{word}: {title}\n")
    };
    outcome.items.iter().map(line).collect()
}

/// Tells what stands against the marks and what to type next.
fn advise(context: &Context, plan: &Plan, outcome: &Outcome, turn: Turn) {
    for item in &outcome.items {
        for warning in &item.warnings {
            context.output.say(&format!("warning: {}: {warning}", plan.items[item.index].id.value));
        }
    }
    let changed: Vec<&str> =
        outcome.items.iter().filter(|item| item.changed).map(|item| plan.items[item.index].id.as_str()).collect();
    let Some(first) = changed.first() else { return };
    if turn == Turn::Reopen {
        context.output.say(&format!("next: git commit -am \"{first}: reopen\""));
        return;
    }
    context.output.say("the tick is a claim; next:");
    context.output.say(&format!("  git commit -am \"{}: …\"", changed.join(", ")));
    for id in &changed {
        context.output.say(&format!("  passmuster gate run {id}"));
    }
}
