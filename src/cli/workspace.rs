//! The work tree that verbs read and write.

use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Place, Purpose as _, Sink};
use crate::disk::{self, WorkTree};
use crate::git::Repository;
use crate::id::RepoPath;
use crate::plan::{Item, Plan, Reader};
use crate::port::{Blob, Tree};
use crate::project;
use crate::report::json::v1;
use crate::text::Source;
use crate::verb::check::{self, Checked};
use crate::verb::fmt::Rewritten;
use crate::verb::standing::Standing;
use std::path::{Component, Path};
use std::time::{Duration, SystemTime};

/// How long a verb waits for another process that is changing the plan.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Workspace {
    pub repository: Repository,
    pub tree: WorkTree<'static>,
}

/// What a verb that only reads has to say.
pub(super) enum Said {
    /// All of it, for standard output.
    Answer(String),
    /// Something else was printed on the way.
    Printed(Exit),
}

impl Workspace {
    /// Finds the repository around the folder of `-C`.
    ///
    /// # Errors
    /// There is none, or it has no work tree.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        Self::at(&context.dir)
    }

    /// Finds the repository around a folder.
    ///
    /// # Errors
    /// There is none, or it has no work tree.
    pub fn at(folder: &Path) -> Result<Self, Failure> {
        let repository = Repository::discover(folder)?;
        let Some(root) = repository.work_dir() else {
            return Err(Failure::new(format!("`{}` has no work tree", repository.git_dir().display()))
                .because("it is a bare repository, and this reads the files of a work tree")
                .hint("run it in a clone"));
        };
        let format = repository.format();
        let tree = WorkTree::new(root, move |bytes| format.blob_id(bytes));
        Ok(Self { repository, tree })
    }

    /// Prints what `work` says, or what it said before to the same question while nothing that it looked at has changed.
    /// `work` is for what the tree alone tells: no clock, no refs, no environment besides what `question` names.
    ///
    /// # Errors
    /// Those of `work`, or standard output cannot be written.
    pub fn answer(
        &self,
        context: &Context,
        question: &dyn std::fmt::Debug,
        work: impl FnOnce(&dyn Tree) -> Result<Said, Failure>,
    ) -> Result<Exit, Failure> {
        let question = format!("{question:?} {} {:?}", context.format.name(), context.output.style());
        let folder = self.repository.common_dir().join("passmuster").join("answers");
        let answers = disk::Answers::new(folder, SystemTime::now());
        if let Some(answer) = answers.find(&self.tree, &question) {
            context.output.print(&answer)?;
            return Ok(Exit::Passed);
        }
        let seen = disk::SeenTree::new(&self.tree);
        match work(&seen)? {
            Said::Answer(answer) => {
                context.output.print(&answer)?;
                answers.keep(&seen, &question, &answer);
                Ok(Exit::Passed)
            }
            Said::Printed(exit) => Ok(exit),
        }
    }

    /// Keeps other passmuster processes from changing the plan until the lock goes away.
    ///
    /// # Errors
    /// Another process keeps it, or the Git folder cannot be written.
    pub fn lock(&self) -> Result<disk::Lock, Failure> {
        disk::lock(&self.repository.common_dir().join("passmuster").join("plan.lock"), PATIENCE)
    }

    /// Writes new texts of plan files, each whole or not at all.
    ///
    /// # Errors
    /// A file is not what was read any more, or cannot be written.
    pub fn rewrite(&self, plan: &Plan, files: &[Rewritten]) -> Result<(), Failure> {
        files.iter().try_for_each(|file| self.replace(&plan.files[file.file].source, &file.text))
    }

    /// Writes the new text of a file that was read, whole or not at all.
    ///
    /// # Errors
    /// The file is not what was read any more, or cannot be written.
    pub fn replace(&self, source: &Source, text: &str) -> Result<(), Failure> {
        let path = RepoPath::from(source.path());
        let limit = source.text().len() as u64;
        if self.tree.blob(&path, limit)? != Blob::Bytes(source.text().as_bytes().to_vec()) {
            return Err(Failure::new(format!("`{path}` is not changed"))
                .because("somebody changed it while it was read")
                .hint("run this again"));
        }
        self.tree.write(&path, text.as_bytes())
    }

    /// A path that somebody typed, as the repository calls it.
    ///
    /// # Errors
    /// It lies outside of the work tree.
    pub fn path(&self, context: &Context, typed: &Path) -> Result<RepoPath, Failure> {
        let real = |path: &Path| path.canonicalize().purpose(|| format!("could not find `{}`", path.display()));
        let mut place = real(&context.dir)?;
        for part in typed.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => {
                    place.pop();
                }
                part => place.push(part),
            }
        }
        let root = real(self.tree.folder())?;
        let inside = place.strip_prefix(&root).map_err(|_| {
            Failure::usage(format!("`{}` is not in this repository", typed.display()))
                .because(format!("the work tree is `{}`", root.display()))
        })?;
        let names = inside.components().map(|part| part.as_os_str().as_encoded_bytes());
        Ok(names.fold(RepoPath::root(), |path, name| path.join(name)))
    }
}

