//! Evidence: one result of one gate for one key, carried by gate reports.
//!
//! Domain layer. `report` reads and writes gate reports, `key` makes keys and digests, `statement` gives the
//! bytes that are signed (DSSE over an in-toto Statement).

pub mod codes;
pub mod key;
pub mod report;
pub mod statement;

use crate::id::{GateName, ObjectId};
use crate::text::Source;

/// The folder of gate reports.
pub const FOLDER: &str = "plan/gates";

/// The subject of results that belong to every move of a protected ref, not to an item.
pub const MERGE: &str = "merge";

/// The subject of results that were made on the protected side, to show what was red there already.
pub const BASELINE: &str = "baseline";

/// The subject of approvals of a policy change.
pub const POLICY: &str = "policy";

/// The longest text of a result that is written and signed, in characters.
const MAX_LINE: usize = 300;

/// Returns a text as results carry it: one line, nothing that hides or moves what a reader sees, at most 300
/// characters. Doing it again changes nothing, so signing and reading agree on the text.
///
/// ```
/// assert_eq!(passmuster::evidence::one_line("12 tests\r\n"), "12 tests");
/// ```
pub fn one_line(text: &str) -> String {
    let text = text.trim();
    let mut line = crate::text::visible(text).into_owned();
    if line.chars().count() > MAX_LINE {
        line = line.chars().take(MAX_LINE - 1).collect::<String>().trim_end().to_owned() + "…";
    }
    line
}

/// What running a gate gave. Only `Pass` passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Pass,
    Fail,
    /// It could not be found out: not started, timed out, too few tests, a number that cannot be read.
    Error,
    NotRun,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Pass, Self::Fail, Self::Error, Self::NotRun];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::NotRun => "not-run",
        }
    }
}

/// A SHA-256 digest as 64 lower case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    pub fn parse(hex: &str) -> Option<Self> {
        (hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))).then(|| Self(hex.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of what a gate read: the highest tree or file that is wholly covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLine {
    /// As shown, UTF-8 or `\xNN`-escaped; `.` is the root.
    pub path: String,
    /// Octal mode as Git writes it; `None` with `id` when the path is absent.
    pub mode: Option<u32>,
    pub id: Option<ObjectId>,
}

/// One result of one gate.
#[derive(Clone, Debug, PartialEq)]
pub struct GateResult {
    pub gate: GateName,
    /// The item's id, or [`MERGE`], or [`POLICY`].
    pub subject: String,
    pub outcome: Outcome,
    pub key: Digest,
    pub definition: Digest,
    pub inputs: Digest,
    /// What the inputs were, while they are few; only for explanations, `inputs` decides.
    pub lines: Vec<InputLine>,
    /// The environment class, such as `linux-x86_64`.
    pub environment: String,
    /// The tree that was tested.
    pub tree: ObjectId,
    pub at: jiff::Timestamp,
    /// The member's name, as claimed or as signed.
    pub by: String,
    pub milliseconds: u64,
    pub exit: Option<i32>,
    pub tests: Option<u64>,
    pub value: Option<f64>,
    /// For people: what was seen. Written and signed as [`one_line`] gives it.
    pub note: String,
    /// Armored SSHSIG over the statement.
    pub signature: Option<String>,
}

/// One gate report file.
#[derive(Clone, Debug)]
pub struct GateReport {
    pub source: Source,
    pub format: u32,
    /// The item's id, or [`MERGE`], or [`POLICY`].
    pub subject: String,
    pub results: Vec<GateResult>,
}
