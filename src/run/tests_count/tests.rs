use super::*;
use proptest::prelude::*;

fn count(run: u64, failed: u64, skipped: u64) -> Option<TestCount> {
    Some(TestCount { run, failed, skipped })
}

/// Closing lines as the runners print them, with what they count.
#[test]
fn closing_lines_of_the_common_runners() {
    let cargo = |passed: u64, failed: u64, ignored: u64| {
        format!(
            "\nrunning {} tests\n....\n\ntest result: ok. {passed} passed; {failed} failed; {ignored} ignored; 0 measured; 3 filtered out; finished in 0.01s\n",
            passed + failed + ignored
        )
    };
    let cases = [
        ("cargo", cargo(4, 0, 1), count(4, 0, 1)),
        ("cargo, two binaries and docs", cargo(4, 1, 0) + &cargo(0, 0, 0) + "   Doc-tests x\n" + &cargo(2, 0, 2), count(7, 1, 2)),
        ("cargo, nothing", cargo(0, 0, 0), count(0, 0, 0)),
        (
            "cargo, one test",
            "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out".into(),
            count(1, 0, 0),
        ),
        (
            "nextest",
            "────────────\n     Summary [   0.012s] 12 tests run: 10 passed (1 slow, 2 flaky), 1 failed, 1 timed out, 3 skipped\n        FAIL [   0.004s] demo it_adds\n".into(),
            count(12, 2, 3),
        ),
        ("nextest, stopped", "     Summary [   1.2s] 5/20 tests run: 4 passed, 1 failed, 0 skipped\n".into(), count(5, 1, 0)),
        ("nextest, one", "     Summary [   0.002s] 1 test run: 1 passed, 0 skipped\n".into(), count(1, 0, 0)),
        ("pytest", "== 1 failed, 10 passed, 2 skipped, 1 xfailed, 3 warnings in 65.32s (0:01:05) ==".into(), count(12, 1, 2)),
        ("pytest -q", "..........                  [100%]\n10 passed in 0.12s\n".into(), count(10, 0, 0)),
        ("pytest, errors", "=== 2 passed, 1 error in 0.20s ===".into(), count(2, 1, 0)),
        ("pytest, nothing", "====== no tests ran in 0.01s ======".into(), count(0, 0, 0)),
        ("pytest, deselected", "=== 3 passed, 7 deselected in 0.01s ===".into(), count(3, 0, 0)),
        ("unittest", "..s.\n------\nRan 4 tests in 0.003s\n\nOK (skipped=1)\n".into(), count(3, 0, 1)),
        (
            "unittest, red",
            "Ran 7 tests in 1.5s\n\nFAILED (failures=1, errors=2, skipped=1, unexpected successes=1)\n".into(),
            count(6, 4, 1),
        ),
        ("unittest, nothing", "Ran 0 tests in 0.000s\n\nNO TESTS RAN\n".into(), count(0, 0, 0)),
        (
            "node, spec",
            "ℹ tests 12\nℹ suites 2\nℹ pass 9\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 44.71\n".into(),
            count(10, 1, 1),
        ),
        (
            "node, tap",
            "TAP version 13\nok 1 - a\n1..1\n# tests 3\n# suites 0\n# pass 3\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n# duration_ms 5.5\n".into(),
            count(3, 0, 0),
        ),
        ("tape", "1..4\n# tests 4\n# pass  3\n# fail  1\n".into(), count(4, 1, 0)),
        (
            "jest",
            "Test Suites: 1 failed, 3 passed, 4 total\nTests:       1 failed, 2 skipped, 3 todo, 10 passed, 16 total\nSnapshots:   0 total\nTime:        1.2 s\n".into(),
            count(11, 1, 2),
        ),
        (
            "vitest",
            " Test Files  1 failed | 3 passed (4)\n      Tests  1 failed | 10 passed | 2 skipped | 1 todo (14)\n   Start at  10:00:00\n".into(),
            count(11, 1, 2),
        ),
        ("vitest, green", "      Tests  8 passed (8)\n".into(), count(8, 0, 0)),
        ("vitest, nothing", " Test Files  no tests\n      Tests  no tests\n".into(), count(0, 0, 0)),
        (
            "go -v",
            "=== RUN   TestA\n=== RUN   TestA/sub\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/sub (0.00s)\n=== RUN   TestB\n    b_test.go:9: bad\n--- FAIL: TestB (0.01s)\n=== RUN   TestC\n--- SKIP: TestC (0.00s)\nFAIL\nFAIL\texample.org/a\t0.012s\n=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \texample.org/b\t0.003s\n".into(),
            count(3, 1, 1),
        ),
        ("go, plain", "ok  \texample.org/a\t0.012s\nok  \texample.org/b\t(cached)\n?   \texample.org/c\t[no test files]\n".into(), None),
        (
            "surefire, two modules",
            "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.04 s -- in org.A\n[INFO] Results:\n[INFO]\n[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\n[INFO]\n[ERROR] Results:\n[ERROR] Tests run: 5, Failures: 1, Errors: 1, Skipped: 2\n".into(),
            count(5, 2, 2),
        ),
        (
            "ctest",
            "90% tests passed, 1 tests failed out of 10\n\nTotal Test time (real) =   0.05 sec\n\nThe following tests did not run:\n\t  5 - gpu (Skipped)\n".into(),
            count(9, 1, 1),
        ),
        ("mocha", "\n  12 passing (34ms)\n  1 pending\n  2 failing\n\n  1) adds:\n".into(), count(14, 2, 1)),
        ("rspec", "Finished in 0.1 seconds\n12 examples, 1 failure, 2 pending\n".into(), count(10, 1, 2)),
        ("rspec, one", "1 example, 0 failures\n".into(), count(1, 0, 0)),
        ("phpunit", "OK (12 tests, 34 assertions)\n".into(), count(12, 0, 0)),
        (
            "phpunit, red",
            "FAILURES!\nTests: 12, Assertions: 34, Errors: 1, Failures: 1, PHPUnit Deprecations: 3, Skipped: 2.\n".into(),
            count(10, 2, 2),
        ),
        ("phpunit, nothing", "No tests executed!\n".into(), count(0, 0, 0)),
        (
            "dotnet, two projects",
            "Passed!  - Failed:     0, Passed:    12, Skipped:     1, Total:    13, Duration: 34 ms - A.dll (net8.0)\nFailed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 4 ms - B.dll (net8.0)\n".into(),
            count(15, 1, 1),
        ),
        ("dotnet, terminal", "Test summary: total: 5, failed: 1, succeeded: 3, skipped: 1, duration: 1.2s\n".into(), count(4, 1, 1)),
        ("tap", "TAP version 14\n1..4\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no network\nnot ok 4 - d # TODO later\n".into(), count(3, 1, 1)),
        ("tap, plan last, bare", "ok\nok 2\n1..2\n".into(), count(2, 0, 0)),
        ("tap, torn", "1..4\nok 1\nok 2\n".into(), None),
        ("prove", "All tests successful.\nFiles=3, Tests=12,  1 wallclock secs ( 0.02 usr +  0.00 sys =  0.02 CPU)\nResult: PASS\n".into(), count(12, 0, 0)),
        ("nothing", String::new(), None),
        ("prose", "we ran 12 tests in total, all passed\n".into(), None),
    ];
    for (name, output, expected) in cases {
        assert_eq!(tests_count(&output), expected, "{name}");
        assert_eq!(tests_count(&output.replace('\n', "\r\n")), expected, "{name}, CRLF");
        let before = format!("Compiling things\n{output}\nDone.\n");
        assert_eq!(tests_count(&before), expected, "{name}, among other lines");
    }
}

