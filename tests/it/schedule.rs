//! The verbs about time and people.

use crate::harness::{Output, Sandbox};

const PLAN: &str = "\
---
passmuster: plan/1
title: Chunks
---
# Chunks

## Epic DB: The database matches the models

- [ ] DB-001: Expand the table @ada ~4h
  - touches: migrations/**
- [ ] DB-002: Use the new columns @ada ~6h
  - needs: DB-001 (technical: the columns)
- [ ] DB-003: Backfill @core ~2h
  - touches: migrations/backfill.sql

## Epic UI: The list is fast

- [ ] UI-001: Page the list @bob ~3h
  - due: 2026-11-23
";

const ROSTER: &str = "\
passmuster: roster/1
calendar: { zone: Europe/Berlin }
members:
  - { name: ada, team: core }
  - { name: bob, team: core, calendar: { days: mon-tue, hours: 09:00-12:00 } }
";

fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("plan/roster.yaml", ROSTER);
    sandbox
}

fn run(sandbox: &Sandbox, args: &[&str]) -> Output {
    sandbox.passmuster(&[&["schedule", "--start", "2026-11-23"], args].concat())
}

#[test]
fn a_schedule_says_who_does_what_when() {
    let sandbox = project();
    // How many schedules it takes is the search's own business.
    let said = run(&sandbox, &[]).success().stdout;
    let said: Vec<&str> = said.lines().filter(|line| !line.contains(" tried, seed 0")).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    4 open tasks done Tue 2026-11-24 11:00, 1d 2h of work after Mon 2026-11-23 00:00
    no schedule is shorter: proven

    task    who  from                  to                    work  can slip  title
    UI-001  bob  Mon 2026-11-23 09:00  Mon 2026-11-23 12:00    3h  critical  Page the list
    DB-001  ada  Mon 2026-11-23 09:00  Mon 2026-11-23 13:00    4h  critical  Expand the table
    DB-002  ada  Mon 2026-11-23 13:00  Tue 2026-11-24 11:00    6h  critical  Use the new columns
    DB-003  bob  Tue 2026-11-24 09:00  Tue 2026-11-24 11:00    2h  critical  Backfill

    nobody says when ada works: Monday to Friday from 9 to 17 counts
    ");
    let by_member = run(&sandbox, &["--by", "member"]).success().stdout;
    let (ada, bob) = (by_member.find("ada:").unwrap(), by_member.find("bob:").unwrap());
    assert!(ada < bob, "{by_member}");
}

#[test]
fn the_forms_of_a_schedule_agree() {
    let sandbox = project();
    let json: serde_json::Value = serde_json::from_str(&run(&sandbox, &["--format", "json"]).success().stdout).unwrap();
    let (kind, data) = (&json["kind"], &json["data"]);
    assert_eq!((kind.as_str(), data["optimal"].as_bool()), (Some("schedule"), Some(true)));
    let tasks = data["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 4);
    let csv = run(&sandbox, &["--format", "csv"]).success().stdout;
    let mermaid = run(&sandbox, &["--format", "mermaid"]).success().stdout;
    let ical = run(&sandbox, &["--format", "ical"]).success().stdout;
    assert_eq!(csv.lines().count(), tasks.len() + 1);
    assert_eq!(ical.matches("BEGIN:VEVENT").count(), tasks.len());
    for task in tasks {
        let id = task["id"].as_str().unwrap();
        assert!(csv.contains(id) && mermaid.contains(id) && ical.contains(id), "{id}");
    }
    assert!(mermaid.contains("}%%\ngantt\n    title Chunks\n"), "{mermaid}");
    // The same question has the same answer.
    assert_eq!(csv, run(&sandbox, &["--format", "csv"]).stdout);
}

#[test]
fn what_nobody_can_do_has_no_date() {
    let sandbox = project();
    sandbox.write(
        "plan/roster.yaml",
        "passmuster: roster/1\nmembers:\n  - { name: ada, away: ill }\n  - { name: bob, team: core }\n",
    );
    let output = run(&sandbox, &["--format", "concise"]);
    assert_eq!(output.status, 2, "{output}");
    let output = run(&sandbox, &[]);
    assert_eq!(output.status, 1, "{output}");
    assert!(output.stdout.contains("error[schedule/no-capacity]: nobody can do `DB-001`"), "{output}");
}

#[test]
fn what_decides_goes_through_peoples_hands() {
    let sandbox = project();
    let output = sandbox.passmuster(&["plan", "critical", "--start", "2026-11-23"]).success();
    assert!(
        output.stdout.contains("starts when bob is done with `UI-001`") || output.stdout.contains("DB-002"),
        "{output}"
    );
    let json = sandbox.passmuster(&["plan", "critical", "--start", "2026-11-23", "--format", "json"]).success();
    assert!(
        json.stdout.contains("\"kind\": \"critical-chain\"") || json.stdout.contains("\"kind\":\"critical-chain\"")
    );
}

#[test]
fn load_is_counted_by_member_and_week() {
    let sandbox = project();
    let json = sandbox.passmuster(&["load", "--start", "2026-11-23", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let ada = &json["data"]["members"][0];
    // From Monday nine until Tuesday eleven she works ten hours, and has ten to do.
    assert_eq!((ada["whole"]["there"].as_i64(), ada["whole"]["given"].as_i64()), (Some(600), Some(600)));
    assert_eq!(ada["whole"]["verdict"], "full");
    let svg = sandbox.passmuster(&["load", "--start", "2026-11-23", "--format", "svg"]).success();
    assert!(svg.stdout.starts_with("<svg ") && svg.stdout.contains("100 %"));
}

#[test]
fn a_change_is_scheduled_in_full() {
    let sandbox = project();
    let start = ["--start", "2026-11-23", "--format", "json"];
    let args = ["whatif", "--cut", "DB-003", "--parallel", "DB-002:DB-001", "--owner", "DB-002=bob", "--extend", "3"];
    let json = sandbox.passmuster(&[&args[..], &start[..]].concat()).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let changes: Vec<&str> =
        json["data"].as_array().unwrap().iter().map(|one| one["change"].as_str().unwrap()).collect();
    let expected =
        ["as planned", "without DB-003", "due 3 days later", "DB-002 beside DB-001", "DB-002 by bob", "all of it"];
    assert_eq!(changes, expected);
    let wrong = sandbox.passmuster(&["whatif", "--parallel", "DB-001:DB-002"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("does not wait for"), "{wrong}");
}

#[test]
fn hours_that_cannot_be_read_are_said_with_the_dates() {
    let sandbox = project();
    for (hours, said) in [
        ("{ zone: Mars/Olympus }", "`Mars/Olympus` is no time zone"),
        ("{ days: none }", "`none` is no list of days"),
        ("{ days: [] }", "`days` names nothing"),
        ("{ holidays: [2026-02-30] }", "`2026-02-30` is no day off"),
    ] {
        sandbox.write("plan/roster.yaml", ROSTER.replace("{ zone: Europe/Berlin }", hours));
        for verb in ["check", "schedule", "forecast", "load", "plan critical", "whatif", "suggest --reallocate"] {
            let output = sandbox.passmuster(&verb.split(' ').collect::<Vec<_>>());
            assert!(
                output.contains("warning[roster/bad-calendar]") && output.contains(said),
                "{verb} {hours} {output}"
            );
        }
    }
}

#[test]
fn what_was_planned_earlier_has_its_own_nights() {
    let sandbox = project();
    sandbox.commit_all("plan: first");
    let baseline = ["--baseline", "HEAD", "--format", "svg"];
    let later = sandbox.passmuster(&[&["schedule", "--start", "2026-12-21"], &baseline[..]].concat()).success().stdout;
    let shaded = |svg: &str| -> Vec<f64> {
        let width = |line: &&str| line.split("width=\"").nth(1)?.split('"').next()?.parse().ok();
        svg.lines().filter(|line| line.contains("tint sixth")).filter_map(|line| width(&line)).collect()
    };
    assert!(shaded(&later).len() > 3, "a weekend each, and a sign in the legend");
    // The picture is 760 wide; nothing in it is shaded for longer than a weekend.
    let days = 29.0;
    assert!(shaded(&later).iter().all(|width| width * days / 760.0 < 2.7), "{:?}", shaded(&later));
}

#[test]
fn a_move_brings_what_it_promises() {
    let sandbox = project();
    let plan = "---\npassmuster: plan/1\n---\n- [ ] T-1: a @ada ~8h #sql\n- [ ] T-2: b @ada ~8h #sql\n";
    let roster = "passmuster: roster/1\nmembers:\n  - { name: ada }\n  - { name: bob, competencies: [sql] }\n";
    sandbox.write("plan/03-execution-plan.md", plan);
    sandbox.write("plan/roster.yaml", roster);
    let json = sandbox.passmuster(&["suggest", "--reallocate", "--start", "2026-11-23", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let best = &json["data"][0];
    assert_eq!((best["to"].as_str(), best["gain"].as_i64()), (Some("bob"), Some(480)), "{json}");
    let moved = plan.replacen("@ada", "@bob", if best["id"] == "T-1" { 1 } else { 2 });
    let moved = if best["id"] == "T-1" { moved } else { plan.replace("b @ada", "b @bob") };
    sandbox.write("plan/03-execution-plan.md", moved);
    let after = run(&sandbox, &["--format", "json"]).success();
    let after: serde_json::Value = serde_json::from_str(&after.stdout).unwrap();
    assert_eq!(after["data"]["finish"], best["finish"]);
    assert_eq!((&best["odds"], &best["load"]), (&serde_json::Value::Null, &serde_json::json!([[100, 100], [0, 100]])));
}

#[test]
fn what_puts_tasks_in_a_row_is_held_against_the_plan() {
    let sandbox = project();
    let said = sandbox.passmuster(&["plan", "parallel", "--start", "2026-11-23", "--unlimited"]);
    assert_eq!(said.status, 2, "there is no such flag: both are shown");
    let plan =
        PLAN.replace("- touches: migrations/backfill.sql", "- touches: migrations/backfill.sql\n  - needs: DB-002");
    sandbox.write("plan/03-execution-plan.md", plan);
    let said = sandbox.passmuster(&["plan", "parallel", "--start", "2026-11-23"]).success().stdout;
    insta::assert_snapshot!(said, @r"
    4 open tasks in 3 waves
    if somebody were always free: 1d 4h of work from first to last, up to 2 at once
    with the people there are: 1d 4h of work from first to last, up to 2 at once

    wave  tasks  side by side
       1      2  DB-001, UI-001
       2      1  DB-002
       3      1  DB-003

    what keeps tasks from starting earlier:
    held by  tasks
    needs        2

    needs that decide when all is done:
    task    waits for  without it  because
    DB-002  DB-001     4h earlier  only said: the columns
    DB-003  DB-002     2h earlier  no reason is given
    with people and hours: `passmuster whatif --parallel DB-002:DB-001`
    ");
    let json = sandbox.passmuster(&["plan", "parallel", "--start", "2026-11-23", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json["kind"].as_str(), json["data"]["width"].as_u64()), (Some("parallel"), Some(2)));
    let circle = PLAN.replace("~4h", "~4h\n  - needs: DB-002");
    sandbox.write("plan/03-execution-plan.md", circle);
    assert_eq!(sandbox.passmuster(&["plan", "parallel"]).status, 1);
}

#[test]
fn what_was_planned_is_a_commit_that_the_plan_names() {
    let sandbox = project();
    let none = sandbox.passmuster(&["plan", "slip"]);
    assert!(none.status == 2 && none.stderr.contains("passmuster plan baseline HEAD"), "{none}");
    sandbox.commit_all("plan: first");
    let said = sandbox.passmuster(&["plan", "baseline"]).success();
    assert_eq!(said.stdout, "the plan names no baseline\n");
    let said = sandbox.passmuster(&["plan", "baseline", "HEAD"]).success();
    assert!(said.stdout.contains("4 open tasks") && said.stderr.contains("wrote plan/03-execution-plan.md"), "{said}");
    let commit = sandbox.git(&["rev-parse", "HEAD"]).success().line().to_owned();
    let plan = sandbox.read("plan/03-execution-plan.md");
    assert_eq!(plan, PLAN.replacen("Chunks\n", &format!("Chunks\nbaseline: {commit}\n"), 1));
    assert!(sandbox.passmuster(&["plan", "baseline", "HEAD"]).success().stdout.contains("already is"));
    // What is three times as long ends later, and the baseline says by how much.
    sandbox.write("plan/03-execution-plan.md", plan.replace("~6h", "~60h"));
    let json = sandbox.passmuster(&["plan", "slip", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(json["data"]["slip"].as_i64().unwrap() >= 48 * 60, "{json}");
    assert_eq!(json["data"]["raised"], true);
    let svg = sandbox.passmuster(&["schedule", "--format", "svg"]).success().stdout;
    assert!(svg.contains("as planned"));
    let course = sandbox.passmuster(&["buffer", "--format", "json"]).success();
    let course: serde_json::Value = serde_json::from_str(&course.stdout).unwrap();
    assert_eq!(course["data"]["course"]["baseline"], commit.as_str());
}

#[test]
fn a_baseline_that_says_nothing_is_refused() {
    let sandbox = project();
    sandbox.git(&["rm", "-rq", "--cached", "."]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "nothing yet"]).success();
    let said = sandbox.passmuster(&["plan", "baseline", "HEAD"]);
    assert!(said.status == 1 && said.stdout.contains("schedule/empty-baseline"), "{said}");
    assert_eq!(sandbox.read("plan/03-execution-plan.md"), PLAN);
    let named = |word: &str| PLAN.replacen("Chunks\n", &format!("Chunks\nbaseline: {word}\n"), 1);
    sandbox.write("plan/03-execution-plan.md", named("main"));
    let said = sandbox.passmuster(&["check"]);
    assert!(
        said.stdout.contains("plan/bad-front-matter") && said.stdout.contains("a branch or a tag can move"),
        "{said}"
    );
    // A commit that a shallow clone does not have is no reason to compare with another.
    sandbox.write("plan/03-execution-plan.md", named(&"ab".repeat(20)));
    for args in [&["plan", "slip"][..], &["buffer"], &["schedule", "--format", "svg"]] {
        let said = sandbox.passmuster(args);
        assert!(said.status == 3 && said.stderr.contains("the baseline abababababab cannot be read"), "{said}");
    }
}

#[test]
fn every_picture_is_drawn_for_the_terminal_too() {
    let sandbox = project();
    sandbox.commit_all("plan: first");
    for args in [
        &["schedule", "--start", "2026-11-23", "--buffers", "--by", "team"][..],
        &["load", "--start", "2026-11-23"],
        &["forecast"],
        &["forecast", "--picture", "tornado"],
        &["forecast", "--picture", "burn-up"],
        &["forecast", "--picture", "flow"],
        &["forecast", "--picture", "cycle-time"],
        &["buffer"],
        &["plan", "slip", "--baseline", "HEAD"],
    ] {
        let chart = sandbox.passmuster(&[args, &["--format", "chart"]].concat()).success().stdout;
        assert!(
            chart.lines().count() > 3 && chart.lines().all(|line| line.chars().count() <= 120),
            "{args:?}\n{chart}"
        );
        assert!(!chart.contains('\u{1b}'), "{chart}");
        let svg = sandbox.passmuster(&[args, &["--format", "svg"]].concat()).success().stdout;
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{args:?}");
    }
    let gantt = run(&sandbox, &["--format", "chart", "--buffers"]).success().stdout;
    for seen in ["█ decides the end", "▒ buffer", "project buffer", "DB-002 Use the", "24 Nov"] {
        assert!(gantt.contains(seen), "{seen}\n{gantt}");
    }
}

#[test]
fn who_would_have_too_much_is_named_with_what_collides() {
    let sandbox = project();
    let plan = "- [ ] T-1: a @ada ~40h\n- [ ] T-2: b @ada ~30h\n- [ ] T-3: c @bob ~1h\n";
    sandbox.write("plan/03-execution-plan.md", format!("---\npassmuster: plan/1\n---\n{plan}"));
    let said = sandbox.passmuster(&["load", "--start", "2026-11-23", "--unlevelled"]).success().stdout;
    assert!(
        said.contains("too much") && said.contains("ada, week of 2026-11-23: 8d 6h of work in 5d: T-1, T-2"),
        "{said}"
    );
    let said = sandbox.passmuster(&["load", "--start", "2026-11-23", "--under", "50"]).success().stdout;
    assert!(said.contains("bob") && !said.contains("ada "), "{said}");
    let policy = "passmuster: policy/1\nrepository: abcd1234\nprotect: [main]\ntime: { load: [0, 100], buffer: 50% }\n";
    sandbox.write("passmuster.yaml", policy);
    let said = sandbox.passmuster(&["load", "--start", "2026-11-23"]).success().stdout;
    assert!(said.contains("0 to 100 % is a good load") && !said.contains("full"), "{said}");
    sandbox.commit_all("plan: first");
    let said = sandbox.passmuster(&["buffer"]).success().stdout;
    assert!(said.contains("50 % of the chain"), "{said}");
    let typed = sandbox.passmuster(&["buffer", "--sizing", "per-task"]).success().stdout;
    assert!(typed.contains("the rule of thumb"), "{typed}");
}
