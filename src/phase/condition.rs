//! What a phase needs to begin and to end, each with why it is not there yet and what to do about it.

use super::board::{self, Verdict};
use super::{Phase, View, document, package, ready};
use crate::diag::Failure;
use crate::plan::Plan;
use crate::record::{Record, kinds};
use std::collections::BTreeSet;

/// How many people meet when work is handed from planning to implementation.
const ATTENDEES: usize = 5;

/// One thing that a phase needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What has to be so.
    pub what: String,
    pub met: bool,
    /// What is, with values; empty when it is met.
    pub why: String,
    /// What to do about it.
    pub hint: String,
}

impl Condition {
    pub fn new(what: impl Into<String>, fault: Option<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), met: fault.is_none(), why: fault.unwrap_or_default(), hint: hint.into() }
    }
}

/// What a phase needs to begin.
///
/// # Errors
/// A file could not be read.
pub fn entry(phase: Phase, view: &View<'_>) -> Result<Vec<Condition>, Failure> {
    let mut needed = Vec::new();
    let Some(before) = phase.before() else { return Ok(needed) };
    let number = before.number();
    let done = view.decided(&number.to_string())?;
    needed.push(Condition::new(
        format!("phase {number} ({}) ended with GO", before.name()),
        (!done).then(|| "nobody decided GO at its gate".to_owned()),
        format!("run `passmuster phase gate {number}`, then `passmuster phase close {number}`"),
    ));
    if matches!(phase, Phase::Implementation | Phase::Testing) {
        needed.extend(handed_over(phase, view)?);
    }
    if phase == Phase::Implementation {
        needed.push(concerns(view)?);
    }
    Ok(needed)
}

/// Work was handed to the phase in a meeting, and accepted.
fn handed_over(phase: Phase, view: &View<'_>) -> Result<Vec<Condition>, Failure> {
    let number = phase.number().to_string();
    let handoffs = view.records.of(&kinds::HANDOFF)?;
    let into = |handoff: &&Record| handoff.text("phase") == Some(&number);
    let newest = handoffs.iter().filter(into).max_by_key(|handoff| handoff.last_step().at.value);
    let accepted = handoffs.iter().filter(into).find(|handoff| handoff.state() == "accepted");
    let fault = match (accepted, newest) {
        (Some(_), _) => None,
        (None, Some(handoff)) => Some(format!("the handoff `{}` is {}", handoff.name(), handoff.state())),
        (None, None) => Some("there is no handoff into it".to_owned()),
    };
    let hint = newest.map_or_else(
        || format!("run `passmuster handoff new --phase {number} …`"),
        |handoff| format!("run `passmuster handoff check {}`", handoff.name()),
    );
    let mut needed = vec![Condition::new(format!("a handoff into phase {number} was accepted"), fault, hint)];
    if phase == Phase::Implementation {
        let there: BTreeSet<String> = accepted
            .into_iter()
            .flat_map(|handoff| handoff.list("attendees"))
            .map(|attendee| {
                view.roster.map_or(attendee.value.as_str(), |roster| roster.known_as(&attendee.value)).to_lowercase()
            })
            .collect();
        let there = there.len();
        needed.push(Condition::new(
            format!("{ATTENDEES} people met for the handoff"),
            (there < ATTENDEES).then(|| format!("its `attendees` are {there}")),
            "name who was there with `--attendee`; each acknowledges",
        ));
    }
    Ok(needed)
}

/// What the board was concerned about is work of the plan.
fn concerns(view: &View<'_>) -> Result<Condition, Failure> {
    let concerns = board::session(view)?.map(|session| session.concerns()).unwrap_or_default();
    let open = untaken(view.plan, &concerns, |_| true);
    let hint = open.first().map_or_else(String::new, |(review, _)| {
        format!("run `passmuster review tasks {review} --under ITEM`, which writes `why: {review}`")
    });
    Ok(Condition::new("each concern of the board is a task of the plan", not_all(&open, concerns.len()), hint))
}

/// What the last NO-GO of a phase asked for is work of the plan; done, where work can be done already.
fn fixed(gate: &Record, view: &View<'_>) -> Result<Option<Condition>, Failure> {
    let gates = view.records.of(&kinds::PHASE)?;
    let phase = gate.text("phase").unwrap_or_default();
    let same = |one: &&Record| one.text("phase").is_some_and(|text| text.eq_ignore_ascii_case(phase));
    let refused = gates.iter().filter(same).filter(|one| one.state() == "no-go" && one.path() != gate.path());
    let Some(last) = refused.max_by_key(|one| one.last_step().at.value) else { return Ok(None) };
    let fixes: Vec<(String, String)> =
        last.work().into_iter().map(|fix| (last.name().to_owned(), fix.to_owned())).collect();
    let early = Phase::numbered(phase).is_some_and(|phase| phase < Phase::Implementation);
    let open = untaken(view.plan, &fixes, |index| early || view.plan.claimed(index));
    let what = if early { "is a task of the plan" } else { "is a task of the plan, and done" };
    let name = last.name();
    Ok(Some(Condition::new(
        format!("each fix that `{name}` asks for {what}"),
        not_all(&open, fixes.len()),
        format!("run `passmuster phase tasks {name} --under ITEM`, and do what it writes"),
    )))
}

