//! The first line of an item: mark, level word, id, title, and what the title carries besides.
//!
//! Domain layer; pure functions from text to ranges. Offsets are relative to the text given.

use super::level::{Level, is_bare, level_of};
use super::sugar::starts_with_word;
use super::{Kind, Mark, value};
use crate::id::is_id;
use crate::text::is_hostile;
use std::ops::Range;

/// What the beginning of a line says about the item's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An id, and where the title stands.
    Id { id: Range<usize>, title: Range<usize> },
    /// What stands in the place of an id and is none.
    Bad(Range<usize>),
    /// Prose.
    None,
}

/// What stands between id and title.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Colon,
    Dash,
    Blank,
    End,
}

struct Token {
    range: Range<usize>,
    separator: Separator,
    title: Range<usize>,
    /// `**T1**` or `` `T1` ``
    emphasised: bool,
    /// `#15`
    hash: bool,
}

/// The colon of Chinese and Japanese texts.
pub(super) const WIDE_COLON: char = '：';

/// Reads the first word of `text` and what follows it.
fn token(text: &str) -> Option<Token> {
    let bytes = text.as_bytes();
    let closing = |b: &u8| matches!(b, b'*' | b'`');
    let opened = bytes.iter().take_while(|b| closing(b)).count();
    let hash = bytes.get(opened) == Some(&b'#');
    let start = opened + usize::from(hash);
    let mut end =
        start + bytes[start..].iter().take_while(|b| !matches!(b, b' ' | b'\t' | b':' | b'*' | b'`' | b',')).count();
    let mut at = end;
    // Where Chinese and Japanese are written, the colon fills its square, and no blank follows it.
    let wide = text[start..end].find(WIDE_COLON).filter(|_| !bytes[start..end].is_ascii());
    if let Some(colon) = wide {
        end = start + colon;
        at = end;
    }
    if end > start && bytes[end - 1] == b'.' && bytes.get(end).is_none_or(|b| matches!(b, b' ' | b'\t' | b'*')) {
        end -= 1;
    }
    at += bytes[at..].iter().take_while(|b| closing(b)).count();
    let mut separator = Separator::Blank;
    if bytes.get(at) == Some(&b':') {
        separator = Separator::Colon;
        at += 1;
        at += bytes[at..].iter().take_while(|b| closing(b)).count();
    }
    if separator == Separator::Blank && text[at..].starts_with(WIDE_COLON) {
        separator = Separator::Colon;
        at += WIDE_COLON.len_utf8();
    } else if !matches!(bytes.get(at), None | Some(b' ' | b'\t')) {
        return None;
    }
    let rest = &text[at..];
    let mut title = at + (rest.len() - rest.trim_start().len());
    for dash in ["- ", "– ", "— ", "-- "] {
        if separator == Separator::Blank && text[title..].starts_with(dash) {
            separator = Separator::Dash;
            title += dash.len();
        }
    }
    if separator == Separator::Blank && title == text.len() {
        separator = Separator::End;
    }
    let mut title_end = text.len();
    if opened > 1 && text[title..].ends_with("**") && !text[title..title_end - 2].contains("**") {
        title_end -= 2;
    }
    (end > start).then_some(Token {
        range: start..end,
        separator,
        title: title..title_end,
        emphasised: opened > 0,
        hash,
    })
}

impl Token {
    fn head(self) -> Head {
        Head::Id { id: self.range, title: self.title }
    }

    /// Whether the word was surely meant as an id and cannot be one.
    fn is_bad_id(&self, text: &str) -> bool {
        let word = &text[self.range.clone()];
        let digit = word.bytes().any(|b| b.is_ascii_digit());
        let in_place = self.separator == Separator::Colon || word.chars().any(is_hostile);
        let shape = |c: char| c.is_alphanumeric() || is_hostile(c) || matches!(c, '-' | '_' | '.' | '+' | '~' | '\\');
        !is_id(word) && digit && in_place && word.chars().all(shape)
    }
}

/// Reads the text of a checkbox. In a file that declares itself a plan any `word: title` names an item;
/// elsewhere the word must look like an id, so that prose stays prose.
pub(super) fn checkbox(text: &str, declared: bool) -> Head {
    let Some(token) = token(text) else { return Head::None };
    let word = &text[token.range.clone()];
    if !is_id(word) {
        return if token.is_bad_id(text) { Head::Bad(token.range) } else { Head::None };
    }
    let digit = word.bytes().any(|b| b.is_ascii_digit());
    let letter = word.bytes().any(|b| b.is_ascii_alphabetic());
    let dotted = !letter && word.contains('.');
    let accepted = token.hash && digit
        || match token.separator {
            Separator::Colon => declared || digit || is_shouted(word),
            Separator::Dash => digit && (letter || dotted),
            Separator::Blank | Separator::End => {
                let numbered = !letter && digit && text.as_bytes().get(token.range.end) == Some(&b'.');
                is_shaped(word) || numbered || (token.emphasised && digit && letter)
            }
        };
    if accepted { token.head() } else { Head::None }
}

