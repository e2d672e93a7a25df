//! `set`, `add`, `move`, `rename`: changes the plan by byte ranges; everything else in a file stays as it is.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::plan::{Kind, Plan, Reader};
use crate::report::json::{envelope, v1};
use crate::report::{self, Format, Style, foreign};
use crate::verb::add::{self, Place};
use crate::verb::change::Changed;
use crate::verb::rename::Mention;
use crate::verb::{relocate, rename, set};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Every setting is written, or none. `key=` takes a value away. Keys: title, owner, team, estimate, actual, needs,
/// uses, touches, provides, consumes, gates, priority, tags, parallel, risk, rollback, goal, start, due, status, why.
#[derive(Debug, clap::Args)]
pub struct SetArgs {
    /// Item to change
    #[arg(value_name = "ITEM")]
    id: String,

    /// key=value, @owner, ~4h, P1, #tag or [P]
    #[arg(value_name = "SETTING", required = true)]
    settings: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// What is to be done
    #[arg(value_name = "TITLE")]
    title: String,

    /// More to say: key=value, @owner, ~4h, P1, #tag or [P]
    #[arg(value_name = "SETTING")]
    settings: Vec<String>,

    /// Level of the item
    #[arg(long, value_name = "KIND", value_parser = kind_parser(), default_value = "task")]
    kind: Kind,

    /// Id of the item; by default the next free one of its neighbours
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    #[command(flatten)]
    place: PlaceArgs,

    /// Who does it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// How long it takes: 4h, 2h-4h or 2h / 4h / 9h
    #[arg(long, value_name = "TIME")]
    estimate: Option<String>,

    /// P0 (most urgent) to P3
    #[arg(long, value_name = "LEVEL")]
    priority: Option<String>,

    /// What has to be there first
    #[arg(long, value_name = "LIST")]
    needs: Option<String>,

    /// Paths the work stays inside
    #[arg(long, value_name = "PATTERNS")]
    touches: Option<String>,

    /// Gates added (+name) and taken away (-name)
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    gates: Option<String>,

    /// Day by which it has to be done
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct PlaceArgs {
    /// Put it last in PARENT
    #[arg(long, value_name = "PARENT", visible_alias = "to")]
    under: Option<String>,

    /// Put it before ITEM
    #[arg(long, value_name = "ITEM")]
    before: Option<String>,

    /// Put it after ITEM
    #[arg(long, value_name = "ITEM")]
    after: Option<String>,
}

impl PlaceArgs {
    fn place(self) -> Option<Place> {
        let under = self.under.map(Place::Under);
        under.or(self.before.map(Place::Before)).or(self.after.map(Place::After))
    }
}

#[derive(Debug, clap::Args)]
pub struct MoveArgs {
    /// Item to move, with everything in it
    #[arg(value_name = "ITEM")]
    id: String,

    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, clap::Args)]
pub struct RenameArgs {
    /// Item to rename
    #[arg(value_name = "OLD")]
    old: String,

    /// Its new id
    #[arg(value_name = "NEW")]
    new: String,
}

fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name))
        .try_map(|name| Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("no kind"))
}

/// Changes what an item says.
///
/// # Errors
/// An argument makes no sense, or a file could not be read or written.
pub fn set(context: &Context, args: SetArgs) -> Result<Exit, Failure> {
    change(context, |plan, _| Ok((set::run(plan, &args.id, &args.settings)?, "set", Vec::new())))
}

