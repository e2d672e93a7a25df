//! A daily sync that nobody opened though work went on.

use crate::facts::Facts;
use crate::plan::Plan;
use crate::policy::{Call, Policy, Power, Trigger};
use crate::record::{Record, kinds};
use crate::roster::{Hours, Roster, place_in_week};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// Days looked ahead for one on which people work.
const FAR: usize = 366;

/// That a sync is missing, or will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The day on which work landed that nobody spoke of.
    pub worked: Date,
    pub since: Timestamp,
    /// Who held the last one, or whoever decides.
    pub to: Vec<String>,
}

/// Whether anybody expects a daily sync: one was held before, or the policy asks for this trigger by name.
pub fn is_expected(policy: &Policy, records: &[Record]) -> bool {
    let call = policy.call(Trigger::SyncMissing);
    call.is_on && (policy.triggers.contains_key(&Trigger::SyncMissing) || last(records).is_some())
}

/// Since when a sync is missing: work landed after the day of the last one, and so many days of work ended without
/// another. `None`: nothing is left to do, or nothing landed since.
pub fn silence(
    (plan, policy, roster): (&Plan, &Policy, Option<&Roster>),
    records: &[Record],
    facts: &Facts,
) -> Option<Silence> {
    if (0..plan.items.len()).all(|index| plan.is_closed(index)) {
        return None;
    }
    let hours = Hours::of_all(roster);
    let day = |at: Timestamp| at.to_zoned(hours.zone.clone()).date();
    let last = last(records);
    let spoken = last.map(|sync| day(sync.opener().at.value));
    let begun = facts.beginning()?.1.at;
    let mut landed = facts.line().map(|(_, moment)| moment.at).filter(|at| *at >= begun).map(day);
    let worked = landed.find(|day| spoken.is_none_or(|spoken| *day > spoken))?;
    let since = end_of(nth_day(&hours, worked, allowed(&policy.call(Trigger::SyncMissing)))?, &hours.zone)?;
    let deciders = || policy.powers(Power::Decide).iter().map(|name| name.value.to_string()).collect();
    let to = last.map_or_else(deciders, |sync| vec![sync.opener().by.value.clone()]);
    Some(Silence { worked, since, to })
}

/// The newest daily sync.
fn last(records: &[Record]) -> Option<&Record> {
    let syncs = records.iter().filter(|record| record.kind.name == kinds::SYNC.name);
    let daily = syncs.filter(|sync| sync.text("occasion") == Some("daily"));
    daily.max_by_key(|sync| (sync.opener().at.value, sync.path()))
}

/// So many days may end without a sync.
fn allowed(call: &Call) -> usize {
    usize::try_from(call.after.unwrap_or(DAY).div_ceil(DAY)).unwrap_or(1).max(1)
}

/// The last of so many days of work, the first of which is `first` whatever the calendar says.
fn nth_day(hours: &Hours, first: Date, count: usize) -> Option<Date> {
    let is_off = |day: Date| hours.off.iter().any(|off| off.first <= day && day <= off.last);
    let works = |day: Date| hours.days[place_in_week(day.weekday())] && !is_off(day);
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    days.take(count.saturating_add(FAR)).filter(|day| *day == first || works(*day)).nth(count - 1)
}

fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = day.checked_add(1.day()).ok()?;
    Some(next.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::facts::Ledger;
    use crate::plan::{Reader, read};
    use crate::port::memory::{MemoryHistory, MemoryTree};
    use crate::text::Source;
    use crate::{policy, record, roster};

    const OPEN: &str = "- [ ] T-1: a\n";

    /// The silence after daily syncs and landings at these moments.
    fn told(plan: &str, rules: &str, syncs: &[&str], landings: &[&str]) -> Option<String> {
        let mut history = MemoryHistory::default();
        let mut tip = None;
        for (index, at) in landings.iter().enumerate() {
            let seconds = at.parse::<Timestamp>().unwrap().as_second();
            let files = MemoryTree::from([("plan/03-execution-plan.md", format!("{plan}\n<!-- {index} -->\n"))]);
            let parents: Vec<_> = tip.iter().collect();
            tip = Some(MemoryHistory::commit(&mut history, &parents, seconds, "work", &files));
        }
        let facts = Facts::new(Ledger::read(&history, &tip.unwrap(), None).unwrap());
        let plan = read(vec![Source::new("p", plan)], Reader::Fast, &mut Sink::new());
        let rules = format!("passmuster: policy/1\nrepository: r\nprotect: [main]\n{rules}");
        let policy = policy::parse(&Source::new("passmuster.yaml", rules), &mut Sink::new()).unwrap();
        let people = "passmuster: roster/1\ncalendar: { holidays: [2026-01-06] }\nmembers:\n- {name: ada}\n";
        let roster = roster::parse(&Source::new("r", people), &mut Sink::new()).unwrap();
        let sync = |at: &&str| {
            let text = format!(
                "---\npassmuster: sync/1\ntitle: t\nstate: opened\nby: ada\nat: {at}\noccasion: daily\nexpected: [ada]\n---\n# t\n"
            );
            record::parse(&kinds::SYNC, &Source::new(format!("plan/syncs/{at}.md"), text), &mut Sink::new()).unwrap()
        };
        let records: Vec<Record> = syncs.iter().map(sync).collect();
        if !is_expected(&policy, &records) {
            return None;
        }
        silence((&plan, &policy, Some(&roster)), &records, &facts).map(|silence| silence.since.to_string())
    }

    #[test]
    fn a_day_of_work_without_a_sync_is_told_when_it_is_over() {
        // 2026-01-05 is a Monday; nobody works on the sixth.
        let monday = "2026-01-05T09:00:00Z";
        for (rules, syncs, landings, expected) in [
            ("", &[monday][..], &[monday][..], None),
            ("", &[monday], &[monday, "2026-01-07T10:00:00Z"], Some("2026-01-08T00:00:00Z")),
            // Who works on a day off speaks of it.
            ("", &[monday], &["2026-01-06T10:00:00Z"], Some("2026-01-07T00:00:00Z")),
            ("", &[monday, "2026-01-07T09:00:00Z"], &["2026-01-07T10:00:00Z"], None),
            // Two days: the one between is off.
            (
                "triggers: { sync-missing: { after: 2d } }\n",
                &["2026-01-02T09:00:00Z"],
                &[monday],
                Some("2026-01-08T00:00:00Z"),
            ),
            // Where nobody ever held one, only who asks for it is told.
            ("", &[], &[monday], None),
            ("triggers: { sync-missing: on }\n", &[], &[monday], Some("2026-01-06T00:00:00Z")),
            ("triggers: { sync-missing: off }\n", &["2026-01-02T09:00:00Z"], &[monday], None),
        ] {
            assert_eq!(told(OPEN, rules, syncs, landings).as_deref(), expected, "{rules} {syncs:?} {landings:?}");
        }
        assert_eq!(
            told("- [x] T-1: a\n", "", &[monday], &["2026-01-07T10:00:00Z"]),
            None,
            "nothing is left to speak of"
        );
    }
}
