//! A to-do list in Markdown, or one for each feature as Kiro and OpenSpec keep them: whatever the plan's own reader
//! takes for an item, and every other box.
//!
//! Domain layer. Boxes without ids get some; headings above them become features; boxes below boxes are conditions.

use super::draft::{Draft, DraftCriterion, DraftItem, Spot, State};
use super::files::{self, Text};
use super::report::{Report, Unit};
use super::settle::made_fit;
use super::signs::Signs;
use super::{codes, write};
use crate::diag::{Failure, Sink};
use crate::doc::blocks::{Block, BlockKind, Checkbox};
use crate::doc::{markdown, markdown_start};
use crate::id::RepoPath;
use crate::plan::{self, Kind, Mark, NeedKind, Plan, Reader, Status};
use crate::port::Tree;
use std::collections::{HashMap, HashSet};

const NAMES: [&str; 6] = ["TODO.md", "todo.md", "Todo.md", "TODO", "TASKS.md", "tasks.md"];

/// Where Kiro and OpenSpec keep a list for each feature: `.kiro/specs/login/tasks.md`.
const FOLDERS: [[&str; 2]; 2] = [[".kiro", "specs"], ["openspec", "changes"]];

/// The list in a folder, or the folder with a list for each feature.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let one = files::first_file(tree, NAMES.iter().map(|name| at.join(name)))?;
    if one.is_some() {
        return Ok(one);
    }
    for folder in FOLDERS.iter().map(|[tool, folder]| at.join(tool).join(folder)).chain([at.clone()]) {
        if !lists(tree, &folder)?.is_empty() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The lists of the features in a folder of such a tool.
fn lists(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<RepoPath>, Failure> {
    let mut found = Vec::new();
    if FOLDERS.iter().any(|[_, name]| folder.file_name() == name.as_bytes()) {
        for feature in files::folders(tree, folder)? {
            found.extend(files::first_file(tree, [feature.join("tasks.md")])?);
        }
    }
    Ok(found)
}

pub(super) fn read(tree: &dyn Tree, at: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut draft = Draft { title: "Imported from a to-do list", items: Vec::new() };
    if files::is_file(tree, at)? {
        draft.items = list(tree, at, report)?;
        return Ok(draft);
    }
    for path in lists(tree, at)? {
        let feature = path.parent().map(|folder| String::from_utf8_lossy(folder.file_name()).into_owned());
        let feature = feature.unwrap_or_default();
        let spot = Spot::file(&path.to_string().into());
        let mut epic = DraftItem::new(&feature, format!("list {feature}"), spot);
        (epic.title, epic.kind, epic.state) = (feature.clone(), Some(Kind::Epic), State::OfParts);
        let mut items = list(tree, &path, report)?;
        for item in &mut items {
            item.space.clone_from(&epic.space);
            item.parent.get_or_insert_with(|| feature.clone());
        }
        if !items.is_empty() {
            draft.items.push(epic);
            draft.items.extend(items);
        }
    }
    Ok(draft)
}

/// The items of one file.
fn list(tree: &dyn Tree, at: &RepoPath, report: &mut Report) -> Result<Vec<DraftItem>, Failure> {
    let Some(text) = files::text(tree, at, report)? else { return Ok(Vec::new()) };
    let (plain, signs) = Signs::take(&text.source);
    let text = Text { source: plain, ..text };
    let plan = plan::read(vec![text.source.clone()], Reader::Full, &mut Sink::new());
    let mut blocks = Vec::new();
    let source = text.source.text();
    if let Err(deep) = markdown::scan(source, markdown_start(source), |block| blocks.push(block)) {
        let spot = text.at(text.source.line_column(deep.offset).line);
        report.lost(Unit::Record, &codes::NOT_READ, &spot, "the file", "a line nests without end");
    }
    let starts = plan.items.iter().enumerate().map(|(index, item)| (item.line.start, index)).collect();
    let conditions = plan.items.iter().flat_map(|item| item.criteria().map(|criterion| criterion.mark.start)).collect();
    let mut list = List {
        text: &text,
        plan: &plan,
        starts,
        conditions,
        report,
        items: Vec::new(),
        headings: Vec::new(),
        open: None,
        made: 0,
        titled: false,
        ids: HashSet::new(),
        taken: HashSet::new(),
    };
    for index in 0..plan.items.len() {
        let item = list.planned(index);
        list.items.push(item);
    }
    for block in blocks {
        list.block(block);
    }
    list.passed_over();
    let mut items = list.items;
    signs.give(&mut items);
    items.sort_by_key(|item| item.spot.line);
    Ok(items)
}

/// The keys whose values a draft holds by themselves; the others stay as they are written.
const TAKEN: [&str; 8] = ["owner", "estimate", "needs", "touches", "priority", "goal", "due", "tags"];

struct List<'a> {
    text: &'a Text,
    plan: &'a Plan,
    /// The plan's items by the place of their line.
    starts: HashMap<usize, usize>,
    /// The places of boxes that the plan takes for conditions of its items.
    conditions: HashSet<usize>,
    report: &'a mut Report,
    /// Those of the plan first, at the same places.
    items: Vec<DraftItem>,
    /// The headings around, with their level and what they are.
    headings: Vec<(u8, Above)>,
    /// The box that was made an item last, and its depth.
    open: Option<(usize, usize)>,
    made: usize,
    /// Whether a heading was met; the first one may be the title of the whole.
    titled: bool,
    /// Ids that headings got.
    ids: HashSet<String>,
    /// Lines of boxes that are items or conditions now.
    taken: HashSet<usize>,
}

/// What a heading is to the boxes below it.
enum Above {
    /// The id of an item.
    Item(String),
    /// A title and its line; it becomes an item with the first box below.
    Title(String, usize),
    /// The title of the whole list.
    Nothing,
}

impl List<'_> {
    fn block(&mut self, block: Block) {
        let known = self.starts.get(&block.line.start).copied();
        if known.is_some() || matches!(block.kind, BlockKind::Item { checkbox: Some(_), .. }) {
            self.taken.insert(self.text.source.line_column(block.line.start).line);
        }
        match block.kind {
            BlockKind::Heading { level } => self.heading(level, known, block),
            BlockKind::Item { checkbox: Some(checkbox), depth, .. } => match known {
                Some(index) => {
                    self.open = None;
                    self.place(index);
                }
                None if self.conditions.contains(&checkbox.span.start) => {}
                None => self.checkbox(depth, checkbox, block),
            },
            BlockKind::Item { depth, .. } | BlockKind::Text { depth } => self.prose(depth, known, block),
        }
    }

    fn heading(&mut self, level: u8, known: Option<usize>, block: Block) {
        self.open = None;
        self.headings.retain(|(above, _)| *above < level);
        let above = match known {
            Some(index) => {
                self.place(index);
                Above::Item(self.items[index].id.clone())
            }
            None if level == 1 && !self.titled => Above::Nothing,
            None => Above::Title(self.text.source.slice(block.text).to_owned(), block.line.start),
        };
        self.titled = true;
        self.headings.push((level, above));
    }

    /// Puts an item of the plan that stands in no other below the headings around it.
    fn place(&mut self, index: usize) {
        if self.items[index].parent.is_none() {
            self.items[index].parent = self.around();
        }
    }

    fn checkbox(&mut self, depth: usize, checkbox: Checkbox, block: Block) {
        let said = self.text.source.slice(block.text);
        if let Some((index, _)) = self.open.filter(|(_, above)| depth > *above) {
            self.items[index].criteria.push(DraftCriterion { text: said.to_owned(), ticked: checkbox.ticked });
            self.report.mapped(Unit::Value);
            return;
        }
        let parent = self.around();
        self.made += 1;
        let spot = self.text.at(self.text.source.line_column(block.line.start).line);
        let mut item = DraftItem::new(format!("todo-{}", self.made), "", spot);
        item.title = said.to_owned();
        item.parent = parent;
        item.state = if checkbox.ticked { State::Done } else { State::Open };
        self.open = Some((self.items.len(), depth));
        self.items.push(item);
    }

    /// The item around: headings that are none yet become features.
    fn around(&mut self) -> Option<String> {
        let mut parent = None;
        for (_, above) in &mut self.headings {
            match above {
                Above::Nothing => {}
                Above::Item(id) => parent = Some(id.clone()),
                Above::Title(title, start) => {
                    let spot = self.text.at(self.text.source.line_column(*start).line);
                    let mut id = made_fit(&title.to_lowercase());
                    if !self.ids.insert(id.clone()) {
                        id = format!("{id}-{}", self.ids.len());
                        self.ids.insert(id.clone());
                    }
                    let mut item = DraftItem::new(&id, "", spot);
                    (item.title, item.kind, item.parent) = (title.clone(), Some(Kind::Feature), parent);
                    item.state = State::OfParts;
                    self.items.push(item);
                    parent = Some(id.clone());
                    *above = Above::Item(id);
                }
            }
        }
        parent
    }

    fn prose(&mut self, depth: usize, known: Option<usize>, block: Block) {
        let said = self.text.source.slice(block.text);
        match self.open.filter(|(_, above)| depth > *above) {
            Some((index, _)) => {
                add_line(&mut self.items[index], said);
                self.report.mapped(Unit::Value);
            }
            None if known.is_some() => {}
            None => match self.planned_around(block) {
                Some(index) if self.plan.items[index].key_in(block.line).is_some_and(|key| TAKEN.contains(&key)) => {}
                Some(index) => {
                    add_line(&mut self.items[index], said);
                    self.report.mapped(Unit::Value);
                }
                None => {
                    let spot = self.text.at(self.text.source.line_column(block.line.start).line);
                    self.report.no_place(&spot, "prose", "it belongs to no box");
                }
            },
        }
    }

    /// Tells what looks like a box and is none: in quotes, in HTML, in code, with a sign that nobody knows.
    fn passed_over(&mut self) {
        let text = self.text;
        for (line, words) in plan::lines_like_tasks(&text.source).filter(|(line, _)| !self.taken.contains(line)) {
            let reason = "it looks like a box, and stands where none is read or has another form";
            self.report.lost(Unit::Record, &codes::NOT_UNDERSTOOD, &text.at(line), write::one_line(words), reason);
        }
    }

    /// The item of the plan in whose own lines a block stands.
    fn planned_around(&self, block: Block) -> Option<usize> {
        let items = &self.plan.items;
        let index = items.partition_point(|item| item.line.start <= block.line.start).checked_sub(1)?;
        (block.line.start < items[index].body.end).then_some(index)
    }

    /// An item of the plan's reader as a draft.
    fn planned(&mut self, index: usize) -> DraftItem {
        let item = &self.plan.items[index];
        let source = &self.text.source;
        let spot = self.text.at(source.line_column(item.line.start).line);
        let mut draft = DraftItem::new(item.id.value.as_str(), "", spot.clone());
        draft.title = item.title().value.to_owned();
        draft.kind = Some(item.kind).filter(|kind| *kind != Kind::Task);
        draft.parent = item.parent.map(|parent| self.plan.items[parent].id.to_string());
        draft.parallel = item.parallel;
        draft.state = match item.status().map(|status| status.value) {
            Some(Status::Dropped) => State::Dropped,
            Some(Status::Waiting(what)) => State::Waiting(what.to_owned()),
            None if item.mark == Mark::Ticked => State::Done,
            None if item.mark == Mark::None => State::OfParts,
            None => State::Open,
        };
        for need in self.plan.needs(index) {
            if need.kind == NeedKind::Technical {
                draft.needs(need.target.value, "as the list says", &spot);
            } else {
                draft.links.push(format!("needs {} ({})", need.target.value, need.kind.name()));
                self.report.mapped(Unit::Value);
            }
        }
        draft.owner = item.owner().and_then(|owner| write::owner(owner.value));
        draft.estimate = item.estimate().map(|estimate| estimate.value);
        draft.priority = item.priority().map(|priority| priority.value);
        draft.due = item.due().map(|due| due.value);
        draft.goal = item.goal().map(|goal| goal.value.to_owned());
        draft.tags = item.tags().iter().filter_map(|tag| write::tag_name(tag.value)).collect();
        draft.touches = item.touches().filter_map(|path| write::pattern(path.value)).collect();
        for criterion in item.criteria() {
            let text = criterion.text.value.to_owned();
            draft.criteria.push(DraftCriterion { text, ticked: criterion.ticked });
            self.report.mapped(Unit::Value);
        }
        draft
    }
}

fn add_line(item: &mut DraftItem, line: &str) {
    match item.notes.last_mut() {
        Some(note) => {
            note.text.push('\n');
            note.text.push_str(line);
        }
        None => item.note(None, line),
    }
}
