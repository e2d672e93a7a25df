//! `import`: takes over the plan of another tool.

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::disk::WorkTree;
use crate::id::RepoPath;
use crate::import::codes as import_codes;
use crate::import::{Loss, Notes, Origin, Report, Unit};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign, plural};
use crate::verb::import::{self, Outcome, Request};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::{Path, PathBuf};

/// How many lines of one kind are shown when not all are asked for.
const SHOWN: usize = 12;

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// What to import: spec-kit, beads, task-master, backlog, ccpm, github or todo; found out when left away
    #[arg(value_name = "FROM")]
    from: Option<String>,

    /// Folder of the project, or the file, to read
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,

    /// Plan file to create
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,

    /// Write nothing; show only what would be lost
    #[arg(long)]
    dry_run: bool,

    /// Write nothing; print the plan, and the account to standard error
    #[arg(long, conflicts_with = "dry_run")]
    stdout: bool,

    /// How much prose goes along
    #[arg(long, value_parser = notes_parser(), default_value = "all")]
    notes: Notes,

    /// Leave out what is done
    #[arg(long)]
    skip_done: bool,

    /// Show every loss alone
    #[arg(long)]
    all: bool,
}

fn notes_parser() -> impl TypedValueParser<Value = Notes> {
    PossibleValuesParser::new(["all", "brief", "none"]).map(|word| match word.as_str() {
        "brief" => Notes::Brief,
        "none" => Notes::None,
        _ => Notes::All,
    })
}

/// Writes the plan of another tool as a new plan file, and accounts for everything that is not in it.
///
/// # Errors
/// There is nothing to import, the file is there already, or something cannot be read or written.
pub fn run(context: &Context, args: ImportArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let writes = !args.dry_run && !args.stdout;
    let _lock = if writes { Some(workspace.lock()?) } else { None };
    let (origin, typed) = meant(context, &args)?;
    let place = typed.map_or_else(|| workspace.tree.folder().to_owned(), |path| context.dir.join(path));
    let (source, at) = source(&workspace, &place)?;
    let into = args.into.as_deref().map(|path| workspace.path(context, path)).transpose()?;
    let request = Request { origin, at, into, notes: args.notes, skip_done: args.skip_done };
    let outcome = import::run(&source, &workspace.tree, &request)?;
    if writes && outcome.is_taken {
        return Err(Failure::usage(format!("`{}` is there already", outcome.path))
            .because("an import only ever creates a file")
            .hint("choose another one: `--into plan/epics/NAME.md`"));
    }
    let written = writes && outcome.items > 0;
    if written {
        workspace.tree.create(&outcome.path, outcome.text.text().as_bytes())?;
    }
    tell(context, &args, &outcome, written)?;
    let sound = outcome.items > 0 && outcome.faults.is_empty() && !outcome.report.has_faults();
    Ok(if sound { Exit::Passed } else { Exit::Findings })
}

/// FROM may be left away: then the first word is the path.
fn meant<'a>(context: &Context, args: &'a ImportArgs) -> Result<(Option<Origin>, Option<&'a Path>), Failure> {
    let Some(word) = args.from.as_deref() else { return Ok((None, None)) };
    match (Origin::from_name(word), args.path.as_deref()) {
        (Some(origin), path) => Ok((Some(origin), path)),
        (None, None) if context.dir.join(word).exists() => Ok((None, Some(Path::new(word)))),
        (None, _) => {
            let names = Origin::ALL.map(Origin::name);
            let failure = Failure::usage(format!("`{word}` is nothing that can be imported"))
                .because(format!("the known origins are {}", names.join(", ")));
            Err(match crate::diag::nearest(word, names) {
                Some(near) => failure.hint(format!("write `passmuster import {near}`")),
                None => failure.hint("name one of them, or a path that exists"),
            })
        }
    }
}

/// The folder to read as a tree, and the path in it. The source may lie anywhere.
fn source(workspace: &Workspace, place: &Path) -> Result<(WorkTree<'static>, RepoPath), Failure> {
    let place = place.canonicalize().purpose(|| format!("could not find `{}`", place.display()))?;
    let format = workspace.repository.format();
    let tree = |folder: &Path| WorkTree::new(folder, move |bytes| format.blob_id(bytes));
    match (place.is_dir(), place.parent(), place.file_name()) {
        (false, Some(folder), Some(name)) => Ok((tree(folder), RepoPath::new(name.as_encoded_bytes()))),
        _ => Ok((tree(&place), RepoPath::root())),
    }
}

