//! Cumulative flow: how many items stood where in the workflow, day by day.
//!
//! Domain layer. Days are those of [`super::day`].

use super::{Anchor, Look, Picture, Plot, Point, Role, Scale, Sheet};

/// One stage of the workflow.
#[derive(Clone, Debug, Default)]
pub struct Band<'a> {
    pub name: &'a str,
    /// Items in it, for each of the days.
    pub items: Vec<f64>,
}

/// Draws bands one on the other, the last stage at the bottom: what is done never shrinks, and the band above it is the
/// work that waits to be done. A band that grows is where work piles up.
pub fn flow(title: &str, subtitle: &str, days: &[f64], bands: &[Band<'_>]) -> Picture {
    let looks = [
        Look::tint(Role::Sixth),
        Look::hatch(Role::Second),
        Look::tint(Role::Third),
        Look::hatch(Role::Fourth),
        Look::tint(Role::Fifth),
    ];
    // What is done is the only band full of its colour.
    let look =
        |index: usize| if index + 1 == bands.len() { Look::fill(Role::First) } else { looks[index % looks.len()] };
    let legend: Vec<(Look, &str)> = bands.iter().enumerate().map(|(index, band)| (look(index), band.name)).collect();
    let ends = bands.iter().map(|band| format!("{:.0} {}", band.items.last().copied().unwrap_or(0.0), band.name));
    let description = ends.collect::<Vec<_>>().join(", ");
    let sheet = Sheet { title, subtitle, description: &description, legend: &legend, right: 40.0, ..Sheet::default() };
    let (mut picture, area) = sheet.begin();
    let total = |day: usize| bands.iter().filter_map(|band| band.items.get(day)).sum::<f64>();
    let most = (0..days.len()).map(total).fold(1.0, f64::max);
    let (first, last) = (days.first().copied().unwrap_or(0.0), days.last().copied().unwrap_or(1.0));
    let plot = Plot { area, x: Scale::across(area, first, last), y: Scale::up(area, 0.0, most * 1.05) };
    plot.axes(&mut picture, &plot.x.dates(9), "", &plot.y.ticks(6), "items");
    let mut below = vec![0.0; days.len()];
    // The stages are handed in as work goes through them; the paper fills from its bottom.
    for (index, band) in bands.iter().enumerate().rev() {
        let above: Vec<f64> =
            below.iter().enumerate().map(|(day, sum)| sum + band.items.get(day).copied().unwrap_or(0.0)).collect();
        let edge = |sums: &[f64]| plot.points(days.iter().copied().zip(sums.iter().copied()));
        let upper = edge(&above);
        let outline: Vec<Point> = upper.iter().copied().chain(edge(&below).into_iter().rev()).collect();
        picture.tip(band.name, |picture| picture.path(&outline, look(index)));
        picture.path(&upper, Look::thin(Role::Ink));
        if let (Some(at), Some(count)) = (upper.last(), band.items.last().filter(|count| **count > 0.0)) {
            let middle = plot.y.at((below.last().copied().unwrap_or(0.0) + above.last().copied().unwrap_or(0.0)) / 2.0);
            let place = Point { x: at.x + 6.0, y: middle + 4.0 };
            picture.text(place, Anchor::Start, Role::Ink, &format!("{count:.0}"));
        }
        below = above;
    }
    picture
}
