//! What a person or an agent can do, one file per verb. Every door (command line, hooks, server, CI) calls these.
//!
//! Verb layer: uses the domain and the ground; the world comes through ports. A verb takes what was read and returns an
//! outcome: values, findings, new texts. It prints nothing and writes no work-tree file, so every door gives one
//! answer. `standing` is what several of them ask: where an item stands.

pub mod add;
pub mod approve;
pub mod assign;
pub mod audit;
pub mod benchmark;
pub mod blame;
pub mod blockers;
pub mod board;
pub mod branches;
pub mod buffer;
pub mod change;
pub mod check;
pub mod coverage;
pub mod critical;
pub mod dashboard;
pub mod diff;
pub mod document;
pub mod fmt;
pub mod follow_up;
pub mod forecast;
pub mod freshness;
pub mod gantt;
pub mod gate;
pub mod impact;
pub mod import;
pub mod indicators;
pub mod init;
pub mod land;
pub mod load;
pub mod log;
pub mod mark;
pub mod metrics;
pub mod next;
pub mod overdue;
pub mod parallel;
pub mod phase;
pub mod pictures;
pub mod playbook;
pub mod preflight;
pub mod progress;
pub mod record;
pub mod relocate;
pub mod rename;
pub mod reports;
pub mod roster;
pub mod schedule;
pub mod schema;
pub mod set;
pub mod show;
pub mod slip;
pub mod sop;
pub mod standing;
pub mod status;
pub mod suggest;
pub mod survey;
pub mod tables;
pub mod triggers;
pub mod views;
pub mod waive;
pub mod war_room;
pub mod watch;
pub mod whatif;
