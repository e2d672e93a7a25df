//! What the builder passes over and somebody may have meant as an item; `missed` decides what is said about it.
//!
//! Domain layer; a part of the builder.

use super::{Builder, shift};
use crate::doc::blocks::Block;
use crate::plan::line::{self, Head};
use crate::plan::missed::{self, Form, Missed};
use crate::text::Span;

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
        if let Some(id) = id.filter(|id| line::is_shaped(&text[id.clone()]) && !line::is_bare(&text[id.clone()])) {
            self.missed.push(Missed::Unformed { id: shift(id, block.text.start), form: Form::Heading });
        }
    }

    /// Keeps lines such as `- [-] DB-001: x`, `- [x]DB-001: x` and `☐ DB-001: x` in mind: they look like items.
    pub(super) fn almost_a_box(&mut self, text: &str, block: Block, is_item: bool) {
        // What is a list item below a task is a part of it.
        if is_item && self.task.is_some() {
            return;
        }
        if let Some((sign, id)) = missed::almost_a_box(text, self.declared) {
            let at = block.text.start;
            self.missed.push(Missed::Box { sign: shift(sign, at), id: Some(shift(id, at)) });
        }
    }

    /// Keeps a list item in mind that begins with an id, in a section of tasks.
    pub(super) fn unformed_bullet(&mut self, text: &str, block: Block) {
        let Head::Id { id, .. } = line::checkbox(text, false) else { return };
        let after = text[id.end..].trim_start_matches(['*', '`', '_']).trim_start();
        if line::is_shaped(&text[id.clone()]) && after.starts_with([':', '-', '–', '—', line::WIDE_COLON]) {
            self.missed.push(Missed::Unformed { id: shift(id, block.text.start), form: Form::Bullet });
        }
    }
}
