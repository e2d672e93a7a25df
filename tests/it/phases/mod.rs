//! The phases 0 to 5: what may land when, where the policy asks for phases. Tests carry the ids of the requirements.

mod board;
mod freeze;
mod order;
mod verbs;

use crate::harness::{Output, Sandbox};

const POLICY: &str = "\
passmuster: policy/1
repository: 7f3k9q2m
profile: solo
protect: [main]
phases: true
levels: { task: [committed] }
gates:
  lint: { run: 'true', inputs: [src/] }
";

const PLAN_PATH: &str = "plan/03-execution-plan.md";

const PLAN: &str = "\
---
passmuster: plan/1
---
# Chunks

## Epic DB: The database matches
- goal: no data lost
- team: foundation

- [ ] DB-1: Add the column @ada ~4h
  - needs: none
  - touches: src/**
  - [ ] old rows can be read

## Readiness checklist

- [x] it is all there
";

/// A repository whose `main` has adopted phases, on a branch of its own.
fn adopted(plan: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN_PATH, plan);
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "work"]).success();
    sandbox
}

/// What is committed on the branch lands on `main`, unseen.
fn land(sandbox: &Sandbox) {
    sandbox.commit_all("land");
    sandbox.git(&["branch", "-q", "-f", "main", "work"]).success();
}

/// A record that went through states, with more lines for its front matter.
fn record(sandbox: &Sandbox, path: &str, kind: &str, states: &[&str], fields: &str, body: &str) {
    let (first, rest) = states.split_first().expect("a record has a state");
    let state = rest.last().unwrap_or(first);
    let mut text = format!(
        "---\npassmuster: {kind}/1\ntitle: a {kind}\nstate: {state}\nby: ada\nat: 2026-01-01T09:00:00Z\n{fields}"
    );
    if !rest.is_empty() {
        text.push_str("steps:\n");
    }
    for to in rest {
        text.push_str(&format!("  - {{to: {to}, by: ada, at: 2026-01-01T10:00:00Z, note: \"because\"}}\n"));
    }
    text.push_str(&format!("---\n# a {kind}\n\n{body}"));
    sandbox.write(path, text);
}

fn gate(sandbox: &Sandbox, phase: &str, states: &[&str], items: &str) {
    let body = "## Proof\n\np\n\n## Metrics\n\nm\n\n## Accepted risks\n\nnone\n\n## Reasons\n\nr\n\n## Required fixes\n\n- [ ] f\n";
    let fields = format!("phase: \"{phase}\"\nitems: [{items}]\ndelay: 2d\n");
    record(sandbox, &format!("plan/phases/2026-01-01-phase-{phase}.md"), "phase", states, &fields, body);
}

const CHECKLIST: &str = "- [x] a\n- [x] b\n- [x] c\n- [x] d\n- [x] e\n- [x] f\n- [x] g\n- [x] h\n";

fn handoff(sandbox: &Sandbox, phase: &str, attendees: &[&str], state: &str) {
    let mut text = format!(
        "---\npassmuster: handoff/1\ntitle: over\nstate: {state}\nby: ada\nat: 2026-01-01T09:00:00Z\nfrom: ada\nto: ada\nphase: \"{phase}\"\nattendees: [{}]\nsteps:\n",
        attendees.join(", ")
    );
    let mut step =
        |to: &str, by: &str| text.push_str(&format!("  - {{to: {to}, by: {by}, at: 2026-01-01T10:00:00Z}}\n"));
    step("offered", "ada");
    step("authorised", "ada");
    for attendee in attendees {
        step("authorised", attendee);
    }
    if state == "accepted" {
        step("accepted", "ada");
    }
    text.push_str("---\n# over\n\n");
    for section in ["Deliverable", "Documentation", "Tests", "Context", "Notes"] {
        text.push_str(&format!("## {section}\n\nsaid\n\n"));
    }
    text.push_str(&format!("## Checklist\n\n{CHECKLIST}\n## Agenda\n\n{CHECKLIST}- [x] i\n"));
    sandbox.write(&format!("plan/handoffs/2026-01-01-phase-{phase}.md"), text);
}

fn kickoff(sandbox: &Sandbox, team: &str) {
    let body = "## Checklist\n\n- [x] a\n- [x] b\n- [x] c\n- [x] d\n- [x] e\n";
    let fields = format!("items: [DB]\nteams: [{team}]\n");
    record(sandbox, "plan/kickoffs/2026-01-01-db.md", "kickoff", &["opened", "authorised"], &fields, body);
}

fn review(sandbox: &Sandbox, executive: &str, session: u32, points: [u32; 4], plan: &str, concerns: &str) {
    let rubrics = match executive {
        "cio" => ["research", "dependencies", "technology", "sources"],
        "cto" => ["architecture", "quality", "security", "operability"],
        _ => ["goals", "timeline", "capacity", "experience"],
    };
    let scores: Vec<String> = rubrics.iter().zip(points).map(|(name, points)| format!("{name} {points}")).collect();
    let fields = format!(
        "executive: {executive}\nsession: \"{session}\"\nplan: {plan}\nscores: [{}]\nconfidence: high\n",
        scores.join(", ")
    );
    let body = format!("## Findings\n\nread\n\n## Concerns\n\n{concerns}\n");
    // The steps of a review are the executive's.
    let path = format!("plan/review-board/2026-01-0{session}-{executive}.md");
    record(sandbox, &path, "review", &["opened", "closed"], &fields, &body);
    let text = sandbox.read(&path).replace("by: ada", &format!("by: {executive}"));
    sandbox.write(&path, text);
}

fn take_away(sandbox: &Sandbox, path: &str) {
    std::fs::remove_file(sandbox.work().join(path)).expect("the file is there");
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.commit_all("a change");
    sandbox.passmuster(&["verify"])
}

#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    assert_eq!(output.status, 1, "{output}");
    for word in words {
        assert!(output.contains(word), "no {word} in\n{output}");
    }
}

/// Phases 0 to 3 are done, and work was handed over.
fn begun(sandbox: &Sandbox) {
    for phase in ["0", "1", "2", "3"] {
        gate(sandbox, phase, &["open", "go"], "");
    }
    handoff(sandbox, "4", &["a", "b", "c", "d", "e"], "accepted");
    kickoff(sandbox, "foundation");
    land(sandbox);
}

fn claim(sandbox: &Sandbox) {
    sandbox.write("src/db.sql", "alter\n");
    let plan = sandbox.read(PLAN_PATH).replace("- [ ] DB-1", "- [x] DB-1").replace("  - [ ] old", "  - [x] old");
    sandbox.write(PLAN_PATH, plan);
    sandbox.commit_all("DB-1: do it");
}
