//! Facts: what really happened to the plan, read from the history of one branch.
//!
//! Domain layer, over plan, records and gate reports; decides nothing and knows no clock. The *line* is the
//! first-parent history of a commit, usually the tip of the protected branch: what stands in a commit of the line has
//! landed, and when it landed is the commit's time. What a plan only says (an owner, an estimate, `actual: 3h`) and what
//! was measured (when a box was ticked, which commits name the item) are kept apart, and a figure that cannot be known
//! is `None`, never zero.
//!
//! `walk` reads commits into a [`Ledger`], a list of dated changes; `snapshot` compares two states of the plan,
//! `clock` makes times of commit dates that may lie, and [`Facts`] answers questions. A ledger can be kept and
//! continued: the result is the one a cold read gives. `revisions` looks at states that have not landed.
//!
//! ```
//! use passmuster::facts::{Facts, Ledger};
//! use passmuster::port::{History, Refs};
//!
//! fn finished(repo: &(impl History + Refs)) -> Result<usize, passmuster::diag::Failure> {
//!     let Some(tip) = repo.head()?.id().cloned() else { return Ok(0) };
//!     let facts = Facts::new(Ledger::read(repo, &tip, None)?);
//!     for item in facts.items() {
//!         if let (Some(begun), Some(done)) = (item.begun, item.done) {
//!             println!("{} took {}", item.id, done.at.duration_since(begun.at));
//!         }
//!     }
//!     Ok(facts.finished().count())
//! }
//! ```

mod ahead;
mod clock;
mod item;
mod ledger;
mod revisions;
mod snapshot;
mod walk;

#[cfg(test)]
mod tests;

pub use clock::Moment;
pub use item::{GateRun, ItemFacts, Spent, Tick, WorkDone};
pub use ledger::{Entry, Ledger, Mark, What};
pub use revisions::Revisions;
pub use snapshot::{Pair, Said, Snapshot};
pub use walk::difference;

use crate::id::ObjectId;
use item::Items;
use jiff::Timestamp;

/// One thing that happened, with its time.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// When it landed on the line.
    pub landed: Moment,
    /// Position of the commit on the line, oldest first.
    pub step: usize,
    /// The item's id as it was then written; the path, for a record or a file.
    pub subject: &'a str,
    pub what: &'a What,
}

/// The facts of one line.
#[derive(Debug)]
pub struct Facts {
    ledger: Ledger,
    times: Vec<Moment>,
    items: Items,
}

impl Facts {
    /// Draws the conclusions from a ledger.
    pub fn new(ledger: Ledger) -> Self {
        let times = clock::settle(ledger.line.iter().map(|mark| mark.seconds));
        let items = Items::of(&ledger, &times);
        Self { ledger, times, items }
    }

    /// What they were drawn from, to be kept for the next time.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The facts as they were known at a moment: those of the commits that had landed by then.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> Self {
        Self::new(self.ledger.first(self.times.partition_point(|moment| moment.at <= at)))
    }

    /// Whether the line was read to its first commit. If not (a shallow clone), what the oldest known commit holds was
    /// there before, nobody knows since when.
    pub fn is_complete(&self) -> bool {
        self.ledger.complete
    }

    /// The commits of the line with their times, oldest first.
    pub fn line(&self) -> impl DoubleEndedIterator<Item = (&ObjectId, Moment)> + ExactSizeIterator {
        self.ledger.line.iter().zip(&self.times).map(|(mark, moment)| (&mark.id, *moment))
    }

    /// When the newest commit of the line landed.
    pub fn newest(&self) -> Option<Moment> {
        self.times.last().copied()
    }

    /// The first commit that has anything of what is followed: the plan, a record or a gate report.
    pub fn beginning(&self) -> Option<(&ObjectId, Moment)> {
        let step = self.events().next()?.step;
        self.line().nth(step)
    }

    /// Everything that happened, in the order it landed.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = Event<'_>> {
        self.ledger.entries.iter().map(|entry| Event {
            landed: self.times[entry.step as usize],
            step: entry.step as usize,
            subject: &entry.subject,
            what: &entry.what,
        })
    }

    /// Every item the plan ever had, by id. Those that were taken away have [`ItemFacts::removed`].
    pub fn items(&self) -> impl Iterator<Item = &ItemFacts> {
        self.items.iter()
    }

    /// The item with this id, without regard to case; also by an id it had before.
    pub fn item(&self, id: &str) -> Option<&ItemFacts> {
        let folded = id.to_ascii_lowercase();
        self.items.get(&folded).or_else(|| {
            let was = |item: &&ItemFacts| item.former.iter().any(|former| former.eq_ignore_ascii_case(id));
            self.items().find(was)
        })
    }

    /// The items that were ticked on the line and still stand so, without those that came into the plan ticked: nobody
    /// knows when these were done.
    pub fn finished(&self) -> impl Iterator<Item = (&ItemFacts, Moment)> {
        self.items().filter_map(|item| Some((item, item.done?)))
    }

    /// How many tasks (items without parts) were in the plan, and how many of them stood ticked, at a moment.
    pub fn progress(&self, at: Timestamp) -> Progress {
        let mut progress = Progress::default();
        for item in self.items().filter(|item| item.is_leaf) {
            if item.stood(at) {
                progress.tasks += 1;
                progress.minutes += u64::from(item.likely_minutes().unwrap_or(0));
                if item.was_ticked(at) {
                    progress.done += 1;
                    progress.done_minutes += u64::from(item.likely_minutes().unwrap_or(0));
                }
            }
        }
        progress
    }
}

/// How far a plan was at a moment. Minutes are those of the estimates (the likely figure, as it is now); tasks without
/// one count none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub tasks: usize,
    pub done: usize,
    pub minutes: u64,
    pub done_minutes: u64,
}
