//! The one place that writes to standard output (results) and standard error (all else).
//!
//! A reader that goes away (`passmuster check | head -1`) is no failure: what is left is not written, and the
//! status still tells what was found.

use crate::diag::{Diagnostic, Failure};
use crate::report::{self, Format, Style, foreign};
use anstream::{AutoStream, ColorChoice};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where results and messages go, and how they look there.
#[derive(Debug)]
pub struct Output {
    results: Style,
    messages: Style,
    quiet: bool,
    /// Whether a progress line can be drawn and erased.
    lively: bool,
}

impl Output {
    /// Looks at both streams; `choice` comes from `--color`.
    pub fn new(choice: ColorChoice, quiet: bool) -> Self {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let coloured = |auto: ColorChoice| match choice {
            ColorChoice::Auto => auto != ColorChoice::Never,
            other => other != ColorChoice::Never,
        };
        let width = |size: Option<(terminal_size::Width, terminal_size::Height)>| size.map(|(width, _)| width.0.into());
        let results = Style {
            colour: coloured(AutoStream::choice(&stdout)),
            width: width(terminal_size::terminal_size_of(&stdout)),
        };
        let messages = Style {
            colour: coloured(AutoStream::choice(&stderr)),
            width: width(terminal_size::terminal_size_of(&stderr)),
        };
        Self { results, messages, quiet, lively: stderr.is_terminal() && !is_dumb() && !quiet }
    }

    /// How results look.
    pub fn style(&self) -> Style {
        self.results
    }

    /// Whether results go to a terminal on which lines can be taken back.
    pub fn is_live(&self) -> bool {
        self.results.width.is_some() && !is_dumb() && !self.quiet
    }

    /// Writes results. `text` carries its own line feeds and is already fit to be shown (see [`foreign`]).
    ///
    /// # Errors
    /// Standard output cannot be written, for another reason than that nobody reads it any more.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        self.offer(text).map(|_| ())
    }

    /// As [`Output::print`]; returns whether there still is somebody who reads, for a run that goes on and on.
    ///
    /// # Errors
    /// As [`Output::print`].
    pub fn offer(&self, text: &str) -> Result<bool, Failure> {
        let stdout = io::stdout().lock();
        // Only Windows consoles of old need the colours translated; everything else is written as it is.
        let written =
            if self.results.colour { write_all(AutoStream::always(stdout), text) } else { write_all(stdout, text) };
        written.map(|()| true).or_else(|error| match error.kind() {
            ErrorKind::BrokenPipe => Ok(false),
            _ => Err(Failure::new("could not write the results to standard output").because(error)),
        })
    }

    /// Writes findings in the asked form.
    ///
    /// # Errors
    /// As [`Output::print`].
    pub fn findings(&self, found: &[Diagnostic], format: Format) -> Result<(), Failure> {
        self.print(&report::findings(found, format, self.results))
    }

    /// Writes a line for people to standard error, unless `--quiet` was given.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            write_error(&format!("{}\n", foreign::lines(line)));
        }
    }

    /// Writes why this run cannot go on.
    pub fn fail(&self, failure: &Failure) {
        write_error(&report::failure(failure, self.messages));
    }

    /// Starts a progress line. It is silent when standard error is no terminal or `--quiet` was given.
    pub fn progress(&self) -> Progress {
        Progress { jobs: self.lively.then(Mutex::default), width: self.messages.width.unwrap_or(80) }
    }
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn write_all(mut to: impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

/// Writes to standard error. That nobody can be told there is nothing to be told about.
pub(super) fn write_error(text: &str) {
    let _ = write_all(AutoStream::always(io::stderr().lock()), text);
}

/// One line that names the jobs that run now. Jobs may start and finish on any thread.
#[derive(Debug)]
pub struct Progress {
    jobs: Option<Mutex<Vec<String>>>,
    width: usize,
}

impl Progress {
    /// Shows a job as running.
    pub fn start(&self, name: &str) {
        self.change(|jobs| jobs.push(name.to_owned()));
    }

    /// Takes a job off the line; with the last one the line goes.
    pub fn finish(&self, name: &str) {
        self.change(|jobs| {
            if let Some(at) = jobs.iter().position(|job| job == name) {
                jobs.remove(at);
            }
        });
    }

    fn change(&self, how: impl FnOnce(&mut Vec<String>)) {
        if let Some(mut jobs) = self.jobs() {
            how(&mut jobs);
            write_error(&progress_line(&jobs, self.width));
        }
    }

    fn jobs(&self) -> Option<MutexGuard<'_, Vec<String>>> {
        self.jobs.as_ref().map(|jobs| jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.jobs().is_some_and(|jobs| !jobs.is_empty()) {
            write_error(ERASE);
        }
    }
}

/// To the start of the line, and erase to its end.
const ERASE: &str = "\r\x1b[K";

fn progress_line(jobs: &[String], width: usize) -> String {
    if jobs.is_empty() {
        return ERASE.to_owned();
    }
    let text = format!("running {}", foreign::line(&jobs.join(", ")));
    format!("{ERASE}{}", report::table::fitted(&text, width.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_line_names_what_runs_and_fits() {
        let jobs = ["unit-tests".to_owned(), "lint\x1b[2J".to_owned()];
        assert_eq!(progress_line(&jobs, 80), "\r\x1b[Krunning unit-tests, lint\\u{1b}[2J");
        assert_eq!(progress_line(&jobs, 12), "\r\x1b[Krunning un…");
        assert_eq!(progress_line(&[], 80), ERASE);
    }
}
