//! Whether a plan is complete enough for others to work by it.

use super::{Condition, Phase, View, document};
use crate::diag::{Failure, Sink};
use crate::plan::{Item, Kind, Plan};
use crate::policy::Level;
use crate::schedule::buffer::chains;

/// What is asked of the plan before work begins.
pub(super) fn conditions(view: &View<'_>) -> Result<Vec<Condition>, Failure> {
    let plan = view.plan;
    let levels: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| view.policy.gates_for(Level::Item(*kind)).next().is_none())
        .map(Kind::name)
        .collect();
    Ok(vec![
        each(plan, Kind::Epic, "every epic says its goal", "add `- goal: …`", |plan, index| {
            around(plan, index).any(|item| item.goal().is_some())
        }),
        each(plan, Kind::Task, "every task has a criterion", "add `- [ ] …` below it", |plan, index| {
            plan.items[index].criteria().next().is_some()
        }),
        each(plan, Kind::Task, "every task has somebody", "add `@owner` or `- team: …`", |plan, index| {
            around(plan, index).any(|item| item.owner().is_some() || item.team().is_some())
        }),
        each(
            plan,
            Kind::Task,
            "every task says what it needs",
            "add `- needs: …`, or `- needs: none`",
            |plan, index| {
                let self_and_above = std::iter::once(index).chain(plan.ancestors(index));
                self_and_above.into_iter().any(|one| plan.items[one].needs_none() || plan.needs(one).len() > 0)
            },
        ),
        each(plan, Kind::Task, "every task is estimated", "add `~4h`, or `- estimate: 2h / 4h / 9h`", |plan, index| {
            plan.items[index].estimate().is_some()
        }),
        timeline(view),
        Condition::new(
            "gates are defined at all levels",
            (!levels.is_empty()).then(|| format!("there are none for {}", levels.join(", "))),
            format!("add them under `levels:` in {}", crate::policy::PATH),
        ),
        checklist(view)?,
    ])
}

fn around(plan: &Plan, index: usize) -> impl Iterator<Item = &Item> {
    std::iter::once(index).chain(plan.ancestors(index)).map(|one| &plan.items[one])
}

/// Something that holds for every open item of a kind.
fn each(plan: &Plan, kind: Kind, what: &str, hint: &str, holds: impl Fn(&Plan, usize) -> bool) -> Condition {
    let of_kind = (0..plan.items.len()).filter(|&index| plan.items[index].kind == kind && !plan.is_closed(index));
    let without: Vec<usize> = of_kind.filter(|&index| !holds(plan, index)).collect();
    let fault = without.first().map(|&first| match without.len() {
        1 => format!("`{}` does not", plan.items[first].id.value),
        more => format!("`{}` and {} more do not", plan.items[first].id.value, more - 1),
    });
    Condition::new(what, fault, hint)
}

/// The tasks can be laid out in time, and a buffer as the policy sizes it stands at the end of the longest chain.
fn timeline(view: &View<'_>) -> Condition {
    let (plan, sizing) = (view.plan, view.policy.time.sizing);
    let fault = if plan.items.iter().any(|item| item.kind == Kind::Task) {
        match chains(plan, sizing, &[], None, &mut Sink::new()) {
            Ok(chains) if !chains.critical.tasks.is_empty() && chains.critical.buffer.0 == 0 => {
                let by = sizing.name();
                Some(format!("the buffer of the critical chain is empty, as `{by}` sizes it"))
            }
            Ok(_) => None,
            Err(fault) => Some(fault.message),
        }
    } else {
        Some("it has no tasks".to_owned())
    };
    Condition::new("the plan can be laid out in time, with a buffer at its end", fault, "run `passmuster buffer`")
}

/// The boxes of the plan's readiness checklist are ticked.
fn checklist(view: &View<'_>) -> Result<Condition, Failure> {
    let sections = document::sections(view.tree, Phase::Planning)?.unwrap_or_default();
    let readiness = |title: &str| title.to_ascii_lowercase().contains("readiness");
    let fault = match sections.iter().find(|section| readiness(&section.title.value)) {
        None => Some("there is no heading `## Readiness checklist`".to_owned()),
        Some(section) if section.boxes.is_empty() => Some("it has no boxes".to_owned()),
        Some(section) => {
            let open = section.boxes.iter().filter(|one| !one.ticked).count();
            (open > 0).then(|| format!("{open} of {} boxes are open", section.boxes.len()))
        }
    };
    Ok(Condition::new("the readiness checklist is ticked", fault, "tick what is so, and do the rest"))
}
