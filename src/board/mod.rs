//! The war room on a terminal: five panes, live, and whatever can be done about the line that is chosen.
//!
//! Edge; home of ratatui, present with the feature `tui`. What there is to be seen comes from [`crate::verb::board`];
//! `state` is what the person did to it (a pure function of keys), `render` draws both, and `terminal` owns the screen and
//! gives it back whatever happens. What a key does is a command line that the caller runs, so that the board decides nothing.

mod render;
mod state;
mod terminal;

#[cfg(test)]
mod tests;

pub use render::{Look, render};
pub use state::{Asked, Key, State};
pub use terminal::{End, run};