/// Of pieces of work that follow from records, those for which the plan has no item that counts. An item says by
/// `why` which record it follows from.
fn untaken<'a>(plan: &Plan, work: &'a [(String, String)], counts: impl Fn(usize) -> bool) -> Vec<&'a (String, String)> {
    let taken = |record: &str| {
        let names = |item: &crate::plan::Item| item.why().is_some_and(|why| why.value.contains(record));
        (0..plan.items.len()).filter(|&index| names(&plan.items[index]) && counts(index)).count()
    };
    let mut open = Vec::new();
    for (at, one) in work.iter().enumerate() {
        let of_record = work[..=at].iter().filter(|(other, _)| *other == one.0).count();
        if taken(&one.0) < of_record {
            open.push(one);
        }
    }
    open
}

fn not_all(open: &[&(String, String)], all: usize) -> Option<String> {
    open.first().map(|(_, first)| format!("{} of {all} are not; the first: {first}", open.len()))
}

/// What a gate needs to end with GO: a phase of the project, or one of the plan's own. `None`: there is no such phase.
///
/// # Errors
/// A file could not be read.
pub fn conditions(gate: &Record, view: &View<'_>) -> Result<Option<Vec<Condition>>, Failure> {
    if let Some(phase) = gate.text("phase").and_then(Phase::numbered) {
        let mut needed = entry(phase, view)?;
        needed.extend(exit(phase, view)?);
        needed.extend(fixed(gate, view)?);
        return Ok(Some(needed));
    }
    let Some(index) = view.plan_phase(gate) else { return Ok(None) };
    Ok(Some(std::iter::once(all_done(view.plan, index)).chain(fixed(gate, view)?).collect()))
}

/// Everything in a phase of the plan is done or dropped.
pub fn all_done(plan: &Plan, index: usize) -> Condition {
    let open: Vec<usize> = plan.leaves(index).into_iter().filter(|&leaf| !plan.is_closed(leaf)).collect();
    let fault =
        open.first().map(|&first| format!("{} are open, the first is `{}`", open.len(), plan.items[first].id.value));
    let id = &plan.items[index].id.value;
    Condition::new(format!("everything in `{id}` is done or dropped"), fault, "run `passmuster status`")
}

/// What a phase needs to end with GO, besides having begun.
///
/// # Errors
/// A file could not be read.
pub fn exit(phase: Phase, view: &View<'_>) -> Result<Vec<Condition>, Failure> {
    let mut needed = vec![written(phase, view)?];
    match phase {
        Phase::Planning => {
            needed.extend(ready::conditions(view)?);
            needed.push(approved(view)?);
        }
        Phase::Implementation => {
            let open = (0..view.plan.items.len()).filter(|&index| !view.plan.is_closed(index)).count();
            needed.push(Condition::new(
                "every item of the plan is done or dropped",
                (open > 0).then(|| format!("{open} are open")),
                "run `passmuster status`",
            ));
            needed.push(Condition::new(
                "the completion package is there, and true",
                package::fault(view)?,
                "run `passmuster phase package`",
            ));
        }
        Phase::Brief | Phase::Vision | Phase::Mission | Phase::Testing => {}
    }
    Ok(needed)
}

/// The phase's document is there and filled in, and its boxes are ticked.
fn written(phase: Phase, view: &View<'_>) -> Result<Condition, Failure> {
    let path = phase.document();
    let what = format!("`{path}` is filled in");
    let Some(sections) = document::sections(view.tree, phase)? else {
        let hint = format!("run `passmuster phase start {}`", phase.number());
        return Ok(Condition::new(what, Some("it is not there, or cannot be read".to_owned()), hint));
    };
    // In the plan, headings are items and boxes are claims: they have rules of their own.
    if phase == Phase::Planning {
        return Ok(Condition::new(what, None, ""));
    }
    let empty = sections.iter().find(|section| !section.filled);
    let open: usize = sections.iter().map(|section| section.boxes.iter().filter(|one| !one.ticked).count()).sum();
    let fault = match empty {
        Some(section) => Some(format!("nothing stands below `{}`", section.title.value)),
        None => (open > 0).then(|| format!("{open} of its boxes are open")),
    };
    Ok(Condition::new(what, fault, "fill in what is missing; write `none` and why where there is nothing to say"))
}

/// The board approved the plan as it is.
fn approved(view: &View<'_>) -> Result<Condition, Failure> {
    let what = "the review board approved this plan";
    let Some(session) = board::session(view)? else {
        return Ok(Condition::new(
            what,
            Some("there was no session".to_owned()),
            "run `passmuster review new --executive cio`",
        ));
    };
    let next = session.number + 1;
    let again =
        format!("mend the plan, then hold session {next}: `passmuster review new --session {next} --executive cio`");
    Ok(match (session.verdict(), session.missing().as_slice()) {
        (Some(Verdict::Rejected), _) => {
            Condition::new(what, Some(format!("session {} rejected it", session.number)), again)
        }
        (_, missing @ [first, ..]) => Condition::new(
            what,
            Some(format!("in session {}, no review is closed by {}", session.number, missing.join(", "))),
            format!("run `passmuster review new --session {} --executive {first}`", session.number),
        ),
        _ if view.policy.four_eyes() && session.one_for_two(view.roster).is_some() => {
            let fault = session.one_for_two(view.roster).map(|(first, second, by)| {
                format!("`{by}` closed the reviews of {first} and {second}, and one person has one voice")
            });
            Condition::new(what, fault, "let each executive be somebody else, and review it themselves")
        }
        _ if !session.current => {
            Condition::new(what, Some(format!("the plan was changed after session {}", session.number)), again)
        }
        _ => Condition::new(what, None, ""),
    })
}
