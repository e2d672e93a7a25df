use super::*;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

const PIECES: &[&str] = &[
    "|",
    "\\",
    "\\|",
    "`",
    "``",
    "<b onclick=x>",
    "<!--",
    "-->",
    "@ada",
    "#12",
    "[a](b)",
    "![a](b)",
    "https://a.b",
    "www.a.b",
    "a@b.cc",
    "**",
    "_",
    "~~",
    "\n",
    "\r\n",
    "\t",
    "# ",
    "- ",
    "1. ",
    "> ",
    "```",
    "&amp;",
    "&#64;",
    "$x$",
    ":+1:",
    "---|",
    "\u{202e}",
    "\u{200b}",
    "\u{1b}[31m",
    "::error::x",
    "##[error]x",
    "[^1]",
    "{{status}}",
    "日本",
    " ",
];

/// Text that is likely to act, mixed with any other.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn line() -> impl Strategy<Value = Words> {
    let word = (0..3, hostile()).prop_map(|(kind, text)| match kind {
        0 => Word::Plain(text),
        1 => Word::Code(text),
        _ => Word::Strong(text),
    });
    prop::collection::vec(word, 0..3).prop_map(Words)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

/// What a page shows: the text of each of its blocks, and what acts in it.
fn shown(page: &str) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut acts) = (vec![String::new()], Vec::new());
    for event in Parser::new_ext(page, options()) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell | Tag::Heading { .. }) => {
                texts.push(String::new());
            }
            Event::Text(text) | Event::Code(text) => texts.last_mut().expect("there is one").push_str(&text),
            Event::Html(what)
            | Event::InlineHtml(what)
            | Event::FootnoteReference(what)
            | Event::InlineMath(what)
            | Event::DisplayMath(what) => acts.push(what.to_string()),
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::BlockQuote(_)
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock),
            ) => acts.push(format!("{tag:?}")),
            _ => {}
        }
    }
    (texts, acts)
}

/// The text without white space, which says nothing at the ends of words, and without what keeps names from calling.
fn seen(text: &str) -> String {
    text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join("")
}

/// What words are to show: white space at their ends says nothing, other control characters are named.
fn said(words: &Words) -> String {
    let word = |word: &Word| match word {
        Word::Plain(text) | Word::Code(text) | Word::Strong(text) => visible(text.trim()).into_owned(),
    };
    words.0.iter().map(word).collect()
}

fn page(blocks: Vec<Block>) -> String {
    let sections = vec![Section::new("one", "", blocks)];
    document(&Document { title: "t".to_owned(), sections }, 1, usize::MAX)
}

proptest! {
    #[test]
    fn foreign_text_shows_and_does_nothing_else(cells in prop::collection::vec(line(), 3..12), name in hostile()) {
        let rows: Vec<Vec<Words>> = cells.chunks_exact(3).map(<[Words]>::to_vec).collect();
        let text = page(vec![
            Block::Paragraph(cells[0].clone()),
            Block::Facts(vec![(name.clone(), cells[1].clone())]),
            Block::list(cells.clone(), ""),
            Block::table(["a", "b", "c"], rows.clone(), "none"),
        ]);
        let (texts, acts) = shown(&text);
        prop_assert_eq!(acts, Vec::<String>::new(), "{}", text);
        let texts: Vec<String> = texts.iter().map(|text| seen(text)).filter(|text| !text.is_empty()).collect();
        let fact = Words::from(&name).and(": ").and(cells[1].clone());
        let title = Words::from("t");
        let lines = [&title, &cells[0], &fact].into_iter().chain(&cells);
        let heads = ["a", "b", "c"].map(Words::from);
        let lines = lines.chain(heads.iter().filter(|_| !rows.is_empty())).chain(rows.iter().flatten());
        let expected = lines.map(|line| seen(&said(line))).filter(|text| !text.is_empty());
        prop_assert_eq!(&texts, &expected.collect::<Vec<_>>(), "{}", text);
        prop_assert_eq!(text.chars().find(|&c| c != '\n' && crate::text::is_hostile(c)), None);
    }

    #[test]
    fn a_page_keeps_its_budget_and_is_cut_between_rows(rows in 0usize..400, budget in 700usize..6000) {
        let cells = (0..rows).map(|row| [format!("row {row}"), "x|y".to_owned()]);
        let sections = vec![Section::new("one", "One", vec![Block::table(["a", "b"], cells, "none")])];
        let whole = document(&Document { title: "t".to_owned(), sections: sections.clone() }, 1, usize::MAX);
        let text = document(&Document { title: "t".to_owned(), sections }, 1, budget);
        prop_assert!(text.len() <= budget);
        let kept = text.lines().filter(|line| line.starts_with("| row ")).count();
        let said = text.lines().find_map(|line| line.strip_suffix(" more lines are left out: the page would be too large."));
        prop_assert_eq!(kept + said.map_or(0, |count| count.parse().unwrap()), rows);
        prop_assert!(said.is_some() || text == whole);
        prop_assert!(text.lines().all(|line| !line.starts_with("| row ") || line.ends_with(" |")));
    }
}

#[test]
fn names_call_nobody() {
    assert_eq!(text("@ada, see #12"), "@&#8203;ada, see #&#8203;12");
    assert_eq!(text("snake_case at 10:30: 5 @ a"), "snake_case at 10:30: 5 @ a");
    assert_eq!(text("https://www.a.b :tada: _x_"), "https\\://www\\.a.b \\:tada: \\_x\\_");
    // GitHub leaves code alone.
    assert_eq!(code("@ada", Place::Cell), "`@ada`");
}

#[test]
fn a_bar_in_a_cell_never_cuts_it() {
    let text = page(vec![Block::table(["a"], [[Words::code("x\\|<b>@ada")]], "")]);
    let (texts, acts) = shown(&text);
    assert!(acts.is_empty() && texts.last().is_some_and(|last| seen(last) == "x\\|<b>@ada"), "{text}");
}

#[test]
fn a_very_long_text_is_cut() {
    assert!(text(&"x".repeat(100_000)).len() < 3_000);
}
