//! Decisions, messages, syncs, retrospectives, and what follows from them.

use super::{PLAN_PATH, POLICY, adopted, by, claim, land, only, refused, replace, verify, with_policy};

#[test]
fn ed_77_a_decision_is_made_by_those_who_may_and_becomes_tasks() {
    let sandbox = adopted();
    let new = [
        "decide",
        "new",
        "One table or two",
        "--situation",
        "reads are slow",
        "--options",
        "one or two",
        "--decision",
        "two",
        "--rationale",
        "measured",
        "--impact",
        "a migration",
        "--action",
        "split the table",
        "--review",
        "2020-01-01",
    ];
    by(&sandbox, "ada", &new).success();
    refused(by(&sandbox, "ada", &["decide", "confirm", "table"]), &["record/no-authority"]);
    by(&sandbox, "grace", &["decide", "confirm", "table"]).success();
    let due = refused(sandbox.passmuster(&["decide", "due"]), &["review"]);
    assert!(due.contains("2020-01-02"), "{due}");
    by(&sandbox, "ada", &["decide", "review", "table", "-m", "it was right"]).success();
    sandbox.passmuster(&["decide", "due"]).success();
    sandbox.write(PLAN_PATH, format!("{}\n## Feature F-1: more\n", sandbox.read(PLAN_PATH)));
    let added = sandbox.passmuster(&["decide", "tasks", "table", "--under", "F-1"]).success();
    assert!(added.contains("split the table"), "{added}");
    let again = sandbox.passmuster(&["decide", "tasks", "table", "--under", "F-1"]).success();
    assert!(again.contains("nothing to add"), "{again}");
    sandbox.git(&["checkout", "-q", PLAN_PATH]).success();
    verify(&sandbox).success();
}

#[test]
fn what_was_decided_is_not_carried_off_under_its_signature() {
    let sandbox = adopted();
    let new = [
        "decide",
        "new",
        "A",
        "--situation",
        "s",
        "--options",
        "o",
        "--decision",
        "yes",
        "--rationale",
        "r",
        "--impact",
        "i",
    ];
    by(&sandbox, "ada", &new).success();
    by(&sandbox, "grace", &["decide", "confirm", "a"]).success();
    let path = only(&sandbox, "decisions");
    replace(&sandbox, &path, "yes", "no");
    by(&sandbox, "ada", &["decide", "review", "a", "-m", "fine"]).success();
    refused(verify(&sandbox), &["record/unproven", "changed after the signature"]);
}

#[test]
fn oc_28_a_no_go_says_why_and_for_how_long() {
    let sandbox = adopted();
    let texts = ["--situation", "s", "--options", "o", "--decision", "d", "--rationale", "r", "--impact", "i"];
    by(&sandbox, "ada", &[&["decide", "new", "Release", "--verdict", "NO-GO"], &texts[..]].concat()).success();
    refused(
        by(&sandbox, "grace", &["decide", "confirm", "release"]),
        &["record/missing-field", "`delay`", "Required fixes"],
    );
    let sandbox = adopted();
    by(&sandbox, "ada", &[&["decide", "new", "Release", "--verdict", "GO"], &texts[..]].concat()).success();
    refused(by(&sandbox, "grace", &["decide", "confirm", "release"]), &["record/section", "Residual risks"]);
}

#[test]
fn ef_07_a_risk_is_accepted_by_somebody_for_a_time() {
    let sandbox = adopted();
    let texts = ["--situation", "s", "--options", "o", "--decision", "d", "--rationale", "r", "--impact", "i"];
    by(&sandbox, "ada", &[&["decide", "new", "Old library", "--type", "accept-risk"], &texts[..]].concat()).success();
    refused(by(&sandbox, "grace", &["decide", "confirm", "library"]), &["`owner`", "`expires`"]);
    let more = ["--owner", "ada", "--expires", "2030-01-01"];
    by(&sandbox, "ada", &[&["decide", "new", "Older library", "--type", "accept-risk"], &texts[..], &more].concat())
        .success();
    by(&sandbox, "grace", &["decide", "confirm", "older"]).success();
    verify(&sandbox).success();
}

