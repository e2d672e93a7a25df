//! Running gates: what has to run, what can be reused, and which report files come of it.
//!
//! The commands themselves are run by the caller (`run/`), which hands the results back: this verb decides what is
//! run and what is recorded.

use crate::diag::{Diagnostic, Failure, Place, Sink, nearest};
use crate::evidence::{self, Digest, GateResult, InputLine, Outcome, report};
use crate::gate::assess::{Keyed, Requirement, Scene, State, Subject};
use crate::gate::reports::{Reports, subject_of};
use crate::id::{GateName, ObjectId, RepoPath};
use crate::judge;
use crate::policy::{Gate, GateKind, Level};
use crate::port::Tree;
use jiff::Timestamp;

/// Which gates are asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Item ids; `merge` for the gates of every move.
    pub items: Vec<String>,
    /// Everything the branch needs to merge.
    pub missing: bool,
    /// Only these gates.
    pub gates: Vec<String>,
    /// Run even where a result for the same key exists.
    pub fresh: bool,
    /// The gates that may be excused, on the protected side.
    pub baseline: bool,
}

/// One gate of one subject, with what to do about it.
pub struct Task {
    pub subject: Subject,
    pub name: String,
    pub level: Level,
    pub gate: Gate,
    pub keyed: Keyed,
    /// A result for the same key that counts, and the report it stands in.
    pub reuse: Option<(GateResult, String)>,
}

/// The subjects a request means, in order.
///
/// # Errors
/// An id is not in the plan.
pub fn subjects(scene: &Scene<'_>, request: &Request) -> Result<Vec<Subject>, Failure> {
    if request.baseline {
        return Ok(vec![Subject::Baseline]);
    }
    let mut found = Vec::new();
    if request.missing || (request.items.is_empty() && !request.gates.is_empty()) {
        found.push(Subject::Merge);
        found.extend(judge::new_claims(scene).into_iter().map(Subject::Item));
    }
    for id in &request.items {
        found.push(subject(scene, id)?);
    }
    found.dedup();
    Ok(found)
}

/// The subject of a name: `merge`, or an item's id.
///
/// # Errors
/// The id is not in the plan.
pub fn subject(scene: &Scene<'_>, id: &str) -> Result<Subject, Failure> {
    if id == evidence::MERGE {
        return Ok(Subject::Merge);
    }
    scene.plan.find(id).map(Subject::Item).ok_or_else(|| unknown_item(scene, id))
}

fn unknown_item(scene: &Scene<'_>, id: &str) -> Failure {
    let failure = Failure::usage(format!("there is no item `{id}` in the plan"));
    match nearest(id, scene.plan.items.iter().map(|item| item.id.value.as_str())) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("`passmuster show` and `passmuster next` list the items"),
    }
}

/// The gates of a subject with their level: of the move, or of a claim of the item.
pub fn gates_of<'a>(scene: &Scene<'a>, subject: Subject) -> (Level, Vec<&'a Gate>) {
    match subject {
        Subject::Merge => (Level::Merge, scene.policy.gates_for(Level::Merge).collect()),
        Subject::Baseline => (Level::Merge, scene.policy.gates.values().filter(|gate| gate.baseline).collect()),
        Subject::Item(index) => (Level::Item(scene.plan.items[index].kind), judge::claim_gates(scene, index)),
    }
}

/// How every gate of the subjects stands.
///
/// # Errors
/// Something that decides could not be read.
pub fn requirements(scene: &Scene<'_>, subjects: &[Subject], sink: &mut Sink) -> Result<Vec<Requirement>, Failure> {
    let mut found = Vec::new();
    for &subject in subjects {
        let (level, gates) = gates_of(scene, subject);
        for gate in gates {
            found.push(scene.assess(subject, level, gate, sink)?);
        }
    }
    Ok(found)
}

