//! The outline of a Markdown text: headings, list items and lines of prose with exact places.
//!
//! Ground layer. [`scan`] is the fast producer: one pass over the lines, no allocation per line. It decides
//! only what it is sure about; where CommonMark gets subtle (tabs, HTML blocks, setext headings, empty list
//! items, link definitions, text after a quote) it answers [`Unsure`] and the caller asks
//! [`markdown::scan`](crate::doc::markdown::scan), which gives the same blocks for every text both can read.
//!
//! Code, HTML, comments, block quotes and thematic breaks are no part of the outline.

use crate::text::Span;
use memchr::{memchr, memchr_iter, memchr3, memmem};

/// A checkbox of a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkbox {
    /// The three characters `[ ]` or `[x]`.
    pub span: Span,
    pub ticked: bool,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading outside of lists; `level` is 1 to 6.
    Heading { level: u8 },
    /// A list item's first line. `depth` counts the items around it; `marker` is `-`, `*`, `+`, `1.` …
    Item { depth: usize, marker: Span, checkbox: Option<Checkbox> },
    /// A line of a paragraph that is not an item's first line. `depth` counts the items around it.
    Text { depth: usize },
}

/// One line of the outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    /// The whole (first) line without its line end.
    pub line: Span,
    /// What the line says, without markers and surrounding blanks.
    pub text: Span,
}

/// The fast scanner met something it leaves to the full parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsure;

/// List items nested deeper than this are left to the full parser, which has a limit of its own.
const MAX_DEPTH: usize = 64;

/// Hands the blocks of `text` from offset `from` on to `emit`, in order.
///
/// # Errors
/// [`Unsure`] when the full parser has to decide; what was emitted until then is to be thrown away.
///
/// ```
/// use passmuster::doc::blocks::{scan, BlockKind};
/// let mut depths = Vec::new();
/// scan("- [ ] a\n  - b\n", 0, |block| {
///     if let BlockKind::Item { depth, .. } = block.kind {
///         depths.push(depth);
///     }
/// })
/// .unwrap();
/// assert_eq!(depths, [0, 1]);
/// ```
pub fn scan(text: &str, from: usize, emit: impl FnMut(Block)) -> Result<(), Unsure> {
    let bytes = text.as_bytes();
    // Markdown readers disagree about these control characters.
    if memchr3(0, 0x0b, 0x0c, &bytes[from..]).is_some() {
        return Err(Unsure);
    }
    let carriage_returns = memchr_iter(b'\r', &bytes[from..]).count();
    let mut scanner = Scanner { bytes, stack: Vec::new(), paragraph: false, open: Open::Nothing, emit };
    let mut ended_by_return = 0;
    let mut start = from;
    let mut line_ends = memchr_iter(b'\n', &bytes[from..]);
    while start < bytes.len() {
        let next = line_ends.next().map_or(bytes.len(), |n| from + n);
        let mut end = next;
        if next < bytes.len() && end > start && bytes[end - 1] == b'\r' {
            end -= 1;
            ended_by_return += 1;
        }
        if !scanner.goes_on_with_quote(start) {
            scanner.line(start, end)?;
        }
        start = next + 1;
    }
    if ended_by_return == carriage_returns { Ok(()) } else { Err(Unsure) }
}

/// What the lines before left open, besides list items and paragraphs.
enum Open {
    Nothing,
    Fence {
        byte: u8,
        len: usize,
    },
    Comment,
    /// The blanks in front of its last sign.
    Quote {
        indent: usize,
    },
}

struct Scanner<'a, F> {
    bytes: &'a [u8],
    /// The columns at which the contents of the open list items begin.
    stack: Vec<usize>,
    /// Whether a paragraph is open in the innermost item.
    paragraph: bool,
    open: Open,
    emit: F,
}

