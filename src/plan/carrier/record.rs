//! Tasks as files of their own: the front matter says `id`, `title`, `status`, `dependencies`.
//!
//! Domain layer; pure functions from front matter to places. Only the plain part of YAML that such files use is read:
//! `key: value`, `key: [a, b]` and a list of `- a` lines below a key.

use crate::plan::Kind;
use crate::plan::field::Key;
use crate::text::Span;

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

/// Reads front matter that stands at `body` in `text`; `None` when it is none of a task.
pub(in crate::plan) fn read(text: &str, body: Span) -> Option<Record> {
    let mut record = Record::default();
    let mut open: Option<Key> = None;
    let mut found = false;
    let mut at = body.start;
    for line in text[body.range()].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim();
        if let (Some(key), Some(rest)) = (open, trimmed.strip_prefix("- ")) {
            let value = unquoted(rest);
            let from = start + place_of(line, value);
            record.fields.push((key, None, Span::new(from, from + value.len())));
            continue;
        }
        open = None;
        let Some((word, rest)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t', '#', '-'])) else {
            continue;
        };
        let rest = rest.split(" #").next().unwrap_or("");
        let value = unquoted(rest.trim());
        let from = start + place_of(line, value);
        let value_span = Span::new(from, from + value.len());
        match word {
            "id" if !value.is_empty() => {
                found = true;
                record.id = value_span;
                record.line = Span::new(start, start + line.trim_end().len());
            }
            "title" | "name" if !value.is_empty() => record.title = Some(value_span),
            "type" | "kind" => record.kind = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(value)),
            "parent" | "epic" | "feature" | "phase" if !value.is_empty() => record.parent = Some(value_span),
            _ => {
                let Some(key) = Key::find(word).filter(|key| !matches!(key, Key::Remark | Key::Criteria)) else {
                    continue;
                };
                if value.is_empty() {
                    open = Some(key);
                } else {
                    let inner = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                    let span = match inner {
                        Some(inner) if key != Key::Needs => Span::new(from + 1, from + 1 + inner.len()),
                        _ => value_span,
                    };
                    record.fields.push((key, Some(Span::new(start, start + word.len())), span));
                }
            }
        }
    }
    let said = record.title.is_some() || !record.fields.is_empty();
    (found && said).then_some(record)
}

/// Where a part of a line that was cut from its end stands.
fn place_of(line: &str, part: &str) -> usize {
    line.rfind(part).filter(|_| !part.is_empty()).unwrap_or(line.trim_end().len())
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let quoted = |sign: char| text.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
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
        for text in ["", "title: x\nstatus: open\n", "id:\ntitle: x\n", "id: T-1\n", "  id: T-1\n  title: x\n"] {
            assert_eq!(said(text), None, "{text:?}");
        }
    }
}
