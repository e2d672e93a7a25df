//! The serial scheme: one activity after the other, each at its earliest time that precedence and capacity leave.
//!
//! Domain layer. From the right it is the same scheme on the mirrored problem, in which time counts back from the end
//! and every arc points the other way.

use super::super::network::narrow;
use super::decoder::{Decoder, Schedule};
use super::precedence::Precedence;
use super::problem::Problem;
use super::{bound, rules};

/// What is taken at each time, and where the next activity fits.
pub(super) trait Profile: Sync {
    /// The memory of one schedule in the making.
    type Room: Send;

    fn room(&self) -> Self::Room;

    /// Gives everything back.
    fn clear(&self, room: &mut Self::Room);

    /// Takes what the activity needs at the first time from `from` on at which it is there throughout, and returns it.
    fn place(&self, activity: usize, from: i64, room: &mut Self::Room) -> i64;
}

/// The serial scheme for a [`Problem`].
pub(super) struct Serial<'a, P> {
    problem: &'a Problem,
    precedence: Precedence,
    profile: P,
    left: Side,
    right: Side,
}

/// The problem as seen from one end.
struct Side {
    /// An activity starts no earlier.
    least: Vec<i64>,
    /// The arcs that lead to activity `a` are `arcs[starts[a]..starts[a + 1]]`.
    starts: Vec<u32>,
    /// The activity an arc comes from, and its weight.
    arcs: Vec<(u32, i64)>,
}

impl Side {
    fn earliest(&self, activity: usize, starts: &[i64]) -> i64 {
        let arcs = &self.arcs[self.starts[activity] as usize..self.starts[activity + 1] as usize];
        arcs.iter().fold(self.least[activity], |least, &(from, weight)| least.max(starts[from as usize] + weight))
    }
}

impl<'a, P: Profile> Serial<'a, P> {
    pub fn new(problem: &'a Problem, profile: P) -> Self {
        Self {
            precedence: Precedence::of(&problem.network),
            left: left(problem),
            right: right(problem),
            problem,
            profile,
        }
    }

    /// Places all activities of the list; returns the last finish.
    fn place(&self, side: &Side, list: &[u32], starts: &mut [i64], room: &mut P::Room) -> i64 {
        self.profile.clear(room);
        let durations = self.problem.network.durations();
        let mut end = 0;
        for &activity in list {
            let activity = activity as usize;
            let start = self.profile.place(activity, side.earliest(activity, starts), room);
            starts[activity] = start;
            end = end.max(start + durations[activity]);
        }
        end
    }
}

fn left(problem: &Problem) -> Side {
    let network = &problem.network;
    let (mut starts, mut arcs) = (vec![0], Vec::new());
    for to in 0..network.len() {
        arcs.extend(network.incoming(to).iter().map(|arc| (arc.from, arc.weight)));
        starts.push(narrow(arcs.len()));
    }
    Side { least: problem.releases.clone(), starts, arcs }
}

fn right(problem: &Problem) -> Side {
    let (network, durations) = (&problem.network, problem.network.durations());
    let mut by_source: Vec<Vec<(u32, i64)>> = vec![Vec::new(); network.len()];
    for to in 0..network.len() {
        for arc in network.incoming(to) {
            let from = arc.from as usize;
            by_source[from].push((narrow(to), arc.weight + durations[to] - durations[from]));
        }
    }
    let (mut starts, mut arcs) = (vec![0], Vec::new());
    for out in by_source {
        arcs.extend(out);
        starts.push(narrow(arcs.len()));
    }
    Side { least: vec![0; network.len()], starts, arcs }
}

impl<P: Profile> Decoder for Serial<'_, P> {
    type Room = P::Room;

    fn precedence(&self) -> &Precedence {
        &self.precedence
    }

    fn room(&self) -> P::Room {
        self.profile.room()
    }

    fn rules(&self) -> Vec<Vec<u32>> {
        rules::lists(self.problem, &self.precedence)
    }

    fn priority(&self) -> Vec<i64> {
        rules::latest_finish(self.problem)
    }

    fn bound(&self) -> i64 {
        bound::of(self.problem)
    }

    fn left(&self, list: &[u32], schedule: &mut Schedule, room: &mut P::Room) -> i64 {
        let end = self.place(&self.left, list, &mut schedule.starts, room);
        for ((finish, start), duration) in
            schedule.finishes.iter_mut().zip(&schedule.starts).zip(self.problem.network.durations())
        {
            *finish = start + duration;
        }
        end
    }

    fn right(&self, list: &[u32], end: i64, schedule: &mut Schedule, room: &mut P::Room) -> i64 {
        let length = self.place(&self.right, list, &mut schedule.starts, room);
        for ((finish, start), duration) in
            schedule.finishes.iter_mut().zip(&mut schedule.starts).zip(self.problem.network.durations())
        {
            *finish = end - *start;
            *start = *finish - duration;
        }
        length
    }
}
