//! What holds for every page.

use super::*;
use crate::verb::dashboard::Tile;
use base64ct::{Base64, Encoding as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use quick_xml::events::Event;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// A page whose every foreign text is `words`, with a table of so many rows.
fn dashboard(words: &str, rows: usize) -> Dashboard {
    let mut table = Table::new("list", words, "Nothing.").column("item").text("title").choice("state").number("count");
    for _ in 0..rows {
        table.row([Cell::text(words), Cell::text(words).tone(Tone::Bad), Cell::unknown(), Cell::count(3)]);
    }
    let sheet = picture::Sheet { title: words, subtitle: words, description: words, ..picture::Sheet::default() };
    let (drawn, _) = sheet.begin();
    let chart = Chart {
        name: "picture",
        svg: drawn.svg(),
        is_wide: true,
        is_drilled: true,
        table: Table { id: "data", ..table.clone() },
    };
    let tile = Tile { name: "Done", value: words.to_owned(), note: words.to_owned(), tone: Tone::Good };
    let lead = words.to_owned();
    let section = Section {
        id: "overview",
        title: "Overview",
        lead,
        tiles: vec![tile],
        charts: vec![chart],
        tables: vec![table],
    };
    Dashboard {
        title: words.to_owned(),
        light: Light::Yellow,
        commit: Some(words.to_owned()),
        at: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
        sections: vec![section],
    }
}

/// The elements and the names of their attributes, in order; an error where the page is not well-formed.
fn skeleton(page: &str) -> Result<Vec<String>, String> {
    let page = without_code(page);
    let mut reader = quick_xml::Reader::from_str(&page);
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => {
                let mut words = vec![tag.name().as_ref().to_owned()];
                for attribute in tag.attributes() {
                    words.push(attribute.map_err(|error| error.to_string())?.key.as_ref().to_owned());
                }
                found.push(words.join(" "));
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The page without what our own scripts and styles say.
fn without_code(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    for (open, close) in [
        ("<style id=\"page-style\">", "</style>"),
        ("<style id=\"picture-style\">", "</style>"),
        ("<script id=\"page-script\">", "</script>"),
    ] {
        let from = rest.find(open).expect("it stands in the page") + open.len();
        let to = from + rest[from..].find(close).expect("it ends");
        out.push_str(&rest[..from]);
        rest = &rest[to..];
    }
    out + rest
}

/// The text of one of our own scripts and styles.
fn code<'p>(page: &'p str, open: &str, close: &str) -> &'p str {
    let from = page.find(open).expect("it stands in the page") + open.len();
    &page[from..from + page[from..].find(close).expect("it ends")]
}

#[test]
fn the_policy_names_what_may_run_and_nothing_else() {
    let page = page(&dashboard("x", 60), None);
    for (directive, open, close) in [
        ("script-src", "<script id=\"page-script\">", "</script>"),
        ("style-src", "<style id=\"page-style\">", "</style>"),
        ("'", "<style id=\"picture-style\">", "</style>"),
    ] {
        let digest = Base64::encode_string(&Sha256::digest(code(&page, open, close)));
        let named = format!("{directive} &#39;sha256-{digest}&#39;").replace("' ", " ");
        assert!(page.contains(&named), "{named} in {}", &page[..1200]);
    }
    assert!(page.contains("default-src &#39;none&#39;") && page.contains("connect-src &#39;none&#39;"));
    assert!(!page.contains("unsafe-") && !page.contains("data-version"));
    let served = super::page(&dashboard("x", 1), Some(7));
    assert!(served.contains("connect-src &#39;self&#39;") && served.contains("data-version=\"7\""));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page(&dashboard("x", 60), None).replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "");
    for absent in
        ["http:", "https:", "src=", "@import", "@font-face", "url(http", " style=", " onclick=", "javascript:"]
    {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn code_of_ours_cannot_end_early() {
    let page = page(&dashboard("x", 1), None);
    assert!(!code(&page, "<script id=\"page-script\">", "</script>").contains("<!--"));
    assert_eq!(page.matches("</style>").count(), 2);
    assert!(!include_str!("../../../templates/dashboard/page.js").contains("innerHTML"));
}

#[test]
fn every_id_is_there_once_and_every_link_leads_somewhere() {
    let page = without_code(&page(&dashboard("x", 60), None));
    let values = |name: &str| -> Vec<String> {
        let mark = format!(" {name}=\"");
        let parts = page.split(&mark).skip(1);
        parts.filter_map(|part| Some(part.split('"').next()?.to_owned())).collect()
    };
    let ids = values("id");
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    let links = values("href").into_iter().filter_map(|link| link.strip_prefix('#').map(str::to_owned));
    for target in links.chain(values("aria-labelledby")).chain(values("for")) {
        assert!(once.contains(&target), "{target}");
    }
    assert!(ids.contains(&"list-rows".to_owned()), "the rows beyond the first are data");
}

#[test]
fn a_long_table_stands_in_the_page_by_its_first_rows() {
    let page = page(&dashboard("x", 1_000), None);
    assert_eq!(page.matches("<tr>").count(), 2 * (FIRST + 1));
    assert!(page.contains("975 more rows"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_text_changes_what_the_page_is_made_of(words in "\\PC*|[<>\"'&/!a-z= -]{0,40}", rows in prop_oneof![Just(2usize), Just(55)]) {
        let found = skeleton(&page(&dashboard(&words, rows), None)).map_err(TestCaseError::fail)?;
        let plain = skeleton(&page(&dashboard("a", rows), None)).map_err(TestCaseError::fail)?;
        // A text that is empty, or that the picture breaks into lines, changes how many lines of text there are.
        let without_lines = |all: Vec<String>| -> Vec<String> {
            all.into_iter().filter(|one| !matches!(one.split(' ').next(), Some("p" | "text" | "desc" | "code"))).collect()
        };
        prop_assert_eq!(without_lines(found), without_lines(plain));
    }
}
