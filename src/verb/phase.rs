//! `phase`: where the project stands, and what each of its phases needs to begin and to end.
//!
//! The same conditions that the judge asks for, looked at in the work tree, so that a refusal comes early.

use super::record::Desk;
use crate::diag::{Diagnostic, Failure, Place};
use crate::id::RepoPath;
use crate::phase::{self, Condition, Phase, Standing, View, codes, package};
use crate::plan::{Kind, Plan};
use crate::port::Tree;
use crate::record::book::Book;
use crate::record::edit::{Given, put_below};
use crate::record::{Record, kinds, parse};
use crate::text::Source;
use crate::verb::record::{Advance, Answer, New};

/// One phase with what it needs.
#[derive(Clone, Debug)]
pub struct Row {
    /// The number, or the id of a phase of the plan.
    pub id: String,
    pub name: String,
    pub standing: Standing,
    /// What it needs to begin while it waits, to end while it goes on.
    pub needs: Vec<Condition>,
}

/// Every phase, those of the plan after those of the project.
///
/// # Errors
/// A file could not be read.
pub fn status(view: &View<'_>) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for phase in Phase::ALL {
        let standing = view.standing(phase)?;
        let needs = match standing {
            Standing::Done => Vec::new(),
            Standing::Waiting => phase::entry(phase, view)?,
            Standing::Active | Standing::AtGate => phase::exit(phase, view)?,
        };
        rows.push(Row { id: phase.number().to_string(), name: phase.name().to_owned(), standing, needs });
    }
    let open = view.open_gates()?;
    let mut before = true;
    for (index, item) in view.plan.items.iter().enumerate().filter(|(_, item)| item.kind == Kind::Phase) {
        let id = item.id.to_string();
        let decided = view.decided(&id)?;
        let at_gate = open.iter().any(|gate| view.plan_phase(gate) == Some(index));
        let standing = match (decided, at_gate, before) {
            (true, ..) => Standing::Done,
            (_, true, _) => Standing::AtGate,
            (.., true) => Standing::Active,
            _ => Standing::Waiting,
        };
        let needs = if decided { Vec::new() } else { vec![phase::all_done(view.plan, index)] };
        before &= decided || item.is_dropped();
        rows.push(Row { id, name: item.title().value.to_owned(), standing, needs });
    }
    Ok(rows)
}

/// The document of a phase that begins; the findings when it cannot.
///
/// # Errors
/// There is a document already, or a file could not be read.
pub fn start(view: &View<'_>, phase: Phase, title: &str) -> Result<Result<String, Vec<Diagnostic>>, Failure> {
    let missing = findings(&phase.number().to_string(), "cannot begin", phase::entry(phase, view)?);
    if !missing.is_empty() {
        return Ok(Err(missing));
    }
    let path = RepoPath::from(phase.document());
    if view.tree.kind(&path)?.is_some() {
        return Err(Failure::usage(format!("phase {} has its document already", phase.number()))
            .because(format!("`{path}` is there"))
            .hint("run `passmuster phase status` to see what the phase needs to end"));
    }
    Ok(Ok(template(view.tree, phase)?.replace("{title}", &crate::evidence::one_line(title))))
}

/// The text a phase's document begins with: the user's own, else the tool's.
fn template(tree: &dyn Tree, phase: Phase) -> Result<String, Failure> {
    let name = RepoPath::from(phase.document());
    let path = RepoPath::from(crate::record::TEMPLATES).join(name.file_name());
    let own = super::record::own_template(tree, &path)?;
    Ok(own.map_or_else(|| phase::opening(phase).to_owned(), |source| source.text().to_owned()))
}

