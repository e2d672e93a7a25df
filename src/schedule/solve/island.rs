//! One population, and how it gets better.
//!
//! Domain layer. Two halves face each other: schedules made from the left, and schedules made from the right. A
//! schedule of one half, sorted by its times, is a list for the other, so each child is a crossing and half a double
//! justification in one, at the price of a single schedule.

use super::decoder::{Decoder, Schedule};
use super::justify::Sorter;
use fastrand::Rng;
use std::collections::HashSet;

/// Of 256 neighbours in a child's list, so many change places.
const SWAPS: u8 = 13;

/// Who goes when a half is full: the longest of so many, drawn at random.
const CANDIDATES: usize = 6;

/// The end a schedule is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Left,
    Right,
}

/// A schedule of one half, as the list it is for the other.
#[derive(Clone, Debug)]
struct Member {
    length: i64,
    list: Vec<u32>,
    hash: u64,
}

/// One half of a population.
#[derive(Debug, Default)]
struct Half {
    members: Vec<Member>,
    /// What the members are told apart by.
    hashes: HashSet<u64>,
}

impl Half {
    /// Takes a member in, unless there is one like it.
    fn add(&mut self, member: Member) {
        if self.hashes.insert(member.hash) {
            self.members.push(member);
        }
    }

    /// The shorter of two, drawn at random.
    fn parent(&self, random: &mut Rng) -> usize {
        let [one, other] = [(); 2].map(|()| random.usize(..self.members.len()));
        if self.members[other].length < self.members[one].length { other } else { one }
    }

    /// Lets members go until there are `size`.
    fn shrink(&mut self, size: usize, random: &mut Rng) {
        while self.members.len() > size {
            let drawn = (0..CANDIDATES).map(|_| random.usize(..self.members.len()));
            let longest = drawn.max_by_key(|&index| self.members[index].length).expect("candidates are drawn");
            let gone = self.members.swap_remove(longest);
            self.hashes.remove(&gone.hash);
        }
    }

    fn shortest(&self) -> Option<&Member> {
        self.members.iter().min_by_key(|member| member.length)
    }
}

/// A population on its own.
pub(super) struct Island<'a, D: Decoder> {
    decoder: &'a D,
    priority: &'a [i64],
    random: Rng,
    /// How many members each half may have.
    size: usize,
    left: Half,
    right: Half,
    /// How many lists are still to be drawn at random.
    undrawn: usize,
    /// How many of the left half the right one has been made of, to begin with.
    faced: usize,
    /// A list from the right that is shorter than the best, and no longer from the left.
    promising: Option<Vec<u32>>,
    /// Which half the next child belongs to.
    next: End,
    /// The shortest schedule from the left.
    pub best: Schedule,
    pub length: i64,
    pub made: u64,
    // Memory only.
    room: D::Room,
    sorter: Sorter,
    schedule: Schedule,
    child: Vec<u32>,
    is_apart: Vec<bool>,
}

impl<'a, D: Decoder> Island<'a, D> {
    /// An island that begins with `first` and is filled up at random.
    pub fn new(decoder: &'a D, priority: &'a [i64], size: usize, random: Rng, first: &[(i64, Schedule)]) -> Self {
        let len = decoder.precedence().len();
        let mut sorter = Sorter::default();
        let mut left = Half::default();
        for (length, schedule) in first {
            let mut list = Vec::with_capacity(len);
            sorter.by_finish(decoder.precedence(), schedule, &mut list);
            left.add(Member { length: *length, hash: hash(*length, &list), list });
        }
        let (length, best) = first.iter().min_by_key(|(length, _)| *length).expect("there is a schedule to begin with");
        Self {
            decoder,
            priority,
            random,
            size,
            undrawn: size.saturating_sub(left.members.len()),
            left,
            right: Half::default(),
            faced: 0,
            promising: None,
            next: End::Left,
            best: best.clone(),
            length: *length,
            made: 0,
            room: decoder.room(),
            sorter,
            schedule: Schedule::new(len),
            child: Vec::with_capacity(len),
            is_apart: vec![false; len],
        }
    }

    /// Makes schedules until there are `until` of them, the bound is reached, or `stop` says so.
    pub fn run(&mut self, until: u64, bound: i64, stop: &dyn Fn() -> bool) {
        while self.made < until && self.length > bound && !stop() {
            let end = self.breed();
            self.schedule(end);
        }
    }

