//! One function per test runner: finds its closing lines and sums them up.

use super::TestCount;
use regex::{Captures, Regex};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A summary that was found, and where.
pub(super) struct Found {
    pub last_line: usize,
    pub count: TestCount,
}

/// Reads the lines of an output; `None` when the runner did not speak there.
pub(super) type Runner = fn(&[&str]) -> Option<Found>;

pub(super) const ALL: &[Runner] = &[
    cargo_test, nextest, pytest, unittest, node, jest, vitest, go_test, surefire, ctest, mocha, rspec, phpunit, dotnet,
    tap, prove,
];

macro_rules! pattern {
    ($text:literal) => {{
        static PATTERN: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("the pattern is valid"));
        &PATTERN
    }};
}

/// The number in a capture group; a number too large to be one counts as none.
fn number(captures: &Captures<'_>, group: &str) -> u64 {
    captures.name(group).and_then(|found| found.as_str().parse().ok()).unwrap_or(0)
}

/// The numbers of a list such as `3 failed, 10 passed (1 slow)`, each with the word after it.
fn numbered_words(list: &str) -> impl Iterator<Item = (u64, &str)> {
    list.split([',', '|', '(', ';']).filter_map(|part| {
        let (number, word) = part.trim().trim_end_matches(')').split_once(' ')?;
        Some((number.parse().ok()?, word.trim()))
    })
}

fn last_match<'l>(lines: &[&'l str], pattern: &Regex) -> Option<(usize, Captures<'l>)> {
    lines.iter().enumerate().rev().find_map(|(index, line)| Some((index, pattern.captures(line)?)))
}

/// Sums what `summary` makes of each line.
fn sum(lines: &[&str], mut summary: impl FnMut(usize, &str) -> Option<TestCount>) -> Option<Found> {
    let mut found: Option<Found> = None;
    for (index, line) in lines.iter().enumerate() {
        if let Some(count) = summary(index, line) {
            let before = found.map_or(TestCount::default(), |found| found.count);
            found = Some(Found { last_line: index, count: before.plus(count) });
        }
    }
    found
}

/// One block per test binary. Its `running N tests` and its result must agree, so that a printed result line
/// alone adds nothing; the first result stands alone when the start of a long output was dropped.
fn cargo_test(lines: &[&str]) -> Option<Found> {
    let start = pattern!(r"^running (?<tests>[0-9]+) tests?$");
    let end = pattern!(
        r"^test result: (?:ok|FAILED)\. (?<passed>[0-9]+) passed; (?<failed>[0-9]+) failed; (?<ignored>[0-9]+) ignored; (?<measured>[0-9]+) measured; [0-9]+ filtered out"
    );
    let mut announced = None;
    let mut is_first = true;
    sum(lines, |_, line| {
        if let Some(captures) = start.captures(line) {
            announced = Some(number(&captures, "tests"));
            is_first = false;
            return None;
        }
        let captures = end.captures(line)?;
        let [passed, failed, ignored, measured] =
            ["passed", "failed", "ignored", "measured"].map(|group| number(&captures, group));
        let run = passed.saturating_add(failed).saturating_add(measured);
        let agrees = announced == Some(run.saturating_add(ignored)) || is_first;
        is_first = false;
        if agrees {
            announced = None;
        }
        agrees.then_some(TestCount { run, failed, skipped: ignored })
    })
}

/// `Summary [   0.012s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped`
fn nextest(lines: &[&str]) -> Option<Found> {
    let end = pattern!(r"^\s*Summary \[[^\]]*\]\s+(?<run>[0-9]+)(?:/[0-9]+)? tests? run: (?<list>.*)$");
    let (last_line, captures) = last_match(lines, end)?;
    let mut count = TestCount { run: number(&captures, "run"), ..TestCount::default() };
    for (number, word) in numbered_words(&captures["list"]) {
        match word {
            "failed" | "timed out" | "exec failed" => count.failed = count.failed.saturating_add(number),
            "skipped" => count.skipped = number,
            _ => {}
        }
    }
    Some(Found { last_line, count })
}

/// `===== 1 failed, 10 passed, 2 skipped in 0.12s =====`, with `-q` without the rule; `no tests ran in 0.01s`.
fn pytest(lines: &[&str]) -> Option<Found> {
    let end = pattern!(
        r"^(?:=+ )?(?:(?<none>no tests ran)|(?<list>[0-9]+ [a-z]+(?:, [0-9]+ [a-z ]+)*)) in [0-9.]+s(?: \([0-9:]+\))?(?: =+)?$"
    );
    let (last_line, captures) = last_match(lines, end)?;
    let mut count = TestCount::default();
    for (number, word) in numbered_words(captures.name("list").map_or("", |list| list.as_str())) {
        match word {
            "passed" | "xpassed" | "xfailed" => count.run = count.run.saturating_add(number),
            "failed" => {
                count.run = count.run.saturating_add(number);
                count.failed = count.failed.saturating_add(number);
            }
            // Errors are raised around tests, beside the tests' own results.
            "error" | "errors" => count.failed = count.failed.saturating_add(number),
            "skipped" => count.skipped = number,
            _ => {}
        }
    }
    Some(Found { last_line, count })
}

