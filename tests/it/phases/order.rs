//! What may begin and end when: handoffs, kickoffs, gates, documents, the package.

use super::{
    PLAN, PLAN_PATH, POLICY, adopted, begun, claim, gate, handoff, kickoff, land, record, refused, take_away, verify,
};

#[test]
fn ed_02_no_task_is_claimed_before_a_handoff_into_phase_4_was_accepted() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "there is no handoff into it"]);
    handoff(&sandbox, "4", &["a", "b", "c", "d", "e"], "authorised");
    refused(&verify(&sandbox), &["phase/not-begun", "the handoff `2026-01-01-phase-4` is authorised"]);
}

#[test]
fn ed_06_a_team_that_was_not_activated_claims_nothing() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    kickoff(&sandbox, "backend");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/no-kickoff", "does not name the team `foundation`"]);
}

#[test]
fn ed_22_work_does_not_start_with_gaps() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "2", &["open", "no-go"], "");
    take_away(&sandbox, "plan/phases/2026-01-01-phase-3.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "phase 3 (execution planning) ended with GO"]);
}

#[test]
fn ed_18_five_people_meet_for_the_handoff() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    handoff(&sandbox, "4", &["a", "b"], "accepted");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "its `attendees` are 2"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    handoff(&sandbox, "4", &["a", "b", "a", "A", "b"], "accepted");
    claim(&sandbox);
    refused(&verify(&sandbox), &["its `attendees` are 2"]);
}

#[test]
fn ed_35_an_epic_begins_with_its_kickoff() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/kickoffs/2026-01-01-db.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/no-kickoff", "no authorised kickoff names the epic `DB`"]);
}

#[test]
fn oc_26_while_a_gate_is_open_only_its_own_work_lands() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "4", &["open"], "");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/frozen", "`DB-1` is claimed", "work lands while"]);
    // Notes in the plan folder are no work.
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    sandbox.write("plan/notes.md", "n\n");
    verify(&sandbox).success();
    // Work of an open incident goes on.
    let fields = "commander: ada\nseverity: high\nitems: [DB-1]\n";
    record(&sandbox, "plan/incidents/2026-01-01-down.md", "incident", &["stop"], fields, "");
    land(&sandbox);
    claim(&sandbox);
    let output = verify(&sandbox);
    assert!(!output.contains("phase/frozen"), "{output}");
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    take_away(&sandbox, "plan/incidents/2026-01-01-down.md");
    // What the gate names is its own work.
    gate(&sandbox, "4", &["open"], "DB-1");
    land(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
}

#[test]
fn oc_30_a_decision_says_why() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "4", &["open", "no-go"], "");
    let path = "plan/phases/2026-01-01-phase-4.md";
    sandbox.write(path, sandbox.read(path).replace(", note: \"because\"", ""));
    refused(&verify(&sandbox), &["record/no-reason"]);
}

#[test]
fn oc_28_no_go_names_reasons_fixes_and_the_delay() {
    for (without, code) in
        [("delay: 2d\n", "record/missing-field"), ("r\n", "record/section"), ("- [ ] f\n", "record/section")]
    {
        let sandbox = adopted(PLAN);
        begun(&sandbox);
        gate(&sandbox, "4", &["open", "no-go"], "");
        verify(&sandbox).success();
        let path = "plan/phases/2026-01-01-phase-4.md";
        sandbox.write(path, sandbox.read(path).replace(&format!("\n{without}"), "\n"));
        refused(&verify(&sandbox), &[code]);
    }
}

#[test]
fn oc_29_go_needs_its_proof_and_all_that_the_phase_needs() {
    let sandbox = adopted(PLAN);
    gate(&sandbox, "0", &["open", "go"], "");
    let output = verify(&sandbox);
    refused(&output, &["phase/not-ready", "`plan/00-project-brief.md` is filled in"]);
    sandbox.write("plan/00-project-brief.md", "# Brief\n\n## What\n\na thing\n");
    verify(&sandbox).success();
    gate(&sandbox, "1", &["open", "go"], "");
    sandbox.write("plan/01-vision.md", "# Vision\n\n## Approval\n\n- [ ] all agree\n");
    refused(&verify(&sandbox), &["phase/not-ready", "1 of its boxes are open"]);
    let path = "plan/phases/2026-01-01-phase-1.md";
    sandbox.write(path, sandbox.read(path).replace("\np\n", "\n"));
    refused(&verify(&sandbox), &["record/section", "Proof"]);
}

