//! What is past its time, by the plan, the records and the clock alone.
//!
//! For people who want to be told and for jobs that run by the hour: nothing here refuses a merge. Each kind has one
//! clock, which says what its records are late for; a kind without one is never late.

use super::blockers::{ESCALATED, Situation};
use super::record::{self, due, missing};
use crate::diag::{Failure, Sink};
use crate::policy::{Power, Trigger, ladder};
use crate::port::Tree;
use crate::record::{Kind, Record, is_party, kinds};
use jiff::{SignedDuration, Timestamp};

/// A record that is past one of its times.
#[derive(Clone, Debug)]
pub struct Overdue<'a> {
    pub record: &'a Record,
    /// What should have happened, or what is the matter.
    pub what: String,
    pub since: Timestamp,
    /// What settles it, to be typed.
    pub then: String,
    /// What it calls for somebody as, by the policy.
    pub trigger: Trigger,
    /// Members, roles or teams who have to do something.
    pub to: Vec<String>,
}

/// What a record is late for: what, since when (or from when on), the verb that settles it, and who has to.
struct Late {
    what: String,
    since: Timestamp,
    verb: &'static str,
    to: Vec<String>,
}

impl Late {
    fn new(what: impl Into<String>, since: Timestamp, verb: &'static str, to: Vec<String>) -> Self {
        Self { what: what.into(), since, verb, to }
    }
}

