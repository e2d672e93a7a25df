//! The JSON Schemas: what the tool writes fits them, and they know exactly the keys the readers know.

use crate::cases;
use crate::harness::Sandbox;
use passmuster::diag::{Diagnostic, Sink};
use passmuster::evidence::{Digest, report};
use passmuster::record::{self, kinds};
use passmuster::text::Source;
use passmuster::verb::schema;
use passmuster::{doc, policy, roster};
use serde_json::Value;
use std::collections::BTreeSet;

fn schema_of(name: &str) -> Value {
    schema::named(name).expect("it is there").value
}

/// YAML as a program without our reader sees it.
fn json(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The front matter of a document.
fn front(text: &str) -> &str {
    &text[doc::front_matter(text).expect("it has front matter").body.range()]
}

/// What a validator has against a text.
fn faults(name: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema_of(name)).expect("it is a schema");
    validator.iter_errors(&json(text)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[track_caller]
fn fits(name: &str, text: &str) {
    assert_eq!(faults(name, text), [""; 0], "{name}\n{text}");
}

#[test]
fn every_schema_is_one() {
    for one in schema::all() {
        jsonschema::meta::validate(&one.value).unwrap_or_else(|error| panic!("{}: {error}", one.name));
        assert_eq!(one.value["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(!one.about().is_empty());
    }
}

#[test]
fn the_files_of_a_new_project_fit() {
    for profile in ["solo", "team", "command"] {
        let sandbox = Sandbox::repository();
        sandbox.write("Makefile", "test:\n\ttrue\n");
        sandbox.passmuster(&["init", "--profile", profile]).success();
        fits("policy", &sandbox.read("passmuster.yaml"));
        fits("plan", front(&sandbox.read("plan/03-execution-plan.md")));
        if profile != "solo" {
            fits("roster", &sandbox.read("plan/roster.yaml"));
        }
        fits("policy", &sandbox.passmuster(&["policy", "show"]).success().stdout);
    }
}

#[test]
fn evidence_fits() {
    fits("gate-report", front(&gate_report()));
}

/// A report that a real run wrote.
fn gate_report() -> String {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: '12345678'\nprofile: solo\nprotect: [main]\ngates:\n  t: { run: 'echo 3 passed', inputs: [a] }\nlevels: { task: [t] }\n");
    sandbox.write("plan/03-execution-plan.md", "- [ ] T-01: a\n  - touches: a\n");
    sandbox.write("a", "a\n");
    sandbox.commit_all("begin");
    sandbox.git(&["switch", "--quiet", "--create", "task"]).success();
    sandbox.write("a", "b\n");
    sandbox.commit_all("T-01: work");
    sandbox.passmuster(&["gate", "run", "T-01"]).success();
    let name = sandbox.shell("work", "ls plan/gates/*.md").success().stdout;
    sandbox.read(name.trim())
}

#[test]
fn what_the_reader_takes_fits_and_what_it_does_not_know_does_not() {
    let mut seen = (0, 0);
    for case in cases::all() {
        for file in case.files.iter().filter(|file| file.form == cases::Form::Text) {
            let mut sink = Sink::new();
            let source = Source::new(&file.path, &file.text);
            let name = match file.path.as_str() {
                policy::PATH => {
                    policy::parse(&source, &mut sink);
                    "policy"
                }
                roster::PATH => {
                    roster::parse(&source, &mut sink);
                    "roster"
                }
                _ => continue,
            };
            let text = file.text.trim_start_matches('\u{feff}');
            if !sink.has_errors() {
                fits(name, text);
                seen.0 += 1;
            }
            let errors = sink.into_sorted();
            if errors.iter().any(|finding| finding.is_error() && finding.code.name == "yaml/unknown-key") {
                assert!(!faults(name, text).is_empty(), "{text}");
                seen.1 += 1;
            }
        }
    }
    assert!(seen.0 > 5 && seen.1 > 0, "the cases hold some of each: {seen:?}");
}

const POLICY: &str = "passmuster: policy/1\nrepository: 7f3k9q2m\nprotect: [main]\n";

#[test]
fn a_key_that_the_reader_knows_is_in_the_schema() {
    let gate = |entry: &str| format!("{POLICY}gates: {{ lint: {{ {entry} }} }}\n");
    let entry = "/properties/gates/additionalProperties";
    let mut probes = vec![
        (format!("{POLICY}zzz: 1\n"), String::new()),
        (gate("run: x, inputs: [.], zzz: 1"), entry.to_owned()),
        (gate("run: x, inputs: [.], metric: { lcov: a, min: 1, zzz: 1 }"), format!("{entry}/properties/metric")),
    ];
    // Levels come from their table, and a wrong one has a finding of its own.
    let schema = schema_of("policy");
    let mappings = schema["properties"].as_object().expect("it has keys").iter();
    for (key, _) in mappings.filter(|(key, part)| part["properties"].is_object() && *key != "levels") {
        probes.push((format!("{POLICY}{key}: {{ zzz: 1 }}\n"), format!("/properties/{key}")));
    }
    assert!(probes.len() > 6, "every mapping is asked about");
    for (text, path) in probes {
        let mut sink = Sink::new();
        policy::parse(&Source::new(policy::PATH, &*text), &mut sink);
        same_keys("policy", &text, &sink.into_sorted(), &path);
    }
    let roster = "passmuster: roster/1\n";
    for (text, path) in [
        (format!("{roster}members: []\nzzz: 1\n"), ""),
        (format!("{roster}members: [{{ name: a, zzz: 1 }}]\n"), "/properties/members/items"),
        (format!("{roster}members: []\nteams: [{{ name: a, zzz: 1 }}]\n"), "/properties/teams/items"),
        (format!("{roster}members: []\nsupport: {{ zzz: 1 }}\n"), "/properties/support"),
    ] {
        let mut sink = Sink::new();
        roster::parse(&Source::new(roster::PATH, &*text), &mut sink);
        same_keys("roster", &text, &sink.into_sorted(), path);
    }
    for kind in kinds::ALL {
        let head = format!(
            "passmuster: {}/1\ntitle: a\nstate: {}\nby: ada\nat: 2026-01-01T00:00:00Z\n",
            kind.name,
            kind.first().name
        );
        let step = format!("steps: [{{ to: {}, by: ada, at: 2026-01-01T00:00:00Z, zzz: 1 }}]\n", kind.first().name);
        for (more, path) in [("zzz: 1\n".to_owned(), ""), (step, "/properties/steps/items")] {
            let text = format!("---\n{head}{more}---\n");
            let mut sink = Sink::new();
            record::parse(kind, &Source::new("r.md", &*text), &mut sink);
            same_keys(kind.name, &text, &sink.into_sorted(), path);
        }
    }
    let written = gate_report();
    for (at, path) in [("results:\n", ""), ("  outcome:", "/properties/results/items")] {
        // The key stands where the report's own keys do.
        let indent = at.len() - at.trim_start().len();
        let text = written.replacen(at, &format!("{}zzz: 1\n{at}", " ".repeat(indent)), 1);
        let name = format!("T-01.{}.md", &Digest::of_file(text.as_bytes()).as_str()[..6]);
        let mut sink = Sink::new();
        report::parse(&Source::new(&name, &*text), &name, &mut sink);
        same_keys("gate-report", &text, &sink.into_sorted(), path);
    }
}

/// The keys that the finding about `zzz` lists are those of the schema at a place.
fn same_keys(name: &str, text: &str, findings: &[Diagnostic], path: &str) {
    let about = findings.iter().find(|finding| finding.message.contains("`zzz`"));
    let about = about.unwrap_or_else(|| panic!("{name}{path}: nothing is said about `zzz`\n{text}\n{findings:#?}"));
    let list = about.causes[0].strip_prefix("the keys known here are ").expect("the finding lists them");
    let known: BTreeSet<&str> = list.split(", ").collect();
    let schema = schema_of(name);
    let described = schema.pointer(path).and_then(|part| part["properties"].as_object());
    let described: BTreeSet<&str> = described.expect("a mapping is described").keys().map(String::as_str).collect();
    assert_eq!(described, known, "{name}{path}: the schema beside the reader has to say the same keys");
}

#[test]
fn mistakes_that_editors_shall_show_are_refused() {
    for (entry, fault) in [
        ("run: x, inputs: [.]", false),
        ("approve: lead, independent: true", false),
        ("checklist: docs/list.md", false),
        ("changed: [docs/**], when: [src/**], or: 'docs: none'", false),
        ("run: x, inputs: [.], metric: { json: a, pointer: /x, min: 1 }", false),
        ("run: x", true),
        ("inputs: [.]", true),
        ("run: x, inputs: [.], approve: lead", true),
        ("approve: lead, timeout: 5m", true),
        ("run: x, inputs: [.], timeout: 5 minutes", true),
        ("run: x, inputs: [.], metric: { lcov: a }", true),
        ("run: x, inputs: [.], metric: { json: a, min: 1 }", true),
        ("run: x, inputs: [.], waivable: yes please", true),
    ] {
        let text = format!("{POLICY}gates: {{ lint: {{ {entry} }} }}\n");
        let mut sink = Sink::new();
        let read = policy::parse(&Source::new(policy::PATH, &*text), &mut sink);
        assert_eq!(!faults("policy", &text).is_empty(), fault, "{entry}: {:?}", faults("policy", &text));
        assert_eq!(read.is_none(), fault, "the reader says the same: {entry}");
    }
}

#[test]
fn schemas_are_printed_and_listed() {
    let sandbox = Sandbox::new();
    let printed = sandbox.passmuster(&["schema", "policy"]).success().stdout;
    assert_eq!(serde_json::from_str::<Value>(&printed).expect("it is JSON"), schema_of("policy"));
    let list = sandbox.passmuster(&["schema"]).success().stdout;
    assert!(schema::all().iter().all(|one| list.contains(one.name) && list.contains(&one.files)), "{list}");
    let list = sandbox.passmuster(&["schema", "--format", "json"]).success().stdout;
    assert_eq!(serde_json::from_str::<Value>(&list).expect("it is JSON")["kind"], "schemas");
    let output = sandbox.passmuster(&["schema", "polcy"]);
    assert!(output.status == 2 && output.stderr.contains("passmuster schema policy"), "{output}");
}
