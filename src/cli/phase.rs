//! `phase`: the phases of a project, their gates and what is decided there.

use super::record::{ListArgs, NameArgs, Office, TasksArgs};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit, record};
use crate::diag::{Diagnostic, Failure};
use crate::id::RepoPath;
use crate::phase::{Phase, View, package};
use crate::record::book::Book;
use crate::record::kinds::PHASE;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style};
use crate::verb::phase::{self, Decision, Row};

#[derive(Debug, clap::Args)]
pub struct PhaseArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show where each phase stands, and what it needs
    Status(StatusArgs),

    /// Begin a phase: its document is made
    Start(StartArgs),

    /// Open the gate at the end of a phase; other work rests until it is decided
    Gate(GateArgs),

    /// Decide GO: everything the phase needs is there
    Close(CloseArgs),

    /// Decide NO-GO: say what has to be done first
    NoGo(NoGoArgs),

    /// Write what a NO-GO asks for into the plan as tasks
    Tasks(TasksArgs),

    /// Write the manifest of what the implementation delivers
    Package,

    /// List gates and what was decided
    List(ListArgs),

    /// Show one gate
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct StatusArgs {
    /// Show every condition, met ones too
    #[arg(long)]
    all: bool,
}

#[derive(Debug, clap::Args)]
struct StartArgs {
    /// Number of the phase, 0 to 5
    #[arg(value_name = "PHASE", value_parser = number)]
    phase: Phase,
}

#[derive(Debug, clap::Args)]
struct GateArgs {
    /// Number of the phase, or the id of a phase of the plan
    #[arg(value_name = "PHASE")]
    phase: String,

