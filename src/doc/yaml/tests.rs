use super::*;
use proptest::prelude::*;

fn read_text(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let source = Source::new("a.yaml", text);
    let mut sink = Sink::new();
    let node = read(&source, Span::new(0, text.len()), MAX_BYTES, &mut sink);
    (node, sink.into_sorted())
}

fn outcome(text: &str) -> Vec<String> {
    let (node, findings) = read_text(text);
    assert_eq!(node.is_none(), !findings.is_empty(), "{text:?}: {findings:?}");
    findings.iter().map(|d| format!("{} {}", d.place.to_string().trim_start_matches("a.yaml:"), d.code)).collect()
}

#[test]
fn refuses_what_is_not_plain_yaml() {
    for (text, expected) in [
        ("a: &x 1\n", "1:4 yaml/indirection"),
        ("a: *x\n", "1:4 yaml/indirection"),
        ("*x : 1\n", "1:1 yaml/indirection"),
        ("a: !str 1\n", "1:4 yaml/indirection"),
        ("a: !!int 1\n", "1:4 yaml/indirection"),
        ("! a: 1\n", "1:1 yaml/indirection"),
        ("%YAML 1.2\n---\na: 1\n", "1:1 yaml/indirection"),
        ("a: 1\n---\nb: 1\n", "2:1 yaml/documents"),
        ("---\na: 1\n...\n---\nb: 1\n", "4:1 yaml/documents"),
        ("a: 1\nb: 2\na: 3\n", "3:1 yaml/duplicate-key"),
        ("{a: 1, 'a': 3}\n", "1:8 yaml/duplicate-key"),
        ("<<: {a: 1}\n", "1:1 yaml/key"),
        ("[a]: 1\n", "1:1 yaml/key"),
        ("{{a: 1}: 1}\n", "1:2 yaml/key"),
        ("? - a\n: 1\n", "1:3 yaml/key"),
        (": 1\n", "1:1 yaml/key"),
        ("~: 1\n", "1:1 yaml/key"),
        ("a: [1\nb: 2\n", "2:2 yaml/syntax"),
        ("a: 'x\n", "2:1 yaml/syntax"),
        ("a:\n\t- b\n", "2:2 yaml/syntax"),
        ("a: b: c\n", "1:5 yaml/syntax"),
    ] {
        assert_eq!(outcome(text), [expected], "{text:?}");
    }
}

#[test]
fn takes_everyday_yaml() {
    for text in [
        "",
        "\n",
        "# only\n",
        "a: 1",
        "---\na: 1\n...\n",
        "a:\r\n  - b\r\n  - c: 'd'\r\n",
        "\u{feff}a: 1\n",
        "g: {\n a: 1,\n}\n",
    ] {
        assert!(outcome(text).is_empty(), "{text:?}");
    }
}

#[test]
fn several_findings_come_in_one_run() {
    assert_eq!(
        outcome("a: &x 1\nb: !t 2\nc: 1\nc: 2\n"),
        ["1:4 yaml/indirection", "2:4 yaml/indirection", "4:1 yaml/duplicate-key"]
    );
}

#[test]
fn bombs_are_refused_before_they_are_followed() {
    let deep = |n: usize| format!("a: {}", "[".repeat(n));
    assert_eq!(outcome(&deep(60_000)), ["1:36 yaml/too-deep"]);
    assert_eq!(outcome(&"- ".repeat(30_000))[0].split(' ').nth(1), Some("yaml/too-deep"));
    assert_eq!(outcome(&"{a: ".repeat(10_000))[0].split(' ').nth(1), Some("yaml/too-deep"));
    assert_eq!(outcome(&"? ".repeat(10_000)), ["1:3 yaml/key"]);
    // Flow inside block counts together.
    let mixed = format!("{}{}{}", "- ".repeat(20), "[".repeat(20), "]".repeat(20));
    assert_eq!(outcome(&mixed)[0].split(' ').nth(1), Some("yaml/too-deep"));
    let flood = format!("[{}]", "&a 1,".repeat(10_000));
    assert_eq!(outcome(&flood).len(), 16);
    assert_eq!(outcome(&"x".repeat(MAX_BYTES + 1)), ["1:1 yaml/too-large"]);
    let source = Source::new("a", format!("[{}]", "1,".repeat(MAX_NODES)));
    let mut sink = Sink::new();
    assert!(read(&source, Span::new(0, source.text().len()), 1 << 20, &mut sink).is_none());
    assert_eq!(sink.into_sorted()[0].code.name, "yaml/too-deep");
}

