//! Waiting for a moment of the wall clock, which people set and which goes on while the machine sleeps.

use std::time::{Duration, Instant, SystemTime};

/// The clock is looked at so often while waiting: a sleeping machine's steady clock stands still.
const TICK: Duration = Duration::from_secs(20);

/// The two clocks may differ by so much before one of them was set: they are corrected all the time.
const SLACK: Duration = Duration::from_secs(2);

/// The wall clock and the steady one, at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    wall: SystemTime,
    steady: Instant,
}

impl Clocks {
    pub fn now() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }

    pub fn steady(&self) -> Instant {
        self.steady
    }

    /// How long to wait for a moment before looking at the clock again; `None`: it has come.
    pub fn wait(&self, until: SystemTime) -> Option<Duration> {
        let left = until.duration_since(self.wall).ok().filter(|left| !left.is_zero());
        left.map(|left| left.min(TICK))
    }

    /// Whether the wall clock went elsewhere than the steady one since: it was set, or the machine slept.
    pub fn jumped_since(&self, before: &Self) -> bool {
        let steady = self.steady.saturating_duration_since(before.steady);
        match self.wall.duration_since(before.wall) {
            Ok(wall) => wall.abs_diff(steady) > SLACK,
            Err(back) => back.duration() + steady > SLACK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The clocks after so many seconds of each.
    fn later(clocks: &Clocks, wall: i64, steady: u64) -> Clocks {
        let moved = seconds(wall.unsigned_abs());
        let wall = if wall < 0 { clocks.wall - moved } else { clocks.wall + moved };
        Clocks { wall, steady: clocks.steady + seconds(steady) }
    }

    #[test]
    fn a_moment_is_waited_for_in_short_steps() {
        let now = Clocks::now();
        assert_eq!(now.wait(now.wall + seconds(5)), Some(seconds(5)));
        assert_eq!(now.wait(now.wall + seconds(86_400)), Some(TICK));
        assert_eq!(now.wait(now.wall), None);
        assert_eq!(now.wait(now.wall - seconds(5)), None);
    }

    #[test]
    fn a_clock_that_is_set_and_a_sleep_are_noticed() {
        let before = Clocks::now();
        for (wall, steady, jumped) in
            [(20, 20, false), (21, 20, false), (19, 20, false), (3600, 20, true), (-3600, 20, true), (0, 20, true)]
        {
            assert_eq!(later(&before, wall, steady).jumped_since(&before), jumped, "{wall} and {steady}");
        }
    }
}
