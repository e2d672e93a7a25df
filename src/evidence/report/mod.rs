//! Gate reports: the Markdown files that carry results.
//!
//! Domain layer. The results stand in the front matter; the rest is for people and is never read back. A report
//! is named by its content, so an edited one is noticed, and two runs on two branches never meet in one file.

mod parse;
mod schema;
mod write;

pub use parse::parse;
pub use schema::schema;
pub use write::{ReportFile, write};

use super::Digest;

/// The size a report is written in, in bytes: tails are shortened and input lines left out to stay below. Only
/// very many or signed results make a larger one.
pub const TARGET_BYTES: usize = 5 * 1000;

/// A report larger than this is not read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// A report with more results than this does not count.
pub const MAX_RESULTS: usize = 64;

/// The format that is written, and the newest that is read.
const FORMAT: u32 = 1;

/// How the format is named in the front matter.
const KIND: &str = "gate-report/";

/// The name of a report with these bytes: the subject and six digits of the SHA-256 of the whole file.
fn file_name(subject: &str, bytes: &[u8]) -> String {
    format!("{subject}.{}.md", &Digest::of_file(bytes).as_str()[..6])
}

#[cfg(test)]
mod tests;
