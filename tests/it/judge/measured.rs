//! A claim is measured by what the protected side says of the item, whatever the change makes of it.

use super::{PLAN_PATH, POLICY, adopted, refused, replace, tick, verify, with_policy};
use crate::harness::Sandbox;

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
