//! What the builder passes over and somebody may have meant as an item; `missed` decides what is said about it.
//!
//! Domain layer; a part of the builder.

use super::{Builder, shift};
use crate::doc::blocks::Block;
use crate::plan::Kind;
use crate::plan::carrier::table;
use crate::plan::field::{self, Key};
use crate::plan::level;
use crate::plan::line::{self, Head};
use crate::plan::missed::{self, Form, Missed};
use crate::text::Span;
use std::ops::Range;

impl Builder<'_> {
    /// Keeps in mind what stands between the last line that was handed on and `end`, unless that is blank.
    pub(super) fn skipped(&mut self, end: usize) {
        let span = Span::new(self.read_to.min(end), end);
        if span.len() > 4 && !self.source.slice(span).bytes().all(|b| b.is_ascii_whitespace()) {
            self.missed.push(Missed::Hidden(span));
        }
    }

    /// Keeps a heading in mind that begins with an id, unless it is a number: `1.2 Overview` is mostly a section.
    pub(super) fn unformed_heading(&mut self, text: &str, block: Block) {
        let id = line::numbered(text).map(|(id, _)| id);
        let shaped = |id: &Range<usize>| line::is_shaped(&text[id.clone()]) && !level::is_bare(&text[id.clone()]);
        let found = id.filter(shaped).map(|id| (id, true));
        // Below a task, and in what is told of one, headings speak about items.
        let free = !self.section(|scope| scope.criteria || scope.order) && !self.found.record;
        let found = found.or_else(|| missed::named(text).filter(|_| free).map(|(id, _)| (id, false)));
        if let Some((id, sure)) = found {
            self.missed.push(Missed::Unformed { id: shift(id, block.text.start), form: Form::Heading, sure });
        }
    }

    /// Keeps a heading in mind that is numbered below a phase or an epic: `### 1.2 Set up`, `### Step 2: set up`.
    pub(super) fn step(&mut self, text: &str, block: Block) {
        let Some((number, _)) = line::numbered(text) else { return };
        let word = &text[number.clone()];
        let is_told_as_id = line::is_shaped(word) && !level::is_bare(word);
        if !is_told_as_id && self.around().is_some() && self.is_among_tasks() {
            self.steps.push(shift(number, block.text.start));
        }
    }

    /// Whether what stands here can be tasks, rather than a part of one.
    pub(super) fn is_among_tasks(&self) -> bool {
        !self.found.record && self.around().is_none_or(|around| self.items[around].kind != Kind::Task)
    }

    /// Keeps in mind what a line that became no item begins with, where that looks like one: `- [-] DB-001: x`,
    /// `☐ DB-001: x`, `- DB-001: x`.
    pub(super) fn suspect(&mut self, text: &str, block: Block, is_item: bool) {
        // What is a list item below a task is a part of it.
        if is_item && self.task.is_some() {
            return;
        }
        let at = block.text.start;
        // Ids have digits; only a box makes an item of any word.
        if !text.bytes().any(|b| b.is_ascii_digit() || b == b'[') {
            return;
        }
        if let Some((sign, id)) = missed::boxed(text, self.declared) {
            return self.missed.push(Missed::Box { sign: shift(sign, at), id: Some(shift(id, at)) });
        }
        let prose = self.task.is_some() || self.found.record || self.section(|scope| scope.criteria || scope.order);
        if let Some((id, signed)) = missed::named(text).filter(|_| !prose) {
            let in_tasks = self.section(|scope| scope.tasks);
            let form = if is_item { Form::Bullet } else { Form::Line };
            let bold = !is_item && text.starts_with(['*', '_', '#']);
            if signed || in_tasks && is_item || bold {
                let sure = in_tasks && is_item && signed;
                self.missed.push(Missed::Unformed { id: shift(id, at), form, sure });
            }
        } else if !prose
            && self.is_among_tasks()
            && let Some(name) = missed::levelled(text)
        {
            self.levels.push(shift(name, at));
        }
    }

    /// Keeps a list item without a box in mind below a heading such as `## Tasks`.
    pub(super) fn loose_bullet(&mut self, text: &str, block: Block) {
        let listed = self.section(|scope| scope.list && !scope.criteria && !scope.order);
        if !listed || self.criteria_label || self.task.is_some() || !self.is_among_tasks() {
            return;
        }
        let is_field = || field::split(text).is_some_and(|found| Key::find(&text[found.key]).is_some());
        let is_told = || {
            missed::named(text).is_some()
                || missed::levelled(text).is_some()
                || missed::boxed(text, self.declared).is_some()
        };
        if !text.is_empty() && !text.starts_with('[') && !is_field() && !is_told() {
            self.bullets.push(block.text);
        }
    }

    /// Keeps boxes in mind that stand in the words of another item.
    pub(super) fn suspect_title(&mut self, title: Span) {
        let text = self.source.slice(title);
        if let Some((sign, id)) = missed::boxed_within(text).next() {
            let (sign, id) = (shift(sign, title.start), shift(id, title.start));
            self.missed.push(Missed::Box { sign, id: Some(id) });
        }
    }

    /// Keeps a box with the id of a task in mind that stands among conditions of nothing.
    pub(super) fn stray_criterion(&mut self, text: &str, block: Block) {
        if let Head::Id { id, .. } = line::checkbox(text, false)
            && line::is_shaped(&text[id.clone()])
        {
            let id = shift(id, block.text.start);
            self.missed.push(Missed::Unformed { id, form: Form::Criterion, sure: true });
        }
    }

    /// Keeps a row in mind of a table that is almost one of tasks.
    pub(super) fn unnamed_row(&mut self, cell: Range<usize>, text: &str, at: usize) {
        match id_of_cell(&text[cell.clone()]) {
            Some(id) => {
                let id = shift(id, at + cell.start);
                self.missed.push(Missed::Unformed { id, form: Form::Cell, sure: true });
            }
            None => self.rows_without_ids.push(shift(cell, at)),
        }
    }

    /// Keeps a row in mind that belongs to no table of tasks and begins with an id.
    pub(super) fn suspect_row(&mut self, text: &str, block: Block) {
        let cells = table::cells(text);
        let Some(cell) = cells.iter().find(|cell| !cell.is_empty()) else { return };
        let said = &text[cell.clone()];
        let Some(id) = id_of_cell(said) else { return };
        let id = shift(id, block.text.start + cell.start);
        self.missed.push(Missed::Unformed { id, form: Form::Cell, sure: false });
    }
}

/// The id that a cell begins with; the bar after the cell ends it as a colon does.
fn id_of_cell(cell: &str) -> Option<Range<usize>> {
    missed::named(&format!("{cell} |")).map(|(id, _)| id)
}
