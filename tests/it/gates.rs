//! What each kind of gate accepts, run for real.

use crate::harness::{Output, Sandbox};

/// A repository whose one task needs the gate `g`, defined by `gate`; files are given as path and text.
fn with(gate: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write(
        "passmuster.yaml",
        format!(
            "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [g]\ngates:\n  g: {gate}\n"
        ),
    );
    sandbox.write(
        "plan/03-execution-plan.md",
        "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n",
    );
    sandbox.write("src/a", "one\n");
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox
}

fn run(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["gate", "run", "A-1"])
}

#[track_caller]
fn seen(output: &Output, status: i32, text: &str) {
    assert!(output.status == status && output.contains(text), "no `{text}` with status {status} in\n{output}");
}

#[test]
fn a_gate_sees_its_declared_inputs_only() {
    let sandbox = with("{ run: \"cat src/a secret\", inputs: [src/] }", &[("secret", "x\n")]);
    seen(&run(&sandbox), 1, "fail");
    let sandbox = with("{ run: \"cat src/a secret\", inputs: [src/, secret] }", &[("secret", "x\n")]);
    seen(&run(&sandbox), 0, "pass");
}

#[test]
fn what_is_not_committed_is_not_tested() {
    let sandbox = with("{ run: \"grep -q two src/a\", inputs: [src/] }", &[]);
    sandbox.write("src/a", "two\n");
    let output = run(&sandbox);
    seen(&output, 1, "changed since HEAD; gates test what is committed");
}

#[test]
fn too_few_or_uncountable_tests_are_an_error() {
    let line = |count: u32| {
        format!(
            "{{ run: \"echo 'test result: ok. {count} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out'\", inputs: [src/], min_tests: 3 }}"
        )
    };
    seen(&run(&with(&line(3), &[])), 0, "pass");
    seen(&run(&with(&line(2), &[])), 1, "error");
    seen(&run(&with("{ run: \"true\", inputs: [src/], min_tests: 1 }", &[])), 1, "error");
}

#[test]
fn commands_that_cannot_start_or_take_too_long_are_an_error() {
    seen(&run(&with("{ run: \"no-such-command-here\", inputs: [src/] }", &[])), 1, "error");
    seen(&run(&with("{ run: \"sleep 60\", inputs: [src/], timeout: 1s }", &[])), 1, "timed out");
}

#[test]
fn metrics_have_bounds() {
    let coverage = "TN:\nSF:a\nDA:1,1\nDA:2,0\nDA:3,1\nDA:4,1\nend_of_record\n";
    let gate = |min: u32| {
        format!("{{ run: \"cp fixture out.info\", inputs: [fixture], metric: {{ lcov: out.info, min: {min} }} }}")
    };
    seen(&run(&with(&gate(75), &[("fixture", coverage)])), 0, "pass");
    seen(&run(&with(&gate(76), &[("fixture", coverage)])), 1, "fail");
    seen(&run(&with(&gate(75), &[("fixture", "nothing of the kind\n")])), 1, "error");
}

#[test]
fn equal_keys_are_reused_and_said_so() {
    let sandbox = with("{ run: \"true\", inputs: [src/] }", &[]);
    seen(&run(&sandbox), 0, "pass");
    seen(&run(&sandbox), 0, "reused: same key");
    let fresh = sandbox.passmuster(&["gate", "run", "A-1", "--fresh"]);
    assert!(fresh.status == 0 && !fresh.contains("reused"), "{fresh}");
    let reports = sandbox.shell("work", "ls plan/gates | wc -l");
    assert_eq!(reports.line(), "1", "a new run supersedes the old report: {reports}");
}

#[test]
fn unknown_items_and_gates_name_the_nearest() {
    let sandbox = with("{ run: \"true\", inputs: [src/] }", &[]);
    seen(&sandbox.passmuster(&["gate", "run", "A-2"]), 2, "did you mean `A-1`");
    seen(&sandbox.passmuster(&["gate", "run", "A-1", "--gate", "gg"]), 2, "did you mean `g`");
}

#[test]
fn checklists_are_read_from_what_would_land() {
    let sandbox = with("{ checklist: RELEASE.md }", &[("RELEASE.md", "- [x] one\n- [ ] two\n")]);
    let explain = |sandbox: &Sandbox| sandbox.passmuster(&["gate", "explain", "A-1"]);
    seen(&explain(&sandbox), 1, "1 of 2 boxes of `RELEASE.md` are open");
    sandbox.write("RELEASE.md", "- [x] one\n- [x] two\n");
    sandbox.commit_all("A-1: tick");
    seen(&explain(&sandbox), 0, "all 2 boxes");
    sandbox.write("RELEASE.md", "nothing\n");
    sandbox.commit_all("A-1: empty");
    seen(&explain(&sandbox), 1, "an open box of `RELEASE.md` was taken away: two");
    sandbox.write("RELEASE.md", "- [x] one\n");
    sandbox.commit_all("A-1: without the open one");
    seen(&explain(&sandbox), 1, "an open box of `RELEASE.md` was taken away: two");
}

#[test]
fn hostile_output_is_neutralised_in_the_report() {
    let sandbox = with("{ run: \"printf 'a\\\\033[31m\\\\n```\\\\n::error::x\\\\n'; exit 1\", inputs: [src/] }", &[]);
    let output = run(&sandbox);
    seen(&output, 1, "fail");
    let report = sandbox.shell("work", "cat plan/gates/A-1.*");
    assert!(!report.stdout.contains('\u{1b}') && report.stdout.contains("\\u{1b}"), "{report}");
    assert!(report.stdout.len() <= 5_000, "{} bytes", report.stdout.len());
}

