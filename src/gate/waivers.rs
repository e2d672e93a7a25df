//! Which waiver excuses an unsatisfied requirement.
//!
//! One object for every gate and door: a granted record of the kind `waiver` in what would land. Whether it was
//! granted by somebody who may is judged where it landed, or in this very move if it is new; see `judge::records`.

use super::assess::{Keyed, Scene, Subject};
use crate::diag::Failure;
use crate::policy::{Gate, GateKind};
use crate::record::{Record, kinds};
use std::rc::Rc;

/// The fewest digits of an input digest that a waiver may name.
const MIN_DIGITS: usize = 12;

/// What was found for a requirement.
pub(super) enum Found {
    /// It excuses the requirement.
    Excuse {
        path: String,
        why: String,
    },
    /// It would, but for this.
    Not(String),
    Nothing,
}

/// Looks for a waiver of a gate for a subject.
///
/// # Errors
/// An object could not be read.
pub(super) fn find(scene: &Scene<'_>, subject: Subject, gate: &Gate) -> Result<Found, Failure> {
    let waivers: Rc<Vec<Record>> = scene.records.of(&kinds::WAIVER)?;
    let name = scene.name(subject);
    let meant = |waiver: &&Record| {
        waiver.state() == "granted"
            && waiver.text("gate") == Some(gate.name.as_str())
            && waiver.text("item").is_some_and(|item| item.eq_ignore_ascii_case(&name))
    };
    let mut nearest = Found::Nothing;
    for waiver in waivers.iter().filter(meant) {
        match flaw(scene, subject, gate, waiver)? {
            None => {
                let until = waiver.text("expires").unwrap_or_default();
                let by = &waiver.step_to("granted").unwrap_or(waiver.opener()).by.value;
                let why = format!("waived by {by} until {until}: {}", waiver.title.value);
                return Ok(Found::Excuse { path: waiver.path().to_owned(), why });
            }
            Some(why) => nearest = Found::Not(format!("the waiver `{}` does not count: {why}", waiver.name())),
        }
    }
    Ok(nearest)
}

/// Why a granted waiver of that gate and subject does not count; `None`: it does.
fn flaw(scene: &Scene<'_>, subject: Subject, gate: &Gate, waiver: &Record) -> Result<Option<String>, Failure> {
    if !gate.may_be_waived() {
        return Ok(Some("the gate is never waived".to_owned()));
    }
    let Some(expires) = waiver.time("expires") else { return Ok(Some("it does not say until when".to_owned())) };
    if expires <= scene.now {
        return Ok(Some(format!("it was over at {expires}")));
    }
    if let Some(why) = too_long(waiver, scene.policy.waiver_days) {
        return Ok(Some(why));
    }
    let Some(inputs) = waiver.text("inputs") else { return Ok(None) };
    let reads = matches!(gate.kind, GateKind::Run { .. } | GateKind::Approve { .. });
    let now = if reads { Some(scene.keyed(subject, gate)?) } else { None };
    let same = |keyed: &Keyed| inputs.len() >= MIN_DIGITS && keyed.input_digest.as_str().starts_with(inputs);
    Ok((!now.as_ref().is_some_and(same)).then(|| format!("it is for the inputs {inputs}, and they have changed")))
}

/// Why a waiver lasts longer than the policy lets; `None`: it does not.
pub fn too_long(waiver: &Record, days: u32) -> Option<String> {
    let granted = waiver.step_to("granted")?.at.value;
    let expires = waiver.time("expires")?;
    let seconds = expires.as_second() - granted.as_second();
    // A day ends at midnight, so the last one may be whole.
    let most = (i64::from(days) + 1) * 24 * 60 * 60;
    (seconds > most).then(|| format!("it lasts {} days, the policy lets {days}", seconds / (24 * 60 * 60)))
}
