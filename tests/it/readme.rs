//! What the README says is so.

use crate::harness::Sandbox;
use passmuster::diag::Sink;
use passmuster::text::Source;
use passmuster::{plan, policy};
use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");

/// The fenced blocks: what stands after the fence, and the text.
pub fn blocks() -> Vec<(&'static str, String)> {
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

/// The verbs that `passmuster --help` lists.
fn verbs() -> BTreeSet<String> {
    let help = Sandbox::new().passmuster(&["--help"]).success().stdout;
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
    names.filter(|name| *name != "help").map(str::to_owned).collect()
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
fn the_verbs_are_those_of_the_program() {
    let table = README.split("## The verbs").nth(1).and_then(|rest| rest.split("\n\n").nth(1)).expect("a table");
    let cells = table.lines().skip(2).filter_map(|line| line.split('|').nth(1));
    let listed: BTreeSet<String> =
        cells.flat_map(|cell| cell.split(',')).map(|name| name.trim_matches([' ', '`']).to_owned()).collect();
    assert_eq!(listed, verbs());
}

#[test]
fn commands_that_are_shown_can_be_typed() {
    let verbs = verbs();
    for (at, _) in README.match_indices("passmuster ") {
        let typed = README[..at].ends_with(['`']) || README[..at].ends_with("$ ");
        let verb = README[at..].split([' ', '`', '\n']).nth(1).unwrap_or_default();
        let placeholder = verb.chars().all(char::is_uppercase);
        assert!(!typed || placeholder || verbs.contains(verb), "`passmuster {verb}` is no verb");
    }
}

#[test]
fn options_that_are_shown_exist() {
    let sandbox = Sandbox::new();
    for (verb, option) in [
        (&["init"][..], "--github"),
        (&["gate", "run"], "--missing"),
        (&["verify"], "--against"),
        (&["hooks", "install"], "--server"),
    ] {
        assert!(README.contains(option));
        let help = sandbox.passmuster(&[verb, &["--help"]].concat()).success().stdout;
        assert!(help.contains(option), "{verb:?} {option}\n{help}");
    }
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
