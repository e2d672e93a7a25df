//! Reports of a real repository: every form, templates of one's own, and titles that would like to act.

use crate::harness::Sandbox;
use serde_json::Value;

const REPORTS: [&[&str]; 8] = [
    &["report", "daily"],
    &["report", "daily", "--style", "campaign"],
    &["report", "phase", "EA"],
    &["report", "final"],
    &["report", "stakeholder"],
    &["report", "executive"],
    &["report", "goals"],
    &["collect", "EA"],
];

fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: abcd1234\nprofile: solo\nprotect: [main]\nmetrics: { waivers: off, velocity: { target: 3, alarm: 1 } }\n");
    sandbox.write(
        "plan/03-execution-plan.md",
        "---\npassmuster: plan/1\n---\n### Epic EA: <b>all</b> | @ada\n- goal: ::error::x\n\n\
         - [ ] T-1: ##[error] `x` [a](https://a.example) \u{202e} <img src=x onerror=y> ~2h\n- [ ] T-2: c ~2h\n  - needs: T-1\n",
    );
    sandbox.commit_all("first");
    sandbox
}

#[test]
fn every_report_has_every_form_and_foreign_text_acts_in_none() {
    let sandbox = project();
    for report in REPORTS {
        let markdown = sandbox.passmuster(report).success().stdout;
        assert!(markdown.starts_with("# ") && !markdown.contains("{{"), "{markdown}");
        assert!(
            !markdown.contains(['\u{202e}', '\u{1b}']) && !markdown.contains("<b>") && !markdown.contains("@ada"),
            "{markdown}"
        );
        let html = sandbox.passmuster(&[report, &["--format", "html"]].concat()).success().stdout;
        assert!(html.starts_with("<!doctype html>") && !html.contains("<img") && !html.contains("<a "), "{html}");
        let json = sandbox.passmuster(&[report, &["--format", "json"]].concat()).success().stdout;
        let json: Value = serde_json::from_str(&json).expect("it is JSON");
        assert_eq!(json["kind"], "report");
        assert!(json["data"]["sections"].as_array().is_some_and(|sections| !sections.is_empty()));
    }
}

#[test]
fn the_same_moment_gives_the_same_bytes() {
    let sandbox = project();
    for report in REPORTS {
        let args = [report, &["--now", "2026-01-03"]].concat();
        assert_eq!(sandbox.passmuster(&args).success().stdout, sandbox.passmuster(&args).success().stdout);
    }
}

#[test]
fn a_template_of_ones_own_comes_first() {
    let sandbox = project();
    sandbox.write("plan/templates/report-daily.md", "Good morning.\n\n{{next}}\n");
    let daily = sandbox.passmuster(&["report", "daily"]).success().stdout;
    assert!(daily.starts_with("Good morning.\n\n1. **T-1**: "), "{daily}");
    sandbox.write("plan/templates/report-short.md", "{{title}}\n");
    assert_eq!(sandbox.passmuster(&["report", "goals", "--style", "short"]).success().stdout, "Goals\n");
    sandbox.write("plan/templates/report-daily.md", "{{nxt}}\n");
    let wrong = sandbox.passmuster(&["report", "daily"]);
    assert!(wrong.status != 0 && wrong.contains("{{next}}"), "{wrong}");
    assert_eq!(sandbox.passmuster(&["report", "daily", "--style", "none"]).status, 2);
    assert_eq!(sandbox.passmuster(&["collect", "EB"]).status, 2);
}

#[test]
fn figures_aim_at_what_the_policy_says() {
    let sandbox = project();
    let metrics = sandbox.passmuster(&["metrics", "--format", "json"]).success().stdout;
    let metrics: Value = serde_json::from_str(&metrics).expect("it is JSON");
    let of = |name: &str| metrics["data"].as_array().unwrap().iter().find(|metric| metric["name"] == name).unwrap();
    assert_eq!((of("velocity")["target"].as_str(), of("velocity")["better"].as_str()), (Some("≥ 3"), Some("higher")));
    assert_eq!(of("waivers")["better"], "none");
    let shown = sandbox.passmuster(&["policy", "show"]).success().stdout;
    assert!(shown.contains("\n  velocity: "), "{shown}");
}

