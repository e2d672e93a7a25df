//! How busy everybody is, week by week: a map of people and weeks.
//!
//! Domain layer. Each cell says its share in figures; one under the band is pale, one in it plain, one over it full,
//! and what collides where there is more than all there is stands below.

use super::canvas::{Anchor, Area, Picture, Point, cut, shown_width};
use super::plot::Sheet;
use super::theme::{Look, Role};

/// One person in one week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Percent of the time there is; none where there is none.
    pub share: Option<u32>,
    pub tip: String,
}

/// A map of load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub title: String,
    pub subtitle: String,
    pub weeks: Vec<String>,
    /// A name, and a cell a week.
    pub rows: Vec<(String, Vec<Cell>)>,
    /// Percent: less is idle, more is too much.
    pub band: (u32, u32),
}

const ROW: f64 = 26.0;
/// A line of what collides, and how many of them there are at most.
const LINE: f64 = 18.0;
const LINES: usize = 12;
const CELL: f64 = 62.0;

impl Load {
    /// Draws it.
    pub fn draw(&self) -> Picture {
        let (least, most) = self.band;
        let words = [
            format!("under {least} %"),
            format!("{least} to {most} %"),
            format!("over {most} %"),
            "over 100 %".to_owned(),
        ];
        let looks = [Look::tint(Role::First), Look::hatch(Role::Good), Look::fill(Role::Warn), Look::fill(Role::Bad)];
        let legend: Vec<(Look, &str)> = looks.into_iter().zip(words.iter().map(String::as_str)).collect();
        let names = self.rows.iter().map(|(name, _)| shown_width(name)).fold(80.0, f64::max).min(240.0) + 30.0;
        let below = self.collisions();
        let sheet = Sheet {
            title: &self.title,
            subtitle: &self.subtitle,
            description: "Share of working time that is given away, by person and week.",
            legend: &legend,
            width: (names + self.weeks.len() as f64 * CELL + 28.0).max(560.0),
            body: self.rows.len().max(1) as f64 * ROW + 20.0 + below.len() as f64 * LINE,
            left: names,
            row: ROW,
            ..Sheet::default()
        };
        let (mut picture, area) = sheet.begin();
        for (number, week) in self.weeks.iter().enumerate() {
            let x = area.left + (number as f64 + 0.5) * CELL;
            picture.text(Point { x, y: area.top + 12.0 }, Anchor::Middle, Role::Muted, week);
        }
        for (row, (name, cells)) in self.rows.iter().enumerate() {
            let top = area.top + 20.0 + row as f64 * ROW;
            picture.text(Point { x: 16.0, y: top + 17.0 }, Anchor::Start, Role::Ink, name);
            for (week, cell) in cells.iter().enumerate() {
                let left = area.left + week as f64 * CELL;
                self.cell(&mut picture, Area { left, top, width: CELL - 3.0, height: ROW - 3.0 }, cell);
            }
        }
        let top = area.top + 20.0 + self.rows.len().max(1) as f64 * ROW;
        for (number, line) in below.iter().enumerate() {
            let at = Point { x: 16.0, y: top + 14.0 + number as f64 * LINE };
            picture.text(at, Anchor::Start, Role::Bad, &cut(line, area.right() - 16.0));
        }
        picture
    }

    /// Who has more to do in a week than they can, and what collides.
    fn collisions(&self) -> Vec<String> {
        let weeks = self.rows.iter().flat_map(|(name, cells)| {
            let over = cells.iter().zip(&self.weeks).filter(|(cell, _)| cell.share > Some(100));
            over.map(move |(cell, week)| format!("{name}, week of {week}: {}", cell.tip))
        });
        let mut lines: Vec<String> = weeks.collect();
        if lines.len() > LINES {
            let more = lines.len() - (LINES - 1);
            lines.truncate(LINES - 1);
            lines.push(format!("… and {more} more"));
        }
        lines
    }

    fn cell(&self, picture: &mut Picture, area: Area, cell: &Cell) {
        let middle = Point { x: area.left + area.width / 2.0, y: area.top + 16.0 };
        let Some(share) = cell.share else {
            return picture.text(middle, Anchor::Middle, Role::Muted, "–");
        };
        let look = match share {
            0 => Look::thin(Role::Grid),
            101.. => Look::fill(Role::Bad),
            _ if share > self.band.1 => Look::fill(Role::Warn),
            _ if share >= self.band.0 => Look::hatch(Role::Good),
            _ => Look::tint(Role::First),
        };
        picture.tip(&cell.tip, |picture| {
            if share == 0 {
                let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
                let at = |(x, y): (f64, f64)| Point { x: area.left + x * area.width, y: area.top + y * area.height };
                picture.path(&corners.map(at), look);
            } else {
                picture.rect(area, look);
            }
            picture.label(middle, Anchor::Middle, Role::Ink, &format!("{share} %"));
        });
    }
}
