//! JUnit XML: the test cases themselves are counted, not the sums that reports repeat at every level.

use super::super::tests_count::TestCount;
use super::Value;
use quick_xml::Reader;
use quick_xml::events::Event;

/// What one test case has come to while it is read.
#[derive(Clone, Copy, PartialEq)]
enum Case {
    Passed,
    Skipped,
    Failed,
}

/// The share of passed tests among those that ran, in percent.
pub(super) fn read(bytes: &[u8]) -> Result<Value, String> {
    let tests = count(bytes)?;
    let value = Value::percent(tests.run - tests.failed, tests.run, "executed tests")?;
    Ok(Value { tests: Some(tests), ..value })
}

/// Entities and document types are never looked up; only names of elements matter here.
fn count(bytes: &[u8]) -> Result<TestCount, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut count = TestCount::default();
    let mut depth = 0_usize;
    let mut has_root = false;
    // The open test case and the depth of its element.
    let mut case: Option<(usize, Case)> = None;
    loop {
        let event = reader.read_event().map_err(|error| format!("it is no XML: {error}"))?;
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                if depth == 0 && !std::mem::replace(&mut has_root, true) && !is_root(name.as_ref()) {
                    return Err(format!("its root is `{}`, not `testsuites`", crate::text::visible(name.as_ref())));
                }
                match (name.as_ref(), &mut case) {
                    ("testcase", None) if is_empty => count.run += 1,
                    ("testcase", None) => case = Some((depth, Case::Passed)),
                    ("failure" | "error", Some((at, case))) if depth == *at + 1 => *case = Case::Failed,
                    ("skipped", Some((at, case))) if depth == *at + 1 && *case == Case::Passed => *case = Case::Skipped,
                    _ => {}
                }
                depth += usize::from(!is_empty);
            }
            Event::End(_) => {
                depth = depth.checked_sub(1).ok_or("an element ends that never started")?;
                if let Some((_, ended)) = case.take_if(|(at, _)| *at == depth) {
                    count.run += u64::from(ended != Case::Skipped);
                    count.failed += u64::from(ended == Case::Failed);
                    count.skipped += u64::from(ended == Case::Skipped);
                }
            }
            Event::Eof if depth == 0 && has_root => return Ok(count),
            Event::Eof => return Err("it ends before its elements do".to_owned()),
            _ => {}
        }
    }
}

fn is_root(name: &str) -> bool {
    matches!(name, "testsuites" | "testsuite")
}
