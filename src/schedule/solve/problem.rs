//! The resource-constrained problem: activities, the least distances between their starts, and what they share.
//!
//! Domain layer; knows no plan.

use super::super::network::{self, Arc, Network};
use std::fmt;

/// One thing to do, without a break from its start on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// In minutes, or whatever else the whole problem counts in.
    pub duration: i64,
    /// It starts no earlier.
    pub release: i64,
    /// What it takes while it lasts: an index into the capacities, and how much of it.
    pub demands: Vec<(usize, i64)>,
}

/// A problem that has a solution.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) network: Network,
    /// By position in the network, as all below.
    pub(super) releases: Vec<i64>,
    /// Without those of nothing, and none for what takes no time; each resource once.
    pub(super) demands: Vec<Vec<(u32, i64)>>,
    pub(super) capacities: Vec<i64>,
    /// No schedule of a list, from the left or from the right, is longer.
    pub(super) horizon: i64,
}

/// Why a problem has no solution, or makes no sense. Activities and resources are named by their index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// These activities wait for each other, each for the one before it and the first for the last.
    Cycle(Vec<usize>),
    /// An activity needs more than there ever is.
    Scarce { activity: usize, resource: usize, demand: i64, capacity: i64 },
    /// A duration, release, demand or capacity is below zero.
    Negative { activity: Option<usize>, value: i64 },
    /// An activity names a resource that there is not.
    NoSuchResource { activity: usize, resource: usize },
    /// An arc names an activity that there is not.
    NoSuchActivity { arc: usize },
    /// All durations, releases and distances together do not fit in a number.
    TooLong,
}

impl fmt::Display for Unfit {
    /// In the words of a message, counting from 1.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cycle(circle) => {
                write!(f, "activity {} waits for itself", circle.first().map_or(0, |first| first + 1))?;
                for activity in circle.iter().skip(1).take(60).chain(circle.first()) {
                    write!(f, " → {}", activity + 1)?;
                }
                Ok(())
            }
            Self::Scarce { activity, resource, demand, capacity } => {
                let (activity, resource) = (activity + 1, resource + 1);
                write!(f, "activity {activity} needs {demand} of resource {resource}, which has {capacity}")
            }
            Self::Negative { activity: Some(activity), value } => {
                write!(f, "activity {} has {value}, which is below zero", activity + 1)
            }
            Self::Negative { activity: None, value } => write!(f, "a capacity is {value}, which is below zero"),
            Self::NoSuchResource { activity, resource } => {
                write!(f, "activity {} needs resource {}, which there is not", activity + 1, resource + 1)
            }
            Self::NoSuchActivity { arc } => write!(f, "arc {} leads to or from no activity", arc + 1),
            Self::TooLong => f.write_str("the numbers are too large to be added up"),
        }
    }
}

impl std::error::Error for Unfit {}

impl Problem {
    /// Puts a problem together.
    ///
    /// ```
    /// use passmuster::schedule::{Arc, solve::{Activity, Budget, Problem, solve}};
    /// let activity = |duration| Activity { duration, release: 0, demands: vec![(0, 1)] };
    /// let arcs = [Arc { from: 0, to: 1, weight: 4 }];
    /// let problem = Problem::new(&[activity(4), activity(2), activity(3)], &arcs, &[1]).unwrap();
    /// let solution = solve(&problem, &Budget::schedules(100));
    /// assert_eq!((solution.makespan, solution.is_optimal()), (9, true));
    /// ```
    ///
    /// # Errors
    /// It has no solution, or its numbers make no sense.
    pub fn new(activities: &[Activity], arcs: &[Arc], capacities: &[i64]) -> Result<Self, Unfit> {
        if let Some(&value) = capacities.iter().find(|&&capacity| capacity < 0) {
            return Err(Unfit::Negative { activity: None, value });
        }
        for (index, activity) in activities.iter().enumerate() {
            check(index, activity, capacities)?;
        }
        let len = activities.len();
        if let Some(arc) = arcs.iter().position(|arc| arc.from >= len || arc.to >= len) {
            return Err(Unfit::NoSuchActivity { arc });
        }
        let durations: Vec<i64> = activities.iter().map(|activity| activity.duration).collect();
        let network = Network::new(&durations, arcs).map_err(|fault| match fault {
            network::Fault::Cycle(circle) => Unfit::Cycle(circle),
            network::Fault::TooLong => Unfit::TooLong,
        })?;
        let horizon = horizon(activities, arcs).ok_or(Unfit::TooLong)?;
        let by_position = |position| &activities[network.activity(position)];
        Ok(Self {
            releases: (0..len).map(|position| by_position(position).release).collect(),
            demands: (0..len).map(|position| needed(by_position(position))).collect(),
            capacities: capacities.to_vec(),
            horizon,
            network,
        })
    }

    /// How many activities there are.
    pub fn len(&self) -> usize {
        self.network.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.network.is_empty()
    }
}

fn check(index: usize, activity: &Activity, capacities: &[i64]) -> Result<(), Unfit> {
    let values = [activity.duration, activity.release].into_iter();
    if let Some(value) = values.chain(activity.demands.iter().map(|&(_, amount)| amount)).find(|&value| value < 0) {
        return Err(Unfit::Negative { activity: Some(index), value });
    }
    if let Some(&(resource, _)) = activity.demands.iter().find(|&&(resource, _)| resource >= capacities.len()) {
        return Err(Unfit::NoSuchResource { activity: index, resource });
    }
    let scarce = merged(&activity.demands).into_iter().find(|&(resource, demand)| demand > capacities[resource]);
    scarce.map_or(Ok(()), |(resource, demand)| {
        Err(Unfit::Scarce { activity: index, resource, demand, capacity: capacities[resource] })
    })
}

/// What an activity takes of the resources while it lasts.
fn needed(activity: &Activity) -> Vec<(u32, i64)> {
    let demands = if activity.duration > 0 { &activity.demands[..] } else { &[] };
    merged(demands).into_iter().map(|(resource, amount)| (network::narrow(resource), amount)).collect()
}

/// Demands with each resource once, in their order, without those of nothing.
fn merged(demands: &[(usize, i64)]) -> Vec<(usize, i64)> {
    let mut sorted: Vec<(usize, i64)> = demands.iter().copied().filter(|&(_, amount)| amount > 0).collect();
    sorted.sort_unstable();
    sorted.dedup_by(|next, sum| {
        let same = next.0 == sum.0;
        if same {
            sum.1 = sum.1.saturating_add(next.1);
        }
        same
    });
    sorted
}

/// Every time a schedule can contain lies below this, whatever its list.
///
/// Each activity is placed no later than when all placed before it are over and their distances kept.
fn horizon(activities: &[Activity], arcs: &[Arc]) -> Option<i64> {
    let mut reach: Vec<i64> = activities.iter().map(|activity| activity.duration).collect();
    for arc in arcs {
        // From the right, the distance between the finishes counts.
        let mirrored =
            arc.weight.checked_add(activities[arc.to].duration)?.checked_sub(activities[arc.from].duration)?;
        reach[arc.from] = reach[arc.from].max(arc.weight);
        reach[arc.to] = reach[arc.to].max(mirrored);
    }
    let release = activities.iter().map(|activity| activity.release).max().unwrap_or(0);
    let all = reach.into_iter().try_fold(release, i64::checked_add)?;
    (all <= i64::MAX / 4).then_some(all)
}
