use super::*;
use crate::diag::{Code, Diagnostic, Failure, Place};
use crate::text::{Source, Span, is_hostile};
use proptest::prelude::*;

/// A code with a page, as `codes!` makes it.
static UNKNOWN_OWNER: Code = Code {
    name: "plan/unknown-owner",
    page: " The owner is not\n on the roster.\n\n Work without an owner is done by nobody.\n",
};

fn unknown_owner() -> Diagnostic {
    let plan = Source::new("plans/checkout.md", "- [ ] A-1: pay\n  owner: ada-l\n");
    let policy = Source::new("passmuster.yaml", "passmuster: policy/1\nowners: on\n");
    Diagnostic::error(&UNKNOWN_OWNER, Place::text(&plan, Span::new(24, 29)), "`ada-l` is not on the roster")
        .inline("no such member")
        .label(Place::text(&plan, Span::new(6, 9)), "the item")
        .label(Place::text(&policy, Span::new(21, 27)), "asked for here")
        .label(Place::Commit("0123456789abcdef".into()), "came in here")
        .cause("the roster lists 6 members;\nthe nearest name is `ada`")
        .hint("write `owner: ada`")
}

fn numbered(count: usize) -> Vec<Diagnostic> {
    let source = Source::new("plan/a.md", "x\n".repeat(count));
    (0..count)
        .map(|n| Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(2 * n, 2 * n + 1)), format!("n {n}")))
        .collect()
}

#[test]
fn people_see_lines_causes_and_hint() {
    insta::assert_snapshot!(findings(&[unknown_owner()], Format::Human, Style::PLAIN), @"
    error[plan/unknown-owner]: `ada-l` is not on the roster
     --> plans/checkout.md:2:10
      |
    1 | - [ ] A-1: pay
      |       --- the item
    2 |   owner: ada-l
      |          ^^^^^ no such member
     ::: passmuster.yaml:2:1
      |
    2 | owners: on
      | ------ asked for here
     ::: commit 0123456789ab: came in here
      = cause: the roster lists 6 members;
               the nearest name is `ada`
      = hint: write `owner: ada`

    1 error
    ");
}

#[test]
fn a_place_without_text_is_named() {
    let finding = Diagnostic::warning(&UNKNOWN_OWNER, Place::Ref("refs/heads/main".into()), "moved").hint("look");
    insta::assert_snapshot!(human::finding(&finding, Style::PLAIN), @"
    warning[plan/unknown-owner]: moved
     --> refs/heads/main
      = hint: look
    ");
}

#[test]
fn gutters_of_two_files_line_up() {
    let long = Source::new("b", "x\n".repeat(1200));
    let short = Source::new("a", "abc\n");
    let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&short, Span::new(0, 3)), "m")
        .label(Place::text(&long, Span::new(2000, 2001)), "there");
    insta::assert_snapshot!(human::finding(&finding, Style::PLAIN), @"
    error[plan/unknown-owner]: m
        --> a:1:1
         |
       1 | abc
         | ^^^
        ::: b:1001:1
         |
    1001 | x
         | - there
    ");
}

#[test]
fn a_long_line_is_cut_around_the_span() {
    let text = format!("{}HERE{}", "ab ".repeat(1_000_000), "x".repeat(7_000_000));
    let source = Source::new("long.md", text);
    let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(3_000_000, 3_000_004)), "m");
    // Many findings on one long line cost no more than many on short ones.
    let found = vec![finding; 2000];
    let text = findings(&found, Format::Human, Style::PLAIN);
    assert!(text.contains("long.md:1:3000001") && text.contains("b HERExx") && text.contains("^^^^"));
    assert!(text.lines().all(|line| line.chars().count() <= 130), "{}", text.lines().next().unwrap());
    for format in Format::ALL {
        assert!(!findings(&found, format, Style::PLAIN).is_empty());
    }
}

#[test]
fn a_span_over_many_lines_is_shown_by_its_first() {
    let source = Source::new("a", "first\n".repeat(500));
    let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(0, 3000)), "m");
    assert_eq!(human::finding(&finding, Style::PLAIN).lines().count(), 5);
}

#[test]
fn very_many_further_places_are_counted() {
    let source = Source::new("a", "x\n".repeat(40_000));
    let first = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(0, 1)), "m");
    let finding =
        (1..40_000).fold(first, |all, n| all.label(Place::text(&source, Span::new(2 * n, 2 * n + 1)), "here"));
    let text = human::finding(&finding, Style::PLAIN);
    assert!(text.ends_with("::: and 39987 more places") && text.lines().count() < 60, "{text}");
}

