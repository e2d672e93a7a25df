//! What runs on GitHub, played here: a runner in small carries out the steps of our action, with its files and variables,
//! for the events that the workflows of `init --github` are for.

use crate::harness::{Output, Sandbox};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn action_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/actions/passmuster")
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("it is YAML")
}

/// A project on a server, with a branch that claims a task without evidence.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--github", "--no-hooks"]).success();
    sandbox.write(
        "passmuster.yaml",
        "passmuster: policy/1\nrepository: abcd1234\nprofile: solo\nprotect: [main]\nlevels: { merge: [lint], task: [committed, unit-tests] }\n\
         gates:\n  lint: { run: sh lint.sh, inputs: [lint.sh, src/] }\n  unit-tests: { run: sh src/test.sh, inputs: [src/] }\n",
    );
    sandbox.write(
        "plan/03-execution-plan.md",
        "---\npassmuster: plan/1\n---\n- [ ] T-01: a | b #12 ~1h/2h/9h\n  - touches: src/**\n- [ ] T-02: c ~2h\n  - needs: T-01\n",
    );
    sandbox.write("lint.sh", "exit 0\n");
    sandbox.write("src/test.sh", "test -z \"$TOKEN\"\n");
    sandbox.commit_all("first");
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]).success();
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]).success();
    sandbox.write("src/a.txt", "work\n");
    sandbox.passmuster(&["done", "T-01"]).success();
    sandbox.commit_all("T-01: the work");
    sandbox
}

/// What an event brings along.
struct Event<'a> {
    name: &'a str,
    base: &'a str,
    head: &'a str,
    before: &'a str,
}

/// What a job left behind.
struct Job {
    output: Output,
    summary: String,
    values: std::collections::BTreeMap<String, String>,
}

/// Carries out the steps of the action after the installation, as the runner does: each with the variables it names and
/// no others of the job, and none after one that failed.
fn play(sandbox: &Sandbox, event: &Event<'_>, inputs: &[(&str, &str)]) -> Job {
    let action = yaml(&std::fs::read_to_string(action_folder().join("action.yml")).expect("the action is there"));
    let temp = sandbox.root().join("runner");
    let _ = std::fs::remove_dir_all(&temp);
    std::fs::create_dir_all(&temp).expect("the sandbox can be written");
    let (summary, values) = (temp.join("summary.md"), temp.join("output"));
    let remote = sandbox.work();
    let value = |expression: &str| match expression {
        "${{ inputs.do }}" => input(&action, inputs, "do"),
        "${{ inputs.item }}" => input(&action, inputs, "item"),
        "${{ inputs.gate }}" => input(&action, inputs, "gate"),
        "${{ inputs.token }}" => "secret".to_owned(),
        "${{ github.server_url }}/${{ github.repository }}" => remote.to_str().expect("UTF-8").to_owned(),
        "${{ github.event.before }}" => event.before.to_owned(),
        base if base.ends_with("github.ref }}") => event.base.to_owned(),
        head if head.ends_with("github.sha }}") => event.head.to_owned(),
        other => panic!("the test does not know {other:?}"),
    };
    let mut last = None;
    for step in action["runs"]["steps"].as_array().expect("a list").iter().skip(1) {
        let mut command = sandbox.command("bash", "runner");
        for (name, expression) in step["env"].as_object().expect("a map") {
            command.env(name, value(expression.as_str().expect("text")));
        }
        command
            .env("GITHUB_ACTION_PATH", action_folder())
            .env("GITHUB_EVENT_NAME", event.name)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .env("GITHUB_OUTPUT", &values)
            .env("RUNNER_TEMP", &temp)
            .args(["-eo", "pipefail", "-c", step["run"].as_str().expect("a script")]);
        let output = sandbox.run(&mut command, "");
        let failed = output.status != 0;
        last = Some(output);
        if failed {
            break;
        }
    }
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    Job { output: last.expect("there is a step"), summary: read(&summary), values: outputs(&read(&values)) }
}

