//! `watch`: the state of a project in one value, and what happened between two of them.
//!
//! A watcher never believes what it was told about files: whatever wakes it, it takes a new [`View`] and compares it
//! with the last one. So lost, doubled and merged events change nothing, two watchers of one state see the same, and
//! a watcher that was off tells the same story later.
//!
//! Verb layer. Waking up (`watch/`), keeping the last view, and telling people are left to the edges.

mod branches;
mod event;
mod going;
mod view;

pub use branches::{Branches, Elsewhere};
pub use event::{Event, between, standing_calls};
pub use view::{GateView, ItemView, Look, View, look, patterns_read};
