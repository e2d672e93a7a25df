//! What was there before hooks were installed, kept so that uninstalling puts it back to the byte.

use super::configured;
use super::store::Store;
use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::git::{Git, Repository};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What was done, so that it can be undone.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    pub version: u32,
    /// The folder the links are in.
    pub folder: PathBuf,
    /// The value of `core.hooksPath` in the repository's own configuration before; outer option: whether we set it.
    #[serde(default)]
    pub config: Option<Former>,
    /// The folder did not exist before.
    #[serde(default)]
    pub made_folder: bool,
    /// The hooks stand in the repository's configuration as well.
    #[serde(default)]
    pub configured: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Former {
    pub value: Option<String>,
}

pub(super) const RECORD: &str = "hooks.json";
const CONFIG_BEFORE: &str = "config.before";
const CONFIG_AFTER: &str = "config.after";

pub(super) fn local_hooks_path(repo: &Repository) -> Result<Option<String>, Failure> {
    let ask = Git::reading(repo).args(["config", "--local", "--null", "--get", "core.hooksPath"]);
    let line = ask.line();
    let output = ask.output()?;
    match output.status {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end_matches('\0').to_owned())),
        Some(1) => Ok(None),
        _ => Err(output.failure(&line)),
    }
}

/// Points Git to our folder if the record says so, does `more`, and keeps the configuration file as it was before and after.
pub(super) fn change_config(
    repo: &Repository,
    store: &Store,
    record: &Record,
    more: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let config = repo.common_dir().join("config");
    let purpose = || format!("could not read `{}`", config.display());
    let before = std::fs::read(&config).purpose(purpose)?;
    if record.config.is_some() {
        let folder = record.folder.to_str();
        let folder = folder.ok_or_else(|| Failure::new(format!("`{}` is not UTF-8", record.folder.display())))?;
        repo.set_config("core.hooksPath", folder)?;
    }
    more()?;
    disk::write_atomic(&store.folder().join(CONFIG_BEFORE), &before)?;
    disk::write_atomic(&store.folder().join(CONFIG_AFTER), &std::fs::read(&config).purpose(purpose)?)
}

/// Undoes [`change_config`]: to the byte if nobody has changed the file since, else setting by setting.
pub(super) fn restore(repo: &Repository, store: &Store, record: &Record) -> Result<(), Failure> {
    let config = repo.common_dir().join("config");
    let (before, after) = (store.folder().join(CONFIG_BEFORE), store.folder().join(CONFIG_AFTER));
    let read = |path: &Path| std::fs::read(path).ok();
    match (read(&before), read(&after), read(&config)) {
        (Some(before), Some(after), Some(now)) if after == now => disk::write_atomic(&config, &before)?,
        _ => {
            configured::remove(repo)?;
            if let Some(former) = &record.config {
                restore_hooks_path(repo, former, &record.folder)?;
            }
        }
    }
    disk::remove(&before)?;
    disk::remove(&after)?;
    Ok(())
}

fn restore_hooks_path(repo: &Repository, former: &Former, own: &Path) -> Result<(), Failure> {
    if local_hooks_path(repo)?.is_none_or(|now| !same_place(Path::new(&now), own)) {
        // Somebody has pointed Git elsewhere since: that is theirs.
        return Ok(());
    }
    match &former.value {
        Some(value) => repo.set_config("core.hooksPath", value),
        None => Git::reading(repo).args(["config", "--local", "--unset", "core.hooksPath"]).run().map(drop),
    }
}

pub(super) fn write_record(store: &Store, record: &Record) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(record).expect("paths were checked to be UTF-8, and the rest is plain");
    disk::write_atomic(&store.folder().join(RECORD), &text)
}

pub(super) fn read_record(store: &Store) -> Result<Option<Record>, Failure> {
    let path = store.folder().join(RECORD);
    let purpose = || format!("could not read `{}`", path.display());
    match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).purpose(purpose).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).purpose(purpose),
    }
}

pub(super) fn same_place(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
