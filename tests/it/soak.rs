//! A running watcher beside somebody who edits, commits, fetches, rebases and switches at random: in the end it knows
//! what a fresh look finds, and has told everything once.
//!
//! A few dozen steps by default. `PASSMUSTER_SOAK_SECONDS=600` lets it go on for ten minutes, `PASSMUSTER_SOAK_SEED`
//! chooses another course.

use crate::harness::{Live, Sandbox, in_time};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const MEMORY: &str = ".git/passmuster/watch.json";
const PLAN: &str = "plan/03-execution-plan.md";
const STEPS: usize = 30;

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [g]\ngates:\n  g: { run: \"true\", inputs: [src/] }\n";

/// The next number of xorshift64: the course of a run follows from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Somebody at work. What Git refuses (nothing to commit, a conflict) is part of it.
struct Work<'a> {
    sandbox: &'a Sandbox,
    dice: Dice,
    count: u64,
}

impl Work<'_> {
    fn step(&mut self) {
        self.count += 1;
        let count = self.count;
        match self.dice.roll(17) {
            0 | 1 => self.save(|text| flip(text, "A-1")),
            2 => self.save(|text| flip(text, "A-2")),
            3 => self.save(|text| text.replace("needs: A-1", "needs: A-9")),
            4 => self.save(|text| text.replace("needs: A-9", "needs: A-1")),
            5 => self.sandbox.write("src/a", format!("{count}\n")),
            6 => self.sandbox.write(&format!("src/deep/{}/b", count % 5), "b\n"),
            7 | 8 => self.git(&["add", "--all"], &["commit", "--quiet", "--message", "A-1: work"]),
            9 => self.git(&["stash", "--include-untracked", "--quiet"], &["switch", "--quiet", "main"]),
            10 => self.git(&["switch", "--quiet", "task/A-1"], &["stash", "pop", "--quiet"]),
            11 => self.land_elsewhere(),
            12 => self.git(&["rebase", "--quiet", "main"], &["rebase", "--abort"]),
            13 => drop(self.sandbox.passmuster(&["gate", "run", "--missing"])),
            14 => drop(self.sandbox.passmuster(&["block", "A-2", "-m", "no way", "--priority", "P0"])),
            15 => self.unblock(),
            _ => self.upheaval(),
        }
    }

    /// Saves the plan the way one of the editors does.
    fn save(&mut self, change: impl FnOnce(&str) -> String) {
        let path = self.sandbox.work().join(PLAN);
        let Ok(old) = std::fs::read_to_string(&path) else { return };
        let new = change(&old);
        match self.dice.roll(3) {
            // Vim moves the old file away and writes a new one.
            0 => {
                let backup = path.with_extension("md~");
                std::fs::rename(&path, &backup).expect("the sandbox can be written");
                std::fs::write(&path, new).expect("the sandbox can be written");
                std::fs::remove_file(backup).expect("the sandbox can be written");
            }
            // VS Code writes in place.
            1 => std::fs::write(&path, new).expect("the sandbox can be written"),
            // Helix and others write beside it and rename.
            _ => {
                let beside = path.with_extension("tmp");
                std::fs::write(&beside, new).expect("the sandbox can be written");
                std::fs::rename(&beside, &path).expect("the sandbox can be written");
            }
        }
    }

    fn git(&self, first: &[&str], second: &[&str]) {
        self.sandbox.git(first);
        self.sandbox.git(second);
    }

    /// Somebody else pushes to the protected branch, and it is fetched onto it.
    fn land_elsewhere(&mut self) {
        let name = format!("docs/{}", self.count);
        self.sandbox.write_in("other", &name, "x\n");
        self.sandbox.git_in("other", &["add", "--all"]);
        self.sandbox.git_in("other", &["commit", "--quiet", "--message", "elsewhere"]);
        self.sandbox.git(&["fetch", "--quiet", "../other", "main:main"]);
    }

    fn unblock(&self) {
        let list = self.sandbox.passmuster(&["blocker", "list", "--format", "json"]);
        let Ok(answer) = serde_json::from_str::<Value>(&list.stdout) else { return };
        if let Some(name) = answer["data"][0]["blocker"]["name"].as_str() {
            self.sandbox.passmuster(&["unblock", name, "-m", "found one"]);
        }
    }

    /// What happens seldom.
    fn upheaval(&mut self) {
        let work = self.sandbox.work();
        match self.dice.roll(4) {
            0 => self.git(&["pack-refs", "--all"], &["gc", "--quiet", "--prune=now"]),
            1 => {
                std::fs::rename(work.join("plan"), work.join("gone")).expect("the sandbox can be written");
                std::fs::rename(work.join("gone"), work.join("plan")).expect("the sandbox can be written");
            }
            2 if work.join("src").exists() => {
                std::fs::remove_dir_all(work.join("src")).expect("the sandbox can be written");
                self.sandbox.write("src/a", "anew\n");
            }
            _ => {
                for number in 0..200 {
                    self.sandbox.write(&format!("src/many/{number}"), format!("{}\n", self.count));
                }
            }
        }
    }
}

