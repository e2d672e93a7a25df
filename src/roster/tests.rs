use super::*;
use crate::diag::{Place, Sink};
use proptest::prelude::*;

const WHOLE: &str = "passmuster: roster/1
members:
  - name: ada
    roles: [maintainer, code-reviewer]
    team: core
    emails: [ada@example.org, Ada@Work.example]
    keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA ada@laptop
    division: lab
    reports_to: grace
    capacity: 6h
  - { name: builder, kind: agent, model: any, tools: [bash], domains: [api], competencies: [rust] }
  - { name: runner, kind: ci, keys: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBBB' }
";

fn findings(text: &str) -> Vec<String> {
    let source = Source::new(PATH, text);
    let mut sink = Sink::new();
    let roster = parse(&source, &mut sink);
    assert_eq!(roster.is_none(), sink.has_errors(), "{text}");
    let lines = sink.into_sorted().into_iter().map(|finding| {
        assert!(finding.hint.is_some() && !finding.causes.is_empty(), "{finding:?}");
        match finding.place {
            Place::Text { span, .. } => format!("{} at {}", finding.code, source.slice(span)),
            place => place.to_string(),
        }
    });
    lines.collect()
}

#[test]
fn members_are_read_and_found() {
    let source = Source::new(PATH, WHOLE);
    let mut sink = Sink::new();
    let roster = parse(&source, &mut sink).unwrap();
    assert!(sink.is_empty(), "{sink:?}");
    let ada = roster.member("ada").unwrap();
    assert_eq!((ada.kind, ada.roles.len(), ada.emails.len(), ada.keys.len()), (MemberKind::Human, 2, 2, 1));
    assert_eq!(roster.by_email("ADA@work.EXAMPLE").unwrap().name.as_str(), "ada");
    assert!(roster.by_email("").is_none() && roster.member("Ada").is_none());
    assert!(roster.has_role(ada, "maintainer") && roster.has_role(ada, "ada") && !roster.has_role(ada, "builder"));
    assert_eq!(roster.with_role("code-reviewer").count(), 1);
    assert_eq!(roster.member("runner").map(|member| member.kind), Some(MemberKind::Ci));
}

#[test]
fn the_head_of_the_file_is_needed() {
    for (text, expected) in [
        ("", vec!["yaml/type at "]),
        ("members: []\n", vec!["yaml/missing-key at "]),
        ("passmuster: roster/1\n", vec!["yaml/missing-key at "]),
        ("passmuster: policy/1\nmembers: []\n", vec!["yaml/format at policy/1"]),
        ("passmuster: roster/2\nmembers: []\n", vec!["roster/newer-format at roster/2"]),
        ("passmuster: roster/1\nmembers: []\n", vec![]),
        ("passmuster: roster/1\nmembers:\n", vec!["yaml/type at "]),
        ("passmuster: roster/1\nmembers: { ada: {} }\n", vec!["yaml/type at { ada: {} }"]),
        ("passmuster: roster/1\nmembers: [ada]\n", vec!["yaml/type at ada"]),
        ("passmuster: roster/1\nmembers: []\nthings: []\n", vec!["yaml/unknown-key at things"]),
    ] {
        assert_eq!(findings(text), expected, "{text}");
    }
}

#[test]
fn calendars_add_up_from_the_member_to_the_roster() {
    let text = "passmuster: roster/1
calendar: { zone: Europe/Berlin, holidays: 2026-12-25 }
members:
  - name: ada
    team: core
    calendar: { hours: 10:00-14:00, leave: [2026-11-30..2026-12-04] }
  - { name: bob, team: core, capacity: 6h }
  - { name: eve }
teams:
  - { name: core, calendar: { days: mon-thu, hours: [08:00-12:00, 13:00-17:00] } }
";
    let mut sink = Sink::new();
    let roster = parse(&Source::new(PATH, text), &mut sink).unwrap();
    assert!(sink.is_empty(), "{sink:?}");
    let of = |name: &str| Hours::of(&roster, roster.member(name).unwrap());
    let (ada, bob, eve) = (of("ada"), of("bob"), of("eve"));
    assert_eq!((ada.shifts.as_slice(), ada.off.len()), ([Shift { from: 600, to: 840 }].as_slice(), 2));
    assert_eq!((bob.shifts.len(), bob.off.len(), bob.daily), (2, 1, Some(360)));
    assert!(!ada.days[4] && !bob.days[4] && eve.days[4]);
    assert!(!ada.assumed && eve.assumed && [&ada, &bob, &eve].iter().all(|hours| hours.zone == ada.zone));
    assert_eq!(Hours::of_all(None), Hours::default());
}

#[test]
fn what_cannot_be_read_of_a_calendar_is_said() {
    for (calendar, expected) in [
        ("{ zone: Berlin }", vec!["roster/bad-calendar at Berlin"]),
        ("{ days: weekdays }", vec!["roster/bad-calendar at weekdays"]),
        ("{ hours: 9-17 }", vec!["roster/bad-calendar at 9-17"]),
        ("{ leave: [2026-12-24, soon] }", vec!["roster/bad-calendar at soon"]),
        ("{ hour: 09:00-17:00 }", vec!["yaml/unknown-key at hour"]),
        ("{}", vec![]),
    ] {
        let text = format!("passmuster: roster/1\ncalendar: {calendar}\nmembers: []\n");
        let mut sink = Sink::new();
        assert!(parse(&Source::new(PATH, &*text), &mut sink).is_some(), "{text}");
        let found = sink.into_sorted().into_iter().map(|finding| match finding.place {
            Place::Text { span, .. } => format!("{} at {}", finding.code, &text[span.start..span.end]),
            place => place.to_string(),
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{calendar}");
    }
}

#[test]
fn members_are_whole_and_apart() {
    for (members, expected) in [
        ("{ roles: [a] }", vec!["yaml/missing-key at "]),
        ("{ name: a b }", vec!["roster/bad-name at a b"]),
        ("{ name: é }", vec!["roster/bad-name at é"]),
        ("{ name: [a] }", vec!["yaml/type at [a]"]),
        ("{ name: a, roles: [b, c/d] }", vec!["roster/bad-name at c/d"]),
        ("{ name: a, roles: }", vec!["yaml/type at "]),
        ("{ name: a, kind: robot }", vec!["yaml/type at robot"]),
        ("{ name: a, email: a@b }", vec!["yaml/unknown-key at email"]),
        ("{ name: a, emails: nobody }", vec!["roster/bad-email at nobody"]),
        ("{ name: a }, { name: b }", vec![]),
        ("{ name: a }, { name: A }", vec!["roster/duplicate-member at A"]),
        ("{ name: a, emails: [x@y, X@y] }", vec![]),
        ("{ name: a, emails: x@y }, { name: b, emails: X@Y }", vec!["roster/shared-email at X@Y"]),
        ("{ name: a, keys: ssh-ed25519 AAAA c }, { name: b, keys: ssh-ed25519 AAAB }", vec![]),
        (
            "{ name: a, keys: ssh-ed25519 AAAA c }, { name: b, keys: ssh-ed25519  AAAA d }",
            vec!["roster/shared-key at ssh-ed25519  AAAA d"],
        ),
        ("{ name: a, keys: ssh-ed25519 }", vec!["roster/bad-key at ssh-ed25519"]),
        ("{ name: a, keys: AAAA }", vec!["roster/bad-key at AAAA"]),
        ("{ name: a, keys: dsa AAAA }", vec!["roster/bad-key at dsa AAAA"]),
        (
            "{ name: a, keys: 'command=\"x\" ssh-ed25519 AAAA' }",
            vec!["roster/bad-key at 'command=\"x\" ssh-ed25519 AAAA'"],
        ),
        ("{ name: a, keys: ssh-ed25519 AA-A }", vec!["roster/bad-key at ssh-ed25519 AA-A"]),
        (
            "{ name: a, keys: -----BEGIN OPENSSH PRIVATE KEY----- }",
            vec!["roster/bad-key at -----BEGIN OPENSSH PRIVATE KEY-----"],
        ),
        (
            "{ name: a, keys: \"ssh-ed25519 AAAA\\nssh-ed25519 AAAB\" }",
            vec!["roster/bad-key at \"ssh-ed25519 AAAA\\nssh-ed25519 AAAB\""],
        ),
    ] {
        assert_eq!(findings(&format!("passmuster: roster/1\nmembers: [{members}]\n")), expected, "{members}");
    }
}

proptest! {
    #[test]
    fn any_change_of_a_roster_is_survived(at in 0usize..700, cut in 0usize..6, put in "[-\\[\\]{}:,?*!|>'\"%#a~ /.\n\té@]{0,4}") {
        let mut text = WHOLE.to_owned();
        let at = at.min(text.len());
        text.replace_range(at..(at + cut).min(text.len()), &put);
        let source = Source::new(PATH, text.as_str());
        let mut sink = Sink::new();
        let roster = parse(&source, &mut sink);
        prop_assert_eq!(roster.is_none(), sink.has_errors());
        for finding in sink.into_sorted() {
            prop_assert!(finding.hint.is_some(), "{:?}", finding);
            if let Place::Text { span, .. } = finding.place {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }
}
