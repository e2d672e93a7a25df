//! The roster, `plan/roster.yaml`: members, their roles and keys, teams, and who answers to whom.
//!
//! Domain layer. Identity is the name; nobody is merged silently. `parse` reads the file, with `team` for its teams and `hours` for when people work;
//! `check` holds the rules about the roster alone, `advice` what is weak rather than wrong; `edit` adds members without touching what a person wrote; `codeowners` reads and writes GitHub's
//! file. Whether a signature is a member's is a question for `sign/`.

mod advice;
mod check;
pub mod codeowners;
pub mod codes;
pub mod edit;
mod hours;
mod parse;
mod resource;
mod schema;
mod team;

pub use advice::{SPAN, advice};
pub use check::{TOOL, check, heads, reports};
pub use hours::{Hours, Off, Shift, WrittenHours, place_in_week};
pub use parse::{FORMAT, MAX_BYTES, is_email, parse};
pub use resource::Resource;
pub use schema::schema;
pub use team::{Activation, SUPPORT, Team};

use crate::diag::Diagnostic;
use crate::id::{GateName, MemberName};
use crate::text::{Source, Spanned};
use std::fmt;

/// The path of the roster in a repository.
pub const PATH: &str = "plan/roster.yaml";

/// Where YAML editors find the schema of the roster; nothing else reads it.
pub const SCHEMA_PATH: &str = "plan/schemas/roster.json";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberKind {
    Human,
    Agent,
    Ci,
}

impl MemberKind {
    pub const ALL: [Self; 3] = [Self::Human, Self::Agent, Self::Ci];

    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
            Self::Ci => "ci",
        }
    }
}

/// How much a member can take on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// Tasks at once.
    Tasks(u32),
    /// Minutes of work a day.
    Daily(u32),
}

impl Capacity {
    /// Reads `3` (tasks at once), `6h` (a day) or `50%` (of a day of eight hours).
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|&number| number <= 10_000);
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return Some(Self::Daily(number(percent).filter(|&percent| percent <= 100)? * 480 / 100));
        }
        match text.strip_suffix('h') {
            Some(hours) => Some(Self::Daily(number(hours).filter(|&hours| hours <= 24)? * 60)),
            None => number(text).map(Self::Tasks),
        }
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tasks(1) => f.write_str("1 task"),
            Self::Tasks(tasks) => write!(f, "{tasks} tasks"),
            Self::Daily(minutes) => write!(f, "{}h a day", f64::from(*minutes) / 60.0),
        }
    }
}

/// One member: a person, an agent, or a CI runner. Only the name is always there.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: Spanned<MemberName>,
    /// A name for people, where it is not the id.
    pub title: Option<Spanned<String>>,
    pub kind: MemberKind,
    /// What the member is for, in one line.
    pub about: Option<Spanned<String>>,
    pub roles: Vec<Spanned<MemberName>>,
    /// `implements: false`: the member coordinates, and leaves the work to others.
    pub implements: bool,
    pub division: Option<Spanned<String>>,
    pub team: Option<Spanned<String>>,
    /// Path patterns and `#tags` whose work is this member's to do or approve.
    pub domains: Vec<Spanned<String>>,
    /// What the member is good at, as tags.
    pub competencies: Vec<Spanned<String>>,
    pub reports_to: Option<Spanned<MemberName>>,
    /// Who stands in.
    pub deputies: Vec<Spanned<MemberName>>,
    pub capacity: Option<Spanned<Capacity>>,
    /// When the member works, where it is not as their team or the roster says; see [`Hours::of`].
    pub calendar: WrittenHours,
    /// Why and until when nothing can be given to the member.
    pub away: Option<Spanned<String>>,
    pub model: Option<Spanned<String>>,
    pub tools: Vec<Spanned<String>>,
    /// Names under which the member was known before: what is signed or addressed so is theirs.
    pub was: Vec<Spanned<MemberName>>,
    /// The documents that the member reads before any work.
    pub requires: Vec<Spanned<String>>,
    /// The file that an agent was imported from.
    pub from: Option<Spanned<String>>,
    /// The login on GitHub, for CODEOWNERS.
    pub github: Option<Spanned<String>>,
    /// Addresses that a commit's author or committer may carry; compared without regard to case.
    pub emails: Vec<Spanned<String>>,
    /// OpenSSH public key lines.
    pub keys: Vec<Spanned<String>>,
}

