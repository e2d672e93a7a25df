//! Pictures: figures in; an SVG text, or lines of characters for a terminal, out.
//!
//! Domain layer; pure, and knows no noun: what is drawn is handed in as numbers, days and names. A picture stands alone
//! as a file and inside a page: no script, no network, no font of its own. Colours are CSS custom properties that follow
//! `prefers-color-scheme`; whatever a colour says, a dash, a hatching or a word says too, so it can be read in grey.
//! `<title>` and `<desc>` tell a screen reader what is to be seen. The same figures give the same bytes.
//!
//! The base is small: a [`Sheet`] says what the picture is called and explains its marks, a [`Picture`] takes shapes,
//! each with a [`Look`], a [`Scale`] turns numbers and days into places and has [`Tick`]s, and a [`Plot`] is an area
//! with two axes. The charts stand on it, one file each; `svg` and `characters` make of a picture what can be shown.
//!
//! ```
//! use passmuster::picture::{Look, Plot, Role, Scale, Sheet};
//!
//! let line = Look::line(Role::First);
//! let sheet = Sheet { title: "Open tasks", legend: &[(line, "open")], ..Sheet::default() };
//! let (mut picture, area) = sheet.begin();
//! let plot = Plot { area, x: Scale::across(area, 0.0, 10.0), y: Scale::up(area, 0.0, 40.0) };
//! plot.axes(&mut picture, &plot.x.ticks(10), "days", &plot.y.ticks(5), "tasks");
//! picture.path(&plot.points([(0.0, 40.0), (10.0, 3.0)]), line);
//! let svg = picture.svg();
//! let svg = svg.as_str();
//! assert!(svg.starts_with("<svg ") && svg.contains("<title>Open tasks</title>"));
//! ```

mod bars;
mod burn_up;
mod canvas;
mod characters;
mod fever;
mod flow;
pub mod gantt;
pub mod graph;
mod histogram;
pub mod load;
mod plot;
mod scale;
mod scatter;
mod svg;
mod theme;

pub use bars::{Force, slip, tornado};
pub use burn_up::BurnUp;
pub use canvas::{Anchor, Area, Picture, Point, shown_width};
pub use characters::Cell;
pub use fever::{Border, Fever, fever};
pub use flow::{Band, flow};
pub use histogram::Histogram;
pub use plot::{Plot, Sheet};
pub use scale::{Scale, Tick, day, moment};
pub use scatter::{Taken, scatter};
pub use svg::Svg;
use theme::Pen;
pub use theme::{Look, Role, patterns, sheet};

#[cfg(test)]
mod tests;
