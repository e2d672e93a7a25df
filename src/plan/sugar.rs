//! What a title carries besides its words: `[P]` at its front, `@owner ~4h P1 #tag (depends on X)` at its end.
//!
//! Domain layer; pure functions from text to ranges.

use crate::id::is_id;
use std::ops::Range;

/// What a title carries besides its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sugar {
    Owner(Range<usize>),
    Estimate(Range<usize>),
    Priority(Range<usize>, u8),
    Tag(Range<usize>),
    Parallel,
    /// The list inside `(depends on …)`.
    Needs(Range<usize>),
}

/// Takes `[P]` and `[US1]` from the front of a title and `@owner ~4h P1 #tag (depends on X)` from its end;
/// returns what is left. Hands each piece to `take` in the order found.
pub(super) fn sugar(text: &str, title: Range<usize>, mut take: impl FnMut(Sugar)) -> Range<usize> {
    let Range { mut start, mut end } = title;
    while text[start..end].starts_with('[') {
        let Some(close) = text[start..end].find(']').map(|n| start + n) else { break };
        let word = &text[start + 1..close];
        if word == "P" {
            take(Sugar::Parallel);
        } else if is_id(word) && word.bytes().any(|b| b.is_ascii_digit()) {
            take(Sugar::Tag(start + 1..close));
        } else {
            break;
        }
        start = close + 1 + (text[close + 1..end].len() - text[close + 1..end].trim_start().len());
    }
    loop {
        end = start + text[start..end].trim_end().len();
        let Some(piece) = last_piece(text, start..end) else { break };
        let at = match &piece {
            (at, Some(sugar)) => {
                take(sugar.clone());
                *at
            }
            (_, None) => break,
        };
        end = at;
    }
    if let Some(list) = inner_needs(text, start..end) {
        take(Sugar::Needs(list));
    }
    start..end
}

/// The last word or bracket of a title and what it means, if anything.
fn last_piece(text: &str, range: Range<usize>) -> Option<(usize, Option<Sugar>)> {
    let part = &text[range.clone()];
    if part.ends_with(')') {
        let open = range.start + part.rfind('(')?;
        let inner = open + 1..range.end - 1;
        let said = &text[inner.clone()];
        if let Some(list) = needs_list(said) {
            return Some((open, Some(Sugar::Needs(inner.start + list..inner.end))));
        }
        let priority = said.len().checked_sub(2).filter(|_| starts_with_word(said, "priority:"));
        let level = priority.and_then(|at| Some((at, priority_of(said.get(at..)?)?)));
        return Some((open, level.map(|(at, level)| Sugar::Priority(inner.start + at..inner.end, level))));
    }
    let at = range.start + part.bytes().rposition(|b| matches!(b, b' ' | b'\t')).map_or(0, |n| n + 1);
    let word = &text[at..range.end];
    let rest = at + 1..range.end;
    let sugar = match word.as_bytes().first()? {
        b'@' if is_id(&word[1..]) => Some(Sugar::Owner(rest)),
        b'~' if is_figure(&word[1..]) => Some(Sugar::Estimate(rest)),
        b'#' if is_id(&word[1..]) && word.as_bytes()[1].is_ascii_alphabetic() => Some(Sugar::Tag(rest)),
        b'P' => priority_of(word).map(|level| Sugar::Priority(at..range.end, level)),
        b'[' if word == "[P]" => Some(Sugar::Parallel),
        _ => match spaced_estimate(part, word) {
            Some(tilde) => {
                let at = range.start + tilde;
                return Some((at, Some(Sugar::Estimate(at + 1..range.end))));
            }
            None => inline_needs(word).map(|list| Sugar::Needs(at + list..range.end)),
        },
    };
    Some((at, sugar))
}

/// The most bytes of an estimate that is looked for.
const MAX_ESTIMATE: usize = 64;

/// Where `~2h / 4h / 9h` begins, with blanks between its figures, if a title ends so; its last word is known.
fn spaced_estimate(part: &str, last: &str) -> Option<usize> {
    if !last.contains('/') && !part[..part.len() - last.len()].trim_end().ends_with('/') {
        return None;
    }
    let at = part.bytes().rev().take(MAX_ESTIMATE).position(|b| b == b'~')?;
    let at = part.len() - at - 1;
    let is_word = at == 0 || part.as_bytes()[at - 1].is_ascii_whitespace();
    let is_one = |figure: &str| is_figure(figure) && !figure.contains(char::is_whitespace);
    let figures = part[at + 1..].split('/').map(str::trim);
    (is_word && figures.clone().count() == 3 && figures.into_iter().all(is_one)).then_some(at)
}

