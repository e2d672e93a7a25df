//! The project as tables: what `query` asks and `export sqlite` writes.
//!
//! Built from the files, the records and the history each time; nothing is stored. The names of tables and columns are
//! promises. What is not known is NULL. Moments are texts such as `2026-11-20T09:00:00Z`, which SQLite's own functions
//! for dates understand, and which sort as they follow each other.

mod records;
mod work;

pub(super) use records::approvals;
pub(super) use work::{capacity, teams};

use super::survey::Survey;
use crate::diag::Failure;
use crate::facts::Moment;
use crate::port;
use jiff::Timestamp;

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

/// Rows under named columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, rows: Vec::new() }
    }

    fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.name);
        self.rows.push(cells.into());
    }

    /// Adds a row with its number in front.
    fn numbered<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N + 1, self.columns.len(), "{}", self.name);
        let number = Cell::from(self.rows.len() + 1);
        self.rows.push(std::iter::once(number).chain(cells).collect());
    }
}

/// All tables of a project, by name. What commits touched costs a look at each: without a history nothing of it is told.
///
/// # Errors
/// A commit could not be read.
pub fn run(survey: &Survey<'_>, history: Option<&dyn port::History>) -> Result<Vec<Table>, Failure> {
    let mut tables = vec![
        work::touches(survey, history)?,
        work::tasks(survey),
        work::team_status(survey),
        work::quality_gates(survey),
        work::commits(survey),
        work::events(survey),
        records::blockers(survey),
        records::blocker_patterns(survey),
        records::handoff_log(survey),
        records::agent_messages(survey),
        records::tactical_decisions(survey),
        records::coordination_log(survey),
        records::review_deployments(survey),
        records::team_sync_log(survey),
        work::sop_compliance(survey),
    ];
    tables.sort_by_key(|table| table.name);
    Ok(tables)
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Integer(i64::from(yes))
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u8> for Cell {
    fn from(number: u8) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::Real(number) } else { Self::Null }
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::Text(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    }
}

impl From<Moment> for Cell {
    fn from(moment: Moment) -> Self {
        moment.at.into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests;
