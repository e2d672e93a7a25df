//! Bad records at every door: at the commit, at the merge and on the server, each with the one finding that names it. That
//! signatures, keys and what has landed are looked at as well is the judge's, who is the same behind merge and server.

use super::{act_as, adopted, by, only, replace};
use crate::harness::{Output, Sandbox};

/// A repository with hooks, and a server that judges.
fn guarded() -> Sandbox {
    let sandbox = adopted();
    guard(&sandbox);
    sandbox
}

fn guard(sandbox: &Sandbox) {
    sandbox.bare_server("server.git");
    let install = "passmuster hooks install && passmuster -C ../server.git hooks install --server \
                   && git remote add origin ../server.git && git push -q --no-verify origin main";
    sandbox.shell("work", install).success();
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

/// A request for a waiver by one member, as the branch has it.
fn requested(sandbox: &Sandbox, name: &str) -> String {
    let soon = sandbox.shell("work", "date -u -d '3 days' +%Y-%m-%d").line().to_owned();
    let request = ["waive", "request", "A-1", "unit", "--reason", "deadline", "--until", &soon, "-m", "no time"];
    by(sandbox, name, &request).success();
    only(sandbox, "waivers")
}

/// A member grants the waiver, with the debt that comes with it; nothing is committed.
fn granted(sandbox: &Sandbox, name: &str, path: &str) {
    act_as(sandbox, name);
    let waiver = path.trim_start_matches("plan/waivers/").trim_end_matches(".md");
    sandbox.passmuster(&["waive", "grant", waiver]).success();
}

/// What was tried and stopped is taken away, to the last commit of the branch and the work tree.
fn afresh(sandbox: &Sandbox) {
    sandbox.shell("work", "git merge --abort 2>/dev/null; git switch -q -f -C work main && git clean -qfd").success();
}

/// Tries what lies in the work tree at every door; each has to name the code, whatever else it names.
#[track_caller]
fn named_at_every_door(sandbox: &Sandbox, case: &str, code: &str) {
    let told = |door: &str, output: &Output| {
        assert!(output.status != 0 && output.contains(&format!("[{code}]")), "{case}, {door}, `{code}`: {output}");
    };
    act_as(sandbox, "grace");
    sandbox.git(&["add", "--all"]).success();
    told("commit", &sandbox.git(&["commit", "-q", "-m", "plan: a record"]));
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "plan: a record"]).success();
    sandbox.git(&["switch", "-q", "main"]).success();
    told("merge", &sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "work"]));
    sandbox.shell("work", "git merge --abort 2>/dev/null; git reset -q --hard main; git switch -q work").success();
    told("server", &sandbox.git(&["push", "-q", "--no-verify", "origin", "work:main"]));
}

const OLD_WAIVER: &str = "---\npassmuster: waiver/1\ntitle: A-1 without unit\nstate: granted\nby: ada\nat: 2020-01-01T09:00:00Z\n\
    gate: unit\nitem: A-1\nreason: deadline\nexpires: 2020-01-03\nsteps:\n  - {to: granted, by: grace, at: 2020-01-01T10:00:00Z}\n\
    ---\n# A-1 without unit\n\n## Reason\n\nno time\n";

#[test]
fn a_claim_that_relies_on_a_waiver_that_is_over_is_stopped_at_every_door() {
    let sandbox = adopted();
    // It was there when passmuster was adopted, so it is history.
    sandbox.write("plan/waivers/2020-01-01-a-1.md", OLD_WAIVER);
    sandbox.commit_all("plan: a waiver of old");
    sandbox.git(&["branch", "-q", "-f", "main", "work"]).success();
    guard(&sandbox);
    let tick = |id: &str| replace(&sandbox, super::PLAN_PATH, &format!("[ ] {id}"), &format!("[x] {id}"));
    // Another item is nothing to it; that something is unproven is said where it would land.
    tick("C-1");
    sandbox.git(&["add", "--all"]).success();
    let other = sandbox.git(&["commit", "-q", "-m", "C-1: claim"]).success();
    assert!(!other.contains("waiver/expired"), "{other}");
    afresh(&sandbox);
    tick("A-1");
    named_at_every_door(&sandbox, "a claim", "waiver/expired");
    afresh(&sandbox);
    // Who has the evidence needs no waiver.
    act_as(&sandbox, "ada");
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: do it");
    tick("A-1");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.git(&["add", "--all"]).success();
    sandbox.git(&["commit", "-q", "-m", "A-1: done"]).success();
    let verdict = super::verify(&sandbox).success();
    assert!(verdict.contains("warning[waiver/expired]"), "{verdict}");
}

