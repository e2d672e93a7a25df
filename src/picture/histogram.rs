//! How often each finish came up in a forecast, and the share that is done by then.
//!
//! Domain layer.

use super::{Anchor, Area, Look, Picture, Plot, Point, Role, Scale, Sheet, Tick};

/// The finishes of many samples.
#[derive(Clone, Debug, Default)]
pub struct Histogram<'a> {
    pub title: &'a str,
    /// Samples, seed and distribution.
    pub subtitle: &'a str,
    /// The end of each span with the share of samples in it, the first span's beginning before them. Any unit.
    pub from: f64,
    pub spans: &'a [(f64, f64)],
    pub ticks: &'a [Tick],
    pub axis: &'a str,
    /// Finishes by name, such as P80.
    pub marks: &'a [(f64, String)],
    /// The deadline, with the chance to meet it in words.
    pub deadline: Option<(f64, String)>,
}

impl Histogram<'_> {
    /// Draws it.
    pub fn draw(&self) -> Picture {
        let bar = Look::tint(Role::First);
        let curve = Look::line(Role::Ink);
        let mut legend = vec![(bar, "share of samples that end then"), (curve, "share that has ended by then")];
        if self.deadline.is_some() {
            legend.push((Look::dashed(Role::Bad), "deadline"));
        }
        let said: Vec<&str> = self.marks.iter().map(|(_, label)| label.as_str()).collect();
        let deadline = self.deadline.as_ref().map_or("", |(_, label)| label.as_str());
        let description = format!("{}. {deadline}", said.join(", "));
        let sheet = Sheet {
            title: self.title,
            subtitle: self.subtitle,
            description: description.trim_end(),
            legend: &legend,
            right: 56.0,
            ..Sheet::default()
        };
        let (mut picture, area) = sheet.begin();
        let last = self.spans.last().map_or(self.from, |(end, _)| end.max(self.from));
        let shown = self.deadline.as_ref().map_or(last, |(at, _)| at.clamp(self.from, last + (last - self.from) * 0.5));
        let most = self.spans.iter().map(|(_, share)| *share).fold(0.0, f64::max).max(1e-6);
        let room = Area { top: area.top + 62.0, height: area.height - 62.0, ..area };
        let x = Scale::across(area, self.from, last.max(shown));
        let plot = Plot { area, x, y: Scale::up(room, 0.0, most * 100.0) };
        plot.axes(&mut picture, self.ticks, self.axis, &plot.y.ticks(5), "% of samples");
        let mut from = self.from;
        for (end, share) in self.spans {
            let (left, top) = (plot.x.at(from), plot.y.at(share * 100.0));
            let width = (plot.x.at(*end) - left - 1.0).max(0.5);
            picture.rect(Area { left, top, width, height: area.bottom() - top }, bar);
            from = *end;
        }
        let by = Plot { y: Scale::up(room, 0.0, 100.0), ..plot };
        let mut sum = 0.0;
        let rising = self.spans.iter().map(|(end, share)| {
            sum += share * 100.0;
            (*end, sum)
        });
        let points: Vec<(f64, f64)> = std::iter::once((self.from, 0.0)).chain(rising).collect();
        picture.path(&by.points(points), curve);
        for tick in by.y.ticks(5) {
            let at = Point { x: area.right() + 8.0, y: by.y.at(tick.value) + 4.0 };
            picture.text(at, Anchor::Start, Role::Muted, &format!("{} %", tick.label));
        }
        for (row, (at, label)) in self.marks.iter().enumerate() {
            plot.mark(&mut picture, *at, row, Look::dotted(Role::Ink), label);
        }
        if let Some((at, label)) = &self.deadline {
            let look = Look::dashed(Role::Bad);
            plot.mark(&mut picture, at.clamp(self.from, shown), self.marks.len(), look, label);
        }
        picture
    }
}
