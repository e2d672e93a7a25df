//! Answers of the verbs about time and people. The kind `critical-chain` has the data of `schedule`.

use crate::schedule::calendar::Minute;
use serde::Serialize;

/// The data of kind `schedule`.
#[derive(Debug, Serialize)]
pub struct Schedule<'a> {
    /// `optimistic`, `likely`, `expected` or `pessimistic`: the figure of the estimates that counts
    pub estimate: &'static str,
    pub begin: String,
    pub finish: String,
    /// No schedule is done before.
    pub bound: String,
    /// Whether it is proven that no schedule is shorter.
    pub optimal: bool,
    /// Hundredths of a percent by which a better schedule could be shorter at most.
    pub gap: Option<u64>,
    /// How many schedules were made in search of this one.
    pub schedules: u64,
    pub seed: u64,
    /// Every open task, in the order of the plan.
    pub tasks: Vec<ScheduledTask<'a>>,
    /// The tasks that decide when all is done, first to last.
    pub chain: Vec<ScheduledLink<'a>>,
    /// The ids of tasks that can slip by less than a tenth of the whole, least first.
    pub near: Vec<&'a str>,
    /// Those whose days and hours nobody said: Monday to Friday from 9 to 17 counts.
    pub assumed_hours: Vec<&'a str>,
    /// How many tasks have no estimate.
    pub unestimated: usize,
    /// What each of those counts as, in minutes.
    pub assumed: i64,
    pub findings: super::Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct ScheduledTask<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub who: Option<&'a str>,
    pub start: String,
    pub finish: String,
    /// Minutes of work.
    pub work: i64,
    /// Minutes of work by which it can slip without moving the end of the whole.
    pub float: i64,
    pub critical: bool,
    /// Whether it is under way.
    pub begun: bool,
}

#[derive(Debug, Serialize)]
pub struct ScheduledLink<'a> {
    pub id: &'a str,
    /// What keeps it from being earlier, in words.
    pub because: String,
}

/// The data of kind `load`.
#[derive(Debug, Serialize)]
pub struct Load<'a> {
    /// Percent: less is idle, more is full.
    pub band: [u32; 2],
    /// The Mondays the weeks begin with.
    pub weeks: Vec<String>,
    pub members: Vec<MemberLoad<'a>>,
}

#[derive(Debug, Serialize)]
pub struct MemberLoad<'a> {
    pub name: &'a str,
    pub whole: LoadShare<'a>,
    /// One for each of the weeks.
    pub weeks: Vec<LoadShare<'a>>,
}

#[derive(Debug, Serialize)]
pub struct LoadShare<'a> {
    /// Minutes they work.
    pub there: i64,
    /// Minutes that are given away.
    pub given: i64,
    pub percent: Option<u32>,
    /// `idle`, `full`, `too much` or nothing
    pub verdict: &'static str,
    pub tasks: Vec<&'a str>,
}

/// One entry of the data of kind `whatif`.
#[derive(Debug, Serialize)]
pub struct WhatIf<'a> {
    pub change: &'a str,
    pub finish: String,
    /// Minutes of working time by which all is done earlier.
    pub gain: i64,
    /// How many items are done after the day they are due.
    pub late: usize,
    pub odds: Option<Odds>,
}

/// One entry of the data of kind `moves`.
#[derive(Debug, Serialize)]
pub struct Move<'a> {
    pub id: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub why: &'a str,
    pub finish: String,
    /// Minutes of working time by which all is done earlier.
    pub gain: i64,
    pub late: usize,
    pub odds: Option<Odds>,
    /// Percent of their time that `from` and then `to` have to do, without the move and with it; null: they have none.
    pub load: [[Option<u32>; 2]; 2],
}

/// When all is done at even odds, and likely.
#[derive(Debug, Serialize)]
pub struct Odds {
    pub p50: String,
    pub p80: String,
}

impl Odds {
    pub fn of(odds: Option<[Minute; 2]>) -> Option<Self> {
        odds.map(|[even, likely]| Self { p50: even.to_string(), p80: likely.to_string() })
    }
}

/// The data of kind `baseline`; null when the plan names none.
#[derive(Debug, Serialize)]
pub struct Baseline<'a> {
    pub commit: &'a str,
    pub at: String,
    pub open_tasks: usize,
    /// When all was to be done, as planned there.
    pub finish: String,
    /// Whether the plan was changed to name it.
    pub written: bool,
}

/// The data of kind `slip`.
#[derive(Debug, Serialize)]
pub struct Slip<'a> {
    pub planned: String,
    pub finish: String,
    /// Minutes of work by which all is done later; negative: earlier.
    pub slip: i64,
    /// Whether it is more than others should learn by chance.
    pub raised: bool,
    /// Along the chain that decides, first to last.
    pub parts: Vec<SlipPart<'a>>,
}

#[derive(Debug, Serialize)]
pub struct SlipPart<'a> {
    pub id: &'a str,
    /// `estimate`, `late start`, `blocked`, `capacity` or `scope`
    pub cause: &'static str,
    pub minutes: i64,
}

/// The data of kind `parallel`.
#[derive(Debug, Serialize)]
pub struct Parallel<'a> {
    /// The ids of open tasks; each wave waits for the one before it only.
    pub waves: Vec<Vec<&'a str>>,
    /// Minutes of work from first to last if somebody were always free.
    pub length: i64,
    /// How many tasks are worked on at once then, at most.
    pub width: usize,
    /// The same with the people there are; null where nobody can do some task.
    pub with_people: Option<ParallelPeople>,
    /// What keeps how many tasks from starting earlier.
    pub held_by: Vec<ParallelHolder>,
    /// The needs that decide when all is done, the costliest first.
    pub needs: Vec<ParallelNeed<'a>>,
    pub findings: super::Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct ParallelPeople {
    pub length: i64,
    pub width: usize,
}

#[derive(Debug, Serialize)]
pub struct ParallelHolder {
    pub what: String,
    pub tasks: usize,
}

#[derive(Debug, Serialize)]
pub struct ParallelNeed<'a> {
    pub id: &'a str,
    pub waits_for: &'a str,
    /// Minutes by which all would be done earlier without it if somebody were always free.
    pub gain: i64,
    /// What bears it out: `output`, `resource` or `paths` as the plan shows; `said` by its reason alone; `elsewhere` when
    /// the reason names what another item provides; `none`
    pub ground: &'static str,
    pub because: String,
}
