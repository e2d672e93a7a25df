//! `sync`: everybody reports, and who is missing is named.

use super::record::{self, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::record::edit::Given;
use crate::record::kinds::{OCCASIONS, SYNC};
use crate::verb::record::{Advance, find, missing};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Open one
    Open(OpenArgs),

    /// Report: what is done, what is next, what is in the way
    Report(StepArgs),

    /// Close it; who has not reported is named
    Close(StepArgs),

    /// List syncs
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct OpenArgs {
    /// What it is called
    #[arg(value_name = "TITLE")]
    title: String,

    #[arg(long, value_name = "WHICH", value_parser = PossibleValuesParser::new(OCCASIONS), default_value = "daily")]
    occasion: String,

    /// Member, role or team that reports; may be given several times
    #[arg(long = "expect", value_name = "WHO", required = true)]
    expected: Vec<String>,

    /// Item it is about; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: SyncArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Open(args) => {
            let typed = Typed::default()
                .one("occasion", Some(&args.occasion))
                .many("expected", &args.expected)
                .many("items", &args.items);
            record::open(context, &SYNC, &args.title, typed)
        }
        Verb::Report(args) => record::step(context, &SYNC, "report", args, Typed::default()),
        Verb::Close(args) => Office::open(context)?.write(context, |desk| {
            let before = find(desk.tree, &SYNC, &args.record.name)?;
            let missing: Vec<String> = missing(&before, desk.roster).into_iter().map(str::to_owned).collect();
            let fields = if missing.is_empty() { Vec::new() } else { vec![("missing", Given::Many(missing))] };
            desk.advance(&before, &Advance { verb: "close", note: args.message.as_deref(), fields })
        }),
        Verb::List(args) => record::list(context, &SYNC, args),
        Verb::Show(args) => record::show(context, &SYNC, args),
    }
}
