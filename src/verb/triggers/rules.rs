//! The rules: each looks at the facts and says what calls for somebody, now or at a moment to come.

use super::silence::Silence;
use super::{Cause, Facts};
use crate::gate;
use crate::gate::assess::{Remedy, State};
use crate::policy::{Power, Trigger};
use crate::record::kinds;
use crate::schedule::Minutes;
use crate::schedule::level::{overload, slip};
use crate::verb::overdue;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// A rule finds causes whatever the policy says about its trigger; that is asked afterwards.
pub type Rule = fn(&Facts<'_>) -> Vec<Cause>;

/// All of them.
pub const ALL: [Rule; 11] = [
    clocks,
    failed_gates,
    stale_approvals,
    path_conflicts,
    late_items,
    critical_blockers,
    freezes,
    silent_days,
    overloads,
    slips,
    buffers,
];

/// Whatever a record is late for.
fn clocks(facts: &Facts<'_>) -> Vec<Cause> {
    let late = overdue::clocks(facts.records, facts.situation).into_iter();
    late.map(|late| {
        let record = late.record;
        Cause {
            trigger: late.trigger,
            subject: record.path().to_owned(),
            anchor: late.since.to_string(),
            what: format!("the {} `{}`: {}", record.kind.name, record.title.value, late.what),
            since: late.since,
            anew: None,
            to: late.to,
            then: late.then,
        }
    })
    .collect()
}

fn failed_gates(facts: &Facts<'_>) -> Vec<Cause> {
    let failed = |code: &str, state: State| match state {
        State::Unsatisfied => code == gate::codes::RED.name,
        State::Error => true,
        State::Satisfied | State::Waived | State::NotApplicable => false,
    };
    gates(facts, Trigger::GateFailed, |fact| failed(fact.requirement.code.name, fact.requirement.state))
}

fn stale_approvals(facts: &Facts<'_>) -> Vec<Cause> {
    gates(facts, Trigger::ApprovalStale, |fact| {
        let requirement = &fact.requirement;
        fact.is_approval && requirement.state == State::Unsatisfied && requirement.code.name == gate::codes::STALE.name
    })
}

/// The gates of which something holds. What has no evidence has never been anything else.
fn gates(facts: &Facts<'_>, trigger: Trigger, holds: impl Fn(&super::GateFact) -> bool) -> Vec<Cause> {
    let plan = facts.situation.plan;
    let cause = |fact: &super::GateFact| {
        let requirement = &fact.requirement;
        let evidence = requirement.evidence.as_ref()?;
        let (subject, gate) = (&requirement.subject, &requirement.gate);
        let owner = plan.find(subject).and_then(|index| plan.items[index].owner());
        let to = match trigger {
            Trigger::ApprovalStale => evidence.by.clone(),
            _ => owner.map_or_else(|| evidence.by.clone(), |owner| owner.value.to_owned()),
        };
        let verb = if requirement.remedy == Remedy::Approve { "approve" } else { "gate run" };
        let on = fact.branch.as_ref().map_or_else(String::new, |branch| format!(" on `{branch}`"));
        Some(Cause {
            trigger,
            subject: format!("{subject} {gate}"),
            anchor: evidence.report.clone(),
            what: format!("the gate {gate} of {subject}{on}: {}", requirement.why),
            since: fact.since,
            anew: None,
            to: vec![to],
            then: format!("passmuster {verb} {subject}"),
        })
    };
    facts.gates.iter().filter(|fact| holds(fact)).filter_map(cause).collect()
}

/// Two branches that do not merge: the earlier somebody knows, the less has to be done again.
fn path_conflicts(facts: &Facts<'_>) -> Vec<Cause> {
    let plan = facts.situation.plan;
    // A branch for an item ends with its id.
    let owner = |branch: &str| {
        let (_, last) = branch.rsplit_once('/')?;
        plan.items[plan.find(last)?].owner().map(|owner| owner.value.to_owned())
    };
    let cause = |clash: &super::Clash| {
        let (branch, with) = (&clash.branch, &clash.with);
        let mut paths: Vec<String> = clash.paths.iter().take(3).map(ToString::to_string).collect();
        if clash.paths.len() > paths.len() {
            paths.push(format!("{} more", clash.paths.len() - paths.len()));
        }
        // Names that a shell reads more into are left for a person to type.
        let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        let then = if is_plain(branch) && is_plain(with) {
            format!("git merge-tree --name-only {with} {branch}")
        } else {
            "git branch --all --no-merged".to_owned()
        };
        Cause {
            trigger: Trigger::PathConflict,
            subject: format!("{branch} {with}"),
            anchor: clash.paths.first().map(ToString::to_string).unwrap_or_default(),
            what: format!("`{branch}` does not merge with `{with}`: {}", paths.join(", ")),
            since: clash.since.min(facts.situation.now),
            anew: None,
            to: [branch, with].into_iter().filter_map(|name| owner(name)).collect(),
            then,
        }
    };
    facts.clashes.iter().map(cause).collect()
}

/// An item is late as soon as its last day is over, by UTC.
fn late_items(facts: &Facts<'_>) -> Vec<Cause> {
    let plan = facts.situation.plan;
    let mut causes = Vec::new();
    for (index, item) in plan.items.iter().enumerate() {
        let Some(due) = item.due() else { continue };
        let Some(since) = end_of(due.value).filter(|_| !plan.is_closed(index)) else { continue };
        let to = item.owner().or(item.team()).map(|owner| owner.value.to_owned());
        causes.push(Cause {
            trigger: Trigger::ItemLate,
            subject: item.id.value.to_string(),
            anchor: due.value.to_string(),
            what: format!("{} had to be done by {}: {}", item.id.value, due.value, item.title().value),
            since,
            anew: None,
            to: to.into_iter().collect(),
            then: format!("passmuster show {}", item.id.value),
        });
    }
    causes
}

fn end_of(day: Date) -> Option<Timestamp> {
    let next = day.checked_add(1.day()).ok()?;
    Some(next.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn critical_blockers(facts: &Facts<'_>) -> Vec<Cause> {
    let open = facts.records.iter().filter(|record| record.kind.name == kinds::BLOCKER.name && !record.is_closed());
    let standings = open.map(|record| facts.situation.of(record)).filter(|standing| standing.priority == 0);
    standings
        .map(|standing| {
            let record = standing.record;
            let why = if standing.critical { "delays the whole" } else { "has the first priority" };
            Cause {
                trigger: Trigger::BlockerCritical,
                subject: record.path().to_owned(),
                anchor: String::new(),
                what: format!("the blocker `{}` {why}", record.title.value),
                since: record.opener().at.value,
                anew: None,
                to: standing.handlers,
                then: format!("passmuster unblock {}", record.name()),
            }
        })
        .collect()
}

fn freezes(facts: &Facts<'_>) -> Vec<Cause> {
    let open = facts.records.iter().filter(|record| record.kind.name == kinds::INCIDENT.name && !record.is_closed());
    open.map(|record| Cause {
        trigger: Trigger::Freeze,
        subject: record.path().to_owned(),
        anchor: String::new(),
        what: format!("the incident `{}` stops merges", record.title.value),
        since: record.opener().at.value,
        anew: None,
        to: record.list("commander").iter().map(|party| party.value.clone()).collect(),
        then: format!("passmuster incident show {}", record.name()),
    })
    .collect()
}

/// Work went on, and nobody opened a sync.
fn silent_days(facts: &Facts<'_>) -> Vec<Cause> {
    let cause = |silence: &Silence| Cause {
        trigger: Trigger::SyncMissing,
        subject: "daily".to_owned(),
        anchor: silence.worked.to_string(),
        what: format!("work landed on {}, and nobody has opened a daily sync since", silence.worked),
        since: silence.since,
        anew: None,
        to: silence.to.clone(),
        then: format!("passmuster sync open \"daily {}\" --expect WHO", facts.situation.now.strftime("%Y-%m-%d")),
    };
    facts.silence.map(cause).into_iter().collect()
}

/// Somebody has to do more by a date than there is time for. As long as nothing is done, time alone brings the moment.
fn overloads(facts: &Facts<'_>) -> Vec<Cause> {
    let situation = facts.situation;
    if !situation.policy.call(Trigger::Overload).is_on {
        return Vec::new();
    }
    let plan = situation.plan;
    let today = situation.now.to_zoned(TimeZone::UTC).date();
    let cause = |overload: overload::Overload| {
        let mut items: Vec<&str> = overload.items.iter().take(5).map(|item| plan.items[*item].id.as_str()).collect();
        if overload.items.len() > items.len() {
            items.push("…");
        }
        Some(Cause {
            trigger: Trigger::Overload,
            subject: overload.person.clone(),
            anchor: overload.due.to_string(),
            what: format!(
                "`{}` has {} of work left to do by {}, and less time than that: {}",
                overload.person,
                overload.work,
                overload.due,
                items.join(", ")
            ),
            since: overload.latest.timestamp()?,
            anew: None,
            to: vec![overload.person],
            then: "passmuster suggest --reallocate".to_owned(),
        })
    };
    overload::overloads(plan, situation.roster, today).into_iter().filter_map(cause).collect()
}

/// All is done later than planned. As long as nothing is done, time alone brings the moment.
fn slips(facts: &Facts<'_>) -> Vec<Cause> {
    let Some(alarm) = facts.slip else { return Vec::new() };
    let plan = facts.situation.plan;
    let mut parts: Vec<_> = alarm.slip.parts.iter().filter(|part| part.minutes.0 > 0).collect();
    parts.sort_by_key(|part| (std::cmp::Reverse(part.minutes), part.item));
    let because =
        |part: &&slip::Part| format!("{} ({} {})", plan.items[part.item].id.value, part.cause.name(), part.minutes);
    let parts: Vec<String> = parts.iter().take(3).map(because).collect();
    let colon = if parts.is_empty() { "" } else { ": " };
    let planned = alarm.baseline.short();
    vec![Cause {
        trigger: Trigger::Slip,
        subject: "plan".to_owned(),
        anchor: alarm.baseline.to_string(),
        what: format!(
            "all is done {} of work later than planned at {planned}{colon}{}",
            alarm.slip.minutes,
            parts.join(", ")
        ),
        since: alarm.since,
        anew: Some(alarm.anew),
        to: decide(facts),
        then: format!("passmuster plan slip --baseline {planned}"),
    }]
}

fn decide(facts: &Facts<'_>) -> Vec<String> {
    facts.situation.policy.powers(Power::Decide).iter().map(|name| name.value.to_string()).collect()
}

/// The buffer behind the longest chain of work is used up faster than the work is done.
fn buffers(facts: &Facts<'_>) -> Vec<Cause> {
    // What is done is not late any more, however long ago that was.
    let Some(course) = facts.course.filter(|course| course.now().remaining.0 > 0) else { return Vec::new() };
    let (now, zones) = (course.now(), facts.situation.policy.time.zones);
    let of_buffer = |percent: f64| (course.buffer.0 as f64 * percent / 100.0).ceil() as i64;
    [(Trigger::BufferYellow, zones.yellow), (Trigger::BufferRed, zones.red)]
        .into_iter()
        .filter_map(|(trigger, line)| {
            // It is so late when so much working time has gone by.
            let late = of_buffer(line.at(now.fever.done));
            let worked = Minutes((course.length.0 - now.remaining.0 + late).max(0));
            Some(Cause {
                trigger,
                subject: "plan".to_owned(),
                anchor: course.baseline.to_string(),
                what: format!(
                    "{:.0} % of the buffer is used, {:.0} % of its chain is done",
                    now.fever.used, now.fever.done
                ),
                since: course.clock.at(worked)?.timestamp()?,
                anew: None,
                to: decide(facts),
                then: "passmuster buffer".to_owned(),
            })
        })
        .collect()
}
