//! The summary of a job: the verdict first, then what blocks and the one command that helps, then how everything stands.

use crate::diag::{Diagnostic, Failure, Severity};
use crate::evidence;
use crate::gate::assess::{Remedy, Requirement, State};
use crate::judge::Verdict;
use crate::report::{markdown, plural};
use crate::verb::document::{Block, Document, Section, Words};
use crate::verb::impact::{Changed, Impact};
use std::collections::BTreeMap;

/// GitHub drops a summary of more than 1 MiB whole, and the step stays green.
pub const BUDGET: usize = 900_000;

/// Findings of one kind that are listed.
const LISTED: usize = 100;

/// Gates above which the matrix is left out for the list below it: it would not fit a page.
const COLUMNS: usize = 12;

/// The summary of a judged move. `impact` says what it means for the plan, where that is known.
pub fn summary(verdict: &Verdict, impact: Option<&Impact>) -> String {
    let mut sections = vec![verdict_section(verdict), blocking(verdict)];
    sections.extend([matrix(verdict), gates(verdict)].into_iter().flatten());
    if let Some(impact) = impact {
        sections.extend(plan(impact));
    }
    sections.extend(remarks(verdict));
    let (sign, word) = if verdict.passes() { ("✅", "passes") } else { ("❌", "refused") };
    let target = verdict.target.short().unwrap_or(verdict.target.as_str());
    let document = Document { title: format!("{sign} {target}: {word}"), sections };
    markdown::document(&document, 2, BUDGET)
}

/// The summary of a move that could not be judged: it has not passed.
pub fn unjudged(failure: &Failure) -> String {
    let mut blocks = vec![Block::text(Words::marked(&failure.message))];
    blocks.push(Block::list(failure.causes.iter().map(|cause| Words::from("cause: ").and(Words::marked(cause))), ""));
    if let Some(hint) = &failure.hint {
        blocks.push(Block::text(Words::from("hint: ").and(Words::marked(hint))));
    }
    blocks.retain(|block| !matches!(block, Block::List(list) if list.items.is_empty()));
    let sections = vec![Section::new("verdict", "", blocks)];
    markdown::document(&Document { title: "⚠️ could not be judged".to_owned(), sections }, 2, BUDGET)
}

fn verdict_section(verdict: &Verdict) -> Section {
    let passing = verdict.requirements.iter().filter(|one| one.state.passes()).count();
    let mut facts = vec![(
        "change",
        format!("{}, {}", plural(verdict.commits, "commit"), plural(verdict.changed_paths, "changed path")),
    )];
    if !verdict.claims.is_empty() {
        facts.push(("claims", verdict.claims.join(", ")));
    }
    facts.push((
        "gates",
        match verdict.requirements.len() {
            0 => "none is asked for".to_owned(),
            all => format!("{passing} of {all} let it through"),
        },
    ));
    facts.push((
        "policy",
        match &verdict.guard {
            Some(guard) => format!("as of commit {}", guard.short()),
            None => "none yet".to_owned(),
        },
    ));
    Section::new("verdict", "", vec![Block::facts(facts)])
}

fn of(verdict: &Verdict, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
    verdict.findings.iter().filter(move |finding| finding.severity == severity)
}

/// What keeps the change from landing, with what to type.
fn blocking(verdict: &Verdict) -> Section {
    let errors: Vec<&Diagnostic> = of(verdict, Severity::Error).collect();
    let mut blocks = Vec::new();
    if let Some(command) = command(verdict, &errors) {
        blocks.push(Block::text(Words::from("Next: ").and(Words::marked(&command))));
    }
    blocks.push(Block::list(errors.iter().take(LISTED).map(|error| line(error)), "Nothing."));
    if errors.len() > LISTED {
        blocks.push(Block::text(format!("{} more stand in the log.", errors.len() - LISTED)));
    }
    Section::new("blocking", "What blocks", blocks)
}

/// The one thing to do first: one run for all gates that lack evidence, else what the first error says.
fn command(verdict: &Verdict, errors: &[&Diagnostic]) -> Option<String> {
    let runs = verdict.requirements.iter().any(|one| !one.state.passes() && one.remedy == Remedy::RunGate);
    match runs {
        true => Some("run `passmuster gate run --missing` on the branch, and commit the reports it writes".to_owned()),
        false => errors.iter().find_map(|error| error.hint.clone()),
    }
}

/// A finding in one line.
fn line(finding: &Diagnostic) -> Words {
    let mut words = Words::marked(&finding.message);
    for cause in finding.causes.iter().take(3) {
        words = words.and("; ").and(Words::marked(cause));
    }
    if let Some(hint) = &finding.hint {
        words = words.and(" → ").and(Words::marked(hint));
    }
    words.and(" (").and(Words::code(finding.place.to_string())).and(", ").and(Words::code(finding.code.name)).and(")")
}