/// Writes a new item.
///
/// # Errors
/// As [`set`].
pub fn add(context: &Context, args: AddArgs) -> Result<Exit, Failure> {
    let flags = [
        ("owner", args.owner),
        ("estimate", args.estimate),
        ("priority", args.priority),
        ("needs", args.needs),
        ("touches", args.touches),
        ("gates", args.gates),
        ("due", args.due),
    ];
    let mut settings: Vec<String> =
        flags.into_iter().filter_map(|(key, value)| value.map(|value| format!("{key}={value}"))).collect();
    settings.extend(args.settings);
    let place = args.place.place();
    if place.is_none() && args.kind < Kind::Epic {
        return Err(Failure::usage(format!("a {} stands somewhere", args.kind.name()))
            .hint("say where with `--under PARENT`, `--after ITEM` or `--before ITEM`"));
    }
    let place = place.unwrap_or(Place::End);
    let request = add::Request { kind: args.kind, title: args.title, id: args.id, place, settings };
    change(context, |plan, _| Ok((add::run(plan, &request)?, "added", Vec::new())))
}

/// Puts an item at another place.
///
/// # Errors
/// As [`set`].
pub fn relocate(context: &Context, args: MoveArgs) -> Result<Exit, Failure> {
    let Some(place) = args.place.place() else {
        return Err(Failure::usage(format!("where `{}` is to stand is not said", args.id))
            .hint("say it with `--to PARENT`, `--after ITEM` or `--before ITEM`"));
    };
    change(context, |plan, _| Ok((relocate::run(plan, &args.id, &place)?, "moved", Vec::new())))
}

/// Gives an item another id.
///
/// # Errors
/// As [`set`].
pub fn rename(context: &Context, args: RenameArgs) -> Result<Exit, Failure> {
    change(context, |plan, workspace| {
        let outcome = rename::run(plan, &workspace.tree, &args.old, &args.new)?;
        Ok((outcome.changed, "renamed", outcome.mentions))
    })
}

/// Reads the plan under the lock, makes the change, writes it and tells what came of it.
fn change(
    context: &Context,
    make: impl FnOnce(&Plan, &Workspace) -> Result<(Changed, &'static str, Vec<Mention>), Failure>,
) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let (changed, word, mentions) = make(plan, &workspace)?;
    workspace.rewrite(plan, &changed.files)?;
    context.output.print(&match context.format {
        Format::Json => envelope("changed", &answer(&changed, &mentions)),
        _ => text(&changed, word),
    })?;
    advise(context, &changed, &mentions);
    Ok(Exit::Passed)
}

fn answer<'a>(changed: &'a Changed, mentions: &'a [Mention]) -> v1::Changed<'a> {
    v1::Changed {
        id: changed.plan.items[changed.index].id.as_str(),
        changed: !changed.files.is_empty(),
        written: changed.files.iter().map(|file| changed.plan.files[file.file].source.path()).collect(),
        findings: v1::Findings::of(&changed.findings),
        mentions: mentions.iter().map(|mention| v1::Mention { path: &mention.path, line: mention.line }).collect(),
    }
}

/// The item's place and its first line as it is now.
fn text(changed: &Changed, word: &str) -> String {
    let item = &changed.plan.items[changed.index];
    let source = &changed.plan.files[item.file].source;
    let place = format!("{}:{}", source.path(), source.line_column(item.line.start).line);
    let word = if changed.files.is_empty() { "as it was" } else { word };
    format!("{} {word}: {}: {}\n", item.id.value, foreign::line(&place), foreign::line(source.slice(item.line).trim()))
}

fn advise(context: &Context, changed: &Changed, mentions: &[Mention]) {
    let told = |finding: &&Diagnostic| finding.severity != crate::diag::Severity::Note;
    let told: Vec<Diagnostic> = changed.findings.iter().filter(told).cloned().collect();
    if !told.is_empty() {
        context.output.say(report::findings(&told, Format::Concise, Style::PLAIN).trim_end());
    }
    if let Some(first) = mentions.first() {
        let more = mentions.len() - 1;
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        context.output.say(&format!("the old id is still said in {}:{}{more}", first.path, first.line));
        let reports = mentions.iter().any(|mention| mention.path.starts_with("plan/gates/"));
        if reports {
            let id = &changed.plan.items[changed.index].id.value;
            context.output.say(&format!("evidence names its item: run `passmuster gate run {id}` again"));
        }
    }
}
