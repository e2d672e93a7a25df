//! The completion package: what a finished implementation delivers, pinned by a manifest of hashes.
//!
//! The manifest has the form of `sha256sum`, so `sha256sum -c plan/completion/manifest.sha256` proves it without this
//! tool. It lists the documents of the phases, every gate report, and what the tasks say they provide.

use super::{Phase, View};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::{Blob, EntryKind, Tree};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Where the manifest lies.
pub const MANIFEST: &str = "plan/completion/manifest.sha256";

/// A larger file is named as missing: nobody delivers it by Git.
const MAX_BYTES: u64 = 256 << 20;

/// The files of the package with their hashes; `Err` holds what is not there.
///
/// # Errors
/// A file could not be read.
pub fn contents(view: &View<'_>) -> Result<Result<BTreeMap<String, String>, String>, Failure> {
    let mut paths: Vec<RepoPath> = Phase::ALL.iter().map(|phase| phase.document()).map(RepoPath::from).collect();
    // Testing comes after the package, and changes its own document.
    paths.retain(|path| *path != RepoPath::from(Phase::Testing.document()));
    let reports = RepoPath::from(crate::evidence::FOLDER);
    paths.extend(view.tree.children(&reports)?.into_iter().map(|child| reports.join(&child.name)));
    // What was dropped delivers nothing.
    for index in (0..view.plan.items.len()).filter(|&index| view.plan.claimed(index)) {
        let item = &view.plan.items[index];
        paths.extend(item.provides().map(|provided| RepoPath::from(provided.value.trim_start_matches("./"))));
    }
    let mut files = BTreeMap::new();
    for path in paths {
        let regular = view.tree.kind(&path)?.is_some_and(EntryKind::is_regular);
        let Some(hash) = (if regular { hash(view.tree, &path)? } else { None }) else {
            return Ok(Err(format!("`{path}` is not there")));
        };
        files.insert(path.to_string(), hash);
    }
    Ok(Ok(files))
}

fn hash(tree: &dyn Tree, path: &RepoPath) -> Result<Option<String>, Failure> {
    Ok(match tree.blob(path, MAX_BYTES)? {
        Blob::Bytes(bytes) => {
            let digest = Sha256::digest(&bytes);
            Some(digest.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            }))
        }
        Blob::TooLarge(_) => None,
    })
}

/// The text of the manifest.
pub fn manifest(files: &BTreeMap<String, String>) -> String {
    files.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect()
}

/// What is wrong with the package that is there.
pub(super) fn fault(view: &View<'_>) -> Result<Option<String>, Failure> {
    let path = RepoPath::from(MANIFEST);
    if view.tree.kind(&path)?.is_none_or(|kind| !kind.is_regular()) {
        return Ok(Some(format!("there is no `{MANIFEST}`")));
    }
    let files = match contents(view)? {
        Ok(files) => files,
        Err(fault) => return Ok(Some(fault)),
    };
    let Blob::Bytes(bytes) = view.tree.blob(&path, MAX_BYTES)? else {
        return Ok(Some(format!("`{MANIFEST}` is too large")));
    };
    let written = String::from_utf8_lossy(&bytes).into_owned();
    if written == manifest(&files) {
        return Ok(None);
    }
    let lines: std::collections::BTreeSet<&str> = written.lines().collect();
    let other = files.iter().find(|(path, hash)| !lines.contains(format!("{hash}  {path}").as_str()));
    Ok(Some(match other {
        Some((path, _)) => format!("`{path}` is not in it, or has changed since"),
        None => "it names files that do not belong to it".to_owned(),
    }))
}
