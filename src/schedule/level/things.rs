//! What only so many tasks can have at a time: named resources, teams with a capacity, and paths.
//!
//! Domain layer. A task holds its things from its start to its finish, nights included. Two path patterns that can mean
//! the same file exclude each other; a budget bounds the comparing, and what it leaves out is said.

use super::super::codes;
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::pattern::Pattern;
use crate::plan::Plan;
use crate::roster::Roster;
use crate::text::Span;
use std::collections::HashMap;

/// How many pairs of patterns are compared.
const BUDGET: usize = 400_000;

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThingKind {
    /// What `uses` names.
    Resource,
    /// A pattern of `touches`.
    Paths,
    /// A team that takes only so many tasks at once.
    Team,
}

/// Something only so many tasks can have at a time.
#[derive(Clone, Debug)]
pub struct Thing {
    pub kind: ThingKind,
    pub name: String,
    /// How many tasks can have it at once.
    pub at_once: u32,
    /// Other things of the list that nobody else may have meanwhile.
    pub(super) rivals: Vec<u32>,
}

/// All things that tasks hold.
#[derive(Debug, Default)]
pub(super) struct Things {
    pub all: Vec<Thing>,
    known: HashMap<(ThingKind, String), u32>,
}

impl Things {
    /// What an item holds while somebody works on it.
    pub fn of(&mut self, plan: &Plan, index: usize, roster: Option<&Roster>) -> Vec<u32> {
        let item = &plan.items[index];
        let mut held: Vec<u32> = Vec::new();
        for used in item.uses() {
            let at_once = roster.and_then(|roster| roster.resource(used.value)).unwrap_or(1);
            held.push(self.index_of(ThingKind::Resource, used.value, at_once));
        }
        for touch in item.touches().filter(|touch| Pattern::parse(touch.value).is_ok()) {
            held.push(self.index_of(ThingKind::Paths, touch.value, 1));
        }
        let around = std::iter::once(index).chain(plan.ancestors(index));
        let team =
            item.owner().or_else(|| around.map(|index| plan.items[index].team()).find(Option::is_some).flatten());
        let team = team.and_then(|name| roster.filter(|roster| roster.member(name.value).is_none())?.team(name.value));
        if let Some((team, at_once)) = team.and_then(|team| Some((team, team.capacity?))) {
            held.push(self.index_of(ThingKind::Team, team.name.as_str(), at_once.max(1)));
        }
        held.sort_unstable();
        held.dedup();
        held
    }

    fn index_of(&mut self, kind: ThingKind, name: &str, at_once: u32) -> u32 {
        let next = u32::try_from(self.all.len()).expect("there are fewer things than words in the plan");
        let index = *self.known.entry((kind, name.to_owned())).or_insert(next);
        if index == next {
            self.all.push(Thing { kind, name: name.to_owned(), at_once, rivals: Vec::new() });
        }
        index
    }

    /// Finds the patterns that can mean the same file.
    pub fn compare(&mut self, plan: &Plan, sink: &mut Sink) {
        let patterns: Vec<(usize, Pattern)> = (self.all.iter().enumerate())
            .filter(|(_, thing)| thing.kind == ThingKind::Paths)
            .filter_map(|(index, thing)| Some((index, Pattern::parse(&thing.name).ok()?)))
            .collect();
        // Patterns can only meet where one's literal beginning is a folder of the other's, so in order of these
        // beginnings all that meet one stand behind it, until a beginning lies outside of its own.
        let mut roots: Vec<(Vec<u8>, usize)> = (patterns.iter().enumerate())
            .map(|(at, (_, pattern))| (pattern.literal_root().as_bytes().to_vec(), at))
            .collect();
        roots.sort_unstable();
        let mut left = BUDGET;
        for (at, (root, one)) in roots.iter().enumerate() {
            for (_, other) in roots[at + 1..].iter().take_while(|(other, _)| other.starts_with(root)) {
                left = left.saturating_sub(1);
                if left == 0 {
                    sink.extend(plan.files.first().map(|file| {
                        let place = Place::text(&file.source, Span::at(0));
                        let message = "not all paths that tasks touch were compared";
                        Diagnostic::new(&codes::UNCOMPARED, Severity::Note, place, message)
                            .cause(format!("the tasks name {} different patterns, too many of which meet", roots.len()))
                            .hint("use folders such as `src/db/**` instead of patterns that begin with a wildcard")
                    }));
                    return;
                }
                let ((a, first), (b, second)) = (&patterns[*one], &patterns[*other]);
                if first.overlaps(second) {
                    self.all[*a].rivals.push(u32::try_from(*b).expect("indices of things are small"));
                    self.all[*b].rivals.push(u32::try_from(*a).expect("indices of things are small"));
                }
            }
        }
    }
}
