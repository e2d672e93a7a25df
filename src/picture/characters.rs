//! A picture as lines of characters, for a terminal.
//!
//! Domain layer. The same shapes as on paper, on a coarse grid: what is full is full, what is hatched or tinted is
//! lighter, words win over shapes, and a fine line only lies where nothing else does. What a colour says, a sign
//! says too.

use super::canvas::{Anchor, LETTER, Picture, Point, Shape};
use super::theme::{Look, Role, Stroke};
use super::{Area, Pen};
use crate::text::visible;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// More lines than that are left out; a list shows them better.
const MAX_ROWS: usize = 20_000;

/// A character, or nothing, of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// None behind a character that is two columns wide.
    pub glyph: Option<char>,
    /// What its colour stands for; none for paper.
    pub role: Option<Role>,
    kind: Kind,
}

/// What lies in a cell; what is worth less makes room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    #[default]
    Paper,
    Gap,
    Fine,
    Area,
    Mark,
    Text,
}

const PAPER: Cell = Cell { glyph: Some(' '), role: None, kind: Kind::Paper };

/// The sign for an area or a line, and how much it is worth.
fn sign(look: Look) -> (char, Kind) {
    match (look.pen(), look.role()) {
        (Pen::Tint, Role::Sixth | Role::Muted | Role::Grid) => ('·', Kind::Gap),
        // The best of three states is the quietest.
        (Pen::Tint, Role::Good) => ('·', Kind::Area),
        (Pen::Tint, _) => ('░', Kind::Area),
        (Pen::Hatch, _) => ('▒', Kind::Area),
        (Pen::Fill, _) => ('█', Kind::Area),
        (Pen::Paper, _) => (' ', Kind::Area),
        (Pen::Stroke(stroke), role) => {
            let kind = match stroke {
                Stroke::Line if role != Role::Muted => Kind::Mark,
                Stroke::Dashed => Kind::Mark,
                Stroke::Line | Stroke::Thin | Stroke::Dotted => Kind::Fine,
            };
            (along(stroke)[0], kind)
        }
    }
}

/// A line from side to side, and one from top to bottom.
fn along(stroke: Stroke) -> [char; 2] {
    match stroke {
        Stroke::Line => ['━', '┃'],
        Stroke::Thin => ['─', '│'],
        Stroke::Dashed => ['╌', '╎'],
        Stroke::Dotted => ['┈', '┊'],
    }
}

impl Picture {
    /// The signs of the legend with what they mean.
    pub fn key(&self) -> impl Iterator<Item = (char, Role, &str)> {
        self.legend.iter().map(|(look, label)| (sign(*look).0, look.role(), label.as_str()))
    }

    /// The picture without title and legend, in at most so many columns; fewer where that is enough.
    pub fn characters(&self, columns: usize) -> Vec<Vec<Cell>> {
        let natural = (self.width / LETTER).ceil().max(1.0) as usize;
        let columns = columns.clamp(20, 400).min(natural.max(20));
        // A line above the area holds the name of the upright axis.
        let top = self.body.top - self.body.row;
        let rows = (((self.height - top) / self.body.row).ceil().max(0.0) as usize).min(MAX_ROWS);
        let mut grid = Grid {
            wide: self.width / columns as f64,
            high: self.body.row,
            top,
            left: self.body.left,
            columns,
            cells: vec![vec![PAPER; columns]; rows],
        };
        self.shapes[self.body.shapes..].iter().for_each(|shape| grid.draw(shape));
        while grid.cells.last().is_some_and(|row| row.iter().all(|cell| *cell == PAPER)) {
            grid.cells.pop();
        }
        grid.cells
    }
}

struct Grid {
    /// Pixels of a cell.
    wide: f64,
    high: f64,
    /// Pixels above the first row.
    top: f64,
    /// Pixels left of the area, where labels of rows stand.
    left: f64,
    columns: usize,
    cells: Vec<Vec<Cell>>,
}

