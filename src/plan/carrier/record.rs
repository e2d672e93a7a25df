//! Tasks as files of their own: the front matter says `id`, `title`, `status`, `dependencies`.
//!
//! Domain layer; pure functions from front matter to places. Only the plain part of YAML that such files use is read:
//! `key: value`, `key: [a, b]` and a list of `- a` lines below a key.

use crate::plan::Kind;
use crate::plan::field::Key;
use crate::text::Span;
use std::ops::Range;

/// What the front matter of a task file says. Places are those of the document.
#[derive(Debug, Default)]
pub(in crate::plan) struct Record {
    pub id: Span,
    /// The line of the id.
    pub line: Span,
    pub title: Option<Span>,
    pub kind: Option<Kind>,
    /// The id of the item it stands in.
    pub parent: Option<Span>,
    /// Key, where the key is written if the value is on its line, and the value.
    pub fields: Vec<(Key, Option<Span>, Span)>,
}

/// One `key: value` of front matter, with the list that may stand below it.
#[derive(Debug)]
pub(in crate::plan) struct Entry {
    /// From the start of the key to the end of its last line, without the line end.
    pub lines: Span,
    pub word: Span,
    /// Without quotes and comment; empty, and where it would stand, when the line has none.
    pub value: Span,
    /// The values of the list.
    pub list: Vec<Span>,
}

/// The entries of the front matter that stands at `body` in `text`.
pub(in crate::plan) fn entries(text: &str, body: Span) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = false;
    let mut at = body.start;
    for whole in text[body.range()].split_inclusive('\n') {
        let (start, line) = (at, whole.trim_end());
        at += whole.len();
        let scalar = |from: usize| {
            let found = scalar(&line[from..]);
            Span::new(start + from + found.start, start + from + found.end)
        };
        let indent = line.len() - line.trim_start().len();
        if let Some(entry) = entries.last_mut().filter(|_| open && line[indent..].starts_with("- ")) {
            entry.list.push(scalar(indent + 2));
            entry.lines.end = start + line.len();
            continue;
        }
        open = false;
        let Some((word, _)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t', '#', '-'])) else {
            continue;
        };
        let value = scalar(word.len() + 1);
        open = value.is_empty();
        let word = Span::new(start, start + word.len());
        entries.push(Entry { lines: Span::new(start, start + line.len()), word, value, list: Vec::new() });
    }
    entries
}

/// Where the value stands in what follows a colon or a dash: without blanks, a comment, and quotes.
fn scalar(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    for sign in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(sign)
            && let Some(end) = inner.find(sign)
            && matches!(inner[end + 1..].trim_start().chars().next(), None | Some('#'))
        {
            return start + 1..start + 1 + end;
        }
    }
    if rest.starts_with('#') {
        return start..start;
    }
    let plain = rest.split(" #").next().unwrap_or("").trim_end();
    start..start + plain.len()
}

/// What stands between the brackets of `[a, b]`; other values are what they are.
pub(in crate::plan) fn inside(text: &str, value: Span) -> Span {
    let said = &text[value.range()];
    match said.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => Span::new(value.start + 1, value.start + 1 + inner.len()),
        None => value,
    }
}

/// The key of a field that a word of front matter means.
pub(in crate::plan) fn key(word: &str) -> Option<Key> {
    Key::find(word).filter(|key| !matches!(key, Key::Remark | Key::Criteria))
}

/// Reads front matter that stands at `body` in `text`; `None` when it is none of a task.
pub(in crate::plan) fn read(text: &str, body: Span) -> Option<Record> {
    let mut record = Record::default();
    let mut found = false;
    for Entry { lines, word, value, list } in entries(text, body) {
        let said = &text[value.range()];
        match &text[word.range()] {
            "id" if !said.is_empty() => {
                found = true;
                record.id = value;
                record.line = lines;
            }
            "title" | "name" if !said.is_empty() => record.title = Some(value),
            "type" | "kind" => record.kind = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(said)),
            "parent" | "epic" | "feature" | "phase" if !said.is_empty() => record.parent = Some(value),
            name => {
                let Some(key) = key(name) else { continue };
                if said.is_empty() {
                    record.fields.extend(list.into_iter().map(|value| (key, None, value)));
                } else {
                    // `needs: []` says that nothing is needed.
                    let value = if key == Key::Needs { value } else { inside(text, value) };
                    record.fields.push((key, Some(word), value));
                }
            }
        }
    }
    let said = record.title.is_some() || !record.fields.is_empty();
    (found && said).then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        let record = read(text, Span::new(0, text.len()))?;
        let fields: Vec<String> =
            record.fields.iter().map(|(key, _, value)| format!("{key:?}={}", &text[value.range()])).collect();
        Some(format!("{} {:?} {}", &text[record.id.range()], record.title.map(|t| &text[t.range()]), fields.join(" ")))
    }

    #[test]
    fn front_matter_of_a_task() {
        let text = "id: T-1\ntitle: \"Do it\"\nstatus: done # since May\r\ndependencies:\n  - T-2\n  - \"T-3\"\nassignee: []\nx: y\n";
        assert_eq!(said(text).unwrap(), "T-1 Some(\"Do it\") Status=done Needs=T-2 Needs=T-3 Owner=");
        assert_eq!(said("id: T-1\ndepends: [T-2, T-3]\n").unwrap(), "T-1 None Needs=[T-2, T-3]");
        let places = "id: T-1 # T-1\ntitle: \"a # b\" # c\nowner: ann # ann\nneeds: # none yet\n- T-2 # x\n";
        assert_eq!(said(places).unwrap(), "T-1 Some(\"a # b\") Owner=ann Needs=T-2");
        let owner = read(places, Span::new(0, places.len())).unwrap().fields[0].2;
        assert_eq!(owner.start, places.find("ann").unwrap(), "a comment is no value");
        for text in ["", "title: x\nstatus: open\n", "id:\ntitle: x\n", "id: T-1\n", "  id: T-1\n  title: x\n"] {
            assert_eq!(said(text), None, "{text:?}");
        }
    }
}
