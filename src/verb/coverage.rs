//! `coverage`: which topics of an outline have files that show them, and which of those are to be looked at again.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::{ObjectId, RepoPath};
use crate::outline::{Leaf, Outline, codes};
use crate::pattern::PatternSet;
use crate::plan::Plan;
use crate::port::{EntryKind, History, Tree};
use crate::roster::Roster;
use jiff::Timestamp;
use std::collections::{BinaryHeap, HashSet};

/// How many commits are looked at for the age of files, newest first.
const SEARCHED: usize = 50_000;

/// A commit that changes more paths than this is compared no further.
const MAX_PATHS: usize = 1_000_000;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// How a topic stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// There are files, and they are not too old.
    Covered,
    /// There are files, and no commit touched them within the time for a review.
    Stale,
    /// No file shows it.
    Empty,
    /// The outline says that it does not concern the project.
    NotApplicable,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Covered, Self::Stale, Self::Empty, Self::NotApplicable];

    pub fn name(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Stale => "stale",
            Self::Empty => "empty",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// One topic, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub state: State,
    /// Why it stands so, in a few words.
    pub why: String,
    /// How many files show it.
    pub files: usize,
    /// When one of them was last touched, in seconds since 1970, if that was looked for and found.
    pub touched: Option<i64>,
    /// Open items of the plan that carry its tag.
    pub items: usize,
}

/// How many topics of a group stand how, in the order of [`State::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally(pub [usize; 4]);

impl Tally {
    pub fn of(self, state: State) -> usize {
        self.0[state as usize]
    }

    pub fn total(self) -> usize {
        self.0.iter().sum()
    }

    /// The covered share of what applies, rounded down; all of nothing is 100.
    pub fn percent(self) -> usize {
        let applicable = self.total() - self.of(State::NotApplicable);
        (self.of(State::Covered) * 100).checked_div(applicable).unwrap_or(100)
    }
}

#[derive(Debug)]
pub struct Coverage {
    /// In the order of [`Outline::leaves`].
    pub topics: Vec<Topic>,
    /// In the order of [`Outline::groups`], with all that is below.
    pub groups: Vec<Tally>,
    pub whole: Tally,
    pub findings: Vec<Diagnostic>,
}

/// What an outline is held against.
pub struct Request<'a> {
    pub outline: &'a Outline,
    pub tree: &'a dyn Tree,
    pub history: &'a dyn History,
    pub head: Option<ObjectId>,
    pub now: Timestamp,
    pub plan: Option<&'a Plan>,
    pub roster: Option<&'a Roster>,
}

/// Judges every topic.
///
/// # Errors
/// A folder could not be read.
pub fn run(request: &Request<'_>) -> Result<Coverage, Failure> {
    let outline = request.outline;
    let sets: Vec<PatternSet> = outline
        .leaves
        .iter()
        .map(|leaf| PatternSet::of_valid(leaf.evidence.iter().map(|one| one.value.as_str())))
        .collect();
    let files = files(request.tree, &sets)?;
    let touched = touched(request, &sets, &files);
    let mut coverage = Coverage {
        topics: Vec::new(),
        groups: vec![Tally::default(); outline.groups.len()],
        whole: Tally::default(),
        findings: unknown_owners(request),
    };
    for (index, leaf) in outline.leaves.iter().enumerate() {
        let topic = topic(request, leaf, files[index], touched[index]);
        coverage.whole.0[topic.state as usize] += 1;
        for group in outline.around(leaf) {
            coverage.groups[group].0[topic.state as usize] += 1;
        }
        coverage.topics.push(topic);
    }
    Ok(coverage)
}

fn topic(request: &Request<'_>, leaf: &Leaf, files: usize, touched: Option<i64>) -> Topic {
    let age = |seconds: i64| request.now.as_second().saturating_sub(seconds).max(0) / DAY;
    let (state, why) = match (&leaf.not_applicable, files, leaf.review.as_ref(), touched) {
        (Some(reason), ..) => (State::NotApplicable, reason.value.clone()),
        (_, 0, ..) if leaf.evidence.is_empty() => (State::Empty, "no evidence is named".to_owned()),
        (_, 0, ..) => (State::Empty, "no file matches its evidence".to_owned()),
        (_, _, None, _) => (State::Covered, String::new()),
        (_, _, Some(days), Some(seconds)) if age(seconds) <= i64::from(days.value) => {
            (State::Covered, format!("touched {} days ago", age(seconds)))
        }
        (_, _, Some(days), _) => (State::Stale, format!("no commit of the last {} days touches it", days.value)),
    };
    let tag = leaf.tag();
    let tagged = |plan: &Plan| {
        let open = (0..plan.items.len()).filter(|&index| !plan.is_closed(index));
        open.filter(|&index| plan.items[index].tags().iter().any(|own| own.value.eq_ignore_ascii_case(&tag))).count()
    };
    Topic { state, why, files, touched, items: request.plan.map_or(0, tagged) }
}

