//! Findings in the editor: the same as on the command line, at the same places.

use super::editor::{Editor, said};
use crate::cases::{self, Form};
use crate::harness::Sandbox;
use passmuster::diag::{Diagnostic, Place};
use passmuster::disk::WorkTree;
use passmuster::git::ObjectFormat;
use passmuster::plan::Reader;
use passmuster::text::Span;
use passmuster::verb::check;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const PLAN: &str = "plan/03-execution-plan.md";
const POLICY: &str = "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\n";

/// What `check` says about a folder; a finding about a whole file stands at its start.
fn checked(folder: &Path) -> (BTreeSet<String>, Vec<Diagnostic>) {
    let tree = WorkTree::new(folder, |bytes| ObjectFormat::Sha1.blob_id(bytes));
    let checked = check::run(&tree, Reader::Full).expect("the files can be read");
    let line = |finding: &Diagnostic| {
        let place = match &finding.place {
            Place::Path(path) => format!("{path}:1:1"),
            place => place.to_string(),
        };
        format!("{place} {}[{}]", finding.severity.name(), finding.code)
    };
    (checked.findings.iter().map(line).collect(), checked.findings)
}

/// The codes whose findings can carry a change that mends them.
const MENDED: &[&str] = &[
    "plan/almost-a-box",
    "plan/almost-an-item",
    "plan/box-without-id",
    "plan/dangling-need",
    "plan/format",
    "plan/sum-mismatch",
    "plan/unknown-gate",
    "plan/unknown-key",
    "plan/unknown-need-type",
    "plan/unknown-owner",
    "policy/unknown-gate",
    "policy/unknown-level",
    "yaml/type",
    "yaml/unknown-key",
];

#[test]
fn the_editor_shows_what_check_finds_and_offers_every_fix() {
    let mut mended = BTreeSet::new();
    for case in cases::all() {
        let text_files: Vec<_> = case.files.iter().filter(|file| file.form == Form::Text).collect();
        if text_files.is_empty() {
            continue;
        }
        let disk = Sandbox::repository();
        let editor_disk = Sandbox::repository();
        for file in &case.files {
            file.write(&disk);
            if file.form != Form::Text {
                file.write(&editor_disk);
            }
        }
        let mut editor = Editor::start(&editor_disk.work(), "utf-32");
        for file in &text_files {
            // A byte order mark is taken off before an editor hands a text out.
            editor.open(&file.path, file.text.trim_start_matches('\u{feff}'));
        }
        let reads = |path: &str| path.ends_with(".yaml") || path == PLAN || path.starts_with("plan/epics/");
        for file in text_files.iter().filter(|file| reads(&file.path)) {
            editor.findings(&file.path, 1);
        }
        editor.settle();
        let (lines, findings) = checked(&disk.work());
        assert_eq!(shown(&editor), lines, "{}", case.title);
        for finding in findings.iter().filter(|finding| finding.fix.is_some()) {
            assert!(is_offered(&mut editor, finding), "{}: {finding:?}", case.title);
            mended.insert(finding.code.name);
        }
        editor.stop();
    }
    assert_eq!(mended.into_iter().collect::<Vec<_>>(), MENDED);
}

/// Whether the editor offers exactly the change of a finding, at the place of the finding.
fn is_offered(editor: &mut Editor, finding: &Diagnostic) -> bool {
    let Place::Text { source, span } = &finding.place else { panic!("a change of a text has a place in it") };
    let fix = finding.fix.as_ref().expect("it has one");
    let position = |offset| {
        let at = source.line_column(offset);
        json!({"line": at.line - 1, "character": at.column - 1})
    };
    let range = |span: Span| json!({"start": position(span.start), "end": position(span.end)});
    let asked = json!({
        "textDocument": {"uri": editor.uri(source.path())},
        "range": range(*span),
        "context": {"diagnostics": [], "only": ["quickfix"]},
    });
    let answer = editor.request("textDocument/codeAction", asked).expect("it answers");
    let edit = json!({"range": range(fix.span), "newText": fix.text});
    let changes = |action: &Value| action["edit"].to_string().contains(&edit["range"].to_string());
    let says = |action: &Value| action["edit"].to_string().contains(&edit["newText"].to_string());
    answer.as_array().is_some_and(|actions| actions.iter().any(|action| changes(action) && says(action)))
}

fn shown(editor: &Editor) -> BTreeSet<String> {
    editor.shown.iter().flat_map(|(uri, findings)| said(editor.path(uri), findings)).collect()
}

/// Where something stands in a text as three editors count: by bytes, by UTF-16, by characters.
#[test]
fn columns_are_counted_in_the_agreed_unit() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    let text = "- [ ] T-01: a\r\n- [ ] T-02: 👍é @ada\r\n  - needs: T-01 (technical: 👍é), T-09\r\n";
    for (encoding, column) in [("utf-8", 38), ("utf-16", 35), ("utf-32", 34)] {
        let mut editor = Editor::start(&sandbox.work(), encoding);
        assert_eq!(editor.abilities["capabilities"]["positionEncoding"], encoding);
        editor.open(PLAN, text);
        assert_eq!(said(PLAN, &editor.findings(PLAN, 1)), [format!("{PLAN}:3:{column} error[plan/dangling-need]")]);
        // The same place, the other way.
        let at = |column: u32| (2, column);
        editor.edit(PLAN, 2, at(column - 1), at(column + 3), "T-01 (technical: y)");
        assert_eq!(editor.findings(PLAN, 2), [Value::Null; 0], "{encoding}");
        editor.stop();
    }
}