    /// Item that the gate itself needs worked on; may be given several times
    #[arg(long = "item", value_name = "ITEM")]
    items: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct CloseArgs {
    /// Number of the phase, or the id of a phase of the plan
    #[arg(value_name = "PHASE")]
    phase: String,

    /// Why
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: String,

    /// What shows it, besides the conditions that are met; may be given several times
    #[arg(long, value_name = "TEXT")]
    proof: Vec<String>,

    /// A figure against what was promised; may be given several times
    #[arg(long = "metric", value_name = "TEXT")]
    metrics: Vec<String>,

    /// A risk that remains, with its owner, or `none`; may be given several times
    #[arg(long = "risk", value_name = "TEXT", required = true)]
    risks: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct NoGoArgs {
    /// Number of the phase, or the id of a phase of the plan
    #[arg(value_name = "PHASE")]
    phase: String,

    /// Why
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: String,

    /// What has to be done first; may be given several times
    #[arg(long = "fix", value_name = "TEXT", required = true)]
    fixes: Vec<String>,

    /// What it costs in time, such as 2d
    #[arg(long, value_name = "DURATION")]
    delay: String,
}

/// A phase as it is typed.
pub(super) fn number(text: &str) -> Result<Phase, String> {
    Phase::numbered(text).ok_or_else(|| "phases are numbered from 0 to 5".to_owned())
}

/// Does what was typed.
///
/// # Errors
/// The phase is unknown, its gate does not stand so, or a file could not be read or written.
pub fn run(context: &Context, args: PhaseArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Status(args) => status(context, args),
        Verb::Start(args) => start(context, args.phase),
        Verb::Gate(args) => at_gate(context, |view, office| {
            office.write(context, |desk| phase::open_gate(view, desk, &args.phase, &args.items))
        }),
        Verb::Close(args) => {
            let decision = Decision::Go { proof: &args.proof, metrics: &args.metrics, risks: &args.risks };
            decide(context, &args.phase, &args.message, &decision)
        }
        Verb::NoGo(args) => {
            let decision = Decision::NoGo { fixes: &args.fixes, delay: &args.delay };
            let exit = decide(context, &args.phase, &args.message, &decision)?;
            if exit == Exit::Passed {
                context.output.say("its fixes become tasks: run `passmuster phase tasks NAME --under ITEM`");
            }
            Ok(exit)
        }
        Verb::Tasks(args) => record::tasks(context, &PHASE, args),
        Verb::Package => write_package(context),
        Verb::List(args) => record::list(context, &PHASE, args),
        Verb::Show(args) => record::show(context, &PHASE, args),
    }
}

/// Looks at the work tree as the judge looks at a revision.
fn viewed<T>(
    workspace: &Workspace,
    look: impl FnOnce(&View<'_>) -> Result<T, Failure>,
) -> Result<Result<T, Vec<Diagnostic>>, Failure> {
    let checked = match sound_plan(workspace)? {
        Ok(checked) => checked,
        Err(errors) => return Ok(Err(errors)),
    };
    let Some(policy) = &checked.project.policy else {
        return Err(Failure::new("there is no policy to go by").hint("run `passmuster check`"));
    };
    let records = Book::new(&workspace.tree);
    let (plan, roster) = (&checked.project.plan, checked.project.roster.as_ref());
    look(&View { plan, tree: &workspace.tree, records: &records, policy, roster }).map(Ok)
}

fn at_gate(context: &Context, work: impl FnOnce(&View<'_>, &Office) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    match viewed(office.workspace(), |view| work(view, &office))? {
        Ok(exit) => Ok(exit),
        Err(errors) => context.report(&errors),
    }
}

fn decide(context: &Context, id: &str, why: &str, decision: &Decision<'_>) -> Result<Exit, Failure> {
    at_gate(context, |view, office| office.write(context, |desk| phase::decide(view, desk, id, why, decision)))
}

fn start(context: &Context, phase: Phase) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let made = viewed(&workspace, |view| {
        let title = view.plan.files.first().and_then(|file| file.title.as_ref());
        phase::start(view, phase, title.map_or("the project", |title| title.value.as_str()))
    })?;
    match made.and_then(|made| made) {
        Err(findings) => context.report(&findings),
        Ok(text) => {
            workspace.tree.create(&RepoPath::from(phase.document()), text.as_bytes())?;
            context.output.say(&format!("phase {} begins: wrote {}", phase.number(), phase.document()));
            Ok(Exit::Passed)
        }
    }
}

fn write_package(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    match viewed(&workspace, phase::package)? {
        Err(findings) => context.report(&findings),
        Ok(manifest) => {
            workspace.tree.write(&RepoPath::from(package::MANIFEST), manifest.as_bytes())?;
            let files = manifest.lines().count();
            context.output.say(&format!("wrote {}: {files} files; `sha256sum -c` proves it", package::MANIFEST));
            Ok(Exit::Passed)
        }
    }
}

fn status(context: &Context, args: &StatusArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let seen = viewed(&workspace, |view| Ok((phase::status(view)?, view.policy.phases)))?;
    let (rows, asked) = match seen {
        Ok(seen) => seen,
        Err(errors) => return context.report(&errors),
    };
    context.output.print(&match context.format {
        Format::Json => envelope("phases", &answer(&rows, asked)),
        _ => text(&rows, args.all, context.output.style()),
    })?;
    if !asked {
        context.output.say("the policy asks for no phases; `phases: true` would make these binding");
    }
    Ok(Exit::Passed)
}

fn answer(rows: &[Row], asked: bool) -> v1::Phases<'_> {
    v1::Phases {
        binding: asked,
        phases: rows
            .iter()
            .map(|row| v1::Phase {
                id: &row.id,
                name: &row.name,
                state: row.standing.name(),
                needs: row
                    .needs
                    .iter()
                    .map(|one| v1::PhaseNeed { what: &one.what, met: one.met, why: &one.why, hint: &one.hint })
                    .collect(),
            })
            .collect(),
    }
}

fn text(rows: &[Row], all: bool, style: Style) -> String {
    let mut table = Table::new(["phase", "state", "name"].map(|column| (column, Align::Left)));
    for row in rows {
        table.row([row.id.as_str(), row.standing.name(), &row.name]);
    }
    let mut out = table.render(style);
    let Some(next) = rows.iter().find(|row| row.needs.iter().any(|one| !one.met)) else { return out };
    let mut needs = Table::new(["needed", "", "because"].map(|column| (column, Align::Left)));
    for one in next.needs.iter().filter(|one| all || !one.met) {
        let mark = if one.met { "met" } else { "open" };
        needs.row([one.what.as_str(), mark, &one.why]);
    }
    out.push_str(&format!("\nphase {} needs:\n", next.id));
    out.push_str(&needs.render(style));
    let hint = next.needs.iter().find(|one| !one.met).map_or("", |one| one.hint.as_str());
    out.push_str(&format!("\nnext: {}\n", crate::report::foreign::line(hint)));
    out
}
