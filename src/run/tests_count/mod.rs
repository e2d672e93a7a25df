//! How many tests a command ran, read from the closing lines of the common test runners.
//!
//! Edge. A guard against suites that pass because nothing ran. It believes what the command prints, so it does
//! not withstand a command that sets out to lie; but lines printed by a single test rarely pass for a summary:
//! a summary must be a whole line (with its neighbours, where a runner prints a block), and when several
//! runners seem to speak, only the last one counts. What is ambiguous is counted low or not at all.

mod runners;

use std::borrow::Cow;

/// What a test run says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestCount {
    /// Executed tests: passed and failed, not the skipped, ignored or filtered ones.
    pub run: u64,
    /// Of those, the failed ones.
    pub failed: u64,
    pub skipped: u64,
}

impl TestCount {
    fn plus(self, other: Self) -> Self {
        Self {
            run: self.run.saturating_add(other.run),
            failed: self.failed.saturating_add(other.failed),
            skipped: self.skipped.saturating_add(other.skipped),
        }
    }
}

/// Counts the tests of a command's output; `None` when no known runner's closing lines are in it.
///
/// ```
/// use passmuster::run::tests_count;
/// let output = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
/// assert_eq!(tests_count(output).map(|count| count.run), Some(2));
/// assert_eq!(tests_count("all good"), None);
/// ```
pub fn tests_count(output: &str) -> Option<TestCount> {
    let plain = without_ansi(output);
    // A carriage return starts a line anew, as progress bars do.
    let lines = plain.split('\n').flat_map(|line| line.trim_end().split('\r'));
    let lines: Vec<&str> = lines.map(str::trim_end).collect();
    let found = runners::ALL.iter().filter_map(|runner| runner(&lines));
    found.max_by_key(|found| found.last_line).map(|found| found.count)
}

/// The text without terminal control sequences (CSI, OSC and two-character escapes).
pub(super) fn without_ansi(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\x1b') {
        plain.push_str(&rest[..start]);
        rest = after_escape(&rest[start + 1..]);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// What follows an escape sequence whose first character (after ESC) starts `rest`. A sequence never runs over
/// the end of its line, so that one that is cut off hides no more than that.
fn after_escape(rest: &str) -> &str {
    let bytes = rest.as_bytes();
    let end = match bytes.first() {
        Some(b'[') => {
            let body = 1 + bytes[1..].iter().take_while(|b| matches!(b, 0x20..=0x3f)).count();
            body + usize::from(bytes.get(body).is_some_and(|b| matches!(b, 0x40..=0x7e)))
        }
        Some(b']') => {
            let body = bytes.iter().take_while(|b| !matches!(b, 0x07 | 0x1b | b'\n')).count();
            body + usize::from(bytes.get(body) == Some(&0x07))
        }
        Some(0x20..=0x7e) => 1,
        _ => 0,
    };
    &rest[end..]
}

#[cfg(test)]
mod tests;
