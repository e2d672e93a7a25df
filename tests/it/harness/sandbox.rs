//! A folder of its own with its own home, its own Git configuration and a clock that moves by itself.

use super::Output;
use std::cell::Cell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Settings that make Git behave the same everywhere.
const CONFIG: &str = "\
[user]
	name = Ada Lovelace
	email = ada@example.org
[init]
	defaultBranch = main
[commit]
	gpgSign = false
[core]
	autocrlf = false
[protocol \"file\"]
	allow = always
[advice]
	defaultBranchName = false
	detachedHead = false
	mergeConflict = false
	pushUpdateRejected = false
	skippedCherryPicks = false
[gc]
	auto = 0
[maintenance]
	auto = false
";

/// 2026-01-01T00:00:00Z; every process that is started is a minute later than the one before.
const START: i64 = 1_767_225_600;

/// A temporary folder with `work/` (where things happen), `home/` and `tmp/`.
#[derive(Debug)]
pub struct Sandbox {
    /// Goes with everything in it when the sandbox does.
    _folder: TempDir,
    root: PathBuf,
    started: Cell<i64>,
}

impl Sandbox {
    /// Makes an empty sandbox; `work/` is no repository.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("passmuster-").expect("the temporary folder can be written");
        // What programs print is the real path, which on some systems differs from the one asked for.
        let root = folder.path().canonicalize().expect("the folder was just made");
        for name in ["work", "home", "tmp"] {
            std::fs::create_dir(root.join(name)).expect("the sandbox can be written");
        }
        std::fs::write(root.join("home/gitconfig"), CONFIG).expect("the sandbox can be written");
        Self { _folder: folder, root, started: Cell::new(0) }
    }

    /// Makes a sandbox whose `work/` is an empty repository on branch `main`.
    pub fn repository() -> Self {
        let sandbox = Self::new();
        sandbox.git(&["init", "--quiet"]).success();
        sandbox
    }

    /// The folder that holds everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder commands start in.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Runs `git` in `work/`.
    pub fn git(&self, args: &[&str]) -> Output {
        self.git_in("work", args)
    }

    /// Runs `git` in a folder of the sandbox.
    pub fn git_in(&self, folder: &str, args: &[&str]) -> Output {
        self.run(self.command("git", folder).args(args), "")
    }

    /// Runs the real binary in `work/`.
    pub fn passmuster(&self, args: &[&str]) -> Output {
        self.passmuster_in("work", args)
    }

    /// Runs the real binary in a folder of the sandbox.
    pub fn passmuster_in(&self, folder: &str, args: &[&str]) -> Output {
        self.run(self.command("passmuster", folder).args(args), "")
    }

    /// Runs a line of shell in a folder of the sandbox; `git` and `passmuster` are on its path.
    pub fn shell(&self, folder: &str, line: &str) -> Output {
        let mut output = self.run(self.command("sh", folder).args(["-c", line]), "");
        line.clone_into(&mut output.command);
        output
    }

    /// A process to be started in a folder of the sandbox, with nothing of our own environment but what programs
    /// need to start at all.
    pub fn command(&self, program: &str, folder: &str) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_passmuster"));
        let mut command = match program {
            "passmuster" => Command::new(binary),
            _ => Command::new(program),
        };
        command.current_dir(self.root.join(folder)).env_clear().stdin(Stdio::null());
        for name in ["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let date = format!("@{} +0000", START + 60 * self.started.replace(self.started.get() + 1));
        command
            .env("PATH", path_with(binary.parent().expect("a binary lies in a folder")))
            .env("HOME", self.root.join("home"))
            .env("USERPROFILE", self.root.join("home"))
            .env("XDG_CONFIG_HOME", self.root.join("home/.config"))
            .env("TMPDIR", self.root.join("tmp"))
            .env("TEMP", self.root.join("tmp"))
            .env("TMP", self.root.join("tmp"))
            .env("ROOT", &self.root)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.root.join("home/gitconfig"))
            .env("GIT_CEILING_DIRECTORIES", &self.root)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_EDITOR", "true")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        command
    }

    /// Runs a prepared command to its end with `input` on its standard input.
    pub fn run(&self, command: &mut Command, input: &str) -> Output {
        if !input.is_empty() {
            let file = self.root.join("tmp/stdin");
            std::fs::write(&file, input).expect("the sandbox can be written");
            command.stdin(std::fs::File::open(&file).expect("the file was just written"));
        }
        let shown = typed(command);
        let output = command.output().unwrap_or_else(|error| panic!("could not start `{shown}`: {error}"));
        Output::new(shown, &self.root, &output)
    }

    /// Writes a file below `work/`; missing folders are made.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        self.write_in("work", path, text);
    }

    /// Writes a file below a folder of the sandbox; missing folders are made.
    pub fn write_in(&self, folder: &str, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(folder).join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the sandbox can be written");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("could not write `{}`: {error}", path.display()));
    }

    /// Reads a file below `work/`.
    pub fn read(&self, path: &str) -> String {
        let path = self.work().join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("could not read `{}`: {error}", path.display()))
    }

    /// Commits everything in `work/` and returns the commit's id.
    pub fn commit_all(&self, message: &str) -> String {
        self.git(&["add", "--all"]).success();
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]).success();
        self.git(&["rev-parse", "HEAD"]).success().line().to_owned()
    }

    /// Makes an empty bare repository beside `work/`, to be named as `../name`.
    pub fn bare_server(&self, name: &str) -> PathBuf {
        self.git_in("", &["init", "--quiet", "--bare", name]).success();
        self.root.join(name)
    }

    /// Clones one folder of the sandbox into another.
    pub fn clone(&self, from: &str, to: &str) {
        self.git_in("", &["clone", "--quiet", from, to]).success();
    }
}

