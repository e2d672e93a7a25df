//! Forecasts: not when the plan will be done, but how likely it is by when.
//!
//! Domain layer; pure. [`forecast`] plays what is left of a plan many times, each time with durations drawn from the
//! estimates (`spread` makes distributions of them, `draw` draws, `sample` passes through the network, `timed` with everybody's own
//! hours), and tells which
//! finish a share of the samples does not exceed, and which tasks decide it (`drivers`). [`throughput`] needs no
//! estimates: it plays past days again. [`Calibration`] holds past forecasts against what came. Time is working time;
//! dates belong to the verbs.
//!
//! ```
//! use passmuster::diag::Sink;
//! use passmuster::plan::{Reader, read};
//! use passmuster::schedule::forecast::{Request, forecast};
//! use passmuster::text::Source;
//!
//! let text = "- [ ] T-1: a ~2h/4h/9h\n- [ ] T-2: b ~2h/4h/9h\n";
//! let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
//! let found = forecast(&plan, &Request::default(), &mut Sink::new()).unwrap();
//! // One of them is done within 5h30m in eight of ten cases, both of them within that in fewer.
//! assert!(found.finish().chance(found.finish().quantile(0.8)) >= 0.8);
//! assert!(found.finish().quantile(0.8).0 > 330);
//! ```

mod calibration;
mod dial;
mod draw;
mod drivers;
mod finishes;
mod sample;
mod spread;
pub mod throughput;
mod timed;

pub use calibration::{Calibration, Past, pinball_loss};
pub use dial::BEYOND;
pub use drivers::Driver;
pub use finishes::Finishes;
pub use spread::{Distribution, Shapes, Spread, rank};

use super::codes;
use super::level::{Changes, Levelled};
use super::network::{Arc, Network};
use super::work::{Figure, Part, Tie, Work};
use super::{Fault, Minutes};
use crate::diag::{Diagnostic, Place, Sink};
use crate::plan::{Item, Kind, Plan};
use sample::{Duration, Model, Wanted};
use timed::Timetable;

/// The longest forecast, in minutes: 4,000 years of working days.
const LONGEST: i32 = 1 << 29;

/// How many finishes of parts are kept at a time; for more of them the same samples are drawn again.
const KEPT: usize = 1 << 24;

/// The shares that forecasts name: even odds, likely, and all but sure.
pub const SHARES: [f64; 3] = [0.5, 0.8, 0.95];

/// Which parts of a plan are forecast on their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    #[default]
    Plan,
    Phase,
    Epic,
    Item,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::Item, Self::Epic, Self::Phase, Self::Plan];

    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Phase => "phase",
            Self::Epic => "epic",
            Self::Item => "item",
        }
    }

    fn has(self, kind: Kind) -> bool {
        match self {
            Self::Plan => false,
            Self::Phase => kind == Kind::Phase,
            Self::Epic => kind == Kind::Epic,
            Self::Item => true,
        }
    }
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub distribution: Distribution,
    pub samples: usize,
    pub seed: u64,
    /// How many threads may work on it; the answer is the same for each number.
    pub threads: usize,
    pub level: Level,
    /// Whether it is asked which tasks decide the finish; about twice the work.
    pub drivers: bool,
    /// Actual by estimated time of finished tasks.
    pub ratios: &'a [f64],
    /// Who does what after what, and what is assumed to be other than the plan says; none: somebody is always free.
    pub hands: Option<&'a Levelled>,
    /// When an item is due, in the minutes that the forecast counts.
    pub due: &'a dyn Fn(usize) -> Option<Minutes>,
}

impl Default for Request<'_> {
    fn default() -> Self {
        Self {
            distribution: Distribution::default(),
            samples: 10_000,
            seed: 1,
            threads: 1,
            level: Level::default(),
            drivers: false,
            ratios: &[],
            hands: None,
            due: &|_| None,
        }
    }
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { distribution, samples, seed, threads, level, .. } = self;
        write!(f, "{distribution:?}, {samples} samples, seed {seed}, {threads} threads, by {level:?}")
    }
}

/// When one part of a plan is done.
#[derive(Clone, Debug, PartialEq)]
pub struct PartForecast {
    /// Index of the item.
    pub item: usize,
    /// At even odds, likely, and all but sure: see [`SHARES`].
    pub quantiles: [Minutes; 3],
    /// The share of samples in which it is done when it is due; none when it is not due at any time.
    pub chance: Option<f64>,
}

/// What the estimates of a plan's open tasks are, as far as it matters for a forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// Open tasks with three figures.
    pub three: usize,
    /// Open tasks with one figure.
    pub single: usize,
    /// Open tasks without any.
    pub none: usize,
    /// How many ratios of finished tasks were drawn from; 0 when none were.
    pub ratios: usize,
}

