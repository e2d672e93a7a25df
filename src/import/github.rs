//! GitHub issues as JSON: what `gh issue list --json …` and the REST API give.
//!
//! Domain layer. Milestones become epics; boxes in the text of an issue become its conditions.

use super::draft::{Draft, DraftCriterion, DraftItem, Spot, State};
use super::files;
use super::json::Json;
use super::report::{Report, Unit};
use super::salvage::Salvaged;
use super::{codes, values, write};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::Tree;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a document is a list of issues.
pub(super) fn looks_like(json: &Json<'_>) -> bool {
    let issue = |json: &Json<'_>| json.get("number").is_some() && json.get("title").is_some();
    issues(json).first().is_some_and(issue)
}

/// The issues of a document: the list itself, the `items` of a search, or one issue.
fn issues<'j, 'a>(json: &'j Json<'a>) -> &'j [Json<'a>] {
    json.get("items").unwrap_or(json).elements()
}

pub(super) fn read(tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut draft = Draft { title: "Imported from GitHub", items: Vec::new() };
    let Some(text) = files::text(tree, path, report)? else { return Ok(draft) };
    let spot = text.spot();
    let mut reader = Reader { items: Vec::new(), epics: HashSet::new(), spot, report };
    // Pages of `gh api --paginate` follow each other without a comma.
    let mut pages = serde_json::Deserializer::from_str(text.text()).into_iter::<Json<'_>>();
    let mut read = 0;
    while let Some(page) = pages.next() {
        match page {
            Ok(page) => {
                read = pages.byte_offset();
                for issue in issues(&page) {
                    reader.issue(issue);
                }
            }
            Err(error) => {
                let found = Salvaged::list(text.text(), read);
                for issue in found.lists.iter().flat_map(|(_, entries)| entries) {
                    reader.issue(issue);
                }
                text.broken(&found.broken, reader.report);
                if found.broken.is_empty() {
                    let spot = text.at(error.line());
                    let reason = format!("column {}: {}", error.column(), super::json::cause(&error));
                    reader.report.lost(Unit::Record, &codes::NOT_READ, &spot, "the rest of the file", reason);
                }
                break;
            }
        }
    }
    draft.items = reader.items;
    Ok(draft)
}

