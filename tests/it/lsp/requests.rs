//! One question after the other, each at a place of one project.

use super::editor::Editor;
use crate::harness::Sandbox;
use serde_json::{Value, json};

const PLAN: &str = "plan/03-execution-plan.md";

const POLICY: &str = "passmuster: policy/1
repository: 7f3k9q2m
profile: solo
protect: [main]
levels: { task: [committed, lint] }
gates:
  lint: { run: make lint, inputs: [src/] }
  review: { approve: reviewer }
";

const ROSTER: &str = "passmuster: roster/1
members:
  - name: ada
    roles: [reviewer]
    team: core
  - { name: ci-1, kind: ci }
";

const TEXT: &str = "---
passmuster: plan/1
title: a
---
## Epic DB: Data 👍
- goal: none lost

- [x] DB-001: 👍 Expand @ada ~4h P0 #schema
  - touches: src/**, docs/api.md
  - [x] old rows stay
- [ ] DB-002: Use it
  - needs: DB-001 (technical: its columns)
  - gates: -lint
  - due: 2026-12-01
- [ ] DB-003: Ship @ci-1
  - needs: DB-002 (technical: it)
  - [ ] it runs
";

/// A session with everything open but the file that the plan names.
fn project() -> (Sandbox, Editor) {
    let sandbox = Sandbox::repository();
    sandbox.write("docs/api.md", "# API\n");
    sandbox.write("plan/roster.yaml", ROSTER);
    sandbox.write(PLAN, "old\n");
    let editor = Editor::start(&sandbox.work(), "utf-16");
    editor.open("passmuster.yaml", POLICY);
    editor.open(PLAN, TEXT);
    (sandbox, editor)
}

/// Where `what` stands in a text: its line from 0, and its column in UTF-16.
fn place(text: &str, what: &str) -> (u32, u32) {
    let at = text.find(what).unwrap_or_else(|| panic!("no `{what}`"));
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = text[..at].matches('\n').count();
    let column = text[start..at].encode_utf16().count();
    (u32::try_from(line).expect("small"), u32::try_from(column).expect("small"))
}

/// The text that a range covers.
fn covered(text: &str, range: &Value) -> String {
    let number = |at: &str, key: &str| usize::try_from(range[at][key].as_u64().expect("a number")).expect("small");
    assert_eq!(number("start", "line"), number("end", "line"), "it stays on its line");
    let line: Vec<u16> = text.lines().nth(number("start", "line")).expect("the line is there").encode_utf16().collect();
    String::from_utf16(&line[number("start", "character")..number("end", "character")]).expect("whole characters")
}

/// Asks about the first place of a word in the plan.
fn ask(editor: &mut Editor, method: &str, what: &str) -> Value {
    let (line, column) = place(TEXT, what);
    editor.ask_at(method, PLAN, line, column + 1)
}

#[test]
fn hover_tells_what_stands_behind_a_name() {
    let (_sandbox, mut editor) = project();
    let mut page = |what: &str| {
        let answer = ask(&mut editor, "textDocument/hover", what);
        answer["contents"]["value"].as_str().map(str::to_owned).unwrap_or_default()
    };
    let item = page("DB-002: Use");
    for part in [
        "**DB-002** Use it",
        "task · ready · in DB · due 2026-12-01",
        "needs DB-001 (technical, its columns): met",
        "waits for it: DB-003",
        "`committed`",
        "known once the item is committed",
    ] {
        assert!(item.contains(part), "{part}\n{item}");
    }
    assert!(!item.contains("`lint`"), "the item takes it away\n{item}");
    assert!(page("ada ~4h").contains("- **ada**: human · reviewer · team core · no key"));
    assert!(page("lint\n").contains("gate `lint`: runs \\`make lint\\`\n\n- asked of every task\n- reads `src/`"));
    assert!(page("touches: src").starts_with("`touches`: path patterns"));
    let need = page("needs: DB-001");
    assert!(need.starts_with("`needs`: "), "{need}");
    assert_eq!(page("old rows"), "");
    // The page of a finding's code, where the finding is.
    editor.edit(
        PLAN,
        2,
        place(TEXT, "DB-001 (tech"),
        {
            let (l, c) = place(TEXT, "DB-001 (tech");
            (l, c + 6)
        },
        "DB-009",
    );
    let (line, column) = place(TEXT, "DB-001 (tech");
    let page = editor.ask_at("textDocument/hover", PLAN, line, column);
    assert!(page["contents"]["value"].as_str().expect("text").contains("`plan/dangling-need`"), "{page}");
}

#[test]
fn hover_tells_what_a_key_of_the_policy_means() {
    let (_sandbox, mut editor) = project();
    for (word, part) in
        [("profile", "set of defaults"), ("inputs", "What the command reads"), ("task", "every claim of a task")]
    {
        let (line, column) = place(POLICY, word);
        let page = editor.ask_at("textDocument/hover", "passmuster.yaml", line, column + 1);
        assert!(page["contents"]["value"].as_str().is_some_and(|page| page.contains(part)), "{word}: {page}");
    }
}

#[test]
fn a_name_leads_to_where_it_is_made() {
    let (sandbox, mut editor) = project();
    for (what, path, text, there) in [
        ("DB-001 (tech", PLAN, TEXT, "DB-001"),
        ("ada ~4h", "plan/roster.yaml", ROSTER, "ada"),
        ("lint\n", "passmuster.yaml", POLICY, "lint"),
    ] {
        let found = ask(&mut editor, "textDocument/definition", what);
        assert_eq!(found.as_array().expect("a list").len(), 1, "{what}");
        assert_eq!(editor.path(found[0]["uri"].as_str().expect("text")), path);
        assert_eq!(covered(text, &found[0]["range"]), there);
    }
    let file = ask(&mut editor, "textDocument/definition", "docs/api.md");
    assert_eq!(editor.path(file[0]["uri"].as_str().expect("text")), "docs/api.md");
    for nothing in ["src/**", "schema", "goal"] {
        assert_eq!(ask(&mut editor, "textDocument/definition", nothing), Value::Null, "{nothing}");
    }
    // From the policy, too: a role leads to who has it.
    let (line, column) = place(POLICY, "reviewer");
    let role = editor.ask_at("textDocument/definition", "passmuster.yaml", line, column);
    assert_eq!(covered(ROSTER, &role[0]["range"]), "reviewer");
    drop(sandbox);
}

#[test]
fn references_are_all_places_that_name_a_thing() {
    let (_sandbox, mut editor) = project();
    let mut count = |what: &str, declaration: bool| {
        let (line, column) = place(TEXT, what);
        let mut params = editor.at(PLAN, line, column + 1);
        params["context"] = json!({"includeDeclaration": declaration});
        editor.request("textDocument/references", params).expect("it answers").as_array().expect("a list").len()
    };
    assert_eq!((count("DB-001", true), count("DB-001", false)), (2, 1));
    assert_eq!((count("lint\n", true), count("ada ~4h", true)), (3, 2));
}

#[test]
fn renaming_changes_every_place_and_refuses_what_is_no_name() {
    let (_sandbox, mut editor) = project();
    let prepared = ask(&mut editor, "textDocument/prepareRename", "DB-001 (tech");
    assert_eq!(prepared["placeholder"], "DB-001");
    assert_eq!(covered(TEXT, &prepared["range"]), "DB-001");
    assert_eq!(ask(&mut editor, "textDocument/prepareRename", "P0"), Value::Null);
    let mut rename = |what: &str, name: &str| {
        let (line, column) = place(TEXT, what);
        let mut params = editor.at(PLAN, line, column + 1);
        params["newName"] = json!(name);
        editor.request("textDocument/rename", params)
    };
    let item = rename("DB-001", "DB-010").expect("it can be renamed");
    let edits: Vec<&Value> = item["changes"].as_object().expect("by file").values().collect();
    assert_eq!(edits.len(), 1);
    assert!(
        edits[0]
            .as_array()
            .expect("a list")
            .iter()
            .all(|edit| covered(TEXT, &edit["range"]) == "DB-001" && edit["newText"] == "DB-010")
    );
    let gate = rename("lint\n", "style").expect("it can be renamed");
    assert_eq!(gate["changes"].as_object().expect("by file").len(), 2, "{gate}");
    for (name, part) in [("DB-002", "`DB-002` is taken"), ("a b", "is no name"), ("", "is no name")] {
        let (code, message) = rename("DB-001", name).expect_err("it is refused");
        assert!(code == -32803 && message.contains(part), "{message}");
    }
    assert!(rename("goal", "x").is_err());
}

#[test]
fn renaming_follows_into_other_plan_files() {
    let (sandbox, mut editor) = project();
    sandbox.write("plan/epics/web.md", "- [ ] WEB-1: a\r\n  - needs: DB-001 (technical: it), DB-002\r\n");
    sandbox.write("plan/tasks/web-2.md", "---\nid: WEB-2\ntitle: b\ndependencies:\n  - db-001\n---\n");
    let epic = "# Epics\n\n- [ ] WEB-3: c\n  - needs: DB-001 (technical: it)\n";
    editor.open("plan/epics/more.md", epic);
    let (line, column) = place(epic, "DB-001");
    let mut params = editor.at("plan/epics/more.md", line, column + 1);
    params["newName"] = json!("DB-010");
    let edit = editor.request("textDocument/rename", params).expect("it can be renamed");
    let changes = edit["changes"].as_object().expect("by file");
    let mut counts: Vec<(String, usize)> = changes
        .iter()
        .map(|(uri, edits)| (editor.path(uri).to_owned(), edits.as_array().map_or(0, Vec::len)))
        .collect();
    counts.sort();
    let expected = [(PLAN, 2), ("plan/epics/more.md", 1), ("plan/epics/web.md", 1), ("plan/tasks/web-2.md", 1)];
    assert_eq!(counts, expected.map(|(path, count)| (path.to_owned(), count)));
}

#[test]
fn edits_name_their_version_where_the_editor_takes_that() {
    let sandbox = Sandbox::repository();
    let mut editor = Editor::with(&sandbox.work(), json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    editor.open(PLAN, TEXT);
    let (line, column) = place(TEXT, "DB-001");
    let mut params = editor.at(PLAN, line, column);
    params["newName"] = json!("DB-010");
    let edit = editor.request("textDocument/rename", params).expect("it can be renamed");
    assert_eq!(edit["documentChanges"][0]["textDocument"]["version"], 1);
}

#[test]
fn the_outline_nests_as_the_plan_does() {
    let (_sandbox, mut editor) = project();
    let outline = editor.ask_of("textDocument/documentSymbol", PLAN);
    assert_eq!(outline.as_array().expect("a list").len(), 1);
    let epic = &outline[0];
    assert_eq!((&epic["name"], &epic["detail"]), (&json!("DB"), &json!("Data 👍")));
    let tasks: Vec<&str> =
        epic["children"].as_array().expect("a list").iter().filter_map(|task| task["name"].as_str()).collect();
    assert_eq!(tasks, ["DB-001", "DB-002", "DB-003"]);
    assert_eq!(epic["range"]["end"]["line"], 16, "the whole of it");
    let gates = editor.ask_of("textDocument/documentSymbol", "passmuster.yaml");
    assert_eq!(gates[1]["name"], "review");
}

#[test]
fn names_are_found_in_all_files() {
    let (_sandbox, mut editor) = project();
    let mut names = |query: &str| {
        let found = editor.request("workspace/symbol", json!({"query": query})).expect("it answers");
        let names =
            found.as_array().expect("a list").iter().map(|symbol| symbol["name"].as_str().expect("text").to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("db-00"), ["DB-001 👍 Expand", "DB-002 Use it", "DB-003 Ship"]);
    assert_eq!(names("LINT"), ["lint"]);
    assert_eq!(names("ci-"), ["ci-1"]);
}

/// The actions at a place, by title, with the text each leaves.
fn actions(
    editor: &mut Editor,
    path: &str,
    text: &str,
    (line, column): (u32, u32),
    only: Option<&str>,
) -> Vec<(String, String)> {
    let at = json!({"line": line, "character": column});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params =
        json!({"textDocument": {"uri": editor.uri(path)}, "range": {"start": at, "end": at}, "context": context});
    let found = editor.request("textDocument/codeAction", params).expect("it answers");
    let uri = editor.uri(path);
    let applied = |action: &Value| {
        let edits = action["edit"]["changes"][&uri].as_array().expect("edits of the file");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for edit in edits.iter().rev() {
            let start = &edit["range"]["start"];
            let number = |value: &Value| usize::try_from(value.as_u64().expect("a number")).expect("small");
            let line = &mut lines[number(&start["line"])];
            let units: Vec<u16> = line.encode_utf16().collect();
            let (from, to) = (number(&start["character"]), number(&edit["range"]["end"]["character"]));
            let part = |units: &[u16]| String::from_utf16(units).expect("whole characters");
            *line =
                format!("{}{}{}", part(&units[..from]), edit["newText"].as_str().expect("text"), part(&units[to..]));
        }
        (action["title"].as_str().expect("text").to_owned(), lines.join("\n"))
    };
    found.as_array().expect("a list").iter().map(applied).collect()
}

#[test]
fn boxes_are_ticked_and_unticked() {
    let (_sandbox, mut editor) = project();
    let found = actions(&mut editor, PLAN, TEXT, place(TEXT, "it runs"), None);
    let titles: Vec<&str> = found.iter().map(|(title, _)| title.as_str()).collect();
    assert_eq!(titles, ["tick this criterion", "claim `DB-003` done"]);
    assert!(found[0].1.contains("- [x] it runs") && found[1].1.contains("- [x] DB-003"));
    let found = actions(&mut editor, PLAN, TEXT, place(TEXT, "Expand"), Some("refactor"));
    assert!(found[0].0 == "reopen `DB-001`" && found[0].1.contains("- [ ] DB-001"));
    assert!(actions(&mut editor, PLAN, TEXT, place(TEXT, "Expand"), Some("quickfix")).is_empty());
}

#[test]
fn findings_that_know_their_mending_offer_it() {
    let (_sandbox, mut editor) = project();
    for (text, at, title, after) in [
        ("- [ ] T-01: a @adda\n", "adda", "write `ada`, or add `adda` to plan/roster.yaml", "@ada\n"),
        ("- [ ] T-01: a\n  - prioritty: P1\n", "prior", "write `priority`", "- priority: P1\n"),
        ("- [ ] T-01: a\n  - gates: +lintt\n", "+lintt", "write `lint`", "gates: +lint\n"),
        (
            "- [ ] T-01: a\n- [ ] T-02: b\n  - needs: T-01 (technicall: x)\n",
            "technicall",
            "write `technical`",
            "(technical: x)\n",
        ),
        ("- [ ] TASK-01: a\n- [ ] T-02: b\n  - needs: TASK-1\n", "TASK-1\n", "write `TASK-01`", "needs: TASK-01\n"),
        // From anywhere on the line, where nothing else is wrong at the cursor.
        ("- [ ] T-01: a\n  - prioritty: P1\n", "  - prior", "write `priority`", "- priority: P1\n"),
    ] {
        editor.note("textDocument/didClose", json!({"textDocument": {"uri": editor.uri(PLAN)}}));
        editor.open(PLAN, text);
        let found = actions(&mut editor, PLAN, text, place(text, at), Some("quickfix"));
        let (shown, fixed) = found.first().unwrap_or_else(|| panic!("no fix for {text}"));
        assert_eq!(shown, title);
        assert!(format!("{fixed}\n").contains(after), "{fixed}");
    }
    let broken = POLICY.replace("inputs", "inputz").replace("solo", "sollo").replace("committed", "comitted");
    editor.note("textDocument/didClose", json!({"textDocument": {"uri": editor.uri("passmuster.yaml")}}));
    editor.open("passmuster.yaml", &broken);
    for (at, after) in [("inputz", "inputs: [src/]"), ("sollo", "profile: solo"), ("comitted", "[committed, lint]")] {
        let found = actions(&mut editor, "passmuster.yaml", &broken, place(&broken, at), Some("quickfix"));
        assert!(found.iter().any(|(_, fixed)| fixed.contains(after)), "{at}: {found:?}");
    }
}

#[test]
fn what_belongs_together_folds() {
    let (_sandbox, mut editor) = project();
    let mut lines = |path: &str| {
        let folds = editor.ask_of("textDocument/foldingRange", path);
        let line =
            |fold: &Value| (fold["startLine"].as_u64().expect("a number"), fold["endLine"].as_u64().expect("a number"));
        folds.as_array().expect("a list").iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(lines(PLAN), [(0, 3), (4, 16), (7, 9), (10, 13), (14, 16)]);
    assert_eq!(lines("passmuster.yaml"), [(5, 7)]);
}

#[test]
fn names_and_values_have_colours() {
    let (_sandbox, mut editor) = project();
    let types = editor.abilities["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let tokens = editor.ask_of("textDocument/semanticTokens/full", PLAN);
    let (mut line, mut column) = (0, 0);
    let mut found = Vec::new();
    let numbers: Vec<u64> = tokens["data"].as_array().expect("numbers").iter().filter_map(Value::as_u64).collect();
    for token in numbers.chunks(5) {
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        line += token[0];
        let at = |column: u64| json!({"line": line, "character": column});
        let range = json!({"start": at(column), "end": at(column + token[2])});
        let kind = types[usize::try_from(token[3]).expect("small")].as_str().expect("text");
        found.push(format!("{} {kind}", covered(TEXT, &range)));
    }
    let expected = [
        "DB class",
        "DB-001 class",
        "ada variable",
        "4h number",
        "P0 keyword",
        "schema decorator",
        "src/** string",
        "docs/api.md string",
        "DB-002 class",
        "DB-001 class",
        "lint function",
        "2026-12-01 enumMember",
        "DB-003 class",
        "ci-1 variable",
        "DB-002 class",
    ];
    assert_eq!(found, expected);
}

#[test]
fn hints_tell_what_waits() {
    let (_sandbox, mut editor) = project();
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri(PLAN)}, "range": range});
    let hints = editor.request("textDocument/inlayHint", params).expect("it answers");
    let shown = |hint: &Value| format!("{} {}", hint["position"]["line"], hint["label"].as_str().expect("text"));
    let shown: Vec<String> = hints.as_array().expect("a list").iter().map(shown).collect();
    assert_eq!(shown, ["10 holds up DB-003 · critical", "14 waits for DB-002 · critical"]);
}

#[test]
fn hints_tell_a_likely_date_where_estimates_have_a_range() {
    let (_sandbox, mut editor) = project();
    let ranged = TEXT.replace("~4h", "~2h/4h/9h").replace("[x]", "[ ]");
    editor.edit(PLAN, 2, (0, 0), (99, 0), &ranged);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": editor.uri(PLAN)}, "range": range});
    let hints = editor.request("textDocument/inlayHint", params).expect("it answers");
    let hints = hints.as_array().expect("a list");
    let with_date = |hint: &&Value| {
        let label = hint["label"].as_str().expect("text");
        label.split_once("P80 ").is_some_and(|(_, date)| date.len() == 10 && date.starts_with("20"))
    };
    assert_eq!(hints.iter().filter(with_date).count(), hints.len(), "{hints:?}");
}

#[test]
fn a_lens_tells_how_the_gates_of_a_task_stand() {
    let (sandbox, mut editor) = project();
    let titles = |editor: &mut Editor| {
        let lenses = editor.ask_of("textDocument/codeLens", PLAN);
        let lenses = lenses.as_array().expect("a list").clone();
        let title = |lens: Value| {
            assert!(lens["command"].is_null(), "nothing is looked at before it is asked for");
            let lens = editor.request("codeLens/resolve", lens).expect("it answers");
            lens["command"]["title"].as_str().expect("text").to_owned()
        };
        lenses.into_iter().map(title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&mut editor), ["not committed yet"; 3]);
    // A branch that does DB-001, which the plan claims there.
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN, TEXT.replace("[x]", "[ ]"));
    sandbox.write("src/a", "a\n");
    sandbox.commit_all("begin");
    sandbox.git(&["switch", "--quiet", "--create", "task"]).success();
    sandbox.write(PLAN, TEXT);
    sandbox.write("src/a", "b\n");
    sandbox.commit_all("DB-001: expand");
    assert_eq!(titles(&mut editor)[0], "1 of 2 gates satisfied; open: lint");
    let (line, column) = place(TEXT, "DB-001");
    let page = editor.ask_at("textDocument/hover", PLAN, line, column);
    let page = page["contents"]["value"].as_str().expect("text");
    assert!(page.contains("- `committed`: satisfied") && page.contains("- `lint`: unsatisfied"), "{page}");
}

#[test]
fn a_cancelled_question_is_answered_so() {
    let sandbox = Sandbox::repository();
    let (server, client) = lsp_server::Connection::memory();
    // Everything is sent before the server looks, so the order is the one that is meant.
    let message = |value: Value| serde_json::from_value::<lsp_server::Message>(value).expect("a message");
    for value in [
        json!({"id": 1, "method": "initialize", "params": {"capabilities": {}}}),
        json!({"id": "two", "method": "workspace/symbol", "params": {"query": ""}}),
        json!({"id": 3, "method": "workspace/symbol", "params": {"query": ""}}),
        json!({"method": "$/cancelRequest", "params": {"id": "two"}}),
        json!({"method": "$/cancelRequest", "params": {"id": 99}}),
        json!({"id": 4, "method": "shutdown"}),
        json!({"method": "exit"}),
    ] {
        client.sender.send(message(value)).expect("it is open");
    }
    assert_eq!(passmuster::lsp::serve(&server, &passmuster::cli::EditorWorld), passmuster::lsp::End::Orderly);
    drop(server);
    let answers: Vec<Value> =
        client.receiver.iter().map(|message| serde_json::to_value(message).expect("JSON")).collect();
    let of = |id: Value| answers.iter().find(|answer| answer["id"] == id).expect("every question is answered");
    assert_eq!(of(json!("two"))["error"]["code"], -32800);
    assert!(of(json!(3))["result"].is_array());
    drop(sandbox);
}
