//! What is asked before and beside the work: reading, ways back, resources, what follows from red gates, debt, references,
//! sessions, and plans that have to be revised.

use super::{PLAN_PATH, act_as, adopted, refused};
use crate::harness::{Output, Sandbox};

const ROSTER: &str = "passmuster: roster/1\nmembers:\n\
    - {name: ada, kind: human, emails: [ada@example.org], roles: [maintainer, developer]}\n\
    - {name: bot, kind: agent, emails: [bot@example.org], roles: [developer]REQUIRES}\n";

/// `main` has adopted the policy's rest and the items; HEAD is on a branch, and `ada` works.
fn project(rest: &str, items: &str) -> Sandbox {
    project_of("solo", rest, "", items)
}

fn project_of(profile: &str, rest: &str, roster: &str, items: &str) -> Sandbox {
    let policy = format!(
        "passmuster: policy/1\nrepository: abc12345\nprofile: {profile}\nprotect: [main]\ntrust: local\n{rest}"
    );
    let requires = if roster.starts_with(", ") { roster } else { "" };
    let resources = if requires.is_empty() { roster } else { "" };
    let roster = format!("{}{resources}", ROSTER.replace("REQUIRES", requires));
    adopted("ada", policy, &roster, items)
}

fn tick(sandbox: &Sandbox, id: &str) {
    let plan = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, plan.replace(&format!("[ ] {id}:"), &format!("[x] {id}:")));
}

