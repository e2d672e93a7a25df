//! `completions`: a script that lets a shell complete the command line.

use super::{Args, Context, Exit};
use crate::diag::Failure;
use clap::CommandFactory as _;
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// Shell to write the script for
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(context: &Context, args: CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "passmuster", &mut script);
    context.output.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Passed)
}
