//! `whatif`: when all would be done if something were different.

use super::schedule::{TimeArgs, tell_unread_hours};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::Plan;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::schedule::Minutes;
use crate::schedule::level::Changes;
use crate::verb::mark;
use crate::verb::schedule::stamp;
use crate::verb::whatif::{Assumption, Effect, as_planned, effect};
use jiff::tz::TimeZone;

#[derive(Debug, clap::Args)]
pub struct WhatifArgs {
    #[command(flatten)]
    time: TimeArgs,

    /// Drop the item, with all in it
    #[arg(long, value_name = "ITEM")]
    cut: Vec<String>,

    /// Have one more person who does what this member, role or team does
    #[arg(long, value_name = "WHO")]
    add: Vec<String>,

    /// Move every due date by that many days
    #[arg(long, value_name = "DAYS")]
    extend: Option<i32>,

    /// Let the first item no longer wait for the second
    #[arg(long, value_name = "ITEM:ITEM")]
    parallel: Vec<String>,

    /// Let somebody else do the item: a member, a role or a team
    #[arg(long, value_name = "ITEM=WHO")]
    owner: Vec<String>,
}

/// Schedules the plan under each change, and under all of them.
///
/// # Errors
/// An item does not exist, or a file could not be read.
pub fn run(context: &Context, args: &WhatifArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let question = args.time.question(checked);
    let assumptions = assumptions(question.plan, args)?;
    let (base, planned) = match as_planned(&question) {
        Ok(planned) => planned,
        Err(findings) => return context.report(&findings),
    };
    let mut effects = vec![("as planned".to_owned(), planned)];
    for assumption in &assumptions {
        match effect(&question, &base, &assumption.changes) {
            Ok(effect) => effects.push((assumption.words.clone(), effect)),
            Err(findings) => return context.report(&findings),
        }
    }
    let zone = question.zone();
    if context.format == Format::Json {
        let options = effects.iter().map(|(words, effect)| v1::WhatIf {
            change: words,
            finish: effect.finish.to_string(),
            gain: effect.gain.0,
            late: effect.late,
            odds: v1::Odds::of(effect.odds),
        });
        context.output.print(&envelope("whatif", &options.collect::<Vec<_>>()))?;
        return Ok(Exit::Passed);
    }
    let mut table = Table::new([
        ("change", Align::Left),
        ("done", Align::Left),
        ("differs by", Align::Left),
        ("P80", Align::Left),
        ("late items", Align::Right),
    ]);
    for (words, effect) in &effects {
        let done = stamp(effect.finish, &zone);
        table.row([words, &done, &differs(effect), &likely(effect, &zone), &effect.late.to_string()]);
    }
    context.output.print(&table.render(context.output.style()))?;
    tell_unread_hours(context, &question)?;
    if assumptions.is_empty() {
        context.output.say("say what to change: --cut, --add, --extend, --parallel, --owner");
    }
    Ok(Exit::Passed)
}

/// When all is likely done; nothing where estimates do not tell.
pub(super) fn likely(effect: &Effect, zone: &TimeZone) -> String {
    effect.odds.map_or_else(String::new, |[_, likely]| stamp(likely, zone))
}

/// By how much an effect is earlier or later, in words.
pub(super) fn differs(effect: &Effect) -> String {
    match effect.gain {
        Minutes(0) => "nothing".to_owned(),
        Minutes(gain) if gain > 0 => format!("{} earlier", effect.gain),
        Minutes(gain) => format!("{} later", Minutes(-gain)),
    }
}

/// What is typed, each as an assumption of its own; behind several comes all of it together.
fn assumptions(plan: &Plan, args: &WhatifArgs) -> Result<Vec<Assumption>, Failure> {
    let mut all = Vec::new();
    let mut push = |words: String, changes: Changes| all.push(Assumption { words, changes });
    let id = |index: usize| plan.items[index].id.as_str();
    for item in &args.cut {
        let index = mark::find(plan, item)?;
        push(format!("without {}", id(index)), Changes { cut: [index].into(), ..Changes::default() });
    }
    for who in &args.add {
        push(format!("one more like {who}"), Changes { add: vec![who.clone()], ..Changes::default() });
    }
    if let Some(days) = args.extend {
        push(format!("due {days} days later"), Changes { extend: days, ..Changes::default() });
    }
    for pair in &args.parallel {
        let (item, other) = split(pair, ':', "--parallel DB-002:DB-001")?;
        let (item, other) = (mark::find(plan, item)?, mark::find(plan, other)?);
        if !plan.targets(item).any(|target| target == other) {
            return Err(Failure::usage(format!("`{}` does not wait for `{}`", id(item), id(other)))
                .because("none of its needs names that item")
                .hint(format!("see what it needs: `passmuster show {}`", id(item))));
        }
        let words = format!("{} beside {}", id(item), id(other));
        push(words, Changes { apart: [(item, other)].into(), ..Changes::default() });
    }
    for pair in &args.owner {
        let (item, who) = split(pair, '=', "--owner DB-001=ada")?;
        let index = mark::find(plan, item)?;
        let owners = [(index, who.to_owned())].into();
        push(format!("{} by {who}", id(index)), Changes { owners, ..Changes::default() });
    }
    if all.len() > 1 {
        let changes = all.iter().fold(Changes::default(), |whole, one| whole.with(&one.changes));
        all.push(Assumption { words: "all of it".to_owned(), changes });
    }
    Ok(all)
}

fn split<'a>(text: &'a str, at: char, example: &str) -> Result<(&'a str, &'a str), Failure> {
    text.split_once(at).ok_or_else(|| {
        Failure::usage(format!("`{text}` has no `{at}`"))
            .because("two things are named, one on each side of it")
            .hint(format!("write `{example}`"))
    })
}
