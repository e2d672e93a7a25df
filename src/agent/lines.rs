//! Reads front matter that is no YAML, line by line.
//!
//! A field starts only in the first column, with a key that agents are known to have and that was not seen yet.
//! Everything else continues the field before it: so `Context:` and `user:` stay inside the description they belong to.

use super::front::is_heading;
use crate::doc::yaml::{Entry, Node, Value};
use crate::text::{Source, Span, Spanned};

/// The keys that agents have, over all tools.
#[rustfmt::skip]
const KEYS: [&str; 72] = [
    "name", "description", "model", "tools", "color", "colour", "emoji", "vibe", "category", "type", "hooks",
    "capabilities", "priority", "version", "metadata", "permissionMode", "disallowedTools", "maxTurns", "memory",
    "skills", "allowed-tools", "mcpServers", "isolation", "background", "mode", "temperature", "permission",
    "permissions", "handoffs", "mcp-servers", "argument-hint", "user-invocable", "kind", "globs", "alwaysApply", "tags",
    "id", "author", "division", "domains", "title", "updated", "created", "license", "effort", "initialPrompt",
    "applyTo", "target", "infer", "disable-model-invocation", "triggers", "proactive", "specialization", "complexity",
    "autonomous", "dependencies", "timeout_mins", "max_turns", "display_name", "examples", "top_p", "steps", "disable",
    "hidden", "readonly", "is_background", "agents", "services", "tier", "scope", "display-name", "subagent_type",
];

/// Keys whose value is one word or line: what follows them does not belong to them.
const SHORT: [&str; 8] = ["name", "model", "color", "colour", "id", "mode", "title", "version"];

/// Whether agents are known to have this key.
pub(super) fn is_key(word: &str) -> bool {
    KEYS.contains(&word)
}

/// What reading gave: a mapping, and the keys that were written twice.
pub(super) struct Fields {
    pub node: Node,
    pub twice: Vec<Spanned<String>>,
}

/// Reads the front matter at `span`.
pub(super) fn read(source: &Source, span: Span) -> Fields {
    let text = source.slice(span);
    let mut fields: Vec<(Spanned<String>, Span)> = Vec::new();
    let mut twice = Vec::new();
    // What follows a key that was dropped, or one with a short value, is dropped with it.
    let mut open = false;
    let mut at = span.start;
    for line in text.split_inclusive('\n') {
        let place = Span::new(at, at + line.trim_end().len());
        at += line.len();
        if let Some(key) = key_of(line) {
            let name = Spanned::new(key.to_owned(), Span::new(place.start, place.start + key.len()));
            let in_description = open && fields.last().is_some_and(|(last, _)| last.value == "description");
            if !fields.iter().any(|(seen, _)| seen.value == key) {
                let value = Span::new(name.span.end + 1, place.end.max(name.span.end + 1));
                open = !SHORT.contains(&key) || source.slice(value).trim().is_empty();
                fields.push((name, value));
                continue;
            }
            if !in_description {
                twice.push(name);
                open = false;
                continue;
            }
        }
        if let Some((_, value)) = fields.last_mut().filter(|_| open && !is_heading(line)) {
            value.end = place.end.max(value.end);
        }
    }
    let entries: Vec<Entry> = fields.into_iter().map(|(key, value)| (key, node(source, value))).collect();
    Fields { node: Node { span, value: Value::Mapping(entries) }, twice }
}

fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    (is_key(key) && (rest.is_empty() || rest.starts_with([' ', '\t', '\n']))).then_some(key)
}

/// A value: a list of `- x` lines, a list in brackets, or a text with its quotes or block sign taken away.
fn node(source: &Source, span: Span) -> Node {
    let text = source.slice(span).trim();
    let scalar = |text: &str| Node { span, value: Value::Scalar { text: text.to_owned(), plain: false } };
    let list = |parts: &mut dyn Iterator<Item = &str>| {
        let parts = parts.map(|part| unquoted(part.trim())).filter(|part| !part.is_empty());
        Node { span, value: Value::Sequence(parts.map(scalar).collect()) }
    };
    if text.is_empty() {
        return Node { span, value: Value::Null };
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return list(&mut inner.split(','));
    }
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("- ")) {
        return list(&mut text.lines().map(|line| line.trim().trim_start_matches('-')));
    }
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let block = first.starts_with(['|', '>']) && first[1..].chars().all(|c| matches!(c, '+' | '-' | '0'..='9' | ' '));
    scalar(if block { rest.trim() } else { unquoted(text) })
}

/// The text without the quotes around the whole.
fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote).filter(|inner| !inner.contains(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> String {
        let fields = read(&Source::new("a", text), Span::new(0, text.len()));
        let Value::Mapping(entries) = fields.node.value else { return String::new() };
        let shown = entries.iter().map(|(key, node)| match &node.value {
            Value::Sequence(nodes) => {
                format!("{}={:?}", key.value, nodes.iter().map(|n| n.as_text()).collect::<Vec<_>>())
            }
            _ => format!("{}={:?}", key.value, node.as_text()),
        });
        shown.chain(fields.twice.iter().map(|key| format!("twice {}", key.value))).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn only_known_keys_start_a_field() {
        for (text, expected) in [
            (
                "name: a\ndescription: b. Examples: Context: c\nuser: d\nmodel: opus\n",
                r#"name=Some("a"); description=Some("b. Examples: Context: c\nuser: d"); model=Some("opus")"#,
            ),
            ("name: a\nname: b\nmodel: c\n", r#"name=Some("a"); model=Some("c"); twice name"#),
            ("name: a\ndescription: b\nname: c\n", r#"name=Some("a"); description=Some("b\nname: c")"#),
            ("tools:\n  - Read\n  - \"Write\"\n", r#"tools=[Some("Read"), Some("Write")]"#),
            ("tools: [Read, 'Write']\n", r#"tools=[Some("Read"), Some("Write")]"#),
            ("description: >-\n  b: c\n  d\n", r#"description=Some("b: c\n  d")"#),
            ("description: \"b: c\"\n", r#"description=Some("b: c")"#),
            ("globs: **/*\n", r#"globs=Some("**/*")"#),
            (
                "name: a\ndescription: b\n# Title\ntools: c\n",
                r#"name=Some("a"); description=Some("b"); tools=Some("c")"#,
            ),
            ("name:\n", "name=None"),
            ("x: y\n", ""),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "((name|tools|description|x)?:?[ \\[\\]|>\"'#a-]{0,6}\n?){0,12}") {
            said(&text);
        }
    }
}
