//! `retro`: looking back, and the tasks that follow from it.

use super::record::{self, ListArgs, NameArgs, StepArgs, TasksArgs, Typed};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::record::kinds::RETRO;

#[derive(Debug, clap::Args)]
pub struct RetroArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Begin a retrospective; its document has the questions
    New(NewArgs),

    /// Close it: the questions are answered
    Close(StepArgs),

    /// Write its actions into the plan as tasks
    Tasks(TasksArgs),

    /// List retrospectives
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// What it looks back on, in a line
    #[arg(value_name = "TITLE")]
    title: String,

    /// Item it looks back on; may be given several times
    #[arg(long = "item", value_name = "ITEM", required = true)]
    items: Vec<String>,

    /// What has to be done; may be given several times
    #[arg(long = "action", value_name = "TEXT")]
    actions: Vec<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: RetroArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::New(args) => {
            let typed = Typed::default().many("items", &args.items).many("actions", &args.actions);
            record::open(context, &RETRO, &args.title, typed)
        }
        Verb::Close(args) => record::step(context, &RETRO, "close", args, Typed::default()),
        Verb::Tasks(args) => record::tasks(context, &RETRO, args),
        Verb::List(args) => record::list(context, &RETRO, args),
        Verb::Show(args) => record::show(context, &RETRO, args),
    }
}
