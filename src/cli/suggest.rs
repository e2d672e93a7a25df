//! `suggest`: who should do an item, and why.

use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::verb::mark;
use crate::verb::suggest::{self, Candidate, Request, Suggestions};

/// How many are shown when not all are asked for.
const SHOWN: usize = 5;

#[derive(Debug, clap::Args)]
pub struct SuggestArgs {
    item: String,

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
    let index = mark::find(&project.plan, &args.item)?;
    let head = workspace.repository.head()?.id().cloned();
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
