//! spec-kit: `specs/<feature>/tasks.md`, phases of numbered tasks.
//!
//! Domain layer. Templates are translated, so the marks count and not the words: `Phase N`, `T012`, `[P]`, `[US1]`.
//! The order its rules ask for is written as needs that say they are inferred, for what is still open.

use super::draft::{Draft, DraftCriterion, DraftItem, Spot, State};
use super::files::{self, Text};
use super::report::{Report, Unit};
use super::{codes, values, write};
use crate::diag::Failure;
use crate::doc::blocks::{Block, BlockKind};
use crate::doc::{markdown, markdown_start};
use crate::id::RepoPath;
use crate::plan::{self, Kind};
use crate::port::Tree;
use crate::text::Span;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

const TASKS: &str = "tasks.md";

/// `T012`, with a bracket or a dash, and what follows.
static TASK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[*`]{0,2}(T\d{1,6}[A-Za-z]?)\b[*`]{0,2}[:.]?\s*(.*)$").expect("it is a pattern"));

/// `Phase 3: User Story 1 - Title (Priority: P1) 🎯 MVP`; any word before the number, in any language.
static PHASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:phase|フェーズ|阶段|階段|단계|fase)\s*(\d{1,4})\s*[:：.–—-]*\s*(.*)$")
        .expect("it is a pattern")
});

/// `depends on T012, T013` and `Depends on T009–T012`.
static NEEDS: LazyLock<Regex> = LazyLock::new(|| {
    let list = r"T\d{1,6}[A-Za-z]?(?:\s*(?:,|and|&|-|–|—|to)\s*T\d{1,6}[A-Za-z]?)*";
    Regex::new(&format!(r"(?i)\(?\b(?:depends on|blocked by|requires)[:\s]+({list})\)?")).expect("it is a pattern")
});

