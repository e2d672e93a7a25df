//! `forecast`: how likely what is left is done by when.
//!
//! Samples of the plan give finishes in working time; here they become dates on the calendar of the roster. History adds
//! what estimates cannot know: how long tasks really take, how many are done a day, and whether past forecasts held.

use super::survey::Survey;
use crate::diag::{Diagnostic, Place, Sink};
use crate::facts::{Facts, ItemFacts, Spent};
use crate::plan::{Estimate, Item, Kind, Plan};
use crate::roster::{Hours, Roster};
use crate::schedule::calendar::{Calendar, MAX_YEARS, Minute};
use crate::schedule::forecast::throughput::Throughput;
use crate::schedule::forecast::{
    BEYOND, Calibration, Distribution, Forecast, Level, Past, Request, SHARES, Shapes, Spread, forecast,
};
use crate::schedule::level::{self, Changes, Levelled};
use crate::schedule::{Figure, Minutes, codes};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Finished tasks with a known time below which their ratios are not used.
const FEW_RATIOS: usize = 10;

/// The share of futures that a cone leaves out on its early side.
const SOON: f64 = 0.2;

/// How many finished tasks are looked back on, the newest ones.
const RECENT: usize = 500;

/// A ratio beyond this in either direction is taken for a slip of the pen.
const WILD_RATIO: f64 = 20.0;

/// Past days whose throughput counts: twelve weeks.
const PAST_DAYS: i32 = 84;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub plan: &'a Plan,
    pub roster: Option<&'a Roster>,
    /// What happened so far, where that is known.
    pub facts: Option<&'a Facts>,
    pub now: Timestamp,
    /// Whether somebody is taken to be always free, instead of those of the roster.
    pub free: bool,
    /// The day to begin on instead of now.
    pub start: Option<Date>,
    pub distribution: Distribution,
    pub samples: usize,
    pub seed: u64,
    pub threads: usize,
    pub level: Level,
    /// Whether it is asked which tasks decide.
    pub drivers: bool,
    /// A day whose probability is asked for.
    pub due: Option<Date>,
}

impl<'a> Question<'a> {
    /// From now on, for an answer that nobody waits for.
    pub fn quick(plan: &'a Plan, roster: Option<&'a Roster>, now: Timestamp) -> Self {
        Self {
            plan,
            roster,
            facts: None,
            now,
            free: false,
            start: None,
            distribution: Distribution::default(),
            samples: FEW_SAMPLES,
            seed: 1,
            threads: 1,
            level: Level::Plan,
            drivers: true,
            due: None,
        }
    }
}

/// The minutes that a forecast counts, from its beginning on, as dates.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The minutes are those of a clock on the wall, not of work.
    on_wall: bool,
    calendar: Calendar,
    begin: Minute,
    pub zone: TimeZone,
    /// Nobody said when people work: Monday to Friday, nine to five.
    pub assumed: bool,
}

impl Clock {
    /// From the beginning that was asked for; reaches as far as `needed`, where any calendar does.
    fn new(question: &Question<'_>, on_wall: bool, needed: Minutes) -> Self {
        let hours = Hours::of_all(question.roster);
        let day = question.start.and_then(|day| Some((Minute::of_day(day, &hours.zone)?, day)));
        let begin = day.map_or_else(|| Minute::of(question.now), |(begin, _)| begin);
        Self { on_wall, ..Self::reaching(&hours, begin, needed) }
    }

    /// From a moment on, in minutes of work.
    pub fn from(roster: Option<&Roster>, begin: Timestamp, needed: Minutes) -> Self {
        Self::reaching(&Hours::of_all(roster), Minute::of(begin), needed)
    }

    fn reaching(hours: &Hours, begin: Minute, needed: Minutes) -> Self {
        let day = begin.day(&hours.zone).unwrap_or_default();
        let mut calendar = Calendar::default();
        for years in [4, 40, MAX_YEARS] {
            calendar = Calendar::new(hours, day, years);
            if calendar.work_at(begin) + needed.0 <= calendar.total() {
                break;
            }
        }
        Self { on_wall: false, calendar, begin, zone: hours.zone.clone(), assumed: hours.assumed }
    }

    /// Working time between the beginning and a moment.
    pub fn worked(&self, until: Timestamp) -> Minutes {
        Minutes(self.calendar.between(self.begin, Minute::of(until)))
    }

