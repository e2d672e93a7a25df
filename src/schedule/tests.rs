//! The critical path against a slow checker that shares nothing with it, and small plans worked out by hand.

use super::*;
use crate::diag::{Diagnostic, Sink};
use crate::plan::{Plan, Reader, Relation, read};
use crate::text::Source;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

fn plan(text: &str) -> Plan {
    read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new())
}

/// Start, finish and float of an item in hours.
fn hours(text: &str, id: &str) -> (i64, i64, i64) {
    let plan = plan(text);
    let critical = critical(&plan, Figure::Expected, &mut Sink::new()).unwrap();
    let times = critical.times(plan.find(id).unwrap()).unwrap();
    (times.start.0 / 60, times.finish.0 / 60, times.float.0 / 60)
}

fn fault(text: &str) -> Diagnostic {
    *critical(&plan(text), Figure::Expected, &mut Sink::new()).unwrap_err()
}

#[test]
fn each_relation_binds_the_moments_it_names() {
    for (need, expected) in [
        ("T-1", (4, 7, 0)),
        ("T-1 (FS+2h)", (6, 9, 0)),
        ("T-1 (FS-1h)", (3, 6, 0)),
        ("T-1 (FS-9h)", (0, 3, 1)),
        ("T-1 (SS)", (0, 3, 1)),
        ("T-1 (SS+3h)", (3, 6, 0)),
        ("T-1 (FF)", (1, 4, 0)),
        ("T-1 (FF+1h)", (2, 5, 0)),
        ("T-1 (SF)", (0, 3, 1)),
        ("T-1 (SF+5h)", (2, 5, 0)),
    ] {
        let text = format!("- [ ] T-1: a ~4h\n- [ ] T-2: b ~3h\n  - needs: {need}\n");
        assert_eq!(hours(&text, "T-2"), expected, "{need}");
    }
}

#[test]
fn what_contains_items_starts_with_the_first_and_ends_with_the_last() {
    let text = "\
## Epic E1: a
- [ ] A-1: a ~2h
- [ ] A-2: b ~5h

## Epic E2: b
- needs: E1 (technical: all of it)

- [ ] B-1: c ~1h
- [ ] B-2: d ~3h
  - needs: B-1

## Epic E3: c
- [ ] C-1: e ~1h
";
    assert_eq!(hours(text, "E1"), (0, 5, 0));
    assert_eq!(hours(text, "A-1"), (0, 2, 3));
    assert_eq!(hours(text, "E2"), (5, 9, 0));
    assert_eq!(hours(text, "B-2"), (6, 9, 0));
    assert_eq!(hours(text, "E3"), (0, 1, 8));
}

#[test]
fn what_is_done_dropped_or_begun_binds_no_start() {
    let after = |first: &str| hours(&format!("{first}\n- [ ] T-2: b ~3h\n  - needs: T-1\n"), "T-2").0;
    assert_eq!(after("- [ ] T-1: a ~4h"), 4);
    assert_eq!(after("- [x] T-1: a ~4h"), 0);
    assert_eq!(after("- [ ] T-1: a ~4h\n  - status: dropped"), 0);
    assert_eq!(after("- [ ] T-1: a ~4h\n  - actual: 3h"), 1);
    assert_eq!(after("- [ ] T-1: a ~4h\n  - needs: T-3\n- [ ] T-3: c ~9h"), 13);
    assert_eq!(after("- [ ] T-1: a ~4h\n  - needs: T-3\n  - actual: 1h\n- [ ] T-3: c ~9h"), 3);
    assert_eq!(hours("- [ ] T-1: a ~4h\n  - actual: 1h\n- [ ] T-2: b ~2h\n  - needs: T-1 (SS+1h)\n", "T-2").0, 0);
    assert_eq!(
        hours("## Epic E1: a\n- status: dropped\n- [ ] A-1: a ~9h\n## Epic E2: b\n- [ ] B-1: b ~1h\n", "B-1"),
        (0, 1, 0)
    );
    assert!(critical(&plan("- [x] T-1: a ~4h\n"), Figure::Expected, &mut Sink::new()).unwrap().chain().is_empty());
}

