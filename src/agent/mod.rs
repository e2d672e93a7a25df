//! Agent files: the definitions that Claude Code, Codex, Copilot, OpenCode, Gemini and Cursor read.
//!
//! Domain layer. [`read()`] takes one file as it is in the wild, also one whose own front matter is no YAML, and says
//! what it found; [`tool_of`] tells by its path whose file it is. What becomes of an agent is left to others: this
//! module knows no roster, no file system, and runs nothing of what it reads.
//!
//! `front` finds the front matter, `lines` reads one that is no YAML, `meaning` turns keys into an [`Agent`], `name`
//! makes ids of names, `place` knows where the tools keep their files.

pub mod codes;
mod front;
mod lines;
mod meaning;
mod name;
mod place;
mod read;

pub use name::slug;
pub use place::{FOLDERS, is_among_agents, is_for_agents, tool_of};
pub use read::{MAX_BYTES, read};

use crate::diag::Diagnostic;
use crate::id::MemberName;

/// Whose format a file has. The order is the one in which sources count when two define the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    Claude,
    Codex,
    Copilot,
    OpenCode,
    Gemini,
    Cursor,
    /// A rule of Cursor or an instruction of Copilot: it guides an agent rather than being one.
    Rule,
}

impl Tool {
    pub const ALL: [Self; 7] =
        [Self::Claude, Self::Codex, Self::Copilot, Self::OpenCode, Self::Gemini, Self::Cursor, Self::Rule];

    pub fn name(self) -> &'static str {
        match self {
            Self::Claude => "claude",
            Self::Codex => "codex",
            Self::Copilot => "copilot",
            Self::OpenCode => "opencode",
            Self::Gemini => "gemini",
            Self::Cursor => "cursor",
            Self::Rule => "rule",
        }
    }
}

/// How the keys of a file were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The front matter is YAML, or the file is TOML.
    Strict,
    /// The front matter is no YAML and was read line by line.
    Lines,
    /// There is no front matter; name and description come from the file's name and its first words.
    Unstructured,
}

impl Form {
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lines => "lines",
            Self::Unstructured => "unstructured",
        }
    }
}

/// One agent as its file defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub tool: Tool,
    pub form: Form,
    pub name: MemberName,
    /// The name as written, where it is not an id: `Frontend Developer`.
    pub title: Option<String>,
    /// The whole description.
    pub description: Option<String>,
    /// What the agent is for, in one line.
    pub about: Option<String>,
    pub model: Option<String>,
    /// `None`: the file does not say, which the tools take for all.
    pub tools: Option<Vec<String>>,
    pub colour: Option<String>,
    /// The group of agents it belongs to, by its `category` or `division`.
    pub division: Option<String>,
    /// What it is good at, as lower-case tags.
    pub competencies: Vec<String>,
}

/// What one file gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `None`: the file is no agent, and a finding says why.
    pub agent: Option<Agent>,
    pub findings: Vec<Diagnostic>,
    /// The text with its characters put right, where they had been read as something else.
    pub repaired: Option<String>,
}

#[cfg(test)]
mod tests;
