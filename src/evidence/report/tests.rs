use super::*;
use crate::diag::Sink;
use crate::evidence::statement::signed_bytes;
use crate::evidence::{GateResult, InputLine, Outcome, one_line};
use crate::id::{GateName, ObjectId};
use crate::text::Source;
use proptest::prelude::*;

fn result(gate: &str) -> GateResult {
    GateResult {
        gate: GateName::parse(gate).unwrap(),
        subject: "DB-001".into(),
        outcome: Outcome::Pass,
        key: Digest::of(&[b"key"]),
        definition: Digest::of(&[b"definition"]),
        inputs: Digest::of(&[b"inputs"]),
        lines: vec![
            InputLine { path: "Cargo.toml".into(), mode: Some(0o100644), id: ObjectId::parse(&"1".repeat(40)) },
            InputLine { path: "new folder".into(), mode: None, id: None },
        ],
        environment: "linux-x86_64".into(),
        tree: ObjectId::parse(&"a".repeat(40)).unwrap(),
        at: "2026-11-23T08:30:00Z".parse().unwrap(),
        by: "ada".into(),
        milliseconds: 1234,
        exit: Some(0),
        tests: Some(12),
        value: Some(80.5),
        note: "12 tests ran".into(),
        signature: None,
    }
}

fn written(results: &[GateResult], tail: &str) -> ReportFile {
    let results: Vec<(&GateResult, &[u8])> = results.iter().map(|result| (result, tail.as_bytes())).collect();
    write("DB-001", &results)
}

/// The results, or the codes of what was found.
fn read(name: &str, text: &str) -> Result<Vec<GateResult>, Vec<&'static str>> {
    let source = Source::new("plan/gates/x.md", text);
    let mut sink = Sink::new();
    let report = parse(&source, name, &mut sink);
    let found = sink.into_sorted();
    for finding in &found {
        assert!(finding.hint.is_some(), "{}", finding.message);
    }
    report.map(|report| report.results).ok_or_else(|| found.iter().map(|finding| finding.code.name).collect())
}

fn text(file: &ReportFile) -> &str {
    std::str::from_utf8(&file.bytes).unwrap()
}

/// Reads an edited report under the name that would fit it.
fn read_edited(from: &str, to: &str) -> Result<Vec<GateResult>, Vec<&'static str>> {
    let file = written(&[result("unit-tests")], "");
    let edited = text(&file).replacen(from, to, 1);
    assert_ne!(edited, text(&file), "{from:?} is not there");
    read(&file_name("DB-001", edited.as_bytes()), &edited)
}

