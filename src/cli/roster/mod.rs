//! `roster`: who works here, and what they may do.

mod change;
mod hand_over;
mod import;
mod list;
mod look;

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::disk::WorkTree;
use crate::id::RepoPath;
use crate::project;
use crate::roster::{self, Roster};
use std::path::Path;

#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true)]
pub struct RosterArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add members from agent files, the history's authors and CODEOWNERS
    ///
    /// Without PATH it reads the folders in which Claude Code, Codex, Copilot, OpenCode, Gemini and Cursor keep their
    /// agents, the authors of the history (after the mailmap), and CODEOWNERS. With PATH it reads agent files there,
    /// also outside of the repository. Who is on the roster stays as they are.
    Import(import::ImportArgs),

    /// List the members
    List(list::ListArgs),

    /// Show who reports to whom
    Tree,

    /// Find what is wrong or weak, and where roster, agent files and their indexes drifted apart
    Lint(look::LintArgs),

    /// Print a CODEOWNERS file from the owners in the policy and the domains in the roster
    Export,

    /// Show what open work asks for by tag, and nobody is good at
    Gaps,

    /// Make one member of two entries: keys, addresses, roles and open work go along
    Merge(hand_over::MergeArgs),

    /// Let a member go to another team, and hand their open work on
    Move(hand_over::MoveArgs),

    /// Add a member
    Add(change::AddArgs),

    /// Set a key of a member; a key that holds a list gets one entry more
    Set(change::SetArgs),

    /// Add a public key to a member
    Key(change::KeyArgs),
}

/// Runs what was asked.
///
/// # Errors
/// A file could not be read or written.
pub fn run(context: &Context, args: RosterArgs) -> Result<Exit, Failure> {
    match args.command {
        Command::Import(args) => import::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Tree => look::tree(context),
        Command::Lint(args) => look::lint(context, &args),
        Command::Export => look::export(context),
        Command::Gaps => look::gaps(context),
        Command::Merge(args) => hand_over::merge(context, &args),
        Command::Move(args) => hand_over::relocate(context, &args),
        Command::Add(args) => change::add(context, args),
        Command::Set(args) => change::set(context, &args),
        Command::Key(args) => change::key(context, args),
    }
}

/// Reads the roster; `Err` holds the findings when it cannot be used. `None`: there is none yet.
fn read(workspace: &Workspace) -> Result<Result<Option<Roster>, Vec<Diagnostic>>, Failure> {
    let mut sink = Sink::new();
    let roster = project::read_roster(&workspace.tree, &mut sink)?;
    let findings = sink.into_sorted();
    Ok(if findings.iter().any(Diagnostic::is_error) { Err(findings) } else { Ok(roster) })
}

/// Writes the roster, if it is still what was read.
fn write(workspace: &Workspace, before: Option<&Roster>, text: &str) -> Result<(), Failure> {
    let path = RepoPath::from(roster::PATH);
    match before {
        Some(before) => workspace.replace(&before.source, text),
        None => workspace.tree.create(&path, text.as_bytes()),
    }
}

/// A file anywhere, as a path in a tree of its own.
pub(super) fn file(workspace: &Workspace, place: &Path) -> (WorkTree<'static>, RepoPath) {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = place.file_name().unwrap_or_default().as_encoded_bytes().to_vec();
    (folder_tree(workspace, folder), RepoPath::new(name))
}

/// A folder anywhere, as a tree of its own.
fn folder_tree(workspace: &Workspace, folder: &Path) -> WorkTree<'static> {
    let format = workspace.repository.format();
    WorkTree::new(folder, move |bytes| format.blob_id(bytes))
}

/// The failure that there is no roster.
pub(super) fn none() -> Failure {
    Failure::new("there is no roster")
        .because(format!("`{}` does not exist", roster::PATH))
        .hint("run `passmuster roster import`, or `passmuster roster add NAME`")
}
