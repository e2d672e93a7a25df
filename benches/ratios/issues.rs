//! A tracker's file to import, and the floor beneath: the same file read by serde_json and thrown away.

use super::measure::Case;
use super::repositories::Place;
use std::fmt::Write as _;

/// How many issues the file has.
const ISSUES: usize = 5_000;

/// An import takes at most twice the time of reading the file alone.
pub fn case(place: &Place) -> Case<'_> {
    let file = || place.text("issues.jsonl", &lines());
    Case::new(format!("import: {ISSUES} beads issues"), 2.0)
        .ours(move || {
            let file = file().to_string_lossy().into_owned();
            place.ours(place.plan(100), &["--quiet", "import", "beads", &file, "--dry-run"])
        })
        .floor("serde_json", move || place.floor_on("--json-lines", &file()))
}

/// Each line as a value.
pub fn json_lines(text: &str) -> usize {
    text.lines()
        .filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|value| value.is_object()))
        .count()
}

/// Issues as `bd export` writes them, in epics of a hundred.
fn lines() -> String {
    let mut text = String::new();
    let prose = "The list shows stale rows after a sync.\\n\\n## Steps\\n\\n1. Open it\\n2. Sync `twice`\\n3. Look\\n"
        .repeat(6);
    for issue in 0..ISSUES {
        let kind = if issue % 100 == 0 { "epic" } else { "task" };
        let (status, closed) = match issue % 3 {
            0 if kind == "task" => ("closed", "\"closed_at\":\"2026-01-05T10:00:00Z\",\"close_reason\":\"Done\","),
            _ => ("open", ""),
        };
        let edge = |target: usize, kind: &str| {
            format!(
                "{{\"issue_id\":\"bd-{issue}\",\"depends_on_id\":\"bd-{target}\",\"type\":\"{kind}\",\"created_at\":\"2026-01-02T03:04:05Z\",\"created_by\":\"ada\"}}"
            )
        };
        let mut edges = Vec::new();
        if kind == "task" {
            edges.push(edge(issue - issue % 100, "parent-child"));
        }
        if issue % 100 > 3 {
            edges.push(edge(issue - 3, "blocks"));
        }
        let _ = writeln!(
            text,
            "{{\"id\":\"bd-{issue}\",\"title\":\"Do the work of number {issue}\",\"description\":\"{prose}\",\"status\":\"{status}\",\
             \"priority\":{},\"issue_type\":\"{kind}\",\"assignee\":\"ada\",\"created_at\":\"2026-01-02T03:04:05Z\",\
             \"updated_at\":\"2026-01-04T03:04:05Z\",{closed}\"labels\":[\"db\",\"sync\"],\"dependencies\":[{}]}}",
            issue % 4,
            edges.join(",")
        );
    }
    text
}