#[test]
fn golden_report() {
    let file = written(&[result("unit-tests")], "running 12 tests\r\ntest result: ok");
    insta::assert_snapshot!(text(&file), @r#"
---
passmuster: gate-report/1
item: DB-001
results:
- gate: unit-tests
  outcome: pass
  key: c83c4b6063d89075f967de2f416b5b55f9101f0ac1542199c298311f7161d0d5
  definition: 5b0fab8048b5ae910e736f844e2b67b9b66c57123421de85d7d28ba9ab51c5c6
  inputs: cb05eded26b3d7141b08535b3183de826c953203d2e2e747bf1f9e70ae8ac929
  lines:
  - 100644 1111111111111111111111111111111111111111 Cargo.toml
  - absent new folder
  environment: linux-x86_64
  tree: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  at: "2026-11-23T08:30:00Z"
  by: ada
  milliseconds: 1234
  exit: 0
  tests: 12
  value: 80.5
  note: 12 tests ran
---

# Gate report: DB-001

| gate | outcome | tests | value | seconds | by | note |
|---|---|---|---|---|---|---|
| unit-tests | pass | 12 | 80.5 | 1.2 | ada | 12 tests ran |

## unit-tests

```text
running 12 tests
test result: ok
```
"#);
    assert_eq!(file.name, "DB-001.dd976c.md");
}

#[test]
fn edits_under_a_fitting_name_are_still_refused() {
    for (from, to, codes) in [
        ("gate-report/1", "gate-report/2", &["evidence/format"][..]),
        ("gate-report/1", "plan/1", &["evidence/format"]),
        ("passmuster:", "passmustar:", &["yaml/missing-key"]),
        ("item: DB-001", "item: DB/001", &["evidence/invalid"]),
        ("item: DB-001", "item: DB-002", &["evidence/name"]),
        ("item: DB-001", "item: [DB-001]", &["evidence/invalid"]),
        ("outcome: pass", "outcome: passed", &["evidence/invalid"]),
        ("outcome: pass", "outcome: Pass", &["evidence/invalid"]),
        ("outcome: pass", "outcome:", &["evidence/invalid"]),
        ("outcome: pass", "outcome: fail\n  outcome: pass", &["yaml/duplicate-key"]),
        ("outcome: pass", "outcome: pass\n  sure: true", &["yaml/unknown-key"]),
        ("results:", "more: 1\nresults:", &["yaml/unknown-key"]),
        ("  tree: aaaa", "  tree: b", &["evidence/invalid"]),
        ("  at: \"2", "  at: \"x2", &["evidence/invalid"]),
        ("  by: ada", "  by: \"a\\u202eda\"", &["evidence/invalid"]),
        ("  by: ada", "  by: ''", &["evidence/invalid"]),
        ("exit: 0", "exit: zero", &["evidence/invalid"]),
        ("tests: 12", "tests: -12", &["evidence/invalid"]),
        ("value: 80.5", "value: .nan", &["evidence/invalid"]),
        ("value: 80.5", "value: nan", &["evidence/invalid"]),
        ("100644 1", "100648 1", &["evidence/invalid"]),
        ("absent new", "missing new", &["evidence/invalid"]),
        ("gate: unit-tests", "gate: &a unit-tests", &["yaml/indirection"]),
        ("---\npass", "\n---\npass", &["evidence/unreadable"]),
        ("---\npass", "\u{feff}---\npass", &["evidence/unreadable"]),
        ("\n---\n", "\n", &["evidence/unreadable"]),
    ] {
        assert_eq!(read_edited(from, to), Err(codes.to_vec()), "{from:?} → {to:?}");
    }
}

#[test]
fn a_name_must_agree_with_content_and_subject() {
    let file = written(&[result("unit-tests")], "");
    let name = &file.name;
    assert!(read(name, text(&file)).is_ok());
    for bad in [
        &name.replace("DB-001", "DB-002"),
        &name.to_uppercase(),
        "DB-001.md",
        "",
        &format!("./{name}"),
        "DB-001.000000.md",
    ] {
        assert_eq!(read(bad, text(&file)), Err(vec!["evidence/name"]), "{bad}");
    }
}

#[test]
fn floods_are_refused() {
    let long = "x".repeat(MAX_BYTES + 1);
    assert_eq!(read("DB-001.000000.md", &long), Err(vec!["evidence/unreadable"]));
    let many: Vec<GateResult> =
        (0..=MAX_RESULTS).map(|i| GateResult { lines: vec![], ..result(&format!("g{i}")) }).collect();
    let file = written(&many, "");
    assert_eq!(read(&file.name, text(&file)), Err(vec!["evidence/invalid"]));
    assert!(read(&written(&many[1..], "").name, text(&written(&many[1..], ""))).is_ok());
    let none = written(&[], "");
    assert_eq!(read(&none.name, text(&none)), Err(vec!["evidence/invalid"]));
    let twice = written(&[result("lint"), result("lint")], "");
    assert_eq!(read(&twice.name, text(&twice)), Err(vec!["evidence/invalid"]));
}

#[test]
fn reports_stay_small() {
    let signature = format!(
        "-----BEGIN SSH SIGNATURE-----\n{}-----END SSH SIGNATURE-----\n",
        format!("{}\n", "A".repeat(70)).repeat(5)
    );
    let lines: Vec<InputLine> = (0..200)
        .map(|i| InputLine { path: format!("src/{i}.rs"), mode: Some(0o100644), id: ObjectId::parse(&"1".repeat(40)) })
        .collect();
    let gates = ["unit-tests", "lint", "coverage"];
    let many: Vec<GateResult> = gates
        .iter()
        .map(|gate| GateResult { lines: lines.clone(), signature: Some(signature.clone()), ..result(gate) })
        .collect();
    for tail in
        ["", "one line", &"a long line of output\n".repeat(10_000), &"x".repeat(1_000_000), &"`".repeat(100_000)]
    {
        let file = written(&many, tail);
        assert!(file.bytes.len() <= TARGET_BYTES, "{} bytes", file.bytes.len());
        let expected: Vec<GateResult> =
            many.iter().map(|result| GateResult { lines: vec![], ..result.clone() }).collect();
        assert_eq!(read(&file.name, text(&file)), Ok(expected));
    }
}

#[test]
fn foreign_text_stays_inert() {
    let tail = "```\n````js\n<script>alert(1)</script>\n---\n\x1b[31mred\x1b[0m\rover\n| a |\n";
    let hostile = GateResult { note: "a | <b> [x](y) `c` @ada www.x.org *d*\n# e".into(), ..result("text") };
    let file = written(&[hostile], tail);
    let fences = text(&file).lines().filter(|line| line.starts_with("`````")).count();
    assert_eq!(fences, 2, "{}", text(&file));
    assert!(!text(&file).contains(['\x1b', '\r']));
    let html = {
        let mut html = String::new();
        let after = crate::doc::front_matter(text(&file)).unwrap().after;
        let options = pulldown_cmark::Options::ENABLE_TABLES;
        for event in pulldown_cmark::Parser::new_ext(&text(&file)[after..], options) {
            use pulldown_cmark::{Event, Tag};
            match event {
                Event::Html(_) | Event::InlineHtml(_) | Event::Code(_) => panic!("{event:?}"),
                Event::Start(Tag::Link { .. } | Tag::Emphasis | Tag::Image { .. } | Tag::Strong) => panic!("{event:?}"),
                Event::Text(text) => html.push_str(&text),
                _ => {}
            }
        }
        html
    };
    assert!(html.contains("a | <b> [x](y) `c` @\u{200b}ada www.x.org *d*\\u{a}# e"), "{html}");
    assert!(read(&file.name, text(&file)).is_ok());
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        prop::collection::vec(any::<char>(), 0..20).prop_map(|chars| chars.into_iter().collect()),
        prop::sample::select(vec![
            "null", "~", "true", "1e3", "- a", "a: b", "#", "'", "\"", "---", "0x1f", "12:30", "{", "*a", "x\ny", "|",
            ">-"
        ])
        .prop_map(str::to_owned),
        "x{290,320}",
    ]
}