fn path_with(first: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).expect("folders that came from a path fit into one")
}

/// A command as a person would type it.
fn typed(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy();
    let args = command.get_args().map(|arg| {
        let arg = arg.to_string_lossy();
        if arg.is_empty() || arg.contains(|c: char| c.is_whitespace() || c == '\'') {
            format!("'{}'", arg.replace('\'', "'\\''"))
        } else {
            arg.into_owned()
        }
    });
    std::iter::once(program.into_owned()).chain(args).collect::<Vec<_>>().join(" ")
}

#[test]
fn commits_are_the_same_everywhere() {
    let commit = || {
        let sandbox = Sandbox::repository();
        sandbox.write("a/b.txt", "text\n");
        sandbox.commit_all("first")
    };
    assert_eq!(commit(), commit());
}

#[test]
fn nothing_outside_is_seen() {
    let sandbox = Sandbox::new();
    assert!(!sandbox.git(&["rev-parse", "--git-dir"]).stdout.contains(".git"));
    assert_eq!(sandbox.git(&["config", "user.name"]).line(), "Ada Lovelace");
    insta::assert_snapshot!(sandbox.shell("work", "pwd; echo oops >&2; exit 7"), @r"
    $ pwd; echo oops >&2; exit 7
    [ROOT]/work
    oops
    [status 7]
    ");
}

#[test]
fn a_server_takes_and_gives() {
    let sandbox = Sandbox::repository();
    let server = sandbox.bare_server("server.git");
    sandbox.write("a", "text\n");
    let commit = sandbox.commit_all("first");
    sandbox.git(&["push", "--quiet", server.to_str().expect("UTF-8"), "main"]).success();
    sandbox.clone("server.git", "other");
    assert_eq!(sandbox.git_in("other", &["rev-parse", "main"]).line(), commit);
    sandbox.write_in("other", "a", "more\n");
    sandbox.git_in("other", &["commit", "--quiet", "--all", "--message", "second"]).success();
    sandbox.git_in("other", &["push", "--quiet"]).success();
    sandbox.git(&["pull", "--quiet", server.to_str().expect("UTF-8"), "main"]).success();
    assert_eq!(sandbox.read("a"), "more\n");
}
