//! The loop: messages in their order, and a look at what changed when none waits.

use super::initialize::{self, Client};
use super::state::State;
use super::{
    Host, code_action, code_lens, completion, definition, diagnostics, folding, hover, inlay_hint, references, rename,
    semantic_tokens, symbols,
};
use gen_lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    LogMessageNotification, LogMessageParams, MessageType, Notification as _, PublishDiagnosticsNotification,
    Request as LspRequest, Uri,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Instant;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The editor said `shutdown` and then `exit`.
    Orderly,
    /// The editor went without saying `shutdown`.
    Abrupt,
}

/// Why a request has no answer.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub code: ErrorCode,
    pub message: String,
}

impl Refusal {
    /// The request is understood, and cannot be done.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::RequestFailed, message: message.into() }
    }
}

/// Answers an editor until it goes.
pub fn serve(connection: &Connection, host: &dyn Host) -> End {
    Session { connection, host, phase: Phase::Waiting, queue: VecDeque::new() }.run()
}

/// Where a session stands; what may be asked depends on it.
enum Phase<'h> {
    /// `initialize` has not come yet.
    Waiting,
    Running(Box<State<'h>>),
    ShutDown,
}

struct Session<'c, 'h> {
    connection: &'c Connection,
    host: &'h dyn Host,
    phase: Phase<'h>,
    /// What has arrived and is not handled yet.
    queue: VecDeque<Message>,
}

impl Session<'_, '_> {
    fn run(mut self) -> End {
        loop {
            self.collect();
            if let Some(message) = self.queue.pop_front() {
                if let Some(end) = self.handle(message) {
                    return end;
                }
                continue;
            }
            let due = match &self.phase {
                Phase::Running(state) => state.due(),
                Phase::Waiting | Phase::ShutDown => None,
            };
            let arrived = match due {
                Some(due) if due <= Instant::now() => {
                    self.look();
                    continue;
                }
                Some(due) => self.connection.receiver.recv_deadline(due),
                None => self.connection.receiver.recv().map_err(Into::into),
            };
            match arrived {
                Ok(message) => self.queue.push_back(message),
                Err(error) if error.is_timeout() => {}
                Err(_) => return if matches!(self.phase, Phase::ShutDown) { End::Orderly } else { End::Abrupt },
            }
        }
    }

    /// Takes everything that has arrived. A request that was cancelled meanwhile is answered so, and not worked on.
    fn collect(&mut self) {
        while let Ok(message) = self.connection.receiver.try_recv() {
            self.queue.push_back(message);
        }
        let is_cancel =
            |message: &Message| matches!(message, Message::Notification(note) if note.method == "$/cancelRequest");
        while let Some(at) = self.queue.iter().position(is_cancel) {
            let Some(Message::Notification(cancel)) = self.queue.remove(at) else { continue };
            let Ok(id) = serde_json::from_value::<RequestId>(cancel.params["id"].clone()) else { continue };
            let is_meant = |message: &Message| matches!(message, Message::Request(request) if request.id == id);
            if let Some(at) = self.queue.iter().take(at).position(is_meant) {
                self.queue.remove(at);
                self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
            }
        }
    }