/// `Ran 12 tests in 0.003s`, an empty line, `OK (skipped=2)` or `FAILED (failures=1, errors=1)`.
fn unittest(lines: &[&str]) -> Option<Found> {
    let ran = pattern!(r"^Ran (?<tests>[0-9]+) tests? in [0-9.]+s$");
    let verdict = pattern!(r"^(?:OK|FAILED|NO TESTS RAN)(?: \((?<list>[a-z0-9 =,]+)\))?$");
    let (at, captures) = last_match(lines, ran)?;
    let (offset, verdict) = lines[at + 1..]
        .iter()
        .take(3)
        .enumerate()
        .find_map(|(offset, line)| Some((offset, verdict.captures(line)?)))?;
    let mut count = TestCount::default();
    for part in verdict.name("list").map_or("", |list| list.as_str()).split(", ") {
        match part.split_once('=').and_then(|(word, number)| Some((word, number.parse::<u64>().ok()?))) {
            Some(("skipped", number)) => count.skipped = number,
            Some(("failures" | "errors" | "unexpected successes", number)) => {
                count.failed = count.failed.saturating_add(number);
            }
            _ => {}
        }
    }
    count.run = number(&captures, "tests").saturating_sub(count.skipped);
    Some(Found { last_line: at + 1 + offset, count })
}

/// `ℹ tests 12`, `ℹ pass 11`, `ℹ fail 1` …; with `#` from its TAP reporter and from tape.
fn node(lines: &[&str]) -> Option<Found> {
    let entry = pattern!(
        r"^(?:ℹ|#) (?<word>tests|suites|pass|fail|cancelled|skipped|todo|duration_ms)\s+(?<number>[0-9]+)(?:\.[0-9]+)?$"
    );
    let (start, _) = last_match(lines, pattern!(r"^(?:ℹ|#) tests\s+[0-9]+$"))?;
    let mut count = TestCount::default();
    let mut last_line = None;
    for (offset, line) in lines[start..].iter().enumerate() {
        let Some(captures) = entry.captures(line) else { break };
        let number = number(&captures, "number");
        match &captures["word"] {
            "pass" => {
                count.run = count.run.saturating_add(number);
                last_line = Some(start + offset);
            }
            "fail" => {
                count.run = count.run.saturating_add(number);
                count.failed = count.failed.saturating_add(number);
            }
            "cancelled" => count.failed = count.failed.saturating_add(number),
            "skipped" => count.skipped = number,
            _ => {}
        }
    }
    Some(Found { last_line: last_line?, count })
}

/// Passed, failed and skipped of a list; what else is in it was not run.
fn passed_failed_skipped(list: &str) -> TestCount {
    let mut count = TestCount::default();
    for (number, word) in numbered_words(list) {
        match word {
            "passed" => count.run = count.run.saturating_add(number),
            "failed" => {
                count.run = count.run.saturating_add(number);
                count.failed = number;
            }
            "skipped" => count.skipped = number,
            _ => {}
        }
    }
    count
}

/// `Tests:       1 failed, 2 skipped, 10 passed, 13 total`
fn jest(lines: &[&str]) -> Option<Found> {
    let (last_line, captures) = last_match(lines, pattern!(r"^Tests:\s+(?<list>(?:[0-9]+ [a-z]+, )*)[0-9]+ total$"))?;
    Some(Found { last_line, count: passed_failed_skipped(&captures["list"]) })
}

/// `      Tests  1 failed | 10 passed | 2 skipped (13)`
fn vitest(lines: &[&str]) -> Option<Found> {
    let end = pattern!(r"^\s+Tests\s+(?:no tests|(?<list>[0-9]+ [a-z ]+(?: \| [0-9]+ [a-z ]+)*) \([0-9]+\))$");
    let (last_line, captures) = last_match(lines, end)?;
    let list = captures.name("list").map_or("", |list| list.as_str());
    Some(Found { last_line, count: passed_failed_skipped(list) })
}