impl Grid {
    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect(area, look) => self.rect(*area, *look),
            Shape::Path(points, look) if look.is_area() => self.surface(points, *look),
            Shape::Path(points, look) => self.strokes(points, *look),
            Shape::Dot(at, _, look) => {
                let glyph = if look.is_area() { '●' } else { '○' };
                self.put(self.column(at.x), self.row(at.y), (glyph, Kind::Mark), look.role());
            }
            Shape::Text { at, anchor, role, text, .. } => self.text(*at, *anchor, *role, text),
            Shape::Tip(_) | Shape::TipEnd => {}
        }
    }

    fn column(&self, x: f64) -> i64 {
        (x / self.wide).floor() as i64
    }

    fn row(&self, y: f64) -> i64 {
        ((y - self.top) / self.high).floor() as i64
    }

    fn put(&mut self, column: i64, row: i64, (glyph, kind): (char, Kind), role: Role) {
        let place = usize::try_from(row).ok().and_then(|row| self.cells.get_mut(row));
        let cell = place.zip(usize::try_from(column).ok()).and_then(|(row, column)| row.get_mut(column));
        if let Some(cell) = cell.filter(|cell| cell.kind <= kind) {
            *cell = Cell { glyph: Some(glyph), role: Some(role), kind };
        }
    }

    /// Fills the cells whose middle lies in an area; at least one, and one row.
    fn rect(&mut self, area: Area, look: Look) {
        let first = (area.left / self.wide).round() as i64;
        let last = ((area.right() / self.wide).round() as i64).max(first + i64::from(area.width > 0.0));
        let middle = |y: f64| ((y - self.top) / self.high - 0.5).ceil() as i64;
        let (mut above, mut below) = (middle(area.top), middle(area.bottom()));
        if below <= above {
            above = self.row(area.top + area.height / 2.0);
            below = above + 1;
        }
        let (rows, columns) = (self.cells.len() as i64, self.columns as i64);
        for row in above.max(0)..below.min(rows) {
            (first.max(0)..last.min(columns)).for_each(|column| self.put(column, row, sign(look), look.role()));
        }
    }

    /// Fills the cells whose middle lies inside of a line; what is too small for that is a sign.
    fn surface(&mut self, points: &[Point], look: Look) {
        let bounds = points.iter().filter(|point| point.x.is_finite() && point.y.is_finite());
        let Some((low, high)) = bounds.fold(None, |bounds: Option<(Point, Point)>, at| {
            let (low, high) = bounds.unwrap_or((*at, *at));
            let low = Point { x: low.x.min(at.x), y: low.y.min(at.y) };
            Some((low, Point { x: high.x.max(at.x), y: high.y.max(at.y) }))
        }) else {
            return;
        };
        let mut filled = false;
        for row in self.row(low.y).max(0)..=self.row(high.y).min(self.cells.len() as i64 - 1) {
            let y = self.top + (row as f64 + 0.5) * self.high;
            for column in self.column(low.x).max(0)..=self.column(high.x).min(self.columns as i64 - 1) {
                let x = (column as f64 + 0.5) * self.wide;
                if is_inside(points, Point { x, y }) {
                    filled = true;
                    self.put(column, row, sign(look), look.role());
                }
            }
        }
        if !filled || high.y - low.y < self.high {
            let middle = Point { x: f64::midpoint(low.x, high.x), y: f64::midpoint(low.y, high.y) };
            self.put(self.column(middle.x), self.row(middle.y), ('◆', Kind::Mark), look.role());
        }
    }

    fn strokes(&mut self, points: &[Point], look: Look) {
        // A grid would be all there is to be seen, and a frame adds nothing to what it frames.
        if look.role() == Role::Grid || (points.len() > 2 && points.first() == points.last()) {
            return;
        }
        let Pen::Stroke(stroke) = look.pen() else { return };
        points.windows(2).for_each(|pair| self.segment(pair[0], pair[1], look, stroke));
    }

    fn segment(&mut self, from: Point, to: Point, look: Look, stroke: Stroke) {
        let (from, to) = if from.x <= to.x { (from, to) } else { (to, from) };
        let kind = sign(look).1;
        let [level, upright] = along(stroke);
        let (first, last) = (self.column(from.x).max(-1), self.column(to.x).min(self.columns as i64));
        if first >= last || (to.y - from.y).abs() > (to.x - from.x) * 1e3 {
            let glyph = if (to.x - from.x).abs() > (to.y - from.y).abs() { level } else { upright };
            let rows = [from.y, to.y].map(|y| self.row(y).clamp(-1, self.cells.len() as i64));
            // A short stroke stands in one cell, a long one ends before the next.
            for row in rows[0].min(rows[1])..=rows[0].max(rows[1]) {
                self.put(first, row, (glyph, kind), look.role());
            }
            return;
        }
        let row_at = |column: i64| {
            let x = ((column as f64 + 0.5) * self.wide).clamp(from.x, to.x);
            self.row(from.y + (to.y - from.y) * (x - from.x) / (to.x - from.x))
        };
        let rows: Vec<i64> = (first..=last).map(row_at).collect();
        for (index, &row) in rows.iter().enumerate() {
            let before = if index == 0 { row } else { rows[index - 1] };
            let glyph = match row - before {
                0 => level,
                ..0 => '╱',
                1.. => '╲',
            };
            let column = first + index as i64;
            let limit = self.cells.len() as i64;
            for between in (row.min(before) + 1).max(0)..row.max(before).min(limit) {
                self.put(column, between, (upright, kind), look.role());
            }
            self.put(column, row, (glyph, kind), look.role());
        }
    }

    /// Writes words where no others are.
    fn text(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        let text = visible(text);
        let row = self.row(at.y - 4.0);
        let x = at.x / self.wide;
        // Words left of the area end before it, as its rows begin there.
        let limit = if at.x < self.left && anchor == Anchor::Start {
            ((self.left - at.x) / self.wide).floor().max(1.0) as usize
        } else {
            self.columns
        };
        let text = cut(&text, limit.saturating_sub(1).max(1));
        let wide = text.width();
        let start = match anchor {
            Anchor::Start => x.round() as i64,
            Anchor::Middle => (x - wide as f64 / 2.0).round() as i64,
            Anchor::End => x.round() as i64 - wide as i64,
        };
        let start = start.clamp(0, (self.columns - wide.min(self.columns)) as i64);
        let Some(line) = usize::try_from(row).ok().and_then(|row| self.cells.get_mut(row)) else { return };
        let start = usize::try_from(start).unwrap_or(0);
        let around = &line[start.saturating_sub(1)..(start + wide + 1).min(line.len())];
        if around.iter().any(|cell| cell.kind == Kind::Text) {
            return;
        }
        let mut column = start;
        for c in text.chars() {
            let wide = c.width().unwrap_or(0);
            if wide == 0 || column + wide > line.len() {
                continue;
            }
            line[column] = Cell { glyph: Some(c), role: Some(role), kind: Kind::Text };
            line[column + 1..column + wide].fill(Cell { glyph: None, role: Some(role), kind: Kind::Text });
            column += wide;
        }
    }
}

