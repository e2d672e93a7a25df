//! Looking at every interval, where the system tells of no changes.
//!
//! notify can poll too, but compares dates in whole seconds: a file written twice within one would be missed.

use super::{Shared, lock};
use crate::disk::{self, Stamp};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// What is seen of one folder.
struct Seen {
    deep: bool,
    stamps: BTreeMap<PathBuf, Stamp>,
}

/// A thread that looks at folders. It ends with this value.
pub struct Poller(Sender<Order>);

enum Order {
    Watch(PathBuf, Seen),
    Forget(PathBuf),
}

impl Poller {
    /// Starts to look `every` so often.
    pub fn start(every: Duration, shared: &Shared) -> Self {
        let (orders, received) = channel();
        let shared = shared.clone();
        std::thread::spawn(move || run(every, &received, &shared));
        Self(orders)
    }

    /// Looks at a folder from now on; what is in it now is taken as known.
    pub fn watch(&self, folder: &Path, deep: bool) {
        let seen = Seen { deep, stamps: disk::stamps(folder, deep) };
        // The thread ends only with this value.
        let _ = self.0.send(Order::Watch(folder.to_owned(), seen));
    }

    /// Looks at a folder no more.
    pub fn unwatch(&self, folder: &Path) {
        let _ = self.0.send(Order::Forget(folder.to_owned()));
    }
}

fn run(every: Duration, orders: &Receiver<Order>, shared: &Shared) {
    let mut folders: BTreeMap<PathBuf, Seen> = BTreeMap::new();
    let mut next = Instant::now() + every;
    loop {
        match orders.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(Order::Watch(folder, seen)) => {
                folders.insert(folder, seen);
            }
            Ok(Order::Forget(folder)) => {
                folders.remove(&folder);
            }
            Err(RecvTimeoutError::Timeout) => {
                look(&mut folders, shared);
                next = Instant::now() + every;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn look(folders: &mut BTreeMap<PathBuf, Seen>, shared: &Shared) {
    for (folder, seen) in folders {
        let now = disk::stamps(folder, seen.deep);
        let before = std::mem::replace(&mut seen.stamps, now);
        let new = seen.stamps.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp)).map(|(path, _)| path);
        let gone = before.keys().filter(|path| !seen.stamps.contains_key(*path));
        let changed: Vec<&PathBuf> = new.chain(gone).collect();
        if lock(shared).saw(&changed, Instant::now()) {
            shared.1.notify_all();
        }
    }
}
