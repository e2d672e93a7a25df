//! `audit`: past moves of a protected ref, judged again.

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{self, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, plural};
use crate::verb::audit::{self, Standing};

#[derive(Debug, clap::Args)]
pub struct AuditArgs {
    /// The ref, e.g. main or origin/main
    #[arg(value_name = "REF")]
    name: String,
}

/// Judges every past move of a ref again.
///
/// # Errors
/// The history could not be read.
pub fn run(context: &Context, args: AuditArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let (target, tip) = bench.target(Some(&args.name))?;
    let moves = audit::run(&bench.world(), &bench.repo, &target, &tip)?;
    let unverified = moves.iter().filter(|past| past.standing == Standing::Unverified).count();
    if context.format == Format::Json {
        let rows: Vec<v1::PastMove> = moves
            .iter()
            .map(|past| v1::PastMove {
                from: past.from.as_ref().map(ToString::to_string),
                to: past.to.to_string(),
                standing: past.standing.name(),
                subject: past.subject.clone(),
                why: past.why.clone(),
            })
            .collect();
        context.output.print(&json::envelope("audit", &rows))?;
    } else {
        let mut table = Table::new([
            ("move to", Align::Left),
            ("standing", Align::Left),
            ("subject", Align::Left),
            ("why", Align::Left),
        ]);
        for past in &moves {
            table.row([past.to.short(), past.standing.name(), &past.subject, past.why.as_deref().unwrap_or("")]);
        }
        context.output.print(&table.render(context.output.style()))?;
        context.output.say(&format!("{}: {}, {unverified} unverified", target, plural(moves.len(), "move")));
    }
    Ok(if unverified > 0 { Exit::Findings } else { Exit::Passed })
}
