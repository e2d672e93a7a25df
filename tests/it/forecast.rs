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
    10000 samples of 4 open tasks, seed 1, PERT beta (1 task with one figure: taken at its word; 1 task without an estimate: like the others; as if somebody were always free; no calendar says when people work: Monday to Friday, 9 to 17 UTC)

    all done           by              work
    P50, even odds     2026-12-02    1d 23m
    P80, likely        2026-12-02  1d 1h37m
    P95, all but sure  2026-12-02  1d 2h44m
    by 2026-12-01: 40 % of the samples end by then

    ends by     of 100  so far
    2026-12-01    39.6    39.6  ████████████████████████
    2026-12-02    60.4   100.0  ████████████████████████████████████

    epic  P50         P80         P95         due         in time  title
    DB    2026-12-02  2026-12-02  2026-12-02                       The table
    UI    2026-12-01  2026-12-01  2026-12-01  2026-12-02    100 %  The list

    decides most  critical  sensitivity  cruciality  title
    DB-001           100 %         1.00        1.00  Expand
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
