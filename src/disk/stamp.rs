//! What the system says about files without reading them: enough to see that one changed.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use walkdir::WalkDir;

/// A file's mark: another one means that the file may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// The file itself and the time its entry changed: a file renamed into place may carry an old date.
    identity: (u64, i64, i64),
}

/// The stamps of what lies in a folder, or in all folders below it; symlinks are not followed. What cannot be read
/// now has none.
pub fn stamps(folder: &Path, deep: bool) -> BTreeMap<PathBuf, Stamp> {
    let depth = if deep { usize::MAX } else { 1 };
    let entries = WalkDir::new(folder).min_depth(1).max_depth(depth).into_iter().filter_map(Result::ok);
    entries.filter_map(|entry| Some((entry.path().to_owned(), stamp(&entry.metadata().ok()?)))).collect()
}

fn stamp(found: &Metadata) -> Stamp {
    // A folder's own date says nothing that its entries do not say.
    let is_file = !found.is_dir();
    Stamp {
        modified: found.modified().ok().filter(|_| is_file),
        length: if is_file { found.len() } else { 0 },
        identity: if is_file { identity(found) } else { (0, 0, 0) },
    }
}

#[cfg(unix)]
fn identity(found: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;
    (found.ino(), found.ctime(), found.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_gives_another_stamp_and_reading_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (file, below) = (folder.path().join("a"), folder.path().join("b/c"));
        std::fs::write(&file, "1").unwrap();
        let first = stamps(folder.path(), true);
        std::fs::read(&file).unwrap();
        assert_eq!(stamps(folder.path(), true), first);
        std::fs::write(folder.path().join("new"), "2").unwrap();
        std::fs::rename(folder.path().join("new"), &file).unwrap();
        let second = stamps(folder.path(), true);
        assert_ne!(second[&file], first[&file]);
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(&below, "x").unwrap();
        assert!(stamps(folder.path(), true).contains_key(&below));
        assert!(!stamps(folder.path(), false).contains_key(&below));
        assert!(stamps(&folder.path().join("nothing"), true).is_empty());
    }
}
