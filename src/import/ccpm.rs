//! ccpm: a folder for each epic, one numbered file a task.
//!
//! Domain layer. Files are renamed to issue numbers when an epic is synchronised, while `depends_on` keeps the numbers
//! from before; such a need cannot be resolved and is said to be so.

use super::draft::{Draft, DraftItem, State};
use super::files::{self, Text};
use super::page::{self, Key};
use super::report::{Report, Unit};
use super::{codes, values, write};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::Kind;
use crate::port::Tree;

/// The folder that holds the folders of epics, or one such folder itself.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    for folder in [at.join(".claude").join("epics"), at.join("epics"), at.clone()] {
        if !epics(tree, &folder)?.is_empty() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The folders with an `epic.md`: `folder` itself, or those in it and in its archive.
fn epics(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<RepoPath>, Failure> {
    let mut places = vec![folder.clone()];
    places.extend(files::folders(tree, folder)?);
    for archive in ["archived", ".archived"] {
        places.extend(files::folders(tree, &folder.join(archive))?);
    }
    let mut found = Vec::new();
    for place in places {
        if files::is_file(tree, &place.join("epic.md"))? {
            found.push(place);
        }
    }
    Ok(found)
}

pub(super) fn read(tree: &dyn Tree, at: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut reader = Reader { items: Vec::new(), report };
    for folder in epics(tree, at)? {
        reader.epic(tree, &folder)?;
    }
    Ok(Draft { title: "Imported from ccpm", items: reader.items })
}

struct Reader<'a> {
    items: Vec<DraftItem>,
    report: &'a mut Report,
}