#[test]
fn oc_05_a_risk_has_an_owner_and_a_debt_a_day() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["risk", "new", "Disk fills up", "--mitigation", "watch it"]).success();
    refused(by(&sandbox, "ada", &["risk", "accept", "disk", "-m", "cheap"]), &["record/no-authority"]);
    by(&sandbox, "grace", &["risk", "accept", "disk", "-m", "cheap"]).success();
    by(&sandbox, "ada", &["risk", "new", "No retries", "--debt-due", "2030-01-01"]).success();
    let listed = sandbox.passmuster(&["risk", "list"]).success();
    assert!(listed.contains("Disk fills up") && listed.contains("No retries"), "{listed}");
    let debt = sandbox.shell("work", "ls plan/risks/*no-retries*").line().to_owned();
    replace(&sandbox, &debt, "due: \"2030-01-01\"", "due: \"\"");
    refused(sandbox.passmuster(&["check"]), &["record/missing-field", "a debt needs `due`"]);
}

#[test]
fn ot_13_messages_go_through_the_hub_and_are_acknowledged() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["msg", "send", "the schema is ready", "--to", "qa", "--urgency", "critical"]).success();
    super::act_as(&sandbox, "bob");
    assert!(sandbox.passmuster(&["msg", "inbox"]).success().contains("the schema is ready"));
    refused(by(&sandbox, "eve", &["msg", "ack", "schema"]), &["record/no-authority"]);
    by(&sandbox, "bob", &["msg", "ack", "schema"]).success();
    assert!(sandbox.passmuster(&["msg", "inbox"]).success().contains("nothing waits"));
    verify(&sandbox).success();

    let sandbox = with_policy(&format!("{POLICY}comms: hub\n"));
    let told = ["message/past-hub", "nobody on the roster has the role `hub`"];
    refused(by(&sandbox, "ada", &["msg", "send", "psst", "--to", "bob"]), &told);
    // By hand.
    let message = "---\npassmuster: message/1\ntitle: psst\nstate: sent\nby: ada\nat: 2026-01-01T00:00:00Z\n\
                   to: [bob]\nurgency: low\nabout: status\n---\n# psst\n";
    sandbox.write("plan/log/psst.md", message);
    sandbox.commit_all("plan: psst");
    refused(verify(&sandbox), &told);
}

#[test]
fn ed_34_a_sync_names_who_did_not_report() {
    let sandbox = adopted();
    by(&sandbox, "grace", &["sync", "open", "Monday", "--expect", "backend", "--expect", "qa"]).success();
    by(&sandbox, "ada", &["sync", "report", "monday", "-m", "schema done"]).success();
    refused(by(&sandbox, "eve", &["sync", "report", "monday", "-m", "x"]), &["record/no-authority"]);
    by(&sandbox, "grace", &["sync", "close", "monday"]).success();
    let path = only(&sandbox, "syncs");
    assert!(sandbox.read(&path).contains("missing: [qa]"), "{}", sandbox.read(&path));
    verify(&sandbox).success();
    let text = sandbox.read(&path).replace("missing: [qa]\n", "");
    sandbox.write(&path, text);
    sandbox.commit_all("plan: nobody was missing");
    refused(verify(&sandbox), &["sync/unnamed", "`qa` has not reported"]);
}

#[test]
fn ed_36_an_epic_is_closed_after_its_retrospective() {
    let policy = POLICY.replace("  task: [unit]\n", "  task: [unit]\n  epic: [retro-held]\n");
    let sandbox = with_policy(&policy);
    sandbox.write(PLAN_PATH, format!("{}\n## [x] Epic E-1: all of it\n", sandbox.read(PLAN_PATH)));
    sandbox.commit_all("E-1: claim");
    refused(verify(&sandbox), &["gate/unsatisfied", "retro-held"]);
    by(&sandbox, "ada", &["retro", "new", "Epic 1", "--item", "E-1", "--action", "smaller tasks"]).success();
    refused(by(&sandbox, "ada", &["retro", "close", "epic-1"]), &["record/section", "What worked"]);
    let path = only(&sandbox, "retros");
    let text: Vec<String> = sandbox
        .read(&path)
        .lines()
        .map(|line| if line.starts_with("<!--") { "it did".to_owned() } else { line.to_owned() })
        .collect();
    sandbox.write(&path, text.join("\n"));
    by(&sandbox, "ada", &["retro", "close", "epic-1"]).success();
    verify(&sandbox).success();
    land(&sandbox);
}

