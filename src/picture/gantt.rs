//! Who does what when, as bars on a calendar.
//!
//! Domain layer. A row a task, in groups: of people, teams, or parts of a plan. What decides when all is done is full of
//! colour, what is under way hatched, the rest a frame; a whisker shows how far a bar can slip. Time in which nobody of
//! a row works is shaded; what was planned lies under the bars.

use super::canvas::{Anchor, Area, Picture, Point, cut, shown_width};
use super::plot::{Plot, Sheet};
use super::scale::Scale;
use super::theme::{Look, Role};

/// One task; times are days since 1970-01-01, see [`super::moment`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    pub label: String,
    /// What a pointer that rests on it is told.
    pub tip: String,
    pub start: f64,
    pub finish: f64,
    /// Until when it can slip without harm.
    pub slack: f64,
    pub critical: bool,
    pub begun: bool,
    /// It protects the end of a chain, and is no work.
    pub buffer: bool,
    /// When it was once planned to start and finish.
    pub planned: Option<(f64, f64)>,
    /// When nobody works on it, in order.
    pub gaps: Vec<(f64, f64)>,
    /// Rows of other bars, counted over all groups, that it could only follow, and whether for who or what they took.
    pub after: Vec<(usize, bool)>,
}

/// A picture of a schedule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gantt {
    pub title: String,
    pub subtitle: String,
    /// Names of groups with their bars.
    pub groups: Vec<(String, Vec<Bar>)>,
    pub today: Option<f64>,
}

const ROW: f64 = 22.0;
const BAR: f64 = 12.0;
/// Pixels for names, at least and at most.
const NAMES: (f64, f64) = (120.0, 330.0);
const CHART: f64 = 760.0;
/// A shaded time is at least that wide.
const SHADE: f64 = 2.0;

impl Gantt {
    /// Draws it.
    pub fn draw(&self) -> Picture {
        let bars = || self.groups.iter().flat_map(|(_, bars)| bars);
        let rows = bars().count() + self.groups.iter().filter(|(name, _)| !name.is_empty()).count();
        let names = bars().map(|bar| shown_width(&bar.label)).fold(NAMES.0, f64::max).min(NAMES.1) + 20.0;
        let (from, to) = bars().fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), bar| {
            let planned = bar.planned.unwrap_or((bar.start, bar.finish));
            (from.min(bar.start).min(planned.0), to.max(bar.finish).max(bar.slack).max(planned.1))
        });
        let (from, to) = if from <= to { (from, to) } else { (0.0, 1.0) };
        let critical = bars().filter(|bar| bar.critical).count();
        let description =
            format!("{} tasks as bars on a calendar; {critical} of them decide when all is done.", bars().count());
        let legend = self.legend();
        let sheet = Sheet {
            title: &self.title,
            subtitle: &self.subtitle,
            description: &description,
            legend: &legend,
            width: names + CHART + 28.0,
            body: rows.max(1) as f64 * ROW,
            left: names,
            row: ROW,
            ..Sheet::default()
        };
        let (mut picture, area) = sheet.begin();
        let plot = Plot { area, x: Scale::across(area, from.floor(), to.ceil()), y: Scale::up(area, 0.0, 1.0) };
        let places = self.shade(&mut picture, &plot);
        plot.x_axis(&mut picture, &plot.x.dates(14), "");
        self.rows(&mut picture, &plot, &places);
        if let Some(today) = self.today.filter(|today| (from.floor()..=to.ceil()).contains(today)) {
            plot.mark(&mut picture, today, 0, Look::dashed(Role::Second), "today");
        }
        picture
    }

    /// Only what is to be seen is explained.
    fn legend(&self) -> Vec<(Look, &'static str)> {
        let any = |is: fn(&Bar) -> bool| self.groups.iter().flat_map(|(_, bars)| bars).any(is);
        let all = [
            (any(|bar| bar.critical), Look::fill(Role::Bad), "decides the end"),
            (any(|bar| !bar.critical && !bar.buffer), Look::tint(Role::First), "can slip"),
            (any(|bar| bar.begun), Look::hatch(Role::First), "under way"),
            (any(|bar| bar.slack > bar.finish), Look::thin(Role::First), "by how much"),
            (any(|bar| bar.buffer), Look::hatch(Role::Warn), "buffer"),
            (any(|bar| bar.planned.is_some()), Look::line(Role::Muted), "as planned"),
            (any(|bar| bar.after.iter().any(|(_, taken)| !taken)), Look::thin(Role::Ink), "waits for"),
            (
                any(|bar| bar.after.iter().any(|(_, taken)| *taken)),
                Look::dotted(Role::Ink),
                "waits for who or what it took",
            ),
            (any(|bar| !bar.gaps.is_empty()), Look::tint(Role::Sixth), "nobody works"),
        ];
        all.into_iter().filter(|(is, ..)| *is).map(|(_, look, label)| (look, label)).collect()
    }

    /// Shades the time in which nobody works; returns where the rows of all bars begin.
    fn shade(&self, picture: &mut Picture, plot: &Plot) -> Vec<f64> {
        let mut places = Vec::new();
        let mut top = plot.area.top;
        for (name, bars) in &self.groups {
            if !name.is_empty() {
                top += ROW;
            }
            for same in bars.chunk_by(|one, next| one.gaps == next.gaps) {
                let height = same.len() as f64 * ROW;
                for (from, to) in &same[0].gaps {
                    let (left, right) = (plot.x.at(*from).max(plot.area.left), plot.x.at(*to).min(plot.area.right()));
                    if right - left >= SHADE {
                        picture.rect(Area { left, top, width: right - left, height }, Look::tint(Role::Sixth));
                    }
                }
                places.extend((0..same.len()).map(|row| top + row as f64 * ROW));
                top += height;
            }
        }
        places
    }

    fn rows(&self, picture: &mut Picture, plot: &Plot, places: &[f64]) {
        let all: Vec<&Bar> = self.groups.iter().flat_map(|(_, bars)| bars).collect();
        for (row, bar) in all.iter().enumerate() {
            for (before, taken) in &bar.after {
                let Some((other, top)) = all.get(*before).zip(places.get(*before)) else { continue };
                arrow(picture, plot, (other.finish, *top), (bar.start, places[row]), *taken);
            }
        }
        let mut row = 0;
        for (name, bars) in &self.groups {
            if let (false, Some(top)) = (name.is_empty(), places.get(row)) {
                let at = Point { x: 16.0, y: top - ROW + 15.0 };
                picture.strong(at, Anchor::Start, Role::Ink, name);
                let (left, right) = (plot.area.left, plot.area.right());
                picture.line(Point { x: left, y: *top }, Point { x: right, y: *top }, Look::thin(Role::Grid));
            }
            for bar in bars {
                draw_bar(picture, plot, bar, places[row]);
                row += 1;
            }
        }
    }
}