#[test]
fn colours_are_written_only_when_asked_for() {
    let found = [unknown_owner()];
    assert!(findings(&found, Format::Human, Style { colour: true, width: None }).contains("\x1b["));
    assert!(!findings(&found, Format::Human, Style::PLAIN).contains('\x1b'));
}

#[test]
fn json_is_one_envelope() {
    let text = findings(&[unknown_owner()], Format::Json, Style::PLAIN);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((value["version"].as_u64(), value["kind"].as_str()), (Some(1), Some("findings")));
    let finding = &value["data"]["findings"][0];
    assert_eq!(finding["place"]["start"], serde_json::json!({"line": 2, "column": 10, "offset": 24}));
    assert_eq!(finding["place"]["end"], serde_json::json!({"line": 2, "column": 15, "offset": 29}));
    assert_eq!(finding["labels"][2]["place"]["name"], "0123456789abcdef");
    assert_eq!(value["data"]["errors"], 1);
}

#[test]
fn workflow_commands_carry_the_place() {
    let text = findings(&[unknown_owner()], Format::Github, Style::PLAIN);
    assert!(text.starts_with(
        "::error file=plans/checkout.md,line=2,endLine=2,col=10,endColumn=15,title=plan/unknown-owner::`ada-l`"
    ));
    assert!(text.contains("%0Ahint: write `owner: ada`") && text.lines().count() == 1, "{text}");
}

#[test]
fn nine_annotations_and_a_count_of_the_rest() {
    let text = findings(&numbered(30), Format::Github, Style::PLAIN);
    assert_eq!(text.lines().filter(|line| line.starts_with("::error")).count(), 10);
    assert!(text.contains("::error title=passmuster::21 more errors: see the log of this step\n"));
    assert!(text.contains("::group::21 more findings\nplan/a.md:10:1: error"));
    assert!(text.ends_with("plan/a.md:30:1: error[plan/unknown-owner]: n 29\n::endgroup::\n"));
}

#[test]
fn properties_cannot_be_ended_from_within() {
    let source = Source::new("a,line=9::b%", "x");
    let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::at(0)), "100%\r\n::error::x");
    let text = findings(&[finding], Format::Github, Style::PLAIN);
    assert!(text.contains("file=a%2Cline=9%3A%3Ab%25,line=1"), "{text}");
    assert!(text.ends_with("::100%25\\u{d}%0A::error::x\n"), "{text}");
}

#[test]
fn sarif_fingerprints_survive_moved_lines() {
    let prints = |lines: &str| {
        let source = Source::new("plan/a b.md", format!("{lines}- owner: ada\n- owner: ada\n"));
        let found = [9, 22].map(|at| {
            let at = lines.len() + at;
            Diagnostic::error(&UNKNOWN_OWNER, Place::text(&source, Span::new(at, at + 3)), "m")
        });
        let value: serde_json::Value = serde_json::from_str(&findings(&found, Format::Sarif, Style::PLAIN)).unwrap();
        let run = value["runs"][0].clone();
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "plan/a%20b.md");
        assert_eq!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"], "The owner is not on the roster.");
        [0, 1].map(|n| run["results"][n]["partialFingerprints"]["passmuster/v1"].as_str().unwrap().to_owned())
    };
    assert_eq!(prints(""), prints("# one\n\ntwo\n"));
    assert_ne!(prints("")[0], prints("")[1]);
}

#[test]
fn pages_lose_the_comment_space_only() {
    assert_eq!(page(&UNKNOWN_OWNER), "The owner is not\non the roster.\n\nWork without an owner is done by nobody.");
}

