//! The texts that are open in the editor.

use super::{Host, Located, uri};
use crate::text::position::{Position, Positions, Unit};
use gen_lsp_types::{Position as LspPosition, TextDocumentContentChangeEvent, Uri};
use std::collections::BTreeMap;

/// One open text.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub uri: Uri,
    pub version: i32,
    pub text: String,
    /// Where the file lies; `None` outside of any project.
    pub place: Option<Located>,
}

impl Document {
    /// Applies changes in their order; a change without a range replaces the whole.
    pub fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, unit: Unit) {
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let positions = Positions::new(&self.text, unit);
                    let offset =
                        |at: LspPosition| positions.to_offset(Position { line: at.line, column: at.character });
                    let (start, end) = (offset(part.range.start), offset(part.range.end));
                    self.text.replace_range(start.min(end)..end, &part.text);
                }
            }
        }
    }
}

/// All open texts, by the address the editor gave.
#[derive(Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Document>,
}

impl Documents {
    pub fn open(&mut self, host: &dyn Host, uri: Uri, version: i32, text: String) -> &Document {
        let place = uri::path(&uri).and_then(|path| host.locate(&path));
        let key = uri.0.clone();
        self.open.insert(key.clone(), Document { uri, version, text, place });
        &self.open[&key]
    }

    pub fn close(&mut self, uri: &Uri) -> Option<Document> {
        self.open.remove(uri.as_ref())
    }

    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(uri.as_ref())
    }

    pub fn get_mut(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.open.get_mut(uri.as_ref())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gen_lsp_types::{Range, TextDocumentContentChangePartial};
    use proptest::prelude::*;

    fn change(range: Range, text: &str) -> TextDocumentContentChangeEvent {
        #[expect(deprecated, reason = "the type has the old field, and no other way to be made")]
        let part = TextDocumentContentChangePartial { range, range_length: None, text: text.to_owned() };
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part)
    }

    fn document(text: &str) -> Document {
        Document { uri: Uri::from("file:///a"), version: 1, text: text.to_owned(), place: None }
    }

    #[test]
    fn a_range_that_is_turned_round_replaces_nothing() {
        let at = |line, character| LspPosition { line, character };
        let mut document = document("ab\ncd\n");
        document.change(vec![change(Range { start: at(1, 1), end: at(0, 1) }, "x")], Unit::Utf16);
        assert_eq!(document.text, "axb\ncd\n");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        /// What the editor holds after a row of edits is what the server holds.
        #[test]
        fn edits_give_the_same_text_on_both_sides(
            text in "[a-c é👍\r\n]{0,40}",
            edits in proptest::collection::vec((0usize..50, 0usize..50, "[xé👍\r\n]{0,6}"), 0..8),
            unit in 0usize..3,
        ) {
            let unit = [Unit::Utf8, Unit::Utf16, Unit::Utf32][unit];
            let mut document = document(&text);
            let mut editor = text;
            let mut events = Vec::new();
            for (from, to, new) in edits {
                let boundary = |at: usize| {
                    let mut at = editor.floor_char_boundary(at);
                    // No position points between the two characters of one line end.
                    while editor[..at].ends_with('\r') && editor[at..].starts_with('\n') {
                        at -= 1;
                    }
                    at
                };
                let (from, to) = (boundary(from.min(to)), boundary(from.max(to)));
                let positions = Positions::new(&editor, unit);
                let at = |offset| {
                    let Position { line, column } = positions.at_offset(offset);
                    LspPosition { line, character: column }
                };
                events.push(change(Range { start: at(from), end: at(to) }, &new));
                editor.replace_range(from..to, &new);
            }
            document.change(events, unit);
            prop_assert_eq!(document.text, editor);
        }
    }
}
