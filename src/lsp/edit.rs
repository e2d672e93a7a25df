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
    let mut by_path: BTreeMap<&str, Vec<Change<'s>>> = BTreeMap::new();
    for change in changes {
        by_path.entry(change.source.path()).or_default().push(change);
    }
    let mut edits = Vec::new();
    for (path, changes) in by_path {
        let Some(uri) = snapshot.uri(path) else { continue };
        let places = snapshot.places(changes[0].source, client);
        let edit = |change: Change<'_>| TextEdit { range: places.range(change.span), new_text: change.text };
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
