use super::*;
use proptest::prelude::*;

fn number(value: Result<Value, String>) -> Option<f64> {
    value.ok().map(|value| value.number)
}

#[test]
fn lcov_counts_lines_once() {
    let cases: [(&str, Option<f64>); 14] = [
        ("TN:\nSF:a\nDA:1,2\nDA:2,0\nLF:2\nLH:1\nend_of_record\n", Some(50.0)),
        ("SF:a\r\nLF:8\r\nLH:6\r\nend_of_record\r\n", Some(75.0)),
        ("SF:a\nDA:1,1\nend_of_record\nSF:b\nLF:3\nLH:1\nend_of_record\n", Some(50.0)),
        // The same file as two tests saw it.
        ("SF:a\nDA:1,1\nDA:2,0\nend_of_record\nSF:a\nDA:1,0\nDA:2,1\nend_of_record\n", Some(100.0)),
        // Records of newer versions.
        ("SF:a\nVER:1\nFNL:0,1,9\nFNA:0,1,f\nBRDA:1,e0,x,-\nMCF:0\nDA:1,1,abc\nend_of_record\n", Some(100.0)),
        ("", None),
        ("SF:a\nend_of_record\n", None),
        ("SF:a\nLF:0\nLH:0\nend_of_record\n", None),
        ("SF:a\nLF:1\nLH:2\nend_of_record\n", None),
        ("SF:a\nDA:1,-1\nend_of_record\n", None),
        ("SF:a\nDA:x,1\nend_of_record\n", None),
        ("SF:a\nDA:1,1\n", None),
        ("DA:1,1\nend_of_record\n", None),
        ("SF:a\nSF:b\nDA:1,1\nend_of_record\n", None),
    ];
    for (text, expected) in cases {
        assert_eq!(number(coverage::lcov(text.as_bytes())), expected, "{text}");
    }
}

