//! Commands that a watcher runs: what the policy names for an event, and `--exec`.
//!
//! A reaction is named by the protected side only: a branch cannot make the machines of others run something by
//! writing it into its own policy. Reactions run one after the other on a thread of their own, and what happens
//! meanwhile waits for the next run of the same one, so two of a kind never run at once.

use super::repeats::{MOST, Repeats};
use crate::cli::Context;
use crate::git::Repository;
use crate::policy::{Occasion, Policy};
use crate::report::json::{self, v1};
use crate::run::{self, Environment, Status};
use crate::verb::watch::Event;
use crate::watch::Changed;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a reaction may run.
const TIMEOUT: Duration = Duration::from_secs(60);

/// More bytes than this of waiting events are not handed to one run; the newest are left out.
const MOST_INPUT: usize = 1024 * 1024;

/// Events that wait for their reaction, by kind.
#[derive(Default)]
struct Waiting {
    runs: BTreeMap<Occasion, (String, Vec<u8>)>,
    is_over: bool,
}

type Queue = Arc<(Mutex<Waiting>, Condvar)>;

/// Runs the commands that the policy of the protected side names.
pub struct Reactions {
    commands: BTreeMap<Occasion, String>,
    queue: Queue,
    complaints: Receiver<String>,
    worker: Option<JoinHandle<()>>,
    /// Events that came lately.
    repeats: Repeats<(Occasion, String)>,
    /// Kinds of events that kept causing themselves.
    resting: BTreeSet<Occasion>,
    fresh_complaints: Vec<String>,
}

impl Reactions {
    /// Starts the thread that runs them.
    pub fn new(repository: &Repository) -> Self {
        let folder = repository.work_dir().unwrap_or(repository.git_dir()).to_owned();
        let queue = Queue::default();
        let (complain, complaints) = channel();
        let worker = std::thread::spawn({
            let queue = queue.clone();
            move || work(&queue, &folder, &complain)
        });
        Self {
            commands: BTreeMap::new(),
            queue,
            complaints,
            worker: Some(worker),
            repeats: Repeats::new(),
            resting: BTreeSet::new(),
            fresh_complaints: Vec::new(),
        }
    }

    /// Takes the commands that a policy names; without one there are none.
    pub fn allow(&mut self, policy: Option<&Policy>) {
        let on = policy.map(|policy| policy.on.clone()).unwrap_or_default();
        self.commands = on.into_iter().map(|(occasion, command)| (occasion, command.value)).collect();
    }

    /// Lets the commands for these events run.
    pub fn to(&mut self, events: &[Event]) {
        let now = Instant::now();
        for event in events {
            let occasion = event.occasion;
            let Some(command) = self.commands.get(&occasion).cloned() else { continue };
            if self.is_loop(event, now) || self.resting.contains(&occasion) {
                continue;
            }
            let line = json::line("event", &v1::Event::of(event));
            let mut waiting = self.queue.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (_, input) = waiting.runs.entry(occasion).or_insert_with(|| (command, Vec::new()));
            if input.len() + line.len() <= MOST_INPUT {
                input.extend_from_slice(line.as_bytes());
            }
        }
        self.queue.1.notify_all();
    }

    /// Whether an event keeps coming back; its reaction rests from then on.
    fn is_loop(&mut self, event: &Event, now: Instant) -> bool {
        let occasion = event.occasion;
        let repeats = self.repeats.too_many((occasion, event.subject.clone()), now);
        if repeats && self.resting.insert(occasion) {
            self.fresh_complaints.push(format!(
                "`{}` of {} came {} times within a minute: its reaction may be the cause, and rests until the next start",
                occasion.name(),
                event.subject,
                MOST + 1
            ));
        }
        repeats
    }

    /// Which reactions did not end well since the last time.
    pub fn complaints(&mut self) -> Vec<String> {
        self.fresh_complaints.extend(self.complaints.try_iter());
        std::mem::take(&mut self.fresh_complaints)
    }

    /// Waits until all reactions have run.
    pub fn finish(mut self, context: &Context) {
        self.queue.0.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.queue.1.notify_all();
        if let Some(worker) = self.worker.take() {
            worker.join().expect("running commands does not panic");
        }
        for complaint in self.complaints() {
            context.output.say(&complaint);
        }
    }
}

/// Runs what waits, until there is nothing more to come.
fn work(queue: &Queue, folder: &Path, complain: &Sender<String>) {
    let (waiting, bell) = &**queue;
    loop {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (occasion, (command, input)) = loop {
            if let Some(next) = waiting.runs.pop_first() {
                break next;
            }
            if waiting.is_over {
                return;
            }
            waiting = bell.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        };
        drop(waiting);
        let ended = run::command(&run::Request {
            command: &command,
            dir: folder,
            timeout: TIMEOUT,
            environment: &Environment::for_reaction(occasion.name(), std::env::vars_os()),
            input: Some(&input),
        });
        let how = match ended.status {
            Status::Exit(0) | Status::Interrupted => continue,
            Status::Exit(code) => format!("ended with status {code}"),
            Status::Signal(signal) => format!("was ended by signal {signal}"),
            Status::TimedOut => format!("was ended after {} seconds", TIMEOUT.as_secs()),
            Status::NotStarted(why) => format!("could not be started: {why}"),
        };
        let said = ended.output.text(500);
        let said = said.trim();
        let colon = if said.is_empty() { "" } else { ": " };
        // Nobody is left to listen when the watcher ends.
        let _ = complain.send(format!("the reaction to `{}` {how}{colon}{said}", occasion.name()));
    }
}

