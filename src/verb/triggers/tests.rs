use super::*;
use crate::gate;
use crate::gate::assess::{Evidence, Remedy, State};
use crate::id::{GateName, ObjectId, RepoPath};
use crate::plan::{Kind, Reader, read};
use crate::policy::Level;
use crate::record::{Kind as RecordKind, parse};
use crate::schedule::Minutes;
use crate::schedule::level::slip::Slip;
use crate::text::Source;
use crate::{evidence, policy, roster};

const PLAN: &str =
    "- [ ] T-1: a ~8h @ada\n  - due: 2026-01-01\n- [x] T-2: b ~1h\n  - due: 2026-01-01\n- [ ] T-3: c ~1h\n";

const ROSTER: &str = "passmuster: roster/1\nmembers:\n- {name: ada, reports_to: bob}\n- {name: bob, reports_to: eve}\n- {name: eve}\n- {name: sam, roles: [security]}\n";

/// A record of midnight, the first of January.
fn record(kind: &'static RecordKind, name: &str, state: &str, fields: &str) -> Record {
    let text = format!(
        "---\npassmuster: {}/1\ntitle: t\nstate: {state}\nby: ada\nat: 2026-01-01T00:00:00Z\n{fields}---\n# t\n",
        kind.name
    );
    let mut sink = Sink::new();
    parse(kind, &Source::new(format!("{}/{name}.md", kind.folder), text), &mut sink)
        .unwrap_or_else(|| panic!("{fields}: {:?}", sink.into_sorted()))
}

fn ack(id: &str, until: &str) -> Record {
    let fields = format!("trigger: {id}\nsubject: s\n{until}");
    record(&kinds::ACK, &format!("ack-{}", until.len()), "acknowledged", &fields)
}

fn at(records: &[Record], gates: &[GateFact], seen: &[Record], rules: &str, now: &str) -> Outcome {
    with_slip(None, (records, gates, seen), rules, now)
}

fn with_slip(
    slip: Option<&Alarm>,
    (records, gates, seen): (&[Record], &[GateFact], &[Record]),
    rules: &str,
    now: &str,
) -> Outcome {
    let plan = read(vec![Source::new("p", PLAN)], Reader::Fast, &mut Sink::new());
    let rules = format!("passmuster: policy/1\nrepository: r\nprotect: [main]\n{rules}");
    let mut sink = Sink::new();
    let policy = policy::parse(&Source::new("passmuster.yaml", rules), &mut sink);
    let policy = policy.unwrap_or_else(|| panic!("{:?}", sink.into_sorted()));
    let roster = roster::parse(&Source::new("r", ROSTER), &mut Sink::new()).expect("it is one");
    let situation = Situation::new(&plan, &policy, Some(&roster), now.parse().expect("it is a moment"));
    // Whoever asks about gates asks about branches, too.
    let clashes: &[Clash] = if gates.is_empty() { &[] } else { &[clash()] };
    run(&Facts { situation: &situation, records, gates, clashes, course: None, slip, silence: None }, seen)
}

/// What is raised, as `urgency name to`.
fn said(outcome: &Outcome) -> Vec<String> {
    let open = outcome.raised.values().filter(|raised| raised.is_open());
    open.map(|raised| format!("{} {} {}", raised.urgency, raised.trigger, raised.to.join(","))).collect()
}

fn waiver() -> Record {
    record(&kinds::WAIVER, "w", "granted", "gate: g\nitem: T-1\nreason: deadline\nexpires: 2026-01-01T12:00:00Z\n")
}

fn fact(state: State, code: &'static crate::diag::Code, is_approval: bool) -> GateFact {
    let requirement = Requirement {
        subject: "T-1".to_owned(),
        level: Level::Item(Kind::Task),
        gate: GateName::parse("unit").expect("it is a name"),
        state,
        why: "because".to_owned(),
        changed: Vec::new(),
        evidence: Some(Evidence {
            report: "plan/gates/T-1.000000.md".to_owned(),
            outcome: evidence::Outcome::Fail,
            by: "sam".to_owned(),
            at: "2026-01-01T01:00:00Z".parse().expect("it is a moment"),
            trust: None,
        }),
        code,
        remedy: if is_approval { Remedy::Approve } else { Remedy::RunGate },
        waiver: None,
    };
    GateFact { requirement, is_approval, since: "2026-01-01T01:00:00Z".parse().expect("it is a moment"), branch: None }
}