fn input(action: &Value, inputs: &[(&str, &str)], name: &str) -> String {
    let given = inputs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    given.unwrap_or_else(|| action["inputs"][name]["default"].as_str().expect("it has a default").to_owned())
}

/// Values as the runner reads them.
fn outputs(text: &str) -> std::collections::BTreeMap<String, String> {
    let mut values = std::collections::BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((name, end)) = line.split_once("<<") {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            values.insert(name.to_owned(), value.join("\n"));
        } else if let Some((name, value)) = line.split_once('=') {
            values.insert(name.to_owned(), value.to_owned());
        }
    }
    values
}

fn head(sandbox: &Sandbox, revision: &str) -> String {
    sandbox.git(&["rev-parse", revision]).success().line().to_owned()
}

fn has_bash() -> bool {
    std::process::Command::new("bash").arg("--version").output().is_ok_and(|output| output.status.success())
}

#[test]
#[cfg(unix)]
fn a_pull_request_is_refused_gets_its_evidence_and_passes() {
    let sandbox = project();
    if !has_bash() {
        println!("skipped: there is no bash");
        return;
    }
    let first = head(&sandbox, "topic");
    let event = |name, head| Event { name, base: "main", head, before: "" };
    let refused = play(&sandbox, &event("pull_request_target", &first), &[("do", "verify")]);
    assert_eq!(refused.output.status, 1, "{}", refused.output);
    assert!(refused.output.stdout.contains("::error"), "{}", refused.output);
    assert!(refused.summary.starts_with("## ❌ main: refused\n"), "{}", refused.summary);
    for expected in [
        "Next: run `passmuster gate run --missing`",
        "| T-01 | a \\| b #&#8203;12 | open → done | claimed done |",
        "```mermaid\nflowchart LR\n",
        "}%%\ngantt\n",
        "**Forecast**: all is done",
    ] {
        assert!(refused.summary.contains(expected), "{expected}\n{}", refused.summary);
    }
    assert_eq!((refused.values["verdict"].as_str(), refused.values["to-run"].as_str()), ("refused", "2"));
    for file in ["sarif", "junit"] {
        assert!(Path::new(&refused.values[file]).is_file());
    }
    // The unprivileged side: what is missing, then each gate in a job of its own.
    let missing = play(&sandbox, &event("pull_request", &first), &[("do", "missing")]);
    assert_eq!(missing.output.status, 0, "{}", missing.output);
    let matrix: Value = serde_json::from_str(&missing.values["matrix"]).expect("it is JSON");
    let jobs = matrix["include"].as_array().expect("a list");
    assert_eq!(jobs.len(), 2, "{matrix}");
    for job in jobs {
        let inputs = [("do", "run"), ("item", job["item"].as_str().unwrap()), ("gate", job["gate"].as_str().unwrap())];
        let ran = play(&sandbox, &event("pull_request", &first), &inputs);
        assert_eq!(ran.output.status, 0, "{}", ran.output);
        let reports: Vec<_> = std::fs::read_dir(&ran.values["reports"]).expect("a folder").flatten().collect();
        assert_eq!(reports.len(), 1, "{reports:?}");
        for report in reports {
            let text = std::fs::read(report.path()).expect("the report can be read");
            sandbox.write(&format!("plan/gates/{}", report.file_name().to_str().expect("UTF-8")), text);
        }
    }
    sandbox.commit_all("evidence");
    let second = head(&sandbox, "topic");
    let passed = play(&sandbox, &event("pull_request_target", &second), &[]);
    assert_eq!(passed.output.status, 0, "{}", passed.output);
    assert!(passed.summary.starts_with("## ✅ main: passes\n"), "{}", passed.summary);
    assert_eq!((passed.values["verdict"].as_str(), passed.values["to-run"].as_str()), ("passes", "0"));
    // The queue names a full ref, and a push where the branch stood.
    let queued = Event { base: "refs/heads/main", ..event("merge_group", &second) };
    assert_eq!(play(&sandbox, &queued, &[]).output.status, 0);
    let before = head(&sandbox, "main");
    let pushed = Event { before: &before, ..Event { base: "refs/heads/main", ..event("push", &second) } };
    assert_eq!(play(&sandbox, &pushed, &[]).output.status, 0);
    assert_eq!(play(&sandbox, &Event { head: &first, ..pushed }, &[]).output.status, 1);
}

