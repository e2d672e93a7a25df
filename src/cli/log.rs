//! `log`: what happened to the plan.

use super::past::{LineArgs, facts, shown, when};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::facts::Moment;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::log::{self, Line};
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct LogArgs {
    /// Only this item, or the records whose path has this in it
    #[arg(value_name = "ITEM")]
    subject: Option<String>,

    /// Only what landed since then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when)]
    since: Option<Timestamp>,

    /// Show at most so many lines
    #[arg(short = 'n', long, value_name = "LINES")]
    limit: Option<usize>,

    #[command(flatten)]
    line: LineArgs,
}

/// Tells what happened, newest first.
///
/// # Errors
/// The history could not be read.
pub fn run(context: &Context, args: &LogArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let facts = facts(&bench, &args.line)?;
    let request = log::Request { subject: args.subject.as_deref(), since: args.since, limit: args.limit };
    let lines = log::run(&facts, &request);
    context.output.print(&match context.format {
        Format::Json => envelope("log", &lines.iter().map(happening).collect::<Vec<_>>()),
        _ => table(context, &lines),
    })?;
    if !facts.is_complete() {
        context
            .output
            .say("this clone is shallow: what the oldest commit holds was there before; `git fetch --unshallow`");
    }
    Ok(Exit::Passed)
}

fn happening<'a>(line: &'a Line<'_>) -> v1::Happening<'a> {
    v1::Happening {
        at: line.at.to_string(),
        date_in_order: !line.settled,
        commit: line.commit.as_str(),
        subject: line.subject,
        event: line.event,
        text: &line.text,
    }
}

fn table(context: &Context, lines: &[Line<'_>]) -> String {
    let mut table = Table::new(["landed", "commit", "subject", "what"].map(|column| (column, Align::Left)));
    for line in lines {
        let at = shown(Moment { at: line.at, settled: line.settled });
        table.row([&at, line.commit.short(), line.subject, &line.text]);
    }
    if lines.is_empty() { "nothing happened\n".to_owned() } else { table.render(context.output.style()) }
}
