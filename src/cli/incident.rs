//! `incident`: something is on fire.

use super::record::{self, HandOnArgs, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::record::edit::Given;
use crate::record::kinds::{INCIDENT, RUNBOOKS};
use crate::report::foreign;
use crate::verb::record::{Advance, find, list};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct IncidentArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Declare an incident: once it has landed, only its items do
    Declare(DeclareArgs),

    /// Go on to the next of its states; none is skipped
    Advance(AdvanceArgs),

    /// Go back and decide again: the fix did not hold
    Back(StepArgs),

    /// Note what happened, or add items
    Note(NoteArgs),

    /// Let somebody else command it
    HandOn(HandOnArgs),

    /// Close it; its document has the post-mortem
    Close(CloseArgs),

    /// Note on a closed one that it was looked for more of the kind, and what was found
    FollowUp(StepArgs),

    /// Show what is open, and what it lacks for its next state
    Status,

    /// List incidents
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct DeclareArgs {
    /// What happened, in a line
    #[arg(value_name = "TITLE")]
    title: String,

    /// Who decides while it is open; you, if not given
    #[arg(long, value_name = "MEMBER")]
    commander: Option<String>,

    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(["critical", "high", "medium"]), default_value = "high")]
    severity: String,

    /// The runbook its document starts with
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(RUNBOOKS))]
    runbook: Option<String>,

    /// Item that may land meanwhile; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct AdvanceArgs {
    #[command(flatten)]
    step: StepArgs,

    /// What was decided; needed on the way from `decide` to `execute`
    #[arg(long, value_name = "CHOICE", value_parser = PossibleValuesParser::new(["rollback", "fix-forward", "escalate"]))]
    choice: Option<String>,
}

#[derive(Debug, clap::Args)]
struct NoteArgs {
    #[command(flatten)]
    step: StepArgs,

    /// Item that may land too; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct CloseArgs {
    #[command(flatten)]
    step: StepArgs,

    /// By when it is looked for more of the kind
    #[arg(long, value_name = "DAY")]
    follow_up: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A record is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: IncidentArgs) -> Result<Exit, Failure> {
    let step = |verb: &str, args: &StepArgs, typed| record::step(context, &INCIDENT, verb, args, typed);
    match &args.verb {
        Verb::Declare(args) => declare(context, args),
        Verb::Advance(args) => step("advance", &args.step, Typed::default().one("choice", args.choice.as_deref())),
        Verb::Back(args) => step("back", args, Typed::default()),
        Verb::Note(args) => note(context, args),
        Verb::HandOn(args) => record::hand_on(context, &INCIDENT, args),
        Verb::Close(args) => step("close", &args.step, Typed::default().one("follow_up", args.follow_up.as_deref())),
        Verb::FollowUp(args) => step("follow-up", args, Typed::default()),
        Verb::Status => status(context),
        Verb::List(args) => record::list(context, &INCIDENT, args),
        Verb::Show(args) => record::show(context, &INCIDENT, args),
    }
}

fn declare(context: &Context, args: &DeclareArgs) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let commander = args.commander.as_deref().unwrap_or(desk.actor.as_str());
        let typed = Typed::default()
            .variant(args.runbook.as_deref())
            .one("commander", Some(commander))
            .one("severity", Some(&args.severity))
            .one("runbook", args.runbook.as_deref())
            .many("items", &args.items);
        desk.open(&INCIDENT, &typed.new_record(&args.title))
    })
}

fn note(context: &Context, args: &NoteArgs) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let before = find(desk.tree, &INCIDENT, &args.step.record.name)?;
        let mut fields = Vec::new();
        if !args.items.is_empty() {
            let known = before.list("items").iter().map(|item| item.value.clone());
            fields.push(("items", Given::Many(known.chain(args.items.iter().cloned()).collect())));
        }
        let added = (!args.items.is_empty()).then(|| format!("added {}", args.items.join(", ")));
        let note = args.step.message.clone().or(added);
        desk.advance(&before, &Advance { verb: "note", note: note.as_deref(), fields })
    })
}

fn status(context: &Context) -> Result<Exit, Failure> {
    let workspace = super::workspace::Workspace::open(context)?;
    let mut sink = Sink::new();
    let open = list(&workspace.tree, &INCIDENT, false, &mut sink)?;
    if open.is_empty() {
        context.output.print("no incident is open\n")?;
    }
    for incident in &open {
        let states: Vec<&str> = INCIDENT.states.iter().map(|state| state.name).collect();
        let at = states.iter().position(|state| *state == incident.state()).unwrap_or(0);
        let shown: Vec<String> = states
            .iter()
            .enumerate()
            .map(|(index, state)| if index == at { format!("[{state}]") } else { (*state).to_owned() })
            .collect();
        context.output.print(&format!(
            "{}: {}\ncommander {}\n{}\n",
            foreign::line(incident.name()),
            foreign::line(&incident.title.value),
            foreign::line(incident.text("commander").unwrap_or("nobody")),
            shown.join(" → ")
        ))?;
        if let Some(next) = states.get(at + 1) {
            for gap in crate::verb::record::gaps(incident, next) {
                context.output.print(&format!("  before {next}: {}\n", foreign::line(&gap.message)))?;
            }
        }
    }
    record::broken(context, &sink.into_sorted());
    Ok(Exit::Passed)
}
