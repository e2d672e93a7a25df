//! beads: issues as lines of JSON, in all its generations, and the backup folder of its Dolt store.
//!
//! Domain layer. A line that is no JSON is a loss of that line alone.

use super::draft::{Draft, DraftItem, Spot, State};
use super::files::{self, Text};
use super::json::Json;
use super::report::{Report, Unit};
use super::{codes, values, write};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::Tree;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use std::borrow::Cow;

/// The longest line that is read, in bytes.
const MAX_LINE: usize = 16 * 1024 * 1024;

const ISSUES: &str = "issues.jsonl";

/// The files of the backup folder besides the issues, and what is done with each.
const DEPENDENCIES: &str = "dependencies.jsonl";
const LABELS: &str = "labels.jsonl";
const COMMENTS: &str = "comments.jsonl";

/// The file with the issues at or below `at`.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let places = [at.join(".beads"), at.clone(), at.join(".beads").join("backup"), at.join("backup")];
    let names = [ISSUES, "beads.jsonl"];
    files::first_file(tree, places.iter().flat_map(|folder| names.iter().map(|name| folder.join(name))))
}

/// Whether a first line looks like an issue.
pub(super) fn looks_like(line: &str) -> bool {
    let Ok(json) = Json::read(line) else { return false };
    json.get("id").is_some() && json.get("title").is_some() && json.get("status").is_some()
}

/// Reads the issues and, where they lie beside them, the tables of a backup.
pub(super) fn read(tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut draft = Draft { title: "Imported from beads", items: Vec::new() };
    let Some(text) = files::text(tree, path, report)? else { return Ok(draft) };
    let mut issues = Issues::default();
    each_line(&text, report, |json, spot, report| issues.add(json, spot, report));
    if path.file_name() == ISSUES.as_bytes() {
        let folder = path.parent().unwrap_or_default();
        for name in [DEPENDENCIES, LABELS, COMMENTS] {
            let path = folder.join(name);
            if !files::is_file(tree, &path)? {
                continue;
            }
            let Some(text) = files::text(tree, &path, report)? else { continue };
            each_line(&text, report, |json, spot, report| issues.attach(name, json, spot, report));
        }
        for name in ["events.jsonl", "config.jsonl", "interactions.jsonl"] {
            let path = folder.join(name);
            if files::is_file(tree, &path)? {
                files::leave(&path, "it holds no work", report);
            }
        }
    }
    draft.items = issues.into_items(report);
    Ok(draft)
}

/// Hands every line that is JSON to `take`.
fn each_line<'a>(text: &'a Text, report: &mut Report, mut take: impl FnMut(Json<'a>, Spot, &mut Report)) {
    // What `bd list --json` and `br list --json` print is one list.
    if text.text().trim_start().starts_with('[')
        && let Ok(Json::List(list)) = Json::read(text.text())
    {
        for json in list {
            match json {
                Json::Object(_) => take(json, text.spot(), report),
                _ => report.lost(Unit::Record, &codes::NOT_READ, &text.spot(), "an entry", "it is no object"),
            }
        }
        return;
    }
    for (number, line) in files::lines(text.text()).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let spot = text.at(number + 1);
        let reason = if line.len() > MAX_LINE {
            format!("the line has {} bytes; at most {MAX_LINE} are read", line.len())
        } else {
            match Json::read(line) {
                Ok(json @ Json::Object(_)) => {
                    take(json, spot, report);
                    continue;
                }
                Ok(_) => "it is no object".to_owned(),
                Err(error) => format!("column {}: {}", error.column(), super::json::cause(&error)),
            }
        };
        report.lost(Unit::Record, &codes::NOT_READ, &spot, "a line", reason);
    }
}

/// The issues read so far.
#[derive(Default)]
struct Issues {
    items: Vec<DraftItem>,
    /// What else is known of each item.
    said: Vec<Said>,
    by_id: HashMap<String, usize>,
}