fn clash() -> Clash {
    let since = "2026-01-01T01:00:00Z".parse().expect("it is a moment");
    let paths = vec![RepoPath::from("src/a")];
    Clash { branch: "task/T-1".to_owned(), with: "task/$(T-3)".to_owned(), paths, since }
}

#[test]
fn each_rule_raises_what_it_is_there_for() {
    let past = |field: &str| format!("{field}: 2026-01-01T01:00:00Z\n");
    let closed = "steps:\n  - {to: closed, by: ada, at: 2026-01-01T01:00:00Z}\n";
    let records = [
        record(&kinds::BLOCKER, "b", "active", "items: [T-3]\ntype: technical\nowner: ada\npriority: P0\n"),
        record(&kinds::INCIDENT, "i", "stop", "commander: eve\nseverity: high\n"),
        record(
            &kinds::INCIDENT,
            "j",
            "closed",
            &format!("commander: sam\nseverity: high\n{}{closed}", past("follow_up")),
        ),
        record(&kinds::MESSAGE, "m", "sent", "to: [bob]\nurgency: critical\nabout: status\n"),
        record(&kinds::HANDOFF, "h", "authorised", &format!("from: ada\nto: sam\n{}", past("answer_by"))),
        waiver(),
        record(&kinds::DECISION, "d", "decided", &format!("type: adr\nowner: bob\n{}", past("review"))),
        record(&kinds::RISK, "r", "open", &format!("type: debt\nowner: bob\n{}", past("due"))),
        record(&kinds::SYNC, "s", "opened", "occasion: daily\nexpected: [bob, sam]\n"),
        record(&kinds::REVIEW, "v", "opened", "executive: cto\nsession: \"1\"\nplan: x\n"),
    ];
    let gates = [
        fact(State::Unsatisfied, &gate::codes::RED, false),
        fact(State::Satisfied, &gate::codes::RED, false),
        fact(State::Unsatisfied, &gate::codes::STALE, false),
        fact(State::Unsatisfied, &gate::codes::STALE, true),
    ];
    // A day and a second later everything has had its time; nothing is raised again that often.
    let calm = policy::Trigger::ALL.map(|trigger| format!("  {}: {{ again: 9999d }}\n", trigger.name())).concat();
    let outcome = at(&records, &gates, &[], &format!("triggers:\n{calm}"), "2026-01-02T00:00:01Z");
    let mut raised: Vec<&str> = outcome.raised.values().map(|raised| raised.trigger.as_str()).collect();
    raised.sort_unstable();
    use policy::Trigger;
    let of_course = [Trigger::Overload, Trigger::Slip, Trigger::BufferYellow, Trigger::BufferRed, Trigger::SyncMissing];
    let mut all: Vec<&str> =
        policy::Trigger::ALL.into_iter().filter(|one| !of_course.contains(one)).map(policy::Trigger::name).collect();
    all.sort_unstable();
    assert_eq!(raised, all);
    let to: Vec<String> = said(&outcome);
    let typed = outcome.raised.values().find(|raised| raised.trigger == "path-conflict").map(|raised| &*raised.then);
    assert_eq!(typed, Some("git branch --all --no-merged"), "names of strangers are not put into commands");
    for expected in [
        "high gate-failed ada",
        "normal approval-stale sam",
        "normal path-conflict ada",
        "high item-late ada",
        "critical freeze eve",
        "critical message-unread bob",
        "normal sync-overdue bob,sam",
        "normal review-overdue cto",
        "high waiver-expired ada",
    ] {
        assert!(to.iter().any(|said| said == expected), "{expected} is not among {to:#?}");
    }
}

