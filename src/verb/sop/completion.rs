//! How a task is finished, and that every gate was passed on the way.

use super::{Course, How, Past, Sop};
use crate::diag::Failure;
use crate::evidence::Outcome;
use crate::facts::{ItemFacts, Moment};
use crate::plan::Item;
use crate::policy::{Gate, GateKind};
use crate::record::{Record, kinds};
use crate::verb::show::gates;
use jiff::{SignedDuration, Timestamp};

/// A claim and its evidence land together, and are commits of their own: on the line the evidence may stand behind the
/// tick, made so many hours later. Whether they landed together is for `audit REF` to tell.
const TOGETHER: SignedDuration = SignedDuration::from_hours(24);

/// The courses of every item that was ticked on the line and stands so. What came into the plan ticked is left out:
/// nobody knows how that was done.
pub(super) fn courses(past: &Past<'_>) -> Result<Vec<Course>, Failure> {
    let waivers = past.records.of(&kinds::WAIVER)?;
    let mut courses = Vec::new();
    for (facts, ticked) in past.facts.finished().filter(|(facts, _)| facts.is_leaf) {
        let Some(item) = past.plan.find(&facts.id).map(|index| &past.plan.items[index]) else { continue };
        let asked = gates(past.policy, item);
        let task = Task { facts, item, ticked, waivers: &waivers };
        courses.push(task.completion(&asked));
        let recorded = asked.iter().filter(|gate| !matches!(gate.kind, GateKind::Builtin(_)));
        let enforced = recorded.fold(Course::new(Sop::Gates, &facts.id, facts.owner.as_deref()), |course, gate| {
            course.step(gate.name.as_str(), task.passed(gate))
        });
        courses.extend((!enforced.steps.is_empty()).then_some(enforced));
    }
    Ok(courses)
}

struct Task<'a> {
    facts: &'a ItemFacts,
    item: &'a Item,
    ticked: Moment,
    waivers: &'a [Record],
}

impl Task<'_> {
    fn completion(&self, asked: &[&Gate]) -> Course {
        let is_review = |gate: &&&Gate| matches!(gate.kind, GateKind::Approve { .. });
        let is_run = |gate: &&&Gate| !matches!(gate.kind, GateKind::Approve { .. } | GateKind::Builtin(_));
        let (reviews, runs): (Vec<&&Gate>, Vec<&&Gate>) =
            (asked.iter().filter(is_review).collect(), asked.iter().filter(is_run).collect());
        let named = (self.facts.work.is_empty()).then(|| "no commit names it".to_owned());
        let early = self.facts.work.iter().all(|work| work.landed.at > self.ticked.at);
        let committed = named.clone().or_else(|| early.then(|| "its commits landed after its tick".to_owned()));
        Course::new(Sop::Completion, &self.facts.id, self.facts.owner.as_deref())
            .step("code done", How::unless(named))
            .step("self-checks", self.self_checks())
            .step("committed", How::unless(committed))
            .step("status updated", How::Done)
            .step("gate run", Self::all(&runs, |gate| self.ran(gate)))
            .step("gate passed", Self::all(&runs, |gate| self.passed(gate)))
            .step("review asked", Self::all(&reviews, |gate| self.ran(gate)))
            .step("review approved", Self::all(&reviews, |gate| self.passed(gate)))
            .step("merged", How::Done)
            .step("complete", How::Done)
    }

    fn self_checks(&self) -> How {
        let open = self.item.criteria().filter(|criterion| !criterion.ticked).count();
        match self.item.criteria().count() {
            0 => How::NotCalledFor,
            all => How::unless((open > 0).then(|| format!("{open} of {all} criteria are open"))),
        }
    }

    /// The worst of several gates.
    fn all(gates: &[&&Gate], how: impl Fn(&Gate) -> How) -> How {
        let mut found: Vec<How> = gates.iter().map(|gate| how(gate)).collect();
        let missing = found.iter().position(|how| matches!(how, How::Missing(_)));
        match missing {
            Some(first) => found.swap_remove(first),
            None if found.contains(&How::Done) => How::Done,
            None => How::NotCalledFor,
        }
    }

    fn waived(&self, gate: &Gate) -> bool {
        let granted = |waiver: &&Record| waiver.steps.iter().any(|step| step.to.value == "granted");
        let mut of_item = self.waivers.iter().filter(|waiver| {
            waiver.text("item").is_some_and(|item| item.eq_ignore_ascii_case(&self.facts.id))
                && waiver.text("gate") == Some(gate.name.as_str())
        });
        of_item.any(|waiver| granted(&waiver))
    }

    fn ran(&self, gate: &Gate) -> How {
        let ran = self.facts.gates.iter().any(|run| run.gate == gate.name.as_str());
        self.excused(gate, (!ran).then(|| format!("there is no result of `{}`", gate.name.value)))
    }

    /// Whether the last result that landed before the tick or with it passed.
    fn passed(&self, gate: &Gate) -> How {
        let runs = self.facts.gates.iter().filter(|run| run.gate == gate.name.as_str());
        let until = self.ticked.at.saturating_add(TOGETHER).unwrap_or(Timestamp::MAX);
        let last = runs.filter(|run| run.landed.at <= until).max_by_key(|run| (run.landed.at, run.at));
        let fault = match last.map(|run| run.outcome) {
            Some(Outcome::Pass) => None,
            Some(other) => Some(format!("`{}` was {} when it was ticked", gate.name.value, other.name())),
            None => Some(format!("`{}` had no result when it was ticked", gate.name.value)),
        };
        self.excused(gate, fault)
    }

    /// A gate that applies only to some paths may not have applied, and one that was waived was not needed.
    fn excused(&self, gate: &Gate, fault: Option<String>) -> How {
        match fault {
            Some(_) if self.waived(gate) => How::Done,
            Some(why) if !gate.when.is_empty() => How::Unknown(format!("{why}; it applies only to some paths")),
            // Boxes and paths are looked at, not recorded.
            Some(_) if matches!(gate.kind, GateKind::Checklist { .. } | GateKind::Changed { .. }) => How::NotCalledFor,
            fault => How::unless(fault),
        }
    }
}
