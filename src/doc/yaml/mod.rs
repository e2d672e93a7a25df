//! YAML with places: [`read`] turns one document into [`Node`]s that know their spans, [`Fields`] reads a
//! mapping key by key and reports what nobody asked for.
//!
//! Ground layer; knows no noun. What a value means is left to the noun that reads it. Only a plain subset of
//! YAML is taken: no anchors, aliases, tags, directives, merge keys, duplicate keys or second documents, at
//! most [`MAX_DEPTH`] levels. Everything refused is a finding.

pub mod codes;
mod read;
mod write;

pub use read::{MAX_DEPTH, MAX_NODES, read};
pub use write::{block, flow};

use crate::diag::{Diagnostic, Place, Severity, Sink, nearest};
use crate::text::{Source, Span, Spanned};

/// The size in bytes most files may have; callers may allow another.
pub const MAX_BYTES: usize = 64 * 1024;

/// How many unknown keys of one mapping are reported one by one.
const MAX_UNKNOWN: usize = 16;

/// One value with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

/// A key of a mapping, its place and its value.
pub type Entry = (Spanned<String>, Node);

/// What a node holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    Scalar {
        text: String,
        /// Written without quotes, so it may stand for a number or a truth value.
        plain: bool,
    },
    Sequence(Vec<Node>),
    /// Entries in the order of the text; keys are unique.
    Mapping(Vec<Entry>),
}

impl Node {
    /// What the node is, for messages.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Scalar { text, .. } if text.is_empty() => "an empty text".to_owned(),
            Value::Scalar { text, .. } if text.chars().count() > 40 => "a text".to_owned(),
            Value::Scalar { text, .. } => format!("`{text}`"),
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// The text as written or unquoted, if this is a scalar.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    fn plain(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    /// Reports that the node is not what its place needs. `what` names the place (`` `timeout` ``), `wanted`
    /// what belongs there (`a whole number`).
    pub fn wrong_type(&self, source: &Source, what: &str, wanted: &str, sink: &mut Sink) {
        sink.push(
            Diagnostic::error(&codes::TYPE, Place::text(source, self.span), format!("{what} must be {wanted}"))
                .cause(format!("it is {}", self.describe()))
                .hint(format!("write {wanted} here")),
        );
    }

    /// A scalar that is not empty, quoted or not.
    pub fn text(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<Spanned<String>> {
        match self.as_text() {
            Some(text) if !text.trim().is_empty() => Some(Spanned::new(text.to_owned(), self.span)),
            _ => {
                self.wrong_type(source, what, "a text", sink);
                None
            }
        }
    }

    /// A plain whole number in decimal digits.
    pub fn whole_number(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<u64> {
        let number = self
            .plain()
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()) && (*text == "0" || !text.starts_with('0')))
            .and_then(|text| text.parse().ok());
        if number.is_none() {
            self.wrong_type(source, what, "a whole number in plain digits", sink);
        }
        number
    }

