//! From our spans to the protocol's ranges and back.

use crate::text::position::{Position, Positions, Unit};
use crate::text::{Source, Span};
use gen_lsp_types::{Position as LspPosition, Range};

/// The places of one text as the editor counts them.
pub(super) struct Places<'s> {
    positions: Positions<'s>,
    /// Bytes at the start that the editor does not see.
    hidden: usize,
}

impl<'s> Places<'s> {
    /// For a text as the editor has it, or as it lies on disk: there a byte order mark is no character for an editor.
    pub fn new(source: &'s Source, is_open: bool, unit: Unit) -> Self {
        let text = source.text();
        let hidden = if !is_open && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { positions: Positions::new(&text[hidden..], unit), hidden }
    }

    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    pub fn position(&self, offset: usize) -> LspPosition {
        let Position { line, column } = self.positions.at_offset(offset.saturating_sub(self.hidden));
        LspPosition { line, character: column }
    }

    pub fn offset(&self, position: LspPosition) -> usize {
        let position = Position { line: position.line, column: position.character };
        self.positions.to_offset(position) + self.hidden
    }

    /// The span of a range; one that is turned round is empty.
    pub fn span(&self, range: Range) -> Span {
        Span::new(self.offset(range.start), self.offset(range.end))
    }
}
