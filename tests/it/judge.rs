//! What a protected branch accepts and refuses, through `verify` on real repositories. Each test plants one thing.

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
fn a_change_cannot_loosen_what_it_is_measured_by() {
    let sandbox = adopted();
    sandbox.write("src/a", "good\n");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "  - [ ] it works\n", "");
    sandbox.commit_all("A-1: lose the criterion");
    refused(verify(&sandbox), &["claim/loosened", "it works"]);

    let sandbox = adopted();
    tick(&sandbox, "A-2");
    replace(&sandbox, PLAN_PATH, "  - needs: A-1 (technical: its file)\n", "");
    sandbox.commit_all("A-2: lose the need");
    refused(verify(&sandbox), &["claim/loosened", "`A-1` was taken away"]);

    let sandbox = adopted();
    tick(&sandbox, "B-1");
    replace(&sandbox, PLAN_PATH, "third ~1h\n", "third ~1h\n  - gates: -unit\n");
    sandbox.write("back/b", "x\n");
    sandbox.commit_all("B-1: lose the gate");
    let output = refused(verify(&sandbox), &["gate/unsatisfied"]);
    assert!(output.contains("gate `unit` of `B-1`"), "{output}");
}

#[test]
fn a_gate_taken_away_on_the_protected_side_is_gone() {
    let sandbox = adopted();
    sandbox.git(&["switch", "-q", "main"]).success();
    replace(&sandbox, PLAN_PATH, "third ~1h\n", "third ~1h\n  - gates: -unit\n");
    sandbox.commit_all("plan: B-1 needs no unit tests");
    sandbox.git(&["switch", "-q", "-c", "task/B-1"]).success();
    tick(&sandbox, "B-1");
    sandbox.write("back/b", "x\n");
    sandbox.commit_all("B-1: do it\n\ndocs: none");
    sandbox.passmuster(&["gate", "run", "--missing"]);
    sandbox.git(&["add", "-A"]).success();
    verify(&sandbox).success();
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
fn a_changed_gate_script_or_policy_needs_an_approval() {
    for (path, text) in
        [("unit.sh", "true\n"), ("passmuster.yaml", "passmuster: policy/1\nrepository: abc12345\nprotect: [main]\n")]
    {
        let sandbox = adopted();
        sandbox.write(path, text);
        sandbox.commit_all("make it easy");
        refused(verify(&sandbox), &["policy/unapproved", path]);
        sandbox.passmuster(&["approve", "policy"]).success();
        sandbox.commit_all("approve");
        let after = verify(&sandbox);
        assert!(!after.contains("policy/unapproved"), "{after}");
        // The approval is for this content only.
        sandbox.write(path, format!("{text}# more\n"));
        sandbox.commit_all("and more");
        refused(verify(&sandbox), &["policy/unapproved", "other content"]);
    }
}

#[test]
fn an_approval_cannot_be_replayed_from_another_start() {
    let sandbox = adopted();
    let original = sandbox.read("unit.sh");
    sandbox.write("unit.sh", "true\n");
    sandbox.passmuster(&["approve", "policy"]);
    sandbox.commit_all("weak");
    sandbox.passmuster(&["approve", "policy"]).success();
    sandbox.commit_all("approve weak");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["merge", "-q", "--ff-only", "task/A-1"]).success();
    sandbox.git(&["switch", "-q", "-c", "strict"]).success();
    sandbox.write("unit.sh", format!("{original}# stricter\n"));
    sandbox.commit_all("strict");
    sandbox.passmuster(&["approve", "policy"]).success();
    sandbox.commit_all("approve strict");
    verify(&sandbox).success();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["merge", "-q", "--ff-only", "strict"]).success();
    // Back to the weak script, with the old approval brought back from history.
    sandbox.git(&["switch", "-q", "-c", "back"]).success();
    sandbox.git(&["checkout", "-q", "task/A-1", "--", "unit.sh", "plan/gates"]).success();
    sandbox.commit_all("roll back");
    refused(verify(&sandbox), &["policy/unapproved"]);
}

