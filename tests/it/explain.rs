//! `passmuster explain`, and that it knows every code.

use crate::harness::{Sandbox, rust};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn explain_knows_the_codes_of_every_module() {
    let listed = Sandbox::new().passmuster(&["explain", "--list", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).expect("the list is JSON");
    let listed: BTreeSet<&str> =
        listed["data"].as_array().expect("a list").iter().filter_map(|page| page["code"].as_str()).collect();
    for file in rust::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        if file.file_name().is_some_and(|name| name == "codes.rs") {
            let text = std::fs::read_to_string(&file).expect("our own source can be read");
            for code in text.lines().filter_map(|line| line.strip_suffix("\";")?.split_once(" = \"")) {
                assert!(listed.contains(code.1), "`{}` of {} is missing in src/cli/codes.rs", code.1, file.display());
            }
        }
    }
}

#[test]
fn figures_are_explained_wherever_it_is_asked() {
    let nowhere = Sandbox::new();
    let page = nowhere.passmuster(&["explain", "rework"]).success();
    assert!(
        page.contains("those that were taken back since.") && page.contains("Target: ≤ 10 %, alarm > 20 %."),
        "{page}"
    );
    let json = nowhere.passmuster(&["explain", "velocity", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!((&json["kind"], &json["data"]["better"]), (&"figure".into(), &"none".into()));
    assert!(nowhere.passmuster(&["explain", "velocty"]).contains("run `passmuster explain velocity`"));
}

#[test]
fn a_misspelt_code_is_met_with_the_nearest() {
    insta::assert_snapshot!(Sandbox::new().passmuster(&["explain", "[plan/confict-marker]"]), @r"
    $ passmuster explain [plan/confict-marker]
    error: there is no code `plan/confict-marker`
      = hint: run `passmuster explain plan/conflict-marker`
    [status 2]
    ");
}

#[test]
fn a_code_without_likeness_is_met_with_the_list() {
    insta::assert_snapshot!(Sandbox::new().passmuster(&["explain", "nothing\u{1b}[31m"]), @r"
    $ passmuster explain nothing\u{1b}[31m
    error: there is no code `nothing\u{1b}[31m`
      = hint: run `passmuster explain --list`
    [status 2]
    ");
}