#[test]
fn what_only_signatures_tell_is_stopped_at_every_door() {
    let sandbox = guarded();
    type Tamper = fn(&Sandbox, &str);
    let cases: [(&str, &str, Tamper); 4] = [
        ("changed after the signature", "record/unproven", |sandbox, path| {
            replace(sandbox, path, "no time", "no time at all");
        }),
        ("another's name over one's signature", "record/no-authority", |sandbox, path| {
            let text = sandbox.read(path);
            let at = text.rfind("by: grace").expect("grace granted it");
            sandbox.write(path, format!("{}by: ada{}", &text[..at], &text[at + "by: grace".len()..]));
        }),
        ("over before it begins", "record/lifetime", |sandbox, path| {
            let text = sandbox.read(path);
            let at = text.find("expires: ").expect("it says until when") + "expires: \"".len();
            sandbox.write(path, format!("{}2020-01-01{}", &text[..at], &text[at + "2020-01-01".len()..]));
        }),
        ("of another repository", "record/unproven", |_, _| {}),
    ];
    for (case, code, tamper) in cases {
        let path = requested(&sandbox, "ada");
        if case == "of another repository" {
            // Granted where the policy has another id, and carried over here.
            replace(&sandbox, "passmuster.yaml", "abc12345", "zzz98765");
            granted(&sandbox, "grace", &path);
            replace(&sandbox, "passmuster.yaml", "zzz98765", "abc12345");
        } else {
            granted(&sandbox, "grace", &path);
        }
        tamper(&sandbox, &path);
        named_at_every_door(&sandbox, case, code);
        afresh(&sandbox);
    }
}

#[test]
fn nobody_asks_in_anothers_name_to_grant_it_themselves() {
    let sandbox = guarded();
    let path = requested(&sandbox, "grace");
    // She writes another's name over her own request, and grants it.
    let text = sandbox.read(&path);
    sandbox.write(&path, text.replacen("by: grace", "by: ada", 1));
    granted(&sandbox, "grace", &path);
    named_at_every_door(&sandbox, "a forged request", "record/unproven");
}

#[test]
fn one_person_with_two_names_is_stopped_at_every_door() {
    let sandbox = guarded();
    let roster = sandbox.read("plan/roster.yaml");
    let line = roster.lines().find(|line| line.contains("name: grace")).expect("grace is on it").to_owned();
    let twin = line.replace("name: grace", "name: gracie").replace("grace@", "gracie@");
    sandbox.write("plan/roster.yaml", format!("{roster}{twin}\n"));
    named_at_every_door(&sandbox, "one key, two members", "roster/shared-key");
}

