//! Whether a record may become what is proposed: the one function that every verb and the judge ask.
//!
//! It looks at the steps that are new, at who made each, and at what was decided before and may not change. What a
//! single record must hold in its state is `check`'s question.

use super::kind::{Keeps, Kind, Transition, Who};
use super::{Record, Step, codes};
use crate::diag::{Code, Diagnostic, Failure, Place, Sink};
use crate::policy::{Policy, Power, Trust};
use crate::roster::Roster;
use crate::text::Span;
use jiff::Timestamp;

/// How far a step's time may lie ahead of the verifier's clock, in seconds.
const CLOCK_SKEW_SECONDS: i64 = 300;

/// What a step is judged by: policy, roster and open incidents of the protected side, never of the proposal.
pub struct Court<'a> {
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    /// The open incidents of the protected side.
    pub incidents: &'a [&'a Record],
    /// The least a step by somebody in particular must be believed.
    pub least: Trust,
    pub now: Timestamp,
    /// How much it is to be believed that the member a step names made it.
    pub sworn: &'a dyn Fn(&Record, usize) -> Result<Sworn, Failure>,
}

/// How much a step is believed, and why not more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sworn {
    pub trust: Trust,
    pub why: String,
}

/// By what right somebody makes a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    /// Anybody may.
    Open,
    /// The record names them.
    Named,
    /// The policy gives them the power.
    Power,
}

/// Judges a new record (`before` is `None`) or a changed one.
///
/// # Errors
/// A signature or a commit that decides could not be read.
pub fn transition(before: Option<&Record>, after: &Record, court: &Court<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let mut known = 0;
    if let Some(before) = before {
        if !continues(before, after, sink) {
            return Ok(());
        }
        kept(before, after, court, sink)?;
        known = before.steps.len();
    }
    for index in known..after.steps.len() {
        step(after, index, before, court, sink)?;
    }
    Ok(())
}

/// Whether the steps that landed are all still there, in their order.
fn continues(before: &Record, after: &Record, sink: &mut Sink) -> bool {
    let first_other = before.steps.iter().zip(&after.steps).position(|(old, new)| !old.same(new));
    let same_start =
        first_other.is_none() && before.steps.len() <= after.steps.len() && before.kind.name == after.kind.name;
    if same_start {
        return true;
    }
    let gone = &before.steps[first_other.unwrap_or(after.steps.len()).min(before.steps.len() - 1)];
    sink.push(
        finding(after, after.state.span, &codes::HISTORY, format!("the history of `{}` was rewritten", after.name()))
            .cause(format!(
                "the protected side has a step to `{}` by `{}` at {}, which is not there",
                gone.to.value, gone.by.value, gone.at.value
            ))
            .hint(format!(
                "take the file of the protected side, and make the step again: `passmuster {}`",
                after.kind.verb
            )),
    );
    false
}

/// What was decided stays as it was.
fn kept(before: &Record, after: &Record, court: &Court<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let keeps = before.kind.state(before.state()).map_or(Keeps::All, |state| state.keeps);
    if keeps == Keeps::Nothing {
        return Ok(());
    }
    let mut changed = |name: &str, span: Span, hint: &str| {
        sink.push(
            finding(
                after,
                span,
                &codes::REWRITTEN,
                format!("`{name}` of the {} that was {} is changed", after.kind.name, before.state()),
            )
            .cause("what was decided stays as those saw it who decided")
            .hint(hint),
        );
    };
    let put_back = "put it back; write a new record for what is different now";
    for rule in before.kind.fields {
        let (old, new) = (before.list(rule.name), after.list(rule.name));
        let values =
            |list: &[crate::text::Spanned<String>]| list.iter().map(|value| value.value.clone()).collect::<Vec<_>>();
        let (old, new) = (values(old), values(new));
        let stepped = after.steps.len() > before.steps.len();
        let came = old.is_empty() && rule.later && stepped;
        let grew = rule.grows && stepped && keeps == Keeps::Fields && new.starts_with(&old);
        if old == new || came || grew {
            continue;
        }
        let span = after.field(rule.name).map_or(after.state.span, |field| field.span);
        match rule.handed_on_by.filter(|_| !before.is_closed()) {
            None => changed(rule.name, span, put_back),
            Some(who) if !handed_on(before, after, who, court)? => {
                let hint = format!("put it back; they hand it on: `passmuster {} hand-on NAME`", after.kind.verb);
                changed(rule.name, span, &hint);
            }
            Some(_) => {}
        }
    }
    if before.title.value != after.title.value {
        changed("title", after.title.span, put_back);
    }
    if keeps == Keeps::All && before.source.slice(before.body) != after.source.slice(after.body) {
        changed("the text", Span::at(after.body.start), put_back);
    }
    Ok(())
}

