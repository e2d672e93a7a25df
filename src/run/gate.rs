//! One gate from its declared inputs to an outcome.
//!
//! Edge. Only a command that ended with status 0 passes, and only if what the policy asks for besides (tests, a
//! number) was really seen. Whatever could not be found out is an error.

use super::command::{self, Ended, Status};
use super::environment::Environment;
use super::export::{Export, Limits, export};
use super::metric::{self, Value};
use super::output::{KEPT, Output};
use super::tests_count::{TestCount, tests_count, without_ansi};
use crate::evidence::Outcome;
use crate::id::RepoPath;
use crate::policy::{Gate, GateKind, Metric};
use crate::port::Tree;
use crate::text::visible;
use std::ffi::OsString;
use std::time::Duration;

/// The longest note, in characters.
const MAX_NOTE: usize = 300;

/// What all gates of one run share.
pub struct Setting<'a> {
    pub tree: &'a dyn Tree,
    /// Never exported.
    pub plan_folder: &'a RepoPath,
    pub limits: Limits,
    /// The environment to choose from (see [`Environment::for_gate`]).
    pub variables: Vec<(OsString, OsString)>,
}

impl<'a> Setting<'a> {
    /// The usual limits, and the environment of this program.
    pub fn new(tree: &'a dyn Tree, plan_folder: &'a RepoPath) -> Self {
        Self { tree, plan_folder, limits: Limits::default(), variables: std::env::vars_os().collect() }
    }
}

/// One gate to run.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    pub gate: &'a Gate,
    /// The item's id, or `merge`.
    pub subject: &'a str,
    /// The declared inputs as the tree has them: files, or folders with all that is below.
    pub inputs: &'a [RepoPath],
}

/// What came of running one gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub outcome: Outcome,
    /// The command's exit status, if it ended by itself.
    pub exit: Option<i32>,
    /// Executed tests, where a count could be read.
    pub tests: Option<u64>,
    /// The metric's number, where one could be read.
    pub value: Option<f64>,
    /// What was seen, as one short line of visible characters.
    pub note: String,
    pub output: Output,
    pub milliseconds: u64,
}

impl Run {
    fn without_command(outcome: Outcome, note: &str) -> Self {
        Self {
            outcome,
            exit: None,
            tests: None,
            value: None,
            note: one_line(note),
            output: Output::default(),
            milliseconds: 0,
        }
    }

    pub(super) fn never_started() -> Self {
        Self::without_command(Outcome::NotRun, "interrupted before it started")
    }
}

/// A gate whose inputs are written out.
pub(super) struct Prepared<'a> {
    gate: &'a Gate,
    command: &'a str,
    metric: Option<&'a Metric>,
    export: Export,
    environment: Environment,
}

impl<'a> Prepared<'a> {
    /// Writes out the inputs of a gate; a gate that cannot be prepared has run already.
    pub fn new(setting: &Setting<'_>, job: &Job<'a>) -> Result<Self, Box<Run>> {
        let gate = job.gate;
        let refused = |note: &str| Box::new(Run::without_command(Outcome::Error, note));
        let GateKind::Run { command, metric } = &gate.kind else {
            return Err(Box::new(Run::without_command(Outcome::NotRun, "it has no command to run")));
        };
        let export = export(setting.tree, job.inputs, setting.plan_folder, setting.limits)
            .map_err(|failure| refused(&failure.to_string()))?;
        if let Some(metric) = metric {
            metric::clear(&metric.reading, &export.path()).map_err(|cause| refused(&cause))?;
        }
        let variables = setting.variables.iter().cloned();
        let environment = Environment::for_gate(gate.name.as_str(), job.subject, &gate.env, variables);
        let environment = environment.below(export.parent());
        Ok(Self { gate, command: command.as_str(), metric: metric.as_ref(), export, environment })
    }

    /// Runs the command and judges what it left. The export is gone afterwards.
    pub fn run(self) -> Run {
        let dir = self.export.path();
        let ended = command::command(&command::Request {
            command: self.command,
            dir: &dir,
            timeout: self.gate.timeout,
            environment: &self.environment,
            input: None,
        });
        let text = ended.output.text(KEPT);
        let text = without_ansi(&text);
        let value = self.metric.map(|metric| (metric, metric::read(&metric.reading, &dir, &text)));
        let listed = value.as_ref().and_then(|(_, value)| value.as_ref().ok()?.tests);
        let seen = Seen { tests: listed.or_else(|| tests_count(&text)), value };
        let (outcome, note) = judge(&ended.status, self.gate, &seen);
        Run {
            outcome,
            exit: if let Status::Exit(code) = ended.status { Some(code) } else { None },
            tests: seen.tests.map(|tests| tests.run),
            value: seen.number(),
            note: one_line(&note),
            ..Run::from(ended)
        }
    }
}

