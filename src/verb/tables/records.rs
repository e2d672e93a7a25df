//! Tables of the records.

use super::{Cell, Table};
use crate::evidence::Outcome;
use crate::facts::{GateRun, ItemFacts, What};
use crate::phase::board::Verdict;
use crate::policy::{Conduct, GateKind};
use crate::record::{Record, kinds};
use crate::verb::blockers::patterns;
use crate::verb::survey::Survey;
use std::collections::HashMap;

/// The values of a field in one text; NULL when it is not there.
fn list(record: &Record, field: &str) -> Cell {
    let values: Vec<&str> = record.list(field).iter().map(|value| value.value.as_str()).collect();
    (!values.is_empty()).then(|| values.join(", ")).into()
}

/// What stands below a heading; NULL when nothing does.
fn section(record: &Record, title: &str) -> Cell {
    let section = record.section(title).filter(|section| section.filled);
    section.map(|section| record.source.slice(section.span).trim().to_owned()).into()
}

/// When a record was opened.
fn opened(record: &Record) -> Cell {
    record.opener().at.value.into()
}

/// The note of the step that led to a state.
fn note(record: &Record, state: &str) -> Cell {
    record.step_to(state).and_then(|step| Some(step.note.as_ref()?.value.as_str())).into()
}

pub(super) fn blockers(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "blockers",
        &[
            "id",
            "timestamp",
            "blocker_id",
            "blocker_type",
            "blocker_subtype",
            "task_id",
            "description",
            "priority",
            "current_level",
            "owner",
            "status",
            "on_critical_path",
            "minutes",
            "resolution",
            "resolved_at",
        ],
    );
    let situation = survey.situation();
    for record in survey.of(&kinds::BLOCKER) {
        let standing = situation.as_ref().map(|situation| situation.of(record));
        let resolved = record.step_to("resolved");
        table.numbered([
            opened(record),
            record.name().into(),
            record.text("type").into(),
            record.text("subtype").into(),
            list(record, "items"),
            record.title.value.as_str().into(),
            standing.as_ref().map(|standing| format!("P{}", standing.priority)).into(),
            standing.as_ref().map(|standing| standing.level).into(),
            record.text("owner").into(),
            record.state().into(),
            standing.as_ref().map(|standing| standing.critical).into(),
            standing.as_ref().map(|standing| standing.minutes).into(),
            note(record, "resolved"),
            resolved.map(|step| step.at.value).into(),
        ]);
    }
    table
}

pub(super) fn blocker_patterns(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "blocker_patterns",
        &[
            "type",
            "subtype",
            "signature",
            "solution",
            "steps",
            "resolution_level",
            "specialist_used",
            "success_rate",
            "usage_count",
            "last_used",
            "median_minutes",
        ],
    );
    let situation = survey.situation();
    for pattern in patterns(survey.of(&kinds::BLOCKER)) {
        let newest = pattern.newest;
        let level = pattern.level().or_else(|| Some(situation.as_ref()?.of(newest).level));
        table.row([
            newest.text("type").into(),
            newest.text("subtype").into(),
            newest.text("signature").into(),
            pattern.solution.into(),
            pattern.steps().collect::<Vec<_>>().join("\n").into(),
            level.into(),
            pattern.solver().into(),
            pattern.percent().into(),
            pattern.uses.into(),
            newest.last_step().at.value.into(),
            pattern.minutes.into(),
        ]);
    }
    table
}

pub(super) fn handoff_log(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "handoff_log",
        &[
            "id",
            "timestamp",
            "date",
            "from_team",
            "to_team",
            "deliverable",
            "handoff_package",
            "status",
            "confirmed_by",
            "confirmed_at",
            "notes",
        ],
    );
    for record in survey.of(&kinds::HANDOFF) {
        let accepted = record.step_to("accepted");
        let package = ["Deliverable", "Documentation", "Tests", "Context", "Notes"].map(|title| {
            let text = match section(record, title) {
                Cell::Text(text) => serde_json::Value::String(text),
                _ => serde_json::Value::Null,
            };
            (title.to_lowercase(), text)
        });
        let package = serde_json::Value::Object(package.into_iter().collect());
        table.numbered([
            opened(record),
            record.opener().at.value.strftime("%Y-%m-%d").to_string().into(),
            list(record, "from"),
            list(record, "to"),
            record.title.value.as_str().into(),
            package.to_string().into(),
            record.state().into(),
            accepted.map(|step| step.by.value.as_str()).into(),
            accepted.map(|step| step.at.value).into(),
            section(record, "Notes"),
        ]);
    }
    table
}

pub(super) fn agent_messages(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "agent_messages",
        &[
            "id",
            "timestamp",
            "from_agent",
            "to_agent",
            "message_type",
            "content",
            "task_id",
            "priority",
            "acknowledged",
        ],
    );
    for record in survey.of(&kinds::MESSAGE) {
        table.numbered([
            opened(record),
            record.opener().by.value.as_str().into(),
            list(record, "to"),
            record.text("about").into(),
            record.title.value.as_str().into(),
            list(record, "items"),
            record.text("urgency").into(),
            (record.state() == "acknowledged").into(),
        ]);
    }
    table
}

