//! Task Master: one JSON file of tasks and subtasks, in a list or in a list for each tag.
//!
//! Domain layer. Ids are unique within a tag only, so the tag is their space.

use super::draft::{Draft, DraftItem, Spot, State};
use super::files::{self, Text};
use super::json::Json;
use super::report::{Report, Unit};
use super::salvage::Salvaged;
use super::{codes, values, write};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::Tree;
use std::collections::HashSet;

/// The file with the tasks at or below `at`.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let folders = [at.join(".taskmaster").join("tasks"), at.join("tasks"), at.clone()];
    files::first_file(tree, folders.iter().map(|folder| folder.join("tasks.json")))
}

/// Whether a document is a list of tasks, or lists of tasks by tag.
pub(super) fn looks_like(json: &Json<'_>) -> bool {
    let lists = |json: &Json<'_>| matches!(json.get("tasks"), Some(Json::List(_)));
    let is_task = |json: &Json<'_>| json.get("id").is_some() && json.get("dependencies").is_some();
    lists(json)
        || json.elements().first().is_some_and(is_task)
        || json.fields().is_some_and(|tags| tags.iter().any(|(_, tag)| lists(tag)))
}

pub(super) fn read(tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut draft = Draft { title: "Imported from Task Master", items: Vec::new() };
    let Some(text) = files::text(tree, path, report)? else { return Ok(draft) };
    let Some(json) = document(&text, report) else { return Ok(draft) };
    let spot = text.spot();
    let mut reader = Reader { items: &mut draft.items, spot, report };
    if let Json::List(_) = &json {
        reader.tasks(json.elements(), "");
        return Ok(draft);
    }
    if json.fields().is_none() {
        reader.report.lost(Unit::Record, &codes::NOT_READ, &reader.spot, "the file", "it is no object");
    }
    if json.get("tasks").is_some() {
        reader.list(&json, "");
        return Ok(draft);
    }
    let tags = json.fields().map(Vec::as_slice).unwrap_or_default();
    let filled = tags.iter().filter(|(_, tag)| matches!(tag.get("tasks"), Some(Json::List(_)))).count();
    for (name, tag) in tags {
        if tag.get("tasks").is_none() {
            reader.report.no_place(&reader.spot, name, "it holds no tasks");
        } else if filled > 1 {
            reader.tag(name, tag);
        } else {
            reader.list(tag, "");
        }
    }
    Ok(draft)
}

/// The JSON of a whole file. Where it is broken, its entries are read one by one, and those that cannot be are losses.
fn document<'a>(text: &'a Text, report: &mut Report) -> Option<Json<'a>> {
    let error = match Json::read(text.text()) {
        Ok(json) => return Some(json),
        Err(error) => error,
    };
    let mut found = Salvaged::lists(text.text(), "tasks");
    let broken = std::mem::take(&mut found.broken);
    text.broken(&broken, report);
    if found.lists.is_empty() || broken.is_empty() {
        let reason = format!("column {}: {}", error.column(), super::json::cause(&error));
        let what = if found.lists.is_empty() { "the file" } else { "the file around its tasks" };
        report.lost(Unit::Record, &codes::NOT_READ, &text.at(error.line()), what, reason);
    }
    (!found.lists.is_empty()).then(|| found.into_document("tasks"))
}

struct Reader<'a> {
    items: &'a mut Vec<DraftItem>,
    spot: Spot,
    report: &'a mut Report,
}

/// What a task stands in.
#[derive(Clone, Copy)]
struct Within<'a> {
    tag: &'a str,
    parent: Option<&'a str>,
    /// The numbers of the tasks beside it.
    siblings: &'a HashSet<String>,
}

