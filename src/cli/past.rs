//! The facts of a line, for the verbs that look back.
//!
//! What was read is kept below the Git folder and continued the next time. A cache that is missing, damaged or cannot be
//! written costs time and changes no answer.

use super::Context;
use super::wire::Bench;
#[cfg(any(feature = "serve", feature = "tui"))]
use super::workspace::sound_project;
use super::workspace::{Workspace, kept, sound_plan};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::disk;
use crate::facts::{Facts, Ledger, Moment};
use crate::git;
use crate::id::ObjectId;
use crate::port::Tree;
use crate::project::Project;
use crate::verb::branches::{self, Engaged};
use crate::verb::survey::{Beyond, Survey};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

/// Below the common Git folder.
const CACHE: &str = "passmuster/facts.bin";

/// Which history is looked at.
#[derive(Debug, clap::Args)]
pub struct LineArgs {
    /// Look at the history of this revision instead of the protected branch
    #[arg(long, value_name = "REVISION")]
    pub at: Option<String>,
}

/// Reads the facts of the protected branch, or of the revision that was asked for. Without a protected branch it is HEAD.
///
/// # Errors
/// The revision is unknown, or an object could not be read.
pub(super) fn facts(bench: &Bench, line: &LineArgs) -> Result<Facts, Failure> {
    let (tip, is_usual) = match &line.at {
        Some(revision) => (bench.repo.resolve(revision)?, false),
        // Before the first commit nothing has happened.
        None if bench.repo.head()?.id().is_none() => {
            return Ok(Facts::new(Ledger { complete: true, ..Ledger::default() }));
        }
        None => (usual_tip(bench)?, true),
    };
    git::trust_ids();
    let file = bench.repo.common_dir().join(CACHE);
    let kept = disk::read(&file).ok().flatten().and_then(|bytes| Ledger::decode(&bytes));
    let known = kept.as_ref().and_then(|kept| kept.line.last()).map(|mark| mark.id.clone());
    let ledger = Ledger::read(&bench.repo, &tip, kept)?;
    if is_usual && ledger.complete && known != Some(tip) {
        // Whoever may not write here reads the history again the next time.
        let _ = disk::write_atomic(&file, &ledger.encode());
    }
    Ok(Facts::new(ledger))
}

