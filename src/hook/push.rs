//! `pre-push`: says early what the server would refuse. Evidence is checked, never made.

use super::call::Call;
use super::{Answer, say};
use crate::diag::Failure;
use crate::git::Repository;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, World, judge};
use crate::port::History as _;
use crate::sign::Verifier;
use crate::verb::land;
use jiff::Timestamp;

/// Arguments: the remote's name and address. Lines: `local-ref local-id remote-ref remote-id`.
pub fn pre_push(call: &Call) -> Result<Answer, Failure> {
    let text = String::from_utf8_lossy(call.input()?);
    if text.trim().is_empty() {
        return Ok(Answer::Pass);
    }
    let repo = Repository::open_from_env()?;
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let [_, local, target, remote] = fields.as_slice() else {
            return Err(Failure::new(format!("could not read what Git tells about the push: `{line}`")));
        };
        if judge_line(&repo, call.arg(0), local, &RefName::new(*target), remote)? == Answer::Refuse {
            return Ok(Answer::Refuse);
        }
    }
    Ok(Answer::Pass)
}

fn judge_line(repo: &Repository, remote: &str, local: &str, target: &RefName, theirs: &str) -> Result<Answer, Failure> {
    // The remote's value is only known here if it was fetched once.
    let theirs = ObjectId::parse(theirs).filter(|id| !id.is_zero() && repo.commit(id).is_ok());
    let tracked = match target.short() {
        Some(short) => repo.read_ref(&RefName::new(format!("refs/remotes/{remote}/{short}"))).unwrap_or(None),
        None => None,
    };
    let default = repo.read_ref(&RefName::new(format!("refs/remotes/{remote}/HEAD"))).unwrap_or(None);
    let mut guard = None;
    for candidate in [&theirs, &tracked, &default].into_iter().flatten() {
        if let Some(policy) = land::policy_at(repo, candidate)?
            && policy.protects(target)
        {
            guard = Some(candidate.clone());
            break;
        }
    }
    let Some(guard) = guard else { return Ok(Answer::Pass) };
    let proposal = match ObjectId::parse(local) {
        Some(id) if !id.is_zero() => Proposal::Commit(id),
        _ => Proposal::Delete,
    };
    let world = World { history: repo, signatures: &Verifier, now: Timestamp::now() };
    let old = theirs.or(tracked);
    let change = Move { target: target.clone(), old, guard: Some(guard), proposal, published: Vec::new() };
    let verdict = judge(&world, &change)?;
    if verdict.passes() {
        return Ok(Answer::Pass);
    }
    let after = ["nothing was pushed".to_owned()];
    say::refusal(&format!("the push to `{target}` would be refused"), &verdict.findings, &after);
    Ok(Answer::Refuse)
}
