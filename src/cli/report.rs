//! `report`: views of the project as documents. The war room is kept in a file, the others are made by templates.

mod document;

use super::past::{LineArgs, surveyed, when};
use super::wire::Bench;
use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::judge::World;
use crate::policy::Generated;
use crate::port::{Blob, Tree};
use crate::text::Source;
use crate::verb::reports::Purpose;
use crate::verb::survey::Survey;
use crate::verb::{freshness, indicators, metrics, war_room};
use document::DocumentArgs;
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show how the project stands, as Markdown
    ///
    /// With --write it goes into plan/04-implementation-report.md, between two markers; what people wrote around them stays.
    WarRoom(WarRoomArgs),

    /// Tell what was done in a day, what comes next, and what is in the way
    Daily(DocumentArgs),

    /// Tell how a phase or an epic stands
    Phase(PhaseArgs),

    /// Tell whether the undertaking reached what it set out for: a scorecard with the evidence of each line
    Final(DocumentArgs),

    /// Tell those who wait for the results how it goes
    Stakeholder(DocumentArgs),

    /// Tell those who decide how it goes, on one page
    Executive(DocumentArgs),

    /// Tell which goals are met, and what shows it
    Goals(DocumentArgs),
}

#[derive(Debug, clap::Args)]
struct PhaseArgs {
    /// The phase or epic [default: the first that is open]
    #[arg(value_name = "ITEM")]
    item: Option<String>,

    #[command(flatten)]
    document: DocumentArgs,
}

#[derive(Debug, clap::Args)]
struct WarRoomArgs {
    /// Write it into the implementation report
    #[arg(long, conflicts_with = "check")]
    write: bool,

    /// Tell whether the one in the implementation report is what it should be; exit status 1 if not
    #[arg(long)]
    check: bool,

    /// Look as if it were then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when, conflicts_with = "check")]
    now: Option<Timestamp>,

    #[command(flatten)]
    line: LineArgs,
}

/// The largest report that is read, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Prints, writes or checks a report.
///
/// # Errors
/// A file or the history could not be read, or the report cannot be written.
pub fn run(context: &Context, args: ReportArgs) -> Result<Exit, Failure> {
    let (purpose, document) = match &args.what {
        What::WarRoom(args) => return war_room(context, args),
        What::Phase(args) => return document::run(context, Purpose::Phase, args.item.as_deref(), &args.document),
        What::Daily(document) => (Purpose::Daily, document),
        What::Final(document) => (Purpose::Final, document),
        What::Stakeholder(document) => (Purpose::Stakeholder, document),
        What::Executive(document) => (Purpose::Executive, document),
        What::Goals(document) => (Purpose::Goals, document),
    };
    document::run(context, purpose, None, document)
}

/// Puts together what an epic gave.
///
/// # Errors
/// As [`run`].
pub fn collect(context: &Context, args: &CollectArgs) -> Result<Exit, Failure> {
    document::run(context, Purpose::Collect, Some(&args.item), &args.document)
}

#[derive(Debug, clap::Args)]
pub struct CollectArgs {
    /// The epic, or another part of the plan
    #[arg(value_name = "EPIC")]
    item: String,

    #[command(flatten)]
    document: DocumentArgs,
}

fn war_room(context: &Context, args: &WarRoomArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let lock = args.write.then(|| workspace.lock()).transpose()?;
    let document = if args.write || args.check { read(&workspace)? } else { None };
    let shown = document.as_ref().and_then(|document| war_room::as_of(document.text()));
    if args.check && shown.is_none() {
        context.output.say(&format!("`{}` has no war room yet; `passmuster report war-room --write`", war_room::PATH));
        return Ok(Exit::Findings);
    }
    let now = if args.check { shown } else { args.now };
    let bench = Bench::open(context)?;
    let block = surveyed(context, &args.line, now, |survey| war_room_of(&bench, survey))?;
    let block = match block {
        Ok(block) => block,
        Err(errors) => return context.report(&errors),
    };
    if !args.write && !args.check {
        context.output.print(&block)?;
        return Ok(Exit::Passed);
    }
    let text = document.as_ref().map_or_else(war_room::opening, |document| document.text().to_owned());
    let placed = war_room::place(&text, &block)?;
    if args.check {
        let same = placed == text;
        let how = if same {
            "is what it should be"
        } else {
            "is not what it should be any more; `passmuster report war-room --write`"
        };
        context.output.say(&format!("the war room in `{}` {how}", war_room::PATH));
        return Ok(if same { Exit::Passed } else { Exit::Findings });
    }
    match &document {
        Some(document) => workspace.replace(document, &placed)?,
        None => workspace.tree.write(&RepoPath::from(war_room::PATH), placed.as_bytes())?,
    }
    drop(lock);
    context.output.say(&format!("wrote the war room into `{}`", war_room::PATH));
    Ok(Exit::Passed)
}

fn war_room_of(bench: &Bench, survey: &Survey<'_>) -> Result<String, Failure> {
    let readings = metrics::run(survey, &bench.repo)?;
    let world = World { now: survey.now, ..bench.world() };
    let freshness = freshness::run(&world, survey.facts).ok();
    Ok(war_room::block(&war_room::Scene {
        survey,
        readings: &readings,
        indicators: &indicators::run(survey, &readings),
        freshness: freshness.as_ref(),
    }))
}

/// What a view of the policy shows that tells how the project stands: the block of the war room, or a report.
///
/// # Errors
/// A template cannot be used.
pub(super) fn told(bench: &Bench, tree: &dyn Tree, survey: &Survey<'_>, view: Generated) -> Result<String, Failure> {
    match Purpose::ALL.into_iter().find(|purpose| purpose.name() == view.name()) {
        Some(purpose) => document::of((bench, tree), survey, purpose),
        None => war_room_of(bench, survey),
    }
}

/// The report as it is; `None` when there is none.
fn read(workspace: &Workspace) -> Result<Option<Source>, Failure> {
    let path = RepoPath::from(war_room::PATH);
    let unusable = |why: &str| Failure::new(format!("`{path}` cannot hold the war room")).because(why);
    match workspace.tree.kind(&path)? {
        None => return Ok(None),
        Some(kind) if kind.is_regular() => {}
        Some(_) => return Err(unusable("it is not a regular file")),
    }
    match workspace.tree.blob(&path, MAX_BYTES)? {
        Blob::Bytes(bytes) => {
            Source::from_bytes(path.to_string(), bytes).map(Some).map_err(|_| unusable("it is not UTF-8"))
        }
        Blob::TooLarge(size) => Err(unusable(&format!("it holds {size} bytes; at most {MAX_BYTES} are read"))),
    }
}
