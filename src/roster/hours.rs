//! When members work: days, hours, holidays, leave and time zone, as the roster says them.
//!
//! A `calendar` may stand at a member, at a team and at the roster itself. What a member's leaves out is said by their
//! teams', then by the roster's, then by [`Hours::of`]'s default; days off add up over all of them. What the hours come
//! to in minutes is computed in `schedule/`.

use super::codes;
use super::parse::Reader;
use super::{Capacity, Member, Roster};
use crate::diag::{Diagnostic, Place, Severity};
use crate::doc::yaml::{Fields, Node};
use crate::text::Spanned;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// How many days off one calendar may list, ranges counted as one.
const MAX_OFF: usize = 2_000;

/// From a minute of the day to another; one past 24 hours lies in the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    pub from: u16,
    pub to: u16,
}

/// Days on which nobody works, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Off {
    pub first: Date,
    pub last: Date,
}

/// A `calendar` as it is written; what it does not say is `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct WrittenHours {
    pub zone: Option<Spanned<TimeZone>>,
    /// By weekday, Monday first.
    pub days: Option<Spanned<[bool; 7]>>,
    /// In the order of the day.
    pub hours: Option<Spanned<Vec<Shift>>>,
    pub off: Vec<Spanned<Off>>,
    /// What could not be read, and counts as not said. Who computes dates with the rest has to tell.
    pub unread: Vec<Diagnostic>,
}

/// When one member works, with nothing left open.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    pub zone: TimeZone,
    /// By weekday, Monday first.
    pub days: [bool; 7],
    pub shifts: Vec<Shift>,
    /// In any order; they may overlap.
    pub off: Vec<Off>,
    /// At most so many minutes of each day; the first ones count.
    pub daily: Option<u32>,
    /// No calendar says days or hours: the default was taken.
    pub assumed: bool,
}

impl Default for Hours {
    /// Monday to Friday from 9:00 to 17:00 in UTC: the eight hours that a day of an estimate has.
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            days: [true, true, true, true, true, false, false],
            shifts: vec![Shift { from: 9 * 60, to: 17 * 60 }],
            off: Vec::new(),
            daily: None,
            assumed: true,
        }
    }
}

impl Hours {
    /// When a member works: what they say, then their teams, the roster, the default.
    pub fn of(roster: &Roster, member: &Member) -> Self {
        let teams = roster.teams_of(member).into_iter().filter_map(|team| roster.team(team));
        let written: Vec<&WrittenHours> =
            std::iter::once(&member.calendar).chain(teams.map(|team| &team.calendar)).collect();
        let daily = match member.capacity.as_ref().map(|capacity| capacity.value) {
            Some(Capacity::Daily(minutes)) => Some(minutes),
            Some(Capacity::Tasks(_)) | None => None,
        };
        Self { daily, ..Self::settled(written.into_iter().chain([&roster.calendar])) }
    }

    /// When those work of whom nothing else is said.
    pub fn of_all(roster: Option<&Roster>) -> Self {
        Self::settled(roster.map(|roster| &roster.calendar).into_iter())
    }

    /// Minutes of work in a week without days off.
    pub fn weekly(&self) -> u32 {
        let day: u32 = self.shifts.iter().map(|shift| u32::from(shift.to - shift.from)).sum();
        let days = self.days.iter().filter(|works| **works).count();
        u32::try_from(days).unwrap_or(7) * day.min(self.daily.unwrap_or(u32::MAX))
    }

    /// The first that says a thing says it for all.
    fn settled<'a>(written: impl Iterator<Item = &'a WrittenHours> + Clone) -> Self {
        let default = Self::default();
        let days = written.clone().find_map(|hours| hours.days.as_ref());
        let shifts = written.clone().find_map(|hours| hours.hours.as_ref());
        let zone = written.clone().find_map(|hours| hours.zone.as_ref());
        Self {
            assumed: days.is_none() && shifts.is_none(),
            zone: zone.map_or(default.zone, |zone| zone.value.clone()),
            days: days.map_or(default.days, |days| days.value),
            shifts: shifts.map_or(default.shifts, |shifts| shifts.value.clone()),
            off: written.flat_map(|hours| hours.off.iter().map(|off| off.value)).collect(),
            daily: None,
        }
    }
}

