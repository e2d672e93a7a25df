//! The repositories that are measured on, each made when a row first needs it.

use crate::BINARY;
use crate::measure::Process;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const ZERO: &str = "0000000000000000000000000000000000000000";

const POLICY: &str = "\
passmuster: policy/1
repository: benchmark
profile: solo
protect: [main]
levels:
  task: []
  feature: []
  epic: []
";

/// With a gate that guards every merge; most files are none of its inputs.
const GATED: &str = "\
passmuster: policy/1
repository: benchmark
profile: solo
protect: [main]
levels:
  merge: [lint]
gates:
  lint: { run: \"true\", inputs: [d0/] }
";

/// A temporary folder with everything in it.
pub struct Place {
    root: TempDir,
    made: RefCell<BTreeSet<String>>,
}

impl Place {
    pub fn new() -> Self {
        let root = TempDir::with_prefix("passmuster-bench-").expect("the temporary folder can be written");
        let config =
            "[user]\n\tname = Bench\n\temail = bench@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n";
        std::fs::write(root.path().join("gitconfig"), config).expect("the temporary folder can be written");
        Self { root, made: RefCell::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Makes the thing `name` unless that was done.
    fn once(&self, name: &str, make: impl FnOnce(&Path)) -> PathBuf {
        let path = self.path(name);
        if self.made.borrow_mut().insert(name.to_owned()) {
            make(&path);
        }
        path
    }

    fn process(&self, program: impl Into<PathBuf>, folder: impl AsRef<Path>, args: &[&str]) -> Process {
        Process {
            program: program.into(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            folder: self.root.path().join(folder),
            env: vec![
                ("HOME", self.path("")),
                ("GIT_CONFIG_GLOBAL", self.path("gitconfig")),
                ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ],
            input: None,
        }
    }

    pub fn ours(&self, folder: impl AsRef<Path>, args: &[&str]) -> Process {
        self.process(BINARY, folder, args)
    }

    pub fn git(&self, folder: impl AsRef<Path>, args: &[&str]) -> Process {
        self.process("git", folder, args)
    }

    /// A program that does nothing, made by the compiler of this run.
    pub fn empty_process(&self) -> Process {
        let program = self.once("empty", |path| {
            std::fs::write(path.with_extension("rs"), "fn main() {}\n").expect("the folder can be written");
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            // Without a compiler the row says that the program is missing.
            let _ = Command::new(rustc).arg("-O").arg(path.with_extension("rs")).arg("-o").arg(path).status();
        });
        self.process(program, "", &[])
    }

    /// A floor that this benchmark itself runs, on the plan with so many tasks.
    pub fn floor(&self, mode: &str, tasks: usize) -> Process {
        self.floor_on(mode, &self.plan(tasks).join("plan/03-execution-plan.md"))
    }

    /// A floor that this benchmark itself runs, on a file.
    pub fn floor_on(&self, mode: &str, file: &Path) -> Process {
        let this = std::env::current_exe().expect("a running program has a path");
        self.process(this, "", &[mode, &file.to_string_lossy()])
    }

    /// A file with a text, written once.
    pub fn text(&self, name: &str, text: &str) -> PathBuf {
        self.once(name, |path| std::fs::write(path, text).expect("the folder can be written"))
    }

    /// A repository with so many files, hooks installed, and a branch `topic` that changes one of them and has the
    /// evidence to merge.
    pub fn files(&self, files: usize) -> PathBuf {
        self.once(&format!("files-{files}"), |path| {
            let mut stream = Import::new();
            stream.commit("refs/heads/main", 1, None);
            stream.file("passmuster.yaml", GATED);
            stream.file("plan/03-execution-plan.md", &plan(10));
            for file in 0..files {
                stream.file(&format!("d{}/f{file}.txt", file / 100), &format!("file {file}\n"));
            }
            stream.commit("refs/heads/topic", 2, Some(":1"));
            stream.file("d3/f301.txt", "changed\n");
            self.import(path, &stream, false);
            self.git_now(path, &["checkout", "--quiet", "--force", "topic"]);
            Self::now(&self.ours(path, &["gate", "run", "--missing"]));
            self.git_now(path, &["add", "--all"]);
            self.git_now(path, &["commit", "--quiet", "--allow-empty", "--message", "evidence"]);
            Self::now(&self.ours(path, &["hooks", "install"]));
        })
    }

    /// The hook, as Git calls it for a branch that nobody protects.
    pub fn reference_transaction(&self, files: usize) -> Process {
        let folder = self.files(files);
        let head = self.id(&folder, "HEAD");
        let line = format!("{ZERO} {head} refs/heads/idea\n");
        let hook = folder.join(".git/hooks/reference-transaction");
        let mut process = self.process(hook, &folder, &["prepared"]);
        process.env.push(("GIT_DIR", ".git".into()));
        process.input = Some(self.input("transaction", &line));
        process
    }

    /// What a push of 1,000 branches, or of 10,000 commits onto `main`, asks the server.
    pub fn pre_receive(&self, what: &str) -> Process {
        let folder = self.server(what);
        let mut process = self.process(folder.join("hooks/pre-receive"), &folder, &[]);
        process.env.push(("GIT_DIR", ".".into()));
        process.input = Some(self.path(&format!("push-{what}")));
        process
    }

    /// Counts the commits of the same push.
    pub fn rev_list(&self, what: &str) -> Process {
        let mut process = self.git(self.server(what), &["rev-list", "--count", "--stdin"]);
        process.input = Some(self.path(&format!("new-{what}")));
        process
    }

    /// A bare repository that has received the objects of a push and is asked about its refs.
    fn server(&self, what: &str) -> PathBuf {
        self.once(&format!("server-{what}"), |path| {
            let mut stream = Import::new();
            stream.commit("refs/heads/main", 1, None);
            stream.file("passmuster.yaml", POLICY);
            stream.file("plan/03-execution-plan.md", &plan(10));
            let branches = match what {
                "refs" => (0..1_000).map(|n| format!("refs/heads/topic/{n}")).collect(),
                _ => vec!["refs/heads/new".to_owned()],
            };
            let commits = if what == "refs" { 1_000 } else { 10_000 };
            for n in 0..commits {
                let parent = if what == "refs" || n == 0 { 1 } else { n + 1 };
                stream.commit(&branches[n % branches.len()], n + 2, Some(&format!(":{parent}")));
                stream.file(&format!("src/{}.txt", n % 100), &format!("{n}\n"));
            }
            self.import(path, &stream, true);
            // The refs of the push are recorded, then taken away: a server asks before they are there.
            let (mut push, mut new, mut delete) = (String::new(), "^main\n".to_owned(), String::new());
            let main = self.id(path, "refs/heads/main");
            for line in self.git_now(path, &["for-each-ref", "--format=%(objectname) %(refname)"]).lines() {
                let Some((id, name)) = line.split_once(' ').filter(|(_, name)| *name != "refs/heads/main") else {
                    continue;
                };
                let _ = match what {
                    "refs" => writeln!(push, "{ZERO} {id} {name}"),
                    _ => writeln!(push, "{main} {id} refs/heads/main"),
                };
                let _ = writeln!(new, "{id}");
                let _ = writeln!(delete, "delete {name}");
            }
            self.input(&format!("push-{what}"), &push);
            self.input(&format!("new-{what}"), &new);
            let mut process = self.git(path, &["update-ref", "--stdin"]);
            process.input = Some(self.input("delete", &delete));
            Self::now(&process);
            self.git_now(path, &["pack-refs", "--all"]);
            Self::now(&self.ours(path, &["hooks", "install", "--server"]));
        })
    }

    /// A repository with a plan of so many tasks.
    pub fn plan(&self, tasks: usize) -> PathBuf {
        self.once(&format!("plan-{tasks}"), |path| {
            let mut stream = Import::new();
            stream.commit("refs/heads/main", 1, None);
            stream.file("passmuster.yaml", POLICY);
            stream.file("plan/03-execution-plan.md", &plan(tasks));
            self.import(path, &stream, false);
            self.git_now(path, &["reset", "--quiet", "--hard"]);
        })
    }

    /// The same with three figures for each task.
    pub fn ranged_plan(&self, tasks: usize) -> PathBuf {
        self.once(&format!("ranged-plan-{tasks}"), |path| {
            let mut stream = Import::new();
            stream.commit("refs/heads/main", 1, None);
            stream.file("passmuster.yaml", POLICY);
            stream.file("plan/03-execution-plan.md", &plan(tasks).replace(" ~4h ", " ~2h/4h/9h "));
            self.import(path, &stream, false);
            self.git_now(path, &["reset", "--quiet", "--hard"]);
        })
    }

    /// A plan with so many tasks after so many commits; ten of them tick some tasks, the others change a file.
    pub fn long_history(&self, tasks: usize, commits: usize) -> PathBuf {
        self.once(&format!("history-{tasks}-{commits}"), |path| {
            let mut stream = Import::new();
            let mut text = plan(tasks).replace(" ~4h ", " ~2h/4h/9h ");
            let each = (commits / 10).max(1);
            for commit in 1..=commits {
                stream.commit("refs/heads/main", commit, None);
                match commit {
                    1 => {
                        stream.file("passmuster.yaml", POLICY);
                        stream.file("plan/03-execution-plan.md", &text);
                    }
                    _ if commit % each == 0 => {
                        text = text.replacen("- [ ]", "- [x]", tasks / 50);
                        stream.file("plan/03-execution-plan.md", &text);
                    }
                    _ => stream.file("src/part1/file", &commit.to_string()),
                }
            }
            self.import(path, &stream, false);
            self.git_now(path, &["reset", "--quiet", "--hard"]);
        })
    }

    /// What a row takes that is measured against the clock.
    pub fn one_second(&self) -> Process {
        self.process("sleep", "", &["1"])
    }

    /// Makes the next run one that has to read the history.
    pub fn forget_history(&self, tasks: usize, commits: usize) {
        // There is nothing before the first.
        let _ = std::fs::remove_dir_all(self.long_history(tasks, commits).join(".git/passmuster"));
    }

    /// How large the plan with so many tasks is.
    pub fn plan_bytes(tasks: usize) -> u64 {
        plan(tasks).len() as u64
    }

    /// The repository of a plan that nobody has changed for a while: only answers about such are kept.
    pub fn settled_plan(&self, tasks: usize) -> PathBuf {
        let folder = self.plan(tasks);
        std::thread::sleep(std::time::Duration::from_millis(2_100));
        folder
    }

    /// Makes the next run one that has to read the plan.
    pub fn forget_answers(&self, tasks: usize) {
        // There are none before the first.
        let _ = std::fs::remove_dir_all(self.plan(tasks).join(".git/passmuster/answers"));
    }

    /// Takes back what changed in the plan.
    pub fn restore_plan(&self, tasks: usize) {
        let path = self.plan(tasks).join("plan/03-execution-plan.md");
        std::fs::write(path, plan(tasks)).expect("the plan was there before");
    }

    fn import(&self, path: &Path, stream: &Import, bare: bool) {
        let name = path.to_string_lossy();
        let kind = if bare { &["init", "--quiet", "--bare"][..] } else { &["init", "--quiet"] };
        self.git_now("", &[kind, &[&*name]].concat());
        let mut process = self.git(path, &["fast-import", "--quiet", "--force"]);
        process.input = Some(self.input("stream", &stream.text));
        Self::now(&process);
    }

    fn input(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("the folder can be written");
        path
    }

    fn id(&self, folder: &Path, name: &str) -> String {
        self.git_now(folder, &["rev-parse", name]).trim().to_owned()
    }

    fn git_now(&self, folder: impl AsRef<Path>, args: &[&str]) -> String {
        Self::now(&self.git(folder, args))
    }

    /// Runs a step of the preparation. One that fails shows in the rows that need it.
    fn now(process: &Process) -> String {
        let mut command = process.command().expect("the input was just written");
        let output = command.stdout(Stdio::piped()).output().expect("git and our own binary can be started");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// A plan without findings: epics of 1,000 tasks, features of 100, each task waits for the one 100 before it.
fn plan(tasks: usize) -> String {
    let mut text = "---\npassmuster: plan/1\ntitle: Benchmark\n---\n# Benchmark\n".to_owned();
    for task in 0..tasks {
        if task % 1_000 == 0 {
            let _ = write!(text, "\n## Epic E-{0:03}: Part {0} of the whole\n", task / 1_000);
        }
        if task % 100 == 0 {
            let _ = write!(text, "\n### Feature F-{0:04}: Part {0} of a part\n", task / 100);
        }
        let _ = write!(text, "\n- [ ] T-{task:05}: Do the work of number {task} ~4h P2 #benchmark\n");
        if let Some(before) = task.checked_sub(100) {
            let _ = writeln!(text, "  - needs: T-{before:05} (technical: its output)");
        }
        let _ = writeln!(text, "  - touches: src/part{task}/**");
        let _ = writeln!(text, "  - why: the sentence is here because plans of people have sentences as well");
    }
    text
}

/// Input for `git fast-import`.
struct Import {
    text: String,
}

impl Import {
    fn new() -> Self {
        Self { text: String::new() }
    }

    fn commit(&mut self, branch: &str, mark: usize, from: Option<&str>) {
        let time = 1_767_225_600 + mark;
        let _ = write!(self.text, "commit {branch}\nmark :{mark}\n");
        let _ = writeln!(self.text, "committer Bench <bench@example.org> {time} +0000\ndata 4\nwork");
        if let Some(parent) = from {
            let _ = writeln!(self.text, "from {parent}");
        }
    }

    fn file(&mut self, path: &str, content: &str) {
        let _ = writeln!(self.text, "M 100644 inline {path}\ndata {}\n{content}", content.len());
    }
}
