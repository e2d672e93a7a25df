//! Whether one gate of one subject is satisfied in one scene: the heart of every verdict.
//!
//! Nothing that is missing, malformed or unreadable counts; what cannot be found out is [`State::Error`].

use super::inputs::InputSet;
use super::reports::Reports;
use super::work::{Work, names_item};
use super::{codes, definition, waivers};
use crate::diag::{Code, Failure, Sink};
use crate::evidence::{self, Digest, GateResult, Outcome, statement};
use crate::id::{GateName, RepoPath};
use crate::pattern::{Pattern, PatternSet};
use crate::plan::{Item, Plan};
use crate::policy::{self, Builtin, Gate, GateKind, Level, Policy, Trust};
use crate::port::{Blob, Commit, History, Signatures, Tree};
use crate::record::book::Book;
use crate::roster::{Member, MemberKind, Roster};
use jiff::Timestamp;

/// How far a result's time may lie ahead of the verifier's clock, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 300;

/// How many commits before the change are searched for one that names an item.
const HISTORY_SEARCHED: usize = 5_000;

/// Everything a requirement is judged against. Policy and roster come from the protected side.
pub struct Scene<'a> {
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    /// The plan as it would land.
    pub plan: &'a Plan,
    /// The plan on the protected side.
    pub base_plan: &'a Plan,
    /// The files as they would land.
    pub tree: &'a dyn Tree,
    /// The files on the protected side.
    pub base_tree: &'a dyn Tree,
    pub reports: &'a Reports<'a>,
    /// The records as they would land.
    pub records: &'a Book<'a>,
    /// The records on the protected side.
    pub base_records: &'a Book<'a>,
    pub history: &'a dyn History,
    pub signatures: &'a dyn Signatures,
    /// The paths that the move changes.
    pub changed: &'a [RepoPath],
    /// The new commits.
    pub work: &'a [Work],
    /// Where to look further for commits that name an item.
    pub base: Option<&'a crate::id::ObjectId>,
    /// Least trust on the ref.
    pub trust: Trust,
    pub now: Timestamp,
}

/// What a gate is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The move itself.
    Merge,
    /// An item of the proposed plan, by index.
    Item(usize),
}

/// How a requirement stands. Only the first three let a merge through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    NotApplicable,
    Satisfied,
    Waived,
    Unsatisfied,
    /// It could not be found out.
    Error,
}

impl State {
    pub fn passes(self) -> bool {
        matches!(self, Self::NotApplicable | Self::Satisfied | Self::Waived)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Satisfied => "satisfied",
            Self::Waived => "waived",
            Self::Unsatisfied => "unsatisfied",
            Self::Error => "error",
        }
    }
}

impl Remedy {
    fn of(gate: &Gate) -> Self {
        match &gate.kind {
            GateKind::Run { .. } => Self::RunGate,
            GateKind::Approve { .. } => Self::Approve,
            GateKind::Changed { .. } => Self::ChangeTogether,
            GateKind::Checklist { document } => Self::TickDocument(document.value.clone()),
            GateKind::Builtin(Builtin::Committed) => Self::Commit,
            GateKind::Builtin(Builtin::SelfReview) => Self::TickReview,
            GateKind::Builtin(Builtin::TasksDone | Builtin::FeaturesDone | Builtin::EpicsDone) => Self::FinishChildren,
        }
    }
}

/// The evidence that decided a requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The path of the report.
    pub report: String,
    pub outcome: Outcome,
    pub by: String,
    pub at: Timestamp,
    /// How much it is believed, where that was looked at: results that do not fit are not.
    pub trust: Option<Trust>,
}

/// What helps an unsatisfied requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    RunGate,
    Approve,
    /// Name the item in a commit that does its work.
    Commit,
    TickReview,
    FinishChildren,
    ChangeTogether,
    /// Tick the boxes of this document.
    TickDocument(String),
}

/// One gate of one subject and how it stands.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// The item's id, or `merge`.
    pub subject: String,
    pub level: Level,
    pub gate: GateName,
    pub state: State,
    /// One sentence: why it stands so.
    pub why: String,
    /// Paths that changed since the nearest evidence.
    pub changed: Vec<RepoPath>,
    pub evidence: Option<Evidence>,
    /// What kind of finding an unsatisfied requirement is.
    pub code: &'static Code,
    pub remedy: Remedy,
    /// The path of the waiver that excuses it.
    pub waiver: Option<String>,
}

