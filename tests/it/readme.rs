//! What the README says is so.

use passmuster::diag::Sink;
use passmuster::text::Source;
use passmuster::{plan, policy};

const README: &str = include_str!("../../README.md");

/// The fenced blocks: what stands after the fence, and the text.
fn blocks() -> Vec<(&'static str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(info), false) => found.push((info, String::new())),
            (Some(_), true) => {}
            (None, true) => {
                let (_, text) = found.last_mut().expect("a block is open");
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => continue,
        }
        inside ^= line.starts_with("```");
    }
    found
}

#[test]
fn the_two_commands_that_set_up_stand_first() {
    let first: Vec<_> = blocks().into_iter().take(2).collect();
    let expected = ["cargo run --release -- demo\n", "cargo test\n"].map(|line| ("console", line.to_owned()));
    assert_eq!(first, expected);
    let above = README.split("```").next().expect("there is a start");
    let sentences: Vec<&str> = above.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(sentences.len(), 1, "one sentence stands above the commands: {sentences:?}");
}

#[test]
fn the_files_that_are_shown_have_no_findings() {
    let mut seen = 0;
    for (info, text) in blocks() {
        let Some((_, path)) = info.split_once(' ') else { continue };
        let (source, mut sink) = (Source::new(path, text), Sink::new());
        if path == policy::PATH {
            assert!(policy::parse(&source, &mut sink).is_some(), "{path}");
        } else {
            plan::check(&plan::read(vec![source], plan::Reader::Full, &mut sink), &mut sink);
        }
        assert!(sink.is_empty(), "{path}: {:?}", sink.into_sorted());
        seen += 1;
    }
    assert_eq!(seen, 2);
}