/// `go test -v`: a `--- PASS: TestX` after its `=== RUN   TestX`, closed by the package's line. Subtests are part
/// of their test. Without `-v` there is only `ok` and the package, which has no count.
fn go_test(lines: &[&str]) -> Option<Found> {
    let package = pattern!(r"^(?:ok|FAIL)\s*\t(?:\S+)\t(?:[0-9.]+s|\(cached\))");
    let result = pattern!(r"^--- (?<outcome>PASS|FAIL|SKIP): (?<name>\S+) \([0-9.]+s\)$");
    let mut running: HashSet<&str> = HashSet::new();
    let mut open = TestCount::default();
    let mut has_names = false;
    let mut found = None;
    for (index, line) in lines.iter().enumerate() {
        if let Some(name) = line.strip_prefix("=== RUN ") {
            running.insert(name.trim());
            has_names = true;
        } else if let Some(captures) = line.starts_with("--- ").then(|| result.captures(line)).flatten() {
            let name = captures.name("name").expect("the group always takes part").as_str();
            if running.remove(name) {
                let [run, failed, skipped] = match &captures["outcome"] {
                    "PASS" => [1, 0, 0],
                    "FAIL" => [1, 1, 0],
                    _ => [0, 0, 1],
                };
                open = open.plus(TestCount { run, failed, skipped });
            }
        } else if (line.starts_with("ok") || line.starts_with("FAIL")) && package.is_match(line) {
            running.clear();
            let before = found.map_or(TestCount::default(), |found: Found| found.count);
            found = Some(Found { last_line: index, count: before.plus(std::mem::take(&mut open)) });
        }
    }
    found.filter(|_| has_names)
}

/// `Tests run: 12, Failures: 1, Errors: 0, Skipped: 2` after `Results:`, once per module.
fn surefire(lines: &[&str]) -> Option<Found> {
    let end = pattern!(
        r"^(?:\[[A-Z]+\]\s+)?Tests run: (?<tests>[0-9]+), Failures: (?<failures>[0-9]+), Errors: (?<errors>[0-9]+), Skipped: (?<skipped>[0-9]+)$"
    );
    let heading = pattern!(r"^(?:\[[A-Z]+\]\s+)?Results\s*:$");
    let mut is_open = false;
    sum(lines, |_, line| {
        is_open |= heading.is_match(line);
        let captures = end.captures(line).filter(|_| is_open)?;
        is_open = false;
        let skipped = number(&captures, "skipped");
        Some(TestCount {
            run: number(&captures, "tests").saturating_sub(skipped),
            failed: number(&captures, "failures").saturating_add(number(&captures, "errors")),
            skipped,
        })
    })
}

/// `90% tests passed, 1 tests failed out of 10`; skipped ones count as passed there and are listed as
/// `  5 - name (Skipped)`.
fn ctest(lines: &[&str]) -> Option<Found> {
    let end = pattern!(r"^[0-9]+% tests passed(?:, (?<failed>[0-9]+) tests? failed)? out of (?<tests>[0-9]+)$");
    let (last_line, captures) = last_match(lines, end)?;
    let listed = pattern!(r"^\s*[0-9]+ - .* \(Skipped\)$");
    let skipped = lines[last_line..].iter().filter(|line| listed.is_match(line)).count() as u64;
    let run = number(&captures, "tests").saturating_sub(skipped);
    Some(Found { last_line, count: TestCount { run, failed: number(&captures, "failed"), skipped } })
}

/// `  12 passing (34ms)`, then `  1 pending` and `  2 failing`.
fn mocha(lines: &[&str]) -> Option<Found> {
    let (last_line, captures) = last_match(lines, pattern!(r"^\s+(?<passing>[0-9]+) passing \([0-9.a-z ]+\)$"))?;
    let more = pattern!(r"^\s+(?<number>[0-9]+) (?<word>pending|failing)$");
    let mut count = TestCount { run: number(&captures, "passing"), ..TestCount::default() };
    for captures in lines[last_line + 1..].iter().take(2).map_while(|line| more.captures(line)) {
        let number = number(&captures, "number");
        if &captures["word"] == "failing" {
            count.run = count.run.saturating_add(number);
            count.failed = number;
        } else {
            count.skipped = number;
        }
    }
    Some(Found { last_line, count })
}

/// `12 examples, 1 failure, 2 pending`
fn rspec(lines: &[&str]) -> Option<Found> {
    let end = pattern!(
        r"^(?<examples>[0-9]+) examples?, (?<failures>[0-9]+) failures?(?:, (?<pending>[0-9]+) pending)?(?:, (?<errors>[0-9]+) errors? occurred outside of examples)?$"
    );
    let (last_line, captures) = last_match(lines, end)?;
    let skipped = number(&captures, "pending");
    let failed = number(&captures, "failures").saturating_add(number(&captures, "errors"));
    let run = number(&captures, "examples").saturating_sub(skipped);
    Some(Found { last_line, count: TestCount { run, failed, skipped } })
}

