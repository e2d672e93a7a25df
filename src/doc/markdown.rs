//! The outline of a Markdown text as the full CommonMark parser sees it.
//!
//! Ground layer; the home of pulldown-cmark. Gives the same [`Block`]s as [`blocks::scan`](super::blocks::scan)
//! and has the last word where the fast scanner is unsure.

use super::blocks::{Block, BlockKind, Checkbox, heading_level, heading_text, trim};
use crate::text::Span;
use memchr::{memchr, memrchr};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A line nests more containers than any reader will follow; its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep {
    pub offset: usize,
}

/// The most blanks and `>` before a line's first word. CommonMark needs time for every open container on every
/// line, so a text without such a limit could take quadratic time.
const MAX_PREFIX: usize = 256;

/// Hands the blocks of `text` from offset `from` on to `emit`, in order.
///
/// # Errors
/// [`TooDeep`], before anything was emitted.
pub fn scan(text: &str, from: usize, emit: impl FnMut(Block)) -> Result<(), TooDeep> {
    refuse_deep_nesting(text, from)?;
    let mut outline = Outline {
        bytes: text.as_bytes(),
        depth: 0,
        opaque: 0,
        pending: None,
        item_line: usize::MAX,
        run: None,
        line: Span::at(usize::MAX),
        emit,
    };
    for (event, range) in Parser::new_ext(&text[from..], Options::ENABLE_TASKLISTS).into_offset_iter() {
        outline.event(&event, Span::new(range.start + from, range.end + from));
    }
    outline.flush();
    Ok(())
}

/// Markdown as HTML, with the tables of GitHub. HTML in it is shown and not obeyed, and nothing in it leads anywhere.
pub fn html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let harmless = Parser::new_ext(text, options).filter_map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(html)),
        Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock)
        | Event::End(TagEnd::Link | TagEnd::Image | TagEnd::HtmlBlock) => None,
        other => Some(other),
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, harmless);
    out
}

/// One box of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextBox<'t> {
    pub ticked: bool,
    /// What its first line says.
    pub text: &'t str,
}

/// The boxes of a text in order. `None`: it nests too deeply to be read.
///
/// ```
/// let boxes = passmuster::doc::markdown::boxes("- [x] a\n- [ ] b\n").unwrap();
/// assert_eq!((boxes[0].ticked, boxes[1].text), (true, "b"));
/// ```
pub fn boxes(text: &str) -> Option<Vec<TextBox<'_>>> {
    let mut found = Vec::new();
    scan(text, super::markdown_start(text), |block| {
        if let BlockKind::Item { checkbox: Some(checkbox), .. } = block.kind {
            found.push(TextBox { ticked: checkbox.ticked, text: text[block.text.range()].trim() });
        }
    })
    .ok()?;
    Some(found)
}

/// The list items of a text in order of their starts, each with everything nested in it and without the blank lines
/// after it. `None`: the text nests too deeply to be read.
///
/// ```
/// let text = "- a\n  - b\n\n- c\n";
/// let items = passmuster::doc::markdown::list_items(text).unwrap();
/// let said: Vec<&str> = items.iter().map(|item| &text[item.range()]).collect();
/// assert_eq!(said, ["- a\n  - b", "- b", "- c"]);
/// ```
pub fn list_items(text: &str) -> Option<Vec<Span>> {
    let from = super::markdown_start(text);
    refuse_deep_nesting(text, from).ok()?;
    let parser = Parser::new_ext(&text[from..], Options::ENABLE_TASKLISTS).into_offset_iter();
    let items = parser.filter_map(|(event, range)| {
        matches!(event, Event::Start(Tag::Item))
            .then(|| trim(text.as_bytes(), Span::new(range.start + from, range.end + from)))
    });
    Some(items.collect())
}

fn refuse_deep_nesting(text: &str, from: usize) -> Result<(), TooDeep> {
    let bytes = text.as_bytes();
    let mut start = from;
    while start < bytes.len() {
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |n| start + n);
        let line = &bytes[start..end];
        // Hardly any line is long enough.
        if line.len() > MAX_PREFIX && nests_too_deep(line) {
            return Err(TooDeep { offset: start });
        }
        start = end + 1;
    }
    Ok(())
}

/// Whether more containers may be open than allowed before the first word of a line that has one.
fn nests_too_deep(line: &[u8]) -> bool {
    let is_mark = |b: &u8| matches!(b, b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')' | b'0'..=b'9');
    let len = line.iter().position(|b| !is_mark(b)).unwrap_or(line.len());
    let containers = line[..len].iter().filter(|b| matches!(b, b' ' | b'\t' | b'>')).count();
    containers > MAX_PREFIX && len < line.len()
}