    /// A plain finite decimal number, such as `80`, `-0.5` or `1e3`.
    pub fn number(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<f64> {
        let number = self
            .plain()
            .filter(|text| text.bytes().any(|b| b.is_ascii_digit()))
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)))
            .and_then(|text| text.parse().ok())
            .filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.wrong_type(source, what, "a number", sink);
        }
        number
    }

    /// `true` or `false`, unquoted.
    pub fn boolean(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<bool> {
        match self.plain() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                self.wrong_type(source, what, "`true` or `false`", sink);
                None
            }
        }
    }

    /// One of a few words, as the value it stands for.
    pub fn one_of<T: Copy>(&self, source: &Source, what: &str, words: &[(&str, T)], sink: &mut Sink) -> Option<T> {
        let word = self.as_text().unwrap_or_default();
        if let Some((_, value)) = words.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let message = format!("{what} must be one of {}", names.join(", "));
        let finding = Diagnostic::error(&codes::TYPE, Place::text(source, self.span), message)
            .cause(format!("it is {}", self.describe()));
        sink.push(match nearest(word, names.iter().copied()) {
            Some(name) => finding.instead(self.span, name),
            None => finding.hint(format!("write one of `{}`", names.join("`, `"))),
        });
        None
    }

    /// A list of texts; a single text counts as a list of one. `None` when any of them is none.
    pub fn texts(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<Vec<Spanned<String>>> {
        match &self.value {
            Value::Scalar { .. } => Some(vec![self.text(source, what, sink)?]),
            Value::Sequence(nodes) => {
                let entry = format!("each entry of {what}");
                let texts: Vec<_> = nodes.iter().filter_map(|node| node.text(source, &entry, sink)).collect();
                (texts.len() == nodes.len()).then_some(texts)
            }
            Value::Null | Value::Mapping(_) => {
                self.wrong_type(source, what, "a list of texts", sink);
                None
            }
        }
    }

    /// The nodes of a list.
    pub fn items(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<&[Node]> {
        match &self.value {
            Value::Sequence(nodes) => Some(nodes),
            _ => {
                self.wrong_type(source, what, "a list", sink);
                None
            }
        }
    }

    /// The entries of a mapping whose keys are the user's own names.
    pub fn entries(&self, source: &Source, what: &str, sink: &mut Sink) -> Option<&[Entry]> {
        match &self.value {
            Value::Mapping(entries) => Some(entries),
            _ => {
                self.wrong_type(source, what, "a mapping of keys to values", sink);
                None
            }
        }
    }
}

/// A mapping being read key by key: remembers which keys were asked for, reports the rest.
///
/// ```
/// use passmuster::diag::{Severity, Sink};
/// use passmuster::doc::yaml::{self, Fields};
/// use passmuster::text::{Source, Span};
///
/// let source = Source::new("a.yaml", "name: ada\nrole: coder\n");
/// let mut sink = Sink::new();
/// let node = yaml::read(&source, Span::new(0, source.text().len()), yaml::MAX_BYTES, &mut sink).unwrap();
/// let mut fields = Fields::new(&source, &node, "a member", &mut sink).unwrap();
/// let (_, name) = fields.take("name").unwrap();
/// assert_eq!(name.text(&source, "`name`", &mut sink).unwrap().value, "ada");
/// assert!(fields.take("roles").is_none());
/// fields.finish(Severity::Warning, &mut sink);
/// let findings = sink.into_sorted();
/// assert_eq!(findings[0].message, "unknown key `role` in a member");
/// assert_eq!(findings[0].hint.as_deref(), Some("write `roles`"));
/// ```
pub struct Fields<'a> {
    source: &'a Source,
    node: &'a Node,
    entries: &'a [Entry],
    what: &'static str,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Starts reading `node`; a finding and `None` when it is no mapping. `what` names it with its article,
    /// such as `the policy` or `a gate`.
    pub fn new(source: &'a Source, node: &'a Node, what: &'static str, sink: &mut Sink) -> Option<Self> {
        let entries = node.entries(source, what, sink)?;
        Some(Self { source, node, entries, what, asked: Vec::new() })
    }

    /// The place of `key` and its value, if it is written; either way the key counts as known from here on.
    pub fn take(&mut self, key: &'static str) -> Option<(Span, &'a Node)> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.entries.iter().find(|(name, _)| name.value == key).map(|(name, node)| (name.span, node))
    }

    /// Like [`take`](Self::take), but a missing key is an error whose hint shows `example`, a whole line.
    pub fn need(&mut self, key: &'static str, example: &str, sink: &mut Sink) -> Option<(Span, &'a Node)> {
        let found = self.take(key);
        if found.is_none() {
            let place = Place::text(self.source, Span::at(self.node.span.start));
            sink.push(
                Diagnostic::error(&codes::MISSING_KEY, place, format!("`{key}` is missing in {}", self.what))
                    .cause(self.written())
                    .hint(format!("add `{example}`")),
            );
        }
        found
    }

    /// Which keys there are, for messages.
    fn written(&self) -> String {
        let keys: Vec<_> = self.entries.iter().take(8).map(|(key, _)| format!("`{}`", key.value)).collect();
        match self.entries.len() {
            0 => "it has no keys".to_owned(),
            1..=8 => format!("it has {}", keys.join(", ")),
            more => format!("it has {} and {} more", keys.join(", "), more - 8),
        }
    }

    /// The number of the file's format, from its first key: `passmuster: KIND/NUMBER`. Missing and malformed
    /// are errors; whether the number is known is the caller's question.
    pub fn format(&mut self, kind: &str, sink: &mut Sink) -> Option<Spanned<u32>> {
        let example = format!("passmuster: {kind}/1");
        let (_, node) = self.need("passmuster", &example, sink)?;
        let written = node.as_text().unwrap_or_default();
        let number = written.strip_prefix(kind).and_then(|rest| rest.strip_prefix('/'));
        let number = number.filter(|text| text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0'));
        if let Some(number) = number.and_then(|text| text.parse().ok()) {
            return Some(Spanned::new(number, node.span));
        }
        let place = Place::text(self.source, node.span);
        sink.push(
            Diagnostic::error(&codes::FORMAT, place, format!("{} must say `{example}`", self.what))
                .cause(format!("it says {}", node.describe()))
                .hint(format!("write `{example}`")),
        );
        None
    }

    /// The place of the whole mapping.
    pub fn span(&self) -> Span {
        self.node.span
    }

    /// The keys that nobody asked for so far.
    pub fn rest(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|(key, _)| !self.asked.contains(&key.value.as_str()))
    }

    /// Reports the keys that nobody asked for, each with the nearest known one; a flood is cut short.
    pub fn finish(self, severity: Severity, sink: &mut Sink) {
        let more = self.rest().count().saturating_sub(MAX_UNKNOWN);
        for (key, _) in self.rest().take(MAX_UNKNOWN) {
            let place = Place::text(self.source, key.span);
            let message = format!("unknown key `{}` in {}", key.value, self.what);
            let mut finding = Diagnostic::new(&codes::UNKNOWN_KEY, severity, place, message)
                .cause(format!("the keys known here are {}", self.asked.join(", ")));
            if more > 0 {
                finding = finding.cause(format!("{more} more unknown keys are not shown"));
            }
            sink.push(match nearest(&key.value, self.asked.iter().copied()) {
                Some(near) => finding.instead(key.span, near),
                None => finding.hint("remove the key, or use one of the known ones"),
            });
        }
    }
}

#[cfg(test)]
mod tests;
