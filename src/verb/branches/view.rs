//! What the plan says in work trees and on branches, where that differs from what has landed.
//!
//! A place only has a say about an item that it changed: against the commit it began from, so that what landed since
//! counts as no change; the files of a work tree against the commit they were taken from.

use super::{Branch, MOST_COMMITS, worked_on};
use crate::diag::Failure;
use crate::facts::{Pair, Revisions, Said, Snapshot};
use crate::gate::work::{id_words, names_item};
use crate::id::{ObjectId, RefName};
use crate::policy::Policy;
use crate::port::{Commit, Head, Repo, Tree};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is looked at.
pub struct Question<'q> {
    pub repo: &'q dyn Repo,
    /// That of the protected branch: its other protected branches are not asked.
    pub policy: Option<&'q Policy>,
    /// The branch that others land on, and where it stands.
    pub target: &'q RefName,
    pub tip: &'q ObjectId,
    /// In the order in which they count.
    pub checkouts: &'q [Checkout<'q>],
    pub now: Timestamp,
}

/// A work tree.
pub struct Checkout<'q> {
    pub name: String,
    pub head: Head,
    pub files: &'q dyn Tree,
}

/// What an item is, as far as others have to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not in the plan.
    Absent,
    Open,
    /// Its status says so, or commits name it.
    UnderWay,
    /// It waits for somebody.
    Waiting(String),
    Done,
    Dropped,
}

impl State {
    fn of(said: Option<&Said>) -> Self {
        match said {
            None => Self::Absent,
            Some(said) if said.dropped => Self::Dropped,
            Some(said) if said.claimed => Self::Done,
            Some(Said { waits: Some(who), .. }) => Self::Waiting(who.clone()),
            Some(said) if said.under_way => Self::UnderWay,
            Some(_) => Self::Open,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Absent => "not in the plan",
            Self::Open => "open",
            Self::UnderWay => "under way",
            Self::Waiting(_) => "waiting",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// What kind of place has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// Files that are not committed.
    WorkTree,
    Branch,
    Remote,
    /// The commit of a work tree that is on no branch.
    Detached,
}

impl PlaceKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::WorkTree => "work tree",
            Self::Branch => "branch",
            Self::Remote => "remote branch",
            Self::Detached => "detached commit",
        }
    }
}

/// One place that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub kind: PlaceKind,
    /// A branch as people type it; a folder.
    pub name: String,
    pub commit: ObjectId,
    /// When its last commit was made; `None` for files.
    pub at: Option<Timestamp>,
    /// How many commits it has that have not landed; `None`: nobody counted so far, or for files.
    pub ahead: Option<usize>,
    /// What is to be known about it besides, or why it has no say.
    pub note: Option<String>,
}

/// What one place says about one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its position among the places.
    pub place: usize,
    pub state: State,
    /// The id the item has there, where it is another one.
    pub renamed: Option<String>,
    /// The author's address of the newest commit there that names the item, else of the last one; `None` for files.
    pub by: Option<String>,
    /// When that was made.
    pub at: Option<Timestamp>,
}

/// An item that some place says something else about than has landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub title: String,
    pub landed: State,
    /// The first one counts.
    pub accounts: Vec<Account>,
}

/// All that is different elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// In the order in which they count.
    pub places: Vec<Place>,
    /// By their ids.
    pub rows: Vec<Row>,
    /// How many branches were not looked at, because they are too old or too many.
    pub left_out: usize,
}

