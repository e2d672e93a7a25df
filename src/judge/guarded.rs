//! Changes of the protected side itself: policy, roster, gate scripts.
//!
//! Such a change needs an approval bound to exactly the old and the new content, by somebody whom the *old* policy
//! lets. An approval cannot be replayed: not for other content, not from another starting point,
//! and not once it has landed.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::evidence::{self, Digest, GateResult, Outcome};
use crate::gate::assess::{Scene, trust_name};
use crate::gate::definition;
use crate::id::{RefName, RepoPath};
use crate::policy::{Policy, Trust};
use crate::port::Tree;
use std::collections::BTreeSet;

/// How many moves of the protected side are searched for an approval that was used there.
const HISTORY_SEARCHED: usize = 20_000;

/// A change of guarded files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardedChange {
    /// The guarded paths that differ.
    pub paths: Vec<RepoPath>,
    pub before: Digest,
    pub after: Digest,
}

/// What of the guarded files differs between the protected side and a proposal; `None` if nothing does.
///
/// # Errors
/// An object could not be read.
pub fn guarded_change(policy: &Policy, base: &dyn Tree, proposed: &dyn Tree) -> Result<Option<GuardedChange>, Failure> {
    let mut paths: BTreeSet<RepoPath> = definition::guarded(policy, base)?;
    paths.extend(definition::guarded(policy, proposed)?);
    let mut differ = Vec::new();
    for path in &paths {
        if base.entry(path)? != proposed.entry(path)? {
            differ.push(path.clone());
        }
    }
    if differ.is_empty() {
        return Ok(None);
    }
    Ok(Some(GuardedChange {
        paths: differ,
        before: definition::guard_digest(&paths, base)?,
        after: definition::guard_digest(&paths, proposed)?,
    }))
}

/// The key of an approval of this change.
pub fn approval_key(policy: &Policy, change: &GuardedChange) -> Digest {
    evidence::key::key(&policy.repository, evidence::POLICY, &change.before, &change.after, "any")
}

/// Refuses a guarded change that nobody approved, and one that leaves no policy that protects the ref.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, target: &RefName, sink: &mut Sink) -> Result<(), Failure> {
    let Some(change) = guarded_change(scene.policy, scene.base_tree, scene.tree)? else { return Ok(()) };
    let key = approval_key(scene.policy, &change);
    let mut why = "nobody has approved it".to_owned();
    let mut used = None;
    for report in scene.reports.of(evidence::POLICY, sink)? {
        for result in report.results.iter().filter(|result| result.subject == evidence::POLICY) {
            match refusal(scene, &key, result)? {
                None if used_up(scene, report.source.path())? => {
                    used = Some(format!("the approval by `{}` is used up: it landed once already", result.by));
                }
                None => {
                    usable(scene, target, sink)?;
                    return Ok(());
                }
                Some(reason) => why = reason,
            }
        }
    }
    let why = used.unwrap_or(why);
    let names: Vec<String> = change.paths.iter().map(|path| format!("`{path}`")).collect();
    let approvers: Vec<&str> = scene.policy.policy_approvers.iter().map(|role| role.value.as_str()).collect();
    sink.push(
        Diagnostic::error(
            &codes::POLICY_UNAPPROVED,
            Place::Path(change.paths[0].to_string()),
            format!("the change of {} is not approved", names.join(", ")),
        )
        .cause(why)
        .cause(if approvers.is_empty() {
            "the policy on the protected side lets anybody approve, explicitly".to_owned()
        } else {
            format!("the policy on the protected side lets {} approve", approvers.join(", "))
        })
        .hint("review it, then run `passmuster approve policy` and commit the report"),
    );
    Ok(())
}

/// Why an approval does not count; `None`: it does.
fn refusal(scene: &Scene<'_>, key: &Digest, result: &GateResult) -> Result<Option<String>, Failure> {
    if result.key != *key {
        return Ok(Some(format!("the approval by `{}` is for other content", result.by)));
    }
    if result.outcome != Outcome::Pass {
        return Ok(Some(format!("`{}` did not approve it: {}", result.by, result.note)));
    }
    if result.at.as_second() > scene.now.as_second() + crate::gate::assess::CLOCK_SKEW_SECONDS {
        return Ok(Some(format!("the time of the approval, {}, lies in the future", result.at)));
    }
    let trust = match scene.trust_of(result)? {
        Ok(trust) => trust,
        Err(why) => return Ok(Some(why)),
    };
    // People approve: what a ref asks of CI cannot be asked of them.
    let least = scene.trust.min(Trust::Signed);
    if trust < least {
        return Ok(Some(format!("the approval is {}, this ref asks for {}", trust_name(trust), trust_name(least))));
    }
    if scene.policy.policy_approvers.is_empty() {
        return Ok(None);
    }
    let may = scene.roster.is_some_and(|roster| {
        let approvers = &scene.policy.policy_approvers;
        roster
            .member(&result.by)
            .is_some_and(|by| approvers.iter().any(|role| roster.has_role(by, role.value.as_str())))
    });
    Ok(if may { None } else { Some(format!("`{}` may not approve a change of the policy", result.by)) })
}

/// Whether a report of this name, and so of this content, was on the protected side before: else a change that was
/// taken back could land again with the approval it once had.
fn used_up(scene: &Scene<'_>, report: &str) -> Result<bool, Failure> {
    let path = RepoPath::from(report);
    let mut next = scene.base.cloned();
    for _ in 0..HISTORY_SEARCHED {
        let Some(id) = next else { return Ok(false) };
        if scene.history.tree(&id)?.entry(&path)?.is_some() {
            return Ok(true);
        }
        next = scene.history.commit(&id)?.parents.into_iter().next();
    }
    Ok(false)
}

/// Even an approved change must leave a policy that can judge the next one, or none at all.
fn usable(scene: &Scene<'_>, target: &RefName, sink: &mut Sink) -> Result<(), Failure> {
    let mut findings = Sink::new();
    let policy = crate::project::read_policy(scene.tree, &mut findings)?;
    let present = scene.tree.entry(&RepoPath::from(crate::policy::PATH))?.is_some();
    if present && policy.is_none() {
        sink.push(
            Diagnostic::error(
                &codes::POLICY_UNUSABLE,
                Place::Path(crate::policy::PATH.to_owned()),
                format!("`{target}` would have a policy that cannot be used"),
            )
            .cause("after it nothing could be judged any more")
            .hint("run `passmuster check`"),
        );
    }
    sink.extend(findings.into_sorted());
    Ok(())
}
