//! What people wrote down: blockers, handoffs, decisions, waivers, incidents, risks.

use super::sheet::{Cell, Table, Tone, span};
use super::{Section, Survey};
use crate::record::{Record, kinds};
use jiff::SignedDuration;

pub(super) fn sections(survey: &Survey<'_>) -> Vec<Section> {
    vec![blockers(survey), handoffs(survey), decisions(survey), waivers(survey), risks(survey)]
}

fn section(id: &'static str, title: &'static str, lead: String, tables: Vec<Table>) -> Section {
    Section { id, title, lead, tables, ..Section::default() }
}

/// Open records first, the newest of each first.
fn sorted<'s>(survey: &'s Survey<'_>, kind: &'static crate::record::Kind) -> Vec<&'s Record> {
    let mut records: Vec<&Record> = survey.of(kind).collect();
    records.sort_by_key(|record| (record.is_closed(), std::cmp::Reverse(record.last_step().at.value)));
    records
}

fn list(record: &Record, field: &str) -> Cell {
    let values: Vec<&str> = record.list(field).iter().map(|value| value.value.as_str()).collect();
    Cell::said(Some(&values.join(", ")))
}

/// What a field says.
fn said(record: &Record, field: &str) -> Cell {
    Cell::said(record.text(field))
}

/// The moment a field names, for something to be done by then.
fn deadline(record: &Record, field: &str, survey: &Survey<'_>) -> Cell {
    let by = record.time(field);
    let late = by.is_some_and(|by| by < survey.now) && !record.is_closed();
    by.map_or_else(Cell::none, Cell::moment).tone(if late { Tone::Bad } else { Tone::Plain })
}

fn title(record: &Record) -> Cell {
    Cell::text(&record.title.value)
}

fn state(record: &Record) -> Cell {
    Cell::text(record.state()).tone(if record.is_closed() { Tone::Quiet } else { Tone::Warn })
}

/// The first words below a heading.
fn section_text(record: &Record, title: &str) -> Cell {
    let filled = record.section(title).filter(|section| section.filled);
    Cell::said(filled.map(|section| record.source.slice(section.span).trim()))
}

fn open(records: &[&Record]) -> usize {
    records.iter().filter(|record| !record.is_closed()).count()
}

fn blockers(survey: &Survey<'_>) -> Section {
    let mut table = Table::new("blocker-list", "Blockers, open ones first", "Nothing was ever blocked.")
        .text("what")
        .choice("state")
        .choice("priority")
        .choice("level")
        .text("items")
        .number("holds up")
        .column("owner")
        .text("handled by")
        .number("age")
        .column("climbs at");
    let situation = survey.situation();
    let records = sorted(survey, &kinds::BLOCKER);
    for record in &records {
        let standing = situation.as_ref().map(|situation| situation.of(record));
        let is_open = !record.is_closed();
        let urgent = |bad: bool| if is_open && bad { Tone::Bad } else { Tone::Plain };
        let climbs = situation.as_ref().zip(standing.as_ref()).map(|(situation, standing)| situation.climbs(standing));
        let age = standing.as_ref().map(|standing| SignedDuration::from_mins(standing.minutes));
        table.row([
            title(record),
            state(record),
            standing
                .as_ref()
                .map(|one| Cell::text(&format!("P{}", one.priority)).tone(urgent(one.priority == 0)))
                .into(),
            standing.as_ref().map(|one| Cell::text(&format!("L{}", one.level)).tone(urgent(one.level >= 4))).into(),
            list(record, "items"),
            standing.as_ref().map(|one| Cell::count(one.blocked.len())).into(),
            said(record, "owner"),
            standing.as_ref().map(|one| Cell::said(Some(&one.handlers.join(", ")))).into(),
            age.map(|age| Cell::text(&span(age)).rank(age.as_secs_f64())).into(),
            match climbs {
                None => Cell::unknown(),
                Some(None) => Cell::none(),
                Some(Some(at)) => Cell::moment(at),
            },
        ]);
    }
    let lead = match (records.len(), open(&records)) {
        (0, _) => String::new(),
        (_, 0) => "None is open.".to_owned(),
        (all, open) => {
            format!("{open} of {all} are open. Levels follow from age and priority, by the ladder of the policy.")
        }
    };
    section("blockers", "Blockers", lead, vec![table])
}

