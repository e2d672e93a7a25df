//! Looking back: what happened, who claimed it, and what differs.

use crate::harness::Sandbox;
use serde_json::Value;

const PLAN: &str = "plan/03-execution-plan.md";

const POLICY: &str = "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  \
                      task: [unit]\ngates:\n  unit: { run: \"grep -q good src/a\", inputs: [src/] }\n";

/// Two tasks; the first was claimed on a branch with evidence, merged, and reopened on `main`.
fn story() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write(
        PLAN,
        "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~4h\n- [x] B-1: second ~1h\n",
    );
    sandbox.write("src/a", "one\n");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox.write("src/a", "good\n");
    sandbox.commit_all("A-1: make it good");
    sandbox.passmuster(&["done", "A-1"]).success();
    sandbox.git(&["-c", "user.name=Bob", "-c", "user.email=bob@example.org", "commit", "-qam", "A-1: claim"]).success();
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: evidence");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.git(&["merge", "-q", "--no-ff", "task/A-1"]).success();
    sandbox.passmuster(&["reopen", "A-1"]).success();
    sandbox.commit_all("not good enough");
    sandbox
}

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    let output = sandbox.passmuster(&[args, &["--format", "json"]].concat()).success();
    serde_json::from_str::<Value>(&output.stdout).expect("it is JSON")["data"].clone()
}

fn events(log: &Value) -> Vec<String> {
    let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    log.as_array().expect("a list").iter().map(|line| text(line, "event") + " " + &text(line, "subject")).collect()
}

#[test]
fn the_log_tells_what_landed_newest_first() {
    let sandbox = story();
    let log = json(&sandbox, &["log", "a-1"]);
    assert_eq!(
        events(&log),
        ["reopened A-1", "ticked A-1", "gate A-1", "work A-1", "work A-1", "work A-1", "created A-1"]
    );
    let human = sandbox.passmuster(&["log", "-n", "2"]).success();
    assert!(
        human.contains("reopened") && human.contains("claimed done") && human.stdout.lines().count() == 3,
        "{human}"
    );
    assert_eq!(events(&json(&sandbox, &["log", "--since", "2027-01-01"])), [""; 0]);
    // From the cache, without it, and with a damaged one it is the same.
    let cache = sandbox.root().join("work/.git/passmuster/facts.bin");
    assert!(cache.is_file());
    assert_eq!(json(&sandbox, &["log", "A-1"]), log);
    for bytes in ["", "\u{3}", "[2,{\"complete\":true,\"line\":[],\"entries\":[]}]"] {
        std::fs::write(&cache, bytes).expect("the cache can be written");
        assert_eq!(json(&sandbox, &["log", "A-1"]), log);
    }
}

#[test]
fn blame_names_who_claimed_and_on_what() {
    let sandbox = story();
    let blame = json(&sandbox, &["blame", "A-1"]);
    let claim = &blame["claims"][0];
    assert_eq!(
        (&claim["ticked"]["by"], &claim["reopened"]["by"]),
        (&"bob@example.org".into(), &"ada@example.org".into())
    );
    assert_ne!(claim["ticked"]["commit"], claim["ticked"]["landed_with"]);
    assert_eq!((&claim["evidence"][0]["gate"], &claim["evidence"][0]["outcome"]), (&"unit".into(), &"pass".into()));
    let human = sandbox.passmuster(&["blame", "a-1"]).success();
    assert!(human.contains("by bob@example.org in") && human.contains("unit: pass at"), "{human}");
    let other = sandbox.passmuster(&["blame", "B-1"]).success();
    assert!(other.contains("when it came into the plan") && other.contains("no result of a gate landed"), "{other}");
    assert_eq!(sandbox.passmuster(&["blame", "X-9"]).status, 2);
}

#[test]
fn diff_tells_what_came_and_went() {
    let sandbox = story();
    sandbox.git(&["switch", "-q", "-c", "more"]).success();
    sandbox
        .write(PLAN, "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [x] A-1: first ~4h\n- [ ] C-1: third ~2h\n");
    sandbox.commit_all("more");
    let diff = json(&sandbox, &["diff"]);
    let counts = ["added", "removed", "ticked", "reopened", "added_minutes"].map(|key| diff[key].as_u64());
    assert_eq!(counts, [1, 1, 1, 0, 120].map(Some));
    assert_eq!(events(&diff["changes"]), ["created C-1", "ticked A-1", "removed B-1"]);
    let back = json(&sandbox, &["diff", "HEAD..main"]);
    assert_eq!(back["reopened"], 1);
    let none = sandbox.passmuster(&["diff", "main..main"]).success();
    assert!(none.contains("0 tasks added"), "{none}");
    assert_eq!(sandbox.passmuster(&["diff", "nowhere"]).status, 2);
}

