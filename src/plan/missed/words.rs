//! What a line begins with, or holds, that somebody may have meant as an item.
//!
//! Domain layer; pure functions from text to ranges. Whether the id is one that nobody reads is asked by others.

use crate::plan::level;
use crate::plan::line::{self, Head};
use crate::text::is_hostile;
use std::ops::Range;

/// No id is longer than this many bytes, whatever stands around it.
const WORD: usize = 80;

/// The longest that stands between brackets in place of a box.
const INNER: usize = 16;

/// Words that people write instead of a box, with or without a colon; `id:` begins a record of a task.
const STATES: [&str; 9] = ["TODO", "DONE", "DOING", "WIP", "FIXME", "NEXT", "CANCELLED", "STARTED", "WAITING"];

/// What such words are in brackets: `[done]`.
const IN_BRACKETS: [&str; 12] =
    ["done", "todo", "to do", "wip", "open", "closed", "doing", "in progress", "ok", "n/a", "pending", "blocked"];

/// Words in front of an id, with a colon or a blank after them: `Task: T-10`.
const LABELS: [&str; 7] = ["task", "ticket", "story", "issue", "item", "subtask", "step"];

/// Reads a line with something like a box and an id after it: where both stand. At the start of a line many things
/// stand for a box; further on only `[ ]` and its like do.
pub(in crate::plan) fn boxed(text: &str, declared: bool) -> Option<(Range<usize>, Range<usize>)> {
    let lead = Lead::of(text);
    if let Some(sign) = lead.sign {
        // Only a box is so clear a sign that any `word: title` after it was meant.
        let declared = declared && text[sign.clone()].starts_with('[');
        if let Some(id) = head(text, lead.end, declared) {
            return Some((sign, id));
        }
    }
    boxed_within(text).next()
}

/// Every `[ ] ID` of a text that is no code.
pub(in crate::plan) fn boxed_within(text: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    // What stands between an odd and an even tick is code.
    let mut ticks = 0;
    let mut counted = 0;
    // `［` begins with the second byte.
    memchr::memchr2_iter(b'[', 0xef, text.as_bytes()).filter_map(move |at| {
        let Bracket::Box(len) = bracket(text.get(at..)?)? else { return None };
        ticks += memchr::memchr_iter(b'`', &text.as_bytes()[counted..at]).count();
        counted = at;
        let id = head(text, at + len, false).filter(|_| ticks % 2 == 0)?;
        Some((at..at + len, id))
    })
}

/// Reads a line that begins with an id and no box: where the id stands, and whether a sign after it sets it apart from
/// a title.
pub(in crate::plan) fn named(text: &str) -> Option<(Range<usize>, bool)> {
    // Sentences begin like this: `T7 is done`, `T7 and T8`.
    const VERBS: [&str; 24] = [
        "is", "was", "are", "has", "have", "had", "and", "or", "to", "can", "must", "should", "will", "may", "needs",
        "depends", "blocks", "waits", "after", "before", "then", "in", "requires", "for",
    ];
    let start = Lead::of(text).end;
    let rest = &text[start..];
    let lettered = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let len = rest.bytes().take(WORD).take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b)).count();
    let word = rest[..len].trim_end_matches(['.', '-']);
    if !lettered || !line::is_shaped(word) {
        return None;
    }
    let closing = |c: char| matches!(c, '*' | '_' | '`' | '~' | ']' | ')' | '>' | '}' | '"' | '】' | '）');
    let after = rest[word.len()..].trim_start_matches(closing);
    let after = match after.strip_prefix('(').and_then(|link| link.split_once(')')) {
        Some((_, after)) if rest[word.len()..].starts_with(']') => after,
        _ => after,
    };
    let spaced = after.trim_start();
    let signed = spaced.starts_with([':', line::WIDE_COLON, '–', '—', '|', '<'])
        || after.starts_with('.')
        || spaced.starts_with("- ")
        || spaced.starts_with("-- ")
        || rest[word.len()..].starts_with(']');
    let next = spaced.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
    let titled = !next.is_empty() && !VERBS.contains(&next.as_str()) && after.len() > spaced.len();
    (signed || titled).then(|| (start..start + word.len(), signed))
}

/// Reads a line that begins with a level and a number as headings of a plan do, and is none: `**Task 1: Set up**`,
/// `Phase 2 — Build`. Where both stand; a sign or emphasis sets them apart from a sentence.
pub(in crate::plan) fn levelled(text: &str) -> Option<Range<usize>> {
    let start = text.find(char::is_alphanumeric)?;
    let lead = &text[..start];
    if lead.contains(['[', '<', '(', '`']) {
        return None;
    }
    let level = level::level_of(&text[start..])?;
    let number = text[start + level.word.len()..].trim_start();
    let digits = number.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let word = number[..digits].trim_end_matches('.');
    let after = &number[word.len()..];
    let words = after.trim_start_matches(['*', '_']);
    let spaced = words.trim_start();
    let is_set_apart = spaced.starts_with([':', line::WIDE_COLON, '–', '—'])
        || spaced.starts_with("- ")
        || spaced.is_empty() && lead.ends_with(['*', '_']);
    // `**Task 1: [name]**` is a form to be filled in.
    let title = spaced.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '[' | ']'));
    let is_form = title.starts_with('[') && title.ends_with(']');
    let end = text.len() - after.len();
    (!word.is_empty() && word.len() < 8 && is_set_apart && !is_form).then_some(start..end)
}

