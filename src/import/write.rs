//! The plan file of an import, in the canonical form.
//!
//! Domain layer. Titles and texts come from strangers: on the way into a plan they can become neither items nor fields,
//! conditions, needs or marks. A property test reads every kind of text back.

use super::draft::{DraftItem, Note, State};
use super::files::lines;
use super::settle::{Entry, Outline};
use crate::pattern::Pattern;
use crate::plan::{Kind, Mark};
use crate::text::visible;
use std::borrow::Cow;
use std::fmt::{Display, Write as _};

/// Whether prose goes along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notes {
    /// All of it.
    #[default]
    All,
    /// The first paragraph of each item.
    Brief,
    None,
}

/// Blanks that stand before a quoted line at most; the plan's reader refuses lines that nest without end.
const MAX_INDENT: usize = 32;

/// Writes the plan file of an outline.
pub fn write(outline: &Outline, notes: Notes) -> String {
    let mut writer = Writer { entries: &outline.entries, notes, out: String::with_capacity(room(outline, notes)) };
    let _ = writeln!(writer.out, "---\npassmuster: plan/1\n---\n# {}", outline.title);
    writer.parts((0..outline.entries.len()).filter(|&index| outline.entries[index].parent.is_none()), 0);
    writer.out
}

/// About how many bytes the text will have.
fn room(outline: &Outline, notes: Notes) -> usize {
    const LINES: usize = 160;
    let prose = |entry: &Entry| entry.item.notes.iter().map(|note| note.text.len() * 3 / 2).sum::<usize>();
    let items = outline.entries.iter();
    items.map(|entry| LINES + if notes == Notes::All { prose(entry) } else { 0 }).sum()
}

struct Writer<'a> {
    entries: &'a [Entry],
    notes: Notes,
    out: String,
}

impl Writer<'_> {
    /// Writes siblings: boxes first, since a heading takes everything below it.
    fn parts(&mut self, siblings: impl Iterator<Item = usize> + Clone, depth: usize) {
        let entries = self.entries;
        let mut boxes = siblings.clone().filter(|&index| !entries[index].is_heading()).peekable();
        if boxes.peek().is_some() {
            self.out.push('\n');
        }
        for index in boxes {
            self.checkbox(index);
        }
        for index in siblings.filter(|&index| entries[index].is_heading()) {
            self.heading(index, depth);
        }
    }

    fn checkbox(&mut self, index: usize) {
        let entry = &self.entries[index];
        let mark = if entry.mark == Mark::Ticked { 'x' } else { ' ' };
        let _ = write!(self.out, "- [{mark}] {}: ", entry.id);
        self.line(&entry.item);
        self.fields(entry, "  ");
        for criterion in boxes(entry) {
            let mark = if criterion.ticked { 'x' } else { ' ' };
            let _ = writeln!(self.out, "  - [{mark}] {}", one_line(&criterion.text));
        }
        self.prose(entry, "  ");
    }

    fn heading(&mut self, index: usize, depth: usize) {
        let entry = &self.entries[index];
        let signs = "#".repeat((depth + 2).min(6));
        let mark = match entry.mark {
            Mark::Ticked => "[x] ",
            Mark::Open => "[ ] ",
            Mark::None => "",
        };
        let level = match entry.kind {
            _ if entry.bare => "",
            Kind::Task => "Task ",
            Kind::Feature => "Feature ",
            Kind::Epic => "Epic ",
            Kind::Phase => "Phase ",
        };
        let _ = write!(self.out, "\n{signs} {mark}{level}{}: ", entry.id);
        self.line(&entry.item);
        let before = self.out.len();
        self.out.push('\n');
        self.fields(entry, "");
        if self.out.len() == before + 1 {
            self.out.truncate(before);
        }
        if self.has_prose(entry) {
            self.out.push('\n');
            self.prose(entry, "");
        }
        let mut criteria = boxes(entry).peekable();
        if criteria.peek().is_some() {
            self.out.push_str("\nAcceptance criteria:\n\n");
            for criterion in criteria {
                let mark = if criterion.ticked { 'x' } else { ' ' };
                let _ = writeln!(self.out, "- [{mark}] {}", one_line(&criterion.text));
            }
            // Boxes below would be conditions as well.
            self.out.push_str("\nItems:\n");
        }
        self.parts(entry.children.iter().copied(), depth + 1);
    }

    /// The title and what stands on its line.
    fn line(&mut self, item: &DraftItem) {
        self.out.push_str(&title(&item.title));
        if item.parallel {
            self.out.push_str(" [P]");
        }
        if let Some(estimate) = item.estimate {
            let single = crate::plan::Estimate::single(estimate.likely);
            let _ = write!(self.out, " ~{single}");
        }
        if let Some(priority) = item.priority {
            let _ = write!(self.out, " P{priority}");
        }
        if let Some(owner) = item.owner.as_deref().filter(|owner| crate::id::is_id(owner)) {
            let _ = write!(self.out, " @{owner}");
        }
        self.out.push('\n');
    }

    fn fields(&mut self, entry: &Entry, indent: &str) {
        let (entries, item) = (self.entries, &entry.item);
        let mut fields = Fields { out: &mut self.out, indent };
        let needs = entry.needs.iter();
        fields.list(
            "needs",
            ", ",
            needs.map(|need| format!("{} (technical: {})", entries[need.target].id, need.reason)),
        );
        let owner = item.owner.as_deref().filter(|owner| !crate::id::is_id(owner));
        fields.one("owner", owner.map(owner_name).filter(|name| !name.is_empty()));
        let estimate = item.estimate.filter(|estimate| estimate.optimistic != estimate.pessimistic);
        fields.one("estimate", estimate);
        match &item.state {
            State::Open | State::OfParts | State::Done => {}
            State::Started => fields.one("status", Some("in progress")),
            State::Dropped => fields.one("status", Some("dropped")),
            State::Waiting(what) => fields.one("status", Some(format!("waiting: {}", one_line(what)))),
        }
        fields.one("goal", item.goal.as_deref().map(one_line));
        for (key, date) in [("due", item.due), ("started", item.started), ("completed", item.completed)] {
            fields.one(key, date);
        }
        fields.list("touches", ", ", item.touches.iter());
        fields.list("tags", ", ", item.tags.iter().filter_map(|tag| tag_name(tag)));
        fields.list("links", "; ", item.links.iter().map(|link| one_line(link)));
    }

    fn has_prose(&self, entry: &Entry) -> bool {
        self.notes != Notes::None && !entry.item.notes.is_empty() || unticked(entry).next().is_some()
    }

    /// Everything else the source says, as a quote: no reader of the plan looks inside.
    fn prose(&mut self, entry: &Entry, indent: &str) {
        let mut first = true;
        let mut part = |out: &mut String, label: Option<&str>, text: &str| {
            if !std::mem::take(&mut first) {
                let _ = writeln!(out, "{indent}>");
            }
            if let Some(label) = label {
                let _ = writeln!(out, "{indent}> **{}**\n{indent}>", one_line(label));
            }
            quote(out, indent, text);
        };
        match self.notes {
            Notes::All => {
                for Note { label, text } in &entry.item.notes {
                    part(&mut self.out, label.as_deref(), text);
                }
            }
            Notes::Brief => {
                if let Some(Note { label, text }) = entry.item.notes.first() {
                    let paragraph = text.trim_start().split("\n\n").next().unwrap_or_default();
                    part(&mut self.out, label.as_deref(), paragraph);
                }
            }
            Notes::None => {}
        }
        let open: Vec<String> = unticked(entry).map(|criterion| format!("- {}", one_line(&criterion.text))).collect();
        if !open.is_empty() {
            part(&mut self.out, Some("Criteria, not ticked in the source"), &open.join("\n"));
        }
    }
}

