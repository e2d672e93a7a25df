//! From texts to items: which heading, box and line belongs to which item.
//!
//! Domain layer. Reads block by block and keeps no document; what a first line or a field says is found out in
//! `line` and `field`, what items are to each other in `link`.

mod boxes;
mod carriers;
mod file;
mod section;
mod unread;

pub(super) use file::conflicts;

use self::section::{names_criteria, names_criteria_label, names_list, names_tasks};
use super::field::{self, Key};
use super::item::Field;
use super::line::{self, Heading, HeadingLine};
use super::missed::{Missed, Unnamed};
use super::value::{self, StatusText};
use super::{Carrier, Item, Kind, Mark, Plan, codes};
use crate::diag::{Diagnostic, Place, Sink};
use crate::doc::blocks::{self, Block, BlockKind};
use crate::doc::{front_matter, markdown, markdown_start};
use crate::id::{ItemId, is_id};
use crate::text::{Source, Span, Spanned};
use std::ops::Range;

/// Which producer of the outline is used. Both give the same plan; `Full` has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// One pass over the lines; where it is unsure it asks the full parser.
    Fast,
    /// The full CommonMark parser.
    Full,
}

/// Reads the files of a plan in the order given (the main file first) and links them. What is wrong with single
/// lines goes to the sink; the rules about the whole are [`check`](super::check()).
///
/// ```
/// use passmuster::{diag::Sink, plan::{read, Reader}, text::Source};
/// let source = Source::new("plan/03-execution-plan.md", "- [ ] DB-1: Expand\n- [x] DB-2: Use\n  - needs: DB-1\n");
/// let mut sink = Sink::new();
/// let plan = read(vec![source], Reader::Fast, &mut sink);
/// let item = plan.find("db-2").unwrap();
/// assert_eq!(plan.needed_items(item), [0]);
/// assert!(plan.claimed(item) && sink.is_empty());
/// ```
pub fn read(sources: Vec<Source>, reader: Reader, sink: &mut Sink) -> Plan {
    let mut plan = Plan::default();
    for source in sources {
        let file = file::front(source.clone(), sink);
        let declared = file.format.is_some();
        let index = plan.files.len();
        plan.files.push(file);
        file::conflicts(&source, sink);
        let ItemsRead { mut items, findings, missed, parent } =
            read_items(&source, index, plan.items.len(), declared, reader);
        plan.files[index].missed = missed;
        if let (Some(first), Some(parent)) = (items.first_mut(), parent) {
            let named = |item: &Item| item.id.as_str().eq_ignore_ascii_case(source.slice(parent));
            first.parent = plan.items.iter().position(named);
        }
        if plan.items.is_empty() {
            plan.items = items;
        } else {
            plan.items.extend(items);
        }
        sink.extend(findings);
    }
    plan.link();
    plan
}

/// What one file gives.
#[derive(Default)]
struct ItemsRead {
    items: Vec<Item>,
    findings: Vec<Diagnostic>,
    missed: Vec<Missed>,
    /// Where a task file names what it stands in.
    parent: Option<Span>,
}

fn read_items(source: &Source, file: usize, base: usize, declared: bool, reader: Reader) -> ItemsRead {
    let text = source.text();
    let start = markdown_start(text);
    let front = front_matter(text).map(|front| front.body);
    if reader == Reader::Fast {
        let mut builder = Builder::new(source, file, base, declared);
        front.into_iter().for_each(|body| builder.record(body));
        if blocks::scan(text, start, |block| builder.block(block)).is_ok() {
            return builder.finish();
        }
    }
    let mut builder = Builder::new(source, file, base, declared);
    front.into_iter().for_each(|body| builder.record(body));
    if let Err(deep) = markdown::scan(text, start, |block| builder.block(block)) {
        let place = Place::text(source, Span::at(deep.offset));
        let finding = Diagnostic::error(
            &codes::TOO_DEEP,
            place,
            "the line nests too many lists or quotes; the file was not read",
        )
        .hint("take levels away until fewer than 250 blanks stand before the line's first word");
        return ItemsRead { findings: vec![finding], ..ItemsRead::default() };
    }
    builder.finish()
}

/// The words of the boxes of a file that would be tasks if they had an id.
pub(super) fn unnamed_boxes(source: &Source, declared: bool) -> Vec<Span> {
    let text = source.text();
    let mut builder = Builder::new(source, 0, 0, declared);
    front_matter(text).into_iter().for_each(|front| builder.record(front.body));
    match markdown::scan(text, markdown_start(text), |block| builder.block(block)) {
        Ok(()) => builder.unnamed,
        Err(_) => Vec::new(),
    }
}

