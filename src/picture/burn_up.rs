//! Work done against work there is, and where the two may meet.
//!
//! Domain layer. Days are those of [`super::day`].

use super::{Look, Picture, Plot, Role, Scale, Sheet};

/// Lines over days.
#[derive(Clone, Debug, Default)]
pub struct BurnUp<'a> {
    pub title: &'a str,
    pub subtitle: &'a str,
    /// What is counted.
    pub unit: &'a str,
    /// Work there is, at each day it changed: drawn in steps, so that new work is seen and not hidden in a slope.
    pub scope: &'a [(f64, f64)],
    pub done: &'a [(f64, f64)],
    pub today: f64,
    /// When all is done if all goes well, and if it goes badly, with words for each.
    pub soon: Option<(f64, String)>,
    pub late: Option<(f64, String)>,
}

impl BurnUp<'_> {
    /// Draws it.
    pub fn draw(&self) -> Picture {
        let (scope, done) = (Look::dashed(Role::Second), Look::line(Role::First));
        let cone = Look::tint(Role::First);
        let mut legend = vec![(scope, "all there is"), (done, "done")];
        if self.soon.is_some() || self.late.is_some() {
            legend.push((cone, "where it may go"));
        }
        let words = |end: &Option<(f64, String)>| end.as_ref().map_or(String::new(), |(_, label)| format!(", {label}"));
        let total = self.scope.last().map_or(0.0, |(_, total)| *total);
        let now = self.done.last().map_or(0.0, |(_, done)| *done);
        let description =
            format!("{now:.0} of {total:.0} {} done{}{}", self.unit, words(&self.soon), words(&self.late));
        let (title, subtitle) = (self.title, self.subtitle);
        let sheet = Sheet { title, subtitle, description: &description, legend: &legend, ..Sheet::default() };
        let (mut picture, area) = sheet.begin();
        let first = self.scope.first().map_or(self.today, |(day, _)| *day);
        let ends = [&self.soon, &self.late].into_iter().flatten().map(|(day, _)| *day);
        let last = ends.fold(self.today, f64::max);
        // A line that ends at the very edge is hard to see.
        let last = last + (last - first) * 0.04;
        let most = self.scope.iter().map(|(_, total)| *total).fold(1.0, f64::max);
        let plot = Plot { area, x: Scale::across(area, first, last), y: Scale::up(area, 0.0, most * 1.3) };
        plot.axes(&mut picture, &plot.x.dates(9), "", &plot.y.ticks(6), self.unit);
        let begin = (self.today, now);
        let near = self.soon.as_ref().map(|(day, _)| (*day, total));
        // Without an end in sight the cone's lower side goes on with nothing done.
        let far = self.late.as_ref().map_or((last, now), |(day, _)| (*day, total));
        if let Some(near) = near {
            let beyond = if self.late.is_none() { vec![(last, total)] } else { Vec::new() };
            let corners = [begin, near].into_iter().chain(beyond).chain([far]);
            picture.path(&plot.points(corners), cone);
            picture.path(&plot.points([begin, near]), Look::dotted(Role::First));
            picture.path(&plot.points([begin, far]), Look::dotted(Role::First));
        }
        picture.path(&plot.points(steps(self.scope, last)), scope);
        picture.path(&plot.points(self.done.iter().copied()), done);
        plot.mark(&mut picture, self.today, 0, Look::thin(Role::Muted), "today");
        for (row, (day, label)) in [&self.soon, &self.late].into_iter().flatten().enumerate() {
            plot.mark(&mut picture, *day, row + 1, Look::dotted(Role::Muted), label);
        }
        picture
    }
}

/// A line that stays level until the next value, and to the end.
fn steps(values: &[(f64, f64)], end: f64) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(2 * values.len() + 1);
    for &(day, value) in values {
        if let Some(&(_, before)) = out.last() {
            out.push((day, before));
        }
        out.push((day, value));
    }
    if let Some(&(_, value)) = out.last() {
        out.push((end, value));
    }
    out
}
