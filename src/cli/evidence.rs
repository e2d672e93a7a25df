//! `evidence export`: results as DSSE envelopes of in-toto statements.

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::evidence::statement;
use crate::gate::reports::Reports;
use crate::port::History as _;
use crate::verb::land;

#[derive(Debug, clap::Args)]
pub struct EvidenceArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print results as in-toto statements in DSSE envelopes, one JSON document a line
    Export {
        /// The item; `merge` or `policy`; without it all results
        #[arg(value_name = "ITEM")]
        item: Option<String>,

        /// The commit whose reports are read
        #[arg(long, value_name = "REV", default_value = "HEAD")]
        at: String,
    },
}

/// Exports evidence.
///
/// # Errors
/// The reports could not be read, or the commit has no policy.
pub fn run(context: &Context, args: EvidenceArgs) -> Result<Exit, Failure> {
    let What::Export { item, at } = args.what;
    let bench = Bench::open(context)?;
    let commit = if at == "HEAD" { bench.head()?.1 } else { bench.repo.resolve(&at)? };
    let policy = land::policy_at(&bench.repo, &commit)?.ok_or_else(|| {
        Failure::new(format!("commit {} has no policy", commit.short())).hint("run `passmuster init`")
    })?;
    let tree = bench.repo.tree(&commit)?;
    let reports = Reports::new(tree.as_ref());
    let mut sink = Sink::new();
    let found = match &item {
        Some(subject) => reports.of(subject, &mut sink)?,
        None => reports.all(&mut sink)?,
    };
    for result in found.iter().flat_map(|report| &report.results) {
        context.output.print(&format!("{}\n", statement::envelope(result, &policy.repository)))?;
    }
    let findings = sink.into_sorted();
    for finding in &findings {
        context.output.say(&format!("{}: {}", finding.place, finding.message));
    }
    Ok(if findings.is_empty() { Exit::Passed } else { Exit::Findings })
}
