//! Pieces of JSON Schema (2020-12), for the nouns that describe their files by them.
//!
//! Ground layer. A schema says what our readers take, no more and no less than it can: where YAML has several
//! spellings of one text (`7`, `"7"`), all of them are allowed, because the readers allow them.

use serde_json::{Map, Value, json};

/// The version of JSON Schema that is written.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The pattern of an id; see [`is_id`](crate::id::is_id).
const ID: &str = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

/// Whether keys that are not listed are mistakes or kept for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    Refused,
    Allowed,
}

/// A whole file, whose first key says its format.
pub fn document(kind: &str, about: &str, required: &[&str], properties: Value, unknown: Unknown) -> Value {
    let format = json!({
        "description": "The format of this file",
        "type": "string",
        "const": format!("{kind}/1"),
    });
    let mut all = Map::from_iter([("passmuster".to_owned(), format)]);
    if let Value::Object(properties) = properties {
        all.extend(properties);
    }
    let required: Vec<&str> = std::iter::once("passmuster").chain(required.iter().copied()).collect();
    let mut schema = object(about, &required, Value::Object(all), unknown);
    let title = format!("passmuster {kind}/1");
    let head = json!({"$schema": DIALECT, "$id": id(kind), "title": title});
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        let rest = std::mem::replace(schema, head);
        schema.extend(rest);
    }
    schema
}

/// The name of a schema: an address that says what it is, and is never fetched.
fn id(kind: &str) -> String {
    format!("{}/schema/{kind}-1.json", env!("CARGO_PKG_REPOSITORY"))
}

/// A mapping with these keys.
pub fn object(about: &str, required: &[&str], properties: Value, unknown: Unknown) -> Value {
    let mut schema = json!({"description": about, "type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if unknown == Unknown::Refused {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// A mapping from the user's own names to values of one kind.
pub fn map(about: &str, names: Option<&Value>, values: Value) -> Value {
    let mut schema = json!({"description": about, "type": "object", "additionalProperties": values});
    if let Some(names) = names {
        schema["propertyNames"] = names.clone();
    }
    schema
}

/// A list of one kind of values.
pub fn list(about: &str, items: Value) -> Value {
    json!({"description": about, "type": "array", "items": items})
}

/// A text: any scalar, whatever YAML takes it for.
pub fn text(about: &str) -> Value {
    json!({"description": about, "type": ["string", "number", "boolean"]})
}

/// A text that is an id.
pub fn name(about: &str) -> Value {
    json!({"description": about, "type": ["string", "number", "boolean"], "pattern": ID})
}

/// What the keys of a mapping are when they are ids.
pub fn names() -> Value {
    json!({"pattern": ID})
}

/// One value, or a list of them.
pub fn one_or_many(about: &str, item: Value) -> Value {
    json!({"description": about, "anyOf": [item, {"type": "array", "items": item}]})
}

/// A text or a list of texts.
pub fn texts(about: &str) -> Value {
    one_or_many(about, json!({"type": ["string", "number", "boolean"]}))
}

/// One of a few words.
pub fn word(about: &str, words: &[&str]) -> Value {
    json!({"description": about, "enum": words})
}

/// A truth value.
pub fn boolean(about: &str) -> Value {
    json!({"description": about, "type": "boolean"})
}

/// A whole number from `min` on.
pub fn whole(about: &str, min: u64) -> Value {
    json!({"description": about, "type": "integer", "minimum": min})
}
