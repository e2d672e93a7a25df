//! The chains of a plan with trimmed durations: the one that decides, and those that feed it.
//!
//! Domain layer.

use super::size::Trimmed;
use crate::diag::{Diagnostic, Sink};
use crate::plan::{NeedKind, Plan};
use crate::policy::{Case, Complexity, Sizing};
use crate::schedule::cpm::Dates;
use crate::schedule::forecast::{Distribution, Shapes, Spread};
use crate::schedule::level::{Changes, Levelled};
use crate::schedule::network::{Incoming, Network};
use crate::schedule::work::{Figure, Work};
use crate::schedule::{Minutes, forecast};
use std::collections::HashSet;

/// One chain with the buffer at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Indices of its tasks, first to last.
    pub tasks: Vec<usize>,
    /// The sum of their aggressive durations.
    pub work: Minutes,
    pub buffer: Minutes,
}

/// A chain that feeds the critical one.
#[derive(Clone, Debug, PartialEq)]
pub struct Feeding {
    pub chain: Chain,
    /// The critical task that waits for it; none when it only has to be done before the end of all.
    pub into: Option<usize>,
    /// How far its last task can slip before the critical chain moves; a buffer larger than this does not fit.
    pub float: Minutes,
}

/// What is left of a plan as chains and buffers.
#[derive(Clone, Debug, PartialEq)]
pub struct Chains {
    /// Working time from now until the critical chain ends, without the buffer.
    pub length: Minutes,
    pub critical: Chain,
    /// Longest first.
    pub feeding: Vec<Feeding>,
    /// Open tasks with one figure: there is nothing to trim, so they add nothing to a root of squares.
    pub single: usize,
    /// Open tasks without an estimate.
    pub unestimated: usize,
    /// How many tasks wait for hands rather than for another task's result.
    pub links: usize,
}

/// The safe figure: what a task takes at most in nine of ten cases.
const SAFE: f64 = 0.9;

/// Trims the tasks that a plan leaves to do, finds its chains, and sizes their buffers. With `hands` the chain is that of a
/// schedule with people, who wait for each other; what somebody does who works fewer hours than the common ones takes as
/// much longer, and what has a day to start on waits for it, so all times are common working time.
///
/// # Errors
/// Tasks wait for each other.
pub fn chains(
    plan: &Plan,
    sizing: Sizing,
    ratios: &[f64],
    hands: Option<&Levelled>,
    sink: &mut Sink,
) -> Result<Chains, Box<Diagnostic>> {
    let work = Work::new(plan, Figure::Expected, &Changes::default(), &[], sink)?;
    let spreads = forecast::spreads(plan, &work, Distribution::Pert, ratios);
    let mut shapes = Shapes::default();
    let trimmed: Vec<Trimmed> = spreads
        .iter()
        .zip(&work.activities)
        .map(|((spread, spent), activity)| {
            let quantiles = shapes.quantiles(spread, [0.5, SAFE]);
            let stretch = hands.map_or(1.0, |hands| hands.stretch(activity.item));
            let [aggressive, safe] = quantiles.map(|minutes| ((minutes - spent).max(0.0) * stretch).round());
            let added = match sizing {
                Sizing::PerTask(rule) if activity.is_task => rule.added(aggressive, case(plan, activity.item)),
                _ => 0.0,
            };
            Trimmed { aggressive, safe, realistic: aggressive + added }
        })
        .collect();
    let durations: Vec<i64> = trimmed.iter().map(|task| task.aggressive as i64).collect();
    let tied = forecast::Tied::new(&work, &hands.map_or_else(Vec::new, Levelled::pairs));
    let network = tied.with_durations(&durations);
    let release = |item: usize| hands.map_or(0, |hands| hands.release(item).0.max(0));
    let dates = Dates::released(&network, |position| release(work.activities[network.activity(position)].item));
    let finder = Finder::new(&work, &network, &dates);
    let (critical, feeding) = finder.find();
    let chain = |positions: &[usize]| {
        let activities = || positions.iter().map(|&position| network.activity(position));
        let tasks: Vec<Trimmed> = activities().map(|activity| trimmed[activity]).collect();
        Chain {
            tasks: activities().map(|activity| work.activities[activity].item).collect(),
            work: Minutes(activities().map(|activity| durations[activity]).sum()),
            buffer: sizing.minutes(&tasks),
        }
    };
    let item = |position: usize| work.activities[network.activity(position)].item;
    let mut feeding: Vec<Feeding> = feeding
        .into_iter()
        .map(|(positions, into)| Feeding {
            chain: chain(&positions),
            into: into.map(item),
            float: Minutes(positions.last().map_or(0, |&last| dates.total_float(last))),
        })
        .collect();
    feeding.sort_by_key(|feeding| (-feeding.chain.work.0, feeding.chain.tasks.first().copied()));
    let is_single = |spread: &Spread| matches!(spread, Spread::Exact(minutes) if *minutes > 0.0);
    Ok(Chains {
        length: Minutes(dates.makespan()),
        critical: chain(&critical),
        feeding,
        single: spreads.iter().filter(|(spread, _)| is_single(spread)).count(),
        unestimated: work.unestimated.len(),
        links: tied.links,
    })
}