/// Opens the gate of a phase: from then on other work rests.
///
/// # Errors
/// There is no such phase, its gate is open or decided already, or a file could not be read.
pub fn open_gate(view: &View<'_>, desk: &Desk<'_>, id: &str, items: &[String]) -> Result<Answer, Failure> {
    let name = phase_name(view, id)?;
    if view.decided(id)? {
        return Err(Failure::usage(format!("phase {id} was decided GO already")));
    }
    if let Some(gate) = view.open_gates()?.iter().find(|gate| is_about(gate, id)) {
        return Err(Failure::usage(format!("the gate of phase {id} is open already"))
            .because(format!("`{}` says so", gate.path()))
            .hint(format!("decide it: `passmuster phase close {id}` or `passmuster phase no-go {id}`")));
    }
    let mut fields = vec![("phase", Given::One(id.to_owned()))];
    if !items.is_empty() {
        fields.push(("items", Given::Many(items.to_vec())));
    }
    desk.open(&kinds::PHASE, &New { title: &format!("Phase {id}: {name}"), fields, ..New::default() })
}

fn phase_name(view: &View<'_>, id: &str) -> Result<String, Failure> {
    if let Some(phase) = Phase::numbered(id) {
        return Ok(phase.name().to_owned());
    }
    match view.plan.find(id).map(|index| &view.plan.items[index]) {
        Some(item) if item.kind == Kind::Phase => Ok(item.title().value.to_owned()),
        Some(item) => Err(Failure::usage(format!("`{id}` is a {}, not a phase", item.kind.name()))),
        None => Err(Failure::usage(format!("there is no phase `{id}`"))
            .because("it is no number from 0 to 5, and the plan has no phase of that id")
            .hint("run `passmuster phase status`")),
    }
}

fn is_about(gate: &Record, id: &str) -> bool {
    gate.text("phase").is_some_and(|text| text.eq_ignore_ascii_case(id)) || gate.name() == id
}

/// What somebody decides at a gate.
#[derive(Clone, Debug)]
pub enum Decision<'a> {
    /// GO: what shows it, the figures, what remains.
    Go { proof: &'a [String], metrics: &'a [String], risks: &'a [String] },
    /// NO-GO: what has to be done first, and what it costs in time.
    NoGo { fixes: &'a [String], delay: &'a str },
}

/// Decides at the open gate of a phase. For GO everything the phase needs has to be there.
///
/// # Errors
/// The gate is not open, or a file could not be read.
pub fn decide(
    view: &View<'_>,
    desk: &Desk<'_>,
    id: &str,
    why: &str,
    decision: &Decision<'_>,
) -> Result<Answer, Failure> {
    let open = view.open_gates()?;
    let Some(gate) = open.iter().find(|gate| is_about(gate, id)) else {
        return Err(Failure::usage(format!("no gate of phase {id} is open"))
            .hint(format!("open it first: `passmuster phase gate {id}`")));
    };
    let needed = phase::conditions(gate, view)?.unwrap_or_default();
    let (verb, texts, fields) = match decision {
        Decision::Go { proof, metrics, risks } => {
            let missing = findings(id, "is not ready to end", needed.clone());
            if !missing.is_empty() {
                return Ok(Err(missing));
            }
            let shown = needed.iter().map(|condition| condition.what.clone());
            let proof: Vec<String> = proof.iter().cloned().chain(shown).collect();
            let metrics = if metrics.is_empty() { vec![figures(view.plan)] } else { metrics.to_vec() };
            (
                "close",
                vec![("Proof", list(&proof)), ("Metrics", list(&metrics)), ("Accepted risks", list(risks))],
                vec![],
            )
        }
        Decision::NoGo { fixes, delay } => {
            let missing = needed.iter().filter(|condition| !condition.met);
            let reasons: Vec<String> = std::iter::once(why.to_owned())
                .chain(missing.map(|one| format!("{}: {}", one.what, one.why)))
                .collect();
            let fixes: String = fixes.iter().map(|fix| format!("- [ ] {}\n", crate::evidence::one_line(fix))).collect();
            let fields = vec![("delay", Given::One((*delay).to_owned()))];
            ("no-go", vec![("Reasons", list(&reasons)), ("Required fixes", fixes)], fields)
        }
    };
    let text =
        texts.iter().fold(gate.source.text().to_owned(), |text, (heading, below)| put_below(&text, heading, below));
    let filled = parse(gate.kind, &Source::new(gate.path(), text), &mut crate::diag::Sink::new());
    let filled = filled.ok_or_else(|| Failure::new(format!("`{}` cannot be filled in", gate.path())))?;
    desk.advance(&filled, &Advance { verb, note: Some(why), fields })
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {}\n", crate::evidence::one_line(line))).collect()
}