/// `OK (12 tests, 34 assertions)`, `Tests: 12, Assertions: 34, Failures: 1, Skipped: 2.`, `No tests executed!`
fn phpunit(lines: &[&str]) -> Option<Found> {
    let end = pattern!(
        r"^(?:OK \((?<ok>[0-9]+) tests?, [0-9]+ assertions?\)|Tests: (?<tests>[0-9]+), Assertions: [0-9]+(?<list>(?:, [A-Za-z ]+: [0-9]+)*)\.|(?<none>No tests executed!))$"
    );
    let (last_line, captures) = last_match(lines, end)?;
    let mut count = TestCount::default();
    for (word, number) in captures.name("list").map_or("", |list| list.as_str()).split(", ").filter_map(|part| {
        let (word, number) = part.split_once(": ")?;
        Some((word, number.parse::<u64>().ok()?))
    }) {
        match word {
            "Failures" | "Errors" => count.failed = count.failed.saturating_add(number),
            "Skipped" | "Incomplete" => count.skipped = count.skipped.saturating_add(number),
            _ => {}
        }
    }
    let all = number(&captures, "ok").saturating_add(number(&captures, "tests"));
    count.run = all.saturating_sub(count.skipped);
    Some(Found { last_line, count })
}

/// `Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: …` once per project, or the
/// one line `Test summary: total: 12, failed: 0, succeeded: 12, skipped: 0, duration: 1.2s`.
fn dotnet(lines: &[&str]) -> Option<Found> {
    let project = pattern!(
        r"^\s*(?:Passed|Failed|Skipped)!\s+- Failed:\s+(?<failed>[0-9]+), Passed:\s+(?<passed>[0-9]+), Skipped:\s+(?<skipped>[0-9]+), Total:\s+[0-9]+(?:, Duration: .*)?$"
    );
    let whole = pattern!(
        r"^\s*Test summary: total: [0-9]+, failed: (?<failed>[0-9]+), succeeded: (?<passed>[0-9]+), skipped: (?<skipped>[0-9]+)(?:, duration: .*)?$"
    );
    let count = |captures: &Captures<'_>| {
        let [failed, passed, skipped] = ["failed", "passed", "skipped"].map(|group| number(captures, group));
        TestCount { run: passed.saturating_add(failed), failed, skipped }
    };
    if let Some((last_line, captures)) = last_match(lines, whole) {
        return Some(Found { last_line, count: count(&captures) });
    }
    sum(lines, |_, line| Some(count(&project.captures(line)?)))
}

/// The last TAP stream: a plan `1..N` and as many `ok`/`not ok` lines at the margin.
fn tap(lines: &[&str]) -> Option<Found> {
    let plan = pattern!(r"^1\.\.(?<tests>[0-9]+)(?: #.*)?$");
    let point =
        pattern!(r"^(?<not>not )?ok(?: [0-9]+)?(?: .*?)??(?<skip> # (?i:skip)\b.*)?(?<todo> # (?i:todo)\b.*)?$");
    // A stream starts anew with a version line, or with a plan after a plan.
    let start = lines.iter().rposition(|line| line.starts_with("TAP version ")).unwrap_or(0);
    let plans: Vec<(usize, u64)> = lines[start..]
        .iter()
        .enumerate()
        .filter_map(|(offset, line)| Some((start + offset, number(&plan.captures(line)?, "tests"))))
        .collect();
    let [(at, planned)] = plans[..] else { return None };
    let mut last_line = at;
    let mut count = TestCount::default();
    for (offset, line) in lines[start..].iter().enumerate() {
        if !line.starts_with("ok") && !line.starts_with("not ok") {
            continue;
        }
        let Some(captures) = point.captures(line) else { continue };
        last_line = last_line.max(start + offset);
        let is_failed = captures.name("not").is_some() && captures.name("todo").is_none();
        let [run, failed, skipped] =
            if captures.name("skip").is_some() { [0, 0, 1] } else { [1, u64::from(is_failed), 0] };
        count = count.plus(TestCount { run, failed, skipped });
    }
    (count.run.saturating_add(count.skipped) == planned).then_some(Found { last_line, count })
}

/// `Files=3, Tests=12,  1 wallclock secs`, then `Result: PASS`.
fn prove(lines: &[&str]) -> Option<Found> {
    let (last_line, captures) =
        last_match(lines, pattern!(r"^Files=[0-9]+, Tests=(?<tests>[0-9]+), .*wallclock secs"))?;
    let verdict = lines.get(last_line + 1)?;
    if !matches!(*verdict, "Result: PASS" | "Result: FAIL" | "Result: NOTESTS") {
        return None;
    }
    let failed = u64::from(*verdict == "Result: FAIL");
    Some(Found { last_line: last_line + 1, count: TestCount { run: number(&captures, "tests"), failed, skipped: 0 } })
}
