//! How much: durations, estimates of one, two or three figures, and sizes that are no time.
//!
//! Domain layer; pure functions from text to values.

use crate::plan::Estimate;

/// Minutes in a working day and week.
const DAY: u64 = 8 * 60;
const WEEK: u64 = 5 * DAY;

/// More minutes than these are a slip of the pen: 50,000 hours.
const MOST: u32 = 50_000 * 60;

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
    if let Some(minutes) = short(text) {
        return Some(minutes);
    }
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
    u32::try_from(minutes).ok().filter(|&minutes| minutes <= MOST)
}

/// Reads `4h`, as nearly all write it: up to four digits and the first letter of a unit.
fn short(text: &str) -> Option<u32> {
    let (letter, digits) = text.as_bytes().split_last().filter(|(_, digits)| (1..=4).contains(&digits.len()))?;
    let (_, size) = UNITS.iter().find(|(names, _)| names[0].as_bytes() == [*letter])?;
    let digit = |sum: u32, byte: &u8| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0'));
    let number = digits.iter().try_fold(0, digit)?;
    u32::try_from(u64::from(number) * size).ok().filter(|&minutes| minutes <= MOST)
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

/// Reads a single duration in minutes.
pub(in crate::plan) fn duration(text: &str) -> Option<u32> {
    amount(text.trim().trim_start_matches('~'), None)
}

/// Reads `4h`, `2h-4h`, `2-3 days`, `2h / 4h / 9h`, each with an optional `~` before and remark in brackets after.
pub(in crate::plan) fn estimate(text: &str) -> Option<Estimate> {
    let text = text.trim().trim_start_matches('~');
    let found = three(text).or_else(|| amount(text, None).map(Estimate::single)).or_else(|| spelled(text))?;
    (found.optimistic <= found.likely && found.likely <= found.pessimistic).then_some(found)
}

/// Reads `2h/4h/9h`, as nearly all write it.
fn three(text: &str) -> Option<Estimate> {
    let (optimistic, rest) = text.split_once('/')?;
    let (likely, pessimistic) = rest.split_once('/')?;
    Some(Estimate { optimistic: short(optimistic)?, likely: short(likely)?, pessimistic: short(pessimistic)? })
}

/// Reads what is written in any other way: a unit behind the last figure only, words between, a remark behind.
fn spelled(text: &str) -> Option<Estimate> {
    let text = text.find(" (").map_or(text, |n| &text[..n]);
    let parts: Vec<&str> = if text.contains('/') {
        text.split('/').collect()
    } else {
        text.split(['-', '–']).flat_map(|part| part.split(" to ")).collect()
    };
    let last = last_unit(parts.last()?);
    let mut minutes = parts.iter().map(|part| amount(part.trim().trim_start_matches('~'), last));
    Some(match (parts.len(), text.contains('/')) {
        (1, _) => Estimate::single(minutes.next()??),
        (2, false) => {
            let (optimistic, pessimistic) = (minutes.next()??, minutes.next()??);
            Estimate { optimistic, likely: optimistic.midpoint(pessimistic), pessimistic }
        }
        (3, true) => Estimate { optimistic: minutes.next()??, likely: minutes.next()??, pessimistic: minutes.next()?? },
        _ => return None,
    })
}

/// Whether an estimate tells a size instead of a time: `5 points`, `~400 lines`, `XL`.
pub(in crate::plan) fn is_size(text: &str) -> bool {
    const UNITS: [&str; 11] =
        ["point", "points", "pts", "sp", "story", "line", "lines", "loc", "tokens", "token", "files"];
    let word = text.trim().trim_start_matches('~');
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '–' | ' ' | 'k'));
    let unit = unit.split([' ', '(']).next().unwrap_or("");
    let counted = unit.len() < word.len() && UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known));
    counted || ["XS", "S", "M", "L", "XL", "XXL"].contains(&word.split([' ', '(']).next().unwrap_or(""))
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
            ("9999h", single(599_940)),
            ("1250w", single(3_000_000)),
            ("1251w", None),
            ("3H", single(180)),
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
            ("2h/4h/9h", Some(Estimate { optimistic: 120, likely: 240, pessimistic: 540 })),
            ("2/4/9h", Some(Estimate { optimistic: 120, likely: 240, pessimistic: 540 })),
            ("9h/4h/2h", None),
            ("1h/2h/3h/4h", None),
            ("1h / 2h", None),
            ("99999999999999999999h", None),
            ("1.2.3h", None),
            ("é", None),
        ] {
            assert_eq!(estimate(text), expected, "{text:?}");
        }
    }
}