pub(super) fn tactical_decisions(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "tactical_decisions",
        &[
            "id",
            "timestamp",
            "decision_type",
            "situation",
            "decision_made",
            "rationale",
            "impact",
            "outcome",
            "status",
            "decided_by",
        ],
    );
    for record in survey.of(&kinds::DECISION) {
        let decided = record.step_to("decided");
        // What came of it is noted after it was decided.
        let outcome = record.noted("decided").last().and_then(|step| Some(step.note.as_ref()?.value.as_str()));
        table.numbered([
            decided.map_or_else(|| opened(record), |step| step.at.value.into()),
            record.text("type").into(),
            section(record, "Situation"),
            section(record, "Decision"),
            section(record, "Rationale"),
            section(record, "Impact"),
            outcome.into(),
            record.state().into(),
            decided.map(|step| step.by.value.as_str()).into(),
        ]);
    }
    table
}

/// Every step that anybody took in any record.
pub(super) fn coordination_log(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "coordination_log",
        &["id", "timestamp", "coordinator", "teams_involved", "coordination_type", "outcome", "record"],
    );
    let records: HashMap<&str, &Record> = survey.records.iter().map(|record| (record.path(), record)).collect();
    let teams = |path: &str| {
        let record = records.get(path)?;
        let fields = ["from", "to", "expected", "teams", "attendees"];
        let named: Vec<&str> = fields
            .iter()
            .filter_map(|field| record.field(field))
            .flat_map(|field| &field.values)
            .map(|value| value.value.as_str())
            .collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    for event in survey.facts.events() {
        let What::Step { kind, title, to, by, at, note, .. } = event.what else { continue };
        table.numbered([
            jiff::Timestamp::from_second(*at).ok().into(),
            by.as_str().into(),
            teams(event.subject).into(),
            format!("{kind} {to}").into(),
            note.as_deref().unwrap_or(title).into(),
            event.subject.into(),
        ]);
    }
    table
}

/// Approvals of items, and reviews of the board.
pub(super) fn review_deployments(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "review_deployments",
        &[
            "id",
            "timestamp",
            "reviewer_agent",
            "item_id",
            "item_type",
            "review_name",
            "review_status",
            "review_result",
            "feedback",
        ],
    );
    for (item, run) in approvals(survey) {
        let approved = run.outcome == Outcome::Pass;
        table.numbered([
            run.at.into(),
            run.by.as_str().into(),
            item.id.as_str().into(),
            item.kind.name().into(),
            run.gate.as_str().into(),
            "closed".into(),
            if approved { "approved" } else { "changes_requested" }.into(),
            Cell::Null,
        ]);
    }
    let limits = survey.policy.map_or_else(|| Conduct::default().board, |policy| policy.conduct.board);
    for record in survey.of(&kinds::REVIEW) {
        let points = kinds::review::points(record).ok().filter(|_| record.is_closed());
        let result = points.map(|points| Verdict::of(points, limits).name());
        table.numbered([
            opened(record),
            record.text("executive").into(),
            "plan".into(),
            "plan".into(),
            "review-board".into(),
            record.state().into(),
            result.into(),
            section(record, "Findings"),
        ]);
    }
    table
}

/// The results of gates that somebody approves.
pub(in crate::verb) fn approvals<'s>(survey: &'s Survey<'_>) -> impl Iterator<Item = (&'s ItemFacts, &'s GateRun)> {
    let is_approval = |gate: &str| {
        let gate = survey.policy?.gates.values().find(|known| known.name.value.as_str() == gate)?;
        Some(matches!(gate.kind, GateKind::Approve { .. }))
    };
    let runs = survey.facts.items().flat_map(|item| item.gates.iter().map(move |run| (item, run)));
    runs.filter(move |(_, run)| !run.reused && is_approval(&run.gate) == Some(true))
}

pub(super) fn team_sync_log(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "team_sync_log",
        &["id", "sync_date", "sync_type", "teams_involved", "summary", "issues_identified", "actions_taken", "missing"],
    );
    for record in survey.of(&kinds::SYNC) {
        let reports: Vec<String> = record
            .noted("opened")
            .iter()
            .filter_map(|step| Some(format!("{}: {}", step.by.value, step.note.as_ref()?.value)))
            .collect();
        table.numbered([
            record.opener().at.value.strftime("%Y-%m-%d").to_string().into(),
            record.text("occasion").into(),
            list(record, "expected"),
            (!reports.is_empty()).then(|| reports.join("\n")).into(),
            section(record, "Issues"),
            list(record, "actions"),
            list(record, "missing"),
        ]);
    }
    table
}
