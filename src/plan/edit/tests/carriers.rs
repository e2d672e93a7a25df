//! Edits of rows, bold bullets and task files: only the cell, word or line that is meant changes.

use super::{add_text, plan, set_text};
use crate::plan::edit::Position;
use crate::plan::{Kind, meaning};
use proptest::prelude::*;

const HEAD: &str = "| ID | Task | Owner | Priority | Depends on |\n|----|------|:-----:|----------|------------|\n";

/// A table of tasks with these rows.
fn table(rows: &str) -> String {
    format!("{HEAD}{rows}")
}

#[test]
fn values_are_written_in_their_cells() {
    for (row, setting, after) in [
        ("| T1 | a | ann | P1 | T2 |\n", "owner=bob", "| T1 | a | bob | P1 | T2 |\n"),
        ("| T1 | a | ann | P1 | T2 |", "needs=T3, T4", "| T1 | a | ann | P1 | T3, T4 |"),
        ("| T1 | a | ann | P1 | T2 |\n", "needs=", "| T1 | a | ann | P1 |  |\n"),
        ("|T1|a|ann|P1|T2|\n", "P0", "|T1|a|ann|P0|T2|\n"),
        ("| T1 | a |  | P1 | T2 |\n", "@bob", "| T1 | a | bob | P1 | T2 |\n"),
        ("|T1|a||P1|T2|\n", "owner=bob", "|T1|a|bob|P1|T2|\n"),
        ("| T1 | a | ann | - | T2 |\n", "P0", "| T1 | a | ann | P0 | T2 |\n"),
        ("| T1 | a \\| b | ann | P1 | T2 |\n", "owner=bob", "| T1 | a \\| b | bob | P1 | T2 |\n"),
        ("| T1 | a \\| b | ann | P1 | T2 |\n", "title=c", "| T1 | c | ann | P1 | T2 |\n"),
        ("| T1 | a | ann | P1 | T2 |\n", "title=b | c \\| d", "| T1 | b \\| c \\| d | ann | P1 | T2 |\n"),
        ("| **T1** | a | ann | P1 | T2 |\n", "owner=", "| **T1** | a |  | P1 | T2 |\n"),
    ] {
        for end in ["\n", "\r\n"] {
            let (before, after) = (table(row).replace('\n', end), table(after).replace('\n', end));
            assert_eq!(set_text(&before, setting).expect(row), after, "{before:?} {setting}");
        }
    }
}

#[test]
fn what_has_no_cell_is_refused() {
    for (row, setting) in [
        ("| T1 | a | ann | P1 | T2 |\n", "risk=x"),
        ("| T1 | a | ann | P1 | T2 |\n", "parallel=yes"),
        ("| T1 | a | ann | P1 | T2 |\n", "#tag"),
        ("| T1 | a |\n", "owner=ann"),
    ] {
        let failure = set_text(&table(row), setting).expect_err(setting);
        assert!(!failure.to_string().is_empty(), "{setting}");
    }
}

#[test]
fn values_of_bold_bullets_stand_below_them() {
    for (before, setting, after) in [
        ("- **T6** — wire it\n", "owner=ann", "- **T6** — wire it\n  - owner: ann\n"),
        ("* **T6**: wire it\r\n* **T7**: b\r\n", "risk=x", "* **T6**: wire it\r\n  - risk: x\r\n* **T7**: b\r\n"),
        ("- **T6** — wire it\n  - owner: ann\n", "owner=bob", "- **T6** — wire it\n  - owner: bob\n"),
        ("- **T6** — wire it\n  - owner: ann\n", "owner=", "- **T6** — wire it\n"),
        ("- **T6** — wire it\n", "title=do it", "- **T6** — do it\n"),
    ] {
        assert_eq!(set_text(before, setting).expect(before), after, "{before:?} {setting}");
    }
    // The sentence is a part of the title, which is not to change.
    assert!(set_text("- **T6** — wire it. Depends only on T4.\n", "needs=T5").is_err());
}

#[test]
fn values_of_task_files_stand_in_front_matter() {
    for (before, setting, after) in [
        ("id: T1\ntitle: a\nassignee: ann\n", "owner=bob", "id: T1\ntitle: a\nassignee: bob\n"),
        ("id: T1\ntitle: a\nassignee: \"ann\"\n", "owner=bob", "id: T1\ntitle: a\nassignee: \"bob\"\n"),
        ("id: T1\ntitle: a\nowner: ann # ann\n", "owner=bob", "id: T1\ntitle: a\nowner: bob # ann\n"),
        ("id: T1\ntitle: a\nowner: ann\n", "owner=", "id: T1\ntitle: a\n"),
        ("id: T1\ntitle: a\nowner:\nx: y\n", "owner=ann", "id: T1\ntitle: a\nowner: ann\nx: y\n"),
        ("id: T1\ntitle: a\nassignee: []\n", "owner=ann", "id: T1\ntitle: a\nassignee: [ann]\n"),
        ("id: T1\ntitle: a\n", "risk=x", "id: T1\nrisk: x\ntitle: a\n"),
        ("id: T1\ntitle: a\ndependencies: [T2, T3]\n", "needs=T4", "id: T1\ntitle: a\ndependencies: [T4]\n"),
        ("id: T1\ntitle: a\ndependencies: []\n", "needs=T4, T5", "id: T1\ntitle: a\ndependencies: [T4, T5]\n"),
        ("id: T1\ntitle: a\nneeds:\n  - T2\n  - T3\nx: y\n", "needs=T4", "id: T1\ntitle: a\nneeds: T4\nx: y\n"),
        ("id: T1\ntitle: a\nneeds:\n  - T2\n  - T3\nx: y\n", "needs=", "id: T1\ntitle: a\nx: y\n"),
        ("id: T1\ntitle: \"a\"\n", "title=b: c", "id: T1\ntitle: \"b: c\"\n"),
        ("id: T1\ntitle: a\n", "title=b: c", "id: T1\ntitle: \"b: c\"\n"),
        ("id: T1\ntitle: a\n", "touches=**/x.rs", "id: T1\ntouches: \"**/x.rs\"\ntitle: a\n"),
        ("id: T1\nowner: ann\n", "title=b", "id: T1\ntitle: b\nowner: ann\n"),
    ] {
        for end in ["\n", "\r\n"] {
            let file = |front: &str| format!("---\n{front}---\n\nprose\n").replace('\n', end);
            assert_eq!(set_text(&file(before), setting).expect(before), file(after), "{before:?} {setting}");
        }
    }
}

