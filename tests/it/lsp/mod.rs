//! The language server: over an in-memory connection, and as a process that an editor talks to.

#[allow(dead_code)]
mod editor;
mod process;

mod diagnostics;
