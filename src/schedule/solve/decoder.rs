//! The seam between the search and what is scheduled.
//!
//! Domain layer. The search knows lists and times only. What a time means, who works when, what fits beside what is
//! the [`Decoder`]'s: it makes a schedule of a list, from the left or from the right.

use super::precedence::Precedence;

/// When each activity starts and finishes, in minutes after the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    pub starts: Vec<i64>,
    /// Not always the start plus the duration: work may lie over a night.
    pub finishes: Vec<i64>,
}

impl Schedule {
    /// Room for the times of `len` activities.
    pub fn new(len: usize) -> Self {
        Self { starts: vec![0; len], finishes: vec![0; len] }
    }

    /// When the last activity finishes.
    pub fn makespan(&self) -> i64 {
        self.finishes.iter().copied().max().unwrap_or(0)
    }
}

/// Makes schedules of lists.
///
/// A list names every activity once, each behind all it waits for ([`Precedence::is_list`]). The decoder takes them
/// one by one and gives each the best place that those before it leave, so the list alone decides: the same list
/// always gives the same schedule.
///
/// Two properties make the search work. *Left* of a list sorted by the starts of a feasible schedule is never longer
/// than that schedule; that holds when an activity that starts earlier never finishes later. And *right* keeps every
/// precedence and capacity; releases it may ignore.
///
/// ```
/// use passmuster::schedule::solve::{Budget, Decoder, Precedence, Schedule, improve};
///
/// /// One person, one thing at a time; being late counts for each thing by itself.
/// struct Desk { precedence: Precedence, minutes: Vec<i64> }
///
/// impl Decoder for Desk {
///     type Room = ();
///     fn precedence(&self) -> &Precedence { &self.precedence }
///     fn room(&self) {}
///     fn rules(&self) -> Vec<Vec<u32>> { vec![self.precedence.list(&self.minutes)] }
///     fn priority(&self) -> Vec<i64> { self.minutes.clone() }
///     fn bound(&self) -> i64 { self.minutes.iter().sum() }
///     fn left(&self, list: &[u32], schedule: &mut Schedule, (): &mut ()) -> i64 {
///         let mut now = 0;
///         for &activity in list {
///             schedule.starts[activity as usize] = now;
///             now += self.minutes[activity as usize];
///             schedule.finishes[activity as usize] = now;
///         }
///         now
///     }
///     fn right(&self, list: &[u32], end: i64, schedule: &mut Schedule, (): &mut ()) -> i64 {
///         let mut now = end;
///         for &activity in list {
///             schedule.finishes[activity as usize] = now;
///             now -= self.minutes[activity as usize];
///             schedule.starts[activity as usize] = now;
///         }
///         end - now
///     }
/// }
///
/// let desk = Desk { precedence: Precedence::new(3, &[(0, 2)]), minutes: vec![30, 20, 10] };
/// let solution = improve(&desk, &Budget::schedules(100));
/// assert_eq!((solution.makespan, solution.is_optimal()), (60, true));
/// assert_eq!(solution.schedule.starts[2], solution.schedule.finishes[0]);
/// ```
pub trait Decoder: Sync {
    /// Memory that is used again from one schedule to the next; each thread has its own.
    type Room: Send;

    /// What waits for what.
    fn precedence(&self) -> &Precedence;

    /// Makes the memory.
    fn room(&self) -> Self::Room;

    /// Lists to begin with, at least one. What the search returns is never longer than the best of them.
    fn rules(&self) -> Vec<Vec<u32>>;

    /// The least comes first when the search draws lists at random: usually the latest finish of each activity.
    fn priority(&self) -> Vec<i64>;

    /// No schedule is shorter than this.
    fn bound(&self) -> i64;

    /// Places each activity of the list as early as those before it allow; returns the length.
    ///
    /// The length is what the search makes small: the makespan, or whatever else a schedule shall be judged by.
    fn left(&self, list: &[u32], schedule: &mut Schedule, room: &mut Self::Room) -> i64;

    /// Places each activity of the list as late as those before it and `end` allow; returns the length, measured
    /// like that of [`left`](Self::left) as far as that makes sense from the right.
    ///
    /// Here the list names each activity behind all that wait *for it*.
    fn right(&self, list: &[u32], end: i64, schedule: &mut Schedule, room: &mut Self::Room) -> i64;
}
