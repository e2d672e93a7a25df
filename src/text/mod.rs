//! Text with places: a [`Source`] knows its path, its bytes and where its lines start.
//!
//! Ground layer. Offsets are bytes into the UTF-8 text; what people read (lines and columns from 1) is
//! computed here and nowhere else; what editors count is [`position`].

pub mod position;

mod decode;
mod inert;

pub use decode::{Decoded, Repaired, decode, repair_mojibake};
pub use inert::inert;

use memchr::{memchr, memchr_iter, memrchr};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A half-open range of byte offsets into one [`Source`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// Makes a span; `end` is raised to `start` when it is smaller.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value together with the place it was written at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A place as people count it: line and column, both from 1; the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

/// One text with its name. Cheap to clone.
#[derive(Clone)]
pub struct Source {
    inner: Arc<Inner>,
}

struct Inner {
    path: String,
    text: String,
    /// What stands before every [`STEP`]th byte; counted on first use. A place far into a text, or far along a line,
    /// costs no more than one near its start.
    counts: OnceLock<Vec<Count>>,
}

/// Line ends and characters before an offset.
#[derive(Clone, Copy, Default)]
struct Count {
    line_ends: usize,
    characters: usize,
}

impl Count {
    fn with(self, bytes: &[u8]) -> Self {
        Self {
            line_ends: self.line_ends + memchr_iter(b'\n', bytes).count(),
            characters: self.characters + characters(bytes),
        }
    }
}

/// Bytes between two counts.
const STEP: usize = 4096;

/// Characters of UTF-8 bytes: each has one byte that does not continue another.
fn characters(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

/// Why bytes are not a text this tool reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Offset of the first byte that is not UTF-8.
    pub offset: usize,
    /// Line of that byte, from 1.
    pub line: usize,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        Self { inner: Arc::new(Inner { path, text, counts: OnceLock::new() }) }
    }

    /// Takes bytes as UTF-8. A byte order mark stays in the text (offsets count it); readers skip it.
    ///
    /// # Errors
    /// The place of the first byte that is not UTF-8.
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotUtf8> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..offset].iter().filter(|&&b| b == b'\n').count();
                Err(NotUtf8 { offset, line })
            }
        }
    }

    /// The path as it is shown, with `/` between names.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    pub fn text(&self) -> &str {
        &self.inner.text
    }

    fn counts(&self) -> &[Count] {
        self.inner.counts.get_or_init(|| {
            let sums = self.text().as_bytes().chunks(STEP).scan(Count::default(), |sum, chunk| {
                *sum = sum.with(chunk);
                Some(*sum)
            });
            std::iter::once(Count::default()).chain(sums).collect()
        })
    }

    /// Counts what stands before a byte offset.
    fn count_before(&self, offset: usize) -> Count {
        let step = offset / STEP;
        self.counts()[step].with(&self.text().as_bytes()[step * STEP..offset])
    }

    /// Returns line and column (from 1, in Unicode scalar values) of a byte offset; offsets past the end
    /// and inside a character are moved back to the nearest boundary.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let text = self.text();
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let mut start = memrchr(b'\n', &text.as_bytes()[..offset]).map_or(0, |end| end + 1);
        if start == 0 && text.starts_with('\u{feff}') && offset >= 3 {
            start = 3;
        }
        let here = self.count_before(offset);
        let column = 1 + here.characters - self.count_before(start.min(offset)).characters;
        LineColumn { line: here.line_ends + 1, column }
    }

    /// The number of lines; an empty text has one.
    pub fn line_count(&self) -> usize {
        1 + self.count_before(self.text().len()).line_ends
    }

    /// The span of a line (from 1) without its line end; `None` past the last line.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let bytes = self.text().as_bytes();
        let start = match line.checked_sub(1)? {
            0 => 0,
            before => self.line_end(before)? + 1,
        };
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |n| start + n);
        let end = if bytes[start..end].ends_with(b"\r") { end - 1 } else { end };
        Some(Span::new(start, end))
    }

    /// The offset of the line feed that ends a line (from 1); `None` for the last line and past it.
    fn line_end(&self, line: usize) -> Option<usize> {
        let counts = self.counts();
        let step = counts.partition_point(|count| count.line_ends < line).checked_sub(1)?;
        let rest = self.text().as_bytes().get(step * STEP..)?;
        let nth = line - counts[step].line_ends - 1;
        memchr_iter(b'\n', rest).nth(nth).map(|n| step * STEP + n)
    }

    /// The text of a span; an empty string when the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or("")
    }

    fn same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({}, {} bytes)", self.path(), self.text().len())
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.same_as(other) || (self.path() == other.path() && self.text() == other.text())
    }
}

