//! The network of a plan: what is left to do, how long it takes, and what it waits for.
//!
//! Domain layer. An item without parts is one activity. One with parts is two moments that take no time: nothing in it
//! starts before the first, and the second comes when all in it has finished; so a need of an epic, or on one, costs
//! two arcs and not one for each pair of tasks. What is done is not in the network, and binds nothing any more.

use super::codes;
use super::level::Changes;
use super::network::{Arc, Fault, Network};
use crate::diag::{Diagnostic, Place, Sink};
use crate::plan::{Estimate, Item, Kind, Plan, Relation};

/// Minutes of one task above which an estimate is doubted: a year of 50 weeks.
const LONG: i64 = 50 * 40 * 60;

/// What a task counts as when no task of the plan has an estimate: a day.
const UNKNOWN: i64 = 8 * 60;

/// How many items of a circle a message shows.
const SHOWN: usize = 60;

/// Which figure of an estimate counts as the duration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Figure {
    Optimistic,
    Likely,
    /// The mean of the PERT beta distribution, (a + 4m + b) / 6, to the minute.
    #[default]
    Expected,
    Pessimistic,
}

impl Figure {
    pub const ALL: [Self; 4] = [Self::Optimistic, Self::Likely, Self::Expected, Self::Pessimistic];

    pub fn name(self) -> &'static str {
        match self {
            Self::Optimistic => "optimistic",
            Self::Likely => "likely",
            Self::Expected => "expected",
            Self::Pessimistic => "pessimistic",
        }
    }

    /// Minutes of an estimate.
    ///
    /// ```
    /// use passmuster::{plan::Estimate, schedule::Figure};
    /// let estimate = Estimate { optimistic: 36, likely: 60, pessimistic: 132 };
    /// assert_eq!(Figure::Expected.of(estimate), 68);
    /// ```
    pub fn of(self, estimate: Estimate) -> i64 {
        let [a, m, b] = [estimate.optimistic, estimate.likely, estimate.pessimistic].map(i64::from);
        match self {
            Self::Optimistic => a,
            Self::Likely => m,
            Self::Expected => (a + 4 * m + b + 3) / 6,
            Self::Pessimistic => b,
        }
    }
}

/// What is left of an open item without parts, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Not begun: all of it, after what it waits for.
    All(i64),
    /// Begun: the rest, which waits for nothing to start.
    Rest(i64),
}

/// The activities that stand for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Closed,
    Task(usize),
    Group { begin: usize, end: usize },
}

impl Part {
    /// When the part starts; none when that is past.
    fn start(self) -> Option<Moment> {
        match self {
            Self::Closed => None,
            Self::Task(activity) | Self::Group { begin: activity, .. } => Some(Moment { activity, finish: false }),
        }
    }

    /// When the part finishes; none when that is past.
    fn finish(self) -> Option<Moment> {
        match self {
            Self::Closed => None,
            Self::Task(activity) | Self::Group { end: activity, .. } => Some(Moment { activity, finish: true }),
        }
    }
}

/// A point in time: the start or the finish of an activity.
#[derive(Clone, Copy, Debug)]
struct Moment {
    activity: usize,
    finish: bool,
}

/// What an arc says whatever the durations are: one end of the activity it leads to lies at least `lag` minutes after
/// one end of the activity it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    pub from_finish: bool,
    pub to_finish: bool,
    pub lag: i64,
}

/// What an activity is a part of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activity {
    pub item: usize,
    pub is_task: bool,
}

/// One need of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedOf {
    /// Index of the item that has the need.
    pub item: usize,
    /// Index among its needs.
    pub need: usize,
}

/// Some items begin when all of some others are done, whatever the plan says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    pub before: Vec<usize>,
    pub after: Vec<usize>,
}

/// The network of what a plan leaves to do.
#[derive(Debug)]
pub struct Work {
    pub(super) network: Network,
    pub(super) activities: Vec<Activity>,
    /// By item.
    pub(super) parts: Vec<Part>,
    /// By item: whether work on it is under way.
    pub(super) begun: Vec<bool>,
    /// The arcs the network was made of.
    pub(super) arcs: Vec<Arc>,
    /// What each arc says.
    pub(super) ties: Vec<Tie>,
    /// The need behind each arc; none where a parent holds its parts together.
    pub(super) needs: Vec<Option<NeedOf>>,
    /// The first of the arcs by which a team's turn comes; none comes after them.
    pub(super) turns_from: usize,
    /// Items without an estimate that are still to be done.
    pub unestimated: Vec<usize>,
    /// What each of them counts as, in minutes: the median of the estimated ones.
    pub assumed: i64,
}

