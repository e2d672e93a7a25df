//! `check`: every mistake in the files of the project.

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::{Plan, Reader};
use crate::port::Tree as _;
use crate::report::{Format, plural};
use crate::verb::check;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// Files or folders to report on; without any, everything
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Prints all findings at once.
///
/// # Errors
/// A file could not be read, or a path is not there.
pub fn run(context: &Context, args: CheckArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let typed = args.paths.iter().map(|path| workspace.path(context, path));
    let paths: Vec<RepoPath> = typed.collect::<Result<_, _>>()?;
    let mut checked = check::run(&workspace.tree, Reader::Full)?;
    checked.only(&paths);
    for path in &paths {
        let found = checked.findings.iter().any(|finding| finding.place.path() == path.as_str());
        if !found && workspace.tree.kind(path)?.is_none() {
            return Err(Failure::usage(format!("there is no `{path}`")).hint("run `passmuster check` without it"));
        }
    }
    let exit = context.report(&checked.findings)?;
    if checked.findings.is_empty() && context.format == Format::Human {
        context.output.print(&format!("{}: no findings\n", summary(&checked.project.plan)))?;
    }
    Ok(exit)
}

fn summary(plan: &Plan) -> String {
    let done = (0..plan.items.len()).filter(|&index| plan.claimed(index)).count();
    format!("{}, {done} done", plural(plan.items.len(), "item"))
}
