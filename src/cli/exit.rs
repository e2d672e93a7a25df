//! Exit statuses. They are promises: scripts, hooks and CI build on them.
//!
//! | status | meaning |
//! |---|---|
//! | 0 | passed |
//! | 1 | findings, or a gate refused |
//! | 2 | the arguments make no sense |
//! | 3 | could not judge: something could not be read, run or written, or the tool itself broke |
//! | 130 | interrupted |
//!
//! Only 0 lets anything through.

use crate::diag::{Failure, FailureKind};
use crate::report::{self, Style};
use std::process::ExitCode;

/// The end of a run, as its status tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Passed,
    /// There are errors, or a gate refused.
    Findings,
    Usage,
    CouldNotJudge,
    Interrupted,
}

impl Exit {
    pub fn status(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::CouldNotJudge => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Usage => Self::Usage,
            FailureKind::CouldNotJudge => Self::CouldNotJudge,
            FailureKind::Interrupted => Self::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.status().into()
    }
}

/// Makes a broken invariant end the process with status 3 and a request for a report, on whatever thread it
/// shows: a hook that broke has not passed.
pub fn report_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        let mut failure = Failure::new("internal error, please report it");
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
        if let Some(text) = text {
            failure = failure.because(text);
        }
        if let Some(location) = panic.location() {
            failure = failure.because(location);
        }
        let version = concat!("passmuster ", env!("CARGO_PKG_VERSION"));
        failure = failure.hint(format!("tell what you ran with {version} at {}/issues", env!("CARGO_PKG_REPOSITORY")));
        super::output::write_error(&report::failure(&failure, Style::PLAIN));
        std::process::exit(Exit::CouldNotJudge.status().into());
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_promises() {
        let all = [Exit::Passed, Exit::Findings, Exit::Usage, Exit::CouldNotJudge, Exit::Interrupted];
        assert_eq!(all.map(Exit::status), [0, 1, 2, 3, 130]);
        let kinds = [FailureKind::Usage, FailureKind::CouldNotJudge, FailureKind::Interrupted];
        assert_eq!(kinds.map(|kind| Exit::from(kind).status()), [2, 3, 130]);
    }

    /// Started by the test below in a process of its own.
    #[test]
    #[ignore = "ends the process"]
    fn broken_invariant() {
        report_bugs();
        std::thread::spawn(|| panic!("the list had {} entries\u{1b}[2J", 3)).join().expect("the process has ended");
    }

    #[test]
    fn a_broken_invariant_is_could_not_judge() {
        let program = std::env::current_exe().expect("a test knows its program");
        let args = ["--exact", "cli::exit::tests::broken_invariant", "--ignored", "--nocapture"];
        let output = std::process::Command::new(program).args(args).output().expect("a test can be started");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{message}");
        assert!(message.contains("error: internal error, please report it\n"), "{message}");
        assert!(message.contains("= cause: the list had 3 entries\\u{1b}[2J\n"), "{message}");
    }
}