impl Work {
    /// Builds the network; what looks wrong with the figures goes to `sink`.
    ///
    /// # Errors
    /// Tasks wait for each other.
    pub(super) fn new(
        plan: &Plan,
        figure: Figure,
        changes: &Changes,
        turns: &[Turn],
        sink: &mut Sink,
    ) -> Result<Self, Box<Diagnostic>> {
        let assumed = median(plan, figure);
        let mut builder = Builder {
            plan,
            changes,
            durations: Vec::new(),
            activities: Vec::new(),
            arcs: Vec::new(),
            ties: Vec::new(),
            needs: Vec::new(),
        };
        let mut unestimated = Vec::new();
        let mut begun = vec![false; plan.items.len()];
        let open = open(plan, changes);
        let mut parts = vec![Part::Closed; plan.items.len()];
        for (index, item) in plan.items.iter().enumerate().filter(|(index, _)| open[*index]) {
            if !plan.children(index).is_empty() {
                let begin = builder.activity(index, false, 0);
                parts[index] = Part::Group { begin, end: builder.activity(index, false, 0) };
                continue;
            }
            if item.kind == Kind::Task && item.estimate().is_none() {
                unestimated.push(index);
            }
            let left = left(plan, item, figure, assumed, sink);
            begun[index] = matches!(left, Left::Rest(_));
            let (Left::All(minutes) | Left::Rest(minutes)) = left;
            parts[index] = Part::Task(builder.activity(index, true, minutes));
        }
        for index in 0..plan.items.len() {
            builder.bind(index, &parts, &begun);
        }
        let turns_from = builder.arcs.len();
        turns.iter().for_each(|turn| builder.turn(turn, &parts, &begun));
        let Builder { durations, activities, arcs, ties, needs, .. } = builder;
        let network = Network::new(&durations, &arcs).map_err(|fault| match fault {
            Fault::Cycle(circle) => Box::new(cycle(plan, &circle, &activities)),
            Fault::TooLong => {
                unreachable!("a figure of a plan is at most 50000 hours, and no memory holds enough of them")
            }
        })?;
        Ok(Self { network, activities, parts, begun, arcs, ties, needs, turns_from, unestimated, assumed })
    }
}

/// Which items are still part of the work: those that are not closed, and parents of such.
fn open(plan: &Plan, changes: &Changes) -> Vec<bool> {
    let mut dropped = vec![false; plan.items.len()];
    for (index, item) in plan.items.iter().enumerate() {
        let is_dropped = item.is_dropped() || changes.cut.contains(&index);
        dropped[index] = is_dropped || item.parent.is_some_and(|parent| dropped[parent]);
    }
    let mut open = vec![false; plan.items.len()];
    for index in (0..plan.items.len()).rev() {
        let below = plan.children(index).iter().any(|&child| open[child]);
        open[index] = !dropped[index] && (below || !plan.is_closed(index));
    }
    open
}

/// The median of the estimates, done and dropped items included: what a task of this plan usually takes.
fn median(plan: &Plan, figure: Figure) -> i64 {
    let tasks = plan.items.iter().filter(|item| item.kind == Kind::Task);
    let mut known: Vec<i64> = tasks.filter_map(Item::estimate).map(|estimate| figure.of(estimate.value)).collect();
    if known.is_empty() {
        return UNKNOWN;
    }
    let middle = (known.len() - 1) / 2;
    *known.select_nth_unstable(middle).1
}

/// What is left of an open item without parts.
fn left(plan: &Plan, item: &Item, figure: Figure, assumed: i64, sink: &mut Sink) -> Left {
    let Some(estimate) = item.estimate() else {
        return Left::All(if item.kind == Kind::Task { assumed } else { 0 });
    };
    let place = |span| Place::text(&plan.files[item.file].source, span);
    let minutes = figure.of(estimate.value);
    if minutes > LONG {
        sink.push(
            Diagnostic::warning(
                &codes::LONG_TASK,
                place(estimate.span),
                format!("`{}` is estimated at {}", item.id.value, estimate.value),
            )
            .cause(format!("a working year has about {} hours", LONG / 60))
            .hint("split it, or correct the estimate"),
        );
    }
    let Some(actual) = item.actual().filter(|actual| actual.value > 0) else { return Left::All(minutes) };
    let spent = i64::from(actual.value);
    if spent > minutes {
        sink.push(
            Diagnostic::warning(
                &codes::OVERSPENT,
                place(actual.span),
                format!("`{}` is open, and has taken more than its estimate", item.id.value),
            )
            .label(place(estimate.span), "estimated here")
            .cause(format!("{} were spent, {} expected", super::Minutes(spent), super::Minutes(minutes)))
            .hint("estimate it again, the time spent included"),
        );
    }
    Left::Rest((minutes - spent).max(0))
}

