//! Whatever the tool writes for a person is valid the moment it is made.

use crate::harness::Sandbox;

const PLAYBOOKS: [&str; 6] = ["epic", "feature", "incident", "security-incident", "migration", "debt"];

/// A repository set up by `init`, whose `check` finds nothing.
fn set_up(profile: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("Cargo.toml", "[package]\nname = \"x\"\n");
    sandbox.passmuster(&["init", "--profile", profile]).success();
    clean(&sandbox, "init");
    sandbox
}

#[track_caller]
fn clean(sandbox: &Sandbox, what: &str) {
    let output = sandbox.passmuster(&["check", "--format", "concise"]).success();
    assert_eq!(output.stdout, "", "{what} leaves findings");
}

#[test]
fn ef_32_to_36_every_playbook_is_a_plan_without_findings() {
    for profile in ["solo", "team", "command"] {
        let sandbox = set_up(profile);
        for (number, playbook) in PLAYBOOKS.into_iter().enumerate() {
            let id = format!("P{number}X");
            sandbox.passmuster(&["plan", "new", &id, "Say: \"what\"", "--playbook", playbook]).success();
            clean(&sandbox, playbook);
        }
        sandbox.passmuster(&["plan", "critical", "--unlimited"]).success();
        let next = sandbox.passmuster(&["next"]).success();
        assert!(next.contains("P1X-01") && !next.contains("nothing"), "{next}");
    }
}

#[test]
fn an_id_that_is_taken_or_none_makes_nothing() {
    let sandbox = set_up("solo");
    sandbox.passmuster(&["plan", "new", "PAY", "Pay"]).success();
    for id in ["PAY", "pay", "a/b", "..", ""] {
        let output = sandbox.passmuster(&["plan", "new", id, "Pay"]);
        assert_eq!(output.status, 2, "{output}");
    }
    let reserved = sandbox.passmuster(&["plan", "new", "merge", "Pay"]);
    assert!(reserved.status == 1 && reserved.contains("plan/reserved-id"), "{reserved}");
    assert_eq!(sandbox.passmuster(&["plan", "new", "X1", "x", "--playbook", "featur"]).status, 2);
    assert_eq!(sandbox.passmuster(&["plan", "new", "X1", "x", "--playbook", "../../x"]).status, 2);
}

#[test]
fn your_own_playbook_comes_first() {
    let sandbox = set_up("solo");
    let own = "---\npassmuster: plan/1\n---\n# {title}\n\n## Epic {id}: {title}\n- goal: g\n\n- [ ] {id}-9: ours ~1h\n  - [ ] done\n";
    sandbox.write("plan/templates/playbook-feature.md", own);
    sandbox.write("plan/templates/playbook-ours.md", own);
    for (id, playbook) in [("PAY", "feature"), ("PAX", "ours")] {
        sandbox.passmuster(&["plan", "new", id, "Pay", "--playbook", playbook]).success();
        assert!(sandbox.read(&format!("plan/epics/{id}.md")).contains(&format!("{id}-9: ours")));
    }
    clean(&sandbox, "an own playbook");
}

#[test]
fn your_own_documents_come_first() {
    let sandbox = set_up("solo");
    sandbox.write("plan/templates/00-project-brief.md", "# Ours: {title}\n");
    sandbox.passmuster(&["phase", "start", "0"]).success();
    assert!(sandbox.read("plan/00-project-brief.md").starts_with("# Ours: "));
    clean(&sandbox, "a brief");
}

#[test]
fn every_record_is_valid_the_moment_it_is_made() {
    let sandbox = set_up("solo");
    sandbox.passmuster(&["plan", "new", "PAY", "Pay"]).success();
    let soon = sandbox.shell("work", "date -u -d '3 days' +%F").line().to_owned();
    let made = "handoff new Over --from ada --to ada --item PAY-01 | handoff new Over --from ada --to ada --phase 4 \
        | decide new Way | decide new Shape --type adr | decide new Who --type arbitration | decide new Risk --type accept-risk \
        | decide new Go --type go-no-go --verdict GO | decide new No --type go-no-go --verdict NO-GO | decide new First --type priority \
        | decide new Hands --type reallocation | retro new Back --item PAY | review new --executive cio | kickoff new PAY --team a \
        | sync open Daily --expect ada | msg send Hello --to ada | risk new Slow | risk new Later --debt-due SOON \
        | incident declare Rows --runbook data-loss | incident declare Api --runbook api-break \
        | incident declare Hole --runbook vulnerability | block PAY-01 -m stuck | phase gate 0 | phase start 0 \
        | waive request PAY-01 committed --reason deadline --until SOON -m late";
    for line in made.replace("SOON", &soon).split('|') {
        let args: Vec<&str> = line.split_whitespace().collect();
        sandbox.passmuster(&args).success();
    }
    clean(&sandbox, "a record");
    // Your own template comes first, and is judged like ours.
    let own = "---\npassmuster: risk/1\ntitle: \"\"\nstate: open\nby: \"\"\nat: \"\"\ntype: \"\"\nowner: \"\"\nimpact: low\n---\n# {title}\n\n## Ours\n";
    sandbox.write("plan/templates/risk.md", own);
    sandbox.passmuster(&["risk", "new", "Ours"]).success();
    let text = sandbox.shell("work", "cat plan/risks/*ours*.md");
    assert!(text.contains("## Ours"), "{text}");
    clean(&sandbox, "a record from an own template");
}
