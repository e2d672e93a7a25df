//! What the keys of an agent file say.

use crate::doc::yaml::{Node, Value};
use crate::text::visible;

/// The most characters of the one line that says what an agent is for.
const MAX_ABOUT: usize = 140;

/// How descriptions call for an agent.
const CALLS: [&str; 4] = ["MUST BE USED for ", "MUST BE USED to ", "Use PROACTIVELY for ", "Use PROACTIVELY to "];

/// How many competencies and tools are kept.
const MAX_LISTED: usize = 16;

/// The value of the first of these keys that is written and says something.
pub(super) fn value<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    let Value::Mapping(entries) = &node.value else { return None };
    let find = |key: &&str| entries.iter().find(|(name, _)| name.value == **key).map(|(_, node)| node);
    keys.iter().filter_map(find).find(|node| !matches!(&node.value, Value::Null))
}

/// The value as one text; the parts of lists and mappings follow each other.
pub(super) fn text(node: &Node) -> Option<String> {
    let mut parts = Vec::new();
    collect(node, &mut parts);
    let text = parts.join(" ");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn collect<'a>(node: &'a Node, parts: &mut Vec<&'a str>) {
    match &node.value {
        Value::Null => {}
        Value::Scalar { text, .. } => parts.push(text.trim()),
        Value::Sequence(nodes) => nodes.iter().for_each(|node| collect(node, parts)),
        Value::Mapping(entries) => {
            for (key, node) in entries {
                parts.push(&key.value);
                collect(node, parts);
            }
        }
    }
}

/// The value as one word: the text, or the first of a list.
pub(super) fn word(node: &Node) -> Option<String> {
    match &node.value {
        Value::Sequence(nodes) => nodes.iter().find_map(word),
        _ => node.as_text().map(|text| visible(text.trim()).into_owned()).filter(|text| !text.is_empty()),
    }
}

/// A list of names: a list, texts parted by commas or blanks, or a mapping of names to `true`.
pub(super) fn names(node: &Node) -> Vec<String> {
    let kept = |text: &str| visible(text.trim().trim_matches(['"', '\''])).into_owned();
    let names: Vec<String> = match &node.value {
        Value::Null => Vec::new(),
        Value::Scalar { text, .. } if text.contains(',') => split_outside_brackets(text).map(kept).collect(),
        Value::Scalar { text, .. } => text.split_whitespace().map(kept).collect(),
        Value::Sequence(nodes) => nodes.iter().filter_map(Node::as_text).map(kept).collect(),
        Value::Mapping(entries) => {
            let on = entries.iter().filter(|(_, node)| node.as_text() != Some("false"));
            on.map(|(key, _)| kept(&key.value)).collect()
        }
    };
    names.into_iter().filter(|name| !name.is_empty()).take(MAX_LISTED).collect()
}

/// The parts between commas; `Bash(git add, git commit)` is one.
fn split_outside_brackets(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// Tags of what an agent is good at: words and short phrases of a list, in lower case.
pub(super) fn competencies(node: &Node) -> Vec<String> {
    let Value::Sequence(nodes) = &node.value else { return Vec::new() };
    let mut tags: Vec<String> = Vec::new();
    for tag in nodes.iter().filter_map(Node::as_text).filter_map(super::slug) {
        let tag = tag.as_str().to_ascii_lowercase().replace('_', "-");
        if tag.len() <= 32 && !tags.contains(&tag) && tags.len() < MAX_LISTED {
            tags.push(tag);
        }
    }
    tags
}

/// What a description says in one line: its first sentence, without examples and marks of emphasis.
pub(super) fn about(description: &str) -> Option<String> {
    let text = description.replace("\\n", " ").replace(['`', '*'], "");
    let text = ["<example", "Examples:", "examples:", "Example:", "<commentary"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
        .map_or(text.as_str(), |at| &text[..at]);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = visible(&line);
    // Words that tell a model when to use the agent say nothing about what it is for.
    let line = CALLS.iter().find_map(|call| line.strip_prefix(call)).unwrap_or(&line);
    let sentence = sentence_end(line).map_or(line, |at| &line[..at]).trim_end_matches(['.', ':', ' ']);
    (!sentence.is_empty()).then(|| shortened(sentence))
}

/// Where the first sentence ends, if more follows.
fn sentence_end(text: &str) -> Option<usize> {
    text.match_indices(". ")
        .map(|(at, _)| at)
        .find(|&at| at >= 24 && text[at + 2..].starts_with(|c: char| c.is_uppercase()))
}

/// Cut at a blank, with an ellipsis.
fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(MAX_ABOUT) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').filter(|&at| at > end / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ' ', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_says_what_an_agent_is_for() {
        for (description, expected) in [
            ("Reviews code.", "Reviews code"),
            (
                "Use this agent to review code before a merge. Examples: <example>x</example>",
                "Use this agent to review code before a merge",
            ),
            ("Handles e.g. Kafka.\\nUse it", "Handles e.g. Kafka. Use it"),
            ("MUST BE USED for code review", "code review"),
            ("a\n  b\tc", "a b c"),
            ("Uses **Rust** and `cargo`", "Uses Rust and cargo"),
        ] {
            assert_eq!(about(description).as_deref(), Some(expected));
        }
        assert_eq!(about(" <example>x</example>"), None);
        assert!(about(&"word ".repeat(100)).unwrap().chars().count() <= MAX_ABOUT + 1);
        assert!(about(&"é".repeat(1000)).unwrap().ends_with('…'));
    }
}