#[test]
fn tags_are_deployments_and_incidents_after_them_failures() {
    let sandbox = project();
    sandbox.git(&["tag", "v1"]).success();
    sandbox.git(&["tag", "v1-again"]).success();
    sandbox.commit_all("second");
    sandbox.git(&["tag", "--annotate", "--message", "two", "v2"]).success();
    let shown = sandbox.passmuster(&["metrics", "deployments", "--now", "2026-01-03"]).success().stdout;
    assert!(shown.contains("value      0.5 per week"), "{shown}");
    let failed = sandbox.passmuster(&["metrics", "change-failure", "--now", "2026-01-03"]).success().stdout;
    assert!(failed.contains("value      0 %"), "{failed}");
}

/// Commits all with a date of its own, which may lie.
fn commit_dated(sandbox: &Sandbox, message: &str, date: &str) {
    sandbox.git(&["add", "--all"]).success();
    let mut command = sandbox.command("git", "work");
    command
        .args(["commit", "--quiet", "--message", message])
        .env("GIT_AUTHOR_DATE", date)
        .env("GIT_COMMITTER_DATE", date);
    sandbox.run(&mut command, "").success();
}

#[test]
fn figures_move_as_the_files_of_a_week_ago_tell() {
    const RECORD: &str = "plan/blockers/2026-01-01-no-database.md";
    let sandbox = Sandbox::repository();
    let plan = |mark: char| {
        format!("# Plan\n\n- [{mark}] T-1: a ~8h\n  - due: 2026-01-06\n- [ ] T-2: b ~8h\n  - needs: T-1\n")
    };
    let blocker = |state: &str, steps: &str| {
        format!(
            "---\npassmuster: blocker/1\ntitle: no database\nstate: {state}\nby: ada\nat: 2026-01-01T09:00:00Z\nowner: ada\n\
             type: technical\npriority: P0\nitems: [T-1]\n{steps}---\n"
        )
    };
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: abcd1234\nprofile: solo\nprotect: [main]\nlevels:\n  merge: [docs]\ngates:\n  docs: { when: [src/**], changed: [docs/**] }\n");
    sandbox.write("plan/03-execution-plan.md", plan(' '));
    sandbox.write(RECORD, blocker("active", ""));
    sandbox.write("src/a", "1");
    commit_dated(&sandbox, "adopt", "2026-01-01T10:00:00Z");
    sandbox.write("plan/03-execution-plan.md", plan('x'));
    sandbox.write(
        RECORD,
        blocker("resolved", "steps:\n  - { to: resolved, by: ada, at: 2026-01-06T09:00:00Z, note: up }\n"),
    );
    sandbox.write("docs/a", "1");
    commit_dated(&sandbox, "T-1: done", "2026-01-06T10:00:00Z");

    let metrics = |folder: &str, now: &str| -> Vec<Value> {
        let output = sandbox.passmuster_in(folder, &["metrics", "--now", now, "--format", "json"]).success();
        serde_json::from_str::<Value>(&output.stdout).expect("it is JSON")["data"].as_array().expect("a list").clone()
    };
    let of = |metrics: &[Value], name: &str| {
        metrics.iter().find(|metric| metric["name"] == name).expect("it is there").clone()
    };
    let known = metrics("work", "2026-01-09");
    for (name, now, week_ago) in [
        ("open-blockers-p0", 0.0, 1.0),
        // Blocked a week ago; then it was done on the day it was due.
        ("critical-path-health", 100.0, 0.0),
        ("documentation", 100.0, 0.0),
    ] {
        let metric = of(&known, name);
        assert_eq!((metric["value"].as_f64(), metric["week_ago"].as_f64()), (Some(now), Some(week_ago)), "{name}");
    }
    for name in ["procedures", "buffer-consumed"] {
        assert!(of(&known, name)["week_ago"].is_number(), "{}", of(&known, name));
    }
    let room = sandbox.passmuster(&["report", "war-room", "--now", "2026-01-09"]).success();
    assert!(room.contains("| Open blockers that delay the whole | ≤ 0 | 0 | -1 | green |"), "{room}");

    // What nobody can know is not zero, and why is said.
    let young = sandbox.passmuster(&["metrics", "--now", "2026-01-07"]).success();
    assert!(young.contains("How they moved in 7 days is not known: the history begins on 2026-01-01."), "{young}");
    let url = format!("file://{}", sandbox.work().display());
    sandbox.git_in("", &["clone", "-q", "--depth", "1", &url, "shallow"]).success();
    let shallow = of(&metrics("shallow", "2026-01-09"), "open-blockers-p0");
    assert_eq!(shallow["week_ago_unknown"], "this clone has no commits from before 2026-01-06", "{shallow}");
    let page = sandbox.passmuster_in("shallow", &["metrics", "velocity", "--now", "2026-01-09"]).success();
    assert!(page.contains("value      unknown"), "it would be none, as far as the clone knows: {page}");
}

#[test]
fn merges_moved_plans_and_dates_that_lie_leave_what_happened() {
    let sandbox = Sandbox::repository();
    let plan = |path: &str, ticks: &[&str]| {
        let mut text = "# Plan\n\n## Epic EA: all\n".to_owned();
        for id in ["T-1", "T-2", "T-3", "T-4"] {
            let mark = if ticks.contains(&id) { 'x' } else { ' ' };
            text += &format!("\n- [{mark}] {id}: task {id} ~2h\n");
        }
        sandbox.write(path, text);
    };
    const MAIN: &str = "plan/03-execution-plan.md";
    const MOVED: &str = "plan/epics/all.md";
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: abcd1234\nprofile: solo\nprotect: [main]\n");
    plan(MAIN, &[]);
    commit_dated(&sandbox, "adopt", "2026-01-01T08:00:00Z");
    sandbox.git(&["switch", "-qc", "side"]).success();
    sandbox.write("src/a", "1");
    commit_dated(&sandbox, "T-1: work that says it is of the future", "2099-01-01T00:00:00Z");
    plan(MAIN, &["T-1"]);
    commit_dated(&sandbox, "T-1: claim", "2026-01-02T08:00:00Z");
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/b", "1");
    commit_dated(&sandbox, "else", "2026-01-02T09:00:00Z");
    let mut merge = sandbox.command("git", "work");
    merge.args(["merge", "-q", "--no-ff", "-m", "Merge", "side"]).env("GIT_COMMITTER_DATE", "2026-01-03T08:00:00Z");
    sandbox.run(&mut merge, "").success();
    std::fs::create_dir_all(sandbox.work().join("plan/epics")).expect("the sandbox can be written");
    sandbox.git(&["mv", MAIN, MOVED]).success();
    commit_dated(&sandbox, "move the plan", "2026-01-03T09:00:00Z");
    plan(MOVED, &["T-1", "T-2"]);
    commit_dated(&sandbox, "T-2: claim", "1970-01-02T00:00:00Z");
    plan(MOVED, &["T-1", "T-2", "T-3"]);
    commit_dated(&sandbox, "T-3: claim", "2098-01-01T00:00:00Z");
    sandbox.write("src/c", "1");
    commit_dated(&sandbox, "T-4: begin", "2026-01-04T08:00:00Z");

    let json = |args: &[&str]| -> Value {
        let output = sandbox.passmuster(&[args, &["--format", "json"]].concat()).success();
        serde_json::from_str::<Value>(&output.stdout).expect("it is JSON")["data"].clone()
    };
    let log = json(&["log"]);
    let of = |event: &str| -> Vec<(String, bool)> {
        let lines = log.as_array().expect("a list").iter().filter(|line| line["event"] == event);
        let line = |line: &Value| {
            let at = line["at"].as_str().unwrap_or_default();
            let day = at.get(..10).unwrap_or_default();
            (format!("{} {day}", line["subject"].as_str().unwrap_or_default()), line["date_in_order"] == true)
        };
        lines.map(line).collect()
    };
    let day = |text: &str, in_order: bool| (text.to_owned(), in_order);
    assert_eq!(of("removed"), []);
    assert_eq!(of("created").len(), 5);
    assert_eq!(of("ticked"), [day("T-3 2026-01-03", false), day("T-2 2026-01-03", false), day("T-1 2026-01-03", true)]);
    // Three ticks in the 88 hours since the first commit.
    let velocity = json(&["metrics", "velocity", "--now", "2026-01-05"])[0]["value"].as_f64();
    assert!(velocity.is_some_and(|value| (value - 3.0 * 24.0 / 88.0).abs() < 0.001), "{velocity:?}");
    for report in REPORTS {
        let markdown = sandbox.passmuster(&[report, &["--now", "2026-01-05"]].concat()).success().stdout;
        assert!(!markdown.contains("2099") && !markdown.contains("1970"), "{markdown}");
    }
    let daily = sandbox.passmuster(&["report", "daily", "--now", "2026-01-04T09:00:00Z"]).success().stdout;
    assert!(daily.contains("**T-3**") && daily.contains("**T-4**"), "{daily}");
    let blame = sandbox.passmuster(&["blame", "T-1"]).success();
    assert!(blame.contains("(T-1: claim), landed with") && blame.contains("touched   src/a\n"), "{blame}");
    for command in [&["status"][..], &["report", "war-room"], &["dashboard", "--out", "-"]] {
        sandbox.passmuster(&[command, &["--now", "2026-01-05"]].concat()).success();
    }
}