impl<F: FnMut(Block)> Scanner<'_, F> {
    /// Whether the line at `start` only goes on with the quote above it: it begins as far in, with the same sign.
    fn goes_on_with_quote(&self, start: usize) -> bool {
        let Open::Quote { indent } = self.open else { return false };
        let line = &self.bytes[start..];
        line.get(indent) == Some(&b'>') && line[..indent].iter().all(|&b| b == b' ')
    }

    fn line(&mut self, start: usize, end: usize) -> Result<(), Unsure> {
        let line = &self.bytes[start..end];
        let indent = line.iter().take_while(|&&b| b == b' ').count();
        let Some(&first) = line.get(indent) else {
            self.paragraph = false;
            if matches!(self.open, Open::Quote { .. }) {
                self.open = Open::Nothing;
            }
            return Ok(());
        };
        let matched = self.stack.iter().take_while(|&&column| indent >= column).count();
        let all = matched == self.stack.len();
        match self.open {
            Open::Fence { byte, len } if all => {
                if closes_fence(&line[indent..], byte, len) && indent - self.base(matched) < 4 {
                    self.open = Open::Nothing;
                }
                return if first == b'\t' { Err(Unsure) } else { Ok(()) };
            }
            Open::Comment if all => {
                if memmem::find(line, b"-->").is_some() {
                    self.open = Open::Nothing;
                }
                return if first == b'\t' { Err(Unsure) } else { Ok(()) };
            }
            Open::Quote { .. } => {
                let near = indent - self.base(matched) < 4;
                if all && first == b'>' && near {
                    return Ok(());
                }
                // Words could go on with a paragraph of the quote; what begins a block of its own cannot.
                if !near || !begins_block(&line[indent..]) {
                    return Err(Unsure);
                }
                self.open = Open::Nothing;
            }
            Open::Fence { .. } | Open::Comment | Open::Nothing => self.open = Open::Nothing,
        }
        if first == b'\t' {
            return Err(Unsure);
        }
        if indent - self.base(matched) >= 4 {
            if self.paragraph {
                self.text(start, end, indent);
            } else {
                self.stack.truncate(matched);
            }
            return Ok(());
        }
        self.starts(start, end, indent, matched)
    }

    /// The column at which the innermost of `matched` items begins.
    fn base(&self, matched: usize) -> usize {
        matched.checked_sub(1).map_or(0, |last| self.stack[last])
    }

    /// Reads the block starts of a line from column `at` on, list items first.
    fn starts(&mut self, start: usize, end: usize, mut at: usize, mut matched: usize) -> Result<(), Unsure> {
        let line = &self.bytes[start..end];
        let line_span = Span::new(start, end);
        let mut on_item_line = false;
        loop {
            let rest = &line[at..];
            let continues = self.paragraph && matched == self.stack.len();
            let ends_paragraph = match rest[0] {
                b'#' => heading_level(rest).is_some(),
                b'>' => {
                    self.open = Open::Quote { indent: at };
                    true
                }
                b'<' => {
                    if !rest.starts_with(b"<!--") || rest.starts_with(b"<!-->") || rest.starts_with(b"<!--->") {
                        return Err(Unsure);
                    }
                    if memmem::find(&rest[4..], b"-->").is_none() {
                        self.open = Open::Comment;
                    }
                    true
                }
                b'`' | b'~' => match fence(rest) {
                    Some((byte, len)) => {
                        self.open = Open::Fence { byte, len };
                        true
                    }
                    None => false,
                },
                byte @ (b'=' | b'-') if continues && is_run_of(rest, byte) => return Err(Unsure),
                b'-' | b'*' | b'_' => is_thematic_break(rest),
                _ => false,
            };
            if ends_paragraph {
                self.stack.truncate(matched);
                self.paragraph = false;
                if let (b'#', Some(level), true) = (rest[0], heading_level(rest), self.stack.is_empty()) {
                    let text = heading_text(self.bytes, Span::new(start + at, end));
                    (self.emit)(Block { kind: BlockKind::Heading { level }, line: line_span, text });
                }
                return Ok(());
            }
            let Some(marker) = list_marker(rest) else { break };
            let after = &rest[marker.len..];
            let blanks = after.iter().take_while(|&&b| b == b' ').count();
            if blanks == after.len() || after[blanks] == b'\t' || self.stack.len() >= MAX_DEPTH {
                return Err(Unsure);
            }
            if continues && !marker.interrupts {
                break;
            }
            self.stack.truncate(matched);
            self.paragraph = false;
            on_item_line = true;
            let depth = self.stack.len();
            let marker_span = Span::new(start + at, start + at + marker.len);
            at += marker.len + if blanks > 4 { 1 } else { blanks };
            self.stack.push(at);
            matched = self.stack.len();
            let item = |checkbox, text| Block {
                kind: BlockKind::Item { depth, marker: marker_span, checkbox },
                line: line_span,
                text,
            };
            if blanks > 4 {
                (self.emit)(item(None, Span::at(marker_span.end)));
                return Ok(());
            }
            let content = trim(self.bytes, Span::new(start + at, end));
            if let Some(ticked) = checkbox(&line[at..])? {
                let text = trim(self.bytes, Span::new(start + at + 3, end));
                let span = Span::new(start + at, start + at + 3);
                (self.emit)(item(Some(Checkbox { span, ticked }), text));
                self.paragraph = true;
                return no_link_definition(&self.bytes[text.range()]);
            }
            (self.emit)(item(None, content));
        }
        if !self.paragraph {
            no_link_definition(&line[at..])?;
            self.stack.truncate(matched);
            self.paragraph = true;
        }
        if !on_item_line {
            self.text(start, end, at);
        }
        Ok(())
    }

    fn text(&mut self, start: usize, end: usize, at: usize) {
        let text = trim(self.bytes, Span::new(start + at, end));
        (self.emit)(Block { kind: BlockKind::Text { depth: self.stack.len() }, line: Span::new(start, end), text });
    }
}