/// Reads a `calendar`. What cannot be read is a warning, and counts as not said.
pub(super) fn calendar(reader: &mut Reader<'_>, node: &Node) -> WrittenHours {
    let before = std::mem::take(reader.sink);
    let hours = written(reader, node);
    let unread = std::mem::replace(reader.sink, before).into_sorted();
    reader.sink.extend(unread.iter().cloned());
    WrittenHours { unread, ..hours }
}

fn written(reader: &mut Reader<'_>, node: &Node) -> WrittenHours {
    let Some(mut fields) = Fields::new(reader.source, node, "a calendar", reader.sink) else {
        return WrittenHours::default();
    };
    let zone = reader.text(&mut fields, "zone", "`zone`");
    let days = list(reader, &mut fields, "days", "`days`");
    let hours = list(reader, &mut fields, "hours", "`hours`");
    let mut off = reader.texts(&mut fields, "holidays", "`holidays`");
    off.extend(reader.texts(&mut fields, "leave", "`leave`"));
    fields.finish(Severity::Warning, reader.sink);
    let joined = |texts: Vec<Spanned<String>>| {
        let span = texts.first()?.span.to(texts.last()?.span);
        let texts: Vec<String> = texts.into_iter().map(|text| text.value).collect();
        Some(Spanned::new(texts.join(","), span))
    };
    if off.len() > MAX_OFF {
        let cause = format!("{} are listed, at most {MAX_OFF} are read", off.len());
        refuse(
            reader,
            &off[MAX_OFF],
            "a list of days off is too long",
            &cause,
            "write ranges: `2026-12-24..2027-01-01`",
        );
        off.truncate(MAX_OFF);
    }
    WrittenHours {
        zone: zone.and_then(|text| {
            let cause = "it is no name of the IANA time zone database";
            read(reader, &text, zone_of, "time zone", cause, "write a name such as `Europe/Berlin` or `UTC`")
        }),
        days: joined(days).and_then(|text| {
            let cause = "days are named by three letters, from Monday to Sunday";
            read(reader, &text, days_of, "list of days", cause, "write `mon-fri`, or `mon, wed, fri`")
        }),
        hours: joined(hours).and_then(|text| {
            let cause = "hours go from a time of the day to another, one range after the other";
            read(reader, &text, shifts_of, "list of hours", cause, "write `09:00-12:30, 13:30-17:00`")
        }),
        off: (off.iter())
            .filter_map(|text| {
                let cause = "a day off is a date, or two with the later one last";
                read(reader, text, off_of, "day off", cause, "write `2026-12-25`, or `2026-12-24..2027-01-01`")
            })
            .collect(),
        unread: Vec::new(),
    }
}

/// The texts of a key that says something, if it is there.
fn list(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Vec<Spanned<String>> {
    let Some((_, node)) = fields.take(key) else { return Vec::new() };
    let Some(texts) = node.texts(reader.source, what, reader.sink) else { return Vec::new() };
    if texts.is_empty() {
        let cause = "what is not said is taken from the team, the roster or the default";
        let hint = "say it, or take the line away; who never works is `away`";
        refuse(reader, &Spanned::new(String::new(), node.span), &format!("{what} names nothing"), cause, hint);
    }
    texts
}

fn read<T>(
    reader: &mut Reader<'_>,
    text: &Spanned<String>,
    parse: impl Fn(&str) -> Option<T>,
    what: &str,
    cause: &str,
    hint: &str,
) -> Option<Spanned<T>> {
    let value = parse(&text.value);
    if value.is_none() {
        refuse(reader, text, &format!("`{}` is no {what}", text.value), cause, hint);
    }
    Some(Spanned::new(value?, text.span))
}

fn refuse(reader: &mut Reader<'_>, text: &Spanned<String>, message: &str, cause: &str, hint: &str) {
    let place = Place::text(reader.source, text.span);
    reader.sink.push(Diagnostic::warning(&codes::BAD_CALENDAR, place, message).cause(cause).hint(hint));
}

fn zone_of(text: &str) -> Option<TimeZone> {
    let name = text.trim();
    if name.eq_ignore_ascii_case("utc") { Some(TimeZone::UTC) } else { TimeZone::get(name).ok() }
}

/// `mon-fri`, `mon, wed`, `sun-thu`, `all`.
fn days_of(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (weekday(first)?, weekday(last)?),
            None if part.eq_ignore_ascii_case("all") => (0, 6),
            None => (weekday(part)?, weekday(part)?),
        };
        let count = (last + 7 - first) % 7;
        for step in 0..=count {
            days[(first + step) % 7] = true;
        }
    }
    days.contains(&true).then_some(days)
}

