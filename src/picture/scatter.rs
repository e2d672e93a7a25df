//! How long items took, one dot each, and how old those are that are under way.
//!
//! Domain layer. Days are those of [`super::day`].

use super::{Anchor, Look, Picture, Plot, Point, Role, Scale, Sheet};

/// One item: the day it was finished (or today, while it is not), the days it took, and its name.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    pub on: f64,
    pub days: f64,
    pub name: String,
    /// Whether it is still under way, and only that old.
    pub open: bool,
}

/// Draws items by the day they were finished; level lines mark the times that 50, 85 and 95 of 100 took at most.
/// Open items stand at the right edge: one above the upper lines is older than nearly all that were ever finished.
pub fn scatter(title: &str, subtitle: &str, items: &[Taken], lines: Option<[f64; 3]>) -> Picture {
    let (done, open) = (Look::fill(Role::First), Look::line(Role::Bad));
    let mut legend = vec![(done, "finished item")];
    if lines.is_some() {
        legend.push((Look::dashed(Role::Muted), "50, 85, 95 of 100 took at most"));
    }
    if items.iter().any(|item| item.open) {
        legend.insert(1, (open, "under way, so old"));
    }
    let said = lines.map_or_else(String::new, |[half, most, all]| {
        format!("; half took at most {half:.1} days, 85 of 100 at most {most:.1}, 95 of 100 at most {all:.1}")
    });
    let description = format!("{} items{said}", items.len());
    let sheet = Sheet { title, subtitle, description: &description, legend: &legend, right: 92.0, ..Sheet::default() };
    let (mut picture, area) = sheet.begin();
    let days = || items.iter().map(|item| item.on);
    let (first, last) = (days().fold(f64::INFINITY, f64::min), days().fold(f64::NEG_INFINITY, f64::max));
    let most = items.iter().map(|item| item.days).chain(lines.into_iter().flatten()).fold(1.0, f64::max);
    let margin = ((last - first) * 0.02).max(0.5);
    let x = Scale::across(area, first - margin, last + margin);
    let plot = Plot { area, x, y: Scale::up(area, 0.0, most * 1.08) };
    plot.axes(&mut picture, &plot.x.dates(9), "finished", &plot.y.ticks(6), "days");
    let mut free = f64::INFINITY;
    for (days, share) in lines.into_iter().flatten().zip([50, 85, 95]) {
        let y = plot.y.at(days);
        picture.line(Point { x: area.left, y }, Point { x: area.right(), y }, Look::dashed(Role::Muted));
        // Where two lines lie close, the upper one's words make room.
        let at = (y + 4.0).min(free);
        free = at - 14.0;
        let label = format!("{share} %: {days:.1} d");
        picture.text(Point { x: area.right() + 6.0, y: at }, Anchor::Start, Role::Ink, &label);
    }
    for item in items {
        let at = plot.at(item.on, item.days);
        let tip = format!("{}: {:.1} days", item.name, item.days);
        picture.tip(&tip, |picture| if item.open { picture.dot(at, 4.5, open) } else { picture.dot(at, 3.5, done) });
    }
    picture
}