#[test]
fn findings_follow_the_typing_and_name_their_version() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN, "- [ ] T-01: a\n");
    let mut editor = Editor::start(&sandbox.work(), "utf-16");
    editor.open(PLAN, "- [ ] T-01: a\n");
    assert!(editor.findings(PLAN, 1).is_empty());
    editor.edit(PLAN, 2, (1, 0), (1, 0), "  - prioritty: P1\n");
    let findings = editor.findings(PLAN, 2);
    assert_eq!(said(PLAN, &findings), [format!("{PLAN}:2:5 warning[plan/unknown-key]")]);
    assert!(findings[0]["message"].as_str().expect("text").contains("hint: write `priority`"));
    // A row of versions at once: the last one is told, whatever becomes of those between.
    for version in 3..40 {
        editor.edit(PLAN, version, (0, 13), (0, 13), "x");
    }
    assert_eq!(editor.findings(PLAN, 39).len(), 1);
    // Whole texts are taken as well.
    let document = json!({"uri": editor.uri(PLAN), "version": 40});
    editor.note(
        "textDocument/didChange",
        json!({"textDocument": document, "contentChanges": [{"text": "- [ ] T-01: a\n"}]}),
    );
    assert!(editor.findings(PLAN, 40).is_empty());
    editor.stop();
}

#[test]
fn a_closed_text_gives_way_to_the_file() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(PLAN, "- [ ] T-01: a\n  - needs: T-09\n");
    let mut editor = Editor::start(&sandbox.work(), "utf-16");
    editor.open("plan/epics/a.md", "- [ ] T-02: a\n");
    editor.findings("plan/epics/a.md", 1);
    editor.settle();
    assert_eq!(shown(&editor).len(), 1, "the file that is not open has its finding too");
    editor.open("plan/epics/b.md", "- [ ] T-09: a\n  - needs: T-99\n");
    editor.findings("plan/epics/b.md", 1);
    editor.settle();
    assert_eq!(shown(&editor).len(), 2);
    let document = json!({"uri": editor.uri("plan/epics/b.md")});
    editor.note("textDocument/didClose", json!({"textDocument": document}));
    editor.edit("plan/epics/a.md", 2, (0, 0), (0, 0), "\n");
    editor.findings("plan/epics/a.md", 2);
    editor.settle();
    let expected = BTreeSet::from([format!("{PLAN}:2:12 error[plan/dangling-need]")]);
    assert_eq!(shown(&editor), expected);
    editor.stop();
}

#[test]
fn what_is_none_of_ours_is_left_alone() {
    let sandbox = Sandbox::repository();
    let outside = Sandbox::new();
    let mut editor = Editor::start(&sandbox.work(), "utf-16");
    let plan = "---\npassmuster: plan/1\n---\n- [ ] T-01: a\n  - needs: T-09\n";
    // A repository that never heard of the tool, a text outside of any, and addresses that are no files.
    let alone = format!("file://{}/notes.md", outside.work().display());
    let declared = format!("file://{}/plan.md", outside.work().display());
    for (uri, text) in [
        (editor.uri("README.md"), "- [ ] T-01: a\n  - needs: T-09\n"),
        (alone, "- [ ] T-01: a\n  - needs: T-09\n"),
        ("untitled:1".to_owned(), "text"),
        ("::not an address::".to_owned(), "text"),
        (String::new(), "text"),
        (declared.clone(), plan),
        ("untitled:2".to_owned(), plan),
    ] {
        let item = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        editor.note("textDocument/didOpen", json!({"textDocument": item}));
    }
    let is_about = |editor: &Editor, uri: &str| editor.shown.contains_key(uri);
    while !is_about(&editor, "untitled:2") {
        let note = editor.receive();
        editor.take(note);
    }
    // A text that says it is a plan is read as one, wherever it lies.
    assert_eq!(editor.shown.keys().collect::<Vec<_>>(), [&declared, "untitled:2"]);
    assert!(editor.shown.values().all(|findings| findings.len() == 1));
    editor.note("textDocument/didClose", json!({"textDocument": {"uri": "untitled:2"}}));
    let note = editor.receive();
    editor.take(note);
    assert!(editor.shown["untitled:2"].is_empty());
    editor.stop();
}

#[test]
fn an_editor_that_asks_is_answered_and_told_nothing_unasked() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    let mut editor = Editor::with(&sandbox.work(), json!({"textDocument": {"diagnostic": {}}}));
    assert!(editor.abilities["capabilities"]["diagnosticProvider"].is_object());
    editor.open(PLAN, "- [ ] T-01: a\n  - needs: T-09\n");
    let report = editor.ask_of("textDocument/diagnostic", PLAN);
    assert_eq!(report["kind"], "full");
    assert_eq!(said(PLAN, report["items"].as_array().expect("a list")).len(), 1);
    editor.settle();
    assert!(editor.shown.is_empty());
    editor.stop();
}
