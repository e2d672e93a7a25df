//! `init` in real repositories: what it writes passes, and what is there is kept.

use crate::harness::Sandbox;

fn files(sandbox: &Sandbox, args: &[&str]) -> Vec<(String, String)> {
    let output = sandbox.passmuster(&[&["init", "--format", "json"], args].concat());
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("\n{output}"));
    let text = |value: &serde_json::Value| value.as_str().expect("the field is text").to_owned();
    let files = answer["data"]["files"].as_array().expect("a list").iter();
    files.map(|file| (text(&file["path"]), text(&file["what"]))).collect()
}

#[test]
fn a_new_project_is_set_up_and_passes() {
    let sandbox = Sandbox::repository();
    sandbox.write("Cargo.toml", "[package]\nname = \"shop\"\n");
    sandbox.write("src/lib.rs", "");
    insta::assert_snapshot!(sandbox.passmuster(&["init"]), @r#"
    $ passmuster init
    created   passmuster.yaml
    created   plan/03-execution-plan.md
    created   plan/schemas/policy.json
    created   .gitattributes
    hooks are installed in [ROOT]/work/.git/hooks
    gates were proposed from: rust; look at their inputs
    next:
      passmuster check
      git add --all && git commit -m "passmuster: policy and plan"
      passmuster next
    [status 0]
    "#);
    sandbox.passmuster(&["check"]).success();
    sandbox.passmuster(&["hooks", "status"]).success();
    let policy = sandbox.read("passmuster.yaml");
    let shown = policy.lines().filter(|line| !line.starts_with("repository:")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(shown, @r"
    # yaml-language-server: $schema=plan/schemas/policy.json
    # What a merge into a protected branch has to prove. `passmuster policy show` prints this with all its defaults.
    passmuster: policy/1
    profile: solo
    protect: [main]
    levels:
      merge: [lint, format] # every move of a protected branch
      task: [committed, unit-tests]
    gates:
      unit-tests: {run: cargo test, inputs: [Cargo.toml, src/, Cargo.lock, tests/], timeout: 30m, min_tests: 1, env: [CARGO_HOME, RUSTUP_HOME]}
      lint: {run: cargo clippy -- -D warnings, inputs: [Cargo.toml, src/, Cargo.lock, tests/], timeout: 30m, env: [CARGO_HOME, RUSTUP_HOME]}
      format: {run: cargo fmt --check, inputs: [Cargo.toml, src/, Cargo.lock, tests/], timeout: 30m, env: [CARGO_HOME, RUSTUP_HOME]}
    ");
    assert!(sandbox.passmuster(&["next"]).success().stdout.contains("BASE-001"));
    sandbox.commit_all("passmuster: policy and plan");
    assert_eq!(sandbox.git(&["check-attr", "text", "plan/gates/a.md"]).line(), "plan/gates/a.md: text: unset");
}

/// From `init` to a merge that passes, with the project's own command as the gate.
#[test]
#[cfg(unix)]
fn what_init_wrote_carries_a_task_to_its_merge() {
    let sandbox = Sandbox::repository();
    if sandbox.shell("work", "make --version").status != 0 {
        println!("skipped: there is no make");
        return;
    }
    sandbox.write("Makefile", "test:\n\tsh src/test.sh\n");
    sandbox.write("src/test.sh", "exit 0\n");
    sandbox.passmuster(&["init"]).success();
    sandbox.commit_all("passmuster: policy and plan");
    sandbox.git(&["checkout", "--quiet", "-b", "task/BASE-001"]).success();
    sandbox.write("README.md", "what it holds\n");
    sandbox.write(
        "plan/03-execution-plan.md",
        sandbox.read("plan/03-execution-plan.md").replace("[ ] somebody", "[x] somebody"),
    );
    sandbox.passmuster(&["done", "BASE-001"]).success();
    sandbox.commit_all("BASE-001: say what the first delivery holds");
    sandbox.git(&["checkout", "--quiet", "main"]).success();
    let refused = sandbox.git(&["merge", "--no-edit", "task/BASE-001"]);
    assert!(refused.status != 0 && refused.contains("passmuster gate run"), "{refused}");
    sandbox.git(&["checkout", "--quiet", "task/BASE-001"]).success();
    sandbox.passmuster(&["gate", "run", "BASE-001"]).success();
    sandbox.commit_all("BASE-001: evidence");
    sandbox.git(&["checkout", "--quiet", "main"]).success();
    sandbox.git(&["merge", "--no-edit", "task/BASE-001"]).success();
    assert!(sandbox.passmuster(&["next"]).success().stdout.contains("BASE-002"));
}

#[test]
fn twice_changes_nothing() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init"]).success();
    sandbox.write("plan/03-execution-plan.md", "- [ ] T-01: mine\n");
    let before = sandbox.read("passmuster.yaml");
    assert!(files(&sandbox, &["--github"]).iter().all(|(path, what)| what == "kept" || path.ends_with(".yml")));
    assert_eq!(sandbox.read("passmuster.yaml"), before);
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), "- [ ] T-01: mine\n");
}