#[test]
fn the_policy_decides_whether_whom_how_loudly_and_when() {
    let records = [waiver()];
    let noon = "2026-01-01T12:00:00Z";
    for (rules, expected) in [
        ("", &["high waiver-expired ada"][..]),
        ("triggers: { waiver-expired: off }\n", &[]),
        ("triggers: { waiver-expired: { urgency: low, to: [security] } }\n", &["low waiver-expired security"]),
    ] {
        assert_eq!(said(&at(&records, &[], &[], rules, noon)), expected, "{rules}");
    }
    let sync = [record(&kinds::SYNC, "s", "opened", "occasion: daily\nexpected: [bob]\n")];
    let rules = "triggers: { sync-overdue: { after: 2h } }\n";
    assert_eq!(said(&at(&sync, &[], &[], rules, "2026-01-01T01:59:59Z")), [""; 0]);
    assert_eq!(said(&at(&sync, &[], &[], rules, "2026-01-01T02:00:00Z")), ["normal sync-overdue bob"]);
}

#[test]
fn what_nobody_answers_is_raised_again_louder_and_further_up() {
    let rules = "triggers: { waiver-expired: { urgency: normal, again: 1h }, item-late: off }\n";
    let raised = |now: &str| said(&at(&[waiver()], &[], &[], rules, now));
    for (now, expected) in [
        ("2026-01-01T12:59:59Z", "normal waiver-expired ada"),
        ("2026-01-01T13:00:00Z", "high waiver-expired ada,bob"),
        ("2026-01-01T14:00:00Z", "critical waiver-expired ada,bob,eve"),
        // Eve reports to nobody: those who decide are asked.
        ("2026-01-01T15:00:00Z", "critical waiver-expired ada,bob,eve,maintainer,execution-director"),
        ("2026-03-01T15:00:00Z", "critical waiver-expired ada,bob,eve,maintainer,execution-director"),
    ] {
        let rules = format!("{rules}profile: team\nauthority: {{ decide: [maintainer, execution-director] }}\n");
        assert_eq!(said(&at(&[waiver()], &[], &[], &rules, now)), [expected], "{now}");
    }
    assert_eq!(raised("2026-01-01T11:59:59Z"), [""; 0]);
}

#[test]
fn whoever_looks_finds_the_same_id_and_a_new_cause_another() {
    let id = |fields: &str| {
        let text = format!("gate: g\nitem: T-1\nreason: deadline\n{fields}");
        let outcome = at(&[record(&kinds::WAIVER, "w", "granted", &text)], &[], &[], "", "2026-01-01T20:00:00Z");
        outcome.raised.into_keys().next().expect("it is raised")
    };
    let first = id("expires: 2026-01-01T12:00:00Z\n");
    assert_eq!(first, id("expires: 2026-01-01T12:00:00Z\ninputs: x\n"));
    assert_ne!(first, id("expires: 2026-01-01T13:00:00Z\n"));
    assert!(first.starts_with("waiver-expired-") && first.len() == "waiver-expired-".len() + 6, "{first}");
}

#[test]
fn what_somebody_has_seen_calls_no_more_until_they_said() {
    let rules = "triggers: { item-late: off }\n";
    let records = [waiver()];
    let id = at(&records, &[], &[], rules, "2026-01-01T12:00:00Z").raised.into_keys().next().expect("it is raised");
    let open = |seen: &[Record], now: &str| said(&at(&records, &[], seen, rules, now)).len();
    assert_eq!(open(&[ack(&id, "")], "2027-01-01T12:00:00Z"), 0);
    assert_eq!(open(&[ack("waiver-expired-000000", "")], "2026-01-01T12:00:00Z"), 1);
    let for_a_day = ack(&id, "until: 2026-01-02T12:00:00Z\n");
    assert_eq!(open(std::slice::from_ref(&for_a_day), "2026-01-02T11:59:59Z"), 0);
    let later = at(&records, &[], std::slice::from_ref(&for_a_day), rules, "2026-01-02T12:00:00Z");
    assert_eq!(said(&later), ["high waiver-expired ada"], "it does not begin louder than it was");
    // Two people saw it: the one who is not done yet counts.
    assert_eq!(open(&[for_a_day, ack(&id, "")], "2026-02-01T12:00:00Z"), 0);
}

