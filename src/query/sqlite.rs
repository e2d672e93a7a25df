//! The tables in SQLite, guarded.

use super::{Answer, Bounds, codes};
use crate::diag::{Diagnostic, Failure, Place, Purpose as _};
use crate::verb::tables::{Cell, Table};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};
use std::path::Path;
use std::time::{Duration, Instant};

/// The longest value and the longest question, in bytes.
const MAX_VALUE: i32 = 16 * 1024 * 1024;

/// What SQLite may hold in memory while it answers, in bytes.
const MAX_MEMORY: i64 = 512 * 1024 * 1024;

/// After so many steps of its machine SQLite asks whether to go on.
const STEPS: i32 = 10_000;

/// Answers one `SELECT` over the tables.
///
/// # Errors
/// What is wrong with the question, as a finding about it; or the tables could not be built, as a failure inside.
pub fn ask(tables: &[Table], sql: &str, bounds: Bounds) -> Result<Result<Answer, Box<Diagnostic>>, Failure> {
    let mut connection = Connection::open_in_memory().purpose(|| "could not open a database in memory".to_owned())?;
    fill(&mut connection, tables).purpose(|| "could not build the tables".to_owned())?;
    guard(&mut connection, bounds.time).purpose(|| "could not guard the database".to_owned())?;
    Ok(select(&connection, sql, bounds.rows).map_err(|error| Box::new(refusal(&error, tables, bounds))))
}

/// Writes the tables to a new file of SQLite.
///
/// # Errors
/// The file is there already, or could not be written.
pub fn write(tables: &[Table], file: &Path) -> Result<(), Failure> {
    let shown = file.display();
    if file.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("`{shown}` is there already")).hint("name a new file, or remove this one"));
    }
    let purpose = || format!("could not write `{shown}`");
    let mut connection = Connection::open(file).purpose(purpose)?;
    fill(&mut connection, tables).purpose(purpose)?;
    connection.close().map_err(|(_, error)| error).purpose(purpose)
}

/// Names are ours alone, so they need no quoting.
fn fill(connection: &mut Connection, tables: &[Table]) -> rusqlite::Result<()> {
    let whole = connection.transaction()?;
    for table in tables {
        whole.execute_batch(&format!("CREATE TABLE {} ({})", table.name, table.columns.join(", ")))?;
        let places = vec!["?"; table.columns.len()].join(", ");
        let mut insert = whole.prepare(&format!("INSERT INTO {} VALUES ({places})", table.name))?;
        for row in &table.rows {
            insert.execute(params_from_iter(row))?;
        }
    }
    whole.commit()
}

/// From here on nothing but reading is possible.
fn guard(connection: &mut Connection, time: Duration) -> rusqlite::Result<()> {
    connection.pragma_update(None, "hard_heap_limit", MAX_MEMORY)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    for limit in [Limit::SQLITE_LIMIT_LENGTH, Limit::SQLITE_LIMIT_SQL_LENGTH] {
        connection.set_limit(limit, MAX_VALUE)?;
    }
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }))?;
    let start = Instant::now();
    connection.progress_handler(STEPS, Some(move || start.elapsed() > time))
}

