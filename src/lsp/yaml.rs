//! Which key of a YAML file stands at a place, and what its schema says about it.
//!
//! A file that is being written is no YAML yet, so the place is found by lines and indentation, which hold while a line
//! is half typed; the blocks of our files are plain enough for that.

use crate::text::Span;
use serde_json::Value;

/// A place in a YAML text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The keys around the place, outermost first; entries of lists are left out.
    pub path: Vec<String>,
    /// The word at the place, as far as it is written.
    pub word: Span,
    pub role: Role,
}

/// What the word at a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A key of the mapping that the path leads to.
    Key,
    /// The value, or an entry of the list, that the path leads to.
    Value,
}

/// Finds the place of a byte offset.
pub(super) fn spot(text: &str, offset: usize) -> Option<Spot> {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start..offset];
    let indent = indent_of(before);
    let content = &before[indent..];
    if content.starts_with('#') || content.contains(" #") {
        return None;
    }
    let mut path = around(&text[..start], indent, content.starts_with("- "));
    let entry = content.trim_start_matches("- ");
    let mut at = offset - entry.len();
    let mut rest = entry;
    // A key on this line whose value is being written, then what braces opened on it.
    let mut role = Role::Key;
    if let Some((key, value)) = key_of(rest) {
        path.push(key.to_owned());
        at += rest.len() - value.len();
        rest = value;
        role = Role::Value;
    } else if content.starts_with("- ") && !entry.contains(':') {
        role = Role::Value;
    }
    let mut opened = Vec::new();
    while let Some(found) = rest.find(['{', '[', '}', ']', ',']) {
        let sign = rest.as_bytes()[found];
        match sign {
            b'{' | b'[' => opened.push((sign, path.len())),
            b'}' | b']' => path.truncate(opened.pop().map_or(path.len(), |(_, depth)| depth)),
            _ => path.truncate(opened.last().map_or(path.len(), |(_, depth)| *depth)),
        }
        at += found + 1;
        rest = &rest[found + 1..];
        role = if opened.last().is_some_and(|(sign, _)| *sign == b'{') { Role::Key } else { Role::Value };
        if role == Role::Key
            && let Some((key, value)) = key_of(rest)
        {
            path.push(key.to_owned());
            at += rest.len() - value.len();
            rest = value;
            role = Role::Value;
        }
    }
    let word = rest.trim_start();
    at += rest.len() - word.len();
    Some(Spot { path, word: Span::new(at, offset), role })
}

/// Splits `key: value`; what has no colon yet is no key. A flow entry ends where the next begins.
fn key_of(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let key = key.trim().trim_matches(['"', '\'']);
    let fits = !key.is_empty() && !key.contains(['{', '[', ',', '}', ']']);
    (fits && (value.is_empty() || value.starts_with(' '))).then_some((key, value))
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The keys of the lines above that a line of this indentation stands below. A list may stand as far left as its key.
fn around(above: &str, indent: usize, is_entry: bool) -> Vec<String> {
    let mut path = Vec::new();
    let mut limit = if is_entry { indent + 1 } else { indent };
    for line in above.lines().rev() {
        let content = line.trim_start_matches(' ');
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        // The first key of an entry stands behind its dash.
        let dashes = content.len() - content.trim_start_matches("- ").len();
        let column = indent_of(line) + dashes;
        if column < limit {
            if let Some((key, value)) = key_of(&content[dashes..])
                && (value.trim().is_empty() || value.trim_start().starts_with('#'))
            {
                path.push(key.to_owned());
            }
            limit = column;
        }
        if dashes > 0 && indent_of(line) < limit {
            limit = indent_of(line) + 1;
        }
    }
    path.reverse();
    path
}

/// The parts of a schema that describe the values at a path.
pub(super) fn at_path<'s>(schema: &'s Value, path: &[String]) -> Vec<&'s Value> {
    let mut found = spread(schema);
    for key in path {
        let below = |part: &&'s Value| {
            let listed = part.pointer("/properties").and_then(|all| all.get(key));
            listed.or_else(|| part.get("additionalProperties").filter(|values| values.is_object()))
        };
        found = found.iter().filter_map(below).flat_map(spread).collect();
    }
    found
}

/// A part of a schema with its alternatives and the entries of its lists.
fn spread(part: &Value) -> Vec<&Value> {
    let mut found = vec![part];
    let mut next = 0;
    while let Some(part) = found.get(next).copied() {
        next += 1;
        found.extend(part.get("anyOf").and_then(Value::as_array).into_iter().flatten().filter(|one| one.is_object()));
        found.extend(part.get("items"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let offset = text.find('|').expect("a cursor");
        let whole = text.replacen('|', "", 1);
        spot(&whole, offset).map_or(String::new(), |spot| {
            let sign = if spot.role == Role::Key { '.' } else { '=' };
            format!("{}{sign}{}", spot.path.join("/"), &whole[spot.word.range()])
        })
    }

    #[test]
    fn places_are_found_while_a_line_is_half_typed() {
        for (text, expected) in [
            ("pro|", ".pro"),
            ("profile: te|", "profile=te"),
            ("protect: [main, re|]", "protect=re"),
            ("levels:\n  ta|", "levels.ta"),
            ("levels:\n  task: [comm|", "levels/task=comm"),
            ("levels:\n  task:\n    - comm|", "levels/task=comm"),
            ("levels:\n  task:\n  - comm|", "levels/task=comm"),
            ("levels: { task: [a, b], fea|", "levels.fea"),
            ("gates:\n  lint: { run: cargo clippy, inp|", "gates/lint.inp"),
            ("gates:\n  lint: { metric: { lcov: a, mi|", "gates/lint/metric.mi"),
            ("gates:\n  lint: { metric: { lcov: a }, ti|", "gates/lint.ti"),
            ("gates:\n  lint:\n    # a note\n\n    run: x\n    ti|", "gates/lint.ti"),
            ("members:\n  - na|", "members=na"),
            ("members:\n  - name: ada\n    ki|", "members.ki"),
            ("members:\n  - name: ada\n    kind: hu|", "members/kind=hu"),
            ("members:\n- name: ada\n  ki|", "members.ki"),
            ("members:\n  - name: a\n    roles:\n      - x\n    te|", "members.te"),
            ("# pro|", ""),
            ("profile: team # w|", ""),
            ("|", "."),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_schema_is_followed_through_alternatives_lists_and_names() {
        let schema = crate::policy::schema();
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let is_there = |text| !at_path(&schema, &path(text)).is_empty();
        assert!(is_there("gates/any/metric/lcov") && is_there("trust/main") && is_there("levels/task"));
        assert!(!is_there("gates/any/none") && !is_there("none"));
    }
}
