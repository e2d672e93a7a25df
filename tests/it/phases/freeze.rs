//! Ways round the freeze of an open gate, and round what a decision rests on.

use super::{PLAN, PLAN_PATH, POLICY, adopted, begun, claim, gate, land, refused, take_away, verify};
use crate::harness::Sandbox;

/// The gate of phase 4 is open, with the item DB-9 as its own work.
fn at_the_gate() -> Sandbox {
    let plan =
        PLAN.replace("## Readiness", "- [ ] DB-9: Look at it once more @ada ~1h\n  - needs: none\n\n## Readiness");
    let sandbox = adopted(&plan);
    begun(&sandbox);
    gate(&sandbox, "4", &["open"], "DB-9");
    land(&sandbox);
    sandbox
}

fn replace(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    let text = sandbox.read(path);
    assert!(text.contains(from), "`{path}` does not hold `{from}`:\n{text}");
    sandbox.write(path, text.replacen(from, to, 1));
}

#[test]
fn nothing_gets_round_the_freeze_of_a_gate() {
    let sandbox = at_the_gate();
    let back = || sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    // Other work beside that of the gate.
    sandbox.write("src/x", "x\n");
    sandbox.commit_all("DB-9 DB-1: both at once");
    refused(&verify(&sandbox), &["phase/frozen", "work lands while"]);
    back();
    // Other work under its id.
    replace(&sandbox, PLAN_PATH, "DB-9: Look", "DB-8: Look");
    replace(&sandbox, PLAN_PATH, "DB-1: Add", "DB-9: Add");
    sandbox.commit_all("DB-9: swap");
    refused(&verify(&sandbox), &["phase/frozen", "`DB-9` is another item"]);
    back();
    // Listed by the change that needs it.
    gate(&sandbox, "4", &["open"], "DB-9, DB-1");
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/frozen", "`DB-1` is claimed"]);
    back();
    // Decided by the change that needs it.
    gate(&sandbox, "4", &["open", "no-go"], "DB-9");
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/frozen", "`DB-1` is claimed"]);
    back();
    // Without phases from now on.
    replace(&sandbox, "passmuster.yaml", "phases: true", "phases: false");
    sandbox.commit_all("policy: no phases");
    sandbox.passmuster(&["approve", "policy", "-m", "fine"]).success();
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/frozen"]);
    back();
    sandbox.shell("work", "git revert --no-edit HEAD~1").success();
    refused(&verify(&sandbox), &["record/deleted"]);
    back();
    let next = sandbox.passmuster(&["next"]).success();
    assert!(next.contains("rests while `2026-01-01-phase-4` is open"), "{next}");
    let done = sandbox.passmuster(&["done", "DB-1"]).success();
    assert!(done.contains("nothing of it lands while `2026-01-01-phase-4` is open"), "{done}");
}

#[test]
fn what_a_phase_was_decided_on_stays() {
    let sandbox = adopted(PLAN);
    sandbox.write("plan/00-project-brief.md", "# Brief\n\n## What\n\na thing\n");
    land(&sandbox);
    // Decided by the change that takes its document away.
    gate(&sandbox, "0", &["open", "go"], "");
    take_away(&sandbox, "plan/00-project-brief.md");
    refused(&verify(&sandbox), &["phase/not-ready", "it is not there"]);
    sandbox.write("plan/00-project-brief.md", "# Brief\n\n## What\n\na thing\n");
    verify(&sandbox).success();
    land(&sandbox);
    take_away(&sandbox, "plan/00-project-brief.md");
    refused(&verify(&sandbox), &["phase/document-gone", "phase 0 was decided on it"]);
}

/// The first phases have no items that a commit could name.
#[test]
fn what_speaks_for_itself_names_no_item() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", format!("{POLICY}commits: {{ name_item: always }}\n"));
    land(&sandbox);
    sandbox.passmuster(&["hooks", "install"]).success();
    sandbox.passmuster(&["phase", "start", "0"]).success();
    sandbox.git(&["add", "--all"]).success();
    sandbox.git(&["commit", "-q", "-m", "plan: a brief"]).success();
    sandbox.passmuster(&["verify"]).success();
    replace(&sandbox, PLAN_PATH, "~4h", "~5h");
    sandbox.git(&["add", "--all"]).success();
    let plan = sandbox.git(&["commit", "-q", "-m", "plan: longer"]);
    assert!(plan.status != 0 && plan.contains("commit/unnamed"), "{plan}");
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "plan: longer"]).success();
    refused(&sandbox.passmuster(&["verify"]), &["commit/unnamed"]);
}
