use super::edit::{Given, advance, open};
use super::kind::{Kind, Type, Who};
use super::*;
use crate::diag::{Diagnostic, Sink};
use crate::policy::{self, Policy, Trust};
use crate::roster::{self, Roster};
use std::collections::{BTreeMap, VecDeque};

const ROSTER: &str = "passmuster: roster/1\nmembers:\n\
- {name: ada, team: backend}\n- {name: bob, team: qa}\n- {name: grace, roles: [maintainer]}\n- {name: eve}\n";

fn policy(profile: &str) -> Policy {
    let text = format!("passmuster: policy/1\nrepository: r1\nprofile: {profile}\nprotect: [main]\n");
    policy::parse(&Source::new(policy::PATH, text), &mut Sink::new()).unwrap()
}

fn roster() -> Roster {
    roster::parse(&Source::new(roster::PATH, ROSTER), &mut Sink::new()).unwrap()
}

/// A record of the kind with these lines of front matter and these steps, `state by`.
fn record(kind: &'static Kind, fields: &str, steps: &[(&str, &str)]) -> Record {
    let state = steps.last().map_or(kind.first().name, |(to, _)| to);
    let mut text = format!(
        "---\npassmuster: {}/1\ntitle: try\nstate: {state}\nby: ada\nat: 2026-01-01T00:00:00Z\n{fields}",
        kind.name
    );
    if !steps.is_empty() {
        text.push_str("steps:\n");
    }
    for (minute, (to, by)) in steps.iter().enumerate() {
        text.push_str(&format!("  - {{to: {to}, by: {by}, at: 2026-01-01T00:{:02}:00Z, note: n}}\n", minute + 1));
    }
    text.push_str("---\n# try\n");
    read(kind, &text)
}

#[track_caller]
fn read(kind: &'static Kind, text: &str) -> Record {
    let mut sink = Sink::new();
    let source = Source::new(format!("{}/2026-01-01-try.md", kind.folder), text);
    let record = parse(kind, &source, &mut sink);
    record.unwrap_or_else(|| panic!("{text}\n{:?}", sink.into_sorted()))
}

fn codes_of(found: Vec<Diagnostic>) -> Vec<&'static str> {
    found.iter().filter(|finding| finding.is_error()).map(|finding| finding.code.name).collect()
}

fn checked(record: &Record) -> Vec<&'static str> {
    let mut sink = Sink::new();
    check(record, &mut sink);
    codes_of(sink.into_sorted())
}

/// What the transition says when every step is believed as much as `trust`.
fn judged(before: Option<&Record>, after: &Record, profile: &str, trust: Trust) -> Vec<&'static str> {
    let (policy, roster) = (policy(profile), roster());
    let sworn = |_: &Record, _: usize| Ok(Sworn { trust, why: "so".to_owned() });
    let court = Court {
        policy: &policy,
        roster: Some(&roster),
        incidents: &[],
        least: Trust::Signed,
        now: "2026-01-02T00:00:00Z".parse().unwrap(),
        sworn: &sworn,
    };
    let mut sink = Sink::new();
    transition(before, after, &court, &mut sink).unwrap();
    codes_of(sink.into_sorted())
}

/// The shortest way from the first state to each that can be reached.
fn ways(kind: &'static Kind) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut ways = BTreeMap::from([(kind.first().name, Vec::new())]);
    let mut queue = VecDeque::from([kind.first().name]);
    while let Some(from) = queue.pop_front() {
        for step in kind.onward(from) {
            if !ways.contains_key(step.to) {
                let way = [ways[from].as_slice(), &[step.to]].concat();
                ways.insert(step.to, way);
                queue.push_back(step.to);
            }
        }
    }
    ways
}

#[test]
fn every_pair_of_states_is_a_step_or_a_finding() {
    for kind in kinds::ALL {
        for (from, way) in ways(kind) {
            for to in kind.states {
                let steps: Vec<_> = way.iter().copied().chain([to.name]).map(|state| (state, "ada")).collect();
                let found = checked(&record(kind, "", &steps));
                let legal = kind.step(from, to.name).is_some();
                assert_eq!(found.contains(&"record/illegal-step"), !legal, "{}: {from} → {}", kind.name, to.name);
            }
        }
    }
}

