//! Lists of needs: what is needed, of which type, why, and how the two are ordered in time.
//!
//! Domain layer; pure functions from text to values.

use super::{blankless, duration, is_none, list, trimmed};
use crate::id::is_id;
use crate::plan::{NeedKind, Relation, level};
use memchr::memchr;
use std::ops::Range;

/// One need as read, or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plan) enum NeedText {
    Need {
        kind: NeedKind,
        target: Range<usize>,
        reason: Option<Range<usize>>,
        relation: Relation,
        lag: i64,
    },
    /// A bracket that seems to name a type, but none that exists.
    UnknownKind(Range<usize>),
    /// `(SS+…)` with a lag that is no duration.
    BadLag(Range<usize>),
    /// `human`, `human (architecture)`: a person decides.
    Human(Range<usize>),
    Nothing,
}

/// Reads a needs list, which may stand in square brackets.
pub(in crate::plan) fn needs(text: &str, mut take: impl FnMut(NeedText)) {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = bracketed.filter(|inner| !inner.contains(['[', ']']));
    if is_none(inner.unwrap_or(text)) {
        return;
    }
    let (from, to) = if inner.is_some() { (1, text.len() - 1) } else { (0, text.len()) };
    for part in list(&text[from..to]) {
        take(need(text, part.start + from..part.end + from));
    }
}

/// Reads one part of a needs list: `X`, `X (technical: reason)`, `X (SS+2h)`, `X (SS+2h: reason)`, `X because …`.
fn need(text: &str, part: Range<usize>) -> NeedText {
    let words = &text[part.clone()];
    if is_none(words) {
        return NeedText::Nothing;
    }
    let head = memchr(b'(', words.as_bytes()).unwrap_or(words.len());
    let mut kind = None;
    let mut reason = None;
    let (mut relation, mut lag) = (Relation::default(), 0);
    let mut rest = part.start + head..part.end;
    while let Some(open) = memchr(b'(', &text.as_bytes()[rest.clone()]) {
        let start = rest.start + open + 1;
        let end = memchr(b')', &text.as_bytes()[start..rest.end]).map_or(rest.end, |n| start + n);
        let inner = trimmed(text, start..end);
        rest = (end + 1).min(rest.end)..rest.end;
        let said = &text[inner.clone()];
        let colon = memchr(b':', said.as_bytes());
        if let Some((found, after)) = relation_of(&said[..colon.unwrap_or(said.len())]) {
            relation = found;
            match lag_of(after) {
                Some(minutes) => lag = minutes,
                None => return NeedText::BadLag(inner.start..inner.start + colon.unwrap_or(said.len())),
            }
            let why = colon.map(|colon| blankless(text, inner.start + colon + 1..inner.end));
            reason = why.filter(|why| !why.is_empty()).or(reason);
            continue;
        }
        let word = said[..colon.unwrap_or(said.len())].trim();
        if let Some(found) = NeedKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(word)) {
            kind = Some(found);
            let why = colon.map(|colon| blankless(text, inner.start + colon + 1..inner.end));
            reason = why.filter(|why| !why.is_empty()).or(reason);
        } else if is_meant_as_kind(word, colon.is_some()) {
            return NeedText::UnknownKind(inner.start..inner.start + word.len());
        } else if !said.is_empty() {
            reason = Some(inner);
        }
    }
    let target = trimmed(text, part.start..part.start + head);
    if target.is_empty() {
        return NeedText::Nothing;
    }
    if kind.is_none() && text[target.clone()].eq_ignore_ascii_case("human") {
        return NeedText::Human(part);
    }
    let (target, reason) = reduce(text, target, reason, kind);
    let kind = kind
        .unwrap_or_else(|| if is_path(&text[target.clone()]) { NeedKind::Information } else { NeedKind::Technical });
    NeedText::Need { kind, target, reason, relation, lag }
}