type Clock = fn(&Record, &Situation<'_>) -> Vec<Late>;

/// The kinds that can be late, with what tells it. Those of one kind stand together.
const CLOCKS: [(&Kind, Trigger, Clock); 10] = [
    (&kinds::BLOCKER, Trigger::BlockerEscalated, blocker),
    (&kinds::INCIDENT, Trigger::IncidentIdle, incident),
    (&kinds::INCIDENT, Trigger::IncidentFollowUp, follow_up),
    (&kinds::MESSAGE, Trigger::MessageUnread, message),
    (&kinds::HANDOFF, Trigger::HandoffUnanswered, handoff),
    (&kinds::WAIVER, Trigger::WaiverExpired, waiver),
    (&kinds::DECISION, Trigger::DecisionDue, decision),
    (&kinds::RISK, Trigger::DebtDue, debt),
    (&kinds::SYNC, Trigger::SyncOverdue, sync),
    (&kinds::REVIEW, Trigger::ReviewOverdue, review),
];

/// The records that can be late; what is wrong with files goes to `sink`.
///
/// # Errors
/// A file could not be read.
pub fn read(tree: &dyn Tree, sink: &mut Sink) -> Result<Vec<Record>, Failure> {
    let mut records = Vec::new();
    let mut kinds: Vec<&'static Kind> = CLOCKS.iter().map(|(kind, ..)| *kind).collect();
    kinds.dedup_by_key(|kind| kind.name);
    for kind in kinds {
        // A closed one may be late as well: a decision that holds has its review still before it.
        records.extend(record::list(tree, kind, true, sink)?);
    }
    Ok(records)
}

/// What is past its time, longest first.
pub fn run<'a>(records: &'a [Record], situation: &Situation<'_>) -> Vec<Overdue<'a>> {
    let mut overdue = clocks(records, situation);
    overdue.retain(|late| late.since <= situation.now);
    overdue
}

/// What is past its time or will be, unless something happens before; longest first.
pub fn clocks<'a>(records: &'a [Record], situation: &Situation<'_>) -> Vec<Overdue<'a>> {
    let mut overdue: Vec<Overdue<'a>> = Vec::new();
    for record in records {
        for (_, trigger, clock) in CLOCKS.iter().filter(|(kind, ..)| kind.name == record.kind.name) {
            overdue.extend(clock(record, situation).into_iter().map(|late| Overdue {
                record,
                then: format!("passmuster {} {}", late.verb, record.name()),
                what: late.what,
                since: late.since,
                trigger: *trigger,
                to: late.to,
            }));
        }
    }
    overdue.sort_by_key(|late| (late.since, late.record.path()));
    overdue
}

/// The members, roles or teams that a field names, or who opened the record.
fn named(record: &Record, field: &str) -> Vec<String> {
    let named: Vec<String> = record.list(field).iter().map(|party| party.value.clone()).collect();
    if named.is_empty() { vec![record.opener().by.value.clone()] } else { named }
}

/// A moment so many minutes later as the policy lets something last.
fn allowed(start: Timestamp, trigger: Trigger, situation: &Situation<'_>) -> Timestamp {
    after(start, situation.policy.call(trigger).after.unwrap_or(0))
}

/// A field's moment, for records in one of some states.
fn by(record: &Record, states: &[&str], field: &str) -> Option<Timestamp> {
    states.contains(&record.state()).then(|| record.time(field)).flatten()
}

/// A handoff that does not say when waits as long as the policy lets it, from its offer on.
fn handoff(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    let roles = || situation.policy.powers(Power::Handoff).iter().map(|name| name.value.to_string()).collect();
    let (verb, to) = match record.state() {
        "offered" => ("handoff authorise", roles()),
        "authorised" => ("handoff accept", named(record, "to")),
        _ => return Vec::new(),
    };
    let usual = || Some(after(record.step_to("offered")?.at.value, situation.policy.conduct.answer_minutes));
    let late = record.time("answer_by").or_else(usual);
    late.map(|since| Late::new("has no answer", since, verb, to)).into_iter().collect()
}

/// A critical message is late for each of those it went to who has not acknowledged it.
fn message(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    if record.text("urgency") != Some("critical") {
        return Vec::new();
    }
    let seen = |party: &str| record.steps[1..].iter().any(|step| is_party(situation.roster, &step.by.value, party));
    let parties = record.list("to").iter().map(|party| party.value.as_str());
    let waiting: Vec<&str> = parties.filter(|party| !seen(party)).collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let what = format!("not acknowledged by {}", waiting.join(", "));
    let since = after(record.opener().at.value, situation.policy.critical_minutes);
    let to = waiting.into_iter().map(str::to_owned).collect();
    vec![Late::new(what, since, "msg ack", to)]
}

/// The follow-up of an incident is settled by what is noted after its close.
fn follow_up(record: &Record, _: &Situation<'_>) -> Vec<Late> {
    let late = by(record, &["closed"], "follow_up").filter(|_| record.noted("closed").is_empty());
    let to = named(record, "commander");
    late.map(|since| Late::new("its follow-up is due", since, "incident follow-up", to)).into_iter().collect()
}

/// An incident goes on, or says why it does not.
fn incident(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    if record.is_closed() {
        return Vec::new();
    }
    let what = format!("nothing has happened since it is at `{}`", record.state());
    let since = allowed(record.last_step().at.value, Trigger::IncidentIdle, situation);
    let verb = if record.state() == "document" { "incident close" } else { "incident advance" };
    vec![Late::new(what, since, verb, named(record, "commander"))]
}

fn waiver(record: &Record, _: &Situation<'_>) -> Vec<Late> {
    let late = by(record, &["granted"], "expires");
    let to = vec![record.opener().by.value.clone()];
    late.map(|since| Late::new("has expired", since, "waive revoke", to)).into_iter().collect()
}

/// A sync ends: who reported is known, and who did not is named.
fn sync(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    if record.is_closed() {
        return Vec::new();
    }
    let missing: Vec<String> = missing(record, situation.roster).into_iter().map(str::to_owned).collect();
    let since = allowed(record.opener().at.value, Trigger::SyncOverdue, situation);
    vec![match missing.as_slice() {
        [] => Late::new("is still open", since, "sync close", vec![record.opener().by.value.clone()]),
        names => Late::new(format!("waits for the report of {}", names.join(", ")), since, "sync report", missing),
    }]
}

fn review(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    if record.is_closed() {
        return Vec::new();
    }
    let since = allowed(record.opener().at.value, Trigger::ReviewOverdue, situation);
    vec![Late::new("is not given yet", since, "review close", named(record, "executive"))]
}

fn decision(record: &Record, _: &Situation<'_>) -> Vec<Late> {
    let settles = |what| match what {
        "review" => ("its review is due", "decide review"),
        _ => ("has expired", "decide supersede"),
    };
    // What is due at the end of time is all that will ever be.
    let due = due(std::slice::from_ref(record), Timestamp::MAX).into_iter();
    due.map(|due| {
        let (what, verb) = settles(due.what);
        Late::new(what, due.at, verb, named(record, "owner"))
    })
    .collect()
}

fn debt(record: &Record, _: &Situation<'_>) -> Vec<Late> {
    let late = by(record, &["open", "accepted", "occurred"], "due").filter(|_| record.text("type") == Some("debt"));
    late.map(|since| Late::new("the debt is due", since, "risk close", named(record, "owner"))).into_iter().collect()
}

/// A blocker is late from the level on at which somebody has to decide.
fn blocker(record: &Record, situation: &Situation<'_>) -> Vec<Late> {
    let standing = situation.of(record);
    if record.is_closed() {
        return Vec::new();
    }
    let rung = ladder::begins(situation.policy.ladder(standing.priority), ESCALATED);
    let since = after(record.opener().at.value, rung);
    let level = standing.level.max(ESCALATED);
    let to = situation.handlers(level, record);
    vec![Late::new(format!("blocks at L{level}: {} have to decide", to.join(", ")), since, "unblock", to)]
}

/// A moment some minutes later; at the end of time, the end of time.
fn after(start: Timestamp, minutes: u32) -> Timestamp {
    start.saturating_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::record::parse;
    use crate::text::Source;
    use crate::{policy, roster};

    /// A record opened at midnight of 2026-01-01, with what else stands in its front matter.
    fn record(kind: &'static Kind, state: &str, fields: &str) -> Record {
        let text = format!(
            "---\npassmuster: {}/1\ntitle: t\nstate: {state}\nby: ada\nat: 2026-01-01T00:00:00Z\n{fields}---\n# t\n",
            kind.name
        );
        let mut sink = Sink::new();
        parse(kind, &Source::new(format!("{}/r.md", kind.folder), text), &mut sink)
            .unwrap_or_else(|| panic!("{fields}: {:?}", sink.into_sorted()))
    }

    fn steps(steps: &str) -> String {
        format!("steps:\n  - {{{steps}}}\n")
    }

    /// What is said of a record at a moment of that day.
    fn said(record: &Record, at: &str, rules: &str) -> Vec<String> {
        let plan = read(vec![Source::new("p", "- [ ] T-1: a ~8h\n")], Reader::Fast, &mut Sink::new());
        let rules = format!("passmuster: policy/1\nrepository: r\nprotect: [main]\n{rules}");
        let policy = policy::parse(&Source::new("passmuster.yaml", rules), &mut Sink::new()).unwrap();
        let members = "passmuster: roster/1\nmembers:\n- {name: ada, team: a}\n- {name: bob, team: b}\n- {name: eve}\n";
        let roster = roster::parse(&Source::new("r", members), &mut Sink::new()).unwrap();
        let now = format!("2026-01-01T{at}Z").parse().unwrap();
        let situation = Situation::new(&plan, &policy, Some(&roster), now);
        let overdue = run(std::slice::from_ref(record), &situation);
        overdue.into_iter().map(|late| format!("{} since {}: {}", late.what, late.since, late.then)).collect()
    }

    #[track_caller]
    fn late_from(record: &Record, before: &str, from: &str, what: &str) {
        assert_eq!(said(record, before, ""), [""; 0], "a second before");
        let [late] = &said(record, from, "")[..] else { panic!("not late at {from}") };
        assert!(late.starts_with(what), "{late}");
    }

    #[test]
    fn every_clock_strikes_at_its_second() {
        let noon = |field: &str| format!("{field}: 2026-01-01T12:00:00Z\n");
        let closed = steps("to: closed, by: ada, at: 2026-01-01T01:00:00Z");
        let decided = steps("to: decided, by: ada, at: 2026-01-01T01:00:00Z");
        for (kind, state, fields, what) in [
            (&kinds::HANDOFF, "offered", noon("answer_by"), "has no answer since 2026-01-01T12:00:00Z"),
            (&kinds::HANDOFF, "authorised", noon("answer_by"), "has no answer"),
            (&kinds::WAIVER, "granted", noon("expires"), "has expired"),
            (&kinds::INCIDENT, "closed", noon("follow_up") + &closed, "its follow-up is due"),
            (&kinds::DECISION, "decided", noon("review") + &decided, "its review is due"),
            (&kinds::DECISION, "decided", noon("expires") + &decided, "has expired"),
            (&kinds::RISK, "open", "type: debt\n".to_owned() + &noon("due"), "the debt is due"),
        ] {
            late_from(&record(kind, state, &fields), "11:59:59", "12:00:00", what);
        }
    }

    #[test]
    fn a_handoff_that_says_no_time_waits_as_long_as_the_policy_lets_it() {
        let offered = steps("to: offered, by: ada, at: 2026-01-01T01:00:00Z");
        let record = record(&kinds::HANDOFF, "offered", &offered);
        late_from(&record, "02:59:59", "03:00:00", "has no answer since 2026-01-01T03:00:00Z");
        assert_eq!(said(&record, "12:00:00", "handoffs: { answer_within: 1d }\n"), [""; 0]);
        assert_eq!(said(&record, "01:30:00", "handoffs: { answer_within: 30m }\n").len(), 1);
    }

    #[test]
    fn an_incident_goes_on_or_says_why_not() {
        let fields = "commander: ada\nseverity: high\n".to_owned();
        late_from(&record(&kinds::INCIDENT, "stop", &fields), "00:59:59", "01:00:00", "nothing has happened since");
        let noted = fields + &steps("to: stop, by: ada, at: 2026-01-01T00:30:00Z, note: the disk is copied");
        late_from(&record(&kinds::INCIDENT, "stop", &noted), "01:29:59", "01:30:00", "nothing has happened since");
    }

    #[test]
    fn a_sync_waits_for_those_who_have_not_reported() {
        let open = "occasion: daily\nexpected: [ada, bob]\n".to_owned();
        let rules = "triggers: { sync-overdue: { after: 2h } }\n";
        let told = said(&record(&kinds::SYNC, "opened", &open), "02:00:00", rules);
        assert!(told[0].starts_with("waits for the report of ada, bob since"), "{told:?}");
        let half = open + &steps("to: opened, by: ada, at: 2026-01-01T00:30:00Z, note: done");
        let told = said(&record(&kinds::SYNC, "opened", &half), "02:00:00", rules);
        assert!(told[0].starts_with("waits for the report of bob since"), "{told:?}");
        assert_eq!(said(&record(&kinds::SYNC, "closed", &half), "23:00:00", rules), [""; 0]);
    }

    #[test]
    fn what_is_settled_is_not_late() {
        let past = |field: &str| format!("{field}: 2026-01-01T01:00:00Z\n");
        let looked = "steps:\n  - {to: closed, by: ada, at: 2026-01-01T00:10:00Z}\n  \
                      - {to: closed, by: bob, at: 2026-01-01T02:00:00Z, note: none more}\n";
        for (kind, state, fields) in [
            (&kinds::HANDOFF, "draft", past("answer_by")),
            (&kinds::HANDOFF, "accepted", past("answer_by")),
            (&kinds::HANDOFF, "rejected", past("answer_by")),
            (&kinds::WAIVER, "requested", past("expires")),
            (&kinds::WAIVER, "revoked", past("expires")),
            (&kinds::INCIDENT, "closed", past("follow_up") + looked),
            (&kinds::DECISION, "superseded", past("review")),
            (&kinds::RISK, "open", "type: risk\n".to_owned() + &past("due")),
            (&kinds::RISK, "closed", "type: debt\n".to_owned() + &past("due")),
            (&kinds::BLOCKER, "resolved", "items: [T-1]\n".to_owned()),
        ] {
            assert_eq!(said(&record(kind, state, &fields), "23:00:00", ""), [""; 0], "{} {state} {fields}", kind.name);
        }
    }

    #[test]
    fn a_critical_message_waits_for_everybody_it_went_to() {
        let sent = record(&kinds::MESSAGE, "sent", "to: [b, eve]\nurgency: critical\nabout: status\n");
        late_from(&sent, "00:59:59", "01:00:00", "not acknowledged by b, eve since 2026-01-01T01:00:00Z");
        assert_eq!(said(&sent, "01:30:00", "messages: {critical_within: 2h}\n"), [""; 0]);
        assert_eq!(said(&sent, "00:05:00", "messages: {critical_within: 5m}\n").len(), 1);
        let seen = steps("to: acknowledged, by: bob, at: 2026-01-01T00:01:00Z");
        let half = "to: [b, eve]\nurgency: critical\nabout: status\n".to_owned() + &seen;
        late_from(&record(&kinds::MESSAGE, "acknowledged", &half), "00:59:59", "01:00:00", "not acknowledged by eve");
        let whole = half.replace(", eve]", "]");
        assert_eq!(said(&record(&kinds::MESSAGE, "acknowledged", &whole), "23:00:00", ""), [""; 0]);
        let high = record(&kinds::MESSAGE, "sent", "to: [b]\nurgency: high\nabout: status\n");
        assert_eq!(said(&high, "23:00:00", ""), [""; 0]);
    }

    #[test]
    fn a_blocker_is_late_from_the_fourth_level_on() {
        let blocker = record(&kinds::BLOCKER, "active", "owner: ada\ntype: technical\nitems: [T-1]\n");
        late_from(&blocker, "00:59:59", "01:00:00", "blocks at L4: ");
        let [late] = &said(&blocker, "02:00:00", "")[..] else { panic!("not late") };
        assert!(late.starts_with("blocks at L5: ") && late.contains("since 2026-01-01T01:00:00Z"), "{late}");
    }
}
