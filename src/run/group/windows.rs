//! Process trees, as far as `taskkill` knows them.

use super::Ending;
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Whether this program was interrupted. Never seen here: the console ends this program and its children alike.
pub fn interrupted() -> bool {
    false
}

/// Nothing to watch for here; see [`interrupted`].
#[derive(Debug)]
pub struct Watch(());

impl Watch {
    /// # Errors
    /// None on this system.
    pub fn start() -> io::Result<Self> {
        Ok(Self(()))
    }
}

/// A process and what it starts.
pub struct Group {
    leader: Child,
}

impl Group {
    /// # Errors
    /// The program could not be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        Ok(Self { leader: command.spawn()? })
    }

    /// Waits for the leader; whether it ended in time.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        loop {
            if !matches!(self.leader.try_wait(), Ok(None)) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            std::thread::sleep(left.min(Duration::from_millis(10)));
        }
    }

    /// Ends the process tree; there is no gentler way.
    pub fn ask_to_end(&self) {
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID", &self.leader.id().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }

    /// Ends what is left and tells how the leader ended.
    ///
    /// # Errors
    /// The system does not tell how it ended.
    pub fn end(mut self) -> io::Result<Ending> {
        if matches!(self.leader.try_wait(), Ok(None)) {
            self.ask_to_end();
            self.leader.kill()?;
        }
        Ok(Ending::Exit(self.leader.wait()?.code().unwrap_or(-1)))
    }
}
