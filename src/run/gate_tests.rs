use super::super::many::{Progress, gate, many};
use super::*;
use crate::id::GateName;
use crate::policy::Reading;
use crate::port::EntryKind;
use crate::port::memory::MemoryTree;
use crate::text::{Span, Spanned};
use std::num::NonZero;
use std::sync::Mutex;

fn named(name: &str, command: &str) -> Gate {
    let kind = GateKind::Run { command: Spanned::new(command.to_owned(), Span::default()), metric: None };
    let name = Spanned::new(GateName::parse(name).unwrap(), Span::default());
    Gate { timeout: Duration::from_secs(60), ..Gate::new(name, kind) }
}

fn with_metric(command: &str, reading: Reading, min: Option<f64>, max: Option<f64>) -> Gate {
    let mut gate = named("metric", command);
    let command = Spanned::new(command.to_owned(), Span::default());
    gate.kind = GateKind::Run { command, metric: Some(Metric { reading, min, max }) };
    gate
}

fn tree() -> MemoryTree {
    MemoryTree::from([("src/a", "alpha"), ("plan/plan.md", "p"), ("secret", "s"), ("cov.json", "[99]")]).with(
        EntryKind::Executable,
        "src/tool",
        "#!/bin/sh\necho tool\n",
    )
}

fn run_on(tree: &MemoryTree, gate_to_run: &Gate, inputs: &[&str]) -> Run {
    let plan = RepoPath::from("plan");
    let inputs: Vec<RepoPath> = inputs.iter().map(|path| RepoPath::from(*path)).collect();
    let setting = Setting {
        variables: vec![("PATH".into(), "/usr/bin:/bin".into()), ("SECRET".into(), "x".into())],
        ..Setting::new(tree, &plan)
    };
    gate(&setting, &Job { gate: gate_to_run, subject: "DB-001", inputs: &inputs })
}

fn run(gate: &Gate) -> Run {
    run_on(&tree(), gate, &["src"])
}

/// Outcome and note of a command.
fn seen(gate: &Gate) -> (Outcome, String) {
    let run = run(gate);
    (run.outcome, run.note)
}

fn says(outcome: Outcome, note: &str) -> (Outcome, String) {
    (outcome, note.to_owned())
}

#[test]
fn only_status_0_passes() {
    let of = |command: &str| seen(&named("g", command));
    assert_eq!(of("true"), says(Outcome::Pass, "exit 0"));
    assert_eq!(of("exit 3"), says(Outcome::Fail, "exit 3"));
    assert_eq!(of("echo 2 passed in 0.1s; exit 3"), says(Outcome::Fail, "exit 3, 2 tests"));
    assert_eq!(of("exit 126"), says(Outcome::Error, "a command this gate needs cannot be executed (exit 126)"));
    assert_eq!(of("no-such-tool"), says(Outcome::Error, "a command this gate needs was not found (exit 127)"));
    assert_eq!(of("kill -9 $$"), says(Outcome::Error, "ended by signal 9"));
    assert_eq!(of("a\0b").0, Outcome::Error);
    let mut slow = named("g", "sleep 300");
    slow.timeout = Duration::from_millis(200);
    assert_eq!(seen(&slow), says(Outcome::Error, "timed out after 200ms"));
    assert_eq!(plain(Duration::from_secs(15 * 60)), "15m");
}

#[test]
fn what_was_not_declared_is_not_there() {
    assert_eq!(run(&named("g", "cat src/a && src/tool")).output.text(100), "alphatool\n");
    assert_eq!(run(&named("g", "cat secret")).outcome, Outcome::Fail);
    assert_eq!(run(&named("g", "test -z \"$SECRET$(ls -d ../*/plan 2>/dev/null)\"")).outcome, Outcome::Pass);
    assert_eq!(run_on(&tree(), &named("g", "ls | tr '\\n' ' '"), &[""]).output.text(100), "cov.json secret src ");
    assert_eq!(run(&named("unit", "echo $PASSMUSTER_GATE $PASSMUSTER_ITEM")).output.text(100), "unit DB-001\n");
}

#[test]
fn a_tree_that_cannot_be_written_out_is_an_error() {
    let hostile = MemoryTree::default().with(EntryKind::Symlink, "src/\u{202e}out", "/etc");
    let run = run_on(&hostile, &named("g", "true"), &["src"]);
    assert_eq!((run.outcome, run.exit), (Outcome::Error, None));
    assert!(run.note.contains("src/\\u{202e}out"), "{}", run.note);
}

#[test]
fn gates_without_a_command_do_not_run() {
    let mut approval = named("review", "true");
    approval.kind = GateKind::Builtin(crate::policy::Builtin::Committed);
    assert_eq!(run(&approval).outcome, Outcome::NotRun);
}

