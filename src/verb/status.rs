//! `status`: how far the plan is, by phase and epic.

use super::standing::{Standing, Standings};
use super::survey::Survey;
use crate::plan::Kind;
use std::collections::BTreeMap;

/// Tasks by where they stand. Dropped ones are counted apart and not part of the total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub done: usize,
    pub ready: usize,
    pub blocked: usize,
    pub waiting: usize,
    pub dropped: usize,
}

impl Counts {
    /// All tasks that are not dropped.
    pub fn total(self) -> usize {
        self.done + self.ready + self.blocked + self.waiting
    }

    /// Counts those as well.
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        self.ready += other.ready;
        self.blocked += other.blocked;
        self.waiting += other.waiting;
        self.dropped += other.dropped;
    }

    /// One task.
    pub fn one(standing: Standing) -> Self {
        let mut counts = Self::default();
        *match standing {
            Standing::Done => &mut counts.done,
            Standing::Dropped => &mut counts.dropped,
            Standing::Waiting => &mut counts.waiting,
            Standing::Blocked => &mut counts.blocked,
            // A part of the plan without tasks of its own is itself what is to be done.
            Standing::Open | Standing::Ready => &mut counts.ready,
        } += 1;
        counts
    }
}

/// One phase or epic, or another item that stands in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub index: usize,
    /// How many parts it stands in.
    pub depth: usize,
    pub standing: Standing,
    pub counts: Counts,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// In the order of the plan.
    pub parts: Vec<Part>,
    /// Tasks that stand in no phase, epic or feature.
    pub loose: Counts,
    pub all: Counts,
}

/// Counts the tasks of a plan.
pub fn run(standings: &Standings<'_>) -> Overview {
    let plan = standings.plan();
    let mut counts = vec![Counts::default(); plan.items.len()];
    let mut overview = Overview::default();
    for (index, item) in plan.items.iter().enumerate().rev() {
        if plan.children(index).is_empty() {
            counts[index] = Counts::one(standings.of(index));
        }
        let own = counts[index];
        match item.parent {
            Some(parent) => counts[parent].add(own),
            None => {
                overview.all.add(own);
                if item.kind == Kind::Task {
                    overview.loose.add(own);
                }
            }
        }
    }
    for (index, item) in plan.items.iter().enumerate() {
        let is_part = item.kind >= Kind::Epic || (item.parent.is_none() && item.kind == Kind::Feature);
        if is_part {
            let depth = plan.ancestors(index).count();
            overview.parts.push(Part { index, depth, standing: standings.of(index), counts: counts[index] });
        }
    }
    overview
}

/// The tasks of one team, member, epic or phase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub counts: Counts,
    /// How many of them somebody works on.
    pub under_way: usize,
    /// How many are ready, and nobody works on them.
    pub free: usize,
}

/// The tasks by a name, in the order of the names; those without one are in no group. Names that differ in case only are
/// one.
pub fn groups(survey: &Survey<'_>, name: impl Fn(usize) -> Option<String>) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for index in survey.tasks() {
        let Some(name) = name(index) else { continue };
        let group = groups.entry(name.to_lowercase());
        group.or_insert_with(|| Group { name, ..Group::default() }).add(survey, index);
    }
    groups.into_values().collect()
}

/// All tasks as one group, without a name.
pub fn whole(survey: &Survey<'_>) -> Group {
    let mut whole = Group::default();
    survey.tasks().for_each(|index| whole.add(survey, index));
    whole
}

impl Group {
    fn add(&mut self, survey: &Survey<'_>, index: usize) {
        let one = Counts::one(survey.standings.of(index));
        let is_under_way = survey.is_under_way(index);
        self.counts.add(one);
        self.under_way += usize::from(is_under_way);
        self.free += if is_under_way { 0 } else { one.ready };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    #[test]
    fn tasks_are_counted_where_they_stand() {
        let text = "\
## Phase 1: one

### Epic A: a
- [x] T-01: a
- [ ] T-02: b
- [ ] T-03: c
  - needs: T-02

### Epic B: b
- [ ] T-04: d
  - status: dropped
- [ ] T-05: e
  - status: waiting: ada
";
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        let overview = run(&Standings::new(&plan, &MemoryTree::default()).unwrap());
        let shown: Vec<_> = overview
            .parts
            .iter()
            .map(|part| (plan.items[part.index].id.as_str(), part.depth, part.counts.done, part.counts.total()))
            .collect();
        assert_eq!(shown, [("phase-1", 0, 1, 4), ("epic-A", 1, 1, 3), ("epic-B", 1, 0, 1)]);
        assert_eq!(
            (overview.all.ready, overview.all.blocked, overview.all.waiting, overview.all.dropped),
            (1, 1, 1, 1)
        );
        assert_eq!(overview.loose, Counts::default());
    }
}
