//! One entry under `gates:`.

use super::parse::Reader;
use super::{Builtin, DEFAULT_TIMEOUT, Gate, GateKind, Metric, PLAN_FOLDER, Reading, Trust, codes};
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};
use crate::id::{GateName, MemberName, RepoPath};
use crate::pattern::Pattern;
use crate::text::{Span, Spanned};
use std::time::Duration;

/// The longest a command may run.
const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 3600);

/// The most memory a metric's regular expression may compile to, in bytes.
const MAX_REGEX: usize = 256 * 1024;

/// The keys that say what kind a gate is.
pub(super) const KINDS: [&str; 4] = ["run", "approve", "checklist", "changed"];

/// The keys that say where a metric reads its number.
pub(super) const READINGS: [&str; 5] = ["lcov", "cobertura", "junit", "json", "regex"];

/// Keys by the kind of gate on which they have an effect.
const RUN_ONLY: [&str; 7] = ["metric", "inputs", "timeout", "min_tests", "env", "on", "baseline"];

/// Reads the gate `name`; findings for what is wrong, and `None` when there is no usable gate.
pub(super) fn read(reader: &mut Reader<'_>, name: Spanned<GateName>, node: &Node) -> Option<Gate> {
    let mut fields = Fields::new(reader.source, node, "a gate", reader.sink)?;
    let kind = kind(reader, &mut fields, &name);
    let is_run = matches!(kind, Some(GateKind::Run { .. }));
    let mut gate = Gate::new(name, kind.unwrap_or(GateKind::Builtin(Builtin::Committed)));

    if is_run {
        gate.inputs = inputs(reader, &mut fields, &gate.name);
    }
    if let Some((_, node)) = fields.take("timeout") {
        gate.timeout = timeout(reader, node).unwrap_or(DEFAULT_TIMEOUT);
    }
    if let Some((_, node)) = fields.take("min_tests") {
        gate.min_tests = min_tests(reader, node);
    }
    if let Some((_, node)) = fields.take("env") {
        gate.env = names(reader, node, "`env`", "the name of an environment variable, such as `CI`", is_variable);
    }
    if let Some((_, node)) = fields.take("on") {
        gate.on = names(reader, node, "`on`", "an environment class, such as `linux-x86_64`", crate::id::is_id);
    }
    if let Some((_, node)) = fields.take("when") {
        gate.when = reader.patterns(node, "`when`").unwrap_or_default();
    }
    if let Some((_, node)) = fields.take("waivable") {
        gate.waivable = node.boolean(reader.source, "`waivable`", reader.sink).unwrap_or(true);
    }
    if is_run && let Some((_, node)) = fields.take("baseline") {
        gate.baseline = node.boolean(reader.source, "`baseline`", reader.sink).unwrap_or(false);
    }
    if let Some((_, node)) = fields.take("independent") {
        gate.independent = node.boolean(reader.source, "`independent`", reader.sink).unwrap_or(false);
    }
    if let Some((_, node)) = fields.take("trust") {
        gate.trust = reader.word(node, "`trust`", &Trust::ALL, Trust::name);
    }
    if matches!(gate.kind, GateKind::Run { .. } | GateKind::Approve { .. })
        && let Some((_, node)) = fields.take("max_age")
    {
        gate.max_age = reader.span_of_time(node, "`max_age`");
    }
    no_effect(reader, &mut fields, &gate.kind);
    fields.finish(Severity::Error, reader.sink);
    // A kind that could not be read left a finding; its stand-in never leaves this function.
    (!matches!(gate.kind, GateKind::Builtin(_))).then_some(gate)
}

/// Exactly one of `run`, `approve`, `checklist` and `changed`.
fn kind(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &Spanned<GateName>) -> Option<GateKind> {
    let written: Vec<_> = KINDS.into_iter().filter_map(|key| Some((key, fields.take(key)?))).collect();
    match written.as_slice() {
        [] => {
            let cause = match fields.take("metric") {
                Some(_) => "`metric` only reads what a command leaves behind; the command is missing",
                None => "it has none of `run`, `approve`, `checklist`, `changed`",
            };
            let message = format!("the gate `{}` does not say what it checks", name.value);
            reader.error(&codes::GATE_KIND, name.span, message, cause, "add a command: `run: make test`");
            None
        }
        [(first, _), (second, (span, _)), ..] => {
            let message = format!("the gate `{}` is of more than one kind", name.value);
            let cause = format!("it has both `{first}` and `{second}`");
            reader.error(&codes::GATE_KIND, *span, message, cause, format!("move `{second}` to a gate of its own"));
            None
        }
        [("run", (_, node))] => {
            let command = node.text(reader.source, "`run`", reader.sink);
            let metric = fields.take("metric").and_then(|(_, node)| metric(reader, node));
            Some(GateKind::Run { command: command?, metric })
        }
        [("approve", (_, node))] => {
            let role = node.text(reader.source, "`approve`", reader.sink)?;
            Some(GateKind::Approve { role: reader.name(role, "the role", MemberName::parse)? })
        }
        [("checklist", (_, node))] => Some(GateKind::Checklist { document: file(reader, node, "`checklist`")? }),
        [(_, (_, node))] => changed(reader, fields, node),
    }
}

