//! The reactions of the README, run as they stand there. The programs they start are stand-ins that write down how they
//! were called.

use crate::harness::{Output, Sandbox};
use crate::readme::blocks;

/// Writes down its name, its arguments and, where it is told to read it, its input: each between brackets.
const STAND_IN: &str = r#"#!/bin/sh
{
  printf '<%s>' "${0##*/}" "$@"
  for arg; do
    if [ "$arg" = @- ]; then printf '<'; cat; printf '>'; fi
  done
  echo
} >> "$HOME/calls"
case "$*" in "issue list"*) cat "$HOME/issues" ;; esac
"#;

/// What a stranger might call a blocker.
const HOSTILE: &str = "no \"licence\" $(touch pwned) `touch pwned`; ' & | > pwned \\ end";

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [g]\ngates:\n  g: { run: \"test -e src/ok\", inputs: [src/] }\n";

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n";

/// The blocks of reactions, in their order.
fn reactions() -> Vec<String> {
    let written = blocks().into_iter().filter(|(info, text)| *info == "yaml" && text.starts_with("on:"));
    written.map(|(_, text)| text).collect()
}

/// A project whose policy holds these reactions, on a branch for its task.
fn sandbox(on: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    for name in ["curl", "notify-send", "osascript", "gh"] {
        sandbox.write_in("home", &format!("bin/{name}"), STAND_IN);
    }
    sandbox.write_in("home", "issues", "0\n");
    sandbox.shell("home", "chmod +x bin/*").success();
    sandbox.write("passmuster.yaml", format!("{POLICY}{on}"));
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("src/ok", "one\n");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    once(&sandbox);
    sandbox
}

fn once(sandbox: &Sandbox) -> Output {
    let mut watch = sandbox.command("passmuster", "work");
    let path = std::env::var("PATH").unwrap_or_default();
    watch.args(["watch", "--once"]).env("PATH", format!("{}:{path}", sandbox.root().join("home/bin").display()));
    watch.env("CHAT_HOOK", "https://chat.example.org/hook?a=1&b=2");
    sandbox.run(&mut watch, "").success()
}

/// How programs were called since the last time.
fn calls(sandbox: &Sandbox) -> String {
    let file = sandbox.root().join("home/calls");
    let calls = std::fs::read_to_string(&file).unwrap_or_default();
    let _ = std::fs::remove_file(file);
    calls
}

/// The task has evidence, and then other files.
fn make_stale(sandbox: &Sandbox) {
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: evidence");
    once(sandbox);
    calls(sandbox);
    sandbox.write("src/ok", "two\n");
}

/// Its gate fails.
fn make_red(sandbox: &Sandbox) {
    std::fs::rename(sandbox.work().join("src/ok"), sandbox.work().join("src/not")).expect("it is there");
    sandbox.commit_all("A-1: work");
    sandbox.passmuster(&["gate", "run", "A-1"]);
    sandbox.commit_all("A-1: evidence");
}

#[cfg(unix)]
#[test]
fn the_first_reactions_of_the_readme_do_what_they_are_there_for() {
    let sandbox = sandbox(&reactions()[0]);
    make_stale(&sandbox);
    once(&sandbox);
    let told = calls(&sandbox);
    assert!(told.starts_with("<curl><-fsS><-d><@-><https://chat.example.org/hook><{\"version\":1,"), "{told}");
    assert!(told.contains("\"event\":\"evidence-stale\"") && told.contains("src/ok differs from HEAD"), "{told}");
    make_red(&sandbox);
    once(&sandbox);
    assert!(calls(&sandbox).contains("<notify-send><passmuster><a gate failed>"));
}

#[cfg(unix)]
#[test]
fn the_ready_made_reactions_of_the_readme_do_what_they_are_there_for() {
    if std::process::Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: there is no jq here");
        return;
    }
    let sandbox = sandbox(&reactions()[1]);
    make_stale(&sandbox);
    once(&sandbox);
    let note = "<notify-send><--><passmuster><evidence of gate g of A-1 will be stale: src/ok differs from HEAD>\n";
    assert_eq!(calls(&sandbox), note);

    make_red(&sandbox);
    let quiet = once(&sandbox);
    assert!(!quiet.contains("the reaction to"), "{quiet}");
    let told = calls(&sandbox);
    let message = "<curl><-fsS><--max-time><20><-H><content-type: application/json><-d><@-><https://chat.example.org/hook?a=1&b=2><{\n  \"text\": \"gate g of A-1 did not pass: ";
    assert!(told.contains(message), "{told}");
    assert!(told.contains("<gh><issue><list><--state><all><--search><gate-failed-"), "{told}");
    assert!(told.contains("<gh><issue><create><--title><gate-failed-"), "{told}");

    // What a stranger wrote is only ever an argument, and of an issue that is there no second one is made.
    sandbox.passmuster(&["block", "A-1", "-m", HOSTILE, "--priority", "P0"]).success();
    once(&sandbox);
    let told = calls(&sandbox);
    assert!(told.contains("<gh><issue><create><--title><blocker-critical-"), "{told}");
    assert!(told.contains("$(touch pwned) `touch pwned`; ' & | > pwned"), "{told}");
    sandbox.write_in("home", "issues", "1\n");
    sandbox.passmuster(&["block", "A-1", "-m", "another", "--priority", "P0"]).success();
    let quiet = once(&sandbox);
    assert!(!quiet.contains("the reaction to"), "{quiet}");
    let told = calls(&sandbox);
    assert!(told.contains("<list>") && !told.contains("<create>"), "{told}");

    // A merge with conflicts is not judged.
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/not", "elsewhere\n");
    sandbox.commit_all("elsewhere");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    once(&sandbox);
    let told = calls(&sandbox);
    let note = "<osascript><-e><on run said><-e><display notification (item 1 of said)><-e><end run><what would land is not judged: ";
    assert!(told.contains(note), "{told}");
    let found = sandbox.shell("", "find . -name pwned").success();
    assert_eq!(found.stdout, "");
}
