//! Tasks as rows of a table, under a header such as `| ID | Task | Priority | Depends on | Estimate |`.
//!
//! Domain layer. A table is one of tasks when its header names ids and titles; what the other columns are called are
//! the keys of fields. Rows whose first cell is no id are left alone.

use crate::id::is_id;
use crate::plan::field::Key;
use crate::plan::line;
use crate::plan::value;
use crate::text::Span;
use std::ops::Range;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Title,
    Field(Key),
    Parallel,
    /// A box or a status of the row: `Done?`.
    Other,
}

/// What was read of the table that may stand at the current line.
#[derive(Debug, Default)]
pub(in crate::plan) struct Table {
    state: State,
    /// The line that began the table.
    header: Span,
    /// Where the last line ended; the next has to follow at once.
    end: usize,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Nothing,
    /// A first line, which is a header if a line of dashes follows.
    Header(Header),
    Rows(Header),
    /// A table of something else.
    Foreign,
}

/// What the first line of a table says about the rows.
#[derive(Debug)]
enum Header {
    /// They are tasks.
    Tasks(Vec<Column>),
    /// They would be, if a column were there that says their ids, or what else one of tasks says.
    Almost(Almost),
}

/// What tells the rows of a table that is almost one of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Almost {
    /// The column that names them.
    column: usize,
    /// Nothing else says that they are tasks, so only those count that begin with an id or a number such as `1.2`.
    only_numbered: bool,
}

/// A row that is a task. Places are relative to the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plan) struct Row {
    pub id: Range<usize>,
    pub title: Range<usize>,
    pub fields: Vec<(Key, Range<usize>)>,
    pub parallel: bool,
}

/// What a line of a table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plan) enum Line {
    Row(Row),
    /// A row of a table of tasks, whose words in the column of ids are none; their place.
    WithoutId(Range<usize>),
    /// A row of a table that looks like one of tasks and has no column of ids: what names it.
    Unnamed(Range<usize>),
    Other,
}

impl Table {
    /// Whether the text at `line` of `document` can belong to a table. Bars at its ends may be left away.
    pub fn is_line(&self, document: &str, line: Span) -> bool {
        let text = &document[line.range()];
        if text.starts_with('|') {
            return true;
        }
        let inside =
            || matches!(self.state, State::Header(_) | State::Rows(_)) && self.distance(document, line) == Some(1);
        text.contains('|') && (inside() || tasks(text).is_some())
    }

    /// The first line of the table that the last line belongs to.
    pub fn header(&self) -> Span {
        self.header
    }

    /// How many line ends lie between the last line of the table and this one; `None` when there is more than that.
    fn distance(&self, document: &str, line: Span) -> Option<usize> {
        let between = document.get(self.end..line.start)?;
        let near = between.len() <= 12 && between.trim().is_empty();
        near.then(|| between.matches('\n').count())
    }

    /// Reads the next line of a table, which stands at `line` of `document`; `declared` says whether the file calls itself
    /// a plan. A blank line ends a table, but what is a row of the one above is read as such all the same.
    pub fn line(&mut self, document: &str, line: Span, declared: bool) -> Line {
        let text = &document[line.range()];
        let distance = self.distance(document, line);
        let (near, follows) = (distance.is_some(), distance == Some(1));
        self.end = line.end;
        match std::mem::take(&mut self.state) {
            State::Header(columns) if follows => {
                self.state = if is_rule(text) { State::Rows(columns) } else { State::Foreign };
                Line::Other
            }
            State::Rows(header) if near => {
                let found = match &header {
                    Header::Tasks(columns) => {
                        let found = row(text, columns, declared).map(Line::Row);
                        found.or_else(|| without_id(text, columns).map(Line::WithoutId).filter(|_| follows))
                    }
                    Header::Almost(almost) => unnamed(text, *almost).map(Line::Unnamed).filter(|_| follows),
                };
                if found.is_none() && !follows {
                    return self.begin(text, line);
                }
                self.state = State::Rows(header);
                found.unwrap_or(Line::Other)
            }
            State::Foreign if follows => {
                self.state = State::Foreign;
                Line::Other
            }
            _ => self.begin(text, line),
        }
    }

    fn begin(&mut self, text: &str, line: Span) -> Line {
        self.header = line;
        self.state = header(text).map_or(State::Foreign, State::Header);
        Line::Other
    }
}

