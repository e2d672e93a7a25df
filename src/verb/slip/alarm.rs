//! Whether the slip is one that others have to know of, by the history and the clock alone.
//!
//! A slip is told when it goes above a bound and is over below half of it, so between the two the past decides: the
//! states of the plan are gone through, newest first, to one in which the slip was small.

use super::{Baseline, first_planned, planned, run};
use crate::diag::Failure;
use crate::facts::Facts;
use crate::id::ObjectId;
use crate::policy::Call;
use crate::port::{History, Tree};
use crate::schedule::Minutes;
use crate::schedule::calendar::Minute;
use crate::schedule::level::slip::{Slip, is_raised, slip};
use crate::verb::forecast::Clock;
use crate::verb::schedule::{self, Question};
use jiff::{SignedDuration, Timestamp};

/// How many states are looked back on; a slip that was told before them is taken for one that never was small.
const STATES: usize = 40;

/// The same in a plan with more than so many items: each state is scheduled twice.
const FEW_STATES: usize = 6;
const LARGE: usize = 2_000;

/// A slip, and whether others have to know of it.
#[derive(Clone, Debug)]
pub struct Alarm {
    pub slip: Slip,
    /// The commit with what was planned.
    pub baseline: ObjectId,
    /// When it went above the bound; or when it will if nothing is done.
    pub since: Timestamp,
    /// Whoever has seen a slip before this saw an earlier one, which was over in between.
    pub anew: Timestamp,
}

/// The slip that the policy lets pass.
pub fn bound(call: &Call) -> Minutes {
    Minutes(i64::from(call.after.unwrap_or(0)))
}

/// Compares what is left now with what was planned first. `None`: nothing is left, or nothing was planned, or one of
/// the two has no schedule. `tree` tells what blocks.
///
/// # Errors
/// A commit or the tree could not be read.
pub fn alarm(
    question: &Question<'_>,
    history: &dyn History,
    facts: &Facts,
    tree: &dyn Tree,
    bound: Minutes,
) -> Result<Option<Alarm>, Failure> {
    let Some((baseline, begun)) = first_planned(question.plan, history, Some(facts))? else { return Ok(None) };
    let Ok(then) = planned(question, history, &baseline, begun)? else { return Ok(None) };
    // What is done is not late any more, however long ago that was.
    let Some(levelled) = schedule::run(question).0.filter(|levelled| !levelled.rows.is_empty()) else {
        return Ok(None);
    };
    let slip = run(question.plan, &levelled, &then, tree)?;
    let past = Past { question, history, facts, then: &then };
    let raised = past.above(slip.minutes, bound)?;
    let late =
        raised.as_ref().map_or(Sample { slip: slip.minutes, at: question.now, from: begun }, |raised| raised.first);
    // As long as nothing is done, each minute of work is one more of slip.
    let clock = Clock::from(question.roster, begun, Minutes(question.now.duration_since(begun).as_mins().max(0)));
    let crossed = Minutes((clock.worked(late.at).0 + bound.0 + 1 - late.slip.0).max(0));
    let Some(crossed) = clock.at(crossed).and_then(Minute::timestamp) else { return Ok(None) };
    let since = match &raised {
        Some(_) => crossed.max(late.from).min(late.at),
        None => crossed.max(question.now + SignedDuration::from_mins(1)),
    };
    let anew = if raised.is_some_and(|raised| raised.was_small) { since } else { begun };
    Ok(Some(Alarm { slip, baseline, since, anew }))
}

/// The slip at one moment.
#[derive(Clone, Copy, Debug)]
struct Sample {
    slip: Minutes,
    at: Timestamp,
    /// Since when the plan was what it then was.
    from: Timestamp,
}

/// A slip that was told.
struct Raised {
    /// The first that was seen above the bound.
    first: Sample,
    /// Whether it is known to have been below half the bound before.
    was_small: bool,
}

/// The states of the plan that have landed.
struct Past<'a> {
    question: &'a Question<'a>,
    history: &'a dyn History,
    facts: &'a Facts,
    then: &'a Baseline,
}

