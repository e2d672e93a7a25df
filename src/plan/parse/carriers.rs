//! Items that are no box and no heading with an id: rows, bullets, files of their own, numbered headings; and lines that
//! tell an order between items.
//!
//! Domain layer; the part of the builder that asks `carrier` and `edges` what a line is.

use super::{Builder, shift};
use crate::doc::blocks::Block;
use crate::id::ItemId;
use crate::plan::carrier::table::{self, Line, Table};
use crate::plan::carrier::{bullet, record};
use crate::plan::field::Key;
use crate::plan::item::Field;
use crate::plan::missed::{self, Form, Missed};
use crate::plan::{Carrier, Item, Kind, edges, level, line, sugar, value};
use crate::text::{Span, Spanned};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What such lines have shown so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    table: Table,
    /// Whether a row or a bullet made an item, which may turn out to be a mention of another.
    weak: bool,
    /// Places of two ids: the first waits for the second.
    edges: Vec<(Span, Span)>,
    /// Names that labels give to phases, in lower case.
    labels: HashMap<String, Span>,
    /// The file is one task.
    pub record: bool,
    /// Where a task file names what it stands in.
    pub parent: Option<Span>,
}

/// A heading such as `### 1. Set up the list` or `### T-4 Set up`, which is a task when fields of one follow.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    block: Block,
    number: Range<usize>,
    title: Range<usize>,
}

