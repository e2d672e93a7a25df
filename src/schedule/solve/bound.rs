//! How short a schedule could be at best.
//!
//! Domain layer. Bounds are cheap and certain, never a guess: a schedule that reaches one is optimal. Three arguments:
//! the longest path; the work on a resource between the first start and the last finish of some of it; and sets of
//! activities no two of which can be done at the same time. A length that all three allow is then refuted where
//! possible: in so little time some activities leave each other no room.

use super::super::cpm::Dates;
use super::super::network::narrow;
use super::problem::Problem;

/// So many different beginnings of the work on one resource are looked at.
const BEGINNINGS: usize = 64;

/// Problems of more activities are not looked at pair by pair.
const PAIRS: usize = 320;

/// So many beginnings and so many ends of a span of time are looked at to refute a length, fewer in a problem that is not
/// small.
const SPANS: usize = 160;
const FEW_SPANS: usize = 40;
const SMALL: usize = 200;

/// What activities in pairs say about their order is gone over so many times.
const ROUNDS: usize = 12;

/// What one activity asks of a resource.
#[derive(Clone, Copy)]
struct Part {
    /// No schedule starts it earlier.
    head: i64,
    /// So long the whole takes at least after it finishes.
    tail: i64,
    /// Duration times amount.
    work: i128,
}

/// The best of all bounds.
pub(super) fn of(problem: &Problem) -> i64 {
    let (heads, tails) = (heads(problem), tails(problem));
    let durations = problem.network.durations();
    let path = (0..problem.len()).map(|a| heads[a] + durations[a] + tails[a]).max().unwrap_or(0);
    let mut parts: Vec<Vec<Part>> = vec![Vec::new(); problem.capacities.len()];
    for (activity, demands) in problem.demands.iter().enumerate() {
        for &(resource, amount) in demands {
            let work = i128::from(durations[activity]) * i128::from(amount);
            parts[resource as usize].push(Part { head: heads[activity], tail: tails[activity], work });
        }
    }
    let work = parts.iter_mut().zip(&problem.capacities).map(|(parts, &capacity)| energy(parts, capacity));
    let simple = work.fold(path, i64::max);
    if problem.len() > PAIRS {
        return simple;
    }
    let pairs = Pairs::of(problem);
    let packed = simple.max(pairs.packed(problem, &heads, &tails));
    shortest(packed, |length| Room::of(problem, &heads, &tails, length).is_none_or(|room| room.refutes(&pairs)))
}

/// A length that is not refuted, next to one that is, or `least`; with a length every shorter one is refuted.
fn shortest(least: i64, is_refuted: impl Fn(i64) -> bool) -> i64 {
    let (mut refuted, mut step) = (least - 1, 1);
    while is_refuted(refuted + step) {
        refuted += step;
        step *= 2;
    }
    let mut open = refuted + step;
    while refuted + 1 < open {
        let middle = refuted + (open - refuted) / 2;
        if is_refuted(middle) { refuted = middle } else { open = middle }
    }
    open
}

/// When each activity can start at the earliest, capacity aside.
fn heads(problem: &Problem) -> Vec<i64> {
    let mut heads = problem.releases.clone();
    for to in 0..problem.len() {
        let starts = problem.network.incoming(to).iter().map(|arc| heads[arc.from as usize] + arc.weight);
        heads[to] = starts.fold(heads[to], i64::max);
    }
    heads
}

/// How long the whole takes at least after each activity finishes.
fn tails(problem: &Problem) -> Vec<i64> {
    let dates = Dates::of(&problem.network);
    let durations = problem.network.durations();
    let late = |at: usize| dates.early_start(at) + dates.total_float(at);
    (0..problem.len()).map(|at| dates.makespan() - late(at) - durations[at]).collect()
}

/// Any part of the work on a resource begins with its least head and ends with its least tail, and all of it must
/// fit between them.
fn energy(parts: &mut [Part], capacity: i64) -> i64 {
    let mut heads: Vec<i64> = parts.iter().map(|part| part.head).collect();
    heads.sort_unstable();
    heads.dedup();
    parts.sort_unstable_by_key(|part| std::cmp::Reverse(part.tail));
    let stride = heads.len().div_ceil(BEGINNINGS).max(1);
    let mut best = 0;
    for &head in heads.iter().step_by(stride) {
        let mut work = 0i128;
        for part in parts.iter().filter(|part| part.head >= head) {
            work += part.work;
            let capacity = i128::from(capacity.max(1));
            let length = i64::try_from((work + capacity - 1) / capacity).unwrap_or(i64::MAX / 4);
            best = best.max(head + length + part.tail);
        }
    }
    best
}

