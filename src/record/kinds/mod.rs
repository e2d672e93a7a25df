//! The kinds of records. A new kind is a table here and a template in `templates/`.

mod handoff;
mod kickoff;
mod phase;
pub mod review;
mod waiver;

pub use handoff::HANDOFF;
pub use kickoff::KICKOFF;
pub use phase::PHASE;
pub use review::REVIEW;
pub use waiver::{REASONS as WAIVER_REASONS, WAIVER};

use super::kind::Kind;

/// Every kind, in the order people read about them.
pub const ALL: &[&Kind] = &[&HANDOFF, &WAIVER, &REVIEW, &KICKOFF, &PHASE];

/// The kind of that name.
pub fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.name == name)
}

/// Names as a sentence has them.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}
