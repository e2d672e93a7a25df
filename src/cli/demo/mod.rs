//! `demo`: a project with a server, played through with real Git and this very program.
//!
//! [`stage`] holds the folder, starts programs and prints what they say; [`story`] is what is played and what must
//! come of it; [`props`] are the project's files. Nothing is simulated: a step that goes otherwise than told ends
//! the demo as a failure.

mod props;
mod stage;
mod story;

use super::{Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::report::Format;
use stage::Stage;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Empty or new folder to build it in; without it a new one in the temporary folder
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Builds the project and plays the story.
///
/// # Errors
/// The folder is not empty or cannot be written, a program is missing, or a step did not go as planned.
pub fn run(context: &Context, args: DemoArgs) -> Result<Exit, Failure> {
    if context.format != Format::Human {
        return Err(
            Failure::usage("the demo is a story for people: it has no other form").hint("run it without `--format`")
        );
    }
    let folder = match args.folder {
        Some(folder) => empty(context.dir.join(folder))?,
        None => fresh()?,
    };
    let stage = Stage::new(&context.output, folder)?;
    story::play(&stage)?;
    Ok(Exit::Passed)
}

/// Takes a folder that is new or empty.
fn empty(folder: PathBuf) -> Result<PathBuf, Failure> {
    let folder =
        std::path::absolute(&folder).purpose(|| format!("could not find the folder `{}`", folder.display()))?;
    let refuse = |why: String| {
        Failure::usage(format!("the demo needs an empty folder, and `{}` is none", folder.display()))
            .because(why)
            .hint("name a folder that does not exist yet: `passmuster demo DIR`")
    };
    match folder.read_dir().map(|mut entries| entries.next().is_none()) {
        Ok(false) => Err(refuse("there is something in it".to_owned())),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(refuse(error.to_string())),
        _ => Ok(folder),
    }
}

/// Makes a folder in the temporary folder that nobody else can look into: it will hold a private key.
fn fresh() -> Result<PathBuf, Failure> {
    let folder = tempfile::Builder::new().prefix("passmuster-demo-").tempdir();
    Ok(folder.purpose(|| "could not make a folder for the demo".to_owned())?.keep())
}
