//! Checks signatures: ed25519 and ECDSA P-256 in process (a fifth of a millisecond), others through
//! `ssh-keygen -Y verify` (some fifty).
//!
//! Malformed, oversized, unknown: no signature. Only a program that cannot be run is a failure.

use super::keygen;
use crate::diag::{Failure, Purpose};
use crate::port::Signatures;
use ssh_key::public::{EcdsaPublicKey, KeyData};
use ssh_key::{PublicKey, SshSig};
use std::process::Command;
use std::time::Duration;

/// The longest key line and the longest armored signature, in bytes; RSA with 16384 bits fits.
const MAX_ARMOR: usize = 16 * 1024;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 1024 * 1024;

/// The shortest RSA modulus that counts, in bytes.
const MIN_RSA: usize = 2048 / 8;

const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The name the key goes by in the list of allowed signers; one list holds one key.
const PRINCIPAL: &str = "member";

/// Checks SSHSIG signatures; needs nothing but the bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verifier;

/// Who can check signatures of a key.
enum Checker {
    InProcess,
    Keygen,
    /// Certificates, DSA, short RSA keys, unknown types.
    Nobody,
}

impl Signatures for Verifier {
    fn verify(&self, public_key: &str, namespace: &str, message: &[u8], signature: &str) -> Result<bool, Failure> {
        let public_key = public_key.trim();
        let fits = public_key.len() <= MAX_ARMOR && message.len() <= MAX_MESSAGE;
        if !fits || public_key.contains(char::is_control) || !is_namespace(namespace) {
            return Ok(false);
        }
        let Ok(key) = PublicKey::from_openssh(public_key) else { return Ok(false) };
        let Some(parsed) = parse(signature) else { return Ok(false) };
        if parsed.public_key() != key.key_data() || parsed.namespace() != namespace {
            return Ok(false);
        }
        match checker(key.key_data()) {
            Checker::InProcess => {
                Ok(is_canonical(&parsed, signature) && key.verify(namespace, message, &parsed).is_ok())
            }
            Checker::Keygen => verify_with_keygen(&key, namespace, message, signature),
            Checker::Nobody => Ok(false),
        }
    }
}

/// Returns the public key an armored signature says it was made with, as an OpenSSH line without a comment;
/// `None` when it is no signature. Says nothing about whether the signature is good.
pub fn public_key_of(signature: &str) -> Option<String> {
    PublicKey::from(parse(signature)?.public_key().clone()).to_openssh().ok()
}

/// Only version 1 with an empty reserved field: what others put there, `ssh-keygen` and we might read differently.
fn parse(signature: &str) -> Option<SshSig> {
    if signature.len() > MAX_ARMOR {
        return None;
    }
    let parsed = SshSig::from_pem(signature.trim_ascii()).ok()?;
    (parsed.version() == SshSig::VERSION && parsed.reserved().is_empty()).then_some(parsed)
}

/// Whether the signature is written as we would write it. ssh-key lets some wrong lengths of inner parts pass,
/// which `ssh-keygen` refuses; both must say the same.
fn is_canonical(parsed: &SshSig, armored: &str) -> bool {
    let letters = |text: &str| text.split_ascii_whitespace().collect::<String>();
    parsed.to_pem(ssh_key::LineEnding::LF).is_ok_and(|again| letters(&again) == letters(armored))
}

fn checker(key: &KeyData) -> Checker {
    match key {
        KeyData::Ed25519(_) | KeyData::Ecdsa(EcdsaPublicKey::NistP256(_)) => Checker::InProcess,
        KeyData::Ecdsa(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => Checker::Keygen,
        KeyData::Rsa(rsa) if rsa.n.as_positive_bytes().is_some_and(|n| n.len() >= MIN_RSA) => Checker::Keygen,
        _ => Checker::Nobody,
    }
}

/// Letters, digits and `.-_@`: a namespace is quoted in the list of allowed signers.
fn is_namespace(namespace: &str) -> bool {
    !namespace.is_empty()
        && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'@'))
}

fn verify_with_keygen(key: &PublicKey, namespace: &str, message: &[u8], signature: &str) -> Result<bool, Failure> {
    // Written anew from the parsed key: options or further lines in the text of a member's key do not get here.
    let Ok(line) = PublicKey::from(key.key_data().clone()).to_openssh() else { return Ok(false) };
    let purpose = || "could not write the files for `ssh-keygen -Y verify`".to_owned();
    let folder = tempfile::tempdir().purpose(purpose)?;
    let (allowed, armored) = (folder.path().join("allowed_signers"), folder.path().join("signature"));
    std::fs::write(&allowed, format!("{PRINCIPAL} namespaces=\"{namespace}\" {line}\n")).purpose(purpose)?;
    // `ssh-keygen` refuses armor with carriage returns, which a checkout may have put there.
    let signature = signature.trim_ascii().replace("\r\n", "\n");
    std::fs::write(&armored, signature + "\n").purpose(purpose)?;
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-I", PRINCIPAL, "-n", namespace, "-f"]).arg(&allowed).arg("-s").arg(&armored);
    let finished = keygen::run(&mut command, message, TIME_LIMIT).map_err(|failure| {
        failure.while_doing(format!("could not check a signature of a key of type {}", key.algorithm()))
    })?;
    Ok(finished.status.success())
}