/// What a request comes to: the gates with commands, each with its key and, unless fresh results are asked for, the
/// result that can be reused: from what would land, or from the work tree's `files`, where an earlier run may have
/// left it uncommitted. Approvals and built-ins have nothing to run.
///
/// # Errors
/// An id or a gate is unknown, or something could not be read.
pub fn tasks(
    scene: &Scene<'_>,
    request: &Request,
    environment: &str,
    files: &dyn Tree,
    sink: &mut Sink,
) -> Result<Vec<Task>, Failure> {
    for name in &request.gates {
        if scene.policy.gate(name).is_none() {
            let known = scene.policy.gates.keys().map(crate::id::GateName::as_str);
            let near = nearest(name, known)
                .map_or_else(|| "run `passmuster gate list`".to_owned(), |near| format!("did you mean `{near}`?"));
            return Err(Failure::usage(format!("there is no gate `{name}`")).hint(near));
        }
    }
    let mut tasks = Vec::new();
    for subject in subjects(scene, request)? {
        let (level, gates) = gates_of(scene, subject);
        for gate in gates.into_iter().filter(|gate| matches!(gate.kind, GateKind::Run { .. })) {
            if !request.gates.is_empty() && !request.gates.iter().any(|name| name == gate.name.value.as_str()) {
                continue;
            }
            if subject != Subject::Baseline
                && !request.fresh
                && scene.assess(subject, level, gate, sink)?.state == State::NotApplicable
            {
                continue;
            }
            let keyed = scene.keyed(subject, gate)?;
            let reuse = if request.fresh || request.baseline {
                None
            } else {
                reusable(scene, gate, &keyed, environment, files)?
            };
            tasks.push(Task { subject, name: scene.name(subject), level, gate: gate.clone(), keyed, reuse });
        }
    }
    Ok(tasks)
}

/// A passed result for the same key that the ref believes, from any subject's report.
fn reusable(
    scene: &Scene<'_>,
    gate: &Gate,
    keyed: &Keyed,
    environment: &str,
    files: &dyn Tree,
) -> Result<Option<(GateResult, String)>, Failure> {
    let key = keyed.key(scene.policy, gate, environment);
    let least = scene.least_trust(gate);
    let mut ignored = Sink::new();
    let mut reports = scene.reports.all(&mut ignored)?;
    reports.extend(Reports::new(files).all(&mut ignored)?);
    for report in reports {
        for result in &report.results {
            let fits = result.gate == gate.name.value && result.key == key && result.outcome == Outcome::Pass;
            if fits && scene.is_old(gate, result).is_none() && scene.trust_of(result)?.is_ok_and(|trust| trust >= least)
            {
                return Ok(Some((result.clone(), report.source.path().to_owned())));
            }
        }
    }
    Ok(None)
}

/// What the caller saw when it ran a task's gate.
#[derive(Clone, Debug)]
pub struct Seen {
    pub outcome: Outcome,
    pub exit: Option<i32>,
    pub tests: Option<u64>,
    pub value: Option<f64>,
    pub note: String,
    pub milliseconds: u64,
}

/// Who ran it, where and when.
#[derive(Clone, Debug)]
pub struct Producer {
    pub by: String,
    pub environment: String,
    pub at: Timestamp,
    /// The tree that was tested.
    pub tree: ObjectId,
}

/// What a result is about: all of its key but the repository, spelled out.
pub struct About {
    pub gate: GateName,
    /// The item's id, `merge` or `policy`.
    pub subject: String,
    pub key: Digest,
    pub definition: Digest,
    pub inputs: Digest,
    pub lines: Vec<InputLine>,
}

impl Producer {
    /// The result of what was seen; not yet signed.
    pub fn result(&self, about: About, seen: Seen) -> GateResult {
        let About { gate, subject, key, definition, inputs, lines } = about;
        let Seen { outcome, exit, tests, value, note, milliseconds } = seen;
        GateResult {
            gate,
            subject,
            outcome,
            key,
            definition,
            inputs,
            lines,
            environment: self.environment.clone(),
            tree: self.tree.clone(),
            at: self.at,
            by: self.by.clone(),
            milliseconds,
            exit,
            tests,
            value,
            note: evidence::one_line(&note),
            signature: None,
        }
    }

