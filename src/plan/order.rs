//! Who waits for whom: circles, and open tasks without an order that touch the same paths.
//!
//! Domain layer. Each item is two moments, its start and its finish; an edge leads from a moment to one it waits
//! for. A child starts after its parent may, a parent finishes after its children, needs join items by their relation.

use super::check::place;
use super::{Plan, Relation, codes};
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::id::RepoPath;
use crate::pattern::Pattern;
use crate::text::Span;
use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};
use petgraph::graph::{DiGraph, NodeIndex};
use std::cell::OnceCell;
use std::collections::{BTreeMap, VecDeque};

/// The most steps and comparisons the search for overlaps may take.
const BUDGET: usize = 4_000_000;

/// What comparing two patterns costs of the budget when one of them holds wildcards.
const WILDCARDS: usize = 50;

/// How many items of a circle a message shows.
const SHOWN: usize = 60;

fn start(item: usize) -> usize {
    2 * item
}

fn finish(item: usize) -> usize {
    2 * item + 1
}

/// The order of a plan's items in time.
pub(super) struct Order<'a> {
    plan: &'a Plan,
    /// A moment and one that it waits for.
    pairs: Vec<(usize, usize)>,
    edges: OnceCell<super::link::Adjacency>,
    /// Moments that wait for each other.
    circles: Vec<Vec<usize>>,
    /// A number for each moment, such that nobody waits for a greater one; equal only in a circle.
    rank: Vec<usize>,
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

    /// The moments that a moment waits for.
    fn waits_for(&self, moment: usize) -> &[usize] {
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

    /// Open tasks that touch the same paths and may run at the same time.
    pub(super) fn report_overlaps(&self, sink: &mut Sink) {
        let mut search = Overlaps {
            order: self,
            known: HashMap::new(),
            seen: vec![usize::MAX; self.rank.len()],
            stamp: 0,
            left: BUDGET,
            reported: HashSet::new(),
        };
        let patterns = search.patterns();
        for (pattern, users) in &patterns {
            for pair in users.windows(2) {
                search.compare(pair[0], pair[1], pattern, pattern, sink);
            }
        }
        search.across(&patterns, sink);
        if search.left == 0
            && let Some(file) = self.plan.files.first()
        {
            let at = Place::text(&file.source, Span::at(0));
            let finding = Diagnostic::new(
                &codes::OVERLAP_UNCHECKED,
                Severity::Note,
                at,
                "not all paths that tasks touch were compared",
            )
            .cause(format!("the tasks name {} different patterns, too many of which meet", patterns.len()))
            .hint("use folders such as `src/db/**` instead of patterns that begin with a wildcard");
            sink.push(finding);
        }
    }
}

/// Distinct patterns, each with the tasks that use it in order of time.
type Patterns<'a> = BTreeMap<&'a str, Vec<usize>>;

struct Overlaps<'a, 'b> {
    order: &'b Order<'a>,
    /// What open tasks touch, read.
    known: HashMap<&'a str, Pattern>,
    /// Stamp of the search that saw a moment last.
    seen: Vec<usize>,
    stamp: usize,
    left: usize,
    reported: HashSet<(usize, usize)>,
}

