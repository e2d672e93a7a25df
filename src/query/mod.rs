//! Questions in SQL about the project, read only; and its tables as a file of SQLite.
//!
//! Edge; home of rusqlite. The tables come from `verb::tables`. A question comes from anybody, so it can neither write
//! nor reach a file, and it is bounded in time, memory, rows and the size of one value. Without the feature `sqlite`
//! both say that they are not there.

pub mod codes;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "sqlite")]
pub use sqlite::{ask, write};

use crate::verb::tables::Cell;
use std::time::Duration;

/// What bounds a question.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub time: Duration,
    pub rows: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { time: Duration::from_secs(10), rows: 10_000 }
    }
}

/// The rows a question gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// Whether there were more rows than asked for.
    pub cut: bool,
}

#[cfg(not(feature = "sqlite"))]
mod absent {
    use super::{Answer, Bounds};
    use crate::diag::{Diagnostic, Failure};
    use crate::verb::tables::Table;

    /// Answers nothing.
    ///
    /// # Errors
    /// Always: there is no SQLite in this build.
    pub fn ask(_: &[Table], _: &str, _: Bounds) -> Result<Result<Answer, Box<Diagnostic>>, Failure> {
        Err(none())
    }

    /// Writes nothing.
    ///
    /// # Errors
    /// Always: there is no SQLite in this build.
    pub fn write(_: &[Table], _: &std::path::Path) -> Result<(), Failure> {
        Err(none())
    }

    fn none() -> Failure {
        Failure::new("this passmuster was built without SQLite").hint("build it with the feature `sqlite`")
    }
}

#[cfg(not(feature = "sqlite"))]
pub use absent::{ask, write};