    /// The shortest of the left half comes to another island.
    pub fn send(&self, to: &mut Self) {
        if let Some(member) = self.left.shortest() {
            to.left.add(member.clone());
            to.left.shrink(to.size, &mut to.random);
        }
    }

    /// Makes the next list, and says from which end it is to be scheduled.
    fn breed(&mut self) -> End {
        if let Some(list) = self.promising.take() {
            self.child = list;
            return End::Left;
        }
        if self.undrawn > 0 {
            self.undrawn -= 1;
            self.draw();
            return End::Left;
        }
        if let Some(member) = self.left.members.get(self.faced) {
            self.faced = if self.faced + 1 == self.left.members.len() { usize::MAX } else { self.faced + 1 };
            self.child.clone_from(&member.list);
            return End::Right;
        }
        let end = self.next;
        self.next = if end == End::Left { End::Right } else { End::Left };
        self.cross(end);
        self.swap(end);
        end
    }

    /// A list by the decoder's priority, with noise of the order of the whole.
    fn draw(&mut self) {
        let noise = self.length.max(1) / 10 * 9 + 1;
        let noisy: Vec<i64> =
            self.priority.iter().map(|least| least.saturating_add(self.random.i64(..noise))).collect();
        self.child = self.decoder.precedence().list(&noisy);
    }

    /// A list of two parents: that of one, but for a stretch in the middle whose activities are ordered like the other's.
    fn cross(&mut self, end: End) {
        let parents = if end == End::Left { &self.right } else { &self.left };
        let (one, mut other) = (parents.parent(&mut self.random), parents.parent(&mut self.random));
        let count = parents.members.len();
        if one == other && count > 1 {
            other = (one + self.random.usize(1..count)) % count;
        }
        let (one, other) = (&parents.members[one].list, &parents.members[other].list);
        let len = one.len();
        let stretch = (len / 4 + self.random.usize(..=len / 2)).min(len);
        let from = self.random.usize(..=len - stretch);
        let (before, after) = (&one[..from], &one[from + stretch..]);
        self.is_apart.fill(false);
        before.iter().chain(after).for_each(|&activity| self.is_apart[activity as usize] = true);
        self.child.clear();
        self.child.extend_from_slice(before);
        self.child.extend(other.iter().filter(|&&activity| !self.is_apart[activity as usize]));
        self.child.extend_from_slice(after);
    }

    /// Lets a few neighbours change places that may.
    fn swap(&mut self, end: End) {
        let precedence = self.decoder.precedence();
        for at in 1..self.child.len() {
            if self.random.u8(..) < SWAPS {
                let (first, second) = (self.child[at - 1], self.child[at]);
                let waits = match end {
                    End::Left => precedence.before(second),
                    End::Right => precedence.after(second),
                };
                if !waits.contains(&first) {
                    self.child.swap(at - 1, at);
                }
            }
        }
    }

    /// Makes a schedule of the child, and a member of the schedule.
    fn schedule(&mut self, end: End) {
        self.made += 1;
        let precedence = self.decoder.precedence();
        let mut list = Vec::with_capacity(self.child.len());
        let length = match end {
            End::Left => {
                let length = self.decoder.left(&self.child, &mut self.schedule, &mut self.room);
                self.keep(length);
                self.sorter.by_finish(precedence, &self.schedule, &mut list);
                length
            }
            End::Right => {
                let finish = self.best.makespan();
                let length = self.decoder.right(&self.child, finish, &mut self.schedule, &mut self.room);
                self.sorter.by_start(precedence, &self.schedule, &mut list);
                if length < self.length {
                    self.promising = Some(list.clone());
                }
                length
            }
        };
        let half = if end == End::Left { &mut self.left } else { &mut self.right };
        half.add(Member { length, hash: hash(length, &list), list });
        half.shrink(self.size, &mut self.random);
    }

    /// Remembers the schedule if it is the shortest.
    fn keep(&mut self, length: i64) {
        if length < self.length {
            self.length = length;
            self.best.clone_from(&self.schedule);
        }
    }
}

/// Tells lists apart; the same on every machine.
fn hash(length: i64, list: &[u32]) -> u64 {
    let mix = |hash: u64, value: u64| (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    list.iter().fold(length.unsigned_abs(), |hash, &activity| mix(hash, u64::from(activity)))
}
