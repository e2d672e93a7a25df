//! `fresh-session`: an agent takes work of a new phase up afresh, with nothing left over from the one before.
//!
//! A commit of an agent says its session in a line `Session: ID`. That the id is true nobody can prove; that it is
//! said, and that one id serves one phase, can be checked.

use super::{Answer, Scene, State};
use crate::diag::Failure;
use crate::gate::work::Work;
use crate::id::is_id;
use crate::plan::Kind;
use crate::roster::MemberKind;
use std::collections::BTreeSet;

impl Scene<'_> {
    pub(super) fn fresh_session(&self, index: usize) -> Result<Answer, Failure> {
        let own = self.outermost(index);
        let id = self.plan.items[index].id.value.folded();
        let mut sessions = BTreeSet::new();
        for work in self.work.iter().filter(|work| work.items.contains(&id)) {
            let author = self.roster.and_then(|roster| roster.by_email(&work.commit.author.email));
            let Some(agent) = author.filter(|author| author.kind == MemberKind::Agent) else { continue };
            let Some(session) = session(&work.commit.message) else {
                let why = format!(
                    "commit {} is by `{}`, an agent, and says no session",
                    work.commit.id.short(),
                    agent.name.value
                );
                return Ok(Answer::of(State::Unsatisfied, why));
            };
            sessions.insert(session.to_ascii_lowercase());
        }
        if sessions.is_empty() {
            return Ok(Answer::of(State::NotApplicable, "no agent worked on it"));
        }
        for session in &sessions {
            let elsewhere = |items: &[String]| {
                let indices = items.iter().filter_map(|item| self.plan.find(item));
                let mut others = indices.filter(|&other| self.outermost(other) != own);
                others.next().map(|other| self.plan.items[other].id.value.to_string())
            };
            let same =
                |work: &Work| self::session(&work.commit.message).is_some_and(|one| one.eq_ignore_ascii_case(session));
            let here = self.work.iter().filter(|work| same(work)).find_map(|work| elsewhere(&work.items));
            let other = match here {
                Some(other) => Some(other),
                None => self.earlier.in_session(session, self::session, |words| elsewhere(words))?,
            };
            if let Some(other) = other {
                let why = format!("the session `{session}` worked for `{other}`, which is in another part of the plan");
                return Ok(Answer::of(State::Unsatisfied, why));
            }
        }
        Ok(Answer::of(State::Satisfied, "its sessions worked for nothing else"))
    }

    /// The phase an item stands in; in a plan without phases the outermost item around it.
    fn outermost(&self, index: usize) -> usize {
        let around: Vec<usize> = std::iter::once(index).chain(self.plan.ancestors(index)).collect();
        let phase = around.iter().copied().find(|&one| self.plan.items[one].kind == Kind::Phase);
        phase.or(around.last().copied()).unwrap_or(index)
    }
}

/// The session that a commit message names.
pub(super) fn session(message: &str) -> Option<&str> {
    let said = message.lines().skip(1).filter_map(|line| line.split_once(':'));
    let mut ids = said.filter(|(key, _)| key.trim().eq_ignore_ascii_case("session")).map(|(_, id)| id.trim());
    ids.next().filter(|id| is_id(id))
}

#[cfg(test)]
mod tests {
    use super::session;

    #[test]
    fn a_session_is_a_line_of_its_own() {
        for (message, expected) in [
            ("A-1: do\n\nSession: 7f3k\n", Some("7f3k")),
            ("A-1: do\n\nItem: A-1\nsession:  a-b_c.1 \n", Some("a-b_c.1")),
            ("Session: 7f3k\n", None),
            ("A-1: do\n\nSession: two words\n", None),
            ("A-1: do\n\nin session 7f3k\n", None),
        ] {
            assert_eq!(session(message), expected, "{message}");
        }
    }
}
