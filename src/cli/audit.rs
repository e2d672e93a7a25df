//! `audit`: past moves of a protected ref, judged again; and whether procedures were followed.

use super::wire::Bench;
use super::{Context, Exit, sop};
use crate::diag::Failure;
use crate::git::Repository;
use crate::hook::store::Store;
use crate::id::RefName;
use crate::report::json::{self, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, plural};
use crate::verb::audit::{self, Recorded, Source, Standing};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct AuditArgs {
    /// The ref, e.g. main or origin/main
    #[arg(value_name = "REF", required = true)]
    name: Option<String>,

    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Find where tasks, handoffs, gates, blockers and daily syncs did not go by their steps
    ///
    /// The steps are put together again from the history, the records and the gate reports. What left no trace is said,
    /// and counts neither way. It fails when less than `procedures: alarm` of the policy was carried out without a gap.
    Sop(sop::SopArgs),
}

/// Judges every past move of a ref again, or looks at procedures.
///
/// # Errors
/// The history could not be read.
pub fn run(context: &Context, args: AuditArgs) -> Result<Exit, Failure> {
    match (&args.what, &args.name) {
        (Some(What::Sop(args)), _) => sop::run(context, args),
        (None, name) => moves(context, name.as_deref().unwrap_or_default()),
    }
}

fn moves(context: &Context, name: &str) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let (target, tip) = bench.target(Some(name))?;
    let recorded = recorded(&bench.repo, name, &target)?;
    let moves = audit::run(&bench.world(), &bench.repo, &target, &tip, &recorded)?;
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
                recorded_by: past.source.name(),
            })
            .collect();
        context.output.print(&json::envelope("audit", &rows))?;
    } else {
        let mut table = Table::new([
            ("move to", Align::Left),
            ("standing", Align::Left),
            ("record", Align::Left),
            ("subject", Align::Left),
            ("why", Align::Left),
        ]);
        for past in &moves {
            let why = past.why.as_deref().unwrap_or("");
            table.row([past.to.short(), past.standing.name(), past.source.name(), &past.subject, why]);
        }
        context.output.print(&table.render(context.output.style()))?;
        context.output.say(&format!("{}: {}, {unverified} unverified", target, plural(moves.len(), "move")));
    }
    Ok(if unverified > 0 { Exit::Findings } else { Exit::Passed })
}

/// The moves as the server recorded them; where it did not, as the reflog of the branch (or of the remote's branch, if
/// that was asked for) has them.
fn recorded(repo: &Repository, asked: &str, target: &RefName) -> Result<Vec<Recorded>, Failure> {
    let moves = Store::of(repo.common_dir()).moves(target);
    if !moves.is_empty() {
        return Ok(moves);
    }
    let remote = RefName::new(format!("refs/remotes/{}", asked.trim_start_matches("refs/remotes/")));
    let name = if repo.read_ref(&remote)?.is_some() { &remote } else { target };
    let mut log = repo.reflog(name)?;
    log.reverse();
    // A branch that is moved to where it stands (a merge that was given up) has not moved.
    let moves = log.into_iter().filter(|one| one.old != one.new && !one.new.is_zero());
    Ok(moves
        .map(|one| Recorded {
            old: Some(one.old).filter(|old| !old.is_zero()),
            new: one.new,
            // Anybody can tell Git another time.
            at: None,
            source: Source::Reflog,
        })
        .collect())
}
