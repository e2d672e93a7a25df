//! Backlog.md: one file a task, with front matter, in folders that say how far it is.
//!
//! Domain layer.

use super::draft::{Draft, DraftItem, State};
use super::files::{self, Text};
use super::page::{self, Key, Section};
use super::report::{Report, Unit};
use super::{codes, values, write};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::Tree;
use std::collections::HashMap;

/// The folder with the tasks at or below `at`.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let mut folders = vec![at.join("backlog"), at.join(".backlog")];
    let config = at.join("backlog.config.yml");
    if files::is_file(tree, &config)?
        && let Some(text) = files::text(tree, &config, &mut Report::default())?
        && let Some(folder) = setting(text.text(), "backlog_directory")
    {
        folders.push(at.join(folder.trim_matches('/')));
    }
    folders.push(at.clone());
    for folder in folders {
        let configured = files::is_file(tree, &folder.join("config.yml"))?;
        let named = folder.file_name().ends_with(b"backlog") || folder != *at;
        if (configured || named) && files::is_folder(tree, &folder.join("tasks"))? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// Whether one file looks like a task.
pub(super) fn looks_like(page: &page::Page) -> bool {
    ["id", "title", "status"].iter().all(|name| page.keys.iter().any(|key| key.name == *name))
}

/// The folders of tasks, and what lying there says.
const FOLDERS: [(&str, Option<State>); 4] =
    [("tasks", None), ("completed", Some(State::Done)), ("drafts", None), ("archive/tasks", Some(State::Dropped))];

pub(super) fn read(tree: &dyn Tree, at: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut reader = Reader { items: Vec::new(), last_status: "done".to_owned(), epics: HashMap::new(), report };
    if files::is_file(tree, at)? {
        if let Some(text) = files::text(tree, at, reader.report)? {
            reader.task(&text, None);
        }
    } else {
        reader.folder(tree, at)?;
    }
    Ok(Draft { title: "Imported from Backlog.md", items: reader.items })
}

struct Reader<'a> {
    items: Vec<DraftItem>,
    /// The last of the configured states, in lower case: what is there is done.
    last_status: String,
    /// The epics of milestones, by id and title in lower case.
    epics: HashMap<String, String>,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn folder(&mut self, tree: &dyn Tree, root: &RepoPath) -> Result<(), Failure> {
        let config = root.join("config.yml");
        if files::is_file(tree, &config)?
            && let Some(text) = files::text(tree, &config, self.report)?
            && let Some(statuses) = setting(text.text(), "statuses")
            && let Some(last) = statuses.trim_matches(['[', ']']).rsplit(',').next()
        {
            self.last_status = last.trim().trim_matches(['"', '\'']).to_lowercase();
        }
        let milestones = root.join("milestones");
        for path in files::files(tree, &milestones, ".md")? {
            if let Some(text) = files::text(tree, &path, self.report)? {
                self.milestone(&text);
            }
        }
        for (name, state) in FOLDERS {
            let folder = name.split('/').fold(root.clone(), |folder, name| folder.join(name));
            for path in files::files(tree, &folder, ".md")? {
                if path.file_name().eq_ignore_ascii_case(b"readme.md") {
                    continue;
                }
                if let Some(text) = files::text(tree, &path, self.report)? {
                    self.task(&text, state.clone());
                    if name == "drafts"
                        && let Some(item) = self.items.last_mut()
                    {
                        item.tags.push("draft".to_owned());
                    }
                }
            }
        }
        for name in ["docs", "decisions"] {
            for path in files::files(tree, &root.join(name), ".md")? {
                files::leave(&path, "it is a document, no work", self.report);
            }
        }
        Ok(())
    }

    fn milestone(&mut self, text: &Text) {
        let page = page::read(text, self.report);
        let said = |name: &str| page.keys.iter().find(|key| key.name == name).and_then(Key::text);
        let Some(id) = said("id").or(said("title")) else {
            self.report.lost(Unit::Record, &codes::NOT_READ, &text.spot(), "a milestone", "it has no `id`");
            return;
        };
        let mut item = DraftItem::new(id, "milestone", text.spot());
        said("title").unwrap_or(id).clone_into(&mut item.title);
        (item.kind, item.state) = (Some(Kind::Epic), State::OfParts);
        item.due = said("due_date").and_then(values::date);
        for section in &page.sections {
            item.note(
                Some(section.title.as_str()).filter(|title| *title != "Description"),
                &without_marks(&section.text),
            );
        }
        self.epics.extend([id, item.title.as_str()].map(|name| (name.to_lowercase(), id.to_owned())));
        self.items.push(item);
    }

    fn task(&mut self, text: &Text, state: Option<State>) {
        let page = page::read(text, self.report);
        let (named_id, named_title) = named(&text.path);
        let id = page.keys.iter().find(|key| key.name == "id").and_then(Key::text).unwrap_or(named_id);
        let mut item = DraftItem::new(id, "", text.spot());
        named_title.clone_into(&mut item.title);
        let mut milestone = None;
        for key in page.keys.iter().filter(|key| !key.is_blank()) {
            if key.name == "milestone" {
                milestone = key.text();
            }
            self.key(&mut item, key);
        }
        for section in page.sections.iter().filter(|section| !section.text.trim().is_empty()) {
            self.section(&mut item, section);
        }
        if let Some(state) = state {
            item.state = state;
        }
        if item.state != State::Done {
            item.completed = None;
        }
        if let Some(title) = milestone.filter(|_| item.parent.is_none()) {
            self.epic(&mut item, title);
        }
        self.items.push(item);
    }

    /// Puts an item into the epic of its milestone, which may have no file.
    fn epic(&mut self, item: &mut DraftItem, title: &str) {
        let known = self.epics.get(&title.to_lowercase()).cloned();
        let id = known.clone().unwrap_or_else(|| format!("milestone-{title}"));
        if known.is_none() {
            self.epics.insert(title.to_lowercase(), id.clone());
            let mut epic = DraftItem::new(&id, "milestone", item.spot.clone());
            (epic.title, epic.kind, epic.state) = (title.to_owned(), Some(Kind::Epic), State::OfParts);
            self.items.push(epic);
        }
        item.parent = Some(id);
    }

    fn key(&mut self, item: &mut DraftItem, key: &Key) {
        let text = key.text().unwrap_or_default();
        let kept = match key.name.as_str() {
            "id" | "milestone" => true,
            "title" => {
                text.clone_into(&mut item.title);
                !text.is_empty()
            }
            "status" => {
                item.state = self.state(text);
                true
            }
            "assignee" => {
                let mut names = key.texts().into_iter().filter_map(write::owner);
                item.owner = names.next();
                item.links.extend(names.map(|name| format!("also assigned to {name}")));
                item.owner.is_some()
            }
            "labels" => {
                item.tags.extend(key.texts().into_iter().filter_map(write::tag_name));
                true
            }
            "type" => {
                item.tags.extend(write::tag_name(text));
                true
            }
            "priority" => {
                item.priority = values::priority(text);
                item.priority.is_some()
            }
            "due_date" => {
                item.due = values::date(text);
                item.due.is_some()
            }
            "completed_date" => {
                item.completed = values::date(text);
                item.completed.is_some()
            }
            "parent_task_id" | "parent" => {
                item.parent = Some(text.to_owned());
                true
            }
            // They say so themselves, by `parent_task_id`.
            "subtasks" => true,
            "references" | "documentation" => {
                item.links.extend(key.texts().into_iter().map(str::to_owned));
                true
            }
            "modified_files" => {
                item.touches.extend(key.texts().into_iter().filter_map(write::pattern));
                true
            }
            "dependencies" => {
                for target in key.texts() {
                    item.needs(target, "dependency", &key.spot);
                }
                return;
            }
            _ => false,
        };
        if kept {
            self.report.mapped(Unit::Value);
        } else {
            self.report.no_place(&key.spot, &key.name, "a plan has no place for it");
        }
    }

    fn state(&self, word: &str) -> State {
        // Boards decorate their columns: `🚧 In Progress`.
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let last = self.last_status.trim_matches(|c: char| !c.is_alphanumeric());
        match word.as_str() {
            word if word == last => State::Done,
            "to do" | "todo" | "open" | "backlog" | "draft" | "ready" | "" => State::Open,
            "blocked" | "on hold" | "waiting" => State::Waiting(word),
            "cancelled" | "canceled" | "won't do" => State::Dropped,
            _ => State::Started,
        }
    }

    fn section(&mut self, item: &mut DraftItem, section: &Section) {
        let title = section.title.split('(').next().unwrap_or_default().trim();
        let text = without_marks(&section.text);
        match title.to_ascii_lowercase().as_str() {
            "" | "description" => item.note(None, text.trim()),
            "acceptance criteria" | "definition of done" => page::conditions(item, title, &text),
            _ => item.note(Some(title), text.trim()),
        }
        self.report.mapped(Unit::Value);
    }
}

/// Id and title of a file name such as `task-7.1 - Add-a-column.md`.
fn named(path: &str) -> (&str, String) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".md").unwrap_or(name);
    let (id, title) = name.split_once(" - ").unwrap_or((name, name));
    (id, title.replace('-', " "))
}

/// A section without the comments that mark its ends.
fn without_marks(text: &str) -> String {
    let mark = |line: &&str| {
        let line = line.trim();
        line.starts_with("<!--") && line.ends_with("-->") && (line.contains(":BEGIN") || line.contains(":END"))
    };
    text.lines().filter(|line| !mark(line)).map(|line| format!("{line}\n")).collect()
}

/// A setting that stands on a line of its own.
fn setting(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
}