/// What an issue says that no item keeps.
struct Said {
    /// When it was last changed, to tell which of two with one id is newer.
    updated: Option<jiff::Timestamp>,
    /// The reason not to keep it.
    left_out: Option<String>,
}

impl Issues {
    fn add(&mut self, json: Json<'_>, spot: Spot, report: &mut Report) {
        if let Some(kind) = json.get("_type").and_then(Json::scalar).filter(|kind| kind != "issue") {
            let why = format!("it is a `{kind}` and no issue");
            return report.lost(Unit::Record, &codes::LEFT_OUT, &spot, "a line", why);
        }
        let Some(id) = json.get("id").and_then(Json::scalar).map(Cow::into_owned) else {
            return report.lost(Unit::Record, &codes::NOT_READ, &spot, "a line", "it has no `id`");
        };
        let (mut item, mut said) = issue(&id, &json, spot, report);
        match self.by_id.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(self.items.len());
                self.items.push(item);
                self.said.push(said);
            }
            Entry::Occupied(entry) => {
                let known = *entry.get();
                if said.updated >= self.said[known].updated {
                    std::mem::swap(&mut self.items[known], &mut item);
                    std::mem::swap(&mut self.said[known], &mut said);
                }
                let DraftItem { id, spot, needs, .. } = item;
                report.lost(Unit::Record, &codes::DUPLICATE, &spot, id, "another line has it as it was later");
                for need in needs {
                    let what = format!("{} needs {}", older_name(&spot), need.target);
                    report.lost(Unit::Need, &codes::DUPLICATE, &spot, what, "it stands in the older of two lines");
                }
            }
        }
    }

    /// Takes a row of one of the tables beside the issues.
    fn attach(&mut self, table: &str, json: Json<'_>, spot: Spot, report: &mut Report) {
        let known = json.get_text("issue_id").and_then(|id| self.by_id.get(id)).copied();
        let Some(index) = known else {
            let unit = if table == DEPENDENCIES { Unit::Need } else { Unit::Value };
            let what = format!("a line for {}", json.get_text("issue_id").unwrap_or("no issue"));
            report.lost(unit, &codes::DANGLING_NEED, &spot, what, "there is no such issue");
            return;
        };
        let item = &mut self.items[index];
        match table {
            DEPENDENCIES => dependency(item, &json, &spot, report),
            LABELS => label(item, json.get("label"), &spot, report),
            _ => {
                comment(item, &json);
                report.mapped(Unit::Value);
            }
        }
    }

    /// The issues that are work.
    fn into_items(self, report: &mut Report) -> Vec<DraftItem> {
        let Self { mut items, said, by_id } = self;
        let mut said = said.into_iter();
        items.retain_mut(|item| {
            if let Some(reason) = said.next().and_then(|said| said.left_out) {
                for need in &item.needs {
                    let what = format!("{} needs {}", item.id, need.target);
                    report.lost(Unit::Need, &codes::LEFT_OUT, &need.spot, what, "it is left out");
                }
                report.lost(Unit::Record, &codes::LEFT_OUT, &item.spot, item.id.as_str(), reason);
                return false;
            }
            // `bd-a1.2` is a part of `bd-a1`.
            if item.parent.is_none()
                && let Some((stem, _)) = item.id.rsplit_once('.')
                && by_id.contains_key(stem)
            {
                item.parent = Some(stem.to_owned());
            }
            true
        });
        items
    }
}

