//! The verbs that lead through the phases write what the rules accept.

use super::{PLAN, PLAN_PATH, adopted, begun, claim, gate, land, record, refused, verify};
use crate::harness::Sandbox;

fn fill(sandbox: &Sandbox, path: &str) {
    let mut text = String::new();
    let mut comment = false;
    for line in sandbox.read(path).lines() {
        comment |= line.starts_with("<!--");
        text.push_str(if comment { "said" } else { line });
        text.push('\n');
        comment &= !line.ends_with("-->");
    }
    sandbox.write(path, text.replace("- [ ]", "- [x]"));
}

#[test]
fn the_verbs_lead_from_the_brief_to_the_board() {
    let sandbox = adopted(PLAN);
    let run = |args: &[&str]| sandbox.passmuster(args);
    assert_eq!(run(&["phase", "start", "1"]).status, 1);
    for (phase, document) in
        [("0", "plan/00-project-brief.md"), ("1", "plan/01-vision.md"), ("2", "plan/02-mission.md")]
    {
        run(&["phase", "start", phase]).success();
        assert_eq!(run(&["phase", "start", phase]).status, 2);
        run(&["phase", "gate", phase]).success();
        assert_eq!(run(&["phase", "gate", phase]).status, 2);
        let early = run(&["phase", "close", phase, "-m", "why", "--risk", "none"]);
        assert!(early.status == 1 && early.contains("phase/not-ready"), "{early}");
        fill(&sandbox, document);
        run(&["phase", "close", phase, "-m", "why", "--risk", "none", "--metric", "3 of 3"]).success();
        verify(&sandbox).success();
    }
    run(&["phase", "gate", "3"]).success();
    run(&["phase", "no-go", "3", "-m", "no board yet", "--fix", "ask the board", "--delay", "1d"]).success();
    verify(&sandbox).success();
    let status: serde_json::Value =
        serde_json::from_str(&run(&["phase", "status", "--format", "json"]).success().stdout).expect("it is JSON");
    let states: Vec<_> =
        status["data"]["phases"].as_array().unwrap().iter().map(|phase| phase["state"].clone()).collect();
    assert_eq!(states, ["done", "done", "done", "active", "waiting", "waiting"]);
    let text = run(&["phase", "status"]).success();
    assert!(text.contains("phase 3 needs:") && text.contains("next: run `passmuster review new"), "{text}");
    run(&["review", "new", "--executive", "cio"]).success();
    assert!(run(&["review", "board"]).contains("session 1: open"));
    run(&["kickoff", "new", "DB", "--team", "foundation"]).success();
    verify(&sandbox).success();
}

#[test]
fn ed_19_a_handoff_between_phases_has_an_agenda_of_nine_points() {
    let sandbox = adopted(PLAN);
    sandbox.passmuster(&["handoff", "new", "Over", "--from", "ada", "--to", "bob", "--phase", "4"]).success();
    let name = sandbox.passmuster(&["handoff", "list"]).success();
    assert!(name.contains("Over"), "{name}");
    let folder = sandbox.work().join("plan/handoffs");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(file).unwrap();
    let agenda = text.split("## Agenda").nth(1).expect("there is an agenda");
    assert_eq!(agenda.matches("- [ ]").count(), 9);
}

#[test]
fn ed_74_the_package_names_what_was_delivered() {
    let plan = PLAN.replace("  - touches: src/**\n", "  - touches: src/**\n  - provides: src/db.sql\n");
    let sandbox = adopted(&plan);
    begun(&sandbox);
    for document in ["00-project-brief", "01-vision", "02-mission", "04-implementation-report"] {
        sandbox.write(&format!("plan/{document}.md"), "# d\n\n## s\n\nsaid\n");
    }
    claim(&sandbox);
    sandbox.passmuster(&["phase", "gate", "4"]).success();
    let early = sandbox.passmuster(&["phase", "close", "4", "-m", "done", "--risk", "none"]);
    assert!(early.status == 1 && early.contains("run `passmuster phase package`"), "{early}");
    sandbox.passmuster(&["phase", "package"]).success();
    assert!(sandbox.read("plan/completion/manifest.sha256").contains("  src/db.sql\n"));
    sandbox.passmuster(&["phase", "close", "4", "-m", "done", "--risk", "none"]).success();
    verify(&sandbox).success();
    sandbox.write("src/db.sql", "alter again\n");
    refused(&verify(&sandbox), &["phase/not-ready", "`src/db.sql` is not in it, or has changed since"]);
}

#[test]
fn ed_17_a_handoff_into_a_phase_tells_what_was_decided_on_the_way() {
    let sandbox = adopted(PLAN);
    let decision = |name: &str, state: &[&str], day: &str| {
        let path = format!("plan/decisions/{name}.md");
        let body: String = ["Situation", "Options", "Decision", "Rationale", "Impact"]
            .map(|title| format!("## {title}\n\nsaid\n\n"))
            .concat();
        record(&sandbox, &path, "decision", state, "type: adr\n", &body);
        let text = sandbox.read(&path).replace("a decision", name).replace("2026-01-01", day);
        sandbox.write(&path, text);
    };
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    decision("old", &["proposed", "decided"], "2025-12-01");
    decision("queue", &["proposed", "decided"], "2026-01-02");
    decision("idea", &["proposed"], "2026-01-02");
    let fields = "type: risk\nowner: ada\nprobability: low\nimpact: high\n";
    record(&sandbox, "plan/risks/2026-01-01-late.md", "risk", &["open"], fields, "## Mitigation\n\nx\n");
    sandbox.passmuster(&["handoff", "new", "Over", "--from", "ada", "--to", "bob", "--phase", "4"]).success();
    let text = sandbox.shell("work", "cat plan/handoffs/*.md");
    assert!(text.contains("- queue (decided, `plan/decisions/queue.md`)"), "{text}");
    assert!(text.contains("- a risk (open, `plan/risks/2026-01-01-late.md`)"), "{text}");
    assert!(!text.contains("- old (") && !text.contains("- idea ("), "{text}");
    assert_eq!(sandbox.passmuster(&["handoff", "new", "x", "--from", "a", "--to", "b", "--phase", "9"]).status, 2);
}

#[test]
fn what_a_no_go_asks_for_is_a_task_before_the_next_go() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "4", &["open", "no-go"], "");
    land(&sandbox);
    sandbox.passmuster(&["phase", "gate", "4"]).success();
    let status = |sandbox: &Sandbox| sandbox.passmuster(&["phase", "close", "4", "-m", "again", "--risk", "none"]);
    refused(&status(&sandbox), &["each fix that `2026-01-01-phase-4` asks for", "1 of 1 are not; the first: f"]);
    sandbox.passmuster(&["phase", "tasks", "2026-01-01-phase-4", "--under", "DB"]).success();
    sandbox.passmuster(&["phase", "tasks", "2026-01-01-phase-4", "--under", "DB"]).success();
    let plan = sandbox.read(PLAN_PATH);
    assert_eq!(plan.matches("why: plan/phases/2026-01-01-phase-4.md").count(), 1, "{plan}");
    refused(&status(&sandbox), &["each fix that `2026-01-01-phase-4` asks for"]);
    sandbox.passmuster(&["done", "DB-2"]).success();
    assert!(!status(&sandbox).contains("each fix"));
}