#[test]
fn a_task_without_an_estimate_counts_as_the_median() {
    let text = "- [x] T-1: a ~1h\n- [x] T-2: b ~3h\n- [ ] T-3: c ~9h\n- [ ] T-4: d\n";
    assert_eq!(hours(text, "T-4").1, 3);
    assert_eq!(hours("- [ ] T-4: d\n", "T-4").1, 8);
    let text = plan(text);
    let critical = critical(&text, Figure::Expected, &mut Sink::new()).unwrap();
    assert_eq!(critical.unestimated(), (&[3][..], Minutes(180)));
}

#[test]
fn the_figure_decides_what_a_three_point_estimate_counts_as() {
    let plan = plan("- [ ] T-1: a\n  - estimate: 36m / 60m / 132m\n");
    let finish = |figure| critical(&plan, figure, &mut Sink::new()).unwrap().finish().0;
    assert_eq!(Figure::ALL.map(finish), [36, 60, 68, 132]);
}

#[test]
fn the_chain_tells_which_need_held_each_item() {
    let plan = plan(
        "## Epic E1: a\n- [ ] A-1: a ~2h\n- [ ] A-2: b ~5h\n## Epic E2: b\n- needs: E1\n- [ ] B-1: c ~1h\n- [ ] B-2: d ~1h\n",
    );
    let critical = critical(&plan, Figure::Expected, &mut Sink::new()).unwrap();
    let (a2, b, b1) = (plan.find("A-2").unwrap(), plan.find("E2").unwrap(), plan.find("B-1").unwrap());
    let because = Some(NeedOf { item: b, need: 0 });
    assert_eq!(critical.chain(), [Step { item: a2, because: None }, Step { item: b1, because }]);
    assert_eq!(critical.critical_tasks().len(), 3);
    assert!(critical.is_critical("b-2") && critical.is_critical("E1") && !critical.is_critical("A-1"));
    assert!(!critical.is_critical("nobody") && critical.float("nobody").is_none());
}

#[test]
fn little_float_is_a_tenth_of_the_time_left() {
    let plan = plan("- [ ] T-1: a ~10h\n- [ ] T-2: b ~9h\n- [ ] T-3: c ~8h\n");
    let near = critical(&plan, Figure::Expected, &mut Sink::new()).unwrap().near();
    assert_eq!(near.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [1]);
}

#[test]
fn tasks_that_hold_each_other_are_named() {
    let found = fault("- [ ] T-1: a ~4h\n  - needs: T-2\n- [ ] T-2: b ~3h\n  - needs: T-1\n");
    assert_eq!(found.message, "`T-2` waits for itself: T-2 → T-1 → T-2");
    assert_eq!(found.code.name, "schedule/cycle");
    // No circle of moments, and still none can be placed.
    fault("- [ ] T-1: a ~4h\n  - needs: T-2 (FF)\n- [ ] T-2: b ~5h\n  - needs: T-1 (SS)\n");
    fault(
        "## Epic E1: a\n- [ ] A-1: a ~4h\n  - needs: E1 (SS)\n  - needs: B-1\n## Epic E2: b\n- [ ] B-1: b\n  - needs: E1\n",
    );
}

#[test]
fn figures_nobody_believes_are_said() {
    let codes = |text: &str| {
        let mut sink = Sink::new();
        critical(&plan(text), Figure::Expected, &mut sink).unwrap();
        sink.into_sorted().iter().map(|finding| finding.code.name).collect::<Vec<_>>()
    };
    assert_eq!(codes("- [ ] T-1: a ~2000h\n- [ ] T-2: a ~4h\n  - actual: 4h\n"), [""; 0]);
    assert_eq!(codes("- [ ] T-1: a ~2001h\n"), ["schedule/long-task"]);
    assert_eq!(codes("- [ ] T-1: a ~4h\n  - actual: 5h\n"), ["schedule/overspent"]);
}

#[test]
fn minutes_are_said_in_working_days() {
    for (minutes, expected) in
        [(0, "0h"), (40, "40m"), (90, "1h30m"), (480, "1d"), (1565, "3d 2h5m"), (-60, "-1h"), (485, "1d 5m")]
    {
        assert_eq!(Minutes(minutes).to_string(), expected);
    }
    assert!(!Minutes(i64::MIN).to_string().is_empty());
}

