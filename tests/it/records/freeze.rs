//! Ways round the freeze of an open incident: other work under its item's name, other rules in the same push, the record
//! itself taken apart. The server judges the same way; what is tried here is the judge.

use super::{PLAN_PATH, act_as, adopted, by, land, only, prove, refused, replace, verify};
use crate::harness::Sandbox;

/// A repository with an open incident about A-1, commanded by bob; and the path of its record.
fn burning() -> (Sandbox, String) {
    let sandbox = adopted();
    let args = ["incident", "declare", "Rows vanish", "--commander", "bob", "--item", "A-1"];
    by(&sandbox, "grace", &args).success();
    let path = only(&sandbox, "incidents");
    land(&sandbox);
    (sandbox, path)
}

/// Commits what lies there as a member, sees it refused for these reasons, and takes it back.
#[track_caller]
fn stopped(sandbox: &Sandbox, name: &str, message: &str, texts: &[&str]) {
    act_as(sandbox, name);
    sandbox.commit_all(message);
    refused(verify(sandbox), texts);
    back(sandbox);
}

fn back(sandbox: &Sandbox) {
    sandbox.shell("work", "git reset -q --hard main && git clean -qfd").success();
}

#[test]
fn other_work_does_not_land_beside_the_item_of_an_incident() {
    let (sandbox, _) = burning();
    sandbox.write("src/b", "smuggled\n");
    stopped(&sandbox, "eve", "A-1 C-1: both at once", &["incident/frozen", "does not belong"]);
    sandbox.write("src/b", "smuggled\n");
    stopped(&sandbox, "eve", "tidy up\n\nsee A-1", &["incident/frozen"]);
    // Inside what the item touches, and for nothing else, it lands.
    sandbox.write("src/b", "mended\n");
    act_as(&sandbox, "eve");
    sandbox.commit_all("tidy up\n\nItem: A-1");
    verify(&sandbox).success();
}

#[test]
fn other_work_does_not_land_under_the_id_of_its_item() {
    let (sandbox, _) = burning();
    for (from, to) in [("A-1: first", "Z-1: first"), ("C-1: third", "A-1: third")] {
        replace(&sandbox, PLAN_PATH, from, to);
    }
    stopped(&sandbox, "eve", "A-1: swap", &["incident/frozen", "`A-1` is another item than “first”"]);
    replace(&sandbox, PLAN_PATH, "A-1: first", "Z-1: first");
    stopped(&sandbox, "eve", "A-1: away", &["incident/frozen", "`A-1` is taken away"]);
    replace(&sandbox, PLAN_PATH, "A-1: first", "A-1:  first");
    act_as(&sandbox, "eve");
    sandbox.commit_all("A-1: a blank more says the same");
    verify(&sandbox).success();
}

#[test]
fn a_merge_and_a_revert_are_work_like_any_other() {
    let (sandbox, _) = burning();
    let merge = "git switch -q -c side && echo x > src/side && git add -A && git commit -qm 'A-1: side' && git switch -q work \
                 && echo y > src/y && git add -A && git commit -qm 'A-1: y' && git merge -q --no-ff --no-commit side; \
                 echo z > src/evil && git add -A && git commit -qm 'Merge side'";
    sandbox.shell("work", merge).success();
    refused(verify(&sandbox), &["incident/frozen"]);
    sandbox.shell("work", "git reset -q --hard main && git branch -qD side").success();
    // A merge that adds nothing of its own belongs where its parents do.
    sandbox.shell("work", &merge.replace("echo z > src/evil && ", "")).success();
    verify(&sandbox).success();
    back(&sandbox);
    // Work that landed before is not taken back meanwhile.
    sandbox.shell("work", "git revert --no-edit $(git rev-list --max-parents=0 HEAD)").success();
    refused(verify(&sandbox), &["incident/frozen"]);
}

#[test]
fn other_rules_in_the_same_push_change_nothing() {
    let (sandbox, _) = burning();
    replace(&sandbox, "passmuster.yaml", "profile: team", "profile: solo");
    sandbox.commit_all("policy: solo");
    act_as(&sandbox, "grace");
    sandbox.passmuster(&["approve", "policy", "-m", "fine"]).success();
    sandbox.commit_all("policy: approved");
    prove(&sandbox, "C-1");
    refused(verify(&sandbox), &["incident/frozen", "`C-1` is claimed while an incident is open"]);
}

#[test]
fn the_record_is_not_taken_apart() {
    let (sandbox, path) = burning();
    for (line, code) in [
        (format!("git rm -q {path}"), "record/deleted"),
        (format!("git mv {path} plan/incidents/other.md"), "record/deleted"),
        (format!("mkdir -p plan/blockers && git mv {path} plan/blockers/"), "record/deleted"),
        (format!("mkdir -p plan/incidents/old && git mv {path} plan/incidents/old/"), "record/deleted"),
        (format!("git mv {path} {}.MD", path.trim_end_matches(".md")), "record/deleted"),
        (format!("ln -sf ../../src/a {path}"), "record/not-one"),
        (format!("echo nothing > {path}"), "record/not-one"),
        (format!("sed -i 's/^commander: bob/commander: eve/' {path}"), "record/rewritten"),
        (format!("sed -i 's/^state: stop/state: closed/' {path}"), "record/state"),
        (format!("sed -i 's/^passmuster: incident/passmuster: blocker/' {path}"), "yaml/format"),
    ] {
        sandbox.shell("work", &line).success();
        act_as(&sandbox, "eve");
        sandbox.git(&["add", "--all"]).success();
        sandbox.commit_all("plan: the record");
        let output = verify(&sandbox);
        assert!(output.status == 1 && output.contains(code), "{line}: no `{code}` in\n{output}");
        back(&sandbox);
    }
}

#[test]
fn nobody_steps_for_the_commander() {
    let (sandbox, path) = burning();
    let forged = |by: &str, at: &str| {
        let text = sandbox.read(&path).replacen("state: stop", "state: assess", 1);
        let steps = if text.contains("steps:") { "" } else { "steps:\n" };
        let step = format!("\n{steps}  - {{to: assess, by: {by}, at: {at}}}\n---\n# ");
        sandbox.write(&path, text.replacen("\n---\n# ", &step, 1));
    };
    let now = sandbox.shell("work", "date -u +%FT%TZ").line().to_owned();
    forged("eve", &now);
    stopped(&sandbox, "eve", "plan: on", &["record/no-authority", "`bob`"]);
    forged("bob", &now);
    stopped(&sandbox, "eve", "plan: on", &["record/unproven"]);
    forged("bob", "2100-01-01T00:00:00Z");
    stopped(&sandbox, "bob", "plan: on", &["record/time", "lies in the future"]);
}
