//! The war room: one block of Markdown that shows how the project stands, kept in the implementation report between
//! two markers. What people wrote around it stays as it is.
//!
//! The block is a pure function of the files, the history and the moment its first marker names, so anybody can check
//! whether it is what it should be. It is a view: nothing is ever refused because of it.

mod means;

use super::freshness::Freshness;
use super::indicators::Indicators;
use super::metrics::Reading;
use super::reports;
use super::sop::{self, Total};
use super::status::{Counts, Group, groups, whole};
use super::survey::Survey;
use super::tables;
use crate::diag::Failure;
use crate::evidence::Outcome;
use crate::facts::{Event, ItemFacts, What};
use crate::phase::{self, Phase};
use crate::plan::Kind;
use crate::policy::Level;
use crate::record::{Record, kinds};
use crate::schedule::forecast::SHARES;
use crate::text::{inert, visible};
use crate::verb::forecast;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The document that holds the block.
pub use crate::policy::IMPLEMENTATION_REPORT as PATH;

const BEGIN: &str = "<!-- passmuster war-room as of ";
const END: &str = "<!-- /passmuster war-room -->";

/// At most so many rows of one table.
const ROWS: usize = 20;

/// Tasks that are named as next steps.
const NEXT: usize = 5;

/// What is shown.
#[derive(Clone, Copy)]
pub struct Scene<'s, 'a> {
    pub survey: &'s Survey<'a>,
    pub readings: &'s [Reading],
    pub indicators: &'s Indicators,
    /// `None`: nobody can say which results still count.
    pub freshness: Option<&'s Freshness>,
}

/// What a report begins with where there is none.
pub fn opening() -> String {
    phase::opening(Phase::Implementation).replace("{title}", "the project")
}

/// The block with its markers.
pub fn block(scene: &Scene<'_, '_>) -> String {
    let Scene { survey, readings, freshness, .. } = *scene;
    let mut block = format!(
        "{BEGIN}{}; `passmuster report war-room --write` writes it anew -->\n",
        survey.now.strftime("%Y-%m-%dT%H:%M:%SZ")
    );
    live(scene, &mut block);
    next_steps(survey, &mut block);
    teams(survey, &mut block);
    means::members(survey, &mut block);
    gates(survey, freshness, &mut block);
    procedures(survey, &mut block);
    means::documents(survey, &mut block);
    means::environment(survey, &mut block);
    means::bottlenecks(survey, &mut block);
    figures(readings, &mut block);
    blockers(survey, &mut block);
    flow(survey, &mut block);
    risks(survey, &mut block);
    decisions(survey, &mut block);
    timeline(survey, &mut block);
    block + END + "\n"
}

/// A document with the block in it: in the place of the one that is there, else at its end.
///
/// # Errors
/// The markers in it are not one pair.
pub fn place(document: &str, block: &str) -> Result<String, Failure> {
    let count = |marker: &str| document.matches(marker).count();
    let ends = if document.contains("\r\n") { block.replace('\n', "\r\n") } else { block.to_owned() };
    match (count(BEGIN), count(END)) {
        (0, 0) => {
            let gap = if document.is_empty() || document.ends_with("\n\n") || document.ends_with("\r\n\r\n") {
                ""
            } else if document.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            Ok(format!("{document}{gap}{ends}"))
        }
        (1, 1) => match (document.find(BEGIN), document.find(END)) {
            (Some(begin), Some(end)) if begin < end => {
                let rest = &document[end + END.len()..];
                Ok(format!("{}{}{rest}", &document[..begin], ends.trim_end_matches(['\r', '\n'])))
            }
            _ => Err(broken("its end stands before its beginning".to_owned())),
        },
        (begins, ends) => Err(broken(format!("there are {begins} beginnings and {ends} ends"))),
    }
}

