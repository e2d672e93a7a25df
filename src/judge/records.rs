//! Records that a move adds or changes.
//!
//! A record in the same push counts exactly like an approval in it: nothing depends on where the file came from, only
//! on who made each step, by policy, roster and keys of the protected side. A step that only some may make is signed
//! over this very record where the ref asks for signatures; where it does not, a commit of the move that touches the
//! record must be by that member. A move with one bad step is refused as a whole, so whatever else relies on a record
//! of the proposal relies on one that was judged.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::gate::assess::{Remedy, Requirement, Scene};
use crate::id::{MemberName, RepoPath};
use crate::policy::{Profile, Trust};
use crate::port::PathChange;
use crate::project;
use crate::record::{Court, Record, Sworn, book, codes, kinds, statement};
use crate::roster::Roster;

/// The state in which a waiver excuses something.
const GRANTED: &str = "granted";

/// Checks every record that differs between the protected side and the proposal.
///
/// # Errors
/// Something that decides could not be read.
pub fn check(scene: &Scene<'_>, changes: &[PathChange], incidents: &[&Record], sink: &mut Sink) -> Result<(), Failure> {
    let sworn = |record: &Record, index: usize| sworn(scene, record, index);
    let court = Court {
        policy: scene.policy,
        roster: scene.roster,
        incidents,
        least: least_trust(scene),
        now: scene.now,
        sworn: &sworn,
    };
    for change in changes {
        let Some(kind) = book::kind_of(&change.path) else { continue };
        if change.after.is_none() {
            sink.push(crate::record::deleted(&change.path));
            continue;
        }
        let Some(after) = book::read_one(scene.tree, kind, &change.path, sink)? else { continue };
        let before = match change.before {
            Some(_) => book::read_one(scene.base_tree, kind, &change.path, &mut Sink::new())?,
            None => None,
        };
        crate::record::check(&after, sink);
        if kind.name == kinds::WAIVER.name && before.as_ref().is_none_or(|before| before.state() != GRANTED) {
            owes(scene, &after, sink)?;
        }
        crate::record::transition(before.as_ref(), &after, &court, sink)?;
        project::check_record(&after, scene.plan, Some(scene.policy), scene.roster, sink);
    }
    Ok(())
}

/// A waiver that is granted leaves a debt in the ledger: what it excuses is still to be done.
fn owes(scene: &Scene<'_>, waiver: &Record, sink: &mut Sink) -> Result<(), Failure> {
    let risks = scene.records.of(&kinds::RISK)?;
    let is_its_debt = |risk: &Record| {
        risk.text("type") == Some("debt") && risk.text("waiver") == Some(waiver.path()) && !risk.is_closed()
    };
    if waiver.state() != GRANTED || risks.iter().any(is_its_debt) {
        return Ok(());
    }
    let name = waiver.name();
    sink.push(
        Diagnostic::error(
            &codes::NO_DEBT,
            Place::text(&waiver.source, waiver.state.span),
            format!("the waiver `{name}` is granted, and no debt says so"),
        )
        .cause(format!("no open debt in {} has `waiver: {}`", kinds::RISK.folder, waiver.path()))
        .hint("commit the debt that `passmuster waive grant` wrote beside it"),
    );
    Ok(())
}

/// Tells of granted waivers that are over, and of new ones that the move itself does not use.
///
/// # Errors
/// An object could not be read.
pub fn waivers(
    scene: &Scene<'_>,
    changes: &[PathChange],
    needed: &[Requirement],
    sink: &mut Sink,
) -> Result<(), Failure> {
    let waivers = scene.records.of(&kinds::WAIVER)?;
    for waiver in waivers.iter().filter(|waiver| waiver.state() == GRANTED) {
        let place = Place::text(&waiver.source, waiver.field("expires").map_or(waiver.state.span, |field| field.span));
        let name = waiver.name();
        if waiver.time("expires").is_some_and(|end| end <= scene.now) {
            sink.push(over(waiver, place, needed));
            continue;
        }
        let path = RepoPath::from(waiver.path());
        let is_new = changes.iter().any(|change| change.path == path);
        let used = needed.iter().any(|one| one.waiver.as_deref() == Some(waiver.path()));
        if is_new && !used {
            sink.push(
                Diagnostic::warning(&codes::UNUSED, place, format!("this change does not use the waiver `{name}`"))
                    .cause("none of its requirements is excused by it")
                    .hint("revoke it, unless it is for a change that is still to come"),
            );
        }
    }
    Ok(())
}