#[test]
fn colours_do_not_hide_a_count() {
    let output = "\x1b[1m\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m8 passed\x1b[39m\x1b[22m\x1b[90m (8)\x1b[39m\n";
    assert_eq!(tests_count(output), count(8, 0, 0));
    assert_eq!(without_ansi("a\x1b]0;title\x07b\x1b[2Kc\x1bMd\x1b"), "abcd");
    assert_eq!(without_ansi("x\x1b]8;;link\nnext\x1b[3"), "x\nnext");
}

#[test]
fn a_printed_line_does_not_inflate_the_count() {
    let result = "test result: ok. 999 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    let real = "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    assert_eq!(tests_count(&format!("running 1 test\n{result}{real}")), count(1, 0, 0));
    assert_eq!(tests_count(&format!("running 1 test\n10 passed in 0.1s\n{real}")), count(1, 0, 0));
    assert_eq!(tests_count("99 passed in 0.1s\n=== 1 passed in 0.1s ==="), count(1, 0, 0));
    assert_eq!(
        tests_count(
            "=== RUN   TestA\n--- PASS: TestX (0.00s)\n--- PASS: TestA (0.00s)\n--- PASS: TestA (0.00s)\nok  \ta\t0.1s\n"
        ),
        count(1, 0, 0)
    );
}

#[test]
fn a_long_output_is_read_in_time() {
    for line in ["ok 1 - x\n", "1..3\n", "running 3 tests\n", "\x1b[", "Tests: 1, ", "=== RUN   TestA\n"] {
        let output = line.repeat((1 << 20) / line.len());
        let start = std::time::Instant::now();
        tests_count(&output);
        assert!(start.elapsed().as_secs() < 20, "{line:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_counted_or_not(text in "[ -~\n\r\x1b\tℹ]{0,200}") {
        let _ = tests_count(&text);
        prop_assert!(!without_ansi(&text).contains('\x1b'));
    }
}