/// Which activities cannot be done at the same time.
struct Pairs {
    len: usize,
    /// By pair, both ways round: one waits for the other, or both together need more than there is.
    apart: Vec<bool>,
    /// The pairs of those that need too much, and wait for nothing of each other.
    rivals: Vec<(u32, u32)>,
}

impl Pairs {
    fn of(problem: &Problem) -> Self {
        let len = problem.len();
        let durations = problem.network.durations();
        // Whom each waits for until the end of it.
        let mut after = vec![false; len * len];
        for to in 0..len {
            for arc in problem.network.incoming(to) {
                let from = arc.from as usize;
                if arc.weight < durations[from] {
                    continue;
                }
                after[to * len + from] = true;
                let (before, rest) = after.split_at_mut(to * len);
                rest[..len].iter_mut().zip(&before[from * len..(from + 1) * len]).for_each(|(to, from)| *to |= from);
            }
        }
        let mut amounts = vec![0; problem.capacities.len()];
        let (mut apart, mut rivals) = (vec![false; len * len], Vec::new());
        for one in (0..len).filter(|&one| durations[one] > 0) {
            problem.demands[one].iter().for_each(|&(resource, amount)| amounts[resource as usize] = amount);
            for other in (0..one).filter(|&other| durations[other] > 0) {
                let waits = after[one * len + other];
                let exceeds = |&(resource, amount): &(u32, i64)| {
                    amounts[resource as usize] + amount > problem.capacities[resource as usize]
                };
                if !waits && problem.demands[other].iter().any(exceeds) {
                    rivals.push((narrow(other), narrow(one)));
                    apart[one * len + other] = true;
                }
                apart[one * len + other] |= waits;
                apart[other * len + one] = apart[one * len + other];
            }
            problem.demands[one].iter().for_each(|&(resource, _)| amounts[resource as usize] = 0);
        }
        Self { len, apart, rivals }
    }

    fn are_apart(&self, one: usize, other: usize) -> bool {
        self.apart[one * self.len + other]
    }

    /// Sets of activities that all are apart are done one after the other, between the least head and the least tail.
    fn packed(&self, problem: &Problem, heads: &[i64], tails: &[i64]) -> i64 {
        let durations = problem.network.durations();
        let mut order: Vec<usize> = (0..self.len).filter(|&at| durations[at] > 0).collect();
        let company = |at: usize| (0..self.len).filter(|&other| !self.are_apart(at, other)).count() as i64;
        let worth: Vec<i64> =
            (0..self.len).map(|at| durations[at].saturating_mul(1 << 16) / (company(at) + 1)).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(worth[at]));
        let mut best = 0;
        for (place, &first) in order.iter().enumerate() {
            let mut set = vec![first];
            for &next in order[place + 1..].iter().chain(&order[..place]) {
                if set.iter().all(|&one| self.are_apart(one, next)) {
                    set.push(next);
                }
            }
            best = best.max(one_by_one(&mut set, durations, heads, tails));
        }
        best
    }
}

/// How long the whole takes if the activities of a set are done one after the other, each between its head and its tail:
/// for every head the work behind it, and for every tail among that.
fn one_by_one(set: &mut [usize], durations: &[i64], heads: &[i64], tails: &[i64]) -> i64 {
    set.sort_by_key(|&at| std::cmp::Reverse(tails[at]));
    let mut best = 0;
    for &first in set.iter() {
        let mut work = 0;
        for &at in set.iter().filter(|&&at| heads[at] >= heads[first]) {
            work += durations[at];
            best = best.max(heads[first] + work + tails[at]);
        }
    }
    best
}

/// The room that each activity has if the whole takes so long.
struct Room<'a> {
    problem: &'a Problem,
    /// No schedule of that length starts it earlier, or finishes it later.
    early: Vec<i64>,
    late: Vec<i64>,
}

impl<'a> Room<'a> {
    /// None where some activity has no room at all.
    fn of(problem: &'a Problem, heads: &[i64], tails: &[i64], length: i64) -> Option<Self> {
        let late = tails.iter().map(|tail| length - tail).collect();
        let room = Self { problem, early: heads.to_vec(), late };
        room.is_possible().then_some(room)
    }

    fn is_possible(&self) -> bool {
        let durations = self.problem.network.durations();
        (0..durations.len()).all(|at| self.early[at] + durations[at] <= self.late[at])
    }

