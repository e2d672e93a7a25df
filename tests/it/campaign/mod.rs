//! A campaign from the brief to the tests, by real people with real keys, on a server that judges every push.
//!
//! A service that cuts texts into chunks is mended: planned, approved by a board, handed over, worked on, blocked,
//! on fire, and delivered. Each chapter begins where the one before ended; whatever the story says must be refused is
//! refused by the server.

mod team;
mod weight;

use team::{Campaign, PLAN_PATH};

const POLICY: &str = "\
passmuster: policy/1
repository: chunker
profile: command
protect: [main]
commits: { name_item: outside-plan }
comms: open
levels:
  task: [committed, unit]
gates:
  unit: { run: sh tests/run.sh, inputs: [chunker/, tests/] }
  audit: { approve: security-auditor, waivable: false }
epics: { active: 2 }
remediation: write
";

const PLAN: &str = "\
---
passmuster: plan/1
title: Chunking remediation
---
# Chunking remediation

## Epic DB: The table holds what was stored
- goal: no row is lost
- team: foundation

### Feature DB-SCHEMA: Rows can be checked

- [ ] DB-001: Expand the table by a checksum @ada ~4h P0 #database
  - needs: none
  - touches: chunker/table.sh, tests/table_test.sh
  - provides: chunker/table.sh
  - [ ] old rows are kept

## Epic BE: Chunks are cut right
- goal: a reader of one chunk sees whole words
- team: backend

### Feature BE-SPLIT: Words stay whole

- [ ] SEC-001: Refuse sizes that cannot be @sam ~2h P1 #security
  - team: security
  - needs: none
  - touches: chunker/size.sh
  - gates: +audit
  - [ ] words and zero are refused
- [ ] BE-001: Cut behind blanks @ben ~4h P0 #backend
  - needs: DB-001 (technical: its checksum), foundation (team: the table)
  - touches: chunker/split.sh, tests/split_test.sh
  - provides: chunker/split.sh
  - [ ] no character is lost

## Readiness checklist

- [x] everybody knows what to do
";

/// Brief, vision and mission: each begins, is written, and ends with GO.
fn it_is_begun(c: &Campaign) {
    assert_eq!(c.run("dana", &["phase", "start", "1"]).status, 1, "nobody decided about the brief");
    for (phase, document) in
        [("0", "plan/00-project-brief.md"), ("1", "plan/01-vision.md"), ("2", "plan/02-mission.md")]
    {
        c.run("dana", &["phase", "start", phase]).success();
        c.fill(document);
        c.run("dana", &["phase", "gate", phase]).success();
        c.record("dana", &["phase", "close", phase, "-m", "it is clear", "--risk", "none"]);
    }
    c.push().success();
}

fn review(c: &Campaign, name: &str, executive: &str, session: &str, scores: [&str; 4]) {
    c.run(name, &["review", "new", "--executive", executive, "--session", session]).success();
    let path = c.newest("review-board");
    c.fill(&path);
    let mut args = vec!["review", "close", &path];
    for score in &scores {
        args.extend(["--score", score]);
    }
    c.record(name, &[&args[..], &["--confidence", "high"]].concat());
}

