//! Values as trackers write them: dates, priorities, lists in prose.
//!
//! Domain layer; pure functions from text to values.

use super::draft::DraftCriterion;
use crate::plan::{Estimate, Kind};
use jiff::civil::Date;

/// The longest estimate in minutes that a plan takes.
const MAX_MINUTES: u32 = 50_000 * 60;

/// The day of a date or a timestamp: `2026-01-31`, `2026-01-31T12:00:00Z`, `2026-01-31 12:00`, and the older
/// `31-01-26`, `31/01/26`, `31.01.26`.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(date) = text.get(..10).and_then(|day| day.parse().ok()) {
        return Some(date);
    }
    let day = text.split_whitespace().next()?;
    let mut parts = day.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 2 {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    Date::new(2000 + year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// An estimate of so many minutes, if a plan can hold it.
pub(super) fn minutes(minutes: u32) -> Option<Estimate> {
    (1..=MAX_MINUTES).contains(&minutes).then(|| Estimate::single(minutes))
}

/// `16`, `16 hours`, `16h`, `2d` as an estimate; a bare number counts hours.
pub(super) fn hours(text: &str) -> Option<Estimate> {
    let text = text.trim().trim_start_matches('~').to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().split([' ', '(']).next()? {
        "" | "h" | "hr" | "hrs" | "hour" | "hours" => 60.0,
        "m" | "min" | "mins" | "minutes" => 1.0,
        "d" | "day" | "days" => 480.0,
        "w" | "week" | "weeks" => 2400.0,
        _ => return None,
    };
    let total = (number * unit).round();
    // Both ends are checked before the number is cut to whole minutes.
    if (1.0..=f64::from(MAX_MINUTES)).contains(&total) { minutes(total as u32) } else { None }
}

/// `critical`, `high`, `medium`, `low`, `P0` … `P4`, `0` … `4`.
pub(super) fn priority(word: &str) -> Option<u8> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "critical" | "urgent" | "highest" | "p0" | "0" => 0,
        "high" | "p1" | "1" => 1,
        "medium" | "normal" | "p2" | "2" => 2,
        "low" | "lowest" | "p3" | "p4" | "3" | "4" => 3,
        _ => return None,
    })
}

/// A level by its name.
pub(super) fn kind(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// What a list item says, and whether it has a box: `- [x] a`, `* a`, `3. a`.
pub(super) fn list_item(line: &str) -> Option<(Option<bool>, &str)> {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = match line.strip_prefix(['-', '*', '+', '•']) {
        Some(rest) => rest,
        None if digits > 0 => line[digits..].strip_prefix(['.', ')'])?,
        None => return None,
    };
    let text = rest.strip_prefix([' ', '\t'])?.trim();
    let boxed = match text.get(..3) {
        Some("[ ]") => Some(false),
        Some("[x]" | "[X]") => Some(true),
        _ => None,
    };
    Some(boxed.map_or((None, text), |ticked| (Some(ticked), text[3..].trim())))
}

/// The conditions in a text that is meant to hold nothing else: its list items, or the text itself when it is one
/// line. `None`: it is prose.
pub(super) fn criteria(text: &str) -> Option<Vec<DraftCriterion>> {
    let mut found: Vec<DraftCriterion> = Vec::new();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    for line in lines.clone() {
        match list_item(line) {
            Some((_, "")) => {}
            Some((ticked, text)) => {
                found.push(DraftCriterion { text: text.to_owned(), ticked: ticked.unwrap_or(false) });
            }
            // A line that goes on below its item.
            None if line.starts_with(' ') && !found.is_empty() => {
                let last = &mut found.last_mut().expect("it is not empty").text;
                last.push(' ');
                last.push_str(line.trim());
            }
            None if lines.clone().nth(1).is_none() => {
                let text = lines.next()?.trim().to_owned();
                return Some(vec![DraftCriterion { text, ticked: false }]);
            }
            None => return None,
        }
    }
    Some(found).filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_forms_people_use() {
        let day = Some(Date::constant(2026, 1, 31));
        for text in ["2026-01-31", "2026-01-31T01:02:03.123456789-07:00", "2026-01-31 12:00", "31-01-26", "31.01.26"] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in ["", "31-13-26", "2026", "tomorrow", "31/01/2026/4", "ééééé"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn conditions_are_lists_or_one_line() {
        let texts =
            |text| criteria(text).map(|found| found.into_iter().map(|c| (c.text, c.ticked)).collect::<Vec<_>>());
        let pair = |text: &str, ticked| (text.to_owned(), ticked);
        assert_eq!(texts("- a\n  goes on\n- [x] b\n"), Some(vec![pair("a goes on", false), pair("b", true)]));
        assert_eq!(texts("\n1. a\n2. b"), Some(vec![pair("a", false), pair("b", false)]));
        assert_eq!(texts("all of it works"), Some(vec![pair("all of it works", false)]));
        assert_eq!(texts("First this.\nThen that."), None);
        assert_eq!(texts(" \n"), None);
    }

    #[test]
    fn hours_have_units_and_limits() {
        assert_eq!(hours("16"), minutes(960));
        assert_eq!(hours("1.5 hours (guess)"), minutes(90));
        assert_eq!(hours("2d"), minutes(960));
        for text in ["", "L", "0", "99999999999999", "4x", "-1"] {
            assert_eq!(hours(text), None, "{text}");
        }
    }
}
