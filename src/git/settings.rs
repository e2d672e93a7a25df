//! What only the `git` program knows: settings with all their sources, the user's identity, index and status.
//!
//! Edge. Nothing here decides a verdict: settings are the user's, while policy comes from commits.

use super::Repository;
use super::objects::parse_identity;
use super::program::Git;
use crate::diag::{Failure, Purpose};
use crate::id::{ObjectId, RepoPath};
use crate::port::Identity;
use std::path::PathBuf;

impl Repository {
    /// Returns the last value of a setting, from every file Git reads; `None` if it is not set.
    ///
    /// # Errors
    /// A configuration file is unreadable, or the value is not UTF-8.
    pub fn config(&self, key: &str) -> Result<Option<String>, Failure> {
        self.config_as(&[], key)
    }

    fn config_as(&self, options: &[&str], key: &str) -> Result<Option<String>, Failure> {
        let ask = Git::reading(self).arg("config").args(options.iter().copied()).args(["--null", "--get", key]);
        let line = ask.line();
        let output = ask.output()?;
        match output.status {
            Some(0) => {}
            Some(1) => return Ok(None),
            _ => return Err(output.failure(&line)),
        }
        let value = String::from_utf8(output.stdout).purpose(|| format!("the setting `{key}` is not UTF-8"))?;
        Ok(Some(value.trim_end_matches('\0').to_owned()))
    }

    /// Sets a value in the repository's own configuration file.
    ///
    /// # Errors
    /// The file is locked or cannot be written, or the key is none.
    pub fn set_config(&self, key: &str, value: &str) -> Result<(), Failure> {
        Git::reading(self).args(["config", "--local", key, value]).run().map(drop)
    }

    /// Returns the folder Git runs hooks from: `core.hooksPath` wherever it is set, else `hooks` in the common
    /// Git folder. It need not exist.
    ///
    /// # Errors
    /// A configuration file is unreadable.
    pub fn hooks_folder(&self) -> Result<PathBuf, Failure> {
        Ok(match self.config_as(&["--type=path"], "core.hooksPath")? {
            // Hooks run at the top of the work tree, or in a bare repository's folder: relative paths start there.
            Some(path) if !path.is_empty() => self.work_dir().unwrap_or(self.git_dir()).join(path),
            _ => self.common_dir().join("hooks"),
        })
    }

    /// Returns the version of the `git` program; asked once per opened repository.
    ///
    /// # Errors
    /// The program is missing or says something else.
    pub fn git_version(&self) -> Result<(u32, u32, u32), Failure> {
        if let Some(version) = self.version.get() {
            return Ok(*version);
        }
        let answer = Git::reading(self).arg("version").run_line()?;
        let version = parse_version(&answer).ok_or_else(|| {
            Failure::new(format!("`git version` answered `{answer}`")).hint("install Git 2.38 or newer")
        })?;
        Ok(*self.version.get_or_init(|| version))
    }

    /// Returns who Git would write as author of a commit made now.
    ///
    /// # Errors
    /// Git knows no name or address.
    pub fn identity(&self) -> Result<Identity, Failure> {
        let ask = Git::in_dir(self.env(), self.work_dir().unwrap_or(self.git_dir())).env("GIT_DIR", self.git_dir());
        let answer = ask.args(["var", "GIT_AUTHOR_IDENT"]).run_line().map_err(|failure| {
            failure
                .while_doing("Git does not know who you are")
                .hint("run `git config --global user.name NAME` and `git config --global user.email ADDRESS`")
        })?;
        Ok(parse_identity(&answer))
    }

    /// Returns the paths below `paths` whose file in the work tree or the index differs from HEAD, untracked
    /// files included and ignored ones left out, in byte order. No path means everywhere.
    ///
    /// # Errors
    /// The repository is bare, or the index is unreadable.
    pub fn dirty_paths(&self, paths: &[RepoPath]) -> Result<Vec<RepoPath>, Failure> {
        let ask = Git::reading(self).env("GIT_LITERAL_PATHSPECS", "1").args([
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=none",
            "--",
        ]);
        let everywhere = paths.iter().any(RepoPath::is_root);
        let ask = paths.iter().filter(|_| !everywhere).try_fold(ask, |ask, path| {
            let path = path.as_str().ok_or_else(|| Failure::new(format!("`{path}` is not UTF-8")))?;
            Ok::<_, Failure>(ask.arg(path))
        })?;
        let answer = ask.run()?;
        let mut dirty = Vec::new();
        for record in answer.split(|&b| b == 0).filter(|record| !record.is_empty()) {
            // The path is the last field, and the only one that may hold spaces.
            let fields = match record[0] {
                b'1' => 9,
                b'u' => 11,
                b'?' => 2,
                _ => return Err(Failure::new(format!("`git status` answered `{}`", String::from_utf8_lossy(record)))),
            };
            dirty.extend(record.splitn(fields, |&b| b == b' ').nth(fields - 1).map(RepoPath::new));
        }
        dirty.sort();
        dirty.dedup();
        Ok(dirty)
    }

    /// Writes the tree of what is staged and returns its id. In a hook it is exactly the index of this commit
    /// (`GIT_INDEX_FILE`).
    ///
    /// # Errors
    /// The index holds conflicts, is locked, or an object is missing.
    pub fn index_tree(&self) -> Result<ObjectId, Failure> {
        let answer = Git::reading(self).arg("write-tree").run_line()?;
        ObjectId::parse(&answer).ok_or_else(|| Failure::new(format!("`git write-tree` answered `{answer}`")))
    }
}

/// Cuts `git version 2.39.3 (Apple Git-146)`, `2.47.0.windows.1`, `2.50.0-rc1`.
fn parse_version(answer: &str) -> Option<(u32, u32, u32)> {
    let mut numbers =
        answer.strip_prefix("git version ")?.split(['.', '-', ' ']).map_while(|part| part.parse::<u32>().ok());
    Some((numbers.next()?, numbers.next()?, numbers.next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_every_vendor_are_read() {
        for (answer, version) in [
            ("git version 2.47.3", Some((2, 47, 3))),
            ("git version 2.39.3 (Apple Git-146)", Some((2, 39, 3))),
            ("git version 2.50.0.windows.1", Some((2, 50, 0))),
            ("git version 3.0-rc1", Some((3, 0, 0))),
            ("hub version 1", None),
            ("git version x", None),
        ] {
            assert_eq!(parse_version(answer), version, "{answer}");
        }
    }
}
