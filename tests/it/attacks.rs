//! Ways round a verdict that somebody might try, each on real repositories. What is tried elsewhere:
//!
//! | attack | test |
//! |---|---|
//! | `--no-verify`, other commands than merge, plumbing, ref files written by hand | `hooks_refuse_merges`, `hooks_refuse_moves`, `hooks_holes` |
//! | hooks switched off or out of reach | `hooks_doctor`, `hooks_server`, here |
//! | variables, settings, push options, replace refs, grafts | `judge::nothing_in_the_environment…`, `hooks_holes`, `hooks_server` |
//! | force, deletion, symbolic refs, look-alikes, several refs in one push | `hooks_server` |
//! | two pushes at once | `hooks_races` |
//! | an administrator's own moves | `audit_records`, here |
//! | a policy, key or script that helps itself; approvals used twice | `judge`, `trust`, here |
//! | evidence edited, replayed, stale, unsigned, by nobody of the roster | `judge`, `trust` |
//! | plan, needs and criteria loosened on the way | `judge` |
//! | links, hostile names, odd storage, shallow clones | `judge`, `repositories`, here |

use crate::harness::{Output, Sandbox};

const PLAN_PATH: &str = "plan/03-execution-plan.md";

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n\
- [ ] A-2: second ~1h\n  - needs: docs/spec.md (information: what it does)\n  - touches: src/**\n";

/// `main` has adopted a policy of this head and these gates and files; HEAD is on a branch for A-1.
fn adopted(head: &str, gates: &str, files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::repository();
    let policy =
        format!("passmuster: policy/1\nrepository: abc12345\nprotect: [main, release/*]\n{head}\ngates:\n{gates}\n");
    sandbox.write("passmuster.yaml", policy);
    sandbox.write(PLAN_PATH, PLAN);
    sandbox.write("src/a", "start\n");
    for (path, text) in files {
        sandbox.write(path, text);
    }
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox
}

fn simple() -> Sandbox {
    adopted(
        "profile: solo\nlevels: { merge: [], task: [unit] }",
        "  unit: { run: \"grep -rq good src\", inputs: [src/] }",
        &[],
    )
}

fn claim(sandbox: &Sandbox, id: &str) {
    let plan = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, plan.replace(&format!("[ ] {id}"), &format!("[x] {id}")));
    sandbox.commit_all(&format!("{id}: claim"));
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

#[track_caller]
fn refused(output: &Output, text: &str) {
    assert!(output.status == 1 && output.contains(text), "no `{text}` in\n{output}");
}

/// A bare server with hooks, and this repository's `main` on it.
fn serve(sandbox: &Sandbox) {
    sandbox
        .shell("work", "git clone -q --bare . ../server && git -C ../server symbolic-ref HEAD refs/heads/main")
        .success();
    sandbox.shell("work", "git -C ../server branch -q -D task/A-1; git remote add origin ../server").success();
    sandbox.passmuster_in("server", &["hooks", "install", "--server"]).success();
}

/// A merge of a side branch, left open so that something can be slipped in.
fn open_merge(sandbox: &Sandbox) {
    sandbox.write("src/mine", "x\n");
    sandbox.commit_all("A-1: mine");
    sandbox.shell("work", "git switch -q -c side main && mkdir -p src && echo y > src/theirs && git add -A").success();
    sandbox.commit_all("A-1: theirs");
    sandbox.shell("work", "git switch -q task/A-1 && git merge -q --no-ff --no-commit side").success();
}

#[test]
fn what_a_merge_slips_in_is_named_and_in_place() {
    let team =
        "profile: team\ntrust: local\nenforce_owners: false\nlevels: { merge: [], task: [], feature: [], epic: [] }";
    let gate = "  unit: { run: \"true\", inputs: [src/] }";
    let sandbox = adopted(team, gate, &[]);
    open_merge(&sandbox);
    sandbox.commit_all("Merge the side");
    verify(&sandbox).success();

    let sandbox = adopted(team, gate, &[]);
    open_merge(&sandbox);
    sandbox.write("elsewhere", "evil\n");
    sandbox.commit_all("Merge the side");
    refused(&verify(&sandbox), "commit/unnamed");

    let sandbox = adopted(team, gate, &[]);
    open_merge(&sandbox);
    sandbox.write("elsewhere", "evil\n");
    sandbox.commit_all("A-1: merge the side");
    refused(&verify(&sandbox), "commit/outside-touches");

    let owned = team
        .replace("enforce_owners: false", "owners: { \"src/**\": keeper }")
        .replace("levels", "commits: { name_item: optional }\nlevels");
    let sandbox = adopted(&owned, gate, &[]);
    sandbox.shell("work", "git switch -q -c side main && mkdir -p docs && echo y > docs/b && git add -A").success();
    sandbox.commit_all("A-1: theirs");
    sandbox.shell("work", "git switch -q task/A-1 && echo z > top && git add -A").success();
    sandbox.commit_all("A-1: mine");
    sandbox.shell("work", "git merge -q --no-ff --no-commit side").success();
    sandbox.write("src/a", "evil\n");
    sandbox.commit_all("A-1: merge the side");
    refused(&verify(&sandbox), "commit/not-owner");
}

#[test]
fn a_script_behind_a_link_or_a_makefile_is_guarded() {
    let rules = "test:\n\tgrep -q good src/a\n";
    for (command, path, text) in [("make test", "Makefile", rules), ("make -C ci test", "ci/Makefile", rules)] {
        let gate = format!("  unit: {{ run: \"{command}\", inputs: [src/, {path}] }}");
        let sandbox = adopted("profile: solo\nlevels: { merge: [], task: [unit] }", &gate, &[(path, text)]);
        sandbox.write(path, "test:\n\ttrue\n");
        sandbox.commit_all("A-1: make it easy");
        refused(&verify(&sandbox), "policy/unapproved");
    }
    let sandbox = simple();
    sandbox.write("ci/check", "grep -rq good src\n");
    sandbox.shell("work", "git switch -q main && ln -s ci/check run").success();
    let policy = sandbox.read("passmuster.yaml");
    sandbox
        .write("passmuster.yaml", policy.replace("grep -rq good src", "sh run").replace("[src/]", "[src/, run, ci/]"));
    sandbox.commit_all("a link");
    sandbox.git(&["switch", "-q", "-c", "task/B-1"]).success();
    sandbox.write("ci/check", "true\n");
    sandbox.commit_all("A-1: make it easy");
    refused(&verify(&sandbox), "policy/unapproved");
    sandbox.shell("work", "git reset -q --hard main && ln -sf /bin/true run").success();
    sandbox.commit_all("A-1: lead it elsewhere");
    refused(&verify(&sandbox), "policy/unapproved");
}

#[test]
fn a_document_behind_a_linked_folder_is_not_there() {
    let sandbox = simple();
    sandbox.shell("work", "mkdir real && echo words > real/spec.md && ln -s real docs").success();
    claim(&sandbox, "A-2");
    refused(&verify(&sandbox), "claim/unproven-need");
}

#[test]
fn a_submodule_that_is_told_to_be_ignored_is_an_input_all_the_same() {
    let sandbox = adopted(
        "profile: solo\nlevels: { merge: [], task: [unit] }",
        "  unit: { run: \"grep -rq good src\", inputs: [src/, lib/] }",
        &[(".gitmodules", "[submodule \"lib\"]\n\tpath = lib\n\turl = ./lib\n\tignore = all\n")],
    );
    let link = |id: &str| format!("git update-index --add --cacheinfo 160000,{id},lib");
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: do it");
    sandbox.shell("work", &format!("{} && git commit -q -m 'A-1: lib'", link(&"1".repeat(40)))).success();
    let plan = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, plan.replace("[ ] A-1", "[x] A-1"));
    sandbox.passmuster(&["gate", "run", "A-1"]);
    sandbox.shell("work", "git add plan && git commit -q -m 'A-1: claim'").success();
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.shell("work", "git add plan && git commit -q --allow-empty -m 'A-1: evidence'").success();
    verify(&sandbox).success();
    sandbox.shell("work", &format!("{} && git commit -q -m 'A-1: another lib'", link(&"2".repeat(40)))).success();
    refused(&verify(&sandbox), "`lib` changed since it ran");
}

#[test]
fn files_that_git_is_told_to_overlook_are_not_tested() {
    for hide in ["git update-index --assume-unchanged src/a", "git update-index --skip-worktree src/a"] {
        let sandbox = simple();
        claim(&sandbox, "A-1");
        sandbox.shell("work", hide).success();
        sandbox.write("src/a", "good\n");
        let output = sandbox.passmuster(&["gate", "run", "A-1"]);
        assert_eq!(output.status, 1, "{hide}\n{output}");
    }
}

#[test]
fn a_tag_called_like_the_branch_is_not_the_branch() {
    let sandbox = simple();
    claim(&sandbox, "A-1");
    let plain = verify(&sandbox);
    refused(&plain, "gate/unsatisfied");
    sandbox.git(&["tag", "main", "HEAD"]).success();
    sandbox.git(&["tag", "heads/main", "HEAD"]).success();
    assert_eq!(verify(&sandbox).stdout, plain.stdout);
    assert_eq!(sandbox.passmuster(&["verify", "--base", "main", "--head", "HEAD", "--ref", "main"]).status, 1);
}

#[test]
fn a_new_protected_branch_is_no_way_in() {
    let sandbox = simple();
    serve(&sandbox);
    claim(&sandbox, "A-1");
    let output = sandbox.git(&["push", "origin", "task/A-1:release/1"]);
    refused(&output, "gate `unit` of `A-1` is not satisfied");
    let output = sandbox.git(&["push", "origin", "task/A-1:refs/heads/release/1/2", "task/A-1:idea"]);
    assert_eq!(output.status, 0, "a branch that no pattern means: {output}");
}

#[test]
fn a_server_without_its_deciding_hook_is_found_out() {
    let sandbox = simple();
    serve(&sandbox);
    sandbox.shell("server", "rm hooks/pre-receive").success();
    assert_eq!(sandbox.passmuster_in("server", &["hooks", "status"]).status, 1);
    claim(&sandbox, "A-1");
    sandbox.git(&["push", "-q", "origin", "task/A-1:main"]).success();
    // It is on the server's own record, and the record alone makes it no good.
    refused(&sandbox.passmuster_in("server", &["audit", "main"]), "unverified");
}

#[test]
fn a_ref_written_by_hand_is_found_out() {
    let sandbox = simple();
    serve(&sandbox);
    sandbox.write("src/b", "x\n");
    let first = sandbox.commit_all("A-1: something");
    sandbox.git(&["push", "-q", "origin", "task/A-1:main"]).success();
    claim(&sandbox, "A-1");
    sandbox.git(&["push", "-q", "origin", "task/A-1"]).success();
    sandbox.shell("server", "cp refs/heads/task/A-1 refs/heads/main").success();
    let output = sandbox.passmuster_in("server", &["audit", "main"]);
    refused(&output, "unverified  nothing");
    assert!(output.contains(&first[..12]), "{output}");
}

#[test]
fn moved_dates_change_no_verdict() {
    let sandbox = simple();
    sandbox.write("src/a", "good\n");
    claim(&sandbox, "A-1");
    let old = "GIT_AUTHOR_DATE='@1 +0000' GIT_COMMITTER_DATE='@1 +0000' git commit -q --amend --no-edit";
    let future = old.replace("@1 ", "@4000000000 ");
    let said = |line: &str| {
        sandbox.shell("work", line).success();
        let output = verify(&sandbox);
        refused(&output, "gate/unsatisfied");
        output.contains("claims A-1")
    };
    assert!(said(old) && said(&future));
}
