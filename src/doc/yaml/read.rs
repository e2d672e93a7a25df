//! From text to nodes, over the parser's event stream, without recursion and within limits.

use super::codes;
use super::{Entry, Node, Value};
use crate::diag::{Code, Diagnostic, Place, Sink};
use crate::text::{Source, Span, Spanned};
use serde_saphyr::granit_parser::{self as granit, ErrorKind, Event, Parser, ScalarStyle, StructureStyle};
use std::collections::HashMap;

/// The most collections inside each other.
pub const MAX_DEPTH: usize = 32;

/// The most values one document may hold.
pub const MAX_NODES: usize = 50_000;

/// Reading stops after so many findings: the file is not what it should be, and more lines do not help.
const MAX_FINDINGS: usize = 16;

/// Reads one YAML document in `span` of `source`; spans of the result are offsets into the whole source. A
/// text with nothing in it is [`Value::Null`].
///
/// Everything refused is a finding in `sink`; then the result is `None`: half a document is never handed out.
/// Time and memory are bounded by `max_bytes`.
pub fn read(source: &Source, span: Span, max_bytes: usize, sink: &mut Sink) -> Option<Node> {
    let Some(mut text) = source.text().get(span.range()) else {
        let place = Place::Path(source.path().to_owned());
        let message = "the YAML part does not lie inside the text";
        let cause = format!("it is {}..{} of {} bytes", span.start, span.end, source.text().len());
        sink.push(Diagnostic::error(&codes::SYNTAX, place, message).cause(cause).hint("read the file again"));
        return None;
    };
    let mut base = span.start;
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = rest;
        base += '\u{feff}'.len_utf8();
    }
    let mut reader = Reader { source, text, base, sink, frames: Vec::new(), root: None, nodes: 0, findings: 0 };
    if text.len() > max_bytes {
        reader.report(
            Diagnostic::error(
                &codes::TOO_LARGE,
                Place::text(source, Span::at(base)),
                format!("the text is larger than {max_bytes} bytes"),
            )
            .cause(format!("it has {} bytes", text.len()))
            .hint("make it smaller"),
        );
        return None;
    }
    let options = granit::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let next = match event {
            Ok((event, span)) => reader.event(event, span),
            Err(error) => reader.broken(&error),
        };
        if next.is_none() || reader.findings >= MAX_FINDINGS {
            break;
        }
    }
    if reader.findings > 0 {
        return None;
    }
    Some(reader.root.unwrap_or(Node { span: Span::at(base), value: Value::Null }))
}

/// A collection that is still open.
struct Frame {
    start: usize,
    flow: bool,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, key: Option<Spanned<String>>, seen: HashMap<String, Span> },
}

struct Reader<'a> {
    source: &'a Source,
    text: &'a str,
    /// Offset of `text` in the source.
    base: usize,
    sink: &'a mut Sink,
    frames: Vec<Frame>,
    root: Option<Node>,
    nodes: usize,
    findings: usize,
}

