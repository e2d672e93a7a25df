//! An editor that speaks to the server over an in-memory connection.

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use passmuster::cli::EditorWorld;
use passmuster::lsp::{End, serve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

/// Far longer than anything here takes: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running session.
pub struct Editor {
    connection: Connection,
    server: Option<JoinHandle<End>>,
    root: PathBuf,
    next: i32,
    /// What the server said unasked and nobody has looked at yet.
    pub notes: Vec<Notification>,
    /// The findings that are shown now, by address.
    pub shown: BTreeMap<String, Vec<Value>>,
    /// The answer to `initialize`.
    pub abilities: Value,
}

impl Editor {
    /// Begins a session whose columns count `encoding`.
    pub fn start(root: &Path, encoding: &str) -> Self {
        Self::with(root, json!({"general": {"positionEncodings": [encoding]}}))
    }

    /// Begins a session of an editor with these abilities.
    pub fn with(root: &Path, capabilities: Value) -> Self {
        let mut editor = Self::silent(root);
        editor.abilities = editor
            .request("initialize", json!({"processId": null, "rootUri": null, "capabilities": capabilities}))
            .expect("it begins");
        editor.note("initialized", json!({}));
        editor
    }

    /// A connection on which nothing was said yet.
    pub fn silent(root: &Path) -> Self {
        let (server, connection) = Connection::memory();
        let server = std::thread::spawn(move || serve(&server, &EditorWorld));
        let root = root.canonicalize().expect("the folder is there");
        Self {
            connection,
            server: Some(server),
            root,
            next: 0,
            notes: Vec::new(),
            shown: BTreeMap::new(),
            abilities: Value::Null,
        }
    }

    pub fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.root.display())
    }

    /// The path of an address below the root.
    pub fn path<'u>(&self, uri: &'u str) -> &'u str {
        uri.strip_prefix(&self.uri("")).unwrap_or(uri)
    }

    pub fn note(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    pub fn send(&self, message: impl Into<Message>) {
        self.connection.sender.send(message.into()).expect("the server listens");
    }

    /// Asks, and waits for the answer; `Err` holds code and message of a refusal.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// Asks, and does not wait.
    pub fn ask(&mut self, method: &str, params: Value) -> i32 {
        self.next += 1;
        self.send(Request { id: self.next.into(), method: method.to_owned(), params });
        self.next
    }

    /// Waits for the answer to what was asked.
    pub fn answer(&mut self, id: i32) -> Result<Value, (i32, String)> {
        loop {
            match self.receive() {
                Message::Response(response) if response.id == RequestId::from(id) => {
                    return response.response_result.map_err(|error| (error.code, error.message));
                }
                Message::Notification(note) => self.noted(note),
                other => panic!("unasked: {other:?}"),
            }
        }
    }

    /// Takes what the server said unasked.
    pub fn take(&mut self, message: Message) {
        match message {
            Message::Notification(note) => self.noted(note),
            other => panic!("unasked: {other:?}"),
        }
    }

    fn noted(&mut self, note: Notification) {
        if note.method == "textDocument/publishDiagnostics" {
            let uri = note.params["uri"].as_str().expect("an address").to_owned();
            self.shown.insert(uri, note.params["diagnostics"].as_array().expect("a list").clone());
        }
        self.notes.push(note);
    }

    /// Waits until everything sent so far was handled.
    pub fn settle(&mut self) {
        self.request("passmuster/unknown", Value::Null).expect_err("no such method");
    }

    pub fn receive(&self) -> Message {
        self.connection.receiver.recv_timeout(PATIENCE).expect("the server answers")
    }

    pub fn open(&self, path: &str, text: &str) {
        let item = json!({"uri": self.uri(path), "languageId": "markdown", "version": 1, "text": text});
        self.note("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces what lies between two places, each `(line, column)` from 0.
    pub fn edit(&self, path: &str, version: i32, from: (u32, u32), to: (u32, u32), text: &str) {
        let at = |(line, character): (u32, u32)| json!({"line": line, "character": character});
        let change = json!({"range": {"start": at(from), "end": at(to)}, "text": text});
        let document = json!({"uri": self.uri(path), "version": version});
        self.note("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    }

    /// The params of a question about a place, which is that of `|` in a line of the text.
    pub fn at(&self, path: &str, line: u32, character: u32) -> Value {
        json!({"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}})
    }

    /// Asks about a place.
    pub fn ask_at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let params = self.at(path, line, character);
        self.request(method, params).unwrap_or_else(|refusal| panic!("{method}: {refusal:?}"))
    }

    /// Asks about a whole text.
    pub fn ask_of(&mut self, method: &str, path: &str) -> Value {
        let params = json!({"textDocument": {"uri": self.uri(path)}});
        self.request(method, params).unwrap_or_else(|refusal| panic!("{method}: {refusal:?}"))
    }

    /// The findings of a version of an open text, as soon as they are told.
    pub fn findings(&mut self, path: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(path);
        let is_meant = |note: &Notification| {
            note.params["uri"].as_str() == Some(&uri) && note.params["version"].as_i64() == Some(version.into())
        };
        loop {
            if let Some(at) = self.notes.iter().position(is_meant) {
                let note = self.notes.remove(at);
                return note.params["diagnostics"].as_array().expect("a list").clone();
            }
            let message = self.receive();
            self.take(message);
        }
    }

    /// Ends the session the way editors do.
    pub fn stop(mut self) -> End {
        self.request("shutdown", Value::Null).expect("it stops");
        self.note("exit", Value::Null);
        self.join()
    }

    /// Waits for the server to end.
    pub fn join(&mut self) -> End {
        self.server.take().expect("it is waited for once").join().expect("the server does not panic")
    }
}

/// `path:line:column severity[code]` as people count, of findings in the protocol's terms.
pub fn said(path: &str, findings: &[Value]) -> Vec<String> {
    let line = |finding: &Value| {
        let start = &finding["range"]["start"];
        let number = |key: &str| start[key].as_u64().expect("a number") + 1;
        let severity = ["error", "warning", "note"]
            [usize::try_from(finding["severity"].as_u64().expect("a number") - 1).expect("small")];
        format!(
            "{path}:{}:{} {severity}[{}]",
            number("line"),
            number("character"),
            finding["code"].as_str().expect("text")
        )
    };
    findings.iter().map(line).collect()
}
