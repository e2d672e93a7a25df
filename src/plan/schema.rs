//! The front matter of a plan as a JSON Schema, for editors that know YAML and not us.

use crate::doc::schema::{Unknown, document, text};
use serde_json::{Value, json};

/// The keys of the front matter, each with what it says.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        ("passmuster", "the format of the file: `plan/1`"),
        ("title", "what the plan is called"),
        ("start", "the day work begins, such as `2026-11-23`"),
        ("baseline", "the id of the commit with what was planned"),
    ]
    .into_iter()
}

/// What the front matter may hold; keys that are not known are left to others.
pub fn schema() -> Value {
    let properties = json!({
        "title": text("What the plan is called"),
        "start": {"description": "The day work begins", "type": "string", "format": "date"},
        "baseline": {
            "description": "The id of the commit with what was planned, to which what comes is compared",
            "type": "string",
            "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$",
        },
    });
    document("plan", "The front matter of a plan file", &[], properties, Unknown::Allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    #[test]
    fn every_key_is_read_and_described() {
        let text = "---\npassmuster: plan/1\ntitle: a\nstart: 2026-11-23\nbaseline: 1111111111111111111111111111111111111111\n---\n";
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        let file = &plan.files[0];
        assert!(file.format.is_some() && file.title.is_some() && file.start.is_some());
        assert!(file.baseline.is_some());
        let schema = schema();
        assert!(keys().all(|(key, _)| schema["properties"][key].is_object() && text.contains(&format!("\n{key}: "))));
    }
}
