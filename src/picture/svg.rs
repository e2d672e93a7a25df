//! A picture as an SVG text.
//!
//! Domain layer. Whatever is drawn stays finite and near the paper, and whatever is written is escaped, so no figure and
//! no name can break a picture.

use super::canvas::{Anchor, Hand, Picture, Point, Shape};
use super::theme::{self, Look, Role};
use crate::text::visible;
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Picture {
    /// The picture as an SVG text.
    pub fn svg(&self) -> Svg {
        let [width, height] = [self.width, self.height].map(pixel);
        let looks = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Rect(_, look) | Shape::Path(_, look) | Shape::Dot(_, _, look) => Some(look),
            Shape::Text { .. } | Shape::Tip(_) | Shape::TipEnd => None,
        });
        let hatches: BTreeSet<Role> = looks.filter(|look| look.is_hatch()).map(|look| look.role()).collect();
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pm-picture\" role=\"img\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n",
            escaped(&self.title)
        );
        if !self.description.is_empty() {
            let _ = writeln!(out, "<desc>{}</desc>", escaped(&self.description));
        }
        out.push_str(&theme::style(&hatches.into_iter().collect::<Vec<_>>()));
        let _ = writeln!(out, "<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>");
        self.shapes.iter().for_each(|shape| write(&mut out, shape));
        out.push_str("</svg>\n");
        Svg(out)
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

fn write(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Rect(area, look) => {
            let [x, y] = [area.left, area.top].map(pixel);
            let [width, height] = [area.width.max(0.0), area.height.max(0.0)].map(pixel);
            let class = class(*look);
            let _ = writeln!(out, "<rect {class} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
        }
        Shape::Path(points, look) => path(out, points, *look),
        Shape::Dot(at, radius, look) => {
            let [x, y, r] = [at.x, at.y, radius.max(0.0)].map(pixel);
            let _ = writeln!(out, "<circle {} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>", class(*look));
        }
        Shape::Text { at, anchor, role, hand, text } => {
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
            let (colour, x, y, text) = (role.name(), pixel(at.x), pixel(at.y), escaped(text));
            let _ = writeln!(out, "<text class=\"{colour}{hand}\" x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>");
        }
        Shape::Tip(tip) => {
            let _ = writeln!(out, "<g><title>{}</title>", escaped(tip));
        }
        Shape::TipEnd => out.push_str("</g>\n"),
    }
}

fn path(out: &mut String, points: &[Point], look: Look) {
    let class = class(look);
    match points {
        [] => {}
        [from, to] if !look.is_area() => {
            let [x1, y1, x2, y2] = [from.x, from.y, to.x, to.y].map(pixel);
            let _ = writeln!(out, "<line {class} x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
        }
        [first, rest @ ..] => {
            let _ = write!(out, "<path {class} d=\"M{} {}", pixel(first.x), pixel(first.y));
            for point in rest {
                let _ = write!(out, "L{} {}", pixel(point.x), pixel(point.y));
            }
            out.push_str(if look.is_area() { "Z\"/>\n" } else { "\"/>\n" });
        }
    }
}

fn class(look: Look) -> String {
    format!("class=\"{}\"", look.classes())
}

/// A number of pixels, to a tenth; what is no number or far outside is brought back.
fn pixel(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-10_000.0, 10_000_000.0) };
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