#[test]
fn tables_are_sound() {
    for kind in kinds::ALL {
        let known = |state: &str| kind.state(state).is_some();
        assert_eq!(ways(kind).len(), kind.states.len(), "every state of a {} can be reached", kind.name);
        for step in kind.steps {
            assert!(known(step.to) && step.from.iter().all(|from| known(from)), "{} {}", kind.name, step.verb);
            assert!(step.unlike.iter().all(|state| known(state)), "{} {}", kind.name, step.verb);
            for from in step.from {
                let same_pair = kind.steps.iter().filter(|other| other.to == step.to && other.from.contains(from));
                let same_verb = kind.steps.iter().filter(|other| other.verb == step.verb && other.from.contains(from));
                assert_eq!((same_pair.count(), same_verb.count()), (1, 1), "{} {}", kind.name, step.verb);
            }
            named_fields(kind, step.who);
        }
        let states = kind.fields.iter().flat_map(|field| field.needed);
        let states = states.chain(kind.sections.iter().flat_map(|section| section.filled.iter().chain(section.ticked)));
        assert!(states.into_iter().all(|state| known(state)), "{}", kind.name);
    }
}

fn named_fields(kind: &Kind, who: Who) {
    match who {
        Who::Field(name) => {
            let field = kind.field(name).unwrap_or_else(|| panic!("{} has no {name}", kind.name));
            assert!(matches!(field.kind, Type::Party | Type::Parties));
        }
        Who::Either(many) => many.iter().for_each(|who| named_fields(kind, *who)),
        Who::If { field, values, then, other } => {
            let Some(Type::Word(words)) = kind.field(field).map(|field| field.kind) else { panic!("{field}") };
            assert!(values.iter().all(|value| words.contains(value)));
            named_fields(kind, *then);
            named_fields(kind, *other);
        }
        Who::Anyone | Who::Opener | Who::Power(_) => {}
    }
}

/// A value that fits a field.
fn sample(kind: Type) -> Given {
    let one = |text: &str| Given::One(text.to_owned());
    match kind {
        Type::Text | Type::Record => one("some: text"),
        Type::Texts => Given::Many(vec!["one".to_owned(), "- two".to_owned()]),
        Type::Party => one("ada"),
        Type::Parties => Given::Many(vec!["ada".to_owned(), "qa".to_owned()]),
        Type::Items => Given::Many(vec!["T-1".to_owned()]),
        Type::Gate => one("lint"),
        Type::Time => one("2026-02-01"),
        Type::Word(words) => one(words[0]),
    }
}

#[test]
fn a_new_record_is_valid_the_moment_it_is_made() {
    let at: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    for kind in kinds::ALL {
        let needed = kind.fields.iter().filter(|field| field.needed.contains(&kind.first().name));
        let fields: Vec<_> = needed.map(|field| (field.name, sample(field.kind))).collect();
        for (_, text) in kind.variants {
            let text = open(kind, &Source::new("x", *text), "a title", "ada", at, &fields, &[]).unwrap();
            assert_eq!(checked(&read(kind, &text)), [""; 0], "{}\n{text}", kind.name);
        }
        let template = Source::new("templates/x.md", kind.template);
        let text = open(kind, &template, "a \"title\": with\nsigns", "ada", at, &fields, &[]).unwrap();
        let made = read(kind, &text);
        assert_eq!(checked(&made), [""; 0], "{}\n{text}", kind.name);
        for (name, value) in fields {
            let values: Vec<String> = made.list(name).iter().map(|value| value.value.clone()).collect();
            assert_eq!(
                Given::Many(values),
                match value {
                    Given::One(one) => Given::Many(vec![one]),
                    many @ Given::Many(_) => many,
                }
            );
        }
    }
}

#[test]
fn texts_stand_below_their_headings() {
    let at: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    let template = Source::new("t", kinds::WAIVER.template);
    let texts = [("Reason", "it burns\n".to_owned()), ("Other", "more".to_owned())];
    let text = open(&kinds::WAIVER, &template, "t", "ada", at, &[], &texts).unwrap();
    assert!(text.contains("## Reason\n\nit burns\n\n## Until then\n\n<!--"), "{text}");
    assert!(text.ends_with("-->\n\n## Other\n\nmore\n"), "{text}");
}