#[test]
fn a_large_plan_is_linear() {
    let count = 100_000usize;
    let arcs: Vec<Arc> = (1..count)
        .flat_map(|to| [1, 7, 310].map(|back| (to.checked_sub(back), to)))
        .filter_map(|(from, to)| Some(Arc { from: from?, to, weight: 3 }))
        .collect();
    let dates = Dates::of(&Network::new(&vec![3; count], &arcs).unwrap());
    assert_eq!(dates.makespan(), 3 * i64::try_from(count).unwrap());
}

/// A network as typed relations between tasks, before anything is folded.
#[derive(Clone, Debug)]
struct Typed {
    durations: Vec<i64>,
    arcs: Vec<(usize, usize, Relation, i64)>,
}

impl Typed {
    /// The folded arcs, as SCHEDULING's formulas give them.
    fn network(&self) -> Result<Network, Fault> {
        let arcs = self.arcs.iter().map(|&(from, to, relation, lag)| {
            let (before, after) = (self.durations[from], self.durations[to]);
            let weight = match relation {
                Relation::FinishToStart => before + lag,
                Relation::StartToStart => lag,
                Relation::FinishToFinish => before + lag - after,
                Relation::StartToFinish => lag - after,
            };
            Arc { from, to, weight }
        });
        Network::new(&self.durations, &arcs.collect::<Vec<_>>())
    }

    /// The least starts that hold every relation, given least starts: each broken relation moves its later moment, until
    /// none is broken.
    fn starts(&self, mut starts: Vec<i64>) -> Vec<i64> {
        loop {
            let mut moved = false;
            for &(from, to, relation, lag) in &self.arcs {
                let finish = |task: usize| starts[task] + self.durations[task];
                let missing = match relation {
                    Relation::FinishToStart => finish(from) + lag - starts[to],
                    Relation::StartToStart => starts[from] + lag - starts[to],
                    Relation::FinishToFinish => finish(from) + lag - finish(to),
                    Relation::StartToFinish => starts[from] + lag - finish(to),
                };
                if missing > 0 {
                    starts[to] += missing;
                    moved = true;
                }
            }
            if !moved {
                return starts;
            }
        }
    }

    fn end(&self, starts: &[i64]) -> i64 {
        starts.iter().zip(&self.durations).map(|(start, duration)| start + duration).max().unwrap_or(0)
    }

    /// Whether anybody can be reached from itself.
    fn has_circle(&self) -> bool {
        let len = self.durations.len();
        let mut reaches = vec![vec![false; len]; len];
        for &(from, to, ..) in &self.arcs {
            reaches[from][to] = true;
        }
        for via in 0..len {
            for from in 0..len {
                for to in 0..len {
                    reaches[from][to] |= reaches[from][via] && reaches[via][to];
                }
            }
        }
        (0..len).any(|task| reaches[task][task])
    }

    /// The same answers by trying: a task can move so far, and not a minute more.
    fn check(&self) {
        let network = match self.network() {
            Err(fault) => {
                let Fault::Cycle(circle) = fault else { panic!("the figures are small") };
                let follows = |from, to| self.arcs.iter().any(|arc| (arc.0, arc.1) == (from, to));
                assert!((0..circle.len()).all(|at| follows(circle[at], circle[(at + 1) % circle.len()])));
                return assert!(self.has_circle());
            }
            Ok(network) => network,
        };
        assert!(!self.has_circle());
        let dates = Dates::of(&network);
        let starts = self.starts(vec![0; self.durations.len()]);
        let end = self.end(&starts);
        assert_eq!(dates.makespan(), end);
        for task in 0..starts.len() {
            let position = network.position(task);
            assert_eq!(dates.early_start(position), starts[task], "start of {task}");
            let moved_by = |minutes: i64| {
                let mut least = starts.clone();
                least[task] += minutes;
                self.starts(least)
            };
            let float = dates.total_float(position);
            assert!(self.end(&moved_by(float)) == end && self.end(&moved_by(float + 1)) > end, "float of {task}");
            let free = dates.free_float(position);
            let moves_another = |minutes: i64| {
                let moved = moved_by(minutes);
                self.end(&moved) > end || (0..starts.len()).any(|other| other != task && moved[other] != starts[other])
            };
            assert!(0 <= free && free <= float, "floats of {task}");
            assert!(!moves_another(free) && moves_another(free + 1), "free float of {task}");
        }
    }
}

