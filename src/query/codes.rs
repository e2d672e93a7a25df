//! Codes of questions in SQL.

crate::codes! {
    /// A question in SQL cannot be answered.
    ///
    /// `passmuster query` takes one `SELECT`. It can read the tables of the project and nothing else: no files, no
    /// other databases, no settings. It is stopped when it takes too long or asks for too much at once, so that a
    /// question from anybody can be asked.
    ///
    /// ```text
    /// $ passmuster query "DELETE FROM tasks"
    /// ```
    ///
    /// Fix: write one `SELECT`. `passmuster query --tables` lists tables and columns. For anything larger, write the
    /// tables to a file with `passmuster export sqlite FILE`, and use any program for SQLite.
    BAD_QUERY = "query/not-answered";
}
