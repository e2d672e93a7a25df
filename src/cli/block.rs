//! `block`, `unblock` and `blocker`: what keeps items from going on.

use super::record::{self, HandOnArgs, ListArgs, NameArgs, Office, StepArgs, Typed};
use super::wire::Bench;
use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::plan::{Plan, Reader};
use crate::record::edit::Given;
use crate::record::kinds::BLOCKER;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};
use crate::verb::blockers::{self, Pattern, Situation, Standing, Way, span};
use crate::verb::record::{Advance, find, rules};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct BlockArgs {
    /// Item that does not go on
    #[arg(value_name = "ITEM", required = true)]
    items: Vec<String>,

    /// What blocks it, in a line
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: String,

    #[arg(long = "type", value_name = "TYPE", value_parser = PossibleValuesParser::new(["technical", "information", "resource", "team"]), default_value = "technical")]
    kind: String,

    #[arg(long, value_name = "TYPE", value_parser = PossibleValuesParser::new(["code", "database", "api", "performance", "infrastructure", "security"]))]
    subtype: Option<String>,

    /// Who works on it; you, if not given
    #[arg(long, value_name = "MEMBER")]
    owner: Option<String>,

    /// At least this urgent; else it follows from the plan
    #[arg(long, value_name = "P", value_parser = PossibleValuesParser::new(["P0", "P1", "P2"]))]
    priority: Option<String>,

    /// When it should be over
    #[arg(long, value_name = "TIME")]
    eta: Option<String>,

    /// What others like it have in common, such as an error message
    #[arg(long, value_name = "TEXT")]
    signature: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct BlockerArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List blockers with their level and who handles it
    List(ListArgs),

    /// Show one, with what can be done
    Show(NameArgs),

    /// Note what was tried
    Attempt(StepArgs),

    /// Let somebody else work on it
    HandOn(HandOnArgs),

    /// Say that it is resolved, and how; the same as `unblock`
    Resolve(StepArgs),

    /// Show what solved resolved ones
    Patterns,
}

/// Opens a blocker.
///
/// # Errors
/// It may not be opened so, or a file could not be read or written.
pub fn block(context: &Context, args: BlockArgs) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let typed = Typed::default()
            .many("items", &args.items)
            .one("type", Some(&args.kind))
            .one("subtype", args.subtype.as_deref())
            .one("owner", Some(args.owner.as_deref().unwrap_or(desk.actor.as_str())))
            .one("priority", args.priority.as_deref())
            .one("eta", args.eta.as_deref())
            .one("signature", args.signature.as_deref());
        desk.open(&BLOCKER, &typed.new_record(&args.message))
    })
}

/// Resolves a blocker, and keeps at which level.
///
/// # Errors
/// As [`block`].
pub fn unblock(context: &Context, args: &StepArgs) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let plan = office.plan()?;
    office.write(context, |desk| {
        let before = find(desk.tree, &BLOCKER, &args.record.name)?;
        let level = Situation::new(plan, desk.policy, desk.roster, desk.now).of(&before).level;
        let fields = vec![("level", Given::One(format!("L{level}")))];
        desk.advance(&before, &Advance { verb: "resolve", note: args.message.as_deref(), fields })
    })
}

/// Does what was typed after `blocker`.
///
/// # Errors
/// A record is unknown, or a file could not be read or written.
pub fn run(context: &Context, args: BlockerArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::HandOn(args) => record::hand_on(context, &BLOCKER, args),
        Verb::Resolve(args) => unblock(context, args),
        Verb::Attempt(args) => record::step(context, &BLOCKER, "attempt", args, Typed::default()),
        Verb::List(args) => list(context, args),
        Verb::Show(args) => show(context, args),
        Verb::Patterns => patterns(context),
    }
}

fn list(context: &Context, args: &ListArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let (policy, roster) = rules(&workspace.tree)?;
    let situation = Situation::new(plan, &policy, roster.as_ref(), Bench::open(context)?.now());
    let mut sink = Sink::new();
    let records = crate::verb::record::list(&workspace.tree, &BLOCKER, args.all, &mut sink)?;
    let mut standings: Vec<Standing<'_>> = records.iter().map(|record| situation.of(record)).collect();
    standings.sort_by_key(|one| (one.record.is_closed(), std::cmp::Reverse(one.level), one.priority));
    context.output.print(&match context.format {
        Format::Json => {
            envelope("blockers", &standings.iter().map(|one| answer(plan, one, &[], &[])).collect::<Vec<_>>())
        }
        _ => table(context, &standings, args.all),
    })?;
    record::broken(context, &sink.into_sorted());
    Ok(Exit::Passed)
}

