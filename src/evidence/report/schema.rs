//! The front matter of a gate report as a JSON Schema. The tool writes these files and nobody edits them: this is for
//! programs that read them.

use super::MAX_RESULTS;
use crate::doc::schema::{Unknown, document, list, name, object, text, whole, word};
use crate::evidence::Outcome;
use serde_json::{Value, json};

/// What the front matter of a gate report holds.
pub fn schema() -> Value {
    let hex =
        |about: &str, pattern: &str| json!({"description": about, "type": ["string", "number"], "pattern": pattern});
    let digest = |about: &str| hex(about, "^[0-9a-f]{64}$");
    let needed =
        ["gate", "outcome", "key", "definition", "inputs", "environment", "tree", "at", "by", "milliseconds", "note"];
    let result = object(
        "One result of one gate",
        &needed,
        json!({
            "subject": name("What it was made for, where that is not the item of the report"),
            "gate": name("The gate"),
            "outcome": word("What came of it; only `pass` passes", &Outcome::ALL.map(Outcome::name)),
            "key": digest("What the result is valid for"),
            "definition": digest("The digest of the gate's definition"),
            "inputs": digest("The digest of what the gate read"),
            "lines": list("What the gate read, while it is little", text("Mode, object id and path, or `absent` and path")),
            "environment": text("The kind of machine, such as `linux-x86_64`"),
            "tree": hex("The tree that was tested", "^([0-9a-f]{40}|[0-9a-f]{64})$"),
            "at": {"description": "When", "type": "string", "format": "date-time"},
            "by": text("Who ran it, or who approved"),
            "milliseconds": whole("How long it took", 0),
            "exit": {"description": "The status of the command", "type": "integer"},
            "tests": whole("How many tests ran", 0),
            "value": {"description": "The number of the metric", "type": "number"},
            "note": {"description": "What was seen", "type": ["string", "number", "boolean", "null"]},
            "signature": text("The SSH signature over the result"),
        }),
        Unknown::Refused,
    );
    let mut results = list("The results", result);
    results["minItems"] = json!(1);
    results["maxItems"] = json!(MAX_RESULTS);
    let properties = json!({"item": name("The item's id, `merge` or `policy`"), "results": results});
    let about = "The front matter of a gate report, which the tool writes and nobody edits";
    document("gate-report", about, &["item", "results"], properties, Unknown::Refused)
}
