//! `next`: what can be begun, and why the rest waits.

use super::workspace::{self, Said, Workspace, sound_plan_of};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::Plan;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign, plural};
use crate::verb::next::{self, Next};
use crate::verb::standing::Standing;
use crate::verb::start;
use jiff::Timestamp;

/// How many ready and how many waiting items are shown when not all are asked for.
const SHOWN: usize = 10;

#[derive(Debug, clap::Args)]
pub struct NextArgs {
    /// Show every ready and every waiting item
    #[arg(long)]
    all: bool,
}

/// Prints what is ready; nothing counts as ready in a plan with errors.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: NextArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let taken = start::taken(&workspace.repository, Timestamp::now())?;
    workspace.answer(context, &(&args, &taken), |tree| {
        let checked = match sound_plan_of(tree)? {
            Ok(checked) => checked,
            Err(errors) => {
                let exit = context.report(&errors)?;
                context.output.say("nothing counts as ready while the plan has errors");
                return Ok(Said::Printed(exit));
            }
        };
        let plan = &checked.project.plan;
        let next = next::run(plan, tree, &taken)?;
        Ok(Said::Answer(match context.format {
            Format::Json => envelope("next", &answer(plan, &next)),
            _ => text(plan, &next, args.all, context.output.style()),
        }))
    })
}

fn answer<'a>(plan: &'a Plan, next: &'a Next<'a>) -> v1::Next<'a> {
    let item = |index: usize, standing| workspace::item(plan, &plan.items[index], standing);
    let held = |index: usize| {
        let waits = plan.items[index].status().is_some();
        if waits { Standing::Waiting } else { Standing::Blocked }
    };
    v1::Next {
        ready: next
            .ready
            .iter()
            .map(|ready| v1::Ready { item: item(ready.index, Standing::Ready), unblocks: ready.unblocks })
            .collect(),
        waiting: next
            .held
            .iter()
            .map(|&index| v1::Held { item: item(index, held(index)), why: next.why(index) })
            .collect(),
        parallel: next
            .parallel
            .iter()
            .map(|group| group.iter().map(|&index| plan.items[index].id.as_str()).collect())
            .collect(),
        taken: next
            .taken
            .iter()
            .map(|(index, taken)| v1::TakenItem {
                item: item(*index, Standing::Ready),
                by: &taken.by,
                until: taken.until.to_string(),
            })
            .collect(),
    }
}

fn text(plan: &Plan, next: &Next<'_>, all: bool, style: Style) -> String {
    let limit = if all { usize::MAX } else { SHOWN };
    let mut out = String::new();
    if next.ready.is_empty() {
        out.push_str(match (plan.items.is_empty(), next.held.is_empty() && next.taken.is_empty()) {
            (true, _) => "the plan has no items\n",
            (_, true) => "nothing is open\n",
            _ => "nothing is ready\n",
        });
    } else {
        out.push_str(&ready(plan, next, limit, style));
    }
    let more = next.ready.len().saturating_sub(limit);
    if more > 0 {
        out.push_str(&format!("… and {} more: `passmuster next --all`\n", plural(more, "ready item")));
    }
    if let [first, rest @ ..] = next.parallel.as_slice()
        && first.len() + rest.len() > 1
    {
        out.push_str(&format!("\nside by side: {}\n", ids(plan, first)));
        for group in rest.iter().take(limit) {
            out.push_str(&format!("after that:   {}\n", ids(plan, group)));
        }
    }
    if !next.taken.is_empty() {
        out.push('\n');
        out.push_str(&taken(plan, next, limit, style));
    }
    if !next.held.is_empty() {
        let mut table = Table::new([("waiting", Align::Left), ("because it", Align::Left)]);
        for &held in next.held.iter().take(limit) {
            table.row([plan.items[held].id.as_str(), &next.why(held).join("; ")]);
        }
        out.push('\n');
        out.push_str(&table.render(style));
        let more = next.held.len().saturating_sub(limit);
        if more > 0 {
            out.push_str(&format!("… and {} more: `passmuster next --all`\n", plural(more, "waiting item")));
        }
    }
    out
}

fn ready(plan: &Plan, next: &Next<'_>, limit: usize, style: Style) -> String {
    let mut table = Table::new([
        ("ready", Align::Left),
        ("priority", Align::Left),
        ("estimate", Align::Left),
        ("owner", Align::Left),
        ("unblocks", Align::Right),
        ("title", Align::Left),
    ]);
    for ready in next.ready.iter().take(limit) {
        let item = &plan.items[ready.index];
        table.row([
            item.id.as_str(),
            &item.priority().map(|priority| format!("P{}", priority.value)).unwrap_or_default(),
            &item.estimate().map(|estimate| estimate.to_string()).unwrap_or_default(),
            item.owner().map_or("", |owner| owner.value),
            &ready.unblocks.to_string(),
            item.title().value,
        ]);
    }
    table.render(style)
}

/// What somebody else begins, or has begun.
fn taken(plan: &Plan, next: &Next<'_>, limit: usize, style: Style) -> String {
    let columns = ["taken", "by", "until", "title"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for (index, taken) in next.taken.iter().take(limit) {
        let (item, until) = (&plan.items[*index], taken.until.strftime("%Y-%m-%d %H:%M").to_string());
        table.row([item.id.as_str(), &taken.by, &until, item.title().value]);
    }
    let more = match next.taken.len().saturating_sub(limit) {
        0 => String::new(),
        more => format!("… and {} more: `passmuster next --all`\n", plural(more, "taken item")),
    };
    table.render(style) + &more
}

fn ids(plan: &Plan, group: &[usize]) -> String {
    let ids: Vec<&str> = group.iter().map(|&index| plan.items[index].id.as_str()).collect();
    foreign::line(&ids.join(", ")).into_owned()
}