impl Reader<'_> {
    fn epic(&mut self, tree: &dyn Tree, folder: &RepoPath) -> Result<(), Failure> {
        let name = String::from_utf8_lossy(folder.file_name()).into_owned();
        let name = if name.is_empty() { "epic".to_owned() } else { name };
        let Some(text) = files::text(tree, &folder.join("epic.md"), self.report)? else { return Ok(()) };
        let mut epic = self.item(&text, &name, &name);
        epic.kind = Some(Kind::Epic);
        self.items.push(epic);
        let mut paths = files::files(tree, folder, ".md")?;
        paths.extend(files::files(tree, &folder.join("tasks"), ".md")?);
        let numbered = |path: &RepoPath| stem(path).is_some_and(|stem| stem.bytes().all(|b| b.is_ascii_digit()));
        let stems: Vec<String> = paths.iter().filter(|path| numbered(path)).filter_map(stem).collect();
        let padded = stems.iter().any(|stem| stem.starts_with('0'));
        for path in &paths {
            if path.file_name() == b"epic.md" {
                continue;
            }
            let Some(stem) = stem(path).filter(|_| numbered(path)) else {
                files::leave(path, "it is no task", self.report);
                continue;
            };
            let Some(text) = files::text(tree, path, self.report)? else { continue };
            let mut task = self.item(&text, &stem, &name);
            task.parent = Some(name.clone());
            self.resolve(&mut task, &stems, padded);
            self.items.push(task);
        }
        Ok(())
    }

    /// Turns numbers into the names of their files. `008` where files are called `8.md` is a number from before the
    /// synchronisation; nothing tells any more whose it was.
    fn resolve(&mut self, task: &mut DraftItem, stems: &[String], padded: bool) {
        for mut need in std::mem::take(&mut task.needs) {
            if !padded && need.target.starts_with('0') {
                let reason = "the number is from before tasks were renamed to their issues";
                task.links.push(format!("needs {} ({reason})", need.target));
                let what = format!("{} needs {}", task.id, need.target);
                self.report.lost(Unit::Need, &codes::DANGLING_NEED, &need.spot, what, reason);
                continue;
            }
            let number = need.target.trim_start_matches('0');
            if let Some(stem) = stems.iter().find(|stem| stem.trim_start_matches('0') == number) {
                need.target.clone_from(stem);
            }
            task.needs.push(need);
        }
    }

    fn item(&mut self, text: &Text, id: &str, space: &str) -> DraftItem {
        let page = page::read(text, self.report);
        let mut item = DraftItem::new(id, space, text.spot());
        id.clone_into(&mut item.title);
        for key in page.keys.iter().filter(|key| !key.is_blank()) {
            self.key(&mut item, key);
        }
        for section in page.sections.iter().filter(|section| !section.text.trim().is_empty()) {
            let title = section.title.trim();
            match title.to_ascii_lowercase().as_str() {
                "acceptance criteria" | "definition of done" | "success criteria" => {
                    page::conditions(&mut item, title, &section.text);
                }
                "effort estimate" => {
                    item.estimate = item.estimate.or(effort(&section.text));
                    if item.estimate.is_none() {
                        item.note(Some(title), &section.text);
                    }
                }
                "" | "description" | "overview" => item.note(None, &section.text),
                lower if lower.starts_with("task:") || lower.starts_with("epic:") => item.note(None, &section.text),
                _ => {
                    item.touches.extend(affected(&section.text));
                    item.note(Some(title), &section.text);
                }
            }
            self.report.mapped(Unit::Value);
        }
        if item.state != State::Done {
            item.completed = None;
        }
        item
    }

    fn key(&mut self, item: &mut DraftItem, key: &Key) {
        let text = key.text().unwrap_or_default();
        let kept = match key.name.as_str() {
            "name" | "title" => {
                text.clone_into(&mut item.title);
                true
            }
            "status" => {
                item.state = match text.to_ascii_lowercase().as_str() {
                    "open" | "pending" | "backlog" | "active" => State::Open,
                    "in-progress" | "in_progress" | "in progress" => State::Started,
                    "closed" | "complete" | "completed" | "done" => State::Done,
                    "blocked" => State::Waiting("blocked".to_owned()),
                    _ => {
                        let what = format!("status `{text}`");
                        self.report.value_lost(&codes::NOT_UNDERSTOOD, &key.spot, &what, "nobody knows it");
                        return;
                    }
                };
                true
            }
            "github" => {
                // Before it is synchronised the template stands here.
                let address = text.starts_with("http");
                item.links.extend(address.then(|| text.to_owned()));
                address
            }
            "completed" => {
                item.completed = values::date(text);
                item.completed.is_some()
            }
            "assignee" => {
                item.owner = write::owner(text);
                item.owner.is_some()
            }
            "priority" => {
                item.priority = values::priority(text);
                item.priority.is_some()
            }
            "estimated_hours" => {
                item.estimate = values::hours(text);
                item.estimate.is_some()
            }
            "parallel" => {
                item.parallel = text == "true";
                true
            }
            "conflicts_with" => {
                item.links.extend(key.texts().iter().map(|other| format!("conflicts with {other}")));
                true
            }
            "prd" => {
                item.links.push(text.to_owned());
                true
            }
            "description" => {
                item.note(None, text);
                true
            }
            "depends_on" => {
                for target in key.texts() {
                    item.needs(target, "depends on", &key.spot);
                }
                return;
            }
            // They repeat where the file lies.
            "epic" | "task_number" => true,
            _ => false,
        };
        if kept {
            self.report.mapped(Unit::Value);
        } else {
            self.report.no_place(&key.spot, &key.name, "a plan has no place for it");
        }
    }
}

/// The name of a file without its ending.
fn stem(path: &RepoPath) -> Option<String> {
    let name = std::str::from_utf8(path.file_name()).ok()?;
    Some(name.rsplit_once('.')?.0.to_owned())
}

/// The hours of `- Hours: 24 hours`.
fn effort(text: &str) -> Option<crate::plan::Estimate> {
    text.lines().find_map(|line| {
        let (key, value) = values::list_item(line)?.1.split_once(':')?;
        key.trim_matches('*').eq_ignore_ascii_case("hours").then(|| values::hours(value.trim_matches(['*', ' '])))?
    })
}

/// The paths below a heading `### Files Affected`: the first code span of each list item.
fn affected(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('#') {
            inside = line.to_ascii_lowercase().contains("files affected");
        } else if inside && let Some((_, said)) = values::list_item(line) {
            found.extend(said.split('`').nth(1).and_then(write::pattern));
        }
    }
    found
}
