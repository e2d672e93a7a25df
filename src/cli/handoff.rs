//! `handoff`: work goes from one team to another.

use super::record::{self, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::phase::Phase;
use crate::record::book::Book;
use crate::record::kinds::HANDOFF;
use crate::verb::phase;

#[derive(Debug, clap::Args)]
pub struct HandoffArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Begin a handoff; its document says what belongs to it
    New(NewArgs),

    /// Offer it: the package is complete
    Offer(StepArgs),

    /// Show what it lacks to be accepted
    Check(NameArgs),

    /// Authorise it; nothing unauthorised is accepted
    Authorise(StepArgs),

    /// Say that you, an attendee, have been there
    Acknowledge(StepArgs),

    /// Accept it, as the receiver
    Accept(StepArgs),

    /// Send it back with the gaps
    Reject(StepArgs),

    /// List handoffs
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// What is handed over, in a line
    #[arg(value_name = "TITLE")]
    title: String,

    /// Team, role or member that gives
    #[arg(long, value_name = "WHO")]
    from: String,

    /// Team, role or member that receives
    #[arg(long, value_name = "WHO")]
    to: String,

    /// Item that waits for it; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,

    /// Member who has to be there; may be given several times
    #[arg(long = "attendee", value_name = "MEMBER")]
    attendees: Vec<String>,

    /// The phase it leads to; the agenda then has nine points
    #[arg(long, value_name = "NUMBER", value_parser = super::phase::number)]
    phase: Option<Phase>,

    /// When an answer is due: a moment or a day
    #[arg(long, value_name = "TIME")]
    answer_by: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: HandoffArgs) -> Result<Exit, Failure> {
    let step = |verb: &str, args: &StepArgs| record::step(context, &HANDOFF, verb, args, Typed::default());
    match &args.verb {
        Verb::New(new) => begin(context, new),
        Verb::Offer(args) => step("offer", args),
        Verb::Check(args) => record::check(context, &HANDOFF, args, "accepted"),
        Verb::Authorise(args) => step("authorise", args),
        Verb::Acknowledge(args) => step("acknowledge", args),
        Verb::Accept(args) => step("accept", args),
        Verb::Reject(args) => step("reject", args),
        Verb::List(args) => record::list(context, &HANDOFF, args),
        Verb::Show(args) => record::show(context, &HANDOFF, args),
    }
}

/// A handoff into a phase tells what was decided on the way there.
fn begin(context: &Context, new: &NewArgs) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let talk = new.phase.map(|phase| phase::context(&Book::new(desk.tree), phase)).transpose()?;
        let number = new.phase.map(|phase| phase.number().to_string());
        let typed = Typed::default()
            .one("from", Some(&new.from))
            .one("to", Some(&new.to))
            .many("items", &new.items)
            .many("attendees", &new.attendees)
            .one("phase", number.as_deref())
            .one("answer_by", new.answer_by.as_deref())
            .text("Context", talk.as_deref())
            .text("Agenda", new.phase.map(|_| phase::AGENDA));
        desk.open(&HANDOFF, &typed.new_record(&new.title))
    })
}
