//! Tables of small projects.

use super::*;
use crate::diag::Sink;
use crate::facts::{Facts, Ledger};
use crate::plan::Reader;
use crate::port::memory::{MemoryHistory, MemoryTree};
use crate::project::Project;

const PLAN: &str = "## Epic E: all\n- team: core\n\n### Feature F: part\n\n- [x] T-1: a @ada P1\n  - estimate: 1h / 2h / 4h\n- [ ] \
                    T-2: b ~1h\n  - needs: T-1\n- [ ] T-3: c\n  - status: dropped\n";

/// The tables of a project with one commit, looked at an hour later.
fn tables(files: &[(&str, &str)]) -> Vec<Table> {
    let tree = files
        .iter()
        .fold(MemoryTree::default(), |tree, (path, text)| tree.with(crate::port::EntryKind::File, *path, text));
    let mut history = MemoryHistory::default();
    let tip = history.commit(&[], 1_767_571_200, "T-2: begin", &tree);
    let facts = Facts::new(Ledger::read(&history, &tip, None).unwrap());
    let project = Project::read(&tree, Reader::Fast, &mut Sink::new()).unwrap();
    let now = Timestamp::from_second(1_767_574_800).unwrap();
    run(&Survey::new(&project, &tree, &facts, now, &mut Sink::new()).unwrap(), Some(&history)).unwrap()
}

/// Some columns of a table as text.
fn cells(tables: &[Table], name: &str, columns: &[&str]) -> Vec<String> {
    let table = tables.iter().find(|table| table.name == name).unwrap();
    let places: Vec<usize> =
        columns.iter().map(|column| table.columns.iter().position(|known| known == column).unwrap()).collect();
    let shown = |cell: &Cell| match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    };
    let row = |row: &Vec<Cell>| places.iter().map(|&place| shown(&row[place])).collect::<Vec<_>>().join(" ");
    table.rows.iter().map(row).collect()
}

#[test]
fn tasks_say_where_they_stand_and_null_what_is_not_known() {
    let tables = tables(&[("plan/03-execution-plan.md", PLAN)]);
    let columns = ["id", "status", "owner", "team", "epic", "estimate_likely", "done", "begun"];
    assert_eq!(
        cells(&tables, "tasks", &columns),
        [
            "epic-E open NULL core NULL NULL NULL NULL",
            "feature-F open NULL core epic-E NULL NULL NULL",
            "T-1 done ada core epic-E 120 NULL NULL",
            "T-2 ready NULL core epic-E 60 NULL 2026-01-05T00:00:00Z",
            "T-3 dropped NULL core epic-E NULL NULL NULL",
        ]
    );
    // Nobody said how much the team can take on.
    let columns = ["team_name", "active_tasks", "queued_tasks", "capacity", "utilization_percent", "current_epic"];
    assert_eq!(cells(&tables, "team_status", &columns), ["core 1 0 NULL NULL epic-E"]);
    assert_eq!(cells(&tables, "commits", &["task_id", "author"]), ["T-2 ada@example.org"]);
}

#[test]
fn capacity_is_the_teams_or_that_of_its_members() {
    let roster = "passmuster: roster/1\nmembers:\n  - { name: ada, team: core, capacity: 1 }\n  \
                  - { name: bob, team: core, capacity: 3 }\n  - { name: eve, team: other, capacity: 6h }\n";
    let tables = tables(&[("plan/03-execution-plan.md", PLAN), ("plan/roster.yaml", roster)]);
    let columns = ["team_name", "capacity", "utilization_percent"];
    assert_eq!(cells(&tables, "team_status", &columns), ["core 4 25", "other NULL NULL"]);
}

#[test]
fn patterns_say_what_helped_on_which_level_who_and_when() {
    let blocker = |rest: &str| {
        format!(
            "---\npassmuster: blocker/1\ntitle: t\nstate: resolved\nby: ada\nat: 2026-01-01T00:00:00Z\nowner: ada\n\
             type: technical\nsubtype: database\nsignature: E42\nitems: [T-1]\n{rest}---\n"
        )
    };
    let resolved =
        |day: u8| format!("  - {{ to: resolved, by: bob, at: 2026-01-{day:02}T01:00:00Z, note: raise the pool }}\n");
    let tried = "  - { to: active, by: ada, at: 2026-01-01T00:10:00Z, note: restart }\n";
    let (old, new) = (
        blocker(&format!("level: L2\nsteps:\n{}", resolved(1))),
        blocker(&format!("level: L4\nsolved_by: eve\nsteps:\n{tried}{}", resolved(2))),
    );
    let tables =
        tables(&[("plan/03-execution-plan.md", PLAN), ("plan/blockers/new.md", &new), ("plan/blockers/old.md", &old)]);
    let columns = [
        "type",
        "subtype",
        "signature",
        "solution",
        "steps",
        "resolution_level",
        "specialist_used",
        "success_rate",
        "usage_count",
        "last_used",
        "median_minutes",
    ];
    assert_eq!(
        cells(&tables, "blocker_patterns", &columns),
        ["technical database E42 raise the pool restart\nraise the pool 4 eve 100 2 2026-01-02T01:00:00Z 1500"]
    );
}

#[test]
fn columns_are_named_once_and_every_row_has_them() {
    for table in tables(&[("plan/03-execution-plan.md", PLAN)]) {
        let mut names = table.columns.to_vec();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}", table.name);
        assert!(table.rows.iter().all(|row| row.len() == names.len()), "{}", table.name);
    }
}
