//! How much later all is done than was once planned, and why.
//!
//! Domain layer; pure. Two schedules are compared along the chain that decides now: each task of it is later than it was
//! by what the one before it handed on, and by what it added itself.

use super::{Because, Levelled};
use crate::plan::Plan;
use crate::schedule::Minutes;

/// Whether a slip is one that others have to know of: it went above `bound`, and did not fall below half of it since;
/// `told` says whether they know already. Between the two nothing changes, so a slip that goes to and fro is told once.
///
/// ```
/// use passmuster::schedule::{Minutes, level::slip::is_raised};
/// let told = |before, hours: i64| is_raised(before, Minutes(hours * 60), Minutes(4 * 60));
/// assert_eq!([told(false, 4), told(false, 5), told(true, 3), told(true, 2), told(true, 1)], [false, true, true, true, false]);
/// ```
pub fn is_raised(told: bool, slip: Minutes, bound: Minutes) -> bool {
    if told { slip.0 >= bound.0 / 2 } else { slip > bound }
}

/// Why a task of the chain is later than it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlipCause {
    /// It takes longer than was estimated.
    Estimate,
    /// It could have been begun, and was not.
    LateStart,
    /// Something blocks it.
    Blocked,
    /// Who or what it takes is busy with another task.
    Capacity,
    /// It was not in the plan.
    Scope,
}

impl SlipCause {
    pub fn name(self) -> &'static str {
        match self {
            Self::Estimate => "estimate",
            Self::LateStart => "late start",
            Self::Blocked => "blocked",
            Self::Capacity => "capacity",
            Self::Scope => "scope",
        }
    }
}

/// What one task adds to the slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index of the item in the plan of now.
    pub item: usize,
    pub cause: SlipCause,
    /// Of work; negative when it caught up.
    pub minutes: Minutes,
}

/// How much later all is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// Of work, on the calendar of those who say nothing else; negative when all is done earlier.
    pub minutes: Minutes,
    /// Along the chain that decides now, first to last.
    pub parts: Vec<Part>,
}

/// Compares what was planned `then` with the schedule of `now`; `blocked` says of an item whether something blocks it.
pub fn slip(then: (&Plan, &Levelled), now: (&Plan, &Levelled), blocked: impl Fn(usize) -> bool) -> Slip {
    let ((old, before), (plan, levelled)) = (then, now);
    // The calendar of the earlier schedule knows the time between the two.
    let common = if before.begin <= levelled.begin { &before.common } else { &levelled.common };
    let mut parts = Vec::new();
    let mut handed_on = 0;
    for (item, because) in &levelled.chain {
        let Some(row) = levelled.row(*item) else { continue };
        let mut part = |cause, minutes| {
            if minutes != 0 {
                parts.push(Part { item: *item, cause, minutes: Minutes(minutes) });
            }
        };
        let Some(planned) = old.find(plan.items[*item].id.as_str()).and_then(|index| before.row(index)) else {
            part(SlipCause::Scope, row.minutes.0);
            handed_on += row.minutes.0;
            continue;
        };
        let late = common.between(planned.finish, row.finish);
        let added = late - handed_on;
        let longer = row.minutes.0 - planned.minutes.0;
        part(SlipCause::Estimate, longer);
        let waited = match because {
            _ if blocked(*item) => SlipCause::Blocked,
            Because::After { .. } => SlipCause::Capacity,
            Because::Begin | Because::Day | Because::Turn | Because::Need(_) => SlipCause::LateStart,
        };
        part(waited, added - longer);
        handed_on = late;
    }
    Slip { minutes: Minutes(common.between(before.finish, levelled.finish)), parts }
}

#[cfg(test)]
mod tests {
    use super::super::{Changes, Request, level};
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::schedule::Figure;
    use crate::schedule::calendar::Minute;
    use crate::text::Source;

    fn levelled(text: &str, begin: &str) -> (Plan, Levelled) {
        let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
        let changes = Changes::default();
        let request = Request {
            plan: &plan,
            roster: None,
            figure: Figure::Likely,
            begin: Minute::of(begin.parse().unwrap()),
            changes: &changes,
            effort: None,
            seed: 0,
        };
        let levelled = level(&request, &mut Sink::new()).unwrap();
        (plan, levelled)
    }

    #[test]
    fn each_hour_of_a_slip_has_a_cause() {
        let monday = "2026-11-23T09:00:00Z";
        let planned = "- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @bob ~4h\n  - needs: T-1\n";
        for (begin, text, blocked, expected) in [
            (monday, planned, None, vec![]),
            (monday, &*planned.replace("b @bob ~4h", "b @bob ~7h"), None, vec![("T-2", "estimate", 180)]),
            ("2026-11-24T09:00:00Z", planned, None, vec![("T-1", "late start", 480)]),
            ("2026-11-24T09:00:00Z", planned, Some("T-1"), vec![("T-1", "blocked", 480)]),
            (
                monday,
                "- [ ] T-1: a @ada ~4h\n- [ ] T-0: new @ada ~3h\n  - needs: T-1\n- [ ] T-2: b @bob ~4h\n  - needs: T-0\n",
                None,
                vec![("T-0", "scope", 180)],
            ),
        ] {
            let ((old, before), (plan, now)) = (levelled(planned, monday), levelled(text, begin));
            let is_blocked = |item: usize| blocked == Some(plan.items[item].id.as_str());
            let slip = slip((&old, &before), (&plan, &now), is_blocked);
            let parts: Vec<(&str, &str, i64)> = (slip.parts.iter())
                .map(|part| (plan.items[part.item].id.as_str(), part.cause.name(), part.minutes.0))
                .collect();
            assert_eq!(parts, expected, "{text}");
            assert_eq!(slip.minutes.0, expected.iter().map(|(.., minutes)| minutes).sum::<i64>(), "{text}");
        }
    }
}
