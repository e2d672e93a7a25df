//! The language server: over an in-memory connection, and as a process that an editor talks to.

mod editor;
mod process;

mod diagnostics;

use editor::Editor;