/// The board rejects the plan once; then it approves, with a concern that becomes a task.
fn the_board_meets(c: &Campaign) {
    c.record("dana", &["phase", "gate", "3"]);
    review(c, "carl", "cio", "1", ["research 22", "dependencies 22", "technology 22", "sources 22"]);
    review(c, "cleo", "cto", "1", ["architecture 22", "quality 22", "security 22", "operability 22"]);
    review(c, "coop", "coo", "1", ["goals 20", "timeline 9", "capacity 20", "experience 20"]);
    let early = c.run("dana", &["phase", "close", "3", "-m", "go", "--risk", "none"]);
    assert!(early.status == 1 && early.contains("session 1 rejected it"), "{early}");
    let fix = "say who watches the memory";
    c.record("dana", &["phase", "no-go", "3", "-m", "the board says no", "--fix", fix, "--delay", "1d"]);
    let refused = c.newest("phases");
    c.push().success();
    c.record("pam", &["phase", "tasks", &refused, "--under", "BE-SPLIT"]);
    let added = "BE-002: say who watches the memory";
    let told = format!("{added} @ben ~1h\n  - needs: none\n  - touches: chunker/memory.txt\n  - [ ] somebody is named");
    c.replace(PLAN_PATH, added, &told);
    c.record("dana", &["phase", "gate", "3"]);
    for (name, executive, scores) in [
        ("carl", "cio", ["research 22", "dependencies 22", "technology 22", "sources 22"]),
        ("cleo", "cto", ["architecture 22", "quality 22", "security 22", "operability 22"]),
    ] {
        review(c, name, executive, "2", scores);
    }
    c.run("coop", &["review", "new", "--executive", "coo", "--session", "2"]).success();
    let path = c.newest("review-board");
    c.fill(&path);
    c.replace(&path, "## Concerns\n\nit is so\n", "## Concerns\n\n- [ ] nobody measures the speed\n");
    let scores =
        ["--score", "goals 20", "--score", "timeline 20", "--score", "capacity 20", "--score", "experience 20"];
    c.record("coop", &[&["review", "close", &path][..], &scores, &["--confidence", "high"]].concat());
    c.record("dana", &["phase", "close", "3", "-m", "the board agrees", "--risk", "the speed, with ben"]);
    c.push().success();
    c.record("pam", &["review", "tasks", &path, "--under", "BE-SPLIT"]);
    c.replace(PLAN_PATH, "BE-003: nobody measures the speed", "BE-003: nobody measures the speed @ben ~1h");
    c.push().success();
}

/// The plan is handed to those who carry it out; they send it back once.
fn work_is_handed_over(c: &Campaign) {
    c.work("ada", "DB-001", &[("chunker/table.sh", "exit 0\n")]);
    c.is_refused(&["phase/not-begun", "there is no handoff into it"]);
    c.back();
    let people = ["pam", "dana", "ada", "ben", "sam"].map(|name| ["--attendee", name]).concat();
    let new = ["handoff", "new", "Into work", "--from", "planning", "--to", "backend", "--phase", "4"];
    c.record("pam", &[&new[..], &people].concat());
    let path = c.newest("handoffs");
    c.fill(&path);
    c.record("pam", &["handoff", "offer", "into-work"]);
    c.record("dana", &["handoff", "authorise", "into-work"]);
    c.record("ben", &["handoff", "reject", "into-work", "-m", "nobody says how to run the tests"]);
    c.push().success();
    c.replace(&path, "## Tests\n\nit is so", "## Tests\n\nsh tests/run.sh");
    c.record("pam", &["handoff", "offer", "into-work"]);
    c.record("dana", &["handoff", "authorise", "into-work"]);
    for name in ["pam", "dana", "ada", "sam"] {
        c.record(name, &["handoff", "acknowledge", "into-work"]);
    }
    c.record("ben", &["handoff", "accept", "into-work"]);
    for (epic, teams) in [("DB", &["--team", "foundation"][..]), ("BE", &["--team", "backend", "--team", "security"])] {
        c.run("dana", &[&["kickoff", "new", epic][..], teams].concat()).success();
        c.fill(&c.newest("kickoffs"));
        c.record("dana", &["kickoff", "authorise", &format!("of-{}", epic.to_lowercase())]);
    }
    c.push().success();
}

/// The first task is claimed over a red gate; the gate becomes a task that goes before it.
fn a_gate_fails(c: &Campaign) {
    c.work("ada", "DB-001", &[("chunker/table.sh", "exit 1\n"), ("tests/table_test.sh", "sh chunker/table.sh\n")]);
    c.is_refused(&["gate/unsatisfied", "unit"]);
    let red = c.run("ada", &["gate", "run", "DB-001"]);
    assert!(red.status == 1 && red.contains("DB-002 added: make unit pass for DB-001"), "{red}");
    c.commit("ada", "DB-001: it is red");
    c.is_refused(&["claim/open-needs", "`DB-002` is not done"]);
    c.work("ada", "DB-002", &[("chunker/table.sh", "exit 0\n")]);
    c.record("ada", &["retro", "new", "Epic DB", "--item", "DB"]);
    c.fill(&c.newest("retros"));
    c.record("ada", &["retro", "close", "epic-db"]);
    c.prove("ada", &["DB-001", "DB-002"]);
    c.push().success();
}

