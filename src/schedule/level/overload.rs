//! Who has more to do by a date than there is working time left.
//!
//! Domain layer; pure. Only what is certain counts: open items with an owner, an estimate and a due date, whatever they
//! wait for. So whoever is found here cannot make it; the schedule may show others who will not.

use super::Changes;
use super::crew::{Crew, Person};
use crate::plan::Plan;
use crate::roster::Roster;
use crate::schedule::calendar::{Calendar, Minute};
use crate::schedule::work::remaining;
use crate::schedule::{Figure, Minutes};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Work that would have had to begin before so many years is only said to be that late.
const YEARS: u32 = 2;

/// What somebody has to do by a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overload {
    pub person: String,
    pub due: Date,
    /// What is left to do by then.
    pub work: Minutes,
    /// Indices of the items, first due first.
    pub items: Vec<usize>,
    /// The last moment at which somebody who does nothing else can begin with it; from then on there is too little time.
    pub latest: Minute,
}

/// By person, what leaves them the least time: of the dates from `today` on, the one for which they have to begin first.
pub fn overloads(plan: &Plan, roster: Option<&Roster>, today: Date) -> Vec<Overload> {
    let mut owned: BTreeMap<&str, Vec<(Date, usize, i64)>> = BTreeMap::new();
    for (index, item) in plan.items.iter().enumerate() {
        if plan.is_closed(index) || !plan.children(index).is_empty() {
            continue;
        }
        let (owner, due, left) = (item.owner(), due(plan, index), remaining(plan, item, Figure::default()));
        if let (Some(owner), Some(due), Some(left)) = (owner, due, left) {
            owned.entry(owner.value).or_default().push((due, index, left));
        }
    }
    let crew = Crew::new(plan, roster, &Changes::default(), today);
    let of = |(owner, mut work): (&str, Vec<(Date, usize, i64)>)| {
        let person = crew.people.iter().find(|person| person.name == owner)?;
        work.sort_unstable();
        tightest(person, &work, today)
    };
    owned.into_iter().filter_map(of).collect()
}

/// The first date by which an item or anything it is a part of is due.
fn due(plan: &Plan, index: usize) -> Option<Date> {
    let all = std::iter::once(index).chain(plan.ancestors(index));
    all.filter_map(|index| plan.items[index].due()).map(|due| due.value).min()
}

fn tightest(person: &Person, work: &[(Date, usize, i64)], today: Date) -> Option<Overload> {
    let (last, ..) = work.last()?;
    let first = work[0].0.checked_sub(i64::from(YEARS).years()).ok()?;
    let years = u32::try_from(last.year() - first.year()).ok()? + 1;
    let calendar = Calendar::new(&person.hours, first, years);
    let begin = Minute::of_day(first, &person.hours.zone)?;
    let mut tightest: Option<Overload> = None;
    let mut sum = 0i64;
    for (count, &(due, _, left)) in work.iter().enumerate() {
        sum = sum.saturating_add(left);
        let is_last_of_day = work.get(count + 1).is_none_or(|next| next.0 != due);
        if !is_last_of_day || due < today || sum == 0 {
            continue;
        }
        let end = Minute::of_day(due.tomorrow().ok()?, &person.hours.zone)?;
        let needed = (sum + i64::from(person.at_once) - 1) / i64::from(person.at_once);
        let latest = calendar.start_of(calendar.work_at(end) - needed).unwrap_or(begin);
        if tightest.as_ref().is_none_or(|other| latest < other.latest) {
            let items = work[..=count].iter().map(|(_, item, _)| *item).collect();
            tightest = Some(Overload { person: person.name.clone(), due, work: Minutes(sum), items, latest });
        }
    }
    tightest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::roster;
    use crate::text::Source;
    use jiff::civil::date;

    const ROSTER: &str = "passmuster: roster/1\nmembers:\n- {name: ada}\n- {name: bob, capacity: 2}\n- {name: eve, away: until 2026-01-08}\n";

    /// `person due minutes latest`, asked on Thursday, the first of January.
    fn found(plan: &str) -> Vec<String> {
        let plan = read(vec![Source::new("p", plan)], Reader::Fast, &mut Sink::new());
        let roster = roster::parse(&Source::new("r", ROSTER), &mut Sink::new()).expect("it is one");
        let all = overloads(&plan, Some(&roster), date(2026, 1, 1)).into_iter();
        all.map(|one| format!("{} {} {} {}", one.person, one.due, one.work.0, one.latest)).collect()
    }

    #[test]
    fn the_last_moment_to_begin_follows_from_all_that_is_due_by_then() {
        for (plan, expected) in [
            ("- [ ] T-1: a ~8h @ada\n  - due: 2026-01-05\n", &["ada 2026-01-05 480 2026-01-05T09:00Z"][..]),
            ("- [ ] T-1: a ~12h @ada\n  - due: 2026-01-05\n", &["ada 2026-01-05 720 2026-01-02T13:00Z"]),
            ("- [ ] T-1: a ~12h @bob\n  - due: 2026-01-05\n", &["bob 2026-01-05 720 2026-01-05T11:00Z"]),
            ("- [ ] T-1: a ~8h @eve\n  - due: 2026-01-08\n", &["eve 2026-01-08 480 2025-12-31T09:00Z"]),
            ("- [ ] T-1: a ~8h @ada\n  - due: 2026-01-05\n  - actual: 6h\n", &["ada 2026-01-05 120 2026-01-05T15:00Z"]),
            // What was due before has to be done before, too; the date that is over is told by its own trigger.
            (
                "- [ ] T-1: a ~8h @ada\n  - due: 2025-12-01\n- [ ] T-2: b ~1h @ada\n  - due: 2026-01-05\n",
                &["ada 2026-01-05 540 2026-01-02T16:00Z"],
            ),
            // The date that comes first need not be the one to begin for.
            (
                "- [ ] T-1: a ~1h @ada\n  - due: 2026-01-05\n- [ ] T-2: b ~40h @ada\n  - due: 2026-01-06\n",
                &["ada 2026-01-06 2460 2025-12-30T16:00Z"],
            ),
            // More work than anybody ever does is as late as can be said.
            ("- [ ] T-1: a ~9999h @ada\n  - due: 2026-01-05\n", &["ada 2026-01-05 599940 2024-01-05T00:00Z"]),
        ] {
            assert_eq!(found(plan), expected, "{plan}");
        }
    }

    #[test]
    fn what_is_not_certain_says_nothing() {
        for plan in [
            "- [ ] T-1: a ~8h @ada\n",
            "- [ ] T-1: a @ada\n  - due: 2026-01-05\n",
            "- [ ] T-1: a ~8h\n  - due: 2026-01-05\n",
            "- [x] T-1: a ~8h @ada\n  - due: 2026-01-05\n",
            "- [ ] T-1: a ~8h @somebody-else\n  - due: 2026-01-05\n",
            "- [ ] T-1: a ~8h @ada\n  - due: 2025-12-05\n",
        ] {
            assert_eq!(found(plan), [""; 0], "{plan}");
        }
    }
}
