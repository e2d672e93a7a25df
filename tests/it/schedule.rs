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
    insta::assert_snapshot!(run(&sandbox, &[]), @r"
    $ passmuster schedule --start 2026-11-23
    4 open tasks done Tue 2026-11-24 11:00, 1d 2h of work after Mon 2026-11-23 00:00
    no schedule is shorter: proven
    4 schedules tried, seed 0; times are Europe/Berlin

    task    who  from                  to                    work  can slip  title
    UI-001  bob  Mon 2026-11-23 09:00  Mon 2026-11-23 12:00    3h  critical  Page the list
    DB-001  ada  Mon 2026-11-23 09:00  Mon 2026-11-23 13:00    4h  critical  Expand the table
    DB-002  ada  Mon 2026-11-23 13:00  Tue 2026-11-24 11:00    6h  critical  Use the new columns
    DB-003  bob  Tue 2026-11-24 09:00  Tue 2026-11-24 11:00    2h  critical  Backfill

    nobody says when ada works: Monday to Friday from 9 to 17 counts
    [status 0]
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
    assert!(mermaid.starts_with("gantt\n    title Chunks\n"), "{mermaid}");
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