#[test]
fn diff_counts_tasks_only_and_names_the_rules_that_changed() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    let text = |phases: &str| format!("---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n{phases}");
    sandbox.write(
        PLAN,
        text("## Epic EA: a\n- [ ] A-1: one ~4h\n- [ ] A-2: two ~1h\n\n## Epic EB: b\n- [ ] B-1: three ~2h\n"),
    );
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "less"]).success();
    sandbox.write(PLAN, text("## Epic EB: b\n- [ ] A-2: two ~1h\n- [x] B-1: three ~2h\n"));
    sandbox.write("passmuster.yaml", format!("{POLICY}# stricter\n"));
    sandbox.commit_all("less");
    let diff = json(&sandbox, &["diff", "main..less"]);
    let counts = ["added", "removed", "moved", "ticked", "added_minutes", "removed_minutes"];
    assert_eq!(counts.map(|key| diff[key].as_u64()), [0, 1, 1, 1, 0, 240].map(Some), "{diff}");
    assert_eq!(diff["rules"], serde_json::json!(["passmuster.yaml"]));
    let human = sandbox.passmuster(&["plan", "diff", "main..less"]).success();
    assert!(
        human.contains("0 tasks added, 1 removed, 1 moved, 1 claimed done") && human.contains("passmuster.yaml"),
        "{human}"
    );
}

#[test]
fn a_shallow_clone_says_so() {
    let sandbox = story();
    let url = format!("file://{}", sandbox.work().display());
    sandbox.git_in("", &["clone", "-q", "--depth", "1", &url, "shallow"]).success();
    let log = sandbox.passmuster_in("shallow", &["log"]).success();
    assert!(log.contains("this clone is shallow"), "{log}");
    let blame = sandbox.passmuster_in("shallow", &["blame", "B-1"]).success();
    assert!(blame.contains("before this history begins"), "{blame}");
}

#[cfg(feature = "sqlite")]
mod query {
    use super::{json, story};

    #[test]
    fn the_questions_of_old_run_as_they_stand() {
        let sandbox = story();
        for sql in [
            "SELECT * FROM team_status",
            "SELECT * FROM blockers WHERE status='active'",
            "SELECT * FROM handoff_log WHERE date=date('now')",
        ] {
            sandbox.passmuster(&["query", sql]).success();
        }
        sandbox.passmuster(&["block", "B-1", "-m", "no database", "--type", "resource"]).success();
        let found = json(&sandbox, &["query", "SELECT blocker_type, task_id FROM blockers WHERE status='active'"]);
        assert_eq!(found["rows"], serde_json::json!([["resource", "B-1"]]));
    }

    #[test]
    fn tables_join_with_what_happened() {
        let sandbox = story();
        let sql = "SELECT t.id, t.status, t.reopened, g.gate_status FROM tasks t LEFT JOIN quality_gates g ON g.item_id = t.id";
        let found = json(&sandbox, &["query", sql]);
        assert_eq!(found["rows"], serde_json::json!([["A-1", "ready", 1, "passed"], ["B-1", "done", 0, null]]));
        let csv = sandbox.passmuster(&["query", "--csv", "SELECT id, '=1+1' AS sum FROM tasks"]).success();
        assert_eq!(csv.stdout, "id,sum\nA-1,'=1+1\nB-1,'=1+1\n");
        let cut = sandbox.passmuster(&["query", "--limit", "1", "SELECT id FROM tasks"]).success();
        assert!(cut.contains("only the first 1 rows"), "{cut}");
        sandbox.passmuster(&["done", "A-1"]).success();
        sandbox.commit_all("A-1: again");
        let kept = json(
            &sandbox,
            &[
                "query",
                "SELECT DISTINCT item_id FROM sop_compliance WHERE sop_name = 'task-completion' AND timestamp > '2026'",
            ],
        );
        assert_eq!(kept["rows"], serde_json::json!([["A-1"]]));
        let touches = json(&sandbox, &["query", "SELECT DISTINCT path FROM touches WHERE path LIKE 'src/%'"]);
        assert_eq!(touches["rows"], serde_json::json!([["src/a"]]));
        let tables = sandbox.passmuster(&["query", "--tables"]).success();
        assert!(tables.contains("tactical_decisions") && tables.contains("blocker_id"), "{tables}");
    }

    #[test]
    fn nothing_can_be_changed_or_reached() {
        let sandbox = story();
        for sql in ["DELETE FROM tasks", "ATTACH 'x.db' AS x", "SELECT nothing FROM tasks", "SELECT 1; SELECT 2"] {
            let output = sandbox.passmuster(&["query", sql]);
            assert!(output.status == 1 && output.contains("query/not-answered"), "{output}");
        }
        assert!(!sandbox.work().join("x.db").exists());
    }

    #[test]
    fn the_tables_are_written_to_a_new_file_only() {
        let sandbox = story();
        sandbox.passmuster(&["export", "sqlite", "../all.db"]).success();
        let bytes = std::fs::read(sandbox.root().join("all.db")).expect("it was written");
        assert!(bytes.starts_with(b"SQLite format 3\0"));
        assert_eq!(sandbox.passmuster(&["export", "sqlite", "../all.db"]).status, 3);
        assert_eq!(sandbox.passmuster(&["export", "sqlite"]).status, 2);
    }
}

