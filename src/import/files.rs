//! The files of a source: listed and read through a [`Tree`], with every file that cannot be read accounted for.
//!
//! Domain layer.

use super::codes;
use super::draft::Spot;
use super::report::{Report, Unit};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::{Blob, EntryKind, Tree};
use crate::text::Source;
use std::sync::Arc;

/// The largest file that is read.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;

pub(super) fn is_file(tree: &dyn Tree, path: &RepoPath) -> Result<bool, Failure> {
    Ok(tree.kind(path)?.is_some_and(EntryKind::is_regular))
}

/// The first of several paths that is a file.
pub(super) fn first_file(
    tree: &dyn Tree,
    paths: impl IntoIterator<Item = RepoPath>,
) -> Result<Option<RepoPath>, Failure> {
    for path in paths {
        if is_file(tree, &path)? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Reads a text and counts its file; what keeps it from being read is a loss. A byte order mark is taken off.
pub(super) fn text(tree: &dyn Tree, path: &RepoPath, report: &mut Report) -> Result<Option<Text>, Failure> {
    let name: Arc<str> = path.to_string().into();
    let spot = Spot::file(&name);
    let mut refuse = |reason: String| {
        report.lost(Unit::File, &codes::NOT_READ, &spot, spot.path.to_string(), reason);
        Ok(None)
    };
    let bytes = match tree.blob(path, MAX_BYTES)? {
        Blob::Bytes(bytes) => bytes,
        Blob::TooLarge(size) => return refuse(format!("it has {size} bytes; at most {MAX_BYTES} are read")),
    };
    match Source::from_bytes(&*name, bytes) {
        Ok(source) => {
            report.mapped(Unit::File);
            Ok(Some(Text { path: name, source }))
        }
        Err(bad) => refuse(format!("line {} is not UTF-8", bad.line)),
    }
}

/// A file that was read.
pub(super) struct Text {
    pub path: Arc<str>,
    pub source: Source,
}

impl Text {
    /// The text without its byte order mark.
    pub(super) fn text(&self) -> &str {
        self.source.text().trim_start_matches('\u{feff}')
    }

    pub(super) fn spot(&self) -> Spot {
        Spot::file(&self.path)
    }

    pub(super) fn at(&self, line: usize) -> Spot {
        Spot::line(&self.path, line)
    }
}

/// A file that belongs to the source and is not looked into.
pub(super) fn leave(path: &RepoPath, reason: &str, report: &mut Report) {
    let name: Arc<str> = path.to_string().into();
    report.lost(Unit::File, &codes::NO_PLACE, &Spot::file(&name), name.to_string(), reason);
}
