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

/// The most files of one folder that are looked at.
const MAX_FILES: usize = 20_000;

pub(super) fn is_file(tree: &dyn Tree, path: &RepoPath) -> Result<bool, Failure> {
    Ok(tree.kind(path)?.is_some_and(EntryKind::is_regular))
}

pub(super) fn is_folder(tree: &dyn Tree, path: &RepoPath) -> Result<bool, Failure> {
    Ok(tree.kind(path)? == Some(EntryKind::Directory))
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

/// The folders in a folder, in the order of their names.
pub(super) fn folders(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<RepoPath>, Failure> {
    let children = tree.children(folder)?;
    let found = children.into_iter().filter(|child| child.entry.kind == EntryKind::Directory);
    Ok(found.map(|child| folder.join(child.name)).take(MAX_FILES).collect())
}

/// The files in a folder whose names end in `ending`, numbers in names in the order of counting.
pub(super) fn files(tree: &dyn Tree, folder: &RepoPath, ending: &str) -> Result<Vec<RepoPath>, Failure> {
    let children = tree.children(folder)?;
    let fits = |name: &[u8]| name.to_ascii_lowercase().ends_with(ending.as_bytes());
    let found = children.into_iter().filter(|child| child.entry.kind.is_regular() && fits(&child.name));
    let mut found: Vec<RepoPath> = found.map(|child| folder.join(child.name)).take(MAX_FILES).collect();
    found.sort_by_cached_key(|path| counted(&String::from_utf8_lossy(path.file_name())));
    Ok(found)
}

/// A key that sorts `task-9` before `task-10`.
fn counted(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(digits);
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        parts.push((word.to_lowercase(), after[..end].parse().unwrap_or(u64::MAX)));
        rest = &after[end..];
    }
    parts
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

    /// Tells entries that could not be read: their offsets in order, each with the reason.
    pub(super) fn broken(&self, entries: &[(usize, String)], report: &mut Report) {
        let (mut line, mut counted) = (1, 0);
        for (offset, reason) in entries {
            line += memchr::memchr_iter(b'\n', &self.text().as_bytes()[counted..*offset]).count();
            counted = *offset;
            report.lost(Unit::Record, &codes::NOT_READ, &self.at(line), "an entry", reason.as_str());
        }
    }
}

/// The lines of a text without their ends; there can be very many.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let whole = text.strip_suffix('\n').unwrap_or(text);
    let last = (!text.is_empty()).then_some(whole.len());
    let mut at = 0;
    memchr::memchr_iter(b'\n', whole.as_bytes()).chain(last).map(move |end| {
        let line = &whole[at..end];
        at = end + 1;
        line
    })
}

/// A file that belongs to the source and is not looked into.
pub(super) fn leave(path: &RepoPath, reason: &str, report: &mut Report) {
    let name: Arc<str> = path.to_string().into();
    report.lost(Unit::File, &codes::NO_PLACE, &Spot::file(&name), name.to_string(), reason);
}

#[cfg(test)]
mod tests {
    use super::{counted, lines};

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for text in ["", "\n", "a", "a\n", "a\n\nb", "\n\na\n\n"] {
            assert!(lines(text).eq(text.lines()), "{text:?}");
        }
    }

    #[test]
    fn numbers_in_names_are_counted() {
        let mut names = ["task-10 - x.md", "task-9 - x.md", "task-9.2.md", "2.md", "10.md"];
        names.sort_by_cached_key(|name| counted(name));
        assert_eq!(names, ["2.md", "10.md", "task-9 - x.md", "task-9.2.md", "task-10 - x.md"]);
    }
}
