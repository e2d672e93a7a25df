//! Runs one command line to its end: bounded time, bounded output, and nothing of it left behind.
//!
//! Edge. On Unix the command leads a process group of its own, and the whole group is ended with it: background
//! children neither survive nor hold the output open. A process that makes a session of its own (`setsid`)
//! leaves the group and is not followed; it cannot hold up the run, though.

use super::environment::Environment;
use super::group::{Ending, Group};
use super::output::{Output, Reading};
use std::io::{self, Seek, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long processes may take to leave after being asked to, before they are killed.
const GRACE: Duration = Duration::from_secs(1);

/// One command to run.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Given to `sh -c`, or to `cmd /C` on Windows.
    pub command: &'a str,
    /// The folder it starts in.
    pub dir: &'a Path,
    pub timeout: Duration,
    pub environment: &'a Environment,
    /// What it reads from standard input; `None` for an end right away.
    pub input: Option<&'a [u8]>,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Exit(i32),
    /// Ended by a signal that this tool did not send.
    Signal(i32),
    /// Still running after its time, and ended.
    TimedOut,
    /// Ended because this program was interrupted.
    Interrupted,
    /// Could not be started; why.
    NotStarted(String),
}

/// A command that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub status: Status,
    pub output: Output,
    pub milliseconds: u64,
}

/// Runs a command and waits until it and its process group have ended.
pub fn command(request: &Request<'_>) -> Ended {
    let started = Instant::now();
    let (status, output) =
        run(request).unwrap_or_else(|error| (Status::NotStarted(error.to_string()), Output::default()));
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ended { status, output, milliseconds }
}

fn run(request: &Request<'_>) -> io::Result<(Status, Output)> {
    let (reader, writer) = io::pipe()?;
    let mut command = shell(request.command);
    command
        .current_dir(request.dir)
        .env_clear()
        .envs(request.environment.pairs())
        .stdin(standard_input(request.input)?)
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let mut group = Group::start(&mut command)?;
    // It holds our ends of the pipe; while they are open the output has no end.
    drop(command);
    let reading = Reading::start(reader);

    let is_in_time = group.ends_within(request.timeout);
    if !is_in_time {
        group.ask_to_end();
        group.ends_within(GRACE);
    }
    let ending = group.end()?;
    let status = match ending {
        Ending::Interrupted => Status::Interrupted,
        _ if !is_in_time => Status::TimedOut,
        Ending::Exit(code) => Status::Exit(code),
        Ending::Signal(signal) => Status::Signal(signal),
    };
    Ok((status, reading.finish()))
}

/// The input as a nameless file: however slowly it is read, nobody has to wait and write.
fn standard_input(input: Option<&[u8]>) -> io::Result<Stdio> {
    let Some(bytes) = input else { return Ok(Stdio::null()) };
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(line);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    use std::os::windows::process::CommandExt;
    let mut command = Command::new("cmd");
    // `cmd` has quoting rules of its own: `/S` with outer quotes hands it the line as it is.
    command.raw_arg(format!("/D /S /C \"{line}\""));
    command
}

#[cfg(all(test, unix))]
#[path = "command_tests.rs"]
mod tests;
