//! Rules about the new commits: they name their item, stay inside its `touches`, and come from an owner.

use super::{codes, delegation};
use crate::diag::{Diagnostic, Failure, Place, Severity, Sink};
use crate::evidence;
use crate::gate::assess::{Scene, Subject};
use crate::gate::definition;
pub use crate::gate::work::Work;
use crate::gate::work::{id_words, names_item};
use crate::id::RepoPath;
use crate::pattern::PatternSet;
use crate::phase::Phase;
use crate::plan::Plan;
use crate::policy::{self, NameItem, OutsideTouches, Separation};
use crate::port::Commit;
use crate::record::book;
use std::collections::{HashMap, HashSet};

/// The commits with the items they name.
pub fn work(commits: Vec<Commit>, plans: &[&Plan]) -> Vec<Work> {
    let ids: HashSet<String> = plans.iter().flat_map(|plan| &plan.items).map(|item| item.id.value.folded()).collect();
    commits
        .into_iter()
        .map(|commit| {
            let items = named(&commit.message, &ids);
            Work::new(commit, items)
        })
        .collect()
}

/// The known items a message names.
fn named(message: &str, ids: &HashSet<String>) -> Vec<String> {
    id_words(message).into_iter().filter(|word| ids.contains(word) && names_item(message, word)).collect()
}

/// Checks the new commits against the policy of the protected side.
///
/// # Errors
/// An object could not be read.
pub fn check(scene: &Scene<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
    let mut guarded = definition::guarded(scene.policy, scene.base_tree)?;
    guarded.extend(definition::guarded(scene.policy, scene.tree)?);
    let mut touches = TouchesOf { scene, known: HashMap::new() };
    let owned: Vec<PatternSet> =
        scene.policy.owners.iter().map(|(pattern, _)| PatternSet::of_valid([pattern.value.as_str()])).collect();
    for work in scene.work {
        if !asks_for_paths(scene, work) {
            continue;
        }
        let paths = work.paths(scene.history)?;
        let outside: Vec<&RepoPath> =
            paths.iter().filter(|path| !path.is_within(&plan_folder) && !guarded.contains(*path)).collect();
        let asked = match scene.policy.commits_name_item {
            NameItem::Optional => false,
            NameItem::OutsidePlan => !outside.is_empty(),
            // A merge is asked for what it changes by itself, beyond what its parents bring.
            NameItem::Always if work.commit.parents.len() > 1 => !outside.is_empty(),
            NameItem::Always => paths.is_empty() || !paths.iter().all(speaks_for_itself),
        };
        if asked && work.items.is_empty() {
            sink.push(unnamed(work));
        }
        if !outside.is_empty() {
            touches_rule(scene, work, &outside, &mut touches, sink);
            owners_rule(scene, work, &outside, &owned, sink);
            delegation::separation(scene, work, &outside, sink);
        }
    }
    Ok(())
}

/// Whether a rule looks at what the commit changes: comparing trees is the dear part of a long push.
fn asks_for_paths(scene: &Scene<'_>, work: &Work) -> bool {
    let named = !work.items.is_empty();
    let owned = scene.policy.enforce_owners && !scene.policy.owners.is_empty();
    let coordinated = scene.policy.separation != Separation::Off
        && scene.roster.is_some_and(|roster| roster.members.iter().any(|member| !member.implements));
    named || owned || coordinated || scene.policy.commits_name_item != NameItem::Optional
}

/// Whether a file says by itself what it is about, so that a commit that changes only such files names no item: records,
/// gate reports, and the documents of phases, which are there before the plan has any items.
pub fn speaks_for_itself(path: &RepoPath) -> bool {
    let is_document = |phase: Phase| phase != Phase::Planning && *path == RepoPath::from(phase.document());
    book::kind_of(path).is_some()
        || path.is_within(&RepoPath::from(evidence::FOLDER))
        || Phase::ALL.into_iter().any(is_document)
}

