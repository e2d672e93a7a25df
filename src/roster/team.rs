//! Teams: who is in them, when they are active, and how work flows through them.

use super::codes;
use super::hours::{self, WrittenHours};
use super::parse::Reader;
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};
use crate::id::{MemberName, is_id};
use crate::text::{Span, Spanned};
use std::collections::HashMap;
use std::fmt;

/// The support roles a plan's execution has: handoffs and syncs, gates and procedures, blockers, figures and reports.
/// Each does what a group of commands does, so the tool itself can hold one: `passmuster`.
pub const SUPPORT: [&str; 4] = ["delivery", "quality", "blockers", "progress"];

/// When a team may finish work.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// From the start of the plan.
    Start,
    /// At any time, also before and after the plan's own work.
    Always,
    /// As soon as one of its tasks has what it needs.
    Ready,
    /// When all tasks of this team, or this item, are done.
    After(String),
}

impl Activation {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let activation = match (words.next()?, words.next()) {
            ("start", None) => Self::Start,
            ("always" | "continuous", None) => Self::Always,
            ("ready", None) => Self::Ready,
            ("after", Some(name)) if is_id(name) => Self::After(name.to_owned()),
            _ => return None,
        };
        words.next().is_none().then_some(activation)
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::Always => f.write_str("always"),
            Self::Ready => f.write_str("ready"),
            Self::After(name) => write!(f, "after {name}"),
        }
    }
}

/// A group of members that works together.
#[derive(Clone, Debug)]
pub struct Team {
    pub name: Spanned<MemberName>,
    /// What the team answers for.
    pub about: Option<Spanned<String>>,
    pub members: Vec<Spanned<MemberName>>,
    pub activate: Spanned<Activation>,
    /// Members or roles in the order in which they work on the same thing; empty: all at once.
    pub flow: Vec<Spanned<MemberName>>,
    /// Tasks at once.
    pub capacity: Option<u32>,
    /// When its members work, where they do not say.
    pub calendar: WrittenHours,
}

/// Reads `teams:`.
pub(super) fn teams(reader: &mut Reader<'_>, node: &Node) -> Vec<Team> {
    let nodes = node.items(reader.source, "`teams`", reader.sink).unwrap_or_default();
    let teams: Vec<Team> = nodes.iter().filter_map(|node| team(reader, node)).collect();
    let mut seen: HashMap<String, Span> = HashMap::new();
    for team in &teams {
        if let Some(first) = seen.insert(team.name.as_str().to_ascii_lowercase(), team.name.span) {
            let message = format!("there are two teams `{}`", team.name.value);
            reader.shared(
                &codes::DUPLICATE_TEAM,
                team.name.span,
                message,
                first,
                "rename one, or join the two entries",
            );
        }
    }
    teams
}

fn team(reader: &mut Reader<'_>, node: &Node) -> Option<Team> {
    let mut fields = Fields::new(reader.source, node, "a team", reader.sink)?;
    let name = fields.need("name", "name: backend", reader.sink);
    let name = name.and_then(|(_, node)| node.text(reader.source, "`name`", reader.sink));
    let name = name.and_then(|text| reader.name(text, "the team"));
    let activate = reader.text(&mut fields, "activate", "`activate`");
    let activate = activate.map_or(Some(Spanned::new(Activation::Start, node.span)), |text| {
        let activation = Activation::parse(&text.value);
        if activation.is_none() {
            let message = format!("`{}` does not say when the team is active", text.value);
            let cause = "it is none of `start`, `always`, `ready`, `after NAME`";
            let hint = "write `start`, `always`, `ready`, or `after` and a team or item";
            reader.error(&codes::BAD_ACTIVATION, text.span, message, cause, hint);
        }
        Some(Spanned::new(activation?, text.span))
    });
    let capacity = fields.take("capacity").and_then(|(_, node)| {
        node.whole_number(reader.source, "`capacity`", reader.sink).and_then(|number| u32::try_from(number).ok())
    });
    let calendar = fields.take("calendar").map(|(_, node)| hours::calendar(reader, node)).unwrap_or_default();
    let team = Team {
        name: name?,
        about: reader.text(&mut fields, "about", "`about`"),
        members: reader.names(&mut fields, "members", "the member"),
        activate: activate?,
        flow: reader.names(&mut fields, "flow", "the member"),
        capacity,
        calendar,
    };
    fields.finish(Severity::Warning, reader.sink);
    Some(team)
}

/// Reads `support:`.
pub(super) fn support(reader: &mut Reader<'_>, node: &Node) -> Vec<(Spanned<String>, Spanned<MemberName>)> {
    let Some(mut fields) = Fields::new(reader.source, node, "the support roles", reader.sink) else {
        return Vec::new();
    };
    let mut held = Vec::new();
    for role in SUPPORT {
        let Some((span, node)) = fields.take(role) else { continue };
        let holder = node.text(reader.source, &format!("`{role}`"), reader.sink);
        if let Some(holder) = holder.and_then(|text| reader.name(text, "the member")) {
            held.push((Spanned::new(role.to_owned(), span), holder));
        }
    }
    fields.finish(Severity::Warning, reader.sink);
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn activations_are_read_as_they_are_shown() {
        for text in ["start", "always", "ready", "after foundation"] {
            assert_eq!(Activation::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Activation::parse("continuous"), Some(Activation::Always));
        for text in ["", "after", "after a b", "later", "after a/b"] {
            assert_eq!(Activation::parse(text), None, "{text}");
        }
    }
}