#[test]
fn the_next_moment_is_the_first_at_which_anything_changes() {
    let rules = "triggers: { item-late: off, waiver-expired: { again: 1h } }\n";
    let next = |seen: &[Record], now: &str| {
        at(&[waiver()], &[], seen, rules, now).next.map_or_else(String::new, |next| next.to_string())
    };
    assert_eq!(next(&[], "2026-01-01T11:00:00Z"), "2026-01-01T12:00:00Z", "it expires");
    assert_eq!(next(&[], "2026-01-01T12:00:00Z"), "2026-01-01T13:00:00Z", "it is raised again");
    assert_eq!(next(&[], "2026-01-01T13:10:00Z"), "2026-01-01T14:00:00Z");
    let id = at(&[waiver()], &[], &[], rules, "2026-01-01T12:00:00Z").raised.into_keys().next().expect("it is raised");
    assert_eq!(next(&[ack(&id, "")], "2026-01-01T13:10:00Z"), "", "nothing more will happen");
    let until = ack(&id, "until: 2026-01-05T00:00:00Z\n");
    assert_eq!(next(&[until], "2026-01-01T13:10:00Z"), "2026-01-05T00:00:00Z", "it calls again");
    assert_eq!(
        at(&[], &[], &[], "", "2026-01-01T13:00:00Z").next.map(|next| next.to_string()).as_deref(),
        Some("2026-01-02T00:00:00Z"),
        "an item is late"
    );
}

#[test]
fn whoever_cannot_make_it_is_called_from_the_last_moment_to_begin() {
    // Eight hours of work are due on the first of January, which is a Thursday: from nine o'clock on there are less.
    let raised = |rules: &str, now: &str| said(&at(&[], &[], &[], rules, now));
    let rules = "triggers: { overload: on }\n";
    assert_eq!(raised(rules, "2026-01-01T08:59:59Z"), [""; 0]);
    assert_eq!(raised(rules, "2026-01-01T09:00:00Z"), ["high overload ada"]);
    assert_eq!(raised("", "2026-01-01T09:00:00Z"), [""; 0], "the policy has to ask for it");
    let next = at(&[], &[], &[], rules, "2026-01-01T00:00:00Z").next.map(|next| next.to_string());
    assert_eq!(next.as_deref(), Some("2026-01-01T09:00:00Z"), "time alone brings it");
    assert_eq!(raised(rules, "2026-01-02T00:00:00Z"), ["high item-late ada"], "what is late is told as that");
}

#[test]
fn who_saw_a_slip_that_was_over_since_has_not_seen_this_one() {
    let rules = "triggers: { item-late: off, slip: on }\n";
    let open = |anew: &str, seen: &[Record]| {
        let moment = |text: &str| text.parse().expect("it is a moment");
        let alarm = Alarm {
            slip: Slip { minutes: Minutes(300), parts: Vec::new() },
            baseline: ObjectId::parse(&"a".repeat(40)).expect("it is an id"),
            since: moment("2026-01-01T02:00:00Z"),
            anew: moment(anew),
        };
        with_slip(Some(&alarm), (&[], &[], seen), rules, "2026-01-01T03:00:00Z")
    };
    let raised = open("2026-01-01T02:00:00Z", &[]);
    assert_eq!(said(&raised).len(), 1);
    let seen = [ack(raised.raised.keys().next().expect("it is raised"), "")];
    assert_eq!(said(&open("2025-12-31T02:00:00Z", &seen)), [""; 0]);
    assert_eq!(said(&open("2026-01-01T02:00:00Z", &seen)).len(), 1, "it was seen at midnight");
}
