use super::*;
use crate::pattern::Pattern;
use crate::plan::{Reader, Relation, read};
use crate::roster;
use crate::text::Source;
use proptest::prelude::*;

/// A Monday at nine.
const BEGIN: &str = "2026-11-23T09:00:00Z";

fn plan(text: &str) -> Plan {
    read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new())
}

fn people(members: &str) -> Roster {
    let text = format!("passmuster: roster/1\n{members}");
    let mut sink = Sink::new();
    let roster = roster::parse(&Source::new(roster::PATH, &*text), &mut sink);
    roster.unwrap_or_else(|| panic!("{text}: {sink:?}"))
}

fn begin() -> Minute {
    Minute::of(BEGIN.parse().unwrap())
}

fn make(plan: &Plan, roster: Option<&Roster>, changes: &Changes) -> Result<Levelled, Vec<Diagnostic>> {
    let request = Request { plan, roster, figure: Figure::Likely, begin: begin(), changes, effort: Some(40), seed: 0 };
    level(&request, &mut Sink::new())
}

/// The rows as `T-1 ada 23T09:00-23T13:00`, in the order of the plan.
fn rows(text: &str, members: &str) -> Vec<String> {
    let (plan, roster) = (plan(text), people(members));
    let levelled = make(&plan, Some(&roster), &Changes::default()).unwrap();
    check(&plan, &levelled);
    let show = |row: &Row| {
        let who = row.person.map_or("-", |person| &levelled.people[person].name);
        let at = |at: Minute| at.to_string()[8..16].to_owned();
        format!("{} {who} {}-{}", plan.items[row.item].id.value, at(row.start), at(row.finish))
    };
    levelled.rows.iter().map(show).collect()
}

fn codes(text: &str, members: &str) -> Vec<&'static str> {
    let (plan, roster) = (plan(text), people(members));
    let findings = make(&plan, Some(&roster), &Changes::default()).unwrap_err();
    assert!(findings.iter().all(|finding| finding.hint.is_some() && !finding.causes.is_empty()));
    findings.iter().map(|finding| finding.code.name).collect()
}

/// Looks at a schedule with nothing but what the plan says.
fn check(plan: &Plan, levelled: &Levelled) {
    for row in &levelled.rows {
        let id = &plan.items[row.item].id.value;
        assert!(row.start >= levelled.begin && row.finish <= levelled.finish && row.float >= Minutes(0), "{id}");
        if let Some(person) = row.person {
            assert_eq!(levelled.calendars[person].between(row.start, row.finish), row.minutes.0, "{id}");
        }
        for need in plan.needs(row.item) {
            let Some(other) = plan.target(&need).and_then(|target| levelled.row(target)) else { continue };
            let (from, to) = match need.relation {
                Relation::FinishToStart => (other.finish, row.start),
                Relation::StartToStart => (other.start, row.start),
                Relation::FinishToFinish => (other.finish, row.finish),
                Relation::StartToFinish => (other.start, row.finish),
            };
            // What is under way waits no more to begin, and has begun for whoever waited for that.
            let binds_start = matches!(need.relation, Relation::FinishToStart | Relation::StartToStart);
            let by_start = matches!(need.relation, Relation::StartToStart | Relation::StartToFinish);
            if !(binds_start && row.begun || by_start && other.begun) {
                let bound = levelled.common.add(from, need.lag_minutes);
                assert!(bound.is_none_or(|bound| bound <= to), "{id} needs {}", need.target.value);
            }
        }
    }
    let work: Vec<&Row> = levelled.rows.iter().filter(|row| row.person.is_some()).collect();
    for (at, a) in work.iter().enumerate() {
        for b in &work[at + 1..] {
            let beside = a.start < b.finish && b.start < a.finish;
            let (one, other) = (&plan.items[a.item], &plan.items[b.item]);
            assert!(!(beside && (a.person, a.lane) == (b.person, b.lane)), "{} {}", one.id.value, other.id.value);
            let touches = |item: &crate::plan::Item| -> Vec<Pattern> {
                item.touches().filter_map(|touch| Pattern::parse(touch.value).ok()).collect()
            };
            let meet = touches(one).iter().any(|own| touches(other).iter().any(|their| own.overlaps(their)));
            assert!(!(beside && meet), "{} {} touch the same", one.id.value, other.id.value);
        }
    }
    assert!(levelled.bound <= levelled.finish);
    let last = levelled.rows.iter().map(|row| row.finish).max().unwrap_or(levelled.begin);
    assert_eq!(levelled.finish, last);
    // Something is critical, and the chain ends with what is done last.
    if let Some((item, _)) = levelled.chain.last() {
        assert_eq!(levelled.row(*item).unwrap().finish, last);
    }
    assert!(levelled.rows.is_empty() || levelled.rows.iter().any(Row::is_critical));
}

