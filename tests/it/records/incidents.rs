//! An incident from its declaration to its end, and what it freezes.

use super::{PLAN_PATH, act_as, adopted, by, land, only, prove, refused, replace, verify};
use crate::harness::Sandbox;

fn declare(sandbox: &Sandbox) -> String {
    let args = ["incident", "declare", "Rows vanish", "--commander", "bob", "--runbook", "data-loss", "--item", "A-1"];
    by(sandbox, "grace", &args).success();
    let path = only(sandbox, "incidents");
    land(sandbox);
    path
}

fn fill(sandbox: &Sandbox, path: &str) {
    let lines = sandbox.read(path);
    let filled: Vec<String> = lines
        .lines()
        .map(|line| if line.starts_with("<!--") { "it is so".to_owned() } else { line.replace("[ ]", "[x]") })
        .collect();
    sandbox.write(path, filled.join("\n") + "\n");
    sandbox.commit_all("plan: what is known");
}

#[test]
fn oc_36_no_state_is_skipped_and_a_post_mortem_closes() {
    let sandbox = adopted();
    let path = declare(&sandbox);
    let advance = |more: &[&str]| by(&sandbox, "bob", &[&["incident", "advance", "rows"], more].concat());
    assert_eq!(by(&sandbox, "bob", &["incident", "close", "rows"]).status, 2, "it has not even been looked at");
    advance(&[]).success();
    refused(advance(&[]), &["record/section", "Situation"]);
    let template = sandbox.read(&path);
    fill(&sandbox, &path);
    advance(&[]).success();
    advance(&[]).success();
    refused(advance(&[]), &["record/missing-field", "choice"]);
    advance(&["--choice", "rollback"]).success();
    advance(&[]).success();
    advance(&[]).success();
    let full = sandbox.read(&path);
    assert!(template.contains("<!-- What happened, why"), "{template}");
    replace(&sandbox, &path, "## Post-mortem\n\nit is so\n", "## Post-mortem\n");
    refused(by(&sandbox, "bob", &["incident", "close", "rows"]), &["record/section", "Post-mortem"]);
    sandbox.write(&path, full);
    let status = sandbox.passmuster(&["incident", "status"]).success();
    assert!(status.contains("[document] → closed"), "{status}");
    by(&sandbox, "bob", &["incident", "close", "rows"]).success();
    land(&sandbox);
    prove(&sandbox, "C-1");
    verify(&sandbox).success();
}

#[test]
fn while_it_is_open_only_its_items_land() {
    let sandbox = adopted();
    declare(&sandbox);
    prove(&sandbox, "C-1");
    refused(verify(&sandbox), &["incident/frozen", "`C-1` is claimed while an incident is open"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    sandbox.write("other", "x\n");
    sandbox.commit_all("tidy up");
    refused(verify(&sandbox), &["incident/frozen", "does not belong to the open incident"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    prove(&sandbox, "A-1");
    verify(&sandbox).success();
}

#[test]
fn a_push_does_not_lift_its_own_freeze() {
    let sandbox = adopted();
    declare(&sandbox);
    by(&sandbox, "bob", &["incident", "note", "rows", "--item", "C-1"]).success();
    prove(&sandbox, "C-1");
    refused(verify(&sandbox), &["incident/frozen"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    by(&sandbox, "bob", &["incident", "note", "rows", "--item", "C-1"]).success();
    land(&sandbox);
    prove(&sandbox, "C-1");
    verify(&sandbox).success();
}

#[test]
fn ef_31_only_its_commander_decides() {
    let sandbox = adopted();
    refused(by(&sandbox, "eve", &["incident", "declare", "Fire"]), &["record/no-authority", "incident-commander"]);
    let path = declare(&sandbox);
    refused(by(&sandbox, "grace", &["incident", "advance", "rows"]), &["record/no-authority", "`bob`"]);
    let soon = sandbox.shell("work", "date -u -d '3 days' +%Y-%m-%d").line().to_owned();
    let request = ["waive", "request", "A-1", "unit", "--reason", "deadline", "--until", &soon, "-m", "no time"];
    by(&sandbox, "ada", &request).success();
    refused(by(&sandbox, "grace", &["waive", "grant", "a-1"]), &["record/no-authority", "only `bob` decides"]);
    by(&sandbox, "bob", &["waive", "grant", "a-1"]).success();
    verify(&sandbox).success();
    // Somebody else adds their item by hand.
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    replace(&sandbox, &path, "items: [A-1]", "items: [A-1, C-1]");
    sandbox.commit_all("plan: this one too");
    refused(verify(&sandbox), &["record/rewritten", "`items`"]);
    // Or makes themselves the commander, and decides.
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    replace(&sandbox, &path, "commander: bob", "commander: grace");
    act_as(&sandbox, "grace");
    sandbox.passmuster(&["incident", "advance", "rows"]).success();
    sandbox.commit_all("plan: mine now");
    refused(verify(&sandbox), &["record/rewritten", "`commander`"]);
    assert!(!sandbox.read(PLAN_PATH).is_empty());
}

#[test]
fn oc_40_a_vulnerability_is_closed_with_a_day_for_its_audit() {
    let sandbox = adopted();
    by(&sandbox, "grace", &["incident", "declare", "Hole", "--runbook", "vulnerability"]).success();
    let path = only(&sandbox, "incidents");
    fill(&sandbox, &path);
    for more in [&[][..], &[], &[], &["--choice", "fix-forward"], &[], &[]] {
        by(&sandbox, "grace", &[&["incident", "advance", "hole"], more].concat()).success();
    }
    refused(by(&sandbox, "grace", &["incident", "close", "hole"]), &["record/missing-field", "follow_up"]);
    by(&sandbox, "grace", &["incident", "close", "hole", "--follow-up", "2030-01-01"]).success();
    verify(&sandbox).success();
}

#[test]
fn its_commander_lets_somebody_else_command() {
    let sandbox = adopted();
    declare(&sandbox);
    let taken = by(&sandbox, "grace", &["incident", "hand-on", "rows", "--to", "grace"]);
    refused(taken, &["record/"]);
    by(&sandbox, "bob", &["incident", "hand-on", "rows", "--to", "grace"]).success();
    land(&sandbox);
    refused(by(&sandbox, "bob", &["incident", "advance", "rows"]), &["record/no-authority", "`grace`"]);
    by(&sandbox, "grace", &["incident", "advance", "rows"]).success();
    verify(&sandbox).success();
}
