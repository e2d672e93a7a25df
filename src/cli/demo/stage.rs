//! Where the story is played: a folder of its own, programs that see only it, and what they say on the screen.

use crate::cli::Output;
use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::git::{Env, Git};
use crate::report::foreign;
use anstyle::{AnsiColor, Style};
use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Settings that keep the user's own, and Git's advice, out of the story.
const SETTINGS: &str = "\
[init]
	defaultBranch = main
[core]
	autocrlf = false
[advice]
	mergeConflict = false
	pushUpdateRejected = false
[gc]
	auto = 0
[maintenance]
	auto = false
";

/// The folder with the project, its server and its key, and the screen.
pub(super) struct Stage<'a> {
    output: &'a Output,
    folder: PathBuf,
    /// This very program.
    program: PathBuf,
    env: Env,
}

/// A command that was run and shown.
pub(super) struct Played {
    line: String,
    /// `None`: ended by a signal.
    status: Option<i32>,
    text: String,
}

impl<'a> Stage<'a> {
    /// Prepares an empty folder; nothing is printed yet.
    ///
    /// # Errors
    /// The folder cannot be written, or this program cannot be found.
    pub(super) fn new(output: &'a Output, folder: PathBuf) -> Result<Self, Failure> {
        let program = std::env::current_exe().purpose(|| "could not find the running program".to_owned())?;
        let settings = folder.join("gitconfig");
        disk::write_atomic(&settings, SETTINGS.as_bytes())?;
        let process = Env::process()?;
        let foreign = |name: &str| ["GIT_", "PASSMUSTER_", "SSH_AUTH_SOCK"].iter().any(|start| name.starts_with(start));
        let vars = process.vars().filter(|(name, _)| !foreign(&name.to_string_lossy()));
        let env = Env::new(&folder, vars.map(|(name, value)| (name.to_owned(), value.to_owned())))
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GIT_CONFIG_GLOBAL", settings)
            .with("GIT_TERMINAL_PROMPT", "0")
            .with("GIT_EDITOR", "true")
            .with("LC_ALL", "C");
        Ok(Self { output, folder, program, env })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder commands start in.
    pub(super) fn project(&self) -> PathBuf {
        self.folder.join("chunker")
    }

    /// The path of this program, as a shell takes it, if the shell would not find it by its name.
    pub(super) fn program_to_name(&self) -> Option<String> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let name = format!("passmuster{}", std::env::consts::EXE_SUFFIX);
        let found = std::env::split_paths(&path).any(|folder| folder.join(&name).is_file());
        (!found).then(|| typed(self.program.to_string_lossy()))
    }

    fn print(&self, style: Style, indent: &str, text: &str) -> Result<(), Failure> {
        let (on, off) =
            if self.output.style().colour { (style.to_string(), format!("{style:#}")) } else { Default::default() };
        let lines: String = foreign::lines(text.trim_end())
            .lines()
            .map(str::trim_end)
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{on}{line}{off}\n") })
            .collect();
        self.output.print(&lines)
    }

    /// Begins a step.
    pub(super) fn headline(&self, text: &str) -> Result<(), Failure> {
        self.output.print("\n")?;
        self.print(Style::new().bold(), "", text)
    }

    /// Says something in the storyteller's words.
    pub(super) fn say(&self, text: &str) -> Result<(), Failure> {
        self.print(Style::new(), "  ", text)
    }

    /// Tells what a program did not: what somebody did by hand.
    pub(super) fn by_hand(&self, text: &str) -> Result<(), Failure> {
        self.print(Style::new().dimmed(), "  ", &format!("# {text}"))
    }

    /// Writes a file of the project.
    pub(super) fn write(&self, path: &str, text: &str) -> Result<(), Failure> {
        disk::write_atomic(&self.project().join(path), text.as_bytes())
    }

    /// Runs `git` in the project and shows it.
    pub(super) fn git(&self, args: &[&str]) -> Result<Played, Failure> {
        self.play("git", args, &self.project())
    }

    /// Runs this program in the project and shows it.
    pub(super) fn passmuster(&self, args: &[&str]) -> Result<Played, Failure> {
        self.play("passmuster", args, &self.project())
    }

