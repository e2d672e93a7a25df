//! Excusing a red gate: it was red before the change as well, and a recorded run on the protected side says so.
//!
//! The policy allows it gate by gate (`baseline: true`). The run counts for the protected side as it stands, so the
//! excuse ends with the commit that makes the gate green there.

use super::weigh::trust_name;
use super::{CLOCK_SKEW_SECONDS, Scene, Subject};
use crate::diag::{Failure, Sink};
use crate::evidence::{self, GateResult, Outcome};
use crate::id::RepoPath;
use crate::policy::{self, Gate, GateKind};

/// Whether what is red was red before.
pub(super) enum Baseline {
    /// It was; why that counts.
    Excuses(String),
    /// The policy would allow it, but for this.
    Not(String),
    /// The policy does not allow it, or the run says nothing that could be excused.
    NotAsked,
}

impl Scene<'_> {
    /// Looks for a run of the gate on the protected side that was red like `red`, and for what speaks against it.
    ///
    /// # Errors
    /// Something that decides could not be read.
    pub(super) fn red_before(
        &self,
        subject: Subject,
        gate: &Gate,
        red: &GateResult,
        sink: &mut Sink,
    ) -> Result<Baseline, Failure> {
        // Only a run that came to its end says that something is red, and not that it could not be found out.
        if !gate.baseline || red.outcome != Outcome::Fail {
            return Ok(Baseline::NotAsked);
        }
        if let Some(why) = self.unbelieved(gate, red)? {
            return Ok(Baseline::Not(format!("as an excuse the run itself must count: {why}")));
        }
        if let Some(why) = self.begun_before(subject)? {
            return Ok(Baseline::Not(why));
        }
        let key = self.keyed(Subject::Baseline, gate)?.key(self.policy, gate, &red.environment);
        let mut nearest =
            "no run on the protected side says that it was red before (`passmuster gate run --baseline`)".to_owned();
        for report in self.reports.of(evidence::BASELINE, sink)? {
            for before in report.results.iter().filter(|before| before.gate == gate.name.value) {
                match self.flaw(gate, red, before, before.key == key)? {
                    None => {
                        let why = format!("red before the change as well, as {} saw: {}", before.by, before.note);
                        return Ok(Baseline::Excuses(why));
                    }
                    Some(why) => nearest = format!("the baseline in `{}` does not count: {why}", report.source.path()),
                }
            }
        }
        Ok(Baseline::Not(nearest))
    }

    /// Why a run on the protected side is no excuse; `None`: it is one.
    fn flaw(&self, gate: &Gate, red: &GateResult, before: &GateResult, fits: bool) -> Result<Option<String>, Failure> {
        Ok(if before.subject != evidence::BASELINE {
            Some(format!("it was made for `{}`", before.subject))
        } else if !fits {
            Some("the protected side, or where it ran, is another one now".to_owned())
        } else if before.outcome != Outcome::Fail {
            Some(format!("that run gave {}", before.outcome.name()))
        } else if let Some(why) = self.unbelieved(gate, before)? {
            Some(why)
        } else {
            worse(gate, red, before)
        })
    }

    /// Why a result is not believed on this ref, whatever it says.
    fn unbelieved(&self, gate: &Gate, result: &GateResult) -> Result<Option<String>, Failure> {
        if result.at.as_second() > self.now.as_second() + CLOCK_SKEW_SECONDS {
            return Ok(Some(format!("its time {} lies in the future", result.at)));
        }
        let least = self.least_trust(gate);
        Ok(match self.trust_of(result)? {
            Err(why) => Some(why),
            Ok(trust) if trust < least => {
                Some(format!("it is {}, this ref asks for {}", trust_name(trust), trust_name(least)))
            }
            Ok(_) => None,
        })
    }

    /// Work of an item that landed before it is claimed may have made the protected side red: then that is no excuse.
    fn begun_before(&self, subject: Subject) -> Result<Option<String>, Failure> {
        let Subject::Item(index) = subject else { return Ok(None) };
        let id = &self.plan.items[index].id.value;
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let landed = self.earlier.naming(&id.folded(), |work| {
            Ok(work.paths(self.history)?.iter().any(|path| !path.is_within(&plan_folder)))
        })?;
        Ok(landed.map(|commit| {
            format!("commit {} of `{id}` has landed before, and what was red may be its doing", commit.id.short())
        }))
    }
}

/// A number that got worse is no old trouble.
fn worse(gate: &Gate, red: &GateResult, before: &GateResult) -> Option<String> {
    let GateKind::Run { metric: Some(metric), .. } = &gate.kind else { return None };
    let (Some(now), Some(was)) = (red.value, before.value) else {
        return Some("without a number on both sides nobody knows whether it got worse".to_owned());
    };
    let fell = metric.min.is_some() && now < was;
    let rose = metric.max.is_some() && now > was;
    (fell || rose).then(|| format!("it was {was} there and is {now} now, which is worse"))
}