/// Does the work of an item, and ticks it.
fn claim(sandbox: &Sandbox, id: &str) {
    sandbox.write("src/a", format!("good {id}\n"));
    tick(sandbox, id);
    sandbox.commit_all(&format!("{id}: do it"));
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

#[test]
fn oc_03_and_ot_03_who_works_has_read_what_there_is_to_read() {
    let rest = "reading: [docs/mission.md]\nlevels: { task: [] }\n";
    let sandbox = project_of("solo", rest, ", requires: [docs/rules.md]", "- [ ] A-1: a\n- [ ] B-1: b\n");
    act_as(&sandbox, "bot");
    claim(&sandbox, "A-1");
    refused(&verify(&sandbox), &["claim/unread", "`bot` has not read `docs/mission.md` and 1 more", "`reading`"]);
    refused(&sandbox.passmuster(&["preflight", "A-1"]), &["read docs/mission.md", "read docs/rules.md"]);
    sandbox.passmuster(&["preflight", "A-1", "--read"]).success();
    sandbox.commit_all("plan: read");
    sandbox.passmuster(&["preflight", "A-1"]).success();
    verify(&sandbox).success();
    // Somebody else's receipt is not one's own.
    act_as(&sandbox, "ada");
    sandbox.write("src/b", "b\n");
    tick(&sandbox, "B-1");
    sandbox.commit_all("B-1: do it");
    refused(&verify(&sandbox), &["`B-1` is claimed, and `ada` has not read `docs/mission.md`\n"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]).success();
    // What changed is read again.
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("docs/rules.md", "# Other rules\n");
    sandbox.commit_all("docs: other rules");
    sandbox.git(&["switch", "-q", "work"]).success();
    refused(&verify(&sandbox), &["`bot` has not read `docs/rules.md`\n", "`requires` of `bot`"]);
    // What is not there nobody has read.
    sandbox
        .shell("work", "git switch -q main && git rm -q docs/rules.md && git commit -qm gone && git switch -q work")
        .success();
    refused(&verify(&sandbox), &["`bot` has not read `docs/rules.md`\n", "the protected side does not have it"]);
}

#[test]
fn oc_06_what_is_risky_has_a_way_back() {
    let rest = "rollback: { from: medium }\nlevels: { task: [] }\n";
    let items = "- [ ] A-1: a\n  - risk: high, rows may be lost\n- [ ] B-1: b\n  - risk: low\n- [ ] C-1: c\n  - risk: medium\n  - rollback: back.sh\n";
    let sandbox = project(rest, items);
    let check = sandbox.passmuster(&["check"]);
    assert!(check.contains("plan/no-rollback") && check.contains("`A-1` is risky"), "{check}");
    claim(&sandbox, "B-1");
    verify(&sandbox).success();
    claim(&sandbox, "C-1");
    refused(&verify(&sandbox), &["claim/no-way-back", "there is no file `back.sh`"]);
    sandbox.write("back.sh", "true\n");
    sandbox.commit_all("C-1: the way back");
    verify(&sandbox).success();
    claim(&sandbox, "A-1");
    refused(&verify(&sandbox), &["nothing says how it is taken back", "its risk is high"]);
    // Nor is it made harmless by whom claims it.
    let plan = sandbox.read(PLAN_PATH);
    sandbox.write(PLAN_PATH, plan.replace("risk: high, rows may be lost", "risk: low"));
    sandbox.commit_all("A-1: harmless");
    refused(&verify(&sandbox), &["claim/no-way-back"]);
    sandbox.passmuster(&["set", "A-1", "rollback=put the rows back by hand"]).success();
    sandbox.commit_all("A-1: by hand");
    verify(&sandbox).success();
}

#[test]
fn oc_09_a_resource_that_is_needed_was_there() {
    let rest = "levels: { task: [] }\ngates:\n  staging-up: { run: \"grep -rq is-up src\", inputs: [src/] }\n";
    let resources = "resources:\n- {name: staging, check: staging-up}\n";
    let sandbox = project_of("solo", rest, resources, "- [ ] A-1: a\n  - needs: staging (resource)\n- [ ] B-1: b\n");
    claim(&sandbox, "B-1");
    verify(&sandbox).success();
    claim(&sandbox, "A-1");
    refused(&verify(&sandbox), &["gate `staging-up` of `A-1` is not satisfied"]);
    refused(&sandbox.passmuster(&["preflight", "A-1"]), &["gate `staging-up` passes"]);
    sandbox.write("src/b", "is-up\n");
    sandbox.commit_all("A-1: staging");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("evidence");
    verify(&sandbox).success();
    let roster = sandbox.read("plan/roster.yaml").replace("check: staging-up", "check: staging-upp");
    sandbox.write("plan/roster.yaml", roster);
    refused(&sandbox.passmuster(&["check"]), &["there is no gate `staging-upp`", "whether `staging` is there"]);
}

#[test]
fn oc_12_after_a_red_gate_somebody_decides() {
    let rest =
        "levels: { task: [unit, failures-decided] }\ngates:\n  unit: { run: \"grep -rq good src\", inputs: [src/] }\n";
    let sandbox = project(rest, "- [ ] A-1: a\n");
    sandbox.write("src/a", "bad\n");
    sandbox.commit_all("A-1: try");
    assert_eq!(sandbox.passmuster(&["gate", "run", "A-1"]).status, 1);
    sandbox.commit_all("evidence");
    claim(&sandbox, "A-1");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("evidence");
    refused(&verify(&sandbox), &["gate `failures-decided` of `A-1`", "`unit` was fail at"]);
    let said = ["--situation", "s", "--options", "o", "--decision", "fix it", "--rationale", "r", "--impact", "i"];
    sandbox.passmuster(&[&["decide", "new", "Fix forward", "--item", "A-1"][..], &said].concat()).success();
    refused(&verify_after(&sandbox, "proposed"), &["failures-decided"]);
    sandbox.passmuster(&["decide", "confirm", "fix-forward"]).success();
    verify_after(&sandbox, "decided").success();
}

fn verify_after(sandbox: &Sandbox, message: &str) -> Output {
    sandbox.commit_all(&format!("plan: {message}"));
    verify(sandbox)
}

#[test]
fn oc_13_what_passes_alone_is_asked_again_beside_what_else_is_done() {
    let rest = "levels: { task: [both] }\ngates:\n  both: { run: \"! (grep -rq one src && grep -rq two src)\", inputs: [src/] }\n";
    let sandbox = project(rest, "- [ ] A-1: a\n  - [x] x\n  - [x] y\n  - [x] z\n- [ ] B-1: b\n");
    for (branch, id, file) in [("one", "A-1", "src/b"), ("two", "B-1", "src/c")] {
        sandbox.git(&["switch", "-q", "-c", branch, "main"]).success();
        sandbox.write(file, format!("{branch}\n"));
        tick(&sandbox, id);
        sandbox.commit_all(&format!("{id}: do it"));
        sandbox.passmuster(&["gate", "run", id]).success();
        sandbox.commit_all("evidence");
        verify(&sandbox).success();
    }
    sandbox.shell("work", "git switch -q main && git merge -q --no-ff --no-edit one && git switch -q two").success();
    refused(&verify(&sandbox), &["gate `both` of `B-1` is not satisfied"]);
    assert_eq!(sandbox.passmuster(&["gate", "run", "B-1"]).status, 1, "it runs on the merge result");
}

#[test]
fn oc_18_the_way_back_was_tried_not_long_ago() {
    let rest = "rollback: { from: medium, rehearse: rehearsal }\nlevels: { task: [] }\ngates:\n  \
                rehearsal: { run: grep -rq leads ops, inputs: [ops/], max_age: 30d }\n";
    let items = "- [ ] A-1: a\n  - risk: high\n  - rollback: ops/back.sh\n- [ ] B-1: b\n";
    let sandbox = project(rest, items);
    sandbox.write("ops/back.sh", "nowhere\n");
    sandbox.commit_all("A-1: the way back");
    claim(&sandbox, "B-1");
    verify(&sandbox).success();
    claim(&sandbox, "A-1");
    refused(&verify(&sandbox), &["gate `rehearsal` of `A-1` is not satisfied"]);
    assert_eq!(sandbox.passmuster(&["gate", "run", "A-1"]).status, 1);
    sandbox.write("ops/back.sh", "leads back\n");
    sandbox.commit_all("A-1: a way that leads back");
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("evidence");
    verify(&sandbox).success();
    // The same evidence, had it been made forty days ago. It is unsigned, so its time can be moved.
    let age = "f=$(ls plan/gates/A-1.*.md) && day=$(date -u -d '40 days ago' +%F) \
               && sed -E \"s/20[0-9]{2}-[0-9]{2}-[0-9]{2}T/${day}T/\" $f >x && rm $f \
               && mv x plan/gates/A-1.$(sha256sum <x | cut -c1-6).md";
    sandbox.shell("work", age).success();
    sandbox.commit_all("evidence of long ago");
    refused(&verify(&sandbox), &["gate `rehearsal` of `A-1`", "results of this gate count for 30d"]);
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("evidence of today");
    verify(&sandbox).success();
}

#[test]
fn oc_19_debt_stands_in_the_ledger() {
    let rest = "levels: { merge: [no-new-debt], task: [] }\n";
    let sandbox = project(rest, "- [ ] A-1: a\n");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/old", "// TODO: from before\n");
    sandbox.git(&["add", "."]).success();
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "old"]).success();
    sandbox.git(&["switch", "-q", "-C", "work", "main"]).success();
    // What was there, and what only moves, is not new.
    sandbox.git(&["mv", "src/old", "src/new"]).success();
    sandbox.write("src/a", "TODOS = 1\n");
    sandbox.commit_all("A-1: move");
    verify(&sandbox).success();
    sandbox.write("src/a", "x = 1  # FIXME later\ny = 2  # noqa\n");
    sandbox.commit_all("A-1: later");
    refused(&verify(&sandbox), &["gate `no-new-debt` of this merge", "`src/a`: x = 1  # FIXME later", "# noqa"]);
    let soon = sandbox.shell("work", "date -u -d '9 days' +%Y-%m-%d").line().to_owned();
    sandbox.passmuster(&["risk", "new", "Tidy x", "--debt-due", &soon, "--item", "A-1"]).success();
    let debt = sandbox.shell("work", "basename plan/risks/*.md .md").line().to_owned();
    sandbox.write("src/a", format!("x = 1  # FIXME later: {debt}\ny = 2\n"));
    sandbox.commit_all("A-1: kept");
    verify(&sandbox).success();
}