    /// Runs a program and shows the line that was typed and all that it said.
    pub(super) fn play(&self, program: &str, args: &[&str], dir: &Path) -> Result<Played, Failure> {
        let words: Vec<String> = std::iter::once(program).chain(args.iter().copied()).map(typed).collect();
        let line = words.join(" ");
        self.print(Style::new().fg_color(Some(AnsiColor::Cyan.into())), "  ", &format!("$ {line}"))?;
        let file =
            if program == "passmuster" { self.program.clone().into_os_string() } else { OsString::from(program) };
        let (status, text) = self.run(&file, args, dir).purpose(|| format!("could not run `{line}`"))?;
        self.print(Style::new(), "    ", &text)?;
        Ok(Played { line, status, text })
    }

    /// Both streams go into one pipe, so that what was said first stands first.
    fn run(&self, program: &OsString, args: &[&str], dir: &Path) -> std::io::Result<(Option<i32>, String)> {
        let (mut reader, writer) = std::io::pipe()?;
        let mut command = Command::new(program);
        command.args(args).current_dir(dir).env_clear().envs(self.env.vars()).stdin(Stdio::null());
        command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn()?;
        // It holds our ends of the pipe; while they are open the output has no end.
        drop(command);
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok((child.wait()?.code(), String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Does something with Git that is not worth showing; returns what it wrote.
    pub(super) fn quietly(&self, args: &[&str]) -> Result<String, Failure> {
        let text = Git::in_dir(&self.env, &self.project()).args(args.iter().copied()).run()?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The commit that a branch of the project is at.
    pub(super) fn tip(&self, branch: &str) -> Result<String, Failure> {
        Ok(self.quietly(&["rev-parse", "--verify", &format!("refs/heads/{branch}")])?.trim().to_owned())
    }

    /// The commit that the server's `main` is at.
    pub(super) fn server_tip(&self) -> Result<String, Failure> {
        Ok(self.quietly(&["ls-remote", "origin", "refs/heads/main"])?.split_whitespace().take(1).collect())
    }
}

impl Played {
    /// Goes on only if the command succeeded.
    pub(super) fn succeeds(self) -> Result<Self, Failure> {
        match self.status {
            Some(0) => Ok(self),
            _ => Err(unplanned(format!("`{}` ended with {}, and was to succeed", self.line, self.ending()))),
        }
    }

    /// Goes on only if the command ended by itself, and not with success.
    pub(super) fn refused(self) -> Result<Self, Failure> {
        match self.status {
            Some(status) if status != 0 => Ok(self),
            _ => Err(unplanned(format!("`{}` ended with {}, and was to be refused", self.line, self.ending()))),
        }
    }

    /// Goes on only if the command said this.
    pub(super) fn says(self, words: &str) -> Result<Self, Failure> {
        if self.text.contains(words) {
            Ok(self)
        } else {
            Err(unplanned(format!("`{}` was to say “{words}”", self.line)))
        }
    }

    /// What the command said.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn ending(&self) -> String {
        self.status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"))
    }
}

/// Goes on only if something is as the story says.
pub(super) fn holds(is_so: bool, what: &str) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(unplanned(format!("{what}: it is not so"))) }
}

fn unplanned(cause: String) -> Failure {
    Failure::new("the demo did not go as planned")
        .because(cause)
        .hint("please report it, with all that stands above and with `git version`")
}

/// A word as a shell takes it.
pub(super) fn typed(word: impl AsRef<str>) -> String {
    let word = word.as_ref();
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(status: Option<i32>) -> Played {
        Played { line: "git merge x".to_owned(), status, text: "refused: why\n".to_owned() }
    }

    #[test]
    fn a_step_that_goes_otherwise_ends_the_demo() {
        assert!(played(Some(0)).succeeds().is_ok() && played(Some(1)).refused().is_ok());
        assert!(played(Some(1)).says("why").is_ok() && holds(true, "x").is_ok());
        for failure in [
            played(Some(1)).succeeds().err(),
            played(None).succeeds().err(),
            played(Some(0)).refused().err(),
            played(None).refused().err(),
            played(Some(1)).says("because").err(),
            holds(false, "main stayed").err(),
        ] {
            assert_eq!(failure.expect("it went otherwise").message, "the demo did not go as planned");
        }
    }

    #[test]
    fn lines_can_be_typed() {
        assert_eq!(typed("task/DB-001:main"), "task/DB-001:main");
        assert_eq!((typed(""), typed("a b"), typed("don't")), ("''".into(), "'a b'".into(), r"'don'\''t'".into()));
    }
}