fn some_id() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9][A-Za-z0-9._-]{0,8}", "[0-9]{1,6}(\\.|e)[0-9]{1,4}", "null|no|true|1_000|0x10|0b1|0o7"]
}

prop_compose! {
    fn some_result()(
        (gate, outcome, seed) in (some_id(), 0..4usize, any::<u64>()),
        (environment, by, note) in (some_text(), some_text(), some_text()),
        (seconds, nanoseconds, milliseconds) in (-62_000_000_000i64..250_000_000_000, 0..1_000_000_000, any::<u64>()),
        (exit, tests) in (any::<Option<i32>>(), any::<Option<u64>>()),
        value in prop::option::of(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO),
        signature in prop::option::of("-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=]{1,70}\n){1,4}-----END SSH SIGNATURE-----\n?"),
        paths in prop::collection::vec("[a-z/. '\"#:é\\\\-]{1,12}", 0..3),
    ) -> GateResult {
        let digest = |part: u8| Digest::of(&[&seed.to_be_bytes(), &[part]]);
        let id = |length: usize| ObjectId::parse(&digest(9).as_str()[..length]).unwrap();
        let or = |text: String| if text.trim().is_empty() { "x".to_owned() } else { text };
        GateResult {
            gate: GateName::parse(&gate).unwrap(),
            subject: "DB-001".into(),
            outcome: Outcome::ALL[outcome],
            key: digest(0),
            definition: digest(1),
            inputs: digest(2),
            lines: paths
                .into_iter()
                .enumerate()
                .map(|(i, path)| InputLine { path, mode: (i > 0).then_some(0o040000), id: (i > 0).then(|| id(64)) })
                .collect(),
            environment: or(environment),
            tree: id(40),
            at: jiff::Timestamp::new(seconds, nanoseconds).unwrap(),
            by: or(by),
            milliseconds,
            exit,
            tests,
            value,
            note,
            signature,
        }
    }
}

/// What of a result comes back from a report.
fn carried(result: &GateResult) -> GateResult {
    GateResult {
        environment: one_line(&result.environment),
        by: one_line(&result.by),
        note: one_line(&result.note),
        ..result.clone()
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(result in some_result(), tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = write("DB-001", &[(&result, &tail)]);
        let read = read(&file.name, text(&file)).map_err(|codes| TestCaseError::fail(format!("{codes:?}\n{}", text(&file))))?;
        prop_assert_eq!(&read, &[carried(&result)]);
        prop_assert_eq!(signed_bytes(&read[0], "r"), signed_bytes(&result, "r"));
    }

    #[test]
    fn one_changed_byte_and_nothing_counts(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let file = written(&[result("unit-tests"), result("lint")], "ok\n");
        let mut bytes = file.bytes.clone();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(source) = Source::from_bytes("plan/gates/x.md", bytes) {
            let mut sink = Sink::new();
            prop_assert!(parse(&source, &file.name, &mut sink).is_none() && sink.has_errors());
        }
    }

    #[test]
    fn any_text_is_a_finding(text in "(---\n)?(passmuster: gate-report/1\n)?(item: DB-001\n)?(results:\n)?\\PC{0,60}(---\n)?") {
        prop_assert!(!read(&file_name("DB-001", text.as_bytes()), &text).unwrap_err().is_empty());
    }

    #[test]
    fn one_line_is_stable(text in some_text()) {
        let line = one_line(&text);
        prop_assert!(line.chars().count() <= 300 && !line.chars().any(crate::text::is_hostile));
        prop_assert_eq!(one_line(&line), line);
    }
}