#[test]
fn a_weakened_policy_does_not_judge_itself() {
    let sandbox = adopted();
    replace(&sandbox, "passmuster.yaml", "task: [committed, unit]", "task: [committed]");
    sandbox.write("src/a", "bad\n");
    tick(&sandbox, "A-1");
    replace(&sandbox, PLAN_PATH, "[ ] it works", "[x] it works");
    sandbox.commit_all("A-1: without the gate");
    let output = refused(verify(&sandbox), &["policy/unapproved", "gate `unit` of `A-1`"]);
    assert!(output.contains("gate/unsatisfied"), "{output}");
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
fn a_claim_under_another_kind_or_id_is_measured_as_before() {
    let sandbox = adopted();
    sandbox.write("back/b", "x\n");
    replace(&sandbox, PLAN_PATH, "- [ ] B-1: third ~1h\n  - touches: back/**\n", "## [x] Feature B-1: third\n");
    sandbox.commit_all("B-1: a feature without tasks\n\ndocs: none");
    let output = refused(verify(&sandbox), &["gate/unsatisfied"]);
    assert!(output.contains("gate `unit` of `B-1`"), "{output}");

    let sandbox = adopted();
    sandbox.write("src/a", "good\n");
    replace(&sandbox, PLAN_PATH, "- [ ] A-1: first ~1h\n", "- [x] A-9: first ~1h\n");
    replace(&sandbox, PLAN_PATH, "  - [ ] it works\n", "");
    replace(&sandbox, PLAN_PATH, "needs: A-1", "needs: A-9");
    sandbox.commit_all("A-9: under a new id");
    sandbox.passmuster(&["gate", "run", "--missing"]);
    sandbox.commit_all("A-9: evidence");
    refused(verify(&sandbox), &["claim/loosened", "the open `A-1` was taken away"]);
}

#[test]
fn needs_and_parts_cannot_be_moved_out_of_sight() {
    let phased = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n## Phase 1: Ground\n\n- [ ] G-1: ground ~1h\n\
        - [x] G-2: rest ~1h\n\n## Feature F-1: Front\n- needs: Phase 1 (technical: ground)\n\n- [ ] A-1: first ~1h\n\
        - [ ] A-2: second ~1h\n\n## Feature F-2: Back\n\n- [x] B-1: third ~1h\n- [ ] B-2: fourth ~1h\n";
    let start = || {
        let sandbox = Sandbox::repository();
        sandbox.write("passmuster.yaml", POLICY);
        sandbox.write(PLAN_PATH, phased);
        sandbox.commit_all("adopt");
        sandbox.git(&["switch", "-q", "-c", "work"]).success();
        sandbox
    };
    let moved = start();
    replace(&moved, PLAN_PATH, "- [ ] A-1: first ~1h\n", "");
    replace(&moved, PLAN_PATH, "- [ ] B-2", "- [x] A-1: first ~1h\n- [ ] B-2");
    moved.commit_all("A-1: out of what waits");
    refused(verify(&moved), &["claim/loosened", "its need `G-1` was taken away"]);

    let dropped = start();
    tick(&dropped, "A-1");
    replace(&dropped, PLAN_PATH, "G-1: ground ~1h\n", "G-1: ground ~1h\n  - status: dropped\n");
    dropped.commit_all("A-1: drop what the phase still has");
    refused(verify(&dropped), &["claim/loosened", "its need `G-1` was taken away"]);

    let part = start();
    replace(&part, PLAN_PATH, "- [ ] B-2: fourth ~1h\n", "");
    part.commit_all("F-2: done, by taking a part out\n\ndocs: none");
    refused(verify(&part), &["claim/loosened", "`B-2` was taken out of it"]);
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
fn a_claim_cannot_say_for_the_first_time_that_it_touches_nothing_of_concern() {
    let policy = POLICY.replace("unit: { run", "unit: { when: [src/**], run");
    let sandbox = with_policy(&policy);
    sandbox.git(&["switch", "-q", "main"]).success();
    replace(&sandbox, PLAN_PATH, "third ~1h\n  - touches: back/**\n", "third ~1h\n");
    sandbox.write("src/a", "bad\n");
    sandbox.commit_all("B-1: work that landed without a claim");
    sandbox.git(&["switch", "-q", "-c", "claim"]).success();
    replace(&sandbox, PLAN_PATH, "[ ] B-1: third ~1h\n", "[x] B-1: third ~1h\n  - touches: src/none\n");
    replace(&sandbox, PLAN_PATH, "src/none", "back/**");
    sandbox.write("back/b", "x\n");
    sandbox.commit_all("B-1: claim\n\ndocs: none");
    let output = refused(verify(&sandbox), &["gate/unsatisfied"]);
    assert!(output.contains("gate `unit` of `B-1`"), "{output}");
}

#[test]
fn an_approval_of_a_change_that_was_taken_back_is_used_up() {
    let sandbox = adopted();
    let strict = sandbox.read("unit.sh");
    let land = |name: &str, text: &str| {
        sandbox.git(&["switch", "-q", "-c", name]).success();
        sandbox.write("unit.sh", text);
        sandbox.commit_all(name);
        sandbox.passmuster(&["approve", "policy"]).success();
        sandbox.commit_all("approve");
        verify(&sandbox).success();
        sandbox.git(&["switch", "-q", "main"]).success();
        sandbox.git(&["merge", "-q", "--ff-only", name]).success();
    };
    sandbox.git(&["switch", "-q", "main"]).success();
    land("weak", "true\n");
    land("back", &strict);
    sandbox.git(&["switch", "-q", "-c", "again"]).success();
    sandbox.git(&["checkout", "-q", "weak", "--", "unit.sh", "plan/gates"]).success();
    sandbox.commit_all("weak again, with the approval it once had");
    refused(verify(&sandbox), &["policy/unapproved", "used up"]);
}

#[test]
fn nothing_pushed_beside_the_default_branch_becomes_its_policy() {
    let sandbox = with_policy(&POLICY.replace("[main]", "[trunk, release/*]"));
    sandbox.git(&["branch", "-q", "-m", "main", "trunk"]).success();
    sandbox.shell("work", "git init -q --bare -b trunk ../server && git remote add origin ../server").success();
    sandbox.git(&["push", "-q", "origin", "trunk"]).success();
    sandbox.shell("server", "passmuster hooks install --server").success();
    let weak = "passmuster: policy/1\nrepository: abc12345\nprotect: ['**']\nlevels: { task: [], feature: [] }\n";
    sandbox.write("passmuster.yaml", weak);
    tick(&sandbox, "B-1");
    sandbox.commit_all("B-1: phantom");
    for beside in ["refs/remotes/origin/release/1", "refs/remotes/origin/HEAD", "refs/heads/main"] {
        sandbox.git(&["push", "-q", "origin", &format!("HEAD:{beside}")]);
        let output = sandbox.git(&["push", "origin", "HEAD:refs/heads/release/1"]);
        refused(output, &["policy/unapproved", "gate `unit` of `B-1`"]);
    }
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
