//! From what a source says to what a plan can hold: unique ids, one tree of items, needs that can be satisfied.
//!
//! Domain layer. Nothing is left away without an entry in the report.

use super::codes;
use super::draft::{Draft, DraftItem, DraftNeed, State};
use super::report::{Renamed, Report, Unit};
use crate::id::{ItemId, MAX_ID};
use crate::plan::{self, Kind, Mark};
use hashbrown::hash_map::EntryRef;
use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;

/// Headings go six levels deep and the first is the title's, so an item five levels down is no heading any more.
const DEEPEST: usize = 5;

/// The items of an import as a plan will hold them, in the order of the source.
#[derive(Debug)]
pub struct Outline {
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

/// One item, settled.
#[derive(Debug)]
pub struct Entry {
    pub id: ItemId,
    pub kind: Kind,
    pub mark: Mark,
    /// Index in [`Outline::entries`].
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    pub needs: Vec<Edge>,
    /// The level word cannot be written: with it the plan would lengthen a bare number.
    pub bare: bool,
    pub item: DraftItem,
}

/// A need between two entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub target: usize,
    pub reason: &'static str,
}

impl Entry {
    /// Whether the item is written as a heading.
    pub fn is_heading(&self) -> bool {
        !self.children.is_empty() || self.kind != Kind::Task
    }
}

/// What an import is asked to do with ids and done work.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Ids of the plan that is there, folded to lower case.
    pub taken: HashSet<String>,
    /// Put before ids that are taken.
    pub prefix: String,
    /// Leave out what is done, unless something open is a part of it.
    pub skip_done: bool,
}

/// Settles a draft.
pub fn settle(draft: Draft, settings: &Settings, report: &mut Report) -> Outline {
    let Draft { title, items } = draft;
    let mut settler = Settler { names: Names::of(&items), report };
    let parents = settler.parents(&items);
    let (items, parents) = settler.select(items, parents, settings.skip_done);
    let ids = settler.ids(&items, settings);
    let mut entries: Vec<Entry> = items
        .into_iter()
        .zip(ids)
        .map(|(item, id)| Entry {
            bare: is_bare(id.as_str()),
            id,
            kind: Kind::Task,
            mark: Mark::Open,
            parent: None,
            children: Vec::new(),
            needs: Vec::new(),
            item,
        })
        .collect();
    settler.nest(&mut entries, &parents);
    let order = from_the_leaves(&entries);
    set_kinds(&mut entries, &order);
    let states = set_marks(&mut entries, &order);
    settler.needs(&mut entries, &states);
    Outline { title, entries }
}

/// Whether the plan would read `Feature 1` as `feature-1`.
fn is_bare(id: &str) -> bool {
    id.len() < 2 || !id.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Which item a name of the source means. Names are folded to lower case.
struct Names {
    named: HashMap<String, Named>,
    /// By space and name, where several have the name; the first of those in one space.
    in_space: HashMap<(String, String), usize>,
}

#[derive(Clone, Copy)]
enum Named {
    One(usize),
    Several,
}

impl Names {
    fn of(items: &[DraftItem]) -> Self {
        let mut names = Self { named: HashMap::with_capacity(items.len()), in_space: HashMap::new() };
        for (index, item) in items.iter().enumerate() {
            let id = folded(&item.id);
            let in_space = |index: usize| (folded(&items[index].space).into_owned(), id.clone().into_owned());
            match names.named.entry_ref(&*id) {
                EntryRef::Vacant(entry) => {
                    entry.insert(Named::One(index));
                }
                EntryRef::Occupied(mut entry) => {
                    if let Named::One(first) = entry.insert(Named::Several) {
                        names.in_space.insert(in_space(first), first);
                    }
                    names.in_space.entry(in_space(index)).or_insert(index);
                }
            }
        }
        names
    }

    /// The only item with a name, or the first of several that stand in this space.
    fn find(&self, space: &str, name: &str) -> Option<usize> {
        let name = folded(name.trim());
        match *self.named.get(&*name)? {
            Named::One(index) => Some(index),
            Named::Several => self.in_space.get(&(folded(space).into_owned(), name.into_owned())).copied(),
        }
    }

    /// Takes up that items moved, or went.
    fn move_to(&mut self, places: &[Option<usize>]) {
        let follow = |index: &mut usize| places[*index].map(|to| *index = to).is_some();
        self.in_space.retain(|_, index| follow(index));
        self.named.retain(|_, named| match named {
            Named::One(index) => follow(index),
            Named::Several => true,
        });
    }
}

/// A name in lower case.
fn folded(name: &str) -> Cow<'_, str> {
    let is_folded = name.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is_folded { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) }
}