#[test]
fn what_landed_is_kept_at_every_door() {
    let sandbox = guarded();
    let path = requested(&sandbox, "ada");
    super::land(&sandbox);
    sandbox.git(&["push", "-q", "--no-verify", "origin", "main"]).success();
    // Two people go on from the same state; one lands first.
    sandbox.git(&["branch", "-q", "other"]).success();
    by(&sandbox, "grace", &["waive", "refuse", "a-1", "-m", "there is time"]).success();
    super::land(&sandbox);
    sandbox.git(&["push", "-q", "--no-verify", "origin", "main"]).success();
    // The other takes their own side of the conflict.
    sandbox.git(&["switch", "-q", "-C", "work", "other"]).success();
    granted(&sandbox, "grace", &path);
    act_as(&sandbox, "grace");
    sandbox.git(&["add", "--all"]).success();
    let commit = sandbox.git(&["commit", "-q", "-m", "plan: granted"]);
    assert!(commit.status != 0 && commit.contains("[record/history]"), "{commit}");
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "plan: granted"]).success();
    let merged = sandbox.shell("work", "git merge -q --no-edit -X ours main || git checkout -q --ours . ; git add -A");
    assert!(merged.status == 0, "{merged}");
    let merge = sandbox.git(&["commit", "-q", "-m", "merge main"]);
    let concluded = merge.status != 0 && merge.contains("[record/history]");
    assert!(concluded || sandbox.git(&["log", "-1", "--format=%P"]).line().contains(' '), "{merge}");
    sandbox
        .shell("work", "git rev-parse -q --verify MERGE_HEAD && git commit -q --no-verify -m merged; true")
        .success();
    sandbox.git(&["switch", "-q", "main"]).success();
    let merge = sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "work"]);
    assert!(merge.status != 0 && merge.contains("[record/history]"), "{merge}");
    let push = sandbox.git(&["push", "-q", "--no-verify", "origin", "work:main"]);
    assert!(push.status != 0 && push.contains("[record/history]"), "{push}");
    afresh(&sandbox);
    // Nor is it taken away, renamed or moved to another folder, and its line ends are its text.
    let name = path.trim_start_matches("plan/waivers/").to_owned();
    for (case, line, code) in [
        ("taken away", format!("git rm -q {path}"), "record/deleted"),
        ("renamed", format!("git mv {path} plan/waivers/x-{name}"), "record/deleted"),
        ("moved", format!("mkdir -p plan/risks && git mv {path} plan/risks/{name}"), "record/deleted"),
        ("with other words", format!("sed -i 's/no time/no time at all/' {path}"), "record/rewritten"),
        ("with a state of its own", format!("sed -i 's/^state: refused/state: granted/' {path}"), "record/state"),
        ("of tomorrow", "true".to_owned(), ""),
    ] {
        if code.is_empty() {
            let tomorrow = sandbox.shell("work", "date -u -d tomorrow +%FT%TZ").line().to_owned();
            let text = "---\npassmuster: receipt/1\ntitle: r\nstate: read\nby: grace\nat: AT\nread: ['src/a@0123456789ab']\n---\n# r\n";
            sandbox.write("plan/receipts/r.md", text.replace("AT", &tomorrow));
            named_at_every_door(&sandbox, case, "record/time");
        } else {
            sandbox.shell("work", &line).success();
            named_at_every_door(&sandbox, case, code);
        }
        afresh(&sandbox);
    }
}

#[test]
fn who_is_merged_keeps_what_they_signed_and_what_waits_for_them() {
    let sandbox = guarded();
    // Ada raises a blocker and asks for a waiver under one name; then the two entries turn out to be one person.
    by(&sandbox, "ada", &["block", "A-1", "-m", "no disk", "--type", "resource"]).success();
    let path = requested(&sandbox, "ada");
    super::land(&sandbox);
    act_as(&sandbox, "grace");
    sandbox.passmuster(&["roster", "merge", "ada", "bob"]).success();
    let roster = sandbox.read("plan/roster.yaml");
    assert!(roster.contains("was: [ada]") && !roster.contains("name: ada"), "{roster}");
    sandbox.commit_all("roster: one person");
    sandbox.passmuster(&["approve", "policy", "-m", "one person"]).success();
    sandbox.commit_all("roster: approved");
    super::land(&sandbox);
    sandbox.passmuster(&["check"]).success();
    // What waits for the old name is theirs to end, and what they asked for they do not grant.
    act_as(&sandbox, "bob");
    sandbox.passmuster(&["unblock", "no-disk", "-m", "found one"]).success();
    sandbox.commit_all("plan: unblocked");
    super::verify(&sandbox).success();
    granted(&sandbox, "grace", &path);
    sandbox.commit_all("plan: granted");
    super::verify(&sandbox).success();
}

#[test]
fn records_with_the_line_ends_of_windows_are_records() {
    let sandbox = guarded();
    let path = requested(&sandbox, "ada");
    let text = sandbox.read(&path);
    sandbox.write(&path, text.replace('\n', "\r\n"));
    act_as(&sandbox, "ada");
    sandbox.git(&["add", "--all"]).success();
    // What was signed is the text, line ends included; before it has landed it is simply asked for again.
    assert!(sandbox.passmuster(&["check"]).status == 0);
    let show = sandbox.passmuster(&["waive", "show", "a-1"]).success();
    assert!(show.contains("requested"), "{show}");
}
