//! A titled sheet, its legend, and an area between two axes.
//!
//! Domain layer.

use super::canvas::{Anchor, Area, Body, Picture, Point, shown_width};
use super::scale::{Scale, Tick};
use super::theme::{Look, Role};

/// What stands around a picture.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    pub title: &'a str,
    /// A line under the title: what the figures rest on.
    pub subtitle: &'a str,
    /// What is to be seen, in a sentence, for those who do not see it.
    pub description: &'a str,
    /// What each mark means.
    pub legend: &'a [(Look, &'a str)],
    /// In pixels.
    pub width: f64,
    pub height: f64,
    /// Pixels of the area that is left for figures, from above; where it is not 0 the height follows from it.
    pub body: f64,
    /// Pixels left of the area, for labels.
    pub left: f64,
    /// Pixels right of the area.
    pub right: f64,
    /// Pixels that a line of characters stands for where the picture is made of those.
    pub row: f64,
}

impl Default for Sheet<'_> {
    fn default() -> Self {
        Self {
            title: "",
            subtitle: "",
            description: "",
            legend: &[],
            width: 860.0,
            height: 440.0,
            body: 0.0,
            left: 64.0,
            right: 28.0,
            row: ROW,
        }
    }
}

const MARGIN: f64 = 16.0;
const ROW: f64 = 20.0;
/// Room below the area for the ticks and the name of the axis.
const FOOT: f64 = 48.0;

impl Sheet<'_> {
    /// Writes title and legend; returns the picture, and the area that is left for figures and fits between the axes.
    pub fn begin(&self) -> (Picture, Area) {
        let mut picture = Picture::new(self.width, self.height, self.title, self.description);
        let mut y = MARGIN + 14.0;
        picture.head(Point { x: MARGIN, y }, self.title);
        for (row, line) in wrapped(self.subtitle, self.width - 2.0 * MARGIN).iter().enumerate() {
            y += if row == 0 { ROW } else { ROW - 4.0 };
            picture.text(Point { x: MARGIN, y }, Anchor::Start, Role::Muted, line);
        }
        if !self.legend.is_empty() {
            y = self.key(&mut picture, y + ROW);
        }
        // The name of the upright axis stands above the area.
        let top = y + MARGIN + 14.0;
        let height = if self.body > 0.0 { self.body } else { (self.height - top - FOOT).max(1.0) };
        if self.body > 0.0 {
            picture.height = top + height + FOOT;
        }
        let width = (self.width - self.left - self.right).max(1.0);
        let area = Area { left: self.left, top, width, height };
        picture.subtitle = self.subtitle.to_owned();
        picture.legend = self.legend.iter().map(|(look, label)| (*look, (*label).to_owned())).collect();
        picture.body = Body { shapes: picture.shapes.len(), top, left: self.left, row: self.row };
        (picture, area)
    }

    /// Writes the legend in as many rows as it needs; returns the last one's base line.
    fn key(&self, picture: &mut Picture, first: f64) -> f64 {
        let (mut x, mut y) = (MARGIN, first);
        for (look, label) in self.legend {
            let wide = 30.0 + shown_width(label) + 14.0;
            if x > MARGIN && x + wide > self.width - MARGIN {
                (x, y) = (MARGIN, y + ROW);
            }
            if look.is_area() {
                picture.rect(Area { left: x, top: y - 10.0, width: 22.0, height: 11.0 }, *look);
            } else {
                picture.line(Point { x, y: y - 4.0 }, Point { x: x + 22.0, y: y - 4.0 }, *look);
            }
            picture.text(Point { x: x + 28.0, y }, Anchor::Start, Role::Muted, label);
            x += wide;
        }
        y
    }
}

/// A text in lines that fit a width, broken between words.
fn wrapped(text: &str, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if shown_width(line) + shown_width(word) + 6.0 <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// An area between a horizontal and a vertical scale.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    pub area: Area,
    pub x: Scale,
    pub y: Scale,
}

impl Plot {
    /// The place of two values.
    pub fn at(&self, x: f64, y: f64) -> Point {
        Point { x: self.x.at(x), y: self.y.at(y) }
    }

    /// The places of many.
    pub fn points(&self, values: impl IntoIterator<Item = (f64, f64)>) -> Vec<Point> {
        values.into_iter().map(|(x, y)| self.at(x, y)).collect()
    }

    /// Draws the grid and both axes with their ticks and names. Labels that would run into each other are left out.
    pub fn axes(&self, picture: &mut Picture, x: &[Tick], x_name: &str, y: &[Tick], y_name: &str) {
        let Area { left, top, .. } = self.area;
        let (right, bottom) = (self.area.right(), self.area.bottom());
        for tick in y {
            let at = self.y.at(tick.value);
            picture.line(Point { x: left, y: at }, Point { x: right, y: at }, Look::thin(Role::Grid));
            picture.text(Point { x: left - 8.0, y: at + 4.0 }, Anchor::End, Role::Muted, &tick.label);
        }
        self.x_axis(picture, x, x_name);
        picture.line(Point { x: left, y: top }, Point { x: left, y: bottom }, Look::thin(Role::Muted));
        picture.text(Point { x: left, y: top - 6.0 }, Anchor::Start, Role::Muted, y_name);
    }

    /// Draws the horizontal axis alone, with its grid.
    pub fn x_axis(&self, picture: &mut Picture, ticks: &[Tick], name: &str) {
        let (top, bottom) = (self.area.top, self.area.bottom());
        let mut free = f64::NEG_INFINITY;
        for tick in ticks {
            let x = self.x.at(tick.value);
            picture.line(Point { x, y: top }, Point { x, y: bottom + 4.0 }, Look::thin(Role::Grid));
            let half = shown_width(&tick.label) / 2.0;
            if x - half > free {
                picture.text(Point { x, y: bottom + 18.0 }, Anchor::Middle, Role::Muted, &tick.label);
                free = x + half + 6.0;
            }
        }
        let (from, to) = (Point { x: self.area.left, y: bottom }, Point { x: self.area.right(), y: bottom });
        picture.line(from, to, Look::thin(Role::Muted));
        let middle = self.area.left + self.area.width / 2.0;
        picture.text(Point { x: middle, y: bottom + 38.0 }, Anchor::Middle, Role::Muted, name);
    }

    /// Draws an upright line at a value, with words at its upper end; `row` keeps the words and lines of neighbours
    /// apart when the earlier ones have the higher rows.
    pub fn mark(&self, picture: &mut Picture, x: f64, row: usize, look: Look, label: &str) {
        let at = self.x.at(x);
        let (top, bottom) = (self.area.top, self.area.bottom());
        let top = top + 16.0 * row as f64;
        picture.line(Point { x: at, y: top }, Point { x: at, y: bottom }, look);
        let near_end = at + 6.0 + shown_width(label) > self.area.right();
        let (anchor, x) = if near_end { (Anchor::End, at - 5.0) } else { (Anchor::Start, at + 5.0) };
        picture.label(Point { x, y: top + 12.0 }, anchor, Role::Ink, label);
    }
}
