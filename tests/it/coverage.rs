//! `coverage`: an outline of topics against the files of a repository.

use crate::harness::Sandbox;
use std::path::Path;

const OUTLINE: &str = "\
# Ours

## Engineering
- review: 30d
- Architecture
  - evidence: docs/adr/**
  - owner: ada
- Tests
  - evidence: tests/**
- Fuzzing

## Operations
- Backups
  - n/a: we keep no data
- Runbooks
  - evidence: runbooks/*.md
  - owner: nobody
";

/// The sandbox commits in January 2026.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("outline.md", OUTLINE);
    sandbox.write("docs/adr/1.md", "# One\n");
    sandbox.write("plan/03-execution-plan.md", "- [ ] T-1: Fuzz the reader #fuzzing\n- [x] T-2: Done #fuzzing\n");
    sandbox.write("plan/roster.yaml", "passmuster: roster/1\nmembers:\n  - name: ada\n");
    sandbox.commit_all("first");
    sandbox.write("tests/a.rs", "//\n");
    sandbox.commit_all("second");
    sandbox
}

#[test]
fn ct_00_topics_are_covered_stale_empty_or_not_applicable() {
    let sandbox = project();
    let at = |time: &'static str| ["coverage", "--framework", "outline.md", "--at", time];
    insta::assert_snapshot!(sandbox.passmuster(&at("2026-01-20T00:00:00Z")), @"
    $ passmuster coverage --framework outline.md --at [TIME]
    group          covered  stale  empty  n/a  percent
    Ours                 2      0      2    1      50%
      Engineering        2      0      1    0      66%
      Operations         0      0      1    1       0%
    all 5 topics         2      0      2    1      50%

    topic     state  owner   why
    Fuzzing   empty          no evidence is named
    Runbooks  empty  nobody  no file matches its evidence

    warning[outline/unknown-owner]: `nobody` is not on the roster
      --> outline.md:17:12
       |
    17 |   - owner: nobody
       |            ^^^^^^
       = cause: plan/roster.yaml lists 1 members
       = hint: correct the name, or add the member

    1 warning
    [status 0]
    ");
    let late = sandbox.passmuster(&at("2026-03-20T00:00:00Z"));
    assert!(late.contains("Architecture  stale  ada     no commit of the last 30 days touches it"), "{late}");
    assert!(late.contains("all 5 topics         0      2      2    1       0%"), "{late}");
    // What is touched again is covered again.
    sandbox.write("docs/adr/1.md", "# One, again\n");
    sandbox.git(&["add", "."]).success();
    let date = "2026-03-19T00:00:00Z";
    let mut commit = sandbox.command("git", "work");
    commit.env("GIT_COMMITTER_DATE", date).args(["commit", "-qm", "look again"]);
    sandbox.run(&mut commit, "").success();
    let answer = sandbox.passmuster(&[&at("2026-03-20T00:00:00Z")[..], &["--format", "json"]].concat());
    let answer: serde_json::Value = serde_json::from_str(&answer.stdout).expect("it is JSON");
    let topics = answer["data"]["topics"].as_array().expect("a list");
    let states: Vec<&str> = topics.iter().filter_map(|topic| topic["state"].as_str()).collect();
    assert_eq!(states, ["covered", "stale", "empty", "not-applicable", "empty"]);
    assert_eq!((&topics[0]["touched"], &topics[2]["items"]), (&date.into(), &1.into()));
}

#[test]
fn too_little_coverage_is_a_finding_when_that_is_asked() {
    let sandbox = project();
    let with =
        |min: &'static str| ["coverage", "--framework", "outline.md", "--at", "2026-01-20T00:00:00Z", "--min", min];
    assert_eq!(sandbox.passmuster(&with("50")).status, 0);
    let output = sandbox.passmuster(&with("51"));
    assert!(output.status == 1 && output.contains("50% is covered, less than 51%"), "{output}");
    assert_eq!(sandbox.passmuster(&["coverage"]).status, 2);
    assert_eq!(sandbox.passmuster(&["coverage", "--framework", "none.md"]).status, 3);
}

#[test]
fn the_template_is_an_outline() {
    let sandbox = project();
    let template = sandbox.passmuster(&["coverage", "--template"]).success().stdout;
    sandbox.write("o.md", template);
    let output = sandbox.passmuster(&["coverage", "--framework", "o.md", "--at", "2026-01-20T00:00:00Z"]).success();
    assert!(output.contains("all 13 topics"), "{output}");
}

/// Any outline of headings and bullets is read; the shared one is three levels of headings.
#[test]
fn the_shared_outline_is_read_whole() {
    let outline = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds/004_af040366a01c115b.txt");
    if !outline.is_file() {
        println!("skipped: {} is not there", outline.display());
        return;
    }
    let sandbox = project();
    let path = outline.display().to_string();
    let output = sandbox.passmuster(&["coverage", "--framework", &path, "--format", "json"]).success();
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).expect("it is JSON");
    let count = |key: &str| answer["data"][key].as_array().map_or(0, Vec::len);
    assert_eq!((count("topics"), count("groups"), answer["data"]["whole"]["empty"].as_u64()), (138, 35, Some(138)));
}