/// The column of a header that holds a key.
pub(in crate::plan) fn column(header_line: &str, key: Key) -> Option<usize> {
    tasks(header_line)?.into_iter().position(|column| column == Column::Field(key))
}

/// The words of a header of tasks that name a field by another word than its own, with that word: `Depends on` is `Needs`.
/// Blanks keep the columns where they are.
pub(in crate::plan) fn renamed_heads(header_line: &str) -> Vec<(Range<usize>, String)> {
    let Some(columns) = tasks(header_line) else { return Vec::new() };
    let count = |key: Key| columns.iter().filter(|column| **column == Column::Field(key)).count();
    let renamed = |(cell, column): (Range<usize>, &Column)| {
        let Column::Field(key) = *column else { return None };
        let said = &header_line[cell.clone()];
        let lead = said.len() - said.trim_start_matches(['*', '`']).len();
        let word = said[lead..].trim_end_matches(['*', '`']);
        let canonical = key.canonical().filter(|_| column_key(word) == Some(key) && count(key) == 1)?;
        let capital = format!("{}{}", canonical[..1].to_ascii_uppercase(), &canonical[1..]);
        let closing = &said[lead + word.len()..];
        let blanks = " ".repeat(word.chars().count().saturating_sub(capital.len()));
        let is_other = !word.eq_ignore_ascii_case(canonical);
        is_other.then(|| (cell.start + lead..cell.end, format!("{capital}{closing}{blanks}")))
    };
    cells(header_line).into_iter().zip(&columns).filter_map(renamed).collect()
}

/// The cells of a line, without the blanks and the bars around them. A bar after a backslash is none.
pub(in crate::plan) fn cells(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut cells = Vec::new();
    let first = usize::from(text.starts_with('|'));
    let mut start = first;
    for at in first..=bytes.len() {
        if at < bytes.len() && (bytes[at] != b'|' || bytes[at - 1] == b'\\') {
            continue;
        }
        if at < bytes.len() || start < at {
            cells.push(value::blankless(text, start..at));
        }
        start = at + 1;
    }
    cells
}

