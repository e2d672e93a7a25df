//! Audit: every past move of a protected ref, judged again.
//!
//! Evidence lives in the tree, so a past move can be judged from Git objects alone, in any clone. Where moves were
//! recorded (by the server, in a reflog) those are the moves; what no record tells is read from the first-parent
//! history, in `line`. A ref that stands elsewhere than its record says has moved without one: that is
//! judged like any other move, and said.

mod line;

use crate::diag::{Diagnostic, Failure};
use crate::gate::assess::State;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, Verdict, World, judge};
use crate::port::Repo;
use crate::verb::land;
use jiff::Timestamp;

/// How a past move stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Before the policy, or the commit that brought it.
    Adoption,
    Verified,
    /// Proven but for what a waiver excuses.
    Waived,
    /// Something the policy asks for is not proven.
    Unverified,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Adoption => "adoption",
            Self::Verified => "verified",
            Self::Waived => "waived",
            Self::Unverified => "unverified",
        }
    }
}

/// What tells of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The record of the server that let it in.
    Server,
    Reflog,
    /// The first-parent history: nobody recorded how the ref came there.
    History,
    /// There is a record, and it does not tell: the ref was moved past it.
    Nothing,
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Reflog => "reflog",
            Self::History => "history",
            Self::Nothing => "nothing",
        }
    }
}

/// One move that was recorded when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `None`: the ref was made.
    pub old: Option<ObjectId>,
    pub new: ObjectId,
    /// By the recorder's clock, where that is to be believed: waivers are judged as of then.
    pub at: Option<Timestamp>,
    pub source: Source,
}

/// One past move.
#[derive(Debug)]
pub struct Past {
    pub from: Option<ObjectId>,
    pub to: ObjectId,
    pub standing: Standing,
    /// The subject of the commit it moved to.
    pub subject: String,
    /// The first thing that is not proven.
    pub why: Option<String>,
    pub source: Source,
}

/// How many first-parent commits are looked at.
pub const MAX_COMMITS: usize = 100_000;

/// Classifies every move of `target` up to `tip`, oldest first. `recorded` are its moves as far as anybody recorded
/// them, oldest first.
///
/// # Errors
/// Refs could not be read, or the history is longer than [`MAX_COMMITS`].
pub fn run(
    world: &World<'_>,
    repo: &dyn Repo,
    target: &RefName,
    tip: &ObjectId,
    recorded: &[Recorded],
) -> Result<Vec<Past>, Failure> {
    let audit = Audit { world, repo, target };
    let mut moves = Vec::new();
    let mut at: Option<ObjectId> = None;
    for (index, one) in recorded.iter().enumerate() {
        let old = one.old.as_ref();
        match (old, index) {
            // Where the ref stood before the record begins; a reflog begins with what was cloned.
            (Some(start), 0) if repo.commit(start).is_ok() => moves.extend(audit.line(None, start)?),
            (None, 0) if one.source == Source::Reflog => {
                moves.extend(audit.line(None, &one.new)?);
                at = Some(one.new.clone());
                continue;
            }
            (Some(old), 1..) if Some(old) != at.as_ref() => moves.push(audit.unrecorded(at.as_ref(), old)?),
            _ => {}
        }
        // Taken away and made again: measured by what was there before.
        moves.extend(audit.recorded(old.or(at.as_ref()), one)?);
        at = Some(one.new.clone());
    }
    match at {
        None => moves.extend(audit.line(None, tip)?),
        Some(at) if at != *tip => moves.push(audit.unrecorded(Some(&at), tip)?),
        Some(_) => {}
    }
    Ok(moves)
}

/// What an audit asks again and again.
struct Audit<'a> {
    world: &'a World<'a>,
    repo: &'a dyn Repo,
    target: &'a RefName,
}

impl Audit<'_> {
    fn recorded(&self, old: Option<&ObjectId>, one: &Recorded) -> Result<Vec<Past>, Failure> {
        let past = self.classify(old, &one.new, one.at, one.source)?;
        let (Some(old), Source::Reflog, Standing::Unverified) = (old, one.source, past.standing) else {
            return Ok(vec![past]);
        };
        // One fetch may bring what came in several pushes: then each of them is a move of its own.
        if !self.repo.is_ancestor(old, &one.new).unwrap_or(false) {
            return Ok(vec![past]);
        }
        let mut line = self.line(Some(old), &one.new)?;
        if line.is_empty() || line.iter().any(|step| step.standing == Standing::Unverified) {
            return Ok(vec![past]);
        }
        line.iter_mut().for_each(|step| step.source = Source::Reflog);
        Ok(line)
    }

    fn unrecorded(&self, old: Option<&ObjectId>, new: &ObjectId) -> Result<Past, Failure> {
        let mut past = self.classify(old, new, None, Source::Nothing)?;
        past.why.get_or_insert_with(|| "it is proven, but no record tells of this move".to_owned());
        Ok(past)
    }

    /// Judges one move by the policy that stood there before. What cannot be judged is not verified.
    fn classify(
        &self,
        old: Option<&ObjectId>,
        new: &ObjectId,
        at: Option<Timestamp>,
        source: Source,
    ) -> Result<Past, Failure> {
        let subject = self.repo.commit(new).map_or_else(|_| String::new(), |commit| first_line(&commit.message));
        let (standing, why) = match self.judge(old, new, at) {
            Ok(verdict) if !verdict.passes() => (Standing::Unverified, first_reason(&verdict)),
            Ok(verdict) if verdict.guard.is_none() => (Standing::Adoption, None),
            Ok(verdict) => match verdict.requirements.iter().find(|one| one.state == State::Waived) {
                Some(waived) => (Standing::Waived, Some(waived.why.clone())),
                None => (Standing::Verified, None),
            },
            Err(failure) => (Standing::Unverified, Some(failure.to_string())),
        };
        Ok(Past { from: old.cloned(), to: new.clone(), standing, subject, why, source })
    }

    fn judge(&self, old: Option<&ObjectId>, new: &ObjectId, at: Option<Timestamp>) -> Result<Verdict, Failure> {
        let policy = old.map(|old| land::policy_at(self.repo, old)).transpose()?.flatten();
        let world = World { now: at.unwrap_or(self.world.now), ..*self.world };
        let change = Move {
            target: self.target.clone(),
            old: old.cloned(),
            guard: policy.and(old.cloned()),
            proposal: Proposal::Commit(new.clone()),
            published: Vec::new(),
        };
        judge(&world, &change)
    }
}

fn first_reason(verdict: &Verdict) -> Option<String> {
    verdict.findings.iter().find(|finding| Diagnostic::is_error(finding)).map(|finding| finding.message.clone())
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("").to_owned()
}
