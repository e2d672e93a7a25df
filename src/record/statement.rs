//! What is signed when somebody makes a step.
//!
//! The bytes name the repository, the record and the step, and carry the digest of what the signer saw: every field
//! and the whole text. So a signature counts for no other record, no other step, and, while its step is the last one,
//! for no other content.

use super::kind::Keeps;
use super::{Record, Step, Sworn};
use crate::diag::Failure;
use crate::evidence::Digest;
use crate::policy::Trust;
use crate::port::Signatures;
use crate::roster::{MemberKind, Roster};
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

/// How much a signed step is to be believed. A signature counts when a key of the member made it and, where nothing could
/// change since, over what is there now: a step after a decision cannot carry other content in under the decision's
/// signature. An unsigned step proves nothing.
///
/// # Errors
/// The signature could not be checked at all.
pub fn sworn(
    record: &Record,
    index: usize,
    repository: &str,
    roster: Option<&Roster>,
    signatures: &dyn Signatures,
) -> Result<Sworn, Failure> {
    let step = &record.steps[index];
    let by = step.by.value.as_str();
    let doubtful = |why: String| Ok(Sworn { trust: Trust::Claimed, why });
    let Some(signature) = &step.signature else { return doubtful("it is unsigned".to_owned()) };
    let Some(member) = roster.and_then(|roster| roster.member(by)) else {
        return doubtful(format!("the roster of the protected side does not know `{by}`"));
    };
    let content = content(record);
    let stands = record.kind.state(&step.to.value).is_some_and(|state| state.keeps == Keeps::All);
    if (stands || index + 1 == record.steps.len())
        && step.seen.as_ref().is_none_or(|seen| seen.value != content.as_str())
    {
        return doubtful("the record was changed after the signature".to_owned());
    }
    let message = signed_bytes(repository, record, index);
    for key in &member.keys {
        if signatures.verify(&key.value, NAMESPACE, &message, &signature.value)? {
            let trust = if member.kind == MemberKind::Ci { Trust::Ci } else { Trust::Signed };
            return Ok(Sworn { trust, why: "it is signed".to_owned() });
        }
    }
    doubtful(format!("its signature is not by a key of `{by}` on the protected side"))
}
