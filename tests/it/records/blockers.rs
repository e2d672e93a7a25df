//! Blockers: what they keep from being claimed, and how they are solved.

use super::{adopted, by, prove, refused, verify};

#[test]
fn what_is_blocked_is_not_claimed() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["block", "A-1", "-m", "no database", "--type", "resource"]).success();
    prove(&sandbox, "A-1");
    refused(verify(&sandbox), &["claim/blocked", "no-database"]);
    assert_eq!(
        by(&sandbox, "eve", &["unblock", "database", "-m", "x"]).status,
        1,
        "it is neither theirs nor do they lead"
    );
    by(&sandbox, "ada", &["unblock", "database", "-m", "asked for one"]).success();
    verify(&sandbox).success();
}

#[test]
fn ed_54_what_solved_a_blocker_is_remembered() {
    let sandbox = adopted();
    for item in ["A-1", "C-1"] {
        by(&sandbox, "ada", &["block", item, "-m", "tests hang", "--subtype", "database", "--signature", "E42"])
            .success();
        by(&sandbox, "ada", &["blocker", "attempt", "tests-hang", "-m", "restarted it"]);
        let listed = sandbox.passmuster(&["blocker", "list"]).success();
        assert!(listed.contains("L1") && listed.contains("tests hang"), "{listed}");
        let name =
            listed.stdout.lines().nth(1).and_then(|line| line.split(' ').next()).expect("one is open").to_owned();
        by(&sandbox, "ada", &["unblock", &name, "-m", "raised the pool size"]).success();
    }
    let patterns = sandbox.passmuster(&["blocker", "patterns"]).success();
    assert!(patterns.contains("technical / database / E42      2"), "{patterns}");
    assert!(patterns.contains("raised the pool size"), "{patterns}");
    verify(&sandbox).success();
}

#[test]
fn what_is_blocked_is_not_next() {
    let sandbox = adopted();
    assert!(sandbox.passmuster(&["next"]).success().contains("side by side: A-1"));
    by(&sandbox, "ada", &["block", "A-1", "-m", "no database"]).success();
    let next = sandbox.passmuster(&["next"]).success();
    assert!(next.contains("is blocked by `20") && next.contains("no-database"), "{next}");
    let status = sandbox.passmuster(&["status", "--format", "json"]).success();
    assert!(status.contains("\"blocked\": 2"), "A-1, and B-1 by its team: {status}");
    assert!(sandbox.passmuster(&["done", "A-1"]).contains("it is blocked by"));
}
