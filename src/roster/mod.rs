//! The roster, `plan/roster.yaml`: members, their roles and keys.
//!
//! Domain layer. Identity is the name; nobody is merged silently. `parse` reads the file; whether a signature is
//! a member's is a question for `sign/`.

pub mod codes;
mod parse;

pub use parse::{FORMAT, MAX_BYTES, parse};

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

impl MemberKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
            Self::Ci => "ci",
        }
    }
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

impl Roster {
    /// The member of that very name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name.as_str() == name)
    }

    /// The member with that address, without regard to case.
    pub fn by_email(&self, email: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.emails.iter().any(|own| own.eq_ignore_ascii_case(email)))
    }

    /// Whether the member has a role, or is meant by name.
    pub fn has_role(&self, member: &Member, role: &str) -> bool {
        member.name.as_str() == role || member.roles.iter().any(|own| own.as_str() == role)
    }

    /// The members who have a role or are meant by name, in the order of the file.
    pub fn with_role(&self, role: &str) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| self.has_role(member, role))
    }
}

#[cfg(test)]
mod tests;