fn changed(reader: &mut Reader<'_>, fields: &mut Fields<'_>, node: &Node) -> Option<GateKind> {
    let or = fields.take("or").and_then(|(_, node)| node.text(reader.source, "`or`", reader.sink));
    let paths = reader.patterns(node, "`changed`")?;
    if paths.is_empty() {
        node.wrong_type(reader.source, "`changed`", "a list of at least one path", reader.sink);
        return None;
    }
    Some(GateKind::Changed { paths, or: or.map(|text| text.value) })
}

/// Keys that work on some kinds of gates only, and whether they work on this one.
pub(super) fn effects(kind: &str) -> impl Iterator<Item = (&'static str, bool)> {
    let (run, approve, changed) = (kind == "run", kind == "approve", kind == "changed");
    let others = [("independent", approve), ("or", changed), ("trust", run || approve), ("max_age", run || approve)];
    RUN_ONLY.map(|key| (key, run)).into_iter().chain(others)
}

/// Reports keys that do nothing on this kind of gate.
fn no_effect(reader: &mut Reader<'_>, fields: &mut Fields<'_>, kind: &GateKind) {
    let (name, what) = match kind {
        GateKind::Run { .. } => ("run", "a command"),
        GateKind::Approve { .. } => ("approve", "an approval"),
        GateKind::Checklist { .. } => ("checklist", "a checklist"),
        GateKind::Changed { .. } => ("changed", "a rule about changed paths"),
        // The kind could not be read: any of these keys may be right.
        GateKind::Builtin(_) => ("", "a gate"),
    };
    for (key, works) in effects(name) {
        if let (Some((span, _)), false) = (fields.take(key), works || name.is_empty()) {
            let message = format!("`{key}` has no effect on {what}");
            reader.error(&codes::NO_EFFECT, span, message, format!("this gate is {what}"), format!("remove `{key}`"));
        }
    }
}

fn inputs(reader: &mut Reader<'_>, fields: &mut Fields<'_>, name: &Spanned<GateName>) -> Vec<Spanned<String>> {
    let Some((span, node)) = fields.take("inputs") else {
        let message = format!("the gate `{}` does not say what its command reads", name.value);
        no_inputs(reader, name.span, message, "`inputs` is missing");
        return Vec::new();
    };
    let Some(inputs) = reader.patterns(node, "`inputs`") else { return Vec::new() };
    if inputs.is_empty() {
        let message = format!("the gate `{}` does not say what its command reads", name.value);
        no_inputs(reader, span, message, "`inputs` is empty");
    }
    for input in &inputs {
        let root = Pattern::parse(&input.value).map(|pattern| pattern.literal_root()).unwrap_or_default();
        if root.is_within(&RepoPath::from(PLAN_FOLDER)) {
            let message = format!("`{}` is part of the plan and cannot be an input", input.value);
            let cause = format!("everything below `{PLAN_FOLDER}/` is left out of every input");
            reader.error(&codes::PLAN_AS_INPUT, input.span, message, cause, "remove the entry");
        }
    }
    inputs
}

fn no_inputs(reader: &mut Reader<'_>, span: Span, message: String, cause: &str) {
    let hint = "list what the command reads, `inputs: [src/, Makefile]`, or write `inputs: .` for everything";
    reader.error(&codes::NO_INPUTS, span, message, cause, hint);
}

/// A number with its unit: `90s`, `15m`, `1h`.
fn timeout(reader: &mut Reader<'_>, node: &Node) -> Option<Duration> {
    let text = node.as_text().unwrap_or_default();
    let unit = match text.as_bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        _ => 0,
    };
    let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let number =
        if digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None };
    let time = number.map(|number: u64| Duration::from_secs(number * unit)).unwrap_or_default();
    if time.is_zero() || time > MAX_TIMEOUT {
        let cause = format!("it is {}; times go from `1s` to `24h`", node.describe());
        reader.error(&codes::BAD_TIMEOUT, node.span, "`timeout` is not a time", cause, "write `90s`, `15m` or `1h`");
        return None;
    }
    Some(time)
}

fn min_tests(reader: &mut Reader<'_>, node: &Node) -> Option<u32> {
    let number = node.whole_number(reader.source, "`min_tests`", reader.sink)?;
    match u32::try_from(number) {
        Ok(number) if number > 0 => Some(number),
        _ => {
            let message = "`min_tests` must be from 1 to 4294967295";
            let cause = format!("it is {number}");
            reader.error(&codes::BAD_VALUE, node.span, message, cause, "write `min_tests: 1`, or remove the key");
            None
        }
    }
}

fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= crate::id::MAX_ID * 2
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn names(reader: &mut Reader<'_>, node: &Node, what: &str, wanted: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let texts = node.texts(reader.source, what, reader.sink).unwrap_or_default();
    for text in texts.iter().filter(|text| !fits(&text.value)) {
        let message = format!("`{}` cannot stand in {what}", text.value);
        reader.error(&codes::BAD_VALUE, text.span, message, format!("it is not {wanted}"), format!("write {wanted}"));
    }
    texts.into_iter().map(|text| text.value).collect()
}

/// One file inside the repository.
fn file(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Spanned<String>> {
    let text = node.text(reader.source, what, reader.sink)?;
    let reason = match Pattern::parse(&text.value) {
        Ok(pattern) if !pattern.is_literal() => "is a glob; one file is needed here".to_owned(),
        Ok(pattern) if pattern.literal_root().is_root() => "is a folder; one file is needed here".to_owned(),
        Ok(_) => return Some(text),
        Err(bad) => bad.reason,
    };
    reader.bad_pattern(&text, &reason);
    None
}

fn metric(reader: &mut Reader<'_>, node: &Node) -> Option<Metric> {
    let mut fields = Fields::new(reader.source, node, "a metric", reader.sink)?;
    let written: Vec<_> = READINGS.into_iter().filter_map(|key| Some((key, fields.take(key)?.1))).collect();
    let pointer = fields.take("pointer");
    let mut bound = |reader: &mut Reader<'_>, key: &'static str| {
        let (_, node) = fields.take(key)?;
        node.number(reader.source, &format!("`{key}`"), reader.sink)
    };
    let (min, max) = (bound(reader, "min"), bound(reader, "max"));
    let bad = |reader: &mut Reader<'_>, message: &str, cause: &str, hint: &str| {
        reader.error(&codes::BAD_METRIC, node.span, message, cause, hint);
    };
    if fields.take("min").is_none() && fields.take("max").is_none() {
        let cause = "any number would pass";
        bad(reader, "the metric has no bound", cause, "add `min: 80` or `max: 200`");
    }
    if let Some((min, max)) = min.zip(max).filter(|(min, max)| min > max) {
        bad(reader, "the metric's `min` is above its `max`", &format!("{min} is above {max}"), "swap the two");
    }
    let reading = match written.as_slice() {
        [(key, from)] => {
            if let (Some((span, _)), true) = (pointer, *key != "json") {
                let message = format!("`pointer` has no effect on `{key}`");
                reader.error(&codes::NO_EFFECT, span, message, "only `json` is read by pointer", "remove `pointer`");
            }
            reading(reader, key, from, pointer.map(|(_, node)| node))
        }
        _ => {
            let message = "the metric needs exactly one place to read its number from";
            let cause = format!("it has {}", written.len());
            bad(reader, message, &cause, "keep one of `lcov`, `cobertura`, `junit`, `json`, `regex`");
            None
        }
    };
    fields.finish(Severity::Error, reader.sink);
    Some(Metric { reading: reading?, min, max })
}

fn reading(reader: &mut Reader<'_>, key: &str, node: &Node, pointer: Option<&Node>) -> Option<Reading> {
    if key == "regex" {
        return regex(reader, node);
    }
    let file = file(reader, node, &format!("`{key}`"))?.value;
    Some(match key {
        "lcov" => Reading::Lcov { file },
        "cobertura" => Reading::Cobertura { file },
        "junit" => Reading::Junit { file },
        _ => Reading::Json { file, pointer: json_pointer(reader, node, pointer)? },
    })
}

fn json_pointer(reader: &mut Reader<'_>, json: &Node, pointer: Option<&Node>) -> Option<String> {
    let text = pointer.and_then(Node::as_text).unwrap_or_default();
    if text.starts_with('/') {
        return Some(text.to_owned());
    }
    let span = pointer.unwrap_or(json).span;
    let cause = pointer.map_or("`pointer` is missing".to_owned(), |node| format!("`pointer` is {}", node.describe()));
    let message = "`json` needs the `pointer` of the number in the file";
    reader.error(&codes::BAD_METRIC, span, message, cause, "add `pointer: /totals/lines` (RFC 6901)");
    None
}

fn regex(reader: &mut Reader<'_>, node: &Node) -> Option<Reading> {
    let text = node.text(reader.source, "`regex`", reader.sink)?;
    let cause = match regex::RegexBuilder::new(&text.value).size_limit(MAX_REGEX).build() {
        Ok(regex) if regex.captures_len() > 1 => return Some(Reading::Regex { pattern: text.value }),
        Ok(_) => "it has no capture group for the number".to_owned(),
        Err(error) => error.to_string().lines().last().unwrap_or_default().trim().to_owned(),
    };
    let message = "`regex` is no expression that finds a number";
    reader.error(&codes::BAD_METRIC, text.span, message, cause, r"write one like 'p95=(\d+)ms', in single quotes");
    None
}
