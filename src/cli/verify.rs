//! `verify`: judges a move the way every door does.

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::gate::assess::State;
use crate::id::RefName;
use crate::judge::{Proposal, Verdict};
use crate::report::json::{self, v1};
use crate::report::{Format, plural};
use crate::verb::land::{self, Landing};

#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// Judge merging HEAD into this branch, e.g. origin/main (what CI asks)
    #[arg(long, value_name = "BRANCH", conflicts_with_all = ["base", "name"])]
    against: Option<String>,

    /// The commit the protected ref stands at
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// The commit it is to move to [default: HEAD]
    #[arg(long, value_name = "REV")]
    head: Option<String>,

    /// The ref that is to move, e.g. main
    #[arg(long = "ref", value_name = "NAME", id = "name")]
    name: Option<String>,
}

/// Judges a merge or a move and prints the verdict.
///
/// # Errors
/// It could not be judged.
pub fn run(context: &Context, args: VerifyArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let repo = &bench.repo;
    let head = match &args.head {
        Some(revision) => repo.resolve(revision)?,
        None => bench.head()?.1,
    };
    let (target, old, proposal) = match (&args.base, &args.name) {
        (None, None) => {
            let (target, tip) = bench.target(args.against.as_deref())?;
            match land::landing(repo, &tip, &head)? {
                Landing::Nothing => {
                    context.output.say(&format!("nothing to land: `{target}` holds all of it"));
                    (target, tip, Proposal::Commit(head))
                }
                Landing::Lands(proposal) => (target, tip, proposal),
                Landing::Conflict(paths) => return context.report(&[land::conflict(&target, &paths)]),
            }
        }
        (base, name) => {
            let target = match name {
                Some(name) if name.starts_with("refs/") => RefName::new(name.as_str()),
                Some(name) => RefName::branch(name),
                None => bench.target(None)?.0,
            };
            let base = match base {
                Some(revision) => repo.resolve(revision)?,
                None => repo.read_ref(&target)?.ok_or_else(|| {
                    Failure::usage(format!("`{target}` does not exist here")).hint("name where it stands: --base REV")
                })?,
            };
            (target, base, Proposal::Commit(head))
        }
    };
    let change = crate::judge::Move {
        guard: guard(&bench, &target, &old)?,
        target: target.clone(),
        old: Some(old),
        proposal,
        published: Vec::new(),
    };
    let verdict = crate::judge::judge(&bench.world(), &change)?;
    print(context, &verdict)
}

/// The policy of the commit the ref stands at; else whichever protects the ref.
fn guard(bench: &Bench, target: &RefName, old: &crate::id::ObjectId) -> Result<Option<crate::id::ObjectId>, Failure> {
    if land::policy_at(&bench.repo, old)?.is_some() {
        return Ok(Some(old.clone()));
    }
    Ok(land::guard_of(&bench.repo, target)?.map(|guard| guard.commit))
}

/// Prints a verdict in the asked form.
///
/// # Errors
/// Standard output cannot be written.
pub fn print(context: &Context, verdict: &Verdict) -> Result<Exit, Failure> {
    let exit = if verdict.passes() { Exit::Passed } else { Exit::Findings };
    match context.format {
        Format::Json => context.output.print(&json::envelope("verdict", &v1::VerdictEntry::of(verdict)))?,
        Format::Human => {
            context.output.findings(&verdict.findings, context.format)?;
            context.output.print(&format!("{}\n", summary(verdict)))?;
        }
        format => context.output.findings(&verdict.findings, format)?,
    }
    Ok(exit)
}

/// The verdict in one line.
pub fn summary(verdict: &Verdict) -> String {
    let word = if verdict.passes() { "passes" } else { "refused" };
    let errors = verdict.findings.iter().filter(|finding: &&Diagnostic| finding.is_error()).count();
    let waived = verdict.requirements.iter().filter(|one| one.state == State::Waived).count();
    let satisfied = verdict.requirements.iter().filter(|one| one.state.passes()).count() - waived;
    let claims =
        if verdict.claims.is_empty() { String::new() } else { format!(", claims {}", verdict.claims.join(", ")) };
    let gates = if verdict.requirements.is_empty() {
        String::new()
    } else {
        let waived = if waived == 0 { String::new() } else { format!(", {waived} waived") };
        format!(", {satisfied} of {} gates satisfied{waived}", verdict.requirements.len())
    };
    let errors = if errors == 0 { String::new() } else { format!(", {}", plural(errors, "error")) };
    format!("{}: {word} ({}{claims}{gates}{errors})", verdict.target, plural(verdict.commits, "commit"))
}
