//! Tables of the plan and of what was done.

use super::{Cell, Table};
use crate::diag::Failure;
use crate::evidence::Outcome;
use crate::facts::{Spent, What};
use crate::plan::{Kind, NeedKind};
use crate::port::History;
use crate::record::Record;
use crate::roster::Capacity;
use crate::verb::survey::Survey;
use crate::verb::{blame, log};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeSet, HashMap};

/// Every item of the plan. Times are minutes.
pub(super) fn tasks(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "tasks",
        &[
            "id",
            "title",
            "kind",
            "status",
            "priority",
            "owner",
            "team",
            "parent",
            "feature",
            "epic",
            "phase",
            "estimate_optimistic",
            "estimate_likely",
            "estimate_pessimistic",
            "actual",
            "actual_is",
            "created",
            "begun",
            "done",
            "reopened",
            "due",
            "on_critical_path",
            "float",
            "dependencies",
            "commits",
            "path",
            "line",
        ],
    );
    let plan = survey.plan;
    for (index, item) in plan.items.iter().enumerate() {
        let id = item.id.value.as_str();
        let past = survey.past(item);
        let estimate = item.estimate().map(|estimate| estimate.value);
        let stated = item.actual().map(|actual| Spent::Stated(actual.value));
        let spent = stated.or_else(|| past?.spent());
        let times = survey.critical.as_ref().and_then(|critical| critical.times(index));
        let needs = plan.needs(index).filter(|need| need.kind == NeedKind::Technical);
        let needs: Vec<&str> = needs.map(|need| need.target.value).collect();
        let around = |kind| survey.around(index, kind).map(|above| above.id.value.as_str());
        let source = &plan.files[item.file].source;
        table.row([
            id.into(),
            item.title().value.into(),
            item.kind.name().into(),
            survey.standings.of(index).name().into(),
            item.priority().map(|priority| priority.value).into(),
            item.owner().map(|owner| owner.value).into(),
            survey.team(index).into(),
            item.parent.map(|parent| plan.items[parent].id.value.as_str()).into(),
            around(Kind::Feature).into(),
            around(Kind::Epic).into(),
            around(Kind::Phase).into(),
            estimate.map(|estimate| estimate.optimistic).into(),
            estimate.map(|estimate| estimate.likely).into(),
            estimate.map(|estimate| estimate.pessimistic).into(),
            spent.map(Spent::minutes).into(),
            spent.map(Spent::name).into(),
            past.and_then(|past| past.created).into(),
            past.and_then(|past| past.begun).into(),
            past.and_then(|past| past.done).into(),
            past.map(|past| past.reopenings().count()).into(),
            item.due().map(|due| due.value.to_string()).into(),
            times.map(|times| times.is_critical()).into(),
            times.map(|times| times.float.0).into(),
            needs.join(", ").into(),
            past.map(|past| past.work.len()).into(),
            source.path().into(),
            source.line_column(item.line.start).line.into(),
        ]);
    }
    table
}

/// One row for each team of the roster, and for those that only the plan names.
pub(super) fn team_status(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "team_status",
        &[
            "team_name",
            "active_tasks",
            "queued_tasks",
            "capacity",
            "utilization_percent",
            "current_epic",
            "blockers",
            "last_updated",
        ],
    );
    let plan = survey.plan;
    let open: Vec<usize> = survey.tasks().filter(|&index| !plan.is_closed(index)).collect();
    let blocked: Vec<&str> = survey
        .of(&crate::record::kinds::BLOCKER)
        .filter(|record| !record.is_closed())
        .flat_map(|record| record.list("items").iter().map(|item| item.value.as_str()))
        .collect();
    for name in teams(survey) {
        let own: Vec<usize> = open
            .iter()
            .copied()
            .filter(|&index| survey.team(index).is_some_and(|team| team.eq_ignore_ascii_case(name)))
            .collect();
        let (active, queued): (Vec<usize>, Vec<usize>) = own.iter().partition(|&&index| survey.is_under_way(index));
        let capacity = capacity(survey, name);
        let load = capacity.filter(|&capacity| capacity > 0);
        #[expect(clippy::cast_precision_loss, reason = "nobody has so many tasks")]
        let utilisation = load.map(|capacity| active.len() as f64 * 100.0 / f64::from(capacity));
        let epic = active.iter().chain(&queued).find_map(|&index| survey.around(index, Kind::Epic));
        let held = own
            .iter()
            .filter(|&&index| blocked.iter().any(|id| id.eq_ignore_ascii_case(plan.items[index].id.value.as_str())));
        table.row([
            name.into(),
            active.len().into(),
            queued.len().into(),
            capacity.into(),
            utilisation.into(),
            epic.map(|epic| epic.id.value.as_str()).into(),
            held.count().into(),
            survey.facts.newest().into(),
        ]);
    }
    table
}

/// The names of all teams, sorted.
pub(in crate::verb) fn teams<'a>(survey: &Survey<'a>) -> BTreeSet<&'a str> {
    let roster = survey.roster;
    let listed = roster.iter().flat_map(|roster| roster.teams.iter().map(|team| team.name.value.as_str()));
    let of_members = roster.iter().flat_map(|roster| roster.members.iter().flat_map(|member| roster.teams_of(member)));
    let of_items = (0..survey.plan.items.len()).filter_map(|index| survey.team(index));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    listed.chain(of_members).chain(of_items).filter(|name| seen.insert(name.to_ascii_lowercase())).collect()
}

