//! `plan critical`: which items decide when the plan is done, and in plain words why.

use super::standing::{Standing, Standings};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::plan::{Plan, Relation};
use crate::port::Tree;
use crate::schedule::{Critical, Figure, Minutes, NeedOf, Times, critical};

/// One open task with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// Index of the item.
    pub index: usize,
    pub standing: Standing,
    pub times: Times,
}

/// One item of the chain that decides, with what holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub task: Timed,
    /// In words; empty for the first, which nothing holds.
    pub because: String,
}

/// What decides when a plan is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Working time until all is done, when somebody is always free to do it.
    pub finish: Minutes,
    /// One chain that is as long as the whole, first to last.
    pub chain: Vec<Link>,
    /// Critical tasks outside of that chain, in the order they start.
    pub also: Vec<Timed>,
    /// Tasks that become critical when they lose little.
    pub near: Vec<Timed>,
    /// All open tasks, in the order of the plan.
    pub tasks: Vec<Timed>,
    /// How many tasks have no estimate, and what each counts as.
    pub unestimated: (usize, Minutes),
}

/// Computes it. The findings are about figures that look wrong; an error among them means that there is no outcome.
///
/// # Errors
/// The tree could not be read.
pub fn run(plan: &Plan, tree: &dyn Tree, figure: Figure) -> Result<(Option<Outcome>, Vec<Diagnostic>), Failure> {
    let standings = Standings::new(plan, tree)?;
    let mut sink = Sink::new();
    let found = critical(plan, figure, &mut sink);
    let outcome = match found {
        Ok(critical) => Some(outcome(plan, &critical, &standings)),
        Err(fault) => {
            sink.push(*fault);
            None
        }
    };
    Ok((outcome, sink.into_sorted()))
}

fn outcome(plan: &Plan, critical: &Critical<'_>, standings: &Standings<'_>) -> Outcome {
    let timed = |(index, times)| Timed { index, standing: standings.of(index), times };
    let chain: Vec<Link> = critical
        .chain()
        .into_iter()
        .filter_map(|step| {
            let task = timed((step.item, critical.times(step.item)?));
            Some(Link { task, because: step.because.map_or_else(String::new, |need| because(plan, step.item, need)) })
        })
        .collect();
    let outside = |(index, _): &(usize, Times)| !chain.iter().any(|link| link.task.index == *index);
    let (unestimated, assumed) = critical.unestimated();
    Outcome {
        finish: critical.finish(),
        also: critical.critical_tasks().into_iter().filter(outside).map(timed).collect(),
        near: critical.near().into_iter().map(timed).collect(),
        tasks: critical.tasks().map(timed).collect(),
        unestimated: (unestimated.len(), assumed),
        chain,
    }
}

/// What a need that binds an item says, in words.
pub(super) fn because(plan: &Plan, item: usize, of: NeedOf) -> String {
    let need = plan.needs(of.item).nth(of.need).expect("the schedule counts the needs as the plan does");
    let target = plan.target(&need).map_or(need.target.value, |target| plan.items[target].id.as_str());
    let lag = Minutes(need.lag_minutes.saturating_abs());
    let distance = match need.lag_minutes {
        0 => String::new(),
        1.. => format!(" {lag} after"),
        _ => format!(" {lag} before"),
    };
    // Without a lag the two moments meet; with one they lie apart.
    let (verb, moment) = match (need.relation, need.lag_minutes) {
        (Relation::FinishToStart, 0) => ("starts when", "is done"),
        (Relation::FinishToStart, _) => ("starts", "is done"),
        (Relation::StartToStart, 0) => ("starts when", "starts"),
        (Relation::StartToStart, _) => ("starts", "starts"),
        (Relation::FinishToFinish, 0) => ("ends when", "is done"),
        (Relation::FinishToFinish, _) => ("ends", "is done"),
        (Relation::StartToFinish, 0) => ("ends when", "starts"),
        (Relation::StartToFinish, _) => ("ends", "starts"),
    };
    let whole = if of.item == item { String::new() } else { format!(", as all of `{}`", plan.items[of.item].id.value) };
    format!("{verb}{distance} `{target}` {moment}{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    #[test]
    fn what_holds_an_item_is_said_in_words() {
        for (need, expected) in [
            ("T-1", "starts when `T-1` is done"),
            ("T-1 (FS+2h)", "starts 2h after `T-1` is done"),
            ("T-1 (FS-1h)", "starts 1h before `T-1` is done"),
            ("T-1 (SS+3h)", "starts 3h after `T-1` starts"),
            ("T-1 (FF+1h)", "ends 1h after `T-1` is done"),
            ("T-1 (SF+5h)", "ends 5h after `T-1` starts"),
        ] {
            let text = format!("- [ ] T-1: a ~4h\n- [ ] T-2: b ~3h\n  - needs: {need}\n");
            let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
            let (outcome, _) = run(&plan, &MemoryTree::default(), Figure::Expected).unwrap();
            assert_eq!(outcome.unwrap().chain.last().unwrap().because, expected, "{need}");
        }
    }
}
