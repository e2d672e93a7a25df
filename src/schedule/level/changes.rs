//! What is assumed to be other than the plan says, to see what would come of it.
//!
//! Domain layer.

use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Assumptions; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Items that are dropped, with all in them.
    pub cut: BTreeSet<usize>,
    /// Who does an item instead of whom the plan names: a member, a role or a team.
    pub owners: BTreeMap<usize, String>,
    /// One more person each, who can do what this member, role or team does.
    pub add: Vec<String>,
    /// Pairs of items, the first of which no longer waits for the second.
    pub apart: BTreeSet<(usize, usize)>,
    /// Days by which every due date is later.
    pub extend: i32,
    /// Everybody works on any number of tasks at once: what they would have to do if nothing waited for them.
    pub crowded: bool,
}

impl Changes {
    /// These and those; of two owners of an item the latter.
    #[must_use]
    pub fn with(mut self, others: &Self) -> Self {
        self.cut.extend(&others.cut);
        self.owners.extend(others.owners.iter().map(|(item, owner)| (*item, owner.clone())));
        self.add.extend(others.add.iter().cloned());
        self.apart.extend(&others.apart);
        self.extend = self.extend.saturating_add(others.extend);
        self.crowded |= others.crowded;
        self
    }

    /// Who does an item instead of whom the plan names.
    pub fn owner(&self, item: usize) -> Option<&str> {
        self.owners.get(&item).map(String::as_str)
    }

    /// A due date with the days that are added.
    pub fn due(&self, due: Date) -> Date {
        due.checked_add(self.extend.days()).unwrap_or(due)
    }
}
