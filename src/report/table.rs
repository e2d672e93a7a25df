//! Calm tables: aligned columns, two spaces between them, no rules.

use super::{Style, foreign};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// To which side the cells of a column lean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// Rows under named columns.
///
/// ```
/// use passmuster::report::Style;
/// use passmuster::report::table::{Align, Table};
/// let mut table = Table::new([("gate", Align::Left), ("tests", Align::Right)]);
/// table.row(["unit-tests", "112"]);
/// table.row(["lint", "0"]);
/// assert_eq!(table.render(Style::PLAIN), "gate        tests\nunit-tests    112\nlint            0\n");
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

/// Columns between two cells.
const GAP: usize = 2;

/// The least width a column is cut to.
const LEAST: usize = 8;

impl Table {
    /// Makes a table with the named columns. Headings and cells may be any text: they are escaped here.
    pub fn new<H: Into<String>>(columns: impl IntoIterator<Item = (H, Align)>) -> Self {
        Self { columns: columns.into_iter().map(|(name, align)| (name.into(), align)).collect(), rows: Vec::new() }
    }

    /// Adds a row. Missing cells are empty, cells past the last column are dropped.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> &mut Self {
        let mut row: Vec<String> = cells.into_iter().map(|cell| foreign::line(cell.as_ref()).into_owned()).collect();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Renders heading and rows, each with a line feed. On a terminal the widest left-leaning columns are cut
    /// until a row fits; elsewhere nothing is cut.
    pub fn render(&self, style: Style) -> String {
        let headings: Vec<String> = self.columns.iter().map(|(name, _)| foreign::line(name).into_owned()).collect();
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        if let Some(limit) = style.width {
            self.narrow(&mut widths, limit);
        }
        let heading = self.line(&headings, &widths);
        let mut out = style.paint(anstyle::Style::new().bold(), &heading);
        out.push('\n');
        for row in &self.rows {
            out.push_str(&self.line(row, &widths));
            out.push('\n');
        }
        out
    }

    /// Takes columns of text from the widest column, one step at a time, until the row fits in `limit`.
    fn narrow(&self, widths: &mut [usize], limit: usize) {
        let mut total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        while total > limit {
            let widest = (0..widths.len()).filter(|&i| self.columns[i].1 == Align::Left).max_by_key(|&i| widths[i]);
            let Some(widest) = widest.filter(|&i| widths[i] > LEAST) else { return };
            let second =
                (0..widths.len()).filter(|&i| i != widest && self.columns[i].1 == Align::Left).map(|i| widths[i]).max();
            // Down to the next widest at once: a cell may be megabytes wide.
            let floor = second.unwrap_or(LEAST).max(LEAST).min(widths[widest] - 1);
            let step = (widths[widest] - floor).min(total - limit);
            widths[widest] -= step;
            total -= step;
        }
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut out = String::new();
        for (index, ((cell, &width), (_, align))) in cells.iter().zip(widths).zip(&self.columns).enumerate() {
            if index > 0 {
                out.push_str(&" ".repeat(GAP));
            }
            let cell = fitted(cell, width);
            let pad = " ".repeat(width - cell.width().min(width));
            match align {
                Align::Left => out.extend([cell.as_str(), &pad]),
                Align::Right => out.extend([pad.as_str(), &cell]),
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        // An empty first cell would put a later one at the start of the line.
        foreign::line(&out).into_owned()
    }
}

/// `cell` in at most `width` columns, with `…` where it was cut.
pub(crate) fn fitted(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut used = 1;
    let mut out: String = cell
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect();
    out.push('…');
    out
}
