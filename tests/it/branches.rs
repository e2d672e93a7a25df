//! What the plan says in work trees and on branches, before it lands.

use crate::harness::Sandbox;
use serde_json::Value;

const PLAN: &str = "plan/03-execution-plan.md";
const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\n";
const TASKS: &str = "# Try\n\n- [ ] A-1: first\n\n- [ ] B-1: second\n\n- [ ] C-1: third\n";

/// A project on `main`, with a server it was pushed to.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN, TASKS);
    sandbox.commit_all("adopt");
    sandbox.bare_server("server.git");
    sandbox.git(&["remote", "add", "origin", "../server.git"]).success();
    sandbox.git(&["push", "-q", "-u", "origin", "main"]).success();
    sandbox
}

/// Commits the plan with a piece of it replaced, in one of the work trees.
fn change(sandbox: &Sandbox, folder: &str, (from, to): (&str, &str), message: &str) {
    let path = sandbox.root().join(folder).join(PLAN);
    let text = std::fs::read_to_string(&path).expect("the plan is there");
    assert!(text.contains(from), "{text}");
    sandbox.write_in(folder, PLAN, text.replace(from, to));
    sandbox.git_in(folder, &["commit", "-qam", message]).success();
}

fn branches(sandbox: &Sandbox, folder: &str) -> Value {
    let output = sandbox.passmuster_in(folder, &["status", "--branches", "--format", "json"]).success();
    serde_json::from_str::<Value>(&output.stdout).expect("it is JSON")["data"].clone()
}

/// `A-1 open: done in task/A-1` for each account of each item.
fn told(found: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let mut lines = Vec::new();
    for item in list(&found["items"]) {
        for account in list(&item["accounts"]) {
            let place =
                &found["places"][account["place"].as_u64().and_then(|at| usize::try_from(at).ok()).expect("a place")];
            let (id, landed, state) = (text(&item["id"]), text(&item["landed"]), text(&account["state"]));
            let renamed = account["renamed"].as_str().map_or_else(String::new, |id| format!(" as {id}"));
            lines.push(format!("{id} {landed}: {state}{renamed} in {} {}", text(&place["kind"]), text(&place["name"])));
        }
    }
    lines
}

#[test]
fn a_branch_has_a_say_about_what_it_changed_only() {
    let sandbox = project();
    sandbox.git(&["switch", "-qc", "one"]).success();
    change(&sandbox, "work", ("[ ] A-1", "[x] A-1"), "A-1: claim");
    // What landed since is no word of the branch, and what it says as well is no news.
    sandbox.git(&["switch", "-q", "main"]).success();
    change(&sandbox, "work", ("[ ] B-1", "[x] B-1"), "B-1: claim");
    sandbox.git(&["switch", "-qc", "two", "one"]).success();
    change(&sandbox, "work", ("[ ] B-1", "[x] B-1"), "B-1: claim");
    sandbox.write("src/c", "1");
    sandbox.commit_all("C-1: begin");
    sandbox.git(&["switch", "-q", "main"]).success();
    let found = branches(&sandbox, "work");
    // `two` has the newer commit, so it counts.
    assert_eq!(
        told(&found),
        ["A-1 open: done in branch two", "A-1 open: done in branch one", "C-1 open: under way in branch two"]
    );
    assert_eq!(found["items"][0]["accounts"][0]["by"], "ada@example.org");
    let human = sandbox.passmuster(&["status", "--branches"]).success();
    assert!(human.contains("on main") && human.contains("the first line of an item counts: files"), "{human}");
    let concise = sandbox.passmuster(&["status", "--branches", "--format", "concise"]).success();
    assert!(concise.stdout.starts_with("A-1: done (two, ada@example.org), open on main\n"), "{concise}");
    // Landed in whatever way, it is no news any more; neither is a branch that is gone.
    sandbox.git(&["merge", "-q", "--squash", "one"]).success();
    sandbox.commit_all("A-1: all of it");
    sandbox.git(&["branch", "-D", "two"]).success();
    assert_eq!(told(&branches(&sandbox, "work")), [""; 0]);
}

#[test]
fn files_count_before_the_branch_they_stand_on() {
    let sandbox = project();
    sandbox.git(&["branch", "one"]).success();
    sandbox.git(&["worktree", "add", "-q", "../linked", "one"]).success();
    change(&sandbox, "linked", ("[ ] A-1", "[x] A-1"), "A-1: claim");
    sandbox.write_in("linked", PLAN, TASKS.replace("- [ ] B-1: second", "- [ ] B-1: second\n  - status: waiting: bob"));
    sandbox.write(PLAN, TASKS.replace("[ ] C-1", "[x] C-1"));
    let expected = [
        "A-1 open: open in work tree ../linked",
        "A-1 open: done in branch one",
        "B-1 open: waiting in work tree ../linked",
        "C-1 open: done in work tree .",
    ];
    assert_eq!(told(&branches(&sandbox, "work")), expected);
    // Seen from the other one it is the same but for the names.
    let there = told(&branches(&sandbox, "linked"));
    assert!(there[0].ends_with("work tree .") && there[3].ends_with("work tree ../work"), "{there:?}");
    // A work tree on no branch tells what its commit does; one whose folder is gone tells nothing.
    sandbox.git_in("linked", &["switch", "-q", "--detach", "-f", "one"]).success();
    sandbox.git(&["branch", "-D", "one"]).success();
    let found = branches(&sandbox, "work");
    assert!(told(&found)[0].starts_with("A-1 open: done in detached commit "), "{found}");
    std::fs::remove_dir_all(sandbox.root().join("linked")).expect("it can go");
    assert_eq!(told(&branches(&sandbox, "work")), ["C-1 open: done in work tree ."]);
}

