//! Waking up when something may have changed.
//!
//! Edge; the home of notify. Events are only ever a reason to look again: they are merged, lost and doubled, so what
//! is handed out is a batch ([`Changed`]), never one event. What the look finds is the business of `verb/watch`.
//!
//! `places` says which folders can hold something that changes an answer; `settle` says when to act; `source` asks
//! the system for events, `poll` looks for itself where the system has none to give, and `clock` notices that time has
//! come, also after a sleep.

mod clock;
mod places;
mod poll;
mod settle;
mod source;

pub use places::{Place, Places};
pub use source::How;

use clock::Clocks;
use settle::{Due, Settle};
use source::Source;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// More changed paths than this are not kept apart: everything is looked at again.
const MOST_PATHS: usize = 1_000;

/// What may have changed since the last batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Absolute paths.
    pub paths: BTreeSet<PathBuf>,
    /// More than `paths` may have changed: events were lost, or there were too many.
    pub all: bool,
}

impl Changed {
    fn add(&mut self, path: &Path) {
        if self.all || self.paths.contains(path) {
            return;
        }
        self.paths.insert(path.to_owned());
        if self.paths.len() > MOST_PATHS {
            *self = Self::everything();
        }
    }

    fn everything() -> Self {
        Self { paths: BTreeSet::new(), all: true }
    }

    /// Adds what another batch tells.
    pub fn merge(&mut self, other: &Self) {
        if other.all {
            *self = Self::everything();
        }
        other.paths.iter().for_each(|path| self.add(path));
    }
}

/// Why a watcher woke up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    Changed(Changed),
    /// Nothing changed until the time that was given, or the clock was set or stood still meanwhile.
    Time,
}

/// What the thread of the events leaves for the one that waits.
#[derive(Debug)]
struct Inbox {
    places: Places,
    settle: Settle,
    changed: Changed,
    /// Watched folders that are gone or moved: their watch is of no use any more.
    lost: BTreeSet<PathBuf>,
    /// The system stopped to hand out watches.
    exhausted: bool,
}

/// The inbox and its bell.
type Shared = Arc<(Mutex<Inbox>, Condvar)>;

/// Waits for changes in the places it was told to follow.
pub struct Watcher {
    source: Source,
    shared: Shared,
}

impl Watcher {
    /// Starts to watch. `poll` asks for looking at this interval instead of waiting for events.
    pub fn new(places: Places, poll: Option<Duration>) -> Self {
        let inbox = Inbox {
            places: Places::default(),
            settle: Settle::default(),
            changed: Changed::default(),
            lost: BTreeSet::new(),
            exhausted: false,
        };
        let shared: Shared = Arc::new((Mutex::new(inbox), Condvar::new()));
        let source = Source::new(&places, poll, &shared);
        let mut watcher = Self { source, shared };
        watcher.follow(places);
        watcher
    }

    /// How changes are noticed.
    pub fn how(&self) -> &How {
        self.source.how()
    }

    /// Follows other places from now on, or the same again after folders came and went. Returns whether a folder is
    /// newly watched: what happened in it before was not seen.
    pub fn follow(&mut self, places: Places) -> bool {
        let (lost, exhausted) = {
            let mut inbox = lock(&self.shared);
            inbox.places = places.clone();
            (std::mem::take(&mut inbox.lost), std::mem::take(&mut inbox.exhausted))
        };
        self.source.forget(&lost);
        self.source.follow(&places, exhausted, &self.shared)
    }

    /// Waits until something may have changed, or until `until`.
    pub fn next(&mut self, until: SystemTime) -> Wake {
        let (_, bell) = &*self.shared;
        let mut inbox = lock(&self.shared);
        let mut before = Clocks::now();
        loop {
            let clocks = Clocks::now();
            let now = clocks.steady();
            let wait = match inbox.settle.due(now, inbox.places.in_motion()) {
                Due::Now => {
                    inbox.settle.acted(now);
                    return Wake::Changed(std::mem::take(&mut inbox.changed));
                }
                Due::In(wait) => Some(wait),
                Due::Never => None,
            };
            let Some(left) = clocks.wait(until).filter(|_| !clocks.jumped_since(&before)) else {
                return Wake::Time;
            };
            before = clocks;
            let wait = wait.map_or(left, |wait| wait.min(left));
            inbox = bell.wait_timeout(inbox, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Inbox> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
