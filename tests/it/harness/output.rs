//! What a process gave, with one printed form for snapshots.

use passmuster::text::visible;
use regex::{Captures, Regex};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What a process wrote and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// As typed.
    pub command: String,
    /// The exit status; -1 when a signal ended the process.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    root: PathBuf,
}

impl Output {
    pub(super) fn new(command: String, root: &Path, output: &std::process::Output) -> Self {
        Self {
            command,
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            root: root.to_owned(),
        }
    }

    /// Asserts that the status is 0.
    #[track_caller]
    pub fn success(self) -> Self {
        assert_eq!(self.status, 0, "\n{self}");
        self
    }

    /// Standard output without the white space around it.
    pub fn line(&self) -> &str {
        self.stdout.trim()
    }

    /// Whether `text` occurs in one of the streams.
    pub fn contains(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }
}

impl fmt::Display for Output {
    /// `$ command`, both streams, `[status N]`; folders, object ids, times and durations are replaced by words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!("$ {}\n", visible(&self.command));
        for stream in [&self.stdout, &self.stderr] {
            text.push_str(stream);
            if !stream.is_empty() && !stream.ends_with('\n') {
                text.push('\n');
            }
        }
        write!(f, "{}[status {}]", redacted(&text, &self.root), self.status)
    }
}

/// `text` as it would be on any machine at any time.
fn redacted(text: &str, root: &Path) -> String {
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?[+-]\d\d:?\d\d)?").expect("the pattern is valid")
    });
    static DURATION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d+ ?ms\b|\b\d+\.\d+ ?s\b").expect("the pattern is valid"));
    static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9a-f]{7,64}\b").expect("the pattern is valid"));

    let root = root.display().to_string();
    let text = text.replace(&root, "[ROOT]").replace(&root.replace('\\', "/"), "[ROOT]");
    let text = TIME.replace_all(&text, "[TIME]");
    let text = DURATION.replace_all(&text, "[DURATION]");
    let id = |found: &Captures<'_>| {
        let word = &found[0];
        // A shortened id is told from a word or a number by having both digits and letters.
        let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic());
        if matches!(word.len(), 40 | 64) || mixed { "[ID]".to_owned() } else { word.to_owned() }
    };
    ID.replace_all(&text, id).into_owned()
}

#[test]
fn what_differs_between_machines_is_replaced() {
    let text =
        format!("/tmp/x/plan at 2026-11-20T10:00:00Z took 12 ms or 0.25s: {} 1a2b3c4 facade 1234567", "a".repeat(40));
    let expected = "[ROOT]/plan at [TIME] took [DURATION] or [DURATION]: [ID] [ID] facade 1234567";
    assert_eq!(redacted(&text, Path::new("/tmp/x")), expected);
}
