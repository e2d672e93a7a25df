//! The fever chart: how much of a buffer is used against how much of the chain is done.
//!
//! Domain layer.

use super::{Anchor, Look, Picture, Plot, Point, Role, Scale, Sheet, shown_width};

/// Percent of the buffer; far beyond either it no longer matters by how much, and the figures say it.
const LOW: f64 = -100.0;
const HIGH: f64 = 300.0;

/// Pixels between two dates on the way.
const APART: f64 = 64.0;

/// One project's way through the chart.
#[derive(Clone, Debug, Default)]
pub struct Fever<'a> {
    /// Its name; with several, each last point bears it.
    pub name: &'a str,
    /// Percent of the chain done, percent of the buffer used, and the day in words; oldest first.
    pub points: Vec<(f64, f64, String)>,
}

/// A straight line between zones: percent of the buffer at the beginning and at the end of the chain.
pub type Border = (f64, f64);

/// Draws the ways of one project or of several between the zones below `yellow`, below `red` and above.
pub fn fever(title: &str, subtitle: &str, yellow: Border, red: Border, projects: &[Fever<'_>]) -> Picture {
    let legend = [
        (Look::tint(Role::Good), "green: go on"),
        (Look::tint(Role::Warn), "yellow: plan how to recover"),
        (Look::hatch(Role::Bad), "red: recover now"),
        (Look::line(Role::Ink), "the way so far"),
    ];
    let last = |project: &Fever<'_>| {
        let (x, y, when) = project.points.last()?;
        Some(format!("{}: {x:.0} % done, {y:.0} % of the buffer used, {when}", project.name))
    };
    let description = projects.iter().filter_map(last).collect::<Vec<_>>().join("; ");
    let sheet =
        Sheet { title, subtitle, description: &description, legend: &legend, height: 480.0, ..Sheet::default() };
    let (mut picture, area) = sheet.begin();
    let all = || projects.iter().flat_map(|project| project.points.iter().map(|(_, y, _)| *y));
    let (low, high) = (all().fold(0.0, f64::min).max(LOW), all().fold(110.0, f64::max).min(HIGH));
    let plot = Plot { area, x: Scale::across(area, 0.0, 100.0), y: Scale::up(area, low, high) };
    let zone = |below: Border, above: Border| {
        plot.points([(0.0, below.0), (100.0, below.1), (100.0, above.1), (0.0, above.0)])
    };
    picture.path(&zone((low, low), yellow), Look::tint(Role::Good));
    picture.path(&zone(yellow, red), Look::tint(Role::Warn));
    picture.path(&zone(red, (high, high)), Look::hatch(Role::Bad));
    plot.axes(
        &mut picture,
        &plot.x.ticks(10),
        "% of the critical chain done",
        &plot.y.ticks(7),
        "% of the buffer used",
    );
    picture.path(&plot.points([(0.0, 100.0), (100.0, 100.0)]), Look::dashed(Role::Muted));
    let middle = |below: f64, above: f64| (below + above) / 2.0;
    let names = [(middle(low, yellow.1), "green"), (middle(yellow.1, red.1), "yellow"), (middle(red.1, high), "red")];
    for (y, name) in names {
        let at = plot.at(100.0, y);
        picture.label(Point { x: at.x - 8.0, y: at.y + 4.0 }, Anchor::End, Role::Muted, name);
    }
    for project in projects {
        let points: Vec<Point> =
            project.points.iter().map(|(x, y, _)| plot.at(x.clamp(0.0, 100.0), y.clamp(low, high))).collect();
        picture.path(&points, Look::line(Role::Ink));
        for (point, (x, y, when)) in points.iter().zip(&project.points) {
            let tip = format!("{when}: {x:.0} % done, {y:.0} % of the buffer used");
            picture.tip(&tip, |picture| picture.dot(*point, 3.0, Look::fill(Role::Ink)));
        }
        let (Some(at), Some((_, y, when))) = (points.last(), project.points.last()) else { continue };
        picture.dot(*at, 5.5, Look::fill(Role::Ink));
        let name = if projects.len() > 1 { project.name } else { when.as_str() };
        let name = if (low..=high).contains(y) { name.to_owned() } else { format!("{name}: {y:.0} %") };
        let before = at.x + 12.0 + shown_width(&name) > area.right();
        let (anchor, x) = if before { (Anchor::End, at.x - 9.0) } else { (Anchor::Start, at.x + 9.0) };
        picture.label(Point { x, y: (at.y - 7.0).max(area.top + 14.0) }, anchor, Role::Ink, &name);
        let mut named = vec![*at];
        for (point, (_, _, when)) in points.iter().zip(&project.points).rev().skip(1) {
            let is_free = |other: &Point| (other.x - point.x).hypot(other.y - point.y) >= APART;
            if named.iter().all(is_free) {
                named.push(*point);
                let y = (point.y + 18.0).min(area.bottom() - 6.0);
                picture.label(Point { x: point.x + 7.0, y }, Anchor::Start, Role::Muted, when);
            }
        }
    }
    picture
}