fn issue(id: &str, json: &Json<'_>, spot: Spot, report: &mut Report) -> (DraftItem, Said) {
    let mut item = DraftItem::new(id, "", spot.clone());
    let mut left_out = None;
    for (key, value) in json.fields().into_iter().flatten() {
        if value.is_blank() && key != "priority" {
            continue;
        }
        let text = value.text().unwrap_or_default();
        let kept = match &**key {
            "id" => true,
            "title" => {
                item.title = value.scalar().map(Cow::into_owned).unwrap_or_default();
                !item.title.is_empty()
            }
            "description" => note(&mut item, None, text),
            "design" => note(&mut item, Some("Design"), text),
            "notes" => note(&mut item, Some("Notes"), text),
            "close_reason" => note(&mut item, Some("Closed"), text),
            "acceptance_criteria" => {
                match values::criteria(text) {
                    Some(criteria) => item.criteria = criteria,
                    None => item.note(Some("Acceptance criteria"), text),
                }
                true
            }
            "status" => status(&mut item, text, &mut left_out, &spot, report),
            "issue_type" => issue_type(&mut item, text, &mut left_out),
            "priority" => priority(&mut item, value, &spot, report),
            "assignee" => set_owner(&mut item.owner, text),
            "owner" => item.owner.is_none() && json.get_text("assignee").is_none() && set_owner(&mut item.owner, text),
            "estimated_minutes" => set(&mut item.estimate, value.whole().and_then(values::minutes)),
            "due_at" => set(&mut item.due, values::date(text)),
            "started_at" => set(&mut item.started, values::date(text)),
            "closed_at" => set(&mut item.completed, values::date(text)),
            "defer_until" => match &mut item.state {
                State::Waiting(what) => {
                    what.push_str(" until ");
                    what.push_str(text.get(..10).unwrap_or(text));
                    true
                }
                _ => false,
            },
            "external_ref" | "spec_id" => link(&mut item, text),
            "labels" => {
                for one in value.elements() {
                    label(&mut item, Some(one), &spot, report);
                }
                continue;
            }
            "comments" => {
                for one in value.elements() {
                    comment(&mut item, one);
                    report.mapped(Unit::Value);
                }
                continue;
            }
            "dependencies" => {
                for one in value.elements() {
                    dependency(&mut item, one, &spot, report);
                }
                continue;
            }
            "metadata" => metadata(&mut item, value),
            "is_template" => {
                left_out.get_or_insert_with(|| "it is a template".to_owned());
                true
            }
            _ => false,
        };
        if kept {
            report.mapped(Unit::Value);
        } else {
            report.no_place(&spot, key, "a plan has no place for it");
        }
    }
    if item.state != State::Done {
        item.completed = None;
    }
    let updated = json.get_text("updated_at").and_then(|time| time.parse().ok());
    (item, Said { updated, left_out })
}

fn note(item: &mut DraftItem, label: Option<&str>, text: &str) -> bool {
    item.note(label, text);
    !text.is_empty()
}

fn link(item: &mut DraftItem, text: &str) -> bool {
    item.links.push(text.to_owned());
    true
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let said = value.is_some();
    *slot = value;
    said
}

fn set_owner(slot: &mut Option<String>, name: &str) -> bool {
    set(slot, write::owner(name))
}

fn status(item: &mut DraftItem, word: &str, left_out: &mut Option<String>, spot: &Spot, report: &mut Report) -> bool {
    item.state = match word {
        "open" | "pinned" => State::Open,
        "in_progress" | "hooked" => State::Started,
        "closed" => State::Done,
        "blocked" => State::Waiting("blocked".to_owned()),
        "deferred" => State::Waiting("deferred".to_owned()),
        "tombstone" => {
            *left_out = Some("it was deleted".to_owned());
            State::Dropped
        }
        other => {
            let what = format!("status `{other}`");
            report.value_lost(&codes::NOT_UNDERSTOOD, spot, &what, "nobody knows it; taken as open");
            return true;
        }
    };
    true
}

/// Kinds of records that are not work, and the kinds of work.
fn issue_type(item: &mut DraftItem, word: &str, left_out: &mut Option<String>) -> bool {
    match word {
        "task" => {}
        "epic" => item.kind = Some(Kind::Epic),
        "milestone" => item.kind = Some(Kind::Phase),
        "agent" | "role" | "rig" | "message" | "event" | "convoy" => {
            *left_out = Some(format!("it is no work: its type is `{word}`"));
        }
        other => item.tags.push(other.to_owned()),
    }
    true
}

