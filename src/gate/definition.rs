//! What a gate is, as a digest; and the files that make up the guarded side: policy, roster, gate scripts.
//!
//! A script that a gate's command names is part of the gate: whoever could change it could make the gate pass.
//! So scripts are guarded like the policy itself, and their bytes are part of the definition.

use crate::diag::Failure;
use crate::evidence::Digest;
use crate::id::RepoPath;
use crate::policy::{self, Gate, GateKind, Policy};
use crate::port::Tree;
use crate::roster;
use std::collections::BTreeSet;

/// The files in `tree` that the command of a gate names, word by word (`./cov.sh`, `sh ci/test.sh --all`).
///
/// # Errors
/// An object could not be read.
pub fn scripts(gate: &Gate, tree: &dyn Tree) -> Result<Vec<RepoPath>, Failure> {
    let GateKind::Run { command, .. } = &gate.kind else { return Ok(Vec::new()) };
    let mut found = BTreeSet::new();
    for word in words(command) {
        let names: Vec<&str> = word.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
        if names.is_empty() || word.starts_with('/') || names.contains(&"..") {
            continue;
        }
        let path = RepoPath::from(names.join("/").as_str());
        // A word may name a symlink: the link's own bytes then are what is guarded.
        if tree.entry(&path)?.is_some_and(|entry| entry.kind != crate::port::EntryKind::Directory) {
            found.insert(path);
        }
    }
    Ok(found.into_iter().collect())
}

/// The words of a shell command, good enough to find file names: split at white space, quotes, separators and `=`.
fn words(command: &str) -> impl Iterator<Item = &str> {
    command.split(|c: char| c.is_whitespace() || "\"'`;|&()<>{}=$,".contains(c)).filter(|word| !word.is_empty())
}

/// The digest of everything that can change what a gate means: its policy entry, and the scripts it names as they
/// stand in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn digest(policy: &Policy, gate: &Gate, tree: &dyn Tree) -> Result<Digest, Failure> {
    let entry = policy.definition(gate).to_string();
    let mut parts = vec![gate.name.value.as_str().as_bytes().to_vec(), entry.into_bytes()];
    for path in scripts(gate, tree)? {
        parts.push(path.as_bytes().to_vec());
        parts.push(describe(tree, &path)?);
    }
    Ok(Digest::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// The guarded files: policy, roster, and every script that a gate of `policy` names in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn guarded(policy: &Policy, tree: &dyn Tree) -> Result<BTreeSet<RepoPath>, Failure> {
    let mut paths = BTreeSet::from([RepoPath::from(policy::PATH), RepoPath::from(roster::PATH)]);
    for gate in policy.gates.values() {
        paths.extend(scripts(gate, tree)?);
    }
    Ok(paths)
}

/// The digest of the guarded files as they stand in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn guard_digest(paths: &BTreeSet<RepoPath>, tree: &dyn Tree) -> Result<Digest, Failure> {
    let mut parts = Vec::new();
    for path in paths {
        parts.push(path.as_bytes().to_vec());
        parts.push(describe(tree, path)?);
    }
    Ok(Digest::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

fn describe(tree: &dyn Tree, path: &RepoPath) -> Result<Vec<u8>, Failure> {
    Ok(match tree.entry(path)? {
        None => b"absent".to_vec(),
        Some(entry) => format!("{:06o} {}", entry.kind.mode(), entry.id).into_bytes(),
    })
}