/// Ticks an item, or takes its tick away.
fn flip(text: &str, id: &str) -> String {
    let (open, ticked) = (format!("- [ ] {id}"), format!("- [x] {id}"));
    if text.contains(&open) { text.replace(&open, &ticked) } else { text.replace(&ticked, &open) }
}

#[test]
fn in_the_end_a_watcher_knows_what_a_fresh_look_finds() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    let plan = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n- [ ] A-2: second ~1h\n  - needs: A-1 (technical: its output)\n  - touches: docs/**\n";
    sandbox.write(PLAN, plan);
    sandbox.write("src/a", "one\n");
    sandbox.commit_all("adopt");
    sandbox.clone("work", "other");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox.passmuster(&["watch", "--once"]).success();

    let start: Value = serde_json::from_str(&sandbox.read(MEMORY)).expect("it is whole");
    let live = Live::start(&sandbox, "work", &["--format", "json"]);
    let seed = number("PASSMUSTER_SOAK_SEED").unwrap_or(0x5eed).max(1);
    let mut work = Work { sandbox: &sandbox, dice: Dice(seed), count: 0 };
    let until = number("PASSMUSTER_SOAK_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let goes_on = |count| until.map_or(count < STEPS as u64, |until| Instant::now() < until);
    let mut told = Vec::new();
    let mut memory = Vec::new();
    while goes_on(work.count) {
        work.step();
        told.extend(live.rest());
        if work.count % 100 == 50 {
            memory.extend(resident(live.id()));
        }
    }
    // The last word, which only a look after everything else can hold.
    sandbox.write("passmuster.yaml", POLICY);
    // A mistake is told in any state; what stands in a plan is not, while some record has been merged badly.
    sandbox.write(PLAN, plan.replace("needs: A-1", "needs: THE-LAST-WORD"));
    in_time("it remembers the last word", || sandbox.read(MEMORY).contains("THE-LAST-WORD"));
    told.extend(live.finish());
    let kept: Value = serde_json::from_str(&sandbox.read(MEMORY)).expect("it is whole");
    std::fs::remove_file(sandbox.work().join(MEMORY)).expect("it is there");
    sandbox.passmuster(&["watch", "--once"]).success();
    let fresh: Value = serde_json::from_str(&sandbox.read(MEMORY)).expect("it is whole");
    assert_eq!(kept["view"], fresh["view"], "after {} steps with seed {seed}", work.count);
    told_once(&told, &start["view"], &fresh["view"]);
    if let (Some(first), Some(last)) = (memory.first(), memory.last()) {
        println!("{} steps, {} lines, {first} kB resident at first, {last} kB at last", work.count, told.len());
        assert!(*last < first * 3 / 2 + 4096, "memory grew from {first} to {last} kB: {memory:?}");
    }
}

/// Nothing is told a second time while it is still so, and what is told at last is what is so.
fn told_once(told: &[String], start: &Value, view: &Value) {
    let keys =
        |map: &Value| map.as_object().map(|map| map.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default();
    let events = told.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut calling: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut findings: BTreeSet<String> = keys(&start["findings"]);
    let mut last_of_gate: BTreeMap<String, String> = BTreeMap::new();
    for event in events.filter(|event| event["kind"] == "event") {
        let data = &event["data"];
        let subject = data["subject"].as_str().unwrap_or_default().to_owned();
        match data["event"].as_str().unwrap_or_default() {
            "trigger-raised" => {
                let again = data["trigger"]["again"].as_u64().unwrap_or_default();
                let since = data["trigger"]["since"].as_str().unwrap_or_default().to_owned();
                // Where its clock began anew, untold, it may become as loud as before once more.
                let louder = |(old, begun): (u64, String)| old < again || (begun != since && again > 0);
                let before = calling.insert(subject.clone(), (again, since.clone()));
                assert!(before.is_none_or(louder), "{subject} was raised twice");
            }
            "trigger-settled" => {
                assert!(calling.remove(&subject).is_some(), "{subject} was settled, and never raised");
            }
            "finding" => assert!(findings.insert(subject.clone()), "told twice: {subject}"),
            "finding-gone" => assert!(findings.remove(&subject), "mended, and never told: {subject}"),
            "evidence-stale" | "gate-passed" | "gate-failed" => {
                let text = data["text"].as_str().unwrap_or_default().to_owned();
                let before = last_of_gate.insert(subject.clone(), text.clone());
                assert_ne!(before, Some(text), "told twice in a row");
            }
            // Another commit or branch is another question.
            "ref-moved" => last_of_gate.clear(),
            _ => {}
        }
    }
    assert_eq!(calling.into_keys().collect::<BTreeSet<_>>(), keys(&view["triggers"]), "what calls was told");
    assert_eq!(findings, keys(&view["findings"]), "what check finds was told");
}

/// The memory of a process in kB, where the system says.
fn resident(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
}
