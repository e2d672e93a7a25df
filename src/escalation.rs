//! How high an unresolved blocker has climbed: from its age, its priority and the ladder of the policy.
//!
//! Domain layer, over plan, policy, record and schedule. Nothing of this is stored, so it is never stale; verbs show it,
//! and the judge asks it what the fifth level keeps from landing.

use crate::diag::Sink;
use crate::plan::Plan;
use crate::policy::{Policy, ladder};
use crate::record::Record;
use crate::schedule::{Critical, Figure, critical};
use jiff::Timestamp;
use std::cell::OnceCell;

/// The level on which the plan itself is to be changed.
pub const REVISION: u8 = 5;

/// What blockers are measured against.
pub struct Measure<'a> {
    plan: &'a Plan,
    policy: &'a Policy,
    /// Looked for when the first blocker is measured: most of the time there is none.
    critical: OnceCell<Option<Critical<'a>>>,
}

/// How a blocker stands at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Height {
    pub minutes: i64,
    /// 0 to 2: 0 delays the whole, 1 blocks several items.
    pub priority: u8,
    /// 1 to 5.
    pub level: u8,
    /// The open items that cannot go on, those that wait for them included.
    pub blocked: Vec<usize>,
    pub critical: bool,
}

impl<'a> Measure<'a> {
    /// A plan whose tasks wait for each other has no critical path; nothing is critical then.
    pub fn new(plan: &'a Plan, policy: &'a Policy) -> Self {
        Self { plan, policy, critical: OnceCell::new() }
    }

    /// Whether a delay of the item delays the whole.
    pub fn is_critical(&self, id: &str) -> bool {
        self.critical().is_some_and(|critical| critical.is_critical(id))
    }

    pub fn critical(&self) -> Option<&Critical<'a>> {
        self.critical.get_or_init(|| critical(self.plan, Figure::Expected, &mut Sink::new()).ok()).as_ref()
    }

    /// How high a blocker stands; a resolved one where it was resolved.
    pub fn of(&self, record: &Record, now: Timestamp) -> Height {
        let end = if record.is_closed() { record.last_step().at.value } else { now };
        let minutes = end.as_second().saturating_sub(record.opener().at.value.as_second()) / 60;
        let named: Vec<usize> = record.list("items").iter().filter_map(|id| self.plan.find(&id.value)).collect();
        let blocked = self.waiting(&named);
        let critical = named.iter().any(|&index| self.is_critical(self.plan.items[index].id.as_str()));
        let computed = if critical { 0 } else { u8::from(blocked.len() < 2) + 1 };
        let written = ladder::PRIORITIES.iter().position(|name| Some(*name) == record.text("priority"));
        let written = written.and_then(|position| u8::try_from(position).ok()).unwrap_or(2);
        let priority = computed.min(written);
        let level = ladder::level(self.policy.ladder(priority), minutes);
        Height { minutes, priority, level, blocked, critical }
    }

    /// The open items among these, and the open ones that wait for them.
    fn waiting(&self, from: &[usize]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let mut queue: Vec<usize> = from.to_vec();
        let mut seen = vec![false; self.plan.items.len()];
        while let Some(index) = queue.pop() {
            if std::mem::replace(&mut seen[index], true) || self.plan.is_closed(index) {
                continue;
            }
            found.push(index);
            queue.extend(self.plan.dependants(index));
        }
        found.sort_unstable();
        found
    }
}