/// A heading that is still open.
struct Scope {
    level: u8,
    item: Option<usize>,
    /// Boxes below are criteria of the item around, whatever they look like: a section of conditions, or `Task X:`.
    criteria: bool,
    /// A section about what waits for what.
    order: bool,
    /// A section of tasks.
    tasks: bool,
    /// A list of tasks and nothing else: `## Tasks`, `## Next steps`.
    list: bool,
    /// The heading is numbered, and may turn out to be a task.
    numbered: Option<carriers::Numbered>,
}

impl Scope {
    fn new(level: u8) -> Self {
        Self { level, item: None, criteria: false, order: false, tasks: false, list: false, numbered: None }
    }
}

/// A key whose values follow as a list.
struct OpenList {
    item: usize,
    key: Key,
    /// The depth at which its values stand.
    depth: usize,
}

/// Most items take more bytes in a text.
const ITEM_BYTES: usize = 200;

struct Builder<'a> {
    source: &'a Source,
    file: usize,
    /// How many items the plan has before this file.
    base: usize,
    declared: bool,
    items: Vec<Item>,
    sink: Sink,
    scopes: Vec<Scope>,
    /// The open checkbox task and its depth.
    task: Option<(usize, usize)>,
    /// The tasks around the open one: `1.` around `1.1`.
    outer: Vec<(usize, usize)>,
    /// The item whose body is still growing.
    body: Option<usize>,
    list: Option<OpenList>,
    /// A label such as `**Acceptance criteria**:` stands above.
    criteria_label: bool,
    found: carriers::Found,
    missed: Vec<Missed>,
    /// Where the last line that was handed on ended.
    read_to: usize,
    /// The words of boxes that would be tasks if they had an id.
    unnamed: Vec<Span>,
    /// What names the rows of tables of tasks that have no column of ids.
    rows_without_ids: Vec<Span>,
    /// The numbers of headings that may be tasks of the phase or epic around them.
    steps: Vec<Span>,
    /// List items without a box below `## Tasks` and the like.
    bullets: Vec<Span>,
    /// What names a level and a number in lines that are no headings.
    levels: Vec<Span>,
    /// The depth of such a box, while what stands below it is read.
    below_unnamed: Option<usize>,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source, file: usize, base: usize, declared: bool) -> Self {
        Self {
            source,
            file,
            base,
            declared,
            // What stays unused of it is never touched; growing would touch it all, and more than once.
            items: Vec::with_capacity(source.text().len() / ITEM_BYTES),
            sink: Sink::new(),
            scopes: Vec::new(),
            task: None,
            outer: Vec::new(),
            body: None,
            list: None,
            criteria_label: false,
            found: carriers::Found::default(),
            missed: Vec::new(),
            read_to: markdown_start(source.text()),
            unnamed: Vec::new(),
            rows_without_ids: Vec::new(),
            steps: Vec::new(),
            bullets: Vec::new(),
            levels: Vec::new(),
            below_unnamed: None,
        }
    }

    fn finish(mut self) -> ItemsRead {
        let end = self.source.text().len();
        self.end_body(end);
        self.skipped(end);
        self.settle();
        let boxes = std::mem::take(&mut self.unnamed);
        // A file that calls itself a plan is told of each box by itself.
        let boxes = if self.declared { Vec::new() } else { boxes };
        let all = [
            (Unnamed::Box, boxes),
            (Unnamed::Row, self.rows_without_ids),
            (Unnamed::Step, self.steps),
            (Unnamed::Bullet, self.bullets),
            (Unnamed::Level, self.levels),
        ];
        let told = all.into_iter().filter(|(_, places)| !places.is_empty());
        self.missed.extend(told.map(|(what, places)| Missed::Unnamed(what, places)));
        let (findings, parent) = (self.sink.into_sorted(), self.found.parent);
        ItemsRead { items: self.items, findings, missed: self.missed, parent }
    }

    fn block(&mut self, block: Block) {
        self.skipped(block.line.start);
        self.read_to = block.line.end;
        let depth = match block.kind {
            BlockKind::Heading { .. } => 0,
            BlockKind::Item { depth, .. } | BlockKind::Text { depth } => depth,
        };
        while let Some((index, task_depth)) = self.task
            && depth <= task_depth
        {
            self.task = self.outer.pop();
            if self.body == Some(index) {
                self.end_body(block.line.start);
            }
        }
        self.below_unnamed = self.below_unnamed.filter(|unnamed| depth > *unnamed);
        match block.kind {
            BlockKind::Heading { level } => self.heading(level, block),
            BlockKind::Item { depth, checkbox: Some(checkbox), .. } => self.checkbox(depth, checkbox, block),
            BlockKind::Item { depth, checkbox: None, .. } => self.line(depth, block, true),
            BlockKind::Text { depth } => self.line(depth, block, false),
        }
    }

    fn end_body(&mut self, at: usize) {
        if let Some(index) = self.body.take() {
            let start = self.items[index].line.start;
            self.items[index].body = Span::new(start, at);
        }
    }

    /// Whether the innermost heading is one of some sort.
    fn section(&self, is: impl Fn(&Scope) -> bool) -> bool {
        self.scopes.last().is_some_and(is)
    }

    /// The innermost heading that is an item.
    fn around(&self) -> Option<usize> {
        self.scopes.iter().rev().find_map(|scope| scope.item)
    }

    fn heading(&mut self, level: u8, block: Block) {
        self.list = None;
        self.criteria_label = false;
        while let Some(scope) = self.scopes.pop_if(|scope| scope.level >= level) {
            if scope.item.is_some() && scope.item == self.body {
                self.end_body(block.line.start);
            }
        }
        let text = self.source.slice(block.text);
        let mut scope = Scope {
            criteria: self.section(|scope| scope.criteria),
            order: self.section(|scope| scope.order),
            tasks: self.section(|scope| scope.tasks),
            list: self.section(|scope| scope.list),
            ..Scope::new(level)
        };
        match line::heading(text) {
            _ if self.found.record => self.record_title(block),
            Heading::Item(found) => {
                scope.item = self.heading_item(&found, block);
                scope.criteria = found.kind == Some(Kind::Task);
                scope.order = false;
                scope.tasks = true;
                scope.list = false;
            }
            Heading::Bad(range) => self.bad_id(&text[range.clone()], shift(range, block.text.start)),
            Heading::Plain => {
                scope.criteria |= names_criteria(text);
                scope.order |= super::edges::names_order(text);
                scope.tasks |= names_tasks(text);
                scope.list |= names_list(text, level);
                scope.numbered = Self::numbered(text, block);
                if !scope.criteria && !scope.order {
                    self.step(text, block);
                }
                self.unformed_heading(text, block);
            }
        }
        self.scopes.push(scope);
    }

    fn heading_item(&mut self, found: &HeadingLine, block: Block) -> Option<usize> {
        let text = self.source.slice(block.text);
        let at = block.text.start;
        let word = &text[found.id.clone()];
        let span = shift(found.id.clone(), at);
        let id = self.id(&format!("{}{word}", found.prefix), span)?;
        let kind = found.kind.unwrap_or(Kind::Task);
        let mut item = Item::new(Spanned::new(id, span), kind, Carrier::Heading, (self.file, self.source), block.line);
        item.mark = match (found.mark, &found.sign) {
            (Mark::None, Some((_, true))) => Mark::Ticked,
            (mark, _) => mark,
        };
        item.mark_span = found.mark_at.clone().map(|range| shift(range, at));
        self.title(&mut item, block.text, found.title.clone());
        Some(self.open(item))
    }

    /// Adds an item below the innermost heading item and makes its body the growing one.
    fn open(&mut self, mut item: Item) -> usize {
        item.parent = self.around().map(|index| index + self.base);
        self.end_body(item.line.start);
        let index = self.items.len();
        self.items.push(item);
        self.body = Some(index);
        index
    }

    fn id(&mut self, word: &str, span: Span) -> Option<ItemId> {
        if let Some(id) = ItemId::parse(word).filter(|_| !is_unsafe(word)) {
            return Some(id);
        }
        self.bad_id(word, span);
        None
    }

    fn bad_id(&mut self, word: &str, span: Span) {
        let cause = match word.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-')) {
            Some(c) => format!("it holds {c:?}"),
            None if word.len() > crate::id::MAX_ID => {
                format!("it has {} characters, {} are allowed", word.len(), crate::id::MAX_ID)
            }
            None if is_id(word) => "Git or a file system refuses this name".into(),
            None => "it must begin with a letter or a digit".into(),
        };
        let finding = Diagnostic::error(
            &codes::BAD_ID,
            Place::text(self.source, span),
            format!("`{}` cannot be an id", crate::text::visible(word)),
        )
        .cause(cause)
        .hint("use letters, digits, `.`, `_` and `-`, at most 64, with a letter or digit first");
        self.sink.push(finding);
    }

    /// Reads a line that is no heading and no box: a field of the item it stands under, a value of an open list,
    /// a label above criteria, or prose.
    fn line(&mut self, depth: usize, block: Block, is_item: bool) {
        let text = self.source.slice(block.text);
        if is_item && let Some((checkbox, words)) = boxes::optional(text, block.text) {
            return self.checkbox(depth, checkbox, Block { text: words, ..block });
        }
        if is_item && let Some(OpenList { item, key, .. }) = self.list.take_if(|list| list.depth == depth) {
            self.items[item].say(Field { key, word: None, value: block.text });
            self.list = Some(OpenList { item, key, depth });
            return;
        }
        self.list = None;
        if !is_item && self.row(block) || is_item && self.bullet(depth, block) {
            return;
        }
        self.suspect(text, block, is_item);
        if is_item && depth == 0 {
            self.loose_bullet(text, block);
        }
        if self.task.is_none() && self.section(|scope| scope.order) {
            return self.order(block);
        }
        let split = field::split(text);
        if depth == 0 && !is_item {
            self.criteria_label = names_criteria_label(text);
        }
        let Some(found) = split else {
            if let Some((task, task_depth)) = self.task
                && depth == task_depth + 1
            {
                self.sentence(task, block, is_item);
            }
            return;
        };
        let owner = match self.task {
            Some((task, task_depth)) => Some(task).filter(|_| depth == task_depth + 1),
            None => self.scopes.last().and_then(|scope| scope.item).filter(|_| depth == 0),
        };
        let word = &text[found.key.clone()];
        let bold = found.emphasised || is_item;
        let numbered = Key::find(word).filter(|_| owner.is_none() && depth == 0 && bold);
        let Some(item) = owner.or_else(|| self.open_numbered(numbered?)) else { return };
        let key_span = shift(found.key, block.text.start);
        let Some(key) = Key::find(word) else {
            if (is_item || found.emphasised)
                && let Some(near) = field::unknown(word, found.emphasised)
            {
                self.unknown_key(item, word, key_span, near);
            }
            return;
        };
        self.criteria_label |= key == Key::Criteria && self.task.is_none();
        let value = shift(found.value, block.text.start);
        if value.is_empty() && key.takes_list() {
            self.list = Some(OpenList { item, key, depth: depth + usize::from(is_item) });
        }
        self.field(item, Field { key, word: Some(key_span), value });
    }

    /// Adds what a line says; a box in a `status` is the item's own where it has none, and so is a word that says that
    /// it is done: somebody claims it.
    fn field(&mut self, item: usize, field: Field) {
        let item = &mut self.items[item];
        if field.key == Key::Status && item.mark == Mark::None {
            match value::status(self.source.slice(field.value)) {
                StatusText::Box { ticked } => {
                    item.mark = if ticked { Mark::Ticked } else { Mark::Open };
                    item.mark_span = Some(Span::new(field.value.start, field.value.start + 3));
                }
                StatusText::Done => item.mark = Mark::Ticked,
                _ => {}
            }
        }
        item.say(field);
    }

    fn unknown_key(&mut self, item: usize, word: &str, span: Span, near: Option<&str>) {
        let finding = Diagnostic::warning(
            &codes::UNKNOWN_KEY,
            Place::text(self.source, span),
            format!("`{word}` is not a key of an item"),
        )
        .cause(format!("the line stands under `{}` and is read as prose", self.items[item].id.value));
        self.sink.push(match near {
            Some(near) => finding.instead(span, near),
            None => finding.hint("use a known key (`owner`, `needs`, `touches`, …), or make it a sentence"),
        });
    }
}

fn shift(range: Range<usize>, by: usize) -> Span {
    Span::new(range.start + by, range.end + by)
}

/// Whether an item can have this id: an id that neither Git nor a file system refuses as a name.
pub fn is_item_id(word: &str) -> bool {
    is_id(word) && !is_unsafe(word)
}

/// Names that Git refuses in refs or Windows in file names.
fn is_unsafe(id: &str) -> bool {
    let named = |stem: &[u8], names: &[&str]| names.iter().any(|name| stem.eq_ignore_ascii_case(name.as_bytes()));
    let bytes = id.as_bytes();
    let stem = bytes.split(|&b| b == b'.').next().unwrap_or(bytes);
    let is_device = match stem {
        [port @ .., b'0'..=b'9'] => named(port, &["com", "lpt"]),
        _ => named(stem, &["con", "prn", "aux", "nul"]),
    };
    let is_lock = bytes.len() >= 5 && named(&bytes[bytes.len() - 5..], &[".lock"]);
    is_device || is_lock || bytes.ends_with(b".") || bytes.windows(2).any(|pair| pair == b"..")
}
