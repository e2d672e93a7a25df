//! Items found by their ids.
//!
//! Domain layer. Ids are compared through a folding of their characters: without case to find an item, more loosely to
//! find those that people take for each other. The table holds no copy of an id.

use super::Item;
use crate::id::MAX_ID;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// The first item of each id.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    first: HashTable<usize>,
    hasher: DefaultHashBuilder,
    fold: fn(&u8) -> u8,
}

impl Default for Ids {
    fn default() -> Self {
        Self { first: HashTable::new(), hasher: DefaultHashBuilder::default(), fold: u8::to_ascii_lowercase }
    }
}

impl Ids {
    /// Takes up the items; ids whose bytes `fold` makes equal are one.
    pub(super) fn new(items: &[Item], fold: fn(&u8) -> u8) -> Self {
        let mut ids = Self { first: HashTable::with_capacity(items.len()), fold, ..Self::default() };
        for (index, item) in items.iter().enumerate() {
            let id = item.id.as_str();
            let Some(hash) = ids.hash(id) else { continue };
            let same = |&other: &usize| is_same(fold, items[other].id.as_str(), id);
            if ids.first.find(hash, same).is_none() {
                let rehash = |&other: &usize| ids.hasher.hash_one(items[other].id.as_str());
                ids.first.insert_unique(hash, index, rehash);
            }
        }
        ids
    }

    /// The first of the items with an id.
    pub(super) fn find(&self, items: &[Item], id: &str) -> Option<usize> {
        let same = |&index: &usize| is_same(self.fold, items[index].id.as_str(), id);
        self.first.find(self.hash(id)?, same).copied()
    }

    /// `None` for what is longer than an id can be.
    fn hash(&self, id: &str) -> Option<u64> {
        let mut folded = [0; MAX_ID];
        let folded = folded.get_mut(..id.len())?;
        for (to, byte) in folded.iter_mut().zip(id.as_bytes()) {
            *to = (self.fold)(byte);
        }
        Some(self.hasher.hash_one(&*folded))
    }
}

fn is_same(fold: fn(&u8) -> u8, a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).all(|(a, b)| a == b || fold(&a) == fold(&b))
}
