//! Shapes and words on paper.
//!
//! Domain layer. Whatever is drawn stays finite and near the paper, and whatever is written is escaped, so no figure and
//! no name can break a picture.

use super::theme::{self, Look, Role};
use crate::text::visible;
use std::collections::BTreeSet;
use std::fmt::Write as _;
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
enum Hand {
    Plain,
    Strong,
    Head,
    /// With a rim of paper, to be read over lines.
    Over,
}

/// A picture in the making. Later shapes lie on earlier ones.
#[derive(Clone, Debug)]
pub struct Picture {
    width: f64,
    height: f64,
    title: String,
    description: String,
    body: String,
    hatches: BTreeSet<Role>,
}

impl Picture {
    /// Takes a sheet of paper. Title and description are for those who cannot see the picture; most pictures begin
    /// with [`super::Sheet::begin`], which writes the title on the paper too.
    pub fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        Self {
            width,
            height,
            title: escaped(title),
            description: escaped(description),
            body: String::new(),
            hatches: BTreeSet::new(),
        }
    }

    /// Draws a rectangle.
    pub fn rect(&mut self, area: Area, look: Look) {
        let class = self.class(look);
        let _ = writeln!(
            self.body,
            "<rect {class} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            pixel(area.left),
            pixel(area.top),
            pixel(area.width.max(0.0)),
            pixel(area.height.max(0.0))
        );
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: Point, to: Point, look: Look) {
        let class = self.class(look);
        let [x1, y1, x2, y2] = [from.x, from.y, to.x, to.y].map(pixel);
        let _ = writeln!(self.body, "<line {class} x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }

    /// Draws a line through points, or with the look of an area what they enclose.
    pub fn path(&mut self, points: &[Point], look: Look) {
        let class = self.class(look);
        let Some((first, rest)) = points.split_first() else { return };
        let _ = write!(self.body, "<path {class} d=\"M{} {}", pixel(first.x), pixel(first.y));
        for point in rest {
            let _ = write!(self.body, "L{} {}", pixel(point.x), pixel(point.y));
        }
        self.body.push_str(if look.is_area() { "Z\"/>\n" } else { "\"/>\n" });
    }

    /// Draws a dot.
    pub fn dot(&mut self, at: Point, radius: f64, look: Look) {
        let class = self.class(look);
        let [x, y, r] = [at.x, at.y, radius.max(0.0)].map(pixel);
        let _ = writeln!(self.body, "<circle {class} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
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
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let hand = match hand {
            Hand::Plain => "",
            Hand::Strong => " strong",
            Hand::Head => " head",
            Hand::Over => " over",
        };
        let colour = role.name();
        let _ = writeln!(
            self.body,
            "<text class=\"{colour}{hand}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>",
            pixel(at.x),
            pixel(at.y),
            escaped(text)
        );
    }

    /// Draws shapes that say `tip` when a pointer rests on them, and to a screen reader.
    pub fn tip(&mut self, tip: &str, draw: impl FnOnce(&mut Self)) {
        let _ = writeln!(self.body, "<g><title>{}</title>", escaped(tip));
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// The picture as an SVG text.
    pub fn finish(self) -> Svg {
        let [width, height] = [self.width, self.height].map(pixel);
        let hatches: Vec<Role> = self.hatches.into_iter().collect();
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pm-picture\" role=\"img\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n",
            self.title
        );
        if !self.description.is_empty() {
            let _ = writeln!(out, "<desc>{}</desc>", self.description);
        }
        out.push_str(&theme::style(&hatches));
        let _ = writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>");
        out.push_str(&self.body);
        out.push_str("</svg>\n");
        Svg(out)
    }

    fn class(&mut self, look: Look) -> String {
        if look.is_hatch() {
            self.hatches.insert(look.role());
        }
        format!("class=\"{}\"", look.classes())
    }
}

/// A finished picture: an SVG text in which every foreign word is escaped, because only a [`Picture`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svg(String);

impl Svg {
    /// The picture as a file: it stands alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The picture as a part of a page that has [`super::sheet`] and [`super::patterns`] once for all of them.
    pub fn inlay(&self) -> Self {
        // Words are escaped, so these tags can only be our own.
        let without = |text: &str, open: &str, close: &str| match (text.find(open), text.find(close)) {
            (Some(from), Some(to)) if from < to => format!("{}{}", &text[..from], &text[to + close.len()..]),
            _ => text.to_owned(),
        };
        Self(without(&without(&self.0, "<style>", "</style>\n"), "<defs>", "</defs>\n"))
    }

    /// Shapes that are used by others and not seen themselves.
    pub(super) fn hidden(defs: &str) -> Self {
        Self(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pm-picture pm-patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\">{defs}</svg>\n"
        ))
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Svg> for String {
    fn from(svg: Svg) -> Self {
        svg.0
    }
}

/// About how wide a text of the usual size is on paper, in pixels.
pub fn shown_width(text: &str) -> f64 {
    f64::from(u32::try_from(text.width()).unwrap_or(u32::MAX)) * 6.7
}

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

/// A number of pixels, to a tenth; what is no number or far outside is brought back.
fn pixel(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-10_000.0, 100_000.0) };
    let mut out = format!("{value:.1}");
    if let Some(whole) = out.strip_suffix(".0") {
        out.truncate(whole.len());
    }
    if out == "-0" { "0".to_owned() } else { out }
}

/// Text between tags.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // These two are characters, and no XML may hold them.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