/// Tasks in a hidden order; now and then an arc goes against it.
fn typed() -> impl Strategy<Value = Typed> {
    let relation = prop_oneof![
        Just(Relation::FinishToStart),
        Just(Relation::StartToStart),
        Just(Relation::FinishToFinish),
        Just(Relation::StartToFinish),
    ];
    (1usize..14).prop_flat_map(move |len| {
        let arc = (0..len, 0..len, relation.clone(), -12i64..20, prop::bool::weighted(0.01));
        let order = Just((0..len).collect::<Vec<usize>>()).prop_shuffle();
        (prop::collection::vec(0i64..10, len), prop::collection::vec(arc, 0..2 * len), order).prop_map(
            |(durations, arcs, order)| {
                let directed = arcs.into_iter().filter(|arc| arc.0 != arc.1).map(|(a, b, relation, lag, back)| {
                    let (from, to) = if (a < b) == back { (b, a) } else { (a, b) };
                    (order[from], order[to], relation, lag)
                });
                Typed { durations, arcs: directed.collect() }
            },
        )
    })
}

#[test]
fn random_networks_agree_with_a_slow_checker() {
    let config = ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&typed(), |typed| {
            typed.check();
            Ok(())
        })
        .unwrap();
}

/// Epics of tasks, with needs of epics on epics and of tasks on tasks, written as a plan, and as relations between the
/// single tasks.
#[test]
fn a_need_of_a_whole_is_a_need_of_each_of_its_parts() {
    let needs = prop::collection::vec((0usize..4, 0usize..4, 0i64..4), 0..5);
    let tasks = prop::collection::vec((0usize..4, 1i64..9), 1..12);
    let config = ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&(tasks, needs), |(tasks, needs)| {
            let needs: Vec<_> = needs.into_iter().filter(|need| need.0 < need.1).collect();
            let mut text = String::new();
            for epic in 0..4 {
                text.push_str(&format!("## Epic E{epic}: e\n"));
                for (from, _, lag) in needs.iter().filter(|need| need.1 == epic) {
                    text.push_str(&format!("- needs: E{from} (FS+{lag}h)\n"));
                }
                text.push('\n');
                for (number, (_, hours)) in tasks.iter().enumerate().filter(|(_, task)| task.0 == epic) {
                    text.push_str(&format!("- [ ] T-{number}: t ~{hours}h\n"));
                }
            }
            let plan = plan(&text);
            let critical = critical(&plan, Figure::Expected, &mut Sink::new()).unwrap();
            // An epic without tasks is a moment, and its needs hold through it.
            let mut typed = Typed { durations: tasks.iter().map(|task| task.1 * 60).collect(), arcs: Vec::new() };
            let moment = typed.durations.len();
            typed.durations.extend([0; 8]);
            for epic in 0..4 {
                let (begin, end) = (moment + 2 * epic, moment + 2 * epic + 1);
                typed.arcs.push((begin, end, Relation::FinishToStart, 0));
                for number in (0..tasks.len()).filter(|&number| tasks[number].0 == epic) {
                    typed.arcs.push((begin, number, Relation::FinishToStart, 0));
                    typed.arcs.push((number, end, Relation::FinishToStart, 0));
                }
            }
            for (from, to, lag) in needs {
                typed.arcs.push((moment + 2 * from + 1, moment + 2 * to, Relation::FinishToStart, lag * 60));
            }
            let starts = typed.starts(vec![0; typed.durations.len()]);
            prop_assert_eq!(critical.finish().0, typed.end(&starts));
            for (number, start) in starts.iter().enumerate().take(tasks.len()) {
                let index = plan.find(&format!("T-{number}")).unwrap();
                prop_assert_eq!(critical.times(index).unwrap().start.0, *start);
            }
            // The chain is as long as the whole, when nothing but tasks and lags make it up.
            let chain = critical.chain();
            prop_assert!(chain.first().is_none_or(|step| step.because.is_none()));
            prop_assert!(chain.iter().skip(1).all(|step| step.because.is_some()));
            prop_assert!(chain.iter().all(|step| critical.times(step.item).unwrap().is_critical()));
            Ok(())
        })
        .unwrap();
}
