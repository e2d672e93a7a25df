//! Texts and places that nobody means: every question has an answer, and the session goes on.

use super::editor::Editor;
use crate::harness::Sandbox;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Pieces that texts of ours are made of, whole and broken.
const PIECES: &[&str] = &[
    "- [ ] T-01: a",
    "- [x] T-02: b @ada ~4h P0 #x",
    "\n",
    "\r\n",
    "\r",
    "  - needs: ",
    "T-01",
    "(technical: x)",
    "Phase 1",
    "## Phase 1: a\n",
    "---\n",
    "passmuster: plan/1\n",
    "gates: +lint, -",
    "due: 2026-",
    "👍",
    "é",
    "\u{feff}",
    "\u{202e}",
    "\0",
    "\t",
    "passmuster: policy/1\n",
    "gates:\n  lint: { run: x, inputs: [",
    "levels: { task: [",
    "members:\n  - name: ",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "\"",
    "'",
    "- ",
    "#",
    "@",
    "(depends on ",
    "| a | b |\n",
    "```\n",
    "<!--",
    "passmuster: waiver/1\nstate: ",
    "steps:\n  - to: ",
];

const PATHS: [&str; 4] =
    ["plan/03-execution-plan.md", "passmuster.yaml", "plan/roster.yaml", "plan/waivers/2026-11-21-a.md"];

const AT_A_PLACE: [&str; 4] =
    ["textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/prepareRename"];

const OF_A_TEXT: [&str; 5] = [
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/codeLens",
    "textDocument/diagnostic",
];

/// Asks everything there is about a place.
fn ask_all(editor: &mut Editor, path: &str, (line, character): (u32, u32)) {
    let at = json!({"line": line, "character": character});
    let range = json!({"start": at, "end": {"line": line.saturating_add(2), "character": 0}});
    let document = json!({"uri": editor.uri(path)});
    for method in AT_A_PLACE {
        editor.request(method, json!({"textDocument": document, "position": at})).expect(method);
    }
    for method in OF_A_TEXT {
        editor.request(method, json!({"textDocument": document})).expect(method);
    }
    let context = json!({"diagnostics": [], "includeDeclaration": true});
    for method in ["textDocument/codeAction", "textDocument/inlayHint"] {
        editor.request(method, json!({"textDocument": document, "range": range, "context": context})).expect(method);
    }
    editor
        .request("textDocument/references", json!({"textDocument": document, "position": at, "context": context}))
        .expect("references");
    // A refusal is an answer too.
    let _ = editor.request("textDocument/rename", json!({"textDocument": document, "position": at, "newName": "T-99"}));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_any_place_have_an_answer(
        parts in proptest::collection::vec(0..PIECES.len(), 0..30),
        path in 0..PATHS.len(),
        edits in proptest::collection::vec(((0u32..12, 0u32..30), (0u32..12, 0u32..30), 0..PIECES.len()), 1..5),
        unit in 0usize..3,
    ) {
        let sandbox = Sandbox::new();
        let text: String = parts.iter().map(|&part| PIECES[part]).collect();
        let mut editor = Editor::start(&sandbox.work(), ["utf-8", "utf-16", "utf-32"][unit]);
        // Outside of a repository, too: the folder is known by its policy.
        sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: a\nprotect: [main]\n");
        editor.open(PATHS[path], &text);
        for (version, (from, to, piece)) in (2..).zip(edits) {
            ask_all(&mut editor, PATHS[path], from);
            editor.edit(PATHS[path], version, from.min(to), from.max(to), PIECES[piece]);
        }
        ask_all(&mut editor, PATHS[path], (u32::MAX, u32::MAX));
        editor.stop();
    }
}

#[test]
fn a_huge_text_is_answered_in_time() {
    let sandbox = Sandbox::repository();
    let mut editor = Editor::start(&sandbox.work(), "utf-16");
    let long = format!("- [ ] T-01: a {}\n- [ ] T-02: {}\n", "#👍tag ".repeat(100_000), "x".repeat(2_000_000));
    let path = PATHS[0];
    editor.open(path, &long);
    ask_all(&mut editor, path, (0, 700_000));
    // More than is read at all.
    editor.edit(path, 2, (1, 12), (1, 12), &"y".repeat(15_000_000));
    ask_all(&mut editor, path, (1, 9));
    let findings = editor
        .request("textDocument/diagnostic", json!({"textDocument": {"uri": editor.uri(path)}}))
        .expect("it answers");
    assert_eq!(findings["items"][0]["code"], "project/too-large");
    editor.note("textDocument/didChange", json!({"textDocument": {"uri": editor.uri(path), "version": 3}, "contentChanges": [{"text": Value::String(String::new())}]}));
    ask_all(&mut editor, path, (0, 0));
    editor.stop();
}

/// What an editor may say about a text, in any order and with anything missing.
const SAID: [&str; 9] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "$/cancelRequest",
    "$/setTrace",
    "passmuster/unknown",
];

/// Params that fit a message, or one like it, or nothing at all.
fn params(editor: &Editor, shape: usize, path: &str, (line, character): (u32, u32)) -> Value {
    let at = json!({"line": line, "character": character});
    let uri = editor.uri(path);
    match shape {
        0 => {
            json!({"textDocument": {"uri": uri, "languageId": "markdown", "version": line, "text": "- [ ] T-01: 👍\n"}})
        }
        1 => json!({
            "textDocument": {"uri": uri, "version": character},
            "contentChanges": [{"range": {"start": at, "end": at}, "text": "é"}, {"text": "- [ ] T-02: b\n"}],
        }),
        2 => json!({
            "textDocument": {"uri": uri, "version": 1},
            "contentChanges": [{"range": {"start": at, "end": {"line": 0, "character": 0}}, "text": ""}],
        }),
        3 => json!({"textDocument": {"uri": uri}, "position": at, "id": line, "newName": "T-09"}),
        4 => json!({"changes": [{"uri": uri, "type": 3}, {"uri": "no address", "type": 1}], "settings": null}),
        5 => json!({"textDocument": {"uri": "untitled:a"}, "position": at}),
        6 => json!([uri, line]),
        7 => json!({"textDocument": {"uri": uri, "version": -1}, "contentChanges": {}}),
        _ => Value::Null,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_in_any_order_and_shape_end_nothing(
        steps in proptest::collection::vec(
            (0..SAID.len() + AT_A_PLACE.len() + OF_A_TEXT.len(), 0usize..9, 0..PATHS.len(), (0u32..6, 0u32..20)),
            0..30,
        ),
    ) {
        let sandbox = Sandbox::new();
        let mut editor = Editor::start(&sandbox.work(), "utf-16");
        sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: a\nprotect: [main]\n");
        for (method, shape, path, place) in steps {
            let params = params(&editor, shape, PATHS[path], place);
            match SAID.get(method) {
                Some(said) => editor.note(said, params),
                None => {
                    let asked = AT_A_PLACE.iter().chain(&OF_A_TEXT).nth(method - SAID.len()).expect("it is counted");
                    // A refusal is an answer too.
                    let _ = editor.request(asked, params);
                }
            }
        }
        editor.settle();
        editor.open(PATHS[0], "- [ ] T-01: a\n");
        ask_all(&mut editor, PATHS[0], (0, 0));
        editor.stop();
    }
}
