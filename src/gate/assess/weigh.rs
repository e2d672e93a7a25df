//! Weighing evidence: which recorded results fit, who made them, and how much they are believed.

use super::baseline::Baseline;
use super::{Answer, CLOCK_SKEW_SECONDS, Evidence, Keyed, Scene, State, Subject};
use crate::diag::{Failure, Sink};
use crate::evidence::{self, GateResult, Outcome, statement};
use crate::gate::codes;
use crate::id::RepoPath;
use crate::policy::{self, Gate, GateKind, Trust};
use crate::port::Signatures;
use crate::record::book;
use crate::roster::{Member, MemberKind, Roster};

impl Scene<'_> {
    /// Looks for a result that counts; else says what the nearest one lacks.
    pub(super) fn evidence(&self, subject: Subject, gate: &Gate, sink: &mut Sink) -> Result<Answer, Failure> {
        let keyed = self.keyed(subject, gate)?;
        if subject == Subject::Merge
            && matches!(gate.kind, GateKind::Run { .. })
            && self.unchanged_since_base(gate, &keyed)?
        {
            return Ok(Answer::of(State::NotApplicable, "nothing it reads changes"));
        }
        let name = self.name(subject);
        let mut nearest: Option<(u8, Answer)> = None;
        for report in self.reports.of(&name, sink)? {
            for result in report.results.iter().filter(|result| result.gate == gate.name.value) {
                let (rank, answer) = self.weigh((subject, gate, &keyed), report.source.path(), result, sink)?;
                if answer.state.passes() {
                    return Ok(answer);
                }
                if nearest.as_ref().is_none_or(|(best, _)| rank > *best) {
                    nearest = Some((rank, answer));
                }
            }
        }
        Ok(nearest.map_or_else(
            || {
                Answer::of(
                    State::Unsatisfied,
                    match &gate.kind {
                        GateKind::Approve { role } => format!("nobody with the role `{}` has approved it", role.value),
                        _ => "it has never run".to_owned(),
                    },
                )
            },
            |(_, answer)| answer,
        ))
    }

    fn unchanged_since_base(&self, gate: &Gate, keyed: &Keyed) -> Result<bool, Failure> {
        let before = self.keyed(Subject::Baseline, gate)?;
        Ok(before.input_digest == keyed.input_digest && before.definition == keyed.definition)
    }

    /// Weighs one result; a higher rank is nearer to counting.
    fn weigh(
        &self,
        (subject, gate, keyed): (Subject, &Gate, &Keyed),
        report: &str,
        result: &GateResult,
        sink: &mut Sink,
    ) -> Result<(u8, Answer), Failure> {
        let evidence = |trust: Option<Trust>| {
            Some(Evidence {
                report: report.to_owned(),
                outcome: result.outcome,
                by: result.by.clone(),
                at: result.at,
                trust,
            })
        };
        let refuse = |rank, code, why: String| {
            (rank, Answer { code, evidence: evidence(None), ..Answer::of(State::Unsatisfied, why) })
        };
        if matches!(gate.kind, GateKind::Approve { .. }) && result.subject != self.name(subject) {
            return Ok(refuse(
                0,
                &codes::UNSATISFIED,
                format!("the approval in `{report}` is for `{}`", result.subject),
            ));
        }
        if keyed.key(self.policy, gate, &result.environment) != result.key {
            return self.stale(keyed, result).map(|(changed, why)| {
                let (rank, answer) = refuse(1, &codes::STALE, why);
                (rank, Answer { changed, ..answer })
            });
        }
        if !gate.on.is_empty() && !gate.on.contains(&result.environment) {
            return Ok(refuse(
                2,
                &codes::STALE,
                format!("it ran on {}; the policy asks for {}", result.environment, gate.on.join(" or ")),
            ));
        }
        if result.at.as_second() > self.now.as_second() + CLOCK_SKEW_SECONDS {
            return Ok(refuse(2, &codes::UNSATISFIED, format!("its time {} lies in the future", result.at)));
        }
        if let Some(most) = self.is_old(gate, result) {
            let why = format!("it is of {}, and results of this gate count for {}", result.at, policy::span(most));
            return Ok(refuse(2, &codes::STALE, why));
        }
        if result.outcome != Outcome::Pass {
            let why = format!("the last run gave {}: {}", result.outcome.name(), result.note);
            return Ok(match self.red_before(subject, gate, result, sink)? {
                Baseline::Excuses(why) => (5, Answer { evidence: evidence(None), ..Answer::of(State::Waived, why) }),
                Baseline::Not(reason) => refuse(3, &codes::RED, format!("{why}; {reason}")),
                Baseline::NotAsked => refuse(3, &codes::RED, why),
            });
        }
        let trust = match self.trust_of(result)? {
            Ok(trust) => trust,
            Err(why) => return Ok(refuse(4, &codes::TRUST, why)),
        };
        let least = self.least_trust(gate);
        if trust < least {
            let why = format!("the result is {}, this ref asks for {}", trust_name(trust), trust_name(least));
            return Ok((
                4,
                Answer { code: &codes::TRUST, evidence: evidence(Some(trust)), ..Answer::of(State::Unsatisfied, why) },
            ));
        }
        if let Some(why) = self.refused_approver(subject, gate, result)? {
            return Ok(refuse(4, &codes::APPROVER, why));
        }
        let why = match gate.kind {
            GateKind::Approve { .. } => format!("approved by {}", result.by),
            _ => result.note.clone(),
        };
        Ok((5, Answer { evidence: evidence(Some(trust)), ..Answer::of(State::Satisfied, why) }))
    }

    /// For how many minutes results of the gate count, when this one is older.
    pub fn is_old(&self, gate: &Gate, result: &GateResult) -> Option<u32> {
        gate.max_age.filter(|&most| self.now.as_second() - result.at.as_second() > i64::from(most) * 60)
    }

    /// The least trust that counts for a gate here. People approve, so an approval never has to come from CI unless
    /// the gate itself says so.
    pub fn least_trust(&self, gate: &Gate) -> Trust {
        let of_ref = match gate.kind {
            GateKind::Approve { .. } => self.trust.min(Trust::Signed),
            _ => self.trust,
        };
        gate.trust.map_or(of_ref, |own| own.max(of_ref))
    }

    fn stale(&self, keyed: &Keyed, result: &GateResult) -> Result<(Vec<RepoPath>, String), Failure> {
        if keyed.definition != result.definition {
            return Ok((Vec::new(), "the gate's definition changed since it ran".to_owned()));
        }
        if keyed.input_digest == result.inputs {
            return Ok((Vec::new(), "it was made for another repository or by another version of the key".to_owned()));
        }
        let changed = keyed.inputs.explain(&result.lines, self.history);
        let why = match changed.as_slice() {
            [] => "its inputs changed since it ran".to_owned(),
            [one] => format!("`{one}` changed since it ran"),
            [first, rest @ ..] => format!("`{first}` and {} more changed since it ran", rest.len()),
        };
        Ok((changed, why))
    }

    /// How much a result is to be believed; `Err` says why its signature does not count.
    ///
    /// # Errors
    /// The signature could not be checked at all.
    pub fn trust_of(&self, result: &GateResult) -> Result<Result<Trust, String>, Failure> {
        trust_of(result, &self.policy.repository, self.roster, self.signatures)
    }

    /// Why this approval does not count although its key fits; `None`: it counts.
    ///
    /// # Errors
    /// The history could not be read.
    pub fn refused_approver(
        &self,
        subject: Subject,
        gate: &Gate,
        result: &GateResult,
    ) -> Result<Option<String>, Failure> {
        let GateKind::Approve { role } = &gate.kind else { return Ok(None) };
        let Some(roster) = self.roster else {
            return Ok(Some(format!(
                "the protected side has no {}, so nobody holds the role `{}`",
                crate::roster::PATH,
                role.value
            )));
        };
        let Some(member) = roster.member(&result.by) else {
            return Ok(Some(format!("`{}` is not on the roster of the protected side", result.by)));
        };
        if !roster.has_role(member, role.value.as_str()) {
            return Ok(Some(format!("`{}` does not hold the role `{}`", result.by, role.value)));
        }
        let item = self.item(subject).map(|item| item.id.value.folded());
        // Storing a report is no part of the work.
        let folder = RepoPath::from(evidence::FOLDER);
        for work in self.work {
            if work.paths(self.history)?.iter().all(|path| path.is_within(&folder)) {
                continue;
            }
            // A commit that names nothing may belong to this item, unless it only keeps records.
            let unnamed = work.items.is_empty() && !work.paths(self.history)?.iter().all(|path| is_kept(path, &folder));
            let concerns = item.as_ref().is_none_or(|id| unnamed || work.items.contains(id));
            if concerns && is_member(roster, member, &work.commit.author) {
                return Ok(Some(format!(
                    "`{}` wrote commit {}: authors do not approve their own work",
                    result.by,
                    work.commit.id.short()
                )));
            }
            if gate.independent
                && (is_member(roster, member, &work.commit.author) || is_member(roster, member, &work.commit.committer))
            {
                return Ok(Some(format!(
                    "`{}` took part in commit {}, and the gate asks for an independent approval",
                    result.by,
                    work.commit.id.short()
                )));
            }
        }
        // Work that landed before the claim is the author's own all the same.
        let Some(id) = item else { return Ok(None) };
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let earlier = self.earlier.naming(&id, |work| {
            let outside = |paths: &[RepoPath]| paths.iter().any(|path| !path.is_within(&plan_folder));
            Ok(is_member(roster, member, &work.commit.author) && outside(work.paths(self.history)?))
        })?;
        Ok(earlier.map(|commit| {
            format!(
                "`{}` wrote commit {}, which has landed: authors do not approve their own work",
                result.by,
                commit.id.short()
            )
        }))
    }
}