#[test]
#[cfg(unix)]
fn what_cannot_be_judged_does_not_pass() {
    let sandbox = project();
    if !has_bash() {
        println!("skipped: there is no bash");
        return;
    }
    let tip = head(&sandbox, "topic");
    let zeros = "0".repeat(40);
    for (name, base, head, before, inputs) in [
        ("push", "refs/heads/main", tip.as_str(), zeros.as_str(), ("do", "verify")),
        ("push", "refs/tags/v1", &tip, &tip, ("do", "verify")),
        ("pull_request", "no-such-branch", &tip, "", ("do", "missing")),
        ("pull_request_target", "main", &"1".repeat(40), "", ("do", "verify")),
    ] {
        let job = play(&sandbox, &Event { name, base, head, before }, &[inputs]);
        assert_eq!(job.output.status, 3, "{name} {base}\n{}", job.output);
    }
    let odd = play(&sandbox, &Event { name: "push", base: "main", head: &tip, before: &tip }, &[("do", "x; true")]);
    assert_eq!(odd.output.status, 2, "{}", odd.output);
}

/// The commands of a stranger's branch run nowhere where the decision is made, and without a token where they run.
#[test]
#[cfg(unix)]
fn a_strangers_branch_runs_nothing_where_it_is_judged() {
    let sandbox = project();
    if !has_bash() {
        println!("skipped: there is no bash");
        return;
    }
    let trap = format!("touch {}/trapped; exit 0\n", sandbox.root().display());
    sandbox.write("src/test.sh", &trap);
    sandbox.write("lint.sh", &trap);
    sandbox.write(".gitattributes", "* filter=x diff=x\n");
    let head = sandbox.commit_all("T-01: more work");
    let event = Event { name: "pull_request_target", base: "main", head: &head, before: "" };
    assert_eq!(play(&sandbox, &event, &[]).output.status, 1);
    assert!(!sandbox.root().join("trapped").exists());
}

/// Where the archive is pinned it is checked, byte by byte; a wrong one is never unpacked.
#[test]
#[cfg(target_os = "linux")]
fn only_pinned_bytes_are_installed() {
    let sandbox = Sandbox::new();
    if !has_bash() || cfg!(not(target_arch = "x86_64")) {
        println!("skipped: there is no bash, or no archive for this machine");
        return;
    }
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("passmuster-v{version}-x86_64-unknown-linux-gnu");
    sandbox.write(&format!("{name}/passmuster"), format!("#!/bin/sh\necho passmuster {version}\n"));
    let pack = format!(
        "chmod +x {name}/passmuster && mkdir -p v{version} ../action/.github/actions/passmuster ../temp && \
         tar -czf v{version}/{name}.tar.gz {name} && cp {}/install.sh ../action/.github/actions/passmuster/ && \
         cp {}/Cargo.toml ../action/ && sha256sum v{version}/{name}.tar.gz | sed 's|v{version}/||'",
        action_folder().display(),
        env!("CARGO_MANIFEST_DIR"),
    );
    let packed = sandbox.shell("work", &pack).success();
    let sums = packed.stdout.clone();
    let install = |sums: &str| {
        sandbox.write_in("action", ".github/actions/passmuster/checksums.txt", format!("# sums\n{sums}"));
        let mut command = sandbox.command("bash", "work");
        command
            .env("RUNNER_TEMP", sandbox.root().join("temp"))
            .env("GITHUB_PATH", sandbox.root().join("temp/path"))
            .env("PASSMUSTER_RELEASES", format!("file://{}", sandbox.work().display()))
            .arg(sandbox.root().join("action/.github/actions/passmuster/install.sh"));
        sandbox.run(&mut command, "")
    };
    if sandbox.shell("work", "curl --version").status != 0 {
        println!("skipped: there is no curl");
        return;
    }
    let installed = install(&sums);
    assert_eq!(installed.status, 0, "{installed}");
    assert!(installed.stdout.contains(&format!("passmuster {version}")), "{installed}");
    let other = install(&sums.replacen(&sums[..8], "00000000", 1));
    assert_eq!(other.status, 3, "{other}");
    assert!(other.stdout.contains("is not what was released"), "{other}");
}

