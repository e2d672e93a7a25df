//! A command together with everything it starts, ended as one.
//!
//! Edge. `unix` uses process groups and ends them all when this program is interrupted; `windows` asks the
//! system to end the process tree.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(super) use unix::Group;
#[cfg(unix)]
pub use unix::{Watch, interrupted};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(super) use windows::Group;
#[cfg(windows)]
pub use windows::{Watch, interrupted};

/// How the leader of a group ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Exit(i32),
    Signal(i32),
    /// By an interrupt of this program.
    #[cfg_attr(windows, expect(dead_code, reason = "the console interrupts children there itself"))]
    Interrupted,
}