/// Whether a word without digits is an id in capitals, and no notice.
fn is_shouted(word: &str) -> bool {
    const NOTICES: [&str; 8] = ["TODO", "NOTE", "FIXME", "WIP", "XXX", "HACK", "TBD", "NB"];
    word.len() > 1 && !word.bytes().any(|b| b.is_ascii_lowercase()) && !NOTICES.contains(&word)
}

/// Whether a word with nothing but a blank after it looks like an id: `T014`, `DB-001`, `2.3`, `t9`, `P3-T2`.
pub(super) fn is_shaped(word: &str) -> bool {
    let Some(first_digit) = word.bytes().position(|b| b.is_ascii_digit()) else { return false };
    let (prefix, number) = word.split_at(first_digit);
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = &number[digits..];
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let counted = suffix.is_empty()
        || suffix.strip_prefix(['.', '-']).is_some_and(|rest| rest.split(['.', '-']).all(plain))
        || (suffix.len() == 1 && suffix.as_bytes()[0].is_ascii_alphabetic());
    if !counted {
        return is_nested(prefix, suffix);
    }
    match prefix {
        "" => suffix.starts_with('.'),
        "T" | "t" | "US" | "us" | "WP" | "wp" => true,
        _ if prefix.ends_with('-') => {
            let area = prefix.trim_end_matches('-');
            let letters = area.split('-').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphabetic()));
            letters && (digits > 1 || !area.bytes().any(|b| b.is_ascii_lowercase()) || area == "task")
        }
        _ => digits > 1 && prefix.len() <= 4 && prefix.bytes().all(|b| b.is_ascii_uppercase()),
    }
}

/// The letters that an id begins with, which ids of one sort share: `DB` of `DB-001`.
pub(super) fn sort_of(id: &str) -> &str {
    let letters = id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    id[..letters].trim_end_matches(['-', '_', '.'])
}

/// Whether an id is made of several: the phase and the task in `P3-T2`, the epic and the feature in `E1.F2`. Two ids of a
/// sort are a range: `T9-T12`.
fn is_nested(prefix: &str, suffix: &str) -> bool {
    let capitals = |letters: &str| (1..=4).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase());
    let Some(inner) = suffix.strip_prefix(['-', '.', '_']).filter(|_| capitals(prefix)) else { return false };
    inner.split(['-', '.', '_']).all(|part| {
        let (letters, number) = part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
        let named = letters.len() < 2 || matches!(letters, "US" | "WP" | "ST");
        let counted = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        named && counted && (letters.is_empty() || capitals(letters)) && letters != prefix
    })
}

/// A heading that is an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadingLine {
    pub id: Range<usize>,
    /// What goes before the written id to make it unique: `phase-` for `Phase 1`.
    pub prefix: &'static str,
    /// The level word; without one the children decide.
    pub kind: Option<Kind>,
    /// A sign such as `✅` that says whether it is done, and whether it says so.
    pub sign: Option<(Range<usize>, bool)>,
    pub title: Range<usize>,
    pub mark: Mark,
    pub mark_at: Option<Range<usize>>,
}

/// What a heading is to the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    Item(HeadingLine),
    Bad(Range<usize>),
    Plain,
}

