//! Where each item of a plan stands: done, dropped, waiting, blocked or ready.
//!
//! Computed for the whole plan at once, in time linear in items and needs.

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::plan::{Item, Kind, Mark, Need, NeedKind, Plan, Relation, Status};
use crate::port::Tree;
use crate::project::is_about;
use crate::record::book::Book;
use crate::record::{Record, kinds};
use crate::text::Spanned;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Where one item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The plan claims it done.
    Done,
    /// Taken out of the plan.
    Dropped,
    /// Its `status` names somebody or something it waits for.
    Waiting,
    /// Something it needs, or something around it needs, is not there yet, or an open blocker names one of them.
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
    /// The names of open blockers with the items they name.
    blockers: Vec<(String, Vec<usize>)>,
    freezes: Vec<Freeze>,
}

/// An open incident, or the open gate of a phase, while which other work rests.
#[derive(Debug)]
struct Freeze {
    name: String,
    /// The items that go on.
    free: HashSet<usize>,
}

impl<'a> Standings<'a> {
    /// Looks at every item; `tree` tells which documents are there, what blocks, and what was handed over.
    ///
    /// # Errors
    /// The tree could not be read.
    pub fn new(plan: &'a Plan, tree: &dyn Tree) -> Result<Self, Failure> {
        let records = Book::new(tree);
        let handoffs = records.of(&kinds::HANDOFF)?;
        let mut needs = Needs { plan, tree, handoffs, phases: HashMap::new(), documents: HashMap::new() };
        let mut met = Vec::new();
        let mut met_from = Vec::with_capacity(plan.items.len());
        for index in 0..plan.items.len() {
            met_from.push(met.len());
            for need in plan.needs(index) {
                met.push(needs.met(index, &need)?);
            }
        }
        let named = |blocker: &Record| blocker.list("items").iter().filter_map(|id| plan.find(&id.value)).collect();
        let open = records.of(&kinds::BLOCKER)?;
        let open = open.iter().filter(|blocker| !blocker.is_closed());
        let blockers = open.map(|blocker| (blocker.name().to_owned(), named(blocker))).collect();
        let freezes = freezes(plan, &records)?;
        let mut standings = Self { plan, of: Vec::new(), met, met_from, held: Vec::new(), blockers, freezes };
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

    /// The names of the open blockers of an item and of what it stands in.
    pub fn blockers(&self, index: usize) -> impl Iterator<Item = &str> {
        let around: Vec<usize> = std::iter::once(index).chain(self.plan.ancestors(index)).collect();
        let about = move |named: &[usize]| named.iter().any(|one| around.contains(one));
        self.blockers.iter().filter(move |(_, named)| about(named)).map(|(name, _)| name.as_str())
    }

    /// The name of the open incident or phase gate while which nothing of an item lands.
    pub fn frozen(&self, index: usize) -> Option<&str> {
        self.freezes.iter().find(|freeze| !freeze.free.contains(&index)).map(|freeze| freeze.name.as_str())
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

    /// The items that cannot begin: by a blocker, by an unmet need, by one of what they stand in, or because they begin together
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
        for &index in self.blockers.iter().flat_map(|(_, named)| named) {
            if !std::mem::replace(&mut held[index], true) {
                open.push(index);
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
        let standing = match self.plan.children(index) {
            [] if item.kind == Kind::Task => Standing::Ready,
            [] => Standing::Open,
            children if item.mark == Mark::Open && children.iter().all(|&child| self.plan.is_closed(child)) => {
                Standing::Ready
            }
            _ => Standing::Open,
        };
        let frozen = standing == Standing::Ready && self.frozen(index).is_some();
        if frozen { Standing::Blocked } else { standing }
    }
}

/// The freezes of the open incidents, who go before everything, and of the open gates of phases.
fn freezes(plan: &Plan, records: &Book<'_>) -> Result<Vec<Freeze>, Failure> {
    let mut freezes: Vec<Freeze> = Vec::new();
    let mut free = HashSet::new();
    for kind in [&kinds::INCIDENT, &kinds::PHASE] {
        let all = records.of(kind)?;
        let mut open = all.iter().filter(|record| !record.is_closed());
        free.extend(open.clone().flat_map(|record| record.list("items")).filter_map(|id| plan.find(&id.value)));
        freezes.extend(open.next().map(|record| Freeze { name: record.name().to_owned(), free: free.clone() }));
    }
    Ok(freezes)
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
    handoffs: Rc<Vec<Record>>,
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
            NeedKind::Team => {
                let gives =
                    |handoff: &&Record| handoff.lists("from", need.target.value) && handoff.state() == "accepted";
                self.handoffs.iter().filter(gives).any(|handoff| is_about(handoff, self.plan, index))
            }
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
    use crate::port::EntryKind;
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
    fn what_is_blocked_or_was_handed_over_is_seen() {
        let plan = "## Epic E1: e\n- [ ] T-01: a\n- [ ] T-02: b\n  - needs: design (team)\n";
        let plan = read(vec![Source::new("p", plan)], Reader::Fast, &mut Sink::new());
        let record = |kind: &str, fields: &str| {
            format!("---\npassmuster: {kind}/1\ntitle: t\nby: ada\nat: 2026-01-01T00:00:00Z\n{fields}---\n# t\n")
        };
        let step = |to: &str| format!("steps:\n  - {{to: {to}, by: ada, at: 2026-01-01T01:00:00Z, note: n}}\n");
        let blocks = |item: &str| format!("state: active\nowner: ada\ntype: technical\nitems: [{item}]\n");
        let solved = blocks("T-01").replace("active", "resolved") + &step("resolved");
        let handed = |state: &str| format!("state: {state}\nfrom: design\nto: a\nitems: [E1]\n") + &step(state);
        for (kind, fields, expected) in [
            ("blocker", blocks("T-01"), "blocked blocked open"),
            ("blocker", blocks("E1"), "blocked blocked blocked"),
            ("blocker", solved, "ready blocked open"),
            ("handoff", handed("accepted"), "ready ready open"),
            ("handoff", handed("offered"), "ready blocked open"),
        ] {
            let (path, text) = (format!("plan/{kind}s/r.md"), record(kind, &fields));
            let tree = MemoryTree::from([(path.as_str(), text.as_str())]);
            let standings = Standings::new(&plan, &tree).unwrap();
            let of = |id| standings.of(plan.find(id).unwrap()).name();
            assert_eq!(["T-01", "T-02", "E1"].map(of).join(" "), expected, "{fields}");
            let blockers: Vec<&str> = standings.blockers(plan.find("T-01").unwrap()).collect();
            assert_eq!(blockers.len(), usize::from(expected.starts_with("blocked")), "{fields}");
        }
    }

    #[test]
    fn oc_26_what_is_frozen_cannot_be_begun() {
        let plan = "## Epic E1: e\n- [ ] T-01: a\n- [ ] T-02: b\n";
        let plan = read(vec![Source::new("p", plan)], Reader::Fast, &mut Sink::new());
        let record = |kind: &str, fields: &str| {
            format!("---\npassmuster: {kind}/1\ntitle: t\nby: ada\nat: 2026-01-01T00:00:00Z\n{fields}---\n# t\n")
        };
        let fire = |items: &str| ("incident", format!("state: stop\ncommander: ada\nseverity: high\n{items}"));
        let gate = |items: &str| ("phase", format!("state: open\nphase: \"4\"\n{items}"));
        for (records, expected) in [
            (vec![], "ready ready"),
            (vec![fire("")], "blocked blocked"),
            (vec![fire("items: [T-02]\n")], "blocked ready"),
            (vec![gate("items: [T-01]\n")], "ready blocked"),
            (vec![gate("items: [T-01]\n"), fire("items: [T-02]\n")], "blocked ready"),
        ] {
            let tree = records.iter().fold(MemoryTree::default(), |tree, (kind, fields)| {
                tree.with(EntryKind::File, format!("plan/{kind}s/r.md"), record(kind, fields))
            });
            let standings = Standings::new(&plan, &tree).unwrap();
            let of = |id| standings.of(plan.find(id).unwrap()).name();
            assert_eq!(["T-01", "T-02"].map(of).join(" "), expected, "{records:?}");
        }
    }

    #[test]
    fn circles_end() {
        let text = "- [ ] T-01: a\n  - needs: T-02 (SS)\n- [ ] T-02: b\n  - needs: T-01 (SS), T-01\n";
        assert_eq!(standings(text, "T-01"), "blocked");
    }
}