#[test]
fn a_reused_result_keeps_its_subject_and_signature() {
    let sandbox = with("{ run: \"true\", inputs: [src/] }", &[]);
    let policy = sandbox.read("passmuster.yaml").replace("levels:\n", "levels:\n  merge: [g]\n");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("passmuster.yaml", policy);
    sandbox.commit_all("ask at every merge too");
    sandbox.git(&["switch", "-q", "-C", "task/A-1"]).success();
    sandbox.write("src/a", "two\n");
    sandbox.write("plan/03-execution-plan.md", sandbox.read("plan/03-execution-plan.md").replace("[ ]", "[x]"));
    sandbox.commit_all("A-1: claim");
    seen(&sandbox.passmuster(&["gate", "run", "merge"]), 0, "pass");
    seen(&sandbox.passmuster(&["gate", "run", "--missing"]), 0, "reused: same key in plan/gates/merge.");
    let report = sandbox.shell("work", "cat plan/gates/A-1.*").success();
    assert!(report.contains("subject: merge"), "{report}");
    sandbox.commit_all("A-1: evidence");
    sandbox.passmuster(&["verify"]).success();
}

/// What is red there is what a broken neighbour left; the item itself changes something else.
fn red_before() -> Sandbox {
    let sandbox = with(
        "{ run: \"grep -rq good lib && grep -rq one src\", inputs: [src/, lib/], baseline: true }",
        &[("lib/b", "bad\n")],
    );
    sandbox.write("src/a", "one two\n");
    let plan = sandbox.read("plan/03-execution-plan.md");
    sandbox.write("plan/03-execution-plan.md", plan.replace("[ ] A-1", "[x] A-1"));
    sandbox.commit_all("A-1: do it");
    sandbox
}

fn baseline(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["gate", "run", "--baseline"])
}

#[test]
fn what_was_red_before_is_excused_by_a_recorded_run() {
    let sandbox = red_before();
    seen(&run(&sandbox), 1, "fail");
    sandbox.commit_all("A-1: evidence");
    seen(&sandbox.passmuster(&["verify"]), 1, "passmuster gate run --baseline");
    seen(&baseline(&sandbox), 0, "baseline");
    sandbox.commit_all("A-1: it was red before");
    seen(&sandbox.passmuster(&["verify"]), 0, "");
    seen(&sandbox.passmuster(&["gate", "explain", "A-1"]), 0, "waived: red before the change as well");
}

#[test]
fn an_excuse_ends_when_the_protected_side_is_green() {
    let sandbox = red_before();
    run(&sandbox);
    baseline(&sandbox).success();
    sandbox.commit_all("A-1: evidence");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("lib/b", "good\n");
    sandbox.commit_all("mend the neighbour");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    seen(&sandbox.passmuster(&["verify"]), 1, "gate/");
    // Merged by hand the task is green; made red once more, its own breakage is nobody's old trouble.
    sandbox.git(&["merge", "-q", "main"]).success();
    sandbox.write("lib/b", "bad\n");
    sandbox.commit_all("A-1: break it again");
    seen(&run(&sandbox), 1, "fail");
    sandbox.commit_all("A-1: evidence again");
    seen(&sandbox.passmuster(&["verify"]), 1, "the protected side, or where it ran, is another one now");
    seen(&baseline(&sandbox), 0, "pass");
    sandbox.commit_all("A-1: a green baseline excuses nothing");
    seen(&sandbox.passmuster(&["verify"]), 1, "that run gave pass");
}

#[test]
fn only_the_policy_allows_an_excuse() {
    let sandbox = with("{ run: \"grep -q good src/a\", inputs: [src/] }", &[]);
    seen(&baseline(&sandbox), 2, "only gates that say `baseline: true`");
}

#[test]
fn an_item_whose_work_has_landed_is_not_excused_by_what_it_left() {
    let sandbox = red_before();
    // The same work, landed before the claim by somebody who waited with the tick.
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/a", "one three\n");
    sandbox.commit_all("A-1: a first half");
    sandbox.git(&["switch", "-q", "-c", "task/rest"]).success();
    let plan = sandbox.read("plan/03-execution-plan.md");
    sandbox.write("plan/03-execution-plan.md", plan.replace("[ ] A-1", "[x] A-1"));
    sandbox.write("src/a", "one four\n");
    sandbox.commit_all("A-1: the other half");
    run(&sandbox);
    baseline(&sandbox).success();
    sandbox.commit_all("A-1: evidence");
    seen(&sandbox.passmuster(&["verify"]), 1, "has landed before, and what was red may be its doing");
}

#[test]
fn a_number_that_got_worse_is_not_excused() {
    let metric =
        "{ run: \"cat src/*\", inputs: [src/], metric: { regex: \"covered ([0-9.]+)\", min: 80 }, baseline: true }";
    for (now, status, text) in [("covered 60\n", 1, "it was 70 there and is 60 now"), ("covered 75\n", 0, "")] {
        let sandbox = with(metric, &[("src/n", "covered 70\n")]);
        sandbox.write("src/n", now);
        let plan = sandbox.read("plan/03-execution-plan.md");
        sandbox.write("plan/03-execution-plan.md", plan.replace("[ ] A-1", "[x] A-1"));
        sandbox.commit_all("A-1: do it");
        seen(&run(&sandbox), 1, "fail");
        baseline(&sandbox).success();
        sandbox.commit_all("A-1: evidence");
        seen(&sandbox.passmuster(&["verify"]), status, text);
    }
}
