//! Boxes: tasks by their ids, conditions of the task or the section they stand in, and those that have no id.
//!
//! Domain layer; a part of the builder.

use super::{Builder, shift};
use crate::doc::blocks::{Block, Checkbox};
use crate::plan::field::Key;
use crate::plan::item::{CriterionBox, Field};
use crate::plan::line::{self, Head};
use crate::plan::missed::Missed;
use crate::plan::sugar::{self, Sugar};
use crate::plan::{Carrier, Item, Kind, Mark};
use crate::text::{Span, Spanned};
use std::ops::Range;

impl Builder<'_> {
    pub(super) fn checkbox(&mut self, depth: usize, checkbox: Checkbox, block: Block) {
        self.list = None;
        if let Some((task, task_depth)) = self.task {
            if !self.is_task_below(task, block) {
                return self.criterion(task, checkbox, block);
            }
            self.outer.push((task, task_depth));
        }
        let around = self.around();
        self.criteria_label = self.criteria_label && !self.is_next_task(block);
        if self.criteria_label || self.scopes.last().is_some_and(|scope| scope.criteria) {
            return match around {
                Some(item) => self.criterion(item, checkbox, block),
                None => self.stray_criterion(self.source.slice(block.text), block),
            };
        }
        let is_task = |item: &usize| self.items[*item].kind == Kind::Task;
        let text = self.source.slice(block.text);
        match line::checkbox(text, self.declared) {
            Head::Id { id, title } => {
                let span = shift(id.clone(), block.text.start);
                let Some(id) = self.id(&text[id], span) else { return };
                let id = Spanned::new(id, span);
                let mut item = Item::new(id, Kind::Task, Carrier::Checkbox, (self.file, self.source), block.line);
                item.mark = if checkbox.ticked { Mark::Ticked } else { Mark::Open };
                item.mark_span = Some(checkbox.span);
                self.title(&mut item, block.text, title);
                self.suspect_title(item.title);
                let index = self.open(item);
                if let Some(&(around, _)) = self.outer.last() {
                    self.items[index].parent = Some(around + self.base);
                }
                self.task = Some((index, depth));
            }
            Head::Bad(range) => self.bad_id(&text[range.clone()], shift(range, block.text.start)),
            Head::None => {
                if let Some(item) = around.filter(is_task) {
                    return self.criterion(item, checkbox, block);
                }
                if self.below_unnamed.is_none() && !block.text.is_empty() {
                    self.below_unnamed = Some(depth);
                    self.unnamed.push(block.text);
                }
                if self.declared {
                    self.missed.push(Missed::BoxWithoutId { mark: checkbox.span, words: block.text });
                }
            }
        }
    }

    /// A box below a task is a condition of it, unless its id goes on from the task's: `1.1` below `1`.
    fn is_task_below(&self, task: usize, block: Block) -> bool {
        let text = self.source.slice(block.text);
        let Head::Id { id, .. } = line::checkbox(text, self.declared) else { return false };
        let (above, id) = (&self.items[task], &text[id]);
        let goes_on =
            id.get(..above.id.as_str().len()).is_some_and(|start| start.eq_ignore_ascii_case(above.id.as_str()))
                && id[above.id.as_str().len()..]
                    .strip_prefix('.')
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        // A bullet may head a list of tasks.
        goes_on || above.carrier == Carrier::Bullet && line::is_shaped(id)
    }

    /// Whether a box has an id of the same sort as the last one: a label above conditions does not hold for the task that
    /// follows them.
    fn is_next_task(&self, block: Block) -> bool {
        let Some(last) = self.items.last().filter(|last| last.carrier == Carrier::Checkbox) else { return false };
        let text = self.source.slice(block.text);
        let Head::Id { id, .. } = line::checkbox(text, false) else { return false };
        let sort = line::sort_of(&text[id.clone()]);
        line::is_shaped(&text[id]) && !sort.is_empty() && sort == line::sort_of(last.id.as_str())
    }

    fn criterion(&mut self, item: usize, checkbox: Checkbox, block: Block) {
        let found = CriterionBox { text: block.text, ticked: checkbox.ticked, mark: checkbox.span };
        self.items[item].boxes.push(found);
    }

    pub(super) fn title(&self, item: &mut Item, line: Span, title: Range<usize>) {
        let text = self.source.slice(line);
        let at = line.start;
        let left = sugar::sugar(text, title, |sugar| {
            let (key, range) = match sugar {
                Sugar::Parallel => return item.parallel = true,
                Sugar::Owner(range) => (Key::Owner, range),
                Sugar::Estimate(range) => (Key::Estimate, range),
                Sugar::Priority(range, _) => (Key::Priority, range),
                Sugar::Tag(range) => (Key::Tags, range),
                Sugar::Needs(range) => (Key::Needs, range),
            };
            item.say(Field { key, word: None, value: shift(range, at) });
        });
        item.title = shift(left, at);
    }
}

/// `[ ]* 2.2 Write tests`, as Kiro writes what may be left out: the box, and the words after it.
pub(super) fn optional(text: &str, at: Span) -> Option<(Checkbox, Span)> {
    let ticked = match text.as_bytes() {
        [b'[', b' ', b']', b'*', b' ', ..] => false,
        [b'[', b'x' | b'X', b']', b'*', b' ', ..] => true,
        _ => return None,
    };
    let words = text[5..].trim_start();
    let is_named = matches!(line::checkbox(words, false), Head::Id { .. });
    let checkbox = Checkbox { span: Span::new(at.start, at.start + 3), ticked };
    is_named.then(|| (checkbox, Span::new(at.end - words.len(), at.end)))
}