/// The plan in figures.
fn figures(plan: &Plan) -> String {
    let tasks: Vec<usize> = (0..plan.items.len()).filter(|&index| plan.items[index].kind == Kind::Task).collect();
    let done = tasks.iter().filter(|&&index| plan.claimed(index)).count();
    let dropped = tasks.iter().filter(|&&index| plan.items[index].is_dropped()).count();
    format!("{done} of {} tasks done, {dropped} dropped", tasks.len())
}

/// Conditions that are not met, as findings.
fn findings(id: &str, cannot: &str, conditions: Vec<Condition>) -> Vec<Diagnostic> {
    let missing = conditions.into_iter().filter(|condition| !condition.met);
    missing
        .map(|condition| {
            let message = format!("phase {id} {cannot}: it asks that {}", condition.what);
            Diagnostic::error(&codes::NOT_READY, Place::Named(format!("phase {id}")), message)
                .cause(condition.why)
                .hint(condition.hint)
        })
        .collect()
}

/// The manifest of the completion package.
///
/// # Errors
/// Something that belongs to it is not there, or could not be read.
pub fn package(view: &View<'_>) -> Result<String, Failure> {
    let files = package::contents(view)?;
    let files = files.map_err(|fault| {
        Failure::new("the package is not complete").because(fault).hint("make it, or drop the item")
    })?;
    Ok(package::manifest(&files))
}

/// What whoever takes work over into a phase has to know of the talk before: what was decided since the phase before
/// it began, and every risk and debt that is open.
///
/// # Errors
/// A file could not be read.
pub fn context(records: &Book<'_>, phase: Phase) -> Result<String, Failure> {
    let gates = records.of(&kinds::PHASE)?;
    let began = phase.before().and_then(Phase::before).map(|before| before.number().to_string());
    let ended = |gate: &&Record| gate.state() == "go" && gate.text("phase") == began.as_deref();
    let since = gates.iter().filter(ended).map(|gate| gate.last_step().at.value).max();
    let decisions = records.of(&kinds::DECISION)?;
    let later = |record: &&Record| since.is_none_or(|since| record.opener().at.value >= since);
    let decided = decisions.iter().filter(|decision| decision.state() == "decided").filter(later);
    let risks = records.of(&kinds::RISK)?;
    let told = |record: &Record| format!("{} ({}, `{}`)", record.title.value, record.state(), record.path());
    let part = |title: &str, told: Vec<String>| {
        let told = if told.is_empty() { vec!["none".to_owned()] } else { told };
        format!("{title}:\n\n{}", list(&told))
    };
    let decided = part("Decided since the phase before began", decided.map(told).collect());
    let open = part("Open risks and debts", risks.iter().filter(|risk| !risk.is_closed()).map(told).collect());
    Ok(format!("{decided}\n{open}"))
}

/// The agenda of a meeting in which work goes from one phase to the next.
pub const AGENDA: &str = "\
- [ ] the plan was walked through
- [ ] who does what was confirmed
- [ ] the critical path was looked at
- [ ] the gates, and what passes them, were confirmed
- [ ] who reports what to whom was settled
- [ ] how blockers are raised, and who answers, was settled
- [ ] what counts as success was agreed on
- [ ] the handoff was accepted aloud
- [ ] the start was authorised
";
