//! What a refused move leaves behind, and the one command that mends it.
//!
//! Decided from what lies in the Git folder. Never `git reset --hard`: it eats local edits.

use crate::diag::Failure;
use crate::git::{Git, Repository};
use crate::id::{ObjectId, RefName};
use crate::port::{Commit, Head, History as _};

/// The lines to print after the move of `name` to `new` was refused.
///
/// # Errors
/// HEAD or a commit cannot be read.
pub fn after_move(repo: &Repository, name: &RefName, new: &ObjectId) -> Result<Vec<String>, Failure> {
    let there = |file: &str| repo.git_dir().join(file).exists();
    let short = name.short().unwrap_or(name.as_str());
    let line = if there("rebase-merge") {
        "nothing was merged; to go back run `git rebase --abort`".to_owned()
    } else if there("rebase-apply/applying") {
        "nothing was applied; to go back run `git am --abort`".to_owned()
    } else if there("rebase-apply") {
        format!("nothing was merged; to go back run `git rebase --quit`, then `git checkout {short}`")
    } else if there("CHERRY_PICK_HEAD") {
        "nothing was picked; to go back run `git cherry-pick --abort`".to_owned()
    } else if there("MERGE_HEAD") || std::env::var("GIT_REFLOG_ACTION").is_ok_and(|action| action.starts_with("merge "))
    {
        match there("MERGE_HEAD") {
            true => "nothing was merged; to go back run `git merge --abort`".to_owned(),
            false => "nothing was merged; to go back run `git reset --merge`".to_owned(),
        }
    } else {
        return plain(repo, name, new);
    };
    Ok(vec![line])
}

/// No operation is under way: a commit, a reset, a switch, or a move of a branch nobody stands on.
fn plain(repo: &Repository, name: &RefName, new: &ObjectId) -> Result<Vec<String>, Failure> {
    let stays = format!("nothing was merged: `{name}` stays where it was");
    let head = repo.head()?;
    let commit = repo.commit(new)?;
    let on_branch = matches!(&head, Head::Branch(branch, _) | Head::Unborn(branch) if branch == name);
    if on_branch && is_just_committed(repo, &head, &commit)? {
        return Ok(vec![
            "nothing was committed: your changes are as they were".to_owned(),
            "to put them on a branch of their own run `git switch -c task/ID`, then commit there".to_owned(),
        ]);
    }
    if let Some(id) = head.id()
        && repo.commit(id)?.tree == commit.tree
    {
        return Ok(vec![stays]);
    }
    // Whoever switched or reset has the new files in the index by now.
    let asked = Git::reading(repo).args(["diff", "--cached", "--quiet", new.as_str(), "--"]).output()?;
    Ok(vec![match asked.status {
        Some(0) => "nothing was merged; index and work tree moved, to go back run `git reset --merge`".to_owned(),
        _ => stays,
    }])
}

/// Whether `git commit` wrote the commit a moment ago: no ref has it yet, and its message is the one written last.
/// A revert uses the same file.
fn is_just_committed(repo: &Repository, head: &Head, commit: &Commit) -> Result<bool, Failure> {
    let child = commit.parents.first() == head.id();
    let amends = match head.id() {
        Some(id) => repo.commit(id)?.parents == commit.parents,
        None => false,
    };
    if !(child || amends) || commit.message.contains("\nThis reverts commit ") {
        return Ok(false);
    }
    let text = std::fs::read(repo.git_dir().join("COMMIT_EDITMSG")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    if words(&text) != words(&commit.message) {
        return Ok(false);
    }
    Ok(!repo.refs("refs/")?.iter().any(|(_, id)| *id == commit.id))
}

fn words(message: &str) -> Vec<&str> {
    message.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
}
