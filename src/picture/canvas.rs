//! Shapes and words on paper.
//!
//! Domain layer. A picture keeps what was drawn; `svg` makes a file of it, `characters` lines for a terminal.

use super::theme::{Look, Role};
use unicode_width::UnicodeWidthStr as _;

/// A place on the paper, in pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// A rectangle on the paper, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    pub fn right(self) -> f64 {
        self.left + self.width
    }

    pub fn bottom(self) -> f64 {
        self.top + self.height
    }

    /// The area with that much taken from its left, top, right and bottom.
    pub fn within(self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            left: self.left + left,
            top: self.top + top,
            width: (self.width - left - right).max(0.0),
            height: (self.height - top - bottom).max(0.0),
        }
    }
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    #[default]
    Start,
    Middle,
    End,
}

/// How words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    Plain,
    Strong,
    Head,
    /// With a rim of paper, to be read over lines.
    Over,
}

/// One thing that was drawn.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Rect(Area, Look),
    /// A line through points, or with the look of an area what they enclose.
    Path(Vec<Point>, Look),
    Dot(Point, f64, Look),
    Text {
        at: Point,
        anchor: Anchor,
        role: Role,
        hand: Hand,
        text: String,
    },
    /// What follows says so when a pointer rests on it, until the tip ends.
    Tip(String),
    TipEnd,
}

/// The part of a picture that is no title and no legend.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Body {
    /// How many shapes stand before it.
    pub shapes: usize,
    /// Pixels from above, and from the left to where labels of rows end.
    pub top: f64,
    pub left: f64,
    /// Pixels that one line of characters stands for.
    pub row: f64,
}

/// A picture in the making. Later shapes lie on earlier ones.
#[derive(Clone, Debug)]
pub struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) description: String,
    pub(super) legend: Vec<(Look, String)>,
    pub(super) shapes: Vec<Shape>,
    pub(super) body: Body,
}

impl Picture {
    /// Takes a sheet of paper. Title and description are for those who cannot see the picture; most pictures begin
    /// with [`super::Sheet::begin`], which writes the title on the paper too.
    pub fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        Self {
            width,
            height,
            title: title.to_owned(),
            subtitle: String::new(),
            description: description.to_owned(),
            legend: Vec::new(),
            shapes: Vec::new(),
            body: Body { row: 20.0, ..Body::default() },
        }
    }

    /// What the picture is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What its figures rest on.
    pub fn subtitle(&self) -> &str {
        &self.subtitle
    }

    /// Draws a rectangle.
    pub fn rect(&mut self, area: Area, look: Look) {
        self.shapes.push(Shape::Rect(area, look));
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: Point, to: Point, look: Look) {
        self.shapes.push(Shape::Path(vec![from, to], look));
    }

    /// Draws a line through points, or with the look of an area what they enclose.
    pub fn path(&mut self, points: &[Point], look: Look) {
        if !points.is_empty() {
            self.shapes.push(Shape::Path(points.to_vec(), look));
        }
    }

    /// Draws a dot.
    pub fn dot(&mut self, at: Point, radius: f64, look: Look) {
        self.shapes.push(Shape::Dot(at, radius, look));
    }

    /// Writes words; `at` is on their base line.
    pub fn text(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        self.write(at, anchor, role, Hand::Plain, text);
    }

    /// Writes words that matter.
    pub fn strong(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        self.write(at, anchor, role, Hand::Strong, text);
    }

    /// Writes words that lie over lines and areas.
    pub fn label(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        self.write(at, anchor, role, Hand::Over, text);
    }

    pub(super) fn head(&mut self, at: Point, text: &str) {
        self.write(at, Anchor::Start, Role::Ink, Hand::Head, text);
    }

    fn write(&mut self, at: Point, anchor: Anchor, role: Role, hand: Hand, text: &str) {
        self.shapes.push(Shape::Text { at, anchor, role, hand, text: text.to_owned() });
    }

    /// Draws shapes that say `tip` when a pointer rests on them, and to a screen reader.
    pub fn tip(&mut self, tip: &str, draw: impl FnOnce(&mut Self)) {
        self.shapes.push(Shape::Tip(tip.to_owned()));
        draw(self);
        self.shapes.push(Shape::TipEnd);
    }
}

/// About how wide a text of the usual size is on paper, in pixels.
pub fn shown_width(text: &str) -> f64 {
    f64::from(u32::try_from(text.width()).unwrap_or(u32::MAX)) * LETTER
}

/// Pixels of one letter.
pub(super) const LETTER: f64 = 6.7;

/// A text that is at most so wide.
pub(super) fn cut(text: &str, width: f64) -> String {
    if shown_width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if shown_width(&out) > width - 10.0 {
            break;
        }
    }
    out.push('…');
    out
}