/// What a gate would read and be in this scene: all of a key but the environment.
pub struct Keyed {
    pub definition: Digest,
    pub inputs: InputSet,
    pub input_digest: Digest,
}

impl Keyed {
    pub fn key(&self, policy: &Policy, gate: &Gate, environment: &str) -> Digest {
        evidence::key::key(
            &policy.repository,
            gate.name.value.as_str(),
            &self.definition,
            &self.input_digest,
            environment,
        )
    }
}

impl<'a> Scene<'a> {
    fn item(&self, subject: Subject) -> Option<&'a Item> {
        match subject {
            Subject::Merge => None,
            Subject::Item(index) => self.plan.items.get(index),
        }
    }

    /// The id of a subject as reports carry it.
    pub fn name(&self, subject: Subject) -> String {
        self.item(subject).map_or_else(|| evidence::MERGE.to_owned(), |item| item.id.value.to_string())
    }

    /// The item as the protected side has it, if it does.
    fn base_item(&self, subject: Subject) -> Option<&'a Item> {
        let id = &self.item(subject)?.id.value;
        self.base_plan.find(id.as_str()).map(|index| &self.base_plan.items[index])
    }

    /// The path patterns of an item's work: those of the protected side where it has any.
    pub fn touches(&self, subject: Subject) -> Vec<&'a str> {
        let of = |item: &'a Item| item.touches().map(|touch| touch.value).collect::<Vec<_>>();
        match self.base_item(subject).map(of) {
            Some(touches) if !touches.is_empty() => touches,
            _ => self.item(subject).map(of).unwrap_or_default(),
        }
    }

    /// What the gate is and reads in this scene.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn keyed(&self, subject: Subject, gate: &Gate) -> Result<Keyed, Failure> {
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let definition = definition::digest(self.policy, gate, self.tree)?;
        if let GateKind::Approve { .. } = gate.kind {
            // What was reviewed: the files the item touches, and what it promises.
            let mut touches = self.touches(subject);
            touches.retain(|touch| Pattern::parse(touch).is_ok());
            if touches.is_empty() {
                touches.push(".");
            }
            let inputs = InputSet::read(self.tree, &touches, &plan_folder)?;
            let name = self.name(subject);
            let files = inputs.digest();
            let mut parts: Vec<&[u8]> = vec![b"approve", name.as_bytes(), files.as_str().as_bytes()];
            if let Some(item) = self.item(subject) {
                parts.push(item.title().value.as_bytes());
                parts.extend(item.criteria().map(|criterion| criterion.text.value.as_bytes()));
            }
            let input_digest = Digest::of(&parts);
            return Ok(Keyed { definition, inputs, input_digest });
        }
        let patterns: Vec<&str> = gate.inputs.iter().map(|input| input.value.as_str()).collect();
        let inputs = InputSet::read(self.tree, &patterns, &plan_folder)?;
        let input_digest = inputs.digest();
        Ok(Keyed { definition, inputs, input_digest })
    }

    /// How one gate of one subject stands. What is wrong with reports on the way goes to `sink`.
    ///
    /// # Errors
    /// Something that decides could not be read.
    pub fn assess(&self, subject: Subject, level: Level, gate: &Gate, sink: &mut Sink) -> Result<Requirement, Failure> {
        let mut answer = if self.applies(subject, gate) {
            match &gate.kind {
                GateKind::Builtin(builtin) => self.builtin(subject, *builtin)?,
                GateKind::Changed { paths, or } => self.changed_together(paths, or.as_deref()),
                GateKind::Checklist { document } => self.checklist(&document.value)?,
                GateKind::Run { .. } | GateKind::Approve { .. } => self.evidence(subject, gate, sink)?,
            }
        } else {
            Answer::of(State::NotApplicable, "none of the changed paths concerns it")
        };
        let mut waiver = None;
        if answer.state == State::Unsatisfied {
            match waivers::find(self, subject, gate)? {
                waivers::Found::Excuse { path, why } => {
                    answer = Answer::of(State::Waived, why);
                    waiver = Some(path);
                }
                waivers::Found::Not(why) => answer.why = format!("{}; {why}", answer.why),
                waivers::Found::Nothing => {}
            }
        }
        let Answer { state, why, changed, evidence, code } = answer;
        Ok(Requirement {
            subject: self.name(subject),
            level,
            gate: gate.name.value.clone(),
            state,
            why,
            changed,
            evidence,
            code,
            remedy: Remedy::of(gate),
            waiver,
        })
    }

    /// Whether `when` of a gate is met: by a changed path, or by what the item says it touches.
    fn applies(&self, subject: Subject, gate: &Gate) -> bool {
        if gate.when.is_empty() {
            return true;
        }
        let when = PatternSet::of_valid(gate.when.iter().map(|pattern| pattern.value.as_str()));
        if self.changed.iter().any(|path| when.matches(path)) {
            return true;
        }
        // The change that claims an item cannot say for the first time that it touches nothing of concern.
        let touches = match self.base_item(subject) {
            Some(before) if before.touches().next().is_none() => Vec::new(),
            _ => self.touches(subject),
        };
        subject != Subject::Merge && (touches.is_empty() || when.overlaps(&PatternSet::of_valid(touches)))
    }

    fn builtin(&self, subject: Subject, builtin: Builtin) -> Result<Answer, Failure> {
        let Subject::Item(index) = subject else {
            return Ok(Answer::of(State::Error, "only items have this gate"));
        };
        let item = &self.plan.items[index];
        Ok(match builtin {
            Builtin::Committed => self.committed(subject, item)?,
            Builtin::SelfReview => {
                let about: Vec<_> =
                    item.criteria().filter(|criterion| speaks_of_review(criterion.text.value)).collect();
                match about.first() {
                    None => Answer::of(
                        State::Unsatisfied,
                        "no criterion speaks of a self-review; add `- [ ] self-review` under the item",
                    ),
                    Some(_) if about.iter().all(|criterion| criterion.ticked) => {
                        Answer::of(State::Satisfied, "the self-review box is ticked")
                    }
                    Some(_) => Answer::of(State::Unsatisfied, "the self-review box is open"),
                }
            }
            Builtin::TasksDone | Builtin::FeaturesDone | Builtin::EpicsDone => self.children_done(index),
        })
    }

    fn children_done(&self, index: usize) -> Answer {
        let open: Vec<&str> = self
            .plan
            .children(index)
            .iter()
            .filter(|&&child| !self.plan.is_closed(child))
            .map(|&child| self.plan.items[child].id.value.as_str())
            .collect();
        if open.is_empty() {
            Answer::of(State::Satisfied, "everything below it is done or dropped")
        } else {
            Answer::of(State::Unsatisfied, format!("still open: {}", open.join(", ")))
        }
    }

    fn committed(&self, subject: Subject, item: &Item) -> Result<Answer, Failure> {
        let id = item.id.value.folded();
        let touches = self.touches(subject);
        let touched = PatternSet::of_valid(touches.iter().copied());
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let counts = |paths: &[RepoPath]| {
            paths
                .iter()
                .any(|path| if touches.is_empty() { !path.is_within(&plan_folder) } else { touched.matches(path) })
        };
        for work in self.work.iter().filter(|work| work.items.contains(&id)) {
            if !counts(work.paths(self.history)?) {
                continue;
            }
            return Ok(Answer::of(State::Satisfied, format!("commit {} names it", work.commit.id.short())));
        }
        let earlier = self.named_earlier(&id, |_, paths| counts(paths))?;
        if let Some(commit) = earlier {
            return Ok(Answer::of(State::Satisfied, format!("commit {} names it", commit.id.short())));
        }
        Ok(Answer::of(
            State::Unsatisfied,
            if touches.is_empty() {
                format!("no commit names `{}` and changes something outside the plan folder", item.id.value)
            } else {
                format!("no commit names `{}` and changes something inside {}", item.id.value, touches.join(", "))
            },
        ))
    }

    /// The nearest commit before the change that names an item and fits; merges do no work of their own.
    fn named_earlier(&self, id: &str, fits: impl Fn(&Commit, &[RepoPath]) -> bool) -> Result<Option<Commit>, Failure> {
        let mut queue: std::collections::VecDeque<_> = self.base.cloned().into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        while let Some(next) = queue.pop_front() {
            if seen.len() >= HISTORY_SEARCHED || !seen.insert(next.clone()) {
                continue;
            }
            let commit = self.history.commit(&next)?;
            if names_item(&commit.message, id) && commit.parents.len() < 2 {
                let changes = self.history.changes(commit.parents.first(), &commit.id, usize::MAX)?;
                let paths: Vec<RepoPath> = changes.into_iter().map(|change| change.path).collect();
                if fits(&commit, &paths) {
                    return Ok(Some(commit));
                }
            }
            queue.extend(commit.parents);
        }
        Ok(None)
    }

    fn changed_together(&self, paths: &[crate::text::Spanned<String>], or: Option<&str>) -> Answer {
        let wanted = PatternSet::of_valid(paths.iter().map(|pattern| pattern.value.as_str()));
        if let Some(path) = self.changed.iter().find(|path| wanted.matches(path)) {
            return Answer::of(State::Satisfied, format!("`{path}` changed too"));
        }
        if let Some(text) = or {
            let says = |work: &&Work| work.commit.message.lines().any(|line| line.trim().starts_with(text));
            if let Some(work) = self.work.iter().find(says) {
                return Answer::of(State::Satisfied, format!("commit {} says `{text}`", work.commit.id.short()));
            }
        }
        let names: Vec<&str> = paths.iter().map(|pattern| pattern.value.as_str()).collect();
        let or = or.map(|text| format!(", and no commit message has a line `{text}`")).unwrap_or_default();
        Answer::of(State::Unsatisfied, format!("nothing in {} changed{or}", names.join(", ")))
    }

    fn checklist(&self, document: &str) -> Result<Answer, Failure> {
        const LIMIT: u64 = 4 * 1024 * 1024;
        let path = RepoPath::from(document);
        if !self.tree.entry(&path)?.is_some_and(|entry| entry.kind.is_regular()) {
            return Ok(Answer::of(State::Unsatisfied, format!("`{document}` is not there")));
        }
        let Blob::Bytes(bytes) = self.tree.blob(&path, LIMIT)? else {
            return Ok(Answer::of(State::Error, format!("`{document}` is larger than {LIMIT} bytes")));
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Ok(Answer::of(State::Error, format!("`{document}` is not UTF-8")));
        };
        let Some(boxes) = crate::doc::markdown::boxes(&text) else {
            return Ok(Answer::of(State::Error, format!("`{document}` nests too deeply to be read")));
        };
        let open = boxes.iter().filter(|ticked| !**ticked).count();
        Ok(match (boxes.len(), open) {
            (0, _) => Answer::of(State::Unsatisfied, format!("`{document}` has no boxes")),
            (all, 0) => Answer::of(State::Satisfied, format!("all {all} boxes of `{document}` are ticked")),
            (all, open) => Answer::of(State::Unsatisfied, format!("{open} of {all} boxes of `{document}` are open")),
        })
    }

    /// Looks for a result that counts; else says what the nearest one lacks.
    fn evidence(&self, subject: Subject, gate: &Gate, sink: &mut Sink) -> Result<Answer, Failure> {
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
                let (rank, answer) = self.weigh(subject, gate, &keyed, report.source.path(), result)?;
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
        let patterns: Vec<&str> = gate.inputs.iter().map(|input| input.value.as_str()).collect();
        let before = InputSet::read(self.base_tree, &patterns, &RepoPath::from(policy::PLAN_FOLDER))?;
        Ok(before.digest() == keyed.input_digest
            && definition::digest(self.policy, gate, self.base_tree)? == keyed.definition)
    }

    /// Weighs one result; a higher rank is nearer to counting.
    fn weigh(
        &self,
        subject: Subject,
        gate: &Gate,
        keyed: &Keyed,
        report: &str,
        result: &GateResult,
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
        if result.outcome != Outcome::Pass {
            return Ok(refuse(3, &codes::RED, format!("the last run gave {}: {}", result.outcome.name(), result.note)));
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
            // A commit that names nothing may belong to this item.
            let concerns = item.as_ref().is_none_or(|id| work.items.is_empty() || work.items.contains(id));
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
        let earlier = self.named_earlier(&id, |commit, paths| {
            is_member(roster, member, &commit.author) && paths.iter().any(|path| !path.is_within(&plan_folder))
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
    identity.name == member.name.value.as_str()
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

fn speaks_of_review(text: &str) -> bool {
    let text = text.to_lowercase().replace(['-', '_'], " ");
    text.contains("self review")
}

struct Answer {
    state: State,
    why: String,
    changed: Vec<RepoPath>,
    evidence: Option<Evidence>,
    code: &'static Code,
}

impl Answer {
    fn of(state: State, why: impl Into<String>) -> Self {
        Self { state, why: why.into(), changed: Vec::new(), evidence: None, code: &codes::UNSATISFIED }
    }
}
