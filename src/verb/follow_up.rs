//! Tasks that follow from something else: from the actions of a decision or a retrospective, from a red gate.
//!
//! Each is written once: a task whose title is in the plan already is not written again.

use super::add::{self, Place, Request};
use super::change::Changed;
use super::mark::find;
use super::set;
use crate::diag::Failure;
use crate::evidence::{GateReport, GateResult};
use crate::gate::assess::{Requirement, State};
use crate::id::GateName;
use crate::plan::edit::{self, Edit};
use crate::plan::{Kind, Plan};
use crate::text::Span;
use std::collections::BTreeMap;

/// A task to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub title: String,
    /// As [`set`] reads them.
    pub settings: Vec<String>,
}

/// What was written.
#[derive(Debug)]
pub struct Outcome {
    /// The ids of the new tasks, with their titles.
    pub added: Vec<(String, String)>,
    /// The plan as it will be; `None`: nothing was new.
    pub changed: Option<Changed>,
}

/// Writes the tasks that are not in the plan yet.
///
/// # Errors
/// The place is not there, a setting makes no sense, or a file must not be written.
pub fn write(plan: &Plan, tasks: &[Task], place: &Place) -> Result<Outcome, Failure> {
    let mut outcome = Outcome { added: Vec::new(), changed: None };
    for task in tasks {
        let now = outcome.changed.as_ref().map_or(plan, |changed| &changed.plan);
        if now.items.iter().any(|item| item.title().value.trim() == task.title.trim()) {
            continue;
        }
        let request = Request {
            kind: Kind::Task,
            title: task.title.clone(),
            id: None,
            place: place.clone(),
            settings: task.settings.clone(),
        };
        let changed = add::run(now, &request)?;
        let id = changed.plan.items[changed.index].id.value.to_string();
        outcome.added.push((id, task.title.clone()));
        outcome.changed = Some(changed);
    }
    // What is to be written is the difference to the plan as it is, not to the one before the last task.
    outcome.changed = outcome.changed.map(|last| Changed::new(plan, last.plan, last.index)).transpose()?;
    Ok(outcome)
}

/// The gates that were run and are red.
pub fn red(found: &[Requirement]) -> Vec<GateName> {
    let failed = found.iter().filter(|one| one.state == State::Unsatisfied && one.evidence.is_some());
    failed.map(|one| one.gate.clone()).collect()
}

/// The gates whose newest result in these reports is red. A result that is not committed yet tells as much as one that
/// is: the work is the same.
pub fn red_results(reports: &[GateReport], item: &str) -> Vec<GateName> {
    let mut newest: BTreeMap<&GateName, &GateResult> = BTreeMap::new();
    let results = reports.iter().flat_map(|report| &report.results);
    for result in results.filter(|result| result.subject.eq_ignore_ascii_case(item)) {
        let known = newest.entry(&result.gate).or_insert(result);
        if result.at > known.at {
            *known = result;
        }
    }
    newest
        .into_values()
        .filter(|result| result.outcome != crate::evidence::Outcome::Pass)
        .map(|result| result.gate.clone())
        .collect()
}

/// Writes one task for each red gate of the item; the item waits for them, urgently when it delays the whole. Such a
/// task carries the gate itself, so only a passing gate takes it out of the way.
///
/// # Errors
/// The plan cannot be changed so.
pub fn remediate(plan: &Plan, id: &str, red: &[GateName], critical: bool) -> Result<Outcome, Failure> {
    let index = find(plan, id)?;
    let id = plan.items[index].id.value.to_string();
    let touches: Vec<&str> = plan.items[index].touches().map(|touch| touch.value).collect();
    let tasks: Vec<Task> = red
        .iter()
        .map(|gate| {
            let mut settings = vec![if critical { "P0".to_owned() } else { "P1".to_owned() }];
            settings.push(format!("gates=+{gate}"));
            settings.push(format!("why=the gate `{gate}` of {id} is red"));
            if !touches.is_empty() {
                settings.push(format!("touches={}", touches.join(", ")));
            }
            Task { title: format!("make {gate} pass for {id}"), settings }
        })
        .collect();
    let outcome = write(plan, &tasks, &Place::After(id.clone()))?;
    let Outcome { added, changed: Some(changed) } = outcome else { return Ok(outcome) };
    let new: Vec<&str> = added.iter().map(|(id, _)| id.as_str()).collect();
    let after = needing(&changed.plan, &id, &new)?;
    let index = after.find(&id).expect("an edit was checked to keep its item");
    Ok(Outcome { changed: Some(Changed::new(plan, after, index)?), added })
}