const TWO: &str = "members: [{ name: ada }, { name: bob }]\n";

#[test]
fn work_lies_in_working_time_one_thing_after_the_other() {
    let text = "- [ ] T-1: a @ada ~6h\n- [ ] T-2: b @ada ~6h\n- [ ] T-3: c @bob ~4h\n  - needs: T-1\n";
    let expected = ["T-1 ada 23T09:00-23T15:00", "T-2 ada 23T15:00-24T13:00", "T-3 bob 23T15:00-24T11:00"];
    assert_eq!(rows(text, TWO), expected);
    // The other way round Bob could not begin before Tuesday.
    let weekend = "- [ ] T-1: a @ada ~5d\n- [ ] T-2: b @ada ~1h\n  - needs: T-1\n";
    assert_eq!(rows(weekend, TWO), ["T-1 ada 23T09:00-27T17:00", "T-2 ada 30T09:00-30T10:00"]);
}

#[test]
fn each_owner_works_in_their_own_hours() {
    let members = "calendar: { zone: Europe/Berlin }
members:
  - { name: ada, calendar: { days: tue-thu, hours: 10:00-12:00 } }
  - { name: bob, calendar: { zone: UTC, leave: 2026-11-23..2026-11-24 } }
  - { name: eve, away: until 2026-11-25 }
";
    let text = "- [ ] T-1: a @ada ~3h\n- [ ] T-2: b @bob ~1h\n- [ ] T-3: c @eve ~1h\n";
    let expected = ["T-1 ada 24T09:00-25T10:00", "T-2 bob 25T09:00-25T10:00", "T-3 eve 26T08:00-26T09:00"];
    assert_eq!(rows(text, members), expected);
}

#[test]
fn of_a_team_whoever_is_done_first_takes_it() {
    let members = "members: [{ name: ada, team: core }, { name: bob, team: core, capacity: 2 }, { name: boss, roles: [core], implements: false }]\n";
    let text = "- [ ] T-1: a @core ~4h\n- [ ] T-2: b @core ~4h\n- [ ] T-3: c @core ~4h\n- [ ] T-4: d @boss ~1h\n";
    let found = rows(text, members);
    assert!(found[..3].iter().all(|row| row.ends_with("23T09:00-23T13:00")), "{found:?}");
    assert_eq!(found.iter().filter(|row| row.contains(" bob ")).count(), 2);
    // Who coordinates works only when named.
    assert_eq!(found[3], "T-4 boss 23T09:00-23T10:00");
    let limited = format!("{members}teams: [{{ name: core, capacity: 1 }}]\n");
    let found = rows(text, &limited);
    assert!(found[2].ends_with("24T09:00-24T13:00"), "{found:?}");
}

#[test]
fn what_only_one_can_have_is_not_shared() {
    for (field, together) in [
        ("touches: src/db/**", false),
        ("touches: src/**", false),
        ("touches: docs/**", true),
        ("uses: staging", false),
        ("uses: pool", true),
    ] {
        let text = format!(
            "- [ ] T-1: a @ada ~2h\n  - touches: src/db/x.rs\n  - uses: staging, pool\n- [ ] T-2: b @bob ~2h\n  - {field}\n"
        );
        let members = format!("{TWO}resources: [{{ name: pool, capacity: 2 }}]\n");
        let found = rows(&text, &members);
        let expected = if together { "T-2 bob 23T09:00-23T11:00" } else { "T-2 bob 23T11:00-23T13:00" };
        let first = found[1] == "T-2 bob 23T09:00-23T11:00" && found[0] == "T-1 ada 23T11:00-23T13:00";
        assert!(found[1] == expected || (!together && first), "{field}: {found:?}");
    }
}

