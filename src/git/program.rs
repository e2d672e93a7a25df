//! The one door to the `git` program.
//!
//! Edge. Two ways in: [`Git::reading`] asks about one opened repository (hooks included) and shuts out whatever
//! could change the answer; [`Git::in_dir`] does a user's work in a folder (commits, worktrees, pushes) with
//! the user's own settings and hooks, but never with the repository an outer hook points to.

use super::Repository;
use super::env::Env;
use crate::diag::{Failure, Purpose};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// `GIT_*` variables that reach the program in both ways: where the user's settings lie, who they are, how
/// remotes are reached. Every other one is dropped or set by us, because new Git versions invent new ones.
const KEPT: &[&str] = &[
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_AUTHOR_DATE",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_NAME",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMITTER_DATE",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_SSL_NO_VERIFY",
];

/// Settings given by variables. They carry credentials in CI, so a user's work keeps them; an answer that a
/// verdict rests on must not hang on them.
fn is_setting(name: &str) -> bool {
    name == "GIT_CONFIG_COUNT" || name.starts_with("GIT_CONFIG_KEY_") || name.starts_with("GIT_CONFIG_VALUE_")
}

/// One call of the program, being put together.
pub struct Git {
    command: Command,
    /// The arguments as they are shown in a failure, without the settings every call gets.
    shown: Vec<String>,
    input: Option<Vec<u8>>,
}

/// What a finished call left.
#[derive(Debug)]
pub struct Output {
    /// The exit status; `None` when a signal ended the program.
    pub status: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Git {
    /// Work in a folder: the repository is the one found there, whatever hook we may be running in.
    pub fn in_dir(env: &Env, dir: &Path) -> Self {
        let mut git = Self::bare_call(env, is_setting);
        git.command.current_dir(env.cwd().join(dir));
        git
    }

    /// A question about an opened repository: no replace refs, no grafts, no shallow border, no settings from
    /// the command line, no file system monitor, no lock taken, nothing fetched.
    pub fn reading(repository: &Repository) -> Self {
        let mut git = Self::bare_call(repository.env(), |_| false);
        git.command
            .current_dir(repository.work_dir().unwrap_or_else(|| repository.git_dir()))
            .args(["--no-pager", "--no-replace-objects", "--literal-pathspecs", "-c", "core.fsmonitor=false"])
            // Git takes even an empty file of grafts for a reason to give advice.
            .args(["-c", "advice.graftFileDeprecated=false"])
            .env("GIT_DIR", repository.git_dir())
            .env("GIT_GRAFT_FILE", if cfg!(windows) { "NUL" } else { "/dev/null" })
            .env("GIT_SHALLOW_FILE", "")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1");
        if let Some(dir) = repository.work_dir() {
            git.command.env("GIT_WORK_TREE", dir);
        }
        for (name, value) in repository.store_vars() {
            git.command.env(name, value);
        }
        if let Some(index) = repository.env().path("GIT_INDEX_FILE") {
            git.command.env("GIT_INDEX_FILE", index);
        }
        git
    }

    fn bare_call(env: &Env, also_kept: impl Fn(&str) -> bool) -> Self {
        let kept = |name: &OsStr| {
            let text = name.to_string_lossy();
            !text.starts_with("GIT") || KEPT.contains(&&*text) || also_kept(&text)
        };
        let mut command = Command::new("git");
        command
            .env_clear()
            .envs(env.vars().filter(|(name, _)| kept(name)))
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_PAGER", "cat");
        Self { command, shown: Vec::new(), input: None }
    }

    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        let arg = arg.into();
        self.shown.push(arg.to_string_lossy().into_owned());
        self.command.arg(arg);
        self
    }

    #[must_use]
    pub fn args<A: Into<OsString>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable for this call.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Feeds these bytes to the program.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// The command line for people.
    pub fn line(&self) -> String {
        format!("git {}", self.shown.join(" "))
    }

    /// Runs the program to its end, whatever its status.
    ///
    /// # Errors
    /// The program could not be started.
    pub fn output(mut self) -> Result<Output, Failure> {
        let line = self.line();
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = self.command.spawn().map_err(|error| cannot_start(&line, &error))?;
        let feeder = child.stdin.take().zip(self.input.take()).map(|(mut pipe, bytes)| {
            // A program that ends early closes the pipe; its status tells more than our write error.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = child.wait_with_output().purpose(|| format!("could not read from `{line}`"))?;
        if let Some(feeder) = feeder {
            feeder.join().expect("the feeding thread only writes");
        }
        Ok(Output {
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs the program and returns what it wrote.
    ///
    /// # Errors
    /// The program could not be started or ended with another status than 0.
    pub fn run(self) -> Result<Vec<u8>, Failure> {
        let line = self.line();
        let output = self.output()?;
        if output.status == Some(0) { Ok(output.stdout) } else { Err(output.failure(&line)) }
    }

    /// Like [`run`](Self::run), for an answer that is one line of text.
    ///
    /// # Errors
    /// As [`run`](Self::run), or the answer is not UTF-8.
    pub fn run_line(self) -> Result<String, Failure> {
        let line = self.line();
        let text = String::from_utf8(self.run()?).purpose(|| format!("the answer of `{line}` is not UTF-8"))?;
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    }
}

impl Output {
    /// The failure a status other than 0 stands for, with the last lines of the error output.
    pub fn failure(&self, line: &str) -> Failure {
        let how = match self.status {
            Some(status) => format!("`{line}` ended with status {status}"),
            None => format!("`{line}` was ended by a signal"),
        };
        let said: Vec<&str> = self.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        said[said.len().saturating_sub(3)..]
            .iter()
            .fold(Failure::new(how), |failure, line| failure.because(line.trim()))
    }
}

fn cannot_start(line: &str, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("could not start `{line}`")).because(error);
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.hint("install Git 2.38 or newer and put it on the PATH"),
        _ => failure,
    }
}
