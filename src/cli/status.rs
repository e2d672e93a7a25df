//! `status`: how far the plan is, and what is amiss.

use super::past::{LineArgs, surveyed, when};
use super::workspace;
use super::{Context, Exit, branches};
use crate::diag::Failure;
use crate::plan::{Kind, Plan};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style};
use crate::verb::indicators::{self, Indicators};
use crate::verb::metrics;
use crate::verb::status::{self, Counts, Group, Overview};
use crate::verb::survey::Survey;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// Count the tasks of each team, member, epic or phase instead
    #[arg(long, value_name = "GROUP", value_parser = by_parser())]
    by: Option<By>,

    /// Show instead which items stand otherwise in work trees and on branches, here and on remotes, than on the protected
    /// branch; work that has not landed
    #[arg(long, conflicts_with_all = ["by", "now", "at"])]
    branches: bool,

    /// Look as if it were then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when)]
    now: Option<Timestamp>,

    #[command(flatten)]
    line: LineArgs,
}

/// By what tasks are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Team,
    Member,
    Epic,
    Phase,
}

fn by_parser() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(["team", "member", "epic", "phase"]).map(|name| match name.as_str() {
        "team" => By::Team,
        "member" => By::Member,
        "epic" => By::Epic,
        _ => By::Phase,
    })
}

/// Prints how far the plan is, and what is amiss; the worst indicator wins.
///
/// # Errors
/// A file or the history could not be read.
pub fn run(context: &Context, args: StatusArgs) -> Result<Exit, Failure> {
    if args.branches {
        return branches::run(context);
    }
    let printed = surveyed(context, &args.line, args.now, |survey| {
        let indicators = indicators::run(survey, &metrics::now(survey));
        let overview = status::run(&survey.standings);
        let groups = args.by.map(|by| groups(survey, by));
        context.output.print(&match context.format {
            Format::Json => envelope("status", &answer(survey.plan, &overview, &indicators, groups.as_deref())),
            _ => {
                let style = context.output.style();
                let counts = match &groups {
                    Some(groups) => group_table(groups, style),
                    None => text(survey.plan, &overview, style),
                };
                counts + &amiss(&indicators, style)
            }
        })
    })?;
    match printed {
        Ok(()) => Ok(Exit::Passed),
        Err(errors) => {
            let exit = context.report(&errors)?;
            context.output.say("a plan with errors is not counted");
            Ok(exit)
        }
    }
}

fn groups(survey: &Survey<'_>, by: By) -> Vec<Group> {
    let around = |index, kind| survey.around(index, kind).map(|above| above.id.value.to_string());
    status::groups(survey, |index| match by {
        By::Team => survey.team(index).map(str::to_owned),
        By::Member => survey.plan.items[index].owner().map(|owner| owner.value.to_owned()),
        By::Epic => around(index, Kind::Epic),
        By::Phase => around(index, Kind::Phase),
    })
}

fn group_table(groups: &[Group], style: Style) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("done", Align::Right),
        ("ready", Align::Right),
        ("blocked", Align::Right),
        ("waiting", Align::Right),
        ("under way", Align::Right),
    ]);
    for Group { name, counts, under_way, .. } in groups {
        let done = format!("{}/{}", counts.done, counts.total());
        let numbers = [counts.ready, counts.blocked, counts.waiting, *under_way].map(|count| count.to_string());
        table.row([name.as_str(), &done].into_iter().chain(numbers.iter().map(String::as_str)));
    }
    table.render(style)
}

/// What is yellow or red, worst first, and how the whole stands.
fn amiss(indicators: &Indicators, style: Style) -> String {
    let mut table = Table::new(["light", "indicator", "why", "see"].map(|column| (column, Align::Left)));
    for one in indicators.amiss() {
        table.row([one.light.name(), one.name, &one.reason, &one.more]);
    }
    let table = if table.is_empty() { String::new() } else { format!("\n{}", table.render(style)) };
    let unknown = match indicators.unknown() {
        0 => String::new(),
        unknown => format!(" as far as is known; {unknown} of {} indicators are not", indicators.all.len()),
    };
    format!("{table}\n{}{unknown}\n", indicators.light.name())
}

fn answer<'a>(
    plan: &'a Plan,
    overview: &Overview,
    indicators: &'a Indicators,
    groups: Option<&'a [Group]>,
) -> v1::Status<'a> {
    let indicator = |one: &'a indicators::Indicator| v1::Indicator {
        name: one.name,
        light: one.light.name(),
        reason: &one.reason,
        more: &one.more,
    };
    let group = |one: &'a Group| v1::Group { name: &one.name, tasks: tasks(one.counts), under_way: one.under_way };
    let parts = overview.parts.iter().map(|part| v1::Part {
        item: workspace::item(plan, &plan.items[part.index], part.standing),
        depth: part.depth,
        tasks: tasks(part.counts),
    });
    v1::Status {
        light: indicators.light.name(),
        tasks: tasks(overview.all),
        parts: parts.collect(),
        loose: tasks(overview.loose),
        groups: groups.map(|groups| groups.iter().map(group).collect()),
        indicators: indicators.all.iter().map(indicator).collect(),
    }
}

fn tasks(counts: Counts) -> v1::Tasks {
    let Counts { done, ready, blocked, waiting, dropped } = counts;
    v1::Tasks { total: counts.total(), done, ready, blocked, waiting, dropped }
}

fn text(plan: &Plan, overview: &Overview, style: Style) -> String {
    let mut table = Table::new([
        ("part", Align::Left),
        ("done", Align::Right),
        ("ready", Align::Right),
        ("blocked", Align::Right),
        ("waiting", Align::Right),
        ("title", Align::Left),
    ]);
    let mut row = |name: &str, counts: Counts, title: &str| {
        let done = format!("{}/{}", counts.done, counts.total());
        let [ready, blocked, waiting] = [counts.ready, counts.blocked, counts.waiting].map(|count| count.to_string());
        table.row([name, &done, &ready, &blocked, &waiting, title]);
    };
    for part in &overview.parts {
        let item = &plan.items[part.index];
        row(&format!("{}{}", "  ".repeat(part.depth), item.id.value), part.counts, item.title().value);
    }
    if overview.loose.total() > 0 && !overview.parts.is_empty() {
        row("other", overview.loose, "tasks outside of every part");
    }
    row("all", overview.all, "");
    table.render(style)
}
