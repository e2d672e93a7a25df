//! What is signed: DSSE over an in-toto Statement, built from a parsed result.
//!
//! Domain layer. The bytes never come from a file: they are made anew from the [`GateResult`] that was read, so
//! what was verified and what is believed cannot differ. Making and checking signatures belongs to `sign/`.
//!
//! `lines` are not signed: they only explain `inputs`, which is. Texts are signed as [`one_line`] gives them, as
//! reports carry them.

use super::{GateResult, one_line};
use serde::Serialize;
use serde_json::json;

/// The media type of the signed body.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The type of the predicate; its last part changes when a field changes its meaning.
pub const PREDICATE_TYPE: &str = "https://passmuster.dev/gate-result/v1";

/// The namespace of signatures over results: one made for Git, or for another tool, never counts.
pub const NAMESPACE: &str = "passmuster";

#[derive(Serialize)]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: [Subject<'a>; 1],
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    predicate: Predicate<'a>,
}

#[derive(Serialize)]
struct Subject<'a> {
    name: String,
    digest: Sha256<'a>,
}

#[derive(Serialize)]
struct Sha256<'a> {
    sha256: &'a str,
}

/// Every field is always there (`null` when unknown), in this order.
#[derive(Serialize)]
struct Predicate<'a> {
    repository: &'a str,
    subject: &'a str,
    gate: &'a str,
    outcome: &'static str,
    key: &'a str,
    definition: &'a str,
    inputs: &'a str,
    environment: String,
    tree: &'a str,
    at: String,
    by: String,
    milliseconds: u64,
    exit: Option<i32>,
    tests: Option<u64>,
    value: Option<f64>,
    note: String,
}

/// Returns the in-toto Statement v1 of a result: compact JSON with a fixed order of keys.
pub fn statement(result: &GateResult, repository: &str) -> Vec<u8> {
    let statement = Statement {
        kind: "https://in-toto.io/Statement/v1",
        subject: [Subject {
            name: format!("{}/{}", result.subject, result.gate),
            digest: Sha256 { sha256: result.key.as_str() },
        }],
        predicate_type: PREDICATE_TYPE,
        predicate: Predicate {
            repository,
            subject: &result.subject,
            gate: result.gate.as_str(),
            outcome: result.outcome.name(),
            key: result.key.as_str(),
            definition: result.definition.as_str(),
            inputs: result.inputs.as_str(),
            environment: one_line(&result.environment),
            tree: result.tree.as_str(),
            at: result.at.to_string(),
            by: one_line(&result.by),
            milliseconds: result.milliseconds,
            exit: result.exit,
            tests: result.tests,
            value: result.value,
            note: one_line(&result.note),
        },
    };
    serde_json::to_vec(&statement).expect("strings and numbers are always JSON")
}

/// DSSE v1 pre-authentication encoding: `DSSEv1 SP len SP type SP len SP body`, lengths in decimal bytes.
///
/// ```
/// use passmuster::evidence::statement::pae;
/// assert_eq!(pae("http://example.com/HelloWorld", b"hello world"), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
/// ```
pub fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// Returns the bytes a member signs, in the namespace [`NAMESPACE`], to vouch for a result of a repository.
pub fn signed_bytes(result: &GateResult, repository: &str) -> Vec<u8> {
    pae(PAYLOAD_TYPE, &statement(result, repository))
}

/// Returns the result as a DSSE envelope. `keyid` is the member's name; `sig` is the SSHSIG blob, that is the
/// body of the armor, so wrapping it in `-----BEGIN SSH SIGNATURE-----` lines gives a file for
/// `ssh-keygen -Y verify`. A result without a signature gives an envelope with an empty list.
pub fn envelope(result: &GateResult, repository: &str) -> serde_json::Value {
    let signatures: Vec<_> = result
        .signature
        .iter()
        .map(|armored| json!({ "keyid": one_line(&result.by), "sig": armor_body(armored) }))
        .collect();
    json!({
        "payload": base64(&statement(result, repository)),
        "payloadType": PAYLOAD_TYPE,
        "signatures": signatures,
    })
}

fn base64(bytes: &[u8]) -> String {
    <base64ct::Base64 as base64ct::Encoding>::encode_string(bytes)
}

