//! Hooks round a commit: its message names the item it works for, staged plan files are well-formed, a merge that
//! is concluded by hand is judged.

use super::call::Call;
use super::{Answer, moves, say};
use crate::diag::{Diagnostic, Failure, Place, Purpose as _, Sink};
use crate::gate::definition;
use crate::gate::work::names_item;
use crate::git::{Git, Repository};
use crate::id::{RepoPath, is_id};
use crate::judge::{self, Move, Proposal, World, codes};
use crate::plan::{self, Plan, Reader};
use crate::policy::{self, NameItem};
use crate::port::History as _;
use crate::project::{self, Project};
use crate::record::book::kind_of;
use crate::record::kinds;
use crate::sign::Verifier;
use crate::verb::{land, record};
use std::path::Path;

/// `prepare-commit-msg FILE [SOURCE [ID]]`: adds `Item: ID` on a branch named after an item. An empty message is
/// left alone, so that emptying the editor still stops the commit; `commit-msg` adds the line then.
pub fn prepare(call: &Call) -> Result<Answer, Failure> {
    if !matches!(call.arg(1), "merge" | "squash") {
        name_item(&Repository::open_from_env()?, call.path_arg(0)?)?;
    }
    Ok(Answer::Pass)
}

/// `commit-msg FILE`.
pub fn check(call: &Call) -> Result<Answer, Failure> {
    let repo = Repository::open_from_env()?;
    let path = call.path_arg(0)?;
    let heads = moves::merge_heads_in(&repo)?;
    if !heads.is_empty() {
        return moves::judge_made_merge(&repo, heads);
    }
    if !repo.git_dir().join("SQUASH_MSG").exists() {
        name_item(&repo, path)?;
    }
    let findings = [unnamed(&repo, path)?, tree_findings(&repo)?].concat();
    Ok(answer(&findings))
}

/// `pre-commit`, only where it was asked for: the same, before the editor opens.
pub fn pre_commit() -> Result<Answer, Failure> {
    let repo = Repository::open_from_env()?;
    let heads = moves::merge_heads_in(&repo)?;
    if heads.is_empty() { Ok(answer(&tree_findings(&repo)?)) } else { moves::judge_made_merge(&repo, heads) }
}

/// What is wrong with what is staged, whatever the message says.
fn tree_findings(repo: &Repository) -> Result<Vec<Diagnostic>, Failure> {
    Ok([plan_findings(repo)?, record_findings(repo)?, claim_findings(repo)?].concat())
}

fn answer(findings: &[Diagnostic]) -> Answer {
    if findings.iter().any(Diagnostic::is_error) {
        let after = ["nothing was committed: what you staged is still staged".to_owned()];
        say::refusal("the commit is refused", findings, &after);
        return Answer::Refuse;
    }
    say::warnings(findings);
    Answer::Pass
}

