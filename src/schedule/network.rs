//! Activities with durations and the least distances between their starts.
//!
//! Domain layer; knows no plan. All four relations fold into one number: an arc `i → j` of weight `w` says that `j`
//! starts no earlier than `w` minutes after `i` starts.

/// The start of `to` lies at least `weight` minutes after the start of `from`; the weight may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub from: usize,
    pub to: usize,
    pub weight: i64,
}

/// Why there is no order in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// These activities wait for each other, each for the one before it and the first for the last.
    Cycle(Vec<usize>),
    /// All durations and weights together do not fit in a number of minutes.
    TooLong,
}

/// An arc as the activity it leads to sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    /// Position of the activity it comes from.
    pub from: u32,
    /// Its index among the arcs the network was made of.
    pub arc: u32,
    pub weight: i64,
}

/// Activities in an order in which each stands behind all it waits for.
///
/// They are stored by their *position* in that order, so both passes read memory front to back or back to front.
#[derive(Clone, Debug)]
pub struct Network {
    /// Position → activity.
    order: Vec<u32>,
    /// Activity → position.
    positions: Vec<u32>,
    /// By position.
    durations: Vec<i64>,
    /// The arcs that lead to the activity at position `p` are `incoming[starts[p]..starts[p + 1]]`.
    starts: Vec<u32>,
    incoming: Vec<Incoming>,
}

impl Network {
    /// Orders activities, given by their durations in minutes, along the arcs between them.
    ///
    /// # Errors
    /// Activities wait for each other, or the numbers are too large to be added up.
    ///
    /// # Panics
    /// When an arc names an activity that there is not, a duration is negative, or there are more than 2³² of either.
    pub fn new(durations: &[i64], arcs: &[Arc]) -> Result<Self, Fault> {
        // Every time the passes compute is a sum of distinct members of this one.
        let all = durations.iter().copied().chain(arcs.iter().map(|arc| arc.weight));
        let total = all.map(i64::unsigned_abs).try_fold(0u64, u64::checked_add);
        if total.is_none_or(|total| total > i64::MAX.unsigned_abs() / 4) {
            return Err(Fault::TooLong);
        }
        assert!(durations.iter().all(|&duration| duration >= 0), "work takes no negative time");
        let order = order(durations.len(), arcs)?;
        let mut positions = vec![0; order.len()];
        for (position, &activity) in order.iter().enumerate() {
            positions[activity as usize] = narrow(position);
        }
        let starts = counted(order.len(), arcs.iter().map(|arc| positions[arc.to]));
        let none = Incoming { from: 0, arc: 0, weight: 0 };
        let incoming = placed(
            &starts,
            none,
            arcs.iter().enumerate().map(|(index, arc)| {
                let Arc { from, to, weight } = *arc;
                (positions[to], Incoming { from: positions[from], arc: narrow(index), weight })
            }),
        );
        Ok(Self {
            incoming,
            durations: order.iter().map(|&activity| durations[activity as usize]).collect(),
            order,
            positions,
            starts,
        })
    }

    /// How many activities there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub(super) fn position(&self, activity: usize) -> usize {
        self.positions[activity] as usize
    }

    pub(super) fn activity(&self, position: usize) -> usize {
        self.order[position] as usize
    }

    pub(super) fn durations(&self) -> &[i64] {
        &self.durations
    }

    /// The durations and arcs it was made of.
    pub(super) fn unordered(&self) -> (Vec<i64>, Vec<Arc>) {
        let durations = self.positions.iter().map(|&position| self.durations[position as usize]).collect();
        let mut arcs = vec![Arc { from: 0, to: 0, weight: 0 }; self.incoming.len()];
        for position in 0..self.len() {
            for incoming in self.incoming(position) {
                let from = self.activity(incoming.from as usize);
                arcs[incoming.arc as usize] = Arc { from, to: self.activity(position), weight: incoming.weight };
            }
        }
        (durations, arcs)
    }

    /// The arcs that lead to the activity at a position, in the order they were given.
    pub(super) fn incoming(&self, position: usize) -> &[Incoming] {
        &self.incoming[self.starts[position] as usize..self.starts[position + 1] as usize]
    }
}

/// Numbers are stored in half the space: an index that does not fit would need tens of gigabytes of plan.
pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("there are fewer than 2^32 activities and arcs")
}

/// Where each group of keys begins if they stand in order; and where the last one ends.
fn counted(groups: usize, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0u32; groups + 1];
    for key in keys {
        starts[key as usize + 1] += 1;
    }
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    starts
}