/// Words as a cell holds them: a bar in them gets a backslash, if it has none.
pub(in crate::plan) fn in_cell(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if c == '|' && !out.ends_with('\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `|---|:--:|`
fn is_rule(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'))
}

fn header(text: &str) -> Option<Header> {
    tasks(text).map(Header::Tasks).or_else(|| almost_tasks(text).map(Header::Almost))
}

/// The words of the cells of a header.
fn heads(text: &str) -> Vec<&str> {
    cells(text).into_iter().map(|cell| text[cell].trim_matches(['*', '`', ' '])).collect()
}

fn is(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// What columns of ids are called.
const IDS: [&str; 7] = ["id", "task id", "key", "wp", "ticket", "编号", "番号"];

/// What columns of numbers are called.
const NUMBERS: [&str; 5] = ["#", "no", "no.", "nr", "nr."];

/// The columns of a header of tasks; `None` for every other table.
fn tasks(text: &str) -> Option<Vec<Column>> {
    let words = heads(text);
    let titled =
        words.iter().any(|word| is(word, &["title", "name", "description", "summary", "what", "work package"]));
    let mut columns: Vec<Column> = words
        .iter()
        .map(|word| match () {
            () if is(word, &IDS) || is(word, &NUMBERS) => Column::Id,
            () if is(word, &["task", "work item", "item", "任务", "タスク"]) => {
                if titled {
                    Column::Id
                } else {
                    Column::Title
                }
            }
            () if is(word, &["title", "name", "description", "summary", "what", "work package", "描述", "説明"]) => {
                Column::Title
            }
            () if is(word, &["parallel", "parallel?", "[p]", "p"]) => Column::Parallel,
            () if is(word, &["done", "done?", "✓", "✅"]) => Column::Field(Key::Status),
            () => column_key(word).map_or(Column::Other, Column::Field),
        })
        .collect();
    // Of two columns that could hold the id or the title the first one does.
    for kind in [Column::Id, Column::Title] {
        let mut seen = false;
        for column in columns.iter_mut().filter(|column| **column == kind) {
            if std::mem::replace(&mut seen, true) {
                *column = Column::Other;
            }
        }
    }
    let numbered = words.first().is_some_and(|word| is(word, &NUMBERS));
    let fields = columns.iter().filter(|column| matches!(column, Column::Field(_) | Column::Parallel)).count();
    let enough = if numbered { 2 } else { 1 };
    (columns.contains(&Column::Id) && columns.contains(&Column::Title) && fields >= enough).then_some(columns)
}

/// A header such as `| Task | Owner | Status |`, which has no column for ids, or `| ID | Feature | Build status |`, which
/// has none that is known.
fn almost_tasks(text: &str) -> Option<Almost> {
    const TASKS: [&str; 8] = ["task", "tasks", "work item", "action", "action item", "todo", "任务", "タスク"];
    const PARTS: [&str; 10] =
        ["item", "phase", "milestone", "epic", "feature", "story", "user story", "step", "deliverable", "work package"];
    let words = heads(text);
    let first = usize::from(words.first().is_some_and(|word| is(word, &NUMBERS)));
    let name = *words.get(first)?;
    let says = |keys: &[Key]| words.iter().any(|word| column_key(word).is_some_and(|key| keys.contains(&key)));
    let fields = [Key::Status, Key::Owner, Key::Estimate, Key::Due, Key::Needs, Key::Priority];
    let stands = |word: &&str| word.to_ascii_lowercase().ends_with("status");
    let (is_id, is_task, is_part) = (is(name, &IDS), is(name, &TASKS), is(name, &PARTS));
    let is_meant = is_id && words.iter().any(stands) || is_task || is_part && says(&[Key::Status]);
    let only_numbered = is_task && !says(&fields);
    is_meant.then_some(Almost { column: first, only_numbered })
}

/// What names a row of such a table, unless it is a sum or a form to be filled in.
fn unnamed(text: &str, almost: Almost) -> Option<Range<usize>> {
    let cell = cells(text).into_iter().nth(almost.column).filter(|cell| is_meant(&text[cell.clone()]))?;
    let word = text[cell.clone()].trim_start_matches(['*', '`', '_']).split([' ', ':', '*', '`', '_']).next()?;
    (!almost.only_numbered || line::is_shaped(word.trim_end_matches('.'))).then_some(cell)
}

/// The key a column is named after; a remark in brackets does not count: `Estimate (h)` has no unit in its cells.
fn column_key(word: &str) -> Option<Key> {
    Key::find(word.trim_end_matches('?').trim_end()).filter(|key| !matches!(key, Key::Remark | Key::Criteria))
}

fn row(text: &str, columns: &[Column], declared: bool) -> Option<Row> {
    let mut found = Row { id: 0..0, title: 0..0, fields: Vec::new(), parallel: false };
    for (cell, column) in cells(text).into_iter().zip(columns) {
        let said = &text[cell.clone()];
        match column {
            Column::Id => found.id = word(text, cell)?,
            Column::Title => found.title = cell,
            Column::Parallel => {
                found.parallel = !said.is_empty() && !value::is_none(said) && said != "✗" && said != "❌";
            }
            Column::Field(key) if fits(*key, said) => found.fields.push((*key, cell)),
            Column::Field(_) | Column::Other => {}
        }
    }
    let id = &text[found.id.clone()];
    let digit = id.bytes().any(|b| b.is_ascii_digit());
    let named = line::is_shaped(id) || (declared && digit) || id.bytes().all(|b| b.is_ascii_digit());
    (is_id(id) && named && !found.title.is_empty()).then_some(found)
}

/// What stands in the column of ids of a row with a title, unless it is a sum or a form to be filled in.
fn without_id(text: &str, columns: &[Column]) -> Option<Range<usize>> {
    let cells = cells(text);
    let cell = |wanted: Column| columns.iter().position(|column| *column == wanted).and_then(|at| cells.get(at));
    let (id, title) = (cell(Column::Id)?, cell(Column::Title)?);
    (is_meant(&text[id.clone()]) && !title.is_empty()).then(|| id.clone())
}

/// Whether a cell names something: no sum, no form to be filled in.
fn is_meant(cell: &str) -> bool {
    let said = cell.trim_matches(['*', '`', '_']);
    let sum = ["total", "sum", "subtotal", "overall", "all"]
        .iter()
        .any(|word| said.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    let form = said.starts_with(['[', '{', '<', '(']) || value::is_none(said);
    said.contains(char::is_alphanumeric) && !sum && !form
}

/// What an id cell says without emphasis, link and number sign: `**T1**`, `[T1](#t1)`, `#15`.
fn word(text: &str, cell: Range<usize>) -> Option<Range<usize>> {
    let said = &text[cell.clone()];
    let lead = said.len() - said.trim_start_matches(['*', '`', '[', '#', '~']).len();
    let end = said[lead..].find(['*', '`', ']', ' ', '~']).map_or(said.len(), |n| lead + n);
    let rest = said[end..].trim_start_matches(['*', '`', ']', '~']);
    let linked = rest.starts_with('(') && rest.ends_with(')');
    (end > lead && (rest.is_empty() || linked)).then(|| cell.start + lead..cell.start + end)
}

/// Cells say less strictly what they mean than fields: a bare number is no estimate, `-` is nothing.
fn fits(key: Key, said: &str) -> bool {
    let nothing = said.is_empty() || (value::is_none(said) && key != Key::Needs);
    !nothing
        && match key {
            Key::Estimate => value::estimate(said).is_some(),
            Key::Actual => value::duration(said).is_some(),
            Key::Priority => value::priority(said).is_some(),
            Key::Start | Key::Due => said.parse::<jiff::civil::Date>().is_ok(),
            Key::Status => !matches!(value::status(said), value::StatusText::Unknown),
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &str) -> Vec<String> {
        let mut state = Table::default();
        let mut at = 0;
        let mut found = Vec::new();
        for line in table.lines() {
            let span = Span::new(at, at + line.len());
            at = span.end + 1;
            if let Some(Line::Row(row)) = state.is_line(table, span).then(|| state.line(table, span, false)) {
                let fields: Vec<String> =
                    row.fields.iter().map(|(key, cell)| format!("{key:?}={}", &line[cell.clone()])).collect();
                found.push(format!("{}|{}|{}", &line[row.id.clone()], &line[row.title.clone()], fields.join(",")));
            }
        }
        found
    }

    #[test]
    fn a_header_of_tasks_makes_rows_tasks() {
        let table = "| ID | Task | Priority | Depends on | Estimate | Status |\n|----|:--:|---|---|---|---|\n\
            | **WP02** | Do \\| it | P1 | WP01 | 4 h | ✅ Done |\n| [T3](#t3) | x | - | None | soon | |\n|  | sum | | | 9h | |";
        assert_eq!(
            rows(table),
            ["WP02|Do \\| it|Priority=P1,Needs=WP01,Estimate=4 h,Status=✅ Done", "T3|x|Needs=None"]
        );
        assert_eq!(rows("| Task | Description | Owner |\n|---|---|---|\n| T001 | x | @ann |"), ["T001|x|Owner=@ann"]);
        assert_eq!(rows("| # | Task | Status | Owner |\n|---|---|---|---|\n| 1 | x | todo | ann |").len(), 1);
        assert_eq!(
            rows("ID | Task | Owner\n---|---|---\nT1 | x | ann\n| T2 | y | ben |"),
            ["T1|x|Owner=ann", "T2|y|Owner=ben"]
        );
    }

    #[test]
    fn other_tables_hold_no_tasks() {
        for table in [
            "| Property | Required | Default | Description |\n|---|---|---|---|\n| `id` | Yes | - | x |",
            "| # | Task |\n|---|---|\n| 1 | x |",
            "| ID | Requirement | Priority |\n|---|---|---|\n| FR-001 | x | P1 |",
            "| ID | Task | Priority |\n| T001 | x | P1 |",
            "| ID | Task | Priority |\n|---|---|---|\n| [ID] | [title] | P1 |\n| total | x | P1 |",
            "| Task | Estimate |\n|---|---|\n| T001 | 4h |",
            "| Status Value | Pending | Deleted |\n|---|---|---|\n| T001 | Reqd | Reqd |",
        ] {
            assert_eq!(rows(table), [""; 0], "{table}");
        }
        // A blank line ends a table; the next one has columns of its own.
        let two = "| ID | Task | Owner |\n|---|---|---|\n| T1 | a | ann |\n\n| ID | Owner | Task |\n|---|---|---|\n| T2 | ben | b |";
        assert_eq!(rows(two), ["T1|a|Owner=ann", "T2|b|Owner=ben"]);
        assert_eq!(rows("| ID | Task | Priority |\n|---|---|---|\n\n\n\n\n\n\n\n\n\n\n\n\n| T001 | x | P1 |"), [""; 0]);
    }
}