fn sign(state: State) -> &'static str {
    match state {
        State::NotApplicable => "–",
        State::Satisfied => "✅",
        State::Waived => "🟡 waived",
        State::Unsatisfied => "❌",
        State::Error => "⚠️",
    }
}

fn subject(requirement: &Requirement) -> String {
    if requirement.subject == evidence::MERGE { "this merge".to_owned() } else { requirement.subject.clone() }
}

/// Items by gates, where that fits.
fn matrix(verdict: &Verdict) -> Option<Section> {
    let mut columns: Vec<&str> = Vec::new();
    let mut rows: Vec<(String, BTreeMap<&str, State>)> = Vec::new();
    for one in &verdict.requirements {
        if !columns.contains(&one.gate.as_str()) {
            columns.push(one.gate.as_str());
        }
        let subject = subject(one);
        if rows.last().is_none_or(|(last, _)| *last != subject) {
            rows.push((subject, BTreeMap::new()));
        }
        rows.last_mut().expect("one was just added").1.insert(one.gate.as_str(), one.state);
    }
    if columns.is_empty() || columns.len() > COLUMNS {
        return None;
    }
    let cells = rows.into_iter().map(|(subject, states)| {
        let signs = columns.iter().map(|gate| states.get(gate).map_or("", |state| sign(*state)).to_owned());
        std::iter::once(subject).chain(signs).collect::<Vec<_>>()
    });
    let heads = std::iter::once("item").chain(columns.iter().copied());
    Some(Section::new("matrix", "Gates", vec![Block::table(heads, cells.collect::<Vec<_>>(), "")]))
}

/// Every gate with its reason, those that block first.
fn gates(verdict: &Verdict) -> Option<Section> {
    let mut all: Vec<&Requirement> = verdict.requirements.iter().collect();
    all.sort_by_key(|one| one.state.passes());
    let rows = all.into_iter().map(|one| {
        let evidence = one.evidence.as_ref().map_or_else(Words::default, |evidence| {
            Words::code(evidence.report.as_str()).and(format!(
                " by {}, {}",
                evidence.by,
                evidence.at.strftime("%Y-%m-%d %H:%M UTC")
            ))
        });
        [
            Words::from(subject(one)),
            Words::from(one.gate.as_str()),
            Words::from(format!("{} {}", sign(one.state), one.state.name())),
            Words::marked(&one.why),
            evidence,
        ]
    });
    let columns = ["item", "gate", "state", "why", "evidence"];
    (!verdict.requirements.is_empty())
        .then(|| Section::new("gates", "Evidence", vec![Block::table(columns, rows, "No gate is asked for.")]))
}

/// What the change means for the plan.
fn plan(impact: &Impact) -> Vec<Section> {
    if impact.items.is_empty() {
        return vec![Section::new("items", "Changed items", vec![Block::text("The plan stays as it is.")])];
    }
    let row = |item: &Changed| {
        let state = match (item.before, item.after) {
            (None, Some(after)) => format!("new, {after}"),
            (Some(before), None) => format!("{before} → gone"),
            (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
            (_, after) => after.unwrap_or_default().to_owned(),
        };
        [item.id.clone(), item.title.clone(), state, item.what.join("; ")]
    };
    let table = Block::table(["item", "title", "state", "what changed"], impact.items.iter().map(row), "");
    let mut blocks = vec![table];
    if let Some(shift) = impact.shift {
        blocks.push(Block::text(Words::strong("Forecast").and(": ").and(shift.words())));
    }
    let mut sections = vec![Section::new("items", "Changed items", blocks)];
    let drawn = [("graph", "What they hang on", &impact.graph), ("gantt", "When they are done", &impact.gantt)];
    for (name, title, diagram) in drawn {
        sections.extend(diagram.as_ref().map(|text| Section::new(name, title, vec![Block::Diagram(text.clone())])));
    }
    sections
}

/// What does not block but should be known.
fn remarks(verdict: &Verdict) -> Option<Section> {
    let said: Vec<&Diagnostic> = of(verdict, Severity::Warning).chain(of(verdict, Severity::Note)).collect();
    if said.is_empty() {
        return None;
    }
    let mut blocks = vec![Block::list(said.iter().take(LISTED).map(|finding| line(finding)), "")];
    if said.len() > LISTED {
        blocks.push(Block::text(format!("{} more stand in the log.", said.len() - LISTED)));
    }
    Some(Section::new("remarks", "Also", blocks))
}