fn priority(item: &mut DraftItem, value: &Json<'_>, spot: &Spot, report: &mut Report) -> bool {
    match value.whole() {
        Some(level @ 0..=3) => item.priority = u8::try_from(level).ok(),
        Some(4) => {
            item.priority = Some(3);
            report.value_lost(&codes::NOT_UNDERSTOOD, spot, "priority 4", "a plan has four levels; taken as P3");
        }
        _ => return false,
    }
    true
}

fn label(item: &mut DraftItem, value: Option<&Json<'_>>, spot: &Spot, report: &mut Report) {
    match value.and_then(Json::text).and_then(write::tag_name) {
        Some(tag) => {
            if !item.tags.contains(&tag) {
                item.tags.push(tag);
            }
            report.mapped(Unit::Value);
        }
        None => report.value_lost(&codes::NOT_UNDERSTOOD, spot, "a label", "it is no word"),
    }
}

fn comment(item: &mut DraftItem, json: &Json<'_>) {
    let author = json.get_text("author").unwrap_or("somebody");
    let day = json.get_text("created_at").and_then(|time| time.get(..10)).unwrap_or_default();
    let label = if day.is_empty() { author.to_owned() } else { format!("{author}, {day}") };
    item.note(Some(&label), json.get_text("text").unwrap_or_default());
}

/// An edge that starts at `item`.
fn dependency(item: &mut DraftItem, json: &Json<'_>, spot: &Spot, report: &mut Report) {
    let Some(target) = json.get("depends_on_id").and_then(Json::scalar) else {
        let what = format!("{} needs something", item.id);
        report.lost(Unit::Need, &codes::NOT_UNDERSTOOD, spot, what, "it does not say what");
        return;
    };
    let reason = match json.get_text("type").unwrap_or("blocks") {
        "blocks" => "blocks",
        "conditional-blocks" => "conditional-blocks",
        "waits-for" => "waits-for",
        "parent-child" | "parent_child" if item.parent.is_none() => {
            item.parent = Some(target.into_owned());
            report.mapped(Unit::Value);
            return;
        }
        other => {
            item.links.push(format!("{} {target}", write::one_line(other)));
            report.mapped(Unit::Value);
            return;
        }
    };
    item.needs(target, reason, spot);
}

/// What our own export could not say otherwise. Some versions keep this object as a text.
fn metadata(item: &mut DraftItem, value: &Json<'_>) -> bool {
    let inner = value.text().map(Json::read);
    let ours = match &inner {
        Some(Ok(json)) => json.get("passmuster"),
        Some(Err(_)) => None,
        None => value.get("passmuster"),
    };
    let Some(ours) = ours else { return false };
    ours_into(item, ours);
    true
}

/// Takes what our own export said about an item.
pub(super) fn ours_into(item: &mut DraftItem, ours: &Json<'_>) {
    if let Some(kind) = ours.get_text("kind").and_then(values::kind) {
        item.kind = Some(kind);
        // Our own levels are no tags.
        item.tags.retain(|tag| tag != "feature" || kind != Kind::Feature);
    }
    if let Some(parent) = ours.get_text("parent") {
        item.parent = Some(parent.to_owned());
    }
    if ours.get_text("priority") == Some("none") {
        item.priority = None;
    }
    match (ours.get_text("state"), ours.get_text("waits")) {
        (Some("dropped"), _) => item.state = State::Dropped,
        (Some("of-parts"), _) => item.state = State::OfParts,
        (_, Some(what)) => item.state = State::Waiting(what.to_owned()),
        _ => {}
    }
}

/// How the older of two lines is called in the account.
fn older_name(spot: &Spot) -> String {
    spot.line.map_or_else(|| "the older".to_owned(), |line| format!("line {line}"))
}