/// What a rule of thumb asks about a task: by its tags, and by the teams of what it needs.
fn case(plan: &Plan, index: usize) -> Case {
    let item = &plan.items[index];
    let is_tagged = |name: &str| item.tags().iter().any(|tag| tag.value.eq_ignore_ascii_case(name));
    let team = |index: usize| {
        let around = std::iter::once(index).chain(plan.ancestors(index));
        around.filter_map(|index| plan.items[index].team()).map(|team| team.value).next()
    };
    let own = team(index);
    let other = |target: usize| team(target).is_some_and(|team| own.is_some_and(|own| own != team));
    Case {
        complexity: match (is_tagged("high-complexity"), is_tagged("low-complexity")) {
            (true, _) => Complexity::High,
            (false, true) => Complexity::Low,
            (false, false) => Complexity::Medium,
        },
        several_teams: plan.needs(index).any(|need| need.kind == NeedKind::Team) || plan.targets(index).any(other),
        new_technology: is_tagged("new-technology"),
    }
}

/// Where a moment between tasks leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leads {
    /// Nowhere but to the end of all.
    End,
    /// To a task of the critical chain.
    Critical(usize),
    /// To tasks that are not critical.
    Other,
}

struct Finder<'a> {
    work: &'a Work,
    network: &'a Network,
    dates: &'a Dates,
}

/// Positions first to last, and the critical task they lead to.
type Found = (Vec<usize>, Option<usize>);

impl<'a> Finder<'a> {
    fn new(work: &'a Work, network: &'a Network, dates: &'a Dates) -> Self {
        Self { work, network, dates }
    }

    fn is_task(&self, position: usize) -> bool {
        self.work.activities[self.network.activity(position)].is_task
    }

    fn finish(&self, position: usize) -> i64 {
        self.dates.early_start(position) + self.network.durations()[position]
    }

    /// The critical chain, then every chain that leads into it. What leads into a feeding chain only is covered by that
    /// one's buffer.
    fn find(&self) -> (Vec<usize>, Vec<Found>) {
        let len = self.network.len();
        let mut taken = vec![false; len];
        let last = (0..len)
            .filter(|&position| self.finish(position) == self.dates.makespan())
            .min_by_key(|&position| (!self.is_task(position), self.network.activity(position)));
        let critical = last.map_or_else(Vec::new, |last| self.back(last, &mut taken));
        let leads = self.leads(&critical);
        let mut tails: Vec<usize> = (0..len).filter(|&position| self.is_task(position) && !taken[position]).collect();
        tails.sort_by_key(|&position| (-self.finish(position), position));
        let mut feeding = Vec::new();
        for tail in tails {
            if taken[tail] {
                continue;
            }
            let chain = self.back(tail, &mut taken);
            match leads[tail] {
                Leads::Critical(task) => feeding.push((chain, Some(task))),
                Leads::End => feeding.push((chain, None)),
                Leads::Other => {}
            }
        }
        (critical, feeding)
    }

