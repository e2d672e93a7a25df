//! What the values of fields say: durations, estimates, lists, needs.
//!
//! Domain layer; pure functions from text to values. Offsets in results are relative to the text given.

use super::{Estimate, NeedKind, Relation, level, sugar};
use crate::id::{GateName, is_id};
use memchr::memchr;
use std::ops::Range;

/// Minutes in a working day and week.
const DAY: u64 = 8 * 60;
const WEEK: u64 = 5 * DAY;

/// The units as people write them, with their minutes.
const UNITS: [(&[&str], u64); 4] = [
    (&["h", "hr", "hrs", "hour", "hours", "std", "stunden", "小时", "時間"], 60),
    (&["d", "day", "days", "tag", "tage", "天", "日"], DAY),
    (&["m", "min", "mins", "minute", "minutes"], 1),
    (&["w", "wk", "wks", "week", "weeks", "woche", "wochen", "周", "週"], WEEK),
];

fn unit(word: &str) -> Option<u64> {
    let known = |(names, _): &&(&[&str], u64)| names.iter().any(|name| name.eq_ignore_ascii_case(word));
    UNITS.iter().find(known).map(|(_, minutes)| *minutes)
}

/// Reads `4h`, `1.5 days`, `1h30m`; a bare number takes `fallback` as its unit.
fn amount(text: &str, fallback: Option<u64>) -> Option<u32> {
    let mut rest = text.trim();
    let mut minutes = 0u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(letters);
        let size = if word.is_empty() && after.is_empty() { fallback? } else { unit(word)? };
        minutes += thousandths(number)?.checked_mul(size)? / 1000;
        rest = after.trim_start();
    }
    u32::try_from(minutes).ok().filter(|&minutes| minutes <= 50_000 * 60)
}

/// A decimal number times a thousand.
fn thousandths(number: &str) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || whole.len() > 6 || part.len() > 3 {
        return None;
    }
    let padded = whole.bytes().chain(part.bytes().chain(std::iter::repeat(b'0')).take(3));
    padded.map(|b| b.is_ascii_digit().then(|| u64::from(b - b'0'))).try_fold(0, |sum, digit| Some(sum * 10 + digit?))
}

/// The unit a text ends in.
fn last_unit(text: &str) -> Option<u64> {
    let text = text.trim();
    unit(&text[text.trim_end_matches(|c: char| c.is_alphabetic()).len()..])
}

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

/// Reads a single duration in minutes.
pub(super) fn duration(text: &str) -> Option<u32> {
    amount(text.trim().trim_start_matches('~'), None)
}

/// Reads `4h`, `2h-4h`, `2-3 days`, `2h / 4h / 9h`, each with an optional `~` before and remark in brackets after.
pub(super) fn estimate(text: &str) -> Option<Estimate> {
    let text = text.trim().trim_start_matches('~');
    if let Some(minutes) = amount(text, None) {
        return Some(Estimate::single(minutes));
    }
    let text = text.find(" (").map_or(text, |n| &text[..n]);
    let parts: Vec<&str> = if text.contains('/') {
        text.split('/').collect()
    } else {
        text.split(['-', '–']).flat_map(|part| part.split(" to ")).collect()
    };
    let last = last_unit(parts.last()?);
    let mut minutes = parts.iter().map(|part| amount(part.trim().trim_start_matches('~'), last));
    let found = match (parts.len(), text.contains('/')) {
        (1, _) => Estimate::single(minutes.next()??),
        (2, false) => {
            let (optimistic, pessimistic) = (minutes.next()??, minutes.next()??);
            Estimate { optimistic, likely: optimistic.midpoint(pessimistic), pessimistic }
        }
        (3, true) => Estimate { optimistic: minutes.next()??, likely: minutes.next()??, pessimistic: minutes.next()?? },
        _ => return None,
    };
    (found.optimistic <= found.likely && found.likely <= found.pessimistic).then_some(found)
}

/// Whether an estimate tells a size instead of a time: `5 points`, `~400 lines`, `XL`.
pub(super) fn is_size(text: &str) -> bool {
    const UNITS: [&str; 11] =
        ["point", "points", "pts", "sp", "story", "line", "lines", "loc", "tokens", "token", "files"];
    let word = text.trim().trim_start_matches('~');
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '–' | ' ' | 'k'));
    let unit = unit.split([' ', '(']).next().unwrap_or("");
    let counted = unit.len() < word.len() && UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known));
    counted || ["XS", "S", "M", "L", "XL", "XXL"].contains(&word.split([' ', '(']).next().unwrap_or(""))
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

