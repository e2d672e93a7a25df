use super::*;
use crate::diag::{Place, Sink};
use proptest::prelude::*;
use std::time::Duration;

const HEAD: &str = "passmuster: policy/1\nrepository: r1\nprotect: [main]\n";

const WHOLE: &str = r#"passmuster: policy/1
repository: 7f3k9q2m
profile: command
protect: [main, release/*, refs/tags/v*]
trust: { main: ci, release/*: signed }
separation: "off"
comms: open
commits: { name_item: optional, outside_touches: warn }
levels:
  merge: [lint]
  task: [committed, unit-tests, self-review]
  feature: [tasks-done, coverage, speed, latency, code-review, docs]
  epic: [features-done, security, release-list]
gates:
  lint: { run: make lint, inputs: . }
  unit-tests:
    run: cargo test
    inputs: [src/, tests/, "*.toml"]
    timeout: 15m
    min_tests: 1
    env: [CI, RUST_LOG]
    on: linux-x86_64
    when: [src/**]
    waivable: false
    trust: ci
  coverage: { run: ./cov.sh, inputs: [src/], metric: { lcov: lcov.info, min: 80 } }
  speed: { run: ./bench.sh, inputs: [src/], timeout: 1h, metric: { regex: 'p95=(\d+)ms', max: 2.5e2 } }
  latency: { run: ./bench.sh, inputs: [src/], metric: { json: out/a.json, pointer: /a/b, min: -1, max: 1 } }
  code-review: { approve: code-reviewer, independent: true }
  security: { approve: security-auditor, waivable: false }
  docs: { when: [src/**], changed: [docs/**, README.md], or: "docs: none" }
  release-list: { checklist: docs/release.md }
owners: { "docs/**": tech-writer, ".github/": devops }
enforce_owners: false
authority: { policy: [ada, maintainer] }
"#;

fn outcome(text: &str) -> (Option<Policy>, Vec<String>) {
    let source = Source::new(PATH, text);
    let mut sink = Sink::new();
    let policy = parse(&source, &mut sink);
    let findings = sink.into_sorted();
    assert_eq!(policy.is_none(), findings.iter().any(crate::diag::Diagnostic::is_error), "{text}: {findings:?}");
    let lines = findings.iter().map(|d| {
        assert!(d.hint.is_some() && !d.causes.is_empty(), "{d:?}");
        let place = d.place.to_string();
        format!("{} {}", place.trim_start_matches("passmuster.yaml:"), d.code)
    });
    (policy, lines.collect())
}

fn policy(text: &str) -> Policy {
    let (policy, findings) = outcome(text);
    policy.unwrap_or_else(|| panic!("{findings:?}"))
}

/// The findings of the head and `rest`, whose first line is line 4.
fn findings(rest: &str) -> Vec<String> {
    outcome(&format!("{HEAD}{rest}")).1
}

#[test]
fn the_whole_language_is_read() {
    let (policy, findings) = outcome(WHOLE);
    assert!(findings.is_empty(), "{findings:?}");
    let policy = policy.unwrap();
    let unit = policy.gate("unit-tests").unwrap();
    assert_eq!(
        (unit.timeout, unit.min_tests, unit.waivable, unit.trust),
        (Duration::from_secs(900), Some(1), false, Some(Trust::Ci))
    );
    assert_eq!((unit.env.len(), unit.on.as_slice(), unit.inputs.len()), (2, &["linux-x86_64".to_owned()][..], 3));
    let GateKind::Run { metric: Some(metric), .. } = &policy.gate("speed").unwrap().kind else { panic!() };
    assert_eq!((metric.min, metric.max), (None, Some(250.0)));
    assert!(policy.gate("code-review").unwrap().independent);
    assert_eq!((policy.separation, policy.comms, policy.enforce_owners), (Separation::Off, Comms::Open, false));
    assert_eq!(policy.commits_name_item, NameItem::Optional);
    let phase: Vec<_> = policy.gates_for(Level::Item(Kind::Phase)).map(|gate| gate.name.as_str()).collect();
    assert_eq!(phase, ["epics-done"]);
    assert_eq!(policy.gates_for(Level::Item(Kind::Task)).count(), 3);
    assert_eq!(policy.owners[1].0.value, ".github/");
}

#[test]
fn ed_36_the_profile_command_closes_an_epic_after_its_retrospective() {
    let asked = |rest: &str| {
        let policy = policy(&format!("{HEAD}{rest}"));
        Level::ALL
            .into_iter()
            .flat_map(|level| policy.gates_for(level).map(move |gate| (level, gate.name.to_string())))
            .filter(|(_, name)| name == "retro-held")
            .map(|(level, _)| level)
            .collect::<Vec<_>>()
    };
    assert_eq!(asked("profile: command\n"), [Level::Item(crate::plan::Kind::Epic)]);
    for rest in ["profile: team\n", "profile: solo\n", "profile: command\nlevels: { epic: [features-done] }\n"] {
        assert_eq!(asked(rest), [], "{rest}");
    }
}

#[test]
fn profiles_fill_in_what_is_not_said() {
    for (profile, expected) in [
        ("solo", (NameItem::Optional, OutsideTouches::Warn, false, Separation::Off, Comms::Open, Trust::Local, 0)),
        (
            "team",
            (NameItem::OutsidePlan, OutsideTouches::Refuse, true, Separation::Threshold, Comms::Open, Trust::Signed, 1),
        ),
        ("command", (NameItem::Always, OutsideTouches::Refuse, true, Separation::Strict, Comms::Hub, Trust::Signed, 1)),
    ] {
        let p = policy(&format!("{HEAD}profile: {profile}\n"));
        let trust = p.trust_for(&RefName::branch("main"));
        let found = (
            p.commits_name_item,
            p.commits_outside_touches,
            p.enforce_owners,
            p.separation,
            p.comms,
            trust,
            p.policy_approvers.len(),
        );
        assert_eq!(found, expected, "{profile}");
        assert_eq!(p.phases, profile == "command");
        let levels: Vec<Vec<_>> = Level::ALL.map(|l| p.gates_for(l).map(|gate| gate.name.to_string()).collect()).into();
        let more = ["retro-held", "no-new-debt", "references-hold", "failures-decided"];
        let (more, levels): (Vec<String>, Vec<String>) =
            levels.concat().into_iter().partition(|name| more.contains(&name.as_str()));
        assert_eq!(levels, ["committed", "tasks-done", "features-done", "epics-done"]);
        assert_eq!(more.len(), if profile == "command" { 4 } else { 0 }, "{profile}");
        assert_eq!(p.precautions.needs_rollback(Some("medium")), profile != "solo");
    }
    assert_eq!(policy(HEAD).profile.value, Profile::Team);
}

#[test]
fn an_unsaid_level_keeps_its_default_beside_said_ones() {
    let p = policy(&format!("{HEAD}levels: {{ task: [] }}\n"));
    assert_eq!(p.gates_for(Level::Item(Kind::Task)).count(), 0);
    assert_eq!(p.gates_for(Level::Item(Kind::Feature)).count(), 1);
}

#[test]
fn trust_is_the_first_pattern_that_matches() {
    let p = policy(&format!("{HEAD}profile: solo\ntrust: {{ main: ci, '*': signed }}\n"));
    for (name, trust) in
        [("refs/heads/main", Trust::Ci), ("refs/heads/x", Trust::Signed), ("refs/tags/x", Trust::Local)]
    {
        assert_eq!(p.trust_for(&RefName::new(name)), trust, "{name}");
    }
    let p = policy(&format!("{HEAD}trust: local\n"));
    assert_eq!(p.trust_for(&RefName::new("refs/tags/a/b")), Trust::Local);
}

#[test]
fn refs_are_protected_by_full_name() {
    let p = policy(WHOLE);
    assert!(p.protects(&RefName::branch("main")) && p.protects(&RefName::new("refs/tags/v1")));
    assert!(!p.protects(&RefName::new("refs/remotes/origin/main")));
    assert_eq!(p.look_alike(&RefName::branch("MAIN")), Some("main"));
}

#[test]
fn the_head_of_the_file_is_needed() {
    for (text, expected) in [
        ("", vec!["1:1 yaml/type"]),
        ("- a\n", vec!["1:1 yaml/type"]),
        ("repository: r\nprotect: main\n", vec!["1:1 yaml/missing-key"]),
        ("passmuster: policy/1\nprotect: main\n", vec!["1:1 yaml/missing-key"]),
        ("passmuster: policy/1\nrepository: r\n", vec!["1:1 yaml/missing-key"]),
        ("passmuster: plan/1\nrepository: r\nprotect: main\n", vec!["1:13 yaml/format"]),
        ("passmuster: policy/01\nrepository: r\nprotect: main\n", vec!["1:13 yaml/format"]),
        ("passmuster: policy\nrepository: r\nprotect: main\n", vec!["1:13 yaml/format"]),
        ("passmuster: policy/2\nnew: thing\n", vec!["1:13 policy/newer-format"]),
        ("passmuster: policy/99999999999\nrepository: r\nprotect: main\n", vec!["1:13 yaml/format"]),
        ("passmuster: policy/1\nrepository: a b\nprotect: main\n", vec!["2:13 policy/bad-repository"]),
        ("passmuster: policy/1\nrepository: r\nprotect: []\n", vec!["3:1 policy/nothing-protected"]),
        ("passmuster: policy/1\nrepository: r\nprotect:\n", vec!["3:8 yaml/type"]),
        ("passmuster: policy/1\nrepository: r\nprotect: [main, '[x']\n", vec!["3:17 policy/bad-ref"]),
    ] {
        assert_eq!(outcome(text).1, expected, "{text}");
    }
}

#[test]
fn everything_loose_is_refused() {
    for (rest, expected) in [
        ("gate: {}\n", "4:1 yaml/unknown-key"),
        ("profile: Team\n", "4:10 yaml/type"),
        ("separation: no\n", "4:13 yaml/type"),
        ("trust: sined\n", "4:8 yaml/type"),
        ("trust: { 'a b': ci }\n", "4:10 policy/bad-ref"),
        ("commits: { name_items: always }\n", "4:12 yaml/unknown-key"),
        ("commits: { name_item: yes }\n", "4:23 yaml/type"),
        ("on: { gate-faild: x }\n", "4:7 yaml/unknown-key"),
        ("enforce_owners: yes\n", "4:17 yaml/type"),
        ("triggers: { freez: off }\n", "4:13 yaml/unknown-key"),
        ("triggers: { freeze: { after: 1h } }\n", "4:23 policy/no-effect"),
        ("triggers: { freeze: { again: 0h } }\n", "4:30 policy/bad-value"),
        ("views: { plan/x.csv: csv }\n", "4:10 policy/bad-value"),
        ("views: { plan/04-implementation-report.md: daily }\n", "4:10 policy/bad-value"),
        ("views: { passmuster.yaml: csv }\n", "4:10 policy/bad-value"),
        ("views: { .GIT/hooks/pre-commit: csv }\n", "4:10 policy/bad-value"),
        ("views: { docs/*.csv: csv }\n", "4:10 policy/bad-value"),
        ("messages: { critical_within: 60 }\n", "4:30 policy/bad-value"),
        ("messages: { critical: 60m }\n", "4:13 yaml/unknown-key"),
        ("authority: { policy: [] }\n", "4:14 policy/no-approver"),
        ("authority: { policy: [a b] }\n", "4:23 policy/bad-name"),
        ("authority: { plan: [a] }\n", "4:14 yaml/unknown-key"),
        ("levels: { tasks: [] }\n", "4:11 policy/unknown-level"),
        ("levels: { task: [comitted] }\n", "4:18 policy/unknown-gate"),
        ("levels: { task: }\n", "4:15 yaml/type"),
        ("levels: { task: [a/b] }\n", "4:18 policy/bad-name"),
        ("levels: { merge: [committed] }\n", "4:19 policy/wrong-level"),
        ("levels: { task: [tasks-done] }\n", "4:18 policy/wrong-level"),
        ("levels: { feature: [features-done] }\n", "4:21 policy/wrong-level"),
        ("levels: { epic: [epics-done] }\n", "4:18 policy/wrong-level"),
        ("levels: { task: [committed, committed] }\n", "4:29 policy/twice"),
        ("owners: { ../x: a }\n", "4:11 policy/bad-pattern"),
        ("owners: { docs/: a b }\n", "4:18 policy/bad-name"),
        ("owners: [a]\n", "4:9 yaml/type"),
        ("gates: { committed: { run: 'true', inputs: . } }\nlevels: { task: [committed] }\n", "4:10 policy/name-taken"),
    ] {
        let found = findings(rest);
        assert!(found.contains(&expected.to_owned()), "{rest}: {found:?}");
        let others: Vec<_> = found.iter().filter(|f| *f != expected && !f.ends_with("unused-gate")).collect();
        assert!(others.is_empty(), "{rest}: {others:?}");
    }
}

#[test]
fn gates_say_one_thing_completely() {
    for (entry, expected) in [
        ("{ run: x, inputs: . }", None),
        ("{ run: x }", Some("policy/no-inputs at g")),
        ("{ run: x, inputs: [] }", Some("policy/no-inputs at inputs")),
        ("{ run: x, inputs: }", Some("yaml/type at ")),
        ("{ run: '', inputs: . }", Some("yaml/type at ''")),
        ("{ run: [a], inputs: . }", Some("yaml/type at [a]")),
        ("{ inputs: . }", Some("policy/gate-kind at g")),
        ("{ metric: { lcov: a, min: 1 } }", Some("policy/gate-kind at g")),
        ("x", Some("yaml/type at x")),
        ("{ run: x, inputs: ., approve: y }", Some("policy/gate-kind at approve")),
        ("{ run: x, inputs: ., changed: y }", Some("policy/gate-kind at changed")),
        ("{ run: x, inputs: ., independent: true }", Some("policy/no-effect at independent")),
        ("{ run: x, inputs: ., or: y }", Some("policy/no-effect at or")),
        ("{ approve: x, inputs: . }", Some("policy/no-effect at inputs")),
        ("{ approve: x, min_tests: 1 }", Some("policy/no-effect at min_tests")),
        ("{ approve: x, metric: { lcov: a, min: 1 } }", Some("policy/no-effect at metric")),
        ("{ changed: x, trust: ci }", Some("policy/no-effect at trust")),
        ("{ approve: x y }", Some("policy/bad-name at x y")),
        ("{ approve: [x] }", Some("yaml/type at [x]")),
        ("{ checklist: 'a*' }", Some("policy/bad-pattern at 'a*'")),
        ("{ checklist: . }", Some("policy/bad-pattern at .")),
        ("{ changed: [] }", Some("yaml/type at []")),
        ("{ changed: /a }", Some("policy/bad-pattern at /a")),
        ("{ changed: a, when: '..' }", Some("policy/bad-pattern at '..'")),
        ("{ run: x, inputs: [plan/] }", Some("policy/plan-as-input at plan/")),
        ("{ run: x, inputs: ['./plan/**'] }", Some("policy/plan-as-input at './plan/**'")),
        ("{ run: x, inputs: [plan/gates/*.md] }", Some("policy/plan-as-input at plan/gates/*.md")),
        ("{ run: x, inputs: [plan.md, planet/] }", None),
        ("{ run: x, inputs: ['a\\b'] }", Some("policy/bad-pattern at 'a\\b'")),
        ("{ run: x, inputs: [\"a\\x1b\"] }", Some("policy/bad-pattern at \"a\\x1b\"")),
        ("{ run: x, inputs: ['{a'] }", Some("policy/bad-pattern at '{a'")),
        ("{ run: x, inputs: ., timeout: 15 }", Some("policy/bad-timeout at 15")),
        ("{ run: x, inputs: ., timeout: 0s }", Some("policy/bad-timeout at 0s")),
        ("{ run: x, inputs: ., timeout: 25h }", Some("policy/bad-timeout at 25h")),
        ("{ run: x, inputs: ., timeout: 1é }", Some("policy/bad-timeout at 1é")),
        ("{ run: x, inputs: ., timeout: 99999999999h }", Some("policy/bad-timeout at 99999999999h")),
        ("{ run: x, inputs: ., timeout: 24h }", None),
        ("{ run: x, inputs: ., min_tests: 0 }", Some("policy/bad-value at 0")),
        ("{ run: x, inputs: ., min_tests: 1.5 }", Some("yaml/type at 1.5")),
        ("{ run: x, inputs: ., min_tests: 4294967296 }", Some("policy/bad-value at 4294967296")),
        ("{ run: x, inputs: ., env: [A=b] }", Some("policy/bad-value at A=b")),
        ("{ run: x, inputs: ., on: [a/b] }", Some("policy/bad-value at a/b")),
        ("{ run: x, inputs: ., waivable: no }", Some("yaml/type at no")),
        ("{ run: x, inputs: ., trust: full }", Some("yaml/type at full")),
        ("{ run: x, inputs: ., shell: bash }", Some("yaml/unknown-key at shell")),
    ] {
        check_gate(entry, expected);
    }
}

#[test]
fn metrics_are_complete() {
    for (metric, expected) in [
        ("{ lcov: a, min: 1 }", None),
        ("{ cobertura: a, max: 1 }", None),
        ("{ junit: a, min: 1, max: 1 }", None),
        ("{ lcov: a }", Some("policy/bad-metric at { lcov: a }")),
        ("{ lcov: a, min: 2, max: 1 }", Some("policy/bad-metric at { lcov: a, min: 2, max: 1 }")),
        ("{ lcov: a, min: .nan }", Some("yaml/type at .nan")),
        ("{ lcov: a, min: '1' }", Some("yaml/type at '1'")),
        ("{ lcov: a, junit: b, min: 1 }", Some("policy/bad-metric at { lcov: a, junit: b, min: 1 }")),
        ("{ min: 1 }", Some("policy/bad-metric at { min: 1 }")),
        ("{ lcov: ../a, min: 1 }", Some("policy/bad-pattern at ../a")),
        ("{ json: a, min: 1 }", Some("policy/bad-metric at a")),
        ("{ json: a, pointer: b, min: 1 }", Some("policy/bad-metric at b")),
        ("{ lcov: a, pointer: /b, min: 1 }", Some("policy/no-effect at pointer")),
        ("{ regex: 'a', min: 1 }", Some("policy/bad-metric at 'a'")),
        ("{ regex: '(', min: 1 }", Some("policy/bad-metric at '('")),
        ("{ regex: '((a{1000}){1000}){1000}', min: 1 }", Some("policy/bad-metric at '((a{1000}){1000}){1000}'")),
        ("{ lcov: a, minimum: 1, min: 1 }", Some("yaml/unknown-key at minimum")),
    ] {
        check_gate(&format!("{{ run: x, inputs: ., metric: {metric} }}"), expected);
    }
}

/// The one finding of a gate must be `code at "text"`.
fn check_gate(entry: &str, expected: Option<&str>) {
    let text = format!("{HEAD}gates:\n  g: {entry}\nlevels: {{ merge: [g] }}\n");
    let source = Source::new(PATH, text);
    let mut sink = Sink::new();
    parse(&source, &mut sink);
    let found = sink.into_sorted().into_iter().map(|finding| match finding.place {
        Place::Text { span, .. } => format!("{} at {}", finding.code, source.slice(span)),
        place => place.to_string(),
    });
    let found: Vec<String> = found.collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{entry}");
}

#[test]
fn long_lists_are_refused() {
    let list = |entry: &str| (0..251).map(|i| entry.replace('#', &i.to_string())).collect::<String>();
    assert_eq!(findings(&format!("trust: {{ {} }}\n", list("b#: ci, "))), ["4:8 policy/too-many"]);
    assert_eq!(findings(&format!("gates:\n{}", list("  g#: { approve: x }\n"))), ["5:3 policy/too-many"]);
    let text = format!("passmuster: policy/1\nrepository: r\nprotect: [{}]\n", list("b#, "));
    assert_eq!(outcome(&text).1, ["3:1 policy/too-many"]);
}

#[test]
fn twins_and_unused_gates_are_told() {
    let found =
        findings("gates:\n  a: { approve: x }\n  A: { approve: x }\n  b: { approve: x }\nlevels: { merge: [a, A] }\n");
    assert_eq!(found, ["6:3 policy/name-taken", "7:3 policy/unused-gate"]);
}

#[test]
fn what_is_shown_reads_back_the_same() {
    let evil = format!(
        "{HEAD}gates:\n  'no': {{ run: \"a: b # c\\n\\u202e 'x'\", inputs: ['a, b', 'on', '[a]b*', '1.0'] }}\nowners: {{ 'on': 'yes', 'ab: c': '1' }}\n"
    );
    for text in [WHOLE, HEAD, evil.as_str()] {
        let first = policy(text);
        let shown = first.show();
        let second = policy(&shown);
        let stripped = |page: &str| {
            page.lines()
                .map(|line| line.split("  # from the profile").next().unwrap_or("").trim_end().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(stripped(&shown), stripped(&second.show()), "{shown}");
        for gate in first.gates.values() {
            assert_eq!(first.definition(gate), second.definition(&second.gates[&gate.name.value]));
        }
    }
}

#[test]
fn the_page_says_what_comes_from_the_profile() {
    let page = policy(&format!("{HEAD}comms: hub\n")).show();
    assert!(page.contains("\ncomms: hub\n"), "{page}");
    assert!(
        page.lines()
            .any(|line| line.starts_with("separation: threshold ") && line.ends_with("# from the profile team")),
        "{page}"
    );
    assert!(page.lines().any(|line| line.starts_with("  task: [committed] ") && line.contains('#')), "{page}");
}

#[test]
fn definitions_hold_what_changes_the_meaning() {
    let definition = |entry: &str| {
        let p = policy(&format!("{HEAD}gates:\n  g: {entry}\nlevels: {{ merge: [g] }}\n"));
        serde_json::to_string(&p.definition(p.gate("g").unwrap())).unwrap()
    };
    let base = definition("{ run: x, inputs: [a, b] }");
    assert_eq!(
        base,
        r#"{"command":"x","env":[],"inputs":["a","b"],"kind":"run","metric":null,"min_tests":null,"timeout":600,"when":[]}"#
    );
    for same in [
        "{ inputs: [b, a, a], run: 'x' }",
        "{ run: x, inputs: [a, b], timeout: 10m }",
        "{ run: x, inputs: [a, b], waivable: false, trust: ci, on: [l] }",
    ] {
        assert_eq!(definition(same), base, "{same}");
    }
    for other in [
        "{ run: y, inputs: [a, b] }",
        "{ run: x, inputs: [a] }",
        "{ run: x, inputs: [a, b], timeout: 11m }",
        "{ run: x, inputs: [a, b], min_tests: 1 }",
        "{ run: x, inputs: [a, b], env: [CI] }",
        "{ run: x, inputs: [a, b], when: [a] }",
        "{ run: x, inputs: [a, b], metric: { lcov: a, min: 1 } }",
        "{ approve: x }",
        "{ checklist: x }",
        "{ changed: x }",
    ] {
        assert_ne!(definition(other), base, "{other}");
    }
    assert_ne!(definition("{ approve: x }"), definition("{ approve: x, independent: true }"));
    assert_ne!(definition("{ changed: x }"), definition("{ changed: x, or: y }"));
}

proptest! {
    #[test]
    fn any_change_of_a_policy_is_survived(at in 0usize..1600, cut in 0usize..6, put in "[-\\[\\]{}:,?*!|>'\"%#a~ /.\n\té]{0,4}") {
        let mut text = WHOLE.to_owned();
        let at = at.min(text.len());
        text.replace_range(at..(at + cut).min(text.len()), &put);
        let source = Source::new(PATH, text.as_str());
        let mut sink = Sink::new();
        let policy = parse(&source, &mut sink);
        prop_assert_eq!(policy.is_none(), sink.has_errors());
        for finding in sink.into_sorted() {
            prop_assert!(finding.hint.is_some(), "{:?}", finding);
            if let Place::Text { span, .. } = finding.place {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }
}

#[test]
fn how_time_is_judged_is_read_and_mistakes_are_named() {
    let of = |time: &str| outcome(&format!("{HEAD}time: {{ {time} }}\n"));
    let (policy, findings) =
        of("buffer: per-task, yellow: [5, 60], red: [20, 80], load: [60%, 75%], realistic: { high: 40, low: 5 }");
    assert!(findings.is_empty(), "{findings:?}");
    let time = policy.unwrap().time;
    let realistic = Realistic { high: 40, low: 5, ..Realistic::default() };
    assert_eq!((time.sizing, time.realistic), (Sizing::PerTask(realistic), realistic));
    assert_eq!((time.zones.yellow, time.zones.red.end), (Border { begin: 5.0, end: 60.0 }, 80.0));
    assert_eq!(time.load, Band { least: 60, most: 75 });
    assert_eq!(of("buffer: 30%").0.unwrap().time.sizing, Sizing::Share(0.3));
    for wrong in [
        "buffer: half",
        "buffer: -5%",
        "buffer: NaN%",
        "buffer: 1e9%",
        "yellow: [10]",
        "yellow: [70, 10]",
        "red: [5, 60]",
        "load: [70, 120]",
        "load: [a, b]",
        "realistic: { high: 501 }",
        "realistic: { huge: 5 }",
        "bufer: guarded",
    ] {
        assert!(of(wrong).0.is_none(), "{wrong}");
    }
    for (name, sizing) in Sizing::NAMED {
        assert_eq!((Sizing::from_name(name), sizing.name().as_str()), (Some(sizing), name));
    }
    assert_eq!(Sizing::Share(0.25).name(), "25%");
}
