//! A handoff from the draft to the need of a team that it satisfies.

use super::{adopted, by, land, only, prove, refused, replace, verify};
use crate::harness::Sandbox;

/// Fills in the package, and ticks the checklist.
fn complete(sandbox: &Sandbox, path: &str) {
    let text = sandbox.read(path);
    let filled: Vec<String> = text
        .lines()
        .map(|line| if line.starts_with("<!--") { "see docs/schema.md".to_owned() } else { line.replace("[ ]", "[x]") })
        .collect();
    sandbox.write(path, filled.join("\n") + "\n");
    sandbox.commit_all("plan: complete the handoff");
}

fn offered() -> (Sandbox, String) {
    let sandbox = adopted();
    let new = ["handoff", "new", "Schema", "--from", "backend", "--to", "qa", "--item", "B-1"];
    by(&sandbox, "ada", &new).success();
    let path = only(&sandbox, "handoffs");
    complete(&sandbox, &path);
    by(&sandbox, "ada", &["handoff", "offer", "schema"]).success();
    (sandbox, path)
}

fn accepted() -> (Sandbox, String) {
    let (sandbox, path) = offered();
    by(&sandbox, "grace", &["handoff", "authorise", "schema"]).success();
    by(&sandbox, "bob", &["handoff", "accept", "schema"]).success();
    (sandbox, path)
}

#[test]
fn ed_28_a_team_need_is_met_by_an_accepted_handoff() {
    let (sandbox, _) = accepted();
    prove(&sandbox, "B-1");
    verify(&sandbox).success();
}

#[test]
fn a_team_need_is_not_met_before() {
    let (sandbox, _) = offered();
    by(&sandbox, "grace", &["handoff", "authorise", "schema"]).success();
    prove(&sandbox, "B-1");
    refused(verify(&sandbox), &["claim/unproven-need", "is authorised, not accepted"]);

    let sandbox = adopted();
    prove(&sandbox, "B-1");
    refused(verify(&sandbox), &["claim/unproven-need", "no handoff from `backend`"]);
}

#[test]
fn ed_21_a_handoff_with_gaps_is_not_accepted() {
    let (sandbox, path) = offered();
    replace(&sandbox, &path, "- [x] the documentation is complete", "- [ ] the documentation is complete");
    by(&sandbox, "grace", &["handoff", "authorise", "schema"]).success();
    refused(sandbox.passmuster(&["handoff", "check", "schema"]), &["record/boxes", "the documentation is complete"]);
    refused(by(&sandbox, "bob", &["handoff", "accept", "schema"]), &["record/boxes"]);
    by(&sandbox, "bob", &["handoff", "reject", "schema", "-m", "the documentation is not complete"]).success();
    verify(&sandbox).success();
    let shown = sandbox.passmuster(&["handoff", "show", "schema"]).success();
    assert!(shown.contains("rejected by bob (signed): the documentation is not complete"), "{shown}");
    let listed = sandbox.passmuster(&["handoff", "list", "--format", "json"]).success();
    assert!(listed.contains("\"state\": \"rejected\""), "{listed}");
}

#[test]
fn who_may_not_is_refused_by_the_verb_and_by_the_judge() {
    let (sandbox, path) = offered();
    refused(by(&sandbox, "eve", &["handoff", "authorise", "schema"]), &["record/no-authority", "maintainer"]);
    refused(by(&sandbox, "ada", &["handoff", "authorise", "schema"]), &["record/no-authority"]);
    // By hand, with somebody else's name.
    let step = "  - {to: authorised, by: grace, at: 2026-01-01T12:00:00Z}\n---\n# ";
    replace(&sandbox, &path, "---\n# ", step);
    replace(&sandbox, &path, "state: offered", "state: authorised");
    sandbox.commit_all("plan: authorised, honest");
    refused(verify(&sandbox), &["record/unproven", "nothing proves that `grace` made the step to `authorised`"]);
}

#[test]
fn a_state_written_by_hand_is_refused() {
    let (sandbox, path) = offered();
    replace(&sandbox, &path, "state: offered", "state: accepted");
    sandbox.commit_all("plan: accepted, honest");
    refused(verify(&sandbox), &["record/state", "no step led to the state `accepted`"]);
    refused(sandbox.passmuster(&["check"]), &["record/state"]);
}

#[test]
fn a_signature_counts_for_what_was_signed_only() {
    let (sandbox, path) = accepted();
    replace(&sandbox, &path, "see docs/schema.md", "see nothing");
    sandbox.commit_all("plan: reword");
    refused(verify(&sandbox), &["record/unproven", "changed after the signature"]);
}

#[test]
fn what_has_landed_is_neither_changed_nor_taken_away() {
    let (sandbox, path) = accepted();
    land(&sandbox);
    replace(&sandbox, &path, "to: qa", "to: other");
    sandbox.commit_all("plan: another receiver");
    refused(verify(&sandbox), &["record/rewritten", "`to`"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    sandbox.git(&["rm", "-q", &path]).success();
    sandbox.commit_all("plan: what handoff");
    refused(verify(&sandbox), &["record/deleted"]);
}

#[test]
fn two_people_who_step_on_two_branches_meet_in_git_and_before_the_judge() {
    let (sandbox, path) = offered();
    land(&sandbox);
    by(&sandbox, "grace", &["handoff", "authorise", "schema"]).success();
    sandbox.git(&["switch", "-q", "-c", "other", "main"]).success();
    by(&sandbox, "bob", &["handoff", "reject", "schema", "-m", "no tests"]).success();
    sandbox.git(&["switch", "-q", "work"]).success();
    land(&sandbox);
    sandbox.git(&["switch", "-q", "other"]).success();
    assert_ne!(sandbox.git(&["merge", "main"]).status, 0, "plain Git sees both steps in one place");
    // Whoever solves it by taking their own side rewrites what has landed.
    sandbox.git(&["checkout", "--ours", &path]).success();
    sandbox.commit_all("plan: ours");
    refused(verify(&sandbox), &["record/history", "a step to `authorised` by `grace`"]);
}

#[test]
fn twenty_branches_that_add_records_merge_without_a_conflict() {
    let sandbox = adopted();
    for index in 0..20 {
        sandbox.git(&["switch", "-q", "-c", &format!("b{index}"), "main"]).success();
        by(&sandbox, "ada", &["handoff", "new", "Schema", "--from", "backend", "--to", "qa"]).success();
        if index % 4 == 0 {
            by(&sandbox, "ada", &["block", "A-1", "-m", "Schema"]).success();
        }
    }
    sandbox.git(&["switch", "-q", "work"]).success();
    for index in 0..20 {
        sandbox.git(&["merge", "-q", "--no-edit", &format!("b{index}")]).success();
    }
    let count = sandbox.shell("work", "ls plan/handoffs | wc -l; ls plan/blockers | wc -l");
    assert_eq!(count.stdout.split_whitespace().collect::<Vec<_>>(), ["20", "5"], "{count}");
    verify(&sandbox).success();
}

#[test]
fn unknown_items_and_broken_files_are_found() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["handoff", "new", "Schema", "--from", "backend", "--to", "qa", "--item", "B-9"]).success();
    refused(verify(&sandbox), &["record/unknown-item", "`B-9`"]);
    refused(sandbox.passmuster(&["check"]), &["record/unknown-item"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    sandbox.write("plan/handoffs/a.md", "not one\n");
    sandbox.commit_all("plan: a note");
    refused(verify(&sandbox), &["record/not-one"]);
}
