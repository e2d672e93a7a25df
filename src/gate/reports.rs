//! The gate reports of one tree, found by subject.
//!
//! Only the reports somebody asks for are read: the cost follows the claims of a change, not the repository.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::evidence::{self, GateReport, codes, report};
use crate::id::RepoPath;
use crate::port::{Blob, Tree};
use crate::text::Source;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A report larger than this is not read.
pub const MAX_REPORT_BYTES: u64 = 64 * 1024;

/// At most this many reports are read for one subject; more are a finding and none of them counts.
pub const MAX_REPORTS: usize = 32;

/// The folder of gate reports in one tree.
pub struct Reports<'a> {
    tree: &'a dyn Tree,
    folder: RepoPath,
    /// Their paths by subject, in the order of their names.
    paths: OnceCell<BTreeMap<String, Vec<RepoPath>>>,
}

impl<'a> Reports<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self { tree, folder: RepoPath::from(evidence::FOLDER), paths: OnceCell::new() }
    }

    fn paths(&self) -> Result<&BTreeMap<String, Vec<RepoPath>>, Failure> {
        if let Some(paths) = self.paths.get() {
            return Ok(paths);
        }
        let mut paths: BTreeMap<String, Vec<RepoPath>> = BTreeMap::new();
        for child in self.tree.children(&self.folder)? {
            if let Some(subject) = subject_of(&child.name) {
                paths.entry(subject.to_owned()).or_default().push(self.folder.join(&child.name));
            }
        }
        Ok(self.paths.get_or_init(|| paths))
    }

    fn named(&self, subject: &str) -> Result<&[RepoPath], Failure> {
        Ok(self.paths()?.get(subject).map_or(&[], Vec::as_slice))
    }

    /// The finding of a subject with more than [`MAX_REPORTS`] reports.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn too_many(&self, subject: &str) -> Result<Option<Diagnostic>, Failure> {
        let count = self.named(subject)?.len();
        if count <= MAX_REPORTS {
            return Ok(None);
        }
        let place = Place::Path(self.folder.to_string());
        Ok(Some(
            Diagnostic::error(&codes::TOO_MANY, place, format!("{count} gate reports for `{subject}`"))
                .cause(format!("at most {MAX_REPORTS} reports of one subject are read; none of these counts"))
                .hint(format!("run `passmuster gate run {subject}`, which removes the superseded ones")),
        ))
    }

    /// The reports of a subject, in the order of their names; what is wrong with them goes to `sink`.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn of(&self, subject: &str, sink: &mut Sink) -> Result<Vec<GateReport>, Failure> {
        if let Some(finding) = self.too_many(subject)? {
            sink.push(finding);
            return Ok(Vec::new());
        }
        self.read(self.named(subject)?.iter(), sink)
    }

    /// Every report of the folder; what is wrong with them goes to `sink`.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn all(&self, sink: &mut Sink) -> Result<Vec<GateReport>, Failure> {
        self.read(self.paths()?.values().flatten(), sink)
    }

    fn read<'p>(&self, paths: impl Iterator<Item = &'p RepoPath>, sink: &mut Sink) -> Result<Vec<GateReport>, Failure> {
        let mut found = Vec::new();
        for path in paths {
            found.extend(read_one(self.tree, path, sink)?);
        }
        Ok(found)
    }
}

/// Reads the gate report at `path`, if there is a usable one; what is wrong with it goes to `sink`.
///
/// # Errors
/// An object could not be read.
pub fn read_one(tree: &dyn Tree, path: &RepoPath, sink: &mut Sink) -> Result<Option<GateReport>, Failure> {
    let Some(entry) = tree.entry(path)? else { return Ok(None) };
    let unusable = |why: &str| {
        Diagnostic::error(&codes::UNREADABLE, Place::Path(path.to_string()), format!("`{path}` is not a gate report"))
            .cause(why)
            .hint("remove it; `passmuster gate run` writes reports")
    };
    if !entry.kind.is_regular() {
        sink.push(unusable("it is not a regular file"));
        return Ok(None);
    }
    let bytes = match tree.blob(path, MAX_REPORT_BYTES)? {
        Blob::Bytes(bytes) => bytes,
        Blob::TooLarge(size) => {
            sink.push(unusable(&format!("it holds {size} bytes; a report is at most {MAX_REPORT_BYTES}")));
            return Ok(None);
        }
    };
    let Ok(source) = Source::from_bytes(path.to_string(), bytes) else {
        sink.push(unusable("its bytes are not UTF-8"));
        return Ok(None);
    };
    let Ok(name) = std::str::from_utf8(path.file_name()) else { return Ok(None) };
    Ok(report::parse(&source, name, sink))
}

/// The subject in the name of a gate report (`DB-001` in `DB-001.3fa9c1.md`); `None` for other files.
pub fn subject_of(name: &[u8]) -> Option<&str> {
    let (subject, digits) = std::str::from_utf8(name).ok()?.strip_suffix(".md")?.rsplit_once('.')?;
    (digits.len() == 6 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))).then_some(subject)
}

#[cfg(test)]
mod tests {
    use super::subject_of;

    #[test]
    fn subjects_come_from_names() {
        assert_eq!(subject_of(b"DB-001.3fa9c1.md"), Some("DB-001"));
        assert_eq!(subject_of(b"1.2.000000.md"), Some("1.2"));
        for other in [&b"DB-001.md"[..], b"README.md", b"DB-001.3FA9C1.md", b"DB-001.3fa9c1", b"a.\xff.md"] {
            assert_eq!(subject_of(other), None);
        }
    }
}
