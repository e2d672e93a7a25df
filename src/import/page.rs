//! A Markdown file of a tracker: the keys of its front matter and the sections below its headings.
//!
//! Domain layer. Front matter that only a lenient reader takes (`assignee: @ada`) is mended; what cannot be mended is a
//! loss of the keys, not of the file.

use super::codes;
use super::draft::{DraftCriterion, DraftItem, Spot};
use super::files::Text;
use super::report::Report;
use super::values;
use crate::diag::Sink;
use crate::doc::blocks::BlockKind;
use crate::doc::yaml::{self, Node, Value};
use crate::doc::{front_matter, markdown, markdown_start};
use crate::text::{Source, Span};

/// The largest front matter that is read.
const MAX_FRONT: usize = 256 * 1024;

pub(super) struct Page {
    pub keys: Vec<Key>,
    /// The first is what stands above every heading; its title is empty.
    pub sections: Vec<Section>,
}

pub(super) struct Key {
    pub name: String,
    pub value: Node,
    pub spot: Spot,
}

pub(super) struct Section {
    pub title: String,
    pub text: String,
}

/// Reads a page.
pub(super) fn read(text: &Text, report: &mut Report) -> Page {
    Page { keys: keys(text, report), sections: sections(text) }
}

fn keys(text: &Text, report: &mut Report) -> Vec<Key> {
    let source = &text.source;
    let Some(front) = front_matter(source.text()) else { return Vec::new() };
    let mut sink = Sink::new();
    let node = yaml::read(source, front.body, MAX_FRONT, &mut sink).or_else(|| {
        // Blanks take the place of what is before, so that places stay what they are.
        let mended = mended(source.slice(front.body));
        let before: String =
            source.text()[..front.body.start].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        let start = before.len();
        let again = Source::new(source.path(), before + &mended);
        yaml::read(&again, Span::new(start, again.text().len()), MAX_FRONT, &mut Sink::new())
    });
    match node.map(|node| node.value) {
        Some(Value::Mapping(entries)) => entries
            .into_iter()
            .map(|(name, value)| Key {
                spot: text.at(source.line_column(name.span.start).line),
                name: name.value,
                value,
            })
            .collect(),
        _ => {
            let reason =
                sink.into_sorted().first().map_or("it is no mapping".to_owned(), |first| first.message.clone());
            report.value_lost(&codes::NOT_READ, &text.at(1), "the front matter", &reason);
            Vec::new()
        }
    }
}

/// Front matter with quotes around values that YAML would take for something else.
fn mended(front: &str) -> String {
    let mut out = String::with_capacity(front.len() + 32);
    for line in front.split_inclusive('\n') {
        let body = line.trim_end();
        let indent = body.len() - body.trim_start().len();
        let value = match (body.trim_start().strip_prefix("- "), body.find(": ")) {
            (Some(_), _) => Some(indent + 2),
            (None, Some(at)) => Some(at + 2),
            (None, None) => None,
        };
        let plain = |value: &str| {
            let first = value.chars().next();
            first.is_some_and(|c| matches!(c, '@' | '`' | '%' | '&' | '!' | '*'))
                || first.is_some_and(char::is_alphanumeric) && (value.contains(": ") || value.contains(" #"))
        };
        match value.filter(|&at| plain(body[at..].trim_start())) {
            Some(at) => {
                out.push_str(&body[..at]);
                out.push('\'');
                out.push_str(&body[at..].trim_start().replace('\'', "''"));
                out.push('\'');
                out.push_str(&line[body.len()..]);
            }
            None => out.push_str(line),
        }
    }
    out
}

/// The parts of a page between headings of the first two levels.
fn sections(text: &Text) -> Vec<Section> {
    let source = &text.source;
    let start = markdown_start(source.text());
    let mut heads: Vec<(Span, String)> = Vec::new();
    // A page that nests without end is one section.
    let _ = markdown::scan(source.text(), start, |block| {
        if let BlockKind::Heading { level: 1 | 2 } = block.kind {
            heads.push((block.line, source.slice(block.text).to_owned()));
        }
    });
    let mut sections = Vec::with_capacity(heads.len() + 1);
    let ends = heads.iter().map(|(line, _)| line.start).chain([source.text().len()]);
    let starts =
        std::iter::once((start, String::new())).chain(heads.iter().map(|(line, title)| (line.end, title.clone())));
    for ((from, title), to) in starts.zip(ends) {
        let text = source.slice(Span::new(from, to)).trim_matches(['\n', '\r']).to_owned();
        sections.push(Section { title, text });
    }
    sections
}

/// Takes a section of conditions into an item: its list items, without the `#1` that counts them; other lines stay
/// prose.
pub(super) fn conditions(item: &mut DraftItem, title: &str, text: &str) {
    let mut rest = String::new();
    for line in text.lines() {
        match values::list_item(line) {
            Some((ticked, said)) if !said.is_empty() => {
                let number = said.strip_prefix('#').map(|said| said.trim_start_matches(|c: char| c.is_ascii_digit()));
                let said = number.filter(|rest| rest.starts_with(' ')).map_or(said, str::trim);
                item.criteria.push(DraftCriterion { text: said.to_owned(), ticked: ticked.unwrap_or(false) });
            }
            _ => {
                rest.push_str(line);
                rest.push('\n');
            }
        }
    }
    item.note(Some(title), rest.trim());
}

impl Key {
    /// A value that is one word or text.
    pub(super) fn text(&self) -> Option<&str> {
        self.value.as_text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A list of texts; one text is a list of one.
    pub(super) fn texts(&self) -> Vec<&str> {
        match &self.value.value {
            Value::Sequence(nodes) => nodes.iter().filter_map(Node::as_text).map(str::trim).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// Whether nothing is said.
    pub(super) fn is_blank(&self) -> bool {
        match &self.value.value {
            Value::Null => true,
            Value::Scalar { text, .. } => text.trim().is_empty(),
            Value::Sequence(nodes) => nodes.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn page(text: &str) -> (Page, Report) {
        let path: Arc<str> = "a.md".into();
        let mut report = Report::default();
        let text = Text { source: Source::new(&*path, text), path };
        (read(&text, &mut report), report)
    }

    #[test]
    fn keys_that_yaml_refuses_are_mended() {
        let (page, report) =
            page("---\nid: 004\nassignee: @ada\ntitle: a: b\nlabels:\n  - @x\n---\n# T\ntext\n## D\n- a\n");
        let said: Vec<(&str, Vec<&str>)> = page.keys.iter().map(|key| (&*key.name, key.texts())).collect();
        assert_eq!(
            said,
            [("id", vec!["004"]), ("assignee", vec!["@ada"]), ("title", vec!["a: b"]), ("labels", vec!["@x"])]
        );
        assert!(report.losses().is_empty() && page.keys[1].spot.line == Some(3));
        let sections: Vec<(&str, &str)> = page.sections.iter().map(|part| (&*part.title, &*part.text)).collect();
        assert_eq!(sections, [("", ""), ("T", "text"), ("D", "- a")]);
    }

    #[test]
    fn front_matter_beyond_mending_loses_its_keys_only() {
        let (page, report) = page("---\n[: {\n---\ntext\n");
        assert!(page.keys.is_empty() && page.sections[0].text == "text" && report.has_faults());
    }
}