    /// The moment after so many minutes; none past all calendars.
    pub fn at(&self, after: Minutes) -> Option<Minute> {
        match self.on_wall {
            true => (after.0 < i64::from(BEYOND)).then(|| Minute(self.begin.0 + after.0)),
            false => self.calendar.add(self.begin, after.0),
        }
    }

    /// How much common working time lies in so many minutes.
    pub fn work(&self, after: Minutes) -> Minutes {
        let until = Minute(self.begin.0.saturating_add(after.0));
        if self.on_wall { Minutes(self.calendar.between(self.begin, until)) } else { after }
    }

    /// The day it is after so many minutes.
    pub fn day(&self, after: Minutes) -> Option<Date> {
        self.at(after)?.day(&self.zone)
    }

    /// The minutes until the end of a day; negative when that is past.
    pub fn until(&self, day: Date) -> Option<Minutes> {
        let end = Minute::of_day(day.tomorrow().ok()?, &self.zone)?;
        let left = if self.on_wall { end.0 - self.begin.0 } else { self.calendar.between(self.begin, end) };
        Some(Minutes(if end <= self.begin { -1 } else { left }))
    }

    /// The moment the forecast begins at.
    pub fn begin(&self) -> Minute {
        self.begin
    }
}

/// A forecast from the number of items done a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// Open tasks.
    pub left: usize,
    /// Tasks done in that many past days.
    pub done: u32,
    pub over_days: usize,
    /// Too little past to rely on.
    pub is_thin: bool,
    /// The days at [`SHARES`]; none when it would take more than ten years.
    pub days: Option<[Date; 3]>,
    /// The days when it goes well (P20) and when it goes badly (P95).
    pub cone: Option<[Date; 2]>,
}

/// Whether past forecasts of single tasks held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Honesty {
    pub calibration: Calibration,
    /// How many of the actual times were worked out from commits and ticks, because the plan does not state them.
    pub measured: usize,
}

/// Open tasks above which an editor is not kept waiting for a forecast.
const MANY: usize = 5_000;

/// How often it is played to compare two ways to go on: both draw the same durations.
const ODDS: usize = 2_000;

/// How often the plan is played for an editor: a P80 then lies within four points of its share.
const FEW_SAMPLES: usize = 400;

/// The day on which each item is likely (P80) done, by item: the same for the same plan, quick enough to be shown while
/// somebody types. None where estimates say nothing about likelihood (no task has three figures), or there are too many
/// tasks.
pub fn likely(plan: &Plan, roster: Option<&Roster>, now: Timestamp) -> Option<Vec<Option<Date>>> {
    let is_range = |estimate: Estimate| estimate.optimistic < estimate.pessimistic;
    let open = plan.items.iter().enumerate().filter(|(index, _)| !plan.is_closed(*index)).map(|(_, item)| item);
    let has_range = open.clone().filter_map(Item::estimate).any(|estimate| is_range(estimate.value));
    if !has_range || open.count() > MANY {
        return None;
    }
    let question = Question { level: Level::Item, drivers: false, ..Question::quick(plan, roster, now) };
    let found = run(&question).0?;
    let mut likely = vec![None; plan.items.len()];
    found.forecast.parts.iter().for_each(|part| likely[part.item] = found.clock.day(part.quantiles[1]));
    Some(likely)
}

/// When all is done at even odds and likely (P50 and P80), if people do what a schedule has them do. None where estimates
/// say nothing about likelihood.
pub fn odds(plan: &Plan, roster: Option<&Roster>, hands: &Levelled) -> Option<[Minute; 2]> {
    let request = Request { samples: ODDS, hands: Some(hands), ..Request::default() };
    let found = forecast(plan, &request, &mut Sink::new()).ok().filter(|found| found.basis.three > 0)?;
    let [even, likely, _] = found.quantiles();
    let clock = Clock::reaching(&Hours::of_all(roster), hands.begin, likely);
    let clock = Clock { on_wall: found.by_clock, ..clock };
    clock.at(even).zip(clock.at(likely)).map(|(even, likely)| [even, likely])
}

/// What is known about when it will be done.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub forecast: Forecast,
    /// What durations were drawn from: not what was asked for, when there was too little history for it.
    pub distribution: Distribution,
    pub clock: Clock,
    /// The day that was asked about, and the share of samples that end by then.
    pub due: Option<(Date, f64)>,
    pub pace: Option<Pace>,
    pub honesty: Option<Honesty>,
}

