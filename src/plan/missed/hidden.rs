//! Boxes in lines that are no part of the outline: in quotes, HTML, code, diagrams.
//!
//! Domain layer. Closed comments and fences are remarks and examples; what stands in a diagram is told when it has an id
//! that looks like those of the plan.

use super::{Known, begins_with_box, boxed, levelled, named};
use crate::diag::{Diagnostic, Place};
use crate::plan::{Kind, PlanFile, codes};
use crate::text::{Span, visible};

/// What a line of a hidden part stands in.
enum Inside {
    Nothing,
    Html,
    Fence { mark: String, diagram: bool },
    Comment,
}

/// A walk through lines that are no part of the outline.
struct Search<'a, 'p> {
    known: &'a mut Known<'p>,
    file: &'a PlanFile,
    /// The item that the lines stand in.
    around: Option<Kind>,
    inside: Inside,
    /// Where the comment or the fence begins.
    open_since: usize,
    /// What looks like an item, and why nobody reads it.
    found: Vec<(Span, &'static str)>,
    /// How much was found before the comment or the fence began.
    before: usize,
}

/// Looks for items in lines that are no part of the outline. Closed fences and comments are examples and remarks.
pub(super) fn finding(known: &mut Known<'_>, file: &PlanFile, span: Span) -> Option<Diagnostic> {
    let text = file.source.text();
    // A fence may begin on the line of a list item, which is a part of the outline.
    let above = &text.as_bytes()[..span.start.saturating_sub(1)];
    let mut at = memchr::memrchr(b'\n', above).map_or(0, |at| at + 1);
    let around = known.around(file, span.start);
    let inside = Inside::Nothing;
    let mut search = Search { known, file, around, inside, open_since: 0, found: Vec::new(), before: 0 };
    for line in text[at..span.end].split_inclusive('\n') {
        let place = Span::new(at, at + line.len());
        at = place.end;
        if search.is_read(line, place) && place.start >= span.start {
            search.line(line, place);
        }
    }
    search.told()
}

impl Search<'_, '_> {
    /// Follows what opens and closes; whether the line can hold an item.
    fn is_read(&mut self, line: &str, place: Span) -> bool {
        let words = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*' | '+'));
        let closes = match &self.inside {
            Inside::Fence { mark, .. } => words.starts_with(mark.as_str()),
            Inside::Comment => line.contains("-->"),
            Inside::Html | Inside::Nothing => false,
        };
        if closes {
            if !matches!(self.inside, Inside::Fence { diagram: true, .. }) {
                self.found.truncate(self.before);
            }
            // What follows a comment on its last line is still HTML.
            self.inside = Inside::Nothing;
            return false;
        }
        if matches!(self.inside, Inside::Html) && words.is_empty() {
            self.inside = Inside::Nothing;
        }
        if !matches!(self.inside, Inside::Nothing) {
            return true;
        }
        if words.starts_with("```") || words.starts_with("~~~") {
            let (mark, len) = (&words[..1], words.len() - words.trim_start_matches(&words[..1]).len());
            let diagram = words[len..].trim_start().starts_with("mermaid");
            self.open(Inside::Fence { mark: mark.repeat(len), diagram }, place);
            return false;
        }
        if words.starts_with("<!--") {
            if !words.contains("-->") {
                self.open(Inside::Comment, place);
            }
            return false;
        }
        if words.starts_with('<') {
            self.inside = Inside::Html;
        }
        true
    }

    fn open(&mut self, what: Inside, place: Span) {
        self.inside = what;
        self.open_since = place.start;
        self.before = self.found.len();
    }

    fn line(&mut self, line: &str, place: Span) {
        let (found, why) = match &self.inside {
            Inside::Fence { diagram: true, .. } => {
                (self.in_diagram(place), "a diagram is a picture of the plan, and nothing in it is read")
            }
            _ if line.trim_start().starts_with('>') => {
                (self.hidden_box(place), "what stands in a quote is no part of the plan")
            }
            Inside::Html => (self.hidden_box(place), "what stands in HTML is no part of the plan"),
            _ => (self.hidden_box(place), "it is indented so far that Markdown takes it for code"),
        };
        self.found.extend(found.map(|span| (span, why)));
    }

