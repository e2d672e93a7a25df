//! Findings, told unasked with the version they are about, and on request.

use super::initialize::Client;
use super::server::Refusal;
use super::state::{Snapshot, State};
use crate::diag::{self, Place, Severity};
use crate::text::{Source, visible_lines};
use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DocumentDiagnosticParams,
    DocumentDiagnosticReport, FullDocumentDiagnosticReport, Message, Position, PublishDiagnosticsParams, Range,
    RelatedFullDocumentDiagnosticReport,
};
use std::collections::BTreeMap;

/// What was told last about each file.
#[derive(Debug, Default)]
pub(super) struct Sent {
    files: BTreeMap<String, PublishDiagnosticsParams>,
}

impl Sent {
    /// What has to be told so that the editor shows what the snapshot holds: every file whose findings changed, and
    /// every open text of a new version.
    pub fn news(&mut self, snapshot: &Snapshot, client: &Client) -> Vec<PublishDiagnosticsParams> {
        if client.pulls {
            return Vec::new();
        }
        let mut by_path: BTreeMap<&str, Vec<&diag::Diagnostic>> = BTreeMap::new();
        for path in snapshot.open.keys() {
            by_path.entry(path).or_default();
        }
        for finding in &snapshot.checked.findings {
            if let Some(path) = finding.place.path() {
                by_path.entry(path).or_default().push(finding);
            }
        }
        let mut news = Vec::new();
        for (path, findings) in &by_path {
            let Some(uri) = snapshot.uri(path) else { continue };
            let version = snapshot.open.get(*path).map(|opened| opened.version);
            let diagnostics = convert(snapshot, findings, client);
            let params = PublishDiagnosticsParams { uri, version, diagnostics };
            if self.files.get(*path) != Some(&params) {
                self.files.insert((*path).to_owned(), params.clone());
                news.push(params);
            }
        }
        let gone = |path: &String| !by_path.contains_key(path.as_str());
        for (_, params) in self.files.extract_if(.., |path, _| gone(path)) {
            if !params.diagnostics.is_empty() {
                news.push(PublishDiagnosticsParams { uri: params.uri, version: None, diagnostics: Vec::new() });
            }
        }
        news
    }
}

/// `textDocument/diagnostic`.
pub(super) fn pull(
    state: &mut State<'_>,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReport, Refusal> {
    let items = state.view(&params.text_document.uri).map_or_else(Vec::new, |view| {
        let findings = view.snapshot.checked.findings.iter();
        let here: Vec<_> = findings.filter(|finding| finding.place.path() == Some(&view.path)).collect();
        convert(&view.snapshot, &here, &state.client)
    });
    Ok(DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: None, items },
    }))
}

/// The findings of one file.
fn convert(snapshot: &Snapshot, findings: &[&diag::Diagnostic], client: &Client) -> Vec<Diagnostic> {
    let source = findings.iter().find_map(|finding| source_of(&finding.place));
    let places = source.map(|source| snapshot.places(source, client));
    let range = |place: &Place| match (place, &places) {
        (Place::Text { span, .. }, Some(places)) => places.range(*span),
        _ => start(),
    };
    findings
        .iter()
        .map(|finding| Diagnostic {
            range: range(&finding.place),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
                Severity::Note => DiagnosticSeverity::Information,
            }),
            code: Some(Code::String(finding.code.name.to_owned())),
            source: Some(env!("CARGO_PKG_NAME").to_owned()),
            message: Message::String(message(finding)),
            related_information: related(snapshot, finding, client),
            ..Diagnostic::default()
        })
        .collect()
}

fn source_of(place: &Place) -> Option<&Source> {
    match place {
        Place::Text { source, .. } => Some(source),
        _ => None,
    }
}

fn start() -> Range {
    let start = Position { line: 0, character: 0 };
    Range { start, end: start }
}

/// The sentence, what led to it, and what to do: an editor shows nothing else.
fn message(finding: &diag::Diagnostic) -> String {
    let mut text = finding.message.clone();
    for cause in &finding.causes {
        text.push_str("\ncause: ");
        text.push_str(cause);
    }
    if let Some(hint) = &finding.hint {
        text.push_str("\nhint: ");
        text.push_str(hint);
    }
    visible_lines(&text).into_owned()
}

fn related(
    snapshot: &Snapshot,
    finding: &diag::Diagnostic,
    client: &Client,
) -> Option<Vec<DiagnosticRelatedInformation>> {
    let labels = finding.labels.iter().filter_map(|label| {
        let Place::Text { source, span } = &label.place else { return None };
        let location = snapshot.location(source, *span, client)?;
        Some(DiagnosticRelatedInformation { location, message: visible_lines(&label.text).into_owned() })
    });
    Some(labels.collect()).filter(|labels: &Vec<_>| !labels.is_empty())
}