#[test]
fn cobertura_rates_and_counts() {
    let doctype =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE coverage SYSTEM 'http://cobertura.sourceforge.net/xml/coverage-04.dtd'>\n";
    let cases: [(&str, Option<f64>); 14] = [
        ("<coverage line-rate=\"0.75\"><packages><class line-rate='1'/></packages></coverage>", Some(75.0)),
        ("<coverage lines-covered='3' lines-valid='4' line-rate='0.75'/>", Some(75.0)),
        ("<coverage lines-covered=\"79996\" lines-valid=\"100000\" line-rate=\"0.8\"/>", Some(79.996)),
        ("<coverage lines-covered='3' lines-valid='4' line-rate='0.9'/>", None),
        ("<coverage lines-covered='0' lines-valid='0' line-rate='1'/>", None),
        ("<coverage line-rate='NaN'/>", None),
        ("<coverage line-rate='1.2'/>", None),
        ("<coverage line-rate='inf'/>", None),
        ("<coverage line-rate='0.9' line-rate='0.1'/>", None),
        ("<coverage branch-rate='1'/>", None),
        ("<report line-rate='1'/>", None),
        ("<coverage line-rate='1'><packages>", None),
        ("<coverage line-rate='1'></cov>", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(number(coverage::cobertura(text.as_bytes())), expected, "{text}");
        assert_eq!(number(coverage::cobertura(format!("{doctype}{text}").as_bytes())), expected, "{text}");
    }
}

#[test]
fn junit_counts_test_cases() {
    let cases = [
        (
            "<testsuites tests='99'><testsuite><testcase name='a'/><testcase name='b'><failure>x</failure></testcase>\
             <testcase name='c'><skipped/></testcase><testcase name='d'><system-out>&lt;</system-out></testcase>\
             <testcase><error/><failure/></testcase></testsuite></testsuites>",
            Some((50.0, 4, 2, 1)),
        ),
        ("<testsuite><testcase/></testsuite>", Some((100.0, 1, 0, 0))),
        // What a test prints, or what a nested element is called, is not its result.
        ("<testsuite><testcase><p><failure/></p></testcase><failure/></testsuite>", Some((100.0, 1, 0, 0))),
        ("<testsuite><testcase><rerunFailure/></testcase></testsuite>", Some((100.0, 1, 0, 0))),
        ("<testsuite><testcase><skipped/></testcase></testsuite>", None),
        ("<testsuite/>", None),
        ("<testsuite><testcase/>", None),
        ("<html><testcase/></html>", None),
        ("not xml", None),
    ];
    for (text, expected) in cases {
        let read = junit::read(text.as_bytes()).ok().map(|value| {
            let tests = value.tests.unwrap();
            (value.number, tests.run, tests.failed, tests.skipped)
        });
        assert_eq!(read, expected, "{text}");
    }
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><testsuite><testcase>&b;</testcase></testsuite>";
    assert_eq!(number(junit::read(bomb.as_bytes())), Some(100.0));
}

#[test]
fn json_numbers_at_pointers() {
    let json = br#"{"total": {"pct": 81.5}, "a/b": [1, 80.25, "2", null]}"#;
    assert_eq!(number(number::at_pointer(json, "/total/pct")), Some(81.5));
    assert_eq!(number(number::at_pointer(json, "/a~1b/1")), Some(80.25));
    for pointer in ["/total", "/a~1b", "/a~1b/2", "/a~1b/3", "/a~1b/9", "/missing", "total"] {
        assert_eq!(number(number::at_pointer(json, pointer)), None, "{pointer}");
    }
    for text in ["", "{", "[1e400]", "NaN", "\"1\""] {
        assert_eq!(number(number::at_pointer(text.as_bytes(), "/0")), None, "{text}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(number(number::at_pointer(deep.as_bytes(), "/0")), None);
}

#[test]
fn expressions_read_their_last_match() {
    let read = |pattern: &str, output: &str| number(number::last_match(pattern, output));
    assert_eq!(read(r"p95=(\d+)ms", "p95=12ms\np95=34ms\n"), Some(34.0));
    assert_eq!(read(r"^total: *([\d.]+)%$", "x\ntotal:  71.5%\ny"), Some(71.5));
    for (pattern, output) in [
        (r"p95=(\d+)ms", "nothing"),
        (r"(\S+)", "NaN"),
        (r"(\S+)", "inf"),
        (r"(\S+)", "1,5"),
        (r"a(b)?", "a"),
        (r"\d+", "12"),
        ("(", "1"),
        (r"(\d{1000}){1000}", "1"),
    ] {
        assert_eq!(read(pattern, output), None, "{pattern}");
    }
    let long = "a".repeat(1 << 20);
    assert_eq!(read(r"(.*[^A-Z]|[A-Z])", &long), None);
}

#[test]
fn reports_are_read_inside_the_export_only() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("tree");
    std::fs::create_dir_all(dir.join("out")).unwrap();
    std::fs::write(folder.path().join("secret.json"), "[1]").unwrap();
    let json = |file: &str| Reading::Json { file: file.to_owned(), pointer: "/0".to_owned() };
    assert_eq!(read(&json("out/n.json"), &dir, "").unwrap_err(), "the command left no `out/n.json`");
    std::fs::write(dir.join("out/n.json"), "[7]").unwrap();
    assert_eq!(number(read(&json("./out/n.json"), &dir, "")), Some(7.0));
    for outside in ["../secret.json", "out/../../secret.json", "", "out", "/etc/hostname"] {
        assert!(read(&json(outside), &dir, "").is_err(), "{outside}");
    }
    clear(&json("out/n.json"), &dir).unwrap();
    clear(&json("out/n.json"), &dir).unwrap();
    clear(&json("../secret.json"), &dir).unwrap();
    assert!(!dir.join("out/n.json").exists() && folder.path().join("secret.json").exists());
}

#[cfg(unix)]
#[test]
fn links_out_and_pipes_are_no_reports() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("tree");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(folder.path().join("secret.json"), "[1]").unwrap();
    std::os::unix::fs::symlink("../secret.json", dir.join("link.json")).unwrap();
    let json = |file: &str| Reading::Json { file: file.to_owned(), pointer: "/0".to_owned() };
    assert!(read(&json("link.json"), &dir, "").unwrap_err().contains("leads out"));
    assert!(std::process::Command::new("mkfifo").arg(dir.join("pipe")).status().unwrap().success());
    assert!(read(&json("pipe"), &dir, "").unwrap_err().contains("no file"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[<>/a-z='\"&;!: 0-9\n\\[\\]{}-]{0,120}") {
        for bytes in [&bytes[..], text.as_bytes()] {
            for value in [coverage::lcov(bytes), coverage::cobertura(bytes), junit::read(bytes), number::at_pointer(bytes, "/0")] {
                prop_assert!(value.is_err() || value.unwrap().number.is_finite());
            }
        }
    }
}
