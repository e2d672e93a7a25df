//! The phases 0 to 5: what may land when, where the policy asks for phases. Tests carry the ids of the requirements.

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

#[test]
fn ed_02_no_task_is_claimed_before_a_handoff_into_phase_4_was_accepted() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "there is no handoff into it"]);
    handoff(&sandbox, "4", &["a", "b", "c", "d", "e"], "authorised");
    refused(&verify(&sandbox), &["phase/not-begun", "the handoff `2026-01-01-phase-4` is authorised"]);
}

#[test]
fn ed_06_a_team_that_was_not_activated_claims_nothing() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    kickoff(&sandbox, "backend");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/no-kickoff", "does not name the team `foundation`"]);
}

#[test]
fn ed_22_work_does_not_start_with_gaps() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "2", &["open", "no-go"], "");
    take_away(&sandbox, "plan/phases/2026-01-01-phase-3.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "phase 3 (execution planning) ended with GO"]);
}

#[test]
fn ed_18_five_people_meet_for_the_handoff() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    handoff(&sandbox, "4", &["a", "b"], "accepted");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "its `attendees` are 2"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    take_away(&sandbox, "plan/handoffs/2026-01-01-phase-4.md");
    handoff(&sandbox, "4", &["a", "b", "a", "A", "b"], "accepted");
    claim(&sandbox);
    refused(&verify(&sandbox), &["its `attendees` are 2"]);
}

#[test]
fn ed_35_an_epic_begins_with_its_kickoff() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    take_away(&sandbox, "plan/kickoffs/2026-01-01-db.md");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/no-kickoff", "no authorised kickoff names the epic `DB`"]);
}

#[test]
fn oc_26_while_a_gate_is_open_only_its_own_work_lands() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "4", &["open"], "");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/frozen", "`DB-1` is claimed", "work lands while"]);
    // Notes in the plan folder are no work.
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    sandbox.write("plan/notes.md", "n\n");
    verify(&sandbox).success();
    // Work of an open incident goes on.
    let fields = "commander: ada\nseverity: high\nitems: [DB-1]\n";
    record(&sandbox, "plan/incidents/2026-01-01-down.md", "incident", &["stop"], fields, "");
    land(&sandbox);
    claim(&sandbox);
    let output = verify(&sandbox);
    assert!(!output.contains("phase/frozen"), "{output}");
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    take_away(&sandbox, "plan/incidents/2026-01-01-down.md");
    // What the gate names is its own work.
    gate(&sandbox, "4", &["open"], "DB-1");
    land(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
}

#[test]
fn oc_30_a_decision_says_why() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    gate(&sandbox, "4", &["open", "no-go"], "");
    let path = "plan/phases/2026-01-01-phase-4.md";
    sandbox.write(path, sandbox.read(path).replace(", note: \"because\"", ""));
    refused(&verify(&sandbox), &["record/no-reason"]);
}

#[test]
fn oc_28_no_go_names_reasons_fixes_and_the_delay() {
    for (without, code) in
        [("delay: 2d\n", "record/missing-field"), ("r\n", "record/section"), ("- [ ] f\n", "record/section")]
    {
        let sandbox = adopted(PLAN);
        begun(&sandbox);
        gate(&sandbox, "4", &["open", "no-go"], "");
        verify(&sandbox).success();
        let path = "plan/phases/2026-01-01-phase-4.md";
        sandbox.write(path, sandbox.read(path).replace(&format!("\n{without}"), "\n"));
        refused(&verify(&sandbox), &[code]);
    }
}

#[test]
fn oc_29_go_needs_its_proof_and_all_that_the_phase_needs() {
    let sandbox = adopted(PLAN);
    gate(&sandbox, "0", &["open", "go"], "");
    let output = verify(&sandbox);
    refused(&output, &["phase/not-ready", "`plan/00-project-brief.md` is filled in"]);
    sandbox.write("plan/00-project-brief.md", "# Brief\n\n## What\n\na thing\n");
    verify(&sandbox).success();
    gate(&sandbox, "1", &["open", "go"], "");
    sandbox.write("plan/01-vision.md", "# Vision\n\n## Approval\n\n- [ ] all agree\n");
    refused(&verify(&sandbox), &["phase/not-ready", "1 of its boxes are open"]);
    let path = "plan/phases/2026-01-01-phase-1.md";
    sandbox.write(path, sandbox.read(path).replace("\np\n", "\n"));
    refused(&verify(&sandbox), &["record/section", "Proof"]);
}

#[test]
fn a_document_does_not_come_before_its_phase() {
    let sandbox = adopted(PLAN);
    sandbox.write("plan/02-mission.md", "# Mission\n");
    refused(&verify(&sandbox), &["phase/early-document", "phase 1 (vision) ended with GO"]);
}

