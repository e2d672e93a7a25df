//! What a protected branch accepts and refuses, through `verify` on real repositories. Each test plants one thing.

mod guarded;
mod measured;

use crate::harness::{Output, Sandbox};

const POLICY: &str = r#"passmuster: policy/1
repository: abc12345
profile: solo
protect: [main]
levels:
  merge: [lint]
  task: [committed, unit]
  feature: [tasks-done, docs]
gates:
  lint: { run: "sh lint.sh", inputs: [src/, lint.sh] }
  unit: { run: "sh unit.sh", inputs: [src/, unit.sh] }
  review: { approve: reviewer }
  docs: { when: [src/**], changed: [docs/**], or: "docs: none" }
  release: { checklist: RELEASE.md }
"#;

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n## Feature F-1: Front\n\n\
- [ ] A-1: first ~1h\n  - touches: src/**, docs/**\n  - [ ] it works\n\
- [ ] A-2: second ~1h\n  - needs: A-1 (technical: its file)\n  - touches: src/**\n\
\n## Feature F-2: Back\n\n- [ ] B-1: third ~1h\n  - touches: back/**\n";

/// A repository whose `main` has adopted passmuster, on a branch for A-1.
fn adopted() -> Sandbox {
    with_policy(POLICY)
}

fn with_policy(policy: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", policy);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("lint.sh", "test -s src/a\n");
    sandbox.write("unit.sh", "grep -q good src/a\n");
    sandbox.write("src/a", "start\n");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox
}

fn replace(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    let text = sandbox.read(path);
    assert!(text.contains(from), "`{path}` does not hold `{from}`");
    sandbox.write(path, text.replace(from, to));
}

const PLAN_PATH: &str = "plan/03-execution-plan.md";

fn tick(sandbox: &Sandbox, id: &str) {
    replace(sandbox, PLAN_PATH, &format!("[ ] {id}"), &format!("[x] {id}"));
}

/// Does A-1 for real: work, criterion, tick, evidence.
fn proven() -> Sandbox {
    prove(adopted())
}

fn prove(sandbox: Sandbox) -> Sandbox {
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: do it");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    sandbox.commit_all("A-1: claim");
    sandbox.passmuster(&["gate", "run", "--missing"]);
    sandbox.commit_all("A-1: evidence");
    sandbox
}

#[track_caller]
fn refused(output: Output, codes: &[&str]) -> Output {
    assert_eq!(output.status, 1, "{output}");
    for code in codes {
        assert!(output.contains(code), "no {code} in\n{output}");
    }
    output
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

#[test]
fn a_proven_claim_passes() {
    let output = verify(&proven()).success();
    assert!(output.contains("claims A-1, 3 of 3 gates satisfied"), "{output}");
}

#[test]
fn a_tick_without_work_or_evidence_is_refused() {
    let sandbox = adopted();
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    sandbox.commit_all("A-1: done, honest");
    let output = refused(verify(&sandbox), &["gate/unsatisfied", "passmuster gate run A-1"]);
    assert!(output.contains("gate `committed`") && output.contains("gate `unit`"), "{output}");
}

#[test]
fn open_criteria_and_open_needs_are_refused() {
    let sandbox = adopted();
    sandbox.write("src/a", "good\n");
    tick(&sandbox, "A-1");
    sandbox.commit_all("A-1: claim over an open criterion");
    refused(verify(&sandbox), &["claim/open-criteria"]);

    let sandbox = adopted();
    tick(&sandbox, "A-2");
    sandbox.commit_all("A-2: claim over an open need");
    refused(verify(&sandbox), &["claim/open-needs", "`A-1` is not done"]);
}

#[test]
fn a_dropped_need_does_not_count_as_done() {
    let sandbox = adopted();
    tick(&sandbox, "A-2");
    replace(&sandbox, PLAN_PATH, "- [ ] A-1: first ~1h\n", "- [ ] A-1: first ~1h\n  - status: dropped\n");
    sandbox.commit_all("A-2: drop what it needs");
    refused(verify(&sandbox), &["claim/open-needs", "nobody did the work"]);
}

#[test]
fn a_plan_only_commit_keeps_evidence_and_a_source_change_names_its_path() {
    let sandbox = proven();
    sandbox.write("plan/notes.md", "more\n");
    sandbox.commit_all("notes");
    verify(&sandbox).success();
    sandbox.write("src/a", "good again\n");
    sandbox.commit_all("A-1: change after the proof");
    let output = refused(verify(&sandbox), &["gate/stale", "changed: src/a"]);
    assert!(output.contains("`src/a` changed since it ran"), "{output}");
}

#[test]
fn rebase_and_squash_keep_evidence() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("other.txt", "x\n");
    sandbox.commit_all("something else");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    sandbox.git(&["rebase", "-q", "main"]).success();
    verify(&sandbox).success();
    sandbox.git(&["reset", "-q", "--soft", "main"]).success();
    sandbox.git(&["commit", "-q", "-m", "A-1: all in one"]).success();
    verify(&sandbox).success();
}

#[test]
fn a_merge_result_is_judged_not_the_branch_alone() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/b", "from main\n");
    sandbox.commit_all("main moves");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    refused(verify(&sandbox), &["gate/stale", "src/b"]);
    sandbox.passmuster(&["gate", "run", "--missing"]).success();
    sandbox.commit_all("A-1: evidence for the merge");
    verify(&sandbox).success();
}

#[test]
fn a_conflict_has_no_result_to_judge() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/a", "another\n");
    sandbox.commit_all("main moves");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    refused(verify(&sandbox), &["merge/conflict", "src/a"]);
}

#[test]
fn a_report_that_was_edited_does_not_count() {
    let sandbox = adopted();
    sandbox.write("src/a", "bad\n");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    sandbox.commit_all("A-1: claim");
    sandbox.passmuster(&["gate", "run", "A-1"]);
    let listed = sandbox.shell("work", "ls plan/gates/A-1.*");
    let report = listed.line().to_owned();
    replace(&sandbox, &report, "outcome: fail", "outcome: pass");
    sandbox.commit_all("A-1: better evidence");
    refused(verify(&sandbox), &["evidence/name"]);
}

#[test]
fn a_red_gate_stays_red() {
    let sandbox = adopted();
    sandbox.write("src/a", "bad\n");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    sandbox.commit_all("A-1: claim");
    let run = sandbox.passmuster(&["gate", "run", "A-1"]);
    assert_eq!(run.status, 1, "{run}");
    sandbox.commit_all("A-1: evidence");
    refused(verify(&sandbox), &["gate/red"]);
}

#[test]
fn evidence_of_another_repository_or_item_does_not_count() {
    let sandbox = with_policy(&POLICY.replace("abc12345", "zzz99999"));
    let other = prove(sandbox);
    let sandbox = adopted();
    sandbox.write("src/a", "good\n");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    let report = other.shell("work", "ls plan/gates/A-1.*").line().to_owned();
    sandbox.write(&report, other.read(&report));
    sandbox.commit_all("A-1: borrowed evidence");
    refused(verify(&sandbox), &["gate/stale", "another repository"]);
}

#[test]
fn a_finished_feature_needs_its_own_gates() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["merge", "-q", "--ff-only", "task/A-1"]).success();
    sandbox.git(&["switch", "-q", "-c", "task/A-2"]).success();
    sandbox.write("src/b", "more\n");
    tick(&sandbox, "A-2");
    sandbox.commit_all("A-2: do it");
    sandbox.passmuster(&["gate", "run", "--missing"]);
    sandbox.commit_all("A-2: evidence");
    let output = refused(verify(&sandbox), &["gate/unsatisfied"]);
    assert!(output.contains("gate `docs` of `F-1`") && output.contains("claims F-1, A-2"), "{output}");
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "A-2: nothing to document\n\ndocs: none"]).success();
    verify(&sandbox).success();
}

#[test]
fn rewriting_the_protected_branch_is_refused() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "--orphan", "other"]).success();
    sandbox.write("x", "x\n");
    sandbox.commit_all("fresh start");
    let output = sandbox.passmuster(&["verify", "--base", "main", "--head", "other", "--ref", "main"]);
    refused(output, &["ref/not-forward"]);
}

#[test]
fn plans_that_are_links_missing_or_conflicted_are_refused() {
    let sandbox = adopted();
    sandbox
        .shell("work", "mv plan/03-execution-plan.md plan/real.md && ln -s real.md plan/03-execution-plan.md")
        .success();
    sandbox.commit_all("a link");
    refused(verify(&sandbox), &["project/not-a-file"]);

    let sandbox = adopted();
    sandbox.git(&["rm", "-q", PLAN_PATH]).success();
    sandbox.commit_all("no plan");
    refused(verify(&sandbox), &["plan/missing"]);

    let sandbox = adopted();
    let text = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, format!("{text}<<<<<<< ours\n=======\n>>>>>>> theirs\n"));
    sandbox.commit_all("conflicted");
    let output = verify(&sandbox);
    assert_eq!(output.status, 1, "{output}");
}

#[test]
fn hostile_paths_are_refused() {
    let sandbox = adopted();
    sandbox.write("src/Read", "x\n");
    sandbox.write("src/read", "y\n");
    sandbox.shell("work", "printf x > \"src/$(printf 'a\\033b')\"").success();
    sandbox.commit_all("twins and control characters");
    let output = refused(verify(&sandbox), &["path/hostile"]);
    assert!(output.contains("only by case") && output.contains("control or invisible"), "{output}");
    assert!(!output.stdout.contains('\u{1b}') && !output.stderr.contains('\u{1b}'), "{output}");
}

#[test]
fn team_profile_wants_named_commits_inside_touches() {
    let policy = POLICY.replace("profile: solo", "profile: team\ntrust: local\nenforce_owners: false");
    let sandbox = with_policy(&policy);
    sandbox.write("elsewhere.txt", "x\n");
    sandbox.commit_all("A-1: beside the point");
    refused(verify(&sandbox), &["commit/outside-touches", "elsewhere.txt"]);
    let sandbox = with_policy(&policy);
    sandbox.write("src/z", "x\n");
    sandbox.commit_all("tidy up");
    refused(verify(&sandbox), &["commit/unnamed"]);
}

#[test]
fn nothing_in_the_environment_or_configuration_makes_it_accept() {
    let sandbox = adopted();
    tick(&sandbox, "A-1");
    sandbox.commit_all("A-1: phantom");
    let plain = verify(&sandbox);
    for line in [
        "PASSMUSTER_SKIP=1 PASSMUSTER=0 passmuster verify",
        "HUSKY=0 LEFTHOOK=0 SKIP=all passmuster verify",
        "git config passmuster.skip true; git config core.hooksPath /dev/null; passmuster verify",
        "git replace -f HEAD main; passmuster verify",
        "git rev-parse HEAD > .git/info/grafts; passmuster verify",
        "PASSMUSTER_MEMBER=security-auditor passmuster verify",
    ] {
        let output = sandbox.shell("work", line);
        assert_eq!((output.status, &output.stdout), (1, &plain.stdout), "{line}\n{output}");
    }
}

#[test]
fn audit_names_what_slipped_by() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge A-1", "task/A-1"]).success();
    sandbox.passmuster(&["audit", "main"]).success();
    sandbox.write("src/a", "bad\n");
    let bad = sandbox.commit_all("past the gate");
    let output = sandbox.passmuster(&["audit", "main"]);
    assert_eq!(output.status, 1, "{output}");
    assert!(
        output.stdout.contains("unverified") && output.stdout.contains(&bad[..12]) || output.contains("unverified"),
        "{output}"
    );
}

#[test]
fn a_link_in_place_of_the_epics_folder_is_refused() {
    let sandbox = adopted();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("plan/epics/one.md", "---\npassmuster: plan/1\n---\n- [ ] E-1: hidden ~1h\n");
    sandbox.commit_all("an epic");
    sandbox.git(&["switch", "-q", "-c", "hide"]).success();
    sandbox.shell("work", "mv plan/epics plan/other && ln -s other plan/epics").success();
    sandbox.commit_all("a link");
    refused(verify(&sandbox), &["project/not-a-file", "plan/epics"]);
}

#[test]
fn nobody_buries_an_item_under_reports() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "-c", "bury", "main"]).success();
    let report = sandbox.shell("work", "git ls-tree --name-only task/A-1 plan/gates/ | grep A-1").line().to_owned();
    let text = sandbox.git(&["show", &format!("task/A-1:{report}")]).success().stdout;
    sandbox.write("report", text);
    let copies = "mkdir -p plan/gates; for i in $(seq 33); do echo \"more $i\" >> report; \
        cp report plan/gates/A-1.$(sha256sum < report | cut -c1-6).md; done; rm report";
    sandbox.shell("work", copies).success();
    sandbox.commit_all("a heap of reports");
    refused(verify(&sandbox), &["evidence/too-many"]);
}
