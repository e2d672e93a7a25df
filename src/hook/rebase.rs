//! `pre-rebase`: a rebase that would rewrite a protected branch is refused while nothing has happened yet.

use super::call::Call;
use super::moves::judge_client;
use super::{Answer, say};
use crate::diag::{Diagnostic, Failure, Place};
use crate::git::Repository;
use crate::id::{ObjectId, RefName};
use crate::judge::{Proposal, codes};
use crate::port::History as _;
use crate::verb::land;

/// Arguments: the upstream, and the branch when it is not the one HEAD is on.
pub fn pre_rebase(call: &Call) -> Result<Answer, Failure> {
    let repo = Repository::open_from_env()?;
    let (name, tip) = match call.arg(1) {
        "" => match repo.head()? {
            crate::port::Head::Branch(name, tip) => (name, tip),
            _ => return Ok(Answer::Pass),
        },
        branch => {
            let name = RefName::branch(branch.strip_prefix("refs/heads/").unwrap_or(branch));
            match repo.read_ref(&name)? {
                Some(tip) => (name, tip),
                None => return Ok(Answer::Pass),
            }
        }
    };
    if land::guard_of(&repo, &name)?.is_none() {
        return Ok(Answer::Pass);
    }
    let findings = match upstream(&repo, call.arg(0))? {
        Some(upstream) if repo.is_ancestor(&upstream, &tip)? => return Ok(Answer::Pass),
        Some(upstream) if repo.is_ancestor(&tip, &upstream)? => {
            match judge_client(&repo, &name, Some(tip), Proposal::Commit(upstream))? {
                Some(verdict) if !verdict.passes() => verdict.findings,
                _ => return Ok(Answer::Pass),
            }
        }
        _ => vec![rewrites(&name, &tip)],
    };
    let after = ["nothing was rebased: HEAD, index and work tree are as they were".to_owned()];
    say::refusal(&format!("the rebase of `{name}` is refused"), &findings, &after);
    Ok(Answer::Refuse)
}

/// `None`: `--root`, or something only Git understands.
fn upstream(repo: &Repository, name: &str) -> Result<Option<ObjectId>, Failure> {
    if name.is_empty() || name.starts_with('-') {
        return Ok(None);
    }
    repo.resolve(name).map(Some).or_else(|failure| match failure.kind {
        crate::diag::FailureKind::Usage => Ok(None),
        _ => Err(failure),
    })
}

fn rewrites(name: &RefName, tip: &ObjectId) -> Diagnostic {
    Diagnostic::error(&codes::REWIND, Place::Ref(name.to_string()), format!("a rebase would rewrite `{name}`"))
        .cause(format!("it stands at {}, and a protected ref only moves to commits that contain that", tip.short()))
        .hint(format!("rebase your own branch instead, and merge it into `{}`", name.short().unwrap_or(name.as_str())))
}
