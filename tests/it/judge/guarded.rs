//! Policy, roster and gate scripts change by the approval of those whom the old policy lets, for exactly this change.

use super::{PLAN_PATH, POLICY, adopted, refused, replace, tick, verify, with_policy};

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