#[test]
fn phases_of_the_plan_end_one_after_the_other() {
    let plan = "---\npassmuster: plan/1\n---\n# x\n\n## Phase P1: one\n\n- [ ] A-1: a\n\n## Phase P2: two\n\n- [ ] B-1: b\n  - touches: src/**\n";
    let sandbox = adopted(plan);
    begun(&sandbox);
    take_away(&sandbox, "plan/kickoffs/2026-01-01-db.md");
    land(&sandbox);
    sandbox.write("src/b", "b\n");
    sandbox.write(PLAN_PATH, plan.replace("- [ ] B-1", "- [x] B-1"));
    sandbox.commit_all("B-1: do it");
    refused(&verify(&sandbox), &["phase/order", "`B-1` is claimed before `P1` was decided"]);
    gate(&sandbox, "P1", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "the first is `A-1`"]);
    gate(&sandbox, "P9", &["open"], "");
    refused(&verify(&sandbox), &["phase/unknown"]);
}

/// The digest of the plan, as the refusal's own review would carry it.
fn digest(sandbox: &Sandbox) -> String {
    let text = sandbox.read(PLAN_PATH);
    let plan = passmuster::plan::read(
        vec![passmuster::text::Source::new(PLAN_PATH, text)],
        passmuster::plan::Reader::Full,
        &mut passmuster::diag::Sink::new(),
    );
    passmuster::phase::board::plan_digest(&plan).to_string()
}

#[test]
fn ed_16_three_executives_approve_the_plan_as_it_is() {
    let sandbox = adopted(PLAN);
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    let plan = digest(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "there was no session"]);
    review(&sandbox, "cio", 1, [22, 22, 22, 22], &plan, "none");
    review(&sandbox, "cto", 1, [25, 20, 20, 20], &plan, "none");
    refused(&verify(&sandbox), &["in session 1, no review is closed by coo"]);
    review(&sandbox, "coo", 1, [20, 20, 20, 9], &plan, "none");
    refused(&verify(&sandbox), &["session 1 rejected it", "--session 2"]);
    for executive in ["cio", "cto", "coo"] {
        review(&sandbox, executive, 2, [20, 20, 20, 10], &plan, "- [ ] too fast\n");
    }
    verify(&sandbox).success();
    // With concerns it may begin, when they are tasks.
    handoff(&sandbox, "4", &["a", "b", "c", "d", "e"], "accepted");
    kickoff(&sandbox, "foundation");
    land(&sandbox);
    claim(&sandbox);
    refused(&verify(&sandbox), &["phase/not-begun", "3 of 3 are not; the first: too fast"]);
}

#[test]
fn a_review_is_about_the_plan_that_was_read() {
    let sandbox = adopted(PLAN);
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    for executive in ["cio", "cto", "coo"] {
        review(&sandbox, executive, 1, [25, 25, 25, 25], &digest(&sandbox), "none");
    }
    gate(&sandbox, "3", &["open", "go"], "");
    verify(&sandbox).success();
    sandbox.write(PLAN_PATH, PLAN.replace("~4h", "~40h"));
    refused(&verify(&sandbox), &["the plan was changed after session 1"]);
}

#[test]
fn scores_that_cannot_be_added_up_are_no_verdict() {
    let sandbox = adopted(PLAN);
    review(&sandbox, "cto", 1, [25, 26, 25, 25], "x", "none");
    refused(&verify(&sandbox), &["record/scores", "`quality` has `26`"]);
    review(&sandbox, "cto", 1, [20, 20, 20, 20], "x", "none");
    refused(&verify(&sandbox), &["record/boxes", "80 points approve with concerns"]);
}

/// GO for planning with a change of the plan: what is missing is named.
#[track_caller]
fn incomplete(from: &str, to: &str, said: &str) {
    let plan = PLAN.replace(from, to);
    assert_ne!(plan, PLAN, "nothing was changed");
    let sandbox = adopted(&plan);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", said]);
}

#[test]
fn ed_10_the_plan_is_complete_before_phase_3_ends() {
    incomplete("- goal: no data lost\n", "", "every epic says its goal");
    incomplete("  - [ ] old rows can be read\n", "", "every task has a criterion");
    incomplete(" ~4h", "", "every task is estimated");
}

#[test]
fn ed_11_every_task_has_a_team_or_an_owner() {
    let from = "- team: foundation\n\n- [ ] DB-1: Add the column @ada";
    incomplete(from, "\n- [ ] DB-1: Add the column", "every task has somebody");
}

#[test]
fn ed_12_every_task_says_what_it_needs() {
    incomplete("  - needs: none\n", "", "every task says what it needs");
}

#[test]
fn ed_13_gates_are_defined_at_all_levels() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", POLICY.replace("task: [committed]", "task: [committed], epic: []"));
    land(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    refused(&verify(&sandbox), &["gates are defined at all levels", "there are none for epic"]);
}