/// Moves both ends of a span inwards over blanks.
pub(super) fn trim(bytes: &[u8], span: Span) -> Span {
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c);
    let slice = &bytes[span.range()];
    let start = slice.iter().take_while(|b| is_blank(b)).count();
    let end = slice.len() - slice[start..].iter().rev().take_while(|b| is_blank(b)).count();
    Span::new(span.start + start, span.start + end)
}

/// The level of an ATX heading that begins `rest`.
pub(super) fn heading_level(rest: &[u8]) -> Option<u8> {
    let level = rest.iter().take(7).take_while(|&&b| b == b'#').count();
    let open = rest.get(level).is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    ((1..=6).contains(&level) && open).then(|| u8::try_from(level).expect("at most 6"))
}

/// The text of an ATX heading without its opening and closing number signs.
pub(super) fn heading_text(bytes: &[u8], span: Span) -> Span {
    let opening = bytes[span.range()].iter().take_while(|&&b| b == b'#').count();
    let text = trim(bytes, Span::new(span.start + opening, span.end));
    let slice = &bytes[text.range()];
    let closing = slice.iter().rev().take_while(|&&b| b == b'#').count();
    let before = slice.len() - closing;
    if closing == 0 || (before > 0 && !matches!(slice[before - 1], b' ' | b'\t')) {
        return text;
    }
    trim(bytes, Span::new(text.start, text.start + before))
}

struct Marker {
    len: usize,
    /// Whether it may begin a list in the middle of a paragraph.
    interrupts: bool,
}

fn list_marker(rest: &[u8]) -> Option<Marker> {
    let marker = match rest[0] {
        b'-' | b'*' | b'+' => Marker { len: 1, interrupts: true },
        b'0'..=b'9' => {
            let digits = rest.iter().take(10).take_while(|b| b.is_ascii_digit()).count();
            if digits > 9 || !matches!(rest.get(digits), Some(b'.' | b')')) {
                return None;
            }
            let number = rest[..digits].iter().fold(0u32, |n, &b| n * 10 + u32::from(b - b'0'));
            Marker { len: digits + 1, interrupts: number == 1 }
        }
        _ => return None,
    };
    matches!(rest.get(marker.len), None | Some(b' ' | b'\t')).then_some(marker)
}

fn checkbox(content: &[u8]) -> Result<Option<bool>, Unsure> {
    let ticked = match content {
        [b'[', b'\t', ..] => return Err(Unsure),
        [b'[', b' ', b']', rest @ ..] => (false, rest),
        [b'[', b'x' | b'X', b']', rest @ ..] => (true, rest),
        _ => return Ok(None),
    };
    match ticked {
        (_, rest) if rest.iter().all(|&b| b == b' ') => Err(Unsure),
        (_, [b'\t', ..]) => Err(Unsure),
        (ticked, [b' ', ..]) => Ok(Some(ticked)),
        _ => Ok(None),
    }
}

/// A paragraph that begins with a link definition is not all text.
fn no_link_definition(text: &[u8]) -> Result<(), Unsure> {
    if text.first() == Some(&b'[') && (memchr(b']', text).is_none() || memmem::find(text, b"]:").is_some()) {
        return Err(Unsure);
    }
    Ok(())
}

fn fence(rest: &[u8]) -> Option<(u8, usize)> {
    let byte = rest[0];
    let len = rest.iter().take_while(|&&b| b == byte).count();
    (len >= 3 && (byte == b'~' || memchr(b'`', &rest[len..]).is_none())).then_some((byte, len))
}

fn closes_fence(rest: &[u8], byte: u8, len: usize) -> bool {
    let run = rest.iter().take_while(|&&b| b == byte).count();
    run >= len && rest[run..].iter().all(|b| matches!(b, b' ' | b'\t'))
}

/// Whether a line is a heading, or an item with words of a list without numbers: neither goes on with what is above it.
fn begins_block(rest: &[u8]) -> bool {
    match rest {
        [b'#', ..] => heading_level(rest).is_some(),
        [b'-' | b'*' | b'+', b' ', after @ ..] => after.iter().any(|b| !matches!(b, b' ' | b'\t')),
        _ => false,
    }
}

fn is_run_of(rest: &[u8], byte: u8) -> bool {
    let run = rest.iter().take_while(|&&b| b == byte).count();
    rest[run..].iter().all(|b| matches!(b, b' ' | b'\t'))
}

fn is_thematic_break(rest: &[u8]) -> bool {
    let mut count = 0;
    for &b in rest {
        match b {
            b if b == rest[0] => count += 1,
            b' ' | b'\t' => {}
            _ => return false,
        }
    }
    count >= 3
}
