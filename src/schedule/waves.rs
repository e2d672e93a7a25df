//! What can be done side by side: the open tasks in waves, and what each need costs that puts two in a row.
//!
//! Domain layer. A wave is a step of the order the needs leave: the first holds what waits for no open task, each other
//! one what waits for a task of the wave before. Durations and lags do not matter to it, so it tells how wide the
//! plan is and not how long.

use super::Minutes;
use super::cpm::Dates;
use super::level::Changes;
use super::network::{Arc, Network};
use super::work::{Figure, NeedOf, Part, Work};
use crate::diag::{Diagnostic, Sink};
use crate::plan::Plan;
use std::collections::BTreeSet;

/// How many arcs are gone over in search of what needs cost; the dates are computed anew for each of them.
const ARCS: usize = 20_000_000;

/// The needs that are tried, at most.
const NEEDS: usize = 200;

/// A need that decides when all is done, as if somebody were always free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Serial {
    pub need: NeedOf,
    /// By how much all would be done earlier without it, and nothing else changed.
    pub gain: Minutes,
}

/// The open tasks of a plan by what can be done at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waves {
    /// Indices of items in the order of the plan; no wave is empty.
    pub waves: Vec<Vec<usize>>,
    /// How long all takes when somebody is always free.
    pub length: Minutes,
    /// The most tasks that are worked on at once then.
    pub width: usize,
    /// What decides that length, the costliest first.
    pub serial: Vec<Serial>,
}

/// Finds them. What looks wrong with the figures goes to `sink`.
///
/// # Errors
/// Tasks wait for each other.
pub fn waves(plan: &Plan, figure: Figure, sink: &mut Sink) -> Result<Waves, Box<Diagnostic>> {
    let work = Work::new(plan, figure, &Changes::default(), &[], sink)?;
    let dates = Dates::of(&work.network);
    Ok(Waves {
        waves: steps(&work),
        length: Minutes(dates.makespan()),
        width: width(&work, &dates),
        serial: serial(&work, &dates),
    })
}

/// The longest way to each task, counted in tasks.
fn steps(work: &Work) -> Vec<Vec<usize>> {
    let network = &work.network;
    let size = |activity: usize| i64::from(work.activities[activity].is_task);
    let mut wave = vec![0i64; network.len()];
    for position in 0..network.len() {
        let to = network.activity(position);
        for incoming in network.incoming(position) {
            let from = incoming.from as usize;
            let tie = work.ties[incoming.arc as usize];
            let moment = wave[from] + if tie.from_finish { size(network.activity(from)) } else { 0 };
            wave[position] = wave[position].max(moment - if tie.to_finish { size(to) } else { 0 });
        }
    }
    let mut waves: Vec<Vec<usize>> = Vec::new();
    for (item, part) in work.parts.iter().enumerate() {
        let Part::Task(activity) = *part else { continue };
        let number = usize::try_from(wave[network.position(activity)]).unwrap_or(0);
        if waves.len() <= number {
            waves.resize(number + 1, Vec::new());
        }
        waves[number].push(item);
    }
    waves.retain(|wave| !wave.is_empty());
    waves
}

/// The most tasks under way at one moment, each begun as early as it can be.
fn width(work: &Work, dates: &Dates) -> usize {
    let network = &work.network;
    most_at_once((0..network.len()).map(|position| {
        let start = dates.early_start(position);
        (start, start + network.durations()[position])
    }))
}

/// How many of some spans of time, each with its beginning and its end, share a moment at most; those that take no time
/// share none.
pub fn most_at_once(spans: impl Iterator<Item = (i64, i64)>) -> usize {
    let spans = spans.filter(|(begin, end)| begin < end);
    let mut moments: Vec<(i64, bool)> = spans.flat_map(|(begin, end)| [(begin, true), (end, false)]).collect();
    // What ends at a moment makes room for what begins then.
    moments.sort_unstable();
    let (mut now, mut most) = (0usize, 0);
    for (_, begins) in moments {
        now = if begins { now + 1 } else { now - 1 };
        most = most.max(now);
    }
    most
}

