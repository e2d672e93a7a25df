//! `report final`: whether the undertaking reached what it set out for: a scorecard, each line with its evidence.
//!
//! A line that nobody can know is unknown: it counts neither for nor against.

use super::{Material, daily, goals, parts, section};
use crate::evidence::Outcome;
use crate::facts::ItemFacts;
use crate::plan::Kind;
use crate::record::kinds;
use crate::verb::document::{Block, Section, Words};
use crate::verb::metrics::{Light, Reading};
use crate::verb::survey::Survey;

/// One line of the scorecard.
struct Score {
    theme: &'static str,
    what: &'static str,
    /// `None`: it cannot be known.
    met: Option<bool>,
    /// What was found.
    found: String,
    /// What to look at: a command, or a path.
    evidence: String,
}

pub(super) fn sections(material: &Material<'_, '_>) -> Vec<Section> {
    let survey = material.survey;
    let goals = goals::goals(survey);
    let scores = scorecard(material, &goals);
    let every: Vec<&str> = material.readings.iter().map(|reading| reading.metric.name).collect();
    vec![
        verdict(survey, &scores),
        section("scorecard", "Scorecard", vec![table(&scores)]),
        section("parts", "What was delivered", vec![delivered(survey)]),
        goals::section_of(survey, &goals),
        section("metrics", "Figures", vec![parts::figures(material, &every)]),
        section("decisions", "Decisions", vec![parts::decisions(survey, jiff::Timestamp::MIN)]),
        section("waivers", "Exceptions that were granted", vec![waivers(survey)]),
        section("risks", "Risks and debts that remain", vec![parts::risks(survey)]),
        section("status", "How it stands", vec![daily::status(material)]),
    ]
}

/// All lines, in the order of the themes.
fn scorecard(material: &Material<'_, '_>, goals: &[goals::Goal<'_>]) -> Vec<Score> {
    let survey = material.survey;
    let mut scores = Vec::new();
    let figure = |theme, what, name: &str| {
        let reading = parts::reading(material, name);
        let light = reading.and_then(Reading::light);
        Score {
            theme,
            what,
            met: match light {
                Some(Light::Green) => Some(true),
                Some(Light::Yellow | Light::Red) => Some(false),
                Some(Light::Unknown) | None => None,
            },
            found: reading.map_or_else(|| "unknown".to_owned(), Reading::value_shown),
            evidence: format!("passmuster metrics {name}"),
        }
    };
    scores.push(everything_done(survey));
    scores.push(figure("on time", "the critical path was kept", "critical-path-health"));
    scores.push(figure("on time", "less than half of the buffer was used", "buffer-consumed"));
    scores.push(evidenced(survey));
    scores.push(figure("quality", "gates pass", "gate-pass-rate"));
    scores.push(no_exceptions(survey));
    scores.push(figure("coordination", "handoffs were accepted at once", "handoff-success"));
    scores.push(no_rework_after_handoffs(survey));
    scores.push(everybody_reported(survey));
    scores.push(figure("coordination", "procedures were followed", "procedures"));
    scores.push(figure("problems", "blockers of priority P0 were resolved in time", "blocker-resolution-p0"));
    scores.push(figure("problems", "blockers of priority P1 were resolved in time", "blocker-resolution-p1"));
    scores.push(figure("visibility", "documents kept up with what they describe", "documentation"));
    scores.push(Score {
        theme: "goals",
        what: "every goal is met",
        met: (!goals.is_empty()).then(|| goals.iter().all(goals::Goal::is_met)),
        found: format!("{} of {}", goals.iter().filter(|goal| goal.is_met()).count(), goals.len()),
        evidence: "passmuster report goals".to_owned(),
    });
    scores
}

fn done(survey: &Survey<'_>) -> Vec<usize> {
    survey.tasks().filter(|&task| survey.plan.claimed(task)).collect()
}

fn everything_done(survey: &Survey<'_>) -> Score {
    let (done, all) = (done(survey).len(), survey.tasks().count());
    Score {
        theme: "on time",
        what: "everything planned is done",
        met: (all > 0).then_some(done == all),
        found: format!("{done} of {all} tasks"),
        evidence: "passmuster status".to_owned(),
    }
}

/// Whether each finished task has a result that passed: the history knows which results landed.
fn evidenced(survey: &Survey<'_>) -> Score {
    let done = done(survey);
    let has = |task: &&usize| {
        let past = survey.past(&survey.plan.items[**task]);
        past.is_some_and(|past| past.gates.iter().any(|run| run.outcome == Outcome::Pass))
    };
    let proven = done.iter().filter(has).count();
    Score {
        theme: "quality",
        what: "every finished task has evidence",
        met: (!done.is_empty()).then_some(proven == done.len()),
        found: format!("{proven} of {} tasks", done.len()),
        evidence: "passmuster audit main".to_owned(),
    }
}

fn no_exceptions(survey: &Survey<'_>) -> Score {
    let granted = survey.of(&kinds::WAIVER).filter(|record| record.step_to("granted").is_some()).count();
    Score {
        theme: "quality",
        what: "no gate was waived",
        met: Some(granted == 0),
        found: format!("{granted} waivers granted"),
        evidence: "plan/waivers".to_owned(),
    }
}

/// A handoff leads to rework when an item of it is reopened after it was accepted.
fn no_rework_after_handoffs(survey: &Survey<'_>) -> Score {
    let mut accepted = 0;
    let mut reworked: Vec<&str> = Vec::new();
    for record in survey.of(&kinds::HANDOFF) {
        let Some(step) = record.step_to("accepted") else { continue };
        accepted += 1;
        let past = record.list("items").iter().filter_map(|item| survey.facts.item(&item.value));
        let again = |past: &ItemFacts| past.reopenings().any(|moment| moment.at > step.at.value);
        reworked.extend(past.filter(|past| again(past)).map(|past| past.id.as_str()));
    }
    Score {
        theme: "coordination",
        what: "nothing was done again after a handoff",
        met: (accepted > 0).then_some(reworked.is_empty()),
        found: if reworked.is_empty() { format!("{accepted} handoffs accepted") } else { reworked.join(", ") },
        evidence: "passmuster query \"SELECT * FROM events WHERE event = 'reopened'\"".to_owned(),
    }
}

fn everybody_reported(survey: &Survey<'_>) -> Score {
    let closed: Vec<_> = survey.of(&kinds::SYNC).filter(|record| record.is_closed()).collect();
    let missing: usize = closed.iter().map(|record| record.list("missing").len()).sum();
    Score {
        theme: "coordination",
        what: "everybody reported in every sync",
        met: (!closed.is_empty()).then_some(missing == 0),
        found: format!("{} syncs, {missing} reports missing", closed.len()),
        evidence: "plan/syncs".to_owned(),
    }
}

fn sign(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "✅ met",
        Some(false) => "❌ not met",
        None => "⚪ unknown",
    }
}