#[test]
fn the_deepest_allowed_nesting_is_read() {
    let text = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(outcome(&text).is_empty());
}

/// Every node as `span text: kind`.
fn places(source: &Source, node: &Node, out: &mut Vec<String>) {
    out.push(source.slice(node.span).to_owned());
    match &node.value {
        Value::Sequence(nodes) => nodes.iter().for_each(|node| places(source, node, out)),
        Value::Mapping(entries) => entries.iter().for_each(|(key, node)| {
            out.push(source.slice(key.span).to_owned());
            places(source, node, out);
        }),
        Value::Null | Value::Scalar { .. } => {}
    }
}

#[test]
fn spans_point_into_the_whole_source() {
    let text = "é front\n---\na: 'é x'\nb:\n  - c   # no\n  - {d: \"e\", f: }\n\n# end\ng: |\n  h\n---\n";
    let source = Source::new("a.yaml", text);
    let start = text.find("a: ").unwrap();
    let end = text.rfind("---").unwrap();
    let mut sink = Sink::new();
    let node = read(&source, Span::new(start, end), MAX_BYTES, &mut sink).unwrap();
    let mut found = Vec::new();
    places(&source, &node, &mut found);
    assert_eq!(
        found[1..],
        [
            "a",
            "'é x'",
            "b",
            "- c   # no\n  - {d: \"e\", f: }",
            "c",
            "{d: \"e\", f: }",
            "d",
            "\"e\"",
            "f",
            "",
            "g",
            "h\n"
        ]
    );
}

#[test]
fn values_are_taken_as_written() {
    let check = |text: &str, read: &dyn Fn(&Node, &Source, &mut Sink) -> bool| {
        let source = Source::new("a", text);
        let mut sink = Sink::new();
        let node = super::read(&source, Span::new(0, text.len()), MAX_BYTES, &mut sink).unwrap();
        let taken = read(&node, &source, &mut sink);
        assert_eq!(taken, sink.is_empty(), "{text:?}");
        taken
    };
    for (text, ok) in [
        ("0", true),
        ("15", true),
        ("\"15\"", false),
        ("1_0", false),
        ("0x1", false),
        ("017", false),
        ("-1", false),
        ("1.0", false),
        ("99999999999999999999", false),
        ("~", false),
        ("[1]", false),
    ] {
        assert_eq!(check(text, &|n, s, k| n.whole_number(s, "n", k).is_some()), ok, "{text}");
    }
    for (text, ok) in [
        ("80", true),
        ("-0.5", true),
        ("1e3", true),
        (".5", true),
        (".nan", false),
        (".inf", false),
        ("1e999", false),
        ("nan", false),
        ("inf", false),
        ("'1'", false),
        ("1_000", false),
        ("- 1", false),
    ] {
        assert_eq!(check(text, &|n, s, k| n.number(s, "n", k).is_some()), ok, "{text}");
    }
    for (text, ok) in [
        ("true", true),
        ("false", true),
        ("True", false),
        ("yes", false),
        ("on", false),
        ("'true'", false),
        ("1", false),
        ("", false),
    ] {
        assert_eq!(check(text, &|n, s, k| n.boolean(s, "n", k).is_some()), ok, "{text}");
    }
    for (text, ok) in [
        ("a", true),
        ("[a, 'b']", true),
        ("[]", true),
        ("[a, [b]]", false),
        ("[a, ~]", false),
        ("['']", false),
        ("", false),
        ("{a: b}", false),
    ] {
        assert_eq!(check(text, &|n, s, k| n.texts(s, "n", k).is_some()), ok, "{text}");
    }
}

#[test]
fn a_flood_of_unknown_keys_is_cut_short() {
    let text: String = (0..100).map(|i| format!("k{i}: 1\n")).collect();
    let source = Source::new("a", text.as_str());
    let mut sink = Sink::new();
    let node = read(&source, Span::new(0, text.len()), MAX_BYTES, &mut sink).unwrap();
    Fields::new(&source, &node, "it", &mut sink).unwrap().finish(Severity::Error, &mut sink);
    let findings = sink.into_sorted();
    assert_eq!(findings.len(), 16);
    assert_eq!(findings[0].causes[1], "84 more unknown keys are not shown");
}

