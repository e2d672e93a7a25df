//! Who may do what, what waits for what, and what a plan must not leave open.

use super::{PLAN_PATH, act_as, adopted, refused};
use crate::harness::Sandbox;

fn project(profile: &str, items: &str) -> Sandbox {
    let policy = format!(
        "passmuster: policy/1\nrepository: abc12345\nprofile: {profile}\nprotect: [main]\ntrust: local\n\
         levels: {{ task: [] }}\ngates:\n  unit: {{ run: \"true\", inputs: [src/] }}\n"
    );
    let roster = "passmuster: roster/1\nmembers:\n- {name: eve, kind: human, emails: [eve@example.org], roles: [developer], reports_to: dan}\n\
         - {name: dan, kind: human, emails: [dan@example.org], roles: [maintainer]}\n";
    adopted("eve", policy, roster, items)
}

#[test]
fn ed_09_and_ot_02_and_ot_17_what_only_some_may_do_is_taken_to_whom_one_reports() {
    let sandbox = project("team", "- [ ] A-1: a\n");
    let denied = |args: &[&str]| {
        act_as(&sandbox, "eve");
        refused(&sandbox.passmuster(args), &["record/no-authority", "take it to `dan`, to whom `eve` reports"]);
    };
    denied(&["incident", "declare", "Fire"]);
    let said = ["--situation", "s", "--options", "o", "--decision", "d", "--rationale", "r", "--impact", "i"];
    act_as(&sandbox, "eve");
    sandbox.passmuster(&[&["decide", "new", "Which queue"][..], &said].concat()).success();
    denied(&["decide", "confirm", "which-queue"]);
    let soon = sandbox.shell("work", "date -u -d '3 days' +%Y-%m-%d").line().to_owned();
    act_as(&sandbox, "dan");
    let request = ["waive", "request", "A-1", "unit", "--reason", "deadline", "--until", &soon, "-m", "no time"];
    sandbox.passmuster(&request).success();
    denied(&["waive", "grant", "a-1"]);
    act_as(&sandbox, "dan");
    sandbox.passmuster(&["decide", "confirm", "which-queue"]).success();
}

#[test]
fn ed_32_and_oc_08_what_needs_open_work_is_neither_next_nor_claimed() {
    let sandbox = project("solo", "- [ ] A-1: a\n- [ ] B-1: b\n  - needs: A-1 (technical: its table)\n");
    let next = sandbox.passmuster(&["next"]).success();
    assert!(next.contains("needs `A-1`"), "{next}");
    let plan = sandbox.read(PLAN_PATH).replace("[ ] B-1", "[x] B-1");
    sandbox.write(PLAN_PATH, plan.clone());
    sandbox.commit_all("B-1: do it");
    refused(&sandbox.passmuster(&["verify"]), &["claim/open-needs", "`A-1` is not done"]);
    sandbox.write(PLAN_PATH, plan.replace("[ ] A-1", "[x] A-1"));
    sandbox.commit_all("A-1: do it");
    sandbox.passmuster(&["verify"]).success();
}

#[test]
fn oc_34_what_a_task_promised_to_provide_is_there() {
    let sandbox = project("solo", "- [ ] A-1: a\n  - provides: src/new.sql\n");
    for name in ["00-project-brief", "01-vision", "02-mission", "04-implementation-report"] {
        sandbox.write(&format!("plan/{name}.md"), "# d\n");
    }
    sandbox.write(PLAN_PATH, sandbox.read(PLAN_PATH).replace("[ ] A-1", "[x] A-1"));
    let output = sandbox.passmuster(&["phase", "package"]);
    assert!(output.status != 0 && output.contains("`src/new.sql` is not there"), "{output}");
    sandbox.write("src/new.sql", "create\n");
    sandbox.passmuster(&["phase", "package"]).success();
    assert!(sandbox.read("plan/completion/manifest.sha256").contains("src/new.sql"));
}

#[test]
fn oc_50_a_plan_does_not_contradict_itself() {
    let items =
        "## Epic E-1: e\n- estimate: 10h\n\n- [ ] A-1: a ~2h\n- [ ] a-1: again ~2h\n- [ ] B-1: b ~1h\n  - needs: Z-9\n";
    let sandbox = project("solo", items);
    refused(&sandbox.passmuster(&["check"]), &["plan/duplicate-id", "plan/dangling-need", "plan/sum-mismatch"]);
}

#[test]
fn ot_10_who_works_at_the_same_time_works_at_different_places() {
    let items =
        "- [ ] A-1: a\n  - touches: src/**\n- [ ] B-1: b\n  - touches: src/a\n- [ ] C-1: c\n  - touches: docs/**\n";
    let sandbox = project("solo", items);
    let next = sandbox.passmuster(&["next"]).success();
    assert!(next.contains("side by side: A-1, C-1") && next.contains("after that:   B-1"), "{next}");
    let check = sandbox.passmuster(&["check"]);
    assert!(check.contains("plan/overlapping-touches"), "{check}");
}

#[test]
fn ot_11_nothing_is_given_away_that_cannot_be_checked() {
    let items = "- [ ] A-1: a ~1h #sql\n  - needs: none\n  - touches: src/**\n";
    let sandbox = project("solo", items);
    refused(&sandbox.passmuster(&["assign", "A-1", "eve"]), &["it has no criteria"]);
    sandbox.write(PLAN_PATH, format!("{}  - [ ] old rows can be read\n", sandbox.read(PLAN_PATH)));
    sandbox.passmuster(&["assign", "A-1", "eve"]).success();
}