/// Writes `key: value` lines below an item; what is not there is not written.
struct Fields<'a> {
    out: &'a mut String,
    indent: &'a str,
}

impl Fields<'_> {
    fn one(&mut self, key: &str, value: Option<impl Display>) {
        self.list(key, "", value.into_iter());
    }

    fn list(&mut self, key: &str, between: &str, values: impl Iterator<Item = impl Display>) {
        let start = self.out.len();
        for value in values {
            let _ = match self.out.len() {
                len if len == start => write!(self.out, "{}- {key}: {value}", self.indent),
                _ => write!(self.out, "{between}{value}"),
            };
        }
        if self.out.len() > start {
            self.out.push('\n');
        }
    }
}

/// The conditions that become boxes. Under a claimed item an open box would be a fault of the plan; what the source
/// left open there is kept as prose.
fn boxes(entry: &Entry) -> impl Iterator<Item = &super::draft::DraftCriterion> {
    let claimed = entry.mark == Mark::Ticked;
    entry.item.criteria.iter().filter(move |criterion| criterion.ticked || !claimed)
}

fn unticked(entry: &Entry) -> impl Iterator<Item = &super::draft::DraftCriterion> {
    let claimed = entry.mark == Mark::Ticked;
    entry.item.criteria.iter().filter(move |criterion| !criterion.ticked && claimed)
}

/// A text as one line, nothing in it hidden. Never empty.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if text.split(' ').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic())) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&visible(word));
    }
    if line.is_empty() { Cow::Borrowed("untitled") } else { Cow::Owned(line) }
}

/// A title that says nothing but its words: what a plan would read as owner, estimate, priority, tag, needs or mark is
/// written so that it stays text.
fn title(text: &str) -> String {
    let mut title = without_needs(one_line(text).into_owned());
    for mark in ["[ ]", "[x]", "[X]"] {
        if let Some(words) = title.strip_suffix(mark) {
            title = format!("{words}\\{mark}");
        }
    }
    let last = title.rfind(' ').map_or(0, |at| at + 1);
    let word = &title[last..];
    let is_level = matches!(word.as_bytes(), [b'P' | b'p', b'0'..=b'9']);
    let key = ["blocked-by:", "depends:", "depends-on:", "needs:", "deps:"]
        .iter()
        .find(|key| word.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key)));
    if is_level {
        title = format!("{}`{word}`", &title[..last]);
    } else if let Some(key) = key {
        title.insert(last + key.len() - 1, '\\');
    } else if word.starts_with(['@', '~', '#']) || word == "[P]" {
        title.insert(last, '\\');
    }
    let mark = title.strip_prefix('[').and_then(|rest| rest.split(']').next());
    if mark.is_some_and(|mark| mark.bytes().all(|b| b.is_ascii_uppercase()) || mark.bytes().any(|b| b.is_ascii_digit()))
    {
        title.insert(0, '\\');
    }
    title
}

