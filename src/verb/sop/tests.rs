//! One procedure each, over histories and records made for it.

use super::*;
use crate::diag::Sink;
use crate::evidence::Outcome;
use crate::facts::{Entry, Ledger, Mark, Said, What};
use crate::id::ObjectId;
use crate::plan::{Kind, Reader, read};
use crate::port::memory::MemoryTree;
use crate::text::Source;
use crate::{policy, roster};

const POLICY: &str = "passmuster: policy/1\nrepository: r\nprotect: [main]\nprofile: team\nlevels: { task: [committed, unit, review] }\n\
     gates:\n  unit: { run: t, inputs: [.] }\n  review: { approve: reviewer }\n";

const ROSTER: &str = "passmuster: roster/1\nmembers:\n- {name: ada, team: a}\n- {name: bob, team: b}\n\
     - {name: dan, roles: [maintainer, execution-director]}\n- {name: eve, roles: [debugger]}\n- {name: hal, roles: [blocker-resolver]}\n";

/// 2026-01-05, a Monday, at nine.
const START: i64 = 1_767_603_600;

fn id(digit: usize) -> ObjectId {
    ObjectId::parse(&digit.to_string().repeat(40)).expect("forty digits are an id")
}

fn task(claimed: bool) -> What {
    What::Created(Said {
        id: "T-1".to_owned(),
        title: "a".to_owned(),
        kind: Kind::Task,
        parent: None,
        has_parts: false,
        claimed,
        dropped: false,
        under_way: false,
        waits: None,
        owner: Some("ada".to_owned()),
        team: None,
        priority: None,
        estimate: None,
        actual: None,
    })
}

/// Facts of a line with a commit each hour, and one three days later, with what happened to `T-1` in which of them.
fn facts(happened: &[(u32, What)]) -> Facts {
    let hours = [0, 1, 2, 3, 4, 5, 72];
    let line = (1..).zip(hours).map(|(digit, hour)| Mark { id: id(digit), seconds: START + 3600 * hour });
    let mut entries = vec![Entry { step: 0, subject: "T-1".to_owned(), what: task(false) }];
    let all = happened.iter().map(|(step, what)| Entry { step: *step, subject: "T-1".to_owned(), what: what.clone() });
    entries.extend(all);
    Facts::new(Ledger { complete: true, line: line.collect(), entries })
}

fn work() -> What {
    What::Work { commit: id(9), seconds: START + 60, by: "ada@example.org".to_owned(), subject: String::new() }
}

fn result(gate: &str, outcome: Outcome) -> What {
    What::Gate {
        gate: gate.to_owned(),
        outcome,
        key: String::new(),
        at: START + 1800,
        by: "ada".to_owned(),
        milliseconds: 1,
        tests: None,
        reused: false,
    }
}

/// The courses over a plan with `T-1`, these facts and these records, some hours after the start.
fn courses(plan: &str, facts: &Facts, records: &[(&str, &str)], hours: i64) -> Vec<Course> {
    let plan = read(vec![Source::new("p", plan)], Reader::Fast, &mut Sink::new());
    let policy = policy::parse(&Source::new("passmuster.yaml", POLICY), &mut Sink::new()).unwrap();
    let roster = roster::parse(&Source::new("r", ROSTER), &mut Sink::new()).unwrap();
    let file = crate::port::EntryKind::File;
    let tree = records.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(file, *path, text));
    let book = Book::new(&tree);
    let now = Timestamp::from_second(START + hours * 3600).unwrap();
    let past = Past { facts, plan: &plan, policy: &policy, roster: Some(&roster), records: &book, now };
    run(&past).unwrap()
}

/// What one procedure says of its only course.
#[track_caller]
fn said(courses: &[Course], sop: Sop) -> String {
    let of_sop: Vec<&Course> = courses.iter().filter(|course| course.sop == sop).collect();
    let [course] = of_sop.as_slice() else { panic!("{of_sop:?}") };
    let told = [course.violations(), course.unknown()].concat();
    format!("{}: {}", course.compliance().name(), told.join("; "))
}

const DONE: &str = "- [x] T-1: a @ada\n  - [x] it is shown\n";