fn broken(why: String) -> Failure {
    Failure::new(format!("the markers of the war room in `{PATH}` are no pair"))
        .because(why)
        .hint("remove the lines that begin with `<!-- passmuster war-room` and `<!-- /passmuster war-room`, then write it anew")
}

/// The moment that the block of a document shows.
pub fn as_of(document: &str) -> Option<Timestamp> {
    let rest = &document[document.find(BEGIN)? + BEGIN.len()..];
    rest.split([';', ' ']).next()?.parse().ok()
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Foreign text in a cell: one line that does nothing but show.
fn cell(text: &str) -> String {
    inert(&visible(text))
}

/// A table with a heading; when nothing is in it, a word that says so.
fn table(block: &mut String, title: &str, columns: &[&str], rows: Vec<Vec<String>>, none: &str) {
    let _ = writeln!(block, "\n### {title}\n");
    if rows.is_empty() {
        let _ = writeln!(block, "{none}");
        return;
    }
    let _ = writeln!(block, "| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    let left_out = rows.len().saturating_sub(ROWS);
    for row in rows.into_iter().take(ROWS) {
        let _ = writeln!(block, "| {} |", row.join(" | "));
    }
    if left_out > 0 {
        let _ = writeln!(block, "\n{left_out} more are left out.");
    }
}

fn live(scene: &Scene<'_, '_>, block: &mut String) {
    let Scene { survey, readings, indicators, .. } = *scene;
    let plan = survey.plan;
    let epics: Vec<usize> = (0..plan.items.len()).filter(|&index| plan.items[index].kind == Kind::Epic).collect();
    let closed = epics.iter().filter(|&&index| plan.is_closed(index)).count();
    let all = whole(survey).counts;
    let unknown = indicators.unknown();
    let far = if unknown > 0 { ", as far as is known" } else { "" };
    let _ = writeln!(block, "\n### Status: {}{far}\n", indicators.light.name().to_uppercase());
    for one in indicators.amiss() {
        let _ = writeln!(block, "- {}: {}, {}", one.light.name(), one.name, cell(&one.reason));
    }
    if unknown > 0 {
        let _ = writeln!(block, "- {unknown} of {} indicators are not known", indicators.all.len());
    }
    let _ =
        writeln!(block, "- tasks: {} of {} done, {} ready, {} blocked", all.done, all.total(), all.ready, all.blocked);
    if !epics.is_empty() {
        let _ = writeln!(block, "- epics: {closed} of {} done", epics.len());
    }
    let criteria: Vec<bool> =
        plan.items.iter().flat_map(|item| item.criteria().map(|criterion| criterion.ticked)).collect();
    if !criteria.is_empty() {
        let ticked = criteria.iter().filter(|ticked| **ticked).count();
        let _ = writeln!(block, "- criteria: {ticked} of {} ticked", criteria.len());
    }
    let goals = reports::goals(survey);
    if !goals.is_empty() {
        let met = goals.iter().filter(|goal| goal.is_met()).count();
        let _ = writeln!(block, "- goals: {met} of {} met", goals.len());
    }
    if let Some(day) = reports::day_number(survey) {
        let _ = writeln!(block, "- day {day} since the first commit");
    }
    if let Some(critical) = &survey.critical {
        let health = reports::critical_path(survey, readings).to_lowercase();
        let _ = writeln!(block, "- critical path: {health}, {} of work left", critical.finish());
    }
    let mut results = survey.facts.events().filter(|event| matches!(event.what, What::Gate { reused: false, .. }));
    if let Some(Event { subject, what: What::Gate { gate, outcome, at, .. }, .. }) = results.next_back() {
        let (gate, at) = (cell(gate), time(Timestamp::from_second(*at).unwrap_or_default()));
        let _ = writeln!(block, "- the last gate: {gate} of {}, {}, {at}", cell(subject), outcome.name());
    }
    let under_way = survey.tasks().filter(|&index| survey.is_under_way(index));
    let mut lacking = under_way.filter_map(|index| {
        let item = &plan.items[index];
        let known = survey.past(item).map(ItemFacts::newest_runs).unwrap_or_default();
        let gate = survey.asked(item).into_iter().find(|name| !known.contains_key(name))?;
        Some((gate, item.id.as_str()))
    });
    if let Some((gate, id)) = lacking.next() {
        let _ = writeln!(block, "- the next gate: {} of {}", cell(gate), cell(id));
    }
}

/// What can be begun, the most urgent first.
fn next_steps(survey: &Survey<'_>, block: &mut String) {
    let row = |index: usize| {
        let item = &survey.plan.items[index];
        let priority = item.priority().map_or_else(String::new, |priority| format!("P{}", priority.value));
        let owner = item.owner().map(|owner| owner.value).unwrap_or_default();
        vec![cell(item.id.as_str()), cell(item.title().value), priority, cell(owner)]
    };
    let rows = reports::next(survey, NEXT).into_iter().map(row).collect();
    table(block, "Next steps", &["item", "title", "priority", "owner"], rows, "Nothing can be begun.");
}

fn teams(survey: &Survey<'_>, block: &mut String) {
    let columns = ["team", "done", "ready", "blocked", "under way", "capacity", "in use", "works on"];
    let row = |group: &Group| {
        let Counts { done, ready, blocked, .. } = group.counts;
        let capacity =
            tables::capacity(survey, &group.name).map_or_else(|| "unknown".to_owned(), |all| all.to_string());
        let of_it = tables::capacity(survey, &group.name).filter(|&capacity| capacity > 0);
        let in_use = of_it.map_or_else(
            || "unknown".to_owned(),
            |capacity| format!("{} %", group.under_way * 100 / usize::try_from(capacity).unwrap_or(usize::MAX)),
        );
        let own = |index: &usize| survey.team(*index).is_some_and(|team| team.eq_ignore_ascii_case(&group.name));
        let current = survey.tasks().filter(own).filter(|&index| survey.is_under_way(index));
        let current: Vec<&str> = current.take(NEXT).map(|index| survey.plan.items[index].id.as_str()).collect();
        let counts = [format!("{done}/{}", group.counts.total()), ready.to_string(), blocked.to_string()];
        let load = [group.under_way.to_string(), capacity, in_use, cell(&current.join(", "))];
        std::iter::once(cell(&group.name)).chain(counts).chain(load).collect()
    };
    let groups = groups(survey, |index| survey.team(index).map(str::to_owned));
    table(block, "Teams", &columns, groups.iter().map(row).collect(), "No task is for a team.");
}

/// The results of the gates that landed, by level, and how many of the newest no longer count.
fn gates(survey: &Survey<'_>, freshness: Option<&Freshness>, block: &mut String) {
    let mut counts: BTreeMap<Level, [usize; 3]> = BTreeMap::new();
    let level = |subject: &str| survey.facts.item(subject).map_or(Level::Merge, |item| Level::Item(item.kind));
    for event in survey.facts.events() {
        let What::Gate { outcome, reused: false, .. } = event.what else { continue };
        let [passed, failed, _] = counts.entry(level(event.subject)).or_default();
        *(if *outcome == Outcome::Pass { passed } else { failed }) += 1;
    }
    for (subject, _) in freshness.into_iter().flat_map(Freshness::gone) {
        counts.entry(level(subject)).or_default()[2] += 1;
    }
    let row = |(level, [passed, failed, gone]): (Level, [usize; 3])| {
        let gone = freshness.map_or_else(|| "unknown".to_owned(), |_| gone.to_string());
        vec![level.name().to_owned(), passed.to_string(), failed.to_string(), gone]
    };
    let rows = counts.into_iter().map(row).collect();
    let columns = ["level", "passed", "not passed", "stale now"];
    table(block, "Gates", &columns, rows, "No result of a gate has landed.");
}

fn procedures(survey: &Survey<'_>, block: &mut String) {
    let courses = survey.courses.as_deref().unwrap_or_default();
    let totals = sop::totals(courses).into_iter().filter(|total| total.courses > 0);
    let row = |total: Total| {
        let counts = [total.courses, total.violations, total.warnings].map(|count| count.to_string());
        std::iter::once(total.sop.name().to_owned()).chain(counts).collect()
    };
    let columns = ["procedure", "carried out", "with a step missing", "not wholly known"];
    table(block, "Procedures", &columns, totals.map(row).collect(), "None was carried out.");
}

fn figures(readings: &[Reading], block: &mut String) {
    let row = |reading: &Reading| {
        let metric = reading.metric;
        vec![
            metric.title.to_owned(),
            reading.target_shown(),
            reading.value_shown(),
            reading.trend_shown(),
            reading.light().map_or("", |light| light.name()).to_owned(),
        ]
    };
    // What nobody aims at and nobody knows says nothing.
    let told = readings.iter().filter(|reading| reading.light().is_some() || reading.value.is_some());
    let columns = ["figure", "target", "now", "in 7 days", "status"];
    let _ = writeln!(block, "\n### Figures\n\n| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
    for reading in told {
        let _ = writeln!(block, "| {} |", row(reading).join(" | "));
    }
}

fn blockers(survey: &Survey<'_>, block: &mut String) {
    let situation = survey.situation();
    let row = |record: &Record| {
        let standing = situation.as_ref().map(|situation| situation.of(record));
        let items: Vec<&str> = record.list("items").iter().map(|item| item.value.as_str()).collect();
        vec![
            standing.as_ref().map_or_else(|| "unknown".to_owned(), |standing| format!("P{}", standing.priority)),
            standing.as_ref().map_or_else(|| "unknown".to_owned(), |standing| format!("L{}", standing.level)),
            cell(&record.title.value),
            cell(&items.join(", ")),
            cell(record.text("owner").unwrap_or_default()),
            time(record.opener().at.value),
        ]
    };
    let open = || survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed());
    let columns = ["priority", "level", "what", "items", "owner", "since"];
    table(block, "Open blockers", &columns, open().map(row).collect(), "None.");
    let mut levels: BTreeMap<u8, usize> = BTreeMap::new();
    if let Some(situation) = &situation {
        open().for_each(|record| *levels.entry(situation.of(record).level).or_default() += 1);
    }
    if !levels.is_empty() {
        let levels: Vec<String> = levels.iter().map(|(level, count)| format!("{count} at L{level}")).collect();
        let _ = writeln!(block, "\nEscalations: {}.", levels.join(", "));
    }
}

/// Handoffs of the last day and messages of the last six hours, and handoffs that are on their way.
fn flow(survey: &Survey<'_>, block: &mut String) {
    let since = |hours| survey.now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN);
    let recent = |record: &Record, hours| (since(hours)..=survey.now).contains(&record.last_step().at.value);
    let list = |record: &Record, field: &str| {
        let values: Vec<&str> = record.list(field).iter().map(|value| value.value.as_str()).collect();
        cell(&values.join(", "))
    };
    let handoff = |record: &Record| {
        let step = record.last_step();
        vec![
            cell(&record.title.value),
            list(record, "from"),
            list(record, "to"),
            record.state().to_owned(),
            time(step.at.value),
        ]
    };
    let open = survey.of(&kinds::HANDOFF).filter(|record| !record.is_closed() || recent(record, 24));
    let columns = ["what", "from", "to", "state", "since"];
    table(block, "Handoffs, open or of the last 24 hours", &columns, open.map(handoff).collect(), "None.");
    let message = |record: &Record| {
        let from = cell(&record.opener().by.value);
        vec![cell(&record.title.value), from, list(record, "to"), record.state().to_owned()]
    };
    let messages = survey.of(&kinds::MESSAGE).filter(|record| recent(record, 6)).map(message).collect();
    table(block, "Messages of the last 6 hours", &["what", "from", "to", "state"], messages, "None.");
}

fn risks(survey: &Survey<'_>, block: &mut String) {
    let row = |record: &Record| {
        let said = |field: &str| cell(record.text(field).unwrap_or_default());
        vec![cell(&record.title.value), said("type"), said("owner"), record.state().to_owned(), said("due")]
    };
    let rows = survey.of(&kinds::RISK).filter(|record| !record.is_closed()).map(row).collect();
    table(block, "Risks and debts", &["what", "type", "owner", "state", "due"], rows, "None is open.");
}

/// What was decided last.
fn decisions(survey: &Survey<'_>, block: &mut String) {
    let made = survey.of(&kinds::DECISION).filter_map(|record| {
        let step = record.step_to("decided").filter(|step| step.at.value <= survey.now)?;
        Some((step.at.value, record, step.by.value.as_str()))
    });
    let mut made: Vec<(Timestamp, &Record, &str)> = made.collect();
    made.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let row = |(at, record, by): (Timestamp, &Record, &str)| {
        vec![cell(&record.title.value), cell(record.text("type").unwrap_or_default()), cell(by), time(at)]
    };
    let rows = made.into_iter().map(row).collect();
    table(block, "Decisions", &["what", "type", "by", "when"], rows, "None was made.");
}

/// When all is done, by the estimates and by the pace so far.
fn timeline(survey: &Survey<'_>, block: &mut String) {
    let outcome = forecast::quick(survey);
    let dates =
        |days: [Option<Date>; 3]| days.map(|day| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string()));
    let by_estimates = outcome.as_ref().map(|outcome| {
        let finish = outcome.forecast.finish();
        SHARES.map(|share| outcome.clock.day(finish.quantile(share)))
    });
    let by_pace = outcome.as_ref().and_then(|outcome| outcome.pace.as_ref()?.days).map(|days| days.map(Some));
    let row = |(how, days): (&str, Option<[Option<Date>; 3]>)| {
        std::iter::once(how.to_owned()).chain(dates(days.unwrap_or_default())).collect()
    };
    let rows = [("the estimates", by_estimates), ("the pace of the last weeks", by_pace)].map(row).into();
    table(block, "When all is done", &["by", "even odds", "likely", "all but sure"], rows, "");
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str =
        "<!-- passmuster war-room as of 2026-01-05T00:00:00Z; x -->\nnew\n<!-- /passmuster war-room -->\n";

    #[test]
    fn what_people_wrote_stays() {
        for document in ["", "# Report\n", "# Report", "# Report\n\n", "# Report\r\nmine\r\n"] {
            let placed = place(document, BLOCK).unwrap();
            assert!(placed.starts_with(document), "{placed:?}");
            assert_eq!(place(&placed, BLOCK).unwrap(), placed, "twice is once");
            let around = format!("{placed}after\n");
            let old = around.replace("new", "old");
            assert_eq!(place(&old, BLOCK).unwrap(), around);
            assert_eq!(placed.contains("\r\n"), document.contains("\r\n"));
        }
        assert_eq!(as_of(BLOCK), Some("2026-01-05T00:00:00Z".parse().unwrap()));
        assert_eq!(as_of("text"), None);
    }

    #[test]
    fn markers_that_are_no_pair_are_left_alone() {
        let begin = "<!-- passmuster war-room as of x -->";
        for document in
            [begin.to_owned(), END.to_owned(), format!("{END}\n{begin}"), format!("{begin}{END}{begin}{END}")]
        {
            assert!(place(&document, BLOCK).is_err(), "{document}");
        }
    }

    #[test]
    fn foreign_text_only_shows() {
        assert_eq!(cell("a|b\n`c` <!-- /passmuster war-room -->").matches(END).count(), 0);
    }
}
