//! `triggers`: what calls for somebody, and that somebody has seen it.

use super::record::{Office, Typed, print};
use super::watch::Ground;
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, nearest};
use crate::policy::Urgency;
use crate::record::is_party;
use crate::record::kinds::ACK;
use crate::report::json::{envelope, v1};
use crate::report::{Format, Style, foreign, plural};
use crate::verb::record::rules;
use crate::verb::triggers::Raised;
use crate::verb::watch::{Look, View};
use clap::builder::PossibleValuesParser;
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Exit status 1 if anything calls that nobody has seen, 3 if that cannot be told: fit for cron and CI.

What is raised, how loudly, for whom and when again stands in the policy under `triggers:`; `passmuster policy show`
prints all of it:

  triggers:
    waiver-expired: { urgency: critical, to: [maintainer], again: 4h }
    sync-overdue: { after: 2d }
    debt-due: off"
)]
pub struct TriggersArgs {
    #[command(subcommand)]
    verb: Option<Verb>,

    /// Show those too that somebody has seen
    #[arg(long, short)]
    all: bool,

    /// Only those that call this member, role or team
    #[arg(long, value_name = "WHO")]
    to: Option<String>,

    /// Only those at least this urgent
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(Urgency::ALL.map(Urgency::name)))]
    least: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Say that you have seen one and see to it: it calls no more, here and wherever the record is fetched
    Ack(AckArgs),
}

#[derive(Debug, clap::Args)]
struct AckArgs {
    /// Id of what is raised, or a part of it that no other has
    #[arg(value_name = "ID")]
    id: String,

    /// When it may call again, as a day or a moment; if not given, never
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// What you do about it, in a line
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// The repository cannot be read, an id is unknown, or the record cannot be written.
pub fn run(context: &Context, args: &TriggersArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let look = Ground::default().view(&bench, bench.landing(None))?;
    match &args.verb {
        None => list(context, args, &bench, &look),
        Some(Verb::Ack(args)) => {
            let raised = find(&look.view, &args.id)?;
            let typed = Typed::default()
                .one("trigger", Some(&raised.id))
                .one("subject", Some(&raised.subject))
                .one("until", args.until.as_deref())
                .text("Note", args.message.as_deref());
            let office = Office::open(context)?;
            match office.at_desk(|desk| desk.open(&ACK, &typed.new_record(&format!("seen: {}", raised.id))))? {
                Err(findings) => context.report(&findings),
                Ok(written) => {
                    office.store(&written)?;
                    print(context, &written)?;
                    Ok(Exit::Passed)
                }
            }
        }
    }
}

fn list(context: &Context, args: &TriggersArgs, bench: &Bench, look: &Look) -> Result<Exit, Failure> {
    let roster = match &args.to {
        Some(_) if !bench.repo.is_bare() => rules(&bench.work_tree()?)?.1,
        _ => None,
    };
    let calls = |raised: &Raised, who: &str| {
        raised.to.is_empty() || raised.to.iter().any(|to| to == who || is_party(roster.as_ref(), who, to))
    };
    let least = |name: &str| Urgency::ALL.iter().position(|urgency| urgency.name() == name);
    let mut shown: Vec<&Raised> = look.view.triggers.values().collect();
    shown.retain(|raised| {
        (args.all || raised.is_open())
            && args.to.as_ref().is_none_or(|who| calls(raised, who))
            && args.least.as_ref().is_none_or(|name| least(&raised.urgency) >= least(name))
    });
    shown.sort_by_key(|raised| raised.rank());
    context.output.print(&match context.format {
        Format::Json => envelope("triggers", &shown.iter().copied().map(v1::Trigger::of).collect::<Vec<_>>()),
        _ if shown.is_empty() => "nothing calls\n".to_owned(),
        Format::Concise => shown.iter().map(|raised| concise(raised)).collect(),
        _ => shown.iter().map(|raised| entry(raised, context.output.style())).collect(),
    })?;
    // What cannot be read may call as well: that is no pass.
    if look.broken > 0 {
        let files = plural(look.broken, "mistake");
        context.output.say(&format!("{files} keep records from being read: run `passmuster check`"));
    }
    if let Some(why) = &look.view.not_judged {
        context.output.say(&format!("what would land is not judged: {why}"));
    }
    let open = shown.iter().any(|raised| raised.is_open());
    Ok(match (open, look.broken > 0 || look.view.not_judged.is_some()) {
        (true, _) => Exit::Findings,
        (false, true) => Exit::CouldNotJudge,
        (false, false) => Exit::Passed,
    })
}

fn concise(raised: &Raised) -> String {
    format!("{}: {}: {}\n", raised.urgency, raised.id, foreign::line(&raised.what))
}

/// One trigger as people read it.
fn entry(raised: &Raised, style: Style) -> String {
    let to = if raised.to.is_empty() { String::new() } else { format!(", for {}", raised.to.join(", ")) };
    let since = raised.since.strftime("%Y-%m-%d %H:%M");
    let again = match raised.again {
        0 => String::new(),
        1 => ", raised again".to_owned(),
        times => format!(", raised again {times} times"),
    };
    let seen = raised.acknowledged.as_ref().map_or_else(String::new, |seen| {
        let until = seen.until.map_or_else(String::new, |until| format!(" until {}", until.strftime("%Y-%m-%d %H:%M")));
        format!(", seen by {}{until}", foreign::line(&seen.by))
    });
    let loud = if raised.is_open() && matches!(raised.urgency.as_str(), "critical" | "high") {
        style.strong(&raised.urgency)
    } else {
        raised.urgency.clone()
    };
    let gap = " ".repeat(10usize.saturating_sub(raised.urgency.len()));
    let mut out = String::new();
    writeln!(out, "{loud}{gap}{}{}", raised.id, foreign::line(&to)).expect("writing to a string succeeds");
    for line in [foreign::line(&raised.what).into_owned(), format!("since {since}{again}{seen}"), raised.then.clone()] {
        writeln!(out, "          {}", foreign::line(&line)).expect("writing to a string succeeds");
    }
    out
}

/// What is raised under an id, or under the one that has this part.
fn find<'a>(view: &'a View, meant: &str) -> Result<&'a Raised, Failure> {
    if let Some(raised) = view.triggers.get(meant) {
        return Ok(raised);
    }
    let found: Vec<&Raised> =
        view.triggers.values().filter(|raised| !meant.is_empty() && raised.id.contains(meant)).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let failure = Failure::usage(format!("nothing is raised as `{meant}`"));
            Err(match nearest(meant, view.triggers.keys().map(String::as_str)) {
                Some(near) => failure.hint(format!("write `{near}`")),
                None => failure.hint("run `passmuster triggers`"),
            })
        }
        many => Err(Failure::usage(format!("`{meant}` means {} of what is raised", many.len()))
            .because(many.iter().take(5).map(|raised| raised.id.as_str()).collect::<Vec<_>>().join(", "))
            .hint("write more of the id")),
    }
}
