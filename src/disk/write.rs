//! Writes that either happen whole or not at all, and locks among the processes of one machine.

use crate::diag::{Failure, Purpose};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// How long a waiting process sleeps between two tries to take a lock.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Writes a file by replacing it in one step. Missing folders are made; the permission bits of a file that is
/// already there are kept. A crash, a full disk or a read-only folder leaves the old file as it was.
///
/// # Errors
/// The path is a symlink or no file, or the folder cannot be written.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let old = match path.symlink_metadata() {
        Ok(old) if old.is_file() => Some(old),
        Ok(_) => return Err(not_a_file(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(cannot_write(path, &error)),
    };
    let new = filled(path, bytes)?;
    if let Some(old) = old {
        new.as_file().set_permissions(old.permissions()).map_err(|error| cannot_write(path, &error))?;
    }
    new.as_file().sync_all().map_err(|error| cannot_write(path, &error))?;
    new.persist(path).map_err(|error| cannot_write(path, &error.error))?;
    sync_folder(path)
}

/// Writes a file that must not be there yet; of several processes that try, one succeeds. Missing folders are
/// made.
///
/// # Errors
/// Something is at the path already, or the folder cannot be written.
pub fn create_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let new = filled(path, bytes)?;
    new.as_file().sync_all().map_err(|error| cannot_write(path, &error))?;
    new.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(format!("`{}` is already there", path.display()))
            .because("it is only ever created, never overwritten")
            .hint("look at the file, then remove it or choose another name"),
        _ => cannot_write(path, &error.error),
    })?;
    sync_folder(path)
}

/// Writes at the end of a file, which is made when it is not there: what others wrote into it stays.
///
/// # Errors
/// It cannot be written.
pub fn append(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| cannot_write(path, &error))
}

/// Reads a file whole; `None` if there is none.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).purpose(|| format!("could not read `{}`", path.display())),
    }
}

/// Removes a file or a symlink; returns whether there was one.
///
/// # Errors
/// The path is a folder, or the folder that holds it cannot be written.
pub fn remove(path: &Path) -> Result<bool, Failure> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).purpose(|| format!("could not remove `{}`", path.display())),
    }
}

/// A lock that is held until this value goes away, also when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock a file stands for, waiting for up to `wait`. The file is made if it is missing, and stays.
///
/// # Errors
/// Another process holds the lock, or the file cannot be made.
pub fn lock(path: &Path, wait: Duration) -> Result<Lock, Failure> {
    make_folder(path)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .purpose(|| format!("could not open the lock `{}`", path.display()))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) if start.elapsed() < wait => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::new("another passmuster process is at work in this repository")
                    .because(format!("it holds `{}`", path.display()))
                    .hint("wait for it to end, then run this again"));
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).purpose(|| format!("could not lock `{}`", path.display()));
            }
        }
    }
}

/// A new file beside `path` that holds the bytes; it disappears unless it is given the name.
fn filled(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, Failure> {
    make_folder(path)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".passmuster-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut new = builder.tempfile_in(folder_of(path)).map_err(|error| cannot_write(path, &error))?;
    new.write_all(bytes).map_err(|error| cannot_write(path, &error))?;
    Ok(new)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn make_folder(path: &Path) -> Result<(), Failure> {
    let folder = folder_of(path);
    std::fs::create_dir_all(&folder)
        .purpose(|| format!("could not make the folder `{}` for `{}`", folder.display(), path.display()))
}

/// Makes the new name itself survive a power cut.
fn sync_folder(path: &Path) -> Result<(), Failure> {
    if cfg!(unix) {
        let folder = folder_of(path);
        File::open(&folder)
            .and_then(|file| file.sync_all())
            .purpose(|| format!("could not make sure that `{}` is on disk", path.display()))?;
    }
    Ok(())
}

fn not_a_file(path: &Path) -> Failure {
    Failure::new(format!("`{}` is not written", path.display()))
        .because("it is a symlink, a folder or a device, not a file of its own")
        .hint("replace it by a regular file")
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::new(format!("could not write `{}`", path.display())).because(error);
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            failure.hint("make the folder writable; the old file is untouched")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            failure.hint("free some space on the disk; the old file is untouched")
        }
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_makes_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.md");
        write_atomic(&path, b"one").unwrap();
        write_atomic(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_file_is_created_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        create_new(&path, b"one").unwrap();
        let failure = create_new(&path, b"two").unwrap_err();
        assert!(failure.message.contains("already there"), "{failure}");
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        assert!(remove(&path).unwrap() && !remove(&path).unwrap());
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path, Duration::ZERO).unwrap();
        assert!(lock(&path, Duration::ZERO).unwrap_err().message.contains("another passmuster process"));
        drop(held);
        lock(&path, Duration::ZERO).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn permission_bits_stay_and_new_files_get_the_usual_ones() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.sh");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        write_atomic(&path, b"new").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write_atomic(&ours, b"").unwrap();
        std::fs::write(&plain, b"").unwrap();
        assert_eq!(ours.metadata().unwrap().permissions(), plain.metadata().unwrap().permissions());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_symlink() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        std::fs::write(&target, "kept").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(write_atomic(&link, b"x").is_err() && create_new(&link, b"x").is_err());
        assert_eq!(std::fs::read(&target).unwrap(), b"kept");
    }

    #[test]
    fn a_failed_write_names_the_path_and_leaves_everything_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "kept").unwrap();
        let failure = write_atomic(&file.join("below"), b"x").unwrap_err();
        assert!(failure.message.contains("file/below") || failure.message.contains("file\\below"), "{failure}");
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        assert!(write_atomic(&folder.path().join("folder"), b"x").is_err());
        assert!(remove(&folder.path().join("folder")).is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"kept");
    }

    #[cfg(unix)]
    #[test]
    fn a_read_only_folder_leaves_the_file_whole() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "kept").unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o555)).unwrap();
        if std::fs::write(folder.path().join("probe"), "").is_ok() {
            println!("skipped: permission bits do not bind this user");
            return;
        }
        let failure = write_atomic(&path, b"x").unwrap_err();
        assert!(failure.hint.is_some_and(|hint| hint.contains("writable")));
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    }
}
