//! Typing in an editor: from a keystroke in a large plan to its fresh findings, through the server as a whole.
//!
//! The session runs in this process, over the same connection type as a real one; keystrokes come as far apart as a
//! fast typist's. The usual keystroke is compared with one parse of the plan, which is done beside it, and the slowest
//! hundredth with what is felt.

use super::measure::Row;
use super::repositories::Place;
use lsp_server::{Connection, Message, Notification, Request};
use passmuster::cli::EditorWorld;
use passmuster::diag::Sink;
use passmuster::lsp::serve;
use passmuster::plan::{Reader, read};
use passmuster::text::Source;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TASKS: usize = 2_000;

/// How many keys are pressed.
const STROKES: usize = 300;

/// Between two keys: two hundred words a minute.
const PAUSE: Duration = Duration::from_millis(60);

/// What is felt as no delay at all.
const INSTANT: Duration = Duration::from_millis(50);

/// The rows: against one parse of the plan, and against what is felt.
pub fn rows(place: &Place) -> [Row; 2] {
    let folder = place.plan(TASKS).canonicalize().expect("the folder was just made");
    let path = folder.join("plan/03-execution-plan.md");
    let text = std::fs::read_to_string(&path).expect("the plan was just written");
    let (strokes, parses) = type_into(&format!("file://{}", path.display()), &text);
    let at = |times: &[Duration], hundredths: usize| times[times.len() * hundredths / 100];
    let name = format!("lsp: keystroke, {TASKS} tasks");
    [
        Row::compared(&name, at(&strokes, 50), at(&parses, 50), "one parse of the plan", 3.0),
        Row::compared(&format!("{name}, p99"), at(&strokes, 99), INSTANT, "50 ms", 1.0),
    ]
}

fn parse(text: &str) -> Duration {
    let source = Source::new("plan.md", text);
    let start = Instant::now();
    let plan = read(vec![source], Reader::Full, &mut Sink::new());
    let took = start.elapsed();
    assert_eq!(plan.items.len(), TASKS + TASKS / 100 + TASKS / 1_000);
    took
}

/// How long each keystroke took to its findings, and each parse between them; both sorted.
fn type_into(uri: &str, text: &str) -> (Vec<Duration>, Vec<Duration>) {
    let (server, client) = Connection::memory();
    let server = std::thread::spawn(move || serve(&server, &EditorWorld));
    let say = |method: &str, params: Value| {
        let note = Notification { method: method.to_owned(), params };
        client.sender.send(note.into()).expect("the server listens");
    };
    let findings = |version: usize| {
        loop {
            match client.receiver.recv().expect("the server answers") {
                Message::Notification(note) if note.params["version"] == version && note.params["uri"] == uri => return,
                _ => {}
            }
        }
    };
    let begin = Request { id: 1.into(), method: "initialize".to_owned(), params: json!({"capabilities": {}}) };
    client.sender.send(begin.into()).expect("the server listens");
    let item = json!({"uri": uri, "languageId": "markdown", "version": 0, "text": text});
    say("textDocument/didOpen", json!({"textDocument": item}));
    findings(0);
    // In the title of a task in the middle.
    let (line, _) = text.lines().enumerate().find(|(_, line)| line.contains("T-01000")).expect("the task is there");
    let (mut strokes, mut parses): (Vec<Duration>, Vec<Duration>) = (1..=STROKES)
        .map(|version| {
            std::thread::sleep(PAUSE);
            let parsed = parse(text);
            let at = json!({"line": line, "character": 16});
            let change = json!({"range": {"start": at, "end": at}, "text": "x"});
            let document = json!({"uri": uri, "version": version});
            let start = Instant::now();
            say("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
            findings(version);
            (start.elapsed(), parsed)
        })
        .unzip();
    say("exit", Value::Null);
    server.join().expect("the server does not panic");
    strokes.sort_unstable();
    parses.sort_unstable();
    (strokes, parses)
}
