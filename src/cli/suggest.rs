//! `suggest`: who should do an item, and why.

use super::schedule::{TimeArgs, tell_unread_hours};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::id::ObjectId;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};
use crate::verb::check::Checked;
use crate::verb::mark;
use crate::verb::schedule::stamp;
use crate::verb::suggest::{self, Candidate, Request, Suggestions};
use crate::verb::whatif;

/// How many are shown when not all are asked for.
const SHOWN: usize = 5;

/// How many others are tried for a task.
const ABLE: usize = 3;

#[derive(Debug, clap::Args)]
pub struct SuggestArgs {
    /// Item to be given to somebody
    #[arg(required_unless_present = "reallocate")]
    item: Option<String>,

    /// Look for tasks that somebody else could do so that all is done earlier; each move is scheduled in full
    #[arg(long, conflicts_with = "item")]
    reallocate: bool,

    #[command(flatten)]
    time: TimeArgs,

    /// Show everybody for whom something speaks
    #[arg(long)]
    all: bool,
}

/// Ranks the members for the item.
///
/// # Errors
/// The item does not exist, or a file could not be read.
pub fn run(context: &Context, args: &SuggestArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let project = &checked.project;
    let roster = project.roster.as_ref().ok_or_else(super::roster::none)?;
    let head = workspace.repository.head()?.id().cloned();
    let Some(item) = &args.item else { return reallocate(context, &args.time, &workspace, checked, head) };
    let index = mark::find(&project.plan, item)?;
    let request = Request {
        plan: &project.plan,
        index,
        roster,
        policy: project.policy.as_ref(),
        history: &workspace.repository,
        head,
    };
    let found = suggest::run(&request);
    let id = project.plan.items[index].id.as_str();
    context.output.print(&match context.format {
        Format::Json => envelope("suggestions", &answer(id, &found)),
        _ => text(&found, if args.all { usize::MAX } else { SHOWN }),
    })?;
    match found.candidates.first() {
        Some(first) if first.stretch && !found.domains.is_empty() => {
            context
                .output
                .say("whoever holds the domain cannot take it now; the first is the closest match, a stretch");
        }
        Some(first) if first.stretch => {
            context.output.say("the first is the closest match, a stretch: give a clear scope");
        }
        Some(_) => {}
        None => context.output.say("nobody on the roster can take it"),
    }
    if let Some(first) = found.candidates.first() {
        let scope = if first.stretch && !found.domains.is_empty() { " --stretch \"what exactly\"" } else { "" };
        context.output.say(&format!("next: passmuster assign {id} {}{scope}", first.name));
    }
    Ok(Exit::Passed)
}

/// Shows the moves after which all is done earlier.
fn reallocate(
    context: &Context,
    time: &TimeArgs,
    workspace: &Workspace,
    checked: &Checked,
    head: Option<ObjectId>,
) -> Result<Exit, Failure> {
    let project = &checked.project;
    let question = time.question(checked);
    let base = match whatif::as_planned(&question) {
        Ok((base, _)) => base,
        Err(findings) => return context.report(&findings),
    };
    let roster = project.roster.as_ref().ok_or_else(super::roster::none)?;
    let able = |index: usize| {
        let (policy, history) = (project.policy.as_ref(), &workspace.repository);
        let request = Request { plan: &project.plan, index, roster, policy, history, head: head.clone() };
        let candidates = suggest::run(&request).candidates.into_iter().filter(|one| !one.stretch).take(ABLE);
        let why = |one: &Candidate| one.why.first().map(|(_, why)| why.clone()).unwrap_or_default();
        candidates.map(|one| (one.name.clone(), why(&one))).collect()
    };
    let moves = whatif::moves(&question, &base, able);
    let id = |item: usize| project.plan.items[item].id.as_str();
    if context.format == Format::Json {
        let moves = moves.iter().map(|one| v1::Move {
            id: id(one.item),
            from: &one.from,
            to: &one.to,
            why: &one.why,
            finish: one.effect.finish.to_string(),
            gain: one.effect.gain.0,
            late: one.effect.late,
            odds: v1::Odds::of(one.effect.odds),
            load: one.load,
        });
        context.output.print(&envelope("moves", &moves.collect::<Vec<_>>()))?;
        return Ok(Exit::Passed);
    }
    let zone = question.zone();
    let columns = ["task", "from", "to", "all is done", "which is", "P80", "load", "because the new owner"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for one in &moves {
        let (done, gain) = (stamp(one.effect.finish, &zone), super::whatif::differs(&one.effect));
        let [gives, takes] = one.load.map(|[before, after]| [before, after].map(|share| share.unwrap_or(0)));
        let load = format!("{} → {} %, {} → {} %", gives[0], gives[1], takes[0], takes[1]);
        let likely = super::whatif::likely(&one.effect, &zone);
        table.row([id(one.item), &one.from, &one.to, &done, &gain, &likely, &load, &one.why]);
    }
    let done = stamp(base.finish, &zone);
    context.output.print(&match moves.is_empty() {
        true => format!("all is done {done}; nobody who is fit for another's task makes that earlier\n"),
        false => format!(
            "all is done {done}; each of these alone makes that earlier\n\n{}",
            table.render(context.output.style())
        ),
    })?;
    tell_unread_hours(context, &question)?;
    if let Some(first) = moves.first() {
        context.output.say(&format!("next: passmuster set {} owner={}", id(first.item), first.to));
    }
    Ok(Exit::Passed)
}

fn text(found: &Suggestions, limit: usize) -> String {
    let mut out = String::new();
    for (place, candidate) in found.candidates.iter().take(limit).enumerate() {
        out.push_str(&one(place + 1, candidate));
    }
    let more = found.candidates.len().saturating_sub(limit);
    if more > 0 {
        out.push_str(&format!("… and {more} more: --all\n"));
    }
    for (name, why) in &found.unfit {
        out.push_str(&format!("not {name}: {}\n", foreign::line(why)));
    }
    out
}

fn one(place: usize, candidate: &Candidate) -> String {
    let stretch = if candidate.stretch { ", a stretch" } else { "" };
    let mut out = format!("{place}. {} ({} points{stretch})\n", candidate.name, candidate.points);
    for (points, why) in &candidate.why {
        out.push_str(&format!("   {points:+} {}\n", foreign::line(why)));
    }
    out
}

fn answer<'a>(id: &'a str, found: &'a Suggestions) -> v1::Suggestions<'a> {
    let reason = |(points, why): &'a (i64, String)| v1::Reason { points: *points, why };
    v1::Suggestions {
        id,
        domains: &found.domains,
        candidates: found
            .candidates
            .iter()
            .map(|one| v1::Candidate {
                name: &one.name,
                points: one.points,
                stretch: one.stretch,
                why: one.why.iter().map(reason).collect(),
            })
            .collect(),
        unfit: found.unfit.iter().map(|(name, why)| v1::Unfit { name, why }).collect(),
    }
}
