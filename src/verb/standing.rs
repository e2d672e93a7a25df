//! Where each item of a plan stands: done, dropped, waiting, blocked or ready.
//!
//! Computed for the whole plan at once, in time linear in items and needs.

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::{Item, Kind, Mark, Need, NeedKind, Plan, Relation, Status};
use crate::port::Tree;
use crate::text::Spanned;
use std::collections::HashMap;

/// Where one item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The plan claims it done.
    Done,
    /// Taken out of the plan.
    Dropped,
    /// Its `status` names somebody or something it waits for.
    Waiting,
    /// Something it needs, or something around it needs, is not there yet.
    Blocked,
    /// Open, with parts of its own that are worked on.
    Open,
    /// It can be begun now (or, when all its parts are closed, be closed).
    Ready,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Open => "open",
            Self::Ready => "ready",
        }
    }
}

/// How one need stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Met {
    Yes,
    No,
    /// What is needed can only be seen where the work happens: a resource.
    Unknown,
}

impl Met {
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "met",
            Self::No => "open",
            Self::Unknown => "unknown",
        }
    }
}

/// Where every item of one plan stands.
#[derive(Debug)]
pub struct Standings<'a> {
    plan: &'a Plan,
    of: Vec<Standing>,
    /// How each need stands, one item's after the other's.
    met: Vec<Met>,
    /// Where those of each item begin.
    met_from: Vec<usize>,
    /// Items that have to be begun before the item can, and cannot themselves.
    held: Vec<bool>,
}

impl<'a> Standings<'a> {
    /// Looks at every item; `tree` tells which documents are there.
    ///
    /// # Errors
    /// The tree could not be read.
    pub fn new(plan: &'a Plan, tree: &dyn Tree) -> Result<Self, Failure> {
        let mut needs = Needs { plan, tree, phases: HashMap::new(), documents: HashMap::new() };
        let mut met = Vec::new();
        let mut met_from = Vec::with_capacity(plan.items.len());
        for index in 0..plan.items.len() {
            met_from.push(met.len());
            for need in plan.needs(index) {
                met.push(needs.met(index, &need)?);
            }
        }
        let mut standings = Self { plan, of: Vec::new(), met, met_from, held: Vec::new() };
        standings.held = standings.held();
        standings.of = (0..plan.items.len()).map(|index| standings.find_out(index)).collect();
        Ok(standings)
    }

    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Where an item stands.
    pub fn of(&self, index: usize) -> Standing {
        self.of[index]
    }

    /// The needs of an item itself with how they stand.
    pub fn needs(&self, index: usize) -> impl Iterator<Item = (Need<'a>, Met)> {
        self.plan.needs(index).zip(self.met[self.met_from[index]..].iter().copied())
    }

    /// The unmet needs that keep an item from beginning, its own first, then those of what it stands in; each with
    /// the item that has it.
    pub fn obstacles(&self, index: usize) -> Vec<(usize, Need<'a>)> {
        let around: Vec<usize> = std::iter::once(index).chain(self.plan.ancestors(index)).collect();
        let unmet = |one: usize| {
            let hold = self.needs(one).filter(|(need, met)| *met == Met::No && holds_start(need));
            hold.map(move |(need, _)| (one, need))
        };
        let found: Vec<_> = around.iter().copied().flat_map(unmet).collect();
        if !found.is_empty() {
            return found;
        }
        // What begins together with something waits for what that waits for.
        let together = |one: usize| {
            let needs = self.plan.needs(one).filter(|need| need.relation == Relation::StartToStart);
            needs
                .filter(|need| self.plan.target(need).is_some_and(|target| self.held[target]))
                .map(move |need| (one, need))
        };
        around.into_iter().flat_map(together).collect()
    }

    /// The items that cannot begin: by an unmet need, by one of what they stand in, or because they begin together
    /// with an item that cannot.
    fn held(&self) -> Vec<bool> {
        let plan = self.plan;
        let mut together: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut held = vec![false; plan.items.len()];
        let mut open = Vec::new();
        for (index, held) in held.iter_mut().enumerate() {
            for (need, met) in self.needs(index) {
                if need.relation == Relation::StartToStart
                    && let Some(target) = plan.target(&need)
                {
                    together.entry(target).or_default().push(index);
                }
                if met == Met::No && holds_start(&need) && !*held {
                    *held = true;
                    open.push(index);
                }
            }
        }
        while let Some(next) = open.pop() {
            let with = together.get(&next).map_or(&[][..], Vec::as_slice);
            for &after in with.iter().chain(plan.children(next)) {
                if !held[after] && !plan.claimed(next) {
                    held[after] = true;
                    open.push(after);
                }
            }
        }
        held
    }

    fn find_out(&self, index: usize) -> Standing {
        let item = &self.plan.items[index];
        if self.plan.claimed(index) {
            return Standing::Done;
        }
        if item.is_dropped() || self.plan.ancestors(index).any(|above| self.plan.items[above].is_dropped()) {
            return Standing::Dropped;
        }
        if waits(item) || self.plan.ancestors(index).any(|above| waits(&self.plan.items[above])) {
            return Standing::Waiting;
        }
        if self.held[index] {
            return Standing::Blocked;
        }
        match self.plan.children(index) {
            [] if item.kind == Kind::Task => Standing::Ready,
            [] => Standing::Open,
            children if item.mark == Mark::Open && children.iter().all(|&child| self.plan.is_closed(child)) => {
                Standing::Ready
            }
            _ => Standing::Open,
        }
    }
}