/// Minutes that are left of an open item; none where nobody estimated it.
pub(super) fn remaining(plan: &Plan, item: &Item, figure: Figure) -> Option<i64> {
    item.estimate()?;
    let (Left::All(minutes) | Left::Rest(minutes)) = left(plan, item, figure, 0, &mut Sink::new());
    Some(minutes)
}

struct Builder<'a> {
    plan: &'a Plan,
    changes: &'a Changes,
    durations: Vec<i64>,
    activities: Vec<Activity>,
    arcs: Vec<Arc>,
    /// By arc.
    ties: Vec<Tie>,
    needs: Vec<Option<NeedOf>>,
}

impl Builder<'_> {
    fn activity(&mut self, item: usize, is_task: bool, minutes: i64) -> usize {
        self.durations.push(minutes);
        self.activities.push(Activity { item, is_task });
        self.durations.len() - 1
    }

    /// Adds the arcs that an item's parent and its needs ask for.
    fn bind(&mut self, index: usize, parts: &[Part], begun: &[bool]) {
        let part = parts[index];
        if part == Part::Closed {
            return;
        }
        let item = &self.plan.items[index];
        let around = item.parent.map_or(Part::Closed, |parent| parts[parent]);
        if !begun[index] {
            self.arc(around.start(), part.start(), 0, None);
        }
        self.arc(part.finish(), around.finish(), 0, None);
        if let Part::Group { .. } = part {
            self.arc(part.start(), part.finish(), 0, None);
        }
        for (number, need) in self.plan.needs(index).enumerate() {
            let Some(target) = self.plan.target(&need) else { continue };
            // That a parent waits for what is in it goes without saying.
            let is_part = self.plan.ancestors(target).any(|above| above == index);
            if is_part || self.changes.apart.contains(&(index, target)) {
                continue;
            }
            let binds_start = matches!(need.relation, Relation::FinishToStart | Relation::StartToStart);
            let by_start = matches!(need.relation, Relation::StartToStart | Relation::StartToFinish);
            // What has begun waits no more to begin, and holds nothing up that waited for it to begin.
            if (binds_start && begun[index]) || (by_start && begun[target]) {
                continue;
            }
            let moment = |part: Part, start: bool| if start { part.start() } else { part.finish() };
            let (from, to) = (moment(parts[target], by_start), moment(part, binds_start));
            self.arc(from, to, need.lag_minutes, Some(NeedOf { item: index, need: number }));
        }
    }

    /// Adds a moment between those that are first and those whose turn comes then.
    fn turn(&mut self, turn: &Turn, parts: &[Part], begun: &[bool]) {
        let Some(&first) = turn.after.iter().find(|&&item| parts[item] != Part::Closed) else { return };
        if turn.before.iter().all(|&item| parts[item] == Part::Closed) {
            return;
        }
        let comes = Some(Moment { activity: self.activity(first, false, 0), finish: false });
        turn.before.iter().for_each(|&item| self.arc(parts[item].finish(), comes, 0, None));
        for &item in turn.after.iter().filter(|&&item| !begun[item]) {
            self.arc(comes, parts[item].start(), 0, None);
        }
    }

    /// One moment at least `lag` minutes after another; nothing when either is past.
    fn arc(&mut self, from: Option<Moment>, to: Option<Moment>, lag: i64, need: Option<NeedOf>) {
        let (Some(from), Some(to)) = (from, to) else { return };
        let after = |moment: Moment| if moment.finish { self.durations[moment.activity] } else { 0 };
        let weight = lag + after(from) - after(to);
        self.arcs.push(Arc { from: from.activity, to: to.activity, weight });
        self.ties.push(Tie { from_finish: from.finish, to_finish: to.finish, lag });
        self.needs.push(need);
    }
}

fn cycle(plan: &Plan, circle: &[usize], activities: &[Activity]) -> Diagnostic {
    let mut items: Vec<usize> = circle.iter().map(|&activity| activities[activity].item).collect();
    // Each is to stand before what it waits for.
    items.reverse();
    items.dedup();
    if items.len() > 1 && items.first() == items.last() {
        items.pop();
    }
    let name = |index: usize| plan.items[index].id.value.as_str();
    let mut shown: Vec<&str> = items.iter().take(SHOWN).map(|&index| name(index)).collect();
    if items.len() > SHOWN {
        shown.push("…");
    }
    shown.push(name(items[0]));
    let first = &plan.items[items[0]];
    let place = Place::text(&plan.files[first.file].source, first.id.span);
    Diagnostic::error(&codes::CYCLE, place, format!("`{}` waits for itself: {}", first.id.value, shown.join(" → ")))
        .cause("each takes a fixed time, so what binds its finish binds its start as well")
        .hint("split one of them at the moment the next one waits for, or remove one of the needs")
}
