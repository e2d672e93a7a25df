//! The plan as files of other trackers. What they have no word for goes into their free `metadata`, where `import` looks.

use super::targets;
use crate::plan::{Kind, Mark, Plan, Status};
use serde_json::{Map, Value, json};

/// One JSON line an issue.
pub(super) fn beads(plan: &Plan) -> String {
    (0..plan.items.len()).map(|index| format!("{}\n", issue(plan, index))).collect()
}

fn issue(plan: &Plan, index: usize) -> Value {
    let item = &plan.items[index];
    let id = item.id.as_str();
    let mut issue = Map::new();
    let mut set = |key: &str, value: Value| {
        issue.insert(key.to_owned(), value);
    };
    set("id", id.into());
    set("title", item.title().value.into());
    set("status", beads_status(plan, index).into());
    // beads has no issue without a priority; the middle one is its default.
    set("priority", item.priority().map_or(2, |priority| priority.value).into());
    let kind = match item.kind {
        Kind::Task => "task",
        Kind::Feature => "feature",
        Kind::Epic | Kind::Phase => "epic",
    };
    set("issue_type", kind.into());
    if let Some(owner) = item.owner() {
        set("assignee", owner.value.into());
    }
    if let Some(estimate) = item.estimate() {
        set("estimated_minutes", estimate.value.likely.into());
    }
    if let Some(due) = item.due() {
        set("due_at", format!("{}T00:00:00Z", due.value).into());
    }
    let tags: Vec<&str> = item.tags().into_iter().map(|tag| tag.value).collect();
    if !tags.is_empty() {
        set("labels", tags.into());
    }
    let criteria = criteria(plan, index);
    if !criteria.is_empty() {
        set("acceptance_criteria", criteria.into());
    }
    let edge = |target: usize, kind: &str| json!({"issue_id": id, "depends_on_id": plan.items[target].id.as_str(), "type": kind});
    let parent = item.parent.map(|parent| edge(parent, "parent-child"));
    let edges: Vec<Value> =
        parent.into_iter().chain(targets(plan, index).map(|target| edge(target, "blocks"))).collect();
    if !edges.is_empty() {
        set("dependencies", edges.into());
    }
    let mut ours = ours(plan, index);
    ours.insert("parent".into(), Value::Null);
    if item.priority().is_none() {
        ours.insert("priority".into(), "none".into());
    }
    ours.retain(|_, value| !value.is_null());
    set("metadata", json!({ "passmuster": ours }));
    Value::Object(issue)
}

fn beads_status(plan: &Plan, index: usize) -> &'static str {
    match super::state(plan, index) {
        "done" | "dropped" => "closed",
        "waiting" => "blocked",
        _ => "open",
    }
}

/// The file with one tag. Tasks are not nested: subtasks would lose their ids and half of what they say.
pub(super) fn task_master(plan: &Plan) -> String {
    let tasks: Vec<Value> = (0..plan.items.len()).map(|index| task(plan, index)).collect();
    let file = json!({"master": {"tasks": tasks, "metadata": {"description": "Exported from a passmuster plan"}}});
    format!("{file:#}\n")
}

fn task(plan: &Plan, index: usize) -> Value {
    let item = &plan.items[index];
    let id = item.id.as_str();
    let whole = id.parse::<u32>().ok().filter(|number| number.to_string() == id);
    let status = match super::state(plan, index) {
        "done" => "done",
        "dropped" => "cancelled",
        "waiting" => "blocked",
        _ => "pending",
    };
    let dependencies: Vec<&str> = targets(plan, index).map(|target| plan.items[target].id.as_str()).collect();
    let mut task = Map::new();
    let mut set = |key: &str, value: Value| {
        task.insert(key.to_owned(), value);
    };
    set("id", whole.map_or_else(|| id.into(), Value::from));
    set("title", item.title().value.into());
    set("description", item.goal().map_or("", |goal| goal.value).into());
    set("status", status.into());
    set("dependencies", dependencies.into());
    if let Some(priority) = item.priority() {
        set("priority", priority_word(priority.value).into());
    }
    set("subtasks", Value::Array(Vec::new()));
    if let Some(owner) = item.owner() {
        set("assignee", owner.value.into());
    }
    if let Some(estimate) = item.estimate() {
        set("effort", format!("{}m", estimate.value.likely).into());
    }
    let tags: Vec<&str> = item.tags().into_iter().map(|tag| tag.value).collect();
    if !tags.is_empty() {
        set("tags", tags.into());
    }
    let criteria = criteria(plan, index);
    if !criteria.is_empty() {
        set("acceptanceCriteria", criteria.into());
    }
    let touches: Vec<Value> = item.touches().map(|path| json!({"path": path.value})).collect();
    if !touches.is_empty() {
        set("relevantFiles", touches.into());
    }
    set("metadata", json!({ "passmuster": ours(plan, index) }));
    Value::Object(task)
}

/// The word for a priority, as the trackers that have words call it.
fn priority_word(level: u8) -> &'static str {
    match level {
        0 => "critical",
        1 => "high",
        2 => "medium",
        _ => "low",
    }
}

/// The boxes of an item as a list, each on its line.
fn criteria(plan: &Plan, index: usize) -> String {
    let line = |(text, ticked): (&str, bool)| format!("- [{}] {text}", if ticked { 'x' } else { ' ' });
    let criteria = plan.items[index].criteria().map(|criterion| line((criterion.text.value, criterion.ticked)));
    criteria.collect::<Vec<_>>().join("\n")
}

/// What trackers have no words for.
fn ours(plan: &Plan, index: usize) -> Map<String, Value> {
    let item = &plan.items[index];
    let mut ours = Map::new();
    ours.insert("kind".into(), item.kind.name().into());
    if let Some(parent) = item.parent {
        ours.insert("parent".into(), plan.items[parent].id.as_str().into());
    }
    match item.status().map(|status| status.value) {
        Some(Status::Dropped) => {
            ours.insert("state".into(), "dropped".into());
        }
        Some(Status::Waiting(what)) => {
            ours.insert("waits".into(), what.into());
        }
        None if item.mark == Mark::None => {
            ours.insert("state".into(), "of-parts".into());
        }
        None => {}
    }
    ours
}
