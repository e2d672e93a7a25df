//! `initialize`: what the editor can do, and what we do.
//!
//! The editor's abilities are picked out of the JSON one by one: an editor with an unusual entry among the hundreds
//! there are is no reason not to begin.

use super::semantic_tokens;
use crate::text::position::Unit;
use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, CodeLensOptions, CompletionOptions, DefinitionProvider,
    DiagnosticOptions, DiagnosticProvider, DocumentSymbolProvider, FoldingRangeProvider, Full, HoverProvider,
    InitializeResult, InlayHintProvider, PositionEncodingKind, ReferencesProvider, RenameOptions, RenameProvider, Save,
    SemanticTokensOptions, SemanticTokensProvider, ServerCapabilities, ServerInfo, TextDocumentSync,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceSymbolProvider,
};
use serde_json::Value;

/// What the editor can do, as far as it changes what is said to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Client {
    /// What columns count.
    pub unit: Unit,
    /// It asks for findings itself, and does not take them unasked.
    pub pulls: bool,
    /// It takes edits that name the version they are meant for.
    pub versioned_edits: bool,
}

impl Client {
    pub fn of(params: &Value) -> Self {
        let ability = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let encodings = ability("general/positionEncodings").and_then(Value::as_array);
        let known = encodings.into_iter().flatten().filter_map(Value::as_str).find_map(|name| match name {
            "utf-8" => Some(Unit::Utf8),
            "utf-16" => Some(Unit::Utf16),
            "utf-32" => Some(Unit::Utf32),
            _ => None,
        });
        Self {
            unit: known.unwrap_or(Unit::Utf16),
            pulls: ability("textDocument/diagnostic").is_some() && ability("textDocument/publishDiagnostics").is_none(),
            versioned_edits: ability("workspace/workspaceEdit/documentChanges") == Some(&Value::Bool(true)),
        }
    }

    fn encoding(self) -> PositionEncodingKind {
        match self.unit {
            Unit::Utf8 => PositionEncodingKind::UTF8,
            Unit::Utf16 => PositionEncodingKind::UTF16,
            Unit::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

/// What the server can do for this editor.
pub(super) fn answer(client: Client) -> InitializeResult {
    let capabilities = ServerCapabilities {
        position_encoding: Some(client.encoding()),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["@", "#", "+", "-", " ", "/", "("].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        references_provider: Some(ReferencesProvider::Bool(true)),
        rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
            prepare_provider: Some(true),
            ..RenameOptions::default()
        })),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QuickFix,
                CodeActionKind::RefactorRewrite,
                CodeActionKind::SourceFixAll,
            ]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true), ..CodeLensOptions::default() }),
        folding_range_provider: Some(FoldingRangeProvider::Bool(true)),
        semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(SemanticTokensOptions {
            legend: semantic_tokens::legend(),
            full: Some(Full::Bool(true)),
            ..SemanticTokensOptions::default()
        })),
        inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                inter_file_dependencies: true,
                ..DiagnosticOptions::default()
            })
        }),
        ..ServerCapabilities::default()
    };
    let server_info =
        ServerInfo { name: env!("CARGO_PKG_NAME").to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities, server_info: Some(server_info) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_editors_first_known_encoding_is_taken() {
        for (encodings, unit) in [
            (json!(["utf-7", "utf-8", "utf-16"]), Unit::Utf8),
            (json!(["utf-32"]), Unit::Utf32),
            (json!([]), Unit::Utf16),
            (json!("utf-8"), Unit::Utf16),
            (Value::Null, Unit::Utf16),
        ] {
            let params = json!({"capabilities": {"general": {"positionEncodings": encodings}}});
            assert_eq!(Client::of(&params).unit, unit, "{params}");
        }
        assert_eq!(Client::of(&json!(7)).unit, Unit::Utf16);
    }
}