fn draw_bar(picture: &mut Picture, plot: &Plot, bar: &Bar, top: f64) {
    let name = cut(&bar.label, plot.area.left - 30.0);
    picture.text(Point { x: 22.0, y: top + 15.0 }, Anchor::Start, Role::Ink, &name);
    picture.tip(&bar.tip, |picture| {
        let (left, right) = (plot.x.at(bar.start), plot.x.at(bar.finish));
        let y = top + (ROW - BAR) / 2.0;
        if let Some((from, to)) = bar.planned {
            let y = top + ROW - 3.0;
            let (from, to) = (plot.x.at(from), plot.x.at(to));
            picture.line(Point { x: from, y }, Point { x: to.max(from + 1.0), y }, Look::line(Role::Muted));
        }
        let area = Area { left, top: y, width: (right - left).max(2.0), height: BAR };
        if bar.finish <= bar.start {
            let (x, y) = (left, top + ROW / 2.0);
            let diamond = [(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)];
            let points: Vec<Point> = diamond.iter().map(|(dx, dy)| Point { x: x + dx, y: y + dy }).collect();
            let role = if bar.critical { Role::Bad } else { Role::First };
            picture.path(&points, Look::fill(role));
            return;
        }
        let role = if bar.critical { Role::Bad } else { Role::First };
        match (bar.buffer, bar.critical, bar.begun) {
            (true, ..) => picture.rect(area, Look::hatch(Role::Warn)),
            (_, true, false) => picture.rect(area, Look::fill(role)),
            (_, _, true) => picture.rect(area, Look::hatch(role)),
            (_, false, false) => picture.rect(area, Look::tint(role)),
        }
        let frame = [(left, y), (area.right(), y), (area.right(), area.bottom()), (left, area.bottom()), (left, y)];
        picture.path(&frame.map(|(x, y)| Point { x, y }), Look::thin(if bar.buffer { Role::Warn } else { role }));
        let end = plot.x.at(bar.slack);
        if end > area.right() + 1.0 {
            let y = top + ROW / 2.0;
            picture.line(Point { x: area.right(), y }, Point { x: end, y }, Look::thin(role));
            picture.line(Point { x: end, y: y - 3.0 }, Point { x: end, y: y + 3.0 }, Look::thin(role));
        }
    });
}

/// From the end of one bar down, or up, to the beginning of another.
fn arrow(picture: &mut Picture, plot: &Plot, (finish, from): (f64, f64), (start, to): (f64, f64), taken: bool) {
    let (x, end) = (plot.x.at(finish), plot.x.at(start));
    let (y, bottom) = (from + ROW / 2.0, to + ROW / 2.0);
    let turn = if to > from { bottom - BAR / 2.0 } else { bottom + BAR / 2.0 };
    let at = end.max(x) + 1.0;
    let points = [(x, y), (at, y), (at, turn)].map(|(x, y)| Point { x, y });
    picture.path(&points, if taken { Look::dotted(Role::Ink) } else { Look::thin(Role::Ink) });
}