#[test]
fn a_branch_here_counts_before_that_of_a_remote_unless_it_is_behind() {
    let sandbox = project();
    sandbox.clone("server.git", "other");
    sandbox.git_in("other", &["switch", "-qc", "one"]).success();
    change(&sandbox, "other", ("[ ] A-1", "[x] A-1"), "A-1: claim");
    sandbox.git_in("other", &["push", "-q", "origin", "one"]).success();
    sandbox.git(&["fetch", "-q"]).success();
    assert_eq!(told(&branches(&sandbox, "work")), ["A-1 open: done in remote branch origin/one"]);
    sandbox.git(&["branch", "-q", "one", "origin/one"]).success();
    assert_eq!(told(&branches(&sandbox, "work")), ["A-1 open: done in branch one"]);
    // The remote one goes on.
    change(&sandbox, "other", ("[ ] B-1", "[x] B-1"), "B-1: claim");
    sandbox.git_in("other", &["push", "-q", "origin", "one"]).success();
    sandbox.git(&["fetch", "-q"]).success();
    let behind = ["A-1 open: done in remote branch origin/one", "B-1 open: done in remote branch origin/one"];
    assert_eq!(told(&branches(&sandbox, "work")), behind);
    // Both go on: the one here counts, older as it is.
    sandbox.git(&["switch", "-q", "one"]).success();
    change(&sandbox, "work", ("- [x] A-1: first\n", "- [ ] A-1: first\n  - status: dropped\n"), "A-1: no");
    change(&sandbox, "other", ("[ ] C-1", "[x] C-1"), "C-1: claim");
    sandbox.git_in("other", &["push", "-q", "origin", "one"]).success();
    sandbox.git(&["fetch", "-q"]).success();
    let found = branches(&sandbox, "work");
    assert_eq!(
        told(&found),
        [
            "A-1 open: dropped in branch one",
            "A-1 open: done in remote branch origin/one",
            "B-1 open: done in remote branch origin/one",
            "C-1 open: done in remote branch origin/one",
        ]
    );
    assert_eq!(found["places"][1]["note"], "has grown apart from `one` here");
    // What landed on the server is told before it is here.
    sandbox.git_in("other", &["push", "-q", "origin", "one:main"]).success();
    sandbox.git(&["fetch", "-q"]).success();
    let found = told(&branches(&sandbox, "work"));
    assert!(found.contains(&"C-1 open: done in remote branch origin/main".to_owned()), "{found:?}");
}

#[test]
fn a_plan_that_moved_says_the_same_and_one_that_cannot_be_read_says_so() {
    let sandbox = project();
    sandbox.git(&["switch", "-qc", "moved"]).success();
    std::fs::create_dir_all(sandbox.work().join("plan/epics")).expect("the sandbox can be written");
    sandbox.git(&["mv", PLAN, "plan/epics/all.md"]).success();
    sandbox.commit_all("move");
    assert_eq!(told(&branches(&sandbox, "work")), [""; 0]);
    sandbox.git(&["switch", "-qc", "renamed", "main"]).success();
    change(&sandbox, "work", ("A-1", "Z-1"), "other ids");
    change(&sandbox, "work", ("- [ ] B-1: second\n", "- [ ] D-1: fourth\n"), "another one");
    sandbox.git(&["switch", "-qc", "broken", "main"]).success();
    sandbox.write(PLAN, b"- [x] A-1: \xff\n");
    sandbox.commit_all("broken");
    sandbox.git(&["switch", "-q", "--orphan", "strange"]).success();
    sandbox.write(PLAN, TASKS.replace("[ ]", "[x]"));
    sandbox.commit_all("nothing in common");
    sandbox.git(&["switch", "-q", "main"]).success();
    let found = branches(&sandbox, "work");
    assert_eq!(
        told(&found),
        [
            "A-1 open: open as Z-1 in branch renamed",
            "B-1 open: not in the plan in branch renamed",
            "D-1 not in the plan: open in branch renamed",
        ]
    );
    let notes: Vec<&str> =
        found["places"].as_array().expect("a list").iter().filter_map(|one| one["note"].as_str()).collect();
    assert!(notes.iter().any(|note| note.contains("no UTF-8 text")), "{notes:?}");
    assert!(notes.contains(&"it has no commit in common with `main`"), "{notes:?}");
}
