//! What a command printed: read to the end so that it never blocks, kept only as its last part.
//!
//! Edge.

use std::io::{ErrorKind, PipeReader, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How much of the output is kept, in bytes. Enough for counting the tests of a large suite.
pub const KEPT: usize = 1 << 20;

/// How long the output of a command whose processes have ended may take to arrive. It is in the pipe already;
/// only a process that left the group can hold the pipe open.
const DRAIN: Duration = Duration::from_secs(1);

/// The end of a command's output, stdout and stderr in the order they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The last bytes, at most [`KEPT`]; any bytes.
    pub tail: Vec<u8>,
    /// How many bytes there were in all.
    pub total: u64,
}

impl Output {
    /// The tail as text, at most its last `limit` bytes; bytes that are not UTF-8 are replaced.
    pub fn text(&self, limit: usize) -> String {
        let mut start = self.tail.len().saturating_sub(limit);
        // Start at a character: at most three bytes continue one.
        start += self.tail[start..].iter().take(3).take_while(|&&b| start > 0 && b & 0xc0 == 0x80).count();
        String::from_utf8_lossy(&self.tail[start..]).into_owned()
    }

    fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * KEPT {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.tail.drain(..self.tail.len().saturating_sub(KEPT));
    }
}

/// A thread that reads a pipe until its end, or until it is told to leave.
pub(super) struct Reading {
    shared: Arc<Shared>,
    ended: Receiver<()>,
}

#[derive(Default)]
struct Shared {
    output: Mutex<Output>,
    leave: AtomicBool,
}

impl Reading {
    pub fn start(mut pipe: PipeReader) -> Self {
        let shared = Arc::new(Shared::default());
        let (end, ended) = mpsc::channel::<()>();
        let here = Arc::clone(&shared);
        // Not scoped: a process that left the group can hold the pipe open for ever, and then this thread stays
        // behind in `read`. Dropping `end` tells that the pipe is done.
        std::thread::spawn(move || {
            let _end = end;
            let mut buffer = vec![0; 64 << 10];
            while !here.leave.load(Ordering::Relaxed) {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => here.output.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..count]),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        });
        Self { shared, ended }
    }

    /// Takes what was read. Called after the command's processes were ended.
    pub fn finish(self) -> Output {
        // Either answer means the same: nothing more is waited for.
        let _ = self.ended.recv_timeout(DRAIN);
        self.shared.leave.store(true, Ordering::Relaxed);
        let mut output = std::mem::take(&mut *self.shared.output.lock().unwrap_or_else(PoisonError::into_inner));
        output.trim();
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_all_is_counted() {
        let mut output = Output::default();
        for _ in 0..5 {
            output.push(&vec![b'a'; KEPT]);
            assert!(output.tail.len() <= 3 * KEPT);
        }
        output.push(b"end");
        output.trim();
        assert_eq!((output.tail.len(), output.total), (KEPT, 5 * KEPT as u64 + 3));
        assert!(output.tail.ends_with(b"aend"));
    }

    #[test]
    fn text_starts_at_a_character() {
        let output = Output { tail: "xé👍".into(), total: 7 };
        assert_eq!(output.text(100), "xé👍");
        for (limit, text) in [(6, "é👍"), (5, "👍"), (4, "👍"), (3, ""), (0, "")] {
            assert_eq!(output.text(limit), text, "{limit}");
        }
        let raw = Output { tail: b"\xff\x80ok".to_vec(), total: 4 };
        assert_eq!(raw.text(100), "\u{fffd}\u{fffd}ok");
    }
}
