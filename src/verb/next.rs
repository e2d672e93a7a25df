//! `next`: what can be begun now, in which order, what runs side by side, and why the rest waits.

use super::standing::{Standing, Standings};
use super::start::Taken;
use crate::diag::Failure;
use crate::pattern::PatternSet;
use crate::plan::{Plan, Status};
use crate::port::Tree;
use std::collections::BTreeMap;

/// What an item without a priority counts as.
const USUAL_PRIORITY: u8 = 2;

/// How many of the first ready items are looked at for what runs side by side: each is compared with the others.
pub const COMPARED: usize = 64;

/// One item that can be begun, or a parent that can be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    pub index: usize,
    /// How many open items name it, or what it stands in, as a need.
    pub unblocks: usize,
}

/// The open tasks of a plan, sorted into what can be begun and what waits.
#[derive(Debug)]
pub struct Next<'a> {
    standings: Standings<'a>,
    /// By priority, then by how many items wait, then as the plan has them.
    pub ready: Vec<Ready>,
    /// Open tasks that cannot be begun, as the plan has them; [`why`](Self::why) tells what holds them.
    pub held: Vec<usize>,
    /// The first [`COMPARED`] ready items in groups; within a group no two touch the same paths or use the same
    /// resource, so all of it can be worked on at once.
    pub parallel: Vec<Vec<usize>>,
    /// What could be begun, had not somebody taken it, as the plan has it.
    pub taken: Vec<(usize, &'a Taken)>,
}

/// Sorts the open tasks of a plan into what can be begun and what waits. What is `taken` is for nobody else to begin.
///
/// # Errors
/// The tree could not be read.
pub fn run<'a>(plan: &'a Plan, tree: &dyn Tree, taken: &'a [Taken]) -> Result<Next<'a>, Failure> {
    let holders: BTreeMap<usize, &Taken> =
        taken.iter().filter_map(|taken| Some((plan.find(&taken.item)?, taken))).collect();
    let standings = Standings::new(plan, tree)?;
    let waiting_for = waiting_for(plan);
    let (mut ready, mut held, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..plan.items.len() {
        match standings.of(index) {
            Standing::Ready if holders.contains_key(&index) => taken.push((index, holders[&index])),
            Standing::Ready => {
                let around = std::iter::once(index).chain(plan.ancestors(index));
                ready.push(Ready { index, unblocks: around.map(|one| waiting_for[one]).sum() });
            }
            Standing::Blocked | Standing::Waiting if plan.children(index).is_empty() => held.push(index),
            _ => {}
        }
    }
    ready.sort_by_cached_key(|ready| {
        let priority = plan.items[ready.index].priority().map_or(USUAL_PRIORITY, |priority| priority.value);
        (priority, std::cmp::Reverse(ready.unblocks), ready.index)
    });
    let parallel = groups(plan, ready.iter().take(COMPARED).map(|ready| ready.index));
    Ok(Next { standings, ready, held, parallel, taken })
}

/// How many open items name each item as a need.
pub(super) fn waiting_for(plan: &Plan) -> Vec<usize> {
    let mut counts = vec![0; plan.items.len()];
    for index in (0..plan.items.len()).filter(|&index| !plan.is_closed(index)) {
        let mut targets: Vec<usize> = plan.targets(index).filter(|&target| target != index).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            counts[target] += 1;
        }
    }
    counts
}

impl Next<'_> {
    /// What holds an open task, each reason alone.
    pub fn why(&self, index: usize) -> Vec<String> {
        let plan = self.standings.plan();
        let around = std::iter::once(index).chain(plan.ancestors(index));
        let mut why: Vec<String> = around
            .filter_map(|one| match plan.items[one].status().map(|status| status.value) {
                Some(Status::Waiting(who)) if one == index => Some(format!("waits for {who}")),
                Some(Status::Waiting(who)) => Some(format!("`{}` waits for {who}", plan.items[one].id.value)),
                _ => None,
            })
            .collect();
        why.extend(self.standings.blockers(index).map(|name| format!("is blocked by `{name}`")));
        why.extend(self.standings.frozen(index).map(|name| format!("rests while `{name}` is open")));
        why.extend(self.standings.obstacles(index).into_iter().map(|(whose, need)| {
            let target = need.target.value;
            // As the item itself is called, not as the need was written.
            let name = plan.target(&need).map_or(target, |target| plan.items[target].id.value.as_str());
            let of =
                if whose == index { String::new() } else { format!(", as all of `{}`", plan.items[whose].id.value) };
            format!("needs `{name}`{of}")
        }));
        why
    }
}

/// Puts each item into the first group where it meets nothing of its own.
fn groups(plan: &Plan, items: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<(usize, PatternSet)>> = Vec::new();
    for index in items {
        let item = &plan.items[index];
        let touches = PatternSet::of_valid(item.touches().map(|touch| touch.value));
        let meets = |(other, theirs): &(usize, PatternSet)| {
            let uses = |used: &str| plan.items[*other].uses().any(|their| their.value == used);
            touches.overlaps(theirs) || item.uses().any(|used| uses(used.value))
        };
        match groups.iter_mut().find(|group| !group.iter().any(meets)) {
            Some(group) => group.push((index, touches)),
            None => groups.push(vec![(index, touches)]),
        }
    }
    groups.into_iter().map(|group| group.into_iter().map(|(index, _)| index).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    const TEXT: &str = "\
- [ ] T-01: a P2
  - touches: src/**
- [ ] T-02: b
  - touches: src/db.rs
- [ ] T-03: c P0
  - touches: docs/**
- [ ] T-04: d
  - needs: T-02
- [ ] T-05: e
  - status: waiting: ada
- [x] T-06: f
";

    #[test]
    fn the_most_urgent_comes_first_then_what_holds_others_up() {
        let plan = read(vec![Source::new("p", TEXT)], Reader::Fast, &mut Sink::new());
        let next = run(&plan, &MemoryTree::default(), &[]).unwrap();
        assert_eq!(
            next.ready.iter().map(|ready| (ready.index, ready.unblocks)).collect::<Vec<_>>(),
            [(2, 0), (1, 1), (0, 0)]
        );
        let held: Vec<_> = next.held.iter().map(|&held| (held, next.why(held).join("; "))).collect();
        assert_eq!(held, [(3, "needs `T-02`".to_owned()), (4, "waits for ada".to_owned())]);
        assert_eq!(next.parallel, [vec![2, 1], vec![0]]);
    }

    #[test]
    fn what_is_taken_is_for_nobody_else() {
        let plan = read(vec![Source::new("p", TEXT)], Reader::Fast, &mut Sink::new());
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        let taken = ["t-02", "T-04", "T-06", "T-99"].map(|item| Taken::now(item, "ada", now));
        let next = run(&plan, &MemoryTree::default(), &taken).unwrap();
        let ready: Vec<usize> = next.ready.iter().map(|ready| ready.index).collect();
        assert_eq!((ready, &next.parallel[..]), (vec![2, 0], &[vec![2, 0]][..]));
        assert_eq!(next.taken, [(1, &taken[0])], "the others cannot be begun anyway");
        assert_eq!(next.held, [3, 4]);
    }

    #[test]
    fn a_shared_resource_keeps_items_apart() {
        let text = "- [ ] T-01: a\n  - uses: gpu\n- [ ] T-02: b\n  - uses: gpu\n- [ ] T-03: c\n";
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        assert_eq!(run(&plan, &MemoryTree::default(), &[]).unwrap().parallel, [vec![0, 2], vec![1]]);
    }
}
