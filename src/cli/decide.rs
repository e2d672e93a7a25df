//! `decide`: decisions that others have to live with, and the tasks that follow from them.

use super::record::{self, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::wire::Bench;
use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::record::kinds::{DECISION, DECISIONS};
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Propose a decision; its document says what belongs to it
    New(Box<NewArgs>),

    /// Decide what is proposed
    Confirm(StepArgs),

    /// Drop what is proposed
    Drop(StepArgs),

    /// Say that a decision no longer holds, and why
    Supersede(StepArgs),

    /// Note that a decision was looked at again, and how it turned out
    Review(StepArgs),

    /// Write the actions of a decision into the plan as tasks
    Tasks(record::TasksArgs),

    /// Show decisions whose review or end is due
    Due,

    /// List decisions
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// What is to be decided, in a line
    #[arg(value_name = "TITLE")]
    title: String,

    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(DECISIONS), default_value = "tactical")]
    kind: String,

    /// GO or NO-GO, for the type go-no-go
    #[arg(long, value_name = "VERDICT", value_parser = PossibleValuesParser::new(["GO", "NO-GO"]))]
    verdict: Option<String>,

    /// How long a NO-GO delays things
    #[arg(long, value_name = "TEXT")]
    delay: Option<String>,

    /// Item it is about; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,

    /// What has to be done then; may be given several times
    #[arg(long = "action", value_name = "TEXT")]
    actions: Vec<String>,

    /// Who answers for it; needed where a risk is accepted
    #[arg(long, value_name = "MEMBER")]
    owner: Option<String>,

    /// When an accepted risk is no longer accepted
    #[arg(long, value_name = "TIME")]
    expires: Option<String>,

    /// When it is looked at again
    #[arg(long, value_name = "TIME")]
    review: Option<String>,

    /// Decision that it takes the place of
    #[arg(long, value_name = "NAME")]
    supersedes: Option<String>,

    /// What has to be decided, and why now
    #[arg(long, value_name = "TEXT")]
    situation: Option<String>,

    /// Between what, with pros and cons
    #[arg(long, value_name = "TEXT")]
    options: Option<String>,

    /// Which one
    #[arg(long, value_name = "TEXT")]
    decision: Option<String>,

    /// Why this one
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,

    /// What it changes for whom
    #[arg(long, value_name = "TEXT")]
    impact: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: DecideArgs) -> Result<Exit, Failure> {
    let step = |verb: &str, args: &StepArgs| record::step(context, &DECISION, verb, args, Typed::default());
    match &args.verb {
        Verb::New(args) => new(context, args),
        Verb::Confirm(args) => step("confirm", args),
        Verb::Drop(args) => step("drop", args),
        Verb::Supersede(args) => step("supersede", args),
        Verb::Review(args) => step("review", args),
        Verb::Tasks(args) => record::tasks(context, &DECISION, args),
        Verb::Due => due(context),
        Verb::List(args) => record::list(context, &DECISION, args),
        Verb::Show(args) => record::show(context, &DECISION, args),
    }
}

fn new(context: &Context, args: &NewArgs) -> Result<Exit, Failure> {
    let variant = args.verdict.as_deref().map(str::to_ascii_lowercase);
    let kind = if variant.is_some() { "go-no-go" } else { args.kind.as_str() };
    Office::open(context)?.write(context, |desk| {
        let supersedes = args.supersedes.as_deref();
        let supersedes = supersedes.map(|name| crate::verb::record::find(desk.tree, &DECISION, name)).transpose()?;
        let typed = Typed::default()
            .variant(variant.as_deref())
            .one("type", Some(kind))
            .one("verdict", args.verdict.as_deref())
            .one("delay", args.delay.as_deref())
            .one("owner", args.owner.as_deref())
            .one("expires", args.expires.as_deref())
            .one("review", args.review.as_deref())
            .one("supersedes", supersedes.as_ref().map(crate::record::Record::path))
            .many("items", &args.items)
            .many("actions", &args.actions)
            .text("Situation", args.situation.as_deref())
            .text("Options", args.options.as_deref())
            .text("Decision", args.decision.as_deref())
            .text("Rationale", args.rationale.as_deref())
            .text("Impact", args.impact.as_deref());
        desk.open(&DECISION, &typed.new_record(&args.title))
    })
}

fn due(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let mut sink = Sink::new();
    let records = crate::verb::record::list(&workspace.tree, &DECISION, true, &mut sink)?;
    let due = crate::verb::record::due(&records, Bench::open(context)?.now());
    context.output.print(&match context.format {
        Format::Json => envelope("records", &due.iter().map(|due| v1::Record::of(due.record)).collect::<Vec<_>>()),
        _ if due.is_empty() => "no decision is due\n".to_owned(),
        _ => {
            let mut table = Table::new(["name", "what", "since", "title"].map(|column| (column, Align::Left)));
            for due in &due {
                let since = due.at.strftime("%Y-%m-%d").to_string();
                table.row([due.record.name(), due.what, &since, &due.record.title.value]);
            }
            table.render(context.output.style())
        }
    })?;
    record::broken(context, &sink.into_sorted());
    Ok(if due.is_empty() { Exit::Passed } else { Exit::Findings })
}
