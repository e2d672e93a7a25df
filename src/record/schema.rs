//! The front matter of a kind of record as a JSON Schema: the kind's table in other words.

use super::kind::{Field, Kind, Type};
use crate::doc::schema::{Unknown, document, list, name, object, one_or_many, text, texts, word};
use serde_json::{Map, Value, json};

/// What the front matter of a record may hold.
pub fn schema(kind: &Kind) -> Value {
    let states: Vec<&str> = kind.states.iter().map(|state| state.name).collect();
    let to = word("Where the step led", &states);
    let step = object("One step, as the tool writes it", &["to", "by", "at"], step_keys(Some(to)), Unknown::Refused);
    let mut properties = Map::from_iter([
        ("title".to_owned(), text("What it is about, in one line")),
        ("state".to_owned(), word("Where the last step led; changed by the tool's steps", &states)),
    ]);
    if let Value::Object(opening) = step_keys(None) {
        properties.extend(opening);
    }
    properties.extend(kind.fields.iter().map(|field| (field.name.to_owned(), value(field))));
    properties.insert("steps".to_owned(), list("Every step after the opening, oldest first; only ever added to", step));
    let about = format!("The front matter of a {}: {}", kind.name, kind.about);
    let required = ["title", "state", "by", "at"];
    document(kind.name, &about, &required, Value::Object(properties), Unknown::Allowed)
}

fn value(field: &Field) -> Value {
    let needed = field.needed.join(", ");
    let about = if needed.is_empty() { "Optional".to_owned() } else { format!("Needed when {needed}") };
    let moment = "a moment such as `2026-12-01T12:00:00Z`, or a day";
    let value = match field.kind {
        Type::Text => text(&about),
        Type::Texts => texts(&about),
        Type::Party => name(&format!("{about}; a member, a role or a team")),
        Type::Parties => one_or_many(&about, name("A member, a role or a team")),
        Type::Items => one_or_many(&about, name("An item of the plan")),
        Type::Gate => name(&format!("{about}; a gate of the policy")),
        Type::Time => {
            json!({"description": format!("{about}; {moment}"), "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"})
        }
        Type::Word(words) => word(&about, words),
        Type::Record => text(&format!("{about}; the path of another record")),
    };
    // A key that waits for its value is as good as none.
    json!({"description": value["description"], "anyOf": [value, {"enum": [null, ""]}]})
}

/// The keys of one step; those of the opening stand among the record's own.
fn step_keys(to: Option<Value>) -> Value {
    let mut keys = json!({
        "by": name("Who made the step"),
        "at": {"description": "When, such as `2026-12-01T12:00:00Z`", "type": "string", "format": "date-time"},
        "seen": text("The digest of what the signer saw"),
        "signature": text("The signer's SSH signature"),
    });
    if let Some(to) = to {
        keys["to"] = to;
        keys["note"] = text("Why");
    }
    keys
}
