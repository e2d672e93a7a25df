//! `assign` and `suggest`, and who may do what by the judgement of a branch. Tests are named after the requirement.

use crate::harness::{Output, Sandbox};

const POLICY: &str = "\
passmuster: policy/1
repository: 7f3k9q2m
profile: team
protect: [main]
trust: { main: local }
separation: threshold
threshold: { files: 2, minutes: 60 }
levels: { merge: [], task: [], feature: [], epic: [], phase: [] }
owners: { \".github/**\": devops }
";

const ROSTER: &str = "\
passmuster: roster/1
members:
  - { name: ada, roles: [maintainer], emails: [ada@example.org] }
  - { name: boss, implements: false, emails: [boss@example.org] }
  - { name: writer, kind: agent, domains: [\"docs/**\", \"#docs\"], emails: [writer@example.org], capacity: 1 }
  - { name: tester, kind: agent, domains: [\"tests/**\", \"#test\"], emails: [tester@example.org] }
  - { name: coder, kind: agent, competencies: [rust, api], about: writes the parser, emails: [coder@example.org] }
  - { name: ops, kind: agent, roles: [devops], emails: [ops@example.org], away: back on Monday }
  - { name: runner, kind: ci }
teams:
  - { name: foundation, members: [ada], about: schema }
  - { name: backend, members: [coder, tester], activate: after foundation, flow: [coder, tester] }
support: { delivery: passmuster, quality: tester, blockers: ada, progress: passmuster }
";

const PLAN: &str = "\
---
passmuster: plan/1
---
# Work

## Feature F-1: Front

- [ ] D-1: Write the guide ~2h #docs
  - touches: docs/**
  - needs: none
  - [ ] it explains the parser
- [ ] C-1: Write the parser ~4h #rust
  - touches: src/**
  - provides: src/parser.rs
  - [ ] it parses
- [ ] O-1: Build it in CI ~1h #ci
  - touches: .github/ci.yml
  - needs: C-1 (technical: the parser)
  - [ ] it builds
- [ ] X-1: Something large ~40h

## Feature F-2: Teams

- [ ] H-1: Choose the database
  - needs: human (architecture)
  - touches: docs/adr.md
- [ ] T-1: Lay the schema @ada
  - team: foundation
  - needs: none
- [ ] T-2: Build on it @coder
  - team: backend
  - needs: none
- [ ] T-3: Test it @tester
  - team: backend
  - needs: none
";

const PATH: &str = "plan/03-execution-plan.md";

/// A repository whose `main` has adopted the policy, on a branch.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write("plan/roster.yaml", ROSTER);
    sandbox.write(PATH, PLAN);
    sandbox.write("src/parser.rs", "//\n");
    commit(&sandbox, "coder", "C-1: start the parser");
    sandbox.git(&["switch", "-q", "-c", "work"]).success();
    sandbox
}

fn commit(sandbox: &Sandbox, author: &str, message: &str) {
    let email = format!("user.email={author}@example.org");
    sandbox.git(&["add", "--all"]).success();
    sandbox.git(&["-c", &email, "commit", "--quiet", "--message", message]).success();
}

fn edit(sandbox: &Sandbox, from: &str, to: &str) {
    let text = sandbox.read(PATH);
    assert!(text.contains(from), "no `{from}`");
    sandbox.write(PATH, text.replace(from, to));
}

#[track_caller]
fn refused(output: Output, says: &[&str]) {
    assert_eq!(output.status, 1, "{output}");
    for text in says {
        assert!(output.contains(text), "no `{text}` in\n{output}");
    }
}

#[test]
fn ef_10_a_domain_goes_to_who_holds_it() {
    let sandbox = project();
    refused(sandbox.passmuster(&["assign", "D-1", "coder"]), &["assign/not-domain-owner", "assign D-1 writer"]);
    insta::assert_snapshot!(sandbox.passmuster(&["assign", "D-1", "writer"]), @r##"
    $ passmuster assign D-1 writer
    D-1 is writer's
    next: git commit -am "D-1: assign to writer"
    [status 0]
    "##);
    let given = sandbox.read(PATH);
    assert_eq!(given.matches("@writer").count(), 1, "{given}");
    sandbox.passmuster(&["assign", "D-1", "writer"]).success();
    // By hand it is refused as well, when the branch is judged.
    edit(&sandbox, "@writer", "@coder");
    commit(&sandbox, "ada", "D-1: give it to the coder");
    refused(sandbox.passmuster(&["verify"]), &["assign/not-domain-owner", "`docs/**` belongs to writer"]);
    sandbox.write(PATH, given);
    commit(&sandbox, "ada", "D-1: give it back");
    sandbox.passmuster(&["verify"]).success();
}

#[test]
fn ef_11_and_ef_12_docs_and_tests_are_owned_by_path_and_by_tag() {
    let sandbox = project();
    edit(&sandbox, "#rust\n", "#rust #test\n");
    refused(sandbox.passmuster(&["assign", "C-1", "coder"]), &["`#test` belongs to tester"]);
    sandbox.passmuster(&["assign", "C-1", "tester"]).success();
}

#[test]
fn ef_18_ci_files_are_changed_by_who_owns_them() {
    let sandbox = project();
    sandbox.write(".github/ci.yml", "on: push\n");
    commit(&sandbox, "coder", "O-1: build it");
    refused(sandbox.passmuster(&["verify"]), &["commit/not-owner", "which `devops` owns"]);
}

#[test]
fn ef_30_the_closest_match_takes_it_with_a_scope_while_the_owner_is_away() {
    let sandbox = project();
    refused(sandbox.passmuster(&["assign", "O-1", "coder"]), &["assign/not-domain-owner", "--stretch"]);
    refused(sandbox.passmuster(&["assign", "O-1", "ops"]), &["assign/cannot-take", "away: back on Monday"]);
    let scope = "only the build, no releases";
    sandbox.passmuster(&["assign", "O-1", "coder", "--stretch", scope]).success();
    assert!(sandbox.read(PATH).contains(&format!("  - stretch: {scope}\n")));
    commit(&sandbox, "ada", "O-1: assign");
    sandbox.passmuster(&["verify"]).success();
    // An owner who is there keeps the work.
    refused(sandbox.passmuster(&["assign", "D-1", "coder", "--stretch", scope]), &["assign/not-domain-owner"]);
}

#[test]
fn ot_49_nothing_is_assigned_before_the_five_points_hold() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["assign", "X-1", "coder", "--format", "concise"]), @"
    $ passmuster assign X-1 coder --format concise
    plan/03-execution-plan.md:20:7: error[assign/not-ready]: `X-1` is not ready to be given: it does not say where the work happens
    plan/03-execution-plan.md:20:7: error[assign/not-ready]: `X-1` is not ready to be given: it has no criteria
    plan/03-execution-plan.md:20:7: error[assign/not-ready]: `X-1` is not ready to be given: it has no tag, and touches nobody's domain
    plan/03-execution-plan.md:20:7: error[assign/not-ready]: `X-1` is not ready to be given: its estimate is 40h, more than two days
    plan/03-execution-plan.md:20:7: error[assign/not-ready]: `X-1` is not ready to be given: neither what it needs nor what it provides is said
    [status 1]
    ");
    assert_eq!(sandbox.read(PATH), PLAN);
    for (args, says) in [
        (["assign", "D-1", "nobody"], "there is no member `nobody`"),
        (["assign", "D-9", "writer"], "there is no item `D-9`"),
    ] {
        let output = sandbox.passmuster(&args);
        assert!(output.status == 2 && output.contains(says), "{output}");
    }
    refused(sandbox.passmuster(&["assign", "C-1", "boss"]), &["assign/cannot-take", "leaves the work to others"]);
    refused(sandbox.passmuster(&["assign", "C-1", "runner"]), &["assign/cannot-take", "is a CI runner"]);
}

#[test]
fn ef_28_suggestions_say_why_and_are_the_same_each_time() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["suggest", "C-1"]), @"
    $ passmuster suggest C-1
    1. coder (24 points)
       +20 is good at `rust`
       +6 their description says parser, rust
       +2 wrote 1 of the last commits there
       -4 has an open task
    not boss: coordinates, and leaves the work to others
    not ops: away: back on Monday
    not runner: is a CI runner
    next: passmuster assign C-1 coder
    [status 0]
    ");
    insta::assert_snapshot!(sandbox.passmuster(&["suggest", "O-1"]), @r##"
    $ passmuster suggest O-1
    1. writer (0 points, a stretch)
    2. ada (-4 points, a stretch)
       -4 has an open task
    3. coder (-4 points, a stretch)
       -4 has an open task
    4. tester (-4 points, a stretch)
       -4 has an open task
    not boss: coordinates, and leaves the work to others
    not ops: away: back on Monday
    not runner: is a CI runner
    whoever holds the domain cannot take it now; the first is the closest match, a stretch
    next: passmuster assign O-1 writer --stretch "what exactly"
    [status 0]
    "##);
    let answers = [0; 3].map(|_| sandbox.passmuster(&["suggest", "D-1", "--format", "json"]).success().stdout);
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.contains("\"name\": \"writer\"")));
}

#[test]
fn ef_37_who_takes_more_than_their_capacity_is_told() {
    let sandbox = project();
    edit(&sandbox, "X-1: Something large ~40h", "X-1: Something large ~40h @writer");
    let output = sandbox.passmuster(&["assign", "D-1", "writer"]).success();
    assert!(output.contains("`writer` now has 2 open tasks, and takes 1 at once"), "{output}");
}

#[test]
fn ef_01_strict_separation_refuses_the_work_of_a_coordinator() {
    let sandbox = Sandbox::repository();
    sandbox.write("passmuster.yaml", POLICY.replace("threshold\n", "strict\n"));
    sandbox.write("plan/roster.yaml", ROSTER);
    sandbox.write(PATH, PLAN);
    commit(&sandbox, "ada", "adopt");
    sandbox.git(&["switch", "-q", "-c", "work"]).success();
    edit(&sandbox, "~4h #rust", "~4h #rust @coder");
    commit(&sandbox, "boss", "C-1: plan it");
    sandbox.passmuster(&["verify"]).success();
    sandbox.write("src/a.rs", "//\n");
    commit(&sandbox, "boss", "C-1: just quickly");
    refused(sandbox.passmuster(&["verify"]), &["commit/coordinator", "`boss`, who coordinates", "separation: strict"]);
}

#[test]
fn ef_02_over_the_threshold_the_work_needs_a_specialist() {
    let sandbox = project();
    edit(&sandbox, "X-1: Something large ~40h", "X-1: Something small ~1h\n  - touches: lib/**");
    commit(&sandbox, "ada", "X-1: plan it");
    sandbox.git(&["branch", "-f", "main", "HEAD"]).success();
    sandbox.write("lib/a.rs", "//\n");
    commit(&sandbox, "boss", "X-1: one file");
    sandbox.passmuster(&["verify"]).success();
    for name in ["lib/b.rs", "lib/c.rs", "lib/d.rs"] {
        sandbox.write(name, "//\n");
    }
    commit(&sandbox, "boss", "X-1: three files");
    refused(sandbox.passmuster(&["verify"]), &["commit/coordinator", "3 files, more than the 2 of the threshold"]);
    edit(&sandbox, "small ~1h", "small ~1h @coder");
    commit(&sandbox, "ada", "X-1: to the coder");
    sandbox.passmuster(&["verify"]).success();
}

#[test]
fn ed_06_and_ed_07_a_team_works_when_it_is_active_and_in_its_order() {
    let sandbox = project();
    edit(&sandbox, "[ ] T-2", "[x] T-2");
    commit(&sandbox, "coder", "T-2: done");
    refused(sandbox.passmuster(&["verify"]), &["claim/team-inactive", "active after `foundation`, and `T-1` is open"]);
    edit(&sandbox, "[ ] T-1", "[x] T-1");
    edit(&sandbox, "[x] T-2", "[ ] T-2");
    edit(&sandbox, "[ ] T-3", "[x] T-3");
    commit(&sandbox, "tester", "T-1, T-3: done");
    refused(sandbox.passmuster(&["verify"]), &["claim/team-inactive", "coder → tester, and `T-2` is open"]);
    edit(&sandbox, "[ ] T-2", "[x] T-2");
    commit(&sandbox, "coder", "T-2: done");
    sandbox.passmuster(&["verify"]).success();
}

#[test]
fn ot_35_an_agent_cannot_close_what_needs_a_person() {
    let sandbox = project();
    edit(&sandbox, "[ ] H-1", "[x] H-1");
    commit(&sandbox, "coder", "H-1: chosen");
    refused(sandbox.passmuster(&["verify"]), &["claim/needs-human", "`coder` closed it, who is of kind agent"]);
    // Nor does taking the line away in the same change help.
    edit(&sandbox, "  - needs: human (architecture)\n", "");
    commit(&sandbox, "ada", "H-1: tidy");
    refused(sandbox.passmuster(&["verify"]), &["claim/needs-human"]);
    sandbox.git(&["reset", "-q", "--hard", "main"]).success();
    edit(&sandbox, "[ ] H-1", "[x] H-1");
    commit(&sandbox, "ada", "H-1: chosen");
    sandbox.passmuster(&["verify"]).success();
}

#[test]
fn ef_21_an_order_that_says_no_reason_is_told() {
    let sandbox = project();
    edit(&sandbox, "needs: C-1 (technical: the parser)", "needs: C-1");
    let output = sandbox.passmuster(&["check", "--format", "concise"]);
    assert!(output.status == 0 && output.contains("plan/unjustified-need"), "{output}");
}

#[test]
fn ot_07_nobody_reports_to_themselves_in_the_end() {
    let sandbox = project();
    let roster = ROSTER
        .replace("name: ada,", "name: ada, reports_to: boss,")
        .replace("name: boss,", "name: boss, reports_to: ada,");
    sandbox.write("plan/roster.yaml", roster.replace("[coder, tester], activate", "[coder, testre], activate"));
    let output = sandbox.passmuster(&["check", "--format", "concise"]);
    for code in ["roster/reports-in-circle", "roster/unknown-member"] {
        assert!(output.status == 1 && output.stdout.matches(code).count() == 1, "{output}");
    }
}
