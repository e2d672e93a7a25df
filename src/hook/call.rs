//! One call by Git: which hook, its arguments, its standard input, and the hook that was there before us.

use super::install::{CHAIN_FILE, is_ours};
use crate::diag::{Failure, Purpose as _};
use std::cell::OnceCell;
use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every hook of Git's own programs. A link under one of these names makes the program a hook.
pub const KNOWN: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// The hooks of ours that are fed on standard input, which a foreign hook must get as well.
const FED: &[&str] = &["post-receive", "pre-push", "pre-receive", "reference-transaction"];

/// A hook call.
#[derive(Debug)]
pub struct Call {
    name: &'static str,
    folder: PathBuf,
    args: Vec<OsString>,
    input: OnceCell<Vec<u8>>,
}

impl Call {
    /// Reads the command line; `None` when it is no hook call.
    pub fn of(args: impl IntoIterator<Item = OsString>) -> Option<Self> {
        let mut args = args.into_iter();
        let mut path = PathBuf::from(args.next()?);
        if hook_name(&path).is_none() {
            if args.next()? != "hook" {
                return None;
            }
            path = PathBuf::from(args.next()?);
        }
        let name = hook_name(&path)?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Some(Self { name, folder, args: args.collect(), input: OnceCell::new() })
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The folder the hook lies in, as Git named it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// An argument as text; empty when there are fewer.
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).and_then(|arg| arg.to_str()).unwrap_or("")
    }

    /// An argument as a path.
    ///
    /// # Errors
    /// There are fewer arguments: Git did not call it.
    pub fn path_arg(&self, index: usize) -> Result<&Path, Failure> {
        self.args.get(index).map(Path::new).ok_or_else(|| {
            Failure::usage(format!("hook `{}` was called without argument {}", self.name, index + 1))
                .hint("hooks are called by Git, not by hand")
        })
    }

    /// Everything on standard input.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn input(&self) -> Result<&[u8], Failure> {
        if self.input.get().is_none() {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.purpose(|| format!("could not read what Git tells the hook `{}`", self.name))?;
            let _ = self.input.set(bytes);
        }
        Ok(self.input.get().expect("it was just set"))
    }

    /// The hook that Git would run if we were not there. Looked up by the file that `hooks install` puts beside
    /// the links when it takes over from another folder.
    pub fn foreign(&self) -> Option<PathBuf> {
        let former = std::fs::read(self.folder.join(CHAIN_FILE)).ok()?;
        let former = String::from_utf8(former).ok()?;
        let path = Path::new(former.lines().next()?).join(self.name);
        (is_executable(&path) && !is_ours(&path)).then_some(path)
    }

    /// Runs a foreign hook as Git would: same arguments, same input, same working directory.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run_foreign(&self, path: &Path) -> Result<u8, Failure> {
        let input = if FED.contains(&self.name) { Some(self.input()?) } else { None };
        let start = |mut command: Command| {
            command.args(&self.args).stdin(if input.is_some() { Stdio::piped() } else { Stdio::inherit() }).spawn()
        };
        // A script without a first line that names its interpreter: Git hands it to the shell.
        let child = start(Command::new(path)).or_else(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::PermissionDenied => Err(error),
            _ => {
                let mut shell = Command::new("sh");
                shell.arg(path);
                start(shell)
            }
        });
        let mut child = child.purpose(|| format!("could not start the hook `{}`", path.display()))?;
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
            // A hook need not read its input; its status tells whether it is content.
            let _ = pipe.write_all(input);
        }
        let status = child.wait().purpose(|| format!("could not wait for the hook `{}`", path.display()))?;
        Ok(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(1)))
    }
}

/// What hook managers append to the name of a hook they find in their place. pre-commit and prek still run it under
/// the new name, lefthook does not.
pub const SET_ASIDE: &[&str] = &[".legacy", ".old"];

fn hook_name(path: &Path) -> Option<&'static str> {
    let name = path.file_name().and_then(OsStr::to_str)?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let name = SET_ASIDE.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    KNOWN.iter().find(|known| **known == name).copied()
}

/// Whether Git would run the file.
pub fn is_executable(path: &Path) -> bool {
    let Ok(found) = path.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        found.is_file() && found.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    found.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(args: &[&str]) -> Option<Call> {
        Call::of(args.iter().map(OsString::from))
    }

    #[test]
    fn a_hook_is_known_by_the_name_it_is_started_under() {
        let direct = call(&[".git/hooks/pre-push", "origin", "url"]).expect("a hook");
        assert_eq!((direct.name(), direct.arg(1), direct.arg(2)), ("pre-push", "url", ""));
        let shim = call(&["/bin/passmuster", "hook", "/r/.git/hooks/update", "x"]).expect("a hook");
        assert_eq!((shim.name(), shim.folder(), shim.arg(0)), ("update", Path::new("/r/.git/hooks"), "x"));
        let aside = call(&[".git/hooks/commit-msg.legacy", "MSG"]).expect("a hook that a manager has set aside");
        assert_eq!((aside.name(), aside.arg(0)), ("commit-msg", "MSG"));
        for other in [
            &["passmuster"][..],
            &["passmuster.old"],
            &["passmuster", "hook"],
            &["passmuster", "hook", "x"],
            &["passmuster", "hooks", "pre-push"],
            &["pre-push.sample"],
            &[],
        ] {
            assert!(call(other).is_none(), "{other:?}");
        }
    }
}