/// One need as read, or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NeedText {
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
pub(super) fn needs(text: &str, mut take: impl FnMut(NeedText)) {
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

/// Moves both ends of a range inwards over white space.
pub(super) fn blankless(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text[range.clone()].trim_start();
    let start = range.end - part.len();
    start..start + part.trim_end().len()
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

/// What a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StatusText {
    /// `[ ]` or `[x]`: the box of the item.
    Box {
        ticked: bool,
    },
    Dropped,
    /// With the range of who or what is waited for.
    Waiting(Range<usize>),
    /// A word for what is not done yet, and what only the box can say.
    Open,
    Done,
    Unknown,
}

pub(super) fn status(text: &str) -> StatusText {
    match text.as_bytes() {
        [b'[', b' ', b']', ..] => return StatusText::Box { ticked: false },
        [b'[', b'x' | b'X', b']', ..] => return StatusText::Box { ticked: true },
        _ => {}
    }
    let word_end = text.find(':').unwrap_or(text.len());
    let word = status_word(text);
    match word.as_str() {
        "dropped" | "cancelled" | "canceled" | "wontfix" | "won't fix" | "wont do" => StatusText::Dropped,
        "waiting" | "blocked" | "on hold" => {
            StatusText::Waiting(blankless(text, (word_end + 1).min(text.len())..text.len()))
        }
        "open" | "todo" | "to do" | "to-do" | "planned" | "pending" | "not started" | "not-started" | "ready"
        | "draft" | "in progress" | "in-progress" | "in_progress" | "in review" | "in-review" | "review" | "active"
        | "backlog" | "new" | "wip" | "doing" | "started" | "ongoing" | "partial" | "未着手" | "進行中" | "未开始"
        | "进行中" | "待办" | "计划中" | "未完成" | "offen" | "geplant" | "in arbeit" | "à faire" | "en cours"
        | "pendiente" | "en curso" | "대기" | "진행 중" | "진행중" => StatusText::Open,
        "done" | "complete" | "completed" | "finished" | "closed" | "implemented" | "shipped" | "merged" | "完了"
        | "完成" | "已完成" | "済" | "erledigt" | "fertig" | "terminé" | "hecho" | "completado" | "완료" => {
            StatusText::Done
        }
        "" => match text.chars().find_map(sign_of) {
            Some(true) => StatusText::Done,
            Some(false) => StatusText::Open,
            None => StatusText::Unknown,
        },
        _ => StatusText::Unknown,
    }
}

/// Whether a status says that the work has begun and is not done.
pub(super) fn is_under_way(text: &str) -> bool {
    matches!(
        status_word(text).as_str(),
        "in progress"
            | "in-progress"
            | "in_progress"
            | "in review"
            | "in-review"
            | "review"
            | "active"
            | "wip"
            | "doing"
            | "started"
            | "ongoing"
            | "partial"
            | "進行中"
            | "进行中"
    )
}

/// The word of a status without emphasis, pictures and remarks, in lower case: `✅ **Done** (May)` says `done`.
pub(super) fn status_word(text: &str) -> String {
    let word =
        text.split([':', '(', ',', ';', '—', '–']).find(|part| part.contains(char::is_alphanumeric)).unwrap_or("");
    let word = word.split(" - ").next().unwrap_or(word);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether a picture says that something is done, or that it is not.
fn sign_of(c: char) -> Option<bool> {
    match c {
        '✅' | '☑' | '✔' | '✓' | '🟢' => Some(true),
        '❌' | '✗' | '✘' | '🔄' | '⏳' | '⌛' | '🚧' | '⬜' | '🔲' | '☐' | '🟡' | '🟠' | '🔴' | '📋' | '⏸' | '🔜' => {
            Some(false)
        }
        _ => None,
    }
}

/// The first picture in a part of a line that says whether something is done.
pub(super) fn sign(text: &str, range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let found = text[range.clone()].char_indices().find_map(|(at, c)| Some((at, c, sign_of(c)?)));
    found.map(|(at, c, done)| (range.start + at..range.start + at + c.len_utf8(), done))
}

/// A picture at the end of a line that says whether something is done, with the word that may follow: `✅ COMPLETED`.
pub(super) fn closing_sign(text: &str, range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let part = &text[range.clone()];
    let (at, c, done) = part.char_indices().rev().take(40).find_map(|(at, c)| Some((at, c, sign_of(c)?)))?;
    let rest = &part[at + c.len_utf8()..];
    let closes = !rest.contains(char::is_alphanumeric) || matches!(status(rest), StatusText::Done | StatusText::Open);
    closes.then(|| (range.start + at..range.end, done))
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
    fn estimates_as_people_write_them() {
        let single = |minutes| Some(Estimate::single(minutes));
        for (text, expected) in [
            ("4h", single(240)),
            ("~30m", single(30)),
            ("2d", single(960)),
            ("1w", single(2400)),
            ("1.5 hours", single(90)),
            ("1h30m", single(90)),
            ("3 hours (with review)", single(180)),
            ("2h-4h", Some(Estimate { optimistic: 120, likely: 180, pessimistic: 240 })),
            ("2–3 days", Some(Estimate { optimistic: 960, likely: 1200, pessimistic: 1440 })),
            ("2h / 4h / 9h", Some(Estimate { optimistic: 120, likely: 240, pessimistic: 540 })),
            ("", None),
            ("4", None),
            ("h", None),
            ("4x", None),
            ("9h / 4h / 2h", None),
            ("1h / 2h", None),
            ("99999999999999999999h", None),
            ("1.2.3h", None),
            ("é", None),
        ] {
            assert_eq!(estimate(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_keep_brackets_together() {
        let text = "a, {b,c}/**; `d` ,, e (f, g)";
        let parts: Vec<&str> = list(text).map(|range| &text[range]).collect();
        assert_eq!(parts, ["a", "{b,c}/**", "d", "e (f, g)"]);
    }

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