fn finding(work: &Work, code: &'static crate::diag::Code, severity: Severity, message: String) -> Diagnostic {
    let subject = work.commit.message.lines().next().unwrap_or("").to_owned();
    Diagnostic::new(code, severity, Place::Commit(work.commit.id.to_string()), message)
        .cause(format!("its subject is “{subject}”"))
}

fn unnamed(work: &Work) -> Diagnostic {
    let message = format!("commit {} names no item of the plan", work.commit.id.short());
    finding(work, &codes::COMMIT_UNNAMED, Severity::Error, message)
        .cause("`commits: name_item` of the policy asks for it")
        .hint("reword it: `git rebase -i`, and add a line `Item: ID` to the message")
}

/// The touches of an item, computed once.
struct TouchesOf<'s, 'a> {
    scene: &'s Scene<'a>,
    known: HashMap<String, Option<(Vec<&'a str>, PatternSet)>>,
}

impl<'a> TouchesOf<'_, 'a> {
    /// `None`: the item does not say, so nothing is outside.
    fn of(&mut self, id: &str) -> Option<&(Vec<&'a str>, PatternSet)> {
        let scene = self.scene;
        self.known
            .entry(id.to_owned())
            .or_insert_with(|| {
                let index = scene.plan.find(id)?;
                let touches = scene.touches(Subject::Item(index));
                (!touches.is_empty()).then(|| (touches.clone(), PatternSet::of_valid(touches.iter().copied())))
            })
            .as_ref()
    }
}

fn touches_rule(
    scene: &Scene<'_>,
    work: &Work,
    outside: &[&RepoPath],
    touches: &mut TouchesOf<'_, '_>,
    sink: &mut Sink,
) {
    let mut left: Vec<&RepoPath> = outside.to_vec();
    let mut said = Vec::new();
    for id in &work.items {
        let Some((patterns, set)) = touches.of(id) else { return };
        left.retain(|path| !set.matches(path));
        said.extend(patterns.iter().copied());
    }
    let Some(first) = left.first().filter(|_| !work.items.is_empty()) else { return };
    let severity = match scene.policy.commits_outside_touches {
        OutsideTouches::Warn => Severity::Warning,
        OutsideTouches::Refuse => Severity::Error,
    };
    let message = match left.len() {
        1 => format!("commit {} changes `{first}`, outside what its item touches", work.commit.id.short()),
        more => format!(
            "commit {} changes `{first}` and {} more paths outside what its item touches",
            work.commit.id.short(),
            more - 1
        ),
    };
    sink.push(
        finding(work, &codes::COMMIT_OUTSIDE, severity, message)
            .cause(format!("it names {}, which touches {}", work.items.join(", "), said.join(", ")))
            .hint("widen `touches` in a change of the plan that lands first, or name the item this belongs to"),
    );
}

fn owners_rule(scene: &Scene<'_>, work: &Work, outside: &[&RepoPath], owned: &[PatternSet], sink: &mut Sink) {
    if !scene.policy.enforce_owners {
        return;
    }
    for ((pattern, owner), set) in scene.policy.owners.iter().zip(owned) {
        let Some(path) = outside.iter().find(|path| set.matches(path)) else { continue };
        let author = scene.roster.and_then(|roster| roster.by_email(&work.commit.author.email));
        if scene.roster.zip(author).is_some_and(|(roster, member)| roster.has_role(member, owner.value.as_str())) {
            continue;
        }
        let message = format!("commit {} changes `{path}`, which `{}` owns", work.commit.id.short(), owner.value);
        sink.push(
            finding(work, &codes::COMMIT_OWNER, Severity::Error, message)
                .label(Place::text(&scene.policy.source, pattern.span), "owned here")
                .cause(match author {
                    Some(member) => format!("its author `{}` does not hold that role", member.name.value),
                    None => format!("no member of the roster has the author's address <{}>", work.commit.author.email),
                })
                .hint(format!("let somebody with the role `{}` write this part", owner.value)),
        );
    }
}