fn waits(item: &Item) -> bool {
    matches!(item.status(), Some(Spanned { value: Status::Waiting(_), .. }))
}

/// Whether a need keeps the item from beginning, and not just from ending.
fn holds_start(need: &Need<'_>) -> bool {
    need.kind != NeedKind::Technical || need.relation == Relation::FinishToStart
}

struct Needs<'a> {
    plan: &'a Plan,
    tree: &'a dyn Tree,
    /// Whether all of a phase is done that was not dropped; looked for once.
    phases: HashMap<usize, bool>,
    documents: HashMap<&'a str, bool>,
}

impl<'a> Needs<'a> {
    fn met(&mut self, index: usize, need: &Need<'a>) -> Result<Met, Failure> {
        let yes = match need.kind {
            NeedKind::Technical => match self.plan.target(need) {
                // That a parent waits for what is in it goes without saying.
                Some(target) if self.plan.ancestors(target).any(|above| above == index) => true,
                Some(target) => self.done(target),
                None => false,
            },
            NeedKind::Information => self.is_there(need.target.value)?,
            NeedKind::Resource => return Ok(Met::Unknown),
            // An accepted handoff would meet it, and none is read.
            NeedKind::Team => false,
        };
        Ok(if yes { Met::Yes } else { Met::No })
    }

    fn done(&mut self, target: usize) -> bool {
        if self.plan.items[target].kind != Kind::Phase {
            return self.plan.claimed(target);
        }
        let plan = self.plan;
        *self.phases.entry(target).or_insert_with(|| {
            let leaves = plan.leaves(target);
            leaves.into_iter().all(|leaf| plan.claimed(leaf) || plan.items[leaf].is_dropped())
        })
    }

    fn is_there(&mut self, path: &'a str) -> Result<bool, Failure> {
        if let Some(&known) = self.documents.get(path) {
            return Ok(known);
        }
        let found = self.tree.kind(&RepoPath::from(path.trim_start_matches("./")))?.is_some();
        self.documents.insert(path, found);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    fn standings(text: &str, id: &str) -> &'static str {
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        let tree = MemoryTree::from([("docs/api.md", "text")]);
        let standings = Standings::new(&plan, &tree).unwrap();
        standings.of(plan.find(id).unwrap()).name()
    }

    #[test]
    fn an_item_is_ready_when_nothing_keeps_it_from_beginning() {
        for (text, expected) in [
            ("- [ ] T-01: a\n", "ready"),
            ("- [x] T-01: a\n", "done"),
            ("- [ ] T-01: a\n  - status: dropped\n", "dropped"),
            ("- [ ] T-01: a\n  - status: waiting: ada\n", "waiting"),
            ("- [ ] T-01: a\n  - needs: T-02\n- [ ] T-02: b\n", "blocked"),
            ("- [ ] T-01: a\n  - needs: T-02\n- [x] T-02: b\n", "ready"),
            ("- [ ] T-01: a\n  - needs: T-02\n- [ ] T-02: b\n  - status: dropped\n", "blocked"),
            ("- [ ] T-01: a\n  - needs: T-09\n", "blocked"),
            ("- [ ] T-01: a\n  - needs: T-02 (FF)\n- [ ] T-02: b\n", "ready"),
            ("- [ ] T-01: a\n  - needs: T-02 (SS)\n- [ ] T-02: b\n", "ready"),
            ("- [ ] T-01: a\n  - needs: T-02 (SS)\n- [ ] T-02: b\n  - needs: T-03\n- [ ] T-03: c\n", "blocked"),
            ("- [ ] T-01: a\n  - needs: docs/api.md\n", "ready"),
            ("- [ ] T-01: a\n  - needs: docs/none.md\n", "blocked"),
            ("- [ ] T-01: a\n  - needs: db (resource)\n", "ready"),
            ("- [ ] T-01: a\n  - needs: design (team)\n", "blocked"),
            ("## Epic E1: e\n- needs: T-02\n\n- [ ] T-01: a\n\n## Epic E2: f\n- [ ] T-02: b\n", "blocked"),
            ("## Epic E1: e\n- status: dropped\n\n- [ ] T-01: a\n", "dropped"),
            (
                "## Phase 1: e\n- [ ] T-02: b\n- [ ] T-03: b\n  - status: dropped\n## Phase 2: f\n- [ ] T-01: a\n  - needs: Phase 1\n",
                "blocked",
            ),
            (
                "## Phase 1: e\n- [x] T-02: b\n- [ ] T-03: b\n  - status: dropped\n## Phase 2: f\n- [ ] T-01: a\n  - needs: Phase 1\n",
                "ready",
            ),
        ] {
            assert_eq!(standings(text, "T-01"), expected, "{text}");
        }
        assert_eq!(standings("## [ ] Epic E1: e\n- [x] T-01: a\n", "E1"), "ready");
        assert_eq!(standings("## [ ] Epic E1: e\n- [ ] T-01: a\n", "E1"), "open");
    }

    #[test]
    fn circles_end() {
        let text = "- [ ] T-01: a\n  - needs: T-02 (SS)\n- [ ] T-02: b\n  - needs: T-01 (SS), T-01\n";
        assert_eq!(standings(text, "T-01"), "blocked");
    }
}