/// A forecast of what a plan leaves to do.
#[derive(Clone, Debug)]
pub struct Forecast {
    finish: Finishes,
    /// In the order of the plan.
    pub parts: Vec<PartForecast>,
    /// Tasks that decide, those that decide most first; empty unless asked for.
    pub drivers: Vec<Driver>,
    pub basis: Basis,
    /// Whether samples kept to the people of a schedule.
    pub by_people: bool,
    /// Whether its minutes are those of the clock since the beginning, nights included, because people work different
    /// hours, or something waits for a day. Otherwise they are minutes of work.
    pub by_clock: bool,
}

impl Forecast {
    /// When all is done.
    pub fn finish(&self) -> &Finishes {
        &self.finish
    }

    /// When all is done at each of [`SHARES`].
    pub fn quantiles(&self) -> [Minutes; 3] {
        SHARES.map(|share| self.finish.quantile(share))
    }

    /// The tasks that have a say in it at all, those that decide most first.
    pub fn deciding(&self) -> impl Iterator<Item = &Driver> {
        self.drivers.iter().filter(|driver| driver.sensitivity >= 0.005)
    }
}

/// Plays what is left of a plan. What looks wrong with the figures goes to `sink`.
///
/// # Errors
/// Tasks wait for each other, or the plan is too long to be added up.
pub fn forecast(plan: &Plan, request: &Request<'_>, sink: &mut Sink) -> Result<Forecast, Box<Diagnostic>> {
    let unchanged = Changes::default();
    let (changes, turns) = request.hands.map_or((&unchanged, &[][..]), |hands| (&hands.changes, &hands.turns));
    let work = Work::new(plan, Figure::Expected, changes, turns, sink)?;
    let spreads = spreads(plan, &work, request.distribution, request.ratios).into_iter().enumerate();
    let durations: Vec<Duration> =
        spreads.map(|(number, (spread, spent))| Duration { number: number as u64, spread, spent }).collect();
    let links = request.hands.map_or_else(Vec::new, Levelled::pairs);
    let tied = Tied::new(&work, &links);
    let mut model = Model::new(&tied.network, &durations, &tied.ties).ok_or_else(|| Box::new(too_long(plan)))?;
    let clock = request.hands.filter(|levelled| !levelled.is_by_common_hours());
    if let Some(levelled) = clock {
        model = model.timed(|years| Timetable::new(levelled, &work, |activity| tied.network.position(activity), years));
    }
    let watched = watched(plan, &work, &tied.network, request.level);
    let samples = request.samples.max(1);
    let mut forecast = Forecast {
        finish: Finishes::default(),
        parts: Vec::with_capacity(watched.len()),
        drivers: Vec::new(),
        basis: basis(plan, &work, request.ratios.len()),
        by_people: request.hands.is_some() && tied.links == links.len(),
        by_clock: clock.is_some(),
    };
    let at_a_time = (KEPT / samples).max(1);
    // At least once, even when no part is asked for.
    for round in 0..watched.len().div_ceil(at_a_time).max(1) {
        let items = &watched[round * at_a_time..watched.len().min((round + 1) * at_a_time)];
        let positions: Vec<u32> = items.iter().map(|(_, position)| *position).collect();
        let samples = model.run(&Wanted {
            samples,
            seed: request.seed,
            threads: request.threads,
            watched: &positions,
            drivers: request.drivers && round == 0,
        });
        if round == 0 {
            forecast.drivers = drivers::of(&samples, &tied.network, &work);
            forecast.finish = Finishes::new(samples.finish);
        }
        for ((item, _), finishes) in items.iter().zip(samples.watched) {
            let finishes = Finishes::new(finishes);
            let quantiles = SHARES.map(|share| finishes.quantile(share));
            let chance = (request.due)(*item).map(|due| finishes.chance(due));
            forecast.parts.push(PartForecast { item: *item, quantiles, chance });
        }
    }
    Ok(forecast)
}

/// The positions whose finish is that of an item, for the items of a level that are open.
fn watched(plan: &Plan, work: &Work, network: &Network, level: Level) -> Vec<(usize, u32)> {
    let items = plan.items.iter().enumerate().filter(|(_, item)| level.has(item.kind));
    let position = |index: usize| match work.parts[index] {
        Part::Closed => None,
        Part::Task(activity) | Part::Group { end: activity, .. } => u32::try_from(network.position(activity)).ok(),
    };
    items.filter_map(|(index, _)| Some((index, position(index)?))).collect()
}

