//! A schedule for other programs: comma-separated values, a Gantt chart in Mermaid, and a calendar file.
//!
//! What is written is handed in as plain values; every text is escaped for where it goes.

use super::table::inert;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// One task of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub title: String,
    /// Who does it; empty for what takes no time.
    pub who: String,
    pub team: String,
    /// What it is part of, for headings.
    pub within: String,
    pub start: Timestamp,
    pub finish: Timestamp,
    /// Of work.
    pub minutes: i64,
    pub float: i64,
    pub critical: bool,
    pub begun: bool,
}

const COLUMNS: [&str; 10] =
    ["id", "title", "who", "team", "start", "finish", "work_minutes", "float_minutes", "critical", "begun"];

/// One row a task, times in UTC; safe to open in a spreadsheet.
pub fn csv(entries: &[Entry]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: &[String]| {
        let cells = cells.iter().map(|cell| inert(cell).into_owned());
        writer.write_record(cells).expect("memory can be written, and every row has as many cells");
    };
    row(&COLUMNS.map(str::to_owned));
    for entry in entries {
        row(&[
            entry.id.clone(),
            entry.title.clone(),
            entry.who.clone(),
            entry.team.clone(),
            entry.start.to_string(),
            entry.finish.to_string(),
            entry.minutes.to_string(),
            entry.float.to_string(),
            entry.critical.to_string(),
            entry.begun.to_string(),
        ]);
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("texts were written")
}

/// The most characters of a section's name, which stands beside the bars.
const MAX_SECTION: usize = 28;

/// A Gantt chart that Git hosts draw, a section for each part of the plan. Times are those of a time zone.
pub fn mermaid(title: &str, entries: &[Entry], zone: &TimeZone) -> String {
    let sections: Vec<String> = entries.iter().map(|entry| section(&entry.within)).collect();
    let widest = sections.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    // Mermaid keeps the room for names whatever they need, and would draw bars over long ones.
    let mut out = format!("%%{{init: {{'gantt': {{'leftPadding': {}}}}}}}%%\n", 75.max(24 + 7 * widest));
    let _ = writeln!(out, "gantt\n    title {}\n    dateFormat YYYY-MM-DDTHH:mm\n    {}", word(title), axis(entries));
    for (number, entry) in entries.iter().enumerate() {
        if number == 0 || sections[number] != sections[number - 1] {
            let _ = writeln!(out, "    section {}", sections[number]);
        }
        let tags = [(entry.critical, "crit, "), (entry.begun, "active, "), (entry.minutes == 0, "milestone, ")];
        let tags: String = tags.into_iter().filter(|(is, _)| *is).map(|(_, tag)| tag).collect();
        let time = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string();
        let who = if entry.who.is_empty() { String::new() } else { format!(" ({})", entry.who) };
        let name = word(&format!("{} {}{who}", entry.id, entry.title));
        let _ = writeln!(out, "    {name} :{tags}t{number}, {}, {}", time(entry.start), time(entry.finish));
    }
    out
}

fn section(within: &str) -> String {
    let name = word(if within.is_empty() { "plan" } else { within });
    match name.char_indices().nth(MAX_SECTION) {
        Some((at, _)) => format!("{}…", name[..at].trim_end()),
        None => name,
    }
}

/// How the axis is marked: by hours where all is done in two days, by days where it is done in two weeks. Left alone,
/// Mermaid writes the same day again and again.
fn axis(entries: &[Entry]) -> &'static str {
    let start = entries.iter().map(|entry| entry.start).min();
    let days = entries
        .iter()
        .map(|entry| entry.finish)
        .max()
        .zip(start)
        .map(|(finish, start)| finish.duration_since(start).as_hours() / 24);
    match days {
        Some(0..2) => "axisFormat %d %b %H h\n    tickInterval 6hour",
        Some(2..14) => "axisFormat %d %b\n    tickInterval 1day",
        _ => "axisFormat %d %b",
    }
}

/// A text that is one word to Mermaid's grammar: no line ends, and none of the signs that mean something there.
fn word(text: &str) -> String {
    let sign = |c: char| match c {
        ':' | ';' | '#' | ',' | '%' | '{' | '}' | '<' | '>' | '"' | '`' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let plain: String = text.chars().map(sign).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A calendar file (RFC 5545), one event a task. `stamp` says when it was made.
pub fn ical(entries: &[Entry], stamp: Timestamp) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(text, &mut out);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//passmuster//schedule//EN");
    let time = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    for entry in entries {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@passmuster", escaped(&entry.id)));
        line(&format!("DTSTAMP:{}", time(stamp)));
        line(&format!("DTSTART:{}", time(entry.start)));
        line(&format!("DTEND:{}", time(entry.finish)));
        line(&format!("SUMMARY:{}", escaped(&format!("{} {}", entry.id, entry.title))));
        if !entry.who.is_empty() {
            line(&format!("DESCRIPTION:{}", escaped(&entry.who)));
        }
        if entry.critical {
            line("PRIORITY:1");
        }
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// A text as a value: what ends values and lines is escaped, other control characters are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line in pieces of at most 75 bytes, none of which cuts a character.
fn fold(text: &str, out: &mut String) {
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, title: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            title: title.to_owned(),
            who: "ada".to_owned(),
            team: String::new(),
            within: "DB".to_owned(),
            start: "2026-11-23T09:00:00Z".parse().unwrap(),
            finish: "2026-11-23T13:00:00Z".parse().unwrap(),
            minutes: 240,
            float: 0,
            critical: true,
            begun: false,
        }
    }

    #[test]
    fn a_row_is_inert_in_a_spreadsheet() {
        let text = csv(&[entry("T-1", "=1+1, or not")]);
        let row = "T-1,\"'=1+1, or not\",ada,,2026-11-23T09:00:00Z,2026-11-23T13:00:00Z,240,0,true,false";
        assert_eq!(text.lines().nth(1), Some(row));
    }

    #[test]
    fn foreign_text_stays_one_word_in_a_gantt_chart() {
        let text = mermaid("A: plan", &[entry("T-1", "mean:, t0\nclick x; %%{init}")], &TimeZone::UTC);
        let expected = "%%{init: {'gantt': {'leftPadding': 75}}}%%
gantt
    title A plan
    dateFormat YYYY-MM-DDTHH:mm
    axisFormat %d %b %H h
    tickInterval 6hour
    section DB
    T-1 mean t0 click x init (ada) :crit, t0, 2026-11-23T09:00, 2026-11-23T13:00
";
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_of_a_calendar_file_are_short_and_end_as_they_must() {
        let text = ical(&[entry("T-1", &"ü,".repeat(80))], "2026-11-22T00:00:00Z".parse().unwrap());
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\n', '\r']));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("SUMMARY:T-1 {}\r\n", "ü\\,".repeat(80))), "{unfolded}");
        assert!(unfolded.contains("DTSTART:20261123T090000Z\r\nDTEND:20261123T130000Z\r\n"));
    }
}
