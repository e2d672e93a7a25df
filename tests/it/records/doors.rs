//! Bad records at every door: at the commit, at the merge and on the server, each with the one finding that names it. That
//! signatures, keys and what has landed are looked at as well is the judge's, who is the same behind merge and server.

use super::{act_as, adopted, by, only, replace};
use crate::harness::{Output, Sandbox};

/// A repository with hooks, and a server that judges.
fn guarded() -> Sandbox {
    let sandbox = adopted();
    sandbox.bare_server("server.git");
    let install = "passmuster hooks install && passmuster -C ../server.git hooks install --server \
                   && git remote add origin ../server.git && git push -q --no-verify origin main";
    sandbox.shell("work", install).success();
    sandbox
}

#[track_caller]
fn told_once(output: &Output, code: &str, door: &str) {
    assert_ne!(output.status, 0, "{door}: {output}");
    let found = output.stderr.matches("error[").count() + output.stdout.matches("error[").count();
    assert!(found == 1 && output.contains(&format!("error[{code}]")), "{door}, `{code}`: {output}");
}

/// Tries to get what lies in the work tree past the doors; `at_commit`: whether the first sees it too.
#[track_caller]
fn stopped(sandbox: &Sandbox, code: &str, at_commit: bool) {
    sandbox.git(&["add", "--all"]).success();
    if at_commit {
        told_once(&sandbox.git(&["commit", "-q", "-m", "plan: a record"]), code, "commit");
    }
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "plan: a record"]).success();
    let before = sandbox.git(&["rev-parse", "main"]).line().to_owned();
    sandbox.git(&["switch", "-q", "main"]).success();
    told_once(&sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "work"]), code, "merge");
    sandbox.shell("work", "git merge --abort 2>/dev/null; git reset -q --hard main; git switch -q work").success();
    told_once(&sandbox.git(&["push", "-q", "--no-verify", "origin", "work:main"]), code, "server");
    assert_eq!(sandbox.git(&["rev-parse", "main"]).line(), before);
    assert_eq!(sandbox.git_in("server.git", &["rev-parse", "main"]).line(), before);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
}

const HANDOFF: &str = "---\npassmuster: handoff/1\ntitle: Over\nstate: STATE\nby: ada\nat: 2026-01-01T09:00:00Z\nfrom: backend\nto: qa\n\
    items: [ITEM]\nsteps:\nSTEPS---\n# Over\n\n## Deliverable\n\na\n\n## Documentation\n\nb\n\n## Tests\n\nc\n\n## Context\n\nd\n\n\
    ## Notes\n\ne\n\n## Checklist\n\n- [x] 1\n- [x] 2\n- [x] 3\n- [x] 4\n- [x] 5\n- [x] 6\n- [x] 7\n- [x] 8\n";

fn handoff(sandbox: &Sandbox, state: &str, item: &str, steps: &[(&str, &str)]) {
    let step = |(to, by): &(&str, &str)| format!("  - {{to: {to}, by: {by}, at: 2026-01-01T10:00:00Z}}\n");
    let steps: String = steps.iter().map(step).collect();
    let text = HANDOFF.replace("STATE", state).replace("ITEM", item).replace("STEPS", &steps);
    sandbox.write("plan/handoffs/2026-01-01-over.md", text.replace("steps:\n---", "---"));
}

#[test]
fn what_the_file_alone_tells_is_stopped_at_every_door() {
    let sandbox = guarded();
    act_as(&sandbox, "ada");
    // A step that there is not.
    handoff(&sandbox, "accepted", "B-1", &[("accepted", "ada")]);
    stopped(&sandbox, "record/illegal-step", true);
    // A state that was written in.
    handoff(&sandbox, "offered", "B-1", &[]);
    stopped(&sandbox, "record/state", true);
    // An item that there is not.
    handoff(&sandbox, "draft", "B-9", &[]);
    stopped(&sandbox, "record/unknown-item", true);
    sandbox.write("plan/handoffs/a.md", "not one\n");
    stopped(&sandbox, "record/not-one", true);
}

#[test]
fn who_grants_their_own_is_stopped_at_every_door() {
    let sandbox = guarded();
    act_as(&sandbox, "ada");
    let soon = sandbox.shell("work", "date -u -d '3 days' +%Y-%m-%d").line().to_owned();
    let request = ["waive", "request", "A-1", "unit", "--reason", "deadline", "--until", &soon, "-m", "no time"];
    by(&sandbox, "grace", &request).success();
    let path = only(&sandbox, "waivers");
    let step = "  - {to: granted, by: grace, at: 2026-11-01T12:00:00Z}\n---\n# ";
    let text = sandbox.read(&path);
    let steps = if text.contains("steps:") { step.to_owned() } else { format!("steps:\n{step}") };
    replace(&sandbox, &path, "---\n# ", &steps);
    replace(&sandbox, &path, "state: requested", "state: granted");
    sandbox.git(&["add", "--all"]).success();
    let commit = sandbox.git(&["commit", "-q", "-m", "plan: granted, honest"]);
    assert!(commit.status != 0 && commit.contains("record/same-person"), "{commit}");
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "plan: granted, honest"]).success();
    for (door, output) in [
        ("merge", sandbox.shell("work", "git switch -q main && git merge -q --no-ff --no-edit work")),
        (
            "server",
            sandbox.shell("work", "git merge --abort; git switch -q work; git push -q --no-verify origin work:main"),
        ),
    ] {
        assert_ne!(output.status, 0, "{door}: {output}");
        for code in ["record/same-person", "waiver/no-debt"] {
            assert!(output.contains(code), "{door}, no `{code}`: {output}");
        }
    }
}
