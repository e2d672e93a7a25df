//! `policy show`: the policy that counts, with the profile's defaults.

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::project;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::verb::check::no_policy;

#[derive(Debug, clap::Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    verb: PolicyVerb,
}

#[derive(Debug, clap::Subcommand)]
enum PolicyVerb {
    /// Print the whole policy; what the profile adds says so
    Show,
}

/// Prints the policy.
///
/// # Errors
/// The file could not be read.
pub fn run(context: &Context, args: PolicyArgs) -> Result<Exit, Failure> {
    match args.verb {
        PolicyVerb::Show => show(context),
    }
}

fn show(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let mut sink = Sink::new();
    let Some(policy) = project::read_policy(&workspace.tree, &mut sink)? else {
        if !sink.has_errors() {
            sink.push(no_policy());
        }
        return context.report(&sink.into_sorted());
    };
    let yaml = policy.show();
    context.output.print(&match context.format {
        Format::Json => envelope("policy", &v1::Policy { yaml: &yaml }),
        _ => foreign::lines(&yaml),
    })?;
    Ok(Exit::Passed)
}
