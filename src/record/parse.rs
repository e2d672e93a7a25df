//! From the text of a file to a [`Record`].

use super::kind::{Kind, Type};
use super::{FieldValue, Record, Step, Text, Tick, codes};
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::doc::blocks::BlockKind;
use crate::doc::yaml::{self, Fields, Node, Value};
use crate::doc::{self, markdown};
use crate::id::{GateName, ItemId, MemberName};
use crate::text::{Source, Span, Spanned};
use jiff::Timestamp;
use jiff::civil::Date;

/// The newest format of records this version knows.
pub const FORMAT: u32 = 1;

/// The size in bytes a record may have.
pub const MAX_BYTES: u64 = 128 * 1024;

/// The keys that hold the steps; every other key is content.
const STEP_KEYS: [&str; 6] = ["state", "by", "at", "seen", "signature", "steps"];

/// Reads a record of a kind. Everything wrong becomes a finding; `None` when there is any error, because a record
/// that is read in part could pass for one that was decided. Unknown keys are warnings.
pub fn parse(kind: &'static Kind, source: &Source, sink: &mut Sink) -> Option<Record> {
    let mut found = Sink::new();
    let record = read(kind, source, &mut found);
    let usable = !found.has_errors();
    sink.extend(found.into_sorted());
    record.filter(|_| usable)
}

fn read(kind: &'static Kind, source: &Source, sink: &mut Sink) -> Option<Record> {
    let Some(front) = doc::front_matter(source.text()) else {
        sink.push(
            Diagnostic::error(&codes::NO_RECORD, Place::text(source, Span::at(0)), "the file is no record")
                .cause("it does not begin with front matter between two lines `---`")
                .hint(format!("make one with `passmuster {}`, or move the file away", kind.opens)),
        );
        return None;
    };
    let node = yaml::read(source, front.body, yaml::MAX_BYTES, sink)?;
    let mut fields = Fields::new(source, &node, "the record", sink)?;
    let format = fields.format(kind.name, sink)?;
    if format.value > FORMAT {
        let message = format!("the record has format {}, which this version does not know", format.value);
        sink.push(
            Diagnostic::error(&codes::NEWER_FORMAT, Place::text(source, format.span), message)
                .cause(format!("the newest format known here is {FORMAT}"))
                .hint("install the newer version of passmuster"),
        );
        return None;
    }
    let mut reader = Reader { source, kind, sink };
    let title = fields.need("title", "title: what this is about", reader.sink);
    let title = title.and_then(|(_, node)| node.text(source, "`title`", reader.sink));
    let state = fields.need("state", &format!("state: {}", kind.first().name), reader.sink);
    let state = state.and_then(|(_, node)| reader.state(node));
    let steps = reader.steps(&mut fields);
    let values = kind.fields.iter().filter_map(|field| {
        let (key, node) = fields.take(field.name)?;
        let values = reader.values(field.kind, field.name, node)?;
        Some(FieldValue { name: field.name, key, span: node.span, values })
    });
    let values = values.collect();
    fields.finish(Severity::Warning, sink);
    let entries = match &node.value {
        Value::Mapping(entries) => entries
            .iter()
            .filter(|(key, _)| !STEP_KEYS.contains(&key.value.as_str()))
            .map(|(key, node)| (key.value.clone(), node.span))
            .collect(),
        _ => Vec::new(),
    };
    let sections = sections(source, front.after, sink)?;
    Some(Record {
        source: source.clone(),
        kind,
        title: title?,
        state: state?,
        steps: steps?,
        fields: values,
        sections,
        entries,
        body: Span::new(front.after, source.text().len()),
    })
}

struct Reader<'a> {
    source: &'a Source,
    kind: &'static Kind,
    sink: &'a mut Sink,
}

