//! `plan critical`, with the people there are: which tasks decide when all is done.

use super::schedule::{TimeArgs, answer};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::plan::Plan;
use crate::report::json::envelope;
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, plural};
use crate::schedule::level::{Levelled, Row};
use crate::verb::check::Checked;
use crate::verb::schedule::{self, stamp};
use jiff::tz::TimeZone;

/// How many tasks with little float are shown when not all are asked for.
const SHOWN: usize = 10;

/// Makes the schedule, and names what decides its end.
///
/// # Errors
/// Standard output cannot be written.
pub(super) fn run(context: &Context, checked: &Checked, time: &TimeArgs, all: bool) -> Result<Exit, Failure> {
    let question = time.question(checked);
    let (levelled, findings) = schedule::run(&question);
    let Some(levelled) = levelled else { return context.report(&findings) };
    if context.format == Format::Json {
        let answer = answer(question.plan, &levelled, time.estimate, &findings);
        context.output.print(&envelope("critical-chain", &answer))?;
        return Ok(Exit::Passed);
    }
    context.output.print(&text(question.plan, &levelled, all, &question.zone(), context.output.style()))?;
    if findings.is_empty() {
        return Ok(Exit::Passed);
    }
    context.output.print("\n")?;
    context.report(&findings)
}

fn text(plan: &Plan, levelled: &Levelled, all: bool, zone: &TimeZone, style: Style) -> String {
    if levelled.rows.is_empty() {
        return "nothing is open\n".to_owned();
    }
    let (critical, rest): (Vec<&Row>, Vec<&Row>) = levelled.rows.iter().partition(|row| row.is_critical());
    let mut out = format!(
        "all is done {}: {} of {} decide that\n{}\n\n",
        stamp(levelled.finish, zone),
        critical.len(),
        plural(levelled.rows.len(), "open task"),
        schedule::quality(levelled, zone)
    );
    out.push_str(&chain(plan, levelled, zone, style));
    let in_chain = |row: &&&Row| levelled.chain.iter().any(|(item, _)| *item == row.item);
    let also: Vec<&Row> = critical.iter().filter(|row| !in_chain(row)).copied().collect();
    let near = if all { rest } else { levelled.near() };
    let near_head = if all { "the others" } else { "next to become critical" };
    for (head, rows) in [("critical too", also), (near_head, near)] {
        if !rows.is_empty() {
            out.push_str(&format!("\n{head}:\n"));
            out.push_str(&floats(plan, levelled, &rows, if all { usize::MAX } else { SHOWN }, zone, style));
        }
    }
    out
}

fn chain(plan: &Plan, levelled: &Levelled, zone: &TimeZone, style: Style) -> String {
    let columns = ["critical", "who", "from", "to", "because it", "title"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for (item, because) in &levelled.chain {
        let Some(row) = levelled.row(*item) else { continue };
        let why = schedule::because(plan, levelled, *item, *because);
        let who = row.person.map_or("", |person| &levelled.people[person].name);
        let (from, to) = (stamp(row.start, zone), stamp(row.finish, zone));
        table.row([plan.items[*item].id.as_str(), who, &from, &to, &why, plan.items[*item].title().value]);
    }
    table.render(style)
}

fn floats(plan: &Plan, levelled: &Levelled, rows: &[&Row], limit: usize, zone: &TimeZone, style: Style) -> String {
    let columns = ["task", "who", "from", "to", "can slip", "title"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for row in rows.iter().take(limit) {
        let item = &plan.items[row.item];
        let who = row.person.map_or("", |person| &levelled.people[person].name);
        let (from, to) = (stamp(row.start, zone), stamp(row.finish, zone));
        table.row([item.id.as_str(), who, &from, &to, &row.float.to_string(), item.title().value]);
    }
    let mut out = table.render(style);
    let more = rows.len().saturating_sub(limit);
    if more > 0 {
        out.push_str(&format!("… and {more} more: `passmuster plan critical --all`\n"));
    }
    out
}
