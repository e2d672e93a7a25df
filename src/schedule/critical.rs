//! Which items decide when the whole is done, and by how much the others do not.
//!
//! Domain layer.

use super::Minutes;
use super::cpm::Dates;
use super::level::Changes;
use super::work::{Figure, NeedOf, Part, Work};
use crate::diag::{Diagnostic, Sink};
use crate::plan::Plan;

/// An open item has little float when it is at most one part in so many of the time left.
const NEAR: i64 = 10;

/// When an open item can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The earliest start; of an item with parts, the earliest of theirs.
    pub start: Minutes,
    /// The earliest finish.
    pub finish: Minutes,
    /// How far it can move without moving the finish of the whole.
    pub float: Minutes,
    /// How far it can move without moving any other item.
    pub free: Minutes,
}

impl Times {
    /// Whether any delay of the item delays the whole.
    pub fn is_critical(&self) -> bool {
        self.float <= Minutes(0)
    }
}

/// One item of the chain that decides when the whole is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index of the item.
    pub item: usize,
    /// The need that keeps it from starting earlier, its own or one of an item it stands in; none when nothing does.
    pub because: Option<NeedOf>,
}

/// The critical path of what a plan leaves to do, as if there were always somebody free to do it.
#[derive(Debug)]
pub struct Critical<'a> {
    plan: &'a Plan,
    work: Work,
    dates: Dates,
    /// By item; none for what is closed.
    times: Vec<Option<Times>>,
}

/// Computes the critical path. What looks wrong with the figures goes to `sink`.
///
/// # Errors
/// Tasks wait for each other.
pub fn critical<'a>(plan: &'a Plan, figure: Figure, sink: &mut Sink) -> Result<Critical<'a>, Box<Diagnostic>> {
    let work = Work::new(plan, figure, &Changes::default(), &[], sink)?;
    let dates = Dates::of(&work.network);
    let mut times: Vec<Option<Times>> = work.parts.iter().map(|&part| own_times(&work, &dates, part)).collect();
    // A parent has its parts' first start and least float; parts stand behind it.
    for index in (0..plan.items.len()).rev() {
        let (Some(mine), Some(parent)) = (times[index], plan.items[index].parent) else { continue };
        if let Some(above) = &mut times[parent] {
            above.start = above.start.min(mine.start);
            above.float = above.float.min(mine.float);
            above.free = above.free.min(mine.free);
        }
    }
    Ok(Critical { plan, work, dates, times })
}

fn own_times(work: &Work, dates: &Dates, part: Part) -> Option<Times> {
    let (Part::Task(activity) | Part::Group { end: activity, .. }) = part else { return None };
    let position = work.network.position(activity);
    let start = dates.early_start(position);
    Some(Times {
        start: Minutes(start),
        finish: Minutes(start + work.network.durations()[position]),
        float: Minutes(dates.total_float(position)),
        free: Minutes(dates.free_float(position)),
    })
}

impl Critical<'_> {
    /// When all is done at the earliest.
    pub fn finish(&self) -> Minutes {
        Minutes(self.dates.makespan())
    }

    /// When an item can be done; `None` for one that is closed.
    pub fn times(&self, index: usize) -> Option<Times> {
        self.times[index]
    }

    /// Whether a delay of the item delays the whole. What is closed or unknown delays nothing.
    pub fn is_critical(&self, id: &str) -> bool {
        self.of(id).is_some_and(|times| times.is_critical())
    }

    /// How far an open item can move without moving the finish of the whole.
    pub fn float(&self, id: &str) -> Option<Minutes> {
        self.of(id).map(|times| times.float)
    }

    fn of(&self, id: &str) -> Option<Times> {
        self.times[self.plan.find(id)?]
    }

    /// The open items without parts, in the order of the plan.
    pub fn tasks(&self) -> impl Iterator<Item = (usize, Times)> + '_ {
        let is_task = |index: usize| matches!(self.work.parts[index], Part::Task(_));
        let times = self.times.iter().enumerate();
        times.filter_map(move |(index, times)| times.filter(|_| is_task(index)).map(|times| (index, times)))
    }

    /// The critical tasks, in the order they start.
    pub fn critical_tasks(&self) -> Vec<(usize, Times)> {
        let mut found: Vec<_> = self.tasks().filter(|(_, times)| times.is_critical()).collect();
        found.sort_by_key(|(index, times)| (times.start, times.finish, *index));
        found
    }

    /// The tasks with float, but less than a tenth of the time left: the next to become critical. Least float first.
    pub fn near(&self) -> Vec<(usize, Times)> {
        let limit = Minutes(self.dates.makespan() / NEAR);
        let mut found: Vec<_> =
            self.tasks().filter(|(_, times)| !times.is_critical() && times.float <= limit).collect();
        found.sort_by_key(|(index, times)| (times.float, times.start, *index));
        found
    }

    /// Tasks without an estimate, and what each counts as.
    pub fn unestimated(&self) -> (&[usize], Minutes) {
        (&self.work.unestimated, Minutes(self.work.assumed))
    }

    /// One chain of items that decides when the whole is done, first to last: each starts when it does because of the
    /// one before it. Where several chains are equally long it is the one the plan names first.
    pub fn chain(&self) -> Vec<Step> {
        let network = &self.work.network;
        let end = |position: usize| self.dates.early_start(position) + network.durations()[position];
        let last = (0..network.len())
            .filter(|&position| end(position) == self.dates.makespan())
            .min_by_key(|&position| (!self.activity(position).is_task, network.activity(position)));
        let mut chain: Vec<Step> = Vec::new();
        let mut next = last;
        while let Some(position) = next {
            let activity = self.activity(position);
            if activity.is_task {
                chain.push(Step { item: activity.item, because: None });
            }
            let start = self.dates.early_start(position);
            let mut arcs = network.incoming(position).iter().filter(|_| start > 0);
            let binding = arcs.find(|arc| self.dates.early_start(arc.from as usize) + arc.weight == start);
            // Between two tasks of the chain stand the beginnings and ends of what they are part of.
            if let (Some(arc), Some(step)) = (binding, chain.last_mut()) {
                step.because = step.because.or(self.work.needs[arc.arc as usize]);
            }
            next = binding.map(|arc| arc.from as usize);
        }
        chain.reverse();
        chain
    }

    fn activity(&self, position: usize) -> super::work::Activity {
        self.work.activities[self.work.network.activity(position)]
    }
}
