//! What an import took over and what it did not: counts that add up, and every loss with place and reason.
//!
//! Domain layer.

use super::draft::Spot;
use crate::diag::Code;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher as _;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    File,
    /// A task, issue or heading that can become an item.
    Record,
    /// An edge between two records.
    Need,
    /// Anything else a record says: a field, a section, a condition.
    Value,
}

impl Unit {
    pub const ALL: [Self; 4] = [Self::File, Self::Record, Self::Need, Self::Value];

    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Record => "record",
            Self::Need => "need",
            Self::Value => "value",
        }
    }
}

/// How many of a unit were met and what became of them: `read` is `mapped` plus `dropped`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub read: usize,
    pub mapped: usize,
    pub dropped: usize,
}

/// Something the plan does not hold, and why.
#[derive(Clone, Debug)]
pub struct Loss {
    pub code: &'static Code,
    pub unit: Unit,
    /// The first place, when it was met several times.
    pub spot: Spot,
    /// What it is: an id, an edge, the name of a field.
    pub what: String,
    pub reason: String,
    pub count: usize,
}

/// An id that could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    pub from: String,
    pub to: String,
    pub reason: &'static str,
    pub spot: Spot,
}

/// The account of one import.
#[derive(Debug, Default)]
pub struct Report {
    tallies: [Tally; 4],
    losses: Vec<Loss>,
    /// Losses that are counted together: their places in the list, found by file, name and code.
    together: HashTable<usize>,
    hasher: DefaultHashBuilder,
    pub renamed: Vec<Renamed>,
    /// What was read otherwise than it stands, in sentences.
    pub remarks: Vec<String>,
}

impl Report {
    pub fn tally(&self, unit: Unit) -> Tally {
        self.tallies[unit as usize]
    }

    /// In the order they were met.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Whether something could not be read at all, as opposed to having no place in a plan.
    pub fn has_faults(&self) -> bool {
        self.losses.iter().any(|loss| loss.code.name == super::codes::NOT_READ.name)
    }

    pub(super) fn mapped(&mut self, unit: Unit) {
        let tally = &mut self.tallies[unit as usize];
        tally.read += 1;
        tally.mapped += 1;
    }

    pub(super) fn lost(
        &mut self,
        unit: Unit,
        code: &'static Code,
        spot: &Spot,
        what: impl Into<String>,
        reason: impl Into<String>,
    ) {
        self.dropped(unit);
        let loss = Loss { code, unit, spot: spot.clone(), what: what.into(), reason: reason.into(), count: 1 };
        self.losses.push(loss);
    }

    /// A value for which a plan has no place; values of one name are told together for each file.
    pub(super) fn no_place(&mut self, spot: &Spot, name: &str, reason: &str) {
        self.value_lost(&super::codes::NO_PLACE, spot, name, reason);
    }

    /// A value that is told together with others of its name and code in the same file.
    pub(super) fn value_lost(&mut self, code: &'static Code, spot: &Spot, name: &str, reason: &str) {
        let Self { losses, together, hasher, .. } = self;
        let hash_of = |path: &str, name: &str, code: &str| hasher.hash_one((path, name, code));
        let is_same = |&known: &usize| {
            let known = &losses[known];
            known.what == name && known.code.name == code.name && known.spot.path == spot.path
        };
        let hash = hash_of(&spot.path, name, code.name);
        if let Some(&known) = together.find(hash, is_same) {
            losses[known].count += 1;
            return self.dropped(Unit::Value);
        }
        let next = losses.len();
        together.insert_unique(hash, next, |&known| {
            let known = &losses[known];
            hash_of(&known.spot.path, &known.what, known.code.name)
        });
        self.lost(Unit::Value, code, spot, name, reason);
    }

    fn dropped(&mut self, unit: Unit) {
        let tally = &mut self.tallies[unit as usize];
        tally.read += 1;
        tally.dropped += 1;
    }
}
