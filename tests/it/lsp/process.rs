//! The server as a process: framing on its standard streams, and how it ends.

use crate::harness::Sandbox;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

fn framed(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// The answers in an output, which holds nothing else.
fn messages(mut output: &str) -> Vec<Value> {
    let mut found = Vec::new();
    while let Some(rest) = output.strip_prefix("Content-Length: ") {
        let (length, body) = rest.split_once("\r\n\r\n").expect("a header ends");
        let (body, after) = body.split_at(length.parse().expect("a length"));
        found.push(serde_json::from_str(body).expect("an answer is JSON"));
        output = after;
    }
    assert_eq!(output, "", "nothing but messages is printed");
    found
}

/// What a session with this input prints, and its status.
fn session(input: &str) -> (Vec<Value>, Option<i32>) {
    let sandbox = Sandbox::repository();
    let mut process = sandbox
        .command("passmuster", "work")
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    process.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("the server reads");
    let output = process.wait_with_output().expect("the server ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (messages(std::str::from_utf8(&output.stdout).expect("answers are UTF-8")), output.status.code())
}

fn request(id: i32, method: &str, params: &Value) -> String {
    framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string())
}

fn note(method: &str) -> String {
    framed(&json!({"jsonrpc": "2.0", "method": method}).to_string())
}

fn initialize() -> String {
    request(1, "initialize", &json!({"capabilities": {}}))
}

#[test]
fn the_status_tells_how_the_editor_went() {
    let shutdown = request(2, "shutdown", &Value::Null);
    for (input, status) in [
        (initialize() + &shutdown + &note("exit"), 0),
        (initialize() + &shutdown, 0),
        (initialize() + &note("exit"), 1),
        (initialize(), 1),
        (note("exit"), 1),
        (String::new(), 1),
    ] {
        let (_, found) = session(&input);
        assert_eq!(found, Some(status), "{input:?}");
    }
}

#[test]
fn nothing_that_is_said_ends_the_session() {
    let rubbish = [
        framed("{nonsense"),
        framed("[]"),
        framed("null"),
        framed(r#"{"id":{},"method":"x"}"#),
        framed(r#"{"id":9,"result":null}"#),
        "Content-Length: -1\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        request(20, "textDocument/hover", &json!("nonsense")),
        request(21, "textDocument/hover", &json!({"textDocument": {"uri": ""}, "position": {"line": 4_294_967_295u32, "character": 4_294_967_295u32}})),
        request(22, "passmuster/unknown", &json!([1])),
        framed(r#"{"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x","version":"a"},"contentChanges":[{}]}}"#),
        framed(r#"{"method":"textDocument/didOpen"}"#),
        framed(r#"{"method":"$/cancelRequest","params":{"id":[]}}"#),
        framed(r#"{"method":"$/cancelRequest"}"#),
        framed(r#"{"method":"$/setTrace","params":7}"#),
    ]
    .concat();
    let early = request(10, "textDocument/hover", &Value::Null);
    let late = request(30, "textDocument/hover", &Value::Null);
    let input = rubbish.clone()
        + &early
        + &initialize()
        + &rubbish
        + &initialize()
        + &request(2, "shutdown", &Value::Null)
        + &late
        + &note("exit");
    let (answers, status) = session(&input);
    assert_eq!(status, Some(0));
    let code = |id: i32| {
        let of_id = answers.iter().filter(|answer| answer["id"] == id);
        of_id.map(|answer| answer["error"]["code"].as_i64().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(code(10), [-32002], "before `initialize`");
    assert_eq!(code(1), [0, -32600], "`initialize` a second time");
    assert_eq!(code(22), [-32002, -32601], "an unknown method");
    assert_eq!(code(2), [0]);
    assert_eq!(code(30), [-32600], "after `shutdown`");
    assert!(answers.iter().filter(|answer| answer["id"].is_null()).count() >= 10, "{answers:?}");
}
