//! Waivers: granted by somebody who may, for one gate of one item, for a time.

use super::{POLICY, adopted, by, claim, land, only, refused, replace, verify, with_policy};
use crate::harness::Sandbox;

fn request(sandbox: &Sandbox, name: &str, item: &str, gate: &str, until: &str) {
    let args = ["waive", "request", item, gate, "--reason", "deadline", "--until", until, "-m", "no time"];
    by(sandbox, name, &args).success();
}

/// A day that is not over for a while: the binary looks at the real clock.
fn soon(sandbox: &Sandbox, days: &str) -> String {
    sandbox.shell("work", &format!("date -u -d '{days} days' +%Y-%m-%d")).line().to_owned()
}

fn granted() -> Sandbox {
    let sandbox = adopted();
    request(&sandbox, "ada", "A-1", "unit", &soon(&sandbox, "7"));
    by(&sandbox, "grace", &["waive", "grant", "a-1"]).success();
    sandbox
}

#[test]
fn a_granted_waiver_excuses_one_gate_of_one_item() {
    let sandbox = granted();
    claim(&sandbox, "A-1");
    let output = verify(&sandbox).success();
    assert!(output.contains("0 of 1 gates satisfied, 1 waived"), "{output}");
    claim(&sandbox, "C-1");
    refused(verify(&sandbox), &["gate/unsatisfied", "gate `unit`"]);
}

#[test]
fn a_waiver_counts_after_it_has_landed_too() {
    let sandbox = granted();
    assert!(verify(&sandbox).success().contains("waiver/unused"), "nothing needs it yet");
    land(&sandbox);
    claim(&sandbox, "A-1");
    verify(&sandbox).success();
    by(&sandbox, "grace", &["waive", "revoke", "a-1", "-m", "found time"]).success();
    refused(verify(&sandbox), &["gate/unsatisfied"]);
}

#[test]
fn ef_40_a_request_is_no_waiver() {
    let sandbox = adopted();
    request(&sandbox, "ada", "A-1", "unit", &soon(&sandbox, "7"));
    claim(&sandbox, "A-1");
    refused(verify(&sandbox), &["gate/unsatisfied"]);
    let no_reason = ["waive", "request", "A-1", "unit", "--reason", "lazy", "--until", "2030-01-01", "-m", "x"];
    assert_eq!(by(&sandbox, "ada", &no_reason).status, 2);
}

#[test]
fn nobody_grants_their_own_or_without_the_power() {
    let sandbox = adopted();
    request(&sandbox, "grace", "A-1", "unit", &soon(&sandbox, "7"));
    refused(by(&sandbox, "grace", &["waive", "grant", "a-1"]), &["record/same-person"]);
    refused(by(&sandbox, "ada", &["waive", "grant", "a-1"]), &["record/no-authority"]);
    // Forged by hand, in the name of the one who may.
    let path = only(&sandbox, "waivers");
    replace(&sandbox, &path, "by: grace", "by: ada");
    replace(&sandbox, &path, "state: requested", "state: granted");
    replace(&sandbox, &path, "---\n# ", "steps:\n  - {to: granted, by: grace, at: 2026-01-02T00:00:00Z}\n---\n# ");
    sandbox.commit_all("plan: granted, honest");
    claim(&sandbox, "A-1");
    refused(verify(&sandbox), &["record/unproven"]);
}

#[test]
fn ef_41_some_gates_are_never_waived() {
    let sandbox = adopted();
    request(&sandbox, "ada", "C-1", "security", &soon(&sandbox, "7"));
    by(&sandbox, "grace", &["waive", "grant", "c-1"]);
    claim(&sandbox, "C-1");
    refused(verify(&sandbox), &["waiver/never", "`security` is never waived"]);
    refused(sandbox.passmuster(&["check"]), &["waiver/never"]);
}