#[test]
fn ed_64_a_task_is_finished_step_by_step() {
    let passed = || [result("unit", Outcome::Pass), result("review", Outcome::Pass)].map(|what| (2, what));
    let whole = facts(&[&[(1, work())][..], &passed(), &[(2, What::Ticked)]].concat());
    let found = courses(DONE, &whole, &[], 9);
    assert_eq!(said(&found, Sop::Completion), "compliant: ");
    assert_eq!(said(&found, Sop::Gates), "compliant: ");
    let open = courses(&DONE.replace("[x] it", "[ ] it"), &whole, &[], 9);
    assert_eq!(said(&open, Sop::Completion), "violation: self-checks: 1 of 1 criteria are open");
    let nothing = courses(DONE, &facts(&[(2, What::Ticked)]), &[], 9);
    let expected = "violation: code done: no commit names it; committed: no commit names it; gate run: there is no result \
                    of `unit`; gate passed: `unit` had no result when it was ticked; review asked: there is no result of \
                    `review`; review approved: `review` had no result when it was ticked";
    assert_eq!(said(&nothing, Sop::Completion), expected);
    let after = |step| facts(&[(1, work()), (2, What::Ticked), (step, result("unit", Outcome::Pass))]);
    assert!(!said(&courses(DONE, &after(3), &[], 9), Sop::Gates).contains("`unit`"), "they landed together");
    assert!(said(&courses(DONE, &after(6), &[], 99), Sop::Gates).contains("`unit` had no result when it was ticked"));
    let red =
        [(1, work()), (2, result("unit", Outcome::Fail)), (2, result("review", Outcome::Pass)), (2, What::Ticked)];
    assert_eq!(
        said(&courses(DONE, &facts(&red), &[], 9), Sop::Gates),
        "violation: unit: `unit` was fail when it was ticked"
    );
    let waiver = "---\npassmuster: waiver/1\ntitle: t\nstate: granted\nby: ada\nat: 2026-01-05T09:00:00Z\ngate: unit\nitem: T-1\n\
                  reason: deadline\nexpires: 2026-02-01\nsteps:\n  - {to: granted, by: dan, at: 2026-01-05T09:10:00Z}\n---\n# t\n";
    let waived = courses(DONE, &facts(&red), &[("plan/waivers/w.md", waiver)], 9);
    assert_eq!(said(&waived, Sop::Gates), "compliant: ");
}

#[test]
fn what_was_done_before_the_history_is_not_audited() {
    let line = vec![Mark { id: id(1), seconds: START }];
    let entries = vec![Entry { step: 0, subject: "T-1".to_owned(), what: task(true) }];
    let facts = Facts::new(Ledger { complete: true, line, entries });
    assert_eq!(courses(DONE, &facts, &[], 9), []);
    assert_eq!(totals(&[]).map(|total| total.percent()), [None; 5]);
}

fn handoff(state: &str, steps: &str) -> String {
    let body: String = ["Deliverable", "Documentation", "Tests", "Context", "Notes"]
        .map(|title| format!("## {title}\n\nsaid\n\n"))
        .concat();
    let boxes = "- [x] a\n".repeat(8);
    format!(
        "---\npassmuster: handoff/1\ntitle: t\nstate: {state}\nby: ada\nat: 2026-01-05T09:00:00Z\nfrom: a\nto: b\nattendees: [dan]\n\
         steps:\n  - {{to: offered, by: ada, at: 2026-01-05T09:00:00Z}}\n{steps}---\n# t\n\n{body}## Checklist\n\n{boxes}"
    )
}

#[test]
fn ed_64_a_handoff_goes_by_ten_steps() {
    let none = facts(&[]);
    let at = |text: &str, hours| said(&courses("", &none, &[("plan/handoffs/h.md", text)], hours), Sop::Handoff);
    let step = |to: &str, by: &str, at: &str| format!("  - {{to: {to}, by: {by}, at: 2026-01-05T{at}:00Z, note: n}}\n");
    let way = step("authorised", "dan", "09:30") + &step("authorised", "dan", "09:40");
    let whole = handoff("accepted", &(way.clone() + &step("accepted", "bob", "10:00")));
    assert_eq!(at(&whole, 9), "compliant: ");
    let late = handoff("accepted", &(way.clone() + &step("accepted", "bob", "12:00")));
    assert!(
        at(&late, 9)
            .contains("closed in time: it was answered at 2026-01-05T12:00:00Z, and due at 2026-01-05T11:00:00Z")
    );
    let other = handoff("accepted", &(way.clone() + &step("accepted", "eve", "10:00")));
    assert!(at(&other, 9).contains("receiver validates: `eve`, who answered, is not the receiver"));
    let alone = handoff("accepted", &step("accepted", "bob", "10:00"));
    assert_eq!(at(&alone, 9), "violation: acknowledged: not by dan");
    let hollow = whole.replace("- [x] a\n", "- [ ] a\n").replace("## Notes\n\nsaid", "## Notes\n");
    assert!(at(&hollow, 9).contains("0 of 8 points") && at(&hollow, 9).contains("nothing stands below `Notes`"));
    assert_eq!(at(&handoff("rejected", &step("rejected", "bob", "10:00")), 9), "compliant: ");
    let open = handoff("offered", "");
    assert!(at(&open, 1).starts_with("warning: "), "there is time: {}", at(&open, 1));
    assert!(at(&open, 3).contains("nobody authorised it in time"));
}

