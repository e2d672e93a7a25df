//! What is signed when somebody makes a step.
//!
//! The bytes name the repository, the record and the step, and carry the digest of what the signer saw: every field
//! and the whole text. So a signature counts for no other record, no other step, and, while its step is the last one,
//! for no other content.

use super::{Record, Step};
use crate::evidence::Digest;
use serde_json::json;

/// The namespace of signatures over steps: one made for a gate result, or for Git, never counts.
pub const NAMESPACE: &str = "passmuster-record";

/// The digest of a record's fields and text, without its state and steps.
pub fn content(record: &Record) -> Digest {
    let mut parts: Vec<&[u8]> = vec![b"record/1", record.kind.name.as_bytes()];
    for (key, span) in &record.entries {
        parts.push(key.as_bytes());
        parts.push(record.source.slice(*span).trim().as_bytes());
    }
    parts.push(b"text");
    parts.push(record.source.slice(record.body).as_bytes());
    Digest::of(&parts)
}

/// The bytes signed for a step of a record; `before` is the state it leads from.
pub fn signed_bytes(repository: &str, record: &Record, index: usize) -> Vec<u8> {
    let step: &Step = &record.steps[index];
    let before = index.checked_sub(1).map(|before| record.steps[before].to.value.as_str());
    let text = |text: &Option<crate::text::Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    json!({
        "passmuster": "step/1",
        "repository": repository,
        "record": record.path(),
        "kind": record.kind.name,
        "step": index,
        "from": before,
        "to": step.to.value,
        "by": step.by.value,
        "at": step.at.value.to_string(),
        "note": text(&step.note),
        "seen": text(&step.seen),
    })
    .to_string()
    .into_bytes()
}