    /// What a result of a gate of a subject would be about.
    pub fn about(&self, scene: &Scene<'_>, subject: &str, gate: &Gate, keyed: &Keyed) -> About {
        About {
            gate: gate.name.value.clone(),
            subject: subject.to_owned(),
            key: keyed.key(scene.policy, gate, &self.environment),
            definition: keyed.definition.clone(),
            inputs: keyed.input_digest.clone(),
            lines: keyed.inputs.lines().clone(),
        }
    }
}

impl Seen {
    /// Somebody said yes.
    pub fn approved(note: impl Into<String>) -> Self {
        Self { outcome: Outcome::Pass, exit: None, tests: None, value: None, note: note.into(), milliseconds: 0 }
    }
}

/// The files that record the results of one subject.
#[derive(Debug)]
pub struct Recording {
    pub path: RepoPath,
    pub bytes: Vec<u8>,
    /// Reports that this one supersedes.
    pub remove: Vec<RepoPath>,
}

/// Puts results of one subject into a report, together with those of its earlier reports that still fit, and names
/// the reports it supersedes. `files` is where the reports lie now (the work tree).
///
/// # Errors
/// A report could not be read.
pub fn record(
    scene: &Scene<'_>,
    files: &dyn Tree,
    subject: Subject,
    results: &[(GateResult, Vec<u8>)],
) -> Result<Recording, Failure> {
    let name = scene.name(subject);
    let mut kept: Vec<(GateResult, Vec<u8>)> = Vec::new();
    let mut remove = Vec::new();
    let folder = RepoPath::from(evidence::FOLDER);
    for child in files.children(&folder)? {
        if subject_of(&child.name) != Some(name.as_str()) {
            continue;
        }
        let path = folder.join(&child.name);
        let old = crate::gate::reports::read_one(files, &path, &mut Sink::new())?;
        let old_results = old.map(|report| report.results).unwrap_or_default();
        let approvals = old_results.iter().any(|result| is_approval(scene, result));
        if approvals {
            continue;
        }
        for result in old_results {
            let replaced =
                results.iter().any(|(new, _)| new.gate == result.gate && new.environment == result.environment);
            if !replaced && still_fits(scene, subject, &result)? {
                kept.push((result, Vec::new()));
            }
        }
        remove.push(path);
    }
    kept.sort_by(|(a, _), (b, _)| (&a.gate, &a.environment, &a.by).cmp(&(&b.gate, &b.environment, &b.by)));
    kept.dedup_by(|(a, _), (b, _)| (&a.gate, &a.environment, &a.by) == (&b.gate, &b.environment, &b.by));
    let all: Vec<(&GateResult, &[u8])> =
        results.iter().chain(&kept).map(|(result, tail)| (result, tail.as_slice())).collect();
    let file = report::write(&name, &all);
    let path = folder.join(file.name.as_bytes());
    remove.retain(|old| *old != path);
    Ok(Recording { path, bytes: file.bytes, remove })
}

fn is_approval(scene: &Scene<'_>, result: &GateResult) -> bool {
    scene.policy.gate(result.gate.as_str()).is_some_and(|gate| matches!(gate.kind, GateKind::Approve { .. }))
}

fn still_fits(scene: &Scene<'_>, subject: Subject, result: &GateResult) -> Result<bool, Failure> {
    let Some(gate) = scene.policy.gate(result.gate.as_str()) else { return Ok(false) };
    let keyed = scene.keyed(subject, gate)?;
    Ok(keyed.key(scene.policy, gate, &result.environment) == result.key)
}

/// The finding of a result that did not pass.
pub fn not_passed(result: &GateResult, report: &RepoPath) -> Diagnostic {
    Diagnostic::error(
        &crate::gate::codes::RED,
        Place::Path(report.to_string()),
        format!("gate `{}` of `{}`: {}", result.gate, result.subject, result.outcome.name()),
    )
    .cause(result.note.clone())
    .hint(format!("read the end of its output in {report}"))
}

/// The environment class of this machine, such as `linux-x86_64`.
pub fn environment() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}