/// Reads the text of a heading: `[x] Feature DB: title`, `Phase 1: title`, `T-004: title`, a mark also at the end.
pub(super) fn heading(text: &str) -> Heading {
    let (mark, mark_at, body) = heading_mark(text);
    // Pictures in front are no words.
    let pictures = text[body.clone()].find(|c: char| c.is_ascii_graphic() || c.is_alphanumeric()).unwrap_or(0);
    let before = body.start..body.start + pictures;
    let body = before.end + section_number(&text[before.end..body.end])..body.end;
    let inner = &text[body.clone()];
    let level = level_of(inner);
    let kind = level.map(|level| level.kind);
    let after = level.map_or(0, |level| inner.len() - inner[level.word.len()..].trim_start().len());
    let Some(token) = token(&inner[after..]) else { return Heading::Plain };
    let word = &inner[after..][token.range.clone()];
    let shift = |range: &Range<usize>| range.start + body.start + after..range.end + body.start + after;
    if !is_id(word) {
        let bad = token.is_bad_id(&inner[after..]) || (kind.is_some() && token.separator == Separator::Colon);
        let placeholder = word.starts_with(['[', '{', '<', '(']);
        return if bad && !placeholder { Heading::Bad(shift(&token.range)) } else { Heading::Plain };
    }
    let digit = word.bytes().any(|b| b.is_ascii_digit());
    let letter = word.bytes().any(|b| b.is_ascii_alphabetic());
    let separated = matches!(token.separator, Separator::Colon | Separator::Dash);
    let dated = || token.separator == Separator::End || inner[after..][token.title.clone()].starts_with('(');
    let accepted = match level {
        // `Week 1 was hard` and `Epic 1 Quality Gates` speak about one.
        Some(level) if is_bare(word) => separated && (digit || !level.of_time) || digit && dated(),
        Some(level) if level.of_time => digit && separated,
        Some(_) => separated || digit,
        None if mark != Mark::None => token.separator == Separator::Colon || (separated && digit),
        None => separated && digit && letter && word.as_bytes()[0].is_ascii_uppercase(),
    };
    // `Epic 1: [Epic Name]` is a form to be filled in.
    let said = &inner[after..][token.title.clone()];
    let form = is_bare(word) && said.len() > 2 && said.starts_with('[') && said.ends_with(']');
    if !accepted || form {
        return Heading::Plain;
    }
    let prefix = level.filter(|_| is_bare(word)).map_or("", |level| level.prefix);
    let title = shift(&token.title);
    let sign = value::sign(text, before).or_else(|| value::closing_sign(text, title.clone()));
    Heading::Item(HeadingLine { id: shift(&token.range), prefix, kind, sign, title, mark, mark_at })
}

/// The length of a section's number in front of a level word and a number: `3. ` in `3. Epic 1: title`.
fn section_number(text: &str) -> usize {
    let number = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let words = text[number..].trim_start();
    let counts = |level: &Level| words[level.word.len()..].trim_start().starts_with(|c: char| c.is_ascii_digit());
    let is_in_front = number > 0 && words.len() < text.len() - number && level_of(words).is_some_and(counts);
    if is_in_front { text.len() - words.len() } else { 0 }
}

/// Reads `1. Set up the list`, `1.2 Set up`, `F5. Set up`, `T-4 Set up`, `[T-4] Set up`, `Step 3: set up`: where the id
/// and the title stand. Such a heading is a task when fields of one follow.
pub(super) fn numbered(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    const WORDS: [&str; 7] = ["ticket ", "story ", "user story ", "issue ", "step ", "item ", "subtask "];
    let word = WORDS.iter().find(|word| starts_with_word(text, word)).map_or(0, |word| word.len());
    let start = word + usize::from(text[word..].starts_with(['[', '(']));
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let len = text.as_bytes()[start..].iter().take_while(|b| part(b)).count();
    let id = text[start..start + len].trim_end_matches('.');
    let after = &text[start + id.len()..];
    let rest = after.trim_start_matches([']', ')', '.', ':']);
    let number = id.len() < 5 && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    // A number alone begins a sentence more often than a task.
    let lettered = || {
        let letters = id.bytes().take_while(u8::is_ascii_uppercase).count();
        (1..4).contains(&letters) && letters < id.len() && id[letters..].bytes().all(|b| b.is_ascii_digit())
    };
    let named = ((number || lettered()) && (word > 0 || after.starts_with(['.', ')', ']'])))
        || is_shaped(id) && !id.starts_with(|c: char| c.is_ascii_lowercase());
    let title = text.len() - rest.trim_start().len();
    (named && title < text.len() && rest.starts_with(' ')).then(|| (start..start + id.len(), title..text.len()))
}

