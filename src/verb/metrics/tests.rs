//! Figures of small histories.

use super::*;
use crate::diag::Sink;
use crate::facts::{Facts, Ledger};
use crate::id::ObjectId;
use crate::plan::Reader;
use crate::port::EntryKind;
use crate::port::memory::{MemoryHistory, MemoryTree};
use crate::project::Project;
use crate::verb::survey::Beyond;
use proptest::prelude::*;
use std::collections::HashSet;

const PLAN: &str = "plan/03-execution-plan.md";
const HOUR: i64 = 3600;
/// 2026-01-05, a Monday, at midnight.
const MONDAY: i64 = 1_767_571_200;

type Files<'a> = &'a [(&'a str, &'a str)];

/// The figures after commits (hours, message, files), some hours after Monday.
fn figures(commits: &[(i64, &str, Files<'_>)], now: i64) -> Vec<Reading> {
    figures_since(0, commits, now)
}

/// The same in a clone that has only the commits from one on.
fn figures_since(first: usize, commits: &[(i64, &str, Files<'_>)], now: i64) -> Vec<Reading> {
    let mut history = MemoryHistory::default();
    let mut made: Vec<ObjectId> = Vec::new();
    let mut tree = MemoryTree::default();
    for (hours, message, files) in commits {
        tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(EntryKind::File, *path, text));
        let parents: Vec<&ObjectId> = made.last().into_iter().collect();
        made.push(MemoryHistory::commit(&mut history, &parents, MONDAY + hours * HOUR, message, &tree));
    }
    made[..first].iter().for_each(|id| history.forget(id));
    let facts = Facts::new(Ledger::read(&history, made.last().unwrap(), None).unwrap());
    let project = Project::read(&tree, Reader::Fast, &mut Sink::new()).unwrap();
    let now = Timestamp::from_second(MONDAY + now * HOUR).unwrap();
    let mut survey = Survey::new(&project, &tree, &facts, now, &mut Sink::new()).unwrap();
    survey.beyond = Beyond::ask(&project, &facts, (&history, &HashSet::new()), now).unwrap();
    run(&survey, &history).unwrap()
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
        assert!(reading.week_ago.is_err() && reading.trend().is_none());
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
    assert_eq!((velocity.value, velocity.week_ago), (Some(0.0), Ok(1.0 / (34.0 / 24.0))));
    assert_eq!(value(&readings, "scope-change"), Some(50.0));
}

fn reading<'r>(readings: &'r [Reading], name: &str) -> &'r Reading {
    readings.iter().find(|reading| reading.metric.name == name).unwrap()
}

const POLICY: &str = "passmuster: policy/1\nrepository: abcdefgh\nprofile: solo\nprotect: [main]\nlevels:\n  merge: [docs]\ngates:\n  \
                      docs: { when: [src/**], changed: [docs/**] }\n";

/// A blocker of `T-1`, opened some hours after Monday, and resolved.
fn blocker(priority: &str, opened: i64, resolved: Option<i64>) -> String {
    let at = |hours: i64| Timestamp::from_second(MONDAY + hours * HOUR).unwrap();
    let (state, steps) = resolved.map_or_else(
        || ("active", String::new()),
        |hours| ("resolved", format!("steps:\n  - {{ to: resolved, by: ada, at: {}, note: n }}\n", at(hours))),
    );
    format!(
        "---\npassmuster: blocker/1\ntitle: t\nstate: {state}\nby: ada\nat: {}\nowner: ada\ntype: technical\npriority: {priority}\n\
         items: [T-1]\n{steps}---\n# t\n",
        at(opened)
    )
}

#[test]
fn what_only_the_files_tell_has_a_trend_as_well() {
    let plan = "- [ ] T-1: a ~8h\n  - due: 2026-01-06\n- [ ] T-2: b ~8h\n  - needs: T-1\n";
    let done = "- [x] T-1: a ~8h\n  - due: 2026-01-06\n- [ ] T-2: b ~8h\n  - needs: T-1\n";
    let (open, closed) = (blocker("P0", 1, None), blocker("P0", 1, Some(170)));
    let (one, other) = ("plan/blockers/2026-01-05-a.md", "plan/blockers/2026-01-13-b.md");
    let (policy, source, docs) = (("passmuster.yaml", POLICY), ("src/a", "1"), ("docs/a", "1"));
    let later = blocker("P2", 190, None);
    let readings = figures(
        &[
            (0, "plan", &[policy, (PLAN, plan), source, (one, &open)]),
            (170, "T-1: done", &[policy, (PLAN, done), source, docs, (one, &closed)]),
            (190, "b", &[policy, (PLAN, done), source, docs, (one, &closed), (other, &later)]),
        ],
        200,
    );
    for (name, now, week_ago) in [
        // The first task was done a week late; before, the blocker of it was open.
        ("open-blockers", 1.0, 1.0),
        ("open-blockers-p0", 0.0, 1.0),
        ("open-blockers-p2", 1.0, 0.0),
        // The sources had changed, and no document.
        ("documentation", 100.0, 0.0),
    ] {
        let reading = reading(&readings, name);
        assert_eq!((reading.value, reading.week_ago), (Some(now), Ok(week_ago)), "{name}");
    }
    for name in ["critical-path-health", "buffer-consumed", "procedures"] {
        let reading = reading(&readings, name);
        assert!(reading.value.is_some() && reading.week_ago.is_ok(), "{reading:?}");
    }
}

#[test]
fn why_a_trend_is_not_known_is_said() {
    let why =
        |readings: &[Reading]| readings.iter().map(|reading| reading.week_ago.unwrap_err()).collect::<HashSet<_>>();
    let (plan, broken) = ((PLAN, "- [ ] T-1: a\n"), (PLAN, "- [ ] T-1: a\n- [ ] T-1: b\n"));
    let begins = Timestamp::from_second(MONDAY + 100 * HOUR).unwrap();
    let young = figures(&[(100, "plan", &[plan]), (150, "more", &[plan, ("a", "1")])], 200);
    assert_eq!(why(&young), HashSet::from([Unknown::Young(begins)]));
    let shallow = figures_since(1, &[(0, "plan", &[plan]), (100, "more", &[plan, ("a", "1")])], 200);
    assert_eq!(why(&shallow), HashSet::from([Unknown::Shallow(begins)]));
    let new = figures(&[(0, "code", &[("a", "1")]), (190, "plan", &[plan])], 200);
    assert_eq!(why(&new), HashSet::from([Unknown::NoPlan]));
    let mistaken = figures(&[(0, "plan", &[broken]), (190, "mended", &[plan])], 200);
    assert_eq!(why(&mistaken), HashSet::from([Unknown::Mistakes]));
    let known = figures(&[(0, "plan", &[plan]), (190, "more", &[plan, ("a", "1")])], 200);
    assert_eq!(reading(&known, "velocity").week_ago, Ok(0.0));
    assert_eq!(reading(&known, "tasks-on-time").week_ago, Err(Unknown::Nothing));
}

#[test]
fn what_a_shallow_clone_does_not_have_is_not_zero() {
    let (open, done) = ((PLAN, "## Feature F: f\n- [ ] T-1: a ~1h\n"), (PLAN, "## Feature F: f\n- [x] T-1: a ~1h\n"));
    let commits: [(i64, &str, Files<'_>); 3] =
        [(0, "plan", &[open]), (10, "T-1: done", &[done]), (20, "more", &[done, ("a", "1")])];
    for name in ["velocity", "burn-rate"] {
        assert_eq!(value(&figures(&commits, 30), name), Some(1.0 / (30.0 / 24.0)), "{name}");
        assert_eq!(value(&figures_since(2, &commits, 30), name), None, "{name}");
    }
    let opened = blocker("P2", 15, None);
    let recorded: [(i64, &str, Files<'_>); 3] = [
        commits[0],
        (10, "T-1: work", &[done, ("a", "1")]),
        (20, "T-1: more", &[done, ("plan/blockers/a.md", &opened)]),
    ];
    for (name, whole) in [("coordination", 100.0 / 3.0), ("bus-factor", 1.0)] {
        assert_eq!(value(&figures(&recorded, 30), name), Some(whole), "{name}");
        assert_eq!(value(&figures_since(2, &recorded, 30), name), None, "{name}");
    }
    assert_eq!(value(&figures_since(2, &commits, 30), "feature-velocity"), None);
    // A week after its border all of a week is known.
    assert_eq!(value(&figures_since(2, &commits, 20 + 7 * 24), "velocity"), Some(0.0));
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

/// The lines of a plan with up to four tasks: how each stands, and what it says.
fn tasks() -> impl Strategy<Value = String> {
    let task = (any::<bool>(), 1_u32..20, 1_u32..9);
    proptest::collection::vec(task, 1..4).prop_map(|tasks| {
        let line = |(number, (done, due, hours)): (usize, &(bool, u32, u32))| {
            let mark = if *done { 'x' } else { ' ' };
            format!("- [{mark}] T-{number}: a ~{hours}h\n  - due: 2026-01-{due:02}\n")
        };
        tasks.iter().enumerate().map(line).collect()
    })
}

/// When a blocker was opened and resolved, if it was, and its priority.
fn trouble() -> impl Strategy<Value = String> {
    let priority = proptest::sample::select(vec!["P0", "P1", "P2"]);
    (priority, 0_i64..200, proptest::option::of(0_i64..200))
        .prop_map(|(priority, opened, lasts)| blocker(priority, opened, lasts.map(|hours| opened + hours)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever happened since: a week ago a figure was what it was shown to be then.
    #[test]
    fn what_was_is_what_was_shown_then(
        states in proptest::collection::vec((1_i64..80, tasks(), proptest::option::of(trouble()), 0_u8..3), 1..7),
        known in 1_usize..7,
        rest in 0_i64..50,
    ) {
        let texts: Vec<[String; 2]> = states.iter().map(|(_, _, _, n)| [format!("{n}"), format!("{}", n % 2)]).collect();
        let files: Vec<Vec<(&str, &str)>> = states
            .iter()
            .zip(&texts)
            .map(|((_, plan, trouble, _), [source, docs])| {
                let mut files = vec![("passmuster.yaml", POLICY), (PLAN, plan), ("src/a", source), ("docs/a", docs)];
                files.extend(trouble.as_ref().map(|record| ("plan/blockers/2026-01-05-a.md", record.as_str())));
                files
            })
            .collect();
        let mut hours = 0;
        let commits: Vec<(i64, &str, Files<'_>)> = states
            .iter()
            .zip(&files)
            .map(|((after, ..), files)| {
                hours += after;
                (hours, "T-1: work", &files[..])
            })
            .collect();
        let known = known.min(commits.len());
        let next = commits.get(known).map_or(i64::MAX, |commit| commit.0);
        let then = (commits[known - 1].0 + rest).min(next - 1);
        let shown = figures(&commits[..known], then);
        for (before, now) in shown.iter().zip(figures(&commits, then + 7 * 24)) {
            prop_assert_eq!(before.value, now.week_ago.ok(), "{}", before.metric.name);
        }
    }

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