/// What holds up the critical path for an hour and a half is for the director to decide.
fn something_blocks(c: &Campaign) {
    c.run("ben", &["block", "BE-001", "-m", "no test data", "--type", "resource"]).success();
    let path = c.newest("blockers");
    let long_ago = c.sandbox.shell("work", "date -u -d '-90 minutes' +%Y-%m-%dT%H:%M:%SZ").line().to_owned();
    let text = c.sandbox.read(&path);
    let opened = text.lines().find(|line| line.starts_with("at: ")).expect("it was opened once").to_owned();
    c.replace(&path, &opened, &format!("at: {long_ago}"));
    c.commit("ben", "plan: no test data");
    c.push().success();
    let shown = c.run("dana", &["blocker", "show", "no-test-data"]).success();
    for word in
        ["L4 after 1h30m, P0 (on the critical path)", "execution-director", "workaround", "cut-scope", "escalate"]
    {
        assert!(shown.contains(word), "no `{word}` in\n{shown}");
    }
    assert!(c.run("ben", &["next"]).contains("is blocked by"));
    c.work("ben", "BE-001", &[("chunker/split.sh", "exit 0\n")]);
    c.prove("ben", &["BE-001"]);
    c.is_refused(&["claim/blocked", "claim/unproven-need", "no handoff from `foundation`"]);
    c.back();
    let options = ["--situation", "no data", "--options", "wait or make some", "--decision", "make some"];
    let why = ["--rationale", "an hour is an hour", "--impact", "none"];
    let new = ["decide", "new", "Make test data", "--type", "tactical", "--item", "BE-001"];
    c.record("dana", &[&new[..], &options, &why].concat());
    c.record("dana", &["decide", "confirm", "make-test-data"]);
    c.record("dana", &["unblock", "no-test-data", "-m", "made some"]);
    let patterns = c.run("dana", &["blocker", "patterns"]).success();
    assert!(patterns.contains("made some"), "{patterns}");
    c.record("ada", &["handoff", "new", "The table", "--from", "foundation", "--to", "backend", "--item", "BE-001"]);
    c.fill(&c.newest("handoffs"));
    c.record("ada", &["handoff", "offer", "the-table"]);
    c.record("dana", &["handoff", "authorise", "the-table"]);
    c.record("ben", &["handoff", "accept", "the-table"]);
    c.work("ben", "BE-001", &[("chunker/split.sh", "exit 0\n")]);
    c.prove("ben", &["BE-001"]);
    c.push().success();
}

/// Nobody waives the auditor's word, not even by hand.
fn no_waiver_for_the_audit(c: &Campaign) {
    let soon = c.sandbox.shell("work", "date -u -d '3 days' +%Y-%m-%d").line().to_owned();
    let request = ["waive", "request", "SEC-001", "audit", "--reason", "deadline", "--until", &soon, "-m", "no time"];
    c.run("ben", &request).success();
    c.run("dana", &["waive", "grant", "sec-001"]);
    c.commit("dana", "plan: a waiver");
    c.is_refused(&["waiver/never", "`audit` is never waived"]);
    c.back();
}

/// While the incident is open nothing lands but what mends it, and its commander decides alone.
fn something_burns(c: &Campaign) {
    let declare = ["incident", "declare", "Sizes crash it", "--commander", "sam", "--runbook", "vulnerability"];
    c.record("sam", &[&declare[..], &["--item", "SEC-001"]].concat());
    c.push().success();
    c.work("ben", "BE-002", &[("chunker/memory.txt", "ben\n")]);
    c.prove("ben", &["BE-002"]);
    c.is_refused(&["incident/frozen", "`BE-002` is claimed while an incident is open"]);
    c.back();
    let denied = c.run("dana", &["incident", "advance", "sizes"]);
    assert!(denied.status == 1 && denied.contains("record/no-authority"), "{denied}");
    c.fill(&c.newest("incidents"));
    for more in [&[][..], &[], &[], &["--choice", "fix-forward"]] {
        c.record("sam", &[&["incident", "advance", "sizes"], more].concat());
    }
    c.work("ada", "SEC-001", &[("chunker/size.sh", "exit 0\n")]);
    c.run("ada", &["gate", "run", "SEC-001"]).success();
    c.record("sam", &["approve", "SEC-001", "-m", "tried with words and zero"]);
    c.push().success();
    c.record("sam", &["incident", "advance", "sizes"]);
    c.record("sam", &["incident", "advance", "sizes"]);
    c.record("sam", &["incident", "close", "sizes", "--follow-up", "2040-01-01"]);
    c.push().success();
}

