//! What the policy says about people: who has which power, how long a waiver may last, how fast a blocker climbs and
//! who handles it, what the review board asks for, how long a handoff waits.

use super::ladder::Ladder;
use super::parse::Reader;
use super::{DEFAULT_CRITICAL_MINUTES, DEFAULT_WAIVER_DAYS, MAX_WAIVER_DAYS, Power, Profile, codes, ladder};
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};
use crate::id::MemberName;
use crate::text::{Span, Spanned};
use std::collections::BTreeMap;

/// How people work together. Unlike powers, none of it differs between profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// How many minutes a handoff may wait for its answer where it does not say.
    pub answer_minutes: u32,
    pub board: Board,
    pub handlers: Handlers,
    /// How many epics may be under way at once, where phases are asked for; `None`: any number.
    pub active_epics: Option<u32>,
    pub remediation: Remediation,
    pub procedures: Procedures,
}

/// How many procedures of a hundred are to be carried out without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Procedures {
    pub target: u32,
    /// Below it the audit fails.
    pub alarm: u32,
}

/// What the review board's points mean, of 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// From so many on a plan is approved.
    pub approved: u32,
    /// From so many on it is approved with concerns; below, it is rejected.
    pub concerns: u32,
}

/// Who handles a blocker: its owner first, then by level. Roles or members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handlers {
    /// L2: who helps the owner.
    pub helpers: Vec<MemberName>,
    /// L3: the specialist for a type or subtype.
    pub specialists: BTreeMap<&'static str, MemberName>,
    /// L4.
    pub deciders: Vec<MemberName>,
    /// L5.
    pub planners: Vec<MemberName>,
}

/// What `gate run` does about a red gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remediation {
    /// It names the command that writes the tasks.
    Propose,
    /// It writes them.
    Write,
}

impl Remediation {
    pub const ALL: [Self; 2] = [Self::Propose, Self::Write];

    pub fn name(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Write => "write",
        }
    }
}

/// The types and subtypes of blockers, each with the specialist where the policy does not say.
pub const SPECIALISTS: [(&str, &str); 10] = [
    ("technical", "debugger"),
    ("information", "codebase-analyst"),
    ("resource", "devops"),
    ("team", "delivery"),
    ("code", "debugger"),
    ("database", "database-architect"),
    ("api", "api-architect"),
    ("performance", "performance-specialist"),
    ("infrastructure", "devops"),
    ("security", "security-auditor"),
];

impl Default for Conduct {
    fn default() -> Self {
        let name = |name: &str| MemberName::parse(name).expect("the usual roles are ids");
        Self {
            answer_minutes: 120,
            board: Board { approved: 85, concerns: 70 },
            handlers: Handlers {
                helpers: vec![name("blocker-resolver")],
                specialists: SPECIALISTS.map(|(kind, role)| (kind, name(role))).into(),
                deciders: vec![name("execution-director")],
                planners: vec![name("execution-director"), name("planner")],
            },
            active_epics: None,
            remediation: Remediation::Propose,
            procedures: Procedures { target: 100, alarm: 95 },
        }
    }
}

/// Roles or members by power.
pub(super) type Powers = BTreeMap<Power, Vec<Spanned<MemberName>>>;