/// Members by the groups whose beginnings were counted, in their order within each.
fn placed<T: Copy>(starts: &[u32], none: T, members: impl Iterator<Item = (u32, T)>) -> Vec<T> {
    let mut next = starts.to_vec();
    let mut all = vec![none; starts.last().map_or(0, |&end| end as usize)];
    for (group, member) in members {
        let place = &mut next[group as usize];
        all[*place as usize] = member;
        *place += 1;
    }
    all
}

/// Groups the indices of `keys` by key: where each group starts, and all indices in their order within the groups.
pub(super) fn grouped(groups: usize, keys: impl Iterator<Item = u32> + Clone) -> (Vec<u32>, Vec<u32>) {
    let starts = counted(groups, keys.clone());
    let indices = placed(&starts, 0, keys.enumerate().map(|(index, key)| (key, narrow(index))));
    (starts, indices)
}

/// The activities, each behind all it waits for; the same for the same input.
fn order(len: usize, arcs: &[Arc]) -> Result<Vec<u32>, Fault> {
    let starts = counted(len, arcs.iter().map(|arc| narrow(arc.from)));
    let after = placed(&starts, 0, arcs.iter().map(|arc| (narrow(arc.from), narrow(arc.to))));
    let mut waits = vec![0u32; len];
    for arc in arcs {
        waits[arc.to] += 1;
    }
    // What is free stands in the order already, and is looked at in turn.
    let mut order: Vec<u32> = (0..len).filter(|&activity| waits[activity] == 0).map(narrow).collect();
    order.reserve(len - order.len());
    let mut next = 0;
    while let Some(&activity) = order.get(next) {
        next += 1;
        for &to in &after[starts[activity as usize] as usize..starts[activity as usize + 1] as usize] {
            waits[to as usize] -= 1;
            if waits[to as usize] == 0 {
                order.push(to);
            }
        }
    }
    if order.len() == len { Ok(order) } else { Err(Fault::Cycle(cycle(&waits, arcs))) }
}

/// One circle among the activities that still wait: following what each waits for never leaves them.
fn cycle(waits: &[u32], arcs: &[Arc]) -> Vec<usize> {
    let mut before = vec![usize::MAX; waits.len()];
    for arc in arcs.iter().filter(|arc| waits[arc.from] > 0 && waits[arc.to] > 0) {
        before[arc.to] = before[arc.to].min(arc.from);
    }
    let mut seen_at = vec![usize::MAX; waits.len()];
    let mut path = Vec::new();
    let mut activity = waits.iter().position(|&left| left > 0).expect("somebody still waits");
    while seen_at[activity] == usize::MAX {
        seen_at[activity] = path.len();
        path.push(activity);
        activity = before[activity];
    }
    let mut circle = path.split_off(seen_at[activity]);
    circle.reverse();
    let least = circle.iter().enumerate().min_by_key(|(_, activity)| **activity).map_or(0, |(at, _)| at);
    circle.rotate_left(least);
    circle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(from: usize, to: usize, weight: i64) -> Arc {
        Arc { from, to, weight }
    }

    #[test]
    fn a_circle_is_named_once_from_its_first_activity() {
        let fault = |len: usize, arcs: &[Arc]| Network::new(&vec![1; len], arcs).unwrap_err();
        assert_eq!(fault(1, &[arc(0, 0, 0)]), Fault::Cycle(vec![0]));
        assert_eq!(fault(2, &[arc(0, 1, 0), arc(1, 0, 0)]), Fault::Cycle(vec![0, 1]));
        // 5 and 0 hang on the circle and are no part of it.
        let arcs = [(0, 4), (4, 2), (2, 3), (3, 4), (3, 5)].map(|(from, to)| arc(from, to, 0));
        assert_eq!(fault(6, &arcs), Fault::Cycle(vec![2, 3, 4]));
    }

    #[test]
    fn numbers_that_cannot_be_added_up_are_refused() {
        assert_eq!(Network::new(&[i64::MAX], &[]).unwrap_err(), Fault::TooLong);
        assert_eq!(Network::new(&[0, 0], &[arc(0, 1, i64::MIN)]).unwrap_err(), Fault::TooLong);
        assert_eq!(Network::new(&[i64::MAX / 4, 1], &[]).unwrap_err(), Fault::TooLong);
        assert_eq!(Network::new(&[i64::MAX / 4 - 1, 1], &[]).unwrap().len(), 2);
    }
}