/// Whether a point lies inside of a line that ends where it begins.
fn is_inside(points: &[Point], at: Point) -> bool {
    let ends = points.iter().zip(points.iter().cycle().skip(1));
    let crosses = |(a, b): &(&Point, &Point)| {
        (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
    };
    ends.filter(crosses).count() % 2 == 1
}

/// A text in at most so many columns.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= columns
        })
        .collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Plot, Scale, Sheet};
    use super::*;

    fn shown(picture: &Picture, columns: usize) -> String {
        let line = |row: Vec<Cell>| row.into_iter().filter_map(|cell| cell.glyph).collect::<String>();
        let lines = picture.characters(columns).into_iter().map(|row| line(row).trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_line_and_a_bar_are_seen_and_words_win() {
        let sheet = Sheet { width: 402.0, height: 200.0, left: 67.0, ..Sheet::default() };
        let (mut picture, area) = sheet.begin();
        let plot = Plot { area, x: Scale::across(area, 0.0, 10.0), y: Scale::up(area, 0.0, 4.0) };
        picture.rect(Area { height: 20.0, ..area }, Look::tint(Role::First));
        picture.path(&plot.points([(0.0, 0.0), (5.0, 2.0), (10.0, 2.0)]), Look::line(Role::Ink));
        picture.text(Point { x: 10.0, y: area.top + 16.0 }, Anchor::Start, Role::Ink, "a name that is too long");
        picture.text(Point { x: area.right(), y: area.top + 16.0 }, Anchor::End, Role::Ink, "end 終");
        let shown = shown(&picture, 60);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].starts_with(" a name…  ░░") && lines[1].ends_with("░end 終"), "{shown}");
        assert!(shown.contains('╱') && shown.contains("━━━"), "{shown}");
    }

    #[test]
    fn small_things_are_not_lost() {
        let mut picture = Picture::new(400.0, 60.0, "", "");
        picture.rect(Area { left: 10.0, top: 2.0, width: 0.5, height: 1.0 }, Look::fill(Role::Bad));
        let diamond = [(100.0, 6.0), (104.0, 10.0), (100.0, 14.0), (96.0, 10.0)].map(|(x, y)| Point { x, y });
        picture.path(&diamond, Look::fill(Role::First));
        picture.dot(Point { x: 200.0, y: 10.0 }, 1.0, Look::line(Role::First));
        let shown = shown(&picture, 60);
        assert!(shown.contains('█') && shown.contains('◆') && shown.contains('○'), "{shown}");
    }
}