/// Whether one of the new steps is by somebody who may hand the record on, and is believed to be theirs.
fn handed_on(before: &Record, after: &Record, who: Who, court: &Court<'_>) -> Result<bool, Failure> {
    for index in before.steps.len()..after.steps.len() {
        let may = right(who, before, &after.steps[index].by.value, court).is_some();
        if may && (court.least <= Trust::Claimed || (court.sworn)(after, index)?.trust >= court.least) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One new step: made by somebody who may, and who is believed to have made it. `before` is what has landed.
fn step(
    record: &Record,
    index: usize,
    before: Option<&Record>,
    court: &Court<'_>,
    sink: &mut Sink,
) -> Result<(), Failure> {
    let landed = before.map_or(0, |before| before.steps.len());
    let step = &record.steps[index];
    if step.at.value.as_second() > court.now.as_second() + CLOCK_SKEW_SECONDS {
        sink.push(
            finding(
                record,
                step.at.span,
                &codes::TIME,
                format!("the time of the step to `{}` lies in the future", step.to.value),
            )
            .cause(format!("it is {}, and now it is {}", step.at.value, court.now))
            .hint("write when it happened"),
        );
    }
    let (who, verb, transition) = match index.checked_sub(1) {
        None => (record.kind.opening, "open", None),
        Some(before) => match record.kind.step(&record.steps[before].to.value, &step.to.value) {
            // What is no step at all is said by `check`.
            None => return Ok(()),
            Some(transition) => (transition.who, transition.verb, Some(transition)),
        },
    };
    let of = |record: &Record| right(who, record, &step.by.value, court);
    // Who hands a record on acts by what it said before.
    let Some(right) = of(record).or_else(|| before.and_then(of)) else {
        sink.push(not_allowed(record, step, who, verb, court));
        return Ok(());
    };
    if let Some(other) = transition.and_then(|transition| same_person(record, index, transition, court)) {
        sink.push(
            finding(
                record,
                step.by.span,
                &codes::SAME_PERSON,
                format!("`{}` cannot {verb} what is their own", step.by.value),
            )
            .cause(format!("the step to `{}` at {} is theirs too", other.to.value, other.at.value))
            .hint("let somebody else decide"),
        );
    }
    if let Some(transition) = transition {
        unproven_others(record, index, landed, transition, court, sink)?;
    }
    if right == Right::Open || court.least <= Trust::Claimed {
        return Ok(());
    }
    let sworn = (court.sworn)(record, index)?;
    if sworn.trust < court.least {
        sink.push(
            finding(
                record,
                step.by.span,
                &codes::UNPROVEN,
                format!("nothing proves that `{}` made the step to `{}`", step.by.value, step.to.value),
            )
            .cause(sworn.why)
            .cause(format!("it is {}, this ref asks for {}", sworn.trust.name(), court.least.name()))
            .hint(match transition {
                None => {
                    format!("`{}` makes it again with a signing key: `passmuster {}`", step.by.value, record.kind.opens)
                }
                Some(_) => format!(
                    "`{}` runs `passmuster {} {verb} {}` with a signing key, and commits the file",
                    step.by.value,
                    record.kind.verb,
                    record.name()
                ),
            }),
        );
    }
    Ok(())
}

fn finding(record: &Record, span: Span, code: &'static Code, message: String) -> Diagnostic {
    Diagnostic::error(code, Place::text(&record.source, span), message)
}

/// Whether a member may take the step a verb stands for, and why not.
///
/// # Errors
/// The finding the judge would make.
pub fn may(record: &Record, transition: &Transition, actor: &str, court: &Court<'_>) -> Result<(), Box<Diagnostic>> {
    let step = Step {
        to: crate::text::Spanned::new(transition.to.to_owned(), record.state.span),
        by: crate::text::Spanned::new(actor.to_owned(), record.state.span),
        at: crate::text::Spanned::new(court.now, record.state.span),
        note: None,
        seen: None,
        signature: None,
    };
    let mut after = record.clone();
    after.steps.push(step);
    let mut sink = Sink::new();
    let believed = |_: &Record, _: usize| Ok(Sworn { trust: Trust::Ci, why: String::new() });
    let court = Court { sworn: &believed, ..*court };
    let judged = self::step(&after, after.steps.len() - 1, Some(record), &court, &mut sink);
    debug_assert!(judged.is_ok(), "believing asks nobody");
    sink.into_sorted().into_iter().find(Diagnostic::is_error).map_or(Ok(()), |finding| Err(Box::new(finding)))
}

fn right(who: Who, record: &Record, actor: &str, court: &Court<'_>) -> Option<Right> {
    match who {
        Who::Anyone => Some(Right::Open),
        Who::Opener => is_same(court.roster, &record.opener().by.value, actor).then_some(Right::Named),
        Who::Field(name) => {
            record.list(name).iter().any(|party| is_party(court.roster, actor, &party.value)).then_some(Right::Named)
        }
        Who::Power(power) => {
            let frozen = !court.incidents.is_empty() && record.kind.name != "incident";
            let commands = || court.incidents.iter().any(|incident| incident.lists("commander", actor));
            match () {
                () if frozen => commands().then_some(Right::Power),
                () if court.policy.powers(power).is_empty() => Some(Right::Open),
                () => has_power(court.policy, court.roster, actor, power).then_some(Right::Power),
            }
        }
        Who::If { .. } => right(chosen(who, record), record, actor, court),
        // The widest right that somebody has counts.
        Who::Either(many) => {
            let rights: Vec<Right> = many.iter().filter_map(|who| right(*who, record, actor, court)).collect();
            [Right::Open, Right::Named, Right::Power].into_iter().find(|right| rights.contains(right))
        }
    }
}

/// What a condition on a field comes to.
fn chosen(who: Who, record: &Record) -> Who {
    match who {
        Who::If { field, values, then, other } => {
            let meant = record.text(field).is_some_and(|value| values.contains(&value));
            chosen(if meant { *then } else { *other }, record)
        }
        who => who,
    }
}

/// Whether a member has a power by the policy; where the policy names nobody, everybody has it.
pub fn has_power(policy: &Policy, roster: Option<&Roster>, actor: &str, power: Power) -> bool {
    let roles = policy.powers(power);
    let member = roster.and_then(|roster| roster.member(actor));
    roles.is_empty()
        || roster
            .zip(member)
            .is_some_and(|(roster, member)| roles.iter().any(|role| roster.has_role(member, role.as_str())))
}

/// Whether a name in a record means this member: by name, role or team.
pub fn is_party(roster: Option<&Roster>, actor: &str, party: &str) -> bool {
    let member = roster.and_then(|roster| roster.member(actor));
    actor == party
        || roster.zip(member).is_some_and(|(roster, member)| {
            roster.has_role(member, party)
                || member.team.as_ref().is_some_and(|team| team.value.eq_ignore_ascii_case(party))
        })
}

/// Whether two names mean one person: somebody may have had another one.
fn is_same(roster: Option<&Roster>, one: &str, other: &str) -> bool {
    let known_as = |name| roster.map_or(name, |roster| roster.known_as(name));
    one == other || known_as(one) == known_as(other)
}

/// The earlier step that keeps this one from counting, where four eyes are asked for.
fn same_person<'a>(record: &'a Record, index: usize, transition: &Transition, court: &Court<'_>) -> Option<&'a Step> {
    if !court.policy.four_eyes() {
        return None;
    }
    let step = &record.steps[index];
    let other = |state: &&'static str| {
        let earlier = record.steps[..index].iter().rev().find(|earlier| earlier.to.value == **state);
        earlier.filter(|earlier| is_same(court.roster, &earlier.by.value, &step.by.value))
    };
    transition.unlike.iter().find_map(other)
}

/// Where a step is to be somebody else's, that somebody is believed to have made theirs: else who decides about what is
/// their own could open it in another's name. Where signatures are not asked for, what has landed is taken as it is.
fn unproven_others(
    record: &Record,
    index: usize,
    landed: usize,
    transition: &Transition,
    court: &Court<'_>,
    sink: &mut Sink,
) -> Result<(), Failure> {
    if !court.policy.four_eyes() || court.least <= Trust::Claimed {
        return Ok(());
    }
    for state in transition.unlike {
        let Some(other) = record.steps[..index].iter().rposition(|earlier| earlier.to.value == **state) else {
            continue;
        };
        let step = &record.steps[other];
        let own = is_same(court.roster, &step.by.value, &record.steps[index].by.value);
        if own || other < landed && court.least < Trust::Signed {
            continue;
        }
        let sworn = (court.sworn)(record, other)?;
        if sworn.trust < court.least {
            let message = format!("nothing proves that `{}` made the step to `{}`", step.by.value, step.to.value);
            let by = &record.steps[index].by.value;
            sink.push(
                finding(record, step.by.span, &codes::UNPROVEN, message)
                    .cause(sworn.why)
                    .cause(format!("`{by}` may {} only what is somebody else's", transition.verb))
                    .hint(format!(
                        "`{}` opens it again, with a signing key or in a commit of their own",
                        step.by.value
                    )),
            );
        }
    }
    Ok(())
}

fn not_allowed(record: &Record, step: &Step, who: Who, verb: &str, court: &Court<'_>) -> Diagnostic {
    let kind: &Kind = record.kind;
    let message = format!("`{}` may not {verb} this {}", step.by.value, kind.name);
    let finding = finding(record, step.by.span, &codes::NO_AUTHORITY, message);
    if let (Some(incident), true) = (court.incidents.first(), asks_power(who, record)) {
        let commander = incident.text("commander").unwrap_or("its commander");
        return finding
            .cause(format!("while the incident `{}` is open, only `{commander}` decides", incident.name()))
            .hint(format!("ask `{commander}`, or wait until the incident is closed"));
    }
    let member = court.roster.and_then(|roster| roster.member(&step.by.value));
    let finding = finding.cause(format!("{} may", allowed(who, record, court.policy).join(" or ")));
    match member.map(|member| member.reports_to.as_ref()) {
        Some(Some(above)) => finding
            .hint(format!("ask one of them, or take it to `{}`, to whom `{}` reports", above.value, step.by.value)),
        Some(None) => finding.hint("ask one of them"),
        None => finding
            .cause(format!("`{}` is not on the roster of the protected side", step.by.value))
            .hint(format!("ask one of them, or land a change of {} first", crate::roster::PATH)),
    }
}

fn asks_power(who: Who, record: &Record) -> bool {
    match who {
        Who::Power(_) => true,
        Who::If { .. } => asks_power(chosen(who, record), record),
        Who::Either(many) => many.iter().any(|who| asks_power(*who, record)),
        Who::Anyone | Who::Opener | Who::Field(_) => false,
    }
}

/// Who may, in words.
fn allowed(who: Who, record: &Record, policy: &Policy) -> Vec<String> {
    match who {
        Who::Anyone => vec!["anybody".to_owned()],
        Who::Opener => vec![format!("`{}`, who opened it,", record.opener().by.value)],
        Who::Field(name) => match record.list(name) {
            [] => vec![format!("whom `{name}` would name")],
            parties => parties.iter().map(|party| format!("`{}` (`{name}`)", party.value)).collect(),
        },
        Who::Power(power) => policy
            .powers(power)
            .iter()
            .map(|role| format!("`{}` (`authority.{}` of the policy)", role.as_str(), power.name()))
            .collect(),
        Who::If { .. } => allowed(chosen(who, record), record, policy),
        Who::Either(many) => many.iter().flat_map(|who| allowed(*who, record, policy)).collect(),
    }
}