struct Settler<'a> {
    names: Names,
    report: &'a mut Report,
}

impl Settler<'_> {
    /// The parent of each item; loops are cut.
    fn parents(&mut self, items: &[DraftItem]) -> Vec<Option<usize>> {
        let mut parents: Vec<Option<usize>> = Vec::with_capacity(items.len());
        for item in items {
            let parent = item.parent.as_ref().and_then(|name| {
                let found = self.names.find(&item.space, name);
                if found.is_none() {
                    let what = format!("{} is a part of {name}", item.id);
                    self.report.lost(Unit::Value, &codes::STRUCTURE, &item.spot, what, "the source does not hold it");
                }
                found
            });
            parents.push(parent);
        }
        // 0: not looked at; otherwise the number of the walk that met it.
        let mut met = vec![0; items.len()];
        for start in 0..items.len() {
            let mut at = start;
            while met[at] == 0 {
                met[at] = start + 1;
                let Some(up) = parents[at] else { break };
                if met[up] == start + 1 {
                    parents[at] = None;
                    let (item, other) = (&items[at], &items[up]);
                    let what = format!("{} is a part of {}", item.id, other.id);
                    self.report.lost(Unit::Value, &codes::STRUCTURE, &item.spot, what, "that is a part of it in turn");
                    break;
                }
                at = up;
            }
        }
        parents
    }

    /// Takes done work out, if asked to, and counts what stays.
    fn select(
        &mut self,
        items: Vec<DraftItem>,
        parents: Vec<Option<usize>>,
        skip_done: bool,
    ) -> (Vec<DraftItem>, Vec<Option<usize>>) {
        let mut stays: Vec<bool> = items.iter().map(|item| !skip_done || item.state != State::Done).collect();
        for index in 0..items.len() {
            let mut at = index;
            while let Some(up) = parents[at].filter(|&up| stays[at] && !stays[up]) {
                stays[up] = true;
                at = up;
            }
        }
        let mut places = vec![None; items.len()];
        let mut next = 0;
        for (index, item) in items.iter().enumerate() {
            if stays[index] {
                places[index] = Some(next);
                next += 1;
                self.report.mapped(Unit::Record);
            } else {
                self.report.lost(Unit::Record, &codes::LEFT_OUT, &item.spot, item.id.as_str(), "it is done");
            }
        }
        if next == items.len() {
            return (items, parents);
        }
        self.names.move_to(&places);
        let kept = items.into_iter().zip(parents).enumerate().filter(|(index, _)| stays[*index]);
        kept.map(|(_, (item, parent))| (item, parent.and_then(|parent| places[parent]))).unzip()
    }

    /// An id for each item: its own, where a plan can hold it.
    fn ids(&mut self, items: &[DraftItem], settings: &Settings) -> Vec<ItemId> {
        let mut taken = settings.taken.clone();
        let mut counts = HashMap::new();
        let mut ids = Vec::with_capacity(items.len());
        for item in items {
            let (fit, mut reason) = match is_fit(&item.id) {
                true => (Cow::Borrowed(item.id.as_str()), "it is taken already"),
                false => (Cow::Owned(made_fit(&item.id)), "it is no id in a plan"),
            };
            let changed = *fit != item.id;
            let free = |id: &str| {
                let id = ItemId::parse(id).filter(|_| is_fit(id));
                id.filter(|id| !taken.contains(&id.folded()))
            };
            // Most ids are free; the other names are made when one is not.
            let spaced = |prefix: &str| {
                let space = Some(&item.space).filter(|space| !space.is_empty()).map(|space| made_fit(space))?;
                free(&format!("{prefix}{space}-{fit}"))
            };
            let chosen = free(&fit)
                .or_else(|| spaced(""))
                .or_else(|| free(&format!("{}-{fit}", settings.prefix)))
                .or_else(|| spaced(&format!("{}-", settings.prefix)));
            let chosen = chosen.unwrap_or_else(|| numbered(&fit, &taken, &mut counts));
            if !changed && chosen.as_str() != item.id && settings.taken.contains(&item.id.to_ascii_lowercase()) {
                reason = "the plan has it already";
            }
            if chosen.as_str() != item.id {
                self.report.renamed.push(Renamed {
                    from: item.id.clone(),
                    to: chosen.to_string(),
                    reason,
                    spot: item.spot.clone(),
                });
            }
            taken.insert(chosen.folded());
            ids.push(chosen);
        }
        ids
    }

    /// Links parents and children, no deeper than headings go.
    fn nest(&mut self, entries: &mut [Entry], parents: &[Option<usize>]) {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
        for (index, parent) in parents.iter().enumerate() {
            if let Some(parent) = *parent {
                children[parent].push(index);
            }
        }
        let mut open: Vec<(usize, usize, Option<usize>)> =
            (0..entries.len()).rev().filter(|&index| parents[index].is_none()).map(|root| (root, 0, None)).collect();
        while let Some((index, depth, parent)) = open.pop() {
            entries[index].parent = parent;
            if let Some(parent) = parent {
                entries[parent].children.push(index);
            }
            if depth == DEEPEST {
                entries[index].item.kind = None;
            }
            // What is too deep to be a heading gives its children to the heading above.
            let (depth, below) = if depth < DEEPEST { (depth + 1, Some(index)) } else { (depth, parent) };
            if depth == DEEPEST && below == parent && !children[index].is_empty() {
                let entry = &entries[index];
                let what = format!("{} is in {}", plural(children[index].len()), entry.id);
                let reason = "that is nested more deeply than headings go";
                self.report.lost(Unit::Value, &codes::STRUCTURE, &entry.item.spot, what, reason);
            }
            open.extend(children[index].iter().rev().map(|&child| (child, depth, below)));
        }
    }

    /// Keeps the needs that can hold; those that cannot become links.
    fn needs(&mut self, entries: &mut [Entry], states: &States) {
        for index in 0..entries.len() {
            let mut kept: Vec<Edge> = Vec::new();
            for need in std::mem::take(&mut entries[index].item.needs) {
                match self.edge(entries, states, index, &need) {
                    Ok(target) if kept.iter().any(|edge| edge.target == target) => {
                        self.refuse(&mut entries[index], &need, &codes::DUPLICATE, "it is named twice");
                    }
                    Ok(target) => {
                        if !need.inferred {
                            self.report.mapped(Unit::Need);
                        }
                        kept.push(Edge { target, reason: need.reason });
                    }
                    Err((code, reason)) => self.refuse(&mut entries[index], &need, code, reason),
                }
            }
            entries[index].needs = kept;
        }
    }

    fn edge(
        &self,
        entries: &[Entry],
        states: &States,
        index: usize,
        need: &DraftNeed,
    ) -> Result<usize, (&'static crate::diag::Code, &'static str)> {
        let item = &entries[index].item;
        let Some(target) = self.names.find(&item.space, &need.target) else {
            return Err((&codes::DANGLING_NEED, "the source does not hold it"));
        };
        let within = |inner: usize, outer: usize| {
            std::iter::successors(entries[inner].parent, |&up| entries[up].parent).any(|up| up == outer)
        };
        let refused = if target == index {
            Some("an item cannot need itself")
        } else if within(index, target) {
            Some("it is a part of it")
        } else if within(target, index) {
            Some("it has it as a part")
        } else if states.claimed[index] && !states.claimed[target] {
            Some("it is done, and what it needs is not")
        } else {
            None
        };
        refused.map_or(Ok(target), |reason| Err((&codes::IMPOSSIBLE_NEED, reason)))
    }

    fn refuse(&mut self, entry: &mut Entry, need: &DraftNeed, code: &'static crate::diag::Code, reason: &str) {
        if need.inferred {
            return;
        }
        let what = format!("{} needs {}", entry.item.id, need.target);
        self.report.lost(Unit::Need, code, &need.spot, what, reason);
        if code.name == codes::DANGLING_NEED.name && entry.item.state != State::Done {
            entry.item.links.push(format!("needs {} ({reason})", need.target));
        }
    }
}

