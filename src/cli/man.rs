//! `man`: manual pages, made from the same texts as `--help`.

use super::{Args, Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::disk;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Folder to write all pages to; without it the main page is printed
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints the main page, or writes all pages to a folder.
///
/// # Errors
/// A page cannot be written.
pub fn run(context: &Context, args: ManArgs) -> Result<Exit, Failure> {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    match args.folder {
        Some(folder) => write_all(command, &context.dir.join(folder))?,
        None => context.output.print(&String::from_utf8_lossy(&rendered(&Man::new(command))?))?,
    }
    Ok(Exit::Passed)
}

fn rendered(page: &Man) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    page.render(&mut text).purpose(|| format!("could not make the page `{}`", page.get_filename()))?;
    Ok(text)
}

fn write_all(command: Command, folder: &Path) -> Result<(), Failure> {
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        write_all(verb.clone(), folder)?;
    }
    let page = Man::new(command);
    disk::write_atomic(&folder.join(page.get_filename()), &rendered(&page)?)
}