/// Looks at the work trees, and at the branches that are worked on.
///
/// # Errors
/// The refs, or the plan of the branch that others land on, cannot be read. Any other place that cannot be read says so.
pub fn run(question: &Question<'_>) -> Result<Outcome, Failure> {
    let Question { repo, policy, target, tip, .. } = question;
    let mut look = Look { question, revisions: Revisions::default(), places: Vec::new(), told: BTreeMap::new() };
    let landed = look.revisions.plan(&*repo.tree(tip)?)?;
    let wanted = |own: &RefName| own == *target || !policy.is_some_and(|policy| policy.protects(own));
    let found = worked_on(*repo, *repo, tip, question.now, &wanted)?;
    for checkout in question.checkouts {
        look.files(checkout);
    }
    let twins: Vec<&str> = found.branches.iter().map(|branch| super::branch_name(&branch.name)).collect();
    for branch in &found.branches {
        let own = super::branch_name(&branch.name);
        let is_apart = branch.is_remote() && twins.iter().filter(|twin| **twin == own).count() > 1;
        let kind = if branch.is_remote() { PlaceKind::Remote } else { PlaceKind::Branch };
        look.branch(kind, branch, is_apart.then(|| format!("has grown apart from `{own}` here")), &landed);
    }
    for (name, branch) in detached(question, &found.branches) {
        look.branch(PlaceKind::Detached, &branch, Some(format!("the work tree `{name}` stands there")), &landed);
    }
    let rows = look.told.into_iter().filter_map(|(folded, (title, accounts))| {
        let said = landed.said(&folded);
        let state = State::of(said.as_ref());
        let differs = |account: &Account| account.state != state || account.renamed.is_some();
        let (id, title) = said.map_or(title, |said| (said.id, said.title));
        accounts.iter().any(differs).then_some(Row { id, title, landed: state, accounts })
    });
    Ok(Outcome { rows: rows.collect(), places: look.places, left_out: found.left_out })
}

/// The commits of work trees that are on no branch, where they have something to land.
fn detached(question: &Question<'_>, branches: &[Branch]) -> Vec<(String, Branch)> {
    let open = |checkout: &Checkout<'_>| {
        let Head::Detached(id) = &checkout.head else { return None };
        let is_known = branches.iter().any(|branch| branch.tip == *id);
        let has_landed = question.repo.is_ancestor(id, question.tip).unwrap_or(true);
        let seconds = question.repo.commit(id).ok()?.seconds.min(question.now.as_second());
        let branch = Branch { name: RefName::new(id.short()), tip: id.clone(), seconds };
        (!is_known && !has_landed).then(|| (checkout.name.clone(), branch))
    };
    question.checkouts.iter().filter_map(open).collect()
}

/// The id and the title of an item.
type Title = (String, String);

struct Look<'q> {
    question: &'q Question<'q>,
    revisions: Revisions,
    places: Vec<Place>,
    /// By the folded id that the item has where others land.
    told: BTreeMap<String, (Title, Vec<Account>)>,
}

