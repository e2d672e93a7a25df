//! Named bars: a tornado of what decides a finish, and a slip by its causes.
//!
//! Domain layer.

use super::canvas::Picture;
use super::{Anchor, Area, Look, Plot, Point, Role, Scale, Sheet, shown_width};

const BAR: f64 = 26.0;

/// One task of a tornado.
#[derive(Clone, Debug, Default)]
pub struct Force<'a> {
    pub name: &'a str,
    /// Both from 0 to 1.
    pub sensitivity: f64,
    pub cruciality: f64,
    /// Share of samples in which the task is critical.
    pub criticality: f64,
}

/// Draws the tasks that decide when all is done, those that decide most on top.
pub fn tornado(title: &str, subtitle: &str, forces: &[Force<'_>]) -> Picture {
    let (bar, other) = (Look::fill(Role::First), Look::hatch(Role::Second));
    let legend = [(bar, "schedule sensitivity"), (other, "cruciality: how closely finish and task go together")];
    let words = forces.iter().map(|force| format!("{} {:.2}", force.name, force.sensitivity));
    let description = words.collect::<Vec<_>>().join(", ");
    let (left, names) = names(forces.iter().map(|force| force.name));
    let sheet = Sheet {
        title,
        subtitle,
        description: &description,
        legend: &legend,
        left,
        right: 110.0,
        body: BAR * forces.len().max(1) as f64 + 6.0,
        row: BAR / 2.0,
        ..Sheet::default()
    };
    let (mut picture, area) = sheet.begin();
    let most = forces.iter().flat_map(|force| [force.sensitivity, force.cruciality]).fold(0.1, f64::max);
    let plot = Plot { area, x: Scale::across(area, 0.0, most * 1.02), y: Scale::up(area, 0.0, 1.0) };
    plot.x_axis(&mut picture, &plot.x.ticks(6), "0 = does not matter, 1 = decides alone");
    for (row, (force, name)) in forces.iter().zip(&names).enumerate() {
        let top = area.top + BAR * row as f64 + 4.0;
        for (value, look, offset) in [(force.sensitivity, bar, 0.0), (force.cruciality, other, 10.0)] {
            let width = plot.x.at(value) - area.left;
            picture.rect(Area { left: area.left, top: top + offset, width, height: 8.0 }, look);
        }
        let middle = top + 13.0;
        picture.text(Point { x: left - 10.0, y: middle }, Anchor::End, Role::Ink, name);
        let critical = format!("critical in {:.0} %", force.criticality * 100.0);
        picture.text(Point { x: area.right() + 6.0, y: middle }, Anchor::Start, Role::Muted, &critical);
    }
    upright(&mut picture, plot.x.at(0.0), area);
    picture
}

/// Draws what moved a finish, cause by cause, each bar from where the one before ended; the last row is their sum.
/// Hours above zero are late.
pub fn slip(title: &str, subtitle: &str, causes: &[(&str, f64)]) -> Picture {
    let (late, early) = (Look::hatch(Role::Bad), Look::fill(Role::Good));
    let legend = [(late, "later"), (early, "earlier"), (Look::fill(Role::Sixth), "in all")];
    let total: f64 = causes.iter().map(|(_, hours)| hours).sum();
    let words = causes.iter().map(|(cause, hours)| format!("{cause} {hours:+.1} h"));
    let description = format!("{total:+.1} hours: {}", words.collect::<Vec<_>>().join(", "));
    let (left, names) = names(causes.iter().map(|(cause, _)| *cause).chain(["in all"]));
    let sheet = Sheet {
        title,
        subtitle,
        description: &description,
        legend: &legend,
        left,
        right: 70.0,
        body: BAR * names.len() as f64 + 4.0,
        row: BAR,
        ..Sheet::default()
    };
    let (mut picture, area) = sheet.begin();
    let mut sum = 0.0;
    let sums: Vec<f64> = causes
        .iter()
        .map(|(_, hours)| {
            sum += hours;
            sum
        })
        .collect();
    let (low, high) = (sums.iter().copied().fold(0.0, f64::min), sums.iter().copied().fold(0.0, f64::max));
    let margin = (high - low).max(1.0) * 0.08;
    let plot = Plot { area, x: Scale::across(area, low - margin, high + margin), y: Scale::up(area, 0.0, 1.0) };
    plot.x_axis(&mut picture, &plot.x.ticks(8), "hours of work after the baseline");
    let mut before = 0.0;
    let rows = causes.iter().map(|(_, hours)| *hours).chain([total]);
    for (row, (hours, name)) in rows.zip(&names).enumerate() {
        let is_sum = row == causes.len();
        let from = if is_sum { 0.0 } else { before };
        let top = area.top + BAR * row as f64 + 5.0;
        let (a, b) = (plot.x.at(from), plot.x.at(from + hours));
        let look = if is_sum {
            Look::fill(Role::Sixth)
        } else if hours > 0.0 {
            late
        } else {
            early
        };
        picture.rect(Area { left: a.min(b), top, width: (b - a).abs(), height: 15.0 }, look);
        picture.text(Point { x: left - 10.0, y: top + 12.0 }, Anchor::End, Role::Ink, name);
        let at = Point { x: a.max(b) + 6.0, y: top + 12.0 };
        picture.label(at, Anchor::Start, Role::Ink, &format!("{hours:+.1} h"));
        before += hours;
    }
    upright(&mut picture, plot.x.at(0.0), area);
    picture
}

fn upright(picture: &mut Picture, x: f64, area: Area) {
    picture.line(Point { x, y: area.top }, Point { x, y: area.bottom() }, Look::thin(Role::Ink));
}

/// Room for names left of an area, and the names cut to what there is.
fn names<'a>(all: impl Iterator<Item = &'a str> + Clone) -> (f64, Vec<String>) {
    const MOST: usize = 44;
    let cut = |name: &str| match name.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &name[..at]),
        None => name.to_owned(),
    };
    let names: Vec<String> = all.map(cut).collect();
    let widest = names.iter().map(|name| shown_width(name)).fold(40.0, f64::max);
    (widest.min(330.0) + 26.0, names)
}