/// Brackets that a plan would read as needs or priority become square ones.
fn without_needs(title: String) -> String {
    const WORDS: [&str; 6] = ["depends on", "blocked by", "needs", "requires", "after", "priority:"];
    let begins = |rest: &str| {
        let rest = rest.trim_start();
        WORDS.iter().any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
    };
    if !title.match_indices('(').any(|(at, _)| begins(&title[at + 1..])) {
        return title;
    }
    let mut out = String::with_capacity(title.len());
    let mut open = 0usize;
    for (at, c) in title.char_indices() {
        match c {
            '(' if open > 0 || begins(&title[at + 1..]) => {
                open += 1;
                out.push('[');
            }
            ')' if open > 0 => {
                open -= 1;
                out.push(']');
            }
            c => out.push(c),
        }
    }
    out
}

/// Writes prose as a quote.
fn quote(out: &mut String, indent: &str, text: &str) {
    let begin = format!("{indent}> ");
    // Most texts hold nothing but words and line ends.
    let is_plain = text.bytes().fold(true, |plain, b| plain & matches!(b, b' '..=b'~' | b'\n'));
    for line in lines(text) {
        let line = line.trim_end();
        let nests = line.bytes().next().is_some_and(|first| !first.is_ascii_alphabetic());
        let line = if is_plain && !nests { Cow::Borrowed(line) } else { quoted(line, is_plain) };
        out.push_str(if line.is_empty() { begin.trim_end() } else { &begin });
        out.push_str(&line);
        out.push('\n');
    }
}

/// One line of prose inside a quote.
fn quoted(line: &str, is_plain: bool) -> Cow<'_, str> {
    let indent = line.len() - line.trim_start().len();
    let nests = |b: &u8| matches!(b, b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')' | b'0'..=b'9');
    let open = line.bytes().take_while(nests).filter(|b| matches!(b, b' ' | b'\t' | b'>')).count();
    if (is_plain || !crate::text::has_hostile(line)) && indent <= MAX_INDENT && open <= MAX_INDENT {
        return Cow::Borrowed(line);
    }
    let columns: usize = line[..indent].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
    let words = visible(&line[indent..].replace('\t', " ")).into_owned();
    let deep = open > MAX_INDENT.max(indent);
    Cow::Owned(format!("{}{}{words}", " ".repeat(columns.min(MAX_INDENT)), if deep { "\\" } else { "" }))
}

/// A tag that a list of tags can hold.
pub(super) fn tag_name(tag: &str) -> Option<String> {
    if crate::id::is_id(tag) && !tag.ends_with('-') && !is_nothing(tag) {
        return Some(tag.to_owned());
    }
    let plain: String = one_line(tag)
        .chars()
        .map(|c| if matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '`' | '*') { '-' } else { c })
        .collect();
    let plain = plain.trim_matches(['-', '#', ' ']).to_owned();
    (!plain.is_empty() && !tag.trim().is_empty() && !is_nothing(&plain)).then_some(plain)
}

/// An owner that a plan can hold; nobody is `None`.
pub(super) fn owner(name: &str) -> Option<String> {
    let plain = owner_name(name);
    let nobody = ["tbd", "unassigned"].iter().any(|no| plain.eq_ignore_ascii_case(no));
    (!name.trim().is_empty() && !plain.is_empty() && !nobody && !is_nothing(&plain)).then_some(plain)
}

fn owner_name(name: &str) -> String {
    one_line(name).trim_matches(['`', '@', ' ', '*', '_']).to_owned()
}

/// Words by which a plan says that there is nothing.
fn is_nothing(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    ["none", "n/a", "nothing", "no", "-", "—", "–", ""].iter().any(|none| text.eq_ignore_ascii_case(none))
        || text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("none ("))
}

/// A path of the repository, if a plan can hold it as a pattern.
pub(super) fn pattern(path: &str) -> Option<String> {
    let path = path.trim().trim_matches('`').trim_start_matches("./");
    let path = if path.ends_with('/') { format!("{path}**") } else { path.to_owned() };
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-*@+".contains(&b) || b >= 0x80;
    let held = !path.is_empty() && path.bytes().all(plain) && !path.chars().any(crate::text::is_hostile);
    let named = path.bytes().any(|b| b.is_ascii_alphanumeric()) && !is_nothing(&path) && !path.starts_with("**");
    (held && named && Pattern::parse(&path).is_ok()).then_some(path)
}