#[test]
fn a_waiver_that_is_over_or_too_long_excuses_nothing() {
    let sandbox = adopted();
    request(&sandbox, "ada", "A-1", "unit", &soon(&sandbox, "90"));
    by(&sandbox, "grace", &["waive", "grant", "a-1"]).success();
    claim(&sandbox, "A-1");
    refused(verify(&sandbox), &["record/lifetime", "the policy lets 30"]);

    let sandbox = with_policy(&format!("{POLICY}waivers: {{ max_days: 120 }}\n"));
    request(&sandbox, "ada", "A-1", "unit", &soon(&sandbox, "90"));
    by(&sandbox, "grace", &["waive", "grant", "a-1"]).success();
    claim(&sandbox, "A-1");
    verify(&sandbox).success();
}

#[test]
fn a_waiver_from_elsewhere_is_signed_for_elsewhere() {
    let sandbox = granted();
    let path = only(&sandbox, "waivers");
    // The same file under another name, and the same file for another gate.
    sandbox.git(&["mv", &path, "plan/waivers/2026-01-01-other.md"]).success();
    sandbox.commit_all("plan: move");
    refused(verify(&sandbox), &["record/unproven", "not by a key of `grace`"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]).success();
    replace(&sandbox, &path, "item: A-1", "item: C-1");
    sandbox.commit_all("plan: for another item");
    refused(verify(&sandbox), &["record/unproven", "changed after the signature"]);
}

#[test]
fn without_a_key_nothing_is_granted_where_signatures_are_asked_for() {
    let sandbox = adopted();
    request(&sandbox, "ada", "A-1", "unit", &soon(&sandbox, "7"));
    super::act_as(&sandbox, "grace");
    sandbox.git(&["config", "--unset", "gpg.format"]).success();
    sandbox.passmuster(&["waive", "grant", "a-1"]).success();
    sandbox.commit_all("plan: grant");
    claim(&sandbox, "A-1");
    refused(verify(&sandbox), &["record/unproven", "it is local, this ref asks for signed"]);
}

#[test]
fn ct_07_a_granted_waiver_leaves_a_debt_that_is_due_when_it_ends() {
    let sandbox = adopted();
    let until = soon(&sandbox, "7");
    request(&sandbox, "ada", "A-1", "unit", &until);
    refused(by(&sandbox, "ada", &["waive", "grant", "a-1"]), &["record/"]);
    assert!(!sandbox.root().join("work/plan/risks").exists(), "what is refused leaves no debt");
    by(&sandbox, "grace", &["waive", "grant", "a-1"]).success();
    let debt = sandbox.read(&only(&sandbox, "risks"));
    for line in ["type: debt", "owner: ada", &format!("due: \"{until}\""), "A-1", "Satisfy `unit`"] {
        assert!(debt.contains(line), "no `{line}` in\n{debt}");
    }
    sandbox.passmuster(&["check"]).success();
    verify(&sandbox).success();
}

#[test]
fn a_waiver_without_its_debt_is_refused() {
    let sandbox = granted();
    let debt = only(&sandbox, "risks");
    let text = sandbox.read(&debt);
    std::fs::remove_file(sandbox.work().join(&debt)).expect("the debt is there");
    sandbox.commit_all("plan: what debt");
    refused(verify(&sandbox), &["waiver/no-debt", "no open debt in plan/risks has `waiver: plan/waivers/"]);
    // Somebody else's debt does not count.
    sandbox.write(&debt, text.replace("waiver: plan/waivers/", "waiver: plan/waivers/x"));
    sandbox.commit_all("plan: a debt");
    refused(verify(&sandbox), &["waiver/no-debt"]);
    sandbox.write(&debt, text);
    sandbox.commit_all("plan: its debt");
    land(&sandbox);
    // Once it has landed, the debt lives on by itself.
    by(&sandbox, "ada", &["risk", "close", "a-1", "-m", "paid"]).success();
    verify(&sandbox).success();
}
