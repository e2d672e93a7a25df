//! What calls for somebody: told with a status, acknowledged by a record, and the same for whoever looks.

use crate::harness::Sandbox;
use serde_json::Value;

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\n";

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h @ada\n  - touches: src/**\n- [ ] A-2: second ~1h\n  - touches: docs/**\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.commit_all("adopt");
    sandbox
}

/// The ids of what is raised.
fn ids(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let output = sandbox.passmuster_in(folder, &["triggers", "--format", "json"]);
    let answer: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"));
    let raised = answer["data"].as_array().expect("it is a list");
    raised.iter().map(|one| one["id"].as_str().expect("it has an id").to_owned()).collect()
}

#[test]
fn ed_03_what_calls_is_told_with_a_status_for_ci() {
    let sandbox = sandbox();
    let calm = sandbox.passmuster(&["triggers"]);
    assert_eq!((calm.status, calm.line()), (0, "nothing calls"));
    sandbox.passmuster(&["block", "A-1", "-m", "no licence", "--priority", "P0"]).success();
    let loud = sandbox.passmuster(&["triggers"]);
    assert_eq!(loud.status, 1, "{loud}");
    assert!(loud.stdout.starts_with("critical  blocker-critical-"), "{loud}");
    assert!(loud.contains("passmuster unblock"), "{loud}");
    assert_eq!(sandbox.passmuster(&["triggers", "--to", "nobody"]).status, 0);
    assert_eq!(sandbox.passmuster(&["triggers", "--least", "critical"]).status, 1);

    sandbox.write("passmuster.yaml", format!("{POLICY}triggers: {{ blocker-critical: off }}\n"));
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 0);
}

#[test]
fn oc_24_a_trigger_names_whom_it_calls_until_they_have_seen_it() {
    let sandbox = sandbox();
    sandbox.passmuster(&["block", "A-1", "-m", "no licence", "--priority", "P0"]).success();
    let [id] = &ids(&sandbox, "work")[..] else { panic!("one thing calls") };
    let unknown = sandbox.passmuster(&["triggers", "ack", "blocker-critical-zzz"]);
    assert_eq!(unknown.status, 2, "{unknown}");
    assert!(unknown.contains(&format!("write `{id}`")), "{unknown}");

    sandbox.passmuster(&["watch", "--once"]).success();
    sandbox.passmuster(&["triggers", "ack", &id[..20], "-m", "asked the vendor"]).success();
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 0);
    let all = sandbox.passmuster(&["triggers", "--all"]);
    assert!(all.status == 0 && all.contains("seen by"), "{all}");
    let told = sandbox.passmuster(&["watch", "--once"]).success();
    assert!(told.stdout.starts_with(&format!("trigger-settled: {id} was seen by")), "{told}");
    sandbox.passmuster(&["check"]).success();
}

#[test]
fn an_acknowledgement_ends_when_it_said_it_would() {
    let sandbox = sandbox();
    sandbox.passmuster(&["block", "A-1", "-m", "no licence", "--priority", "P0"]).success();
    let [id] = &ids(&sandbox, "work")[..] else { panic!("one thing calls") };
    sandbox.passmuster(&["triggers", "ack", id, "--until", "2020-01-01"]).success();
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 1);
    sandbox.passmuster(&["triggers", "ack", id, "--until", "2999-01-01"]).success();
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 0);
}

#[test]
fn acknowledgements_of_two_people_merge_without_a_conflict() {
    let sandbox = sandbox();
    sandbox.passmuster(&["block", "A-1", "-m", "no licence", "--priority", "P0"]).success();
    sandbox.commit_all("A-1: blocked");
    sandbox.clone("work", "other");
    let (here, there) = (ids(&sandbox, "work"), ids(&sandbox, "other"));
    assert_eq!(here, there, "both see the same");
    for (folder, who) in [("work", "ada"), ("other", "bob")] {
        let mut ack = sandbox.command("passmuster", folder);
        ack.args(["triggers", "ack", &here[0]]).env("PASSMUSTER_MEMBER", who);
        sandbox.run(&mut ack, "").success();
        sandbox.git_in(folder, &["add", "--all"]).success();
        sandbox.git_in(folder, &["commit", "--quiet", "--message", "seen"]).success();
    }
    sandbox.git(&["pull", "--quiet", "--no-rebase", "--no-edit", "../other", "main"]).success();
    let files = std::fs::read_dir(sandbox.work().join("plan/acks")).expect("it is there").count();
    assert_eq!(files, 2);
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 0);
}

#[test]
fn what_cannot_be_read_is_no_silence() {
    let sandbox = sandbox();
    sandbox.write("plan/blockers/2026-01-01-b.md", "no record at all");
    let output = sandbox.passmuster(&["triggers"]);
    assert_eq!(output.status, 3, "{output}");
    assert!(output.contains("keep records from being read"), "{output}");
}

#[test]
fn oc_25_a_slip_calls_where_the_policy_asks_for_it() {
    let sandbox = sandbox();
    // The sandbox commits in the first days of 2026, so an hour of work is long overdue.
    assert_eq!(ids(&sandbox, "work"), [""; 0]);
    sandbox.write("passmuster.yaml", format!("{POLICY}triggers: {{ slip: {{ after: 4h }}, buffer-red: on }}\n"));
    let kinds = || ids(&sandbox, "work").iter().map(|id| id[..id.len() - 7].to_owned()).collect::<Vec<_>>();
    let mut raised = kinds();
    raised.sort_unstable();
    assert_eq!(raised, ["buffer-red", "slip"]);
    let first = ids(&sandbox, "work");
    sandbox.passmuster(&["done", "A-2"]).success();
    assert_eq!(ids(&sandbox, "work"), first, "the same slip has the same name");
    sandbox.passmuster(&["done", "A-1"]).success();
    assert_eq!(kinds(), [""; 0], "what is done is not late any more");
}

/// A commit on a branch of its own, made from `main`.
fn branch(sandbox: &Sandbox, name: &str, files: &[(&str, &str)]) {
    sandbox.git(&["switch", "-q", "-c", name, "main"]).success();
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.commit_all("work");
    sandbox.git(&["switch", "-q", "main"]).success();
}

#[test]
fn ed_03_branches_that_do_not_merge_call_before_anybody_tries() {
    let sandbox = sandbox();
    branch(&sandbox, "task/A-1", &[("src/a", "one\n"), ("src/b", "b\n")]);
    branch(&sandbox, "task/A-2", &[("src/a", "two\n"), ("docs/a", "d\n")]);
    branch(&sandbox, "task/other", &[("src/c", "c\n"), ("plan/notes.md", "mine\n")]);
    branch(&sandbox, "task/third", &[("src/d", "d\n"), ("plan/notes.md", "theirs\n")]);
    let told = sandbox.passmuster(&["triggers"]);
    assert_eq!(told.status, 1, "{told}");
    assert!(told.contains("`task/A-1` does not merge with `task/A-2`: src/a"), "{told}");
    assert!(told.contains(", for ada") && told.contains("git merge-tree --name-only task/A-2 task/A-1"), "{told}");
    assert_eq!(told.stdout.matches("path-conflict-").count(), 1, "plans are merged by people: {told}");

    // The first has landed: now it is the second that does not fit.
    sandbox.git(&["merge", "-q", "--ff-only", "task/A-1"]).success();
    let told = sandbox.passmuster(&["triggers"]);
    assert!(told.contains("`task/A-2` does not merge with `main`: src/a"), "{told}");
    assert_eq!(told.stdout.matches("path-conflict-").count(), 1, "{told}");
    let here = ids(&sandbox, "work");
    sandbox.git(&["switch", "-q", "task/A-2"]).success();
    assert_eq!(ids(&sandbox, "work"), here, "also to whoever is on it");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["branch", "-q", "-D", "task/A-2"]).success();
    assert_eq!(sandbox.passmuster(&["triggers"]).status, 0);
}

#[test]
fn a_red_gate_calls_from_any_branch_that_is_worked_on() {
    let sandbox = sandbox();
    sandbox.write(
        "passmuster.yaml",
        format!("{POLICY}levels: {{ task: [g] }}\ngates: {{ g: {{ run: 'false', inputs: [src/] }} }}\n"),
    );
    sandbox.write("src/a", "one\n");
    sandbox.commit_all("a gate");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox.passmuster(&["gate", "run", "A-1"]);
    sandbox.commit_all("A-1: red");
    let here = ids(&sandbox, "work");
    assert!(matches!(here.as_slice(), [id] if id.starts_with("gate-failed-")), "{here:?}");
    sandbox.git(&["switch", "-q", "main"]).success();
    assert_eq!(ids(&sandbox, "work"), here, "it has the same name wherever HEAD is");
    let told = sandbox.passmuster(&["triggers"]);
    assert!(told.contains("the gate g of A-1 on `task/A-1`"), "{told}");

    // Another clone sees it on its remote; a branch that was left behind calls nobody.
    sandbox.clone("work", "other");
    assert_eq!(ids(&sandbox, "other"), here);
    let mut later = sandbox.command("git", "work");
    later.args(["commit", "--quiet", "--allow-empty", "--message", "months later"]);
    later.env("GIT_COMMITTER_DATE", "2026-06-01T00:00:00Z");
    sandbox.run(&mut later, "").success();
    assert_eq!(ids(&sandbox, "work"), [""; 0]);
}
