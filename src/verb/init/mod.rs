//! `init`: the first policy, plan and roster of a project.
//!
//! Proposes files and never changes one that is there: what exists is kept. `ecosystem` finds the project's own
//! commands, `text` fills the templates.

pub mod ecosystem;
mod text;

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::policy::{self, Profile};
use crate::port::{Blob, Tree};
use crate::verb::schema;
use crate::{project, roster};
use ecosystem::Ecosystem;

/// The file that keeps gate reports from being changed on checkout.
pub const ATTRIBUTES_PATH: &str = ".gitattributes";

/// Where the workflow goes that decides.
pub const VERIFY_PATH: &str = ".github/workflows/passmuster.yml";

/// Where the workflow goes that runs gates. It is a file of its own: a job that one event skips counts as passed, and
/// the required check must not be skipped by any.
pub const RUN_PATH: &str = ".github/workflows/passmuster-gates.yml";

/// Gate reports are named by their bytes: no line end may change.
const ATTRIBUTES_LINE: &str = "plan/gates/* -text";

const MAX_ATTRIBUTES_BYTES: u64 = 1024 * 1024;

/// The first member of the roster.
#[derive(Clone, Debug)]
pub struct Founder {
    /// As Git knows the person; made a member name.
    pub name: String,
    pub email: String,
    /// An OpenSSH public key line.
    pub key: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Request {
    /// 8 characters of `[a-z0-9]`, random.
    pub repository: String,
    pub profile: Profile,
    /// The branch to protect.
    pub branch: String,
    pub title: String,
    /// For the profiles that have a roster.
    pub founder: Option<Founder>,
    pub github: bool,
    /// The commit or tag of the action that the workflows use, with a remark where there is one.
    pub action: String,
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Create,
    /// Lines are added at the end.
    Extend,
    Keep,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Extend => "extended",
            Self::Keep => "kept",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub path: RepoPath,
    pub action: Action,
    /// The whole new text; empty for a file that is kept.
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Outcome {
    pub files: Vec<File>,
    /// Whose commands the gates of the new policy run.
    pub ecosystems: Vec<Ecosystem>,
}

/// Proposes what a project lacks.
///
/// # Errors
/// The tree could not be read.
pub fn run(tree: &dyn Tree, request: &Request) -> Result<Outcome, Failure> {
    let ecosystems = ecosystem::find(tree)?;
    let mut files = vec![new(tree, policy::PATH, || text::policy(request, &ecosystems))?];
    files.push(match project::plan_paths(tree)?.into_iter().next() {
        Some(path) => File { path, action: Action::Keep, text: String::new() },
        None => new(tree, project::PLAN_PATH, || text::plan(request, &ecosystems))?,
    });
    if let Some(founder) = &request.founder {
        files.push(new(tree, roster::PATH, || text::roster(founder))?);
    }
    // A file that is there names no schema, or one of its own.
    let names_schema =
        |path: RepoPath, files: &[File]| files.iter().any(|file| file.path == path && file.action == Action::Create);
    for local in schema::local() {
        if names_schema(local.of.into(), &files) {
            files.push(new(tree, local.path, || local.text)?);
        }
    }
    files.push(attributes(tree)?);
    if request.github {
        files.push(new(tree, VERIFY_PATH, || text::workflow(text::VERIFY, request))?);
        files.push(new(tree, RUN_PATH, || text::workflow(text::RUN, request))?);
    }
    Ok(Outcome { files, ecosystems })
}

fn new(tree: &dyn Tree, path: &str, text: impl FnOnce() -> String) -> Result<File, Failure> {
    let path = RepoPath::from(path);
    Ok(match tree.entry(&path)? {
        Some(_) => File { path, action: Action::Keep, text: String::new() },
        None => File { path, action: Action::Create, text: text() },
    })
}

fn attributes(tree: &dyn Tree) -> Result<File, Failure> {
    let path = RepoPath::from(ATTRIBUTES_PATH);
    let Some(entry) = tree.entry(&path)? else {
        return Ok(File { path, action: Action::Create, text: format!("{ATTRIBUTES_LINE}\n") });
    };
    let kept = File { path: path.clone(), action: Action::Keep, text: String::new() };
    if !entry.kind.is_regular() {
        return Ok(kept);
    }
    let Blob::Bytes(bytes) = tree.blob(&path, MAX_ATTRIBUTES_BYTES)? else { return Ok(kept) };
    let Ok(mut text) = String::from_utf8(bytes) else { return Ok(kept) };
    if text.lines().any(|line| line.trim() == ATTRIBUTES_LINE) {
        return Ok(kept);
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(end);
    }
    text.push_str(ATTRIBUTES_LINE);
    text.push_str(end);
    Ok(File { path, action: Action::Extend, text })
}

#[cfg(test)]
mod tests;