fn heading_mark(text: &str) -> (Mark, Option<Range<usize>>, Range<usize>) {
    let mark = |box_text: &str| match box_text {
        "[ ]" => Some(Mark::Open),
        "[x]" | "[X]" => Some(Mark::Ticked),
        _ => None,
    };
    if let Some(found) = text.get(..3).and_then(mark)
        && text[3..].starts_with(' ')
    {
        let rest = text.len() - text[3..].trim_start().len();
        return (found, Some(0..3), rest..text.len());
    }
    if let Some(at) = text.len().checked_sub(3)
        && let Some(found) = text.get(at..).and_then(mark)
        && text[..at].ends_with(' ')
    {
        return (found, Some(at..at + 3), 0..text[..at].trim_end().len());
    }
    (Mark::None, None, 0..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, declared: bool) -> Option<(&str, &str)> {
        match checkbox(text, declared) {
            Head::Id { id, title } => Some((&text[id], &text[title])),
            Head::Bad(_) | Head::None => None,
        }
    }

    #[test]
    fn boxes_with_ids_in_the_shapes_people_use() {
        for (text, id, title) in [
            ("DB-001: Expand it", "DB-001", "Expand it"),
            ("T014 [P] [US1] Create x", "T014", "[P] [US1] Create x"),
            ("**T1** title", "T1", "title"),
            ("**T1: bold title**", "T1", "bold title"),
            ("**T1:** title", "T1", "title"),
            ("`T1` - title", "T1", "title"),
            ("2.3 Implement", "2.3", "Implement"),
            ("1. Set up", "1", "Set up"),
            ("#15 - title", "15", "title"),
            ("t9 x", "t9", "x"),
            ("WP01 — x", "WP01", "x"),
            ("DB-SCHEMA: x", "DB-SCHEMA", "x"),
            ("task-7 x", "task-7", "x"),
            ("P32-T1 x", "P32-T1", "x"),
            ("E1.F2 x", "E1.F2", "x"),
            ("T25A x", "T25A", "x"),
            ("T1:", "T1", ""),
        ] {
            assert_eq!(split(text, false), Some((id, title)), "{text:?}");
        }
        assert_eq!(split("setup: title", true), Some(("setup", "title")));
    }

    #[test]
    fn prose_boxes_are_no_items() {
        for text in [
            "Add retry to client",
            "3 retries on failure",
            "2024 review",
            "S3 bucket",
            "OAuth2 login",
            "k8s deploy",
            "T9-T12 are done",
            "S3-EC2 bridge",
            "x86-64 build",
            "H264-AAC files",
            "Python3 install",
            "TODO: x",
            "docs: x",
            "https://example.org/1: x",
            "`cargo test` passes",
            "12:30 stand-up",
            "**Important**: x",
            "10% faster",
            "",
            "*",
            "a,b: c",
        ] {
            assert_eq!(checkbox(text, false), Head::None, "{text:?}");
        }
    }

    #[test]
    fn ids_that_cannot_be_ids_are_named() {
        assert_eq!(checkbox("Ä-001: x", false), Head::Bad(0..6));
        assert_eq!(checkbox("DB\u{1b}-001: x", false), Head::Bad(0..7));
        assert!(matches!(checkbox(&format!("{}1: x", "a".repeat(64)), false), Head::Bad(_)));
    }

    #[test]
    fn headings_name_level_id_and_mark() {
        let read = |text: &'static str| match heading(text) {
            Heading::Item(line) => Some((line.prefix, &text[line.id], line.kind, &text[line.title], line.mark)),
            Heading::Bad(_) | Heading::Plain => None,
        };
        assert_eq!(read("Epic DB: Data"), Some(("", "DB", Some(Kind::Epic), "Data", Mark::None)));
        assert_eq!(read("Phase 1: Set up"), Some(("phase-", "1", Some(Kind::Phase), "Set up", Mark::None)));
        assert_eq!(read("phase 2"), Some(("phase-", "2", Some(Kind::Phase), "", Mark::None)));
        assert_eq!(read("[x] Feature DB-S: y"), Some(("", "DB-S", Some(Kind::Feature), "y", Mark::Ticked)));
        assert_eq!(read("Feature DB-S: y [ ]"), Some(("", "DB-S", Some(Kind::Feature), "y", Mark::Open)));
        assert_eq!(read("Sprint 3 — x"), Some(("sprint-", "3", Some(Kind::Phase), "x", Mark::None)));
        assert_eq!(read("✅ Week 2 (May)"), Some(("week-", "2", Some(Kind::Phase), "(May)", Mark::None)));
        assert_eq!(read("🚀 Milestone M1: x"), Some(("", "M1", Some(Kind::Phase), "x", Mark::None)));
        assert_eq!(read("3. Epic 1: Core"), Some(("epic-", "1", Some(Kind::Epic), "Core", Mark::None)));
        assert_eq!(read("✅ 2.1 Phase 4: x"), Some(("phase-", "4", Some(Kind::Phase), "x", Mark::None)));
        for text in ["3. Feature list: x", "3. Phase overview", "3Epic 1: x"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        for text in ["Epic 1: [Epic Name]", "Epic 1 Quality Gates", "Week 1 was hard", "Day one: x", "Sprint goals"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read("T-004: do"), Some(("", "T-004", None, "do", Mark::None)));
        for text in ["Phase Dependencies", "Notes", "1. Set up", "v1.2: x", "Epic [ID]: x", "Feature list", "Task"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
