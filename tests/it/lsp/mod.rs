//! The language server: over an in-memory connection, as a process, and in a real editor.

mod editor;
mod hostile;
mod neovim;
mod process;

mod completion;
mod diagnostics;
mod requests;
