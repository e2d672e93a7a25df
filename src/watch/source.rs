//! Where events come from: the system, or a look at every interval.

use super::poll::Poller;
use super::{Changed, Inbox, Place, Places, Shared, lock};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often places are looked at where no events come.
const INTERVAL: Duration = Duration::from_secs(2);

/// How changes are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// The system tells.
    Events,
    /// By looking at every interval; why, and what would help.
    Polling { every: Duration, why: String, hint: Option<String> },
}

/// The events of the places that are followed.
pub struct Source {
    how: How,
    eye: Eye,
    /// The folders that are watched now, and whether with everything below.
    watched: BTreeMap<PathBuf, bool>,
}

enum Eye {
    System(RecommendedWatcher),
    Own(Poller),
}

impl Eye {
    fn watch(&mut self, folder: &Path, deep: bool) -> notify::Result<()> {
        let mode = if deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        match self {
            Self::System(watcher) => watcher.watch(folder, mode)?,
            Self::Own(poller) => poller.watch(folder, deep),
        }
        Ok(())
    }

    fn unwatch(&mut self, folder: &Path) {
        match self {
            // The system may have taken it away already.
            Self::System(watcher) => drop(watcher.unwatch(folder)),
            Self::Own(poller) => poller.unwatch(folder),
        }
    }
}

impl Source {
    pub fn new(places: &Places, poll: Option<Duration>, shared: &Shared) -> Self {
        let asked = poll.map(|every| (every, "it was asked for".to_owned()));
        let silent = || silent_file_system(places).map(|why| (INTERVAL, why));
        match asked.or_else(silent) {
            Some((every, why)) => Self::polling(every, why, None, shared),
            None => match RecommendedWatcher::new(handler(shared), Config::default().with_follow_symlinks(false)) {
                Ok(watcher) => Self { how: How::Events, eye: Eye::System(watcher), watched: BTreeMap::new() },
                Err(error) => Self::exhausted(&error, shared),
            },
        }
    }

    fn polling(every: Duration, why: String, hint: Option<String>, shared: &Shared) -> Self {
        let eye = Eye::Own(Poller::start(every, shared));
        Self { how: How::Polling { every, why, hint }, eye, watched: BTreeMap::new() }
    }

    fn exhausted(error: &notify::Error, shared: &Shared) -> Self {
        let why = format!("the system gives no more watches ({error})");
        Self::polling(INTERVAL, why, Some(raise_the_limit().to_owned()), shared)
    }

    pub fn how(&self) -> &How {
        &self.how
    }

    #[cfg(test)]
    pub fn watches(&self, folder: &Path) -> bool {
        self.watched.contains_key(folder)
    }

    /// Takes the watches of folders away that are not what was watched any more.
    pub fn forget(&mut self, lost: &BTreeSet<PathBuf>) {
        for folder in lost {
            if self.watched.remove(folder).is_some() {
                self.eye.unwatch(folder);
            }
        }
    }

    /// Watches these places and no others. Returns whether one of them is new.
    pub fn follow(&mut self, places: &Places, exhausted: bool, shared: &Shared) -> bool {
        if exhausted && self.how == How::Events {
            return self.switch(&notify::Error::new(ErrorKind::MaxFilesWatch), places, shared);
        }
        let wanted = places.folders();
        let is_wanted = |folder: &PathBuf| wanted.iter().any(|place| place.folder == *folder);
        let unwanted: BTreeSet<PathBuf> = self.watched.keys().filter(|folder| !is_wanted(folder)).cloned().collect();
        self.forget(&unwanted);
        let mut is_new = false;
        for Place { folder, deep } in wanted {
            if self.watched.get(&folder) == Some(&deep) || !is_folder(&folder) {
                continue;
            }
            match self.eye.watch(&folder, deep) {
                Ok(()) => {
                    self.watched.insert(folder, deep);
                    is_new = true;
                }
                // It went away this moment; its parent is watched and tells when it is back.
                Err(_) if !is_folder(&folder) => {}
                Err(error) => return self.switch(&error, places, shared),
            }
        }
        is_new
    }

