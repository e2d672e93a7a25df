//! `pre-receive` decides for a whole push; `post-receive` records what it let in.
//!
//! Git holds the pushed objects in quarantine meanwhile. Nothing is written here before the decision, no variable
//! and no push option is asked, and identity plays no part: what is judged is what the objects say.

use super::call::Call;
use super::moves::{Line, object_id, read_lines};
use super::store::Store;
use super::{Answer, say};
use crate::diag::{Diagnostic, Failure};
use crate::git::{self, Repository};
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, World, names};
use crate::policy::Policy;
use crate::report::foreign;
use crate::sign::Verifier;
use crate::verb::land::Protection;
use jiff::Timestamp;
use std::sync::Arc;

/// One refused ref refuses the push: every ref is looked at, so that all is said at once.
pub fn pre_receive(call: &Call) -> Result<Answer, Failure> {
    let lines = read_lines(call.input()?)?;
    if lines.is_empty() {
        return Ok(Answer::Pass);
    }
    git::trust_ids();
    let repo = Repository::open_from_env()?;
    let world = World { history: &repo, signatures: &Verifier, now: Timestamp::now() };
    let pushed: Vec<Pushed<'_>> = lines.iter().map(|line| Pushed::read(&repo, line)).collect::<Result<_, _>>()?;
    let protection = Protections::of(&repo, &pushed)?;
    let mut refused = Vec::new();
    for one in &pushed {
        let name = &one.line.name;
        let findings = protection
            .judge(&world, one)
            .map_err(|failure| failure.while_doing(format!("could not judge the push to `{name}`")))?;
        if findings.iter().any(Diagnostic::is_error) {
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

/// One ref of a push.
struct Pushed<'l> {
    line: &'l Line,
    /// What moves: a symbolic ref of the server moves what it points to.
    name: RefName,
    /// What it holds on this server.
    own: Option<ObjectId>,
    proposal: Proposal,
}

impl<'l> Pushed<'l> {
    fn read(repo: &Repository, line: &'l Line) -> Result<Self, Failure> {
        let (name, own) = repo.follow(&line.name)?;
        let proposal = if line.deletes() { Proposal::Delete } else { Proposal::Commit(object_id(&line.new)?) };
        Ok(Self { line, name, own, proposal })
    }
}

/// What protects the refs of a push: as all refs stand, and as they will stand once the push has moved the default
/// branch. A ref that takes its policy from there must pass under both, for Git moves the refs in any order.
struct Protections<'r> {
    now: Protection<'r>,
    later: Option<Protection<'r>>,
    default: Option<Arc<Policy>>,
}

impl<'r> Protections<'r> {
    fn of(repo: &'r Repository, pushed: &[Pushed<'_>]) -> Result<Self, Failure> {
        let now = Protection::of(repo)?;
        let moves: Vec<(RefName, ObjectId)> = pushed
            .iter()
            .filter_map(|one| match &one.proposal {
                Proposal::Commit(id) => Some((one.name.clone(), id.clone())),
                _ => None,
            })
            .collect();
        let later = Some(Protection::after(repo, &moves)?).filter(|later| !later.is_like(&now));
        let default = now.default_policy()?;
        Ok(Self { now, later, default })
    }

    fn judge(&self, world: &World<'_>, pushed: &Pushed<'_>) -> Result<Vec<Diagnostic>, Failure> {
        let Pushed { line, name, own, proposal } = pushed;
        if *proposal == Proposal::Delete && own.is_none() {
            return Ok(Vec::new());
        }
        if *proposal != Proposal::Delete
            && let Some(finding) = self.default.as_ref().and_then(|policy| names::check_ref(policy, &line.name))
        {
            return Ok(vec![finding]);
        }
        let mut findings = Vec::new();
        for protection in std::iter::once(&self.now).chain(&self.later) {
            let change = Move {
                target: name.clone(),
                old: own.clone(),
                guard: None,
                proposal: proposal.clone(),
                published: Vec::new(),
            };
            let Some(verdict) = protection.judge(world, own.as_ref(), change)? else { continue };
            let decided = !verdict.passes() || verdict.guard.is_none() || verdict.guard == *own;
            findings = verdict.findings;
            if decided {
                break;
            }
        }
        Ok(findings)
    }
}

/// `reference-transaction`, when the refs are locked and about to move. `pre-receive` has judged them, and Git itself
/// sees to it that a ref still holds what it was judged from; but a ref that takes its policy from another one may
/// have lost a race with a push that changed it.
///
/// # Errors
/// It could not be judged.
pub fn last_look(repo: &Repository, lines: &[&Line]) -> Result<Answer, Failure> {
    let protection = Protection::of(repo)?;
    let world = World { history: repo, signatures: &Verifier, now: Timestamp::now() };
    for line in lines {
        let name = &line.name;
        let (Some(new), own) = (ObjectId::parse(&line.new), repo.read_ref(name)?) else { continue };
        let guard = protection.guard_of(name, own.as_ref())?;
        if own.as_ref() == Some(&new) || guard.is_none_or(|guard| Some(guard.commit) == own) {
            continue;
        }
        let change = Move {
            target: name.clone(),
            old: own.clone(),
            guard: None,
            proposal: Proposal::Commit(new),
            published: Vec::new(),
        };
        if let Some(verdict) = protection.judge(&world, own.as_ref(), change)?
            && !verdict.passes()
        {
            let after = ["the policy has changed since the push was judged: push again".to_owned()];
            say::refusal(&format!("`{name}` was not moved"), &verdict.findings, &after);
            return Ok(Answer::Refuse);
        }
    }
    Ok(Answer::Pass)
}

/// Adds a line per move of a protected ref to the server's record.
pub fn post_receive(call: &Call) -> Result<Answer, Failure> {
    let lines = read_lines(call.input()?)?;
    if lines.is_empty() {
        return Ok(Answer::Pass);
    }
    git::trust_ids();
    let repo = Repository::open_from_env()?;
    let store = Store::of(repo.common_dir());
    let protection = Protection::of(&repo)?;
    for line in lines.iter().filter(|line| !line.deletes()) {
        let (name, own) = repo.follow(&line.name)?;
        if protection.guard_of(&name, own.as_ref())?.is_some() {
            store.record_move(&name, &line.old, &line.new, "passed", Timestamp::now())?;
        }
    }
    Ok(Answer::Pass)
}
