//! Problems of the field's libraries and their schedules, as programs see them.

use super::Findings;
use serde::Serialize;

/// The data of kind `benchmark`.
#[derive(Debug, Serialize)]
pub struct Benchmark<'a> {
    pub seed: u64,
    pub instances: Vec<BenchmarkInstance<'a>>,
    pub findings: Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct BenchmarkInstance<'a> {
    /// The name of the file without folders and ending.
    pub name: &'a str,
    pub makespan: i64,
    /// No schedule is shorter.
    pub bound: i64,
    /// Whether that is proven.
    pub optimal: bool,
    /// Hundredths of a percent by which a better schedule could be shorter at most.
    pub gap: Option<u64>,
    /// How many schedules were made on the way.
    pub schedules: u64,
    /// When each job starts, in the order of the file.
    pub starts: &'a [i64],
}