#[test]
fn new_rows_look_like_their_neighbours() {
    let rows = table("| T1 | a | ann | P1 | T2 |\n| **T2** | b \\| c | | | |\n");
    for (place, after) in [
        (Position::After(0), "| T1 | a | ann | P1 | T2 |\n| T3 | new |  |  |  |\n| **T2** | b \\| c | | | |\n"),
        (Position::Before(0), "| T3 | new |  |  |  |\n| T1 | a | ann | P1 | T2 |\n| **T2** | b \\| c | | | |\n"),
        (Position::After(1), "| T1 | a | ann | P1 | T2 |\n| **T2** | b \\| c | | | |\n| T3 | new | | | |\n"),
    ] {
        for end in ["\n", "\r\n"] {
            let (before, after) = (rows.replace('\n', end), table(after).replace('\n', end));
            assert_eq!(add_text(&before, Kind::Task, place, None).expect("a row"), after, "{place:?}");
        }
    }
    let below = format!("## Epic E1: e\n\n{rows}\nprose\n");
    let added = add_text(&below, Kind::Task, Position::Under(0), None).expect("a row");
    assert_eq!(added, below.replace("| | | |\n", "| | | |\n| T3 | new | | | |\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cell_that_is_changed_and_changed_back_leaves_the_same_bytes(
        cells in prop::collection::vec("( ?[a-z]{1,4} ?| {0,3}|a \\\\\\| b)", 3), tight in any::<bool>(), crlf in any::<bool>(), last in any::<bool>(),
    ) {
        let pad = if tight { "" } else { " " };
        let title = if cells[0].trim().is_empty() { "t" } else { cells[0].trim() };
        let row = format!("|{pad}T1{pad}|{pad}{title}{pad}|{}|{pad}P1{pad}|{}|", cells[1], cells[2]);
        let end = if crlf { "\r\n" } else { "\n" };
        let text = format!("{}{}", table(&row).replace('\n', end), if last { end } else { "" });
        let before = plan(&text);
        prop_assert_eq!(before.items.len(), 1);
        let facts = meaning::facts(&before, 0);
        for (key, new) in [("owner", "zelda"), ("priority", "P3"), ("title", "x | y"), ("needs", "T8, T9")] {
            let said = set_text(&text, &format!("{key}={new}"));
            let Ok(said) = said else { continue };
            let item = &before.items[0];
            let old = match key {
                "owner" => item.owner().map_or(String::new(), |owner| owner.value.to_owned()),
                "priority" => "P1".to_owned(),
                "title" => item.title().value.to_owned(),
                _ => cells[2].trim().to_owned(),
            };
            // A word for nobody (`tbd`, `no`) is no name that could be put back.
            if key == "owner" && old.is_empty() && !cells[1].trim().is_empty() {
                continue;
            }
            // A cell of blanks only does not tell on which side of its value they stood.
            if old.is_empty() && cells.iter().any(|cell| cell.trim().is_empty() && cell.len() > 2) {
                continue;
            }
            prop_assert!(said != text);
            prop_assert_eq!(set_text(&said, &format!("{key}={old}")).expect("it was there"), text.clone(), "{}", key);
        }
        prop_assert_eq!(meaning::facts(&plan(&text), 0), facts);
    }

    #[test]
    fn front_matter_that_is_changed_and_changed_back_has_the_same_bytes(
        lines in prop::sample::subsequence(vec![
            "title: a", "owner: ann # boss", "assignee: \"ann\"", "estimate: 4h", "needs: [T2, T3]", "x: y", "# remark", "risk: 'much: more'", "tags: [a, b]",
        ], 0..9), crlf in any::<bool>(),
    ) {
        let text = format!("---\nid: T1\n{}\nstatus: open\n---\n# Head\n- [ ] c\n", lines.join("\n"));
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let before = plan(&text);
        let item = &before.items[0];
        let estimate = item.estimate().map_or("", |_| "4h");
        let needs = before.needs(0).map(|need| need.target.value.to_owned()).collect::<Vec<_>>().join(", ");
        let twice = lines.iter().filter(|line| line.contains("ann")).count() > 1;
        for (key, new, old) in [
            ("title", "b: c", item.title().value),
            ("owner", "bob", item.owner().map_or("", |said| said.value)),
            ("estimate", "9h", estimate),
            ("needs", "T8, T9", needs.as_str()),
            ("risk", "none", item.risk().map_or("", |said| said.value)),
            ("goal", "# x", ""),
        ] {
            // Of two lines for one key one remains.
            if key == "owner" && twice {
                continue;
            }
            let said = set_text(&text, &format!("{key}={new}")).expect("it can be written");
            prop_assert!(said != text);
            let back = set_text(&said, &format!("{key}={old}")).expect("it was there");
            // A title that had to be quoted stays between quotes.
            let back = if key == "title" { back.replace("title: \"a\"", "title: a") } else { back };
            prop_assert_eq!(&back, &text, "{}", key);
        }
    }
}