/// The words of a line that begins with a box, or with an id as tasks have everywhere: `T1`, `WP01`, `task-2`.
pub(in crate::plan) fn like_task(line: &str) -> Option<&str> {
    const BOXES: [char; 8] = ['[', '［', '☐', '☑', '☒', '⬜', '🔲', '🔳'];
    let lead = Lead::of(line);
    let words = line[lead.end..].trim();
    // `[P]` is a mark of its own.
    let is_box =
        |sign: &str| sign.starts_with(BOXES) && !matches!(sign.as_bytes(), [b'[', b'A'..=b'W' | b'Y'..=b'Z', b']']);
    let boxed = lead.sign.is_some_and(|sign| is_box(&line[sign])) && !words.is_empty();
    let of_task = |id: &str| {
        let letters = id.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(id.len());
        ["t", "wp", "task"].iter().any(|prefix| id[..letters].eq_ignore_ascii_case(prefix))
    };
    let named = || named(line).is_some_and(|(id, _)| of_task(&line[id]));
    (boxed || named()).then_some(words)
}

/// The id that stands at `at`, if one does.
fn head(text: &str, at: usize, declared: bool) -> Option<Range<usize>> {
    let words = text[at..].trim_start();
    let start = text.len() - words.len();
    let clipped = &words[..words.floor_char_boundary(WORD)];
    let Head::Id { id, .. } = line::checkbox(clipped, declared) else { return None };
    Some(start + id.start..start + id.end)
}

/// Whether a text begins with a proper box.
pub(in crate::plan) fn begins_with_box(text: &str) -> bool {
    ["[ ]", "[x]", "[X]"].iter().any(|sign| text.starts_with(sign))
}

/// What stands in front of the words of a line: bullets, numbers, pictures, labels, emphasis.
struct Lead {
    /// Where the words begin.
    end: usize,
    /// What may stand for a box.
    sign: Option<Range<usize>>,
}

impl Lead {
    fn of(text: &str) -> Self {
        let mut lead = Self { end: 0, sign: None };
        while let Some(c) = text[lead.end..].chars().next() {
            let rest = &text[lead.end..];
            let (len, is_sign) = match bracket(rest) {
                Some(Bracket::Box(len)) => (len, true),
                Some(Bracket::Label(len)) => (len, false),
                // An id may stand in brackets itself, or an address.
                Some(Bracket::Open) | None if !c.is_alphanumeric() => (c.len_utf8(), is_picture(c)),
                _ => match word(rest) {
                    Some(found) => found,
                    None => break,
                },
            };
            if is_sign && lead.sign.is_none() {
                lead.sign = Some(lead.end..lead.end + len);
            }
            lead.end += len;
        }
        lead
    }
}

/// What stands at a bracket.
enum Bracket {
    /// At most one character, or a word such as `done`.
    Box(usize),
    /// `[^2]:`, `[note]:`, `(a)`
    Label(usize),
    /// The bracket alone.
    Open,
}

fn bracket(text: &str) -> Option<Bracket> {
    const PAIRS: [(char, char); 7] =
        [('[', ']'), ('(', ')'), ('{', '}'), ('［', '］'), ('【', '】'), ('（', '）'), ('〔', '〕')];
    let first = text.chars().next()?;
    let (open, close) = PAIRS.iter().find(|(open, _)| *open == first)?;
    let near = &text[open.len_utf8()..text.floor_char_boundary(open.len_utf8() + 4 * INNER)];
    let Some(end) = near.find(*close) else { return Some(Bracket::Open) };
    let inner = near[..end].trim_end_matches('\\').trim();
    let len = open.len_utf8() + end + close.len_utf8();
    let said: String = inner.chars().filter(|c| !is_hostile(*c) && *c != '\u{fe0f}').collect();
    let one = said.chars().count() < 2 && !said.contains(|c: char| c.is_ascii_digit());
    // `(a)` counts as `a)` does; in square brackets a letter stands for a state.
    let counts = *open != '['
        && said.starts_with(|c: char| c.is_ascii_alphanumeric())
        && said.len() < 4
        && !said.eq_ignore_ascii_case("x")
        && !line::is_shaped(&said);
    Some(if counts || text[len..].starts_with(':') && !said.is_empty() && !one {
        Bracket::Label(len)
    } else if one || IN_BRACKETS.iter().any(|state| said.eq_ignore_ascii_case(state)) {
        Bracket::Box(len)
    } else {
        Bracket::Open
    })
}

/// Letters and digits that are no part of the words yet: `1.`, `iv)`, `TODO`, `Task:`. Their length, and whether they
/// stand for a box.
fn word(text: &str) -> Option<(usize, bool)> {
    let len = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let (word, after) = text.split_at(len);
    let counts = word.chars().count() < 5 && !line::is_shaped(word);
    if counts && let Some(sign) = after.chars().next().filter(|c| matches!(c, '.' | ')' | '．')) {
        return after[sign.len_utf8()..].starts_with(char::is_whitespace).then_some((len + sign.len_utf8(), false));
    }
    let colon = usize::from(after.starts_with(':'));
    if !after[colon..].starts_with(char::is_whitespace) {
        return None;
    }
    if STATES.contains(&word) || word == "id" && colon == 1 {
        return Some((len + colon, true));
    }
    LABELS.iter().any(|label| word.eq_ignore_ascii_case(label)).then_some((len + colon, false))
}

/// Signs that people draw: ticks, crosses, squares, circles, lights.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2610}'..='\u{2612}' | '\u{2705}' | '\u{2713}'..='\u{2718}' | '\u{274c}' | '\u{274e}' | '\u{25a0}'..='\u{25ff}'
        | '\u{2b1b}' | '\u{2b1c}' | '\u{23f0}'..='\u{23ff}' | '\u{231a}'..='\u{231b}' | '\u{221a}' | '\u{1f300}'..='\u{1faff}')
}
