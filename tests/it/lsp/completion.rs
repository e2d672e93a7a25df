//! What is offered at a place.

use super::editor::Editor;
use crate::harness::Sandbox;
use serde_json::{Value, json};

const PLAN: &str = "plan/03-execution-plan.md";

const POLICY: &str = "passmuster: policy/1
repository: 7f3k9q2m
profile: solo
protect: [main]
levels: { task: [lint] }
gates:
  lint: { run: make lint, inputs: [src/] }
  review: { approve: approver }
";

const ROSTER: &str = "passmuster: roster/1
members:
  - name: ada
    roles: [reviewer]
    team: core
";

const ITEMS: &str = "- [x] DB-001: Expand #schema\n- [ ] DB-002: Use\n";

/// What is offered at `|`, and the line as it would be with the first offer.
fn offered(path: &str, marked: &str) -> (Vec<String>, String) {
    let sandbox = Sandbox::repository();
    for (path, text) in
        [("passmuster.yaml", POLICY), ("plan/roster.yaml", ROSTER), ("src/a.rs", ""), ("src/b/c.rs", "")]
    {
        sandbox.write(path, text);
    }
    let at = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = text[start..].lines().next().unwrap_or_default().to_owned();
    let number = |count: usize| u32::try_from(count).expect("small");
    let mut editor = Editor::start(&sandbox.work(), "utf-8");
    editor.open(path, &text);
    let answer =
        editor.ask_at("textDocument/completion", path, number(text[..start].matches('\n').count()), number(at - start));
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let label = |item: &Value| item["label"].as_str().expect("text").to_owned();
    let first = items.first().map(|item| {
        let column = |key: &str| {
            usize::try_from(item["textEdit"]["range"][key]["character"].as_u64().expect("a number")).expect("small")
        };
        let new = item["textEdit"]["newText"].as_str().expect("text");
        format!("{}{new}{}", &line[..column("start")], &line[column("end")..])
    });
    editor.stop();
    (items.iter().map(label).collect(), first.unwrap_or_default())
}

#[test]
fn lines_of_a_plan_are_completed() {
    for (line, some, first) in [
        ("- [ ] DB-003: x\n  - needs: |", &["DB-002", "DB-001"][..], "  - needs: DB-002"),
        ("- [ ] DB-003: x\n  - needs: DB-001, D|", &["DB-002"], "  - needs: DB-001, DB-002"),
        ("- [ ] DB-003: x\n  - needs: DB-001 (t|", &["technical:", "team:"], "  - needs: DB-001 (technical: "),
        ("- [ ] DB-003: x\n  - needs: src/|", &["src/a.rs", "src/b/"], "  - needs: src/a.rs"),
        ("- [ ] DB-003: x\n  - blocks: |", &["DB-001"], "  - blocks: DB-002"),
        ("- [ ] DB-003: x (depends on |", &["DB-001"], "- [ ] DB-003: x (depends on DB-002"),
        ("- [ ] DB-003: x 👍 @a|", &["ada", "reviewer", "core"], "- [ ] DB-003: x 👍 @ada"),
        ("- [ ] DB-003: x\n  - owner: |", &["ada"], "  - owner: ada"),
        ("- [ ] DB-003: x #|", &["schema"], "- [ ] DB-003: x #schema"),
        ("- [ ] DB-003: x\n  - gates: -|", &["-lint"], "  - gates: -lint"),
        ("- [ ] DB-003: x\n  - gates: |", &["+lint", "-lint", "+self-review"], "  - gates: +lint"),
        ("- [ ] DB-003: x\n  - priority: |", &["P0", "P3"], "  - priority: P0"),
        ("- [ ] DB-003: x\n  - status: |", &["dropped", "waiting:"], "  - status: dropped"),
        ("- [ ] DB-003: x\n  - touches: src/|", &["src/a.rs", "src/b/", "src/**"], "  - touches: src/a.rs"),
        ("- [ ] DB-003: x\n  - |", &["needs:", "owner:", "touches:"], "  - owner: "),
        ("- [ ] DB-003: x\n  - ne|", &["needs:"], "  - owner: "),
    ] {
        let (labels, written) = offered(PLAN, &format!("{ITEMS}{line}"));
        assert!(some.iter().all(|label| labels.iter().any(|known| known == label)), "{line}: {labels:?}");
        assert_eq!(written, first, "{line}");
    }
    for nothing in ["prose |", "- [ ] DB-003: x |", "## |", "- [ ] DB-003: x\n  - risk: |"] {
        assert!(offered(PLAN, &format!("{ITEMS}{nothing}")).0.is_empty(), "{nothing}");
    }
    let (dates, _) = offered(PLAN, &format!("{ITEMS}- [ ] DB-003: x\n  - due: |"));
    assert!(dates.len() > 3 && dates.iter().all(|date| date.len() == 10), "{dates:?}");
    let (days, _) = offered("plan/waivers/2026-11-20-a.md", "---\npassmuster: waiver/1\nexpires: |\n---\n");
    assert_eq!(days, dates);
    let (keys, _) = offered(PLAN, "---\npassmuster: plan/1\n|\n---\n");
    assert_eq!(keys, ["passmuster:", "title:", "start:", "baseline:"]);
}

#[test]
fn an_item_is_not_offered_to_itself() {
    let (labels, _) = offered(PLAN, "- [ ] DB-001: x\n  - needs: |\n- [ ] DB-002: y\n");
    assert_eq!(labels, ["DB-002"]);
}

#[test]
fn keys_and_words_of_policy_and_roster_are_completed() {
    for (path, text, some) in [
        ("passmuster.yaml", "passmuster: policy/1\npro|", &["profile:", "protect:"][..]),
        ("passmuster.yaml", "profile: |", &["solo", "team", "command"]),
        ("passmuster.yaml", "gates:\n  lint: { run: x, ti|", &["timeout:", "inputs:"]),
        ("passmuster.yaml", "gates:\n  lint:\n    metric: { |", &["lcov:", "min:"]),
        ("passmuster.yaml", "levels: { task: [|", &["committed", "self-review"]),
        ("passmuster.yaml", "enforce_owners: |", &["true", "false"]),
        ("passmuster.yaml", "trust: { main: |", &["claimed", "ci"]),
        ("passmuster.yaml", "owners: { \"docs/**\": |", &["ada", "reviewer"]),
        ("plan/roster.yaml", "members:\n  - |", &["name:", "keys:"]),
        ("plan/roster.yaml", "members:\n  - name: ada\n    kind: |", &["human", "agent", "ci"]),
        ("plan/roster.yaml", "members:\n  - name: ada\n    roles: |", &["approver"]),
        ("plan/roster.yaml", "members:\n  - name: ada\n    roles: [|", &["approver"]),
    ] {
        let (labels, _) = offered(path, text);
        assert!(some.iter().all(|label| labels.iter().any(|known| known == label)), "{text}: {labels:?}");
    }
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let sandbox = Sandbox::repository();
    let items: String = (0..700).map(|number| format!("- [ ] DB-{number:03}: x\n")).collect();
    let mut editor = Editor::start(&sandbox.work(), "utf-8");
    editor.open(PLAN, &format!("{items}  - needs: "));
    let answer = editor.ask_at("textDocument/completion", PLAN, 700, 11);
    assert_eq!(answer["isIncomplete"], true);
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(500));
    editor.edit(PLAN, 2, (700, 11), (700, 11), "DB-65");
    let answer = editor.ask_at("textDocument/completion", PLAN, 700, 16);
    assert_eq!((&answer["isIncomplete"], answer["items"].as_array().map(Vec::len)), (&json!(false), Some(10)));
}
