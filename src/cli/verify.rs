//! `verify`: judges a move the way every door does.

use super::also::{self, Also};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::gate::assess::State;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, Verdict};
use crate::report::json::{self, v1};
use crate::report::{Format, plural};
use crate::verb::impact::{self, Impact};
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

    /// Also put the verdict into a file, as summary, outputs, junit, sarif or json; may be given again
    ///
    /// What a job of GitHub Actions shows and hands on: `summary` is Markdown, `outputs` are names with values; both go
    /// to the end of their file, as $GITHUB_STEP_SUMMARY and $GITHUB_OUTPUT want it. The other forms replace it.
    #[arg(long, value_name = "FORM=FILE", value_parser = also::parse)]
    also: Vec<Also>,
}

/// Judges a merge or a move and prints the verdict.
///
/// # Errors
/// It could not be judged, or a form of the verdict could not be written.
pub fn run(context: &Context, args: VerifyArgs) -> Result<Exit, Failure> {
    let judged = judge(context, &args);
    // Whoever reads only the file must not take an old or missing one for a verdict.
    for also in args.also.iter().map(|also| also.within(&context.dir)) {
        match &judged {
            Ok(judged) => also.write(&judged.verdict, judged.impact(context, &also)?.as_ref())?,
            Err(failure) => also.write_unjudged(failure)?,
        }
    }
    print(context, &judged?.verdict)
}

/// A verdict, and between which states of the plan it was reached.
struct Judged {
    verdict: Verdict,
    /// The commit whose policy decided, and what would stand there after it.
    sides: Option<(ObjectId, ObjectId)>,
}

impl Judged {
    /// What the move means for the plan, for a form that tells it.
    fn impact(&self, context: &Context, also: &Also) -> Result<Option<Impact>, Failure> {
        let Some((before, after)) = self.sides.as_ref().filter(|_| also.tells_impact()) else { return Ok(None) };
        let bench = Bench::open(context)?;
        impact::run(&bench.repo, before, after, bench.now()).map(Some)
    }
}

fn judge(context: &Context, args: &VerifyArgs) -> Result<Judged, Failure> {
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
                Landing::Conflict(paths) => {
                    let verdict = Verdict::refused(&target, None, land::conflict(&target, &paths));
                    return Ok(Judged { verdict, sides: None });
                }
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
    let guard = guard(&bench, &target, &old)?;
    let change = Move { guard, target, old: Some(old), proposal, published: Vec::new() };
    let verdict = crate::judge::judge(&bench.world(), &change)?;
    let after = bench.tree_of(&change)?;
    Ok(Judged { verdict, sides: change.guard.map(|guard| (guard, after)) })
}

/// The policy of the commit the ref stands at; else whichever protects the ref.
fn guard(bench: &Bench, target: &RefName, old: &ObjectId) -> Result<Option<ObjectId>, Failure> {
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
