//! What the values of fields say: lists, ranges of ids, owners, priorities, gates.
//!
//! Domain layer; pure functions from text to values. Offsets in results are relative to the text given. How much is in
//! `amount`, what is needed in `need`, whether something is done in `status`.

mod amount;
mod need;
mod status;

pub(super) use amount::{duration, estimate, is_size};
pub(super) use need::{NeedText, needs};
pub(super) use status::{StatusText, closing_sign, is_under_way, sign, status};

use super::sugar;
use crate::id::GateName;
use std::ops::Range;

/// Reads a range of ids, `T009–T012`, also with `..` or `to`; at most a thousand ids.
pub(super) fn range(text: &str) -> Option<impl Iterator<Item = String> + use<>> {
    let (first, last) = ["–", "—", "..", " to ", " - ", "-"].iter().find_map(|between| text.rsplit_once(between))?;
    let parted = |id: &str| -> Option<(usize, u32)> {
        let prefix = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        Some((prefix, id[prefix..].parse().ok()?))
    };
    let (first, last) = (first.trim(), last.trim());
    let (prefix, from) = parted(first)?;
    let (other, to) = parted(last)?;
    let width = first.len() - prefix;
    let same = other == 0 || last[..other].eq_ignore_ascii_case(&first[..prefix]);
    let prefix = first[..prefix].to_owned();
    (same && crate::id::is_id(first) && !prefix.is_empty() && from < to && to - from < 1000)
        .then(|| (from..=to).map(move |number| format!("{prefix}{number:0width$}")))
}

/// Splits a list at commas and semicolons of any script outside of brackets; parts are trimmed, empty ones left out.
pub(super) fn list(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let mut depth = 0usize;
            let mut width = 0;
            while let Some(ahead) = bytes[at..].iter().position(|&byte| may_end_part(byte)) {
                at += ahead;
                width = if depth == 0 { separator(&bytes[at..]) } else { 0 };
                if width > 0 {
                    break;
                }
                match bytes[at] {
                    b'(' | b'{' | b'[' => depth += 1,
                    b')' | b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                at += 1;
            }
            let end = if width > 0 { at } else { bytes.len() };
            at = end + width;
            let part = trimmed(text, start..end);
            if !part.is_empty() {
                return Some(part);
            }
        }
        None
    })
}

/// Whether a part of a list can end at a byte, or a bracket in it begin or end.
fn may_end_part(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}') || !byte.is_ascii()
}

/// The length of the separator that `bytes` begin with; none is 0.
fn separator(bytes: &[u8]) -> usize {
    const WIDE: [&str; 3] = ["、", "，", "；"];
    match bytes {
        [b',' | b';', ..] => 1,
        _ => WIDE.iter().find(|wide| bytes.starts_with(wide.as_bytes())).map_or(0, |wide| wide.len()),
    }
}

/// Moves both ends of a range inwards over white space, backticks, and `**` around the whole.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    if let [first, .., last] = text.as_bytes()[range.clone()]
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return range;
    }
    let blank = |c: char| c.is_whitespace() || c == '`';
    let part = text[range.clone()].trim_start_matches(blank);
    let start = range.end - part.len();
    let part = part.trim_end_matches(blank);
    match part.strip_prefix("**").and_then(|rest| rest.strip_suffix("**")) {
        Some(inner) if !inner.is_empty() && !inner.contains('*') && !inner.starts_with('/') => {
            start + 2..start + part.len() - 2
        }
        _ => start..start + part.len(),
    }
}

/// Whether a value says that there is nothing.
pub(super) fn is_none(text: &str) -> bool {
    let text = text.trim_start();
    if !text.starts_with(['n', 'N', '-', '—', '–', '[', 'i', 'I', 'd', 'D', '无', '無', 'な']) {
        return false;
    }
    let text = text.trim_end().trim_end_matches('.');
    const NOTHING: [&str; 13] =
        ["none", "n/a", "nothing", "no", "-", "—", "–", "[]", "independent", "无", "無", "なし", "無し"];
    let same = |start: &str| text.get(..start.len()).is_some_and(|said| said.eq_ignore_ascii_case(start));
    NOTHING.iter().any(|none| text.eq_ignore_ascii_case(none))
        || ["none (", "none,", "none -", "none —", "none –", "no dependenc", "does not depend", "not dependent"]
            .iter()
            .any(|start| same(start))
}

/// Moves both ends of a range inwards over white space.
pub(super) fn blankless(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text[range.clone()].trim_start();
    let start = range.end - part.len();
    start..start + part.trim_end().len()
}

/// The name in `@ada`, `` `ada` ``; none for `unassigned`.
pub(super) fn owner(text: &str) -> Option<Range<usize>> {
    let name = text.trim().trim_matches('`').trim_start_matches('@');
    let nobody = is_none(name) || ["tbd", "unassigned"].iter().any(|no| name.eq_ignore_ascii_case(no));
    let start = text.len() - text.trim_start().trim_start_matches('`').trim_start_matches('@').len();
    (!name.is_empty() && !nobody).then(|| start..start + name.len())
}

/// Reads `P1`, `P1 (urgent)`, and the words people use: `blocker`, `critical`, `high`, `medium`, `low`.
pub(super) fn priority(text: &str) -> Option<u8> {
    let part = |c: char| !c.is_alphanumeric();
    let word = text.trim_start_matches(part).split(part).next().unwrap_or("");
    sugar::priority_of(word).or_else(|| {
        let words: [&[&str]; 4] =
            [&["blocker", "critical"], &["high", "高"], &["medium", "normal", "中"], &["low", "低"]];
        let level = words.iter().position(|words| words.iter().any(|known| word.eq_ignore_ascii_case(known)))?;
        u8::try_from(level).ok()
    })
}

/// One word of a list of gates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GateText {
    /// `+name` or `name`
    Add(GateName),
    /// `-name`
    Remove(GateName),
    Bad,
}

/// Reads a list of gates; each comes with the range of its word.
pub(super) fn gates(text: &str, mut take: impl FnMut(Range<usize>, GateText)) {
    if is_none(text) {
        return;
    }
    for list in list(text) {
        let mut start = list.start;
        for word in text[list].split([' ', '\t']) {
            let range = start..start + word.len();
            start = range.end + 1;
            if word.is_empty() {
                continue;
            }
            let gate = match word.strip_prefix('-') {
                Some(name) => GateName::parse(name).map(GateText::Remove),
                None => GateName::parse(word.strip_prefix('+').unwrap_or(word)).map(GateText::Add),
            };
            take(range, gate.unwrap_or(GateText::Bad));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_brackets_together() {
        let text = "a, {b,c}/**; `d` ,, e (f, g)";
        let parts: Vec<&str> = list(text).map(|range| &text[range]).collect();
        assert_eq!(parts, ["a", "{b,c}/**", "d", "e (f, g)"]);
    }
}