struct Reader<'a> {
    items: Vec<DraftItem>,
    /// Milestones that have their epic.
    epics: HashSet<String>,
    spot: Spot,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn issue(&mut self, json: &Json<'_>) {
        let Some(number) = json.get("number").and_then(Json::whole) else {
            self.report.lost(Unit::Record, &codes::NOT_READ, &self.spot, "an issue", "it has no `number`");
            return;
        };
        if json.get("pull_request").is_some_and(|link| *link != Json::Null) {
            let what = format!("#{number}");
            self.report.lost(Unit::Record, &codes::LEFT_OUT, &self.spot, what, "it is a pull request");
            return;
        }
        let mut item = DraftItem::new(number.to_string(), "", self.spot.clone());
        for (key, value) in json.fields().into_iter().flatten() {
            if !value.is_blank() {
                self.value(&mut item, key, value, json);
            }
        }
        if item.state != State::Done {
            item.completed = None;
        }
        self.items.push(item);
    }

    fn value(&mut self, item: &mut DraftItem, key: &str, value: &Json<'_>, issue: &Json<'_>) {
        let text = value.text().unwrap_or_default();
        let kept = match key {
            "number" => true,
            "title" => {
                text.clone_into(&mut item.title);
                true
            }
            "body" => {
                body(item, text);
                true
            }
            "state" => {
                let reason = issue.get_text("stateReason").or_else(|| issue.get_text("state_reason"));
                let dropped = reason.is_some_and(|reason| {
                    ["not_planned", "duplicate"].iter().any(|word| reason.eq_ignore_ascii_case(word))
                });
                item.state = match (text.eq_ignore_ascii_case("closed"), dropped) {
                    (false, _) => State::Open,
                    (true, false) => State::Done,
                    (true, true) => State::Dropped,
                };
                true
            }
            // Both say what `state` says, or why.
            "stateReason" | "state_reason" | "closed" => true,
            "closedAt" | "closed_at" => {
                item.completed = values::date(text);
                item.completed.is_some()
            }
            "labels" => return self.labels(item, value),
            "assignees" => return self.assignees(item, value),
            "assignee" => {
                if item.owner.is_none() {
                    item.owner = value.get_text("login").and_then(write::owner);
                }
                item.owner.is_some()
            }
            "milestone" => {
                self.milestone(item, value);
                true
            }
            "comments" if matches!(value, Json::List(_)) => {
                for comment in value.elements() {
                    let author =
                        comment.get("author").and_then(|author| author.get_text("login")).unwrap_or("somebody");
                    item.note(Some(author), comment.get_text("body").unwrap_or_default());
                    self.report.mapped(Unit::Value);
                }
                return;
            }
            "url" | "html_url" => {
                let page = key == "html_url" || text.starts_with("https://github.com/");
                if page {
                    item.links.push(text.to_owned());
                }
                page
            }
            _ => false,
        };
        if kept {
            self.report.mapped(Unit::Value);
        } else {
            self.report.no_place(&self.spot, key, "a plan has no place for it");
        }
    }

    fn labels(&mut self, item: &mut DraftItem, value: &Json<'_>) {
        for label in value.elements() {
            match label.get_text("name").or(label.text()).and_then(write::tag_name) {
                Some(tag) => {
                    item.priority = item.priority.or(priority(&tag));
                    if !item.tags.contains(&tag) {
                        item.tags.push(tag);
                    }
                    self.report.mapped(Unit::Value);
                }
                None => self.report.value_lost(&codes::NOT_UNDERSTOOD, &self.spot, "a label", "it is no word"),
            }
        }
    }

    fn assignees(&mut self, item: &mut DraftItem, value: &Json<'_>) {
        for person in value.elements() {
            let name = person.get_text("login").or(person.text()).and_then(write::owner);
            match (name, item.owner.is_some()) {
                (Some(name), false) => {
                    item.owner = Some(name);
                    self.report.mapped(Unit::Value);
                }
                (Some(name), true) if item.owner.as_deref() == Some(&*name) => self.report.mapped(Unit::Value),
                (Some(name), true) => {
                    item.links.push(format!("also assigned to {name}"));
                    self.report.mapped(Unit::Value);
                }
                (None, _) => self.report.value_lost(&codes::NOT_UNDERSTOOD, &self.spot, "an assignee", "it is no name"),
            }
        }
    }

    /// The epic of a milestone stands before its first issue.
    fn milestone(&mut self, item: &mut DraftItem, value: &Json<'_>) {
        let Some(title) = value.get_text("title").or(value.text()) else { return };
        let id = format!("milestone-{title}");
        item.parent = Some(id.clone());
        if !self.epics.insert(title.to_lowercase()) {
            return;
        }
        let mut epic = DraftItem::new(id, "", self.spot.clone());
        title.clone_into(&mut epic.title);
        (epic.kind, epic.state) = (Some(Kind::Epic), State::OfParts);
        epic.due = value.get_text("dueOn").or_else(|| value.get_text("due_on")).and_then(values::date);
        epic.note(None, value.get_text("description").unwrap_or_default());
        self.items.push(epic);
    }
}

/// `P1`, `priority: high`, `priority/high`.
fn priority(label: &str) -> Option<u8> {
    let word = label.to_ascii_lowercase();
    let said = word.strip_prefix("priority").map(|rest| rest.trim_start_matches([':', '/', '-', ' ']));
    match said {
        Some(word) => values::priority(word),
        None if word.len() == 2 && word.starts_with('p') => values::priority(&word),
        None => None,
    }
}

/// The conditions, needs and prose in the text of an issue.
fn body(item: &mut DraftItem, text: &str) {
    static NEEDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:depends on|blocked by)[: ]+((?:#\d+)(?:(?:,|,? and) *#\d+)*)").expect("it is a pattern")
    });
    let mut prose = Vec::new();
    let mut fenced = false;
    let spot = item.spot.clone();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match values::list_item(line).filter(|_| !fenced) {
            Some((Some(ticked), text)) if !text.is_empty() => {
                item.criteria.push(DraftCriterion { text: text.to_owned(), ticked });
            }
            _ => {
                for found in NEEDS.captures_iter(line).filter(|_| !fenced) {
                    for number in found[1].split('#').skip(1) {
                        item.needs(number.trim_matches(|c: char| !c.is_ascii_digit()), "dependency", &spot);
                    }
                }
                prose.push(line);
            }
        }
    }
    item.note(None, prose.join("\n").trim());
}
