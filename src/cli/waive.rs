//! `waive`: an exception from one gate, for a time.

use super::record::{self, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::record::kinds::WAIVER;
use crate::verb;

#[derive(Debug, clap::Args)]
pub struct WaiveArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Ask that a gate be waived for an item
    Request(RequestArgs),

    /// Grant what somebody else asked for; what it excuses is entered as a debt
    Grant(StepArgs),

    /// Refuse it
    Refuse(StepArgs),

    /// Take a granted one back
    Revoke(StepArgs),

    /// List waivers
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct RequestArgs {
    /// The item, or `merge`
    #[arg(value_name = "ITEM")]
    item: String,

    /// The gate
    #[arg(value_name = "GATE")]
    gate: String,

    /// Why, as one of the reasons that count
    #[arg(long, value_name = "REASON", value_parser = clap::builder::PossibleValuesParser::new(crate::record::kinds::WAIVER_REASONS))]
    reason: String,

    /// Until when: a moment or a day
    #[arg(long, value_name = "TIME")]
    until: String,

    /// Only for inputs with this digest (at least 12 digits, as `gate explain` shows it)
    #[arg(long, value_name = "DIGEST")]
    inputs: Option<String>,

    /// Why the gate cannot be satisfied now
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: String,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: WaiveArgs) -> Result<Exit, Failure> {
    let step = |verb: &str, args: &StepArgs| record::step(context, &WAIVER, verb, args, Typed::default());
    match &args.verb {
        Verb::Request(request) => {
            let typed = Typed::default()
                .one("gate", Some(&request.gate))
                .one("item", Some(&request.item))
                .one("reason", Some(&request.reason))
                .one("expires", Some(&request.until))
                .one("inputs", request.inputs.as_deref())
                .text("Reason", Some(&request.message));
            record::open(context, &WAIVER, &format!("{} without {}", request.item, request.gate), typed)
        }
        Verb::Grant(args) => grant(context, args),
        Verb::Refuse(args) => step("refuse", args),
        Verb::Revoke(args) => step("revoke", args),
        Verb::List(args) => record::list(context, &WAIVER, args),
        Verb::Show(args) => record::show(context, &WAIVER, args),
    }
}

fn grant(context: &Context, args: &StepArgs) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let granted = office.at_desk(|desk| {
        let before = verb::record::find(desk.tree, &WAIVER, &args.record.name)?;
        verb::waive::grant(desk, &before, args.message.as_deref())
    })?;
    let granted = match granted {
        Ok(granted) => granted,
        Err(findings) => return context.report(&findings),
    };
    // The debt first: no waiver is ever granted without one.
    office.store(&granted.debt)?;
    office.store(&granted.waiver)?;
    record::print(context, &granted.waiver)?;
    let debt = granted.debt.record.path();
    context.output.say(&format!("what it excuses is a debt: `{debt}`; commit it too"));
    Ok(Exit::Passed)
}
