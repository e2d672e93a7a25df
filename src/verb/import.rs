//! `import`: the plan of another tool as a plan file, with an account of what was lost.

use crate::diag::{Diagnostic, Failure, Sink};
use crate::id::{ItemId, RepoPath};
use crate::import::{self, Notes, Origin, Report, Settings};
use crate::plan::{self, Mark, Reader};
use crate::port::Tree;
use crate::project;
use crate::text::Source;

#[derive(Clone, Debug)]
pub struct Request {
    /// `None`: look for whatever is there.
    pub origin: Option<Origin>,
    /// The folder or file to read, in the tree of the source.
    pub at: RepoPath,
    /// The plan file to be; `None` names it after the origin.
    pub into: Option<RepoPath>,
    pub notes: Notes,
    pub skip_done: bool,
}

#[derive(Debug)]
pub struct Outcome {
    pub origin: Origin,
    /// Where the text belongs.
    pub path: RepoPath,
    /// Whether something is at the path already.
    pub is_taken: bool,
    pub text: Source,
    pub items: usize,
    /// How many items come ticked.
    pub ticked: usize,
    pub report: Report,
    /// What `check` will call an error in the new file: faults that the source has.
    pub faults: Vec<Diagnostic>,
}

/// Reads the source and makes the plan file; writes nothing.
///
/// # Errors
/// There is nothing to import, or more than one thing; the target is no plan file; a tree could not be read.
pub fn run(source: &dyn Tree, target: &dyn Tree, request: &Request) -> Result<Outcome, Failure> {
    let origin = match request.origin {
        Some(origin) => origin,
        None => the_only(&import::detect(source, &request.at)?)?,
    };
    let Some((draft, mut report)) = import::read(source, origin, &request.at)? else {
        return Err(Failure::usage(format!("there is nothing of {} here", origin.name()))
            .because(format!("it is usually in {}", origin.usual_place()))
            .hint(format!("name the file or folder: `passmuster import {} PATH`", origin.name())));
    };
    let path = plan_path(request.into.as_ref(), origin)?;
    let is_taken = target.kind(&path)?.is_some();
    let (known, _) = project::read_plan(target, Reader::Fast, &mut Sink::new())?;
    let settings = Settings {
        taken: known.items.iter().map(|item| item.id.folded()).collect(),
        prefix: origin.name().to_owned(),
        skip_done: request.skip_done,
    };
    let outline = import::settle(draft, &settings, &mut report);
    let text = import::write(&outline, request.notes);
    if text.len() as u64 > project::MAX_PLAN_BYTES {
        return Err(Failure::new(format!("the plan would have {} bytes", text.len()))
            .because(format!("at most {} are read", project::MAX_PLAN_BYTES))
            .hint("leave prose out with `--notes brief` or `--notes none`, or done work with `--skip-done`"));
    }
    let ticked = outline.entries.iter().filter(|entry| entry.mark == Mark::Ticked).count();
    // The rest of what was read is let go before as much is made again.
    let ids: Vec<ItemId> = outline.entries.into_iter().map(|entry| entry.id).collect();
    let mut sink = Sink::new();
    let text = Source::new(path.to_string(), text);
    let read = plan::read(vec![text.clone()], Reader::Fast, &mut sink);
    if read.items.len() != ids.len() || !ids.iter().all(|id| read.find(id.as_str()).is_some()) {
        return Err(Failure::new("internal error: the plan that was made does not read back")
            .because(format!("it was made from {} items and has {}", ids.len(), read.items.len()))
            .hint("please report this, with the source if you can"));
    }
    plan::check_errors(&read, &mut sink);
    Ok(Outcome {
        origin,
        path,
        is_taken,
        items: ids.len(),
        ticked,
        text,
        report,
        faults: sink.into_sorted().into_iter().filter(Diagnostic::is_error).collect(),
    })
}

fn the_only(found: &[Origin]) -> Result<Origin, Failure> {
    let names = |origins: &[Origin]| origins.iter().map(|origin| origin.name()).collect::<Vec<_>>().join(", ");
    match found {
        [one] => Ok(*one),
        [] => Err(Failure::usage("nothing to import was found")
            .because(format!("the known origins are {}", names(&Origin::ALL)))
            .hint("say what it is and where: `passmuster import FROM PATH`")),
        [first, ..] => Err(Failure::usage("there is more than one thing to import")
            .because(format!("found: {}", names(found)))
            .hint(format!("choose one: `passmuster import {}`", first.name()))),
    }
}

/// The file to write: one that the plan's reader will find.
fn plan_path(asked: Option<&RepoPath>, origin: Origin) -> Result<RepoPath, Failure> {
    let folder = RepoPath::from(project::EPICS_FOLDER);
    let Some(asked) = asked else { return Ok(folder.join(format!("{}.md", origin.name()))) };
    if project::is_plan_file(asked) {
        return Ok(asked.clone());
    }
    Err(Failure::usage(format!("`{asked}` would not be read as a part of the plan"))
        .because(format!(
            "the plan is `{}` and what lies in {}",
            project::PLAN_PATH,
            project::PLAN_FOLDERS.join(" and ")
        ))
        .hint(format!("write for example `--into {}/{}.md`", project::EPICS_FOLDER, origin.name())))
}
