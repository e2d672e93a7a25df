//! Samples against closed forms, and against the critical path method.

use super::sample::{Duration, Model, Samples, Wanted};
use super::*;
use crate::plan::{Reader, read};
use crate::roster;
use crate::schedule::calendar::Minute;
use crate::schedule::cpm::Dates;
use crate::schedule::level;
use crate::text::Source;
use proptest::prelude::*;

const N: usize = 10_000;

fn tie(from_finish: bool, to_finish: bool, lag: i64) -> Tie {
    Tie { from_finish, to_finish, lag }
}

const FS: Tie = Tie { from_finish: true, to_finish: false, lag: 0 };

/// A network of activities with these distributions; the folded weights are those of the mean durations.
fn model(spreads: &[Spread], arcs: &[(usize, usize, Tie)]) -> (Network, Model) {
    let means: Vec<i64> = spreads.iter().map(|spread| spread.mean().round() as i64).collect();
    let fold = |&(from, to, tie): &(usize, usize, Tie)| {
        let after = |at: usize, finish: bool| if finish { means[at] } else { 0 };
        Arc { from, to, weight: tie.lag + after(from, tie.from_finish) - after(to, tie.to_finish) }
    };
    let network = Network::new(&means, &arcs.iter().map(fold).collect::<Vec<_>>()).unwrap();
    let duration =
        |(number, spread): (usize, &Spread)| Duration { number: number as u64, spread: spread.clone(), spent: 0.0 };
    let durations: Vec<Duration> = spreads.iter().enumerate().map(duration).collect();
    let ties: Vec<Tie> = arcs.iter().map(|(_, _, tie)| *tie).collect();
    let model = Model::new(&network, &durations, &ties).unwrap();
    (network, model)
}

fn run(model: &Model, samples: usize, threads: usize, watched: &[u32]) -> Samples {
    model.run(&Wanted { samples, seed: 7, threads, watched, drivers: true })
}

fn triangle(low: f64, likely: f64, high: f64) -> Spread {
    Spread::of_three(Distribution::Triangular, low, likely, high)
}

/// The share of samples at or below the value that a closed form puts at `q` lies within the rank error.
fn assert_share(finishes: &Finishes, value: f64, q: f64) {
    let share = finishes.chance(Minutes(value.round() as i64));
    // Twice the error at 95 %: these are many comparisons.
    let error = 2.0 * 1.96 * (q * (1.0 - q) / finishes.len() as f64).sqrt() + 0.001;
    assert!((share - q).abs() <= error, "{share} of the samples end by {value}, not {q}");
}

#[test]
fn one_task_has_the_quantiles_of_its_distribution() {
    for spread in [triangle(3600.0, 6000.0, 13200.0), Spread::of_three(Distribution::Pert, 3600.0, 6000.0, 13200.0)] {
        let (_, model) = model(std::slice::from_ref(&spread), &[]);
        let finishes = Finishes::new(run(&model, N, 1, &[]).finish);
        for q in SHARES {
            assert_share(&finishes, spread.quantile(q), q);
        }
    }
}

#[test]
fn a_long_chain_ends_as_the_sum_of_its_tasks_does() {
    let spread = Spread::of_three(Distribution::Pert, 360.0, 600.0, 1320.0);
    let count = 64;
    let arcs: Vec<_> = (1..count).map(|to| (to - 1, to, FS)).collect();
    let (_, model) = model(&vec![spread.clone(); count], &arcs);
    let samples = run(&model, N, 2, &[]);
    let finishes = Finishes::new(samples.finish);
    let mean = spread.mean() * count as f64;
    let sd = spread.sd() * (count as f64).sqrt();
    assert!((finishes.mean() / mean - 1.0).abs() < 0.002, "{} for {mean}", finishes.mean());
    assert!((finishes.sd() / sd - 1.0).abs() < 0.03, "{} for {sd}", finishes.sd());
    // By the central limit theorem; 0.8416 and 1.6449 are quantiles of the normal distribution.
    for (q, z) in [(0.5, 0.0), (0.8, 0.841_6), (0.95, 1.644_9)] {
        let value = finishes.quantile(q).0 as f64;
        assert!((value / (mean + z * sd) - 1.0).abs() < 0.005, "P{q}: {value}");
    }
    assert!(samples.sums.iter().all(|sums| sums.critical as usize == N));
}