    /// Whether it is certain that there is no schedule.
    fn refutes(mut self, pairs: &Pairs) -> bool {
        for _ in 0..ROUNDS {
            let before = (self.early.clone(), self.late.clone());
            if !self.order(pairs) || !self.follow() {
                return true;
            }
            if (&before.0, &before.1) == (&self.early, &self.late) {
                break;
            }
        }
        (0..self.problem.capacities.len()).any(|resource| self.is_overfull(resource))
    }

    /// Of two rivals, one that cannot come first comes second. Whether all can still be done.
    fn order(&mut self, pairs: &Pairs) -> bool {
        let durations = self.problem.network.durations();
        for &(one, other) in &pairs.rivals {
            let (one, other) = (one as usize, other as usize);
            let both = durations[one] + durations[other];
            let one_first = self.early[one] + both <= self.late[other];
            let other_first = self.early[other] + both <= self.late[one];
            let (first, second) = match (one_first, other_first) {
                (true, true) => continue,
                (true, false) => (one, other),
                (false, true) => (other, one),
                (false, false) => return false,
            };
            self.early[second] = self.early[second].max(self.early[first] + durations[first]);
            self.late[first] = self.late[first].min(self.late[second] - durations[second]);
        }
        self.is_possible()
    }

    /// What waits for something moves with it. Whether all can still be done.
    fn follow(&mut self) -> bool {
        let (network, durations) = (&self.problem.network, self.problem.network.durations());
        for to in 0..network.len() {
            for arc in network.incoming(to) {
                self.early[to] = self.early[to].max(self.early[arc.from as usize] + arc.weight);
            }
        }
        for to in (0..network.len()).rev() {
            for arc in network.incoming(to) {
                let from = arc.from as usize;
                let latest = self.late[to] - durations[to] - arc.weight + durations[from];
                self.late[from] = self.late[from].min(latest);
            }
        }
        self.is_possible()
    }

    /// Whether some span of time must hold more work than a resource can do in it.
    fn is_overfull(&self, resource: usize) -> bool {
        let capacity = self.problem.capacities[resource];
        let users = self.users(resource);
        let begins = self.some(users.iter().flat_map(|user| [user.early, user.late - user.duration]).collect());
        let ends = self.some(users.iter().flat_map(|user| [user.late, user.early + user.duration]).collect());
        let work = users.iter().try_fold(0i64, |sum, user| sum.checked_add(user.duration.checked_mul(user.amount)?));
        if work.is_none() {
            return false;
        }
        let mut rests = Vec::with_capacity(users.len());
        begins.iter().any(|&begin| {
            rests.clear();
            rests.extend(users.iter().filter_map(|user| user.rest(begin)));
            let most: i64 = rests.iter().map(|rest| rest.most * rest.amount).sum();
            let spans = ends.iter().map(|end| (end, end - begin)).filter(|(_, length)| *length > 0);
            spans.map(|(end, length)| (end, length, capacity.saturating_mul(length))).any(|(end, length, room)| {
                // As much of each as lies between the two wherever it has its room.
                let needed = |rest: &Rest| rest.most.min(end - rest.latest).clamp(0, length) * rest.amount;
                most > room && rests.iter().map(needed).sum::<i64>() > room
            })
        })
    }

    /// Who takes some of a resource.
    fn users(&self, resource: usize) -> Vec<User> {
        let user = |at: usize| {
            let &(_, amount) = self.problem.demands[at].iter().find(|(one, _)| *one as usize == resource)?;
            let duration = self.problem.network.durations()[at];
            Some(User { early: self.early[at], late: self.late[at], duration, amount })
        };
        (0..self.problem.len()).filter_map(user).collect()
    }

    /// Different moments, and of many some.
    fn some(&self, mut moments: Vec<i64>) -> Vec<i64> {
        moments.sort_unstable();
        moments.dedup();
        let most = if self.problem.len() > SMALL { FEW_SPANS } else { SPANS };
        let stride = moments.len().div_ceil(most).max(1);
        moments.into_iter().step_by(stride).collect()
    }
}

/// What takes some of a resource, and the room it has.
struct User {
    early: i64,
    late: i64,
    duration: i64,
    amount: i64,
}

impl User {
    /// What is left of it behind `begin` if it is done as early as can be; nothing when nothing is.
    fn rest(&self, begin: i64) -> Option<Rest> {
        let most = (self.early + self.duration - begin).min(self.duration);
        (most > 0).then_some(Rest { most, latest: self.late - self.duration, amount: self.amount })
    }
}

struct Rest {
    most: i64,
    /// When it starts at the latest.
    latest: i64,
    amount: i64,
}
