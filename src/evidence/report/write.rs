//! Results → the bytes of a gate report, within a budget.

use super::{FORMAT, KIND, TARGET_BYTES, file_name};
use crate::evidence::{GateResult, InputLine, one_line};
use crate::text::{inert, visible_lines};
use serde::Serialize;
use std::fmt::Write as _;

/// The most that front matter and table may take before input lines are left out, in bytes.
const HEAD_BYTES: usize = TARGET_BYTES * 3 / 4;

/// A tail has at most this many lines.
const TAIL_LINES: usize = 20;

/// A gate report that is not yet written to a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// `<subject>.<6 hex>.md`, to be put into [`FOLDER`](crate::evidence::FOLDER).
    pub name: String,
    pub bytes: Vec<u8>,
}

#[derive(Serialize)]
struct FrontMatter<'a> {
    passmuster: String,
    item: &'a str,
    results: Vec<Fields<'a>>,
}

/// The fields of a result in the order they are written; absent ones are left out.
#[derive(Serialize)]
struct Fields<'a> {
    gate: &'a str,
    /// What the gate was run for, where that is not the item of the report: a reused result stays as it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    outcome: &'static str,
    key: &'a str,
    definition: &'a str,
    inputs: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<String>,
    environment: String,
    tree: &'a str,
    at: String,
    by: String,
    milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

impl<'a> Fields<'a> {
    fn of(item: &str, result: &'a GateResult, with_lines: bool) -> Self {
        Self {
            gate: result.gate.as_str(),
            subject: (result.subject != item).then_some(result.subject.as_str()),
            outcome: result.outcome.name(),
            key: result.key.as_str(),
            definition: result.definition.as_str(),
            inputs: result.inputs.as_str(),
            lines: if with_lines { result.lines.iter().map(input_line).collect() } else { Vec::new() },
            environment: one_line(&result.environment),
            tree: result.tree.as_str(),
            at: result.at.to_string(),
            by: one_line(&result.by),
            milliseconds: result.milliseconds,
            exit: result.exit,
            tests: result.tests,
            value: result.value,
            note: one_line(&result.note),
            signature: result.signature.as_deref(),
        }
    }
}

/// `100644 <id> src/main.rs`, or `absent src/main.rs`.
fn input_line(line: &InputLine) -> String {
    match (line.mode, &line.id) {
        (Some(mode), Some(id)) => format!("{mode:06o} {id} {}", line.path),
        _ => format!("absent {}", line.path),
    }
}

/// Writes the report of one run over the gates of `subject` (an item's id, or
/// [`MERGE`](crate::evidence::MERGE) or [`POLICY`](crate::evidence::POLICY)): each result with the end of its
/// output.
///
/// Texts are written fit for one line each ([`one_line`]), as they are signed. Input lines are left out where
/// they are many: they only explain.
pub fn write(subject: &str, results: &[(&GateResult, &[u8])]) -> ReportFile {
    let mut text = head(subject, results);
    let tails: Vec<(&GateResult, String)> = results
        .iter()
        .map(|(result, tail)| (*result, readable(tail)))
        .filter(|(_, tail)| !tail.trim().is_empty())
        .collect();
    for (index, (result, tail)) in tails.iter().enumerate() {
        // What one tail does not need is left to the next ones.
        let share = TARGET_BYTES.saturating_sub(text.len()) / (tails.len() - index);
        text.push_str(&tail_section(result, tail, share));
    }
    let bytes = text.into_bytes();
    ReportFile { name: file_name(subject, &bytes), bytes }
}

/// Front matter, heading and table, with as many input lines as fit.
fn head(subject: &str, results: &[(&GateResult, &[u8])]) -> String {
    let table = table(subject, results);
    let mut with_lines: Vec<bool> = vec![true; results.len()];
    loop {
        let text = front_matter(subject, results, &with_lines) + &table;
        let longest = (0..results.len())
            .filter(|&index| with_lines[index] && !results[index].0.lines.is_empty())
            .max_by_key(|&index| results[index].0.lines.len());
        match longest {
            Some(index) if text.len() > HEAD_BYTES => with_lines[index] = false,
            _ => return text,
        }
    }
}

fn front_matter(subject: &str, results: &[(&GateResult, &[u8])], with_lines: &[bool]) -> String {
    let front = FrontMatter {
        passmuster: format!("{KIND}{FORMAT}"),
        item: subject,
        results: results
            .iter()
            .zip(with_lines)
            .map(|((result, _), &lines)| Fields::of(subject, result, lines))
            .collect(),
    };
    let yaml = crate::doc::yaml::block(&front).expect("strings, numbers and lists are always YAML");
    format!("---\n{yaml}---\n")
}

fn table(subject: &str, results: &[(&GateResult, &[u8])]) -> String {
    let mut text = format!("\n# Gate report: {}\n\n", inert(subject));
    text.push_str("| gate | outcome | tests | value | seconds | by | note |\n|---|---|---|---|---|---|---|\n");
    for (result, _) in results {
        let cells = [
            inert(result.gate.as_str()),
            inert(result.outcome.name()),
            result.tests.map_or_else(String::new, |tests| tests.to_string()),
            result.value.map_or_else(String::new, |value| inert(&value.to_string())),
            format!("{}.{}", result.milliseconds / 1000, result.milliseconds % 1000 / 100),
            inert(&one_line(&result.by)),
            inert(&one_line(&result.note)),
        ];
        writeln!(text, "| {} |", cells.join(" | ")).expect("writing to a string does not fail");
    }
    text
}

/// Output as text: bytes that are not UTF-8 replaced, everything that could move a cursor shown.
fn readable(tail: &[u8]) -> String {
    // More than this can never fit; the start of a cut character becomes a replacement sign.
    let end = &tail[tail.len().saturating_sub(TARGET_BYTES)..];
    visible_lines(&String::from_utf8_lossy(end).replace("\r\n", "\n")).into_owned()
}

/// A heading and the last lines of an output in a fence no line of it can close, in at most `room` bytes; empty
/// when that is too little to show anything.
fn tail_section(result: &GateResult, tail: &str, room: usize) -> String {
    let longest_run = tail.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest_run.max(2) + 1);
    let opening = format!("\n## {}\n\n{fence}text\n", inert(result.gate.as_str()));
    let closing = format!("{fence}\n");
    let lines: Vec<&str> = tail.trim_end().lines().collect();
    let mut left = room.saturating_sub(opening.len() + closing.len());
    let mut kept = Vec::new();
    for line in lines.iter().rev().take(TAIL_LINES) {
        if line.len() >= left {
            break;
        }
        left -= line.len() + 1;
        kept.push(*line);
    }
    if kept.is_empty() {
        kept.extend(lines.last().map(|line| end_of(line, left.saturating_sub(1))).filter(|end| end.len() > 10));
    }
    if kept.is_empty() {
        return String::new();
    }
    kept.reverse();
    format!("{opening}{}\n{closing}", kept.join("\n"))
}

/// The last bytes of a line, at most `room`, from a character boundary.
fn end_of(line: &str, room: usize) -> &str {
    let start = (line.len().saturating_sub(room)..=line.len()).find(|&at| line.is_char_boundary(at));
    &line[start.unwrap_or(line.len())..]
}
