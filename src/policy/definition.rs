//! What of a gate its evidence depends on.

use super::{Gate, GateKind, Metric, Policy, Reading};
use crate::text::Spanned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl Policy {
    /// Everything in the gate's entry that can change what a result of it means, as canonical JSON: keys sorted,
    /// lists whose order says nothing sorted, defaults filled in, so that writing an entry another way changes
    /// nothing. Left out is what is asked anew each time a result is judged: `on`, `trust`, `max_age`,
    /// `waivable` and `baseline`.
    pub fn definition(&self, gate: &Gate) -> Value {
        let mut all: BTreeMap<&str, Value> = BTreeMap::new();
        all.insert("when", sorted(&gate.when));
        match &gate.kind {
            GateKind::Run { command, metric } => {
                all.insert("kind", json!("run"));
                all.insert("command", json!(command.value));
                all.insert("metric", metric.as_ref().map_or(Value::Null, metric_definition));
                all.insert("inputs", sorted(&gate.inputs));
                all.insert("timeout", json!(gate.timeout.as_secs()));
                all.insert("min_tests", json!(gate.min_tests));
                all.insert("env", json!(gate.env.iter().collect::<BTreeSet<_>>()));
            }
            GateKind::Approve { role } => {
                all.insert("kind", json!("approve"));
                all.insert("role", json!(role.as_str()));
                all.insert("independent", json!(gate.independent));
            }
            GateKind::Checklist { document } => {
                all.insert("kind", json!("checklist"));
                all.insert("document", json!(document.value));
            }
            GateKind::Changed { paths, or } => {
                all.insert("kind", json!("changed"));
                all.insert("paths", sorted(paths));
                all.insert("or", json!(or));
            }
            GateKind::Builtin(builtin) => {
                all.insert("kind", json!("builtin"));
                all.insert("builtin", json!(builtin.name()));
            }
        }
        object(all)
    }
}

fn metric_definition(metric: &Metric) -> Value {
    let mut all = match &metric.reading {
        Reading::Lcov { file } => BTreeMap::from([("reading", json!("lcov")), ("file", json!(file))]),
        Reading::Cobertura { file } => BTreeMap::from([("reading", json!("cobertura")), ("file", json!(file))]),
        Reading::Junit { file } => BTreeMap::from([("reading", json!("junit")), ("file", json!(file))]),
        Reading::Json { file, pointer } => {
            BTreeMap::from([("reading", json!("json")), ("file", json!(file)), ("pointer", json!(pointer))])
        }
        Reading::Regex { pattern } => BTreeMap::from([("reading", json!("regex")), ("pattern", json!(pattern))]),
    };
    all.insert("min", json!(metric.min));
    all.insert("max", json!(metric.max));
    object(all)
}

fn sorted(texts: &[Spanned<String>]) -> Value {
    json!(texts.iter().map(|text| text.value.as_str()).collect::<BTreeSet<_>>())
}

/// An object with its keys in order, whatever order the JSON crate is built to keep.
fn object(all: BTreeMap<&str, Value>) -> Value {
    Value::Object(all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
