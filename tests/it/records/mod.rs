//! Records on real repositories: made by the binary, merged by plain Git, judged by `verify`.

mod blockers;
mod doors;
mod freeze;
mod handoffs;
mod incidents;
mod talk;
mod waivers;

use crate::harness::{Output, Sandbox};

const POLICY: &str = r#"passmuster: policy/1
repository: abc12345
profile: team
protect: [main]
trust: { main: signed }
owners: {}
levels:
  task: [unit]
gates:
  unit: { run: "sh unit.sh", inputs: [src/, unit.sh] }
  security: { run: "sh unit.sh", inputs: [src/, unit.sh], waivable: false }
"#;

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n\
- [ ] A-1: first ~1h\n  - touches: src/**\n\
- [ ] B-1: second ~1h\n  - touches: src/**\n  - needs: backend (team: the schema)\n\
- [ ] C-1: third ~1h\n  - touches: src/**\n  - gates: +security\n";

const PLAN_PATH: &str = "plan/03-execution-plan.md";

/// Everybody who has a key: a backend developer, a tester, the maintainer, and somebody without any role.
const MEMBERS: [(&str, &str); 4] =
    [("ada", "team: backend"), ("bob", "team: qa"), ("grace", "roles: [maintainer]"), ("eve", "team: other")];

/// A repository whose `main` knows all members, on a branch `work`.
fn adopted() -> Sandbox {
    with_policy(POLICY)
}

fn with_policy(policy: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    let mut roster = "passmuster: roster/1\nmembers:\n".to_owned();
    for (name, what) in MEMBERS {
        sandbox.shell("work", &format!("ssh-keygen -q -t ed25519 -N '' -C {name} -f ../{name}")).success();
        let key = sandbox.shell("work", &format!("cat ../{name}.pub")).line().to_owned();
        roster.push_str(&format!("  - {{name: {name}, {what}, emails: [{name}@example.org], keys: ['{key}']}}\n"));
    }
    sandbox.write("passmuster.yaml", policy);
    sandbox.write("plan/roster.yaml", roster);
    sandbox.write(PLAN_PATH, PLAN);
    sandbox.write("unit.sh", "grep -q good src/a\n");
    sandbox.write("src/a", "start\n");
    act_as(&sandbox, "ada");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "work"]).success();
    sandbox
}

/// Sets Git's identity and signing key.
fn act_as(sandbox: &Sandbox, name: &str) {
    for (key, value) in [
        ("user.name", name.to_owned()),
        ("user.email", format!("{name}@example.org")),
        ("gpg.format", "ssh".to_owned()),
        ("user.signingkey", sandbox.root().join(name).display().to_string()),
    ] {
        sandbox.git(&["config", key, &value]).success();
    }
}

/// Runs the binary as a member and commits what it wrote, as the same member.
fn by(sandbox: &Sandbox, name: &str, args: &[&str]) -> Output {
    act_as(sandbox, name);
    let output = sandbox.passmuster(args);
    if output.status == 0 {
        sandbox.commit_all(&format!("plan: {}", args[..2].join(" ")));
    }
    output
}

/// The path of the only record of a folder.
fn only(sandbox: &Sandbox, folder: &str) -> String {
    let names = sandbox.shell("work", &format!("ls plan/{folder}"));
    assert_eq!(names.stdout.lines().count(), 1, "{names}");
    format!("plan/{folder}/{}", names.line())
}

fn replace(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    let text = sandbox.read(path);
    assert!(text.contains(from), "`{path}` does not hold `{from}`:\n{text}");
    sandbox.write(path, text.replace(from, to));
}

/// Ticks an item over work that does not pass its gate.
fn claim(sandbox: &Sandbox, id: &str) {
    act_as(sandbox, "ada");
    sandbox.write("src/a", format!("work for {id}\n"));
    replace(sandbox, PLAN_PATH, &format!("[ ] {id}"), &format!("[x] {id}"));
    sandbox.commit_all(&format!("{id}: claim"));
}

/// As [`claim`], with what the gate asks for.
fn prove(sandbox: &Sandbox, id: &str) {
    claim(sandbox, id);
    sandbox.write("src/a", "good\n");
    sandbox.commit_all(&format!("{id}: better"));
    sandbox.passmuster(&["gate", "run", id]).success();
    sandbox.commit_all(&format!("{id}: evidence"));
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

#[track_caller]
fn refused(output: Output, texts: &[&str]) -> Output {
    assert_eq!(output.status, 1, "{output}");
    for text in texts {
        assert!(output.contains(text), "no `{text}` in\n{output}");
    }
    output
}

/// Merges the branch into `main` and begins the next one.
fn land(sandbox: &Sandbox) {
    verify(sandbox).success();
    for args in [&["switch", "-q", "main"][..], &["merge", "-q", "--no-ff", "work"], &["switch", "-q", "-C", "work"]] {
        sandbox.git(args).success();
    }
}
