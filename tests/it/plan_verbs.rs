//! The verbs around the plan: `check`, `fmt`, `show`, `next`, `done`, `reopen`, `status`, `policy show`.

use crate::harness::Sandbox;

const POLICY: &str = "\
passmuster: policy/1
repository: 7f3k9q2m
profile: solo
protect: [main]
levels: { task: [committed, unit-tests] }
gates:
  unit-tests: { run: make test, inputs: [src/] }
";

const PLAN: &str = "\
---
passmuster: plan/1
---
# Chunks

## Epic DB: The database matches the models
- goal: no data lost

- [x] DB-000: Name the columns ~1h
- [ ] DB-001: Expand the table ~4h P0
  - needs: DB-000 (technical: its column names)
  - touches: migrations/**
  - [ ] old rows can be read
- [ ] DB-002: Use the new columns
  - needs: DB-001 (technical: the columns)

## Epic UI: The list is fast

- [ ] UI-001: Page the list
  - touches: ui/**
";

fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox
}

fn json(sandbox: &Sandbox, args: &[&str]) -> serde_json::Value {
    let output = sandbox.passmuster(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("\n{output}"))
}

#[test]
fn check_counts_what_is_sound() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["check"]), @r"
    $ passmuster check
    6 items, 1 done: no findings
    [status 0]
    ");
    assert_eq!(json(&sandbox, &["check"])["data"]["errors"], 0);
    assert_eq!(sandbox.passmuster(&["check", "--format", "concise"]).success().stdout, "");
}

#[test]
fn check_finds_everything_at_once_in_every_format() {
    let sandbox = project();
    sandbox.write("passmuster.yaml", POLICY.replace("profile", "profil"));
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("needs: DB-000", "needs: DB-00"));
    insta::assert_snapshot!(sandbox.passmuster(&["check", "--format", "concise"]), @r"
    $ passmuster check --format concise
    passmuster.yaml:3:1: error[yaml/unknown-key]: unknown key `profil` in the policy
    plan/03-execution-plan.md:11:12: error[plan/dangling-need]: `DB-001` needs `DB-00`, which is no item
    [status 1]
    ");
    for format in ["human", "json", "github", "sarif"] {
        let output = sandbox.passmuster(&["check", "--format", format]);
        assert!(output.status == 1 && output.stdout.contains("plan/dangling-need"), "{output}");
    }
}

#[test]
fn check_reports_on_the_paths_that_were_named() {
    let sandbox = project();
    sandbox.write("passmuster.yaml", "nothing");
    assert_eq!(
        sandbox.passmuster(&["check", "plan"]).success().stdout,
        "no findings\n".replace("no", "6 items, 1 done: no")
    );
    let output = sandbox.passmuster(&["-C", "plan", "check", "../passmuster.yaml"]);
    assert!(output.status == 1 && output.stdout.contains("passmuster.yaml:1:1"), "{output}");
    assert_eq!(sandbox.passmuster(&["check", "nothing.md"]).status, 2);
    assert_eq!(sandbox.passmuster(&["check", "../.."]).status, 2);
}

#[test]
fn what_is_missing_names_init() {
    let sandbox = Sandbox::repository();
    for verb in ["check", "next", "status"] {
        let output = sandbox.passmuster(&[verb]);
        assert!(output.status == 1 && output.stdout.contains("= hint: run `passmuster init`"), "{output}");
    }
    assert_eq!(sandbox.passmuster(&["policy", "show"]).status, 1);
    assert_eq!(Sandbox::new().passmuster(&["check"]).status, 3);
}

#[test]
fn plan_critical_tells_what_decides_the_finish() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["plan", "critical", "--unlimited"]), @r"
    $ passmuster plan critical --unlimited
    5h of work lie one behind the other: 2 of 3 open tasks decide when all is done

    critical  from  to  because it                    title
    DB-001      0h  4h  can be worked on now          Expand the table
    DB-002      4h  5h  starts when `DB-001` is done  Use the new columns

    2 tasks have no estimate and count as 1h
    [status 0]
    ");
    let answer = json(&sandbox, &["plan", "critical", "--unlimited"]);
    assert_eq!(answer["data"]["finish"], 300);
    assert_eq!(answer["data"]["tasks"][2]["float"], 240);
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("~4h", "~3000h"));
    let output = sandbox.passmuster(&["plan", "critical", "--unlimited", "--estimate", "pessimistic", "--all"]);
    assert!(output.status == 0 && output.stdout.contains("warning[schedule/long-task]"), "{output}");
    // Both can begin and end, as moments go; as tasks of a fixed length they cannot.
    let circle = "- [ ] T-1: a ~4h\n  - needs: T-2 (FF)\n- [ ] T-2: b ~5h\n  - needs: T-1 (SS)\n";
    sandbox.write("plan/03-execution-plan.md", format!("---\npassmuster: plan/1\n---\n{circle}"));
    let output = sandbox.passmuster(&["plan", "critical", "--unlimited", "--format", "concise"]);
    assert!(output.status == 1 && output.stdout.contains("schedule/cycle"), "{output}");
    let checked = sandbox.passmuster(&["check", "--format", "concise"]);
    let finding = output.stdout.lines().find(|line| line.contains("schedule/cycle")).expect("it is told");
    assert!(checked.status == 1 && checked.stdout.lines().any(|line| line == finding), "{checked}");
}

#[test]
fn next_shows_what_is_ready_and_why_the_rest_waits() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["next"]), @r"
    $ passmuster next
    ready   priority  estimate  owner  unblocks  title
    DB-001  P0        4h                      1  Expand the table
    UI-001                                    0  Page the list

    side by side: DB-001, UI-001

    waiting  because it
    DB-002   needs `DB-001`
    [status 0]
    ");
    let answer = json(&sandbox, &["next"]);
    assert_eq!(answer["data"]["ready"][0]["item"]["id"], "DB-001");
    assert_eq!(answer["data"]["waiting"][0]["why"][0], "needs `DB-001`");
    assert_eq!(answer["data"]["parallel"], serde_json::json!([["DB-001", "UI-001"]]));
}

#[test]
fn nothing_is_ready_in_a_plan_with_errors() {
    let sandbox = project();
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("needs: DB-001", "needs: DB-009"));
    for verb in ["next", "status"] {
        let output = sandbox.passmuster(&[verb]);
        assert!(output.status == 1 && output.stdout.contains("plan/dangling-need"), "{output}");
    }
    // The policy does not say what is ready.
    let sandbox = project();
    sandbox.write("passmuster.yaml", "nothing");
    sandbox.passmuster(&["next"]).success();
}

#[test]
fn show_tells_all_about_one_item() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["show", "db-001"]), @r"
    $ passmuster show db-001
    DB-001  Expand the table
      kind      task in DB
      state     ready
      priority  P0
      estimate  4h
      touches   migrations/**
      needs     DB-000 (technical, its column names): met
      unblocks  DB-002 (blocked) Use the new columns
      criteria  [ ] old rows can be read
      gates     committed: a commit names the item and changes what it touches
                unit-tests: runs `make test`
      place     plan/03-execution-plan.md:10
    [status 0]
    ");
    let answer = json(&sandbox, &["show", "DB-002"]);
    assert_eq!(answer["data"]["item"]["state"], "blocked");
    assert_eq!(answer["data"]["needs"][0]["state"], "open");
    insta::assert_snapshot!(sandbox.passmuster(&["show", "DB-01"]), @r"
    $ passmuster show DB-01
    error: there is no item `DB-01` in the plan
      = cause: the nearest id is `DB-001`
      = hint: write `DB-001`
    [status 2]
    ");
}

#[test]
fn done_and_reopen_change_the_boxes_only() {
    let sandbox = project();
    sandbox.write("plan/03-execution-plan.md", PLAN.replace('\n', "\r\n"));
    insta::assert_snapshot!(sandbox.passmuster(&["done", "DB-001", "UI-001"]), @r#"
    $ passmuster done DB-001 UI-001
    DB-001 is done: Expand the table
    UI-001 is done: Page the list
    warning: DB-001: a criterion is open: old rows can be read
    the tick is a claim; next:
      git commit -am "DB-001, UI-001: …"
      passmuster gate run DB-001
      passmuster gate run UI-001
    [status 0]
    "#);
    let ticked = PLAN.replace("[ ] DB-001", "[x] DB-001").replace("[ ] UI-001", "[x] UI-001").replace('\n', "\r\n");
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), ticked);
    assert!(sandbox.passmuster(&["done", "ui-001"]).success().stdout.contains("UI-001 is already done"));
    sandbox.passmuster(&["reopen", "UI-001", "DB-001"]).success();
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), PLAN.replace('\n', "\r\n"));
    let output = sandbox.passmuster(&["done", "DB-002", "DB-00"]);
    assert!(output.status == 2 && output.contains("there is no item `DB-00`"), "{output}");
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), PLAN.replace('\n', "\r\n"));
}

#[test]
fn ticks_made_at_the_same_time_are_all_kept() {
    let sandbox = project();
    let plan: String = (10..22).map(|n| format!("- [ ] T-{n}: task\n")).collect();
    sandbox.write("plan/03-execution-plan.md", &plan);
    let line = "for n in 10 11 12 13 14 15 16 17 18 19 20 21; do passmuster -q done T-$n & done; wait";
    sandbox.shell("work", line).success();
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), plan.replace("[ ]", "[x]"));
}

#[test]
fn status_counts_by_part() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["status"]), @r"
    $ passmuster status
    part  done  ready  blocked  waiting  title
    DB     1/3      1        1        0  The database matches the models
    UI     0/1      1        0        0  The list is fast
    all    1/4      2        1        0

    green as far as is known; 18 of 21 indicators are not
    [status 0]
    ");
    assert_eq!(json(&sandbox, &["status"])["data"]["tasks"]["total"], 4);
}

#[test]
fn fmt_rewrites_and_tells() {
    let sandbox = project();
    sandbox.passmuster(&["fmt", "--check"]).success();
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("- [x] DB-000: ", "* [X] DB-000 - "));
    let output = sandbox.passmuster(&["fmt", "--check"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, "plan/03-execution-plan.md\n"), "{output}");
    assert_eq!(json(&sandbox, &["fmt"])["data"]["changed"][0], "plan/03-execution-plan.md");
    assert!(sandbox.read("plan/03-execution-plan.md").contains(" [x] DB-000: Name the columns"));
    sandbox.passmuster(&["fmt", "--check"]).success();
    sandbox.write("plan/tasks/T-1.md", "---\nid: T-1\ntitle: A file of its own\nsprint: 4\nassignee: ann\n---\n");
    sandbox.passmuster(&["fmt"]).success();
    assert!(sandbox.read("plan/tasks/T-1.md").ends_with("\nsprint: 4\nowner: ann\n---\n"));
}

#[test]
fn policy_show_reads_back_as_itself() {
    let sandbox = project();
    let shown = sandbox.passmuster(&["policy", "show"]).success().stdout;
    assert!(shown.contains("profile: solo") && shown.contains("unit-tests"), "{shown}");
    sandbox.write("passmuster.yaml", &shown);
    sandbox.passmuster(&["check"]).success();
}

#[test]
#[cfg(unix)]
fn a_plan_that_cannot_be_written_stays_whole() {
    let sandbox = project();
    sandbox
        .shell(
            "work",
            "mkdir real && mv plan/03-execution-plan.md real/p.md && ln -s ../real/p.md plan/03-execution-plan.md",
        )
        .success();
    for args in [&["done", "DB-001"][..], &["show", "DB-001"], &["fmt"]] {
        let output = sandbox.passmuster(args);
        assert!(output.status == 1 && output.stdout.contains("project/not-a-file"), "{output}");
    }
    assert_eq!(sandbox.read("real/p.md"), PLAN);
}

#[test]
fn set_add_move_and_rename_change_what_they_say_and_nothing_else() {
    let sandbox = project();
    let crlf = PLAN.replace('\n', "\r\n");
    sandbox.write("plan/03-execution-plan.md", &crlf);
    insta::assert_snapshot!(sandbox.passmuster(&["set", "DB-002", "@ann", "estimate=2h-4h", "P1"]), @r"
    $ passmuster set DB-002 @ann estimate=2h-4h P1
    DB-002 set: plan/03-execution-plan.md:14: - [ ] DB-002: Use the new columns @ann ~2h-4h P1
    [status 0]
    ");
    let args = ["add", "Drop the old columns", "--under", "DB", "--needs", "DB-002 (technical: its writes)", "#later"];
    insta::assert_snapshot!(sandbox.passmuster(&args), @r"
    $ passmuster add 'Drop the old columns' --under DB --needs 'DB-002 (technical: its writes)' #later
    DB-003 added: plan/03-execution-plan.md:16: - [ ] DB-003: Drop the old columns #later
    [status 0]
    ");
    insta::assert_snapshot!(sandbox.passmuster(&["move", "UI-001", "--before", "DB-000"]), @r"
    $ passmuster move UI-001 --before DB-000
    UI-001 moved: plan/03-execution-plan.md:9: - [ ] UI-001: Page the list
    [status 0]
    ");
    sandbox.write("plan/gates/db-000.0a1b2c.md", "item: DB-000\n");
    insta::assert_snapshot!(sandbox.passmuster(&["rename", "db-000", "DB-100"]), @r"
    $ passmuster rename db-000 DB-100
    DB-100 renamed: plan/03-execution-plan.md:11: - [x] DB-100: Name the columns ~1h
    the old id is still said in plan/gates/db-000.0a1b2c.md:1
    evidence names its item: run `passmuster gate run DB-100` again
    [status 0]
    ");
    insta::assert_snapshot!(sandbox.read("plan/03-execution-plan.md").replace("\r\n", "\n"), @r"
    ---
    passmuster: plan/1
    ---
    # Chunks

    ## Epic DB: The database matches the models
    - goal: no data lost

    - [ ] UI-001: Page the list
      - touches: ui/**
    - [x] DB-100: Name the columns ~1h
    - [ ] DB-001: Expand the table ~4h P0
      - needs: DB-100 (technical: its column names)
      - touches: migrations/**
      - [ ] old rows can be read
    - [ ] DB-002: Use the new columns @ann ~2h-4h P1
      - needs: DB-001 (technical: the columns)
    - [ ] DB-003: Drop the old columns #later
      - needs: DB-002 (technical: its writes)

    ## Epic UI: The list is fast
    ");
    assert!(!sandbox.read("plan/03-execution-plan.md").replace("\r\n", "").contains('\n'));
    for args in [
        &["rename", "DB-100", "DB-000"][..],
        &["move", "UI-001", "--to", "UI"],
        &["set", "DB-002", "owner=", "estimate=", "priority="],
    ] {
        sandbox.passmuster(args).success();
    }
    let left = sandbox.read("plan/03-execution-plan.md");
    assert_eq!(left.split("- [ ] DB-003").next().map(str::len), crlf.find("\r\n## Epic UI"), "{left}");
}

#[test]
fn edits_that_make_no_sense_write_nothing() {
    let sandbox = project();
    for (args, said) in [
        (&["set", "DB-001", "@ann", "due=soon"][..], "`soon` is not a date"),
        (&["set", "DB-001", "ownr=ann"], "write `owner=…`"),
        (&["add", "x"], "a task stands somewhere"),
        (&["add", "x", "--under", "DB", "--id", "UI-001"], "`UI-001` is taken"),
        (&["move", "DB", "--to", "DB"], "cannot be moved into or beside itself"),
        (&["move", "DB"], "where `DB` is to stand is not said"),
        (&["rename", "DB-001", "policy"], "cannot be the id of an item"),
        (&["rename", "DB-001", "ui-001"], "`ui-001` is taken"),
    ] {
        let output = sandbox.passmuster(args);
        assert!(output.status == 2 && output.contains(said), "{output}");
    }
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), PLAN);
    sandbox.write("plan/03-execution-plan.md", format!("{PLAN}<<<<<<< a\n=======\n>>>>>>> b\n"));
    for args in [&["set", "DB-001", "@ann"][..], &["done", "DB-001"], &["move", "DB-001", "--after", "UI-001"]] {
        let output = sandbox.passmuster(args);
        assert!(output.status == 3 && output.contains("is not changed"), "{output}");
    }
    assert_eq!(json(&project(), &["set", "DB-001", "needs=DB-009"])["data"]["findings"]["errors"], 1);
}
