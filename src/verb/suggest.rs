//! `suggest`: who should do an item, by competency, load and history, and why.
//!
//! The same plan, roster and history give the same answer: points are whole numbers, and the name decides a tie.

use crate::id::ObjectId;
use crate::pattern::PatternSet;
use crate::plan::{Item, Plan};
use crate::policy::Policy;
use crate::port::History;
use crate::project::assignment::{self, unfit};
use crate::project::domains::{self, Domain};
use crate::roster::{Capacity, Member, Roster};
use std::collections::{BTreeSet, HashSet, VecDeque};

/// How many commits are looked at, newest first.
const SEARCHED: usize = 300;

/// A commit that changes more paths than this says nothing about who knows them.
const MAX_PATHS: usize = 2_000;

/// The points of each thing that speaks for a member.
mod points {
    pub const DOMAIN: i64 = 100;
    pub const TAG: i64 = 20;
    pub const ROLE: i64 = 12;
    pub const WORD: i64 = 3;
    pub const MOST_WORDS: i64 = 12;
    pub const COMMIT: i64 = 2;
    pub const MOST_COMMITS: i64 = 20;
    pub const TASK: i64 = 4;
    pub const FULL: i64 = 40;
}

/// One member who could do the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub name: String,
    pub points: i64,
    /// Each reason with its points, the weightiest first.
    pub why: Vec<(i64, String)>,
    /// Nothing but words, load or history speaks for them: the closest match.
    pub stretch: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// The best first; those for whom nothing speaks are left out, unless nothing speaks for anybody.
    pub candidates: Vec<Candidate>,
    /// Members who cannot take anything, with why.
    pub unfit: Vec<(String, String)>,
    /// The item lies in domains: others may not take it while a holder can.
    pub domains: Vec<String>,
}

/// What is known about the work.
pub struct Request<'a> {
    pub plan: &'a Plan,
    pub index: usize,
    pub roster: &'a Roster,
    pub policy: Option<&'a Policy>,
    pub history: &'a dyn History,
    /// Where the history is read from; `None`: there is none.
    pub head: Option<ObjectId>,
}

/// Ranks the members.
pub fn run(request: &Request<'_>) -> Suggestions {
    let item = &request.plan.items[request.index];
    let roster = request.roster;
    let domains = domains::of_item(item, request.policy, roster);
    let commits = commits(request, item);
    let load = assignment::load(request.plan, roster);
    let words = Words::of(item);
    let mut found =
        Suggestions { domains: domains.iter().map(|one| one.what.to_owned()).collect(), ..Default::default() };
    for (at, member) in roster.members.iter().enumerate() {
        match unfit(member) {
            Some(why) => found.unfit.push((member.name.value.to_string(), why)),
            None => found.candidates.push(candidate(member, &domains, &words, commits[at], load[at])),
        }
    }
    found.candidates.sort_by(|a, b| (b.points, &a.name).cmp(&(a.points, &b.name)));
    let speaks = |one: &Candidate| one.why.iter().any(|(points, _)| *points > 0);
    if found.candidates.iter().any(speaks) {
        found.candidates.retain(speaks);
    }
    found
}

