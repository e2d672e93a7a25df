//! Everything passmuster reads at one revision, linked; and the rules that need two nouns.
//!
//! Domain layer, over plan, policy, roster and gates. Files come through [`Tree`], so the same code reads a commit
//! in a server's hook and the work tree in front of an editor.

pub mod assignment;
pub mod codes;
pub mod domains;
mod files;
pub mod ground;
pub mod reading;
mod records;
mod rules;

pub use files::{EPICS_FOLDER, PLAN_FOLDERS, PLAN_PATH, TASKS_FOLDER, concerns_plan, is_plan_file, plan_paths};
pub use records::{check_conduct, check_record, is_about};
pub use rules::check;

use crate::diag::{Code, Diagnostic, Failure, Place, Sink};
use crate::id::RepoPath;
use crate::plan::{self, Plan, Reader};
use crate::policy::{self, Policy};
use crate::port::{Blob, EntryKind, Tree};
use crate::roster::{self, Roster};
use crate::text::{Source, Span};

/// The size in bytes one plan file may have.
pub const MAX_PLAN_BYTES: u64 = 16 * 1024 * 1024;
const MAX_POLICY_BYTES: u64 = 64 * 1024;
const MAX_ROSTER_BYTES: u64 = 1024 * 1024;

/// What one revision holds.
#[derive(Debug, Default)]
pub struct Project {
    /// `None`: there is no policy, or it cannot be used (then the sink has an error).
    pub policy: Option<Policy>,
    pub roster: Option<Roster>,
    pub plan: Plan,
    /// Whether a plan file is there at all.
    pub has_plan: bool,
}

impl Project {
    /// Reads policy, roster and plan of a tree. Findings about each file alone go to `sink`; rules over several
    /// are [`check`].
    ///
    /// # Errors
    /// An object could not be read.
    pub fn read(tree: &dyn Tree, reader: Reader, sink: &mut Sink) -> Result<Self, Failure> {
        let policy = read_policy(tree, sink)?;
        let roster = read_roster(tree, sink)?;
        let (plan, has_plan) = read_plan(tree, reader, sink)?;
        Ok(Self { policy, roster, plan, has_plan })
    }
}

/// Reads the policy of a tree; `None` when there is none or it cannot be used (then `sink` has an error).
///
/// # Errors
/// An object could not be read.
pub fn read_policy(tree: &dyn Tree, sink: &mut Sink) -> Result<Option<Policy>, Failure> {
    let source = text(tree, &RepoPath::from(policy::PATH), MAX_POLICY_BYTES, sink)?;
    Ok(source.filter(|source| !is_conflicted(source, sink)).and_then(|source| policy::parse(&source, sink)))
}

/// Reads the roster of a tree; `None` when there is none or it cannot be used (then `sink` has an error).
///
/// # Errors
/// An object could not be read.
pub fn read_roster(tree: &dyn Tree, sink: &mut Sink) -> Result<Option<Roster>, Failure> {
    let source = text(tree, &RepoPath::from(roster::PATH), MAX_ROSTER_BYTES, sink)?;
    Ok(source.filter(|source| !is_conflicted(source, sink)).and_then(|source| roster::parse(&source, sink)))
}

/// Whether an unfinished merge left its markers in a YAML file, which then is no YAML any more.
fn is_conflicted(source: &Source, sink: &mut Sink) -> bool {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
            let place = Place::text(source, Span::new(at, at + 7));
            let finding =
                Diagnostic::error(&codes::CONFLICT, place, "the file holds the markers of an unfinished merge");
            let hint = format!("choose one version, delete the marker lines, then `git add {}`", source.path());
            sink.push(finding.hint(hint));
            return true;
        }
        at += line.len();
    }
    false
}

/// Reads all plan files of a tree; the flag tells whether there is any.
///
/// # Errors
/// An object could not be read.
pub fn read_plan(tree: &dyn Tree, reader: Reader, sink: &mut Sink) -> Result<(Plan, bool), Failure> {
    let mut sources = Vec::new();
    for path in files::find(tree, sink)? {
        sources.extend(text(tree, &path, MAX_PLAN_BYTES, sink)?);
    }
    let any = !sources.is_empty();
    Ok((plan::read(sources, reader, sink), any))
}

/// Reads one text file; whatever keeps it from being read (but its absence) is a finding.
fn text(tree: &dyn Tree, path: &RepoPath, limit: u64, sink: &mut Sink) -> Result<Option<Source>, Failure> {
    let Some(kind) = tree.kind(path)? else {
        if let Some(link) = link_above(tree, path)? {
            sink.push(not_a_file(&link));
        }
        return Ok(None);
    };
    if !kind.is_regular() {
        sink.push(not_a_file(path));
        return Ok(None);
    }
    let finding =
        |code: &'static Code, message: String| Diagnostic::error(code, Place::Path(path.to_string()), message);
    match tree.blob(path, limit)? {
        Blob::TooLarge(size) => {
            sink.push(
                finding(&codes::TOO_LARGE, format!("`{path}` is too large"))
                    .cause(format!("it holds {size} bytes; at most {limit} are read"))
                    .hint("split it into smaller files"),
            );
            Ok(None)
        }
        Blob::Bytes(bytes) => match Source::from_bytes(path.to_string(), bytes) {
            Ok(source) => Ok(Some(source)),
            Err(bad) => {
                sink.push(
                    finding(&codes::NOT_UTF8, format!("`{path}` is not UTF-8"))
                        .cause(format!("the byte at offset {} (line {}) is not", bad.offset, bad.line))
                        .hint("save the file as UTF-8"),
                );
                Ok(None)
            }
        },
    }
}

fn not_a_file(path: &RepoPath) -> Diagnostic {
    Diagnostic::error(&codes::NOT_A_FILE, Place::Path(path.to_string()), format!("`{path}` is not a regular file"))
        .cause("a symlink or submodule there could show people another text than the one that is judged")
        .hint(format!("replace it: `git rm --cached {path}`, then add the file itself"))
}

/// The first folder above `path` that is something else than a folder.
fn link_above(tree: &dyn Tree, path: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let mut above = RepoPath::root();
    for name in path.names() {
        above = above.join(name);
        match tree.kind(&above)? {
            None => return Ok(None),
            Some(EntryKind::Directory) => {}
            Some(_) => return Ok(Some(above)),
        }
    }
    Ok(None)
}