fn answer<'a>(plan: &'a Plan, one: &'a Standing<'_>, ways: &'a [Way], known: &'a [Pattern<'_>]) -> v1::Blocker<'a> {
    v1::Blocker {
        blocker: v1::Record::of(one.record),
        level: one.level,
        priority: one.priority,
        minutes: one.minutes,
        critical: one.critical,
        handlers: &one.handlers,
        blocked: one.blocked.iter().map(|&index| plan.items[index].id.as_str()).collect(),
        ways: ways.iter().map(|way| v1::Way { name: way.name, what: &way.what }).collect(),
        known: known.iter().map(pattern).collect(),
    }
}

fn table(context: &Context, standings: &[Standing<'_>], all: bool) -> String {
    if standings.is_empty() {
        return if all { "no blockers\n" } else { "nothing is blocked\n" }.to_owned();
    }
    let columns = ["name", "level", "priority", "age", "handled by", "items", "title"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for one in standings {
        let items: Vec<&str> = one.record.list("items").iter().map(|item| item.value.as_str()).collect();
        let level = if one.record.is_closed() { "resolved".to_owned() } else { format!("L{}", one.level) };
        table.row([
            one.record.name(),
            &level,
            &format!("P{}", one.priority),
            &span(one.minutes),
            &one.handlers.join(", "),
            &items.join(", "),
            &one.record.title.value,
        ]);
    }
    table.render(context.output.style())
}

fn show(context: &Context, args: &NameArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    let (policy, roster) = rules(&workspace.tree)?;
    let record = find(&workspace.tree, &BLOCKER, &args.name)?;
    let situation = Situation::new(plan, &policy, roster.as_ref(), Bench::open(context)?.now());
    let standing = situation.of(&record);
    let ways = situation.ways(&standing, &workspace.tree)?;
    let others = crate::verb::record::list(&workspace.tree, &BLOCKER, true, &mut Sink::new())?;
    let untold = situation.untold(&standing);
    let known = if record.is_closed() { Vec::new() } else { blockers::known(&others, &record) };
    context.output.print(&match context.format {
        Format::Json => envelope("blocker", &answer(plan, &standing, &ways, &known)),
        _ => page(plan, &standing, &ways, &known, &untold),
    })?;
    Ok(Exit::Passed)
}

fn page(plan: &Plan, one: &Standing<'_>, ways: &[Way], known: &[Pattern<'_>], untold: &[&str]) -> String {
    let mut out = record::page(one.record);
    let blocked: Vec<&str> = one.blocked.iter().map(|&index| plan.items[index].id.as_str()).collect();
    out.push_str(&format!(
        "\nL{} after {}, P{}{}, handled by {}\n",
        one.level,
        span(one.minutes),
        one.priority,
        if one.critical { " (on the critical path)" } else { "" },
        foreign::line(&one.handlers.join(", "))
    ));
    if !blocked.is_empty() {
        out.push_str(&format!("waiting for it: {}\n", foreign::line(&blocked.join(", "))));
    }
    for way in ways {
        out.push_str(&format!("  {:<11} {}\n", way.name, foreign::line(&way.what)));
    }
    if !untold.is_empty() {
        out.push_str(&format!("for whoever decides, still to be written: {}\n", untold.join(", ")));
    }
    for one in known {
        let (times, took) = (one.uses, span(one.minutes));
        out.push_str(&format!("solved others like it: {} ({times}×, in {took})\n", foreign::line(one.solution)));
    }
    out
}

fn patterns(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let mut sink = Sink::new();
    let records = crate::verb::record::list(&workspace.tree, &BLOCKER, true, &mut sink)?;
    let patterns = blockers::patterns(&records);
    context.output.print(&match context.format {
        Format::Json => envelope("patterns", &patterns.iter().map(pattern).collect::<Vec<_>>()),
        _ if patterns.is_empty() => "no blocker has been resolved yet\n".to_owned(),
        _ => {
            let columns = [
                ("type", Align::Left),
                ("times", Align::Right),
                ("in vain", Align::Right),
                ("took", Align::Right),
                ("solved by", Align::Left),
            ];
            let mut table = Table::new(columns);
            for one in &patterns {
                let (uses, failures) = (one.uses.to_string(), one.failures.to_string());
                table.row([&one.kind(), &uses, &failures, &span(one.minutes), one.solution]);
            }
            table.render(context.output.style())
        }
    })?;
    record::broken(context, &sink.into_sorted());
    Ok(Exit::Passed)
}

fn pattern<'r>(one: &Pattern<'r>) -> v1::Pattern<'r> {
    v1::Pattern {
        kind: one.kind(),
        solution: one.solution,
        uses: one.uses,
        failures: one.failures,
        minutes: one.minutes,
        solver: one.solver(),
        last_used: one.newest.last_step().at.value.to_string(),
    }
}
