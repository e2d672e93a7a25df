//! What calls for somebody: the triggers, with how loudly each calls, whom, and when again.

use super::codes;
use super::conduct::minutes;
use super::parse::Reader;
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};
use crate::id::MemberName;
use crate::text::Spanned;
use std::collections::BTreeMap;

/// Something that calls for somebody, by the names that stand under `triggers:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// A gate ran for what would land, and did not pass.
    GateFailed,
    /// What was approved is not what would land.
    ApprovalStale,
    /// Work on two branches, or on one and the protected one, does not merge.
    PathConflict,
    /// An item is open after its due date.
    ItemLate,
    /// A blocker delays the whole, or was given the first priority.
    BlockerCritical,
    /// A blocker is at the level at which somebody has to decide.
    BlockerEscalated,
    /// An open incident stops merges.
    Freeze,
    /// An incident stays in one step for too long.
    IncidentIdle,
    /// The follow-up of an incident is due.
    IncidentFollowUp,
    /// A critical message is not acknowledged in time.
    MessageUnread,
    /// A handoff has no answer in time.
    HandoffUnanswered,
    /// A waiver has expired and was not revoked.
    WaiverExpired,
    /// A decision has to be looked at again, or has expired.
    DecisionDue,
    /// A debt is due.
    DebtDue,
    /// Work goes on, and nobody opens a sync.
    SyncMissing,
    /// A sync is open for too long.
    SyncOverdue,
    /// A review of the board is open for too long.
    ReviewOverdue,
    /// Somebody has more to do by a date than there is time left.
    Overload,
    /// All is done later than planned.
    Slip,
    /// More of the buffer is used than the work done explains.
    BufferYellow,
    /// The buffer will not last.
    BufferRed,
}

/// How loudly something calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    Low,
    Normal,
    High,
    Critical,
}

impl Urgency {
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Critical];

    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// So many steps louder, as far as it goes.
    #[must_use]
    pub fn raised(self, steps: u32) -> Self {
        let steps = usize::try_from(steps).unwrap_or(usize::MAX);
        Self::ALL[(self as usize).saturating_add(steps).min(Self::ALL.len() - 1)]
    }
}

/// What the policy says about one trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Whether it is raised at all.
    pub is_on: bool,
    pub urgency: Urgency,
    /// Roles or members it calls; empty: whom it concerns.
    pub to: Vec<Spanned<MemberName>>,
    /// The minutes something may last before it is raised, where that is for the policy to say.
    pub after: Option<u32>,
    /// The minutes after which it is raised again, louder and further up, while nobody has acknowledged it.
    pub again: u32,
}

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

impl Trigger {
    /// All, in the order of their documentation.
    pub const ALL: [Self; 21] = [
        Self::GateFailed,
        Self::ApprovalStale,
        Self::PathConflict,
        Self::ItemLate,
        Self::BlockerCritical,
        Self::BlockerEscalated,
        Self::Freeze,
        Self::IncidentIdle,
        Self::IncidentFollowUp,
        Self::MessageUnread,
        Self::HandoffUnanswered,
        Self::WaiverExpired,
        Self::DecisionDue,
        Self::DebtDue,
        Self::SyncMissing,
        Self::SyncOverdue,
        Self::ReviewOverdue,
        Self::Overload,
        Self::Slip,
        Self::BufferYellow,
        Self::BufferRed,
    ];

