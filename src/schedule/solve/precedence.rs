//! What stands before what, and the lists that respect it.
//!
//! Domain layer. Activities are numbered so that every one has a higher number than all it waits for, which is how a
//! [`Network`] holds them; so a tie in time is settled by the lower number, and one sweep by number meets each
//! activity behind its predecessors.

use super::super::network::{Network, grouped, narrow};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which activities wait for which, without the times between them.
#[derive(Clone, Debug)]
pub struct Precedence {
    before: Neighbours,
    after: Neighbours,
}

/// The neighbours of activity `a` are `members[starts[a]..starts[a + 1]]`.
#[derive(Clone, Debug)]
struct Neighbours {
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Neighbours {
    fn of(len: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let (starts, indices) = grouped(len, pairs.clone().map(|(of, _)| of));
        let members: Vec<u32> = pairs.map(|(_, member)| member).collect();
        Self { starts, members: indices.into_iter().map(|index| members[index as usize]).collect() }
    }

    fn get(&self, of: usize) -> &[u32] {
        &self.members[self.starts[of] as usize..self.starts[of + 1] as usize]
    }
}

impl Precedence {
    /// Precedence between `len` activities: the second of each pair waits for the first.
    ///
    /// # Panics
    /// When a pair does not go from a lower to a higher number below `len`.
    pub fn new(len: usize, pairs: &[(u32, u32)]) -> Self {
        assert!(pairs.iter().all(|&(from, to)| from < to && (to as usize) < len), "numbers go up along every arc");
        let after = Neighbours::of(len, pairs.iter().copied());
        Self { before: Neighbours::of(len, pairs.iter().map(|&(from, to)| (to, from))), after }
    }

    /// The precedence of a network, its activities numbered by their position.
    pub fn of(network: &Network) -> Self {
        let arcs = (0..network.len()).flat_map(|to| network.incoming(to).iter().map(move |arc| (arc.from, narrow(to))));
        Self::new(network.len(), &arcs.collect::<Vec<_>>())
    }

    /// How many activities there are.
    pub fn len(&self) -> usize {
        self.before.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What an activity waits for.
    pub fn before(&self, activity: u32) -> &[u32] {
        self.before.get(activity as usize)
    }

    /// What waits for an activity.
    pub fn after(&self, activity: u32) -> &[u32] {
        self.after.get(activity as usize)
    }

    /// The list that always takes the least `priority` among what is free to be taken, ties by number.
    ///
    /// ```
    /// use passmuster::schedule::solve::Precedence;
    /// let precedence = Precedence::new(3, &[(0, 2)]);
    /// assert_eq!(precedence.list(&[5, 9, 1]), [0, 2, 1]);
    /// ```
    pub fn list(&self, priority: &[i64]) -> Vec<u32> {
        let mut waits: Vec<u32> = (0..narrow(self.len())).map(|activity| narrow(self.before(activity).len())).collect();
        let free = (0..narrow(self.len())).filter(|&activity| waits[activity as usize] == 0);
        let mut free: BinaryHeap<_> = free.map(|activity| Reverse((priority[activity as usize], activity))).collect();
        let mut list = Vec::with_capacity(self.len());
        while let Some(Reverse((_, activity))) = free.pop() {
            list.push(activity);
            for &next in self.after(activity) {
                waits[next as usize] -= 1;
                if waits[next as usize] == 0 {
                    free.push(Reverse((priority[next as usize], next)));
                }
            }
        }
        list
    }

    /// Whether a list names every activity once, each behind all it waits for.
    pub fn is_list(&self, list: &[u32]) -> bool {
        let mut seen = vec![false; self.len()];
        list.len() == self.len()
            && list.iter().all(|&activity| {
                (activity as usize) < seen.len()
                    && self.before(activity).iter().all(|&before| seen[before as usize])
                    && !std::mem::replace(&mut seen[activity as usize], true)
            })
    }
}
