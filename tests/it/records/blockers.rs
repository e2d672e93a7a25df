//! Blockers: what they keep from being claimed, and how they are solved.

use super::{act_as, adopted, by, land, only, prove, refused, replace, verify};

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
    assert!(patterns.contains("technical / database / E42      2        0"), "{patterns}");
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

#[test]
fn what_somebody_looks_after_goes_to_another_hand() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["block", "A-1", "-m", "no database"]).success();
    land(&sandbox);
    let path = only(&sandbox, "blockers");
    // Not by whoever likes to, and not without a word.
    let taken = by(&sandbox, "eve", &["blocker", "hand-on", "database", "--to", "eve"]);
    refused(taken, &["record/rewritten", "`owner` of the blocker"]);
    replace(&sandbox, &path, "owner: ada", "owner: eve");
    by(&sandbox, "eve", &["blocker", "attempt", "database", "-m", "mine now"]);
    sandbox.commit_all("plan: mine");
    refused(verify(&sandbox), &["record/rewritten", "passmuster blocker hand-on"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    by(&sandbox, "ada", &["blocker", "hand-on", "database", "--to", "bob", "-m", "he knows it"]).success();
    let shown = sandbox.passmuster(&["blocker", "show", "database"]).success();
    assert!(shown.contains("handled by bob") && shown.contains("handed on to bob: he knows it"), "{shown}");
    land(&sandbox);
    by(&sandbox, "bob", &["blocker", "resolve", "database", "-m", "found one"]).success();
    verify(&sandbox).success();
}

#[test]
fn who_goes_to_another_team_hands_on_what_they_look_after() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["block", "A-1", "-m", "no database"]).success();
    by(&sandbox, "ada", &["risk", "new", "Disk", "--probability", "low", "--impact", "low"]).success();
    land(&sandbox);
    act_as(&sandbox, "eve");
    let alone = sandbox.passmuster(&["roster", "move", "ada", "qa", "--work-to", "bob"]).success();
    assert!(alone.contains("is theirs to look after: `passmuster blocker hand-on"), "{alone}");
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    let moved = by(&sandbox, "ada", &["roster", "move", "ada", "qa", "--work-to", "bob"]).success();
    assert!(moved.contains(": handed on") && !moved.contains("left to you"), "{moved}");
    by(&sandbox, "grace", &["approve", "policy", "-m", "she goes"]).success();
    verify(&sandbox).success();
    for folder in ["blockers", "risks"] {
        let record = sandbox.read(&only(&sandbox, folder));
        assert!(record.contains("owner: bob"), "{record}");
    }
}