#[test]
fn relations_and_lags_are_kept_across_calendars() {
    for (need, expected) in [
        ("T-1 (FS+2h)", "23T15:00-23T17:00"),
        ("T-1 (FS+6h)", "24T11:00-24T13:00"),
        ("T-1 (FS-1h)", "23T12:00-23T14:00"),
        ("T-1 (SS+1h)", "23T10:00-23T12:00"),
        ("T-1 (FF+1h)", "23T12:00-23T14:00"),
        ("T-1 (SF+5h)", "23T12:00-23T14:00"),
    ] {
        let text = format!("- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @bob ~2h\n  - needs: {need}\n");
        assert_eq!(rows(&text, TWO)[1], format!("T-2 bob {expected}"), "{need}");
    }
    // What must not end before the evening ends the next morning.
    let late = "members: [{ name: ada, calendar: { hours: 12:00-20:00 } }, { name: bob }]\n";
    let text = "- [ ] T-1: a @ada ~8h\n- [ ] T-2: b @bob ~2h\n  - needs: T-1 (FF)\n";
    assert_eq!(rows(text, late)[1], "T-2 bob 23T15:01-24T09:01");
}

#[test]
fn what_is_under_way_goes_on_first() {
    let text = "- [ ] T-1: a @ada ~4h P0\n- [ ] T-2: b @ada ~4h\n  - actual: 3h\n- [x] T-3: c @ada ~9h\n";
    assert_eq!(rows(text, TWO), ["T-1 ada 23T10:00-23T14:00", "T-2 ada 23T09:00-23T10:00"]);
}

#[test]
fn without_somebody_to_do_it_there_is_no_date() {
    for (members, expected) in [
        ("members: [{ name: ada, away: ill }]\n", "schedule/no-capacity"),
        ("members: [{ name: bob }]\n", "schedule/no-capacity"),
        ("members: [{ name: ada, capacity: 0 }]\n", "schedule/no-capacity"),
        ("members: [{ name: ada, calendar: { holidays: 2026-01-01..2999-12-31 } }]\n", "schedule/no-time"),
        ("members: [{ name: ada, capacity: 0h }]\n", "schedule/no-time"),
    ] {
        assert_eq!(codes("- [ ] T-1: a @ada ~4h\n", members), [expected], "{members}");
    }
    assert_eq!(
        codes("- [ ] T-1: a @ada ~4h\n  - needs: human\n", "members: [{ name: ada, kind: agent }]\n"),
        ["schedule/no-capacity"]
    );
    assert_eq!(codes("- [ ] T-1: a ~4h\n", "members: [{ name: ci, kind: ci }]\n"), ["schedule/no-capacity"]);
}

#[test]
fn a_due_date_that_is_missed_is_said_and_moves_nothing() {
    let plan = plan(
        "- [ ] T-1: a @ada ~9h\n  - due: 2026-11-23\n- [ ] T-2: b @bob ~1h\n  - due: 2026-11-20\n- [ ] T-3: c @bob ~1h\n  - due: 2026-11-23\n",
    );
    let roster = people(TWO);
    let changes = Changes::default();
    let mut sink = Sink::new();
    let request = Request {
        plan: &plan,
        roster: Some(&roster),
        figure: Figure::Likely,
        begin: begin(),
        changes: &changes,
        effort: None,
        seed: 0,
    };
    level(&request, &mut sink).unwrap();
    let late: Vec<String> = sink.into_sorted().into_iter().map(|finding| finding.message).collect();
    assert_eq!(late, ["`T-1` is late: due 2026-11-23", "`T-2` is late: due 2026-11-20"]);
}

