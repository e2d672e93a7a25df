//! `risk`: the risk register and the debt ledger.

use super::record::{self, HandOnArgs, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::record::kinds::{GRADES, RISK};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct RiskArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Enter a risk, or work that is put off
    New(NewArgs),

    /// Accept it, with the reason
    Accept(StepArgs),

    /// Say that it has happened
    Occur(StepArgs),

    /// Let somebody else look after it
    HandOn(HandOnArgs),

    /// Close it: it cannot happen any more, or the debt is paid
    Close(StepArgs),

    /// List what is open
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// What may go wrong or was put off, in a line
    #[arg(value_name = "TITLE")]
    title: String,

    /// Enter a debt: it is paid by this day
    #[arg(long, value_name = "DAY")]
    debt_due: Option<String>,

    #[arg(long, value_name = "GRADE", value_parser = PossibleValuesParser::new(GRADES), default_value = "medium")]
    probability: String,

    #[arg(long, value_name = "GRADE", value_parser = PossibleValuesParser::new(GRADES), default_value = "medium")]
    impact: String,

    /// Who looks after it; you, if not given
    #[arg(long, value_name = "MEMBER")]
    owner: Option<String>,

    /// Item it concerns; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,

    /// What is done about it
    #[arg(long, value_name = "TEXT")]
    mitigation: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: RiskArgs) -> Result<Exit, Failure> {
    let step = |verb: &str, args: &StepArgs| record::step(context, &RISK, verb, args, Typed::default());
    match &args.verb {
        Verb::New(args) => Office::open(context)?.write(context, |desk| {
            let kind = if args.debt_due.is_some() { "debt" } else { "risk" };
            let typed = Typed::default()
                .one("type", Some(kind))
                .one("owner", Some(args.owner.as_deref().unwrap_or(desk.actor.as_str())))
                .one("probability", Some(&args.probability))
                .one("impact", Some(&args.impact))
                .one("due", args.debt_due.as_deref())
                .many("items", &args.items)
                .text("Mitigation", args.mitigation.as_deref());
            desk.open(&RISK, &typed.new_record(&args.title))
        }),
        Verb::Accept(args) => step("accept", args),
        Verb::Occur(args) => step("occur", args),
        Verb::HandOn(args) => record::hand_on(context, &RISK, args),
        Verb::Close(args) => step("close", args),
        Verb::List(args) => record::list(context, &RISK, args),
        Verb::Show(args) => record::show(context, &RISK, args),
    }
}