impl Reader<'_> {
    /// A tag among several becomes an epic.
    fn tag(&mut self, name: &str, tag: &Json<'_>) {
        let mut epic = DraftItem::new(name, format!("tag {name}"), self.spot.clone());
        let description = tag.get("metadata").and_then(|metadata| metadata.get_text("description"));
        description.unwrap_or(name).clone_into(&mut epic.title);
        (epic.kind, epic.state) = (Some(Kind::Epic), State::OfParts);
        let space = epic.space.clone();
        self.items.push(epic);
        let first = self.items.len();
        self.list(tag, &space);
        for item in &mut self.items[first..] {
            item.parent.get_or_insert_with(|| name.to_owned());
        }
    }

    fn list(&mut self, tag: &Json<'_>, space: &str) {
        for (key, value) in tag.fields().into_iter().flatten() {
            if key != "tasks" && !value.is_blank() {
                self.report.no_place(&self.spot, key, "it is about the file");
            }
        }
        self.tasks(tag.get("tasks").map(Json::elements).unwrap_or_default(), space);
    }

    fn tasks(&mut self, tasks: &[Json<'_>], space: &str) {
        let siblings = HashSet::new();
        for task in tasks {
            self.task(task, Within { tag: space, parent: None, siblings: &siblings });
        }
    }

    fn task(&mut self, json: &Json<'_>, within: Within<'_>) {
        let Some(number) = json.get("id").and_then(Json::scalar) else {
            let what = json.get_text("title").map_or("a task".to_owned(), |title| format!("`{title}`"));
            self.report.lost(Unit::Record, &codes::NOT_READ, &self.spot, what, "it has no `id`");
            return;
        };
        let id = match within.parent {
            Some(parent) if number.bytes().all(|b| b.is_ascii_digit()) => format!("{parent}.{number}"),
            _ => number.into_owned(),
        };
        let mut item = DraftItem::new(&id, within.tag, self.spot.clone());
        item.parent = within.parent.map(str::to_owned);
        let mut parts: &[Json<'_>] = &[];
        for (key, value) in json.fields().into_iter().flatten() {
            match &**key {
                "subtasks" => parts = value.elements(),
                "dependencies" => self.dependencies(&mut item, value, within),
                _ if value.is_blank() => {}
                key => self.value(&mut item, key, value),
            }
        }
        self.items.push(item);
        let numbers = parts.iter().filter_map(|part| part.get("id")?.scalar());
        let siblings: HashSet<String> = numbers.map(std::borrow::Cow::into_owned).collect();
        for part in parts {
            self.task(part, Within { tag: within.tag, parent: Some(&id), siblings: &siblings });
        }
    }

    /// A plain number in a subtask is the sibling with that number, else the task.
    fn dependencies(&mut self, item: &mut DraftItem, value: &Json<'_>, within: Within<'_>) {
        for one in value.elements() {
            let Some(name) = one.scalar() else {
                let what = format!("{} needs something", item.id);
                self.report.lost(Unit::Need, &codes::NOT_UNDERSTOOD, &self.spot, what, "it is no id");
                continue;
            };
            let number = name.bytes().all(|b| b.is_ascii_digit());
            let target = match within.parent {
                Some(parent) if number && within.siblings.contains(&*name) => format!("{parent}.{name}"),
                _ => name.into_owned(),
            };
            item.needs(target, "dependency", &self.spot);
        }
    }

    fn value(&mut self, item: &mut DraftItem, key: &str, value: &Json<'_>) {
        let text = value.text().unwrap_or_default();
        let kept = match key {
            "id" => true,
            "title" => {
                text.clone_into(&mut item.title);
                true
            }
            "description" => note(item, None, value),
            "details" => note(item, Some("Details"), value),
            "testStrategy" => note(item, Some("Test strategy"), value),
            "existingInfrastructure" | "codebasePatterns" | "scopeBoundaries" | "technicalConstraints" => {
                note(item, Some(key), value)
            }
            "status" => {
                item.state = match text {
                    "pending" => State::Open,
                    "in-progress" | "review" => State::Started,
                    "done" | "completed" => State::Done,
                    "deferred" | "blocked" => State::Waiting(text.to_owned()),
                    "cancelled" => State::Dropped,
                    _ => {
                        let what = format!("status `{text}`");
                        self.report.value_lost(&codes::NOT_UNDERSTOOD, &self.spot, &what, "nobody knows it");
                        return;
                    }
                };
                true
            }
            "priority" => {
                item.priority = values::priority(text);
                item.priority.is_some()
            }
            "assignee" => {
                item.owner = write::owner(text);
                item.owner.is_some()
            }
            "effort" => {
                item.estimate = value.scalar().and_then(|text| values::hours(&text));
                item.estimate.is_some()
            }
            "tags" | "category" => {
                item.tags.extend(value.elements().iter().filter_map(|tag| write::tag_name(tag.text()?)));
                true
            }
            "acceptanceCriteria" => criteria(item, value),
            "relevantFiles" => {
                let paths = value.elements().iter().filter_map(|file| file.text().or_else(|| file.get_text("path")));
                item.touches.extend(paths.filter_map(write::pattern));
                true
            }
            "metadata" => match value.get("passmuster") {
                Some(ours) => {
                    super::beads::ours_into(item, ours);
                    true
                }
                None => false,
            },
            // They repeat where the task stands.
            "parentTaskId" | "parentId" | "parentTask" | "isSubtask" => true,
            _ => false,
        };
        if kept {
            self.report.mapped(Unit::Value);
        } else {
            self.report.no_place(&self.spot, key, "a plan has no place for it");
        }
    }
}

/// A text, or a list of texts.
fn note(item: &mut DraftItem, label: Option<&str>, value: &Json<'_>) -> bool {
    let lines: Vec<&str> = value.elements().iter().filter_map(Json::text).collect();
    let text = match lines.as_slice() {
        [one] => (*one).to_owned(),
        many => many.iter().map(|line| format!("- {line}\n")).collect(),
    };
    item.note(label, &text);
    !lines.is_empty()
}

fn criteria(item: &mut DraftItem, value: &Json<'_>) -> bool {
    for text in value.elements().iter().filter_map(Json::text) {
        match values::criteria(text) {
            Some(criteria) => item.criteria.extend(criteria),
            None => item.note(Some("Acceptance criteria"), text),
        }
    }
    true
}