/// Schedules made in search of the order in which people take their tasks, and the tasks in all of them together: of a
/// large plan there are fewer, because looking back makes one for each past state.
const EFFORT: u64 = 20;
const PLACED: usize = 20_000;

/// Who does what after what, as a quick schedule has it; none where there is no schedule.
pub(super) fn hands(plan: &Plan, roster: Option<&Roster>, begin: Minute) -> Option<Levelled> {
    let changes = Changes::default();
    let figure = Figure::Expected;
    let schedules = u64::try_from(PLACED / plan.items.len().max(1)).unwrap_or(EFFORT);
    let effort = Some(schedules.clamp(1, EFFORT));
    let request = level::Request { plan, roster, figure, begin, changes: &changes, effort, seed: 0 };
    level::level(&request, &mut Sink::new()).ok()
}

/// A forecast for a page: the same figures for the same survey, quick enough not to be waited for. None where no open task
/// has an estimate, where there are too many, or where tasks wait for each other.
pub fn quick(survey: &Survey<'_>) -> Option<Outcome> {
    let plan = survey.plan;
    let open = (0..plan.items.len()).filter(|&index| !plan.is_closed(index));
    let has_estimate = open.clone().any(|index| plan.items[index].estimate().is_some());
    if !has_estimate || open.count() > MANY {
        return None;
    }
    let facts = Some(survey.facts);
    run(&Question { facts, seed: 0, ..Question::quick(plan, survey.roster, survey.now) }).0
}

/// Who does what in the plan that is asked about. Why there is no schedule is told by `schedule`; that hours could not be
/// read makes these dates wrong too.
fn people(question: &Question<'_>, begin: Minute, sink: &mut Sink) -> Option<Levelled> {
    sink.extend(question.roster.into_iter().flat_map(Roster::unread_hours).cloned());
    hands(question.plan, question.roster, begin)
}

/// Makes the forecast. The findings are about figures that look wrong; an error among them means that there is none.
pub fn run(question: &Question<'_>) -> (Option<Outcome>, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let known = question.facts.map_or(0, |facts| ratios(facts).len());
    let ratios = question.facts.map_or_else(Vec::new, usable_ratios);
    let mut distribution = question.distribution;
    if distribution == Distribution::History && ratios.is_empty() {
        sink.push(few_ratios(known));
        distribution = Distribution::default();
    }
    let begin = Clock::new(question, false, Minutes(0)).begin;
    let hands = if question.free { None } else { people(question, begin, &mut sink) };
    let on_wall = hands.as_ref().is_some_and(|hands| !hands.is_by_common_hours());
    // Dates are needed before it is known how far they reach: due dates lie within the first calendar, or far off.
    let near = Clock::new(question, on_wall, Minutes(0));
    let due_of = |index: usize| near.until(question.plan.items[index].due()?.value);
    let request = Request {
        distribution,
        samples: question.samples,
        seed: question.seed,
        threads: question.threads,
        level: question.level,
        drivers: question.drivers,
        ratios: &ratios,
        hands: hands.as_ref(),
        due: &due_of,
    };
    let outcome = match forecast(question.plan, &request, &mut sink) {
        Ok(forecast) => Some(outcome(question, forecast, distribution)),
        Err(fault) => {
            sink.push(*fault);
            None
        }
    };
    (outcome, sink.into_sorted())
}

fn outcome(question: &Question<'_>, forecast: Forecast, distribution: Distribution) -> Outcome {
    let clock = Clock::new(question, forecast.by_clock, forecast.finish().quantile(1.0));
    let due = question.due.and_then(|day| Some((day, forecast.finish().chance(clock.until(day)?))));
    let pace = question.facts.and_then(|facts| pace(question, facts, &clock));
    let honesty = question.facts.and_then(|facts| honesty(facts, distribution));
    Outcome { forecast, distribution, clock, due, pace, honesty }
}

fn few_ratios(known: usize) -> Diagnostic {
    let place = Place::Argument("--distribution history".to_owned());
    Diagnostic::warning(&codes::FEW_ACTUALS, place, "there are too few finished tasks to draw from")
        .cause(format!(
            "{known} have both an estimate and a time they took, {FEW_RATIOS} are needed; the figures below are drawn by `pert`"
        ))
        .hint("write `actual: 3h` when a task is done")
}

