//! When to act on events: at once on the first, and once for all that follow close behind.

use std::time::{Duration, Instant};

/// A burst has ended when nothing happened for so long.
const QUIET: Duration = Duration::from_millis(60);

/// A burst that does not end is acted on after so long.
const LONGEST: Duration = Duration::from_secs(1);

/// Git's own locks are waited for at most so long; a lock may be left over from a crash.
const LONGEST_IN_MOTION: Duration = Duration::from_secs(10);

/// Whether it is time to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    Now,
    In(Duration),
    Never,
}

/// What happened since the last look.
#[derive(Debug, Default)]
pub struct Settle {
    /// The first and last event that was not acted on yet.
    pending: Option<(Instant, Instant)>,
    /// One of them left a file whole: a rename onto it, or its closing.
    whole: bool,
    acted: Option<Instant>,
}

impl Settle {
    /// Takes note of an event. `whole`: it left a file as its writer wants it, where others may be half of a change
    /// (the file is gone, or empty, for a moment).
    pub fn event(&mut self, whole: bool, now: Instant) {
        let first = self.pending.map_or(now, |(first, _)| first);
        self.pending = Some((first, now));
        self.whole |= whole;
    }

    /// Whether to act. `in_motion`: Git is in the middle of a change of many files.
    pub fn due(&self, now: Instant, in_motion: bool) -> Due {
        let Some((first, last)) = self.pending else { return Due::Never };
        let is_first = self.acted.is_none_or(|acted| now.duration_since(acted) >= QUIET);
        let at = if in_motion {
            (now + QUIET).min(first + LONGEST_IN_MOTION)
        } else if self.whole && is_first {
            now
        } else {
            (last + QUIET).min(first + LONGEST)
        };
        match at.saturating_duration_since(now) {
            Duration::ZERO => Due::Now,
            wait => Due::In(wait),
        }
    }

    /// Everything so far was acted on.
    pub fn acted(&mut self, now: Instant) {
        *self = Self { pending: None, whole: false, acted: Some(now) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn the_first_whole_file_is_acted_on_at_once() {
        let (mut settle, start) = (Settle::default(), Instant::now());
        assert_eq!(settle.due(start, false), Due::Never);
        settle.event(true, start);
        assert_eq!(settle.due(start, false), Due::Now);
    }

    #[test]
    fn half_a_change_waits_for_the_other_half() {
        let (mut settle, start) = (Settle::default(), Instant::now());
        settle.event(false, start);
        assert_eq!(settle.due(start, false), Due::In(QUIET));
        settle.event(true, start + ms(5));
        assert_eq!(settle.due(start + ms(5), false), Due::Now);
    }

    #[test]
    fn what_follows_close_behind_is_one_batch() {
        let (mut settle, start) = (Settle::default(), Instant::now());
        settle.event(true, start);
        settle.acted(start);
        for at in [10, 30, 50] {
            settle.event(true, start + ms(at));
            assert_eq!(settle.due(start + ms(at), false), Due::In(QUIET), "{at}");
        }
        assert_eq!(settle.due(start + ms(110), false), Due::Now);
    }

    #[test]
    fn an_endless_burst_is_acted_on_now_and_then() {
        let (mut settle, start) = (Settle::default(), Instant::now());
        for at in (0..1000).step_by(20) {
            settle.event(false, start + ms(at));
            assert_ne!(settle.due(start + ms(at), false), Due::Now, "{at}");
        }
        settle.event(false, start + LONGEST);
        assert_eq!(settle.due(start + LONGEST, false), Due::Now);
    }

    #[test]
    fn git_is_left_to_finish_but_not_for_ever() {
        let (mut settle, start) = (Settle::default(), Instant::now());
        settle.event(true, start);
        assert_eq!(settle.due(start, true), Due::In(QUIET));
        assert_eq!(settle.due(start + ms(9_990), true), Due::In(ms(10)));
        assert_eq!(settle.due(start + LONGEST_IN_MOTION, true), Due::Now);
    }
}
