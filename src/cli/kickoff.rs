//! `kickoff`: an epic begins.

use super::record::{ListArgs, NameArgs, StepArgs, Typed};
use super::{Context, Exit, record};
use crate::diag::Failure;
use crate::record::kinds::KICKOFF;

#[derive(Debug, clap::Args)]
pub struct KickoffArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Prepare the start of an epic
    New(NewArgs),

    /// Let it begin: its five points are ticked
    Authorise(StepArgs),

    /// Show what it lacks to begin
    Check(NameArgs),

    /// List kickoffs
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// The epic; several may begin together
    #[arg(value_name = "EPIC", required = true)]
    epics: Vec<String>,

    /// Team that begins with it; may be given several times
    #[arg(long = "team", value_name = "TEAM", required = true)]
    teams: Vec<String>,
}

/// Does what was typed.
///
/// # Errors
/// A kickoff is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: KickoffArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::New(new) => {
            let typed = Typed::default().many("items", &new.epics).many("teams", &new.teams);
            record::open(context, &KICKOFF, &format!("Kickoff of {}", new.epics.join(", ")), typed)
        }
        Verb::Authorise(args) => record::step(context, &KICKOFF, "authorise", args, Typed::default()),
        Verb::Check(args) => record::check(context, &KICKOFF, args, "authorised"),
        Verb::List(args) => record::list(context, &KICKOFF, args),
        Verb::Show(args) => record::show(context, &KICKOFF, args),
    }
}