/// The items without parts that were finished last, oldest first.
fn finished(facts: &Facts) -> impl Iterator<Item = &ItemFacts> {
    let mut finished: Vec<_> = facts.finished().filter(|(item, _)| item.is_leaf).collect();
    finished.sort_by(|a, b| (a.1.at, &a.0.id).cmp(&(b.1.at, &b.0.id)));
    let skipped = finished.len().saturating_sub(RECENT);
    finished.into_iter().skip(skipped).map(|(item, _)| item)
}

/// Actual by estimated time of finished tasks, oldest first.
fn ratios(facts: &Facts) -> Vec<f64> {
    let ratios = finished(facts).filter_map(|item| item.ratio().map(|(ratio, _)| ratio));
    ratios.filter(|ratio| (1.0 / WILD_RATIO..=WILD_RATIO).contains(ratio)).collect()
}

/// The same, when there are enough to draw from.
pub(super) fn usable_ratios(facts: &Facts) -> Vec<f64> {
    let mut ratios = ratios(facts);
    if ratios.len() < FEW_RATIOS {
        return Vec::new();
    }
    // Each estimate is multiplied by all of them and put in order: that costs little when they are.
    ratios.sort_by(f64::total_cmp);
    ratios
}

/// How many tasks were done on each of the past days, and when the rest is done if that goes on.
fn pace(question: &Question<'_>, facts: &Facts, clock: &Clock) -> Option<Pace> {
    let today = question.now.to_zoned(clock.zone.clone()).date();
    let oldest = facts.line().next()?.1.at.to_zoned(clock.zone.clone()).date();
    let first = oldest.max(today.checked_sub(PAST_DAYS.days()).ok()?);
    let number = |day: Date| usize::try_from(day.duration_since(first).as_hours() / 24).ok();
    let mut days = vec![0; number(today)?];
    for (item, done) in facts.finished().filter(|(item, _)| item.is_leaf && item.kind == Kind::Task) {
        let day = done.at.to_zoned(clock.zone.clone()).date();
        // Today is not over.
        if let Some(count) =
            (day >= first && item.is_there()).then(|| number(day)).flatten().and_then(|at| days.get_mut(at))
        {
            *count += 1;
        }
    }
    let plan = question.plan;
    let open = |index: &usize| plan.items[*index].kind == Kind::Task && !plan.is_closed(*index);
    let left = (0..plan.items.len()).filter(open).count();
    let past = Throughput::new(days);
    if past.items() == 0 {
        return None;
    }
    let begin = clock.begin().day(&clock.zone)?;
    let date = |days: u32| begin.checked_add(i64::from(days).days()).ok();
    let counts = past.days_until(left as f64, question.samples.min(10_000), question.seed);
    let at = |share: f64| date(counts.as_ref()?.quantile(share));
    let three = || Some([at(SHARES[0])?, at(SHARES[1])?, at(SHARES[2])?]);
    let two = || Some([at(SOON)?, at(SHARES[2])?]);
    let (days, cone) = (three(), two());
    Some(Pace { left, done: past.items(), over_days: past.days().len(), is_thin: past.is_thin(), days, cone })
}

/// What each finished task was forecast to take when it was done, by what was known before, against what it took.
fn honesty(facts: &Facts, distribution: Distribution) -> Option<Honesty> {
    let mut known: Vec<f64> = Vec::new();
    let mut past = Vec::new();
    let mut measured = 0;
    let mut shapes = Shapes::default();
    for item in finished(facts) {
        let (Some([optimistic, likely, pessimistic]), Some((ratio, spent))) = (item.first_estimate, item.ratio())
        else {
            continue;
        };
        let estimate = Estimate { optimistic, likely, pessimistic };
        let usable = if known.len() >= FEW_RATIOS { &known[..] } else { &[] };
        let spread = Spread::of(estimate, distribution, usable);
        if !matches!(spread, Spread::Exact(_)) {
            past.push(Past { forecast: shapes.quantiles(&spread, SHARES), actual: f64::from(spent.minutes()) });
            measured += usize::from(matches!(spent, Spent::Estimated(_)));
        }
        if (1.0 / WILD_RATIO..=WILD_RATIO).contains(&ratio) {
            known.push(ratio);
        }
    }
    Some(Honesty { calibration: Calibration::of(&past)?, measured })
}