    /// From now on by looking.
    fn switch(&mut self, error: &notify::Error, places: &Places, shared: &Shared) -> bool {
        *self = Self::exhausted(error, shared);
        self.follow(places, false, shared)
    }
}

/// Puts what happens into the inbox. It runs on the watcher's own thread.
fn handler(shared: &Shared) -> impl Fn(notify::Result<Event>) + Send + 'static {
    let shared = shared.clone();
    move |event| {
        let mut inbox = lock(&shared);
        let is_news = match event {
            Ok(event) => inbox.take(&event, Instant::now()),
            Err(error) => inbox.fail(&error, Instant::now()),
        };
        drop(inbox);
        if is_news {
            shared.1.notify_all();
        }
    }
}

impl Inbox {
    /// Takes an event in. Returns whether it matters.
    pub(super) fn take(&mut self, event: &Event, now: Instant) -> bool {
        if event.need_rescan() {
            self.changed = Changed::everything();
            self.settle.event(false, now);
            return true;
        }
        let whole = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            // Our own reading is an event too.
            EventKind::Access(_) => return false,
            EventKind::Modify(ModifyKind::Name(mode)) => mode != RenameMode::From,
            _ => false,
        };
        let goes = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        let mut matters = false;
        for path in &event.paths {
            if goes {
                self.lose(path);
            }
            if self.places.counts(path) {
                self.changed.add(path);
                matters = true;
            }
        }
        if matters {
            self.settle.event(whole, now);
        }
        matters
    }

    /// Takes in what a look found. Returns whether any of it matters.
    pub(super) fn saw(&mut self, paths: &[&PathBuf], now: Instant) -> bool {
        let mut matters = false;
        for path in paths {
            if path.symlink_metadata().is_err() {
                self.lose(path);
            }
            if self.places.counts(path) {
                self.changed.add(path);
                matters = true;
            }
        }
        if matters {
            self.settle.event(false, now);
        }
        matters
    }

    /// A folder that is removed or moved takes the watches on it along.
    fn lose(&mut self, path: &Path) {
        let folders = self.places.folders().into_iter().map(|place| place.folder);
        self.lost.extend(folders.filter(|folder| folder.starts_with(path)));
    }

    /// Takes an error in: something may have happened unseen.
    pub(super) fn fail(&mut self, error: &notify::Error, now: Instant) -> bool {
        self.exhausted |= matches!(error.kind, ErrorKind::MaxFilesWatch);
        self.changed = Changed::everything();
        self.settle.event(false, now);
        true
    }
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

fn raise_the_limit() -> &'static str {
    if cfg!(target_os = "linux") {
        "raise the limits: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`"
    } else {
        "close other programs that watch files"
    }
}

/// Why the file system of the repository tells of no changes that others make, if it is known for that.
#[cfg(target_os = "linux")]
fn silent_file_system(places: &Places) -> Option<String> {
    // From linux/magic.h: file systems whose files change on other machines, or outside of this system.
    const SILENT: [(u64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFE53_4D42, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0x0102_1997, "9P"),
        (0x7461_636f, "OCFS2"),
        (0x00c3_6400, "Ceph"),
    ];
    let folders = [&places.common_dir].into_iter().chain(&places.work_dir);
    let kinds = folders.filter_map(|folder| rustix::fs::statfs(folder).ok());
    kinds.into_iter().find_map(|found| {
        // The field has another type on every platform; the number fits 32 bits.
        #[allow(clippy::unnecessary_cast)]
        let kind = found.f_type as u64 & 0xFFFF_FFFF;
        let (_, name) = SILENT.iter().find(|(magic, _)| *magic == kind)?;
        Some(format!("{name} tells of no changes that others make"))
    })
}

#[cfg(not(target_os = "linux"))]
fn silent_file_system(_: &Places) -> Option<String> {
    None
}
