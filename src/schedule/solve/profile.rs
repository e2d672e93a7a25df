//! Two ways to keep what is free: an array of moments, and a timeline of each resource.
//!
//! Domain layer.

use super::problem::Problem;
use super::serial::Profile;
use super::timeline::Timeline;

/// A schedule of more moments than this is kept as timelines.
const MOMENTS: i64 = 1 << 16;

/// Each resource has so many bits of a word; the highest of them stays clear, and shows a borrow.
const LANE: u32 = 16;

/// The highest bit of each lane.
const HIGH: u64 = 0x8000_8000_8000_8000;

/// Up to four resources in one word for every moment: whether an activity fits is one subtraction.
pub(super) struct Slots {
    durations: Vec<usize>,
    needs: Vec<u64>,
    all: u64,
    moments: usize,
}

/// The free amounts of each moment; from `used` on all are free.
pub(super) struct Moments {
    free: Vec<u64>,
    used: usize,
}

impl Slots {
    /// The moments of a problem, when four lanes hold its capacities and there are not too many.
    pub fn of(problem: &Problem) -> Option<Self> {
        let fits =
            problem.capacities.len() <= 4 && problem.capacities.iter().all(|&capacity| capacity < 1 << (LANE - 1));
        if !fits || problem.horizon > MOMENTS {
            return None;
        }
        let pack = |amounts: &[(u32, i64)]| {
            amounts.iter().fold(0u64, |word, &(resource, amount)| word | amount.unsigned_abs() << (resource * LANE))
        };
        let capacities: Vec<(u32, i64)> = (0..).zip(problem.capacities.iter().copied()).collect();
        let durations = problem.network.durations().iter();
        Some(Self {
            durations: durations.map(|&duration| usize::try_from(duration).expect("it is below the horizon")).collect(),
            needs: problem.demands.iter().map(|demands| pack(demands)).collect(),
            all: pack(&capacities) | HIGH,
            moments: usize::try_from(problem.horizon).expect("it is small") + 1,
        })
    }
}

impl Profile for Slots {
    type Room = Moments;

    fn room(&self) -> Moments {
        Moments { free: vec![self.all; self.moments], used: 0 }
    }

    fn clear(&self, room: &mut Moments) {
        room.free[..room.used].fill(self.all);
        room.used = 0;
    }

    fn place(&self, activity: usize, from: i64, room: &mut Moments) -> i64 {
        let need = self.needs[activity];
        if need == 0 {
            return from;
        }
        let length = self.durations[activity];
        let mut start = usize::try_from(from).expect("time begins at 0");
        // From the back: the last moment without room is the one to get past.
        while let Some(taken) = room.free[start..start + length].iter().rposition(|free| (free - need) & HIGH != HIGH) {
            start += taken + 1;
        }
        for free in &mut room.free[start..start + length] {
            *free -= need;
        }
        room.used = room.used.max(start + length);
        start as i64
    }
}

/// A timeline for each resource, for problems of any size.
pub(super) struct Lines<'a> {
    problem: &'a Problem,
}

impl<'a> Lines<'a> {
    pub fn of(problem: &'a Problem) -> Self {
        Self { problem }
    }
}

impl Profile for Lines<'_> {
    type Room = Vec<Timeline>;

    fn room(&self) -> Vec<Timeline> {
        self.problem.capacities.iter().map(|&capacity| Timeline::new(capacity)).collect()
    }

    fn clear(&self, room: &mut Vec<Timeline>) {
        for (line, &capacity) in room.iter_mut().zip(&self.problem.capacities) {
            line.clear(capacity);
        }
    }

    fn place(&self, activity: usize, from: i64, room: &mut Vec<Timeline>) -> i64 {
        let length = self.problem.network.durations()[activity];
        let demands = &self.problem.demands[activity];
        let mut start = from;
        // Until no resource moves it any further.
        loop {
            let before = start;
            for &(resource, amount) in demands {
                start = room[resource as usize].fit(start, length, amount);
            }
            if start == before || demands.len() == 1 {
                break;
            }
        }
        for &(resource, amount) in demands {
            room[resource as usize].take(start, length, amount);
        }
        start
    }
}
