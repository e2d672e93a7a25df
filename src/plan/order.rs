//! Who waits for whom, and circles in that.
//!
//! Domain layer. Each item is two moments, its start and its finish; an edge leads from a moment to one it waits
//! for. A child starts after its parent may, a parent finishes after its children, needs join items by their relation.

use super::check::place;
use super::{Plan, Relation, codes};
use crate::diag::{Diagnostic, Sink};
use crate::text::Span;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use petgraph::graph::{DiGraph, NodeIndex};
use std::cell::OnceCell;
use std::collections::VecDeque;

/// How many items of a circle a message shows.
const SHOWN: usize = 60;

pub(super) fn start(item: usize) -> usize {
    2 * item
}

pub(super) fn finish(item: usize) -> usize {
    2 * item + 1
}

/// The order of a plan's items in time.
pub(super) struct Order<'a> {
    pub plan: &'a Plan,
    /// A moment and one that it waits for.
    pairs: Vec<(usize, usize)>,
    edges: OnceCell<super::link::Adjacency>,
    /// Moments that wait for each other.
    circles: Vec<Vec<usize>>,
    /// A number for each moment, such that nobody waits for a greater one; equal only in a circle.
    pub rank: Vec<usize>,
}

/// The moments in the order in which the plan tells them: an item starts where it is written and is finished after all
/// that stands in it. Most plans are written in an order in which they can be worked on, and need no search for one.
fn as_written(plan: &Plan) -> Vec<usize> {
    let mut rank = vec![0; plan.items.len() * 2];
    let mut open = Vec::new();
    let mut moments = 0..;
    let mut next = || moments.next().expect("the range has no end");
    for (index, item) in plan.items.iter().enumerate() {
        while let Some(done) = open.pop_if(|done| Some(*done) != item.parent) {
            rank[finish(done)] = next();
        }
        rank[start(index)] = next();
        open.push(index);
    }
    while let Some(done) = open.pop() {
        rank[finish(done)] = next();
    }
    rank
}

/// A rank for each moment, and the moments that wait for each other.
fn ranked(moments: usize, pairs: &[(usize, usize)]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut graph = DiGraph::<(), (), usize>::with_capacity(moments, pairs.len());
    for _ in 0..moments {
        graph.add_node(());
    }
    graph.extend_with_edges(pairs.iter().map(|&(from, to)| (NodeIndex::new(from), NodeIndex::new(to))));
    let mut rank = vec![0; moments];
    let mut circles = Vec::new();
    for (number, group) in petgraph::algo::kosaraju_scc(&graph).into_iter().enumerate() {
        for moment in &group {
            rank[moment.index()] = number;
        }
        if group.len() > 1 {
            circles.push(group.into_iter().map(NodeIndex::index).collect());
        }
    }
    (rank, circles)
}

impl<'a> Order<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let mut pairs = Vec::with_capacity(plan.items.len() * 4);
        for (index, item) in plan.items.iter().enumerate() {
            pairs.push((finish(index), start(index)));
            if let Some(parent) = item.parent {
                pairs.push((start(index), start(parent)));
                pairs.push((finish(parent), finish(index)));
            }
            for need in plan.needs(index) {
                let Some(target) = plan.target(&need).filter(|&target| target != index) else { continue };
                pairs.push(match need.relation {
                    // That a parent waits for what is in it goes without saying.
                    _ if plan.ancestors(target).any(|ancestor| ancestor == index) => (finish(index), finish(target)),
                    Relation::FinishToStart => (start(index), finish(target)),
                    Relation::StartToStart => (start(index), start(target)),
                    Relation::FinishToFinish => (finish(index), finish(target)),
                    Relation::StartToFinish => (finish(index), start(target)),
                });
            }
        }
        let written = as_written(plan);
        let (rank, circles) = if pairs.iter().all(|&(from, to)| written[from] > written[to]) {
            (written, Vec::new())
        } else {
            ranked(plan.items.len() * 2, &pairs)
        };
        Self { plan, pairs, edges: OnceCell::new(), circles, rank }
    }

    /// Whether no moments wait for each other.
    pub(super) fn is_ordered(&self) -> bool {
        self.circles.is_empty()
    }

    /// The moments that a moment waits for.
    pub(super) fn waits_for(&self, moment: usize) -> &[usize] {
        self.edges.get_or_init(|| super::link::Adjacency::new(self.rank.len(), &self.pairs)).of(moment)
    }

    /// One finding for each set of items that wait for each other, with a shortest circle in it.
    pub(super) fn report_cycles(&self, sink: &mut Sink) {
        for group in &self.circles {
            let items = self.circle(group);
            let name = |index: usize| self.plan.items[index].id.value.as_str();
            let mut shown: Vec<&str> = items.iter().take(SHOWN).map(|&index| name(index)).collect();
            if items.len() > SHOWN {
                shown.push("…");
            }
            shown.push(name(items[0]));
            let first = &self.plan.items[items[0]];
            let following = |at: usize| items[(at + 1) % items.len()];
            let mut finding = Diagnostic::error(
                &codes::CYCLE,
                place(self.plan, first, self.edge_span(items[0], following(0))),
                format!("`{}` waits for itself: {}", first.id.value, shown.join(" → ")),
            )
            .cause(format!("{} items wait in a circle, so none of them can begin", items.len()))
            .hint("remove one of these needs");
            for (at, &index) in items.iter().enumerate().take(SHOWN).skip(1) {
                let item = &self.plan.items[index];
                let next = following(at);
                let span = self.edge_span(index, next);
                finding = finding.label(place(self.plan, item, span), format!("waits for `{}`", name(next)));
            }
            sink.push(finding);
        }
    }

    /// Where an item says that it waits for another: the need, else its id (parent and child).
    fn edge_span(&self, from: usize, to: usize) -> Span {
        let item = &self.plan.items[from];
        let need = self.plan.needs(from).find(|need| self.plan.target(need) == Some(to));
        need.map_or(item.id.span, |need| need.target.span)
    }

    /// The items of a shortest circle through the first moment of a group.
    fn circle(&self, group: &[usize]) -> Vec<usize> {
        let number = self.rank[group[0]];
        let origin = *group.iter().min().expect("a group has a moment");
        let mut before: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([origin]);
        let last = 'search: loop {
            let moment = queue.pop_front().expect("every moment of a group reaches every other");
            for &next in self.waits_for(moment).iter().filter(|&&next| self.rank[next] == number) {
                if next == origin {
                    break 'search moment;
                }
                if let Entry::Vacant(entry) = before.entry(next) {
                    entry.insert(moment);
                    queue.push_back(next);
                }
            }
        };
        let mut items = vec![last / 2];
        let mut moment = last;
        while let Some(&previous) = before.get(&moment) {
            moment = previous;
            items.push(moment / 2);
        }
        items.reverse();
        items.dedup();
        if items.len() > 1 && items.first() == items.last() {
            items.pop();
        }
        items
    }
}
