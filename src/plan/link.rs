//! What items are to each other: ids, parents and children, needs, what is closed.
//!
//! Domain layer. [`Plan::link`] computes everything once, in time linear in the plan; the lookups are cheap.

use super::field::Key;
use super::ids::Ids;
use super::item::part;
use super::value::{self, NeedText};
use super::{Carrier, Kind, Mark, Need, NeedKind, Plan, Relation, level};
use crate::text::Span;

/// Lists of numbers for numbers, in two flat vectors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Adjacency {
    starts: Vec<usize>,
    list: Vec<usize>,
}

impl Adjacency {
    /// Groups pairs by their first number, which is below `len`; the order within a group is kept.
    pub(crate) fn new(len: usize, pairs: &[(usize, usize)]) -> Self {
        let mut starts = vec![0; len + 1];
        for &(from, _) in pairs {
            starts[from + 1] += 1;
        }
        for i in 0..len {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut list = vec![0; pairs.len()];
        for &(from, to) in pairs {
            list[next[from]] = to;
            next[from] += 1;
        }
        Self { starts, list }
    }

    pub(crate) fn of(&self, index: usize) -> &[usize] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.list[start..end],
            _ => &[],
        }
    }
}

/// A need with the item it names.
#[derive(Clone, Copy, Debug)]
struct Edge {
    kind: NeedKind,
    relation: Relation,
    lag_minutes: i64,
    target: Span,
    reason: Option<Span>,
    item: Option<usize>,
}

/// The indices behind the lookups of [`Plan`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Links {
    ids: Ids,
    children: Adjacency,
    /// The needs of all items, one item's after the other's.
    needs: Vec<Edge>,
    /// Where the needs of each item begin, and where the last ones end.
    needs_from: Vec<usize>,
    /// The items with a need that could not be read, in order.
    unread_needs: Vec<usize>,
    dependants: Adjacency,
    closed: Vec<bool>,
    claimed: Vec<bool>,
}

impl Plan {
    /// Computes the links between the items; to be called again when items were changed.
    pub(crate) fn link(&mut self) {
        let len = self.items.len();
        let mut links = Links { ids: Ids::new(&self.items, u8::to_ascii_lowercase), ..Links::default() };
        let numbered = self.items.iter().enumerate();
        let children: Vec<(usize, usize)> =
            numbered.filter_map(|(index, item)| item.parent.map(|parent| (parent, index))).collect();
        links.children = Adjacency::new(len, &children);
        self.links = links;
        self.raise_kinds();
        self.read_needs();
        let targets = (0..len).flat_map(|index| self.targets(index).map(move |target| (target, index)));
        let dependants: Vec<(usize, usize)> = targets.collect();
        self.links.dependants = Adjacency::new(len, &dependants);
        self.close();
    }

