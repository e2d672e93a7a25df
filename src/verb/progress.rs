//! How the work went so far, day by day: what there was, what was done, and how long it took.
//!
//! Pictures of progress rest on this. Nothing in it is estimated: a task whose beginning nobody knows has no duration.

use crate::facts::{Facts, ItemFacts};
use crate::plan::Kind;
use crate::schedule::forecast::rank;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Days that are looked at, at most; of more, some.
const DAYS: i64 = 180;

/// Tasks by where they stood at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    /// Not begun.
    pub open: usize,
    /// Begun, and not waiting for anybody.
    pub under_way: usize,
    /// Waiting for somebody.
    pub waiting: usize,
    pub done: usize,
}

impl Day {
    /// All tasks there were.
    pub fn scope(self) -> usize {
        self.open + self.under_way + self.waiting + self.done
    }
}

/// How long a task took from its beginning, or how old it is while it is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub id: String,
    /// When it was done; now, for one under way.
    pub until: Timestamp,
    pub days: f64,
    pub is_open: bool,
}

/// The past of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Oldest first; the last is today.
    pub days: Vec<Day>,
    /// Tasks whose beginning is known, by id.
    pub taken: Vec<Taken>,
}

impl Progress {
    /// Looks back from a moment.
    pub fn of(facts: &Facts, now: Timestamp, zone: &TimeZone) -> Self {
        let tasks: Vec<&ItemFacts> = facts.items().filter(|item| item.is_leaf && item.kind == Kind::Task).collect();
        let day_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let first = facts.events().next().map(|event| day_of(event.landed.at));
        let taken = tasks.iter().filter_map(|task| taken(task, now)).collect();
        let Some(first) = first.filter(|first| *first <= day_of(now)) else { return Self { days: Vec::new(), taken } };
        let last = day_of(now);
        let count = last.duration_since(first).as_hours() / 24;
        let step = count / DAYS + 1;
        // From today back, so that today is one of them.
        let dates = (0..=count / step).rev().filter_map(|index| last.checked_sub((index * step).days()).ok());
        let end = |date: Date| {
            let midnight = date.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
            Some(midnight.min(now))
        };
        let days = dates.filter_map(|date| Some(day(&tasks, date, end(date)?))).collect();
        Self { days, taken }
    }

    /// The days within which 50, 85 and 95 of 100 finished tasks were done; none before any was.
    pub fn within(&self) -> Option<[f64; 3]> {
        let mut days: Vec<f64> = self.taken.iter().filter(|taken| !taken.is_open).map(|taken| taken.days).collect();
        days.sort_by(f64::total_cmp);
        (!days.is_empty()).then(|| [0.5, 0.85, 0.95].map(|share| days[rank(days.len(), share)]))
    }
}

fn day(tasks: &[&ItemFacts], date: Date, at: Timestamp) -> Day {
    let mut day = Day { date, open: 0, under_way: 0, waiting: 0, done: 0 };
    for task in tasks.iter().filter(|task| task.stood(at)) {
        let waits = task.waited.iter().any(|(from, until)| from.at <= at && until.is_none_or(|until| until.at > at));
        if task.was_ticked(at) {
            day.done += 1;
        } else if waits {
            day.waiting += 1;
        } else if task.was_under_way(at) {
            day.under_way += 1;
        } else {
            day.open += 1;
        }
    }
    day
}

fn taken(task: &ItemFacts, now: Timestamp) -> Option<Taken> {
    let begun = task.begun?.at;
    let (until, is_open) = match task.done {
        Some(done) => (done.at, false),
        None if task.was_under_way(now) => (now, true),
        None => return None,
    };
    let days = until.duration_since(begun).as_secs_f64() / 86_400.0;
    (days >= 0.0).then(|| Taken { id: task.id.clone(), until, days, is_open })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Ledger;
    use crate::id::ObjectId;
    use crate::port::memory::{MemoryHistory, MemoryTree};

    const PLAN: &str = "plan/03-execution-plan.md";
    const HOUR: i64 = 3600;
    /// 2026-01-05, a Monday, at midnight.
    const MONDAY: i64 = 1_767_571_200;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(MONDAY + hours * HOUR).unwrap()
    }

    /// The past of a plan so many hours after Monday, when each commit brought a plan.
    fn past(story: &[(i64, &str, &str)], now: i64) -> Progress {
        let mut history = MemoryHistory::default();
        let mut tip: Option<ObjectId> = None;
        for (index, (hours, message, plan)) in story.iter().enumerate() {
            let files = MemoryTree::from([(PLAN, *plan), ("work", ["a", "b", "c", "d"][index % 4])]);
            let parents: Vec<&ObjectId> = tip.iter().collect();
            tip = Some(MemoryHistory::commit(&mut history, &parents, MONDAY + hours * HOUR, message, &files));
        }
        let facts = Facts::new(Ledger::read(&history, &tip.unwrap(), None).unwrap());
        Progress::of(&facts, at(now), &TimeZone::UTC)
    }

    #[test]
    fn each_day_says_where_tasks_stood_at_its_end() {
        let two = "- [ ] T-1: a\n- [ ] T-2: b\n";
        let story = [
            (0, "plan", two),
            (24 + 2, "T-1: begin", two),
            (48 + 3, "T-1: done", "- [x] T-1: a\n- [ ] T-2: b\n- [ ] T-3: c\n  - status: waiting: ada\n"),
        ];
        let days = past(&story, 50 + 24).days;
        let shown: Vec<[usize; 5]> =
            days.iter().map(|day| [day.open, day.under_way, day.waiting, day.done, day.scope()]).collect();
        assert_eq!(shown, [[2, 0, 0, 0, 2], [1, 1, 0, 0, 2], [1, 0, 1, 1, 3], [1, 0, 1, 1, 3]]);
        assert_eq!((days[0].date.to_string(), days[3].date.to_string()), ("2026-01-05".into(), "2026-01-08".into()));
    }

    #[test]
    fn a_task_took_from_its_first_commit_to_its_tick_and_an_open_one_is_as_old_as_it_is() {
        let two = "- [ ] T-1: a\n- [ ] T-2: b\n- [ ] T-3: never begun\n";
        let story = [
            (0, "plan", two),
            (12, "T-1: begin", two),
            (24, "T-2: begin", two),
            (60, "T-1: done", "- [x] T-1: a\n- [ ] T-2: b\n- [ ] T-3: never begun\n"),
        ];
        let progress = past(&story, 72);
        let taken: Vec<(&str, f64, bool)> =
            progress.taken.iter().map(|taken| (taken.id.as_str(), taken.days, taken.is_open)).collect();
        assert_eq!(taken, [("T-1", 2.0, false), ("T-2", 2.0, true)]);
        assert_eq!(progress.within(), Some([2.0; 3]), "open tasks have not taken their time yet");
    }

    #[test]
    fn before_anything_there_is_nothing_and_long_pasts_are_thinned_out() {
        let none = past(&[(0, "nothing", "# empty\n")], 5);
        assert_eq!((none.days.len(), none.taken.len(), none.within()), (0, 0, None));
        let long = past(&[(0, "plan", "- [ ] T-1: a\n")], 24 * 1_000);
        assert!((160..=181).contains(&long.days.len()), "{}", long.days.len());
        assert_eq!(long.days.last().unwrap().date.to_string(), "2028-10-01");
        let earlier = past(&[(100, "plan", "- [ ] T-1: a\n")], 0);
        assert!(earlier.days.is_empty(), "a clock that goes wrong makes no days");
    }
}
