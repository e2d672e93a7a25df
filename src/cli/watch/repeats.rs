//! Noticing that the same thing comes back and back: then what the watcher does about it may be its cause.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// So often within [`WINDOW`] is no accident any more.
pub const MOST: usize = 5;

const WINDOW: Duration = Duration::from_secs(60);

/// When the same things happened lately.
pub struct Repeats<K>(HashMap<K, Vec<Instant>>);

impl<K: Eq + Hash> Repeats<K> {
    pub fn new() -> Self {
        Self(HashMap::new())
    }

    /// Counts one more. Returns whether it came more than [`MOST`] times within the last minute.
    pub fn too_many(&mut self, key: K, now: Instant) -> bool {
        // What is long past takes no room.
        let is_recent = |time: &Instant| now.duration_since(*time) < WINDOW;
        self.0.retain(|_, times| times.last().is_some_and(is_recent));
        let times = self.0.entry(key).or_default();
        times.retain(is_recent);
        times.push(now);
        times.len() > MOST
    }

    #[cfg(test)]
    fn kept(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_time_within_a_minute_is_one_too_many() {
        let (mut repeats, start) = (Repeats::new(), Instant::now());
        let second = |second| start + Duration::from_secs(second);
        let counted: Vec<bool> = (0..7).map(|at| repeats.too_many("a", second(at))).collect();
        assert_eq!(counted, [false, false, false, false, false, true, true]);
        assert!(!repeats.too_many("b", second(7)));
        assert!(!repeats.too_many("a", second(120)));
    }

    #[test]
    fn a_day_of_events_takes_no_more_room_than_a_minute() {
        let (mut repeats, start) = (Repeats::new(), Instant::now());
        for at in 0..86_400 {
            repeats.too_many(at % 1000, start + Duration::from_secs(at));
        }
        assert!(repeats.kept() <= 60, "{}", repeats.kept());
    }
}