fn plural(count: usize) -> String {
    if count == 1 { "an item".to_owned() } else { format!("{count} items") }
}

/// Whether a name can be the id of an item as it is.
fn is_fit(name: &str) -> bool {
    const WORDS: [&str; 5] = ["none", "no", "nothing", "merge", "policy"];
    !WORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) && plan::is_item_id(name)
}

/// A name of letters, digits and dashes from any text.
pub(super) fn made_fit(name: &str) -> String {
    let mut made = String::new();
    for c in name.chars() {
        if made.len() >= MAX_ID - 8 {
            break;
        }
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') && !made.is_empty() && !made.ends_with(['-', '.']) {
            made.push(c);
        } else if !made.is_empty() && !made.ends_with(['-', '.']) {
            made.push('-');
        }
    }
    let made = made.trim_end_matches(['-', '.', '_']);
    if made.is_empty() { "item".to_owned() } else { made.to_owned() }
}

/// The name with the first number that makes it free. It ends, since only finitely many are taken.
fn numbered(name: &str, taken: &HashSet<String>, counts: &mut HashMap<String, u64>) -> ItemId {
    let stem = made_fit(name);
    let count = counts.entry(stem.to_ascii_lowercase()).or_insert(1);
    loop {
        *count += 1;
        let id = format!("{stem}-{count}");
        match ItemId::parse(&id).filter(|id| !taken.contains(&id.folded())) {
            Some(id) if is_fit(id.as_str()) => return id,
            _ => {}
        }
    }
}

