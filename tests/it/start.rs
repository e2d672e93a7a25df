//! `start`: one of many gets an item, wherever they sit.

use crate::harness::{Output, Sandbox};

const POLICY: &str =
    "passmuster: policy/1\nrepository: r\nprofile: solo\nprotect: [main]\nlevels: { task: [committed] }\n";

const PLAN: &str = "---\npassmuster: plan/1\n---\n# x\n\n- [ ] A-1: first\n  - touches: src/**\n- [ ] B-1: second\n\
    \u{20} - touches: src/b\n- [ ] C-1: third\n  - needs: A-1\n- [ ] D-1: fourth @bob\n  - touches: docs/**\n";

const PLAN_PATH: &str = "plan/03-execution-plan.md";

/// A server, and a clone for each of two people.
fn shared() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN_PATH, PLAN);
    sandbox.write("src/a", "a\n");
    sandbox.commit_all("adopt");
    sandbox.bare_server("server.git");
    let clones = "passmuster -C ../server.git hooks install --server && git push -q ../server.git main \
                  && for who in ada bob; do git clone -q ../server.git ../$who && git -C ../$who config user.name $who \
                  && git -C ../$who config user.email $who@example.org; done";
    sandbox.shell("work", clones).success();
    sandbox
}

fn start(sandbox: &Sandbox, who: &str, args: &[&str]) -> Output {
    sandbox.passmuster_in(who, &[&["start"][..], args].concat())
}

#[track_caller]
fn refused(output: &Output, texts: &[&str]) {
    assert_eq!(output.status, 1, "{output}");
    for text in texts {
        assert!(output.contains(text), "no `{text}` in\n{output}");
    }
}

