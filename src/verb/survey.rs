//! Everything that is known at one moment: the project, its records and its past. What `query`, `metrics` and reports look at.

use super::blockers::Situation;
use super::branches::Engaged;
use super::buffer;
use super::sop::{self, Course, Past};
use super::standing::Standings;
use crate::diag::{Failure, Sink};
use crate::facts::{Facts, ItemFacts};
use crate::id::{ObjectId, RepoPath};
use crate::plan::{Item, Kind, NeedKind, Plan};
use crate::policy::{Gate, GateKind, Level, Policy, Time};
use crate::port::{History, Tree};
use crate::project::Project;
use crate::record::book::{Book, read_folder};
use crate::record::{self, Record, kinds};
use crate::roster::Roster;
use crate::schedule::{Critical, Figure, critical};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What is known, and when it was looked at.
pub struct Survey<'a> {
    pub plan: &'a Plan,
    pub policy: Option<&'a Policy>,
    pub roster: Option<&'a Roster>,
    pub standings: Standings<'a>,
    /// `None`: tasks wait for each other, so nothing can be said.
    pub critical: Option<Critical<'a>>,
    /// Of every kind, by their folders and names.
    pub records: Vec<Record>,
    pub facts: &'a Facts,
    /// The procedures that were carried out; `None` without a policy that says which there are.
    pub courses: Option<Vec<Course>>,
    /// Whether the documents are there that items need.
    pub documents: BTreeMap<&'a str, bool>,
    pub now: Timestamp,
    /// What only the repository tells.
    pub beyond: Beyond,
    /// Who is at which open item before anything of it has landed, where that was asked for. It is what this machine
    /// knows of branches and of what was taken, so what has to be the same everywhere is told without.
    pub engaged: BTreeMap<usize, Engaged>,
}

/// What neither the files of one moment nor the facts tell; `None`: it cannot be known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Beyond {
    /// How much of the buffer is used, in percent.
    pub buffer: Option<f64>,
    /// When the commits of the line that have a tag landed, in order.
    pub deployments: Option<Vec<Timestamp>>,
    /// The paths that changed in the last 28 days.
    pub changed: Option<Vec<RepoPath>>,
}

/// Open tasks above which the buffer is not looked at: nobody waits a minute for one figure.
const MANY: usize = 2_000;

/// Changed paths above which they are not looked at.
const MAX_CHANGED: usize = 100_000;

impl Beyond {
    /// Asks the history. `tags` are the commits that have one.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn ask(
        project: &Project,
        facts: &Facts,
        (history, tags): (&dyn History, &HashSet<ObjectId>),
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let line: Vec<(&ObjectId, Timestamp)> = facts.line().map(|(id, moment)| (id, moment.at)).collect();
        let mut tagged: Vec<Timestamp> = line.iter().filter(|(id, _)| tags.contains(id)).map(|(_, at)| *at).collect();
        tagged.sort_unstable();
        let window = now.checked_sub(SignedDuration::from_hours(28 * 24)).unwrap_or(Timestamp::MIN);
        let before = line.iter().rev().find(|(_, at)| *at <= window).map(|(id, _)| *id);
        let changed = match line.iter().rev().find(|(_, at)| *at <= now) {
            Some((tip, _)) => history.changes(before, tip, MAX_CHANGED).ok(),
            None => None,
        };
        let plan = &project.plan;
        let open = (0..plan.items.len()).filter(|&index| plan.children(index).is_empty() && !plan.is_closed(index));
        let buffer = if open.count() > MANY { None } else { used(project, facts, history, now)? };
        Ok(Self {
            buffer,
            deployments: (!tagged.is_empty()).then_some(tagged),
            changed: changed.map(|changes| changes.into_iter().map(|change| change.path).collect()),
        })
    }
}

/// How much of the buffer is used, in percent; `None` where nothing is planned, or nobody estimates.
fn used(project: &Project, facts: &Facts, history: &dyn History, now: Timestamp) -> Result<Option<f64>, Failure> {
    let plan = &project.plan;
    if !plan.items.iter().any(|item| item.estimate().is_some()) {
        return Ok(None);
    }
    let time = project.policy.as_ref().map_or_else(Time::default, |policy| policy.time.clone());
    let (outcome, _) = buffer::run(&buffer::Question::of((plan, project.roster.as_ref(), &time), history, facts, now))?;
    let course = outcome.and_then(|outcome| outcome.course).filter(|course| course.buffer.0 > 0);
    Ok(course.map(|course| course.now().fever.used))
}