/// Whether a word behind `~` is meant as an estimate: it begins with a digit, maybe behind a sign, or is what programs
/// print for a number that is none.
fn is_figure(word: &str) -> bool {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_none = ["nan", "inf", "infinity"].iter().any(|none| unsigned.eq_ignore_ascii_case(none));
    is_none || unsigned.starts_with(|c: char| c.is_ascii_digit())
}

/// `P0` to `P3`.
pub(super) fn priority_of(word: &str) -> Option<u8> {
    match word.as_bytes() {
        [b'P' | b'p', level @ b'0'..=b'3'] => Some(level - b'0'),
        _ => None,
    }
}

pub(super) fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

const NEEDS_WORDS: [&str; 5] = ["depends on", "blocked by", "needs", "requires", "after"];

/// Whether a line begins with words that name needs.
pub(super) fn starts_needs(text: &str) -> bool {
    starts_with_word(text, "depends") || NEEDS_WORDS.iter().any(|word| starts_with_word(text, word))
}

/// Where the list begins in `depends on X, Y`.
fn needs_list(said: &str) -> Option<usize> {
    NEEDS_WORDS.iter().find_map(|word| {
        let rest = said.get(word.len()..).filter(|_| starts_with_word(said, word))?;
        let list = rest.trim_start_matches(':').trim_start();
        (list.len() < rest.len()).then(|| said.len() - list.len())
    })
}

/// Where the list begins in `blocked-by:t001,t002`.
fn inline_needs(word: &str) -> Option<usize> {
    if !word.contains(':') {
        return None;
    }
    ["blocked-by:", "depends:", "depends-on:", "needs:", "deps:"]
        .into_iter()
        .find(|key| word.len() > key.len() && starts_with_word(word, key))
        .map(str::len)
}

/// A bracket in the middle of a title that lists needs; only the first few brackets are looked at.
fn inner_needs(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    part.match_indices('(').take(16).find_map(|(open, _)| {
        let inner = &part[open + 1..];
        NEEDS_WORDS.iter().find(|word| starts_with_word(inner, word))?;
        let close = inner.find(')')?;
        let list = needs_list(&inner[..close])?;
        let start = range.start + open + 1;
        Some(start + list..start + close)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_give_up_what_they_carry() {
        let text = "[P] [US1] Expand (a) it (depends on X, Y) @ann ~4h P0 #db";
        let mut found = Vec::new();
        let left = sugar(text, 0..text.len(), |sugar| found.push(sugar));
        assert_eq!(&text[left], "Expand (a) it");
        assert!(found.contains(&Sugar::Parallel) && found.contains(&Sugar::Tag(5..8)));
        let shown: Vec<&str> = found
            .iter()
            .filter_map(|sugar| match sugar {
                Sugar::Owner(r) | Sugar::Estimate(r) | Sugar::Needs(r) | Sugar::Priority(r, _) => {
                    Some(&text[r.clone()])
                }
                Sugar::Tag(_) | Sugar::Parallel => None,
            })
            .collect();
        assert_eq!(shown, ["P0", "4h", "ann", "X, Y"]);
    }

    #[test]
    fn a_figure_that_makes_no_sense_is_no_part_of_the_title() {
        for (text, title, estimate) in [
            ("a ~-4h", "a", Some("-4h")),
            ("a ~NaN", "a", Some("NaN")),
            ("a ~inf", "a", Some("inf")),
            ("a ~soon", "a ~soon", None),
            ("a ~", "a ~", None),
            ("a ~-", "a ~-", None),
            ("a ~2h / 4h / 1d", "a", Some("2h / 4h / 1d")),
            ("a ~2h/ 4h /9h", "a", Some("2h/ 4h /9h")),
            ("a ~2h / 4h", "a ~2h / 4h", None),
            ("a ~2h / and / or", "a ~2h / and / or", None),
            ("a ~2h / 4 h / 9h", "a ~2h / 4 h / 9h", None),
            ("a~2h / 4h / 9h", "a~2h / 4h / 9h", None),
        ] {
            let mut found = None;
            let left = sugar(text, 0..text.len(), |sugar| found = Some(sugar));
            assert_eq!((&text[left], found), (title, estimate.map(|_| Sugar::Estimate(3..text.len()))), "{text}");
        }
    }

    #[test]
    fn needs_in_the_middle_stay_in_the_title() {
        let text = "Wire it (blocked by T1) in src/a.rs";
        let mut found = Vec::new();
        assert_eq!(sugar(text, 0..text.len(), |sugar| found.push(sugar)), 0..text.len());
        assert_eq!(found, [Sugar::Needs(20..22)]);
        assert_eq!(sugar("a (b", 0..4, |_| unreachable!()), 0..4);
    }
}
