//! `load`: how busy everybody is.

use super::args::format_among;
use super::schedule::{TimeArgs, title};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign};
use crate::schedule::level::Levelled;
use crate::verb::load::{self, BAND, Load, Share};
use crate::verb::schedule;

/// How many weeks are shown when not all are asked for.
const SHOWN: usize = 6;

#[derive(Debug, clap::Args)]
pub struct LoadArgs {
    #[command(flatten)]
    time: TimeArgs,

    /// Show every week, and everybody who has nothing to do
    #[arg(long)]
    all: bool,

    /// Form of the results
    #[arg(long, value_parser = format_among(&[Format::Human, Format::Json, Format::Svg]), default_value = "human")]
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
    let load = load::run(&levelled, &question.zone());
    context.output.print(&match args.format {
        Format::Json => envelope("load", &answer(question.plan, &levelled, &load)),
        Format::Svg => load::picture(question.plan, &levelled, &load, title(question.plan)).into(),
        _ => text(&levelled, &load, args.all, context.output.style()),
    })?;
    Ok(Exit::Passed)
}

fn text(levelled: &Levelled, load: &Load, all: bool, style: Style) -> String {
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
        row.extend([percent(whole), whole.verdict().to_owned()]);
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
        BAND.0, BAND.1
    ));
    out
}

fn answer<'a>(plan: &'a crate::plan::Plan, levelled: &'a Levelled, load: &Load) -> v1::Load<'a> {
    let share = |share: &Share| v1::LoadShare {
        there: share.there.0,
        given: share.given.0,
        percent: share.percent(),
        verdict: share.verdict(),
        tasks: share.items.iter().map(|item| plan.items[*item].id.as_str()).collect(),
    };
    v1::Load {
        band: [BAND.0, BAND.1],
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
