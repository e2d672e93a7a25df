//! The protocol's framing on standard input and output.
//!
//! lsp-server has a transport of its own; it ends the session at the first message that is no JSON, and takes memory
//! for any length a header claims. Here such a message is answered with an error, and the next one is read.

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read, Write};
use std::thread::JoinHandle;

/// The most bytes of one message that are taken.
const MAX_MESSAGE: u64 = 64 * 1024 * 1024;

/// The most bytes of one header line.
const MAX_HEADER: u64 = 4096;

/// A running transport.
pub struct Stdio {
    writer: JoinHandle<()>,
}

impl Stdio {
    /// Starts to read standard input and to write standard output, which belongs to the protocol from here on.
    pub fn start() -> (Connection, Self) {
        let (server, transport) = Connection::memory();
        let Connection { sender, receiver } = transport;
        // Ends with the input; at an `exit` the process does not wait for it.
        std::thread::spawn(move || {
            read(&mut io::stdin().lock(), |message| sender.send(message).is_ok(), |refusal| send(&refusal));
        });
        let writer = std::thread::spawn(move || {
            for message in receiver {
                // An editor that is gone is noticed by its closed input.
                let _ = message.write(&mut io::stdout().lock());
            }
        });
        (server, Self { writer })
    }

    /// Waits until everything is written. The connection has to be gone.
    pub fn finish(self) {
        self.writer.join().expect("writing does not panic");
    }
}

/// Writes an answer that no [`Message`] can hold: one without the id of a request.
fn send(answer: &Value) {
    let text = answer.to_string();
    let mut out = io::stdout().lock();
    let _ = write!(out, "Content-Length: {}\r\n\r\n{text}", text.len()).and_then(|()| out.flush());
}

/// Reads messages to the end of the input. `take` returns whether anybody still wants them; what is no message is
/// answered through `refuse`.
pub fn read(input: &mut dyn BufRead, mut take: impl FnMut(Message) -> bool, mut refuse: impl FnMut(Value)) {
    loop {
        match frame(input) {
            Ok(Some(Frame::Body(body))) => match message(&body) {
                Ok(message) => {
                    if !take(message) {
                        return;
                    }
                }
                Err(refusal) => refuse(refusal),
            },
            Ok(Some(Frame::Bad(why))) => refuse(refusal(&Value::Null, ErrorCode::ParseError, why)),
            Ok(None) | Err(_) => return,
        }
    }
}

enum Frame {
    Body(Vec<u8>),
    Bad(&'static str),
}

/// Reads one header block and its body; `None` at the end of the input.
fn frame(input: &mut dyn BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    let mut fault = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            // Blank lines between messages mean nothing.
            if length.is_none() && fault.is_none() {
                continue;
            }
            break;
        }
        match text.split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                match value.trim().parse::<u64>() {
                    Ok(number) => length = Some(number),
                    Err(_) => fault = Some("the Content-Length is no number"),
                }
            }
            Some(_) => {}
            None => fault = Some("a header line has no colon"),
        }
    }
    let Some(length) = length else {
        return Ok(Some(Frame::Bad(fault.unwrap_or("the message has no Content-Length"))));
    };
    if length > MAX_MESSAGE {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(Frame::Bad("the message is too long")));
    }
    let mut body = Vec::new();
    if (input.take(length).read_to_end(&mut body)? as u64) < length {
        return Ok(None);
    }
    Ok(Some(Frame::Body(body)))
}

/// The message of a body, or the answer that says what is wrong with it.
fn message(body: &[u8]) -> Result<Message, Value> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| refusal(&Value::Null, ErrorCode::ParseError, &format!("the message is no JSON: {error}")))?;
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    let usable = matches!(&id, Value::String(_)) || id.as_i64().is_some_and(|id| i32::try_from(id).is_ok());
    if !id.is_null() && !usable {
        return Err(refusal(&Value::Null, ErrorCode::InvalidRequest, "the id is neither an integer nor a text"));
    }
    serde_json::from_value(value)
        .map_err(|_| refusal(&id, ErrorCode::InvalidRequest, "the message is no request, notification or response"))
}

fn refusal(id: &Value, code: ErrorCode, why: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": why}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The methods of what was taken, and the codes of what was refused.
    fn read_all(input: &[u8]) -> Vec<String> {
        let seen = std::cell::RefCell::new(Vec::new());
        let take = |message| {
            seen.borrow_mut().push(match message {
                Message::Request(request) => format!("{} {}", request.method, request.id),
                Message::Notification(note) => note.method,
                Message::Response(response) => format!("response {}", response.id),
            });
            true
        };
        let refuse = |value: Value| seen.borrow_mut().push(format!("{} {}", value["error"]["code"], value["id"]));
        read(&mut io::BufReader::new(input), take, refuse);
        seen.into_inner()
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_refused_and_the_next_is_read() {
        let good = framed(r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#);
        for (bad, code) in [
            (framed("{nonsense"), "-32700 null"),
            (framed("\u{0}"), "-32700 null"),
            (framed("[]"), "-32600 null"),
            (framed(r#"{"id":7}"#), "-32600 7"),
            (framed(r#"{"id":1.5,"method":"x"}"#), "-32600 null"),
            (framed(r#"{"id":99999999999,"method":"x"}"#), "-32600 null"),
            (framed(r#"{"id":{},"method":"x"}"#), "-32600 null"),
            ("Content-Length: x\r\n\r\n".to_owned(), "-32700 null"),
            ("Content-Type: x\r\nnonsense\r\n\r\n".to_owned(), "-32700 null"),
        ] {
            assert_eq!(read_all(format!("{bad}{good}").as_bytes()), [code, "x 1"], "{bad:?}");
        }
    }

    #[test]
    fn headers_are_read_as_people_write_them() {
        let body = r#"{"method":"exit"}"#;
        let input =
            format!("content-length:{}\nContent-Type: a; charset=utf-8\n\n{body}\r\n{}", body.len(), framed(body));
        assert_eq!(read_all(input.as_bytes()), ["exit", "exit"]);
        assert_eq!(read_all(b"Content-Length: 99999999999999\r\n\r\n{}"), ["-32700 null"]);
        assert_eq!(read_all(b"Content-Length: 9\r\n\r\n{}"), [""; 0]);
    }

    #[test]
    fn a_stream_cut_at_any_byte_gives_the_whole_messages_before() {
        let (first, second) = (framed(r#"{"method":"a"}"#), framed(r#"{"method":"é"}"#));
        let input = format!("{first}{second}");
        for end in 0..=input.len() {
            let whole = usize::from(end >= first.len()) + usize::from(end >= input.len());
            assert_eq!(read_all(&input.as_bytes()[..end]), ["a", "é"][..whole], "cut at {end}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..60) {
            let mut input = framed(r#"{"method":"exit"}"#).into_bytes();
            input.splice(at.min(input.len())..at.min(input.len()), bytes);
            read_all(&input);
        }
    }
}