#[test]
fn a_step_changes_only_its_lines() {
    let text = "---\r\npassmuster: waiver/1 # mine\r\ntitle: try\r\nstate: requested   # for now\r\nby: ada\r\n\
        at: 2026-01-01T00:00:00Z\r\nmine: kept\r\n---\r\n# try\r\n\r\ntext";
    let before = read(&kinds::WAIVER, text);
    let step = |to: &str| Step {
        to: Spanned::new(to.to_owned(), Span::default()),
        by: Spanned::new("grace".to_owned(), Span::default()),
        at: Spanned::new("2026-01-01T01:00:00Z".parse().unwrap(), Span::default()),
        note: Some(Spanned::new("a: \"b\" # c".to_owned(), Span::default())),
        seen: None,
        signature: Some(Spanned::new("-----BEGIN\nX\n".to_owned(), Span::default())),
    };
    let once = advance(&before, &step("granted"), &[]).unwrap();
    assert!(once.starts_with(text.replace("requested ", "granted ").split("---\r\n# try").next().unwrap()));
    assert!(once.ends_with("---\r\n# try\r\n\r\ntext"));
    let after = read(&kinds::WAIVER, &once);
    assert!(after.last_step().same(&step("granted")));
    let twice = read(&kinds::WAIVER, &advance(&after, &step("revoked"), &[]).unwrap());
    assert_eq!((twice.steps.len(), twice.state()), (3, "revoked"));
    assert!(twice.steps[1].same(&after.steps[1]));
}

const PARTIES: &str = "from: backend\nto: qa\n";

#[test]
fn a_state_typed_in_by_hand_is_found() {
    let mut typed = record(&kinds::HANDOFF, PARTIES, &[("offered", "ada")]);
    typed.state.value = "accepted".to_owned();
    assert!(checked(&typed).contains(&"record/state"));
}

#[test]
fn ed_37_handoff_needs_authorisation() {
    let skipped = record(&kinds::HANDOFF, PARTIES, &[("offered", "ada"), ("accepted", "bob")]);
    assert!(checked(&skipped).contains(&"record/illegal-step"));
    for (steps, found) in [
        (&[("offered", "ada"), ("authorised", "grace"), ("accepted", "bob")][..], &[][..]),
        (&[("offered", "ada"), ("authorised", "eve")], &["record/no-authority"]),
        (&[("offered", "ada"), ("authorised", "grace"), ("accepted", "eve")], &["record/no-authority"]),
        (&[("offered", "eve")], &["record/no-authority"]),
        (&[("offered", "ada"), ("rejected", "bob"), ("offered", "ada")], &[]),
        (&[("offered", "ada"), ("rejected", "eve")], &["record/no-authority"]),
    ] {
        assert_eq!(judged(None, &record(&kinds::HANDOFF, PARTIES, steps), "team", Trust::Signed), found, "{steps:?}");
    }
}

#[test]
fn ed_20_deciding_steps_are_proven() {
    let made = record(&kinds::HANDOFF, PARTIES, &[("offered", "ada")]);
    assert_eq!(judged(None, &made, "team", Trust::Local), ["record/unproven"]);
    assert_eq!(judged(None, &made, "team", Trust::Signed), [""; 0]);
    let draft = record(&kinds::HANDOFF, PARTIES, &[]);
    assert_eq!(judged(None, &draft, "team", Trust::Claimed), [""; 0]);
}

const WAIVED: &str = "gate: lint\nitem: T-1\nreason: deadline\nexpires: 2026-01-10\n";

#[test]
fn nobody_grants_what_they_asked_for() {
    let own = |by: &str| {
        let text = record(&kinds::WAIVER, WAIVED, &[("granted", by)]).source.text().replace("by: ada\n", "by: grace\n");
        read(&kinds::WAIVER, &text)
    };
    assert_eq!(judged(None, &own("grace"), "team", Trust::Signed), ["record/same-person"]);
    assert_eq!(judged(None, &own("ada"), "team", Trust::Signed), ["record/no-authority"]);
    assert_eq!(judged(None, &own("grace"), "solo", Trust::Signed), [""; 0], "alone there is nobody else");
    let fine = record(&kinds::WAIVER, WAIVED, &[("granted", "grace")]);
    assert_eq!(judged(None, &fine, "team", Trust::Signed), [""; 0]);
}