impl<'a> Survey<'a> {
    /// Looks at a tree. `facts` are those of the protected branch. What is wrong with records goes to `sink`.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn new(
        project: &'a Project,
        tree: &dyn Tree,
        facts: &'a Facts,
        now: Timestamp,
        sink: &mut Sink,
    ) -> Result<Self, Failure> {
        let plan = &project.plan;
        let mut documents = BTreeMap::new();
        for need in (0..plan.items.len()).flat_map(|index| plan.needs(index)) {
            let path = need.target.value;
            if need.kind == NeedKind::Information && !documents.contains_key(path) {
                documents.insert(path, tree.kind(&RepoPath::from(path.trim_start_matches("./")))?.is_some());
            }
        }
        let mut records = Vec::new();
        for kind in kinds::ALL {
            records.extend(read_folder(tree, kind, sink)?);
        }
        let courses = match &project.policy {
            Some(policy) => {
                let (book, roster) = (Book::new(tree), project.roster.as_ref());
                Some(sop::run(&Past { facts, plan, policy, roster, records: &book, now })?)
            }
            None => None,
        };
        Ok(Self {
            courses,
            plan,
            policy: project.policy.as_ref(),
            roster: project.roster.as_ref(),
            standings: Standings::new(plan, tree)?,
            critical: critical(plan, Figure::Expected, &mut Sink::new()).ok(),
            records,
            facts,
            documents,
            now,
            beyond: Beyond::default(),
            engaged: BTreeMap::new(),
        })
    }

    /// The records of a kind.
    pub fn of(&self, kind: &'static record::Kind) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| std::ptr::eq(record.kind, kind))
    }

    /// What blockers mean now; without a policy there is no ladder, so nobody can say.
    pub fn situation(&self) -> Option<Situation<'a>> {
        Some(Situation::new(self.plan, self.policy?, self.roster, self.now))
    }

    /// The past of an item of the plan.
    pub fn past(&self, item: &Item) -> Option<&'a ItemFacts> {
        self.facts.item(item.id.value.as_str())
    }

    /// The items without parts that were not dropped, in the order of the plan.
    pub fn tasks(&self) -> impl Iterator<Item = usize> {
        use super::standing::Standing;
        let stands = |index: &usize| self.standings.of(*index) != Standing::Dropped;
        (0..self.plan.items.len()).filter(|&index| self.plan.children(index).is_empty()).filter(stands)
    }

    /// The item of a kind that an item stands in.
    pub fn around(&self, index: usize, kind: Kind) -> Option<&'a Item> {
        let plan = self.plan;
        plan.ancestors(index).map(|above| &plan.items[above]).find(|above| above.kind == kind)
    }

    /// The team an item is for: as it says, as what it stands in says, or that of its owner.
    pub fn team(&self, index: usize) -> Option<&'a str> {
        let plan = self.plan;
        let said = std::iter::once(index).chain(plan.ancestors(index)).find_map(|one| plan.items[one].team());
        let owners = || {
            let owner = plan.items[index].owner()?.value;
            let member = self.roster?.member(owner)?;
            self.roster?.teams_of(member).first().copied()
        };
        said.map(|team| team.value).or_else(owners)
    }

    /// The gates that a claim of an item asks for by the policy, without what is built in: somebody or something has to
    /// say how they stand.
    pub fn asked(&self, item: &'a Item) -> BTreeSet<&'a str> {
        let Some(policy) = self.policy else { return BTreeSet::new() };
        let leaves_results = |gate: &&Gate| matches!(gate.kind, GateKind::Run { .. } | GateKind::Approve { .. });
        let choice = item.gates();
        let is_removed = |gate: &Gate| {
            gate.waivable && choice.remove.iter().any(|name| name.value.as_str() == gate.name.value.as_str())
        };
        let of_level =
            policy.gates_for(Level::Item(item.kind)).filter(|gate| leaves_results(gate) && !is_removed(gate));
        let added = choice.add.iter().filter_map(|name| policy.gate(name.value.as_str()));
        of_level.chain(added).map(|gate| gate.name.value.as_str()).collect()
    }

    /// Who has an item: its owner, or who is at it although nobody owns it.
    pub fn hand(&self, index: usize) -> Option<&str> {
        let owner = self.plan.items[index].owner().map(|owner| owner.value);
        owner.or_else(|| Some(self.engaged.get(&index)?.by.as_str()))
    }

    /// Whether an item was begun, as a commit that landed or its status says, and the plan does not claim it.
    pub fn is_begun(&self, index: usize) -> bool {
        let item = &self.plan.items[index];
        let begun = item.is_under_way() || self.past(item).is_some_and(|past| past.begun.is_some());
        begun && !self.plan.is_closed(index)
    }

    /// Whether an item is worked on: it was begun, or somebody is at it before anything of it has landed.
    pub fn is_under_way(&self, index: usize) -> bool {
        self.is_begun(index) || (self.engaged.contains_key(&index) && !self.plan.is_closed(index))
    }
}