#[test]
fn the_chain_goes_through_hands_and_things() {
    let text = "- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @ada ~3h\n  - touches: src/x.rs\n- [ ] T-3: c @bob ~2h\n  - needs: T-2\n- [ ] T-4: d @bob ~1h\n";
    let (plan, roster) = (plan(text), people(TWO));
    let levelled = make(&plan, Some(&roster), &Changes::default()).unwrap();
    assert!(levelled.is_optimal(), "{} {}", levelled.finish, levelled.bound);
    let chain: Vec<&str> = levelled.chain.iter().map(|(item, _)| plan.items[*item].id.as_str()).collect();
    assert_eq!(chain, ["T-2", "T-1"]);
    assert_eq!(levelled.chain[1].1, Because::After { item: levelled.chain[0].0, cause: Cause::Person });
    // By its needs alone `T-1` could slip by an hour; Ada has none.
    assert!(levelled.row(0).unwrap().is_critical() && levelled.row(1).unwrap().is_critical());
    assert_eq!(levelled.row(2).unwrap().float, Minutes(120));
}

#[test]
fn changes_are_assumed_without_a_word_of_the_plan_changed() {
    let plan = plan("- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @ada ~4h\n  - needs: T-1\n");
    let roster = people(TWO);
    let finish = |changes: &Changes| make(&plan, Some(&roster), changes).unwrap().finish.to_string()[8..16].to_owned();
    assert_eq!(finish(&Changes::default()), "23T17:00");
    assert_eq!(finish(&Changes { cut: [1].into(), ..Changes::default() }), "23T13:00");
    assert_eq!(finish(&Changes { apart: [(1, 0)].into(), ..Changes::default() }), "23T17:00");
    let beside = Changes { apart: [(1, 0)].into(), owners: [(1, "bob".to_owned())].into(), ..Changes::default() };
    assert_eq!(finish(&beside), "23T13:00");
    let more = Changes { apart: [(1, 0)].into(), add: vec!["ada".to_owned()], ..Changes::default() };
    assert_eq!(finish(&more), "23T13:00");
}

#[test]
fn without_a_roster_owners_are_people() {
    let plan = plan("- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @bob ~4h\n- [ ] T-3: c ~2h\n- [ ] T-4: d ~2h\n");
    let levelled = make(&plan, None, &Changes::default()).unwrap();
    check(&plan, &levelled);
    assert_eq!(levelled.finish.to_string(), "2026-11-23T13:00Z");
    assert_eq!(levelled.assumed_hours().len(), 3);
}

/// Plans of tasks with owners, needs and paths; and rosters with odd hours.
fn problems() -> impl Strategy<Value = (String, String)> {
    let owner = prop::sample::select(vec!["@ada", "@bob", "@core", ""]);
    let field = prop::sample::select(vec![
        "estimate: 3h",
        "touches: src/a.rs",
        "touches: src/**",
        "uses: staging",
        "actual: 1h",
        "needs: T-0 (SS+1h)",
        "needs: T-1 (FF+30m)",
        "needs: T-2 (SF+2h)",
        "needs: T-1 (FS-1h)",
        "needs: T-0, T-3",
    ]);
    let task = (owner, 0u32..600, prop::collection::vec(field, 0..3));
    let hours = prop::sample::select(vec![
        "",
        ", calendar: { days: mon-wed }",
        ", calendar: { hours: 22:00-06:00, zone: Europe/Berlin }",
        ", capacity: 3",
        ", capacity: 5h",
        ", calendar: { leave: 2026-11-24..2026-11-26 }",
    ]);
    (prop::collection::vec(task, 1..9), hours.clone(), hours).prop_map(|(tasks, ada, bob)| {
        let mut text = String::new();
        for (number, (owner, minutes, fields)) in tasks.iter().enumerate() {
            text.push_str(&format!("- [ ] T-{number}: t {owner} ~{minutes}m\n"));
            for field in fields {
                // Only backwards, so that there is no circle.
                let later = (0..4).any(|other| other >= number && field.contains(&format!("T-{other}")));
                if !later {
                    text.push_str(&format!("  - {field}\n"));
                }
            }
        }
        (text, format!("members: [{{ name: ada, team: core{ada} }}, {{ name: bob, team: core{bob} }}]\n"))
    })
}