/// The finding of a waiver that is over: something to tidy up, unless a requirement would still rely on it.
fn over(waiver: &Record, place: Place, needed: &[Requirement]) -> Diagnostic {
    let name = waiver.name();
    let excused = |one: &&Requirement| {
        let same = |field: &str, text: &str| waiver.text(field).is_some_and(|own| own.eq_ignore_ascii_case(text));
        same("item", &one.subject) && same("gate", one.gate.as_str()) && !one.state.passes()
    };
    match needed.iter().find(excused) {
        None => Diagnostic::warning(&codes::EXPIRED, place, format!("the waiver `{name}` is over"))
            .cause("it excuses nothing any more")
            .hint(format!("run `passmuster waive revoke {name} -m 'it is over'`")),
        Some(one) => {
            let message = format!("`{}` relies on the waiver `{name}`, which is over", one.subject);
            Diagnostic::error(&codes::EXPIRED, place, message)
                .cause(format!("nothing else excuses the gate `{}`: {}", one.gate, one.why))
                .hint(format!("satisfy it: `passmuster gate run {}`; or ask for a new waiver", one.subject))
        }
    }
}

/// Claims that rely on waivers that are over: what can be said of them already when a commit is made, while evidence may
/// still be to come.
///
/// # Errors
/// An object could not be read.
pub fn relying_on_the_past(scene: &Scene<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let is_over =
        |waiver: &&Record| waiver.state() == GRANTED && waiver.time("expires").is_some_and(|end| end <= scene.now);
    let waivers = scene.records.of(&kinds::WAIVER)?;
    let old: Vec<&Record> = waivers.iter().filter(is_over).collect();
    if old.is_empty() {
        return Ok(());
    }
    let mut needed = Vec::new();
    for index in super::claims::new_claims(scene) {
        needed.extend(super::claims::requirements(scene, index, &mut Sink::new())?);
    }
    // These are answered by the very commit that is being made.
    needed.retain(|one| !matches!(one.remedy, Remedy::Commit | Remedy::BeginAfresh));
    let place = |waiver: &Record| {
        Place::text(&waiver.source, waiver.field("expires").map_or(waiver.state.span, |field| field.span))
    };
    let found = old.into_iter().map(|waiver| over(waiver, place(waiver), &needed));
    sink.extend(found.filter(Diagnostic::is_error));
    Ok(())
}

/// People decide, so what a ref asks of CI is not asked of them; and where a single person works alone, a step is
/// believed like an unsigned result is.
fn least_trust(scene: &Scene<'_>) -> Trust {
    match scene.trust.min(Trust::Signed) {
        Trust::Local if scene.policy.profile.value == Profile::Solo => Trust::Claimed,
        least => least,
    }
}

/// How much a step is to be believed.
fn sworn(scene: &Scene<'_>, record: &Record, index: usize) -> Result<Sworn, Failure> {
    let step = &record.steps[index];
    let by = step.by.value.as_str();
    if step.signature.is_some() {
        return statement::sworn(record, index, &scene.policy.repository, scene.roster, scene.signatures);
    }
    let path = RepoPath::from(record.path());
    for work in scene.work {
        let author = &work.commit.author;
        if is_author(scene.roster, by, author) && work.paths(scene.history)?.contains(&path) {
            return Ok(Sworn {
                trust: Trust::Local,
                why: format!("it is unsigned; commit {} is theirs", work.commit.id.short()),
            });
        }
    }
    Ok(Sworn {
        trust: Trust::Claimed,
        why: format!("it is unsigned, and no commit of `{by}` in this change touches the record"),
    })
}

fn is_author(roster: Option<&Roster>, name: &str, author: &crate::port::Identity) -> bool {
    match roster.and_then(|roster| roster.by_email(&author.email)) {
        Some(member) => member.is_called(name),
        None => roster.is_none() && MemberName::near(&author.name).is_some_and(|near| near.as_str() == name),
    }
}