/// How many tasks at once a team can take on: as it says, or as its members say; unknown when one of them does not say
/// it in tasks.
pub(in crate::verb) fn capacity(survey: &Survey<'_>, team: &str) -> Option<u32> {
    let roster = survey.roster?;
    if let Some(capacity) = roster.team(team).and_then(|team| team.capacity) {
        return Some(capacity);
    }
    let members: Vec<_> = roster.members.iter().filter(|member| roster.is_in_team(member, team)).collect();
    let tasks = members.iter().map(|member| match member.capacity.as_ref()?.value {
        Capacity::Tasks(tasks) => Some(tasks),
        Capacity::Daily(_) => None,
    });
    if members.is_empty() { None } else { tasks.sum() }
}

/// Every result of a gate that landed on the protected branch.
pub(super) fn quality_gates(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "quality_gates",
        &[
            "id",
            "timestamp",
            "gate_level",
            "item_id",
            "item_name",
            "gate_name",
            "gate_status",
            "outcome",
            "checks_run",
            "failed_checks",
            "enforced_by",
            "landed",
            "reused",
            "milliseconds",
        ],
    );
    for event in survey.facts.events() {
        let What::Gate { gate, outcome, at, by, milliseconds, tests, reused, .. } = event.what else { continue };
        let item = survey.facts.item(event.subject);
        let passed = *outcome == Outcome::Pass;
        table.numbered([
            jiff::Timestamp::from_second(*at).ok().into(),
            item.map_or("merge", |item| item.kind.name()).into(),
            event.subject.into(),
            item.map(|item| item.title.as_str()).into(),
            gate.as_str().into(),
            if passed { "passed" } else { "failed" }.into(),
            outcome.name().into(),
            (*tests).into(),
            // How many of them failed is not kept; none did where the gate passed.
            passed.then_some(0_u32).into(),
            by.as_str().into(),
            event.landed.into(),
            (*reused).into(),
            (*milliseconds).into(),
        ]);
    }
    table
}

/// Every procedure that was carried out, as `audit sop` tells it.
pub(super) fn sop_compliance(survey: &Survey<'_>) -> Table {
    let mut table = Table::new(
        "sop_compliance",
        &["id", "timestamp", "sop_name", "item_id", "compliance_status", "violations", "agent", "notes"],
    );
    let records: HashMap<&str, &Record> = survey.records.iter().map(|record| (record.name(), record)).collect();
    // When it came to its end: a tick, the last step of a record, or the day itself.
    let when = |subject: &str| {
        let ticked = || survey.facts.item(subject)?.ticks.last()?.ticked.map(|moment| moment.at);
        let stepped = || records.get(subject).map(|record| record.last_step().at.value);
        let day = || Some(subject.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
        stepped().or_else(day).or_else(ticked)
    };
    let said = |sentences: Vec<String>| (!sentences.is_empty()).then(|| sentences.join("\n"));
    for course in survey.courses.iter().flatten() {
        table.numbered([
            when(&course.subject).into(),
            course.sop.name().into(),
            course.subject.as_str().into(),
            course.compliance().name().into(),
            said(course.violations()).into(),
            course.agent.as_deref().into(),
            said(course.unknown()).into(),
        ]);
    }
    table
}

/// The commits that name items.
pub(super) fn commits(survey: &Survey<'_>) -> Table {
    let mut table = Table::new("commits", &["task_id", "commit_id", "made", "landed", "author"]);
    for item in survey.facts.items() {
        for work in &item.work {
            table.row([
                item.id.as_str().into(),
                work.commit.as_str().into(),
                work.at.into(),
                work.landed.into(),
                work.by.as_str().into(),
            ]);
        }
    }
    table
}

/// What the commits touched that name items, a path a row.
pub(super) fn touches(survey: &Survey<'_>, history: Option<&dyn History>) -> Result<Table, Failure> {
    let mut table = Table::new("touches", &["task_id", "commit_id", "path"]);
    let Some(history) = history else { return Ok(table) };
    for item in survey.facts.items() {
        for work in &item.work {
            for path in blame::touched(history, work)? {
                table.row([item.id.as_str().into(), work.commit.as_str().into(), path.to_string().into()]);
            }
        }
    }
    Ok(table)
}

/// What `log` tells, oldest first.
pub(super) fn events(survey: &Survey<'_>) -> Table {
    let mut table = Table::new("events", &["id", "landed", "date_in_order", "commit_id", "subject", "event", "text"]);
    let commits: Vec<&str> = survey.facts.line().map(|(id, _)| id.as_str()).collect();
    for event in survey.facts.events() {
        table.numbered([
            event.landed.into(),
            (!event.landed.settled).into(),
            Cell::from(commits[event.step]),
            event.subject.into(),
            log::word(event.what).into(),
            log::text(event.what).into(),
        ]);
    }
    table
}
