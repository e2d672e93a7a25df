//! Planning ends with a complete plan that three executives approved.

use super::{PLAN, PLAN_PATH, POLICY, adopted, claim, gate, handoff, kickoff, land, refused, review, verify};
use crate::harness::Sandbox;

/// The digest of the plan, as the refusal's own review would carry it.
fn digest(sandbox: &Sandbox) -> String {
    let text = sandbox.read(PLAN_PATH);
    let plan = passmuster::plan::read(
        vec![passmuster::text::Source::new(PLAN_PATH, text)],
        passmuster::plan::Reader::Full,
        &mut passmuster::diag::Sink::new(),
    );
    passmuster::phase::board::plan_digest(&plan).to_string()
}

#[test]
fn ed_16_three_executives_approve_the_plan_as_it_is() {
    let sandbox = adopted(PLAN);
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    let plan = digest(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "there was no session"]);
    review(&sandbox, "cio", 1, [22, 22, 22, 22], &plan, "none");
    review(&sandbox, "cto", 1, [25, 20, 20, 20], &plan, "none");
    refused(&verify(&sandbox), &["in session 1, no review is closed by coo"]);
    review(&sandbox, "coo", 1, [20, 20, 20, 9], &plan, "none");
    refused(&verify(&sandbox), &["session 1 rejected it", "--session 2"]);
    for executive in ["cio", "cto", "coo"] {
        review(&sandbox, executive, 2, [20, 20, 20, 10], &plan, "- [ ] too fast\n");
    }
    verify(&sandbox).success();
    // With concerns it may begin, when they are tasks.
    handoff(&sandbox, "4", &["a", "b", "c", "d", "e"], "accepted");
    kickoff(&sandbox, "foundation");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "3 of 3 are not; the first: too fast"]);
}

#[test]
fn a_review_is_about_the_plan_that_was_read() {
    let sandbox = adopted(PLAN);
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    for executive in ["cio", "cto", "coo"] {
        review(&sandbox, executive, 1, [25, 25, 25, 25], &digest(&sandbox), "none");
    }
    gate(&sandbox, "3", &["open", "go"], "");
    verify(&sandbox).success();
    sandbox.write(PLAN_PATH, PLAN.replace("~4h", "~40h"));
    refused(&verify(&sandbox), &["the plan was changed after session 1"]);
}

#[test]
fn scores_that_cannot_be_added_up_are_no_verdict() {
    let sandbox = adopted(PLAN);
    review(&sandbox, "cto", 1, [25, 26, 25, 25], "x", "none");
    refused(&verify(&sandbox), &["record/scores", "`quality` has `26`"]);
    review(&sandbox, "cto", 1, [20, 20, 20, 20], "x", "none");
    refused(&verify(&sandbox), &["record/boxes", "80 points approve with concerns"]);
}

/// GO for planning with a change of the plan: what is missing is named.
#[track_caller]
fn incomplete(from: &str, to: &str, said: &str) {
    let plan = PLAN.replace(from, to);
    assert_ne!(plan, PLAN, "nothing was changed");
    let sandbox = adopted(&plan);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", said]);
}

#[test]
fn ed_10_the_plan_is_complete_before_phase_3_ends() {
    incomplete("- goal: no data lost\n", "", "every epic says its goal");
    incomplete("  - [ ] old rows can be read\n", "", "every task has a criterion");
    incomplete(" ~4h", "", "every task is estimated");
}

#[test]
fn ed_11_every_task_has_a_team_or_an_owner() {
    let from = "- team: foundation\n\n- [ ] DB-1: Add the column @ada";
    incomplete(from, "\n- [ ] DB-1: Add the column", "every task has somebody");
}

#[test]
fn ed_12_every_task_says_what_it_needs() {
    incomplete("  - needs: none\n", "", "every task says what it needs");
}

#[test]
fn ed_13_gates_are_defined_at_all_levels() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", POLICY.replace("task: [committed]", "task: [committed], epic: []"));
    land(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["gates are defined at all levels", "there are none for epic"]);
}

#[test]
fn ed_14_the_plan_can_be_laid_out_in_time() {
    let circle = "  - needs: DB-2 (FF)\n- [ ] DB-2: b @ada ~9h\n  - needs: DB-1 (SS)\n  - [ ] c\n";
    incomplete("  - needs: none\n", circle, "laid out in time");
    // As the policy sizes it.
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", format!("{POLICY}time: {{ buffer: 0% }}\n"));
    land(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "the buffer of the critical chain is empty, as `0%` sizes it"]);
}

#[test]
fn ed_15_the_readiness_checklist_is_ticked() {
    incomplete("- [x] it is", "- [ ] it is", "the readiness checklist is ticked");
    incomplete("## Readiness checklist", "## Something", "no heading `## Readiness checklist`");
}

#[test]
fn concerns_become_tasks_and_the_policy_says_what_points_mean() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", format!("{POLICY}board: {{ approved: 95, concerns: 90 }}\n"));
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    let plan = digest(&sandbox);
    let all = |points: [u32; 4], concerns: &str| {
        for executive in ["cio", "cto", "coo"] {
            review(&sandbox, executive, 1, points, &plan, concerns);
        }
    };
    all([22, 22, 22, 22], "none");
    refused(&verify(&sandbox), &["session 1 rejected it"]);
    all([23, 23, 23, 23], "none");
    refused(&verify(&sandbox), &["record/boxes", "92 points approve with concerns"]);
    all([23, 23, 23, 23], "- [ ] too fast\n- [ ] too dear\n");
    verify(&sandbox).success();
    sandbox.passmuster(&["review", "tasks", "cio", "--under", "DB"]).success();
    let text = sandbox.read(PLAN_PATH);
    assert!(text.contains("DB-2: too fast") && text.contains("DB-3: too dear"), "{text}");
}