/// Cuts an untyped target to the item it names: the number sign goes, `T-1 for its schema` becomes target and reason.
fn reduce(
    text: &str,
    target: Range<usize>,
    reason: Option<Range<usize>>,
    kind: Option<NeedKind>,
) -> (Range<usize>, Option<Range<usize>>) {
    let words = &text[target.clone()];
    let hash = usize::from(words.starts_with('#') && words.len() > 1);
    let start = target.start + hash;
    let Some(blank) = words.find(' ') else { return (start..target.end, reason) };
    let first = &words[hash..blank];
    let level = level::LEVELS.iter().any(|level| level.word.eq_ignore_ascii_case(first));
    let id = is_id(first) && first.bytes().any(|b| b.is_ascii_digit());
    if !matches!(kind, None | Some(NeedKind::Technical)) || level || !id {
        return (start..target.end, reason);
    }
    let rest = words[blank..].trim_start_matches([' ', '-', '–', '—']);
    let rest = target.end - rest.len()..target.end;
    (start..target.start + blank, reason.or(Some(rest).filter(|rest| !rest.is_empty())))
}

fn is_meant_as_kind(word: &str, has_reason: bool) -> bool {
    let single = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic());
    single && (has_reason || crate::diag::nearest(word, NeedKind::ALL.map(NeedKind::name)).is_some())
}

fn relation_of(text: &str) -> Option<(Relation, &str)> {
    let relation = match text.as_bytes().first_chunk()?.map(|b: u8| b.to_ascii_uppercase()) {
        [b'F', b'S'] => Relation::FinishToStart,
        [b'S', b'S'] => Relation::StartToStart,
        [b'F', b'F'] => Relation::FinishToFinish,
        [b'S', b'F'] => Relation::StartToFinish,
        _ => return None,
    };
    let after = text[2..].trim();
    (after.is_empty() || after.starts_with(['+', '-', '−'])).then_some((relation, after))
}

fn lag_of(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let sign = if text.starts_with('+') { 1 } else { -1 };
    duration(text.trim_start_matches(['+', '-', '−'])).map(|minutes| sign * i64::from(minutes))
}

/// Whether a need's target is a path rather than an item.
fn is_path(target: &str) -> bool {
    const ENDINGS: [&str; 14] =
        ["md", "txt", "pdf", "yaml", "yml", "json", "sql", "toml", "html", "rst", "adoc", "csv", "png", "svg"];
    target.contains('/')
        || target.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.iter().any(|e| end.eq_ignore_ascii_case(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_tell_kind_reason_relation_and_lag() {
        let read = |text: &str| need(text, 0..text.len());
        let need = |kind, target, reason, relation, lag| NeedText::Need { kind, target, reason, relation, lag };
        let fs = Relation::FinishToStart;
        let technical = NeedKind::Technical;
        assert_eq!(read("X"), need(technical, 0..1, None, fs, 0));
        assert_eq!(read("X (technical: its names)"), need(technical, 0..1, Some(14..23), fs, 0));
        assert_eq!(read("db (resource)"), need(NeedKind::Resource, 0..2, None, fs, 0));
        assert_eq!(read("X (SS+2h)"), need(technical, 0..1, None, Relation::StartToStart, 120));
        assert_eq!(read("X (SS+2h: its api)"), need(technical, 0..1, Some(10..17), Relation::StartToStart, 120));
        assert_eq!(read("X (FF:)"), need(technical, 0..1, None, Relation::FinishToFinish, 0));
        assert_eq!(read("X (FS-1d) (its api)"), need(technical, 0..1, Some(11..18), fs, -480));
        assert_eq!(read("T-1 for its schema"), need(technical, 0..3, Some(4..18), fs, 0));
        assert_eq!(read("#13"), need(technical, 1..3, None, fs, 0));
        assert_eq!(read("docs/a.md"), need(NeedKind::Information, 0..9, None, fs, 0));
        assert_eq!(read("X (resorce)"), NeedText::UnknownKind(3..10));
        assert_eq!(read("X (SS+soon)"), NeedText::BadLag(3..10));
        assert_eq!(read("X (SS+soon: its api)"), NeedText::BadLag(3..10));
        assert_eq!(read("human (architecture)"), NeedText::Human(0..20));
        assert_eq!(read("human (resource)"), need(NeedKind::Resource, 0..5, None, fs, 0));
        assert_eq!(read("None"), NeedText::Nothing);
        assert_eq!(read("X (unclosed"), need(technical, 0..1, Some(3..11), fs, 0));
    }
}