#[test]
fn a_document_does_not_come_before_its_phase() {
    let sandbox = adopted(PLAN);
    sandbox.write("plan/02-mission.md", "# Mission\n");
    refused(&verify(&sandbox), &["phase/early-document", "phase 1 (vision) ended with GO"]);
}

#[test]
fn phases_of_the_plan_end_one_after_the_other() {
    let plan = "---\npassmuster: plan/1\n---\n# x\n\n## Phase P1: one\n\n- [ ] A-1: a\n\n## Phase P2: two\n\n- [ ] B-1: b\n  - touches: src/**\n";
    let sandbox = adopted(plan);
    begun(&sandbox);
    take_away(&sandbox, "plan/kickoffs/2026-01-01-db.md");
    land(&sandbox);
    sandbox.write("src/b", "b\n");
    sandbox.write(PLAN_PATH, plan.replace("- [ ] B-1", "- [x] B-1"));
    sandbox.commit_all("B-1: do it");
    refused(&verify(&sandbox), &["phase/order", "`B-1` is claimed before `P1` was decided"]);
    gate(&sandbox, "P1", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "the first is `A-1`"]);
    gate(&sandbox, "P9", &["open"], "");
    refused(&verify(&sandbox), &["phase/unknown"]);
}

#[test]
fn ed_74_and_ed_75_the_package_is_pinned_and_handed_over() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    claim(&sandbox);
    sandbox.write("plan/04-implementation-report.md", "# Report\n\n## Summary\n\ndone\n");
    gate(&sandbox, "4", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "there is no `plan/completion/manifest.sha256`"]);
    sandbox.write("plan/completion/manifest.sha256", "0000  plan/03-execution-plan.md\n");
    refused(&verify(&sandbox), &["`plan/00-project-brief.md` is not there"]);
}

#[test]
fn where_the_policy_asks_for_no_phases_nothing_is_noticed() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", POLICY.replace("phases: true\n", ""));
    land(&sandbox);
    gate(&sandbox, "4", &["open"], "");
    sandbox.write("plan/05-test-plan.md", "# Tests\n");
    land(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
}

#[test]
fn ef_39_only_who_has_the_power_decides_go() {
    let sandbox = adopted(PLAN);
    let roster = "passmuster: roster/1\nmembers:\n  - { name: ada, kind: human, email: a@x.org, roles: [developer] }\n  - { name: eve, kind: human, email: e@x.org, roles: [maintainer] }\n";
    sandbox.write("plan/roster.yaml", roster);
    sandbox.write(
        "passmuster.yaml",
        POLICY.replace("profile: solo", "profile: team\nauthority: { release: [maintainer] }"),
    );
    land(&sandbox);
    gate(&sandbox, "0", &["open", "no-go"], "");
    refused(&verify(&sandbox), &["record/no-authority", "`ada` may not"]);
}

#[test]
fn ed_25_no_more_epics_begin_than_may_be_under_way() {
    let plan = PLAN.replace("## Readiness", "## Epic UI: The page shows it\n\n- [ ] UI-1: Show it ~1h\n\n## Readiness");
    let sandbox = adopted(&plan);
    sandbox.write("passmuster.yaml", format!("{POLICY}epics: {{ active: 1 }}\n"));
    begun(&sandbox);
    let path = "plan/kickoffs/2026-01-01-ui.md";
    sandbox.write(path, sandbox.read("plan/kickoffs/2026-01-01-db.md").replace("items: [DB]", "items: [UI]"));
    refused(&verify(&sandbox), &["phase/too-many-epics", "they are DB, UI"]);
    // What is done is not under way any more.
    sandbox.write(PLAN_PATH, plan.replace("- [ ] DB-1", "- [x] DB-1"));
    let kickoff = sandbox.read(path);
    take_away(&sandbox, path);
    land(&sandbox);
    sandbox.write(path, kickoff);
    verify(&sandbox).success();
}
