//! `cargo bench --bench schedule`: how short the schedules are, and how fast they are made.
//!
//! Quality is measured as the field does it: by the number of schedules made, on the libraries' own problems, as the
//! mean deviation from the best known length and from the critical path. The problems belong to others, so they lie
//! beside the repository; without them only the speed is measured. A word picks rows by name.

#![expect(clippy::print_stdout, reason = "its table is what it is for")]

use passmuster::schedule::solve::{Budget, Problem, Solution, solve};
use passmuster::schedule::{Arc, Dates, Network, psplib};
use passmuster::text::Source;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The sets with how many of a hundred hundredths over the critical path (or, J30, over the optimum) are the goal.
const QUALITY: [(&str, [(u64, &str); 3]); 4] = [
    ("j30", [(1_000, "0.25"), (5_000, "0.06"), (50_000, "0.02")]),
    ("j60", [(1_000, "11.5"), (5_000, "11.0"), (50_000, "10.7")]),
    ("j90", [(1_000, "-"), (5_000, "-"), (50_000, "-")]),
    ("j120", [(1_000, "34.0"), (5_000, "32.4"), (50_000, "31.2")]),
];

fn main() {
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    let wanted = |name: &str| name.contains(&filter);
    if wanted("critical path") {
        critical_path(1_000, 3_000);
        critical_path(100_000, 300_000);
    }
    for (tasks, people) in [(1_000, 40), (5_000, 125)] {
        if wanted(&format!("command {tasks}")) {
            command(tasks, people);
        }
    }
    let Some(library) = Library::find() else {
        println!("skipped: shared/data/psplib is not there");
        return;
    };
    if QUALITY.iter().any(|(set, _)| wanted(&format!("quality {set}"))) {
        println!(
            "| set | schedules | over the critical path | goal (whole set) | over the best known | best known reached | proven optimal | schedules a second |"
        );
        println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    }
    for (set, rows) in QUALITY {
        for (schedules, goal) in rows.into_iter().filter(|_| wanted(&format!("quality {set}"))) {
            library.quality(set, schedules, goal);
        }
    }
    if wanted("time j120") {
        library.timed("j120", Duration::from_secs(1), 1);
    }
    if wanted("time long j120") {
        library.timed("j120", Duration::from_secs(10), 2);
    }
    if wanted("specialists") {
        library.timed("plans", Duration::from_millis(200), 1);
        library.timed("plans", Duration::from_secs(1), 1);
    }
}

/// Numbers below a limit, the same in each run.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 1u64;
    move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits fit") % below
    }
}

/// The whole command on a plan in Markdown, each task of which has its specialist: from the start of the program to its
/// last line.
fn command(tasks: usize, people: usize) {
    let mut random = random();
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("it can be written");
    std::fs::create_dir(folder.path().join("plan")).expect("the folder is new");
    Command::new("git").arg("init").arg("--quiet").arg(folder.path()).status().expect("git is there");
    write("passmuster.yaml", "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\n");
    let members: String = (0..people).map(|person| format!("  - name: s{person}\n")).collect();
    write("plan/roster.yaml", &format!("passmuster: roster/1\nmembers:\n{members}"));
    let mut plan = "---\npassmuster: plan/1\n---\n# Specialists\n\n".to_owned();
    for task in 0..tasks {
        plan += &format!("- [ ] T-{task}: work @s{} ~{}h\n", random(people), 2 + random(23));
        let needs = random(4).min(task);
        let before: Vec<String> = (0..needs).map(|_| format!("T-{}", task - 1 - random(task.min(40)))).collect();
        if !before.is_empty() {
            plan += &format!("  - needs: {}\n", before.join(", "));
        }
    }
    write("plan/03-execution-plan.md", &plan);
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let began = Instant::now();
            let mut program = Command::new(env!("CARGO_BIN_EXE_passmuster"));
            let output = program.arg("schedule").current_dir(folder.path()).output().expect("the program starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("command, {tasks} tasks in Markdown, {people} people: {:.0?}, slowest {:.0?}", times[5], times[10]);
}

/// Order, dates and floats of a random network.
fn critical_path(len: usize, arcs: usize) {
    let mut random = random();
    let durations: Vec<i64> = (0..len).map(|_| i64::try_from(random(1_000)).expect("it is small")).collect();
    let arcs: Vec<Arc> = (0..arcs)
        .map(|_| {
            let to = 1 + random(len - 1);
            let from = to - 1 - random(to.min(100));
            Arc { from, to, weight: durations[from] }
        })
        .collect();
    let began = Instant::now();
    let network = Network::new(&durations, &arcs).expect("arcs lead forwards");
    let ordered = began.elapsed();
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let began = Instant::now();
            std::hint::black_box(Dates::of(&network).makespan());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "critical path, {len} tasks, {} arcs: {:.2?}, and once {ordered:.2?} for the order",
        arcs.len(),
        times[10]
    );
}