    /// The tasks back from one, each what the next waits for, until that is nothing or part of a chain already. Where
    /// several hold a task, the first that the plan names, as in the critical path.
    fn back(&self, from: usize, taken: &mut [bool]) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut next = Some(from);
        while let Some(position) = next {
            if self.is_task(position) {
                taken[position] = true;
                chain.push(position);
            }
            let start = self.dates.early_start(position);
            let arcs = self.network.incoming(position).iter().filter(|_| start > 0);
            let binding = arcs.filter(|arc| self.dates.early_start(arc.from as usize) + arc.weight == start);
            next = binding.map(|arc| arc.from as usize).find(|&from| !taken[from]);
        }
        chain.reverse();
        chain
    }

    /// Where each position leads: through moments between tasks, to the earliest critical task.
    fn leads(&self, critical: &[usize]) -> Vec<Leads> {
        let mut is_critical = vec![false; self.network.len()];
        critical.iter().for_each(|&position| is_critical[position] = true);
        let mut leads = vec![Leads::End; self.network.len()];
        for position in (0..self.network.len()).rev() {
            let own = match (is_critical[position], self.is_task(position)) {
                (true, _) => Leads::Critical(position),
                (false, true) => Leads::Other,
                (false, false) => leads[position],
            };
            let covered = self.covered(position);
            for arc in self.network.incoming(position) {
                let from = arc.from as usize;
                if covered.contains(&from) {
                    continue;
                }
                leads[from] = match (leads[from], own) {
                    (Leads::Critical(a), Leads::Critical(b)) => Leads::Critical(a.min(b)),
                    (Leads::Critical(a), _) | (_, Leads::Critical(a)) => Leads::Critical(a),
                    (Leads::Other, _) | (_, Leads::Other) => Leads::Other,
                    (Leads::End, Leads::End) => Leads::End,
                };
            }
        }
        leads
    }

    /// What holds a moment only through another task that holds it: an epic ends after all of its tasks, and the
    /// first of two that follow each other is not what it waits for.
    fn covered(&self, position: usize) -> HashSet<usize> {
        if self.is_task(position) {
            return HashSet::new();
        }
        let holds: HashSet<usize> = self.network.incoming(position).iter().map(|arc| arc.from as usize).collect();
        let tasks = holds.iter().filter(|&&holder| self.is_task(holder));
        let before = tasks.flat_map(|&task| self.network.incoming(task));
        let ends_before = |arc: &&Incoming| arc.weight >= self.network.durations()[arc.from as usize];
        before.filter(ends_before).map(|arc| arc.from as usize).filter(|from| holds.contains(from)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    fn of(text: &str) -> (Plan, Chains) {
        let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
        let chains = chains(&plan, Sizing::CutAndPaste, &[], None, &mut Sink::new()).unwrap();
        (plan, chains)
    }

    fn ids<'a>(plan: &'a Plan, chain: &Chain) -> Vec<&'a str> {
        chain.tasks.iter().map(|&task| plan.items[task].id.as_str()).collect()
    }

    /// The published network: 1-4 and 3-5-7 feed 2-6-8.
    #[test]
    fn the_published_network_has_its_chains() {
        let task = |number: usize, hours: usize, needs: &str| format!("- [ ] T-{number}: x ~{hours}h\n{needs}");
        let need = |all: &str| format!("  - needs: {all}\n");
        let text = [
            task(1, 1, ""),
            task(2, 6, ""),
            task(3, 3, ""),
            task(4, 1, &need("T-1")),
            task(5, 2, &need("T-3")),
            task(6, 4, &need("T-2")),
            task(7, 1, &need("T-5")),
            task(8, 2, &need("T-4, T-6, T-7")),
        ];
        let (plan, chains) = of(&text.concat());
        assert_eq!(ids(&plan, &chains.critical), ["T-2", "T-6", "T-8"]);
        assert_eq!((chains.length.0, chains.critical.buffer.0), (720, 360));
        let feeding: Vec<_> =
            chains.feeding.iter().map(|feeding| (ids(&plan, &feeding.chain), feeding.chain.buffer.0)).collect();
        assert_eq!(feeding, [(vec!["T-3", "T-5", "T-7"], 180), (vec!["T-1", "T-4"], 60)]);
        assert!(chains.feeding.iter().all(|feeding| feeding.into == plan.find("T-8")));
        assert_eq!(chains.feeding[0].float.0, 240);
    }

    #[test]
    fn epics_are_passed_through_and_side_branches_have_no_buffer_of_their_own() {
        let (plan, chains) = of(
            "## E-1: a\n- [ ] T-1: x ~9h\n- [ ] T-2: x ~3h\n- [ ] T-3: x ~1h\n  - needs: T-2, T-4\n- [ ] T-4: x ~1h\n\
                                 ## E-2: b\n- needs: E-1\n- [ ] T-5: x ~2h\n- [x] T-6: x ~99h\n- [ ] T-7: x ~1h\n",
        );
        assert_eq!(ids(&plan, &chains.critical), ["T-1", "T-5"]);
        let feeding: Vec<_> = chains.feeding.iter().map(|feeding| (ids(&plan, &feeding.chain), feeding.into)).collect();
        assert_eq!(feeding, [(vec!["T-2", "T-3"], plan.find("T-5")), (vec!["T-7"], None)]);
    }

    #[test]
    fn a_plan_with_nothing_left_has_no_chain() {
        let (_, chains) = of("- [x] T-1: x ~9h\n");
        assert_eq!((chains.length.0, chains.critical.tasks.len(), chains.feeding.len()), (0, 0, 0));
    }
}