#[test]
fn tables_cut_text_before_numbers() {
    use table::{Align, Table};
    let mut table = Table::new([("item", Align::Left), ("h", Align::Right), ("title", Align::Left)]);
    table.row(["A-1", "8", "a title of some length that goes on"]).row(["日本", "12", "b"]);
    insta::assert_snapshot!(table.render(Style { colour: false, width: Some(24) }), @"
    item   h  title
    A-1    8  a title of so…
    日本  12  b
    ");
    table.row([&"x".repeat(3_000_000), "", &"y".repeat(3_000_000)]);
    assert!(table.render(Style { colour: false, width: Some(80) }).len() < 600);
}

/// The runner's parser, as its source has it: `::name k=v,…::data` at the start of a line after any white
/// space, else `##[name k=v;…]data` anywhere.
fn runner_command(line: &str) -> Option<String> {
    const KNOWN: [&str; 15] = [
        "add-mask",
        "add-matcher",
        "remove-matcher",
        "add-path",
        "set-env",
        "set-output",
        "save-state",
        "debug",
        "notice",
        "warning",
        "error",
        "group",
        "endgroup",
        "echo",
        "stop-commands",
    ];
    let known = |info: &str| {
        let name = info.trim().split(' ').next().unwrap_or_default().to_ascii_lowercase();
        KNOWN.contains(&name.as_str()).then_some(name)
    };
    let modern = line.trim_start().strip_prefix("::").and_then(|rest| known(rest.split_once("::")?.0));
    modern.or_else(|| line.split_once("##[").and_then(|(_, rest)| known(rest.split_once(']')?.0)))
}

#[test]
fn the_runner_parser_sees_what_the_runner_sees() {
    for line in ["::error::x", " \u{a0}::ERROR file=a::x", "text ##[error]x", "##[group a=b;c=d]"] {
        assert!(runner_command(line).is_some(), "{line}");
    }
    for line in ["a ::error::x", "::nothing::x", "::error", "##[x]", "# [error]"] {
        assert_eq!(runner_command(line), None, "{line}");
    }
}

/// Text that is likely to hurt, mixed with any other.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("::error::x".to_owned()),
        Just("##[error]x".to_owned()),
        Just("##[".to_owned()),
        Just("group]".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\t".to_owned()),
        Just(" \u{a0}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{202e}\u{200b}\u{feff}\u{9b}\u{7f}".to_owned()),
        Just("日本👍🏽é\u{301}".to_owned()),
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        4 => (hostile(), hostile(), any::<(usize, usize)>()).prop_map(|(path, text, (a, b))| {
            let mut at = [a % (text.len() + 1), b % (text.len() + 1)];
            at.sort_unstable();
            Place::text(&Source::new(path, text), Span::new(at[0], at[1]))
        }),
        1 => hostile().prop_map(Place::Path),
        1 => hostile().prop_map(Place::Commit),
        1 => hostile().prop_map(Place::Named),
    ]
}

prop_compose! {
    fn diagnostic()(
        place in place(), label in place(), texts in [hostile(), hostile(), hostile(), hostile(), hostile()], kind in 0..3,
    ) -> Diagnostic {
        let [message, inline, seen, cause, hint] = texts;
        let severity = [Severity::Error, Severity::Warning, Severity::Note][kind as usize];
        Diagnostic::new(&UNKNOWN_OWNER, severity, place, message).inline(inline).label(label, seen).cause(cause).hint(hint)
    }
}

/// Takes out SGR sequences, which only we write: foreign escapes are gone before.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';').expect("a sequence ends");
        assert!(part[end..].starts_with('m'), "not a colour: {part:?}");
        out.push_str(&part[end + 1..]);
    }
    out
}

fn assert_harmless(text: &str, commands: usize) {
    let text = without_colours(text);
    assert_eq!(text.chars().find(|&c| c != '\n' && is_hostile(c)), None, "{text:?}");
    let found: Vec<&str> = text.lines().filter(|line| runner_command(line).is_some()).collect();
    assert_eq!(found.len(), commands, "{found:#?}");
}

proptest! {
    #[test]
    fn no_output_lets_foreign_text_act(found in proptest::collection::vec(diagnostic(), 0..3), colour: bool, width in 0usize..200) {
        let style = Style { colour, width: Some(width) };
        for format in Format::ALL {
            let commands = if format == Format::Github { found.len() } else { 0 };
            assert_harmless(&findings(&found, format, style), commands);
        }
        for format in [Format::Json, Format::Sarif] {
            let text = findings(&found, format, style);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }

    #[test]
    fn no_failure_or_table_lets_foreign_text_act(cells in [hostile(), hostile(), hostile()], width in 0usize..60) {
        let [a, b, c] = &cells;
        assert_harmless(&failure(&Failure::new(a).because(b).hint(c), Style { colour: true, width: None }), 0);
        let mut table = table::Table::new([(a, table::Align::Right), (b, table::Align::Left)]);
        table.row(["", a]).row([b, c]);
        assert_harmless(&table.render(Style { colour: true, width: Some(width) }), 0);
    }

    #[test]
    fn json_keeps_every_character(message in hostile()) {
        let finding = Diagnostic::error(&UNKNOWN_OWNER, Place::Path("a".into()), &message);
        let value: serde_json::Value = serde_json::from_str(&json::findings(&[finding])).unwrap();
        prop_assert_eq!(value["data"]["findings"][0]["message"].as_str(), Some(message.as_str()));
    }
}
