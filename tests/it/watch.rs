//! The watcher: what it tells, what it runs, and that it sees in the end what a fresh look sees.

use crate::harness::{Output, Sandbox};
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [g]\ngates:\n  g: { run: \"true\", inputs: [src/] }\n";

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n- [ ] A-2: second ~1h\n  - needs: A-1 (technical: its output)\n  - touches: docs/**\n";

/// A repository with two tasks, of which the first needs the gate `g`, on a branch for it.
fn with(on: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", format!("{POLICY}{on}"));
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("src/a", "one\n");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox
}

fn once(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["watch", "--once"]).success()
}

#[track_caller]
fn told(sandbox: &Sandbox, expected: &[&str]) {
    let output = once(sandbox);
    let lines: Vec<&str> = output.stdout.lines().collect();
    let fits = lines.len() == expected.len() && lines.iter().zip(expected).all(|(line, start)| line.starts_with(start));
    assert!(fits, "expected {expected:#?}, told {lines:#?}");
}

#[test]
fn what_happened_between_two_looks_is_told_once() {
    let sandbox = with("");
    assert!(once(&sandbox).contains("nothing to compare with yet"));
    told(&sandbox, &[]);

    sandbox.passmuster(&["done", "A-1"]).success();
    told(&sandbox, &["item-done: A-1 is done: first", "item-ready: A-2 is ready: second"]);
    sandbox.commit_all("A-1: claim");
    sandbox.passmuster(&["gate", "run", "--missing"]).success();
    sandbox.commit_all("A-1: evidence");
    told(&sandbox, &["ref-moved: task/A-1 moved from", "gate-passed: gate g of A-1 is satisfied"]);

    sandbox.write("src/a", "two\n");
    told(&sandbox, &["evidence-stale: evidence of gate g of A-1 will be stale: src/a differs from HEAD"]);
    sandbox.commit_all("A-1: change it");
    told(&sandbox, &["ref-moved: ", "evidence-stale: evidence of gate g of A-1 is stale: src/a changed"]);
    told(&sandbox, &[]);

    sandbox.write("plan/03-execution-plan.md", PLAN.replace("needs: A-1", "needs: A-9"));
    told(&sandbox, &["finding: plan/03-execution-plan.md:10:12: error[plan/dangling-need]"]);
    sandbox.passmuster(&["reopen", "A-1"]);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    let after = once(&sandbox);
    assert!(after.contains("finding-gone: mended: plan/03"), "{after}");
}

#[test]
fn a_plan_only_commit_makes_nothing_stale() {
    let sandbox = with("");
    sandbox.passmuster(&["done", "A-1"]).success();
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: claim");
    once(&sandbox);
    sandbox.write("plan/notes.md", "nothing\n");
    told(&sandbox, &[]);
    sandbox.commit_all("notes");
    told(&sandbox, &["ref-moved: task/A-1"]);
}

#[test]
fn events_are_json_lines_when_asked_for() {
    let sandbox = with("");
    once(&sandbox);
    sandbox.passmuster(&["done", "A-1"]).success();
    let output = sandbox.passmuster(&["watch", "--once", "--format", "json"]).success();
    let events: Vec<serde_json::Value> =
        output.stdout.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    assert_eq!(events[0]["kind"], "event");
    assert_eq!(events[0]["data"]["event"], "item-done");
    assert_eq!(events[0]["data"]["subject"], "A-1");
    assert_eq!(events[1]["data"]["before"], "blocked");
    assert_eq!(events[1]["data"]["after"], "ready");
}

#[test]
fn a_damaged_memory_is_no_memory() {
    let sandbox = with("");
    once(&sandbox);
    for damage in ["", "{\"refs\": 3}", "\0\0"] {
        sandbox.write(".git/passmuster/watch.json", damage);
        assert!(once(&sandbox).contains("nothing to compare with yet"), "{damage:?}");
    }
}

#[test]
fn reactions_come_from_the_protected_side_only() {
    let on = "on:\n  item-done: cat > ../reacted\n";
    let branch = with("");
    branch.write("passmuster.yaml", format!("{POLICY}{on}"));
    branch.commit_all("a reaction of my own");
    once(&branch);
    branch.passmuster(&["done", "A-1"]).success();
    assert!(once(&branch).contains("item-done: A-1"));
    assert!(!branch.root().join("reacted").exists(), "a branch made the watcher run a command");

    let landed = with(on);
    once(&landed);
    landed.passmuster(&["done", "A-1"]).success();
    assert!(once(&landed).contains("item-done: A-1"));
    let read = std::fs::read_to_string(landed.root().join("reacted")).expect("the reaction ran");
    let event: serde_json::Value = serde_json::from_str(&read).expect("it read one event");
    assert_eq!(event["data"]["subject"], "A-1");
}

#[test]
fn a_reaction_that_fails_is_said() {
    let sandbox = with("on:\n  item-done: \"echo no such luck; exit 3\"\n");
    once(&sandbox);
    sandbox.passmuster(&["done", "A-1"]).success();
    let output = once(&sandbox);
    assert!(output.contains("the reaction to `item-done` ended with status 3: no such luck"), "{output}");
}

#[test]
fn a_bare_repository_is_watched_by_its_commits() {
    let sandbox = with("");
    sandbox.bare_server("server.git");
    let push = |from: &str| sandbox.git(&["push", "-q", "../server.git", from]).success();
    push("main:main");
    let look = || sandbox.passmuster_in("server.git", &["watch", "--once"]).success();
    assert!(look().contains("nothing to compare with yet"));
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("second", "second of all"));
    sandbox.commit_all("plan");
    push("main:main");
    assert!(look().contains("ref-moved: main moved from"));
}

/// A watcher that runs beside the test, with its lines.
struct Live {
    child: Child,
    lines: Receiver<String>,
}

impl Live {
    fn start(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_passmuster"), "work");
        command.arg("watch").args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let (send, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        for stream in streams {
            let send = send.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let _ = send.send(line);
                }
            });
        }
        let live = Self { child, lines };
        live.until("watching:");
        live
    }

    /// The lines up to the one that starts with this.
    #[track_caller]
    fn until(&self, start: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => seen.push(line),
                Err(_) => panic!("nothing starts with `{start}` in {seen:#?}"),
            }
            if seen.last().is_some_and(|line| line.starts_with(start)) {
                return seen;
            }
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn saves_commits_and_switches_are_seen_while_they_happen() {
    for args in [&[][..], &["--poll", "1"]] {
        let sandbox = with("");
        let live = Live::start(&sandbox, args);
        let plan = "plan/03-execution-plan.md";
        // As vim saves: the old file is moved away, a new one is written.
        std::fs::rename(sandbox.work().join(plan), sandbox.work().join("plan/backup~")).unwrap();
        sandbox.write(plan, PLAN.replace("- [ ] A-1", "- [x] A-1"));
        std::fs::remove_file(sandbox.work().join("plan/backup~")).unwrap();
        live.until("item-done: A-1");
        live.until("item-ready: A-2");
        // As VS Code and Helix save: a new file is renamed into place.
        sandbox.write("plan/new", PLAN);
        std::fs::rename(sandbox.work().join("plan/new"), sandbox.work().join(plan)).unwrap();
        live.until("item-reopened: A-1");
        live.until("item-blocked: A-2");
        sandbox.write("src/a", "three\n");
        sandbox.commit_all("A-1: work");
        live.until("ref-moved: task/A-1 moved");
        sandbox.git(&["pack-refs", "--all"]).success();
        sandbox.git(&["switch", "-q", "-c", "other", "main"]).success();
        live.until("ref-moved: HEAD moved from task/A-1 to other");
        // The whole plan goes away and comes back.
        std::fs::rename(sandbox.work().join("plan"), sandbox.work().join("elsewhere")).unwrap();
        live.until("finding: plan/03-execution-plan.md: error[project/missing]");
        std::fs::rename(sandbox.work().join("elsewhere"), sandbox.work().join("plan")).unwrap();
        live.until("finding-gone: mended: plan/03");
        sandbox.write(plan, PLAN.replace("A-1: first", "A-1: first of all").replace("- [ ] A-1", "- [x] A-1"));
        live.until("item-done: A-1 is done: first of all");
        // What the watcher remembers is what a watcher sees that starts now. It remembers after it has told.
        let until = Instant::now() + Duration::from_secs(60);
        while !sandbox.read(".git/passmuster/watch.json").contains("first of all") && Instant::now() < until {
            std::thread::yield_now();
        }
        drop(live);
        let kept: serde_json::Value = serde_json::from_str(&sandbox.read(".git/passmuster/watch.json")).unwrap();
        std::fs::remove_file(sandbox.work().join(".git/passmuster/watch.json")).unwrap();
        once(&sandbox);
        let fresh: serde_json::Value = serde_json::from_str(&sandbox.read(".git/passmuster/watch.json")).unwrap();
        assert_eq!(kept, fresh);
    }
}

#[test]
fn a_branch_switch_over_many_files_is_one_batch() {
    let sandbox = with("");
    for number in 0..2000 {
        sandbox.write(&format!("src/many/{number}"), "x\n");
    }
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("- [ ] A-1", "- [x] A-1"));
    sandbox.commit_all("A-1: many files");
    let live = Live::start(&sandbox, &["--format", "json"]);
    sandbox.git(&["switch", "-q", "main"]).success();
    let events = live.until(r#"{"version":1,"kind":"event","data":{"event":"item-blocked""#);
    let halves = events.iter().filter(|line| line.contains("evidence-stale") || line.contains("finding")).count();
    assert_eq!(halves, 0, "the middle of the switch was looked at: {events:#?}");
}

#[test]
fn a_second_watcher_only_tells() {
    let sandbox = with("on:\n  item-done: echo x >> ../reacted\n");
    let first = Live::start(&sandbox, &[]);
    let second = Live::start(&sandbox, &[]);
    sandbox.passmuster(&["done", "A-1"]).success();
    first.until("item-done: A-1");
    second.until("item-done: A-1");
    // A reaction to a later event of the same kind runs after the first one.
    sandbox.passmuster(&["done", "A-2"]).success();
    first.until("item-done: A-2");
    second.until("item-done: A-2");
    drop((first, second));
    let ran = std::fs::read_to_string(sandbox.root().join("reacted")).unwrap_or_default();
    assert!(ran.lines().count() <= 2, "both watchers reacted: {ran}");
}

#[test]
fn a_reaction_that_causes_itself_comes_to_rest() {
    let plan = "plan/03-execution-plan.md";
    let on = format!(
        "on:\n  item-done: sed -i.bak 's/- .x. A-1/- [ ] A-1/' {plan}\n  item-reopened: sed -i.bak 's/- . . A-1/- [x] A-1/' {plan}\n"
    );
    let sandbox = with(&on);
    let live = Live::start(&sandbox, &[]);
    sandbox.passmuster(&["done", "A-1"]).success();
    live.until("`item-");
}

#[test]
fn exec_runs_at_every_change_with_its_paths() {
    let sandbox = with("");
    let live = Live::start(&sandbox, &["--exec", "cat"]);
    sandbox.passmuster(&["done", "A-1"]).success();
    let seen = live.until(r#"{"version":1,"kind":"change","data":{"all":false,"paths":["#);
    assert!(seen.last().is_some_and(|line| line.contains("03-execution-plan.md")), "{seen:#?}");
}
