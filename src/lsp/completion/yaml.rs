//! What can stand in the policy, in the roster and in the front matter of records: keys and words of their schemas, and names.

use super::plan::{dates, gate_names, ids, member_names, role_names, team_names};
use super::{Offer, Offers};
use crate::doc::front_matter;
use crate::id::RepoPath;
use crate::lsp::state::{State, View};
use crate::lsp::yaml::{Role, Spot, at_path, spot};
use crate::record::book::kind_of;
use crate::record::kind::Type;
use crate::{policy, record, roster};
use gen_lsp_types::CompletionItemKind as Kind;
use serde_json::Value;
use std::collections::BTreeMap;

/// The schema of a YAML file of ours.
pub(in crate::lsp) fn schema_of(path: &str) -> Option<Value> {
    match path {
        policy::PATH => Some(policy::schema()),
        roster::PATH => Some(roster::schema()),
        path => kind_of(&RepoPath::from(path)).map(record::schema),
    }
}

pub(super) fn offers(state: &State<'_>, view: &View, offset: usize) -> Option<Offers> {
    let schema = schema_of(&view.path)?;
    if kind_of(&RepoPath::from(view.path.as_str())).is_some() {
        front_matter(view.source.text()).filter(|front| offset <= front.body.end && offset >= front.body.start)?;
    }
    let spot = spot(view.source.text(), offset)?;
    let all = match spot.role {
        Role::Key => keys(&schema, &spot),
        Role::Value => {
            let mut all = words(&schema, &spot);
            all.extend(names(state, view, &spot));
            // The first key of a list's entry looks like a value until its colon is written.
            if all.is_empty() { keys(&schema, &spot) } else { all }
        }
    };
    (!all.is_empty()).then_some(Offers { span: spot.word, all })
}

fn keys(schema: &Value, spot: &Spot) -> Vec<Offer> {
    let mut all: BTreeMap<&str, Offer> = BTreeMap::new();
    for part in at_path(schema, &spot.path) {
        for (key, value) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut offer = Offer::new(format!("{key}: "), Kind::Property, "");
            offer.page = value["description"].as_str().unwrap_or_default().to_owned();
            all.insert(key, offer);
        }
    }
    all.into_values().collect()
}

fn words(schema: &Value, spot: &Spot) -> Vec<Offer> {
    let mut all = Vec::new();
    for part in at_path(schema, &spot.path) {
        let listed = part.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        // What may be left empty is not worth an offer.
        let said = listed.chain(part.get("const").and_then(Value::as_str)).filter(|word| !word.is_empty());
        all.extend(said.map(|word| Offer::new(word, Kind::EnumMember, "")));
        if part["type"] == "boolean" {
            all.extend(["true", "false"].map(|word| Offer::new(word, Kind::EnumMember, "")));
        }
    }
    all
}

/// The names that the user's other files give, and days from today on.
fn names(state: &State<'_>, view: &View, spot: &Spot) -> Vec<Offer> {
    let path: Vec<&str> = spot.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["levels", _] => gate_names(view),
        ["gates", _, "approve"] | ["owners" | "authority", _] => member_names(view),
        ["members", "roles"] => role_names(view),
        ["members", "team"] => team_names(view),
        ["members", "reports_to" | "deputies"] | ["teams", "members"] => member_names(view),
        [key] | ["steps", key] => match kind_of(&RepoPath::from(view.path.as_str())) {
            Some(_) if *key == "by" => member_names(view),
            Some(kind) => match kind.field(key).map(|field| field.kind) {
                Some(Type::Party | Type::Parties) => member_names(view),
                Some(Type::Gate) => gate_names(view),
                Some(Type::Items) => ids(&view.project().plan, None),
                Some(Type::Time) => dates(state.host.now()),
                _ => Vec::new(),
            },
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}