impl Eq for Source {}

/// Returns `text` fit for one line of a terminal or a log: control characters (C0, C1, DEL), line ends,
/// bidirectional overrides and invisible format characters appear as `\u{…}`, everything else as it is.
///
/// ```
/// assert_eq!(passmuster::text::visible("a\x1b[31mb"), "a\\u{1b}[31mb");
/// ```
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !has_hostile(text) {
        return std::borrow::Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hostile(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    std::borrow::Cow::Owned(out)
}

/// Like [`visible`], but line feeds and tabs stay.
pub fn visible_lines(text: &str) -> std::borrow::Cow<'_, str> {
    let hostile = |c: char| is_hostile(c) && c != '\n' && c != '\t';
    if !text.chars().any(hostile) {
        return std::borrow::Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hostile(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    std::borrow::Cow::Owned(out)
}

/// Whether a text holds a character that can change what a reader sees around it; most are plain ASCII and done quickly.
pub fn has_hostile(text: &str) -> bool {
    // Without a way out in the middle the bytes are looked at many at a time.
    let is_plain = text.bytes().fold(true, |plain, b| plain & matches!(b, b' '..=b'~'));
    !is_plain && text.chars().any(is_hostile)
}

/// Whether a character can change what a reader sees around it.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_from_one() {
        let source = Source::new("a", "é👍x\r\nsecond\n");
        assert_eq!(source.line_column(6), LineColumn { line: 1, column: 3 });
        assert_eq!(source.line_column(9), LineColumn { line: 2, column: 1 });
        assert_eq!(source.line_column(999), LineColumn { line: 3, column: 1 });
        assert_eq!(source.slice(source.line_span(1).unwrap()), "é👍x");
        assert_eq!(source.line_span(4), None);
    }

    #[test]
    fn columns_far_along_a_line_are_counted_from_its_start() {
        let source = Source::new("a", format!("{}\n{}", "ä".repeat(5000), "x👍".repeat(4000)));
        for characters in [0, 1, 1000, 4999, 7999, 8000] {
            let bytes: usize = "x👍".repeat(4000).chars().take(characters).map(char::len_utf8).sum();
            let place = LineColumn { line: 2, column: characters + 1 };
            assert_eq!(source.line_column(10_001 + bytes), place);
        }
    }

    #[test]
    fn lines_are_found_wherever_they_stand() {
        let text = (0..4000).fold(String::new(), |text, n| text + &"é".repeat(n % 7) + "\n") + "last";
        let source = Source::new("a", text.as_str());
        let mut start = 0;
        for (index, line) in text.split('\n').enumerate() {
            assert_eq!(source.line_span(index + 1), Some(Span::new(start, start + line.len())));
            assert_eq!(source.line_column(start), LineColumn { line: index + 1, column: 1 });
            start += line.len() + 1;
        }
        assert_eq!((source.line_count(), source.line_span(4002)), (4001, None));
        assert_eq!((source.line_span(0), Source::new("a", "x").line_span(2)), (None, None));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let source = Source::new("a", "\u{feff}ab");
        assert_eq!(source.line_column(4), LineColumn { line: 1, column: 2 });
    }

    #[test]
    fn bad_bytes_name_their_line() {
        assert_eq!(Source::from_bytes("a", b"ok\n\xffx".to_vec()), Err(NotUtf8 { offset: 3, line: 2 }));
    }

    #[test]
    fn nothing_hostile_stays_visible() {
        for c in ['\x1b', '\u{9b}', '\u{202e}', '\u{200b}', '\n', '\u{7f}'] {
            assert!(!visible(&format!("a{c}b")).contains(c));
        }
        assert_eq!(visible("plain ä 👍"), "plain ä 👍");
    }
}
