//! `diff`: what differs in the project's state between two commits.

use super::past::usual_tip;
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, plural};
use crate::verb::diff;
use crate::verb::log;

#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// Two commits as A..B; without B it is HEAD, without A the protected branch
    #[arg(value_name = "A..B")]
    range: Option<String>,
}

/// Tells what differs between two commits.
///
/// # Errors
/// A revision is unknown, or the history could not be read.
pub fn run(context: &Context, args: &DiffArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let range = args.range.as_deref().unwrap_or("");
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let before = if from.is_empty() { usual_tip(&bench)? } else { bench.repo.resolve(from)? };
    let after = if to.is_empty() { bench.head()?.1 } else { bench.repo.resolve(to)? };
    let difference = diff::run(&bench.repo, &before, &after)?;
    let scope = difference.scope;
    if context.format == Format::Json {
        let answer = v1::Difference {
            before: before.as_str(),
            after: after.as_str(),
            added: scope.added,
            removed: scope.removed,
            ticked: scope.ticked,
            reopened: scope.reopened,
            moved: scope.moved,
            added_minutes: scope.added_minutes,
            removed_minutes: scope.removed_minutes,
            rules: &difference.rules,
            changes: difference
                .changes
                .iter()
                .map(|(subject, what)| v1::Differing { subject, event: log::word(what), text: log::text(what) })
                .collect(),
        };
        context.output.print(&envelope("diff", &answer))?;
        return Ok(Exit::Passed);
    }
    let mut table = Table::new([("subject", Align::Left), ("what", Align::Left)]);
    for (subject, what) in &difference.changes {
        table.row([subject.as_str(), &log::text(what)]);
    }
    for path in &difference.rules {
        table.row([path, "says something else"]);
    }
    if !table.is_empty() {
        context.output.print(&table.render(context.output.style()))?;
    }
    context.output.say(&format!(
        "{} to {}: {} added, {} removed, {} moved, {} claimed done, {} reopened",
        before.short(),
        after.short(),
        plural(scope.added, "task"),
        scope.removed,
        scope.moved,
        scope.ticked,
        scope.reopened
    ));
    Ok(Exit::Passed)
}
