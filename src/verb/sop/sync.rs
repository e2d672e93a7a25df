//! How teams tell each other each day where they stand.

use super::{Course, How, Past, Sop};
use crate::diag::Failure;
use crate::facts::What;
use crate::policy::Power;
use crate::record::{Record, has_power, kinds};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A course for each day on which work landed, from the first daily sync on, and for each daily sync. Where nobody ever
/// held one there is nothing to audit.
pub(super) fn courses(past: &Past<'_>) -> Result<Vec<Course>, Failure> {
    let syncs = past.records.of(&kinds::SYNC)?;
    let daily: Vec<&Record> = syncs.iter().filter(|sync| sync.text("occasion") == Some("daily")).collect();
    let day_of = |sync: &Record| day(sync.opener().at.value);
    let Some(first) = daily.iter().map(|sync| day_of(sync)).min() else { return Ok(Vec::new()) };
    let mut days: BTreeSet<Date> = daily.iter().map(|sync| day_of(sync)).collect();
    let landed = past.facts.events().filter(|event| matches!(event.what, What::Work { .. } | What::Ticked));
    days.extend(landed.map(|event| day(event.landed.at)).filter(|day| *day >= first && *day < self::day(past.now)));
    let mut courses = Vec::new();
    for date in days {
        let mut of_day = daily.iter().filter(|sync| day_of(sync) == date).peekable();
        if of_day.peek().is_none() {
            let nobody = How::Missing("work landed, and nobody opened a sync".to_owned());
            courses.push(Course::new(Sop::Sync, &date.to_string(), None).step("happened", nobody));
        }
        for sync in of_day {
            courses.push(course(past, sync, date)?);
        }
    }
    Ok(courses)
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

fn course(past: &Past<'_>, sync: &Record, date: Date) -> Result<Course, Failure> {
    let course = Course::new(Sop::Sync, sync.name(), Some(&sync.opener().by.value)).step("happened", How::Done);
    if !sync.is_closed() {
        let why = "it is still open".to_owned();
        let how = if day(past.now) > date { How::Missing(why) } else { How::Unknown(why) };
        return Ok(course.step("everybody reported", how));
    }
    let closed = sync.last_step();
    let missing: Vec<&str> = sync.list("missing").iter().map(|party| party.value.as_str()).collect();
    let everybody = (!missing.is_empty()).then(|| format!("{} did not", missing.join(", ")));
    let issues = sync.section("Issues").is_none_or(|section| !section.filled);
    let briefed = has_power(past.policy, past.roster, &closed.by.value, Power::Decide);
    let messages = past.records.of(&kinds::MESSAGE)?;
    let is_word =
        |message: &&Record| message.text("about") == Some("priority") && day(message.opener().at.value) == date;
    let told = !sync.list("actions").is_empty() || messages.iter().any(|message| is_word(&message));
    Ok(course
        .step("everybody reported", How::unless(everybody))
        .step("issues between teams", How::unless(issues.then(|| "nothing stands below `Issues`".to_owned())))
        .step("blockers", blockers(past, sync, closed.at.value)?)
        .step(
            "director briefed",
            How::unless((!briefed).then(|| format!("`{}`, who closed it, decides nothing", closed.by.value))),
        )
        .step(
            "priorities told",
            How::unless((!told).then(|| "it has no actions, and no message about priorities followed".to_owned())),
        ))
}

/// Whatever was blocked then was spoken of: the blocker, or one of its items, is named.
fn blockers(past: &Past<'_>, sync: &Record, at: Timestamp) -> Result<How, Failure> {
    let blockers = past.records.of(&kinds::BLOCKER)?;
    let was_open = |blocker: &&Record| {
        let resolved = blocker.is_closed() && blocker.last_step().at.value <= at;
        blocker.opener().at.value <= at && !resolved
    };
    let mut open = blockers.iter().filter(was_open).peekable();
    if open.peek().is_none() {
        return Ok(How::NotCalledFor);
    }
    let text = sync.source.text();
    let named = |blocker: &Record| {
        text.contains(blocker.name()) || blocker.list("items").iter().any(|item| text.contains(&item.value))
    };
    let silent = open.find(|blocker| !named(blocker));
    Ok(How::unless(silent.map(|blocker| format!("`{}` was open, and nobody spoke of it", blocker.name()))))
}