impl Reader<'_> {
    fn state(&mut self, node: &Node) -> Option<Spanned<String>> {
        let words: Vec<(&str, &str)> = self.kind.states.iter().map(|state| (state.name, state.name)).collect();
        let name = node.one_of(self.source, "the state", &words, self.sink)?;
        Some(Spanned::new(name.to_owned(), node.span))
    }

    /// The opening, from the keys of the record itself, then the list of steps.
    fn steps(&mut self, fields: &mut Fields<'_>) -> Option<Vec<Step>> {
        let opening = self.step(fields, Some(self.kind.first().name));
        let mut steps = vec![opening];
        if let Some((_, node)) = fields.take("steps") {
            for node in node.items(self.source, "`steps`", self.sink).unwrap_or_default() {
                let Some(mut fields) = Fields::new(self.source, node, "a step", self.sink) else {
                    steps.push(None);
                    continue;
                };
                steps.push(self.step(&mut fields, None));
                fields.finish(Severity::Error, self.sink);
            }
        }
        steps.into_iter().collect()
    }

    /// A step; `to` is known for the opening, whose keys are those of the record.
    fn step(&mut self, fields: &mut Fields<'_>, to: Option<&str>) -> Option<Step> {
        let to = match to {
            Some(name) => Some(Spanned::new(name.to_owned(), Span::at(fields.span().start))),
            None => {
                let node = fields.need("to", "to: a state", self.sink);
                node.and_then(|(_, node)| self.state(node))
            }
        };
        let by = fields.need("by", "by: ada", self.sink);
        let by = by.and_then(|(_, node)| node.text(self.source, "`by`", self.sink));
        let by = by.and_then(|by| self.name(by, "the member", MemberName::parse));
        let at = fields.need("at", "at: 2026-01-31T12:00:00Z", self.sink);
        let at = at.and_then(|(_, node)| {
            let text = node.text(self.source, "`at`", self.sink)?;
            let at = text.value.parse::<Timestamp>().ok();
            if at.is_none() {
                node.wrong_type(self.source, "`at`", "a moment such as 2026-01-31T12:00:00Z", self.sink);
            }
            Some(Spanned::new(at?, text.span))
        });
        // The opening shares its keys with the record, where a note would be a field.
        let is_opening = to.as_ref().is_some_and(|to| to.span.is_empty());
        let note = if is_opening { None } else { self.optional(fields, "note", "`note`") };
        let seen = self.optional(fields, "seen", "`seen`");
        let signature = self.optional(fields, "signature", "`signature`");
        Some(Step { to: to?, by: by?, at: at?, note, seen, signature })
    }

    fn optional(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Option<Spanned<String>> {
        fields.take(key).and_then(|(_, node)| node.text(self.source, what, self.sink))
    }

    fn name<T>(&mut self, text: Spanned<String>, what: &str, parse: fn(&str) -> Option<T>) -> Option<Spanned<String>> {
        if parse(&text.value).is_some() {
            return Some(text);
        }
        let message = format!("{what} `{}` is not a name", text.value);
        self.sink.push(
            Diagnostic::error(&codes::BAD_NAME, Place::text(self.source, text.span), message)
                .cause("a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit")
                .hint("use only those characters, without spaces"),
        );
        None
    }

    fn values(&mut self, kind: Type, name: &str, node: &Node) -> Option<Vec<Spanned<String>>> {
        let what = format!("`{name}`");
        // A key that waits for its value is as good as none.
        if node.value == Value::Null || node.as_text() == Some("") {
            return None;
        }
        match kind {
            Type::Texts | Type::Parties | Type::Items => {
                let texts = node.texts(self.source, &what, self.sink)?;
                let (what, parse): (_, fn(&str) -> bool) = match kind {
                    Type::Parties => ("the member", |text| MemberName::parse(text).is_some()),
                    Type::Items => ("the item", |text| ItemId::parse(text).is_some()),
                    _ => return Some(texts),
                };
                let check = |text: &str| parse(text).then_some(());
                texts
                    .into_iter()
                    .map(
                        |text| {
                            if check(&text.value).is_some() {
                                Some(text)
                            } else {
                                self.name(text, what, |_| None::<()>)
                            }
                        },
                    )
                    .collect()
            }
            Type::Word(words) => {
                let words: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
                let word = node.one_of(self.source, &what, &words, self.sink)?;
                Some(vec![Spanned::new(word.to_owned(), node.span)])
            }
            Type::Time => {
                let text = node.text(self.source, &what, self.sink)?;
                if moment(&text.value).is_none() {
                    node.wrong_type(
                        self.source,
                        &what,
                        "a moment (2026-01-31T12:00:00Z) or a day (2026-01-31)",
                        self.sink,
                    );
                    return None;
                }
                Some(vec![text])
            }
            Type::Text | Type::Record => Some(vec![node.text(self.source, &what, self.sink)?]),
            Type::Party => {
                let text = node.text(self.source, &what, self.sink)?;
                Some(vec![self.name(text, "the member", MemberName::parse)?])
            }
            Type::Gate => {
                let text = node.text(self.source, &what, self.sink)?;
                Some(vec![self.name(text, "the gate", GateName::parse)?])
            }
        }
    }
}

/// A moment, or the end of a day in UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10)?;
    let next = day.tomorrow().ok()?;
    next.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The parts below headings of the second level.
pub(crate) fn sections(source: &Source, from: usize, sink: &mut Sink) -> Option<Vec<Text>> {
    let mut sections: Vec<Text> = Vec::new();
    let mut inside = false;
    let read = markdown::scan(source.text(), from, |block| {
        let text = Spanned::new(source.slice(block.text).to_owned(), block.text);
        match block.kind {
            BlockKind::Heading { level: 2 } => {
                inside = true;
                sections.push(Text { title: text, filled: false, boxes: Vec::new(), span: block.line });
            }
            BlockKind::Heading { level: 1 } => inside = false,
            kind if inside => {
                let Some(section) = sections.last_mut() else { return };
                section.span = section.span.to(block.line);
                section.filled |= !text.value.is_empty();
                if let BlockKind::Item { checkbox: Some(checkbox), .. } = kind {
                    section.boxes.push(Tick { text, ticked: checkbox.ticked, mark: checkbox.span });
                }
            }
            _ => {}
        }
    });
    if let Err(deep) = read {
        sink.push(
            Diagnostic::error(
                &codes::TOO_DEEP,
                Place::text(source, Span::at(deep.offset)),
                "the text nests too deeply",
            )
            .cause("a line has more quotes and list markers than any reader follows")
            .hint("write it with fewer levels"),
        );
        return None;
    }
    Some(sections)
}
