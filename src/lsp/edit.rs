//! Changes of texts as the protocol wants them.

use super::initialize::Client;
use super::state::Snapshot;
use crate::text::{Source, Span};
use gen_lsp_types::{
    DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    WorkspaceEdit,
};
use std::collections::BTreeMap;

/// One replacement in one text.
pub(super) struct Change<'s> {
    pub source: &'s Source,
    pub span: Span,
    pub text: String,
}

/// The changes, by file. Where the editor takes them so, each names the version it is meant for.
pub(super) fn workspace<'s>(
    snapshot: &Snapshot,
    client: &Client,
    changes: impl IntoIterator<Item = Change<'s>>,
) -> WorkspaceEdit {
    let mut by_path: BTreeMap<&str, (&Source, Vec<(Span, String)>)> = BTreeMap::new();
    for Change { source, span, text } in changes {
        by_path.entry(source.path()).or_insert_with(|| (source, Vec::new())).1.push((span, text));
    }
    let mut edits = Vec::new();
    for (path, (source, changes)) in by_path {
        let Some(uri) = snapshot.uri(path) else { continue };
        let places = snapshot.places(source, client);
        let edit = |(span, new_text)| TextEdit { range: places.range(span), new_text };
        edits.push((path, uri, changes.into_iter().map(edit).collect::<Vec<_>>()));
    }
    if !client.versioned_edits {
        let changes = edits.into_iter().map(|(_, uri, edits)| (uri, edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let changes = edits.into_iter().map(|(path, uri, edits)| {
        let version = snapshot.open.get(path).map(|opened| opened.version);
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: TextDocumentIdentifier { uri },
        };
        let edits = edits.into_iter().map(Edit::TextEdit).collect();
        DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits })
    });
    WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() }
}