#[test]
fn two_chains_that_each_hold_in_eight_of_ten_cases_hold_together_in_sixty_four_of_a_hundred() {
    let spread = triangle(3600.0, 6000.0, 13200.0);
    let (_, model) = model(&[spread.clone(), spread.clone()], &[]);
    let samples = run(&model, N, 2, &[0, 1]);
    let own = spread.quantile(0.8);
    for finishes in samples.watched {
        assert_share(&Finishes::new(finishes), own, 0.8);
    }
    let both = Finishes::new(samples.finish);
    assert_share(&both, own, 0.64);
    // The quantile of the larger of two is that of one at the root.
    for q in SHARES {
        assert_share(&both, spread.quantile(q.sqrt()), q);
    }
    // One of the two decides in every sample; both do when they draw the same of 512 cards.
    let critical: u32 = samples.sums.iter().map(|sums| sums.critical).sum();
    assert!((N as u32..N as u32 + 50).contains(&critical), "{critical}");
}

#[test]
fn ten_thousand_samples_are_close_to_many_more() {
    let spread = |scale: f64| Spread::of_three(Distribution::Pert, 30.0 * scale, 60.0 * scale, 200.0 * scale);
    let spreads: Vec<Spread> = (1..9).map(|task| spread(f64::from(task))).collect();
    let arcs = [(0, 7, FS), (1, 6, FS), (2, 6, FS), (3, 5, FS), (5, 6, FS)];
    let (_, model) = model(&spreads, &arcs);
    let few = Finishes::new(run(&model, N, 1, &[]).finish);
    let many = Finishes::new(run(&model, 100_000, 2, &[]).finish);
    for q in SHARES {
        let (few, many) = (few.quantile(q).0 as f64, many.quantile(q).0 as f64);
        assert!((few / many - 1.0).abs() < 0.01, "P{q}: {few} and {many}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_figures() {
    let spreads: Vec<Spread> = (1..40).map(|x| triangle(f64::from(x), f64::from(x * 3), f64::from(x * 9))).collect();
    let arcs: Vec<_> = (3..39).map(|to| (to / 2, to, tie(to % 3 > 0, to % 5 == 0, to as i64 % 7 - 3))).collect();
    let (_, model) = model(&spreads, &arcs);
    // Neither a multiple of the lanes nor of the parcels.
    let one = format!("{:?}", run(&model, 1003, 1, &[3, 38]));
    for threads in [2, 5, 64] {
        assert_eq!(format!("{:?}", run(&model, 1003, threads, &[3, 38])), one, "{threads} threads");
    }
    // More samples are the same ones, and more of them.
    let more = run(&model, 2006, 3, &[]).finish;
    assert_eq!(more[..1003], run(&model, 1003, 1, &[]).finish);
}

#[test]
fn a_task_decides_by_as_much_as_it_strays() {
    // One chain of a task that strays and one that does not, beside a short task.
    let spreads = [triangle(100.0, 500.0, 900.0), Spread::Exact(300.0), triangle(1.0, 50.0, 90.0)];
    let (_, model) = model(&spreads, &[(0, 1, FS)]);
    let samples = run(&model, N, 1, &[]);
    let sums = |at: usize| {
        let sums = samples.sums[at];
        let count = N as f64;
        let variance = sums.squared / count - (sums.duration / count).powi(2);
        (f64::from(sums.critical) / count, variance.max(0.0).sqrt())
    };
    let finishes = Finishes::new(samples.finish.clone());
    // Positions are those of the order: the tasks that wait for nothing come first.
    assert_eq!((sums(0).0, sums(1).0, sums(2).0), (1.0, 0.0, 1.0));
    assert!((sums(0).1 / finishes.sd() - 1.0).abs() < 1e-6);
    assert_eq!(sums(2).1, 0.0);
}

#[test]
fn a_plan_is_forecast_in_its_own_words() {
    let text = "## E-1: first\n\n- [ ] T-1: a ~2h/4h/9h\n- [x] T-2: b ~1h\n- [ ] T-3: c ~3h\n  - needs: T-1\n\n\
                ## E-2: second\n\n- [ ] T-4: d\n";
    let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
    let request = Request { level: Level::Item, drivers: true, due: &|_| Some(Minutes(480)), ..Request::default() };
    let found = forecast(&plan, &request, &mut Sink::new()).unwrap();
    assert_eq!(found.basis, Basis { three: 1, single: 1, none: 1, ratios: 0 });
    let ids: Vec<&str> = found.parts.iter().map(|part| plan.items[part.item].id.as_str()).collect();
    assert_eq!(ids, ["E-1", "T-1", "T-3", "E-2", "T-4"]);
    assert_eq!(found.parts[0].quantiles, found.parts[2].quantiles, "an epic ends with its last task");
    assert_eq!(found.parts[2].quantiles[1].0 - found.parts[1].quantiles[1].0, 180);
    assert!(found.parts.iter().all(|part| part.chance.is_some_and(|chance| chance > 0.5)));
    let top = found.drivers[0];
    assert_eq!((plan.items[top.item].id.as_str(), top.criticality), ("T-1", 1.0));
    assert!(top.sensitivity > 0.99 && top.cruciality > 0.99, "{top:?}");
}

/// The finish of a plan at even odds, without people and with those of a roster.
fn finishes(text: &str, roster: &str) -> (i64, Forecast) {
    let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
    let roster = format!("passmuster: roster/1\n{roster}");
    let roster = roster::parse(&Source::new("plan/roster.yaml", roster), &mut Sink::new()).unwrap();
    let changes = Changes::default();
    // A Monday.
    let begin = Minute::of_day(jiff::civil::date(2026, 11, 23), &jiff::tz::TimeZone::UTC).unwrap();
    let request = level::Request {
        plan: &plan,
        roster: Some(&roster),
        figure: Figure::Expected,
        begin,
        changes: &changes,
        effort: Some(20),
        seed: 0,
    };
    let levelled = level::level(&request, &mut Sink::new()).unwrap();
    let all = |hands| Request { hands, samples: 200, drivers: true, ..Request::default() };
    let alone = forecast(&plan, &all(None), &mut Sink::new()).unwrap().finish().quantile(0.5).0;
    let found = forecast(&plan, &all(Some(&levelled)), &mut Sink::new()).unwrap();
    // Exact durations: every sample is the schedule.
    if found.finish().quantile(0.0) == found.finish().quantile(1.0) {
        let end = levelled.finish.0 - levelled.begin.0;
        let length = if found.by_clock { end } else { levelled.common.between(levelled.begin, levelled.finish) };
        assert_eq!(found.finish().quantile(0.5).0, length, "{text}");
        for driver in &found.drivers {
            let is_critical = levelled.row(driver.item).unwrap().is_critical();
            assert_eq!(driver.criticality, if is_critical { 1.0 } else { 0.0 }, "{}", plan.items[driver.item].id.value);
        }
    }
    (alone, found)
}

#[test]
fn people_who_do_two_things_do_one_after_the_other() {
    let (alone, found) = finishes("- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @ada ~2h\n", "members: [{ name: ada }]");
    assert_eq!((alone, found.finish().quantile(0.5).0), (240, 360));
    assert!(found.by_people && !found.by_clock);
    let text = "- [ ] T-1: a ~4h\n- [ ] T-2: b ~2h\n";
    let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
    let work = Work::new(&plan, Figure::Expected, &Changes::default(), &[], &mut Sink::new()).unwrap();
    assert_eq!(Tied::new(&work, &[(1, 0)]).links, 1);
    assert_eq!(Tied::new(&work, &[(1, 0), (0, 1)]).links, 0, "links that contradict each other are left out");
}

#[test]
fn everybody_works_their_own_hours() {
    let roster = "members:\n  - { name: ada, calendar: { days: mon-tue, hours: 09:00-12:00 } }\n  - { name: bob }\n";
    let (alone, found) = finishes("- [ ] T-1: a @ada ~36h\n- [ ] T-2: b @bob ~4h\n", roster);
    // Six hours a week: she is done on the second day of the sixth.
    assert_eq!((alone, found.by_clock, found.finish().quantile(0.5).0), (36 * 60, true, (5 * 7 + 1) * 1440 + 720));
    let mixed = "- [ ] T-1: a @ada ~4h\n- [ ] T-2: b @bob ~9h\n  - needs: T-1\n- [ ] T-3: c @ada ~2h\n  - needs: T-2 (FS+3h)\n\
                 - [ ] T-4: d @bob ~1h\n  - needs: T-3 (SS)\n- [ ] T-5: e @bob ~2h\n  - needs: T-1 (FF+1h)\n";
    assert!(finishes(mixed, roster).1.by_clock);
}

#[test]
fn a_task_alone_decides_alone_whatever_its_hours() {
    let roster = "members:\n  - { name: ada, calendar: { days: mon-tue, hours: 09:00-12:00 } }\n";
    let (_, found) = finishes("- [ ] T-1: a @ada ~30h/36h/60h\n", roster);
    let driver = found.drivers[0];
    assert!(driver.criticality == 1.0 && driver.sensitivity > 0.98 && driver.cruciality > 0.98, "{driver:?}");
}

#[test]
fn nothing_is_done_before_the_day_it_starts() {
    let text = "- [ ] T-1: a @ada ~2h/4h/9h\n  - start: 2027-03-01\n- [ ] T-2: b @ada ~1h/2h/3h\n";
    let (_, found) = finishes(text, "members: [{ name: ada }]");
    let day = found.finish().quantile(0.0).0 / 1440;
    assert_eq!((found.by_clock, day), (true, 98), "2027-03-01 is 98 days later");
}

#[test]
fn a_plan_beyond_all_time_is_refused() {
    let text = "- [ ] T-1: a ~4h\n- [ ] T-2: b ~2h\n  - needs: T-1 (FS+40000h)\n";
    let long: String = (0..300)
        .map(|n| {
            format!(
                "- [ ] L-{n}: x ~40000h\n  - needs: {}\n",
                if n > 0 { format!("L-{}", n - 1) } else { "T-2".to_owned() }
            )
        })
        .collect();
    let plan = read(vec![Source::new("plan.md", format!("{text}{long}"))], Reader::Fast, &mut Sink::new());
    let refused = forecast(&plan, &Request { samples: 1, ..Request::default() }, &mut Sink::new()).unwrap_err();
    assert_eq!(refused.code.name, "schedule/too-long");
}

proptest! {
    /// With durations that are always the same every sample is the critical path, whatever the relations.
    #[test]
    fn exact_durations_give_the_critical_path(
        durations in proptest::collection::vec(0i64..500, 1..24),
        arcs in proptest::collection::vec((0usize..24, 0usize..24, any::<bool>(), any::<bool>(), -300i64..300), 0..60),
    ) {
        let len = durations.len();
        let arcs: Vec<(usize, usize, Tie)> = arcs.into_iter()
            .map(|(a, b, from_finish, to_finish, lag)| (a % len, b % len, tie(from_finish, to_finish, lag)))
            .filter(|(from, to, _)| from < to)
            .collect();
        let spreads: Vec<Spread> = durations.iter().map(|&minutes| Spread::Exact(minutes as f64)).collect();
        let (network, model) = model(&spreads, &arcs);
        let dates = Dates::of(&network);
        let all: Vec<u32> = (0..len as u32).collect();
        let samples = run(&model, 3, 1, &all);
        prop_assert_eq!(&samples.finish, &[dates.makespan() as i32; 3]);
        for position in 0..len {
            let finish = dates.early_start(position) + network.durations()[position];
            prop_assert_eq!(i64::from(samples.watched[position][2]), finish);
            prop_assert_eq!(samples.sums[position].critical, if dates.total_float(position) <= 0 { 3 } else { 0 });
        }
    }
}