#[test]
fn what_has_a_day_to_start_on_waits_for_it_with_all_in_it() {
    let members = "members: [{ name: ada }, { name: bob }]\n";
    let text = "## E-1: a\n- start: 2026-11-25\n- [ ] T-1: a @ada ~4h\n  - start: 2026-11-24\n- [ ] T-2: b @ada ~2h\n  - start: 2026-11-26\n\
                ## E-2: b\n- [ ] T-3: c @bob ~1h\n  - start: 2026-11-24\n- [ ] T-4: d @bob ~1h\n  - start: 2020-01-01\n";
    assert_eq!(
        rows(text, members),
        [
            "T-1 ada 25T09:00-25T13:00",
            "T-2 ada 26T09:00-26T11:00",
            "T-3 bob 24T09:00-24T10:00",
            "T-4 bob 23T09:00-23T10:00"
        ]
    );
    let never = "- [ ] T-1: a @ada ~4h\n  - start: 9999-12-31\n";
    assert_eq!(codes(never, members), ["schedule/no-time"]);
}

#[test]
fn a_team_begins_when_its_turn_comes() {
    let team = |after: &str| {
        format!(
            "teams:\n  - {{ name: base, members: [ada] }}\n  - {{ name: app, members: [bob, cleo], activate: after {after} }}\n\
             members: [{{ name: ada }}, {{ name: bob }}, {{ name: cleo }}]\n"
        )
    };
    let text = "- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @ada ~2h\n- [ ] T-3: c @bob ~1h\n- [ ] T-4: d @cleo ~1h\n  - actual: 30m\n";
    let waits = ["T-1 ada 23T09:00-23T13:00", "T-2 ada 23T13:00-23T15:00", "T-3 bob 23T15:00-23T16:00"];
    // What is under way goes on.
    assert_eq!(rows(text, &team("base"))[..3], waits);
    assert_eq!(rows(text, &team("base"))[3], "T-4 cleo 23T09:00-23T09:30");
    assert_eq!(rows(text, &team("T-1"))[2], "T-3 bob 23T13:00-23T14:00");
    assert_eq!(rows(text, &team("T-9"))[2], "T-3 bob 23T09:00-23T10:00", "nothing is called so");
    let done = text.replace("[ ] T-1", "[x] T-1").replace("[ ] T-2", "[x] T-2");
    assert_eq!(rows(&done, &team("base"))[0], "T-3 bob 23T09:00-23T10:00");
    let (plan, roster) = (plan(text), people(&team("base")));
    let levelled = make(&plan, Some(&roster), &Changes::default()).unwrap();
    assert_eq!(levelled.row(2).unwrap().because, Because::Turn);
    // Two that wait for each other are named.
    let circle = "- [ ] T-1: a @ada ~4h\n  - needs: T-3\n- [ ] T-3: c @bob ~1h\n";
    assert_eq!(codes(circle, &team("base")), ["schedule/cycle"]);
}

#[test]
fn whoever_has_too_much_is_seen_when_nothing_waits_for_them() {
    let (plan, roster) = (plan("- [ ] T-1: a @ada ~8h\n- [ ] T-2: b @ada ~8h\n"), people("members: [{ name: ada }]\n"));
    let changes = Changes { crowded: true, ..Changes::default() };
    let levelled = make(&plan, Some(&roster), &changes).unwrap();
    assert!(levelled.rows.iter().all(|row| row.start == begin() && row.minutes.0 == 480));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Every schedule keeps every rule; the same seed gives the same one, and more effort never a longer one.
    #[test]
    fn schedules_keep_every_rule((text, members) in problems(), seed in 0u64..4) {
        let (plan, roster) = (plan(&text), people(&members));
        let changes = Changes::default();
        let with = |effort| {
            let request = Request {
                plan: &plan,
                roster: Some(&roster),
                figure: Figure::Likely,
                begin: begin(),
                changes: &changes,
                effort: Some(effort),
                seed,
            };
            level(&request, &mut Sink::new())
        };
        match (with(0), with(30)) {
            (Ok(first), Ok(second)) => {
                check(&plan, &first);
                check(&plan, &second);
                prop_assert!(second.finish <= first.finish);
                prop_assert_eq!(with(30).unwrap().rows, second.rows);
            }
            (first, second) => prop_assert_eq!(first.is_err(), second.is_err()),
        }
    }
}
