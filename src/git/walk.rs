//! Questions about ancestry, answered from the commit objects alone.
//!
//! Edge. Commit dates only choose the order of the work, so a forged date costs time but changes no answer.
//!
//! All questions rest on one walk from two sides ([`Walk::paint`]). It ends when every commit still waiting is
//! reachable from both. What this proves: if a single commit stands on one side, whether the other side reaches
//! it is exact. For if a path to it ran through a commit known to both sides, that commit would be its ancestor
//! and its descendant at once. A set of several on one side may keep marks that are too few; where it matters,
//! [`Walk::between`] checks them one by one.

use super::objects::{Links, Objects, OidMap, OidSet};
use crate::diag::Failure;
use git2::Oid;
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const BOTH: u8 = LEFT | RIGHT;

/// Above this many open ends (or merge bases) one walk over all of history is cheaper than one check each.
const MAX_CHECKS: usize = 8;

/// The walks that answer questions about one store.
pub(super) struct Walk<'o> {
    objects: &'o Objects,
}

/// The sides each commit is known to be reachable from.
type Sides = OidMap<u8>;

impl<'o> Walk<'o> {
    pub fn new(objects: &'o Objects) -> Self {
        Self { objects }
    }

    fn links(&self, oid: Oid) -> Result<Arc<Links>, Failure> {
        self.objects.links(oid)
    }

    /// Marks what is reachable from each side until everything that waits is known to both, or `until` is
    /// known to both.
    ///
    /// A commit that cannot be read matters only if its child stays on one side: what lies behind a commit
    /// known to both is known to both, so the border of a shallow clone may be touched but not crossed.
    fn paint(&self, left: &[Oid], right: &[Oid], until: Option<Oid>) -> Result<Sides, Failure> {
        let mut paint = Paint::default();
        let mut cut: Vec<(Oid, Failure)> = Vec::new();
        for (tips, side) in [(left, LEFT), (right, RIGHT)] {
            for &tip in tips {
                let seconds = self.links(tip)?.seconds;
                paint.mark(tip, side, seconds);
            }
        }
        while paint.one_sided > 0 && until.is_none_or(|oid| paint.sides.get(&oid) != Some(&BOTH)) {
            let Some((oid, side)) = paint.next() else { break };
            for &parent in &self.links(oid)?.parents {
                match self.links(parent) {
                    Ok(links) => paint.mark(parent, side, links.seconds),
                    Err(failure) => cut.push((oid, failure)),
                }
            }
        }
        let found = until.is_some_and(|oid| paint.sides.get(&oid) == Some(&BOTH));
        match cut.into_iter().find(|(child, _)| !found && paint.sides.get(child) != Some(&BOTH)) {
            Some((child, failure)) => Err(failure.because(format!("it is a parent of commit `{child}`"))),
            None => Ok(paint.sides),
        }
    }

    /// Whether `ancestor` is one of `tips` or reachable from one.
    pub fn reaches(&self, tips: &[Oid], ancestor: Oid) -> Result<bool, Failure> {
        let sides = self.paint(tips, &[ancestor], Some(ancestor))?;
        Ok(sides.get(&ancestor) == Some(&BOTH))
    }

    /// Everything reachable from `tips`.
    fn closure(&self, tips: &[Oid]) -> Result<OidSet, Failure> {
        let mut seen: OidSet = tips.iter().copied().collect();
        let mut todo: Vec<Oid> = seen.iter().copied().collect();
        while let Some(oid) = todo.pop() {
            todo.extend(self.links(oid)?.parents.iter().copied().filter(|&parent| seen.insert(parent)));
        }
        Ok(seen)
    }

    /// The commits reachable from `heads` and not from `hidden`, children before parents, otherwise newest
    /// first.
    pub fn between(&self, hidden: &[Oid], heads: &[Oid]) -> Result<Vec<Oid>, Failure> {
        let sides = self.paint(heads, hidden, None)?;
        let mut new: OidSet = sides.into_iter().filter(|(_, side)| *side == LEFT).map(|(oid, _)| oid).collect();
        if !self.is_all_new(&new, hidden)? {
            let old = self.closure(hidden)?;
            new.retain(|oid| !old.contains(oid));
        }
        self.sorted(new)
    }

