//! `pre-receive` decides for a whole push; `post-receive` records what it let in.
//!
//! Git holds the pushed objects in quarantine meanwhile. Nothing is written here before the decision, no variable
//! and no push option is asked, and identity plays no part: what is judged is what the objects say.

use super::call::Call;
use super::moves::{Line, object_id, read_lines};
use super::store::Store;
use super::{Answer, say};
use crate::diag::{Diagnostic, Failure};
use crate::git::Repository;
use crate::id::RefName;
use crate::judge::{Proposal, Verdict, World, names};
use crate::policy::Policy;
use crate::report::foreign;
use crate::sign::Verifier;
use crate::verb::land::{self, Concerns};
use jiff::Timestamp;

/// One refused ref refuses the push: every ref is looked at, so that all is said at once.
pub fn pre_receive(call: &Call) -> Result<Answer, Failure> {
    let lines = read_lines(call.input()?)?;
    if lines.is_empty() {
        return Ok(Answer::Pass);
    }
    let repo = Repository::open_from_env()?;
    let default = default_policy(&repo)?;
    let world = World { history: &repo, signatures: &Verifier, now: Timestamp::now() };
    let mut concerns = Concerns::default();
    let mut refused = Vec::new();
    for line in &lines {
        let findings = judge_line(&world, &repo, default.as_ref(), &mut concerns, line)
            .map_err(|failure| failure.while_doing(format!("could not judge the push to `{}`", line.name)))?;
        if findings.iter().any(Diagnostic::is_error) {
            let name = &line.name;
            say::refusal(&format!("the push to `{name}` is refused"), &findings, &[]);
            refused.push(format!("`{name}`"));
        } else {
            say::warnings(&findings);
        }
    }
    if refused.is_empty() {
        return Ok(Answer::Pass);
    }
    let others = if lines.len() > refused.len() { ", and with it the rest of this push" } else { "" };
    let summary = format!("passmuster: nothing was pushed: {} refused{others}", refused.join(", "));
    say::lines(&format!("{}\n", foreign::line(&summary)));
    Ok(Answer::Refuse)
}

fn judge_line(
    world: &World<'_>,
    repo: &Repository,
    default: Option<&Policy>,
    concerns: &mut Concerns,
    line: &Line,
) -> Result<Vec<Diagnostic>, Failure> {
    // A symbolic ref of the server moves what it points to.
    let name = repo.symref_target(&line.name)?.unwrap_or_else(|| line.name.clone());
    if line.deletes() {
        if repo.read_ref(&name)?.is_none() {
            return Ok(Vec::new());
        }
        let verdict = judged(world, repo, concerns, &name, Proposal::Delete)?;
        return Ok(verdict.map_or_else(Vec::new, |verdict| verdict.findings));
    }
    if let Some(finding) = default.and_then(|policy| names::check_ref(policy, &line.name)) {
        return Ok(vec![finding]);
    }
    let verdict = judged(world, repo, concerns, &name, Proposal::Commit(object_id(&line.new)?))?;
    Ok(verdict.map_or_else(Vec::new, |verdict| verdict.findings))
}

/// Judges against what the ref holds on this server, by the policy that protects it here.
fn judged(
    world: &World<'_>,
    repo: &Repository,
    concerns: &mut Concerns,
    name: &RefName,
    proposal: Proposal,
) -> Result<Option<Verdict>, Failure> {
    if !concerns.concerned(repo, name, &proposal)? {
        return Ok(None);
    }
    land::judge_move(world, repo, name, repo.read_ref(name)?, proposal, Vec::new())
}

/// The policy of the default branch; it says which other names could be taken for protected ones.
fn default_policy(repo: &Repository) -> Result<Option<Policy>, Failure> {
    let head = repo.head()?;
    let main = [RefName::branch("main"), RefName::branch("master")];
    for name in head.branch().into_iter().chain(&main) {
        if let Some(id) = repo.read_ref(name)?
            && let Some(policy) = land::policy_at(repo, &id)?
        {
            return Ok(Some(policy));
        }
    }
    Ok(None)
}

/// Adds a line per move of a protected ref to the server's record.
pub fn post_receive(call: &Call) -> Result<Answer, Failure> {
    let lines = read_lines(call.input()?)?;
    if lines.is_empty() {
        return Ok(Answer::Pass);
    }
    let repo = Repository::open_from_env()?;
    let store = Store::of(repo.common_dir());
    for line in lines.iter().filter(|line| !line.deletes()) {
        let name = repo.symref_target(&line.name)?.unwrap_or_else(|| line.name.clone());
        if land::guard_of(&repo, &name)?.is_some() {
            store.record_move(&name, &line.old, &line.new, "passed")?;
        }
    }
    Ok(Answer::Pass)
}