/// What is left is done, the epic is looked back on, and all of it is delivered.
fn it_is_delivered(c: &Campaign) {
    c.work("ben", "BE-002", &[("chunker/memory.txt", "ben\n")]);
    c.prove("ben", &["BE-002"]);
    c.push().success();
    c.record("ben", &["retro", "new", "Epic BE", "--item", "BE"]);
    c.fill(&c.newest("retros"));
    c.record("ben", &["retro", "close", "epic-be"]);
    c.work("ben", "BE-003", &[("chunker/speed.txt", "fast\n")]);
    c.prove("ben", &["BE-003"]);
    c.push().success();
    c.run("dana", &["phase", "start", "4"]).success();
    c.fill("plan/04-implementation-report.md");
    c.record("dana", &["phase", "gate", "4"]);
    c.push().success();
    c.sandbox.write("chunker/late.sh", "exit 0\n");
    c.commit("ben", "BE-003: one more thing");
    c.is_refused(&["phase/frozen"]);
    c.back();
    c.run("dana", &["phase", "package"]).success();
    c.record("dana", &["phase", "close", "4", "-m", "everything is done", "--risk", "none"]);
    c.push().success();
    c.sandbox.shell("work", "sha256sum --quiet -c plan/completion/manifest.sha256").success();
}

/// Tests are handed over as well, and end the campaign.
fn it_is_tested(c: &Campaign) {
    assert_eq!(c.run("dana", &["phase", "start", "5"]).status, 1, "nobody handed it over");
    c.record("ben", &["handoff", "new", "Into tests", "--from", "backend", "--to", "security", "--phase", "5"]);
    c.fill(&c.newest("handoffs"));
    c.record("ben", &["handoff", "offer", "into-tests"]);
    c.record("dana", &["handoff", "authorise", "into-tests"]);
    c.record("sam", &["handoff", "accept", "into-tests"]);
    c.run("dana", &["phase", "start", "5"]).success();
    c.fill("plan/05-test-plan.md");
    c.run("dana", &["phase", "gate", "5"]).success();
    c.record("dana", &["phase", "close", "5", "-m", "it holds", "--risk", "none"]);
    c.push().success();
}

#[test]
fn a_campaign_is_played_from_the_brief_to_the_tests() {
    let campaign = Campaign::adopted(POLICY, PLAN);
    for chapter in [
        it_is_begun,
        the_board_meets,
        work_is_handed_over,
        a_gate_fails,
        something_blocks,
        no_waiver_for_the_audit,
        something_burns,
        it_is_delivered,
        it_is_tested,
    ] {
        chapter(&campaign);
    }
    let phases = campaign.run("dana", &["phase", "status", "--format", "json"]).success();
    assert_eq!(phases.stdout.matches("\"state\": \"done\"").count(), 6, "{phases}");
    campaign.run("dana", &["check"]).success();
    let audit = campaign.sandbox.passmuster_in("server.git", &["audit", "main"]).success();
    assert!(audit.contains("0 unverified"), "{audit}");
    weight::is_light(&campaign);
    procedures_are_audited(&campaign);
}

/// Everything went by its steps, but for the blocker on which nobody did anything for an hour and a half.
fn procedures_are_audited(c: &Campaign) {
    c.sandbox.shell("work", "git fetch -q && git switch -q -C main origin/main").success();
    let audit = c.run("dana", &["audit", "sop", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&audit.stdout).expect("it is JSON");
    let totals = answer["data"]["totals"].as_array().expect("there are totals");
    let told: Vec<String> = totals
        .iter()
        .map(|total| format!("{} {}/{}", total["sop"].as_str().unwrap_or(""), total["violations"], total["courses"]))
        .collect();
    let expected =
        ["task-completion 0/6", "handoff 0/3", "gate-enforcement 0/6", "blocker-escalation 1/1", "daily-sync 0/0"];
    assert_eq!(told, expected, "{}", c.run("dana", &["audit", "sop"]));
    let text = c.run("dana", &["audit", "sop", "no-test-data"]);
    assert!(text.status == 1 && text.contains("L2: a helper was engaged"), "{text}");
    assert!(c.run("dana", &["audit", "sop", "BE-001"]).success().contains("compliant"));
    assert_eq!(c.run("dana", &["audit", "sop", "XX-1"]).status, 2);
}