/// The folder with the features, or one feature, at or below `at`.
pub(super) fn find(tree: &dyn Tree, at: &RepoPath) -> Result<Option<RepoPath>, Failure> {
    let specs = at.join("specs");
    for folder in [specs, at.clone()] {
        if !features(tree, &folder)?.is_empty() {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// The `tasks.md` files of features: in `folder` itself, or in the folders of a folder called `specs`.
fn features(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<RepoPath>, Failure> {
    let mut places = vec![folder.clone()];
    if folder.file_name() == b"specs" || folder.is_root() && files::is_file(tree, &folder.join("tasks.md"))? {
        places.extend(files::folders(tree, folder)?);
    }
    let mut found = Vec::new();
    for place in places {
        let path = place.join(TASKS);
        if files::is_file(tree, &path)? {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether a line is one of its tasks, which are counted with three digits.
pub(super) fn looks_like(line: &str) -> bool {
    let counted = |text: &str| TASK.captures(text).is_some_and(|found| found[1].len() > 3);
    values::list_item(line).is_some_and(|(ticked, text)| ticked.is_some() && counted(text))
}

pub(super) fn read(tree: &dyn Tree, at: &RepoPath, report: &mut Report) -> Result<Draft, Failure> {
    let mut draft = Draft { title: "Imported from spec-kit", items: Vec::new() };
    let paths = if files::is_file(tree, at)? { vec![at.clone()] } else { features(tree, at)? };
    for path in paths {
        let folder = path.parent().unwrap_or_default();
        for other in files::files(tree, &folder, ".md")?.into_iter().filter(|other| *other != path) {
            files::leave(&other, "it is a document, no work", report);
        }
        if let Some(text) = files::text(tree, &path, report)? {
            let name = String::from_utf8_lossy(folder.file_name()).into_owned();
            Feature::read(&text, if name.is_empty() { "feature" } else { &name }, report, &mut draft.items);
        }
    }
    Ok(draft)
}

/// One `tasks.md` while it is read.
struct Feature<'a> {
    text: &'a Text,
    report: &'a mut Report,
    items: Vec<DraftItem>,
    /// What the ids of this file are told apart by when several features have them.
    space: String,
    epic: String,
    /// Index of the phase that is open.
    phase: Option<usize>,
    /// Index of the task that is open, the depth of its box, and where its own line ends.
    task: Option<(usize, usize, usize)>,
    /// Lines that are accounted for: boxes, and what stands below tasks.
    taken: HashSet<usize>,
}

impl<'a> Feature<'a> {
    fn read(text: &'a Text, name: &str, report: &'a mut Report, items: &mut Vec<DraftItem>) {
        let number =
            name.split('-').next().filter(|number| number.len() < 5 && number.bytes().all(|b| b.is_ascii_digit()));
        let space = number.unwrap_or(name).to_owned();
        let mut epic = DraftItem::new(name, &space, text.at(1));
        (epic.kind, epic.title, epic.state) = (Some(Kind::Epic), name.to_owned(), State::OfParts);
        let mut feature = Feature {
            text,
            report,
            items: vec![epic],
            space,
            epic: name.to_owned(),
            phase: None,
            task: None,
            taken: HashSet::new(),
        };
        let source = text.source.text();
        let mut blocks = Vec::new();
        if let Err(deep) = markdown::scan(source, markdown_start(source), |block| blocks.push(block)) {
            let spot = text.at(text.source.line_column(deep.offset).line);
            feature.report.lost(Unit::Record, &codes::NOT_READ, &spot, "the file", "a line nests without end");
        }
        for block in blocks {
            feature.block(block);
        }
        feature.end_task(source.len());
        feature.passed_over();
        feature.infer();
        items.append(&mut feature.items);
    }

    fn block(&mut self, block: Block) {
        let said = self.text.source.slice(block.text);
        match block.kind {
            BlockKind::Heading { level } => {
                self.end_task(block.line.start);
                self.heading(level, said, block.line);
            }
            BlockKind::Item { depth, checkbox, .. } => {
                let started = said.strip_prefix("[~]").map(str::trim_start);
                match (checkbox.map(|checkbox| checkbox.ticked), started) {
                    (Some(ticked), _) => {
                        self.checkbox(depth, if ticked { State::Done } else { State::Open }, said, block);
                    }
                    (None, Some(rest)) => self.checkbox(depth, State::Started, rest, block),
                    (None, None) if depth == 0 => self.end_task(block.line.start),
                    (None, None) => {}
                }
            }
            BlockKind::Text { depth: 0 } => {
                self.end_task(block.line.start);
                self.prose(said, block.line);
            }
            BlockKind::Text { .. } => {}
        }
    }

    /// Tells what looks like a task and is none: without a box, in quotes, in HTML, in code.
    fn passed_over(&mut self) {
        let text = self.text;
        for (line, words) in plan::lines_like_tasks(&text.source).filter(|(line, _)| !self.taken.contains(line)) {
            let named = self.items.iter().any(|item| words.starts_with(&item.id));
            if !named {
                let reason = "it looks like a task, and stands where none is read or has another form";
                self.report.lost(Unit::Record, &codes::NOT_UNDERSTOOD, &text.at(line), write::one_line(words), reason);
            }
        }
    }

    fn spot(&self, place: Span) -> Spot {
        self.text.at(self.text.source.line_column(place.start).line)
    }

    fn heading(&mut self, level: u8, said: &str, line: Span) {
        if level == 1 {
            let title = said.split_once([':', '：']).map_or(said, |(_, title)| title).trim();
            if !title.is_empty() && self.items.len() == 1 {
                title.clone_into(&mut self.items[0].title);
            }
            return;
        }
        let Some(found) = PHASE.captures(said) else {
            if level <= 2 {
                self.phase = None;
            }
            return;
        };
        let spot = self.spot(line);
        let mut phase = DraftItem::new(format!("{}-phase-{}", self.space, &found[1]), &self.space, spot);
        let title = found[2].split("🎯").next().unwrap_or_default().trim();
        let (title, priority) = title
            .rsplit_once("(Priority:")
            .map_or((title, None), |(title, rest)| (title.trim(), values::priority(rest.trim_matches([')', ' ']))));
        (phase.title, phase.priority) = (title.to_owned(), priority);
        (phase.kind, phase.state) = (Some(Kind::Feature), State::OfParts);
        phase.parent = Some(self.epic.clone());
        self.phase = Some(self.items.len());
        self.items.push(phase);
    }

    fn checkbox(&mut self, depth: usize, state: State, said: &str, block: Block) {
        let inside = self.task.filter(|(_, task_depth, _)| depth > *task_depth);
        self.taken.insert(self.text.source.line_column(block.line.start).line);
        let Some(found) = TASK.captures(said) else {
            if inside.is_none() {
                self.end_task(block.line.start);
                let spot = self.spot(block.line);
                self.report.lost(
                    Unit::Record,
                    &codes::NOT_UNDERSTOOD,
                    &spot,
                    write::one_line(said),
                    "the box has no id",
                );
            }
            return;
        };
        self.end_task(block.line.start);
        let spot = self.spot(block.line);
        let mut task = DraftItem::new(&found[1], &self.space, spot);
        task.state = state;
        task.parent = Some(self.phase.map_or(&self.epic, |phase| &self.items[phase].id).clone());
        let text = found.get(2).map_or("", |text| text.as_str());
        self.title(&mut task, text);
        self.task = Some((self.items.len(), depth, block.line.end));
        self.items.push(task);
    }

    /// Takes marks and needs out of the text of a task; its paths become what it touches.
    fn title(&mut self, task: &mut DraftItem, text: &str) {
        let mut rest = text.trim();
        while let Some((mark, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            match mark {
                "P" => task.parallel = true,
                mark if mark.starts_with("US") => task.tags.extend(write::tag_name(mark)),
                _ => break,
            }
            self.report.mapped(Unit::Value);
            rest = after.trim_start();
        }
        let spot = task.spot.clone();
        for found in NEEDS.captures_iter(rest) {
            for target in targets(&found[1]) {
                task.needs(target, "depends on", &spot);
            }
        }
        let bracketed = |found: &regex::Captures<'_>| {
            let whole = &found[0];
            if whole.starts_with('(') && whole.ends_with(')') { String::new() } else { whole.to_owned() }
        };
        task.title = NEEDS.replace_all(rest, bracketed).trim().to_owned();
        for word in rest.split([' ', ',', '`', '(', ')', ';', '"']) {
            if let Some(path) = path(word).filter(|path| !task.touches.contains(path)) {
                task.touches.push(path);
                self.report.mapped(Unit::Value);
            }
        }
    }

    /// What stands between a task and whatever follows belongs to it, as far as it is indented or fenced.
    fn end_task(&mut self, end: usize) {
        let Some((index, _, start)) = self.task.take() else { return };
        let mut prose = String::new();
        let mut fenced = false;
        let first = self.text.source.line_column(start).line;
        for (below, line) in self.text.source.slice(Span::new(start, end)).lines().enumerate().skip(1) {
            let fence = line.trim_start().starts_with("```");
            if !(fenced || fence || line.trim().is_empty() || line.starts_with([' ', '\t'])) {
                break;
            }
            fenced ^= fence;
            self.taken.insert(first + below);
            match values::list_item(line).filter(|_| !fenced) {
                Some((Some(ticked), said)) if !said.is_empty() => {
                    self.items[index].criteria.push(DraftCriterion { text: said.to_owned(), ticked });
                    self.report.mapped(Unit::Value);
                }
                _ => {
                    prose.push_str(line);
                    prose.push('\n');
                }
            }
        }
        if !prose.trim().is_empty() {
            self.items[index].note(None, prose.trim_end());
            self.report.mapped(Unit::Value);
        }
    }

    /// `**Goal**: …` and the like below the heading of a phase.
    fn prose(&mut self, said: &str, line: Span) {
        let label = said.strip_prefix("**").and_then(|rest| rest.split_once("**"));
        let index = self.phase.unwrap_or(0);
        match label {
            Some((label, text)) if self.phase.is_some() || self.items.len() == 1 => {
                let label = label.trim_matches([':', '：', ' ']);
                let text = text.trim_start_matches([':', '：', ' ']);
                let item = &mut self.items[index];
                if label.eq_ignore_ascii_case("goal") && item.goal.is_none() {
                    item.goal = Some(text.to_owned());
                } else {
                    item.note(Some(label), text);
                }
                self.report.mapped(Unit::Value);
            }
            _ => {
                let spot = self.spot(line);
                self.report.no_place(&spot, "prose", "it belongs to no phase or task");
            }
        }
    }

    /// The order that spec-kit's rules ask for among what is open: setup, foundations, stories, polish; and in a phase
    /// a task without `[P]` after those before it.
    fn infer(&mut self) {
        let mut stories: HashSet<&str> = HashSet::new();
        let mut open: HashSet<&str> = HashSet::new();
        for item in &self.items {
            let Some(parent) = item.parent.as_deref() else { continue };
            if item.tags.iter().any(|tag| tag.starts_with("US")) {
                stories.insert(parent);
            }
            if !matches!(item.state, State::Done | State::OfParts) {
                open.insert(parent);
            }
        }
        let phases: Vec<usize> =
            (0..self.items.len()).filter(|&at| self.items[at].kind == Some(Kind::Feature)).collect();
        let is_story: Vec<bool> = phases.iter().map(|&at| stories.contains(&*self.items[at].id)).collect();
        let is_open: Vec<bool> = phases.iter().map(|&at| open.contains(&*self.items[at].id)).collect();
        for (place, &at) in phases.iter().enumerate().filter(|(place, _)| is_open[*place]) {
            // A story waits for the last phase before all stories; anything else for all since the last such phase.
            let before: Vec<usize> = if is_story[place] {
                (0..place).rev().find(|&other| !is_story[other]).into_iter().collect()
            } else {
                let last = (0..place).rev().find(|&other| !is_story[other]).unwrap_or(0);
                let stories: Vec<usize> = (last..place).filter(|&other| is_story[other]).collect();
                if stories.is_empty() { (last..place).rev().take(1).collect() } else { stories }
            };
            for other in before {
                let target = self.items[phases[other]].id.clone();
                self.items[at].needs_by_rule(target, "inferred from the order of phases");
            }
        }
        self.infer_in_phases();
    }

    fn infer_in_phases(&mut self) {
        let mut previous: Vec<String> = Vec::new();
        let mut parent = None;
        for item in &mut self.items {
            if item.kind.is_some() {
                continue;
            }
            if parent != item.parent {
                previous.clear();
                parent.clone_from(&item.parent);
            }
            if item.parallel {
                previous.push(item.id.clone());
                continue;
            }
            if item.needs.is_empty() && item.state != State::Done {
                for target in previous.drain(..) {
                    item.needs_by_rule(target, "inferred: not marked as parallel");
                }
            }
            previous = vec![item.id.clone()];
        }
    }
}

/// The ids of `T009–T012, T020`.
fn targets(list: &str) -> Vec<String> {
    static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)T(\d{1,6})([a-z]?)").expect("it is a pattern"));
    let mut found = Vec::new();
    let mut last: Option<(usize, u32, usize)> = None;
    for id in ID.captures_iter(list) {
        let (start, end) = id.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()));
        let Ok(number) = id[1].parse::<u32>() else { continue };
        if let Some((before, from, width)) = last {
            let between = list[before..start].trim();
            let is_range = matches!(between, "-" | "–" | "—" | "to");
            if is_range && from < number && number - from < 200 {
                found.extend((from + 1..number).map(|number| format!("T{number:0width$}")));
            }
        }
        last = Some((end, number, id[1].len()));
        found.push(format!("T{}{}", &id[1], &id[2]));
    }
    found
}

/// A word that surely is a path of the repository.
fn path(word: &str) -> Option<String> {
    let word = word.trim_end_matches(['.', ':', '?', '!', '\'']);
    let name = word.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(stem, ending)| !stem.is_empty() && (1..=5).contains(&ending.len()));
    let shaped = word.contains('/') && !word.contains("//") && !word.starts_with(['/', '@', '-']);
    let first = word.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    (shaped && first && (ending == Some(true) || name.is_empty())).then(|| write::pattern(word))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_counted_through() {
        assert_eq!(targets("T009–T012, T020b"), ["T009", "T010", "T011", "T012", "T020b"]);
        assert_eq!(targets("T2 and T4"), ["T2", "T4"]);
        assert_eq!(targets("T1-T999999"), ["T1", "T999999"]);
    }

    #[test]
    fn paths_are_told_from_words() {
        assert_eq!(path("src/models/user.py."), Some("src/models/user.py".to_owned()));
        assert_eq!(path("tests/fixtures/"), Some("tests/fixtures/**".to_owned()));
        for word in ["and/or", "https://x.y/z.md", "user.py", "/specs/a.md", "specs/{feature}/a.md", "T/a"] {
            assert_eq!(path(word), None, "{word}");
        }
    }
}