/// The shape both readers must agree on.
fn same(ours: &Node, theirs: &serde_yaml::Value) -> bool {
    use serde_yaml::Value as Theirs;
    match (&ours.value, theirs) {
        (Value::Null, Theirs::Null) => true,
        (Value::Scalar { text, .. }, Theirs::String(other)) => text == other,
        (Value::Scalar { text, plain: true }, Theirs::Bool(other)) => *text == other.to_string(),
        (Value::Scalar { text, plain: true }, Theirs::Number(other)) => {
            text.parse::<f64>().ok().is_some_and(|number| Some(number) == other.as_f64())
        }
        (Value::Sequence(nodes), Theirs::Sequence(others)) => {
            nodes.len() == others.len() && nodes.iter().zip(others).all(|(node, other)| same(node, other))
        }
        (Value::Mapping(entries), Theirs::Mapping(others)) => {
            entries.len() == others.len()
                && entries.iter().all(|(key, node)| others.get(key.value.as_str()).is_some_and(|o| same(node, o)))
        }
        _ => false,
    }
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z ./*-]{0,10}[a-z]",
        "[0-9]{1,6}",
        "-?[0-9]{1,3}\\.[0-9]{1,3}",
        "true|false|null|~",
        "[ -~é👍]{0,12}".prop_map(|text| serde_json::to_string(&text).expect("text is always JSON")),
        "[ -~é]{0,12}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
    ]
}

/// A document in block or flow style with keys that may repeat.
fn document() -> impl Strategy<Value = String> {
    let flow = scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|parts| format!("[{}]", parts.join(", "))),
            prop::collection::vec(("[a-e]", inner), 0..4).prop_map(|parts| {
                let parts: Vec<_> = parts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", parts.join(", "))
            }),
        ]
    });
    let line =
        (("[a-h]", "( #[ a-z]{0,5})?"), prop::collection::vec(flow, 1..4)).prop_map(|((key, comment), values)| {
            match values.as_slice() {
                [value] => format!("{key}: {value}{comment}\n"),
                many => format!("{key}:{comment}\n{}", many.iter().map(|v| format!("  - {v}\n")).collect::<String>()),
            }
        });
    (prop::collection::vec(line, 0..6), any::<bool>())
        .prop_map(|(lines, crlf)| if crlf { lines.concat().replace('\n', "\r\n") } else { lines.concat() })
}

fn within(source: &Source, node: &Node) {
    let mut all = Vec::new();
    fn collect(node: &Node, all: &mut Vec<Span>) {
        all.push(node.span);
        match &node.value {
            Value::Sequence(nodes) => nodes.iter().for_each(|node| collect(node, all)),
            Value::Mapping(entries) => entries.iter().for_each(|(key, node)| {
                all.push(key.span);
                collect(node, all);
            }),
            Value::Null | Value::Scalar { .. } => {}
        }
    }
    collect(node, &mut all);
    for span in all {
        assert!(source.text().get(span.range()).is_some(), "{span:?} in {:?}", source.text());
        assert!(span.start >= node.span.start && span.end <= node.span.end, "{span:?} outside {:?}", node.span);
    }
}

proptest! {
    #[test]
    fn two_readers_agree(text in document()) {
        let (node, findings) = read_text(&text);
        match (node, serde_yaml::from_str::<serde_yaml::Value>(&text)) {
            (Some(node), Ok(other)) => prop_assert!(same(&node, &other), "{node:?}\n{other:?}"),
            (Some(_), Err(error)) => prop_assert!(false, "only we read it: {error}"),
            (None, _) => prop_assert!(findings.iter().all(|d| d.code.name == "yaml/duplicate-key"), "{findings:?}"),
        }
    }

    #[test]
    fn any_text_gives_a_node_or_findings(text in "[-\\[\\]{}:,?&*!|>'\"%@`#a~ \t\r\né👍\u{feff}\u{85}\u{2028}\0]{0,60}") {
        let source = Source::new("a.yaml", text.as_str());
        let mut sink = Sink::new();
        let node = read(&source, Span::new(0, text.len()), MAX_BYTES, &mut sink);
        prop_assert_eq!(node.is_none(), sink.has_errors());
        if let Some(node) = node {
            within(&source, &node);
        }
        for finding in sink.into_sorted() {
            prop_assert!(finding.hint.is_some() && !finding.causes.is_empty(), "{:?}", finding);
            if let Place::Text { span, .. } = finding.place {
                prop_assert!(text.get(span.range()).is_some());
            }
        }
    }

    #[test]
    fn any_unicode_is_survived(text in "\\PC{0,80}", start in 0usize..90, end in 0usize..90) {
        let source = Source::new("a.yaml", text.as_str());
        let mut sink = Sink::new();
        let node = read(&source, Span::new(start, end), MAX_BYTES, &mut sink);
        prop_assert_eq!(node.is_none(), sink.has_errors());
    }
}