    fn handle(&mut self, message: Message) -> Option<End> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(note) if note.method == "exit" => {
                let orderly = matches!(self.phase, Phase::ShutDown);
                return Some(if orderly { End::Orderly } else { End::Abrupt });
            }
            Message::Notification(note) => self.notification(note),
            // Nothing we ask has an answer that matters.
            Message::Response(_) => {}
        }
        None
    }

    fn request(&mut self, request: Request) {
        match (&mut self.phase, request.method.as_str()) {
            (Phase::Waiting, "initialize") => {
                let client = Client::of(&request.params);
                self.phase = Phase::Running(Box::new(State::new(self.host, client)));
                self.send(Response::new_ok(request.id, initialize::answer(client)));
            }
            (Phase::Waiting, _) => {
                self.refuse(request.id, ErrorCode::ServerNotInitialized, "`initialize` has to come first");
            }
            (Phase::Running(_), "initialize") => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "`initialize` came a second time");
            }
            (Phase::Running(_), "shutdown") => {
                self.phase = Phase::ShutDown;
                self.send(Response::new_ok(request.id, Value::Null));
            }
            (Phase::ShutDown, _) => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "after `shutdown` only `exit` is left");
            }
            (Phase::Running(state), _) => {
                let id = request.id.clone();
                let response = match answer(state, request) {
                    Ok(value) => Response::new_ok(id, value),
                    Err(refusal) => Response::new_err(id, refusal.code as i32, refusal.message),
                };
                self.send(response);
            }
        }
    }

    fn notification(&mut self, note: Notification) {
        let Phase::Running(state) = &mut self.phase else { return };
        match note.method.as_str() {
            "initialized" => {}
            "textDocument/didOpen" => with(note, |params: DidOpenTextDocumentParams| {
                let document = params.text_document;
                let uri = document.uri.clone();
                state.documents.open(state.host, document.uri, document.version, document.text);
                touch(state, &uri);
            }),
            "textDocument/didChange" => with(note, |params: DidChangeTextDocumentParams| {
                let uri = params.text_document.text_document_identifier.uri;
                // A text that stops or begins to be a plan leaves one realm and enters another.
                touch(state, &uri);
                let unit = state.client.unit;
                if let Some(document) = state.documents.get_mut(&uri) {
                    document.change(params.content_changes, unit);
                    document.version = params.text_document.version;
                }
                touch(state, &uri);
            }),
            "textDocument/didClose" => with(note, |params: DidCloseTextDocumentParams| {
                touch(state, &params.text_document.uri);
                state.documents.close(&params.text_document.uri);
            }),
            "textDocument/didSave" => with(note, |params: DidSaveTextDocumentParams| {
                touch(state, &params.text_document.uri);
            }),
            "workspace/didChangeWatchedFiles" | "workspace/didChangeWorkspaceFolders" => state.touch_all(),
            _ => {}
        }
    }

    /// Looks at what changed and tells what came of it.
    fn look(&mut self) {
        let Phase::Running(state) = &mut self.phase else { return };
        let news = state.look();
        for one in news {
            let note = match one {
                Ok(params) => Notification::new(PublishDiagnosticsNotification::METHOD.to_string(), params),
                Err(failure) => {
                    let message = format!("passmuster: {failure}");
                    let params = LogMessageParams { kind: MessageType::Error, message };
                    Notification::new(LogMessageNotification::METHOD.to_string(), params)
                }
            };
            self.send(note);
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) {
        self.send(Response::new_err(id, code as i32, why.to_owned()));
    }

    fn send(&self, message: impl Into<Message>) {
        // An editor that is gone is noticed when nothing more comes from it.
        let _ = self.connection.sender.send(message.into());
    }
}

/// Reads what a notification carries; one that cannot be read is nobody's to answer.
fn with<P: DeserializeOwned>(note: Notification, take: impl FnOnce(P)) {
    if let Ok(params) = serde_json::from_value(note.params) {
        take(params);
    }
}

fn touch(state: &mut State<'_>, uri: &Uri) {
    if let Some(home) = state.home(uri) {
        state.touch(home.realm);
    }
}

/// Answers a request of a running session.
fn answer(state: &mut State<'_>, request: Request) -> Result<Value, Refusal> {
    use gen_lsp_types as t;
    let mut call = Call { state, method: &request.method, params: Some(request.params), answer: None };
    call.on::<t::CompletionRequest>(completion::run);
    call.on::<t::HoverRequest>(hover::run);
    call.on::<t::DefinitionRequest>(definition::run);
    call.on::<t::ReferencesRequest>(references::run);
    call.on::<t::PrepareRenameRequest>(rename::prepare);
    call.on::<t::RenameRequest>(rename::run);
    call.on::<t::DocumentSymbolRequest>(symbols::of_document);
    call.on::<t::WorkspaceSymbolRequest>(symbols::of_workspace);
    call.on::<t::CodeActionRequest>(code_action::run);
    call.on::<t::CodeLensRequest>(code_lens::run);
    call.on::<t::CodeLensResolveRequest>(code_lens::resolve);
    call.on::<t::FoldingRangeRequest>(folding::run);
    call.on::<t::SemanticTokensRequest>(semantic_tokens::run);
    call.on::<t::InlayHintRequest>(inlay_hint::run);
    call.on::<t::DocumentDiagnosticRequest>(diagnostics::pull);
    let unknown =
        || Refusal { code: ErrorCode::MethodNotFound, message: format!("unknown method `{}`", request.method) };
    call.answer.unwrap_or_else(|| Err(unknown()))
}

/// A request looking for who answers it.
struct Call<'c, 's, 'h> {
    state: &'s mut State<'h>,
    method: &'c str,
    params: Option<Value>,
    answer: Option<Result<Value, Refusal>>,
}

impl<'h> Call<'_, '_, 'h> {
    /// Lets `run` answer when the method is that of `R`.
    fn on<R: LspRequest>(&mut self, run: fn(&mut State<'h>, R::Params) -> Result<R::Result, Refusal>) {
        if self.method != R::METHOD.as_str() {
            return;
        }
        let params = self.params.take().unwrap_or_default();
        self.answer = Some(match serde_json::from_value(params) {
            Ok(params) => run(self.state, params)
                .map(|result| serde_json::to_value(result).expect("the protocol's types can be written as JSON")),
            Err(error) => Err(Refusal { code: ErrorCode::InvalidParams, message: error.to_string() }),
        });
    }
}
