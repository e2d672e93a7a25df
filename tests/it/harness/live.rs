//! A watcher, or another verb that goes on and on, that runs beside a test.

use super::Sandbox;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Nothing on a machine under load takes longer; what takes longer never comes.
const LIMIT: Duration = Duration::from_secs(300);

/// Waits until something holds.
#[track_caller]
pub fn in_time(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < until, "this did not come: {what}");
        std::thread::yield_now();
    }
}

/// The watcher, with its lines.
pub struct Live {
    child: Child,
    lines: Receiver<String>,
    /// Closes the pipe of the results.
    results: Option<std::sync::mpsc::Sender<()>>,
}

impl Live {
    /// Starts one in a folder of the sandbox and waits until it has looked for the first time.
    pub fn start(sandbox: &Sandbox, folder: &str, args: &[&str]) -> Self {
        let live = Self::run(sandbox, folder, &[&["watch"], args].concat());
        live.until("watching:");
        live
    }

    /// Starts any verb that goes on until it is ended.
    pub fn run(sandbox: &Sandbox, folder: &str, args: &[&str]) -> Self {
        let mut command = sandbox.command("passmuster", folder);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let (send, lines) = channel();
        let (results, stop) = channel::<()>();
        let streams: [(Box<dyn Read + Send>, bool); 2] = [
            (Box::new(child.stdout.take().expect("piped")), true),
            (Box::new(child.stderr.take().expect("piped")), false),
        ];
        let stop = std::sync::Arc::new(std::sync::Mutex::new(stop));
        for (stream, is_result) in streams {
            let (send, stop) = (send.clone(), stop.clone());
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let told = send.send(line);
                    let stopped = is_result && stop.lock().is_ok_and(|stop| stop.try_recv().is_ok());
                    if told.is_err() || stopped {
                        return;
                    }
                }
            });
        }
        Self { child, lines, results: Some(results) }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The lines up to the one that starts with this.
    #[track_caller]
    pub fn until(&self, start: &str) -> Vec<String> {
        self.until_any(&[start])
    }

    /// The lines up to the one that starts with one of these.
    #[track_caller]
    pub fn until_any(&self, starts: &[&str]) -> Vec<String> {
        let mut seen: Vec<String> = Vec::new();
        while !seen.last().is_some_and(|line| starts.iter().any(|start| line.starts_with(start))) {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => seen.push(line),
                Err(_) => panic!("nothing starts with one of {starts:?} in {seen:#?}"),
            }
        }
        seen
    }

    /// The lines so far that nobody asked for.
    pub fn rest(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Ends the watcher; returns the lines that nobody asked for.
    pub fn finish(mut self) -> Vec<String> {
        self.end();
        // The readers end with the pipes, and the channel with the readers.
        self.lines.iter().collect()
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Closes the pipe of the results after the next line.
    pub fn stop_reading(&mut self) {
        if let Some(results) = self.results.take() {
            let _ = results.send(());
        }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the child can be waited for").is_some()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.end();
    }
}