/// The problems that lie beside the repository, unpacked.
struct Library {
    folder: tempfile::TempDir,
    /// Critical path and best known length, by name.
    known: HashMap<String, (i64, i64)>,
}

impl Library {
    fn find() -> Option<Self> {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
        let data = above.map(|folder| folder.join("shared/data")).find(|data| data.join("psplib").is_dir())?;
        let folder = tempfile::tempdir().ok()?;
        let mut known = HashMap::new();
        for (part, archives) in [("psplib", &["j30", "j60", "j90", "j120"][..]), ("specialist-plans", &["plans"])] {
            let part = data.join(part);
            for archive in archives {
                let archive = part.join(format!("{archive}.tar.gz"));
                Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(folder.path()).status().ok()?;
            }
            for row in std::fs::read_to_string(part.join("best.csv")).ok()?.lines().skip(1) {
                let cells: Vec<&str> = row.split(',').collect();
                known.insert(cells[0].to_owned(), (cells[3].parse().ok()?, cells[5].parse().ok()?));
            }
        }
        Some(Self { folder, known })
    }

    /// The problems of a set, by name.
    fn problems(&self, set: &str) -> Vec<(String, Problem)> {
        let files = std::fs::read_dir(self.folder.path().join(set)).expect("the set was unpacked");
        let mut files: Vec<PathBuf> = files.map(|file| file.expect("it can be listed").path()).collect();
        files.sort();
        let read = |file: PathBuf| {
            let name = file.file_stem().expect("it has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file).expect("it can be read");
            let problem = psplib::read(&Source::new(name.clone(), text)).expect("it is a problem");
            (name, problem)
        };
        files.into_iter().map(read).collect()
    }

    fn quality(&self, set: &str, schedules: u64, goal: &str) {
        let mut sum = Sum::default();
        for (name, problem) in self.problems(set) {
            let began = Instant::now();
            let solution = solve(&problem, &Budget::schedules(schedules));
            sum.add(&solution, self.known[&name], began.elapsed());
        }
        let [path, best] = sum.means();
        println!(
            "| {set} | {schedules} | {path:.2} % | {goal} | {best:.3} % | {} of {} | {} | {:.0} |",
            sum.reached,
            sum.count,
            sum.proven,
            sum.schedules / sum.time.as_secs_f64(),
        );
    }

    fn timed(&self, set: &str, limit: Duration, threads: usize) {
        let mut sum = Sum::default();
        for (name, problem) in self.problems(set) {
            let began = Instant::now();
            let stop = || began.elapsed() >= limit;
            let solution = solve(&problem, &Budget::schedules(u64::MAX).threads(threads).until(&stop));
            sum.add(&solution, self.known[&name], began.elapsed());
        }
        let [path, best] = sum.means();
        println!(
            "{set}, {limit:?} on {threads}: {path:.2} % over the critical path, {best:.3} % over the best known, which {} of {} reach; slowest {:.2?}",
            sum.reached, sum.count, sum.slowest
        );
    }
}

#[derive(Default)]
struct Sum {
    count: u32,
    over_path: f64,
    over_best: f64,
    reached: u32,
    proven: u32,
    schedules: f64,
    time: Duration,
    slowest: Duration,
}

impl Sum {
    fn add(&mut self, solution: &Solution, (path, best): (i64, i64), time: Duration) {
        let over = |least: i64| 100.0 * (solution.makespan - least) as f64 / least as f64;
        self.count += 1;
        self.over_path += over(path);
        self.over_best += over(best);
        self.reached += u32::from(solution.makespan <= best);
        self.proven += u32::from(solution.is_optimal());
        self.schedules += solution.schedules as f64;
        self.time += time;
        self.slowest = self.slowest.max(time);
    }

    fn means(&self) -> [f64; 2] {
        [self.over_path, self.over_best].map(|sum| sum / f64::from(self.count))
    }
}
