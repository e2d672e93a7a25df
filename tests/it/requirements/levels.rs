//! What each level asks for: tasks, features, epics and phases.

use super::{PLAN_PATH, act_as, adopted};
use crate::harness::{Output, Sandbox};

const ROSTER: &str = "passmuster: roster/1\nmembers:\n\
    - {name: ada, kind: human, emails: [ada@example.org], roles: [developer]}\n\
    - {name: rex, kind: human, emails: [rex@example.org], roles: [security-auditor, performance-specialist, \
       principal-architect, code-reviewer, ux, qa]}\n\
    - {name: sue, kind: human, emails: [sue@example.org], roles: [security-auditor]}\n";

/// `main` has adopted these levels, gates and items; HEAD is on a branch.
fn project(levels: &str, gates: &str, items: &str) -> Sandbox {
    let policy = format!(
        "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels: {{ {levels} }}\ngates:\n{gates}"
    );
    adopted("ada", policy, ROSTER, items)
}

/// Ticks everything with this text before it, over work that the gates like.
fn claim(sandbox: &Sandbox, open: &str, message: &str) {
    sandbox.write("src/a", "good\n");
    let plan = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, plan.replace(&format!("[ ] {open}"), &format!("[x] {open}")));
    sandbox.commit_all(message);
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

#[track_caller]
fn refused(sandbox: &Sandbox, words: &[&str]) {
    let output = verify(sandbox);
    assert_eq!(output.status, 1, "{output}");
    for word in words {
        assert!(output.contains(word), "no {word} in\n{output}");
    }
}

fn approve(sandbox: &Sandbox, name: &str, item: &str, gates: &[&str]) {
    act_as(sandbox, name);
    for gate in gates {
        sandbox.passmuster(&["approve", item, "--gate", gate]).success();
        sandbox.commit_all("evidence");
    }
    act_as(sandbox, "ada");
}

fn prove(sandbox: &Sandbox, item: &str) {
    sandbox.passmuster(&["gate", "run", item]).success();
    sandbox.commit_all("evidence");
}

const RUN: &str = "  unit: { run: \"grep -rq good src\", inputs: [src/] }\n";

#[test]
fn ed_41_and_oc_07_and_oc_16_and_ed_49_a_claim_passes_by_its_gate_only() {
    let sandbox = project("task: [unit]", RUN, "- [ ] A-1: a\n");
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["gate `unit` of `A-1` is not satisfied"]);
    sandbox.write("src/a", "bad\n");
    sandbox.commit_all("A-1: worse");
    assert_eq!(sandbox.passmuster(&["gate", "run", "A-1"]).status, 1);
    sandbox.commit_all("evidence");
    refused(&sandbox, &["gate `unit` of `A-1` is not satisfied"]);
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: better");
    prove(&sandbox, "A-1");
    verify(&sandbox).success();
}

#[test]
fn ed_45_and_ot_28_a_task_is_committed_tested_clean_and_reviewed_by_its_author() {
    let gates = format!("{RUN}  lint: {{ run: \"true\", inputs: [src/] }}\n");
    let levels = "task: [committed, unit, lint, self-review]";
    let sandbox = project(levels, &gates, "- [ ] A-1: a\n  - touches: src/**\n");
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["`unit`", "`lint`", "`self-review`"]);
    let sandbox = project(levels, &gates, "- [ ] A-1: a\n  - touches: src/**\n  - [ ] self-review\n");
    claim(&sandbox, "", "do it");
    refused(&sandbox, &["`committed`"]);
    sandbox.write("src/b", "more\n");
    sandbox.commit_all("A-1: name it");
    prove(&sandbox, "A-1");
    verify(&sandbox).success();
}