/// The plan in which an item needs these too.
fn needing(plan: &Plan, id: &str, new: &[&str]) -> Result<Plan, Failure> {
    let index = find(plan, id)?;
    let wanted = new.iter().map(|new| format!("{new} (technical: its gate is red)")).collect::<Vec<_>>().join(", ");
    let last = plan.needs(index).last().map(|need| need.target.span);
    let Some(last) = last else {
        return Ok(set::run(plan, id, &[format!("needs={wanted}")])?.plan);
    };
    let file = plan.items[index].file;
    let text = plan.files[file].source.text();
    let line = text[last.end..].find('\n').map_or(text.len(), |end| last.end + end);
    let end = last.end + text[last.end..line].trim_end().len();
    let edit = Edit { span: Span::at(end), text: format!(", {wanted}") };
    let after = edit::with_changes(plan, &BTreeMap::from([(file, vec![edit])]));
    let index = find(&after, id)?;
    let needs = |new: &&str| after.needs(index).any(|need| need.target.value.eq_ignore_ascii_case(new));
    if new.iter().all(needs) {
        return Ok(after);
    }
    Err(Failure::new(format!("the needs of `{id}` are not written as a list that can be lengthened"))
        .hint(format!("write them as `needs: A-1, B-2`, or add {wanted} yourself")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::evidence;
    use crate::gate::assess::{Evidence, Remedy};
    use crate::gate::codes;
    use crate::plan::{Reader, read};
    use crate::policy::Level;
    use crate::text::Source;

    fn plan(text: &str) -> Plan {
        read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new())
    }

    fn failed(gate: &str) -> Requirement {
        Requirement {
            subject: "T-1".to_owned(),
            level: Level::Item(Kind::Task),
            gate: GateName::parse(gate).unwrap(),
            state: State::Unsatisfied,
            why: "red".to_owned(),
            changed: Vec::new(),
            evidence: Some(Evidence {
                report: "r".to_owned(),
                outcome: evidence::Outcome::Fail,
                by: "ada".to_owned(),
                at: "2026-01-01T00:00:00Z".parse().unwrap(),
                trust: None,
            }),
            code: &codes::RED,
            remedy: Remedy::RunGate,
            waiver: None,
        }
    }

    fn remediated(text: &str, found: &[Requirement], critical: bool) -> String {
        let plan = plan(text);
        let outcome = remediate(&plan, "T-1", &red(found), critical).unwrap();
        outcome.changed.map_or_else(|| text.to_owned(), |changed| changed.files[0].text.clone())
    }

    #[test]
    fn ed_42_each_red_gate_becomes_a_task_the_item_waits_for() {
        let text = "- [ ] T-1: a\n  - touches: src/**\n- [ ] T-2: b\n";
        let open = Requirement { evidence: None, ..failed("docs") };
        let after = remediated(text, &[failed("unit"), open, failed("lint")], false);
        let read = plan(&after);
        let needs: Vec<String> =
            read.needs(read.find("T-1").unwrap()).map(|need| need.target.value.to_owned()).collect();
        assert_eq!(needs.len(), 2, "{after}");
        for (id, gate) in needs.iter().zip(["unit", "lint"]) {
            let item = &read.items[read.find(id).expect("it was written")];
            assert_eq!(item.title().value, format!("make {gate} pass for T-1"));
            assert_eq!(item.priority().map(|priority| priority.value), Some(1));
            assert_eq!(item.gates().add[0].value.as_str(), gate);
        }
        assert_eq!(remediated(&after, &[failed("unit"), failed("lint")], false), after, "once is enough");
    }

    #[test]
    fn ed_43_it_is_urgent_on_the_critical_path() {
        let after = remediated("- [ ] T-1: a\n  - needs: T-2 (technical: x)\n- [ ] T-2: b\n", &[failed("unit")], true);
        let read = plan(&after);
        let needs: Vec<String> =
            read.needs(read.find("T-1").unwrap()).map(|need| need.target.value.to_owned()).collect();
        assert_eq!((needs.len(), needs[0].as_str()), (2, "T-2"), "{after}");
        let new = read.find(&needs[1]).expect("it was written");
        assert_eq!(read.items[new].priority().map(|priority| priority.value), Some(0));
    }

    #[test]
    fn ed_77_actions_become_tasks_once() {
        let text = "## Epic E-1: x\n\n- [ ] T-1: a\n";
        let task = |title: &str| Task { title: title.to_owned(), settings: vec!["@ann".to_owned()] };
        let before = plan(text);
        let outcome = write(&before, &[task("b"), task("a"), task("b")], &Place::Under("E-1".to_owned())).unwrap();
        assert_eq!(outcome.added.len(), 1, "{:?}", outcome.added);
        assert!(outcome.changed.unwrap().files[0].text.contains(": b"));
    }
}
