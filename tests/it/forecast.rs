//! `forecast`: finishes as dates, the same on every run.

use crate::harness::Sandbox;

const PLAN: &str = "\
---
passmuster: plan/1
---
# Shop

## Epic DB: The table

- [ ] DB-001: Expand ~2h/4h/9h
- [ ] DB-002: Fill ~4h
  - needs: DB-001 (technical: the columns)

## Epic UI: The list
- due: 2026-12-02

- [ ] UI-001: Page it ~1h/2h/3h
- [ ] UI-002: Sort it
";

fn project(plan: &str) -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\n");
    sandbox.write("plan/03-execution-plan.md", plan);
    sandbox
}

#[test]
fn a_forecast_says_what_it_rests_on_and_what_decides() {
    let sandbox = project(PLAN);
    let args = ["forecast", "--start", "2026-12-01", "--due", "2026-12-01"];
    insta::assert_snapshot!(sandbox.passmuster(&args), @r"
    $ passmuster forecast --start 2026-12-01 --due 2026-12-01
    10000 samples of 4 open tasks, seed 1, PERT beta (1 task with one figure: taken at its word; 1 task without an estimate: like the others; people take tasks as `schedule` has them; no calendar says when people work: Monday to Friday, 9 to 17 UTC)

    all done           by              work
    P50, even odds     2026-12-02   1d 6h1m
    P80, likely        2026-12-02  1d 7h28m
    P95, all but sure  2026-12-03    2d 54m
    by 2026-12-01: no sample ends by then

    ends by     of 100  so far
    2026-12-02    87.2    87.2  ████████████████████████████████████
    2026-12-03    12.8   100.0  ██████

    epic  P50         P80         P95         due         in time  title
    DB    2026-12-02  2026-12-02  2026-12-03                       The table
    UI    2026-12-02  2026-12-02  2026-12-02  2026-12-02    100 %  The list

    decides most  critical  sensitivity  cruciality  title
    DB-001           100 %         0.75        0.75  Expand
    UI-002           100 %         0.63        0.63  Sort it
    UI-001           100 %         0.22        0.22  Page it
    [status 0]
    ");
    let again = ["--seed", "2"];
    let other = sandbox.passmuster(&[&args[..], &again].concat());
    assert_ne!(other.stdout, sandbox.passmuster(&args).stdout);
}

#[test]
fn every_form_tells_the_same_figures() {
    let sandbox = project(PLAN);
    let args = ["forecast", "--start", "2026-12-01", "--by", "item", "--samples", "1000"];
    let form = |name: &str| sandbox.passmuster(&[&args[..], &["--format", name]].concat()).success().stdout;
    let json: serde_json::Value = serde_json::from_str(&form("json")).unwrap();
    let data = &json["data"];
    assert_eq!((json["kind"].as_str(), data["samples"].as_u64()), (Some("forecast"), Some(1000)));
    assert_eq!(data["parts"].as_array().unwrap().len(), 6);
    let p80 = data["finish"]["p80"]["at"].as_str().unwrap();
    assert!(p80.starts_with("2026-12-02T") && form("csv").lines().nth(1).unwrap().contains(&p80[..16]), "{p80}");
    let svg = form("svg");
    assert!(svg.starts_with("<svg ") && svg.contains("seed 1, PERT beta") && svg.contains("P80 2 Dec 2026"));
}

#[test]
fn a_plan_that_is_done_or_makes_no_sense_has_an_answer() {
    let done = project("- [x] T-1: a ~4h\n");
    assert_eq!(done.passmuster(&["forecast"]).success().stdout, "nothing is open\n");
    let circle = project("- [ ] T-1: a\n  - needs: T-2\n- [ ] T-2: b\n  - needs: T-1\n");
    let output = circle.passmuster(&["forecast"]);
    assert!(output.status == 1 && output.stderr.contains("there is no forecast of a plan with errors"), "{output}");
    let late = project("- [ ] T-1: a ~4h/5h/6h\n  - due: 2026-11-30\n");
    let output = late.passmuster(&["forecast", "--by", "item", "--start", "2026-12-01"]).success();
    assert!(output.stdout.contains("2026-11-30      0 %"), "{output}");
    assert_eq!(late.passmuster(&["forecast", "--samples", "0"]).status, 2);
    let few = late.passmuster(&["forecast", "--distribution", "history", "--start", "2026-12-01"]);
    assert!(few.stdout.contains("schedule/few-actuals") && few.stdout.contains("PERT beta"), "{few}");
}

const CHAIN: &str = "\
# Shop

- [ ] T-1: Expand ~4h/8h/16h
- [ ] T-2: Fill ~4h/8h/16h
  - needs: T-1 (technical: the columns)
- [ ] T-3: Page ~1h/2h/4h
";

/// A course of one commit with the plan and one in which the first task is done, both on Thursday, 2026-01-01.
fn course() -> Sandbox {
    let sandbox = project(CHAIN);
    sandbox.commit_all("plan");
    sandbox.write("plan/03-execution-plan.md", CHAIN.replace("[ ] T-1", "[x] T-1"));
    sandbox.commit_all("expand");
    sandbox
}

#[test]
fn a_buffer_is_used_up_by_the_days_that_nothing_is_done() {
    let sandbox = course();
    let on = |day: &str| {
        let output = sandbox.passmuster(&["buffer", "--free", "--on", day, "--format", "json"]).success();
        serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap()["data"].take()
    };
    let early = on("2026-01-01");
    let course = &early["course"];
    assert_eq!((course["zone"].as_str(), course["points"].as_array().unwrap().len()), (Some("GREEN"), 2));
    let last = &course["points"][1];
    assert_eq!((last["done"].as_f64(), last["remaining"].as_i64()), (Some(50.0), early["length"].as_i64()));
    // A day of work for half of the chain: ahead by what the half is longer than a day.
    assert_eq!(last["late"].as_i64().unwrap(), 480 - course["length"].as_i64().unwrap() / 2);
    let late = on("2026-01-05");
    assert_eq!(late["course"]["zone"], "RED");
    assert_eq!(late["course"]["points"][1]["late"].as_i64().unwrap() - last["late"].as_i64().unwrap(), 2 * 480);
    let feeding = &late["feeding"][0];
    assert_eq!((&feeding["tasks"][0], feeding["into"].is_null()), (&serde_json::json!("T-3"), true));
}

#[test]
fn a_buffer_is_told_in_words_and_drawn() {
    let sandbox = course();
    insta::assert_snapshot!(sandbox.passmuster(&["buffer", "--on", "2026-01-02"]), @r"
    $ passmuster buffer --on 2026-01-02
    RED: 156 % of the buffer used with 44 % of the critical chain done (red begins at 57 %, burn ratio 3.5)

    critical chain   ends            work
    as planned       2026-01-05  2d 3h10m
    with its buffer  2026-01-05     4h48m
    as it goes now   2026-01-06  1d 2h39m

    day         chain done  buffer used  zone
    2026-01-01        44 %       -177 %  GREEN
    2026-01-02        44 %        156 %  RED    ██████████████████████████████

    chain         work  buffer  float  before   tasks
    critical  1d 2h39m   3h19m         the end  T-2 → T-3

    buffers are the root of the squares of what was trimmed, at least 25 % of the chain
    [status 0]
    ");
    let svg = sandbox.passmuster(&["buffer", "--on", "2026-01-02", "--format", "svg"]).success().stdout;
    assert!(svg.starts_with("<svg ") && svg.contains("YELLOW") || svg.contains("RED") || svg.contains("GREEN"));
    let csv = sandbox.passmuster(&["buffer", "--on", "2026-01-02", "--format", "csv"]).success().stdout;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert_eq!(sandbox.passmuster(&["buffer", "--sizing", "half"]).status, 2);
    let done = project("- [x] T-1: a ~4h\n");
    assert_eq!(done.passmuster(&["buffer"]).success().stdout, "nothing is open\n");
}

#[test]
fn who_works_half_days_uses_no_buffer_by_that() {
    let sandbox = project("- [ ] T-1: a @ada ~40h\n- [ ] T-2: b @ada ~20h/30h/40h\n");
    let half = "passmuster: roster/1\nmembers: [{ name: ada, calendar: { days: mon-fri, hours: 09:00-13:00 } }]\n";
    sandbox.write("plan/roster.yaml", format!("{half}calendar: {{ days: mon-fri, hours: 09:00-17:00 }}\n"));
    sandbox.commit_all("plan");
    let plan = sandbox.read("plan/03-execution-plan.md");
    // The first is done when two weeks of half days are over: as planned.
    sandbox.write("plan/03-execution-plan.md", plan.replace("[ ] T-1", "[x] T-1"));
    let json = sandbox.passmuster(&["buffer", "--on", "2026-01-14", "--format", "json"]).success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let course = &json["data"]["course"];
    assert_eq!(course["zone"], "GREEN", "{json}");
    let late = course["points"].as_array().unwrap().last().unwrap()["late"].as_i64().unwrap();
    assert!(late.abs() <= 480, "{json}");
}

#[test]
fn waiting_for_a_day_uses_no_buffer() {
    let sandbox =
        project("- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @ada ~20h/30h/40h\n  - start: 2026-01-26\n  - needs: T-1\n");
    let roster = "passmuster: roster/1\nmembers: [{ name: ada }]\ncalendar: { days: mon-fri, hours: 09:00-17:00 }\n";
    sandbox.write("plan/roster.yaml", roster);
    sandbox.commit_all("plan");
    let last = |day: &str| {
        let json = sandbox.passmuster(&["buffer", "--on", day, "--format", "json"]).success();
        let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        json["data"]["course"]["points"].as_array().unwrap().last().unwrap().clone()
    };
    let plan = sandbox.read("plan/03-execution-plan.md");
    sandbox.write("plan/03-execution-plan.md", plan.replace("[ ] T-1", "[x] T-1"));
    // Two weeks in which nothing could be done, and two in which it could.
    let (waiting, after) = (last("2026-01-22"), last("2026-02-06"));
    assert_eq!((&waiting["zone"], waiting["late"].as_i64()), (&"GREEN".into(), Some(0)), "{waiting}");
    assert!(after["late"].as_i64().unwrap() > 8 * 480, "{after}");
}

#[test]
fn a_history_that_cannot_be_read_is_said_and_not_left_out() {
    let sandbox = project(PLAN);
    sandbox.commit_all("plan: first");
    // A missing commit would be the border of a shallow clone; a missing tree is damage.
    let first = sandbox.git(&["rev-parse", "HEAD^{tree}"]).success().line().to_owned();
    sandbox.write("plan/03-execution-plan.md", PLAN.replace("~4h", "~5h"));
    sandbox.commit_all("plan: second");
    std::fs::remove_file(sandbox.work().join(format!(".git/objects/{}/{}", &first[..2], &first[2..]))).unwrap();
    for verb in ["forecast", "buffer"] {
        let said = sandbox.passmuster(&[verb]);
        assert!(said.status == 3 && said.stdout.is_empty() && said.stderr.contains(&first[..12]), "{verb}: {said}");
    }
}

#[test]
fn plans_of_several_repositories_are_dots_of_one_chart() {
    let (one, other) = (project(&PLAN.replacen("plan/1", "plan/1\ntitle: One", 1)), project(PLAN));
    one.commit_all("plan: first");
    other.commit_all("plan: first");
    other.write("plan/03-execution-plan.md", PLAN.replacen("plan/1", "plan/1\ntitle: Other", 1));
    let folder = other.work().display().to_string();
    let svg = one.passmuster(&["buffer", "--format", "svg", "--with", &folder]).success().stdout;
    assert!(svg.contains("2 of 2 plans") && svg.contains(">One") && svg.contains(">Other"), "{svg}");
    let none = one.passmuster(&["buffer", "--format", "chart", "--with", "/nowhere"]);
    assert!(none.status == 3 && none.stderr.contains("the plan of `/nowhere` cannot be looked at"), "{none}");
}