#[test]
fn one_of_two_clones_gets_an_item() {
    let sandbox = shared();
    let taken = start(&sandbox, "ada", &["a-1"]).success();
    assert!(taken.contains("`A-1` is `ada`'s until") && taken.contains("first"), "{taken}");
    assert_eq!(sandbox.shell("ada", "git branch --show-current").line(), "task/A-1");
    refused(&start(&sandbox, "bob", &["A-1"]), &["start/taken", "`A-1` is taken by `ada`"]);
    refused(&start(&sandbox, "bob", &["B-1"]), &["start/beside", "which `ada` works on"]);
    refused(&start(&sandbox, "bob", &["C-1"]), &["start/not-ready", "it needs `A-1`"]);
    refused(&start(&sandbox, "ada", &["D-1"]), &["start/taken", "`D-1` is `bob`'s to do", "passmuster assign D-1 ada"]);
    refused(&start(&sandbox, "bob", &["A-1", "--give-back"]), &["start/taken"]);
    assert_eq!(sandbox.shell("bob", "git branch --show-current").line(), "main", "nothing moved");
    // Who has it may start again, also after the branch is there.
    start(&sandbox, "ada", &["A-1"]).success();
    start(&sandbox, "ada", &["A-1", "--give-back"]).success();
    start(&sandbox, "ada", &["A-1", "--give-back"]).success();
    start(&sandbox, "bob", &["B-1"]).success();
    refused(&start(&sandbox, "ada", &["A-1"]), &["start/beside"]);
    let json = start(&sandbox, "bob", &["D-1", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!((&json["data"]["item"], &json["data"]["shared"]), (&"D-1".into(), &true.into()), "{json}");
}

#[test]
fn who_is_at_what_is_shown_before_anything_lands() {
    let sandbox = shared();
    let next = sandbox.passmuster_in("bob", &["next"]).success();
    assert!(!next.contains("taken") && next.contains("ready  priority"), "{next}");
    start(&sandbox, "ada", &["A-1"]).success();
    sandbox.shell("bob", "git fetch -q origin '+refs/passmuster/*:refs/passmuster/*'").success();
    let next = sandbox.passmuster_in("bob", &["next"]).success();
    let taken = next.stdout.lines().find(|line| line.starts_with("A-1 ")).expect("it is told").to_owned();
    assert!(taken.contains("  ada  20") && taken.ends_with("  first"), "{next}");
    let json = sandbox.passmuster_in("bob", &["next", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    let ready = |at: usize| &json["data"]["ready"][at]["item"]["id"];
    assert_eq!([ready(0), ready(1), &json["data"]["taken"][0]["by"]], ["B-1", "D-1", "ada"]);
    // A branch that nobody announced says it as well, by its commits or by its name.
    sandbox
        .shell(
            "bob",
            "git switch -qc docs && mkdir docs && echo 1 >docs/a && git add docs && git commit -qm 'D-1: begin'",
        )
        .success();
    sandbox
        .shell("bob", "git switch -qc task/b-1 main && echo 1 >src/b && git add src && git commit -qm begin")
        .success();
    sandbox.shell("bob", "git switch -q main").success();
    let daily = sandbox.passmuster_in("bob", &["report", "daily"]).success();
    for line in [
        "🔄 **A-1**: first, ada\n",
        "🔄 **B-1**: second, bob@&#8203;example.org, on task/b-1\n",
        "🔄 **D-1**: fourth, bob, on docs",
    ] {
        assert!(daily.contains(line), "{line}\n{daily}");
    }
    // What has landed is told the same everywhere.
    for what in [&["report", "daily", "--at", "main"][..], &["report", "war-room"]] {
        let told = sandbox.passmuster_in("bob", what).success();
        assert!(!told.contains("task/b-1"), "{told}");
    }
}

#[test]
fn one_of_two_who_start_at_once_gets_it() {
    let sandbox = shared();
    let both = "for who in ada bob; do (passmuster -C ../$who start A-1 >../$who.err 2>&1; echo $? >../$who.status) & done; \
                wait; cat ../ada.status ../bob.status | sort | tr '\\n' ' '";
    let status = sandbox.shell("work", both).success();
    let told = || sandbox.shell("work", "cat ../ada.err ../bob.err");
    assert_eq!(status.stdout.trim(), "0 1", "{}", told());
    assert!(told().contains("error[start/taken]"), "{}", told());
}

#[test]
fn what_is_over_or_done_is_free_and_what_cannot_be_read_is_not() {
    let sandbox = shared();
    let claim = |until: &str, item: &str| {
        let message = format!("passmuster: taken/1\n\nitem: {item}\nby: ada\nuntil: {until}\n");
        let line = format!(
            "git push -qf origin $(git commit-tree $(git mktree </dev/null) -m '{message}'):refs/passmuster/claims/a-1"
        );
        sandbox.shell("ada", &line).success();
    };
    claim("2100-01-01T00:00:00Z", "A-1");
    refused(&start(&sandbox, "bob", &["A-1"]), &["until 2100-01-01T00:00:00Z"]);
    claim("2100-01-01T00:00:00Z\nnonce: \u{1b}[31m", "A-1\nby: \u{1b}[31meve");
    let told = start(&sandbox, "bob", &["A-1"]);
    refused(&told, &["is taken by `"]);
    assert!(!told.contains("\u{1b}"), "what a stranger wrote moves no cursor: {told}");
    claim("2020-01-01T00:00:00Z", "A-1");
    start(&sandbox, "bob", &["A-1"]).success();
    for (until, item) in [("never", "A-1"), ("2100-01-01T00:00:00Z", "B-1")] {
        claim(until, item);
        refused(
            &start(&sandbox, "bob", &["A-1"]),
            &["start/taken", "says nothing that can be read", "`git push origin :refs/passmuster/claims/a-1`"],
        );
    }
}

#[test]
fn alone_it_is_taken_here_and_a_worktree_is_a_folder_of_its_own() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN_PATH, PLAN);
    sandbox.commit_all("adopt");
    let taken = start(&sandbox, "work", &["A-1", "--worktree", "../a-1"]).success();
    assert!(taken.contains("has no remote"), "{taken}");
    assert_eq!(sandbox.shell("a-1", "git branch --show-current").line(), "task/A-1");
    assert_eq!(sandbox.shell("work", "git branch --show-current").line(), "main");
    let other = "git config user.name eve && git config user.email eve@example.org";
    sandbox.shell("work", other).success();
    refused(&start(&sandbox, "work", &["B-1"]), &["start/beside"]);
    assert_eq!(start(&sandbox, "work", &["Z-9"]).status, 2);
    // An incident makes it rest.
    let fire = "---\npassmuster: incident/1\ntitle: t\nstate: stop\nby: eve\nat: 2026-01-01T00:00:00Z\ncommander: eve\n\
        severity: high\n---\n# t\n";
    sandbox.write("plan/incidents/f.md", fire);
    refused(&start(&sandbox, "work", &["D-1"]), &["start/not-ready", "it rests while `f` is open"]);
}