    /// Whether nothing hidden reaches any of these commits. It is enough to look at the oldest ones: what
    /// reaches a commit reaches its parents.
    fn is_all_new(&self, new: &OidSet, hidden: &[Oid]) -> Result<bool, Failure> {
        let mut ends = Vec::new();
        for &oid in new {
            if !self.links(oid)?.parents.iter().any(|parent| new.contains(parent)) {
                ends.push(oid);
            }
        }
        if ends.len() > MAX_CHECKS {
            return Ok(false);
        }
        for end in ends {
            if self.reaches(hidden, end)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn sorted(&self, commits: OidSet) -> Result<Vec<Oid>, Failure> {
        let mut children: OidMap<usize> = commits.iter().map(|&oid| (oid, 0)).collect();
        for &oid in &commits {
            for parent in distinct(&self.links(oid)?.parents) {
                children.entry(parent).and_modify(|count| *count += 1);
            }
        }
        let mut ready = BinaryHeap::new();
        for (&oid, &count) in &children {
            if count == 0 {
                ready.push((self.links(oid)?.seconds, oid));
            }
        }
        let mut sorted = Vec::with_capacity(commits.len());
        while let Some((_, oid)) = ready.pop() {
            sorted.push(oid);
            for parent in distinct(&self.links(oid)?.parents) {
                let Some(count) = children.get_mut(&parent) else { continue };
                *count -= 1;
                if *count == 0 {
                    ready.push((self.links(parent)?.seconds, parent));
                }
            }
        }
        Ok(sorted)
    }

    /// The common ancestors of two commits that no other common ancestor reaches, newest first.
    pub fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>, Failure> {
        let sides = self.paint(&[one], &[other], None)?;
        let common: OidSet = sides.into_iter().filter(|(_, side)| *side == BOTH).map(|(oid, _)| oid).collect();
        let mut below = OidSet::default();
        for &oid in &common {
            below.extend(self.links(oid)?.parents.iter().copied());
        }
        let mut bases: Vec<Oid> = common.difference(&below).copied().collect();
        if bases.len() > 1 {
            bases = self.independent(bases)?;
        }
        let mut dated = Vec::new();
        for base in bases {
            dated.push((self.links(base)?.seconds, base));
        }
        dated.sort_unstable_by(|a, b| b.cmp(a));
        Ok(dated.into_iter().map(|(_, oid)| oid).collect())
    }

    /// Those of the commits that no other of them reaches.
    fn independent(&self, commits: Vec<Oid>) -> Result<Vec<Oid>, Failure> {
        let mut kept = Vec::new();
        if commits.len() > MAX_CHECKS {
            let mut parents = Vec::new();
            for &oid in &commits {
                parents.extend(self.links(oid)?.parents.iter().copied());
            }
            let below = self.closure(&parents)?;
            return Ok(commits.into_iter().filter(|oid| !below.contains(oid)).collect());
        }
        for &oid in &commits {
            let others: Vec<Oid> = commits.iter().copied().filter(|&other| other != oid).collect();
            if !self.reaches(&others, oid)? {
                kept.push(oid);
            }
        }
        Ok(kept)
    }
}

fn distinct(parents: &[Oid]) -> BTreeSet<Oid> {
    parents.iter().copied().collect()
}

/// The state of one painting walk.
#[derive(Default)]
struct Paint {
    sides: Sides,
    waiting: OidSet,
    queue: BinaryHeap<(i64, Oid)>,
    /// How many waiting commits are not known to both sides.
    one_sided: usize,
}

impl Paint {
    fn mark(&mut self, oid: Oid, side: u8, seconds: i64) {
        let sides = self.sides.entry(oid).or_default();
        let before = *sides;
        *sides |= side;
        if *sides == before {
            return;
        }
        if self.waiting.insert(oid) {
            self.queue.push((seconds, oid));
            self.one_sided += usize::from(*sides != BOTH);
        } else if *sides == BOTH {
            self.one_sided -= 1;
        }
    }

    fn next(&mut self) -> Option<(Oid, u8)> {
        let (_, oid) = self.queue.pop()?;
        self.waiting.remove(&oid);
        let side = self.sides[&oid];
        self.one_sided -= usize::from(side != BOTH);
        Some((oid, side))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Env, ObjectFormat};
    use super::*;
    use git2::ObjectType;
    use proptest::prelude::*;

    /// Any history: each commit takes its parents among those before it, and any date.
    fn histories() -> impl Strategy<Value = Vec<(Vec<usize>, i64)>> {
        let commit = (proptest::collection::vec(any::<prop::sample::Index>(), 0..3), 0..6i64);
        proptest::collection::vec(commit, 1..14).prop_map(|commits| {
            let pick = |(at, (parents, date)): (usize, (Vec<prop::sample::Index>, i64))| {
                let parents = parents.iter().filter(|_| at > 0).map(|parent| parent.index(at.max(1))).collect();
                (parents, date)
            };
            commits.into_iter().enumerate().map(pick).collect()
        })
    }

    fn write(repository: &git2::Repository, history: &[(Vec<usize>, i64)]) -> Vec<Oid> {
        let mut oids: Vec<Oid> = Vec::new();
        for (number, (parents, date)) in history.iter().enumerate() {
            let parents: String = parents.iter().map(|&parent| format!("parent {}\n", oids[parent])).collect();
            let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
            let raw = format!("tree {tree}\n{parents}author A <a> {date} +0\ncommitter A <a> {date} +0\n\n{number}");
            oids.push(repository.odb().unwrap().write(ObjectType::Commit, raw.as_bytes()).unwrap());
        }
        oids
    }

    /// The numbers reachable from one, found by plain recursion: the oracle.
    fn below(history: &[(Vec<usize>, i64)], from: usize) -> BTreeSet<usize> {
        let parents = history[from].0.iter().flat_map(|&parent| below(history, parent));
        parents.chain([from]).collect()
    }

    fn numbers(oids: &[Oid], found: &[Oid]) -> BTreeSet<usize> {
        found.iter().map(|oid| oids.iter().position(|known| known == oid).unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn ancestry_is_exact_whatever_the_dates_say(history in histories(), picks in any::<[prop::sample::Index; 4]>()) {
            let folder = tempfile::tempdir().unwrap();
            let repository = git2::Repository::init_bare(folder.path()).unwrap();
            let oids = write(&repository, &history);
            let objects = Objects::open(&Env::new("/", []), folder.path(), ObjectFormat::Sha1, false).unwrap();
            let reach: Vec<BTreeSet<usize>> = (0..oids.len()).map(|at| below(&history, at)).collect();
            for one in 0..oids.len() {
                for other in 0..oids.len() {
                    let walk = Walk::new(&objects);
                    prop_assert_eq!(walk.reaches(&[oids[one]], oids[other]).unwrap(), reach[one].contains(&other));
                    let common: BTreeSet<usize> = reach[one].intersection(&reach[other]).copied().collect();
                    let is_base = |at: &usize| !common.iter().any(|above| above != at && reach[*above].contains(at));
                    let bases: BTreeSet<usize> = common.iter().copied().filter(is_base).collect();
                    prop_assert_eq!(numbers(&oids, &walk.merge_bases(oids[one], oids[other]).unwrap()), bases);
                }
            }
            let [heads, hidden] = [&picks[..2], &picks[2..]]
                .map(|picks| picks.iter().map(|pick| pick.index(oids.len())).collect::<Vec<usize>>());
            let all = |from: &[usize]| -> BTreeSet<usize> { from.iter().flat_map(|&at| reach[at].clone()).collect() };
            let tips = |from: &[usize]| -> Vec<Oid> { from.iter().map(|&at| oids[at]).collect() };
            let found = Walk::new(&objects).between(&tips(&hidden), &tips(&heads)).unwrap();
            let expected: BTreeSet<usize> = all(&heads).difference(&all(&hidden)).copied().collect();
            prop_assert_eq!(numbers(&oids, &found), expected);
            for (at, oid) in found.iter().enumerate() {
                let parents = objects.links(*oid).unwrap().parents.clone();
                prop_assert!(!found[..at].iter().any(|newer| parents.contains(newer)), "children come first");
            }
        }
    }
}
