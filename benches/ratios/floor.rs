//! The floors that no other program offers: this binary runs them as processes of their own.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

/// Runs the floor named by `mode` on a file, when there is one of that name.
pub fn run(mode: &str, file: &Path) -> Option<ExitCode> {
    let pass = match mode {
        "--one-pass" => one_pass,
        "--commonmark" => commonmark,
        "--draws" => draws,
        "--json-lines" => super::issues::json_lines,
        _ => return None,
    };
    let Ok(text) = std::fs::read_to_string(file) else { return Some(ExitCode::FAILURE) };
    // The result is used, so that nothing is optimised away.
    Some(ExitCode::from(u8::from(pass(&text) == 0)))
}

/// The least that answers "which tasks are ready": one pass over the lines, ids and needs in a table.
fn one_pass(text: &str) -> usize {
    let mut ticked: HashMap<&str, bool> = HashMap::new();
    let mut needs: Vec<(&str, &str)> = Vec::new();
    let mut current = "";
    for line in text.lines().map(str::trim_start) {
        if let Some(rest) = line.strip_prefix("- [") {
            if let Some((id, _)) = rest.get(3..).and_then(|title| title.split_once(": ")) {
                current = id;
                ticked.insert(id, rest.starts_with('x'));
            }
        } else if let Some(list) = line.strip_prefix("- needs: ") {
            needs.extend(list.split(", ").map(|need| (current, need)));
        }
    }
    let waiting = needs.iter().filter(|(_, need)| ticked.get(need) == Some(&false)).count();
    ticked.len() + waiting
}

/// One parse of the whole text by a CommonMark parser.
fn commonmark(text: &str) -> usize {
    pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::all()).count()
}

/// The least that plays every task ten thousand times: one random number each, added up, on one thread.
fn draws(text: &str) -> usize {
    let tasks = text.lines().filter(|line| line.starts_with("- [ ] ")).count() as u64;
    let mut sum = 0u64;
    for counter in 0..tasks * 10_000 {
        let mut bits = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        sum = sum.wrapping_add((bits ^ (bits >> 31)) >> 48);
    }
    usize::try_from(sum | 1).unwrap_or(1)
}
