//! The critical path method: when each activity can start, and when it must.
//!
//! Domain layer; knows no plan. One pass forwards, one backwards, both linear in activities and arcs.

use super::network::Network;

/// The early and late dates of all activities of a network, in minutes after the beginning.
#[derive(Clone, Debug)]
pub struct Dates {
    /// By position.
    early: Vec<i64>,
    late: Vec<i64>,
    free: Vec<i64>,
    makespan: i64,
}

impl Dates {
    /// Computes them.
    pub fn of(network: &Network) -> Self {
        Self::released(network, |_| 0)
    }

    /// Computes them where an activity starts no earlier than its release, told by position; 0 releases at once.
    pub(super) fn released(network: &Network, release: impl Fn(usize) -> i64) -> Self {
        let durations = network.durations();
        let mut early = vec![0; durations.len()];
        let mut makespan = 0;
        for position in 0..durations.len() {
            let starts = network.incoming(position).iter().map(|arc| early[arc.from as usize] + arc.weight);
            early[position] = starts.fold(release(position), i64::max);
            makespan = makespan.max(early[position] + durations[position]);
        }
        // SS and SF arcs do not bound the finish of what they come from: the end of the whole does, for all.
        let mut late: Vec<i64> = durations.iter().map(|duration| makespan - duration).collect();
        let mut free: Vec<i64> = late.iter().zip(&early).map(|(late, early)| late - early).collect();
        for position in (0..durations.len()).rev() {
            for arc in network.incoming(position) {
                let from = arc.from as usize;
                late[from] = late[from].min(late[position] - arc.weight);
                free[from] = free[from].min(early[position] - arc.weight - early[from]);
            }
        }
        Self { early, late, free, makespan }
    }

    /// When the last activity finishes at the earliest.
    pub fn makespan(&self) -> i64 {
        self.makespan
    }

    pub(super) fn early_start(&self, position: usize) -> i64 {
        self.early[position]
    }

    /// How far the activity can move without moving the end of the whole.
    pub(super) fn total_float(&self, position: usize) -> i64 {
        self.late[position] - self.early[position]
    }

    /// How far the activity can move without moving any other, or the end of the whole.
    pub(super) fn free_float(&self, position: usize) -> i64 {
        self.free[position]
    }
}
