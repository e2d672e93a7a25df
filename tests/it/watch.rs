//! The watcher: what it tells, what it runs, and that it sees in the end what a fresh look sees.

use crate::harness::{Live, Output, Sandbox, in_time};
use serde_json::Value;

/// What a watcher remembers.
const MEMORY: &str = ".git/passmuster/watch.json";

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
        sandbox.write(MEMORY, damage);
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

#[test]
fn saves_commits_and_switches_are_seen_while_they_happen() {
    for args in [&[][..], &["--poll", "1"]] {
        let sandbox = with("");
        let live = Live::start(&sandbox, "work", args);
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
        in_time("it remembers", || sandbox.read(MEMORY).contains("first of all"));
        drop(live);
        let kept: Value = serde_json::from_str(&sandbox.read(MEMORY)).unwrap();
        std::fs::remove_file(sandbox.work().join(MEMORY)).unwrap();
        once(&sandbox);
        let fresh: Value = serde_json::from_str(&sandbox.read(MEMORY)).unwrap();
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
    let live = Live::start(&sandbox, "work", &["--format", "json"]);
    sandbox.git(&["switch", "-q", "main"]).success();
    let events = live.until(r#"{"version":1,"kind":"event","data":{"event":"item-blocked""#);
    let halves = events.iter().filter(|line| line.contains("evidence-stale") || line.contains("finding")).count();
    assert_eq!(halves, 0, "the middle of the switch was looked at: {events:#?}");
}

#[test]
fn a_second_watcher_only_tells() {
    let sandbox = with("on:\n  item-done: echo x >> ../reacted\n");
    let first = Live::start(&sandbox, "work", &[]);
    let second = Live::start(&sandbox, "work", &[]);
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
    let live = Live::start(&sandbox, "work", &[]);
    sandbox.passmuster(&["done", "A-1"]).success();
    live.until("`item-");
}

#[test]
fn exec_runs_at_every_change_with_its_paths() {
    let sandbox = with("");
    let live = Live::start(&sandbox, "work", &["--exec", "cat"]);
    sandbox.passmuster(&["done", "A-1"]).success();
    let seen = live.until(r#"{"version":1,"kind":"change","data":{"all":false,"paths":["#);
    assert!(seen.last().is_some_and(|line| line.contains("03-execution-plan.md")), "{seen:#?}");
}

#[test]
#[cfg(unix)]
fn exec_runs_once_more_for_what_changed_during_a_run() {
    const CHANGE: &str = r#"{"version":1,"kind":"change""#;
    let sandbox = with("");
    sandbox.shell("work", "mkfifo ../go").success();
    let live = Live::start(&sandbox, "work", &["--exec", "cat; read _ <../go"]);
    let run_ends = || sandbox.shell("work", "echo >../go").success();
    sandbox.passmuster(&["done", "A-1"]).success();
    live.until(CHANGE);
    // What is told of a change is told after the command was asked to run.
    for mistake in ["gatez", "levelz"] {
        sandbox.write("passmuster.yaml", format!("{POLICY}{mistake}: {{}}\n"));
        let seen = live.until("finding: ");
        assert!(!seen.iter().any(|line| line.starts_with(CHANGE)), "never two at once: {seen:#?}");
    }
    run_ends();
    let seen = live.until(CHANGE);
    assert!(seen.last().is_some_and(|line| line.contains("passmuster.yaml")), "{seen:#?}");
    run_ends();
    assert!(!live.finish().iter().any(|line| line.starts_with(CHANGE)), "both changes were one run");
}

#[test]
fn time_alone_raises_what_falls_due() {
    let sandbox = with("");
    let live = Live::start(&sandbox, "work", &[]);
    // The watcher has no reason to look but the clock: the answer is due a moment after the record is seen.
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(4);
    let handoff = format!(
        "---\npassmuster: handoff/1\ntitle: all of it\nstate: offered\nby: ada\nat: 2026-01-01T00:00:00Z\n\
         from: ada\nto: bob\nanswer_by: {soon}\nsteps:\n  - {{to: offered, by: ada, at: 2026-01-01T00:00:01Z}}\n---\n# all\n"
    );
    sandbox.write("plan/handoffs/2026-01-01-h.md", handoff);
    let told = live.until("trigger-raised: handoff-unanswered-");
    assert!(jiff::Timestamp::now() >= soon, "it was told before it was due: {told:#?}");
}

#[test]
fn generated_files_are_kept_fresh_and_written_only_when_they_differ() {
    let sandbox = with("views:\n  docs/plan.csv: csv\n  docs/plan.mmd: mermaid\n");
    let first = once(&sandbox);
    assert!(first.contains("view-refreshed: docs/plan.csv was written anew"), "{first}");
    assert!(sandbox.read("docs/plan.csv").contains("A-1"), "the table names the items");
    told(&sandbox, &[]);
    sandbox.passmuster(&["done", "A-1"]).success();
    let views = ["view-refreshed: docs/plan.csv", "view-refreshed: docs/plan.mmd"];
    told(&sandbox, &["item-done: A-1", "item-ready: A-2", views[0], views[1]]);
    // Nothing is made from a plan with mistakes.
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("needs: A-1", "needs: A-9"));
    told(&sandbox, &["finding: plan/03-execution-plan.md"]);
}

#[test]
fn the_war_room_and_reports_are_kept_fresh_around_what_people_wrote() {
    const REPORT: &str = "plan/04-implementation-report.md";
    let sandbox = with("views:\n  plan/04-implementation-report.md: war-room\n  docs/daily.md: daily\n");
    sandbox.write(REPORT, "# Report\n\nmine\n");
    assert!(once(&sandbox).contains("view-refreshed: plan/04-implementation-report.md was written anew"));
    let written = sandbox.read(REPORT);
    assert!(written.starts_with("# Report\n\nmine\n") && written.contains("- tasks: 0 of 2 done"), "{written}");
    assert!(sandbox.read("docs/daily.md").starts_with("<!-- passmuster daily as of "));
    sandbox.passmuster(&["report", "war-room", "--check"]).success();
    // Time alone changes nothing, and what people write is theirs.
    sandbox.write(REPORT, written.replace("mine", "still mine"));
    told(&sandbox, &[]);
    sandbox.passmuster(&["done", "A-1"]).success();
    let views = ["view-refreshed: plan/04", "view-refreshed: docs/daily.md"];
    told(&sandbox, &["item-done: A-1", "item-ready: A-2", views[0], views[1]]);
    let written = sandbox.read(REPORT);
    assert!(written.contains("still mine") && written.contains("- tasks: 1 of 2 done"), "{written}");
    // Markers that somebody broke are left alone, and said.
    sandbox.write(REPORT, written.replace("<!-- /passmuster", "<!-- "));
    assert!(once(&sandbox).contains("the markers of the war room in `plan/04-implementation-report.md` are no pair"));
}

#[test]
fn a_branch_names_no_files_to_be_written() {
    let sandbox = with("");
    sandbox.write("passmuster.yaml", format!("{POLICY}views: {{ src/a: csv }}\n"));
    sandbox.commit_all("a view of my own");
    once(&sandbox);
    assert_eq!(sandbox.read("src/a"), "one\n");
}

#[test]
fn a_commit_after_gc_and_packed_refs_is_seen() {
    let sandbox = with("");
    let live = Live::start(&sandbox, "work", &[]);
    for message in ["one", "two"] {
        sandbox.git(&["gc", "--quiet", "--prune=now"]).success();
        sandbox.write("src/a", message);
        sandbox.commit_all(message);
        live.until("ref-moved: task/A-1 moved");
    }
}

#[test]
fn a_linked_work_tree_sees_what_others_land_and_fetch() {
    let sandbox = with("");
    sandbox.git(&["worktree", "add", "--quiet", "../linked", "-b", "linked"]).success();
    let live = Live::start(&sandbox, "linked", &[]);
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("docs/a", "x\n");
    sandbox.commit_all("lands elsewhere");
    live.until("ref-moved: main moved");
    sandbox.clone("work", "other");
    sandbox.git_in("other", &["commit", "--quiet", "--allow-empty", "--message", "far away"]).success();
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    sandbox.git(&["fetch", "--quiet", "../other", "main:main"]).success();
    live.until("ref-moved: main moved");
}

#[test]
fn a_watcher_ends_when_nobody_reads_what_it_tells() {
    let sandbox = with("");
    let mut live = Live::start(&sandbox, "work", &[]);
    live.stop_reading();
    in_time("it ends", || {
        sandbox.write("plan/03-execution-plan.md", PLAN.replace("- [ ] A-1", "- [x] A-1"));
        sandbox.write("plan/03-execution-plan.md", PLAN);
        live.has_ended()
    });
}

/// The inotify watches of a process.
#[cfg(target_os = "linux")]
fn watches(id: u32) -> usize {
    let infos = std::fs::read_dir(format!("/proc/{id}/fdinfo")).expect("the watcher runs");
    let texts = infos.filter_map(|info| std::fs::read_to_string(info.ok()?.path()).ok());
    texts.map(|text| text.lines().filter(|line| line.starts_with("inotify wd:")).count()).sum()
}

/// Only what can change an answer is watched, however many files there are: some hundred, or as many as
/// `PASSMUSTER_MANY_FILES` says.
#[cfg(target_os = "linux")]
#[test]
fn folders_that_change_no_answer_are_not_watched() {
    let sandbox = with("");
    let files = std::env::var("PASSMUSTER_MANY_FILES").ok().and_then(|many| many.parse().ok()).unwrap_or(300);
    for number in 0..files {
        sandbox.write(&format!("vendor/{}/{number}", number / 100), "x\n");
    }
    sandbox.commit_all("many files");
    let live = Live::start(&sandbox, "work", &[]);
    let watched = watches(live.id());
    assert!((1..=50).contains(&watched), "{watched} folders are watched");
    sandbox.passmuster(&["done", "A-1"]).success();
    live.until("item-done: A-1");
    // The other branch has none of them.
    sandbox.git(&["stash", "--quiet"]).success();
    sandbox.git(&["switch", "-q", "main"]).success();
    live.until("ref-moved: HEAD moved from task/A-1 to main");
    assert!(watches(live.id()) <= watched);
}

/// The system throws events away when nobody takes them: here, while the watcher is stopped.
#[cfg(target_os = "linux")]
#[test]
fn after_lost_events_everything_is_looked_at() {
    const JUNK: usize = 100;
    let room = std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").ok();
    let room: usize = room.and_then(|room| room.trim().parse().ok()).unwrap_or(usize::MAX);
    if room > 20_000 {
        println!("skipped: the system keeps {room} events");
        return;
    }
    let sandbox = with("");
    sandbox.write(".gitignore", "src/junk/\n");
    for number in 0..JUNK {
        sandbox.write(&format!("src/junk/{number}"), "");
    }
    sandbox.passmuster(&["done", "A-1"]).success();
    sandbox.commit_all("A-1: claim");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: evidence");
    let live = Live::start(&sandbox, "work", &[]);
    sandbox.shell("work", &format!("kill -STOP {}", live.id())).success();
    // Every write is three events. They name so few files that what comes after them is only found by looking at all.
    for round in 0..=room / JUNK / 3 {
        for number in 0..JUNK {
            std::fs::write(sandbox.work().join(format!("src/junk/{number}")), format!("{round}"))
                .expect("it can be written");
        }
    }
    sandbox.write("src/a", "two\n");
    sandbox.shell("work", &format!("kill -CONT {}", live.id())).success();
    live.until("evidence-stale: evidence of gate g of A-1 will be stale: src/a differs from HEAD");
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_is_shown_first_and_installed_only_when_asked() {
    let sandbox = with("");
    let shown = sandbox.passmuster(&["watch", "--install"]).success();
    assert!(shown.contains("ExecStart=") && shown.contains("nothing was done: add `--yes`"), "{shown}");
    let units = sandbox.root().join("home/.config/systemd/user");
    assert!(!units.exists());

    // A systemctl that only notes how it was called.
    let tool = sandbox.root().join("home/bin/systemctl");
    sandbox.write_in("home", "bin/systemctl", "#!/bin/sh\necho \"$@\" >> \"$HOME/calls\"\n");
    sandbox.shell("home", "chmod +x bin/systemctl").success();
    let run = |args: &[&str]| {
        let mut command = sandbox.command("passmuster", "work");
        let path = std::env::var("PATH").unwrap_or_default();
        command.args(args).env("PATH", format!("{}:{path}", tool.parent().expect("it has one").display()));
        sandbox.run(&mut command, "").success()
    };
    run(&["watch", "--install", "--yes"]);
    let unit = std::fs::read_dir(&units).expect("it is there").next().expect("one").expect("it can be read").path();
    let text = std::fs::read_to_string(&unit).expect("it is text");
    assert!(text.contains(&format!("-C \"{}\" watch\n", sandbox.work().display())), "{text}");
    run(&["watch", "--uninstall", "--yes"]);
    assert!(!unit.exists());
    let calls = std::fs::read_to_string(sandbox.root().join("home/calls")).expect("it was called");
    let name = unit.file_name().expect("it has one").to_string_lossy().into_owned();
    let expected = ["daemon-reload".to_owned(), format!("enable --now {name}"), format!("disable --now {name}")];
    assert_eq!(calls.lines().collect::<Vec<_>>(), expected.map(|call| format!("--user {call}")));
}
