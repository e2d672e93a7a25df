//! `schedule --psplib`: problems of the field's libraries, scheduled by what schedules the plan.
//!
//! So anybody can check the figures that are published about it.

use crate::diag::Diagnostic;
use crate::schedule::psplib;
use crate::schedule::solve::{Budget, Solution, solve};
use crate::text::Source;

/// A problem with the schedule that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// The name of the file without folders and ending.
    pub name: String,
    /// Starts stand in the order of the file's jobs.
    pub solution: Solution,
}

/// Reads a problem and solves it as well as the budget allows.
///
/// # Errors
/// The file holds no problem, or one without a solution.
pub fn run(source: &Source, budget: &Budget<'_>) -> Result<Solved, Box<Diagnostic>> {
    let problem = psplib::read(source)?;
    let file = source.path().rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    Ok(Solved { name: stem.to_owned(), solution: solve(&problem, budget) })
}

/// The mean gap in hundredths of a percent, rounded up; none when there is nothing to divide by.
pub fn mean_gap(solved: &[Solved]) -> Option<u64> {
    let gaps: Vec<u64> = solved.iter().filter_map(|solved| solved.solution.gap()).collect();
    let sum = gaps.iter().try_fold(0u64, |sum, gap| sum.checked_add(*gap))?;
    (!gaps.is_empty()).then(|| sum.div_ceil(gaps.len() as u64))
}
