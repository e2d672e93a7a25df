//! `import`: plans of other tools become plan files, and what is lost is told.

use crate::harness::{Output, Sandbox};

const BEADS: &str = r#"{"id":"bd-1","title":"Store","description":"Keep chunks.\n\n- [ ] not a condition","status":"open","priority":1,"issue_type":"epic","created_at":"2026-01-02T03:04:05Z"}
{"id":"bd-2","title":"Add the column","status":"closed","priority":0,"issue_type":"task","closed_at":"2026-01-05T00:00:00Z","acceptance_criteria":"- old rows are readable\n- it is quick","dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1","type":"parent-child"}]}
{"id":"bd-3","title":"Fill it (after bd-2) @ada","status":"in_progress","priority":4,"issue_type":"bug","assignee":"ada","estimated_minutes":90,"dependencies":[{"issue_id":"bd-3","depends_on_id":"bd-1","type":"parent-child"},{"issue_id":"bd-3","depends_on_id":"bd-2","type":"blocks"},{"issue_id":"bd-3","depends_on_id":"bd-9","type":"blocks"}]}
{"id":"bd-4","title":"cut
{"id":"bd-5","title":"gone","status":"tombstone","priority":2,"issue_type":"task"}
{"_type":"memory","key":"a","value":"b"}
"#;

fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["init", "--no-hooks"]).success();
    sandbox
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("\n{output}"))
}

#[test]
fn beads_become_a_plan_file_and_losses_are_told() {
    let sandbox = project();
    sandbox.write(".beads/issues.jsonl", BEADS);
    insta::assert_snapshot!(sandbox.passmuster(&["import"]), @r##"
    $ passmuster import
    beads    read  taken over  dropped
    files       1           1        0
    records     6           3        3
    needs       2           1        1
    values     29          27        2

    dropped  what             because                                first at
          1  created_at       a plan has no place for it             .beads/issues.jsonl:1
          1  priority 4       a plan has four levels; taken as P3    .beads/issues.jsonl:3
          1  a line           column 25: EOF while parsing a string  .beads/issues.jsonl:4
          1  a line           it is a `memory` and no issue          .beads/issues.jsonl:6
          1  bd-5             it was deleted                         .beads/issues.jsonl:5
          1  bd-3 needs bd-9  the source does not hold it            .beads/issues.jsonl:3
    1 item comes ticked: claims, whose gates are asked for where a policy already protects the branch (`--skip-done` leaves done work out)
    3 items written to plan/epics/beads.md; look at it, then run `passmuster check`
    [status 1]
    "##);
    insta::assert_snapshot!(sandbox.read("plan/epics/beads.md"), @r##"
    ---
    passmuster: plan/1
    ---
    # Imported from beads

    ## Epic bd-1: Store P1

    > Keep chunks.
    >
    > - [ ] not a condition

    - [x] bd-2: Add the column P0
      - completed: 2026-01-05
      > **Criteria, not ticked in the source**
      >
      > - old rows are readable
      > - it is quick
    - [ ] bd-3: Fill it [after bd-2] \@ada ~1h30m P3 @ada
      - needs: bd-2 (technical: blocks)
      - status: in progress
      - tags: bug
      - links: needs bd-9 (the source does not hold it)
    "##);
    sandbox.passmuster(&["check"]).success();
}

#[test]
fn nothing_is_overwritten_and_dry_runs_write_nothing() {
    let sandbox = project();
    sandbox.write(".beads/issues.jsonl", BEADS);
    sandbox.passmuster(&["import", "--dry-run"]);
    let printed = sandbox.passmuster(&["import", "beads", "--stdout"]).stdout;
    assert!(!sandbox.work().join("plan/epics").exists());
    sandbox.passmuster(&["import", "--into", "plan/epics/mine.md"]);
    assert_eq!(sandbox.read("plan/epics/mine.md"), printed);
    sandbox.write("plan/epics/mine.md", "mine");
    let refused = sandbox.passmuster(&["import", "--into", "plan/epics/mine.md"]);
    assert!(refused.status == 2 && refused.stderr.contains("is there already"), "{refused}");
    assert_eq!(sandbox.read("plan/epics/mine.md"), "mine");
    let elsewhere = sandbox.passmuster(&["import", "--into", "notes.md"]);
    assert!(elsewhere.status == 2 && elsewhere.stderr.contains("would not be read"), "{elsewhere}");
}

#[test]
fn ids_that_the_plan_has_already_are_changed() {
    let sandbox = project();
    sandbox.write(".beads/issues.jsonl", BEADS);
    sandbox.passmuster(&["import"]);
    let again = json(&sandbox.passmuster(&["import", "--into", "plan/epics/again.md", "--format", "json"]));
    assert_eq!(again["data"]["renamed"][0]["to"], "beads-bd-1");
    sandbox.passmuster(&["check"]).success();
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    let sandbox = project();
    let nothing = sandbox.passmuster(&["import"]);
    assert!(nothing.status == 2 && nothing.stderr.contains("nothing to import"), "{nothing}");
    let misspelt = sandbox.passmuster(&["import", "baeds"]);
    assert!(misspelt.status == 2 && misspelt.stderr.contains("passmuster import beads"), "{misspelt}");
    sandbox.write(".beads/issues.jsonl", BEADS);
    sandbox.write(".taskmaster/tasks/tasks.json", r#"{"tasks":[{"id":1,"title":"a","status":"pending"}]}"#);
    let both = sandbox.passmuster(&["import"]);
    assert!(both.status == 2 && both.stderr.contains("found: beads, task-master"), "{both}");
}

#[test]
fn a_plan_goes_out_in_every_form() {
    let sandbox = project();
    sandbox.write(".beads/issues.jsonl", BEADS);
    sandbox.passmuster(&["import"]);
    for (form, expected) in [
        ("csv", "bd-3,Fill it [after bd-2] \\@ada,task,bd-1,open,P3,ada,"),
        ("mermaid", "flowchart LR\n"),
        ("dot", "\"bd-2\" -> \"bd-3\";"),
        ("beads", "{\"id\":\"bd-2\",\"title\":\"Add the column\",\"status\":\"closed\","),
        ("task-master", "\"id\": \"bd-2\","),
    ] {
        let output = sandbox.passmuster(&["export", form]).success();
        assert!(output.stdout.contains(expected), "{form}\n{}", output.stdout);
    }
    let plan = json(&sandbox.passmuster(&["export"]).success());
    assert_eq!(plan["kind"], "plan");
    // What goes out comes in again.
    sandbox.shell("work", "passmuster export beads > ../tmp/issues.jsonl").success();
    let back = sandbox.passmuster(&["import", "beads", "../tmp/issues.jsonl", "--dry-run", "--format", "json"]);
    let back = json(&back.success());
    assert_eq!(back["data"]["items"], plan["data"]["items"].as_array().map_or(0, Vec::len));
}
