//! `load`: how busy everybody is, week by week, in the schedule.

use crate::picture::Svg;
use crate::picture::load::{Cell, Load as Picture};
use crate::plan::Plan;
use crate::schedule::Minutes;
use crate::schedule::calendar::Minute;
use crate::schedule::level::{Levelled, Row};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Percent of the time there is: less is idle, more leaves no room for what comes in between. With more than four fifths
/// given away, waiting takes four times as long as work, and soon nine times.
pub const BAND: (u32, u32) = (70, 80);

/// More weeks are not looked at.
const MAX_WEEKS: usize = 260;

/// Somebody's week, or all their weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Minutes they work, times the tasks they do at once.
    pub there: Minutes,
    pub given: Minutes,
    /// Indices of the items.
    pub items: Vec<usize>,
}

impl Share {
    /// Percent of the time there is that is given away; none where there is none.
    pub fn percent(&self) -> Option<u32> {
        (self.there.0 > 0).then(|| u32::try_from(self.given.0 * 100 / self.there.0).unwrap_or(u32::MAX))
    }

    /// Whether it is `idle`, `full` or, between the two, neither.
    pub fn verdict(&self) -> &'static str {
        match self.percent() {
            Some(percent) if percent < BAND.0 => "idle",
            Some(percent) if percent > BAND.1 => "full",
            _ => "",
        }
    }
}

/// The load of everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The Mondays the weeks begin with.
    pub weeks: Vec<Date>,
    /// By person: their index, all they have until the end of the schedule, and their weeks.
    pub rows: Vec<(usize, Share, Vec<Share>)>,
}

/// Counts it, from the beginning of the schedule to its end.
pub fn run(levelled: &Levelled, zone: &TimeZone) -> Load {
    let Some((first, last)) = levelled.begin.day(zone).zip(levelled.finish.day(zone)) else { return Load::default() };
    let monday = first.checked_sub(i64::from(first.weekday().to_monday_zero_offset()).days()).unwrap_or(first);
    let all = std::iter::successors(Some(monday), |week| week.checked_add(7.days()).ok());
    let weeks: Vec<Date> = all.take_while(|week| *week <= last).take(MAX_WEEKS).collect();
    let start = |week: Date| Minute::of_day(week, zone).unwrap_or(levelled.begin);
    let mut mine: Vec<Vec<&Row>> = vec![Vec::new(); levelled.people.len()];
    levelled.rows.iter().filter_map(|row| Some((row.person?, row))).for_each(|(person, row)| mine[person].push(row));
    let rows = mine.iter().enumerate().map(|(person, mine)| {
        let share = |from: Minute, to: Minute| {
            let (from, to) = (from.max(levelled.begin), to.min(levelled.finish));
            share(levelled, person, mine, from, to.max(from))
        };
        let by_week = weeks.iter().map(|week| {
            let next = week.checked_add(7.days()).map_or(levelled.finish, start);
            share(start(*week), next)
        });
        (person, share(levelled.begin, levelled.finish), by_week.collect())
    });
    Load { rows: rows.collect(), weeks }
}

/// What somebody with these rows has to do between two moments.
fn share(levelled: &Levelled, person: usize, mine: &[&Row], from: Minute, to: Minute) -> Share {
    let calendar = &levelled.calendars[person];
    let at_once = i64::from(levelled.people[person].at_once);
    let parts = mine.iter().filter_map(|row| {
        let (from, to) = (row.start.max(from), row.finish.min(to));
        let minutes = if from < to { calendar.between(from, to) } else { 0 };
        (minutes > 0).then_some((row.item, minutes))
    });
    let parts: Vec<(usize, i64)> = parts.collect();
    Share {
        there: Minutes(calendar.between(from, to) * at_once),
        given: Minutes(parts.iter().map(|(_, minutes)| minutes).sum()),
        items: parts.into_iter().map(|(item, _)| item).collect(),
    }
}

/// The load as a map of people and weeks.
pub fn picture(plan: &Plan, levelled: &Levelled, load: &Load, title: &str) -> Svg {
    let cell = |share: &Share| {
        let ids: Vec<&str> = share.items.iter().map(|item| plan.items[*item].id.as_str()).collect();
        let tip = format!("{} of {}: {}", share.given, share.there, ids.join(", "));
        Cell { share: share.percent(), tip }
    };
    let rows = load
        .rows
        .iter()
        .map(|(person, _, weeks)| (levelled.people[*person].name.clone(), weeks.iter().map(cell).collect()));
    Picture {
        title: title.to_owned(),
        subtitle: "share of working time that is given away, by week".to_owned(),
        weeks: load.weeks.iter().map(|week| week.strftime("%-d %b").to_string()).collect(),
        rows: rows.collect(),
        band: BAND,
    }
    .draw()
}
