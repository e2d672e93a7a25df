//! `roster import`.

use super::super::workspace::Workspace;
use super::super::{Context, Exit};
use crate::agent;
use crate::diag::{Diagnostic, Failure, Severity};
use crate::disk::WorkTree;
use crate::id::RepoPath;
use crate::port::{Blob, Tree as _};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign, plural};
use crate::roster::codeowners;
use crate::text::Source;
use crate::verb::roster::import::{self, Fate, From, Outcome, Request};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// Files or folders with agents
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Show what would be added, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,

    /// Rewrite files whose characters had been read in another encoding
    #[arg(long)]
    repair: bool,

    /// Count warnings as findings
    #[arg(long)]
    strict: bool,
}

/// What one argument names, with the tree it lies in.
pub(super) struct Named {
    /// `None`: the work tree.
    tree: Option<WorkTree<'static>>,
    path: RepoPath,
    prefix: String,
}

impl Named {
    pub fn from<'a>(&'a self, workspace: &'a Workspace) -> From<'a> {
        let tree = self.tree.as_ref().unwrap_or(&workspace.tree);
        From { tree, path: self.path.clone(), prefix: self.prefix.clone(), named: true }
    }
}

/// The folders that the tools themselves look into.
pub(super) fn usual(workspace: &Workspace) -> impl Iterator<Item = From<'_>> {
    agent::FOLDERS.iter().map(|folder| From {
        tree: &workspace.tree,
        path: RepoPath::from(*folder),
        prefix: String::new(),
        named: false,
    })
}

pub fn run(context: &Context, args: &ImportArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = if args.dry_run { None } else { Some(workspace.lock()?) };
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster,
        Err(findings) => return context.report(&findings),
    };
    let named: Vec<Named> = args.paths.iter().map(|path| name(context, &workspace, path)).collect::<Result<_, _>>()?;
    let from = named.iter().map(|named| named.from(&workspace)).collect();
    let mut request = Request { from, ..Request::default() };
    if args.paths.is_empty() {
        request.from.extend(usual(&workspace));
        request.authors = workspace.repository.authors()?;
        request.codeowners = owners_file(&workspace)?;
    }
    let outcome = import::run(&request, roster.as_ref())?;
    let repaired = if args.repair && !args.dry_run { repair(&workspace, &named, &outcome)? } else { Vec::new() };
    let written = !args.dry_run && !outcome.added.is_empty();
    if written {
        super::write(&workspace, roster.as_ref(), &outcome.text(roster.as_ref())?)?;
    }
    show(context, args, &outcome, &repaired, written)?;
    let counts = |finding: &Diagnostic| match finding.severity {
        Severity::Error => true,
        Severity::Warning => args.strict,
        Severity::Note => false,
    };
    Ok(if outcome.findings.iter().any(counts) { Exit::Findings } else { Exit::Passed })
}

/// Finds what an argument names: a path of the repository, or one outside of it.
pub(super) fn name(context: &Context, workspace: &Workspace, typed: &Path) -> Result<Named, Failure> {
    let here = context.dir.join(typed);
    if !here.exists() {
        return Err(Failure::usage(format!("there is no `{}`", typed.display()))
            .hint("name a file or a folder with agent files"));
    }
    if let Ok(path) = workspace.path(context, typed) {
        return Ok(Named { tree: None, path, prefix: String::new() });
    }
    if here.is_dir() {
        let tree = super::folder_tree(workspace, &here);
        return Ok(Named { tree: Some(tree), path: RepoPath::root(), prefix: typed.display().to_string() });
    }
    let (tree, path) = super::file(workspace, &here);
    let folder = typed.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(Named { tree: Some(tree), path, prefix: folder.display().to_string() })
}

/// The CODEOWNERS file, if there is one of text.
fn owners_file(workspace: &Workspace) -> Result<Option<Source>, Failure> {
    for path in codeowners::PATHS {
        let place = RepoPath::from(path);
        if workspace.tree.kind(&place)?.is_some_and(crate::port::EntryKind::is_regular)
            && let Blob::Bytes(bytes) = workspace.tree.blob(&place, codeowners::MAX_BYTES as u64)?
        {
            return Ok(Some(Source::new(path, crate::text::decode(&bytes).text)));
        }
    }
    Ok(None)
}

