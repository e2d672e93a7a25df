//! Gate commands: what they read is exported, they run bounded, and what they left is judged.
//!
//! Edge: the home of processes (with `git/` and `sign/`).

mod command;
mod environment;
mod export;
mod group;
mod output;
mod tests_count;

pub use command::{Ended, Request, Status, command};
pub use environment::Environment;
pub use export::{Export, Limits, export};
pub use group::{Watch, interrupted};
pub use output::{KEPT, Output};
pub use tests_count::{TestCount, tests_count};