impl Builder<'_> {
    /// Takes front matter as a task of its own, where it is one.
    pub(super) fn record(&mut self, body: Span) {
        let text = self.source.text();
        let Some(found) = record::read(text, body) else { return };
        let word = &text[found.id.range()];
        let Some(id) = self.id(word, found.id) else { return };
        let id = Spanned::new(id, found.id);
        let kind = found.kind.unwrap_or(Kind::Task);
        let mut item = Item::new(id, kind, Carrier::File, (self.file, self.source), found.line);
        item.title = found.title.unwrap_or(Span::at(found.id.end));
        let index = self.open(item);
        self.scopes.push(super::Scope { item: Some(index), criteria: true, ..super::Scope::new(0) });
        self.found.record = true;
        self.found.parent = found.parent;
        for (key, word, value) in found.fields {
            self.field(index, Field { key, word, value });
        }
    }

    /// The first heading of a task file is its title when the front matter has none.
    pub(super) fn record_title(&mut self, block: Block) {
        if let Some(item) = self.items.first_mut().filter(|item| item.title.is_empty()) {
            item.title = block.text;
        }
    }

    /// Reads a line of a table; whether it was one.
    pub(super) fn row(&mut self, block: Block) -> bool {
        let text = self.source.slice(block.text);
        if !self.found.table.is_line(self.source.text(), block.text) {
            return false;
        }
        let line = self.found.table.line(self.source.text(), block.text, self.declared);
        if self.found.record || self.section(|scope| scope.criteria || scope.order) {
            return true;
        }
        let at = block.text.start;
        match line {
            Line::Row(row) if self.task.is_none() => self.row_item(&row, block, text),
            Line::Row(row) => {
                self.missed.push(Missed::Unformed { id: shift(row.id, at), form: Form::Row, sure: true });
            }
            // In other documents a word without digits is more likely no id at all.
            Line::WithoutId(cell) if self.declared || text[cell.clone()].bytes().any(|b| b.is_ascii_digit()) => {
                self.missed.push(Missed::RowWithoutId(shift(cell, at)));
            }
            Line::Unnamed(cell) if self.task.is_none() && self.is_among_tasks() => self.unnamed_row(cell, text, at),
            Line::WithoutId(_) | Line::Unnamed(_) | Line::Other => {
                let mut cells = table::cells(text).into_iter();
                match cells.find(|cell| missed::begins_with_box(&text[cell.clone()])) {
                    Some(cell) if self.declared => {
                        let sign = shift(cell.start..cell.start + 3, at);
                        self.missed.push(Missed::Box { sign, id: None });
                    }
                    _ if self.task.is_none() => self.suspect_row(text, block),
                    _ => {}
                }
            }
        }
        true
    }

    fn row_item(&mut self, row: &table::Row, block: Block, text: &str) {
        let at = block.text.start;
        let word = &text[row.id.clone()];
        let prefix = if level::is_bare(word) { level::prefix_of(Kind::Task) } else { "" };
        let span = shift(row.id.clone(), at);
        let Some(id) = self.id(&format!("{prefix}{word}"), span) else { return };
        let id = Spanned::new(id, span);
        let mut item = Item::new(id, Kind::Task, Carrier::Row, (self.file, self.source), block.line);
        item.parallel = row.parallel;
        item.title = shift(row.title.clone(), at);
        let index = self.open(item);
        for (key, cell) in &row.fields {
            self.field(index, Field { key: *key, word: None, value: shift(cell.clone(), at) });
        }
        self.end_body(block.line.end);
        self.found.weak = true;
    }

    /// Reads a list item without a box as a task with a bold id; whether it was one.
    pub(super) fn bullet(&mut self, depth: usize, block: Block) -> bool {
        let text = self.source.slice(block.text);
        if !text.starts_with("**") || self.task.is_some() || self.found.record {
            return false;
        }
        if self.criteria_label || self.section(|scope| scope.criteria || scope.order) {
            return false;
        }
        let Some((id, title)) = bullet::head(text, self.section(|scope| scope.tasks)) else { return false };
        let span = shift(id.clone(), block.text.start);
        let Some(id) = ItemId::parse(&text[id]) else { return false };
        let id = Spanned::new(id, span);
        let mut item = Item::new(id, Kind::Task, Carrier::Bullet, (self.file, self.source), block.line);
        self.title(&mut item, block.text, title.clone());
        self.say_needs(&mut item, block, title);
        self.task = Some((self.open(item), depth));
        self.found.weak = true;
        true
    }

    /// A sentence that names what is needed: at the start of a list item below a task, anywhere in a bullet's text.
    pub(super) fn sentence(&mut self, item: usize, block: Block, is_item: bool) {
        let text = self.source.slice(block.text);
        let anywhere = self.items[item].carrier == Carrier::Bullet;
        let starts = is_item && sugar::starts_needs(text);
        if (starts || anywhere)
            && let Some(list) = bullet::needs(text, 0..text.len())
        {
            self.items[item].say(Field { key: Key::Needs, word: None, value: shift(list, block.text.start) });
        }
    }

    fn say_needs(&self, item: &mut Item, block: Block, title: Range<usize>) {
        if let Some(list) = bullet::needs(self.source.slice(block.text), title) {
            item.say(Field { key: Key::Needs, word: None, value: shift(list, block.text.start) });
        }
    }

    /// Reads a line of a section about order.
    pub(super) fn order(&mut self, block: Block) {
        let text = self.source.slice(block.text);
        let at = block.text.start;
        // Below a task the list names what it needs.
        let own = self.around().filter(|&index| self.items[index].kind == Kind::Task);
        let first = text.trim_start_matches(['*', '`', '#']).split([' ', ',', ':', '*', '`']).next().unwrap_or("");
        if let Some(own) = own
            && line::is_shaped(first)
        {
            let list = Field { key: Key::Needs, word: None, value: block.text };
            self.items[own].say(list);
            return;
        }
        if let Some((name, id)) = edges::label(text) {
            self.found.labels.entry(text[name].to_lowercase()).or_insert(shift(id, at));
        }
        let edges = edges::edges(text).into_iter();
        self.found.edges.extend(edges.map(|edge| (shift(edge.waits, at), shift(edge.needed, at))));
    }

    /// Keeps a numbered heading in mind.
    pub(super) fn numbered(text: &str, block: Block) -> Option<Numbered> {
        line::numbered(text).map(|(number, title)| Numbered { block, number, title })
    }

    /// Makes the numbered heading around a field an item.
    pub(super) fn open_numbered(&mut self, key: Key) -> Option<usize> {
        if !matches!(key, Key::Status | Key::Estimate | Key::Needs | Key::Owner | Key::Priority | Key::Due) {
            return None;
        }
        let Numbered { block, number, title } = self.scopes.last_mut()?.numbered.take()?;
        if self.section(|scope| scope.criteria) || self.found.record {
            return None;
        }
        let text = self.source.slice(block.text);
        let span = shift(number.clone(), block.text.start);
        let word = &text[number];
        let prefix = if level::is_bare(word) { level::prefix_of(Kind::Task) } else { "" };
        let id = ItemId::parse(&format!("{prefix}{word}"))?;
        let id = Spanned::new(id, span);
        self.steps.pop_if(|step| *step == span);
        let mut item = Item::new(id, Kind::Task, Carrier::Heading, (self.file, self.source), block.line);
        self.title(&mut item, block.text, title);
        let index = self.open(item);
        let scope = self.scopes.last_mut()?;
        scope.item = Some(index);
        scope.criteria = true;
        Some(index)
    }

    /// Takes out rows and bullets that mention an item written elsewhere in the file, then makes needs of what sections
    /// about order told.
    pub(super) fn settle(&mut self) {
        if self.found.weak {
            self.drop_mentions();
        }
        if !self.found.edges.is_empty() {
            self.tie();
        }
    }

    fn drop_mentions(&mut self) {
        let weak = |item: &Item| matches!(item.carrier, Carrier::Row | Carrier::Bullet);
        let strong: HashSet<String> =
            self.items.iter().filter(|item| !weak(item)).map(|item| item.id.value.folded()).collect();
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.items.len());
        let mut kept = 0;
        for item in &self.items {
            let keeps = !(weak(item) && strong.contains(&item.id.value.folded()));
            places.push(keeps.then_some(kept));
            kept += usize::from(keeps);
        }
        let base = self.base;
        let mut at = 0;
        self.items.retain(|_| {
            at += 1;
            places[at - 1].is_some()
        });
        for item in &mut self.items {
            // Only headings are parents, and those stay.
            item.parent = item.parent.and_then(|parent| places[parent - base].map(|place| place + base));
        }
    }

    fn tie(&mut self) {
        let known: HashMap<String, usize> =
            self.items.iter().enumerate().map(|(index, item)| (item.id.value.folded(), index)).collect();
        let labels = std::mem::take(&mut self.found.labels);
        for (waits, needed) in std::mem::take(&mut self.found.edges) {
            let meant = |span: Span| *labels.get(&self.source.slice(span).to_lowercase()).unwrap_or(&span);
            let (waits, needed) = (meant(waits), meant(needed));
            let (waits, target) = (self.named(waits, &known), self.named(needed, &known));
            if target.is_empty() {
                continue;
            }
            for waiting in waits.into_iter().filter(|waiting| !target.contains(waiting)) {
                let word = self.source.slice(needed);
                let said = |list: &str| value::list(list).any(|part| list[part].eq_ignore_ascii_case(word));
                if self.items[waiting].values(Key::Needs).any(|list| said(list.value)) {
                    continue;
                }
                self.items[waiting].say(Field { key: Key::Needs, word: None, value: needed });
            }
        }
    }

    /// The items of this file that a word, a range of ids, or `Phase 2` names.
    fn named(&self, span: Span, known: &HashMap<String, usize>) -> Vec<usize> {
        let text = self.source.slice(span);
        let find = |id: &str| known.get(&id.to_ascii_lowercase()).copied();
        if let Some(found) = find(text) {
            return vec![found];
        }
        if let Some((word, number)) = text.split_once(' ')
            && let Some(level) = level::LEVELS.iter().find(|level| level.word.eq_ignore_ascii_case(word))
        {
            return find(&format!("{}{}", level.prefix, number.trim())).into_iter().collect();
        }
        value::range(text).map(|ids| ids.filter_map(|id| find(&id)).collect()).unwrap_or_default()
    }
}
