//! What makes an item of a line that only looks like one.
//!
//! Domain layer. A change is offered only where it is one stretch of the line and what comes out is read as an item with
//! that id; it is a guess at what was meant, so a person is asked.

use crate::diag::{Fix, Safety};
use crate::plan::level;
use crate::plan::line::{self, Head};
use crate::text::{Source, Span};

/// A proper box in the place of what stands for one: `☐ T1: a` and `-[x] T1: a`.
pub(super) fn with_box(source: &Source, sign: Span, id: Span) -> Option<Fix> {
    let line = line_around(source, id);
    let start = bullets(source, line, sign.start)?;
    let lead = source.slice(Span::new(sign.end, id.start));
    let emphasis = lead.trim_start();
    if !emphasis.bytes().all(|b| matches!(b, b'*' | b'`')) {
        return None;
    }
    fix(source, line, start, is_ticked(source.slice(sign)), emphasis, id)
}

/// A box in front of an id that stands alone in its line or behind a bullet.
pub(super) fn with_new_box(source: &Source, id: Span) -> Option<Fix> {
    let line = line_around(source, id);
    let lead = source.slice(Span::new(line.start, id.start));
    let emphasis = &lead[lead.trim_end_matches(['*', '`']).len()..];
    // A star and a blank are a bullet.
    let start = bullets(source, line, id.start - emphasis.len())?;
    fix(source, line, start, false, emphasis, id)
}

/// A colon after the id of a heading, and nothing in front of it: `## [T-4] Set up` becomes `## T-4: Set up`.
pub(super) fn with_colon(source: &Source, id: Span) -> Option<Fix> {
    let line = line_around(source, id);
    let whole = source.slice(line);
    let text = whole.trim_start_matches('#').trim_start();
    let at = line.end - text.len();
    let (number, title) = line::numbered(text)?;
    let is_it = at + number.start == id.start && at + number.end == id.end;
    let word = source.slice(id);
    let becomes = matches!(line::heading(&format!("{word}: {}", &text[title.clone()])), line::Heading::Item(_));
    let span = Span::new(at, at + title.start);
    (is_it && becomes).then(|| Fix { span, text: format!("{word}: "), safety: Safety::Unsafe })
}

/// A heading of a line that stands by itself and begins with a level and a number, maybe in bold: on the level of the
/// heading above, where that names no higher level, or else one below it.
pub(super) fn with_heading(source: &Source, name: Span) -> Option<Fix> {
    let line = line_around(source, name);
    let lead = source.slice(Span::new(line.start, name.start));
    let emphasis = lead.trim_start_matches([' ', '\t']);
    if !matches!(emphasis, "" | "*" | "_" | "**" | "__") {
        return None;
    }
    let mut words = source.slice(Span::new(name.start, line.end)).to_owned();
    if let Some(close) = words.find(emphasis).filter(|_| !emphasis.is_empty()) {
        words.replace_range(close..close + emphasis.len(), "");
    }
    let signs = |line: &str| line.len() - line.trim_start_matches('#').len();
    let is_heading = |line: &&str| matches!(signs(line), 1..=6) && line[signs(line)..].starts_with(' ');
    let above = source.text()[..line.start].lines().rev().find(is_heading).unwrap_or("#");
    let kind = |words: &str| level::level_of(words.trim_start()).map(|level| level.kind);
    let is_beside = kind(&above[signs(above)..]).is_some_and(|above| Some(above) <= kind(&words));
    let depth = if is_beside { signs(above) } else { signs(above) + 1 };
    let heading = format!("{} {}", "#".repeat(depth.min(6)), words.trim_end());
    let is_item = matches!(line::heading(words.trim_end()), line::Heading::Item(_));
    is_item.then_some(Fix { span: line, text: heading, safety: Safety::Unsafe })
}