/// Reads the plan for a verb that also works on one with mistakes. `Err` holds the findings when a file of it is missing
/// or no text.
///
/// # Errors
/// A file could not be read.
pub(super) fn readable_plan(
    workspace: &Workspace,
    reader: Reader,
) -> Result<Result<&'static Plan, Vec<Diagnostic>>, Failure> {
    readable_plan_of(&workspace.tree, reader)
}

/// The same, or the status after its errors were reported with `instead`, which says what there is not because of them.
///
/// # Errors
/// A file could not be read.
pub(super) fn sound_plan_or(
    context: &Context,
    workspace: &Workspace,
    instead: &str,
) -> Result<Result<&'static Checked, Exit>, Failure> {
    Ok(match sound_plan(workspace)? {
        Ok(checked) => Ok(checked),
        Err(errors) => {
            let exit = context.report(&errors)?;
            context.output.say(instead);
            Err(exit)
        }
    })
}

/// The same for a tree.
///
/// # Errors
/// A file could not be read.
pub(super) fn readable_plan_of(
    tree: &dyn Tree,
    reader: Reader,
) -> Result<Result<&'static Plan, Vec<Diagnostic>>, Failure> {
    let mut sink = Sink::new();
    let (plan, _) = project::read_plan(tree, reader, &mut sink)?;
    let unreadable = |finding: &Diagnostic| finding.is_error() && matches!(finding.place, Place::Path(_));
    let mut errors: Vec<Diagnostic> = sink.into_sorted().into_iter().filter(unreadable).collect();
    if plan.files.is_empty() && errors.is_empty() {
        errors.push(check::no_plan());
    }
    Ok(if errors.is_empty() { Ok(kept(plan)) } else { Err(errors) })
}

/// Leaves what a verb works on until its end to the end of the process: to take a large plan apart item by item
/// would only delay that.
pub(super) fn kept<T>(read: T) -> &'static T {
    Box::leak(Box::new(read))
}

/// Reads the project for a verb that builds on the plan. `Err` holds the findings when the plan cannot be built on;
/// a policy that is missing or wrong does not count there.
///
/// # Errors
/// A file could not be read.
pub(super) fn sound_plan(workspace: &Workspace) -> Result<Result<&'static Checked, Vec<Diagnostic>>, Failure> {
    sound_plan_of(&workspace.tree)
}

/// The same for a tree.
///
/// # Errors
/// A file could not be read.
pub(super) fn sound_plan_of(tree: &dyn Tree) -> Result<Result<&'static Checked, Vec<Diagnostic>>, Failure> {
    Ok(sound_project(tree)?.map(kept))
}

/// The same for a run that reads again and again: nothing of it stays when it is let go.
///
/// # Errors
/// A file could not be read.
pub(super) fn sound_project(tree: &dyn Tree) -> Result<Result<Checked, Vec<Diagnostic>>, Failure> {
    let checked = check::errors(tree, Reader::Fast)?;
    let in_the_way = |finding: &&Diagnostic| check::is_in_the_way(finding);
    let errors: Vec<Diagnostic> = checked.findings.iter().filter(in_the_way).cloned().collect();
    Ok(if errors.is_empty() { Ok(checked) } else { Err(errors) })
}

/// An item as programs see it.
pub(super) fn item<'a>(plan: &'a Plan, item: &'a Item, standing: Standing) -> v1::Item<'a> {
    let source = &plan.files[item.file].source;
    v1::Item {
        id: item.id.as_str(),
        title: item.title().value,
        kind: item.kind.name(),
        state: standing.name(),
        priority: item.priority().map(|priority| priority.value),
        owner: item.owner().map(|owner| owner.value),
        estimate: item.estimate().map(|estimate| v1::Estimate {
            optimistic: estimate.optimistic,
            likely: estimate.likely,
            pessimistic: estimate.pessimistic,
        }),
        path: source.path(),
        line: source.line_column(item.line.start).line,
    }
}