fn handoffs(survey: &Survey<'_>) -> Section {
    let mut table = Table::new("handoff-list", "Handoffs, open ones first", "Nothing was handed over yet.")
        .text("what")
        .choice("state")
        .column("from")
        .column("to")
        .text("items")
        .column("since")
        .column("answer by");
    let records = sorted(survey, &kinds::HANDOFF);
    for record in &records {
        table.row([
            title(record),
            state(record),
            list(record, "from"),
            list(record, "to"),
            list(record, "items"),
            Cell::moment(record.last_step().at.value),
            deadline(record, "answer_by", survey),
        ]);
    }
    let lead =
        if records.is_empty() { String::new() } else { format!("{} of {} are open.", open(&records), records.len()) };
    section("handoffs", "Handoffs", lead, vec![table])
}

fn decisions(survey: &Survey<'_>) -> Section {
    let mut table =
        Table::new("decision-list", "Decisions, those to be made first", "Nothing was decided on record yet.")
            .text("what")
            .choice("kind")
            .choice("state")
            .text("decision")
            .column("by")
            .column("at");
    let records = sorted(survey, &kinds::DECISION);
    for record in &records {
        let decided = record.step_to("decided");
        let verdict = record.text("verdict").map(Cell::text);
        table.row([
            title(record),
            said(record, "type"),
            state(record),
            verdict.unwrap_or_else(|| section_text(record, "Decision")),
            Cell::said(decided.map(|step| step.by.value.as_str())),
            decided.map_or_else(Cell::none, |step| Cell::moment(step.at.value)),
        ]);
    }
    section("decisions", "Decisions", String::new(), vec![table])
}

fn waivers(survey: &Survey<'_>) -> Section {
    let mut table = Table::new("waiver-list", "Waivers", "No gate was ever waived.")
        .text("what")
        .choice("state")
        .column("gate")
        .column("item")
        .choice("reason")
        .column("granted by")
        .column("until");
    for record in sorted(survey, &kinds::WAIVER) {
        let until = record.time("expires");
        let expired = until.is_some_and(|until| until < survey.now);
        let state = match record.state() {
            "granted" if expired => Cell::text("expired").tone(Tone::Bad),
            "granted" => Cell::text("granted").tone(Tone::Warn),
            _ => state(record),
        };
        table.row([
            title(record),
            state,
            said(record, "gate").tone(Tone::Code),
            said(record, "item"),
            said(record, "reason"),
            Cell::said(record.step_to("granted").map(|step| step.by.value.as_str())),
            until.map(Cell::moment).into(),
        ]);
    }
    section("waivers", "Waivers", String::new(), vec![table])
}

fn risks(survey: &Survey<'_>) -> Section {
    let mut risks = Table::new("risk-list", "Risks and debts", "None is on record.")
        .text("what")
        .choice("type")
        .choice("state")
        .column("owner")
        .choice("impact")
        .column("due");
    for record in sorted(survey, &kinds::RISK) {
        risks.row([
            title(record),
            said(record, "type"),
            state(record),
            said(record, "owner"),
            said(record, "impact"),
            deadline(record, "due", survey),
        ]);
    }
    let mut incidents = Table::new("incident-list", "Incidents", "There was none.")
        .text("what")
        .choice("state")
        .text("items")
        .column("commander")
        .column("since");
    for record in sorted(survey, &kinds::INCIDENT) {
        incidents.row([
            title(record),
            state(record).tone(if record.is_closed() { Tone::Quiet } else { Tone::Bad }),
            list(record, "items"),
            said(record, "commander"),
            Cell::moment(record.opener().at.value),
        ]);
    }
    section("risks", "Risks and incidents", String::new(), vec![risks, incidents])
}
