//! The gate reports of one tree, found by subject.
//!
//! Only the reports somebody asks for are read: the cost follows the claims of a change, not the repository.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::evidence::{self, GateReport, codes, report};
use crate::id::RepoPath;
use crate::port::{Blob, Child, Tree};
use crate::text::Source;
use std::cell::OnceCell;

/// A report larger than this is not read.
pub const MAX_REPORT_BYTES: u64 = 64 * 1024;

/// At most this many reports are read for one subject; more are a finding and none of them counts.
pub const MAX_REPORTS: usize = 32;

/// The folder of gate reports in one tree.
pub struct Reports<'a> {
    tree: &'a dyn Tree,
    folder: RepoPath,
    children: OnceCell<Vec<Child>>,
}

impl<'a> Reports<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self { tree, folder: RepoPath::from(evidence::FOLDER), children: OnceCell::new() }
    }

    fn children(&self) -> Result<&[Child], Failure> {
        if self.children.get().is_none() {
            let children = self.tree.children(&self.folder)?;
            let _ = self.children.set(children);
        }
        Ok(self.children.get().map_or(&[], Vec::as_slice))
    }

    /// The reports of a subject, in the order of their names; what is wrong with them goes to `sink`.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn of(&self, subject: &str, sink: &mut Sink) -> Result<Vec<GateReport>, Failure> {
        let names: Vec<&Child> =
            self.children()?.iter().filter(|child| subject_of(&child.name) == Some(subject)).collect();
        if names.len() > MAX_REPORTS {
            sink.push(
                Diagnostic::error(
                    &codes::TOO_MANY,
                    Place::Path(self.folder.to_string()),
                    format!("{} gate reports for `{subject}`", names.len()),
                )
                .cause(format!("at most {MAX_REPORTS} reports of one subject are read; none of these counts"))
                .hint(format!("run `passmuster gate run {subject}`, which removes the superseded ones")),
            );
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for child in names {
            found.extend(self.read(child, sink)?);
        }
        Ok(found)
    }

    /// Every report of the folder; what is wrong with them goes to `sink`.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn all(&self, sink: &mut Sink) -> Result<Vec<GateReport>, Failure> {
        let mut found = Vec::new();
        for child in self.children()?.iter().filter(|child| subject_of(&child.name).is_some()) {
            found.extend(self.read(child, sink)?);
        }
        Ok(found)
    }

    fn read(&self, child: &Child, sink: &mut Sink) -> Result<Option<GateReport>, Failure> {
        let path = self.folder.join(&child.name);
        read_one(self.tree, &path, sink)
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
