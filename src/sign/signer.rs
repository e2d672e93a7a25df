//! Makes signatures with `ssh-keygen -Y sign`.

use super::keygen;
use crate::diag::{Failure, Purpose};
use crate::text::visible;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// Somebody may have to type a passphrase or touch a key.
const TIME_LIMIT: Duration = Duration::from_secs(120);

const HINT: &str = "name a key: `PASSMUSTER_SIGNING_KEY=PATH`, or `git config user.signingkey` with gpg.format=ssh";

/// Signs with one key.
#[derive(Debug)]
pub struct Signer {
    key: Key,
    /// Address of the agent to ask in place of the one in SSH_AUTH_SOCK.
    agent: Option<PathBuf>,
}

#[derive(Debug)]
enum Key {
    /// A private key, or a public key whose private half an agent holds.
    File(PathBuf),
    /// A public key that was given as text, in a folder that goes away with the signer.
    Literal { folder: TempDir, shown: String },
}

impl Signer {
    /// Takes a key as Git's `user.signingkey` names it: the path of a private or public key (`~/` is the home
    /// folder), or a public key as text (`key::ssh-ed25519 AAAA…` or `ssh-ed25519 AAAA…`), whose private half an
    /// agent holds.
    ///
    /// # Errors
    /// There is no such file, or the text is no public key.
    pub fn new(key: &str) -> Result<Self, Failure> {
        let literal = key.strip_prefix("key::").or_else(|| key.starts_with("ssh-").then_some(key));
        let key = match literal {
            Some(text) => literal_key(text)?,
            None => Key::File(existing_file(key)?),
        };
        Ok(Self { key, agent: None })
    }

    /// Asks the agent at `socket`, in place of the one named by SSH_AUTH_SOCK.
    #[must_use]
    pub fn with_agent(mut self, socket: impl Into<PathBuf>) -> Self {
        self.agent = Some(socket.into());
        self
    }

    /// Signs `message` in `namespace`; returns the armored SSHSIG, which ends with a line feed.
    ///
    /// # Errors
    /// `ssh-keygen` could not be run, or could not use the key.
    pub fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, Failure> {
        let mut command = Command::new("ssh-keygen");
        command.args(["-Y", "sign", "-n", namespace, "-f"]).arg(self.path());
        if let Some(socket) = &self.agent {
            command.env("SSH_AUTH_SOCK", socket);
        }
        let purpose = || format!("could not sign with the key `{}`", self.shown());
        let finished =
            keygen::run(&mut command, message, TIME_LIMIT).map_err(|failure| failure.while_doing(purpose()))?;
        if finished.status.success() && finished.stdout.starts_with("-----BEGIN SSH SIGNATURE-----") {
            return Ok(finished.stdout.replace("\r\n", "\n"));
        }
        Err(refusal(Failure::new(purpose()), &finished.stderr))
    }

    fn path(&self) -> PathBuf {
        match &self.key {
            Key::File(path) => path.clone(),
            Key::Literal { folder, .. } => literal_path(folder.path()),
        }
    }

    fn shown(&self) -> String {
        match &self.key {
            Key::File(path) => path.display().to_string(),
            Key::Literal { shown, .. } => shown.clone(),
        }
    }
}

/// Why `ssh-keygen` refused, with what helps.
fn refusal(failure: Failure, stderr: &str) -> Failure {
    let said = stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("Signing "));
    let said: Vec<_> = said.take(5).map(visible).collect();
    let hint = if stderr.contains("passphrase") || stderr.contains("agent") || stderr.contains("No private key") {
        "give the key to an agent: `ssh-add PATH`"
    } else if stderr.contains("UNPROTECTED") || stderr.contains("too open") {
        "only you may read a private key: `chmod 600 PATH`"
    } else {
        HINT
    };
    let failure =
        if said.is_empty() { failure } else { failure.because(format!("`ssh-keygen` said: {}", said.join("; "))) };
    failure.hint(hint)
}

fn literal_key(text: &str) -> Result<Key, Failure> {
    let refuse = || Failure::usage("could not read the signing key").hint(HINT);
    let key = ssh_key::PublicKey::from_openssh(text.trim()).map_err(|error| refuse().because(error))?;
    let shown = format!("{} {}", key.algorithm(), key.fingerprint(ssh_key::HashAlg::Sha256));
    let purpose = || "could not write the signing key to a temporary file".to_owned();
    let folder = tempfile::tempdir().purpose(purpose)?;
    let line = key.to_openssh().map_err(|error| refuse().because(error))?;
    std::fs::write(literal_path(folder.path()), line + "\n").purpose(purpose)?;
    Ok(Key::Literal { folder, shown })
}

fn literal_path(folder: &Path) -> PathBuf {
    folder.join("key.pub")
}

fn existing_file(key: &str) -> Result<PathBuf, Failure> {
    let path = match key.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(key),
    };
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => Ok(path),
        Ok(_) => Err(Failure::usage(format!("the signing key `{key}` is not a file")).hint(HINT)),
        Err(error) => Err(Failure::usage(format!("could not find the signing key `{key}`")).because(error).hint(HINT)),
    }
}

impl Signer {
    /// The public half of the key as an OpenSSH line, where it can be read without using the key.
    pub fn public_key(&self) -> Option<String> {
        let path = self.path();
        let public = if path.extension().is_some_and(|ending| ending == "pub") {
            path
        } else {
            let mut name = path.into_os_string();
            name.push(".pub");
            PathBuf::from(name)
        };
        let text = std::fs::read_to_string(public).ok()?;
        ssh_key::PublicKey::from_openssh(text.trim()).ok()?.to_openssh().ok()
    }
}