#[test]
fn ed_14_the_plan_can_be_laid_out_in_time() {
    let circle = "  - needs: DB-2 (FF)\n- [ ] DB-2: b @ada ~9h\n  - needs: DB-1 (SS)\n  - [ ] c\n";
    incomplete("  - needs: none\n", circle, "laid out in time");
}

#[test]
fn ed_15_the_readiness_checklist_is_ticked() {
    incomplete("- [x] it is", "- [ ] it is", "the readiness checklist is ticked");
    incomplete("## Readiness checklist", "## Something", "no heading `## Readiness checklist`");
}

#[test]
fn ed_74_and_ed_75_the_package_is_pinned_and_handed_over() {
    let sandbox = adopted(PLAN);
    begun(&sandbox);
    claim(&sandbox);
    sandbox.write("plan/04-implementation-report.md", "# Report\n\n## Summary\n\ndone\n");
    gate(&sandbox, "4", &["open", "go"], "");
    refused(&verify(&sandbox), &["phase/not-ready", "there is no `plan/completion/manifest.sha256`"]);
    sandbox.write("plan/completion/manifest.sha256", "0000  plan/03-execution-plan.md\n");
    refused(&verify(&sandbox), &["`plan/00-project-brief.md` is not there"]);
}

#[test]
fn where_the_policy_asks_for_no_phases_nothing_is_noticed() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", POLICY.replace("phases: true\n", ""));
    land(&sandbox);
    gate(&sandbox, "4", &["open"], "");
    sandbox.write("plan/05-test-plan.md", "# Tests\n");
    land(&sandbox);
    claim(&sandbox);
    verify(&sandbox).success();
}

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
fn ef_39_only_who_has_the_power_decides_go() {
    let sandbox = adopted(PLAN);
    let roster = "passmuster: roster/1\nmembers:\n  - { name: ada, kind: human, email: a@x.org, roles: [developer] }\n  - { name: eve, kind: human, email: e@x.org, roles: [maintainer] }\n";
    sandbox.write("plan/roster.yaml", roster);
    sandbox.write(
        "passmuster.yaml",
        POLICY.replace("profile: solo", "profile: team\nauthority: { release: [maintainer] }"),
    );
    land(&sandbox);
    gate(&sandbox, "0", &["open", "no-go"], "");
    refused(&verify(&sandbox), &["record/no-authority", "`ada` may not"]);
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
fn ed_25_no_more_epics_begin_than_may_be_under_way() {
    let plan = PLAN.replace("## Readiness", "## Epic UI: The page shows it\n\n- [ ] UI-1: Show it ~1h\n\n## Readiness");
    let sandbox = adopted(&plan);
    sandbox.write("passmuster.yaml", format!("{POLICY}epics: {{ active: 1 }}\n"));
    begun(&sandbox);
    let path = "plan/kickoffs/2026-01-01-ui.md";
    sandbox.write(path, sandbox.read("plan/kickoffs/2026-01-01-db.md").replace("items: [DB]", "items: [UI]"));
    refused(&verify(&sandbox), &["phase/too-many-epics", "they are DB, UI"]);
    // What is done is not under way any more.
    sandbox.write(PLAN_PATH, plan.replace("- [ ] DB-1", "- [x] DB-1"));
    let kickoff = sandbox.read(path);
    take_away(&sandbox, path);
    land(&sandbox);
    sandbox.write(path, kickoff);
    verify(&sandbox).success();
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

#[test]
fn concerns_become_tasks_and_the_policy_says_what_points_mean() {
    let sandbox = adopted(PLAN);
    sandbox.write("passmuster.yaml", format!("{POLICY}board: {{ approved: 95, concerns: 90 }}\n"));
    for phase in ["0", "1", "2"] {
        gate(&sandbox, phase, &["open", "go"], "");
    }
    land(&sandbox);
    gate(&sandbox, "3", &["open", "go"], "");
    let plan = digest(&sandbox);
    let all = |points: [u32; 4], concerns: &str| {
        for executive in ["cio", "cto", "coo"] {
            review(&sandbox, executive, 1, points, &plan, concerns);
        }
    };
    all([22, 22, 22, 22], "none");
    refused(&verify(&sandbox), &["session 1 rejected it"]);
    all([23, 23, 23, 23], "none");
    refused(&verify(&sandbox), &["record/boxes", "92 points approve with concerns"]);
    all([23, 23, 23, 23], "- [ ] too fast\n- [ ] too dear\n");
    verify(&sandbox).success();
    sandbox.passmuster(&["review", "tasks", "cio", "--under", "DB"]).success();
    let text = sandbox.read(PLAN_PATH);
    assert!(text.contains("DB-2: too fast") && text.contains("DB-3: too dear"), "{text}");
}