/// Every workflow, ours and those that `init --github` writes, as actionlint sees it, where it is installed.
#[test]
fn workflows_are_sound() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--github", "--no-hooks"]).success();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let written = sandbox.work().join(".github/workflows");
    let in_folder = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "yml")).collect()
    };
    let files: Vec<PathBuf> = [own, written.clone()].iter().flat_map(|folder| in_folder(folder)).collect();
    assert_eq!(in_folder(&written).len(), 2);
    for file in &files {
        let text = std::fs::read_to_string(file).expect("it can be read");
        assert!(!text.contains("{{branch}}") && !text.contains("{{action}}"), "{}", file.display());
        let workflow = yaml(&text);
        assert!(workflow["permissions"].is_object(), "{} says what it may", file.display());
        // Nothing of an event goes into the text of a script.
        for job in workflow["jobs"].as_object().expect("a map").values() {
            let steps = job["steps"].as_array().expect("a list").iter();
            for script in steps.filter_map(|step| step["run"].as_str()) {
                assert!(!script.contains("${{"), "{}: {script}", file.display());
            }
        }
    }
    match std::process::Command::new("actionlint").arg("-no-color").args(&files).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => println!("skipped: there is no actionlint"),
    }
}

/// The scripts of the action and of the workflows, as shellcheck sees them, where it is installed.
#[test]
fn scripts_are_sound() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--github", "--no-hooks"]).success();
    let scripts = ["install.sh", "fetch.sh", "do.sh"].map(|name| action_folder().join(name));
    let mut files: Vec<PathBuf> = scripts.to_vec();
    let text = sandbox.read(".github/workflows/passmuster-gates.yml");
    for step in yaml(&text)["jobs"]["done"]["steps"].as_array().expect("a list") {
        let name = format!("step-{}.sh", files.len());
        sandbox.write(&name, format!("#!/usr/bin/env bash\n{}", step["run"].as_str().expect("a script")));
        files.push(sandbox.work().join(name));
    }
    match std::process::Command::new("shellcheck").args(&files).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
        Err(_) => println!("skipped: there is no shellcheck"),
    }
}

/// The last job of the workflow that runs gates: green only when everything ran and passed.
#[test]
#[cfg(unix)]
fn a_skipped_job_has_not_passed() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--github", "--no-hooks"]).success();
    let workflow = yaml(&sandbox.read(".github/workflows/passmuster-gates.yml"));
    let script = workflow["jobs"]["done"]["steps"][1]["run"].as_str().expect("a script").to_owned();
    for (missing, gate, to_run, expected) in [
        ("success", "success", "2", true),
        ("success", "skipped", "0", true),
        ("success", "skipped", "2", false),
        ("success", "failure", "2", false),
        ("failure", "skipped", "", false),
        ("cancelled", "skipped", "0", false),
    ] {
        let mut command = sandbox.command("sh", "work");
        command.env("MISSING", missing).env("GATE", gate).env("TO_RUN", to_run).args(["-ec", &script]);
        let passed = sandbox.run(&mut command, "").status == 0;
        assert_eq!(passed, expected, "{missing} {gate} {to_run}");
    }
}
