//! A schedule as a picture: which bars there are, in which groups, and what they tell.

use super::schedule::stamp;
use crate::export::schedule::Entry;
use crate::picture::gantt::{Bar, Gantt};
use crate::picture::moment;
use crate::plan::{Kind, Plan};
use crate::schedule::Minutes;
use crate::schedule::buffer::Chains;
use crate::schedule::calendar::{Calendar, MAX_YEARS, Minute};
use crate::schedule::level::{Because, Levelled, Row};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};

/// By what the bars are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    None,
    Member,
    Team,
    /// The epics, in the order of the plan; what stands in none by what it stands in at the top.
    Epic,
}

/// Days of a schedule above which nights are not shaded.
const NIGHTS: f64 = 15.0;

/// Minutes of a week, and of a year.
const WEEK: i64 = 7 * 24 * 60;
const YEAR: i64 = 365 * 24 * 60;

/// Hours of a free time that is shaded in longer ones.
const LONG: f64 = 20.0 / 24.0;

/// What the picture shows besides the schedule.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub plan: &'a Plan,
    pub levelled: &'a Levelled,
    /// The schedule that was once agreed on, with its plan.
    pub baseline: Option<(&'a Plan, &'a Levelled)>,
    /// What protects the end, and the chains that feed the critical one.
    pub buffers: Option<&'a Chains>,
    pub zone: &'a TimeZone,
    pub group: Group,
    pub title: &'a str,
    pub subtitle: &'a str,
    pub now: Minute,
}

/// The picture of a schedule.
pub fn gantt(request: &Request<'_>) -> Gantt {
    let Request { plan, levelled, zone, .. } = *request;
    // By the place of an epic in the plan, then by name.
    let mut groups: BTreeMap<(usize, String), Vec<&Row>> = BTreeMap::new();
    for row in &levelled.rows {
        let person = row.person.map(|person| &levelled.people[person]);
        let part = (request.group == Group::Epic).then(|| part_of(plan, row.item));
        let name = match (request.group, person) {
            (Group::Epic, _) => part.map_or_else(String::new, |part| {
                format!("{} {}", plan.items[part].id.value, plan.items[part].title().value)
            }),
            (Group::None, _) => String::new(),
            (Group::Member, Some(person)) => person.name.clone(),
            (Group::Team, Some(person)) => person.team.clone().unwrap_or_else(|| "no team".to_owned()),
            (_, None) => "milestones".to_owned(),
        };
        groups.entry((part.unwrap_or_default(), name)).or_default().push(row);
    }
    groups.values_mut().for_each(|rows| rows.sort_by_key(|row| (row.start, row.finish, row.item)));
    let order = groups.values().flatten().enumerate();
    let places: HashMap<usize, usize> = order.map(|(place, row)| (row.item, place)).collect();
    let waits: HashMap<usize, (usize, bool)> = levelled
        .chain
        .windows(2)
        .filter_map(|pair| {
            let taken = matches!(pair[1].1, Because::After { .. });
            Some((pair[1].0, (*places.get(&pair[0].0)?, taken)))
        })
        .collect();
    let span = span(request);
    let gaps: Vec<Vec<(f64, f64)>> =
        (0..levelled.people.len()).map(|person| free(levelled, person, span, zone)).collect();
    let bar = |row: &Row| {
        let item = &plan.items[row.item];
        let person = row.person.map(|person| &levelled.people[person]);
        let calendar = row.person.map_or(&levelled.common, |person| &levelled.calendars[person]);
        let slack = calendar.add(row.finish, row.float.0).unwrap_or(row.finish);
        let who = person.map_or_else(String::new, |person| format!(", {}", person.name));
        let slip = if row.is_critical() { "decides the end".to_owned() } else { format!("can slip {}", row.float) };
        let planned = request.baseline.and_then(|(old, then)| then.times(old, old.find(item.id.as_str())?));
        Bar {
            label: format!("{} {}", item.id.value, item.title().value),
            tip: format!(
                "{} {}{who}: {} to {}, {} of work, {slip}",
                item.id.value,
                item.title().value,
                stamp(row.start, zone),
                stamp(row.finish, zone),
                row.minutes
            ),
            start: day(row.start, zone),
            finish: day(row.finish, zone),
            slack: day(slack, zone),
            critical: row.is_critical(),
            begun: row.begun,
            buffer: false,
            planned: planned.map(|(start, finish)| (day(start, zone), day(finish, zone))),
            gaps: row.person.map(|person| gaps[person].clone()).unwrap_or_default(),
            after: waits.get(&row.item).copied().into_iter().collect(),
        }
    };
    let groups = groups.into_iter().map(|((_, name), rows)| (name, rows.into_iter().map(bar).collect()));
    let buffers = request.buffers.map(|chains| ("buffers".to_owned(), buffers(request, chains)));
    Gantt {
        title: request.title.to_owned(),
        subtitle: request.subtitle.to_owned(),
        groups: groups.chain(buffers).collect(),
        today: Some(day(request.now, zone)),
    }
}