impl Reader<'_> {
    /// Takes one event; `None` when reading cannot go on.
    fn event(&mut self, event: Event<'_>, at: granit::Span) -> Option<()> {
        if let Some(tag) = at.tag_span() {
            self.indirect(tag, "tag");
        }
        let span = self.span(at);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let cause = "readers disagree on which of several documents counts";
                self.refuse(&codes::DOCUMENTS, span, "a second document starts here", cause, "keep one document");
                None
            }
            Event::Anchor(..) => self.indirect(at, "anchor"),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.indirect(at, "alias");
                self.scalar(String::new(), false, span)
            }
            Event::Scalar(text, style, ..) => self.scalar(text.into_owned(), style == ScalarStyle::Plain, span),
            Event::SequenceStart(style, ..) => self.open(span, style, Content::Sequence(Vec::new())),
            Event::MappingStart(style, ..) => {
                self.open(span, style, Content::Mapping { entries: Vec::new(), key: None, seen: HashMap::new() })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => Some(()),
        }
    }

    fn scalar(&mut self, text: String, plain: bool, span: Span) -> Option<()> {
        let null = plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL");
        if !self.wants_key() {
            let value = if null { Value::Null } else { Value::Scalar { text, plain } };
            return self.add(Node { span, value });
        }
        if null {
            self.refuse(&codes::KEY, span, "a key is empty", "every key is a name", "write a name before the `:`");
        } else if text == "<<" {
            let cause = "`<<` takes keys from somewhere else";
            self.refuse(&codes::KEY, span, "merge keys are not read", cause, "copy the merged keys to this place");
        }
        self.key(Spanned::new(text, span));
        Some(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn key(&mut self, name: Spanned<String>) {
        let Some(Frame { content: Content::Mapping { key, seen, .. }, .. }) = self.frames.last_mut() else { return };
        let first = seen.get(&name.value).copied();
        seen.entry(name.value.clone()).or_insert(name.span);
        *key = Some(name.clone());
        if let Some(first) = first {
            let finding = Diagnostic::error(
                &codes::DUPLICATE_KEY,
                Place::text(self.source, name.span),
                format!("the key `{}` is written twice", name.value),
            )
            .label(Place::text(self.source, first), "first written here")
            .cause(format!("it stands in line {} too", self.source.line_column(first.start).line))
            .hint("remove one of the two");
            self.report(finding);
        }
    }

    fn open(&mut self, span: Span, style: StructureStyle, content: Content) -> Option<()> {
        if self.wants_key() {
            let message = "a key is a list or a mapping";
            self.refuse(&codes::KEY, span, message, "every key is a name", "write a name before the `:`");
            return None;
        }
        if self.frames.len() >= MAX_DEPTH {
            return self.too_deep(span);
        }
        self.frames.push(Frame { start: span.start, flow: style == StructureStyle::Flow, content });
        Some(())
    }

    fn close(&mut self, span: Span) -> Option<()> {
        let frame = self.frames.pop()?;
        let (value, last) = match frame.content {
            Content::Sequence(nodes) => {
                let last = nodes.last().map(|node| node.span.end);
                (Value::Sequence(nodes), last)
            }
            Content::Mapping { entries, .. } => {
                let last = entries.last().map(|(key, node)| node.span.end.max(key.span.end));
                (Value::Mapping(entries), last)
            }
        };
        // The end of a block collection is only noticed at the next token, lines below.
        let end = if frame.flow { span.end } else { last.unwrap_or(frame.start) };
        self.add(Node { span: Span::new(frame.start, end), value })
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node) -> Option<()> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let cause = format!("at most {MAX_NODES} values are read");
            self.refuse(&codes::TOO_DEEP, node.span, "the text holds too many values", &cause, "make it smaller");
            return None;
        }
        match self.frames.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(nodes)) => nodes.push(node),
            Some(Content::Mapping { entries, key, .. }) => entries.push((key.take()?, node)),
        }
        Some(())
    }

    fn broken(&mut self, error: &granit::ScanError) -> Option<()> {
        let span = self.span(granit::Span::empty(*error.marker()));
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => return self.too_deep(span),
            ErrorKind::DirectiveDisallowed => {
                let cause = "a line that starts with `%` changes how the rest is read";
                self.refuse(&codes::INDIRECTION, span, "directives are not read", cause, "remove the line");
            }
            kind => {
                let finding = Diagnostic::error(&codes::SYNTAX, Place::text(self.source, span), "the text is no YAML")
                    .cause(kind.to_string())
                    .hint("correct this line or the one above; quote values with special characters");
                self.report(finding);
            }
        }
        None
    }

    fn too_deep(&mut self, span: Span) -> Option<()> {
        let cause = format!("at most {MAX_DEPTH} levels are read");
        let hint = "remove the surplus brackets or indentation";
        self.refuse(&codes::TOO_DEEP, span, "the text is nested too deeply", &cause, hint);
        None
    }

    fn indirect(&mut self, at: granit::Span, kind: &str) -> Option<()> {
        let span = self.span(at);
        let message = format!("the {kind} `{}` is not read", self.source.slice(span));
        let cause = "what stands in the file is all that counts";
        let hint = "write the value out here, or quote it if it is meant as text";
        self.refuse(&codes::INDIRECTION, span, &message, cause, hint);
        Some(())
    }

    fn refuse(&mut self, code: &'static Code, span: Span, message: &str, cause: &str, hint: &str) {
        self.report(Diagnostic::error(code, Place::text(self.source, span), message).cause(cause).hint(hint));
    }

    fn report(&mut self, finding: Diagnostic) {
        self.findings += 1;
        self.sink.push(finding);
    }

    /// The parser's span as offsets into the source, on character boundaries and inside the text.
    fn span(&self, span: granit::Span) -> Span {
        let offset = |marker: granit::Marker| {
            let mut offset = marker.byte_offset().unwrap_or(0).min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            self.base + offset
        };
        Span::new(offset(span.start), offset(span.end))
    }
}
