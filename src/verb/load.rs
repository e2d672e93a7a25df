//! `load`: how busy everybody is, week by week, in the schedule.

use crate::picture::Picture as Drawing;
use crate::picture::load::{Cell, Load as Picture};
use crate::plan::Plan;
use crate::policy::Band;
use crate::schedule::Minutes;
use crate::schedule::calendar::Minute;
use crate::schedule::level::{Levelled, Person, Row};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

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

    /// Whether it is `idle`, `full`, more than there is, or none of these.
    pub fn verdict(&self, band: Band) -> &'static str {
        match self.percent() {
            Some(101..) => "too much",
            Some(percent) if percent < band.least => "idle",
            Some(percent) if percent > band.most => "full",
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
///
/// In a levelled schedule nobody has more to do than they can. One under [`Changes::crowded`] shows who would have, if
/// each task began as soon as its needs let it; `people` are those of the levelled one, with what they can do at once.
///
/// [`Changes::crowded`]: crate::schedule::level::Changes::crowded
pub fn run(levelled: &Levelled, people: &[Person], zone: &TimeZone) -> Load {
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
            share(levelled, (person, people[person].at_once), mine, from, to.max(from))
        };
        let by_week = weeks.iter().map(|week| {
            let next = week.checked_add(7.days()).map_or(levelled.finish, start);
            share(start(*week), next)
        });
        (person, share(levelled.begin, levelled.finish), by_week.collect())
    });
    Load { rows: rows.collect(), weeks }
}

/// What somebody with these rows has to do between two moments, if they do so many things at once.
fn share(levelled: &Levelled, (person, at_once): (usize, u32), mine: &[&Row], from: Minute, to: Minute) -> Share {
    let calendar = &levelled.calendars[person];
    let parts = mine.iter().filter_map(|row| {
        let (from, to) = (row.start.max(from), row.finish.min(to));
        let minutes = if from < to { calendar.between(from, to) } else { 0 };
        (minutes > 0).then_some((row.item, minutes))
    });
    let parts: Vec<(usize, i64)> = parts.collect();
    Share {
        there: Minutes(calendar.between(from, to) * i64::from(at_once)),
        given: Minutes(parts.iter().map(|(_, minutes)| minutes).sum()),
        items: parts.into_iter().map(|(item, _)| item).collect(),
    }
}

/// The load as a map of people and weeks.
pub fn picture(plan: &Plan, levelled: &Levelled, load: &Load, band: Band, title: &str) -> Drawing {
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
        band: (band.least, band.most),
    }
    .draw()
}
