//! Making and changing the files of records, byte by byte: what an edit does not mean stays as the person left it.

use super::{Kind, Record, Step};
use crate::diag::{Failure, Sink};
use crate::doc;
use crate::doc::yaml::{self, Value, flow};
use crate::evidence::Digest;
use crate::text::Source;
use jiff::Timestamp;
use serde_json::{Map, json};

/// The longest slug in a file name, in bytes.
const MAX_SLUG: usize = 48;

/// A value for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    One(String),
    Many(Vec<String>),
}

impl Given {
    fn shown(&self) -> String {
        match self {
            Self::One(text) => flow(&json!(text)),
            Self::Many(texts) => flow(&json!(texts)),
        }
    }
}

/// Returns the path of a new record: day, words of the title, and six digits that nobody else's has.
pub fn new_path(kind: &Kind, title: &str, by: &str, at: Timestamp) -> String {
    let day = at.strftime("%Y-%m-%d");
    let digits = Digest::of(&[kind.name.as_bytes(), title.as_bytes(), by.as_bytes(), at.to_string().as_bytes()]);
    format!("{}/{day}-{}-{}.md", kind.folder, slug(title), &digits.as_str()[..6])
}

/// A title as part of a file name.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if slug.len() >= MAX_SLUG {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "record".to_owned() } else { slug.to_owned() }
}

/// The text of a new record from a template: fields are set, texts stand below their headings.
///
/// # Errors
/// The template has no front matter.
pub fn open(
    kind: &Kind,
    template: &Source,
    title: &str,
    by: &str,
    at: Timestamp,
    fields: &[(&str, Given)],
    texts: &[(&str, String)],
) -> Result<String, Failure> {
    let title = crate::evidence::one_line(title);
    let mut source = Source::new(template.path(), template.text().replace("{title}", &title));
    let own = [
        ("passmuster", format!("{}/{}", kind.name, super::FORMAT)),
        ("title", flow(&json!(title))),
        ("state", kind.first().name.to_owned()),
        ("by", flow(&json!(by))),
        ("at", at.to_string()),
    ];
    let given = fields.iter().map(|(name, value)| (*name, value.shown()));
    for (key, value) in own.into_iter().chain(given) {
        source = Source::new(source.path(), set(&source, key, &value)?);
    }
    let mut text = source.text().to_owned();
    for (heading, below) in texts {
        text = put_below(&text, heading, below);
    }
    Ok(text)
}

/// Puts a text below its heading, in place of the comments there; a heading that is missing comes at the end.
pub fn put_below(text: &str, heading: &str, below: &str) -> String {
    let newline = line_end(text);
    let line = format!("## {heading}");
    let mut at = 0;
    for one in text.split_inclusive('\n') {
        at += one.len();
        if one.trim_end() == line {
            let rest = &text[at..];
            let next = rest.find("\n## ").map_or(rest.len(), |next| next + 1);
            let ends = if next < rest.len() { newline } else { "" };
            return format!("{}{newline}{}{newline}{ends}{}", &text[..at], below.trim(), &rest[next..]);
        }
    }
    format!("{}{newline}{newline}{line}{newline}{newline}{}{newline}", text.trim_end(), below.trim())
}

/// The text of a record with one more step, and the fields that come with it.
///
/// # Errors
/// The file's steps are not written one a line.
pub fn advance(record: &Record, step: &Step, fields: &[(&str, Given)]) -> Result<String, Failure> {
    let mut source = record.source.clone();
    for (name, value) in fields {
        source = Source::new(source.path(), set(&source, name, &value.shown())?);
    }
    source = Source::new(source.path(), set(&source, "state", &step.to.value)?);
    add_step(&source, &line(step))
}

/// The text of a record whose opening is signed.
///
/// # Errors
/// The front matter cannot be read.
pub fn sign_opening(record: &Record, seen: &str, signature: &str) -> Result<String, Failure> {
    let text = set(&record.source, "seen", &flow(&json!(seen)))?;
    set(&Source::new(record.path(), text), "signature", &flow(&json!(signature)))
}

/// A step as its line in the list.
fn line(step: &Step) -> String {
    let mut out = Map::new();
    out.insert("to".to_owned(), json!(step.to.value));
    out.insert("by".to_owned(), json!(step.by.value));
    out.insert("at".to_owned(), json!(step.at.value.to_string()));
    for (key, value) in [("note", &step.note), ("seen", &step.seen), ("signature", &step.signature)] {
        if let Some(value) = value {
            out.insert(key.to_owned(), json!(value.value));
        }
    }
    flow(&serde_json::Value::Object(out))
}

/// The entries of the front matter with their spans, and where it ends.
fn front(source: &Source) -> Result<(Vec<yaml::Entry>, usize), Failure> {
    let unreadable = || {
        Failure::new(format!("`{}` is not changed", source.path()))
            .because("its front matter cannot be read")
            .hint("run `passmuster check`")
    };
    let front = doc::front_matter(source.text()).ok_or_else(unreadable)?;
    let node = yaml::read(source, front.body, yaml::MAX_BYTES, &mut Sink::new()).ok_or_else(unreadable)?;
    match node.value {
        Value::Mapping(entries) => Ok((entries, front.body.end)),
        Value::Null => Ok((Vec::new(), front.body.end)),
        _ => Err(unreadable()),
    }
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Sets a key of the front matter to a value that is written as it is.
fn set(source: &Source, key: &str, value: &str) -> Result<String, Failure> {
    let (entries, end) = front(source)?;
    let text = source.text();
    if let Some((name, node)) = entries.iter().find(|(name, _)| name.value == key) {
        let written = source.slice(node.span).trim_end();
        let stop = (node.span.start + written.len()).max(name.span.end);
        let rest = &text[name.span.end..];
        let colon = name.span.end + rest.find(':').map_or(0, |colon| colon + 1);
        return Ok(format!("{} {value}{}", &text[..colon], &text[stop.max(colon)..]));
    }
    // New keys stand before the steps, which stay last.
    let at = entries
        .iter()
        .find(|(name, _)| name.value == "steps")
        .map_or(end, |(name, _)| line_start(text, name.span.start));
    Ok(format!("{}{key}: {value}{}{}", &text[..at], line_end(text), &text[at..]))
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |before| before + 1)
}

fn add_step(source: &Source, step: &str) -> Result<String, Failure> {
    let (entries, end) = front(source)?;
    let text = source.text();
    let newline = line_end(text);
    let Some((_, node)) = entries.iter().find(|(name, _)| name.value == "steps") else {
        return Ok(format!("{}steps:{newline}  - {step}{newline}{}", &text[..end], &text[end..]));
    };
    let Value::Sequence(steps) = &node.value else {
        return Err(Failure::new(format!("`{}` is not changed", source.path())).because("its `steps` are no list"));
    };
    let last = steps.last().map(|step| step.span);
    let dash =
        last.map(|last| line_start(text, last.start)).filter(|&start| text[start..].trim_start().starts_with("- "));
    let (Some(last), Some(start)) = (last, dash) else {
        return Err(Failure::new(format!("`{}` is not changed", source.path()))
            .because("its steps are not written one a line")
            .hint("write each as a line `- {to: …, by: …, at: …}`"));
    };
    let indent = &text[start..start + (text[start..].len() - text[start..].trim_start().len())];
    let last_byte = (last.start + source.slice(last).trim_end().len()).max(last.start);
    let at = text[last_byte..].find('\n').map_or(text.len(), |found| last_byte + found + 1);
    Ok(format!("{}{indent}- {step}{newline}{}", &text[..at], &text[at..]))
}
