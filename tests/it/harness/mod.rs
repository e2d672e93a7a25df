//! What integration tests stand on: a sandbox with real Git and the real binary, and a reader of our own source.

pub mod rust;