    /// The word under `triggers:`, and the first part of the id of each that is raised.
    pub fn name(self) -> &'static str {
        match self {
            Self::GateFailed => "gate-failed",
            Self::ApprovalStale => "approval-stale",
            Self::PathConflict => "path-conflict",
            Self::ItemLate => "item-late",
            Self::BlockerCritical => "blocker-critical",
            Self::BlockerEscalated => "blocker-escalated",
            Self::Freeze => "freeze",
            Self::IncidentIdle => "incident-idle",
            Self::IncidentFollowUp => "incident-follow-up",
            Self::MessageUnread => "message-unread",
            Self::HandoffUnanswered => "handoff-unanswered",
            Self::WaiverExpired => "waiver-expired",
            Self::DecisionDue => "decision-due",
            Self::DebtDue => "debt-due",
            Self::SyncMissing => "sync-missing",
            Self::SyncOverdue => "sync-overdue",
            Self::ReviewOverdue => "review-overdue",
            Self::Overload => "overload",
            Self::Slip => "slip",
            Self::BufferYellow => "buffer-yellow",
            Self::BufferRed => "buffer-red",
        }
    }

    /// When it is raised, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::GateFailed => "a gate ran for what would land, and did not pass",
            Self::ApprovalStale => "what was approved is not what would land",
            Self::PathConflict => "work on two branches does not merge",
            Self::ItemLate => "an item is open after its due date",
            Self::BlockerCritical => "a blocker delays the whole",
            Self::BlockerEscalated => "a blocker reaches the level at which somebody has to decide",
            Self::Freeze => "an open incident stops merges",
            Self::IncidentIdle => "an incident stays in one step for too long",
            Self::IncidentFollowUp => "the follow-up of an incident is due",
            Self::MessageUnread => "a critical message is not acknowledged in time",
            Self::HandoffUnanswered => "a handoff has no answer in time",
            Self::WaiverExpired => "a waiver has expired",
            Self::DecisionDue => "a decision has to be looked at again",
            Self::DebtDue => "a debt is due",
            Self::SyncMissing => "work goes on, and nobody opens a daily sync for so many days of work",
            Self::SyncOverdue => "a sync is open for too long",
            Self::ReviewOverdue => "a review of the board is open for too long",
            Self::Overload => "somebody has more to do by a date than there is working time left",
            Self::Slip => "all is done so much later than planned, and it was not less than half of that since",
            Self::BufferYellow => "the buffer is in its yellow zone",
            Self::BufferRed => "the buffer is in its red zone",
        }
    }

    /// What holds where the policy does not say.
    pub fn default(self) -> Call {
        let (urgency, after, again) = match self {
            Self::BlockerCritical | Self::Freeze => (Urgency::Critical, None, HOUR),
            Self::IncidentIdle => (Urgency::Critical, Some(HOUR), HOUR),
            Self::MessageUnread => (Urgency::Critical, None, HOUR),
            Self::GateFailed | Self::BlockerEscalated => (Urgency::High, None, 4 * HOUR),
            Self::HandoffUnanswered => (Urgency::High, None, 8 * HOUR),
            Self::ItemLate | Self::WaiverExpired | Self::IncidentFollowUp => (Urgency::High, None, DAY),
            Self::ApprovalStale | Self::PathConflict | Self::DecisionDue | Self::DebtDue => {
                (Urgency::Normal, None, DAY)
            }
            Self::SyncMissing | Self::SyncOverdue | Self::ReviewOverdue => (Urgency::Normal, Some(DAY), DAY),
            Self::Slip => (Urgency::High, Some(4 * HOUR), DAY),
            Self::BufferYellow => (Urgency::Normal, None, 7 * DAY),
            Self::Overload | Self::BufferRed => (Urgency::High, None, DAY),
        };
        // A plan that nobody keeps to the hour would be late every day: those who do switch these on.
        let is_on = !matches!(self, Self::Overload | Self::Slip | Self::BufferYellow | Self::BufferRed);
        Call { is_on, urgency, to: Vec::new(), after, again }
    }
}

/// The calls that differ from the defaults.
pub(super) type Calls = BTreeMap<Trigger, Call>;

impl Reader<'_> {
    /// What stands under `triggers:`.
    pub(super) fn triggers(&mut self, node: &Node) -> Option<Calls> {
        let mut fields = Fields::new(self.source, node, "`triggers`", self.sink)?;
        let mut calls = Calls::new();
        for trigger in Trigger::ALL {
            let Some((_, node)) = fields.take(trigger.name()) else { continue };
            if let Some(call) = self.call(trigger, node) {
                self.written.insert(trigger.name());
                calls.insert(trigger, call);
            }
        }
        fields.finish(Severity::Error, self.sink);
        Some(calls)
    }

    /// `on`, `off`, or what differs from the default.
    fn call(&mut self, trigger: Trigger, node: &Node) -> Option<Call> {
        let mut call = trigger.default();
        call.is_on = node.as_text() != Some("off");
        if matches!(node.as_text(), Some("on" | "off")) {
            return Some(call);
        }
        let mut fields = Fields::new(self.source, node, "a trigger (or `on`, or `off`)", self.sink)?;
        if let Some((_, node)) = fields.take("urgency") {
            call.urgency = self.word(node, "`urgency`", &Urgency::ALL, Urgency::name)?;
        }
        if let Some((_, node)) = fields.take("to") {
            let texts = node.texts(self.source, "`to`", self.sink)?.into_iter();
            call.to = texts.filter_map(|text| self.name(text, "the role", MemberName::parse)).collect();
        }
        if let Some((span, node)) = fields.take("after") {
            if call.after.is_none() {
                let message = format!("`after` has no effect on `{}`", trigger.name());
                let cause = format!("it is raised as soon as {}", trigger.about());
                self.error(&codes::NO_EFFECT, span, message, cause, "remove `after`");
            } else {
                call.after = Some(self.span_of_time(node, "`after`")?);
            }
        }
        if let Some((_, node)) = fields.take("again") {
            call.again = self.span_of_time(node, "`again`")?;
        }
        fields.finish(Severity::Error, self.sink);
        Some(call)
    }

    /// `15m`, `4h` or `2d` in minutes.
    pub(super) fn span_of_time(&mut self, node: &Node, what: &str) -> Option<u32> {
        let text = node.text(self.source, what, self.sink)?;
        let read = minutes(&text.value);
        if read.is_none() {
            let cause = "it is a number of minutes, hours or days";
            let hint = format!("write {}: 4h`", what.trim_end_matches('`'));
            self.error(&codes::BAD_VALUE, node.span, format!("{what} is no span of time"), cause, hint);
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Occasion;

    #[test]
    fn names_are_told_apart_and_do_not_clash_with_occasions_of_another_meaning() {
        let names: std::collections::BTreeSet<&str> = Trigger::ALL.map(Trigger::name).into();
        assert_eq!(names.len(), Trigger::ALL.len());
        let shared: Vec<&str> = names.into_iter().filter(|name| Occasion::from_name(name).is_some()).collect();
        assert_eq!(shared, ["gate-failed"]);
    }

    #[test]
    fn louder_than_critical_there_is_nothing() {
        assert_eq!(Urgency::Normal.raised(1), Urgency::High);
        assert_eq!(Urgency::High.raised(u32::MAX), Urgency::Critical);
    }
}
