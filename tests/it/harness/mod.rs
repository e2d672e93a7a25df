//! What integration tests stand on: a sandbox with real Git and the real binary, a watcher beside it, and a reader of our own source.

mod live;
mod output;
pub mod rust;
mod sandbox;

pub use live::{Live, in_time};
pub use output::Output;
pub use sandbox::Sandbox;