#[test]
fn ed_46_a_feature_is_integrated_reviewed_and_described() {
    let gates = "  integration: { run: \"grep -rq good src\", inputs: [src/] }\n  review: { approve: code-reviewer }\n  \
                 described: { checklist: docs/f.md }\n";
    let items = "### Feature F-1: f\n\n- [ ] A-1: a\n- [ ] A-2: b\n";
    let levels = "task: [], feature: [tasks-done, integration, review, described]";
    let sandbox = project(levels, gates, items);
    claim(&sandbox, "A-1", "A-1: do it");
    verify(&sandbox).success();
    claim(&sandbox, "A-2", "A-2: do it");
    refused(&sandbox, &["`integration` of `F-1`", "`review` of `F-1`", "`described` of `F-1`"]);
    sandbox.write("docs/f.md", "- [x] described\n");
    sandbox.commit_all("A-2: describe it");
    prove(&sandbox, "F-1");
    approve(&sandbox, "rex", "F-1", &["review"]);
    verify(&sandbox).success();
}

#[test]
fn ed_47_and_ot_25_and_ot_26_and_ot_27_and_ot_51_an_epic_holds_from_end_to_end() {
    let gates = "  e2e: { run: \"grep -rq good src\", inputs: [src/] }\n  \
                 performance: { approve: performance-specialist }\n  security: { approve: security-auditor }\n  \
                 ux: { approve: ux }\n  delivery: { checklist: docs/delivery.md }\n";
    let items = "## Epic E-1: e\n\n### Feature F-1: f\n\n- [ ] A-1: a\n";
    let levels = "task: [], feature: [], epic: [features-done, e2e, performance, security, ux, delivery]";
    let sandbox = project(levels, gates, items);
    sandbox.write("docs/delivery.md", "- [ ] everything is there\n");
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["`e2e` of `E-1`", "`performance`", "`security`", "`ux`", "`delivery` of `E-1`"]);
    sandbox.write("docs/delivery.md", "- [x] everything is there\n");
    sandbox.commit_all("A-1: deliver it");
    prove(&sandbox, "E-1");
    approve(&sandbox, "rex", "E-1", &["performance", "security", "ux"]);
    verify(&sandbox).success();
}

#[test]
fn ed_48_and_oc_49_a_phase_works_as_a_system_and_somebody_walked_through_it() {
    let gates = "  system: { run: \"grep -rq good src\", inputs: [src/] }\n  walkthrough: { approve: qa }\n";
    let items = "## Phase P1: p\n\n### Acceptance criteria\n\n- [ ] no row is lost\n\n### Epic E-1: e\n- goal: no row is lost\n\n- [ ] A-1: a\n";
    let levels = "task: [], feature: [], epic: [], phase: [epics-done, system, walkthrough, goals-met]";
    let sandbox = project(levels, gates, items);
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["`system` of `P1`", "`walkthrough` of `P1`", "`goals-met` of `P1`"]);
    claim(&sandbox, "no row is lost", "A-1: no row is lost");
    prove(&sandbox, "P1");
    approve(&sandbox, "rex", "P1", &["walkthrough"]);
    verify(&sandbox).success();
}

#[test]
fn ef_08_an_epic_is_looked_at_by_an_architect() {
    let gates = "  design: { approve: principal-architect }\n";
    let sandbox = project("task: [], epic: [design]", gates, "## Epic E-1: e\n\n- [ ] A-1: a\n");
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["`design` of `E-1`"]);
    approve(&sandbox, "rex", "E-1", &["design"]);
    verify(&sandbox).success();
}

#[test]
fn ef_13_and_ef_14_and_ef_17_some_words_only_one_role_can_give() {
    let gates = "  audit: { approve: security-auditor }\n  speed: { approve: performance-specialist }\n  \
                 design: { approve: principal-architect }\n";
    let items = "- [ ] A-1: a #design\n  - gates: +audit, +speed, +design\n";
    let sandbox = project("task: []", gates, items);
    claim(&sandbox, "A-1", "A-1: do it");
    refused(&sandbox, &["`audit` of `A-1`", "`speed` of `A-1`", "`design` of `A-1`"]);
    approve(&sandbox, "sue", "A-1", &["audit"]);
    act_as(&sandbox, "sue");
    for gate in ["speed", "design"] {
        let output = sandbox.passmuster(&["approve", "A-1", "--gate", gate]);
        assert!(output.status != 0 && output.contains("does not hold the role"), "{output}");
    }
    approve(&sandbox, "rex", "A-1", &["speed", "design"]);
    verify(&sandbox).success();
}