fn table(scores: &[Score]) -> Block {
    let rows = scores.iter().map(|score| {
        let evidence = Words::code(score.evidence.as_str());
        [score.theme.into(), score.what.into(), sign(score.met).into(), Words::from(score.found.as_str()), evidence]
    });
    Block::table(["theme", "what", "score", "found", "evidence"], rows, "")
}

fn verdict(survey: &Survey<'_>, scores: &[Score]) -> Section {
    let count = |wanted: Option<bool>| scores.iter().filter(|score| score.met == wanted).count();
    let (met, missed, unknown) = (count(Some(true)), count(Some(false)), count(None));
    let word = match (missed, unknown) {
        (0, 0) => "everything was reached",
        (0, _) => "nothing was missed, not all is known",
        _ => "not everything was reached",
    };
    let first = survey.facts.line().next().map(|(_, moment)| moment.at);
    let range = first
        .map_or_else(|| "unknown".to_owned(), |first| format!("{} to {}", parts::time(first), parts::time(survey.now)));
    let tasks: Vec<usize> = survey.tasks().collect();
    section(
        "verdict",
        "",
        vec![Block::facts([
            ("Verdict", Words::strong(word)),
            ("Scorecard", format!("{met} met, {missed} not met, {unknown} unknown").into()),
            ("Time", range.into()),
            ("Hours", parts::time_spent(survey, &tasks).into()),
        ])],
    )
}

fn delivered(survey: &Survey<'_>) -> Block {
    let plan = survey.plan;
    let epics = (0..plan.items.len()).filter(|&index| plan.items[index].kind == Kind::Epic);
    let rows = epics.map(|index| {
        let tasks = super::phase::tasks(survey, index);
        let done = tasks.iter().filter(|&&task| plan.claimed(task)).count();
        let item = &plan.items[index];
        let landed = survey.past(item).and_then(|past| past.done).map_or_else(String::new, |done| parts::time(done.at));
        [
            item.id.value.as_str().to_owned(),
            item.title().value.to_owned(),
            format!("{done} of {}", tasks.len()),
            if plan.claimed(index) { "yes" } else { "no" }.to_owned(),
            landed,
        ]
    });
    Block::table(["epic", "title", "tasks done", "claimed done", "landed"], rows, "The plan has no epics.")
}

fn waivers(survey: &Survey<'_>) -> Block {
    let granted = survey.of(&kinds::WAIVER).filter(|record| record.step_to("granted").is_some());
    let lines = granted.map(|record| {
        let gate = record.text("gate").unwrap_or("unknown");
        Words::strong(gate)
            .and(": ")
            .and(record.title.value.as_str())
            .and(format!(" ({}, ", record.state()))
            .and(Words::code(record.path()))
            .and(")")
    });
    Block::list(lines.take(parts::LINES).collect::<Vec<_>>(), "None.")
}
