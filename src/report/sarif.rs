//! SARIF 2.1.0, for code scanning: rules are our codes, results our findings.

use super::json;
use super::page::{page, summary};
use crate::diag::{Code, Diagnostic, Place, Severity};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// More results than this make GitHub refuse the whole upload.
const MAX_RESULTS: usize = 25_000;

/// Related places of one result; GitHub shows no more.
const MAX_RELATED: usize = 100;

/// Renders one run.
pub fn findings(found: &[Diagnostic]) -> String {
    let mut shown: Vec<&Diagnostic> = found.iter().collect();
    if shown.len() > MAX_RESULTS {
        shown.sort_by_key(|diagnostic| diagnostic.severity);
        shown.truncate(MAX_RESULTS);
    }
    let rules: BTreeMap<&str, &Code> = shown.iter().map(|diagnostic| (diagnostic.code.name, diagnostic.code)).collect();
    let index: HashMap<&str, usize> = rules.keys().enumerate().map(|(index, name)| (*name, index)).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let results: Vec<Value> = shown
        .iter()
        .map(|diagnostic| result(diagnostic, index[diagnostic.code.name], &fingerprint(diagnostic, &mut seen)))
        .collect();
    let left_out: Vec<Value> = (found.len() > shown.len())
        .then(|| json!({ "level": "warning", "message": { "text":
            format!("{} of {} findings are left out, the least severe ones", found.len() - shown.len(), found.len()) } }))
        .into_iter()
        .collect();
    json::document(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "passmuster",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.values().map(|code| rule(code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": left_out }],
            "results": results,
        }],
    }))
}

fn rule(code: &Code) -> Value {
    let (short, full) = (summary(code), page(code));
    json!({
        "id": code.name,
        "shortDescription": { "text": short },
        "fullDescription": { "text": full },
        "help": { "text": full, "markdown": full },
    })
}

fn result(diagnostic: &Diagnostic, rule: usize, fingerprint: &str) -> Value {
    let mut text = diagnostic.message.clone();
    for cause in &diagnostic.causes {
        let _ = write!(text, "\ncause: {cause}");
    }
    if let Some(hint) = &diagnostic.hint {
        let _ = write!(text, "\nhint: {hint}");
    }
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .take(MAX_RELATED)
        .enumerate()
        .map(|(id, label)| {
            let mut related = location(&label.place);
            related["id"] = json!(id);
            related["message"] = json!({ "text": label.text });
            related
        })
        .collect();
    let mut result = json!({
        "ruleId": diagnostic.code.name,
        "ruleIndex": rule,
        "level": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "message": { "text": text },
        "locations": [location(&diagnostic.place)],
        "partialFingerprints": { "passmuster/v1": fingerprint },
    });
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(place: &Place) -> Value {
    match place {
        Place::Text { source, span } => {
            let (start, end) = (source.line_column(span.start), source.line_column(span.end));
            json!({ "physicalLocation": {
                "artifactLocation": artifact(source.path()),
                "region": {
                    "startLine": start.line, "startColumn": start.column,
                    "endLine": end.line, "endColumn": end.column,
                },
            } })
        }
        Place::Path(path) => json!({ "physicalLocation": { "artifactLocation": artifact(path) } }),
        place => json!({ "logicalLocations": [{ "fullyQualifiedName": place.to_string() }] }),
    }
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
}

/// A relative URI reference: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What stays the same when lines move: code, path and the first line of the words pointed at, and a number among equals.
fn fingerprint(diagnostic: &Diagnostic, seen: &mut HashMap<String, usize>) -> String {
    let (place, words) = match &diagnostic.place {
        Place::Text { source, span } => {
            (source.path().to_owned(), source.slice(*span).trim().lines().next().unwrap_or_default())
        }
        place => (place.to_string(), ""),
    };
    let mut hash = Sha256::new();
    for part in [diagnostic.code.name, &place, words] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut text = hex(&hash.finalize());
    let count = seen.entry(text.clone()).or_default();
    *count += 1;
    let _ = write!(text, ":{count}");
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