/// Whether a path is that of a record or a gate report: about work, and none itself.
fn is_kept(path: &RepoPath, reports: &RepoPath) -> bool {
    book::kind_of(path).is_some() || path.is_within(reports)
}

/// How much a result is to be believed; `Err` says why its signature does not count.
///
/// # Errors
/// The signature could not be checked at all.
pub fn trust_of(
    result: &GateResult,
    repository: &str,
    roster: Option<&Roster>,
    signatures: &dyn Signatures,
) -> Result<Result<Trust, String>, Failure> {
    let Some(signature) = &result.signature else { return Ok(Ok(Trust::Local)) };
    let Some(member) = roster.and_then(|roster| roster.member(&result.by)) else {
        return Ok(Err(format!(
            "it is signed as `{}`, whom the roster of the protected side does not know",
            result.by
        )));
    };
    let message = statement::signed_bytes(result, repository);
    for key in &member.keys {
        if signatures.verify(&key.value, statement::NAMESPACE, &message, signature)? {
            return Ok(Ok(if member.kind == MemberKind::Ci { Trust::Ci } else { Trust::Signed }));
        }
    }
    Ok(Err(format!("its signature is not by a key of `{}` on the protected side", result.by)))
}

fn is_member(roster: &Roster, member: &Member, identity: &crate::port::Identity) -> bool {
    member.is_called(&identity.name)
        || roster.by_email(&identity.email).is_some_and(|found| found.name.value == member.name.value)
}

/// The word of a trust level.
pub fn trust_name(trust: Trust) -> &'static str {
    match trust {
        Trust::Claimed => "claimed",
        Trust::Local => "local",
        Trust::Signed => "signed",
        Trust::Ci => "ci",
    }
}