    /// Who is blocked by whom, as `blocks:` says it of an item in the same file.
    fn blocks(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            for list in item.values(Key::Blocks).filter(|list| !value::is_none(list.value)) {
                let named = value::list(list.value).filter_map(|part| self.find(&list.value[part]));
                found.extend(named.filter(|&other| self.items[other].file == item.file).map(|other| (other, index)));
            }
        }
        found.sort_unstable();
        found
    }

    fn read_needs(&mut self) {
        let mut needs = Vec::new();
        let mut from = Vec::with_capacity(self.items.len() + 1);
        let mut unread = Vec::new();
        let blocks = self.blocks();
        for (index, item) in self.items.iter().enumerate() {
            from.push(needs.len());
            let first = blocks.partition_point(|&(blocked, _)| blocked < index);
            for &(_, blocker) in blocks[first..].iter().take_while(|(blocked, _)| *blocked == index) {
                needs.push(Edge {
                    kind: NeedKind::Technical,
                    relation: Relation::default(),
                    lag_minutes: 0,
                    target: self.items[blocker].id.span,
                    reason: None,
                    item: Some(blocker),
                });
            }
            for said in item.values(Key::Needs) {
                value::needs(said.value, |need| {
                    let NeedText::Need { kind, target, reason, relation, lag } = need else {
                        return unread.push(index);
                    };
                    let target = part(said, target);
                    let item = if kind == NeedKind::Technical { self.find(target.value) } else { None };
                    let reason = reason.map(|reason| part(said, reason).span);
                    let edge = Edge { kind, relation, lag_minutes: lag, target: target.span, reason, item };
                    if item.is_some() || kind != NeedKind::Technical {
                        return needs.push(edge);
                    }
                    match value::range(target.value) {
                        // A number that is missing in a range is a need for nothing, and found as such.
                        Some(ids) => needs.extend(ids.map(|id| Edge { item: self.find(&id), ..edge })),
                        None => needs.push(edge),
                    }
                });
            }
        }
        from.push(needs.len());
        self.links.needs = needs;
        self.links.needs_from = from;
        self.links.unread_needs = unread;
    }

    /// Whether what an item says under `needs` could be read.
    pub(super) fn has_read_needs(&self, index: usize) -> bool {
        self.links.unread_needs.binary_search(&index).is_err()
    }

    /// A heading that did not say its level, or a box with boxes of its own number below it, stands one above its
    /// highest child.
    fn raise_kinds(&mut self) {
        for index in (0..self.items.len()).rev() {
            let highest = self.children(index).iter().map(|&child| self.items[child].kind).max();
            let item = &mut self.items[index];
            if let (Carrier::Heading | Carrier::Checkbox, Kind::Task, Some(highest)) =
                (item.carrier, item.kind, highest)
            {
                item.kind = match highest {
                    Kind::Task => Kind::Feature,
                    Kind::Feature => Kind::Epic,
                    Kind::Epic | Kind::Phase => Kind::Phase,
                };
            }
        }
    }

    fn close(&mut self) {
        let len = self.items.len();
        let (mut closed, mut claimed) = (vec![false; len], vec![false; len]);
        for index in (0..len).rev() {
            let item = &self.items[index];
            let children = self.children(index);
            let all_closed = !children.is_empty() && children.iter().all(|&child| closed[child]);
            let some_claimed = children.iter().any(|&child| claimed[child]);
            claimed[index] = match item.mark {
                Mark::Ticked => true,
                Mark::Open => false,
                Mark::None => all_closed && some_claimed,
            };
            closed[index] = match item.mark {
                Mark::Ticked => true,
                Mark::Open => item.is_dropped(),
                Mark::None => item.is_dropped() || all_closed,
            };
        }
        self.links.closed = closed;
        self.links.claimed = claimed;
    }

    /// The first item that is written with exactly this id, without regard to case.
    pub fn with_id(&self, id: &str) -> Option<usize> {
        self.links.ids.find(&self.items, id)
    }

    /// The item with an id, without regard to case. `#13` is `13`, or else `task-13`; `Phase 1` is the phase with that number.
    /// Of duplicates it is the first.
    pub fn find(&self, id: &str) -> Option<usize> {
        let id = id.trim().trim_start_matches('#');
        let find = |id: &str| self.links.ids.find(&self.items, id);
        if let Some(found) = find(id) {
            return Some(found);
        }
        // Rows and headings that have numbers for ids get a word in front; who needs them writes the number.
        if !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) {
            return find(&format!("{}{id}", level::prefix_of(Kind::Task)));
        }
        let (word, rest) = id.split_once(' ')?;
        let level = level::LEVELS.iter().find(|level| level.word.eq_ignore_ascii_case(word))?;
        let rest = rest.trim();
        let named = || find(rest).filter(|&index| self.items[index].kind == level.kind);
        find(&format!("{}{rest}", level.prefix)).or_else(named)
    }

    /// The items directly below an item, in order.
    pub fn children(&self, index: usize) -> &[usize] {
        self.links.children.of(index)
    }

    /// The items an item stands in, innermost first.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.items[index].parent, |&parent| self.items[parent].parent)
    }

    /// The items below an item that have no children themselves (the item itself, if it has none), in order.
    pub fn leaves(&self, index: usize) -> Vec<usize> {
        let mut open = vec![index];
        let mut leaves = Vec::new();
        while let Some(next) = open.pop() {
            match self.children(next) {
                [] => leaves.push(next),
                children => open.extend(children.iter().rev()),
            }
        }
        leaves
    }

    /// Whether an item is out of the way: ticked, dropped, or, without a box, with all its children closed.
    pub fn is_closed(&self, index: usize) -> bool {
        self.links.closed[index]
    }

    /// Whether the plan claims that an item is done: by its own tick, or, without a box, by children that are all
    /// closed, at least one of them claimed.
    pub fn claimed(&self, index: usize) -> bool {
        self.links.claimed[index]
    }

    /// The needs of an item itself, as it says them.
    pub fn needs(&self, index: usize) -> impl ExactSizeIterator<Item = Need<'_>> {
        let item = &self.items[index];
        let edges = &self.links.needs[self.links.needs_from[index]..self.links.needs_from[index + 1]];
        edges.iter().map(|edge| Need {
            kind: edge.kind,
            target: item.quote(edge.target),
            reason: edge.reason.map(|reason| item.quote(reason).value),
            relation: edge.relation,
            lag_minutes: edge.lag_minutes,
            item: edge.item,
        })
    }

    /// The item that a technical need of this plan names, if there is one; a phase stands for all that is in it.
    pub fn target(&self, need: &Need<'_>) -> Option<usize> {
        need.item
    }

    /// The items the technical needs of an item name, whole phases not expanded; its ancestors' needs not included.
    pub fn targets(&self, index: usize) -> impl Iterator<Item = usize> {
        let edges = &self.links.needs[self.links.needs_from[index]..self.links.needs_from[index + 1]];
        edges.iter().filter_map(|edge| edge.item)
    }

    /// The items that have to be done before an item: what its own technical needs name, a phase replaced by all
    /// in it that was not dropped. A dropped item that is named itself stays: it satisfies no need. Needs of its
    /// ancestors hold as well and are asked for there.
    pub fn needed_items(&self, index: usize) -> Vec<usize> {
        let mut needed: Vec<usize> = Vec::new();
        for target in self.targets(index) {
            match self.items[target].kind {
                Kind::Phase => {
                    needed.extend(self.leaves(target).into_iter().filter(|&leaf| !self.items[leaf].is_dropped()));
                }
                _ => needed.push(target),
            }
        }
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// The items whose own needs name this item or an item it stands in.
    pub fn dependants(&self, index: usize) -> Vec<usize> {
        let mut found: Vec<usize> = std::iter::once(index)
            .chain(self.ancestors(index))
            .flat_map(|named| self.links.dependants.of(named).iter().copied())
            .filter(|&dependant| dependant != index)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