#[test]
fn repositories_get_ids_of_their_own() {
    let id = || {
        let sandbox = Sandbox::repository();
        sandbox.passmuster(&["init", "--no-hooks"]).success();
        let policy = sandbox.read("passmuster.yaml");
        policy.lines().find(|line| line.starts_with("repository:")).expect("it has one").to_owned()
    };
    assert_ne!(id(), id());
}

#[test]
fn a_team_gets_a_roster_with_the_founder_and_their_key() {
    let sandbox = Sandbox::repository();
    sandbox.shell("work", "ssh-keygen -q -t ed25519 -N '' -C ada -f ../home/id").success();
    sandbox.git(&["config", "gpg.format", "ssh"]).success();
    sandbox.git(&["config", "user.signingkey", "~/id.pub"]).success();
    let written = files(&sandbox, &["--profile", "team"]);
    assert!(written.contains(&("plan/roster.yaml".to_owned(), "created".to_owned())), "{written:?}");
    let roster = sandbox.read("plan/roster.yaml");
    assert!(roster.contains("name: ada-lovelace") && roster.contains("ada@example.org"), "{roster}");
    assert!(roster.contains("ssh-ed25519 AAAA"), "{roster}");
    sandbox.passmuster(&["check"]).success();
}

/// The first lines name the schemas as a YAML editor looks for them: from the folder of the file.
#[test]
fn the_schemas_that_editors_look_for_are_there() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--profile", "team"]).success();
    for (file, folder) in [("passmuster.yaml", ""), ("plan/roster.yaml", "plan/")] {
        let text = sandbox.read(file);
        let path = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let path = format!("{folder}{}", path.expect("the first line names a schema"));
        let schema: serde_json::Value = serde_json::from_str(&sandbox.read(&path)).expect("it is JSON");
        assert!(schema["title"].as_str().is_some_and(|title| title.starts_with("passmuster ")), "{path}");
        sandbox.write(&path, "{}");
        sandbox.passmuster(&["schema", "--write"]).success();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&sandbox.read(&path)).unwrap(), schema);
    }
}

#[test]
fn the_protected_branch_is_the_one_that_counts_here() {
    let sandbox = Sandbox::repository();
    sandbox.git(&["checkout", "--quiet", "-b", "master"]).success();
    sandbox.commit_all("first");
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]).success();
    sandbox.passmuster(&["init", "--no-hooks"]).success();
    assert!(sandbox.read("passmuster.yaml").contains("protect: [master]"));
}

#[test]
fn folders_without_a_repository_are_refused() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.passmuster(&["init"]).status, 3);
    assert_eq!(sandbox.passmuster(&["init", "no-such-folder"]).status, 3);
    assert_eq!(std::fs::read_dir(sandbox.work()).expect("it is there").count(), 0);
}