/// Rewrites garbled files; the paths of those that were.
fn repair(workspace: &Workspace, named: &[Named], outcome: &Outcome) -> Result<Vec<String>, Failure> {
    let mut repaired = Vec::new();
    for repair in &outcome.repairs {
        let tree = named.get(repair.from).and_then(|named| named.tree.as_ref()).unwrap_or(&workspace.tree);
        tree.write(&repair.path, repair.text.as_bytes())?;
        repaired.push(repair.shown.clone());
    }
    Ok(repaired)
}

fn show(
    context: &Context,
    args: &ImportArgs,
    outcome: &Outcome,
    repaired: &[String],
    written: bool,
) -> Result<(), Failure> {
    if context.format == Format::Json {
        return context.output.print(&envelope("roster-import", &answer(outcome, repaired, written)));
    }
    // Notes are for who looks closer: `--format json` has them all.
    let told: Vec<Diagnostic> = outcome.findings.iter().filter(|one| one.severity != Severity::Note).cloned().collect();
    if context.format != Format::Human {
        return context.output.findings(&told, context.format);
    }
    if !outcome.added.is_empty() {
        let mut table = Table::new([("member", Align::Left), ("kind", Align::Left), ("about", Align::Left)]);
        for member in &outcome.added {
            let field = |key: &str| member.fields.get(key).and_then(|value| value.as_str()).unwrap_or_default();
            let about = if field("about").is_empty() { field("title") } else { field("about") };
            table.row([member.name.as_str(), field("kind"), about]);
        }
        context.output.print(&table.render(context.output.style()))?;
        context.output.print("\n")?;
    }
    if !told.is_empty() {
        context.output.findings(&told, context.format)?;
    }
    context.output.print(&summary(outcome, repaired))?;
    context.output.say(match (written, args.dry_run, outcome.added.is_empty()) {
        (true, ..) => "next: look at plan/roster.yaml, give roles and keys, and commit it",
        (_, true, false) => "nothing is written: --dry-run",
        _ => "nothing to add: the roster is as it was",
    });
    Ok(())
}

fn summary(outcome: &Outcome, repaired: &[String]) -> String {
    let files = outcome.files.len();
    let read = outcome.files.iter().filter(|file| file.agent.is_some() && file.fate != Fate::Rule).count();
    let mut text = format!(
        "{} of {} read as agents; {} to add, {} on the roster already\n",
        read,
        plural(files, "file"),
        plural(outcome.added.len(), "member"),
        outcome.kept
    );
    let notes = outcome.findings.iter().filter(|finding| finding.severity == Severity::Note).count();
    let others = outcome.passed_over.len();
    let mut more = Vec::new();
    if notes > 0 {
        more.push(plural(notes, "note"));
    }
    if others > 0 {
        more.push(format!("{} of other kinds", plural(others, "file")));
    }
    if !more.is_empty() {
        text.push_str(&format!("{}: see --format json\n", more.join(", ")));
    }
    match (repaired, outcome.repairs.len()) {
        ([], 0) => {}
        ([], garbled) => text.push_str(&format!("{} with garbled characters: --repair\n", plural(garbled, "file"))),
        (repaired, _) => text.push_str(&format!("repaired: {}\n", foreign::line(&repaired.join(", ")))),
    }
    text
}

fn answer<'a>(outcome: &'a Outcome, repaired: &'a [String], written: bool) -> v1::RosterImport<'a> {
    let file = |file: &'a import::File| {
        let agent = file.agent.as_ref();
        v1::AgentFile {
            path: &file.path,
            tool: file.tool.name(),
            fate: file.fate.name(),
            form: agent.map(|agent| agent.form.name()),
            name: agent.map(|agent| agent.name.as_str()),
            title: agent.and_then(|agent| agent.title.as_deref()),
            description: agent.and_then(|agent| agent.description.as_deref()),
            about: agent.and_then(|agent| agent.about.as_deref()),
            model: agent.and_then(|agent| agent.model.as_deref()),
            tools: agent.and_then(|agent| agent.tools.as_deref()),
        }
    };
    v1::RosterImport {
        files: outcome.files.iter().map(file).collect(),
        passed_over: &outcome.passed_over,
        added: outcome.added.iter().map(|member| member.name.as_str()).collect(),
        kept: outcome.kept,
        repaired,
        written,
        findings: v1::Findings::of(&outcome.findings),
    }
}