    fn told(self) -> Option<Diagnostic> {
        let Self { file, inside, found, before, open_since, .. } = self;
        let &(first, why) = found.first()?;
        let since = |what: &str| {
            let line = file.source.line_column(open_since).line;
            format!("the {what} that begins in line {line} has no end")
        };
        let cause = match inside {
            Inside::Fence { .. } if before == 0 => since("code block"),
            Inside::Comment if before == 0 => since("comment"),
            _ => why.to_owned(),
        };
        let more = match found.len() - 1 {
            0 => String::new(),
            1 => ", nor is one more after it".to_owned(),
            more => format!(", nor are {more} more after it"),
        };
        let message = format!("`{}` is hidden here and no item{more}", visible(file.source.slice(first)));
        let finding = Diagnostic::warning(&codes::HIDDEN_BOX, Place::text(&file.source, first), message);
        Some(finding.cause(cause).hint("move it out, or close what is open; examples belong between two lines of ```"))
    }

    /// A line that looks like a box of a task: its id, or the box where the file calls itself a plan.
    fn hidden_box(&mut self, line: Span) -> Option<Span> {
        let source = &self.file.source;
        let text = source.slice(line);
        let declared = self.file.format.is_some();
        // What stands in a note of an item was hardly meant as another one.
        let is_note = match self.around {
            Some(Kind::Task) => true,
            Some(_) => text.trim_start().starts_with('>'),
            None => false,
        };
        let (at, ticked) = words_of(text);
        let words = text[at..].trim_end();
        let place =
            |range: std::ops::Range<usize>| Span::new(line.start + at + range.start, line.start + at + range.end);
        if let Some((_, id)) = boxed(words, declared) {
            let id = place(id);
            let name = source.slice(id);
            return (!self.known.has(name) && (!is_note || self.known.resembles(name))).then_some(id);
        }
        // A cell or a list item of HTML begins with its id.
        if at > 0
            && text[..at].contains('<')
            && let Some((id, _)) = named(&format!("{words} |"))
        {
            let id = place(id.start.min(words.len())..id.end.min(words.len()));
            let name = source.slice(id);
            return (!self.known.has(name) && (ticked || self.known.resembles(name))).then_some(id);
        }
        if at > 0
            && text[..at].contains('<')
            && let Some(name) = levelled(words)
        {
            let name = place(name);
            return (!is_note && !self.known.has_level(source.slice(name))).then_some(name);
        }
        let lead = words.len() - words.trim_start_matches(['-', '*', '+', ' ', '\t']).len();
        let unnamed = declared && !is_note && lead > 0 && begins_with_box(&words[lead..]) && words.len() > lead + 4;
        unnamed.then(|| place(lead..words.len()))
    }

    /// The first word of a line in a diagram, when it looks like an id of the plan and is none.
    fn in_diagram(&mut self, line: Span) -> Option<Span> {
        let source = &self.file.source;
        let text = source.slice(line);
        let start = text.len() - text.trim_start().len();
        let len = text[start..].bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b)).count();
        let id = Span::new(line.start + start, line.start + start + len);
        let word = source.slice(id).trim_end_matches('-');
        let is_id = crate::plan::line::is_shaped(word) && self.known.resembles(word) && !self.known.has(word);
        is_id.then(|| Span::new(id.start, id.start + word.len()))
    }
}

/// The lines of a text that stand in no closed fence and in no closed comment, with their numbers from 1.
pub(super) fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut shown = Vec::new();
    // What closes what is open, and how much was shown before it.
    let mut open: Option<(String, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        let words = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*' | '+'));
        match &open {
            Some((end, before)) if words.starts_with(end.as_str()) || end == "-->" && line.contains(end) => {
                shown.truncate(*before);
                open = None;
                continue;
            }
            Some(_) => {}
            None if words.starts_with("```") || words.starts_with("~~~") => {
                open = Some((words[..3].to_owned(), shown.len()));
            }
            None if words.starts_with("<!--") && words.contains("-->") => continue,
            None if words.starts_with("<!--") => open = Some(("-->".to_owned(), shown.len())),
            None => {}
        }
        shown.push((number + 1, line));
    }
    shown
}

/// Where the words of a line begin behind quotes and tags, and whether a box of HTML stood there.
fn words_of(text: &str) -> (usize, bool) {
    let (mut at, mut ticked) = (0, false);
    loop {
        let rest = text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == '>');
        at = text.len() - rest.len();
        let Some(end) = rest.strip_prefix('<').and_then(|tag| tag.find('>')) else { return (at, ticked) };
        ticked |= rest[..end].contains("checkbox");
        at += end + 2;
    }
}