fn tell(context: &Context, args: &ImportArgs, outcome: &Outcome, written: bool) -> Result<(), Failure> {
    let style = context.output.style();
    let account = match context.format {
        Format::Json => answer(outcome, written),
        Format::Concise => concise(&outcome.report),
        _ => account(outcome, args.all, style),
    };
    if args.stdout {
        context.output.print(outcome.text.text())?;
        context.output.say(account.trim_end());
    } else {
        context.output.print(&account)?;
    }
    let say = |line: &str| context.output.say(line);
    if outcome.items == 0 {
        say("there is nothing to write");
        return Ok(());
    }
    if outcome.ticked > 0 && context.format == Format::Human {
        say(&format!(
            "{} ticked: claims, whose gates are asked for where a policy already protects the branch \
             (`--skip-done` leaves done work out)",
            if outcome.ticked == 1 { "1 item comes".into() } else { format!("{} items come", outcome.ticked) }
        ));
    }
    if !outcome.faults.is_empty() {
        say(&format!("the source has {} that `passmuster check` names", plural(outcome.faults.len(), "fault")));
    }
    if written {
        say(&format!(
            "{} written to {}; look at it, then run `passmuster check`",
            plural(outcome.items, "item"),
            outcome.path
        ));
    }
    Ok(())
}

fn answer(outcome: &Outcome, written: bool) -> String {
    let report = &outcome.report;
    let path = outcome.path.to_string();
    let tally = |unit| {
        let tally = report.tally(unit);
        v1::ImportTally { read: tally.read, mapped: tally.mapped, dropped: tally.dropped }
    };
    let losses = report.losses().iter().map(|loss| v1::ImportLoss {
        code: loss.code.name,
        unit: loss.unit.name(),
        path: &loss.spot.path,
        line: loss.spot.line,
        what: &loss.what,
        reason: &loss.reason,
        count: loss.count,
    });
    let renamed = report.renamed.iter().map(|one| v1::Renamed { from: &one.from, to: &one.to, reason: one.reason });
    let answer = v1::Imported {
        from: outcome.origin.name(),
        path: &path,
        written,
        items: outcome.items,
        ticked: outcome.ticked,
        files: tally(Unit::File),
        records: tally(Unit::Record),
        needs: tally(Unit::Need),
        values: tally(Unit::Value),
        losses: losses.collect(),
        renamed: renamed.collect(),
        faults: outcome.faults.iter().map(|fault| fault.message.as_str()).collect(),
    };
    envelope("imported", &answer)
}

fn concise(report: &Report) -> String {
    let line = |loss: &Loss| {
        let count = if loss.count > 1 { format!(" ({} times)", loss.count) } else { String::new() };
        let text = format!("{}: {}: {}: {}{count}", loss.spot, loss.code, loss.what, loss.reason);
        format!("{}\n", foreign::line(&text))
    };
    report.losses().iter().map(line).collect()
}

fn account(outcome: &Outcome, all: bool, style: Style) -> String {
    let report = &outcome.report;
    let mut table = Table::new([
        (outcome.origin.name(), Align::Left),
        ("read", Align::Right),
        ("taken over", Align::Right),
        ("dropped", Align::Right),
    ]);
    for unit in Unit::ALL {
        let tally = report.tally(unit);
        let name = format!("{}s", unit.name());
        table.row([name, tally.read.to_string(), tally.mapped.to_string(), tally.dropped.to_string()]);
    }
    let mut out = table.render(style);
    let groups = groups(report.losses(), all);
    if !groups.is_empty() {
        let mut table = Table::new([
            ("dropped", Align::Right),
            ("what", Align::Left),
            ("because", Align::Left),
            ("first at", Align::Left),
        ]);
        for (count, what, loss) in &groups {
            table.row([&count.to_string(), &brief(what), &loss.reason, &loss.spot.to_string()]);
        }
        out.push('\n');
        out.push_str(&table.render(style));
    }
    if !report.renamed.is_empty() {
        let mut table = Table::new([("id", Align::Left), ("became", Align::Left), ("because", Align::Left)]);
        let limit = if all { usize::MAX } else { SHOWN };
        for one in report.renamed.iter().take(limit) {
            table.row([&brief(&one.from), &one.to, one.reason]);
        }
        out.push('\n');
        out.push_str(&table.render(style));
        let more = report.renamed.len().saturating_sub(limit);
        if more > 0 {
            out.push_str(&format!("… and {}: `--all` shows them\n", plural(more, "more id")));
        }
    }
    for remark in &report.remarks {
        out.push_str(&format!("\n{}\n", foreign::line(remark)));
    }
    out
}

/// The beginning of a text that may have any length.
fn brief(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Losses told together: of one kind, for one reason.
fn groups(losses: &[Loss], all: bool) -> Vec<(usize, String, &Loss)> {
    let mut groups: Vec<(usize, String, &Loss)> = Vec::new();
    let mut seen: std::collections::HashMap<(&str, &str, &str), usize> = std::collections::HashMap::new();
    for loss in losses {
        // Fields are told by name, records and needs by reason.
        let is_field = loss.unit == Unit::Value && loss.code.name != import_codes::STRUCTURE.name;
        let key = (loss.code.name, if is_field { loss.what.as_str() } else { loss.unit.name() }, loss.reason.as_str());
        match seen.get(&key).filter(|_| !all) {
            Some(&at) => {
                groups[at].0 += loss.count;
                let (_, what, first) = &mut groups[at];
                if !is_field {
                    *what = format!("{}, …", first.what);
                }
            }
            None => {
                seen.insert(key, groups.len());
                groups.push((loss.count, loss.what.clone(), loss));
            }
        }
    }
    groups
}
