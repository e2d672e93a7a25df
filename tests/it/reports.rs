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
    assert!(shown.contains("value      0.5 a week"), "{shown}");
    let failed = sandbox.passmuster(&["metrics", "change-failure", "--now", "2026-01-03"]).success().stdout;
    assert!(failed.contains("value      0 %"), "{failed}");
}
