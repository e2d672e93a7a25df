//! The same verdict in every kind of repository, or a clear word that it could not be judged.

use crate::harness::{Output, Sandbox};

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [unit]\ngates:\n  unit: { run: \"sh unit.sh\", inputs: [src/, unit.sh] }\n";
const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n";

/// A repository made by `git init` with these arguments; `None` where the installed Git does not know them.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn made(init: &[&str]) -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    let mut args = vec!["init", "-q", "-b", "main"];
    args.extend(init);
    if sandbox.git(&args).status != 0 {
        println!("skipped: this git cannot `git {}`", args.join(" "));
        return None;
    }
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("unit.sh", "grep -q good src/a\n");
    sandbox.write("src/a", "start\n");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    Some(sandbox)
}

fn verdicts(init: &[&str]) {
    let Some(sandbox) = made(init) else { return };
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("[ ]", "[x]"));
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: claim");
    let refused = sandbox.passmuster(&["verify"]);
    assert!(refused.status == 1 && refused.contains("gate/unsatisfied"), "{refused}");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: evidence");
    sandbox.passmuster(&["verify"]).success();
    sandbox.write("src/a", "good again\n");
    sandbox.commit_all("A-1: change");
    let stale = sandbox.passmuster(&["verify"]);
    assert!(stale.status == 1 && stale.contains("changed: src/a"), "{stale}");
}

#[test]
fn sha1_and_files() {
    verdicts(&[]);
}

#[test]
fn sha256() {
    verdicts(&["--object-format=sha256"]);
}

#[test]
fn reftable() {
    verdicts(&["--ref-format=reftable"]);
}

#[test]
fn sha256_and_reftable() {
    verdicts(&["--object-format=sha256", "--ref-format=reftable"]);
}

#[test]
fn linked_worktrees_and_subfolders() {
    let sandbox = made(&[]).expect("plain git init works");
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "task/other"]).success();
    sandbox.passmuster_in("linked", &["verify"]).success();
    sandbox.passmuster_in("work/src", &["verify"]).success();
}

#[test]
fn bare_detached_and_unborn() {
    let sandbox = made(&[]).expect("plain git init works");
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]).success();
    sandbox.passmuster_in("bare.git", &["verify", "--base", "main", "--head", "task/A-1", "--ref", "main"]).success();
    sandbox.git(&["checkout", "-q", "--detach"]).success();
    sandbox.passmuster(&["verify"]).success();
    could_not_judge(Sandbox::repository().passmuster(&["verify"]), "there is no commit yet");
    could_not_judge(Sandbox::new().passmuster(&["verify"]), "repository");
}

#[test]
fn a_shallow_clone_is_no_pass() {
    let sandbox = made(&[]).expect("plain git init works");
    sandbox.write("x", "1\n");
    sandbox.commit_all("one");
    sandbox.write("x", "2\n");
    sandbox.commit_all("two");
    let url = format!("file://{}", sandbox.work().display());
    sandbox.git_in(".", &["clone", "-q", "--depth", "1", "--branch", "task/A-1", &url, "shallow"]).success();
    sandbox.git_in("shallow", &["fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main"]).success();
    let output = sandbox.passmuster_in("shallow", &["verify", "--against", "origin/main"]);
    could_not_judge(output, "unshallow");
}

#[test]
fn a_missing_object_is_no_pass() {
    let sandbox = made(&[]).expect("plain git init works");
    sandbox.write("src/a", "other\n");
    sandbox.commit_all("A-1: more");
    let tree = sandbox.git(&["rev-parse", "HEAD:src"]).line().to_owned();
    sandbox.shell("work", &format!("rm -f .git/objects/{}/{}", &tree[..2], &tree[2..])).success();
    let output = sandbox.passmuster(&["verify"]);
    assert_eq!(output.status, 3, "{output}");
}

#[track_caller]
fn could_not_judge(output: Output, text: &str) {
    assert!(output.status == 3 && output.contains(text), "no `{text}` in\n{output}");
}