/// Surveys the work tree and the history of a line, as if it were `now`. `Err` holds the findings when the plan cannot be
/// built on.
///
/// # Errors
/// A file or the history could not be read.
pub(super) fn surveyed<T>(
    context: &Context,
    line: &LineArgs,
    now: Option<Timestamp>,
    look: impl FnOnce(&Survey<'_>) -> Result<T, Failure>,
) -> Result<Result<T, Vec<Diagnostic>>, Failure> {
    surveyed_with(context, (line, now), false, look)
}

/// As [`surveyed`], with who is at what on branches; of another time or line that is not asked.
///
/// # Errors
/// As [`surveyed`], or the refs could not be read.
pub(super) fn surveyed_with_branches<T>(
    context: &Context,
    line: &LineArgs,
    now: Option<Timestamp>,
    look: impl FnOnce(&Survey<'_>) -> Result<T, Failure>,
) -> Result<Result<T, Vec<Diagnostic>>, Failure> {
    surveyed_with(context, (line, now), true, look)
}

fn surveyed_with<T>(
    context: &Context,
    when: (&LineArgs, Option<Timestamp>),
    branches: bool,
    look: impl FnOnce(&Survey<'_>) -> Result<T, Failure>,
) -> Result<Result<T, Vec<Diagnostic>>, Failure> {
    let workspace = Workspace::open(context)?;
    let bench = Bench::open(context)?;
    // Neither needs the other.
    let (checked, facts) = std::thread::scope(|scope| {
        let facts = scope.spawn(|| facts(&bench, when.0));
        let checked = sound_plan(&workspace);
        (checked, facts.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    match checked? {
        Ok(checked) => {
            let facts = kept(facts?);
            survey(context, &bench, &workspace.tree, (&checked.project, facts), when, branches, look).map(Ok)
        }
        Err(errors) => Ok(Err(errors)),
    }
}

/// As [`surveyed`], for a run that surveys again and again: what was read is let go afterwards.
///
/// # Errors
/// A file or the history could not be read.
#[cfg(any(feature = "serve", feature = "tui"))]
pub(super) fn surveyed_again<T>(
    context: &Context,
    line: &LineArgs,
    look: impl FnOnce(&Survey<'_>) -> Result<T, Failure>,
) -> Result<Result<T, Vec<Diagnostic>>, Failure> {
    let workspace = Workspace::open(context)?;
    match sound_project(&workspace.tree)? {
        Ok(checked) => {
            let bench = Bench::open(context)?;
            let facts = facts(&bench, line)?;
            survey(context, &bench, &workspace.tree, (&checked.project, &facts), (line, None), true, look).map(Ok)
        }
        Err(errors) => Ok(Err(errors)),
    }
}

fn survey<T>(
    context: &Context,
    bench: &Bench,
    tree: &dyn Tree,
    read: (&Project, &Facts),
    (line, now): (&LineArgs, Option<Timestamp>),
    branches: bool,
    look: impl FnOnce(&Survey<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut sink = Sink::new();
    let branches = branches && now.is_none() && line.at.is_none();
    let now = now.unwrap_or_else(|| bench.now());
    let mut survey = survey_of(bench, tree, read, now, &mut sink)?;
    if branches {
        survey.engaged = engaged(bench, &survey)?;
    }
    super::record::broken(context, &sink.into_sorted());
    look(&survey)
}

/// Who is at what, as far as this machine knows. Where nothing is protected, or nothing is committed, nobody can say what
/// is still to land.
fn engaged(bench: &Bench, survey: &Survey<'_>) -> Result<BTreeMap<usize, Engaged>, Failure> {
    let Ok((target, tip)) = bench.target(None) else { return Ok(BTreeMap::new()) };
    branches::engaged(&branches::Field {
        repo: &bench.repo,
        plan: survey.plan,
        policy: survey.policy,
        roster: survey.roster,
        target: &target,
        tip: &tip,
        now: survey.now,
    })
}

/// Surveys a project that was read from a tree. What is wrong with records goes to `sink`.
///
/// # Errors
/// A file or the history could not be read.
pub(super) fn survey_of<'a>(
    bench: &Bench,
    tree: &dyn Tree,
    (project, facts): (&'a Project, &'a Facts),
    now: Timestamp,
    sink: &mut Sink,
) -> Result<Survey<'a>, Failure> {
    let mut survey = Survey::new(project, tree, facts, now, sink)?;
    let tags = bench.repo.refs("refs/tags/")?;
    // A tag that names no commit is no deployment.
    let tags: HashSet<ObjectId> = tags.iter().filter_map(|(name, _)| bench.repo.resolve(name.as_str()).ok()).collect();
    survey.beyond = Beyond::ask(project, facts, (&bench.repo, &tags), now)?;
    Ok(survey)
}

/// The tip of the protected branch; without one, HEAD.
///
/// # Errors
/// There is no commit.
pub(super) fn usual_tip(bench: &Bench) -> Result<ObjectId, Failure> {
    match bench.target(None) {
        Ok((_, tip)) => Ok(tip),
        Err(_) => bench.head().map(|(_, id)| id),
    }
}

/// A day or a moment as somebody types it; a day begins at midnight UTC.
pub(super) fn when(text: &str) -> Result<Timestamp, String> {
    let day = || text.parse::<jiff::civil::Date>()?.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>().or_else(|_| day()).map_err(|_| "write a day such as 2026-11-20".to_owned())
}

/// A moment for people; one whose commit has a date out of order is marked.
pub(super) fn shown(moment: Moment) -> String {
    let mark = if moment.settled { "~" } else { "" };
    format!("{mark}{}", moment.at.strftime("%Y-%m-%d %H:%M"))
}