#[test]
fn ed_64_a_blocker_climbs_with_who_handles_it() {
    let none = facts(&[]);
    let blocker = |steps: &str| {
        let state = if steps.contains("resolved") { "resolved" } else { "active" };
        format!(
            "---\npassmuster: blocker/1\ntitle: t\nstate: {state}\nby: ada\nat: 2026-01-05T09:00:00Z\nowner: ada\ntype: technical\n\
             items: [T-1]\nsteps:\n{steps}---\n# t\n"
        )
    };
    let step = |to: &str, by: &str, at: &str| format!("  - {{to: {to}, by: {by}, at: 2026-01-05T{at}:00Z, note: n}}\n");
    // Nothing hangs on `T-1` but itself: P2, with an hour, four and eight.
    let plan = "- [ ] T-1: a ~1h\n- [ ] T-2: b ~90h\n";
    let at = |steps: &str, hours| {
        said(&courses(plan, &none, &[("plan/blockers/b.md", &blocker(steps))], hours), Sop::Escalation)
    };
    let tried = step("active", "ada", "09:30");
    assert_eq!(at(&(tried.clone() + &step("resolved", "ada", "09:50")), 9), "compliant: ");
    assert_eq!(at(&step("resolved", "ada", "09:10"), 9), "compliant: ", "solving it is trying");
    let whole = [
        tried.clone(),
        step("active", "hal", "10:30"),
        step("active", "eve", "14:00"),
        step("resolved", "dan", "18:00"),
    ];
    assert_eq!(at(&whole.concat(), 9), "compliant: ");
    let silent = [tried.clone(), step("active", "hal", "10:30"), step("resolved", "dan", "18:00")];
    assert_eq!(
        at(&silent.concat(), 9),
        "violation: L3: a specialist was engaged: none of debugger did anything before \
                                          2026-01-05T17:00:00Z"
    );
    assert!(at(&tried, 2).starts_with("warning: L2"), "{}", at(&tried, 2));
    assert!(at("  - {to: active, by: eve, at: 2026-01-05T09:10:00Z, note: n}\n", 2).starts_with("violation: L1"));
}

#[test]
fn ed_64_a_day_begins_with_a_sync() {
    let sync = |missing: &str, by: &str, issues: &str, actions: &str| {
        format!(
            "---\npassmuster: sync/1\ntitle: t\nstate: closed\nby: dan\nat: 2026-01-05T09:00:00Z\noccasion: daily\nexpected: [a, b]\n\
             missing: [{missing}]\nactions: [{actions}]\nsteps:\n  - {{to: closed, by: {by}, at: 2026-01-05T09:30:00Z}}\n---\n# t\n\n\
             ## Issues\n\n{issues}\n"
        )
    };
    let none = facts(&[]);
    let at = |text: &str| said(&courses("", &none, &[("plan/syncs/s.md", text)], 9), Sop::Sync);
    assert_eq!(at(&sync("", "dan", "none", "go on")), "compliant: ");
    let poor = at(&sync("b", "ada", "", ""));
    for gap in ["b did not", "nothing stands below `Issues`", "`ada`, who closed it", "no actions"] {
        assert!(poor.contains(gap), "no `{gap}` in {poor}");
    }
    let blocker = "---\npassmuster: blocker/1\ntitle: t\nstate: active\nby: ada\nat: 2026-01-05T08:00:00Z\nowner: ada\n\
                   type: technical\nitems: [T-1]\n---\n# t\n";
    let with = |issues: &str| {
        let text = sync("", "dan", issues, "go on");
        said(
            &courses("", &none, &[("plan/syncs/s.md", &text), ("plan/blockers/no-database.md", blocker)], 9),
            Sop::Sync,
        )
    };
    assert_eq!(with("none"), "violation: blockers: `no-database` was open, and nobody spoke of it");
    assert_eq!(with("T-1 waits for a database"), "compliant: ");
    // A day on which work landed, and nobody met.
    let line = [0, 24, 48].map(|hour| Mark { id: id(1), seconds: START + hour * 3600 }).to_vec();
    let entries = vec![
        Entry { step: 0, subject: "T-1".to_owned(), what: task(false) },
        Entry { step: 1, subject: "T-1".to_owned(), what: work() },
    ];
    let days = Facts::new(Ledger { complete: true, line, entries });
    let found = courses("", &days, &[("plan/syncs/s.md", &sync("", "dan", "none", "go on"))], 60);
    let told: Vec<_> = found.iter().map(|course| (course.subject.as_str(), course.compliance())).collect();
    assert_eq!(told, [("s", Compliance::Compliant), ("2026-01-06", Compliance::Violation)]);
    assert_eq!(courses("", &days, &[], 60), [], "where nobody ever met, nothing is audited");
}
