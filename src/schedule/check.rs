//! The rule of time about a plan: nothing waits for itself once each task takes a fixed time.
//!
//! Domain layer. What the plan says of moments alone is judged in [`plan`](crate::plan); here a task is one piece, so
//! what binds its finish binds its start, and a team's turn counts as a need. Whoever asks when something is done meets
//! the same finding; this asks for it alone, and only of a plan in which it can be.

use super::level::{Changes, turns};
use super::work::{Figure, Work};
use crate::diag::Sink;
use crate::plan::{Plan, Relation, is_ordered};
use crate::roster::Roster;

/// Tells of tasks that wait for each other, unless [`plan::check`](crate::plan::check) already does.
///
/// ```
/// use passmuster::diag::Sink;
/// use passmuster::plan::{Reader, read};
/// use passmuster::schedule::check;
/// use passmuster::text::Source;
///
/// let text = "- [ ] T-1: write\n  - needs: T-2 (FF)\n- [ ] T-2: translate\n  - needs: T-1 (SS)\n";
/// let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
/// let mut sink = Sink::new();
/// check(&plan, None, &mut sink);
/// assert_eq!(sink.into_sorted()[0].message, "`T-2` waits for itself: T-2 → T-1 → T-2");
/// ```
pub fn check(plan: &Plan, roster: Option<&Roster>, sink: &mut Sink) {
    let turns = turns(plan, roster);
    // Where needs bind starts only, a piece waits for no more than its start does.
    if turns.is_empty() && !binds_a_finish(plan) {
        return;
    }
    // What is odd about figures is told by the verbs that use them.
    if let Err(circle) = Work::new(plan, Figure::default(), &Changes::default(), &turns, &mut Sink::new())
        && is_ordered(plan)
    {
        sink.push(*circle);
    }
}

/// Whether the finish of an item waits for anything but its parts.
fn binds_a_finish(plan: &Plan) -> bool {
    let binds = |relation| matches!(relation, Relation::FinishToFinish | Relation::StartToFinish);
    (0..plan.items.len()).any(|index| plan.needs(index).any(|need| binds(need.relation)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::roster;
    use crate::schedule::critical;
    use crate::text::Source;
    use proptest::prelude::*;

    fn plan(text: &str) -> Plan {
        read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new())
    }

    fn said(text: &str, members: Option<&str>) -> Vec<String> {
        let roster = members.map(|members| {
            let text = format!("passmuster: roster/1\n{members}");
            roster::parse(&Source::new(roster::PATH, text), &mut Sink::new()).expect("it is a roster")
        });
        let mut sink = Sink::new();
        check(&plan(text), roster.as_ref(), &mut sink);
        sink.into_sorted().iter().map(|finding| finding.message.clone()).collect()
    }

    #[test]
    fn pieces_that_wait_for_each_other_are_named() {
        let two = |one: &str, other: &str| {
            format!("- [ ] T-1: a\n  - needs: T-2{one}\n- [ ] T-2: b\n  - needs: T-1{other}\n")
        };
        for (one, other) in [("(FF)", "(SS)"), ("(SF)", "(SS)"), ("(FF-2h)", "(SS+9h)"), ("(SS)", "(FF)")] {
            assert_eq!(said(&two(one, other), None).len(), 1, "{one} {other}");
        }
        // The plan's own rules tell those whose moments wait for each other.
        for (one, other) in [("", ""), ("(SS)", "(SS)"), ("(FF)", "(FF)"), ("(FF-2h)", "")] {
            assert!(!is_ordered(&plan(&two(one, other))));
            assert_eq!(said(&two(one, other), None), [""; 0], "{one} {other}");
        }
        let done = two("(FF)", "(SS)").replace("[ ] T-2", "[x] T-2");
        assert_eq!(said(&done, None), [""; 0], "what is done waits for nothing");
        assert_eq!(said("- [ ] T-1: a\n- [ ] T-2: b\n  - needs: T-1 (FF)\n", None), [""; 0]);
    }

    #[test]
    fn a_team_whose_turn_never_comes_is_named() {
        let teams = "members: [{ name: ada }, { name: bob }]\nteams:\n  - { name: base, members: [ada] }\n  - { name: app, members: [bob], activate: after base }\n";
        let text = "- [ ] T-1: a @ada\n  - needs: T-2\n- [ ] T-2: b @bob\n";
        assert_eq!(said(text, Some(teams)), ["`T-2` waits for itself: T-2 → T-1 → T-2"]);
        assert_eq!(said(text, None), [""; 0]);
    }

    proptest! {
        /// Looking only where it can be misses nothing.
        #[test]
        fn whatever_has_no_dates_is_told_before(
            needs in prop::collection::vec((0usize..6, 0usize..8, 0usize..4), 0..8),
        ) {
            let names = ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3", "E-1", "E-2"];
            let relations = ["", " (SS)", " (FF)", " (SF)"];
            let mut text = String::new();
            for (index, name) in names[..6].iter().enumerate() {
                match index {
                    0 => text += "## Epic E-1: a\n",
                    3 => text += "## Epic E-2: b\n",
                    _ => {}
                }
                text += &format!("- [ ] {name}: c\n");
                for (_, target, relation) in needs.iter().filter(|(of, ..)| *of == index) {
                    text += &format!("  - needs: {}{}\n", names[*target], relations[*relation]);
                }
            }
            let plan = plan(&text);
            let has_dates = critical(&plan, Figure::default(), &mut Sink::new()).is_ok();
            prop_assert_eq!(has_dates, is_ordered(&plan) && said(&text, None).is_empty(), "{}", text);
        }
    }
}
