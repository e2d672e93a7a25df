//! The watcher: from a save to the start of a command, and what it costs to be there at all.
//!
//! Every side starts the same program, which writes down when it began: this benchmark itself, under the mode
//! `--stamp`. Saves come far apart, so that each is a first one; ours and the others are measured in one run.

use super::BINARY;
use super::measure::Row;
use super::repositories::Place;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const FILES: usize = 100_000;

/// How many saves each side sees.
const SAVES: usize = 60;

/// Between two saves: every one finds the watcher at rest.
const PAUSE: Duration = Duration::from_millis(250);

/// A save that was not noticed by then is missed.
const LIMIT: Duration = Duration::from_secs(10);

/// What starting and being there may cost.
const START: Duration = Duration::from_millis(50);
const MEMORY: u64 = 8_000_000;

/// Appends the time to a file: what the watchers start.
pub fn stamp(file: &Path) -> std::io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    writeln!(OpenOptions::new().append(true).create(true).open(file)?, "{}", now.as_nanos())
}

/// A running watcher.
struct Side(Child);

impl Drop for Side {
    fn drop(&mut self) {
        // A loop of the shell is more than one process.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The rows; those beside programs that are not installed are left out.
pub fn rows(place: &Place) -> Vec<Row> {
    let folder = place.files(FILES).canonicalize().expect("the folder was just made");
    let stamps = folder.with_extension("stamps");
    let me = std::env::current_exe().expect("a running program has a path");
    let starts = |program: &str| format!("{program} --stamp {}", stamps.display());
    let command = starts(&me.display().to_string());
    let mut rows = Vec::new();

    let floor = sorted((0..SAVES).map(|_| started(&me, &stamps)).collect());
    let (ours, mut watcher) = {
        let mut ours = Command::new(BINARY);
        ours.args(["watch", "--exec", &command]);
        let watcher = start(ours, &folder, Some("watching:"));
        (saves(&folder, &stamps), watcher)
    };
    rows.extend(costs(&mut watcher));
    drop(watcher);

    let name = format!("watch: save to command, {FILES} files");
    if let Some(ours) = &ours {
        rows.push(Row::compared(&name, at(ours, 50), at(&floor, 50), "the command itself", 1.6));
        rows.push(Row::compared(&format!("{name}, p99"), at(ours, 99), at(&floor, 50), "the command itself", 2.5));
    }
    let line = format!("inotifywait -mqr -e close_write,moved_to . | while read -r _; do {command}; done");
    for (program, floor_name, goal, other) in [
        ("inotifywait", "an inotifywait loop", 1.0, words("/bin/sh", &["-c", &line])),
        ("watchexec", "watchexec -d 5ms", 0.25, {
            let stamps = stamps.display().to_string();
            let me = me.display().to_string();
            words("watchexec", &["--postpone", "-n", "-d", "5ms", "--", &me, "--stamp", &stamps])
        }),
    ] {
        if !is_installed(program) {
            continue;
        }
        let other = start(other, &folder, None);
        let theirs = saves(&folder, &stamps);
        drop(other);
        if let (Some(ours), Some(theirs)) = (&ours, theirs) {
            rows.push(Row::compared(&name, at(ours, 50), at(&theirs, 50), floor_name, goal));
        }
    }
    rows
}

fn words(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

fn is_installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Starts a watcher and waits until it says that it watches, or as long as it may take to set itself up.
fn start(mut command: Command, folder: &Path, says: Option<&str>) -> Side {
    command.process_group(0).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program is there");
    let errors = BufReader::new(child.stderr.take().expect("it is piped"));
    match says {
        Some(says) => {
            let mut lines = errors.lines().map_while(Result::ok);
            let _ = lines.find(|line| line.starts_with(says));
            std::thread::spawn(move || lines.for_each(drop));
        }
        None => {
            std::thread::spawn(move || errors.lines().map_while(Result::ok).for_each(drop));
            std::thread::sleep(Duration::from_secs(5));
        }
    }
    Side(child)
}

/// How long each save took until the command ran; none when one was missed.
fn saves(folder: &Path, stamps: &Path) -> Option<Vec<Duration>> {
    let file = folder.join("plan/03-execution-plan.md");
    let text = fs::read_to_string(&file).ok()?;
    let mut times = Vec::new();
    for number in 0..SAVES {
        std::thread::sleep(PAUSE);
        let _ = fs::remove_file(stamps);
        let begin = SystemTime::now();
        fs::write(&file, format!("{text}\n<!-- {number} -->\n")).ok()?;
        times.push(stamped(stamps)?.duration_since(begin).unwrap_or_default());
    }
    fs::write(&file, text).ok()?;
    Some(sorted(times))
}

/// Waits for the first stamp.
fn stamped(stamps: &Path) -> Option<SystemTime> {
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        let text = fs::read_to_string(stamps).unwrap_or_default();
        if let Some((first, _)) = text.split_once('\n') {
            return Some(UNIX_EPOCH + Duration::from_nanos(first.parse().ok()?));
        }
        std::thread::sleep(Duration::from_micros(300));
    }
    None
}

/// How long the command takes to begin when it is started directly.
fn started(me: &Path, stamps: &Path) -> Duration {
    let _ = fs::remove_file(stamps);
    let begin = SystemTime::now();
    let _ = Command::new(me).arg("--stamp").arg(stamps).status();
    stamped(stamps).and_then(|at| at.duration_since(begin).ok()).unwrap_or_default()
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

fn at(times: &[Duration], hundredths: usize) -> Duration {
    times[times.len() * hundredths / 100]
}

/// What a watcher costs that is there: the CPU it needed to start and for the saves, its memory, and the CPU it needs
/// for doing nothing. Told where there is a `/proc`.
fn costs(watcher: &mut Side) -> Vec<Row> {
    let process = PathBuf::from(format!("/proc/{}", watcher.0.id()));
    // The look after the last save belongs to it.
    std::thread::sleep(Duration::from_secs(1));
    let (Some(memory), Some(busy)) = (resident(&process), cpu(&process)) else { return Vec::new() };
    std::thread::sleep(Duration::from_secs(5));
    let idle = cpu(&process).map_or(busy, |now| now - busy);
    vec![
        Row::compared("watch: CPU of start and saves", busy, START * (1 + SAVES as u32), "50 ms each", 1.0),
        Row::size("watch: memory", memory, MEMORY),
        Row::compared("watch: CPU of 5 s of nothing", idle, Duration::from_millis(10), "one tick", 0.0),
    ]
}

/// The resident bytes of a process.
fn resident(process: &Path) -> Option<u64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// The CPU time of a process, in ticks of a hundredth of a second.
fn cpu(process: &Path) -> Option<Duration> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks * 10))
}
