//! One run of `ssh-keygen`: input from a file, bounded output, bounded time.

use crate::diag::{Failure, Purpose};
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// At most this much of what `ssh-keygen` prints is read, in bytes.
const MAX_OUTPUT: u64 = 16 * 1024;

/// How a run ended and what it printed.
pub(super) struct Finished {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs `ssh-keygen` as `command` describes it, with `input` as standard input.
///
/// Input and output are files, so neither side can wait for the other.
///
/// # Errors
/// The program could not be started, or did not end within `limit` (it is killed then).
pub(super) fn run(command: &mut Command, input: &[u8], limit: Duration) -> Result<Finished, Failure> {
    let scratch = || tempfile::tempfile().purpose(|| "could not make a temporary file for `ssh-keygen`".to_owned());
    let (mut stdin, mut stdout, mut stderr) = (scratch()?, scratch()?, scratch()?);
    let prepared = stdin.write_all(input).and_then(|()| stdin.seek(SeekFrom::Start(0)));
    let handles = prepared.and_then(|_| Ok((stdin.try_clone()?, stdout.try_clone()?, stderr.try_clone()?)));
    let (input, output, errors) = handles.purpose(|| "could not write the input of `ssh-keygen`".to_owned())?;
    command.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::from(errors));
    let child = command.spawn().map_err(|error| {
        Failure::new("could not start `ssh-keygen`")
            .because(error)
            .hint("install OpenSSH 8.2 or later and put it on PATH")
    })?;
    let status = wait(child, limit)?;
    let read = |file: &mut std::fs::File| -> std::io::Result<String> {
        file.seek(SeekFrom::Start(0))?;
        let mut bytes = Vec::new();
        file.take(MAX_OUTPUT).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let printed = read(&mut stdout).and_then(|stdout| Ok((stdout, read(&mut stderr)?)));
    let (stdout, stderr) = printed.purpose(|| "could not read what `ssh-keygen` printed".to_owned())?;
    Ok(Finished { status, stdout, stderr })
}

fn wait(mut child: Child, limit: Duration) -> Result<ExitStatus, Failure> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().purpose(|| "could not wait for `ssh-keygen`".to_owned())? {
            return Ok(status);
        }
        if start.elapsed() >= limit {
            // It may have ended this instant; either way nothing of it is left after `wait`.
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::new("`ssh-keygen` did not end")
                .because(format!("it was stopped after {} s", limit.as_secs()))
                .hint("a key with a passphrase or a hardware key waits for you: run `ssh-add` first"));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