impl Past<'_> {
    /// Since when the slip was told, if it was and is not over.
    fn above(&self, slip: Minutes, bound: Minutes) -> Result<Option<Raised>, Failure> {
        if !is_raised(true, slip, bound) {
            return Ok(None);
        }
        let line: Vec<(&ObjectId, Timestamp)> = self.facts.line().map(|(id, moment)| (id, moment.at)).collect();
        let mut steps: Vec<usize> = self.facts.events().map(|event| event.step).collect();
        steps.dedup();
        let most = if self.question.plan.items.len() > LARGE { FEW_STATES } else { STATES };
        let mut until = self.question.now;
        let from = steps.last().map_or(until, |step| line[*step].1);
        let mut first = is_raised(false, slip, bound).then_some(Sample { slip, at: until, from });
        for step in steps.into_iter().rev().take(most) {
            let (commit, from) = line[step];
            for at in [until, from] {
                let slip = self.slip_of(commit, at)?;
                if !is_raised(true, slip, bound) {
                    return Ok(first.map(|first| Raised { first, was_small: true }));
                }
                if is_raised(false, slip, bound) {
                    first = Some(Sample { slip, at, from });
                }
            }
            until = from;
        }
        Ok(first.map(|first| Raised { first, was_small: false }))
    }

    /// The slip of a commit's plan at a moment. A plan that has no schedule, or nothing left to do, has none.
    fn slip_of(&self, commit: &ObjectId, at: Timestamp) -> Result<Minutes, Failure> {
        let Ok(Baseline { plan, levelled }) = planned(self.question, self.history, commit, at)? else {
            return Ok(Minutes(0));
        };
        if levelled.rows.is_empty() {
            return Ok(Minutes(0));
        }
        Ok(slip((&self.then.plan, &self.then.levelled), (&plan, &levelled), |_| false).minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::facts::Ledger;
    use crate::plan::{Reader, read};
    use crate::port::memory::{MemoryHistory, MemoryTree};
    use crate::text::Source;

    const PLAN: &str = "plan/03-execution-plan.md";

    /// A Monday of 2026 at nine, when the usual day of eight hours begins.
    const NINE: i64 = 1_767_603_600;

    const BOUND: Minutes = Minutes(4 * 60);

    fn after(minutes: i64) -> Timestamp {
        Timestamp::from_second(NINE + minutes * 60).unwrap()
    }

    /// The alarm so many minutes after nine, when these plans landed in the minutes before.
    fn at(states: &[(i64, &str)], now: i64) -> Option<Alarm> {
        let mut history = MemoryHistory::default();
        let mut tip: Option<ObjectId> = None;
        let mut files = MemoryTree::default();
        for (minute, plan) in states {
            files = MemoryTree::from([(PLAN, *plan)]);
            let parents: Vec<&ObjectId> = tip.iter().collect();
            tip = Some(MemoryHistory::commit(&mut history, &parents, NINE + minute * 60, "plan", &files));
        }
        let facts = Facts::new(Ledger::read(&history, &tip.unwrap(), None).unwrap());
        let plan = read(vec![Source::new(PLAN, states.last().unwrap().1)], Reader::Fast, &mut Sink::new());
        alarm(&Question::quick(&plan, None, after(now)), &history, &facts, &files, BOUND).unwrap()
    }

    /// The slip in minutes, when it is told, and who has to see it anew, in minutes after nine.
    fn told(states: &[(i64, &str)], now: i64) -> Option<(i64, i64, i64)> {
        let minutes = |at: Timestamp| (at.as_second() - NINE) / 60;
        at(states, now).map(|alarm| (alarm.slip.minutes.0, minutes(alarm.since), minutes(alarm.anew)))
    }

    const EIGHT: &str = "- [ ] T-1: a ~8h\n";

    #[test]
    fn time_alone_brings_the_moment() {
        let story = [(0, EIGHT)];
        assert_eq!(told(&story, 0), Some((0, 241, 0)), "it is known when");
        assert_eq!(told(&story, 240), Some((240, 241, 0)), "four hours are not more than four hours");
        assert_eq!(told(&story, 241), Some((241, 241, 241)));
        assert_eq!(told(&story, 400), Some((400, 241, 241)), "it does not move");
        assert_eq!(told(&[(0, EIGHT), (300, "- [x] T-1: a ~8h\n")], 400), None, "what is done is not late");
        assert_eq!(told(&[(0, "# nothing\n")], 400), None);
    }

    #[test]
    fn a_slip_that_was_told_is_over_below_half_the_bound() {
        let six = |minute| (minute, "- [ ] T-1: a ~6h\n");
        // Five hours late, then three: that is no news to anybody.
        let story = [(0, EIGHT), six(300)];
        assert_eq!(told(&story, 300), Some((180, 241, 241)));
        // Three hours from the beginning: nobody was told.
        let story = [(0, EIGHT), (0, "- [ ] T-1: a ~11h\n")];
        assert_eq!(told(&story, 0), Some((180, 61, 0)));
        // Told, over, and told again: the second is another one.
        let four = "- [ ] T-1: a ~4h\n";
        let story = [(0, EIGHT), (300, four)];
        assert_eq!(told(&story, 300), Some((60, 1441, 0)), "over; the day ends before it would be told again");
        let again = [(0, EIGHT), (300, four), (310, "- [ ] T-1: a ~9h\n")];
        assert_eq!(told(&again, 320), Some((380, 310, 310)));
    }
}