impl Member {
    /// Whether it is their name, or was.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_str() == name || self.was.iter().any(|old| old.as_str() == name)
    }
}

/// All members in the order of the file.
#[derive(Clone, Debug)]
pub struct Roster {
    pub source: Source,
    pub format: u32,
    pub members: Vec<Member>,
    pub teams: Vec<Team>,
    /// When those work who say nothing else.
    pub calendar: WrittenHours,
    pub resources: Vec<Resource>,
    /// Who holds each support role, by the names in [`SUPPORT`].
    pub support: Vec<(Spanned<String>, Spanned<MemberName>)>,
}

impl Roster {
    /// What could not be read of calendars, and counts as not said.
    pub fn unread_hours(&self) -> impl Iterator<Item = &Diagnostic> {
        let calendars = std::iter::once(&self.calendar).chain(self.teams.iter().map(|team| &team.calendar));
        calendars.chain(self.members.iter().map(|member| &member.calendar)).flat_map(|calendar| &calendar.unread)
    }

    /// The member of that very name, or who had it before.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.is_called(name))
    }

    /// The name under which somebody is known now; who is nobody's keeps theirs.
    pub fn known_as<'a>(&'a self, name: &'a str) -> &'a str {
        self.member(name).map_or(name, |member| member.name.as_str())
    }

    /// The member with that address, without regard to case.
    pub fn by_email(&self, email: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.emails.iter().any(|own| own.eq_ignore_ascii_case(email)))
    }

    /// Whether the member has a role, or is meant by name.
    pub fn has_role(&self, member: &Member, role: &str) -> bool {
        member.is_called(role) || member.roles.iter().any(|own| own.as_str() == role)
    }

    /// The team of that name.
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name.as_str() == name)
    }

    /// How many items can use a resource at once, if the roster says.
    pub fn resource(&self, name: &str) -> Option<u32> {
        self.resources.iter().find(|resource| resource.name.value == name).map(|resource| resource.capacity)
    }

    /// The gate that finds out whether a resource is there, if the roster names one.
    pub fn check_of(&self, resource: &str) -> Option<&Spanned<GateName>> {
        self.resources.iter().find(|one| one.name.value == resource)?.check.as_ref()
    }

    /// Whether the member says to be of the team, or the team says so.
    pub fn is_in_team(&self, member: &Member, team: &str) -> bool {
        member.team.as_ref().is_some_and(|own| own.value == team)
            || self.team(team).is_some_and(|team| team.members.iter().any(|own| own.value == member.name.value))
    }

    /// The names of the teams a member is in.
    pub fn teams_of<'a>(&'a self, member: &'a Member) -> Vec<&'a str> {
        let own = member.team.iter().map(|team| team.value.as_str());
        let mut teams: Vec<&str> = own.collect();
        for team in self.teams.iter().filter(|team| self.is_in_team(member, team.name.as_str())) {
            if !teams.contains(&team.name.as_str()) {
                teams.push(team.name.as_str());
            }
        }
        teams
    }

    /// Whether an owner that a plan names, by member, role or team, means this member.
    pub fn is_meant(&self, member: &Member, owner: &str) -> bool {
        self.has_role(member, owner) || self.is_in_team(member, owner)
    }

    /// The members who have a role or are meant by name, in the order of the file.
    pub fn with_role(&self, role: &str) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| self.has_role(member, role))
    }
}

#[cfg(test)]
mod tests;