#[test]
fn what_has_landed_stays() {
    let granted = record(&kinds::WAIVER, WAIVED, &[("granted", "grace")]);
    let change = |from: &str, to: &str| read(&kinds::WAIVER, &granted.source.text().replace(from, to));
    let judge = |after: &Record| judged(Some(&granted), after, "team", Trust::Signed);
    assert_eq!(judge(&granted), [""; 0]);
    assert_eq!(judge(&change("2026-01-10", "2026-03-10")), ["record/rewritten"]);
    assert_eq!(judge(&change("# try", "# other")), ["record/rewritten"]);
    assert_eq!(judge(&change("title: try", "title: other")), ["record/rewritten"]);
    assert_eq!(judge(&change("by: grace", "by: eve")), ["record/history"]);
    assert_eq!(judge(&change("by: ada", "by: eve")), ["record/history"]);
    assert_eq!(judge(&record(&kinds::WAIVER, WAIVED, &[])), ["record/history"]);
    assert_eq!(judge(&record(&kinds::WAIVER, WAIVED, &[("refused", "grace")])), ["record/history"]);
    assert_eq!(judge(&change("title: try", "mine: kept\ntitle: try")), [""; 0], "keys nobody knows decide nothing");
    let requested = record(&kinds::WAIVER, WAIVED, &[]);
    let rewritten = read(&kinds::WAIVER, &requested.source.text().replace("2026-01-10", "2026-01-09"));
    assert_eq!(judged(Some(&requested), &rewritten, "team", Trust::Signed), [""; 0]);
}

#[test]
fn times_are_in_order_and_not_ahead() {
    let late = record(&kinds::WAIVER, WAIVED, &[("granted", "grace")]).source.text().replace("00:01:00Z", "00:00:00Z");
    assert!(
        checked(&read(&kinds::WAIVER, &late.replace("2026-01-01T00:00:00Z, n", "2025-01-01T00:00:00Z, n")))
            .contains(&"record/time")
    );
    let ahead = read(&kinds::WAIVER, &late.replace("2026-01-01T00:00:00Z, n", "2027-01-01T00:00:00Z, n"));
    assert!(judged(None, &ahead, "team", Trust::Signed).contains(&"record/time"));
}

#[test]
fn attendees_acknowledge_before_a_handoff_is_accepted() {
    let parties = "from: backend\nto: qa\nattendees: [eve, bob]\n";
    let accepted =
        |steps: &[(&str, &str)]| checked(&record(&kinds::HANDOFF, parties, steps)).contains(&"record/attendee");
    assert!(accepted(&[("offered", "ada"), ("authorised", "grace"), ("accepted", "bob")]));
    assert!(!accepted(&[("offered", "ada"), ("authorised", "grace"), ("authorised", "eve"), ("accepted", "bob")]));
    let steps = [("offered", "ada"), ("authorised", "grace"), ("authorised", "ada")];
    assert_eq!(judged(None, &record(&kinds::HANDOFF, parties, &steps), "team", Trust::Signed), ["record/no-authority"]);
}

#[test]
fn names_of_files_differ_by_moment() {
    let at = |second: i64| Timestamp::from_second(1_767_225_600 + second).unwrap();
    let path = |second| edit::new_path(&kinds::HANDOFF, "Schema: ready? Ünï", "ada", at(second));
    assert!(path(0).starts_with("plan/handoffs/2026-01-01-schema-ready-n-"), "{}", path(0));
    assert_ne!(path(0), path(1));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_a_record_or_has_findings(text in "(---\n)?((passmuster: waiver/1|state: granted|by: [a-z ]*|at: .{0,24}|steps:|  - \\{to: [a-z]*\\}|- x|## Reason|.{0,20})\n){0,12}(---\n)?.{0,40}") {
        let mut sink = Sink::new();
        let record = parse(&kinds::WAIVER, &Source::new("plan/waivers/a.md", text), &mut sink);
        match record {
            Some(record) => check(&record, &mut sink),
            None => proptest::prop_assert!(sink.has_errors()),
        }
    }
}
