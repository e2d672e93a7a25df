//! The templates, filled in.

use super::ecosystem::{Ecosystem, Proposed};
use super::{Founder, Request};
use crate::doc::yaml::flow;
use crate::id::{MAX_ID, is_id};
use crate::phase::{self, Phase};
use crate::policy::Profile;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The role that the defaults of the policy let approve its changes.
const MAINTAINER: &str = "maintainer";

const POLICY: &str = include_str!("../../../templates/policy.yaml");
const PLAN: &str = include_str!("../../../templates/plan.md");
const ROSTER: &str = include_str!("../../../templates/roster.yaml");
pub(super) const VERIFY: &str = include_str!("../../../templates/github/verify.yml");
pub(super) const RUN: &str = include_str!("../../../templates/github/run.yml");

/// Puts values in the place of `{{name}}`; what is filled in is not looked at again.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let named = values.iter().find_map(|(name, value)| {
            let after = from.strip_prefix("{{")?.strip_prefix(name)?.strip_prefix("}}")?;
            Some((value, after))
        });
        match named {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            // GitHub's own `${{ … }}` stays.
            None => {
                out.push_str("{{");
                rest = &from[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

pub(super) fn policy(request: &Request, ecosystems: &[Ecosystem]) -> String {
    let gates: Vec<&Proposed> = ecosystems.iter().flat_map(|ecosystem| &ecosystem.gates).collect();
    let names = |tests: bool| gates.iter().filter(move |gate| gate.tests == tests).map(|gate| json!(gate.name));
    let mut task = vec![json!("committed")];
    task.extend(names(true));
    let merge: Vec<Value> = names(false).collect();
    let is_reviewed = request.profile != Profile::Solo;

    let mut levels = String::new();
    if !merge.is_empty() {
        let _ = writeln!(levels, "  merge: {} # every move of a protected branch", flow(&json!(merge)));
    }
    let _ = writeln!(levels, "  task: {}", flow(&json!(task)));
    if is_reviewed {
        let _ = writeln!(levels, "  feature: [tasks-done, code-review]");
    }
    let mut entries = String::new();
    for gate in &gates {
        let _ = writeln!(entries, "  {}: {}", gate.name, flow(&entry(gate)));
    }
    if is_reviewed {
        let _ = writeln!(entries, "  code-review: {}", flow(&json!({"approve": MAINTAINER, "independent": true})));
    }
    let gates = match (entries.is_empty(), gates.is_empty()) {
        (true, _) => {
            "# No command was found that tests this project. A gate looks like this; add its name to `task:` above.\n\
            # gates:\n#   unit-tests: { run: make test, inputs: [src/, Makefile], min_tests: 1 }"
                .to_owned()
        }
        (false, true) => format!(
            "gates:\n{entries}  # No command was found that tests this project. Add one, and its name to `task:` above:\n  \
             # unit-tests: {{ run: make test, inputs: [src/, Makefile], min_tests: 1 }}"
        ),
        (false, false) => format!("gates:\n{}", entries.trim_end()),
    };
    fill(
        POLICY,
        &[
            ("repository", request.repository.as_str()),
            ("profile", request.profile.name()),
            ("branch", &flow(&json!(request.branch))),
            ("levels", &levels),
            ("gates", &gates),
        ],
    )
}

fn entry(gate: &Proposed) -> Value {
    let mut entry = Map::new();
    entry.insert("run".to_owned(), json!(gate.command));
    entry.insert("inputs".to_owned(), json!(gate.inputs));
    entry.insert("timeout".to_owned(), json!("30m"));
    if gate.counted {
        entry.insert("min_tests".to_owned(), json!(1));
    }
    if !gate.env.is_empty() {
        entry.insert("env".to_owned(), json!(gate.env));
    }
    Value::Object(entry)
}

pub(super) fn plan(request: &Request, ecosystems: &[Ecosystem]) -> String {
    let sources = ecosystems.iter().flat_map(|ecosystem| &ecosystem.sources);
    let touches: Vec<String> =
        sources.filter_map(|path| path.strip_suffix('/')).map(|path| format!("{path}/**")).collect();
    let touches = if touches.is_empty() { "src/**".to_owned() } else { touches.join(", ") };
    // A title is one line of Markdown and of YAML; the name of a folder may be anything.
    let fits = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let title: String = request.title.chars().filter(fits).collect();
    let title = if title.trim().is_empty() { "Plan" } else { title.trim() };
    if request.profile == Profile::Command {
        return phase::opening(Phase::Planning).replace("{title}", title);
    }
    fill(PLAN, &[("title", title), ("touches", &touches), ("branch", &request.branch)])
}

pub(super) fn roster(founder: &Founder) -> String {
    let email = if founder.email.contains('@') { flow(&json!(founder.email)) } else { String::new() };
    let key = founder.key.as_deref().map(|key| flow(&json!(key))).unwrap_or_default();
    fill(ROSTER, &[("name", &member_name(&founder.name)), ("email", &email), ("key", &key)])
}

pub(super) fn workflow(template: &str, request: &Request) -> String {
    fill(template, &[("branch", &flow(&json!(request.branch))), ("action", &request.action)])
}

/// `Ada Lovelace` is `ada-lovelace`.
fn member_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    slug.truncate(MAX_ID);
    if is_id(&slug) { slug } else { "me".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_filled_once_and_foreign_ones_stay() {
        assert_eq!(fill("a {{x}} ${{ y }} {{x}}{{", &[("x", "{{x}}")]), "a {{x}} ${{ y }} {{x}}{{");
    }

    #[test]
    fn people_get_names_that_are_ids() {
        for (name, expected) in
            [("Ada Lovelace", "ada-lovelace"), ("李", "me"), (" O'Neill, J. ", "o-neill-j"), ("", "me")]
        {
            assert_eq!(member_name(name), expected);
        }
    }
}
