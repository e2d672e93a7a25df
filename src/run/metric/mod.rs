//! The number a gate's command left behind: in a report file, or in its output.
//!
//! Edge. A number that is missing, not finite or ambiguous is an error, never a zero and never a pass. Report
//! files are read only inside the export, and only when the command itself wrote them ([`clear`] takes away
//! one that came with the tree).

mod coverage;
mod junit;
mod number;

use super::tests_count::TestCount;
use crate::policy::Reading;
use crate::text::visible;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 64 << 20;

/// The largest JSON report, in bytes; it is held as a whole.
const MAX_JSON: u64 = 16 << 20;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Finite. Shares are in percent.
    pub number: f64,
    /// The tests a JUnit report lists; `None` for other readings.
    pub tests: Option<TestCount>,
}

impl Value {
    fn new(number: f64) -> Result<Self, String> {
        if number.is_finite() {
            Ok(Self { number, tests: None })
        } else {
            Err(format!("{number} is no number to judge"))
        }
    }

    fn percent(part: u64, whole: u64, of: &str) -> Result<Self, String> {
        if whole == 0 {
            return Err(format!("it counts no {of}"));
        }
        if part > whole {
            return Err(format!("it counts {part} of {whole} {of}"));
        }
        Self::new(part as f64 * 100.0 / whole as f64)
    }
}

/// Reads the number after the command ended in `dir` with `output` (plain text).
///
/// # Errors
/// Why there is no number, as one line that can follow "the metric could not be read: ".
pub fn read(reading: &Reading, dir: &Path, output: &str) -> Result<Value, String> {
    let (name, limit) = match reading {
        Reading::Regex { pattern } => return number::last_match(pattern, output),
        Reading::Json { file, .. } => (file, MAX_JSON),
        Reading::Lcov { file } | Reading::Cobertura { file } | Reading::Junit { file } => (file, MAX_REPORT),
    };
    let bytes = read_report(dir, name, limit)?;
    let value = match reading {
        Reading::Lcov { .. } => coverage::lcov(&bytes),
        Reading::Cobertura { .. } => coverage::cobertura(&bytes),
        Reading::Junit { .. } => junit::read(&bytes),
        Reading::Json { pointer, .. } => number::at_pointer(&bytes, pointer),
        Reading::Regex { .. } => unreachable!("returned above"),
    };
    value.map_err(|cause| format!("`{}`: {cause}", visible(name)))
}

/// Removes the report that came with the tree, so that only one the command wrote can be read.
///
/// # Errors
/// It is there and cannot be removed.
pub fn clear(reading: &Reading, dir: &Path) -> Result<(), String> {
    let name = match reading {
        Reading::Regex { .. } => return Ok(()),
        Reading::Json { file, .. } | Reading::Lcov { file } | Reading::Cobertura { file } | Reading::Junit { file } => {
            file
        }
    };
    // A path that leads out, or nowhere, is refused when it is read.
    let Ok(place) = inside(dir, name) else { return Ok(()) };
    let removed = std::fs::remove_file(&place);
    removed.map_err(|error| format!("the `{}` of the tree could not be removed: {error}", visible(name)))
}

fn read_report(dir: &Path, name: &str, limit: u64) -> Result<Vec<u8>, String> {
    let shown = visible(name);
    let place = inside(dir, name)?;
    let unread = |error: io::Error| format!("`{shown}` could not be read: {error}");
    // Asked of the path first: opening a pipe would wait for a writer.
    if !place.metadata().map_err(unread)?.is_file() {
        return Err(format!("`{shown}` is no file"));
    }
    let mut bytes = Vec::new();
    File::open(&place).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes)).map_err(unread)?;
    if bytes.len() as u64 > limit {
        return Err(format!("`{shown}` has more than {limit} bytes"));
    }
    Ok(bytes)
}

/// The real place of a file below `dir`, symlinks followed.
fn inside(dir: &Path, name: &str) -> Result<PathBuf, String> {
    let shown = visible(name);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if name.is_empty() || !Path::new(name).components().all(plain) {
        return Err(format!("`{shown}` is no path inside the export"));
    }
    let real = |path: &Path| {
        path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => format!("the command left no `{shown}`"),
            _ => format!("`{shown}` could not be read: {error}"),
        })
    };
    let (root, place) = (real(dir)?, real(&dir.join(name))?);
    if place.starts_with(&root) { Ok(place) } else { Err(format!("`{shown}` leads out of the export")) }
}

#[cfg(test)]
mod tests;