struct Outline<'a, F> {
    bytes: &'a [u8],
    /// Open list items outside of quotes.
    depth: usize,
    /// Open quotes, code and HTML blocks, and headings: nothing inside them is outlined.
    opaque: usize,
    /// An item whose checkbox may still come.
    pending: Option<Block>,
    /// Start of the line of the last item; its text belongs to the item's block.
    item_line: usize,
    /// The inline content seen since the last block event.
    run: Option<Span>,
    /// The line that was looked for last; the next place is often in it as well.
    line: Span,
    emit: F,
}

impl<F: FnMut(Block)> Outline<'_, F> {
    fn event(&mut self, event: &Event<'_>, range: Span) {
        match event {
            Event::Start(Tag::Item) if self.opaque == 0 => {
                self.flush();
                self.start_item(range);
            }
            Event::End(TagEnd::Item) if self.opaque == 0 => {
                self.flush();
                self.depth -= 1;
            }
            Event::Start(Tag::Paragraph) => {}
            Event::Start(Tag::Heading { level, .. }) => {
                self.flush();
                if self.depth == 0 && self.opaque == 0 {
                    self.heading(*level as u8, range);
                }
                self.opaque += 1;
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                if let (CodeBlockKind::Indented, Some(item)) = (kind, &mut self.pending)
                    && let BlockKind::Item { marker, .. } = item.kind
                    && range.start <= item.line.end
                {
                    item.text = Span::at(marker.end);
                }
                self.flush();
                self.opaque += 1;
            }
            Event::Start(Tag::BlockQuote(_) | Tag::HtmlBlock) => {
                self.flush();
                self.opaque += 1;
            }
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::BlockQuote(_) | TagEnd::HtmlBlock) => {
                self.opaque -= 1;
            }
            Event::Start(Tag::List(_)) | Event::End(TagEnd::List(_) | TagEnd::Paragraph) | Event::Rule => {
                self.flush();
            }
            _ if self.opaque > 0 => {}
            Event::TaskListMarker(ticked) => self.checkbox(range, *ticked),
            _ => self.run = Some(self.run.map_or(range, |run| run.to(range))),
        }
    }

    fn start_item(&mut self, range: Span) {
        let marker = trim(self.bytes, range).start;
        let digits = self.bytes[marker..].iter().take_while(|b| b.is_ascii_digit()).count();
        let marker = Span::new(marker, (marker + digits + 1).min(self.bytes.len()));
        let line = self.line_at(marker.start);
        let text = trim(self.bytes, Span::new(marker.end.min(line.end), line.end));
        let text = if text.is_empty() { Span::at(text.start) } else { text };
        self.item_line = line.start;
        let kind = BlockKind::Item { depth: self.depth, marker, checkbox: None };
        self.pending = Some(Block { kind, line, text });
        self.depth += 1;
    }

    fn checkbox(&mut self, range: Span, ticked: bool) {
        let bytes = self.bytes;
        let Some(Block { kind: BlockKind::Item { checkbox, .. }, line, text }) = &mut self.pending else { return };
        // The range may begin with the blanks before the bracket.
        let span = trim(bytes, range);
        *checkbox = Some(Checkbox { span, ticked });
        *text = trim(bytes, Span::new(span.end, line.end));
    }

    fn heading(&mut self, level: u8, range: Span) {
        let start = trim(self.bytes, range).start;
        let line = self.line_at(start);
        let content = Span::new(start, line.end);
        let text = match heading_level(&self.bytes[content.range()]) {
            Some(_) => heading_text(self.bytes, content),
            None => trim(self.bytes, content),
        };
        (self.emit)(Block { kind: BlockKind::Heading { level }, line, text });
    }

    /// Emits what is complete: the item that waited for its checkbox, then the lines of the inline run.
    fn flush(&mut self) {
        if let Some(item) = self.pending.take() {
            (self.emit)(item);
        }
        let Some(run) = self.run.take() else { return };
        let mut line = self.line_at(run.start);
        loop {
            if line.start != self.item_line {
                let text = trim(self.bytes, line);
                (self.emit)(Block { kind: BlockKind::Text { depth: self.depth }, line, text });
            }
            let Some(next) = memchr(b'\n', &self.bytes[line.end..]).map(|n| line.end + n + 1) else { return };
            if next >= run.end {
                return;
            }
            line = self.line_at(next);
        }
    }

    /// The line around an offset, without its line end.
    fn line_at(&mut self, offset: usize) -> Span {
        if self.line.start <= offset && offset < self.line.end {
            return self.line;
        }
        let start = memrchr(b'\n', &self.bytes[..offset]).map_or(0, |n| n + 1);
        let mut end = memchr(b'\n', &self.bytes[offset..]).map_or(self.bytes.len(), |n| offset + n);
        if end < self.bytes.len() && end > start && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        self.line = Span::new(start, end);
        self.line
    }
}