/// What a task is shown as where there is no room for all: its epic, else what it stands in at the top.
pub(super) fn part_of(plan: &Plan, index: usize) -> usize {
    let above = || std::iter::once(index).chain(plan.ancestors(index));
    let epic = above().find(|&above| plan.items[above].kind == Kind::Epic);
    epic.or_else(|| above().last()).unwrap_or(index)
}

/// The tasks that are wanted as other programs see them, in the order of the schedule's rows.
pub fn entries(plan: &Plan, levelled: &Levelled, wanted: impl Fn(usize) -> bool) -> Vec<Entry> {
    let time = |at: Minute| at.timestamp().unwrap_or(Timestamp::UNIX_EPOCH);
    let entry = |row: &Row| {
        let item = &plan.items[row.item];
        let top = plan.ancestors(row.item).last();
        let person = row.person.map(|person| &levelled.people[person]);
        Entry {
            id: item.id.to_string(),
            title: item.title().value.to_owned(),
            who: person.map(|person| person.name.clone()).unwrap_or_default(),
            team: person.and_then(|person| person.team.clone()).unwrap_or_default(),
            within: top
                .map(|top| format!("{} {}", plan.items[top].id.value, plan.items[top].title().value))
                .unwrap_or_default(),
            start: time(row.start),
            finish: time(row.finish),
            minutes: row.minutes.0,
            float: row.float.0,
            critical: row.is_critical(),
            begun: row.begun,
        }
    };
    levelled.rows.iter().filter(|row| wanted(row.item)).map(entry).collect()
}

/// The project buffer behind the end of all, and a feeding buffer behind each chain that feeds the critical one.
fn buffers(request: &Request<'_>, chains: &Chains) -> Vec<Bar> {
    let Request { plan, levelled, zone, .. } = *request;
    let bar = |label: String, from: Minute, minutes: Minutes| {
        let until = levelled.common.add(from, minutes.0).unwrap_or(from);
        let (start, finish) = (day(from, zone), day(until, zone));
        let tip = format!("{label}: {minutes}, until {}", stamp(until, zone));
        Bar { label, tip, start, finish, slack: finish, buffer: true, ..Bar::default() }
    };
    let feeding = chains.feeding.iter().filter_map(|feeding| {
        let row = levelled.row(*feeding.chain.tasks.last()?)?;
        // What does not fit before the critical task that waits would delay it.
        let minutes = feeding.chain.buffer.min(row.float).max(Minutes(0));
        let into = feeding.into.map_or_else(|| "the end".to_owned(), |into| plan.items[into].id.value.to_string());
        let label = format!("after {}, before {into}", plan.items[row.item].id.value);
        (minutes > Minutes(0)).then(|| bar(label, row.finish, minutes))
    });
    let mut bars: Vec<Bar> = feeding.collect();
    bars.sort_by(|a, b| a.start.total_cmp(&b.start));
    bars.push(bar("project buffer".to_owned(), levelled.finish, chains.critical.buffer));
    bars
}

/// A moment as pictures count them, by the clock of a time zone.
fn day(at: Minute, zone: &TimeZone) -> f64 {
    at.timestamp().map_or(0.0, |timestamp| moment(timestamp.to_zoned(zone.clone()).datetime()))
}

/// What the picture reaches over: the schedule, and what was once planned of it.
fn span(request: &Request<'_>) -> (Minute, Minute) {
    let Request { plan, levelled, baseline, .. } = *request;
    let planned = |row: &Row| {
        let (old, then) = baseline?;
        then.times(old, old.find(plan.items[row.item].id.as_str())?)
    };
    let planned = levelled.rows.iter().filter_map(planned);
    planned.fold((levelled.begin, levelled.finish), |(from, to), (start, finish)| (from.min(start), to.max(finish)))
}

/// When somebody does not work, as far as the picture reaches and a week around.
fn free(levelled: &Levelled, person: usize, (from, to): (Minute, Minute), zone: &TimeZone) -> Vec<(f64, f64)> {
    let least = if day(to, zone) - day(from, zone) > NIGHTS { LONG } else { 0.0 };
    let (from, to) = (Minute(from.0 - WEEK), Minute(to.0 + WEEK));
    let years = u32::try_from((to.0 - from.0) / YEAR + 1).unwrap_or(MAX_YEARS);
    let first = from.day(zone).unwrap_or_default();
    let calendar = Calendar::new(&levelled.people[person].hours, first, years);
    let mut gaps = Vec::new();
    let mut last = from;
    for (begin, end) in calendar.intervals(from, to).chain(std::iter::once((to, to))) {
        let gap = (day(last, zone), day(begin, zone));
        if gap.1 - gap.0 > least {
            gaps.push(gap);
        }
        last = end;
    }
    gaps
}