fn is_ticked(sign: &str) -> bool {
    let word = sign.trim_matches(|c: char| !c.is_alphanumeric());
    let drawn = sign.contains(['☑', '☒', '✅', '✓', '✔', '\u{1f5f9}']);
    drawn || ["x", "done", "closed", "ok"].iter().any(|done| word.eq_ignore_ascii_case(done))
}

/// Where the bullets of a line begin, when nothing else stands in front of `end`.
fn bullets(source: &Source, line: Span, end: usize) -> Option<usize> {
    let lead = source.slice(Span::new(line.start, end));
    let bullets = lead.trim_start_matches([' ', '\t']);
    let plain =
        bullets.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '*' | '+' | '–' | '—' | '•' | '·' | '→'));
    plain.then(|| end - bullets.len())
}

/// A box from `start` to the id, where what follows is read as an item with that id.
fn fix(source: &Source, line: Span, start: usize, ticked: bool, emphasis: &str, id: Span) -> Option<Fix> {
    let words = format!("{emphasis}{}", source.slice(Span::new(id.start, line.end)));
    let expected = emphasis.len()..emphasis.len() + id.len();
    let is_item = matches!(line::checkbox(words.trim_end(), true), Head::Id { id, .. } if id == expected);
    let mark = if ticked { "[x]" } else { "[ ]" };
    let span = Span::new(start, id.start);
    is_item.then(|| Fix { span, text: format!("- {mark} {emphasis}"), safety: Safety::Unsafe })
}

fn line_around(source: &Source, at: Span) -> Span {
    let text = source.text();
    let start = text[..at.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[at.end..].find('\n').map_or(text.len(), |n| at.end + n);
    Span::new(start, start + text[start..end].trim_end_matches('\r').len())
}

#[cfg(test)]
mod tests {
    use crate::diag::Sink;
    use crate::plan::edit::{Edit, apply};
    use crate::plan::{Reader, check, read};
    use crate::text::Source;

    /// The text after the fixes of everything that looks like an item.
    fn mended(text: &str) -> String {
        let mut sink = Sink::new();
        check(&read(vec![Source::new("p", text)], Reader::Full, &mut sink), &mut sink);
        let fixes = sink.into_sorted().into_iter().filter_map(|finding| finding.fix);
        let edits: Vec<Edit> = fixes.map(|fix| Edit { span: fix.span, text: fix.text }).collect();
        apply(text, &edits)
    }

    #[test]
    fn what_looks_like_an_item_becomes_one() {
        for (text, after) in [
            ("- [✓] T8: a\n", "- [x] T8: a\n"),
            ("- [] T8: a\r\n", "- [ ] T8: a\r\n"),
            ("-[x] T8: a", "- [x] T8: a"),
            ("  ☑ **T8** a\n", "  - [x] **T8** a\n"),
            ("• [ ] T8: a\n", "- [ ] T8: a\n"),
            ("- [done] T8: a\n", "- [x] T8: a\n"),
            ("- T7: plain\n", "- [ ] T7: plain\n"),
            ("## Tasks\n- `T7`: code\n", "## Tasks\n- [ ] `T7`: code\n"),
            ("**T7: bold**\n", "- [ ] **T7: bold**\n"),
            ("## [T-4] Set up\n", "## T-4: Set up\n"),
            ("## Ticket T-4: set up\n", "## T-4: set up\n"),
            ("### P3-T2 Set up\n", "### P3-T2: Set up\n"),
        ] {
            assert_eq!(mended(text), after, "{text:?}");
            assert_eq!(mended(after), after, "{text:?}");
        }
        // A change in the midst of a line is for a person.
        for text in ["Now [ ] T8: a\n", "- [T7] x\n", "#T7: no blank\n", "| [ ] T7 |\n"] {
            assert_eq!(mended(text), text);
        }
        let named = mended("- [ ] Add retry\n");
        assert!(named.starts_with("- [ ] add-retry-") && named.ends_with(": Add retry\n"), "{named}");
    }
}
