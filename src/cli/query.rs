//! `query`: a question in SQL about plan, records and history.

use super::past::{LineArgs, surveyed};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::export;
use crate::port::History;
use crate::query::{self, Answer, Bounds};
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::verb::tables::{self, Cell};
use std::path::Path;

#[derive(Debug, clap::Args)]
pub struct QueryArgs {
    /// One SELECT
    #[arg(required_unless_present = "tables")]
    sql: Option<String>,

    /// List the tables with their columns
    #[arg(long, conflicts_with = "sql")]
    tables: bool,

    /// Give at most so many rows
    #[arg(long, value_name = "ROWS", default_value_t = Bounds::default().rows)]
    limit: usize,

    /// Print comma-separated values
    #[arg(long)]
    csv: bool,

    #[command(flatten)]
    line: LineArgs,
}

/// Answers a question.
///
/// # Errors
/// A file or the history could not be read.
pub fn run(context: &Context, args: &QueryArgs) -> Result<Exit, Failure> {
    // Only a question that names the table asks for it.
    let with_touches = args.sql.as_ref().is_some_and(|sql| sql.to_ascii_lowercase().contains("touches"));
    let tables = match read(context, &args.line, with_touches)? {
        Ok(tables) => tables,
        Err(errors) => return context.report(&errors),
    };
    let Some(sql) = &args.sql else {
        let rows = tables.iter().map(|table| vec![Cell::from(table.name), Cell::from(table.columns.join(", "))]);
        let columns = ["table", "columns"].map(str::to_owned).into();
        return print(context, args, &Answer { columns, rows: rows.collect(), cut: false });
    };
    match query::ask(&tables, sql, Bounds { rows: args.limit, ..Bounds::default() })? {
        Ok(answer) => print(context, args, &answer),
        Err(finding) => context.report(&[*finding]),
    }
}

/// Writes the tables to a new file of SQLite.
///
/// # Errors
/// The file is there already, or something could not be read or written.
pub fn export(context: &Context, file: &Path) -> Result<Exit, Failure> {
    let tables = match read(context, &LineArgs { at: None }, true)? {
        Ok(tables) => tables,
        Err(errors) => return context.report(&errors),
    };
    query::write(&tables, &context.dir.join(file))?;
    context.output.say(&format!("{} tables are in {}", tables.len(), file.display()));
    Ok(Exit::Passed)
}

/// The tables of the work tree, and of the history of a line.
fn read(
    context: &Context,
    line: &LineArgs,
    with_touches: bool,
) -> Result<Result<Vec<tables::Table>, Vec<Diagnostic>>, Failure> {
    let bench = Bench::open(context)?;
    surveyed(context, line, None, |survey| tables::run(survey, with_touches.then_some(&bench.repo as &dyn History)))
}

fn print(context: &Context, args: &QueryArgs, answer: &Answer) -> Result<Exit, Failure> {
    let rows = || answer.rows.iter().map(|row| row.iter().map(shown).collect::<Vec<String>>());
    context.output.print(&match context.format {
        Format::Json => {
            let value = |cell: &Cell| match cell {
                Cell::Null => serde_json::Value::Null,
                Cell::Integer(number) => (*number).into(),
                Cell::Real(number) => (*number).into(),
                Cell::Text(text) => text.as_str().into(),
            };
            let rows = answer.rows.iter().map(|row| row.iter().map(value).collect()).collect();
            envelope("query", &v1::Rows { columns: &answer.columns, rows, cut: answer.cut })
        }
        _ if args.csv => {
            let columns: Vec<&str> = answer.columns.iter().map(String::as_str).collect();

            export::rows(&columns, rows())
        }
        _ => {
            let numbers = |column: usize| {
                answer.rows.iter().all(|row| !matches!(row[column], Cell::Text(_)))
                    && answer.rows.iter().any(|row| row[column] != Cell::Null)
            };
            let align = |column| if numbers(column) { Align::Right } else { Align::Left };
            let columns = answer.columns.iter().enumerate();
            let mut table = Table::new(columns.map(|(column, name)| (name.as_str(), align(column))));
            for row in rows() {
                table.row(row);
            }
            table.render(context.output.style())
        }
    })?;
    if answer.cut {
        context.output.say(&format!("only the first {} rows; `--limit` gives more", args.limit));
    }
    Ok(Exit::Passed)
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}