#[test]
fn metrics_are_shown_explained_and_never_made_up() {
    let sandbox = story();
    let table = sandbox.passmuster(&["metrics"]).success();
    assert!(table.contains("gate-pass-rate") && table.contains("unknown"), "{table}");
    let page = sandbox.passmuster(&["metrics", "rework"]).success();
    assert!(page.contains("formula") && page.contains("taken back"), "{page}");
    let at = |now: &str| json(&sandbox, &["metrics", "--now", now]);
    assert_eq!(at("2026-01-02"), at("2026-01-02"));
    let rate = |metrics: &Value| metrics.as_array().expect("a list")[1].clone();
    assert_eq!(rate(&at("2027-06-01"))["value"], Value::Null);
    assert_eq!(rate(&at("2027-06-01"))["status"], "unknown");
    let csv = sandbox.passmuster(&["metrics", "--csv"]).success();
    assert!(csv.stdout.starts_with("name,value,unit,"), "{csv}");
    let wrong = sandbox.passmuster(&["metrics", "velocty"]);
    assert!(wrong.status == 2 && wrong.contains("velocity"), "{wrong}");
}

#[test]
fn the_worst_indicator_wins_and_says_why() {
    let sandbox = story();
    let status = || json(&sandbox, &["status", "--now", "2026-01-02"]);
    assert_eq!(status()["light"], "red", "the only tick was taken back: {}", status());
    sandbox.passmuster(&["block", "A-1", "-m", "no database", "--type", "resource"]).success();
    let blockers =
        status()["indicators"].as_array().expect("a list").iter().find(|one| one["name"] == "blockers").cloned();
    let blockers = blockers.expect("it is listed");
    assert!(blockers["reason"].as_str().is_some_and(|reason| reason.starts_with("1 open")), "{blockers}");
    assert_eq!(blockers["more"], "passmuster blocker list");
    let human = sandbox.passmuster(&["status"]).success();
    assert!(human.contains("passmuster blocker list") && human.contains("as far as is known"), "{human}");
    let by = json(&sandbox, &["status", "--by", "member"]);
    assert_eq!(by["groups"], serde_json::json!([]));
}

#[test]
fn the_war_room_shows_what_work_rests_on() {
    let sandbox = story();
    sandbox.write(
        "plan/roster.yaml",
        "passmuster: roster/1\nmembers:\n  - { name: ada, emails: [ada@example.org] }\n  - { name: idle, kind: human }\n  \
         - { name: coder, kind: agent }\n  - { name: helper, kind: agent }\nresources:\n  - { name: staging, check: unit }\n",
    );
    sandbox.write(
        PLAN,
        "# Try\n\n- [ ] A-1: first @coder ~4h P0\n- [x] B-1: second\n  - needs: docs/b.md\n- [ ] C-1: @team |\n  \
         - needs: A-1 (technical: its output), docs/b.md, src/a (information), staging (resource)\n",
    );
    let block = sandbox.passmuster(&["report", "war-room"]).success();
    for line in [
        "| human | 2 | 1 |  |",
        "| agent | 2 | 1 | helper |",
        "| docs/b.md | no | 1 | 1 |",
        "| src/a | yes | 1 | 0 |",
        "| staging | unit | pass | 2",
        "| A-1 | first | ready | coder | 1 |",
        "### Next steps\n\nNothing can be begun.",
        "- day ",
        "- critical path: unknown, ",
        "- the last gate: unit of A-1, pass, 2",
    ] {
        assert!(block.contains(line), "{line}\n{block}");
    }
    // Names of people who had nothing to do are nobody's business.
    assert!(!block.contains("idle"), "{block}");
}

#[test]
fn the_war_room_is_kept_between_its_markers() {
    const REPORT: &str = "plan/04-implementation-report.md";
    let sandbox = story();
    let check = || sandbox.passmuster(&["report", "war-room", "--check"]);
    assert_eq!(check().status, 1, "there is none yet");
    sandbox.write(REPORT, "# Report\n\nmine\n");
    sandbox.passmuster(&["report", "war-room", "--write", "--now", "2026-01-02"]).success();
    let written = sandbox.read(REPORT);
    assert!(written.starts_with("# Report\n\nmine\n") && written.contains("### Status: "), "{written}");
    check().success();
    sandbox.write(REPORT, format!("{written}also mine\n"));
    check().success();
    // What somebody wrote into the block is seen, and goes.
    sandbox.write(REPORT, written.replace("### Gates", "### Gates, all fine"));
    assert_eq!(check().status, 1);
    sandbox.passmuster(&["report", "war-room", "--write", "--now", "2026-01-02"]).success();
    assert_eq!(sandbox.read(REPORT), written);
    // It says what is there: another state makes it old.
    sandbox.passmuster(&["set", "A-1", "due=2026-01-01"]).success();
    assert_eq!(check().status, 1);
    sandbox.write(REPORT, written.replace("<!-- /passmuster", "<!-- "));
    assert_eq!(sandbox.passmuster(&["report", "war-room", "--write"]).status, 3);
}