#[test]
fn tests_that_are_asked_for_must_be_seen() {
    let asking = |command: &str, least: u32| {
        let mut gate = named("g", command);
        gate.min_tests = Some(least);
        seen(&gate)
    };
    assert_eq!(asking("echo 12 passed in 0.1s", 12), says(Outcome::Pass, "exit 0, 12 tests"));
    assert_eq!(
        asking("echo 12 passed in 0.1s", 13),
        says(Outcome::Error, "exit 0, but 12 tests ran where at least 13 should")
    );
    assert_eq!(
        asking("echo no tests ran in 0.1s", 1),
        says(Outcome::Error, "exit 0, but 0 tests ran where at least 1 should")
    );
    assert_eq!(asking("echo 5 skipped in 0.1s", 1).0, Outcome::Error);
    assert_eq!(asking("echo fine", 1), says(Outcome::Error, "exit 0, but the output shows no test count"));
    assert_eq!(asking("echo 1 failed, 9 passed in 0.1s || true", 1), says(Outcome::Fail, "exit 0, but 1 test failed"));
}

#[test]
fn numbers_stay_within_bounds() {
    let regex = || Reading::Regex { pattern: "v=(.*)$".to_owned() };
    let of = |printed: &str, min, max| seen(&with_metric(&format!("echo v={printed}"), regex(), min, max));
    assert_eq!(of("80", Some(80.0), None), says(Outcome::Pass, "exit 0, value 80"));
    assert_eq!(of("71.5", Some(80.0), None), says(Outcome::Fail, "value 71.5 is under the minimum 80"));
    assert_eq!(of("79.9999", Some(80.0), None), says(Outcome::Fail, "value 79.9999 is under the minimum 80"));
    assert_eq!(of("201", None, Some(200.0)), says(Outcome::Fail, "value 201 is over the maximum 200"));
    assert_eq!(
        of("NaN", Some(0.0), None),
        says(Outcome::Error, "the metric could not be read: NaN is no number to judge")
    );
    assert_eq!(of("5", None, None).0, Outcome::Error);
    let red = with_metric("echo v=99; exit 1", regex(), Some(80.0), None);
    assert_eq!(seen(&red), says(Outcome::Fail, "exit 1"));
}

#[test]
fn a_report_that_came_with_the_tree_is_not_the_commands() {
    let json = || Reading::Json { file: "cov.json".to_owned(), pointer: "/0".to_owned() };
    let idle = run_on(&tree(), &with_metric("true", json(), Some(80.0), None), &[""]);
    assert_eq!((idle.outcome, idle.value), (Outcome::Error, None));
    assert_eq!(idle.note, "the metric could not be read: the command left no `cov.json`");
    let busy = run_on(&tree(), &with_metric("echo '[81]' > cov.json", json(), Some(80.0), None), &[""]);
    assert_eq!((busy.outcome, busy.value), (Outcome::Pass, Some(81.0)));
}

#[test]
fn a_junit_report_counts_the_tests() {
    let command =
        "echo '<testsuite><testcase/><testcase><skipped/></testcase></testsuite>' > j.xml; echo 99 passed in 1s";
    let mut gate = with_metric(command, Reading::Junit { file: "j.xml".to_owned() }, Some(100.0), None);
    gate.min_tests = Some(1);
    let run = run(&gate);
    assert_eq!((run.outcome, run.tests, run.value), (Outcome::Pass, Some(1), Some(100.0)));
}

#[test]
fn gates_meet_when_they_run_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    // Each end waits for the other; one after the other they would time out.
    let gates = [
        named("reads", &format!("cat '{}'", fifo.display())),
        named("broken", "exit 1"),
        named("writes", &format!("echo met > '{}'", fifo.display())),
    ];
    let (tree, plan) = (tree(), RepoPath::from("plan"));
    let jobs: Vec<Job<'_>> = gates.iter().map(|gate| Job { gate, subject: "merge", inputs: &[] }).collect();
    let events = Mutex::new(Vec::new());
    let runs = many(&Setting::new(&tree, &plan), &jobs, NonZero::new(2).unwrap(), &|progress| {
        events.lock().unwrap().push(match progress {
            Progress::Started(index) => (index, None),
            Progress::Finished(index, run) => (index, Some(run.outcome)),
        });
    });
    let outcomes: Vec<Outcome> = runs.iter().map(|run| run.outcome).collect();
    assert_eq!(outcomes, [Outcome::Pass, Outcome::Fail, Outcome::Pass]);
    assert_eq!(runs[0].output.text(100), "met\n");
    let mut events = events.into_inner().unwrap();
    events.sort();
    let (pass, fail) = (Some(Outcome::Pass), Some(Outcome::Fail));
    assert_eq!(events, [(0, None), (0, pass), (1, None), (1, fail), (2, None), (2, pass)]);
}

#[test]
fn notes_are_short_visible_lines() {
    assert_eq!(one_line("a\nb\x1b[1m"), "a\\u{a}b\\u{1b}[1m");
    assert_eq!(one_line(&"é".repeat(1000)).chars().count(), MAX_NOTE + 1);
}