impl Reader<'_> {
    /// Who may approve a change of the policy, and who has which power.
    pub(super) fn authority(
        &mut self,
        fields: &mut Fields<'_>,
        profile: Profile,
    ) -> (Vec<Spanned<MemberName>>, Powers) {
        let start = Span::at(fields.span().start);
        let default = |roles: &[&str]| -> Vec<Spanned<MemberName>> {
            let name = |name: &&str| MemberName::parse(name).expect("the profiles' roles are ids");
            roles.iter().map(|role| Spanned::new(name(role), start)).collect()
        };
        let mut approvers = default(profile.defaults().policy_approvers);
        let mut powers: Powers =
            Power::ALL.into_iter().map(|power| (power, default(power.default_roles(profile)))).collect();
        let Some((_, node)) = fields.take("authority") else { return (approvers, powers) };
        let Some(mut fields) = Fields::new(self.source, node, "`authority`", self.sink) else {
            return (approvers, powers);
        };
        if let Some(named) = self.holders(&mut fields, "policy", "authority.policy", profile) {
            approvers = named;
        }
        for power in Power::ALL {
            if let Some(named) = self.holders(&mut fields, power.name(), power.written(), profile) {
                powers.insert(power, named);
            }
        }
        fields.finish(Severity::Error, self.sink);
        (approvers, powers)
    }

    /// Roles or members under one key of `authority`; an empty list would let everybody.
    fn holders(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        written: &'static str,
        profile: Profile,
    ) -> Option<Vec<Spanned<MemberName>>> {
        let (span, node) = fields.take(key)?;
        self.written.insert(written);
        let texts = node.texts(self.source, &format!("`{written}`"), self.sink);
        if profile != Profile::Solo && texts.as_ref().is_some_and(Vec::is_empty) {
            let message = format!("nobody is named under `{written}`");
            let cause = format!("an empty list would let everybody, and the profile is `{}`", profile.name());
            self.error(&codes::NO_APPROVER, span, message, cause, format!("write `{key}: [maintainer]`"));
        }
        let texts = texts.unwrap_or_default().into_iter();
        Some(texts.filter_map(|text| self.name(text, "the role", MemberName::parse)).collect())
    }

    pub(super) fn ladders(&mut self, fields: &mut Fields<'_>) -> [Ladder; 3] {
        let mut ladders = ladder::DEFAULT.map(<[u32]>::to_vec);
        let Some((_, node)) = fields.take("ladder") else { return ladders };
        let Some(mut fields) = Fields::new(self.source, node, "`ladder`", self.sink) else { return ladders };
        for (name, ladder) in ladder::PRIORITIES.into_iter().zip(&mut ladders) {
            let Some((span, node)) = fields.take(name) else { continue };
            self.written.insert(name);
            let what = format!("`{name}`");
            let texts = node.texts(self.source, &what, self.sink).unwrap_or_default();
            let rungs: Vec<u32> = texts.iter().filter_map(|text| minutes(&text.value)).collect();
            let climbs = rungs.windows(2).all(|pair| pair[0] < pair[1]);
            if rungs.len() == texts.len() && (3..=4).contains(&rungs.len()) && climbs {
                *ladder = rungs;
                continue;
            }
            let message = format!("{what} is no ladder");
            let cause = "a ladder is three or four rising times: when a blocker reaches L2, L3, L4 and L5";
            self.error(&codes::BAD_VALUE, span, message, cause, format!("write `{name}: [1h, 4h, 8h]`"));
        }
        fields.finish(Severity::Error, self.sink);
        ladders
    }

    pub(super) fn waivers(&mut self, fields: &mut Fields<'_>) -> u32 {
        let Some((_, node)) = fields.take("waivers") else { return DEFAULT_WAIVER_DAYS };
        let Some(mut fields) = Fields::new(self.source, node, "`waivers`", self.sink) else {
            return DEFAULT_WAIVER_DAYS;
        };
        let days = self.optional(&mut fields, "max_days", DEFAULT_WAIVER_DAYS, |reader, node| {
            let days = node.whole_number(reader.source, "`max_days`", reader.sink)?;
            let fits = u32::try_from(days).ok().filter(|days| (1..=MAX_WAIVER_DAYS).contains(days));
            if fits.is_none() {
                let message = format!("`max_days` must be 1 to {MAX_WAIVER_DAYS}");
                let cause = "a waiver is an exception for a time";
                reader.error(&codes::BAD_VALUE, node.span, message, cause, "write `max_days: 30`");
            }
            fits
        });
        fields.finish(Severity::Error, self.sink);
        days
    }

    /// How long a critical message may wait.
    pub(super) fn messages(&mut self, fields: &mut Fields<'_>) -> u32 {
        self.waits(fields, ("messages", "`messages`"), "critical_within", DEFAULT_CRITICAL_MINUTES)
    }

    /// Minutes under the one key of a part of the policy.
    fn waits(
        &mut self,
        fields: &mut Fields<'_>,
        part: (&'static str, &'static str),
        key: &'static str,
        default: u32,
    ) -> u32 {
        let read = self.part(fields, part, |reader, fields| {
            reader.optional(fields, key, default, |reader, node| reader.span_of_time(node, &format!("`{key}`")))
        });
        read.unwrap_or(default)
    }

    /// What stands under one key of the policy, all of which must be known.
    pub(super) fn part<T>(
        &mut self,
        fields: &mut Fields<'_>,
        (key, what): (&'static str, &'static str),
        read: impl FnOnce(&mut Self, &mut Fields<'_>) -> T,
    ) -> Option<T> {
        let (_, node) = fields.take(key)?;
        let mut fields = Fields::new(self.source, node, what, self.sink)?;
        let value = read(self, &mut fields);
        fields.finish(Severity::Error, self.sink);
        Some(value)
    }

    /// How people work together.
    pub(super) fn conduct(&mut self, fields: &mut Fields<'_>) -> Conduct {
        let usual = Conduct::default();
        let board = self.part(fields, ("board", "`board`"), |reader, fields| reader.board(fields, usual.board));
        let active_epics = self.part(fields, ("epics", "`epics`"), |reader, fields| {
            let number = reader.optional(fields, "active", 0, |reader, node| reader.number(node, "active", 1, 1000));
            Some(number).filter(|&number| number > 0)
        });
        let handlers =
            self.part(fields, ("blockers", "`blockers`"), |reader, fields| reader.handlers(fields, &usual.handlers));
        let procedures = self.part(fields, ("procedures", "`procedures`"), |reader, fields| {
            let mut share =
                |key, default| reader.optional(fields, key, default, |reader, node| reader.number(node, key, 1, 100));
            let usual = usual.procedures;
            Procedures { target: share("target", usual.target), alarm: share("alarm", usual.alarm) }
        });
        Conduct {
            answer_minutes: self.waits(fields, ("handoffs", "`handoffs`"), "answer_within", usual.answer_minutes),
            board: board.unwrap_or(usual.board),
            handlers: handlers.unwrap_or(usual.handlers),
            active_epics: active_epics.flatten(),
            procedures: procedures.unwrap_or(usual.procedures),
            remediation: self.optional(fields, "remediation", usual.remediation, |reader, node| {
                reader.word(node, "`remediation`", &Remediation::ALL, Remediation::name)
            }),
        }
    }

    fn board(&mut self, fields: &mut Fields<'_>, usual: Board) -> Board {
        let start = fields.span();
        let mut points =
            |key, default| self.optional(fields, key, default, |reader, node| reader.number(node, key, 1, 100));
        let board =
            Board { approved: points("approved", usual.approved), concerns: points("concerns", usual.concerns) };
        if board.concerns > board.approved {
            let message = "the board approves with concerns from more points on than without";
            let cause = format!("`concerns` is {}, `approved` is {}", board.concerns, board.approved);
            self.error(&codes::BAD_VALUE, start, message, cause, "write `board: { approved: 85, concerns: 70 }`");
            return usual;
        }
        board
    }

    /// Who handles a blocker, by level; L3 by type.
    fn handlers(&mut self, fields: &mut Fields<'_>, usual: &Handlers) -> Handlers {
        let mut handlers = usual.clone();
        for (level, named) in
            [("L2", &mut handlers.helpers), ("L4", &mut handlers.deciders), ("L5", &mut handlers.planners)]
        {
            let Some((span, node)) = fields.take(level) else { continue };
            self.written.insert(level);
            let texts = node.texts(self.source, &format!("`{level}`"), self.sink).unwrap_or_default();
            let names: Vec<_> =
                texts.into_iter().filter_map(|text| self.name(text, "the role", MemberName::parse)).collect();
            if names.is_empty() {
                let message = format!("nobody handles a blocker on {level}");
                let cause = format!("`{level}` names no role or member");
                let hint = format!("write `{level}: execution-director`, or take the line away");
                self.error(&codes::BAD_VALUE, span, message, cause, hint);
                continue;
            }
            *named = names.into_iter().map(|name| name.value).collect();
        }
        let specialists = self.part(fields, ("L3", "`L3`"), |reader, fields| {
            let mut specialists = usual.specialists.clone();
            for (kind, _) in SPECIALISTS {
                let Some((_, node)) = fields.take(kind) else { continue };
                reader.written.insert(kind);
                let text = node.text(reader.source, &format!("`{kind}`"), reader.sink);
                let name = text.and_then(|text| reader.name(text, "the role", MemberName::parse));
                specialists.extend(name.map(|name| (kind, name.value)));
            }
            specialists
        });
        handlers.specialists = specialists.unwrap_or(handlers.specialists);
        handlers
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, node: &Node, key: &str, least: u32, most: u32) -> Option<u32> {
        let number = node.whole_number(self.source, &format!("`{key}`"), self.sink)?;
        let fits = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            let message = format!("`{key}` must be {least} to {most}");
            let hint = format!("write `{key}: {least}` or more");
            self.error(&codes::BAD_VALUE, node.span, message, format!("it is {number}"), hint);
        }
        fits
    }
}

/// Minutes as `minutes` reads them, in the largest unit that says it.
pub fn shown(minutes: u32) -> String {
    match minutes {
        days if days % (24 * 60) == 0 => format!("{}d", days / (24 * 60)),
        hours if hours % 60 == 0 => format!("{}h", hours / 60),
        minutes => format!("{minutes}m"),
    }
}

/// `15m`, `4h` or `2d` in minutes.
pub(super) fn minutes(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return None,
    };
    let digits = (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    number.parse::<u32>().ok().filter(|number| digits && *number > 0).map(|number| number * unit)
}
