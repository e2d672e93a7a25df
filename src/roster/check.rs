//! Rules about the roster alone: everybody named exists, and nobody answers to themselves in the end.

use super::{Activation, Member, Roster, codes};
use crate::diag::{Code, Diagnostic, Place, Sink, nearest};
use crate::id::MemberName;
use crate::text::{Span, Spanned};

/// The name by which the tool itself can hold a support role.
pub const TOOL: &str = "passmuster";

/// Applies every rule about the roster alone. What is weak rather than wrong is left to [`advice`](super::advice).
pub fn check(roster: &Roster, sink: &mut Sink) {
    let mut rules = Rules { roster, sink };
    for member in &roster.members {
        let named = member.reports_to.iter().map(|name| ("`reports_to`", name));
        let named = named.chain(member.deputies.iter().map(|name| ("a deputy", name)));
        for (what, name) in named {
            rules.known(name, what, false);
        }
    }
    for team in &roster.teams {
        for name in &team.members {
            rules.known(name, "a member of a team", false);
        }
        for name in &team.flow {
            rules.known(name, "a step of `flow`", true);
        }
        if let Activation::After(name) = &team.activate.value
            && name == team.name.as_str()
        {
            let message = format!("the team `{name}` waits for itself");
            let hint = "write the team or item that comes before it";
            rules.error(&codes::BAD_ACTIVATION, team.activate.span, message, "it could never be active", hint);
        }
    }
    for (_, name) in roster.support.iter().filter(|(_, name)| name.as_str() != TOOL) {
        rules.known(name, "a support role", true);
    }
    rules.cycles();
}

struct Rules<'a> {
    roster: &'a Roster,
    sink: &'a mut Sink,
}

impl Rules<'_> {
    /// Whether a name is a member's, or, where that is enough, somebody's role.
    fn known(&mut self, name: &Spanned<MemberName>, what: &str, role_counts: bool) {
        let roster = self.roster;
        let is_role = || roster.with_role(name.as_str()).next().is_some();
        if roster.member(name.as_str()).is_some() || (role_counts && is_role()) {
            return;
        }
        let message = format!("{what} names `{}`, who is not on the roster", name.value);
        let near = nearest(name.as_str(), roster.members.iter().map(|member| member.name.as_str()));
        let cause = format!("the roster lists {} members", roster.members.len());
        let hint =
            near.map_or_else(|| "add the member, or take the name away".to_owned(), |near| format!("write `{near}`"));
        self.error(&codes::UNKNOWN_MEMBER, name.span, message, &cause, &hint);
    }

    /// Reports each circle of `reports_to` once, at its first member.
    fn cycles(&mut self) {
        let roster = self.roster;
        let index_of = |name: &MemberName| roster.members.iter().position(|member| member.name.value == *name);
        let above: Vec<Option<usize>> =
            roster.members.iter().map(|member| index_of(&member.reports_to.as_ref()?.value)).collect();
        // 0: not seen, otherwise the number of the walk that saw it.
        let mut seen = vec![0; above.len()];
        for start in 0..above.len() {
            let (walk, mut at) = (start + 1, Some(start));
            while let Some(index) = at.filter(|&index| seen[index] == 0) {
                seen[index] = walk;
                at = above[index];
            }
            if let Some(index) = at.filter(|&index| seen[index] == walk) {
                self.cycle(index, &above);
            }
        }
    }

    fn cycle(&mut self, start: usize, above: &[Option<usize>]) {
        let members = &self.roster.members;
        let mut names = vec![members[start].name.as_str()];
        let mut at = above[start];
        while let Some(index) = at.filter(|&index| index != start) {
            names.push(members[index].name.as_str());
            at = above[index];
        }
        names.push(members[start].name.as_str());
        let span = members[start].reports_to.as_ref().map_or(members[start].name.span, |name| name.span);
        let message = format!("`{}` reports to themselves in the end", names[0]);
        let cause = format!("they report in a circle: {}", names.join(" → "));
        self.error(&codes::CYCLE, span, message, &cause, "take one `reports_to` away");
    }

    fn error(&mut self, code: &'static Code, span: Span, message: String, cause: &str, hint: &str) {
        let place = Place::text(&self.roster.source, span);
        self.sink.push(Diagnostic::error(code, place, message).cause(cause).hint(hint));
    }
}

/// The members who report to nobody on the roster, in its order.
pub fn heads(roster: &Roster) -> impl Iterator<Item = &Member> {
    let is_head =
        |member: &&Member| member.reports_to.as_ref().is_none_or(|above| roster.member(above.as_str()).is_none());
    roster.members.iter().filter(is_head)
}

/// The members who report to one directly, in the order of the roster.
pub fn reports<'a>(roster: &'a Roster, name: &'a str) -> impl Iterator<Item = &'a Member> {
    roster.members.iter().filter(move |member| member.reports_to.as_ref().is_some_and(|above| above.as_str() == name))
}
