//! What a person or an agent can do, one file per verb. Every door (command line, hooks, server, CI) calls these.
//!
//! Verb layer: uses the domain and the ground; the world comes through ports.

pub mod approve;
pub mod audit;
pub mod gate;
pub mod land;
