//! TOML of other tools as [`Node`]s, the same shape that YAML gives.
//!
//! Ground layer; with this folder the home of the toml crate. Our own files are never TOML.

use super::yaml::{Node, Value};
use crate::text::{Source, Span, Spanned};
use toml::de::{DeTable, DeValue};

/// Why a text is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotToml {
    pub span: Span,
    /// What is wrong, in one line.
    pub reason: String,
}

/// Reads a whole text as TOML.
///
/// # Errors
/// The first thing that is wrong.
///
/// ```
/// use passmuster::{doc::toml, text::Source};
/// let node = toml::read(&Source::new("a.toml", "name = \"ada\"\n")).unwrap();
/// let entries = match node.value { passmuster::doc::yaml::Value::Mapping(entries) => entries, _ => vec![] };
/// assert_eq!((entries[0].0.value.as_str(), entries[0].1.as_text()), ("name", Some("ada")));
/// ```
pub fn read(source: &Source) -> Result<Node, NotToml> {
    match DeTable::parse(source.text()) {
        Ok(table) => Ok(mapping(table.get_ref(), Span::new(0, source.text().len()))),
        Err(error) => {
            let span = error.span().map_or(Span::at(0), |range| Span::new(range.start, range.end));
            let reason = error.message().lines().next().unwrap_or("it is no TOML").to_owned();
            Err(NotToml { span, reason })
        }
    }
}

fn mapping(table: &DeTable<'_>, span: Span) -> Node {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            let place = Span::new(key.span().start, key.span().end);
            (Spanned::new(key.get_ref().to_string(), place), node(value))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span);
    Node { span, value: Value::Mapping(entries) }
}

fn node(value: &toml::Spanned<DeValue<'_>>) -> Node {
    let span = Span::new(value.span().start, value.span().end);
    let plain = |text: String| Node { span, value: Value::Scalar { text, plain: true } };
    match value.get_ref() {
        DeValue::String(text) => Node { span, value: Value::Scalar { text: text.to_string(), plain: false } },
        DeValue::Integer(number) => plain(number.to_string()),
        DeValue::Float(number) => plain(number.to_string()),
        DeValue::Boolean(truth) => plain(truth.to_string()),
        DeValue::Datetime(time) => plain(time.to_string()),
        DeValue::Array(values) => Node { span, value: Value::Sequence(values.iter().map(node).collect()) },
        DeValue::Table(table) => mapping(table, span),
    }
}