/// How long each activity may take, and minutes that have passed of it.
pub(super) fn spreads(plan: &Plan, work: &Work, distribution: Distribution, ratios: &[f64]) -> Vec<(Spread, f64)> {
    let unknown = unknown(plan, work, distribution, ratios);
    let of = |activity: &super::work::Activity| {
        let item = &plan.items[activity.item];
        match item.estimate().filter(|_| activity.is_task) {
            Some(estimate) => {
                let spent = item.actual().map_or(0.0, |actual| f64::from(actual.value));
                (Spread::of(estimate.value, distribution, ratios), spent)
            }
            None if activity.is_task && item.kind == Kind::Task => (unknown.clone(), 0.0),
            None => (Spread::Exact(0.0), 0.0),
        }
    };
    work.activities.iter().map(of).collect()
}

/// What a task without an estimate may take: what the others of the plan are expected to.
fn unknown(plan: &Plan, work: &Work, distribution: Distribution, ratios: &[f64]) -> Spread {
    let tasks = plan.items.iter().filter(|item| item.kind == Kind::Task);
    let estimates = tasks.filter_map(Item::estimate);
    let means = estimates.map(|estimate| Spread::of(estimate.value, distribution, ratios).mean());
    let mut known: Vec<f64> = means.collect();
    if known.is_empty() {
        return Spread::Exact(work.assumed as f64);
    }
    known.sort_by(f64::total_cmp);
    Spread::Drawn(known)
}

fn basis(plan: &Plan, work: &Work, ratios: usize) -> Basis {
    let mut basis = Basis { ratios, ..Basis::default() };
    for activity in work.activities.iter().filter(|activity| activity.is_task) {
        let item = &plan.items[activity.item];
        match item.estimate() {
            Some(estimate) if estimate.value.optimistic < estimate.value.pessimistic => basis.three += 1,
            Some(_) => basis.single += 1,
            None if item.kind == Kind::Task => basis.none += 1,
            None => {}
        }
    }
    basis
}

/// The plan's network with what people do one after the other.
pub(super) struct Tied {
    pub network: Network,
    pub ties: Vec<Tie>,
    /// How many links are in it.
    pub links: usize,
}

impl Tied {
    /// Links that contradict the needs of the plan are left out, all of them.
    pub fn new(work: &Work, links: &[(usize, usize)]) -> Self {
        let own = || Self { network: work.network.clone(), ties: work.ties.clone(), links: 0 };
        let task = |item: usize| match work.parts.get(item)? {
            Part::Task(activity) => Some(*activity),
            Part::Closed | Part::Group { .. } => None,
        };
        let links: Vec<(usize, usize)> =
            links.iter().filter_map(|&(first, second)| Some((task(first)?, task(second)?))).collect();
        if links.is_empty() {
            return own();
        }
        let (durations, mut arcs) = work.network.unordered();
        let mut ties = work.ties.clone();
        for &(from, to) in &links {
            arcs.push(Arc { from, to, weight: durations[from] });
            ties.push(Tie { from_finish: true, to_finish: false, lag: 0 });
        }
        // With leads (negative lags) a schedule may hold a pair the other way round than its arc points.
        match Network::new(&durations, &arcs) {
            Ok(network) => Self { network, ties, links: links.len() },
            Err(Fault::Cycle(_) | Fault::TooLong) => own(),
        }
    }

    /// The same network with other durations, by activity.
    pub fn with_durations(&self, durations: &[i64]) -> Network {
        let (_, mut arcs) = self.network.unordered();
        for (arc, tie) in arcs.iter_mut().zip(&self.ties) {
            let after = |activity: usize, finish: bool| if finish { durations[activity] } else { 0 };
            arc.weight = tie.lag + after(arc.from, tie.from_finish) - after(arc.to, tie.to_finish);
        }
        Network::new(durations, &arcs).expect("the same arcs had an order, and no duration of a plan is too long")
    }
}

fn too_long(plan: &Plan) -> Diagnostic {
    let place = plan.items.iter().filter_map(|item| Some((item, item.estimate()?)));
    let longest = place.max_by_key(|(_, estimate)| estimate.value.pessimistic);
    let place = longest.map_or_else(
        || Place::Argument("plan".to_owned()),
        |(item, estimate)| Place::text(&plan.files[item.file].source, estimate.span),
    );
    Diagnostic::error(&codes::TOO_LONG, place, "the plan is too long for a forecast")
        .cause(format!("one behind the other its tasks may take more than {} years", LONGEST / 60 / 2000))
        .hint("correct the longest estimates, or the lags of the needs")
}

#[cfg(test)]
mod tests;
