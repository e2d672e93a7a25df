//! The kinds of records. A new kind is a table here and a template in `templates/`.

mod ack;
mod blocker;
mod decision;
mod handoff;
mod incident;
mod kickoff;
mod message;
mod phase;
mod receipt;
mod retro;
pub mod review;
mod risk;
mod sync;
mod waiver;

pub use ack::ACK;
pub use blocker::BLOCKER;
pub use decision::{DECISION, DECISIONS};
pub use handoff::HANDOFF;
pub use incident::{INCIDENT, RUNBOOKS};
pub use kickoff::KICKOFF;
pub use message::{MESSAGE, SUBJECTS, URGENCIES};
pub use phase::PHASE;
pub use receipt::RECEIPT;
pub use retro::RETRO;
pub use review::REVIEW;
pub use risk::{GRADES, RISK};
pub use sync::{OCCASIONS, SYNC};
pub use waiver::{REASONS as WAIVER_REASONS, WAIVER};

use super::kind::Kind;

/// Every kind, in the order people read about them.
pub const ALL: &[&Kind] = &[
    &HANDOFF, &BLOCKER, &DECISION, &WAIVER, &INCIDENT, &MESSAGE, &SYNC, &RETRO, &RISK, &REVIEW, &KICKOFF, &PHASE, &ACK,
    &RECEIPT,
];

/// The kind of that name.
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.name == name)
}

/// Names as a sentence has them.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