impl<'a> Overlaps<'a, '_> {
    fn patterns(&mut self) -> Patterns<'a> {
        let plan = self.order.plan;
        let mut patterns: Patterns<'a> = BTreeMap::new();
        for (index, item) in plan.items.iter().enumerate() {
            if plan.is_closed(index) || !plan.children(index).is_empty() {
                continue;
            }
            for touch in item.touches() {
                patterns.entry(touch.value).or_default().push(index);
            }
        }
        self.known = patterns.keys().filter_map(|&text| Some((text, Pattern::parse(text).ok()?))).collect();
        patterns.retain(|text, _| self.known.contains_key(text));
        for users in patterns.values_mut() {
            users.sort_by_key(|&user| (self.order.rank[finish(user)], user));
            users.dedup();
        }
        patterns
    }

    /// Compares different patterns that can meet: those with the same literal beginning, and those whose beginning is a
    /// folder above.
    fn across(&mut self, patterns: &Patterns<'a>, sink: &mut Sink) {
        let roots: Vec<RepoPath> = patterns.keys().map(|pattern| self.known[pattern].literal_root()).collect();
        let mut by_root: HashMap<&[u8], Vec<&str>> = HashMap::new();
        for (&pattern, root) in patterns.keys().zip(&roots) {
            by_root.entry(root.as_bytes()).or_default().push(pattern);
        }
        for (&pattern, root) in patterns.keys().zip(&roots) {
            let root = root.as_bytes();
            let folders = std::iter::successors(Some(root), |folder| {
                let end = folder.iter().rposition(|&b| b == b'/').unwrap_or(0);
                (!folder.is_empty()).then_some(&folder[..end])
            });
            for folder in folders {
                for &other in by_root.get(folder).into_iter().flatten() {
                    if folder == root && other >= pattern {
                        continue;
                    }
                    let (one, two) = (&self.known[pattern], &self.known[other]);
                    let cost = if one.is_literal() && two.is_literal() { 1 } else { WILDCARDS };
                    self.left = self.left.saturating_sub(cost);
                    if self.left == 0 {
                        return;
                    }
                    if one.overlaps(two) {
                        self.compare_groups(patterns, pattern, other, sink);
                    }
                }
            }
        }
    }

    /// Each user of the rarer pattern against its neighbours in time among the users of the other: when those are in
    /// order among themselves, the neighbours decide for all.
    fn compare_groups(&mut self, patterns: &Patterns<'a>, a: &'a str, b: &'a str, sink: &mut Sink) {
        let (few, many) = if patterns[a].len() <= patterns[b].len() { (a, b) } else { (b, a) };
        let users = &patterns[many];
        for &user in &patterns[few] {
            let key = (self.order.rank[finish(user)], user);
            let at = users.partition_point(|&other| (self.order.rank[finish(other)], other) < key);
            let after = users[at..].iter().find(|&&other| other != user);
            let before = users[..at].last();
            for &other in before.into_iter().chain(after) {
                self.compare(user, other, few, many, sink);
            }
        }
    }

    fn compare(&mut self, a: usize, b: usize, a_pattern: &str, b_pattern: &str, sink: &mut Sink) {
        if self.left == 0 || self.reported.contains(&(a.min(b), a.max(b))) || self.is_ordered(a, b) {
            return;
        }
        // A search that ran out of steps has found nothing.
        if self.left == 0 {
            return;
        }
        self.reported.insert((a.min(b), a.max(b)));
        let plan = self.order.plan;
        let ((first, first_pattern), (later, later_pattern)) =
            if a < b { ((a, a_pattern), (b, b_pattern)) } else { ((b, b_pattern), (a, a_pattern)) };
        let (first, later) = (&plan.items[first], &plan.items[later]);
        let span = |item: &super::Item, pattern: &str| {
            let found = item.touches().find(|touch| touch.value == pattern);
            found.map_or(item.id.span, |touch| touch.span)
        };
        let paths = if first_pattern == later_pattern {
            format!("`{first_pattern}`")
        } else {
            format!("`{first_pattern}` and `{later_pattern}`, which overlap")
        };
        let finding = Diagnostic::warning(
            &codes::OVERLAP,
            place(plan, later, span(later, later_pattern)),
            format!("`{}` and `{}` have no order and touch {paths}", first.id.value, later.id.value),
        )
        .label(place(plan, first, span(first, first_pattern)), format!("`{}` touches it here", first.id.value))
        .cause("both are open and neither waits for the other, so both may change the same file")
        .hint(format!(
            "add `needs: {} (technical: same files)` under `{}`, or narrow `touches`",
            first.id.value, later.id.value
        ));
        sink.push(finding);
    }

    fn is_ordered(&mut self, a: usize, b: usize) -> bool {
        let (early, late) = if self.order.rank[finish(a)] <= self.order.rank[finish(b)] { (a, b) } else { (b, a) };
        self.reaches(start(late), finish(early))
    }

    fn reaches(&mut self, from: usize, to: usize) -> bool {
        let rank = &self.order.rank;
        self.stamp += 1;
        let mut open = vec![from];
        while let Some(moment) = open.pop() {
            if moment == to {
                return true;
            }
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            for &next in self.order.waits_for(moment) {
                if rank[next] >= rank[to] && self.seen[next] != self.stamp {
                    self.seen[next] = self.stamp;
                    open.push(next);
                }
            }
        }
        false
    }
}
