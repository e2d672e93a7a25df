//! The few lines of a source that a finding shows: cut to a window around the spans, with every character made
//! visible, and the spans moved to where they are now. The work is bounded by the window, not by the line.

use crate::text::{Source, Span, is_hostile};
use std::ops::Range;

/// The most lines between two places for them to be shown in one excerpt, and of one span.
pub const MAX_LINES: usize = 8;

/// The least characters of a line that are shown, however narrow the terminal.
const MIN_WIDTH: usize = 40;

/// Lines of a source, ready to be shown.
#[derive(Debug)]
pub struct Excerpt {
    pub text: String,
    /// The number of the first line, from 1.
    pub first_line: usize,
    /// Where each asked span lies in `text`.
    pub spans: Vec<Range<usize>>,
}

/// The lines a span touches (from 1, both inclusive), as far as they are shown: a span over too many lines is
/// shown by its first.
pub fn lines_of(source: &Source, span: Span) -> (usize, usize) {
    let first = source.line_column(span.start).line;
    let last = source.line_column(shown_end(source, span)).line;
    if last - first < MAX_LINES { (first, last) } else { (first, first) }
}

/// The end of a span without the line ends it closes with.
fn shown_end(source: &Source, span: Span) -> usize {
    let text = source.slice(span);
    span.start + text.trim_end_matches(['\n', '\r']).len()
}

/// Cuts out the lines from the first to the last that the spans touch. The first span is the one that must be
/// seen; each line shows at most `width` characters.
pub fn excerpt(source: &Source, spans: &[Span], width: usize) -> Excerpt {
    let width = width.max(MIN_WIDTH);
    let touched: Vec<(usize, usize)> = spans.iter().map(|span| lines_of(source, *span)).collect();
    let first_line = touched.iter().map(|lines| lines.0).min().unwrap_or(1);
    let last_line = touched.iter().map(|lines| lines.1).max().unwrap_or(first_line);

    let mut out = Excerpt { text: String::new(), first_line, spans: Vec::new() };
    let mut marks = Vec::new();
    for number in first_line..=last_line {
        if number > first_line {
            out.text.push('\n');
        }
        let Some(line) = source.line_span(number) else { break };
        let focus = spans.iter().map(|span| span.start).find(|start| (line.start..=line.end).contains(start));
        push_line(&mut out.text, &mut marks, source.text(), line, focus.unwrap_or(line.start), width);
    }
    for (span, (first, last)) in spans.iter().zip(touched) {
        let mut end = shown_end(source, *span);
        if first == last {
            end = end.min(source.line_span(first).map_or(end, |line| line.end.max(span.start)));
        }
        let start = shown_at(&marks, span.start, out.text.len());
        out.spans.push(start..shown_at(&marks, end, out.text.len()).max(start));
    }
    out
}

/// Where one character of the source went.
struct Mark {
    source: usize,
    shown: usize,
}

/// The shown offset of a source offset: that of the nearest shown character at or after it.
fn shown_at(marks: &[Mark], offset: usize, end: usize) -> usize {
    marks.get(marks.partition_point(|mark| mark.source < offset)).map_or(end, |mark| mark.shown)
}

/// Appends the part of a line around `focus`; a mark is kept for each shown character and for the line's end.
fn push_line(out: &mut String, marks: &mut Vec<Mark>, text: &str, line: Span, focus: usize, width: usize) {
    let mut focus = focus.clamp(line.start, line.end);
    while !text.is_char_boundary(focus) {
        focus -= 1;
    }
    let before = &text[line.start..focus];
    // A focus near the start shows the line from its start; a far one keeps a third of the width before it.
    let start = match before.char_indices().rev().nth(width * 2 / 3) {
        None => line.start,
        Some(_) => before.char_indices().rev().nth(width / 3).map_or(line.start, |(at, _)| line.start + at),
    };
    if start > line.start {
        out.push('…');
    }
    let begin = out.len();
    for (count, (at, c)) in text[start..line.end].char_indices().enumerate() {
        if count >= width {
            marks.push(Mark { source: start + at, shown: out.len() });
            out.push('…');
            marks.push(Mark { source: line.end, shown: out.len() });
            return;
        }
        marks.push(Mark { source: start + at, shown: out.len() });
        match c {
            '\t' => out.push_str("    "),
            '\u{feff}' if start + at == 0 => {}
            // The runner of a CI obeys `##[name]` anywhere in a line.
            '[' if out[begin..].ends_with("##") => out.push_str("\\u{5b}"),
            c if is_hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    marks.push(Mark { source: line.end, shown: out.len() });
}