impl From<Ended> for Run {
    /// A run of which nothing is known but how it ended.
    fn from(ended: Ended) -> Self {
        let Ended { output, milliseconds, .. } = ended;
        Self { output, milliseconds, ..Self::without_command(Outcome::Error, "") }
    }
}

/// What a command that has ended left to see.
struct Seen<'a> {
    tests: Option<TestCount>,
    value: Option<(&'a Metric, Result<Value, String>)>,
}

impl Seen<'_> {
    fn number(&self) -> Option<f64> {
        let (_, value) = self.value.as_ref()?;
        value.as_ref().ok().map(|value| value.number)
    }
}

fn judge(status: &Status, gate: &Gate, seen: &Seen<'_>) -> (Outcome, String) {
    let code = match status {
        Status::Exit(code) => *code,
        Status::TimedOut => return (Outcome::Error, format!("timed out after {}", plain(gate.timeout))),
        Status::Signal(signal) => return (Outcome::Error, format!("ended by signal {signal}")),
        Status::Interrupted => return (Outcome::Error, "interrupted".to_owned()),
        Status::NotStarted(why) => return (Outcome::Error, format!("could not be started: {why}")),
    };
    // The shells' own statuses; 9009 is that of `cmd`.
    match code {
        126 => return (Outcome::Error, "a command this gate needs cannot be executed (exit 126)".to_owned()),
        127 | 9009 => {
            return (Outcome::Error, format!("a command this gate needs was not found (exit {code})"));
        }
        _ => {}
    }
    let mut facts = vec![format!("exit {code}")];
    if let Some(tests) = seen.tests {
        facts.push(number_of_tests(tests.run));
        if tests.failed > 0 {
            facts.push(format!("{} failed", tests.failed));
        }
    }
    if code != 0 {
        return (Outcome::Fail, facts.join(", "));
    }
    if let Some((outcome, note)) = too_few_tests(gate.min_tests, seen.tests) {
        return (outcome, note);
    }
    if let Some((metric, value)) = &seen.value {
        match value {
            Err(cause) => return (Outcome::Error, format!("the metric could not be read: {cause}")),
            Ok(value) => match out_of_bounds(metric, value.number) {
                Some((outcome, note)) => return (outcome, note),
                None => facts.push(format!("value {}", rounded(value.number))),
            },
        }
    }
    (Outcome::Pass, facts.join(", "))
}

/// Why a gate that asks for tests does not pass.
fn too_few_tests(least: Option<u32>, seen: Option<TestCount>) -> Option<(Outcome, String)> {
    let least = u64::from(least?);
    let Some(tests) = seen else {
        return Some((Outcome::Error, "exit 0, but the output shows no test count".to_owned()));
    };
    if tests.run < least {
        let ran = number_of_tests(tests.run);
        return Some((Outcome::Error, format!("exit 0, but {ran} ran where at least {least} should")));
    }
    // Such as `cargo test || true`.
    (tests.failed > 0).then(|| (Outcome::Fail, format!("exit 0, but {} failed", number_of_tests(tests.failed))))
}

/// Why a number does not pass.
fn out_of_bounds(metric: &Metric, number: f64) -> Option<(Outcome, String)> {
    // A bound that is no number refuses.
    let is_under = |min: f64| min.is_nan() || number < min;
    let is_over = |max: f64| max.is_nan() || number > max;
    match (metric.min, metric.max) {
        (None, None) => Some((Outcome::Error, "the metric has neither minimum nor maximum".to_owned())),
        (Some(min), _) if is_under(min) => {
            Some((Outcome::Fail, format!("value {} is under the minimum {min}", shown(number, min))))
        }
        (_, Some(max)) if is_over(max) => {
            Some((Outcome::Fail, format!("value {} is over the maximum {max}", shown(number, max))))
        }
        _ => None,
    }
}

fn number_of_tests(count: u64) -> String {
    if count == 1 { "1 test".to_owned() } else { format!("{count} tests") }
}

/// A number with at most two decimals, unless it would then look like the bound it broke.
fn shown(number: f64, bound: f64) -> String {
    let rounded = rounded(number);
    if rounded == bound { number.to_string() } else { rounded.to_string() }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn plain(duration: Duration) -> String {
    jiff::SignedDuration::try_from(duration)
        .map_or_else(|_| format!("{duration:?}"), |duration| format!("{duration:#}"))
}

fn one_line(note: &str) -> String {
    let note = visible(note);
    match note.char_indices().nth(MAX_NOTE) {
        Some((end, _)) => format!("{}…", &note[..end]),
        None => note.into_owned(),
    }
}

#[cfg(all(test, unix))]
#[path = "gate_tests.rs"]
mod tests;
