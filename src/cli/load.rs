//! `load`: how busy everybody is.

use super::args::format_among;
use super::schedule::{TimeArgs, title};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::plan::Plan;
use crate::policy::Band;
use crate::report::chart::chart;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign};
use crate::schedule::level::{Changes, Levelled};
use crate::verb::load::{self, Load, Share};
use crate::verb::schedule;

/// How many weeks are shown when not all are asked for.
const SHOWN: usize = 6;

/// Ids of colliding tasks that are shown.
const IDS: usize = 6;

#[derive(Debug, clap::Args)]
pub struct LoadArgs {
    #[command(flatten)]
    time: TimeArgs,

    /// Show every week, and everybody who has nothing to do
    #[arg(long)]
    all: bool,

    /// Count as if each task began as soon as its needs let it, to see who would have too much to do at once
    #[arg(long)]
    unlevelled: bool,

    /// Show only those who have less than that percentage of their time to do
    #[arg(long, value_name = "PERCENT")]
    under: Option<u32>,

    /// Form of the results
    #[arg(long, value_parser = format_among(&[Format::Human, Format::Json, Format::Svg, Format::Chart]), default_value = "human")]
    format: Format,
}

/// Shows how busy everybody is.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: &LoadArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let question = args.time.question(checked);
    let (levelled, findings) = schedule::run(&question);
    let Some(levelled) = levelled else { return context.report(&findings) };
    let crowded = match args.unlevelled {
        true => match question.under(&Changes { crowded: true, ..Changes::default() }, &mut Sink::new()) {
            Ok(crowded) => Some(crowded),
            Err(findings) => return context.report(&findings),
        },
        false => None,
    };
    let counted = crowded.as_ref().unwrap_or(&levelled);
    let mut load = load::run(counted, &levelled.people, &question.zone());
    if let Some(under) = args.under {
        load.rows.retain(|(_, whole, _)| whole.percent().is_some_and(|percent| percent < under));
    }
    let band = checked.project.policy.as_ref().map_or_else(Band::default, |policy| policy.time.load);
    let levelled = counted;
    context.output.print(&match args.format {
        Format::Json => envelope("load", &answer(question.plan, levelled, &load, band)),
        Format::Svg => load::picture(question.plan, levelled, &load, band, title(question.plan)).svg().into(),
        Format::Chart => {
            chart(&load::picture(question.plan, levelled, &load, band, title(question.plan)), context.output.style())
        }
        _ => text(question.plan, levelled, &load, band, args.all, context.output.style()),
    })?;
    match args.format {
        Format::Human if !findings.is_empty() => {
            context.output.print("\n")?;
            context.report(&findings)
        }
        _ => Ok(Exit::Passed),
    }
}

fn text(plan: &Plan, levelled: &Levelled, load: &Load, band: Band, all: bool, style: Style) -> String {
    let weeks = if all { load.weeks.len() } else { load.weeks.len().min(SHOWN) };
    let heads = load.weeks[..weeks].iter().map(|week| (week.strftime("%-d %b").to_string(), Align::Right));
    let ends = [("until the end".to_owned(), Align::Right), (String::new(), Align::Left)];
    let mut table = Table::new(std::iter::once(("who".to_owned(), Align::Left)).chain(heads).chain(ends));
    let percent = |share: &Share| share.percent().map_or("–".to_owned(), |percent| format!("{percent}%"));
    let mut idle = Vec::new();
    for (person, whole, by_week) in &load.rows {
        let name = &levelled.people[*person].name;
        if whole.given.0 == 0 && !all {
            idle.push(foreign::line(name).into_owned());
            continue;
        }
        let mut row = vec![name.clone()];
        row.extend(by_week[..weeks].iter().map(percent));
        row.extend([percent(whole), whole.verdict(band).to_owned()]);
        table.row(row);
    }
    let mut out = table.render(style);
    if weeks < load.weeks.len() {
        out.push_str(&format!("… and {} more weeks: --all\n", load.weeks.len() - weeks));
    }
    if !idle.is_empty() {
        out.push_str(&format!("nothing to do: {}\n", idle.join(", ")));
    }
    out.push_str(&format!(
        "{} to {} % is a good load: less is idle, more leaves no room for what comes in between\n",
        band.least, band.most
    ));
    out.push_str(&conflicts(plan, levelled, load));
    out
}

/// The weeks in which somebody has more to do than they can, with what collides.
fn conflicts(plan: &Plan, levelled: &Levelled, load: &Load) -> String {
    let mut out = String::new();
    for (person, _, by_week) in &load.rows {
        for (week, share) in load.weeks.iter().zip(by_week).filter(|(_, share)| share.percent() > Some(100)) {
            let ids: Vec<&str> = share.items.iter().take(IDS).map(|item| plan.items[*item].id.as_str()).collect();
            let more = share.items.len().saturating_sub(IDS);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let name = foreign::line(&levelled.people[*person].name).into_owned();
            out.push_str(&format!(
                "{name}, week of {week}: {} of work in {}: {}{more}\n",
                share.given,
                share.there,
                foreign::line(&ids.join(", "))
            ));
        }
    }
    out
}

fn answer<'a>(plan: &'a Plan, levelled: &'a Levelled, load: &Load, band: Band) -> v1::Load<'a> {
    let share = |share: &Share| v1::LoadShare {
        there: share.there.0,
        given: share.given.0,
        percent: share.percent(),
        verdict: share.verdict(band),
        tasks: share.items.iter().map(|item| plan.items[*item].id.as_str()).collect(),
    };
    v1::Load {
        band: [band.least, band.most],
        weeks: load.weeks.iter().map(ToString::to_string).collect(),
        members: load
            .rows
            .iter()
            .map(|(person, whole, by_week)| v1::MemberLoad {
                name: &levelled.people[*person].name,
                whole: share(whole),
                weeks: by_week.iter().map(share).collect(),
            })
            .collect(),
    }
}
