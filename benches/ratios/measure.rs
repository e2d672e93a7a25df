//! Runs a command and its floor in turn, and says how the medians compare.

use std::borrow::Cow;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long one row may take, and the bounds of how often each side runs.
const BUDGET: Duration = Duration::from_millis(2_500);
const RUNS: std::ops::RangeInclusive<usize> = 5..=41;

/// What to start, again and again.
#[derive(Debug, Default, Clone)]
pub struct Process {
    pub program: PathBuf,
    pub args: Vec<String>,
    pub folder: PathBuf,
    pub env: Vec<(&'static str, PathBuf)>,
    /// The file on its standard input.
    pub input: Option<PathBuf>,
}

/// The end of one run.
struct Run {
    wall: Duration,
    /// Bytes at the highest point, where the system tells.
    peak: Option<u64>,
    status: Option<i32>,
}

impl Process {
    /// What to start, silent and with nothing of Git in its environment but what is said here.
    pub fn command(&self) -> std::io::Result<Command> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        match &self.input {
            Some(file) => command.stdin(File::open(file)?),
            None => command.stdin(Stdio::null()),
        };
        Ok(command)
    }

    fn name(&self) -> Cow<'_, str> {
        self.program.file_name().unwrap_or_default().to_string_lossy()
    }

    fn run(&self) -> std::io::Result<Run> {
        let mut command = self.command()?;
        let start = Instant::now();
        let (status, peak) = wait(&mut command)?;
        Ok(Run { wall: start.elapsed(), peak, status })
    }
}

/// Starts the command and waits for its end: its status and its peak memory.
#[cfg(target_os = "linux")]
fn wait(command: &mut Command) -> std::io::Result<(Option<i32>, Option<u64>)> {
    let child = command.spawn()?;
    let id = libc::pid_t::try_from(child.id()).expect("ids of processes are small");
    let mut status = 0;
    // SAFETY: zero is a value of every field of this plain C struct.
    #[expect(unsafe_code, reason = "no safe crate at hand offers wait4")]
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live values of the types asked for, and the child is ours and not yet reaped.
    #[expect(unsafe_code, reason = "no safe crate at hand offers wait4")]
    let reaped = unsafe { libc::wait4(id, &raw mut status, 0, &raw mut usage) };
    if reaped != id {
        return Err(std::io::Error::last_os_error());
    }
    let kib = u64::try_from(usage.ru_maxrss).ok();
    Ok((libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status)), kib.map(|kib| kib * 1024)))
}

#[cfg(not(target_os = "linux"))]
fn wait(command: &mut Command) -> std::io::Result<(Option<i32>, Option<u64>)> {
    Ok((command.status()?.code(), None))
}

type Make<'a> = Box<dyn Fn() -> Process + 'a>;

/// One row to be measured.
pub struct Case<'a> {
    pub name: String,
    /// Our median is at most this many times the floor's.
    goal: f64,
    ours: Option<Make<'a>>,
    floor: Option<(&'static str, Make<'a>)>,
    before: Option<Box<dyn Fn() + 'a>>,
    memory: Option<u64>,
}

impl<'a> Case<'a> {
    pub fn new(name: impl Into<String>, goal: f64) -> Self {
        Self { name: name.into(), goal, ours: None, floor: None, before: None, memory: None }
    }

    pub fn ours(mut self, make: impl Fn() -> Process + 'a) -> Self {
        self.ours = Some(Box::new(make));
        self
    }

    pub fn floor(mut self, name: &'static str, make: impl Fn() -> Process + 'a) -> Self {
        self.floor = Some((name, Box::new(make)));
        self
    }

    /// What to do, unmeasured, before each run of ours.
    pub fn before(mut self, act: impl Fn() + 'a) -> Self {
        self.before = Some(Box::new(act));
        self
    }

    /// The most memory, in bytes, that ours may hold at once.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    pub fn run(self) -> Row {
        let skipped = |why: String| Row { name: self.name.clone(), outcome: Outcome::Skipped(why) };
        let (Some(ours), Some((floor_name, floor))) = (&self.ours, &self.floor) else {
            return skipped("nothing to compare".into());
        };
        let (ours, floor) = (ours(), floor());
        let prepare = || self.before.as_ref().into_iter().for_each(|act| act());
        prepare();
        match ours.run() {
            Ok(Run { status: Some(0), .. }) => {}
            Ok(Run { status: Some(2), .. }) => return skipped("this build has no such verb".into()),
            Ok(Run { status, .. }) => return skipped(format!("ended with status {status:?} instead of 0")),
            Err(error) => return skipped(format!("`{}`: {error}", ours.name())),
        }
        if let Err(error) = floor.run() {
            return skipped(format!("{floor_name}: {error}"));
        }
        let (mut mine, mut theirs, mut peak) = (Vec::new(), Vec::new(), None);
        let start = Instant::now();
        while mine.len() < *RUNS.start() || (mine.len() < *RUNS.end() && start.elapsed() < BUDGET) {
            prepare();
            let (Ok(one), Ok(other)) = (ours.run(), floor.run()) else {
                return skipped("could not be started again".into());
            };
            mine.push(one.wall);
            theirs.push(other.wall);
            peak = peak.max(one.peak);
        }
        let memory = self.memory.zip(peak).map(|(most, peak)| (peak, most));
        let (ours, floor) = (median(mine), median(theirs));
        Row { name: self.name, outcome: Outcome::Measured { ours, floor, floor_name, goal: self.goal, memory } }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

enum Outcome {
    Measured { ours: Duration, floor: Duration, floor_name: &'static str, goal: f64, memory: Option<(u64, u64)> },
    Size { bytes: u64, most: u64 },
    Skipped(String),
}

/// One line of the table.
pub struct Row {
    name: String,
    outcome: Outcome,
}

impl Row {
    /// A row whose times were taken elsewhere.
    pub fn compared(name: &str, ours: Duration, floor: Duration, floor_name: &'static str, goal: f64) -> Self {
        Self { name: name.to_owned(), outcome: Outcome::Measured { ours, floor, floor_name, goal, memory: None } }
    }

    pub fn size(name: &str, bytes: u64, most: u64) -> Self {
        Self { name: name.to_owned(), outcome: Outcome::Size { bytes, most } }
    }

    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn print(&self) {
        let name = &self.name;
        match &self.outcome {
            Outcome::Measured { ours, floor, floor_name, goal, memory } => {
                let ratio = ours.as_secs_f64() / floor.as_secs_f64();
                let met = met(ratio <= *goal);
                let (ours, floor) = (ours.as_secs_f64() * 1e3, floor.as_secs_f64() * 1e3);
                println!("{name:<38} {ours:>9.2} {floor:>9.2} {ratio:>7.2} {goal:>6.1}  {met:<6} {floor_name}");
                if let Some((peak, most)) = memory {
                    Self::size("  its peak memory", *peak, *most).print();
                }
            }
            Outcome::Size { bytes, most } => {
                let met = met(bytes <= most);
                let (mega, most) = (*bytes as f64 / 1e6, *most as f64 / 1e6);
                println!("{name:<38} {mega:>6.1} MB {:>9} {:>7} {most:>6.1}  {met:<6} megabytes", "", "");
            }
            Outcome::Skipped(why) => println!("{name:<38} skipped: {why}"),
        }
    }
}

fn met(yes: bool) -> &'static str {
    if yes { "met" } else { "MISSED" }
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
pub fn head() {
    let [ours, floor] = ["ours ms", "floor ms"];
    println!("{:<38} {ours:>9} {floor:>9} {:>7} {:>6}  {:<6} floor", "", "ratio", "goal", "");
}