impl Look<'_> {
    /// What the files of a work tree say that is not committed.
    fn files(&mut self, checkout: &Checkout<'_>) {
        let Some(head) = checkout.head.id() else { return };
        let plans = self.plan_of(head).and_then(|before| Ok((before, self.revisions.plan(checkout.files)?)));
        let place = |note| {
            let (kind, name, commit) = (PlaceKind::WorkTree, checkout.name.clone(), head.clone());
            Place { kind, name, commit, at: None, ahead: None, note }
        };
        let (before, after) = match plans {
            Ok(plans) => plans,
            Err(failure) => return self.places.push(place(Some(reason(failure)))),
        };
        let changed: Vec<Pair> = before.pairs(&after).into_iter().filter(is_told).collect();
        if changed.is_empty() {
            return;
        }
        let on = checkout.head.branch().and_then(RefName::short).map(|branch| format!("on `{branch}`"));
        self.places.push(place(on));
        for pair in &changed {
            self.tell(pair, State::of(pair.after.as_ref()), (None, None));
        }
    }

    /// What a branch would change.
    fn branch(&mut self, kind: PlaceKind, branch: &Branch, note: Option<String>, landed: &Snapshot) {
        let Question { repo, tip, .. } = self.question;
        let commits = repo.between(std::slice::from_ref(*tip), std::slice::from_ref(&branch.tip), MOST_COMMITS);
        let at = Timestamp::from_second(branch.seconds).ok();
        let (name, commit) = (branch.short().to_owned(), branch.tip.clone());
        let mut place = Place { kind, name, commit, at, ahead: commits.as_ref().ok().map(Vec::len), note };
        let base = repo.merge_base(tip, &branch.tip).and_then(|base| {
            base.ok_or_else(|| Failure::new(format!("it has no commit in common with `{}`", self.target())))
        });
        let plans = base.and_then(|base| Ok((self.plan_of(&base)?, self.plan_of(&branch.tip)?)));
        let (before, after) = match plans {
            Ok(plans) => plans,
            Err(failure) => {
                place.note = Some(reason(failure));
                return self.places.push(place);
            }
        };
        self.places.push(place);
        let work = Work::of(commits.unwrap_or_default(), &after);
        for pair in before.pairs(&after).iter().filter(|pair| is_told(pair)) {
            let state = State::of(pair.after.as_ref());
            let now = pair.after.as_ref().and_then(|after| landed.said(&after.id));
            if now.is_none() || State::of(now.as_ref()) != state {
                let id = pair.after.as_ref().or(pair.before.as_ref()).map_or("", |said| &said.id);
                self.tell(pair, state, work.by(id));
            }
        }
        for id in work.named.keys() {
            let (said, now) = (after.said(id), landed.said(id));
            let is_open = |said: &Option<Said>| State::of(said.as_ref()) == State::Open;
            let is_told = self.told.get(id).is_some_and(|(_, accounts)| self.is_last(accounts));
            if is_open(&said) && is_open(&now) && !is_told {
                let pair = Pair { before: now, after: said };
                self.tell(&pair, State::UnderWay, work.by(id));
            }
        }
    }

    /// Whether the last of these accounts is that of the last place.
    fn is_last(&self, accounts: &[Account]) -> bool {
        accounts.last().is_some_and(|account| account.place + 1 == self.places.len())
    }

    fn tell(&mut self, pair: &Pair, state: State, (by, at): (Option<String>, Option<Timestamp>)) {
        let Some(said) = pair.before.as_ref().or(pair.after.as_ref()) else { return };
        let renamed = pair.former().and(pair.after.as_ref()).map(|after| after.id.clone());
        let account = Account { place: self.places.len() - 1, state, renamed, by, at };
        let title = (said.id.clone(), said.title.clone());
        let entry = self.told.entry(said.id.to_ascii_lowercase());
        entry.or_insert_with(|| (title, Vec::new())).1.push(account);
    }

    fn plan_of(&mut self, commit: &ObjectId) -> Result<Snapshot, Failure> {
        self.revisions.plan(&*self.question.repo.tree(commit)?)
    }

    fn target(&self) -> &str {
        super::short(self.question.target)
    }
}

/// Whether others have to know of a change.
fn is_told(pair: &Pair) -> bool {
    State::of(pair.before.as_ref()) != State::of(pair.after.as_ref()) || pair.former().is_some()
}

fn reason(failure: Failure) -> String {
    std::iter::once(failure.message).chain(failure.causes).collect::<Vec<_>>().join(": ")
}

/// Who did what on a branch.
struct Work {
    /// The newest commit that names an item, by folded id: its author and time.
    named: BTreeMap<String, (String, Option<Timestamp>)>,
    last: (Option<String>, Option<Timestamp>),
}

impl Work {
    /// Of commits, the newest first, and the plan they lead to.
    fn of(commits: Vec<Commit>, plan: &Snapshot) -> Self {
        let told = |commit: &Commit| (commit.author.email.clone(), Timestamp::from_second(commit.seconds).ok());
        let last = commits.first().map(told).map_or((None, None), |(by, at)| (Some(by), at));
        let mut named = BTreeMap::new();
        for commit in commits.iter().filter(|commit| commit.parents.len() < 2) {
            for word in id_words(&commit.message) {
                if plan.said(&word).is_some() && names_item(&commit.message, &word) {
                    named.entry(word).or_insert_with(|| told(commit));
                }
            }
        }
        Self { named, last }
    }

    fn by(&self, id: &str) -> (Option<String>, Option<Timestamp>) {
        let named = self.named.get(&id.to_ascii_lowercase());
        named.map_or_else(|| self.last.clone(), |(by, at)| (Some(by.clone()), *at))
    }
}
