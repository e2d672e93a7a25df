//! The records of one tree, found by kind; each folder is read when it is first asked for.

use super::{Kind, MAX_BYTES, Record, codes, kinds, parse};
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::RepoPath;
use crate::port::{Blob, EntryKind, Tree};
use crate::text::Source;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The records of a tree.
pub struct Book<'a> {
    tree: &'a dyn Tree,
    read: RefCell<BTreeMap<&'static str, Rc<Vec<Record>>>>,
}

impl<'a> Book<'a> {
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self { tree, read: RefCell::default() }
    }

    /// The well-formed records of a kind, in the order of their names. What cannot be read is left out: the judge
    /// refuses the change that brings such a file.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn of(&self, kind: &'static Kind) -> Result<Rc<Vec<Record>>, Failure> {
        if let Some(records) = self.read.borrow().get(kind.name) {
            return Ok(Rc::clone(records));
        }
        let records = Rc::new(read_folder(self.tree, kind, &mut Sink::new())?);
        self.read.borrow_mut().insert(kind.name, Rc::clone(&records));
        Ok(records)
    }
}

/// The kind whose folder holds a path directly, if it is a record's.
pub fn kind_of(path: &RepoPath) -> Option<&'static Kind> {
    let parent = path.parent()?;
    let ends = path.file_name().ends_with(b".md");
    kinds::ALL.iter().copied().find(|kind| ends && parent == RepoPath::from(kind.folder))
}

/// Reads every record of a kind; what is wrong goes to `sink`, and the file is left out.
///
/// # Errors
/// An object could not be read.
pub fn read_folder(tree: &dyn Tree, kind: &'static Kind, sink: &mut Sink) -> Result<Vec<Record>, Failure> {
    let folder = RepoPath::from(kind.folder);
    let mut records = Vec::new();
    for child in tree.children(&folder)? {
        if child.name.ends_with(b".md") {
            records.extend(read_one(tree, kind, &folder.join(&child.name), sink)?);
        }
    }
    Ok(records)
}

/// Files in a kind's folder that look like records and are read by nobody: in a folder of their own, or with another
/// ending.
///
/// # Errors
/// The folder could not be read.
pub fn beside(tree: &dyn Tree, kind: &Kind) -> Result<Vec<RepoPath>, Failure> {
    let folder = RepoPath::from(kind.folder);
    let is_text = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b".md") || name.ends_with(b".markdown")
    };
    let mut found = Vec::new();
    for child in tree.children(&folder)? {
        let path = folder.join(&child.name);
        match child.entry.kind {
            EntryKind::Directory => {
                let below = tree.children(&path)?;
                found.extend(below.iter().filter(|below| is_text(&below.name)).map(|below| path.join(&below.name)));
            }
            _ if is_text(&child.name) && !child.name.ends_with(b".md") => found.push(path),
            _ => {}
        }
    }
    Ok(found)
}

/// Reads one record; whatever keeps it from being read is a finding.
///
/// # Errors
/// An object could not be read.
pub fn read_one(
    tree: &dyn Tree,
    kind: &'static Kind,
    path: &RepoPath,
    sink: &mut Sink,
) -> Result<Option<Record>, Failure> {
    let refuse = |cause: String| {
        Diagnostic::error(&codes::NO_RECORD, Place::Path(path.to_string()), format!("`{path}` is no record"))
            .cause(cause)
            .hint(format!("make one with `passmuster {}`, or move the file away", kind.opens))
    };
    match tree.kind(path)? {
        Some(EntryKind::File | EntryKind::Executable) => {}
        _ => {
            sink.push(refuse("it is not a regular file".to_owned()));
            return Ok(None);
        }
    }
    let bytes = match tree.blob(path, MAX_BYTES)? {
        Blob::Bytes(bytes) => bytes,
        Blob::TooLarge(size) => {
            sink.push(refuse(format!("it holds {size} bytes; at most {MAX_BYTES} are read")));
            return Ok(None);
        }
    };
    Ok(match Source::from_bytes(path.to_string(), bytes) {
        Ok(source) => parse(kind, &source, sink),
        Err(bad) => {
            sink.push(refuse(format!("the byte at offset {} (line {}) is not UTF-8", bad.offset, bad.line)));
            None
        }
    })
}
