//! What was required to be enforced, id by id: each has a test that carries its id in its name, here or elsewhere.

mod care;
mod levels;
mod people;

use crate::harness::{Output, Sandbox, rust};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PLAN_PATH: &str = "plan/03-execution-plan.md";

/// `main` has adopted the policy, the roster and a plan of these items, by somebody who is on the roster; HEAD is on a branch.
fn adopted(by: &str, policy: String, roster: &str, items: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", policy);
    sandbox.write("plan/roster.yaml", roster);
    sandbox.write(PLAN_PATH, format!("---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n{items}"));
    sandbox.write("src/a", "start\n");
    sandbox.write("docs/rules.md", "# Rules\n");
    sandbox.write("docs/mission.md", "# Mission\n");
    act_as(&sandbox, by);
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "work"]).success();
    sandbox
}

/// From here on commits are this member's.
fn act_as(sandbox: &Sandbox, name: &str) {
    sandbox.git(&["config", "user.name", name]).success();
    sandbox.git(&["config", "user.email", &format!("{name}@example.org")]).success();
}

/// It ended with findings, and said all of these words.
#[track_caller]
fn refused(output: &Output, words: &[&str]) {
    assert_eq!(output.status, 1, "{output}");
    for word in words {
        assert!(output.contains(word), "no {word} in\n{output}");
    }
}

/// The rules that are enforced, by the first letters of their ids.
const ENFORCED: [(&str, &[u32]); 4] = [
    ("ef", &[1, 2, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 31, 39, 40, 41]),
    ("ed", &[2, 6, 9, 10, 11, 13, 15, 16, 20, 21, 22, 25, 28, 32, 35, 37, 41, 45, 46, 47, 48, 49, 52, 64, 75]),
    ("oc", &[2, 3, 6, 7, 8, 9, 12, 13, 15, 16, 17, 18, 19, 26, 30, 34, 36, 46, 49, 50]),
    ("ot", &[2, 3, 10, 11, 13, 17, 21, 23, 25, 26, 27, 28, 29, 30, 31, 35, 49, 51]),
];

/// The ids in the name of a test: `ef_11_and_ef_12_docs` has two, `ef_32_to_36_playbooks` five.
fn ids(name: &str) -> Vec<(String, u32)> {
    let words: Vec<&str> = name.split('_').collect();
    let mut ids = Vec::new();
    let mut rest = words.as_slice();
    while let [family, number, more @ ..] = rest {
        let Some(first) = number.parse::<u32>().ok().filter(|_| ["ef", "ed", "oc", "ot", "ct"].contains(family)) else {
            break;
        };
        let (last, after) = match more {
            ["to", last, after @ ..] if last.parse::<u32>().is_ok() => (last.parse().unwrap_or(first), after),
            _ => (first, more),
        };
        ids.extend((first..=last).map(|number| ((*family).to_owned(), number)));
        rest = after.strip_prefix(&["and"]).unwrap_or(after);
    }
    ids
}

/// The ids that tests of the project carry, with the name of one test each.
fn tested() -> BTreeMap<(String, u32), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src", "tests"].into_iter().flat_map(|folder| rust::files(&root.join(folder)));
    let mut tested = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source file can be read");
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line == "#[test]" {
                is_test = true;
            } else if let Some(name) = line.strip_prefix("fn ").filter(|_| is_test) {
                let name = name.split('(').next().unwrap_or(name);
                tested.extend(ids(name).into_iter().map(|id| (id, name.to_owned())));
                is_test = false;
            }
        }
    }
    tested
}

fn listed(table: &[(&str, &[u32])]) -> BTreeSet<(String, u32)> {
    let of = |(family, numbers): &(&str, &[u32])| {
        let family = (*family).to_owned();
        numbers.iter().map(|number| (family.clone(), *number)).collect::<Vec<_>>()
    };
    table.iter().flat_map(of).collect()
}

#[test]
fn every_enforced_rule_has_its_test() {
    let tested = tested();
    let without: Vec<_> = listed(&ENFORCED).into_iter().filter(|id| !tested.contains_key(id)).collect();
    assert!(without.is_empty(), "no test carries {without:?}");
}

#[test]
fn names_of_tests_are_read() {
    let numbers = |name: &str| ids(name).into_iter().map(|(_, number)| number).collect::<Vec<_>>();
    assert_eq!(numbers("ef_11_and_ef_12_docs_and_tests"), [11, 12]);
    assert_eq!(numbers("ef_32_to_36_every_playbook"), [32, 33, 34, 35, 36]);
    assert_eq!(numbers("ot_07_nobody_reports"), [7]);
    assert!(numbers("what_is_ed_07").is_empty());
}