/// The base64 text between the armor lines.
fn armor_body(armored: &str) -> String {
    armored.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Digest, Outcome};
    use crate::id::{GateName, ObjectId};

    fn result() -> GateResult {
        GateResult {
            gate: GateName::parse("unit-tests").unwrap(),
            subject: "DB-001".into(),
            outcome: Outcome::Pass,
            key: Digest::of(&[b"key"]),
            definition: Digest::of(&[b"definition"]),
            inputs: Digest::of(&[b"inputs"]),
            lines: Vec::new(),
            environment: "linux-x86_64".into(),
            tree: ObjectId::parse(&"a".repeat(40)).unwrap(),
            at: "2026-11-23T08:30:00Z".parse().unwrap(),
            by: "ada".into(),
            milliseconds: 1234,
            exit: Some(0),
            tests: Some(12),
            value: Some(80.5),
            note: "12 tests \"ran\"\n".into(),
            signature: None,
        }
    }

    /// Fixed for ever: another byte here makes every signature out there invalid.
    #[test]
    fn golden_statement() {
        let expected = r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"DB-001/unit-tests","digest":{"sha256":"KEY"}}],"predicateType":"https://passmuster.dev/gate-result/v1","predicate":{"repository":"7f3k9q2m","subject":"DB-001","gate":"unit-tests","outcome":"pass","key":"KEY","definition":"DEFINITION","inputs":"INPUTS","environment":"linux-x86_64","tree":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-23T08:30:00Z","by":"ada","milliseconds":1234,"exit":0,"tests":12,"value":80.5,"note":"12 tests \"ran\""}}"#
            .replace("KEY", "c83c4b6063d89075f967de2f416b5b55f9101f0ac1542199c298311f7161d0d5").replace("DEFINITION", "5b0fab8048b5ae910e736f844e2b67b9b66c57123421de85d7d28ba9ab51c5c6").replace("INPUTS", "cb05eded26b3d7141b08535b3183de826c953203d2e2e747bf1f9e70ae8ac929");
        let body = statement(&result(), "7f3k9q2m");
        assert_eq!(String::from_utf8(body.clone()).unwrap(), expected);
        let signed = signed_bytes(&result(), "7f3k9q2m");
        assert!(signed.starts_with(b"DSSEv1 28 application/vnd.in-toto+json ") && signed.ends_with(&body));
        assert_eq!(
            Digest::of_file(&signed).as_str(),
            "e5514db8f7ddb262b04753153dec1982f83965e67089c765755b136bdb159429"
        );
    }

    #[test]
    fn unknown_numbers_are_null() {
        let result = GateResult { exit: None, tests: None, value: None, ..result() };
        let json: serde_json::Value = serde_json::from_slice(&statement(&result, "r")).unwrap();
        for field in ["exit", "tests", "value"] {
            assert_eq!(json["predicate"].get(field), Some(&serde_json::Value::Null), "{field}");
        }
    }

    #[test]
    fn every_signed_field_changes_the_bytes() {
        let base = result();
        let digest = Digest::of(&[b"other"]);
        let others = [
            GateResult { gate: GateName::parse("lint").unwrap(), ..base.clone() },
            GateResult { subject: "DB-002".into(), ..base.clone() },
            GateResult { outcome: Outcome::Fail, ..base.clone() },
            GateResult { key: digest.clone(), ..base.clone() },
            GateResult { definition: digest.clone(), ..base.clone() },
            GateResult { inputs: digest, ..base.clone() },
            GateResult { environment: "macos-aarch64".into(), ..base.clone() },
            GateResult { tree: ObjectId::parse(&"b".repeat(40)).unwrap(), ..base.clone() },
            GateResult { at: "2026-11-23T08:30:00.000000001Z".parse().unwrap(), ..base.clone() },
            GateResult { by: "bob".into(), ..base.clone() },
            GateResult { milliseconds: 1235, ..base.clone() },
            GateResult { exit: None, ..base.clone() },
            GateResult { tests: Some(13), ..base.clone() },
            GateResult { value: Some(80.6), ..base.clone() },
            GateResult { note: String::new(), ..base.clone() },
        ];
        for other in &others {
            assert_ne!(signed_bytes(&base, "r"), signed_bytes(other, "r"), "{other:?}");
        }
        assert_ne!(signed_bytes(&base, "r"), signed_bytes(&base, "s"));
    }

    #[test]
    fn the_envelope_is_dsse() {
        let armored = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\nAAAA\n-----END SSH SIGNATURE-----\n";
        let signed = GateResult { signature: Some(armored.into()), ..result() };
        let envelope = envelope(&signed, "7f3k9q2m");
        assert_eq!(envelope["signatures"], json!([{ "keyid": "ada", "sig": "U1NIU0lHAAAA" }]));
        assert_eq!(envelope["payloadType"], PAYLOAD_TYPE);
        let payload = <base64ct::Base64 as base64ct::Encoding>::decode_vec(envelope["payload"].as_str().unwrap());
        assert_eq!(payload.unwrap(), statement(&result(), "7f3k9q2m"));
    }
}