/// Lines of a message that stay: without comments, and without what `commit --verbose` shows below the scissors.
fn said(message: &str) -> String {
    let lines = message.lines().take_while(|line| !line.contains("------------------------ >8"));
    lines.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).purpose(|| format!("could not read the message `{}`", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The plan of HEAD; items of branches that are worked on are in it.
fn plan_of_head(repo: &Repository) -> Result<Option<Plan>, Failure> {
    let Some(head) = repo.head()?.id().cloned() else { return Ok(None) };
    let tree = repo.tree(&head)?;
    let (plan, any) = project::read_plan(tree.as_ref(), Reader::Full, &mut Sink::new())?;
    Ok(any.then_some(plan))
}

fn name_item(repo: &Repository, path: &Path) -> Result<(), Failure> {
    let head = repo.head()?;
    let Some((_, last)) = head.branch().and_then(|branch| branch.short()).and_then(|name| name.rsplit_once('/')) else {
        return Ok(());
    };
    if !is_id(last) {
        return Ok(());
    }
    let message = said(&read(path)?);
    if message.trim().is_empty() {
        return Ok(());
    }
    let Some(plan) = plan_of_head(repo)? else { return Ok(()) };
    let Some(index) = plan.find(last) else { return Ok(()) };
    let id = &plan.items[index].id.value;
    if names_item(&message, &id.folded()) {
        return Ok(());
    }
    let trailer = format!("Item: {id}");
    Git::reading(repo)
        .args(["interpret-trailers", "--in-place", "--if-exists", "addIfDifferent", "--trailer", &trailer])
        .arg(std::path::absolute(path).purpose(|| format!("could not find `{}`", path.display()))?)
        .run()
        .map(drop)
}

/// A commit that names no item though the policy asks for it.
fn unnamed(repo: &Repository, path: &Path) -> Result<Vec<Diagnostic>, Failure> {
    let Some(head) = repo.head()?.id().cloned() else { return Ok(Vec::new()) };
    // A broken policy on a branch must not keep anybody from repairing it there.
    let Ok(Some(policy)) = land::policy_at(repo, &head) else { return Ok(Vec::new()) };
    let asked = match policy.commits_name_item {
        NameItem::Optional => false,
        NameItem::OutsidePlan => {
            // Policy, roster and gate scripts belong to no item: their change is approved instead.
            let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
            let mut guarded = definition::guarded(&policy, repo.tree(&head)?.as_ref())?;
            guarded.extend(definition::guarded(&policy, repo.tree(&repo.index_tree()?)?.as_ref())?);
            staged(repo, |path| !path.is_within(&plan_folder) && !guarded.contains(path))?
        }
        NameItem::Always => {
            let paths = staged_paths(repo)?;
            paths.is_empty() || !paths.iter().all(judge::speaks_for_itself)
        }
    };
    if !asked {
        return Ok(Vec::new());
    }
    let message = said(&read(path)?);
    let Some(plan) = plan_of_head(repo)? else { return Ok(Vec::new()) };
    // The commit may bring the item it works for.
    let named = |plan: &Plan| plan.items.iter().any(|item| names_item(&message, &item.id.value.folded()));
    if message.trim().is_empty() || named(&plan) || named(&plan_of_index(repo)?.plan) {
        return Ok(Vec::new());
    }
    let place = Place::Named("the commit message".to_owned());
    Ok(vec![
        Diagnostic::error(&codes::COMMIT_UNNAMED, place, "the commit names no item of the plan")
            .cause(format!(
                "{} asks for it: `commits.name_item` is `{}`",
                policy::PATH,
                policy.commits_name_item.name()
            ))
            .hint("start the subject with the item (`ID: …`), or add a line `Item: ID`"),
    ])
}

fn plan_of_index(repo: &Repository) -> Result<Project, Failure> {
    let tree = repo.index_tree()?;
    Project::read(repo.tree(&tree)?.as_ref(), Reader::Full, &mut Sink::new())
}

/// Whether a staged path of this commit is wanted.
fn staged(repo: &Repository, wanted: impl Fn(&RepoPath) -> bool) -> Result<bool, Failure> {
    Ok(staged_paths(repo)?.iter().any(wanted))
}

fn staged_paths(repo: &Repository) -> Result<Vec<RepoPath>, Failure> {
    let ask = Git::reading(repo).args(["diff", "--cached", "--name-only", "--no-renames", "-z"]);
    let answer = ask.args(["--no-ext-diff", "--ignore-submodules=none"]).run()?;
    Ok(answer.split(|&b| b == 0).filter(|path| !path.is_empty()).map(RepoPath::new).collect())
}

/// Findings about the records that are staged.
fn record_findings(repo: &Repository) -> Result<Vec<Diagnostic>, Failure> {
    let records: Vec<RepoPath> = staged_paths(repo)?.into_iter().filter(|path| kind_of(path).is_some()).collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let tree = repo.tree(&repo.index_tree()?)?;
    let base = match repo.head()?.id() {
        Some(head) => repo.tree(head)?,
        None => tree.clone(),
    };
    // Where nothing is protected, nothing has landed.
    let landed = match land::default_target(repo) {
        Ok((_, tip)) => Some(repo.tree(&tip)?),
        Err(_) => None,
    };
    record::brought(&record::Commit {
        base: base.as_ref(),
        landed: landed.as_deref(),
        tree: tree.as_ref(),
        paths: &records,
        signatures: &Verifier,
        now: jiff::Timestamp::now(),
    })
}

/// Findings about the plan as it is staged, when any of its files is.
fn plan_findings(repo: &Repository) -> Result<Vec<Diagnostic>, Failure> {
    let read = [policy::PATH, crate::roster::PATH].map(RepoPath::from);
    if !staged(repo, |path| project::concerns_plan(path) || read.contains(path))? {
        return Ok(Vec::new());
    }
    let tree = repo.index_tree()?;
    let mut sink = Sink::new();
    let project = Project::read(repo.tree(&tree)?.as_ref(), Reader::Full, &mut sink)?;
    plan::check(&project.plan, &mut sink);
    project::check(&project, &mut sink);
    Ok(sink.into_sorted())
}

/// Claims that are staged and rely on a waiver that is over. Whether a claim is proven otherwise is asked at the merge: its
/// evidence may come with the next commit.
fn claim_findings(repo: &Repository) -> Result<Vec<Diagnostic>, Failure> {
    let Some(head) = repo.head()?.id().cloned() else { return Ok(Vec::new()) };
    let tree = repo.index_tree()?;
    let folder = RepoPath::from(kinds::WAIVER.folder);
    if repo.tree(&tree)?.entry(&folder)?.is_none() || !staged(repo, project::concerns_plan)? {
        return Ok(Vec::new());
    }
    // Where nothing is protected nothing is claimed, and a policy that cannot be read is told elsewhere.
    let Ok((target, tip)) = land::default_target(repo) else { return Ok(Vec::new()) };
    let Some(guard) = land::guard_of(repo, &target)? else { return Ok(Vec::new()) };
    let world = World { history: repo, signatures: &Verifier, now: jiff::Timestamp::now() };
    let change = Move {
        target,
        old: Some(tip),
        guard: Some(guard.commit),
        proposal: Proposal::Merge { heads: vec![head], tree },
        published: Vec::new(),
    };
    let mut sink = Sink::new();
    judge::survey(&world, &change, &mut Sink::new(), |scene, _| judge::relying_on_the_past(scene, &mut sink))?;
    Ok(sink.into_sorted())
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn comments_and_the_diff_below_the_scissors_are_not_said() {
        let message = "a\n# b\nc\n# ------------------------ >8 ------------------------\ndiff DB-1\n";
        assert_eq!(said(message), "a\nc");
        assert_eq!(said("# only\n\n"), "");
    }
}