/// The place of a day in the week, Monday first, by three letters or its whole name.
fn weekday(text: &str) -> Option<usize> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = text.trim().to_ascii_lowercase();
    NAMES.iter().position(|name| word == name[..3] || word == *name)
}

/// The place of a weekday in [`Hours::days`].
pub fn place_in_week(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).expect("days of the week are counted from zero")
}

/// `09:00-12:30, 13:30-17:00`; `22:00-06:00` ends the next morning; `all` is the whole day.
fn shifts_of(text: &str) -> Option<Vec<Shift>> {
    let mut shifts: Vec<Shift> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (from, to) = match part.split_once('-') {
            Some((from, to)) => (time(from)?, time(to)?),
            None => part.eq_ignore_ascii_case("all").then_some((0, DAY))?,
        };
        let to = if to <= from { to + DAY } else { to };
        let is_after = shifts.last().is_none_or(|last| last.to <= from);
        if from >= DAY || !is_after {
            return None;
        }
        shifts.push(Shift { from, to });
    }
    let (first, last) = (shifts.first()?, shifts.last()?);
    // What ends the next morning must have ended when that morning's work begins.
    (last.to <= first.from + DAY).then_some(shifts)
}

/// Minutes of the day of `9:00`, `09:00` or `24:00`.
fn time(text: &str) -> Option<u16> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && (1..=2).contains(&text.len());
    let (hours, minutes) = text.trim().split_once(':')?;
    if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

fn off_of(text: &str) -> Option<Off> {
    let date = |text: &str| text.trim().parse::<Date>().ok();
    let (first, last) = match text.split_once("..") {
        Some((first, last)) => (date(first)?, date(last)?),
        None => (date(text)?, date(text)?),
    };
    (first <= last).then_some(Off { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_by_their_names() {
        let read =
            |text| days_of(text).map(|days| days.iter().map(|day| if *day { 'x' } else { '.' }).collect::<String>());
        for (text, expected) in [
            ("mon-fri", Some("xxxxx..")),
            ("sun-thu", Some("xxxx..x")),
            ("Mon, Wednesday,fri", Some("x.x.x..")),
            ("sat", Some(".....x.")),
            ("all", Some("xxxxxxx")),
            ("mon-sun", Some("xxxxxxx")),
            ("", None),
            ("mo-fr", None),
            ("mon-fri-sat", None),
            ("weekdays", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn hours_are_read_in_order_of_the_day() {
        let read = |text| shifts_of(text).map(|all| all.iter().map(|one| (one.from, one.to)).collect::<Vec<_>>());
        for (text, expected) in [
            ("09:00-17:00", Some(vec![(540, 1020)])),
            ("9:00-12:30, 13:30-17:00", Some(vec![(540, 750), (810, 1020)])),
            ("00:00-24:00", Some(vec![(0, 1440)])),
            ("all", Some(vec![(0, 1440)])),
            ("22:00-06:00", Some(vec![(1320, 1800)])),
            ("06:00-10:00, 22:00-06:00", Some(vec![(360, 600), (1320, 1800)])),
            ("06:00-10:00, 22:00-07:00", None),
            ("13:00-17:00, 09:00-12:00", None),
            ("09:00-12:00, 11:00-17:00", None),
            ("24:00-25:00", None),
            ("24:00-02:00", None),
            ("9-17", None),
            ("09:60-17:00", None),
            ("+9:00-17:00", None),
            ("", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn days_off_are_dates_and_ranges() {
        for (text, days) in [
            ("2026-12-25", Some(1)),
            ("2026-12-24..2027-01-01", Some(9)),
            ("2026-12-24 .. 2026-12-24", Some(1)),
            ("2027-01-01..2026-12-24", None),
            ("25.12.2026", None),
            ("2026-13-01", None),
            ("", None),
        ] {
            let count = off_of(text).map(|off| off.first.until(off.last).unwrap().get_days() + 1);
            assert_eq!(count, days, "{text}");
        }
    }

    #[test]
    fn zones_are_those_of_the_database() {
        assert!(
            zone_of("Europe/Berlin").is_some() && zone_of("utc").is_some() && zone_of("America/New_York").is_some()
        );
        assert!(zone_of("Berlin").is_none() && zone_of("").is_none() && zone_of("../etc/passwd").is_none());
    }
}
