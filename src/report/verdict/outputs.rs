//! What later steps and jobs of a workflow read: names with values, in the form of `$GITHUB_OUTPUT`.
//!
//! Lists are JSON arrays, to be asked with `contains(fromJSON(…), 'name')`: asking a text for a part of it would find
//! `lint` in `lint-docs`.

use crate::diag::{Diagnostic, Failure};
use crate::gate::assess::{Remedy, Requirement};
use crate::judge::Verdict;
use crate::report::tally;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Jobs of a matrix, at most; GitHub refuses more than 256 in one run.
const MAX_JOBS: usize = 200;

/// The values of a judged move.
pub fn of(verdict: &Verdict) -> Vec<(&'static str, String)> {
    let missing: Vec<&Requirement> = verdict.requirements.iter().filter(|one| !one.state.passes()).collect();
    let to_run: Vec<&Requirement> = missing.iter().copied().filter(|one| one.remedy == Remedy::RunGate).collect();
    let mut gates: Vec<&str> = missing.iter().map(|one| one.gate.as_str()).collect();
    gates.sort_unstable();
    gates.dedup();
    vec![
        ("verdict", if verdict.passes() { "passes" } else { "refused" }.to_owned()),
        ("claims", json!(verdict.claims).to_string()),
        ("gates-missing", json!(gates).to_string()),
        ("matrix", matrix(&to_run).to_string()),
        ("to-run", to_run.len().to_string()),
        ("errors", verdict.findings.iter().filter(|finding: &&Diagnostic| finding.is_error()).count().to_string()),
        ("findings", tally(&verdict.findings)),
    ]
}

/// The values of a move that could not be judged.
pub fn unjudged(failure: &Failure) -> Vec<(&'static str, String)> {
    vec![("verdict", "unjudged".to_owned()), ("findings", failure.message.clone())]
}

/// One job for each gate that has to run. An empty matrix is an error to GitHub: `to-run` says whether there is one.
fn matrix(to_run: &[&Requirement]) -> Value {
    if to_run.len() > MAX_JOBS {
        return json!({ "include": [{ "item": "", "gate": "", "name": format!("all {} gates", to_run.len()) }] });
    }
    let job = |one: &&Requirement| json!({ "item": one.subject, "gate": one.gate.as_str(), "name": format!("{} {}", one.subject, one.gate) });
    json!({ "include": to_run.iter().map(job).collect::<Vec<_>>() })
}

/// Writes values so that none of them can end itself or begin another: `delimiter` is random, and where a value holds
/// it nevertheless it is made longer.
pub fn write(values: &[(&str, String)], delimiter: &str) -> String {
    let mut out = String::new();
    for (name, value) in values {
        let mut end = delimiter.to_owned();
        while value.contains(&end) {
            end.push('_');
        }
        // The runner ends lines at a carriage return as well.
        let value = value.replace("\r\n", "\n").replace('\r', "\n");
        let _ = writeln!(out, "{name}<<{end}\n{value}\n{end}");
    }
    out
}
