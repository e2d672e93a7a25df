//! Figures of small histories.

use super::*;
use crate::diag::Sink;
use crate::facts::{Facts, Ledger};
use crate::id::ObjectId;
use crate::plan::Reader;
use crate::port::EntryKind;
use crate::port::memory::{MemoryHistory, MemoryTree};
use crate::project::Project;
use proptest::prelude::*;

const PLAN: &str = "plan/03-execution-plan.md";
const HOUR: i64 = 3600;
/// 2026-01-05, a Monday, at midnight.
const MONDAY: i64 = 1_767_571_200;

type Files<'a> = &'a [(&'a str, &'a str)];

/// The figures after commits (hours, message, files), some hours after Monday.
fn figures(commits: &[(i64, &str, Files<'_>)], now: i64) -> Vec<Reading> {
    let mut history = MemoryHistory::default();
    let mut tip: Option<ObjectId> = None;
    let mut tree = MemoryTree::default();
    for (hours, message, files) in commits {
        tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(EntryKind::File, *path, text));
        let parents: Vec<&ObjectId> = tip.iter().collect();
        tip = Some(history.commit(&parents, MONDAY + hours * HOUR, message, &tree));
    }
    let facts = Facts::new(Ledger::read(&history, &tip.unwrap(), None).unwrap());
    let project = Project::read(&tree, Reader::Fast, &mut Sink::new()).unwrap();
    let now = Timestamp::from_second(MONDAY + now * HOUR).unwrap();
    run(&Survey::new(&project, &tree, &facts, now, &mut Sink::new()).unwrap())
}

fn value(readings: &[Reading], name: &str) -> Option<f64> {
    readings.iter().find(|reading| reading.metric.name == name).unwrap().value
}

#[test]
fn what_nobody_knows_is_no_figure_and_never_green() {
    let readings = figures(&[(0, "plan", &[(PLAN, "- [ ] T-1: a\n")])], 1);
    for reading in &readings {
        let counted = ["velocity", "open-blockers", "waivers"].contains(&reading.metric.name);
        assert!(reading.value.is_none() || counted, "{}: {:?}", reading.metric.name, reading.value);
        if reading.value.is_none() {
            assert_ne!(reading.light(), Some(Light::Green), "{}", reading.metric.name);
        }
        assert!(reading.week_ago.is_none() && reading.trend().is_none());
    }
}

#[test]
fn figures_follow_from_what_happened() {
    let due = |one: char, two: char| {
        format!("- [{one}] T-1: a ~4h\n  - due: 2026-01-05\n- [{two}] T-2: b ~2h\n  - due: 2026-01-05\n- [ ] T-3: c\n")
    };
    let plans = [due(' ', ' '), due('x', ' '), due(' ', ' '), due('x', 'x')];
    let readings = figures(
        &[
            (0, "plan", &[(PLAN, &plans[0])]),
            (2, "T-1: work", &[(PLAN, &plans[0]), ("src/a", "1")]),
            (6, "T-1: done", &[(PLAN, &plans[1])]),
            (7, "not yet", &[(PLAN, &plans[2])]),
            (30, "both", &[(PLAN, &plans[3])]),
        ],
        48,
    );
    for (name, expected) in [
        // Both were ticked on Tuesday, and due on Monday.
        ("tasks-on-time", 0.0),
        ("predictability", 0.0),
        ("velocity", 1.0),
        ("burn-rate", 3.0),
        // Three ticks, one of them taken back.
        ("rework", 100.0 / 3.0),
        ("cycle-time", 28.0),
        ("wait-time", 2.0),
        ("lead-time", 0.0),
        ("bus-factor", 1.0),
    ] {
        assert_eq!(value(&readings, name), Some(expected), "{name}");
    }
    // All of the plan is younger than the days looked at.
    assert_eq!(value(&readings, "unplanned-work"), None);
    assert_eq!(value(&readings, "utilisation"), None);
}

#[test]
fn trends_are_what_the_history_says_of_a_week_ago() {
    let (before, after) = ("- [x] T-1: a\n- [ ] T-2: b\n", "- [x] T-1: a\n- [ ] T-2: b\n- [ ] T-3: c\n");
    let readings = figures(
        &[
            (0, "plan", &[(PLAN, "- [ ] T-1: a\n- [ ] T-2: b\n")]),
            (24, "T-1: done", &[(PLAN, before)]),
            (200, "more", &[(PLAN, after)]),
        ],
        202,
    );
    let velocity = readings.iter().find(|reading| reading.metric.name == "velocity").unwrap();
    assert_eq!((velocity.value, velocity.week_ago), (Some(0.0), Some(1.0 / (34.0 / 24.0))));
    assert_eq!(value(&readings, "scope-change"), Some(50.0));
}

#[test]
fn the_teams_are_used_as_far_as_their_capacity_is_known() {
    let roster = "passmuster: roster/1\nmembers:\n  - { name: ada }\nteams:\n  - { name: core, members: [ada], capacity: 2 }\n  \
                  - { name: other, members: [] }\n";
    let plan = "- [ ] T-1: a @ada\n- [ ] T-2: b @ada\n";
    let files: Files<'_> = &[(PLAN, plan), ("plan/roster.yaml", roster)];
    let readings = figures(&[(0, "plan", files), (1, "T-1: begin", &[files[0], files[1], ("a", "1")])], 2);
    assert_eq!(value(&readings, "utilisation"), Some(50.0));
}

#[test]
fn lights_follow_the_direction() {
    let lights = |aim: Aim, values: [f64; 3]| values.map(|value| aim.light(Some(value)).unwrap().name());
    let expected = ["green", "yellow", "red"];
    assert_eq!(lights(Aim::AtLeast { target: 95.0, alarm: 90.0 }, [95.0, 90.0, 89.9]), expected);
    assert_eq!(lights(Aim::AtMost { target: 4.0, alarm: 8.0 }, [4.0, 8.0, 8.1]), expected);
    assert_eq!(lights(Aim::Within { target: (70.0, 80.0), alarm: (50.0, 85.0) }, [75.0, 85.0, 49.0]), expected);
    assert_eq!(Aim::AtMost { target: 4.0, alarm: 8.0 }.light(None), Some(Light::Unknown));
    assert_eq!(Aim::None.light(Some(1.0)), None);
}

#[test]
fn names_are_unique_words_and_pages_say_how() {
    let mut names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    let mut known = crate::policy::FIGURES.to_vec();
    known.sort_unstable();
    assert_eq!(names, known, "the policy knows every figure by its name");
    for metric in METRICS {
        assert!(metric.formula.len() > 20 && metric.more.starts_with("passmuster "), "{}", metric.name);
    }
}

proptest! {
    #[test]
    fn the_median_lies_in_the_middle(mut values in proptest::collection::vec(-1e6_f64..1e6, 0..20)) {
        let found = median(values.clone());
        values.sort_unstable_by(f64::total_cmp);
        prop_assert_eq!(found.is_none(), values.is_empty());
        if let Some(found) = found {
            let below = values.iter().filter(|value| **value < found).count();
            let above = values.iter().filter(|value| **value > found).count();
            prop_assert!(below <= values.len() / 2 && above <= values.len() / 2);
        }
    }
}