#[test]
fn ot_21_what_context_files_refer_to_is_there() {
    let rest = "levels: { merge: [references-hold], task: [] }\n";
    let sandbox = project(rest, "- [ ] A-1: a\n");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("sub/AGENTS.md", "See [rules](../docs/rules.md), @/docs/mission.md and [gone](gone.md).\n");
    sandbox.git(&["add", "."]).success();
    sandbox.git(&["commit", "-q", "--no-verify", "-m", "context"]).success();
    sandbox.git(&["switch", "-q", "-C", "work", "main"]).success();
    sandbox.git(&["rm", "-q", "docs/rules.md"]).success();
    sandbox.commit_all("A-1: away");
    refused(
        &verify(&sandbox),
        &["gate `references-hold` of this merge", "`sub/AGENTS.md` refers to `../docs/rules.md`"],
    );
    let text = sandbox.read("sub/AGENTS.md").replace("[rules](../docs/rules.md), ", "");
    sandbox.write("sub/AGENTS.md", text);
    sandbox.commit_all("A-1: no rules");
    verify(&sandbox).success();
}

#[test]
fn ot_23_an_agent_takes_up_a_phase_afresh() {
    let rest = "levels: { task: [fresh-session] }\n";
    let items = "## Phase P-1: one\n\n- [ ] A-1: a\n- [ ] A-2: b\n\n## Phase P-2: two\n\n- [ ] B-1: b\n";
    let sandbox = project(rest, items);
    act_as(&sandbox, "bot");
    let work = |id: &str, session: &str| {
        sandbox.write("src/a", format!("{id} {session}\n"));
        tick(&sandbox, id);
        sandbox.git(&["add", "."]).success();
        let line = format!("Session: {session}");
        let end: &[&str] = if session.is_empty() { &[] } else { &["-m", &line] };
        sandbox.git(&[&["commit", "-q", "-m", &format!("{id}: do it")][..], end].concat()).success();
    };
    work("A-1", "");
    refused(&verify(&sandbox), &["gate `fresh-session` of `A-1`", "`bot`, an agent, and says no session"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    work("A-1", "s-1");
    work("A-2", "s-1");
    verify(&sandbox).success();
    // Whether the other phase's work has landed or comes along.
    sandbox.shell("work", "git switch -q main && git merge -q --ff-only work && git switch -q work").success();
    work("B-1", "S-1");
    refused(&verify(&sandbox), &["gate `fresh-session` of `B-1`", "the session `s-1` worked for `A-"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    work("B-1", "s-2");
    verify(&sandbox).success();
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    act_as(&sandbox, "ada");
    work("B-1", "");
    verify(&sandbox).success();
}

#[test]
fn ed_52_what_the_last_level_holds_up_goes_back_to_planning() {
    let items = "## Epic E-1: e\n- goal: g\n\n- [ ] A-1: a ~8h\n- [ ] A-2: b ~1h\n- [ ] A-3: d ~1h\n  - needs: A-1 (technical: x)\n\n\
                 ## Epic E-2: f\n- goal: g\n\n- [ ] B-1: c ~1h\n";
    for phases in [true, false] {
        let rest = format!("phases: {phases}\nladder: {{ P0: [1m, 2m, 3m, 4m] }}\nlevels: {{ task: [], epic: [] }}\n");
        let sandbox = project(&rest, items);
        let blocker = "---\npassmuster: blocker/1\ntitle: Stuck\nstate: active\nby: ada\nat: 2026-01-01T00:00:00Z\nowner: ada\n\
                       type: technical\nitems: [A-1]\n---\n# Stuck\n\n## What is blocked\n\nall\n";
        sandbox.write("plan/blockers/2026-01-01-stuck.md", blocker);
        claim(&sandbox, "A-2");
        let output = verify(&sandbox);
        if !phases {
            output.success();
            continue;
        }
        refused(&output, &["claim/in-revision", "`A-2` is claimed while its part of the plan", "climbed to L5"]);
        // Resolving it alone does not help.
        sandbox.passmuster(&["unblock", "stuck", "-m", "forgot it"]).success();
        sandbox.commit_all("plan: resolved");
        refused(&verify(&sandbox), &["claim/in-revision", "nobody decided how the plan goes on"]);
        let said = ["--situation", "s", "--options", "o", "--decision", "d", "--rationale", "r", "--impact", "i"];
        sandbox.passmuster(&[&["decide", "new", "Another way", "--item", "A-1"][..], &said].concat()).success();
        sandbox.passmuster(&["decide", "confirm", "another-way"]).success();
        sandbox.commit_all("plan: decided");
        let output = verify(&sandbox);
        assert!(!output.contains("claim/in-revision"), "{output}");
    }
}