#[test]
fn ef_15_and_oc_46_nobody_approves_their_own_work_or_what_they_had_a_hand_in() {
    let gates = "  review: { approve: code-reviewer, independent: true }\n";
    let sandbox = project("task: [review]", gates, "- [ ] A-1: a\n- [ ] B-1: b\n");
    act_as(&sandbox, "rex");
    sandbox.write("src/b", "b\n");
    sandbox.commit_all("B-1: something else");
    act_as(&sandbox, "ada");
    claim(&sandbox, "A-1", "A-1: do it");
    act_as(&sandbox, "rex");
    let output = sandbox.passmuster(&["approve", "A-1", "--gate", "review"]);
    assert!(output.status != 0 && output.contains("`rex` took part in commit"), "{output}");
    refused(&sandbox, &["`review` of `A-1`"]);
}

#[test]
fn oc_02_a_target_is_a_number_that_is_measured() {
    let gates = "  latency: { run: \"grep -rh p99 src\", inputs: [src/], \
                 metric: { regex: \"p99=([0-9.]+)\", max: 2 } }\n";
    let sandbox = project("task: [latency]", gates, "- [ ] A-1: a\n");
    sandbox.write("src/p99.json", "p99=2.5\n");
    claim(&sandbox, "A-1", "A-1: do it");
    assert_eq!(sandbox.passmuster(&["gate", "run", "A-1"]).status, 1);
    sandbox.commit_all("evidence");
    refused(&sandbox, &["`latency` of `A-1`"]);
    sandbox.write("src/p99.json", "p99=1.9\n");
    sandbox.commit_all("A-1: faster");
    prove(&sandbox, "A-1");
    verify(&sandbox).success();
}

#[test]
fn oc_15_and_oc_17_evidence_comes_from_a_clean_checkout_and_says_of_what() {
    let gates = "  unit: { run: \"test -e secret\", inputs: [src/] }\n";
    let sandbox = project("task: [unit]", gates, "- [ ] A-1: a\n");
    sandbox.write("secret", "only here\n");
    claim(&sandbox, "A-1", "A-1: do it");
    assert_eq!(sandbox.passmuster(&["gate", "run", "A-1"]).status, 1, "it is no declared input");
    let reports = sandbox.shell("work", "cat plan/gates/*.md");
    for said in ["gate: unit", "outcome: fail", "key:", "exit: 1", "inputs:", "tree:", "by: ada"] {
        assert!(reports.contains(said), "no `{said}` in\n{reports}");
    }
}

#[test]
fn ot_29_and_ot_30_and_ot_31_what_changes_together_and_who_looks_at_it() {
    let gates = "  docs: { when: [\"src/**\"], changed: [\"docs/**\"], or: \"docs: none\" }\n  \
                 tests: { when: [\"src/**\"], changed: [\"tests/**\"] }\n  \
                 contract: { when: [\"api/**\"], approve: principal-architect }\n";
    let sandbox = project("merge: [docs, tests, contract], task: []", gates, "- [ ] A-1: a\n");
    sandbox.write("src/a", "good\n");
    sandbox.write("api/v1.yaml", "paths: {}\n");
    sandbox.commit_all("A-1: do it");
    refused(&sandbox, &["gate `docs`", "gate `tests`", "gate `contract`"]);
    sandbox.write("tests/a", "t\n");
    sandbox.git(&["add", "."]).success();
    sandbox.git(&["commit", "-q", "-m", "A-1: test it", "-m", "docs: none"]).success();
    approve(&sandbox, "rex", "merge", &["contract"]);
    verify(&sandbox).success();
}