/// The entries in an order in which children come before their parents.
fn from_the_leaves(entries: &[Entry]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entries.len()).filter(|&index| entries[index].parent.is_none()).collect();
    let mut at = 0;
    while at < order.len() {
        let children = entries[order[at]].children.clone();
        order.extend(children);
        at += 1;
    }
    order.reverse();
    order
}

fn set_kinds(entries: &mut [Entry], order: &[usize]) {
    for &index in order {
        let highest = entries[index].children.iter().map(|&child| entries[child].kind).max();
        let entry = &mut entries[index];
        let wanted = entry.item.kind.unwrap_or(Kind::Task);
        entry.kind = match highest {
            None if entry.bare => Kind::Task,
            None => wanted,
            // The plan decides about a heading without a level word.
            Some(Kind::Task) if entry.bare => Kind::Feature,
            Some(Kind::Feature) if entry.bare => Kind::Epic,
            Some(Kind::Epic | Kind::Phase) if entry.bare => Kind::Phase,
            Some(Kind::Task) => wanted.max(Kind::Feature),
            Some(Kind::Feature | Kind::Epic) => wanted.max(Kind::Epic),
            Some(Kind::Phase) => Kind::Phase,
        };
    }
}

/// What the plan will say of each item.
struct States {
    claimed: Vec<bool>,
}

/// Chooses the boxes: an item that has parts is ticked only when none of them is open.
fn set_marks(entries: &mut [Entry], order: &[usize]) -> States {
    let mut claimed = vec![false; entries.len()];
    let mut closed = vec![false; entries.len()];
    for &index in order {
        let entry = &entries[index];
        let (done, dropped) = (entry.item.state == State::Done, entry.item.state == State::Dropped);
        let all_closed = entry.children.iter().all(|&child| closed[child]);
        let some_claimed = entry.children.iter().any(|&child| claimed[child]);
        let of_parts = entry.item.state == State::OfParts && !entry.children.is_empty();
        let mark = match (of_parts, entry.children.is_empty()) {
            _ if done && all_closed => Mark::Ticked,
            // The plan needs a box to read a bare number as it stands.
            (true, _) if entry.bare && all_closed && some_claimed => Mark::Ticked,
            // With conditions left the parts alone do not make it done.
            (true, _) if !entry.bare && entry.item.criteria.iter().all(|criterion| criterion.ticked) => Mark::None,
            (false, false) if !entry.bare && !all_closed => Mark::None,
            _ => Mark::Open,
        };
        claimed[index] = match mark {
            Mark::Ticked => true,
            Mark::Open => false,
            Mark::None => all_closed && some_claimed,
        };
        closed[index] = mark == Mark::Ticked || dropped || (mark == Mark::None && all_closed);
        entries[index].mark = mark;
    }
    States { claimed }
}
