//! The roster, `plan/roster.yaml`: members, their roles and keys.
//!
//! Domain layer. Identity is the name; nobody is merged silently.

use crate::id::MemberName;
use crate::text::{Source, Spanned};

/// The path of the roster in a repository.
pub const PATH: &str = "plan/roster.yaml";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberKind {
    Human,
    Agent,
    Ci,
}

/// One member: a person, an agent, or a CI runner.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: Spanned<MemberName>,
    pub kind: MemberKind,
    pub roles: Vec<Spanned<MemberName>>,
    pub team: Option<Spanned<String>>,
    /// Addresses that a commit's author or committer may carry; compared without regard to case.
    pub emails: Vec<Spanned<String>>,
    /// OpenSSH public key lines.
    pub keys: Vec<Spanned<String>>,
}

/// All members in the order of the file.
#[derive(Clone, Debug)]
pub struct Roster {
    pub source: Source,
    pub format: u32,
    pub members: Vec<Member>,
}
