//! `msg`: messages between members, and who has seen them.

use super::record::{self, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::record::kinds::{MESSAGE, SUBJECTS, URGENCIES};
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::record::inbox;
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct MsgArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Send a message
    Send(SendArgs),

    /// Show what waits for your acknowledgement, the most urgent first
    Inbox(InboxArgs),

    /// Acknowledge one
    Ack(StepArgs),

    /// List messages
    #[command(alias = "list")]
    Log(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct SendArgs {
    /// What it says, in a line
    #[arg(value_name = "TEXT")]
    text: String,

    /// Member, role or team it goes to; may be given several times
    #[arg(long = "to", value_name = "WHO", required = true)]
    to: Vec<String>,

    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(URGENCIES), default_value = "normal")]
    urgency: String,

    #[arg(long, value_name = "WHAT", value_parser = PossibleValuesParser::new(SUBJECTS), default_value = "status")]
    about: String,

    /// Item it is about; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct InboxArgs {
    /// Somebody else's
    #[arg(long, value_name = "MEMBER")]
    of: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: MsgArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Send(args) => {
            let typed = Typed::default()
                .many("to", &args.to)
                .one("urgency", Some(&args.urgency))
                .one("about", Some(&args.about))
                .many("items", &args.items);
            record::open(context, &MESSAGE, &args.text, typed)
        }
        Verb::Inbox(args) => show_inbox(context, args),
        Verb::Ack(args) => record::step(context, &MESSAGE, "ack", args, Typed::default()),
        Verb::Log(args) => record::list(context, &MESSAGE, args),
        Verb::Show(args) => record::show(context, &MESSAGE, args),
    }
}

fn show_inbox(context: &Context, args: &InboxArgs) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let workspace = Workspace::open(context)?;
    let mut sink = Sink::new();
    let records = crate::verb::record::list(&workspace.tree, &MESSAGE, true, &mut sink)?;
    let text = office.at_desk(|desk| {
        let member = args.of.as_deref().unwrap_or(desk.actor.as_str());
        let waiting = inbox(&records, desk.roster, member);
        Ok(match context.format {
            Format::Json => envelope("records", &waiting.iter().copied().map(v1::Record::of).collect::<Vec<_>>()),
            _ if waiting.is_empty() => "nothing waits\n".to_owned(),
            _ => {
                let columns = ["name", "urgency", "from", "about", "text"];
                let mut table = Table::new(columns.map(|column| (column, Align::Left)));
                for one in waiting {
                    let field = |name| one.text(name).unwrap_or_default();
                    table.row([one.name(), field("urgency"), &one.opener().by.value, field("about"), &one.title.value]);
                }
                table.render(context.output.style())
            }
        })
    })?;
    context.output.print(&text)?;
    record::broken(context, &sink.into_sorted());
    Ok(Exit::Passed)
}
