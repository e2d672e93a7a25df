//! What is weak about a roster rather than wrong: too many reports, knowledge that one person holds, empty seats.

use super::check::reports;
use super::{Roster, SUPPORT, codes};
use crate::diag::{Diagnostic, Place, Sink};
use crate::text::Span;
use std::collections::BTreeMap;

/// More direct reports than this are hard to lead.
pub const SPAN: usize = 10;

/// Says what is weak. `coordinated`: the plan is carried out by teams, so support seats should be held.
pub fn advice(roster: &Roster, sink: &mut Sink) {
    let mut advice = Advice { roster, sink };
    for member in &roster.members {
        let below = reports(roster, member.name.as_str()).count();
        if below > SPAN {
            let message = format!("{below} members report to `{}`", member.name.value);
            let hint = "put somebody between them, with `reports_to`";
            advice.warn(member.name.span, message, &format!("more than {SPAN} are hard to lead"), hint);
        }
    }
    advice.single_holders();
    advice.teams();
}

struct Advice<'a> {
    roster: &'a Roster,
    sink: &'a mut Sink,
}

impl Advice<'_> {
    /// Domains and roles that one member holds without a deputy.
    fn single_holders(&mut self) {
        let mut held: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, member) in self.roster.members.iter().enumerate() {
            for domain in &member.domains {
                held.entry(format!("the domain `{}`", domain.value)).or_default().push(index);
            }
            for role in &member.roles {
                held.entry(format!("the role `{}`", role.value)).or_default().push(index);
            }
        }
        for (what, holders) in held {
            let [only] = holders.as_slice() else { continue };
            let member = &self.roster.members[*only];
            if member.deputies.is_empty() {
                let message = format!("only `{}` holds {what}", member.name.value);
                let cause = "when they are away, nobody else can do or approve that work";
                let hint =
                    format!("name somebody who stands in: `passmuster roster set {} deputies NAME`", member.name.value);
                self.warn(member.name.span, message, cause, &hint);
            }
        }
    }

    fn teams(&mut self) {
        let roster = self.roster;
        for team in &roster.teams {
            let name = team.name.as_str();
            if !roster.members.iter().any(|member| roster.is_in_team(member, name)) {
                let hint = "add members, or take the team away";
                self.warn(team.name.span, format!("nobody is in the team `{name}`"), "it cannot do any work", hint);
            }
        }
        for member in &roster.members {
            if let Some(team) =
                member.team.as_ref().filter(|team| !roster.teams.is_empty() && roster.team(&team.value).is_none())
            {
                let message = format!("the team `{}` of `{}` is not described", team.value, member.name.value);
                let hint = "add it under `teams:`, or correct the name";
                self.warn(team.span, message, "it is not under `teams:`", hint);
            }
        }
        if roster.teams.is_empty() {
            return;
        }
        for role in SUPPORT.iter().filter(|role| !roster.support.iter().any(|(held, _)| held.value == **role)) {
            let at = roster.support.first().map_or(Span::at(0), |(name, _)| name.span);
            let hint = format!("write `support: {{ {role}: NAME }}`; `{}` lets the tool do it", super::check::TOOL);
            self.warn(
                at,
                format!("nobody holds the support role `{role}`"),
                "teams need one to work side by side",
                &hint,
            );
        }
    }

    fn warn(&mut self, span: Span, message: String, cause: &str, hint: &str) {
        let place = Place::text(&self.roster.source, span);
        self.sink.push(Diagnostic::warning(&codes::WEAK, place, message).cause(cause).hint(hint));
    }
}
