//! The environment a repository is opened from: working directory and variables, taken once and explicit.
//!
//! Edge. Hooks get their repository through `GIT_*` variables; tests share one process and must not set any.
//! So everything below reads this value, never the process.

use crate::diag::{Failure, Purpose};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A working directory with environment variables.
#[derive(Clone, Debug)]
pub struct Env {
    cwd: PathBuf,
    vars: BTreeMap<OsString, OsString>,
}

impl Env {
    /// The environment of this process.
    ///
    /// # Errors
    /// The working directory is gone.
    pub fn process() -> Result<Self, Failure> {
        let cwd = std::env::current_dir().purpose(|| "could not find the working directory".to_owned())?;
        Ok(Self { cwd, vars: std::env::vars_os().collect() })
    }

    /// An environment made of these variables alone.
    pub fn new(cwd: impl Into<PathBuf>, vars: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self { cwd: cwd.into(), vars: vars.into_iter().collect() }
    }

    /// The same variables in another directory (a relative one starts at the old directory).
    #[must_use]
    pub fn at(mut self, dir: &Path) -> Self {
        self.cwd = self.cwd.join(dir);
        self
    }

    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// Without every variable that points Git to a repository.
    #[must_use]
    pub fn without_repository(mut self) -> Self {
        self.vars.retain(|name, _| !points_to_repository(name));
        self
    }

    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The value of a variable; an empty one counts as unset, as Git takes most of its own.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The value of a variable as a path from the root of the file system.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(|value| self.cwd.join(value))
    }

    pub fn vars(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.vars.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// The variables `git rev-parse --local-env-vars` lists: Git itself clears them before it works on another
/// repository. Settings handed down by `-c` or `GIT_CONFIG_COUNT` are on Git's list too, but they are the
/// user's; [`super::Git`] decides about those.
const REPOSITORY_VARS: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

fn points_to_repository(name: &OsStr) -> bool {
    REPOSITORY_VARS.iter().any(|known| name == OsStr::new(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_at_the_working_directory_and_empty_is_unset() {
        let env = Env::new("/w", []).with("GIT_DIR", ".git").with("GIT_WORK_TREE", "");
        assert_eq!(env.path("GIT_DIR"), Some(PathBuf::from("/w/.git")));
        assert_eq!(env.path("GIT_WORK_TREE"), None);
        assert_eq!(env.at(Path::new("sub")).without_repository().path("GIT_DIR"), None);
    }
}