/// How many files match each set. The tree is walked once.
fn files(tree: &dyn Tree, sets: &[PatternSet]) -> Result<Vec<usize>, Failure> {
    let mut counts = vec![0; sets.len()];
    let mut open = vec![RepoPath::root()];
    let wanted: Vec<RepoPath> =
        sets.iter().flat_map(PatternSet::iter).map(crate::pattern::Pattern::literal_root).collect();
    while let Some(folder) = open.pop() {
        for child in tree.children(&folder)? {
            let path = folder.join(&child.name);
            match child.entry.kind {
                // Only folders that a pattern can reach are opened.
                EntryKind::Directory => {
                    if wanted.iter().any(|root| path.is_within(root) || root.is_within(&path)) {
                        open.push(path);
                    }
                }
                EntryKind::File | EntryKind::Executable | EntryKind::Symlink => {
                    for (count, set) in counts.iter_mut().zip(sets) {
                        *count += usize::from(set.matches(&path));
                    }
                }
                EntryKind::Gitlink => {}
            }
        }
    }
    Ok(counts)
}

/// When the files of each topic with a time for a review were last touched, as far as that matters: commits older
/// than the longest time are not looked at.
fn touched(request: &Request<'_>, sets: &[PatternSet], files: &[usize]) -> Vec<Option<i64>> {
    let leaves = &request.outline.leaves;
    let mut dates = vec![None; leaves.len()];
    let asked = |index: &usize| leaves[*index].review.is_some() && files[*index] > 0;
    let mut open: Vec<usize> = (0..leaves.len()).filter(asked).collect();
    let longest = open.iter().filter_map(|&index| leaves[index].review.as_ref()).map(|days| days.value).max();
    let oldest = request.now.as_second() - i64::from(longest.unwrap_or(0)) * DAY;
    let mut waiting = BinaryHeap::new();
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut add = |id: &ObjectId, waiting: &mut BinaryHeap<(i64, ObjectId)>| {
        if seen.insert(id.clone())
            // Behind the border of a shallow clone nothing more is known.
            && let Ok(commit) = request.history.commit(id)
        {
            waiting.push((commit.seconds, id.clone()));
        }
    };
    if let Some(head) = request.head.as_ref().filter(|_| !open.is_empty()) {
        add(head, &mut waiting);
    }
    for _ in 0..SEARCHED {
        let Some((seconds, id)) = waiting.pop().filter(|(seconds, _)| *seconds >= oldest && !open.is_empty()) else {
            break;
        };
        let Ok(commit) = request.history.commit(&id) else { continue };
        commit.parents.iter().for_each(|parent| add(parent, &mut waiting));
        if commit.parents.len() > 1 {
            continue;
        }
        let Ok(changes) = request.history.changes(commit.parents.first(), &id, MAX_PATHS) else { continue };
        open.retain(|&index| {
            let touches = changes.iter().any(|change| change.after.is_some() && sets[index].matches(&change.path));
            if touches {
                dates[index] = Some(seconds);
            }
            !touches
        });
    }
    dates
}

fn unknown_owners(request: &Request<'_>) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    let Some(roster) = request.roster else { return Vec::new() };
    for owner in request.outline.leaves.iter().filter_map(|leaf| leaf.owner.as_ref()) {
        let known = roster.members.iter().any(|member| roster.is_meant(member, &owner.value));
        if !known && roster.team(&owner.value).is_none() {
            let place = Place::text(&request.outline.source, owner.span);
            let message = format!("`{}` is not on the roster", owner.value);
            sink.push(
                Diagnostic::warning(&codes::UNKNOWN_OWNER, place, message)
                    .cause(format!("{} lists {} members", crate::roster::PATH, roster.members.len()))
                    .hint("correct the name, or add the member"),
            );
        }
    }
    sink.into_sorted()
}
