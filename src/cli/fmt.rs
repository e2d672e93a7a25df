//! `fmt`: rewrites the plan to its canonical form.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::Reader;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign, plural};
use crate::verb::fmt;

/// What is rewritten, below the options of `fmt --help`.
const FORM: &str =
    "Boxes, the words between box and title, and fields get their canonical form, also a paragraph of fields
(`**Depends on**: T1`) below a heading. Rows of tables stay rows, and files of one task stay such files, since their
other columns and keys would have no place in a list; what names a field there is written as everywhere: `Needs`
above a column, `needs:` in front matter. Prose and comments stay as they are written, and so does all that would
not mean the same afterwards.";

#[derive(Debug, clap::Args)]
#[command(after_help = FORM)]
pub struct FmtArgs {
    /// Write nothing; fail when a file would change
    #[arg(long)]
    check: bool,

    /// Give every box that would be a task an id; ids that are there stay
    #[arg(long)]
    ids: bool,
}

/// Rewrites the plan files, or tells which would change.
///
/// # Errors
/// A file could not be read or written.
pub fn run(context: &Context, args: FmtArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = if args.check { None } else { Some(workspace.lock()?) };
    let plan = match readable_plan(&workspace, Reader::Full)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let changed = fmt::run(plan, args.ids);
    if !args.check {
        workspace.rewrite(plan, &changed)?;
    }
    let paths: Vec<&str> = changed.iter().map(|file| plan.files[file.file].source.path()).collect();
    context.output.print(&match context.format {
        Format::Json => envelope("formatted", &v1::Formatted { written: !args.check, changed: paths.clone() }),
        _ => paths.iter().map(|path| format!("{}\n", foreign::line(path))).collect(),
    })?;
    if context.format == Format::Human {
        context.output.say(&match (paths.len(), args.check) {
            (0, _) => format!("{} in canonical form", plural(plan.files.len(), "plan file")),
            (count, true) => format!("{} would change: run `passmuster fmt`", plural(count, "plan file")),
            (count, false) => format!("{} rewritten", plural(count, "plan file")),
        });
    }
    Ok(if args.check && !paths.is_empty() { Exit::Findings } else { Exit::Passed })
}
