//! What integration tests stand on: a sandbox with real Git and the real binary, and a reader of our own source.

mod output;
pub mod rust;
mod sandbox;

pub use output::Output;
pub use sandbox::Sandbox;
