//! `plan baseline`: which commit holds what was planned.

use super::schedule::TimeArgs;
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::id::ObjectId;
use crate::plan::Plan;
use crate::plan::edit::set_baseline;
use crate::port::History as _;
use crate::report::json::{envelope, v1};
use crate::report::{Format, plural};
use crate::verb::change::rewritten;
use crate::verb::schedule::{Question, stamp};
use crate::verb::slip::{self, Baseline};
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct BaselineArgs {
    /// Commit to take from now on; without it, the one in force is shown
    #[arg(value_name = "REVISION")]
    revision: Option<String>,

    #[command(flatten)]
    time: TimeArgs,
}

/// Shows the baseline, or writes another one into the plan.
///
/// # Errors
/// The commit does not exist, or a file could not be read or written.
pub(super) fn run(context: &Context, args: &BaselineArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = args.revision.is_some().then(|| workspace.lock()).transpose()?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let question = args.time.question(checked);
    let bench = Bench::open(context)?;
    let Some(commit) = chosen(question.plan, &bench, args.revision.as_deref())? else {
        if context.format == Format::Json {
            context.output.print(&envelope("baseline", &None::<v1::Baseline>))?;
        } else {
            context.output.print("the plan names no baseline\n")?;
        }
        context.output.say("take what is planned now: `passmuster plan baseline HEAD`");
        return Ok(Exit::Passed);
    };
    let planned = match read(&question, &bench, &commit)? {
        Ok(planned) => planned,
        Err(findings) => return context.report(&findings),
    };
    let files = if args.revision.is_some() {
        rewritten(question.plan, &set_baseline(question.plan, &commit))?
    } else {
        Vec::new()
    };
    workspace.rewrite(question.plan, &files)?;
    let at = Timestamp::from_second(bench.repo.commit(&commit)?.seconds).unwrap_or(Timestamp::MAX);
    let tasks = planned.levelled.rows.len();
    if context.format == Format::Json {
        let answer = v1::Baseline {
            commit: commit.as_str(),
            at: at.to_string(),
            open_tasks: tasks,
            finish: planned.levelled.finish.to_string(),
            written: !files.is_empty(),
        };
        context.output.print(&envelope("baseline", &Some(answer)))?;
        return Ok(Exit::Passed);
    }
    let zone = question.zone();
    let word = match (&args.revision, files.is_empty()) {
        (None, _) => "the baseline is",
        (Some(_), true) => "the baseline already is",
        (Some(_), false) => "the baseline is now",
    };
    let day = at.to_zoned(zone.clone()).date();
    let finish = stamp(planned.levelled.finish, &zone);
    context.output.print(&format!(
        "{word} {}, of {day}: {}, done {finish}\n",
        commit.short(),
        plural(tasks, "open task")
    ))?;
    if let Some(file) = files.first() {
        let path = question.plan.files[file.file].source.path();
        context.output.say(&format!("wrote {path}; commit it so that everybody compares with the same"));
    }
    Ok(Exit::Passed)
}

/// The commit to compare with: the one that was typed, else the one the plan names.
///
/// # Errors
/// There is no such revision.
pub(super) fn chosen(plan: &Plan, bench: &Bench, typed: Option<&str>) -> Result<Option<ObjectId>, Failure> {
    match typed {
        Some(revision) => bench.repo.resolve(revision).map(Some),
        None => Ok(plan.baseline().cloned()),
    }
}

/// What a commit planned; the inner error holds why there is no schedule of it.
///
/// # Errors
/// The commit could not be read.
pub(super) fn read(
    question: &Question<'_>,
    bench: &Bench,
    commit: &ObjectId,
) -> Result<Result<Baseline, Vec<Diagnostic>>, Failure> {
    slip::baseline(question, &bench.repo, commit)
        .map_err(|failure| failure.while_doing(format!("the baseline {} cannot be read", commit.short())))
}
