//! The two producers of the outline agree, and both keep to the text.

use super::blocks::{self, Block, BlockKind, Unsure};
use super::{front_matter, markdown};
use crate::text::Span;
use proptest::prelude::*;

fn fast(text: &str) -> Result<Vec<Block>, Unsure> {
    let mut found = Vec::new();
    blocks::scan(text, 0, |block| found.push(block)).map(|()| found)
}

fn full(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    markdown::scan(text, 0, |block| found.push(block)).expect("not deep");
    found
}

/// The outline in short: what, depth or level, text.
fn short(text: &str, blocks: &[Block]) -> Vec<String> {
    blocks
        .iter()
        .map(|block| {
            let words = &text[block.text.range()];
            match block.kind {
                BlockKind::Heading { level } => format!("h{level} {words}"),
                BlockKind::Item { depth, checkbox: None, .. } => format!("i{depth} {words}"),
                BlockKind::Item { depth, checkbox: Some(checkbox), .. } => {
                    format!("{}{depth} {words}", if checkbox.ticked { "x" } else { "o" })
                }
                BlockKind::Text { depth } => format!("t{depth} {words}"),
            }
        })
        .collect()
}

#[test]
fn both_read_what_plans_are_made_of() {
    let cases: &[(&str, &[&str])] = &[
        ("# A #\n\n- [ ] b\n  - c: d\n  e\n", &["h1 A", "o0 b", "i1 c: d", "t2 e"]),
        ("- [x] a\r\n  b\r\n\r\nc\r\n", &["x0 a", "t1 b", "t0 c"]),
        ("```\n- [ ] a\n```\n~~~ x\n# y\n~~~~\n- b", &["i0 b"]),
        ("<!-- - [ ] a\n\n- [ ] b\n-->\n- c\n", &["i0 c"]),
        ("> - [ ] a\n\n- b\n", &["i0 b"]),
        ("- a\n  > b\n- c\n  > d\n  - e\n> f\n# g\n", &["i0 a", "i0 c", "i1 e", "h1 g"]),
        ("text\n    - [ ] a\n\n    - [ ] code\n", &["t0 text", "t0 - [ ] a"]),
        ("- [-] a\n- [ ]x\n- [X] b\n", &["i0 [-] a", "i0 [ ]x", "x0 b"]),
        ("1. a\n   - [ ] b\n2) c\n", &["i0 a", "o1 b", "i0 c"]),
        ("- a\n\n  ```\n  - x\n- b\n", &["i0 a", "i0 b"]),
        ("- - [ ] a\n  - b\n", &["i0 - [ ] a", "o1 a", "i1 b"]),
        ("-     code\n- ***\n* * *\n", &["i0 ", "i0 ***"]),
        ("para\n2. no list\n1. list\n", &["t0 para", "t0 2. no list", "i0 list"]),
        ("##no\n## yes\n#\n", &["t0 ##no", "h2 yes", "h1 "]),
    ];
    for (text, expected) in cases {
        assert_eq!(short(text, &full(text)), *expected, "full: {text:?}");
        let fast = fast(text).unwrap_or_else(|_| panic!("unsure: {text:?}"));
        assert_eq!(fast, full(text), "{text:?}");
    }
}

#[test]
fn what_the_fast_scanner_leaves_to_the_full_parser() {
    for text in ["a\n---\n", "\t- a\n", "- \n", "<div>\n", "[a]: b\n", "> a\nb\n", "- [ ]\n", "a\rb\n", "a\x0cb\n"] {
        assert_eq!(fast(text), Err(Unsure), "{text:?}");
    }
    assert_eq!(short("a\n---\n", &full("a\n---\n")), ["h2 a"]);
    assert_eq!(short("<div>\n- [ ] a\n\n- b\n", &full("<div>\n- [ ] a\n\n- b\n")), ["i0 b"]);
}

#[test]
fn nesting_without_end_is_refused_quickly() {
    let text = format!("{}x\n{}", "- ".repeat(50_000), "\n".repeat(50_000));
    assert_eq!(fast(&text), Err(Unsure));
    assert!(markdown::scan(&text, 0, |_| {}).is_err());
    assert!(markdown::scan(&format!("{}x", ">".repeat(100_000)), 0, |_| {}).is_err());
    let brackets = format!("- [ ] a {}\n", "[".repeat(100_000));
    assert_eq!(full(&brackets).len(), 1);
    assert_eq!(full(&"[".repeat(100_000)).len(), 1);
}

#[test]
fn front_matter_is_cut_as_people_write_it() {
    for (text, body, after) in [
        ("---\na: b\n---\nx", "a: b\n", "x"),
        ("\u{feff}---\r\na\r\n...\r\nx", "a\r\n", "x"),
        ("---\n---\n", "", ""),
        ("---\n\na\n---", "\na\n", ""),
    ] {
        let front = front_matter(text).expect(text);
        assert_eq!((&text[front.body.range()], &text[front.after..]), (body, after));
    }
    for text in ["", "---", "---\na\n", " ---\na\n---\n", "a\n---\nb\n---\n", "----\na\n----\n"] {
        assert_eq!(front_matter(text), None, "{text:?}");
    }
}

/// Lines that meet in many ways.
fn line() -> impl Strategy<Value = String> {
    let indent = prop::sample::select(vec!["", "", "", " ", "  ", "  ", "   ", "    ", "      ", "        "]);
    let start = prop::sample::select(vec![
        "", "", "- ", "- ", "* ", "+ ", "1. ", "2. ", "10) ", "- [ ] ", "- [x] ", "- [ ]", "# ", "### ", "> ", "```",
        "~~~", "<!-- ", "- - ", "1. - ", "---", "***", "===", "-  ", "-     ", "[", "- > ", "- # ", "- ```", "> - ",
        "> ```", "> [", "> # ",
    ]);
    let rest = prop::sample::select(vec![
        "",
        "a",
        "a: b",
        "DB-1: c `d` --> e",
        "[ ] x",
        "**b**: c",
        "-->",
        "x #",
        "\\# y",
        "*",
        "a  ",
    ]);
    (indent, start, rest).prop_map(|(i, s, r)| format!("{i}{s}{r}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_producers_give_the_same_outline(lines in prop::collection::vec(line(), 0..9), crlf: bool, last: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = lines.join(end);
        if last { text.push_str(end) }
        let full = full(&text);
        if let Ok(fast) = fast(&text) {
            prop_assert_eq!(short(&text, &fast), short(&text, &full), "{:?}", text);
            prop_assert_eq!(fast, full, "{:?}", text);
        }
    }

    #[test]
    fn any_text_gives_spans_inside_it(text in "[-*#\\[\\]x \n\r\t`~<!>:a1.\u{e9}\u{feff}]{0,60}") {
        let mut all = full(&text);
        all.extend(fast(&text).unwrap_or_default());
        for block in all {
            prop_assert!(text.get(block.line.range()).is_some() && text.get(block.text.range()).is_some());
            let inside = |span: Span| block.line.start <= span.start && span.end <= block.line.end;
            prop_assert!(inside(block.text), "{:?} {:?}", text, block);
            if let BlockKind::Item { marker, checkbox, .. } = block.kind {
                prop_assert!(inside(marker));
                prop_assert!(checkbox.is_none_or(|c| c.span.len() == 3 && inside(c.span)), "{:?} {:?}", text, block);
            }
        }
    }
}
