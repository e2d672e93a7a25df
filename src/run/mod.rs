//! Gate commands: what they read is exported, they run bounded, and what they left is judged.
//!
//! Edge: the home of processes (with `git/` and `sign/`). [`many()`] runs gates; the parts below it are
//! [`export()`] (the declared inputs in a fresh folder), [`command()`] (one command line, with an [`Environment`]
//! chosen for it), [`tests_count()`] and [`metric`] (what its output and reports say).
//!
//! Which gates an item needs and which evidence already satisfies them is decided in `gate/`; this module is
//! told what to run, and reads trees only through [`Tree`](crate::port::Tree).

mod command;
mod environment;
mod export;
mod gate;
mod group;
mod many;
pub mod metric;
mod output;
mod tests_count;

pub use command::{Ended, Request, Status, command};
pub use environment::Environment;
pub use export::{Export, Limits, export};
pub use gate::{Job, Run, Setting};
pub use group::{Watch, interrupted};
pub use many::{Progress, default_jobs, gate, many};
pub use output::{KEPT, Output};
pub use tests_count::{TestCount, tests_count};