/// How long a command has the machine for itself when it begins.
const HEAD_START: Duration = Duration::from_millis(2);

/// The command of `--exec`: runs at every change, one run at a time.
///
/// Whoever tells of a change starts it as well, so that no other thread has to wake up first; one thread waits for its
/// end, and starts it again for what changed meanwhile.
pub struct Errand {
    command: String,
    folder: PathBuf,
    /// What changed during a run; none while there is no run.
    meanwhile: Meanwhile,
    started: Sender<Run>,
}

type Meanwhile = Arc<Mutex<Option<Changed>>>;

/// A run, and what it is to be told.
type Run = (Child, String);

impl Errand {
    /// The person at the keyboard named the command; what it prints is shown.
    pub fn new(command: String, folder: &Path) -> Self {
        let meanwhile = Meanwhile::default();
        let (started, runs) = channel();
        std::thread::spawn({
            let (command, folder, meanwhile) = (command.clone(), folder.to_owned(), meanwhile.clone());
            move || runs.iter().for_each(|run| follow(run, (&command, &folder), &meanwhile))
        });
        Self { command, folder: folder.to_owned(), meanwhile, started }
    }

    /// Lets it run for these paths; they wait for a run that is under way.
    pub fn send(&self, changed: &Changed) {
        let mut meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meanwhile) = meanwhile.as_mut() {
            return meanwhile.merge(changed);
        }
        if let Some(run) = run((&self.command, &self.folder), changed) {
            *meanwhile = Some(Changed::default());
            drop(meanwhile);
            self.started.send(run).expect("the thread that follows runs lives as long as this");
            // The look that comes next keeps a processor busy for longer than most commands take to begin.
            std::thread::sleep(HEAD_START);
        }
    }
}

/// What cannot be started is the business of the command and of whoever named it.
fn run((command, folder): (&str, &Path), changed: &Changed) -> Option<Run> {
    let child = spawn(command, folder).ok()?;
    Some((child, json::line("change", &v1::Change::of(changed.all, &changed.paths))))
}

/// Tells a run what changed and waits for its end; then for that of the next, as long as something changed meanwhile.
fn follow(first: Run, command: (&str, &Path), meanwhile: &Mutex<Option<Changed>>) {
    let mut next = Some(first);
    while let Some((mut child, line)) = next {
        if let Some(mut input) = child.stdin.take() {
            // It need not read it.
            let _ = std::io::Write::write_all(&mut input, line.as_bytes());
        }
        let _ = child.wait();
        let mut meanwhile = meanwhile.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = meanwhile.take().filter(|changed| changed.all || !changed.paths.is_empty());
        next = changed.and_then(|changed| run(command, &changed));
        if next.is_some() {
            *meanwhile = Some(Changed::default());
        }
    }
}

/// Starts a command line. One of plain words needs no shell, which takes as long to start as most commands.
fn spawn(command: &str, folder: &Path) -> std::io::Result<Child> {
    let mut words = command.split_ascii_whitespace();
    if let (Some(program), true) = (words.next(), is_plain(command)) {
        let started = within(folder, Command::new(program).args(words));
        // What is no program may be a word of the shell.
        if started.as_ref().err().is_none_or(|error| error.kind() != ErrorKind::NotFound) {
            return started;
        }
    }
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
    within(folder, Command::new(shell).arg(flag).arg(command))
}

/// Starts it in a folder. Where this process is there already nothing is said of it: to go elsewhere, the memory of
/// this process would be copied first, which takes longer than the start.
fn within(folder: &Path, command: &mut Command) -> std::io::Result<Child> {
    let is_here = std::env::current_dir().is_ok_and(|here| here.as_path() == folder);
    if !is_here {
        command.current_dir(folder);
    }
    command.stdin(Stdio::piped()).spawn()
}

/// Whether a shell would make nothing else of a line than its words.
fn is_plain(command: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _./:@%+,-".contains(&byte);
    cfg!(unix) && command.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_shell_would_read_into_a_line_is_left_to_it() {
        for plain in ["make test", "/opt/x/bin/run --all -j 4", "cargo check"] {
            assert_eq!(is_plain(plain), cfg!(unix), "{plain}");
        }
        for line in
            ["a | b", "a; b", "echo $HOME", "A=1 b", "a > b", "a *", "a '", "a \"b\"", "a\nb", "~/a", "a #b", "a \\b"]
        {
            assert!(!is_plain(line), "{line}");
        }
    }
}