/// The needs on critical ways, with what each costs.
fn serial(work: &Work, dates: &Dates) -> Vec<Serial> {
    let network = &work.network;
    let mut binding: BTreeSet<(usize, usize)> = BTreeSet::new();
    for position in (0..network.len()).filter(|&position| dates.total_float(position) <= 0) {
        for incoming in network.incoming(position) {
            let from = incoming.from as usize;
            let binds = dates.total_float(from) <= 0
                && dates.early_start(from) + incoming.weight == dates.early_start(position);
            if let Some(need) = work.needs[incoming.arc as usize].filter(|_| binds) {
                binding.insert((need.item, need.need));
            }
        }
    }
    let (durations, arcs) = network.unordered();
    let tries = (ARCS / (arcs.len() + durations.len()).max(1)).min(NEEDS);
    let mut serial: Vec<Serial> = binding
        .into_iter()
        .take(tries)
        .map(|(item, need)| {
            let need = NeedOf { item, need };
            Serial { need, gain: Minutes(dates.makespan() - without(work, need, &durations, &arcs)) }
        })
        .collect();
    serial.sort_by_key(|one| (std::cmp::Reverse(one.gain), one.need.item, one.need.need));
    serial
}

/// How long all takes without one need.
fn without(work: &Work, need: NeedOf, durations: &[i64], arcs: &[Arc]) -> i64 {
    let left = arcs.iter().zip(&work.needs).filter(|(_, of)| **of != Some(need)).map(|(arc, _)| *arc);
    let network = Network::new(durations, &left.collect::<Vec<Arc>>());
    Dates::of(&network.expect("fewer arcs make no circle and no larger sum")).makespan()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    fn of(text: &str) -> (Plan, Waves) {
        let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
        let waves = waves(&plan, Figure::Likely, &mut Sink::new()).unwrap();
        (plan, waves)
    }

    fn shown(plan: &Plan, waves: &Waves) -> String {
        let wave =
            |wave: &Vec<usize>| wave.iter().map(|&item| plan.items[item].id.as_str()).collect::<Vec<_>>().join(" ");
        waves.waves.iter().map(wave).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn each_wave_waits_for_the_one_before() {
        for (text, expected, width) in [
            ("", "", 0),
            ("- [x] T-1: a ~1h\n", "", 0),
            ("- [ ] T-1: a ~1h\n- [ ] T-2: b ~1h\n", "T-1 T-2", 2),
            ("- [ ] T-1: a ~1h\n- [ ] T-2: b ~1h\n  - needs: T-1\n- [ ] T-3: c ~9h\n", "T-1 T-3 | T-2", 2),
            ("- [ ] T-1: a ~1h\n- [ ] T-2: b ~1h\n  - needs: T-1 (SS+1h)\n", "T-1 T-2", 1),
            ("- [ ] T-1: a ~2h\n- [ ] T-2: b ~1h\n  - needs: T-1 (FF)\n", "T-1 T-2", 2),
            (
                "## E-1: a\n- [ ] T-1: x ~1h\n- [ ] T-2: x ~1h\n  - needs: T-1\n## E-2: b\n- needs: E-1\n- [ ] T-3: x ~1h\n",
                "T-1 | T-2 | T-3",
                1,
            ),
        ] {
            let (plan, waves) = of(text);
            assert_eq!((shown(&plan, &waves), waves.width), (expected.to_owned(), width), "{text}");
        }
    }

    #[test]
    fn a_need_costs_what_its_absence_saves() {
        let (plan, waves) =
            of("- [ ] T-1: a ~4h\n- [ ] T-2: b ~3h\n  - needs: T-1\n- [ ] T-3: c ~1h\n  - needs: T-2\n\
             - [ ] T-4: d ~6h\n- [ ] T-5: e ~1h\n  - needs: T-4\n");
        let costs: Vec<(&str, i64)> =
            waves.serial.iter().map(|one| (plan.items[one.need.item].id.as_str(), one.gain.0 / 60)).collect();
        // Without its need T-2 is beside T-1, and T-4 with T-5 take seven of the eight hours; so do T-1 and T-2.
        assert_eq!(costs, [("T-2", 1), ("T-3", 1)]);
        assert_eq!(waves.length.0, 8 * 60);
    }

    #[test]
    fn a_tree_has_as_many_waves_as_it_is_deep() {
        let task = |number: usize| match number {
            0 => "- [ ] T-0: a ~1h\n".to_owned(),
            _ => format!("- [ ] T-{number}: a ~1h\n  - needs: T-{}\n", (number - 1) / 2),
        };
        let (_, waves) = of(&(0..5_000).map(task).collect::<String>());
        assert_eq!(waves.waves.len(), 13);
        assert_eq!(waves.waves.iter().map(Vec::len).sum::<usize>(), 5_000);
    }
}
