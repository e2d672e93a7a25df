//! `overdue`: what is past its time.

use super::record;
use super::wire::Bench;
use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::plan::Reader;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::blockers::Situation;
use crate::verb::overdue::{self, Overdue};
use crate::verb::record::rules;

#[derive(Debug, clap::Args)]
pub struct OverdueArgs {}

/// Lists what is past its time.
///
/// # Errors
/// The rules cannot be used, or a file could not be read.
pub fn run(context: &Context, _: &OverdueArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let (policy, roster) = rules(&workspace.tree)?;
    let situation = Situation::new(plan, &policy, roster.as_ref(), Bench::open(context)?.now());
    let mut sink = Sink::new();
    let records = overdue::read(&workspace.tree, &mut sink)?;
    let overdue = overdue::run(&records, &situation);
    context.output.print(&match context.format {
        Format::Json => envelope("overdue", &overdue.iter().map(answer).collect::<Vec<_>>()),
        _ if overdue.is_empty() => "nothing is overdue\n".to_owned(),
        _ => table(context, &overdue),
    })?;
    // Who cannot be read may be late as well: that is no pass.
    let unreadable = sink.has_errors();
    record::broken(context, &sink.into_sorted());
    Ok(if overdue.is_empty() && !unreadable { Exit::Passed } else { Exit::Findings })
}

fn answer<'a>(late: &'a Overdue<'_>) -> v1::Overdue<'a> {
    v1::Overdue {
        record: v1::Record::of(late.record),
        what: &late.what,
        since: late.since.to_string(),
        then: &late.then,
    }
}

fn table(context: &Context, overdue: &[Overdue<'_>]) -> String {
    let columns = ["since", "record", "what", "title", "settle with"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for late in overdue {
        let since = late.since.strftime("%Y-%m-%d %H:%M").to_string();
        table.row([&since, late.record.kind.name, &late.what, &late.record.title.value, &late.then]);
    }
    table.render(context.output.style())
}
