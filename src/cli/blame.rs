//! `blame`: who claimed an item done, on which evidence.

use super::past::{LineArgs, facts, shown};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::facts::Moment;
use crate::plan::Estimate;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign, plural};
use crate::verb::blame::{self, Blame, Deed};
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub struct BlameArgs {
    item: String,

    #[command(flatten)]
    line: LineArgs,
}

/// How many paths are named.
const TOUCHED: usize = 5;

/// Tells who claimed an item done on which evidence.
///
/// # Errors
/// The item was never there, or the history could not be read.
pub fn run(context: &Context, args: &BlameArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let facts = facts(&bench, &args.line)?;
    let blame = blame::run(&bench.repo, &facts, &args.item)?;
    context.output.print(&match context.format {
        Format::Json => envelope("blame", &answer(&blame)),
        _ => text(&blame),
    })?;
    Ok(Exit::Passed)
}

fn answer<'a>(blame: &'a Blame<'_>) -> v1::Blame<'a> {
    let deed = |deed: &'a Deed| v1::Deed {
        at: deed.landed.at.to_string(),
        date_in_order: !deed.landed.settled,
        landed_with: deed.step.as_str(),
        commit: deed.commit.id.as_str(),
        by: &deed.commit.author.email,
    };
    let item = blame.item;
    let claims = blame.claims.iter().map(|claim| v1::Claim {
        ticked: claim.ticked.as_ref().map(deed),
        reopened: claim.reopened.as_ref().map(deed),
        evidence: claim
            .evidence
            .iter()
            .map(|run| v1::Run {
                gate: &run.gate,
                outcome: run.outcome.name(),
                at: run.at.to_string(),
                by: &run.by,
                reused: run.reused,
            })
            .collect(),
    });
    let time = |moment: Option<Moment>| moment.map(|moment| moment.at.to_string());
    v1::Blame {
        item: &item.id,
        former: &item.former,
        title: &item.title,
        created: time(item.created),
        begun: time(item.begun),
        removed: time(item.removed),
        touched: blame.touched.iter().map(ToString::to_string).collect(),
        commits: item.work.iter().map(|work| work.commit.as_str()).collect(),
        minutes: item.spent().map(|spent| v1::Spent { minutes: spent.minutes(), how: spent.name() }),
        claims: claims.collect(),
    }
}

fn text(blame: &Blame<'_>) -> String {
    let item = blame.item;
    let mut text = format!("{}: {}\n", foreign::line(&item.id), foreign::line(&item.title));
    let mut row = |name: &str, what: &str| {
        let _ = writeln!(text, "  {name:<9} {}", foreign::line(what));
    };
    if !item.former.is_empty() {
        row("was", &item.former.join(", "));
    }
    row("created", &item.created.map_or_else(|| "before this history begins".to_owned(), shown));
    if let Some(owner) = &item.owner {
        row("owner", owner);
    }
    if let Some(begun) = item.begun {
        row("begun", &format!("{}, {}", shown(begun), plural(item.work.len(), "commit")));
    }
    if !blame.touched.is_empty() {
        let paths: Vec<String> = blame.touched.iter().take(TOUCHED).map(ToString::to_string).collect();
        let more = blame.touched.len() - paths.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        row("touched", &format!("{}{more}", paths.join(", ")));
    }
    for claim in &blame.claims {
        match &claim.ticked {
            Some(deed) => row("claimed", &told(deed)),
            None => row("claimed", "when it came into the plan"),
        }
        for run in &claim.evidence {
            let again = if run.reused { ", used again" } else { "" };
            let at = run.at.strftime("%Y-%m-%d %H:%M");
            row("", &format!("{}: {} at {at} by {}{again}", run.gate, run.outcome.name(), run.by));
        }
        if claim.evidence.is_empty() {
            row("", "no result of a gate landed for it");
        }
        if let Some(deed) = &claim.reopened {
            row("reopened", &told(deed));
        }
    }
    if blame.claims.is_empty() {
        row("claimed", "never");
    }
    if let Some(spent) = item.spent() {
        row("took", &format!("{}, {}", Estimate::single(spent.minutes()), spent.name()));
    }
    if let Some(removed) = item.removed {
        row("removed", &shown(removed));
    }
    text
}

fn told(deed: &Deed) -> String {
    let commit = &deed.commit;
    let subject = commit.message.lines().next().unwrap_or("");
    let with = if commit.id == deed.step { String::new() } else { format!(", landed with {}", deed.step.short()) };
    format!("{} by {} in {} ({subject}){with}", shown(deed.landed), commit.author.email, commit.id.short())
}