fn candidate(member: &Member, domains: &[Domain<'_>], words: &Words, commits: usize, load: usize) -> Candidate {
    let mut why: Vec<(i64, String)> = Vec::new();
    let holds = |domain: &&Domain<'_>| domain.holders.iter().any(|holder| std::ptr::eq(*holder, member));
    let held: Vec<String> = domains.iter().filter(holds).map(|domain| format!("`{}`", domain.what)).collect();
    if !held.is_empty() {
        why.push((points::DOMAIN, format!("holds the domain {}", held.join(", "))));
    }
    let able = |tag: &&String| member.competencies.iter().any(|own| own.eq_ignore_ascii_case(tag));
    let tags: Vec<&String> = words.tags.iter().filter(able).collect();
    for tag in &tags {
        why.push((points::TAG, format!("is good at `{tag}`")));
    }
    let called = name_words(member);
    for tag in words.tags.iter().filter(|tag| !tags.contains(tag) && called.contains(*tag)) {
        why.push((points::ROLE, format!("`{tag}` is in their name or role")));
    }
    let known = described(member, called);
    let shared: Vec<&str> = words.words.intersection(&known).map(String::as_str).take(6).collect();
    if !shared.is_empty() {
        let count = i64::try_from(shared.len()).unwrap_or(i64::MAX);
        why.push((
            (count * points::WORD).min(points::MOST_WORDS),
            format!("their description says {}", shared.join(", ")),
        ));
    }
    if commits > 0 {
        let most = i64::try_from(commits).unwrap_or(i64::MAX).saturating_mul(points::COMMIT).min(points::MOST_COMMITS);
        why.push((most, format!("wrote {commits} of the last commits there")));
    }
    let stretch = held.is_empty() && tags.is_empty() && !why.iter().any(|(points, _)| *points == points::ROLE);
    let open = i64::try_from(load).unwrap_or(i64::MAX);
    if load > 0 {
        why.push((
            -points::TASK.saturating_mul(open),
            if load == 1 { "has an open task".to_owned() } else { format!("has {load} open tasks") },
        ));
    }
    if let Some(Capacity::Tasks(most)) = member.capacity.as_ref().map(|capacity| capacity.value)
        && load >= most as usize
    {
        why.push((-points::FULL, format!("takes {most} at once")));
    }
    why.sort_by(|a, b| (b.0, &a.1).cmp(&(a.0, &b.1)));
    let points = why.iter().map(|(points, _)| points).sum();
    Candidate { name: member.name.value.to_string(), points, why, stretch }
}

/// What an item says, as lower-case words.
struct Words {
    tags: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Words {
    fn of(item: &Item) -> Self {
        let tags: BTreeSet<String> = item.tags().iter().map(|tag| tag.value.to_lowercase()).collect();
        let mut words = words(item.title().value);
        words.extend(item.touches().flat_map(|touch| self::words(touch.value)));
        words.extend(tags.iter().cloned());
        Self { tags, words }
    }
}

/// The words of a text that tell something: lower case, three letters or more, none of the commonest.
fn words(text: &str) -> BTreeSet<String> {
    const COMMON: [&str; 22] = [
        "the",
        "and",
        "for",
        "with",
        "from",
        "use",
        "when",
        "agent",
        "this",
        "that",
        "must",
        "add",
        "src",
        "new",
        "all",
        "into",
        "used",
        "expert",
        "specialist",
        "tests",
        "its",
        "are",
    ];
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    words.map(str::to_lowercase).filter(|word| !COMMON.contains(&word.as_str())).collect()
}

/// The words of a member's name and roles.
fn name_words(member: &Member) -> BTreeSet<String> {
    let named = std::iter::once(member.name.as_str()).chain(member.roles.iter().map(|role| role.as_str()));
    named.flat_map(words).collect()
}

/// The words by which a member is described.
fn described(member: &Member, mut known: BTreeSet<String>) -> BTreeSet<String> {
    let texts = [&member.about, &member.title, &member.division];
    known.extend(texts.into_iter().flatten().flat_map(|text| words(&text.value)));
    known.extend(member.competencies.iter().chain(&member.domains).flat_map(|text| words(&text.value)));
    known
}

/// How many of the last commits each member wrote inside what the item touches.
fn commits(request: &Request<'_>, item: &Item) -> Vec<usize> {
    let roster = request.roster;
    let mut counts = vec![0; roster.members.len()];
    let touches = PatternSet::of_valid(item.touches().map(|touch| touch.value));
    if touches.is_empty() {
        return counts;
    }
    let mut open: VecDeque<ObjectId> = request.head.iter().cloned().collect();
    let mut seen: HashSet<ObjectId> = open.iter().cloned().collect();
    let mut looked_at = 0;
    while let Some(id) = open.pop_front().filter(|_| looked_at < SEARCHED) {
        looked_at += 1;
        // Behind the border of a shallow clone nothing more is known.
        let Ok(commit) = request.history.commit(&id) else { continue };
        let new = commit.parents.iter().filter(|parent| seen.insert((*parent).clone()));
        open.extend(new.cloned());
        let by = |member: &Member| member.emails.iter().any(|own| own.eq_ignore_ascii_case(&commit.author.email));
        let Some(author) = roster.members.iter().position(by).filter(|_| commit.parents.len() < 2) else { continue };
        // A commit of more paths than that is an import or a reformatting.
        let changes = request.history.changes(commit.parents.first(), &id, MAX_PATHS).unwrap_or_default();
        if changes.iter().any(|change| touches.matches(&change.path)) {
            counts[author] += 1;
        }
    }
    counts
}