#[test]
fn ed_42_a_red_gate_becomes_a_task_that_the_item_waits_for() {
    let sandbox = adopted();
    claim(&sandbox, "A-1");
    let red = sandbox.passmuster(&["gate", "run", "A-1"]);
    assert!(red.status == 1 && red.contains("`passmuster remediate A-1`"), "{red}");
    // What is told to be typed can be typed at once.
    let added = sandbox.passmuster(&["remediate", "A-1"]).success();
    assert!(added.contains("make unit pass for A-1"), "{added}");
    let plan = sandbox.read(PLAN_PATH);
    assert!(plan.contains("its gate is red"), "{plan}");
    assert!(sandbox.passmuster(&["remediate", "A-1"]).success().contains("nothing to add"));
    sandbox.commit_all("A-1: remediation");
    refused(verify(&sandbox), &["claim/open-needs"]);
}

#[test]
fn ed_44_a_red_gate_names_what_mends_it_or_writes_the_task() {
    let red = |policy: &str| {
        let sandbox = with_policy(policy);
        claim(&sandbox, "A-1");
        let output = sandbox.passmuster(&["gate", "run", "A-1"]);
        assert_eq!(output.status, 1, "{output}");
        (output, sandbox.read(PLAN_PATH))
    };
    let (output, plan) = red(POLICY);
    assert!(output.contains("`passmuster remediate A-1`") && !plan.contains("make unit pass"), "{output}");
    let (output, plan) = red(&format!("{POLICY}remediation: write\n"));
    assert!(output.contains("make unit pass for A-1; A-1 waits for it"), "{output}");
    assert!(plan.contains("make unit pass for A-1") && plan.contains("its gate is red"), "{plan}");
}

#[test]
fn what_is_overdue_is_listed_and_told_by_the_exit_status() {
    let sandbox = adopted();
    assert!(sandbox.passmuster(&["overdue"]).success().contains("nothing is overdue"));
    by(&sandbox, "ada", &["risk", "new", "No retries", "--debt-due", "2020-01-01"]).success();
    let late = refused(sandbox.passmuster(&["overdue"]), &["the debt is due", "No retries", "passmuster risk close"]);
    assert!(late.contains("2020-01-02"), "{late}");
    refused(sandbox.passmuster(&["overdue", "--format", "json"]), &["2020-01-02T00:00:00Z"]);
    by(&sandbox, "ada", &["risk", "close", "retries", "-m", "paid"]).success();
    sandbox.passmuster(&["overdue"]).success();
    // What cannot be read may be late.
    sandbox.write("plan/risks/broken.md", "nothing\n");
    assert_eq!(sandbox.passmuster(&["overdue"]).status, 1);
}

/// Findings name what to type by these tables.
#[test]
fn what_a_kind_says_is_typed_can_be_typed() {
    let sandbox = adopted();
    let exists = |words: String| {
        let words: Vec<&str> = words.split(' ').filter(|word| !word.starts_with('-')).chain(["--help"]).collect();
        sandbox.passmuster(&words).success();
    };
    for kind in passmuster::record::kinds::ALL {
        exists(kind.opens.to_owned());
        let verbs: std::collections::BTreeSet<&str> = kind.steps.iter().map(|step| step.verb).collect();
        verbs.iter().for_each(|verb| exists(format!("{} {verb}", kind.verb)));
        if !verbs.is_empty() {
            exists(format!("{} list", kind.verb));
        }
    }
}

#[test]
fn what_is_over_names_what_was_and_what_lies_elsewhere_is_told() {
    let sandbox = adopted();
    by(&sandbox, "ada", &["block", "A-1", "-m", "no database"]).success();
    by(&sandbox, "ada", &["unblock", "database", "-m", "found one"]).success();
    sandbox.passmuster(&["rename", "A-1", "A-9"]).success();
    assert!(!sandbox.passmuster(&["check"]).success().contains("record/unknown-item"));
    for path in ["plan/waivers/2026/old.md", "plan/waivers/a.MD"] {
        sandbox.write(path, "---\npassmuster: waiver/1\n---\n");
    }
    let check = sandbox.passmuster(&["check", "--format", "concise"]).success();
    assert_eq!(check.stdout.matches("warning[record/not-one]").count(), 2, "{check}");
}