fn select(connection: &Connection, sql: &str, limit: usize) -> rusqlite::Result<Answer> {
    let mut statement = connection.prepare(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut answer = Answer { columns, rows: Vec::new(), cut: false };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if answer.rows.len() == limit {
            answer.cut = true;
            break;
        }
        let cells = (0..answer.columns.len()).map(|column| Ok(cell(row.get_ref(column)?)));
        answer.rows.push(cells.collect::<rusqlite::Result<_>>()?);
    }
    Ok(answer)
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::from(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Real(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// What is wrong with a question, in our words where we know them.
fn refusal(error: &rusqlite::Error, tables: &[Table], bounds: Bounds) -> Diagnostic {
    use rusqlite::ErrorCode;
    let place = Place::Argument("SQL".to_owned());
    let finding = |message: &str| Diagnostic::error(&codes::BAD_QUERY, place.clone(), message);
    let said = match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    let only_questions = |said: String| finding("only questions are answered").cause(said).hint("write one `SELECT`");
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => finding("the question takes too long")
            .cause(format!("it was stopped after {} seconds", bounds.time.as_secs()))
            .hint("ask for less, or take the tables with `passmuster export sqlite FILE`"),
        Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => only_questions(said),
        Some(ErrorCode::TooBig | ErrorCode::OutOfMemory) => {
            finding("the answer is too large").cause(said).hint("ask for less at once")
        }
        // That is how SQLite says it of functions.
        _ if said.contains("not authorized") => only_questions(said),
        _ => {
            let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
            finding("the question is no SQL that can be answered").cause(said).hint(format!(
                "there are the tables {}; `passmuster query --tables` lists their columns",
                names.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<Table> {
        let row = |id: &str, minutes: Cell| vec![Cell::from(id), minutes, Cell::Real(0.5)];
        let rows = vec![row("T-1", Cell::Integer(3)), row("it's; DROP TABLE tasks --", Cell::Null)];
        vec![Table { name: "tasks", columns: &["id", "minutes", "share"], rows }]
    }

    fn asked(sql: &str) -> Result<Answer, String> {
        let bounds = Bounds { time: Duration::from_millis(200), rows: 3 };
        let shown = |finding: Box<Diagnostic>| format!("{}: {}", finding.message, finding.causes.join("; "));
        ask(&tables(), sql, bounds).unwrap().map_err(shown)
    }

    #[test]
    fn questions_are_answered() {
        let answer = asked("SELECT minutes, id FROM tasks ORDER BY id").unwrap();
        assert_eq!(answer.columns, ["minutes", "id"]);
        assert_eq!(answer.rows[0], [Cell::Integer(3), Cell::from("T-1")]);
        assert_eq!(answer.rows[1][0], Cell::Null);
        assert!(!answer.cut);
        let answer = asked("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9) SELECT i FROM n");
        assert!(answer.is_ok_and(|answer| answer.cut && answer.rows.len() == 3));
        let odd = asked("SELECT x'ff00', 9e999, 'a' || char(0) || 'b', count(*) FROM tasks").unwrap();
        assert_eq!(odd.rows[0][1], Cell::Null);
    }

    #[test]
    fn nothing_is_written_read_elsewhere_or_endless() {
        for (sql, expected) in [
            ("DELETE FROM tasks", "only questions"),
            ("INSERT INTO tasks VALUES (1, 2, 3)", "only questions"),
            ("DROP TABLE tasks", "only questions"),
            ("CREATE TEMP TABLE x (a)", "only questions"),
            ("ATTACH 'x.db' AS x", "only questions"),
            ("VACUUM INTO 'x.db'", "only questions"),
            ("PRAGMA query_only = 0", "only questions"),
            ("SELECT load_extension('x')", "only questions"),
            ("BEGIN", "only questions"),
            ("SELECT * FROM pragma_database_list", "only questions"),
            ("SELECT 1; DELETE FROM tasks", "only questions"),
            ("SELECT 1; SELECT 2", "no SQL"),
            ("", "no SQL"),
            ("SELEC 1", "no SQL"),
            ("SELECT colour FROM tasks", "no such column"),
            ("SELECT * FROM nowhere", "no such table"),
            ("SELECT ?1", "no SQL"),
            ("SELECT length(randomblob(1000000000))", "too large"),
            ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n", "too long"),
            ("SELECT 1 \0 x", ""),
        ] {
            match asked(sql) {
                Err(said) => assert!(said.contains(expected), "{sql}: {said}"),
                Ok(answer) => assert!(expected.is_empty(), "{sql}: {answer:?}"),
            }
        }
    }

    #[test]
    fn a_file_is_written_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.db");
        write(&tables(), &file).unwrap();
        let count: i64 =
            Connection::open(&file).unwrap().query_row("SELECT count(*) FROM tasks", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 2);
        assert!(write(&tables(), &file).unwrap_err().to_string().contains("is there already"));
    }
}
