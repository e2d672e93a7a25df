use super::*;
use crate::evidence::statement::{NAMESPACE, PAYLOAD_TYPE, pae};
use crate::port::Signatures;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

struct KeyFile {
    _folder: TempDir,
    path: PathBuf,
    public: String,
}

fn key(arguments: &[&str]) -> KeyFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-N", "", "-C", "somebody@example", "-f"]).arg(&path).args(arguments);
    assert!(command.status().unwrap().success());
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    KeyFile { _folder: folder, path, public }
}

fn signer(path: &Path) -> Signer {
    // No agent: what is in the developer's must not change a test.
    Signer::new(path.to_str().unwrap()).unwrap().with_agent("")
}

fn verify(key: &KeyFile, namespace: &str, message: &[u8], signature: &str) -> bool {
    Verifier.verify(&key.public, namespace, message, signature).unwrap()
}

/// What a person would type to check by hand.
fn keygen_accepts(key: &KeyFile, message: &[u8], signature: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (allowed, file) = (folder.path().join("allowed"), folder.path().join("signature"));
    std::fs::write(&allowed, format!("ada namespaces=\"passmuster\" {}", key.public)).unwrap();
    std::fs::write(&file, signature).unwrap();
    let mut input = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut input, message).unwrap();
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-I", "ada", "-n", "passmuster", "-f"]).arg(&allowed).arg("-s").arg(&file);
    command.stdin(input.reopen().unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

const TYPES: [&[&str]; 4] =
    [&["-t", "ed25519"], &["-t", "ecdsa", "-b", "256"], &["-t", "ecdsa", "-b", "384"], &["-t", "rsa", "-b", "2048"]];

#[test]
fn signatures_of_every_key_type_hold_for_their_bytes_alone() {
    let message = pae(PAYLOAD_TYPE, b"{\"predicate\":{}}");
    for arguments in TYPES {
        let (key, other) = (key(arguments), key(arguments));
        let signature = signer(&key.path).sign(NAMESPACE, &message).unwrap();
        assert!(verify(&key, NAMESPACE, &message, &signature), "{arguments:?}");
        assert!(keygen_accepts(&key, &message, &signature), "{arguments:?}");
        assert!(verify(&key, NAMESPACE, &message, &signature.replace('\n', "\r\n")), "{arguments:?}");
        assert_eq!(public_key_of(&signature).unwrap(), key.public.rsplit_once(' ').unwrap().0);

        let mut flipped = message.clone();
        flipped[9] ^= 1;
        assert!(!verify(&key, NAMESPACE, &flipped, &signature), "{arguments:?}: another message");
        assert!(!verify(&other, NAMESPACE, &message, &signature), "{arguments:?}: another key");
        assert!(!verify(&key, "git", &message, &signature), "{arguments:?}: another namespace is asked for");
        let for_git = signer(&key.path).sign("git", &message).unwrap();
        assert!(!verify(&key, NAMESPACE, &message, &for_git), "{arguments:?}: another namespace was signed");
        assert!(verify(&key, "git", &message, &for_git), "{arguments:?}");
    }
}

#[test]
fn no_changed_byte_of_a_signature_is_accepted() {
    let key = key(TYPES[0]);
    let signature = signer(&key.path).sign(NAMESPACE, b"message").unwrap();
    let body = signature.find('\n').unwrap() + 1..signature.find("\n-----END").unwrap();
    for at in body.filter(|&at| signature.as_bytes()[at] != b'\n') {
        let mut changed = signature.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(!verify(&key, NAMESPACE, b"message", &changed), "byte {at}");
    }
}

#[test]
fn malformed_keys_and_signatures_are_no_signatures() {
    let key = key(TYPES[0]);
    let signature = signer(&key.path).sign(NAMESPACE, b"message").unwrap();
    let public = key.public.trim();
    let long = "A".repeat(20_000);
    for bad in [
        "",
        "x",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        &format!("no-pty {public}"),
        &format!("{public}\n{public}"),
        &format!("{public} {long}"),
    ] {
        assert!(!Verifier.verify(bad, NAMESPACE, b"message", &signature).unwrap(), "{bad:?}");
    }
    let lines: Vec<&str> = signature.lines().collect();
    for bad in [
        "",
        "x",
        &long,
        &lines[1..].join("\n"),
        &lines[..2].join("\n"),
        &signature[..signature.len() / 2],
        &format!("{signature}{signature}"),
    ] {
        assert!(!verify(&key, NAMESPACE, b"message", bad), "{bad:?}");
        assert_eq!(public_key_of(bad), None);
    }
    for bad in ["", "a b", "a\"", "a\n"] {
        assert!(!verify(&key, bad, b"message", &signature));
    }
    assert!(!verify(&key, NAMESPACE, &vec![0; 2 << 20], &signature));
}

#[test]
fn short_keys_and_certificates_are_nobody() {
    let short = key(&["-t", "rsa", "-b", "1024"]);
    let signature = signer(&short.path).sign(NAMESPACE, b"message").unwrap();
    assert!(keygen_accepts(&short, b"message", &signature), "ssh-keygen alone would take it");
    assert!(!verify(&short, NAMESPACE, b"message", &signature));

    let (authority, member) = (key(TYPES[0]), key(TYPES[0]));
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-I", "ada", "-n", "ada", "-s"]).arg(&authority.path).arg(member.path.with_extension("pub"));
    assert!(command.status().unwrap().success());
    let certificate = std::fs::read_to_string(member.path.with_file_name("key-cert.pub")).unwrap();
    let signature = signer(&member.path).sign(NAMESPACE, b"message").unwrap();
    assert!(!Verifier.verify(&certificate, NAMESPACE, b"message", &signature).unwrap());
}

#[test]
fn what_hinders_signing_is_named() {
    for (key, message) in [
        ("/nowhere/key", "could not find the signing key `/nowhere/key`"),
        ("/", "is not a file"),
        ("key::nonsense", "could not read the signing key"),
        ("ssh-ed25519 AAAA", "could not read the signing key"),
    ] {
        let failure = Signer::new(key).unwrap_err();
        assert!(failure.to_string().contains(message) && failure.hint.is_some(), "{failure}");
    }
    let no_key = tempfile::NamedTempFile::new().unwrap();
    let failure = signer(no_key.path()).sign(NAMESPACE, b"message").unwrap_err();
    assert!(failure.to_string().contains("`ssh-keygen` said: "), "{failure}");

    let public_only = key(TYPES[0]);
    let failure = Signer::new(&public_only.public).unwrap().with_agent("").sign(NAMESPACE, b"message").unwrap_err();
    assert!(failure.to_string().contains("could not sign with the key `ssh-ed25519 SHA256:"), "{failure}");
    assert_eq!(failure.hint.as_deref(), Some("give the key to an agent: `ssh-add PATH`"), "{failure}");
}

#[cfg(unix)]
#[test]
fn an_agent_signs_for_a_literal_key() {
    let key = key(TYPES[0]);
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("agent");
    let mut agent = Command::new("ssh-agent").arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).spawn().unwrap();
    let added = std::iter::repeat_with(|| {
        let mut add = Command::new("ssh-add");
        add.arg("-q").arg(&key.path).env("SSH_AUTH_SOCK", &socket).stderr(Stdio::null());
        add.status().unwrap().success()
    });
    // The agent needs a moment to listen; each attempt is a process of its own.
    let added = added.take(500).any(|added| added);
    let signed = Signer::new(&format!("key::{}", key.public)).unwrap().with_agent(&socket).sign(NAMESPACE, b"message");
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert!(added && verify(&key, NAMESPACE, b"message", &signed.unwrap()));
}

#[cfg(unix)]
#[test]
fn a_program_that_does_not_end_is_stopped() {
    let mut command = Command::new("sh");
    command.args(["-c", "exec sleep 1000"]);
    let failure = keygen::run(&mut command, b"", std::time::Duration::from_millis(20)).err().unwrap();
    assert!(failure.to_string().contains("did not end") && failure.hint.is_some());
    let failure =
        keygen::run(&mut Command::new("/nowhere/ssh-keygen"), b"", std::time::Duration::from_secs(1)).err().unwrap();
    assert!(failure.hint.unwrap().contains("install OpenSSH"));
}
